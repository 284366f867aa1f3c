"""What somebody must do in the coming days: this week first, then by consequence; and whose turn it is."""

from __future__ import annotations

from textwrap import wrap

import polars as pl

from reports.alerts import alert_lists
from reports.alerts.consequences import (
    by_consequence,
    consequence_words,
    is_this_week,
    to_do_texts,
    turn_words,
    with_consequences,
)
from reports.people.names import with_names
from reports.report.computed_once import computed_once
from reports.report.contents import ReportContents
from transforms.model.wording import N_, _, n_, named, phrase

# What a person can act on, and what is soon.
HORIZON_DAYS, SOON_DAYS = alert_lists.TO_DO_DAYS, alert_lists.SOON
BETWEEN = ", "
# Characters of the name on the first sheet.
NAME_WIDTH = 24
IN_POOL = {"true": N_("yes"), "false": N_("no")}


@computed_once
def must_act(contents: ReportContents) -> pl.DataFrame:
    """What is to be done within HORIZON_DAYS: what is due this week first, then the gravest consequence first.

    Events with reports.alerts.consequences.JUDGED, name, case_owner and in_pool (String, in words); to_do, at_stake and turn are their words (String). Nothing
    where nobody looked for what lies ahead.
    """
    coming = contents.coming
    assert coming is not None
    classified = with_consequences(
        coming.events, coming.applications, contents.cut_offs, contents.cut_off_margin, contents.as_of
    )
    due = by_consequence(classified, HORIZON_DAYS)
    due = due.with_columns(to_do_texts(due), consequence_words().alias("at_stake"), turn_words().alias("turn"))
    is_in = contents.people.select("client_id", named(IN_POOL, pl.col("in_pool").cast(pl.String)).alias("in_pool"))
    return with_names(due, contents.people).join(is_in, on="client_id", how="left", maintain_order="left").with_columns(
        pl.col("in_pool").fill_null(_("undetermined"))
    )  # fmt: skip


def this_week(due: pl.DataFrame) -> pl.DataFrame:
    """The tasks of the week for the first sheet: equal tasks of one case owner are one row.

    Takes the rows of `must_act`, and keeps their order. `client` (String) is the client_id, or how many clients there are;
    `who` their names, or of several the client_ids.
    """
    week = due.filter(is_this_week())
    alike = ["case_owner", "at_stake", "due_on", "days_left", "to_do", "turn"]
    found = week.group_by(alike, maintain_order=True).agg(
        pl.col("client_id").unique(maintain_order=True), pl.col("name").first()
    )
    number = pl.col("client_id").list.len()
    several = phrase(_("{number} clients"), number=number.cast(pl.String))
    return found.with_columns(
        pl.when(number == 1).then(pl.col("client_id").list.first()).otherwise(several).alias("client"),
        pl.when(number == 1).then("name").otherwise(_in_lines(pl.col("client_id"))).alias("who"),
    )


def _in_lines(clients: pl.Expr) -> pl.Expr:
    """Client_ids with commas between, as many in a line as fit, so that none is broken at its hyphen (String)."""
    return clients.map_elements(
        lambda ids: "\n".join(wrap(BETWEEN.join(ids), NAME_WIDTH, break_on_hyphens=False, break_long_words=False)),
        return_dtype=pl.String,
    )


def count_words(due: pl.DataFrame) -> str:
    """How many tasks there are, and of how many clients: "216 tasks of 188 clients"."""
    clients = due["client_id"].n_unique()
    tasks = n_("{number} task", "{number} tasks", due.height).format(number=due.height)
    return n_("{tasks} of {number} client", "{tasks} of {number} clients", clients).format(tasks=tasks, number=clients)
