"""One entry of IRCC's file as a row of the rounds frame."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from transforms.model.vocabulary import OTTAWA
from transforms.model.wording import _, whole_number
from transforms.rounds.rounds import POOL_BANDS
from validation.rounds.dates import ISO_DAY, day, moment
from validation.rounds.fields import MAX_SHOWN, count, shown, text_of
from validation.rounds.names import OTHER_KIND, kind_of_round, programs_in
from validation.rounds.table import NUMBER

# Fields dd1 to dd17 of the distribution, without the two subtotals.
_BAND_FIELDS = (
    "dd1", "dd2", "dd4", "dd5", "dd6", "dd7", "dd8", "dd10", "dd11", "dd12", "dd13", "dd14", "dd15", "dd16", "dd17",
)  # fmt: skip
BANDS = dict(zip(_BAND_FIELDS, POOL_BANDS, strict=True))
TOTAL = "dd18"
SUMS = {
    "dd3": ("dd4", "dd5", "dd6", "dd7", "dd8"),
    "dd9": ("dd10", "dd11", "dd12", "dd13", "dd14"),
    TOTAL: ("dd1", "dd2", "dd3", "dd9", "dd15", "dd16", "dd17"),
}
# One distribution was published with a subtotal 180 off in 230,189 (round 247); more than this share is no slip.
BAND_SLACK = 0.01


@dataclass
class Findings:
    """What reading comes across: what is wrong, which ends it, and what is odd."""

    wrong: list[str] = field(default_factory=list)
    odd: list[tuple[str, str]] = field(default_factory=list)


def row_of(entry: Any, found: Findings) -> tuple[Any, ...] | None:
    """One entry as a row of SCHEMA; None, with a word on what is wrong, where it cannot be read."""
    if not isinstance(entry, dict):
        found.wrong.append(_("an entry of `rounds` is no object with drawNumber, drawDate and so on"))
        return None
    number = ""
    try:
        number = _number(entry)
        return _read(entry, number, found)
    except ValueError as error:
        found.wrong.append(
            _("round {number}: {problem}").format(number=number, problem=error) if number else str(error)
        )
        return None


def _number(entry: dict[str, Any]) -> str:
    """The number of a round; raises ValueError naming the day of the round, since it has no number to be named by."""
    number = text_of(entry, "drawNumber")
    if NUMBER.fullmatch(number.lower()):
        return number.lower()
    day = text_of(entry, "drawDate") or text_of(entry, "drawDateFull")
    problem = _("drawNumber {number} is not a number such as 204 or 91a").format(number=shown(number))
    if day:
        problem = _("the round of {day}: {problem}").format(day=day[:MAX_SHOWN], problem=problem)
    raise ValueError(problem)


def _read(entry: dict[str, Any], number: str, found: Findings) -> tuple[Any, ...]:
    def odd(text: str) -> None:
        found.odd.append((number, text))

    held_on = _held_on(entry, odd)
    name = " ".join(text_of(entry, "drawName").split())
    kind = kind_of_round(number, name)
    if kind == OTHER_KIND:
        odd(
            _("drawName {name} names no kind of round that is known; nobody is known to belong to it").format(
                name=shown(name)
            )
        )
    size, cut_off = count(entry, "drawSize"), count(entry, "drawCRS")
    if cut_off is None:
        raise ValueError(_("drawCRS is empty; a round has its cut-off"))
    return (
        number, held_on, name, kind, size, cut_off, _tie_break(entry, held_on, odd), *_distribution(entry, held_on, odd),
        _held_at(entry, held_on, odd), programs_in(text_of(entry, "drawText2")),
    )  # fmt: skip


def _held_on(entry: dict[str, Any], odd: Callable[[str], None]) -> date:
    """The day of the round: drawDate where it is ISO text, else the day written out."""
    text, written = text_of(entry, "drawDate"), text_of(entry, "drawDateFull")
    if ISO_DAY.fullmatch(text) is None:
        written_out = day(written, "drawDateFull")
        if written_out is None:
            raise ValueError(
                _("drawDate {text} is not a date such as 2021-09-14, and drawDateFull is empty").format(
                    text=shown(text)
                )
            )
        odd(
            _("drawDate {text} is not a date such as 2021-09-14; {written_out} is read from drawDateFull").format(
                text=shown(text), written_out=written_out
            )
        )
        return written_out
    held_on = day(text, "drawDate")
    assert held_on is not None
    if written and day(written, "drawDateFull") != held_on:
        odd(
            _("drawDate {held_on} and drawDateFull {written} disagree; drawDate is taken").format(
                held_on=held_on, written=shown(written)
            )
        )
    return held_on


def _held_at(entry: dict[str, Any], held_on: date, odd: Callable[[str], None]) -> datetime | None:
    """The moment of the round as published; it may disagree with the day, which then stands."""
    text = text_of(entry, "drawDateTime")
    held_at = moment(text, held_on, "drawDateTime")
    if held_at is not None and held_on not in {held_at.date(), _day_of(held_at)}:
        odd(
            _("drawDateTime {text} is not on drawDate {held_on}; drawDate is taken").format(
                text=shown(text), held_on=held_on
            )
        )
    return held_at


def _tie_break(entry: dict[str, Any], held_on: date, odd: Callable[[str], None]) -> datetime | None:
    """The tie-break; one after the round's day cannot be (it was published once) and counts as not published."""
    text = text_of(entry, "drawCutOff")
    tie_break = moment(text, held_on, "drawCutOff")
    if tie_break is not None and _day_of(tie_break) > held_on:
        odd(
            _(
                "drawCutOff {text} is after the round of {held_on}; it counts as not published until it is corrected"
            ).format(text=shown(text), held_on=held_on)
        )
        return None
    return tie_break


def _distribution(entry: dict[str, Any], held_on: date, odd: Callable[[str], None]) -> tuple[Any, ...]:
    """Day, people by band and total; all empty where zeros and a placeholder date say that none was published."""
    counts = {key: count(entry, key) or 0 for key in (*BANDS, *SUMS)}
    total = counts[TOTAL]
    if not total:
        return (None, *(None for _ in BANDS), None)
    as_of = day(text_of(entry, "drawDistributionAsOn"), "drawDistributionAsOn")
    if as_of is None or as_of > held_on:
        odd(
            _("drawDistributionAsOn {day} is not a day up to the round of {held_on}").format(
                day=shown(text_of(entry, "drawDistributionAsOn")), held_on=held_on
            )
        )
    for whole, parts in SUMS.items():
        summed = sum(counts[part] for part in parts)
        if summed == counts[whole]:
            continue
        is_wrong = abs(summed - counts[whole]) > BAND_SLACK * total
        problem = (
            _("{whole} {published} is not the sum of {parts}, {summed}; one of them is wrong")
            if is_wrong
            else _("{whole} {published} is not the sum of {parts}, {summed}; kept as published")
        ).format(
            whole=whole,
            published=whole_number(counts[whole]),
            parts=", ".join(parts),
            summed=whole_number(summed),
        )
        if is_wrong:
            raise ValueError(problem)
        odd(problem)
    return (as_of, *(counts[band] for band in BANDS), total)


def _day_of(moment: datetime) -> date:
    return moment.astimezone(ZoneInfo(OTTAWA)).date()
