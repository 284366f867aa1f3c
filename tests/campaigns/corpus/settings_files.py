"""Settings: drawline.toml as people write it, what it changes, and what is refused with its line."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.campaigns.corpus.case import AS_OF, DONE, Answer, Case, Expected, refused
from tests.campaigns.corpus.people import COLUMNS, clients, csv, table

GROUP = "settings"


@dataclass(frozen=True)
class Set:
    """The settings that a file gives, by name; paths from its folder."""

    values: Mapping[str, Any]

    def __call__(self, answer: Answer) -> list[str]:
        from flows.firm import settings

        found = settings.load(answer.folder / "drawline.toml")
        wrong = []
        for name, value in self.values.items():
            wanted = answer.folder / value if isinstance(value, Path) else value
            if getattr(found, name) != wanted:
                wrong.append(f"{name} is {getattr(found, name)!r}, not {wanted!r}")
        return wrong


GOOD: dict[str, tuple[str, dict[str, Any]]] = {
    "empty file": ("", {"name": "", "headline_months": 6}),
    "comments alone": ("# settings of the firm\n\n", {"name": ""}),
    "a name": ('name = "Sample Immigration"', {"name": "Sample Immigration"}),
    "a name with accents": ('name = "Études & Cie \u2013 Québec"', {"name": "Études & Cie \u2013 Québec"}),
    "a literal name": ("name = 'C:\\clients'", {"name": "C:\\clients"}),
    "paths": ('inbox = "in"\nreports = "out/nights"', {"inbox": Path("in"), "reports": Path("out/nights")}),
    "a path with blanks and accents": ('inbox = "boîte de réception"', {"inbox": Path("boîte de réception")}),
    "months of the headline": ("headline_months = 12", {"headline_months": 12}),
    "a number with a line below": ("headline_months = 1_2", {"headline_months": 12}),
    "a share": ("max_quarantined_share = 0.25", {"max_quarantined_share": 0.25}),
    "a share of 1": ("max_quarantined_share = 1", {"max_quarantined_share": 1.0}),
    "no network": ('rounds_address = ""', {"rounds_address": ""}),
    "readings": ("[readings]\nwork.time.gap_days = 5", {"readings": {"work.time.gap_days": 5}}),
    "readings in quotation marks": ('[readings]\n"work.time.gap_days" = 5', {"readings": {"work.time.gap_days": 5}}),
    "readings as a table in a line": ("readings = {work = {time = {gap_days = 5}}}", {"readings": {"work.time.gap_days": 5}}),
    "line ends of Windows": ('name = "A"\r\nheadline_months = 3\r\n', {"name": "A", "headline_months": 3}),
    "byte order mark": ('\ufeffname = "A"', {"name": "A"}),
    "owners": ('split_by = "case_owner"', {"split_by": "case_owner"}),
}  # fmt: skip
# Text of the file, its line, and what the message says.
BAD: dict[str, tuple[str, int, str]] = {
    "an unknown key": ('inbx = "in"', 1, "did you mean 'inbox'"),
    "a key of nothing like it": ("\nzzz = 1", 2, "known are"),
    "a name that is a number": ("name = 7", 1, "name must be text"),
    "a name of two lines": ('name = "a\\nb"', 1, "one line of up to 100 characters"),
    "a long name": (f'name = "{"x" * 101}"', 1, "one line of up to 100 characters"),
    "a number that is text": ('headline_months = "6"', 1, "must be a whole number from 1"),
    "a number of 0": ("headline_months = 0", 1, "must be a whole number from 1"),
    "a number below 0": ("\ncatch_up_days = -1", 2, "must be a whole number from 0"),
    "a number with a fraction": ("headline_months = 6.0", 1, "must be a whole number"),
    "a number that is a switch": ("headline_months = true", 1, "must be a whole number"),
    "a large number": ("rounds_timeout_seconds = 99999999999", 1, "must be a whole number from 1 to 86,400"),
    "a number of 5,000 digits": (f"headline_months = {'9' * 5000}", 1, ""),
    "a share over 1": ("max_quarantined_share = 10", 1, "a number from 0 to 1"),
    "a share that is none": ("max_quarantined_share = nan", 1, "a number from 0 to 1"),
    "a share in percent": ('max_quarantined_share = "10%"', 1, "a number from 0 to 1"),
    "a switch in words": ('watch_criteria = "yes"', 1, "must be true or false"),
    "an empty path": ('inbox = ""', 1, "inbox is empty"),
    "a path with a zero": ('inbox = "a\\u0000b"', 1, "cannot be printed"),
    "a list for a path": ('inbox = ["a", "b"]', 1, "must be text"),
    "a language that there is not": ('language = "de"', 1, "must be one of en, fr"),
    "another column of owners": ('split_by = "marital_status"', 1, "known is 'case_owner'"),
    "rules that are no list": ('rules = "a.yaml"', 1, "must be a list of files"),
    "an empty file among the rules": ('rules = ["a.yaml", ""]', 1, "rules is empty"),
    "readings that are no table": ("readings = 3", 1, "must be a table"),
    "a reading below 0": ("[readings]\nwork.time.gap_days = -3", 2, ""),
    "a reading of words": ('[readings]\nwork.time.gap_days = "many"', 2, ""),
    "a reading that there is not": ("[readings]\nwork.time.gap_dais = 3", 2, "did you mean"),
    "a reading that is law": ("[readings]\ncrs.total.maximum = 1300", 2, ""),
    "a reading of infinity": ("[readings]\nwork.time.gap_days = inf", 2, ""),
    "a reading of 30 digits": ("[readings]\nwork.time.gap_days = " + "9" * 30, 2, ""),
    "a reading that is a day": ("[readings]\nwork.time.gap_days = 2026-01-01", 2, ""),
    "a reading that is a list": ("[readings]\nwork.time.gap_days = [1]", 2, ""),
    "text without quotation marks": ("name = Sample", 1, "not readable as TOML"),
    "a path of Windows in quotation marks": ('name = "A"\ninbox = "C:\\users\\in"', 2, "not readable as TOML"),
    "a quotation mark that is not closed": ('name = "A', 1, "not readable as TOML"),
    "a key twice": ('name = "A"\nname = "B"', 2, "not readable as TOML"),
    "a table twice": ("[readings]\n[readings]", 2, "not readable as TOML"),
    "a day that there is not": ("headline_months = 2026-02-30", 1, "not readable as TOML"),
    "lists within lists": (f"rules = {'[' * 20_000}", 1, "not readable as TOML"),
    "YAML": ("name: Sample", 1, "not readable as TOML"),
}  # fmt: skip


def cases(seed: int) -> Iterator[Case]:
    """All cases of the group: a list that is scored under the settings."""
    chance = random.Random(f"{GROUP} {seed}")
    people = csv(table(clients(chance, 2), COLUMNS)).encode()
    words = ("score", "clients.csv", "--config", "drawline.toml", "--out", "scores.csv", "--as-of", AS_OF.isoformat())

    def case(name: str, content: bytes, expected: Expected, *, sample: bool = False) -> Case:
        return Case(GROUP, name, {"drawline.toml": content, "clients.csv": people}, words, expected, sample)

    for place, (name, (text, values)) in enumerate(GOOD.items()):
        yield case(name, text.encode(), Expected(DONE, (), (Set(values),)), sample=place == 2)
    for place, (name, (text, line, says)) in enumerate(BAD.items()):
        yield case(name, text.encode(), refused(f"drawline.toml: line {line}: ", says), sample=place == 0)
    yield case("UTF-16", 'name = "A"'.encode("utf-16"), refused("drawline.toml: line 1: ", "save it as UTF-8"))
    yield case("zero bytes", b"\0" * 50, refused("drawline.toml: line 1: "))
    yield case("a workbook", b"PK\x03\x04\xff\xfe", refused("drawline.toml: line 1: ", "save it as UTF-8"))
    yield case("a share of bad rows that is passed", b"max_quarantined_share = 0.0", Expected(DONE))
    french = Case(
        GROUP,
        "French",
        {"drawline.toml": b'language = "fr"', "clients.csv": people},
        words,
        Expected(DONE, ("candidats",)),
    )
    yield french
    yield Case(
        GROUP,
        "settings that are not there",
        {"clients.csv": people},
        words,
        refused("no settings file at drawline.toml", code=2),
    )
