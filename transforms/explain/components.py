"""The components of a client's score, each in one place: its group, its rules, its input. Add a component here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from transforms.explain import words
from transforms.facts import high_wage
from transforms.model.vocabulary import ABILITIES
from transforms.model.wording import DEFAULT, N_, _, current
from transforms.rules import Law
from transforms.rules.lookup import by_grid

GRIDS = ("with_spouse", "without_spouse")
T = "crs.transferability."
D = "crs.additional."
F = "fsw.grid."


def in_sentence(title: str) -> str:
    """A title of a component in the language in use as it stands inside a sentence."""
    shown = _(title)
    is_proper = current() == DEFAULT and title.startswith(("Canadian", "French"))
    return shown if is_proper else shown[0].lower() + shown[1:]


@dataclass(frozen=True)
class Component:
    """One component: the contract's column, its group, the rules behind it (the first holds its points), its input.

    `said` gives the input in words, `inputs` are the facts it was read from. `before_cap` is the engine's column of
    the points before the component's own cap, `own_cap` the rule of that cap, `block` the block it counts in.
    """

    column: str
    title: str
    group: str
    rules: tuple[str, ...]
    inputs: tuple[str, ...]
    said: Callable[[Law], pl.Expr]
    block: str = ""
    own_cap: str = ""
    before_cap: str = ""
    per_ability: bool = False
    in_power: bool = True

    @property
    def in_text(self) -> str:
        """The title inside a sentence."""
        return in_sentence(self.title)


@dataclass(frozen=True)
class Cap:
    """A sum with a maximum: the contract's column, its letter or key, its title and the rule of the maximum."""

    column: str
    key: str
    title: str
    rule: str


TOTAL = Cap("crs_total", "total", N_("Comprehensive Ranking System"), "crs.total.maximum")
GROUPS = (
    Cap("crs_core", "A", N_("Core human capital"), "crs.core.maximum"),
    Cap("crs_spouse", "B", N_("Spouse or partner"), "crs.spouse.maximum"),
    Cap("crs_transferability", "C", N_("Skill transferability"), T + "maximum"),
    Cap("crs_additional", "D", N_("Additional points"), D + "maximum"),
)
BLOCKS = (
    Cap("crs_education_block", "education", N_("education combinations"), T + "education_maximum"),
    Cap("crs_foreign_work_block", "foreign_work", N_("foreign work combinations"), T + "foreign_work_maximum"),
    Cap("crs_certificate_block", "certificate", N_("certificate of qualification"), T + "certificate_maximum"),
)
SELECTION_GRID = Cap("fsw_points", "FSW", N_("Federal Skilled Worker selection grid"), "fsw.pass_mark")

WINDOW = "crs.records.work_window_years"
VALIDITY = "language.validity_years"
ASSESSMENT = "crs.records.eca_validity_years"


def _abilities(*stems: str) -> tuple[str, ...]:
    return tuple(f"{stem}_{ability}" for stem in stems for ability in ABILITIES)


def _sitting(whose: str) -> tuple[str, ...]:
    return (f"{whose}_sitting_test", f"{whose}_sitting_on", *_abilities(f"{whose}_sitting"))


def _education(prefix: str) -> tuple[str, ...]:
    return tuple(f"{prefix}education{part}" for part in ("", "_proof", "_assessed_on", "_held"))


FIRST = ("first_language", *_abilities("first"), *_sitting("{first}"))
SECOND = ("first_language", *_abilities("second"), *_sitting("{second}"))
OFFER = (
    "has_offer", "job_offer_noc", "job_offer_basis", "offer_employers", "job_offer_years", "job_offer_permanent",
    "offer_is_skilled", "offer_is_senior_management",
)  # fmt: skip

