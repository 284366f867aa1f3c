"""A page states what the engine found: shares, caps, programs, places, changes, dates and law, in either language."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from datetime import date
from typing import Any

import polars as pl
import pytest

from reports.letter import letter as letter_
from reports.letter.book import titles
from reports.letter.contents import Letter, LettersContents
from reports.letter.letter import letters
from reports.letter.shown import shown
from tests.french import english_left
from transforms.forecast.chances import SCHEMA
from transforms.model import wording

Made = Callable[..., LettersContents]
FOREIGN = {"foreign_work_years": "3"}
CERTIFIED = {"certificate_of_qualification": "yes", "certificate_noc": "72200"}


def page(contents_of: Made, **stated: Any) -> Letter:
    (made,) = letters(contents_of(stated))
    return made


def test_the_groups_add_up_to_the_score_and_name_their_components(contents_of: Made) -> None:
    made = page(contents_of)
    points = {one.letter: (one.points, one.maximum) for one in made.shares}
    assert points == {"A": (395, 500), "B": (0, 0), "C": (50, 100), "D": (0, 600)}
    assert made.score == 445
    assert made.score_note == "of 1,200 points, without a spouse or partner"
    assert made.shares[0].parts == "age 72, education 135, first official language 124, Canadian work 64"
    assert made.shares[1].parts == "without a spouse or partner"
    assert made.shares[3].parts == "no points"


def test_a_block_that_is_full_says_which_points_are_lost(contents_of: Made) -> None:
    assert page(contents_of).caps == ["Education combinations: 100 points, but the maximum is 50; 50 points are lost."]


def test_a_group_that_is_full_is_named_beside_its_blocks(contents_of: Made) -> None:
    made = page(contents_of, **FOREIGN, **CERTIFIED)
    assert made.shares[2].points == 100
    assert made.caps == [
        "Education combinations: 100 points, but the maximum is 50; 50 points are lost.",
        "Foreign work combinations: 100 points, but the maximum is 50; 50 points are lost.",
        "Skill transferability: 150 points, but the maximum is 100; 50 points are lost.",
    ]


def test_a_score_without_full_shares_loses_nothing(contents_of: Made) -> None:
    made = page(contents_of, education_level="secondary")
    assert made.caps == ["No points are lost to a maximum."]


def test_each_program_has_its_answer_and_the_reason_in_one_line(contents_of: Made) -> None:
    found = {one.name: (one.key, one.reason) for one in page(contents_of, certificate_of_qualification="no").programs}
    assert found["Canadian Experience Class"] == ("yes", "All conditions are met.")
    key, reason = found["Federal Skilled Trades class"]
    assert key == "no"
    assert "a certificate of qualification, or an offer in the trade" in reason
    assert all("\n" not in reason for _key, reason in found.values())


def test_missing_facts_leave_a_program_undetermined(contents_of: Made) -> None:
    found = {one.name: one for one in page(contents_of, canadian_work_months_last_36="").programs}
    one = found["Canadian Experience Class"]
    assert (one.key, one.answer) == ("undetermined", "undetermined")
    assert one.reason == "Not known: 12 months of Canadian work in the last 36."


def test_the_ranks_are_those_of_the_pools_and_the_nation_is_said_to_be_modelled(contents_of: Made) -> None:
    first, second = letters(contents_of({"client_id": "low", "education_level": "secondary"}, {"client_id": "high"}))
    assert dict(first.places)["Rank in the firm's pool"] == "2 of 2"
    assert dict(second.places)["Rank in the firm's pool"] == "1 of 2"
    national = dict(second.places)["Rank in the modelled national pool"]
    assert national.startswith("about ")
    assert "modelled" in second.places_note


def test_a_modelled_rank_shows_three_digits() -> None:
    assert [letter_._rounded(number) for number in (7, 84, 999, 1_234, 56_789, 221_987)] == [
        7, 84, 999, 1_230, 56_800, 222_000,
    ]  # fmt: skip


def test_a_client_outside_the_pool_has_no_rank(contents_of: Made) -> None:
    made = page(contents_of, pool_status="withdrawn")
    assert dict(made.places)["Rank in the firm's pool"] == "none: outside the pool on this day"
    assert made.places_note == ""
    assert made.steps[0].what == "No change was tried: no round is ahead of this file."


def test_a_nominee_has_no_modelled_rank(contents_of: Made) -> None:
    made = page(contents_of, provincial_nomination="ON")
    assert dict(made.places)["Rank in the modelled national pool"] == "not modelled among nominees"


def test_the_last_cut_offs_are_those_of_rounds_that_the_client_is_eligible_for(contents_of: Made) -> None:
    assert dict(page(contents_of).places)["Last cut-offs"] == "CEC 432: 516 (\u221271)"


def test_three_changes_at_most_are_shown_with_gain_and_score(contents_of: Made) -> None:
    made = page(contents_of)
    assert 1 <= len(made.steps) <= 3
    for one in made.steps:
        assert int(one.total.replace(",", "")) - made.score == int(one.gain.replace("\u2212", "-"))


def test_dates_name_what_happens_and_what_is_at_stake(contents_of: Made) -> None:
    events = {one.on: one for one in page(contents_of).events}
    assert list(events) == sorted(events)
    end = events["2027-01-11"]
    assert (end.what, end.act_by, end.stake) == (
        "The profile of 2026-01-11 ends: a new one is needed", "2027-01-10", "profile",
    )  # fmt: skip
    assert events["2027-05-17"].what == "Turns 37 (\u22126 points)"


def test_more_events_than_fit_are_counted(contents_of: Made) -> None:
    contents = contents_of({})
    event = contents.coming.events.head(1)
    many = pl.concat(
        event.with_columns(on=pl.lit(date(2026, 9, day)), subject=pl.lit(str(day)), points=pl.lit(-1, pl.Int16))
        for day in range(1, 10)
    )
    (made,) = letters(replace(contents, coming=replace(contents.coming, events=many)))
    assert (len(made.events), made.events_note) == (6, "3 more events within 12 months.")


def test_one_sentence_says_from_when_the_score_is_provisional(contents_of: Made) -> None:
    made = page(contents_of)
    assert made.law.startswith("Scores from 3 November 2026 are provisional: the points of ")
    assert made.law.endswith("The client has Canadian work or a job offer on record.")
    other = page(contents_of, canadian_work_years="0", canadian_work_months_last_36="0")
    assert other.law.endswith("The client has neither Canadian work nor a job offer on record.")


def test_chances_stand_there_where_a_forecast_was_asked_for(contents_of: Made) -> None:
    contents = contents_of({})
    chances = pl.DataFrame([("C-1", 0.0, 0.5, 0.999, "")], schema=SCHEMA, orient="row")
    (made,) = letters(replace(contents, chances=chances))
    text = "<1% within 30 days, 50% within 90 days, >99% within 180 days"
    assert dict(made.places)["Chance of an invitation"] == text
    assert "Chance of an invitation" not in dict(page(contents_of).places)


def test_nothing_on_the_page_is_advice_to_the_client(contents_of: Made) -> None:
    texts = [*_texts(asdict(page(contents_of, **FOREIGN)))]
    assert not [text for text in texts if "you " in f"{text.lower()} " or "should" in text.lower()]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, one in value.items():
            if name != "key":
                yield from _texts(one)
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from _texts(one)


def test_a_french_page_holds_no_english(contents_of: Made) -> None:
    clients = [
        {"client_id": "C-1"},
        {"client_id": "C-2", **FOREIGN, **CERTIFIED},
        {"client_id": "C-3", "pool_status": "withdrawn", "canadian_work_months_last_36": ""},
        {"client_id": "C-4", "education_level": "secondary", "marital_status": "married", "spouse_accompanying": "yes"},
    ]
    with wording.using("fr"):
        pages = letters(contents_of(*clients))
        texts = [text for one in pages for text in _texts(asdict(one))]
    assert "âge 72, éducation 135, première langue officielle 124, Travail au Canada 64" in texts
    assert english_left(texts, allowed=["Okafor, Ada", "Desk A", "IELTS General Training"]) == []


def test_a_missing_translation_is_found(contents_of: Made) -> None:
    with pytest.raises(AssertionError):
        assert english_left(_texts(asdict(page(contents_of)))) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\nb\tc", "a b c"),
        ("Ada \u202eevil\u202c", "Ada evil"),
        ("\u0639\u0628\u062f\u200c\u0644", "\u0639\u0628\u062f\u200c\u0644"),
        ("x" * 20, "xxxxxxxxx…"),
        ("\x00\ufffe", ""),
    ],
)
def test_foreign_text_is_one_short_line(text: str, expected: str) -> None:
    assert shown(text, 10) == expected


def test_titles_of_sheets_are_safe_and_no_two_alike() -> None:
    made = titles(["a/b", "a:b", "A b", "History", "'x'", "[]", "n" * 60, "n" * 61])
    assert made == ["a b", "a b (2)", "A b (3)", "History (2)", "x", "Client", "n" * 25 + "…", "n" * 25 + "… (2)"]
    assert max(map(len, made)) <= 31
