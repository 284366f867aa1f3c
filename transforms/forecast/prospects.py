"""What stands behind a client's chance: each kind of round, more points, and each change that is open to the client."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import polars as pl

from transforms.advice.frame import ADVICE, AND
from transforms.forecast.chances import ClientsByDay, place_among_ties, weeks_of
from transforms.forecast.forecast import HORIZONS
from transforms.forecast.futures import Path
from transforms.national_pool.national_pool import Floats
from transforms.rules import Law

POINTS = (10, 20, 50)
# A change that raises the chance by less is none.
MIN_RISE = 0.01
# Of a province, not of the client.
NOMINATION = "nomination"
SHARES = {f"p{days}": pl.Float64() for days in HORIZONS}
BY_KIND = {"client_id": pl.String(), "kind": pl.String(), **SHARES, "median_day": pl.Date()}
ANY_KIND = {"client_id": pl.String(), **SHARES, "median_day": pl.Date()}
CLIENTS = {
    **ANY_KIND,
    "points_for_half": pl.Int32(),
    **{f"plus_{points}_{name}": pl.Float64() for points in POINTS for name in SHARES},
}
STEPS = {
    **{name: ADVICE[name] for name in ("client_id", "lever", "person", "detail", "effort", "gain")},
    "is_own": pl.Boolean(),
    **SHARES,
    **{f"rise_{name}": pl.Float64() for name in SHARES},
}


@dataclass(frozen=True, eq=False)
class Prospects:
    """What stands behind the chances of the clients in the pool.

    `by_kind` as BY_KIND, a row a client and kind of round that the client belongs to. `clients` as CLIENTS: the chance of any
    round, the day by which half of the futures have invited the client (empty: not within the last horizon), the points
    (0: none) that are missing for a chance of one half within the last horizon (empty: no score reaches it), and the
    chances with more points. `steps` as STEPS: each change that raises a chance, of a client the one that raises it most first,
    with the chances then and what they rise by; `is_own` where the change is not a province's.
    """

    by_kind: pl.DataFrame = field(repr=False)
    clients: pl.DataFrame = field(repr=False)
    steps: pl.DataFrame = field(repr=False)

    @classmethod
    def empty(cls) -> Prospects:
        """Nobody's prospects."""
        return cls(pl.DataFrame(schema=BY_KIND), pl.DataFrame(schema=CLIENTS), pl.DataFrame(schema=STEPS))


