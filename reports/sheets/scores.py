"""The score of every client, component by component, with the facts it was made of."""

from __future__ import annotations

from reports.book import Book, Column
from reports.contents import ReportContents
from reports.sheets.columns import crs_columns, people_columns, score_title
from reports.words import LANGUAGE_LEVELS, spaced, utc

TITLE = "Scores"
FACTS, LEVELS, SOURCE = "Facts used", "CLB and NCLC levels (empty: no valid result)", "Where the row stands"


def add(book: Book, contents: ReportContents) -> None:
    """Adds the sheet: one row a scored client, in the order of the inputs."""
    people = contents.people.select(
        "client_id", "family_name", "given_name", "case_owner", spaced("pool_status"), utc("profile_submitted_at")
    )
    frame = contents.scores.with_columns(spaced("grid")).join(people, on="client_id", how="left", maintain_order="left")
    columns = [
        *people_columns(),
        Column("pool_status", "Pool status", "told"),
        Column("rank", "Rank in the pool", "whole"),
        Column("crs_total", score_title(contents), "total"),
        Column("grid", "Grid", "told"),
        *crs_columns(contents.scores),
        Column("age", "Age in years", "whole", FACTS),
        Column("canadian_work_years", "Canadian work years", "whole", FACTS),
        Column("foreign_work_years", "Foreign work years", "whole", FACTS),
        Column("profile_submitted_at", "Profile submitted (UTC)", "moment", FACTS, width=21),
        *(Column(name, title, "whole", LEVELS) for name, title in LANGUAGE_LEVELS.items()),
        Column("source_file", "File", group=SOURCE),
        Column("source_sheet", "Sheet", group=SOURCE),
        Column("source_row", "Row", "whole", SOURCE),
    ]
    about = "The score of every client, component by component, with the facts used"
    book.table(TITLE, about, columns, frame, nothing="No client was scored.", frozen=3)
