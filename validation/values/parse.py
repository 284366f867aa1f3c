"""Text to typed columns, in our own code: what cannot be read without a guess stays empty and is reported."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType

import polars as pl

from transforms.model import columns
from transforms.model.columns import CANDIDATES, SUBMITTED_LATEST, Column, Sheet
from transforms.model.vocabulary import ABILITIES, OTTAWA
from validation.files.sheet_xml import ERRORS, NO_RESULT, NO_TEXT
from validation.intake.problems import UNPRINTABLE

DTYPES: Mapping[str, pl.DataType] = {
    "text": pl.String(),
    "date": pl.Date(),
    "date_time": pl.Datetime("us", "UTC"),
    "yes_no": pl.Boolean(),
    "integer": pl.Int32(),
    "number": pl.Float64(),
    "choice": pl.String(),
    "noc": pl.String(),
    "country": pl.String(),
    "province": pl.String(),
    "abilities": pl.String(),
    "round": pl.String(),
}
SOURCE_DTYPES = {"source_file": pl.String(), "source_sheet": pl.String(), "source_row": pl.Int32()}

MAX_TEXT_LENGTH = 32_767
MANY_ROWS = 2_000
YES = ("yes", "y", "true", "1", "1.0")
NO = ("no", "n", "false", "0", "0.0")
ERROR_CELL = "^(" + "|".join(map(re.escape, ERRORS)) + ")$"
# Blanks of all kinds, and the invisible characters that copying from web pages and mail leaves in a cell.
BLANKS = (
    " \t\n\r\x0b\x0c\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f"
    "\u205f\u3000\u200b\u200c\u200d\u2060\ufeff\u00ad\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
INVISIBLE = r"[\x{ad}\x{61c}\x{200b}-\x{200f}\x{202a}-\x{202e}\x{2060}\x{2066}-\x{2069}\x{feff}]"
ANY_BLANK = r"[\s\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}]"
# What a spreadsheet makes of a number such as 3-4, 3-2024 or 123456789012: a day or a month, or a number in powers of ten.
_DAY, _MONTH, _YEAR = "(0?[1-9]|[12][0-9]|3[01])", "(0?[1-9]|1[0-2])", "[12][0-9]{3}"
_MONTH_NAME = (
    r"(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|janv|févr|mars|avr|mai|juin|juil|août|sept|oct|nov|déc)\.?"
)
_CLOCK = r"[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?(\.[0-9]+)?( ?[AP]M)?"
ID_AS_DAY = (
    rf"^([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}[ T]{_CLOCK}Z?"
    rf"|({_DAY}/{_MONTH}|{_MONTH}/{_DAY})/{_YEAR}( {_CLOCK})?"
    rf"|{_DAY}-{_MONTH_NAME}(-({_YEAR}|[0-9]{{2}}))?|{_MONTH_NAME}-[0-9]{{2}})$"
)
ID_IN_POWERS = r"^[0-9]([.,][0-9]+)?[eE]\+[0-9]{2,3}$"
# Client numbers that are read as they stand unless they are a day.
PLAIN_ID = "^([0-9]+|[A-Za-z][A-Za-z0-9_-]*)$"
ISO_DAY = r"^[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}$"
MIDNIGHT = r"[T ]0?0:00(:00(\.0+)?)?(Z|\+00:00)?$"
# A time whose hour has one digit, as spreadsheets with the format h:mm write it.
ONE_DIGIT_HOUR = r"^([0-9]{4}-[0-9]{2}-[0-9]{2}[T ])([0-9]:)"
BARE_MIDNIGHT = r"^[0-9]{4}-[0-9]{2}-[0-9]{2} 00:00:00(\.0+)?$"
_OFFSET = r"(Z|UTC|[+-][0-9]{2}:?[0-9]{2})?"
ISO_MOMENT = r"^([12][0-9]{3}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2}:[0-5][0-9])(\.[0-9]{1,9})? ?" + _OFFSET + "$"
PLAIN_MOMENT = r"^[12][0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-5][0-9]Z$"
# A day alone, as text or as spreadsheets store it, and a moment to the minute.
DAY_ALONE = r"^([12][0-9]{3}-[0-9]{2}-[0-9]{2})( 00:00(:00(\.0+)?)?)?$"
TO_THE_MINUTE = r"^([12][0-9]{3}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2}) ?" + _OFFSET + "$"
WHOLE = r"^[+-]?[0-9]+(\.0*)?$"
DECIMAL = r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?$"
# An amount with a point before three digits: thousands, as much of the world writes them, or a part of a dollar.
MONEY = "settlement_funds_cad"
POINT_OR_THOUSANDS = r"^[+-]?[1-9][0-9]{0,2}\.[0-9]{3}$"
ROUND = r"^[0-9]+[a-z]?$"
# The years of days and of moments that are read.
_FOUR_DIGITS = (1000, 9999)
_YEARS_OF_MOMENTS = (1000, 2999)
_WHOLE_NUMBERS = (pl.Int8, pl.Int16, pl.Int32, pl.Int64, pl.UInt8, pl.UInt16, pl.UInt32, pl.UInt64)
# A sign that makes a word a question or a bound: veuf?, 3+ years.
DOUBT = re.compile(r"[?~\u2248<>\u2264\u2265\u00b1+]")
# Spreadsheets keep a moment as a fraction of a day, so that a second may come out a little short.
SHORT_OF_A_SECOND = "5ms"


def schema_of(sheet: Sheet) -> dict[str, pl.DataType]:
    """The columns of a sheet's typed frame, in order, with their dtypes; then what is derived, and file, sheet and row."""
    return {column.name: DTYPES[column.kind] for column in sheet.columns} | _derived(sheet) | SOURCE_DTYPES


