"""The first page, for a case worker and a partner: who is at or above a cut-off, who is close, and what to do by when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from reports.alerts.consequences import WEEK_DAYS, is_this_week
from reports.corrections.groups import Group
from reports.people import heading, met, must_act, near_cutoffs, owners, steps
from reports.people import to_correct as correct
from reports.report.contents import ReportContents
from reports.report.rounds import none_held
from reports.sheets import at_or_above, close, problems, to_do
from reports.wording.kinds import kind_word
from reports.workbook.book import Book, Page
from reports.workbook.front_page import (
    COUNT,
    DAY,
    HEADLINE,
    LINKED,
    NOTE,
    STRONG_COUNT,
    TEXT,
    WARNED,
    Link,
    Part,
    Writer,
)
from reports.workbook.looks import LINK, SIGNED
from transforms.model.wording import N_, _, n_, whole_number
from transforms.rounds.near import CLOSE_POINTS

TITLE = N_("Summary")
# Client; name over two; owner; round over two; two numbers; text over three; text.
WIDTHS = (13, 13, 13, 20, 14, 14, 12, 11, 17, 17, 17, 21)
MAX_ROWS = 15
# What is to be done this week and who is at or above a cut-off are shown in full, but for very long lists.
MAX_WEEK_ROWS, MAX_MET_ROWS = 40, 40
WRAPPED = replace(TEXT, wrap=True, down="top", indent=1)
TOP = replace(TEXT, down="top", indent=1)
TOP_COUNT, TOP_TOTAL, TOP_DAY = (replace(look, down="top") for look in (COUNT, STRONG_COUNT, DAY))
TOP_SIGNED = replace(TOP_COUNT, number=SIGNED)


def fill(page: Page, book: Book, contents: ReportContents) -> None:
    """Fills the first page, once the other sheets are there to be listed."""
    to = Writer(page)
    title = _("Express Entry report as of {day}").format(day=contents.as_of)
    to.across(_("{title}: {text}").format(title=contents.title, text=title), HEADLINE)
    to.across(heading.rounds_line(contents), NOTE)
    warned = (
        heading.law_line,
        heading.renewal_line,
        heading.old_rounds_line,
        heading.left_out_line,
        heading.unread_line,
    )
    for text in (line(contents) for line in warned):
        if text:
            to.across(text, WARNED)
    to.across(heading.sum_line(contents), NOTE)
    to.warnings(_("About the published rounds"), contents.rounds_notes)
    for note in contents.notes:
        to.across(f"{note[:1].upper()}{note[1:]}.", NOTE)
    due = None if contents.coming is None else must_act.must_act(contents)
    if due is not None:
        _this_week(to, contents, due)
    _at_or_above(to, contents)
    _close(to, contents)
    if due is not None:
        _later(to, due)
    _to_correct(to, contents)
    _to_look_at(to, contents)
    _owners(to, contents)
    _sheets(to, book)
    page.write()


def _people(*more: Part) -> list[Part]:
    """The columns that name the client and the owner, and others."""
    return [
        Part(_("Client"), 1, 1, replace(TEXT, down="top")),
        Part(_("Name"), 2, 3, WRAPPED),
        Part(_("Case owner"), 4, 4, WRAPPED),
        *more,
    ]


def _at_or_above(to: Writer, contents: ReportContents) -> None:
    found = near_cutoffs.at_or_above(contents)
    clients = met.by_client(contents)
    words = n_("{number} client", "{number} clients", clients.height).format(number=whole_number(clients.height))
    to.section(_("At or above the last cut-off ({clients})").format(clients=words))
    if found.is_empty():
        nobody = _("No client is at or above the cut-off of a counted round.")
        to.across(nobody if standing_is_counted(contents) else none_held(contents), NOTE)
        return
    to.across(_by_round(near_cutoffs.sure(found)), NOTE)
    invited = near_cutoffs.invited(found)["client_id"].n_unique()
    if invited:
        text = n_(
            "{clients} client was invited by a counted round by the record, and is not among these, whatever the score today.",
            "{clients} clients were invited by a counted round by the record, and are not among these, whatever the score today.",
            invited,
        )
        to.across(text.format(clients=whole_number(invited)), NOTE)
    if clients.height < near_cutoffs.sure(found).height:
        to.across(
            _("A client who is at or above several cut-offs counts for each of them; the list has the client once."),
            NOTE,
        )
    parts = _people(
        Part(_("Rounds"), 5, 6, WRAPPED),
        Part(_("Score"), 7, 7, TOP_TOTAL),
        Part(_("Margin"), 8, 8, TOP_SIGNED),
        Part(_("Meets the cut-off today"), 9, 10, WRAPPED),
        Part(_("Invitation on record"), 11, 12, WRAPPED),
    )
    columns = (
        "client_id", "name", "case_owner", "rounds_text", "crs_total", "margin", "standing_text", "invitation",
    )  # fmt: skip
    to.grid(parts, clients.select(columns).head(MAX_MET_ROWS).iter_rows(), of_clients=True)
    open_ = found.filter(~pl.col("client_id").is_in(clients["client_id"].implode()))["client_id"].n_unique()
    more = max(clients.height - MAX_MET_ROWS, 0) + open_
    if more:
        to.more(more, _(at_or_above.TITLE))


def standing_is_counted(contents: ReportContents) -> bool:
    """Is any round counted that has a cut-off?"""
    return any(one.is_recent and one.cut_off is not None for one in contents.outcomes)


def _by_round(found: pl.DataFrame) -> str:
    """How many clients surely meet the cut-off of each round."""
    if found.is_empty():
        return _("No client surely meets a cut-off.")
    counted = found.group_by("kind", "round", "cut_off", maintain_order=True).len()
    return " · ".join(
        n_(
            "{kind} {round}, cut-off {cut_off}: {number} client",
            "{kind} {round}, cut-off {cut_off}: {number} clients",
            number,
        ).format(kind=kind_word(kind), round=round_, cut_off=cut_off, number=number)
        for kind, round_, cut_off, number in counted.iter_rows()
    )


def _close(to: Writer, contents: ReportContents) -> None:
    found = near_cutoffs.close(contents)
    eligible = found.filter(pl.col("is_eligible"))
    near_by = eligible["client_id"].n_unique()
    words = n_("{number} client", "{number} clients", near_by).format(number=whole_number(near_by))
    to.section(_("Close ({clients})").format(clients=words))
    reach = n_(
        "Within {points} point of the cut-off of a counted round for which the client is eligible.",
        "Within {points} points of the cut-off of a counted round for which the client is eligible.",
        CLOSE_POINTS,
    )
    if eligible.is_empty():
        to.across(_("No client is close to the cut-off of a counted round."), NOTE)
    else:
        to.across(reach.format(points=CLOSE_POINTS), NOTE)
        parts = _people(
            Part(_("Round"), 5, 6, WRAPPED),
            Part(_("Score"), 7, 7, TOP_TOTAL),
            Part(_("Points short"), 8, 8, TOP_COUNT),
            Part(_("Cheapest step"), 9, 10, WRAPPED),
            Part(_("Gain"), 11, 11, TOP_SIGNED),
            Part(_("Enough"), 12, 12, WRAPPED),
        )
        shown = eligible.select(
            "client_id", "name", "case_owner", "round_text", "crs_total", "points_short",
            pl.col("step").fill_null(_("no single step found") if contents.advice is not None else _("not computed")),
            "step_gain", steps.enough_text().alias("enough"),
        )  # fmt: skip
        _few(to, parts, shown, _(close.TITLE))
    open_ = found.filter(pl.col("is_eligible").is_null())["client_id"].n_unique()
    if open_:
        text = n_(
            "{clients} more client is as close, but it is undetermined whether the client is eligible.",
            "{clients} more clients are as close, but it is undetermined whether they are eligible.",
            open_,
        )
        to.page.put(to.row, 1, text.format(clients=whole_number(open_)), _LINKED_NOTE, to=_(close.TITLE))
        to.row += 1


_LINKED_NOTE = replace(LINKED, rule=False)


def _act_parts() -> tuple[Part, ...]:
    return (
        Part(_("At stake"), 5, 5, WRAPPED),
        Part(_("Act by"), 6, 6, TOP_DAY),
        Part(_("Days left"), 7, 7, TOP_TOTAL),
        Part(_("What to do"), 8, 11, WRAPPED),
        Part(_("Whose turn"), 12, 12, TOP),
    )


def _this_week(to: Writer, contents: ReportContents, due: pl.DataFrame) -> None:
    """What is to be done this week, and by whom; equal tasks of one owner in one row."""
    week = due.filter(is_this_week())
    to.section(_("To do within {days} days ({tasks})").format(days=WEEK_DAYS, tasks=must_act.count_words(week)))
    if not contents.is_coming_whole:
        to.across(_("The list is long: only deadlines of documents and invitations were looked for."), NOTE)
    if week.is_empty():
        to.across(_("Nobody has to act in this time."), NOTE)
        return
    to.across(
        _("Act by is the planned day, or the day on which a paper must be ordered to come in time; else the last day."),
        NOTE,
    )
    rows = must_act.this_week(week)
    shown = rows.head(MAX_WEEK_ROWS)
    first = to.row + 1
    columns = ("client", "who", "case_owner", "at_stake", "due_on", "days_left", "to_do", "turn")
    to.grid(_people(*_act_parts()), shown.select(columns).iter_rows())
    look = replace(TEXT, down="top", ink=LINK)
    for row, clients in enumerate(shown["client_id"].to_list(), start=first):
        if len(clients) == 1:
            to.page.put(row, 1, clients[0], look, client=clients[0])
    hidden = int(rows[MAX_WEEK_ROWS:]["client_id"].list.len().sum())
    if hidden:
        to.more(hidden, _(to_do.TITLE))


def _later(to: Writer, due: pl.DataFrame) -> None:
    """What is to be done after this week, the gravest consequence first."""
    later = due.filter(~is_this_week())
    words = must_act.count_words(later)
    to.section(_("To do later, within {days} days ({tasks})").format(days=must_act.HORIZON_DAYS, tasks=words))
    if later.is_empty():
        to.across(_("Nobody has to act in this time."), NOTE)
        return
    shown = later.select("client_id", "name", "case_owner", "at_stake", "due_on", "days_left", "to_do", "turn")
    _few(to, _people(*_act_parts()), shown, _(to_do.TITLE))


def _to_correct(to: Writer, contents: ReportContents) -> None:
    groups = correct.of_status(contents, correct.QUARANTINED)
    cells = sum(group.count for group in groups)
    words = n_("{number} cell or row", "{number} cells or rows", cells).format(number=whole_number(cells))
    to.section(_("Correct in the file ({cells})").format(cells=words))
    if not groups:
        to.across(_("Nothing in the files has to be corrected."), NOTE)
        return
    if contents.corrections:
        names = ", ".join(contents.corrections.values())
        to.across(_("Correct the marked cells in {files}, and send the workbook in again.").format(files=names), NOTE)
        if contents.is_part_of_owner:
            to.across(_("That workbook has the clients of all case owners."), NOTE)
    waiting = contents.quarantine.height - cells
    if waiting > 0:
        text = n_(
            "{rows} more row on the sheet {sheet} waits for these alone.",
            "{rows} more rows on the sheet {sheet} wait for these alone.",
            waiting,
        )
        to.across(text.format(rows=whole_number(waiting), sheet=_(problems.QUARANTINE)), NOTE)
    _groups(to, contents, groups, problems.QUARANTINE)


def _to_look_at(to: Writer, contents: ReportContents) -> None:
    """The warnings: the rows were taken, and many of them need no correction."""
    groups = correct.of_status(contents, correct.WARNING)
    if not groups:
        return
    number = sum(group.count for group in groups)
    words = n_("{number} warning", "{number} warnings", number).format(number=whole_number(number))
    to.section(_("Look at again ({warnings})").format(warnings=words))
    to.across(_("These rows were taken. Correct a cell only where what was done does not fit."), NOTE)
    _groups(to, contents, groups, problems.WARNINGS)


def _groups(to: Writer, contents: ReportContents, groups: Sequence[Group], sheet: str) -> None:
    parts = [
        Part(_("Cells"), 1, 1, TOP_TOTAL),
        Part(_("Column"), 2, 3, WRAPPED),
        Part(_("First cell"), 4, 4, WRAPPED),
        Part(_("What is wrong"), 5, 8, WRAPPED),
        Part(_("What to do"), 9, 12, WRAPPED),
    ]
    shown = groups[:MAX_ROWS]
    rows = [(one.count, one.column, one.place, one.problem, one.fix) for one in shown]
    to.grid(parts, rows, [_place_of(one, contents) for one in shown])
    if len(groups) > MAX_ROWS:
        to.more_kinds(len(groups) - MAX_ROWS, _(sheet))


def _place_of(group: Group, contents: ReportContents) -> Link:
    """The row of a group's first problem on the sheet that lists it; under the header."""
    if group.standing == correct.QUARANTINED:
        return Link(3, _(problems.QUARANTINE), f"A{group.rows[0] + problems.FIRST_ROW}")
    return Link(3, _(problems.WARNINGS), f"A{problems.warning_row(contents, group.rows[0])}")


