"""What ended a command, as JSON for programs: `drawline.error`."""

from __future__ import annotations

from typing import Any

from flows.console.formats import headed

KEYS = ("file", "sheet", "cell", "problem", "fix")


def answer(error: Exception, exit_code: int, text: str) -> dict[str, Any]:
    """The error with its problems; `text` is what people get of it, for one that names no problems of its own."""
    found = headed("error", {"exit_code": exit_code, "problems": _problems(error, text)})
    return found | getattr(error, "answer", {})


def _problems(error: Exception, text: str) -> list[dict[str, Any]]:
    from flows.errors import UnusableFile
    from flows.main_run.quarantine_limit import TooManyQuarantined
    from validation.files.unusable import UnusableInputs

    if isinstance(error, UnusableInputs):
        return [_problem(one.problem, file=one.path, fix=one.fix) for one in error.unusable]
    if isinstance(error, TooManyQuarantined):
        return [
            _problem(
                row["problem"], file=row["source_file"], sheet=row["source_sheet"], cell=row["cell"], fix=row["fix"]
            )
            for row in error.quarantine.iter_rows(named=True)
        ]
    return [_problem(text, file=error.file if isinstance(error, UnusableFile) else None)]


def _problem(
    problem: str, file: object = None, sheet: str | None = None, cell: str | None = None, fix: str = ""
) -> Any:
    """A problem with its place; a text that names its fix itself has no other one."""
    values = (None if file is None else str(file), sheet or None, cell or None, problem, fix or None)
    return dict(zip(KEYS, values, strict=True))