def _derived(sheet: Sheet) -> dict[str, pl.DataType]:
    """What the typed frame of a sheet has beside its columns: how late profile_submitted_at may be."""
    has_moment = sheet.key == CANDIDATES.key and any(column.kind == "date_time" for column in sheet.columns)
    return {SUBMITTED_LATEST: DTYPES["date_time"]} if has_moment else {}


def client_key(text: pl.Expr) -> pl.Expr:
    """Client numbers as they are compared, so that those that look alike are one.

    Without invisible characters, with all blanks alike, in one form of accents (NFC), and 1001 for 1001.0.
    """
    seen = text.str.replace_all(INVISIBLE, "").str.normalize("NFC").str.replace_all(ANY_BLANK, " ")
    return seen.str.strip_chars(BLANKS).str.replace(r"^([0-9]+)\.0+$", "$1")


def trimmed(text: pl.DataFrame, typed: Collection[str] = ()) -> pl.DataFrame:
    """A text frame with blanks cut from both ends of every cell, and empty cells null.

    `typed` are columns of which the first cell alone is a text; the others are values without blanks.
    """
    filled = [
        name
        for name in text.columns
        if text[name].null_count() < text.height
        and not (name in typed and (text[name][0] or " ") == (text[name][0] or "").strip(BLANKS))
    ]
    return text.with_columns(
        pl.when(cell != "").then(cell).alias(name)
        for name, cell in ((name, pl.col(name).str.strip_chars(BLANKS)) for name in filled)
    )


def typed(sheet: Sheet, text: pl.DataFrame, given: Mapping[str, pl.Series] = MappingProxyType({})) -> pl.DataFrame:
    """A text frame (a sheet's columns as String, trimmed, empty cells null) with each column in its own dtype.

    `given` are, by column, the values that the file itself has of the same rows: they are taken as they are.
    A cell that cannot be read is null; choices, occupations and provinces keep unknown values for the schema to find.
    Of a moment that is a day or a minute its first second; of profile_submitted_at the last one stands beside it.
    """
    read = text.select(
        pl.repeat(None, text.height, dtype=DTYPES[column.kind]).alias(column.name)
        if text[column.name].null_count() == text.height
        else _taken(column, given.get(column.name), text)
        for column in sheet.columns
    )
    latest = dict.fromkeys(_derived(sheet), pl.repeat(None, text.height, dtype=DTYPES["date_time"], eager=True))
    for column in sheet.columns:
        if column.kind == "date_time" and read[column.name].null_count() > text[column.name].null_count():
            first, last = text.select(*_span(pl.col(column.name))).get_columns()
            read = read.with_columns(read[column.name].fill_null(first))
            latest = dict.fromkeys(latest, last)
    return read.with_columns(series.alias(name) for name, series in latest.items())


