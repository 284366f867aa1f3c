"""The forecast against what happened: each published round foreseen from what was published before it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import polars as pl

from transforms.backtest.proper_scores import bootstrap, crps
from transforms.forecast import forecast
from transforms.forecast.futures import BLOCK, calendars
from transforms.national_pool.knowledge import Foreseen, Knowledge
from transforms.national_pool.national_pool import Held, bands_of, crs_changes, published_rounds
from transforms.rounds.rounds import KINDS
from transforms.rules import Rules

FIRST_DAY = date(2024, 1, 1)
FEW = 10
_QUANTILES = ("p10", "p50", "p90", "mean", "crps")
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

    `last`: the cut-off of the kind's round before, which is what persistence says. `p10` to `crps` are foreseen from
    what was published before the round, as `drawline forecast` foresees it on its day; `own_p10` to `own_crps` with its
    own distribution beside that.
    """
    rounds = [one for one in published_rounds(frame) if end is None or one.date <= end]
    before = _on_the_eve(rounds, frame, rules, start, own_first=False)
    beside = _on_the_eve(rounds, frame, rules, start, own_first=True)
    last: dict[str, int] = {}
    rows = []
    for one, first, second in zip(rounds, before, beside, strict=True):
        if first is not None and second is not None and one.kind in last:
            rows.append((one.number, one.date, one.kind, one.size, one.cut_off, last[one.kind], *first, *second))
        last[one.kind] = one.cut_off
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _on_the_eve(
    rounds: Sequence[Held], frame: pl.DataFrame, rules: Rules, start: date, *, own_first: bool
) -> list[tuple[float, ...] | None]:
    """By round, the quantiles, mean and CRPS of the command's own forecast on its day; None before `start`."""
    from transforms.backtest.backtest_asked import dated, lines_of

    known = Knowledge.of([], bands_of(frame), crs_changes(rules))
    found: list[tuple[float, ...] | None] = []
    for one in rounds:
        lines = None
        if one.date >= start and one.kind in KINDS:
            if own_first and one.distribution is not None:
                known.ledger.publish(one.distribution)
            earlier_question = dated(one, 0)
            at = forecast.Ground(
                earlier_question.as_of,
                earlier_question.known_on,
                known,
                calendars(known, earlier_question.known_on),
                known.seed,
            )
            lines = lines_of(at, earlier_question.question, BLOCK)
        found.append(None if lines is None else (*_row(Foreseen.of(lines)), crps(lines, one.cut_off)))
        known.take(one, own_first=own_first)
    return found


def _row(one: Foreseen) -> tuple[float, ...]:
    return one.p10, one.p50, one.p90, one.mean


FIGURES = {
    "kind": pl.String(),
    "rounds": pl.Int64(),
    **{name: pl.Float64() for name in (
        "persistence", "error", "own_error", "covered", "own_covered", "width", "ratio", "ratio_low", "ratio_high",
        "covered_low", "covered_high", "crps", "own_crps",
    )},
}  # fmt: skip


def summary(forecasts: pl.DataFrame) -> pl.DataFrame:
    """By kind, most rounds first, and over all kinds (`all`, last): errors in points, and shares; columns as FIGURES.

    persistence, error, own_error: mean absolute error of the last cut-off, of p50, and of own_p50; ratio = error /
    persistence (empty where persistence has no error); covered, own_covered: share of rounds within p10 to p90; width:
    mean of p90 - p10; crps, own_crps: mean, in points; low and high: where 19 in 20 bootstraps of the rounds fall.
    """
    kinds = forecasts.group_by("kind").len().sort("len", "kind", descending=[True, False])["kind"].to_list()
    rows = [_figures(kind, forecasts.filter(pl.col("kind") == kind)) for kind in kinds]
    if kinds:
        rows.append(_figures("all", forecasts))
    return pl.DataFrame(rows, schema=FIGURES, orient="row")


def _figures(kind: str, rounds: pl.DataFrame) -> tuple[object, ...]:
    published, last, middle, own_middle = (
        rounds[name].to_numpy().astype(float) for name in ("published", "last", "p50", "own_p50")
    )
    persistence, error = np.abs(last - published), np.abs(middle - published)
    covered, own_covered = (
        ((rounds[f"{own}p10"] <= rounds["published"]) & (rounds["published"] <= rounds[f"{own}p90"])).to_numpy()
        .astype(float) for own in ("", "own_")
    )  # fmt: skip
    clusters = rounds["round"].to_numpy()
    ratio: tuple[float | None, ...] = (None, None, None)
    if persistence.sum() > 0:
        ratio = (float(error.sum() / persistence.sum()), *bootstrap(error, persistence, clusters))
    return (
        kind, rounds.height, float(persistence.mean()), float(error.mean()), float(np.abs(own_middle - published).mean()),
        float(covered.mean()), float(own_covered.mean()), float((rounds["p90"] - rounds["p10"]).to_numpy().mean()), *ratio,
        *bootstrap(covered, np.ones(len(covered)), clusters), float(rounds["crps"].to_numpy().mean()),
        float(rounds["own_crps"].to_numpy().mean()),
    )  # fmt: skip


def replay(frame: pl.DataFrame, rules: Rules, kind: str | None = None) -> pl.DataFrame:
    """Each published round with a distribution, and the cut-off that the model gives from what was known before it.

    Columns as REPLAY_SCHEMA; error = modelled - published. Known: kind, date, size, the distribution dated before the
    round, and all earlier rounds; `modelled` is empty where no earlier round of the kind tells anything.
    """
    rounds = published_rounds(frame)
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
