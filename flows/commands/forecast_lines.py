"""What goes with a forecast, on the screen: the scores that have a chance, and plans compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from transforms.model.chance_words import percent
from transforms.model.kind_words import kind_word
from transforms.model.wording import _, current, n_, whole_number

if TYPE_CHECKING:
    from flows.forecasting.forecasts import Forecast

# Characters on the screen.
KIND_WIDTH, SCORES_WIDTH = 15, 11
# Of the scores that have a chance.
CHANCES_SHOWN = (0.5, 0.9)


def tell_scores(made: Forecast) -> None:
    """The score that has a chance, by kind."""
    import polars as pl

    from transforms.forecast.forecast import HORIZONS

    if made.details is None or made.details.by_chance.is_empty():
        return
    days = [n_("{n} day", "{n} days", number).format(n=number) for number in HORIZONS]
    shown = made.details.by_chance.filter(pl.col("chance").is_in(CHANCES_SHOWN))
    print("\n" + _("lowest score with a chance of {half} and {high} within (-: none)").format(
        half=percent(CHANCES_SHOWN[0]), high=percent(CHANCES_SHOWN[1])))  # fmt: skip
    print(f"{_('kind'):{KIND_WIDTH}}  " + "  ".join(f"{one:>{SCORES_WIDTH}}" for one in days))
    for (kind,), own in shown.group_by("kind", maintain_order=True):
        cells = (
            " / ".join("-" if score is None else str(score) for score in own[f"score_{number}"]) for number in HORIZONS
        )
        print(f"{kind_word(str(kind)):{KIND_WIDTH}}  " + "  ".join(f"{cell:>{SCORES_WIDTH}}" for cell in cells))


def tell_plans(made: Forecast) -> None:
    """The plans beside the rounds as drawn: the rounds of each kind, and how many clients are invited."""
    from transforms.forecast.forecast import HORIZONS

    if made.details is None:
        return
    for one in made.details.plans:
        print("\n" + (one.title or _("rounds as drawn")))
        print(f"  {_('kind'):{KIND_WIDTH}}  {_('rounds'):>7}  {_('invited'):>9}  {'p10':>6}  {'p50':>6}  {'p90':>6}")
        for row in one.rounds.iter_rows(named=True):
            cut_offs = "  ".join(f"{tenths(row[name]):>6}" for name in ("p10", "p50", "p90"))
            print(
                f"  {kind_word(row['kind']):{KIND_WIDTH}}  {tenths(row['rounds']):>7}  "
                f"{whole_number(round(row['invitations'])):>9}  {cut_offs}"
            )
        if one.clients is not None:
            parts = (
                _("{clients} within {days}").format(
                    clients=tenths(one.expected()[f"p{number}"]),
                    days=n_("{n} day", "{n} days", number).format(n=number),
                )
                for number in HORIZONS
            )
            print("  " + _("clients invited, mean: {parts}").format(parts=", ".join(parts)))
        for note in one.notes:
            print("  " + _("note: {note}").format(note=note))


def tenths(number: float) -> str:
    """A number with one digit behind the point, as the language in use writes it, so that columns align."""
    from babel.numbers import format_decimal

    return format_decimal(number, "#,##0.0", locale=_locale())


def _locale() -> str:
    return f"{current()}_CA"
