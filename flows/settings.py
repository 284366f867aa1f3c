"""A firm's settings, `drawline.toml`: where its files lie, how it is named, and how it reads what the law leaves open."""

from __future__ import annotations

import difflib
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import typer

from flows.program import SHIPPED_ROUNDS, UnusableFile, UsageError

FILE = "drawline.toml"
IRCC_ROUNDS = "https://www.canada.ca/content/dam/ircc/documents/json/ee_rounds_123_en.json"
PATHS = ("inbox", "history", "reports", "rounds", "map", "logo")
TEXTS = ("name", "rounds_address", "cluster", "notify")
# Of one try to fetch the rounds in all, and how many tries.
NUMBERS = ("rounds_timeout_seconds", "rounds_tries")
LONGEST_NAME = 100
# How long a file of the inbox must have been left alone; how many missed nights are caught up at most; which birthdays are
# to be acted on: those that take a client below a cut-off of these months that is missed by so many points at most.
NUMBERS_FROM_ZERO = ("inbox_settle_seconds", "catch_up_days", "alerts_cut_off_months", "alerts_cut_off_margin")


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
    inbox_settle_seconds: int = 30
    catch_up_days: int = 31
    alerts_cut_off_months: int = 6
    alerts_cut_off_margin: int = 10
    cluster: str = ""
    notify: str = ""
    map: Path | None = None
    rules: tuple[Path, ...] = ()
    readings: dict[str, Any] = field(default_factory=dict)

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
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UnusableFile(f"{path}: not readable as TOML: {error}") from None
    return _settings(path, content)


def _settings(path: Path, content: dict[str, Any]) -> Settings:
    known = {*PATHS, *TEXTS, *NUMBERS, *NUMBERS_FROM_ZERO, "rules", "readings"}
    for key in content:
        if key not in known:
            close = difflib.get_close_matches(key, known, 1)
            hint = f"; did you mean {close[0]!r}?" if close else f"; known are {', '.join(sorted(known))}"
            raise UnusableFile(f"{path}: unknown key {key!r}{hint}")
    folder = path.resolve().parent
    made: dict[str, Any] = {"file": path}
    for key in (*PATHS, *TEXTS):
        if key in content:
            if not isinstance(content[key], str):
                raise UnusableFile(f"{path}: {key} must be text in quotation marks")
            if key == "name" and not (content[key].isprintable() and len(content[key]) <= LONGEST_NAME):
                raise UnusableFile(f"{path}: name must be one line of up to {LONGEST_NAME} characters")
            made[key] = folder / content[key] if key in PATHS and not _is_store(key, content[key]) else content[key]
    made |= {key: _number(path, key, content[key]) for key in NUMBERS if key in content}
    made |= {key: _number(path, key, content[key], least=0) for key in NUMBERS_FROM_ZERO if key in content}
    rules = content.get("rules", [])
    if not isinstance(rules, list) or not all(isinstance(one, str) for one in rules):
        raise UnusableFile(f'{path}: rules must be a list of files, such as ["reform.yaml"]')
    readings = content.get("readings", {})
    if not isinstance(readings, dict):
        raise UnusableFile(f"{path}: readings must be a table, [readings]")
    return Settings(**made, rules=tuple(folder / one for one in rules), readings=_flat(readings))


def _is_store(key: str, place: str) -> bool:
    """Is it the address of an object store, where alone the history may lie beside a folder?"""
    return key == "history" and "://" in place


def _number(path: Path, key: str, value: Any, least: int = 1) -> int:
    if type(value) is not int or value < least:
        raise UnusableFile(f"{path}: {key} must be a whole number from {least}")
    return value


def _flat(table: dict[str, Any], stem: str = "") -> dict[str, Any]:
    """Dotted names whether quoted or not: `crs.records.x = 1` is a table within a table to TOML."""
    flat: dict[str, Any] = {}
    for key, value in table.items():
        name = f"{stem}{key}"
        flat |= _flat(value, f"{name}.") if isinstance(value, dict) else {name: value}
    return flat
