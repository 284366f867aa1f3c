"""What else was tried for the forecast: python docs/forecast_trials.py [members|days|gaps|stops|sizes|width ...].

`members` (the default) measures constants of the lines on the eve of each round, before 2024 and since. The others
measure the neighbours of the constants of the calendar and of the width, on rounds before 2024 alone.
"""  # noqa: INP001

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import polars as pl

from transforms.backtest import backtest, backtest_ahead, backtest_asked, backtest_chances
from transforms.backtest.proper_scores import bootstrap, log_scores
from transforms.forecast import futures
from transforms.forecast.forecast import HORIZONS
from transforms.forecast.futures import Calendar
from transforms.national_pool import cutoff_model, national_pool
from transforms.rounds.rounds import KINDS
from transforms.rules import load
from validation.rounds import rounds_file

ROUNDS = Path(__file__).parent.parent / "sample_data" / "rounds.json"
SPANS = ((date(2022, 1, 1), date(2023, 12, 31)), (date(2024, 1, 1), date(2026, 8, 7)))
SHOWN = ("PNP", "CEC", "french")
# The rounds on which the calendar and the width are tried: with the cut-offs, and for the days of rounds alone.
TRIED_FROM, LONG_FROM, TRIED_TO = date(2022, 7, 1), date(2016, 1, 1), date(2023, 12, 31)
FUTURES = 1000
# Days before a round on which it is asked about.
AHEAD = (7, 30, 60, 90)


@contextmanager
def having(place: ModuleType, **values: Any) -> Iterator[None]:
    """Other constants for a while."""
    before = {name: getattr(place, name) for name in values}
    for name, value in values.items():
        setattr(place, name, value)
    yield
    for name, value in before.items():
        setattr(place, name, value)


@contextmanager
def only(family: Callable[[cutoff_model.CutoffModel], np.ndarray]) -> Iterator[None]:
    """The members of one family alone."""
    whole = cutoff_model.CutoffModel.prior
    cutoff_model.CutoffModel.prior = property(lambda self: np.where(family(self), 0.0, -1e9))  # type: ignore[assignment,method-assign]
    yield
    cutoff_model.CutoffModel.prior = whole  # type: ignore[method-assign]


def is_arrivals(one: cutoff_model.CutoffModel) -> np.ndarray:
    """Members that reckon with arrivals; all for nominees, who have a family of their own."""
    return (one.shape < len(one.curves.arrivals)) | (one.kind == "PNP")


def is_share(one: cutoff_model.CutoffModel) -> np.ndarray:
    """Members that reckon with a share of the pool; all for nominees."""
    return (one.shape >= len(one.curves.arrivals)) | (one.kind == "PNP")


def measured(name: str) -> None:
    """One line of the table: by span, error over persistence and coverage, and the errors of the larger kinds."""
    frame, rules = rounds_file.read(ROUNDS), load()
    rounds = national_pool.published_rounds(frame)
    found = backtest.foreseen(rounds, frame, rules, own_first=False)
    last: dict[str, int] = {}
    rows = []
    for one, seen in zip(rounds, found, strict=True):
        if seen is not None and one.kind in last:
            rows.append((one.date, one.kind, abs(seen.p50 - one.cut_off), abs(last[one.kind] - one.cut_off),
                         seen.covers(one.cut_off)))  # fmt: skip
        last[one.kind] = one.cut_off
    made = pl.DataFrame(rows, schema=["date", "kind", "error", "persistence", "covered"], orient="row")
    parts = []
    for first, end in SPANS:
        span = made.filter(pl.col("date").is_between(first, end))
        ratio = span["error"].sum() / span["persistence"].sum()
        parts.append(f"{ratio:5.2f} {span['covered'].mean():5.0%}")
    by_kind = (f"{span.filter(pl.col('kind') == kind)['error'].mean():6.1f}" for kind in SHOWN)
    print(f"{name:52}  {parts[0]:>12}  {parts[1]:>12}  {' '.join(by_kind)}", flush=True)


def simple_ones() -> None:
    """Forecasts without a model, of 2024 and later: the last cut-offs of the kind."""
    rounds = [one for one in national_pool.published_rounds(rounds_file.read(ROUNDS)) if one.date <= SPANS[1][1]]
    for name, of in (("mean", np.mean), ("median", np.median)):
        for count in (2, 3, 5, 8, 16):
            errors: dict[str, list[float]] = {}
            seen: dict[str, list[int]] = {}
            for one in rounds:
                if one.date >= SPANS[1][0] and one.kind in seen and one.number != "297":
                    errors.setdefault(one.kind, []).append(abs(of(seen[one.kind][-count:]) - one.cut_off))
                seen.setdefault(one.kind, []).append(one.cut_off)
            every = [error for kind in errors.values() for error in kind]
            by_kind = " ".join(f"{np.mean(errors[kind]):6.1f}" for kind in SHOWN)
            print(f"{f'{name} of the last {count}':52}  {'':12}  {np.mean(every):12.1f}  {by_kind}")


