"""The report of a run: the sheets in order, put into one workbook.

A new sheet is a module of reports/sheets with `add(book, contents)`, which calls `book.table` or fills a `book.page`,
and its place in SHEETS; what it shows comes as a field of ReportContents. The first page lists it by itself.
"""

from __future__ import annotations

from pathlib import Path

from reports.report.contents import ReportContents
from reports.sheets import (
    about_run,
    advice,
    at_or_above,
    before_after,
    close,
    eligibility,
    explanation,
    invited,
    language,
    method,
    not_invited,
    on_record,
    problems,
    rounds_held,
    rules,
    scores,
    stated,
    summary,
    to_do,
    would_have_met,
)
from reports.workbook.front_page import write_book
from transforms.model.wording import _

SHEETS = (
    at_or_above.add,
    close.add,
    to_do.add,
    stated.add,
    invited.add,
    on_record.add,
    not_invited.add,
    would_have_met.add,
    advice.add,
    eligibility.add,
    scores.add,
    explanation.add,
    language.add,
    before_after.add,
    problems.add_quarantine,
    problems.add_warnings,
    problems.add_held,
    rounds_held.add,
    rules.add,
    method.add,
    about_run.add,
)


def write_report(path: Path, contents: ReportContents) -> list[str]:
    """Writes report.xlsx and gives the names of its sheets in order; equal contents give equal bytes."""
    return write_book(
        path, _("report as of"), contents, SHEETS, _(summary.TITLE), summary.WIDTHS, summary.fill, scores.KEY
    )
