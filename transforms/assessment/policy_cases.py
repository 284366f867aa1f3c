"""The policy cases beside the rules: a client on a day and what the law makes of it, read strictly from YAML."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from transforms.assessment import scores
from transforms.model.calendar import years_later
from transforms.model.columns import CANDIDATES, DETAIL_SHEETS, Column, Sheet
from transforms.model.wording import _
from transforms.rules import RulesError
from transforms.rules.errors import nearest, placed
from transforms.rules.loader import CITATION_KEYS, HERE
from transforms.rules.strict_yaml import checked_keys, read_yaml

CASES = HERE / "cases"
DEFAULTS = "defaults.yaml"
BESIDE_FOLDERS = frozenset({DEFAULTS, "README.md"})
CLIENT = "client_id"
DETAILS = {sheet.key: sheet for sheet in DETAIL_SHEETS}
RECORD_KEYS = frozenset({"candidate", *DETAILS})
OUTCOMES = ("expect", "days", "variants", "table")
FILE_KEYS = RECORD_KEYS | {"title", "source", "note", *OUTCOMES}
VARIANT_KEYS = RECORD_KEYS | {"title", "note", "expect", "days"}
TABLE_KEYS = frozenset({"given", "expect", "rows"})
DAYS = {"day_before": timedelta(days=-1), "day": timedelta(), "day_after": timedelta(days=1)}
# What YAML makes of a value of each kind of column; of all others, text.
WRITTEN: Mapping[str, tuple[type, ...]] = {
    "yes_no": (bool,), "date": (date,), "date_time": (datetime, date), "integer": (int,), "number": (float, int),
}  # fmt: skip
# Outputs that hang on the file or on the program and not on the law; in_pool stands in for the rank.
NOT_OF_ONE_CLIENT = frozenset({CLIENT, "source_file", "source_sheet", "source_row", "as_of", "rules_version", "rank"})
OUTPUTS: dict[str, pl.DataType] = {
    **{name: dtype for name, dtype in scores.SCHEMA.items() if name not in NOT_OF_ONE_CLIENT},
    "in_pool": pl.Boolean(),
}

Record = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Case:
    """One client on one day: the rows of each sheet as a person would write them (text, without client_id), and the
    outputs that the law makes of them.
    """

    file: str
    name: str
    as_of: date
    rows: Mapping[str, Sequence[Mapping[str, str]]] = field(repr=False)
    expect: Mapping[str, Any] = field(repr=False)


def read(sources: Collection[str], folder: Path = CASES) -> list[Case]:
    """Every policy case of a folder, in the order of its dates and files; `sources` are the keys of the law's sources.

    Raises RulesError that names the file, the key and the nearest right one.
    """
    defaults = _defaults(folder)
    made: list[Case] = []
    for path in sorted(folder.iterdir()):
        if path.name not in BESIDE_FOLDERS:
            made += _of_folder(path, defaults, sources)
    return made


def _defaults(folder: Path) -> dict[str, Any]:
    content = read_yaml((folder / DEFAULTS).read_bytes(), DEFAULTS)
    return checked_keys(content, {"age", "candidate", "details"}, ("age", "candidate", "details"), DEFAULTS)


def _of_folder(folder: Path, defaults: Mapping[str, Any], sources: Collection[str]) -> Iterator[Case]:
    try:
        day = date.fromisoformat(folder.name)
    except ValueError:
        day = None
    if day is None or not folder.is_dir():
        raise RulesError(_("a folder named by a day such as 2021-09-14 is expected"), where=f"cases/{folder.name}")
    for path in sorted(folder.iterdir()):
        name = f"{folder.name}/{path.name}"
        if path.suffix != ".yaml":
            raise RulesError(_("a file of cases ends in .yaml"), where=f"cases/{name}")
        yield from _of_file(read_yaml(path.read_bytes(), name), name, day, defaults, sources)


def _of_file(
    content: Any, name: str, day: date, defaults: Mapping[str, Any], sources: Collection[str]
) -> Iterator[Case]:
    content = checked_keys(content, FILE_KEYS, ("title", "source"), name)
    citation = checked_keys(content["source"], CITATION_KEYS, CITATION_KEYS, placed(name, "source"))
    if citation["key"] not in sources:
        text = _("no source {key!r}{nearest}")
        raise RulesError(text.format(key=citation["key"], nearest=nearest(citation["key"], sources)), where=name)
    stated = [key for key in OUTCOMES if key in content]
    if len(stated) != 1:
        text = _("exactly one of {known} is expected, not {n}")
        raise RulesError(text.format(known=", ".join(OUTCOMES), n=len(stated)), where=name)
    common = _record(content, name)
    titles: set[str] = set()
    for title, record, outcomes, where in _variants(content, common, name):
        if title in titles:
            raise RulesError(_("two variants have the title {title!r}").format(title=title), where=name)
        titles.add(title)
        for one, as_of, expect in _days(outcomes, day, where):
            label = ", ".join(part for part in (title, one) if part)
            rows = _filled(record, as_of, defaults)
            yield Case(name, label, as_of, rows, _expected(expect, where))


def _variants(
    content: Mapping[str, Any], common: Record, name: str
) -> Iterator[tuple[str, Record, Mapping[str, Any], str]]:
    """Title, record, what states the outcome, and place in the file of each variant of a file."""
    if "table" in content:
        yield from _table(content["table"], common, placed(name, "table"))
    elif "variants" in content:
        if not isinstance(content["variants"], list) or not content["variants"]:
            raise RulesError(_("variants is a list of cases"), where=name)
        for number, variant in enumerate(content["variants"], start=1):
            where = placed(name, _("variant {n}").format(n=number))
            variant = checked_keys(variant, VARIANT_KEYS, ("title",), where)
            yield variant["title"], _overlaid(common, _record(variant, where)), variant, where
    else:
        yield "", common, content, name


def _table(table: Any, common: Record, where: str) -> Iterator[tuple[str, Record, Mapping[str, Any], str]]:
    table = checked_keys(table, TABLE_KEYS, TABLE_KEYS, where)
    given, expect = table["given"], table["expect"]
    for number, row in enumerate(table["rows"], start=1):
        in_words = _("row {n}").format(n=number)
        place = f"{where} {in_words}"
        if not isinstance(row, list) or len(row) != len(given) + len(expect):
            text = _("{n} values are expected: {names}")
            raise RulesError(text.format(n=len(given) + len(expect), names=", ".join(given + expect)), where=place)
        record = _record({"candidate": dict(zip(given, row, strict=False))}, place)
        outcome = {"expect": dict(zip(expect, row[len(given) :], strict=True))}
        yield in_words, _overlaid(common, record), outcome, place


def _days(outcomes: Mapping[str, Any], day: date, where: str) -> Iterator[tuple[str, date, Any]]:
    """Each day that outcomes are stated for: its word, itself, and what is expected on it."""
    if ("expect" in outcomes) == ("days" in outcomes):
        raise RulesError(_("either expect or days states the outcome"), where=where)
    if "expect" in outcomes:
        yield "", day, outcomes["expect"]
    else:
        for word, expect in checked_keys(outcomes["days"], DAYS, (), f"{where}.days").items():
            yield word, day + DAYS[word], expect


def _record(content: Mapping[str, Any], where: str) -> Record:
    """The rows that a mapping states, by sheet key, every column known."""
    record: Record = {CANDIDATES.key: [_row(content.get("candidate", {}), CANDIDATES, placed(where, "candidate"))]}
    for key, sheet in DETAILS.items():
        if key in content:
            rows = content[key]
            if not isinstance(rows, list):
                raise RulesError(_("a list of rows is expected"), where=placed(where, key))
            record[key] = [
                _row(row, sheet, placed(where, f"{key} {_('row {n}').format(n=place)}"))
                for place, row in enumerate(rows, start=1)
            ]
    return record


def _row(row: Any, sheet: Sheet, where: str) -> dict[str, Any]:
    row = checked_keys(row, [name for name in sheet.names if name != CLIENT], (), where)
    for name, value in row.items():
        _check_cell(value, sheet.column(name), f"{where}.{name}")
    return row


def _check_cell(value: Any, column: Column, where: str) -> None:
    """Refuses a value that YAML reads as another kind than the column's: NO for no, 0013 for a number."""
    kinds = WRITTEN.get(column.kind, (str,))
    if value is not None and type(value) not in kinds:
        text = (
            _("{value!r} is read as {kind}, not {expected}; put it in quotes")
            if kinds == (str,)
            else _("{value!r} is read as {kind}, not {expected}")
        )
        problem = text.format(value=value, kind=type(value).__name__, expected=kinds[0].__name__)
        raise RulesError(problem, where=where)


