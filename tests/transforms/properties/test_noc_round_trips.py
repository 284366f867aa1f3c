"""Codes of NOC 2016 and NOC 2021 that stand for one another alone: there and back is the same code and the same answer."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from tests.transforms.shared import law_of
from transforms.facts.noc import Occupations, concordance, noc_2016, noc_2021, targets

NEW_NOC = date(2022, 11, 16)


def pairs() -> list[tuple[str, str]]:
    """The codes that the concordance matches one to one: NOC 2016, NOC 2021."""
    forth, back = concordance()
    return [(old, new[0]) for old, new in forth.items() if len(new) == 1 and back[new[0]] == (old,)]


def test_there_and_back_is_the_same_code() -> None:
    assert len(pairs()) > 300
    to_2021, to_2016 = targets(in_noc_2021=True), targets(in_noc_2021=False)
    for old, new in pairs():
        assert to_2021[old] == (new,) == to_2021[new]
        assert to_2016[new] == (old,) == to_2016[old]


def test_every_code_is_among_those_that_it_leads_to_lead_back_to() -> None:
    forth, back = concordance()
    for code in noc_2016().titles:
        assert all(code in back[new] for new in forth[code])
    for code in noc_2021().titles:
        assert all(code in forth[old] for old in back[code])


@pytest.mark.parametrize("day", [date(2022, 11, 15), NEW_NOC, date(2026, 8, 7)], ids=str)
def test_either_code_of_a_pair_has_the_same_answers(day: date) -> None:
    occupations = Occupations(law_of(day))
    codes = pl.DataFrame(pairs(), schema=["old", "new"], orient="row")
    asked = (occupations.is_skilled, occupations.is_senior_management, occupations.is_trade)
    for number, answer in enumerate(asked):
        found = codes.select(answer(pl.col("old")).alias("old"), answer(pl.col("new")).alias("new"))
        assert found["old"].equals(found["new"]), number
        assert found["old"].n_unique() > 1, number
    assert codes.select(occupations.is_same(pl.col("old"), pl.col("new"))).to_series().all()
