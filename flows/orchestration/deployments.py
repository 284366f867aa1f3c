"""When the flows run by themselves: nightly, the watcher and the weekly forecast, defined once for `serve` and pools.

The night is at 03:30 and not at 02:30: on the day on which the clocks go forward there is no 02:30, and Prefect would
start the run at 01:30. The watcher keeps to UTC: by Ottawa's clock it would pass over the hour that comes twice.
"""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.orchestration.prefect_settings import prepare

prepare()

from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy  # noqa: E402
from prefect.runner import Runner  # noqa: E402
from prefect.schedules import Cron, Schedule  # noqa: E402

from flows.firm import settings  # noqa: E402
from flows.orchestration import scheduled_runs  # noqa: E402
from flows.orchestration.prefect_nightly import nightly_flow  # noqa: E402
from flows.orchestration.prefect_watch import watch_flow  # noqa: E402
from flows.orchestration.prefect_weekly import weekly_flow  # noqa: E402

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


def deployments(config: Path | None = None, language: str | None = None) -> list[RunnerDeployment]:
    """Every deployment with its schedule; `config` is the settings file that its runs read, `language` the one that they
    write in (None: as the settings say when they run).
    """
    config = settings.place(config)
    parameters = {"config": None if config is None else str(config.resolve())}
    if language is not None:
        parameters["language"] = language
    made = []
    for name, flow, schedule, description in DEPLOYMENTS:
        deployment: Any = flow.to_deployment(
            name, schedule=schedule, parameters=parameters, concurrency_limit=ONE,
            description=description, tags=["drawline"],
        )  # fmt: skip
        made.append(deployment)
    return made


def _announce(text: str) -> None:
    """Says something on standard output, at once."""
    print(text, flush=True)


class _Runner(Runner):
    """Prefect's runner, which SIGTERM stops as Ctrl-C does: the runs that it has started are stopped too."""

    def __init__(self) -> None:
        # The schedules stay on the server when this process stops, so that nothing has to be switched on again.
        super().__init__(pause_on_shutdown=False)
        self.is_terminated = False
        self.serving: asyncio.Task[Any] | None = None

    def handle_sigterm(self, *_arguments: Any, **_named: Any) -> None:
        assert self.serving is not None
        self.is_terminated = True
        asyncio.get_running_loop().call_soon_threadsafe(self.serving.cancel)

    async def serve_until_stopped(self, made: list[RunnerDeployment], address: str, within_seconds: float) -> None:
        """Sets the schedules up, and runs what is due; raises SurroundingsError where the server schedules nothing."""
        self.serving = asyncio.current_task()
        await scheduled_runs.wait_for_server(address, within_seconds)
        ids = {deployment.name: await self.aadd_deployment(deployment) for deployment in made}
        runs = asyncio.create_task(self.start())
        watch = asyncio.create_task(scheduled_runs.keep_watch(ids, address, within_seconds, _announce))
        both = (runs, watch)
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in both:
                task.cancel()
            ended = await asyncio.gather(*both, return_exceptions=True)
        errors = [outcome for outcome in ended if isinstance(outcome, Exception)]
        if errors:
            raise errors[-1]


def serve(config: Path | None, address: str, within_seconds: float, language: str | None = None) -> bool:
    """Starts the schedules against the Prefect server of PREFECT_API_URL, and runs what is due until it is stopped.

    True where SIGTERM stopped it. Raises SurroundingsError where the server is not there, or schedules nothing.
    """
    runner, made = _Runner(), deployments(config, language)
    with contextlib.suppress(asyncio.CancelledError, KeyboardInterrupt):
        asyncio.run(runner.serve_until_stopped(made, address, within_seconds))
    return runner.is_terminated
