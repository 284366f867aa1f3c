"""Scores of forecasts that reward honesty, and how far chance moves them: CRPS, log score, Brier, bootstrap."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from transforms.national_pool.national_pool import Floats

# A chance counts as no smaller than this, and no larger than one less this, so that one surprise is not infinite.
SMALLEST_CHANCE = 0.002
DRAWS = 1000
LEVEL = 0.95


def crps(samples: Floats, value: float) -> float:
    """The continuous ranked probability score of samples, in their unit; of a single sample the absolute error."""
    ordered = np.sort(samples)
    count = len(ordered)
    places = 2 * np.arange(1, count + 1) - count - 1
    return float(np.abs(ordered - value).mean() - (places * ordered).sum() / count**2)


def log_scores(chances: Floats, happened: npt.NDArray[np.bool_]) -> Floats:
    """Minus the logarithm of the chance that was given to what happened; 0 is perfect, 0.69 a coin."""
    kept = np.clip(chances, SMALLEST_CHANCE, 1 - SMALLEST_CHANCE)
    return -np.log(np.where(happened, kept, 1 - kept))


def brier_scores(chances: Floats, happened: npt.NDArray[np.bool_]) -> Floats:
    """The squared distance of each chance from what happened."""
    return (chances - happened.astype(float)) ** 2


def bootstrap(
    numerators: Floats, denominators: Floats, clusters: npt.NDArray[np.generic], seed: int = 0
) -> tuple[float, float]:
    """The interval (19 in 20) of sum of numerators over sum of denominators, with whole clusters drawn again.

    Rows of one cluster are drawn together: forecasts of one round, or chances of one season, are wrong together.
    """
    names, place = np.unique(clusters, return_inverse=True)
    above = np.bincount(place, numerators, len(names))
    below = np.bincount(place, denominators, len(names))
    rng = np.random.default_rng(seed)
    weights = rng.multinomial(len(names), np.full(len(names), 1 / len(names)), DRAWS)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = (weights @ above) / (weights @ below)
    ratios = ratios[np.isfinite(ratios)]
    if not len(ratios):
        return float("nan"), float("nan")
    low, high = np.quantile(ratios, ((1 - LEVEL) / 2, (1 + LEVEL) / 2))
    return float(low), float(high)
