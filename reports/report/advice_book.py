"""The workbook of the advice: its first page, the best levers by client, all levers, and each lever over the list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl

from reports.sheets import advice as sheets
from reports.workbook.book import Book, Page
from reports.workbook.front_page import HEADLINE, NOTE, SUBTITLE, Writer, write_book
from reports.workbook.logo import Logo
from transforms.advice import helps
from transforms.model.wording import N_, _, full_date, n_

TITLE = N_("Advice")
WIDTHS = (54, 12, 20, 20, 20, 20)
ABOUT = (
    N_("Each row is the score of the engine on changed facts, all else unchanged, under the law of the day."),
    N_("These pages are information for the licensed professional. They are no advice to a client (IRPA s. 91)."),
    N_("Effort is the order of the work that a change asks for. It is no law."),
    N_("National ranks are modelled from published distributions. Ranks among nominees are not modelled."),
)


@dataclass(frozen=True)
class AdviceContents:
    """What the workbook shows: `advice` as ADVICE says, and of its clients `people` with their names and case owners.

    `recent` is how many rounds of the last `months` are counted, `newest` the newest known; `rules_notes` says what of the
    law of the day is not known. `firm` and `logo` are the firm's, where it has set them.
    """

    title: str
    as_of: date
    rules_version: str
    rules_status: str
    rules_notes: Sequence[str]
    notes: Sequence[str]
    recent: int
    months: int
    advice: pl.DataFrame = field(repr=False)
    people: pl.DataFrame = field(repr=False)
    firm: str = ""
    logo: Logo | None = field(default=None, repr=False)


def write_advice(path: Path, contents: AdviceContents) -> list[str]:
    """Writes the workbook and gives the names of its sheets in order; equal contents give equal bytes."""
    return write_book(path, _("advice as of"), contents, SHEETS, _(TITLE), WIDTHS, _fill, hub="advice")


def _by_client(book: Book, contents: AdviceContents) -> None:
    sheets.add_by_client(book, contents.advice, contents.people, _("By client"))


def _all(book: Book, contents: AdviceContents) -> None:
    sheets.add_all(book, contents.advice, contents.people)


def _by_lever(book: Book, contents: AdviceContents) -> None:
    sheets.add_by_lever(book, contents.advice)


SHEETS = (_by_client, _by_lever, _all)


def _fill(page: Page, book: Book, contents: AdviceContents) -> None:
    """The first page: what the advice is, what it counts, and the sheets."""
    writer = Writer(page)
    writer.across(_("What would raise the scores"), HEADLINE)
    writer.across(f"{contents.title} · {full_date(contents.as_of)}", SUBTITLE)
    writer.unknown_law(contents.as_of, contents.rules_notes)
    writer.section(_("How to read it"))
    for text in ABOUT:
        writer.across(_(text), NOTE)
    writer.across(
        n_(
            "Recent rounds are the {number} round of the last {months} months.",
            "Recent rounds are the {number} rounds of the last {months} months.",
            contents.recent,
        ).format(number=contents.recent, months=contents.months),
        NOTE,
    )
    for note in contents.notes:
        writer.across(note, NOTE)
    writer.section(_("Counts"))
    clients = contents.advice["client_id"].n_unique()
    helped = contents.advice.filter(helps())["client_id"].n_unique()
    met = contents.advice.filter(pl.col("rounds_met").list.len() > 0)["client_id"].n_unique()
    writer.count(_("Clients with a round ahead"), clients, strong=True)
    writer.count(_("Clients whom a change would help"), helped)
    writer.count(_("Clients whom a change would have taken into a recent round"), met)
    writer.sheets(book)
    page.write()
