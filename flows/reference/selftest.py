"""The policy cases shipped with the law, taken in as a firm's files are, and scored law by law."""

from __future__ import annotations

import csv
import os
import random
from bisect import bisect_right
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

from flows.main_run.run_law import score_ranges
from transforms.assessment import days, scores
from transforms.assessment.policy_cases import Case
from transforms.facts.noc import known_codes
from transforms.model.columns import SHEETS
from transforms.model.wording import _
from transforms.rules import Rules, load
from validation.intake import intake

SEED = 2015
MAX_PARTS = 4


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
        return _("{file}{name} on {as_of}: {column} is {found!r}, expected {expected!r}").format(
            file=self.file, name=name, as_of=self.as_of, column=self.column, found=self.found, expected=self.expected
        )


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


def compared(case: Case, answer: Mapping[str, Any]) -> Iterator[Mismatch]:
    """Every output in which the answer is not what the case expects."""
    for column, expected in case.expect.items():
        if answer[column] != expected:
            yield Mismatch(case.file, case.name, case.as_of, column, expected, answer[column])


def refused(taken: intake.Intake, clients: Mapping[str, Case]) -> Iterator[Mismatch]:
    """Every case that the intake quarantines instead of scoring it."""
    for row in taken.quarantine.iter_rows(named=True):
        case = clients[row["client_id"]]
        yield Mismatch(case.file, case.name, case.as_of, row["column"] or _("the row"), _("accepted"), row["problem"])


def run(cases: Sequence[Case], rules: Rules) -> list[Mismatch]:
    """Takes in the cases at once, scores those of each law in one batch, and returns what does not agree."""
    clients = ids_of(cases)
    taken = take_in(clients, rules)
    found = list(refused(taken, clients))
    asked = pl.DataFrame(
        {"client_id": list(clients), "as_of": [case.as_of for case in cases]},
        {"client_id": pl.String, "as_of": pl.Date},
    )
    answered: dict[str, dict[str, Any]] = {}
    for law, own in days.by_law(asked, rules):
        scored = days.scored_on(taken.sheets, own, rules).with_columns(rank=None)
        outputs = scores.published(scored, law).with_columns(scored["as_of"], scored["in_pool"])
        answered |= {row["client_id"]: row for row in outputs.iter_rows(named=True)}
    for client, case in clients.items():
        if client in answered:
            found += compared(case, answered[client])
    return found


def parts_of(cases: Sequence[Case], rules: Rules, number: int) -> list[list[Case]]:
    """The cases in up to a number of parts, each of whole laws."""
    changes = rules.change_dates()
    law = {case.as_of: bisect_right(changes, case.as_of) for case in cases}
    parts = {one: place % number for place, one in enumerate(sorted(set(law.values())))}
    return [part for place in range(number) if (part := [case for case in cases if parts[law[case.as_of]] == place])]


@contextmanager
def helpers() -> Iterator[tuple[Executor, int]]:
    """Processes beside this one and their number, on their way while the cases are still read."""
    number = min(os.cpu_count() or 1, MAX_PARTS) - 1
    with ProcessPoolExecutor(max(number, 1), get_context("spawn")) as pool:
        for _ in range(number):
            pool.submit(_ready)
        yield pool, number


def run_in_parts(cases: Sequence[Case], rules: Rules, pool: Executor, number: int) -> list[Mismatch]:
    """The same with a part of the laws in each helper and one here; under the shipped rules.

    A law costs most of its time once, however many cases and days it has.
    """
    here, *elsewhere = parts_of(cases, rules, number + 1)
    waiting = [pool.submit(_run_part, part) for part in elsewhere]
    found = [*run(here, rules), *(one for part in waiting for one in part.result())]
    order = {(case.file, case.name): place for place, case in enumerate(cases)}
    return sorted(found, key=lambda one: order[one.file, one.case])


def _ready() -> None:
    """Nothing; a process that comes to it has all modules."""


def _run_part(cases: Sequence[Case]) -> list[Mismatch]:
    return run(cases, load())
