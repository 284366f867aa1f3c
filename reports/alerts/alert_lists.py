"""The lists of the alerts: who must act and by when, what is new, and all that lies ahead, in people's words."""

from __future__ import annotations

from datetime import date

import polars as pl

from reports.alerts.alert_contents import AlertContents
from reports.alerts.alert_news import by_weight, without_files
from reports.alerts.consequences import (
    by_consequence,
    consequence_words,
    is_no_matter_of_age,
    matters,
    to_do_texts,
    turn_words,
    with_consequences,
)
from reports.alerts.tasks import BIRTHDAY
from reports.report.computed_once import computed_once
from reports.report.owners import one_spelling
from reports.workbook.tints import URGENT_DAYS
from transforms.model.calendar import MONTHS_IN_A_YEAR, months_later
from transforms.model.vocabulary import PROGRAM_KEYS
from transforms.model.wording import N_, _, named

# Days within which something is urgent, and soon; what is to be done later is no matter of today.
URGENT, SOON, TO_DO_DAYS = URGENT_DAYS, 30, 90
WITHIN = (URGENT, SOON, TO_DO_DAYS)
AHEAD_WORDS = {
    "birthday": N_("birthday"),
    "test_expires": N_("test expires"),
    "assessment_expires": N_("assessment expires"),
    "profile_expires": N_("profile expires"),
    "work_year_reached": N_("work year reached"),
    "work_window": N_("work window"),
    "profile_begins": N_("profile begins"),
    "law_changes": N_("law changes"),
    "test_counts": N_("test counts"),
    "credential_counts": N_("credential counts"),
    "work_permit_expires": N_("work permit expires"),
    "passport_expires": N_("passport expires"),
    "nomination_expires": N_("nomination expires"),
    "document_expires": N_("document expires"),
    "dependant_ages_out": N_("child comes of age"),
    "ita_deadline": N_("invitation lapses"),
    "ita_lapsed": N_("invitation lapsed"),
    "ita_doubtful": N_("invitation to check"),
    "document_too_old": N_("document too old"),
    "decision_expected": N_("decision expected"),
}
NOTHING = N_("none")
ARROW = " → "
MONTH = "%Y-%m"
OWNER = pl.col("case_owner")


@computed_once
def classified(contents: AlertContents) -> pl.DataFrame:
    """The events that the alerts report, in their order, with what is at stake in each (reports.alerts.consequences.JUDGED).

    A birthday that changes nothing is none of them.
    """
    events = contents.ahead.filter((pl.col("kind") != BIRTHDAY) | matters())
    return with_consequences(events, contents.applications, contents.cut_offs, contents.cut_off_margin, contents.as_of)


@computed_once
def to_act(contents: AlertContents) -> pl.DataFrame:
    """What somebody can act on in the coming TO_DO_DAYS, in words: the gravest consequence first, then the nearest last
    day to act; of one day what costs most points first.
    """
    return _in_words(contents, by_consequence(_with_to_do(contents), TO_DO_DAYS))


@computed_once
def later(contents: AlertContents) -> pl.DataFrame:
    """All else of the coming 12 months, in words and in order of the day: what is to be done after TO_DO_DAYS, and what
    nobody has to act on, which has neither a last day to act nor a consequence.
    """
    found = _in_words(contents, _with_to_do(contents).filter(~_is_due()))
    acts = pl.col("consequence").is_not_null()
    own = (pl.col("on") - pl.lit(contents.as_of)).dt.total_days().cast(pl.Int32)
    return found.with_columns(
        pl.when(acts).then("act_by").alias("act_by"), pl.when(acts).then("days_left").otherwise(own).alias("days_left")
    ).sort("days_left", pl.col("points").fill_null(0), maintain_order=True)


def _is_due() -> pl.Expr:
    """Must somebody act on an event within TO_DO_DAYS?"""
    return pl.col("consequence").is_not_null() & (pl.col("days_left") <= TO_DO_DAYS)


def in_calendar(contents: AlertContents) -> pl.DataFrame:
    """What changes something, in words, with its kind as `key`; of birthdays what somebody can act on."""
    events = _with_to_do(contents).filter(matters() & is_no_matter_of_age())
    return _in_words(contents, events).with_columns(events["kind"].alias("key"))


@computed_once
def _with_to_do(contents: AlertContents) -> pl.DataFrame:
    """The classified events with to_do, in words."""
    events = classified(contents)
    return events.with_columns(to_do_texts(events))


def _in_words(contents: AlertContents, events: pl.DataFrame) -> pl.DataFrame:
    """Judged events with to_do, with kinds, consequences, turns, programs and categories in words too."""
    return events.with_columns(
        consequence_words().alias("consequence"),
        turn_words().alias("whose_turn"),
        named(AHEAD_WORDS, pl.col("kind")).alias("kind"),
        _change("programs").str.replace_many({key: key.upper() for key in PROGRAM_KEYS}).alias("programs"),
        _change("categories").alias("categories"),
    ).join(contents.people, on="client_id", how="left", maintain_order="left")


