"""The schemas of files that other programs read or write, as they are shipped; `make docs` writes them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.firm import settings_schema
from flows.reference import run_schema
from reports.alerts import alerts_schema
from reports.report import scores_schema
from validation.mapping import map_schema


@dataclass(frozen=True)
class Schema:
    """A schema: its file, what it describes, and how it is made."""

    file: Path
    describes: str
    made: Callable[[], dict[str, Any]]

    def text(self) -> str:
        """The schema as it stands in the file."""
        return json.dumps(self.made(), indent=1, ensure_ascii=False) + "\n"


SCHEMAS = {
    "run": Schema(run_schema.RUN_FILE, "run.json of run and demo", run_schema.run),
    "night": Schema(run_schema.NIGHT_FILE, "run.json of a night", run_schema.night),
    "scores": Schema(scores_schema.FILE, "scores.parquet, .csv, .xlsx (Table Schema)", scores_schema.schema),
    "alerts": Schema(alerts_schema.FILE, "alerts.json", alerts_schema.schema),
    "settings": Schema(settings_schema.FILE, "drawline.toml", settings_schema.schema),
    "map": Schema(map_schema.FILE, "a map (YAML)", map_schema.schema),
    "error": Schema(run_schema.ERROR_FILE, "the error of a command with --json", run_schema.error),
}


def write() -> None:
    """Writes the file of every schema."""
    for schema in SCHEMAS.values():
        schema.file.write_text(schema.text(), encoding="utf-8", newline="\n")
