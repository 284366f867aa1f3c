"""Who can read what drawline writes: the rights of new files and folders, by `access` of the settings."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flows.errors import UnusableFile, UsageError

OWNER, GROUP = "owner", "group"
# What new files and folders lack: all rights of others, or all but those to read of the group.
MASKS = {OWNER: 0o077, GROUP: 0o027}


@contextmanager
def limited(config: Path | None = None) -> Iterator[None]:
    """Has this process, and what it starts, make files and folders with the rights that the firm has set.

    `owner`: 0600 and 0700; `group`: 0640 and 0750; `umask`: as the system would. Settings that cannot be read are passed
    over, as whoever needs them reports them. Windows has no such rights.
    """
    if os.name != "posix":
        yield
        return
    before = os.umask(MASKS[OWNER])
    try:
        os.umask(MASKS.get(_of_firm(config), before))
        yield
    finally:
        os.umask(before)


def _of_firm(config: Path | None) -> str:
    from flows.firm import settings

    try:
        return settings.load(config).access
    except (UsageError, UnusableFile, OSError):
        return OWNER
