"""The bill of materials names what is locked, keeps to its schema, and holds nothing of the machine that made it."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest

from flows.version import __version__
from tests.supply import licences, sbom


@pytest.fixture(scope="module")
def bill() -> dict[str, Any]:
    return sbom.made()


def test_it_names_every_locked_package_with_hash_and_licence(bill: dict[str, Any]) -> None:
    named = {(one["name"].lower().replace("_", "-").replace(".", "-"), one["version"]) for one in bill["components"]}
    assert named == set(licences.locked())
    lock = licences.LOCK.read_text(encoding="utf-8")
    hashes = set(re.findall(r"--hash=sha256:([0-9a-f]{64})", lock))
    assert {one["value"] for of in bill["components"] for one in of["properties"]} == hashes
    assert all(one["licenses"][0]["expression"] for one in bill["components"])
    assert bill["metadata"]["component"]["version"] == __version__


def test_it_holds_no_address_and_no_path_of_a_machine(bill: dict[str, Any]) -> None:
    text = json.dumps(bill)
    assert set(re.findall(r"https?://[^\"\s]+", text)) == {"http://cyclonedx.org/schema/bom-1.6.schema.json"}
    for place in (licences.PROJECT, Path.home(), "/tmp", "file:"):  # noqa: S108 - looked for, not used
        assert str(place) not in text


def test_what_the_schema_refuses_is_reported(bill: dict[str, Any]) -> None:
    sbom.check(bill)
    broken = copy.deepcopy(bill)
    broken["components"][0]["type"] = "spreadsheet"
    with pytest.raises(sbom.NotValid, match="does not keep to CycloneDX"):
        sbom.check(broken)


def test_the_same_lock_gives_the_same_bill(bill: dict[str, Any]) -> None:
    assert sbom.made() == bill
