"""Writes the page on the intake columns from their one definition: `python -m validation.intake.intake_page [FILE]`."""

from __future__ import annotations

import sys
from pathlib import Path

from transforms.model.columns import SHEETS, Column, Sheet

PAGE = Path(__file__).parents[2] / "docs" / "intake.md"
KINDS = {
    "text": "text",
    "date": "date",
    "date_time": "UTC date-time, minute or day",
    "yes_no": "yes/no",
    "integer": "whole number",
    "number": "number",
    "choice": "choice",
    "noc": "occupation code",
    "country": "ISO 3166 code or name",
    "province": "province or territory code",
    "abilities": "abilities, comma between",
    "round": "round number",
}
OPENING = """\
# The intake, column by column

This page is made from `transforms/model/columns.py` (`make docs`); a test holds the two together. `drawline template` writes an
[empty workbook with all of it](template.md), in English or French; `drawline columns` gives the same to other programs.

A workbook has the sheets below, of which only Candidates must be there. A CSV or Parquet file holds the sheet that its
name says (`language_tests.csv`), any other name means Candidates. Sheet names and headers are matched without regard to
case, spaces, underscores and punctuation. Empty means not known, never "no", but in the columns that state a thing's
presence: `provincial_nomination`, `job_offer_noc` with `job_offer_basis`, `ita_issued_on`, `intends_quebec`,
`language_exempt_abilities` (empty: none). How values may be written stands [below](#how-values-may-be-written).

`profile_submitted_at` is best to the second, as the tie-break is. A minute (`2026-05-19T14:05Z`) or a day (`2026-05-19`) is
read as any second of it: a minute of UTC, a day of Ottawa. A day is one of Ottawa because every other day here is: the
pool, ages and deadlines count by the days of Ottawa. Where a system cuts moments in UTC to their date, export the time as
well. Only a client at the cut-off on the tie-break's own day or minute is then undetermined, or one whose profile may have
been submitted before or after the moment of the round. Empty means no profile yet, but where `pool_status` is in_pool or
declined: such a client is ranked by score alone, with a warning.

A Parquet file may hold days, moments, numbers and yes/no as such. They are taken as they are where their column here is of
that kind, and mean what their text means.

A sheet under another name is read as the one whose required headers it has. Several sheets with the headers of one kind
are one list, so each case owner may have a sheet of clients. Dependants need nearly their own name too. A hidden sheet is
read only where no sheet that is shown holds the same. `check`, `run.json` and the report name every sheet with rows, as
read or not read. A merged cell counts for all its rows, but for its first column alone. Client numbers that look alike
are one: invisible characters are dropped, all blanks are alike, and accents are compared in one form. A client number
that a spreadsheet turned into a date or into 1.2E+11 is quarantined. In CSV, `="0012"` is the text 0012.

Rows that are clearly no clients are left out: totals without a client number ("Total", "Sous-total", "Roy Total", "n = 40"),
legends and remarks ("* urgent", "Page 1 of 3", "Printed on ..."), titles of groups, headings that come again, and names for
programs below the headings. `check`, `run.json` and the report name each with its row and the reason, and no count holds
them. Every row that might be a client stays, and is quarantined where it cannot be read.

## How values may be written

A value that has one meaning is read without a map. Where a word is wider than our value, it is read with a note: one note
for each sheet of a file, column and word, with the number of cells and the first of them. A value that has several
meanings is quarantined, and the message names them. The words stand in `validation/values/vocabularies.yaml`.

| what | is read | is quarantined |
| --- | --- | --- |
| choices | our values; the words of IRCC's CRS tool in English and French; `PhD`, `Bachelor 4yr`, `Célibataire`, `CELPIP-G` | `Diploma`, `Post-graduate diploma`, `Secondary or less`: no length or level is named; `Master of Science (expected 2027)`: not finished |
| choices, with a note | `IELTS` as IELTS_GT, `CELPIP` as CELPIP_G, `TEF` as TEF_CANADA, `Doctor` as doctorate | `Other`, `Unknown` marital status |
| yes/no | yes/no, y/n, true/false, 1/0, oui/non, checked/unchecked, ✓, ☐ | `x`, `☒`: a cross may mark a yes or a no |
| provinces | code, name or abbreviation in both languages: `B.C.`, `Québec`, `ON - Ontario`; with a note a program: `OINP` | `Ontario / Quebec` |
| occupations | one code with words beside it: `NOC 21231 - Software engineers`, `21231 (TEER 1)`, `2173 (A)` | two codes; a code without its leading zeros; an offer or a certificate that is pending |
| countries | ISO 3166 code, English or French name: `India (IN)`, `Royaume-Uni`; with a note people: `Indian` | a city beside the country |
| numbers | decimal comma, thousands, units: `7,5`, `13 757,50`, `18 months`, `2 years 3 months`, `3 persons` | two readings (`1,500` years); bounds (`<1`, `5+`) |
| years of work | `None or less than a year` as 0, `1 year`; with a note `5 years or more` as 5 | |
| stated score | `470 pts`, `CRS 470`, `470 points` | nothing: `~470` or 1300 is an empty cell, with a warning |
| amounts | `15,000`, `CA$15,000.00`, `13 757,50 $` | `15.000`: 15000 or 15; another currency |
| dates | real dates; ISO; every text of one meaning: `25/12/1990`, `1990/12/25`, `25-Dec-1990`, `Dec 25, 1990`, `1er mars 2024`, `19901225` | `03/04/2025`, years of two digits, bare serial numbers, a time of day beside a date |
| no value | `n/a`, `-`, `TBD`, `unknown`, `inconnu`, `à venir` as an empty cell, with a note | in required columns, and where an empty cell gives an answer |

Where an empty cell gives an answer, a word for not known stays a question: `TBD` in `provincial_nomination` is not "none".
Words for none are read there: `none`, `N/A` or `-` in `provincial_nomination`, `present` in `ended_on`. A master's and a
professional degree score alike in the CRS and in the grid of FSW, so IRCC's one choice for both is read as `masters`.
Other cells of a column never settle the order of `03/04/2025`: the message names the map that does.
A yes below a heading that speaks of a nomination is a warning where no column gives `provincial_nomination`.
"""


def page() -> str:
    """The whole page as Markdown."""
    return "\n".join([OPENING, *(_section(sheet) for sheet in SHEETS)])


def _section(sheet: Sheet) -> str:
    rows = "\n".join(_row(column) for column in sheet.columns)
    return f"## {sheet.title}\n\n| column | type | what it says |\n| --- | --- | --- |\n{rows}\n"


def _row(column: Column) -> str:
    notes = [column.note]
    if column.values:
        notes.append("one of " + ", ".join(f"`{value}`" for value in column.values))
    if column.required:
        notes.append("**required**")
    return f"| `{column.name}` | {KINDS[column.kind]} | {'; '.join(notes)} |"


def main() -> None:
    """Writes the page."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else PAGE
    path.write_text(page(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
