"""What newly published rounds change: which are new, which values were corrected, and whether they may be taken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from validation.rounds_file import MOST_NAMED, SCHEMA, RoundsFileError

CORRECTED_SCHEMA = {"number": pl.String(), "field": pl.String(), "held": pl.String(), "published": pl.String()}


@dataclass(frozen=True)
class Changes:
    """What is new: the rounds added (as rounds_file.SCHEMA), and each value corrected (number, field, held, published)."""

    added: pl.DataFrame
    corrected: pl.DataFrame

    @property
    def is_empty(self) -> bool:
        """Is nothing new?"""
        return self.added.is_empty() and self.corrected.is_empty()


def changes(held: pl.DataFrame, published: pl.DataFrame) -> Changes:
    """What published rounds change in the rounds held, both as rounds_file.SCHEMA.

    Raises RoundsFileError where fewer rounds are published than are held, or one of them is gone.
    """
    if published.height < held.height:
        raise RoundsFileError(f"it holds {published.height} rounds, fewer than the {held.height} that are held")
    gone = held.join(published, on="number", how="anti", maintain_order="left")["number"].to_list()
    if gone:
        more = f" and {len(gone) - MOST_NAMED} more" if len(gone) > MOST_NAMED else ""
        raise RoundsFileError(f"the held rounds {', '.join(gone[:MOST_NAMED])}{more} are gone from it")
    added = published.join(held, on="number", how="anti", maintain_order="left")
    beside = held.join(published, on="number", how="left", maintain_order="left", suffix=" published")
    rows = [
        (row["number"], name, text(row[name]), text(row[f"{name} published"]))
        for row in beside.iter_rows(named=True)
        for name in SCHEMA
        if name != "number" and row[name] != row[f"{name} published"]
    ]
    return Changes(added, pl.DataFrame(rows, schema=CORRECTED_SCHEMA, orient="row"))


def text(value: Any) -> str:
    """A value of a round as people read it; empty text where there is none."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S UTC")
    return "" if value is None else str(value)
