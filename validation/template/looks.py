"""The looks of the template: few colours that colour-blind readers and grey printers can tell apart."""

from __future__ import annotations

from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

FONT = "Calibri"
INK, MUTED, PAPER = "1F3A4D", "5F6B73", "FFFFFF"
# By mark: the fill and the ink of a title. Dark, middle and light, so that grey print keeps them apart too.
MARK_FILLS = {"required": "0B5A8F", "recommended": "F0BC5E", "optional": "E3E8EB"}
MARK_INKS = {"required": PAPER, "recommended": "2B2005", "optional": INK}
NAME_FILL, EXAMPLE_FILL, MISSING_FILL = "F2F5F7", "F7F7F7", "F6D5C3"
# The bands over the groups, in turn.
BANDS = ("1F3A4D", "4A6578")
TABS = {"instructions": "5F6B73", "candidates": "0B5A8F", "columns": "5F6B73"}
OTHER_TAB = "9FB4C2"

_RULE = Side("thin", color="C9D1D6")
_DIVIDER = Side("medium", color="8FA3B0")


def fill(colour: str) -> PatternFill:
    """A solid fill."""
    return PatternFill("solid", start_color=colour, end_color=colour)


def font(*, size: float = 11, bold: bool = False, italic: bool = False, ink: str | None = None) -> Font:
    """The template's font."""
    return Font(name=FONT, size=size, bold=bold, italic=italic, color=ink)


def border(*, is_first: bool, is_ruled: bool = True) -> Border:
    """The border of a cell: a divider on the left of the first column of a group, a rule below."""
    return Border(left=_DIVIDER if is_first else None, bottom=_RULE if is_ruled else None)


WRAPPED = Alignment(wrap_text=True, vertical="top", horizontal="left", indent=1)
MIDDLE = Alignment(wrap_text=True, vertical="center", horizontal="left", indent=1)
PLAIN = Alignment(vertical="center", horizontal="left", indent=1)
CENTRED = Alignment(vertical="center", horizontal="center")
CENTRED_KINDS = ("date", "date_time", "integer", "number")


def alignment(kind: str) -> Alignment:
    """Where the values of a kind of column stand in their cells."""
    return CENTRED if kind in CENTRED_KINDS else PLAIN
