"""How long before the last day a task must begin: the firm's view of the work, no law.

The days are round numbers from practice, so that a task comes while a result can still arrive in time. A task whose lead
has begun is for today.
"""

from __future__ import annotations

import polars as pl

# Days from the order to the paper, by kind of document.
LEAD_DAYS = {
    # A free seat, and the result by post or account.
    "language_result": 30,
    # The school sends its papers to the assessor first.
    "eca": 60,
    # Some countries ask for fingerprints or an appointment.
    "police_certificate": 60,
    # An appointment with a panel physician, and the upload.
    "medical": 21,
    "funds_letter": 7,
    "passport": 45,
    # The application must be complete before the last day.
    "work_permit": 30,
    # A province answers within weeks.
    "nomination": 30,
}
OTHER_LEAD_DAYS = 14
# Tasks that begin so early, with the document that they wait for; of the others the item of the event says it.
LEAD_OF_TASK = {
    "renew_passport": "passport",
    "extend_work_permit": "work_permit",
    "extend_nomination": "nomination",
    "book_medical": "medical",
    "order_police_certificate": "police_certificate",
    "renew_funds_letter": "funds_letter",
    "book_language_test": "language_result",
    "book_test": "language_result",
    "order_assessment": "eca",
    "replace_test": "language_result",
    "replace_assessment": "eca",
    "book_test_or_apply": "language_result",
    "order_assessment_or_apply": "eca",
    "raise_score": "language_result",
    "reach_cut_off": "language_result",
}
OF_THE_ITEM = ("renew_document", "replace_document", "replace_or_apply", "renew_for_application")
# Tasks that nothing but a look at the account or the file holds up.
FOR_TODAY = (
    "confirm_invitation",
    "confirm_lapsed",
    "enter_application",
    "enter_lapsed",
    "enter_lock_in",
    "submit_profile_again",
    "check_invitation",
    "ask_for_decision",
)
# Tasks on the planned day itself.
AS_PLANNED = "apply_as_planned"


def lead_days() -> pl.Expr:
    """The days that a task with `task` and `item` must begin before its last day (Int64); 0 where it needs none."""
    task = pl.col("task")
    fixed = {key: LEAD_DAYS[document] for key, document in LEAD_OF_TASK.items()}
    of_item = pl.col("item").replace_strict(LEAD_DAYS, default=OTHER_LEAD_DAYS, return_dtype=pl.Int64)
    # A passport has no item of its own.
    of_kind = pl.when(pl.col("kind") == "passport_expires").then(LEAD_DAYS["passport"]).otherwise(of_item)
    return (
        pl.when(task.is_in(OF_THE_ITEM))
        .then(of_kind)
        .otherwise(task.replace_strict(fixed, default=0, return_dtype=pl.Int64))
    )


def due_on(as_of: pl.Expr) -> pl.Expr:
    """The day by which to act on a task (Date): the planned or the last day, earlier by the lead, and never past."""
    last, needed = pl.col("act_by"), pl.col("needed_on")
    begun = pl.min_horizontal(last, pl.when(pl.col("task").is_in(OF_THE_ITEM)).then(needed)) - pl.duration(
        days=lead_days()
    )
    due = (
        pl.when(pl.col("task").is_in(FOR_TODAY))
        .then(as_of)
        .when(pl.col("task") == AS_PLANNED)
        .then(pl.min_horizontal(last, needed))
        .otherwise(begun)
    )
    return pl.max_horizontal(due, as_of)
