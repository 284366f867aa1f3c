"""Who may enter the pool, by which program, and what stands in the way."""

from __future__ import annotations

from reports.book import Book, Column
from reports.contents import ReportContents
from reports.sheets.columns import people_columns
from reports.words import CATEGORY_LISTS, ELIGIBILITY, FSW_POINTS, PROGRAMS, listed, reasons_of, spaced, told

TITLE = "Eligibility"
ELIGIBLE, AGAINST = "Eligible", "What is not met, or not known"
GRID, CATEGORIES = "Federal Skilled Worker: selection grid", "Categories of rounds"


def add(book: Book, contents: ReportContents) -> None:
    """Adds the sheet: one row a scored client, in the order of the inputs."""
    people = contents.people.select(
        "client_id", "family_name", "given_name", "case_owner", spaced("pool_status"), told("in_pool")
    )
    frame = contents.scores.with_columns(
        *(told(name) for name in ELIGIBILITY),
        *(reasons_of(program).alias(program) for program in PROGRAMS),
        *(listed(name) for name in CATEGORY_LISTS),
    ).join(people, on="client_id", how="left", maintain_order="left")
    columns = [
        *people_columns(),
        Column("pool_status", "Pool status", "told"),
        Column("in_pool", "In the pool", "told"),
        *(Column(name, title, "told", ELIGIBLE, width=15) for name, title in ELIGIBILITY.items()),
        *(Column(program, f"What stands against {program}", "long", AGAINST, width=58) for program in PROGRAMS),
        *(
            Column(name, title, "total" if name == "fsw_points" else "whole", GRID)
            for name, title in FSW_POINTS.items()
        ),
        *(Column(name, title, "long", CATEGORIES, width=28) for name, title in CATEGORY_LISTS.items()),
    ]
    about = "FSW, CEC, FST and the pool for each client: yes, no or cannot be told, with the reasons"
    book.table(TITLE, about, columns, frame, nothing="No client was scored.", frozen=3)
