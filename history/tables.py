"""The tables of the history, defined once: columns, the day that a row belongs to, and the version of their schema."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from transforms.assessment.scores import SCHEMA as SCORES
from transforms.model.columns import SHEETS
from transforms.model.frames import EVENTS as EVENT
from transforms.rounds.invitations import INVITATIONS as INVITATION
from validation.intake.problems import FRAME as PROBLEM
from validation.rounds.rounds_file import SCHEMA as ROUNDS
from validation.values.parse import schema_of


@dataclass(frozen=True)
class Table:
    """One table: its columns, the column that says to which night a row belongs, whether whole nights of it are
    replaced (else the table as a whole is, or rows are added), and its schema version.
    """

    name: str
    schema: Mapping[str, pl.DataType]
    day: str
    by_day: bool = True
    version: int = 1

    @property
    def order(self) -> tuple[str, ...]:
        """The columns by which rows are read: the day, and within it the time of a run."""
        return (self.day, "started_at") if "started_at" in self.schema else (self.day,)

    def empty(self) -> pl.DataFrame:
        """The table without a row."""
        return pl.DataFrame(schema=self.schema)


INPUT_COUNTS = (
    "candidates_in", "candidates_accepted", "candidates_quarantined",
    "detail_rows_in", "detail_rows_used", "detail_rows_held", "detail_rows_quarantined",
)  # fmt: skip
# What became of a sheet of a file, as validation.intake.sheet_use.SheetUse.recorded.
SHEET = {
    "title": pl.String(),
    "read_as": pl.String(),
    "rows": pl.Int32(),
    "hidden_rows": pl.Int32(),
    "hidden": pl.Boolean(),
    "reason": pl.String(),
}
# One file that a night took, found unusable, or found put back (`outcome`): `tried_with` is the hash of the mapping that it was read with.
INPUT = {
    "sha256": pl.String(),
    "name": pl.String(),
    "kind": pl.String(),
    "outcome": pl.String(),
    "problem": pl.String(),
    "tried_with": pl.String(),
    "rows": pl.Int32(),
    **dict.fromkeys(INPUT_COUNTS, pl.Int32()),
    "sheets": pl.List(pl.Struct(SHEET)),
}

# One row a record as it was accepted: `sheet` names the column that holds it. A client's rows of a night replace all
# earlier ones, so the records of any past day stay known.
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
    version=3,
)
# What was wrong with the files of a night: `standing` is quarantined, held or warning.
PROBLEMS = Table(
    "problems",
    {"as_of": pl.Date(), "input_sha256": pl.String(), "standing": pl.String(), **PROBLEM},
    "as_of",
    version=2,
)
# One row a round as it was published; a correction is a row of its own. What was known on a day is the last row of each
# number that was seen by then.
ROUNDS_TABLE = Table("rounds", {"seen_on": pl.Date(), **ROUNDS}, "seen_on", by_day=False)
# The contract's scores, and the kinds whose last round has a line that the client is above (`|` between).
SCORES_TABLE = Table(
    "scores",
    {"as_of": pl.Date(), **{name: of for name, of in SCORES.items() if name != "as_of"}, "above": pl.String()},
    "as_of",
)
INVITATIONS = Table("invitations", {"as_of": pl.Date(), **INVITATION}, "as_of")
# What changed against the night before: in points, or from one text to another.
EVENTS = Table("events", {"as_of": pl.Date(), **EVENT}, "as_of", version=2)
# The ledger: what a run took and made. A night without its row here never happened.
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
        "rounds_known": pl.Int32(),
        "inputs": pl.List(pl.Struct(INPUT)),
        "counts": pl.List(pl.Struct({"count": pl.String(), "value": pl.Int64()})),
        "timings": pl.List(pl.Struct({"stage": pl.String(), "seconds": pl.Float64()})),
        "notes": pl.List(pl.String()),
        "rounds_notes": pl.List(pl.String()),
    },
    "as_of",
    by_day=False,
    version=3,
)
TABLES = (RECORDS, PROBLEMS, ROUNDS_TABLE, SCORES_TABLE, INVITATIONS, EVENTS, RUNS)
BY_NAME = {table.name: table for table in TABLES}
