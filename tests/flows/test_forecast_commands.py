"""replay, forecast, backtest and national on the command line: their JSON, exit codes and messages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from typer.testing import CliRunner, Result

import sample_data
from flows.cli import app

FOLDER = Path(sample_data.__file__).parent
SAMPLE, ROUNDS = FOLDER / "clients_2026.xlsx", FOLDER / "rounds.json"
DAY = "2026-08-07"
QUICK = ("--futures", "300")


def called(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def as_json(*words: str | Path, code: int = 0) -> Any:
    result = called(*words, "--json")
    assert result.exit_code == code, result.stderr
    return json.loads(result.stdout)


@pytest.fixture(scope="module")
def few_rounds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A rounds file that ends with 2026-03-05: quicker, and another than the shipped one."""
    content = json.loads(ROUNDS.read_text(encoding="utf-8"))
    content["rounds"] = [one for one in content["rounds"] if "2025-06-01" < one["drawDate"] <= "2026-03-05"]
    path = tmp_path_factory.mktemp("rounds") / "few.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def made(few_rounds: Path) -> Any:
    return as_json("forecast", "--round", "CEC:4000@2026-03-17", "--round", "PNP:360", "--round", "french",
                   "--rounds", few_rounds, "--as-of", "2026-03-06", "--pool", SAMPLE, *QUICK, code=3)  # fmt: skip


def test_the_newest_round_is_named(made: Any, few_rounds: Path) -> None:
    newest = json.loads(few_rounds.read_text(encoding="utf-8"))["rounds"][0]
    assert made["newest_round"] == {"number": newest["drawNumber"], "date": newest["drawDate"]}
    told = called("replay", "--rounds", few_rounds, "--kind", "CEC").stderr
    assert f"the newest known round is {newest['drawNumber']} of {newest['drawDate']}" in told


def test_rounds_come_in_the_order_of_the_questions_with_the_contracts_keys(made: Any) -> None:
    assert [one["round"] for one in made["rounds"]] == ["CEC:4000@2026-03-17", "PNP:360", "french"]
    for one in made["rounds"]:
        assert {"round", "kind", "date", "size", "p10", "p50", "p90", "mean"} <= set(one)
        assert one["p10"] <= one["p50"] <= one["p90"]
    cec, pnp, french = made["rounds"]
    assert (cec["date"], cec["size"], cec["drawn"]) == ("2026-03-17", 4000, [])
    assert (pnp["size"], pnp["drawn"]) == (360, ["date"])
    assert french["drawn"] == ["date", "size"]
    assert 495 < cec["p50"] < 520
    assert 650 < pnp["p50"] < 850


def test_clients_of_the_kinds_have_chances_that_grow_with_the_days(made: Any) -> None:
    assert made["clients"]
    told = [one for one in made["clients"] if one["p30"] is not None]
    for one in made["clients"]:
        assert set(one) == {"client_id", "p30", "p90", "p180", "limited_by"}
    assert all(0 <= one["p30"] <= one["p90"] <= one["p180"] <= 1 for one in told)
    assert any(one["p180"] > 0.9 for one in told)
    assert any("expire" in one["limited_by"] for one in told)
    assert any("birthday" in one["limited_by"] for one in told)


def test_without_clients_none_are_told_of_and_a_seed_decides(few_rounds: Path) -> None:
    words = ("forecast", "--round", "CEC", "--rounds", few_rounds, "--as-of", "2026-03-06", *QUICK)
    first, again, other = as_json(*words), as_json(*words), as_json(*words, "--seed", "5")
    assert first["clients"] == []
    assert first == again
    assert first != other


def test_without_a_round_the_next_of_each_kind_is_forecast(few_rounds: Path) -> None:
    made = as_json("forecast", "--rounds", few_rounds, "--as-of", "2026-03-06", *QUICK)
    kinds = [one["kind"] for one in made["rounds"]]
    assert {"PNP", "CEC", "french", "healthcare"} <= set(kinds)
    assert "general" not in kinds


