"""The chances of clients against what happened: asked every fortnight, for scores around the last cut-off of each kind."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

import numpy as np
import polars as pl

from transforms.backtest.backtest import FIRST_DAY
from transforms.backtest.backtest_asked import ASKED_FOR, FUTURES, Followed, asking_days
from transforms.backtest.proper_scores import bootstrap, brier_scores, log_scores
from transforms.forecast import forecast
from transforms.forecast.chances import LOSSES, ClientsByDay, ages_of_ties, chances
from transforms.forecast.forecast import HORIZONS
from transforms.national_pool.national_pool import Floats, Held
from transforms.rounds.rounds import KINDS
from transforms.rules import Rules

# Points between a client's score and the kind's last cut-off.
MARGINS = (-60, -40, -30, -20, -15, -10, -6, -3, -1, 0, 1, 3, 6, 10, 15, 20, 30, 40, 60)
# Climatology is the share of the fortnights of so many days before on which as much would have sufficed; the share over
# all kinds counts as so many fortnights more.
CLIMATE_DAYS, SHARED_FORTNIGHTS = 730, 4
BINS = (0.0, 0.005, 0.01, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.99, 1.0)
SCHEMA = {
    "as_of": pl.Date(),
    "kind": pl.String(),
    "margin": pl.Int16(),
    "days": pl.Int16(),
    "chance": pl.Float64(),
    "climatology": pl.Float64(),
    "happened": pl.Boolean(),
}
FIGURES_SCHEMA = {
    "kind": pl.String(),
    "days": pl.Int16(),
    "asked": pl.Int64(),
    "happened": pl.Float64(),
    "log_score": pl.Float64(),
    "log_score_low": pl.Float64(),
    "log_score_high": pl.Float64(),
    "brier": pl.Float64(),
    "climatology_log_score": pl.Float64(),
    "climatology_brier": pl.Float64(),
    "off": pl.Float64(),
}
RELIABILITY_SCHEMA = {
    "days": pl.Int16(),
    "low": pl.Float64(),
    "high": pl.Float64(),
    "asked": pl.Int64(),
    "chance": pl.Float64(),
    "happened": pl.Float64(),
}


def backtest_chances(
    frame: pl.DataFrame, rules: Rules, start: date = FIRST_DAY, end: date | None = None, futures: int = FUTURES,
    asked_kinds: Sequence[str] = KINDS,
) -> pl.DataFrame:  # fmt: skip
    """The chance of a client of each kind and margin, asked every fortnight from `start`; columns as SCHEMA.

    A client belongs to the kind alone, keeps the score, and has a profile of the middle age among ties. Kinds are those
    held in the last 365 days. It happened where a round of the kind within so many days took the score; asked is only
    where all of these days lie before `end`.
    """
    followed = Followed(frame, rules)
    last_day = end or followed.rounds[-1].date
    rounds = [one for one in followed.rounds if one.kind in KINDS and one.date <= last_day]
    by_kind = {kind: [one for one in rounds if one.kind == kind] for kind in KINDS}
    rows: list[tuple[object, ...]] = []
    for as_of in asking_days(start, last_day - timedelta(days=min(HORIZONS))):
        ground = followed.on(as_of, as_of)
        kinds = [
            kind for kind in asked_kinds if is_held(by_kind[kind], as_of) and ground.known.ready(kind)
        ]  # fmt: skip
        shares = _shares(ground, frame, kinds, followed.last, futures)
        asked_on = asking_days(as_of - timedelta(days=CLIMATE_DAYS), as_of - timedelta(days=1))
        climate = {days: climatology(by_kind, kinds, asked_on, as_of, days) for days in HORIZONS}
        for kind in kinds:
            for days in (days for days in HORIZONS if as_of + timedelta(days=days) <= last_day):
                happened = invited_within(by_kind[kind], followed.last[kind] + np.array(MARGINS), as_of, days)
                rows += [
                    (as_of, kind, margin, days, float(shares[kind][place, HORIZONS.index(days)]),
                     float(climate[days][kind][place]), bool(happened[place]))
                    for place, margin in enumerate(MARGINS)
                ]  # fmt: skip
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def is_held(rounds: Sequence[Held], as_of: date) -> bool:
    """Was a round held in the ASKED_FOR days up to a day?"""
    return any(0 <= (as_of - one.date).days <= ASKED_FOR for one in rounds)


def invited_within(rounds: Sequence[Held], scores: np.ndarray, as_of: date, days: int) -> np.ndarray:
    """Which scores some of the rounds after a day, and within so many days of it, took."""
    cut_offs = [one.cut_off for one in rounds if as_of < one.date <= as_of + timedelta(days=days)]
    return scores >= min(cut_offs) if cut_offs else np.zeros(len(scores), dtype=bool)


def climatology(
    by_kind: dict[str, list[Held]], kinds: Sequence[str], asked_on: Sequence[date], as_of: date, days: int
) -> dict[str, Floats]:
    """By kind, for each margin, the share of past days on which a round within so many days took as much.

    Only days whose outcome was known on as_of count; the share over all kinds counts as SHARED_FORTNIGHTS days more.
    """
    known = [day for day in asked_on if day + timedelta(days=days) <= as_of]
    outcomes = {
        kind: [
            invited_within(rounds, [one.cut_off for one in rounds if one.date <= day][-1] + np.array(MARGINS), day, days)
            for day in known if is_held(rounds, day)
        ]
        for kind, rounds in by_kind.items()
    }  # fmt: skip
    everyone = [row for rows in outcomes.values() for row in rows]
    shared = np.mean(everyone, axis=0) if everyone else np.full(len(MARGINS), 0.5)
    return {
        kind: (np.sum(outcomes[kind], axis=0) + SHARED_FORTNIGHTS * shared) / (len(outcomes[kind]) + SHARED_FORTNIGHTS)
        for kind in kinds
    }


def _shares(
    ground: forecast.Ground, frame: pl.DataFrame, kinds: Sequence[str], last: dict[str, int], futures: int
) -> dict[str, Floats]:
    """By kind, the chances that the command gives, margins by horizons; 0 for a kind of which it draws no round."""
    if not kinds:
        return {}
    wanted = forecast.blocks_of_coming(ground, (), futures)
    paths = [
        forecast.joined([forecast.drawing(ground)(block) for block in wanted[kind]]) for kind in kinds if kind in wanted
    ]
    ages = ages_of_ties(frame, ground.known_on)
    clients = clients_around(ground.as_of, {kind: last[kind] for kind in kinds}, ages)
    made = chances(clients, paths, kinds, ages)
    found = made.select(f"p{days}" for days in HORIZONS).to_numpy()
    return {kind: found[place * len(MARGINS) : (place + 1) * len(MARGINS)] for place, kind in enumerate(kinds)}


def clients_around(as_of: date, last: dict[str, int], ages: Floats) -> ClientsByDay:
    """Clients of each kind with a score at each margin from its last cut-off, who stay as they are."""
    of_kind = [kind for kind in last for _margin in MARGINS]
    frame = pl.DataFrame(
        {
            "client_id": [f"{kind} {margin:+}" for kind in last for margin in MARGINS],
            "in_pool": True,
            "is_nominated": [kind == "PNP" for kind in of_kind],
            "eligibility_reasons": "",
            "crs_total": [cut_off + margin for cut_off in last.values() for margin in MARGINS],
            **dict.fromkeys(LOSSES, 0),
            **{f"in_round_{kind}": [kind == other for other in of_kind] for kind in last},
        },
    )
    submitted = datetime.combine(as_of - timedelta(days=int(np.median(ages))), time(12), UTC)
    count = frame.height
    return ClientsByDay(as_of, [as_of], [frame], pl.Series([submitted] * count), [None] * count)


def figures(made: pl.DataFrame) -> pl.DataFrame:
    """By kind (`all` first, then most asked first) and horizon; columns as FIGURES_SCHEMA.

    happened: share that was invited; log_score and brier: means (less is better) of the chances and of climatology;
    off: mean distance of chance and share over the tenths of chances; low and high: where 19 in 20 bootstraps of whole
    quarters of a year fall.
    """
    both = pl.concat([made.with_columns(pl.lit("all").alias("kind")), made])
    rows = [_figures_of(key, group) for key, group in both.group_by("kind", "days", maintain_order=True)]
    found = pl.DataFrame(rows, schema=FIGURES_SCHEMA, orient="row")
    return found.sort(
        pl.col("kind") != "all", pl.col("asked").max().over("kind"), "kind", "days",
        descending=[False, True, False, False],
    )  # fmt: skip


def _figures_of(key: tuple[object, ...], group: pl.DataFrame) -> tuple[object, ...]:
    chance, climate = group["chance"].to_numpy(), group["climatology"].to_numpy()
    happened = group["happened"].to_numpy()
    score = log_scores(chance, happened)
    quarters = group.select(pl.col("as_of").dt.truncate("1q")).to_series().to_numpy()
    tenths = np.clip((chance * 10).astype(int), 0, 9)
    off = np.abs(np.bincount(tenths, chance, 10) - np.bincount(tenths, happened, 10)).sum() / len(chance)
    return (
        *key, len(chance), float(happened.mean()), float(score.mean()),
        *bootstrap(score, np.ones(len(score)), quarters), float(brier_scores(chance, happened).mean()),
        float(log_scores(climate, happened).mean()), float(brier_scores(climate, happened).mean()), float(off),
    )  # fmt: skip


def reliability(made: pl.DataFrame) -> pl.DataFrame:
    """By horizon and bin of chances (low up to, not with, high; the last with it); columns as RELIABILITY_SCHEMA."""
    rows = []
    for days in made["days"].unique().sort():
        some = made.filter(pl.col("days") == days)
        place = np.clip(np.searchsorted(BINS, some["chance"].to_numpy(), side="right") - 1, 0, len(BINS) - 2)
        for number in range(len(BINS) - 1):
            inside = some.filter(pl.Series(place == number))
            if inside.height:
                shares = inside.select("chance", pl.col("happened").cast(pl.Float64)).mean().row(0)
                rows.append((days, BINS[number], BINS[number + 1], inside.height, *shares))
    return pl.DataFrame(rows, schema=RELIABILITY_SCHEMA, orient="row")
