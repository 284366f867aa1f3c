"""What a run was asked, and whether its files can be read and written as asked."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from flows.errors import UsageError
from transforms.model.wording import _
from validation.intake.selection import EVERYBODY, Selection

SHIPPED_ROUNDS = Path(__file__).parent.parent / "sample_data" / "rounds.json"
# The headline counts the published rounds of so many months; a firm may set another number.
HEADLINE_MONTHS = 6
# Whose score a report explains.
EXPLAINED = NEAR, ALL = ("near", "all")


@dataclass(frozen=True)
class Request:
    """What a run was asked: files, day, rounds, where the outcome goes, and the name of the firm it is for.

    `split_by` is the column whose values get a report each, empty for none. `mapping` is the map of all inputs; without it each is read with the one in the folder `maps` that is for its headings. `password_file` has the passwords of protected workbooks. `encrypt_to` are the recipients for
    whom the outputs are encrypted, as flows.outputs.encryption reads them; without any they are as they are. `explain` is one of
    EXPLAINED.
    """

    run_id: str
    inputs: tuple[Path, ...]
    as_of: date
    out: Path | None = None
    rounds: tuple[str, ...] = ()
    rules: tuple[Path, ...] = ()
    rounds_file: Path = SHIPPED_ROUNDS
    mapping: Path | None = None
    skip_unusable: bool = False
    readings: Mapping[str, Any] = field(default_factory=dict)
    firm: str = ""
    headline_months: int = HEADLINE_MONTHS
    max_quarantined_share: float | None = None
    selection: Selection = EVERYBODY
    maps: Path | None = None
    language: str = "en"
    split_by: str = ""
    logo: Path | None = None
    client_pages: bool = False
    password_file: Path | None = None
    encrypt_to: tuple[str, ...] = ()
    explain: str = NEAR

    def saved(self) -> dict[str, Any]:
        """The request as plain values."""
        return {
            "run_id": self.run_id,
            "inputs": [str(path.resolve()) for path in self.inputs],
            "as_of": self.as_of.isoformat(),
            "out": None if self.out is None else str(self.out.resolve()),
            "rounds": list(self.rounds),
            "rules": [str(path.resolve()) for path in self.rules],
            "rounds_file": str(self.rounds_file.resolve()),
            "mapping": None if self.mapping is None else str(self.mapping.resolve()),
            "skip_unusable": self.skip_unusable,
            "readings": dict(self.readings),
            "firm": self.firm,
            "headline_months": self.headline_months,
            "max_quarantined_share": self.max_quarantined_share,
            "selection": self.selection.saved(),
            "maps": None if self.maps is None else str(self.maps.resolve()),
            "language": self.language,
            "split_by": self.split_by,
            "logo": None if self.logo is None else str(self.logo.resolve()),
            "client_pages": self.client_pages,
            "password_file": None if self.password_file is None else str(self.password_file.resolve()),
            "encrypt_to": list(self.encrypt_to),
            "explain": self.explain,
        }

    @classmethod
    def of(cls, saved: Mapping[str, Any]) -> Request:
        """The request from its plain values."""
        return cls(
            saved["run_id"],
            tuple(Path(path) for path in saved["inputs"]),
            date.fromisoformat(saved["as_of"]),
            None if saved["out"] is None else Path(saved["out"]),
            tuple(saved["rounds"]),
            tuple(Path(path) for path in saved["rules"]),
            Path(saved["rounds_file"]),
            None if saved["mapping"] is None else Path(saved["mapping"]),
            saved["skip_unusable"],
            saved["readings"],
            saved["firm"],
            saved["headline_months"],
            saved["max_quarantined_share"],
            Selection.of(saved["selection"]),
            None if saved["maps"] is None else Path(saved["maps"]),
            saved["language"],
            saved["split_by"],
            None if saved["logo"] is None else Path(saved["logo"]),
            saved["client_pages"],
            None if saved["password_file"] is None else Path(saved["password_file"]),
            tuple(saved["encrypt_to"]),
            saved["explain"],
        )


def new_run_id(as_of: date) -> str:
    """A new run's id: the day it scores, and eight random characters."""
    return f"{as_of.isoformat()}-{os.urandom(4).hex()}"


def title_of(firm: str) -> str:
    """What the reports of a firm are headed by; of one that gave no name, the program's."""
    return firm or "drawline"


def samples() -> dict[str, dict[str, Any]]:
    """The shipped sample workbooks by file name, each with the day it is meant for."""
    folder = Path(__file__).parent.parent / "sample_data"
    found: dict[str, dict[str, Any]] = json.loads((folder / "samples.json").read_text(encoding="utf-8"))
    return {str(folder / name): entry for name, entry in found.items()}


def existing(paths: Sequence[Path]) -> tuple[Path, ...]:
    """The inputs as given; raises UsageError naming the first that is not there."""
    for path in paths:
        if path.is_dir():
            raise UsageError(_("{path} is a folder; name the files in it").format(path=path))
        if not path.is_file():
            raise UsageError(_("no file at {path}").format(path=path))
    return tuple(paths)


def keep_apart(request: Request, targets: Iterable[Path]) -> None:
    """Raises UsageError where something would be written over a file that is read, or in no folder."""
    apart_from(files_read(request), targets, "--out")


def files_read(request: Request) -> list[Path]:
    """Every file that a request reads: inputs, rules, rounds, maps, logo and password file."""
    from validation.mapping import map_folder

    one_each = (path for path in (request.mapping, request.logo, request.password_file) if path is not None)
    return [*request.inputs, *request.rules, request.rounds_file, *one_each, *map_folder.files(request.maps)]


def apart_from(read: Iterable[Path], targets: Iterable[Path], option: str) -> None:
    """Raises UsageError where a target of an option is one of the files that are read, a folder, or in no folder."""
    known = {path.resolve() for path in read}
    for target in targets:
        if target.resolve() in known:
            raise UsageError(_("{target} is read; write to another file").format(target=target))
        if target.is_dir():
            text = _("{option} names a folder, a file is needed: {target}")
            raise UsageError(text.format(option=option, target=target))
        if not target.parent.is_dir():
            text = _("{option}: there is no folder {parent}")
            raise UsageError(text.format(option=option, parent=target.parent))


def no_file(out: Path) -> None:
    """Raises UsageError where a folder for outputs is a file, or lies in one."""
    if out.exists() and not out.is_dir():
        raise UsageError(_("--out names a file, a folder is needed: {out}").format(out=out))
    is_file = next((folder for folder in out.parents if folder.exists() and not folder.is_dir()), None)
    if is_file is not None:
        raise UsageError(
            _("--out names a folder within {file}, which is a file; name another folder").format(file=is_file)
        )


def output_folder(request: Request, names: Iterable[str]) -> None:
    """Raises UsageError where the folder of the outputs is a file, or an output would be written over an input."""
    out = request.out
    if out is None:
        return
    no_file(out)
    if out.is_dir():
        keep_apart(request, (out / name for name in names))
