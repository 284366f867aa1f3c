"""The dated events of a page: what lies ahead of the client, and what is at stake."""

from __future__ import annotations

import polars as pl

from reports.alerts.consequences import consequence_words, matters, rank, with_consequences
from reports.letter.contents import Event, LettersContents
from reports.letter.shown import shown
from transforms.model.wording import _, n_
from transforms.rounds.near import CLOSE_POINTS

MAX_EVENTS = 6
MAX_WHAT = 120


def by_client(contents: LettersContents) -> tuple[dict[str, list[Event]], dict[str, int]]:
    """The events of each client by day, and how many more there are; the gravest are kept where there are too many."""
    coming = contents.coming
    classified = with_consequences(coming.events, coming.applications, contents.cut_offs, CLOSE_POINTS, contents.as_of)
    ordered = (
        classified.filter(matters())
        .sort(rank(), "on", "kind", "subject", nulls_last=True, maintain_order=True)
        .with_columns((pl.int_range(pl.len()).over("client_id") + 1).alias("place"))
    )
    kept = ordered.filter(pl.col("place") <= MAX_EVENTS).sort("on", "place", maintain_order=True)
    found: dict[str, list[Event]] = {}
    for row in kept.with_columns(consequence_words().alias("stake")).iter_rows(named=True):
        must_act = row["consequence"] is not None
        found.setdefault(row["client_id"], []).append(
            Event(
                on=row["on"].isoformat(),
                what=_what(row["what"], row["points"]),
                act_by=row["act_by"].isoformat() if must_act else "",
                stake=row["stake"] if must_act else "",
            )
        )
    more = ordered.filter(pl.col("place") > MAX_EVENTS).group_by("client_id").len()
    return found, dict(more.iter_rows())


def _what(text: str, points: int | None) -> str:
    """What happens, and what it does to the score."""
    said = shown(text[:1].upper() + text[1:], MAX_WHAT)
    if not points:
        return said
    signed = f"+{points}" if points > 0 else f"\u2212{-points}"
    return n_("{what} ({points} point)", "{what} ({points} points)", abs(points)).format(what=said, points=signed)


def note(contents: LettersContents, more: int, *, is_empty: bool) -> str:
    """What stands below the events: that there are none, or more of them, or that only deadlines were looked for."""
    texts = []
    if is_empty:
        texts.append(_("Nothing dated lies ahead within 12 months."))
    if more:
        texts.append(n_("{number} more event within 12 months.", "{number} more events within 12 months.", more))
    if not contents.is_coming_whole:
        texts.append(_("Only deadlines of documents and invitations were looked for."))
    return " ".join(texts).format(number=more)
