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
    import polars as pl

    from validation.mapping.map_folder import MapFile


def take_in(run: Run) -> None:
    """Reads and validates the inputs, with a warning for what the sheets of a client say against each other.

    Raises validation.intake.intake.UnusableInputs, and UsageError for a password file that cannot be used.
    """
    from flows.firm import passwords
    from transforms.facts import family, noc_changes
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
        sheets = run.intake.sheets
        run.intake = run.intake.with_understated_families(family.understated(sheets, run.law))
        run.intake = run.intake.with_ended_nominations(family.ended_nominations(sheets, run.law))
        run.intake = run.intake.with_unusable_lock_ins(family.unusable_lock_ins(sheets, run.law))


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
    """Adds to the warnings where summary columns and detail rows do not say the same, where rows repeat a credential,
    where empty cells cost points, and where points are in doubt.

    Points are at stake in open cases alone: not for a client whose application is made, or whose file is closed.
    """
    from transforms.assessment import facts, high_wage_work, language_notes
    from transforms.facts import education, family
    from transforms.record_checks import empty_cells
    from transforms.record_checks.disagreements import disagreements

    assert run.intake is not None
    assert run.law is not None
    with run.timed("records"):
        sheets = run.intake.sheets
        settled = facts.settle(sheets, run.law) if run.scored is None else run.scored
        open_cases = sheets["candidates"].filter(family.IS_OPEN).select("client_id")

        def of_open_cases(found: pl.DataFrame) -> pl.DataFrame:
            return found.join(open_cases, on="client_id", how="semi", maintain_order="left")

        stakes = of_open_cases(empty_cells.at_stake(sheets, settled, run.law))
        run.intake = (
            run.intake.with_disagreements(disagreements(sheets, settled, run.law))
            .with_repeated_credentials(education.repeated(sheets["education"]), stakes)
            .with_empty_cells(stakes)
            .with_empty_rows(stakes)
            .with_one_occupation(of_open_cases(empty_cells.in_one_occupation(sheets, settled, run.law)))
        )
        if run.scored is not None:
            doubts = high_wage_work.doubts(sheets["candidates"], run.scored)
            run.intake = run.intake.with_doubts(of_open_cases(doubts))
        notes_ = of_open_cases(language_notes.notes(sheets, settled, run.law))
        run.intake = run.intake.with_language_notes(notes_)