def is_typed(dtype: pl.DataType) -> bool:
    """Whether values may be taken as they are, where their column is of this kind."""
    return dtype in (pl.Date, pl.Boolean, pl.Float64) or isinstance(dtype, pl.Datetime) or dtype in _WHOLE_NUMBERS


def _taken(column: Column, values: pl.Series | None, text: pl.DataFrame) -> pl.Series:
    """A column from the values that a file has where these are of its kind, else from its text, to the same values."""
    read = None if values is None else _value(column, values.dtype)
    if values is None or read is None:
        return _read(text, column)
    frame = values.alias(column.name).to_frame()
    return frame.select(read.cast(DTYPES[column.kind]).alias(column.name)).to_series()


def _value(column: Column, dtype: pl.DataType) -> pl.Expr | None:
    """A value as its text would be read; None where a dtype is not of the column's kind."""
    cell, kind = pl.col(column.name), column.kind
    if kind == "date" and dtype == pl.Date:
        return pl.when(cell.dt.year().is_between(*_FOUR_DIGITS)).then(cell)
    if kind == "date_time" and isinstance(dtype, pl.Datetime):
        moment = cell.dt.convert_time_zone("UTC") if dtype.time_zone else cell.dt.replace_time_zone("UTC")
        second = moment.dt.cast_time_unit("us").dt.offset_by(SHORT_OF_A_SECOND).dt.truncate("1s")
        return pl.when(moment.dt.year().is_between(*_YEARS_OF_MOMENTS)).then(second)
    if kind == "yes_no" and dtype == pl.Boolean:
        return cell
    if kind == "integer" and dtype in _WHOLE_NUMBERS:
        return cell.cast(pl.Int32, strict=False)
    # An amount such as 1.234 is left to the reader of texts.
    if kind == "number" and (dtype in _WHOLE_NUMBERS or (dtype == pl.Float64 and column.name != MONEY)):
        number = cell.cast(pl.Float64)
        return pl.when(number.is_finite()).then(number)
    return None


def _read(text: pl.DataFrame, column: Column) -> pl.Series:
    """A column in its own dtype; of many rows each distinct text is read once."""
    name, dtype = column.name, DTYPES[column.kind]
    is_distinct = text.height > MANY_ROWS and column.kind != "text"
    distinct = text.select(pl.col(name).drop_nulls().unique()) if is_distinct else text
    if distinct.height > text.height // 2:
        return text.select(_READERS[column.kind](text, column).cast(dtype).alias(name)).to_series()
    read = distinct.select(_READERS[column.kind](distinct, column).cast(dtype)).to_series()
    return text[name].replace_strict(distinct[name], read, default=None, return_dtype=dtype)


def unreadable_value(column: Column, cell: str) -> bool:
    """Whether a column can never take a text; the rules look up occupations."""
    text = pl.DataFrame({column.name: [cell]}, schema={column.name: pl.String})
    read = text.select(_READERS[column.kind](text, column).cast(DTYPES[column.kind])).to_series()[0]
    if read is None:
        return True
    if column.kind == "province":
        return read not in columns.PROVINCES + columns.PROVINCES_WITHOUT_PROGRAM
    return column.kind == "choice" and read not in column.values


def unreadable(text: pl.DataFrame, read: pl.DataFrame) -> dict[str, pl.Series]:
    """By column, in which rows a cell is filled but could not be read (Boolean); only columns with such rows."""
    lost = [name for name in text.columns if read[name].null_count() > text[name].null_count()]
    return {name: text[name].is_not_null() & read[name].is_null() for name in lost}


def _text(text: pl.DataFrame, column: Column) -> pl.Expr:
    cell = pl.col(column.name)
    is_client = column.name == "client_id"
    if is_client:
        may_be_bad = ~cell.str.contains(PLAIN_ID) | cell.str.contains(ID_AS_DAY)
    else:
        begins_oddly = (cell.str.starts_with(mark) for mark in (NO_RESULT, NO_TEXT, "#"))
        may_be_bad = pl.any_horizontal(cell.str.contains(UNPRINTABLE), *begins_oddly)
    if not text.select((may_be_bad | (cell.str.len_bytes() > MAX_TEXT_LENGTH)).any()).item():
        return cell
    # Computed first: an expression that stands in several places is computed in each.
    read = pl.lit(text.select(client_key(cell)).to_series()) if is_client else cell
    spoilt = read.str.contains(ID_AS_DAY) | read.str.contains(ID_IN_POWERS)
    bad = (
        cell.str.contains(UNPRINTABLE)
        | (spoilt if is_client else pl.lit(value=False))
        | cell.str.starts_with(NO_RESULT)
        | cell.str.starts_with(NO_TEXT)
        | cell.str.contains(ERROR_CELL)
        | (cell.str.len_chars() > MAX_TEXT_LENGTH)
    )
    return pl.when(~bad).then(read)


