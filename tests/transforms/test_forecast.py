"""Coming rounds: read, refused with the fix, drawn from what was known by a day and nothing later, always the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import polars as pl
import pytest

from transforms.forecast.forecast import Outlook, answers, block_of, blocks, coming, outlook, question
from transforms.forecast.futures import BLOCK, Calendar, Question, Span
from transforms.national_pool.national_pool import Held
from transforms.rounds.rounds import RoundError
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


def test_a_named_day_within_the_median_gap_is_the_next_round_of_the_kind(ahead: Outlook) -> None:
    calendar = ahead.calendars["CEC"]
    near = calendar.last + timedelta(days=int(calendar.median_gap))
    path = block_of(ahead, "CEC", [question(f"CEC:2000@{near}")], Span(ahead.known_on, ahead.as_of), 0, FEW)
    assert len(path.day) == 1
    assert (path.day[0] == near.toordinal()).all()
    assert (path.size[0] == 2000).all()


def test_before_a_named_day_beyond_the_median_gap_some_futures_hold_a_round(ahead: Outlook) -> None:
    calendar = ahead.calendars["CEC"]
    further = calendar.last + timedelta(days=int(1.5 * calendar.median_gap) + 4)
    path = block_of(ahead, "CEC", [question(f"CEC:2000@{further}")], Span(ahead.known_on, ahead.as_of), 0, FEW)
    before = (path.day < further.toordinal()).any(axis=0)
    assert 0 < before.sum() < FEW
    assert (path.asked[0][0] == further.toordinal()).all()


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
    first = LAST_ROUND + timedelta(days=2)
    later = first + timedelta(days=5)
    alone, after = asked(ahead, f"CEC:2000@{later}")[0], asked(ahead, f"CEC:6000@{first}", f"CEC:2000@{later}")[1]
    # Six thousand invitations a few days before leave fewer to invite than none.
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


def calendar_of(gaps: list[int], sizes: list[int], day: date, *, elapsed: int = 0) -> Calendar:
    """A calendar of rounds so many days apart, the last of them so many days before a day."""
    days = np.cumsum([0, *gaps])
    first = day - timedelta(days=elapsed + int(days[-1]))
    held = [
        Held(str(place), first + timedelta(days=int(since)), "CEC", size, 515, None)
        for place, (since, size) in enumerate(zip(days, sizes, strict=True))
    ]
    return Calendar.of(held, day)


def test_gaps_and_sizes_are_blurred_around_the_latest(ahead: Outlook) -> None:
    calendar = calendar_of([14] * 12, [3000] * 13, LAST_ROUND)
    gap, size = calendar.draw(0, 20_000, np.random.default_rng(0))
    assert np.median(gap) == pytest.approx(14, abs=2)
    assert np.median(size) == pytest.approx(3000, rel=0.05)
    assert len(set(gap)) > 20
    assert len(set(size)) > 1000
    assert (gap == np.round(gap)).all()
    assert size.min() >= 1
    for elapsed in (2, 25, 200):
        assert calendar.draw(elapsed, 2000, np.random.default_rng(0))[0].min() > elapsed
    assert calendar.median_gap == 14
    assert ahead.calendars["CEC"].gaps.tolist() == np.diff(
        [one.date.toordinal() for one in ahead.known.rounds if one.kind == "CEC"]
    )[-12:].tolist()  # fmt: skip


def test_the_latest_gaps_and_sizes_count_most() -> None:
    shorter = calendar_of([28] * 6 + [7] * 6, [1000] * 6 + [5000] * 7, LAST_ROUND)
    longer = calendar_of([7] * 6 + [28] * 6, [5000] * 6 + [1000] * 7, LAST_ROUND)
    gap, size = shorter.draw(0, 4000, np.random.default_rng(0))
    other_gap, other_size = longer.draw(0, 4000, np.random.default_rng(0))
    assert np.median(gap) < np.median(other_gap)
    assert np.median(size) > 3000 > np.median(other_size)


def test_a_kind_that_is_overdue_has_more_and_more_likely_stopped() -> None:
    within_60 = []
    for elapsed in (0, 30, 60, 150):
        calendar = calendar_of([14] * 12, [3000] * 13, LAST_ROUND, elapsed=elapsed)
        gap, _ = calendar.draw(elapsed, 20_000, np.random.default_rng(0))
        within_60.append(float((gap <= elapsed + 60).mean()))
    assert within_60[0] > 0.9
    assert within_60 == sorted(within_60, reverse=True)
    assert within_60[-1] < 0.5


def test_a_kind_of_one_round_is_drawn_wide_and_one_long_gone_has_no_day() -> None:
    day = date(2026, 8, 1)
    rare = Calendar.of([Held("1", day - timedelta(days=90), "trades", 300, 470, None)], day)
    gap, size = rare.draw(90, 4000, np.random.default_rng(0))
    assert gap.min() > 90
    assert rare.median_gap == 45
    assert np.quantile(size, 0.9) / np.quantile(size, 0.1) > 10
    gone = Calendar.of([Held("1", day - timedelta(days=500), "trades", 300, 470, None)], day)
    assert not gone.is_running
    gap, _ = gone.draw(500, 10, np.random.default_rng(0))
    assert np.isinf(gap).all()


def test_intervals_never_shrink_with_distance(ahead: Outlook) -> None:
    for kind, size in (("french", 5000), ("CEC", 3000), ("PNP", 400)):
        widths = []
        for days in (4, 30, 60, 90):
            day = LAST_ROUND + timedelta(days=days)
            p10, _, p90, _ = asked(ahead, f"{kind}:{size}@{day}", futures=1000)[0]
            widths.append(p90 - p10)
        assert all(later > 0.9 * sooner for sooner, later in pairwise(widths))
        assert widths[-1] > widths[0]


def test_a_size_beyond_all_recent_ones_widens_the_interval_downwards(ahead: Outlook) -> None:
    day = LAST_ROUND + timedelta(days=4)
    largest = int(ahead.known.lines["french"].sizes[-8:][-1])
    usual, beyond = asked(ahead, f"french:{largest}@{day}", f"french:{4 * largest}@{day}", futures=1000)
    assert beyond[2] - beyond[0] > 2 * (usual[2] - usual[0])
    assert beyond[2] <= usual[2]


def test_a_kind_that_stopped_has_little_chance_after_five_months(
    known_by: Callable[[date, list[Question]], Outlook],
) -> None:
    # The last general round was held on 2024-04-23, and none has followed.
    day = date(2024, 9, 23)
    path = next(one for one in coming(known_by(day, []), [], 1000) if one.kind == "general")
    last = next(one for one in reversed(known_by(day, []).known.rounds) if one.kind == "general")
    invited = ((path.line <= last.cut_off) & (path.day <= day.toordinal() + 180)).any(axis=0)
    within_90 = ((path.line <= last.cut_off) & (path.day <= day.toordinal() + 90)).any(axis=0)
    assert within_90.mean() < 0.25
    assert within_90.mean() <= invited.mean() < 0.5


def test_the_day_of_the_fetch_is_the_day_up_to_which_rounds_are_known(rounds: pl.DataFrame, rules: Rules) -> None:
    day = date(2026, 11, 2)
    assert outlook(rounds, rules, day).known_on == date(2026, 9, 16)
    assert outlook(rounds, rules, day, fetched_on=date(2026, 10, 30)).known_on == date(2026, 10, 30)
    assert outlook(rounds, rules, day, fetched_on=date(2026, 12, 1)).known_on == day
    assert outlook(rounds, rules, day, fetched_on=date(2026, 8, 1)).known_on == date(2026, 9, 16)


def test_after_a_change_of_the_crs_intervals_are_wider_by_what_the_last_one_moved(ahead: Outlook) -> None:
    # Round 347 was the first for CEC after the points for job offers went on 2025-03-25.
    moved = ahead.known.moved
    assert moved is not None
    assert (moved.change, moved.round, moved.kind) == (date(2025, 3, 25), "347", "CEC")
    assert moved.points == pytest.approx(14, abs=1)
    before, after = asked(ahead, "CEC:3000@2026-11-02", "CEC:3000@2026-11-03", futures=2000)
    assert after[2] - after[0] > 2 * moved.points * 0.95
    assert (after[2] - after[0]) ** 2 == pytest.approx(
        (before[2] - before[0]) ** 2 + (2 * moved.points) ** 2, rel=0.25
    )  # fmt: skip
