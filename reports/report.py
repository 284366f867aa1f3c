"""The report of a run: the sheets in order, put into one workbook.

A new sheet is a module of reports/sheets with `add(book, contents)`, which calls `book.table` or fills a `book.page`,
and its place in SHEETS; what it shows comes as a field of ReportContents. The first page lists it by itself.
"""

from __future__ import annotations

from pathlib import Path

from reports.book import Book
from reports.contents import ReportContents
from reports.looks import INK
from reports.sheets import (
    before_after,
    eligibility,
    explanation,
    invited,
    method,
    not_invited,
    problems,
    rules,
    scores,
    summary,
)

SHEETS = (
    invited.add,
    not_invited.add,
    eligibility.add,
    scores.add,
    explanation.add,
    before_after.add,
    problems.add_quarantine,
    problems.add_warnings,
    problems.add_held,
    rules.add,
    method.add,
)


def write_report(path: Path, contents: ReportContents) -> list[str]:
    """Writes report.xlsx and gives the names of its sheets in order; equal contents give equal bytes."""
    footer = f"As of {contents.as_of}, rules {contents.rules_version}, {contents.rules_status}"
    book = Book(f"{contents.title}: report as of {contents.as_of}", contents.as_of, footer)
    first = book.page(summary.TITLE, summary.WIDTHS, INK)
    first.sheet.sheet_view.tabSelected = True
    for add in SHEETS:
        add(book, contents)
    summary.fill(first, book, contents)
    book.save(path)
    return book.sheet_names
