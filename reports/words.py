"""The columns of the scores, and their values, in people's words; the order is the law's."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

YES, NO, CANNOT_BE_TOLD = "yes", "no", "cannot be told"
# Answers that leave something open.
OPEN = (CANNOT_BE_TOLD, "unknown", "carried, not confirmed", "known, a newer one is due")
# What somebody must mend, where a column tells how a thing stands.
TO_MEND = (
    NO,
    "missing",
    "too old on the day",
    "expires before the day",
    "planned too late",
    "plan has passed",
    "lapsed",
)

CRS_GROUPS: dict[str, dict[str, str]] = {
    "A. Core human capital": {
        "crs_core": "Core total (A)",
        "crs_age": "Age",
        "crs_education": "Education",
        "crs_first_language": "First language",
        "crs_second_language": "Second language",
        "crs_canadian_work": "Canadian work",
    },
    "B. Spouse or partner": {
        "crs_spouse": "Spouse total (B)",
        "crs_spouse_education": "Spouse education",
        "crs_spouse_language": "Spouse language",
        "crs_spouse_canadian_work": "Spouse Canadian work",
    },
    "C. Skill transferability (each block after its cap)": {
        "crs_transferability": "Transferability total (C)",
        "crs_education_language": "Education and language",
        "crs_education_canadian_work": "Education and Canadian work",
        "crs_education_block": "Education block",
        "crs_foreign_work_language": "Foreign work and language",
        "crs_foreign_canadian_work": "Foreign and Canadian work",
        "crs_foreign_work_block": "Foreign work block",
        "crs_certificate_block": "Certificate block",
    },
    "D. Additional points": {
        "crs_additional": "Additional total (D)",
        "crs_sibling": "Sibling",
        "crs_french": "French",
        "crs_canadian_study": "Canadian study",
        "crs_job_offer": "Job offer",
        "crs_nomination": "Nomination",
        "crs_high_wage": "High wage",
    },
}
CRS_GROUP_TOTALS = tuple(next(iter(titles)) for titles in CRS_GROUPS.values())
CRS_COMPONENTS = tuple(name for titles in CRS_GROUPS.values() for name in titles)

PROGRAMS = ("FSW", "CEC", "FST")
REASONS_BETWEEN = "; "
FSW_POINTS = {
    "fsw_points": "FSW points",
    "fsw_points_education": "FSW education",
    "fsw_points_language": "FSW first language",
    "fsw_points_second_language": "FSW second language",
    "fsw_points_experience": "FSW experience",
    "fsw_points_age": "FSW age",
    "fsw_points_arranged_employment": "FSW arranged employment",
    "fsw_points_adaptability": "FSW adaptability",
}
ELIGIBILITY = {
    "pool_eligible": "Pool eligible",
    "fsw_eligible": "FSW eligible",
    "cec_eligible": "CEC eligible",
    "fst_eligible": "FST eligible",
}
CATEGORY_LISTS = {"categories": "Categories", "categories_unknown": "Categories that cannot be told"}
LANGUAGE_LEVELS = {
    f"{stem}_{ability}": f"{whose} {ability}"
    for stem, whose in (("english_clb", "English"), ("french_nclc", "French"), ("spouse_clb", "Spouse"))
    for ability in ("listening", "reading", "writing", "speaking")
}
CONFIDENCE = {"H": "high", "M": "medium", "L": "low"}


def some(names: Sequence[str], most: int) -> str:
    """A list of names, of which the first few are said."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def told(column: str) -> pl.Expr:
    """A Boolean column as yes, no, or cannot be told where it is empty."""
    return (
        pl.when(pl.col(column))
        .then(pl.lit(YES))
        .when(~pl.col(column))
        .then(pl.lit(NO))
        .otherwise(pl.lit(CANNOT_BE_TOLD))
        .alias(column)
    )


def spaced(column: str) -> pl.Expr:
    """A column of keys such as with_spouse, in plain words."""
    return pl.col(column).str.replace_all("_", " ", literal=True)


def listed(column: str) -> pl.Expr:
    """A column of keys with | between, as a list in plain words."""
    return spaced(column).str.replace_all("|", ", ", literal=True)


def utc(column: str) -> pl.Expr:
    """A column of moments in UTC as a workbook holds them, without a zone; its header says UTC."""
    return pl.col(column).dt.convert_time_zone("UTC").dt.replace_time_zone(None)


def reasons_of(program: str) -> pl.Expr:
    """The reasons of eligibility_reasons that speak of one program, without its name, one a line."""
    name = f"{program} "
    mine = pl.col("eligibility_reasons").str.split(REASONS_BETWEEN).list.filter(pl.element().str.starts_with(name))
    return mine.list.eval(pl.element().str.strip_prefix(name)).list.join("\n")
