"""Writes the page on the intake columns from their one definition: `python -m validation.intake_page [FILE]`."""

from __future__ import annotations

import sys
from pathlib import Path

from validation.columns import SHEETS, Column, Sheet

PAGE = Path(__file__).parent.parent / "docs" / "intake.md"
KINDS = {
    "text": "text",
    "date": "date",
    "date_time": "UTC date-time, minute or day",
    "yes_no": "yes/no",
    "integer": "whole number",
    "number": "number",
    "choice": "choice",
    "noc": "occupation code",
    "country": "ISO 3166 code or English name",
    "province": "province or territory code",
    "abilities": "abilities, comma between",
    "round": "round number",
}
OPENING = """\
# The intake, column by column

This page is made from `validation/columns.py` (`make docs`); a test holds the two together.

A workbook has the sheets below, of which only Candidates must be there. A CSV or Parquet file holds the sheet that its
name says (`language_tests.csv`), any other name means Candidates. Sheet names and headers are matched without regard to
case, spaces, underscores and punctuation. Empty means not known, never "no", but in the columns that state a thing's
presence: `provincial_nomination`, `job_offer_noc` with `job_offer_basis`, `ita_issued_on`, `intends_quebec`,
`language_exempt_abilities` (empty: none). Yes and no may be written yes/no, y/n, true/false, 1/0. Dates are real Excel
dates or ISO text (2025-04-03); `03/04/2025` and bare serial numbers are refused as ambiguous, with the cell's address.

`profile_submitted_at` is best to the second, as the tie-break is. A minute (`2026-05-19T14:05Z`) or a day (`2026-05-19`) is
read as any second of it: a minute of UTC, a day of Ottawa. A day is one of Ottawa because every other day here is: the
pool, ages and deadlines count by the days of Ottawa. Where a system cuts moments in UTC to their date, export the time as
well. Only a client at the cut-off on the tie-break's own day or minute is then undetermined, or one whose profile may have
been submitted before or after the moment of the round. Empty means no profile yet, but where `pool_status` is in_pool or
declined: such a client is ranked by score alone, with a warning.

A sheet under another name is read as the one whose required headers it has. Several sheets with the headers of one kind
are one list, so each case owner may have a sheet of clients. Dependants need nearly their own name too. A hidden sheet is
read only where no sheet that is shown holds the same. `check`, `run.json` and the report name every sheet with rows, as
read or not read. A merged cell counts for all its rows, but for its first column alone. Client numbers that look alike
are one: invisible characters are dropped, all blanks are alike, and accents are compared in one form. A client number
that a spreadsheet turned into a date or into 1.2E+11 is quarantined. In CSV, `="0012"` is the text 0012.
"""


def page() -> str:
    """The whole page as Markdown."""
    return "\n".join([OPENING, *(_section(sheet) for sheet in SHEETS)])


def _section(sheet: Sheet) -> str:
    rows = "\n".join(_row(column) for column in sheet.columns)
    return f"## {sheet.title}\n\n| column | type | what it says |\n| --- | --- | --- |\n{rows}\n"


def _row(column: Column) -> str:
    told = [column.note]
    if column.values:
        told.append("one of " + ", ".join(f"`{value}`" for value in column.values))
    if column.required:
        told.append("**required**")
    return f"| `{column.name}` | {KINDS[column.kind]} | {'; '.join(told)} |"


def main() -> None:
    """Writes the page."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else PAGE
    path.write_text(page(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
