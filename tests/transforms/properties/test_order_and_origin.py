"""Properties that need no expected value: the order of rows and the files they come from change nothing."""

from __future__ import annotations

import random
from datetime import date

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.agreement import DAYS
from tests.candidates import batch
from tests.transforms.shared import law_of
from transforms.assessment import scores

FEW = settings(max_examples=4, deadline=None, derandomize=True)
CLIENTS = 120
ORIGIN = ("source_file", "source_sheet", "source_row")


def answers(sheets: dict[str, pl.DataFrame], day: date) -> pl.DataFrame:
    """What the contract publishes of each client, in the order of their ids, without where the rows stand."""
    law = law_of(day)
    return scores.published(scores.score(sheets, law), law).drop(ORIGIN).sort("client_id")


def in_files(frame: pl.DataFrame, files: int, rng: random.Random) -> pl.DataFrame:
    """The rows dealt out to files, which are read one after the other: other sources, other row numbers, another order."""
    dealt = [rng.randrange(files) for _ in range(frame.height)]
    parts = frame.with_columns(
        pl.Series("source_file", [f"{number}.xlsx" for number in dealt], pl.String)
    ).partition_by("source_file")
    rng.shuffle(parts)
    return pl.concat(
        part.with_columns(pl.int_range(2, pl.len() + 2).cast(frame.schema["source_row"]).alias("source_row"))
        for part in parts
    )


@FEW
@given(
    seed=st.integers(0, 10_000),
    day=st.sampled_from(DAYS),
    files=st.integers(1, 4),
    rng=st.randoms(use_true_random=False),
)
def test_order_of_rows_and_split_into_files_change_nothing(
    seed: int, day: date, files: int, rng: random.Random
) -> None:
    """Neither a component, a program, a category nor the rank of any client."""
    sheets = batch(seed, CLIENTS, day).frames
    other = {key: in_files(frame.sample(fraction=1, shuffle=True, seed=rng.randrange(1000)), files, rng)
             if frame.height else frame for key, frame in sheets.items()}  # fmt: skip
    assert not other["candidates"].equals(sheets["candidates"])
    expected = answers(sheets, day)
    assert expected["rank"].drop_nulls().len() > 0
    assert answers(other, day).equals(expected)


@FEW
@given(seed=st.integers(0, 10_000), day=st.sampled_from(DAYS), share=st.floats(0.2, 0.8))
def test_clients_of_another_file_change_no_score(seed: int, day: date, share: float) -> None:
    """A part of the clients alone has the same points, programs and categories, and the same order in rank."""
    sheets = batch(seed, CLIENTS, day).frames
    kept = sheets["candidates"].sample(fraction=share, seed=seed).select("client_id")
    part = {key: frame.join(kept, on="client_id", how="semi", maintain_order="left") for key, frame in sheets.items()}
    whole, alone = answers(sheets, day).join(kept, on="client_id", how="semi"), answers(part, day)
    assert alone.drop("rank").equals(whole.sort("client_id").drop("rank"))
    ranks = pl.DataFrame({"whole": whole.sort("client_id")["rank"], "alone": alone["rank"]}).drop_nulls().sort("whole")
    assert ranks["alone"].is_sorted()
    assert alone["rank"].null_count() == whole["rank"].null_count()
