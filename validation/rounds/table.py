"""The rounds as a frame: its columns, and the checks of each and of all together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

import polars as pl

from transforms.model.wording import N_, _, whole_number
from transforms.rounds.rounds import POOL_BANDS
from transforms.scoring.ranking import day_in_ottawa
from validation.rounds.names import KIND_WORDS, OTHER_KIND

if TYPE_CHECKING:
    import pandera.polars as pa

SCHEMA: dict[str, pl.DataType] = {
    "number": pl.String(),
    "date": pl.Date(),
    "name": pl.String(),
    "kind": pl.String(),
    "size": pl.Int32(),
    "cut_off": pl.Int16(),
    "tie_break": pl.Datetime("us", "UTC"),
    "distribution_as_of": pl.Date(),
    **{f"pool_{low}_{high}": pl.Int32() for low, high in POOL_BANDS},
    "pool_total": pl.Int32(),
    "held_at": pl.Datetime("us", "UTC"),
    "programs": pl.String(),
}
# IRCC's own field behind each column that a check may find bad.
FIELDS = {"number": "drawNumber", "date": "drawDate", "size": "drawSize", "cut_off": "drawCRS"}
MAX_NAMED = 3
HIGHEST = max(high for _low, high in POOL_BANDS)
# Bounds of what can be a number of a round at all, far beyond what was ever published.
MAX_NUMBER_DIGITS = 5
NUMBER = re.compile(rf"([0-9]{{1,{MAX_NUMBER_DIGITS}}})([a-z]?)")
WIDE: dict[pl.DataType, pl.DataType] = {pl.Int16(): pl.Int64(), pl.Int32(): pl.Int64()}


def in_order(number: str) -> tuple[int, str]:
    """A number of a round as what sorts: 91 and b of 91b."""
    parts = NUMBER.fullmatch(number)
    assert parts is not None
    return int(parts[1]), parts[2]


def holes(numbers: list[str]) -> list[str]:
    """The numbers that are missing between the first and the last; of a lettered one, the letters before."""
    letters: dict[int, str] = {}
    for plain, letter in map(in_order, numbers):
        letters[plain] = letters.get(plain, "") + letter
    plains = sorted(letters)
    gaps = [(low + 1, high - low - 1) for low, high in pairwise(plains) if high - low > 1]
    first = [str(start + place) for start, size in gaps[:MAX_NAMED] for place in range(min(size, MAX_NAMED))]
    lettered = [
        f"{plain}{letter}" for plain, found in letters.items() if found for letter in "ab" if letter not in found
    ]
    count = sum(size for _start, size in gaps) + len(lettered)
    named = ", ".join([*first, *lettered][:MAX_NAMED])
    if count > MAX_NAMED:
        named = _("{rounds} and {number} more").format(rounds=named, number=count - MAX_NAMED)
    return [_("drawNumber: the rounds {rounds} are missing in between").format(rounds=named)] if count else []


NEEDED = ("number", "date", "name", "kind", "cut_off")
AS_READ = {name: WIDE.get(dtype, dtype) for name, dtype in SCHEMA.items()}
KINDS = (OTHER_KIND, *(kind for _name, kind in KIND_WORDS))


@cache
def conditions() -> dict[str, tuple[pl.Expr, str]]:
    """What has to hold of a value, by column, and the problem in words where it does not."""
    in_order = pl.col("date") >= pl.col("date").shift(1)
    not_later = day_in_ottawa(pl.col("tie_break")) <= pl.col("date")
    asked = {
        "number": (pl.col("number").is_first_distinct(), N_("stands twice; keep one entry a round")),
        "date": (in_order, N_("is before the day of the round before it; one of the two dates is wrong")),
        "size": (pl.col("size") > 0, N_("is no number of invitations; a round has at least one")),
        "cut_off": (pl.col("cut_off").is_between(0, HIGHEST), N_("is no score; scores are 0 to {highest}")),
        "tie_break": (not_later, N_("is after the round")),
    }
    return {name: (condition.fill_null(value=True), words) for name, (condition, words) in asked.items()}


@cache
def schema() -> pa.DataFrameSchema:
    """The pandera schema of the rounds frame as read, collected, its counts still Int64."""
    import pandera.polars as pa
    from pandera.api.polars.types import PolarsData

    def check(right: pl.Expr, words: str) -> pa.Check:
        def checked(data: PolarsData) -> pl.LazyFrame:
            return data.lazyframe.select(right)

        return pa.Check(checked, name=words, error=words)

    checks = {name: [check(*asked)] for name, asked in conditions().items()} | {"kind": [pa.Check.isin(KINDS)]}
    return pa.DataFrameSchema(
        {
            name: pa.Column(dtype, checks=checks.get(name), nullable=name not in NEEDED)
            for name, dtype in AS_READ.items()
        },
        strict=True,
        ordered=True,
        name="rounds",
    )


def is_sound(frame: pl.DataFrame) -> bool:
    """Does a frame meet the schema? Found without pandera, whose import takes longer than the check."""
    if list(frame.schema.items()) != list(AS_READ.items()):
        return False
    holds = [*(condition.all() for condition, _words in conditions().values()), pl.col("kind").is_in(KINDS).all()]
    return all(
        frame.select(
            *(pl.col(name).null_count().eq(0).alias(f"needed {name}") for name in NEEDED),
            *(one.alias(f"holds {place}") for place, one in enumerate(holds)),
        ).row(0)
    )


def failures(frame: pl.DataFrame) -> Iterator[str]:
    """What the schema finds, each with round, field, value and fix."""
    if is_sound(frame):
        return
    from pandera.errors import SchemaErrors

    try:
        schema().validate(frame, lazy=True)
    except SchemaErrors as errors:
        for case in errors.failure_cases.sort("index", maintain_order=True).iter_rows(named=True):
            row, column = case["index"], case["column"]
            if row is None:
                raise RuntimeError(f"the rounds frame does not have the structure of its schema: {case}") from None
            value = frame[column][row]
            problem = _(case["check"]).format(highest=whole_number(HIGHEST))
            yield _("round {number}: {field} {value} {problem}").format(
                number=frame["number"][row], field=FIELDS.get(column, column), value=value, problem=problem
            )
