"""The first page of the alerts: the night in numbers, what to do first, and what waits for whom."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from reports import alert_lists
from reports.alert_contents import AlertContents
from reports.book import Book, Page
from reports.front_page import (
    COUNT,
    DAY,
    HEADLINE,
    INDENTED,
    NOTE,
    STRONG_COUNT,
    STRONG_VALUE,
    SUBTITLE,
    TEXT,
    Writer,
)
from reports.looks import SIGNED
from reports.sheets import applications, coming, news
from reports.simulation_charts import Series, bars

TITLE = "Summary"
WIDTHS = (42, 15, 15, 16, 22, 16, 16, 16, 44)
FIRST_FEW = 12
CHART_COLUMN, CHART_WIDTH, CENTIMETRES_A_LINE = "E", 18.0, 0.529
POINTS = replace(COUNT, number=SIGNED)


def fill(page: Page, book: Book, contents: AlertContents) -> None:
    """Fills the first page, once the other sheets are there to be listed."""
    to = Writer(page)
    to.across(f"{contents.title}: Express Entry alerts of {contents.as_of}", HEADLINE)
    to.across("What is to be done, what is new, and what lies ahead of the firm's clients", SUBTITLE)
    to.unknown_law(contents.as_of, contents.rules_notes)
    to.renewal_due(contents.rules_due)
    to.warnings("About the published rounds", contents.rounds_notes)
    to.warnings("Sheets that were not read", contents.sheets_notes)
    _facts(to, contents)
    _first(to, contents)
    top = to.row + 1
    _to_act(to, contents)
    _news(to, contents)
    bottom = to.row
    _applications(to, contents)
    _owners(to, contents)
    _months(to, contents, top, bottom)
    to.sheets(book)
    page.write()


def _facts(to: Writer, contents: AlertContents) -> None:
    to.section("The night")
    to.day("Day of the law and of every age, test and window", contents.as_of)
    if contents.compared_with is None:
        to.fact("Compared with", "no night before")
    else:
        to.day("Compared with the night of", contents.compared_with)
    to.fact("Law", contents.rules_status, STRONG_VALUE)
    to.fact("Version of the rules", contents.rules_version)
    to.fact("Program", f"drawline {contents.code_version}")
    for words, count in contents.counts.items():
        to.count(words, count)


def _first(to: Writer, contents: AlertContents) -> None:
    """The few things with the gravest consequences."""
    act = alert_lists.to_act(contents)
    to.section("To do first")
    if act.is_empty():
        to.across("There is nothing that somebody must do in the coming 12 months.", NOTE)
        return
    few = act.head(FIRST_FEW)
    names = pl.concat_str(
        "client_id",
        pl.concat_str("family_name", "given_name", separator=", ", ignore_nulls=True),
        separator="  ",
        ignore_nulls=True,
    )
    to.table(
        ("Client", "Days left", "Act by", "Points at stake", "Case owner", "What to do"),
        (TEXT, COUNT, DAY, POINTS, INDENTED, INDENTED),
        few.select(names, "days_left", "act_by", "points", "case_owner", "to_do").iter_rows(),
    )
    if act.height > few.height:
        to.across(f"{act.height - few.height:,} more on the sheet {coming.ACT}.", NOTE)


def _to_act(to: Writer, contents: AlertContents) -> None:
    act = alert_lists.to_act(contents)
    to.section("To be done")
    for words, days in alert_lists.WITHIN.items():
        to.count(words, act.filter(pl.col("days_left") <= days).height, to=coming.ACT)
    to.count("In the coming 12 months", act.height, strong=True, to=coming.ACT)
    to.count("Dated events in the coming 12 months", contents.ahead.height, strong=True, to=coming.OUTLOOK)


def _news(to: Writer, contents: AlertContents) -> None:
    if contents.compared_with is None:
        return
    to.section(f"New since {contents.compared_with}, in clients")
    clients = contents.news.group_by("kind").agg(pl.col("client_id").n_unique())
    counted = dict(clients.iter_rows())
    for kind, words in alert_lists.NEWS_COUNTED.items():
        to.count(words, counted.get(kind, 0), to=news.TITLE)


def _applications(to: Writer, contents: AlertContents) -> None:
    waiting = contents.applications.filter(~pl.col("state").is_in(["applied", "lapsed"]))
    states = dict(contents.applications.group_by("state").len().iter_rows())
    bad = ["missing", "too_old", "expires_before"]
    to.section("Invitations")
    to.count("Waiting for the application", waiting.height, strong=True, to=applications.TITLE)
    to.count("planned after the last day to apply", states.get("planned_too_late", 0), to=applications.TITLE)
    to.count("planned for a day that has passed", states.get("plan_has_passed", 0), to=applications.TITLE)
    to.count("IRPA 11.2 would not be met", waiting.filter(~pl.col("holds")).height, to=applications.TITLE)
    to.count("IRPA 11.2 cannot be told", waiting["holds"].null_count(), to=applications.TITLE)
    to.count(
        "Documents missing or unfit on the day",
        contents.documents.filter(pl.col("status").is_in(bad)).height,
        strong=True,
        to=applications.DOCUMENTS,
    )
    to.count(
        "The last day has passed without an application", states.get("lapsed", 0), strong=True, to=applications.TITLE
    )
    to.count("Applied", states.get("applied", 0), strong=True, to=applications.TITLE)


def _owners(to: Writer, contents: AlertContents) -> None:
    to.section("By case owner")
    owners = alert_lists.by_owner(contents).with_columns(pl.col("case_owner").fill_null("(nobody named)"))
    if owners.is_empty():
        to.across("Nothing waits for anybody.", NOTE)
        return
    titles = ("Case owner", *alert_lists.WITHIN, "In 12 months", "Newly invited")
    to.table(titles, (TEXT, *[COUNT] * len(alert_lists.WITHIN), STRONG_COUNT, COUNT), owners.iter_rows())


def _months(to: Writer, contents: AlertContents, top: int, bottom: int) -> None:
    """How much falls into each month; beside the counts above the chart that is drawn from it."""
    months = alert_lists.by_month(contents)
    to.section("By month")
    first = to.row + 1
    to.table(("Month", "To be done", "Other events"), (TEXT, COUNT, COUNT), months.iter_rows())
    series = [Series("To be done", 2), Series("Other events", 3)]
    chart = bars(to.page.sheet, "What falls into each month", series, 1, (first, to.row - 1))
    chart.width, chart.height = CHART_WIDTH, (bottom - top) * CENTIMETRES_A_LINE
    to.page.sheet.add_chart(chart, f"{CHART_COLUMN}{top}")
