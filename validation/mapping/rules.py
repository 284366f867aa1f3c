"""The rules by which a map derives our columns from a heading, as data: their options, and the columns that each gives."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from transforms.model.columns import BY_KEY, CANDIDATES, LANGUAGES, PERSONS, SHEETS, Sheet
from transforms.model.vocabulary import ABILITIES
from validation.mapping.firm_map import Derivation

NAME_ORDERS = ("given_first", "family_first")
# The first letters of the abilities, in which an order of four scores is written.
ABILITY_LETTERS = {ability[0].upper(): ability for ability in ABILITIES}
SPOUSE = "spouse_"
_VALID_FOR_A_TIME = ("test_date", "eca_issued_on", "profile_submitted_at")


def is_order_of_scores(value: str) -> bool:
    """Whether a text names each of the four abilities once, by its first letter."""
    return sorted(value.upper()) == sorted(ABILITY_LETTERS)


@dataclass(frozen=True)
class Option:
    """An option of a rule: the values that it takes (empty: those that `is_right` accepts), and whether it is needed."""

    values: tuple[str, ...] = ()
    is_needed: bool = True
    is_right: Callable[[str], bool] | None = None
    example: str = ""

    def takes(self, value: str) -> bool:
        """Whether the option can have this value."""
        return self.is_right(value) if self.is_right else value in self.values


@dataclass(frozen=True)
class Rule:
    """A rule: what it does in one sentence, its options, and the columns that it gives where no option says so."""

    does: str
    options: dict[str, Option]
    gives: tuple[str, ...] = ()


def _names(fits: Callable[[str, str], bool]) -> tuple[str, ...]:
    """The columns of any sheet of which name and kind fit."""
    return tuple(
        dict.fromkeys(column.name for sheet in SHEETS for column in sheet.columns if fits(column.name, column.kind))
    )


def _column(fits: Callable[[str, str], bool]) -> Option:
    return Option(_names(fits))


RULES: dict[str, Rule] = {
    "full_name": Rule(
        "Splits a full name into given and family name.",
        {"order": Option(NAME_ORDERS, is_needed=False)},
        ("given_name", "family_name"),
    ),
    "expiry": Rule(
        "Takes the time that a result, an assessment or a profile is valid off its expiry.",
        {"column": _column(lambda name, _: name.endswith(_VALID_FOR_A_TIME))},
    ),
    "ita_deadline": Rule(
        "Takes the days to apply off the deadline of an invitation.", {}, ("ita_issued_on",)
    ),
    "scores": Rule(
        "Reads four scores in one cell.",
        {
            "language": Option(LANGUAGES),
            "person": Option(PERSONS, is_needed=False),
            "order": Option(is_needed=False, is_right=is_order_of_scores, example="LRWS"),
        },
    ),
    "months": Rule(
        "Turns months into years.", {"column": _column(lambda name, kind: kind == "number" and "_years" in name)}
    ),
    "age": Rule("Leaves an age out: it is no date of birth.", {}),
    "family_size": Rule("Counts the client, a spouse or partner and the children.", {}, ("family_size",)),
    "country": Rule(
        "Reads the country behind the last comma.", {"column": _column(lambda _, kind: kind == "country")}
    ),
    "sibling": Rule("Reads whether the relative in Canada is a brother or sister.", {}, ("sibling_in_canada",)),
    "marital_status": Rule(
        "Asks back where the cell says only whether there is a spouse or partner.", {}, ("marital_status",)
    ),
    "pool_status": Rule("Reads the stage of a case through `values` of pool_status.", {}, ("pool_status",)),
}  # fmt: skip


def of_person(names: Iterable[str], sheet: Sheet, person: str) -> tuple[str, ...]:
    """The columns of a sheet that hold for a person what these hold for the client; only those that there are."""
    is_spouse = person == "spouse" and sheet.key == CANDIDATES.key
    own = (name if not is_spouse or name.startswith(SPOUSE) else f"{SPOUSE}{name}" for name in names)
    return tuple(name for name in own if name in sheet.names)


def gives(derivation: Derivation, sheet: Sheet, person: str = "principal") -> tuple[str, ...]:
    """The columns of a sheet that a rule gives, in order; empty where it gives none of them."""
    options = derivation.options
    if derivation.rule == "scores":
        language, person = options["language"], options.get("person", person)
        names = ABILITIES if sheet.key == "language_tests" else tuple(f"{language}_{ability}" for ability in ABILITIES)
        return of_person((*names, "test" if sheet.key == "language_tests" else f"{language}_test"), sheet, person)
    rule = RULES[derivation.rule]
    return of_person((options["column"],) if "column" in rule.options else rule.gives, sheet, person)


def sheets_with(name: str) -> tuple[str, ...]:
    """The keys of the sheets that have a column."""
    return tuple(key for key, sheet in BY_KEY.items() if name in sheet.names)
