"""The national pool of a day, and who competes in a round that is simulated in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from flows.errors import UsageError
from flows.forecasting.published import published
from flows.main_run import run_state
from transforms.model.kind_words import kind_word
from transforms.model.wording import _

if TYPE_CHECKING:
    import polars as pl

    from transforms.forecast.forecast import Ground
    from transforms.national_pool.knowledge import Knowledge
    from transforms.national_pool.national_pool import Floats
    from transforms.rounds.rounds import Expected, Simulated
    from transforms.rules import Rules


@dataclass(frozen=True)
class NationKnown:
    """What the published rounds show of the national pool on a day, and the ages of its profiles in days.

    `ground` is what futures of coming rounds are drawn from.
    """

    known: Knowledge
    as_of: date
    ages: Floats
    seed: int
    ground: Ground


def nation_known(run: run_state.Run, seed: int) -> NationKnown:
    """What is known of the national pool on the run's day; raises UsageError and UnusableFile."""
    assert run.rules is not None
    return known_of_nation(run.request.rounds_file, run.rules, run.request.as_of, seed)


def known_of_nation(rounds_file: Path, rules: Rules, as_of: date, seed: int) -> NationKnown:
    """What a rounds file shows of the national pool on a day; raises UsageError and UnusableFile."""
    from transforms.forecast import chances
    from transforms.forecast import forecast as forecast_
    from transforms.rounds.rounds import RoundError

    frame = published(rounds_file)
    try:
        ahead = forecast_.outlook(frame, rules, as_of, seed=seed)
    except RoundError as error:
        raise UsageError(str(error)) from None
    if ahead.known.ledger.last is None:
        raise UsageError(_("no distribution of the pool was published by {as_of}").format(as_of=as_of))
    return NationKnown(ahead.known, as_of, chances.ages_of_ties(frame, as_of), seed, ahead)


def competing_in(nation: NationKnown, what: Simulated) -> tuple[pl.DataFrame, Expected | None]:
    """The people of the modelled pool who compete in a round, and what is known of its cut-off beforehand."""
    from transforms.national_pool import national_groups, synthetic_pool
    from transforms.rounds.rounds import Expected

    asked = national_groups.RoundInPlan(what.kind, what.size)
    pool = synthetic_pool.synthetic_pool(
        nation.known, nation.as_of, nation.ages, nation.seed, asked, groups=[what.kind]
    )
    foreseen = national_groups.interval(nation.known, what.kind, nation.as_of, what.size)
    share = national_groups.assumed_share(nation.known, what.kind, nation.as_of)
    expected = None if foreseen is None else Expected(foreseen.p10, foreseen.p90, share)
    return pool.filter(national_groups.belongs_in(what.kind)), expected


@dataclass(frozen=True)
class National:
    """A modelled national pool: its people, its groups by kind (national_groups.GROUPS), and the clients' places in it."""

    people: pl.DataFrame
    groups: pl.DataFrame
    places: pl.DataFrame | None

    @property
    def notes(self) -> list[str]:
        """What the model does not know."""
        import polars as pl

        assumed = self.groups.filter("is_assumed").filter(pl.col("people") > 0)["kind"].to_list()
        found = [
            _(
                "Each group is drawn on its own: the published rounds do not show how groups overlap. Below the cut-offs of"
                " recent rounds a group's share of the pool is carried on."
            )
        ]
        if assumed:
            found.append(
                _("No round shows who belongs to {kinds}; their share of the pool is an assumption.").format(
                    kinds=", ".join(kind_word(kind) for kind in assumed)
                )
            )
        return found


def national(run: run_state.Run, seed: int) -> National:
    """The modelled national pool of the run's day, and where its clients, if there are any, stand in it by kind."""
    from transforms.forecast import chances
    from transforms.national_pool import national_groups, synthetic_pool
    from transforms.rounds.rounds import KINDS

    nation = nation_known(run, seed)
    pool = synthetic_pool.synthetic_pool(nation.known, nation.as_of, nation.ages, seed)
    groups = national_groups.groups(nation.known, nation.as_of, pool, KINDS)
    if run.scored is None:
        return National(pool, groups, None)
    assert run.law is not None
    standing = chances.standing_on(run.scored, run.law, KINDS)
    return National(pool, groups, synthetic_pool.placed(standing, pool, groups))
