"""The palette can be read, and what its colours mean can be told apart by readers who cannot tell red from green."""

from __future__ import annotations

from itertools import combinations

import pytest

from reports.workbook.looks import BAND, LOOKS, MEANINGS, PAPER, READ_ON, TEXT
from reports.workbook.tints import RANGES

# WCAG 2.2, success criterion 1.4.3: text and what it stands on.
CONTRAST = 4.5
# CIE 1976: differences that are seen at a glance lie well above the 2.3 of a just noticeable one.
DISTANCE = 10.0
# Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB.
VISIONS = {
    "usual": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "no colour": ((0.2126, 0.7152, 0.0722),) * 3,
}
TO_XYZ = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
WHITE = (0.9505, 1.0, 1.089)


def linear(colour: str) -> list[float]:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def times(matrix: tuple[tuple[float, ...], ...], vector: list[float]) -> list[float]:
    return [sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix]


def luminance(colour: str) -> float:
    return times(TO_XYZ, linear(colour))[1]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def lab(colour: str, vision: str) -> tuple[float, float, float]:
    seen = [min(1.0, max(0.0, part)) for part in times(VISIONS[vision], linear(colour))]
    x, y, z = (
        part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116
        for part in (value / white for value, white in zip(times(TO_XYZ, seen), WHITE, strict=True))
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def distance(one: str, other: str, vision: str) -> float:
    parts = zip(lab(one, vision), lab(other, vision), strict=True)
    return float(sum((a - b) ** 2 for a, b in parts) ** 0.5)


def test_the_measures_are_those_of_the_standards() -> None:
    assert contrast("000000", "FFFFFF") == pytest.approx(21)
    assert contrast("767676", "FFFFFF") == pytest.approx(4.54, abs=0.01)
    # The red and green that a reader with deuteranopia takes for each other.
    assert distance("FF0000", "00FF00", "usual") > 3 * distance("C04040", "707020", "deuteranopia")


@pytest.mark.parametrize(("fill", "ink"), [(fill, ink) for fill, inks in READ_ON.items() for ink in inks])
def test_text_can_be_read_on_what_it_stands_on(fill: str, ink: str) -> None:
    assert contrast(fill, ink) >= CONTRAST


def test_the_text_of_every_look_and_tint_is_among_those_measured() -> None:
    for look in LOOKS.values():
        assert (look.ink or TEXT) in READ_ON[look.fill or PAPER]
    tints = {fill for ranges in RANGES.values() for _condition, fill in ranges}
    assert tints <= set(MEANINGS) <= READ_ON.keys()


@pytest.mark.parametrize("vision", ["usual", "protanopia", "deuteranopia"])
@pytest.mark.parametrize(("one", "other"), list(combinations((*MEANINGS, PAPER), 2)))
def test_colours_that_mean_something_can_be_told_apart(one: str, other: str, vision: str) -> None:
    assert distance(one, other, vision) >= DISTANCE


@pytest.mark.parametrize("look", RANGES)
def test_the_ranges_of_a_column_differ_from_one_another_without_colour(look: str) -> None:
    """On a black-and-white print each range has a lightness of its own."""
    fills = [fill for _condition, fill in RANGES[look]]
    for one, other in combinations(fills, 2):
        assert abs(lab(one, "no colour")[0] - lab(other, "no colour")[0]) >= 4
    assert BAND not in fills
