"""The watcher as a Prefect flow: it starts the nightly job where there are new files or new rounds, and only there."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from flows import clock
from flows.console import language as language_
from flows.nightly import night_state, nightly
from flows.orchestration import run_names
from flows.orchestration.prefect_nightly import nightly_flow
from flows.orchestration.prefect_run import report_locally
from flows.orchestration.prefect_settings import prepare

prepare()

from prefect import flow  # noqa: E402 - the settings must stand before Prefect is imported
from prefect.logging import get_run_logger  # noqa: E402
from prefect.runtime import flow_run  # noqa: E402


def _name() -> str:
    return run_names.watch(flow_run.scheduled_start_time or datetime.now(UTC))


@flow(name="drawline-watch", flow_run_name=_name, timeout_seconds=7200, validate_parameters=False)
def watch_flow(config: str | None = None, language: str | None = None) -> dict[str, int | None]:
    """Looks for what is new since the last night, and where there is anything scores everybody again as of today."""
    with report_locally():
        language_.use(language, Path(config) if config else None)
        news = nightly.news(night_state.NightRequest(clock.today(), Path(config) if config else None, dry_run=True))
    logger = get_run_logger()
    if news.rounds is None:
        logger.warning("%s new files; whether there are new rounds is not known", news.files)
    else:
        logger.info("%s new files, %s new rounds", news.files, news.rounds)
    for note in news.notes:
        logger.warning("rounds: %s", note)
    if news.is_any:
        nightly_flow(config=config, language=language)
    return {"files": news.files, "rounds": news.rounds}
