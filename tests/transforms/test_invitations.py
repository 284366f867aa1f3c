"""Whom rounds invite from night to night, who holds an invitation, and who crosses the line of a round."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from transforms.model.frames import EVENTS
from transforms.rounds import invitations
from transforms.rounds.invitations import DECLINED, INVITATIONS
from transforms.rounds.rounds import CANDIDATES_SCHEMA, Round, RoundOutcome

MONDAY, TUESDAY = date(2026, 7, 20), date(2026, 7, 21)
BEFORE = date(2026, 3, 2)


NOBODY = pl.DataFrame(schema={"client_id": pl.String()})


def round_of(kind: str = "CEC", number: str = "428", cut_off: int = 516) -> Round:
    return Round(number, TUESDAY, kind, kind, 1000, cut_off, None)


def outcome(kind: str, **outcomes: str) -> RoundOutcome:
    rows = [{"client_id": client, "outcome": how, "crs_total": 520} for client, how in outcomes.items()]
    candidates = pl.DataFrame(rows, schema=CANDIDATES_SCHEMA)
    return RoundOutcome("428", kind, "428", kind, TUESDAY, 1000, 516, None, candidates)


def invitation(client: str = "a", held_on: date = MONDAY) -> pl.DataFrame:
    row = {"client_id": client, "round": "427", "held_on": held_on, "standing": "invited"}
    return pl.DataFrame([row], schema=INVITATIONS)


def declined(
    day: date | None = None,
    issued_on: date | None = None,
    by_round: str | None = None,
    *,
    is_new: bool = True,
    is_denied: bool = False,
) -> pl.DataFrame:
    rows = [] if day is None else [("a", day, issued_on, by_round, is_new, is_denied)]
    return pl.DataFrame(rows, schema=DECLINED, orient="row")


def record(status: str | None, submitted: datetime | None) -> pl.DataFrame:
    return pl.DataFrame(
        {"client_id": ["a", "b"], "pool_status": [status, "in_pool"], "profile_submitted_at": [submitted, None]},
        schema_overrides={"pool_status": pl.String(), "profile_submitted_at": pl.Datetime("us", "UTC")},
    )


@pytest.mark.parametrize(
    ("status", "submitted", "holds"),
    [
        ("in_pool", datetime(2026, 1, 1, tzinfo=UTC), True),
        (None, None, True),
        ("invited", datetime(2026, 1, 1, tzinfo=UTC), True),
        ("in_pool", datetime(2026, 7, 21, 12, tzinfo=UTC), False),
        # Still Monday in Ottawa.
        ("in_pool", datetime(2026, 7, 21, 3, 59, tzinfo=UTC), True),
    ],
)
def test_who_holds_an_invitation(status: str | None, submitted: datetime | None, holds: bool) -> None:
    found = invitations.invitation_holders(invitation(), record(status, submitted), declined())
    assert found["client_id"].to_list() == (["a"] if holds else [])


@pytest.mark.parametrize(("declined_on", "holds"), [(MONDAY, True), (TUESDAY, False)])
@pytest.mark.parametrize("status_since", ["declined", "in_pool"])
def test_a_decline_ends_what_came_before_its_record(declined_on: date, status_since: str, holds: bool) -> None:
    found = invitations.invitation_holders(invitation(), record(status_since, None), declined(declined_on))
    assert found["client_id"].to_list() == (["a"] if holds else [])


@pytest.mark.parametrize(
    ("issued_on", "by_round", "is_new", "holds"),
    [
        (None, None, True, False),
        # Said again of an invitation of before the round, as a file does that was copied.
        (None, None, False, True),
        (BEFORE, "420", False, True),
        (BEFORE, "420", True, True),
        (BEFORE, None, True, True),
        (None, "420", True, True),
        # Named, whatever the record before said.
        (MONDAY, "427", False, False),
        (None, "427", False, False),
        (BEFORE, "427", False, False),
        (TUESDAY, None, False, False),
    ],
)
def test_a_record_that_says_declined_ends_the_invitation_of_which_it_speaks(
    issued_on: date | None, by_round: str | None, is_new: bool, holds: bool
) -> None:
    said = declined(TUESDAY, issued_on, by_round, is_new=is_new)
    found = invitations.invitation_holders(invitation(), record("declined", None), said)
    assert found["client_id"].to_list() == (["a"] if holds else [])


@pytest.mark.parametrize(
    ("denied_on", "by_round", "holds"),
    [
        (TUESDAY, "427", False),
        # Whoever had none by a later round had none by this one.
        (TUESDAY, "431", False),
        (TUESDAY, "420", True),
        (BEFORE, "427", True),
    ],
)
def test_a_record_that_says_that_no_invitation_came(denied_on: date, by_round: str, holds: bool) -> None:
    said = declined(denied_on, by_round=by_round, is_denied=True)
    found = invitations.invitation_holders(invitation(), record("in_pool", None), said)
    assert found["client_id"].to_list() == (["a"] if holds else [])
    if not holds:
        over = invitations.ended(invitation(), invitation().clear(), (record("in_pool", None),) * 2, said, MONDAY)
        assert over["text"].to_list() == [
            "the invitation by round 427 of 2026-07-20 is over: none came by the record of 2026-07-21"
        ]


@pytest.mark.parametrize(
    ("status", "issued_on", "by_round", "says_so"),
    [
        ("in_pool", None, "427", True), (None, None, "427", True), ("in_pool", None, "428", True),
        ("in_pool", None, "426", False), ("in_pool", None, None, False), ("in_pool", MONDAY, "427", False),
        ("invited", None, "427", False), ("declined", None, "427", True), ("declined", None, "428", False),
        ("declined", MONDAY, "427", False),
    ],
)  # fmt: skip
def test_what_says_that_a_round_gave_no_invitation(
    status: str | None, issued_on: date | None, by_round: str | None, says_so: bool
) -> None:
    row = pl.DataFrame(
        [(status, issued_on, by_round)], orient="row",
        schema={"pool_status": pl.String(), "ita_issued_on": pl.Date(), "ita_round": pl.String()},
    )  # fmt: skip
    assert row.select(invitations.says_no_invitation(pl.lit("427"))).item() is says_so


def test_the_night_on_which_an_invitation_is_over() -> None:
    earlier, none_taken_back = invitation(), invitation().clear()
    in_pool, newer = record("in_pool", None), record("in_pool", datetime(2026, 7, 21, 12, tzinfo=UTC))

    def over(
        then: pl.DataFrame, now: pl.DataFrame, said: pl.DataFrame, withdrawn: pl.DataFrame = none_taken_back
    ) -> list[tuple[Any, ...]]:
        found = invitations.ended(earlier, withdrawn, (then, now), said, MONDAY)
        assert found.schema == pl.Schema(EVENTS)
        return found.select("client_id", "kind", "what", "reason", "text").rows()

    event = ("a", "invitation_ended", "427", "data_changed")
    text = "the invitation by round 427 of 2026-07-20 is over: "
    assert over(in_pool, in_pool, declined()) == []
    assert over(in_pool, record("declined", None), declined(TUESDAY)) == [
        (*event, f"{text}declined by the record of 2026-07-21")
    ]
    assert over(in_pool, newer, declined()) == [(*event, f"{text}a newer profile was submitted on 2026-07-21")]
    assert over(newer, newer, declined()) == []
    taken_back = earlier.with_columns(pl.lit("withdrawn").alias("standing"))
    assert over(in_pool, newer, declined(), taken_back) == []


def test_a_corrected_round_takes_back_what_it_gave_in_error() -> None:
    by_it = invitations.invited(outcome("CEC", a="invited", b="invited"), invitation().clear())
    gone = invitations.withdrawn(outcome("CEC", a="invited", b="not_invited"), by_it, NOBODY)
    assert gone.select("client_id", "round", "standing").rows() == [("b", "428", "withdrawn")]
    assert invitations.active_invitations(pl.concat([by_it, gone]))["client_id"].to_list() == ["a"]
    by_an_earlier_one = pl.DataFrame({"client_id": ["a"]})
    both = invitations.withdrawn(outcome("CEC", a="invited", b="not_invited"), by_it, by_an_earlier_one)
    assert both["client_id"].to_list() == ["a", "b"]
    held = invitations.invitation_holders(pl.concat([by_it, gone]), record("in_pool", None), declined())
    assert held["client_id"].to_list() == ["a"]
    assert invitations.events_of(gone)["kind"].to_list() == ["invitation_withdrawn"]
    again = invitations.invited(outcome("CEC", a="invited", b="invited"), pl.DataFrame({"client_id": ["a"]}))
    assert invitations.active_invitations(pl.concat([by_it, gone, again]))["client_id"].to_list() == ["a", "b"]


def test_an_invitation_that_the_record_does_not_tell_of_yet() -> None:
    held = invitations.invitation_holders(invitation(), record("in_pool", None), declined())
    told = {"ita_issued_on": [None, None], "ita_round": [None, None]}
    candidates = record("in_pool", None).with_columns(
        pl.Series(name, values, dtype=pl.Date if name == "ita_issued_on" else pl.String)
        for name, values in told.items()
    )
    filled = invitations.with_invitations(candidates, held)
    assert filled.columns == candidates.columns
    assert filled.select("client_id", "pool_status", "ita_issued_on", "ita_round").rows() == [
        ("a", "invited", MONDAY, "427"), ("b", "in_pool", None, None),
    ]  # fmt: skip
    said = candidates.with_columns(ita_issued_on=pl.lit(TUESDAY), ita_round=pl.lit("428"))
    filled = invitations.with_invitations(said, held)
    assert filled.drop("pool_status").equals(said.drop("pool_status"))
    assert filled["pool_status"].to_list() == ["invited", "in_pool"]
    of_an_earlier_one = said.with_columns(ita_issued_on=pl.lit(MONDAY - timedelta(days=9)), ita_round=pl.lit("420"))
    filled = invitations.with_invitations(of_an_earlier_one, held).row(0, named=True)
    assert (filled["pool_status"], filled["ita_issued_on"], filled["ita_round"]) == ("invited", MONDAY, "427")


@pytest.mark.parametrize("status", ["applied", "withdrawn", "expired"])
def test_who_applied_or_left_is_not_invited_any_more(status: str) -> None:
    nothing = [
        pl.lit(None, dtype).alias(name) for name, dtype in (("ita_issued_on", pl.Date()), ("ita_round", pl.String()))
    ]
    candidates = record(status, None).with_columns(nothing)
    held = invitations.invitation_holders(invitation(), candidates, declined())
    filled = invitations.with_invitations(candidates, held).row(0, named=True)
    assert (filled["pool_status"], filled["ita_round"]) == (status, "427")


def test_who_has_no_status_on_record_is_invited_by_a_round() -> None:
    nothing = [
        pl.lit(None, dtype).alias(name) for name, dtype in (("ita_issued_on", pl.Date()), ("ita_round", pl.String()))
    ]
    candidates = record(None, None).with_columns(nothing)
    held = invitations.invitation_holders(invitation(), candidates, declined())
    assert invitations.with_invitations(candidates, held)["pool_status"].to_list() == ["invited", "in_pool"]


def test_whom_a_round_invites() -> None:
    held = outcome("CEC", a="invited", b="invited", c="not_invited", d="undetermined")
    found = invitations.invited(held, pl.DataFrame({"client_id": ["b"]}))
    assert found.schema == pl.Schema(INVITATIONS)
    assert found.select("client_id", "round", "kind", "held_on", "crs_total", "cut_off").rows() == [
        ("a", "428", "CEC", TUESDAY, 520, 516)
    ]
    told = invitations.events_of(found)
    assert told.schema == pl.Schema(EVENTS)
    assert told.select("client_id", "kind", "what", "reason", "points_after").rows() == [
        ("a", "invited", "428", "round", 520)
    ]
    assert told["text"].to_list() == ["invited with 520 points by round 428 (CEC) of 2026-07-21, cut-off 516"]


def test_the_pool_is_left_by_an_invitation_and_entered_where_it_is_taken_back() -> None:
    rows = [("a", "pool", "left", "data_changed"), ("b", "pool", "entered", "data_changed"),
            ("c", "pool", "left", "data_changed"), ("a", "score", "crs_total", "data_changed"),
            ("b", "pool", "left", "profile_expired")]  # fmt: skip
    columns = ["client_id", "kind", "what", "reason"]
    found = pl.DataFrame([dict(zip(columns, row, strict=True)) for row in rows], schema=EVENTS)
    turns = pl.concat([invitation("a"), invitation("b").with_columns(pl.lit("withdrawn").alias("standing"))])
    told = invitations.by_rounds(found, turns)
    assert told.schema == found.schema
    assert told["reason"].to_list() == ["round", "round", "data_changed", "data_changed", "profile_expired"]


def test_what_two_nights_apart_changed_of_the_invitations() -> None:
    given, gone = invitation(), invitation().with_columns(pl.lit("withdrawn").alias("standing"))
    other = invitation("b")
    assert invitations.net(invitation().clear(), pl.concat([given, gone, other]))["client_id"].to_list() == ["b"]
    assert invitations.net(given, pl.concat([gone, other])).select("client_id", "standing").rows() == [
        ("a", "withdrawn"), ("b", "invited"),
    ]  # fmt: skip
    assert invitations.net(given, pl.concat([gone, given])).is_empty()


def test_the_round_of_a_record_that_gives_the_day_alone() -> None:
    held = invitations.invitation_holders(invitation(), record("in_pool", None), declined())
    cells = {"ita_issued_on": [MONDAY, None], "ita_round": [None, None]}
    candidates = record("invited", None).with_columns(
        pl.Series(name, values, dtype=pl.Date if name == "ita_issued_on" else pl.String)
        for name, values in cells.items()
    )
    assert invitations.with_invitations(candidates, held)["ita_round"].to_list() == ["427", None]
    assert invitations.confirmed(invitation(), candidates).rows() == [("a", "427", MONDAY)]
    assert invitations.confirmed(invitation(), candidates.with_columns(ita_round=pl.lit("420"))).is_empty()


def test_the_lines_that_a_client_is_above() -> None:
    clients = pl.DataFrame({"client_id": ["a", "b", "c"]})
    held = [
        outcome("general", a="invited", b="not_invited"),
        outcome("CEC", a="invited", b="invited", c="undetermined"),
    ]
    assert invitations.above(held, clients).to_list() == ["CEC|general", "CEC", ""]
    assert invitations.above([], clients).to_list() == ["", "", ""]
    assert invitations.above(held, clients.clear()).to_list() == []
    assert invitations.above([], clients.clear()).dtype == pl.String()


def night(**clients: tuple[int, str]) -> pl.DataFrame:
    rows = [(client, total, above, 1) for client, (total, above) in clients.items()]
    schema = {"client_id": pl.String(), "crs_total": pl.Int16(), "above": pl.String(), "rank": pl.Int32()}
    return pl.DataFrame(rows, schema=schema, orient="row")


def change(client: str, kind: str, reason: str, points: int | None = None) -> dict[str, Any]:
    return {"client_id": client, "kind": kind, "reason": reason, "points": points}


def crossed(
    before: pl.DataFrame,
    after: pl.DataFrame,
    then: Round | None,
    now: Round,
    changes: tuple[dict[str, Any], ...] = (),
    out: tuple[str, ...] = (),
) -> list[tuple[Any, ...]]:
    rounds = ({then.kind: then} if then else {}), {now.kind: now}
    told = pl.DataFrame(list(changes), schema=EVENTS)
    holders = pl.DataFrame({"client_id": list(out)}, schema={"client_id": pl.String()})
    found = invitations.crossings(before, after, rounds, told, holders)
    assert found.schema == pl.Schema(EVENTS)
    return found.select("client_id", "kind", "what", "reason", "points").rows()


LINE = round_of()


def test_nobody_crosses_where_nothing_changes() -> None:
    both = night(a=(520, "CEC"), b=(510, ""))
    assert crossed(both, both, LINE, LINE) == []


def test_the_line_moves() -> None:
    lower, higher = round_of(number="429", cut_off=505), round_of(number="429", cut_off=525)
    before = night(a=(520, "CEC"), b=(510, ""))
    assert crossed(before, night(a=(520, "CEC"), b=(510, "CEC")), LINE, lower) == [
        ("b", "above_cutoff", "CEC", "round", 0)
    ]
    assert crossed(before, night(a=(520, ""), b=(510, "")), LINE, higher) == [("a", "below_cutoff", "CEC", "round", 0)]


def test_who_enters_the_pool_does_not_cross_by_the_round() -> None:
    lower = round_of(number="429", cut_off=505)
    outside = night(a=(520, "")).with_columns(pl.lit(None, pl.Int32()).alias("rank"))
    own = (change("a", "pool", "profile_submitted"),)
    assert crossed(outside, night(a=(520, "CEC")), LINE, lower, own) == [
        ("a", "above_cutoff", "CEC", "profile_submitted", 0)
    ]


def test_the_client_moves() -> None:
    before = night(a=(520, "CEC"), b=(510, ""))
    after = night(a=(509, ""), b=(560, "CEC"))
    own = (
        change("a", "score", "birthday", -11),
        change("b", "score", "test_expired", -6),
        change("b", "score", "work_year_reached", 56),
    )
    assert crossed(before, after, LINE, LINE, own) == [
        ("b", "above_cutoff", "CEC", "work_year_reached", 50), ("a", "below_cutoff", "CEC", "birthday", -11),
    ]  # fmt: skip


def test_both_move_and_the_reason_is_what_was_needed() -> None:
    lower = round_of(number="429", cut_off=505)
    before = night(a=(510, ""), b=(490, ""))
    after = night(a=(515, "CEC"), b=(510, "CEC"))
    own = (change("a", "score", "data_changed", 5), change("b", "score", "data_changed", 20))
    assert crossed(before, after, LINE, lower, own) == [
        ("a", "above_cutoff", "CEC", "round", 5), ("b", "above_cutoff", "CEC", "data_changed", 20),
    ]  # fmt: skip


def test_a_new_client_above_the_line_is_news_and_one_who_is_gone_is_not() -> None:
    assert crossed(night(b=(520, "CEC")), night(a=(520, "CEC")), LINE, LINE) == [
        ("a", "above_cutoff", "CEC", "data_changed", None)
    ]


def test_a_holder_of_an_invitation_crosses_no_line() -> None:
    before, after = night(a=(520, "CEC"), b=(510, "")), night(a=(509, ""), b=(560, "CEC"))
    assert crossed(before, after, LINE, LINE, out=("a", "b")) == []


def test_a_round_of_a_kind_that_had_none() -> None:
    line = round_of("french", "429", 400)
    before, after = night(a=(450, "")), night(a=(450, "french"))
    assert crossed(before, after, None, line) == [("a", "above_cutoff", "french", "round", 0)]
