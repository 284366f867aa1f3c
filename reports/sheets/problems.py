"""The rows that were not taken, wait, or were taken with a word of warning, each with its cell."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

import polars as pl

from reports.people.owners import with_case_owner
from reports.report.contents import ReportContents
from reports.workbook.book import Book, Column
from reports.workbook.looks import CAUTION_INK
from transforms.facts.noc_changes import ON_THE_DAY
from transforms.model.wording import N_, _

QUARANTINE, WARNINGS, HELD = N_("Quarantine"), N_("Warnings"), N_("Held")
# The first row under the header of these tables.
FIRST_ROW = 2
# Of a sheet's title in a workbook.
MAX_TITLE = 31


# A day as spreadsheets store it; the time says nothing.
_MIDNIGHT = r"^([0-9]{4}-[0-9]{2}-[0-9]{2}) 00:00:00(?:\.0+)?$"


def add_quarantine(book: Book, contents: ReportContents) -> None:
    """Adds the quarantined rows, in the order of the inputs, their sheets, rows and columns."""
    book.table(
        _(QUARANTINE),
        _("The rows that could not be taken: which cell, what is wrong, and what would be right"),
        _columns(_("What is wrong"), _("What would be right")),
        _with_places(with_case_owner(contents.quarantine, contents), contents.corrections),
        nothing=_("No row is quarantined: every row could be read and agrees with itself."),
        tab=CAUTION_INK,
        key="quarantine",
    )


def add_warnings(book: Book, contents: ReportContents) -> None:
    """Adds the rows that were taken with a warning."""
    book.table(
        _(WARNINGS),
        _("Rows that were taken, though something in them is worth a second look"),
        _columns(_("What was noticed"), _("What was done, or would be better"), client="client"),
        _with_places(_to_act_first(with_case_owner(contents.warnings, contents)), contents.corrections),
        nothing=_("Nothing gave cause for a warning."),
        is_for_screen=True,
        key="warnings",
    )


def _to_act_first(warnings: pl.DataFrame) -> pl.DataFrame:
    """The warnings in their order, those that ask for nothing behind the others."""
    texts = [_(text).partition("{day}") for text in ON_THE_DAY.values()]
    fix = pl.col("fix")
    says_nothing = pl.any_horizontal(fix.str.starts_with(one[0]) & fix.str.ends_with(one[2]) for one in texts)
    return warnings.sort(says_nothing.fill_null(value=False), maintain_order=True)


def warning_row(contents: ReportContents, place: int) -> int:
    """The row of the sheet on which the warning at a place of the frame stands."""
    placed = _to_act_first(contents.warnings.with_row_index("place")).with_row_index("row")
    found = placed.filter(pl.col("place") == place)["row"]
    return FIRST_ROW + (place if found.is_empty() else int(found[0]))


def add_held(book: Book, contents: ReportContents) -> None:
    """Adds the good detail rows that wait for their client's other rows."""
    columns = [
        *_place(),
        _client(),
        Column("problem", _("Why it waits"), "long", width=46),
        Column("fix", _("What it waits for"), "long", width=80),
    ]
    about = _("Good detail rows that wait, as other rows of their clients are quarantined")
    book.table(
        _(HELD),
        about,
        columns,
        _with_places(contents.held, contents.corrections),
        nothing=_("No row is held."),
        key="held",
    )


def _place() -> list[Column]:
    return [
        Column("source_file", _("File")),
        Column("source_sheet", _("Sheet"), widest=18),
        Column("source_row", _("Row"), "whole", to="row_place", file="file"),
    ]


def _client(look: str = "text") -> Column:
    return Column("client_id", _("Client ID"), look, widest=18)


def _with_places(problems: pl.DataFrame, corrections: Mapping[int, str]) -> pl.DataFrame:
    """Problems with `file`, the file beside the report in which each is to be corrected, and the place in it: `place` of a
    cell, `row_place` of a problem of a whole row.

    The file is the corrections workbook of the input where there is one, else the file that was read.
    """
    file = pl.col("source_file")
    if corrections and "input" in problems.columns:
        numbers, names = list(corrections), list(corrections.values())
        file = pl.col("input").replace_strict(numbers, names, default=file, return_dtype=pl.String)
    title = pl.col("source_sheet").str.slice(0, MAX_TITLE).str.replace_all("'", "''", literal=True)
    address = pl.col("cell").str.extract(r"(?:^|!)([A-Z]{1,3}[0-9]+)$")
    address = pl.coalesce(address, pl.format("A{}", "source_row"))
    place = pl.format("'{}'!{}", title, address)
    has_cell = pl.col("cell").fill_null("") != ""
    value = pl.col("value").str.replace(_MIDNIGHT, "${1}") if "value" in problems.columns else None
    shown = problems if value is None else problems.with_columns(value)
    marked = shown.with_columns(
        file.alias("file"),
        pl.when(has_cell).then(place).alias("place"),
        pl.when(~has_cell).then(place).alias("row_place"),
    )
    files = marked["file"].drop_nulls().unique().to_list()
    # As a part of an address: nothing of a name acts in it, and it leads to the folder of the report alone.
    quoted = [quote(name, safe="") for name in files]
    return marked.with_columns(pl.col("file").replace_strict(files, quoted, default=None, return_dtype=pl.String))


def _columns(problem: str, fix: str, client: str = "text") -> list[Column]:
    return [
        *_place(),
        Column("cell", _("Cell"), "link", widest=24, to="place", file="file"),
        _client(client),
        Column("case_owner", _("Case owner"), widest=18),
        Column("column", _("Column"), widest=30),
        Column("value", _("Value as it stands"), "long", width=24),
        Column("problem", problem, "long", width=52),
        Column("fix", fix, "long", width=54),
    ]
