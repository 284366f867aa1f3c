"""Links between the sheets of a book: from a client on any sheet to the client on the hub, and from there to the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from reports.workbook.cells import MAX_LINKS, CellSheet
from reports.workbook.layout import JUMP_WIDTH, Column
from transforms.model.wording import _

CLIENT = "client_id"
ARROW = "→"


def place_in(title: str, address: str) -> str:
    """A place in a book as a link names it."""
    return f"{quoted(title)}!{address}"


def quoted(title: str) -> str:
    """The title of a sheet in quotation marks, as formulas and links write it."""
    return "'" + title.replace("'", "''") + "'"


def rows_with_links(columns: int) -> int:
    """How many rows of a sheet can have links in some columns."""
    return MAX_LINKS // max(columns, 1)


@dataclass
class ClientLinks:
    """Where the clients of a book stand, sheet by sheet, and the links that wait for all sheets to be there.

    `hub` is the key of the table that all others lead to, to the first row of a client; empty: there is none. Its own
    links stand behind the names, or with `has_links_last` behind all columns, and are not printed.
    """

    hub: str = ""
    has_links_last: bool = False
    _titles: dict[str, str] = field(default_factory=dict)
    _rows: dict[str, pl.DataFrame] = field(default_factory=dict)
    _waiting: list[tuple[CellSheet, int, int, pl.Series]] = field(default_factory=list)

    def note(self, key: str, title: str, frame: pl.DataFrame, first: int) -> None:
        """Notes in which row of a sheet each client stands first; the frame's rows begin in row `first`."""
        numbered = frame.select(CLIENT, pl.int_range(first, pl.len() + first).alias("row"))
        self._titles[key] = title
        self._rows[key] = numbered.drop_nulls(CLIENT).unique(CLIENT, keep="first", maintain_order=True)

    def wait(self, sheet: CellSheet, column: int, first: int, clients: pl.Series) -> None:
        """Has the cells of a column lead to their clients on the hub, once it is there."""
        self._waiting.append((sheet, column, first, clients))

    def with_jumps(
        self, columns: Sequence[Column], frame: pl.DataFrame, order: Sequence[str]
    ) -> tuple[list[Column], pl.DataFrame]:
        """The hub's columns and frame with one column more for each sheet that has a row of any of its clients.

        `order` are the titles of the sheets of the book. The new columns hold an arrow where the client has a row there.
        """
        there = sorted(
            (key for key, rows in self._rows.items() if rows[CLIENT].is_in(frame[CLIENT].implode()).any()),
            key=lambda key: order.index(self._titles[key]),
        )
        limit = rows_with_links(len(there))
        group = _("On other sheets")
        if self.has_links_last or len(there) * JUMP_WIDTH < len(group):
            group = ""
        jumps = []
        for key in there:
            name = f"jump_{key}"
            rows = self._rows[key].select(
                CLIENT, pl.format("{}!A{}", pl.lit(quoted(self._titles[key])), "row").alias(name)
            )
            frame = frame.join(rows, on=CLIENT, how="left", maintain_order="left")
            linked = pl.col(name).is_not_null() & (pl.int_range(pl.len()) < limit)
            frame = frame.with_columns(
                pl.when(linked).then(name).alias(name), pl.when(linked).then(pl.lit(ARROW)).alias(f"arrow_{key}")
            )
            on_paper = not self.has_links_last
            jumps.append(Column(f"arrow_{key}", self._titles[key], "jump", group, to=name, on_paper=on_paper))
        if self.has_links_last:
            return [*columns, *jumps], frame
        names = sum(column.key in (CLIENT, "family_name", "given_name", "case_owner") for column in columns)
        return [*columns[:names], *jumps, *columns[names:]], frame

    def finish(self) -> None:
        """Adds the links that waited."""
        if self.hub not in self._rows:
            return
        title = quoted(self._titles[self.hub])
        places = self._rows[self.hub].select(CLIENT, pl.format("{}!A{}", pl.lit(title), "row").alias("location"))
        for sheet, column, first, clients in self._waiting:
            links = pl.DataFrame({CLIENT: clients}).join(places, on=CLIENT, how="left", maintain_order="left")
            sheet.link_column(column, first, links.with_columns(pl.lit(None, pl.String).alias("target")))
        self._waiting.clear()
