"""What is wrong with a request on its face: reported before Prefect is loaded, which takes seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows import program

if TYPE_CHECKING:
    from flows.night_state import NightRequest


def of_run(request: program.Request) -> None:
    """Looks at day, rounds, rules, mapping, output folder and the form of the inputs of a run.

    Raises UsageError, UnusableFile, and validation.unusable.UnusableInputs with every unusable input.
    """
    from transforms import rounds

    program.check_rounds(request.rounds, rounds.read)
    program.output_folder(request, program.OUTPUTS)
    run = program.Run(request)
    program.open_law(run)
    if request.mapping is not None:
        program.read_mapping(request.mapping)
    program.rounds_asked(request, program.published_rounds(request))
    if not request.skip_unusable and _some_unusable(request):
        # The intake itself looks at all inputs, and raises with all that are unusable.
        program.take_in(run)


def _some_unusable(request: program.Request) -> bool:
    """Is an input empty, of another format, or protected? What is in it, only the intake can see."""
    from validation.preflight import kind_of, read_bytes
    from validation.unusable import Unusable

    for path in request.inputs:
        try:
            kind_of(path, read_bytes(path))
        except Unusable:
            return True
    return False


def of_nights(request: NightRequest) -> None:
    """Looks at settings, folders, rules and day of a nightly run.

    Raises UsageError, UnusableFile, and history.store.HistoryError. What the history alone can answer is left to the run
    while another one writes to it, or was interrupted.
    """
    from flows import folders, nightly, rewriting
    from flows.alone import is_at_work
    from flows.night_state import rules_of

    run = nightly.begin(request)
    folders.inbox_of(run.firm)
    program.law_of(rules_of(run.firm), request.as_of)
    if rewriting.left(run.firm) is None and not is_at_work(run.firm):
        nightly.open_night(run)