def _owners(to: Writer, contents: ReportContents) -> None:
    found = owners.by_owner(contents)
    to.section(_("By case owner"))
    if found.is_empty():
        to.across(_("There are no clients."), NOTE)
        return
    parts = [
        Part(_("Case owner"), 1, 3, WRAPPED),
        Part(_("Clients"), 4, 4, TOP_COUNT),
        Part(_("In the pool"), 5, 5, TOP_COUNT),
        Part(_("At or above"), 6, 6, TOP_TOTAL),
        Part(_("Close"), 7, 7, TOP_TOTAL),
        Part(_("Within {days} days: firm").format(days=WEEK_DAYS), 8, 8, TOP_TOTAL),
        Part(_("Within {days} days: client").format(days=WEEK_DAYS), 9, 9, TOP_TOTAL),
        Part(_("Tasks within {days} days").format(days=must_act.SOON_DAYS), 10, 10, TOP_TOTAL),
        Part(_("Cells or rows to correct"), 11, 11, TOP_TOTAL),
    ]
    to.across(
        _(
            "Clients, but for tasks, and cells or rows to correct. A client without a readable case owner counts on the last line."
        ),
        NOTE,
    )
    to.grid(parts, found.iter_rows())


def _few(to: Writer, parts: Sequence[Part], frame: pl.DataFrame, sheet: str) -> None:
    """The first rows of a list, and how many more there are on its sheet."""
    to.grid(parts, frame.head(MAX_ROWS).iter_rows(), of_clients=True)
    if frame.height > MAX_ROWS:
        to.more(frame.height - MAX_ROWS, sheet)


def _sheets(to: Writer, book: Book) -> None:
    """The tables of the book, each a link."""
    to.section(_("What is in this book"))
    parts = [
        Part(_("Sheet"), 1, 2, TOP),
        Part(_("Rows"), 3, 3, TOP_COUNT),
        Part(_("What it shows"), 4, 12, WRAPPED),
    ]
    rows = [(entry.title, entry.rows, entry.about) for entry in book.entries]
    to.grid(parts, rows, [Link(1, entry.title) for entry in book.entries])
