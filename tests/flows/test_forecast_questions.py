"""The ten past questions of docs/forecast_questions.yaml: their answers are those that docs/forecast.md shows."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from flows import run_request
from flows.forecasting import backtests
from transforms.rules import load

DOCS = Path(run_request.__file__).parent.parent / "docs"
QUESTIONS = DOCS / "forecast_questions.yaml"
ROW = re.compile(
    r"\| (?P<as_of>[\d-]{10}) \| `(?P<question>[^`]+)` \| (?P<p10>[\d.]+) \| (?P<p50>[\d.]+) \| (?P<p90>[\d.]+) "
    r"\| (?P<round>\d+), (?P<date>[\d-]{10}) \| (?P<published>\d+) \| (?P<within>yes|no) \|"
)
# Points: futures are drawn with a seed, and a library may draw other numbers from it.
NEARLY = 1.0


def documented() -> list[dict[str, str]]:
    """The rows of the table in the docs, as text."""
    return [found.groupdict() for found in ROW.finditer((DOCS / "forecast.md").read_text(encoding="utf-8"))]


def answered(questions: Path) -> pl.DataFrame:
    """The answers as `drawline backtest --questions` gives them."""
    return backtests.answered(run_request.SHIPPED_ROUNDS, load(), questions)


def agree(answer: dict[str, object], row: dict[str, str]) -> None:
    """Holds an answer against its row in the docs."""
    assert answer["question"] == row["question"]
    assert (answer["as_of"], answer["date"]) == (date.fromisoformat(row["as_of"]), date.fromisoformat(row["date"]))
    assert (answer["round"], answer["published"]) == (row["round"], int(row["published"]))
    quantiles = [float(row[name]) for name in ("p10", "p50", "p90")]
    assert [answer[name] for name in ("p10", "p50", "p90")] == pytest.approx(quantiles, abs=NEARLY)
    assert answer["is_within"] == (row["within"] == "yes")


def test_the_docs_show_every_question_that_was_written_down() -> None:
    asked = re.findall(r"as_of: ([\d-]+), round: \"?([^\"}]+)\"?}", QUESTIONS.read_text(encoding="utf-8"))
    assert [(row["as_of"], row["question"]) for row in documented()] == asked
    assert len(asked) == 10


@pytest.mark.parametrize("place", [1, 9])
def test_an_answer_to_a_past_question_is_the_documented_one(place: int, tmp_path: Path) -> None:
    row = documented()[place]
    one = tmp_path / "one.yaml"
    one.write_text(f'questions: [{{as_of: {row["as_of"]}, round: "{row["question"]}"}}]\n', encoding="utf-8")
    agree(answered(one).row(0, named=True), row)


@pytest.mark.slow
def test_nine_of_the_ten_questions_are_answered_within_the_interval() -> None:
    made = answered(QUESTIONS)
    for answer, row in zip(made.iter_rows(named=True), documented(), strict=True):
        agree(answer, row)
    assert made["is_within"].to_list().count(True) == 9
