"""The bar chart of the pool's scores, drawn from a small table on the same page."""

from __future__ import annotations

from openpyxl.chart import BarChart, Reference
from openpyxl.chart.data_source import AxDataSource, StrRef
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import CharacterProperties, Paragraph, ParagraphProperties

from reports.workbook.cells import CellSheet
from reports.workbook.looks import ELSEWHERE, INK, INVITED, MUTED, NOT_INVITED, RULE

COLOURS = (INVITED, NOT_INVITED, ELSEWHERE)
# Hundredths of a point.
TITLE_SIZE, TEXT_SIZE = 1300, 900


def pool_chart(
    sheet: CellSheet, *, title: str, header: int, rows: int, labels: int, series: int, width: float, height: float
) -> BarChart:
    """Stacked bars, the first row of the table on top; sizes in centimetres.

    The table's headers stand in row `header`, its labels in column `labels`, one column a colour from column `series`.
    """
    chart = BarChart()
    chart.type, chart.grouping, chart.overlap, chart.gapWidth = "bar", "stacked", 100, 25
    last = series + len(COLOURS) - 1
    chart.add_data(
        Reference(sheet, min_col=series, max_col=last, min_row=header, max_row=header + rows), titles_from_data=True
    )
    labelled = Reference(sheet, min_col=labels, min_row=header + 1, max_row=header + rows)
    for one, colour in zip(chart.series, COLOURS, strict=True):
        one.cat = AxDataSource(strRef=StrRef(f=str(labelled)))
        one.graphicalProperties = GraphicalProperties(solidFill=colour)
        one.graphicalProperties.line.noFill = True
        one.invertIfNegative = False
    chart.title, chart.x_axis.title, chart.y_axis.title = title, "CRS score", "Clients in the pool"
    for text, size in ((chart.title, TITLE_SIZE), (chart.x_axis.title, TEXT_SIZE), (chart.y_axis.title, TEXT_SIZE)):
        for paragraph in text.tx.rich.p:
            paragraph.pPr = ParagraphProperties(defRPr=_letters(size, bold=True))
            for run in paragraph.r:
                run.rPr = _letters(size, bold=True)
        text.overlay = False
    # Without this, openpyxl's charts have no axes in Excel.
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.x_axis.scaling.orientation = "maxMin"
    chart.y_axis.crosses = "max"
    chart.y_axis.number_format, chart.y_axis.majorGridlines.spPr = "0", _line(RULE)
    chart.x_axis.graphicalProperties = _line(MUTED)
    chart.x_axis.txPr = chart.y_axis.txPr = _text(TEXT_SIZE)
    chart.legend.position, chart.legend.txPr = "b", _text(TEXT_SIZE)
    chart.width, chart.height = width, height
    return chart


def _letters(size: int, *, bold: bool = False) -> CharacterProperties:
    return CharacterProperties(sz=size, b=bold, solidFill=INK)


def _text(size: int) -> RichText:
    paragraph = Paragraph(pPr=ParagraphProperties(defRPr=_letters(size)), endParaRPr=_letters(size))
    paragraph.r = []
    return RichText(p=[paragraph])


def _line(colour: str) -> GraphicalProperties:
    return GraphicalProperties(ln=LineProperties(solidFill=colour, w=6350))
