"""`drawline nightly` as a Prefect flow: a task a stage and a task a night; its parameters are a day and a settings file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path

from flows import clock
from flows.console import language as language_
from flows.console.answers import say
from flows.firm import access, folders
from flows.nightly import audit, criteria_watch, night_rounds, night_state, nightly
from flows.nightly.exclusive_run import exclusive_run
from flows.orchestration import notices, run_names, temporary_server
from flows.orchestration.prefect_run import StageFailed, ended_by, on, publish, report_locally, stage, text_of
from flows.orchestration.prefect_settings import prepare
from transforms.model import wording

prepare()

from prefect import flow, task  # noqa: E402 - the settings must stand before Prefect is imported
from prefect.cache_policies import NO_CACHE  # noqa: E402
from prefect.logging import get_run_logger  # noqa: E402
from prefect.runtime import flow_run  # noqa: E402

_RUNS: dict[str, night_state.Nights] = {}
# The run that a flow of this process belongs to, for the command that started it.
_BEGUN: dict[str, night_state.Nights] = {}


@task(name="open", cache_policy=NO_CACHE)
def open_night(run_id: str) -> list[str]:
    """Loads the law and settles which nights are to be worked out."""
    with stage(_RUNS[run_id]) as run:
        nightly.recover(run)
        nightly.open_night(run)
    return [day.isoformat() for day in run.days]


@task(name="rounds", cache_policy=NO_CACHE)
def take_rounds(run_id: str) -> None:
    """Takes the published rounds; tries of its own are made around the network alone."""
    with stage(_RUNS[run_id]) as run:
        night_rounds.take_rounds(run)
        criteria_watch.look(run)


@task(name="intake", cache_policy=NO_CACHE)
def take_files(run_id: str) -> dict[str, int]:
    """Reads and validates what is new in the inbox."""
    with stage(_RUNS[run_id]) as run:
        nightly.take_files(run)
    assert run.taken is not None
    return {"files": len(run.taken.inputs), "waiting": len(run.taken.waiting)}


@task(name="night", cache_policy=NO_CACHE)
def one_night(run_id: str, day: str) -> dict[str, int]:
    """Works out one night, writes it, and publishes its counts."""
    with stage(_RUNS[run_id]) as run:
        night = nightly.one_night(run, date.fromisoformat(day))
    publish(night.counts, "drawline-nightly", f"Counts of the night of {day}, run {run_id}")
    return night.counts


def _name() -> str:
    return run_names.night(flow_run.parameters.get("as_of") or clock.today())


@flow(name="drawline-nightly", flow_run_name=_name, timeout_seconds=7200, validate_parameters=False)
def nightly_flow(
    as_of: str | None = None, config: str | None = None, wait: bool = True, language: str | None = None
) -> dict[str, dict[str, int]]:
    """The nightly job as of a day (ISO text; default: today in Ottawa); returns the counts of each night worked out.

    `language`: a key of transforms.model.wording.LANGUAGES; default: as the firm has set it.
    """
    day = date.fromisoformat(as_of) if as_of else clock.today()
    begun = _BEGUN.pop(day.isoformat(), None)
    if begun is None:
        return _by_itself(night_state.NightRequest(day, Path(config) if config else None, wait=wait), language)
    return _built(begun)


def _by_itself(request: night_state.NightRequest, language: str | None) -> dict[str, dict[str, int]]:
    """A run that no command of this process asked for: what ends it is said on standard error, not to Prefect."""
    with access.limited(request.config):
        with report_locally():
            language_.use(language, request.config)
            run = nightly.begin(request)
        try:
            return _built(run)
        finally:
            for text in run.notes:
                say(f"drawline: {text}")
            if run.error is not None:
                say(f"drawline: {text_of(run.error)}")


def _built(run: night_state.Nights) -> dict[str, dict[str, int]]:
    """The nights of a run; the firm's notification block reports them, or that they did not come to their end."""
    try:
        made = _stages(run)
    except StageFailed as error:
        if run.firm.notify:
            notices.tell(run.firm.notify, run.run_id, {}, ended=str(error))
        raise
    if run.firm.notify:
        notices.tell(run.firm.notify, run.run_id, made)
    return made


@contextmanager
def _recorded(run: night_state.Nights) -> Iterator[None]:
    """Records the nights in the audit record; what keeps that from being written ends the run like an error of a stage."""
    with stage(run):
        recording = audit.of_nights(run)
    try:
        yield
    except BaseException as error:
        audit.after_nights(recording, run)
        audit.written(recording, run.error or error)
        raise
    with stage(run):
        audit.after_nights(recording, run)
        recording.write()


def _stages(run: night_state.Nights) -> dict[str, dict[str, int]]:
    logger = get_run_logger()
    _RUNS[run.run_id] = run
    try:
        with ExitStack() as resources:
            with stage(run):
                folders.inbox_of(run.firm)
                resources.enter_context(exclusive_run(run.firm, wait=run.request.wait))
            resources.enter_context(_recorded(run))
            open_night(run.run_id)
            take_rounds(run.run_id)
            found = take_files(run.run_id)
            # Not before: a first night may have nothing to take yet.
            days = [day.isoformat() for day in run.days]
            logger.info("run %s: %s new files, %s nights", run.run_id, found["files"], len(days))
            return {one: one_night(run.run_id, one) for one in days}
    finally:
        del _RUNS[run.run_id]


def run(
    request: night_state.NightRequest, server: temporary_server.TemporaryServer | None = None
) -> night_state.Nights:
    """Runs the flow for a request in this process and returns the run; raises what ended it."""
    day = request.as_of.isoformat()
    begun = _BEGUN[day] = nightly.begin(request)
    try:
        with ended_by(begun), on(server):
            config = None if request.config is None else str(request.config)
            nightly_flow(day, config, wait=request.wait, language=wording.current())
    finally:
        _BEGUN.pop(day, None)
    return begun