def test_the_mark_of_law_that_is_not_known(few_rounds: Path) -> None:
    words = ("forecast", "--rounds", few_rounds, "--as-of", "2026-03-06", *QUICK)
    assert as_json(*words, "--round", "PNP:300@2026-11-02")["rules_status"] == "complete"
    assert as_json(*words, "--round", "PNP:300@2026-11-03")["rules_status"] == "incomplete"
    shown = called(*words, "--round", "PNP:300@2026-11-03")
    assert "law not known in full" in shown.stdout
    (law,) = [line for line in shown.stdout.splitlines() if line.startswith("law: ")]
    assert law.startswith("law: Part of the law is not known from 2026-11-03;")
    assert law.endswith("`drawline rules new FILE` drafts what is missing.")


def test_the_line_on_unknown_law_says_by_how_much_cut_offs_are_less_sure() -> None:
    shown = called("forecast", "--as-of", "2026-11-02", "--round", "CEC:3000@2026-11-10", *QUICK)
    assert "A spread of 14 points is added to cut-offs from 2026-11-03 on." in shown.stdout
    assert "By so much round 347 missed its forecast after the change of 2025-03-25." in shown.stdout


def test_a_kind_not_held_since_the_crs_changed_has_the_added_spread_named() -> None:
    words = ("forecast", "--as-of", "2026-08-07", *QUICK)
    shown = called(*words, "--round", "stem:500@2026-09-01").stdout
    (law,) = [line for line in shown.splitlines() if line.startswith("law: ")]
    assert law == (
        "law: No round of STEM was held since the CRS changed on 2025-03-25: a spread of 14 points is added to such "
        "cut-offs. By so much round 347 missed its forecast after the change of 2025-03-25."
    )
    assert "law: " not in called(*words, "--round", "CEC:500@2026-09-01").stdout
    both = as_json(*words, "--round", "stem:500@2026-09-01", "--round", "CEC:500@2026-11-03")["rounds"]
    assert [one["record"]["is_past_change"] for one in both] == [True, True]
    assert not as_json(*words, "--round", "CEC:500@2026-09-01")["rounds"][0]["record"]["is_beyond"]


def test_rounds_are_known_to_the_day_that_the_forecast_uses(few_rounds: Path) -> None:
    words = ("forecast", "--round", "CEC:4000@2026-02-17", "--rounds", few_rounds, "--as-of", "2026-02-10", *QUICK)
    shown = called(*words).stdout.splitlines()
    before = [
        one for one in json.loads(few_rounds.read_text(encoding="utf-8"))["rounds"] if one["drawDate"] <= "2026-02-10"
    ]
    assert shown[0] == f"rounds known to 2026-02-10, the newest is {before[0]['drawNumber']} of {before[0]['drawDate']}"
    made = as_json(*words)
    assert made["newest_round"] == {"number": before[0]["drawNumber"], "date": before[0]["drawDate"]}
    assert made["known_on"] == "2026-02-10"
    assert made["rounds"][0]["record"]["days_ahead"] == 7


def test_an_old_file_is_as_far_behind_as_its_newest_round(few_rounds: Path) -> None:
    words = ("forecast", "--round", "CEC:4000@2026-04-02", "--rounds", few_rounds, "--as-of", "2026-03-27", *QUICK)
    made = as_json(*words)
    assert (made["known_on"], made["rounds"][0]["record"]["days_ahead"]) == ("2026-03-05", 30)
    assert (
        "rounds are known to 2026-03-05; those from there to 2026-03-27 are drawn, not known" in called(*words).stdout
    )


