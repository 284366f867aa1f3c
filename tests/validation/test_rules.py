"""Every named rule both ways: a row that breaks it, and one that comes close and keeps it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.validation.conftest import LIMITS
from transforms.model.columns import BY_KEY, SHEETS, Column, Sheet
from validation.checks import rules_of_rows, schemas
from validation.checks.rules_of_rows import Rule, Terms
from validation.values import parse

Row = dict[str, Any]
MARRIED = {"marital_status": "married", "spouse_accompanying": "yes", "spouse_is_canadian": "no"}
SPOUSE_TEST = {
    **MARRIED, "spouse_english_test": "CELPIP_G", "spouse_english_test_date": date(2025, 1, 2),
    "spouse_english_listening": 7, "spouse_english_reading": 7, "spouse_english_writing": 7,
    "spouse_english_speaking": 7,
}  # fmt: skip
NO_ENGLISH = {f"english_{name}": None for name in ("test", "test_date", "listening", "reading", "writing", "speaking")}


UNBORN = {**NO_ENGLISH, "eca_issued_on": None}
ALL_NINE = dict.fromkeys(("listening", "reading", "writing", "speaking"), 9)


def tried(stem: str, name: str, /, **changes: Any) -> Row:
    """A test with all that belongs to it, for one stem of columns."""
    scores = dict.fromkeys(ALL_NINE, 300) if name.startswith("TEF") else ALL_NINE
    made = {"test": name, "test_date": date(2025, 1, 2), **scores} | changes
    return {**(MARRIED if stem.startswith("spouse") else {}), **{f"{stem}{column}": made[column] for column in made}}


# (sheet, rule): (what breaks it, what keeps it), as changes to a good row.
ON_A_PERMIT = {"job_offer_noc": "21231", "job_offer_basis": "lmia_work_permit"}
REFUSED: dict[tuple[str, str], tuple[Row, Row]] = {
    ("candidates", "spouse_accompanying_is_stated"): (
        {"marital_status": "common_law"}, {"marital_status": "common_law", "spouse_accompanying": "no"}),
    ("candidates", "date_of_birth_in_the_past"): (
        {**UNBORN, "date_of_birth": date(2026, 6, 2)}, {**UNBORN, "date_of_birth": date(2026, 6, 1)}),
    ("candidates", "date_of_birth_of_a_living_person"): (
        {"date_of_birth": date(1905, 6, 1)}, {"date_of_birth": date(1905, 6, 2)}),
    ("candidates", "spouse_date_of_birth_in_the_past"): (
        {**MARRIED, "spouse_date_of_birth": "2030-01-01"}, {**MARRIED, "spouse_date_of_birth": "1990-01-01"}),
    ("candidates", "spouse_date_of_birth_of_a_living_person"): (
        {**MARRIED, "spouse_date_of_birth": "1901-01-01"}, {**MARRIED, "spouse_date_of_birth": "1930-01-01"}),
    ("candidates", "ita_after_profile"): (
        {"profile_submitted_at": "2026-03-02T05:00:00Z", "ita_issued_on": "2026-03-01"},
        {"profile_submitted_at": "2026-03-02T04:59:59Z", "ita_issued_on": "2026-03-01"}),
    ("candidates", "nomination_by_a_program"): ({"provincial_nomination": "QC"}, {"provincial_nomination": "NT"}),
    ("candidates", "job_offer_has_a_basis"): (
        {"job_offer_noc": "21231"}, {"job_offer_noc": "21231", "job_offer_basis": "lmia"}),
    ("candidates", "job_offer_has_an_occupation"): (
        {"job_offer_basis": "lmia"}, {"job_offer_noc": "21231", "job_offer_basis": "lmia"}),
    ("candidates", "job_offer_permit_is_held"): (
        {**ON_A_PERMIT, "authorized_to_work_in_canada": "no"}, {**ON_A_PERMIT, "authorized_to_work_in_canada": None}),
    ("candidates", "certificate_of_a_trade_is_held"): (
        {"certificate_noc": "72106", "certificate_of_qualification": "no"},
        {"certificate_noc": "72106", "certificate_of_qualification": "yes"}),
    ("candidates", "nomination_applied_on_after_birth"): (
        {"nomination_applied_on": "1990-05-16"}, {"nomination_applied_on": "1990-05-17"}),
    ("candidates", "profile_within_express_entry"): (
        {"profile_submitted_at": "2015-01-01T04:59:59Z"}, {"profile_submitted_at": "2015-01-01T05:00:00Z"}),
    ("candidates", "ita_within_express_entry"): (
        {"pool_status": "invited", "profile_submitted_at": None, "ita_issued_on": "2014-12-31"},
        {"pool_status": "invited", "profile_submitted_at": None, "ita_issued_on": "2015-01-01"}),
    **{("candidates", f"{column}_within_its_window"): (
        {**(MARRIED if column.startswith("spouse") else {}), column: 10.5},
        {**(MARRIED if column.startswith("spouse") else {}), column: 10})
       for column in LIMITS.work_years},
    ("candidates", "eca_issued_on_after_birth"): ({"eca_issued_on": "1990-05-16"}, {"eca_issued_on": "1990-05-17"}),
    ("candidates", "spouse_eca_issued_on_after_birth"): (
        {**MARRIED, "spouse_date_of_birth": "1990-01-02", "spouse_eca_issued_on": "1990-01-01"},
        {**MARRIED, "spouse_date_of_birth": None, "spouse_eca_issued_on": "1990-01-01"}),
    ("language_tests", "test_of_its_language"): (
        {"language": "french", "test": "CLB", **ALL_NINE},
        {"language": "french", "test": "NCLC", **ALL_NINE}),
    ("language_tests", "test_has_a_date"): ({"test_date": None}, {"test": "NCLC", "test_date": None, **ALL_NINE}),
    **{("language_tests", f"{ability}_on_scale"): ({ability: 450.5}, {ability: 450})
       for ability in ALL_NINE},
    ("language_tests", "test_date_after_birth"): (
        {"test": "NCLC", "test_date": "1990-05-16", **ALL_NINE},
        {"test": "NCLC", "test_date": "1990-05-17", **ALL_NINE}),
    ("education", "completed_on_after_started_on"): (
        {"started_on": "2014-07-01"}, {"started_on": "2014-06-30"}),
    ("education", "started_on_after_birth"): ({"started_on": "1990-05-16"}, {"started_on": "1990-05-17"}),
    ("education", "completed_on_after_birth"): (
        {"started_on": None, "completed_on": "1990-05-16"}, {"started_on": None, "completed_on": "1990-05-17"}),
    ("education", "eca_issued_on_after_birth"): ({"eca_issued_on": "1990-05-16"}, {"eca_issued_on": "1990-05-17"}),
    ("work_history", "ended_on_after_started_on"): (
        {"ended_on": "2017-12-31"}, {"ended_on": "2018-01-01"}),
    ("work_history", "started_on_after_birth"): ({"started_on": "1990-05-16"}, {"started_on": "1990-05-17"}),
    ("documents", "expires_on_after_issued_on"): ({"expires_on": "2019-12-31"}, {"expires_on": "2020-01-01"}),
    ("documents", "issued_on_after_birth"): ({"issued_on": "1990-05-16"}, {"issued_on": "1990-05-17"}),
    ("dependants", "date_of_birth_of_a_living_person"): (
        {"date_of_birth": "1905-01-01"}, {"date_of_birth": "2031-01-01"}),
}  # fmt: skip
for _stem, _own, _other in (("english_", "IELTS_GT", "CLB"), ("french_", "TEF_CANADA", "NCLC")):
    for _prefix in ("", "spouse_"):
        stem = f"{_prefix}{_stem}"
        REFUSED |= {
            ("candidates", f"{stem}test_has_a_date"): (
                tried(stem, _own, test_date=None), tried(stem, _other, test_date=None)),
            ("candidates", f"{stem}scores_with_a_test"): (
                tried(stem, _own, test=None), tried(stem, _own, listening=None)),
            ("candidates", f"{stem}test_date_after_birth"): (
                {**tried(stem, _other, test_date="1980-01-01"), f"{_prefix}date_of_birth": "1980-01-02"},
                {**tried(stem, _other, test_date="1980-01-02"), f"{_prefix}date_of_birth": "1980-01-02"}),
            **{("candidates", f"{stem}{ability}_on_scale"): (
                tried(stem, _own, **{ability: 8.25}), tried(stem, _own, **{ability: 8}))
               for ability in ALL_NINE},
        }  # fmt: skip

WARNED: dict[tuple[str, str], tuple[Row, Row]] = {
    ("candidates", "spouse_is_canadian_is_stated"): ({**MARRIED, "spouse_is_canadian": None}, MARRIED),
    ("candidates", "no_spouse_columns_without_spouse"): (
        {"spouse_canadian_work_years": 1}, {"spouse_accompanying": "no", "spouse_is_canadian": "no"}),
    ("candidates", "work_within_a_life"): (
        {"date_of_birth": "2008-06-01", "foreign_work_years": 5},
        {"date_of_birth": "2006-06-01", "foreign_work_years": 2, "canadian_work_years": 2}),
    ("candidates", "principal_is_grown_up"): (
        {"date_of_birth": "2010-06-02", "foreign_work_years": None},
        {"date_of_birth": "2010-06-01", "foreign_work_years": None}),
    ("candidates", "certificate_of_a_trade_is_stated"): (
        {"certificate_noc": "72106"}, {"certificate_noc": "72106", "certificate_of_qualification": "yes"}),
    ("candidates", "in_pool_with_a_profile"): (
        {"pool_status": "in_pool", "profile_submitted_at": None},
        {"pool_status": "draft", "profile_submitted_at": None}),
    ("candidates", "in_pool_without_an_invitation"): (
        {"pool_status": "in_pool", "ita_issued_on": "2026-05-21"},
        {"pool_status": "invited", "ita_issued_on": "2026-05-21"}),
    ("candidates", "invited_with_a_day"): (
        {"pool_status": "invited"}, {"pool_status": "invited", "ita_issued_on": "2026-05-21"}),
    ("candidates", "applied_with_a_day"): (
        {"pool_status": "applied"}, {"pool_status": "applied", "planned_application_on": "2026-05-21"}),
    ("candidates", "ita_not_after_the_day"): (
        {"pool_status": "invited", "ita_issued_on": "2026-06-02"},
        {"pool_status": "invited", "ita_issued_on": "2026-06-01"}),
    ("candidates", "profile_not_after_the_day"): (
        {"profile_submitted_at": "2026-06-02T10:00:00Z"}, {"profile_submitted_at": "2026-06-01T10:00:00Z"}),
    ("candidates", "profile_not_over"): (
        {"profile_submitted_at": "2025-06-01T10:00:00Z"}, {"profile_submitted_at": "2025-06-02T10:00:00Z"}),
    ("candidates", "works_within_one_window"): (
        {"canadian_work_years": 6, "foreign_work_years": 4.5}, {"canadian_work_years": 6, "foreign_work_years": 4}),
    ("candidates", "spouse_works_within_one_window"): (
        {**MARRIED, "spouse_canadian_work_years": 6, "spouse_foreign_work_years": 4.5},
        {**MARRIED, "spouse_canadian_work_years": 6, "spouse_foreign_work_years": 4}),
    ("candidates", "eca_issued_on_not_too_old"): ({"eca_issued_on": "2021-06-01"}, {"eca_issued_on": "2021-06-02"}),
    ("candidates", "eca_issued_on_not_after_the_day"): ({"eca_issued_on": "2026-06-02"}, {"eca_issued_on": "2026-06-01"}),
    ("candidates", "spouse_eca_issued_on_not_too_old"): (
        {**MARRIED, "spouse_education_level": "masters", "spouse_eca_issued_on": "2021-06-01"},
        {**MARRIED, "spouse_education_level": "masters", "spouse_eca_issued_on": "2021-06-02"}),
    ("candidates", "spouse_eca_issued_on_not_after_the_day"): (
        {**MARRIED, "spouse_education_level": "masters", "spouse_eca_issued_on": "2026-06-02"},
        {**MARRIED, "spouse_education_level": "masters", "spouse_eca_issued_on": "2026-06-01"}),
    ("language_tests", "test_not_too_old"): ({"test_date": "2024-06-01"}, {"test_date": "2024-06-02"}),
    ("language_tests", "test_not_after_the_day"): ({"test_date": "2026-06-02"}, {"test_date": "2026-06-01"}),
    ("education", "assessment_not_too_old"): ({"eca_issued_on": "2021-06-01"}, {"eca_issued_on": "2021-06-02"}),
    ("education", "assessment_not_after_the_day"): ({"eca_issued_on": "2026-06-02"}, {"eca_issued_on": "2026-06-01"}),
    ("candidates", "eca_issued_on_is_stated"): (
        {"eca_issued_on": None}, {"eca_issued_on": None, "education_country": "Canada"}),
    ("candidates", "spouse_eca_issued_on_is_stated"): (
        {**MARRIED, "spouse_education_level": "masters"}, {**MARRIED, "spouse_education_level": "secondary"}),
    ("candidates", "english_test_covers_all_abilities"): (
        {"english_reading": None}, {"english_reading": None, "language_exempt_abilities": "reading"}),
    ("candidates", "english_test_date_has_a_test"): (
        {**NO_ENGLISH, "english_test_date": "2025-01-02"}, NO_ENGLISH),
    ("language_tests", "test_levels_have_a_date"): (
        {"test": "NCLC", "test_date": None, **ALL_NINE}, {}),
    ("language_tests", "test_covers_all_abilities"): ({"speaking": None}, {}),
    ("education", "eca_issued_on_is_stated"): ({"eca_issued_on": None}, {"eca_issued_on": None, "in_canada": "yes"}),
    ("work_history", "noc_is_stated"): ({"noc": None}, {}),
    ("work_history", "hours_within_a_week"): ({"hours_per_week": 100.5}, {"hours_per_week": 100}),
    **{(key, "no_spouse_rows_without_spouse"): ({"person": "spouse"}, {})
       for key in ("language_tests", "education", "work_history", "documents")},
}  # fmt: skip
for stem, _levels in (("english_", "CLB"), ("french_", "NCLC"), ("spouse_english_", "CLB"), ("spouse_french_", "NCLC")):
    WARNED[("candidates", f"{stem}test_levels_have_a_date")] = (
        tried(stem, _levels, test_date=None),
        tried(stem, _levels),
    )
    for _rule, _day, _fine in (
        ("not_too_old", "2024-06-01", "2024-06-02"), ("not_after_the_day", "2026-06-02", "2026-06-01"),
    ):  # fmt: skip
        WARNED[("candidates", f"{stem}test_{_rule}")] = (
            tried(stem, _levels, test_date=_day), tried(stem, _levels, test_date=_fine))  # fmt: skip
    if stem != "english_":
        WARNED[("candidates", f"{stem}test_covers_all_abilities")] = (
            tried(stem, _levels, writing=None), tried(stem, _levels))  # fmt: skip
        WARNED[("candidates", f"{stem}test_date_has_a_test")] = (
            {**(MARRIED if "spouse" in stem else {}), f"{stem}test_date": "2025-01-02"},
            tried(stem, _levels))  # fmt: skip


def rules_by_key(make: Callable[[Sheet], list[Rule]]) -> dict[tuple[str, str], Rule]:
    return {(sheet.key, rule.name): rule for sheet in SHEETS for rule in make(sheet)}


def rules_across(terms: Terms) -> dict[tuple[str, str], Rule]:
    across = rules_by_key(lambda sheet: rules_of_rows.refused(sheet, terms))
    beside = rules_by_key(lambda sheet: [] if sheet.key == "candidates" else rules_of_rows.refused_beside_client(sheet))
    return across | beside


def warnings_of(terms: Terms) -> dict[tuple[str, str], Rule]:
    own = rules_by_key(lambda sheet: rules_of_rows.warned(sheet, terms))
    beside = rules_by_key(
        lambda sheet: [] if sheet.key == "candidates" else rules_of_rows.warned_beside_client(sheet, terms)
    )
    return own | beside


def test_every_rule_has_its_case(terms: Terms) -> None:
    assert set(REFUSED) == set(rules_across(terms))
    assert set(WARNED) == set(warnings_of(terms))


def told_of(taken: Any, rule: Rule, key: str, frame: pl.DataFrame) -> list[str]:
    rows = frame.filter((pl.col("source_sheet") == BY_KEY[key].title) & (pl.col("column") == rule.column))
    return rows["problem"].to_list()


def taken_with(
    take: Callable[..., Any], book: Callable[..., Path], candidate: Any, detail: Any, key: str, changes: Row
) -> Any:
    if key == "candidates":
        return take(book([candidate(**changes)]))
    return take(book([candidate()], **{key: [detail(key, **changes)]}))


@pytest.mark.parametrize(("key", "name"), REFUSED, ids=[f"{key} {name}" for key, name in REFUSED])
def test_a_refused_rule_both_ways(
    take: Callable[..., Any], book: Callable[..., Path], candidate: Any, detail: Any, terms: Terms, key: str, name: str
) -> None:
    rule = rules_across(terms)[key, name]
    breaks, keeps = REFUSED[key, name]
    taken = taken_with(take, book, candidate, detail, key, breaks)
    assert len(told_of(taken, rule, key, taken.quarantine)) == 1
    assert taken.counts["candidates_accepted"] == 0
    taken = taken_with(take, book, candidate, detail, key, keeps)
    assert taken.quarantine.is_empty()


@pytest.mark.parametrize(("key", "name"), WARNED, ids=[f"{key} {name}" for key, name in WARNED])
def test_a_warning_both_ways(
    take: Callable[..., Any], book: Callable[..., Path], candidate: Any, detail: Any, terms: Terms, key: str, name: str
) -> None:
    rule = warnings_of(terms)[key, name]
    breaks, keeps = WARNED[key, name]
    taken = taken_with(take, book, candidate, detail, key, breaks)
    assert len(told_of(taken, rule, key, taken.warnings)) == 1
    assert taken.quarantine.is_empty()
    assert taken.counts["candidates_accepted"] == 1
    taken = taken_with(take, book, candidate, detail, key, keeps)
    assert told_of(taken, rule, key, taken.warnings) == []
    assert taken.quarantine.is_empty()


def out_of_column(column: Column) -> object:
    """A value that a column's own rule refuses; None where it has no such rule."""
    if column.kind in ("choice", "province"):
        return "nonsense"
    if column.kind == "noc":
        return "99999"
    if column.kind == "date":
        return "1899-12-31"
    return None if column.high is None else column.high + 1


