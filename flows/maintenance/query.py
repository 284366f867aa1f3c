"""What the history tells: a client over time, a run, two nights side by side; and past nights scored again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import polars as pl

from flows import run_request
from flows.errors import UsageError
from flows.nightly import build_night, inbox, night_invitations, night_rounds, night_state
from history.tables import EVENTS, INVITATIONS, ROUNDS_TABLE, SCORES_TABLE
from transforms.changes import changes
from transforms.changes.changed_cells import cells_behind, with_cells
from transforms.model import frames
from transforms.model.wording import _
from transforms.rounds import invitations
from transforms.rounds.invitations import events_of

if TYPE_CHECKING:
    from flows.firm.settings import Settings
    from flows.nightly.night_state import Nights
    from history.store import History


# The columns of a client's scores that are shown for a night where they differ from the night before.
REPORTED = ("crs_total", "fsw_eligible", "cec_eligible", "fst_eligible", "pool_eligible", "categories", "above")
OVER_TIME = (
    "as_of", "client_id", "rules_version", "rules_status", "crs_core", "crs_spouse", "crs_transferability",
    "crs_additional", *REPORTED, "eligibility_reasons", "rank", "age",
)  # fmt: skip


@dataclass(frozen=True)
class ClientHistory:
    """A client over time: OVER_TIME of the scores of each night, every event with its reason, and the invitations."""

    scores: pl.DataFrame
    events: pl.DataFrame
    invitations: pl.DataFrame


def client(history: History, client_id: str) -> ClientHistory:
    """A client's nights; raises UsageError, with the closest number, for one that is not in the history."""
    # A year is some hundred small files a table: all three at once.
    with ThreadPoolExecutor(3) as beside:
        scores = beside.submit(history.read, SCORES_TABLE, client_id=client_id, columns=OVER_TIME)
        events, invitations = (beside.submit(history.read, one, client_id=client_id) for one in (EVENTS, INVITATIONS))
        found = ClientHistory(scores.result(), events.result(), invitations.result())
    if found.scores.is_empty():
        raise UsageError(
            _("the history knows no client {client_id!r}{closest}").format(
                client_id=client_id, closest=_closest(history, client_id)
            )
        )
    done, kept = (pl.col("as_of").is_in(days) for days in (night_state.completed(history), night_state.kept(history)))
    return ClientHistory(found.scores.filter(kept), found.events.filter(kept), found.invitations.filter(done))


def _closest(history: History, client_id: str) -> str:
    import difflib

    days = history.days(SCORES_TABLE)
    known = history.on(SCORES_TABLE, days[-1])["client_id"].to_list() if days else []
    close = difflib.get_close_matches(client_id, known, 1)
    return _("; did you mean {name}?").format(name=close[0]) if close else ""


def nights_with_changes(found: ClientHistory) -> list[date]:
    """The nights on which one of REPORTED differs from the night before, the first and the last of all, and those
    of an event or an invitation.
    """
    other = pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift(1)) for name in REPORTED)
    place = pl.int_range(pl.len())
    turned = found.scores.filter(other | (place == 0) | (place == pl.len() - 1))["as_of"]
    return sorted({*turned, *events(found)["as_of"]})


def events(found: ClientHistory) -> pl.DataFrame:
    """A client's events, and one for each invitation of a night whose events were pruned; as history.tables.EVENTS."""
    days = found.invitations["as_of"]
    invited = events_of(found.invitations).with_columns(days).select(list(EVENTS.schema))
    unrecorded = invited.join(found.events, on=["as_of", "kind", "what"], how="anti", maintain_order="left")
    return pl.concat([unrecorded, found.events]).sort("as_of", maintain_order=True)


def runs(history: History, run_id: str | None = None) -> pl.DataFrame:
    """The ledger's rows, or those of one run; raises UsageError for a run that it does not hold."""
    rows = history.runs().sort("started_at", maintain_order=True)
    if run_id is None:
        return rows
    found = rows.filter(pl.col("run_id") == run_id)
    if found.is_empty():
        last = rows["run_id"].to_list()[-1:]
        raise UsageError(
            _("the history holds no run {run_id!r}").format(run_id=run_id)
            + (_("; the last one is {name}").format(name=last[0]) if last else "")
        )
    return found


def difference(firm: Settings, first: date, second: date) -> pl.DataFrame:
    """Every change between two nights with its reason, scored again step by step; as history.tables.EVENTS but as_of.

    Raises UsageError where there is no such night.
    """
    if first > second:
        raise UsageError(
            _("the earlier night goes first: drawline history diff {second} {first}").format(second=second, first=first)
        )
    run = open_history_as_of(firm, second)
    for day in (first, second):
        check_night(run.history, day)
    if first == second:
        earlier = [day for day in night_state.kept(run.history) if day < first]
        such_as = (
            _(", such as: drawline history diff {night} {first}").format(night=earlier[-1], first=first)
            if earlier
            else _("; there is none before it")
        )
        raise UsageError(
            _("both days are {first}; two nights are needed, the earlier one first{such_as}").format(
                first=first, such_as=such_as
            )
        )
    assert run.rules is not None
    records = [run.history.records_on(day) for day in (first, second)]
    invited, declined = night_invitations.invitations_by(run.history, second), run.history.declined_by(second)
    until_then = invited.filter(pl.col("as_of") <= first)
    between = invitations.net(until_then, invited.filter(pl.col("as_of") > first))
    by_then = declined.filter(pl.col("declined_on") <= first)
    clients = records[0]["candidates"], records[1]["candidates"]
    held = (
        invitations.invitation_holders(until_then, clients[0], by_then),
        invitations.invitation_holders(invited, clients[1], declined),
    )
    before, after = (
        changes.Night(day, build_night.as_invited(sheets, out), run.history.on(SCORES_TABLE, day), is_stored=True)
        for day, sheets, out in zip((first, second), records, held, strict=True)
    )
    found = changes.between(before, after, run.rules)
    then, now = ({one.kind: one for one in night_rounds.last_known(run, day)} for day in (first, second))
    events = [
        invitations.events_of(between),
        invitations.ended(until_then, between, clients, declined, first),
        invitations.by_rounds(found, between),
        invitations.crossings(before.scores, after.scores, (then, now), found, held[1]),
    ]
    together = pl.concat(frame.select(list(frames.EVENTS)) for frame in events)
    return with_cells(together, cells_behind(together, *records))


def check_night(history: History, day: date) -> None:
    """Raises UsageError where the history has no completed night of a day, or has pruned it."""
    days = night_state.kept(history)
    if day in days:
        return
    if not days:
        raise UsageError(_("the history holds no night yet; `drawline nightly` makes one"))
    closest = min(days, key=lambda one: abs((one - day).days))
    raise UsageError(
        _("the history holds no night of {day}; it goes from {start} to {end}, the closest is {closest}").format(
            day=day, start=days[0], end=days[-1], closest=closest
        )
    )


def open_history_as_of(firm: Settings, as_of: date) -> Nights:
    """A run that takes nothing new: neither files nor rounds."""
    history = night_state.history_of(firm)
    run = night_state.Nights(
        night_state.NightRequest(as_of),
        run_request.new_run_id(as_of),
        datetime.now(UTC),
        firm,
        history,
        is_latest=False,
    )
    run.rules = night_state.rules_of(firm)
    run.rounds = history.read(ROUNDS_TABLE)
    run.taken = inbox.take((), as_of, run.rules, None, None, "")
    return run
