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
    """A name without accents, case and punctuation."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return " ".join(re.sub(r"[^a-z0-9]+", " ", plain.lower()).split())


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


def close_names(text: str) -> list[str]:
    """Up to three known names that are close to a text."""
    from difflib import get_close_matches

    return [name.title() for name in get_close_matches(_key(text), [key for key in _codes() if len(key) > 3], n=3)]