def _date(text: pl.DataFrame, column: Column) -> pl.Expr:
    day = pl.col(column.name).str.replace(MIDNIGHT, "")
    return pl.when(day.str.contains(ISO_DAY)).then(day).str.to_date("%Y-%m-%d", strict=False)


def _date_time(text: pl.DataFrame, column: Column) -> pl.Expr:
    plain = _plain_moment(pl.col(column.name))
    if text.select(plain.null_count() == pl.col(column.name).null_count()).item():
        return plain
    cell = _with_two_digit_hour(pl.col(column.name))
    iso = (
        pl.when(cell.str.contains(ISO_MOMENT) & ~cell.str.contains(BARE_MIDNIGHT))
        .then(cell.str.replace(ISO_MOMENT, "${1}T${2}${3}|${4}"))
        .str.replace(r"\|(Z|UTC)?$", "|+00:00")
        .str.replace(r"\|([+-][0-9]{2}):?([0-9]{2})$", "$1:$2")
    )
    moment = iso.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%:z", time_unit="us", time_zone="UTC", strict=False)
    return moment.dt.offset_by(SHORT_OF_A_SECOND).dt.truncate("1s")


def _plain_moment(cell: pl.Expr) -> pl.Expr:
    """A moment as most programs write it, to the second in UTC."""
    moment = pl.when(cell.str.contains(PLAIN_MOMENT)).then(cell)
    return moment.str.to_datetime("%Y-%m-%dT%H:%M:%SZ", time_unit="us", strict=False).dt.replace_time_zone("UTC")


def _with_two_digit_hour(cell: pl.Expr) -> pl.Expr:
    return cell.str.replace(ONE_DIGIT_HOUR, "${1}0${2}")


