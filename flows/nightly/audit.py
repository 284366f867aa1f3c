"""The audit record of a firm: an entry for each command that changes the history, each weekly forecast, `run` and `score`.

It has the digests of the history's files. The other commands, such as check, advise, client-letter and simulate, leave none.
"""

from __future__ import annotations

import getpass
import os
import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows import errors, run_request
from flows.console import logs
from flows.firm.settings import Settings
from flows.main_run import run_counts, run_law, run_state
from flows.nightly import pending_rebuild
from flows.outputs import digests, full_disk
from transforms.model.wording import _

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from flows.nightly.night_state import Nights
    from history.audit import Record
    from history.purge import Traces
    from history.store import History

DONE, FAILED, STOPPED = "done", "failed", "stopped"


@dataclass
class Recording:
    """What a run adds to the audit record: what is known when it begins, and what it fills in as it goes on.

    `inputs` are rows {name, sha256, outcome}; `history` is the history that the run may have changed.
    """

    file: Path
    command: str
    history: History | None = None
    run_id: str = ""
    as_of: date | None = None
    rules_version: str = ""
    inputs: Sequence[Mapping[str, Any]] = ()
    exit_code: int = errors.EXIT_DONE
    began: float = field(default_factory=time.time)

    def write(self, error: BaseException | None = None) -> None:
        """Adds the entry; raises SurroundingsError where it cannot be written."""
        from history import audit

        try:
            audit.append(
                self.file, lambda record: self._entry(record, error), lambda record: self._with_mark(record, error)
            )
        except OSError as failed:
            raise _not_writable(self.file, failed) from None

    def _with_mark(self, record: Record, error: BaseException | None) -> dict[str, Any] | None:
        """The entry again once the ledger says that digests are recorded; None where that changes nothing.

        Only then, so that a run that is killed in between never leaves a ledger that claims digests that are not there.
        """
        from history.store import HistoryError

        if self.history is None or self.history.folder is None or record.broken is not None:
            return None
        try:
            is_new = self.history.mark_digests()
        except HistoryError:
            # The next run tries it again.
            return None
        return self._entry(record, error, is_new=True) if is_new else None

    def _entry(self, record: Record, error: BaseException | None, *, is_new: bool = False) -> dict[str, Any]:
        """The entry; no digests where those of before are lost or not certain, as damage would be recorded as right.

        `is_new`: this is the first run that records them.
        """
        entry: dict[str, Any] = {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "command": self.command,
            "run_id": self.run_id,
            "as_of": self.as_of.isoformat() if self.as_of else None,
            "user": user(),
            "host": socket.gethostname(),
            "code_version": run_law.code_version(),
            "rules_version": self.rules_version,
            "inputs": [{key: one.get(key) for key in ("name", "sha256", "outcome")} for one in self.inputs],
            "outcome": outcome_of(error),
            "error": type(error).__name__ if outcome_of(error) == FAILED else None,
            "exit_code": self.exit_code if error is None else logs.code_of(error),
            "seconds": round(time.time() - self.began, 3),
        }
        place = self.history.folder if self.history is not None else None
        if self.history is not None and place is not None and (is_new or not checked(self.history, record).broken):
            from history import digests

            found = digests.changes(place, record.files, counted(self.history), self.began)
            entry["files"] = {"added": found.added, "removed": found.removed}
        return entry


def _not_writable(file: Path, failed: OSError) -> errors.SurroundingsError:
    text = _("the audit record {file} cannot be written: {reason}; free space or correct the rights of its folder")
    reason = failed.strerror or _("another run holds its lock")
    return errors.SurroundingsError(text.format(file=file, reason=reason))


def check_writable(file: Path) -> None:
    """Raises SurroundingsError where an entry could not be added to an audit record."""
    from history import audit

    try:
        audit.check_writable(file)
    except OSError as failed:
        raise _not_writable(file, failed) from None


def _has_lost_digests(history: History, record: Record) -> bool:
    """Has an audit record no digests, and the ledger, as far as it can be read, says that they were recorded?"""
    from history.store import HistoryError

    try:
        return not record.files and history.has_digests()
    except HistoryError:
        return False


def checked(history: History, record: Record) -> Record:
    """The audit record of a history; a broken one where it has lost its digests."""
    return record.without_digests if _has_lost_digests(history, record) else record


def outcome_of(error: BaseException | None) -> str:
    """How a run ended: done, failed, or stopped by a signal."""
    if error is None:
        return DONE
    return STOPPED if isinstance(error, KeyboardInterrupt | SystemExit) else FAILED


def user() -> str:
    """The user of the operating system, by name or else by number."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return str(os.getuid()) if hasattr(os, "getuid") else ""


def counted(history: History) -> dict[str, Collection[str] | None]:
    """The files of rows of each table that is there, None for a table that cannot be read."""
    from history.store import HistoryError
    from history.tables import TABLES

    found: dict[str, Collection[str] | None] = {}
    for table in TABLES:
        try:
            found[table.name] = frozenset(history.data_files(table))
        except HistoryError:
            found[table.name] = None
    return found


def file_of_history(firm: Settings) -> Path | None:
    """The audit record of a firm's history: beside the lock."""
    from history.audit import FILE

    folder = pending_rebuild.folder_of(firm)
    return None if folder is None else folder / FILE


