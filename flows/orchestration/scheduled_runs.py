"""What the Prefect server has scheduled for the deployments of `drawline serve`: whether it does, when, and under what name."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import FlowRunFilter
from prefect.client.schemas.sorting import FlowRunSort
from prefect.exceptions import ObjectNotFound, PrefectHTTPStatusError

from flows.clock import ZONE
from flows.errors import SurroundingsError
from flows.orchestration import run_names
from transforms.model.wording import N_, _

START_INTERVAL_SECONDS, INTERVAL_SECONDS = 1, 60
MAX_RUNS = 200
# What a deployment's runs are called for people.
TITLES = {"nightly": N_("night"), "watch": N_("watch"), "weekly-forecast": N_("forecast")}
MINUTE = "%Y-%m-%d %H:%M"
SCHEDULED = {"state": {"type": {"any_": ["SCHEDULED"]}}}


@dataclass(frozen=True)
class Upcoming:
    """The next run of a deployment, in UTC; None where none is scheduled, `is_paused` where somebody wants it so."""

    deployment: str
    moment: datetime | None
    is_paused: bool = False

    def line(self) -> str:
        """When it will be, in Ottawa and in UTC, for people."""
        title = f"{_(TITLES[self.deployment]):<9}"
        if self.moment is None:
            return title + _("paused on the server; resume it there")
        text = _("{local} in Ottawa, {utc} UTC")
        return title + text.format(local=f"{self.moment.astimezone(ZONE):{MINUTE}}", utc=f"{self.moment:{MINUTE}}")


async def wait_for_server(address: str, within_seconds: float) -> None:
    """Waits until the server answers; raises SurroundingsError where it does not, or refuses the password."""
    ends = time.monotonic() + within_seconds
    while True:
        try:
            async with get_client() as client:
                # Asks for what needs the password, too.
                await client.read_flows(limit=1)
        except PrefectHTTPStatusError as error:
            if error.response.status_code in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
                text = _(
                    "the Prefect server at {address} refuses the password; set PREFECT_API_AUTH_STRING to what the server has "
                    "in PREFECT_SERVER_API_AUTH_STRING"
                )
                raise SurroundingsError(text.format(address=address)) from None
            problem = _("answers {code}").format(code=error.response.status_code)
        except (httpx.HTTPError, OSError, RuntimeError) as error:
            problem = _("does not answer ({kind})").format(kind=type(error).__name__)
        else:
            return
        if time.monotonic() > ends:
            text = _(
                "the Prefect server at {address} {problem}; start it with `prefect server start`, or correct PREFECT_API_URL"
            )
            raise SurroundingsError(text.format(address=address, problem=problem))
        await asyncio.sleep(START_INTERVAL_SECONDS)


async def keep_watch(
    deployments: Mapping[str, UUID], address: str, within_seconds: float, say: Callable[[str], None]
) -> None:
    """Names what the server schedules, says once when the next runs will be, and goes on for as long as it schedules.

    Raises SurroundingsError once a deployment, by name, has had no scheduled run for too long. Where the server is away
    for a while later on, nothing is known, and the runner tries again.
    """
    missing_since = dict.fromkeys(deployments, time.monotonic())
    is_announced, refusal = False, ""
    async with get_client() as client:
        while True:
            now = time.monotonic()
            try:
                found = [await _upcoming(client, name, place) for name, place in deployments.items()]
            except (httpx.HTTPError, PrefectHTTPStatusError) as error:
                found, refusal = [], _refusal(error)
                if is_announced and not refusal:
                    missing_since = dict.fromkeys(deployments, now)
            missing_since |= {run.deployment: now for run in found if run.moment or run.is_paused}
            missing = [name for name, since in missing_since.items() if now - since > within_seconds]
            if missing:
                raise SurroundingsError(_nothing_scheduled(address, missing, within_seconds, refusal))
            if not is_announced and all(since == now for since in missing_since.values()):
                is_announced = True
                text = _("scheduled on {address}, and run from here until this command is stopped; next:")
                say(text.format(address=address))
                for run in found:
                    say(f"  {run.line()}")
            await asyncio.sleep(INTERVAL_SECONDS if is_announced else START_INTERVAL_SECONDS)


def _refusal(error: Exception) -> str:
    """How the server refused to answer; empty where it was away, or in trouble that may pass."""
    if isinstance(error, PrefectHTTPStatusError) and error.response.is_client_error:
        return _("; it answered {code}").format(code=error.response.status_code)
    return ""


async def _upcoming(client: PrefectClient, name: str, deployment: UUID) -> Upcoming:
    """The next scheduled run of a deployment; all of its scheduled runs are named for what they do."""
    criteria: Any = {**SCHEDULED, "deployment_id": {"any_": [deployment]}}
    runs = await client.read_flow_runs(
        flow_run_filter=FlowRunFilter.model_validate(criteria), sort=FlowRunSort.EXPECTED_START_TIME_ASC, limit=MAX_RUNS
    )
    moments = []
    for run in runs:
        if run.expected_start_time is None or not run.auto_scheduled:
            continue
        moments.append(run.expected_start_time.astimezone(UTC))
        title = run_names.scheduled(name, moments[-1])
        if run.name != title:
            await client.set_flow_run_name(run.id, title)
    later = [moment for moment in moments if moment > datetime.now(UTC)]
    if later:
        return Upcoming(name, later[0])
    try:
        read = await client.read_deployment(deployment)
    except ObjectNotFound:
        return Upcoming(name, None)
    return Upcoming(name, None, read.paused or not any(schedule.active for schedule in read.schedules))


def _nothing_scheduled(address: str, missing: list[str], within_seconds: float, refusal: str) -> str:
    titles = ", ".join(_(TITLES[name]) for name in missing)
    text = _(
        "the Prefect server at {address} has scheduled nothing for {n:.0f} seconds ({titles}{refusal}): nothing would run. "
        "Start the server from the same installation as drawline and with its scheduler on "
        "(PREFECT_SERVER_SERVICES_SCHEDULER_ENABLED=true, no --no-services), and look for errors of the scheduler in what "
        "it logs. Then start `drawline serve` again"
    )
    return text.format(address=address, n=within_seconds, titles=titles, refusal=refusal)
