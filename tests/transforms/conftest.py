"""What tests of the rounds share: the shipped rounds and the law."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest

import sample_data
from transforms.forecast.forecast import Outlook, Question, outlook
from transforms.rules import Rules, load
from validation.rounds import rounds_file

LAST_ROUND = date(2026, 8, 7)


@pytest.fixture(scope="session")
def rules() -> Rules:
    """The shipped law."""
    return load()


@pytest.fixture(scope="session")
def rounds() -> pl.DataFrame:
    """The shipped rounds."""
    return rounds_file.read(Path(sample_data.__file__).parent / "rounds.json")


@pytest.fixture(scope="session")
def ahead(rounds: pl.DataFrame, rules: Rules) -> Outlook:
    """What is known on the day of the last shipped round."""
    return outlook(rounds, rules, LAST_ROUND)


@pytest.fixture(scope="session")
def known_by(rounds: pl.DataFrame, rules: Rules) -> Callable[[date, list[Question]], Outlook]:
    """What is known on a day."""
    return lambda day, questions: outlook(rounds, rules, day, questions)
