"""Text from other people's files made fit to stand in a workbook or a CSV file, and unable to act there."""

from __future__ import annotations

import re

import polars as pl

LONGEST = 32_767
# A workbook is XML: it holds no other control character, no half of a surrogate pair, and two code points are no text.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x{fffe}\x{ffff}]"
_TO_FIT = r"[\x00-\x08\x0b-\x1f\x{fffe}\x{ffff}]|_x"
# Spreadsheets read _x000D_ in a cell as the character of that number.
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPED_UNDERSCORE = "_x005F_"
# What spreadsheets take for the start of a formula, blanks or quotation marks before it, and the same signs in full width.
_SIGNS = r"[=+\-@\x{ff1d}\x{ff0b}\x{ff0d}\x{ff20}]"
_ACTIVE = rf"^(?:[\t\r\n]|[\s\x{{feff}}\x{{200b}}\"]*{_SIGNS})"
# Where a spreadsheet divides a line at semicolons or tabs, a cell starts inside a text, and quotation marks lose their sense.
_ENDS_CELL = r";\t\r\n\x{b}\x{c}\x{85}\x{2028}\x{2029}"
_ACTIVE_INSIDE = rf"([{_ENDS_CELL}])([\"\x{{feff}}\x{{200b}}[\s--[{_ENDS_CELL}]]]*{_SIGNS})"


def fit(text: str) -> str:
    """A text as a cell can hold it: unprintable characters replaced, and cut with an ellipsis at Excel's longest.

    Lines end in a line feed alone, as in Excel.
    """
    text = _NO_XML.sub("\ufffd", text)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "_x" in text:
        text = _ESCAPE.sub(_ESCAPED_UNDERSCORE, text)
    if len(text) > LONGEST // 2 and _units(text) > LONGEST:
        text = _cut(text)
    return text


def fitted(texts: pl.DataFrame) -> pl.DataFrame:
    """Columns of texts as cells can hold them, each text as `fit` makes it."""
    if not texts.width:
        return texts
    text = pl.all()
    unfit = texts.select((text.str.contains(_TO_FIT) | (text.str.len_bytes() > LONGEST // 2)).any()).row(0, named=True)
    return texts.with_columns(
        pl.Series(name, [one if one is None else fit(one) for one in texts[name]], pl.String)
        for name, is_unfit in unfit.items()
        if is_unfit
    )


def _units(text: str) -> int:
    """The length as Excel counts it: in units of UTF-16."""
    return len(text.encode("utf-16-le")) // 2


def _cut(text: str) -> str:
    kept = text.encode("utf-16-le")[: 2 * (LONGEST - 1)].decode("utf-16-le", errors="ignore")
    return kept + "…"


def inactive(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with its text columns safe in a CSV file: an apostrophe before what a spreadsheet would calculate.

    That holds too where the list separator of the computer is the semicolon, as in French Canada.
    """
    return frame.with_columns(_inactive(pl.col(pl.String)))


def _inactive(column: pl.Expr) -> pl.Expr:
    shown = column.str.replace_all(_CONTROL, "\ufffd").str.replace_all(_ACTIVE_INSIDE, "${1}'${2}")
    return pl.when(shown.str.contains(_ACTIVE)).then(pl.lit("'") + shown).otherwise(shown).name.keep()
