"""The lists of the alerts: who must act and by when, what is new, and all that lies ahead, in people's words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl

from reports.alert_contents import AlertContents
from reports.book import FEW_DAYS
from reports.consequences import CONSEQUENCES, is_no_matter_of_age, rank, with_consequences
from reports.words import NO, YES
from transforms.ahead import KINDS
from transforms.calendar import MONTHS_IN_A_YEAR, months_later

# Days within which something is urgent, soon, and later; the last has no end.
URGENT, SOON, LATER = FEW_DAYS, 30, 90
WITHIN = {f"Within {days} days": days for days in (URGENT, SOON, LATER)}
AHEAD_WORDS = {kind: kind.replace("_", " ") for kind in KINDS} | {
    "ita_deadline": "invitation lapses", "ita_lapsed": "invitation lapsed", "dependant_ages_out": "child comes of age",
}  # fmt: skip
# The kinds of news, the weightiest first.
NEWS_WORDS = {
    "invited": "newly invited",
    "uninvited": "invitation taken back",
    "invitation_over": "invitation over",
    "above_line": "newly above the line",
    "below_line": "newly below the line",
    "category": "category",
    "eligibility": "eligibility",
    "pool": "pool",
    "score": "score",
    "client": "client",
}
NEWS_COUNTED = {
    "invited": "Newly invited",
    "uninvited": "Invitations taken back by a corrected round",
    "invitation_over": "Invitations declined, or let go for a newer profile",
    "above_line": "Newly above the line of a last round",
    "below_line": "Newly below the line of a last round",
    "category": "Category gained or lost",
    "eligibility": "Eligibility changed",
    "pool": "Entered or left the pool",
    "score": "Score changed",
    "client": "Clients added or taken out",
}
# Of a program, a category or the pool: what was and what is.
ANSWERS = {"true": YES, "false": NO}
PROFILE_ENDS = "profile_expires"
PROGRAM_KEYS = ("fsw", "cec", "fst")
ARROW = " → "
# In the texts of transforms.changed_cells, before the name of the file.
BEFORE_FILE = ", "
MONTH = "%Y-%m"
OWNER = pl.col("case_owner")


def ahead(contents: AlertContents) -> pl.DataFrame:
    """All that lies ahead in order, with days_left (Int32) to the last day to act, or to the event where nothing is to be
    done, and consequence and to_do where something is; kinds, consequences, programs and categories in words.
    """
    days = (pl.coalesce("act_by", "on") - contents.as_of).dt.total_days().cast(pl.Int32)
    return (
        _judged(contents)
        .with_columns(
            days.alias("days_left"),
            pl.col("consequence").replace(CONSEQUENCES),
            pl.col("kind").replace(AHEAD_WORDS),
            _change("programs").str.replace_many({key: key.upper() for key in PROGRAM_KEYS}).alias("programs"),
            _change("categories").alias("categories"),
        )
        .join(contents.people, on="client_id", how="left", maintain_order="left")
    )


def _change(what: str) -> pl.Expr:
    """What changes, as `CEC, FSW → FSW`; empty where it does not."""
    before, after = (
        pl.col(f"{what}_{when}").str.replace_all("_", " ", literal=True).str.replace_all("|", ", ", literal=True)
        for when in ("before", "after")
    )
    words = [pl.when(side.fill_null("") == "").then(pl.lit("none")).otherwise(side) for side in (before, after)]
    return pl.when(before.is_not_null() | after.is_not_null()).then(pl.concat_str(words, separator=ARROW))


def matters() -> pl.Expr:
    """Does an event change anything: the score, a program, a category, or what only people can tell (points empty)? The
    end of a profile always does, for a new one is to be made.
    """
    changed = [
        pl.col(f"{what}_{when}").is_not_null() for what in ("programs", "categories") for when in ("before", "after")
    ]
    return (pl.col("points").fill_null(1) != 0) | pl.any_horizontal(changed) | (pl.col("kind") == PROFILE_ENDS)


def must_act(contents: AlertContents) -> pl.Expr:
    """Can somebody still do something about an event that takes something away?

    A birthday counts only where it takes a client below a cut-off within reach, or out of a program or category.
    """
    gain = (pl.col("points") > 0).fill_null(value=False)
    in_time = (pl.col("act_by") >= contents.as_of).fill_null(value=False)
    return in_time & matters() & ~gain & is_no_matter_of_age(contents)


def to_act(contents: AlertContents) -> pl.DataFrame:
    """What somebody can still do something about, the gravest consequence first, then the nearest last day to act; of one
    day what costs most points first.
    """
    return ahead(replace(contents, ahead=_by_consequence(contents)))


def _judged(contents: AlertContents) -> pl.DataFrame:
    """The events ahead with consequence and to_do where somebody must act on them."""
    acts = must_act(contents)
    judged = with_consequences(contents, contents.ahead)
    return judged.with_columns(pl.when(acts).then(name).alias(name) for name in ("consequence", "to_do"))


def _by_consequence(contents: AlertContents) -> pl.DataFrame:
    """What is to be done (frame AHEAD): by consequence, then the last day to act, then the points that it costs."""
    act = _judged(contents).filter(pl.col("consequence").is_not_null())
    ordered = act.sort(
        rank(), "act_by", pl.col("points").fill_null(0), "client_id", "kind", "subject", maintain_order=True
    )
    return ordered.select(contents.ahead.columns)


def news(contents: AlertContents) -> pl.DataFrame:
    """What is new, the weightiest kinds first, and in each the largest loss."""
    return (
        _by_weight(contents.news)
        .with_columns(
            pl.col("kind").replace(NEWS_WORDS),
            *(_plain(name) for name in ("what", "reason")),
            *(_plain(name).replace(ANSWERS) for name in ("before", "after")),
        )
        .join(contents.people, on="client_id", how="left", maintain_order="left")
    )


def _without_files(contents: AlertContents) -> pl.Expr:
    """The text of news without the names of files: of the place of a changed cell the sheet and the row remain."""
    # One file's name may end as another one does.
    longest_first = sorted(set(contents.files), key=lambda name: (-len(name), name))
    text = pl.col("text")
    for name in longest_first:
        text = text.str.replace_all(BEFORE_FILE + name + " ", BEFORE_FILE, literal=True)
    return text


def _by_weight(found: pl.DataFrame) -> pl.DataFrame:
    """News with the weightiest kinds first, and in each the largest loss."""
    weight = pl.col("kind").replace_strict(
        list(NEWS_WORDS), list(range(len(NEWS_WORDS))), default=len(NEWS_WORDS), return_dtype=pl.Int32
    )
    return found.sort(weight, pl.col("points").fill_null(0), "client_id", maintain_order=True)


def _plain(column: str) -> pl.Expr:
    return pl.col(column).str.replace_all("_", " ", literal=True).str.replace_all("|", ", ", literal=True)


def by_owner(contents: AlertContents) -> pl.DataFrame:
    """What waits for each case owner: case_owner, the number of things to do by when, and of clients newly invited.

    Things are counted up to each day: what is urgent is soon as well. Clients of nobody come last.
    """
    act = to_act(contents)
    waiting = act.group_by("case_owner").agg(
        *((pl.col("days_left") <= days).sum().alias(name) for name, days in WITHIN.items()), pl.len().alias("all")
    )
    invited = news(contents).filter(pl.col("kind") == NEWS_WORDS["invited"])
    new = invited.group_by("case_owner").agg(pl.col("client_id").n_unique().alias("invited"))
    owners = pl.concat([act.select("case_owner"), invited.select("case_owner")]).unique()
    return (
        owners.join(waiting, on="case_owner", how="left", nulls_equal=True)
        .join(new, on="case_owner", how="left", nulls_equal=True)
        .with_columns(pl.col(pl.UInt32).fill_null(0))
        .sort(OWNER.is_null(), "case_owner")
    )


def by_month(contents: AlertContents) -> pl.DataFrame:
    """How much falls into each month from the day to a year later: month (String, as 2026-08), to_do and other."""
    last = months_later(contents.as_of, MONTHS_IN_A_YEAR)
    months = pl.date_range(contents.as_of.replace(day=1), last, "1mo", eager=True).dt.to_string(MONTH).alias("month")
    act = to_act(contents).select(pl.col("act_by").dt.to_string(MONTH).alias("month"), to_do=1)
    other = contents.ahead.filter(~must_act(contents)).select(pl.col("on").dt.to_string(MONTH).alias("month"), other=1)
    counted = pl.concat([act, other], how="diagonal").group_by("month").agg(pl.col("to_do", "other").sum())
    return months.to_frame().join(counted, on="month", how="left", maintain_order="left").fill_null(0)


def one_list(contents: AlertContents) -> pl.DataFrame:
    """News, what is to be done, and what else lies ahead, as one list for other programs: in it no names of clients, nor
    of files, which firms name after clients.

    `list` is news, act or ahead, each in the order of its sheet; news bear the day itself. Keys stay as they are.
    """
    owners = contents.people.select("client_id", "case_owner")
    new = _by_weight(contents.news).with_columns(
        pl.lit("news").alias("list"), pl.lit(contents.as_of, pl.Date).alias("on"), _without_files(contents).alias("what"),
        pl.col("what").alias("subject"),
    )  # fmt: skip
    act, others = _by_consequence(contents), contents.ahead.filter(~must_act(contents))
    parts = {"act": with_consequences(contents, act), "ahead": others}
    coming = pl.concat(
        (part.with_columns(pl.lit(name).alias("list")) for name, part in parts.items()), how="diagonal"
    ).with_columns(
        (pl.coalesce("act_by", "on") - contents.as_of).dt.total_days().cast(pl.Int32).alias("days_left"),
    )
    columns = (
        "list", "on", "act_by", "days_left", "client_id", "case_owner", "kind", "what", "subject", "reason",
        "points_before", "points_after", "points", "before", "after", "programs_before", "programs_after",
        "categories_before", "categories_after", "consequence", "to_do",
    )  # fmt: skip
    together = pl.concat([new, coming], how="diagonal").join(owners, on="client_id", how="left", maintain_order="left")
    return together.select(columns)


def day_to_look_at(on: date, act_by: date | None, as_of: date) -> date:
    """The day on which somebody must look at an event: the last to act, where that is not past, else its own."""
    return act_by if act_by is not None and act_by >= as_of else on
