"""The draft of an overlay: a commented YAML file with `???` for each value that the law of a day lacks."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from textwrap import wrap
from types import MappingProxyType

from transforms.facts.high_wage import D
from transforms.model.wording import N_, _
from transforms.overlays.missing import Missing
from transforms.rules.occupations import KEY, LEVELS, PARAMETER
from transforms.rules.placeholders import PLACEHOLDER

WIDTH = 116
# How to enter each value, beside its title.
HINTS: Mapping[str, str] = MappingProxyType(
    {
        f"{D}job_offer": N_(
            "Points for a job offer, by the level of its occupation. You can also name senior_management and other; a kind "
            "that is not named earns nothing."
        ),
        f"{D}job_offer_routes": N_(
            "Ways in which an offer qualifies. Keep those that count: lmia, lmia_work_permit, lmia_exempt_work_permit, "
            "offer_only."
        ),
        PARAMETER: N_(
            "Every listed occupation with its level: highest, middle or lowest. Keep them in a CSV file with the headings noc "
            "and level, and write its name here; the file lies beside this one."
        ),
        f"{D}high_wage_canadian_work": N_(
            "Points for Canadian work in listed occupations, by months and level. Add a row for each number of months from "
            "which the points change; the first row is 0 months."
        ),
        f"{D}high_wage_window_years": N_(
            "How many years back work in listed occupations counts, as a number of years."
        ),
        f"{D}high_wage_job_offer": N_("High-wage points for an offer, beside the points for the offer itself."),
        f"{D}high_wage_combination": N_(
            "Of the high-wage points for work and for the offer: higher (the higher ones count) or sum (both count)."
        ),
        f"{D}high_wage_maximum": N_("The most high-wage points, as a number."),
        "funds.table": N_(
            "Settlement funds by size of the family, in dollars without commas. each_more is for each person above seven. "
            "Write in from the day on which the amounts begin."
        ),
    }
)


@dataclass(frozen=True)
class Known:
    """What is known of the publication, to stand in the draft in place of `???`; and the occupations with their level."""

    title: str = ""
    address: str = ""
    section: str = ""
    published_on: date | None = None
    checked_on: date | None = None
    occupations: Mapping[str, str] = field(default_factory=dict)


def draft(lacking: Iterable[Missing], as_of: date, known: Known) -> str:
    """The text of an overlay with a version of each parameter that lacks a value, commented in the language in use.

    Every value that is not known stands as `???`; a loader refuses the file until none is left.
    """
    several = list(lacking)
    lines = [
        *_comment(
            _("Values of the law that drawline lacks for {day}, to be entered from the official text.").format(
                day=as_of
            )
        ),
        "#",
        *_comment(
            _(
                "1. Write each value in the place of {placeholder}. Text stays in quotation marks, numbers have none, and dates "
                "are written as 2021-09-14."
            ).format(placeholder=PLACEHOLDER)
        ),
        *_comment(_("2. Run `drawline rules check` with this file. It lists what is missing or wrong, with the line.")),
        *_comment(_('3. Use the file in every run: `--rules FILE`, or `rules = ["FILE"]` in drawline.toml.')),
        *_comment(_("To leave a value out, put # before each line of its parameter. Never enter a guess.")),
        "",
        f"title: {_text(_('Published values, entered by hand'))}",
        "",
        *_comment(_("Where you read the values: the title of the text and its address.")),
        "sources:",
        "  published:",
        f"    title: {_text(known.title)}",
        f"    href: {_text(known.address)}",
        "",
        "parameters:",
    ]
    for number, item in enumerate(several):
        lines += ["", *_parameter(item, known, is_first=number == 0)]
    return "\n".join(lines) + "\n"


def _parameter(item: Missing, known: Known, *, is_first: bool) -> Iterator[str]:
    yield from _comment(_(item.parameter.title), "  ")
    if item.id in HINTS:
        yield from _comment(_(HINTS[item.id]), "  ")
    yield f"  {item.id}:"
    yield "    versions:"
    yield f"      - from: {item.starts_on or PLACEHOLDER}"
    yield "        status: known"
    if is_first:
        yield from _comment(
            _("H: the legal text itself; M: one good source; L: check before you rely on it."), "        "
        )
    yield f"        confidence: {PLACEHOLDER}"
    yield f"        published_on: {known.published_on or PLACEHOLDER}"
    yield f"        last_checked_on: {known.checked_on or PLACEHOLDER}"
    yield f"        source: {{key: published, section: {_text(known.section)}}}"
    yield from _value(item, known)


def _value(item: Missing, known: Known) -> Iterator[str]:
    indent = "        "
    if item.id == PARAMETER:
        if not known.occupations:
            yield f'{indent}{KEY}: "{PLACEHOLDER}"'
            return
        yield f"{indent}value:"
        ranks = {level: rank for rank, level in enumerate(LEVELS)}
        for code, level in sorted(known.occupations.items(), key=lambda one: (ranks[one[1]], one[0])):
            yield f'{indent}  "{code}": {level}'
    elif item.parameter.shape == "steps":
        yield f"{indent}value:"
        for at_least in ("0", PLACEHOLDER):
            yield f"{indent}  - at_least: {at_least}"
            yield from (f"{indent}    {name}: {PLACEHOLDER}" for name in item.choices)
    elif item.choices:
        yield f"{indent}value:"
        for name in item.choices:
            yield f"{indent}  {_key(name)}: {PLACEHOLDER}"
    elif item.parameter.shape == "codes":
        yield f"{indent}value:"
        yield f"{indent}  - {PLACEHOLDER}"
    else:
        yield f"{indent}value: {PLACEHOLDER}"


def _key(name: str) -> str:
    """A key as YAML reads it as text."""
    return f'"{name}"' if name.isdigit() else name


def _text(text: str) -> str:
    """A text in quotation marks as YAML reads it, or the place of one that is still to be entered."""
    return json.dumps(text or PLACEHOLDER, ensure_ascii=False)


def _comment(text: str, indent: str = "") -> list[str]:
    return [
        f"{indent}# {line}" for line in wrap(text, WIDTH - len(indent), break_long_words=False, break_on_hyphens=False)
    ]
