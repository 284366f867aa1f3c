"""The policy cases shipped with the law, taken in as a firm's files are, and scored day by day."""

from __future__ import annotations

import csv
import os
import random
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl

from flows.program import scale_starts, score_ranges
from transforms import scores
from transforms.noc import known_codes
from transforms.policy_cases import Case
from transforms.rules import Law, Rules, load
from validation import intake
from validation.columns import SHEETS

SEED = 2015
MOST_PARTS = 4
Sheets = Mapping[str, pl.DataFrame]


@dataclass(frozen=True)
class Mismatch:
    """A case that the program answers otherwise: where it stands, which output, what the law says and what was found."""

    file: str
    case: str
    as_of: date
    column: str
    expected: Any
    found: Any

    def line(self) -> str:
        """The mismatch in one line."""
        name = f" ({self.case})" if self.case else ""
        return f"{self.file}{name} on {self.as_of}: {self.column} is {self.found!r}, expected {self.expected!r}"


def ids_of(cases: Sequence[Case]) -> dict[str, Case]:
    """The cases by the client number that each is given."""
    return {f"case-{number}": case for number, case in enumerate(cases, start=1)}


def take_in(clients: Mapping[str, Case], rules: Rules) -> intake.Intake:
    """All cases through the real intake, as CSV files with the rows of each sheet in shuffled order."""
    law = rules.law_of(max(case.as_of for case in clients.values()))
    with TemporaryDirectory() as folder:
        paths = [path for sheet in SHEETS if (path := _write(Path(folder), sheet.key, clients))]
        return intake.read(
            paths,
            as_of=law.as_of,
            score_ranges=score_ranges(law),
            scale_starts=scale_starts(law),
            noc_codes=known_codes(),
        )


def _write(folder: Path, key: str, clients: Mapping[str, Case]) -> Path | None:
    rows = [{"client_id": client, **row} for client, case in clients.items() for row in case.rows.get(key, ())]
    if not rows:
        return None
    random.Random(SEED).shuffle(rows)
    path = folder / f"{key}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, list(dict.fromkeys(name for row in rows for name in row)))
        table.writeheader()
        table.writerows(rows)
    return path


def sheets_of(taken: intake.Intake, clients: Sequence[str]) -> dict[str, pl.DataFrame]:
    """The typed sheets of some clients alone."""
    return {key: sheet.filter(pl.col("client_id").is_in(clients)) for key, sheet in taken.sheets.items()}


def answers(sheets: Sheets, law: Law) -> dict[str, dict[str, Any]]:
    """The published outputs by client number, and with them `in_pool`."""
    scored = scores.score(sheets, law)
    outputs = scores.published(scored, law).with_columns(scored["in_pool"])
    return {row["client_id"]: row for row in outputs.iter_rows(named=True)}


def compared(case: Case, answer: Mapping[str, Any]) -> Iterator[Mismatch]:
    """Every output in which the answer is not what the case expects."""
    for column, expected in case.expect.items():
        if answer[column] != expected:
            yield Mismatch(case.file, case.name, case.as_of, column, expected, answer[column])


def refused(taken: intake.Intake, clients: Mapping[str, Case]) -> Iterator[Mismatch]:
    """Every case that the intake quarantines instead of scoring it."""
    for row in taken.quarantine.iter_rows(named=True):
        case = clients[row["client_id"]]
        yield Mismatch(case.file, case.name, case.as_of, row["column"] or "the row", "accepted", row["problem"])


def by_day(clients: Mapping[str, Case]) -> dict[date, list[str]]:
    """The client numbers of each day, in the order of the days."""
    days: dict[date, list[str]] = {}
    for client, case in clients.items():
        days.setdefault(case.as_of, []).append(client)
    return dict(sorted(days.items()))


def run(cases: Sequence[Case], rules: Rules) -> list[Mismatch]:
    """Takes in the cases at once, scores those of each day in one batch, and returns what does not agree."""
    clients = ids_of(cases)
    taken = take_in(clients, rules)
    found = list(refused(taken, clients))
    for day, ids in by_day(clients).items():
        answered = answers(sheets_of(taken, ids), rules.law_of(day))
        for client in ids:
            if client in answered:
                found += compared(clients[client], answered[client])
    return found


def parts_of(cases: Sequence[Case], number: int) -> list[list[Case]]:
    """The cases in up to a number of parts, each of whole days."""
    days = {day: place % number for place, day in enumerate(sorted({case.as_of for case in cases}))}
    return [part for place in range(number) if (part := [case for case in cases if days[case.as_of] == place])]


@contextmanager
def helpers() -> Iterator[tuple[Executor, int]]:
    """Processes beside this one and their number, on their way while the cases are still read."""
    number = min(os.cpu_count() or 1, MOST_PARTS) - 1
    with ProcessPoolExecutor(max(number, 1), get_context("spawn")) as pool:
        for _ in range(number):
            pool.submit(_ready)
        yield pool, number


def run_in_parts(cases: Sequence[Case], rules: Rules, pool: Executor, number: int) -> list[Mismatch]:
    """The same with a part of the days in each helper and one here; under the shipped rules.

    A day costs most of its time once, however many cases it has.
    """
    here, *elsewhere = parts_of(cases, number + 1)
    waiting = [pool.submit(_run_part, part) for part in elsewhere]
    found = [*run(here, rules), *(one for part in waiting for one in part.result())]
    order = {(case.file, case.name): place for place, case in enumerate(cases)}
    return sorted(found, key=lambda one: order[one.file, one.case])


def _ready() -> None:
    """Nothing; a process that comes to it has all modules."""


def _run_part(cases: Sequence[Case]) -> list[Mismatch]:
    return run(cases, load())
