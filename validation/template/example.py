"""The example rows of the template: what they say, and how they are recognised so that none becomes a client."""

from __future__ import annotations

from functools import cache

import polars as pl

from transforms.model.columns import Sheet
from validation.template.words import LANGUAGES, placed, texts
from validation.values import parse

KEY = "client_id"
# Stands in the first cell of the template's own pages, which are no list of a firm, and is the author of its notes.
PAGE_MARK = "drawline template"


def example(sheet: Sheet, language: str) -> dict[str, str]:
    """The example row of a sheet: our values as text, by column; columns without an example are left out."""
    row = {name: found.example for name in sheet.names if (found := placed(sheet, name)).is_in_row}
    return row | {KEY: texts(language).example_id}


@cache
def example_ids() -> frozenset[str]:
    """The client numbers of the example rows, in any language."""
    return frozenset(texts(language).example_id for language in LANGUAGES)


def example_rows(sheet: Sheet, rows: pl.DataFrame) -> pl.Series:
    """Which text rows (our columns that are there, String) are the template's example, whole or in part (Boolean).

    A row with its number that says anything else in any column is none: somebody has typed over it.
    """
    is_example = rows.select(
        parse.client_key(pl.col(KEY)).is_in(list(example_ids())).fill_null(value=False)
    ).to_series()
    if not is_example.any():
        return is_example
    cells = rows.filter(is_example)
    said = parse.typed(sheet, _with_all_columns(sheet, cells)).select(sheet.names)
    meant = parse.typed(sheet, _with_all_columns(sheet, pl.DataFrame([example(sheet, LANGUAGES[0])]))).row(
        0, named=True
    )
    same = said.select(
        pl.all_horizontal(
            pl.lit(cells[name].is_null()) | pl.col(name).eq_missing(pl.lit(meant[name]))
            for name in sheet.names
            if name in cells.columns and name != KEY
        )
    ).to_series()
    places = is_example.arg_true().filter(same)
    return pl.int_range(rows.height, eager=True).is_in(places.to_list())


def _with_all_columns(sheet: Sheet, cells: pl.DataFrame) -> pl.DataFrame:
    present = [name for name in sheet.names if name in cells.columns]
    absent = [pl.lit(None, pl.String).alias(name) for name in sheet.names if name not in cells.columns]
    return cells.select(*present, *absent).select(sheet.names)
