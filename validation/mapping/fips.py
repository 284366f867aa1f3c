"""Two-letter country codes of FIPS 10-4, in which CH is China and AS is Australia, as ISO 3166 codes."""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path

from transforms.model.wording import _
from validation.values.countries import code_of

TABLE = Path(__file__).parent / "fips.csv"
_CODE = re.compile("[A-Za-z]{2}")


@cache
def codes() -> dict[str, str]:
    """What each code stands for, as a text that the intake reads: the ISO 3166 code, else the name."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {row["fips"]: row["iso"] if code_of(row["iso"]) else row["name"] for row in rows}


def is_code(text: str) -> bool:
    """Whether a text has the form of a code; every other text names a country."""
    return _CODE.fullmatch(text.strip()) is not None


def unknown(text: str) -> tuple[str, str]:
    """The problem and fix of a code that the standard does not have."""
    return _("{text} is no country code of FIPS 10-4.").format(text=text), _("Write the name of the country.")


def to_iso(text: str) -> str | None:
    """A code as a text that the intake reads; None for one that the standard does not have."""
    return codes().get(text.strip().upper())
