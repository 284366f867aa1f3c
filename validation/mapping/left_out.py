"""Rows of a sheet that are left out as no clients, and how they are reported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from transforms.model.columns import CANDIDATES
from transforms.model.wording import N_, _

Kind = Literal["totals", "legend", "remark", "title", "headings", "names", "numbers", "child", "example"]

MAX_NAMED = 5
MAX_SHOWN = 40

# Of a row, and of several: why they are no clients.
REASONS: Mapping[Kind, tuple[str, str]] = {
    "totals": (N_("it has totals and no client number"), N_("they have totals and no client number")),
    "legend": (N_("it explains a sign or a colour"), N_("they explain signs or colours")),
    "remark": (N_("it is a remark without a client number"), N_("they are remarks without a client number")),
    "title": (N_("it is a title"), N_("they are titles")),
    "headings": (N_("it repeats the headings"), N_("they repeat the headings")),
    "names": (N_("it names the columns for programs"), N_("they name the columns for programs")),
    "numbers": (N_("it numbers the columns"), N_("they number the columns")),
    "child": (N_("it is the row of a child"), N_("they are rows of children")),
    "example": (N_("it is the example row of the template"), N_("they are example rows of the template")),
}

_OF_CLIENTS = N_("Row {row} is no client: {reason}."), N_("Rows {rows} are no clients: {reason}.")
_OF_RECORDS = N_("Row {row} is no record: {reason}."), N_("Rows {rows} are no records: {reason}.")


@dataclass(frozen=True)
class LeftOut:
    """A row that is no client: its number from 1, its first text, and what it is instead."""

    row: int
    text: str = field(repr=False)
    kind: Kind

    def saved(self) -> dict[str, Any]:
        """The same as plain values."""
        reason = _(REASONS[self.kind][0])
        return {"row": self.row, "text": self.text, "reason": f"{reason[0].upper()}{reason[1:]}."}


def sentences(left_out: Sequence[LeftOut], key: str | None, *, with_texts: bool = True) -> str:
    """Which rows of a sheet (its key) are left out, and why: a sentence for each kind; empty for none.

    Without texts it names the rows by their numbers alone.
    """
    of_one, of_several = _OF_CLIENTS if key in {None, CANDIDATES.key} else _OF_RECORDS
    parts = []
    for kind, (one, several) in REASONS.items():
        rows = [
            f"{found.row} {found.text!r}" if with_texts else f"{found.row}" for found in left_out if found.kind == kind
        ]
        if len(rows) == 1:
            parts.append(_(of_one).format(row=rows[0], reason=_(one)))
        elif rows:
            named = cut_listing(rows, MAX_NAMED)
            parts.append(_(of_several).format(rows=named, reason=_(several)))
    return " ".join(parts)


def cut_listing(words: Sequence[str], most: int) -> str:
    """Words divided by commas; of more than some the first ones, and how many more there are."""
    first = ", ".join(words[:most])
    return first if len(words) <= most else _("{words} and {number} more").format(words=first, number=len(words) - most)


def shown(text: str) -> str:
    """A text of a row, cut where it is long."""
    return text if len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN - 1]}…"
