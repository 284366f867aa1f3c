"""What the colours of a table say, as conditional formats of whole columns: they hold when rows are sorted or added."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from openpyxl.formatting.rule import CellIsRule, DataBarRule, FormulaRule, Rule
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter

from reports.wording.words import OPEN, TO_FIX
from reports.workbook.cells import CellSheet
from reports.workbook.layout import Column
from reports.workbook.looks import ALARM, BAND, CAUTION, FAR, REACHED
from transforms.model.wording import _

# Days left up to which something is urgent, and up to which it is soon.
URGENT_DAYS, SOON_DAYS = 7, 30
# Points below a cut-off that can be made up.
CLOSE_POINTS = 10
# The fill of the cells of a look where each condition holds; the first that holds decides.
RANGES: dict[str, tuple[tuple[str, str], ...]] = {
    "days": ((f"{{cell}}<={URGENT_DAYS}", ALARM), (f"{{cell}}<={SOON_DAYS}", CAUTION)),
    "margin": (("{cell}>=0", REACHED), (f"{{cell}}>=-{CLOSE_POINTS}", CAUTION), (f"{{cell}}<-{CLOSE_POINTS}", FAR)),
}


def tint(sheet: CellSheet, columns: Sequence[Column], first: int, last: int) -> None:
    """Adds the rules of a table's columns, and of every other row, from a first row to a last one."""
    for place, column in enumerate(columns, start=1):
        letter = get_column_letter(place)
        for rule in (*_ranges(column.look, f"{letter}{first}"), *_answers(column.look)):
            sheet.conditional_formatting.add(f"{letter}{first}:{letter}{last}", rule)
    banded = FormulaRule([f"MOD(ROW(),2)={(first + 1) % 2}"], fill=PatternFill(bgColor=BAND))
    sheet.conditional_formatting.add(f"A{first}:{get_column_letter(len(columns))}{last}", banded)


def _ranges(look: str, cell: str) -> Iterable[Rule]:
    """The rules by which numbers of a look are tinted, or chances shown as bars."""
    if look == "chance":
        yield DataBarRule("num", 0, "num", 1, color=REACHED)
    for condition, fill in RANGES.get(look, ()):
        formula = f"AND(ISNUMBER({cell}),{condition.format(cell=cell)})"
        yield FormulaRule([formula], fill=PatternFill(bgColor=fill), stopIfTrue=True)


def _answers(look: str) -> Iterable[Rule]:
    """The rules by which answers that leave something open, or ask to be corrected, are tinted."""
    if look not in ("centred", "status"):
        return
    tints = dict.fromkeys(OPEN, CAUTION)
    if look == "status":
        tints |= dict.fromkeys(TO_FIX, ALARM)
    for answer, fill in tints.items():
        yield CellIsRule("equal", [f'"{_(answer)}"'], fill=PatternFill(bgColor=fill))
