"""The units of systemd that docs/install.md shows."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.install.building import PROJECT

PAGE = (PROJECT / "docs" / "install.md").read_text(encoding="utf-8")
UNITS = dict(zip(("drawline.service", "drawline.timer"), re.findall(r"```ini\n(.*?)```", PAGE, re.DOTALL), strict=True))


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
def test_systemd_understands_the_units(tmp_path: Path) -> None:
    for name, text in UNITS.items():
        # The command and the user of the firm's machine are not on this one.
        here = text.replace("/usr/local/bin/drawline", shutil.which("true") or "").replace("User=drawline", "User=root")
        (tmp_path / name).write_text(here, encoding="utf-8")
    words = ["systemd-analyze", "verify", "--man=no", *(str(tmp_path / name) for name in UNITS)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (done.returncode, "drawline" in done.stderr) == (0, False), done.stderr


def test_rows_in_quarantine_are_no_failure_of_the_unit() -> None:
    assert "SuccessExitStatus=3\n" in UNITS["drawline.service"]
    assert "UMask=0077\n" in UNITS["drawline.service"]
