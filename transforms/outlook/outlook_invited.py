"""What the engine says of who holds an invitation: what falls before the application, and whether it touches it.

Out of the pool no round takes them. What counts is the test of IRPA 11.2 on the day of the application, under the law of
the invitation (of that day for what the regulations count on it, such as settlement funds) and at the age on its day; after that day, and of an invitation that lapsed, nothing is said of a score.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import polars as pl

from transforms.model.calendar import MONTHS_IN_A_YEAR, completed_years, months_later
from transforms.model.wording import N_, _, phrase
from transforms.outlook import ahead, outlook
from transforms.outlook.application import WAITING, Stage, by_law_of_invitation, is_invited
from transforms.rules import Rules

DAY = timedelta(days=1)
# The documents reported as too old on the day of the application, by the kind of event.
DOCUMENTS = {"test_expires": "language_result", "assessment_expires": "eca"}
DISREGARDED = N_("{event}; disregarded: it falls after the invitation (IRPA 11.2(2)(a))")


def upcoming_of_invited(sheets: Mapping[str, pl.DataFrame], stage: Stage, as_of: date, rules: Rules) -> pl.DataFrame:
    """The dated events of who is invited, up to the assumed application date (frame `ahead.SCHEMA`).

    Takes the typed sheets and the application stage of the day. What takes something away says whether the application
    is still eligible, and by how much; where it would, there is nothing to be done about it, nor where the deadlines report
    the same document as too old on the day. A birthday has no points, for it is disregarded.
    """
    clients = sheets["candidates"].filter(is_invited(as_of))
    waiting = stage.applications.filter(pl.col("state").is_in(WAITING)).join(clients, on="client_id", how="semi")
    last = months_later(as_of, MONTHS_IN_A_YEAR)
    parts = [_birthdays(clients, waiting, as_of, last)]
    for law, own in by_law_of_invitation(waiting, rules):
        if not own.is_empty():
            candidates = _at_the_age_of_the_invitation(clients.join(own, on="client_id", how="semi"))
            until = min(max(own["application_on"].to_list()), last)
            found = outlook.of_clients({**sheets, "candidates": candidates}, as_of, law.rules, until)
            parts.append(_reported_by_deadlines(_before_the_application(found, own), stage.documents))
    return ahead.sorted_(parts)


def _birthdays(clients: pl.DataFrame, waiting: pl.DataFrame, as_of: date, last: date) -> pl.DataFrame:
    found = outlook.birthdays(clients, as_of, last).join(waiting.select("client_id", "application_on"), on="client_id")
    until = pl.min_horizontal("application_on", pl.lit(last))
    coming = found.filter(pl.col("on").is_between(as_of + DAY, until))
    return ahead.of(
        coming.select(
            "client_id",
            "on",
            "item",
            pl.lit("birthday").alias("kind"),
            disregarded(pl.col("what")).alias("what"),
            points=0,
            state=pl.lit(ahead.DISREGARDED),
            needed_on="application_on",
        )
    )


def disregarded(event: pl.Expr) -> pl.Expr:
    """A birthday's text with the reason why it takes nothing away (String)."""
    return phrase(_(DISREGARDED), event=event)


def _at_the_age_of_the_invitation(candidates: pl.DataFrame) -> pl.DataFrame:
    """The candidates as if born on the day of the invitation, so many years earlier that no age is another one."""
    age = completed_years(pl.col("date_of_birth"), pl.col("ita_issued_on"))
    born = pl.col("ita_issued_on").dt.offset_by(pl.format("-{}y", age))
    return candidates.with_columns(born.alias("date_of_birth"))


def _before_the_application(events: pl.DataFrame, waiting: pl.DataFrame) -> pl.DataFrame:
    """The events up to the day of the application, in what they say of it."""
    joined = events.join(
        waiting.select("client_id", "application_on", "holds", "margin"), on="client_id", maintain_order="left"
    ).filter((pl.col("on") <= pl.col("application_on")) & (pl.col("kind") != "birthday"))
    holds = pl.col("holds")
    # A program that the law of the day of the application takes away, such as by a higher table of settlement funds.
    excludes = (pl.col("kind") == "law_changes") & pl.col("programs_before").is_not_null() & ~holds
    takes = pl.col("act_by").is_not_null() | excludes.fill_null(value=False)
    event, day = pl.col("what"), pl.col("application_on").cast(pl.String)
    above = phrase(
        _("{event}; an application on {day} would still hold, {points} above the cut-off"),
        event=event, day=day, points=pl.col("margin").cast(pl.String),
    )  # fmt: skip
    outcome = (
        pl.when(holds & (pl.col("margin") > 0))
        .then(above)
        .when(holds)
        .then(phrase(_("{event}; an application on {day} would still hold, at the cut-off"), event=event, day=day))
        .when(~holds)
        .then(phrase(_("{event}; IRPA 11.2 would not be met on {day}"), event=event, day=day))
        .otherwise(phrase(_("{event}; whether IRPA 11.2 would be met on {day} is undetermined"), event=event, day=day))
    )
    state = (
        pl.when(holds)
        .then(pl.lit(ahead.HELD))
        .when(~holds)
        .then(pl.lit(ahead.NOT_HELD))
        .otherwise(pl.lit(ahead.UNDETERMINED))
    )
    return joined.with_columns(
        pl.when(takes).then(outcome).otherwise("what").alias("what"),
        pl.when(takes).then(state).alias("state"),
        pl.when(takes).then("application_on").alias("needed_on"),
        pl.when(excludes).then(pl.col("on") - DAY).when(~holds.fill_null(value=False)).then("act_by").alias("act_by"),
    ).select(events.columns)


def _reported_by_deadlines(events: pl.DataFrame, documents: pl.DataFrame) -> pl.DataFrame:
    """The events, with nothing to be done about a document that the deadlines ask to be renewed."""
    renewed = documents.filter(pl.col("status") == "too_old").select(
        "client_id", pl.col("kind").alias("document"), (pl.col("valid_until") + DAY).alias("on"), is_deadline=True
    )
    document = pl.col("kind").replace_strict(DOCUMENTS, default=None, return_dtype=pl.String)
    own = ["client_id", "document", "on"]
    joined = events.with_columns(document.alias("document")).join(
        renewed.unique(own), on=own, how="left", maintain_order="left"
    )
    return joined.with_columns(pl.when(pl.col("is_deadline").is_null()).then("act_by").alias("act_by")).select(
        events.columns
    )
