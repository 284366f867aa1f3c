"""The JSON Schemas of run.json, of the main job and of a night, and of an error."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

from flows.commands.error_answer import KEYS
from flows.console.formats import VERSIONS
from flows.main_run.split import BY
from history.tables import INPUT, INPUT_COUNTS
from reports.alerts.json_types import DIALECT, of_value
from transforms.model.columns import SHEETS
from transforms.rounds.rounds import KINDS
from validation.files.preflight import FileKind

HERE = Path(__file__).parent
RUN_FILE, NIGHT_FILE, ERROR_FILE = HERE / "run.schema.json", HERE / "night.schema.json", HERE / "error.schema.json"
# What else a run counts, beside the sums of the intake.
COUNTS = (
    *INPUT_COUNTS, "in_pool", "undetermined", "invited", "would_have_met_cut_off", "invited_on_record", "stated_scores",
    "stated_scores_that_differ",
)  # fmt: skip
TEXT: dict[str, Any] = {"type": "string"}
TEXT_OR_NULL: dict[str, Any] = {"type": ["string", "null"]}
COUNT: dict[str, Any] = {"type": "integer", "minimum": 0}
YES_NO: dict[str, Any] = {"type": "boolean"}
DAY: dict[str, Any] = {"type": "string", "format": "date"}
MOMENT: dict[str, Any] = {"type": ["string", "null"], "format": "date-time"}
HASH: dict[str, Any] = {"type": "string", "pattern": "^[0-9a-f]{64}$"}


def run() -> dict[str, Any]:
    """The schema of run.json of the main job (draft 2020-12). Keys may be added to what it names."""
    selection = _object(
        clients=_list(TEXT), owners=_list(TEXT), where=_list(_object(column=TEXT, value=TEXT)), selected=COUNT, of=COUNT
    )
    round_ = _object(
        question=_said("The round as it was asked for", TEXT), number=TEXT, kind=_kind(), date=DAY,
        size=_or_null(COUNT), cut_off=_or_null({"type": "integer"}), tie_break=MOMENT, held_at=MOMENT, is_recent=YES_NO,
        interval=_said(
            "Of a round on the modelled national pool: the scores between which the cut-off lies with four in five chances",
            _or_null(_list({"type": "number"})),
        ),
        invited=COUNT, would_have_met_cut_off=COUNT, notes=_list(TEXT),
    )  # fmt: skip
    return _titled(
        "run.json of the main job",
        **_head("run"),
        inputs=_list(_input()),
        unusable=_list(_object(number=COUNT, path=TEXT, problem=TEXT)),
        counts=_object(**dict.fromkeys(COUNTS, COUNT)),
        newest_round=_newest(),
        notes=_list(TEXT),
        selection=_said("The part of the list that is shown; null: all of it", _or_null(selection)),
        rounds=_list(round_),
        split=_split(),
        client_pages=_said(
            "The workbooks of client pages; null: not asked for", _or_null(_list(_object(name=TEXT, pages=COUNT)))
        ),
        explain=_said("The clients whose score the report explains: near or all", TEXT),
        **_tail(),
    )


def night() -> dict[str, Any]:
    """The schema of run.json of a night (draft 2020-12). Keys may be added to what it names."""
    file = {name: of_value(dtype) for name, dtype in INPUT.items()}
    input_ = _object(number=COUNT, **file) | {"required": ["number", "name", "sha256", "outcome", "sheets"]}
    return _titled(
        "run.json of a night",
        **_head("night"),
        inputs=_list(input_),
        counts=_said("Counts of the night by name", {"type": "object", "additionalProperties": {"type": "integer"}}),
        rounds=_list(
            _object(number=TEXT, kind=_kind(), date=DAY, cut_off=_or_null({"type": "integer"}), is_recent=YES_NO)
        ),
        newest_round=_newest(),
        notes=_list(TEXT),
        split=_split(),
        **_tail(),
    )


def error() -> dict[str, Any]:
    """The schema of what a command with --json answers where it fails (draft 2020-12)."""
    problem = _object(**dict.fromkeys(KEYS, TEXT_OR_NULL)) | {"required": list(KEYS)}
    problem["properties"] = {**problem["properties"], "problem": TEXT}
    return _titled(
        "Error of a command with --json",
        format={"const": "drawline.error"},
        version={"const": VERSIONS["error"]},
        exit_code=_said("As in docs/contract.md, Exit codes", {"type": "integer", "minimum": 1}),
        problems=_said("What is wrong and where; a text that names its fix has no other one", _list(problem)),
    )


def _head(name: str) -> dict[str, Any]:
    return {
        "format": {"const": f"drawline.{name}"},
        "version": {"const": VERSIONS[name]},
        "run_id": TEXT,
        "as_of": _said("The day of the law and of every age, test and window", DAY),
        "code_version": _said("Version of the program", TEXT),
        "rules_version": TEXT,
        "rules_status": {"enum": ["complete", "incomplete"]},
        "rules_unknown": _said("Parameters of the law that are not known", _list(TEXT)),
    }


def _tail() -> dict[str, Any]:
    seconds = {"type": "object", "additionalProperties": {"type": "number", "minimum": 0}}
    return {
        "timings_seconds": _said("Seconds by stage", seconds),
        "outputs": _said("SHA-256 by name of the file", {"type": "object", "additionalProperties": HASH}),
    }


def _input() -> dict[str, Any]:
    sheet = _object(
        title=TEXT, read_as=_said("Our sheet; null: not read", _or_null({"enum": [sheet.key for sheet in SHEETS]})),
        rows=COUNT, hidden_rows=COUNT, hidden=YES_NO, reason=TEXT, layout=TEXT,
        left_out=_list(_object(row=COUNT, text=TEXT, reason=TEXT)), renamed=_list(_object(heading=TEXT, column=TEXT)),
    )  # fmt: skip
    return _object(
        number=COUNT, path=TEXT, kind={"enum": list(get_args(FileKind))}, sha256=HASH,
        rows=_said("Rows by our sheet", {"type": "object", "additionalProperties": COUNT}), sheets=_list(sheet),
        map=_said("The map that it was read with", _or_null(_object(name=TEXT, sha256=HASH))),
    )  # fmt: skip


def _split() -> dict[str, Any]:
    file = {"name": TEXT, BY: TEXT_OR_NULL, "clients": COUNT}
    return _said(
        "The reports of the parts; null: not split", _or_null(_object(by={"const": BY}, files=_list(_object(**file))))
    )


def _newest() -> dict[str, Any]:
    return _said("The newest round that is known", _or_null(_object(number=TEXT, date=DAY)))


def _kind() -> dict[str, Any]:
    return {"enum": list(KINDS)}


def _titled(title: str, **properties: Any) -> dict[str, Any]:
    return {"$schema": DIALECT, "title": title, **_object(**properties)}


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties}


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _or_null(of: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [of, {"type": "null"}]}


def _said(description: str, of: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, **of}
