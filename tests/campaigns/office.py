"""The office of a simulated firm: what it knows of its clients, and how it writes that down from night to night.

Clients are changed, come in, move to other dates of a test or to other documents. Who is invited goes the way of an
invitation: it is written down, an application is planned, some apply, some decline and later submit a newer profile. A
file that was once taken comes back over a later one of the same name, as a backup does.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from history.tables import INVITATIONS
from sample_data.clients import Client, Row, Value, written
from tests.firm import Firm, changed, clients
from transforms.model.vocabulary import ENDED_STATUSES
from transforms.rounds.invitations import active_invitations

DAY = timedelta(days=1)
MAX_CHANGED = 12
# How likely on a day: that a workbook with changes comes in, that a step is taken with an invitation, that a file comes
# back, that a client changes in what has a date.
CHANGES, STEP, COMES_BACK, DATED = 0.4, 0.35, 0.3, 0.5
# And of who is invited: that an application is planned, that the invitation is declined where it is not.
PLANS, DECLINES = 0.5, 0.75
MAX_PLAN = 75
YEARS_OF_A_TEST = 2
# In UTC; the same day in Ottawa.
HOUR_OF_A_PROFILE = time(16)
OTTAWA = ZoneInfo("America/Toronto")
FILES = ("desk-a.xlsx", "desk-b.xlsx", "desk-c.xlsx")
PAPERS = ("passport", "work_permit", "nomination")
NO_INVITATION: Mapping[str, Value] = {"ita_issued_on": None, "ita_round": None, "planned_application_on": None}


@dataclass(frozen=True)
class Written:
    """A client as the office wrote it down, and the night that took it."""

    on: date
    client: Client


@dataclass
class Office:
    """What the firm knows of its clients: `now` as last written down, `written` all that was, `did` how often what.

    `came_back`: the files of a night that were taken before. With `follows` the office goes after invitations, moves
    dates and lets files come back.
    """

    firm: Firm
    size: int
    chance: random.Random
    bad_on: tuple[int, ...] = ()
    follows: bool = True
    now: dict[str, Client] = field(default_factory=dict)
    written: dict[str, list[Written]] = field(default_factory=dict)
    did: Counter[str] = field(default_factory=Counter)
    came_back: list[str] = field(default_factory=list)

    def begin(self, day: date) -> None:
        """The first workbook, with nine in ten of the clients."""
        made = clients(*range(1, self.size + 1))
        self.to_come = made[self.size * 9 // 10 :]
        self._earlier: dict[str, list[bytes]] = {}
        self._write_down("all.xlsx", day, made[: self.size * 9 // 10])

    def pass_day(self, number: int, day: date) -> None:
        """What comes into the inbox on a day, if anything."""
        self.came_back = []
        if number in self.bad_on:
            (self.firm.inbox / f"broken-{number}.xlsx").write_bytes(b"not a workbook" + bytes([number]))
        told: dict[str, Client] = {}
        if self.chance.random() < CHANGES:
            told |= self._some_changed(day)
        if self.follows:
            told |= self._after_invitations(day)
        name = f"changes-{number:02}.xlsx" if not self.follows else self.chance.choice(FILES)
        if told:
            self._write_down(name, day, list(told.values()))
        elif self.follows and self._earlier.get(name) and self.chance.random() < COMES_BACK:
            # Beside what is written down the earlier one would be gone from the inbox.
            self._bring_back(name)

    def record(self, client: str, day: date) -> Written | None:
        """What stood of a client on a day."""
        by_then = [one for one in self.written.get(client, ()) if one.on <= day]
        return by_then[-1] if by_then else None

    def _write_down(self, name: str, day: date, told: list[Client]) -> None:
        """A workbook; its title makes it another file than one in which the same was written before."""
        path = self.firm.drop(name, told, title=f"Clients on {day}")
        self._earlier.setdefault(name, []).append(path.read_bytes())
        for one in told:
            self.now[one.client_id] = one
            self.written.setdefault(one.client_id, []).append(Written(day, one))

    def _bring_back(self, name: str) -> None:
        (self.firm.inbox / name).write_bytes(self.chance.choice(self._earlier[name]))
        self.came_back.append(name)
        self.did["a file back in an earlier version"] += 1

    # Changes

    def _some_changed(self, day: date) -> dict[str, Client]:
        chosen = self.chance.sample(sorted(self.now), min(self.chance.randint(1, MAX_CHANGED), len(self.now)))
        told = {client: self._changed(self.now[client], day) for client in chosen}
        new = [self.to_come.pop() for _ in range(min(self.chance.randint(0, 3), len(self.to_come)))]
        return told | {one.client_id: one for one in new}

    def _changed(self, client: Client, day: date) -> Client:
        if self.follows and self.chance.random() < DATED:
            return self.chance.choice((self._test_moved, self._papers_moved))(client, day)
        yes_or_no = self.chance.choice(("yes", "no"))
        choices: list[dict[str, Value]] = [
            {"sibling_in_canada": yes_or_no},
            {"certificate_of_qualification": yes_or_no},
            {"provincial_nomination": self.chance.choice(("ON", "BC", None))},
            {"given_name": "Renamed"},
            {"settlement_funds_cad": self.chance.randint(10_000, 40_000)},
        ]
        if client.row.get("pool_status") in (None, "in_pool", "withdrawn") and not client.row.get("ita_issued_on"):
            choices.append({"pool_status": self.chance.choice(("in_pool", "withdrawn"))})
        return changed(client, **self.chance.choice(choices))

    def _test_moved(self, client: Client, day: date) -> Client:
        """A test of a date on which it gets too old within a week."""
        ends = day + self.chance.randint(1, 7) * DAY
        on = ends.replace(year=ends.year - YEARS_OF_A_TEST)
        made = deepcopy(client)
        rows = made.details.get("language_tests", [])
        if rows:
            self.chance.choice(rows)["test_date"] = on
        for language in ("english", "french"):
            if not rows and made.row.get(f"{language}_test_date"):
                made.row[f"{language}_test_date"] = on
        self.did["a test that is soon too old"] += 1
        return made

    def _papers_moved(self, client: Client, day: date) -> Client:
        """A document that ends within days or a good year, in the place of one of its kind or beside it."""
        made = deepcopy(client)
        kind, ends = self.chance.choice(PAPERS), day + self.chance.choice((2, 5, 30, 400)) * DAY
        rows = made.details.get("documents", [])
        if self.chance.random() < 0.5:
            made.details["documents"] = [row for row in rows if row["kind"] != kind]
        made.add(
            "documents", person="principal", kind=kind, country="Canada", issued_on=day - 100 * DAY, expires_on=ends
        )
        self.did["another document"] += 1
        return made

    # The way of an invitation

    def _after_invitations(self, day: date) -> dict[str, Client]:
        invited = active_invitations(self.firm.history.read(INVITATIONS)).sort("held_on")
        last = {row["client_id"]: row for row in invited.iter_rows(named=True)}
        ever = set(self.firm.history.read(INVITATIONS, columns=["as_of", "client_id"])["client_id"])
        told = {}
        for client in sorted(ever):
            if self.chance.random() < STEP and (cells := self._step(self.now[client].row, last.get(client), day)):
                told[client] = changed(self.now[client], **cells)
        return told

    def _step(self, row: Row, invitation: Mapping[str, Any] | None, day: date) -> Mapping[str, Value]:
        """The next cells that are written of a client who is, or was, invited by the rounds; none: nothing to do."""
        status, submitted = row.get("pool_status"), submitted_on(row)
        if status in ENDED_STATUSES:
            return {}
        if invitation is None:
            return self._struck_out() if status == "invited" and row.get("ita_round") else {}
        if submitted is not None and submitted > invitation["held_on"]:
            return {}
        if row.get("ita_round") != invitation["round"]:
            self.did["an invitation written down"] += 1
            told = {"ita_issued_on": invitation["held_on"], "ita_round": invitation["round"]}
            return {"pool_status": "invited", "planned_application_on": None, **told}
        return self._submitted_anew(day) if status == "declined" else self._decided(row, day)

    def _struck_out(self) -> Mapping[str, Value]:
        self.did["an invitation taken back is struck out"] += 1
        return {"pool_status": "in_pool", **NO_INVITATION}

    def _submitted_anew(self, day: date) -> Mapping[str, Value]:
        self.did["a newer profile"] += 1
        at = datetime.combine(day - DAY, HOUR_OF_A_PROFILE)
        return {"pool_status": "in_pool", "profile_submitted_at": written(at), **NO_INVITATION}

    def _decided(self, row: Row, day: date) -> Mapping[str, Value]:
        if row.get("planned_application_on") is None and self.chance.random() < PLANS:
            self.did["an application planned"] += 1
            return {"planned_application_on": day + self.chance.randint(0, MAX_PLAN) * DAY}
        if self.chance.random() < DECLINES:
            self.did["an invitation declined"] += 1
            return {"pool_status": "declined"}
        self.did["an application made"] += 1
        return {"pool_status": "applied", "planned_application_on": day}


def submitted_on(row: Row) -> date | None:
    """The day in Ottawa on which a profile was submitted."""
    text = row.get("profile_submitted_at")
    return datetime.fromisoformat(str(text)).astimezone(OTTAWA).date() if text else None
