"""From which day scores are provisional, since part of the law is not published, and how many clients that touches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from transforms.facts.family import IS_OPEN
from transforms.model.calendar import MONTHS_IN_A_YEAR, months_later
from transforms.rules import Law, Rules

# Parameters of these names touch Canadian work and job offers alone.
OF_WORK_AND_OFFERS = "crs.additional."


@dataclass(frozen=True)
class Provisional:
    """The first day of the law that is not known in full, the ids of what is not known, and the clients it touches.

    `only_work_and_offers`: what is not known gives points for Canadian work or a job offer and for nothing else, so that
    `clients` are those with either, proven or possible, and `undetermined` those with neither proven and one is not
    known; else `clients` are all whose file is open.
    """

    since: date
    parameters: tuple[str, ...]
    clients: int
    only_work_and_offers: bool
    undetermined: int = 0


def provisional(scored: pl.DataFrame, rules: Rules, as_of: date) -> Provisional | None:
    """What of the law is not known on a day or within the twelve months after it, and whom it touches; None: nothing."""
    law = _first_unknown(rules, as_of)
    if law is None:
        return None
    parameters = tuple(parameter.id for parameter in law.unknown)
    since = min(law.version(name).starts_on for name in parameters)
    only = all(name.startswith(OF_WORK_AND_OFFERS) for name in parameters)
    is_open = scored.filter(IS_OPEN)
    if not only:
        return Provisional(since, parameters, is_open.height, only_work_and_offers=False)
    touched = is_open.select(has_canadian_work_or_offer().alias("is_touched")).to_series()
    return Provisional(
        since, parameters, int(touched.sum()), only_work_and_offers=True, undetermined=touched.null_count()
    )


def law_of(found: Provisional, rules: Rules, as_of: date) -> Law:
    """The law of the day on which it is not known in full."""
    return rules.law_of(max(found.since, as_of))


def has_canadian_work_or_offer() -> pl.Expr:
    """Has a client Canadian work of any length, proven or possible, or a job offer? Boolean, empty: undetermined."""
    proven, possible = (pl.col(name) > 0 for name in ("canadian_work", "canadian_work_at_most"))
    # Nothing proven is no answer while what is possible is not known.
    return pl.when(proven).then(proven).otherwise(possible) | pl.col("has_offer")


def _first_unknown(rules: Rules, as_of: date) -> Law | None:
    """The law of the first day from a day on, within twelve months, of which something is not known."""
    until = months_later(as_of, MONTHS_IN_A_YEAR)
    days = [as_of, *(change for change in sorted(rules.change_dates()) if as_of < change <= until)]
    return next((law for law in map(rules.law_of, days) if law.unknown), None)