def test_clients_whom_a_held_round_takes_have_a_check_in_place_of_chances(few_rounds: Path) -> None:
    words = ("forecast", "--round", "CEC:4000@2026-03-17", "--rounds", few_rounds, "--as-of", "2026-03-06",
             "--pool", SAMPLE, *QUICK)  # fmt: skip
    taken = {one["client_id"]: one for one in as_json(*words, code=3)["taken"]}
    assert taken
    held = {one["drawNumber"]: one["drawDate"] for one in json.loads(few_rounds.read_text(encoding="utf-8"))["rounds"]}
    assert all(held[one["round"]] == one["held_on"] for one in taken.values())
    lines = [line for line in called(*words).stdout.splitlines() if "check the invitation" in line]
    assert lines
    text = "A held round takes 1 client" if len(taken) == 1 else f"Held rounds take {len(taken)} clients"
    assert text in called(*words).stdout
    for line in lines:
        assert f"check the invitation (round {taken[line.split()[0]]['round']})" in line
        assert "%" not in line
    assert sum(line.split()[0] in taken for line in called(*words).stdout.splitlines() if line) == len(lines)


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("--round", "204"), 2, "no coming round"),
        (("--round", "nurses"), 2, "the kinds are"),
        (("--round", "researchers:5"), 2, "cannot be forecast"),
        (("--round", "CEC:5@2026-01-01"), 2, "use --as-of"),
        (("--pool", "nowhere.xlsx"), 2, "no file at"),
        (("--rounds", "nowhere.json"), 2, "no file"),
        (("--rounds", str(SAMPLE)), 4, "rounds file"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_message(
    few_rounds: Path, words: tuple[str, ...], code: int, says: str
) -> None:
    rounds = () if "--rounds" in words else ("--rounds", few_rounds)
    result = called("forecast", "--as-of", "2026-03-06", *rounds, *words, *QUICK)
    assert result.exit_code == code
    assert says in result.stderr
    assert "Traceback" not in result.stderr
    assert not result.stdout


def test_replay_lists_rounds_with_their_errors(few_rounds: Path) -> None:
    made = as_json("replay", "--rounds", few_rounds, "--kind", "cec")
    assert {"round", "date", "size", "published", "modelled", "error"} <= set(made[0])
    assert {one["kind"] for one in made} == {"CEC"}
    assert made[0]["modelled"] is None
    for one in made[1:]:
        assert one["error"] == one["modelled"] - one["published"]
    shown = called("replay", "--rounds", few_rounds, "--kind", "CEC").stdout
    assert "median error" in shown
    assert called("replay", "--rounds", few_rounds, "--kind", "nurses").exit_code == 2


def test_backtest_prints_what_its_json_holds_and_draws_its_chart(few_rounds: Path, tmp_path: Path) -> None:
    words = ("backtest", "--rounds", few_rounds, "--from", "2025-09-01", "--to", "2026-02-28", "--table", "eve")
    made = as_json(*words)
    assert set(made) == {"format", "version", "kinds", "rounds"}
    assert made["kinds"][-1]["kind"] == "all"
    assert made["kinds"][-1]["rounds"] == len(made["rounds"])
    assert all("2025-09-01" <= one["date"] <= "2026-02-28" for one in made["rounds"])
    chart = tmp_path / "chart.svg"
    shown = called(*words, "--chart", chart)
    assert f"{made['kinds'][-1]['persistence']:.1f}" in shown.stdout
    assert chart.read_text(encoding="utf-8").startswith("<svg ")
    assert [path.name for path in tmp_path.iterdir()] == ["chart.svg"]
    assert called(*words, "--chart", tmp_path / "chart.png").exit_code == 2
    assert called("backtest", "--rounds", few_rounds, "--from", "2026-03-06").exit_code == 2


def test_backtest_scores_what_is_asked(few_rounds: Path) -> None:
    words = ("backtest", "--rounds", few_rounds, "--from", "2025-11-01", "--to", "2026-02-28")
    made = as_json(*words)
    assert {"kinds", "rounds", "baselines", "asked", "chances", "reliability"} <= set(made)
    assert [one["baseline"] for one in made["baselines"]][:3] == ["model", "persistence", "exponential smoothing"]
    assert made["baselines"][0]["error"] == pytest.approx(made["kinds"][-1]["error"])
    asked = {(one["form"], one["kind"], one["days_ahead"]): one for one in made["asked"]}
    assert {("KIND:SIZE@DATE", "all", days) for days in (0, 7, 14, 30, 60, 90, None)} | {("KIND", "all", None)} <= set(
        asked
    )
    assert asked["KIND:SIZE@DATE", "all", None]["asked"] == 5 * asked["KIND:SIZE@DATE", "all", 30]["asked"]
    assert {one["days"] for one in made["chances"]} == {30, 90}
    assert sum(one["asked"] for one in made["reliability"]) == sum(
        one["asked"] for one in made["chances"] if one["kind"] == "all"
    )
    shown = called(*words, "--table", "ahead", "--table", "kinds").stdout
    assert f"{asked['KIND', 'all', None]['crps']:.1f}" in shown
    assert "KIND:SIZE@DATE" in shown
    assert "exponential smoothing" not in shown
    assert called(*words, "--table", "weather").exit_code == 2


def test_past_questions_of_a_file_are_answered_as_on_their_day(few_rounds: Path, tmp_path: Path) -> None:
    path = tmp_path / "questions.yaml"
    path.write_text(
        "questions:\n  - {as_of: 2026-02-10, round: CEC}\n  - {as_of: 2026-02-10, round: 'PNP:300@2026-04-01'}\n",
        encoding="utf-8",
    )
    first, open_yet = as_json("backtest", "--rounds", few_rounds, "--questions", path)["questions"]
    asked = as_json("forecast", "--rounds", few_rounds, "--as-of", "2026-02-10", "--round", "CEC")["rounds"][0]
    assert (first["round"], first["date"]) == ("396", "2026-02-17")
    assert round(first["p10"], 1) == asked["p10"]
    assert first["is_within"] == (first["p10"] <= first["published"] <= first["p90"])
    assert (open_yet["round"], open_yet["is_within"]) == (None, None)
    shown = called("backtest", "--rounds", few_rounds, "--questions", path).stdout
    assert "has not come" in shown
    assert "of 1 lie within p10 to p90" in shown
    assert called("backtest", "--questions", tmp_path / "none.yaml").exit_code == 2


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        ("questions: []\n", 4, "questions.yaml: line 1: the file holds no questions"),
        ("- CEC\n", 4, "questions.yaml: line 1: the file holds no questions"),
        ("questions:\n  - {as_of: today, round: CEC}\n", 4, "line 2: questions, entry 1: as_of 'today' is not a date"),
        (
            "questions:\n  - {as_of: 2026-02-30, round: CEC}\n",
            4,
            "line 2: there is no such day or time as '2026-02-30'",
        ),
        (
            "questions:\n  - {as_of: 2026-02-16 10:00:00, round: CEC}\n",
            4,
            "entry 1: as_of 2026-02-16T10:00:00 is not a date",
        ),
        ("questions: [{as_of: 2026-02-16, round: 7}]\n", 4, "entry 1: round 7 is not a text such as CEC"),
        ("questions: [{as_of: 2026-02-16}]\n", 4, "entry 1: the key `round` is missing"),
        (
            "questions:\n  - {as_of: 2026-02-16, round: CEC}\n  - {as_of: 2026-02-16, round: nurses}\n",
            4,
            "questions.yaml: line 3: questions, entry 2: round: ",
        ),
        (
            "questions:\n  - {as_of: 2026-02-16, round: researchers}\n",
            2,
            "questions.yaml: line 2: questions, entry 1: 'researchers' cannot be forecast",
        ),
    ],
)
def test_a_slip_in_past_questions_is_named_with_its_place(
    text: str, code: int, says: str, few_rounds: Path, tmp_path: Path
) -> None:
    path = tmp_path / "questions.yaml"
    path.write_text(text, encoding="utf-8")
    result = called("backtest", "--rounds", few_rounds, "--questions", path)
    assert result.exit_code == code, result.stderr
    assert says in result.stderr
    assert "Traceback" not in result.stderr
    assert not result.stdout


