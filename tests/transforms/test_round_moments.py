"""Who is in the pool at the moment of a round: to the second where it was published, by the day where it was not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import hypothesis
import polars as pl
import pytest
from hypothesis import strategies as st

import sample_data
from flows import run_request
from flows.main_run import run_intake, run_law, run_rounds, run_scoring, run_state
from tests import oracle
from tests.transforms.shared import law_of
from tests.transforms.test_rounds import AS_OF, TIE_BREAK, Row, frame_of, outcomes, published_round, to_simulate
from transforms.model.columns import SUBMITTED_LATEST
from transforms.rounds import rounds
from transforms.rounds.rounds import Round, Simulated
from transforms.scoring.ranking import is_live_at
from validation.rounds import rounds_file

MOMENT = datetime(2021, 9, 14, 13, 6, 2, tzinfo=UTC)
SECOND = timedelta(seconds=1)
CASES = Path(__file__).parent.parent / "data" / "law" / "05_moment_of_the_round"


@pytest.fixture
def held() -> Callable[..., rounds.RoundOutcome]:
    """Holds a round on clients as of a day; a client may have profile_submitted_latest."""

    def made(what: Round | Simulated, *rows: Row, as_of: date = AS_OF) -> rounds.RoundOutcome:
        latest = [row.get(SUBMITTED_LATEST) for row in rows]
        frame = frame_of([{key: row[key] for key in row if key != SUBMITTED_LATEST} for row in rows], as_of)
        spans = pl.Series(SUBMITTED_LATEST, latest, dtype=pl.Datetime("us", "UTC"))
        return rounds.hold(what, frame.with_columns(spans), law_of(as_of))

    return made


def at(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=UTC)  # type: ignore[arg-type, misc]


def above_the_line(**row: Any) -> Row:
    return {"crs_total": 470, **row}


def span(first: datetime, last: datetime, **row: Any) -> Row:
    return {"profile_submitted_at": first, SUBMITTED_LATEST: last, **row}


AROUND = [
    (MOMENT - SECOND, "invited", ""),
    (MOMENT, "invited", ""),
    (MOMENT + SECOND, "not_invited", "the profile was submitted after the round of 2021-09-14 13:06:02 UTC"),
    # A year's end: until the same time, without that second.
    (at(2020, 9, 14, 13, 6, 1), None, ""),
    (at(2020, 9, 14, 13, 6, 2), None, ""),
    (at(2020, 9, 14, 13, 6, 3), "invited", ""),
]


@pytest.mark.parametrize(("submitted", "outcome", "reason"), AROUND)
def test_the_moment_of_a_round_decides_to_the_second(
    submitted: datetime, outcome: str | None, reason: str, held: Callable[..., rounds.RoundOutcome]
) -> None:
    made = held(published_round(held_at=MOMENT), above_the_line(profile_submitted_at=submitted))
    assert made.held_at == MOMENT
    expected = [] if outcome is None else [(outcome, reason, 1 if outcome == "invited" else None)]
    assert made.candidates.select("outcome", "reason", "rank").rows() == expected


OF_29_FEBRUARY = [
    (at(2021, 2, 28, 16), at(2020, 2, 29, 16), True),
    (at(2021, 3, 1, 15, 59, 59), at(2020, 2, 29, 16), True),
    (at(2021, 3, 1, 16), at(2020, 2, 29, 16), False),
    (at(2024, 2, 29, 15, 59, 59), at(2023, 2, 28, 16), False),
    (at(2024, 2, 28, 15, 59, 59), at(2023, 2, 28, 16), True),
    # 29 February in UTC, still the 28th in Ottawa, whose clock and calendar count.
    (at(2021, 2, 28, 18), at(2020, 2, 29, 3), True),
    (at(2021, 3, 1, 3, 0, 1), at(2020, 2, 29, 3), False),
]


@pytest.mark.parametrize(("moment", "submitted", "is_there"), OF_29_FEBRUARY)
def test_a_profile_of_29_february_ends_on_1_march_at_its_time(
    moment: datetime, submitted: datetime, *, is_there: bool, held: Callable[..., rounds.RoundOutcome]
) -> None:
    day = moment.astimezone(ZoneInfo(rounds.OTTAWA)).date()
    one = published_round(date=day, held_at=moment, cut_off=400)
    made = held(one, above_the_line(profile_submitted_at=submitted), as_of=day)
    assert outcomes(made) == (
        {"C-0": "invited"} if is_there else ({"C-0": "not_invited"} if made.candidates.height else {})
    )


def test_a_year_counts_by_the_clocks_of_ottawa_across_a_change_of_time(
    held: Callable[..., rounds.RoundOutcome],
) -> None:
    """Submitted on 2021-03-14 at noon in summer time; a year later at noon it was summer time again, since the 13th."""
    day = date(2022, 3, 14)
    for moment, outcome in ((at(2022, 3, 14, 15, 59, 59), "invited"), (at(2022, 3, 14, 16), "not_invited")):
        one = published_round(date=day, held_at=moment, cut_off=400)
        assert set(outcomes(held(one, {"profile_submitted_at": at(2021, 3, 14, 16)}, as_of=day)).values()) <= {outcome}


UNPUBLISHED = (
    "the moment of the round of 2021-09-14 was not published, and the profile was submitted or ended on that day"
)
OF_THE_DAY = [
    # The day of Ottawa, from 04:00 UTC on.
    (at(2021, 9, 14, 3, 59, 59), "invited", ""),
    (at(2021, 9, 14, 4), "undetermined", UNPUBLISHED),
    (at(2021, 9, 15, 3, 59, 59), "undetermined", UNPUBLISHED),
    (at(2020, 9, 14, 4), "undetermined", UNPUBLISHED),
    (at(2020, 9, 15, 3, 59, 59), "undetermined", UNPUBLISHED),
    (at(2020, 9, 15, 4), "invited", ""),
]


@pytest.mark.parametrize(("submitted", "outcome", "reason"), OF_THE_DAY)
def test_without_a_published_moment_a_profile_of_that_day_is_undetermined(
    submitted: datetime, outcome: str, reason: str, held: Callable[..., rounds.RoundOutcome]
) -> None:
    made = held(published_round(), above_the_line(profile_submitted_at=submitted))
    assert made.candidates.select("outcome", "reason").row(0) == (outcome, reason)
    assert made.held_at is None


def test_without_a_published_moment_who_is_below_the_cut_off_is_not_invited(
    held: Callable[..., rounds.RoundOutcome],
) -> None:
    made = held(published_round(), {"crs_total": 461, "profile_submitted_at": at(2021, 9, 14, 12)})
    assert made.candidates.select("outcome", "reason").row(0) == ("not_invited", "below the cut-off")


def test_a_profile_newer_than_an_older_round_meets_the_cut_off_and_is_not_invited(
    held: Callable[..., rounds.RoundOutcome],
) -> None:
    one = published_round(date=date(2021, 8, 19), held_at=at(2021, 8, 19, 14))
    clients = [above_the_line(profile_submitted_at=at(2021, 9, day, 12)) for day in (1, 2)]
    made = held(one, *clients, above_the_line(), {"crs_total": 400})
    assert outcomes(made) == {"C-0": "not_invited", "C-1": "not_invited", "C-2": "invited", "C-3": "not_invited"}
    by_client = dict(made.candidates.select("client_id", "meets_cut_off").rows())
    assert by_client == {"C-0": True, "C-1": True, "C-2": True, "C-3": False}


def test_a_round_of_the_own_pool_is_held_at_the_end_of_the_day(held: Callable[..., rounds.RoundOutcome]) -> None:
    made = held(to_simulate("CEC", 1), above_the_line(profile_submitted_at=at(2021, 9, 15, 3, 59, 59)))
    assert outcomes(made) == {"C-0": "invited"}


# The moments as published.


@pytest.fixture(scope="module")
def published() -> dict[str, Round]:
    """The shipped rounds by number."""
    read = rounds_file.rounds(rounds_file.read(Path(sample_data.__file__).parent / "rounds.json"))
    return {one.number: one for one in read}


WINDOWS = [
    ("204", at(2021, 9, 14, 13, 6, 2), at(2021, 9, 14, 13, 6, 2)),
    # In the evening of Ottawa, the next day in UTC.
    ("8", at(2015, 4, 18), at(2015, 4, 18)),
    # Moment and day contradict each other: anywhen on the day, or at that moment.
    ("104", at(2018, 11, 14, 5), at(2018, 11, 15, 14, 6, 7)),
    ("111", at(2019, 2, 20, 1, 43, 14), at(2019, 2, 21, 4, 59, 59)),
    # A slip of ten days tells nothing.
    ("357", at(2025, 7, 22, 4), at(2025, 7, 23, 3, 59, 59)),
    ("444", at(2026, 9, 16, 4), at(2026, 9, 17, 3, 59, 59)),
]


@pytest.mark.parametrize(("number", "first", "last"), WINDOWS)
def test_when_a_published_round_was_held(
    number: str, first: datetime, last: datetime, published: dict[str, Round]
) -> None:
    assert published[number].window == (first, last)


def test_every_published_tie_break_is_before_the_end_of_the_round(published: dict[str, Round]) -> None:
    timed = [one for one in published.values() if one.tie_break is not None]
    assert len(timed) > 350
    assert [one.number for one in timed if one.tie_break is not None and one.tie_break > one.window[1]] == []


def test_what_ircc_said_of_a_round_is_among_its_notes(
    published: dict[str, Round], held: Callable[..., rounds.RoundOutcome]
) -> None:
    assert "some candidates of this round were not invited" in held(published["418"], {}).notes[0]


# Profiles that are stated as a day or to the minute.

DAY = (at(2021, 9, 11, 4), at(2021, 9, 12, 3, 59, 59))
MINUTE = (at(2021, 9, 11, 10, 55), at(2021, 9, 11, 10, 55, 59))


def test_only_at_the_cut_off_on_the_day_of_the_tie_break_a_day_is_undetermined(
    held: Callable[..., rounds.RoundOutcome],
) -> None:
    whole = timedelta(days=1)
    made = held(
        published_round(held_at=MOMENT),
        span(*(moment - whole for moment in DAY)), span(*DAY), span(*(moment + whole for moment in DAY)),
        span(*DAY, crs_total=463), span(*DAY, crs_total=461), span(*MINUTE),
        span(*(moment - timedelta(minutes=1) for moment in MINUTE)),
    )  # fmt: skip
    assert outcomes(made) == {
        "C-0": "invited", "C-1": "undetermined", "C-2": "not_invited", "C-3": "invited", "C-4": "not_invited",
        "C-5": "undetermined", "C-6": "invited",
    }  # fmt: skip
    reason = made.candidates.filter(pl.col("client_id") == "C-1")["reason"].item()
    assert (
        reason
        == "at the cut-off, and profile_submitted_at does not tell whether before the tie-break 2021-09-11 10:55:43 UTC"
    )


def test_a_day_that_touches_the_moment_of_the_round_is_undetermined(held: Callable[..., rounds.RoundOutcome]) -> None:
    of_the_round = (at(2021, 9, 14, 4), at(2021, 9, 15, 3, 59, 59))
    minute = (at(2021, 9, 14, 13, 6), at(2021, 9, 14, 13, 6, 59))
    a_year_before = (at(2020, 9, 14, 4), at(2020, 9, 15, 3, 59, 59))
    spans = (of_the_round, minute, a_year_before)
    made = held(published_round(held_at=MOMENT), *(span(*one, crs_total=470) for one in spans))
    assert set(outcomes(made).values()) == {"undetermined"}
    assert set(made.candidates["reason"]) == {
        "profile_submitted_at does not tell whether the profile was in the pool at the round of 2021-09-14 13:06:02 UTC"
    }


def test_who_has_no_day_is_ranked_by_score_and_undetermined_in_published_rounds(
    held: Callable[..., rounds.RoundOutcome],
) -> None:
    clients = [{"crs_total": score, "profile_submitted_at": None} for score in (470, 462, 461)]
    made = held(published_round(held_at=MOMENT), *clients)
    assert outcomes(made) == {"C-0": "undetermined", "C-1": "undetermined", "C-2": "not_invited"}
    own = held(to_simulate("CEC", 2), *clients, {"crs_total": 465})
    assert outcomes(own) == {"C-0": "invited", "C-1": "not_invited", "C-2": "not_invited", "C-3": "invited"}
    assert own.candidates["client_id"].to_list() == ["C-0", "C-3", "C-1", "C-2"]


OWN = [
    # Of two for one place: a day and a second within it.
    ([DAY, (TIE_BREAK, None)], 1, ["undetermined", "undetermined"]),
    # The day is over before the second.
    ([DAY, (at(2021, 9, 12, 4), None)], 1, ["invited", "not_invited"]),
    ([(at(2021, 9, 11, 3, 59, 59), None), DAY], 1, ["invited", "not_invited"]),
    # Both have a place.
    ([DAY, (TIE_BREAK, None)], 2, ["invited", "invited"]),
    # The first of three is sure of two places, the other two share what is left.
    ([(at(2021, 9, 10, 4), None), DAY, DAY], 2, ["invited", "undetermined", "undetermined"]),
    ([DAY, (None, None)], 1, ["undetermined", "undetermined"]),
]


@pytest.mark.parametrize(("moments", "size", "expected"), OWN)
def test_the_last_place_of_the_own_pool_among_days(
    moments: list[tuple[datetime | None, datetime | None]],
    size: int,
    expected: list[str],
    held: Callable[..., rounds.RoundOutcome],
) -> None:
    rows = [{"profile_submitted_at": first, SUBMITTED_LATEST: last} for first, last in moments]
    made = held(to_simulate("CEC", size), *rows)
    assert [outcomes(made)[f"C-{number}"] for number in range(len(rows))] == expected
    assert made.size == expected.count("invited")


def test_the_headline_counts_rounds_of_the_last_months_and_categories_in_force() -> None:
    day = date(2026, 8, 7)
    law = law_of(day)
    found = {
        name: rounds.is_recent(published_round(date=held_on, kind=kind), law, 6)
        for name, held_on, kind in (
            ("six months ago", date(2026, 2, 7), "CEC"), ("a day less", date(2026, 2, 8), "CEC"),
            ("today", day, "french"), ("tomorrow", date(2026, 8, 8), "CEC"), ("agriculture", date(2026, 8, 1), "agriculture"),
        )
    }  # fmt: skip
    assert found == {
        "six months ago": False, "a day less": True, "today": True, "tomorrow": False,
        "agriculture": "agriculture" in rounds.categories.in_force(law),
    }  # fmt: skip


# The second scorer, which reads the instructions by itself.

LEAP_DAYS = [date(2020, 2, 29), date(2021, 2, 28), date(2021, 3, 1), date(2024, 2, 29), date(2023, 3, 1)]
NEAR = st.builds(
    lambda day, seconds: datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(seconds=seconds),
    st.one_of(st.sampled_from(LEAP_DAYS), st.dates(date(2020, 1, 1), date(2025, 12, 31))),
    st.integers(0, 86_399),
)
NUDGES = st.sampled_from([timedelta(seconds=seconds) for seconds in (-1, 0, 1, 59, 3600, 43_200)])


@hypothesis.settings(max_examples=300, deadline=None)
@hypothesis.given(
    first=NEAR, length=st.sampled_from([0, 0, 59, 86_399]), years=st.integers(0, 1), nudge=NUDGES, day=st.booleans()
)
def test_engine_and_second_scorer_agree_on_who_is_there(
    first: datetime, length: int, years: int, nudge: timedelta, *, day: bool
) -> None:
    """Profiles of a second, a minute and a day around rounds of a moment and of a day, a year apart or not."""
    span_ = (first, first + timedelta(seconds=length))
    moment = datetime(first.year + years, 3, 1, tzinfo=UTC) if (first.month, first.day) == (2, 29) else first.replace(
        year=first.year + years
    )  # fmt: skip
    moment += nudge
    window = Round("1", moment.astimezone(ZoneInfo(rounds.OTTAWA)).date(), "CEC", "CEC", 1, 1, None,
                   None if day else moment).window  # fmt: skip
    schema = {name: pl.Datetime("us", "UTC") for name in ("profile_submitted_at", SUBMITTED_LATEST)}
    frame = pl.DataFrame([(span_[0], span_[1] if length else None)], schema=schema, orient="row")
    found = frame.select(is_live_at(window, law_of(date(2024, 1, 5)), frame.columns)).item()
    assert found == oracle.lives_within(span_, window)


# Clients of a firm, from their files.

FIRM = [
    ("2021-02-13", "176", {"jr06": "not_invited", "jr07": "invited"}),
    ("2023-02-02", "240", {"jr33": "not_invited", "jr32": "invited"}),
]


@pytest.mark.parametrize(("day", "number", "expected"), FIRM)
def test_clients_of_a_firm_at_the_moment_of_the_round(day: str, number: str, expected: dict[str, str]) -> None:
    inputs = tuple(sorted(CASES.glob("*.csv")))
    run = run_state.Run(run_request.Request("test", inputs, date.fromisoformat(day), rounds=(number,)))
    for stage in (run_law.open_law, run_intake.take_in, run_scoring.score, run_rounds.hold_rounds):
        stage(run)
    assert {client: outcomes(run.outcomes[0]).get(client) for client in expected} == expected
