"""The steps in words: which of them is the next of a component, which are worth a line, and what each does."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from transforms.education import RANKED
from transforms.explain import words
from transforms.explain.components import COMPONENTS, CRS, FSW, Component
from transforms.explain.steps import CREDENTIALS, PROGRAMS, STUDY

# From the least effort to the most; of the steps that would raise a component, the first is named.
KINDS = (
    "assessment", "ability", "abilities", "canadian_work", "high_wage", "foreign_work", "experience", "certificate",
    "spouse", "education", "study", "offer", "nomination", "adaptability", "birthday",
)  # fmt: skip
AGES = ("crs_age", "fsw_points_age")


def said() -> pl.Expr:
    """A step in words."""
    english = (
        pl.when(pl.col("role") == "first").then(pl.col("first_language") == "english")
        .when(pl.col("role") == "second").then(pl.col("first_language") != "english")
        .otherwise(pl.col("spouse_first_language") == "english")
    )  # fmt: skip
    whose = pl.when(pl.col("ladder").str.starts_with("spouse")).then(pl.lit("spouse: ")).otherwise(pl.lit(""))
    tongue = pl.when(english).then(pl.lit("English")).otherwise(pl.lit("French"))
    language = words.joined(whose, tongue)
    level = words.joined(
        pl.when(english).then(pl.lit("CLB ")).otherwise(pl.lit("NCLC ")), pl.col("rung").cast(pl.Int16).cast(pl.String)
    )
    years = words.years(pl.col("rung"))
    more = words.joined(" (", words.number(pl.col("distance")), " more)")
    credential = words.named(words.LEVELS, pl.col("choice"))
    ladder = pl.col("ladder")
    told = (
        pl.when(pl.col("ability").is_not_null())
        .then(words.joined(language, " ", pl.col("ability"), " at ", level))
        .when(pl.col("role").is_not_null() & pl.col("missing"))
        .then(words.joined(whose, "a valid ", tongue, " result at ", level, " in every ability"))
        .when(pl.col("role").is_not_null())
        .then(words.joined(language, " at ", level, " in every ability"))
        .when(ladder.is_in(["canadian_work", "spouse_canadian_work"]))
        .then(words.joined(whose, years, " of Canadian work", more))
        .when(ladder == "foreign_work")
        .then(words.joined(years, " of foreign work", more))
        .when(ladder == "skilled_years")
        .then(words.joined(years, " of skilled work", more))
        .when(pl.col("kind") == "high_wage")
        .then(
            words.joined(
                pl.col("rung").cast(pl.Int16).cast(pl.String),
                " months of Canadian work in a high-wage occupation of the ",
                pl.col("choice"),
                " level",
            )
        )
        .when(ladder.is_in(CREDENTIALS))
        .then(words.joined(whose, credential))
        .when(ladder == STUDY)
        .then(words.named(words.STUDIES, pl.col("choice")))
        .when(pl.col("kind") == "birthday")
        .then(
            words.joined(
                "turning ", pl.col("rung").cast(pl.Int16).cast(pl.String), " on ", pl.col("on").cast(pl.String)
            )
        )
    )
    for fact in CREDENTIALS:
        rank = pl.col(f"{fact}_held").cast(pl.Int16)
        stated = rank.replace_strict(dict(enumerate(RANKED)), default=None, return_dtype=pl.String)
        told = told.when(ladder == f"{fact}.assessed").then(
            words.joined(whose, words.named(words.LEVELS, stated), ", once validly assessed")
        )
    return told.otherwise(words.named(words.SINGLE_STEPS, ladder))


def next_steps(found: pl.DataFrame) -> pl.DataFrame:
    """Of the steps that raise a component and the total, the smallest: one row a client and component at most.

    Takes `steps`; returns row, component (String), variant, next_step (String, with every effect), next_step_points
    (Int16: of the CRS total, for the selection grid of its sum). For the ages it is the birthday that costs points.
    """
    families = ((CRS, "d_crs_total"), (FSW, "d_fsw_points"))
    effects = pl.concat(_effects(found, parts, total) for parts, total in families)
    told = found.join(effects, on=["row", "variant"], how="semi").select("row", "variant", said().alias("said"))
    return effects.join(told, on=["row", "variant"], how="left", maintain_order="left").select(
        "row",
        "component",
        "variant",
        words.joined(pl.col("said"), ": ", pl.col("effect")).alias("next_step"),
        pl.col("gained").alias("next_step_points"),
    )


def _effects(found: pl.DataFrame, parts: Sequence[Component], total: str) -> pl.DataFrame:
    """The smallest step of each of some components and what it does: row, variant, component, effect, gained."""
    changes = [f"d_{part.column}" for part in parts]
    ordered = found.select("row", "variant", _order(), "distance", total, "d_caps", *changes).sort(
        "row", "order", "distance", -pl.col(total), "variant"
    )
    smallest = pl.concat(_smallest(ordered, part.column, total) for part in parts)
    return smallest.select("row", "variant", "component", _effect(parts).alias("effect"), "gained")


def _smallest(ordered: pl.DataFrame, column: str, total: str) -> pl.DataFrame:
    """The smallest step that moves a component and its total, with component, here and gained (Int16)."""
    here, gained = pl.col(f"d_{column}"), pl.col(total)
    moves = (here < 0) & (gained < 0) if column in AGES else (here > 0) & (gained > 0)
    return (
        ordered.filter(moves)
        .unique("row", keep="first", maintain_order=True)
        .with_columns(pl.lit(column).alias("component"), here.alias("here"), gained.alias("gained"))
    )


def _order() -> pl.Expr:
    return pl.col("kind").replace_strict(list(KINDS), list(range(len(KINDS))), return_dtype=pl.Int16).alias("order")


def _effect(parts: Sequence[Component]) -> pl.Expr:
    """What a step does, told from one component: here, through the others, what the caps take, in total."""
    component, here, gained = (pl.col(name) for name in ("component", "here", "gained"))
    others = [
        pl.when((component != part.column) & (pl.col(f"d_{part.column}") != 0)).then(
            words.joined(", ", signed(pl.col(f"d_{part.column}")), f" through {part.in_text}")
        )
        for part in parts
    ]
    eaten = pl.col("d_caps")
    caps = pl.when((eaten != 0) & component.str.starts_with("crs_")).then(
        words.joined(", the caps take ", eaten.cast(pl.String))
    )
    beside = words.joined(*others, caps)
    whole = words.joined(signed(here), " here", beside, ": total ", signed(gained))
    return pl.when((here == gained) & (beside == "")).then(signed(gained)).otherwise(whole)


def signed(points: pl.Expr) -> pl.Expr:
    """Points with their sign."""
    return words.joined(pl.when(points > 0).then(pl.lit("+")), points.cast(pl.String))


def blocked(found: pl.DataFrame) -> pl.DataFrame:
    """Which components some step would raise, whether or not it raises the total: row, component, blocked (Boolean)."""
    return (
        found.group_by("row", maintain_order=True)
        .agg((pl.col(f"d_{component.column}") > 0).any().alias(component.column) for component in COMPONENTS)
        .unpivot(index="row", variable_name="component", value_name="blocked")
    )


def worth_telling(found: pl.DataFrame) -> pl.DataFrame:
    """The steps that raise the CRS total or open a program, the most points first.

    Of a ladder the first rung that does; of all four abilities together every rung that brings more than those below.
    """
    opens = pl.any_horizontal(f"gains_{program}" for program in PROGRAMS)
    ladder = ["row", "ladder"]
    best_below = pl.col("d_crs_total").cum_max().shift(1).over(ladder).fill_null(0)
    opened_below = opens.cum_max().shift(1).over(ladder).fill_null(value=False)
    tells = (pl.col("d_crs_total") > best_below) | (opens & ~opened_below)
    together = pl.col("ladder").str.ends_with(".all")
    return (
        found.with_columns(_order())
        .sort("row", "ladder", "rung")
        .filter(tells)
        .filter(together | (pl.int_range(pl.len()).over(ladder) == 0))
        .sort("row", -pl.col("d_crs_total"), "order", "distance", "variant")
    )
