"""Policy cases scored each alone, in frames of one row; in processes beside each other, as each takes its time."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import polars as pl

from flows import selftest
from transforms.policy_cases import Case
from transforms.rules import load

Part = tuple[Sequence[tuple[str, Case]], Mapping[str, pl.DataFrame]]


def mismatches(clients: Mapping[str, Case], sheets: Mapping[str, pl.DataFrame]) -> dict[str, list[str]]:
    """By client number, what is answered otherwise when nobody else is there."""
    number = os.cpu_count() or 1
    every = list(clients.items())
    parts: list[Part] = [(every[place::number], sheets) for place in range(number)]
    with ProcessPoolExecutor(number, get_context("spawn")) as pool:
        return {client: told for part in pool.map(_of_part, parts) for client, told in part.items()}


def _of_part(part: Part) -> dict[str, list[str]]:
    clients, sheets = part
    rules = load()
    laws = {day: rules.law_of(day) for day in {case.as_of for _, case in clients}}
    found = {}
    for client, case in clients:
        own = {key: sheet.filter(pl.col("client_id") == client) for key, sheet in sheets.items()}
        assert own["candidates"].height == 1
        answered = selftest.answers(own, laws[case.as_of])
        found[client] = [one.line() for one in selftest.compared(case, answered[client])]
    return found
