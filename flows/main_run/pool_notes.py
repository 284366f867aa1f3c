"""Notes on who is outside the pool of a day, and what to enter where that is not meant."""

from __future__ import annotations

import polars as pl

from transforms.model.wording import n_
from transforms.rules import Law
from transforms.scoring.ranking import POOL_STATUSES, day_in_ottawa


def out_of_the_pool(scored: pl.DataFrame, law: Law, records: pl.DataFrame) -> list[str]:
    """How many clients are outside the pool though nobody may have meant it, and what to enter for them.

    Profiles submitted after the day or ended by it, whose status says that they are in the pool, and those of `drafts`.
    Takes the scored clients (client_id, pool_status, profile_submitted_at, is_live) and their records, as the intake
    took them.
    """
    out = scored.filter(pl.col("pool_status").is_in(POOL_STATUSES) & ~pl.col("is_live"))
    later = out.filter(day_in_ottawa(pl.col("profile_submitted_at")) > law.as_of).height
    found = []
    if later:
        text = n_(
            "{number} profile was submitted after {day}, outside the pool of that day; to count it, use a later --as-of",
            "{number} profiles were submitted after {day}, outside the pool of that day; to count them, use a later --as-of",
            later,
        )
        found.append(text.format(number=later, day=law.as_of))
    if ended := out.height - later:
        text = n_(
            "{number} profile ended by {day}, a year after submission; enter the new profile, or expired in pool_status",
            "{number} profiles ended by {day}, a year after submission; enter the new profile, or expired in pool_status",
            ended,
        )
        found.append(text.format(number=ended, day=law.as_of))
    return found + drafts(records.join(scored, on="client_id", how="semi", maintain_order="left"))


def drafts(records: pl.DataFrame) -> list[str]:
    """How many clients count as drafts because their records have neither profile_submitted_at nor pool_status."""
    found = records.filter(pl.col("profile_submitted_at").is_null() & pl.col("pool_status").is_null()).height
    if not found:
        return []
    text = n_(
        "{number} client has neither profile_submitted_at nor pool_status, and counts as a draft outside the pool; enter the"
        " day of the profile, or in_pool in pool_status",
        "{number} clients have neither profile_submitted_at nor pool_status, and count as drafts outside the pool; enter the"
        " days of their profiles, or in_pool in pool_status",
        found,
    )
    return [text.format(number=found)]
