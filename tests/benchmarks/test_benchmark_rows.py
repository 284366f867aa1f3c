"""Every row of the benchmarks can be measured, and the page shows what was measured."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import pytest
import yaml

from benchmarks import measuring, page, record
from benchmarks.__main__ import main, measured
from benchmarks.measuring import CommandFailed, Taken, apart, here, in_turn, python, ratio
from benchmarks.registry import ROWS

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="what a process takes is read as Linux counts it")
PROJECT = Path(__file__).parents[2]
KEPT = PROJECT / "benchmarks" / "measured.json"
QUICK = (
    "crs",
    "facts",
    "records",
    "futures",
    "simulate",
    "check-parquet",
    "check-csv",
    "check-xlsx",
    "report",
    "start",
)


@pytest.mark.long
@pytest.mark.parametrize("name", QUICK)
def test_a_row_is_measured_at_its_small_size(name: str) -> None:
    found = measured(ROWS[name], is_full=False)
    assert found["size"] == ROWS[name].small
    assert found["ways"]
    for way in found["ways"].values():
        assert min(way["cpu_seconds"]) > 0
        assert min(way["wall_seconds"]) > 0
    for one in found["ratios"]:
        assert {one["of"], one["to"]} <= set(found["ways"])


@pytest.mark.long
@pytest.mark.parametrize("name", ["answers", "night", "score-sample"])
def test_a_longer_row_is_measured_at_its_small_size(name: str) -> None:
    assert measured(ROWS[name], is_full=False)["ways"]


def test_the_command_keeps_earlier_rows_and_writes_the_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept, shown = tmp_path / "measured.json", tmp_path / "speed.md"
    assert main(["--row", "futures", "--scale", "small", "--json", str(kept), "--page", str(shown)]) == 0
    assert main(["--row", "crs", "--scale", "small", "--size", "300", "--rounds", "2", "--json", str(kept)]) == 0
    rows = json.loads(kept.read_text(encoding="utf-8"))
    assert list(rows) == ["crs", "futures"]
    assert rows["crs"]["size"] == 300
    assert len(rows["crs"]["ways"]["engine"]["cpu_seconds"]) == 2
    assert shown.read_text(encoding="utf-8") == page.page({"futures": rows["futures"]})
    assert "Row `crs`, 300 clients" in capsys.readouterr().out


def test_every_row_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(ROWS)


def test_a_row_that_cannot_be_measured_says_why(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("benchmarks.engine_rows.find_spec", lambda _name: None)
    assert main(["--row", "dask", "--scale", "small"]) == 0
    assert "dask: not measured. Dask is not installed" in capsys.readouterr().err


def test_the_page_of_the_docs_is_that_of_what_was_measured() -> None:
    rows = json.loads(KEPT.read_text(encoding="utf-8"))
    assert set(rows) <= set(ROWS)
    made = page.page(rows)
    assert (PROJECT / "docs" / "speed.md").read_text(encoding="utf-8") == made
    assert str(PROJECT) not in made
    for row in rows.values():
        assert f"## {row['title']}\n" in made


def test_nothing_measured_is_said_so() -> None:
    assert page.page({}).endswith("Nothing has been measured yet.\n")


def test_make_measures_all_rows_for_the_docs() -> None:
    text = (PROJECT / "Makefile").read_text(encoding="utf-8")
    assert "-m benchmarks --json benchmarks/measured.json --page docs/speed.md" in text
    assert "speed.md" in str(yaml.safe_load((PROJECT / "mkdocs.yml").read_text(encoding="utf-8"))["nav"])


def test_a_command_tells_its_own_memory_and_time(tmp_path: Path) -> None:
    large = bytearray(400_000_000)
    taken = apart(python("-c", "sum(range(3_000_000))"), tmp_path)()
    assert taken.megabytes is not None
    assert taken.megabytes < len(large) / 2e6
    assert taken.cpu_seconds > 0


def test_a_command_that_fails_is_no_figure(tmp_path: Path) -> None:
    with pytest.raises(CommandFailed, match=r"exit code 3 of .*: it said this"):
        apart(python("-c", "print('it said this'); raise SystemExit(3)"), tmp_path)()
    assert apart(python("-c", "raise SystemExit(3)"), tmp_path, codes=(3,))().wall_seconds > 0


def test_what_comes_before_a_command_is_not_measured(tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    taken = apart(python("-c", "open('begun').close()"), tmp_path, before=lambda: (time.sleep(1), begun.touch()))()
    assert begun.exists()
    assert taken.cpu_seconds < 1


def test_ways_take_turns_and_are_compared_pair_by_pair() -> None:
    order: list[str] = []
    ways = {name: here(lambda name=name: order.append(name)) for name in ("a", "b")}
    taken = in_turn(ways, 2, warm=True)
    assert order == ["a", "b"] * 3
    assert [len(some) for some in taken.values()] == [2, 2]
    figures = {"a": [1.0, 4.0, 9.0], "b": [1.0, 2.0, 3.0]}
    made = {name: [Taken(one, one, 0.0, 0.0) for one in some] for name, some in figures.items()}
    assert ratio(made, "a", "b") == 2


def test_others_that_keep_cores_busy_are_counted_apart() -> None:
    assert measuring._other_cores(3.0, 1.0, 2.0) == 1
    assert measuring._other_cores(0.99, 1.0, 2.0) == 0
    assert measuring.busy_seconds() > 0


def test_a_row_records_the_machine_without_its_paths() -> None:
    found = record.machine()
    assert found["cores"] == os.cpu_count()
    assert not [value for value in found.values() if isinstance(value, str) and "/" in value]
