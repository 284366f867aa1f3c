"""Nights of a simulated firm, one after the other, each held against what was known: `python -m tests.campaigns.nights`.

The clients are the sample's made-up ones, and what their office does is told in tests/campaigns/office.py; the rounds are
the published ones of 2026, arriving on the day after they were held, some with a wrong cut-off that is corrected some
nights later; twice a workbook comes in that cannot be used. Held against each other are, night by night: the records and
what the office wrote down; the change of every score and the events that explain it; every program, category and place in
the pool and its events; every client above a line and those told; every invitation that stands and whom the rounds, as
they are known now, invite; the last days of invitations and of documents and the alerts; and what the alerts of the night
before foretold. Nights are worked out twice, and every few nights some past ones are scored anew: nothing changes.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from flows.firm import settings
from flows.maintenance import rescore
from flows.nightly import night_state
from history.store import PUT_BACK, TAKEN
from history.tables import EVENTS, INVITATIONS, RUNS, SCORES_TABLE
from tests.campaigns.known import Known, Press
from tests.campaigns.office import Office
from tests.firm import Firm, assert_same
from transforms.model.vocabulary import ENDED_STATUSES
from transforms.outlook.ahead import ENGINE_KINDS, UNRECORDED
from transforms.rounds import invitations
from transforms.rounds.rounds import Round

SEED = 5
FIRST_NIGHT = date(2026, 6, 8)
DAY = timedelta(days=1)
PROGRAMS = ("fsw", "cec", "fst", "pool")
SIZE = 500
# After how many nights some past ones are scored anew, and how many of them.
RESCORE_AFTER, RESCORED = 6, 3
# Of a record, what can be held cell by cell against what was written down.
WRITTEN = (
    "given_name", "ita_issued_on", "ita_round", "planned_application_on", "english_test_date", "french_test_date",
)  # fmt: skip
# What is no news of who applied, withdrew or expired.
OF_WHO_IS_NOT_OVER = ("score", "eligibility", "category", "above_cutoff", "below_cutoff")
DEADLINES = ("ita_deadline", "passport_expires", "work_permit_expires", "nomination_expires")


@dataclass(frozen=True)
class Passed:
    """A night that has passed and was held against what was known; `did`: how often what has happened so far."""

    firm: Firm
    run: night_state.Nights
    did: Counter[str]


def nights(
    folder: Path,
    count: int,
    size: int,
    *,
    seed: int = SEED,
    first: date = FIRST_NIGHT,
    again: int = 1,
    rescore_after: int = RESCORE_AFTER,
) -> Iterator[Passed]:
    """A firm's nights one by one, each held against what was known; fails where they disagree.

    Every `again`th is worked out twice.
    """
    firm = Firm(folder)
    bad_on = (count // 3, 2 * count // 3)
    office = Office(firm, size, random.Random(seed), bad_on=bad_on)
    press = Press(firm, first, random.Random(seed))
    known = Known(firm, office, first)
    office.begin(first)
    for number in range(count):
        day = first + number * DAY
        press.publish(day)
        if number:
            office.pass_day(number, day)
        run = firm.night(day)
        known.look(day)
        check(firm, day)
        check_what_was_known(known, run, day)
        if (number + 1) % again == 0:
            check_again(firm, day)
        if number and number % rescore_after == 0:
            check_rescored(firm, office.chance)
            office.did["past nights scored anew"] += 1
        yield Passed(firm, run, office.did)
    unusable = [one for rows in firm.table(RUNS)["inputs"].to_list() for one in rows if one["outcome"] == "unusable"]
    assert [one["name"] for one in unusable] == [f"broken-{number}.xlsx" for number in bad_on if number]
    once(known)


def check_again(firm: Firm, day: date) -> None:
    """The same night once more changes nothing and takes nothing, but for its row in the ledger."""
    tables, files, ledger = firm.tables(), firm.files(), firm.table(RUNS).height
    again = firm.night(day)
    assert_same(firm.tables(), tables)
    assert firm.files() == files, f"the reports of {day} differ the second time"
    assert firm.table(RUNS).height == ledger + 1
    assert again.taken is not None
    assert not again.taken.inputs


def check_rescored(firm: Firm, chance: random.Random) -> None:
    """Some past nights scored anew under the same rules: nothing changes, but for a row in the ledger."""
    tables, files, ledger = firm.tables(), firm.files(), firm.table(RUNS).height
    passed = night_state.completed(firm.history)
    place = chance.randrange(max(len(passed) - RESCORED, 0), len(passed))
    done = rescore.rescore(settings.load(firm.config), passed[max(place - RESCORED + 1, 0)], passed[place])
    assert done.days[-1] == passed[place]
    assert_same(firm.tables(), tables)
    assert firm.files() == files
    assert firm.table(RUNS).height == ledger + 1


def check(firm: Firm, day: date) -> None:
    """Holds a night's events against what its scores say beside those of the night before."""
    after, before = firm.history.on(SCORES_TABLE, day), firm.history.on(SCORES_TABLE, day - DAY)
    events = firm.history.on(EVENTS, day)
    both = before.join(after, on="client_id", suffix="_new")
    totals = dict(both.select("client_id", pl.col("crs_total_new") - pl.col("crs_total")).iter_rows())
    told = dict(events.filter(pl.col("kind") == "score").group_by("client_id").agg(pl.col("points").sum()).iter_rows())
    moved = {client: points for client, points in totals.items() if points}
    assert {client: points for client, points in told.items() if points} == moved, f"scores of {day}"
    score = events.filter(pl.col("kind") == "score")
    assert not score["reason"].is_null().any()
    assert (score["points_after"] - score["points_before"]).equals(score["points"])

    def turned(name: str) -> set[str]:
        return set(both.filter(pl.col(name).ne_missing(pl.col(f"{name}_new")))["client_id"])

    for program in PROGRAMS:
        assert set(_of(events, "eligibility", program)) == turned(f"{program}_eligible"), f"{program} on {day}"
    in_pool = both.filter(pl.col("rank").is_null() != pl.col("rank_new").is_null())
    assert sorted(_of(events, "pool")) == sorted(in_pool["client_id"]), f"the pool of {day}"
    kinds = {kind for name in ("categories", "categories_unknown") for kind in _kinds(both, name)}
    for kind in kinds:
        standing = [
            pl.when(_has(f"categories{new}", kind))
            .then(2)
            .when(_has(f"categories_unknown{new}", kind))
            .then(1)
            .otherwise(0)
            for new in ("", "_new")
        ]
        other = both.filter(standing[0] != standing[1])["client_id"]
        assert sorted(_of(events, "category", kind)) == sorted(other), f"category {kind} on {day}"
    _check_alerts(firm, day, moved)
    came = set(after["client_id"]) - set(before["client_id"])
    assert set(_of(events, "client")) == came


