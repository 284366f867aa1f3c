"""Who misses the cut-off of a counted round by a few points, and the cheapest step that closes the gap."""

from __future__ import annotations

from reports.people import near_cutoffs, steps
from reports.report.contents import ReportContents
from reports.sheets.at_or_above import client_columns, round_columns
from reports.sheets.columns import score_title
from reports.wording.kinds import KIND_WORDS
from reports.workbook.book import Book, Column
from reports.workbook.looks import NOT_INVITED
from transforms.model.wording import N_, _, translated
from transforms.rounds.near import CLOSE_POINTS

TITLE = N_("Close")


def add(book: Book, contents: ReportContents) -> None:
    """Adds the sheet: one row a client and counted round; who is eligible first, of these who lacks the fewest points."""
    frame = near_cutoffs.close(contents)
    kind = frame["kind"].replace(KIND_WORDS)
    columns = [
        *client_columns(),
        *round_columns(),
        Column("crs_total", score_title(contents), "total"),
        Column("cut_off", _("Cut-off"), "whole"),
        Column("points_short", _("Points short"), "whole"),
        Column("eligible_text", _("Eligible for the round"), "centred", width=16),
        Column("step", _("Cheapest step"), "long", width=46),
        Column("step_gain", _("Gain"), "signed"),
        Column("enough", _("Enough"), "long", width=18),
        Column("effort", _("Effort"), "long", width=30, on_paper=False),
        Column("lasts_until", _("Score until"), "date", width=12, on_paper=False),
        Column("score_then", _("Score then"), "whole", width=10, on_paper=False),
    ]
    book.table(
        _(TITLE),
        _("Who misses the cut-off of a counted round by at most {points} points, and the cheapest step").format(
            points=CLOSE_POINTS
        ),
        columns,
        frame.with_columns(translated(kind), steps.enough_text().alias("enough"), steps.effort_text().alias("effort")),
        nothing=_("No client is close to the cut-off of a counted round."),
        frozen=2,
        tab=NOT_INVITED,
        key="close",
    )