def test_a_past_question_of_the_rounds_own_day_is_answered_by_that_round(few_rounds: Path, tmp_path: Path) -> None:
    path = tmp_path / "questions.yaml"
    path.write_text("questions: [{as_of: 2026-02-17, round: 'CEC:6000@2026-02-17'}]\n", encoding="utf-8")
    own = as_json("backtest", "--rounds", few_rounds, "--questions", path)["questions"][0]
    assert (own["round"], own["date"]) == ("396", "2026-02-17")
    assert own["is_within"] == (own["p10"] <= own["published"] <= own["p90"])


@pytest.mark.parametrize(
    "words",
    [("--from", "2026-01-01"), ("--to", "2026-02-01"), ("--table", "eve"), ("--chart", "chart.svg")],
    ids=lambda words: words[0],
)
def test_options_that_do_not_go_with_past_questions_are_refused(words: tuple[str, str], tmp_path: Path) -> None:
    path = tmp_path / "questions.yaml"
    path.write_text("questions: [{as_of: 2026-02-10, round: CEC}]\n", encoding="utf-8")
    refused = called("backtest", "--questions", path, *words)
    assert refused.exit_code == 2
    assert f"leave out {words[0]}" in refused.stderr


def test_a_backtest_without_an_error_of_persistence_is_valid_json(few_rounds: Path, tmp_path: Path) -> None:
    """A round with the cut-off of the one before: no ratio, and no number that JSON does not have."""
    content = json.loads(few_rounds.read_text(encoding="utf-8"))
    first = next(one for one in content["rounds"] if one["drawDate"] == "2026-02-17")
    second = next(
        one for one in content["rounds"] if one["drawName"] == first["drawName"] and one["drawDate"] < "2026-02-17"
    )
    first["drawCRS"] = second["drawCRS"]
    path = tmp_path / "rounds.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    words = ("--rounds", path, "--from", "2026-02-17", "--to", "2026-02-17", "--table", "baselines")
    result = called("backtest", *words, "--json")
    assert result.exit_code == 0, result.stderr
    assert "Infinity" not in result.stdout
    assert "NaN" not in result.stdout
    assert {one["ratio"] for one in json.loads(result.stdout)["baselines"]} == {None}
    assert " - " in called("backtest", *words).stdout


