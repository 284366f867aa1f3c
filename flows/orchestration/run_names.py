"""What runs are named in Prefect: for what they do, and of which day or moment."""

from __future__ import annotations

from datetime import UTC, date, datetime

from flows.clock import ZONE


def main_job(as_of: date | str) -> str:
    """A run of the main job as of a day."""
    return f"run as of {as_of}"


def night(as_of: date | str) -> str:
    """A nightly run of a day."""
    return f"night of {as_of}"


def watch(moment: datetime) -> str:
    """A look for new files and rounds, at a moment with its time zone."""
    return f"watch of {moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def forecast(as_of: date | str) -> str:
    """A weekly forecast of a day."""
    return f"forecast of {as_of}"


def scheduled(deployment: str, moment: datetime) -> str:
    """The name of a run that a deployment has scheduled for a moment with its time zone."""
    if deployment == "watch":
        return watch(moment)
    day = moment.astimezone(ZONE).date()
    return night(day) if deployment == "nightly" else forecast(day)
