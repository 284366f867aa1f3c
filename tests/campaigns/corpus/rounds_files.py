"""Published rounds in IRCC's own JSON: values of each field, and what is refused with its round."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tests.campaigns.corpus.case import DONE, Answer, Case, Expected, refused

GROUP = "rounds"
WORDS = ("rounds", "list", "--rounds", "rounds.json", "--json")
Entry = dict[str, Any]
# Above the numbers of published rounds, whose kinds are known by their numbers.
FIRST = 900
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


@dataclass(frozen=True)
class Listed:
    """The rounds that are listed, oldest first: some of their fields."""

    rounds: Sequence[Mapping[str, Any]]

    def __call__(self, answer: Answer) -> list[str]:
        found = answer.json
        if len(found) != len(self.rounds):
            return [f"{len(found)} rounds are listed, not {len(self.rounds)}"]
        return [f"round {row['number']}: {name} is {row[name]!r}, not {value!r}"
                for row, wanted in zip(found, self.rounds, strict=True) for name, value in wanted.items() if row[name] != value]  # fmt: skip


def cases(seed: int) -> Iterator[Case]:
    """All cases of the group."""
    chance = random.Random(f"{GROUP} {seed}")
    entries, meant = _drawn(chance)
    whole = json.dumps({"classes": "wb-tables", "rounds": entries})

    def good(
        name: str, content: str | bytes, rounds: Sequence[Mapping[str, Any]] = meant, *, sample: bool = False
    ) -> Case:
        data = content if isinstance(content, bytes) else content.encode()
        return Case(GROUP, name, {"rounds.json": data}, WORDS, Expected(DONE, (), (Listed(rounds),)), sample)

    def no(name: str, content: str | bytes, *says: str, sample: bool = False) -> Case:
        data = content if isinstance(content, bytes) else content.encode()
        return Case(GROUP, name, {"rounds.json": data}, WORDS, refused("rounds.json", *says), sample)

    yield good("plain", whole, sample=True)
    yield good("byte order mark", "\ufeff" + whole)
    yield good("with indents", json.dumps({"rounds": entries}, indent=2))
    yield good("oldest first", json.dumps({"rounds": entries[::-1]}))
    yield good(
        "without other keys",
        json.dumps({"rounds": [{key: value for key, value in one.items() if value} for one in entries]}),
    )
    yield good("more keys", json.dumps({"x": [1], "rounds": [{**one, "new": {"a": 1}} for one in entries]}))
    yield good("numbers as numbers", json.dumps({"rounds": [{**one, "drawSize": row["size"], "drawCRS": row["cut_off"], "drawNumber": int(row["number"])}
                                                            for one, row in zip(entries, meant[::-1], strict=True)]}))  # fmt: skip
    for name, changed, wanted in _read(entries[1], meant[-2]):
        rounds = [*meant[:-2], {**meant[-2], **wanted}, meant[-1]]
        yield good(name, json.dumps({"rounds": [entries[0], {**entries[1], **changed}, *entries[2:]]}), rounds)
    for place, (name, (changed, says)) in enumerate(_refused(entries).items()):
        number = f"round {FIRST + 6}" if "drawNumber" not in changed else ""
        yield no(
            name,
            json.dumps({"rounds": [entries[0], {**entries[1], **changed}, *entries[2:]]}),
            number,
            says,
            sample=place == 0,
        )
    yield from (no(name, content, says) for name, (content, says) in _no_rounds(whole, entries).items())


def _drawn(chance: random.Random) -> tuple[list[Entry], list[dict[str, Any]]]:
    """Some entries, the newest first, and what they mean, the oldest first."""
    entries, meant = [], []
    day = date(2026, 3, 2)
    for number in range(FIRST, FIRST + 8):
        day += timedelta(days=chance.randrange(1, 12))
        size, cut_off = chance.randrange(200, 6000), chance.randrange(380, 760)
        second = chance.randrange(60)
        entries.insert(0, {
            "drawNumber": str(number), "drawNumberURL": "", "drawDate": day.isoformat(), "drawDateFull": f"{MONTHS[day.month - 1]} {day.day}, {day.year}",
            "drawName": "Canadian Experience Class", "drawSize": f"{size:,}", "drawCRS": str(cut_off),
            "drawCutOff": f"February {number - FIRST + 1:02d}, 2026 at 10:20:{second:02d} UTC", "drawDistributionAsOn": "",
        })  # fmt: skip
        meant.append({"number": str(number), "date": day.isoformat(), "kind": "CEC", "size": size, "cut_off": cut_off,
                      "tie_break": f"2026-02-{number - FIRST + 1:02d}T10:20:{second:02d}+00:00"})  # fmt: skip
    return entries, meant


def _read(entry: Entry, row: Mapping[str, Any]) -> Iterator[tuple[str, Entry, dict[str, Any]]]:
    """Changes of the newest but one round, and what they mean."""
    yield "a size with a blank", {"drawSize": "1 234"}, {"size": 1234}
    yield "a size with a no-break blank", {"drawSize": "1\u00a0234"}, {"size": 1234}
    yield "no size", {"drawSize": ""}, {"size": None}
    yield "no tie-break", {"drawCutOff": ""}, {"tie_break": None}
    yield "a tie-break that is n/a", {"drawCutOff": "n/a"}, {"tie_break": None}
    yield "a tie-break after the round", {"drawCutOff": "December 01, 2026 at 10:20:30 UTC"}, {"tie_break": None}
    yield "a day written out alone", {"drawDate": ""}, {}
    yield "days that disagree", {"drawDateFull": "January 1, 2026"}, {}
    yield "a short month", {"drawCutOff": "Feb 03, 2026 at 10:20:30 UTC"}, {"tie_break": "2026-02-03T10:20:30+00:00"}
    yield (
        "no blank behind the comma",
        {"drawCutOff": "February 03,2026 at 10:20:30 UTC"},
        {"tie_break": "2026-02-03T10:20:30+00:00"},
    )
    yield "a name in French", {"drawName": "Catégorie de l\u2019expérience canadienne"}, {}
    yield "a name between blanks", {"drawName": "  Canadian  Experience\u00a0Class "}, {}
    yield "a class of nominees", {"drawName": "Provincial Nominee Program"}, {"kind": "PNP"}
    yield "a name of no kind that is known", {"drawName": "Astronauts, 2026-Version 1"}, {"kind": "other"}
    yield "a null", {"drawNumberURL": None, "drawDistributionAsOn": None}, {}
    yield "an address as number", {"drawNumberURL": "<a href='/x'>406</a>"}, {}
    yield "a cut-off of 0", {"drawCRS": "0"}, {"cut_off": 0}
    yield "bands of zeros", {f"dd{number}": "0" for number in range(1, 19)}, {}


def _refused(entries: Sequence[Entry]) -> dict[str, tuple[Entry, str]]:
    """Changes of the newest but one round, and what the message says."""
    return {
        "no cut-off": ({"drawCRS": ""}, "drawCRS is empty"),
        "a cut-off of words": ({"drawCRS": "high"}, "drawCRS 'high' is not a whole number"),
        "a cut-off below 0": ({"drawCRS": "-5"}, "drawCRS '-5' is not a whole number"),
        "a cut-off of 1300": ({"drawCRS": "1300"}, "drawCRS 1300 is no score"),
        "a cut-off of 40000": ({"drawCRS": "40000"}, "drawCRS 40000 is no score"),
        "a cut-off with a fraction": ({"drawCRS": "500.5"}, "is not a whole number"),
        "a cut-off of 5,000 digits": ({"drawCRS": "9" * 5000}, "is not a whole number"),
        "a size of 0": ({"drawSize": "0"}, "drawSize 0 is no number of invitations"),
        "a size of words": ({"drawSize": "two thousand"}, "is not a whole number"),
        "a size of 20 digits": ({"drawSize": "9" * 20}, "is not a whole number"),
        "a size with a point": ({"drawSize": "2.000"}, "is not a whole number"),
        "a size of other digits": ({"drawSize": "\u0662\u0660"}, "is not a whole number"),
        "a size in a list": ({"drawSize": [2000]}, "drawSize"),
        "a day that there is not": ({"drawDate": "2026-02-30", "drawDateFull": ""}, "drawDate"),
        "no day": ({"drawDate": "", "drawDateFull": ""}, "drawDate"),
        "a day of the year 1": ({"drawDate": "0001-01-01", "drawDateFull": ""}, "drawDate"),
        "a day before the round before": ({"drawDate": "2020-01-01", "drawDateFull": ""}, "is before the day of the round before it"),
        "a tie-break of words": ({"drawCutOff": "after lunch"}, "drawCutOff"),
        "a tie-break at hour 25": ({"drawCutOff": "February 03, 2026 at 25:20:30 UTC"}, "drawCutOff"),
        "no number": ({"drawNumber": ""}, "drawNumber"),
        "a number of words": ({"drawNumber": "next"}, "is not a number such as 204"),
        "a number that is a day": ({"drawNumber": "20260807100820"}, "is not a number such as 204"),
        "a number twice": ({"drawNumber": entries[0]["drawNumber"]}, "stands twice; keep one entry a round"),
        "a number far off": ({"drawNumber": "40500"}, "are missing in between"),
        "a number of 5,000 digits": ({"drawNumber": "4" * 5000}, "is not a number such as 204"),
        "half a character": ({"drawName": "\ud800"}, "holds what is no character of a text"),
        "sums that are wrong": ({"dd1": "100", "dd18": "900", "drawDistributionAsOn": "February 1, 2026"}, "is not the sum of"),
        "control characters": ({"drawName": "Canadian\u0000Experience Class"}, "holds what is no character of a text"),
    }  # fmt: skip


def _no_rounds(whole: str, entries: Sequence[Entry]) -> dict[str, tuple[str | bytes, str]]:
    """Files that hold no rounds, and what the message says."""
    shape = "must be an object with a list `rounds`"
    return {
        "empty file": (b"", "is not JSON"),
        "cut off": (whole[: len(whole) // 2], "is not JSON: line 1"),
        "a page of an error": ("<html><body>503 Service Unavailable</body></html>", "is not JSON: line 1"),
        "a list": (json.dumps(entries), shape),
        "an empty list": ('{"rounds": []}', shape),
        "rounds that are an object": ('{"rounds": {}}', shape),
        "a number": ("5", shape),
        "null": ("null", shape),
        "entries that are no objects": ('{"rounds": [1, "2", null]}', "is no object with drawNumber"),
        "two objects": (whole + whole, "is not JSON"),
        "apostrophes": (whole.replace('"', "'"), "is not JSON"),
        "a comma at the end": ('{"rounds": [{}],}', "is not JSON"),
        "lists within lists": ("[" * 100_000, "nested too deeply"),
        "UTF-16": (whole.encode("utf-16"), ""),
        "zero bytes": (b"\0" * 100, ""),
        "a workbook": (b"PK\x03\x04\x14\x00\x06\x00\xff\xfe", ""),
        "60 MB": (b'{"rounds": ["' + b"x" * 60_000_000 + b'"]}', "is larger than 20,000,000 bytes"),
    }  # fmt: skip
