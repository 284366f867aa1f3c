"""The family on record: who counts, and on which day a nominee's child is locked in."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from invited import AS_OF, client, paper, sheets

from transforms.facts import family
from transforms.rules import Rules

DAY = timedelta(days=1)
NO_ITA = {"ita_issued_on": None, "ita_round": None, "planned_application_on": None, "pool_status": "in_pool"}
NOMINEE = {"provincial_nomination": "ON"}
# Turned 22 on the day itself.
JUST_22 = {"date_of_birth": AS_OF.replace(year=2004)}
Row = dict[str, Any]


def sizes(rules: Rules, children: list[Row], papers: list[Row] | None = None, **changes: Any) -> tuple[Any, Any]:
    """The size of the family and the persons on record of one client."""
    made = sheets(client(**NO_ITA | changes), dependants=children, documents=papers or [])
    found = family.settled(made, rules.law_of(AS_OF)).row(0, named=True)
    return found["family_size"], found["family_size_at_least"]


@pytest.mark.parametrize(
    ("stated", "children", "size", "on_record"),
    [(1, 0, 1, 1), (1, 2, 3, 3), (3, 2, 3, 3), (5, 2, 5, 3), (None, 2, None, 3), (None, 0, None, 1)],
)
def test_the_larger_of_column_and_record_decides(
    stated: int | None, children: int, size: int | None, on_record: int, rules: Rules
) -> None:
    rows = [{"date_of_birth": date(2015, 1, day + 1)} for day in range(children)]
    assert sizes(rules, rows, family_size=stated) == (size, on_record)


@pytest.mark.parametrize("more", [{"spouse_accompanying": False}, {"spouse_is_canadian": True}, {}])
def test_a_spouse_counts_whether_coming_or_not(more: Row, rules: Rules) -> None:
    assert sizes(rules, [], marital_status="common_law", family_size=1, **more) == (2, 2)


@pytest.mark.parametrize(
    ("born", "counts"), [(JUST_22["date_of_birth"] + DAY, True), (JUST_22["date_of_birth"], False)]
)
def test_a_child_of_22_counts_no_more(born: date, counts: bool, rules: Rules) -> None:
    assert sizes(rules, [{"date_of_birth": born}])[1] == 1 + counts


@pytest.mark.parametrize(("born", "counts"), [(AS_OF, True), (AS_OF + DAY, False)])
def test_a_child_counts_from_its_birth(born: date, counts: bool, rules: Rules) -> None:
    assert sizes(rules, [{"date_of_birth": born}])[1] == 1 + counts


@pytest.mark.parametrize(
    ("nominee", "issued_on", "applied_on", "counts"),
    [
        (NOMINEE, AS_OF - DAY, None, True),
        (NOMINEE, AS_OF, None, False),
        (NOMINEE, None, AS_OF - DAY, True),
        # Nobody applies for a nomination after its issue, or after the day.
        (NOMINEE, AS_OF - DAY, AS_OF, True),
        (NOMINEE, AS_OF - DAY, AS_OF + DAY, True),
        (NOMINEE, AS_OF, AS_OF + DAY, False),
        (NOMINEE, AS_OF, AS_OF - DAY, True),
        (NOMINEE, AS_OF + DAY, AS_OF, False),
        (NOMINEE, None, None, False),
        ({}, AS_OF - DAY, AS_OF - DAY, False),
    ],
)
def test_a_nominees_child_counts_by_its_age_at_the_lock_in(
    nominee: Row, issued_on: date | None, applied_on: date | None, counts: bool, rules: Rules
) -> None:
    papers = [] if issued_on is None else [paper("nomination", issued_on)]
    assert sizes(rules, [JUST_22], papers, nomination_applied_on=applied_on, **nominee)[1] == 1 + counts


LIMIT = pl.lit(22)


@pytest.mark.parametrize(
    ("issued_on", "applied_on", "is_dependant"),
    [
        (AS_OF - DAY, AS_OF, True),
        (AS_OF, AS_OF + DAY, None),
        (None, AS_OF + DAY, None),
        (AS_OF, AS_OF, False),
        (AS_OF, AS_OF - DAY, True),
    ],
)
def test_an_impossible_day_of_the_application_locks_nobody_in(
    issued_on: date | None, applied_on: date, is_dependant: bool | None
) -> None:
    papers = [] if issued_on is None else [paper("nomination", issued_on)]
    made = sheets(client(**NO_ITA | NOMINEE, nomination_applied_on=applied_on), documents=papers)
    locked = family.lock_in(made["candidates"], made["documents"], pl.lit(AS_OF))
    born = pl.lit(JUST_22["date_of_birth"])
    assert locked.select(family.is_dependant(born, pl.lit(AS_OF), LIMIT)).item() is is_dependant


@pytest.mark.parametrize(
    ("changes", "issued_on", "applied_on", "reason"),
    [
        (NOMINEE, AS_OF - DAY, AS_OF, "after_the_issue"),
        (NOMINEE, AS_OF - DAY, AS_OF + DAY, "after_the_day"),
        (NOMINEE, None, AS_OF + DAY, "after_the_day"),
        (NOMINEE, AS_OF, AS_OF, None),
        (NOMINEE, None, AS_OF, None),
        ({}, None, AS_OF, "not_nominated"),
        ({}, AS_OF, AS_OF, None),
        ({"pool_status": "withdrawn"}, None, AS_OF, None),
        ({"pool_status": None}, None, AS_OF, "not_nominated"),
    ],
)
def test_an_unusable_day_of_the_application_is_named(
    changes: Row, issued_on: date | None, applied_on: date, reason: str | None, rules: Rules
) -> None:
    row = client(**NO_ITA | {"nomination_applied_on": applied_on} | changes)
    made = sheets(row, documents=[] if issued_on is None else [paper("nomination", issued_on)])
    found = family.unusable_lock_ins(made, rules.law_of(AS_OF)).select("client_id", "value", "reason").rows()
    assert found == ([] if reason is None else [("A", str(applied_on), reason)])


def test_who_states_fewer_than_the_record_shows_is_named(rules: Rules) -> None:
    made = sheets(
        client("A", **NO_ITA, family_size=1), client("B", **NO_ITA, family_size=2), client("C", **NO_ITA, family_size=None),
        dependants=[{"client_id": whose, "date_of_birth": date(2015, 1, 1)} for whose in "ABC"],
    )  # fmt: skip
    assert family.understated(made, rules.law_of(AS_OF)).rows() == [("A", "1", 2)]


@pytest.mark.parametrize(
    ("ends_on", "status", "is_named"),
    [
        (AS_OF - DAY, "in_pool", True), (AS_OF, "in_pool", False), (None, "in_pool", False),
        (AS_OF - DAY, "withdrawn", False), (AS_OF - DAY, None, True), (AS_OF - DAY, "draft", True),
        (AS_OF - DAY, "declined", True), (AS_OF - DAY, "invited", False),
    ],
)  # fmt: skip
def test_a_nomination_that_ended_is_named(
    ends_on: date | None, status: str | None, is_named: bool, rules: Rules
) -> None:
    row = client(**NO_ITA | NOMINEE | {"pool_status": status})
    made = sheets(row, documents=[paper("nomination", None, ends_on), paper("nomination", None, date(2024, 1, 1))])
    expected = [("A", "ON", ends_on)] if is_named else []
    assert family.ended_nominations(made, rules.law_of(AS_OF)).rows() == expected


def test_the_table_of_funds_rises_with_the_family(rules: Rules) -> None:
    """What is too little for the persons on record is too little for any family."""
    for version in rules.parameter("funds.table").versions:
        amounts = [version.value[str(size)] for size in range(1, 8)]
        assert pl.Series(amounts).is_sorted() and len(set(amounts)) == 7
        assert version.value["each_more"] >= 0
