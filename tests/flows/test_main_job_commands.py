"""score, check and run as people call them: totals, exit codes, and earlier outputs left alone."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner, Result

from flows.cli import app
from tests.processes import dump_of
from transforms.rules.loader import HERE

AS_OF = "2024-06-01"
SAMPLE = Path(__file__).parents[2] / "sample_data" / "clients_2021-09.xlsx"
ABILITIES = ("listening", "reading", "writing", "speaking")
Row = dict[str, Any]


def levels(stem: str, *values: int) -> Row:
    """A test given as levels, four or one for all."""
    four = values if len(values) == len(ABILITIES) else values * len(ABILITIES)
    test = "NCLC" if stem.endswith("french") else "CLB"
    day = {f"{stem}_test": test, f"{stem}_test_date": "2024-01-15"}
    return day | {f"{stem}_{ability}": level for ability, level in zip(ABILITIES, four, strict=True)}


def born(age: int) -> Row:
    return {"date_of_birth": f"{2024 - age}-01-10"}


ABROAD = {"education_country": "IN", "eca_issued_on": "2023-05-05"}
BACHELOR = {"education_level": "three_year", **ABROAD}
SPOUSE = {"marital_status": "married", "spouse_accompanying": "yes", "spouse_is_canadian": "no"}
SPOUSE_ABROAD = {"spouse_education_country": "IN", "spouse_eca_issued_on": "2023-05-05"}
MOST = {
    **born(25), "education_level": "doctorate", "education_country": "CA", **levels("english", 10), **levels("french", 10),
    "canadian_work_years": 5, "foreign_work_years": 3, "provincial_nomination": "ON", "sibling_in_canada": "yes",
}  # fmt: skip
MAX_SPOUSE = {
    "spouse_education_level": "doctorate", **SPOUSE_ABROAD, **levels("spouse_english", 10),
    "spouse_canadian_work_years": 5,
}  # fmt: skip
TRADE = {
    **born(28), "education_level": "one_year", **ABROAD, "canadian_work_years": 1, "foreign_work_years": 3,
    "certificate_of_qualification": "yes",
}  # fmt: skip
# The totals at the end of section 6 of the law document: published answers, and those computed from the tables.
TOTALS: dict[int | str, Row] = {
    375: {
        **born(26), **BACHELOR, **levels("english", 7), "foreign_work_years": 4, **SPOUSE,
        "spouse_education_level": "two_year", **SPOUSE_ABROAD, **levels("spouse_english", 6),
        "job_offer_noc": "21231", "job_offer_basis": "lmia",
    },
    500: {
        **born(29), "education_level": "three_year", "education_country": "CA", "canadian_study": "three_years_or_more",
        **levels("english", 9), "canadian_work_years": 1, "foreign_work_years": 1.5, **SPOUSE,
        "spouse_accompanying": "no",
    },
    1001: {
        **born(44), "education_level": "doctorate", **ABROAD, **levels("english", 10), "foreign_work_years": 6, **SPOUSE,
        "spouse_education_level": "three_year", **SPOUSE_ABROAD, **levels("spouse_english", 10),
        "provincial_nomination": "ON",
    },
    336: {**born(29), **BACHELOR, **levels("english", 7), "foreign_work_years": 3},
    384: {**born(29), **BACHELOR, **levels("english", 9, 9, 9, 8), "foreign_work_years": 3},
    429: {**born(29), **BACHELOR, **levels("english", 9), "foreign_work_years": 3},
    341: {**born(29), **BACHELOR, **levels("english", 10, 10, 10, 6), "foreign_work_years": 3},
    478: {
        **born(30), **BACHELOR, "first_language": "french", **levels("french", 9), **levels("english", 6),
        "foreign_work_years": 3,
    },
    "1200 with spouse": {**MOST, **SPOUSE, **MAX_SPOUSE},
    "1200 without": MOST,
    327: {**TRADE, **levels("english", 5)},
    408: {**TRADE, **levels("english", 7)},
}  # fmt: skip


def written(path: Path, rows: list[Row]) -> Path:
    names = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(rows)
    return path


def good(client: str, **changes: Any) -> Row:
    return {"client_id": client, "marital_status": "single", **TOTALS[336], **changes}


def call(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments])


def test_the_totals_of_the_law_document_come_out_through_the_command_line(tmp_path: Path) -> None:
    rows = [{"client_id": str(name), "marital_status": "single", **row} for name, row in TOTALS.items()]
    out = tmp_path / "scores.parquet"
    assert call("score", written(tmp_path / "c.csv", rows), "--out", out, "--as-of", AS_OF).exit_code == 0
    found = dict(pl.read_parquet(out).select("client_id", "crs_total").iter_rows())
    assert found == {str(name): int(str(name).split()[0]) for name in TOTALS}


def test_fsw_language_is_22_of_24(tmp_path: Path) -> None:
    rows = [good("one", **levels("english", 9, 9, 7, 10))]
    out = tmp_path / "scores.csv"
    assert call("score", written(tmp_path / "c.csv", rows), "--out", out, "--as-of", AS_OF).exit_code == 0
    assert pl.read_csv(out)["fsw_points_language"].to_list() == [22]


def test_bad_rows_are_exit_code_3_and_the_good_are_scored(tmp_path: Path) -> None:
    rows = [good("one"), *(good(f"bad-{place}", date_of_birth="03/04/1990") for place in range(999))]
    out = tmp_path / "scores.parquet"
    done = call("score", written(tmp_path / "c.csv", rows), "--out", out, "--as-of", AS_OF)
    assert done.exit_code == 3
    assert "1000 candidates in = 1 scored + 999 quarantined" in done.stderr
    assert pl.read_parquet(out)["client_id"].to_list() == ["one"]
    told = call("check", tmp_path / "c.csv", "--as-of", AS_OF, "--json")
    assert told.exit_code == 3
    assert len(json.loads(told.stdout)["quarantine"]) == 999


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("text.xlsx", b"only text", "not a workbook"),
        ("empty.csv", b"", "empty"),
        ("headers.csv", b"client_id,date_of_birth,marital_status\n", "empty"),
        ("missing.csv", b"client_id,marital_status\na,single\n", "date_of_birth"),
        ("doubled.csv", b"client_id,client_id,date_of_birth,marital_status\na,a,1990-01-01,single\n", "twice"),
    ],
)
def test_an_unusable_input_is_exit_code_4_and_leaves_earlier_outputs(
    tmp_path: Path, name: str, content: bytes, says: str
) -> None:
    bad, out = tmp_path / name, tmp_path / "scores.csv"
    bad.write_bytes(content)
    out.write_text("earlier", encoding="utf-8")
    done = call("score", bad, "--out", out, "--as-of", AS_OF)
    assert done.exit_code == 4
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert out.read_text(encoding="utf-8") == "earlier"


def test_what_is_left_out_is_always_said(tmp_path: Path) -> None:
    bad = tmp_path / "text.xlsx"
    bad.write_bytes(b"only text")
    rows = written(tmp_path / "c.csv", [good("one")])
    done = call("check", rows, bad, "--skip-unusable", "--as-of", AS_OF, "--json")
    assert done.exit_code == 0
    assert "left out: " in done.stderr
    assert [one["path"] for one in json.loads(done.stdout)["unusable"]] == [str(bad)]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["score", "{in}", "--out", "{in}"], "is read"),
        (["score", "{in}", "--out", "{dir}/none/s.csv"], "no folder"),
        (["score", "{dir}/*.xlsx", "--out", "{dir}/s.csv"], "No file matches"),
        (["score", "{in}", "{dir}", "--out", "{in}"], "is read"),
        (["score", "{in}", "--out", "{dir}/s.txt"], "must end in"),
        (["score", "{dir}/none.csv", "--out", "{dir}/s.csv"], "no file"),
        (["score", "{in}", "--out", "{dir}/s.csv", "--as-of", "2014-12-31"], "2015-01-01"),
        (["check", "{in}", "--out", "{in}"], "a folder is needed"),
        (["run", "{in}", "--out", "{dir}/o", "--round", "999", "--dry-run"], "no published round"),
        (["run", "{in}", "--out", "{dir}/o", "--rounds", "{dir}/none.json", "--dry-run"], "no file"),
    ],
)
def test_wrong_usage_is_exit_code_2_and_touches_nothing(tmp_path: Path, arguments: list[str], says: str) -> None:
    source = written(tmp_path / "c.csv", [good("one")])
    before = source.read_bytes()
    done = call(*(one.replace("{in}", str(source)).replace("{dir}", str(tmp_path)) for one in arguments))
    assert done.exit_code == 2, done.stderr
    assert says in done.stderr
    assert source.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["c.csv"]


@pytest.mark.parametrize(
    ("question", "says"), [("nurses:5", "no kind of round 'nurses'"), ("CEC:2000000", "at most 1,000,000 invitations")]
)
@pytest.mark.parametrize("command", [["run", "{in}", "--out", "{dir}/o"], ["forecast", "--pool", "{in}"]])
def test_a_round_is_looked_at_before_the_inputs(tmp_path: Path, command: list[str], question: str, says: str) -> None:
    bad = tmp_path / "text.xlsx"
    bad.write_bytes(b"only text")
    words = [one.replace("{in}", str(bad)).replace("{dir}", str(tmp_path)) for one in command]
    done = call(*words, "--round", question)
    assert (done.exit_code, says in done.stderr) == (2, True), done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["text.xlsx"]


def test_run_says_by_its_title_what_is_laid_over_the_law(tmp_path: Path) -> None:
    source = written(tmp_path / "c.csv", [good("one")])
    proposal = HERE / "overlays" / "reform-2026-proposal.yaml"
    done = call("run", source, "--out", tmp_path / "o", "--as-of", "2026-08-07", "--rules", proposal, "--dry-run")
    assert done.exit_code == 0, done.stderr
    title = "Proposal of April 2026, not law: one federal high-skilled class (reform-2026-proposal.yaml)"
    assert f"overlay on the shipped law: {title}\n" in done.stdout


def test_run_says_how_old_the_rounds_are_and_who_is_outside_the_pool(tmp_path: Path) -> None:
    profiles = {"later": "2026-11-02T10:00:00Z", "there": "2026-06-01T10:00:00Z", "ended": "2025-09-01T10:00:00Z"}
    clients = [good(name, pool_status="in_pool", profile_submitted_at=at) for name, at in profiles.items()]
    source = written(tmp_path / "c.csv", clients)
    done = call("run", source, "--out", tmp_path / "o", "--as-of", "2026-11-01", "--dry-run")
    assert done.exit_code == 0, done.stderr
    assert (
        "the newest known round is 444 of 2026-09-16, 46 days before 2026-11-01; to take in the rounds" in done.stdout
    )
    assert "1 profile was submitted after 2026-11-01, outside the pool of that day" in done.stdout
    assert "1 profile ended by 2026-11-01, a year after submission" in done.stdout
    on_the_day = call("run", source, "--out", tmp_path / "o", "--as-of", "2026-09-20", "--dry-run")
    assert "the newest known round is 444 of 2026-09-16\n" in on_the_day.stdout


def test_run_says_of_older_rounds_who_would_have_met_the_cut_off(tmp_path: Path) -> None:
    source = written(tmp_path / "c.csv", [
        good("in the pool", pool_status="in_pool", profile_submitted_at="2026-06-01T10:00:00Z"),
        good("invited", pool_status="invited", profile_submitted_at="2026-06-01T10:00:00Z", ita_issued_on="2026-09-15"),
    ])  # fmt: skip
    words = ("run", source, "--out", tmp_path / "o", "--as-of", "2026-10-01", "--round", "180", "--dry-run")
    done = call(*words, "--json")
    record = json.loads(done.stdout)
    (round_,) = record["rounds"]
    assert (round_["number"], round_["is_recent"], round_["invited"]) == ("180", False, 0)
    assert record["counts"]["invited"] == 0
    assert record["counts"]["invited_on_record"] == 1
    assert record["newest_round"] == {"number": "444", "date": "2026-09-16"}
    assert "of our clients would have met the cut-off" in call(*words).stdout


def test_a_firm_sets_how_many_months_the_headline_counts(tmp_path: Path) -> None:
    source = written(tmp_path / "c.csv", [good("one")])
    config = tmp_path / "drawline.toml"
    words = ("run", source, "--out", tmp_path / "o", "--as-of", "2026-09-20", "--round", "408", "--dry-run", "--json")
    found = {}
    for months in (5, 6):
        config.write_text(f"headline_months = {months}\n", encoding="utf-8")
        found[months] = json.loads(call(*words, "--config", config).stdout)["rounds"][0]["is_recent"]
    assert found == {5: False, 6: True}


def test_a_profile_stated_as_a_day_and_one_without_are_scored(tmp_path: Path) -> None:
    source = written(tmp_path / "c.csv", [
        good("day", pool_status="in_pool", profile_submitted_at="2026-06-01"),
        good("none", pool_status="in_pool", profile_submitted_at=""),
    ])  # fmt: skip
    done = call("run", source, "--out", tmp_path / "o", "--as-of", "2026-09-20", "--dry-run", "--json")
    record = json.loads(done.stdout)
    assert done.exit_code == 0, done.stderr
    assert record["counts"]["candidates_accepted"] == 2
    checked = json.loads(call("check", source, "--as-of", "2026-09-20", "--json").stdout)
    assert [
        (one["client_id"], one["column"]) for one in checked["warnings"] if "ranked by score alone" in one["problem"]
    ] == [("none", "profile_submitted_at")]


def test_run_without_prefect_leaves_its_files(tmp_path: Path) -> None:
    source = written(tmp_path / "c.csv", [good("one"), good("two", date_of_birth="03/04/1990")])
    done = call("run", source, "--out", tmp_path / "o", "--as-of", AS_OF, "--round", "CEC:1", "--no-prefect")
    assert done.exit_code == 3, done.output
    assert sorted(path.name for path in (tmp_path / "o").iterdir()) == [
        "c-corrections.xlsx", "quarantine.csv", "report.xlsx", "run.json", "scores.parquet",
    ]  # fmt: skip
    record = json.loads((tmp_path / "o" / "run.json").read_text(encoding="utf-8"))
    assert set(record["outputs"]) == {"c-corrections.xlsx", "quarantine.csv", "report.xlsx", "scores.parquet"}
    assert (record["counts"]["candidates_in"], record["counts"]["candidates_accepted"]) == (2, 1)
    assert set(record["timings_seconds"]) == {
        "rules", "intake", "scoring", "records", "rounds", "advice", "stated", "report", "corrections",
    }  # fmt: skip


@pytest.mark.flow
def test_run_leaves_its_files_and_nothing_personal_with_prefect(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from prefect.testing.utilities import prefect_test_harness

    from flows.orchestration import prefect_run

    source = tmp_path / "Unmistakable Person.csv"
    written(source, [good("one", family_name="Unmistakable"), good("two", date_of_birth="03/04/1990")])
    out, database = tmp_path / "out", tmp_path / "prefect.db"
    with prefect_test_harness(server_startup_timeout=240):
        from prefect.settings import PREFECT_API_DATABASE_CONNECTION_URL

        done = call("run", source, "--out", out, "--as-of", AS_OF, "--round", "CEC:1")
        database = Path(str(PREFECT_API_DATABASE_CONNECTION_URL.value()).split("///", 1)[1])
        kept = dump_of(database)
    assert done.exit_code == 3, done.output
    assert sorted(path.name for path in out.iterdir()) == [
        "Unmistakable Person-corrections.xlsx", "quarantine.csv", "report.xlsx", "run.json", "scores.parquet",
    ]  # fmt: skip
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert record["counts"]["candidates_in"] == 2
    assert record["counts"]["candidates_accepted"] + record["counts"]["candidates_quarantined"] == 2
    assert "drawline-run" in kept
    assert f"run as of {AS_OF}" in kept
    assert "Unmistakable" not in kept
    assert str(tmp_path) not in kept
    assert list(prefect_run.requests_folder().iterdir()) == []
