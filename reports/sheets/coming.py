"""What is to be done and by when, and all else that lies ahead."""

from __future__ import annotations

from reports.alerts import alert_lists
from reports.alerts.alert_contents import AlertContents
from reports.sheets.columns import people_columns
from reports.workbook.book import Book, Column
from reports.workbook.looks import CAUTION_INK
from transforms.model.wording import N_, _

TO_DO, LATER = N_("To do"), N_("Next 12 months")
KEYS = {TO_DO: "to_do", LATER: "next_12_months"}


def add_to_do(book: Book, contents: AlertContents) -> None:
    """Adds what somebody can act on in the coming days, the gravest consequence first."""
    about = _(
        "What is to be done within {days} days, the gravest consequence first; due within {urgent} days is tinted"
    )
    book.table(
        _(TO_DO),
        about.format(days=alert_lists.TO_DO_DAYS, urgent=alert_lists.URGENT),
        _columns(),
        alert_lists.to_act(contents),
        nothing=nothing_to_do(),
        frozen=3,
        tab=CAUTION_INK,
        key=KEYS[TO_DO],
    )


def nothing_to_do() -> str:
    """That the sheet To do is empty."""
    return _("There is nothing that somebody must do within {days} days.").format(days=alert_lists.TO_DO_DAYS)


def add_later(book: Book, contents: AlertContents) -> None:
    """Adds all else of the coming 12 months in order of its day: what is to be done later, and what nobody can act on."""
    about = _(
        "What is to be done after {days} days, and every other dated event of the coming 12 months, by day; a program with "
        "? is undetermined"
    )
    frame = alert_lists.later(contents)
    nothing = _("There is nothing else in the coming 12 months.")
    book.table(
        _(LATER),
        about.format(days=alert_lists.TO_DO_DAYS),
        _columns(),
        frame,
        nothing=nothing,
        frozen=3,
        key=KEYS[LATER],
    )


def _columns() -> list[Column]:
    return [
        Column("days_left", _("Days left"), "days", width=9),
        Column("due_on", _("Act by"), "date", width=12),
        *people_columns(),
        Column("to_do", _("What to do"), "long", width=46),
        Column("whose_turn", _("Whose turn"), width=10),
        Column("what", _("What happens"), "long", width=46),
        Column("consequence", _("At stake"), "long", width=16),
        Column("points", _("Points gained or lost"), "signed", width=11),
        Column("on", _("On"), "date", width=12),
        Column("points_before", _("Score before"), "whole", width=9, on_paper=False),
        Column("points_after", _("Score after"), "total", width=9, on_paper=False),
        Column("programs", _("Programs"), "long", width=18, on_paper=False),
        Column("categories", _("Categories"), "long", width=20, on_paper=False),
        Column("kind", _("Kind"), "long", width=20, on_paper=False),
    ]
