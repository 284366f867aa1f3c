"""The rules of a map, each from the text of one cell to our columns: what cannot be derived says why, and is no guess."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from transforms.model.calendar import MONTHS_IN_A_YEAR, years_later
from transforms.model.columns import CANDIDATES, PARTNERED, Column
from transforms.model.wording import _, listing
from validation.checks import explain
from validation.checks.rules_of_dates import Limits
from validation.mapping import fips
from validation.mapping.answers import Context, Derived, read_as
from validation.mapping.scores import scores
from validation.values import numbers, parse, vocabulary
from validation.values.words import plain_words

ONE_WORD, SEVERAL_WORDS = "one_word", "several_words"


# --- names -----------------------------------------------------------------------------------------------------------

_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv", "phd", "md", "esq"})


def full_name(text: str, context: Context) -> Derived:
    """Given and family name of a full name: "Family, Given", a family name in capitals, else by the order."""
    before, comma, after = (part.strip() for part in text.partition(","))
    if comma and before and after and plain_words(after) not in _SUFFIXES:
        return Derived((after, before))
    words = (before if comma else text).split()
    if len(words) == 1:
        return Derived((None, words[0]), mark=ONE_WORD)
    given, family = _by_capitals(words) or _by_order(words, context.options.get("order", "given_first"))
    is_open = len(words) > len(("given", "family")) and not _by_capitals(words)
    return Derived((" ".join(given), " ".join(family)), mark=SEVERAL_WORDS if is_open else "")


def _by_capitals(words: Sequence[str]) -> tuple[list[str], list[str]] | None:
    """Given and family name where the words in capitals at one end are the family name."""
    are_capitals = [word.isupper() and len(word) > 1 for word in words]
    number = sum(are_capitals)
    if not 0 < number < len(words):
        return None
    if all(are_capitals[:number]):
        return list(words[number:]), list(words[:number])
    return (list(words[:-number]), list(words[-number:])) if all(are_capitals[-number:]) else None


def _by_order(words: Sequence[str], order: str) -> tuple[list[str], list[str]]:
    if order == "family_first":
        return list(words[1:]), list(words[:1])
    return list(words[:-1]), list(words[-1:])


# --- dates -----------------------------------------------------------------------------------------------------------

_ISO = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(.*)")


def expiry(text: str, context: Context) -> Derived:
    """The day of a test, an assessment or a submission, from the day on which it is valid no longer."""
    found = _day(text, context.column)
    if isinstance(found, Derived):
        return found
    day, rest = found
    years = _years_of(context.column.name, _of_the_law(context))
    first = years_later(day, -years)
    if years_later(first, years) != day:
        return Derived(
            problem=_("There is no day {years} years before {text}.").format(years=years, text=text),
            fix=_("Write {name} in a column of its own.").format(name=context.column.name),
        )
    return Derived((f"{first}{rest}",))


def _years_of(column: str, limits: Limits) -> int:
    """For how long what a column dates is valid."""
    if column.endswith("test_date"):
        return limits.test_years
    return limits.profile_years if column.startswith("profile_") else limits.assessment_years


def _of_the_law(context: Context) -> Limits:
    if context.limits is None:
        raise ValueError("a map that takes a length of time off a date needs the limits of the law")
    return context.limits


def ita_deadline(text: str, context: Context) -> Derived:
    """The day of an invitation from its deadline: the days to apply are those of the law on the day of the invitation."""
    found = _day(text, context.column)
    if isinstance(found, Derived):
        return found
    deadline, _rest = found
    possible = []
    for first, last, days in _of_the_law(context).invitation_days:
        issued = deadline - timedelta(days=days)
        if first <= issued and (last is None or issued <= last):
            possible.append(issued)
    if len(possible) == 1:
        return Derived((possible[0].isoformat(),))
    if possible:
        either = listing([day.isoformat() for day in possible], "or")
        problem = _(
            "The deadline {text} may belong to an invitation of {either}, since the days to apply changed."
        ).format(text=text, either=either)
    else:
        problem = _("No invitation has the deadline {text}.").format(text=text)
    return Derived(problem=problem, fix=_("Write the day of the invitation in a column of its own, ita_issued_on."))


def _day(text: str, column: Column) -> tuple[date, str] | Derived:
    """The day that a cell states, and the time of day that a moment adds."""
    iso = _ISO.fullmatch(text)
    is_moment = column.kind == "date_time" and iso is not None and not re.search(parse.MIDNIGHT, text)
    stated = iso[1] if iso and is_moment else re.sub(parse.MIDNIGHT, "", text)
    try:
        day = date.fromisoformat(stated)
    except ValueError:
        a_day = replace(column, kind="date")
        day = read_as(a_day, stated)
        if not isinstance(day, date):
            return Derived((), *explain.unreadable(a_day, text))
    return day, iso[2] if iso and is_moment else ""


# --- numbers ---------------------------------------------------------------------------------------------------------

_CHILDREN = re.compile(
    r"([0-9]{1,2})(?:[.,]0+)?\s*(?:child|children|kids?|dependents?|dependants?|dependent children|enfants?)?",
    re.IGNORECASE,
)
_NO_CHILDREN = frozenset({"no children", "no child", "aucun enfant", "sans enfant", "pas denfant", "pas denfants"})


def _says_no(text: str) -> bool:
    """Whether a cell says no, or that there is none."""
    return text.casefold().strip() in parse.NO or vocabulary.yes_no(text) == "no" or vocabulary.says_none(text)


def _says_yes(text: str) -> bool:
    return text.casefold().strip() in parse.YES or vocabulary.yes_no(text) == "yes"


def months(text: str, context: Context) -> Derived:
    """Years from months; a text that states its unit is read by that."""
    plain = numbers.readings(text)
    if len(plain) == 1:
        years = Decimal(plain[0]) / MONTHS_IN_A_YEAR
        return Derived((_shown(years),))
    found = numbers.meaning(context.column, text)
    if not plain and len(found.readings) == 1:
        return Derived(found.readings)
    if plain:
        return Derived(
            problem=_("{text} is ambiguous: it may be {plain}.").format(text=text, plain=listing(plain, "or")),
            fix=_("Write the months as a plain number."),
        )
    problem = found.problem or _("It is not a number of months.")
    return Derived(
        problem=problem,
        fix=_("{fix}; where it is not known, empty the cell.").format(
            fix=(found.fix or _("Write the months as a plain number")).rstrip(".")
        ),
    )


def _shown(number: Decimal) -> str:
    rounded = number.quantize(Decimal(1).scaleb(-numbers.DECIMALS), ROUND_HALF_UP)
    return f"{rounded:f}".rstrip("0").rstrip(".")


def children(text: str) -> int | Derived:
    """How many children a cell states."""
    words = plain_words(text)
    found = _CHILDREN.fullmatch(text.strip())
    if found:
        return int(found[1])
    if words in _NO_CHILDREN or _says_no(text):
        return 0
    if words in numbers.WORDS:
        return int(numbers.WORDS[words])
    problem = (
        _("It says that there are children, but not how many.")
        if _says_yes(text)
        else _("It is not a number of children.")
    )
    return Derived(
        problem=problem, fix=_("Write the number of dependent children; where it is not known, empty the cell.")
    )


def family_size(text: str, context: Context, *, marital_status: str | None) -> Derived:
    """Client, spouse or partner, and children; nothing where the marital status is not known."""
    number = children(text)
    if isinstance(number, Derived):
        return number
    status = read_as(CANDIDATES.column("marital_status"), marital_status) if marital_status else None
    return Derived((None,)) if status is None else Derived((str(1 + (status in PARTNERED) + number),))


# --- words -----------------------------------------------------------------------------------------------------------

_SIBLINGS = frozenset({"sibling", "siblings", "brother", "sister", "brothers", "sisters", "frere", "soeur", "fratrie"})
_OTHER_RELATIVES = frozenset(
    {"parent", "parents", "father", "mother", "child", "children", "son", "daughter", "grandparent", "grandparents", "grandfather",
     "grandmother", "grandchild", "aunt", "uncle", "niece", "nephew", "cousin", "cousins", "friend", "grandson", "granddaughter", "spouse", "wife",
     "husband", "pere", "mere", "enfant", "enfants", "fils", "fille", "tante", "oncle", "cousine", "ami", "amie"}
)  # fmt: skip
_ANY_RELATIVE = frozenset({"other", "autre", "relative", "relatives", "proche"})


def sibling(text: str, context: Context) -> Derived:
    """Yes for a brother or sister, no for other relatives, nothing for one that the cell does not name."""
    text = text.casefold().replace("œ", "oe")
    if _says_no(text):
        return Derived(("no",))
    named = [part for part in re.split(r"\s*(?:[,;/&+|]|\bor\b|\band\b|\bou\b|\bet\b)\s*", text) if part.strip()]
    relatives = [plain_words(part) for part in named]
    if any(relative in _SIBLINGS for relative in relatives) and not vocabulary.not_held(text):
        return Derived(("yes",))
    if relatives and all(relative in _OTHER_RELATIVES | _ANY_RELATIVE for relative in relatives):
        return Derived((None if _ANY_RELATIVE & set(relatives) else "no",))
    problem = (
        _("It says that there is a relative, but not which.")
        if _says_yes(text)
        else _("It is no relative that is known.")
    )
    return Derived(
        problem=problem,
        fix=_(
            "Write Sibling, brother or sister where it is one; else add the word to `values` of "
            "sibling_in_canada in the map."
        ),
    )


def marital_status(text: str, context: Context) -> Derived:
    """The status that the cell names; yes and no leave open which, so that they are asked back."""
    if vocabulary.is_a_cross(text):
        return Derived(
            problem=_("{heading!r} says {text}, which may mark a yes or a no.").format(
                heading=context.heading, text=text
            ),
            fix=_("Fill in a column marital_status."),
        )
    is_yes = _says_yes(text)
    if not is_yes and not _says_no(text):
        return Derived((text,))
    which, example = (
        (_("{heading!r} says {text}: with a spouse or partner, but not whether married or common_law."), "married")
        if is_yes
        else (
            _("{heading!r} says {text}: without one, but not whether single, divorced, separated or widowed."),
            "single",
        )
    )
    return Derived(
        problem=which.format(heading=context.heading, text=text),
        fix=_(
            "Fill in a column marital_status, or add {text}: {example} to `values` of marital_status in the "
            "map where it is so."
        ).format(text=text, example=example),
    )


def pool_status(text: str, context: Context) -> Derived:
    """A status of ours; a stage of the firm needs `values` of the map."""
    column = CANDIDATES.column("pool_status")
    if read_as(column, text):
        return Derived((text,))
    return Derived(
        problem=_("{text!r} is a stage of the firm, and none of our statuses.").format(text=text),
        fix=_('Add it to `values` of pool_status in the map, as one of: {values}, or "" to read it as empty.').format(
            values=", ".join(column.values)
        ),
    )


def country(text: str, context: Context) -> Derived:
    """The part behind the last comma."""
    last = text.rpartition(",")[2].strip()
    if not last:
        return Derived(problem=_("No country stands behind the last comma."), fix=_("Write the country there."))
    if context.countries == "fips" and fips.is_code(last):
        iso = fips.to_iso(last)
        return Derived((iso,)) if iso else Derived((), *fips.unknown(last))
    return Derived((last,))


RULES: Mapping[str, Callable[[str, Context], Derived]] = {
    "full_name": full_name,
    "expiry": expiry,
    "ita_deadline": ita_deadline,
    "scores": scores,
    "months": months,
    "country": country,
    "sibling": sibling,
    "marital_status": marital_status,
    "pool_status": pool_status,
}
