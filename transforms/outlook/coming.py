"""Everything dated that lies ahead of a firm's clients, and the application stage of who is invited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from transforms.outlook import ahead, application, deadlines, outlook, outlook_invited, unrecorded
from transforms.rounds.rounds import Round
from transforms.rules import Rules


@dataclass(frozen=True)
class Coming:
    """What lies ahead of the coming 12 months: `events` as the frame AHEAD, `applications` and `documents` as those of
    transforms.outlook.application, of an unrecorded invitation with what is to be entered.
    """

    events: pl.DataFrame = field(repr=False)
    applications: pl.DataFrame = field(repr=False)
    documents: pl.DataFrame = field(repr=False)


def coming(
    sheets: Mapping[str, pl.DataFrame], recorded: pl.DataFrame, rules: Rules, as_of: date, published: Sequence[Round]
) -> Coming:
    """The events of the coming 12 months and the application stage, from the typed sheets on a day.

    `sheets` have the invitations of the published rounds in their Candidates rows, where these are known (see
    transforms.rounds.invitations.with_invitations); `recorded` are the Candidates rows as the firm wrote them, the same frame
    where no invitation is known but from the records.
    """
    with ThreadPoolExecutor(1) as beside:
        engine = beside.submit(outlook.upcoming_events, sheets, as_of, rules)
        stage = application.stage(sheets, rules, as_of, published)
        clocks = deadlines.deadlines(sheets, stage, rules, as_of)
        clocks = unrecorded.in_deadlines(clocks, stage.applications, recorded)
        invited = outlook_invited.upcoming_of_invited(sheets, stage, as_of, rules)
        events = ahead.sorted_([engine.result(), invited, clocks])
    return Coming(events, unrecorded.in_applications(stage.applications, recorded), stage.documents)
