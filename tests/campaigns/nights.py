"""Nights of a simulated firm, one after the other, each held against what was known: `python -m tests.campaigns.nights`.

The clients are the sample's made-up ones, the rounds the published ones of 2026, arriving on the day after they were
held. Every few nights a workbook comes in with some clients changed and some new, twice one that cannot be used. Held
against each other are, night by night: the change of every score and the events that explain it, every program,
category and place in the pool and its events, every client above a line and those told, every invitation and its event, and
what the alerts of the night before foretold; and every night is worked out twice.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from flows import nightly
from history.tables import EVENTS, INVITATIONS, RUNS, SCORES_TABLE
from sample_data.clients import Client, Value
from tests.firm import Firm, assert_same, changed, clients
from transforms.ahead import ENGINE_KINDS
from transforms.outlook import OVER

SEED = 5
FIRST_NIGHT = date(2026, 6, 8)
DAY = timedelta(days=1)
PROGRAMS = ("fsw", "cec", "fst", "pool")
SIZE = 500
MOST_CHANGED = 12


@dataclass
class Office:
    """What the firm knows of its clients, and how it writes that down from night to night."""

    firm: Firm
    size: int
    chance: random.Random
    now: dict[str, Client] = field(default_factory=dict)
    bad_on: tuple[int, ...] = ()

    def begin(self) -> None:
        """The first workbook, with nine in ten of the clients."""
        made = clients(*range(1, self.size + 1))
        self.now = {one.client_id: one for one in made[: self.size * 9 // 10]}
        self.to_come = made[self.size * 9 // 10 :]
        self.firm.drop("all.xlsx", self.now.values())

    def pass_day(self, number: int) -> None:
        """What comes into the inbox on a day, if anything."""
        if number in self.bad_on:
            (self.firm.inbox / f"broken-{number}.xlsx").write_bytes(b"not a workbook" + bytes([number]))
        if self.chance.random() < 0.4:
            chosen = self.chance.sample(sorted(self.now), min(self.chance.randint(1, MOST_CHANGED), len(self.now)))
            for client in chosen:
                self.now[client] = changed(self.now[client], **self._change())
            new = [self.to_come.pop() for _ in range(min(self.chance.randint(0, 3), len(self.to_come)))]
            self.now |= {one.client_id: one for one in new}
            told = [*chosen, *(one.client_id for one in new)]
            self.firm.drop(f"changes-{number:02}.xlsx", [self.now[client] for client in told])

    def _change(self) -> Mapping[str, Value]:
        yes_or_no = self.chance.choice(("yes", "no"))
        choices: list[dict[str, Value]] = [
            {"sibling_in_canada": yes_or_no},
            {"certificate_of_qualification": yes_or_no},
            {"provincial_nomination": self.chance.choice(("ON", "BC", None))},
            {"pool_status": self.chance.choice(("in_pool", "withdrawn"))},
            {"given_name": "Renamed"},
            {"settlement_funds_cad": self.chance.randint(10_000, 40_000)},
        ]
        return self.chance.choice(choices)


def nights(folder: Path, count: int, size: int, seed: int = SEED) -> Iterator[tuple[Firm, nightly.Nights]]:
    """A firm's nights one by one, each worked out twice and held against what was known; fails where they disagree."""
    firm = Firm(folder)
    bad_on = (count // 3, 2 * count // 3)
    office = Office(firm, size, random.Random(seed), bad_on=bad_on)
    office.begin()
    for number in range(count):
        day = FIRST_NIGHT + number * DAY
        firm.publish(day - DAY)
        if number:
            office.pass_day(number)
        run = firm.night(day)
        check(firm, day)
        tables, files, ledger = firm.tables(), firm.files(), firm.table(RUNS).height
        again = firm.night(day)
        assert_same(firm.tables(), tables)
        assert firm.files() == files, f"the reports of {day} differ the second time"
        assert firm.table(RUNS).height == ledger + 1
        assert again.taken is not None
        assert not again.taken.inputs
        yield firm, run
    unusable = [one for rows in firm.table(RUNS)["inputs"].to_list() for one in rows if one["outcome"] == "unusable"]
    assert [one["name"] for one in unusable] == [f"broken-{number}.xlsx" for number in bad_on if number]
    once(firm)


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
    _check_lines(firm, day, before, after, events)


def _check_alerts(firm: Firm, day: date, moved: Mapping[str, int]) -> None:
    """The news are the night's events, nothing lies ahead twice, and the night before foretold what the day did.

    What the day did: the changes of the scores of those whose records are those of the night before.
    """
    now, then = alerts(firm, day), alerts(firm, day - DAY)
    events = firm.history.on(EVENTS, day).select("client_id", "kind", "what", "reason").rows()
    told = [(one["client_id"], one["kind"], one["subject"], one["reason"]) for one in now["news"]]
    assert sorted(map(str, told)) == sorted(map(str, events)), f"the news of {day} are not its events"
    ahead = [(one["client_id"], one["on"], one["kind"], one["subject"]) for one in [*now["act"], *now["ahead"]]]
    assert len(ahead) == len(set(ahead)), f"what lies ahead on {day} is told twice"
    if not then:
        return
    accepted = firm.history.accepted_by(day)
    as_before = set(accepted.filter(pl.col("accepted_on") < day)["client_id"])
    rows = firm.history.records_on(day)["candidates"].filter(~pl.col("pool_status").is_in(OVER).fill_null(value=False))
    looked_at = as_before & set(rows["client_id"])
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


def _check_lines(firm: Firm, day: date, before: pl.DataFrame, after: pl.DataFrame, events: pl.DataFrame) -> None:
    invited = firm.history.on(INVITATIONS, day)
    pairs = events.filter(pl.col("kind") == "invited").select("client_id", "what").rows()
    assert sorted(pairs) == sorted(invited.select("client_id", "round").rows()), f"invitations of {day}"
    out = set(nightly_holders(firm, day))
    above = [
        {(client, kind) for client, kinds in frame.select("client_id", "above").iter_rows() for kind in kinds.split("|") if kind
         and client not in out}
        for frame in (before, after)
    ]  # fmt: skip
    for kind, expected in (("above_line", above[1] - above[0]), ("below_line", above[0] - above[1])):
        told = events.filter(pl.col("kind") == kind).select("client_id", "what").rows()
        assert len(told) == len(set(told))
        assert set(told) == expected, f"{kind} on {day}"


def nightly_holders(firm: Firm, day: date) -> list[str]:
    """Who holds an invitation on a night: invited by then, not declined since, no newer profile."""
    invited = firm.history.read(INVITATIONS, until=day).group_by("client_id").agg(pl.col("held_on").max())
    rows = firm.history.records_on(day)["candidates"].join(invited, on="client_id")
    submitted = pl.col("profile_submitted_at").dt.convert_time_zone("America/Toronto").dt.date()
    kept = rows.filter((pl.col("pool_status") != "declined").fill_null(value=True) & ~(submitted > pl.col("held_on")))
    return kept["client_id"].to_list()


def once(firm: Firm) -> None:
    """Nobody is invited twice by one round, nor by two without having declined or submitted anew in between."""
    rows = firm.table(INVITATIONS)
    assert not rows.select("client_id", "round").is_duplicated().any()


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
    asked = parser.parse_args()
    started = time.perf_counter()
    events: dict[str, int] = {}
    bytes_held = 0
    with tempfile.TemporaryDirectory() as folder:
        for firm, run in nights(Path(folder), asked.nights, asked.clients, asked.seed):
            bytes_held = firm.bytes_held()
            found = run.nights[-1].events
            for kind, number in found.group_by("kind").len().sort("kind").iter_rows():
                events[kind] = events.get(kind, 0) + number
            took = ", ".join(one["name"] for one in (run.taken.inputs if run.taken else []))
            print(f"{run.request.as_of}: {found.height:4} events{f'; {took}' if took else ''}", flush=True)
    told = ", ".join(f"{number} {kind}" for kind, number in sorted(events.items()))
    print(
        f"{asked.nights} nights of {asked.clients} clients, each twice: every change explained, foretold where it could be, none told twice"
    )
    print(f"events: {told}")
    print(f"history: {bytes_held / 1e6:.1f} MB; {time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
