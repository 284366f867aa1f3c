"""What tests of the pool and its rounds share: the law of a day, and who has no job offer."""

from __future__ import annotations

from datetime import date
from functools import cache

import polars as pl

from transforms import rules
from transforms.rules import Law

# What says that there is no job offer; all of it is empty but the first two.
NO_OFFER = {
    "has_offer": pl.Boolean(), "offer_employers": pl.Int32(), "job_offer_basis": pl.String(),
    "job_offer_years": pl.Float64(), "job_offer_permanent": pl.Boolean(), "offer_is_skilled": pl.Boolean(),
    "offer_is_trade": pl.Boolean(),
}  # fmt: skip


@cache
def all_rules() -> rules.Rules:
    """The shipped law, loaded once."""
    return rules.load()


@cache
def law_of(day: date) -> Law:
    """The shipped law of a day."""
    return all_rules().law_of(day)
