"""The reasons of eligibility as one text, made once for each distinct set of answers."""

from __future__ import annotations

from itertools import product

import polars as pl
import pytest

from transforms.scoring import programs


def told(answers: tuple[bool | None, ...], names: list[str]) -> str:
    """The text of one client."""
    words = {False: "not met", None: "not known"}
    return "; ".join(
        f"P {words[answer]}: {name}" for name, answer in zip(names, answers, strict=True) if answer is not True
    )


@pytest.mark.parametrize("tests", [3, 16, 17, 32])
def test_each_answer_is_told_in_the_order_of_the_tests(tests: int) -> None:
    names = [f"t{place}" for place in range(tests)]
    first = list(product((True, False, None), repeat=3))
    rows = [(*own, *(True for _ in names[3:-1]), *own[:1])[:tests] for own in first]
    rows += [tuple(answer for _ in names) for answer in (True, False, None)]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.Boolean), orient="row")
    found = frame.select(programs._reasons({"P": [programs.Test(name, pl.col(name)) for name in names]})).to_series()
    assert found.to_list() == [told(row, names) for row in rows]
    assert frame.clear().select(
        programs._reasons({"P": [programs.Test(name, pl.col(name)) for name in names]})
    ).schema.dtypes() == [pl.String()]


def test_more_tests_than_a_code_holds_are_refused() -> None:
    tests = [programs.Test(f"t{place}", pl.col("t")) for place in range(programs.MAX_TESTS + 1)]
    with pytest.raises(ValueError, match="33 tests"):
        programs._reasons({"P": tests})
