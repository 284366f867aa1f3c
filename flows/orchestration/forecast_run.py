"""The forecast's futures on a Dask cluster, as a Prefect flow: a task a block number, each block with its own seed.

Tasks get the path of the rounds file, days, questions and seeds; they give back days, sizes and lines. Clients stay
where the command runs: nothing of theirs is sent.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flows.errors import UnusableFile, UsageError
from flows.orchestration.prefect_settings import prepare

prepare()

from prefect import flow, task  # noqa: E402 - the settings must stand before Prefect is imported
from prefect.cache_policies import NO_CACHE  # noqa: E402
from prefect.client.orchestration import get_client  # noqa: E402
from prefect.settings import PREFECT_API_URL, temporary_settings  # noqa: E402

from transforms.forecast import forecast, futures  # noqa: E402
from transforms.model.wording import _  # noqa: E402
from transforms.national_pool.national_pool import crs_changes  # noqa: E402

LOCAL = re.compile(r"local(?::(?P<workers>[1-9]\d*))?")
# One thread a worker, for polars as for the numbers' libraries.
ONE_THREAD = {"POLARS_MAX_THREADS": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
SCHEDULER_ANSWERS_IN = "10s"


@dataclass(frozen=True)
class Source:
    """What a worker builds the ground of the futures from: a rounds file that it can read, days and the seed."""

    rounds_file: str
    digest: str
    changes: tuple[date, ...]
    as_of: date
    until: date
    seed: int
    fetched_on: date | None = None

    @classmethod
    def of(
        cls, rounds_file: Path, ahead: forecast.Outlook, until: date, fetched_on: date | None = None
    ) -> Source:  # fmt: skip
        """The source of an outlook that was made from a rounds file, known up to a day, and fetched on a day."""
        path = rounds_file.resolve()
        changes = tuple(crs_changes(ahead.rules))
        return cls(str(path), _digest(path), changes, ahead.as_of, until, ahead.seed, fetched_on)


@lru_cache(maxsize=1)
def ground(source: Source) -> forecast.Ground:
    """The ground of a source, worked out once in a worker; raises UnusableFile where its rounds file is another."""
    from flows.forecasting.published import published

    path = Path(source.rounds_file)
    frame = published(path)
    if _digest(path) != source.digest:
        raise UnusableFile(
            _("{path} on a worker is not the rounds file of the forecast; give all machines the same").format(path=path)
        )
    return forecast.ground(
        frame, source.changes, source.as_of, source.until, source.seed, source.fetched_on
    )  # fmt: skip


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@task(name="futures", cache_policy=NO_CACHE)
def draw(source: Source, blocks: Sequence[forecast.Block]) -> list[futures.Path]:
    """The paths of some blocks, in their order."""
    drawing = forecast.drawing(ground(source))
    return [drawing(block) for block in blocks]


@flow(name="drawline-forecast", timeout_seconds=3600, validate_parameters=False)
def forecast_flow(source: Source, blocks: Sequence[forecast.Block]) -> dict[forecast.Block, futures.Path]:
    """Every block with its path; blocks of one number go to one worker together."""
    by_number: dict[int, list[forecast.Block]] = {}
    for block in blocks:
        by_number.setdefault(block.number, []).append(block)
    submitted = [(some, draw.submit(source, some)) for some in by_number.values()]
    return {
        block: path
        for some, one in submitted
        for block, path in zip(some, one.result(), strict=True)
    }  # fmt: skip


def drawn(cluster: str, source: Source, blocks: Sequence[forecast.Block]) -> dict[forecast.Block, futures.Path]:
    """Every block with its path, drawn on a cluster: `local`, `local:N`, or the address of a Dask scheduler.

    The same answer bit for bit whatever the number of workers. Raises UsageError where there is no such cluster.
    """
    runner = _runner(cluster)
    with get_client(sync_client=True) as client, temporary_settings({PREFECT_API_URL: str(client.api_url)}):
        return forecast_flow.with_options(task_runner=runner)(source, list(blocks))


def _runner(cluster: str) -> Any:
    try:
        from prefect_dask.task_runners import DaskTaskRunner
    except ImportError:
        raise UsageError(_("a cluster needs Dask: pip install 'drawline-express-entry[scale]'")) from None
    local = LOCAL.fullmatch(cluster)
    if local is None:
        _reach(cluster)
        return DaskTaskRunner(address=cluster)
    workers = int(local["workers"] or os.cpu_count() or 1)
    return DaskTaskRunner(
        cluster_kwargs={
            "n_workers": workers, "threads_per_worker": 1, "env": ONE_THREAD, "dashboard_address": None,
        }
    )  # fmt: skip


def _reach(address: str) -> None:
    """Raises UsageError where no scheduler answers, or its workers could not tell Prefect how they go on."""
    from distributed import Client

    try:
        host = urlsplit(address).hostname
        with Client(address, timeout=SCHEDULER_ANSWERS_IN, set_as_default=False):
            pass
    except (OSError, ValueError):
        raise UsageError(
            _(
                "no Dask scheduler answers at {address!r}; name one that runs, such as tcp://host:8786, or local:2"
            ).format(address=address)
        ) from None
    if host not in {"127.0.0.1", "localhost"} and PREFECT_API_URL.value() is None:
        raise UsageError(
            _(
                "workers on other machines need a Prefect server that they reach, with authentication on; set PREFECT_API_URL "
                "to its address"
            )
        )
