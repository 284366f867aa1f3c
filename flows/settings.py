"""A firm's settings, `drawline.toml`: where its files lie, how it is named, and how it reads what the law leaves open."""

from __future__ import annotations

import difflib
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flows.program import UnusableFile, UsageError

FILE = "drawline.toml"
IRCC_ROUNDS = "https://www.canada.ca/content/dam/ircc/documents/json/ee_rounds_123_en.json"
PATHS = ("inbox", "history", "reports", "rounds", "map", "logo")
TEXTS = ("name", "rounds_address")


@dataclass(frozen=True)
class Settings:
    """What a firm has set; what it has not set is empty or the default."""

    file: Path | None = None
    name: str = ""
    logo: Path | None = None
    inbox: Path | None = None
    history: Path | None = None
    reports: Path | None = None
    rounds: Path | None = None
    rounds_address: str = IRCC_ROUNDS
    map: Path | None = None
    rules: tuple[Path, ...] = ()
    readings: dict[str, Any] = field(default_factory=dict)


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
    known = {*PATHS, *TEXTS, "rules", "readings"}
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
            made[key] = folder / content[key] if key in PATHS else content[key]
    rules = content.get("rules", [])
    if not isinstance(rules, list) or not all(isinstance(one, str) for one in rules):
        raise UnusableFile(f'{path}: rules must be a list of files, such as ["reform.yaml"]')
    readings = content.get("readings", {})
    if not isinstance(readings, dict):
        raise UnusableFile(f"{path}: readings must be a table, [readings]")
    return Settings(**made, rules=tuple(folder / one for one in rules), readings=_flat(readings))


def _flat(table: dict[str, Any], stem: str = "") -> dict[str, Any]:
    """Dotted names whether quoted or not: `crs.records.x = 1` is a table within a table to TOML."""
    flat: dict[str, Any] = {}
    for key, value in table.items():
        name = f"{stem}{key}"
        flat |= _flat(value, f"{name}.") if isinstance(value, dict) else {name: value}
    return flat
