"""What a firm's map says of its files, as read from YAML by `grammar`.

Imports the orders of dates alone, so every room may import it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Literal

from validation.values.dates import Order

Layout = Literal["rows", "key_value"]
# Whose row a word of a map may name, beside the persons of records, where two rows a client are joined.
CHILD = "child"


@dataclass(frozen=True)
class DetailTarget:
    """A column of a detail sheet that a heading fills, and the fixed columns of that row: documents.expires_on(kind=passport)."""

    sheet: str
    column: str
    fixed: Mapping[str, str]


@dataclass(frozen=True)
class Derivation:
    """A rule by which columns are derived from a heading, with its options."""

    rule: str
    options: Mapping[str, str]


@dataclass(frozen=True)
class SheetOptions:
    """What a sheet holds (key of an intake sheet; None: left out), its layout, and the rows of its headings from 1.

    Empty `headings` are found by what the rows say.
    """

    holds: str | None
    layout: Layout = "rows"
    headings: tuple[int, ...] = ()


@dataclass(frozen=True)
class JoinedRows:
    """Two rows a client: our column that joins them, and the heading that says whose row it is."""

    joined_by: str
    person: str


@dataclass(frozen=True)
class FirmMap:
    """A firm's own words for what our columns hold.

    Headings are plain (without case, accents, blanks and punctuation). `columns` maps them to our columns, of any sheet;
    `targets` to columns of detail sheets; `derived` to rules; `not_ours` are read past. `constants`, `values` and `dates`
    are by our column (`dates` also by `*`), `prefixes` by plain text before a heading, `sheets` by the pattern of a title
    as written.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    targets: Mapping[str, DetailTarget] = field(default_factory=dict)
    not_ours: frozenset[str] = frozenset()
    derived: Mapping[str, Derivation] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    dates: Mapping[str, Order] = field(default_factory=dict)
    countries: str = "iso"
    prefixes: Mapping[str, str] = field(default_factory=dict)
    rows: JoinedRows | None = None
    sheets: Mapping[str, SheetOptions] = field(default_factory=dict)
    for_headings: tuple[str, ...] = ()

    def options_of(self, title: str) -> SheetOptions | None:
        """What the map says of a sheet by its title: that of the title itself, else of the longest pattern that fits."""
        wanted = title.casefold().strip()
        fitting = [pattern for pattern in self.sheets if fnmatchcase(wanted, pattern.casefold().strip())]
        if not fitting:
            return None
        exact = [pattern for pattern in fitting if pattern.casefold().strip() == wanted]
        return self.sheets[exact[0] if exact else max(fitting, key=lambda pattern: len(pattern.replace("*", "")))]


NO_MAP = FirmMap()
