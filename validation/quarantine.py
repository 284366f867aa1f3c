"""Who may pass: whole clients only. A bad row anywhere keeps its client back, and the client's good rows are held."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from transforms.model.wording import N_, _
from validation.examine import MOST_NAMED, Examined, several
from validation.problems import Problem, Source


@dataclass(frozen=True)
class Settled:
    """What may pass (typed frames by sheet key), where each of these rows stands (source and source_row), which rows are
    held, and the counts of the two sums.
    """

    sheets: dict[str, pl.DataFrame]
    origins: dict[str, pl.DataFrame]
    held: list[Problem]
    counts: dict[str, int]


def good_so_far(candidates: Examined) -> pl.DataFrame:
    """The typed candidate rows that nothing is wrong with themselves."""
    return without(candidates.typed, candidates.bad)


def settle(candidates: Examined, details: Mapping[str, Examined], sources: Sequence[Source]) -> Settled:
    """Sorts every row into accepted, held and quarantined; the problems of rows kept back for others' sake are added.

    Candidates in = accepted + quarantined; detail rows in = used + held + quarantined.
    """
    known = set(candidates.typed["client_id"].drop_nulls())
    for detail in details.values():
        _tell_orphans(detail, known)
    _tell_clients_of_bad_rows(candidates, details, sources)
    sheets = {"candidates": without(candidates.typed, candidates.bad)}
    accepted = set(sheets["candidates"]["client_id"])
    quarantined = {candidates.typed["client_id"][place] for place in candidates.bad} - accepted - {None}
    origins = {"candidates": without(candidates.origin, candidates.bad)}
    held: list[Problem] = []
    for key, detail in details.items():
        waiting = [
            place
            for place in detail.typed["client_id"].is_in(list(quarantined)).fill_null(value=False).arg_true()
            if place not in detail.bad
        ]
        held += [detail.problem(place, "", HELD) for place in waiting]
        left_out = detail.bad | set(waiting)
        sheets[key], origins[key] = without(detail.typed, left_out), without(detail.origin, left_out)
    counts = {
        "candidates_in": candidates.typed.height,
        "candidates_accepted": sheets["candidates"].height,
        "candidates_quarantined": len(candidates.bad),
        "detail_rows_in": sum(detail.typed.height for detail in details.values()),
        "detail_rows_used": sum(sheets[key].height for key in details),
        "detail_rows_held": len(held),
        "detail_rows_quarantined": sum(len(detail.bad) for detail in details.values()),
    }
    return Settled(sheets, origins, held, counts)


FOR_OTHER_ROWS = N_("Other rows of this client cannot be taken: {rows}.")
HELD = (
    N_("The row is good, but its client is quarantined."),
    N_("Nothing to correct here; it is used once the client's rows in the quarantine are corrected."),
)


def is_for_other_rows(problem: str) -> bool:
    """Is a problem, in the language in use, that of a client whose own row is good?"""
    return problem.startswith(_(FOR_OTHER_ROWS).partition("{")[0])


def without(typed: pl.DataFrame, places: set[int]) -> pl.DataFrame:
    """A frame without the rows at some places."""
    return typed.filter(~pl.int_range(pl.len()).is_in(sorted(places)))


def _tell_orphans(detail: Examined, known: set[str]) -> None:
    """Quarantines detail rows whose client_id is on no Candidates row."""
    ids = detail.typed["client_id"]
    orphans = (ids.is_not_null() & ~ids.is_in(list(known))).arg_true()
    if orphans.is_empty():
        return
    folded = {client.casefold(): client for client in known}
    for place in orphans:
        alike = folded.get(ids[place].casefold())
        fix = (
            _("Did you mean {alike}? Correct the client_id, or add the client's row to Candidates.").format(alike=alike)
            if alike
            else _("Correct the client_id, or add the client's row to Candidates.")
        )
        detail.refuse(
            place,
            "client_id",
            (
                _("No row on Candidates has this client_id."),
                fix,
            ),
        )


def _tell_clients_of_bad_rows(candidates: Examined, details: Mapping[str, Examined], sources: Sequence[Source]) -> None:
    """Quarantines the client rows that are good themselves, but any of whose detail rows is not."""
    bad: dict[str, list[str]] = {}
    for detail in details.values():
        for place in sorted(detail.bad):
            client = detail.typed["client_id"][place]
            if client is not None:
                column = min(
                    detail.failed[place], key=lambda name: (name == "", detail.sheet.names.index(name or "client_id"))
                )
                bad.setdefault(client, []).append(detail.address(place, column, sources))
    if not bad:
        return
    ids = candidates.typed["client_id"]
    for place in ids.is_in(list(bad)).fill_null(value=False).arg_true():
        if place not in candidates.bad:
            named = bad[ids[place]]
            candidates.refuse(
                place,
                "",
                (
                    _(FOR_OTHER_ROWS).format(rows=several(named[:MOST_NAMED], max(len(named) - MOST_NAMED, 0))),
                    _("Correct those rows; no client is scored on half a record."),
                ),
            )
