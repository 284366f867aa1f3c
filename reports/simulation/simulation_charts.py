"""Charts over columns of a sheet: lines by round, and columns by band."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.chart.marker import Marker
from openpyxl.chart.series_factory import SeriesFactory
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import CharacterProperties, Paragraph, ParagraphProperties

from reports.workbook.cells import CellSheet
from reports.workbook.looks import INK, MUTED, RULE

# Colours that colour-blind readers can tell apart, and marks beside them.
COLOURS = ("0072B2", "D55E00", "009E73", "CC79A7", "E69F00", "56B4E9", "000000", "7F7F7F")
MARKS = ("circle", "square", "triangle", "diamond", "x", "plus", "star", "dash")
# Hundredths of a point.
TITLE_SIZE, TEXT_SIZE = 1300, 900
# With more labels than this, not every one is written.
MAX_LABELS = 12


@dataclass(frozen=True)
class Series:
    """A column of the sheet, and its name in the legend; marked: points without a line between."""

    title: str
    column: int
    marked: bool = False


def lines(
    sheet: CellSheet, title: str, series: Sequence[Series], labels: int, rows: tuple[int, int], *, lowest: int = 0
) -> LineChart:
    """Lines or points over some rows, by the labels of a column; the axis starts at `lowest`."""
    chart = LineChart()
    _fill(chart, sheet, title, series, labels, rows)
    chart.y_axis.scaling.min = lowest
    for place, (one, drawn) in enumerate(zip(chart.series, series, strict=True)):
        colour = COLOURS[place % len(COLOURS)]
        one.smooth = False
        one.graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill=colour, w=19050))
        one.marker = Marker("none")
        if drawn.marked:
            one.graphicalProperties.line.noFill, one.graphicalProperties.line.solidFill = True, None
            one.marker = Marker(MARKS[place % len(MARKS)], size=6)
            one.marker.graphicalProperties = GraphicalProperties(solidFill=colour, ln=LineProperties(solidFill=colour))
    return chart


def bars(sheet: CellSheet, title: str, series: Sequence[Series], labels: int, rows: tuple[int, int]) -> BarChart:
    """Upright bars side by side over some rows, by the labels of a column."""
    chart = BarChart()
    chart.type, chart.grouping, chart.gapWidth = "col", "clustered", 60
    _fill(chart, sheet, title, series, labels, rows)
    for place, one in enumerate(chart.series):
        one.graphicalProperties = GraphicalProperties(solidFill=COLOURS[place % len(COLOURS)])
        one.graphicalProperties.line.noFill = True
    return chart


def _fill(
    chart: LineChart | BarChart,
    sheet: CellSheet,
    title: str,
    series: Sequence[Series],
    labels: int,
    rows: tuple[int, int],
) -> None:
    first, last = rows
    for one in series:
        values = Reference(sheet, min_col=one.column, min_row=first, max_row=last)
        chart.series.append(SeriesFactory(values, title=one.title))
    chart.set_categories(Reference(sheet, min_col=labels, min_row=first, max_row=last))
    chart.title = title
    for paragraph in chart.title.tx.rich.p:
        paragraph.pPr = ParagraphProperties(defRPr=_letters(TITLE_SIZE, bold=True))
        for run in paragraph.r:
            run.rPr = _letters(TITLE_SIZE, bold=True)
    chart.title.overlay = False
    # Without this, openpyxl's charts have no axes in Excel.
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.x_axis.tickLblSkip = max(1, (last - first + 1) // MAX_LABELS)
    chart.y_axis.number_format = "#,##0"
    chart.y_axis.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill=RULE, w=6350))
    chart.x_axis.graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill=MUTED, w=6350))
    letters = _letters(TEXT_SIZE)
    text = RichText(p=[Paragraph(pPr=ParagraphProperties(defRPr=letters), endParaRPr=letters)])
    chart.x_axis.txPr = chart.y_axis.txPr = text
    chart.display_blanks = "gap"
    if len(series) > 1:
        chart.legend.position, chart.legend.txPr = "b", text
    else:
        chart.legend = None


def _letters(size: int, *, bold: bool = False) -> CharacterProperties:
    return CharacterProperties(sz=size, b=bold, solidFill=INK)
