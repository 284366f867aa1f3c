"""How many times the seconds of the processor of one thing are those of another, within generous bounds.

Seconds of the clock say little on a busy machine; ratios of those of the processor hold there too. The bounds are several
times what was measured, so that a change by an order of size fails and a busy machine does not.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import cache

import polars as pl
import pytest

from benchmarks import arrays, column_functions, law_tables, random_clients
from benchmarks.measuring import here, in_turn, ratio
from sample_data.generate import AS_OF_2026
from transforms.assessment import days, facts
from transforms.rules import Law
from transforms.scoring import crs, ranking

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="seconds are read with the module resource")
CLIENTS = 100_000
ROUNDS = 5
DRAWN = 2_000
# Measured: 0.3, 2.0 and 0.4 times.
MAX_TO_NUMPY, MAX_TO_KERNEL, MAX_TO_NUMBA = 1.5, 6, 2
# Measured: 1.6 times the numpy columns, of the CRS alone.
MAX_EVERYTHING = 5


@cache
def law() -> Law:
    return random_clients.rules().law_of(AS_OF_2026)


@cache
def settled() -> pl.DataFrame:
    base = facts.settle(random_clients.drawn(DRAWN, AS_OF_2026).frames, law())
    return base[pl.int_range(CLIENTS, eager=True) % base.height].with_columns(random_clients.client_ids(CLIENTS))


@cache
def looked_at() -> pl.DataFrame:
    return settled().select(arrays.FACTS).rechunk()


def by_engine() -> object:
    return crs.points_of(looked_at(), law())


def by_numpy() -> object:
    return column_functions.points_of(looked_at(), law())


def times(ways: Mapping[str, Callable[[], object]]) -> float:
    """How many times the first is the second."""
    taken = in_turn({name: here(way) for name, way in ways.items()}, ROUNDS, warm=True)
    return ratio(taken, *ways)


def test_the_engine_is_no_slower_than_twice_whole_numpy_columns() -> None:
    assert times({"engine": by_engine, "numpy": by_numpy}) < MAX_TO_NUMPY


def test_the_engine_is_within_an_order_of_a_compiled_kernel() -> None:
    pytest.importorskip("numba", reason="numba is not installed: it comes with the extra `benchmark`")
    from benchmarks import kernel

    inputs, tables = arrays.inputs_of(looked_at(), law()), law_tables.tables_of(law())
    out = kernel.computed(inputs, tables)
    assert times({"engine": by_engine, "kernel": lambda: kernel.computed(inputs, tables, out)}) < MAX_TO_KERNEL
    assert times({"engine": by_engine, "numba": lambda: kernel.points_of(looked_at(), law())}) < MAX_TO_NUMBA


def test_everything_from_facts_takes_some_times_the_points() -> None:
    def everything() -> object:
        return ranking.ranked(days.apply_law(settled(), law()), law())

    assert times({"everything": everything, "numpy": by_numpy}) < MAX_EVERYTHING


def test_twice_the_clients_take_about_twice_as_long() -> None:
    half = looked_at().head(CLIENTS // 2).rechunk()
    found = times({"all": by_engine, "half": lambda: crs.points_of(half, law())})
    assert found < 2 * 2
