"""What explain tells adds up, keeps its promises, and knows what it does not know."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import cache, reduce
from operator import and_
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import sample_data
from flows.commands.common import request_of
from flows.main_run import run_intake, run_law, run_state
from reports.report import explanation
from transforms import explain
from transforms.assessment import scores
from transforms.explain import answer, components, eligibility, step_texts, steps
from transforms.model.vocabulary import ABILITIES
from transforms.rules import Law, load

SAMPLES = {"clients_2026.xlsx": date(2026, 8, 7), "clients_2021-09.xlsx": date(2021, 9, 14)}
DAYS = [
    ("clients_2026.xlsx", date(2026, 8, 7)),
    ("clients_2026.xlsx", date(2026, 11, 10)),
    ("clients_2021-09.xlsx", date(2021, 9, 14)),
]
GROUPS = {"A": "crs_core", "B": "crs_spouse", "C": "crs_transferability", "D": "crs_additional"}
DETAILS = ("language_tests", "education", "work_history")

Frames = dict[str, pl.DataFrame]


@cache
def taken(name: str) -> Frames:
    """The typed sheets of a shipped sample."""
    run = run_state.Run(request_of([Path(sample_data.__file__).parent / name], SAMPLES[name]))
    run_law.open_law(run)
    run_intake.take_in(run)
    assert run.intake is not None
    return run.intake.sheets


@cache
def law_of(day: date) -> Law:
    return load().law_of(day)


@cache
def scored(name: str, day: date) -> pl.DataFrame:
    return scores.score(taken(name), law_of(day))


def of_summary(name: str) -> Frames:
    """A sample without the detail rows that decide over the summary columns."""
    sheets = taken(name)
    return sheets | {key: sheets[key].clear() for key in DETAILS}


def one(**changes: Any) -> pl.DataFrame:
    """A candidate of 29 with a bachelor's degree, CLB 9 but in one ability, three years abroad, and changes."""
    template = of_summary("clients_2026.xlsx")["candidates"]
    given: dict[str, Any] = {
        "client_id": "C-1", "date_of_birth": date(1997, 3, 2), "marital_status": "single", "first_language": "english",
        "english_test": "IELTS_GT", "english_test_date": date(2025, 3, 1), "english_listening": 8.0,
        "english_reading": 6.5, "english_writing": 7.0, "english_speaking": 7.0, "education_level": "three_year",
        "education_country": "IN", "eca_issued_on": date(2025, 1, 15), "canadian_study": "none",
        "canadian_work_years": 0.0, "foreign_work_years": 3.0, "primary_noc": "21231", "primary_occupation_years": 3.0,
        "family_size": 1, "settlement_funds_cad": 20000.0, "certificate_of_qualification": False,
        "sibling_in_canada": False,
    }  # fmt: skip
    schema = template.schema
    assert set(given) | set(changes) <= set(schema)
    return pl.DataFrame([{name: (given | changes).get(name) for name in schema}], schema=schema)


def score_one(day: date = date(2026, 8, 7), **changes: Any) -> pl.DataFrame:
    return scores.score(of_summary("clients_2026.xlsx") | {"candidates": one(**changes)}, law_of(day))


def tell(day: date = date(2026, 8, 7), **changes: Any) -> dict[str, Any]:
    return explain.explained(score_one(day, **changes), law_of(day))


