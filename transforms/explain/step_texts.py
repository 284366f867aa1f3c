"""The steps in words: which of them is the next of a component, which are worth a line, and what each does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from transforms.explain import words
from transforms.explain.components import COMPONENTS, CRS, FSW, Component
from transforms.explain.steps import CREDENTIALS, STUDY
from transforms.facts.education import RANKED
from transforms.model.vocabulary import PROGRAM_KEYS
from transforms.model.wording import _, named

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
    ladder = pl.col("ladder")
    whose = pl.when(ladder.str.starts_with("spouse")).then(pl.lit(_("spouse: "))).otherwise(pl.lit(""))
    parts = {
        "whose": whose,
        "language": pl.when(english).then(pl.lit(_("English"))).otherwise(pl.lit(_("French"))),
        "level": words.on_scale(english, pl.col("rung").cast(pl.Int16)),
        "ability": named(words.ABILITY_WORDS, pl.col("ability")),
    }
    times = {
        "whose": whose,
        "years": words.years(pl.col("rung")),
        "more": words.filled(_(" ({number} more)"), number=words.number(pl.col("distance"))),
    }
    months = pl.col("rung").cast(pl.Int16).cast(pl.String)
    credential = named(words.LEVELS, pl.col("choice"))
    text = (
        pl.when(pl.col("ability").is_not_null())
        .then(_with(_("{whose}{language} {ability} at {level}"), parts))
        .when(pl.col("role").is_not_null() & pl.col("missing"))
        .then(_with(_("{whose}a valid {language} result at {level} in every ability"), parts))
        .when(pl.col("role").is_not_null())
        .then(_with(_("{whose}{language} at {level} in every ability"), parts))
        .when(ladder.is_in(["canadian_work", "spouse_canadian_work"]))
        .then(_with(_("{whose}{years} of Canadian work{more}"), times))
        .when(ladder == "foreign_work")
        .then(_with(_("{years} of foreign work{more}"), times))
        .when(ladder == "skilled_years")
        .then(_with(_("{years} of skilled work{more}"), times))
        .when(pl.col("kind") == "high_wage")
        .then(
            words.filled(
                _("{months} months of Canadian work in a high-wage occupation of the {level} level"),
                months=months,
                level=named(words.WAGE_LEVELS, pl.col("choice")),
            )
        )
        .when(ladder.is_in(CREDENTIALS))
        .then(words.joined(whose, credential))
        .when(ladder == STUDY)
        .then(named(words.STUDIES, pl.col("choice")))
        .when(pl.col("kind") == "birthday")
        .then(words.filled(_("turning {age} on {day}"), age=months, day=pl.col("on").cast(pl.String)))
    )
    for fact in CREDENTIALS:
        rank = pl.col(f"{fact}_held").cast(pl.Int16)
        stated = rank.replace_strict(dict(enumerate(RANKED)), default=None, return_dtype=pl.String)
        text = text.when(ladder == f"{fact}.assessed").then(
            words.filled(
                _("{whose}{credential}, once validly assessed"),
                whose=whose,
                credential=named(words.LEVELS, stated),
            )
        )
    return text.otherwise(named(words.SINGLE_STEPS, ladder))


def _with(template: str, parts: Mapping[str, pl.Expr]) -> pl.Expr:
    return words.filled(template, **parts)


def next_steps(found: pl.DataFrame) -> pl.DataFrame:
    """Of the steps that raise a component and the total, the smallest: one row a client and component at most.

    Takes `steps`; returns row, component (String), variant, next_step (String, with every effect), next_step_points
    (Int16: of the CRS total, for the selection grid of its sum). For the ages it is the birthday that costs points.
    """
    families = ((CRS, "d_crs_total"), (FSW, "d_fsw_points"))
    effects = pl.concat(_effects(found, parts, total) for parts, total in families)
    texts = found.join(effects, on=["row", "variant"], how="semi").select("row", "variant", said().alias("said"))
    return effects.join(texts, on=["row", "variant"], how="left", maintain_order="left").select(
        "row",
        "component",
        "variant",
        words.filled(_("{step}: {effect}"), step=pl.col("said"), effect=pl.col("effect")).alias("next_step"),
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
    """What a step does, seen from one component: here, through the others, what the caps take, in total."""
    component, here, gained = (pl.col(name) for name in ("component", "here", "gained"))
    others = [
        pl.when((component != part.column) & (pl.col(f"d_{part.column}") != 0)).then(
            words.filled(_(", {points} through {part}"), points=signed(pl.col(f"d_{part.column}")), part=part.in_text)
        )
        for part in parts
    ]
    lost_to_caps = pl.col("d_caps")
    caps = pl.when((lost_to_caps != 0) & component.str.starts_with("crs_")).then(
        words.filled(_(", the caps take {points}"), points=lost_to_caps.cast(pl.String))
    )
    beside = words.joined(*others, caps)
    whole = words.filled(
        _("{points} here{others}: total {total}"), points=signed(here), others=beside, total=signed(gained)
    )
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


def worth_reporting(found: pl.DataFrame) -> pl.DataFrame:
    """The steps that raise the CRS total or open a program, the most points first.

    Of a ladder the first rung that does; of all four abilities together every rung that brings more than those below.
    """
    opens = pl.any_horizontal(f"gains_{program}" for program in PROGRAM_KEYS)
    ladder = ["row", "ladder"]
    best_below = pl.col("d_crs_total").cum_max().shift(1).over(ladder).fill_null(0)
    opened_below = opens.cum_max().shift(1).over(ladder).fill_null(value=False)
    reports = (pl.col("d_crs_total") > best_below) | (opens & ~opened_below)
    together = pl.col("ladder").str.ends_with(".all")
    return (
        found.with_columns(_order())
        .sort("row", "ladder", "rung")
        .filter(reports)
        .filter(together | (pl.int_range(pl.len()).over(ladder) == 0))
        .sort("row", -pl.col("d_crs_total"), "order", "distance", "variant")
    )
