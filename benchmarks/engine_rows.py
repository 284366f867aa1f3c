"""Rows of the engine itself: points, everything from facts and from records, futures, simulation."""

from __future__ import annotations

from datetime import date, timedelta
from importlib.util import find_spec

import polars as pl

from benchmarks import arrays, column_functions, law_tables, pieces, random_clients
from benchmarks.measuring import Way, apart, here, python
from benchmarks.registry import Place, Prepared, Unavailable, row
from sample_data.generate import AS_OF_2026
from transforms.rules import Law
from transforms.scoring import crs

DAYS = (date(2015, 6, 1), date(2016, 12, 1), date(2020, 10, 20), date(2025, 3, 24), date(2026, 8, 7))
ENGINE, NUMPY = "engine", "numpy, a function a column"
KERNEL, NUMBA = "numba, arrays to arrays", "numba, frame to frame"
ONE_CLUSTER, TWO_CLUSTER, NO_CLUSTER = "one Dask worker", "two Dask workers", "this process"
ROUNDS_PLANNED = 10
WEEK = timedelta(days=7)


def law_of(day: date) -> Law:
    """The shipped law of a day."""
    return random_clients.rules().law_of(day)


def _has_numba() -> bool:
    return find_spec("numba") is not None


def _points(clients: int, law: Law) -> Prepared:
    facts = random_clients.settled(clients, law).select(arrays.FACTS).rechunk()
    ways: dict[str, Way] = {
        ENGINE: here(lambda: crs.points_of(facts, law)),
        NUMPY: here(lambda: column_functions.points_of(facts, law)),
    }
    if not _has_numba():
        return Prepared(ways, [(ENGINE, NUMPY)], ["numba is not installed: it comes with the extra `benchmark`"])
    from benchmarks import kernel

    inputs, tables = arrays.inputs_of(facts, law), law_tables.tables_of(law)
    out = kernel.computed(inputs, tables)
    ways |= {
        KERNEL: here(lambda: kernel.computed(inputs, tables, out)),
        NUMBA: here(lambda: kernel.points_of(facts, law)),
    }
    return Prepared(ways, [(ENGINE, KERNEL), (ENGINE, NUMBA), (ENGINE, NUMPY)])


@row(
    "crs", "CRS from facts, all columns", "3 times the kernel, no slower than numba from frame to frame, 12 M clients/s",
    unit="clients", full=1_000_000, small=2_000, warm=True, rounds=5,
)  # fmt: skip
def points(size: int, _place: Place) -> Prepared:
    """The CRS of one day."""
    return _points(size, law_of(AS_OF_2026))


@row(
    "crs-many", "CRS from facts, all columns, many clients", "as for a million",
    unit="clients", full=10_000_000, small=4_000, warm=True,
)  # fmt: skip
def points_of_many(size: int, _place: Place) -> Prepared:
    """The CRS of one day, of more clients than a cache holds."""
    return _points(size, law_of(AS_OF_2026))


