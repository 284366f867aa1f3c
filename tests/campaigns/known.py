"""What was known on a night, told without the program's own history of it: from what the office wrote down and what was
published. Of the program's tables the scores alone are taken, for they are held against the second scorer elsewhere.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise

import polars as pl

from history.tables import SCORES_TABLE
from sample_data.clients import Row
from tests.campaigns.office import PAPERS, Office, submitted_on
from tests.firm import Firm
from tests.oracle import lives_within
from transforms.model.calendar import MONTHS_IN_A_YEAR, months_later
from transforms.rounds.rounds import PROGRAMS, Round
from validation.rounds import rounds_file

DAY = timedelta(days=1)
# How likely it is that a round is first published with too high a cut-off, and with too low a one; by how much, and for
# how many nights.
TOO_HIGH, TOO_LOW = 0.35, 0.35
POINTS_WRONG = 20
MIN_NIGHTS, MAX_NIGHTS = 2, 5
DAYS_TO_APPLY = 60
GONE = ("withdrawn", "expired", "applied")

Pairs = set[tuple[str, str]]


class Press:
    """The rounds as they are published: some with a wrong cut-off first, and corrected some nights later."""

    def __init__(self, firm: Firm, first: date, chance: random.Random) -> None:
        self.firm = firm
        firm.publish(date.max)
        self._wrong: dict[str, tuple[int, date]] = {}
        for one in _rounds(firm):
            drawn = chance.random()
            if one.date >= first and drawn < TOO_HIGH + TOO_LOW:
                points = POINTS_WRONG if drawn < TOO_HIGH else -POINTS_WRONG
                mended_on = one.date + DAY + chance.randint(MIN_NIGHTS, MAX_NIGHTS) * DAY
                self._wrong[one.number] = one.cut_off + points, mended_on

    def publish(self, day: date) -> None:
        """The rounds held before a day, as they are known on it."""
        wrong = {number: {"drawCRS": str(line)} for number, (line, until) in self._wrong.items() if day < until}
        self.firm.publish(day - DAY, change=wrong)


def _rounds(firm: Firm) -> list[Round]:
    """The rounds in the firm's file, oldest first."""
    found = rounds_file.rounds(rounds_file.read(firm.folder / "rounds.json"))
    return sorted(found, key=lambda one: (one.date, int(one.number.rstrip("ab")), one.number))


def _declines(row: Row, before: Row, one: Round) -> bool:
    """Does a row say that the invitation by a round was declined: by its round or day, or where it names none, anew?"""
    if row.get("pool_status") != "declined":
        return False
    number, issued_on = row.get("ita_round"), row.get("ita_issued_on")
    if number == one.number or (isinstance(issued_on, date) and issued_on >= one.date):
        return True
    return number is None and issued_on is None and before.get("pool_status") != "declined"


