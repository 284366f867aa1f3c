"""Language levers: a new result beside those on record, and which language is then the first.

A result that equals or betters another in every ability and is newer takes its place in every combination, so only the
combinations with the result that is used today are tried with the new one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from transforms.advice.frame import PART
from transforms.advice.levers import (
    FRENCH_GOAL,
    LANGUAGES,
    SPOUSE_LANGUAGE,
    SPOUSE_START,
    ability_lever,
    all_lever,
)
from transforms.model.vocabulary import ABILITIES
from transforms.rules import Law
from transforms.rules.lookup import lowest_ability

STEMS = {"english": "english_clb", "french": "french_nclc"}
OTHER = {"english": "french", "french": "english"}
Levels = Mapping[str, pl.Expr]


def tried(base: pl.LazyFrame, law: Law) -> Iterator[pl.LazyFrame]:
    """The base with each language lever of those to whom it is open: lever, detail (String) and the changed facts."""
    for language in LANGUAGES:
        for ability in ABILITIES:
            yield _one_up(base, language, ability, law)
        yield _all_up(base, language, law)
    yield from _first_result(base, "english", all_lever("english"), law["fsw.minimum_language"], law)
    goal = law["crs.additional.french_minimum_nclc"]
    raised = {ability: pl.max_horizontal(pl.col(_level("french", ability)), goal) for ability in ABILITIES}
    is_under = pl.any_horizontal(pl.col(_level("french", ability)) < goal for ability in ABILITIES)
    yield _with_result(base.filter(_has("french") & _is_used("french") & is_under), "french", raised, law).with_columns(
        _said(FRENCH_GOAL, pl.lit(str(goal)))
    )
    yield from _first_result(base, "french", FRENCH_GOAL, goal, law)
    yield from _of_spouse(base, law)


def _level(language: str, ability: str) -> str:
    return f"{STEMS[language]}_{ability}"


def _has(language: str) -> pl.Expr:
    """Is there a valid result in the language?"""
    return pl.col(language).is_not_null()


def _is_used(slot: str) -> pl.Expr:
    """Is the combination one with the result that serves best today?"""
    return pl.col(slot).eq_missing(pl.col(f"used_{slot}"))


def _said(lever: str, detail: pl.Expr) -> list[pl.Expr]:
    return [pl.lit(lever).alias("lever"), detail.cast(pl.String).alias("detail")]


def _bounds(law: Law) -> tuple[int, int]:
    """The lowest and the highest level that counts."""
    levels = [row["level"] for row in law["language.clb"]]
    return min(levels), max(levels)


def _next(level: pl.Expr, law: Law) -> pl.Expr:
    lowest, highest = _bounds(law)
    return (level + 1).clip(lowest, highest)


def _one_up(base: pl.LazyFrame, language: str, ability: str, law: Law) -> pl.LazyFrame:
    """One ability a level higher; not one that the disability policy excuses."""
    level = pl.col(_level(language, ability))
    excused = pl.col("language_exempt_abilities").fill_null("").str.contains(ability, literal=True)
    is_open = _is_used(language) & (level < _bounds(law)[1]) & ~excused
    raised = {other: pl.col(_level(language, other)) for other in ABILITIES} | {ability: _next(level, law)}
    new = _with_result(base.filter(is_open), language, raised, law)
    return new.with_columns(_said(ability_lever(language, ability), level))


def _all_up(base: pl.LazyFrame, language: str, law: Law) -> pl.LazyFrame:
    """All four abilities a level higher, but for those at the top."""
    levels = [pl.col(_level(language, ability)) for ability in ABILITIES]
    is_open = (
        _is_used(language)
        & pl.all_horizontal(level.is_not_null() for level in levels)
        & pl.any_horizontal(level < _bounds(law)[1] for level in levels)
    )
    raised = {ability: _next(level, law) for ability, level in zip(ABILITIES, levels, strict=True)}
    is_alike = pl.all_horizontal(level == levels[0] for level in levels[1:])
    detail = pl.when(is_alike).then(levels[0].cast(pl.String)).otherwise(pl.concat_str(levels, separator=","))
    new = _with_result(base.filter(is_open), language, raised, law)
    return new.with_columns(_said(all_lever(language), detail))


def _first_result(base: pl.LazyFrame, language: str, lever: str, level: int, law: Law) -> Iterator[pl.LazyFrame]:
    """A valid result where there is none, in the second place, and in the first where the client named no language."""
    raised = {ability: pl.lit(level, dtype=pl.Int16) for ability in ABILITIES}
    new = _with_result(base.filter(~_has(language)), language, raised, law).with_columns(
        _said(lever, pl.lit(str(level)))
    )
    other, named = OTHER[language], pl.col("named_first_language")
    is_alone = ~_has(other)
    second = pl.when(is_alone).then(pl.lit(language)).otherwise(pl.lit(other))
    yield new.with_columns(pl.coalesce(named, second).alias("first_language")).with_columns(_by_role())
    first = new.filter(named.is_null() & ~is_alone).with_columns(pl.lit(language).alias("first_language"))
    yield first.with_columns(_by_role())


def _with_result(base: pl.LazyFrame, language: str, levels: Levels, law: Law) -> pl.LazyFrame:
    """A new result of the day in a language."""
    return base.with_columns(
        *(level.cast(pl.Int16).alias(_level(language, ability)) for ability, level in levels.items()),
        pl.lit(law.as_of).alias(f"{language}_sitting_on"),
    ).with_columns(_by_role())


def _by_role() -> list[pl.Expr]:
    """The levels of the first and the second language from those by language."""
    is_english = pl.col("first_language") == "english"
    return [
        pl.when(is_english if role == "first" else ~is_english)
        .then(_level("english", ability))
        .otherwise(_level("french", ability))
        .alias(f"{role}_{ability}")
        for role in ("first", "second")
        for ability in ABILITIES
    ]


def _of_spouse(base: pl.LazyFrame, law: Law) -> Iterator[pl.LazyFrame]:
    """All four abilities of the spouse's language at the next level that the CRS counts higher.

    Without a valid result: at the level that the selection grid asks for as a minimum, and at the lowest that the CRS counts.
    """
    steps = [row["at_least"] for row in law["crs.spouse.language"] if row["at_least"] > 0]
    lowest = lowest_ability("spouse_clb")
    next_step = pl.coalesce(pl.when(lowest < level).then(level) for level in sorted(steps))
    target = pl.when(_has("spouse")).then(next_step).otherwise(law["fsw.minimum_language"]).cast(pl.Int16)
    is_open = pl.col("with_spouse") & _is_used("spouse") & (lowest < max(steps))
    yield _spouse_at(base.filter(is_open), SPOUSE_LANGUAGE, target, law)
    least = min(steps)
    if least < law["fsw.minimum_language"]:
        yield _spouse_at(base.filter(is_open & ~_has("spouse")), SPOUSE_START, pl.lit(least, pl.Int16), law)


def _spouse_at(base: pl.LazyFrame, lever: str, target: pl.Expr, law: Law) -> pl.LazyFrame:
    """A result of the spouse of the day with all four abilities at a level at least."""
    detail = pl.concat_str("spouse_first_language", target.cast(pl.String), separator=PART)
    # The detail comes from the levels as they are today.
    return (
        base.with_columns(*_said(lever, detail), target.alias("target"))
        .with_columns(
            *(
                pl.max_horizontal(f"spouse_clb_{ability}", "target").alias(f"spouse_clb_{ability}")
                for ability in ABILITIES
            ),
            pl.lit(law.as_of).alias("spouse_sitting_on"),
        )
        .drop("target")
    )
