"""Futures on a local Dask cluster: the same bit for bit as in this process, whatever the number of workers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from importlib.util import find_spec
from pathlib import Path

import pytest
from typer.testing import CliRunner

import sample_data
from flows.cli import app
from flows.forecasting import published
from transforms.forecast import forecast
from transforms.forecast.forecast import Block
from transforms.forecast.futures import BLOCK
from transforms.forecast.futures import Path as Drawn
from transforms.rules import load

pytestmark = [
    pytest.mark.slow,
    pytest.mark.flow,
    pytest.mark.skipif(
        find_spec("prefect_dask") is None, reason="needs prefect-dask: pip install 'drawline-express-entry[scale]'"
    ),
]

FOLDER = Path(sample_data.__file__).parent
SAMPLE, ROUNDS = FOLDER / "clients_2026.xlsx", FOLDER / "rounds.json"
DAY = date(2026, 8, 8)
TEXTS = ("CEC:2000@2026-09-01", "PNP", "CEC:3000@2026-09-20")
FUTURES = 3 * BLOCK + 200


@pytest.fixture(scope="module")
def prefect_server() -> Iterator[None]:
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=120):
        yield


@pytest.fixture(scope="module")
def ahead() -> forecast.Outlook:
    questions = [forecast.question(text) for text in TEXTS]
    return forecast.outlook(published.published(ROUNDS), load(), DAY, questions, seed=7)


@pytest.fixture(scope="module")
def wanted(ahead: forecast.Outlook) -> list[Block]:
    questions = [forecast.question(text) for text in TEXTS]
    asked = [block for one in questions for block in forecast.blocks_of_question(ahead, one, questions, FUTURES)]
    coming = forecast.blocks_of_coming(ahead, questions, FUTURES)
    return [*asked, *(block for kind in ("CEC", "PNP", "french") for block in coming[kind])]


@pytest.fixture(scope="module")
def here(ahead: forecast.Outlook, wanted: list[Block]) -> dict[Block, bytes]:
    draw = forecast.drawing(ahead)
    return {block: bits(draw(block)) for block in wanted}


def bits(path: Drawn) -> bytes:
    arrays = [path.day, path.size, path.line, *(array for one in path.asked for array in one)]
    return b"|".join(str(array.shape).encode() + array.tobytes() for array in arrays)


@pytest.mark.parametrize("workers", [1, 2])
def test_workers_draw_the_same_bit_for_bit(
    prefect_server: None, ahead: forecast.Outlook, wanted: list[Block], here: dict[Block, bytes], workers: int
) -> None:
    from flows.orchestration import forecast_run

    source = forecast_run.Source.of(ROUNDS, ahead, DAY)
    drawn = forecast_run.drawn(f"local:{workers}", source, wanted)
    assert {block: bits(path) for block, path in drawn.items()} == here
    assert len(here) == 4 * 6


def test_the_command_answers_alike_with_clients(prefect_server: None) -> None:
    words = ["forecast", "--round", "CEC", "--pool", str(SAMPLE), "--as-of", str(DAY), "--futures", "1500", "--json"]
    in_process = CliRunner().invoke(app, words)
    on_cluster = CliRunner().invoke(app, [*words, "--cluster", "local:2"])
    assert in_process.exit_code == on_cluster.exit_code == 3, on_cluster.stderr
    assert json.loads(on_cluster.stdout) == json.loads(in_process.stdout)


def test_local_workers_have_one_thread_each() -> None:
    from distributed import Client

    from flows.orchestration import forecast_run

    runner = forecast_run._runner("local:2")
    with runner.duplicate() as started, started.client as client:
        assert isinstance(client, Client)
        client.wait_for_workers(2, timeout=60)
        told = client.run(_threads)
        assert list(client.nthreads().values()) == [1, 1]
    assert list(told.values()) == [1, 1]


def _threads() -> int:
    import polars as pl

    return pl.thread_pool_size()


def test_another_rounds_file_on_a_worker_is_refused(ahead: forecast.Outlook, tmp_path: Path) -> None:
    from flows.errors import UnusableFile
    from flows.orchestration import forecast_run

    path = tmp_path / "rounds.json"
    path.write_bytes(ROUNDS.read_bytes())
    source = forecast_run.Source.of(path, ahead, DAY)
    path.write_bytes(ROUNDS.read_bytes() + b"\n")
    with pytest.raises(UnusableFile, match="give all machines the same"):
        forecast_run.ground(source)


def test_a_cluster_that_is_not_there_is_said_so() -> None:
    words = ["forecast", "--round", "CEC", "--as-of", str(DAY), "--futures", "100", "--cluster", "tcp://127.0.0.1:9"]
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 2
    assert "no Dask scheduler answers at 'tcp://127.0.0.1:9'" in result.stderr
    assert "Traceback" not in result.stderr
