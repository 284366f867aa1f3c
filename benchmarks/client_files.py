"""Files of any number of clients, made of the sample's: CSV, typed Parquet and xlsx."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl

from benchmarks.random_clients import client_ids
from sample_data.clients import Client
from sample_data.generate import AS_OF_2026, clients_2026
from sample_data.workbook import write_workbook
from transforms.model.columns import CANDIDATES
from validation.values.parse import schema_of

ROWS_AT_ONCE = 250_000


def sample(chosen: Sequence[Client] | None = None) -> pl.DataFrame:
    """Clients of the sample that have no rows of details as text, a column a column of Candidates."""
    clients = [client for client in clients_2026() if not client.details] if chosen is None else chosen
    return pl.DataFrame(
        {name: [_text(client.row.get(name)) for client in clients] for name in CANDIDATES.names},
        schema=dict.fromkeys(CANDIDATES.names, pl.String),
    )


def parts(clients: int, rows: pl.DataFrame) -> list[pl.DataFrame]:
    """So many clients in frames of a size that fits into memory, the rows taken again and again, each with its own id."""
    made = []
    for start in range(0, clients, ROWS_AT_ONCE):
        size = min(ROWS_AT_ONCE, clients - start)
        places = pl.int_range(start, start + size, eager=True) % rows.height
        ids = pl.select(pl.format("C-{}", pl.int_range(start, start + size))).to_series()
        made.append(rows[places].with_columns(client_id=ids))
    return made


def write_csv(path: Path, clients: int, rows: pl.DataFrame | None = None) -> Path:
    """So many clients as CSV."""
    with path.open("wb") as file:
        for number, part in enumerate(parts(clients, sample() if rows is None else rows)):
            part.write_csv(file, include_header=not number)
    return path


def write_parquet(path: Path, clients: int, rows: pl.DataFrame | None = None) -> Path:
    """So many clients as Parquet, days and numbers in columns of their type, moments and yes or no as text."""
    types = {name: dtype for name, dtype in schema_of(CANDIDATES).items() if name in CANDIDATES.names}
    typed = (sample() if rows is None else rows).with_columns(
        *(pl.col(name).cast(dtype) for name, dtype in types.items() if dtype.is_numeric()),
        *(pl.col(name).str.to_date() for name, dtype in types.items() if dtype == pl.Date),
    )
    pl.concat([part.lazy() for part in parts(clients, typed)]).sink_parquet(path)
    return path


def write_xlsx(path: Path, clients: int) -> Path:
    """So many clients as a workbook with one sheet of rows."""
    rows = [client.row for client in clients_2026() if not client.details]
    ids = client_ids(clients)
    client_rows = [{**rows[number % len(rows)], "client_id": ids[number]} for number in range(clients)]
    write_workbook(path, {CANDIDATES.key: client_rows}, title="Clients", made_on=AS_OF_2026)
    return path


def _text(value: object) -> str | None:
    if value is None:
        return None
    return value.isoformat() if isinstance(value, date) else str(value)
