"""Which cells of a client's record changed between two nights, in words: column, both values, and where the new one stands."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from transforms.model.columns import CANDIDATES, DETAIL_SHEETS, Sheet
from transforms.model.frames import EVENTS
from transforms.model.wording import N_, _, phrase

DATA_CHANGED = "data_changed"
# Who came or left is no changed cell; the text on an owner has both, and refused rows changed nothing.
WITHOUT_CELLS = ("client", "owner", "quarantined")
# Of the pool and of invitations these cells come first, of all else last.
OF_THE_PROFILE = ("pool_status", "ita_issued_on", "ita_round", "profile_submitted_at", "planned_application_on")
KINDS_OF_THE_PROFILE = ("pool", "invitation_ended", "status")
# Names change no score, and the lists without names must not show them; nor does the score that the firm states.
NOT_NAMED = ("client_id", "family_name", "given_name", "case_owner", "employer", "stated_crs")
MAX_CELLS = 3
EMPTY = N_("empty")
ROW_ADDED, ROW_GONE = N_("row added"), N_("row removed")
CELLS = {
    "client_id": pl.String(),
    "column": pl.String(),
    "before": pl.String(),
    "after": pl.String(),
    "file": pl.String(),
    "sheet": pl.String(),
    "row": pl.Int64(),
}


def cells_behind(
    events: pl.DataFrame, before: Mapping[str, pl.DataFrame], after: Mapping[str, pl.DataFrame]
) -> pl.DataFrame:
    """The changed cells (CELLS) of the clients with an event (EVENTS) of changed data.

    `before` and `after` are the typed sheets of both nights as they were accepted.
    """
    concerned = events.filter(_has_cells()).select("client_id").unique()
    if concerned.is_empty():
        return pl.DataFrame(schema=CELLS)
    return changed_cells(*(_of(sheets, concerned) for sheets in (before, after)))


def _has_cells() -> pl.Expr:
    return (pl.col("reason") == DATA_CHANGED) & ~pl.col("kind").is_in(WITHOUT_CELLS)


def with_cells(events: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
    """Events (EVENTS) whose texts name the changed cells (CELLS) where the reason is that data changed."""
    if cells.is_empty():
        return events
    has_cells = _has_cells()
    texts = _texts(cells, is_profile=True).join(_texts(cells, is_profile=False), on="client_id", suffix="_other")
    listed = pl.when(pl.col("kind").is_in(KINDS_OF_THE_PROFILE)).then("cells").otherwise("cells_other")
    named = pl.format("{} ({})", "text", listed)
    return (
        events.join(texts, on="client_id", how="left", maintain_order="left")
        .with_columns(pl.when(has_cells & listed.is_not_null()).then(named).otherwise("text").alias("text"))
        .select(list(EVENTS))
    )


def _of(sheets: Mapping[str, pl.DataFrame], clients: pl.DataFrame) -> dict[str, pl.DataFrame]:
    return {
        key: frame.join(clients, on="client_id", how="semi", maintain_order="left") for key, frame in sheets.items()
    }


def changed_cells(before: Mapping[str, pl.DataFrame], after: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Every changed cell of the clients on both nights, as CELLS: values as text, the place where the later one stands.

    Rows of detail sheets that say the same are passed over wherever they stand; of the others of a client the first is
    held against the first. A row that is new or gone is one cell without a column: its place is its own.
    """
    both = before[CANDIDATES.key].join(after[CANDIDATES.key], on="client_id", how="semi").select("client_id")
    parts = [pl.DataFrame(schema=CELLS)]
    for sheet in (CANDIDATES, *DETAIL_SHEETS):
        rows = _paired(sheet, *(_of(sheets, both)[sheet.key] for sheets in (before, after)))
        parts.append(_cells(sheet, rows))
    return pl.concat(parts)


