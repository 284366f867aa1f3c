"""The columns of the scores (scores.parquet, .csv, .xlsx) as a Table Schema."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from reports.wording import words
from transforms.assessment.scores import SCHEMA, SCHEMA_VERSION

FILE = Path(__file__).parent / "scores.schema.json"
PROFILE = "https://datapackage.org/profiles/2.0/tableschema.json"
TITLES = {
    "client_id": "Client ID",
    "source_file": "File of the row on Candidates",
    "source_sheet": "Sheet of the row on Candidates",
    "source_row": "Row on Candidates",
    "as_of": "Day of the scores",
    "rules_version": "Version of the law",
    "rules_status": "Whether the law of the day is known",
    "grid": "CRS grid",
    "eligibility_reasons": "Tests not met or not known",
    "crs_total": "CRS total",
    "rank": "Rank in the file's own pool, empty outside it",
    "age": "Age in years",
    "canadian_work_years": "Canadian work in whole years",
    "foreign_work_years": "Foreign work in whole years",
    **words.LANGUAGE_LEVELS,
    **words.ELIGIBILITY,
    **words.FSW_POINTS,
    **words.CATEGORY_LISTS,
}
CHOICES = {"rules_status": ["complete", "incomplete"], "grid": ["with_spouse", "without_spouse"]}
ALWAYS = ("client_id", "source_file", "source_sheet", "source_row", "as_of", "rules_version", "rules_status", "grid")


def schema() -> dict[str, Any]:
    """The Table Schema; the unique key is client_id."""
    return {
        "$schema": PROFILE,
        "name": "scores",
        "title": "Scores of a day, a row a client",
        "version": SCHEMA_VERSION,
        "fields": [_field(name, dtype) for name, dtype in SCHEMA.items()],
        "fieldsMatch": "exact",
        "missingValues": [""],
        "primaryKey": ["client_id"],
    }


def _field(name: str, dtype: pl.DataType) -> dict[str, Any]:
    kind = "integer" if dtype.is_integer() else {pl.Date: "date", pl.Boolean: "boolean"}.get(type(dtype), "string")
    constraints: dict[str, Any] = {"required": True} if name in ALWAYS else {}
    if name in CHOICES:
        constraints["enum"] = CHOICES[name]
    field: dict[str, Any] = {"name": name, "type": kind, "title": _title(name)}
    return field | ({"constraints": constraints} if constraints else {})


def _title(name: str) -> str:
    for group, titles in words.CRS_GROUPS.items():
        if name in titles:
            return f"{group}: {titles[name]}"
    return TITLES[name]
