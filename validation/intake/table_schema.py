"""The columns of the intake for other programs: a plain description, and the Table Schema of every sheet."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from transforms.model.columns import CANDIDATES, PROVINCES, PROVINCES_WITHOUT_PROGRAM, SHEETS, Column, Sheet
from transforms.model.vocabulary import ABILITIES
from validation.template.words import mark_of, placed, texts
from validation.values.parse import NO, ROUND, YES

PROFILE = "https://datapackage.org/profiles/2.0/tableschema.json"
TYPES = {
    "text": "string", "date": "date", "date_time": "string", "yes_no": "boolean", "integer": "integer",
    "number": "number", "choice": "string", "noc": "string", "country": "string", "province": "string",
    "abilities": "string", "round": "string",
}  # fmt: skip
# Patterns of XML Schema, as Table Schema asks: they hold for the whole value.
PATTERNS = {
    "noc": "[0-9]{4,5}",
    "round": ROUND.strip("^$"),
    "date_time": "[12][0-9]{3}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]+)?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?",
}
ENGLISH = "en"


def described(sheets: tuple[Sheet, ...] = SHEETS, language: str = ENGLISH) -> dict[str, Any]:
    """The sheets with their columns as plain values; every key is there, null where it says nothing.

    Titles of columns, meanings and units are in a language of the template.
    """
    return {
        "sheets": [
            {
                "sheet": sheet.key,
                "title": sheet.title,
                "columns": [_described(sheet, column, language) for column in sheet.columns],
            }
            for sheet in sheets
        ]
    }


def _described(sheet: Sheet, column: Column, language: str) -> dict[str, Any]:
    text = texts(language).column(sheet, column.name)
    return {
        "name": column.name,
        "title": text.title,
        "type": column.kind,
        "required": column.required,
        "recommended": mark_of(sheet, column) == "recommended",
        "choices": list(_values(column)) or None,
        "low": column.low,
        "high": column.high,
        "unit": text.unit or None,
        "meaning": text.meaning,
        "note": column.note,
        "example": placed(sheet, column.name).example,
    }


def _values(column: Column) -> tuple[str, ...]:
    """The values that a column can take, where they are few."""
    if column.kind == "province":
        return tuple(sorted(PROVINCES + PROVINCES_WITHOUT_PROGRAM))
    return column.values


def table_schema(sheet: Sheet) -> dict[str, Any]:
    """The Table Schema of a sheet. A file that meets it is read without a problem of form."""
    schema: dict[str, Any] = {
        "$schema": PROFILE,
        "name": sheet.key,
        "title": sheet.title,
        "fields": [_field(sheet, column) for column in sheet.columns],
        "fieldsMatch": "superset",
        "missingValues": [""],
    }
    if sheet is CANDIDATES:
        schema["primaryKey"] = ["client_id"]
    else:
        reference = {"resource": CANDIDATES.key, "fields": ["client_id"]}
        schema["foreignKeys"] = [{"fields": ["client_id"], "reference": reference}]
    return schema


def _field(sheet: Sheet, column: Column) -> dict[str, Any]:
    text = texts(ENGLISH).column(sheet, column.name)
    unit = f" Unit: {text.unit}." if text.unit else ""
    field: dict[str, Any] = {
        "name": column.name,
        "type": TYPES[column.kind],
        "title": text.title,
        "description": f"{text.meaning}{unit}",
        "example": placed(sheet, column.name).example,
    }
    if column.kind == "yes_no":
        field |= {"trueValues": _cased(YES), "falseValues": _cased(NO)}
    constraints = _constraints(sheet, column)
    return field | ({"constraints": constraints} if constraints else {})


def _constraints(sheet: Sheet, column: Column) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if column.required:
        found["required"] = True
    if sheet is CANDIDATES and column.name == "client_id":
        found["unique"] = True
    values = _values(column)
    if column.kind == "abilities":
        # In the order of the tests, as the intake writes them.
        values = tuple(
            ", ".join(subset) for size in range(1, len(ABILITIES) + 1) for subset in combinations(ABILITIES, size)
        )
    if values:
        found["enum"] = list(values)
    if column.kind in {"integer", "number"}:
        whole = column.kind == "integer"
        found |= {
            key: int(bound) if whole else bound
            for key, bound in (("minimum", column.low), ("maximum", column.high))
            if bound is not None
        }
    if column.kind in PATTERNS:
        found["pattern"] = PATTERNS[column.kind]
    return found


def _cased(words: tuple[str, ...]) -> list[str]:
    """Words as people write them: small, with a capital and in capitals."""
    return list(dict.fromkeys(form for word in words for form in (word, word.capitalize(), word.upper())))
