"""The parts of a map that say what a heading stands for: `columns` and `derived`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from transforms.model.columns import BY_KEY, CANDIDATES, Sheet
from transforms.model.wording import _, listing
from transforms.rules.strict_yaml import line_of, shown
from validation.files.unusable import MappingError
from validation.mapping import units
from validation.mapping.firm_map import Derivation, DetailTarget
from validation.mapping.mistakes import check_column, check_value, is_empty, keyed, mapping_part, nearest
from validation.mapping.rules import RULES
from validation.values.words import plain

NOT_OURS = "-"
TARGET = re.compile(r"([a-z_]+)\.([a-z_]+)(?:\((.*)\))?")


def columns(content: Mapping[Any, Any], part: str) -> dict[str, str | DetailTarget]:
    """By plain heading our column, a column of a detail sheet, or - for one that is not read; raises MappingError."""
    given = mapping_part(content, part, "`Client No: client_id`")

    def read(heading: Any, ours: Any) -> str | DetailTarget:
        where, line = f"`{part}`: {shown(heading)}", line_of(given, heading)
        if not isinstance(ours, str) or not ours.strip():
            what = _("nothing") if is_empty(ours) else shown(ours)
            raise MappingError(
                _('{where} stands for {what}. Write one of our columns, or "-" for a column that is not read.').format(
                    where=where, what=what
                ),
                line,
            )
        name = ours.strip()
        if name == NOT_OURS:
            return NOT_OURS
        if "." in name or "(" in name:
            target = _target(where, name, line)
            _refuse_other_unit(where, str(heading), target if isinstance(target, str) else target.column, line)
            return target
        check_column(where, name, line)
        _refuse_other_unit(where, str(heading), name, line)
        return name

    found = keyed(given, part, plain, read)
    _refuse_rows_without_required(given, part, found)
    return found


def _refuse_rows_without_required(given: Mapping[Any, Any], part: str, columns: Mapping[str, Any]) -> None:
    """Raises MappingError where the headings that make rows of a sheet leave a required column of it empty."""
    for heading in given:
        target = columns[plain(str(heading))]
        if not isinstance(target, DetailTarget):
            continue
        beside = {
            other.column
            for other in columns.values()
            if isinstance(other, DetailTarget) and (other.sheet, other.fixed) == (target.sheet, target.fixed)
        }
        sheet = BY_KEY[target.sheet]
        missing = [
            column.name
            for column in sheet.columns
            if column.required and column.name not in {"client_id", "person", *target.fixed, *beside}
        ]
        if missing:
            raise MappingError(
                _(
                    "`{part}`: {heading} makes rows of {title} without {missing}. Give a heading for "
                    "{key}.{column} too, or fix it in the brackets of both."
                ).format(
                    part=part,
                    heading=shown(heading),
                    title=sheet.title,
                    missing=listing(missing),
                    key=sheet.key,
                    column=missing[0],
                ),
                line_of(given, heading),
            )


def _refuse_other_unit(where: str, heading: str, name: str, line: int | None) -> None:
    wrong = units.mistake(heading, name)
    if wrong:
        raise MappingError(f"{where}: {wrong}", line)


def _target(where: str, text: str, line: int | None) -> str | DetailTarget:
    """A column of a detail sheet from `sheet.column(column=value, …)`; of the Candidates the column alone."""
    found = TARGET.fullmatch(text)
    if not found:
        raise MappingError(
            _("{where} names {text}, which cannot be read. Write it like documents.expires_on(kind=passport).").format(
                where=where, text=shown(text)
            ),
            line,
        )
    key, name, inside = found.groups()
    sheet = BY_KEY.get(key)
    if sheet is None:
        raise MappingError(
            _("{where} names the sheet {key}, which is none of ours. {hint}").format(
                where=where, key=shown(key), hint=nearest(key, BY_KEY)
            ),
            line,
        )
    if name not in sheet.names:
        hint = nearest(name, [own for own in sheet.names if own not in {"client_id", "person"}])
        raise MappingError(
            _("{where} names {name}, which is no column of {title}. {hint}").format(
                where=where, name=shown(name), title=sheet.title, hint=hint
            ),
            line,
        )
    if sheet is CANDIDATES:
        if inside:
            raise MappingError(
                _("{where} fixes columns of Candidates. Write {name}, and fixed values under `constants`.").format(
                    where=where, name=name
                ),
                line,
            )
        return name
    return DetailTarget(key, name, _fixed(where, sheet, name, inside or "", line))


def _fixed(where: str, sheet: Sheet, name: str, inside: str, line: int | None) -> dict[str, str]:
    fixed: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in inside.split(","))):
        own, equals, value = (part.strip() for part in pair.partition("="))
        if not equals or not value:
            raise MappingError(
                _("{where}: {pair} fixes nothing. Write it like kind=passport.").format(where=where, pair=shown(pair)),
                line,
            )
        if own not in sheet.names or own in {name, "client_id"}:
            names = [other for other in sheet.names if other not in {name, "client_id"}]
            raise MappingError(
                _("{where}: {own} cannot be fixed there. {hint}").format(
                    where=where, own=shown(own), hint=nearest(own, names)
                ),
                line,
            )
        check_value(f"{where}: {own}", [sheet.column(own)], value, line)
        if own in fixed:
            raise MappingError(_("{where}: {own} is fixed twice. Keep one.").format(where=where, own=own), line)
        fixed[own] = value
    unnamed = [
        column.name
        for column in sheet.columns
        if column.kind == "choice" and column.required and column.name not in {name, "person", *fixed}
    ]
    if unnamed:
        example = f"{sheet.key}.{name}({unnamed[0]}={sheet.column(unnamed[0]).values[0]})"
        raise MappingError(
            _("{where}: a row of {title} needs {unnamed}. Write it like {example}.").format(
                where=where, title=sheet.title, unnamed=listing(unnamed), example=example
            ),
            line,
        )
    return fixed


def derived(content: Mapping[Any, Any], part: str) -> dict[str, Derivation]:
    """By plain heading the rule that gives our columns, with its options; raises MappingError."""
    given = mapping_part(content, part, "`Name: {rule: full_name, order: given_first}`")

    def read(heading: Any, derivation: Any) -> Derivation:
        where, line = f"`{part}`: {shown(heading)}", line_of(given, heading)
        if not isinstance(derivation, Mapping) or "rule" not in derivation:
            raise MappingError(
                _("{where} needs a rule. Write it like {{rule: full_name, order: given_first}}.").format(where=where),
                line,
            )
        rule = derivation["rule"]
        if not isinstance(rule, str) or rule not in RULES:
            raise MappingError(
                _("{where} names {rule}, which is no rule. {hint}").format(
                    where=where, rule=shown(rule), hint=nearest(rule, RULES)
                ),
                line,
            )
        options = RULES[rule].options
        for name, value in derivation.items():
            if name == "rule":
                continue
            own = line_of(derivation, name) or line
            if name not in options:
                hint = nearest(name, options) if options else _("Delete it: {rule} has no options.").format(rule=rule)
                raise MappingError(
                    _("{where}: {name} is no option of {rule}. {hint}").format(
                        where=where, name=shown(name), rule=rule, hint=hint
                    ),
                    own,
                )
            if not isinstance(value, str) or not options[name].takes(value):
                option = options[name]
                hint = (
                    nearest(value, option.values)
                    if option.values
                    else _("Write it like {example}.").format(example=option.example)
                )
                raise MappingError(
                    _("{where}: {name} of {rule} cannot be {value}. {hint}").format(
                        where=where, name=name, rule=rule, value=shown(value), hint=hint
                    ),
                    own,
                )
        missing = [name for name, option in options.items() if option.is_needed and name not in derivation]
        if missing:
            option = options[missing[0]]
            raise MappingError(
                _("{where}: {rule} needs {missing}. Write it like {missing}: {values}.").format(
                    where=where, rule=rule, missing=missing[0], values=option.values[0]
                ),
                line,
            )
        if rule == units.MONTHS and units.unit_named(str(heading), units.YEARS) == units.YEARS:
            raise MappingError(
                _(
                    "{where} says years, and the rule months reads months. Write it under `columns`: {heading}: "
                    "{column}."
                ).format(where=where, heading=heading, column=derivation["column"]),
                line,
            )
        return Derivation(rule, {str(name): value for name, value in derivation.items() if name != "rule"})

    return keyed(given, part, plain, read)


def refuse_a_heading_twice(content: Mapping[Any, Any], found: Mapping[str, Any]) -> None:
    """Raises MappingError for a heading that stands in both parts; `found` is by plain heading what is read of `columns`."""
    given = content.get("derived")
    for heading in given if isinstance(given, Mapping) else ():
        if plain(str(heading)) in found:
            raise MappingError(
                _("{heading} stands under `columns` and under `derived`. Keep one of the two.").format(
                    heading=shown(heading)
                ),
                line_of(given, heading),
            )
