"""What rounds do to a small firm from night to night: whom they invite, what stands of it, and rounds that cannot be had."""

from __future__ import annotations

import json
import time
from datetime import date
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from flows.firm import settings
from flows.maintenance import rescore
from flows.nightly import night_state, nightly
from history.tables import INVITATIONS, ROUNDS_TABLE, RUNS, SCORES_TABLE
from tests.firm import (
    CLIENT,
    DAY,
    MONDAY,
    ROUND,
    SOME,
    TUESDAY,
    WEDNESDAY,
    Firm,
    alerts_of,
    assert_same,
    changed,
    clients,
    events,
    rounds_until,
)
from tests.loopback import serving
from transforms.outlook import unrecorded
from transforms.outlook.ahead import ENGINE_KINDS
from transforms.outlook.outlook_invited import DISREGARDED


def test_a_new_round_invites_once_until_the_client_declines(invited: Firm) -> None:
    row = invited.history.on(INVITATIONS, TUESDAY).filter(pl.col("client_id") == CLIENT).row(0, named=True)
    assert (row["round"], row["kind"], row["held_on"], row["crs_total"], row["cut_off"], row["invited_as"]) == (
        ROUND, "CEC", TUESDAY, 518, 516, "CEC",
    )  # fmt: skip
    assert {(CLIENT, "invited", "round"), (CLIENT, "pool", "round")} <= set(events(invited, TUESDAY))
    assert place_in_pool(invited, MONDAY) is not None
    assert place_in_pool(invited, TUESDAY) is None
    number = "429"
    line = {"drawName": "Canadian Experience Class", "drawCRS": "517", "drawCutOff": ""}
    invited.publish(WEDNESDAY, change={number: line})
    invited.night(WEDNESDAY)
    assert CLIENT not in invited.history.on(INVITATIONS, WEDNESDAY)["client_id"].to_list()
    assert not [one for one in events(invited, WEDNESDAY) if one[0] == CLIENT]
    invited.drop("b.xlsx", [changed(one, pool_status="declined") for one in clients(37)])
    thursday = WEDNESDAY + DAY
    invited.night(thursday)
    assert place_in_pool(invited, thursday) is not None
    back = {(CLIENT, "invitation_ended", "data_changed"), (CLIENT, "pool", "data_changed")}
    assert back <= set(events(invited, thursday))
    invited.publish(thursday + DAY, change={number: line, "430": line | {"drawDate": (thursday + DAY).isoformat()}})
    invited.night(thursday + DAY)
    assert invited.history.on(INVITATIONS, thursday + DAY).select("client_id", "round").rows() == [(CLIENT, "430")]


def test_a_decline_that_was_copied_ends_no_later_invitation(later: Firm) -> None:
    days = [TUESDAY + number * DAY for number in range(6)]
    line = {"drawName": "Canadian Experience Class", "drawCRS": "517", "drawCutOff": ""}
    second = {"430": line | {"drawDate": days[2].isoformat()}}
    later.publish(days[3], change=second)
    later.night(days[0])

    def said(name: str, day: date, **cells: str | date) -> list[tuple[str, str, str]]:
        later.drop(name, [changed(one, pool_status="declined", **cells) for one in clients(37)])
        later.night(day)
        return [one for one in events(later, day) if one[0] == CLIENT]

    assert (CLIENT, "invitation_ended", "data_changed") in said("b.xlsx", days[1], ita_round=ROUND)
    later.night(days[2])
    assert later.history.on(INVITATIONS, days[2]).select("client_id", "round").rows() == [(CLIENT, "430")]
    again = said("c.xlsx", days[3], ita_round=ROUND, given_name="Other")
    assert not [one for one in again if one[1] == "invitation_ended"]
    assert CLIENT in applications(later, days[3])
    over = said("d.xlsx", days[4], ita_round="430")
    assert (CLIENT, "invitation_ended", "data_changed") in over
    assert CLIENT not in applications(later, days[4])


def invited_by(firm: Firm, day: date) -> list[tuple[str, str, str]]:
    rows = firm.history.on(INVITATIONS, day).filter(pl.col("client_id") == CLIENT)
    return rows.select("round", "standing").rows()


