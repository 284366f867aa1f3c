"""What became of each input and of each of its sheets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from transforms.model.columns import BY_KEY
from transforms.model.wording import _, n_
from validation.files.preflight import FileKind

if TYPE_CHECKING:
    from validation.intake.headers import Table
    from validation.mapping.left_out import LeftOut
    from validation.mapping.map_folder import MapFile


@dataclass(frozen=True)
class SheetUse:
    """What became of one sheet with rows: its title, the key of the intake sheet that it was read as (None: not read),
    its rows, how many of them are hidden, whether the sheet is hidden, why it was not read, which of its rows were left
    out as no clients, where its headings stand, if not in one row, and which of them were read as one of our columns under
    another name (heading, column).
    """

    title: str = field(repr=False)
    read_as: str | None
    rows: int | None
    hidden_rows: int = 0
    is_hidden: bool = False
    reason: str = field(default="", repr=False)
    left_out: tuple[LeftOut, ...] = field(default=(), repr=False)
    layout: str = ""
    renamed: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @property
    def is_notable(self) -> bool:
        """Is there more to say of it than that it was read under its own name?"""
        from validation.intake.sheets import sheet_named

        named = sheet_named(self.title)
        is_odd = self.is_hidden or self.hidden_rows > 0 or bool(self.left_out or self.layout or self.renamed)
        return is_odd or named is None or named.key != self.read_as

    @property
    def note(self) -> str:
        """What is to be known of it besides: that it is hidden or holds hidden rows, why it was not read, where its
        headings stand, which of its rows are no clients, and which headings were read under another name.
        """
        rows = n_("{number} row is hidden.", "{number} rows are hidden.", self.hidden_rows).format(
            number=self.hidden_rows
        )
        parts = (
            _("The sheet is hidden.") if self.is_hidden else "",
            rows if self.hidden_rows else "",
            self._words(),
        )
        return " ".join(part for part in parts if part)

    def _words(self, *, with_texts: bool = True) -> str:
        """Why it was not read, where its headings stand, which rows are no clients, with their texts or without, and which
        headings were read under another name, as sentences.
        """
        from validation.mapping.left_out import sentences

        named = ", ".join(
            _("{heading!r} as {column}").format(heading=heading, column=column) for heading, column in self.renamed
        )
        parts = (
            self.reason,
            self.layout,
            sentences(self.left_out, self.read_as, with_texts=with_texts),
            _("Read under other names: {named}.").format(named=named) if named else "",
        )
        return " ".join(part for part in parts if part)

    def __str__(self) -> str:
        """The sheet with its rows, what it was read as, and what is to be known of it."""
        rows = (
            _("unknown rows")
            if self.rows is None
            else n_("{number} row", "{number} rows", self.rows).format(number=self.rows)
        )
        if self.read_as is not None:
            rows = _("{rows} as {title}").format(rows=rows, title=BY_KEY[self.read_as].title)
        return _("{sheet}: {rows}. {note}").format(sheet=self.title, rows=rows, note=self.note).rstrip()

    @classmethod
    def of(cls, saved: Mapping[str, Any]) -> SheetUse:
        """The use of which `recorded` gave the plain values."""
        return cls(
            saved["title"], saved["read_as"], saved["rows"], saved["hidden_rows"], saved["hidden"], saved["reason"]
        )

    def line(self, file: str) -> str:
        """The same as a line on a file: whether the sheet was read, and what is to be known of it."""
        line = _("read: {file}, {use}") if self.read_as else _("not read: {file}, {use}")
        return line.format(file=file, use=self)

    def saved(self) -> dict[str, Any]:
        """The same as plain values."""
        return {
            "title": self.title, "read_as": self.read_as, "rows": self.rows, "hidden_rows": self.hidden_rows,
            "hidden": self.is_hidden, "reason": self.reason, "layout": self.layout,
            "left_out": [row.saved() for row in self.left_out],
            "renamed": [{"heading": heading, "column": column} for heading, column in self.renamed],
        }  # fmt: skip

    def recorded(self) -> dict[str, Any]:
        """The same as the history keeps it: what is no column of its table as words, and no text of a row that was left out."""
        kept = {name: value for name, value in self.saved().items() if name not in {"left_out", "layout", "renamed"}}
        return kept | {"reason": self._words(with_texts=False)}


@dataclass(frozen=True)
class InputFile:
    """One input that was read: its number from 1, path, SHA-256, kind, the rows of each intake sheet that it holds, what
    became of each of its own sheets with rows, the map that it was read with, by each line of that whether it has use for
    it, whether it has headings in other words than ours, and whether it has some that nothing reads.
    """

    number: int
    path: Path = field(repr=False)
    sha256: str
    kind: FileKind
    sheets: Mapping[str, int]
    uses: tuple[SheetUse, ...] = ()
    map: MapFile | None = field(default=None, repr=False)
    map_uses: Mapping[str, bool] = field(default_factory=dict, repr=False)
    is_unknown_layout: bool = False
    has_unread_headings: bool = False

    def saved(self) -> dict[str, Any]:
        """The input as plain values."""
        return {
            "number": self.number, "path": str(self.path), "kind": self.kind, "sha256": self.sha256,
            "rows": dict(self.sheets), "sheets": [use.saved() for use in self.uses],
            "map": None if self.map is None else self.map.saved(),
        }  # fmt: skip


def renamed_headings(table: Table) -> tuple[tuple[str, str], ...]:
    """The headings of a table that were read under another name, each with our column."""
    return tuple((heading, column) for column, heading in table.renamed.items())
