"""The names and versions of the JSON answers: the first two keys of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# A version rises where a key is renamed or dropped, or means something else; keys may be added without.
VERSIONS = {
    "advice": 1,
    "backtest": 1,
    "check": 2,
    "client-letter": 1,
    "columns": 1,
    "compact": 1,
    "error": 1,
    "forecast": 1,
    "history-client": 2,
    "history-verify": 1,
    "map": 2,
    "migrate": 1,
    "national": 1,
    "night": 2,
    "nightly": 2,
    "noc": 1,
    "purge": 1,
    "rebuild": 1,
    "rescore": 1,
    "rounds-update": 1,
    "rules-check": 1,
    "run": 2,
    "scores": 2,
    "selftest": 1,
    "simulation": 2,
    "take-back": 1,
}


def headed(name: str, answer: Mapping[str, Any]) -> dict[str, Any]:
    """An answer with its format and version before its own keys; raises KeyError for an unknown name."""
    return {"format": f"drawline.{name}", "version": VERSIONS[name], **answer}
