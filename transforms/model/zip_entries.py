"""Entries of zip archives without a clock, so that the same content always gives the same bytes."""

from __future__ import annotations

import zipfile

# The first moment that a zip archive can name.
NO_TIME = (1980, 1, 1, 0, 0, 0)


def timeless_entry(name: str) -> zipfile.ZipInfo:
    """A compressed entry that its owner alone may read, of no time and no system."""
    made = zipfile.ZipInfo(name, NO_TIME)
    made.compress_type = zipfile.ZIP_DEFLATED
    made.external_attr = 0o600 << 16
    made.create_system = 0
    return made