def file_of_runs(firm: Settings) -> Path | None:
    """The audit record of single runs with a firm's settings: the history's where it is there, else beside the settings."""
    of_history = file_of_history(firm)
    if of_history is not None and of_history.parent.is_dir():
        return of_history
    return file_of_settings(firm)


def file_of_settings(firm: Settings) -> Path | None:
    """The audit record beside a firm's settings."""
    from history.audit import FILE

    return None if firm.file is None else firm.file.resolve().parent / FILE


@contextmanager
def recorded(
    firm: Settings, command: str, *, as_of: date | None = None, is_dry: bool = False, has_changed: bool = True
) -> Iterator[Recording | None]:
    """Records a command on a firm's history once it has ended, however it ends; nothing of a dry run.

    `has_changed`: the command may have changed the history; raises SurroundingsError where such a one cannot be recorded. Of
    others, that is said.
    """
    from flows.nightly import night_state

    file = file_of_history(firm) if has_changed else file_of_runs(firm)
    if is_dry or file is None:
        yield None
        return
    if has_changed:
        check_writable(file)
    recording = Recording(file, command, night_state.history_of(firm) if has_changed else None, as_of=as_of)
    try:
        yield recording
    except BaseException as error:
        written(recording, error)
        raise
    if has_changed:
        recording.write()
    else:
        written(recording, None)


def written(recording: Recording, error: BaseException | None) -> None:
    """Records a run, and says so where that cannot be written: what ended the run is the message that counts."""
    from flows.console.answers import say

    try:
        recording.write(error)
    except errors.SurroundingsError as failed:
        say(_("note: {text}").format(text=failed))
    except Exception as failed:  # noqa: BLE001 - whatever it is, the error that ended the run is the one to report
        text = _("the audit record {file} has no entry of this run: an error of the program ({kind})")
        say(_("note: {text}").format(text=text.format(file=recording.file, kind=type(failed).__name__)))


def of_nights(run: Nights) -> Recording:
    """What is known of nightly runs when they begin; raises SurroundingsError where they could not be recorded."""
    file = file_of_history(run.firm)
    assert file is not None
    check_writable(file)
    return Recording(file, "nightly", run.history, run.run_id, run.request.as_of)


def after_nights(recording: Recording, run: Nights) -> None:
    """Fills in what nightly runs have read, under which rules, and with which exit code they end."""
    from flows.nightly import night_outcome

    recording.rules_version = run.rules.version if run.rules is not None else ""
    if run.taken is not None:
        recording.inputs = run.taken.inputs
        recording.exit_code = night_outcome.exit_code(run)


@contextmanager
def recorded_nights(run: Nights) -> Iterator[None]:
    """Records nightly runs, without Prefect."""
    recording = of_nights(run)
    try:
        yield
    except BaseException as error:
        after_nights(recording, run)
        written(recording, error)
        raise
    after_nights(recording, run)
    recording.write()


@contextmanager
def recorded_run(
    command: str, config: Path | None, request: run_request.Request, *, is_dry: bool = False
) -> Iterator[Callable[[run_state.Run], None]]:
    """Records a single run where a settings file is in use; gives what takes the run once it is done.

    That it cannot be recorded is said, and ends nothing. Wrong usage is not recorded.
    """
    from flows.firm import settings

    firm = settings.load(config)
    file = file_of_runs(firm) if firm.file is not None else None
    made: list[run_state.Run] = []
    if is_dry or file is None:
        yield made.append
        return
    recording = Recording(file, command, None, request.run_id, request.as_of)

    def fill_in() -> None:
        hashes = made[0].hashes if made else {}
        recording.inputs = [
            {"name": path.name, "sha256": hashes.get(number) or digests.sha256_if_readable(path)}
            for number, path in enumerate(request.inputs, start=1)
        ]
        if made and made[0].law is not None:
            recording.rules_version = made[0].law.rules.version
        if made:
            recording.exit_code = run_counts.exit_code(made[0])

    try:
        yield made.append
    except errors.UsageError:
        # What was asked wrongly has not run.
        raise
    except BaseException as error:
        fill_in()
        written(recording, error)
        raise
    fill_in()
    written(recording, None)


def redact(firm: Settings, found: Traces, history: History) -> int:
    """Strikes the names of files out of the audit records that held a client, that have the client's number or full name in
    them, or that the ledger has lost to a purge; returns how many.
    """
    import polars as pl

    from history import audit
    from history.purge import names_client

    # Of nights removed by `take-back` too.
    inputs = history.runs().select("inputs").explode("inputs").drop_nulls("inputs").unnest("inputs")
    purged = set(inputs.filter(pl.col("name") == audit.STRUCK_OUT)["sha256"]) | found.hashes
    named: dict[str, bool] = {}

    def is_struck(one: Mapping[str, Any]) -> bool:
        name = one["name"]
        if name not in named:
            named.update(names_client([name], found))
        return one.get("sha256") in purged or named[name]

    files = {file_of_history(firm), file_of_settings(firm)} - {None}
    for file in files:
        entries = audit.read(file, is_checked=False).entries if file is not None else ()
        named |= names_client((one["name"] for entry in entries for one in entry["inputs"]), found)
    struck = 0
    for file in files:
        if file is not None:
            with full_disk.naming(file.parent):
                struck += audit.redact(file, is_struck)
    return struck
