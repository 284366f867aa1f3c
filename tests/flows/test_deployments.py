"""The schedules: what they call exists and takes their parameters, and they run at the right time when clocks change."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from prefect import Flow
from prefect.client.schemas.schedules import CronSchedule
from prefect.server.schemas.schedules import CronSchedule as ServerCronSchedule
from prefect.utilities.importtools import import_object

from flows.orchestration import deployments, run_names

ROOT = Path(deployments.__file__).parents[2]
TORONTO = ZoneInfo("America/Toronto")
# The hour that is left out, and the one that comes twice, fall on these days.
CLOCKS_GO_FORWARD, CLOCKS_GO_BACK = (2027, 3, 14), (2026, 11, 1)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """The deployments with a settings file."""
    return deployments.deployments(tmp_path_factory.mktemp("firm") / "drawline.toml")


@pytest.fixture(scope="module")
def in_file() -> dict[str, dict[str, Any]]:
    """The deployments of prefect.yaml by name."""
    content = yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))
    return {one["name"]: one for one in content["deployments"]}


def schedule_of(deployment: Any) -> CronSchedule:
    """The one schedule of a deployment."""
    (only,) = deployment.schedules
    assert isinstance(only.schedule, CronSchedule)
    return only.schedule


def times(deployment: Any, since: datetime, count: int) -> list[datetime]:
    """The next times of a deployment, as the server works them out."""
    on_the_server = ServerCronSchedule.model_validate(schedule_of(deployment).model_dump())
    return asyncio.run(on_the_server.get_dates(n=count, start=since))


def test_the_parameters_fit_the_flows(made: list[Any]) -> None:
    flows = {name: flow for name, flow, _, _ in deployments.DEPLOYMENTS}
    assert [one.name for one in made] == list(flows)
    for one in made:
        checked = flows[one.name].validate_parameters(one.parameters)
        assert set(checked) >= set(one.parameters)
        assert set(one.parameters) <= set(flows[one.name].parameters.properties)
        assert not flows[one.name].parameters.required


def test_prefect_yaml_says_the_same(made: list[Any], in_file: dict[str, dict[str, Any]]) -> None:
    flows = {name: flow for name, flow, _, _ in deployments.DEPLOYMENTS}
    assert set(in_file) == set(flows)
    for one in made:
        entry, schedule = in_file[one.name], schedule_of(one)
        assert entry["schedules"] == [{"cron": schedule.cron, "timezone": schedule.timezone}]
        assert entry["description"] == one.description
        assert entry["parameters"].keys() == one.parameters.keys()
        assert entry["concurrency_limit"] == {"limit": 1, "collision_strategy": "CANCEL_NEW"}
        path, _, name = entry["entrypoint"].partition(":")
        flow = import_object(f"{ROOT / path}:{name}")
        assert isinstance(flow, Flow)
        assert flow.name == flows[one.name].name


@pytest.mark.parametrize("changes", [CLOCKS_GO_FORWARD, CLOCKS_GO_BACK])
def test_the_night_runs_once_at_half_past_three_when_clocks_change(
    made: list[Any], changes: tuple[int, int, int]
) -> None:
    year, month, day = changes
    found = times(made[0], datetime(year, month, day, tzinfo=TORONTO).astimezone(UTC), 2)
    local = [one.astimezone(TORONTO) for one in found]
    assert [(one.date(), one.hour, one.minute) for one in local] == [
        (datetime(year, month, day + number, tzinfo=TORONTO).date(), 3, 30) for number in (0, 1)
    ]


@pytest.mark.parametrize(("changes", "hours"), [(CLOCKS_GO_FORWARD, 23), (CLOCKS_GO_BACK, 25)])
def test_the_watcher_looks_every_ten_minutes_of_a_day_of_any_length(
    made: list[Any], changes: tuple[int, int, int], hours: int
) -> None:
    year, month, day = changes
    since = datetime(year, month, day, tzinfo=TORONTO).astimezone(UTC)
    until = datetime(year, month, day + 1, tzinfo=TORONTO).astimezone(UTC)
    found = [one.astimezone(UTC) for one in times(made[1], since, 6 * 26) if since <= one.astimezone(UTC) < until]
    assert len(set(found)) == 6 * hours


def test_the_forecast_is_weekly(made: list[Any]) -> None:
    found = [one.astimezone(TORONTO) for one in times(made[2], datetime(2026, 10, 27, tzinfo=UTC), 3)]
    assert [(one.weekday(), one.hour, one.day) for one in found] == [(0, 5, 2), (0, 5, 9), (0, 5, 16)]


def test_scheduled_runs_are_named_for_the_day_in_ottawa_and_the_moment_in_utc() -> None:
    late_evening = datetime(2026, 11, 30, 2, 10, tzinfo=UTC)
    assert [run_names.scheduled(name, late_evening) for name, _, _, _ in deployments.DEPLOYMENTS] == [
        "night of 2026-11-29", "watch of 2026-11-30 02:10 UTC", "forecast of 2026-11-29",
    ]  # fmt: skip