def _check_alerts(firm: Firm, day: date, moved: Mapping[str, int]) -> None:
    """The news are the night's events that mean something, nothing lies ahead twice, and the night before foretold what the day did.

    What the day did: the changes of the scores of those whose records are those of the night before. Of who held an
    invitation on it no score is foretold but up to the application, and at the age of the invitation.
    """
    now, then = alerts(firm, day), alerts(firm, day - DAY)
    over = (
        firm.history.records_on(day)["candidates"]
        .filter(pl.col("pool_status").is_in(ENDED_STATUSES))["client_id"]
        .to_list()
    )
    means_nothing = pl.col("client_id").is_in(over) & pl.col("kind").is_in(OF_WHO_IS_NOT_OVER)
    events = firm.history.on(EVENTS, day).filter(~means_nothing).select("client_id", "kind", "what", "reason").rows()
    told = [(one["client_id"], one["kind"], one["subject"], one["reason"]) for one in now["news"]]
    assert sorted(map(str, told)) == sorted(map(str, events)), f"the news of {day} are not its events"
    ahead = [(one["client_id"], one["on"], one["kind"], one["subject"]) for one in [*now["act"], *now["ahead"]]]
    assert len(ahead) == len(set(ahead)), f"what lies ahead on {day} is told twice"
    if not then:
        return
    accepted = firm.history.accepted_by(day)
    as_before = set(accepted.filter(pl.col("accepted_on") < day)["client_id"])
    rows = firm.history.records_on(day)["candidates"].filter(
        ~pl.col("pool_status").is_in(ENDED_STATUSES).fill_null(value=False)
    )
    invited = {one["client_id"] for one in then["applications"]}
    looked_at = as_before & set(rows["client_id"]) - invited
    foretold: dict[str, int] = {}
    for one in (*then["act"], *then["ahead"]):
        if one["on"] == day.isoformat() and one["kind"] in ENGINE_KINDS and one["points"]:
            foretold[one["client_id"]] = foretold.get(one["client_id"], 0) + one["points"]
    for client in looked_at:
        assert foretold.get(client, 0) == moved.get(client, 0), f"{client} on {day} was not foretold"