@dataclass
class Known:
    """A firm whose invitations are told anew each night, from the first round on: `invited` by client, in order."""

    firm: Firm
    office: Office
    first: date
    invited: dict[str, list[Round]] = field(default_factory=dict)
    before: Pairs = field(default_factory=set)
    came: Pairs = field(default_factory=set)
    rounds: dict[str, Round] = field(default_factory=dict)
    _scores: dict[date, pl.DataFrame] = field(default_factory=dict)

    def look(self, day: date) -> None:
        """Takes in a new night; `before` are then the invitations of the one before.

        `came` are those of which the office had written down that they came when a round was corrected: they stay.
        """
        self.before, now = self.pairs, {one.number: one for one in _rounds(self.firm)}
        if any(now[number] != one for number, one in self.rounds.items() if number in now):
            self.came |= {(client, number) for client, number in self.before if self._told(client, number, day)}
        self.rounds, self.invited = now, {}
        for one in now.values():
            if one.date >= self.first:
                came = {client for client, number in self.came if number == one.number}
                for client in sorted(came.union(self._above_the_line(one))):
                    earlier = self.invited.setdefault(client, [])
                    if client in came or not (
                        self._over_which_one_came(client, one)
                        or any(self.holds(client, other, one.date) for other in earlier)
                    ):
                        earlier.append(one)

    def _told(self, client: str, number: str, day: date) -> bool:
        """Does the record of a client tell of the invitation by a round?"""
        record = self.office.record(client, day)
        row = record.client.row if record else {}
        return row.get("ita_round") == number and row.get("pool_status") != "in_pool"

    def _over_which_one_came(self, client: str, one: Round) -> bool:
        """Is a round, which did not invite a client before, no later than one of which it is written down that it did?"""
        later = {number for number, other in self.rounds.items() if other.date >= one.date}
        return (client, one.number) not in self.before and any((client, number) in self.came for number in later)

    @property
    def pairs(self) -> Pairs:
        """Each client with the number of each round that invites it."""
        return {(client, one.number) for client, rounds in self.invited.items() for one in rounds}

    def holds(self, client: str, one: Round, day: date) -> bool:
        """Has a client who was invited by a round neither declined that since nor submitted anew, as the office had it?"""
        written = [record for record in self.office.written[client] if record.on <= day]
        rows = [(record.on, record.client.row) for record in written]
        said = [
            _declines(row, before, one) for (_, before), (on, row) in pairwise([(None, {}), *rows]) if on > one.date
        ]
        submitted = submitted_on(rows[-1][1]) if rows else None
        return not any(said) and not (submitted is not None and submitted > one.date)

    def holders(self, day: date) -> dict[str, Round]:
        """Who holds an invitation on a night, and by which round."""
        return {
            client: one for client, rounds in self.invited.items() for one in rounds if self.holds(client, one, day)
        }

    def _above_the_line(self, one: Round) -> list[str]:
        if one.date not in self._scores:
            self._scores[one.date] = self.firm.history.on(SCORES_TABLE, one.date)
        nominated = pl.col("crs_nomination") > 0
        if one.kind == "PNP":
            belongs = nominated
        elif one.kind in PROGRAMS:
            belongs = pl.col(f"{one.kind.lower()}_eligible") & ~nominated
        else:
            belongs = pl.col("categories").fill_null("").str.split("|").list.contains(one.kind) & ~nominated
        above = pl.col("pool_eligible") & (pl.col("crs_total") >= one.cut_off)
        found = self._scores[one.date].filter(belongs & above)
        return [
            client
            for client, points in found.select("client_id", "crs_total").iter_rows()
            if self._is_live(client, one) and (points > one.cut_off or self._in_time(client, one))
        ]

    def _is_live(self, client: str, one: Round) -> bool:
        """Has a client surely a profile of the pool at a round by the record of its day, whatever rounds have done to it?"""
        record = self.office.record(client, one.date)
        row = record.client.row if record else {}
        if not row.get("profile_submitted_at") or row.get("pool_status") not in (None, "in_pool", "declined"):
            return False
        submitted = datetime.fromisoformat(str(row["profile_submitted_at"]))
        return lives_within((submitted, submitted), one.window) is True

    def _in_time(self, client: str, one: Round) -> bool:
        record = self.office.record(client, one.date)
        assert record is not None
        submitted = str(record.client.row["profile_submitted_at"])
        return one.tie_break is None or submitted <= f"{one.tie_break:%Y-%m-%dT%H:%M:%SZ}"

    def deadlines(self, day: date) -> Iterator[tuple[str, str, str]]:
        """What lies ahead of each client by documents and invitations: client, kind, day."""
        last, held = months_later(day, MONTHS_IN_A_YEAR), self.holders(day)
        for client, record in self.office.now.items():
            row = record.row
            status, issued_on = row.get("pool_status"), row.get("ita_issued_on")
            if client in held:
                status = status if status in GONE else "invited"
                if not isinstance(issued_on, date) or issued_on < held[client].date:
                    issued_on = held[client].date
            # A nomination matters up to the application.
            nominated_until = day - DAY if status in ("applied", "expired") else last
            if isinstance(issued_on, date) and status not in ("in_pool", "declined", *GONE) and issued_on <= day:
                lapses = issued_on + DAYS_TO_APPLY * DAY
                if day <= lapses:
                    nominated_until = lapses
                    yield client, "ita_deadline", lapses.isoformat()
            if status != "withdrawn":
                yield from (
                    (client, f"{kind}_expires", ends.isoformat())
                    for kind, ends in self._papers(client, day, last)
                    if kind != "nomination" or ends <= nominated_until
                )

    def _papers(self, client: str, day: date, last: date) -> Iterator[tuple[str, date]]:
        """The documents of a client that end, each of a kind and country with the last of its days."""
        newest: dict[tuple[str, str], date] = {}
        for row in self.office.now[client].details.get("documents", []):
            kind, issued_on, ends = str(row["kind"]), row.get("issued_on"), row.get("expires_on")
            if kind in PAPERS and isinstance(ends, date) and not (isinstance(issued_on, date) and issued_on > day):
                alike = kind, str(row.get("country"))
                newest[alike] = max(newest.get(alike, ends), ends)
        return ((kind, ends) for (kind, _), ends in newest.items() if day <= ends <= last)
