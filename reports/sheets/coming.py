"""What is to be done and by when, and all that lies ahead."""

from __future__ import annotations

from reports import alert_lists
from reports.alert_contents import AlertContents
from reports.book import Book, Column
from reports.looks import CAUTION_INK
from reports.sheets.columns import people_columns

ACT, OUTLOOK = "Act", "Outlook"
SCORE = "CRS"


def add_act(book: Book, contents: AlertContents) -> None:
    """Adds what somebody can do something about, the gravest consequence first."""
    columns = [
        Column("days_left", "Days left", "days", width=9),
        Column("act_by", "Act by", "date", width=12),
        *people_columns(),
        Column("to_do", "What to do", "long", width=40),
        Column("what", "What it is about", "long", width=56),
        Column("consequence", "At stake", "long", width=16),
        Column("points", "Points at stake", "signed", SCORE),
        *_columns(),
    ]
    book.table(
        ACT,
        f"What is to be done, the gravest consequence first; due within {alert_lists.URGENT} days is tinted",
        columns,
        alert_lists.to_act(contents),
        nothing="There is nothing that somebody must do in the coming 12 months.",
        frozen=3,
        tab=CAUTION_INK,
        one_wide=True,
    )


def add_outlook(book: Book, contents: AlertContents) -> None:
    """Adds every dated event of the coming 12 months in order of its day."""
    columns = [
        Column("on", "On", "date", width=12),
        *people_columns(),
        Column("what", "What happens", "long", width=56),
        Column("points", "Points gained or lost", "signed", SCORE),
        *(column for column in _columns() if column.key != "on"),
        Column("act_by", "Act by", "date", width=12),
    ]
    about = "Every dated event of the coming 12 months, and the score after it; of a program with a ? it cannot be told"
    frame = alert_lists.ahead(contents)
    nothing = "Nothing lies ahead in the coming 12 months."
    book.table(OUTLOOK, about, columns, frame, nothing=nothing, frozen=2, one_wide=True)


def _columns() -> list[Column]:
    return [
        Column("points_before", "Score before", "whole", SCORE),
        Column("points_after", "Score after", "total", SCORE),
        Column("programs", "Programs", "long", width=20),
        Column("categories", "Categories", "long", width=22),
        Column("on", "On", "date", width=12),
        Column("kind", "Kind", "long", width=18),
        Column("subject", "Subject", "long", width=22),
    ]
