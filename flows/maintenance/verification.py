"""Whether a firm's history is as drawline wrote it: its tables, its files, and the audit record."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows import errors
from flows.nightly import audit, night_state, pending_rebuild
from history import audit as records
from history import digests
from history.store import HistoryError
from history.tables import TABLES
from transforms.model.addresses import without_credentials
from transforms.model.wording import _

if TYPE_CHECKING:
    from flows.firm.settings import Settings
    from history.audit import Record
    from history.digests import Comparison, Digest
    from history.store import History


@dataclass(frozen=True)
class Verified:
    """What was found: why tables cannot be read, by name; the files against their `recorded` digests (None: the history is at
    an address); and each audit record that is there.
    """

    history: str
    unreadable: dict[str, str]
    files: Comparison | None
    recorded: dict[str, Digest] = field(default_factory=dict)
    records: dict[Path, Record] = field(default_factory=dict)

    @property
    def is_recorded(self) -> bool:
        """Has a run recorded the digests of the history?"""
        return bool(self.recorded)

    @property
    def is_damaged(self) -> bool:
        """Is anything not as it was written?"""
        files = self.files is not None and (self.files.damaged or self.files.missing)
        return bool(self.unreadable or files or any(record.broken for record in self.records.values()))

    @property
    def has_unrecorded(self) -> bool:
        """Is there anything that no run recorded, as one that was killed leaves it?"""
        files = self.files is not None and self.is_recorded and (self.files.unrecorded or self.files.unexpected)
        return bool(files or any(record.is_cut for record in self.records.values()))

    @property
    def exit_code(self) -> int:
        """1 where something is damaged, 3 where something is unrecorded, else 0."""
        if self.is_damaged:
            return errors.EXIT_ERROR
        return errors.EXIT_UNRECORDED if self.has_unrecorded else errors.EXIT_DONE


def verify(firm: Settings) -> Verified:
    """Reads every table, every file and every audit record of a firm; raises UsageError where no history is named or there."""
    history = night_state.history_of(firm)
    if history.folder is not None and not history.folder.is_dir():
        raise errors.UsageError(
            _("there is no history in {history}; `drawline nightly` makes one").format(history=history.place)
        )
    found = {}
    for file in dict.fromkeys((audit.file_of_history(firm), audit.file_of_settings(firm))):
        if file is not None and file.is_file():
            found[file] = records.read_while_nobody_writes(file)
    own = audit.file_of_history(firm)
    if own is not None and history.folder is not None:
        record = audit.checked(history, found.get(own, records.Record()))
        if own in found or record.broken:
            found[own] = record
    recorded = found[own].files if own in found else {}
    files = None if history.folder is None else digests.compare(history.folder, recorded, audit.counted(history))
    return Verified(history.place, _unreadable(history) | _unreadable_mark(firm), files, recorded, found)


def _unreadable_mark(firm: Settings) -> dict[str, str]:
    """Why the mark of nights that are being written again cannot be read, by its name."""
    try:
        pending_rebuild.left(firm)
    except (errors.UnusableFile, OSError) as error:
        return {pending_rebuild.MARK: str(error)}
    return {}


def _unreadable(history: History) -> dict[str, str]:
    """Why tables cannot be read, by their names."""
    found = {}
    for table in TABLES:
        try:
            history.read(table)
        except HistoryError as error:
            found[table.name] = str(error)
    return found


def answer(found: Verified) -> dict[str, Any]:
    """What was found, for programs."""
    files = found.files
    return {
        "history": without_credentials(found.history),
        "is_damaged": found.is_damaged,
        "is_recorded": found.is_recorded,
        "unreadable": [{"table": name, "problem": problem} for name, problem in found.unreadable.items()],
        "files_as_recorded": files.whole if files else 0,
        "damaged": [
            {"file": name, "size": digest.size, "size_recorded": found.recorded[name].size, "sha256": digest.sha256,
             "sha256_recorded": found.recorded[name].sha256}
            for name, digest in (files.damaged.items() if files else ())
        ],
        "missing": files.missing if files else [],
        "unrecorded": files.unrecorded if files else [],
        "unexpected": files.unexpected if files else [],
        "audit": [
            {"file": str(file), "entries": record.lines, "last_hash": record.last_hash or None, "is_cut": record.is_cut,
             "broken_entry": record.broken.entry if record.broken else None,
             "problem": record.broken.problem if record.broken else None}
            for file, record in found.records.items()
        ],
    }  # fmt: skip
