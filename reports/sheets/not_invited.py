"""Who was in a round and not taken, and by how much; and who is undetermined."""

from __future__ import annotations

import polars as pl

from reports.report import rounds
from reports.report.contents import ReportContents
from reports.sheets.columns import people_columns, score_title
from reports.wording.words import UNDETERMINED
from reports.workbook.book import Book, Column
from reports.workbook.looks import NOT_INVITED
from transforms.model.wording import N_, _, named
from transforms.scoring.reason_words import reasons_in_words

TITLE = N_("Not invited")
IN_WORDS = {rounds.NOT_INVITED: N_("not invited"), rounds.UNDETERMINED: UNDETERMINED}


def add(book: Book, contents: ReportContents) -> None:
    """Adds the sheet: the nearest to each cut-off first, and after all rounds those who are undetermined."""
    columns = [
        Column("round", _("Round"), "long", width=14),
        Column("kind", _("Kind"), "long", width=20),
        Column("rank", _("Rank"), "whole"),
        *people_columns(),
        Column("crs_total", score_title(contents), "total"),
        Column("cut_off", _("Cut-off"), "whole"),
        Column("distance", _("Distance to the cut-off"), "margin"),
        Column("outcome", _("Outcome"), "centred", width=16),
        Column("reason", _("Reason, or what is not known"), "long", width=58),
        Column("profile_submitted_at", _("Profile submitted (UTC)"), "moment", width=21),
        Column("invited_in", _("Invited in"), "long", width=14),
    ]
    made = rounds.candidates(contents)
    elsewhere = rounds.invited_in(made)
    frame = pl.concat(
        [
            one.join(elsewhere, on="client_id", how="left", maintain_order="left").select(
                column.key for column in columns
            )
            for one in (made.filter(pl.col("outcome") == rounds.NOT_INVITED), rounds.undetermined(made))
        ]
    ).with_columns(named(IN_WORDS, pl.col("outcome")))
    frame = frame.with_columns(reasons_in_words(frame["reason"]))
    nothing = _("Everybody who was in a round was invited.") if rounds.recent(contents) else rounds.none_held(contents)
    about = _("Whom each round leaves, with the distance to its cut-off; and who is undetermined")
    book.table(_(TITLE), about, columns, frame, nothing=nothing, frozen=5, tab=NOT_INVITED, key="not_invited")
