"""The intake of a run: files and maps in, accepted rows out, with what the rows of a client say against each other."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from flows.console import stages
from flows.errors import UnusableFile, UsageError
from flows.main_run.run_law import limits, score_ranges
from flows.main_run.run_state import Run
from flows.run_request import Request
from transforms.model.wording import _

if TYPE_CHECKING:
    from validation.mapping.map_folder import MapFile


def take_in(run: Run) -> None:
    """Reads and validates the inputs, with a warning for what the sheets of a client say against each other.

    Raises validation.intake.intake.UnusableInputs, and UsageError for a password file that cannot be used.
    """
    from flows.firm import passwords
    from flows.main_run import record_warnings
    from transforms.facts import noc_changes
    from transforms.facts.noc import known_codes
    from validation.intake import intake

    assert run.law is not None
    mapping, maps = maps_of(run.request)
    with run.timed("intake"):
        run.intake = intake.read(
            run.request.inputs,
            as_of=run.request.as_of,
            score_ranges=score_ranges(run.law),
            noc_codes=known_codes(),
            noc_changes=noc_changes.messages(run.law),
            limits=limits(run.law),
            skip_unusable=run.request.skip_unusable,
            mapping=mapping,
            maps=maps,
            passwords=passwords.read(run.request.password_file),
            hashes=run.hashes,
            went_on=partial(stages.went_on, "intake"),
        )
        for add in record_warnings.of_families(run.intake.sheets, run.law):
            run.intake = add(run.intake)


def read_mapping(path: Path) -> MapFile:
    """The firm's map, every value as the text that stands there.

    Raises UsageError where there is no such file, UnusableFile where it is not as it should be.
    """
    from validation.files.unusable import MappingError
    from validation.mapping import map_folder

    if not path.is_file():
        raise UsageError(_("no mapping file at {path}").format(path=path))
    try:
        return map_folder.read(path)
    except MappingError as error:
        raise UnusableFile(_("the mapping cannot be used: {error}").format(error=error), path) from None


def maps_of(request: Request) -> tuple[MapFile | None, list[MapFile]]:
    """The map of all inputs of a request, else the maps of its folder; raises UsageError and UnusableFile."""
    from validation.mapping import map_folder

    if request.mapping is not None:
        return read_mapping(request.mapping), []
    return None, [read_mapping(path) for path in map_folder.files(request.maps)]


def compare_records(run: Run) -> None:
    """Adds to the warnings what the records of the clients say against each other (record_warnings.of_records)."""
    from flows.main_run import record_warnings

    assert run.intake is not None
    assert run.law is not None
    with run.timed("records"):
        for add in record_warnings.of_records(run.intake.sheets, run.scored, run.law):
            run.intake = add(run.intake)
