"""Levers on work, credentials and papers: which facts each changes, and for whom it is open."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from transforms.advice.frame import AND, PART
from transforms.facts import high_wage
from transforms.facts.education import RANK, RANKED
from transforms.facts.noc import Occupations
from transforms.facts.work import ENDINGS
from transforms.model.calendar import MONTHS_IN_A_YEAR
from transforms.rules import Law
from transforms.scoring import categories
from transforms.scoring.categories import BY_OCCUPATION, WorkRule

# The level that one more credential makes of what there is, the nearest that the CRS counts higher.
FURTHER = {
    "none": "secondary",
    "secondary": "one_year",
    "one_year": "two_year",
    "two_year": "two_or_more",
    "three_year": "two_or_more",
    "two_or_more": "masters",
    "masters": "doctorate",
    "professional": "doctorate",
}
SPOUSE_PREFIX = "spouse_"


def tried(base: pl.LazyFrame, law: Law) -> Iterator[pl.LazyFrame]:
    """The base with each lever of those to whom it is open: lever, detail (String) and the changed facts."""
    occupations = Occupations(law)
    yield _canadian_year(base, law, occupations)
    yield _foreign_year(base, law, occupations)
    yield _canadian_year_of_spouse(base.filter("with_spouse"), law)
    for prefix, whose in (("", pl.lit(value=True)), (SPOUSE_PREFIX, pl.col("with_spouse"))):
        own = base.filter(whose)
        yield _further(own, prefix)
        yield _assessed(own, prefix)
    trade = pl.any_horizontal(pl.col("is_trade"), occupations.is_trade(pl.col("stated_noc")))
    yield _flagged(base.filter(trade), "certificate", "certificate_of_qualification")
    yield _flagged(base.filter(~pl.col("intends_quebec")), "nomination", "is_nominated")
    yield _category(base, law, occupations)


def _said(lever: str, detail: pl.Expr) -> list[pl.Expr]:
    return [pl.lit(lever).alias("lever"), detail.cast(pl.String).alias("detail")]


def _flagged(base: pl.LazyFrame, lever: str, flag: str) -> pl.LazyFrame:
    """Something that is there or not, and is not yet."""
    missing = ~pl.col(flag).fill_null(value=False)
    return base.filter(missing).with_columns(*_said(lever, pl.lit("")), pl.lit(value=True).alias(flag))


# --- Another year of work


def _canadian_year(base: pl.LazyFrame, law: Law, occupations: Occupations) -> pl.LazyFrame:
    """A year of full-time, authorized, paid work in Canada in the skilled occupation on record, up to the day.

    Everything else on record counts on: no earlier work leaves its window.
    """
    top = max(row["at_least"] for row in law["crs.core.canadian_work"])
    is_open = (_now("canadian_work").floor() < top) | ~pl.col("cec_eligible").fill_null(value=False)
    months = [(_now(name) + MONTHS_IN_A_YEAR).clip(upper_bound=law["cec.window_months"]).alias(name)
              for name in ("cec_months", "cec_months_at_most")]  # fmt: skip
    asked = occupations.minimum_cec_language(pl.col("occupation"))
    had = pl.when("has_rows").then(MONTHS_IN_A_YEAR).otherwise(0)
    # The level hangs on the occupation of most of the work.
    is_kept = pl.col("cec_is_skilled").fill_null(value=False) & (_now("cec_months") > had)
    return base.filter(is_open).with_columns(
        *_said("canadian_year", pl.col("occupation").fill_null("")),
        *_one_more("canadian_work", "canadian_work_at_most"),
        *months,
        pl.lit(value=True).alias("cec_is_skilled"),
        pl.when(is_kept).then("cec_minimum_language").otherwise(asked).alias("cec_minimum_language"),
        pl.lit(value=True).alias("worked_in_canada_one_year"),
        *_year_of_skilled_work(law, occupations),
        *_in_categories(law, occupations, in_canada=True),
        *_high_wage(law, occupations),
    )


def _foreign_year(base: pl.LazyFrame, law: Law, occupations: Occupations) -> pl.LazyFrame:
    """A year of full-time paid work abroad in the skilled occupation on record, up to the day; all else counts on."""
    top = max(row["at_least"] for row in law["crs.transferability.foreign_work_tier"])
    grid_top = max(row["at_least"] for row in law["fsw.grid.experience"])
    is_open = (_now("foreign_work").floor() < top) | (_now("skilled_years") < grid_top)
    return base.filter(is_open).with_columns(
        *_said("foreign_year", pl.col("occupation").fill_null("")),
        *_one_more("foreign_work", "foreign_work_at_most"),
        *_year_of_skilled_work(law, occupations),
        *_in_categories(law, occupations, in_canada=False),
    )


def _canadian_year_of_spouse(base: pl.LazyFrame, law: Law) -> pl.LazyFrame:
    """A year of full-time, authorized, paid, skilled work of the spouse in Canada, up to the day; all else counts on."""
    top = max(row["at_least"] for row in law["crs.spouse.canadian_work"])
    return base.filter(_now("spouse_canadian_work").floor() < top).with_columns(
        *_said("spouse_canadian_year", pl.lit("")), *_one_more("spouse_canadian_work", "spouse_canadian_work_at_most")
    )


def _now(fact: str) -> pl.Expr:
    """An amount of work; what is not known proves nothing."""
    return pl.col(fact).fill_null(0)


def _one_more(*facts: str) -> list[pl.Expr]:
    return [(_now(fact) + 1).alias(fact) for fact in facts]


def _year_of_skilled_work(law: Law, occupations: Occupations) -> Iterator[pl.Expr]:
    """What a year in the occupation on record adds to the experience that FSW and FST ask for.

    The summary columns tell the years in all from those at home and abroad, and no fewer than those in the primary
    occupation.
    """
    in_primary = pl.col("occupation") == pl.col("stated_primary_noc").fill_null(pl.when("has_rows").then("occupation"))
    for name, window in (("skilled_years", None), ("skilled_years_at_most", law["fsw.experience_window_years"])):
        years = _now(name) + 1
        stated = pl.max_horizontal(_now("canadian_work") + _now("foreign_work") + 1, _now("primary_years"))
        more = pl.when("has_rows").then(years).otherwise(stated)
        yield (more if window is None else pl.max_horizontal(name, more).clip(upper_bound=window)).alias(name)
    for ending in ENDINGS:
        name = f"primary_years{ending}"
        yield pl.when(in_primary).then(pl.max_horizontal(name, 1.0)).otherwise(name).alias(name)
    trade = occupations.is_trade(pl.col("occupation")) & (
        pl.col("occupation") == pl.col("stated_trade_noc").fill_null(pl.when("has_rows").then("occupation"))
    )
    for ending in ENDINGS:
        name = f"trade_years{ending}"
        more = (_now(name) + 1).clip(upper_bound=law["fst.window_years"])
        yield pl.when(trade).then(more).otherwise(name).alias(name)


def _in_categories(law: Law, occupations: Occupations, *, in_canada: bool) -> Iterator[pl.Expr]:
    """The work of a year is enough for each category whose list has the occupation and that asks for no more."""
    for kind in _by_occupation(law):
        rule = WorkRule.of(kind, law)
        if rule.minimum_months <= MONTHS_IN_A_YEAR and (in_canada or not rule.only_in_canada):
            listed = occupations.is_listed(rule.codes, pl.col("occupation"))
            name = f"work_in_{kind}"
            yield pl.when(listed).then(pl.lit(value=True)).otherwise(name).alias(name)


def _by_occupation(law: Law) -> list[str]:
    return [kind for kind in categories.in_force(law) if kind in BY_OCCUPATION]


def _high_wage(law: Law, occupations: Occupations) -> Iterator[pl.Expr]:
    """A year more in the high-wage occupations of each level that the occupation reaches."""
    if not high_wage.is_there(law):
        return
    for level, codes in high_wage.at_least(law).items():
        listed = occupations.is_listed(codes, pl.col("occupation"))
        for ending in ENDINGS:
            name = f"high_wage_{level}{ending}"
            yield pl.when(listed).then(_now(name) + MONTHS_IN_A_YEAR).otherwise(name).alias(name)


# --- Credentials


def _rank(fact: str) -> pl.Expr:
    return pl.col(fact).replace_strict(RANK, default=None, return_dtype=pl.Int16)


def _raised(prefix: str, to: pl.Expr) -> list[pl.Expr]:
    """The credentials of a person with a proven one of a level."""
    rank = to.replace_strict(RANK, default=None, return_dtype=pl.Int16)
    beside = [
        pl.max_horizontal(_rank(f"{prefix}education{end}"), rank)
        .replace_strict(dict(enumerate(RANKED)), default=None, return_dtype=pl.String)
        .alias(f"{prefix}education{end}")
        for end in ("_at_most", "_held")
    ]
    proof = pl.col(f"{prefix}education_proof")
    return [
        to.alias(f"{prefix}education"),
        *beside,
        pl.when(proof == "canadian").then(proof).otherwise(pl.lit("assessed")).alias(f"{prefix}education_proof"),
    ]


def _further(base: pl.LazyFrame, prefix: str) -> pl.LazyFrame:
    """A further credential with its assessment, of those whose credentials all count already."""
    now, credential = pl.col(f"{prefix}education"), pl.col(f"{prefix}education_held")
    to = now.replace_strict(FURTHER, default=None, return_dtype=pl.String)
    is_open = to.is_not_null() & (now == credential)
    lever = "spouse_study" if prefix else "credential"
    return base.filter(is_open).with_columns(*_said(lever, to), *_raised(prefix, to))


def _assessed(base: pl.LazyFrame, prefix: str) -> pl.LazyFrame:
    """The assessment of a credential that is held and does not count, or of which none is on record."""
    credential, proof = pl.col(f"{prefix}education_held"), pl.col(f"{prefix}education_proof")
    is_open = _rank(f"{prefix}education_held") > _rank(f"{prefix}education").fill_null(0)
    if not prefix:
        is_open |= (proof == "not_known") & (credential != "none")
    return base.filter(is_open.fill_null(value=False)).with_columns(
        *_said(f"{prefix}assessment", credential), *_raised(prefix, credential)
    )


# --- Categories


def _category(base: pl.LazyFrame, law: Law, occupations: Occupations) -> pl.LazyFrame:
    """The work that a category of the stated occupation asks for, where it is not proven; years elsewhere stay as they are."""
    rules = {kind: WorkRule.of(kind, law) for kind in _by_occupation(law)}
    opened = {
        kind: occupations.is_listed(rule.codes, pl.col("stated_noc")).fill_null(value=False)
        & ~pl.col(f"work_in_{kind}").fill_null(value=False)
        for kind, rule in rules.items()
    }
    if not opened:
        return base.filter(pl.lit(value=False)).with_columns(*_said("category", pl.lit("")))
    kinds = pl.concat_str(
        [pl.when(is_open).then(pl.lit(kind)) for kind, is_open in opened.items()], separator=AND, ignore_nulls=True
    )
    months = pl.max_horizontal(pl.when(is_open).then(rules[kind].minimum_months) for kind, is_open in opened.items())
    detail = pl.concat_str(kinds, "stated_noc", months.cast(pl.String), separator=PART)
    return base.filter(pl.any_horizontal(opened.values())).with_columns(
        *_said("category", detail),
        *((pl.col(f"work_in_{kind}") | is_open).alias(f"work_in_{kind}") for kind, is_open in opened.items()),
    )
