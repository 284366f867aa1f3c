"""The day of the workbook and the rounds that it speaks of, in cells that have names for formulas and Power Query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import polars as pl
from openpyxl.utils import get_column_letter

from reports.alerts.alert_contents import AlertContents
from reports.report import rounds
from reports.report.contents import ReportContents
from reports.wording.kinds import kind_word
from reports.workbook.book import Book, Entry
from reports.workbook.looks import DATE, INK, LOOKS, MUTED, SECTION, Look, header_of
from transforms.model.wording import _
from transforms.rounds.rounds import RoundOutcome, would_have_met

KEY = "rounds"
AS_OF, CUT_OFF = "as_of", "cut_off_"
WIDTHS = (34, 14, 13, 13, 11, 22, 14, 18)
FIRST_FACT = 3
COUNT = Look(number="#,##0")


@dataclass(frozen=True)
class _Shown:
    """A column of the rounds: its header, its look, and its values."""

    title: str
    look: Look
    values: Sequence[object]


def add(book: Book, contents: ReportContents) -> None:
    """Adds the rounds of a report: what was published, and what they make of the firm's clients."""
    outcomes = contents.outcomes
    shown = [
        _Shown(_("Kind"), LOOKS["text"], [rounds.kind(one) for one in outcomes]),
        _Shown(_("Round"), LOOKS["text"], [rounds.label(one) for one in outcomes]),
        _Shown(_("Held on"), LOOKS["date"], [one.date for one in outcomes]),
        _Shown(_("Invitations"), COUNT, [one.size for one in outcomes]),
        _Shown(_("Cut-off"), LOOKS["total"], [one.cut_off for one in outcomes]),
        _Shown(_("Tie-break (UTC)"), LOOKS["moment"], [_of_no_zone(one.tie_break) for one in outcomes]),
        _Shown(_("Our clients invited"), COUNT, [rounds.how_many(one, rounds.INVITED) if one.is_recent else None for one in outcomes]),
        _Shown(_("Would have met"), COUNT, [would_have_met([one]).height for one in outcomes]),
    ]  # fmt: skip
    _add(book, contents.as_of, contents.rules_version, shown, _named(outcomes))


def add_of_alerts(book: Book, contents: AlertContents) -> None:
    """Adds the recent rounds that the alerts count with."""
    cut_offs = contents.cut_offs.select("kind", "round", "cut_off").unique(maintain_order=True).sort("kind")
    shown = [
        _Shown(_("Kind"), LOOKS["text"], [kind_word(kind) for kind in cut_offs["kind"]]),
        _Shown(_("Round"), LOOKS["text"], cut_offs["round"].to_list()),
        _Shown(_("Cut-off"), LOOKS["total"], cut_offs["cut_off"].to_list()),
    ]
    kinds = cut_offs.with_row_index("place").filter(pl.col("cut_off").is_not_null()).select("kind", "place")
    _add(book, contents.as_of, contents.rules_version, shown, dict(kinds.iter_rows()))


def _named(outcomes: Sequence[RoundOutcome]) -> dict[str, int]:
    """The kinds with the place of the round that stands for each: the newest published one with a cut-off, else any."""
    order = sorted(range(len(outcomes)), key=lambda place: (outcomes[place].number is not None, outcomes[place].date))
    return {outcomes[place].kind: place for place in order if outcomes[place].cut_off is not None}


def _add(book: Book, day: date, version: str, shown: Sequence[_Shown], kinds: dict[str, int]) -> None:
    title, height = _("Rounds"), len(shown[0].values)
    book.entries.append(Entry(title, height, _("The rounds of this workbook, and cells with names for formulas")))
    page = book.page(title, WIDTHS)
    page.put(1, 1, title, SECTION)
    page.put(FIRST_FACT, 1, _("As of"), Look(ink=MUTED))
    page.put(FIRST_FACT, 2, day, Look(number=DATE, across="left", bold=True, ink=INK))
    page.put(FIRST_FACT + 1, 1, _("Version of the rules"), Look(ink=MUTED))
    page.put(FIRST_FACT + 1, 2, version, Look())
    book.name_cell(AS_OF, title, f"B{FIRST_FACT}")
    head = FIRST_FACT + 3
    if not height:
        page.put(head, 1, _("This workbook speaks of no round."), LOOKS["note"])
    else:
        page.put_row(head, [one.title for one in shown], [header_of(one.look) for one in shown])
        page.set_height(head, 2)
        for number, values in enumerate(zip(*(one.values for one in shown), strict=True), start=head + 1):
            page.put_row(number, values, [one.look for one in shown])
        book.table_on_page(page, KEY, [one.title for one in shown], head, head + height)
        letter = get_column_letter(1 + next(place for place, one in enumerate(shown) if one.look == LOOKS["total"]))
        for kind, place in sorted(kinds.items()):
            book.name_cell(f"{CUT_OFF}{kind}", title, f"{letter}{head + 1 + place}")
    page.write()


def _of_no_zone(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(UTC).replace(tzinfo=None)
