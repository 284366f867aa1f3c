"""The engine held against the second scorer on random clients, column by column.

    python -m tests.agreement --clients 200000

Each client is made around one of DAYS and scored by both on that day and on the day before.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any

import polars as pl

from flows.main_run.run_law import score_ranges
from tests import candidates, oracle
from tests.candidates import Batch, Row
from transforms.assessment import scores
from transforms.facts.noc import known_codes
from transforms.model.columns import CANDIDATES, DETAIL_SHEETS, SHEETS
from transforms.model.vocabulary import ABILITIES
from transforms.rules import Law, Rules, load
from validation.checks import rules_of_rows, schemas
from validation.checks.rules_of_rows import Terms

# Days on which the law or the reading of a record changes; see law 0, 3, 4 and 5.
DAYS = (
    date(2015, 1, 30), date(2015, 2, 1), date(2015, 5, 30), date(2016, 2, 1), date(2016, 2, 29), date(2016, 11, 19),
    date(2017, 1, 27), date(2017, 6, 6), date(2017, 10, 24), date(2018, 1, 5), date(2018, 12, 1), date(2019, 1, 17),
    date(2020, 1, 1), date(2020, 10, 20), date(2021, 3, 1), date(2021, 7, 15), date(2022, 6, 9), date(2022, 7, 29),
    date(2022, 11, 16), date(2023, 4, 25), date(2024, 1, 30), date(2024, 2, 29), date(2024, 5, 28), date(2025, 3, 25),
    date(2025, 7, 7), date(2026, 11, 3),
)  # fmt: skip
SEED = 20_150_101
CLIENTS_AT_ONCE = 4_000
MAX_SHOWN = 8
# Of a client: names of cells, or a detail sheet's key and the place of a row.
Part = tuple[Any, ...]
ALWAYS_TOLD = ("client_id", "date_of_birth", "marital_status")
UNCOMPARED = {"client_id", "source_file", "source_sheet", "source_row", "as_of", "rules_version", "rules_status",
              "eligibility_reasons", "categories", "categories_unknown"}  # fmt: skip
COLUMNS = {name: dtype for name, dtype in scores.SCHEMA.items() if name not in UNCOMPARED} | {"in_pool": pl.Boolean()}


@cache
def rules() -> Rules:
    """The shipped rules."""
    return load()


def by_oracle(clients: Batch, as_of: date) -> pl.DataFrame:
    """What the second scorer gives: one row a client, the columns compared."""
    made = [oracle.score(row, clients.by_client[row["client_id"]], as_of) for row in clients.candidates]
    submitted = [row["profile_submitted_at"] for row in clients.candidates]
    for row, place in zip(made, oracle.places(made, submitted, as_of), strict=True):
        row["rank"] = place
    return pl.DataFrame({name: [row[name] for row in made] for name in COLUMNS}, schema=COLUMNS)


def by_engine(sheets: Mapping[str, pl.DataFrame], law: Law) -> pl.DataFrame:
    """What the engine gives, likewise."""
    scored = scores.score(sheets, law)
    return scores.published(scored, law).with_columns(scored["in_pool"]).select(list(COLUMNS))


def differences(expected: pl.DataFrame, found: pl.DataFrame) -> dict[str, list[int]]:
    """The rows (by place) in which the two differ, by column; columns that agree are left out."""
    wrong = expected.select(pl.col(name).ne_missing(found[name]) for name in COLUMNS)
    return {name: places for name in COLUMNS if (places := wrong[name].arg_true().to_list())}


def compare(clients: Batch, as_of: date) -> dict[str, list[int]]:
    """The clients (by place) on whom the two scorers differ on a day, by column."""
    return differences(by_oracle(clients, as_of), by_engine(clients.frames, rules().law_of(as_of)))


# --- A record that people can read ----------------------------------------------------------------------------------


def terms(law: Law) -> Terms:
    """What the intake holds rows against."""
    return Terms(law.as_of, score_ranges(law), known_codes())


def quarantined(sheets: Mapping[str, pl.DataFrame], held_against: Terms) -> dict[str, dict[str, list[int]]]:
    """The rows (by place) that the intake would refuse, by sheet and rule; empty where all are possible."""
    found = {}
    for sheet in SHEETS:
        asked = [*rules_of_rows.of_columns(sheet, held_against), *rules_of_rows.refused(sheet, held_against)]
        if broken := schemas.breaches(sheets[sheet.key], asked):
            found[sheet.key] = broken
    return found


def record(clients: Batch, place: int, column: str, law: Law) -> str:
    """The client on whom the two differ in a column, without all that does not matter to it, and both values."""
    row = clients.candidates[place]
    details: Mapping[str, list[Row]] = clients.by_client[row["client_id"]]
    if column != "rank":  # which hangs on the other clients
        row, details = smallest(row, details, column, law)
        clients, place = _numbered([(row, details)], clients.around), 0
    expected, found = by_oracle(clients, law.as_of), by_engine(clients.frames, law)
    lines = [f"{column} as of {law.as_of}: oracle {expected[column][place]}, engine {found[column][place]}"]
    lines += [f"  {name}: {value}" for name, value in row.items() if value is not None and name != "client_id"]
    for key, rows in details.items():
        for each in rows:
            told = {name: value for name, value in each.items() if value is not None and name != "client_id"}
            shown = ", ".join(f"{name} {value}" for name, value in told.items())
            lines.append(f"  {key}: {shown}")
    return "\n".join(lines)


def smallest(row: Row, details: Mapping[str, list[Row]], column: str, law: Law) -> tuple[Row, dict[str, list[Row]]]:
    """The client with cells emptied and detail rows dropped as long as the two still differ in the column."""
    parts = [*CELLS, *((key, number) for key, rows in details.items() for number in range(len(rows)))]
    dropped: frozenset[Part] = frozenset()

    def still_differ(tries: Sequence[frozenset[Part]]) -> list[frozenset[Part]]:
        clients = _numbered([_without(row, details, one) for one in tries], law.as_of)
        impossible = _impossible(clients, terms(law))
        wrong = differences(by_oracle(clients, law.as_of), by_engine(clients.frames, law)).get(column, [])
        return [tries[place] for place in wrong if str(place) not in impossible]

    while fine := still_differ([dropped | {part} for part in parts if part not in dropped]):
        together = frozenset().union(*fine)
        dropped = together if still_differ([together]) else fine[0]
    return _without(row, details, dropped)


TESTS = [f"{prefix}{language}_" for prefix in ("", "spouse_") for language in ("english", "french")]
# What may be emptied of a Candidates row: cells that only stand together, and each that may be empty.
CELLS: Sequence[Part] = (
    ("job_offer_noc", "job_offer_basis"),
    ("profile_submitted_at", "pool_status", "ita_issued_on"),
    *(tuple(f"{stem}{name}" for name in ("test", "test_date", *ABILITIES)) for stem in TESTS),
    *((column.name,) for column in CANDIDATES.columns if column.name not in ALWAYS_TOLD),
)


def _without(row: Row, details: Mapping[str, list[Row]], dropped: Iterable[Part]) -> tuple[Row, dict[str, list[Row]]]:
    """A client without some cells and detail rows (sheet key and place)."""
    cells = [name for part in dropped if part[0] not in details for name in part]
    kept = {key: [each for at, each in enumerate(rows) if (key, at) not in dropped] for key, rows in details.items()}
    return {**row, **dict.fromkeys(cells)}, kept


def _numbered(tries: Sequence[tuple[Row, Mapping[str, list[Row]]]], around: date) -> Batch:
    """Several forms of one client as clients of their own, numbered from 0."""
    details: dict[str, list[Row]] = {sheet.key: [] for sheet in DETAIL_SHEETS}
    for number, (_, its_details) in enumerate(tries):
        for key, rows in its_details.items():
            details[key] += [{**each, "client_id": str(number)} for each in rows]
    return Batch(around, [{**row, "client_id": str(number)} for number, (row, _) in enumerate(tries)], details)


def _impossible(clients: Batch, held_against: Terms) -> set[str]:
    """The clients of a batch that the intake would quarantine."""
    sheets = clients.frames
    return {
        sheets[key]["client_id"][place]
        for key, broken in quarantined(sheets, held_against).items()
        for places in broken.values()
        for place in places
    }


# --- The campaign ----------------------------------------------------------------------------------------------------


def shares(clients: int) -> list[tuple[int, int, date]]:
    """The campaign in pieces: seed, clients and day of each."""
    pieces = []
    for number, day in enumerate(DAYS):
        left = clients * (number + 1) // len(DAYS) - clients * number // len(DAYS)
        while left:
            size = min(left, CLIENTS_AT_ONCE)
            pieces.append((SEED + len(pieces), size, day))
            left -= size
    return pieces


def piece(task: tuple[int, int, date]) -> list[tuple[date, dict[str, list[int]]]]:
    """One piece: its clients on the day before and on the day, and the places in which the two differ."""
    clients = candidates.batch(*task)
    return [(as_of, compare(clients, as_of)) for as_of in (task[2] - timedelta(1), task[2])]


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the campaign on all cores and tells the outcome: 0 where the two agree in all, else 1."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=200_000)
    clients: int = parser.parse_args(arguments).clients
    os.environ["POLARS_MAX_THREADS"] = "1"  # for the processes to come, each of which fills a core
    started = time.perf_counter()
    counts: Counter[str] = Counter()
    examples: dict[str, tuple[tuple[int, int, date], int, date]] = {}
    tasks = shares(clients)
    with multiprocessing.get_context("spawn").Pool() as pool:
        for task, made in zip(tasks, pool.imap(piece, tasks), strict=True):
            for as_of, differing in made:
                for column, places in differing.items():
                    counts[column] += len(places)
                    examples.setdefault(column, (task, places[0], as_of))
    seconds = time.perf_counter() - started
    for column in list(filter(examples.__contains__, COLUMNS))[:MAX_SHOWN]:
        task, place, as_of = examples[column]
        print(record(candidates.batch(*task), place, column, rules().law_of(as_of)), end="\n\n")
    for column, count in counts.most_common():
        print(f"{column}: {count} values differ")
    print(
        f"{clients} clients, {2 * len(DAYS)} dates from {DAYS[0] - timedelta(1)} to {DAYS[-1]}, {len(COLUMNS)} columns: "
        f"{2 * clients * len(COLUMNS)} values, of which {counts.total()} differ; {seconds:.0f} s"
    )
    return 1 if counts else 0


if __name__ == "__main__":
    sys.exit(main())
