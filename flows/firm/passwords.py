"""The passwords of workbooks: lines of a file, and one of the environment; never an argument, which other users could see."""

from __future__ import annotations

import os
from pathlib import Path

from flows.errors import UsageError
from transforms.model.wording import _
from validation.files.locked import NO_PASSWORDS, Passwords

VARIABLE = "DRAWLINE_WORKBOOK_PASSWORD"
OPTION = "--password-file"
# Each one is tried on each protected workbook, which takes a fifth of a second.
MAX_PASSWORDS = 50
MAX_BYTES = 64 << 10


def read(file: Path | None) -> Passwords:
    """The passwords of a file, a line each, and that of DRAWLINE_WORKBOOK_PASSWORD.

    Raises UsageError for a file that is not there, cannot be read, is no text in UTF-8 or holds too many lines; no message
    holds a part of its content.
    """
    texts = [] if file is None else _lines(file)
    if own := os.environ.get(VARIABLE):
        texts.append(own)
    return Passwords(tuple(dict.fromkeys(texts))) if texts else NO_PASSWORDS


def _lines(file: Path) -> list[str]:
    try:
        data = file.read_bytes() if file.stat().st_size <= MAX_BYTES else None
    except FileNotFoundError:
        raise UsageError(
            _("There is no password file {file}. Name another one with {option}.").format(file=file, option=OPTION)
        ) from None
    except OSError as error:
        raise UsageError(
            _("The password file {file} cannot be opened ({reason}). Correct its permissions.").format(
                file=file, reason=error.strerror or type(error).__name__
            )
        ) from None
    try:
        lines = [line for line in (data or b"").decode("utf-8-sig").splitlines() if line.strip()]
    except UnicodeDecodeError:
        raise UsageError(
            _("The password file {file} is no text in UTF-8. Save it as UTF-8, a password a line.").format(file=file)
        ) from None
    if not 0 < len(lines) <= MAX_PASSWORDS:
        raise UsageError(
            _("The password file {file} must hold from 1 to {most} lines, a password each.").format(
                file=file, most=MAX_PASSWORDS
            )
        )
    return lines
