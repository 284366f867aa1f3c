"""No command writes its outputs or its log over a file that it reads."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import sample_data
from flows.cli import app
from flows.main_run import run_scoring
from tests.firm import MONDAY, Firm, clients
from transforms import rules as shipped_rules

FOLDER = Path(sample_data.__file__).parent
SAMPLE, ROUNDS = FOLDER / "clients_2026.xlsx", FOLDER / "rounds.json"
DAY = ("--as-of", "2026-08-07")


def drawline(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """Own copies of what a run reads, by what each is."""
    made = {
        "INPUT": shutil.copy(SAMPLE, tmp_path / "clients.xlsx"),
        "POOL": tmp_path / "people.csv",
        "ROUNDS": shutil.copy(ROUNDS, tmp_path / "rounds.json"),
        "MAP": tmp_path / "map.yaml",
        "OVERLAY": tmp_path / "overlay.yaml",
        "SETTINGS": tmp_path / "drawline.toml",
        "LOGO": tmp_path / "logo.png",
    }
    made["POOL"].write_text("client_id\nA\n", encoding="utf-8")
    made["MAP"].write_text("version: 1\n", encoding="utf-8")
    made["OVERLAY"].write_text("title: x\nsources: {}\nparameters: {}\n", encoding="utf-8")
    made["SETTINGS"].write_text('logo = "logo.png"\nname = "Firm"\n', encoding="utf-8")
    made["LOGO"].write_bytes((Path(shipped_rules.__file__).parent / "schema.json").read_bytes())
    return {name: Path(path) for name, path in made.items()}


@pytest.mark.parametrize("log", ["INPUT", "ROUNDS", "MAP", "OVERLAY", "SETTINGS", "LOGO"])
def test_log_of_a_run_is_kept_apart_from_what_it_reads(log: str, files: dict[str, Path], tmp_path: Path) -> None:
    before = files[log].read_bytes()
    answer = drawline(
        "run", files["INPUT"], "--out", tmp_path / "out", "--rounds", files["ROUNDS"], "--map", files["MAP"], "--rules",
        files["OVERLAY"], "--config", files["SETTINGS"], "--log-file", files[log], "--no-prefect", *DAY,
    )  # fmt: skip
    assert answer.exit_code == 2
    assert f"{files[log]} is read; write to another file" in answer.stderr
    assert files[log].read_bytes() == before
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["report.xlsx", "run.json", "report-Desk A.xlsx", "scores.parquet"])
def test_log_of_a_run_is_kept_apart_from_its_outputs(name: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    answer = drawline("run", SAMPLE, "--out", out, "--log-file", out / name, "--no-prefect", *DAY)
    assert answer.exit_code == 2
    assert f"{out / name} can be the name of an output. Name a file that ends in .log" in answer.stderr
    assert not list(out.iterdir())


@pytest.mark.parametrize("log", ["drawline.toml", "rounds.json", "inbox/a.xlsx", "inbox/b.xlsx"])
def test_log_of_a_night_is_kept_apart_from_what_the_firm_names(log: str, tmp_path: Path) -> None:
    firm = Firm(tmp_path)
    firm.publish(MONDAY)
    firm.drop("a.xlsx", clients(30))
    place = next((path for path in tmp_path.rglob(Path(log).name)), tmp_path / log)
    before = place.read_bytes() if place.exists() else None
    answer = drawline(
        "nightly", "--config", firm.config, "--as-of", MONDAY.isoformat(), "--no-prefect", "--log-file", place
    )
    assert answer.exit_code == 2, answer.stderr
    assert (place.read_bytes() if place.exists() else None) == before


def test_national_pool_is_not_written_over_the_clients(files: dict[str, Path]) -> None:
    before = files["POOL"].read_bytes()
    answer = drawline("national", "--pool", files["POOL"], "--out", files["POOL"], *DAY)
    assert (answer.exit_code, files["POOL"].read_bytes()) == (2, before)
    assert "is read; write to another file" in answer.stderr


def test_simulation_is_not_written_over_its_pool_or_its_plan(tmp_path: Path) -> None:
    pool = tmp_path / "rounds.csv"
    pool.write_text("crs_total\n500\n", encoding="utf-8")
    plan = shutil.copy(FOLDER / "plan_2026.yaml", tmp_path / "bands.csv")
    before = pool.read_bytes()
    for inputs in ((pool, "--plan", FOLDER / "plan_2026.yaml"), (SAMPLE, "--plan", plan)):
        answer = drawline("simulate", *inputs, "--out", tmp_path)
        assert answer.exit_code == 2
        assert "is read; write to another file" in answer.stderr
    assert pool.read_bytes() == before


def test_draft_is_not_written_over_the_occupations(tmp_path: Path) -> None:
    table = tmp_path / "list.csv"
    table.write_text("noc,level\n21231,highest\n", encoding="utf-8")
    before = table.read_bytes()
    answer = drawline("rules", "new", table, "--force", "--occupations", table, "--as-of", "2026-11-30")
    assert (answer.exit_code, table.read_bytes()) == (2, before)
    assert "is read; write to another file" in answer.stderr


def test_draft_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "values.yaml"
    path.write_text("mine", encoding="utf-8")

    def half(self: Path, _text: str, **_how: object) -> int:
        self.write_bytes(b"half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_text", half)
    answer = drawline("rules", "new", path, "--force", "--as-of", "2026-11-30")
    assert answer.exit_code == 1
    assert [one.name for one in tmp_path.iterdir()] == ["values.yaml"]
    assert path.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("how", [(), ("--dry-run",)])
@pytest.mark.parametrize(("logo", "problem"), [("gone.png", "There is no logo at"), (".", "is a folder")])
def test_bad_logo_ends_advise_before_it_computes(
    how: tuple[str, ...], logo: str, problem: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:

    settings = tmp_path / "drawline.toml"
    settings.write_text(f'logo = "{logo}"\n', encoding="utf-8")
    monkeypatch.setattr(run_scoring, "score", lambda _run: pytest.fail("it computes"))
    answer = drawline("advise", SAMPLE, "--out", tmp_path / "advice.xlsx", "--config", settings, *how, *DAY)
    assert answer.exit_code == 4
    assert problem in answer.stderr