@row(
    "answers", "Answers compared in every column, five days", "no difference",
    unit="clients", full=200_000, small=500, rounds=1,
)  # fmt: skip
def answers(size: int, _place: Place) -> Prepared:
    """The points of clients drawn one by one, a fifth of them around each day; raises ValueError where two ways differ."""

    def compare() -> None:
        for number, day in enumerate(DAYS):
            law = law_of(day)
            facts = random_clients.settled(size // len(DAYS), law, random_clients.SEED + number)
            expected = crs.points_of(facts, law)
            made = {NUMPY: column_functions.points_of(facts, law)}
            if _has_numba():
                from benchmarks import kernel

                made[NUMBA] = kernel.points_of(facts, law)
            for name, found in made.items():
                if different := arrays.differing(expected, found):
                    raise ValueError(f"{name} differs from the engine on {day}: {different}")

    compared = [NUMPY, *([NUMBA] if _has_numba() else [])]
    return Prepared(
        {"drawn, settled, compared": here(compare)}, notes=[f"compared with the engine: {'; '.join(compared)}"]
    )


@row(
    "facts", "Everything from facts: CRS, FSW grid, programs, categories, rank", "3 M clients/s, 1.5 GB",
    unit="clients", full=1_000_000, small=2_000,
)  # fmt: skip
def everything(size: int, place: Place) -> Prepared:
    """All that is published of settled clients."""
    random_clients.settled(size, law_of(AS_OF_2026)).write_ipc(place.folder / pieces.FACTS)
    words = python("-m", "benchmarks.pieces", "everything", place.folder, AS_OF_2026)
    return Prepared({ENGINE: apart(words, place.folder, reports_itself=True)})


@row(
    "records", "Everything from records: 4 jobs, 2 tests, 1.6 credentials a client", "2.3 s, 1.2 GB",
    unit="clients", full=250_000, small=1_000,
)  # fmt: skip
def from_records(size: int, place: Place) -> Prepared:
    """All that is published of clients whose records are at hand as an intake leaves them."""
    (place.folder / pieces.SHEETS).mkdir()
    for key, sheet in random_clients.records(size, law_of(AS_OF_2026)).items():
        sheet.write_ipc(place.folder / pieces.SHEETS / f"{key}.arrow")
    words = python("-m", "benchmarks.pieces", "from-records", place.folder, AS_OF_2026)
    notes = ["the clients are drawn at the bounds of the law, by the generator of the tests"]
    return Prepared({ENGINE: apart(words, place.folder, reports_itself=True)}, notes=notes)


@row(
    "futures", "Futures of the rounds of all kinds", "1.2 s on two cores",
    unit="futures", full=10_000, small=200, warm=True,
)  # fmt: skip
def futures(size: int, _place: Place) -> Prepared:
    """Futures drawn in this process."""
    from flows import run_request
    from flows.forecasting import published
    from transforms.forecast import forecast

    ahead = forecast.outlook(published.published(run_request.SHIPPED_ROUNDS), random_clients.rules(), AS_OF_2026)
    return Prepared({NO_CLUSTER: here(lambda: forecast.coming(ahead, futures=size))})


@row(
    "dask", "Futures on Dask workers of one thread each", "two at least 1.6 times one; from 100,000 on no slower than one process",
    unit="futures", full=60_000, small=200,
)  # fmt: skip
def futures_on_workers(size: int, place: Place) -> Prepared:
    """A forecast as a command, in this process and on workers that it starts.

    Raises Unavailable without the extra `scale`.
    """
    if find_spec("prefect_dask") is None:
        raise Unavailable("Dask is not installed: it comes with the extra `scale`")
    from benchmarks.measuring import drawline

    home = {"HOME": str(place.folder), "PREFECT_HOME": str(place.folder / "prefect")}
    common = ["forecast", "--as-of", AS_OF_2026, "--futures", size, "--quiet"]
    clusters = {NO_CLUSTER: [], ONE_CLUSTER: ["--cluster", "local:1"], TWO_CLUSTER: ["--cluster", "local:2"]}
    ways = {name: apart(drawline(*common, *more), place.folder, environment=home) for name, more in clusters.items()}
    return Prepared(ways, [(ONE_CLUSTER, TWO_CLUSTER)], ["workers run beside the command, so its clock is what counts"])


@row(
    "simulate", "Rounds simulated on clients with records", "0.1 s a round",
    unit="clients", full=25_000, small=200, rounds=2,
)  # fmt: skip
def simulated(size: int, place: Place) -> Prepared:
    """A plan of weekly rounds that take a hundredth of the clients each."""
    from transforms.simulation import pools, simulation
    from validation.plans import plan_file

    start = AS_OF_2026
    path = place.folder / "plan.yaml"
    rounds = (
        f"{{date: {start + WEEK}, kind: general, size: {max(size // 100, 1)}, every_days: 7, times: {ROUNDS_PLANNED}}}"
    )
    path.write_text(f"title: weekly rounds\nstart: {start}\nseed: 1\nrounds:\n  - {rounds}\n", encoding="utf-8")
    plan, sheets = plan_file.read(path), random_clients.records(size, law_of(start))
    sheets["candidates"] = sheets["candidates"].with_columns(
        profile_submitted_at=pl.col("profile_submitted_at").fill_null(pl.col("profile_submitted_at").max())
    )
    return Prepared(
        {ENGINE: here(lambda: simulation.simulate(plan, pools.ClientPool(sheets), random_clients.rules()))},
        notes=[f"{ROUNDS_PLANNED} rounds"],
    )
