"""Prefect's settings for this program; they must stand in the environment before Prefect is imported."""

from __future__ import annotations

import os

SETTINGS = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "PREFECT_TASKS_DEFAULT_NO_CACHE": "true",
    "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    # A server with many runs at once has no connection to its database left for some, and answers them 500.
    "PREFECT_CLIENT_RETRY_EXTRA_CODES": "500",
    # Each wait is twice the one before: some four minutes in all, where Prefect's own five retries give up after one.
    "PREFECT_CLIENT_MAX_RETRIES": "7",
}


def prepare() -> None:
    """Sets what the environment does not set already; telemetry is off in any case."""
    for name, value in SETTINGS.items():
        os.environ.setdefault(name, value)
    os.environ["DO_NOT_TRACK"] = "1"
    os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] = "false"
