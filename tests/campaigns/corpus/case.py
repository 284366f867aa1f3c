"""A file of the corpus with its expected answer, and what was answered."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

AS_OF = date(2026, 6, 1)
DONE, WRONG_USAGE, QUARANTINED, UNUSABLE = 0, 2, 3, 4
# What no answer may hold, whatever else is expected.
FOREIGN = ("Traceback (most recent call last)", "panicked at", "an error of the program", "RUST_BACKTRACE")

Row = Mapping[str, Any]
Content = bytes | Callable[[], bytes]


@dataclass(frozen=True)
class Answer:
    """What a command answered: its exit code, its two streams, the folder of the files, and the sheets that it has read."""

    folder: Path
    code: int
    out: str
    err: str
    sheets: Mapping[str, pl.DataFrame] | None = None

    @property
    def text(self) -> str:
        return self.out + self.err

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Look = Callable[[Answer], Iterable[str]]


@dataclass(frozen=True)
class Expected:
    """What is right: the exit code, what the answer says, and what looks at the values (each fault in words)."""

    code: int
    says: tuple[str, ...] = ()
    looks: tuple[Look, ...] = ()


@dataclass(frozen=True)
class Case:
    """Files by name, the command on them (in their folder), and what is expected of it.

    `inputs` and `mapping` are those of a case whose reading alone is of interest; a `sample` is tried with every test run.
    """

    group: str
    name: str
    files: Mapping[str, Content]
    words: tuple[str, ...]
    expected: Expected
    sample: bool = False
    inputs: tuple[str, ...] = ()
    mapping: str = ""

    def write(self, folder: Path) -> None:
        """Writes the files into a folder; a name that ends in / is a folder."""
        for name, content in self.files.items():
            if name.endswith("/"):
                (folder / name).mkdir(parents=True, exist_ok=True)
                continue
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content if isinstance(content, bytes) else content())


def faults(case: Case, answer: Answer) -> list[str]:
    """What is wrong with an answer, in words; empty where it is the expected one."""
    found = [f"the answer holds {text!r}" for text in FOREIGN if text in answer.text]
    if answer.code != case.expected.code:
        found.append(f"exit code {answer.code} instead of {case.expected.code}: {answer.text[-600:]}")
        return found
    found += [f"the answer does not say {text!r}: {answer.text[-600:]}" for text in case.expected.says
              if text not in answer.text]  # fmt: skip
    for look in case.expected.looks:
        found += look(answer)
    return found


def refused(*says: str, code: int = UNUSABLE) -> Expected:
    """The refusal of a file, with fragments of its message: place, problem and fix."""
    return Expected(code, says)


@dataclass(frozen=True)
class Values:
    """The values that reading has to give: the rows of Candidates, and those of detail sheets by key."""

    candidates: Sequence[Row]
    details: Mapping[str, Sequence[Row]] = field(default_factory=dict)

    def __call__(self, answer: Answer) -> list[str]:
        if answer.sheets is None:
            return ["nothing was read"]
        read = {key: [_plain(row) for row in frame.to_dicts()] for key, frame in answer.sheets.items()}
        found = _differences("candidates", self.candidates, read.pop("candidates"))
        for key, rows in read.items():
            found += _differences(key, self.details.get(key, ()), rows)
        return found


def _plain(row: Row) -> dict[str, Any]:
    """A row without empty cells and without its place."""
    return {key: value for key, value in row.items() if value is not None and not key.startswith("source_")}


def _differences(sheet: str, expected: Sequence[Row], read: Sequence[Row]) -> list[str]:
    wanted = [_plain(row) for row in expected]
    if len(wanted) != len(read):
        return [f"{sheet}: {len(read)} rows are read, not {len(wanted)}"]
    if sheet == "candidates":
        wanted, read = (sorted(rows, key=lambda row: row["client_id"]) for rows in (wanted, read))
    else:
        wanted, read = (sorted(rows, key=_as_text) for rows in (wanted, read))
    return [
        f"{sheet}, {row.get('client_id')}: {name} is {found.get(name)!r}, not {row.get(name)!r}"
        for row, found in zip(wanted, read, strict=True)
        for name in sorted({*row, *found})
        if row.get(name) != found.get(name)
    ]


def _as_text(row: Row) -> str:
    return repr(sorted((key, str(value)) for key, value in row.items()))


@dataclass(frozen=True)
class Listed:
    """The cells that are listed in quarantine (address: a fragment of problem or fix), and no others."""

    cells: Mapping[str, str]

    def __call__(self, answer: Answer) -> list[str]:
        rows = answer.json["quarantine"]
        listed: dict[str, str] = {}
        for row in rows:
            listed[row["cell"]] = f"{listed.get(row['cell'], '')} {row['problem']} {row['fix']}"
        found = [f"{cell} is in quarantine: {text}" for cell, text in listed.items() if cell not in self.cells]
        for cell, text in self.cells.items():
            if cell not in listed:
                found.append(f"{cell} is not in quarantine, but {sorted(listed)}")
            elif text not in listed[cell]:
                found.append(f"{cell}: not {text!r}, but {listed[cell]}")
        return found


@dataclass(frozen=True)
class Warned:
    """A warning that names what was not read as it stands."""

    text: str

    def __call__(self, answer: Answer) -> list[str]:
        texts = [f"{row['problem']} {row['fix']}" for row in answer.json["warnings"]]
        return [] if any(self.text in text for text in texts) else [f"no warning says {self.text!r}: {texts}"]


def check(
    group: str,
    name: str,
    files: Mapping[str, Content],
    expected: Expected,
    *,
    inputs: Sequence[str] = (),
    more: Sequence[str] = (),
    sample: bool = False,
) -> Case:
    """A case of the command check on the inputs (the first file where none are named)."""
    given = inputs or (next(iter(files)),)
    words = ("check", *given, "--as-of", AS_OF.isoformat(), "--json", *more)
    return Case(group, name, files, words, expected, sample)


def read_as(
    group: str,
    name: str,
    files: Mapping[str, Content],
    candidates: Sequence[Row],
    *,
    details: Mapping[str, Sequence[Row]] | None = None,
    listed: Mapping[str, str] | None = None,
    warned: str = "",
    inputs: Sequence[str] = (),
    mapping: str = "",
    sample: bool = False,
) -> Case:
    """A case of files that are read, with the values of the clients who are not in quarantine."""
    given = tuple(inputs or (next(iter(files)),))
    looks: list[Look] = [Values(candidates, details or {}), Listed(listed or {})]
    if warned:
        looks.append(Warned(warned))
    expected = Expected(QUARANTINED if listed else DONE, (), tuple(looks))
    more = ("--map", mapping) if mapping else ()
    return replace(
        check(group, name, files, expected, inputs=given, more=more, sample=sample), inputs=given, mapping=mapping
    )
