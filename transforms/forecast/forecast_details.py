"""What goes with a forecast: chances by score, fans, what stands behind each client's chance, and plans compared."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import polars as pl

from transforms.advice import advise
from transforms.forecast import planned_rounds
from transforms.forecast.chances import ClientsByDay
from transforms.forecast.fans import fans
from transforms.forecast.forecast import HORIZONS, Ground
from transforms.forecast.futures import Path
from transforms.forecast.planned_rounds import RoundPlan
from transforms.forecast.prospects import Distances, Prospects, prospects
from transforms.forecast.score_chances import chances_by_score, scores_by_chance
from transforms.model.wording import _, n_, whole_number
from transforms.national_pool.national_pool import Floats
from transforms.rules import Law


@dataclass(frozen=True, eq=False)
class PlanOutcome:
    """What comes of a plan, or of the rounds as the calendar draws them (an empty title).

    `rounds` as planned_rounds.ROUNDS; `clients` the chances of the clients in the pool, as prospects.ANY_KIND, where clients are
    given; `notes` what to know of the plan.
    """

    title: str
    rounds: pl.DataFrame = field(repr=False)
    clients: pl.DataFrame | None = field(default=None, repr=False)
    notes: tuple[str, ...] = ()

    def expected(self) -> dict[str, float]:
        """How many of the clients are invited within each horizon, in the mean of the futures."""
        if self.clients is None:
            return {}
        return {f"p{days}": float(self.clients[f"p{days}"].sum()) for days in HORIZONS}


@dataclass(frozen=True, eq=False)
class Details:
    """What goes with a forecast.

    `by_score` and `by_chance` as score_chances.CHANCES and SCORES, `fans` as fans.FANS_SCHEMA: of the kinds that are asked
    about. `prospects` where clients are given. `plans`: none, or the rounds as drawn first, and then each plan.
    """

    by_score: pl.DataFrame = field(repr=False)
    by_chance: pl.DataFrame = field(repr=False)
    fans: pl.DataFrame = field(repr=False)
    prospects: Prospects | None = None
    plans: tuple[PlanOutcome, ...] = ()


@dataclass(frozen=True, eq=False)
class ScoredClients:
    """The clients of a forecast: the typed sheets, their scores of the day (`scores.score`) and of each week, the ages of
    profiles at tie-breaks (`chances.ages_of_ties`), and the law of the day. `taken`: those whom a held round takes;
    they get no chance.
    """

    sheets: Mapping[str, pl.DataFrame] = field(repr=False)
    scored: pl.DataFrame = field(repr=False)
    by_day: ClientsByDay
    ages: Floats
    law: Law
    taken: Collection[str] = ()

    def distances(self, paths: Sequence[Path]) -> Distances:
        """Their distances from the rounds of some paths."""
        return Distances.of(self.by_day, paths, self.ages, self.taken)

    def prospects(self, paths: Sequence[Path]) -> Prospects:
        """What stands behind their chances, with the changes that are open to those in the pool."""
        in_pool = self.scored.filter("in_pool")["client_id"]
        advice = advise(self.sheets, self.scored, self.law, only=in_pool)
        return prospects(self.distances(paths), advice, self.law)


def details(
    ahead: Ground, paths: Sequence[Path], asked: Collection[str], rounds: pl.DataFrame,
    clients: ScoredClients | None = None, plans: Sequence[RoundPlan] = (),
) -> Details:  # fmt: skip
    """What goes with the paths of a forecast (`forecast.coming`); `rounds` is the rounds frame.

    Raises RoundError for a plan whose rounds cannot be forecast.
    """
    last = last_cut_offs(rounds, ahead.known_on)
    own = [one for one in paths if one.kind in asked]
    until = ahead.as_of + timedelta(days=max(HORIZONS))
    return Details(
        chances_by_score(own, ahead.as_of),
        scores_by_chance(own, ahead.as_of),
        fans(own, last, ahead.known_on, until),
        None if clients is None else clients.prospects(paths),
        _compared(ahead, paths, last, clients, plans) if plans else (),
    )  # fmt: skip


def last_cut_offs(rounds: pl.DataFrame, known_on: date) -> dict[str, int]:
    """The newest cut-off of each kind up to a day."""
    known = rounds.filter(pl.col("date") <= known_on)
    return dict(known.group_by("kind", maintain_order=True).agg(pl.col("cut_off").last()).iter_rows())


def _compared(
    ahead: Ground, paths: Sequence[Path], last: dict[str, int], clients: ScoredClients | None,
    plans: Sequence[RoundPlan],
) -> tuple[PlanOutcome, ...]:  # fmt: skip
    """The rounds as drawn, and then each plan."""
    found = []
    for plan in (None, *plans):
        own = paths if plan is None else planned_rounds.planned(ahead, plan, paths)
        any_kind = None if clients is None else clients.distances(own).any_kind()
        title, notes = ("", ()) if plan is None else (plan.title, _notes(ahead, plan))
        found.append(PlanOutcome(title, planned_rounds.rounds_of(own, ahead.as_of, last), any_kind, notes))
    return tuple(found)


def _notes(ahead: Ground, plan: RoundPlan) -> tuple[str, ...]:
    """What to know of a plan: which of its rounds are left out, and which totals are used up."""
    found = []
    passed = planned_rounds.passed(plan, ahead.as_of)
    if passed:
        found.append(
            n_(
                "{n} round of the plan is not after {day} and is left out",
                "{n} rounds of the plan are not after {day} and are left out",
                passed,
            ).format(n=passed, day=ahead.as_of)
        )
    end = ahead.as_of + timedelta(days=max(HORIZONS))
    later = planned_rounds.later(plan, end)
    if later:
        found.append(
            n_(
                "{n} round of the plan is after {day}, where the forecast ends, and is left out",
                "{n} rounds of the plan are after {day}, where the forecast ends, and are left out",
                later,
            ).format(n=later, day=end)
        )
    for cap in plan.caps:
        toward_cap = planned_rounds.held_towards(cap, ahead)
        if toward_cap >= cap.invitations:
            found.append(
                _(
                    "the total of {total} invitations from {first} to {last} is used up: {held} were sent by {known_on}"
                ).format(
                    total=whole_number(cap.invitations),
                    first=cap.first,
                    last=cap.last,
                    held=whole_number(toward_cap),
                    known_on=ahead.known_on,
                )
            )
    return tuple(found)