@dataclass(frozen=True, eq=False)
class Distances:
    """How far each client is from the line of each round of the futures, in points.

    `scores`: clients by weeks, with the place among ties; `in_pool` and `members` (by kind): clients by weeks;
    `weeks`: by kind the week of each round. `left_out`: clients who are left out, such as those whom a held round takes.
    """

    by_day: ClientsByDay
    paths: Mapping[str, Path]
    scores: Floats
    in_pool: np.ndarray
    members: Mapping[str, np.ndarray]
    weeks: Mapping[str, np.ndarray]
    left_out: Collection[str] = ()

    @classmethod
    def of(
        cls, by_day: ClientsByDay, paths: Sequence[Path], ages: Floats, left_out: Collection[str] = ()
    ) -> Distances:  # fmt: skip
        """The distances of clients who are scored by week from the rounds of some paths; `ages` as chances.ages_of_ties."""
        at_tie = place_among_ties(by_day.submitted, by_day.as_of, ages)
        scores = np.stack([frame["crs_total"].fill_null(0).to_numpy() + at_tie for frame in by_day.frames], axis=1)
        return cls(
            by_day,
            {one.kind: one for one in paths},
            scores,
            _by_week(by_day, "in_pool"),
            {one.kind: _by_week(by_day, f"in_round_{one.kind}") for one in paths},
            {one.kind: weeks_of(by_day, one) for one in paths},
            frozenset(left_out),
        )

    def any_kind(self) -> pl.DataFrame:
        """The chance of any round, and the median day, of the clients in the pool who are not undetermined; as ANY_KIND."""
        rows = []
        for place, client in self.clients():
            whole = nearest([*self.of_kinds(place).values()], self.futures)
            rows.append((client, *whole.shares(), whole.median_day()))
        return pl.DataFrame(rows, schema=ANY_KIND, orient="row")

    @property
    def futures(self) -> int:
        """How many futures there are."""
        return next((one.day.shape[1] for one in self.paths.values()), 1)

    def clients(self) -> Iterator[tuple[int, str]]:
        """The place and the id of each client who is in the pool on the day, not undetermined, and not left out."""
        for place, client in enumerate(self.by_day.clients):
            is_asked = self.in_pool[place, 0] and client not in self.left_out
            if is_asked and not is_undetermined(self.by_day, place, self.paths):
                yield place, client

    def of_kinds(self, place: int) -> dict[str, Distance]:
        """The distance of one client from the rounds of each kind to which the client belongs in any week."""
        return {
            kind: self.of_client(place, kind, members[place])
            for kind, members in self.members.items()
            if members[place].any()
        }

    def of_client(self, place: int, kind: str, is_member: np.ndarray) -> Distance:
        """The distance of one client, who belongs to a kind in some weeks, from the rounds of it."""
        path, ends = self.paths[kind], self.by_day.lives_until[place]
        today = self.by_day.as_of.toordinal()
        reach = np.where(is_member, self.scores[place], -np.inf)
        counts = (path.day > today) & np.isfinite(path.line)
        if ends is not None:
            counts &= path.day < ends.toordinal()
        missing = np.where(counts, np.nan_to_num(path.line, nan=np.inf) - reach[self.weeks[kind]], np.inf)
        least = [np.where(path.day <= today + days, missing, np.inf).min(axis=0, initial=np.inf) for days in HORIZONS]
        first = np.where(missing <= 0, path.day, np.inf).min(axis=0, initial=np.inf)
        return Distance(np.array(least), first)


@dataclass(frozen=True, eq=False)
class Distance:
    """The fewest points that are missing for an invitation within each horizon (horizons by futures), and its first day.

    `first`: by future, as an ordinal; infinite: none.
    """

    least: Floats
    first: Floats

    def shares(self, more: float = 0.0) -> list[float]:
        """The chance within each horizon with so many points more."""
        return [float(share) for share in (self.least <= more).mean(axis=1)]

    def median_day(self) -> date | None:
        """The day by which half of the futures have an invitation; None where fewer have one."""
        return median_day(self.first)


def median_day(first: Floats) -> date | None:
    """The day by which half of the futures have what happens first on these days (ordinals; infinite: never)."""
    day = np.sort(first)[math.ceil(len(first) / 2) - 1]
    return date.fromordinal(int(day)) if np.isfinite(day) else None


def nearest(parts: Sequence[Distance], futures: int) -> Distance:
    """The distance from the nearest of several kinds of rounds, in each future."""
    if not parts:
        return Distance(np.full((len(HORIZONS), futures), np.inf), np.full(futures, np.inf))
    return Distance(
        np.minimum.reduce([one.least for one in parts]), np.minimum.reduce([one.first for one in parts])
    )  # fmt: skip


def _by_week(by_day: ClientsByDay, name: str) -> np.ndarray:
    """A Boolean column of each week, clients by weeks; what is undetermined is false."""
    return np.stack([frame[name].fill_null(value=False).to_numpy() for frame in by_day.frames], axis=1)