def alerts(firm: Firm, day: date) -> dict[str, Any]:
    """The alerts of a night; nothing before the first."""
    path = firm.reports / day.isoformat() / "alerts.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def check_what_was_known(known: Known, run: night_state.Nights, day: date) -> None:
    """Holds a night against what the office wrote down and what was published."""
    firm, office = known.firm, known.office
    assert run.taken is not None
    taken, put_back = (
        {one["name"] for one in run.taken.inputs if one["outcome"] == how} for how in (TAKEN, PUT_BACK)
    )  # fmt: skip
    assert not taken & set(office.came_back), f"on {day} a file was taken a second time"
    assert put_back <= set(office.came_back), f"on {day} a file is said to be put back that was not"
    rows = firm.history.records_on(day)["candidates"].select("client_id", *WRITTEN).rows()
    written = [(client, *(one.row.get(name) for name in WRITTEN)) for client, one in sorted(office.now.items())]
    assert rows == written, f"the records of {day} are not what was written down"
    _check_invitations(known, day)
    _check_lines(known, day)
    now = alerts(firm, day)
    coming = [one for one in (*now["act"], *now["ahead"]) if one["kind"] in DEADLINES]
    unrecorded = {one["client_id"] for one in coming if one["state"] == UNRECORDED}
    assert not unrecorded & set(known.holders(day)), f"invitations of {day} that are on record are to be confirmed"
    told = [(one["client_id"], one["kind"], one["on"]) for one in coming if one["state"] != UNRECORDED]
    expected = sorted(known.deadlines(day))
    assert sorted(told) == expected, f"the last days that lie ahead on {day}: {set(told) ^ set(expected)}"


def _check_invitations(known: Known, day: date) -> None:
    """Whom the rounds invite as they are known now, and what is told of those who were not invited before, or were."""
    rows = known.firm.history.read(INVITATIONS, until=day)
    assert set(invitations.active_invitations(rows).select("client_id", "round").iter_rows()) == known.pairs, (
        f"the invitations of {day}"
    )
    events = known.firm.history.on(EVENTS, day)
    over = {
        (client, one.number)
        for client, rounds in known.invited.items()
        for one in rounds
        if ((client, one.number) not in known.before or known.holds(client, one, day - DAY))
        and not known.holds(client, one, day)
    }
    for kind, expected in (
        ("invited", known.pairs - known.before),
        ("invitation_withdrawn", known.before - known.pairs),
        ("invitation_ended", over),
    ):
        told = events.filter(pl.col("kind") == kind).select("client_id", "what").rows()
        assert sorted(told) == sorted(expected), f"{kind} on {day}"
    corrected = {one["what"] for one in events.filter(pl.col("kind") == "invitation_withdrawn").iter_rows(named=True)}
    known.office.did["a correction takes invitations back"] += len(corrected)
    held_on = {one.number: one.date for rounds in known.invited.values() for one in rounds}
    late = {number for _, number in known.pairs - known.before if held_on[number] < day - DAY}
    known.office.did["a correction invites more"] += len(late)
    anew = {client for client, rounds in known.invited.items() if len(rounds) > 1}
    known.office.did["clients invited anew"] = len(anew)
    known.office.did["an invitation over"] += len(over)


