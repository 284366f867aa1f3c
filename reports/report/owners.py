"""Names of files for case owners and clients, made safe: the part of a workbook of each owner, the page of each client."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

import polars as pl

from transforms.model.owner_names import owner_key

NOBODY = "-no-owner"
# In place of a name without a letter that is safe.
OWNER, CLIENT = "owner", "client"
# What Windows, a share or a shell does not take in a name.
UNSAFE = re.compile(r"[^\w.()&'+,-]+")
# Characters of an owner in a name: Windows takes 260 of a whole path, Linux 255 bytes of a name.
MAX_CHARACTERS = 50


def owner_files(owners: Sequence[str | None], stem: str, others: Iterable[str] = ()) -> dict[str | None, str]:
    """The name of the file for each case owner, such as `report-Desk A.xlsx` for the stem `report`, in order of the owners.

    Safe on Windows, Linux and macOS, and no two alike where case does not count. Clients whom nobody looks after go into
    the stem with NOBODY. None has the name of one of `others`. Equal sets of owners give equal names.
    """
    people = sorted({owner for owner in owners if owner is not None and owner.strip()})
    names: dict[str | None, str] = {}
    taken = {_folded(f"{stem}{NOBODY}"), *(_folded(name.removesuffix(".xlsx")) for name in others)}
    for owner in people:
        names[owner] = f"{_free(f'{stem}-{_safe(owner, OWNER)}', taken)}.xlsx"
    nobody = dict.fromkeys(owner for owner in owners if owner is None or not owner.strip())
    return names | dict.fromkeys(nobody, f"{stem}{NOBODY}.xlsx")


def one_spelling(owner: pl.Expr) -> pl.Expr:
    """A case owner as first written of all the spellings with one key (String); empty where nobody is named."""
    key = owner_key(owner)
    first = owner.str.strip_chars().first().over(key)
    return pl.when(key != "").then(first)


def safe_names(texts: Sequence[str], stem: str, ending: str, others: Iterable[str] = ()) -> dict[str, str]:
    """The name of a file for each of some texts, such as `client-page-C-0001.pdf`, in the order of the texts.

    Safe on Windows, Linux and macOS, and no two alike where case does not count; none has the name of one of `others`.
    """
    taken = {_folded(name.removesuffix(ending)) for name in others}
    return {text: f"{_free(f'{stem}-{_safe(text, CLIENT)}', taken)}{ending}" for text in dict.fromkeys(texts)}


def _free(wanted: str, taken: set[str]) -> str:
    """A name that is not taken, with a number behind it where it has to be; it is taken from then on."""
    name, number = wanted, 1
    while _folded(name) in taken:
        number += 1
        name = f"{wanted} ({number})"
    taken.add(_folded(name))
    return name


def _safe(text: str, else_: str) -> str:
    """A text as a part of the name of a file."""
    words = UNSAFE.sub(" ", unicodedata.normalize("NFC", text)).split()
    return " ".join(words)[:MAX_CHARACTERS].strip(" .") or else_


def _folded(name: str) -> str:
    """A name as file systems compare it that do not tell upper from lower case."""
    return unicodedata.normalize("NFKD", name).casefold()
