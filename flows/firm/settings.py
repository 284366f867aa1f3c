"""A firm's settings, `drawline.toml`: where its files lie, how it is named, and how it reads what the law leaves open."""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import typer

from flows.errors import UnusableFile, UsageError
from flows.outputs.encryption import is_place
from flows.run_request import HEADLINE_MONTHS, SHIPPED_ROUNDS
from transforms.model.wording import LANGUAGES, _, whole_number

FILE = "drawline.toml"
# Of the environment: the settings file where no command names one.
VARIABLE = "DRAWLINE_CONFIG"
MAPS = "maps"
IRCC_ROUNDS = "https://www.canada.ca/content/dam/ircc/documents/json/ee_rounds_123_en.json"
PATHS = ("inbox", "history", "reports", "rounds", "map", "maps", "logo", "password_file")
TEXTS = ("name", "rounds_address", "criteria_address", "cluster", "notify", "language", "split_by", "access")
# The column by which workbooks are split into one each.
SPLITS = ("case_owner",)
# Who can read what is written: see flows.firm.access.
ACCESS = ("owner", "group", "umask")
# What the command line says in place of one of them, to have none.
UNSPLIT = "none"
# Of one try to fetch the rounds in all, and how many tries; of how many months the headline counts rounds.
NUMBERS = ("rounds_timeout_seconds", "rounds_tries", "headline_months")
# Parts of a whole; none is set by default.
SHARES = ("max_quarantined_share",)
SWITCHES = ("watch_criteria", "client_pages")
MAX_NAME_LENGTH = 100
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
    criteria_address: str = ""
    watch_criteria: bool = True
    headline_months: int = HEADLINE_MONTHS
    max_quarantined_share: float | None = None
    inbox_settle_seconds: int = 30
    catch_up_days: int = 31
    alerts_cut_off_months: int = 6
    alerts_cut_off_margin: int = 10
    cluster: str = ""
    notify: str = ""
    language: str = ""
    split_by: str = ""
    access: str = ACCESS[0]
    client_pages: bool = False
    map: Path | None = None
    maps: Path | None = None
    password_file: Path | None = None
    encrypt_to: tuple[str, ...] = ()
    rules: tuple[Path, ...] = ()
    readings: dict[str, Any] = field(default_factory=Readings)

    @property
    def maps_folder(self) -> Path:
        """The folder of the firm's maps, there or not: as set, else `maps` beside the settings, or in the current folder."""
        return self.maps or (Path() if self.file is None else self.file.resolve().parent) / MAPS

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
                _(
                    "{settings} names the rounds file {file}, which is not there; fetch it with `drawline rounds update`, or "
                    "take the line out"
                ).format(settings=FILE, file=self.rounds)
            )
        return SHIPPED_ROUNDS


def place(named: Path | None = None) -> Path | None:
    """The settings file that is named, by the command or else by DRAWLINE_CONFIG."""
    from_environment = os.environ.get(VARIABLE)
    return named or (Path(from_environment) if from_environment else None)


def load(named: Path | None = None) -> Settings:
    """The settings of the file that is named (see `place`), else of `drawline.toml` in the current folder, else none.

    Paths in it start from its own folder. Raises UsageError where the named file is not there, UnusableFile where it
    cannot be read or holds an unknown key.
    """
    named = place(named)
    path = named or Path(FILE)
    if not path.is_file():
        if named:
            raise UsageError(_("no settings file at {file}").format(file=named))
        return Settings()
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnusableFile(
            _("{file}: line 1: it is no text in UTF-8; save it as UTF-8").format(file=path), path
        ) from None
    try:
        content = tomllib.loads(text)
    except ValueError as error:
        raise UnusableFile(_why_unreadable(error, text, path), path) from None
    except RecursionError:
        raise UnusableFile(
            _("{file}: line 1: not readable as TOML: lists are nested too deeply").format(file=path), path
        ) from None
    lines = _lines(text)

    def wrong(key: str, message: str) -> UnusableFile:
        line = lines.get(key) or next((at for name, at in lines.items() if name.startswith(f"{key}.")), 1)
        return UnusableFile(_("{file}: line {line}: {message}").format(file=path, line=line, message=message), path)

    return _settings(path, content, wrong)


