"""Characters that would steer a terminal are shown as escapes, and all others stay."""

from __future__ import annotations

import unicodedata

import pytest

from transforms.model.printable import printable


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\x1b[31mred\x1b[0m", r"\x1b[31mred\x1b[0m"),
        ("\x1b]8;;http://x\x07link", r"\x1b]8;;http://x\x07link"),
        ("\x9b2J\x7f\x00\r", r"\x9b2J\x7f\x00\x0d"),
        ("gpj.\u202exslx", r"gpj.\u202exslx"),
        ("a\u2066b\u2069\u2028c", r"a\u2066b\u2069\u2028c"),
        ("\udcff.csv", r"\udcff.csv"),
        ("\U000e0041", r"\U000e0041"),
    ],
)
def test_what_steers_a_terminal_is_escaped(text: str, expected: str) -> None:
    assert printable(text) == expected


def test_no_control_character_is_left() -> None:
    text = "".join(map(chr, (*range(0xD800), *range(0xE000, 0x110000))))
    left = {sign for sign in printable(text) if unicodedata.category(sign) in {"Cc", "Zl", "Zp"}}
    assert left == {"\n", "\t"}


@pytest.mark.parametrize(
    "text",
    [
        "Anne\tRoy\n",
        "pay\u00e9 1\u202f200\u00a0$ \u2014 \u00ab oui \u00bb",
        "\u0645\u0631\u064a\u0645\u200f",
        "\U0001f600",
    ],
)
def test_text_stays(text: str) -> None:
    assert printable(text) == text
