"""simulate through the command line: clients and scored people, what it leaves, and what it refuses."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from click.testing import Result
from openpyxl import load_workbook
from typer.testing import CliRunner

import sample_data
from flows.cli import app
from flows.outputs.digests import sha256_of
from transforms.backtest.forecast_record import simulated_in_all
from transforms.simulation.simulation import BANDS_SCHEMA, INVITED_SCHEMA, LEFT_SCHEMA, ROUNDS_SCHEMA

SAMPLES = Path(sample_data.__file__).parent
CLIENTS, PLAN = SAMPLES / "clients_2026.xlsx", SAMPLES / "plan_2026.yaml"
FILES = [
    "bands.csv", "bands.parquet", "invited.parquet", "left.parquet", "rounds.csv", "rounds.parquet", "simulation.json",
    "simulation.xlsx",
]  # fmt: skip


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home and a current folder that hold nothing yet."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def simulate() -> Callable[..., Result]:
    """Runs the command."""

    def run(*args: object) -> Result:
        return CliRunner().invoke(app, ["simulate", *(str(arg) for arg in args)])

    return run


def scored_people(path: Path, number: int = 40) -> Path:
    """A file of people with scores from 400 on, all eligible for CEC, one submitted every hour."""
    pl.DataFrame(
        {
            "client_id": [f"P{place:03d}" for place in range(number)],
            "crs_total": [400 + place for place in range(number)],
            "profile_submitted_at": [
                datetime(2026, 5, 1, tzinfo=UTC) + timedelta(hours=place) for place in range(number)
            ],
            "cec_eligible": [True] * number,
        }
    ).write_parquet(path)
    return path


def plan_at(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_the_shipped_plan_on_the_sample(tmp_path: Path, simulate: Callable[..., Result]) -> None:
    out = tmp_path / "out"
    done = simulate(CLIENTS, "--plan", PLAN, "--out", out)
    assert done.exit_code == 3, done.output
    assert "42 of 500 candidates are quarantined" in done.stderr
    assert re.search(
        r"^[0-9]+ warnings about the clients' records; drawline check --as-of 2[0-9-]{9} lists them$",
        done.stderr,
        re.MULTILINE,
    )
    assert sorted(path.name for path in out.iterdir()) == FILES
    record = json.loads((out / "simulation.json").read_text(encoding="utf-8"))
    assert {name: sha256_of(out / name) for name in FILES if name != "simulation.json"} == record["outputs"]
    for name, schema in {
        "rounds": ROUNDS_SCHEMA,
        "invited": INVITED_SCHEMA,
        "bands": BANDS_SCHEMA,
        "left": LEFT_SCHEMA,
    }.items():
        assert pl.read_parquet(out / f"{name}.parquet").schema == schema
    rounds = pl.read_parquet(out / "rounds.parquet")
    assert record["counts"]["invited"] == rounds["invited"].sum() == pl.read_parquet(out / "invited.parquet").height
    assert rounds.filter(pl.col("kind") == "CEC")["invited"].to_list() == [15] * 5
    assert record["counts"]["pool_at_end"] == rounds["pool_after"][-1] == pl.read_parquet(out / "left.parquet").height
    assert "C-0012" not in pl.read_parquet(out / "left.parquet")["client_id"]
    assert len(done.stdout.splitlines()) == 15
    assert record["notes"] == [
        "1 client of the pool has no profile_submitted_at and no part in the rounds; enter it, the day alone also serves"
    ]


def test_the_same_again_is_the_same_files(tmp_path: Path, simulate: Callable[..., Result]) -> None:
    pool, one, other = scored_people(tmp_path / "pool.parquet"), tmp_path / "one", tmp_path / "other"
    plan = plan_at(
        tmp_path / "plan.yaml",
        "rounds: [{date: 2026-08-18, kind: CEC, size: 5, every_days: 20, times: 3}]\nseed: 3\narrivals: {per_week: 4}\n"
        "answers: {declined_share: 0.5, declined_after_days: 3}\n",
    )
    for out in (one, other):
        assert simulate(pool, "--plan", plan, "--out", out).exit_code == 0
    for name in FILES:
        if name != "simulation.json":
            assert (one / name).read_bytes() == (other / name).read_bytes(), name


def test_people_with_a_score(tmp_path: Path, simulate: Callable[..., Result]) -> None:
    pool = scored_people(tmp_path / "pool.parquet")
    plan = plan_at(
        tmp_path / "plan.yaml",
        "rounds: [{date: 2026-08-18, kind: CEC, size: 5}, {date: 2027-05-01, kind: CEC, size: 90}]",
    )
    done = simulate(pool, "--plan", plan, "--out", tmp_path / "out", "--json")
    assert done.exit_code == 0
    found = json.loads(done.stdout)
    assert [(one["cut_off"], one["invited"]) for one in found["rounds"]] == [(435, 5), (428, 7)]
    assert found["rounds"][0]["tie_break"] == "2026-05-02T11:00:00+00:00"
    assert found["rounds"][1]["expired"] == 28
    assert found["rounds"][1]["rules_status"] == "incomplete"
    assert "the law changes in between: crs.additional.high_wage_canadian_work on 2026-11-03" in found["notes"][0]


def test_arrivals_from_a_file(tmp_path: Path, simulate: Callable[..., Result]) -> None:
    """Beside the plan; who arrives before a round is in it."""
    pool = scored_people(tmp_path / "pool.parquet", 3)
    (tmp_path / "plans").mkdir()
    plan = plan_at(
        tmp_path / "plans" / "plan.yaml",
        "rounds: [{date: 2026-08-18, kind: CEC, size: 2}, {date: 2026-08-20, kind: CEC, size: 1}]\narrivals: {file: new.csv}",
    )
    missing = simulate(pool, "--plan", plan, "--out", tmp_path / "out")
    assert (missing.exit_code, "which are not there" in missing.stderr) == (2, True)
    new = tmp_path / "plans" / "new.csv"
    new.write_text(
        "client_id,crs_total,profile_submitted_at,cec_eligible\nN1,600,2026-08-19T10:00:00Z,yes\n", encoding="utf-8"
    )
    found = json.loads(simulate(pool, "--plan", plan, "--out", tmp_path / "out", "--json").stdout)
    assert [one["cut_off"] for one in found["rounds"]] == [401, 600]
    new.write_text(
        "client_id,crs_total,profile_submitted_at,cec_eligible\nP001,600,2026-08-19T10:00:00Z,yes\n", encoding="utf-8"
    )
    doubled = simulate(pool, "--plan", plan, "--out", tmp_path / "out")
    assert (doubled.exit_code, "'P001' is both in the pool and among the arrivals" in doubled.stderr) == (4, True)


def test_the_arrivals_of_the_nation(tmp_path: Path, simulate: Callable[..., Result]) -> None:
    """Beside 40 people come as many as come into the nation's pool, and the notes say what that is worth."""
    pool = scored_people(tmp_path / "pool.parquet")
    pl.read_parquet(pool).with_columns(pl.lit(value=False).alias("is_nominated")).write_parquet(pool)
    text = "start: 2026-07-01\narrivals: national\nrounds: [{date: 2026-07-08, kind: PNP, size: 300}, {date: 2026-07-09, kind: CEC, size: 500}]"
    done = simulate(pool, "--plan", plan_at(tmp_path / "plan.yaml", text), "--out", tmp_path / "out", "--json")
    assert done.exit_code == 0, done.stderr
    found = json.loads(done.stdout)
    nominees, cec = found["rounds"]
    assert (nominees["competing"], nominees["invited"], cec["invited"]) == (300, 300, 500)
    assert nominees["arrived"] > 4000
    assert 480 < cec["cut_off"] < 560
    assert "as the distributions published by 2026-07-01 show it" in found["notes"][0]
    for one in (nominees, cec):
        assert one["cut_off_p10"] <= one["cut_off"] <= one["cut_off_p90"]
    told = simulate(pool, "--plan", tmp_path / "plan.yaml", "--out", tmp_path / "told").stdout
    assert f"cut-off {cec['cut_off']} ({cec['cut_off_p10']:.0f} to {cec['cut_off_p90']:.0f})" in told
    book = load_workbook(tmp_path / "told" / "simulation.xlsx", read_only=True)
    assert {"Cut-off from", "Cut-off to"} <= {
        cell.value for cell in next(book["Rounds"].iter_rows(min_row=2, max_row=2))
    }
    record = simulated_in_all()
    assert f"the cut-offs were {record['error_of_all']:.1f} points off on average" in found["notes"][0]
    assert [Path(one["path"]).name for one in found["inputs"]] == ["plan.yaml", "pool.parquet", "rounds.json"]


