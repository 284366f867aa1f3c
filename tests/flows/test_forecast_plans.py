"""`forecast` for who plans: prospects, tables of scores, fans and plans, in JSON, on the screen and in the workbook."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from typer.testing import CliRunner, Result

import sample_data
from flows.cli import app

FOLDER = Path(sample_data.__file__).parent
SAMPLE, ROUNDS = FOLDER / "clients_2026.xlsx", FOLDER / "rounds.json"
WORDS = (
    "forecast",
    "--rounds",
    ROUNDS,
    "--as-of",
    "2026-08-07",
    "--futures",
    "200",
    "--round",
    "CEC",
    "--round",
    "french",
)
PLANS = ("--plan", FOLDER / "forecast_plan_weekly.yaml", "--plan", FOLDER / "forecast_plan_levels.yaml")


def called(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("out") / "forecast.xlsx"


@pytest.fixture(scope="module")
def made(out: Path) -> Any:
    result = called(*WORDS, *PLANS, "--pool", SAMPLE, "--json", "--out", out)
    assert result.exit_code == 3, result.stderr
    return json.loads(result.stdout)


@pytest.fixture(scope="module")
def book(made: Any, out: Path) -> Any:
    return openpyxl.load_workbook(out)


def rows(book: Any, sheet: str) -> list[dict[str, Any]]:
    """The rows of a table under its headers, which follow a row of groups."""
    titles, *found = book[sheet].iter_rows(min_row=2, values_only=True)
    return [dict(zip(titles, row, strict=True)) for row in found]


def test_each_client_has_a_chance_by_kind_with_more_points_and_by_step(made: Any) -> None:
    whole = {one["client_id"]: one for one in made["prospects"]}
    chances = {one["client_id"]: one for one in made["clients"]}
    assert len(whole) > 100
    for client in whole.keys() & chances.keys():
        assert {name: whole[client][name] for name in ("p30", "p90", "p180")} == {
            name: chances[client][name] for name in ("p30", "p90", "p180")
        }
    for one in whole.values():
        assert one["p90"] <= one["plus_10_p90"] <= one["plus_20_p90"] <= one["plus_50_p90"] <= 1
        assert (one["median_day"] is not None) == (one["p180"] >= 0.5)
    for one in made["chances_by_kind"]:
        assert one["p180"] <= whole[one["client_id"]]["p180"]
    assert {one["kind"] for one in made["chances_by_kind"]} > {"CEC"}
    for one in made["steps"]:
        assert one["rise_p180"] == pytest.approx(one["p180"] - whole[one["client_id"]]["p180"], abs=2e-4)
        assert max(one[f"rise_p{days}"] for days in (30, 90, 180)) >= 0.01
        assert one["is_own"] is (one["lever"] != "nomination")


def test_tables_and_fans_are_of_the_kinds_that_are_asked_about(made: Any) -> None:
    for name in ("chances_by_score", "scores_by_chance", "fans"):
        assert {one["kind"] for one in made[name]} == {"CEC", "french"}
    for one in made["fans"]:
        assert one["p10"] <= one["p25"] <= one["p50"] <= one["p75"] <= one["p90"]


def test_plans_stand_beside_the_rounds_as_drawn(made: Any) -> None:
    drawn, weekly, levels = made["plans"]
    assert (drawn["title"], weekly["title"], levels["title"]) == ("", "5,000 CEC weekly", "Totals of a levels plan")
    by_kind = [{one["kind"]: one for one in plan["rounds"]} for plan in (drawn, weekly, levels)]
    assert (by_kind[1]["CEC"]["rounds"], by_kind[1]["CEC"]["invitations"]) == (26.0, 130_000.0)
    assert by_kind[1]["PNP"] == by_kind[0]["PNP"]
    assert by_kind[1]["CEC"]["p50"] < by_kind[0]["CEC"]["p50"]
    assert by_kind[2]["french"]["invitations"] < by_kind[0]["french"]["invitations"]
    for plan in made["plans"]:
        assert plan["expected"]["p180"] == pytest.approx(sum(one["p180"] for one in plan["clients"]), abs=0.06)
        assert len(plan["clients"]) == len(made["prospects"])
    assert weekly["expected"]["p90"] > drawn["expected"]["p90"]


def test_the_screen_shows_scores_days_and_plans() -> None:
    result = called(*WORDS, *PLANS[:2], "--pool", SAMPLE)
    assert result.exit_code == 3, result.stderr
    lines = result.stdout.splitlines()
    assert "lowest score with a chance of 50% and 90% within (-: none)" in lines
    assert "rounds as drawn" in lines
    assert "5,000 CEC weekly" in lines
    assert sum("clients invited, mean: " in line for line in lines) == 2
    assert any("even by" in line for line in lines)


def test_without_clients_plans_are_compared_by_their_rounds() -> None:
    result = called(*WORDS, *PLANS, "--json")
    assert result.exit_code == 0, result.stderr
    made = json.loads(result.stdout)
    assert [len(one["clients"]) for one in made["plans"]] == [0, 0, 0]
    assert made["prospects"] == made["steps"] == made["chances_by_kind"] == []
    assert len(made["plans"][1]["rounds"]) == len(made["plans"][0]["rounds"])


def test_a_kind_that_a_plan_names_is_asked_about(tmp_path: Path) -> None:
    plan = tmp_path / "plan.yaml"
    plan.write_text("rounds: [{date: 2026-09-01, kind: healthcare, size: 500}]\n", encoding="utf-8")
    made = json.loads(called(*WORDS, "--plan", plan, "--json").stdout)
    assert {one["kind"] for one in made["fans"]} == {"CEC", "french", "healthcare"}


def test_a_round_that_has_passed_is_left_out_with_a_note(tmp_path: Path) -> None:
    plan = tmp_path / "plan.yaml"
    plan.write_text(
        "rounds: [{date: 2026-08-01, kind: CEC, size: 5}, {date: 2026-09-01, kind: CEC, size: 500}]\n", encoding="utf-8"
    )
    own = json.loads(called(*WORDS, "--plan", plan, "--json").stdout)["plans"][1]
    assert own["notes"] == ["1 round of the plan is not after 2026-08-07 and is left out"]
    assert next(one for one in own["rounds"] if one["kind"] == "CEC")["invitations"] == 500.0


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        (None, 2, "no plan at"),
        ("rounds: []\n", 4, "plan.yaml: line 1: `rounds` must be a list"),
        (
            "rounds:\n  - {date: 2026-09-01, kind: researchers, size: 5}\n",
            2,
            "plan.yaml: line 2: 'researchers:5@2026-09-01' cannot be forecast",
        ),
        (
            "rounds: [{date: 2026-08-01, kind: CEC, size: 5}]\n",
            2,
            "plan.yaml: line 1: no round of the plan is after 2026-08-07",
        ),
    ],
)
def test_a_plan_that_cannot_be_used_ends_in_one_message(text: str | None, code: int, says: str, tmp_path: Path) -> None:
    plan = tmp_path / "plan.yaml"
    if text is not None:
        plan.write_text(text, encoding="utf-8")
    result = called(*WORDS, "--plan", plan)
    assert result.exit_code == code
    assert says in result.stderr
    assert "Traceback" not in result.stderr
    assert not result.stdout


def test_a_plan_is_not_written_over(tmp_path: Path) -> None:
    plan = tmp_path / "plan.xlsx"
    plan.write_text("rounds: [{date: 2026-09-01, kind: CEC, size: 5}]\n", encoding="utf-8")
    result = called(*WORDS, "--plan", plan, "--out", plan)
    assert result.exit_code == 2
    assert plan.read_text(encoding="utf-8").startswith("rounds:")


def test_the_workbook_has_the_sheets_of_who_plans(book: Any, made: Any) -> None:
    assert book.sheetnames == [
        "Forecast", "Rounds", "Clients", "By kind", "Steps", "Score for a chance", "Chance by score", "Plans",
        "Clients by plan", "Charts", "Chart data", "Notes",
    ]  # fmt: skip
    for sheet, name in (("By kind", "chances_by_kind"), ("Steps", "steps"), ("Chance by score", "chances_by_score")):
        assert len(rows(book, sheet)) == len(made[name])
    assert {row["Plan"] for row in rows(book, "Plans")} == {"As drawn", "5,000 CEC weekly", "Totals of a levels plan"}


def test_the_sheets_name_people_and_put_the_best_chance_first(book: Any, made: Any) -> None:
    by_plan = rows(book, "Clients by plan")
    drawn = {one["client_id"]: one for one in made["plans"][0]["clients"]}
    assert [row["Client ID"] for row in by_plan[:2]] != []
    chances = [drawn[row["Client ID"]]["p90"] for row in by_plan]
    assert chances == sorted(chances, reverse=True)
    assert all(row["Family name"] and row["Case owner"] for row in by_plan)
    best = {one["client_id"]: one["p90"] for one in made["prospects"]}
    for sheet in ("By kind", "Steps"):
        order = [best[row["Client ID"]] for row in rows(book, sheet)]
        assert order == sorted(order, reverse=True)


def test_a_clients_row_has_the_day_and_the_step_of_its_prospects(book: Any, made: Any) -> None:
    whole = {one["client_id"]: one for one in made["prospects"]}
    steps: dict[str, Any] = {}
    for one in made["steps"]:
        if one["is_own"]:
            steps.setdefault(one["client_id"], one)
    for row in rows(book, "Clients"):
        own, step = whole.get(row["Client ID"]), steps.get(row["Client ID"])
        day = row["Even chance by"] and row["Even chance by"].date().isoformat()
        assert day == (own and own["median_day"])
        assert row["Points missing for an even chance"] == (own and own["points_for_half"])
        assert row["+20"] == (own and own["plus_20_p90"])
        assert (row["Change that raises the chance most"] is None) == (step is None)
        assert row["Chance then within 180 days"] == (step and step["p180"])


def test_a_chart_shows_the_fan_of_each_kind(book: Any, made: Any) -> None:
    charts = book["Charts"]._charts
    assert len(charts) == 2
    data = list(book["Chart data"].iter_rows(min_row=2, values_only=True))
    fans = [row for row in data if row[3] is not None]
    assert len(fans) == len(made["fans"])
    for row, one in zip(fans, made["fans"], strict=True):
        assert row[1].date().isoformat() == one["day"]
        assert sum(row[3:7]) == pytest.approx(one["p90"], abs=0.1)
        assert row[7] == pytest.approx(one["p50"], abs=0.1)
    published = [row for row in data if row[2] is not None]
    assert published
    assert all("2025-08-07" <= row[1].date().isoformat() <= "2026-08-07" for row in published)


def test_equal_forecasts_give_equal_bytes(out: Path, made: Any, tmp_path: Path) -> None:
    again = tmp_path / "again.xlsx"
    assert called(*WORDS, *PLANS, "--pool", SAMPLE, "--quiet", "--out", again).exit_code == 3
    assert again.read_bytes() == out.read_bytes()
