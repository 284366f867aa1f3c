"""What changed since the night before, each change with its reason."""

from __future__ import annotations

from reports import alert_lists
from reports.alert_contents import AlertContents
from reports.book import Book, Column
from reports.looks import INVITED
from reports.sheets.columns import people_columns

TITLE = "News"


def add(book: Book, contents: AlertContents) -> None:
    """Adds the sheet: one row a change and reason, the weightiest kinds first."""
    columns = [
        Column("kind", "Kind", "long", width=20),
        *people_columns(),
        Column("text", "What changed", "long", width=56),
        Column("reason", "Reason", "long", width=20),
        Column("points", "Points", "signed"),
        Column("points_before", "Score before", "whole"),
        Column("points_after", "Score after", "total"),
        Column("what", "Subject", "long", width=18),
        Column("before", "Before", "long", width=16),
        Column("after", "After", "long", width=16),
    ]
    if contents.compared_with is None:
        about, nothing = (
            "No night before this one to compare with",
            "There is no night before this one to compare with.",
        )
    else:
        about = f"What changed since {contents.compared_with}, with the reason of each change"
        nothing = f"Nothing changed since {contents.compared_with}."
    book.table(TITLE, about, columns, alert_lists.news(contents), nothing=nothing, frozen=2, tab=INVITED, one_wide=True)