CRS = (
    Component("crs_age", N_("Age"), "A", ("crs.core.age",), ("age", "date_of_birth"), words.age, in_power=False),
    Component(
        "crs_education", N_("Education"), "A", ("crs.core.education", ASSESSMENT), _education(""), words.education
    ),
    Component(
        "crs_first_language", N_("First official language"), "A", ("crs.core.first_language", VALIDITY), FIRST,
        words.first_language, per_ability=True,
    ),
    Component(
        "crs_second_language", N_("Second official language"), "A",
        ("crs.core.second_language", "crs.core.second_language_maximum", VALIDITY), SECOND,
        words.second_language, per_ability=True, own_cap="crs.core.second_language_maximum",
        before_cap="second_language_before_cap",
    ),
    Component(
        "crs_canadian_work", N_("Canadian work"), "A", ("crs.core.canadian_work", WINDOW),
        ("canadian_work", "canadian_work_years"), words.canadian_work,
    ),
    Component(
        "crs_spouse_education", N_("Spouse's education"), "B", ("crs.spouse.education", ASSESSMENT),
        _education("spouse_"), words.spouse_education,
    ),
    Component(
        "crs_spouse_language", N_("Spouse's language"), "B", ("crs.spouse.language", VALIDITY),
        ("spouse_first_language", *_abilities("spouse_clb"), *_sitting("spouse")), words.spouse_language,
        per_ability=True,
    ),
    Component(
        "crs_spouse_canadian_work", N_("Spouse's Canadian work"), "B", ("crs.spouse.canadian_work", WINDOW),
        ("spouse_canadian_work", "spouse_canadian_work_years"), words.spouse_canadian_work,
    ),
    Component(
        "crs_education_language", N_("Education with language"), "C",
        (T + "education_language", T + "education_tier", T + "language_tier"),
        ("education", *_abilities("first")), words.education_and_language, "education",
    ),
    Component(
        "crs_education_canadian_work", N_("Education with Canadian work"), "C",
        (T + "education_canadian_work", T + "education_tier", T + "canadian_work_tier"),
        ("education", "canadian_work_years"), words.education_and_canadian_work, "education",
    ),
    Component(
        "crs_foreign_work_language", N_("Foreign work with language"), "C",
        (T + "foreign_work_language", T + "foreign_work_tier", T + "language_tier", WINDOW),
        ("foreign_work", "foreign_work_years", *_abilities("first")), words.foreign_work_and_language, "foreign_work",
    ),
    Component(
        "crs_foreign_canadian_work", N_("Foreign with Canadian work"), "C",
        (T + "foreign_work_canadian_work", T + "foreign_work_tier", T + "canadian_work_tier"),
        ("foreign_work_years", "canadian_work_years"), words.foreign_and_canadian_work, "foreign_work",
    ),
    Component(
        "crs_certificate_block", N_("Certificate of qualification"), "C",
        (T + "certificate_language", T + "certificate_maximum"),
        ("certificate_of_qualification", *_abilities("first")), words.certificate, "certificate",
        before_cap="crs_certificate",
    ),
    Component(
        "crs_nomination", N_("Provincial nomination"), "D", (D + "nomination",),
        ("is_nominated", "provincial_nomination"), words.nomination,
    ),
    Component(
        "crs_job_offer", N_("Job offer"), "D",
        (D + "job_offer", D + "job_offer_routes", D + "job_offer_must_be_permanent", D + "job_offer_minimum_years",
         D + "high_wage_occupations"),
        (*OFFER, "offer_high_wage"), words.job_offer_and_level,
    ),
    Component(
        "crs_canadian_study", N_("Study in Canada"), "D", (D + "canadian_study",), ("canadian_study",),
        words.canadian_study,
    ),
    Component(
        "crs_sibling", N_("Brother or sister in Canada"), "D", (D + "sibling",), ("sibling_in_canada",), words.sibling,
        in_power=False,
    ),
    Component(
        "crs_french", N_("French"), "D",
        (D + "french", D + "french_minimum_nclc", D + "french_english_minimum_clb"),
        _abilities("french_nclc", "english_clb"), words.french,
    ),
    Component(
        "crs_high_wage", N_("High-wage occupation"), "D",
        tuple(D + f"high_wage_{name}" for name in (
            "canadian_work", "job_offer", "combination", "maximum", "occupations", "window_years", "one_occupation",
        )),
        (*high_wage.MONTHS, *(f"{name}_at_most" for name in high_wage.MONTHS), "job_offer_noc", "offer_high_wage"),
        words.high_wage, own_cap=D + "high_wage_maximum", before_cap="high_wage_before_cap",
    ),
)  # fmt: skip