def _change(what: str) -> pl.Expr:
    """What changes, as `CEC, FSW → FSW`; empty where it does not."""
    before, after = (
        pl.col(f"{what}_{when}").str.replace_all("_", " ", literal=True).str.replace_all("|", ", ", literal=True)
        for when in ("before", "after")
    )
    words = [pl.when(side.fill_null("") == "").then(pl.lit(_(NOTHING))).otherwise(side) for side in (before, after)]
    return pl.when(before.is_not_null() | after.is_not_null()).then(pl.concat_str(words, separator=ARROW))


def by_owner(contents: AlertContents) -> pl.DataFrame:
    """What waits for each case owner: case_owner, the number of things to do by when (`within_DAYS`), all of the coming
    12 months, and of clients newly invited.

    Things are counted up to each day: what is urgent is soon as well. Owners that differ in case, accents or blanks alone
    are one. Clients of nobody come last.
    """
    owners_of = contents.people.select("client_id", one_spelling(pl.col("case_owner")).alias("case_owner"))
    act = classified(contents).filter(pl.col("consequence").is_not_null()).join(owners_of, on="client_id", how="left")
    waiting = act.group_by("case_owner").agg(
        *((pl.col("days_left") <= days).sum().alias(f"within_{days}") for days in WITHIN), pl.len().alias("all")
    )
    invited = contents.news.filter(pl.col("kind") == "invited").join(owners_of, on="client_id", how="left")
    new = invited.group_by("case_owner").agg(pl.col("client_id").n_unique().alias("invited"))
    owners = pl.concat([act.select("case_owner"), invited.select("case_owner")]).unique()
    return (
        owners.join(waiting, on="case_owner", how="left", nulls_equal=True)
        .join(new, on="case_owner", how="left", nulls_equal=True)
        .with_columns(pl.col(pl.UInt32).fill_null(0))
        .sort(OWNER.is_null(), "case_owner")
    )


@computed_once
def by_month(contents: AlertContents) -> pl.DataFrame:
    """How much falls into each month from the day to a year later: month (String, as 2026-08), to_do and other."""
    last = months_later(contents.as_of, MONTHS_IN_A_YEAR)
    months = pl.date_range(contents.as_of.replace(day=1), last, "1mo", eager=True).dt.to_string(MONTH).alias("month")
    acts = pl.col("consequence").is_not_null()
    events = classified(contents)
    act = events.filter(acts).select(pl.col("due_on").dt.to_string(MONTH).alias("month"), to_do=1)
    other = events.filter(~acts).select(pl.col("on").dt.to_string(MONTH).alias("month"), other=1)
    counted = pl.concat([act, other], how="diagonal").group_by("month").agg(pl.col("to_do", "other").sum())
    return months.to_frame().join(counted, on="month", how="left", maintain_order="left").fill_null(0)


def one_list(contents: AlertContents) -> pl.DataFrame:
    """News, what is to be done, and what else lies ahead, as one list for other programs: in it no names of clients, nor
    of files, which firms name after clients.

    `list` is news, act (within TO_DO_DAYS) or ahead, the first two in the order of their sheets, the last by day; news
    bear the day itself. Keys stay as they are.
    """
    owners = contents.people.select("client_id", "case_owner")
    new = by_weight(contents.news).with_columns(
        pl.lit("news").alias("list"), pl.lit(contents.as_of, pl.Date).alias("on"), without_files(contents).alias("what"),
        pl.col("what").alias("subject"),
    )  # fmt: skip
    events = _with_to_do(contents)
    parts = {"act": by_consequence(events, TO_DO_DAYS), "ahead": events.filter(~_is_due())}
    coming = pl.concat(part.with_columns(pl.lit(name).alias("list")) for name, part in parts.items())
    columns = (
        "list", "on", "act_by", "due_on", "days_left", "client_id", "case_owner", "kind", "what", "subject", "reason",
        "points_before", "points_after", "points", "before", "after", "programs_before", "programs_after",
        "categories_before", "categories_after", "consequence", "whose_turn", "task", "to_do", "state", "person", "item",
        "detail", "since", "needed_on", "cut_off_kind", "cut_off", "points_short",
        "limited_by",
    )  # fmt: skip
    together = pl.concat([new, coming], how="diagonal").join(owners, on="client_id", how="left", maintain_order="left")
    return together.select(columns)


def day_to_look_at(on: date, due_on: date | None, as_of: date) -> date:
    """The day on which somebody must look at an event: that by which to act, where it is not past, else its own."""
    return due_on if due_on is not None and due_on >= as_of else on
