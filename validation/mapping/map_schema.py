"""The JSON Schema of a map, made from the data that the grammar reads it by, so that editors complete and check names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from transforms.model.columns import BY_KEY, CANDIDATES, PERSONS, SHEETS
from validation.files.readers import HEADER_WITHIN
from validation.mapping import grammar
from validation.mapping.dates import ORDERS
from validation.mapping.firm_map import CHILD
from validation.mapping.grammar_headings import NOT_OURS
from validation.mapping.grammar_sheets import LAYOUTS, MAX_HEADING_ROWS
from validation.mapping.mistakes import COLUMNS
from validation.mapping.rules import ABILITY_LETTERS, RULES, Option

FILE = Path(__file__).parent / "map.schema.json"
_DETAILS = tuple(key for key in BY_KEY if key != CANDIDATES.key)


def schema() -> dict[str, Any]:
    """The schema (draft 2020-12). It takes a value in one form alone, where the grammar reads it in several."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Map of a firm's own files for drawline",
        "description": "How the headings and values of a firm's files stand to the columns of the intake.",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "map": {"description": "Version of this grammar", "enum": [int(grammar.VERSION), grammar.VERSION]},
            "for_headings": {
                "description": "Fingerprints of the headings that the map is chosen for",
                "type": "array",
                "items": {"type": "string", "pattern": f"^{grammar.FINGERPRINT.pattern}$"},
            },
            "sheets": _named("Title of a sheet (* and ? as in file names): the sheet of ours that it holds", _sheet()),
            "columns": _named(
                "Heading: our column, a column of a detail sheet, or - for one that is not read",
                {"anyOf": [{"enum": [NOT_OURS, *COLUMNS]}, {"type": "string", "pattern": _target()}]},
            ),
            "derived": _named("Heading: a rule that gives our columns", {"oneOf": [_rule(name) for name in RULES]}),
            "constants": _by_column("Our column: the value of every row", placeholders=True),
            "values": {
                "description": "Our column: the file's value: ours",
                "type": "object",
                "additionalProperties": False,
                "properties": {name: _named("", _value(name, may_be_empty=True)) for name in COLUMNS},
            },
            "dates": {
                "description": "Order of day, month and year of dates like 03/04/1990, for all columns or by column",
                "anyOf": [
                    {"enum": list(ORDERS)},
                    {
                        "type": "object",
                        "additionalProperties": False,
                        "properties": {
                            name: {"enum": list(ORDERS)} for name in (grammar.EVERY_COLUMN, *grammar.DATE_COLUMNS)
                        },
                    },
                ],
            },
            "countries": {"description": "List of the country codes", "enum": list(grammar.COUNTRY_LISTS)},
            "prefixes": _named("Word before a heading: the person that it is about", {"enum": list(PERSONS)}),
            "rows": {
                "description": "Two rows a client: the column that joins them, and the heading that says whose row it is",
                "type": "object",
                "additionalProperties": False,
                "required": ["joined_by", "person"],
                "properties": {"joined_by": {"enum": list(CANDIDATES.names)}, "person": {"type": "string"}},
            },
        },
    }  # fmt: skip


def text() -> str:
    """The schema as it stands in the file."""
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"


def _described(description: str, rest: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, **rest} if description else rest


def _named(description: str, values: dict[str, Any]) -> dict[str, Any]:
    return _described(description, {"type": "object", "additionalProperties": values})


def _sheet() -> dict[str, Any]:
    row = {"type": "integer", "minimum": 1, "maximum": HEADER_WITHIN}
    rows = {"type": "array", "items": row, "minItems": 1, "maxItems": MAX_HEADING_ROWS}
    options = {
        "holds": {"enum": list(BY_KEY)},
        "layout": {"enum": list(LAYOUTS)},
        "headings": {"description": "Row of the headings, or rows that follow each other", "anyOf": [row, rows]},
    }
    return {
        "anyOf": [
            {"enum": [NOT_OURS, *BY_KEY]},
            {"type": "object", "additionalProperties": False, "required": ["holds"], "properties": options},
        ]
    }


def _target() -> str:
    """The pattern of a column of a detail sheet with what is fixed beside it."""
    sheets = "|".join(f"{key}\\.(?:{'|'.join(BY_KEY[key].names)})" for key in _DETAILS)
    return rf"^(?:{sheets})(?:\([a-z_]+ *= *[^=,()]+(?:, *[a-z_]+ *= *[^=,()]+)*\))?$"


def _rule(name: str) -> dict[str, Any]:
    rule = RULES[name]
    return {
        "description": rule.does,
        "type": "object",
        "additionalProperties": False,
        "required": ["rule", *(option for option, of in rule.options.items() if of.is_needed)],
        "properties": {"rule": {"const": name}, **{option: _option(of) for option, of in rule.options.items()}},
    }


def _option(option: Option) -> dict[str, Any]:
    letters = "".join(ABILITY_LETTERS)
    of_scores = {
        "type": "string",
        "pattern": f"^[{letters}{letters.lower()}]{{{len(letters)}}}$",
        "examples": [option.example],
    }
    return {"enum": list(option.values)} if option.values else of_scores


def _by_column(description: str, *, placeholders: bool) -> dict[str, Any]:
    properties = {}
    for name in COLUMNS:
        value = _value(name, may_be_empty=False)
        with_placeholder = {"type": "string", "pattern": rf"\{{(?:{'|'.join(grammar.PLACEHOLDERS)})\}}"}
        properties[name] = {"anyOf": [value, with_placeholder]} if placeholders and "enum" in value else value
    return {"description": description, "type": "object", "additionalProperties": False, "properties": properties}


def _value(name: str, *, may_be_empty: bool) -> dict[str, Any]:
    """A value of a column: one of its choices, else any plain value."""
    choices = dict.fromkeys(value for sheet in SHEETS if name in sheet.names for value in sheet.column(name).values)
    if name == "person" and may_be_empty:
        choices[CHILD] = None
    if choices:
        return {"enum": [*choices, *(["", None] if may_be_empty else [])]}
    return {"type": ["string", "number", "boolean", *(["null"] if may_be_empty else [])]}
