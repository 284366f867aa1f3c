"""Known vulnerabilities of what is locked, as pip-audit finds them with the OSV service: `make audit`.

Exit codes: 0 none is known, 1 some are, 75 the service gave no answer, so that nothing is known.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.supply.licences import LOCK

NONE, SOME, NO_ANSWER = 0, 1, 75
SERVICE = "https://api.osv.dev/v1/query"


def found(lock: Path, service: str, timeout: int) -> list[dict[str, Any]] | None:
    """The packages of a lock with what is known of each, as pip-audit writes them; None where the service did not answer."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "audit.json"
        command = [
            sys.executable, "-m", "pip_audit", "--requirement", str(lock), "--require-hashes", "--disable-pip",
            "--vulnerability-service", "osv", "--osv-url", service, "--timeout", str(timeout), "--progress-spinner", "off",
            "--format", "json", "--output", str(report), "--cache-dir", folder,
        ]  # fmt: skip
        subprocess.run(command, capture_output=True, check=False)
        if not report.is_file():
            return None
        dependencies: list[dict[str, Any]] = json.loads(report.read_text(encoding="utf-8"))["dependencies"]
    return dependencies


def main(arguments: Sequence[str]) -> int:
    """Reports what is known; the exit code."""
    parser = argparse.ArgumentParser(description="Known vulnerabilities of the locked packages.")
    parser.add_argument("--lock", type=Path, default=LOCK)
    parser.add_argument("--service", default=SERVICE)
    parser.add_argument("--timeout", type=int, default=15)
    asked = parser.parse_args(arguments)
    packages = found(asked.lock, asked.service, asked.timeout)
    if packages is None:
        print("The vulnerability service gave no answer. Nothing is known of the packages; try again with a network.")
        return NO_ANSWER
    skipped = [one for one in packages if "skip_reason" in one]
    hit = [one for one in packages if one.get("vulns")]
    for one in hit:
        for vulnerability in one["vulns"]:
            fixed = ", ".join(vulnerability["fix_versions"]) or "no fixed version"
            print(f"{one['name']} {one['version']}: {vulnerability['id']} ({fixed})")
    for one in skipped:
        print(f"{one['name']}: not looked up ({one['skip_reason']})")
    looked_up = len(packages) - len(skipped)
    print(f"{looked_up} packages looked up, {len(hit)} with a known vulnerability")
    return SOME if hit else NONE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
