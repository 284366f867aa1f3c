"""Numbers, dates, lists and names of countries in the language in use; Babel is imported when one needs it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal, localcontext
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from transforms.model.wording.language import DEFAULT, current

if TYPE_CHECKING:
    from babel import Locale

TERRITORY = "CA"
MAX_DIGITS = 6
# Of any number that a file may hold: Decimal rounds none of more digits than its precision.
PRECISION = 5_000


@cache
def _locale(language: str) -> Locale:
    from babel import Locale

    return Locale(language, TERRITORY)


def _formatted(value: float | Decimal, **how: Any) -> str:
    """A number of any size as the language in use writes it."""
    from babel.numbers import format_decimal

    with localcontext() as context:
        context.prec = PRECISION
        return format_decimal(value, locale=_locale(current()), **how)


def whole_number(number: int) -> str:
    """A whole number with its thousands set apart: 12,500 or 12 500."""
    # As Babel writes it, without its import.
    return f"{number:,}" if current() == DEFAULT else _formatted(number)


def decimal(number: float, digits: int = 1) -> str:
    """A number rounded to some digits, without needless zeros: 7.5 or 7,5."""
    with localcontext() as context:
        context.prec = PRECISION
        shown = round(Decimal(str(number)), digits).normalize()
    return _formatted(shown, decimal_quantization=False)


def number(value: float) -> str:
    """A number with its digits, at most six behind the point and none set apart: 1500.25 or 1500,25."""
    shown = Decimal(f"{value:.{MAX_DIGITS}f}").normalize()
    return _formatted(shown, decimal_quantization=False, group_separator=False)


def amount(dollars: int) -> str:
    """An amount in Canadian dollars: $15,263 or 15 263 $."""
    from babel.numbers import format_currency

    return format_currency(dollars, "CAD", locale=_locale(current()), currency_digits=False, format=_whole_dollars())


def _whole_dollars() -> str:
    return "¤#,##0" if current() == "en" else "#,##0\u00a0¤"


def full_date(day: date) -> str:
    """A day in words: 3 November 2026 or 3 novembre 2026."""
    from babel.dates import format_date

    return format_date(day, "d MMMM y", locale=_locale(current()))


def month_name(month: int) -> str:
    """The name of a month from 1 to 12."""
    from babel.dates import format_date

    return format_date(date(1, month, 1), "LLLL", locale=_locale(current()))


def country_name(alpha_2: str, language: str = "") -> str | None:
    """The name of a country by its ISO 3166 code, in the language in use or another; None where it has none."""
    return _locale(language or current()).territories.get(alpha_2)


def listing(words: Iterable[str], kind: Literal["and", "or"] = "and") -> str:
    """Words as a list in the language in use: "a, b and c" or "a, b or c"; empty without words."""
    from babel.lists import format_list

    return format_list(list(words), "standard" if kind == "and" else "or", locale=f"{current()}_{TERRITORY}")