def part(told: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    groups = [*told["groups"], told["selection_grid"]]
    return next(each for group in groups for each in group["components"] if each["name"] == name)


def test_every_points_column_of_the_contract_is_told_in_one_place() -> None:
    caps = (components.TOTAL, *components.GROUPS, *components.BLOCKS, components.SELECTION_GRID)
    told = [*(each.column for each in components.COMPONENTS), *(cap.column for cap in caps)]
    contract = {name for name in scores.SCHEMA if name.startswith(("crs_", "fsw_points"))}
    assert set(told) == contract
    # The certificate is a component and a block of its own.
    assert sorted(told) == sorted([*contract, "crs_certificate_block"])


@pytest.mark.parametrize(("name", "day"), DAYS)
def test_rules_and_inputs_exist(name: str, day: date) -> None:
    frame = scored(name, day)
    for component in components.COMPONENTS:
        for rule in component.rules:
            assert components.rule_of(rule, law_of(day))["address"].startswith("https://")
        for fact in component.inputs:
            assert fact.format(first="english", second="french") in frame.columns


@pytest.mark.parametrize(("name", "day"), DAYS)
def test_counted_points_sum_to_the_scores_of_every_client(name: str, day: date) -> None:
    frame = scored(name, day)
    told = explain.explanations(frame, law_of(day))
    assert explain.explanations(frame.clear(), law_of(day)).equals(told.clear())
    assert dict(told.schema) == answer.EXPLANATIONS
    assert told.height == frame.height * len(components.COMPONENTS)
    assert told["client_id"].unique(maintain_order=True).equals(frame["client_id"])
    counted = told.group_by("client_id", "group", maintain_order=True).agg(pl.col("counted").sum())
    for group, column in {**GROUPS, "FSW": "fsw_points"}.items():
        assert counted.filter(pl.col("group") == group)["counted"].to_list() == frame[column].to_list()
    total = (
        told.filter(pl.col("group") != "FSW").group_by("client_id", maintain_order=True).agg(pl.col("counted").sum())
    )
    assert total["counted"].to_list() == frame["crs_total"].to_list()


@pytest.mark.parametrize(("name", "day"), DAYS)
def test_points_are_those_of_the_scores_and_within_their_maximum(name: str, day: date) -> None:
    frame = scored(name, day)
    told = explain.explanations(frame, law_of(day))
    for component in components.COMPONENTS:
        own = told.filter(pl.col("component") == component.column)
        assert own["points"].equals(frame[component.column].rename("points"), null_equal=True)
        known = own.drop_nulls("points")
        assert (known["points"] <= known["maximum"]).all()
        assert (known["before_caps"] - known["lost_to_caps"] == known["counted"]).all()
        assert (known["before_caps"] >= known["points"]).all()
        assert (known["counted"] >= 0).all()


@pytest.mark.parametrize("with_spouse", [True, False])
def test_maxima_of_the_components_of_core_and_spouse_are_those_of_their_groups(with_spouse: bool) -> None:
    law = law_of(date(2026, 8, 7))
    grid = pl.DataFrame({"with_spouse": [with_spouse]})
    most = {group: sum(_maxima(grid, group, law)) for group in "AB"}
    assert most == ({"A": 460, "B": 40} if with_spouse else {"A": 500, "B": 0})
    assert sum(_maxima(grid, "FSW", law)) == 100
    assert _maxima(grid, "C", law) == [50] * 5
    assert _maxima(grid, "D", law) == [600, 0, 30, 15, 50, 0]


def _maxima(grid: pl.DataFrame, group: str, law: Law) -> list[int]:
    own = [each for each in components.COMPONENTS if each.group == group]
    return [grid.select(components.most(each, law)).item() for each in own]


def test_one_ability_opens_the_combinations() -> None:
    told = tell()
    assert told["total"]["points"] == 384
    step = part(told, "crs_first_language")["next_step"]
    assert step["text"] == (
        "English reading at CLB 9: +8 here, +12 through education with language, "
        "+25 through foreign work with language: total +45"
    )
    assert (step["here"], step["total"]) == (8, 45)
    assert step["effects"] == {
        "crs_first_language": 8, "crs_education_language": 12, "crs_foreign_work_language": 25,
        "fsw_points_language": 1,
    }  # fmt: skip
    assert part(told, "crs_education_language")["next_step"]["key"] == step["key"] == "first.reading:9"


def test_the_cap_of_a_block_eats_what_comes_last() -> None:
    told = tell(
        english_reading=7.0, education_level="masters", canadian_work_years=2.0, certificate_of_qualification=True,
        primary_occupation_years=1.0,
    )  # fmt: skip
    group = next(group for group in told["groups"] if group["key"] == "C")
    counted = {each["name"]: (each["points"], each["lost_to_caps"], each["counted"]) for each in group["components"]}
    assert counted == {
        "crs_education_language": (50, 0, 50),
        "crs_education_canadian_work": (50, 50, 0),
        "crs_foreign_work_language": (50, 0, 50),
        "crs_foreign_canadian_work": (50, 50, 0),
        "crs_certificate_block": (50, 50, 0),
    }
    blocks = {block["name"]: (block["before_cap"], block["points"], block["lost_to_cap"]) for block in group["blocks"]}
    assert blocks == {
        "crs_education_block": (100, 50, 50),
        "crs_foreign_work_block": (100, 50, 50),
        "crs_certificate_block": (50, 50, 0),
    }
    assert (group["before_cap"], group["points"], group["lost_to_cap"]) == (150, 100, 50)


def test_own_caps_are_told_with_the_points_before_them() -> None:
    told = tell(
        marital_status="married", spouse_accompanying=True, spouse_is_canadian=False, french_test="NCLC",
        french_test_date=date(2026, 1, 1), **{f"french_{ability}": 9.0 for ability in ABILITIES},
        studied_in_canada_two_years=True, worked_in_canada_one_year=True, relative_in_canada=True,
    )  # fmt: skip
    second, adaptability = part(told, "crs_second_language"), part(told, "fsw_points_adaptability")
    assert (second["points"], second["before_caps"], second["lost_to_caps"]) == (22, 24, 2)
    assert (adaptability["points"], adaptability["before_caps"], adaptability["lost_to_caps"]) == (10, 20, 10)
    assert adaptability["input"]["words"].startswith("study in Canada 5, work in Canada 10, a relative in Canada 5")


def test_a_nomination_eats_the_other_additional_points() -> None:
    told = tell(provincial_nomination="ON", sibling_in_canada=True)
    sibling = part(told, "crs_sibling")
    assert (sibling["points"], sibling["counted"], sibling["lost_to_caps"]) == (15, 0, 15)
    study = part(told, "crs_canadian_study")
    assert study["next_step"]["effects"]["crs_canadian_study"] == 15
    assert study["next_step"]["lost_to_caps"] >= 15
    french = tell(
        provincial_nomination="ON", first_language="english", **dict.fromkeys(["education_level"], "doctorate")
    )
    assert part(french, "crs_canadian_study")["no_next_step"] == "more here would not raise the total: a cap takes it"


# --- promises -------------------------------------------------------------------------------------------------------


def _language(row: dict[str, Any], facts: Mapping[str, Any], role: str, to: Mapping[str, float]) -> dict[str, Any]:
    """The row with a result of levels as stated that has what the step asks, all else at its level."""
    prefix = "spouse_" if role == "spouse_clb" else ""
    named = facts[f"{prefix}first_language"]
    language = named if role != "second" else ("french" if named == "english" else "english")
    changed = {f"{prefix}{language}_test": "CLB" if language == "english" else "NCLC",
               f"{prefix}{language}_test_date": None, f"{prefix}first_language": named}  # fmt: skip
    for ability in ABILITIES:
        level = max(facts[f"{role}_{ability}"] or 0, to.get(f"{role}_{ability}", 0))
        changed[f"{prefix}{language}_{ability}"] = float(level)
    return row | changed


def _assessed(row: dict[str, Any], prefix: str, level: str, day: date) -> dict[str, Any]:
    return row | {f"{prefix}education_level": level, f"{prefix}education_country": "IN",
                  f"{prefix}eca_issued_on": day - timedelta(days=30)}  # fmt: skip


def _studied(facts: Mapping[str, Any], study: str, day: date) -> list[dict[str, Any]]:
    """Education rows: what there is, assessed, and the new credential from Canada."""
    before = {"level": facts["education"], "completed_on": day - timedelta(days=2000),
              "eca_issued_on": day - timedelta(days=30), "in_canada": False}  # fmt: skip
    level = "one_year" if study == "one_or_two_years" else "three_year"
    earned = {"level": level, "completed_on": day - timedelta(days=10), "in_canada": True,
              "full_time_months_in_canada": 12.0, "distance_share": 0.0}  # fmt: skip
    return [before, earned] if facts["education"] not in {None, "none"} else [earned]


SIMPLE: dict[str, Callable[[float], dict[str, Any]]] = {
    "canadian_work": lambda rung: {"canadian_work_years": rung},
    "foreign_work": lambda rung: {"foreign_work_years": rung},
    "spouse_canadian_work": lambda rung: {"spouse_canadian_work_years": rung},
    "certificate_of_qualification": lambda rung: {"certificate_of_qualification": True},
    "is_nominated": lambda rung: {"provincial_nomination": "ON"},
    "has_offer": lambda rung: {
        "job_offer_basis": "lmia", "job_offer_employers": 1, "job_offer_years": None, "job_offer_permanent": True,
    },
    **{
        flag: lambda rung, flag=flag: {flag: True}  # type: ignore[misc]
        for flag, kind in steps.FLAGS.items()
        if kind == "adaptability"
    },
}  # fmt: skip


def _changed(
    row: dict[str, Any], facts: Mapping[str, Any], step: Mapping[str, Any], day: date
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The candidate's row and Education rows with a step really made in the input."""
    ladder, rung = step["ladder"], step["rung"]
    if step["role"] is not None:
        abilities = ABILITIES if step["ability"] is None else (step["ability"],)
        return _language(row, facts, step["role"], {f"{step['role']}_{ability}": rung for ability in abilities}), []
    if ladder in SIMPLE:
        noc = {"job_offer_noc": "21231" if day >= date(2022, 11, 16) else "2173"} if ladder == "has_offer" else {}
        return row | SIMPLE[ladder](rung) | noc, []
    if ladder in {"education", "spouse_education"}:
        return _assessed(row, ladder.removesuffix("education"), step["choice"], day), []
    if ladder.endswith(".assessed"):
        prefix = ladder.removesuffix("education.assessed")
        return _assessed(row, prefix, row[f"{prefix}education_level"], day), []
    if ladder == "canadian_study":
        return row, _studied(facts, step["choice"], day)
    if ladder.startswith("birthday"):
        return row | {"date_of_birth": date(day.year - int(rung), day.month, 1)}, []
    raise AssertionError(ladder)


@pytest.mark.parametrize(("name", "day"), DAYS)
def test_every_step_keeps_its_promise_when_the_input_is_really_changed(name: str, day: date) -> None:
    sheets, law = of_summary(name), law_of(day)
    sheets["candidates"] = sheets["candidates"].with_columns(pl.lit(None, pl.String).alias("language_exempt_abilities"))
    frame = scores.score(sheets, law)
    promised = steps.steps(frame, law).filter(pl.col("ladder") != "skilled_years")
    rows, facts = sheets["candidates"].to_dicts(), frame.to_dicts()
    # One step of each ladder a client, another one from client to client.
    promised = promised.sort(pl.col("rung") % (pl.col("row") % 5 + 2), "variant").unique(
        ["row", "ladder"], keep="first", maintain_order=True
    )
    candidates, education = [], []
    for place, step in enumerate(promised.iter_rows(named=True)):
        row, credentials = _changed(rows[step["row"]], facts[step["row"]], step, day)
        candidates.append(row | {"client_id": f"S-{place}"})
        education += [{"client_id": f"S-{place}", "person": "principal", **each} for each in credentials]
    made = sheets | {
        "candidates": pl.DataFrame(candidates, schema=sheets["candidates"].schema),
        "education": pl.DataFrame(
            [{column: each.get(column) for column in sheets["education"].columns} for each in education],
            schema=sheets["education"].schema,
        ),
    }
    after = scores.score(made, law)
    before = frame.select("crs_total", "fsw_points")[promised["row"]]
    told = promised.select("ladder", "rung", "d_crs_total", "d_fsw_points").with_columns(
        (after["crs_total"] - before["crs_total"]).alias("crs"),
        (after["fsw_points"] - before["fsw_points"]).alias("fsw"),
    )
    assert told.height > 4000
    assert told.filter(pl.col("crs") != pl.col("d_crs_total")).is_empty()
    # A year of work is told for the CRS; on the selection grid it may bring more.
    work = pl.col("ladder").is_in(["canadian_work", "foreign_work"])
    assert told.filter(~work, pl.col("fsw") != pl.col("d_fsw_points")).is_empty()
    assert told.filter(work, pl.col("fsw") < pl.col("d_fsw_points")).is_empty()


@pytest.mark.parametrize(("name", "day"), DAYS)
def test_the_next_step_is_the_promise_of_one_step_and_the_smallest(name: str, day: date) -> None:
    frame, law = scored(name, day), law_of(day)
    found = steps.steps(frame, law)
    following = step_texts.next_steps(found).join(found, on=["row", "variant"], how="left", maintain_order="left")
    assert following.height > frame.height * 5
    for component in components.COMPONENTS:
        total = "d_fsw_points" if component.group == "FSW" else "d_crs_total"
        own = following.filter(pl.col("component") == component.column)
        assert own["next_step_points"].equals(own[total].rename("next_step_points"))
        raises = (pl.col(f"d_{component.column}") > 0) & (pl.col(total) > 0)
        falls = (pl.col(f"d_{component.column}") < 0) & (pl.col(total) < 0)
        possible = found.filter(falls if component.column in step_texts.AGES else raises)
        assert set(own["row"]) == set(possible["row"])
        same = possible.join(own.select("row", "kind", pl.col("distance").alias("taken")), on=["row", "kind"])
        assert (same["taken"] <= same["distance"]).all()


def test_an_old_assessment_is_the_first_step() -> None:
    told = tell(eca_issued_on=date(2021, 8, 7), education_level="masters")
    education = part(told, "crs_education")
    assert education["points"] == 0
    assert education["input"]["words"] == (
        "no credential that counts; without a valid assessment: a master's degree (assessed on 2021-08-07)"
    )
    assert education["next_step"]["words"] == "a master's degree, once validly assessed"
    assert education["next_step"]["here"] == 135
    assert not any(step["words"] == "secondary school" for step in told["steps"])


def test_a_credential_from_canada_raises_the_level_too() -> None:
    told = tell()
    step = part(told, "crs_canadian_study")["next_step"]
    # 15 for the study; with the bachelor's it makes two or more credentials: 128 for 120, and 25 for 13 with CLB 8.
    assert step["effects"]["crs_education"] == 8
    assert step["total"] == 15 + 8 + 12


@pytest.mark.parametrize(
    ("born", "age", "on", "days", "points"),
    [
        (date(1996, 8, 8), 30, date(2026, 8, 8), 1, -5),
        (date(1996, 8, 7), 31, date(2027, 8, 7), 365, -6),
        (date(1996, 2, 29), 31, date(2027, 3, 1), 206, -6),
        (date(1982, 1, 1), 45, date(2027, 1, 1), 147, -6),
    ],
)
def test_the_coming_birthday(born: date, age: int, on: date, days: int, points: int) -> None:
    recent = {"date_of_birth": born, "english_test_date": date(2026, 1, 1)}
    loss = tell(**recent)["coming_loss"]
    assert loss == {
        "what": "birthday", "age": age, "on": on.isoformat(), "days": days, "total": points, "fsw_points": 0,
    } or (age == 45 and loss["fsw_points"] == -1 and loss["total"] == points)  # fmt: skip
    before, after = (score_one(on - timedelta(days=ago), **recent)["crs_total"].item() for ago in (1, 0))
    assert after - before == points


def test_no_birthday_costs_points_any_more() -> None:
    told = tell(date_of_birth=date(1981, 8, 7))
    assert told["coming_loss"] is None
    assert part(told, "crs_age")["no_next_step"] == "outside the client's control"


# --- law by date ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "points", "since", "until"),
    [
        (date(2017, 6, 5), 0, "2015-01-01", "2017-06-05"),
        (date(2017, 6, 6), 30, "2017-06-06", "2020-10-19"),
        (date(2020, 10, 19), 30, "2017-06-06", "2020-10-19"),
        (date(2020, 10, 20), 50, "2020-10-20", None),
    ],
)
def test_french_on_both_sides_of_its_changes(day: date, points: int, since: str, until: str | None) -> None:
    levels = {f"french_{ability}": 7.0 for ability in ABILITIES}
    told = tell(day, english_test_date=day, eca_issued_on=day, french_test="NCLC", french_test_date=day, **levels)
    french = part(told, "crs_french")
    assert (french["points"], french["maximum"]) == (points, points)
    assert (french["rule"]["from"], french["rule"]["to"]) == (since, until)
    frame = explain.explanations(score_one(day), law_of(day))
    assert frame.filter(pl.col("component") == "crs_french")["in_force_from"].item() == date.fromisoformat(since)


@pytest.mark.parametrize(
    ("day", "most"), [(date(2016, 11, 18), 600), (date(2016, 11, 19), 200), (date(2025, 3, 25), 0)]
)
def test_job_offer_by_date(day: date, most: int) -> None:
    told = tell(day, english_test_date=day, eca_issued_on=day)
    offer = part(told, "crs_job_offer")
    assert offer["maximum"] == most
    if most:
        assert offer["next_step"]["here"] == {600: 600, 200: 50}[most]
    else:
        assert offer["no_next_step"] == "no points under the law of this day"


def test_the_table_of_tef_is_cited_for_a_test_of_any_day() -> None:
    levels = {f"french_{ability}": 300.0 for ability in ABILITIES}
    for test, taken_on in (("TEF_CANADA", date(2023, 12, 10)), ("TEF_CANADA_OLD_SCALE", date(2023, 12, 11))):
        told = tell(
            date(2024, 6, 1), english_test_date=date(2024, 1, 1), french_test=test, french_test_date=taken_on, **levels
        )
        rules = {rule["id"]: rule for rule in part(told, "crs_second_language")["other_rules"]}
        assert rules["language.tef_canada"]["from"] == "2015-01-01"


def test_an_overlay_is_told_with_its_own_day_and_source(tmp_path: Path) -> None:
    (tmp_path / "reform.yaml").write_text(
        "title: a proposal\n"
        "sources: {proposal: {title: A proposal, href: 'https://example.org/proposal'}}\n"
        "parameters:\n"
        "  crs.additional.sibling:\n"
        "    versions:\n"
        "      - {from: 2026-01-01, status: known, confidence: L, last_checked_on: 2026-01-01,\n"
        "         source: {key: proposal, section: s. 1}, value: 0}\n",
        encoding="utf-8",
    )
    law = load([tmp_path / "reform.yaml"]).law_of(date(2026, 8, 7))
    sheets = of_summary("clients_2026.xlsx") | {"candidates": one(sibling_in_canada=True)}
    sibling = part(explain.explained(scores.score(sheets, law), law), "crs_sibling")
    assert (sibling["points"], sibling["maximum"]) == (0, 0)
    assert sibling["no_next_step"] == "no points under the law of this day"
    rule = sibling["rule"]
    assert (rule["from"], rule["source"], rule["address"]) == (
        "2026-01-01",
        "A proposal",
        "https://example.org/proposal",
    )


def test_what_is_not_known_is_told_as_such() -> None:
    day = date(2026, 11, 3)
    told = tell(day)
    assert told["rules_status"] == "incomplete"
    assert {one["id"] for one in told["unknown"]} >= {
        "crs.additional.job_offer",
        "crs.additional.high_wage_canadian_work",
    }
    assert told["total"]["complete"] is False
    assert "neither a floor nor a ceiling" in told["total"]["note"]
    for name in ("crs_job_offer", "crs_high_wage"):
        unknown = part(told, name)
        assert (unknown["points"], unknown["maximum"], unknown["counted"]) == (None, None, None)
        assert unknown["rule"]["status"] == "unknown"
        assert unknown["no_next_step"].startswith("not known")
    assert part(told, "crs_canadian_work")["rule"]["status"] == "carried"
    assert part(told, "fsw_points_age")["rule"]["status"] == "carried"
    text = explanation.as_text(told)
    assert "neither a floor nor a ceiling" in " ".join(text.split())
    assert "as far as known" in text
    assert "carried on from before the day from which not all of the law is known, not confirmed" in " ".join(
        text.split()
    )
    before = tell(day - timedelta(days=1))
    assert (before["rules_status"], before["unknown"], before["total"]["note"]) == ("complete", [], None)
    assert part(before, "crs_canadian_work")["rule"]["status"] == "known"


# --- programs -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "day"), DAYS)
def test_the_tests_of_a_program_decide_its_eligibility(name: str, day: date) -> None:
    frame = scored(name, day)
    told = explain.program_tests(frame, law_of(day))
    for program_, tests in told.partition_by("program", as_dict=True).items():
        wide = tests.pivot("test", index="client_id", values="met", maintain_order=True)
        decided = wide.select(reduce(and_, (pl.col(test) for test in wide.columns[1:]))).to_series()
        assert decided.equals(frame[f"{program_[0].lower()}_eligible"].rename(decided.name), null_equal=True)
    met = pl.col("met").fill_null(value=False)
    assert told.filter(met != pl.col("fix").is_null()).is_empty()
    assert told.filter(pl.col("met").is_null(), ~pl.col("fix").str.starts_with("undetermined without ")).is_empty()
    assert told.filter(pl.col("fix") == "undetermined without more").is_empty()


def test_every_test_of_a_program_is_told_by_a_reading() -> None:
    law = law_of(date(2026, 8, 7))
    for tests in eligibility.PROGRAM_TESTS.values():
        for test in tests(law):
            facts = test.met.meta.root_names()
            assert any(reading.fact in facts for reading in eligibility.READINGS), test.words


def test_what_would_meet_or_settle_a_test() -> None:
    told = tell(settlement_funds_cad=14000.0, eca_issued_on=None, english_reading=6.0, english_writing=5.5)
    tests = {test["test"]: test for test in told["programs"][0]["tests"]}
    funds = tests["settlement funds for the size of the family"]
    assert (funds["met"], funds["input"], funds["fix"]) == (
        False,
        "14,000 CAD; 15,263 CAD asked for 1 person",
        "1,263 CAD more",
    )
    assert funds["rule"]["from"] == "2025-07-07"
    credential = tests["a Canadian credential, or a foreign one with a valid assessment"]
    assert (credential["met"], credential["fix"]) == (None, "undetermined without eca_issued_on")
    language = tests["CLB/NCLC 7 in every ability of the first language"]
    assert (language["met"], language["fix"]) == (False, "CLB writing 7")


def test_funds_of_a_family_whose_size_is_not_known() -> None:
    short = tell(settlement_funds_cad=15262.0, family_size=None)["programs"][0]["tests"]
    funds = {test["test"]: test for test in short}["settlement funds for the size of the family"]
    assert (funds["met"], funds["input"], funds["fix"]) == (
        False,
        "15,262 CAD; size of the family not known, at least 15,263 CAD asked for",
        "1 CAD more",
    )
    enough = tell(settlement_funds_cad=15263.0, family_size=None)["programs"][0]["tests"]
    funds = {test["test"]: test for test in enough}["settlement funds for the size of the family"]
    assert (funds["met"], funds["fix"]) == (None, "undetermined without family_size")


def test_a_trade_that_is_not_the_one_of_the_application_is_stated() -> None:
    trade = {"trade_noc": "72204", "trade_years_last_5": 2.0, "certificate_of_qualification": True}
    offer = {"job_offer_noc": "72106", "job_offer_basis": "lmia", "job_offer_years": 2.0}
    answers = {}
    for code in ("72204", "72310", "7247"):
        tests = tell(**trade, **offer, certificate_noc=code)["programs"][2]["tests"]
        answers[code] = tests[3]
        assert answers[code]["input"].endswith(", in another trade")
    assert answers["72204"]["met"] is True and "certificate held; NOC" in answers["72204"]["input"]
    assert answers["72310"]["met"] is False and "certificate held, in another trade; NOC" in answers["72310"]["input"]
    assert answers["7247"]["met"] is None
    assert answers["7247"]["fix"] == "undetermined without trade_noc or the Work history"


def test_a_step_that_opens_a_program_says_so() -> None:
    told = tell(english_reading=5.0, relative_in_canada=True)
    assert told["pool"]["eligible"] is False
    opening = [step for step in told["steps"] if "FSW" in step["makes_eligible"]]
    assert "first.reading:7" in {step["key"] for step in opening}
    assert score_one(english_reading=6.0, relative_in_canada=True)["fsw_eligible"].item() is True


# --- form -----------------------------------------------------------------------------------------------------------

KEYS = {
    "answer": "format version client_id as_of rules_version rules_status unknown grid total language_choice groups steps coming_loss running_out "
    "selection_grid programs pool",
    "group": "key name title points maximum before_cap lost_to_cap rule holds blocks components",
    "component": "name title points maximum before_caps lost_to_caps counted input rule other_rules coming_loss "
    "next_step no_next_step",
    "rule": "id title from to status confidence last_checked_on source section address note",
    "step": "key kind words ability total fsw_points effects lost_to_caps makes_eligible",
    "program": "key title eligible tests",
    "test": "test met input fix rule",
}


def test_the_keys_of_the_answer_are_stable() -> None:
    told = json.loads(json.dumps(tell()))
    assert told["format"] == "drawline.explain.v2"
    assert list(told) == KEYS["answer"].split()
    assert [group["key"] for group in told["groups"]] == list("ABCD")
    crs_order = [each["name"] for group in told["groups"] for each in group["components"]]
    assert crs_order == [each.column for each in components.CRS]
    for group in told["groups"]:
        assert list(group) == KEYS["group"].split()
        for each in group["components"]:
            assert list(each) == KEYS["component"].split()
            assert list(each["rule"]) == KEYS["rule"].split()
            assert list(each["input"]) == ["words", "values"]
    assert all(list(step) == KEYS["step"].split() for step in told["steps"])
    assert list(part(told, "crs_education")["next_step"]) == [*KEYS["step"].split(), "here", "text"]
    for program_ in told["programs"]:
        assert list(program_) == KEYS["program"].split()
        assert all(list(test) == KEYS["test"].split() for test in program_["tests"])


@cache
def answers(name: str, day: date) -> list[dict[str, Any]]:
    """The answers for a few clients of a sample."""
    frame = scored(name, day)
    clients = frame["client_id"].gather_every(110, offset=4)
    return [explain.explained(frame.filter(pl.col("client_id") == client), law_of(day)) for client in clients]


@pytest.mark.parametrize(("name", "day"), DAYS)
def test_steps_are_told_the_most_points_first(name: str, day: date) -> None:
    for told in answers(name, day):
        gains = [step["total"] for step in told["steps"]]
        assert gains == sorted(gains, reverse=True)
        assert all(gain > 0 or step["makes_eligible"] for gain, step in zip(gains, told["steps"], strict=True))


@pytest.mark.parametrize(("name", "day"), DAYS)
def test_one_client_alone_is_told_as_among_all(name: str, day: date) -> None:
    among = explain.explanations(scored(name, day), law_of(day))
    for told in answers(name, day):
        for row in among.filter(pl.col("client_id") == told["client_id"]).iter_rows(named=True):
            each = part(told, row["component"])
            assert each["input"]["words"] == row["input"]
            assert each["points"] == row["points"]
            if each["next_step"] is not None:
                assert (each["next_step"]["text"], row["next_step_points"]) == (
                    row["next_step"],
                    each["next_step"]["fsw_points" if row["group"] == "FSW" else "total"],
                )


@pytest.mark.parametrize(("name", "day"), DAYS)
def test_the_text_fits_the_page_and_cites_its_notes(name: str, day: date) -> None:
    for told in answers(name, day):
        lines = explanation.as_text(told).splitlines()
        assert all(len(line) <= 100 for line in lines if "http" not in line)
        assert all(line == line.rstrip() for line in lines)
        assert "\x1b" not in "".join(lines)
        body, _, notes = "\n".join(lines).partition("Notes ")
        cited = {int(number) for group in _brackets(body) for number in group.split(",")}
        given = {int(number) for group in _brackets(notes) for number in group.split(",")}
        assert cited == given == set(range(1, len(given) + 1))
        assert f"CRS {told['total']['points']:,} of 1,200" in lines[0]


def _brackets(text: str) -> list[str]:
    return pl.Series([text]).str.extract_all(r"\[[0-9,]+\]").explode().drop_nulls().str.strip_chars("[]").to_list()


def test_inputs_are_told_in_words() -> None:
    told = tell()
    assert part(told, "crs_first_language")["input"]["words"] == (
        "English, CLB: listening 9 (8.0), reading 8 (6.5), writing 9 (7.0), speaking 9 (7.0); IELTS General Training of "
        "2025-03-01, valid to 2027-02-28"
    )
    assert part(told, "crs_first_language")["input"]["values"]["english_sitting_on"] == "2025-03-01"
    assert part(told, "crs_age")["input"]["words"] == "29 years old, born 1997-03-02"
    assert told["grid"] == {"name": "without_spouse", "why": "single; no spouse or partner"}
    assert [one["on"] for one in told["running_out"]] == ["2027-03-01", "2030-01-15"]
    assert tell(marital_status="married", spouse_accompanying=True, spouse_is_canadian=True)["grid"]["why"] == (
        "married; the spouse or partner is a citizen or permanent resident of Canada"
    )
    assert tell(marital_status="common_law", spouse_accompanying=False)["grid"]["why"] == (
        "common-law; the spouse or partner stays behind"
    )
    old = tell(english_test_date=date(2024, 8, 7))
    assert part(old, "crs_first_language")["input"]["words"] == (
        "no valid result in English; that of 2024-08-07 does not count"
    )
    assert part(old, "crs_first_language")["next_step"]["words"] == "a valid English result at CLB 4 in every ability"


def test_the_page_names_every_key() -> None:
    page = (Path(__file__).parents[2] / "docs" / "explain.md").read_text(encoding="utf-8")
    keys = {key for keys in KEYS.values() for key in keys.split()} | set(answer.EXPLANATIONS)
    assert not {key for key in keys if f"`{key}`" not in page}
