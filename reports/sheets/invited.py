"""Who would be invited: round by round in rank order, with every component of the score."""

from __future__ import annotations

import polars as pl

from reports import rounds
from reports.book import Book, Column
from reports.contents import ReportContents
from reports.looks import INVITED
from reports.sheets.columns import crs_columns, people_columns, score_title

TITLE = "Invited"


def add(book: Book, contents: ReportContents) -> None:
    """Adds the sheet: one row a round and client that it invites."""
    frame = rounds.candidates(contents).filter(pl.col("outcome") == rounds.INVITED)
    columns = [
        Column("round", "Round", widest=16),
        Column("kind", "Kind", widest=18),
        Column("rank", "Rank", "whole"),
        *people_columns(),
        Column("crs_total", score_title(contents), "total"),
        Column("distance", "Above the cut-off", "signed"),
        Column("invited_as", "Invited as", "told"),
        Column("profile_submitted_at", "Profile submitted (UTC)", "moment", width=21),
        *crs_columns(contents.scores),
    ]
    nothing = "Nobody was invited in these rounds." if rounds.recent(contents) else rounds.none_held(contents)
    about = "Whom each round takes, in rank order, with every component of the score"
    book.table(TITLE, about, columns, frame, nothing=nothing, frozen=6, tab=INVITED)
