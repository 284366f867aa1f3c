"""Words for the keys of counts, of kinds of events and of their reasons, as the commands show them."""

from __future__ import annotations

from transforms.model.wording import N_, _

COUNTS = {
    "candidates_in": N_("candidates in"),
    "candidates_accepted": N_("candidates accepted"),
    "candidates_quarantined": N_("candidates quarantined"),
    "detail_rows_in": N_("detail rows in"),
    "detail_rows_used": N_("detail rows used"),
    "detail_rows_held": N_("detail rows held"),
    "detail_rows_quarantined": N_("detail rows quarantined"),
    "in_pool": N_("in pool"),
    "undetermined": N_("undetermined"),
    "invited": N_("invited"),
    "events": N_("events"),
    "files_taken": N_("files taken"),
    "files_unusable": N_("files unusable"),
    "candidates_in_files": N_("candidates in files"),
    "candidates_accepted_from_files": N_("candidates accepted from files"),
}
EVENTS = {
    "client": N_("client"),
    "score": N_("score"),
    "eligibility": N_("eligibility"),
    "pool": N_("pool"),
    "category": N_("category"),
    "invited": N_("invited"),
    "above_cutoff": N_("above the cut-off of a round"),
    "below_cutoff": N_("below the cut-off of a round"),
    "invitation_withdrawn": N_("invitation withdrawn"),
    "invitation_ended": N_("invitation ended"),
    "quarantined": N_("quarantined"),
    "status": N_("pool status"),
    "owner": N_("case owner"),
    "rules_corrected": N_("rules corrected"),
    "birthday": N_("birthday"),
    "test_expired": N_("test expired"),
    "test_counts": N_("test counts"),
    "assessment_expired": N_("assessment expired"),
    "education_counts": N_("education counts"),
    "work_year_lost": N_("work year lost"),
    "work_year_reached": N_("work year reached"),
    "profile_expired": N_("profile expired"),
    "profile_submitted": N_("profile submitted"),
    "law_changed": N_("law changed"),
    "data_changed": N_("data changed"),
    "round": N_("round"),
}

OUTCOMES = {
    "taken": N_("taken"),
    "unusable": N_("unusable"),
    "put_back": N_("reappeared"),
    "not_read": N_("not read"),
    "excluded": N_("excluded"),
}


def of_outcome(key: str) -> str:
    """What became of a file, in words."""
    return _in_words(OUTCOMES, key)


def of_count(name: str) -> str:
    """The name of a count in words."""
    return _in_words(COUNTS, name)


def of_event(key: str) -> str:
    """A kind of event or a reason in words."""
    return _in_words(EVENTS, key)


def _in_words(table: dict[str, str], key: str) -> str:
    return _(table[key]) if key in table else key.replace("_", " ")