def test_every_answer_says_how_far_such_answers_were_off(made: Any) -> None:
    cec, pnp, french = (one["record"] for one in made["rounds"])
    assert (cec["form"], cec["kind"], cec["days_ahead"]) == ("KIND:SIZE@DATE", "CEC", 14)
    assert (pnp["form"], pnp["kind"], pnp["days_ahead"]) == ("KIND:SIZE", "PNP", None)
    assert (french["form"], french["kind"]) == ("KIND", "french")
    for one in made["rounds"]:
        assert 0 < one["record"]["covered"] <= 1
        assert any(note.startswith(f"{one['round']}: measured on ") for note in made["notes"])
    assert [one["days"] for one in made["chances_record"]] == [30, 90, 180]
    assert any(note.startswith("Chances: measured on ") for note in made["notes"])


def test_rounds_with_the_same_record_share_one_note(few_rounds: Path) -> None:
    made = as_json("forecast", "--rounds", few_rounds, "--as-of", "2026-03-06", *QUICK)
    notes = [note.split(": measured on ") for note in made["notes"] if ": measured on " in note]
    names = [name for heads, _said in notes for name in heads.split(", ")]
    assert sorted(names) == sorted(one["round"] for one in made["rounds"])
    assert len({said for _heads, said in notes}) == len(notes) < len(names)


