"""The alerts of a night in four files: a workbook for people, a list for spreadsheets and programs, and a calendar."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

from reports.alert_contents import AlertContents
from reports.alert_lists import one_list
from reports.calendar_file import write_calendar
from reports.front_page import write_book
from reports.sheets import alert_summary, applications, coming, news
from reports.text import inactive

WORKBOOK, LIST, DATA, CALENDAR = "alerts.xlsx", "alerts.csv", "alerts.json", "alerts.ics"
FILES = (WORKBOOK, LIST, DATA, CALENDAR)
FORMAT = "drawline.alerts.v1"
SHEETS = (coming.add_act, news.add, coming.add_outlook, applications.add, applications.add_documents)


def write_alerts(folder: Path, contents: AlertContents) -> list[str]:
    """Writes the four files into a folder that is there, and gives their names; equal contents give equal bytes.

    Names of clients stand in the workbook alone; the others know them by client_id and case_owner.
    """
    front = (alert_summary.TITLE, alert_summary.WIDTHS, alert_summary.fill)
    write_book(folder / WORKBOOK, "alerts of", contents, SHEETS, *front)
    listed = one_list(contents)
    inactive(listed).write_csv(folder / LIST, include_bom=True)
    (folder / DATA).write_text(_as_json(contents, listed), encoding="utf-8", newline="\n")
    write_calendar(folder / CALENDAR, contents)
    return list(FILES)


def _as_json(contents: AlertContents, listed: pl.DataFrame) -> str:
    """The night and its lists, keys as they are; days as ISO text."""
    parts = {
        key: _rows(listed.filter(pl.col("list") == key).drop("list")) for key in ("news", "act", "ahead")
    }  # fmt: skip
    made: dict[str, Any] = {
        "format": FORMAT,
        "as_of": contents.as_of.isoformat(),
        "compared_with": None if contents.compared_with is None else contents.compared_with.isoformat(),
        "program": contents.code_version,
        "rules_version": contents.rules_version,
        "rules_status": contents.rules_status,
        "rules_notes": list(contents.rules_notes),
        "rules_due": list(contents.rules_due),
        "rounds_notes": list(contents.rounds_notes),
        "counts": dict(contents.counts),
        **parts,
        "applications": _rows(contents.applications),
        "application_documents": _rows(contents.documents),
    }
    return "{" + ",".join(f"\n{json.dumps(key)}: {_value(value)}" for key, value in made.items()) + "\n}\n"


def _value(value: Any) -> str:
    """A value as JSON, of a list each entry on a line of its own."""
    if not isinstance(value, list):
        return json.dumps(value, ensure_ascii=False)
    return "[" + ",".join(f"\n {json.dumps(one, ensure_ascii=False)}" for one in value) + ("\n]" if value else "]")


def _rows(frame: pl.DataFrame) -> Sequence[dict[str, Any]]:
    return frame.with_columns(pl.col(pl.Date).dt.to_string("%Y-%m-%d")).to_dicts()
