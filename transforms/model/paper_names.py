"""What documents, tests and people are called within a sentence; translated where they are shown."""

from __future__ import annotations

import polars as pl

from transforms.model.wording import N_, named

DOCUMENTS = {
    "passport": N_("passport"),
    "work_permit": N_("work permit"),
    "nomination": N_("provincial nomination"),
    "language_result": N_("language test result"),
    "eca": N_("educational credential assessment"),
    "funds_letter": N_("proof of settlement funds"),
    "funds_exemption": N_("letter that says why no proof of funds is needed"),
    "police_certificate": N_("police certificate"),
    "medical": N_("medical examination"),
    "job_offer": N_("job offer letter"),
    "certificate_of_qualification": N_("certificate of qualification"),
    "work_proof": N_("proof of work"),
    "study_proof": N_("proof of study"),
    "civil_status": N_("civil-status papers"),
    "birth_certificate": N_("birth certificate"),
    "photos": N_("photos"),
    "other": N_("document"),
}
# The principal applicant needs no mention.
OF_PEOPLE = {"spouse": N_(" of the spouse"), "child": N_(" of the child")}
LANGUAGES = {"english": N_("English"), "french": N_("French")}


def document(kind: pl.Expr) -> pl.Expr:
    """A kind of document in words (String)."""
    return named(DOCUMENTS, kind)


def of_person(person: pl.Expr) -> pl.Expr:
    """Whose it is, as the end of a noun; empty for the principal applicant and where nobody is named (String)."""
    return pl.when(person.is_in(list(OF_PEOPLE))).then(named(OF_PEOPLE, person)).otherwise(pl.lit(""))


def language(key: pl.Expr) -> pl.Expr:
    """A language in words, anything else as it is (String)."""
    return named(LANGUAGES, key)


def in_brackets(detail: pl.Expr) -> pl.Expr:
    """A country or language behind a noun; empty where there is none (String)."""
    return pl.when(detail.is_not_null()).then(pl.format(" ({})", detail)).otherwise(pl.lit(""))
