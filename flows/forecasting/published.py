"""The published rounds of a file as a frame."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from flows.errors import UnusableFile, UsageError
from transforms.model.wording import _

if TYPE_CHECKING:
    import polars as pl


def published(path: Path) -> pl.DataFrame:
    """The rounds frame of a file; raises UsageError and UnusableFile."""
    from validation.rounds import rounds_file

    if not path.is_file():
        raise UsageError(_("no rounds file at {path}").format(path=path))
    try:
        return rounds_file.read(path)
    except rounds_file.RoundsFileError as error:
        raise UnusableFile(str(error), path) from None
