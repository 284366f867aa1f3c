"""Parts that are measured in a process of their own, for their memory: `python -m benchmarks.pieces NAME FOLDER DAY`.

Each prints the seconds of the part that counts: without imports, without reading what it works on, and without what is made
once a process, since some rows go through it before.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl

from benchmarks.measuring import own_seconds

FACTS, SHEETS, BOOK = "facts.arrow", "sheets", "clients.xlsx"
ROWS_BEFORE = 1_000
Piece = Callable[[Path, date], Callable[[], object]]


def everything(folder: Path, day: date) -> Callable[[], object]:
    """CRS, eligibility, categories and rank of settled clients."""
    from transforms.assessment import days
    from transforms.rules import load
    from transforms.scoring import ranking

    law, facts = load().law_of(day), pl.read_ipc(folder / FACTS).rechunk()
    ranking.ranked(days.apply_law(facts.head(ROWS_BEFORE), law), law)
    return lambda: ranking.ranked(days.apply_law(facts, law), law)


def from_records(folder: Path, day: date) -> Callable[[], object]:
    """The same, and the facts before, from the typed sheets of an intake."""
    from transforms.assessment import scores
    from transforms.rules import load

    law = load().law_of(day)
    sheets = {path.stem: pl.read_ipc(path).rechunk() for path in (folder / SHEETS).glob("*.arrow")}
    scores.score({key: sheet.head(ROWS_BEFORE) for key, sheet in sheets.items()}, law)
    return lambda: scores.score(sheets, law)


def fastexcel_alone(folder: Path, _day: date) -> Callable[[], object]:
    """All cells of a workbook's first sheet as text."""
    import fastexcel

    return lambda: fastexcel.read_excel(folder / BOOK).load_sheet(0, header_row=None, dtypes="string").to_polars()


PIECES: dict[str, Piece] = {
    "everything": everything,
    "from-records": from_records,
    "fastexcel-alone": fastexcel_alone,
}


def main(name: str, folder: str, day: str) -> None:
    """Does a part and prints what it took."""
    part = PIECES[name](Path(folder), date.fromisoformat(day))
    own, started = own_seconds(), time.perf_counter()
    part()
    wall = time.perf_counter() - started
    print(json.dumps({"cpu_seconds": own_seconds() - own, "wall_seconds": wall}))


if __name__ == "__main__":
    main(*sys.argv[1:])
