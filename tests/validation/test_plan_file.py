"""Plans as files: what is read, and every slip named with its place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import sample_data
from transforms.rounds.rounds import Cutoff
from transforms.simulation.plan import Plan, PlannedRound
from validation.plans import plan_file
from validation.plans.plan_file import PlanFileError

ROUND = "rounds: [{date: 2026-09-01, kind: CEC, size: 5}]\n"


@pytest.fixture
def plan(tmp_path: Path) -> Callable[[str], Plan]:
    """The plan that a text holds."""

    def read(text: str) -> Plan:
        path = tmp_path / "autumn.yaml"
        path.write_text(text, encoding="utf-8")
        return plan_file.read(path)

    return read


def test_the_least_plan(plan: Callable[[str], Plan]) -> None:
    assert plan(ROUND) == Plan("autumn", date(2026, 9, 1), (PlannedRound(date(2026, 9, 1), "CEC", 5),))


def test_the_shipped_plan() -> None:
    found = plan_file.read(Path(sample_data.__file__).parent / "plan_2026.yaml")
    assert len(found.rounds) == 11
    assert [one.date for one in found.rounds] == sorted(one.date for one in found.rounds)
    assert found.rounds[4] == PlannedRound(
        date(2026, 9, 10), "general", None, Cutoff(500, datetime(2026, 3, 1, tzinfo=UTC))
    )
    assert (found.seed, found.arrivals_per_week, found.withdrawn_on) == (7, 6.0, {"C-0012": date(2026, 9, 1)})
    assert (found.declined_share, found.declined_after_days, found.lapsed_share) == (0.05, 20, 0.05)
    assert (found.renewed_after_lapse_share, found.renewed_after_expiry_share, found.renewed_after_days) == (
        0.5,
        0.7,
        3,
    )


def test_rounds_of_one_day_keep_their_order_and_kinds_any_case(plan: Callable[[str], Plan]) -> None:
    found = plan(
        "rounds:\n"
        "  - {date: 2026-09-08, kind: pnp, size: 1}\n"
        "  - {date: 2026-09-01, kind: CEC, size: 5, every_days: 7, times: 2}\n"
        "  - {date: 2026-09-08, kind: General, size: 2}\n"
    )
    assert [(str(one.date), one.kind) for one in found.rounds] == [
        ("2026-09-01", "CEC"), ("2026-09-08", "PNP"), ("2026-09-08", "CEC"), ("2026-09-08", "general")
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["2026-08-31T10:55:43Z", "2026-08-31 10:55:43", "2026-08-31T06:55:43-04:00"])
def test_a_tie_break_is_in_utc(text: str, plan: Callable[[str], Plan]) -> None:
    found = plan(f"rounds: [{{date: 2026-09-01, kind: CEC, cut_off: 510, tie_break: {text}}}]")
    assert found.rounds[0].line == Cutoff(510, datetime(2026, 8, 31, 10, 55, 43, tzinfo=UTC))


SLIPS = [
    ("", "the plan must be a mapping"),
    ("rounds", "the plan must be a mapping"),
    ("title: x", "the key `rounds` is missing"),
    ("rounds: []", "`rounds` must be a list with at least one round"),
    ("rounds: {date: 2026-09-01}", "`rounds` must be a list"),
    ("rounds: [5]", "rounds, entry 1 must be a mapping"),
    ("round: []", "the plan: unknown key 'round'; did you mean 'rounds'?"),
    (ROUND + "weather: 1", "the plan: unknown key 'weather'; the keys are title, start, seed, rounds"),
    (ROUND + ROUND, "the key 'rounds' stands twice"),
    (ROUND + "x: [", "not readable as YAML"),
    ("rounds: [{date: 2026-09-01, kind: CEC, sise: 5}]", "rounds, entry 1: unknown key 'sise'; did you mean 'size'?"),
    ("rounds: [{kind: CEC, size: 5}]", "rounds, entry 1: the key `date` is missing"),
    ("rounds: [{date: 2026-09-01, size: 5}]", "rounds, entry 1: the key `kind` is missing"),
    ("rounds: [{date: 1 September, kind: CEC, size: 5}]", "rounds, entry 1: date '1 September' is not a date such as"),
    (
        "rounds: [{date: 2026-09-01, kind: CEX, size: 5}]",
        "rounds, entry 1: no kind of round 'CEX'; the kinds are general",
    ),
    ("rounds: [{date: 2026-09-01, kind: CEC}]", "rounds, entry 1: give either `size`"),
    ("rounds: [{date: 2026-09-01, kind: CEC, size: 5, cut_off: 500}]", "rounds, entry 1: give either `size`"),
    ("rounds: [{date: 2026-09-01, kind: CEC, size: 0}]", "rounds, entry 1: size 0 is not a whole number from 1"),
    ("rounds: [{date: 2026-09-01, kind: CEC, size: many}]", "rounds, entry 1: size 'many' is not a whole number"),
    ("rounds: [{date: 2026-09-01, kind: CEC, cut_off: 1201}]", "cut_off 1201 is no score; scores are 0 to 1,200"),
    (
        "rounds: [{date: 2026-09-01, kind: CEC, size: 5, tie_break: 2026-08-31T10:00:00Z}]",
        "`tie_break` goes with `cut_off`",
    ),
    ("rounds: [{date: 2026-09-01, kind: CEC, cut_off: 5, tie_break: noon}]", "tie_break 'noon' is not a time such as"),
    ("rounds: [{date: 2026-09-01, kind: CEC, size: 5, times: 3}]", "`every_days` and `times` go together"),
    ("rounds: [{date: 2026-09-01, kind: CEC, size: 5, every_days: 7, times: 900}]", "reach over ten years"),
    (
        "rounds: [{date: 2016-09-01, kind: CEC, size: 5}, {date: 2026-10-01, kind: CEC, size: 5}]",
        "the rounds reach from 2016-09-01 to 2026-10-01; a plan holds ten years at most",
    ),
    (ROUND + "start: soon", "start 'soon' is not a date"),
    (ROUND + "seed: x", "seed 'x' is not a whole number from 0"),
    (ROUND + "arrivals: {per_week: -1}", "arrivals: per_week -1 is not a number from 0"),
    (ROUND + "arrivals: {per_week: .inf}", "arrivals: per_week inf is not a number from 0"),
    (ROUND + "arrivals: {file: 5}", "arrivals: file 5 is not the name of a file"),
    (ROUND + "arrivals: 5", "arrivals must be a mapping"),
    (ROUND + "answers: {declined_share: 5}", "answers: declined_share 5 is a share; give a number from 0 to 1"),
    (ROUND + "answers: {declined_share: 0.1}", "answers: declined_share needs declined_after_days"),
    (
        ROUND + "answers: {declined_share: 0.6, declined_after_days: 5, lapsed_share: 0.5}",
        "answers: declined_share 0.6 and lapsed_share 0.5 are more than 1 together",
    ),
    (ROUND + "answers: {declined: 0.1}", "answers: unknown key 'declined'; did you mean 'declined_share'?"),
    (ROUND + "renewals: {after_days: 0}", "renewals: after_days 0 is not a whole number from 1"),
    (ROUND + "withdrawals: {share_a_year: 1}", "withdrawals.share_a_year must be below 1"),
    (ROUND + "withdrawals: {clients: [C-1]}", "withdrawals.clients must name each client with a day"),
    (ROUND + "withdrawals: {clients: {C-1: soon}}", "withdrawals.clients: C-1 'soon' is not a date"),
]


@pytest.mark.parametrize(("text", "told"), SLIPS)
def test_slips_are_named(text: str, told: str, plan: Callable[[str], Plan]) -> None:
    with pytest.raises(PlanFileError) as caught:
        plan(text)
    assert str(caught.value).startswith("autumn.yaml: ")
    assert told in str(caught.value)