def test_a_kind_that_no_round_has_shown_has_no_interval(tmp_path: Path, simulate: Callable[..., Result]) -> None:
    pool = scored_people(tmp_path / "pool.parquet")
    pl.read_parquet(pool).with_columns(pl.lit(value=False).alias("is_nominated")).write_parquet(pool)
    text = "start: 2024-01-08\narrivals: national\nrounds: [{date: 2024-01-10, kind: CEC, size: 300}, {date: 2024-01-11, kind: PNP, size: 50}]"
    done = simulate(pool, "--plan", plan_at(tmp_path / "plan.yaml", text), "--out", tmp_path / "out", "--json")
    found = json.loads(done.stdout)
    assert [one["cut_off_p10"] is None for one in found["rounds"]] == [True, False]
    assert found["notes"][-1] == (
        "No interval for CEC: by 2024-01-08 no round of the kind was held since pools are published."
    )


@pytest.mark.parametrize(
    ("more", "code", "told"),
    [
        (
            "withdrawals: {share_a_year: 0.1}",
            4,
            "line 3: withdrawals.share_a_year does not go with `arrivals: national`",
        ),
        ("renewals: {after_expiry_share: 0.5}", 4, "renewals.after_expiry_share does not go with `arrivals: national`"),
        ("start: 2020-01-01", 2, "nothing to forecast from|no distribution of the pool was published by 2020-01-01"),
        ("title: ten years", 2, "end the plan earlier, so that 1,000,000 or fewer come"),
        ("title: no flag", 2, "arrivals: national needs the column is_nominated"),
    ],
)
def test_national_arrivals_that_cannot_be(
    more: str, code: int, told: str, tmp_path: Path, simulate: Callable[..., Result]
) -> None:
    pool = scored_people(tmp_path / "pool.parquet")
    if "no flag" not in more:
        pl.read_parquet(pool).with_columns(pl.lit(value=False).alias("is_nominated")).write_parquet(pool)
    last = "2035-07-01" if "ten years" in more else "2026-07-09"
    text = f"arrivals: national\nrounds: [{{date: 2026-07-08, kind: CEC, size: 5}}, {{date: {last}, kind: CEC, size: 5}}]\n{more}"
    done = simulate(pool, "--plan", plan_at(tmp_path / "plan.yaml", text), "--out", tmp_path / "out")
    assert done.exit_code == code, done.stderr
    assert re.search(told, done.stderr)
    assert not (tmp_path / "out").exists()


