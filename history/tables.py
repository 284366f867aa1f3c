"""The tables of the history, defined once: columns, the day they are partitioned by, and the version of their schema."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from transforms.scores import SCHEMA as SCORES
from validation.columns import SHEETS
from validation.parse import schema_of
from validation.rounds_file import SCHEMA as ROUNDS


@dataclass(frozen=True)
class Table:
    """One table: its columns, the column of days by which parts of it are replaced (None: whole), its schema version."""

    name: str
    schema: Mapping[str, pl.DataType]
    day: str | None
    version: int = 1

    def empty(self) -> pl.DataFrame:
        """The table without a row."""
        return pl.DataFrame(schema=self.schema)


# One row a record as it was accepted: `sheet` names the column that holds it. A client's rows of a day replace all
# earlier ones, so the records of any past day can be told.
RECORDS = Table(
    "records",
    {
        "accepted_on": pl.Date(),
        "client_id": pl.String(),
        "sheet": pl.String(),
        "input_sha256": pl.String(),
        **{sheet.key: pl.Struct(schema_of(sheet)) for sheet in SHEETS},
    },
    "accepted_on",
)
SCORES_TABLE = Table(
    "scores", {"as_of": pl.Date(), **{name: of for name, of in SCORES.items() if name != "as_of"}}, "as_of"
)
ROUNDS_TABLE = Table("rounds", ROUNDS, None)
RUNS = Table(
    "runs",
    {
        "as_of": pl.Date(),
        "run_id": pl.String(),
        "kind": pl.String(),
        "started_at": pl.Datetime("us", "UTC"),
        "seconds": pl.Float64(),
        "code_version": pl.String(),
        "rules_version": pl.String(),
        "rules_status": pl.String(),
        "rounds_held": pl.Int32(),
        "inputs": pl.List(pl.Struct({"sha256": pl.String(), "name": pl.String(), "outcome": pl.String()})),
        "counts": pl.List(pl.Struct({"count": pl.String(), "value": pl.Int64()})),
        "timings": pl.List(pl.Struct({"stage": pl.String(), "seconds": pl.Float64()})),
        "notes": pl.List(pl.String()),
    },
    "as_of",
)
INVITATIONS = Table(
    "invitations",
    {
        "as_of": pl.Date(),
        "client_id": pl.String(),
        "round": pl.String(),
        "kind": pl.String(),
        "held_on": pl.Date(),
        "crs_total": pl.Int16(),
        "cut_off": pl.Int16(),
        "invited_as": pl.String(),
    },
    "as_of",
)
EVENTS = Table(
    "events",
    {
        "as_of": pl.Date(),
        "client_id": pl.String(),
        "kind": pl.String(),
        "on": pl.Date(),
        "reason": pl.String(),
        "points_before": pl.Int16(),
        "points_after": pl.Int16(),
        "text": pl.String(),
    },
    "as_of",
)
TABLES = (RECORDS, SCORES_TABLE, ROUNDS_TABLE, RUNS, INVITATIONS, EVENTS)
BY_NAME = {table.name: table for table in TABLES}
