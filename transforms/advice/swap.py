"""The spouse as principal applicant: the typed sheets with the two persons in each other's place."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from transforms.advice.frame import AND
from transforms.assessment import facts
from transforms.model.vocabulary import ABILITIES
from transforms.rules import Law

SPOUSE = "spouse_"
LANGUAGE_PARTS = ("test", "test_date", *ABILITIES)
# Columns of the Candidates sheet that both persons have, by the principal's name.
OF_BOTH = (
    "date_of_birth", "first_language", "education_level", "education_country", "eca_issued_on", "canadian_study",
    "canadian_work_years", "foreign_work_years", "certificate_of_qualification", "primary_noc",
    "studied_in_canada_two_years", "worked_in_canada_one_year",
    *(f"{language}_{part}" for language in ("english", "french") for part in LANGUAGE_PARTS),
)  # fmt: skip
# Those of the principal alone, of which nothing is known of the spouse; a new profile has no day yet.
OF_PRINCIPAL = (
    "language_exempt_abilities", "canadian_work_months_last_36", "canadian_work_noc", "primary_occupation_years",
    "trade_noc", "trade_years_last_5", "certificate_noc", "job_offer_noc", "job_offer_basis", "job_offer_employers",
    "job_offer_years", "job_offer_permanent", "authorized_to_work_in_canada", "provincial_nomination",
    "nomination_applied_on", "foreign_military_years", "caf_offer_years", "profile_submitted_at",
    "profile_submitted_latest",
)  # fmt: skip
# What of the spouse must be known for a whole answer, and the sheet whose rows tell it too.
NEEDED = {
    "spouse_date_of_birth": "",
    "spouse_education_level": "education",
    "spouse_foreign_work_years": "work_history",
    "spouse_canadian_work_years": "work_history",
}
OTHER_PERSON = {"principal": "spouse", "spouse": "principal"}


def swapped(sheets: Mapping[str, pl.DataFrame], clients: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The typed sheets of some clients (client_id) with principal and spouse in each other's place."""
    found = {
        key: frame.join(clients.select("client_id"), on="client_id", how="semi", maintain_order="left")
        for key, frame in sheets.items()
    }
    candidates = found["candidates"]
    schema = candidates.schema
    exchanged = [(own, f"{SPOUSE}{own}") for own in OF_BOTH]
    found["candidates"] = candidates.with_columns(
        *(pl.col(theirs).cast(schema[own]).alias(own) for own, theirs in exchanged),
        *(pl.col(own).cast(schema[theirs]).alias(theirs) for own, theirs in exchanged),
        *(pl.lit(None, dtype=schema[name]).alias(name) for name in OF_PRINCIPAL if name in schema),
    )
    return {
        key: frame.with_columns(pl.col("person").replace(OTHER_PERSON)) if "person" in frame.columns else frame
        for key, frame in found.items()
    }


def tried(sheets: Mapping[str, pl.DataFrame], clients: pl.DataFrame, law: Law) -> pl.DataFrame:
    """The facts of the clients with an accompanying spouse as the spouse's own: lever, detail (the columns that would have
    to be known, AND between) and row (UInt32, among `clients`), beside the facts.

    The state of the profile stays. Job offer, nomination and the rest of OF_PRINCIPAL are not the spouse's; a brother or
    sister in Canada counts for either person (MI s. 29).
    """
    numbered = clients.with_row_index("row").filter("with_spouse").select("row", "client_id", "pool_status")
    changed = swapped(sheets, numbered)
    numbered = (
        changed["candidates"].select("client_id").join(numbered, on="client_id", how="left", maintain_order="left")
    )
    settled = facts.settle(changed, law)
    before = {
        key: frame.join(numbered, on="client_id", how="semi", maintain_order="left") for key, frame in sheets.items()
    }
    return settled.with_columns(
        numbered["row"], numbered["pool_status"], _missing(before).alias("detail")
    ).with_columns(pl.lit("spouse_principal").alias("lever"))


def _missing(sheets: Mapping[str, pl.DataFrame]) -> pl.Series:
    """The columns of NEEDED that are empty, where no row tells it either (String, empty text: none)."""
    candidates = sheets["candidates"]
    parts = []
    for column, sheet in NEEDED.items():
        is_missing = pl.col(column).is_null()
        if sheet:
            rows = sheets[sheet].filter(pl.col("person") == "spouse")["client_id"].unique()
            is_missing &= ~pl.col("client_id").is_in(rows.implode())
        parts.append(pl.when(is_missing).then(pl.lit(column)))
    return candidates.select(pl.concat_str(parts, separator=AND, ignore_nulls=True)).to_series()
