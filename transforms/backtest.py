"""The forecast against what happened: each published round foreseen from what was published before it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl

from transforms.knowledge import Foreseen, Knowledge
from transforms.national_pool import Held, bands_of, crs_changes, held
from transforms.rounds import KINDS
from transforms.rules import Rules

FIRST_DAY = date(2024, 1, 1)
FEW = 10
_QUANTILES = ("p10", "p50", "p90", "mean")
SCHEMA = {
    "round": pl.String(),
    "date": pl.Date(),
    "kind": pl.String(),
    "size": pl.Int32(),
    "published": pl.Int16(),
    "last": pl.Int16(),
    **{name: pl.Float64() for name in _QUANTILES},
    **{f"own_{name}": pl.Float64() for name in _QUANTILES},
}
REPLAY_SCHEMA = {
    "round": pl.String(),
    "date": pl.Date(),
    "kind": pl.String(),
    "size": pl.Int32(),
    "published": pl.Int16(),
    "modelled": pl.Int16(),
    "error": pl.Int16(),
}


def foreseen(
    rounds: Sequence[Held], frame: pl.DataFrame, rules: Rules, *, own_first: bool, kinds: Sequence[str] = KINDS
) -> list[Foreseen | None]:
    """Every round, in order, as it was foreseen before it was taken in; None where nothing was known of its kind."""
    known = Knowledge.of([], bands_of(frame), crs_changes(rules), kinds=kinds)
    return [known.take(one, own_first=own_first) for one in rounds]


def backtest(frame: pl.DataFrame, rules: Rules, start: date = FIRST_DAY, end: date | None = None) -> pl.DataFrame:
    """Each round from `start` to `end` that could be foreseen, given kind, date and size; columns as SCHEMA.

    `last`: the cut-off of the kind's round before, which is what persistence says. `p10` to `mean` are foreseen from
    what was published before the round, `own_p10` to `own_mean` with its own distribution beside that.
    """
    rounds = [one for one in held(frame) if end is None or one.date <= end]
    before = foreseen(rounds, frame, rules, own_first=False)
    beside = foreseen(rounds, frame, rules, own_first=True)
    last: dict[str, int] = {}
    rows = []
    for one, first, second in zip(rounds, before, beside, strict=True):
        if first is not None and second is not None and one.kind in last and one.date >= start:
            rows.append(
                (one.number, one.date, one.kind, one.size, one.cut_off, last[one.kind], *_row(first), *_row(second))
            )
        last[one.kind] = one.cut_off
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _row(one: Foreseen) -> tuple[float, ...]:
    return one.p10, one.p50, one.p90, one.mean


def summary(forecasts: pl.DataFrame) -> pl.DataFrame:
    """By kind, most rounds first, and over all kinds (`all`, last): errors in points, and shares.

    rounds Int64; persistence, error, own_error: mean absolute error of the last cut-off, of p50, and of own_p50;
    ratio = error / persistence (empty where persistence has no error); covered, own_covered: share of rounds within p10 to p90; width: mean of p90 - p10.
    """
    by_kind = _figures(forecasts.group_by("kind")).sort("rounds", "kind", descending=[True, False])
    overall = _figures(forecasts.with_columns(pl.lit("all").alias("kind")).group_by("kind"))
    return pl.concat([by_kind, overall])


def _figures(groups: Any) -> pl.DataFrame:
    published = pl.col("published")
    return groups.agg(
        pl.len().cast(pl.Int64).alias("rounds"),
        (pl.col("last") - published).abs().mean().alias("persistence"),
        (pl.col("p50") - published).abs().mean().alias("error"),
        (pl.col("own_p50") - published).abs().mean().alias("own_error"),
        published.is_between(pl.col("p10"), pl.col("p90")).mean().alias("covered"),
        published.is_between(pl.col("own_p10"), pl.col("own_p90")).mean().alias("own_covered"),
        (pl.col("p90") - pl.col("p10")).mean().alias("width"),
    ).with_columns(pl.when(pl.col("persistence") > 0).then(pl.col("error") / pl.col("persistence")).alias("ratio"))


def replay(frame: pl.DataFrame, rules: Rules, kind: str | None = None) -> pl.DataFrame:
    """Each published round with a distribution, and the cut-off that the model gives from what was known before it.

    Columns as REPLAY_SCHEMA; error = modelled - published. Known: kind, date, size, the distribution dated before the
    round, and all earlier rounds; `modelled` is empty where no earlier round of the kind tells anything.
    """
    rounds = held(frame)
    given = foreseen(rounds, frame, rules, own_first=True, kinds=KINDS if kind is None else (kind,))
    rows = [
        (
            one.number, one.date, one.kind, one.size, one.cut_off,
            *((None, None) if found is None else (round(found.p50), round(found.p50) - one.cut_off)),
        )
        for one, found in zip(rounds, given, strict=True)
        if one.distribution is not None and kind in (None, one.kind)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=REPLAY_SCHEMA, orient="row")


def spread_of_errors(replayed: pl.DataFrame) -> pl.DataFrame:
    """By kind: rounds, median absolute error, 90th percentile and mean of it (points)."""
    size = pl.col("error").abs()
    return (
        replayed.drop_nulls("error")
        .group_by("kind")
        .agg(
            pl.len().cast(pl.Int64).alias("rounds"),
            size.median().alias("median"),
            size.quantile(0.9, interpolation="linear").alias("p90"),
            size.mean().alias("mean"),
        )
        .sort("rounds", "kind", descending=[True, False])
    )
