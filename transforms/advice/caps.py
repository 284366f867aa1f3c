"""What each maximum of the CRS takes from a client, by the key of the maximum."""

from __future__ import annotations

import polars as pl

from transforms.model.vocabulary import ABILITIES
from transforms.rules import Law
from transforms.rules.lookup import step
from transforms.scoring.crs import sum_of

GROUPS = {
    "core": ("age", "education", "first_language", "second_language", "canadian_work"),
    "spouse": ("spouse_education", "spouse_language", "spouse_canadian_work"),
    "transferability": ("education_block", "foreign_work_block", "certificate_block"),
    "additional": ("nomination", "job_offer", "canadian_study", "sibling", "french", "high_wage"),
}
BLOCKS = {
    "education": ("education_language", "education_canadian_work"),
    "foreign_work": ("foreign_work_language", "foreign_canadian_work"),
    "certificate": ("certificate",),
}
CAPS = ("second_language", "high_wage", *BLOCKS, *GROUPS, "total")


def taken(law: Law) -> list[pl.Expr]:
    """The points (Int16) that each of CAPS takes from a scored client, as taken_{cap}; what is not known adds none."""
    table = law["crs.core.second_language"]
    second = sum_of(step(table, pl.col(f"second_{ability}").fill_null(0)) for ability in ABILITIES)
    before: dict[str, tuple[pl.Expr, str]] = {
        "second_language": (second, "crs_second_language"),
        "high_wage": (pl.col("high_wage_before_cap"), "crs_high_wage"),
        **{block: (_sum(parts), f"crs_{block}_block") for block, parts in BLOCKS.items()},
        **{group: (_sum(parts), f"crs_{group}") for group, parts in GROUPS.items()},
        "total": (_sum(tuple(GROUPS)), "crs_total"),
    }
    return [
        (points - pl.col(after)).fill_null(0).cast(pl.Int16).alias(f"taken_{cap}")
        for cap, (points, after) in before.items()
    ]


def _sum(parts: tuple[str, ...]) -> pl.Expr:
    return sum_of(pl.col(f"crs_{part}").fill_null(0) for part in parts)


def lost(before: pl.DataFrame, after: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
    """What the caps take of a gain (Int16), and the one that takes most of it (String, empty: none), row by row."""
    more = pl.DataFrame({cap: after[f"taken_{cap}"] - before[f"taken_{cap}"] for cap in CAPS})
    most = pl.max_horizontal(CAPS)
    # Of a loss the caps take less than before: then none of them took anything.
    first = pl.coalesce(pl.when((pl.col(cap) == most) & (most > 0)).then(pl.lit(cap)) for cap in CAPS)
    found = more.select(pl.sum_horizontal(CAPS).clip(lower_bound=0).cast(pl.Int16).alias("lost"), first.alias("cap"))
    return found["lost"], found["cap"]
