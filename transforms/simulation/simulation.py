"""A sequence of rounds on a pool: who is invited in each, where its line falls, and what is left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from transforms.model.wording import _, whole_number
from transforms.rounds.rounds import POOL_BANDS, belongs, invited_as, line_of
from transforms.rules import Law, Rules
from transforms.scoring.ranking import places
from transforms.simulation.plan import Plan, PlannedRound, check, law_of
from transforms.simulation.pools import Pool
from transforms.simulation.profiles import Profiles, is_open

FLOWS_IN = ("arrived", "returned", "renewed", "became_eligible")
FLOWS_OUT = ("expired", "withdrawn", "no_longer_eligible")
COUNTS = ("pool_before", "competing", "undetermined", "invited", "pool_after", *FLOWS_IN, *FLOWS_OUT)
MOMENT = pl.Datetime("us", "UTC")
# With four in five chances the cut-off lies between these scores; empty where that is not known.
INTERVAL = ("cut_off_p10", "cut_off_p90")
ROUNDS_SCHEMA = {
    "round": pl.Int32(),
    "date": pl.Date(),
    "kind": pl.String(),
    "size_asked": pl.Int32(),
    "cut_off": pl.Int16(),
    "tie_break": MOMENT,
    **{name: pl.Float64() for name in INTERVAL},
    **{name: pl.Int32() for name in COUNTS},
    "rules_status": pl.String(),
    "notes": pl.String(),
}
INVITED_SCHEMA = {
    "round": pl.Int32(),
    "date": pl.Date(),
    "kind": pl.String(),
    "client_id": pl.String(),
    "profile": pl.Int16(),
    "rank": pl.Int32(),
    "crs_total": pl.Int16(),
    "profile_submitted_at": MOMENT,
    "invited_as": pl.String(),
}
BANDS_SCHEMA = {
    "round": pl.Int32(),
    "date": pl.Date(),
    "score_low": pl.Int16(),
    "score_high": pl.Int16(),
    "people": pl.Int32(),
}
LEFT_SCHEMA = {
    "client_id": pl.String(),
    "profile": pl.Int16(),
    "rank": pl.Int32(),
    "crs_total": pl.Int16(),
    "profile_submitted_at": MOMENT,
}

LEFT_COLUMNS = ["client_id", "profile", "crs_total", "profile_submitted_at"]


@dataclass(frozen=True)
class Simulation:
    """What a plan made of a pool, as frames of the schemas above.

    `rounds`: one row a round (the intervals are empty), with pool_before = pool_after of the round before + what came in - what went out, and
    pool_after = pool_before - invited; `invited`: each invitation; `bands`: the pool after each round by band (round 0:
    at the start); `left`: who is in the pool after the last round, in its order.
    """

    plan: Plan
    pool_at_start: int
    rounds: pl.DataFrame
    invited: pl.DataFrame
    bands: pl.DataFrame
    left: pl.DataFrame


def simulate(plan: Plan, pool: Pool, rules: Rules) -> Simulation:
    """Holds the rounds of a plan one after the other on a pool (law document 4.1 to 4.4).

    The pool of a day is the pool at its end, and two rounds of one day are held in their order. The same plan, pool and
    seed give the same answer, in whichever order the people come. Raises PlanError.
    """
    check(plan, rules)
    return _Simulator(plan, pool, rules).run()


@dataclass(frozen=True)
class _Then:
    """The pool as it was after a round: its day, who was in it (Boolean), and the profiles."""

    day: date
    in_pool: pl.Series
    profiles: pl.DataFrame


class _Simulator:
    """The pool as the days of a plan go by."""

    def __init__(self, plan: Plan, pool: Pool, rules: Rules) -> None:
        self.plan, self.pool, self.rules = plan, pool, rules
        self.profiles = Profiles(plan, pool.people, law_of(plan.start, rules))
        self.rounds: list[tuple[object, ...]] = []
        self.invited: list[pl.DataFrame] = []
        self.bands: list[tuple[object, ...]] = []

    def run(self) -> Simulation:
        law = law_of(self.plan.start, self.rules)
        self.profiles.advance(law.as_of)
        everybody = self._pool(law)
        was_in = everybody.select(_in_pool(law).fill_null(value=False)).to_series()
        last, then = everybody[LEFT_COLUMNS].filter(was_in), _Then(law.as_of, was_in, self.profiles.frame)
        self._count_bands(0, law.as_of, last["crs_total"])
        for number, planned in enumerate(self.plan.rounds, start=1):
            law = law_of(planned.date, self.rules)
            self.profiles.advance(law.as_of)
            last, then = self._hold(number, planned, law, then)
        left = last.with_columns(places(law).alias("rank")).sort("rank", "client_id")
        return Simulation(
            self.plan,
            int(was_in.sum()),
            pl.DataFrame(self.rounds, schema=ROUNDS_SCHEMA, orient="row"),
            pl.concat([pl.DataFrame(schema=INVITED_SCHEMA), *self.invited]),
            pl.DataFrame(self.bands, schema=BANDS_SCHEMA, orient="row"),
            left.select(pl.col(name).cast(dtype) for name, dtype in LEFT_SCHEMA.items()),
        )

    def _pool(self, law: Law) -> pl.DataFrame:
        """Everybody as scored on the day, with the profile's own columns."""
        frame = self.profiles.frame
        return self.pool.scored(law).with_columns(
            frame["profile_submitted_at"], frame["profile"], frame["status"], frame["since"]
        )

    def _hold(self, number: int, planned: PlannedRound, law: Law, then: _Then) -> tuple[pl.DataFrame, _Then]:
        """Holds one round; returns who is in the pool after it, and how the pool then is."""
        everybody = self._pool(law)
        belonging = _in_pool(law) & belongs(planned.kind, law)
        in_pool, competes, unknown = everybody.select(
            _in_pool(law).fill_null(value=False).alias("in_pool"),
            belonging.fill_null(value=False).alias("competes"),
            belonging.is_null().alias("unknown"),
        ).get_columns()
        competing = everybody[["crs_total", "profile_submitted_at"]].filter(competes)
        line = planned.line if planned.size is None else line_of(competing, planned.size, law)
        rows = pl.Series(dtype=pl.UInt32)
        if line is not None:
            rows = (competes & everybody.select(line.invites().alias("invited")).to_series()).arg_true()
        self.invited.append(self._invitations(number, planned, everybody[rows], law))
        self.profiles.invite(rows, law)
        after = in_pool.clone().scatter(rows, False)
        counts = {
            "pool_before": in_pool.sum(), "competing": competing.height, "undetermined": unknown.sum(),
            "invited": len(rows), "pool_after": after.sum(), **self._flows(then, in_pool),
        }  # fmt: skip
        self.rounds.append(
            (
                number, planned.date, planned.kind, planned.size, None if line is None else line.cut_off,
                None if line is None else line.tie_break, *(None for _bound in INTERVAL),
                *(counts[name] for name in COUNTS), law.status,
                "; ".join(_notes(planned, len(rows), law)),
            )
        )  # fmt: skip
        left = everybody[LEFT_COLUMNS].filter(after)
        self._count_bands(number, planned.date, left["crs_total"])
        return left, _Then(law.as_of, after, self.profiles.frame)

    def _invitations(self, number: int, planned: PlannedRound, invited: pl.DataFrame, law: Law) -> pl.DataFrame:
        """The invited of a round in its order; whoever is invited stands above all others, so that ranks are theirs."""
        return (
            invited.with_columns(
                pl.lit(number).alias("round"), pl.lit(planned.date).alias("date"), pl.lit(planned.kind).alias("kind"),
                places(law).alias("rank"), invited_as(planned.kind, law).alias("invited_as"),
            )
            .sort("rank", "client_id")
            .select(pl.col(name).cast(dtype) for name, dtype in INVITED_SCHEMA.items())
        )  # fmt: skip

    def _flows(self, then: _Then, is_in: pl.Series) -> Mapping[str, int]:
        """How many came into the pool since the round before, and how many went out, by why."""
        profiles = self.profiles.frame
        now = pl.DataFrame(
            {
                "is_in": is_in, "was_in": then.in_pool, "since": profiles["since"],
                "status": profiles["status"], "was_status": then.profiles["status"],
                "profile": profiles["profile"], "was_profile": then.profiles["profile"],
            }
        )  # fmt: skip
        came, went = pl.col("is_in") & ~pl.col("was_in"), pl.col("was_in") & ~pl.col("is_in")
        is_renewed = pl.col("profile") > pl.col("was_profile")
        # Who expired and is back with a new profile went out and came in.
        both = pl.col("is_in") & pl.col("was_in") & is_renewed
        arrived = (pl.col("since") > then.day) & ~is_renewed
        returned = (pl.col("was_status") == "invited") & ~is_renewed
        expired = (pl.col("status") == "expired") | is_renewed
        withdrawn = (pl.col("status") == "withdrawn") & ~is_renewed
        return now.select(
            arrived=(came & arrived).sum(),
            returned=(came & returned).sum(),
            renewed=((came & is_renewed) | both).sum(),
            became_eligible=(came & ~arrived & ~returned & ~is_renewed).sum(),
            expired=((went & expired) | both).sum(),
            withdrawn=(went & withdrawn).sum(),
            no_longer_eligible=(went & ~expired & ~withdrawn).sum(),
        ).row(0, named=True)

    def _count_bands(self, number: int, day: date, scores: pl.Series) -> None:
        by_score = scores.value_counts().rows()
        for low, high in POOL_BANDS:
            people = sum(count for score, count in by_score if low <= score <= high)
            self.bands.append((number, day, low, high, people))


def _in_pool(law: Law) -> pl.Expr:
    """Is a person with a live profile one of the pool on the day (empty: cannot be belonging)?"""
    is_live = (is_open() & (pl.col("since") <= law.as_of)).fill_null(value=False)
    return is_live & pl.col("may_enter")


def _notes(planned: PlannedRound, invited: int, law: Law) -> list[str]:
    made = []
    if planned.size is not None and invited < planned.size:
        made.append(
            _("{invited} of {size} invitations found somebody").format(
                invited=whole_number(invited), size=whole_number(planned.size)
            )
        )
    if planned.size is not None and invited > planned.size:
        text = (
            _("{more} more than asked, since those at the last place are equal in score and second")
            if law["rounds.tie_break"]
            else _("{more} more than asked, since those at the last place are equal in score")
        )
        made.append(text.format(more=whole_number(invited - planned.size)))
    if law.unknown:
        made.append(_("the law of this day is not wholly known"))
    return made
