"""When the flows run by themselves: nightly, the watcher and the weekly forecast, defined once for `serve` and pools.

The night is at 03:30 and not at 02:30: on the day on which the clocks go forward there is no 02:30, and Prefect would
start the run at 01:30. The watcher keeps to UTC: by Ottawa's clock it would pass over the hour that comes twice.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.prefect_settings import prepare

prepare()

from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy  # noqa: E402
from prefect.schedules import Cron, Schedule  # noqa: E402

from flows.prefect_nightly import nightly_flow  # noqa: E402
from flows.prefect_watch import watch_flow  # noqa: E402
from flows.prefect_weekly import weekly_flow  # noqa: E402

if TYPE_CHECKING:
    from prefect import Flow
    from prefect.deployments.runner import RunnerDeployment

NIGHTLY = Cron("30 3 * * *", timezone="America/Toronto")
WATCH = Cron("*/10 * * * *", timezone="UTC")
WEEKLY = Cron("0 5 * * 1", timezone="America/Toronto")
# One at a time: a second run of the same deployment is not started.
ONE = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW)
# Name, flow, schedule, and what it does.
DEPLOYMENTS: tuple[tuple[str, Flow[Any, Any], Schedule, str], ...] = (
    ("nightly", nightly_flow, NIGHTLY, "Scores every client as of the day, compares with the day before, warns."),
    ("watch", watch_flow, WATCH, "Looks for new rounds and new files, and scores again only where there are any."),
    ("weekly-forecast", weekly_flow, WEEKLY, "What coming rounds will take, and each client's chance."),
)


def deployments(config: Path | None = None) -> list[RunnerDeployment]:
    """Every deployment with its schedule; `config` is the settings file that its runs read."""
    parameters = {"config": None if config is None else str(config.resolve())}
    made = []
    for name, flow, schedule, description in DEPLOYMENTS:
        deployment: Any = flow.to_deployment(
            name, schedule=schedule, parameters=parameters, concurrency_limit=ONE,
            description=description, tags=["drawline"],
        )  # fmt: skip
        made.append(deployment)
    return made


def serve(config: Path | None = None) -> None:
    """Starts the schedules against the Prefect server of PREFECT_API_URL, and runs what is due until it is stopped.

    The schedules stay on the server when this process stops, so that nothing has to be switched on again.
    """
    from prefect import serve as serve_

    serve_(*deployments(config), pause_on_shutdown=False)
