"""What else was tried for the forecast, measured as `drawline backtest` measures: python docs/forecast_trials.py."""  # noqa: INP001

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import polars as pl

from transforms import backtest, lines, national_pool
from transforms.rules import load
from validation import rounds_file

ROUNDS = Path(__file__).parent.parent / "sample_data" / "rounds.json"
SPANS = ((date(2022, 1, 1), date(2023, 12, 31)), (date(2024, 1, 1), date(2026, 8, 7)))
SHOWN = ("PNP", "CEC", "french")


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
def only(family: Callable[[lines.Lines], np.ndarray]) -> Iterator[None]:
    """The members of one family alone."""
    whole = lines.Lines.prior
    lines.Lines.prior = property(lambda self: np.where(family(self), 0.0, -1e9))  # type: ignore[assignment,method-assign]
    yield
    lines.Lines.prior = whole  # type: ignore[method-assign]


def is_arrivals(one: lines.Lines) -> np.ndarray:
    """Members that reckon with arrivals; all for nominees, who have a family of their own."""
    return (one.shape < len(one.curves.arrivals)) | (one.kind == "PNP")


def is_share(one: lines.Lines) -> np.ndarray:
    """Members that reckon with a share of the pool; all for nominees."""
    return (one.shape >= len(one.curves.arrivals)) | (one.kind == "PNP")


def measured(name: str) -> None:
    """One line of the table: by span, error over persistence and coverage, and the errors of the larger kinds."""
    frame, rules = rounds_file.read(ROUNDS), load()
    rounds = national_pool.held(frame)
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
    rounds = [one for one in national_pool.held(rounds_file.read(ROUNDS)) if one.date <= SPANS[1][1]]
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


def main() -> None:
    """Prints the tables."""
    print(f"{'':52}  {'2022-2023':>12}  {'from 2024':>12}  {'  '.join(SHOWN):>20}")
    simple_ones()
    measured("as it is")
    with only(is_arrivals):
        measured("arrivals alone")
    with only(is_share):
        measured("share of the pool alone")
    with having(lines, BENDS=(0.0,), SHARE_BENDS=(0.0,)):
        measured("tails without a bend")
    with having(lines, GAINS=(1.0,), LOWEST_GAINS=(0.0,)):
        measured("levels that follow the last round at once")
    with having(lines, GAINS=(0.4,)):
        measured("levels that follow slowly")
    for value in (0.85, 0.95):
        with having(lines, MISS_MEMORY=value):
            measured(f"memory of misses {value} (0.7)")
    for value in (0.9, 1.0):
        with having(lines, WORTH_MEMORY=value):
            measured(f"memory of what members were worth {value} (0.95)")
    for value in (0.1, 0.35):
        with having(lines, FIRST_MISS=value):
            measured(f"first miss {value} (0.2)")
    for value in (0.0, 0.1, 0.4):
        with having(lines, WIDTH_PACE=value):
            measured(f"pace of the width {value} (0.2)")
    for value in (30, 120):
        with having(national_pool, FLOW_HALF_LIFE=value):
            measured(f"half-life of flows {value} days (60)")


if __name__ == "__main__":
    main()
