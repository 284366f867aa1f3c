"""Scores that break their schema are published by nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import polars as pl
import pytest

from tests.candidates import batch
from tests.transforms.shared import law_of
from transforms.assessment import scores
from validation.checks.published_scores import checked

DAY = date(2026, 8, 7)


@pytest.fixture(scope="module")
def published() -> pl.DataFrame:
    return scores.published(scores.score(batch(seed=5, size=60, around=DAY).frames, law_of(DAY)), law_of(DAY))


def test_scores_of_the_engine_pass_as_they_are(published: pl.DataFrame) -> None:
    assert published["crs_total"].max() > 0
    assert checked(published, law_of(DAY)) is published


def test_clients_who_are_equal_in_the_order_of_a_round_share_a_rank(published: pl.DataFrame) -> None:
    law, sheets = law_of(DAY), batch(seed=5, size=60, around=DAY).frames
    ranked = scores.score(sheets, law).filter("in_pool").head(1)["client_id"].item()
    row = sheets["candidates"].filter(client_id=ranked).with_columns(profile_submitted_at=None)
    equal = pl.concat([row.with_columns(client_id=pl.lit(name)) for name in ("C-A", "C-B")])
    details = {key: sheet.clear() for key, sheet in sheets.items() if key != "candidates"}
    found = scores.published(scores.score({"candidates": equal, **details}, law), law)
    assert checked(found, law)["rank"].n_unique() == 1


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda frame: pl.concat([frame, frame.head(1)]), "client_id: field_uniqueness"),
        (lambda frame: frame.with_columns(crs_age=pl.lit(-1, pl.Int16)), "points: equal_to"),
        (lambda frame: frame.with_columns(pl.col("crs_total") + 1), "total: equal_to"),
        (lambda frame: frame.with_columns(rank=pl.lit(0, pl.Int32)), "rank: greater_than_or_equal_to"),
        (lambda frame: frame.drop("rank"), "do not have the columns"),
        (lambda frame: frame.with_columns(pl.col("crs_total").cast(pl.Int32)), "do not have the columns"),
    ],
    ids=["a client twice", "negative points", "a wrong sum", "a rank of 0", "a column less", "another type"],
)
def test_scores_that_break_their_schema_are_refused_without_values(
    change: Callable[[pl.DataFrame], pl.DataFrame], problem: str, published: pl.DataFrame
) -> None:
    with pytest.raises(RuntimeError, match=problem) as caught:
        checked(change(published), law_of(DAY))
    assert not any(client in str(caught.value) for client in published["client_id"])
    assert caught.value.__context__ is None
