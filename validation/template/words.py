"""The template's texts and layout as data: titles, meanings, units and examples of the columns, words of the choices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

from transforms.model.columns import PROVINCES, SHEETS, Column, Sheet
from transforms.model.vocabulary import ABILITIES
from transforms.rules.strict_yaml import read_yaml
from validation.values.words import plain_words

FOLDER = Path(__file__).parent
LANGUAGES = ("en", "fr")
MARKS = ("required", "recommended", "optional")
YES, NO = "yes", "no"


@dataclass(frozen=True)
class ColumnText:
    """What one column is called, what it means and its unit, in one language; without a text all are empty."""

    title: str
    meaning: str
    unit: str = ""


@dataclass(frozen=True)
class Placed:
    """Where a column stands in the template: its group, whether it is filled in first, its example, and whether the
    example stands in the example row too.
    """

    group: str
    is_recommended: bool
    example: str
    is_in_row: bool


@cache
def _file(name: str) -> Mapping[str, Any]:
    path = FOLDER / f"{name}.yaml"
    content: Mapping[str, Any] = read_yaml(path.read_bytes(), path.name, as_text=True)
    return content


class Texts:
    """The texts of the template in one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._all = _file(language)

    @property
    def whole(self) -> Mapping[str, Any]:
        """The language's file as it stands there."""
        return self._all

    def part(self, name: str) -> Any:
        """A part of the language's file as it stands there."""
        return self._all[name]

    @property
    def example_id(self) -> str:
        """The client number of the example rows."""
        return str(self._all["example_id"])

    def sheet_title(self, sheet: Sheet) -> str:
        return str(self._all["sheets"][sheet.key]["title"])

    def column(self, sheet: Sheet, name: str) -> ColumnText:
        """The texts of a column."""
        found = self._all["columns"][sheet.key][name]
        return ColumnText(found["title"], found["meaning"], found.get("unit", ""))

    def number(self, value: float) -> str:
        """A number as this language writes it."""
        text = f"{value:,.10g}" if value % 1 else f"{value:,.0f}"
        marks = {",": self._all["thousands_mark"], ".": self._all["decimal_mark"]}
        return "".join(marks.get(sign, sign) for sign in text)

    def choices(self, column: Column) -> dict[str, str]:
        """The words of a column's values by our value, in the order of the list; empty where any value can stand there."""
        if column.kind == "yes_no":
            return {value: self._all["yes_no"][value] for value in (YES, NO)}
        if column.kind == "province":
            return {code: self._all["provinces"][code] for code in PROVINCES}
        if column.kind == "abilities":
            return self._abilities()
        if column.kind == "country":
            return country_names(self.language)
        if column.kind == "choice":
            words = self._all["choices"][list_of(column)]
            return {value: words[value] for value in column.values}
        return {}

    def _abilities(self) -> dict[str, str]:
        names = self._all["abilities"]
        subsets = [subset for size in range(1, len(ABILITIES) + 1) for subset in combinations(ABILITIES, size)]
        return {"|".join(subset): ", ".join(names[ability] for ability in subset) for subset in subsets}

    def value(self, column: Column, value: str) -> str:
        """One of our values as this language says it."""
        if column.kind in {"number", "integer"}:
            return self.number(float(value))
        return self.choices(column).get(value, value)


@cache
def texts(language: str) -> Texts:
    """The texts of a language of LANGUAGES."""
    return Texts(language)


def placed(sheet: Sheet, name: str) -> Placed:
    """Where a column stands in the template."""
    found = _file("layout")["columns"][sheet.key][name]
    return Placed(found["group"], found.get("recommended") == "true", found["example"], found.get("in_row") == "true")


def groups(sheet: Sheet) -> list[str]:
    """The groups of a sheet's columns, in order."""
    return list(_file("layout")["groups"][sheet.key])


def mark_of(sheet: Sheet, column: Column) -> str:
    """How needed a column is, as one of MARKS."""
    if column.required:
        return "required"
    return "recommended" if placed(sheet, column.name).is_recommended else "optional"


def list_of(column: Column) -> str:
    """The name of the list that a column of a drop-down takes its values from."""
    of_kind = {"yes_no": "yes_no", "province": "provinces", "country": "countries", "abilities": "abilities"}
    return of_kind.get(column.kind) or str(_file("layout")["choices_of"].get(column.name, column.name))


@cache
def country_names(language: str) -> dict[str, str]:
    """The name of every country of ISO 3166 by its alpha-2 code, sorted by name."""
    import gettext

    import pycountry

    names = {country.alpha_2: getattr(country, "common_name", country.name) for country in pycountry.countries}
    if language != "en":
        catalogue = gettext.translation("iso3166-1", pycountry.LOCALES_DIR, languages=[language])
        names = {code: catalogue.gettext(name) for code, name in names.items()}
    return dict(sorted(names.items(), key=lambda named: plain_words(named[1])))


@cache
def values_by_words(column_name: str, kind: str) -> dict[str, str]:
    """Our value of a column by the words that stand for it in the template, in any language, as plain_words writes them."""
    columns = [
        column for sheet in SHEETS for column in sheet.columns if (column.name, column.kind) == (column_name, kind)
    ]
    return {
        plain_words(words): value
        for column in columns
        for language in LANGUAGES
        for value, words in texts(language).choices(column).items()
    }  # fmt: skip


@cache
def abilities_by_words() -> dict[str, str]:
    """The abilities by the words that stand for them in the template, in any language, as plain_words writes them."""
    return {
        plain_words(words): name for language in LANGUAGES for name, words in texts(language).part("abilities").items()
    }


@cache
def sheets_by_title() -> dict[str, Sheet]:
    """The sheets by their titles in the template, in any language, as plain_words writes them."""
    return {plain_words(texts(language).sheet_title(sheet)): sheet for language in LANGUAGES for sheet in SHEETS}
