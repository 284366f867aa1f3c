"""Whether the history is as drawline wrote it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING

import typer

from flows.commands.common import AsJson, Config, Quiet, handle_errors
from flows.console.answers import json_answer, say
from transforms.model.wording import _, n_

if TYPE_CHECKING:
    from flows.firm.settings import Settings
    from flows.maintenance.verification import Verified
    from history.audit import Record
    from history.digests import Comparison


@handle_errors
def verify(config: Config = None, as_json: AsJson = False, quiet: Quiet = False) -> None:
    """Looks for damage in tables, files and the audit record.

    Reads every table, compares every file with the digest that was recorded when it was written, and checks the chain of the
    audit record. Changes nothing.
    """
    from flows.firm import settings
    from flows.maintenance import verification

    firm = settings.load(config)
    with _while_nobody_writes(firm):
        found = verification.verify(firm)
    if as_json:
        print(json_answer("history-verify", verification.answer(found)))
    else:
        _report(found, quiet=quiet)
    raise typer.Exit(found.exit_code)


@contextmanager
def _while_nobody_writes(firm: Settings) -> Iterator[None]:
    """Waits for a run that writes; a history that this user may not write to is read without its lock."""
    from flows.errors import UnusableFile
    from flows.nightly import pending_rebuild
    from flows.nightly.exclusive_run import exclusive_run, is_at_work

    warning = None
    # A mark that cannot be read is reported with the rest.
    with suppress(UnusableFile, OSError):
        warning = pending_rebuild.warning(firm)
    if warning:
        say(_("note: {text}").format(text=warning))
    folder = pending_rebuild.folder_of(firm)
    if folder is None or not folder.is_dir():
        yield
        return
    with ExitStack() as resources:
        with suppress(OSError):
            if is_at_work(firm):
                say(_("another run is at work on the history; waiting for it to end"))
            resources.enter_context(exclusive_run(firm, wait=True))
        yield


def _report(found: Verified, *, quiet: bool) -> None:
    for problem in found.unreadable.values():
        print(problem)
    if found.files is not None:
        _report_files(found, found.files, quiet=quiet)
    elif not quiet:
        print(_("the history is at an address: its tables were read, and no digests are recorded of its files"))
    for file, record in found.records.items():
        _report_record(str(file), record, quiet=quiet)
    if not found.records and not quiet:
        print(_("there is no audit record yet"))
    if found.is_damaged:
        say(
            _(
                "The history is not as it was written. Stop the scheduled runs, keep a copy of the folder, and put back "
                "a backup of the whole folder of the history."
            )
        )


def _report_files(found: Verified, files: Comparison, *, quiet: bool) -> None:
    for name, digest in files.damaged.items():
        expected = found.recorded[name].size
        text = (
            _("damaged: {file}: its content is not as it was written")
            if digest.size == expected
            else _("damaged: {file}: it has {found} of {expected} bytes")
        )
        print(text.format(file=name, found=digest.size, expected=expected))
    for name in files.missing:
        print(_("missing: {file}").format(file=name))
    if not found.is_recorded:
        if not quiet:
            print(_("no digests are recorded yet; the next nightly run records them"))
        return
    for name in files.unrecorded:
        print(_("not recorded, as after a run that was interrupted: {file}").format(file=name))
    for name in files.unexpected:
        print(_("of no table: {file}").format(file=name))
    if not quiet:
        text = n_("{number} file is as recorded", "{number} files are as recorded", files.whole)
        print(text.format(number=files.whole))


def _report_record(file: str, record: Record, *, quiet: bool) -> None:
    if record.broken is not None:
        text = _("audit record {file}: entry {number} is the first that is not right: {problem}")
        print(text.format(file=file, number=record.broken.entry, problem=record.broken.problem))
    elif not quiet:
        text = n_(
            "audit record {file}: {number} entry, the chain holds; its hash is {hash}",
            "audit record {file}: {number} entries, the chain holds; the last hash is {hash}",
            record.lines,
        )
        print(text.format(file=file, number=record.lines, hash=record.last_hash))
    if record.is_cut:
        print(_("audit record {file}: its last line has no end, as after a run that was interrupted").format(file=file))
