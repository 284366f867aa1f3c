"""`drawline run` as a Prefect flow: a task a stage; tasks get a run id, never frames and never paths."""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Protocol, TypeVar

from flows import errors, run_request
from flows.console import logs, stop_signals
from flows.console.answers import say
from flows.main_run import (
    advice,
    front,
    quarantine_limit,
    run_counts,
    run_intake,
    run_law,
    run_outputs,
    run_rounds,
    run_scoring,
    run_state,
    selected,
)
from flows.orchestration import prefect_logging, prefect_requests, run_names, temporary_server
from flows.orchestration.prefect_settings import prepare
from flows.outputs import full_disk, locks
from transforms.model.panics import panics_as_errors
from transforms.model.wording import _, set_language

prepare()

from prefect import flow, task  # noqa: E402 - the settings must stand before Prefect is imported
from prefect.artifacts import create_table_artifact  # noqa: E402
from prefect.cache_policies import NO_CACHE  # noqa: E402
from prefect.exceptions import PrefectHTTPStatusError  # noqa: E402
from prefect.logging import get_run_logger  # noqa: E402
from prefect.runtime import flow_run  # noqa: E402
from prefect.settings import (  # noqa: E402
    PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
    get_current_settings,
    temporary_settings,
)

_RUNS: dict[str, run_state.Run] = {}
REQUEST, LOCK = ".json", ".lock"


class StageFailed(RuntimeError):
    """A stage ended with an error that nobody foresaw; its text is kept out of Prefect, which stores messages."""


def requests_folder() -> Path:
    """Where requests wait: a folder that only the owner can read."""
    folder = prefect_requests.folder()
    with full_disk.naming(folder):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.chmod(0o700)
    return folder


@contextmanager
def left_request(request: run_request.Request) -> Iterator[Path]:
    """Leaves a request for the flow of its run id, readable by the owner alone, for as long as this process works on it.

    Requests of processes that are no more are removed.
    """
    folder = requests_folder()
    for left in {one.stem for ending in (REQUEST, LOCK) for one in folder.glob(f"*{ending}")}:
        with locks.unheld(folder / f"{left}{LOCK}") as is_left:
            if is_left:
                (folder / f"{left}{REQUEST}").unlink(missing_ok=True)
    lock = locks.taken(folder / f"{request.run_id}{LOCK}")
    path = folder / f"{request.run_id}{REQUEST}"
    try:
        with full_disk.naming(folder):
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(request.saved(), file)
        yield path
    finally:
        path.unlink(missing_ok=True)
        if lock is not None:
            lock.release()


class MayPass(StageFailed):
    """A stage ended with an error of the file system or the network, which may pass by itself."""


prefect_logging.leave_errors_to_the_command(StageFailed, MayPass)
logs.of_environment()


class KeepsError(Protocol):
    """A run that keeps what ended it."""

    error: Exception | None


Kept = TypeVar("Kept", bound=KeepsError)


@contextmanager
def stage(run: Kept) -> Iterator[Kept]:
    """Keeps what ended a stage for the caller, and lets Prefect know its kind alone: its text may speak of a client."""
    try:
        with stop_signals.between_steps(), panics_as_errors():
            yield run
    except Exception as error:  # noqa: BLE001 - kept for the caller, whatever it is
        run.error = error
        _trace()
        raise (MayPass if isinstance(error, OSError) else StageFailed)(type(error).__name__) from None


def text_of(error: Exception) -> str:
    """What is said of an error: its text where it is one that was foreseen, else its kind, for its text may name a client."""
    from history.store import HistoryError

    if isinstance(error, HistoryError) and full_disk.is_full(error):
        return full_disk.message(error.place)
    foreseen = (errors.UsageError, errors.UnusableFile, errors.SurroundingsError, full_disk.FullDisk, HistoryError)
    return (
        str(error)
        if isinstance(error, foreseen)
        else _("an error of the program ({kind})").format(kind=type(error).__name__)
    )


@contextmanager
def report_locally() -> Iterator[None]:
    """Says what ended a flow on standard error, and lets Prefect know its kind alone: its text may speak of a client."""
    try:
        with stop_signals.between_steps(), panics_as_errors():
            yield
    except StageFailed:
        raise
    except Exception as error:  # noqa: BLE001 - reported here, whatever it is
        say(f"drawline: {text_of(error)}")
        _trace()
        raise StageFailed(type(error).__name__) from None


@contextmanager
def ended_by(run: KeepsError) -> Iterator[None]:
    """Raises what ended a run's flow, which Prefect was not to know, or SurroundingsError where Prefect was in the way."""
    try:
        yield
    except StageFailed:
        assert run.error is not None
        raise run.error from None
    except Exception as error:  # noqa: BLE001 - whatever kept Prefect from going on
        if run.error is not None:
            raise run.error from None
        raise errors.SurroundingsError(_no_server(error)) from None


def _trace() -> None:
    """Where an error came from, for who asked for it."""
    if os.environ.get("DRAWLINE_TRACEBACK"):
        traceback.print_exc(file=sys.stderr)


