"""The JSON Schema of drawline.toml, made from what the settings are read by, so that editors complete and check keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from flows.firm import settings
from reports.alerts.json_types import DIALECT
from transforms.model.wording import LANGUAGES
from transforms.rules import Rules, load

FILE = Path(__file__).parent / "settings.schema.json"
JSON_TYPES = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array"}
MEANINGS = {
    "name": "The firm's name, at the head of its reports",
    "language": "Language of what people read",
    "logo": "Picture of the firm",
    "inbox": "Folder of the files that the nightly job takes",
    "history": "Folder, or address of an object store, of the history",
    "reports": "Folder of the nightly reports",
    "rounds": "The firm's rounds file",
    "map": "The firm's map of headings and values, for every file",
    "maps": "Folder of maps, each for its headings",
    "password_file": "File with the passwords of protected workbooks, a line each",
    "rounds_address": "Where `rounds update` fetches",
    "criteria_address": "Address of the criteria page that the nightly run looks at",
    "watch_criteria": "Whether the nightly run looks at the official criteria page",
    "rounds_timeout_seconds": "Seconds of one try to fetch the rounds",
    "rounds_tries": "How often the rounds are tried",
    "headline_months": "Months whose published rounds the headline counts",
    "max_quarantined_share": "Part of a list's clients that may be quarantined",
    "inbox_settle_seconds": "Seconds for which a file of the inbox must have been left alone",
    "catch_up_days": "Missed nights that are caught up at most",
    "alerts_cut_off_months": "Months whose cut-offs count as within reach",
    "alerts_cut_off_margin": "Points by which a score may miss such a cut-off",
    "cluster": "Dask cluster of the forecast",
    "notify": "Notification block of Prefect",
    "access": "Who can read what is written: owner alone, group too, or as the umask of the process says",
    "split_by": "Column by whose values the report is split",
    "client_pages": "Whether a run writes a page about each client",
}


def schema() -> dict[str, Any]:
    """The schema (draft 2020-12)."""
    defaults = {field.name: field.default for field in fields(settings.Settings)}
    properties: dict[str, Any] = {key: {"type": "string", "minLength": 1} for key in settings.PATHS}
    properties |= {key: {"type": "string"} for key in settings.TEXTS}
    properties["name"]["maxLength"] = settings.MAX_NAME_LENGTH
    properties["language"] = {"enum": list(LANGUAGES)}
    properties["access"] = {"enum": list(settings.ACCESS), "default": defaults["access"]}
    for keys, least in ((settings.NUMBERS, 1), (settings.NUMBERS_FROM_ZERO, 0)):
        properties |= {
            key: {"type": "integer", "minimum": least, "maximum": settings.LARGEST[key], "default": defaults[key]}
            for key in keys
        }
    properties |= {key: {"type": "number", "minimum": 0, "maximum": 1} for key in settings.SHARES}
    properties |= {key: {"type": "boolean", "default": defaults[key]} for key in settings.SWITCHES}
    properties = {key: {"description": MEANINGS[key], **of} for key, of in properties.items()}
    properties["rules"] = {
        "description": "Files of dated values over the law",
        "type": "array",
        "items": {"type": "string", "minLength": 1},
    }
    properties["encrypt_to"] = {
        "description": "For whom outputs are encrypted: age or SSH public keys, files of them, or `passphrase`",
        "type": "array",
        "items": {"type": "string", "minLength": 1},
    }
    return {
        "$schema": DIALECT,
        "title": "Settings of a firm for drawline (drawline.toml)",
        "type": "object",
        "additionalProperties": False,
        "properties": properties | {"readings": _readings(load())},
    }


def _readings(rules: Rules) -> dict[str, Any]:
    """What a firm may set of what the law leaves open, by name; dots may be tables."""
    open_ones = {
        one.id: {"description": one.title, "type": JSON_TYPES[type(one.versions[-1].value)]}
        for one in rules.parameters.values()
        if one.setting
    }
    return {"description": "How what the law leaves open is read", **_table(open_ones)}


def _table(names: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    within: dict[str, dict[str, Any]] = {}
    for name, of in names.items():
        head, _, rest = name.partition(".")
        if rest:
            within.setdefault(head, {})[rest] = of
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {**names, **{head: _table(rest) for head, rest in within.items()}},
    }