def test_national_writes_a_pool_and_places_the_clients(few_rounds: Path, tmp_path: Path) -> None:
    words = ("national", "--rounds", few_rounds, "--as-of", "2026-03-06")
    out = tmp_path / "pool.parquet"
    made = as_json(*words, "--pool", SAMPLE, "--out", out, code=3)
    pool = pl.read_parquet(out)
    assert made["people"] == pool.height > 200_000
    general = [one for one in made["clients"] if one["kind"] == "general"]
    assert general
    assert all(1 <= one["rank"] <= one["of"] + 1 and 0 <= one["percentile"] <= 100 for one in general)
    assert all(one["rank_low"] <= one["rank"] <= one["rank_high"] for one in made["clients"])
    groups = {one["kind"]: one for one in made["groups"]}
    assert groups["general"]["people"] == made["people"]
    assert all(one["factor"] >= 1 for one in groups.values())
    assert groups["researchers"]["is_assumed"]
    assert not groups["CEC"]["is_assumed"]
    assert len(made["notes"]) == 2
    shown = called(*words).stdout
    assert "researchers" in shown
    assert "(no round shows it)" in shown
    assert called(*words, "--out", tmp_path / "pool.xlsx").exit_code == 2
    early = called("national", "--rounds", few_rounds, "--as-of", "2025-06-01")
    assert early.exit_code == 2


def test_a_round_of_the_nation_in_the_main_job_places_the_clients(few_rounds: Path, tmp_path: Path) -> None:
    words = ("run", SAMPLE, "--rounds", few_rounds, "--as-of", "2026-03-06", "--out", tmp_path / "out", "--dry-run")
    made = as_json(*words, "--round", "national:CEC:2000", "--round", "CEC:2", code=3)
    nation, own = made["rounds"]
    assert (nation["question"], nation["size"]) == ("national:CEC:2000", 2000)
    assert 495 < nation["cut_off"] < 525
    assert nation["tie_break"]
    assert any("modelled national pool" in note for note in nation["notes"])
    low, high = nation["interval"]
    assert low <= nation["cut_off"] <= high < low + 60
    between = f"with four in five chances the cut-off lies from {round(low)} to {round(high)}"
    assert any(between in note for note in nation["notes"])
    assert own["interval"] is None
    assert own["invited"] == 2
    early = called(*words[:4], "--as-of", "2025-06-01", *words[6:], "--round", "national:CEC:2000")
    assert early.exit_code == 2


def test_a_round_of_the_nation_for_a_kind_without_rounds_says_what_is_assumed(few_rounds: Path, tmp_path: Path) -> None:
    words = ("run", SAMPLE, "--rounds", few_rounds, "--as-of", "2026-03-06", "--out", tmp_path / "out", "--dry-run")
    (made,) = as_json(*words, "--round", "national:researchers:500", code=3)["rounds"]
    assert made["cut_off"]
    assert made["interval"][1] - made["interval"][0] > 60
    assert any("of the pool belong to it is an assumption" in note for note in made["notes"])


@pytest.mark.parametrize("words", [("national",), ("forecast", "--round", "CEC:4000@2026-03-17", *QUICK)])
def test_the_warnings_of_check_are_counted(words: tuple[str, ...], few_rounds: Path, tmp_path: Path) -> None:
    pool = tmp_path / "clients.csv"
    pool.write_text(
        "client_id,date_of_birth,marital_status,education_level,education_country,relative_in_canada\n"
        "C-1,1990-05-17,single,masters,Canada,yes\n",
        encoding="utf-8",
    )
    checked = as_json("check", pool, "--as-of", "2026-03-06")["warnings"]
    options = ("--pool", pool, "--rounds", few_rounds, "--as-of", "2026-03-06")
    line = f"{len(checked)} warnings about the clients' records; drawline check --as-of 2026-03-06 lists them"
    assert len(checked) > 1
    assert line in called(*words, *options).stderr.splitlines()
    assert "warnings" not in called(*words, *options, "--quiet").stderr