def days_of_rounds() -> pl.DataFrame:
    """How well the calendar alone says whether a round of a kind comes in time: a row a question.

    Asked every fortnight from LONG_FROM on, of kinds held in the year before, with rounds to TRIED_TO. kind String, day Date,
    days Int64: the horizon; chance Float64: the share of the draws whose next round comes in time; came Boolean.
    """
    by_kind: dict[str, list[national_pool.Held]] = {kind: [] for kind in KINDS}
    for one in national_pool.published_rounds(rounds_file.read(ROUNDS)):
        if one.kind in by_kind and one.date <= TRIED_TO:
            by_kind[one.kind].append(one)
    rows: list[tuple[Any, ...]] = []
    for number, day in enumerate(backtest_asked.asking_days(LONG_FROM, TRIED_TO)):
        for place, kind in enumerate(KINDS):
            past = [one for one in by_kind[kind] if one.date <= day]
            if not backtest_chances.is_held(past, day):
                continue
            elapsed = (day - past[-1].date).days
            rng = np.random.default_rng([number, place])
            wait = Calendar.of(past, day).draw(elapsed, FUTURES, rng)[0] - elapsed
            for days in (days for days in HORIZONS if day + timedelta(days=days) <= TRIED_TO):
                came = any(0 < (one.date - day).days <= days for one in by_kind[kind])
                rows.append((kind, day, days, float((wait <= days).mean()), came))
    made = pl.DataFrame(rows, schema=["kind", "day", "days", "chance", "came"], orient="row")
    scores = log_scores(made["chance"].to_numpy(), made["came"].to_numpy())
    return made.with_columns(pl.Series("score", scores))


def log_scores_of_days() -> list[float]:
    """The mean log score of the calendar alone within each horizon."""
    return days_of_rounds().group_by("days").agg(pl.col("score").mean()).sort("days")["score"].to_list()


def tried(name: str, *, has_calendar: bool = True) -> None:
    """One line of a table on rounds before 2024: chances, the days of rounds, kinds alone, and rounds asked ahead."""
    frame, rules = rounds_file.read(ROUNDS), load()
    made = backtest_chances.backtest_chances(frame, rules, TRIED_FROM, TRIED_TO, FUTURES)
    chances = backtest_chances.figures(made).filter(pl.col("kind") == "all").sort("days")["log_score"]
    days = log_scores_of_days() if has_calendar else []
    kinds, ahead = (
        backtest_asked.figures(answers.with_columns(pl.lit(None, pl.Int16()).alias("days_ahead"))).row(0, named=True)
        for answers in (
            backtest_ahead.backtest_kinds(frame, rules, TRIED_FROM, TRIED_TO, FUTURES),
            backtest_ahead.backtest_ahead(frame, rules, TRIED_FROM, TRIED_TO, AHEAD, FUTURES),
        )
    )
    parts = [" ".join(f"{score:.3f}" for score in some) for some in (chances, days)]
    parts += [f"{one['crps']:5.2f} {one['covered']:4.0%}" for one in (kinds, ahead)]
    print(f"{name:44}  {parts[0]:17}  {parts[1]:17}  {parts[2]}  {parts[3]}", flush=True)


def each_of(place: ModuleType, name: str, words: str, values: tuple[Any, ...], **options: bool) -> None:
    """The lines of some values of one constant, with the one that is in use in brackets."""
    in_use = getattr(place, name)
    for value in values:
        with having(place, **{name: value}):
            tried(f"{words.format(value)} ({in_use})", **options)


def gaps() -> None:
    """Constants of the days between rounds."""
    each_of(futures, "RECENT_GAPS", "latest {} gaps", (6, 24))
    each_of(futures, "GAP_HALF_LIFE", "gaps count half after {} rounds", (2.0, 8.0))
    each_of(futures, "GAP_BLUR", "gaps blurred by {}", (0.2, 0.5))
    each_of(futures, "USUAL_WEIGHT", "usual gaps count {} times the latest", (0.5, 2.0))


def stops() -> None:
    """Constants of kinds that stop."""
    each_of(futures, "STOPS_A_YEAR", "stops {} times a year", (0.12, 0.5, 1.0))
    each_of(futures, "STOPPED_DAYS", "held again after {} days", (150.0, 600.0))