def _check_lines(known: Known, day: date) -> None:
    events, scores = known.firm.history.on(EVENTS, day), known.firm.history.on(SCORES_TABLE, day)
    out = set(known.holders(day)) | set(scores.filter(pl.col("rank").is_null())["client_id"])
    before, after = (
        {
            (client, kind)
            for client, kinds in known.firm.history.on(SCORES_TABLE, night).select("client_id", "above").iter_rows()
            for kind in kinds.split("|")
            if kind and client not in out
        }
        for night in (day - DAY, day)
    )
    for kind, expected in (("above_cutoff", after - before), ("below_cutoff", before - after)):
        told = events.filter(pl.col("kind") == kind).select("client_id", "what").rows()
        assert sorted(told) == sorted(expected), f"{kind} on {day}"


def once(known: Known) -> None:
    """Nobody is invited twice by one round, nor by two without having declined or submitted anew in between."""
    rows = known.firm.table(INVITATIONS)
    for client, number, told in rows.group_by("client_id", "round", maintain_order=True).agg("standing").iter_rows():
        turns = [invitations.INVITED, invitations.WITHDRAWN] * len(told)
        assert told == turns[: len(told)], f"{client} is invited by round {number} twice, or taken back twice"
    by_number = {one.number: one for rounds in known.invited.values() for one in rounds}
    held: dict[str, Round] = {}
    for client, number in invitations.active_invitations(rows).sort("held_on").select("client_id", "round").iter_rows():
        one = by_number[number]
        if client in held:
            assert not known.holds(client, held[client], one.date), (
                f"{client} is invited by round {held[client].number}, and again by {number}"
            )
        held[client] = one


def _of(events: pl.DataFrame, kind: str, what: str | None = None) -> list[str]:
    own = events.filter(pl.col("kind") == kind)
    return (own if what is None else own.filter(pl.col("what") == what))["client_id"].to_list()


def _kinds(both: pl.DataFrame, name: str) -> set[str]:
    texts = pl.concat([both[name], both[f"{name}_new"].alias(name)]).drop_nulls().unique()
    return {kind for text in texts for kind in text.split("|") if kind}


def _has(name: str, kind: str) -> pl.Expr:
    return pl.col(name).fill_null("").str.split("|").list.contains(kind)


def main() -> None:
    """The whole campaign, with its figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.nights", description="Nights of a simulated firm.")
    parser.add_argument("--nights", type=int, default=60)
    parser.add_argument("--clients", type=int, default=SIZE)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--first", type=date.fromisoformat, default=FIRST_NIGHT)
    asked = parser.parse_args()
    started = time.perf_counter()
    events: Counter[str] = Counter()
    did: Counter[str] = Counter()
    bytes_held = 0
    with tempfile.TemporaryDirectory() as folder:
        for one in nights(Path(folder), asked.nights, asked.clients, seed=asked.seed, first=asked.first):
            bytes_held, did, run = one.firm.bytes_held(), one.did, one.run
            found = run.nights[-1].events
            events.update(found["kind"])
            took = ", ".join(file["name"] for file in (run.taken.inputs if run.taken else []))
            print(f"{run.request.as_of}: {found.height:4} events{f'; {took}' if took else ''}", flush=True)
    print(
        f"{asked.nights} nights of {asked.clients} clients, each twice: every change explained, foretold where it could be, "
        "none told twice"
    )
    for name, counted in (("events", events), ("what happened", did)):
        print(f"{name}: {', '.join(f'{number} {what}' for what, number in sorted(counted.items()))}")
    print(f"history: {bytes_held / 1e6:.1f} MB; {time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
