"""What somebody must do in the coming days, the gravest consequence first, and whose turn it is."""

from __future__ import annotations

from reports.alerts.consequences import WEEK_DAYS
from reports.people import must_act
from reports.report.contents import ReportContents
from reports.sheets.at_or_above import client_columns
from reports.workbook.book import Book, Column
from reports.workbook.looks import CAUTION_INK
from transforms.model.wording import N_, _

TITLE = N_("To do")


def add(book: Book, contents: ReportContents) -> None:
    """Adds the sheet, where anybody looked for what lies ahead."""
    if contents.coming is None:
        return
    columns = [
        *client_columns(),
        Column("at_stake", _("At stake"), "long", width=16),
        Column("due_on", _("Act by"), "date", width=12),
        Column("days_left", _("Days left"), "days", width=9),
        Column("to_do", _("What to do"), "long", width=112),
        Column("act_by", _("Last day"), "date", width=12),
        Column("turn", _("Whose turn"), "centred", width=12),
        Column("what", _("Why"), "long", width=64, on_paper=False),
        Column("points", _("Points at stake"), "signed", on_paper=False),
        Column("in_pool", _("In the pool"), "centred", width=11, on_paper=False),
    ]
    about = _("What to do within {days} days: what is due within {week} days first, then by consequence").format(
        days=must_act.HORIZON_DAYS, week=WEEK_DAYS
    )
    frame = must_act.must_act(contents)
    nothing = _("Nobody has to act in this time.")
    book.table(_(TITLE), about, columns, frame, nothing=nothing, frozen=2, tab=CAUTION_INK, key="to_do")
