"""Every client under the shipped law and under the values that were laid over it."""

from __future__ import annotations

from reports.book import Book, Column
from reports.contents import ReportContents
from reports.sheets.columns import people_columns
from reports.words import told

TITLE = "Before and after"
TOTALS, ELIGIBILITY, RANK = "CRS total", "Eligible for the pool, and by which classes", "Rank in the own pool"


def add(book: Book, contents: ReportContents) -> None:
    """Adds the sheet, one row a client in the order of the inputs, where values were laid over the law."""
    if contents.comparison is None:
        return
    people = contents.people.select("client_id", "family_name", "given_name", "case_owner")
    frame = contents.comparison.with_columns(told("before_pool_eligible"), told("after_pool_eligible")).join(
        people, on="client_id", how="left", maintain_order="left"
    )
    laid_over = "; ".join(contents.rules_files)
    columns = [
        *people_columns(),
        Column("before_total", "Total before", "whole", TOTALS),
        Column("after_total", "Total after", "total", TOTALS),
        Column("difference", "Difference", "signed", TOTALS),
        Column("changed", "Components that change", "long", f"After: {laid_over}", width=60),
        Column("before_pool_eligible", "Eligible before", "told", ELIGIBILITY, width=15),
        Column("after_pool_eligible", "Eligible after", "told", ELIGIBILITY, width=15),
        Column("before_programs", "Classes before", group=ELIGIBILITY),
        Column("after_programs", "Classes after", group=ELIGIBILITY),
        Column("before_rank", "Rank before", "whole", RANK),
        Column("after_rank", "Rank after", "whole", RANK),
    ]
    about = f"Before: the shipped law of {contents.as_of}. After: with {laid_over} laid over it"
    book.table(TITLE, about, columns, frame, nothing="No client was scored.", frozen=3)
