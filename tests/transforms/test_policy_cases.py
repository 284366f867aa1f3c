"""The policy cases are read strictly: nothing in a file is passed over in silence."""

from __future__ import annotations

import re
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from transforms.assessment import policy_cases
from transforms.rules import RulesError, load

SOURCES = {"IRPR", "MI-cur"}
DAY = "2024-06-03"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of cases with the shipped defaults and one empty day."""
    cases = tmp_path / "cases"
    (cases / DAY).mkdir(parents=True)
    shutil.copy(policy_cases.CASES / policy_cases.DEFAULTS, cases)
    return cases


def written(folder: Path, body: str, head: str = "title: x\nsource: {key: IRPR, section: s. 75}\n") -> Path:
    (folder / DAY / "case.yaml").write_text(head + body, encoding="utf-8")
    return folder


def test_one_case_with_its_defaults(folder: Path) -> None:
    (case,) = policy_cases.read(
        SOURCES,
        written(
            folder, "candidate: {intends_quebec: no, foreign_work_years: 1.5, primary_noc: '0013'}\nexpect: {age: 29}\n"
        ),
    )
    assert (case.file, case.name, case.as_of) == ("2024-06-03/case.yaml", "", date(2024, 6, 3))
    assert case.rows["candidates"] == [
        {"date_of_birth": "1995-06-03", "marital_status": "single", "intends_quebec": "no", "foreign_work_years": "1.5",
         "primary_noc": "0013"}
    ]  # fmt: skip
    assert case.expect == {"age": 29}


def test_days_are_those_around_the_folders(folder: Path) -> None:
    body = "days: {day_before: {crs_age: 110}, day: {crs_age: 110}, day_after: {crs_age: 110}}\n"
    cases = policy_cases.read(SOURCES, written(folder, body))
    assert [(case.name, case.as_of.isoformat()) for case in cases] == [
        ("day_before", "2024-06-02"), ("day", "2024-06-03"), ("day_after", "2024-06-04"),
    ]  # fmt: skip
    assert [case.rows["candidates"][0]["date_of_birth"] for case in cases] == ["1995-06-02", "1995-06-03", "1995-06-04"]


def test_variants_are_laid_over_what_is_common(folder: Path) -> None:
    body = """
candidate: {family_size: 2, intends_quebec: no}
education: [{level: masters}]
variants:
  - {title: one, expect: {age: 29}}
  - {title: other, candidate: {family_size: 3}, education: [{level: one_year}, {level: two_year}], days: {day: {age: 29}}}
"""
    one, other = policy_cases.read(SOURCES, written(folder, body))
    assert (one.name, other.name) == ("one", "other, day")
    assert [case.rows["candidates"][0]["family_size"] for case in (one, other)] == ["2", "3"]
    assert one.rows["education"] == [{"person": "principal", "level": "masters"}]
    assert [row["level"] for row in other.rows["education"]] == ["one_year", "two_year"]
    assert other.rows["candidates"][0]["intends_quebec"] == "no"


def test_a_table_is_a_case_a_row(folder: Path) -> None:
    body = """
candidate: {english_test: CLB}
table:
  given: [english_listening, english_test_date]
  expect: [english_clb_listening, crs_first_language]
  rows:
    - [9, 2024-01-15, 9, 31]
    - [null, null, null, 0]
