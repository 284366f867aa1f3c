"""The workbook of a forecast: what coming rounds will take, and each client's chance of an invitation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from reports.book import Book, Column
from reports.looks import INK, INVITED

ROUNDS = {
    "round": pl.String, "date": pl.Date, "size": pl.Int64, "p10": pl.Float64, "p50": pl.Float64,
    "p90": pl.Float64, "mean": pl.Float64, "drawn": pl.String, "law": pl.String,
}  # fmt: skip
ROUND_COLUMNS = (
    Column("round", "Round"),
    Column("date", "Day", "date", width=12),
    Column("size", "Invitations", "whole"),
    Column("p10", "Low (1 in 10 below)", "number", "Cut-off"),
    Column("p50", "Middle", "number", "Cut-off"),
    Column("p90", "High (1 in 10 above)", "number", "Cut-off"),
    Column("mean", "Mean", "number", "Cut-off"),
    Column("drawn", "Not published yet: drawn"),
    Column("law", "Law"),
)
CLIENT_COLUMNS = (
    Column("client_id", "Client"),
    Column("p30", "30 days", "share", "Chance of an invitation within"),
    Column("p90", "90 days", "share", "Chance of an invitation within"),
    Column("p180", "180 days", "share", "Chance of an invitation within"),
    Column("limited_by", "Limited by", widest=60),
)


def write_forecast(path: Path, told: Mapping[str, Any], title: str) -> list[str]:
    """Writes the workbook of a forecast as `forecast --json` tells it; returns the names of its sheets.

    Equal forecasts give equal bytes.
    """
    day: date = told["as_of"]
    rows = [
        {
            **{name: row[name] for name in ROUNDS if name in row},
            "round": row["round"].replace("_", " "),
            "size": int(row["size"]),
            "drawn": ", ".join(row["drawn"]),
            "law": row["rules_status"],
        }
        for row in told["rounds"]
    ]
    rounds = pl.DataFrame(rows, schema=ROUNDS)
    clients = pl.DataFrame(
        told["clients"],
        schema={"client_id": pl.String, **dict.fromkeys(("p30", "p90", "p180"), pl.Float64), "limited_by": pl.String},
    )
    notes: Sequence[str] = told["notes"]
    of_rounds = "The next round of each kind held of late: its cut-off with four in five chances from low to high"
    of_clients = "Each client's chance, with the date by which points or documents run out taken into account"
    with Book(title, day, path.parent, f"{title}, forecast as of {day}, known to {told['known_on']}") as book:
        book.table("Rounds", of_rounds, ROUND_COLUMNS, rounds, nothing="No round can be forecast.", frozen=1, tab=INK)
        book.table(
            "Clients", of_clients, CLIENT_COLUMNS, clients, nothing="There are no clients.", frozen=1, tab=INVITED
        )
        book.table(
            "Notes", "What to know about these numbers", (Column("note", "Note", widest=120),),
            pl.DataFrame({"note": list(notes)}, schema={"note": pl.String}), nothing="Nothing to note.",
        )  # fmt: skip
        book.save(path)
        return book.sheet_names
