"""Stated scores: which agree, and which single difference gives one that does not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest

from reports.wording import stated_words
from tests.candidates import typed
from transforms.assessment import scores
from transforms.model.columns import DETAIL_SHEETS
from transforms.record_checks import stated
from transforms.record_checks.stated_trials import trials
from transforms.rules import Law, load

AS_OF = date(2026, 8, 7)
RULES = load()
LAW = RULES.law_of(AS_OF)
Row = dict[str, Any]
Sheets = Mapping[str, pl.DataFrame]
ENGLISH = {
    "english_test": "IELTS_GT", "english_test_date": date(2025, 6, 1), "english_listening": 8.0,
    "english_reading": 7.0, "english_writing": 7.0, "english_speaking": 7.0,
}  # fmt: skip
ABROAD = {"education_country": "IN", "eca_issued_on": date(2025, 1, 15)}
CLIENT: Row = {
    "client_id": "S-1", "date_of_birth": date(1990, 5, 17), "marital_status": "single", "education_level": "masters",
    **ABROAD, **ENGLISH, "foreign_work_years": 3.0, "canadian_work_years": 1.0,
}  # fmt: skip
MARRIED = {
    "marital_status": "married", "spouse_accompanying": True, "spouse_is_canadian": False,
    "spouse_education_level": "three_year", "spouse_education_country": "IN", "spouse_eca_issued_on": date(2025, 1, 15),
}  # fmt: skip


def sheets_of(*rows: Row, **details: list[Row]) -> Sheets:
    """Typed sheets of clients, numbered where they have no number of their own."""
    numbered = [{**row, "client_id": f"S-{place}"} for place, row in enumerate(rows, start=1)]
    return typed(numbered, {sheet.key: details.get(sheet.key, []) for sheet in DETAIL_SHEETS})


def total_of(row: Row, law: Law = LAW, **details: list[Row]) -> int:
    """The engine's own total of a client."""
    found: int = scores.score(sheets_of(row, **details), law)["crs_total"].item()
    return found


def reasons_of(row: Row, points: int, law: Law = LAW, **details: list[Row]) -> list[tuple[str, str]]:
    """The codes that explain a stated score of a client."""
    sheets = sheets_of({**row, "stated_crs": points}, **details)
    found = stated.compared(sheets, scores.score(sheets, law), law)
    assert found["difference"].item() == points - total_of(row, law, **details)
    return [(one["code"], one["what"]) for one in found["reasons"].item()]


