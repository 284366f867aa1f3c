"""The cheapest step that brings a client to a cut-off, from the advice over the whole list."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

import polars as pl

from reports.alerts.lead_times import LEAD_DAYS
from reports.wording.advice_words import lever_text
from transforms.advice import is_less_sure, is_outside
from transforms.advice.levers import (
    FIRST_TEST,
    FIRST_TEST_HIGHER,
    NEW_LANGUAGE,
    OCCUPATION,
    ONE_LEVEL,
    PAPERS,
    PROVINCE,
    SEVERAL_LEVELS,
    STUDIES,
    WORK_YEAR,
)
from transforms.model.wording import N_, _, phrase

STEP = {
    "step": pl.String(),
    "step_gain": pl.Int16(),
    "step_effort": pl.Int16(),
    "is_enough": pl.Boolean(),
    "other_round": pl.String(),
}
# What a class of effort is, and the paper that takes time (reports.alerts.lead_times), where one does.
EFFORT_WORDS = {
    ONE_LEVEL: (N_("one level more in a test on record"), "language_result"),
    SEVERAL_LEVELS: (N_("levels more in a test on record"), "language_result"),
    FIRST_TEST: (N_("a first test"), "language_result"),
    FIRST_TEST_HIGHER: (N_("a first test at a higher level"), "language_result"),
    PAPERS: (N_("papers to ask for"), "eca"),
    OCCUPATION: (N_("months of work or study"), None),
    WORK_YEAR: (N_("a year of work"), None),
    STUDIES: (N_("a year or more of study"), None),
    NEW_LANGUAGE: (N_("a language to learn"), None),
    PROVINCE: (N_("a province decides"), "nomination"),
}
KEYS = ("client_id", "round")


def with_steps(short: pl.DataFrame, advice: pl.DataFrame | None, published: Collection[str]) -> pl.DataFrame:
    """Clients who are short of a cut-off (client_id, round, points_short) with the columns STEP.

    `advice` is the frame of transforms.advice, one row a client and lever. Enough is a lever with which the round would
    have taken the client: eligible, at the cut-off, let in by the tie-break. Of these the one of least effort is taken, of
    these the one that gains most. Where none is enough, one with which another round would have taken the client comes
    before the one that gains most; other_round is the last such round. A lever with which the client is not eligible for
    the pool, or no more for sure, is no step. All empty: no lever gains a point, or there is no advice. Of a round that is none of the
    `published` numbers the advice knows nothing: is_enough is empty, and points that close the gap come first.
    """
    if advice is None or advice.is_empty() or short.is_empty():
        return short.with_columns(pl.lit(None, dtype).alias(name) for name, dtype in STEP.items())
    has_met = pl.col("rounds_met").list.len() > 0
    best = (
        short.select(*KEYS, "points_short")
        .join(advice.filter((pl.col("gain") > 0) & ~is_outside() & ~is_less_sure()), on="client_id")
        .with_columns(
            pl.when(pl.col("round").is_in(list(published)))
            .then(pl.col("rounds_met").list.contains(pl.col("round")))
            .alias("is_enough")
        )
        .with_columns(
            pl.col("is_enough").fill_null(pl.col("gain") >= pl.col("points_short")).alias("closes"),
            (~pl.col("is_enough") & has_met).fill_null(value=False).alias("meets_other"),
        )
        .sort(
            "closes",
            "meets_other",
            pl.when(pl.any_horizontal("closes", "meets_other")).then("effort").otherwise(0),
            "gain",
            "effort",
            "lever",
            descending=[True, True, False, True, False, False],
        )
        .unique(KEYS, keep="first", maintain_order=True)
    )
    steps = best.select(
        *KEYS,
        lever_text().alias("step"),
        pl.col("gain").alias("step_gain"),
        pl.col("effort").alias("step_effort"),
        "is_enough",
        pl.when("meets_other").then(pl.col("rounds_met").list.last()).alias("other_round"),
    )
    return short.join(steps, on=KEYS, how="left", maintain_order="left")


def effort_text() -> pl.Expr:
    """The class of effort of a step, with the days that its paper takes (String); empty where there is no step."""
    words = {
        effort: _(text)
        if paper is None
        else _("{class_}, about {days} days").format(class_=_(text), days=LEAD_DAYS[paper])
        for effort, (text, paper) in EFFORT_WORDS.items()
    }
    return pl.col("step_effort").replace_strict(words, default=None, return_dtype=pl.String)


def with_last_days(short: pl.DataFrame, events: pl.DataFrame | None, days: int, as_of: date) -> pl.DataFrame:
    """Clients with `lasts_until` (Date), the last day of the score of today, and `score_then` (Int16), the score after it.

    `events` is the frame AHEAD; the first loss of points within so many days counts. Empty where none is known.
    """
    if events is None:
        return short.with_columns(
            pl.lit(None, pl.Date).alias("lasts_until"), pl.lit(None, pl.Int16).alias("score_then")
        )
    first = (
        events.filter((pl.col("points") < 0) & (pl.col("on") > as_of) & (pl.col("on") <= as_of + timedelta(days=days)))
        .sort("on", "points_after", maintain_order=True)
        .unique("client_id", keep="first", maintain_order=True)
    )
    losses = first.select(
        "client_id", pl.col("on").dt.offset_by("-1d").alias("lasts_until"), pl.col("points_after").alias("score_then")
    )
    return short.join(losses, on="client_id", how="left", maintain_order="left")


def enough_text() -> pl.Expr:
    """Whether a step brings the client into the round (String): yes, no with the reason, or what is undetermined; empty where
    there is no step.
    """
    return _until(
        pl.when("is_enough")
        .then(pl.lit(_("yes")))
        .when(pl.col("other_round").is_not_null())
        .then(phrase(_("for round {round}"), round=pl.col("other_round")))
        .when(~pl.col("is_enough") & (pl.col("step_gain") >= pl.col("points_short")))
        .then(pl.lit(_("no, not taken by the round")))
        .when(pl.col("step_gain") < pl.col("points_short"))
        .then(pl.lit(_("no")))
        .when(pl.col("step_gain").is_not_null())
        .then(pl.lit(_("by points alone")))
    )


def _until(text: pl.Expr) -> pl.Expr:
    """What a step does, with the last day of the score that it adds to."""
    ends = phrase(_("{text}; score until {day}"), text=text, day=pl.col("lasts_until").cast(pl.String))
    return pl.when(pl.col("lasts_until").is_not_null() & text.is_not_null()).then(ends).otherwise(text)
