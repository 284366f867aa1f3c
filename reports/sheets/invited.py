"""Who would be invited: round by round in rank order, with every component of the score."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from reports.report import rounds
from reports.report.contents import ReportContents
from reports.sheets import on_record
from reports.sheets.columns import crs_columns, people_columns, score_title
from reports.wording.words import kinds
from reports.workbook.book import Book, Column
from reports.workbook.looks import INVITED
from transforms.model.wording import N_, _

TITLE = N_("Invited")


def add(book: Book, contents: ReportContents) -> None:
    """Adds the sheet: one row a round and client that it invites."""
    frame = rounds.candidates(contents).filter(pl.col("outcome") == rounds.INVITED).with_columns(kinds("invited_as"))
    columns = [
        Column("round", _("Round"), widest=16),
        Column("kind", _("Kind"), widest=18),
        Column("rank", _("Rank"), "whole"),
        *people_columns(),
        Column("crs_total", score_title(contents), "total"),
        Column("distance", _("Above the cut-off"), "margin"),
        Column("invited_as", _("Invited as"), "centred"),
        Column("profile_submitted_at", _("Profile submitted (UTC)"), "moment", width=21),
    ]
    said = _("By calculation. ITAs received are on the sheet {sheet}.").format(sheet=_(on_record.TITLE))
    columns = [
        *(replace(column, group=said) for column in columns),
        *crs_columns(contents.scores, on_paper=False),
    ]
    nothing = _("Nobody was invited in these rounds.") if rounds.recent(contents) else rounds.none_held(contents)
    about = _("Whom each round takes, in rank order, with every component of the score")
    book.table(_(TITLE), about, columns, frame, nothing=nothing, frozen=6, tab=INVITED, key="invited")
