"""Columns of dates whose cells contradict one another: two orders of day and month, or dates that a spreadsheet turned round."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import polars as pl

from transforms.model.calendar import MONTHS_IN_A_YEAR
from transforms.model.wording import _, n_, whole_number
from validation.values.dates import Order

_MARK = r"\s*[/.\- ]\s*"
_YEAR_LAST = rf"^\s*([0-9]{{1,2}}){_MARK}([0-9]{{1,2}}){_MARK}[0-9]{{4}}(?:[^0-9]|$)"
_STORED = r"^[0-9]{4}-([0-9]{2})-([0-9]{2})"
_FIRST, _SECOND = 1, 2
MAX_NAMED = 5


class Orders(NamedTuple):
    """The rows (by place, ascending) of a column's dates by what they show of day and month.

    `day_first` and `month_first` are dates in figures that are a day in this order alone, `either` those of both, and
    `stored` dates of a spreadsheet or ISO texts; of those that stay the same turned round none is listed. `has_late_day`:
    a stored date has a day that is no month.
    """

    day_first: list[int]
    month_first: list[int]
    either: list[int]
    stored: list[int]
    has_late_day: bool


def orders(cells: pl.Series) -> Orders | None:
    """What the dates of a column (String) show of day and month; None where no date is written in figures, year last."""
    # Most columns hold few distinct days.
    distinct = cells.drop_nulls().unique().alias("cell").to_frame()
    text = pl.col("cell")
    if not distinct["cell"].str.contains(_YEAR_LAST).any():
        return None
    first, second = (text.str.extract(_YEAR_LAST, part).cast(pl.Int32) for part in (_FIRST, _SECOND))
    month, day = (text.str.extract(_STORED, part).cast(pl.Int32) for part in (_FIRST, _SECOND))
    found = distinct.with_columns(first=first, second=second, month=month, day=day)
    is_month = [pl.col(name) <= MONTHS_IN_A_YEAR for name in ("first", "second")]

    def places(rows: pl.Expr) -> list[int]:
        texts = found.filter(rows)["cell"]
        return [] if texts.is_empty() else cells.is_in(texts.implode()).fill_null(value=False).arg_true().to_list()

    return Orders(
        places(~is_month[0] & is_month[1]),
        places(is_month[0] & ~is_month[1]),
        places(is_month[0] & is_month[1] & (pl.col("first") != pl.col("second"))),
        places(pl.col("day") != pl.col("month")),
        bool((found["day"] > MONTHS_IN_A_YEAR).any()),
    )


def turned_round(found: Orders, order: Order | None) -> list[int]:
    """The places of the dates that may stand with day and month turned round, where a column looks like that.

    A spreadsheet program of another country makes dates of the texts whose day may be a month, and leaves the others as
    text. So it was where every text has a day above 12, and no date has. `order` is that of the map, if it has one.
    """
    settling = {"dmy": found.day_first, "mdy": found.month_first}
    is_settled = bool(found.day_first) != bool(found.month_first) if order is None else bool(settling.get(order))
    return [] if not is_settled or found.either or found.has_late_day else found.stored


def contradictions(
    name: str, cells: pl.Series, order: Order | None, addresses: Callable[[Sequence[int]], Sequence[str]]
) -> Iterator[tuple[str, str, str]]:
    """What to note of a column of dates: a text of it, the problem and the fix.

    `cells` are its texts (String), `order` that of the map, if it has one; `addresses` gives the cells at places of them.
    """
    found = orders(cells)
    if found is None:
        return

    def named(places: Sequence[int]) -> str:
        cells = ", ".join(addresses(places[:MAX_NAMED]))
        if len(places) <= MAX_NAMED:
            return cells
        return _("{cells} and {number} more").format(cells=cells, number=whole_number(len(places) - MAX_NAMED))

    if found.day_first and found.month_first and order is None:
        day_first, month_first = cells[found.day_first[0]], cells[found.month_first[0]]
        yield (
            day_first,
            _(
                "{name} holds dates of two orders: day first, like {day_first} ({day_first_cells}), and month first,"
                " like {month_first} ({month_first_cells})."
            ).format(
                name=name,
                day_first=day_first,
                day_first_cells=named(found.day_first),
                month_first=month_first,
                month_first_cells=named(found.month_first),
            ),
            _("Compare these cells with the source, and write the dates of the column as YYYY-MM-DD."),
        )
    turned = turned_round(found, order)
    if turned:
        settling = (found.month_first if order == "mdy" else found.day_first) or found.month_first
        problem = n_(
            "{name} holds {count} date whose day may be a month ({turned}), and texts like {text} ({texts}) whose day may "
            "not. A spreadsheet program may have read the dates with day and month turned round.",
            "{name} holds {count} dates whose day may be a month ({turned}), and texts like {text} ({texts}) whose day may "
            "not. A spreadsheet program may have read the dates with day and month turned round.",
            len(turned),
        )
        yield (
            cells[settling[0]],
            problem.format(
                name=name,
                count=whole_number(len(turned)),
                turned=named(turned),
                text=cells[settling[0]],
                texts=named(settling),
            ),
            _(
                "Compare some of the dates with the source; where they are wrong, export the file again with "
                "dates as text."
            ),
        )