def _span(cell: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """The first and the last second of a day in Ottawa or of a minute in UTC; empty for a cell that is neither.

    A day is one of Ottawa, as every other day of the intake is.
    """
    cell = _with_two_digit_hour(cell)
    day = pl.when(cell.str.contains(DAY_ALONE)).then(cell.str.slice(0, len("2021-09-11"))).str.to_date(strict=False)
    minute = (
        pl.when(cell.str.contains(TO_THE_MINUTE) & ~cell.str.contains(DAY_ALONE))
        .then(cell.str.replace(TO_THE_MINUTE, "${1}T${2}|${3}"))
        .str.replace(r"\|(Z|UTC)?$", "|+00:00")
        .str.replace(r"\|([+-][0-9]{2}):?([0-9]{2})$", "$1:$2")
        .str.to_datetime("%Y-%m-%dT%H:%M%:z", time_unit="us", time_zone="UTC", strict=False)
    )
    first, last = (
        pl.coalesce(minute, midnight(day)),
        pl.coalesce(minute.dt.offset_by("1m"), midnight(day.dt.offset_by("1d"))),
    )
    return first.alias("first"), last.dt.offset_by("-1s").alias("last")


def midnight(day: pl.Expr) -> pl.Expr:
    """The first moment of a day in Ottawa, in UTC."""
    local = day.cast(pl.Datetime("us")).dt.replace_time_zone(OTTAWA, ambiguous="earliest", non_existent="null")
    return local.dt.convert_time_zone("UTC")


def _yes_no(text: pl.DataFrame, column: Column) -> pl.Expr:
    cell = _in_words(text, column, pl.col(column.name).str.to_lowercase())
    return pl.when(cell.is_in(YES)).then(True).when(cell.is_in(NO)).then(False)


def _in_words(text: pl.DataFrame, column: Column, read: pl.Expr) -> pl.Expr:
    """What is read of a column, or our value where a cell says it in the words of the template's lists."""
    known = {*column.values, *columns.PROVINCES, *YES, *NO}
    others = [value for value in text[column.name].unique().drop_nulls() if value not in known]
    if not others:
        return read
    from validation.template.words import values_by_words
    from validation.values.words import plain_words

    ours = values_by_words(column.name, column.kind)
    said = {value: ours[key] for value in others if (key := plain_words(value)) in ours and not DOUBT.search(value)}
    if not said:
        return read
    named = pl.col(column.name).replace_strict(list(said), list(said.values()), default=None, return_dtype=pl.String)
    return pl.coalesce(named, read)


def _integer(text: pl.DataFrame, column: Column) -> pl.Expr:
    cell = pl.col(column.name)
    return (
        pl.when(cell.str.contains(WHOLE))
        .then(cell.str.replace(r"\.0*$", "").str.strip_prefix("+"))
        .cast(pl.Int32, strict=False)
    )


def _number(text: pl.DataFrame, column: Column) -> pl.Expr:
    cell = pl.col(column.name)
    number = pl.when(cell.str.contains(DECIMAL)).then(cell.str.strip_prefix("+")).cast(pl.Float64, strict=False)
    is_sure = number.is_finite()
    if column.name == MONEY:
        is_sure &= ~cell.str.contains(POINT_OR_THOUSANDS)
    return pl.when(is_sure).then(number)


def _shown_value(name: str) -> pl.Expr:
    """A cell with a value, rather than an error, a formula without a result or content that is no text."""
    cell = pl.col(name)
    is_no_text = cell.str.starts_with(NO_RESULT) | cell.str.starts_with(NO_TEXT)
    return ~(is_no_text | (cell.str.starts_with("#") & cell.str.contains(ERROR_CELL)))


def _choice(text: pl.DataFrame, column: Column) -> pl.Expr:
    key = (
        pl.col(column.name)
        .str.to_lowercase()
        .str.replace_all(r"['\u{2019}]", "")
        .str.replace_all(r"[^\p{L}\p{N}]+", "_")
        .str.strip_chars("_")
    )
    read = key.str.to_uppercase() if column.values and column.values[0].isupper() else key
    in_ours = _in_words(text, column, read)
    return pl.when(_shown_value(column.name)).then(pl.when(key == "").then(pl.col(column.name)).otherwise(in_ours))


def _noc(text: pl.DataFrame, column: Column) -> pl.Expr:
    return pl.when(_shown_value(column.name)).then(pl.col(column.name).str.replace(r"^([0-9]+)\.0*$", "$1"))


def _province(text: pl.DataFrame, column: Column) -> pl.Expr:
    return pl.when(_shown_value(column.name)).then(_in_words(text, column, pl.col(column.name).str.to_uppercase()))


def _round(text: pl.DataFrame, column: Column) -> pl.Expr:
    number = pl.col(column.name).str.to_lowercase().str.replace(r"^([0-9]+)\.0*$", "$1")
    return pl.when(number.str.contains(ROUND)).then(number)


def _by_value(text: pl.DataFrame, column: Column, read: Callable[[str], str | None]) -> pl.Expr:
    """Reads each distinct value once."""
    values = text[column.name].drop_nulls().unique().to_list()
    return pl.col(column.name).replace_strict(
        values, [read(value) for value in values], default=None, return_dtype=pl.String
    )


def _country(text: pl.DataFrame, column: Column) -> pl.Expr:
    from validation.values.countries import code_of

    return _by_value(text, column, code_of)


def _abilities(text: pl.DataFrame, column: Column) -> pl.Expr:
    return _by_value(text, column, abilities)


def abilities(value: str) -> str | None:
    """Abilities joined by `|` in the order of the tests, from a list with commas, semicolons or `|` between."""
    from validation.template.words import abilities_by_words
    from validation.values.words import plain_words

    given = {name.strip().lower() for name in value.replace(";", ",").replace("|", ",").split(",")} - {""}
    named = {abilities_by_words().get(plain_words(name), name) for name in given}
    return "|".join(name for name in ABILITIES if name in named) if named and named <= set(ABILITIES) else None


_READERS: Mapping[columns.Kind, Callable[[pl.DataFrame, Column], pl.Expr]] = {
    "text": _text,
    "date": _date,
    "date_time": _date_time,
    "yes_no": _yes_no,
    "integer": _integer,
    "number": _number,
    "choice": _choice,
    "noc": _noc,
    "country": _country,
    "province": _province,
    "abilities": _abilities,
    "round": _round,
}
