"""The firm's logo as its settings name it: a file that was made elsewhere, so it is read with care."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from flows.errors import UnusableFile
from transforms.model.wording import _

if TYPE_CHECKING:
    from reports.workbook.logo import Logo


def read(path: Path | None) -> Logo | None:
    """The logo of a file; None where the firm has none. Raises UnusableFile with the file and the fix."""
    from reports.workbook.logo import MAX_BYTES, LogoError, read_logo

    if path is None:
        return None
    if path.is_dir():
        folder = _("The logo {path} is a folder. Name a PNG or JPEG file in drawline.toml, or take the line out.")
        raise UnusableFile(folder.format(path=path))
    if not path.is_file():
        missing = _("There is no logo at {path}. Correct logo in drawline.toml, or take the line out.")
        raise UnusableFile(missing.format(path=path))
    try:
        with path.open("rb") as file:
            # One byte more than is allowed, so that a larger file is never read whole.
            return read_logo(file.read(MAX_BYTES + 1))
    except OSError as error:
        unread = _("The logo {path} cannot be read: {reason}. Correct logo in drawline.toml, or take the line out.")
        raise UnusableFile(unread.format(path=path, reason=error.strerror or error)) from None
    except LogoError as error:
        raise UnusableFile(_("The logo {path} cannot be used. {reason}").format(path=path, reason=error)) from None