def publish(counts: Mapping[str, int], key: str, description: str) -> None:
    """Leaves counts with Prefect as a table."""
    table = [{"count": name, "value": value} for name, value in counts.items()]
    create_table_artifact(table=table, key=key, description=description)


def _may_pass(_task: Any, _task_run: Any, state: Any) -> bool:
    """Is it worth another try? Only where the file system or the network was in the way."""
    try:
        state.result()
    except MayPass:
        return True
    except Exception:  # noqa: BLE001 - whatever else it is, it does not pass
        return False
    return False


@task(name="rules", cache_policy=NO_CACHE)
def open_law(run_id: str) -> None:
    """Loads the law of the day."""
    with stage(_RUNS[run_id]) as run:
        run_law.open_law(run)


@task(name="intake", cache_policy=NO_CACHE, retries=2, retry_delay_seconds=[1, 5], retry_condition_fn=_may_pass)
def take_in(run_id: str) -> dict[str, int]:
    """Reads and validates the inputs; a file share that does not answer is tried again."""
    with stage(_RUNS[run_id]) as run:
        run_intake.take_in(run)
        quarantine_limit.check(run)
        selected.find(run)
    return run_counts.counts(run)


@task(name="score", cache_policy=NO_CACHE)
def score(run_id: str) -> None:
    """Scores the accepted clients, under the shipped law too where --rules has an overlay on it.

    Their summary columns are held against their detail rows beside it.
    """
    with stage(_RUNS[run_id]) as run:
        front.begin(run)
        run_scoring.score(run)
        run_scoring.score_before(run)
        run_intake.compare_records(run)


@task(name="rounds", cache_policy=NO_CACHE)
def hold_rounds(run_id: str) -> None:
    """Holds the rounds and tries the levers; then what is not asked for is left out, and stated scores are compared."""
    with stage(_RUNS[run_id]) as run:
        run_rounds.hold_rounds(run)
        advice.find(run)
        selected.limit(run)
        run_scoring.compare_stated(run)


@task(name="report", cache_policy=NO_CACHE)
def write_outputs(run_id: str) -> dict[str, int]:
    """Writes the outputs, run.json last, and publishes the counts."""
    with stage(_RUNS[run_id]) as run:
        run_outputs.write_outputs(run)
    found = run_counts.counts(run)
    publish(found, "drawline-run", f"Counts of run {run_id}")
    return found


def _name() -> str:
    """The name of a run, by the day with which its id begins."""
    return run_names.main_job(flow_run.parameters["run_id"].rpartition("-")[0])


@flow(name="drawline-run", flow_run_name=_name, timeout_seconds=3600, validate_parameters=False)
def run_flow(run_id: str) -> dict[str, int]:
    """The main job for the request left under a run id; returns the counts."""
    logger = get_run_logger()
    path = requests_folder() / f"{run_id}.json"
    if run_id not in _RUNS:
        _RUNS[run_id] = run_state.Run(run_request.Request.of(json.loads(path.read_text(encoding="utf-8"))))
    set_language(_RUNS[run_id].request.language)
    try:
        open_law(run_id)
        found = take_in(run_id)
        logger.info(
            "intake: %s candidates in, %s accepted, %s quarantined",
            found["candidates_in"], found["candidates_accepted"], found["candidates_quarantined"],
        )  # fmt: skip
        score(run_id)
        hold_rounds(run_id)
        return write_outputs(run_id)
    finally:
        path.unlink(missing_ok=True)


@contextmanager
def on(server: temporary_server.TemporaryServer | None) -> Iterator[None]:
    """With a temporary server as the one that Prefect uses, where there is one."""
    if server is not None:
        server.use()
        prefect_logging.hide_addresses_of_runs()
    yield


def without_heartbeat() -> AbstractContextManager[Any]:
    """Settings for a flow that takes seconds: it needs no heartbeat, whose end Prefect would wait for up to a second."""
    return temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None})


def run(request: run_request.Request, server: temporary_server.TemporaryServer | None = None) -> run_state.Run:
    """Runs the flow for a request in this process and returns the run; raises what ended it."""
    with left_request(request):
        run = _RUNS[request.run_id] = run_state.Run(request)
        try:
            with ended_by(run), on(server), without_heartbeat():
                run_flow(request.run_id)
        finally:
            del _RUNS[request.run_id]
    return run


def _no_server(error: Exception) -> str:
    """What to say where Prefect itself did not get going."""
    if full_disk.is_full(error, temporary_server.output()):
        return full_disk.message(get_current_settings().home)
    address = get_current_settings().api.url
    if address and isinstance(error, PrefectHTTPStatusError):
        text = _(
            "Prefect's server at {address} answers {code}, also when asked again; look into its log, or unset PREFECT_API_URL"
        )
        return text.format(address=address, code=error.response.status_code)
    if address and not isinstance(error, temporary_server.ServerNotStarted):
        text = _("Prefect's server at {address} does not answer ({kind}); start it, or unset PREFECT_API_URL")
        return text.format(address=address, kind=type(error).__name__)
    text = _("Prefect's own temporary server did not start ({kind}); try again, or do without Prefect: --no-prefect")
    return text.format(kind=type(error).__name__)
