"""Where requests wait for their flow."""

from __future__ import annotations

import os
from pathlib import Path


def folder() -> Path:
    """The folder of the waiting requests, there or not."""
    base = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(base) / "drawline" / "requests"
