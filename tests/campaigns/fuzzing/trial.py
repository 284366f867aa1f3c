"""A property tried on drawn files, with how many there were."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.campaigns.fuzzing.properties import Property
from transforms.model import wording

BOTH = ("en", "fr")


def tried(one: Property, examples: int, number: int | None) -> int:
    """How many files were tried; raises the first thing that does not hold, with the smallest file that shows it.

    The seed decides which files; None: the same files every time. Every other file is answered in French.
    """
    count = 0

    def holds(file: Any) -> None:
        nonlocal count
        count += 1
        with wording.language.using(BOTH[random.Random(repr(file)).randrange(2)]):
            one.holds(file)

    # Looking for the smallest file takes the longest; a few hundred tries are enough to read it.
    limits = settings(
        max_examples=examples, deadline=None, database=None, derandomize=number is None, suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink), print_blob=False,
    )  # fmt: skip
    test: Callable[[], None] = limits(given(one.files())(holds))
    (seed(number)(test) if number is not None else test)()
    return count
