"""Countries by ISO 3166 code, by English or French name or by their people, to alpha-2 codes."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import NamedTuple

from transforms.model.wording import LANGUAGES, country_name
from validation.values import vocabulary

# Everyday names that the ISO list does not hold.
EVERYDAY = {
    "america": "US", "bolivia": "BO", "brunei": "BN", "burma": "MM", "cape verde": "CV", "congo brazzaville": "CG",
    "congo kinshasa": "CD", "czech republic": "CZ", "democratic republic of congo": "CD",
    "democratic republic of the congo": "CD", "drc": "CD", "east timor": "TL", "england": "GB", "great britain": "GB",
    "holland": "NL", "hong kong sar": "HK", "iran": "IR", "ivory coast": "CI", "korea south": "KR", "kosovo": "XK",
    "laos": "LA", "macao": "MO", "macau": "MO", "micronesia": "FM", "moldova": "MD", "north korea": "KP",
    "north macedonia": "MK", "northern ireland": "GB", "palestine": "PS", "republic of korea": "KR",
    "republic of moldova": "MD", "russia": "RU", "scotland": "GB", "south korea": "KR", "swaziland": "SZ",
    "syria": "SY", "taiwan": "TW", "tanzania": "TZ", "the bahamas": "BS", "the gambia": "GM", "the netherlands": "NL",
    "the philippines": "PH", "turkey": "TR", "uae": "AE", "uk": "GB", "united states of america": "US", "usa": "US",
    "vatican": "VA", "vatican city": "VA", "venezuela": "VE", "viet nam": "VN", "vietnam": "VN", "wales": "GB",
    "people s republic of china": "CN", "u k": "GB", "u s": "US", "u s a": "US",
}  # fmt: skip


def _key(name: str) -> str:
    """A name without accents, case and punctuation, of whatever kind: a typographic apostrophe is one."""
    divided = re.sub(r"[^\w\u0300-\u036f]+|_", " ", unicodedata.normalize("NFKD", name))
    return " ".join(divided.encode("ascii", "ignore").decode().lower().split())


@cache
def _codes() -> dict[str, str]:
    import pycountry

    codes = dict(EVERYDAY)
    for country in pycountry.countries:
        for field in ("alpha_2", "alpha_3", "name", "official_name", "common_name"):
            name = getattr(country, field, None)
            if name:
                codes[_key(name)] = country.alpha_2
    return codes


def code_of(text: str) -> str | None:
    """The alpha-2 code (upper case) of a code, an English or a French name, or None."""
    key = _key(text)
    return _codes().get(key) or _names_in_use().get(key)


@cache
def _names_in_use() -> dict[str, str]:
    """Names in French, everyday ones first, and those that messages give in either language."""
    import gettext

    import pycountry

    french = gettext.translation("iso3166-1", pycountry.LOCALES_DIR, languages=["fr"])
    names = {_key(name): code for name, code in vocabulary.countries_in_french().items()}
    for country in pycountry.countries:
        for language in LANGUAGES:
            if name := country_name(country.alpha_2, language):
                names.setdefault(_key(name), country.alpha_2)
    for country in pycountry.countries:
        for field in ("name", "official_name", "common_name"):
            if name := getattr(country, field, None):
                names.setdefault(_key(french.gettext(name)), country.alpha_2)
    return names


class InOtherWords(NamedTuple):
    """A country (alpha-2 code) that a text names, and whether it does so by the people of the country."""

    code: str
    is_people: bool = False


def in_other_words(text: str) -> InOtherWords | None:
    """The country that a text names by its code, in English, in French, or by its people."""
    code = code_of(text) or _names_in_use().get(_key(text))
    if code:
        return InOtherWords(code)
    people = vocabulary.people_of(_key(text))
    return InOtherWords(people, is_people=True) if people else None


def name_of(code: str) -> str:
    """The name of a country in the language in use; a code that has none as itself."""
    return country_name(code) or code
