"""The bill of materials of the main job's lock in CycloneDX: `make sbom`.

It names each package of the lock with version, hashes and licence, and no address or path of the machine that made it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packaging.utils import canonicalize_name

from flows.version import __version__
from tests.supply import licences

PROJECT = licences.PROJECT
VERSION = SchemaVersion.V1_6


class NotValid(ValueError):
    """A bill of materials that its schema refuses."""


def made() -> dict[str, Any]:
    """The bill of materials; the same lock gives the same one."""
    command = [
        sys.executable, "-m", "cyclonedx_py", "requirements", str(licences.LOCK), "--spec-version", VERSION.to_version(),
        "--output-format", "JSON", "--output-reproducible", "--pyproject", str(PROJECT / "pyproject.toml"),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    bill: dict[str, Any] = json.loads(done.stdout)
    bill["metadata"]["component"]["version"] = __version__
    for tool in bill["metadata"]["tools"]["components"]:
        tool.pop("externalReferences", None)
    for component in bill["components"]:
        # The archive's address is the one of the registry that made this; the hashes say what it is.
        references = component.pop("externalReferences", [])
        component.pop("description", None)
        hashes = [one for reference in references for one in reference.get("hashes", [])]
        if hashes:
            component["properties"] = [
                *component.get("properties", []),
                *({"name": f"drawline:lock:{one['alg']}", "value": one["content"]} for one in hashes),
            ]
        component["licenses"] = [{"expression": licences.licence_of(canonicalize_name(component["name"]))}]
    check(bill)
    return bill


def check(bill: dict[str, Any]) -> None:
    """Raises NotValid where the schema of CycloneDX refuses a bill of materials."""
    found = JsonStrictValidator(VERSION).validate_str(json.dumps(bill))
    if found is not None:
        raise NotValid(f"the bill of materials does not keep to CycloneDX {VERSION.to_version()}: {found}")


def main(out: str) -> int:
    """Writes the bill of materials to a file."""
    path = Path(out)
    path.parent.mkdir(parents=True, exist_ok=True)
    bill = made()
    path.write_text(json.dumps(bill, indent=2) + "\n", encoding="utf-8")
    print(f"{len(bill['components'])} packages in {path}, valid CycloneDX {VERSION.to_version()}")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
