"""Where lines fall: more invitations never raise one, more days and more people never lower one."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.national_pool.cutoff_model import CutoffModel, crossing, log_t_density, tail_shape
from transforms.national_pool.knowledge import Foreseen, Knowledge
from transforms.national_pool.national_pool import Bands, Distribution, Floats, Held

DAY = date(2026, 3, 2)
BANDS = Bands(
    (0, 301, 351, 401, 411, 421, 431, 441, 451, 461, 471, 481, 491, 501, 601),
    (300, 350, 400, 410, 420, 430, 440, 450, 460, 470, 480, 490, 500, 600, 1200),
)
PEOPLE = np.array(
    [8000, 19000, 53000, 11500, 14200, 15100, 15200, 15500, 15000, 15400, 15700, 13000, 13500, 15000, 400], dtype=float
)
FEW = settings(max_examples=25, deadline=None)


def known(kind: str, cut_off: int = 515, size: int = 3000, rounds: int = 6) -> Knowledge:
    """After so many rounds of a kind, two weeks apart, each with a distribution of the day before."""
    first = DAY - timedelta(days=14 * rounds)
    held = [
        Held(str(number), first + timedelta(days=14 * number), kind, size, cut_off,
             Distribution(first + timedelta(days=14 * number - 1), PEOPLE + number))
        for number in range(rounds)
    ]  # fmt: skip
    return Knowledge.of(held, BANDS)


CEC, NOMINEES, ALL = known("CEC"), known("PNP", 745, 420), known("general", 530, 3000)
OF = {"CEC": CEC, "PNP": NOMINEES, "general": ALL}


def test_a_crossing_lies_between_two_scores_as_the_counts_do() -> None:
    above = np.log(np.array([[1000.0, 100.0, 10.0]]))
    scores = np.array([500.0, 501.0, 502.0])
    np.testing.assert_allclose(crossing(above, np.log([100.0]), scores), [501.0])
    np.testing.assert_allclose(crossing(above, np.log([100.0 * 10**0.5]), scores), [500.5])
    np.testing.assert_allclose(crossing(above, np.log([1e6]), scores), [500.0])
    np.testing.assert_allclose(crossing(above, np.log([1.0]), scores), [502.0])


def test_the_density_is_that_of_students_t() -> None:
    grid = np.linspace(-400, 400, 400_001)
    density = np.exp(log_t_density(grid, np.full(grid.shape, 3.0)))
    assert density.sum() * (grid[1] - grid[0]) == pytest.approx(1.0, abs=1e-4)
    assert np.exp(log_t_density(np.zeros(1), np.ones(1)))[0] == pytest.approx(1 / np.pi)


def test_arrivals_are_one_at_the_score_under_the_highest_band_and_fall_from_there() -> None:
    arrivals = tail_shape(BANDS, 20.0, 1 / 4000)
    assert arrivals[500] == pytest.approx(1.0)
    assert (np.diff(arrivals) < 0).all()
    assert arrivals[520] / arrivals[519] < arrivals[501] / arrivals[500]


@pytest.mark.parametrize("kind", ["CEC", "PNP", "general"])
@FEW
@given(sizes=st.tuples(st.integers(1, 20_000), st.integers(1, 20_000)), days=st.integers(1, 120))
def test_more_invitations_never_raise_the_line(kind: str, sizes: tuple[int, int], days: int) -> None:
    day = DAY + timedelta(days=days)
    fewer, more = (OF[kind].foresee(kind, day, size, 200) for size in sorted(sizes))
    assert (more <= fewer + 1e-9).all()


@FEW
@given(days=st.tuples(st.integers(1, 29), st.integers(1, 29)), size=st.integers(100, 10_000))
def test_more_days_since_the_last_round_never_lower_the_line(days: tuple[int, int], size: int) -> None:
    lines = CEC.lines["CEC"]
    sooner, later = (_middle(lines, DAY + timedelta(days=each), size) for each in sorted(days))
    assert (later >= sooner - 1e-9).all()


def _middle(lines: CutoffModel, day: date, size: int) -> Floats:
    """The line of every member without chance, in a pool that stays as it is."""
    every = np.arange(lines.curves.count)
    since = day.toordinal() - lines.cleared
    above = lines.curves.people_above(lines.curves.densities(PEOPLE), every, since, PEOPLE)
    return crossing(above[lines.shape], np.log(size) - lines.level, lines.curves.scores)


@pytest.mark.parametrize(("kind", "line"), [("CEC", 515), ("PNP", 745), ("general", 530)])
def test_what_came_back_again_and_again_is_foreseen_again(kind: str, line: int) -> None:
    size = {"CEC": 3000, "PNP": 420, "general": 3000}[kind]
    foreseen = Foreseen.of(OF[kind].foresee(kind, DAY, size))
    assert foreseen.p50 == pytest.approx(line, abs=3)
    assert foreseen.p10 < foreseen.p50 < foreseen.p90


def test_after_ever_the_same_the_interval_is_narrower_than_after_ups_and_downs() -> None:
    steady, restless = known("CEC", rounds=8), Knowledge.of([], BANDS)
    for number in range(8):
        day = DAY - timedelta(days=14 * (8 - number))
        pool = Distribution(day - timedelta(days=1), PEOPLE + number)
        restless.take(Held(str(number), day, "CEC", 3000, 515 + (8 if number % 2 else -8), pool))
    widths = [np.ptp(np.quantile(one.foresee("CEC", DAY, 3000), [0.1, 0.9])) for one in (steady, restless)]
    assert widths[0] < widths[1]


def test_a_round_widens_the_interval_when_it_falls_outside_and_narrows_it_when_inside() -> None:
    lines = CutoffModel.of("CEC", BANDS)
    lines.widen(covered=True)
    assert lines.width < 1
    lines.width = 1.0
    lines.widen(covered=False)
    assert lines.width > 1
    # Four inside and one outside: as foreseen, and the width stays.
    lines.width = 1.0
    for covered in (True, True, False, True, True):
        lines.widen(covered=covered)
    assert lines.width == pytest.approx(1.0)


def test_weights_are_shares_and_members_without_a_level_count_nothing() -> None:
    lines = ALL.lines["general"]
    assert lines.weights.sum() == pytest.approx(1.0)
    fresh = CutoffModel.of("general", BANDS)
    share = fresh.shape >= len(fresh.curves.arrivals)
    assert fresh.seen
    assert fresh.weights[~share].sum() == 0
    assert not CutoffModel.of("CEC", BANDS).seen


def test_a_general_round_clears_every_kind_but_nominees() -> None:
    both = Knowledge.of([], BANDS)
    for number, (kind, cut_off) in enumerate((("CEC", 515), ("PNP", 745), ("general", 505))):
        pool = Distribution(DAY + timedelta(days=number - 1), PEOPLE)
        both.take(Held(str(number), DAY + timedelta(days=number), kind, 2000, cut_off, pool))
    cleared = both.lines["CEC"].cleared
    assert (cleared[506:] == (DAY + timedelta(days=2)).toordinal()).all()
    assert (cleared[:506] < 0).all()


def test_a_kind_without_rounds_is_not_ready_and_one_without_pools_only_for_nominees() -> None:
    bare = Knowledge.of(
        [Held("1", DAY, "PNP", 400, 745, None), Held("2", DAY + timedelta(days=1), "CEC", 3000, 515, None)], BANDS
    )
    assert bare.ready("PNP")
    assert not bare.ready("CEC")
    assert not bare.ready("french")
    assert not bare.ready("other")
    bare.take(Held("3", DAY + timedelta(days=2), "other", 3000, 515, None))
    assert len(bare.rounds) == 3
