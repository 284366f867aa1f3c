"""Scores of forecasts: against their definitions, and the bootstrap against what it must cover."""

from __future__ import annotations

import numpy as np
import pytest

from transforms.backtest.proper_scores import SMALLEST_CHANCE, bootstrap, brier_scores, crps, log_scores


def test_crps_is_the_area_between_the_steps_and_what_came() -> None:
    rng = np.random.default_rng(1)
    samples, value = rng.normal(500, 20, 60), 507.0
    grid = np.arange(300, 700, 0.01)
    share = (samples[:, None] <= grid).mean(axis=0)
    area = ((share - (grid >= value)) ** 2).sum() * 0.01
    assert crps(samples, value) == pytest.approx(area, abs=0.02)


def test_crps_of_one_sample_is_its_error() -> None:
    assert crps(np.array([500.0]), 512.0) == 12.0


def test_crps_is_least_for_the_distribution_that_was_drawn_from() -> None:
    rng = np.random.default_rng(2)
    came = rng.normal(500, 20, 400)
    scores = {width: np.mean([crps(rng.normal(500, width, 400), one) for one in came]) for width in (5, 20, 60)}
    assert min(scores, key=lambda width: scores[width]) == 20


def test_log_and_brier_scores_of_chances() -> None:
    chances, happened = np.array([0.0, 0.5, 1.0, 0.8]), np.array([True, True, True, False])
    expected = [-np.log(SMALLEST_CHANCE), np.log(2), -np.log(1 - SMALLEST_CHANCE), -np.log(0.2)]
    np.testing.assert_allclose(log_scores(chances, happened), expected)
    np.testing.assert_allclose(brier_scores(chances, happened), [1.0, 0.25, 0.0, 0.64])


def test_a_bootstrap_draws_whole_clusters() -> None:
    rng = np.random.default_rng(3)
    values = rng.normal(10, 2, 50)
    low, high = bootstrap(values, np.ones(50), np.arange(50))
    assert low < values.mean() < high
    assert high - low == pytest.approx(2 * 1.96 * values.std() / np.sqrt(50), rel=0.25)
    # Each value ten times over tells no more than once.
    again = bootstrap(np.repeat(values, 10), np.ones(500), np.repeat(np.arange(50), 10))
    np.testing.assert_allclose(again, (low, high))
    apart = bootstrap(np.repeat(values, 10), np.ones(500), np.arange(500))
    assert apart[1] - apart[0] < 0.6 * (high - low)
