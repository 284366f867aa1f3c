"""Which language results each client is scored with, and what the next best choice would give."""

from __future__ import annotations

import polars as pl

from reports.report.contents import ReportContents
from reports.sheets.columns import people_columns
from reports.wording.words import LANGUAGES, worded
from reports.workbook.book import Book, Column
from transforms.model.wording import N_, _, named, phrase

TITLE = N_("Language results")
USED, NEXT = N_("Used"), N_("Next best choice of the results on file")
SLOTS = {"english": N_("English result"), "french": N_("French result"), "spouse": N_("Spouse's result")}
HOW = {
    "named": N_("as named"),
    "chosen": N_("not named, serves best"),
    "only": N_("not named, only language"),
    "none": N_("not named, no valid result"),
}


def add(book: Book, contents: ReportContents) -> None:
    """Adds the sheet: one row a scored client, in the order of the inputs."""
    people = contents.people.select("client_id", "family_name", "given_name", "case_owner")
    frame = contents.language_choice.join(people, on="client_id", how="left", maintain_order="left").with_columns(
        named(HOW, pl.col("how")),
        *(worded(name, LANGUAGES) for name in ("first_language", "next_first_language")),
        *(_result(stem) for slot in SLOTS for stem in (slot, f"next_{slot}")),
    )
    columns = [
        *people_columns(),
        Column("first_language", _("First official language"), group=_(USED)),
        Column("how", _("How it was settled"), group=_(USED)),
        *(Column(slot, _(title), "long", _(USED), width=34) for slot, title in SLOTS.items()),
        Column("crs_total", _("CRS total"), "total", _(USED)),
        Column("choices", _("Combinations"), "whole", _(USED)),
        Column("next_first_language", _("Next best: first official language"), group=_(NEXT)),
        *(
            Column(f"next_{slot}", _("Next best: {title}").format(title=_(title)), "long", _(NEXT), width=34)
            for slot, title in SLOTS.items()
        ),
        Column("next_total", _("Next best: CRS total"), "whole", _(NEXT)),
        Column("difference", _("Difference"), "signed", _(NEXT)),
    ]
    about = _("The language results used for each client, and what the next best choice would give")
    book.table(
        _(TITLE),
        about,
        columns,
        frame,
        nothing=_("No client was scored."),
        frozen=3,
        key="language_results",
        is_for_screen=True,
    )


def _result(stem: str) -> pl.Expr:
    """A result as text: the test, its day and its four levels."""
    test = pl.col(f"{stem}_test")
    parts = {
        "test": test.str.replace_all("_", " ", literal=True),
        "day": pl.col(f"{stem}_on").cast(pl.String),
        "levels": pl.col(f"{stem}_levels"),
    }
    on_a_day, without = phrase(_("{test} of {day}: {levels}"), **parts), phrase(_("{test}: {levels}"), **parts)
    return pl.coalesce(on_a_day, without).alias(stem)