COLUMNS = [(sheet, column) for sheet in SHEETS for column in sheet.columns if out_of_column(column) is not None]


@pytest.mark.parametrize(("sheet", "column"), COLUMNS, ids=[f"{sheet.key} {column.name}" for sheet, column in COLUMNS])
def test_each_column_refuses_what_is_not_its_own(sheet: Sheet, column: Column, terms: Terms) -> None:
    rules = [rule for rule in rules_of_rows.of_columns(sheet, terms) if rule.column == column.name]
    assert len(rules) == 1
    text = pl.DataFrame({name: [None, None] for name in sheet.names}, schema=dict.fromkeys(sheet.names, pl.String))
    text = text.with_columns(pl.Series(column.name, [str(out_of_column(column)), None]))
    typed = parse.typed(sheet, text)
    assert typed[column.name].null_count() == 1
    found = schemas.breaches(typed, rules)
    assert {name: places.to_list() for name, places in found.items()} == {rules[0].name: [0]}
    problem, fix = rules[0].tell(typed.row(0, named=True))
    assert problem
    assert fix


def test_what_is_dated_after_the_day_is_no_error(
    take: Callable[..., Any], book: Callable[..., Path], candidate: Any, detail: Any
) -> None:
    later = datetime(2027, 1, 1)
    taken = take(
        book(
            [
                candidate(
                    english_test_date=later.date(),
                    eca_issued_on=later.date(),
                    profile_submitted_at=datetime(2027, 1, 1, 1),
                )
            ],
            education=[detail("education", completed_on=later.date(), eca_issued_on=later.date())],
            work_history=[detail("work_history", started_on=later.date(), ended_on=None)],
        )
    )
    assert taken.quarantine.is_empty()


