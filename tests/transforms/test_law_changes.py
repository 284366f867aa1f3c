"""The clients whose profile a dated change of law asks to update: near its day, with the cells that hold the answer."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from transforms.model.columns import BY_KEY
from transforms.model.wording import LANGUAGES
from transforms.outlook.law_changes import (
    CONDITIONS,
    DAYS_AFTER,
    DAYS_BEFORE,
    LawChange,
    law_changes,
    profiles,
    questions,
)
from transforms.rules import Rules, load

REFORM = date(2026, 11, 3)
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def rules() -> Rules:
    return load()


CANDIDATE_COLUMNS: dict[str, Any] = {
    "client_id": pl.String, "pool_status": pl.String, "canadian_work_years": pl.Float64, "canadian_work_noc": pl.String,
    "primary_noc": pl.String, "trade_noc": pl.String, "certificate_noc": pl.String, "spouse_primary_noc": pl.String,
    "job_offer_noc": pl.String, "job_offer_basis": pl.String, "job_offer_employers": pl.Int64,
    "job_offer_years": pl.Float64, "job_offer_permanent": pl.Boolean, "settlement_funds_cad": pl.Float64,
    "family_size": pl.Int64,
}  # fmt: skip
WORK_COLUMNS: dict[str, Any] = {
    "client_id": pl.String, "person": pl.String, "noc": pl.String, "country": pl.String, "started_on": pl.Date,
    "hours_per_week": pl.Float64,
}  # fmt: skip


def sheets(candidates: list[dict[str, object]], work: list[dict[str, object]] | None = None) -> dict[str, pl.DataFrame]:
    """Typed sheets of some columns; the first record of a sheet stands in row 2. A job is the principal's."""
    jobs = [{"person": "principal"} | one for one in work or []]
    return {
        key: pl.DataFrame(rows, schema=schema).with_row_index("source_row", offset=2)
        for key, rows, schema in (
            ("candidates", candidates, CANDIDATE_COLUMNS), ("work_history", jobs, WORK_COLUMNS),
        )
    }  # fmt: skip


def asked(
    rules: Rules, *clients: dict[str, object], work: list[dict[str, object]] | None = None, day: date = REFORM
) -> list[tuple[object, ...]]:
    changes = [one for one in law_changes(rules, day, None) if one.on == day]
    found = profiles(sheets([{"pool_status": "in_pool"} | one for one in clients], work), changes)
    return found.select("client_id", "question", "sheet", "row", "to_fill", "to_check").rows()


@pytest.mark.parametrize(
    ("as_of", "compared_with", "is_near"),
    [
        (REFORM - (DAYS_BEFORE + 1) * DAY, None, False),
        (REFORM - DAYS_BEFORE * DAY, None, True),
        (REFORM, REFORM - DAY, True),
        (REFORM + DAYS_AFTER * DAY, REFORM + (DAYS_AFTER - 1) * DAY, True),
        (REFORM + (DAYS_AFTER + 1) * DAY, REFORM + DAYS_AFTER * DAY, False),
        # The night before lay before the change.
        (REFORM + 60 * DAY, REFORM - DAY, True),
        (REFORM + 60 * DAY, REFORM, False),
    ],
)
def test_a_change_is_reported_from_90_days_ahead(
    as_of: date, compared_with: date | None, is_near: bool, rules: Rules
) -> None:
    assert {change.on for change in law_changes(rules, as_of, compared_with)} == ({REFORM} if is_near else set())


def test_unknown_law_stays_unknown_and_what_has_no_question_says_so(rules: Rules) -> None:
    changes = law_changes(rules, REFORM, None)
    assert [None if one.question is None else one.question.id for one in changes] == [
        "high_wage_work", "high_wage_job_offer", None,
    ]  # fmt: skip
    assert not any(one.is_known for one in changes)
    changed = [name for one in changes for name in one.parameters]
    starts = [name for name, one in rules.parameters.items() if any(v.starts_on == REFORM for v in one.versions[1:])]
    assert sorted(changed) == sorted(starts)


def test_known_values_are_said_to_be_known(rules: Rules) -> None:
    changes = law_changes(rules, date(2025, 7, 7), None)
    [funds] = [one for one in changes if one.question is not None and one.question.id == "settlement_funds"]
    assert isinstance(funds, LawChange) and funds.is_known and funds.on == date(2025, 7, 7)


def test_who_has_canadian_work_or_a_job_offer_is_asked(rules: Rules) -> None:
    assert asked(
        rules,
        {"client_id": "work", "canadian_work_years": 1.5},
        {"client_id": "none", "canadian_work_years": 0.0},
        {"client_id": "empty"},
        {"client_id": "offer", "canadian_work_years": 0.0, "job_offer_noc": "21231", "job_offer_years": 2.0},
    ) == [
        ("empty", "high_wage_work", "candidates", 4, "canadian_work_years", None),
        ("offer", "high_wage_job_offer", "candidates", 5, "job_offer_basis; job_offer_employers; job_offer_permanent",
         "job_offer_noc: 21231; job_offer_years: 2"),
        ("work", "high_wage_work", "candidates", 2, "canadian_work_noc", "canadian_work_years: 1.5"),
    ]  # fmt: skip


