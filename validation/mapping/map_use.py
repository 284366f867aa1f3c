"""What of a map a file has use for, line by line as the map writes it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from transforms.model.columns import SHEETS
from validation.intake.headers import Table
from validation.mapping.firm_map import Derivation, FirmMap
from validation.mapping.meanings import ASIDE
from validation.mapping.rules import gives
from validation.values.words import plain, value_key

Use = tuple[str, bool]


def uses(firm: FirmMap, content: Mapping[str, Any], tables: Sequence[Table], titles: Sequence[str]) -> dict[str, bool]:
    """By each line of a map, as it stands there, whether a file has use for it.

    `content` is the map as it was read, `tables` those of the file before the map's rules are applied, `titles` of its
    sheets.
    """
    headings = {text for table in tables for text in table.headings if text}
    return dict([
        *_headings(firm, content, headings),
        *_sheets(content, titles),
        *_values(firm, content, tables),
        *_constants(content, tables),
        *_rows(content, tables, headings),
        *_dates(content, tables),
        *_countries(content, tables),
    ])  # fmt: skip


def _part(content: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = content.get(name)
    return found if isinstance(found, Mapping) else {}


def _headings(firm: FirmMap, content: Mapping[str, Any], headings: set[str]) -> Iterator[Use]:
    """A heading is there as it is, or behind a prefix of the map."""
    known = {plain(text) for text in headings}
    behind = {
        rest for text in known for prefix in firm.prefixes
        if (rest := text.removeprefix(prefix).removeprefix("s")) != text
    }  # fmt: skip
    for part in ("columns", "derived"):
        for heading in _part(content, part):
            yield f"{part}: {heading}", plain(str(heading)) in known | behind
    for prefix in _part(content, "prefixes"):
        yield f"prefixes: {prefix}", any(text.startswith(plain(str(prefix))) for text in known)


def _sheets(content: Mapping[str, Any], titles: Sequence[str]) -> Iterator[Use]:
    for pattern in _part(content, "sheets"):
        wanted = str(pattern).casefold().strip()
        yield f"sheets: {pattern}", any(fnmatchcase(title.casefold().strip(), wanted) for title in titles)


def _values(firm: FirmMap, content: Mapping[str, Any], tables: Sequence[Table]) -> Iterator[Use]:
    for name, values in _part(content, "values").items():
        present: set[str] = set()
        for table in tables:
            for column in _columns(table, name):
                present.update(value_key(text) for text in table.rows[column].drop_nulls().unique())
            if name == "person" and table.persons is not None:
                present.update(value_key(text) for text in table.persons["person"].drop_nulls().unique())
        for theirs in values if isinstance(values, Mapping) else ():
            yield f"values: {name}: {theirs}", value_key(str(theirs)) in present


def _columns(table: Table, name: str) -> Iterator[str]:
    """The columns of a table's rows that hold a column of ours: its own, and those from which a rule gives it."""
    if name in table.rows.columns:
        yield name
    for aside in table.asides:
        meaning = aside.meaning
        if isinstance(meaning, Derivation):
            fits = name in gives(meaning, table.sheet, aside.person)
        else:
            fits = name == meaning.column
        if fits and f"{ASIDE}{aside.column}" in table.rows.columns:
            yield f"{ASIDE}{aside.column}"


def _constants(content: Mapping[str, Any], tables: Sequence[Table]) -> Iterator[Use]:
    """A constant is given where a sheet has its column and the file none for it."""
    for name in _part(content, "constants"):
        yield (
            f"constants: {name}",
            any(
                name in table.sheet.names and name not in table.letters and _is_for(table, str(name))
                for table in tables
            ),
        )


def _is_for(table: Table, name: str) -> bool:
    """Has a table rows for a constant? The test of a language is given to its scores and dates alone."""
    stem = name.removesuffix("_test")
    if stem == name:
        return table.rows.height > 0
    of_test = [other for other in table.sheet.names if other.startswith(f"{stem}_") and other != name]
    return any(True for other in of_test for _ in _columns(table, other))


def _rows(content: Mapping[str, Any], tables: Sequence[Table], headings: set[str]) -> Iterator[Use]:
    """Rows are joined where both the column that they share and the heading of the person are there."""
    part = _part(content, "rows")
    if "joined_by" in part:
        name = str(part["joined_by"])
        yield f"rows: joined_by: {name}", any(True for table in tables for _ in _columns(table, name))
    if "person" in part:
        known = {plain(text) for text in headings}
        yield f"rows: person: {part['person']}", plain(str(part["person"])) in known


def _of_kind(*kinds: str) -> set[str]:
    return {column.name for sheet in SHEETS for column in sheet.columns if column.kind in kinds}


def _present(names: set[str], tables: Sequence[Table]) -> bool:
    """Does a table hold any of some columns of ours?"""
    return any(True for table in tables for name in names for _ in _columns(table, name))


def _dates(content: Mapping[str, Any], tables: Sequence[Table]) -> Iterator[Use]:
    """An order for one column, or for all that are not named."""
    given = content.get("dates")
    if isinstance(given, str):
        yield f"dates: {given}", _present(_of_kind("date", "date_time"), tables)
    named = {str(name) for name in _part(content, "dates")}
    for name in _part(content, "dates"):
        wanted = _of_kind("date", "date_time") - named if name == "*" else {str(name)}
        yield f"dates: {name}", _present(wanted, tables)


def _countries(content: Mapping[str, Any], tables: Sequence[Table]) -> Iterator[Use]:
    if "countries" in content:
        yield f"countries: {content['countries']}", _present(_of_kind("country"), tables)
