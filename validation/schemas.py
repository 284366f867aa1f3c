"""The pandera schemas of the typed sheets, and their failures as plain rows.

A schema stands alone: strict on columns and dtypes, required columns filled, client_id unique among candidates, and
every rule that quarantines a row as a check of its name. Nothing is coerced.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandera.config
import pandera.polars as pa
import polars as pl
from pandera.api.polars.types import PolarsData
from pandera.errors import SchemaErrors

from validation.columns import CANDIDATES, Sheet
from validation.parse import SOURCE_DTYPES, schema_of
from validation.rules_of_rows import Rule, Terms, of_columns, refused

REQUIRED = "not_nullable"
DOUBLED = "field_uniqueness"
FAILURES = {"index": pl.Int32(), "column": pl.String(), "check": pl.String()}


def schema(sheet: Sheet, terms: Terms) -> pa.DataFrameSchema:
    """The schema of a sheet's typed frame."""
    return schema_with(sheet, [*of_columns(sheet, terms), *refused(sheet, terms)])


def schema_with(sheet: Sheet, rules: Iterable[Rule]) -> pa.DataFrameSchema:
    """The schema of a sheet's typed frame with the given rules as checks on the columns that they point to."""
    required = _required(sheet)
    checks: dict[str, list[pa.Check]] = {}
    for rule in rules:
        checks.setdefault(rule.column, []).append(_check(rule))
    return pa.DataFrameSchema(
        {
            name: pa.Column(
                dtype,
                checks=checks.get(name),
                nullable=name not in required,
                unique=sheet.key == CANDIDATES.key and name == "client_id",
            )
            for name, dtype in schema_of(sheet).items()
        },
        strict=True,
        ordered=True,
        name=sheet.key,
    )


def _required(sheet: Sheet) -> frozenset[str]:
    return frozenset({column.name for column in sheet.columns if column.required} | set(SOURCE_DTYPES))


def _right(rule: Rule) -> pl.Expr:
    return (~rule.wrong.fill_null(value=False)).alias(rule.name)


def _check(rule: Rule) -> pa.Check:
    def check(data: PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(_right(rule))

    return pa.Check(check, name=rule.name, error=rule.name)


def failures(sheet: Sheet, typed: pl.DataFrame, rules: Sequence[Rule]) -> pl.DataFrame:
    """Validates a collected frame and returns what failed: index (Int32, the row from 0), column, check (String).

    A column or check costs pandera about a millisecond, so one pass over the frame finds the rules that every row
    keeps, and these are left out, as are the columns of which then nothing is asked but their dtype. Raises
    RuntimeError where the frame's structure is not the schema's: that is an error of the program.
    """
    if typed.schema != pl.Schema(schema_of(sheet)):
        raise RuntimeError(f"the typed frame of {sheet.key} does not have the structure of its schema")
    names = breaches(typed, rules)
    broken = [rule for rule in rules if rule.name in names]
    asked = _required(sheet) | {name for rule in broken for name in (rule.column, *rule.looks_at)}
    idle = [name for name in typed.columns if name not in asked]
    try:
        with pandera.config.config_context(
            validation_enabled=True, validation_depth=pandera.config.ValidationDepth.SCHEMA_AND_DATA
        ):
            schema_with(sheet, broken).remove_columns(idle).validate(typed.drop(idle), lazy=True)
    except SchemaErrors as errors:
        found: pl.DataFrame = errors.failure_cases.select(*FAILURES).cast(FAILURES)
    else:
        return pl.DataFrame(schema=FAILURES)
    # Raised out here: pandera's own error quotes values, which must not come along as its context.
    if found["index"].null_count():
        failed = found.filter(pl.col("index").is_null())["check"].unique().to_list()
        raise RuntimeError(f"the typed frame of {sheet.key} does not have the structure of its schema: {failed}")
    return found


def breaches(frame: pl.DataFrame, rules: Sequence[Rule]) -> dict[str, list[int]]:
    """The rows (by place) that break a rule, by the rule's name, in one pass."""
    if not rules or frame.is_empty():
        return {}
    right = frame.select(_right(rule) for rule in rules)
    broken = [name for name, is_kept in right.select(pl.all().all()).row(0, named=True).items() if not is_kept]
    return {name: (~right[name]).arg_true().to_list() for name in broken}
