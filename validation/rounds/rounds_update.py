"""What newly published rounds change: which are new, which values were corrected, and whether they may be taken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from transforms.model.wording import _
from validation.rounds.names import language_of_name
from validation.rounds.rounds_file import MAX_NAMED, SCHEMA, RoundsFileError

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


def changes(stored: pl.DataFrame, published: pl.DataFrame) -> Changes:
    """What published rounds change in the rounds held, both as rounds_file.SCHEMA.

    Raises RoundsFileError where fewer rounds are published than are held, or one of them is gone.
    """
    if published.height < stored.height:
        raise RoundsFileError(
            _("it holds {published} rounds, fewer than the {held} that are held").format(
                published=published.height, held=stored.height
            )
        )
    gone = stored.join(published, on="number", how="anti", maintain_order="left")["number"].to_list()
    if gone:
        rounds = ", ".join(gone[:MAX_NAMED])
        if len(gone) > MAX_NAMED:
            rounds = _("{rounds} and {number} more").format(rounds=rounds, number=len(gone) - MAX_NAMED)
        raise RoundsFileError(_("the held rounds {rounds} are gone from it").format(rounds=rounds))
    added = published.join(stored, on="number", how="anti", maintain_order="left")
    beside = stored.join(published, on="number", how="left", maintain_order="left", suffix=" published")
    rows = [
        (row["number"], name, text(row[name]), text(row[f"{name} published"]))
        for row in beside.iter_rows(named=True)
        for name in SCHEMA
        if name != "number" and row[name] != row[f"{name} published"] and not _is_translated(name, row)
    ]
    return Changes(added, pl.DataFrame(rows, schema=CORRECTED_SCHEMA, orient="row"))


def _is_translated(name: str, row: dict[str, Any]) -> bool:
    """Is a round's name published in another language than the name held? Both name the same round."""
    return name == "name" and language_of_name(row[name]) != language_of_name(row[f"{name} published"])


def text(value: Any) -> str:
    """A value of a round as people read it; empty text where there is none."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S UTC")
    return "" if value is None else str(value)
