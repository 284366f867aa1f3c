"""The rules in force on the day, each with its source, and below them what of the law is covered since when."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from reports.report.contents import ReportContents
from reports.wording.words import CONFIDENCE
from reports.workbook.book import Below, Book, Column
from transforms.model.wording import DEFAULT, N_, _, current, named

TITLE = N_("Rules")
# Of the text of the law, or of one who reports it.
SOURCES = {"official": N_("official text"), "secondary": N_("secondary: not the official text")}
STATUSES = {"complete": N_("complete"), "partial": N_("partial"), "incomplete": N_("incomplete")}
COVERED = N_("What of the law is covered")
COVERAGE = {
    "name": N_("What"), "covers": N_("What is covered"), "verified_from": N_("Verified from"), "verified_to": N_("Verified to"),
    "status": N_("Status"), "note": N_("Note"),
}  # fmt: skip


def add(book: Book, contents: ReportContents) -> None:
    """Adds the sheet: one row a parameter, what is not known first and what is carried on next; then the coverage."""
    order = pl.col("standing").replace_strict({"unknown": 0, "known": 2}, default=1, return_dtype=pl.Int8)
    frame = contents.rules.sort(order, maintain_order=True).with_columns(
        named(CONFIDENCE, pl.col("confidence")), named(SOURCES, pl.col("source_kind")).alias("source_kind")
    )
    # What the firm and the sources of the law note of a value is not translated.
    note = _("Note") if current() == DEFAULT else _("Note (in English)")
    columns = [
        Column("parameter", _("Parameter"), widest=56),
        Column("title", _("What it is"), "long", width=40),
        Column("in_force_from", _("In force since"), "date", width=12),
        Column("status", _("Status"), "centred", width=22),
        Column("confidence", _("Confidence"), "centred"),
        Column("value", _("Value"), "long", width=64),
        Column("source", _("Source"), "long", width=40),
        Column("source_kind", _("Kind of source"), "long", width=20),
        Column("section", _("Section"), "long", width=26),
        Column("address", _("Address"), "link", width=44),
        Column("last_checked_on", _("Last checked"), "date", width=12),
        Column("note", note, "long", width=60),
    ]
    about = _(
        "The law in force on {as_of}: every value, since when, how sure, and where it was read; below, what of the law is covered"
    ).format(as_of=contents.as_of)
    below = [Below(title, (_("Detail"),), [(text,) for text in texts]) for title, texts in _details(contents) if texts]
    covered = Below(_(COVERED), [_(title) for title in COVERAGE.values()], _coverage(contents))
    nothing = _("No rule is in force on this day.")
    below.append(covered)
    book.table(_(TITLE), about, columns, frame, nothing=nothing, frozen=1, below=below, is_for_screen=True, key="rules")


def _details(contents: ReportContents) -> list[tuple[str, Sequence[str]]]:
    """What stands behind the sentences about the law on the first sheet."""
    unknown = contents.provisional_notes or contents.rules_notes
    return [
        (_("What of the law is not published"), unknown),
        (_("Values of which a newer one is due"), contents.rules_due),
    ]


def _coverage(contents: ReportContents) -> list[tuple[str, ...]]:
    """The rows of the coverage, with their status in words."""
    status = named(STATUSES, pl.col("status")).alias("status")
    return contents.coverage.with_columns(status).select(*COVERAGE).rows()
