"""The JSON Schema of alerts.json, made from the frames that the lists come from."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from reports.alerts.alert_contents import AlertContents
from reports.alerts.alert_lists import one_list
from reports.alerts.alert_news import cells_in_order
from reports.alerts.alerts import FORMAT, VERSION
from reports.alerts.json_types import DIALECT, of_frame
from transforms.model.frames import EVENTS
from transforms.outlook import ahead, checklist
from transforms.outlook.application import APPLICATIONS
from transforms.outlook.law_changes import PROFILES

FILE = Path(__file__).parent / "alerts.schema.json"
PEOPLE = dict.fromkeys(("client_id", "family_name", "given_name", "case_owner"), pl.String())
LISTS = {
    "news": "What is new since the night before",
    "act": "What somebody must do, the gravest consequence first",
    "ahead": "What else lies ahead",
}
TEXTS = {"type": "array", "items": {"type": "string"}}


def schema() -> dict[str, Any]:
    """The schema (draft 2020-12). Keys may be added to what it names."""
    listed = {name: dtype for name, dtype in one_list(_nothing()).schema.items() if name != "list"}
    day = {"type": "string", "format": "date"}
    properties: dict[str, Any] = {
        "format": {"const": FORMAT},
        "version": {"const": VERSION},
        "as_of": {"description": "The night", **day},
        "compared_with": {"description": "The night before, null for the first", "type": ["string", "null"], "format": "date"},
        "program": {"description": "Version of the program", "type": "string"},
        "rules_version": {"type": "string"},
        "rules_status": {"enum": ["complete", "incomplete"]},
        "rules_notes": {"description": "What of the law is not known", **TEXTS},
        "rules_due": {"description": "Of which values a newer one is due", **TEXTS},
        "rounds_notes": TEXTS,
        "counts": {"type": "object", "additionalProperties": {"type": "integer"}},
        "to_do_days": {"description": "Within so many days something is listed under act", "type": "integer"},
        **{name: {"description": what, **of_frame(listed)} for name, what in LISTS.items()},
        "changed_cells": {
            "description": "The cells that changed, without the name of the file",
            **of_frame(cells_in_order(_nothing()).drop("file").schema),
        },
        "law_changes": {"description": "Changes of the law since the night before", "type": "array", "items": _law_change()},
        "profiles_to_update": {
            "description": "Clients whose profile is to be updated by hand after such a change",
            **of_frame(PROFILES),
        },
        "applications": {"description": "Clients with an open invitation", **of_frame(APPLICATIONS)},
        "application_documents": {"description": "Their documents", **of_frame(checklist.DOCUMENTS_NEEDED)},
    }  # fmt: skip
    return {
        "$schema": DIALECT, "title": "Alerts of a night", "type": "object", "required": list(properties),
        "properties": properties,
    }  # fmt: skip


def _law_change() -> dict[str, Any]:
    properties: dict[str, Any] = {
        "on": {"type": "string", "format": "date"},
        "parameters": TEXTS,
        "is_known": {"type": "boolean"},
        "question": {"type": ["string", "null"]},
        "question_text": {"type": ["string", "null"]},
    }
    return {"type": "object", "required": list(properties), "properties": properties}


def _nothing() -> AlertContents:
    """The contents of a night without clients: its lists have their columns and no row."""
    return AlertContents(
        title="", as_of=date.min, compared_with=None, code_version="", rules_version="", rules_status="complete",
        rules_notes=(), rounds_notes=(), counts={},
        people=pl.DataFrame(schema=PEOPLE),
        news=pl.DataFrame(schema=EVENTS),
        ahead=pl.DataFrame(schema=ahead.SCHEMA),
        applications=pl.DataFrame(schema=APPLICATIONS),
        documents=pl.DataFrame(schema=checklist.DOCUMENTS_NEEDED),
    )  # fmt: skip
