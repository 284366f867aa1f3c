"""The shares that the made-up clients follow (mix.csv), and cards dealt so that they are kept exactly."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

FOLDER = Path(__file__).parent
Shares = Mapping[str, float]
Mix = Mapping[str, Shares]
Person = TypeVar("Person")


def table(name: str) -> list[dict[str, str]]:
    """The rows of one of this folder's CSV files."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def mix_of(sample: str) -> Mix:
    """By variable, the share in percent of each value, for one sample (`2026` or `2021`)."""
    found: dict[str, dict[str, float]] = {}
    for row in table("mix.csv"):
        if row["sample"] in (sample, "both"):
            found.setdefault(row["variable"], {})[row["value"]] = float(row["share"])
    return found


def counts(shares: Shares, size: int) -> dict[str, int]:
    """How many of `size` each value gets: its share rounded down, and one more for the largest remainders."""
    whole = sum(shares.values())
    exact = {value: share * size / whole for value, share in shares.items()}
    found = {value: int(count) for value, count in exact.items()}
    for value in sorted(exact, key=lambda value: found[value] - exact[value])[: size - sum(found.values())]:
        found[value] += 1
    return found


def deal(
    people: Iterable[Person], shares: Shares, rng: random.Random, *preferences: Callable[[Person, str], bool]
) -> Iterator[tuple[Person, str]]:
    """To each person one of the values, which come in their shares and shuffled.

    A person gets the first value left that the first preference takes, else that the next one takes; without
    preferences the next value. Who can take the fewest values comes first, else the order stands. Raises ValueError
    where nothing that is left can be taken.
    """
    takers = preferences or (anyone,)
    waiting = sorted(people, key=lambda person: sum(takers[-1](person, value) for value in shares))
    left = [value for value, count in counts(shares, len(waiting)).items() for _ in range(count)]
    rng.shuffle(left)
    for person in waiting:
        place = next((place for takes in takers for place, value in enumerate(left) if takes(person, value)), None)
        if place is None:
            raise ValueError(f"the mix cannot be made to fit; left are {sorted(set(left))}")
        yield person, left.pop(place)


def anyone(person: object, value: str) -> bool:
    """The preference of those to whom every value is right."""
    return True
