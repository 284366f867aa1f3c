"""Draws a chart as SVG text through vl-convert, with the months and numbers of the language in use."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Any

from reports.page.style import SIZES, Size, config
from transforms.model.wording import current
from transforms.model.wording.numbers import TERRITORY

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl

VERSION = "6"
HEAD = re.compile(r"<svg\b[^>]*>")
VIEW = re.compile(r'viewBox="([^"]+)"')
ID = re.compile(r'(id="|url\(#)([^")]+)')
STYLE = re.compile(r"<style\b.*?</style>|<defs>\s*</defs>", re.DOTALL)


def rows(frame: pl.DataFrame) -> dict[str, Any]:
    """A frame as the data of a chart, days as ISO text, which Vega reads as days of UTC."""
    import polars as pl
    import polars.selectors as cs

    days = frame.with_columns(
        cs.date().dt.to_string("%Y-%m-%d"), cs.float().round(2), cs.by_dtype(pl.Null).cast(pl.Int8)
    )
    return {"values": days.to_dicts()}


def svg(chart: Any, key: str, title: str, description: str) -> str:
    """A chart as an SVG element with title and description; `key` sets its ids apart from those of others on a page."""
    import vl_convert

    made = vl_convert.vegalite_to_svg(
        chart.to_dict(), config=config(), format_locale=numbers(), time_format_locale=times(), allowed_base_urls=[]
    )  # fmt: skip
    made = STYLE.sub("", made)
    order: dict[str, str] = {}

    def own(found: re.Match[str]) -> str:
        return f"{found[1]}{order.setdefault(found[2], f'{key}-{len(order)}')}"

    made = ID.sub(own, made)
    head = HEAD.search(made)
    view = VIEW.search(made)
    assert head is not None
    assert view is not None
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{view[1]}" role="img" aria-labelledby="{key}-title {key}-desc">'
        f'<title id="{key}-title">{escape(title)}</title><desc id="{key}-desc">{escape(description)}</desc>'
        f'<rect width="100%" height="100%" fill="white"/>'
    )
    return opening + made[head.end() :].strip()


def both(key: str, title: str, description: str, chart: Callable[[Size], Any]) -> dict[str, str]:
    """A chart for each size of screen, by the name of the size."""
    return {size.name: svg(chart(size), f"{key}-{size.name}", title, description) for size in SIZES}


def numbers() -> dict[str, Any]:
    """How numbers are written (a locale of d3)."""
    from babel import Locale

    symbols = Locale(current(), TERRITORY).number_symbols["latn"]
    return {
        "decimal": symbols["decimal"], "thousands": symbols["group"], "grouping": [3],
        "currency": ["$", ""], "percent": "\u00a0%" if current() == "fr" else "%",
    }  # fmt: skip


def times() -> dict[str, Any]:
    """How days and months are written (a locale of d3)."""
    from babel import Locale

    locale = Locale(current(), TERRITORY)
    months, days = locale.months["stand-alone"], locale.days["stand-alone"]
    week = (6, 0, 1, 2, 3, 4, 5)
    return {
        "dateTime": "%Y-%m-%d %X", "date": "%Y-%m-%d", "time": "%H:%M:%S", "periods": ["AM", "PM"],
        "days": [days["wide"][day] for day in week], "shortDays": [days["abbreviated"][day] for day in week],
        "months": [months["wide"][month] for month in range(1, 13)],
        "shortMonths": [months["abbreviated"][month] for month in range(1, 13)],
    }  # fmt: skip
