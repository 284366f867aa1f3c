"""A plan of rounds to simulate: what is held when, and what happens to profiles in between."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from transforms.model.wording import _
from transforms.rounds.rounds import Cutoff
from transforms.rules import Law, Rules, RulesError
from transforms.scoring import categories


class PlanError(ValueError):
    """A plan asks for what cannot be; the message names the round or the key, and what would be right.

    `line` is the line of the plan's file, where it is known.
    """

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True)
class PlannedRound:
    """One round to hold: its day and kind, and either a number of invitations or the line that it draws.

    `file_line` is the line of the plan's file that asks for it.
    """

    date: date
    kind: str
    size: int | None = None
    line: Cutoff | None = None
    file_line: int | None = field(default=None, compare=False, repr=False)

    def __str__(self) -> str:
        return f"the {self.kind} round of {self.date}"


@dataclass(frozen=True)
class Plan:
    """The rounds in order, and what happens in between; shares are of 1, what is not said does not happen.

    `start` is the day whose pool the plan starts from. Of the invited, `declined_share` decline so many days after and
    `lapsed_share` never answer; the rest apply. A new profile comes `renewed_after_days` after the old one ended, for
    the given shares of those whose invitation lapsed and whose profile expired. Arrivals are drawn from the likes of
    the pool, or come from a file, or are those of the national pool (`has_national_arrivals`), which leave it too. Withdrawals are by person, or a share of all profiles a year. `lines` are the lines of
    the plan's file by key (`arrivals.per_week`).
    """

    title: str
    start: date
    rounds: tuple[PlannedRound, ...]
    seed: int = 0
    arrivals_file: str = ""
    has_national_arrivals: bool = False
    arrivals_per_week: float = 0.0
    declined_share: float = 0.0
    declined_after_days: int = 1
    lapsed_share: float = 0.0
    renewed_after_lapse_share: float = 0.0
    renewed_after_expiry_share: float = 0.0
    renewed_after_days: int = 1
    withdrawn_share_a_year: float = 0.0
    withdrawn_on: Mapping[str, date] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict, compare=False, repr=False)

    @property
    def end(self) -> date:
        """The day of the last round."""
        return self.rounds[-1].date


def law_of(day: date, rules: Rules, line: int | None = None) -> Law:
    """The law of a day of the plan; raises PlanError before Express Entry."""
    try:
        return rules.law_of(day)
    except RulesError as error:
        raise PlanError(str(error), line) from None


def check(plan: Plan, rules: Rules) -> None:
    """Refuses a plan whose rounds the law of their days does not know; raises PlanError."""
    for one in plan.rounds:
        if one.date < plan.start:
            raise PlanError(
                _("{round} is before the start of the plan, {start}").format(round=one, start=plan.start), one.file_line
            )
        law = law_of(one.date, rules, one.file_line)
        if one.kind in categories.KINDS and one.kind not in categories.in_force(law):
            raise PlanError(
                _("{round}: there is no category {kind} on that day").format(round=one, kind=one.kind), one.file_line
            )
        if one.line is not None and one.line.tie_break is not None and not law["rounds.tie_break"]:
            raise PlanError(
                _("{round}: there was no tie-break yet; leave tie_break out").format(round=one), one.file_line
            )
        window = law["rounds.ita_window_days"]
        if plan.declined_share and plan.declined_after_days > window:
            raise PlanError(
                _(
                    "declined_after_days is {days}, but an invitation of {round} lapses after {window} days; give {window} "
                    "or less"
                ).format(days=plan.declined_after_days, round=one, window=window),
                plan.lines.get("answers.declined_after_days"),
            )


def changes_of_law(plan: Plan, rules: Rules, groups: Iterable[str]) -> list[str]:
    """The parameters of some groups that change between the start of the plan and its end, with their days."""
    changed = [
        f"{parameter.id} on {version.starts_on}"
        for parameter in rules.parameters.values()
        if parameter.id.startswith(tuple(groups))
        for version in parameter.versions
        if plan.start < version.starts_on <= plan.end
    ]
    return sorted(changed)
