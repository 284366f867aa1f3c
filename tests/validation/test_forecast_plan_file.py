"""Plans for the forecast as files: what is read, and every slip named with its place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

import sample_data
from transforms.forecast.planned_rounds import Cap, RoundPlan, Series
from validation.plans import forecast_plan_file
from validation.plans.plan_file import PlanFileError

ROUND = "rounds: [{date: 2026-09-01, kind: CEC, size: 5}]\n"


@pytest.fixture
def plan(tmp_path: Path) -> Callable[[str], RoundPlan]:
    """The plan that a text holds."""

    def read(text: str) -> RoundPlan:
        path = tmp_path / "autumn.yaml"
        path.write_text(text, encoding="utf-8")
        return forecast_plan_file.read(path)

    return read


def test_the_least_plan(plan: Callable[[str], RoundPlan]) -> None:
    assert plan(ROUND) == RoundPlan("autumn", (Series("CEC", 5, date(2026, 9, 1)),))


def test_a_plan_with_everything(plan: Callable[[str], RoundPlan]) -> None:
    found = plan(
        "title: Weekly\n"
        "rounds:\n"
        "  - {date: 2026-09-02, kind: cec, size: 5000, every_days: 7}\n"
        "  - {date: 2026-09-03, kind: French, size: 4000, every_days: 30, times: 3}\n"
        "other_kinds: none\n"
        "totals:\n"
        "  - {year: 2026, invitations: 120000}\n"
        "  - {from: 2026-09-01, to: 2026-10-31, kinds: [french, healthcare], invitations: 9000}\n"
        "  - {year: 2027, kinds: [PNP], admissions: 100000, people_per_invitation: 2.2}\n"
    )
    assert found == RoundPlan(
        "Weekly",
        (Series("CEC", 5000, date(2026, 9, 2), 7, 0), Series("french", 4000, date(2026, 9, 3), 30, 3)),
        (
            Cap(date(2026, 1, 1), date(2026, 12, 31), 120_000),
            Cap(date(2026, 9, 1), date(2026, 10, 31), 9000, ("french", "healthcare")),
            Cap(date(2027, 1, 1), date(2027, 12, 31), 45_454, ("PNP",)),
        ),
        has_other_kinds=False,
    )
    assert [one.file_line for one in found.series] == [3, 4]
    assert found.file == "autumn.yaml"


def test_the_bounds_of_people_per_invitation_count(plan: Callable[[str], RoundPlan]) -> None:
    text = "totals: [{{year: 2026, admissions: 1000000, people_per_invitation: {people}}}]\n"
    assert [plan(text.format(people=people)).caps[0].invitations for people in ("0.1", "20")] == [10_000_000, 50_000]


@pytest.mark.parametrize("name", ["forecast_plan_weekly.yaml", "forecast_plan_levels.yaml"])
def test_the_shipped_plans(name: str) -> None:
    found = forecast_plan_file.read(Path(sample_data.__file__).parent / name)
    assert found.title
    assert found.series or found.caps


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[]", "autumn.yaml: line 1: the plan must be a mapping"),
        ("title: x\n", "neither `rounds` nor `totals`"),
        ("rounds: []\n", "`rounds` must be a list with at least one entry"),
        (ROUND + "arrivals: {per_week: 5}\n", "unknown key 'arrivals'"),
        (ROUND + "total: []\n", "did you mean 'totals'?"),
        (ROUND + "other_kinds: drwn\n", "line 2: other_kinds is 'drwn'; give `drawn` or `none`"),
        ("rounds: [{date: 2026-09-01, kind: CEC}]\n", "rounds, entry 1: the key `size` is missing"),
        ("rounds: [{date: 2026-09-01, kind: CEC, cut_off: 500}]\n", "unknown key 'cut_off'"),
        ("rounds: [{date: 2026-09-01, kind: nurses, size: 5}]\n", "the kinds are"),
        ("rounds: [{date: soon, kind: CEC, size: 5}]\n", "'soon' is not a date"),
        ("rounds: [{date: 2026-09-01, kind: CEC, size: 0}]\n", "size 0 is not a whole number from 1"),
        ("rounds: [{date: 2026-09-01, kind: CEC, size: 1000001}]\n", "more than a round has"),
        ("rounds: [{date: 2026-09-01, kind: CEC, size: 5, times: 2}]\n", "`times` goes with `every_days`"),
        ("totals: [{invitations: 5}]\n", "give either `year`, or `from` and `to`"),
        ("totals: [{year: 2026, from: 2026-01-01, invitations: 5}]\n", "give either `year`, or `from` and `to`"),
        ("totals: [{from: 2026-01-01, invitations: 5}]\n", "give either `year`, or `from` and `to`"),
        ("totals: [{year: 9999, invitations: 5}]\n", "no year of a plan"),
        (
            "totals: [{from: 2026-02-01, to: 2026-01-01, invitations: 5}]\n",
            "`to` 2026-01-01 is before `from` 2026-02-01",
        ),
        ("totals: [{year: 2026}]\n", "give either `invitations` or `admissions`"),
        ("totals: [{year: 2026, admissions: 5}]\n", "`admissions` and `people_per_invitation` go together"),
        ("totals: [{year: 2026, invitations: 5, people_per_invitation: 2}]\n", "go together"),
        ("totals: [{year: 2026, admissions: 5, people_per_invitation: 0}]\n", "give a number from 0.1 to 20"),
        ("totals: [{year: 2026, admissions: 5, people_per_invitation: 1.0e-310}]\n", "give a number from 0.1 to 20"),
        ("totals: [{year: 2026, admissions: 5, people_per_invitation: 0.099}]\n", "give a number from 0.1 to 20"),
        ("totals: [{year: 2026, admissions: 5, people_per_invitation: 20.1}]\n", "give a number from 0.1 to 20"),
        (
            "totals: [{year: 2026, admissions: 10000000, people_per_invitation: 0.9}]\n",
            "admissions 10,000,000 with people_per_invitation 0.9 are beyond every plan",
        ),
        ("totals: [{year: 2026, invitations: 10000001}]\n", "beyond every plan"),
        ("totals: [{year: 2026, invitations: 5, kinds: CEC}]\n", "`kinds` must be a list"),
        ("totals: [{year: 2026, invitations: 5, kinds: [nurses]}]\n", "the kinds are"),
        (
            "totals:\n  - year: 2026\n    invitations: 5\n    kinds: []\n",
            "line 4: totals, entry 1: `kinds` names no kind",
        ),
        (
            "other_kinds: none\ntotals: [{year: 2026, invitations: 5}]\n",
            "line 1: other_kinds is `none` and the plan has no",
        ),
    ],
)
def test_a_slip_is_named_with_its_place(plan: Callable[[str], RoundPlan], text: str, says: str) -> None:
    with pytest.raises(PlanFileError) as raised:
        plan(text)
    assert says in str(raised.value)
    assert str(raised.value).startswith("autumn.yaml: line ")


def test_a_file_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    with pytest.raises(PlanFileError, match="cannot be opened"):
        forecast_plan_file.read(tmp_path)
