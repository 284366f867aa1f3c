"""The files that the inputs of a command name: files, folders, and patterns such as `clients/*.parquet`."""

from __future__ import annotations

import glob
from collections.abc import Iterator, Sequence
from pathlib import Path

from flows.errors import UsageError
from transforms.model.wording import _

KINDS = (".xlsx", ".csv", ".parquet")
# What spreadsheet programs and file managers leave beside the files that they hold open.
LOCK_FILES = ("~$", ".")


def named(paths: Sequence[Path]) -> tuple[Path, ...]:
    """The files that inputs name, in the order of the inputs; those of a folder or of a pattern are sorted by name.

    A folder gives its own files of KINDS, not those of folders within it. A pattern gives the files that it matches.
    A file that several inputs name is taken once, unless each names the file itself. Raises UsageError for a file that
    is not there, and for a folder or a pattern without files.
    """
    files: list[Path] = []
    explicit = {path.resolve() for path in paths if path.is_file()}
    found: set[Path] = set()
    for path in paths:
        if path.is_file():
            files.append(path)
            continue
        for file in _files_of(path):
            place = file.resolve()
            if place not in explicit and place not in found:
                found.add(place)
                files.append(file)
    return tuple(files)


def _files_of(path: Path) -> list[Path]:
    """The files of a folder or of a pattern, sorted; raises UsageError where there are none."""
    if path.is_dir():
        files = sorted(file for file in path.iterdir() if file.suffix.lower() in KINDS and _is_file(file))
        if not files:
            text = _("There is no .xlsx, .csv or .parquet file in the folder {path}. Name a folder that has some.")
            raise UsageError(text.format(path=path))
        return files
    if glob.has_magic(str(path)):
        files = sorted(file for file in _matches(path) if _is_file(file))
        if not files:
            raise UsageError(_("No file matches {path}. Check the pattern and the folder.").format(path=path))
        return files
    raise UsageError(_("no file at {path}").format(path=path))


def _matches(pattern: Path) -> Iterator[Path]:
    return (Path(text) for text in glob.iglob(str(pattern), recursive=True))  # noqa: PTH207 - passes hidden folders over


def _is_file(path: Path) -> bool:
    return path.is_file() and not path.name.startswith(LOCK_FILES)
