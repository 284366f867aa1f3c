"""A firm's settings, `drawline.toml`: where its files lie, how it is named, and how it reads what the law leaves open."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import typer

from flows.program import HEADLINE_MONTHS, SHIPPED_ROUNDS, UnusableFile, UsageError

FILE = "drawline.toml"
IRCC_ROUNDS = "https://www.canada.ca/content/dam/ircc/documents/json/ee_rounds_123_en.json"
PATHS = ("inbox", "history", "reports", "rounds", "map", "logo")
TEXTS = ("name", "rounds_address", "cluster", "notify")
# Of one try to fetch the rounds in all, and how many tries; of how many months the headline counts rounds.
NUMBERS = ("rounds_timeout_seconds", "rounds_tries", "headline_months")
LONGEST_NAME = 100
# How long a file of the inbox must have been left alone; how many missed nights are caught up at most; which birthdays are
# to be acted on: those that take a client below a cut-off of these months that is missed by so many points at most.
NUMBERS_FROM_ZERO = ("inbox_settle_seconds", "catch_up_days", "alerts_cut_off_months", "alerts_cut_off_margin")
# A day in seconds, and ten years in days.
LARGEST = {
    "rounds_timeout_seconds": 86_400,
    "rounds_tries": 100,
    "inbox_settle_seconds": 86_400,
    "catch_up_days": 3_660,
    "headline_months": 120,
    "alerts_cut_off_months": 120,
    "alerts_cut_off_margin": 1_200,
}
_TABLE = re.compile(r"\s*\[+\s*([^\]]+?)\s*\]")
_KEY = re.compile(r"""\s*((?:"[^"]*"|'[^']*'|[\w-]+)(?:\s*\.\s*(?:"[^"]*"|'[^']*'|[\w-]+))*)\s*=""")


class Readings(dict[str, Any]):
    """What a firm has set of what the law leaves open, by name, and where each stands in the settings."""

    places: Mapping[str, str] = MappingProxyType({})

    def place_of(self, name: str) -> str:
        """The settings' file and line of one of them, with a colon behind."""
        return self.places.get(name, f"{FILE}: ")


@dataclass(frozen=True)
class Settings:
    """What a firm has set; what it has not set is empty or the default."""

    file: Path | None = None
    name: str = ""
    logo: Path | None = None
    inbox: Path | None = None
    history: Path | str | None = None
    reports: Path | None = None
    rounds: Path | None = None
    rounds_address: str = IRCC_ROUNDS
    rounds_timeout_seconds: int = 30
    rounds_tries: int = 3
    headline_months: int = HEADLINE_MONTHS
    inbox_settle_seconds: int = 30
    catch_up_days: int = 31
    alerts_cut_off_months: int = 6
    alerts_cut_off_margin: int = 10
    cluster: str = ""
    notify: str = ""
    map: Path | None = None
    rules: tuple[Path, ...] = ()
    readings: dict[str, Any] = field(default_factory=Readings)

    @property
    def own_rounds(self) -> Path:
        """The firm's rounds file, there or not: as set, else in the user's folder for programs' data."""
        return self.rounds or Path(typer.get_app_dir("drawline")) / "rounds.json"

    @property
    def rounds_file(self) -> Path:
        """The rounds file to read: the firm's own, else the shipped one; raises UsageError for one set but not there."""
        if self.own_rounds.is_file():
            return self.own_rounds
        if self.rounds is not None:
            raise UsageError(
                f"{FILE} names the rounds file {self.rounds}, which is not there; fetch it with "
                "`drawline rounds update`, or take the line out"
            )
        return SHIPPED_ROUNDS


def load(named: Path | None = None) -> Settings:
    """The settings of the file that is named, else of `drawline.toml` in the current folder, else none.

    Paths in it start from its own folder. Raises UsageError where the named file is not there, UnusableFile where it
    cannot be read or holds an unknown key.
    """
    path = named or Path(FILE)
    if not path.is_file():
        if named:
            raise UsageError(f"no settings file at {named}")
        return Settings()
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnusableFile(f"{path}: line 1: it is no text in UTF-8; save it as UTF-8") from None
    try:
        content = tomllib.loads(text)
    except ValueError as error:
        raise UnusableFile(f"{path}: {_why_unreadable(error, text)}") from None
    except RecursionError:
        raise UnusableFile(f"{path}: line 1: not readable as TOML: lists are nested too deeply") from None
    lines = _lines(text)

    def wrong(key: str, message: str) -> UnusableFile:
        line = lines.get(key) or next((at for name, at in lines.items() if name.startswith(f"{key}.")), 1)
        return UnusableFile(f"{path}: line {line}: {message}")

    return _settings(path, content, wrong)


def _why_unreadable(error: ValueError, text: str) -> str:
    """The line on which a TOML text cannot be read on, and the parser's words."""
    words = str(error)
    found = re.search(r"\s*\(at (?:line ([0-9]+), column [0-9]+|end of document)\)$", words)
    line = found[1] if found and found[1] else len(text.splitlines()) or 1
    return f"line {line}: not readable as TOML: {words[: found.start()] if found else words}"


def _lines(text: str) -> dict[str, int]:
    """The line of each table and key of a TOML text, by dotted name; of a name that stands in a text of many lines too,
    the first.
    """
    lines: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if found := _TABLE.match(line):
            table = f"{_dotted(found[1])}."
            lines.setdefault(table.removesuffix("."), number)
        elif found := _KEY.match(line):
            lines.setdefault(f"{table}{_dotted(found[1])}", number)
    return lines


def _dotted(name: str) -> str:
    """A dotted name of TOML without quotation marks and blanks."""
    return re.sub(r"""["'\s]""", "", name)


def _settings(path: Path, content: dict[str, Any], wrong: Callable[[str, str], UnusableFile]) -> Settings:
    known = {*PATHS, *TEXTS, *NUMBERS, *NUMBERS_FROM_ZERO, "rules", "readings"}
    for key in content:
        if key not in known:
            close = difflib.get_close_matches(key, known, 1)
            hint = f"; did you mean {close[0]!r}?" if close else f"; known are {', '.join(sorted(known))}"
            raise wrong(key, f"unknown key {key!r}{hint}")
    folder = path.resolve().parent
    made: dict[str, Any] = {"file": path}
    for key in (*PATHS, *TEXTS):
        if key in content:
            _check_text(key, content[key], wrong)
            made[key] = folder / content[key] if key in PATHS and not _is_store(key, content[key]) else content[key]
    made |= {key: _number(key, content[key], wrong) for key in NUMBERS if key in content}
    made |= {key: _number(key, content[key], wrong, least=0) for key in NUMBERS_FROM_ZERO if key in content}
    rules = content.get("rules", [])
    if not isinstance(rules, list) or not all(isinstance(one, str) for one in rules):
        raise wrong("rules", 'rules must be a list of files, such as ["reform.yaml"]')
    for one in rules:
        _check_place("rules", one, wrong)
    readings = content.get("readings", {})
    if not isinstance(readings, dict):
        raise wrong("readings", "readings must be a table, [readings]")
    return Settings(**made, rules=tuple(folder / one for one in rules), readings=_readings(readings, wrong))


def _check_text(key: str, value: Any, wrong: Callable[[str, str], UnusableFile]) -> None:
    if not isinstance(value, str):
        raise wrong(key, f"{key} must be text in quotation marks")
    if key == "name" and not (value.isprintable() and len(value) <= LONGEST_NAME):
        raise wrong(key, f"name must be one line of up to {LONGEST_NAME} characters")
    if key in PATHS:
        _check_place(key, value, wrong)
    elif not value.isprintable():
        raise wrong(key, f"{key} holds characters that cannot be printed; type it again")


def _check_place(key: str, value: str, wrong: Callable[[str, str], UnusableFile]) -> None:
    """Refuses an empty place, which would be the settings' own folder, and characters that no path can have."""
    if not value.strip():
        raise wrong(key, f"{key} is empty; name what is meant, or take the line out")
    if not value.isprintable():
        raise wrong(key, f"{key} holds characters that cannot be printed; type it again")


def _readings(table: dict[str, Any], wrong: Callable[[str, str], UnusableFile]) -> Readings:
    """What a firm has set of what the law leaves open; the rules say whether it can be used."""
    readings = Readings(_flat(table))
    readings.places = {name: f"{str(wrong(f'readings.{name}', '')).rstrip()} " for name in readings}
    return readings


def _is_store(key: str, place: str) -> bool:
    """Is it the address of an object store, where alone the history may lie beside a folder?"""
    return key == "history" and "://" in place


def _number(key: str, value: Any, wrong: Callable[[str, str], UnusableFile], least: int = 1) -> int:
    if type(value) is not int or not least <= value <= LARGEST[key]:
        raise wrong(key, f"{key} must be a whole number from {least} to {LARGEST[key]:,}")
    return value


def _flat(table: dict[str, Any], stem: str = "") -> dict[str, Any]:
    """Dotted names whether quoted or not: `crs.records.x = 1` is a table within a table to TOML."""
    flat: dict[str, Any] = {}
    for key, value in table.items():
        name = f"{stem}{key}"
        flat |= _flat(value, f"{name}.") if isinstance(value, dict) else {name: value}
    return flat