@pytest.mark.parametrize(
    "cells",
    [
        {"pool_status": "invited", "ita_issued_on": TUESDAY, "ita_round": ROUND},
        {"pool_status": "applied", "ita_issued_on": TUESDAY, "ita_round": ROUND},
        {"pool_status": "withdrawn"},
    ],
)
def test_what_a_night_told_of_a_round_stands_whatever_file_came_the_same_day(
    invited: Firm, cells: dict[str, str | date]
) -> None:
    before = invited.history.on(INVITATIONS, TUESDAY)
    invited.drop("b.xlsx", [changed(one, **cells) for one in clients(37)])
    invited.night(TUESDAY)
    assert invited.history.on(INVITATIONS, TUESDAY).equals(before)
    assert (CLIENT, "invited", "round") in events(invited, TUESDAY)
    assert "below_cutoff" not in {kind for client, kind, _ in events(invited, TUESDAY) if client == CLIENT}
    assert place_in_pool(invited, TUESDAY) is None


def test_a_file_of_the_same_day_brings_nobody_above_the_line_of_a_round_that_was_held(later: Firm) -> None:
    later.publish(TUESDAY, change={ROUND: {"drawCRS": "520"}})
    later.night(TUESDAY)
    later.drop("b.xlsx", [changed(one, sibling_in_canada="yes") for one in clients(37)])
    later.night(TUESDAY)
    assert later.history.on(SCORES_TABLE, TUESDAY).filter(pl.col("client_id") == CLIENT)["crs_total"][0] > 520
    assert invited_by(later, TUESDAY) == []


def test_a_round_that_is_corrected_the_same_day_is_held_again(later: Firm) -> None:
    later.publish(TUESDAY, change={ROUND: {"drawCRS": "519"}})
    later.night(TUESDAY)
    assert invited_by(later, TUESDAY) == []
    later.publish(TUESDAY)
    assert nightly.news(night_state.NightRequest(TUESDAY, later.config, dry_run=True)).rounds == 1
    later.night(TUESDAY)
    assert invited_by(later, TUESDAY) == [(ROUND, "invited")]
    assert later.table(ROUNDS_TABLE).filter(pl.col("number") == ROUND).height == 1


def test_what_the_record_says_came_no_correction_takes_back(later: Firm) -> None:
    line = {"drawName": "Canadian Experience Class", "drawCRS": "517", "drawCutOff": ""}
    later.publish(WEDNESDAY, change={ROUND: {"drawCRS": "519"}, "429": line})
    later.night(WEDNESDAY)
    assert invited_by(later, WEDNESDAY) == [("429", "invited")]
    came = {"pool_status": "invited", "ita_issued_on": WEDNESDAY, "ita_round": "429"}
    later.drop("b.xlsx", [changed(one, **came) for one in clients(37)])
    later.night(WEDNESDAY + DAY)
    later.publish(WEDNESDAY, change={"429": line})
    later.night(WEDNESDAY + 2 * DAY)
    assert invited_by(later, WEDNESDAY + 2 * DAY) == []
    (told,) = [one for one in alerts_of(later, WEDNESDAY + 2 * DAY)["applications"] if one["client_id"] == CLIENT]
    assert told["ita_round"] == "429"


def test_a_decline_of_the_day_of_the_round_that_names_it_ends_it(invited: Firm) -> None:
    said = {"pool_status": "declined", "ita_issued_on": TUESDAY, "ita_round": ROUND}
    invited.drop("b.xlsx", [changed(one, **said) for one in clients(37)])
    invited.night(TUESDAY)
    assert {(CLIENT, "invited", "round"), (CLIENT, "invitation_ended", "data_changed")} <= set(events(invited, TUESDAY))
    assert place_in_pool(invited, TUESDAY) is not None


