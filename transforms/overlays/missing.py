"""What the law of a day lacks: values that are not known, and values of which a newer one is due."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from transforms.facts.high_wage import KINDS_OF_OFFER, LEVELS, D
from transforms.rules import Law, Parameter


@dataclass(frozen=True)
class Missing:
    """A parameter that lacks a value: from which day, where that is known (None for a newer one that is due)."""

    parameter: Parameter
    starts_on: date | None

    @property
    def id(self) -> str:
        return self.parameter.id

    @property
    def choices(self) -> tuple[str, ...]:
        """The names under which its value has a number each; empty where it is one value, or the names are not fixed."""
        if self.id == f"{D}job_offer":
            return KINDS_OF_OFFER[: len(LEVELS)]
        if self.id in {f"{D}high_wage_job_offer", f"{D}high_wage_canadian_work"}:
            return LEVELS
        if self.parameter.shape == "choices" and self.starts_on is None:
            return tuple(self.parameter.versions[-1].value)
        return ()


def missing(law: Law) -> Iterator[Missing]:
    """The parameters that lack a value on the law's day: first those not known, then those of which a newer is due."""
    for parameter in law.unknown:
        yield Missing(parameter, law.version(parameter.id).starts_on)
    for parameter in law.renewal_due:
        yield Missing(parameter, None)
