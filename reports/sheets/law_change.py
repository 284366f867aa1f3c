"""The clients whose profile must be updated by hand after a dated change of law, with the questions to answer."""

from __future__ import annotations

from reports.alerts import alert_law
from reports.alerts.alert_contents import AlertContents
from reports.sheets.columns import people_columns
from reports.workbook.book import Book, Column
from reports.workbook.looks import CAUTION_INK
from transforms.model.wording import N_, _

TITLE = N_("Law change")


def add(book: Book, contents: AlertContents) -> None:
    """Adds the sheet where the law changes near the day: one row a client, change and row of a sheet that bears on it."""
    if not contents.law_changes:
        return
    columns = [
        Column("on", _("Law of"), "date", width=12),
        *people_columns(),
        Column("question", _("Question to answer"), "long", width=50),
        Column("to_fill", _("Cells to fill"), "long", width=32),
        Column("to_check", _("Cells to check"), "long", width=44),
        Column("sheet", _("Sheet"), "long", width=14),
        Column("row", _("Row"), "whole", width=8),
        Column("status", _("New values"), "long", width=16),
    ]
    book.table(
        _(TITLE),
        _("Clients whose profile must be updated by hand after a change of law, with the questions to answer"),
        columns,
        alert_law.profiles(contents),
        nothing=_("No client has to update a profile by hand."),
        frozen=2,
        tab=CAUTION_INK,
        key="law_change",
    )
