"""The first page of the alerts: the nightly run in numbers, what to do first, and what waits for whom."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from reports.alerts import alert_law, alert_lists, alert_news
from reports.alerts.alert_contents import AlertContents
from reports.alerts.tasks import TURNS
from reports.sheets import applications, coming, law_change, news
from reports.simulation.simulation_charts import Series, bars
from reports.workbook.book import Book, Page, lines_of
from reports.workbook.front_page import (
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
from reports.workbook.looks import LINK
from transforms.model.wording import N_, _

TITLE = N_("Summary")
WIDTHS = (52, 15, 15, 16, 22, 16, 16, 16, 44)
FIRST_FEW = 12
TASK = replace(INDENTED, wrap=True, down="top")
CHANGE = replace(TEXT, wrap=True)
CHART_COLUMN, CHART_WIDTH, CENTIMETRES_A_LINE = "E", 18.0, 0.529


def fill(page: Page, book: Book, contents: AlertContents) -> None:
    """Fills the first page, once the other sheets are there to be listed."""
    to = Writer(page)
    headline = _("{firm}: Express Entry alerts of {day}")
    to.across(headline.format(firm=contents.title, day=contents.as_of), HEADLINE)
    to.across(_("What is to be done, what is new, and what lies ahead of the firm's clients"), SUBTITLE)
    to.unknown_law(contents.as_of, contents.rules_notes)
    to.renewal_due(contents.rules_due)
    to.warnings(_("About the published rounds"), contents.rounds_notes)
    to.warnings(_("Sheets that were not read"), contents.sheets_notes)
    _first(to, contents)
    _law(to, contents)
    top = to.row + 1
    _to_act(to, contents)
    _news(to, contents)
    bottom = to.row
    _applications(to, contents)
    _owners(to, contents)
    _months(to, contents, top, bottom)
    _facts(to, contents)
    to.sheets(book)
    page.write()


def _facts(to: Writer, contents: AlertContents) -> None:
    to.section(_("The nightly run"))
    to.day(_("Day of the law and of every age, test and window"), contents.as_of)
    if contents.compared_with is None:
        to.fact(_("Compared with"), _("no earlier nightly run"))
    else:
        to.day(_("Compared with the nightly run of"), contents.compared_with)
    status = {"complete": _("complete"), "incomplete": _("incomplete")}
    to.fact(_("Law"), status.get(contents.rules_status, contents.rules_status), STRONG_VALUE)
    to.fact(_("Version of the rules"), contents.rules_version)
    to.fact(_("Program"), f"drawline {contents.code_version}")
    for words, count in contents.counts.items():
        to.count(words, count)


def _first(to: Writer, contents: AlertContents) -> None:
    """The few things with the gravest consequences."""
    act = alert_lists.to_act(contents)
    to.section(_("To do first"))
    if act.is_empty():
        to.across(coming.nothing_to_do(), NOTE)
        return
    few = act.head(FIRST_FEW)
    names = pl.concat_str(
        "client_id",
        pl.concat_str("family_name", "given_name", separator=", ", ignore_nulls=True),
        separator="  ",
        ignore_nulls=True,
    )
    titles = (_("Client"), _("Days left"), _("Act by"), _("Whose turn"), _("Case owner"), _("What to do"))
    looks = (TEXT, COUNT, DAY, INDENTED, INDENTED, INDENTED)
    to.table(titles, looks, ())
    of_client = replace(TEXT, ink=LINK, down="top")
    columns = ("client_id", names.alias("name"), "days_left", "due_on", "whose_turn", "case_owner", "to_do")
    for client, *row in few.select(columns).iter_rows():
        to.page.put_row(to.row, row[:-1], (replace(look, down="top") for look in looks[:-1]))
        to.page.put(to.row, 1, row[0], of_client, client=client)
        to.page.put_across(to.row, row[-1], TASK, first=len(looks))
        to.row += 1
    more = act.height - few.height
    if more:
        to.more(more, _(coming.TO_DO))


def _to_act(to: Writer, contents: AlertContents) -> None:
    act, later = alert_lists.to_act(contents), alert_lists.later(contents)
    to_do, next_months = _(coming.TO_DO), _(coming.LATER)
    to.section(_("To be done"))
    for days in alert_lists.WITHIN:
        to.count(within(days), act.filter(pl.col("days_left") <= days).height, to=to_do)
    for turn in TURNS.values():
        to.count(
            _("of these, turn: {who}").format(who=_(turn)), act.filter(pl.col("whose_turn") == _(turn)).height, to=to_do
        )
    after = later.filter(pl.col("consequence").is_not_null()).height
    to.count(_("Later in the coming 12 months"), after, to=next_months)
    to.count(_("Other dated events in the coming 12 months"), later.height - after, to=next_months)


def within(days: int) -> str:
    """The title of what is due within some days."""
    return _("Within {days} days").format(days=days)


def _law(to: Writer, contents: AlertContents) -> None:
    """How many clients must update their profile after a change of law."""
    if not contents.law_changes:
        return
    to.section(_("Change of law"))
    clients = contents.profiles["client_id"].n_unique()
    to.count(_("Clients whose profile must be updated by hand"), clients, strong=True, to=_(law_change.TITLE))
    to.row += 1
    titles = (_("What changes"), _("Law of"), _("New values"), _("Clients"), _("Question to answer"))
    looks = (CHANGE, DAY, INDENTED, COUNT, TASK)
    to.table(titles, looks, ())
    for change in alert_law.law_rows(contents):
        to.page.put_row(to.row, change[:-1], (replace(look, down="top") for look in looks[:-1]))
        to.page.put_across(to.row, change[-1], TASK, first=len(looks))
        needed = max(lines_of(change[0], WIDTHS[0]), lines_of(change[-1], sum(WIDTHS[len(looks) - 1 :])))
        to.page.set_height(to.row, needed)
        to.row += 1


def _news(to: Writer, contents: AlertContents) -> None:
    if contents.compared_with is None:
        return
    to.section(_("New since {day}, in clients").format(day=contents.compared_with))
    clients = contents.news.group_by("kind").agg(pl.col("client_id").n_unique())
    counted = dict(clients.iter_rows())
    for kind, words in alert_news.NEWS_COUNTED.items():
        to.count(_(words), counted.get(kind, 0), to=_(news.TITLE))


def _applications(to: Writer, contents: AlertContents) -> None:
    waiting = contents.applications.filter(~pl.col("state").is_in(["applied", "lapsed"]))
    states = dict(contents.applications.group_by("state").len().iter_rows())
    bad = ["missing", "too_old", "expires_before"]
    title = _(applications.TITLE)
    to.section(_("Invitations"))
    to.count(_("Waiting for the application"), waiting.height, strong=True, to=title)
    to.count(_("planned after the last day to apply"), states.get("planned_too_late", 0), to=title)
    to.count(_("planned for a day that has passed"), states.get("plan_has_passed", 0), to=title)
    to.count(_("IRPA 11.2 would not be met"), waiting.filter(~pl.col("holds")).height, to=title)
    to.count(_("IRPA 11.2 undetermined"), waiting["holds"].null_count(), to=title)
    unfit = contents.documents.filter(pl.col("status").is_in(bad)).height
    to.count(_("Documents missing or unfit on the day"), unfit, strong=True, to=_(applications.DOCUMENTS))
    to.count(_("The last day has passed without an application"), states.get("lapsed", 0), strong=True, to=title)
    to.count(_("Applied"), states.get("applied", 0), strong=True, to=title)


def _owners(to: Writer, contents: AlertContents) -> None:
    to.section(_("By case owner"))
    owners = alert_lists.by_owner(contents).with_columns(pl.col("case_owner").fill_null(_("(nobody named)")))
    if owners.is_empty():
        to.across(_("No case owner has anything to do."), NOTE)
        return
    titles = (_("Case owner"), *map(within, alert_lists.WITHIN), _("In 12 months"), _("Newly invited"))
    to.table(titles, (TEXT, *[COUNT] * len(alert_lists.WITHIN), STRONG_COUNT, COUNT), owners.iter_rows())


def _months(to: Writer, contents: AlertContents, top: int, bottom: int) -> None:
    """How much falls into each month; beside the counts above the chart that is drawn from it."""
    months = alert_lists.by_month(contents)
    to.section(_("By month"))
    first = to.row + 1
    to_do, other = _("To be done"), _("Other events")
    to.table((_("Month"), to_do, other), (TEXT, COUNT, COUNT), months.iter_rows())
    series = [Series(to_do, 2), Series(other, 3)]
    chart = bars(to.page.sheet, _("What falls into each month"), series, 1, (first, to.row - 1))
    chart.width, chart.height = CHART_WIDTH, (bottom - top) * CENTIMETRES_A_LINE
    to.page.sheet.add_chart(chart, f"{CHART_COLUMN}{top}")
