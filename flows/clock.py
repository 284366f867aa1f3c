"""The day in Ottawa, which every command takes for today."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from transforms.model.vocabulary import OTTAWA

ZONE = ZoneInfo(OTTAWA)


def today() -> date:
    """Today in Ottawa."""
    return datetime.now(ZONE).date()