"""
    first, second = policy_cases.read(SOURCES, written(folder, body))
    assert first.rows["candidates"][0]["english_test_date"] == "2024-01-15"
    assert first.expect == {"english_clb_listening": 9, "crs_first_language": 31}
    assert second.rows["candidates"][0]["english_listening"] == ""
    assert second.expect == {"english_clb_listening": None, "crs_first_language": 0}


CASE = "2024-06-03/case.yaml"
EXPECT = "expect: {crs_age: 110}\n"
SPOILT = {
    "an unknown key of a file": (f"expected: x\n{EXPECT}", f"{CASE}: unknown key 'expected'; did you mean 'expect'?"),
    "an unknown column": (
        f"candidate: {{family_sise: 2}}\n{EXPECT}",
        f"{CASE}: candidate: unknown key 'family_sise'; did you mean 'family_size'?",
    ),
    "the client's number": (
        f"candidate: {{client_id: a}}\n{EXPECT}", f"{CASE}: candidate: unknown key 'client_id'; take it out",
    ),
    "an unknown column of a detail row": (
        f"education: [{{level: masters}}, {{levels: masters}}]\n{EXPECT}",
        f"{CASE}: education row 2: unknown key 'levels'; did you mean 'level'?",
    ),
    "a detail row for a list": (f"education: {{level: masters}}\n{EXPECT}", f"{CASE}: education: a list of rows is expected"),
    "an unknown output": (
        "expect: {crs_ages: 110}\n", f"{CASE}: expect: unknown key 'crs_ages'; did you mean 'crs_age'?",
    ),
    "an output that hangs on the file": ("expect: {rank: 1}\n", f"{CASE}: expect: unknown key 'rank'; take it out"),
    "an output of another type": (
        "expect: {crs_age: '110'}\n", f"{CASE}: expect.crs_age: '110' is no value of a column of Int16",
    ),
    "points for a yes or no": (
        "expect: {cec_eligible: 1}\n", f"{CASE}: expect.cec_eligible: 1 is no value of a column of Boolean",
    ),
    "nothing expected": ("expect: {}\n", f"{CASE}: expect states nothing"),
    "no outcome": ("", f"{CASE}: exactly one of expect, days, variants, table is expected, not 0"),
    "two outcomes": (
        f"{EXPECT}days: {{day: {{age: 29}}}}\n", f"{CASE}: exactly one of expect, days, variants, table is expected, not 2",
    ),
    "an unknown day": (
        "days: {day_befor: {age: 29}}\n", f"{CASE}.days: unknown key 'day_befor'; did you mean 'day_before'?",
    ),
    "a code that YAML takes for a number": (
        f"candidate: {{primary_noc: 21231}}\n{EXPECT}",
        f"{CASE}: candidate.primary_noc: 21231 is read as int, not str; put it in quotes",
    ),
    "a province that YAML takes for yes": (
        f"candidate: {{provincial_nomination: ON}}\n{EXPECT}",
        f"{CASE}: candidate.provincial_nomination: True is read as bool, not str; put it in quotes",
    ),
    "a day that is text": (
        f"candidate: {{date_of_birth: 17 May 1990}}\n{EXPECT}",
        f"{CASE}: candidate.date_of_birth: '17 May 1990' is read as str, not date",
    ),
    "a row of another length": (
        "table: {given: [family_size], expect: [age, crs_age], rows: [[1, 29]]}\n",
        f"{CASE}: table row 1: 3 values are expected: family_size, age, crs_age",
    ),
    "an unknown column of a table": (
        "table: {given: [family_sise], expect: [age], rows: [[1, 29]]}\n",
        f"{CASE}: table row 1: candidate: unknown key 'family_sise'; did you mean 'family_size'?",
    ),
    "a doubled key": (f"{EXPECT}{EXPECT}", f"{CASE}: line 4: the key 'expect' stands twice; keep one"),
    "a doubled variant": (
        "variants: [{title: a, expect: {age: 29}}, {title: a, expect: {age: 29}}]\n",
        f"{CASE}: two variants have the title 'a'",
    ),
    "a variant without a title": (
        "variants: [{expect: {age: 29}}]\n", f"{CASE}: variant 1: the key 'title' is missing; enter it",
    ),
    "a variant without an outcome": (
        "variants: [{title: a}]\n", f"{CASE}: variant 1: either expect or days states the outcome",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", SPOILT)
def test_it_is_stated(what: str, folder: Path) -> None:
    body, message = SPOILT[what]
    with pytest.raises(RulesError, match=f"^{re.escape(message)}$"):
        policy_cases.read(SOURCES, written(folder, body))


def test_a_case_without_its_source_is_refused(folder: Path) -> None:
    with pytest.raises(RulesError, match=re.escape(f"{CASE}: the key 'source' is missing")):
        policy_cases.read(SOURCES, written(folder, EXPECT, "title: x\n"))
    with pytest.raises(RulesError, match=re.escape(f"{CASE}: no source 'IRPRs'; did you mean 'IRPR'?")):
        policy_cases.read(SOURCES, written(folder, EXPECT, "title: x\nsource: {key: IRPRs, section: s. 75}\n"))


def test_nothing_beside_the_days_is_passed_over(folder: Path) -> None:
    written(folder, EXPECT)
    (folder / DAY / "notes.txt").write_text("x", encoding="utf-8")
    with pytest.raises(RulesError, match=re.escape("cases/2024-06-03/notes.txt: a file of cases ends in .yaml")):
        policy_cases.read(SOURCES, folder)
    (folder / DAY / "notes.txt").unlink()
    (folder / "june-2024").mkdir()
    with pytest.raises(RulesError, match=re.escape("cases/june-2024: a folder named by a day such as 2021-09-14")):
        policy_cases.read(SOURCES, folder)


def test_the_shipped_cases_are_many_and_no_two_share_a_name() -> None:
    cases = policy_cases.read(load().sources)
    assert len({(case.file, case.name) for case in cases}) == len(cases)
    assert len(cases) > 1000


def test_every_day_on_which_a_score_may_change_has_cases_around_it() -> None:
    """The day before, the day and the day after; but for how rounds go and for applications."""
    rules = load()
    days = {
        version.starts_on
        for parameter in rules.parameters.values()
        if not parameter.id.startswith(("rounds.", "application."))
        for version in parameter.versions
        if version.starts_on > rules.first_day
    }
    scored = {case.as_of for case in policy_cases.read(rules.sources)}
    around = {day + timedelta(days=away) for day in days for away in (-1, 0, 1)}
    assert len(days) > 25
    assert sorted(around - scored) == []
