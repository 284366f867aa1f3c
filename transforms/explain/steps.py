"""What would raise a score: every client with one thing improved at a time, scored again by the engine in one pass."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from transforms.explain.components import COMPONENTS, CRS
from transforms.facts import high_wage
from transforms.facts.education import RANK, RANKED
from transforms.facts.high_wage import MONTHS
from transforms.facts.work import ENDINGS
from transforms.model.calendar import MONTHS_IN_A_YEAR, anniversary
from transforms.model.vocabulary import ABILITIES, PROGRAM_KEYS
from transforms.rules import Law
from transforms.scoring import crs, programs

ROLES = ("first", "second", "spouse_clb")
LEVELS = tuple(f"{role}_{ability}" for role in ROLES for ability in ABILITIES)
YEARS = ("canadian_work", "foreign_work", "spouse_canadian_work", "skilled_years")
CREDENTIALS = ("education", "spouse_education")
STUDIES = {"none": 0, "one_or_two_years": 1, "three_years_or_more": 2}
# What is there or not, with the kind of step that it is.
FLAGS = {
    "certificate_of_qualification": "certificate",
    "is_nominated": "nomination",
    "studied_in_canada_two_years": "adaptability",
    "worked_in_canada_one_year": "adaptability",
    "spouse_studied_in_canada_two_years": "adaptability",
    "spouse_worked_in_canada_one_year": "adaptability",
}
AGE, STUDY, OFFER = "age", "canadian_study", "has_offer"
FACTS = (*LEVELS, *YEARS, *MONTHS, *CREDENTIALS, STUDY, *FLAGS, OFFER, AGE)
# Months added to years: closer than this they are the same.
DECIMALS = 6
SCORES = (*(component.column for component in COMPONENTS), "crs_total", "fsw_points")

Variant = dict[str, Any]


def variants(law: Law) -> pl.DataFrame:
    """Everything that can be improved, one thing a row, under the law of the day.

    Returns variant (UInt32), kind, ladder, role, ability, choice (String), rung (Float64) and for each fact `to_{fact}`
    (Float64): the value to which it rises; empty: as it is.
    """
    rows = [*_languages(law), *_work(law), *_high_wage(law), *_credentials(law), *_single(law), *_birthdays(law)]
    texts = dict.fromkeys(("kind", "ladder", "role", "ability", "choice"), pl.String)
    schema = texts | {"rung": pl.Float64} | {f"to_{fact}": pl.Float64 for fact in FACTS}
    return pl.DataFrame(rows, schema=schema).with_row_index("variant")


def _variant(kind: str, ladder: str, rung: float, to: Mapping[str, float], **said: str) -> Variant:
    return {"kind": kind, "ladder": ladder, "rung": rung, **said, **{f"to_{fact}": value for fact, value in to.items()}}


def _languages(law: Law) -> Iterator[Variant]:
    """Each ability alone, and all four together, to every level at which some table or minimum of the law is reached."""
    minima = (
        "fsw.minimum_language", "cec.minimum_language", "fst.minimum_language", "crs.transferability.language_tier",
        "crs.transferability.certificate_language",
    )  # fmt: skip
    french = ("crs.additional.french_minimum_nclc", "crs.additional.french_english_minimum_clb")
    tables = {
        "first": (("crs.core.first_language", "fsw.grid.first_language", *minima, *french), (*minima, *french)),
        "second": (("crs.core.second_language", "fsw.grid.second_language_minimum", *french),) * 2,
        "spouse_clb": (("crs.spouse.language", "fsw.grid.adaptability_spouse_language_minimum"),) * 2,
    }
    for role, (single, together) in tables.items():
        one, all_four = ("spouse", "spouse") if role == "spouse_clb" else ("ability", "abilities")
        for ability in ABILITIES:
            for level in bounds(law, *single):
                to = {f"{role}_{ability}": level}
                yield _variant(one, f"{role}.{ability}", level, to, role=role, ability=ability)
        highest = bounds(law, single[0])[-1]
        for level in sorted({*bounds(law, *together), highest}):
            to = dict.fromkeys((f"{role}_{ability}" for ability in ABILITIES), level)
            yield _variant(all_four, f"{role}.all", level, to, role=role)


def _work(law: Law) -> Iterator[Variant]:
    tier = "crs.transferability."
    ladders = {
        "canadian_work": ("canadian_work", ("crs.core.canadian_work", tier + "canadian_work_tier")),
        "foreign_work": ("foreign_work", (tier + "foreign_work_tier",)),
        "spouse_canadian_work": ("spouse", ("crs.spouse.canadian_work",)),
        "skilled_years": ("experience", ("fsw.grid.experience",)),
    }
    for fact, (kind, tables) in ladders.items():
        for years in bounds(law, *tables):
            yield _variant(kind, fact, years, {fact: years})


def _high_wage(law: Law) -> Iterator[Variant]:
    """Months of work in an occupation of each level, which count at every lower one too, and an offer in one."""
    if not high_wage.is_there(law):
        return
    for months in bounds(law, "crs.additional.high_wage_canadian_work"):
        for place, level in enumerate(high_wage.LEVELS):
            to = dict.fromkeys(MONTHS[place:], months)
            yield _variant("high_wage", f"high_wage.{level}", months, to, choice=level)
    for further, level in enumerate(reversed(high_wage.LEVELS), start=2):
        yield _variant("offer", f"{OFFER}.{level}", 1, {OFFER: further}, choice=level)


def _credentials(law: Law) -> Iterator[Variant]:
    for fact, kind in zip(CREDENTIALS, ("education", "spouse"), strict=True):
        for level, rank in RANK.items():
            if level != "none":
                yield _variant(kind, fact, rank, {fact: rank}, choice=level)
        yield _variant("assessment", f"{fact}.assessed", 0, {fact: 0})
    for study, worth in STUDIES.items():
        if worth:
            yield _variant("study", STUDY, worth, {STUDY: worth}, choice=study)


def _single(law: Law) -> Iterator[Variant]:
    for fact, kind in FLAGS.items():
        yield _variant(kind, fact, 1, {fact: 1})
    yield _variant("offer", OFFER, 1, {OFFER: 1})


def _birthdays(law: Law) -> Iterator[Variant]:
    """The ages at which a table falls, in the CRS and in the selection grid."""
    for ladder, table in (("crs", "crs.core.age"), ("fsw", "fsw.grid.age")):
        rows = law[table]
        for before, after in itertools.pairwise(rows):
            if any(after[column] < before[column] for column in after if column != "at_least"):
                yield _variant("birthday", f"birthday.{ladder}", after["at_least"], {AGE: after["at_least"]})


def bounds(law: Law, *names: str) -> list[float]:
    """The values from which some of these tables or minima of the law give something else, above nothing, rising."""
    found: set[float] = set()
    for name in filter(law.known, names):
        value = law[name]
        if isinstance(value, list):
            found |= {row["at_least"] for row in value}
        elif isinstance(value, Mapping):
            found |= {bound for bound in value.values() if bound is not None}
        else:
            found.add(value)
    return sorted(bound for bound in found if bound > 0)


def held(scored: pl.DataFrame) -> pl.DataFrame:
    """The facts that can improve as numbers, one row a client: `row` (UInt32) and `now_{fact}` (Float64, empty: none)."""
    ranks = {fact: pl.col(fact).replace_strict(RANK, default=None, return_dtype=pl.Float64) for fact in CREDENTIALS}
    stated = [
        pl.col(f"{fact}_held").replace_strict(RANK, default=None, return_dtype=pl.Float64) for fact in CREDENTIALS
    ]
    numbers = {fact: pl.col(fact).cast(pl.Float64) for fact in (*LEVELS, *YEARS, *MONTHS, *FLAGS, AGE)}
    study = pl.col(STUDY).replace_strict(STUDIES, default=None, return_dtype=pl.Float64)
    facts = numbers | ranks | {STUDY: study, OFFER: pl.lit(0.0)}
    return scored.select(
        *(fact.alias(f"now_{name}") for name, fact in facts.items()),
        *stated,
        "with_spouse", "first_language", "spouse_first_language", "date_of_birth",
        pl.col("language_exempt_abilities").fill_null("").alias("exempt"),
    ).with_row_index("row")  # fmt: skip


def tried(scored: pl.DataFrame, law: Law) -> pl.DataFrame:
    """Each client with each thing that would be an improvement: one row a pair, in the clients' order.

    Columns: those of `variants` and `held`, `distance` (Float64), how far it is, and `missing` (Boolean), whether
    there is no valid result in the language.
    """
    pairs = (
        held(scored)
        .join(variants(law), how="cross")
        .with_columns(
            pl.when(pl.col("ladder") == f"{fact}.assessed")
            .then(f"{fact}_held")
            .otherwise(f"to_{fact}")
            .alias(f"to_{fact}")
            for fact in CREDENTIALS
        )
        .with_columns(_with_months_beside())
    )
    rises = {fact: (pl.col(f"to_{fact}") - pl.col(f"now_{fact}").fill_null(0)).clip(lower_bound=0) for fact in FACTS}
    missing = pl.any_horizontal(
        (pl.col("role") == role) & pl.all_horizontal(pl.col(f"now_{role}_{ability}").is_null() for ability in ABILITIES)
        for role in ROLES
    ).fill_null(value=False)
    return (
        pairs.with_columns(pl.sum_horizontal(rises.values()).alias("distance"), missing.alias("missing"))
        .filter(pl.col("distance") > 0, _open())
        .filter((pl.col("kind") != "birthday") | (pl.col("rung") == pl.col("rung").min().over("row", "ladder")))
        .sort("row", "variant")
    )


def _with_months_beside() -> pl.Expr:
    """The years of Canadian work, with the months beside them that are missing in high-wage occupations.

    No fewer than these months are together.
    """
    of_level = pl.coalesce(
        pl.when(pl.col("choice") == level).then(pl.col(f"now_{months}").fill_null(0))
        for level, months in zip(high_wage.LEVELS, MONTHS, strict=True)
    )
    missing = (pl.col("rung") - of_level).clip(lower_bound=0)
    together = pl.col("now_canadian_work").fill_null(0) + missing / MONTHS_IN_A_YEAR
    years = pl.max_horizontal(together, pl.col("rung") / MONTHS_IN_A_YEAR)
    return (
        pl.when(pl.col("kind") == "high_wage")
        .then(years.round(DECIMALS))
        .otherwise("to_canadian_work")
        .alias("to_canadian_work")
    )


def _open() -> pl.Expr:
    """Is the step open to the client: a spouse in the grid, a result in the language, no exempt ability, a credential
    above the one that only wants its assessment?
    """
    of_spouse = pl.col("ladder").str.starts_with("spouse")
    is_one_ability = pl.col("ability").is_not_null()
    excused = pl.col("exempt").str.contains(pl.col("ability"), literal=True) & ~of_spouse
    return (
        (~of_spouse | pl.col("with_spouse"))
        & ~(is_one_ability & pl.col("missing"))
        & ~(is_one_ability & excused).fill_null(value=False)
        & ~pl.any_horizontal(
            (pl.col("ladder") == fact) & (pl.col("rung") <= pl.col(f"{fact}_held")) for fact in CREDENTIALS
        )
    )


def raised(scored: pl.DataFrame, pairs: pl.DataFrame, law: Law) -> pl.DataFrame:
    """The clients' facts with each pair's improvement made: one row a pair."""
    facts = pl.concat([scored[pairs["row"]], pairs.select(pl.col("^to_.*$"), to_level="choice")], how="horizontal")
    improved = facts.with_columns(
        *(pl.max_horizontal(level, f"to_{level}").cast(pl.Int16).alias(level) for level in LEVELS),
        *(pl.max_horizontal(time, f"to_{time}").alias(time) for time in (*YEARS, *MONTHS)),
        *(_credential(fact, pl.col(f"to_{fact}")).alias(fact) for fact in CREDENTIALS),
        *(pl.col(flag) | (pl.col(f"to_{flag}") > 0).fill_null(value=False) for flag in FLAGS),
        pl.coalesce(pl.col("to_age").cast(pl.Int16), "age").alias("age"),
    )
    settled = improved.with_columns(*_studied(), *_by_language(), *_offered(law)).drop(
        "to_level", *(f"to_{fact}" for fact in FACTS)
    )
    return settled.with_columns(_never_under(settled.columns))


def _credential(fact: str, to: pl.Expr) -> pl.Expr:
    """The level lifted to a rank."""
    reached = to.cast(pl.Int16).replace_strict(dict(enumerate(RANKED)), default=None, return_dtype=pl.String)
    return pl.when(to.is_not_null()).then(reached).otherwise(pl.col(fact))


def _studied() -> list[pl.Expr]:
    """Canadian study, and the level of education with that credential beside what there is."""
    to = pl.col(f"to_{STUDY}").cast(pl.Int16)
    named = {worth: study for study, worth in STUDIES.items()}
    earned = pl.when(to == STUDIES["three_years_or_more"]).then(RANK["three_year"]).otherwise(RANK["one_year"])
    rank = pl.col("education").fill_null("none").replace_strict(RANK, return_dtype=pl.Int16)
    several = (pl.min_horizontal(rank, earned) >= RANK["one_year"]) & (
        pl.max_horizontal(rank, earned) == RANK["three_year"]
    )
    together = pl.when(several).then(RANK["two_or_more"]).otherwise(pl.max_horizontal(rank, earned))
    level = together.cast(pl.Int16).replace_strict(dict(enumerate(RANKED)), return_dtype=pl.String)
    return [
        pl.when(to.is_not_null())
        .then(to.replace_strict(named, default=None, return_dtype=pl.String))
        .otherwise(STUDY)
        .alias(STUDY),
        pl.when(to.is_not_null()).then(level).otherwise("education").alias("education"),
    ]


def _by_language() -> list[pl.Expr]:
    """The levels by language from those by role."""
    english = pl.col("first_language") == "english"
    return [
        pl.when(english if language == "english" else ~english)
        .then(f"first_{ability}")
        .otherwise(f"second_{ability}")
        .alias(f"{stem}_{ability}")
        for language, stem in (("english", "english_clb"), ("french", "french_nclc"))
        for ability in ABILITIES
    ]


def _offered(law: Law) -> list[pl.Expr]:
    """An offer that meets every test of the day: skilled, from one employer, without an end; of a level where it is named."""
    given = pl.col(f"to_{OFFER}").is_not_null()
    offer: dict[str, Any] = {
        OFFER: True, "job_offer_basis": _basis(law), "offer_employers": 1,
        "job_offer_permanent": True, "offer_is_skilled": True, "offer_is_senior_management": False,
    }  # fmt: skip
    made = {fact: pl.lit(value) for fact, value in offer.items()}
    made |= {f"offer_high_wage{ending}": pl.col("to_level") for ending in ENDINGS}
    return [pl.when(given).then(value).otherwise(pl.col(fact)).alias(fact) for fact, value in made.items()]


def _basis(law: Law) -> str | None:
    """What the offer rests on: a basis of which the CRS and FSW both take offers, else one of either; None: there is none."""
    routes = "crs.additional.job_offer_routes"
    of_crs = law[routes] if law.known(routes) else ()
    of_fsw = law["fsw.arranged_employment_routes"]
    return next((basis for basis in (*filter(of_fsw.__contains__, of_crs), *of_crs, *of_fsw)), None)


def _never_under(columns: Sequence[str]) -> Iterator[pl.Expr]:
    """What is possible, or held without its proof, is never under what is there."""
    for fact in (*YEARS, *MONTHS):
        if f"{fact}_at_most" in columns:
            yield pl.max_horizontal(f"{fact}_at_most", fact).alias(f"{fact}_at_most")
    for fact in CREDENTIALS:
        for beside in (f"{fact}_at_most", f"{fact}_held"):
            if beside in columns:
                rank, least = (pl.col(name).replace_strict(RANK, default=None) for name in (beside, fact))
                yield pl.when(rank < least).then(fact).otherwise(beside).alias(beside)


def steps(scored: pl.DataFrame, law: Law) -> pl.DataFrame:
    """Every improvement scored by the engine, one row a client and step, in the clients' order.

    Returns row and variant (UInt32), what `step_texts.said` needs to tell them, distance (Float64), on (Date: of a birthday),
    `d_{component}` for every component, d_crs_total and d_fsw_points (Int16: gained points), d_caps (Int16: what the
    caps of blocks and groups take of them), gains_{program} (Boolean: it becomes eligible). All under the law of the
    day and as of that day, all else unchanged.
    """
    pairs = tried(scored, law)
    after = programs.eligibility_of(crs.points_of(raised(scored, pairs, law), law), law)
    before = scored.select(*SCORES, *(f"{program}_eligible" for program in PROGRAM_KEYS))[pairs["row"]]
    changes = [(after.get_column(name) - before.get_column(name)).fill_null(0).alias(f"d_{name}") for name in SCORES]
    gains = [
        (
            after.get_column(f"{name}_eligible").fill_null(value=False)
            & ~before.get_column(f"{name}_eligible").fill_null(value=False)
        ).alias(f"gains_{name}")
        for name in PROGRAM_KEYS
    ]
    parts = pl.sum_horizontal(f"d_{component.column}" for component in CRS)
    return (
        pairs.select(
            "row", "variant", "kind", "ladder", "role", "ability", "choice", "rung", "distance", "missing", "first_language",
            "spouse_first_language", *(f"{fact}_held" for fact in CREDENTIALS),
            pl.when(pl.col("kind") == "birthday")
            .then(anniversary(pl.col("date_of_birth"), pl.col("rung").cast(pl.Int32)))
            .alias("on"),
        )
        .with_columns(*changes, *gains)
        .with_columns((parts - pl.col("d_crs_total")).cast(pl.Int16).alias("d_caps"))
    )  # fmt: skip