def test_education_rows_decide_and_not_the_summary(
    take: Callable[..., Any], book: Callable[..., Path], candidate: Any, detail: Any
) -> None:
    client = candidate(**MARRIED, eca_issued_on=None, spouse_education_level="masters")
    taken = take(book([client], education=[detail("education")]))
    assert taken.warnings["column"].to_list() == ["spouse_eca_issued_on"]


def test_words_name_what_the_row_says(take: Callable[..., Any], book: Callable[..., Path], candidate: Any) -> None:
    taken = take(book([candidate(english_listening=9.5, marital_status="married")]))
    problems = dict(taken.quarantine.select("column", "problem").rows())
    assert problems["spouse_accompanying"] == "The client is married, but spouse_accompanying is empty."
    assert problems["english_listening"] == (
        "9.5 is no listening score of IELTS_GT, which goes from 0 to 9 in steps of 0.5."
    )
    # The file has no such column, so there is no cell to point to.
    assert taken.quarantine["cell"].to_list() == ["", "Candidates!J2"]


OLD, VALID, TO_COME = date(2024, 1, 2), date(2025, 12, 1), date(2027, 1, 2)


def warned_days(taken: Any, name: str) -> list[tuple[str, str]]:
    rows = taken.warnings.filter(pl.col("column").str.contains(name))
    return rows.select("source_sheet", "problem").rows()