FSW = (
    Component(
        "fsw_points_education", N_("Education"), "FSW", (F + "education", ASSESSMENT), _education(""),
        words.education,
    ),
    Component(
        "fsw_points_language", N_("First official language"), "FSW", (F + "first_language", VALIDITY), FIRST,
        words.first_language, per_ability=True,
    ),
    Component(
        "fsw_points_second_language", N_("Second official language"), "FSW",
        (F + "second_language", F + "second_language_minimum", VALIDITY), SECOND, words.second_language,
    ),
    Component(
        "fsw_points_experience", N_("Work experience"), "FSW", (F + "experience", "fsw.experience_window_years"),
        ("skilled_years", "skilled_years_at_most"), words.fsw_experience,
    ),
    Component("fsw_points_age", N_("Age"), "FSW", (F + "age",), ("age", "date_of_birth"), words.age, in_power=False),
    Component(
        "fsw_points_arranged_employment", N_("Arranged employment"), "FSW",
        (F + "arranged_employment", "fsw.arranged_employment_routes", "fsw.arranged_employment_must_be_permanent",
         "fsw.arranged_employment_minimum_years"),
        OFFER, words.job_offer,
    ),
    Component(
        "fsw_points_adaptability", N_("Adaptability"), "FSW",
        (F + "adaptability_maximum", *(F + f"adaptability_{item}" for item in words.ADAPTABILITY)),
        ("with_spouse", "studied_in_canada_two_years", "worked_in_canada_one_year",
         "spouse_studied_in_canada_two_years", "spouse_worked_in_canada_one_year", "relative_in_canada",
         "sibling_in_canada", "has_offer", *_abilities("spouse_clb")),
        words.fsw_adaptability, own_cap=F + "adaptability_maximum", before_cap="adaptability_before_cap",
    ),
)  # fmt: skip

COMPONENTS = (*CRS, *FSW)
BY_COLUMN = {component.column: component for component in COMPONENTS}


def most(component: Component, law: Law) -> pl.Expr:
    """The most points (Int16) that the component can bring in the client's grid; empty where the law is not known."""
    table = component.own_cap or component.rules[0]
    if not law.known(table):
        return pl.lit(None, dtype=pl.Int16)
    times = len(ABILITIES) if component.per_ability and not component.own_cap else 1
    with_spouse, without_spouse = (highest(law[table], grid) * times for grid in GRIDS)
    return by_grid(with_spouse, 0 if component.group == "B" else without_spouse)


def cap_of(cap: Cap, law: Law) -> pl.Expr:
    """The maximum (Int16) of a sum in the client's grid."""
    return by_grid(*(highest(law[cap.rule], grid) for grid in GRIDS))


def highest(value: Any, grid: str) -> int:
    """The highest number of points in a table of the law, in one grid."""
    if isinstance(value, Mapping):
        if grid in value:
            return highest(value[grid], grid)
        return max(highest(entry, grid) for key, entry in value.items() if key != "at_least")
    if isinstance(value, Sequence):
        return max(highest(entry, grid) for entry in value)
    return int(value)


def rule_of(name: str, law: Law) -> dict[str, Any]:
    """A rule as it stands on the day, as plain values: what, from when to when, how sure, and where it was read."""
    parameter, version = law.rules.parameter(name), law.version(name)
    return {
        "id": name,
        "title": _(parameter.title),
        "from": version.starts_on.isoformat(),
        "to": None if version.ends_on is None else version.ends_on.isoformat(),
        "status": law.status_of(name),
        "confidence": version.confidence,
        "last_checked_on": version.last_checked_on.isoformat(),
        "source": version.source.title,
        "section": version.section,
        "address": version.source.href,
        "note": version.note,
    }
