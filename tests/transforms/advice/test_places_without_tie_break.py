"""Places in a pool whose rounds have no tie-break yet, as in the first months of Express Entry."""

from __future__ import annotations

from datetime import date

import polars as pl

from tests.transforms.shared import law_of
from transforms.advice.places import order


def test_without_a_tie_break_the_score_alone_orders_the_pool() -> None:
    scored = pl.DataFrame({"client_id": ["low", "high", "none"], "crs_total": [400, 500, None]})
    orders = dict(scored.select("client_id", order=order(law_of(date(2015, 1, 30)))).iter_rows())
    assert orders["none"] is None
    assert orders["high"] < orders["low"]