def test_an_expired_test_beside_a_valid_one_is_no_warning(
    take: Callable[..., Any], book: Callable[..., Path], candidate: Any, detail: Any
) -> None:
    client = candidate(english_test_date=OLD)
    rows = [detail("language_tests", test_date=OLD), detail("language_tests", test_date=VALID)]
    english = {"language": "english", "test": "CLB", **ALL_NINE}
    taken = take(book([client], language_tests=[*rows, detail("language_tests", **english, test_date=VALID)]))
    assert warned_days(taken, "test_date") == []
    older = date(2023, 1, 2)
    rows = [detail("language_tests", test_date=older), detail("language_tests", test_date=OLD)]
    taken = take(book([client], language_tests=rows))
    assert warned_days(taken, "test_date") == [
        ("Candidates", "The IELTS_GT test of 2024-01-02 expired on 2026-01-02, and no valid English result is on file."),
        ("Language tests", "The TEF_CANADA test of 2024-01-02 expired on 2026-01-02, and no valid French result is on file."),
    ]  # fmt: skip


def test_an_expired_assessment_beside_one_that_proves_as_much_is_no_warning(
    take: Callable[..., Any], book: Callable[..., Path], candidate: Any, detail: Any
) -> None:
    old = date(2020, 1, 2)
    masters, bachelor = (
        detail("education", eca_issued_on=old),
        detail("education", level="three_year", eca_issued_on=old),
    )
    client = candidate(eca_issued_on=old)
    assert len(warned_days(take(book([client], education=[masters, bachelor])), "eca_issued_on")) == 1
    for proof in ({"eca_issued_on": VALID}, {"eca_issued_on": None, "in_canada": "yes"}):
        beside = detail("education", started_on=None, **proof)
        assert warned_days(take(book([client], education=[masters, bachelor, beside])), "eca_issued_on") == []
    lower = detail("education", level="two_year", eca_issued_on=VALID)
    assert len(warned_days(take(book([client], education=[masters, lower])), "eca_issued_on")) == 1


