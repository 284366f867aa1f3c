"""JSON Schema of values that come out of frames, by dtype."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

DIALECT = "https://json-schema.org/draft/2020-12/schema"
Dtype = pl.DataType | type[pl.DataType] | Any


def of_frame(schema: Mapping[str, Dtype]) -> dict[str, Any]:
    """The schema of a list of rows; every key is there, null where the frame has no value."""
    return {"type": "array", "items": of_row(schema)}


def of_row(schema: Mapping[str, Dtype]) -> dict[str, Any]:
    """The schema of one row of a frame."""
    return {
        "type": "object",
        "required": list(schema),
        "properties": {name: of_value(dtype) for name, dtype in schema.items()},
    }


def of_value(dtype: Dtype) -> dict[str, Any]:
    """The schema of a value of a dtype, which may be null."""
    if isinstance(dtype, pl.List):
        return {"type": ["array", "null"], "items": of_value(dtype.inner)}
    if isinstance(dtype, pl.Struct):
        return {**of_row({field.name: field.dtype for field in dtype.fields}), "type": ["object", "null"]}
    if dtype == pl.Date:
        return {"type": ["string", "null"], "format": "date"}
    return {"type": [_plain(dtype), "null"]}


def _plain(dtype: Dtype) -> str:
    if dtype == pl.Boolean:
        return "boolean"
    if dtype.is_integer():
        return "integer"
    return "number" if dtype.is_float() else "string"
