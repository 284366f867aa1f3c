"""Countries by ISO 3166 code or English name, to alpha-2 codes."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

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
    """The alpha-2 code (upper case) of a code or English name, or None."""
    return _codes().get(_key(text))


@cache
def _names_in_french() -> dict[str, str]:
    import gettext

    import pycountry

    french = gettext.translation("iso3166-1", pycountry.LOCALES_DIR, languages=["fr"])
    names: dict[str, str] = {}
    for country in pycountry.countries:
        for field in ("name", "official_name", "common_name"):
            if name := getattr(country, field, None):
                names.setdefault(_key(french.gettext(name)), country.alpha_2)
    return names


def same_name(text: str) -> str | None:
    """The English name and code of a country that a text names in French or by its people."""
    import pycountry

    from validation.synonyms import CITIZENS

    code = _names_in_french().get(_key(text)) or CITIZENS.get(_key(text))
    country = pycountry.countries.get(alpha_2=code) if code else None
    return f"{getattr(country, 'common_name', country.name)} ({code})" if country else None
