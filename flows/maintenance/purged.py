"""What a purge of the history does not reach: where else on disk a client is still named."""

from __future__ import annotations

import html
import json
import re
import zipfile
import zlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from flows.firm.settings import Settings
from flows.orchestration import prefect_requests
from flows.outputs import digests

TEXTS = frozenset({".csv", ".html", ".ics", ".json", ".jsonl", ".log", ".md", ".toml", ".tsv", ".txt", ".yaml", ".yml"})
ZIPPED = frozenset({".docx", ".ods", ".odt", ".xlsm", ".xlsx"})
ZIPPED_TEXTS = (".xml", ".rels")
UTF_16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass
class Left:
    """The places that name a client, and the files that cannot be read for that, such as encrypted ones and PDF files."""

    naming: list[Path] = field(default_factory=list)
    unreadable: list[Path] = field(default_factory=list)

    def add(self, paths: Iterable[Path], named: re.Pattern[str], place: Path | None = None) -> None:
        """Adds files; of several in one place that name the client the place alone."""
        unreadable = []
        for path in paths:
            is_named = _names(path, named)
            if is_named and place is not None:
                self.naming.append(place)
                return
            if is_named:
                self.naming.append(path)
            elif is_named is None:
                unreadable.append(path)
        self.unreadable += unreadable


def elsewhere(firm: Settings, client_id: str, hashes: Collection[str]) -> Left:
    """The files of the inbox, the folders of reports, the maps and the waiting requests that name a client, or may.

    `hashes`: the contents of the files that held the client.
    """
    named = _pattern(client_id)
    left = Left()
    if firm.inbox is not None:
        for path in _files(firm.inbox):
            if digests.sha256_if_readable(path) in hashes:
                left.naming.append(path)
            else:
                left.add([path], named)
    if firm.reports is not None and firm.reports.is_dir():
        for folder in sorted(path for path in firm.reports.iterdir() if path.is_dir()):
            left.add(_files(folder), named, folder)
        left.add(_files(firm.reports, deep=False), named)
    for folder in (firm.maps_folder, prefect_requests.folder()):
        left.add(_files(folder), named)
    return left


def _pattern(text: str) -> re.Pattern[str]:
    """A text as a word, as it stands in a text, in XML and in JSON."""
    forms = {text, html.escape(text), json.dumps(text)[1:-1]}
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(map(re.escape, sorted(forms, key=len, reverse=True)))})(?![^\W_])")


def _files(folder: Path, *, deep: bool = True) -> list[Path]:
    """The files of a folder, or none where it is not there."""
    found = folder.rglob("*") if deep else folder.glob("*")
    return sorted(path for path in found if path.is_file()) if folder.is_dir() else []


def _names(path: Path, named: re.Pattern[str]) -> bool | None:
    """Does a file name the client? None where neither its name does nor its content can be read."""
    if named.search(path.name):
        return True
    try:
        texts = _texts(path)
        return None if texts is None else any(map(named.search, texts))
    except (OSError, ValueError, RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error):
        return None


def _texts(path: Path) -> Iterable[str] | None:
    """What can be read in a file: a text, the texts of a table, or the parts of an office file; None of other kinds."""
    kind = path.suffix.lower()
    if kind in TEXTS:
        data = path.read_bytes()
        return [data.decode("utf-16" if data.startswith(UTF_16) else "utf-8", errors="replace")]
    if kind == ".parquet":
        return _clients_of(path)
    return _parts_of(path) if kind in ZIPPED else None


def _parts_of(path: Path) -> Iterator[str]:
    with zipfile.ZipFile(path) as book:
        for name in book.namelist():
            if name.endswith(ZIPPED_TEXTS):
                yield book.read(name).decode("utf-8", errors="replace")


def _clients_of(path: Path) -> list[str]:
    try:
        rows = pl.scan_parquet(path)
        texts = [name for name, of in rows.collect_schema().items() if of == pl.String]
        found = rows.select(texts).collect()
    except pl.exceptions.PolarsError as error:
        raise ValueError(str(error)) from None
    return [text for column in found.iter_columns() for text in column.drop_nulls().unique()]
