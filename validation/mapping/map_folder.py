"""A folder of maps: which of them is for a file, by the fingerprint of the file's headings."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from transforms.model.wording import _, listing
from validation.files.unusable import MappingError, Unusable
from validation.mapping.firm_map import FirmMap
from validation.values.words import plain

ENDINGS = (".yaml", ".yml")
MARK = b"for_headings"
# A line as a proposal writes it: the text in quotes.
COMMENTED = re.compile(r'^ *# *("(?:[^"\\\x00-\x1f]|\\["\\/bfnrt])*"):', re.MULTILINE)


@dataclass(frozen=True)
class MapFile:
    """A map that was read: its file's name, the SHA-256 of its content, what it says, as it is written there, its path, and
    the plain texts of the headings that its proposal left commented out.
    """

    name: str
    sha256: str
    firm: FirmMap = field(repr=False)
    content: Mapping[str, Any] = field(repr=False)
    path: Path | None = field(default=None, repr=False)
    commented: frozenset[str] = field(default=frozenset(), repr=False)

    def saved(self) -> dict[str, str]:
        """The map as plain values: its name and hash."""
        return {"name": self.name, "sha256": self.sha256}


def read(path: Path) -> MapFile:
    """The map of a file, every value as the text that stands there; raises MappingError with the file and the line."""
    from transforms.rules.errors import RulesError
    from transforms.rules.strict_yaml import read_yaml
    from validation.mapping.grammar import firm_map

    content = path.read_bytes()
    try:
        written = read_yaml(content, path.name, as_text=True)
        firm = firm_map(written)
    except RulesError as error:
        raise MappingError(str(error), error.line) from None
    except MappingError as error:
        text = _("{file}: line {line}: {problem}")
        raise MappingError(text.format(file=path.name, line=error.line or 1, problem=error), error.line) from None
    return MapFile(path.name, hashlib.sha256(content).hexdigest(), firm, written, path, _commented(content))


def _commented(content: bytes) -> frozenset[str]:
    """The plain texts before the colons of the lines of a map that are commented out."""
    return frozenset(plain(json.loads(found)) for found in COMMENTED.findall(content.decode("utf-8", "replace")))


def kept(folder: Path | None) -> list[MapFile]:
    """The maps of a folder that say which headings they are for, by name; none where there is no folder.

    Raises MappingError for one that cannot be read.
    """
    return [read(path) for path in files(folder)]


def files(folder: Path | None) -> list[Path]:
    """The files of a folder that say which headings they are for, by name."""
    if folder is None or not folder.is_dir():
        return []
    paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in ENDINGS and path.is_file())
    return [path for path in paths if MARK in path.read_bytes()]


def chosen(maps: Sequence[MapFile], fingerprint: str) -> MapFile | None:
    """The map that is for a fingerprint; raises Unusable where two are."""
    fitting = [one for one in maps if any(fingerprint.startswith(mark) for mark in one.firm.for_headings)]
    if len(fitting) > 1:
        names = listing([one.name for one in fitting])
        raise Unusable(
            _("{fitting} maps are for these headings: {names}.").format(fitting=len(fitting), names=names),
            _("Name one with --map, or take the fingerprint out of for_headings of the other."),
        )
    return fitting[0] if fitting else None
