"""Which language results each client is scored with, and what the next best choice would give."""

from __future__ import annotations

import polars as pl

from reports.book import Book, Column
from reports.contents import ReportContents
from reports.sheets.columns import people_columns

TITLE = "Language results"
USED, NEXT = "Used", "Next best choice of the results on file"
SLOTS = {"english": "English result", "french": "French result", "spouse": "Spouse's result"}
HOW = {
    "named": "as named",
    "chosen": "not named, serves best",
    "only": "not named, only language",
    "none": "not named, no valid result",
}


def add(book: Book, contents: ReportContents) -> None:
    """Adds the sheet: one row a scored client, in the order of the inputs."""
    people = contents.people.select("client_id", "family_name", "given_name", "case_owner")
    frame = contents.language_choice.join(people, on="client_id", how="left", maintain_order="left").with_columns(
        pl.col("how").replace_strict(HOW, return_dtype=pl.String),
        *(_result(stem) for slot in SLOTS for stem in (slot, f"next_{slot}")),
    )
    columns = [
        *people_columns(),
        Column("first_language", "First official language", group=USED),
        Column("how", "How it was settled", group=USED),
        *(Column(slot, title, "long", USED, width=34) for slot, title in SLOTS.items()),
        Column("crs_total", "CRS total", "total", USED),
        Column("choices", "Combinations", "whole", USED),
        Column("next_first_language", "Next best: first official language", group=NEXT),
        *(Column(f"next_{slot}", f"Next best: {title}", "long", NEXT, width=34) for slot, title in SLOTS.items()),
        Column("next_total", "Next best: CRS total", "whole", NEXT),
        Column("difference", "Difference", "signed", NEXT),
    ]
    about = "The language results used for each client, and what the next best choice would give"
    book.table(TITLE, about, columns, frame, nothing="No client was scored.", frozen=3)


def _result(stem: str) -> pl.Expr:
    """A result as text: the test, its day and its four levels."""
    day = pl.when(pl.col(f"{stem}_on").is_not_null()).then(pl.format(" of {}", f"{stem}_on")).otherwise(pl.lit(""))
    return (
        pl.when(pl.col(f"{stem}_test").is_not_null())
        .then(
            pl.format("{}{}: {}", pl.col(f"{stem}_test").str.replace_all("_", " ", literal=True), day, f"{stem}_levels")
        )
        .alias(stem)
    )