def test_the_workbook_of_a_forecast_names_clients_by_chance(few_rounds: Path, tmp_path: Path) -> None:
    out = tmp_path / "forecast.xlsx"
    words = ("forecast", "--round", "CEC:4000@2026-03-17", "--rounds", few_rounds, "--as-of", "2026-03-06")
    result = called(*words, "--pool", SAMPLE, *QUICK, "--out", out)
    assert result.exit_code == 3, result.stderr
    told = as_json(*words, "--pool", SAMPLE, *QUICK, code=3)["clients"]
    chances = [one["p90"] for one in told if one["p90"] is not None]
    assert chances == sorted(chances, reverse=True)
    assert all(one["p90"] is None for one in told[len(chances) :])
    titles, *found = openpyxl.load_workbook(out)["Clients"].iter_rows(min_row=2, values_only=True)
    rows = [dict(zip(titles, row, strict=True)) for row in found]
    checks = [row["Check"] for row in rows]
    count = sum(text is not None for text in checks)
    assert 0 < count < len(checks)
    assert all(text.startswith("Round ") for text in checks[:count]), "whom a held round takes come first"
    assert not any(checks[count:])
    taken = {row["Client ID"] for row in rows[:count]}
    others = [one["client_id"] for one in told if one["client_id"] not in taken]
    assert [row["Client ID"] for row in rows[count:]] == others
    known = pl.read_excel(SAMPLE, sheet_name="Candidates", infer_schema_length=0)
    people = {row["client_id"]: row for row in known.iter_rows(named=True)}
    for row in rows:
        client, person = row["Client ID"], people[row["Client ID"]]
        assert (row["Family name"], row["Given name"]) == (person["family_name"], person["given_name"])
        assert row["Case owner"] == person["case_owner"]
        assert 0 < row["CRS total"] <= 1200
        chance = next(one["p90"] for one in told if one["client_id"] == client)
        assert row["90 days"] == (None if client in taken else chance)
    best = people[told[0]["client_id"]]
    line = next(line for line in result.stdout.splitlines() if line.startswith(told[0]["client_id"]))
    assert f"{best['family_name']}, {best['given_name']}"[:20] in line


def test_the_workbook_of_a_forecast_lists_rounds_by_day_and_the_law(few_rounds: Path, tmp_path: Path) -> None:
    out = tmp_path / "forecast.xlsx"
    rounds = ("--round", "PNP:300@2026-11-03", "--round", "CEC:4000@2026-03-17")
    result = called("forecast", *rounds, "--rounds", few_rounds, "--as-of", "2026-03-06", *QUICK, "--out", out)
    assert result.exit_code == 0, result.stderr
    book = openpyxl.load_workbook(out)
    assert book.sheetnames == [
        "Forecast", "Rounds", "Clients", "Score for a chance", "Chance by score", "Charts", "Chart data", "Notes",
    ]  # fmt: skip
    rows = list(book["Rounds"].iter_rows(min_row=3, values_only=True))
    assert [row[0] for row in rows] == ["CEC", "PNP"]
    assert [row[1].isoformat()[:10] for row in rows] == ["2026-03-17", "2026-11-03"]
    assert all(isinstance(cut_off, int) for row in rows for cut_off in row[3:7])
    printed = [line.removeprefix("law: ") for line in result.stdout.splitlines() if line.startswith("law: ")]
    notes = [row[0] for row in book["Notes"].iter_rows(min_row=2, values_only=True)]
    assert printed
    assert set(printed) <= set(notes)


def test_a_forecast_is_written_as_a_workbook_alone(tmp_path: Path) -> None:
    assert called("forecast", "--out", tmp_path / "forecast.csv").exit_code == 2
