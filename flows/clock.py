"""The day in Ottawa, which every command takes for today."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

OTTAWA = ZoneInfo("America/Toronto")


def today() -> date:
    """Today in Ottawa."""
    return datetime.now(OTTAWA).date()