def test_the_rows_of_work_in_canada_are_named_and_no_others(rules: Rules) -> None:
    work: list[dict[str, object]] = [
        {"client_id": "A", "noc": "21231", "country": "IN", "started_on": date(2020, 1, 1)},
        {"client_id": "A", "noc": None, "country": "CA", "started_on": date(2022, 1, 1), "hours_per_week": 37.5},
    ]
    assert asked(rules, {"client_id": "A"}, work=work) == [
        ("A", "high_wage_work", "work_history", 3, "noc",
         "country: CA; started_on: 2022-01-01; hours_per_week: 37.5"),
    ]  # fmt: skip


def test_the_work_of_a_spouse_asks_the_client_nothing(rules: Rules) -> None:
    """Points for work in high-wage occupations are for the principal's work."""
    job: dict[str, object] = {
        "client_id": "A",
        "noc": "21231",
        "country": "CA",
        "started_on": date(2022, 1, 1),
        "hours_per_week": 37.5,
    }
    known: dict[str, object] = {"client_id": "A", "canadian_work_years": 0.0}
    assert asked(rules, known, work=[job | {"person": "spouse"}]) == []
    assert [row[2:4] for row in asked(rules, known, work=[job | {"person": "spouse"}, job])] == [("work_history", 3)]


def test_rows_of_the_principal_decide_and_an_empty_country_is_to_be_filled(rules: Rules) -> None:
    abroad: dict[str, object] = {"client_id": "A", "noc": "21231", "country": "IN", "started_on": date(2020, 1, 1)}
    assert asked(rules, {"client_id": "A", "canadian_work_noc": "21231"}, work=[abroad]) == []
    assert asked(rules, {"client_id": "A"}, work=[abroad | {"country": None}]) == [
        ("A", "high_wage_work", "work_history", 2, "country", None)
    ]
    # Rows of the spouse say nothing of the client's own work.
    assert asked(rules, {"client_id": "A"}, work=[abroad | {"person": "spouse"}]) == [
        ("A", "high_wage_work", "candidates", 2, "canadian_work_years", None)
    ]


def test_only_occupations_of_the_older_classification_are_asked_about(rules: Rules) -> None:
    jobs: list[dict[str, object]] = [
        {"client_id": "old", "noc": "2173", "country": "CA"},
        {"client_id": "old", "noc": "21231", "country": "CA"},
        {"client_id": "old", "person": "spouse", "noc": None, "country": "CA"},
    ]
    found = asked(
        rules,
        {"client_id": "old", "primary_noc": "2173", "trade_noc": None, "job_offer_noc": "21231"},
        {"client_id": "new", "primary_noc": "21231", "canadian_work_noc": "21231"},
        {"client_id": "none"},
        work=jobs,
        day=date(2022, 11, 16),
    )
    assert found == [
        ("old", "occupation_in_noc_2021", "candidates", 2, None, "primary_noc: 2173"),
        ("old", "occupation_in_noc_2021", "work_history", 2, None, "noc: 2173"),
        ("old", "occupation_in_noc_2021", "work_history", 4, "noc", None),
    ]


def test_empty_settlement_funds_are_to_be_filled(rules: Rules) -> None:
    found = asked(
        rules, {"client_id": "A", "settlement_funds_cad": 20000.0}, {"client_id": "B", "family_size": 2},
        day=date(2025, 7, 7),
    )  # fmt: skip
    assert found == [
        ("A", "settlement_funds", "candidates", 2, "family_size", "settlement_funds_cad: 20000"),
        ("B", "settlement_funds", "candidates", 3, "settlement_funds_cad", "family_size: 2"),
    ]


@pytest.mark.parametrize("status", ["invited", "applied", "withdrawn", "expired"])
def test_whose_profile_is_out_of_the_pool_is_asked_nothing(status: str, rules: Rules) -> None:
    assert asked(rules, {"client_id": "A", "canadian_work_years": 1.5, "pool_status": status}) == []


def test_every_question_stands_on_known_parameters_columns_and_sources(rules: Rules) -> None:
    import fnmatch

    assert len({one.id for one in questions()}) == len(questions())
    for one in questions():
        assert one.words.keys() == set(LANGUAGES) and all(text.endswith("?") for text in one.words.values())
        assert one.confidence in ("H", "M", "L")
        assert one.source in rules.sources
        for pattern in one.parameters:
            named = fnmatch.filter(rules.parameters, pattern)
            assert any(
                version.starts_on >= one.starts_on for name in named for version in rules.parameter(name).versions
            )
        for whom in one.clients:
            names = set(BY_KEY[whom.sheet].names)
            assert {whom.column, *whom.cells} <= names and whom.cells
            assert whom.condition in CONDITIONS or (whom.sheet, whom.condition) == ("work_history", "CA")
            assert whom.person is None or "person" in names
            assert whom.without_rows is None or whom.without_rows in BY_KEY


def test_a_question_is_only_sure_where_its_source_is_the_official_text(rules: Rules) -> None:
    assert {one.source for one in questions() if one.confidence == "H"} <= {"IRPR"}
    [funds] = [one for one in questions() if one.id == "settlement_funds"]
    assert (funds.confidence, funds.source) == ("M", "IRPR")
