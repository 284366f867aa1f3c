"""Overlays on the law: values that count from their day, and what is refused with its line."""

from __future__ import annotations

import csv as csv_
import io
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tests.campaigns.corpus.case import AS_OF, DONE, Answer, Case, Expected, refused
from tests.campaigns.corpus.people import COLUMNS, clients, csv, table

GROUP = "overlays"
PLAIN = """title: A trial
sources:
  trial: {title: A trial, href: "https://example.org"}
parameters:
  crs.additional.sibling:
    versions:
      - from: 2026-01-01
        status: known
        confidence: L
        last_checked_on: 2026-05-01
        source: {key: trial, section: "1"}
        value: 40
"""
SHIPPED, LAID = 15, 40


@dataclass(frozen=True)
class Scored:
    """Points of a column of the scores, by client."""

    column: str
    points: Mapping[str, int]

    def __call__(self, answer: Answer) -> list[str]:
        rows = csv_.DictReader(io.StringIO((answer.folder / "scores.csv").read_text(encoding="utf-8-sig")))
        found = {row["client_id"]: row[self.column] for row in rows}
        return [f"{client}: {self.column} is {found.get(client)}, not {wanted}"
                for client, wanted in self.points.items() if found.get(client) != str(wanted)]  # fmt: skip


# What is changed in the plain overlay: the text, what takes its place, and whether its value counts.
GOOD: dict[str, tuple[str, str, int]] = {
    "a value from its day": ("40", "40", LAID),
    "a value of a later day": ("2026-01-01", "2026-06-02", SHIPPED),
    "a value of the day itself": ("2026-01-01", AS_OF.isoformat(), LAID),
    "a value of 0": ("value: 40", "value: 0", 0),
    "comments": ("title: A trial\nsources", "# a comment\ntitle: A trial\nsources", LAID),
    "line ends of Windows": ("\n", "\r\n", LAID),
    "byte order mark": ("title: A trial\nsources", "\ufefftitle: A trial\nsources", LAID),
    "a title with accents": ("A trial\nsources", "Essai d\u2019été\nsources", LAID),
    "no parameters": (PLAIN[PLAIN.index("parameters:") :], "parameters: {}\n", SHIPPED),
}
BAD: dict[str, tuple[str, str, int, str]] = {
    "an unknown key": ("confidence: L", "confidance: L", 9, "did you mean 'confidence'?"),
    "an unknown key of the file": ("title: A trial\ns", "titel: A trial\ns", 1, "did you mean 'title'?"),
    "a parameter that there is not": ("crs.additional.sibling", "crs.additional.siblings", 5, "crs.additional.sibling"),
    "a value of text": ("value: 40", "value: forty", 12, ""),
    "a value with a fraction": ("value: 40", "value: 40.5", 12, ""),
    "a value below 0": ("value: 40", "value: -40", 12, ""),
    "a large value": ("value: 40", "value: 99999999999", 12, ""),
    "a value of 30 digits": ("value: 40", "value: " + "9" * 30, 12, "too large"),
    "a value that is a list": ("value: 40", "value: [40]", 12, ""),
    "a value that is a mapping": ("value: 40", "value: {a: 40}", 12, ""),
    "a value that is a switch": ("value: 40", "value: yes", 12, ""),
    "a value of infinity": ("value: 40", "value: .inf", 12, ""),
    "a value that is none": ("value: 40", "value: .nan", 12, ""),
    "a value that is open": ("value: 40", 'value: "???"', 12, ""),
    "no value": ("        value: 40\n", "", 7, ""),
    "a day that there is not": ("2026-01-01", "2026-02-30", 7, "there is no such day"),
    "a day in words": ("2026-01-01", "1 January", 7, "is not a date"),
    "a day before Express Entry": ("2026-01-01", "1990-01-01", 12, "the law begins on 2015-01-01"),
    "a status in a list": ("status: known", "status: [known]", 8, ""),
    "an unknown status": ("status: known", "status: knwon", 8, "did you mean 'known'?"),
    "an unknown confidence": ("confidence: L", "confidence: low", 9, ""),
    "a source that there is not": ("{key: trial", "{key: trail", 11, "trial"),
    "a source without an address": (', href: "https://example.org"', "", 3, "href"),
    "versions that are no list": ("versions:\n      - from", "versions:\n        from", 6, "a list of dated versions is expected"),
    "a key twice": ("confidence: L", "confidence: L\n        confidence: H", 10, "stands twice; keep one"),
    "two versions of a day": (PLAIN[PLAIN.index("      - from") :], PLAIN[PLAIN.index("      - from") :] * 2, 18, "overlaps"),
    "a tab": ("        value: 40", "\t\tvalue: 40", 12, "a tab stands where only blanks may"),
    "an alias of nothing": ("value: 40", "value: *a", 12, ""),
    "an object of Python": ("value: 40", "value: !!python/name:os.system", 12, ""),
    "a list of files": (PLAIN, "- a\n- b\n", 1, ""),
    "a word": (PLAIN, "points\n", 1, ""),
    "nothing": (PLAIN, "", 1, ""),
}  # fmt: skip


def cases(seed: int) -> Iterator[Case]:
    """All cases of the group: two clients, one of them with a sibling in Canada."""
    chance = random.Random(f"{GROUP} {seed}")
    people = [{**one, "sibling_in_canada": number == 0} for number, one in enumerate(clients(chance, 2))]
    content = csv(table(people, COLUMNS)).encode()
    words = ("score", "clients.csv", "--rules", "values.yaml", "--out", "scores.csv", "--as-of", AS_OF.isoformat())

    def case(name: str, overlay: bytes, expected: Expected, *, sample: bool = False) -> Case:
        return Case(GROUP, name, {"values.yaml": overlay, "clients.csv": content}, words, expected, sample)

    for place, (name, (old, new, points)) in enumerate(GOOD.items()):
        assert old in PLAIN
        look = Scored("crs_sibling", {"C-001": points, "C-002": 0})
        yield case(name, PLAIN.replace(old, new).encode(), Expected(DONE, (), (look,)), sample=place == 0)
    for place, (name, (old, new, line, says)) in enumerate(BAD.items()):
        assert old in PLAIN, old
        yield case(
            name,
            PLAIN.replace(old, new).encode(),
            refused("the rules cannot be used: values.yaml", f"line {line}", says),
            sample=place == 0,
        )
    yield case("UTF-16", PLAIN.encode("utf-16"), Expected(DONE, (), (Scored("crs_sibling", {"C-001": LAID}),)))
    yield case(
        "bytes that are no text",
        PLAIN.replace("A trial", "A \udcff").encode("utf-8", "surrogateescape"),
        refused("values.yaml", "line 1", "save it as UTF-8"),
    )
    yield case("zero bytes", b"\0" * 30, refused("values.yaml", "line 1"))
