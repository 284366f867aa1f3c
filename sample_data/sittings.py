"""Language tests that the made-up people sat: scores that stand for levels (typical_scores.csv)."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from sample_data.mix import table
from transforms.model.vocabulary import ABILITIES

HIGHEST = 10
LOWEST = 4
HALVES = "IELTS_GT"
# How far an ability lies above the lowest of the four.
ABOVE = (0, 0, 0, 1, 1, 2)
FIRST_OUT_OF_699 = date(2019, 10, 1)


@dataclass(frozen=True)
class Sitting:
    """One test: its name, its day (levels may lack it), and the levels and scores of the abilities tested."""

    test: str
    test_date: date | None
    levels: dict[str, int]
    scores: dict[str, int | float]


def levels_from(lowest: int, rng: random.Random) -> dict[str, int]:
    """Levels of the four abilities, of which the lowest is given."""
    above = [rng.choice(ABOVE) for _ in ABILITIES]
    above[rng.randrange(len(above))] = 0
    return {ability: min(lowest + more, HIGHEST) for ability, more in zip(ABILITIES, above, strict=True)}


def sit(test: str, day: date, levels: dict[str, int], rng: random.Random) -> Sitting:
    """A sitting with these levels; the scores of TEF Canada are those of the column Équivalence ancien score."""
    scores = {ability: _score(test, day, ability, level, rng) for ability, level in levels.items()}
    return Sitting(test, day, levels, scores)


def earlier(sitting: Sitting, rng: random.Random) -> Sitting | None:
    """A worse result some months before, or None where there can be none."""
    if sitting.test_date is None or sitting.test in ("CLB", "NCLC") or min(sitting.levels.values()) <= LOWEST:
        return None
    day = sitting.test_date - timedelta(days=rng.randint(60, 420))
    if day < _bands()[_drawn_from(sitting.test, sitting.test_date), HIGHEST][-1][0]:
        return None
    return sit(sitting.test, day, {ability: level - 1 for ability, level in sitting.levels.items()}, rng)


def _drawn_from(test: str, day: date) -> str:
    """The scale on which a score is drawn: an attestation of TEF Canada shows the score out of 699 beside the old one."""
    return "TEF_CANADA_699" if test == "TEF_CANADA" and day >= FIRST_OUT_OF_699 else test


@cache
def _bands() -> dict[tuple[str, int], list[tuple[date, dict[str, tuple[float, float]]]]]:
    """By test and level, from which day the bands of the four abilities hold; the latest first."""
    found: dict[tuple[str, int], list[tuple[date, dict[str, tuple[float, float]]]]] = {}
    for row in table("typical_scores.csv"):
        bands = {ability: _band(row[ability]) for ability in ABILITIES}
        entry = (date.fromisoformat(row["taken_from"]), bands)
        found.setdefault((row["test"], int(row["level"])), []).append(entry)
    return {key: sorted(entries, key=lambda entry: entry[0], reverse=True) for key, entries in found.items()}


def _band(text: str) -> tuple[float, float]:
    low, _, high = text.partition("-")
    return float(low), float(high or low)


def _score(test: str, day: date, ability: str, level: int, rng: random.Random) -> int | float:
    low, high = next(bands for since, bands in _bands()[_drawn_from(test, day), level] if since <= day)[ability]
    if test == HALVES:
        return rng.randint(int(low * 2), int(high * 2)) / 2
    score = rng.randint(int(low), int(high))
    if _drawn_from(test, day) == test:
        return score
    lowest, highest = _bands()[test, level][0][1][ability]
    return int(lowest + (score - low) / (high - low) * (highest - lowest))
