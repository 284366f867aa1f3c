"""Plans of rounds on a pool of people with a score: whom a round invites, and what is refused with its line."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.campaigns.corpus.case import DONE, Answer, Case, Expected, refused
from tests.campaigns.corpus.people import csv, table

GROUP = "plans"
POOL = 60
Person = dict[str, Any]


@dataclass(frozen=True)
class Rounds:
    """What each round of the answer has to say: some of its columns by name."""

    rounds: Sequence[Mapping[str, Any]]

    def __call__(self, answer: Answer) -> list[str]:
        found = answer.json["rounds"]
        if len(found) != len(self.rounds):
            return [f"{len(found)} rounds are held, not {len(self.rounds)}"]
        return [f"round {place}: {name} is {row[name]!r}, not {value!r}"
                for place, (row, wanted) in enumerate(zip(found, self.rounds, strict=True), start=1)
                for name, value in wanted.items() if row[name] != value]  # fmt: skip


# Text of the plan, its line, and what the message says.
BAD: dict[str, tuple[str, int, str]] = {
    "an unknown key": ("round: []", 1, "did you mean 'rounds'?"),
    "no rounds": ("title: x", 1, "the key `rounds` is missing"),
    "rounds that are no list": ("rounds: 5", 1, "must be a list with at least one round"),
    "an empty list": ("rounds: []", 1, "must be a list with at least one round"),
    "a round that is a number": ("rounds:\n  - 5", 2, "must be a mapping"),
    "a round without a day": ("rounds:\n  - {kind: CEC, size: 1}", 2, "the key `date` is missing"),
    "a round without a kind": ("rounds:\n  - {date: 2026-09-01, size: 1}", 2, "the key `kind` is missing"),
    "neither size nor cut-off": ("rounds:\n  - {date: 2026-09-01, kind: CEC}", 2, "give either `size`"),
    "size and cut-off": ("rounds:\n  - {date: 2026-09-01, kind: CEC, size: 1, cut_off: 500}", 2, "give either `size`"),
    "a tie-break with a size": ("rounds:\n  - {date: 2026-09-01, kind: CEC, size: 1, tie_break: 2026-01-01T00:00:00Z}", 2, "goes with `cut_off`"),
    "a day that there is not": ("rounds:\n  - {date: 2026-02-30, kind: CEC, size: 1}", 2, "there is no such day"),
    "a month 13": ("rounds:\n  - {date: 2026-13-01, kind: CEC, size: 1}", 2, "there is no such day"),
    "a day in words": ("rounds:\n  - {date: soon, kind: CEC, size: 1}", 2, "is not a date such as 2026-09-01"),
    "a day of the year 9999": ("rounds:\n  - {date: 9999-12-31, kind: CEC, size: 1}", 2, "give one up to the year 2100"),
    "a day before Express Entry": ("rounds:\n  - {date: 2014-01-01, kind: CEC, size: 1}", 2, ""),
    "a kind that there is not": ("rounds:\n  - {date: 2026-09-01, kind: CECC, size: 1}", 2, "CEC"),
    "a kind that is a number": ("rounds:\n  - {date: 2026-09-01, kind: 7, size: 1}", 2, ""),
    "a category before it existed": ("rounds:\n  - {date: 2022-09-01, kind: french, size: 1}", 2, ""),
    "a size of 0": ("rounds:\n  - {date: 2026-09-01, kind: CEC, size: 0}", 2, "is not a whole number from 1"),
    "a size of text": ("rounds:\n  - {date: 2026-09-01, kind: CEC, size: many}", 2, "is not a whole number from 1"),
    "a size with a fraction": ("rounds:\n  - {date: 2026-09-01, kind: CEC, size: 1.5}", 2, "is not a whole number from 1"),
    "a size of 20 digits": (f"rounds:\n  - {{date: 2026-09-01, kind: CEC, size: {'9' * 20}}}", 2, "too large"),
    "a size of 10 million": ("rounds:\n  - {date: 2026-09-01, kind: CEC, size: 10000000}", 2, "more than a round has"),
    "a cut-off of 1300": ("rounds:\n  - {date: 2026-09-01, kind: CEC, cut_off: 1300}", 2, "is no score"),
    "a repetition without its number": ("rounds:\n  - {date: 2026-09-01, kind: CEC, size: 1, every_days: 7}", 2, "go together"),
    "a repetition of a century": ("rounds:\n  - {date: 2026-09-01, kind: CEC, size: 1, every_days: 365, times: 100}", 2, "over ten years"),
    "rounds of twenty years": ("rounds:\n  - {date: 2026-09-01, kind: CEC, size: 1}\n  - {date: 2046-09-01, kind: CEC, size: 1}", 3, "ten years at most"),
    "a start after the rounds": ("start: 2027-01-01\nrounds:\n  - {date: 2026-09-01, kind: CEC, size: 1}", 3, "is before the start of the plan"),
    "a seed of text": ("seed: x\nrounds:\n  - {date: 2026-09-01, kind: CEC, size: 1}", 1, "is not a whole number from 0"),
    "a title of two lines": ('title: "a\\nb"\nrounds:\n  - {date: 2026-09-01, kind: CEC, size: 1}', 1, "is not one line"),
    "100 million arrivals a week": ("rounds:\n  - {date: 2026-09-01, kind: CEC, size: 1}\narrivals: {per_week: 100000000}", 3, "or fewer"),
    "arrivals of infinity": ("rounds:\n  - {date: 2026-09-01, kind: CEC, size: 1}\narrivals: {per_week: .inf}", 3, "is not a number from 0"),
    "a share over 1": ("rounds:\n  - {date: 2026-09-01, kind: CEC, size: 1}\nanswers: {lapsed_share: 2}", 3, "is a share"),
    "shares over 1 together": ("rounds:\n  - {date: 2026-09-01, kind: CEC, size: 1}\nanswers:\n  declined_share: 0.6\n  declined_after_days: 5\n  lapsed_share: 0.6", 6, "more than 1 together"),
    "declines without their days": ("rounds:\n  - {date: 2026-09-01, kind: CEC, size: 1}\nanswers: {declined_share: 0.5}", 3, "needs declined_after_days"),
    "a decline after the invitation lapsed": ("rounds:\n  - {date: 2026-09-01, kind: CEC, size: 1}\nanswers: {declined_share: 0.5, declined_after_days: 300}", 3, ""),
    "everybody withdraws": ("rounds:\n  - {date: 2026-09-01, kind: CEC, size: 1}\nwithdrawals: {share_a_year: 1}", 3, "must be below 1"),
    "clients in a list": ("rounds:\n  - {date: 2026-09-01, kind: CEC, size: 1}\nwithdrawals: {clients: [C-1]}", 3, "must name each client with a day"),
    "a client without a day": ("rounds:\n  - {date: 2026-09-01, kind: CEC, size: 1}\nwithdrawals:\n  clients:\n    C-1: soon", 5, "is not a date"),
    "a key twice": ("rounds: []\nrounds: []", 2, "stands twice; keep one"),
    "a word": ("rounds", 1, "must be a mapping"),
    "nothing": ("", 1, "must be a mapping"),
    "a tab": ("rounds:\n\t- {date: 2026-09-01, kind: CEC, size: 1}", 2, "a tab stands where only blanks may"),
    "an object of Python": ("rounds: !!python/object/apply:os.system [echo]", 1, ""),
    "lists within lists": ("rounds: " + "[" * 200 + "]" * 200, 1, "nested too deeply"),
}  # fmt: skip


def cases(seed: int) -> Iterator[Case]:
    """All cases of the group."""
    chance = random.Random(f"{GROUP} {seed}")
    pool = [
        {"client_id": f"P-{number:03d}", "crs_total": chance.randrange(300, 600),
         "profile_submitted_at": datetime(2026, 3, 1, tzinfo=UTC) + timedelta(seconds=chance.randrange(10_000_000)),
         "cec_eligible": True}
        for number in range(POOL)
    ]  # fmt: skip
    people = csv(table(pool)).encode()
    words = ("simulate", "pool.csv", "--plan", "plan.yaml", "--out", "out", "--json", "--dry-run")

    def case(name: str, plan: bytes, expected: Expected, *, sample: bool = False) -> Case:
        return Case(GROUP, name, {"plan.yaml": plan, "pool.csv": people}, words, expected, sample)

    for place, (name, (plan, rounds)) in enumerate(_good(pool, chance).items()):
        yield case(name, plan.encode(), Expected(DONE, (), (Rounds(rounds),)), sample=place == 0)
    for place, (name, (plan, line, says)) in enumerate(BAD.items()):
        yield case(name, plan.encode(), refused("plan.yaml", f"line {line}", says), sample=place == 0)
    yield case("bytes that are no text", b"rounds: \xff\xfe", refused("plan.yaml", "save it as UTF-8"))
    yield case("a plan of 6 MB", b"# " + b"x" * 6_000_000, refused("plan.yaml", "more than 5,000,000 bytes"))
    yield from _pools(pool, words)


def _ranked(pool: Sequence[Person]) -> list[Person]:
    return sorted(pool, key=lambda one: (-one["crs_total"], one["profile_submitted_at"]))


def _round(invited: Sequence[Person], before: int) -> dict[str, Any]:
    """What a round says that invites some people of a pool."""
    return {
        "invited": len(invited),
        "cut_off": invited[-1]["crs_total"],
        "pool_before": before,
        "pool_after": before - len(invited),
    }


def _good(pool: Sequence[Person], chance: random.Random) -> dict[str, tuple[str, list[dict[str, Any]]]]:
    """Plans with their rounds, by a ranking of the pool alone."""
    ranked = _ranked(pool)
    size = chance.randrange(3, 20)
    line = ranked[size]["crs_total"]
    above = [one for one in ranked if one["crs_total"] >= line]
    head = "rounds:\n  - "
    first, second = _round(ranked[:size], POOL), _round(ranked[size : 2 * size], POOL - size)
    day = "date: 2026-09-01, kind: CEC"
    return {
        "a round of a size": (f"{head}{{{day}, size: {size}}}", [first]),
        "a round of a cut-off": (f"{head}{{{day}, cut_off: {line}}}", [{"invited": len(above), "pool_after": POOL - len(above)}]),
        "two rounds": (f"{head}{{{day}, size: {size}, every_days: 14, times: 2}}", [first, second]),
        "two rounds of a day": (f"{head}{{{day}, size: {size}}}\n  - {{{day}, size: {size}}}", [first, second]),
        "rounds that are not in order": (f"{head}{{date: 2026-09-15, kind: CEC, size: {size}}}\n  - {{{day}, size: {size}}}", [first, second]),
        "more invitations than people": (f"{head}{{{day}, size: 500}}", [{"invited": POOL, "pool_after": 0}]),
        "a kind in other letters": (f"{head}{{date: 2026-09-01, kind: cec, size: {size}}}", [first]),
        "comments": (f"# autumn\n{head}{{{day}, size: {size}}}  # one\n", [first]),
        "line ends of Windows": (f"title: x\r\nrounds:\r\n  - {{{day}, size: {size}}}\r\n", [first]),
        "byte order mark": (f"\ufeff{head}{{{day}, size: {size}}}", [first]),
        "a cut-off of 0": (f"{head}{{{day}, cut_off: 0}}", [{"invited": POOL}]),
        "a cut-off that nobody has": (f"{head}{{{day}, cut_off: 1200}}", [{"invited": 0, "pool_after": POOL}]),
        "shares of 0": (f"{head}{{{day}, size: {size}}}\nanswers: {{declined_share: 0, lapsed_share: 0.0}}", [first]),
        "empty parts": (f"{head}{{{day}, size: {size}}}\nanswers:\narrivals:\nwithdrawals:\n", [first]),
    }  # fmt: skip


def _pools(pool: Sequence[Person], words: tuple[str, ...]) -> Iterator[Case]:
    """Files of people with a score."""
    plan = b"rounds:\n  - {date: 2026-09-01, kind: CEC, size: 10}\n"
    rows = table(pool)
    good = Expected(DONE, (), (Rounds([_round(_ranked(pool)[:10], POOL)]),))

    def case(name: str, people: bytes, expected: Expected) -> Case:
        return Case(GROUP, f"pool: {name}", {"plan.yaml": plan, "pool.csv": people}, words, expected)

    def no(name: str, change: dict[str, Any], *says: str) -> Case:
        return case(name, csv(table([pool[0], {**pool[1], **change}, *pool[2:]])).encode(), refused("pool.csv", *says))

    yield case("semicolons", csv(rows, ";").encode(), good)
    yield case("line ends of Windows", csv(rows, end="\r\n").encode(), good)
    yield case("byte order mark", b"\xef\xbb\xbf" + csv(rows).encode(), good)
    yield case("people in another order", csv([rows[0], *reversed(rows[1:])]).encode(), good)
    yield no("a score of text", {"crs_total": "high"}, "crs_total, row 3")
    yield no("a score of 5000", {"crs_total": 5000}, "crs_total, row 3", "scores are 0 to")
    yield no("a score of 40,000", {"crs_total": 40_000}, "crs_total, row 3")
    yield no("a score of 30 digits", {"crs_total": 10**30}, "crs_total, row 3")
    yield no("no score", {"crs_total": None}, "crs_total, row 3")
    yield no("a day that there is not", {"profile_submitted_at": "2026-02-30"}, "profile_submitted_at, row 3")
    yield no("a person twice", {"client_id": "P-000"}, "client_id, row 2", "stands twice")
    yield no("maybe", {"cec_eligible": "maybe"}, "cec_eligible, row 3", "yes or no")
    yield case("no column for the kind", csv([row[:3] for row in rows]).encode(), refused("pool.csv", "cec_eligible"))
    yield case("Windows-1252", csv([*rows[:-1], ["É-1", *rows[-1][1:]]]).encode("cp1252"), refused("pool.csv", "UTF-8"))
    yield case(
        "a stray quotation mark", csv(rows).replace("P-004", '"P-004').encode(), refused("pool.csv", "quotation mark")
    )
