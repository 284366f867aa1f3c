"""The Table Schemas: another program that follows one takes good files and finds what is wrong in bad ones."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date
from typing import Any

import pytest

from transforms.model.columns import BY_KEY, CANDIDATES, DEPENDANTS, SHEETS, Sheet
from transforms.model.vocabulary import ABILITIES
from validation.intake.table_schema import PROFILE, described, table_schema
from validation.template.words import placed

TYPES = {"string", "number", "integer", "boolean", "date"}


def broken(schema: dict[str, Any], text: str) -> list[tuple[int, str, str]]:
    """What a CSV file does not meet of a Table Schema: row from 1, field, and the constraint or `type`.

    As the specification says: missing values are null, types come before constraints, patterns hold for the whole value.
    """
    fields = {field["name"]: field for field in schema["fields"]}
    found = []
    seen: dict[str, set[str]] = {name: set() for name in fields}
    for number, row in enumerate(csv.DictReader(io.StringIO(text)), start=1):
        assert set(row) <= set(fields), "superset: the file has no other fields"
        for name, value in row.items():
            problem = wrong(fields[name], None if value in schema["missingValues"] else value, seen[name])
            if problem:
                found.append((number, name, problem))
    return found


def wrong(field: dict[str, Any], value: str | None, seen: set[str]) -> str:
    """The first thing that a value does not meet; empty where it meets all."""
    limits = field.get("constraints", {})
    if value is None:
        return "required" if limits.get("required") else ""
    if not of_type(field, value):
        return "type"
    met = {
        "enum": value in limits.get("enum", [value]),
        "pattern": re.fullmatch(limits.get("pattern", ".*"), value) is not None,
        "minimum": "minimum" not in limits or float(value) >= limits["minimum"],
        "maximum": "maximum" not in limits or float(value) <= limits["maximum"],
        "unique": not (limits.get("unique") and value in seen),
    }
    seen.add(value)
    return next((name for name, is_met in met.items() if not is_met), "")


def of_type(field: dict[str, Any], value: str) -> bool:
    kind = field["type"]
    if kind == "boolean":
        return value in {*field["trueValues"], *field["falseValues"]}
    if kind == "integer":
        return re.fullmatch("[+-]?[0-9]+", value) is not None
    try:
        return kind == "string" or bool(date.fromisoformat(value) if kind == "date" else float(value) + 1)
    except ValueError:
        return False


def examples(sheet: Sheet) -> str:
    made = io.StringIO()
    writer = csv.writer(made)
    writer.writerow(sheet.names)
    writer.writerow([placed(sheet, name).example for name in sheet.names])
    return made.getvalue()


@pytest.mark.parametrize("sheet", SHEETS, ids=[sheet.key for sheet in SHEETS])
def test_a_file_with_the_example_of_every_column_meets_the_schema(sheet: Sheet) -> None:
    assert broken(table_schema(sheet), examples(sheet)) == []


def test_a_bad_file_breaks_the_schema_where_it_is_bad() -> None:
    text = (
        "client_id,date_of_birth,marital_status,english_listening,spouse_accompanying,primary_noc,family_size\n"
        "C-1,1994-03-15,wed,900,maybe,2123x,0\n"
        "C-1,15/03/1994,single,,no,00018,2.5\n"
        ",1994-03-15,,7.5,YES,2173,3\n"
    )
    assert broken(table_schema(CANDIDATES), text) == [
        (1, "marital_status", "enum"), (1, "english_listening", "maximum"), (1, "spouse_accompanying", "type"),
        (1, "primary_noc", "pattern"), (1, "family_size", "minimum"),
        (2, "client_id", "unique"), (2, "date_of_birth", "type"), (2, "family_size", "type"),
        (3, "client_id", "required"), (3, "marital_status", "required"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "is_right"),
    [("2026-05-19", True), ("2026-05-19T14:05Z", True), ("2026-05-19 14:05:33", True), ("2026-05-19T14:05:33.5+02:00", True),
     ("19/05/2026", False), ("2026-05-19T14", False)],
)  # fmt: skip
def test_a_submission_may_be_a_moment_a_minute_or_a_day(value: str, is_right: bool) -> None:
    text = f"client_id,date_of_birth,marital_status,profile_submitted_at\nC-1,1994-03-15,single,{value}\n"
    assert (broken(table_schema(CANDIDATES), text) == []) == is_right


def test_every_column_is_a_field_in_the_order_of_the_sheet() -> None:
    for sheet in SHEETS:
        schema = table_schema(sheet)
        assert schema["$schema"] == PROFILE
        assert [field["name"] for field in schema["fields"]] == list(sheet.names)
        assert {field["type"] for field in schema["fields"]} <= TYPES
        assert all(field["title"] and field["description"] for field in schema["fields"])
        required = [field["name"] for field in schema["fields"] if field.get("constraints", {}).get("required")]
        assert required == [column.name for column in sheet.columns if column.required]


def test_rows_of_other_sheets_refer_to_a_client() -> None:
    assert table_schema(CANDIDATES)["primaryKey"] == ["client_id"]
    assert table_schema(DEPENDANTS)["foreignKeys"] == [
        {"fields": ["client_id"], "reference": {"resource": "candidates", "fields": ["client_id"]}}
    ]


def test_abilities_may_stand_in_any_number() -> None:
    fields = {field["name"]: field for field in table_schema(CANDIDATES)["fields"]}
    allowed = fields["language_exempt_abilities"]["constraints"]["enum"]
    assert allowed[0] == "listening"
    assert allowed[-1] == ", ".join(ABILITIES)
    assert len(set(allowed)) == 2 ** len(ABILITIES) - 1


def test_every_described_column_has_every_key() -> None:
    keys = {
        "name", "title", "type", "required", "recommended", "choices", "low", "high", "unit", "meaning", "note", "example",
    }  # fmt: skip
    found = described()
    assert [sheet["sheet"] for sheet in found["sheets"]] == [sheet.key for sheet in SHEETS]
    for sheet in found["sheets"]:
        assert all(set(column) == keys for column in sheet["columns"])
    assert json.loads(json.dumps(described((BY_KEY["documents"],))))["sheets"][0]["title"] == "Documents"
