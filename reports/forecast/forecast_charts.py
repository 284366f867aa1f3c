"""The fans of a forecast as charts of a workbook: published cut-offs, and where the newest cut-off will be by each day."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import polars as pl
from openpyxl.chart import AreaChart, LineChart, Reference
from openpyxl.chart.axis import DateAxis
from openpyxl.chart.marker import Marker
from openpyxl.chart.series_factory import SeriesFactory
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import CharacterProperties, Paragraph, ParagraphProperties

from reports.wording.kinds import kind_word
from reports.workbook.book import Book, Page
from reports.workbook.cells import CellSheet
from reports.workbook.looks import DATE, INK, INVITED, MUTED, REACHED, RULE, SECTION, Look, header_of
from transforms.model.wording import N_, _

CHARTS, DATA = N_("Charts"), N_("Chart data")
TEXT, DAY = Look(rule=True, indent=1), Look(rule=True, across="center", number=DATE)
WHOLE = Look(rule=True, number="0")
NUMBER = Look(rule=True, number="0.0")
PALE = "CFE3F3"
# The columns of the data: the low end of the fan, and what each band adds to it.
BANDS = (("", ""), ("four in five", PALE), ("half", REACHED), ("four in five", PALE))
DATA_WIDTHS = (16, 12, 11, 11, 11, 11, 11, 11)
CHART_WIDTH, CHART_HEIGHT, CHART_ROWS = 16.5, 8.2, 18
PAGE_WIDTHS = (13,) * 14
RIGHT_CHART = "H"
# Hundredths of a point.
TITLE_SIZE, TEXT_SIZE = 1300, 900
# Points of the axis beyond what is drawn, and the step to which it is rounded.
ROOM, STEP = 5, 10
# A day's width of the marks of published cut-offs.
MARK = 5


def add_fans(book: Book, fans: pl.DataFrame, published: pl.DataFrame) -> None:
    """Adds a page of charts, one a kind, and the page of what they are drawn from; nothing where there are no fans.

    `fans` as transforms.forecast.fans.FANS_SCHEMA; `published` has kind, date and cut_off of the year before.
    """
    if fans.is_empty():
        return
    page, data = book.page(_(CHARTS), PAGE_WIDTHS), book.page(_(DATA), DATA_WIDTHS)
    spans = _data(data, fans, published)
    page.put(1, 1, _("The newest cut-off of each kind on each coming day"), SECTION)
    page.put_across(2, _about(), Look(ink=MUTED))
    for place, (kind, rows, scores) in enumerate(spans):
        chart = fan_chart(data.sheet, kind_word(kind), rows, scores)
        row = 4 + place // 2 * CHART_ROWS
        page.sheet.add_chart(chart, f"{RIGHT_CHART if place % 2 else 'A'}{row}")
    _let_print(page, 4 + -(-len(spans) // 2) * CHART_ROWS)
    page.write()
    data.write()


def _about() -> str:
    return _(
        "Dots are published cut-offs of the last year. The line is the middle of all futures. The dark area holds half of "
        "them, the light area four in five."
    )


def _let_print(page: Page, last: int) -> None:
    """Makes the page as long as its charts, for print."""
    page.put(last, 1, None, Look())


def _data(
    page: Page, fans: pl.DataFrame, published: pl.DataFrame
) -> list[tuple[str, tuple[int, int], tuple[int, int]]]:
    """Writes what the charts are drawn from; by kind the first and last row, and the lowest and highest score."""
    headers = (_("Kind"), _("Day"), _("Published"), "p10", "p10-p25", "p25-p75", "p75-p90", "p50")
    page.put_row(1, headers, [header_of(TEXT), *[header_of(NUMBER)] * (len(headers) - 1)])
    spans, row = [], 2
    for (kind,), fan in fans.group_by("kind", maintain_order=True):
        start = row
        published_before = published.filter((pl.col("kind") == kind) & (pl.col("date") <= fan["day"][0])).sort("date")
        for day, cut_off in published_before.select("date", "cut_off").iter_rows():
            page.put_row(row, (kind_word(str(kind)), day, cut_off), (TEXT, DAY, WHOLE))
            row += 1
        for day, p10, p25, p50, p75, p90 in fan.select("day", "p10", "p25", "p50", "p75", "p90").iter_rows():
            bands = (p10, p25 - p10, p75 - p25, p90 - p75, p50)
            rounded = [round(number, 2) for number in bands]
            page.put_row(row, (kind_word(str(kind)), day, None, *rounded), (TEXT, DAY, WHOLE, *[NUMBER] * 5))
            row += 1
        scores = _ends([*published_before["cut_off"], *fan["p10"], *fan["p90"]])
        spans.append((str(kind), (start, row - 1), scores))
    return spans


def _ends(scores: Sequence[float]) -> tuple[int, int]:
    """The ends of an axis that shows some scores."""
    low, high = (min(scores) - ROOM) / STEP, (max(scores) + ROOM) / STEP
    return math.floor(low) * STEP, math.ceil(high) * STEP


def fan_chart(sheet: CellSheet, title: str, rows: tuple[int, int], scores: tuple[int, int]) -> AreaChart:
    """The fan of one kind from some rows of the data: bands one upon the other, the middle, and published cut-offs."""
    chart, over = AreaChart(grouping="stacked"), LineChart()
    for column, (_name, colour) in enumerate(BANDS, start=4):
        band = _series(sheet, column, rows)
        band.graphicalProperties = GraphicalProperties(solidFill=colour) if colour else GraphicalProperties(noFill=True)
        band.graphicalProperties.line.noFill = True
        chart.series.append(band)
    middle, published = _series(sheet, 8, rows), _series(sheet, 3, rows)
    middle.graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill=INVITED, w=22225, prstDash="dash"))
    middle.marker, middle.smooth = Marker("none"), False
    published.graphicalProperties = GraphicalProperties(ln=LineProperties(noFill=True))
    published.marker = Marker("circle", size=MARK)
    published.marker.graphicalProperties = GraphicalProperties(solidFill=INK, ln=LineProperties(solidFill=INK))
    published.smooth = False
    over.series += [middle, published]
    for drawn in (chart, over):
        drawn.set_categories(Reference(sheet, min_col=2, min_row=rows[0], max_row=rows[1]))
        drawn.x_axis = _days()
        drawn.y_axis.scaling.min, drawn.y_axis.scaling.max = scores
        drawn.y_axis.number_format, drawn.y_axis.delete = "0", False
        drawn.y_axis.crossAx = drawn.x_axis.axId
        drawn.y_axis.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill=RULE, w=6350))
        drawn.x_axis.txPr = drawn.y_axis.txPr = _text(TEXT_SIZE)
    chart += over
    chart.title, chart.legend = title, None
    for paragraph in chart.title.tx.rich.p:
        paragraph.pPr = ParagraphProperties(defRPr=_letters(TITLE_SIZE, bold=True))
        for run in paragraph.r:
            run.rPr = _letters(TITLE_SIZE, bold=True)
    chart.title.overlay = False
    chart.display_blanks = "gap"
    chart.width, chart.height = CHART_WIDTH, CHART_HEIGHT
    return chart


def _series(sheet: CellSheet, column: int, rows: tuple[int, int]) -> Any:
    values = Reference(sheet, min_col=column, min_row=rows[0], max_row=rows[1])
    return SeriesFactory(values, title_from_data=False)


def _days() -> DateAxis:
    """The axis of days, by month; without `delete` unset, openpyxl's charts have no axes in Excel."""
    axis = DateAxis(crossAx=100)
    axis.number_format, axis.majorTimeUnit, axis.baseTimeUnit = "yyyy-mm", "months", "days"
    axis.majorUnit, axis.delete = 3, False
    axis.graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill=MUTED, w=6350))
    return axis


def _letters(size: int, *, bold: bool = False) -> CharacterProperties:
    return CharacterProperties(sz=size, b=bold, solidFill=INK)


def _text(size: int) -> RichText:
    letters = _letters(size)
    return RichText(p=[Paragraph(pPr=ParagraphProperties(defRPr=letters), endParaRPr=letters)])
