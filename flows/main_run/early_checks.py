"""What is wrong with a request on its face: reported before Prefect is loaded, which takes seconds."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from flows import errors, run_request
from flows.main_run import run_intake, run_law, run_outputs, run_rounds, run_state
from transforms.model.wording import _

if TYPE_CHECKING:
    from flows.nightly.night_state import NightRequest


LOG_FILE = "--log-file"
# What outputs end in; the names of some are known only once the clients are.
ENDINGS_OF_OUTPUTS = (".xlsx", ".parquet", ".csv", ".json", ".pdf", ".ics")


def of_run(request: run_request.Request) -> None:
    """Looks at day, rounds, rules, mapping, output folder and the form of the inputs of a run.

    Raises UsageError, UnusableFile, and validation.files.unusable.UnusableInputs with every unusable input.
    """
    from flows.firm import logos
    from transforms.rounds import rounds

    run_rounds.check_rounds(request.rounds, rounds.read)
    run_request.output_folder(request, run_outputs.output_names(request))
    run = run_state.Run(request)
    run_law.open_law(run)
    run_intake.maps_of(request)
    logos.read(request.logo)
    run_rounds.rounds_asked(request, run_rounds.published_rounds(request))
    if not request.skip_unusable and _some_unusable(request):
        # The intake itself looks at all inputs, and raises with all that are unusable.
        run_intake.take_in(run)


def of_log(file: Path | None, read: Iterable[Path], config: Path | None, outs: Iterable[Path | None] = ()) -> None:
    """Raises UsageError where log lines would go to a file that is read, to the settings, or among the outputs of folders."""
    from flows.firm import settings

    if file is None:
        return
    run_request.apart_from((*read, settings.place(config) or Path(settings.FILE)), [file], LOG_FILE)
    folders = {out.resolve() for out in outs if out is not None}
    if file.resolve().parent in folders and file.suffix.lower() in ENDINGS_OF_OUTPUTS:
        text = _("{target} can be the name of an output. Name a file that ends in .log with {option}.")
        raise errors.UsageError(text.format(target=file, option=LOG_FILE))


def of_firms_log(file: Path | None, config: Path | None) -> None:
    """The same for a command that reads what the firm's settings name; wrong settings are left to the command."""
    from flows.firm import settings
    from validation.mapping import map_folder

    try:
        firm = settings.load(config)
        rounds_file = firm.rounds_file
    except (errors.UsageError, errors.UnusableFile):
        of_log(file, (), config)
        return
    inbox = [path for path in firm.inbox.rglob("*") if path.is_file()] if firm.inbox is not None else []
    one_each = (path for path in (firm.map, firm.logo, firm.password_file) if path is not None)
    read = (*inbox, *firm.rules, rounds_file, *one_each, *map_folder.files(firm.maps_folder))
    of_log(file, read, config, (firm.inbox,))


def _some_unusable(request: run_request.Request) -> bool:
    """Is an input empty, of another format, or protected? What is in it, only the intake can see."""
    from flows.firm import passwords
    from validation.files import locked
    from validation.files.preflight import kind_of, read_bytes
    from validation.files.unusable import Unusable

    known = passwords.read(request.password_file)
    for path in request.inputs:
        try:
            kind_of(path, locked.opened(read_bytes(path), known))
        except Unusable:
            return True
    return False


def of_nights(request: NightRequest, *, with_prefect: bool) -> None:
    """Looks at settings, folders, rules and day of a nightly run; of a firm that Prefect notifies, at its settings alone,
    so that it is notified of what ends the run.

    Raises UsageError, UnusableFile, and history.store.HistoryError. What the history alone can answer is left to the run
    while another one writes to it, or was interrupted.
    """
    from flows.firm import folders, logos, passwords
    from flows.nightly import nightly, pending_rebuild
    from flows.nightly.exclusive_run import is_at_work
    from flows.nightly.night_state import rules_of
    from flows.outputs import encryption

    run = nightly.begin(request)
    logos.read(run.firm.logo)
    passwords.read(run.firm.password_file)
    encryption.recipients(run.firm.encrypt_to)
    if with_prefect and run.firm.notify:
        return
    folders.inbox_of(run.firm)
    run_law.law_of(rules_of(run.firm), request.as_of)
    if pending_rebuild.left(run.firm) is None and not is_at_work(run.firm):
        nightly.open_night(run)
