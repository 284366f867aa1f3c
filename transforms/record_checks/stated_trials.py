"""The single differences that a stated CRS total may come from, each as a change of a client's facts or points."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from transforms.assessment.facts import PARTNERED
from transforms.explain.components import CRS, Component
from transforms.facts.education import RANKED
from transforms.model.vocabulary import ABILITIES
from transforms.rules import Law

SECOND, FRENCH = "crs_second_language", "crs_french"
LANGUAGE = "crs_first_language"
# Groups of components that are left out, or counted without their caps, together.
GROUPS = {"B": "crs_spouse", "C": "crs_transferability", "D": "crs_additional"}
YEARS = {"crs_canadian_work": "canadian_work", "crs_foreign_work_block": "foreign_work",
         "crs_spouse_canadian_work": "spouse_canadian_work"}  # fmt: skip
BY_LANGUAGE = {"english": "english_clb", "french": "french_nclc"}


@dataclass(frozen=True)
class Trial:
    """One difference: its code and what it is about, for whom it is tried, and which columns become what.

    `what` is a component's column, with the value that is tried behind a colon where there are several. `of_points`: the
    columns are components, else facts.
    """

    code: str
    what: str
    when: pl.Expr
    columns: Mapping[str, pl.Expr]
    of_points: bool = False

    def of(self, scored: pl.DataFrame) -> pl.DataFrame:
        """The clients for whom it is tried, with the difference made."""
        mine = scored.filter(self.when.fill_null(value=False))
        dtypes = {name: scored.schema[name] for name in self.columns}
        return mine.with_columns(made.cast(dtypes[name]).alias(name) for name, made in self.columns.items())


def trials(law: Law) -> list[Trial]:
    """Every single difference of facts or points that is tried under the law of the day, each once."""
    return [
        *_spouse(),
        *_age(-1),
        *_age(1),
        *_not_assessed(),
        *(trial for part in CRS for trial in _left_out((part.column,))),
        *(trial for key, group in GROUPS.items() for trial in _left_out(_of_group(key), group)),
        *_left_out((SECOND, FRENCH), f"{SECOND}+{FRENCH}"),
        *_counted(law),
        *_work_left_out(),
        *_years(),
        *_education(),
        *_language(),
        *_caps(),
    ]


def _column(component: Component) -> str:
    """The engine's column of a component's points, before the component's own cap where the block has it."""
    return "crs_certificate" if component.column == "crs_certificate_block" else component.column


BY_COLUMN = {component.column: _column(component) for component in CRS}


def _of_group(key: str) -> tuple[str, ...]:
    return tuple(component.column for component in CRS if component.group == key)


def _left_out(parts: Sequence[str], what: str = "") -> Iterator[Trial]:
    """Some components without their points; of several together, two at least have some."""
    columns = [BY_COLUMN[part] for part in parts]
    has_points = pl.sum_horizontal(pl.col(column).fill_null(0) > 0 for column in columns) >= min(len(columns), 2)
    nothing = {column: pl.when(pl.col(column).is_not_null()).then(0) for column in columns}
    yield Trial("left_out", what or parts[0], has_points, nothing, of_points=True)


def _counted(law: Law) -> Iterator[Trial]:
    """Additional points that the record does not prove."""
    additional = {
        "crs_nomination": "nomination",
        "crs_sibling": "sibling",
        FRENCH: "french",
        "crs_canadian_study": "canadian_study",
    }
    for column, name in additional.items():
        if not law.known(f"crs.additional.{name}"):
            continue
        value = law[f"crs.additional.{name}"]
        for worth in sorted(set(value.values()) if isinstance(value, Mapping) else {value}):
            fewer = pl.col(column).fill_null(0) < worth
            yield Trial("counted", f"{column}:{worth}", fewer, {column: pl.lit(worth)}, of_points=True)


def _spouse() -> Iterator[Trial]:
    """The other of the two grids."""
    partnered = pl.col("marital_status").is_in(PARTNERED)
    yield Trial("grid", "without_spouse", pl.col("with_spouse"), {"with_spouse": pl.lit(value=False)})
    yield Trial("grid", "with_spouse", partnered & ~pl.col("with_spouse"), {"with_spouse": pl.lit(value=True)})


def _age(years: int) -> Iterator[Trial]:
    yield Trial("age", f"{years:+}", pl.col("age") + years > 0, {"age": pl.col("age") + years})


def _not_assessed() -> Iterator[Trial]:
    """Credentials that are stated, but not validly assessed."""
    for fact in ("education", "spouse_education"):
        credential = pl.col(f"{fact}_held")
        unproven = credential.ne_missing(pl.col(fact)) & credential.is_not_null()
        yield Trial("not_assessed", f"crs_{fact}", unproven, {fact: credential})


def _work_left_out() -> Iterator[Trial]:
    for column, fact in YEARS.items():
        yield Trial("work_left_out", column, pl.col(fact) >= 1, {fact: pl.lit(0)})


def _years() -> Iterator[Trial]:
    """A year of work more or less; a year less that leaves none is work left out."""
    for more, least in ((1, 0), (-1, 1)):
        for column, fact in YEARS.items():
            years = pl.col(fact).fill_null(0) + more
            yield Trial("work_years", f"{column}:{more:+}", years >= least, {fact: years})


def _caps() -> Iterator[Trial]:
    """Skill transferability without the caps of its blocks: none of the combinations is cut."""
    uncut = sum((pl.col(BY_COLUMN[part]) for part in _of_group("C")), start=pl.lit(0))
    yield Trial("no_caps", GROUPS["C"], uncut > pl.col(GROUPS["C"]), {GROUPS["C"]: uncut}, of_points=True)


def _education() -> Iterator[Trial]:
    """Another level of education."""
    for fact in ("education", "spouse_education"):
        for level in RANKED:
            other = pl.col(fact).fill_null(RANKED[0]) != level
            yield Trial("education", f"crs_{fact}:{level}", other, {fact: pl.lit(level)})


def _language() -> Iterator[Trial]:
    """A level more or less of the first official language, in one ability or in all."""
    for more in (1, -1):
        for ability in ABILITIES:
            yield _level(more, (ability,), f"{LANGUAGE}:{ability} {more:+}")
        yield _level(more, ABILITIES, f"{LANGUAGE}:all {more:+}")


def _level(more: int, abilities: Sequence[str], what: str) -> Trial:
    columns = {}
    for ability in abilities:
        level = pl.col(f"first_{ability}") + more
        columns[f"first_{ability}"] = level
        for language, stem in BY_LANGUAGE.items():
            is_first = pl.col("first_language") == language
            own = f"{stem}_{ability}"
            columns[own] = pl.when(is_first).then(level).otherwise(pl.col(own))
    given = pl.all_horizontal(pl.col(f"first_{ability}") + more >= 0 for ability in abilities)
    return Trial("language_level", what, given, columns)
