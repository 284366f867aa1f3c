"""Who may pass: whole clients only. A bad row anywhere keeps its client back, and the client's good rows are held."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from transforms.model.wording import N_, _
from validation.intake.examine import MAX_NAMED, Examined, several
from validation.intake.problems import Source


@dataclass(frozen=True)
class Settled:
    """What may pass (typed frames by sheet key), where each of these rows stands (source and source_row), which rows are
    held, and the counts of the two sums.
    """

    sheets: dict[str, pl.DataFrame]
    origins: dict[str, pl.DataFrame]
    held: list[pl.DataFrame]
    counts: dict[str, int]


def good_so_far(candidates: Examined) -> pl.DataFrame:
    """The typed candidate rows that nothing is wrong with themselves."""
    return without(candidates.typed, candidates.bad)


def settle(
    candidates: Examined,
    details: Mapping[str, Examined],
    sources: Sequence[Source],
    alike: Mapping[str, str] | None = None,
) -> Settled:
    """Sorts every row into accepted, held and quarantined; the problems of rows kept back for others' sake are added.

    Candidates in = accepted + quarantined; detail rows in = used + held + quarantined. `alike` is by folded text the
    client number of the whole list that unknown numbers may mean; without it the candidates themselves are looked at.
    """
    for detail in details.values():
        _tell_orphans(detail, candidates.typed, alike)
    _tell_clients_of_bad_rows(candidates, details, sources)
    sheets = {"candidates": without(candidates.typed, candidates.bad)}
    quarantined = (
        candidates.typed.select("client_id")[sorted(candidates.bad)]
        .drop_nulls()
        .unique()
        .join(sheets["candidates"], on="client_id", how="anti")
    )
    origins = {"candidates": without(candidates.origin, candidates.bad)}
    held: list[pl.DataFrame] = []
    for key, detail in details.items():
        waiting = _places_of(detail.typed, quarantined)
        if detail.bad:
            waiting = waiting.filter(~waiting.is_in(sorted(detail.bad)))
        if not waiting.is_empty():
            words = (pl.repeat(_(text), waiting.len(), dtype=pl.String, eager=True) for text in HELD)
            held.append(detail.problems_at(waiting, "", *words))
        left_out = detail.bad.union(waiting)
        sheets[key], origins[key] = without(detail.typed, left_out), without(detail.origin, left_out)
    counts = {
        "candidates_in": candidates.typed.height,
        "candidates_accepted": sheets["candidates"].height,
        "candidates_quarantined": len(candidates.bad),
        "detail_rows_in": sum(detail.typed.height for detail in details.values()),
        "detail_rows_used": sum(sheets[key].height for key in details),
        "detail_rows_held": sum(one.height for one in held),
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
    return typed.filter(~pl.int_range(pl.len()).is_in(sorted(places))) if places else typed


def _places_of(rows: pl.DataFrame, clients: pl.DataFrame) -> pl.Series:
    """The rows (by place, UInt32) of some clients (client_id)."""
    numbered = rows.select("client_id").with_row_index("place")
    return numbered.join(clients, on="client_id", how="semi", maintain_order="left")["place"]


def _tell_orphans(detail: Examined, candidates: pl.DataFrame, alike: Mapping[str, str] | None) -> None:
    """Quarantines detail rows whose client_id is on no Candidates row."""
    numbered = detail.typed.select("client_id").with_row_index("place").drop_nulls()
    orphans = numbered.join(candidates, on="client_id", how="anti", maintain_order="left")
    if orphans.is_empty():
        return
    if alike is None:
        alike = numbers_alike(orphans["client_id"], candidates["client_id"])
    for place, client in orphans.iter_rows():
        near = alike.get(client.casefold())
        fix = (
            _("Did you mean {alike}? Correct the client_id, or add the client's row to Candidates.").format(alike=near)
            if near
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


def numbers_alike(orphans: Iterable[str], known: Iterable[str | None]) -> dict[str, str]:
    """The known client numbers that differ in case alone from others, by the text that both come to."""
    wanted = {client.casefold() for client in orphans}
    return {folded: client for client in known if client is not None and (folded := client.casefold()) in wanted}


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
                    _(FOR_OTHER_ROWS).format(rows=several(named[:MAX_NAMED], max(len(named) - MAX_NAMED, 0))),
                    _("Correct those rows; no client is scored on half a record."),
                ),
            )
