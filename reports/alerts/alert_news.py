"""What is new since the last nightly run, in people's words, and the cells behind it."""

from __future__ import annotations

import polars as pl

from reports.alerts.alert_contents import AlertContents
from reports.wording.words import NO, PROGRAMS, UNDETERMINED, YES
from transforms.model.kind_words import KIND_WORDS
from transforms.model.wording import N_, named
from transforms.outlook.event_texts import event_texts

# The kinds of news, the weightiest first.
NEWS_WORDS = {
    "invited": N_("newly invited"),
    "invitation_withdrawn": N_("invitation withdrawn"),
    "invitation_ended": N_("invitation ended"),
    "quarantined": N_("quarantined"),
    "above_cutoff": N_("newly above the cut-off"),
    "below_cutoff": N_("newly below the cut-off"),
    "category": N_("category"),
    "eligibility": N_("eligibility"),
    "pool": N_("pool"),
    "score": N_("score"),
    "status": N_("pool status"),
    "owner": N_("case owner"),
    "client": N_("client"),
}
NEWS_COUNTED = {
    "invited": N_("Newly invited"),
    "invitation_withdrawn": N_("Invitations withdrawn by a corrected round"),
    "invitation_ended": N_("Invitations declined, or replaced by a newer profile"),
    "quarantined": N_("Quarantined, the earlier record is kept"),
    "above_cutoff": N_("Newly above the cut-off of a last round"),
    "below_cutoff": N_("Newly below the cut-off of a last round"),
    "category": N_("Category gained or lost"),
    "eligibility": N_("Eligibility changed"),
    "pool": N_("Entered or left the pool"),
    "score": N_("Score changed"),
    "status": N_("Pool status changed"),
    "owner": N_("Case owner changed"),
    "client": N_("Clients added or removed"),
}
REASONS = {
    "birthday": N_("birthday"),
    "test_expired": N_("test expired"),
    "test_counts": N_("test counts"),
    "assessment_expired": N_("assessment expired"),
    "education_counts": N_("education counts"),
    "work_year_reached": N_("work year reached"),
    "work_year_lost": N_("work year lost"),
    "profile_expired": N_("profile expired"),
    "profile_submitted": N_("profile submitted"),
    "law_changed": N_("law changed"),
    "rules_corrected": N_("rules corrected"),
    "data_changed": N_("data changed"),
    "round": N_("round"),
}
# Of a program, a category or the pool: what was and what is.
# Of other kinds of news.
SUBJECTS = {
    "crs_total": N_("CRS total"),
    "pool_status": N_("pool status"),
    "case_owner": N_("case owner"),
    "pool": N_("pool"),
    "entered": N_("entered"),
    "left": N_("left"),
    "added": N_("added"),
}
ANSWERS = {
    "true": YES,
    "false": NO,
    "undetermined": UNDETERMINED,
    "above": N_("above"),
    "below": N_("below"),
    "not above": N_("not above"),
}
# In the texts of transforms.changes.changed_cells, before the name of the file.
BEFORE_FILE = ", "


def news(contents: AlertContents) -> pl.DataFrame:
    """What is new, the weightiest kinds first, and in each the largest loss."""
    found = by_weight(contents.news)
    return found.with_columns(
        named(NEWS_WORDS, pl.col("kind")).alias("kind"),
        _what(),
        event_texts(found["text"]),
        named(REASONS, pl.col("reason")).alias("reason"),
        *(_answer(name) for name in ("before", "after")),
    ).join(contents.people, on="client_id", how="left", maintain_order="left")


def without_files(contents: AlertContents) -> pl.Expr:
    """The text of news without the names of files: of the place of a changed cell the sheet and the row remain."""
    # One file's name may end as another one does.
    longest_first = sorted(set(contents.files), key=lambda name: (-len(name), name))
    text = pl.col("text")
    for name in longest_first:
        text = text.str.replace_all(BEFORE_FILE + name + " ", BEFORE_FILE, literal=True)
    return text


def by_weight(found: pl.DataFrame) -> pl.DataFrame:
    """News with the weightiest kinds first, and in each the largest loss."""
    weight = pl.col("kind").replace_strict(
        list(NEWS_WORDS), list(range(len(NEWS_WORDS))), default=len(NEWS_WORDS), return_dtype=pl.Int32
    )
    return found.sort(weight, pl.col("points").fill_null(0), "client_id", maintain_order=True)


def _what() -> pl.Expr:
    """What a change concerns: a kind of round or a program in words, else as it is."""
    upper = pl.col("what").str.to_uppercase()
    key = pl.when(upper.is_in(PROGRAMS)).then(upper).otherwise("what")
    known = key.is_in(list(KIND_WORDS))
    words = pl.when(known).then(named(KIND_WORDS, key)).otherwise(named(SUBJECTS, pl.col("what")))
    return words.str.replace_all("_", " ", literal=True).alias("what")


def _answer(column: str) -> pl.Expr:
    """What was or is: an answer or a kind of round in words, else as it is."""
    key = pl.col(column)
    answer = named(ANSWERS, _plain(column))
    return pl.when(key.is_in(list(KIND_WORDS))).then(named(KIND_WORDS, key)).otherwise(answer).alias(column)


def _plain(column: str) -> pl.Expr:
    return pl.col(column).str.replace_all("_", " ", literal=True).str.replace_all("|", ", ", literal=True)


def cells_in_order(contents: AlertContents) -> pl.DataFrame:
    """The changed cells behind the news (transforms.changes.changed_cells.CELLS), in the order of the clients there."""
    order = by_weight(contents.news).select("client_id").unique(maintain_order=True).with_row_index("order")
    return contents.cells.join(order, on="client_id").sort("order", maintain_order=True).drop("order")


def cells(contents: AlertContents) -> pl.DataFrame:
    """The changed cells behind the news with the names of the clients."""
    return cells_in_order(contents).join(contents.people, on="client_id", how="left", maintain_order="left")