def sizes() -> None:
    """Constants of the numbers of invitations that are drawn."""
    each_of(futures, "RECENT_SIZES", "latest {} sizes", (4, 16), has_calendar=False)
    each_of(futures, "SIZE_HALF_LIFE", "sizes count half after {} rounds", (0.5, 2.0, 4.0), has_calendar=False)
    each_of(futures, "SIZE_BLUR", "sizes blurred by {}", (0.15, 0.5), has_calendar=False)


def width() -> None:
    """Constants of the width of the intervals far ahead."""
    each_of(cutoff_model, "DOUBLED_AFTER", "variance doubles in {} days", (30.0, 120.0, 240.0), has_calendar=False)
    each_of(cutoff_model, "BEYOND_MISS", "beyond the latest sizes {}", (0.25, 1.0), has_calendar=False)


def days() -> None:
    """The calendar alone with other stops: chance, log score, and its difference from the constants in use.

    In brackets stands where 19 in 20 bootstraps fall, which draw the half-years of each kind again.
    """
    in_use = days_of_rounds()
    came = in_use.group_by("days").agg(pl.col("came").mean()).sort("days")["came"]
    print("a round came within 30, 90 and 180 days in " + ", ".join(f"{share:.0%}" for share in came))
    for stops_a_year, stopped_days in product((0.25, 0.5, 1.0), (300.0, 600.0)):
        with having(futures, STOPS_A_YEAR=stops_a_year, STOPPED_DAYS=stopped_days):
            made = days_of_rounds()
        parts = []
        for horizon in HORIZONS:
            some, before = (frame.filter(pl.col("days") == horizon) for frame in (made, in_use))
            difference = (some["score"] - before["score"]).to_numpy()
            halves = some.select(pl.format("{} {}", "kind", pl.col("day").dt.truncate("6mo"))).to_series().to_numpy()
            low, high = bootstrap(difference, np.ones(len(difference)), halves)
            chance, score = (some[name].mean() for name in ("chance", "score"))
            parts.append(f"{chance:4.0%} {score:.3f} {difference.mean():+.3f} [{low:+.3f} to {high:+.3f}]")
        print(
            f"stops {stops_a_year} times a year, held again after {stopped_days} days:  {'   '.join(parts)}", flush=True
        )


def before_2024(trials: Callable[[], None]) -> None:
    """One of the tables on rounds before 2024, with the constants as they are on its first line."""
    print(f"{'':44}  {'chances':17}  {'days of rounds':17}  {'KIND':11} KIND:SIZE@DATE")
    tried("as it is", has_calendar=trials in (gaps, stops))
    trials()


def members() -> None:
    """Prints the tables."""
    print(f"{'':52}  {'2022-2023':>12}  {'from 2024':>12}  {'  '.join(SHOWN):>20}")
    simple_ones()
    measured("as it is")
    with only(is_arrivals):
        measured("arrivals alone")
    with only(is_share):
        measured("share of the pool alone")
    with having(cutoff_model, BENDS=(0.0,), SHARE_BENDS=(0.0,)):
        measured("tails without a bend")
    with having(cutoff_model, GAINS=(1.0,), LOWEST_GAINS=(0.0,)):
        measured("levels that follow the last round at once")
    with having(cutoff_model, GAINS=(0.4,)):
        measured("levels that follow slowly")
    for value in (0.85, 0.95):
        with having(cutoff_model, MISS_MEMORY=value):
            measured(f"memory of misses {value} (0.7)")
    for value in (0.9, 1.0):
        with having(cutoff_model, WORTH_MEMORY=value):
            measured(f"memory of what members were worth {value} (0.95)")
    for value in (0.1, 0.35):
        with having(cutoff_model, FIRST_MISS=value):
            measured(f"first miss {value} (0.2)")
    for value in (0.0, 0.1, 0.4):
        with having(cutoff_model, WIDTH_PACE=value):
            measured(f"pace of the width {value} (0.2)")
    for value in (30, 120):
        with having(national_pool, FLOW_HALF_LIFE=value):
            measured(f"half-life of flows {value} days (60)")


def main() -> None:
    """Prints the tables that are asked for."""
    tables: dict[str, Callable[[], None]] = {"gaps": gaps, "stops": stops, "sizes": sizes, "width": width}
    for name in sys.argv[1:] or ["members"]:
        if name == "members":
            members()
        elif name == "days":
            days()
        elif name in tables:
            before_2024(tables[name])
        else:
            sys.exit(f"{name!r} is no table; the tables are members, days, {', '.join(tables)}")


if __name__ == "__main__":
    main()