def test_a_round_that_only_a_broken_off_night_has_seen_is_seen_by_the_next(tmp_path: Path) -> None:
    firm = Firm(tmp_path, catch_up=0)
    firm.publish(MONDAY)
    firm.drop("a.xlsx", clients(*SOME))
    firm.night(MONDAY)
    firm.publish(TUESDAY)
    broken_off(firm, TUESDAY)
    firm.night(WEDNESDAY)
    assert invited_by(firm, WEDNESDAY) == [(ROUND, "invited")]


def broken_off(firm: Firm, day: date) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("flows.nightly.write_night.write_reports", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            firm.night(day)


def test_a_correction_that_only_a_broken_off_night_has_seen_is_not_lost(invited: Firm) -> None:
    invited.publish(TUESDAY, change={ROUND: {"drawCRS": "530"}})
    broken_off(invited, WEDNESDAY)
    invited.night(TUESDAY)
    assert invited_by(invited, TUESDAY) == []
    invited.night(WEDNESDAY)
    assert place_in_pool(invited, WEDNESDAY) is not None
    assert invited.table(ROUNDS_TABLE).filter(pl.col("number") == ROUND)["cut_off"].to_list() == [530]


def test_what_a_run_told_that_was_broken_off_does_not_stand(later: Firm) -> None:
    firm = later
    firm.drop("b.xlsx", [changed(one, pool_status="withdrawn") for one in clients(37)])
    firm.night(TUESDAY)
    firm.publish(TUESDAY)
    path = firm.drop("c.xlsx", [changed(one, pool_status="in_pool") for one in clients(37)])
    broken_off(firm, TUESDAY)
    path.unlink()
    firm.night(TUESDAY)
    assert invited_by(firm, TUESDAY) == []


def test_a_correction_of_the_same_day_takes_nothing_back_that_the_record_names(invited: Firm) -> None:
    came = {"pool_status": "invited", "ita_issued_on": TUESDAY, "ita_round": ROUND}
    invited.drop("b.xlsx", [changed(one, **came) for one in clients(37)])
    invited.night(TUESDAY)
    invited.publish(TUESDAY, change={ROUND: {"drawCRS": "530"}})
    invited.night(TUESDAY)
    assert invited_by(invited, TUESDAY) == [(ROUND, "invited")]


def test_a_record_that_says_in_pool_confirms_no_invitation(invited: Firm) -> None:
    invited.drop("b.xlsx", [changed(one, pool_status="in_pool", ita_round=ROUND) for one in clients(37)])
    invited.night(WEDNESDAY)
    invited.publish(TUESDAY, change={ROUND: {"drawCRS": "530"}})
    invited.night(WEDNESDAY + DAY)
    assert invited_by(invited, WEDNESDAY + DAY) == [(ROUND, "withdrawn")]


def test_a_night_that_is_scored_anew_keeps_its_invitations(invited: Firm) -> None:
    invited.drop("b.xlsx", [changed(one, pool_status="withdrawn") for one in clients(37)])
    invited.night(TUESDAY)
    tables = invited.tables()
    rescore.rescore(settings.load(invited.config), TUESDAY, TUESDAY)
    assert_same(invited.tables(), tables)


def test_whom_a_night_invites_is_in_the_list_of_that_round_alone(later: Firm) -> None:
    later.publish(TUESDAY)
    done = later.night(TUESDAY)
    lists = {one.number: one.candidates["client_id"].to_list() for one in done.nights[-1].outcomes}
    assert [number for number, there in lists.items() if CLIENT in there] == [ROUND]
    above = later.history.on(SCORES_TABLE, TUESDAY).row(by_predicate=pl.col("client_id") == CLIENT, named=True)["above"]
    assert above == ""


def place_in_pool(firm: Firm, day: date) -> int | None:
    place: int | None = firm.history.on(SCORES_TABLE, day).row(by_predicate=pl.col("client_id") == CLIENT, named=True)[
        "rank"
    ]
    counts = json.loads((firm.reports / day.isoformat() / "run.json").read_text(encoding="utf-8"))["counts"]
    assert counts["in_pool"] == firm.history.on(SCORES_TABLE, day)["rank"].count()
    return place


def applications(firm: Firm, day: date) -> list[str]:
    return [one["client_id"] for one in alerts_of(firm, day)["applications"]]


def test_what_the_alerts_tell_of_who_is_invited(invited: Firm) -> None:
    told = alerts_of(invited, TUESDAY)
    (application,) = [one for one in told["applications"] if one["client_id"] == CLIENT]
    assert application["deadline"] == (TUESDAY + 60 * DAY).isoformat()
    said = unrecorded.OF_ONE_THAT_WAITS.format(round=ROUND)
    assert application["why"] == said
    (last_day,) = [one["what"] for one in told["act"] if (one["client_id"], one["kind"]) == (CLIENT, "ita_deadline")]
    assert last_day == f"last day to apply: invited on {TUESDAY}; {said}"
    own = [one for one in [*told["act"], *told["ahead"]] if one["client_id"] == CLIENT]
    assert "ita_deadline" in {one["kind"] for one in own}
    assert all(one["on"] <= application["application_on"] for one in own if one["kind"] in ENGINE_KINDS)


def test_an_invitation_that_never_came_is_told_as_the_alerts_say(invited: Firm) -> None:
    invited.drop("b.xlsx", [changed(one, pool_status="declined", ita_round=ROUND) for one in clients(37)])
    invited.night(WEDNESDAY)
    assert place_in_pool(invited, WEDNESDAY) is not None
    assert CLIENT not in applications(invited, WEDNESDAY)
    # Later the office writes in_pool, and leaves the cells of the invitation as they were.
    left = {"pool_status": "in_pool", "ita_issued_on": TUESDAY, "ita_round": ROUND}
    invited.drop("c.xlsx", [changed(one, **left) for one in clients(37)])
    invited.night(WEDNESDAY + DAY)
    assert place_in_pool(invited, WEDNESDAY + DAY) is not None
    assert CLIENT not in applications(invited, WEDNESDAY + DAY)


def test_the_birthday_of_who_is_invited_is_told_as_disregarded(later: Firm) -> None:
    invited = {"pool_status": "invited", "ita_issued_on": TUESDAY, "ita_round": ROUND, "planned_application_on": None}
    later.drop("b.xlsx", [changed(one, date_of_birth=WEDNESDAY.replace(year=1990), **invited) for one in clients(37)])
    later.publish(TUESDAY)
    later.night(TUESDAY)
    later.night(WEDNESDAY)
    told = [one for one in alerts_of(later, WEDNESDAY)["news"] if one["client_id"] == CLIENT]
    assert [(one["kind"], one["reason"]) for one in told] == [("score", "birthday")]
    assert told[0]["points"] < 0 and told[0]["what"].endswith(DISREGARDED.format(event=""))


def test_of_who_left_the_pool_is_the_one_news(later: Firm) -> None:
    later.drop("b.xlsx", [changed(one, pool_status="withdrawn") for one in clients(37)])
    later.night(TUESDAY)
    assert "below_cutoff" not in {kind for client, kind, _ in events(later, TUESDAY) if client == CLIENT}
    news = [(one["kind"], one["what"]) for one in alerts_of(later, TUESDAY)["news"] if one["client_id"] == CLIENT]
    assert news == [("pool", "left the pool (pool_status: in_pool → withdrawn, Candidates row 2)")]
    tables = later.tables()
    later.night(TUESDAY)
    assert_same(later.tables(), tables)


def test_a_round_that_is_seen_late_is_held_on_the_records_of_its_own_day(later: Firm) -> None:
    later.night(TUESDAY)
    later.drop("b.xlsx", [changed(one, pool_status="withdrawn") for one in clients(37)])
    later.publish(WEDNESDAY)
    later.night(WEDNESDAY)
    assert (CLIENT, ROUND) in later.history.on(INVITATIONS, WEDNESDAY).select("client_id", "round").rows()


def test_a_corrected_round_invites_whom_it_did_not_before(later: Firm) -> None:
    later.publish(TUESDAY, change={ROUND: {"drawCRS": "519"}})
    later.night(TUESDAY)
    before = later.history.on(INVITATIONS, TUESDAY)
    assert CLIENT not in before["client_id"].to_list()
    later.publish(TUESDAY)
    later.night(WEDNESDAY)
    assert later.history.on(INVITATIONS, WEDNESDAY)["client_id"].to_list() == [CLIENT]
    assert later.history.on(INVITATIONS, TUESDAY).equals(before)
    assert {kind for client, kind, _ in events(later, WEDNESDAY) if client == CLIENT} == {"invited", "pool"}
    tables = later.tables()
    later.night(TUESDAY)
    later.night(WEDNESDAY)
    assert_same(later.tables(), tables)


def test_a_correction_is_followed_through_the_later_rounds(later: Firm) -> None:
    line = {"drawName": "Canadian Experience Class", "drawCRS": "517", "drawCutOff": ""}
    wrong = {ROUND: {"drawCRS": "519"}, "429": line}
    later.publish(WEDNESDAY, change=wrong)
    later.night(WEDNESDAY)

    def told(day: date) -> list[tuple[str, ...]]:
        rows = later.history.on(INVITATIONS, day).filter(pl.col("client_id") == CLIENT)
        assert sorted(one for one in events(later, day) if one[1] in {"invited", "invitation_withdrawn"}) == sorted(
            (CLIENT, {"invited": "invited", "withdrawn": "invitation_withdrawn"}[standing], "round")
            for standing in rows["standing"]
        )
        return rows.select("round", "standing").rows()

    assert told(WEDNESDAY) == [("429", "invited")]
    later.publish(WEDNESDAY, change={"429": line})
    later.night(WEDNESDAY + DAY)
    assert told(WEDNESDAY + DAY) == [(ROUND, "invited"), ("429", "withdrawn")]
    later.publish(WEDNESDAY, change=wrong)
    later.night(WEDNESDAY + 2 * DAY)
    assert told(WEDNESDAY + 2 * DAY) == [(ROUND, "withdrawn"), ("429", "invited")]


class Broken(BaseHTTPRequestHandler):
    """A server of rounds that fails in each of its ways."""

    good = rounds_until(MONDAY)
    calls: list[str]

    def do_GET(self) -> None:
        self.calls.append(self.path)
        if self.path == "/500":
            self.send_error(500)
            return
        body = {"/shrunken": rounds_until(MONDAY - 60 * DAY), "/nonsense": b"<html>", "/good": rounds_until(TUESDAY)}
        data = body.get(self.path, self.good)
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.path == "/slow":
            time.sleep(1.5)
        self.wfile.write(data[: len(data) // 2] if self.path == "/cut-off" else data)

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/slow", "could not be fetched in 2 tries: no whole answer within 1 seconds"),
        ("/500", "could not be fetched in 2 tries: the server answered 500"),
        ("/cut-off", "could not be fetched in 2 tries: the answer broke off after"),
        ("/shrunken", "fewer than the"),
        ("/nonsense", "is not JSON"),
    ],
)
def test_the_night_goes_on_with_the_last_good_rounds(
    path: str, told: str, later: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setattr(Broken, "calls", [], raising=False)
    held = later.table(ROUNDS_TABLE)
    with serving(Broken) as address:
        at = later.config.read_text(encoding="utf-8").replace(
            'rounds_address = ""', f'rounds_address = "{address}{path}"'
        )
        later.config.write_text(at, encoding="utf-8")
        done = later.night(TUESDAY)
        assert Broken.calls == [path] * (2 if "2 tries" in told else 1)
    note = next(note for note in done.notes if told in note)
    assert note.endswith("; the night goes on with the last good rounds")
    assert later.table(ROUNDS_TABLE).equals(held)
    assert later.history.days(SCORES_TABLE) == [MONDAY, TUESDAY]
    assert later.table(RUNS)["notes"].to_list()[-1] == [note]


@pytest.mark.parametrize(
    "fields",
    [
        {"drawNumber": "99999999999999"},
        {"drawSize": "9" * 5000},
        {"drawName": "\ud800"},
        {"drawDate": "0001-01-01", "drawDateFull": ""},
    ],
    ids=["number", "digits", "surrogate", "year"],
)
def test_one_value_beyond_all_bounds_ends_no_night(fields: dict[str, str], later: Firm) -> None:
    held = later.table(ROUNDS_TABLE)
    later.publish(TUESDAY, change={ROUND: fields})
    done = later.night(TUESDAY)
    assert [note for note in done.notes if note.endswith("; the night goes on with the last good rounds")]
    assert later.table(ROUNDS_TABLE).equals(held)
    assert later.history.days(SCORES_TABLE) == [MONDAY, TUESDAY]


def test_the_watch_says_that_and_why_newer_rounds_could_not_be_had(
    later: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setattr(Broken, "calls", [], raising=False)
    with serving(Broken) as address:
        at = later.config.read_text(encoding="utf-8").replace(
            'rounds_address = ""', f'rounds_address = "{address}/500"'
        )
        later.config.write_text(at, encoding="utf-8")
        found = nightly.news(night_state.NightRequest(TUESDAY, later.config, dry_run=True))
    assert (found.files, found.rounds, found.is_any) == (0, None, False)
    assert "could not be fetched in 2 tries: the server answered 500" in found.notes[0]


def test_what_the_watch_says_of_rounds_names_no_folder_and_no_log_in(later: Firm) -> None:
    later.publish(TUESDAY, change={ROUND: {"drawSize": "many"}})
    found = nightly.news(night_state.NightRequest(TUESDAY, later.config, dry_run=True))
    assert found.notes == (
        f"rounds.json: round {ROUND}: drawSize 'many' is not a whole number such as 2,000; the night goes on with the last "
        "good rounds",
    )
    at = later.config.read_text(encoding="utf-8").replace('s = ""', 's = "http://me:secret@127.0.0.1:9/rounds.json"')
    later.config.write_text(at, encoding="utf-8")
    found = nightly.news(night_state.NightRequest(TUESDAY, later.config, dry_run=True))
    assert found.notes[0].startswith("http://***@127.0.0.1:9/rounds.json ")


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("http://127.0.0.1:9/rounds.json?key=secret&of=me#part", "http://127.0.0.1:9/rounds.json?*** "),
        ("http://me:secret@127.0.0.1:9?key=secret", "http://***@127.0.0.1:9?*** "),
        ("/srv/secret/offices/there.json", "no rounds file at there.json; "),
        ("./secret/there.json", "no rounds file at there.json; "),
    ],
)
def test_what_the_watch_says_of_rounds_names_no_token_and_no_path(source: str, shown: str, later: Firm) -> None:
    at = later.config.read_text(encoding="utf-8").replace('rounds_address = ""', f'rounds_address = "{source}"')
    later.config.write_text(at, encoding="utf-8")
    [note] = nightly.news(night_state.NightRequest(TUESDAY, later.config, dry_run=True)).notes
    assert shown in note and "secret" not in note


def test_newer_rounds_are_fetched_and_kept(later: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setattr(Broken, "calls", [], raising=False)
    left = later.folder / ".0a1b2c3d-rounds.json"
    left.write_bytes(b"half")
    with serving(Broken) as address:
        at = later.config.read_text(encoding="utf-8").replace(
            'rounds_address = ""', f'rounds_address = "{address}/good"'
        )
        later.config.write_text(at, encoding="utf-8")
        later.night(TUESDAY)
    assert (later.folder / "rounds.json").read_bytes() == rounds_until(TUESDAY)
    assert not left.exists()
    assert CLIENT in later.history.on(INVITATIONS, TUESDAY)["client_id"].to_list()


def test_a_rounds_file_with_fewer_rounds_than_are_known_is_not_taken(later: Firm) -> None:
    held = later.table(ROUNDS_TABLE)
    later.publish(MONDAY - 60 * DAY)
    done = later.night(TUESDAY)
    assert any("fewer than the" in note for note in done.notes)
    assert later.table(ROUNDS_TABLE).equals(held)
    (later.folder / "rounds.json").unlink()
    done = later.night(WEDNESDAY)
    assert any("which is not there" in note and "last good rounds" in note for note in done.notes)
