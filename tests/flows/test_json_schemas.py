"""The shipped schemas say what the code writes: they are up to date, and real outputs meet them with no key beside."""

from __future__ import annotations

import json
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import polars as pl
import pytest
from typer.testing import CliRunner

from flows import errors
from flows.cli import app
from flows.commands import schema as command
from flows.firm import settings_schema
from flows.main_run import run_law
from flows.reference.schemas import SCHEMAS
from reports.report import scores_schema
from tests.firm import MONDAY, Firm
from transforms.rules import load

SAMPLE, SAMPLE_DAY = Path(__file__).parents[2] / "sample_data" / "clients_2021-09.xlsx", date(2021, 9, 14)
CHECKER = jsonschema.Draft202012Validator.FORMAT_CHECKER


def closed(schema: Any) -> Any:
    """A schema that allows no key that it does not name, at any depth."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: closed(value) for key, value in schema.items()}
    if "properties" in schema and isinstance(schema["properties"], dict):
        made.setdefault("additionalProperties", False)
    return made


def check(name: str, value: Any) -> None:
    jsonschema.validate(value, closed(SCHEMAS[name].made()), format_checker=CHECKER)


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_shipped_schema_is_up_to_date(name: str) -> None:
    assert SCHEMAS[name].file.read_text(encoding="utf-8") == SCHEMAS[name].text(), "run `make docs`"


@pytest.mark.parametrize("name", [name for name in SCHEMAS if name != "scores"])
def test_a_schema_is_one(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[name].made())


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_command_prints_the_shipped_file(name: str) -> None:
    answer = CliRunner().invoke(app, ["schema", name])
    assert (answer.exit_code, answer.stdout) == (0, SCHEMAS[name].text())


def test_the_command_knows_every_schema() -> None:
    assert list(command.FILES) == list(SCHEMAS)
    assert CliRunner().invoke(app, ["schema"]).stdout.split() == list(SCHEMAS)
    answer = CliRunner().invoke(app, ["schema", "people"])
    assert answer.exit_code == 2
    assert "There is no schema 'people'. Name one of run, night," in answer.stderr


@pytest.mark.parametrize("part", [False, True])
def test_run_json_meets_its_schema(part: bool, tmp_path: Path) -> None:
    owners = pl.read_excel(SAMPLE, sheet_name="Candidates")["case_owner"].drop_nulls() if part else []
    named = ["--owner", owners[0], "--split-by", "case_owner"] if part else []
    asked = ["run", SAMPLE, "--out", tmp_path, "--as-of", SAMPLE_DAY, "--no-prefect", "--json", *named]
    answer = CliRunner().invoke(app, [str(one) for one in asked])
    assert answer.exit_code in {0, 3}, answer.stderr
    written = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    check("run", written)
    check("run", json.loads(answer.stdout))
    assert (written["selection"] is None, written["split"] is None) == (not part, not part)


def test_the_files_of_a_night_meet_their_schemas(firm: Firm) -> None:
    firm.night(MONDAY)
    reports = firm.folder / "reports" / MONDAY.isoformat()
    for file, name in (("run.json", "night"), ("alerts.json", "alerts")):
        written = json.loads((reports / file).read_text(encoding="utf-8"))
        check(name, written)
    alerts = json.loads((reports / "alerts.json").read_text(encoding="utf-8"))
    assert alerts["ahead"]


def test_scores_have_the_columns_of_their_schema(tmp_path: Path) -> None:
    out = tmp_path / "scores.parquet"
    asked = ["score", str(SAMPLE), "--out", str(out), "--as-of", str(SAMPLE_DAY), "--quiet"]
    assert CliRunner().invoke(app, asked).exit_code in {0, 3}
    frame, fields = pl.read_parquet(out), scores_schema.schema()["fields"]
    assert frame.columns == [field["name"] for field in fields]
    kinds = {"integer": pl.Int64, "date": pl.Date, "boolean": pl.Boolean, "string": pl.String}
    for field in fields:
        values = frame[field["name"]]
        assert values.cast(pl.Int64).dtype == pl.Int64 if field["type"] == "integer" else True
        assert field["type"] == "integer" or values.dtype == kinds[field["type"]]
        constraints = field.get("constraints", {})
        assert not constraints.get("required") or values.null_count() == 0
        assert set(values.unique()) <= set(constraints.get("enum", values.unique()))
    assert frame["client_id"].is_unique().all()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["check", "no_such_file.xlsx"], 2),
        (["check", str(Path(__file__))], 4),
        (["forecast", "--round", "nonsense"], 2),
        (["rounds", "list", "--rounds", str(Path(__file__))], 4),
    ],
)
def test_an_error_is_json_that_meets_its_schema(
    arguments: list[str], code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = CliRunner().invoke(app, [*arguments, "--json"])
    assert answer.exit_code == code
    told = json.loads(answer.stdout)
    jsonschema.validate(told, SCHEMAS["error"].made())
    assert (told["exit_code"], bool(told["problems"])) == (code, True)
    assert told["problems"][0]["problem"] in answer.stderr


def test_too_many_quarantined_are_listed_as_problems(tmp_path: Path) -> None:
    config = tmp_path / "drawline.toml"
    config.write_text("max_quarantined_share = 0", encoding="utf-8")
    bad = SAMPLE.with_name("clients_2026.xlsx")
    asked = ["run", bad, "--out", tmp_path, "--as-of", "2026-08-07", "--no-prefect", "--json", "--config", config]
    answer = CliRunner().invoke(app, [str(one) for one in asked])
    assert answer.exit_code == 4
    problems = json.loads(answer.stdout)["problems"]
    assert all(one["file"] == bad.name and one["sheet"] and one["fix"] for one in problems)
    assert any(one["cell"] for one in problems)


@pytest.mark.parametrize(
    ("text", "is_right"),
    [
        (
            'name = "F"\nlanguage = "fr"\nheadline_months = 3\nrules = ["a.yaml"]\n[readings]\nwork.time.gap_days = 5',
            True,
        ),
        ('[readings]\n"work.time.gap_days" = 5\ncrs.records."foreign_work_continuous" = true', True),
        ('language = "de"', False),
        ("headline_months = 0", False),
        ("max_quarantined_share = 2", False),
        ('inbx = "in"', False),
        ("[readings]\nwork.time.gap = 5", False),
        ('[readings]\nwork.time.gap_days = "5"', False),
    ],
)
def test_the_schema_of_the_settings_answers_as_they_do(text: str, is_right: bool, tmp_path: Path) -> None:
    from flows.firm import settings

    file = tmp_path / "drawline.toml"
    file.write_text(text, encoding="utf-8")
    validator = jsonschema.Draft202012Validator(settings_schema.schema())
    assert validator.is_valid(tomllib.loads(text)) is is_right
    try:
        run_law.rules_of((), settings.load(file).readings)
    except errors.UnusableFile:
        assert not is_right
    else:
        assert is_right


def test_every_open_setting_of_the_law_is_in_the_schema_of_the_settings() -> None:
    named = settings_schema.schema()["properties"]["readings"]["properties"]
    assert {one.id for one in load().parameters.values() if one.setting} <= set(named)
