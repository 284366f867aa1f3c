"""How the charts look: sizes for a wide and a narrow screen, fonts, and colours that the colour-blind can tell apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from reports.workbook.looks import INK, INVITED, MUTED, RULE

# Okabe and Ito's palette; neighbours in a chart differ in lightness too.
BLUE, ORANGE, GREEN, VERMILION, SKY, PURPLE = f"#{INVITED}", "#E69F00", "#009E73", "#D55E00", "#56B4E9", "#CC79A7"
GREY, PALE_BLUE = "#9A9A9A", "#B9D7EA"
DARK, TEXT, LINE = f"#{INK}", f"#{MUTED}", f"#{RULE}"
GROUP_COLOURS = (GREY, ORANGE, BLUE, GREEN, PURPLE, SKY)
# Of one hue, light to dark: scores in their order.
SCORE_COLOURS = ("#DEEBF7", "#B5D1E9", "#7FB2D9", "#4A90C4", "#1F6AA5", "#0B3C6B")
FONT = "Arial, Helvetica, Liberation Sans, sans-serif"


@dataclass(frozen=True)
class Size:
    """The room that a chart has, in pixels; `columns` of small charts side by side, `legend` entries in a row."""

    name: str
    width: int
    columns: int
    legend: int
    axis: int = 48
    gap: int = 18

    @property
    def panel(self) -> int:
        """The width of one of the small charts side by side."""
        return (self.width - self.columns * self.axis - (self.columns - 1) * self.gap) // self.columns

    @property
    def inner(self) -> int:
        """The width of a chart by itself, without its axis."""
        return self.width - self.axis - self.gap


WIDE, NARROW = Size("wide", 940, 3, 6), Size("narrow", 346, 1, 2)
SIZES = (WIDE, NARROW)
PANEL_HEIGHT, HEIGHT = 120, 280


def config() -> dict[str, Any]:
    """The configuration of every chart (Vega-Lite)."""
    return {
        # A chart has a title and a description of its own for screen readers; marks are not read out one by one.
        "aria": False,
        "font": FONT,
        "background": "white",
        "view": {"stroke": None},
        "axis": {
            "labelColor": TEXT, "titleColor": TEXT, "labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal",
            "gridColor": "#E4E8EA", "domainColor": LINE, "tickColor": LINE, "labelFlush": False, "titlePadding": 8,
        },
        "legend": {
            "orient": "top", "direction": "horizontal", "labelColor": TEXT, "labelFontSize": 12, "labelLimit": 0,
            "title": None, "symbolType": "square",
        },
        "header": {
            "labelColor": DARK, "labelFontSize": 13, "labelFontWeight": "bold", "labelAnchor": "start", "title": None,
            "labelPadding": 4,
        },
        "title": {"color": DARK, "fontSize": 13, "anchor": "start", "fontWeight": "bold"},
        "facet": {"spacing": 18},
    }  # fmt: skip
