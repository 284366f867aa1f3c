"""Scores as the firm or the client states them beside the computed ones, and what explains where they part."""

from __future__ import annotations

import polars as pl

from reports.report.contents import ReportContents
from reports.sheets import explanation
from reports.sheets.columns import people_columns, score_title
from reports.wording import stated_words
from reports.workbook.book import Book, Column
from reports.workbook.client_links import quoted
from transforms.model.wording import N_, _, phrase

TITLE = N_("Stated and computed")
INCOMPLETE = N_("The law of this day is incomplete: a computed score is neither a floor nor a ceiling.")
# The header of the sheet Explanation, above the first of its rows.
HEADER_ROWS = 1


def add(book: Book, contents: ReportContents) -> None:
    """Adds the sheet where clients have a stated score: the largest difference first, those that agree last."""
    stated = contents.stated
    if stated is None:
        return
    people = contents.people.select("client_id", "family_name", "given_name", "case_owner")
    differs = pl.col("difference") != 0
    frame = (
        stated.with_columns(_in_words(stated).alias("why"))
        .join(people, on="client_id", how="left", maintain_order="left")
        .join(_first_rows(contents), on="client_id", how="left", maintain_order="left")
        .with_columns(
            pl.when(differs)
            .then(phrase(_("row {row}"), row=pl.col("row").cast(pl.String)))
            .fill_null("")
            .alias("components"),
            pl.when(differs).then(pl.format("{}!A{}", pl.lit(quoted(_(explanation.TITLE))), "row")).alias("place"),
        )
    )
    columns = [
        *people_columns(),
        Column("stated", _("Stated"), "whole", width=10),
        Column("computed", score_title(contents), "total", width=14),
        Column("difference", _("Difference (stated less computed)"), "signed", width=14),
        Column("why", _("What would give the stated score"), "long", width=70),
        Column(
            "components", _("On the sheet {title}").format(title=_(explanation.TITLE)), "link", width=14, to="place"
        ),
    ]
    about = _("{line}. Each difference with what may explain it").format(
        line=stated_words.line(stated, contents.stated_quarantined)
    )
    incomplete = "" if contents.rules_status == "complete" else f". {_(INCOMPLETE)}"
    book.table(
        _(TITLE),
        f"{about}{incomplete}",
        columns,
        frame,
        nothing=_("No client has a stated score."),
        frozen=3,
        key="stated_and_computed",
    )


def _in_words(stated: pl.DataFrame) -> pl.Series:
    """What gives each stated score, a line each; each distinct list of reasons is put into words once."""
    said: dict[tuple[tuple[str, str], ...], str] = {}
    texts = []
    for difference, found in stated.select("difference", "reasons").iter_rows():
        if not difference:
            texts.append(_(stated_words.AGREES))
            continue
        key = tuple((one["code"], one["what"]) for one in found)
        if key not in said:
            said[key] = "\n".join(stated_words.reasons(found))
        texts.append(said[key])
    return pl.Series("why", texts, dtype=pl.String)


def _first_rows(contents: ReportContents) -> pl.DataFrame:
    """The row of the sheet Explanation at which each client begins: client_id, row."""
    numbered = contents.explanation.select("client_id").with_row_index("row", offset=HEADER_ROWS + 1)
    return numbered.unique("client_id", keep="first", maintain_order=True)