def test_national_arrivals_need_people_with_scores(tmp_path: Path, simulate: Callable[..., Result]) -> None:
    text = "arrivals: national\nrounds: [{date: 2026-07-08, kind: CEC, size: 5}]"
    done = simulate(CLIENTS, "--plan", plan_at(tmp_path / "plan.yaml", text), "--out", tmp_path / "out")
    assert done.exit_code == 2
    assert "drawline national --as-of 2026-07-08 --out FILE" in done.stderr


def test_arriving_clients_from_a_file(tmp_path: Path, simulate: Callable[..., Result]) -> None:
    """Clients of a second workbook, who come in at the time of their own profile."""
    book = load_workbook(SAMPLES / "clients_2021-09.xlsx")
    page = book["Candidates"]
    headers = [cell.value for cell in page[1]]
    for row in page.iter_rows(min_row=2):
        row[headers.index("client_id")].value = f"N-{row[0].row}"
        row[headers.index("profile_submitted_at")].value = "2021-10-05T10:00:00Z"
        row[headers.index("pool_status")].value = "in_pool"
        row[headers.index("ita_issued_on")].value = row[headers.index("ita_round")].value = None
    for title in book.sheetnames[1:]:
        del book[title]
    book.save(tmp_path / "new.xlsx")
    plan = plan_at(
        tmp_path / "plan.yaml",
        "rounds: [{date: 2021-09-14, kind: CEC, size: 3}, {date: 2021-10-27, kind: CEC, size: 3}]\narrivals: {file: new.xlsx}",
    )
    done = simulate(SAMPLES / "clients_2021-09.xlsx", "--plan", plan, "--out", tmp_path / "out", "--json")
    assert done.exit_code == 0, done.output
    assert [one["arrived"] > 300 for one in json.loads(done.stdout)["rounds"]] == [False, True]
    invited = pl.read_parquet(tmp_path / "out" / "invited.parquet")
    arrivals = invited.group_by("round", maintain_order=True).agg(pl.col("client_id").str.starts_with("N-").any())
    assert arrivals.rows() == [(1, False), (2, True)]


