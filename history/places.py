"""Which folders a history can lie in: deltalake cannot name a table in every folder that a file system allows."""

from __future__ import annotations

import os
import re
from pathlib import Path

from transforms.model.wording import _

# deltalake (1.6) panics on some, and takes others for another folder: %20 for a blank, a backslash for a slash.
_REFUSED = re.compile(r"[\[\]^|\x00-\x1f\x7f]|%[0-9A-Fa-f]{2}" + ("" if os.sep == "\\" else r"|\\"))


def problem_of(place: Path) -> str | None:
    """Why no history can lie in a folder, with the part of its path and the fix; None where one can."""
    # deltalake follows links before it names a table.
    for path in (place.absolute(), place.resolve()):
        for part in path.parts:
            found = _REFUSED.search(part)
            if found is not None:
                return _(
                    "the folder {part!r} of the history {place} has {sign!r} in its name, which the library of the tables "
                    "cannot read; rename the folder, or name another one as `history`"
                ).format(part=part, place=place, sign=found[0])
    return None
