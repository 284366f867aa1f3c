"""Coming rounds: read, refused with the mend, drawn from what was known by a day and nothing later, always the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from transforms.forecast import Outlook, answers, block_of, blocks, coming, outlook, question
from transforms.futures import BLOCK, Calendar, Question, Span
from transforms.national_pool import Held
from transforms.rounds import RoundError
from transforms.rules import Rules

LAST_ROUND = date(2026, 8, 7)
NEXT = date(2026, 8, 18)
FEW = 400


def asked(ahead: Outlook, *texts: str, futures: int = FEW) -> list[tuple[float, float, float, float]]:
    """p10, p50, p90 and mean of each round."""
    found = answers(ahead, [question(text) for text in texts], futures)
    return [(one.foreseen.p10, one.foreseen.p50, one.foreseen.p90, one.foreseen.mean) for one in found]


def test_a_question_names_kind_and_if_it_will_size_and_day() -> None:
    assert question("cec:2000@2026-09-01") == Question("cec:2000@2026-09-01", "CEC", 2000, date(2026, 9, 1))
    assert question("french:5000") == Question("french:5000", "french", 5000, None)
    assert question("PNP@2026-09-01") == Question("PNP@2026-09-01", "PNP", None, date(2026, 9, 1))
    assert question("senior_managers") == Question("senior_managers", "senior_managers", None, None)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("204", "no coming round"),
        ("CEC:", "no coming round"),
        ("CEC:0", "at least one invitation"),
        ("CEC:1000001", "at most 1,000,000 invitations"),
        ("CEC:5@2026-02-30", "no day of the calendar"),
        ("nurses:5", "the kinds are"),
        ("other:5", "the kinds are"),
    ],
)
def test_what_is_no_coming_round_is_refused(text: str, says: str) -> None:
    with pytest.raises(RoundError, match=says):
        question(text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("researchers:100", "no round of kind researchers was held"),
        ("FST:500@2026-09-01", "no round of kind FST was held since pools are published"),
        ("general:2000", "name one such as general:2000@2026-08-21"),
        ("CEC:2000@2026-08-06", "use --as-of 2026-08-06 to look back"),
    ],
)
def test_what_cannot_be_forecast_is_refused_with_the_mend(ahead: Outlook, text: str, says: str) -> None:
    with pytest.raises(RoundError, match=says):
        answers(ahead, [question(text)], FEW)


def test_before_the_first_round_there_is_nothing_to_forecast_from(rounds: pl.DataFrame, rules: Rules) -> None:
    with pytest.raises(RoundError, match="nothing to forecast from"):
        outlook(rounds, rules, date(2015, 1, 5))


def test_the_same_seed_gives_the_same_answer_and_another_seed_another(rounds: pl.DataFrame, rules: Rules) -> None:
    made = [outlook(rounds, rules, LAST_ROUND, seed=seed) for seed in (1, 1, 2)]
    first, again, other = (asked(one, "CEC", "french:5000", "PNP") for one in made)
    assert first == again
    assert first != other


def test_a_block_of_futures_is_the_same_wherever_it_is_worked_out(ahead: Outlook) -> None:
    paths = {one.kind: one for one in coming(ahead, [], 2 * BLOCK)}
    span = Span(ahead.known_on, ahead.as_of, ahead.as_of + timedelta(days=180))
    second = block_of(ahead, "CEC", [], span, 1, BLOCK)
    there = len(second.day)
    np.testing.assert_array_equal(paths["CEC"].line[:there, BLOCK:], second.line)
    np.testing.assert_array_equal(paths["CEC"].day[:there, BLOCK:], second.day)
    assert blocks(2 * BLOCK + 7) == [BLOCK, BLOCK, 7]


def test_quantiles_are_in_order_and_more_invitations_lower_them(ahead: Outlook) -> None:
    for kind, sizes in (("CEC", (500, 2000, 6000)), ("french", (1000, 5000, 9000)), ("PNP", (200, 500, 1500))):
        made = asked(ahead, *(f"{kind}:{size}@{NEXT}" for size in sizes))
        for p10, p50, p90, mean in made:
            assert p10 < p50 < p90
            assert p10 < mean < p90
        for larger, smaller in zip(made[1:], made, strict=False):
            assert all(one <= other for one, other in zip(larger, smaller, strict=True))


def test_only_what_was_published_by_the_day_is_used(
    rounds: pl.DataFrame, rules: Rules, known_by: Callable[[date, list[Question]], Outlook]
) -> None:
    day = date(2026, 3, 16)
    later = pl.col("date") > day
    changed = rounds.with_columns(
        pl.when(later).then(pl.lit(999)).otherwise("cut_off").cast(pl.Int16).alias("cut_off"),
        pl.when(later).then(7).otherwise("size").cast(pl.Int32).alias("size"),
        *(
            pl.when(later).then(1).otherwise(name).cast(pl.Int32).alias(name)
            for name in rounds.columns
            if "pool_" in name
        ),
    )
    texts = ("CEC:4000@2026-03-17", "french:4000@2026-03-18", "PNP", "CEC", "healthcare:4000")
    as_published = asked(known_by(day, []), *texts)
    assert asked(outlook(changed, rules, day), *texts) == as_published
    assert asked(outlook(rounds.filter(~later), rules, day), *texts) == as_published


def test_a_distribution_is_known_with_its_round_and_not_on_its_own_date(
    rounds: pl.DataFrame, rules: Rules, known_by: Callable[[date, list[Question]], Outlook]
) -> None:
    # The pool of 2026-08-03 was published with round 431 of 2026-08-04.
    assert known_by(date(2026, 8, 3), []).known.ledger.last.as_of == date(2026, 7, 19)  # type: ignore[union-attr]
    assert known_by(date(2026, 8, 4), []).known.ledger.last.as_of == date(2026, 8, 3)  # type: ignore[union-attr]


def test_a_round_of_the_very_day_that_is_asked_about_is_not_known(
    known_by: Callable[[date, list[Question]], Outlook],
) -> None:
    day = date(2026, 8, 5)
    one = question(f"CEC:3000@{day}")
    assert known_by(day, [one]).known.rounds[-1].number == "431"
    assert known_by(day, []).known.rounds[-1].number == "432"


def test_a_named_day_within_the_usual_gap_is_the_next_round_of_the_kind(ahead: Outlook) -> None:
    path = block_of(ahead, "CEC", [question(f"CEC:2000@{NEXT}")], Span(ahead.known_on, ahead.as_of), 0, FEW)
    assert len(path.day) == 1
    assert (path.day[0] == NEXT.toordinal()).all()
    assert (path.size[0] == 2000).all()


def test_before_a_day_far_off_rounds_are_drawn_and_none_after_it(ahead: Outlook) -> None:
    far = LAST_ROUND + timedelta(days=120)
    one = question(f"CEC:2000@{far}")
    path = block_of(ahead, "CEC", [one], Span(ahead.known_on, ahead.as_of), 0, FEW)
    assert len(path.day) > 3
    day, size, line = path.asked[0]
    assert (day == far.toordinal()).all()
    assert (size == 2000).all()
    assert np.isfinite(line).all()
    finite = np.where(np.isfinite(path.day), path.day, -np.inf)
    assert finite.max() == far.toordinal()


def test_rounds_of_one_kind_that_are_asked_about_follow_each_other(ahead: Outlook) -> None:
    later = NEXT + timedelta(days=14)
    alone, after = asked(ahead, f"CEC:2000@{later}")[0], asked(ahead, f"CEC:6000@{NEXT}", f"CEC:2000@{later}")[1]
    # Six thousand invitations two weeks before leave fewer to invite than none.
    assert after[1] < alone[1]


def test_where_the_file_ends_before_the_day_rounds_in_between_are_drawn(
    known_by: Callable[[date, list[Question]], Outlook],
) -> None:
    late = known_by(date(2026, 10, 1), [])
    assert late.known_on == date(2026, 9, 16)
    answer = answers(late, [question("CEC")], FEW)[0]
    assert answer.middle_date > date(2026, 10, 1)
    path = next(one for one in coming(late, [], FEW) if one.kind == "CEC")
    assert (path.day < date(2026, 10, 1).toordinal()).any()


def test_rounds_of_law_that_is_not_known_carry_the_mark(ahead: Outlook) -> None:
    texts = ("CEC:2000@2026-11-02", "CEC:2000@2026-11-03", "PNP:400", "trades:2000@2027-01-15")
    marks = [one.rules_status for one in answers(ahead, [question(text) for text in texts], FEW)]
    assert marks == ["complete", "incomplete", "complete", "incomplete"]


def test_what_was_learnt_from_rounds_under_such_law_carries_the_mark_too(rounds: pl.DataFrame, rules: Rules) -> None:
    moved = rounds.with_columns(
        pl.when(pl.col("number") == "434").then(date(2026, 11, 10)).otherwise("date").alias("date")
    )
    late = outlook(moved, rules, date(2026, 11, 12))
    assert answers(late, [question("PNP:400@2026-11-20")], FEW)[0].rules_status == "incomplete"


def test_days_and_sizes_are_drawn_from_the_recent_calendar(ahead: Outlook) -> None:
    calendar = ahead.calendars["CEC"]
    gap, size = calendar.draw(2, 2000, np.random.default_rng(0))
    assert set(gap) <= set(calendar.gaps)
    assert set(size) <= set(calendar.sizes)
    assert gap.min() > 2
    gap, _ = calendar.draw(25, 2000, np.random.default_rng(0))
    assert gap.min() > 25
    gap, _ = calendar.draw(400, 2000, np.random.default_rng(0))
    assert gap.min() > 400


def test_a_kind_held_now_and_then_has_a_rate_and_one_long_gone_no_day() -> None:
    day = date(2026, 8, 1)
    rare = Calendar.of([Held("1", day - timedelta(days=90), "trades", 300, 470, None)], day)
    gap, _ = rare.draw(90, 4000, np.random.default_rng(0))
    assert gap.min() > 90
    assert 120 < gap.mean() - 90 < 250
    gone = Calendar.of([Held("1", day - timedelta(days=500), "trades", 300, 470, None)], day)
    assert not gone.is_running
    gap, size = gone.draw(500, 10, np.random.default_rng(0))
    assert np.isinf(gap).all()
    assert (size == 300).all()
