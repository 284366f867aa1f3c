"""How a report looks: one calm palette that colour-blind readers can tell apart, and the looks of its cells."""

from __future__ import annotations

from dataclasses import dataclass, replace

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

INK = "1F3A4D"
MUTED = "5F6B73"
LINK = "0B5A8F"
RULE = "C9D1D6"
PAPER = "FFFFFF"
BAND = "F2F5F7"
INVITED = "0072B2"
NOT_INVITED = "E9B44C"
ELSEWHERE = "C4CBD0"
CAUTION = "FFF0C9"
CAUTION_INK = "6B4A00"
ALARM = "F5B887"
# At or above a cut-off, and further below it than can be made up soon.
REACHED = "9CC8EE"
FAR = "D5D8DA"
# Fills that mean something: blue, amber, orange and grey, each of another lightness, so that they differ for readers who
# cannot tell red from green, and on a black-and-white print. No meaning hangs on red against green. The test of this
# module holds the distances as readers with deuteranopia and protanopia see them, and the contrast of each text.
MEANINGS = (REACHED, CAUTION, ALARM, FAR)
# Text, and what it stands on.
TEXT = "000000"
READ_ON = {
    PAPER: (TEXT, INK, MUTED, LINK, CAUTION_INK),
    BAND: (TEXT, INK, MUTED, LINK),
    INK: (PAPER,),
    REACHED: (TEXT, INK),
    CAUTION: (TEXT, INK, LINK, CAUTION_INK),
    ALARM: (TEXT, INK),
    FAR: (TEXT, INK),
}
# The tints of the groups of columns, in turn.
TINTS = ("DCE6EC", "E9E4D4", "DDE8DF", "E8DFE6")

# What is taken for the address of a page of the web.
WEB_ADDRESS = r"^https?://[!-~]{1,2000}$"
FONT = "Calibri"
# Degrees of text that is read from below.
UPRIGHT = 90
DATE = "yyyy-mm-dd"
MOMENT = "yyyy-mm-dd hh:mm:ss"
COUNT = "#,##0"
SIGNED = "+0;-0;0"


@dataclass(frozen=True)
class Look:
    """The look of a cell; `wrap` breaks long text into lines, `across` is the horizontal alignment, `upright` text goes up."""

    size: int = 11
    bold: bool = False
    italic: bool = False
    ink: str = ""
    fill: str = ""
    number: str = ""
    across: str = ""
    down: str = ""
    wrap: bool = False
    indent: int = 0
    rule: bool = False
    underlined: bool = False
    upright: bool = False

    def style_in(self, book: Workbook) -> int:
        """The number of this look among a book's styles; what is typed over a text in it stays text."""
        sheet = book.worksheets[0]
        cell = WriteOnlyCell(sheet)
        cell.font = Font(
            name=FONT, size=self.size, bold=self.bold, italic=self.italic, color=self.ink or None,
            underline="single" if self.underlined else None,
        )  # fmt: skip
        cell.alignment = Alignment(
            horizontal=self.across or ("left" if self.indent else None), vertical=self.down or None,
            wrap_text=self.wrap or None, indent=self.indent, textRotation=UPRIGHT if self.upright else 0,
        )  # fmt: skip
        if self.fill:
            cell.fill = PatternFill("solid", start_color=self.fill)
        if self.number:
            cell.number_format = self.number
        if self.rule:
            cell.border = Border(bottom=Side("thin", color=RULE))
        cell.quotePrefix = not self.number
        style: int = cell.style_id
        return style


LOOKS = {
    "text": Look(indent=1),
    "long": Look(indent=1, wrap=True),
    "centred": Look(across="center"),
    "status": Look(across="center"),
    "whole": Look(number="0"),
    "total": Look(number="0", bold=True),
    "signed": Look(number=SIGNED),
    "margin": Look(number=SIGNED),
    "days": Look(number="0", bold=True),
    "number": Look(number="0.0"),
    "share": Look(number="0%"),
    "chance": Look(number='[<0.01]"<1%";[>0.99]">99%";0%'),
    "date": Look(number=DATE, across="center"),
    "moment": Look(number=MOMENT, across="center"),
    "link": Look(ink=LINK, underlined=True, indent=1),
    "client": Look(ink=LINK, indent=1),
    "jump": Look(ink=LINK, across="center"),
    "note": Look(italic=True, ink=MUTED, indent=1),
}
PROSE = Look(wrap=True, rule=True, down="top", indent=1)
SECTION = Look(size=14, bold=True, ink=INK)
_HEADER = Look(bold=True, ink=PAPER, fill=INK, down="center", wrap=True)


def header_of(look: Look) -> Look:
    """The header over cells of a look: numbers to the right, what stands in the middle there, text to the left."""
    if look == LOOKS["jump"]:
        return replace(_HEADER, across="center", down="bottom", wrap=False, upright=True)
    across = look.across or ("right" if look.number else "")
    return replace(_HEADER, across=across, indent=look.indent)
