"""Real headings of sixteen sources, each matched without the synonyms that come from that source alone."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from validation.mapping.heading_row import match_row
from validation.mapping.matching import Match

SOURCES = json.loads((Path(__file__).parents[2] / "data" / "headings" / "headers.json").read_text(encoding="utf-8"))[
    "sources"
]


def outcome_of(expect: str | None, found: Match) -> str:
    if expect is None:
        return f"never ours: {found.how}"
    if expect.startswith(("derive:", "ignore:")):
        return f"{expect.split(':')[0]}: {'proposed' if found.how == 'derived' else 'missed'}"
    if found.how not in {"taken", "proposed", "derived"}:
        return "column: missed"
    is_right = found.named in {one.strip() for one in expect.split("|")}
    return f"column: {found.how} {'right' if is_right else 'wrong'}"


@pytest.fixture(scope="module")
def counts() -> Counter[str]:
    counted: Counter[str] = Counter()
    for source in SOURCES:
        headings = [one["header"] for one in source["headers"]]
        for one, found in zip(source["headers"], match_row(headings, without=source["id"]), strict=True):
            counted[outcome_of(one["expect"], found)] += 1
    return counted


def share(counts: Counter[str], name: str, *outcomes: str, of: str, total: int) -> float:
    """The share of headings with some outcomes among those of a kind, printed under a name of its own."""
    headings = sum(count for outcome, count in counts.items() if outcome.startswith(of))
    assert headings == total
    found = sum(counts[outcome] for outcome in outcomes)
    print(f"{name}: {found} of {headings} ({found / headings:.1%})")
    return found / headings


def test_at_least_69_percent_of_our_headings_are_taken_or_proposed_right(counts: Counter[str]) -> None:
    right = ("column: taken right", "column: proposed right", "column: derived right")
    assert share(counts, "taken or proposed right", *right, of="column", total=115) >= 0.69


def test_no_heading_is_taken_for_another_column(counts: Counter[str]) -> None:
    assert share(counts, "taken wrong", "column: taken wrong", of="column", total=115) == 0


def test_at_most_4_percent_are_proposed_for_another_column(counts: Counter[str]) -> None:
    wrong = ("column: proposed wrong", "column: derived wrong")
    assert share(counts, "proposed wrong", *wrong, of="column", total=115) <= 0.04


def test_at_most_two_headings_that_are_never_ours_are_taken(counts: Counter[str]) -> None:
    assert share(counts, "never ours, taken", "never ours: taken", of="never", total=133) * 133 <= 2


def test_at_most_10_percent_that_are_never_ours_are_proposed(counts: Counter[str]) -> None:
    proposed = ("never ours: proposed", "never ours: derived")
    assert share(counts, "never ours, proposed", *proposed, of="never", total=133) <= 0.10


def test_at_least_12_of_16_headings_to_derive_from_are_proposed(counts: Counter[str]) -> None:
    assert round(share(counts, "derivations proposed", "derive: proposed", of="derive", total=16) * 16) >= 12


def test_an_age_is_named_with_the_reason_why_it_is_not_read(counts: Counter[str]) -> None:
    assert share(counts, "ages named", "ignore: proposed", of="ignore", total=2) == 1
