"""Exact rounds: who belongs, where the line falls, who is above it, and how a round is asked for."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sample_data
from flows import run_request
from flows.main_run import run_intake, run_law, run_scoring, run_state
from tests.transforms.shared import NO_OFFER, law_of
from transforms.rounds import rounds
from transforms.rounds.rounds import Cutoff, Round, RoundError, Simulated
from transforms.scoring import ranking
from validation.rounds import rounds_file

SAMPLES = Path(sample_data.__file__).parent
SCHEMA = {
    "client_id": pl.String(),
    "crs_total": pl.Int16(),
    "profile_submitted_at": pl.Datetime("us", "UTC"),
    "pool_status": pl.String(),
    **{f"{name}_eligible": pl.Boolean() for name in ("pool", "cec", "fsw", "fst")},
    "is_nominated": pl.Boolean(),
    **NO_OFFER,
    "job_bank_registered": pl.Boolean(),
    "eligibility_reasons": pl.String(),
    **{f"category_{kind}": pl.Boolean() for kind in rounds.CATEGORIES},
}
AS_OF = date(2021, 9, 14)
TIE_BREAK = datetime(2021, 9, 11, 10, 55, 43, tzinfo=UTC)
SECOND = timedelta(seconds=1)
Row = dict[str, Any]


def frame_of(rows: list[Row], as_of: date) -> pl.DataFrame:
    """Clients given by what differs from one in the pool who is eligible for CEC alone, placed as of a day."""
    plain: Row = {
        "crs_total": 462, "profile_submitted_at": datetime(as_of.year, 1, 10, 12, tzinfo=UTC), "pool_status": "in_pool",
        "cec_eligible": True, "fsw_eligible": False, "fst_eligible": False, "pool_eligible": True,
        "is_nominated": False, "has_offer": False, "offer_employers": 0, "job_bank_registered": True, "eligibility_reasons": "",
        **{f"category_{kind}": False for kind in rounds.CATEGORIES},
    }  # fmt: skip
    clients = [{"client_id": f"C-{number}"} | plain | row for number, row in enumerate(rows)]
    return ranking.placed_in_pool(pl.DataFrame(clients, schema=SCHEMA), law_of(as_of))


@pytest.fixture
def held() -> Callable[..., rounds.RoundOutcome]:
    """Holds a round on clients as of a day."""

    def made(what: Round | Simulated, *rows: Row, as_of: date = AS_OF) -> rounds.RoundOutcome:
        return rounds.hold(what, frame_of(list(rows), as_of), law_of(as_of))

    return made


def to_simulate(kind: str, size: int) -> Simulated:
    return Simulated(f"{kind}:{size}", kind, size, None)


def published_round(**changes: Any) -> Round:
    fields: dict[str, Any] = {
        "number": "204", "date": AS_OF, "name": "Canadian Experience Class", "kind": "CEC", "size": 2000,
        "cut_off": 462, "tie_break": TIE_BREAK,
    }  # fmt: skip
    return Round(**fields | changes)


def outcomes(outcome: rounds.RoundOutcome) -> dict[str, str]:
    return dict(outcome.candidates.select("client_id", "outcome").rows())


def invited(outcome: rounds.RoundOutcome) -> set[str]:
    return {client for client, said in outcomes(outcome).items() if said == "invited"}


# The published cut-off and tie-break.


def test_one_second_either_side_of_the_tie_break(held: Callable[..., rounds.RoundOutcome]) -> None:
    times = (TIE_BREAK - SECOND, TIE_BREAK, TIE_BREAK + SECOND)
    outcome = held(published_round(), *({"profile_submitted_at": time} for time in times))
    assert outcomes(outcome) == {"C-0": "invited", "C-1": "invited", "C-2": "not_invited"}
    assert outcome.candidates["reason"].to_list() == [
        "", "", "at the cut-off, but submitted after the tie-break 2021-09-11 10:55:43 UTC"
    ]  # fmt: skip


def test_the_time_matters_only_at_the_cut_off(held: Callable[..., rounds.RoundOutcome]) -> None:
    outcome = held(
        published_round(),
        {"crs_total": 463, "profile_submitted_at": datetime(2021, 9, 13, 12, tzinfo=UTC)},
        {"crs_total": 461, "profile_submitted_at": datetime(2020, 10, 1, tzinfo=UTC)},
    )
    assert outcomes(outcome) == {"C-0": "invited", "C-1": "not_invited"}
    assert outcome.candidates["distance"].to_list() == [1, -1]


def test_before_the_tie_break_all_at_the_cut_off_are_invited(held: Callable[..., rounds.RoundOutcome]) -> None:
    as_of = date(2017, 5, 31)
    outcome = held(
        published_round(date=as_of, tie_break=None, cut_off=413), {"crs_total": 413}, {"crs_total": 412}, as_of=as_of
    )
    assert outcomes(outcome) == {"C-0": "invited", "C-1": "not_invited"}
    assert outcome.notes == []


def test_where_the_tie_break_was_not_published_the_cut_off_cannot_be_told(
    held: Callable[..., rounds.RoundOutcome],
) -> None:
    """Rounds 64 to 76: the rule stood, its time was not in the file."""
    as_of = date(2017, 11, 1)
    one = published_round(number="76", date=as_of, tie_break=None, cut_off=436)
    outcome = held(one, {"crs_total": 436}, {"crs_total": 437}, {"crs_total": 435}, as_of=as_of)
    assert outcomes(outcome) == {"C-0": "undetermined", "C-1": "invited", "C-2": "not_invited"}
    assert outcome.notes == [
        "round 76: no tie-break was published; whether those at the cut-off are invited is undetermined"
    ]


def test_a_round_of_another_day_names_the_as_of_to_use(held: Callable[..., rounds.RoundOutcome]) -> None:
    assert "use --as-of 2021-08-19 " in held(published_round(date=date(2021, 8, 19))).notes[0]
    assert held(published_round()).notes == []


def test_a_round_of_no_known_kind_tells_nobody(held: Callable[..., rounds.RoundOutcome]) -> None:
    outcome = held(published_round(name="Lighthouse keepers", kind=rounds_file.OTHER_KIND), {"crs_total": 900})
    assert outcomes(outcome) == {"C-0": "undetermined"}
    assert "no kind of round that is known" in outcome.notes[0]


# Who belongs to a round's grouping.

PEOPLE: list[Row] = [
    {},
    {"cec_eligible": False, "fsw_eligible": True},
    {"cec_eligible": False, "fst_eligible": True},
    {"is_nominated": True},
    {"pool_eligible": False, "cec_eligible": False},
    {"pool_eligible": None, "cec_eligible": None},
    {"pool_status": "invited"},
]
GROUPINGS = [
    ("general", {"C-0", "C-1", "C-2", "C-3"}, {"C-5"}),
    ("CEC", {"C-0"}, {"C-5"}),
    ("FSW", {"C-1"}, set()),
    ("FST", {"C-2"}, set()),
    ("PNP", {"C-3"}, set()),
]


@pytest.mark.parametrize(("kind", "belong", "unknown"), GROUPINGS)
def test_groupings(kind: str, belong: set[str], unknown: set[str], held: Callable[..., rounds.RoundOutcome]) -> None:
    outcome = held(to_simulate(kind, 100), *PEOPLE)
    assert invited(outcome) == belong
    assert {client for client, said in outcomes(outcome).items() if said == "undetermined"} == unknown


@pytest.mark.parametrize(("as_of", "nominee_too"), [(date(2017, 6, 21), True), (date(2017, 6, 22), False)])
def test_nominees_only_as_nominees(as_of: date, *, nominee_too: bool, held: Callable[..., rounds.RoundOutcome]) -> None:
    outcome = held(to_simulate("CEC", 100), {}, {"is_nominated": True}, as_of=as_of)
    assert invited(outcome) == ({"C-0", "C-1"} if nominee_too else {"C-0"})


CLASSES = [
    ("general", {"is_nominated": True}, "PNP"),
    ("general", {"fsw_eligible": True, "fst_eligible": True}, "CEC"),
    ("general", {"cec_eligible": False, "fsw_eligible": True, "fst_eligible": True}, "FSW"),
    ("general", {"cec_eligible": False, "fst_eligible": True}, "FST"),
    ("general", {"cec_eligible": None, "fsw_eligible": True}, None),
    ("FSW", {"fsw_eligible": True}, "FSW"),
    ("PNP", {"is_nominated": True}, "PNP"),
]


@pytest.mark.parametrize(("kind", "client", "class_"), CLASSES)
def test_the_class_of_an_invitation(
    kind: str, client: Row, class_: str | None, held: Callable[..., rounds.RoundOutcome]
) -> None:
    outcome = held(to_simulate(kind, 1), client, {"crs_total": 1, "pool_eligible": True})
    assert outcome.candidates.select("client_id", "outcome", "invited_as").row(0) == ("C-0", "invited", class_)
    assert (
        outcome.candidates.filter(pl.col("outcome") != "invited")["invited_as"].null_count()
        == outcome.candidates.height - 1
    )


# Rounds of a size on the own pool.


def test_top_of_the_own_pool(held: Callable[..., rounds.RoundOutcome]) -> None:
    outcome = held(to_simulate("CEC", 2), {"crs_total": 470}, {"crs_total": 450}, {"crs_total": 460})
    assert invited(outcome) == {"C-0", "C-2"}
    assert (outcome.cut_off, outcome.size, outcome.notes) == (460, 2, [])
    assert outcome.candidates["rank"].to_list() == [1, 2, 3]


def test_equals_to_the_second_at_the_last_place_are_both_invited(held: Callable[..., rounds.RoundOutcome]) -> None:
    outcome = held(
        to_simulate("CEC", 2), {"crs_total": 470}, {}, {}, {"profile_submitted_at": datetime(2021, 2, 1, tzinfo=UTC)}
    )
    assert invited(outcome) == {"C-0", "C-1", "C-2"}
    assert outcome.size == 3
    assert outcome.notes == ["CEC:2: 3 are invited, since those at the last place are equal in score and second"]


def test_before_the_tie_break_equals_in_score_are_all_invited(held: Callable[..., rounds.RoundOutcome]) -> None:
    as_of = date(2017, 6, 5)
    later = datetime(2017, 2, 1, tzinfo=UTC)
    clients: list[Row] = [{"crs_total": 470}, {}, {"profile_submitted_at": later}, {"crs_total": 461}]
    outcome = held(to_simulate("CEC", 2), *clients, as_of=as_of)
    assert invited(outcome) == {"C-0", "C-1", "C-2"}
    assert outcome.tie_break is None
    assert invited(held(to_simulate("CEC", 2), *clients, as_of=date(2017, 6, 6))) == {"C-0", "C-1"}


def test_more_invitations_than_clients(held: Callable[..., rounds.RoundOutcome]) -> None:
    outcome = held(to_simulate("CEC", 20), {}, {"crs_total": 400})
    assert invited(outcome) == {"C-0", "C-1"}
    assert (outcome.cut_off, outcome.size) == (400, 2)
    assert outcome.notes == ["CEC:20: 2 of 20 invitations found a client in the file's pool"]


@pytest.mark.parametrize("clients", [(), ({"cec_eligible": False, "fsw_eligible": True},)])
def test_nobody_to_invite(clients: tuple[Row, ...], held: Callable[..., rounds.RoundOutcome]) -> None:
    outcome = held(to_simulate("CEC", 5), *clients)
    assert outcome.candidates.is_empty()
    assert outcome.candidates.schema == rounds.CANDIDATES_SCHEMA
    assert (outcome.cut_off, outcome.tie_break, outcome.size) == (None, None, 0)


def test_a_category_round_before_there_were_any(held: Callable[..., rounds.RoundOutcome]) -> None:
    outcome = held(to_simulate("french", 5), {})
    assert invited(outcome) == set()
    assert "french:5: there is no category french on 2021-09-14" in outcome.notes


# What a --round means.


@pytest.fixture(scope="module")
def published() -> list[Round]:
    """The shipped rounds."""
    return rounds_file.rounds(rounds_file.read(SAMPLES / "rounds.json"))


ASKED = [
    ("444", date(2026, 8, 7), "444"),
    ("204", date(2026, 8, 7), "204"),
    ("91a", date(2026, 8, 7), "91a"),
    ("91b", date(2026, 8, 7), "91b"),
    ("latest", date(2026, 8, 7), "434"),
    ("latest", date(2026, 8, 6), "433"),
    ("latest", date(2021, 9, 14), "204"),
    ("latest:PNP", date(2021, 9, 14), "203"),
    ("latest:cec", date(2021, 9, 13), "202"),
    ("latest", date(2018, 5, 30), "91b"),
]


@pytest.mark.parametrize(("question", "as_of", "number"), ASKED)
def test_published_rounds_by_question(question: str, as_of: date, number: str, published: list[Round]) -> None:
    found = rounds.asked(question, published, as_of)
    assert isinstance(found, Round)
    assert found.number == number


def test_rounds_to_simulate_by_question(published: list[Round]) -> None:
    assert rounds.asked("cec:20", published, AS_OF) == Simulated("cec:20", "CEC", 20, None)
    assert rounds.asked("PNP:5@2026-12-01", published, AS_OF) == Simulated(
        "PNP:5@2026-12-01", "PNP", 5, date(2026, 12, 1)
    )


REFUSED = [
    ("999", "no published round 999; the file holds 1 to 444"),
    ("latest:military", "no published round of kind military on or before 2021-09-14"),
    ("latest:nobody", "no kind of round 'nobody'; the kinds are general, PNP"),
    ("CEC", "'CEC' is no round; give a number"),
    ("CEC:0", "needs at least one invitation"),
    ("CEC:1000001", "'CEC:1000001': a round has at most 1,000,000 invitations"),
    ("national:CEC:" + "9" * 5000, "at most 1,000,000 invitations"),
    ("CEC:5@2021-02-30", "2021-02-30 is no day of the calendar"),
    ("keepers:5", "no kind of round 'keepers'"),
]


@pytest.mark.parametrize(("question", "told"), REFUSED)
def test_questions_that_are_no_round(question: str, told: str, published: list[Round]) -> None:
    with pytest.raises(RoundError) as caught:
        rounds.asked(question, published, AS_OF)
    assert told in str(caught.value)


def test_what_the_words_of_a_question_tell_without_the_published_rounds() -> None:
    assert rounds.read("national:CEC:1000000") == Simulated("national:CEC:1000000", "CEC", 1_000_000, None, True)
    assert [rounds.read(text) for text in ("204", "91a", "999", "latest", "latest:pnp")] == [None] * 5
    for text in ("latest:nobody", "CEC:0", "keepers:5", "CEC"):
        with pytest.raises(RoundError):
            rounds.read(text)


def test_latest_of_each_kind(published: list[Round]) -> None:
    found = rounds.latest_of_each_kind(published, AS_OF)
    assert [(one.number, one.kind) for one in found] == [
        ("204", "CEC"),
        ("203", "PNP"),
        ("170", "general"),
        ("159", "FST"),
    ]


# The sample firm as of 2021-09-14, and the real round 204.


@pytest.fixture(scope="module")
def firm() -> pl.DataFrame:
    """The sample clients of September 2021, scored."""
    run = run_state.Run(run_request.Request("test", (SAMPLES / "clients_2021-09.xlsx",), AS_OF))
    for stage in (run_law.open_law, run_intake.take_in, run_scoring.score):
        stage(run)
    assert run.scored is not None
    return run.scored


@pytest.fixture(scope="module")
def round_204(firm: pl.DataFrame, published: list[Round]) -> rounds.RoundOutcome:
    """Round 204 on the sample clients."""
    return rounds.hold(rounds.asked("204", published, AS_OF), firm, law_of(AS_OF))


def test_round_204_is_as_published(round_204: rounds.RoundOutcome) -> None:
    assert (round_204.kind, round_204.date, round_204.size, round_204.cut_off, round_204.tie_break) == (
        "CEC", AS_OF, 2000, 462, TIE_BREAK
    )  # fmt: skip
    assert round_204.notes == []


def test_round_204_on_the_designed_clients(round_204: rounds.RoundOutcome, firm: pl.DataFrame) -> None:
    designed = json.loads((SAMPLES / "line_2021-09.json").read_text(encoding="utf-8"))
    found = outcomes(round_204)
    totals = dict(firm.select("client_id", "crs_total").rows())
    assert len(designed) == 17
    for one in designed:
        assert totals[one["client_id"]] == one["crs_total"], one["shows"]
        assert found.get(one["client_id"], "not_in_round") == one["outcome"], one["shows"]


def test_round_204_invites_exactly_those_of_the_line(round_204: rounds.RoundOutcome, firm: pl.DataFrame) -> None:
    """Row by row in plain Python: CEC, not nominated, in the pool, 463 or more, or 462 in time."""
    expected = {
        row["client_id"]
        for row in firm.iter_rows(named=True)
        if row["in_pool"] and row["cec_eligible"] and row["provincial_nomination"] is None
        and (row["crs_total"] >= 463 or (row["crs_total"] == 462 and row["profile_submitted_at"] <= TIE_BREAK))
    }  # fmt: skip
    assert invited(round_204) == expected
    assert len(expected) == 59


@pytest.mark.parametrize(("shift", "change"), [(-SECOND, {"C-0397"}), (timedelta(0), set()), (SECOND, {"C-0205"})])
def test_the_line_of_round_204_one_second_either_side(
    shift: timedelta, change: set[str], round_204: rounds.RoundOutcome, firm: pl.DataFrame
) -> None:
    """With the tie-break a second earlier or later, exactly the client of that second changes."""
    moved = rounds.hold(published_round(tie_break=TIE_BREAK + shift), firm, law_of(AS_OF))
    assert invited(moved) ^ invited(round_204) == change


# Whatever the pool.

TIMES = [datetime(2021, 3, 1, 12, 0, second, tzinfo=UTC) for second in range(4)]
CLIENTS = st.lists(
    st.fixed_dictionaries(
        {
            "crs_total": st.integers(455, 460),
            "profile_submitted_at": st.sampled_from(TIMES),
            "cec_eligible": st.sampled_from([True, True, True, False, None]),
            "is_nominated": st.booleans(),
            "pool_status": st.sampled_from(["in_pool", "in_pool", "declined", "withdrawn"]),
        }
    ),
    max_size=30,
)


@settings(max_examples=150, deadline=None)
@given(clients=CLIENTS, size=st.integers(1, 35), as_of=st.sampled_from([date(2021, 3, 5), date(2021, 9, 14)]))
def test_the_line_of_any_pool(clients: list[Row], size: int, as_of: date) -> None:
    """Nobody below the line invited, nobody above it left out, the last invited is the line, ties by time."""
    frame = frame_of(clients, as_of)
    outcome = rounds.hold(to_simulate("CEC", size), frame, law_of(as_of))
    competing = [
        (-client["crs_total"], client["profile_submitted_at"], f"C-{number}")
        for number, client in enumerate(clients)
        if client["cec_eligible"] and not client["is_nominated"] and client["pool_status"] != "withdrawn"
    ]
    in_order = sorted(competing)
    found = invited(outcome)
    if not in_order:
        assert found == set()
        assert outcome.cut_off is None
        return
    last = in_order[min(size, len(in_order)) - 1]
    assert (outcome.cut_off, outcome.tie_break) == (-last[0], last[1])
    assert found == {client for *key, client in in_order if tuple(key) <= last[:2]}
    assert len(found) >= min(size, len(in_order))
    assert outcome.size == len(found)
    # The same as the published round that has this line.
    line = published_round(date=as_of, cut_off=outcome.cut_off, tie_break=outcome.tie_break)
    assert invited(rounds.hold(line, frame, law_of(as_of))) == found


@settings(max_examples=50, deadline=None)
@given(clients=CLIENTS, size=st.integers(1, 35))
def test_the_line_of_any_pool_before_the_tie_break(clients: list[Row], size: int) -> None:
    """Whole groups of equal score: the smallest number of them that holds so many."""
    as_of = date(2021, 9, 14)
    frame = frame_of(clients, as_of)
    competing = frame.filter(pl.col("in_pool") & pl.col("cec_eligible") & ~pl.col("is_nominated"))
    line = rounds.line_of(competing, size, law_of(date(2017, 6, 5)))
    if competing.is_empty():
        assert line is None
        return
    assert line is not None and line.tie_break is None
    taken = competing.filter(line.invites())
    assert taken["crs_total"].min() == line.cut_off
    assert taken.height >= min(size, competing.height)
    assert taken.filter(pl.col("crs_total") > line.cut_off).height < size


def test_a_line_without_a_tie_break_takes_all_at_the_cut_off() -> None:
    frame = pl.DataFrame({"crs_total": [461, 462, 463], "profile_submitted_at": [TIE_BREAK] * 3})
    assert frame.select(Cutoff(462, None).invites()).to_series().to_list() == [False, True, True]


def test_who_competed_and_who_was_invited_in_a_round() -> None:
    clients = pl.DataFrame(
        {
            "client_id": ["A", "B", "C", "D"],
            "rank": [1, 2, 3, None],
            "outcome": ["invited", "not_invited", "undetermined", "not_invited"],
        }
    )
    outcome = rounds.RoundOutcome("1", "CEC", "1", "a round", AS_OF, 10, 500, None, clients, is_recent=True)
    assert rounds.competing(outcome) == 2
    assert rounds.invited_clients([outcome, outcome]).to_list() == ["A"]
    nobody = rounds.invited_clients([])
    assert (nobody.dtype, nobody.len()) == (pl.String(), 0)


def test_why_it_is_undetermined_whether_a_client_belongs_to_a_round() -> None:
    law = law_of(date(2026, 8, 7))
    people = pl.DataFrame({"pool_eligible": [True, None, False], "eligibility_reasons": ["", "why", "why not"]})
    of_a_category = people.select(said=rounds._undecided("healthcare", law))["said"].to_list()
    assert of_a_category[0] not in {"", None}
    assert of_a_category[1:] == ["why", "why not"]
    assert people.select(said=rounds._undecided("CEC", law))["said"].to_list() == ["", "why", "why not"]