@pytest.mark.parametrize(
    "changes", [{"spouse_accompanying": "no"}, {"spouse_is_canadian": "yes"}, {"pool_status": "applied"}]
)
def test_results_that_decide_nothing_are_no_warning(
    take: Callable[..., Any], book: Callable[..., Path], candidate: Any, detail: Any, changes: Row
) -> None:
    for day in (OLD, TO_COME):
        rows = [detail("language_tests", person="spouse", test_date=day)]
        client = candidate(**{**tried("spouse_english_", "CLB", test_date=day), **changes})
        assert warned_days(take(book([client], language_tests=rows)), "test_date") == []


def test_profiles_of_the_field(take: Callable[..., Any]) -> None:
    """A profile of 1926, a time without a day, and a profile of 2062."""
    taken = take(Path(__file__).parents[1] / "data" / "intake" / "profiles.xlsx")
    assert taken.quarantine.select("cell", "problem").rows() == [
        ("Candidates!D2", "The profile was submitted on 1926-01-11, before Express Entry began on 2015-01-01."),
        ("Candidates!D3", "The cell holds a time (12:00:00) without a day."),
    ]
    assert taken.warnings.select("cell", "problem").rows() == [
        ("Candidates!D4", "The profile was submitted on 2062-01-11, after the day scored, 2026-06-01."),
    ]


def test_a_record_of_a_later_time_is_one_warning(
    take: Callable[..., Any], book: Callable[..., Path], candidate: Any, detail: Any
) -> None:
    """As where a file of today is scored as of an earlier day."""
    client = candidate(
        english_test_date=TO_COME, eca_issued_on=TO_COME, ita_issued_on=TO_COME, pool_status=None,
        profile_submitted_at=datetime(2027, 1, 1, 1),
    )  # fmt: skip
    rows = [detail("language_tests", test_date=TO_COME)]
    taken = take(book([client], language_tests=rows))
    assert taken.warnings["column"].to_list() == ["profile_submitted_at"]
