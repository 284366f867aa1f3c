"""Published rounds held again on the modelled national pool: python docs/national_trials.py each|year FROM TO."""  # noqa: INP001

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import polars as pl

from transforms.backtest import national_replay
from transforms.rules import load
from validation.rounds import rounds_file

ROUNDS = Path(__file__).parent.parent / "sample_data" / "rounds.json"


def shown(replayed: pl.DataFrame) -> None:
    """The table by kind: mean absolute errors in points, and the share of rounds within the interval."""
    print(f"{'kind':15}  {'rounds':>6}  {'compared':>8}  {'persistence':>11}  {'model':>6}  {'all':>6}  {'within':>6}")
    for row in national_replay.summary(replayed).iter_rows(named=True):
        figures = [row[name] for name in ("persistence", "error", "error_of_all")]
        persistence, error, of_all = ("-" if one is None else f"{one:.1f}" for one in figures)
        within = "-" if row["covered"] is None else f"{row['covered']:.0%}"
        print(
            f"{row['kind']:15}  {row['rounds']:>6}  {row['compared']:>8}  {persistence:>11}  {error:>6}  {of_all:>6}  "
            f"{within:>6}"
        )


if __name__ == "__main__":
    frame, rules = rounds_file.read(ROUNDS), load()
    start, end = (date.fromisoformat(text) for text in sys.argv[2:4])
    if sys.argv[1] == "each":
        shown(national_replay.on_its_day(frame, rules, start, end))
    else:
        year = national_replay.in_a_row(frame, rules, start, end)
        shown(year.rounds)
        off = year.people / year.published - 1
        print(f"pool on {year.distribution_as_of}: {year.people:,} modelled, {year.published:,} published ({off:+.1%})")
