"""The weekly forecast as a Prefect flow; its parameters are a day and the settings file, its result counts alone."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from flows import clock
from flows.console import language as language_
from flows.firm import access, settings
from flows.forecasting import weekly
from flows.orchestration import run_names
from flows.orchestration.prefect_run import report_locally
from flows.orchestration.prefect_settings import prepare

prepare()

from prefect import flow  # noqa: E402 - the settings must stand before Prefect is imported
from prefect.logging import get_run_logger  # noqa: E402
from prefect.runtime import flow_run  # noqa: E402


def _name() -> str:
    return run_names.forecast(flow_run.parameters.get("as_of") or clock.today())


@flow(name="drawline-weekly-forecast", flow_run_name=_name, timeout_seconds=3600, validate_parameters=False)
def weekly_flow(as_of: str | None = None, config: str | None = None, language: str | None = None) -> dict[str, int]:
    """Forecasts the coming rounds for the clients on record, as of a day (ISO text; default: today in Ottawa)."""
    with access.limited(None if config is None else Path(config)), report_locally():
        language_.use(language, None if config is None else Path(config))
        firm = settings.load(None if config is None else Path(config))
        made = weekly.forecast(firm, date.fromisoformat(as_of) if as_of else clock.today())
    get_run_logger().info("forecast: %s rounds, %s clients, law %s", made.rounds, made.clients, made.rules_status)
    return {"rounds": made.rounds, "clients": made.clients}
