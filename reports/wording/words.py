"""The columns of the scores, and their values, in people's words; the order is the law's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from transforms.model.kind_words import KIND_WORDS
from transforms.model.wording import N_, _, named

YES, NO, UNDETERMINED = N_("yes"), N_("no"), N_("undetermined")
# Answers that leave something open.
OPEN = (UNDETERMINED, N_("unknown"), N_("carried, not confirmed"), N_("known, a newer one is due"))
# What somebody must fix, where a column gives a status.
TO_FIX = (
    NO,
    N_("missing"),
    N_("too old on the day"),
    N_("expires before the day"),
    N_("planned too late"),
    N_("plan has passed"),
    N_("lapsed"),
)

CRS_GROUPS: dict[str, dict[str, str]] = {
    N_("A. Core human capital"): {
        "crs_core": N_("Core total (A)"),
        "crs_age": N_("Age"),
        "crs_education": N_("Education"),
        "crs_first_language": N_("First language"),
        "crs_second_language": N_("Second language"),
        "crs_canadian_work": N_("Canadian work"),
    },
    N_("B. Spouse or partner"): {
        "crs_spouse": N_("Spouse total (B)"),
        "crs_spouse_education": N_("Spouse education"),
        "crs_spouse_language": N_("Spouse language"),
        "crs_spouse_canadian_work": N_("Spouse Canadian work"),
    },
    N_("C. Skill transferability (each block after its cap)"): {
        "crs_transferability": N_("Transferability total (C)"),
        "crs_education_language": N_("Education and language"),
        "crs_education_canadian_work": N_("Education and Canadian work"),
        "crs_education_block": N_("Education block"),
        "crs_foreign_work_language": N_("Foreign work and language"),
        "crs_foreign_canadian_work": N_("Foreign and Canadian work"),
        "crs_foreign_work_block": N_("Foreign work block"),
        "crs_certificate_block": N_("Certificate block"),
    },
    N_("D. Additional points"): {
        "crs_additional": N_("Additional total (D)"),
        "crs_sibling": N_("Sibling"),
        "crs_french": N_("French"),
        "crs_canadian_study": N_("Canadian study"),
        "crs_job_offer": N_("Job offer"),
        "crs_nomination": N_("Nomination"),
        "crs_high_wage": N_("High wage"),
    },
}
CRS_GROUP_TOTALS = tuple(next(iter(titles)) for titles in CRS_GROUPS.values())
CRS_COMPONENTS = tuple(name for titles in CRS_GROUPS.values() for name in titles)

PROGRAMS = ("FSW", "CEC", "FST")
REASONS_BETWEEN = "; "
FSW_POINTS = {
    "fsw_points": N_("FSW points"),
    "fsw_points_education": N_("FSW education"),
    "fsw_points_language": N_("FSW first language"),
    "fsw_points_second_language": N_("FSW second language"),
    "fsw_points_experience": N_("FSW experience"),
    "fsw_points_age": N_("FSW age"),
    "fsw_points_arranged_employment": N_("FSW arranged employment"),
    "fsw_points_adaptability": N_("FSW adaptability"),
}
ELIGIBILITY = {
    "pool_eligible": N_("Pool eligible"),
    "fsw_eligible": N_("FSW eligible"),
    "cec_eligible": N_("CEC eligible"),
    "fst_eligible": N_("FST eligible"),
}
CATEGORY_LISTS = {"categories": N_("Categories"), "categories_unknown": N_("Undetermined categories")}
LANGUAGE_LEVELS = {
    "english_clb_listening": N_("English listening"),
    "english_clb_reading": N_("English reading"),
    "english_clb_writing": N_("English writing"),
    "english_clb_speaking": N_("English speaking"),
    "french_nclc_listening": N_("French listening"),
    "french_nclc_reading": N_("French reading"),
    "french_nclc_writing": N_("French writing"),
    "french_nclc_speaking": N_("French speaking"),
    "spouse_clb_listening": N_("Spouse listening"),
    "spouse_clb_reading": N_("Spouse reading"),
    "spouse_clb_writing": N_("Spouse writing"),
    "spouse_clb_speaking": N_("Spouse speaking"),
}
CONFIDENCE = {"H": N_("high"), "M": N_("medium"), "L": N_("low")}
POOL_STATUSES = {
    "in_pool": N_("in pool"),
    "draft": N_("draft"),
    "invited": N_("invited"),
    "applied": N_("applied"),
    "declined": N_("declined"),
    "withdrawn": N_("withdrawn"),
    "expired": N_("expired"),
}
LANGUAGES = {"english": N_("English"), "french": N_("French")}
GRIDS = {"with_spouse": N_("with spouse"), "without_spouse": N_("without spouse")}
# How far the law of a day is known.
RULES_STATUSES = {"complete": N_("complete"), "incomplete": N_("incomplete")}


def some(names: Sequence[str], most: int) -> str:
    """A list of names, of which the first few are said."""
    said = ", ".join(names[:most])
    return _("{names} and {more} more").format(names=said, more=len(names) - most) if len(names) > most else said


def rules_status_word(status: str) -> str:
    """How far the law of a day is known, in the language in use."""
    return _(RULES_STATUSES[status]) if status in RULES_STATUSES else status


def yes_no(column: str) -> pl.Expr:
    """A Boolean column as yes, no, or undetermined where it is empty."""
    return (
        pl.when(pl.col(column))
        .then(pl.lit(_(YES)))
        .when(~pl.col(column))
        .then(pl.lit(_(NO)))
        .otherwise(pl.lit(_(UNDETERMINED)))
        .alias(column)
    )


def worded(column: str, table: Mapping[str, str]) -> pl.Expr:
    """A column of keys in the words of a table; a key without an entry with blanks for underscores."""
    known = pl.col(column)
    words = named(table, known)
    return pl.when(known.is_in(list(table))).then(words).otherwise(_spaced(known)).alias(column)


def listed(column: str) -> pl.Expr:
    """A column of kinds of rounds with | between, as a list in words."""
    return pl.col(column).str.split("|").list.eval(_kind(pl.element())).list.join(", ")


def kinds(column: str = "kind") -> pl.Expr:
    """A column of kinds of rounds in words."""
    return _kind(pl.col(column)).alias(column)


def _kind(key: pl.Expr) -> pl.Expr:
    return pl.when(key.is_in(list(KIND_WORDS))).then(named(KIND_WORDS, key)).otherwise(_spaced(key))


def _spaced(key: pl.Expr) -> pl.Expr:
    return key.str.replace_all("_", " ", literal=True)


def utc(column: str) -> pl.Expr:
    """A column of moments in UTC as a workbook holds them, without a zone; its header says UTC."""
    return pl.col(column).dt.convert_time_zone("UTC").dt.replace_time_zone(None)


def reasons_of(program: str) -> pl.Expr:
    """The reasons of eligibility_reasons that concern one program, in words and without its name, one a line."""
    name = f"{program} "
    mine = pl.col("eligibility_reasons").str.split(REASONS_BETWEEN).list.filter(pl.element().str.starts_with(name))
    return mine.list.eval(pl.element().str.strip_prefix(name)).list.join("\n")
