"""What a page about one client shows of the score and the programs: every sum with its maximum, every test by its key."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import polars as pl

from transforms.advice.caps import CAPS, taken
from transforms.assessment.provisional import has_canadian_work_or_offer
from transforms.explain.components import BLOCKS, BY_COLUMN, GROUPS, TOTAL, cap_of, most
from transforms.rules import Law
from transforms.scoring import programs

# Each cap by its key: the column that it leaves, which holds the points after it.
LEFT = {
    "second_language": "crs_second_language",
    "high_wage": "crs_high_wage",
    **{block.key: block.column for block in BLOCKS},
    **{group.column.removeprefix("crs_"): group.column for group in GROUPS},
    TOTAL.key: TOTAL.column,
}
_KEY_OF = {column: key for key, column in LEFT.items()}
# The tests of each program in the order of transforms.scoring.programs, by key.
TESTS: Mapping[str, tuple[str, ...]] = {
    "FSW": ("primary_work", "language", "credential", "funds", "outside_quebec", "pass_mark"),
    "CEC": ("canadian_months", "skilled_work", "language_of_work", "outside_quebec"),
    "FST": ("trade_years", "trade", "language_of_trades", "certificate_or_offer", "funds", "outside_quebec"),
}
_OF: Mapping[str, Callable[[Law], list[programs.Test]]] = {
    "FSW": programs.fsw_tests,
    "CEC": programs.cec_tests,
    "FST": programs.fst_tests,
}
_SHOWN = (
    "client_id", "with_spouse", "in_pool", "is_live", "rank", "is_nominated", "fsw_points", "categories", "categories_unknown",
    "fsw_eligible", "cec_eligible", "fst_eligible",
)  # fmt: skip


def page_facts(scored: pl.DataFrame, law: Law) -> pl.DataFrame:
    """One row a client of the frame that `scores.score` returns, in its order.

    Holds the components and sums of the CRS (Int16) under the contract's names. Of each cap of transforms.advice.caps:
    maximum_{cap} (empty: not known), before_{cap} and taken_{cap} (Int16), the points before it and those that it takes.
    Of each program of TESTS: not_met_{program} and unknown_{program}, the keys of its tests (List of String).
    `is_touched` (Boolean, empty: undetermined) says whether the client has Canadian work or a job offer.
    """
    made = scored.with_columns(
        *taken(law), *_maxima(law), *_tests(law), has_canadian_work_or_offer().alias("is_touched")
    )
    before = [
        (pl.col(column).fill_null(0) + pl.col(f"taken_{cap}")).cast(pl.Int16).alias(f"before_{cap}")
        for cap, column in LEFT.items()
    ]
    points = [name for name in BY_COLUMN if name.startswith("crs_")]
    sums = [cap.column for cap in (TOTAL, *GROUPS, *BLOCKS) if cap.column not in points]
    return made.select(
        *_SHOWN,
        *points,
        *sums,
        *(f"{name}_{cap}" for cap in CAPS for name in ("maximum", "taken")),
        *before,
        *(f"{name}_{program}" for program in TESTS for name in ("not_met", "unknown")),
        "is_touched",
    )


def _maxima(law: Law) -> list[pl.Expr]:
    """The maximum of each cap in the client's grid."""
    sums = {_KEY_OF[cap.column]: cap_of(cap, law) for cap in (*BLOCKS, *GROUPS, TOTAL)}
    own = {key: most(BY_COLUMN[LEFT[key]], law) for key in ("second_language", "high_wage")}
    # Without a spouse or partner who counts there is nothing to reach.
    sums["spouse"] = pl.when("with_spouse").then(sums["spouse"]).otherwise(0)
    return [points.cast(pl.Int16).alias(f"maximum_{key}") for key, points in (own | sums).items()]


def _tests(law: Law) -> list[pl.Expr]:
    """The keys of the tests of each program that are not met, and of those that are undetermined."""
    found = []
    for program, keys in TESTS.items():
        tests = list(zip(keys, _OF[program](law), strict=True))
        not_met = [pl.when(~test.met).then(pl.lit(key)) for key, test in tests]
        unknown = [pl.when(test.met.is_null()).then(pl.lit(key)) for key, test in tests]
        found += [
            pl.concat_list(not_met).list.drop_nulls().alias(f"not_met_{program}"),
            pl.concat_list(unknown).list.drop_nulls().alias(f"unknown_{program}"),
        ]
    return found


def numbers(law: Law) -> dict[str, int]:
    """The numbers of the law that the words of TESTS name, by name."""
    return {
        "fsw_years": law["fsw.minimum_experience_years"],
        "fsw_level": law["fsw.minimum_language"],
        "pass_mark": law["fsw.pass_mark"],
        "cec_months": law["cec.minimum_months"],
        "cec_window_months": law["cec.window_months"],
        "fst_years": law["fst.minimum_years"],
        "fst_window_years": law["fst.window_years"],
    }
