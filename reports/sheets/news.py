"""What changed since the last nightly run, each change with its reason, and the cells behind it."""

from __future__ import annotations

from reports.alerts import alert_news
from reports.alerts.alert_contents import AlertContents
from reports.sheets.columns import people_columns
from reports.workbook.book import Book, Column
from reports.workbook.looks import INVITED
from transforms.model.wording import N_, _

TITLE, CELLS = N_("What changed"), N_("Changed cells")


def add(book: Book, contents: AlertContents) -> None:
    """Adds the changes: one row a change and reason, the weightiest kinds first."""
    columns = [
        Column("kind", _("Kind"), "long", width=20),
        *people_columns(),
        Column("text", _("What changed"), "long", width=56),
        Column("reason", _("Reason"), "long", width=20),
        Column("points", _("Points"), "signed"),
        Column("points_before", _("Score before"), "whole"),
        Column("points_after", _("Score after"), "total"),
        Column("what", _("Subject"), "long", width=18, on_paper=False),
        Column("before", _("Before"), "long", width=16, on_paper=False),
        Column("after", _("After"), "long", width=16, on_paper=False),
    ]
    if contents.compared_with is None:
        about = _("No earlier nightly run to compare with")
        nothing = _("There is no earlier nightly run to compare with.")
    else:
        about = _("What changed since the nightly run of {day}, with the reason of each change")
        nothing = _("Nothing changed since the nightly run of {day}.")
    day = contents.compared_with
    book.table(
        _(TITLE), about.format(day=day), columns, alert_news.news(contents), nothing=nothing.format(day=day), frozen=2,
        tab=INVITED, key="what_changed",
    )  # fmt: skip


def add_cells(book: Book, contents: AlertContents) -> None:
    """Adds every changed cell of the clients whose data changed: one row a cell, with both values and its place."""
    columns = [
        *people_columns(),
        Column("column", _("Column"), "long", width=28),
        Column("before", _("Before"), "long", width=26),
        Column("after", _("After"), "long", width=26),
        Column("file", _("File"), "long", width=30),
        Column("sheet", _("Sheet"), "long", width=18),
        Column("row", _("Row"), "whole", width=8),
    ]
    about = _("The cells behind these changes: what each held before, what it holds now, and where")
    frame = alert_news.cells(contents)
    nothing = _("No changed cell is behind these changes.")
    book.table(_(CELLS), about, columns, frame, nothing=nothing, frozen=2, key="changed_cells")
