"""A short way from a file through `check` to its corrections workbook, and what a test reads of it."""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree
from typer.testing import CliRunner

from flows.cli import app

AS_OF = "2026-06-01"


@dataclass(frozen=True)
class Checked:
    """What `check` answered: its exit code, its JSON, and the corrections workbooks by name."""

    code: int
    answer: dict[str, Any]
    books: dict[str, Path]

    @property
    def book(self) -> Path:
        """The one corrections workbook."""
        (path,) = self.books.values()
        return path

    @property
    def said(self) -> list[tuple[str, str, str]]:
        """What is quarantined and warned of: client, column and problem, without the name of the file."""
        names = [Path(one["path"]).name for one in self.answer["inputs"]]
        found = []
        for row in [*self.answer["quarantine"], *self.answer["warnings"]]:
            problem = row["problem"]
            for name in names:
                problem = problem.replace(name, "FILE")
            found.append((row["client_id"], row["column"], problem))
        return found


def check(*inputs: Path, out: Path, as_of: str = AS_OF, extra: tuple[str, ...] = ()) -> Checked:
    """Checks files with --out and --json."""
    done = CliRunner().invoke(app, ["check", *map(str, inputs), "--out", str(out), "--as-of", as_of, "--json", *extra])
    assert done.exit_code in (0, 3), done.output
    answer = json.loads(done.stdout)
    return Checked(done.exit_code, answer, {name: out / name for name in answer["corrections"]})


def parts(path: Path) -> dict[str, bytes]:
    """The parts of a workbook by name."""
    with zipfile.ZipFile(path) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}


def canonical(xml: bytes | etree._Element) -> bytes:
    """XML in one form, so that equal content is equal."""
    root = etree.fromstring(xml) if isinstance(xml, bytes) else xml
    return bytes(etree.tostring(root, method="c14n"))
