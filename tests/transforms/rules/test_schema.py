"""The JSON Schema beside the rules takes every shipped file, and nothing else."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.transforms.rules.shipped import GROUPS, HERE
from transforms.rules import loader, values

SCHEMA = json.loads((HERE / "schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)


def as_json(content: Any) -> Any:
    """YAML's content as JSON has it: days as text."""
    return json.loads(json.dumps(content, default=date.isoformat))


def errors(content: Any) -> list[str]:
    return [error.message for error in VALIDATOR.iter_errors(as_json(content))]


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", GROUPS)
def test_it_takes_every_shipped_file(name: str, files: dict[str, Any]) -> None:
    assert errors(files[name]) == []


@pytest.fixture
def group(files: dict[str, Any]) -> dict[str, Any]:
    """A file to spoil: tables by grid, with a plain value and a choice beside them."""
    return copy.deepcopy(files["crs.core.yaml"])


def _version(content: dict[str, Any], parameter: str = "age") -> dict[str, Any]:
    version: dict[str, Any] = content["parameters"][parameter]["versions"][0]
    return version


Spoiling = Callable[[dict[str, Any]], Any]
SPOILT: dict[str, Spoiling] = {
    "an unknown key of the file": lambda content: content.update(author="x"),
    "an unknown key of a parameter": lambda content: content["parameters"]["age"].update(minimum=1),
    "an unknown key of a version": lambda content: _version(content).update(until=date(2020, 1, 1)),
    "an unknown key of a source": lambda content: _version(content)["source"].update(page=3),
    "an unknown column of a step": lambda content: _version(content)["value"][0].update(single=3),
    "an unknown column of a choice": lambda content: _version(content, "education")["value"]["none"].update(single=3),
    "no source": lambda content: _version(content).pop("source"),
    "no section": lambda content: _version(content)["source"].pop("section"),
    "no confidence": lambda content: _version(content).pop("confidence"),
    "no last_checked_on": lambda content: _version(content).pop("last_checked_on"),
    "no value": lambda content: _version(content).pop("value"),
    "a value where it is not known": lambda content: _version(content).update(status="unknown"),
    "an unknown status": lambda content: _version(content).update(status="sure"),
    "an unknown confidence": lambda content: _version(content).update(confidence="high"),
    "an unknown unit": lambda content: content["parameters"]["age"].update(unit="point"),
    "an unknown shape": lambda content: content["parameters"]["age"].update(shape="table"),
    "points in quotes": lambda content: _version(content, "maximum")["value"].update(with_spouse="460"),
    "a number of points that is not whole": lambda content: _version(content)["value"][3].update(with_spouse=99.5),
    "a day that is none": lambda content: _version(content).update({"from": "1 January 2015"}),
    "no versions": lambda content: content["parameters"]["age"].update(versions=[]),
    "a setting without a note": lambda content: content["parameters"]["age"].update(setting=True),
}


@pytest.mark.parametrize("what", SPOILT)
def test_it_refuses(what: str, group: dict[str, Any]) -> None:
    assert errors(group) == []
    SPOILT[what](group)
    assert errors(group)


def test_it_knows_what_the_loader_knows() -> None:
    definitions = SCHEMA["$defs"]
    parameter, version = definitions["parameter"], definitions["version"]
    assert set(SCHEMA["properties"]) == loader.GROUP_KEYS
    assert set(parameter["properties"]) == loader.PARAMETER_KEYS
    assert set(version["properties"]) == loader.VERSION_KEYS
    assert set(definitions["citation"]["properties"]) == loader.CITATION_KEYS
    assert set(parameter["properties"]["unit"]["enum"]) == values.UNITS
    assert set(parameter["properties"]["shape"]["enum"]) == values.SHAPES
    assert set(version["properties"]["status"]["enum"]) == loader.STATUSES
    assert set(version["properties"]["confidence"]["enum"]) == loader.CONFIDENCES
