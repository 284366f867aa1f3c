"""The nightly job as plain functions: files from the inbox and rounds are taken, then each night is made and written."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows import clock, run_request
from flows.errors import UsageError
from flows.firm import folders, logos, settings
from flows.main_run import output_names, run_law, run_rounds
from flows.nightly import (
    audit,
    build_night,
    criteria_watch,
    inbox,
    known_files,
    night_rounds,
    pending_rebuild,
    write_night,
)
from flows.nightly.exclusive_run import exclusive_run
from flows.nightly.night_state import (
    DAY,
    NIGHTLY,
    Night,
    NightRequest,
    Nights,
    completed,
    history_of,
    is_first_kept,
    kept,
    named,
    rules_of,
)
from transforms.model.addresses import without_credentials
from transforms.model.wording import _

if TYPE_CHECKING:
    import polars as pl


# A first night waits for files that settle within this time, looking again every few seconds.
MAX_FIRST_WAIT_SECONDS, LOOK_AGAIN_SECONDS = 60, 1
# The watch tries a file again that could not be read; after these tries it leaves it to the nightly run.
MAX_WATCH_TRIES = 3


@dataclass(frozen=True)
class News:
    """What no night has taken yet: settled files, and rounds, new or corrected (None: newer ones could not be had).

    `notes` says why rounds could not be had.
    """

    files: int
    rounds: int | None
    notes: tuple[str, ...] = ()

    @property
    def is_any(self) -> bool:
        """Is there anything for a night to take?"""
        return bool(self.files or self.rounds)


def begin(request: NightRequest) -> Nights:
    """A run for a request; raises UsageError where inbox, history or reports cannot be what they are named for."""
    firm = settings.load(request.config)
    folders.check(firm)
    return Nights(
        request, run_request.new_run_id(request.as_of), datetime.now(UTC), firm, history_of(firm)
    )  # fmt: skip


def run(request: NightRequest) -> Nights:
    """The whole job, without Prefect."""
    done = begin(request)
    if request.dry_run:
        work_out(done)
        return done
    folders.inbox_of(done.firm)
    with exclusive_run(done.firm, wait=request.wait), audit.recorded_nights(done):
        work_out(done)
    return done


def work_out(run: Nights) -> None:
    """All stages in order; each night is written before the next one is worked out, unless nothing may be written."""
    recover(run)
    open_night(run)
    night_rounds.take_rounds(run)
    criteria_watch.look(run)
    take_files(run)
    for day in run.days:
        one_night(run, day)


def recover(run: Nights) -> None:
    """Writes the nights again at which a run was broken off that wrote them again; the night that is asked does so itself."""
    from flows.maintenance import recovery

    left = pending_rebuild.left(run.firm)
    if left is None or left == pending_rebuild.PendingRebuild(NIGHTLY, (run.request.as_of,)):
        return
    if run.request.dry_run:
        run.notes.append(pending_rebuild.at_work(left))
        return
    with run.timed("recover"):
        recovery.recover(run.firm)
    run.notes.append(pending_rebuild.was_broken_off(left))


def one_night(run: Nights, day: date) -> Night:
    """Works a night out in memory, then writes it, unless nothing may be written."""
    night = build_night.build_night(run, day)
    if not run.request.dry_run:
        write_night.write(run, night)
    run.nights.append(night)
    return night


def news(request: NightRequest) -> News:
    """How many settled files and how many rounds, new or corrected, no night has taken yet; nothing is written.

    A file that could not be used is new again once its content, its name, the mapping or the program is another one; one
    that cannot be opened, or could not be read MAX_WATCH_TRIES times, waits for the night.
    """
    import polars as pl

    from history.store import NOT_READ
    from history.tables import ROUNDS_TABLE

    run = begin(request)
    open_night(run)
    night_rounds.take_rounds(run)
    find_files(run)
    assert run.rounds is not None
    assert run.found is not None
    if not run.is_latest:
        # It would take none.
        return News(0, 0)
    tries = run.history.inputs().filter(pl.col("outcome") == NOT_READ).group_by("sha256").len()
    given_up = set(tries.filter(pl.col("len") >= MAX_WATCH_TRIES)["sha256"])
    opened = {one.sha256 for one in run.found.new if one.sha256} - given_up
    new = run.rounds.join(run.history.read(ROUNDS_TABLE), on=list(ROUNDS_TABLE.schema), how="anti", nulls_equal=True)
    rounds = None if run.rounds_notes and new.is_empty() else new.height
    return News(len(opened), rounds, tuple(_for_logs(run, note) for note in run.rounds_notes))


def _for_logs(run: Nights, note: str) -> str:
    """A note on the rounds without folders; of addresses it has no credentials anyway."""
    own, source = run.firm.own_rounds, run.firm.rounds_address
    if source and "://" not in source:
        for path in (source, str(Path(source))):
            note = note.replace(path, Path(source).name)
    return without_credentials(note.replace(str(own), own.name))


def open_night(run: Nights) -> None:
    """Loads the rules, looks at the ledger, and settles which nights are to be worked out.

    Raises UsageError, UnusableFile, and history.store.HistoryError.
    """
    with run.timed("open"):
        # Not before: the wait for another run is none of this one's time.
        run.started_at = datetime.now(UTC)
        folders.inbox_of(run.firm)
        run.rules = rules_of(run.firm)
        # Else a night would end only when its reports are written.
        logos.read(run.firm.logo)
        run_law.law_of(run.rules, run.request.as_of)
        _check_first(run)
        run.history.check(rows=False)
        nights = kept(run.history)
        if nights and run.request.as_of < nights[0]:
            text = _("the history begins with the night of {day}; ask for that or a later one")
            raise UsageError(text.format(day=nights[0]))
        if run.request.as_of in nights and is_first_kept(run.history, run.request.as_of):
            text = _(
                "the night of {day} is the first that is kept, and what it was compared with was pruned; ask for a later one"
            )
            raise UsageError(text.format(day=run.request.as_of))
        last = nights[-1] if nights else None
        if last is not None and run.request.as_of < last and run.request.as_of not in nights:
            raise UsageError(_passed_over(nights, run.request.as_of))
        _not_by_mistake(run.request)
        run.is_latest = last is None or run.request.as_of >= last
        run.days, passed_over = days_to_do(last, run.request.as_of, run.firm.catch_up_days)
        if passed_over:
            text = _(
                "{n} nights since {last} were missed, more than the {most} that are caught up (catch_up_days): those before "
                "{first} have no scores"
            )
            run.notes.append(text.format(n=passed_over, last=last, most=run.firm.catch_up_days, first=run.days[0]))
        if not run.is_latest:
            text = _(
                "the night of {day} is worked out again from what was known then; new files and rounds are taken by nights "
                "from {last} on"
            )
            run.notes.append(text.format(day=run.request.as_of, last=last))


def _check_first(run: Nights) -> None:
    """Raises UsageError where no history is there, as on a disk that is not connected, and the reports show a night."""
    from flows.outputs.encrypted_outputs import ARCHIVE

    reports = named(run.firm.reports)
    if not run.history.is_empty() or not reports.is_dir():
        return
    written = (path for name in (output_names.RECORD, ARCHIVE) for path in reports.glob(f"????-??-??/{name}"))
    last = max((path.parent.name for path in written), default=None)
    if last is not None:
        text = _(
            "the reports in {reports} hold the night of {day}, and there is no history in {history}; put back a copy of it, "
            "or for a new history name another folder as `reports`"
        )
        raise UsageError(text.format(reports=reports, day=last, history=run.firm.history))


def _passed_over(nights: Sequence[date], day: date) -> str:
    """The note on a day without a night between two nights: the later was compared with the earlier."""
    before, after = max(night for night in nights if night < day), min(night for night in nights if night > day)
    text = _(
        "there was no night of {day}; ask for one of those that were: that of {after} was compared with that of {before}"
    )
    return text.format(day=day, after=after, before=before)


def _not_by_mistake(request: NightRequest) -> None:
    """Raises UsageError for a night that lies ahead, where it is not said that this is meant: no earlier one after it
    takes anything new.
    """
    if request.as_of > clock.today() and not (request.ahead or request.dry_run):
        text = _(
            "the night of {day} lies ahead of today, {today}, and nights before it would take neither files nor rounds any "
            "more; correct the date, look with --dry-run, or say --ahead if it is meant"
        )
        raise UsageError(text.format(day=request.as_of, today=clock.today()))


def days_to_do(last: date | None, as_of: date, most: int) -> tuple[list[date], int]:
    """The nights to work out, oldest first: those since the last and the one asked; and how many missed are too many."""
    if last is None or as_of <= last:
        return [as_of], 0
    days = [last + DAY * place for place in range(1, (as_of - last).days + 1)]
    return days[-(most + 1) :], max(len(days) - most - 1, 0)


def find_files(run: Nights) -> str:
    """Looks at the inbox; returns what files are tried with."""
    tried_with = inbox.tried_with(run.firm.map, run.firm.maps_folder, run_law.code_version())
    limit = run.firm.max_quarantined_share
    run.found = inbox.find(
        folders.inbox_of(run.firm), run.firm.inbox_settle_seconds, run.history.inputs(), tried_with, limit
    )
    return tried_with


def take_files(run: Nights) -> None:
    """Reads and validates what is new in the inbox; an earlier night that is asked again takes nothing."""
    assert run.rules is not None
    with run.timed("intake"):
        tried_with = find_files(run)
        assert run.found is not None
        if _is_first(run) and not run.request.dry_run:
            _wait_for_files(run)
        new = run.found.new if run.is_latest else ()
        firm, day = run.firm, run.request.as_of
        run.taken = inbox.take(
            new, day, run.rules, firm.map, firm.maps_folder, tried_with, firm.max_quarantined_share, firm.password_file
        )
        if run.taken.inputs:
            run.stood_before = run.history.records_on(run.request.as_of)
            again = known_files.tried_again(new, run.history.inputs())
            if again:
                day = run.request.as_of
                known_files.keep_what_counts(run.taken, again, run.history, day, run.stood_before)
        if run.is_latest:
            run.taken.inputs += known_files.reappeared(run.found.taken, run.history, run.request.as_of)
        _note_files(run)


def _note_files(run: Nights) -> None:
    """Notes what came of the files, and whether a first night has to wait for them."""
    from history.store import NOT_READ, TAKEN

    assert run.found is not None
    assert run.taken is not None
    run.notes += run.taken.notes
    for one in run.taken.inputs:
        if one["outcome"] == NOT_READ:
            text = _("not read this time, and left for the next run: {file}: {problem}")
            run.notes.append(text.format(file=one["name"], problem=one["problem"]))
        elif one["outcome"] != TAKEN:
            text = _("left out: {file}: {problem}")
            run.notes.append(text.format(file=one["name"], problem=one["problem"]))
    run.notes += inbox.notable_sheets(run.taken.inputs)
    if run.is_latest:
        run.notes += known_files.still_unusable(run.found.unusable, run.history.inputs())
    if run.is_latest and run.found.excluded:
        text = _("left out, since it was excluded: {files}; take it out of the inbox")
        run.notes.append(text.format(files=", ".join(sorted(path.name for path in run.found.excluded))))
    waiting = [path.name for path in (*run.found.waiting, *run.taken.waiting)]
    if waiting:
        text = _("still being written, and left for the next run: {files}")
        run.notes.append(text.format(files=", ".join(sorted(waiting))))
    outcomes = {one["outcome"] for one in run.taken.inputs}
    if _is_first(run) and TAKEN not in outcomes and (waiting or NOT_READ in outcomes):
        run.days = []
        text = _(
            "no night is recorded: no client is on record yet, and the files in the inbox cannot be taken yet; run "
            "`drawline nightly` again once they have been left alone for {n} seconds"
        )
        run.notes.append(text.format(n=run.firm.inbox_settle_seconds))


def _is_first(run: Nights) -> bool:
    """Is nothing on record yet?"""
    return run.is_latest and not completed(run.history)


def _wait_for_files(run: Nights) -> None:
    """Waits for the first files where the inbox holds only such as are still settling, and will be settled soon."""
    settle_seconds = run.firm.inbox_settle_seconds
    until = time.monotonic() + settle_seconds + LOOK_AGAIN_SECONDS
    while (
        settle_seconds <= MAX_FIRST_WAIT_SECONDS
        and time.monotonic() < until
        and run.found is not None
        and run.found.waiting
        and not run.found.new
    ):
        time.sleep(LOOK_AGAIN_SECONDS)
        find_files(run)


def summary(run: Nights) -> dict[str, Any]:
    """What a run did, or would do, for programs: the nights with their counts, and each kind of event by reason."""
    assert run.taken is not None
    return {
        "run_id": run.run_id,
        "as_of": run.request.as_of,
        "dry_run": run.request.dry_run,
        "files": [
            {name: one.get(name) for name in ("name", "sha256", "outcome", "problem")} for one in run.taken.inputs
        ],
        "clients": client_changes(run),
        "nights": [
            {
                "as_of": night.as_of,
                "rules_status": night.law.status,
                "newest_round": run_rounds.newest_round(night_rounds.known_rounds(run, night.as_of)),
                "counts": night.counts,
                "events": event_counts(night.events),
                "reports": None if run.request.dry_run else str(write_night.reports_of(run, night.as_of)),
            }
            for night in run.nights
        ],
        "notes": run.notes,
    }


def event_counts(events: pl.DataFrame) -> list[dict[str, Any]]:
    """How many events of each kind and reason."""
    import polars as pl

    return (
        events.group_by("kind", "reason").agg(pl.len().alias("events"), pl.col("points").sum()).sort("kind", "reason")
    ).to_dicts()


def client_changes(run: Nights) -> dict[str, int]:
    """How many of the clients in the files that were taken are new, changed, or as they were."""
    import polars as pl

    assert run.taken is not None
    if not run.stood_before:
        return {"new": 0, "changed": 0, "as_before": 0}
    now, then = (known_files.fingerprints(sheets) for sheets in (run.taken.sheets, run.stood_before))
    beside = now.join(then, on="client_id", how="left", suffix="_then")
    new = beside.filter(pl.col("record_then").is_null()).height
    same = beside.filter(pl.col("record") == pl.col("record_then")).height
    return {"new": new, "changed": beside.height - new - same, "as_before": same}