def _why_unreadable(error: ValueError, text: str, path: Path) -> str:
    """The file, the line on which a TOML text cannot be read on, and the parser's words."""
    words = str(error)
    found = re.search(r"\s*\(at (?:line ([0-9]+), column [0-9]+|end of document)\)$", words)
    line = found[1] if found and found[1] else len(text.splitlines()) or 1
    return _("{file}: line {line}: not readable as TOML: {words}").format(
        file=path, line=line, words=words[: found.start()] if found else words
    )


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
    known = {*PATHS, *TEXTS, *NUMBERS, *NUMBERS_FROM_ZERO, *SHARES, *SWITCHES, "rules", "readings", "encrypt_to"}
    for key in content:
        if key not in known:
            close = difflib.get_close_matches(key, known, 1)
            if close:
                message = _("unknown key {key!r}; did you mean {close!r}?").format(key=key, close=close[0])
            else:
                message = _("unknown key {key!r}; known are {known}").format(key=key, known=", ".join(sorted(known)))
            raise wrong(key, message)
    folder = path.resolve().parent
    made: dict[str, Any] = {"file": path}
    for key in (*PATHS, *TEXTS):
        if key in content:
            _check_text(key, content[key], wrong)
            made[key] = folder / content[key] if key in PATHS and not _is_store(key, content[key]) else content[key]
    made |= {key: _number(key, content[key], wrong) for key in NUMBERS if key in content}
    made |= {key: _number(key, content[key], wrong, least=0) for key in NUMBERS_FROM_ZERO if key in content}
    made |= {key: _share(key, content[key], wrong) for key in SHARES if key in content}
    made |= {key: _switch(key, content[key], wrong) for key in SWITCHES if key in content}
    rules = content.get("rules", [])
    if not isinstance(rules, list) or not all(isinstance(one, str) for one in rules):
        raise wrong("rules", _('rules must be a list of files, such as ["reform.yaml"]'))
    for one in rules:
        _check_place("rules", one, wrong)
    readings = content.get("readings", {})
    if not isinstance(readings, dict):
        raise wrong("readings", _("readings must be a table, [readings]"))
    encrypt_to = content.get("encrypt_to", [])
    if not isinstance(encrypt_to, list) or not all(isinstance(one, str) and one.strip() for one in encrypt_to):
        raise wrong(
            "encrypt_to", _('encrypt_to must be a list of recipients or files of them, such as ["recipients.txt"]')
        )
    made["encrypt_to"] = tuple(str(folder / one) if is_place(one) else one for one in encrypt_to)
    return Settings(**made, rules=tuple(folder / one for one in rules), readings=_readings(readings, wrong))


def _check_text(key: str, value: Any, wrong: Callable[[str, str], UnusableFile]) -> None:
    if not isinstance(value, str):
        raise wrong(key, _("{key} must be text in quotation marks").format(key=key))
    if key == "name" and not (value.isprintable() and len(value) <= MAX_NAME_LENGTH):
        raise wrong(key, _("name must be one line of up to {most} characters").format(most=MAX_NAME_LENGTH))
    if key == "split_by" and value not in ("", *SPLITS):
        raise wrong(
            key,
            _("split_by is {value!r}; known is {known!r}, or take the line out").format(value=value, known=SPLITS[0]),
        )
    if key == "access" and value not in ACCESS:
        raise wrong(key, _("access must be one of {known}, not {value!r}").format(known=", ".join(ACCESS), value=value))
    if key in PATHS:
        _check_place(key, value, wrong)
    elif key == "language" and value not in LANGUAGES:
        raise wrong(
            key, _("language must be one of {known}, not {value!r}").format(known=", ".join(LANGUAGES), value=value)
        )
    elif not value.isprintable():
        raise wrong(key, _("{key} holds characters that cannot be printed; type it again").format(key=key))


def _check_place(key: str, value: str, wrong: Callable[[str, str], UnusableFile]) -> None:
    """Refuses an empty place, which would be the settings' own folder, and characters that no path can have."""
    if not value.strip():
        raise wrong(key, _("{key} is empty; name what is meant, or take the line out").format(key=key))
    if not value.isprintable():
        raise wrong(key, _("{key} holds characters that cannot be printed; type it again").format(key=key))


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
        raise wrong(
            key,
            _("{key} must be a whole number from {least} to {most}").format(
                key=key, least=least, most=whole_number(LARGEST[key])
            ),
        )
    return value


def _switch(key: str, value: Any, wrong: Callable[[str, str], UnusableFile]) -> bool:
    if not isinstance(value, bool):
        raise wrong(key, _("{key} must be true or false, without quotation marks").format(key=key))
    return value


def _share(key: str, value: Any, wrong: Callable[[str, str], UnusableFile]) -> float:
    if type(value) not in (int, float) or not 0 <= value <= 1:
        raise wrong(key, _("{key} must be a number from 0 to 1, such as 0.1 for 10 %").format(key=key))
    return float(value)


def _flat(table: dict[str, Any], stem: str = "") -> dict[str, Any]:
    """Dotted names whether quoted or not: `crs.records.x = 1` is a table within a table to TOML."""
    flat: dict[str, Any] = {}
    for key, value in table.items():
        name = f"{stem}{key}"
        flat |= _flat(value, f"{name}.") if isinstance(value, dict) else {name: value}
    return flat
