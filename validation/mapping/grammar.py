"""The map from its YAML: what each part may say, and a message with line and fix for what it may not."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from transforms.model.columns import CANDIDATES, PERSONS, SHEETS
from transforms.model.wording import _, listing
from transforms.rules.strict_yaml import line_of, shown
from validation.files.unusable import MappingError
from validation.mapping.dates import ORDERS
from validation.mapping.firm_map import CHILD, DetailTarget, FirmMap, JoinedRows
from validation.mapping.grammar_headings import NOT_OURS, columns, derived, refuse_a_heading_twice
from validation.mapping.grammar_sheets import sheets
from validation.mapping.mistakes import (
    check_column,
    check_value,
    columns_named,
    is_empty,
    keyed,
    mapping_part,
    nearest,
    plain_value,
)
from validation.values.dates import Order
from validation.values.words import plain, value_key

VERSION = "1"
COUNTRY_LISTS = ("iso", "fips")
PLACEHOLDERS = ("sheet", "file")
EVERY_COLUMN = "*"
FINGERPRINT = re.compile("[0-9a-f]{6,64}")
DATE_COLUMNS = tuple(
    dict.fromkeys(column.name for sheet in SHEETS for column in sheet.columns if column.kind in {"date", "date_time"})
)


def firm_map(content: Any) -> FirmMap:
    """The map that a YAML text gives, read with every value as text.

    Raises MappingError with the line and the fix for what a map cannot say, for names that are none of ours, and for two
    keys that are read alike and mean different things.
    """
    if not isinstance(content, Mapping):
        raise MappingError(
            _("The map is empty. Write `columns:` and below it a line for each heading, like `Client No: "
"client_id`.")
            if is_empty(content)
            else _("The map is a list of parts, not {content}. Write parts like `columns:` and below them the "
"names.").format(content=shown(content)),
            line_of(content),
        )  # fmt: skip
    for part in content:
        if part not in PARTS:
            raise MappingError(
                _("{part} is no part of a map. {hint}").format(part=shown(part), hint=nearest(part, PARTS)),
                line_of(content, part),
            )
    parts = {part: read(content, part) for part, read in PARTS.items() if not is_empty(content.get(part))}
    headings = parts.get("columns", {})
    refuse_a_heading_twice(content, headings)
    return FirmMap(
        columns={heading: ours for heading, ours in headings.items() if isinstance(ours, str) and ours != NOT_OURS},
        targets={heading: ours for heading, ours in headings.items() if isinstance(ours, DetailTarget)},
        not_ours=frozenset(heading for heading, ours in headings.items() if ours == NOT_OURS),
        **{part: read for part, read in parts.items() if part not in {"columns", "map"}},
    )


def _constants(content: Mapping[Any, Any], part: str) -> dict[str, str]:
    given = mapping_part(content, part, "`english_test: IELTS_GT`")
    constants = {}
    for name, value in given.items():
        line = line_of(given, name)
        check_column(f"`{part}`", name, line)
        where = f"`{part}`: {name}"
        constant = plain_value(where, value, line)
        if not constant:
            raise MappingError(
                _("{where} is empty. Write the value that every row gets, or delete the line.").format(where=where),
                line,
            )
        for inside in re.findall(r"\{([^{}]*)\}", constant):
            if inside not in PLACEHOLDERS:
                hint = nearest(inside, [f"{{{known}}}" for known in PLACEHOLDERS])
                raise MappingError(
                    _("{where}: {{{inside}}} stands for nothing. {hint}").format(where=where, inside=inside, hint=hint),
                    line,
                )
        if "{" not in constant:
            check_value(where, columns_named(name), constant, line)
        constants[name] = constant
    return constants


def _values(content: Mapping[Any, Any], part: str) -> dict[str, dict[str, str]]:
    given = mapping_part(content, part, "`marital_status: {Célib.: single}`")
    values = {}
    for name, changed in given.items():
        line = line_of(given, name)
        check_column(f"`{part}`", name, line)
        where = f"`{part}`: {name}"
        if not isinstance(changed, Mapping):
            raise MappingError(
                _("{where} needs their values with ours. Write it like {name}: {{theirs: ours}}.").format(
                    where=where, name=name
                ),
                line,
            )

        def read(theirs: Any, ours: Any, name: str = name, where: str = where, changed: Any = changed) -> str:
            own = line_of(changed, theirs)
            value = plain_value(f"{where}: {shown(theirs)}", ours, own)
            if name == "person" and not is_empty(content.get("rows")):
                _check_person(f"{where}: {shown(theirs)}", value, own)
                return value
            check_value(f"{where}: {shown(theirs)}", columns_named(name), value, own)
            return value

        values[name] = keyed(changed, f"{part}: {name}", lambda theirs: value_key(_as_cell(theirs)), read)
    return values


def _check_person(where: str, value: str, line: int | None) -> None:
    """Raises MappingError for what is no person, where rows are joined: those of children are left out."""
    if value and value.casefold() != CHILD:
        check_value(where, columns_named("person"), value, line, (*PERSONS, CHILD))


def _as_cell(theirs: str) -> str:
    return theirs.lower() if theirs in {"True", "False"} else theirs


def _dates(content: Mapping[Any, Any], part: str) -> dict[str, Order]:
    given = content[part]
    if isinstance(given, str):
        return {EVERY_COLUMN: _order(f"`{part}`", given, line_of(content, part))}
    given = mapping_part(content, part, _("`dates: dmy` or `date_of_birth: dmy`"))
    orders: dict[str, Order] = {}
    for name, order in given.items():
        line = line_of(given, name)
        if name != EVERY_COLUMN:
            check_column(f"`{part}`", name, line)
            if name not in DATE_COLUMNS:
                raise MappingError(
                    _("`{part}`: {name} holds no dates. {hint}").format(
                        part=part, name=name, hint=nearest(name, DATE_COLUMNS)
                    ),
                    line,
                )
        orders[name] = _order(f"`{part}`: {name}", order, line)
    return orders


def _order(where: str, order: Any, line: int | None) -> Order:
    if not isinstance(order, str) or order.lower() not in ORDERS:
        raise MappingError(
            _("{where} is {order}, which is no order of day, month and year. Write {orders}.").format(
                where=where, order=shown(order), orders=listing(ORDERS, "or")
            ),
            line,
        )
    return next(one for one in ORDERS if one == order.lower())


def _countries(content: Mapping[Any, Any], part: str) -> str:
    given = content[part]
    if not isinstance(given, str) or given.lower() not in COUNTRY_LISTS:
        raise MappingError(
            _("`{part}` is {given}, which is no list of country codes. Write {country_lists}.").format(
                part=part, given=shown(given), country_lists=listing(COUNTRY_LISTS, "or")
            ),
            line_of(content, part),
        )
    return given.lower()


def _prefixes(content: Mapping[Any, Any], part: str) -> dict[str, str]:
    given = mapping_part(content, part, "`Spouse: spouse`")

    def read(prefix: Any, person: Any) -> str:
        if not isinstance(person, str) or person not in PERSONS:
            raise MappingError(
                _("`{part}`: {prefix} stands for {person}, which is no person. Write {persons}.").format(
                    part=part, prefix=shown(prefix), person=shown(person), persons=listing(PERSONS, "or")
                ),
                line_of(given, prefix),
            )
        return person

    return keyed(given, part, plain, read)


def _rows(content: Mapping[Any, Any], part: str) -> JoinedRows:
    given = mapping_part(content, part, "`{joined_by: client_id, person: Relationship}`")
    names = ("joined_by", "person")
    for name, value in given.items():
        if name not in names:
            raise MappingError(
                _("`{part}`: {name} is no option. {hint}").format(
                    part=part, name=shown(name), hint=nearest(name, names)
                ),
                line_of(given, name),
            )
        if not isinstance(value, str) or not plain(value):
            raise MappingError(
                _("`{part}`: {name} is {value}. Write a name.").format(part=part, name=name, value=shown(value)),
                line_of(given, name),
            )
    missing = [name for name in names if name not in given]
    if missing:
        what = (
            _("the column that both rows of a client share")
            if missing[0] == "joined_by"
            else _("the heading that says whose row it is")
        )
        raise MappingError(
            _("`{part}` needs {missing}. Write {what}.").format(part=part, missing=missing[0], what=what),
            line_of(content, part),
        )
    check_column(f"`{part}`: joined_by", given["joined_by"], line_of(given, "joined_by"), CANDIDATES.names)
    return JoinedRows(given["joined_by"], given["person"])


def _version(content: Mapping[Any, Any], part: str) -> str:
    given = content[part]
    if str(given) != VERSION:
        raise MappingError(
            _("`{part}` is {given}. Write {version}, the version of maps that this program reads.").format(
                part=part, given=shown(given), version=VERSION
            ),
            line_of(content, part),
        )
    return VERSION


def _fingerprints(content: Mapping[Any, Any], part: str) -> tuple[str, ...]:
    given = content[part]
    listed = [given] if isinstance(given, str) else given
    if not isinstance(listed, list):
        raise MappingError(
            _("`{part}` is {given}. Write a list of fingerprints, as drawline map prints them.").format(
                part=part, given=shown(given)
            ),
            line_of(content, part),
        )
    for place, fingerprint in enumerate(listed):
        if not isinstance(fingerprint, str) or not FINGERPRINT.fullmatch(fingerprint):
            raise MappingError(
                _("`{part}`: {fingerprint} is no fingerprint of headings. Copy it as drawline map prints it.").format(
                    part=part, fingerprint=shown(fingerprint)
                ),
                line_of(listed, place) or line_of(content, part),
            )
    return tuple(listed)


PARTS: dict[str, Callable[[Mapping[Any, Any], str], Any]] = {
    "map": _version,
    "for_headings": _fingerprints,
    "sheets": sheets,
    "columns": columns,
    "derived": derived,
    "constants": _constants,
    "values": _values,
    "dates": _dates,
    "countries": _countries,
    "prefixes": _prefixes,
    "rows": _rows,
}
