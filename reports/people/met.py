"""Who is at or above a cut-off, one row a client, for the first sheet."""

from __future__ import annotations

import polars as pl

from reports.people import near_cutoffs
from reports.report.contents import ReportContents
from reports.wording.kinds import KIND_WORDS, round_text
from transforms.model.wording import _, named, phrase
from transforms.rounds.rounds import PROGRAMS

# Rounds of a program or of all come first: they are held most often and take most clients.
FIRST_KINDS = ("general", *PROGRAMS)
BETWEEN = "\n"


def by_client(contents: ReportContents) -> pl.DataFrame:
    """The clients who surely are at or above a cut-off, one row each, in the order of their first round.

    The columns of `near_cutoffs.at_or_above` for the first round of the client, with `rounds_text` (String): that round with
    its day, then the others by kind and number. Rounds of FIRST_KINDS come first, then the newest; of one round the largest
    margin.
    """
    order = [~pl.col("kind").is_in(FIRST_KINDS), "held_on", "round", "margin", "client_id"]
    descending = [False, True, True, True, False]
    found = near_cutoffs.sure(near_cutoffs.at_or_above(contents)).sort(
        order, descending=descending, maintain_order=True
    )
    short = phrase(_("{kind} {number}"), kind=named(KIND_WORDS, pl.col("kind")), number=pl.col("round"))
    is_first = pl.int_range(pl.len()).over("client_id") == 0
    texts = found.with_columns(pl.when(is_first).then(round_text()).otherwise(short).alias("rounds_text"))
    joined = texts.group_by("client_id", maintain_order=True).agg(pl.col("rounds_text").str.join(BETWEEN))
    firsts = found.unique("client_id", keep="first", maintain_order=True)
    return firsts.join(joined, on="client_id", how="left", maintain_order="left")
