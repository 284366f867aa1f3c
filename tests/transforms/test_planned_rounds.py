"""Plans of rounds: what they name is held, what they do not name stays as drawn, and no total is gone beyond."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.forecast.forecast import HORIZONS, Outlook, coming, outlook
from transforms.forecast.forecast_details import last_cut_offs
from transforms.forecast.futures import Path
from transforms.forecast.planned_rounds import (
    Cap,
    RoundPlan,
    Series,
    check_plan,
    held_towards,
    later,
    passed,
    planned,
    rounds_of,
)
from transforms.rounds.rounds import RoundError
from transforms.rules import Rules

FUTURES = 120
FIRST = date(2026, 8, 12)
END_DAYS = max(HORIZONS)


@pytest.fixture(scope="module")
def drawn(ahead: Outlook) -> list[Path]:
    return coming(ahead, [], FUTURES)


def weekly(size: int, kind: str = "CEC") -> Series:
    return Series(kind, size, FIRST, 7, 0)


def by_kind(paths: list[Path]) -> dict[str, Path]:
    return {one.kind: one for one in paths}


def test_the_days_of_a_series() -> None:
    end = date(2026, 8, 31)
    assert [*Series("CEC", 5, FIRST).days(end)] == [FIRST]
    assert [*weekly(5).days(end)] == [date(2026, 8, 12), date(2026, 8, 19), date(2026, 8, 26)]
    assert [*Series("CEC", 5, FIRST, 7, 2).days(end)] == [date(2026, 8, 12), date(2026, 8, 19)]
    assert [*Series("CEC", 5, date(2026, 9, 1)).days(end)] == []


def test_a_plan_without_rounds_and_totals_changes_nothing(ahead: Outlook, drawn: list[Path]) -> None:
    made = planned(ahead, RoundPlan("nothing", ()), drawn)
    assert len(made) == len(drawn)
    assert all(one is other for one, other in zip(made, drawn, strict=True))


def test_a_kind_that_the_plan_names_has_its_rounds_alone(ahead: Outlook, drawn: list[Path]) -> None:
    made = by_kind(planned(ahead, RoundPlan("weekly", (weekly(5000),)), drawn))
    cec = made["CEC"]
    days = [day.toordinal() for day in weekly(5000).days(ahead.as_of + timedelta(days=END_DAYS))]
    assert cec.day.tolist() == [[day] * FUTURES for day in days]
    assert (cec.size == 5000).all()
    assert np.isfinite(cec.line).all()
    assert all(made[kind] is path for kind, path in by_kind(drawn).items() if kind != "CEC")


def test_larger_rounds_have_lower_lines(ahead: Outlook, drawn: list[Path]) -> None:
    lines = [
        np.median(by_kind(planned(ahead, RoundPlan("weekly", (weekly(size),)), drawn))["CEC"].line[-1])
        for size in (500, 2000, 8000)
    ]
    assert lines[0] > lines[1] > lines[2]


def test_other_kinds_may_be_left_out(ahead: Outlook, drawn: list[Path]) -> None:
    made = planned(ahead, RoundPlan("alone", (weekly(3000),), has_other_kinds=False), drawn)
    assert [one.kind for one in made] == ["CEC"]


def test_known_invitations_count_and_the_last_round_gets_what_is_left(ahead: Outlook, drawn: list[Path]) -> None:
    year = Cap(date(2026, 1, 1), date(2026, 12, 31), 0, ("CEC",))
    held = held_towards(year, ahead)
    assert held == sum(one.size for one in ahead.known.rounds if one.kind == "CEC" and one.date.year == 2026)
    total = Cap(year.first, year.last, held + 12_000, ("CEC",))
    cec = by_kind(planned(ahead, RoundPlan("capped", (weekly(5000),), (total,)), drawn))["CEC"]
    in_year = cec.day <= date(2026, 12, 31).toordinal()
    assert (np.where(in_year, cec.size, 0).sum(axis=0) == 12_000).all()
    assert cec.size[:3].tolist() == [[5000] * FUTURES, [5000] * FUTURES, [2000] * FUTURES]
    # From the new year on the total of the old one binds no more.
    assert (cec.size[3:][~in_year[3:]] == 5000).all()
    assert (~in_year).any()


def test_a_total_that_is_used_up_leaves_no_round(ahead: Outlook, drawn: list[Path]) -> None:
    none = Cap(date(2026, 1, 1), date(2027, 12, 31), 0)
    made = planned(ahead, RoundPlan("none", (weekly(5000),), (none,)), drawn)
    assert {one.kind for one in made} == {one.kind for one in drawn}
    assert not any(np.isfinite(one.day).any() for one in made)
    last = {one.kind: 500 for one in made}
    assert rounds_of(made, ahead.as_of, last)["rounds"].to_list() == [0.0] * len(made)
    assert rounds_of(made, ahead.as_of, last)["p50"].to_list() == [500.0] * len(made)


@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_no_total_is_gone_beyond(ahead: Outlook, drawn: list[Path], data: st.DataObject) -> None:
    start = data.draw(st.dates(date(2026, 8, 1), date(2026, 11, 1)))
    kinds = data.draw(st.lists(st.sampled_from(["CEC", "PNP", "french"]), unique=True, max_size=2))
    caps = tuple(
        Cap(start, start + timedelta(days=data.draw(st.integers(0, 120))), data.draw(st.integers(0, 60_000)), some)
        for some in ((), tuple(kinds))
    )
    series = tuple(Series(kind, 3000, FIRST, data.draw(st.integers(3, 40)), 0) for kind in kinds)
    made = planned(ahead, RoundPlan("any", series, caps), drawn)
    for cap in caps:
        sent = np.zeros(FUTURES)
        for one in made:
            inside = (one.day >= cap.first.toordinal()) & (one.day <= cap.last.toordinal())
            sent += np.where(inside & cap.counts(one.kind), one.size, 0.0).sum(axis=0)
        assert (sent + held_towards(cap, ahead) <= max(cap.invitations, held_towards(cap, ahead))).all()
    for one in made:
        held = one.day[np.isfinite(one.day).all(axis=1)]
        assert (np.diff(held, axis=0) >= 0).all()


PASSED = (Series("CEC", 5, date(2026, 8, 7)), Series("CEC", 5, date(2026, 1, 1), 7, 20))


@pytest.mark.parametrize(
    ("plan", "says"),
    [
        (RoundPlan("", (Series("researchers", 5, FIRST),)), "no round of kind researchers was held"),
        (RoundPlan("", PASSED), "no round of the plan is after 2026-08-07; give a later day"),
        (
            RoundPlan("", PASSED, (Cap(FIRST, FIRST, 5),), has_other_kinds=False),
            "no round of the plan is after 2026-08-07",
        ),
        (
            RoundPlan("", (Series("CEC", 5, FIRST, 1, 0),) * 2),
            "more than 200 rounds of kind CEC from 2026-08-07 to 2027-02-03; give fewer",
        ),
    ],
)
def test_a_plan_that_cannot_be_forecast_is_refused(plan: RoundPlan, says: str, ahead: Outlook) -> None:
    with pytest.raises(RoundError, match=says):
        check_plan(plan, ahead)


def test_a_refusal_names_the_file_and_the_line_of_the_series(ahead: Outlook) -> None:
    series = (weekly(5000), Series("researchers", 5, FIRST, file_line=7))
    with pytest.raises(RoundError, match=r"^autumn\.yaml: line 7: 'researchers:5@2026-08-12' cannot be forecast"):
        check_plan(RoundPlan("autumn", series, file="autumn.yaml"), ahead)


def test_passed_rounds_are_left_out_while_others_or_totals_remain(ahead: Outlook, drawn: list[Path]) -> None:
    plan = RoundPlan("some", (*PASSED, Series("CEC", 3000, FIRST)))
    check_plan(plan, ahead)
    assert passed(plan, ahead.as_of) == 21
    cec = by_kind(planned(ahead, plan, drawn))["CEC"]
    assert cec.day.tolist() == [[FIRST.toordinal()] * FUTURES]
    check_plan(RoundPlan("total", PASSED, (Cap(FIRST, date(2026, 12, 31), 50_000),)), ahead)


def test_every_round_of_a_full_plan_is_walked(ahead: Outlook, drawn: list[Path]) -> None:
    """As many rounds of a kind as a plan may have, beside those that are drawn up to the day."""
    days = [ahead.as_of + timedelta(days=number % END_DAYS + 1) for number in range(200)]
    plan = RoundPlan("full", tuple(Series("CEC", 50, day) for day in days))
    check_plan(plan, ahead)
    before = [np.full((30, FUTURES), ahead.as_of.toordinal() - 2.0), np.full((30, FUTURES), 900.0)]
    own = by_kind(drawn)["CEC"]
    longer = Path(
        "CEC", np.vstack([before[0], own.day]), np.vstack([before[1], own.size]), np.vstack([before[1], own.line])
    )
    cec = by_kind(planned(ahead, plan, [longer]))["CEC"]
    assert (cec.day > ahead.as_of.toordinal()).sum(axis=0).tolist() == [200] * FUTURES
    assert cec.day[-1].tolist() == [max(days).toordinal()] * FUTURES
    assert np.isfinite(cec.line).all()


def test_rounds_of_a_series_that_lie_before_or_after_the_forecast_are_counted(ahead: Outlook) -> None:
    plan = RoundPlan("long", (Series("CEC", 5, date(2026, 7, 1), 7, 60), weekly(5, "french")))
    check_plan(plan, ahead)
    assert passed(plan, ahead.as_of) == 6
    end = ahead.as_of + timedelta(days=END_DAYS)
    days = [date(2026, 7, 1) + timedelta(days=7 * number) for number in range(60)]
    assert later(plan, end) == sum(day > end for day in days) > 0


def test_a_plan_hangs_on_nothing_that_was_published_later(rounds: pl.DataFrame, rules: Rules) -> None:
    """Rounds after the day, with other cut-offs and sizes, change no line of a plan."""
    day = date(2026, 3, 6)
    plan = RoundPlan("weekly", (Series("CEC", 5000, date(2026, 3, 11), 7, 0),),
                     (Cap(date(2026, 1, 1), date(2026, 12, 31), 90_000),))  # fmt: skip
    is_later = pl.col("date") > day
    garbage = rounds.with_columns(
        pl.when(is_later).then(1).otherwise("cut_off").cast(rounds.schema["cut_off"]).alias("cut_off"),
        pl.when(is_later).then(99_999).otherwise("size").cast(rounds.schema["size"]).alias("size"),
        *(pl.when(is_later).then(7).otherwise(name).cast(rounds.schema[name]).alias(name)
          for name in rounds.columns if name.startswith("pool_")),
    )  # fmt: skip
    assert not garbage.equals(rounds)
    found = []
    for frame in (rounds, garbage):
        at = outlook(frame, rules, day)
        made = planned(at, plan, coming(at, [], 60))
        found.append([(one.kind, one.day.tobytes(), one.size.tobytes(), one.line.tobytes()) for one in made])
        assert last_cut_offs(frame, day) == last_cut_offs(rounds, day)
    assert found[0] == found[1]


def test_the_table_of_a_plan_counts_rounds_and_invitations_after_the_day(ahead: Outlook) -> None:
    today = ahead.as_of.toordinal()
    one = Path(
        "CEC", np.array([[today - 3.0, today + 5.0], [today + 10.0, np.inf]]), np.array([[100.0, 300.0], [200.0, 1.0]]),
        np.array([[510.0, 520.0], [500.0, np.nan]]),
    )  # fmt: skip
    row = rounds_of([one], ahead.as_of, {"CEC": 530}).row(0, named=True)
    assert (row["rounds"], row["invitations"], row["p50"]) == (1.0, 250.0, 510.0)
