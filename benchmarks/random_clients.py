"""Random clients of any number: some thousands are drawn one by one, the others are drawn from them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache

import numpy as np
import polars as pl

from tests import candidates
from transforms.assessment import facts
from transforms.rules import Law, Rules, load

# So many differ in all; more of them are drawn from these again.
MAX_DRAWN = 20_000
SEED = 20_260_101
# Of 250,000 clients: rows of each sheet of details, a client.
ROWS_A_CLIENT = {"work_history": 4.0, "language_tests": 2.0, "education": 1.6, "documents": 0.0, "dependants": 0.0}
# Of the clients so many have rows of details.
SHARE_WITH_DETAILS = 0.95


@cache
def rules() -> Rules:
    """The shipped law."""
    return load()


@cache
def drawn(clients: int, around: date, seed: int = SEED) -> candidates.Batch:
    """Clients drawn one by one around a day."""
    return candidates.batch(seed, clients, around)


def settled(clients: int, law: Law, seed: int = SEED) -> pl.DataFrame:
    """The facts of so many random clients on the day of a law, all columns."""
    base = facts.settle(drawn(min(clients, MAX_DRAWN), law.as_of, seed).frames, law)
    if clients <= base.height:
        return base
    places = np.random.default_rng(seed).integers(0, base.height, clients)
    return base[places].with_columns(client_ids(clients))


def records(clients: int, law: Law, seed: int = SEED) -> dict[str, pl.DataFrame]:
    """The typed sheets of so many random clients, with rows of details as `ROWS_A_CLIENT`."""
    base: Mapping[str, pl.DataFrame] = drawn(min(clients, MAX_DRAWN), law.as_of, seed).frames
    chance = np.random.default_rng(seed)
    ids = client_ids(clients)
    made = {"candidates": base["candidates"][chance.integers(0, base["candidates"].height, clients)].with_columns(ids)}
    for key, share in ROWS_A_CLIENT.items():
        rows = int(share * clients) if base[key].height else 0
        owners = ids.gather(pl.Series(chance.integers(0, max(int(clients * SHARE_WITH_DETAILS), 1), rows)))
        made[key] = base[key][chance.integers(0, max(base[key].height, 1), rows)].with_columns(owners)
    return {
        key: sheet.with_columns(pl.int_range(2, pl.len() + 2, dtype=pl.Int32).alias("source_row"))
        for key, sheet in made.items()
    }


def client_ids(clients: int) -> pl.Series:
    """Ids of so many clients."""
    return pl.select(pl.format("C-{}", pl.int_range(clients))).to_series().alias("client_id")