def test_without_writing(tmp_path: Path, simulate: Callable[..., Result]) -> None:
    pool = scored_people(tmp_path / "pool.parquet")
    plan = plan_at(tmp_path / "plan.yaml", "rounds: [{date: 2026-08-18, kind: CEC, size: 5}]")
    done = simulate(pool, "--plan", plan, "--out", tmp_path / "out", "--dry-run")
    assert done.exit_code == 0
    assert "5 invited, cut-off 435" in done.stdout and "nothing was written" in done.stdout
    assert not (tmp_path / "out").exists()


REFUSED = [
    ("rounds: [{date: 2026-08-18, kind: CEX, size: 5}]", 4, "plan.yaml: line 1: rounds, entry 1: no kind of round 'CEX'"),
    ("rounds: [{date: 2014-08-18, kind: CEC, size: 5}]", 4, "Express Entry starts on 2015-01-01"),
    ("rounds: [{date: 2022-08-18, kind: stem, size: 5}]", 4, "plan.yaml: line 1: the stem round of 2022-08-18: there is no category stem"),
    ("rounds: [{date: 2026-08-18, kind: PNP, size: 5}]", 4, "pool.parquet has no column is_nominated"),
    ("rounds: [{date: 2026-08-18, kind: CEC, size: 5}]\nwithdrawals: {clients: {X: 2026-09-01}}", 4, "names 'X', who is not in the pool"),
    ("start: 2024-01-01\nrounds: [{date: 2026-08-18, kind: CEC, size: 5}]\narrivals: {per_week: 3}", 4, "nobody is in it"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "code", "told"), REFUSED)
def test_plans_that_cannot_be(text: str, code: int, told: str, tmp_path: Path, simulate: Callable[..., Result]) -> None:
    """One message, the contract's exit code, and an earlier outcome left alone."""
    pool, out = scored_people(tmp_path / "pool.parquet"), tmp_path / "out"
    out.mkdir()
    (out / "simulation.json").write_text("earlier", encoding="utf-8")
    done = simulate(pool, "--plan", plan_at(tmp_path / "plan.yaml", text), "--out", out)
    assert (done.exit_code, done.stdout) == (code, "")
    assert told in done.stderr and len(done.stderr.splitlines()) == 1
    assert [path.name for path in out.iterdir()] == ["simulation.json"]


def test_what_is_not_there(tmp_path: Path, simulate: Callable[..., Result]) -> None:
    plan = plan_at(tmp_path / "plan.yaml", "rounds: [{date: 2026-08-18, kind: CEC, size: 5}]")
    pool = scored_people(tmp_path / "pool.parquet")
    for args, told in (
        ((pool, "--plan", "nowhere.yaml", "--out", "out"), "no plan at nowhere.yaml"),
        (("nowhere.xlsx", "--plan", plan, "--out", "out"), "no file at nowhere.xlsx"),
        ((pool, "--plan", plan, "--out", pool), "--out names a file"),
        ((pool, CLIENTS, "--plan", plan, "--out", "out"), "a pool of people with crs_total is one file"),
    ):
        done = simulate(*args)
        assert done.exit_code == 2, done.output
        assert told in done.stderr
