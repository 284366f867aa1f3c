"""Four scores in one cell, as trackers write them."""

from __future__ import annotations

import pytest

from transforms.model.columns import CANDIDATES
from validation.mapping.answers import Context, Derived
from validation.mapping.scores import scores


def read(text: str, language: str = "english", order: str = "") -> Derived:
    options = {"language": language, "order": order} if order else {"language": language}
    return scores(text, Context(options, CANDIDATES.column(f"{language}_listening"), None, "Scores"))


@pytest.mark.parametrize(
    "text",
    [
        "L 8 R 7.5 W 7 S 6", "S 6 W 7 R 7.5 L 8", "L8R7.5W7S6", "L8, R7,5, W7, S6", "L=8; R=7,5; W=7; S=6", "l:8 r:7.5 w:7 s:6",
        "Speaking: 6 | Listening: 8 | Reading: 7.5 | Writing: 7", "L: 8\nR: 7.5\nW: 7\nS: 6", "8L 7.5R 7W 6S",
        "8 (L) 7.5 (R) 7 (W) 6 (S)", "Overall 7.5 (L 8, R 7.5, W 7, S 6)", "L 8 R 7.5 W 7 S 6 (Overall 7.0)",
        "Listening - 8, Reading - 7.5, Writing - 7, Speaking - 6", "L8/R7.5/W7/S6",
    ],
)  # fmt: skip
def test_labelled_scores_need_no_order(text: str) -> None:
    assert read(text).texts == ("8", "7.5", "7", "6", None)


@pytest.mark.parametrize(
    "text",
    ["8/7.5/7/6", "8 / 7,5 / 7 / 6", "8;7,5;7;6", "8, 7.5, 7, 6", "8,7.5,7,6", "8 7.5 7 6", "8-7.5-7-6", "8|7.5|7|6"],
)
def test_scores_without_labels_take_the_order_of_the_map(text: str) -> None:
    assert read(text, order="LRWS").texts == ("8", "7.5", "7", "6", None)
    assert read(text, order="swrl").texts == ("6", "7", "7.5", "8", None)
    assert "the map does not say their order" in read(text).problem


@pytest.mark.parametrize(
    ("text", "four"),
    [
        ("8,8,7,6", ("8", "8", "7", "6")),
        ("7, 5, 7, 7", ("7", "5", "7", "7")),
        ("7/5/7/7", ("7", "5", "7", "7")),
        ("60,50,70,65", ("60", "50", "70", "65")),
        ("300,280,310,320", ("300", "280", "310", "320")),
        ("8,7.5,7,5.5", ("8", "7.5", "7", "5.5")),
    ],
)
def test_a_comma_that_can_be_no_decimal_one_divides(text: str, four: tuple[str, ...]) -> None:
    assert read(text, order="LRWS").texts == (*four, None)


@pytest.mark.parametrize(
    "text",
    [
        "CO 300 CE 280 EE 310 EO 320", "EO: 320 / EE: 310 / CE: 280 / CO: 300",
        "Compréhension orale : 300 / Compréhension écrite : 280 / Expression écrite : 310 / Expression orale : 320",
    ],
)  # fmt: skip
def test_labels_in_french(text: str) -> None:
    assert read(text, "french").texts == ("300", "280", "310", "320", None)


@pytest.mark.parametrize(
    ("text", "language", "test"),
    [
        ("IELTS: L 8 R 7.5 W 7 S 7", "english", "IELTS"),
        ("CELPIP-G L8 R8 W8 S8", "english", "CELPIP-G"),
        ("IELTS 8/7.5/7/7", "english", "IELTS"),
        ("TEF Canada CO:300 CE:280 EE:310 EO:320", "french", "TEF Canada"),
    ],
)
def test_the_test_that_a_cell_names_is_kept(text: str, language: str, test: str) -> None:
    assert read(text, language, "LRWS").texts[-1] == test


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("2026-05-07 00:00:00", "A spreadsheet turned the scores into a date."),
        ("L 8 R 7.5 W 7", "The cell gives no score for speaking."),
        ("L 8 R 7 R 8 W 7 S 7", "The cell gives two scores for reading."),
        ("8/7/7", "The cell does not hold four scores."),
        ("8,7,5,7,7", "7,5 may be two scores, or one with a decimal comma."),
        ("7,5,7,7", "7,5 may be two scores, or one with a decimal comma."),
        ("6,5,6,5", "6,5 may be two scores, or one with a decimal comma."),
        ("8,7,7,0", "7,0 may be two scores, or one with a decimal comma."),
        ("IELTS 7,5,7,7", "7,5 may be two scores, or one with a decimal comma."),
        ("7, 5,7, 7", "The cell does not hold four scores."),
        ("7.5", "The cell does not hold four scores."),
        ("CLB 9", "The cell does not hold four scores."),
        ("booked for May", "The scores cannot be read."),
        ("X 8 R 7 W 7 S 7", "'X' is no label of a score."),
        ("L 8 R 7.5 W 7 S 7 retake", "The scores cannot be read."),
    ],
)
def test_what_is_no_four_scores_is_refused(text: str, problem: str) -> None:
    found = read(text, order="LRWS")
    assert (found.texts, found.problem) == ((), problem)
    assert found.fix
