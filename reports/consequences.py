"""What is at stake in what somebody must act on, and what to do about it."""

from __future__ import annotations

import polars as pl

from reports.alert_contents import AlertContents
from transforms.application import WAITING
from transforms.reach import crossing
from transforms.untold import KNOWN

# The gravest first; with the words that people read.
CONSEQUENCES = {
    "invitation": "invitation",
    "application": "application",
    "lapsed": "invitation that lapsed",
    "profile": "profile",
    "score": "score or program",
    "document": "document",
    "birthday": "score at a birthday",
}
OF_KIND = {
    "ita_deadline": "invitation",
    "ita_lapsed": "lapsed",
    "document_too_old": "application",
    "profile_expires": "profile",
    "passport_expires": "document",
    "work_permit_expires": "document",
    "document_expires": "document",
    "birthday": "birthday",
}
OTHER = "score"
# What an application fails with, where it ends before the assumed day of the application.
PAPERS = (
    "passport_expires", "document_expires", "nomination_expires", "test_expires", "assessment_expires", "dependant_ages_out",
)  # fmt: skip
BIRTHDAY = "birthday"
TO_DO = {
    "ita_deadline": "Submit the application for permanent residence.",
    "ita_lapsed": "Enter in pool_status what became of the invitation; if nobody applied, create a new profile.",
    "document_too_old": "Renew the document, or apply while it still counts.",
    "passport_expires": "Renew the passport, and enter the new one.",
    "work_permit_expires": "Apply to extend the work permit.",
    "nomination_expires": "Ask the province to extend the nomination.",
    "document_expires": "Renew the document, and enter the new one.",
    "dependant_ages_out": "Bring the application forward, while the child still counts as a dependant.",
    "profile_expires": "Prepare a new profile, and submit it when this one ends.",
    "test_expires": "Book a new language test, and enter its result.",
    "assessment_expires": "Order a new credential assessment, and enter it.",
    "work_window": "Enter later work, or raise the score by other means.",
    "law_changes": "Check the client against the new law.",
    "birthday": "Raise the score before the birthday, by a better test result or a nomination.",
}
CHECK = "Check what can still be done."
APPLY_OR_RENEW = "Apply before this day, or renew it first."
CONFIRM = "Check whether the invitation came and enter it, or enter declined; if it came, apply in time."
DECIDE = "Decide whether to apply or to decline: IRPA 11.2 would not be met."


def with_consequences(contents: AlertContents, events: pl.DataFrame) -> pl.DataFrame:
    """Events ahead with `consequence` (a key of CONSEQUENCES) and `to_do`, both for what somebody must act on."""
    waiting = (
        contents.applications.filter(pl.col("state").is_in(WAITING))
        .select("client_id", "application_on", "holds")
        .unique("client_id", keep="first", maintain_order=True)
    )
    kind = pl.col("kind")
    of_invitations = pl.col("consequence").is_in(["invitation", "lapsed"])
    is_unrecorded = of_invitations & pl.col("what").str.contains(KNOWN, literal=True)
    fails = kind.is_in(PAPERS) & (pl.col("on") <= pl.col("application_on")).fill_null(value=False)
    consequence = pl.when(fails).then(pl.lit("application")).otherwise(kind.replace_strict(OF_KIND, default=OTHER))
    to_do = (
        pl.when(fails & (kind != "dependant_ages_out"))
        .then(pl.lit(APPLY_OR_RENEW))
        .when(is_unrecorded)
        .then(pl.lit(CONFIRM))
        .when((kind == "ita_deadline") & ~pl.col("holds"))
        .then(pl.lit(DECIDE))
        .otherwise(kind.replace_strict(TO_DO, default=CHECK))
    )
    return (
        events.join(waiting, on="client_id", how="left", maintain_order="left")
        .with_columns(consequence.alias("consequence"))
        .with_columns(to_do.alias("to_do"))
        .select(*events.columns, "consequence", "to_do")
    )


def rank() -> pl.Expr:
    """The place of a consequence, the gravest first."""
    keys = list(CONSEQUENCES)
    return pl.col("consequence").replace_strict(keys, list(range(len(keys))), return_dtype=pl.Int32)


def is_no_matter_of_age(contents: AlertContents) -> pl.Expr:
    """Is an event no birthday, or one that takes a client below a cut-off within reach, or out of a program or category?"""
    birthdays = contents.ahead.filter(pl.col("kind") == BIRTHDAY)
    crossed = crossing(birthdays, contents.cut_offs, contents.cut_off_margin)
    keys = crossed.select(_key()).to_series().to_list()
    loses = [
        pl.col(f"{what}_{when}").is_not_null() for what in ("programs", "categories") for when in ("before", "after")
    ]
    return (pl.col("kind") != BIRTHDAY) | _key().is_in(keys) | pl.any_horizontal(loses)


def _key() -> pl.Expr:
    return pl.concat_str(pl.col("on").cast(pl.String), "client_id", separator=" ")