# What the firm scored instead: the record that gives its total, and the difference that is to be named.
MISTAKES: dict[str, tuple[Row, Row, tuple[str, str]]] = {
    "nomination forgotten": (
        {**CLIENT, "provincial_nomination": "ON"}, {**CLIENT}, ("left_out", "crs_nomination"),
    ),
    "nomination that is not on record": (
        CLIENT, {**CLIENT, "provincial_nomination": "ON"}, ("counted", "crs_nomination:600"),
    ),
    "spouse left at home": (
        {**CLIENT, **MARRIED}, {**CLIENT, **MARRIED, "spouse_accompanying": False}, ("grid", "without_spouse"),
    ),
    "spouse taken along": (
        {**CLIENT, **MARRIED, "spouse_accompanying": False}, {**CLIENT, **MARRIED}, ("grid", "with_spouse"),
    ),
    "age before the birthday": (
        {**CLIENT, "date_of_birth": date(1990, 8, 1)}, {**CLIENT, "date_of_birth": date(1990, 9, 1)}, ("age", "-1"),
    ),
    "expired result": (
        {**CLIENT, "english_test_date": date(2024, 6, 1)}, CLIENT, ("expired", "crs_first_language"),
    ),
    "credential without an assessment": (
        {**CLIENT, "eca_issued_on": date(2020, 1, 15)}, CLIENT, ("not_assessed", "crs_education"),
    ),
    "foreign work forgotten": (
        CLIENT, {**CLIENT, "foreign_work_years": None}, ("work_left_out", "crs_foreign_work_block"),
    ),
    "a year of Canadian work too many": (
        CLIENT, {**CLIENT, "canadian_work_years": 2.0}, ("work_years", "crs_canadian_work:+1"),
    ),
    "a lower level of education": (
        CLIENT, {**CLIENT, "education_level": "two_year"}, ("education", "crs_education:two_year"),
    ),
    "an ability one level higher": (
        CLIENT, {**CLIENT, "english_listening": 8.5}, ("language_level", "crs_first_language:listening +1"),
    ),
    "brother or sister not on record": (
        CLIENT, {**CLIENT, "sibling_in_canada": True}, ("counted", "crs_sibling:15"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_of_one_thing_is_named(mistake: str) -> None:
    row, believed, expected = MISTAKES[mistake]
    points = total_of(believed)
    assert points != total_of(row)
    assert expected in reasons_of(row, points)


def test_points_for_a_job_offer_of_the_earlier_law_are_named() -> None:
    offer = {"job_offer_noc": "21231", "job_offer_basis": "lmia", "job_offer_years": 2.0}
    points = total_of(CLIENT) + 50
    found = reasons_of({**CLIENT, **offer}, points)
    assert [what[:10] for code, what in found if code == "earlier_law"] == ["2025-03-25"]


def test_the_score_of_the_day_of_the_profile_is_named() -> None:
    day = date(2025, 9, 2)
    row = {
        **CLIENT, "date_of_birth": date(1980, 1, 1), "english_test_date": date(2023, 10, 1),
        "profile_submitted_at": datetime(2025, 9, 2, 15, tzinfo=UTC),
    }  # fmt: skip
    then = total_of(row, RULES.law_of(day))
    assert then != total_of(row)
    assert reasons_of(row, then)[0] == ("on_the_day", "profile 2025-09-02")


def test_the_law_before_the_gap_is_named_where_the_law_is_incomplete() -> None:
    incomplete = RULES.law_of(date(2026, 11, 10))
    assert incomplete.status == "incomplete"
    assert date(2026, 11, 3) in stated.earlier_changes(incomplete)


def test_work_that_does_not_count_is_named() -> None:
    row = {**CLIENT, "canadian_work_years": None, "foreign_work_years": None}
    job = {
        "client_id": "S-1", "person": "principal", "noc": "21231", "country": "CA", "started_on": date(2023, 1, 1),
        "hours_per_week": 40.0, "paid": True, "authorized": True, "self_employed": True, "full_time_student": False,
    }  # fmt: skip
    believed = total_of(row, work_history=[{**job, "self_employed": False}])
    found = reasons_of(row, believed, work_history=[job])
    assert ("all_work", "crs_canadian_work") in found


def test_an_empty_cell_that_another_suggests_is_named() -> None:
    row = {**CLIENT, "education_country": "CA", "eca_issued_on": None}
    believed = total_of({**row, "canadian_study": "three_years_or_more"})
    assert ("empty_cell", "candidates:canadian_study") in reasons_of(row, believed)


def test_what_nothing_single_gives_has_no_reason() -> None:
    assert reasons_of(CLIENT, total_of(CLIENT) + 1) == []


def test_the_largest_difference_comes_first_and_who_agrees_last() -> None:
    total = total_of(CLIENT)
    rows = [{**CLIENT, "stated_crs": points} for points in (total, total + 1, None, total - 600, total)]
    sheets = sheets_of(*rows)
    found = stated.compared(sheets, scores.score(sheets, LAW), LAW)
    assert found.schema == pl.Schema(stated.SCHEMA)
    assert found.select("client_id", "difference").rows() == [("S-4", -600), ("S-2", 1), ("S-1", 0), ("S-5", 0)]
    assert found["reasons"].list.len().to_list()[2:] == [0, 0]


def test_at_most_three_reasons_are_given() -> None:
    for points in range(total_of(CLIENT) - 60, total_of(CLIENT) + 60):
        if points != total_of(CLIENT):
            assert len(reasons_of(CLIENT, points)) <= stated.MAX_REASONS
            break


def test_every_trial_gives_what_the_engine_gives() -> None:
    """A trial of facts is the same as a record with that fact."""
    sheets = sheets_of(CLIENT)
    scored = scores.score(sheets, LAW)
    (trial,) = (one for one in trials(LAW) if (one.code, one.what) == ("work_years", "crs_canadian_work:+1"))
    changed = trial.of(scored)
    assert changed["canadian_work"].to_list() == [2.0]
    assert not trial.of(scored.with_columns(pl.lit(None, pl.Float64).alias("canadian_work"))).is_empty()


def test_a_stated_score_changes_no_score() -> None:
    with_it, without = ({**CLIENT, "stated_crs": points} for points in (1200, None))
    found = [scores.published(scores.score(sheets_of(row), LAW), LAW) for row in (with_it, without)]
    assert found[0].equals(found[1])


def test_many_clients_are_tried_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [{**CLIENT, "stated_crs": total_of(CLIENT) + points} for points in (600, 15, 1)]
    sheets = sheets_of(*rows)
    scored = scores.score(sheets, LAW)
    at_once = stated.compared(sheets, scored, LAW)
    monkeypatch.setattr(stated, "MAX_ROWS", 2)
    assert stated.compared(sheets, scored, LAW).equals(at_once)


def test_words_name_the_component() -> None:
    said: Callable[..., str] = stated_words.reason
    for trial in trials(LAW):
        assert said({"code": trial.code, "what": trial.what})[0].isupper()
    assert said({"code": "left_out", "what": "crs_second_language+crs_french"}) == (
        "Without points for: second official language and French"
    )
    assert said({"code": "empty_cell", "what": "work_history:paid 2|noc 1"}) == (
        "Empty cells filled in: paid, noc (sheet Work history; see Warnings)"
    )
    assert (
        said({"code": "on_the_day", "what": "profile 2025-09-02"}) == "The score of 2025-09-02, the day of the profile"
    )
