"""Results that several sheets and files of one report show, computed once."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from transforms.model.wording import current

Contents = TypeVar("Contents")
Result = TypeVar("Result")
# Beside the fields of the contents: a copy with other fields begins without results.
_RESULTS = "_results"


def computed_once(function: Callable[[Contents], Result]) -> Callable[[Contents], Result]:
    """Computes a function of one report's frozen contents once in each language, and keeps the result as long as these."""

    @wraps(function)
    def computed(contents: Contents) -> Result:
        results = vars(contents).setdefault(_RESULTS, {})
        key = (function, current())
        if key not in results:
            results[key] = function(contents)
        found: Result = results[key]
        return found

    return computed
