"""Names of outputs, and the ends that they may have."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from flows import errors
from transforms.model.wording import _

RECORD = "run.json"
OUTPUTS = ("report.xlsx", "scores.parquet", "quarantine.csv", RECORD)
SCORE_FORMATS = (".parquet", ".csv", ".xlsx")


def ending(path: Path | None, endings: Iterable[str], option: str = "--out") -> None:
    """Raises UsageError where an output's name has none of the endings that say its form."""
    known = tuple(endings)
    if path is not None and path.suffix.lower() not in known:
        text = _("{option} must end in {endings}: {name}")
        raise errors.UsageError(text.format(option=option, endings=", ".join(known), name=path.name))