def _overlaid(common: Record, own: Record) -> Record:
    """A variant's candidate columns in the place of the common ones; a sheet that it states takes the place of the common."""
    (ours,), (theirs,) = common[CANDIDATES.key], own[CANDIDATES.key]
    return {**common, **own, CANDIDATES.key: [{**ours, **theirs}]}


def _filled(record: Record, as_of: date, defaults: Mapping[str, Any]) -> dict[str, list[dict[str, str]]]:
    """The rows with the defaults filled in, every value as the text of its cell."""
    (candidate,) = record[CANDIDATES.key]
    born = {"date_of_birth": years_later(as_of, -defaults["age"])}
    rows = {
        **{key: [{**defaults["details"], **row} for row in rows] for key, rows in record.items()},
        CANDIDATES.key: [{**born, **defaults["candidate"], **candidate}],
    }
    return {key: [{name: _cell(value) for name, value in row.items()} for row in own] for key, own in rows.items()}


def _cell(value: Any) -> str:
    """A value as a person writes it into a cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M:%S}Z"
    return str(value)


def _expected(expect: Any, where: str) -> dict[str, Any]:
    """What is expected, every output known and of its own type."""
    expect = checked_keys(expect, OUTPUTS, (), placed(where, "expect"))
    if not expect:
        raise RulesError(_("expect states nothing"), where=where)
    for name, value in expect.items():
        if not _is_of(value, OUTPUTS[name]):
            text = _("{value!r} is no value of a column of {kind}")
            raise RulesError(text.format(value=value, kind=OUTPUTS[name]), where=placed(where, f"expect.{name}"))
    return expect


def _is_of(value: Any, dtype: pl.DataType) -> bool:
    if value is None:
        return True
    if isinstance(value, bool):
        return dtype == pl.Boolean
    return isinstance(value, int) if dtype.is_integer() else isinstance(value, str) and dtype == pl.String
