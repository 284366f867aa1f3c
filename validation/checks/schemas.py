"""The pandera schemas of the typed sheets, and their failures as plain rows.

A schema stands alone: strict on columns and dtypes, required columns filled, client_id unique among candidates, and
every rule that quarantines a row as a check of its name. Nothing is coerced.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence

# Where hypothesis is installed pandera loads it along, to make up data; that is nothing for a command to wait for.
if "hypothesis" not in sys.modules:
    sys.modules["hypothesis"] = None  # type: ignore[assignment]
    import pandera.strategies.base_strategies

    del sys.modules["hypothesis"]

import pandera.config
import pandera.polars as pa
import polars as pl
from pandera.api.polars.types import PolarsData
from pandera.errors import SchemaErrors

from transforms.model.columns import CANDIDATES, Sheet
from validation.checks.rules_of_rows import Rule, Terms, of_columns, refused
from validation.values.parse import SOURCE_DTYPES, schema_of

REQUIRED = "not_nullable"
DOUBLED = "field_uniqueness"
KEEPS_RULES = "keeps_its_rules"
FAILURES = {"index": pl.Int32(), "column": pl.String(), "check": pl.String()}


def schema(sheet: Sheet, terms: Terms) -> pa.DataFrameSchema:
    """The schema of a sheet's typed frame."""
    return schema_with(sheet, [*of_columns(sheet, terms), *refused(sheet, terms)])


def schema_with(sheet: Sheet, rules: Iterable[Rule]) -> pa.DataFrameSchema:
    """The schema of a sheet's typed frame with the given rules as checks on the columns that they point to."""
    checks: dict[str, list[pa.Check]] = {}
    for rule in rules:
        checks.setdefault(rule.column, []).append(_check(rule))
    return _schema(sheet, schema_of(sheet), checks)


def _schema(sheet: Sheet, columns: Iterable[str], checks: Mapping[str, list[pa.Check]]) -> pa.DataFrameSchema:
    dtypes = schema_of(sheet)
    return pa.DataFrameSchema(
        {
            name: pa.Column(
                dtypes[name],
                checks=checks.get(name),
                nullable=not (sheet.has_required(name) or name in SOURCE_DTYPES),
                unique=sheet.key == CANDIDATES.key and name == "client_id",
            )
            for name in columns
        },
        strict=True,
        ordered=True,
        name=sheet.key,
    )


def _right(rule: Rule) -> pl.Expr:
    return (~rule.wrong.fill_null(value=False)).alias(rule.name)


def _breached(frame: pl.DataFrame, rules: Sequence[Rule]) -> pl.DataFrame:
    """Which rows keep a rule, in a column (Boolean) for each of the rules that some rows break.

    A rule that looks at empty columns alone is held against one row first: the others have the same answer.
    """
    empty = {name for name in frame.columns if frame[name].null_count() == frame.height}
    asked = {rule.name: rule for rule in rules}
    if frame.height > 1 and (alike := [rule for rule in rules if rule.looks_at <= empty]):
        kept = frame.head(1).select(map(_right, alike)).row(0, named=True)
        asked = {name: rule for name, rule in asked.items() if not kept.get(name)}
    right = frame.select(map(_right, asked.values()))
    return right.select(name for name in asked if not right[name].all())


def _check(rule: Rule) -> pa.Check:
    def check(data: PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(_right(rule))

    return pa.Check(check, name=rule.name, error=rule.name)


def failures(sheet: Sheet, typed: pl.DataFrame, rules: Sequence[Rule]) -> pl.DataFrame:
    """Validates a collected frame and returns what failed: index (Int32, the row from 0), column, check (String).

    A column costs pandera two milliseconds and a broken check six, so one pass over the frame says which rows keep
    which rule, one check asks whether a row keeps all of its rules, and columns of which nothing is asked but their
    dtype stay outside. Raises RuntimeError where the frame's structure is not the schema's: that is an error of the
    program.
    """
    if typed.schema != pl.Schema(schema_of(sheet)):
        raise RuntimeError(f"the typed frame of {sheet.key} does not have the structure of its schema")
    right = _breached(typed, rules)
    broken = [rule for rule in rules if rule.name in right.columns]
    checks = {"client_id": [_keeps(broken, right)]} if broken else {}
    asked = [name for name in typed.columns if sheet.has_required(name)]
    try:
        with pandera.config.config_context(
            validation_enabled=True, validation_depth=pandera.config.ValidationDepth.SCHEMA_AND_DATA
        ):
            _schema(sheet, asked, checks).validate(typed.select(asked), lazy=True)
    except SchemaErrors as errors:
        found: pl.DataFrame = errors.failure_cases.select(*FAILURES).cast(pl.Schema(FAILURES))
    else:
        return pl.DataFrame(schema=FAILURES)
    # Raised out here: pandera's own error quotes values, which must not come along as its context.
    if found["index"].null_count():
        failed = found.filter(pl.col("index").is_null())["check"].unique().to_list()
        raise RuntimeError(f"the typed frame of {sheet.key} does not have the structure of its schema: {failed}")
    return _by_rule(found, right, broken)


def _keeps(rules: Sequence[Rule], right: pl.DataFrame) -> pa.Check:
    """One check for all of some rules: does a row keep them?"""
    kept = right.lazy().select(pl.all_horizontal(rule.name for rule in rules))
    return pa.Check(lambda _: kept, name=KEEPS_RULES, error=KEEPS_RULES)


def _by_rule(found: pl.DataFrame, right: pl.DataFrame, broken: Sequence[Rule]) -> pl.DataFrame:
    """The failures with each row that does not keep its rules under the name of each rule that it breaks."""
    is_breach = pl.col("check") == KEEPS_RULES
    rows = found.filter(is_breach)["index"].to_list()
    reported = [
        (row, rule.column, rule.name) for rule in broken for row, kept in zip(rows, right[rule.name][rows], strict=True)
        if not kept
    ]  # fmt: skip
    return pl.concat([found.filter(~is_breach), pl.DataFrame(reported, schema=FAILURES, orient="row")])


def breaches(frame: pl.DataFrame, rules: Sequence[Rule]) -> dict[str, pl.Series]:
    """The rows (by place, UInt32) that break a rule, by the rule's name, in one pass."""
    if not rules or frame.is_empty():
        return {}
    right = _breached(frame, rules)
    return {name: (~right[name]).arg_true() for name in right.columns}
