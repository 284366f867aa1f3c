"""How far each kind of answer of the forecast was off on past rounds, as shipped with the program."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import polars as pl

from transforms.backtest import backtest_asked, backtest_chances, national_replay
from transforms.backtest.backtest_ahead import DAYS_AHEAD, backtest_ahead, backtest_kinds
from transforms.backtest.backtest_asked import form_of
from transforms.forecast.futures import Question
from transforms.model.kind_words import kind_word
from transforms.model.wording import _, decimal, n_, whole_number
from transforms.rules import Rules

# A kind with fewer rounds than this has no figures of its own: those over all kinds apply.
MIN_ROUNDS = 10
DECIMALS, PERCENT = 4, 100
# The bins of chances, by their lower end, that the note on chances names.
MIDDLE_BINS = (0.3, 0.5)
SPAN = {"first": pl.Date(), "last": pl.Date()}
ROUNDS_SCHEMA = {**backtest_asked.FIGURES_SCHEMA, **SPAN}
CHANCES_SCHEMA = {**backtest_chances.FIGURES_SCHEMA, **SPAN}
RELIABILITY_SCHEMA = {**backtest_chances.RELIABILITY_SCHEMA, **SPAN}
SIMULATED_SCHEMA = {**national_replay.SUMMARY_SCHEMA, **SPAN}
HERE = Path(__file__).parent
ROUNDS, CHANCES, RELIABILITY, SIMULATED = (
    HERE / f"forecast_record_{name}.csv" for name in ("rounds", "chances", "reliability", "simulated")
)  # fmt: skip


def round_record(frame: pl.DataFrame, rules: Rules, start: date, end: date) -> pl.DataFrame:
    """The record of each form of question, kind and distance on the rounds of a time; columns as ROUNDS_SCHEMA."""
    parts = []
    for with_size in (True, False):
        ahead = backtest_ahead(frame, rules, start, end, with_size=with_size)
        parts += [backtest_asked.figures(ahead), backtest_asked.over_distances(ahead)]
        parts.append(backtest_asked.figures(backtest_kinds(frame, rules, start, end, with_size=with_size)))
    return spanned(pl.concat(parts), start, end)


def simulated_record(frame: pl.DataFrame, rules: Rules, start: date, end: date) -> pl.DataFrame:
    """The record of the published rounds of a time simulated in a row, by kind; columns as SIMULATED_SCHEMA."""
    return spanned(national_replay.summary(national_replay.in_a_row(frame, rules, start, end).rounds), start, end)


def spanned(figures: pl.DataFrame, start: date, end: date) -> pl.DataFrame:
    """Figures rounded, with the days they are measured on."""
    return figures.with_columns(
        pl.col(pl.Float64).round(DECIMALS), pl.lit(start).alias("first"), pl.lit(end).alias("last")
    )


@lru_cache(maxsize=1)
def shipped_rounds() -> pl.DataFrame:
    """The shipped record of rounds; columns as ROUNDS_SCHEMA."""
    return pl.read_csv(ROUNDS, schema=ROUNDS_SCHEMA)


@lru_cache(maxsize=1)
def shipped_chances() -> pl.DataFrame:
    """The shipped record of chances; columns as CHANCES_SCHEMA."""
    return pl.read_csv(CHANCES, schema=CHANCES_SCHEMA)


@lru_cache(maxsize=1)
def shipped_reliability() -> pl.DataFrame:
    """The shipped reliability of chances; columns as RELIABILITY_SCHEMA."""
    return pl.read_csv(RELIABILITY, schema=RELIABILITY_SCHEMA)


@lru_cache(maxsize=1)
def shipped_simulated() -> pl.DataFrame:
    """The shipped record of simulated rounds; columns as SIMULATED_SCHEMA."""
    return pl.read_csv(SIMULATED, schema=SIMULATED_SCHEMA)


def simulated_in_all() -> dict[str, Any]:
    """The row of the shipped record of simulated rounds that is of all kinds."""
    return shipped_simulated().row(by_predicate=pl.col("kind") == "all", named=True)


def row_of(
    question: Question, known_on: date, record: pl.DataFrame | None = None, *, is_past_change: bool = False
) -> dict[str, Any]:
    """The row of the record that applies to a question, given the day up to which rounds are known.

    The distance is the next longer one that was measured; on its eve a round is 0 days ahead. The kind is `all` where the
    kind had fewer than MIN_ROUNDS rounds. Beside the row stand `is_past_change`, as given (the round lies past a change
    of the CRS that the kind has not been through), and `is_beyond`: it lies so, or further ahead than was measured.
    """
    record = shipped_rounds() if record is None else record
    form = record.filter(pl.col("form") == form_of(question))
    is_far = False
    if question.date is None:
        rows = form.filter(pl.col("days_ahead").is_null())
    else:
        days = (question.date - known_on).days
        # A round asked about for its own day was measured from what was known on its eve.
        days = 0 if days == 1 else days
        is_far = days > max(DAYS_AHEAD)
        distance = min((one for one in DAYS_AHEAD if one >= days), default=max(DAYS_AHEAD))
        rows = form.filter(pl.col("days_ahead") == distance)
    own = rows.filter((pl.col("kind") == question.kind) & (pl.col("rounds") >= MIN_ROUNDS))
    row = (own if own.height else rows.filter(pl.col("kind") == "all")).row(0, named=True)
    return {**row, "is_beyond": is_far or is_past_change, "is_past_change": is_past_change}


def note_of(question: Question, row: dict[str, Any]) -> str:
    """What a row of the record says of an answer, in words."""
    count = row["rounds"]
    kind = _("all kinds") if row["kind"] == "all" else kind_word(row["kind"])
    if row["days_ahead"] is None:
        text = n_(
            "{round}: measured on {n} past round of {kind}, asked every 14 days. The forecast missed by {error} points on "
            "average, the last cut-off by {persistence}. {covered} % of the answers lay within p10 to p90.",
            "{round}: measured on {n} past rounds of {kind}, asked every 14 days. The forecast missed by {error} points on "
            "average, the last cut-off by {persistence}. {covered} % of the answers lay within p10 to p90.",
            count,
        )
    else:
        text = n_(
            "{round}: measured on {n} past round of {kind}, asked {days} days ahead. The forecast missed by {error} points "
            "on average, the last cut-off by {persistence}. {covered} % of the rounds lay within p10 to p90.",
            "{round}: measured on {n} past rounds of {kind}, asked {days} days ahead. The forecast missed by {error} points "
            "on average, the last cut-off by {persistence}. {covered} % of the rounds lay within p10 to p90.",
            count,
        )
    shown = text.format(
        round=question.text, n=whole_number(count), kind=kind, days=row["days_ahead"], error=decimal(row["error"]),
        persistence=decimal(row["persistence"]), covered=decimal(PERCENT * row["covered"], 0),
    )  # fmt: skip
    if row["is_past_change"]:
        return shown + " " + _("A change of the CRS lies between these rounds and this one.")
    return shown + " " + _("The day lies further ahead than was measured.") if row["is_beyond"] else shown


def chances_of_all(record: pl.DataFrame | None = None) -> pl.DataFrame:
    """The rows of the record that are of all kinds."""
    record = shipped_chances() if record is None else record
    return record.filter(pl.col("kind") == "all")


def chances_note(record: pl.DataFrame | None = None, reliability: pl.DataFrame | None = None) -> str:
    """What the record says of chances, in words."""
    rows = chances_of_all(record).sort("days").to_dicts()
    opening = _(
        "Chances: measured on {n} past chances of scores around the last cut-offs, made up for the test and asked every 14 days."
    ).format(n=whole_number(sum(row["asked"] for row in rows)))
    sentences = [
        _(
            "Grouped by tenths, chances within {days} days differed from the share then invited by {off} percentage points "
            "on average (log score {score}, that of the usual share {usual}, less is better)."
        ).format(
            days=row["days"], off=decimal(PERCENT * row["off"], 0), score=decimal(row["log_score"], 2),
            usual=decimal(row["climatology_log_score"], 2),
        )
        for row in rows
    ]  # fmt: skip
    return " ".join([opening, *sentences, *_middle_chances(reliability)])


def _middle_chances(reliability: pl.DataFrame | None) -> list[str]:
    """A sentence on what chances in the middle were worth within the longest time; none where none were measured."""
    all_bins = shipped_reliability() if reliability is None else reliability
    found = {
        low: all_bins.filter((pl.col("days") == pl.col("days").max()) & (pl.col("low") == low)).to_dicts()
        for low in MIDDLE_BINS
    }
    if not all(found.values()):
        return []
    (lower,), (upper,) = found.values()
    return [
        _(
            "Of people shown {low} % within {days} days, {low_share} % were invited, and of those shown {high} %, {high_share} %."
        ).format(
            days=lower["days"],
            **{
                name: decimal(PERCENT * share, 0)
                for name, share in (
                    ("low", lower["chance"]), ("low_share", lower["happened"]),
                    ("high", upper["chance"]), ("high_share", upper["happened"]),
                )
            },
        )
    ]  # fmt: skip