def prospects(distances: Distances, advice: pl.DataFrame, law: Law) -> Prospects:  # fmt: skip
    """What stands behind the chances of the clients of some distances.

    `advice` as ADVICE: the changes that are open to clients. A change counts as made on the day: its gain is added to the
    score of every week, and the kinds of rounds that it opens or closes are those of the day.
    """
    own_advice = advice.partition_by("client_id", as_dict=True)
    by_kind, clients, steps = [], [], []
    for place, client in distances.clients():
        of_kinds = distances.of_kinds(place)
        by_kind += [(client, kind, *one.shares(), one.median_day()) for kind, one in of_kinds.items()]
        whole = nearest([*of_kinds.values()], distances.futures)
        now = whole.shares()
        more = [share for points in POINTS for share in whole.shares(points)]
        clients.append((client, *now, whole.median_day(), _points_for_half(whole.least[-1]), *more))
        levers = own_advice.get((client,))
        if levers is not None:
            steps += [*_steps(distances, place, of_kinds, now, levers, law)]
    found = pl.DataFrame(steps, schema=STEPS, orient="row")
    last, second = (f"rise_p{days}" for days in (HORIZONS[-1], HORIZONS[-2]))
    order = pl.col("client_id").rle_id()
    return Prospects(
        pl.DataFrame(by_kind, schema=BY_KIND, orient="row"),
        pl.DataFrame(clients, schema=CLIENTS, orient="row"),
        found.sort(
            order, last, second, "effort", "gain", descending=[False, True, True, False, True], maintain_order=True
        ),
    )


def is_undetermined(by_day: ClientsByDay, place: int, kinds: Mapping[str, object]) -> bool:
    """Does the client belong to no kind for sure, and to one perhaps?"""
    belongs = by_day.frames[0].select(f"in_round_{kind}" for kind in kinds).row(place) if kinds else ()
    return True not in belongs and None in belongs


def _points_for_half(least: Floats) -> int | None:
    """The whole points that are missing for a chance of one half; None where no score has it."""
    half = np.sort(least)[math.ceil(len(least) / 2) - 1]
    return max(math.ceil(half), 0) if np.isfinite(half) else None


def _steps(
    distances: Distances, place: int, of_kinds: Mapping[str, Distance], now: Sequence[float], levers: pl.DataFrame,
    law: Law,
) -> Iterator[tuple[object, ...]]:  # fmt: skip
    """The levers that raise the chances of a client, with the chances then."""
    opened: dict[str, Distance] = {}
    is_nominee = bool(distances.by_day.frames[0]["is_nominated"][place])
    for row in levers.iter_rows(named=True):
        if row["gain"] is None or not row["eligible_after"]:
            continue
        parts = []
        for kind, change in changed_kinds(row, [*distances.paths], law, is_nominee=is_nominee).items():
            if change is None and kind in of_kinds:
                parts.append(of_kinds[kind])
            elif change:
                if kind not in opened:
                    opened[kind] = distances.of_client(place, kind, distances.in_pool[place])
                parts.append(opened[kind])
        if not parts:
            continue
        then = nearest(parts, len(parts[0].first)).shares(row["gain"])
        rises = [after - before for after, before in zip(then, now, strict=True)]
        if max(rises) >= MIN_RISE:
            known = (row[name] for name in ("client_id", "lever", "person", "detail", "effort", "gain"))
            yield (*known, row["lever"] != NOMINATION, *then, *rises)


def changed_kinds(
    lever: Mapping[str, object], kinds: Sequence[str], law: Law, *, is_nominee: bool = False
) -> dict[str, bool | None]:
    """For each kind of round whether a row of ADVICE opens (true) or closes (false) it; None: as it was.

    A nominee is invited as a nominee, or in a general round, where the law says so.
    """
    nominees_alone = law["rounds.nominees_only_as_nominees"] and (is_nominee or lever["lever"] == NOMINATION)
    gained, lost = (
        {key for what in ("programs", "categories") for key in str(lever[f"{what}_{how}"]).split(AND) if key}
        for how in ("gained", "lost")
    )
    opens_pool = bool(lever["eligible_after"]) and not lever["eligible_before"]
    found: dict[str, bool | None] = {}
    for kind in kinds:
        found[kind] = True if kind in gained else False if kind in lost else None
        if kind == "general" and opens_pool:
            found[kind] = True
        if kind == "PNP" and lever["lever"] == NOMINATION:
            found[kind] = True
        elif kind not in ("PNP", "general") and nominees_alone:
            found[kind] = False
    return found


def best_steps(steps: pl.DataFrame) -> pl.DataFrame:
    """Of each client of STEPS the change that raises the chance most, a province's nomination left out."""
    return steps.filter("is_own").unique("client_id", keep="first", maintain_order=True)
