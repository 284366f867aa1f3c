"""The alerts of a nightly run: a workbook for people, a list for spreadsheets and programs, and a calendar."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from reports.alerts.alert_contents import AlertContents
from reports.alerts.alert_law import question_words
from reports.alerts.alert_lists import TO_DO_DAYS, one_list
from reports.alerts.alert_news import cells_in_order
from reports.alerts.calendar_file import write_calendar
from reports.report.owners import one_spelling, owner_files
from reports.sheets import alert_summary, applications, coming, law_change, news, rounds_held
from reports.workbook.front_page import write_book
from reports.workbook.text import inactive
from transforms.model.wording import _

WORKBOOK, LIST, DATA, CALENDAR = "alerts.xlsx", "alerts.csv", "alerts.json", "alerts.ics"
FILES = (WORKBOOK, LIST, DATA, CALENDAR)
FORMAT, VERSION = "drawline.alerts.v3", 3
SHEETS = (
    coming.add_to_do, law_change.add, news.add, news.add_cells, coming.add_later, applications.add,
    applications.add_documents, rounds_held.add_of_alerts,
)  # fmt: skip
# What of the contents is listed by client.
OF_CLIENTS = ("news", "ahead", "applications", "documents", "cut_offs", "cells", "profiles")


def write_alerts(folder: Path, contents: AlertContents) -> list[str]:
    """Writes the files into a folder that is there, and gives their names; equal contents give equal bytes.

    Names of clients stand in the workbooks alone; the others know them by client_id and case_owner. With
    `by_case_owner` each case owner gets a workbook of their own clients beside that of all.
    """
    _write_workbook(folder / WORKBOOK, contents)
    names = list(FILES)
    if contents.by_case_owner:
        stem = WORKBOOK.removesuffix(".xlsx")
        spelled = contents.people.with_columns(one_spelling(pl.col("case_owner")).alias("case_owner"))
        owners = spelled["case_owner"].unique(maintain_order=True).to_list()
        for name, own in _of_each_owner(replace(contents, people=spelled), owner_files(owners, stem)).items():
            _write_workbook(folder / name, own)
            names.append(name)
    listed = one_list(contents)
    inactive(listed).write_csv(folder / LIST, include_bom=True)
    (folder / DATA).write_text(_as_json(contents, listed), encoding="utf-8", newline="\n")
    write_calendar(folder / CALENDAR, contents)
    return names


def _write_workbook(path: Path, contents: AlertContents) -> None:
    front = (_(alert_summary.TITLE), alert_summary.WIDTHS, alert_summary.fill)
    write_book(path, _("alerts of"), contents, SHEETS, *front, hub=coming.KEYS[coming.TO_DO], has_links_last=True)


def _of_each_owner(contents: AlertContents, files: Mapping[str | None, str]) -> dict[str, AlertContents]:
    """The contents of each case owner's clients, by the name of the file; the counts of the whole run stay out."""
    owner = pl.col("case_owner")
    parts = {}
    for name in sorted(set(files.values())):
        owners = [one for one, file in files.items() if file == name]
        people = contents.people.filter(
            owner.is_in([one for one in owners if one is not None]) | (owner.is_null() & (None in owners))
        )
        own = {
            part: getattr(contents, part).join(people, on="client_id", how="semi", maintain_order="left")
            for part in OF_CLIENTS
        }
        title = f"{contents.title}, {owners[0] or _('(nobody named)')}"
        parts[name] = replace(contents, title=title, people=people, counts={}, **own)
    return parts


def _as_json(contents: AlertContents, listed: pl.DataFrame) -> str:
    """The night and its lists, keys as they are; days as ISO text."""
    parts = {
        key: _rows(listed.filter(pl.col("list") == key).drop("list")) for key in ("news", "act", "ahead")
    }  # fmt: skip
    made: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "as_of": contents.as_of.isoformat(),
        "compared_with": None if contents.compared_with is None else contents.compared_with.isoformat(),
        "program": contents.code_version,
        "rules_version": contents.rules_version,
        "rules_status": contents.rules_status,
        "rules_notes": list(contents.rules_notes),
        "rules_due": list(contents.rules_due),
        "rounds_notes": list(contents.rounds_notes),
        "counts": dict(contents.counts),
        "to_do_days": TO_DO_DAYS,
        **parts,
        "changed_cells": _rows(cells_in_order(contents).drop("file")),
        "law_changes": [
            {
                "on": change.on.isoformat(),
                "parameters": list(change.parameters),
                "is_known": change.is_known,
                "question": None if change.question is None else change.question.id,
                "question_text": None if change.question is None else question_words(change.question),
            }
            for change in contents.law_changes
        ],
        "profiles_to_update": _rows(contents.profiles),
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