def _paired(sheet: Sheet, before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """Rows that differ, side by side: client_id, place, the shown cells of the sheet, with `_then` those of before."""
    columns = [name for name in sheet.names if name not in NOT_NAMED]
    shown = [
        frame.select(
            "client_id", *(_shown(name, frame.schema[name]) for name in columns),
            file="source_file", sheet="source_sheet", row="source_row", is_there=True,
        )
        for frame in (before, after)
    ]  # fmt: skip
    # Of several equal rows as many are passed over as stand on both sides.
    numbered = [frame.with_columns(pl.int_range(pl.len()).over("client_id", *columns).alias("copy")) for frame in shown]
    then, now = (
        one.join(other, on=["client_id", *columns, "copy"], how="anti", nulls_equal=True, maintain_order="left")
        .with_columns(pl.int_range(pl.len()).over("client_id").alias("place"))
        .drop("copy")
        for one, other in ((numbered[0], numbered[1]), (numbered[1], numbered[0]))
    )
    return now.join(
        then, on=["client_id", "place"], how="full", suffix="_then", coalesce=True, maintain_order="left_right"
    )


def _cells(sheet: Sheet, rows: pl.DataFrame) -> pl.DataFrame:
    """The changed cells of rows side by side, as CELLS."""
    columns = [name for name in sheet.names if name not in NOT_NAMED]
    is_both = pl.col("is_there") & pl.col("is_there_then")
    parts = [
        rows.filter(is_both & (pl.col(name) != pl.col(f"{name}_then"))).select(
            "client_id", "place", pl.lit(name).alias("column"), pl.col(f"{name}_then").alias("before"),
            pl.col(name).alias("after"), "file", "sheet", "row",
        )
        for name in columns
    ]  # fmt: skip
    single = rows.filter(pl.col("is_there").is_null() | pl.col("is_there_then").is_null())
    is_new = pl.col("is_there").is_not_null()
    parts.append(
        single.select(
            "client_id", "place", pl.lit(None, pl.String).alias("column"),
            pl.when(~is_new).then(pl.lit(_(ROW_GONE))).alias("before"),
            pl.when(is_new).then(pl.lit(_(ROW_ADDED))).alias("after"),
            *(pl.coalesce(name, f"{name}_then").alias(name) for name in ("file", "sheet", "row")),
        )
    )  # fmt: skip
    return pl.concat(parts).sort("client_id", "place", maintain_order=True).select(
        pl.col(name).cast(dtype) for name, dtype in CELLS.items()
    )  # fmt: skip


def _shown(name: str, dtype: pl.DataType) -> pl.Expr:
    """A typed cell as people wrote it, never null."""
    column = pl.col(name)
    text: pl.Expr
    if dtype == pl.Boolean:
        text = pl.when(column).then(pl.lit(_("yes"))).when(~column).then(pl.lit(_("no")))
    elif isinstance(dtype, pl.Date):
        text = column.dt.to_string("%Y-%m-%d")
    elif isinstance(dtype, pl.Datetime):
        text = column.dt.to_string("%Y-%m-%d %H:%M:%S")
    elif dtype.is_float():
        text = column.cast(pl.String).str.strip_suffix(".0")
    elif isinstance(dtype, pl.List):
        text = column.cast(pl.List(pl.String)).list.join(", ")
    else:
        text = column.cast(pl.String)
    return text.fill_null(_(EMPTY)).alias(name)


def _texts(cells: pl.DataFrame, *, is_profile: bool) -> pl.DataFrame:
    """The changed cells of each client in one text: client_id, cells; the first few, and how many more there are."""
    of_the_profile = pl.col("column").is_in(OF_THE_PROFILE).fill_null(value=False)
    place = phrase(
        _("{file} {sheet} row {row}"), file=pl.col("file"), sheet=pl.col("sheet"), row=pl.col("row").cast(pl.String)
    )
    words = (
        pl.when(pl.col("column").is_null())
        .then(pl.format("{}, {}", pl.coalesce("after", "before"), place))
        .otherwise(pl.format("{}: {} → {}, {}", "column", "before", "after", place))
    )
    ordered = cells.with_columns(words.alias("words")).sort(of_the_profile, descending=is_profile, maintain_order=True)
    grouped = ordered.group_by("client_id", maintain_order=True).agg(
        pl.col("words").head(MAX_CELLS).str.join("; ").alias("cells"),
        (pl.len().cast(pl.Int64) - MAX_CELLS).alias("more"),
    )
    more = phrase(_("{cells}; and {number} more"), cells=pl.col("cells"), number=pl.col("more").cast(pl.String))
    return grouped.select("client_id", pl.when(pl.col("more") > 0).then(more).otherwise("cells").alias("cells"))
