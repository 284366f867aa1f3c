"""What is new of a client's record and changes no score: the pool status, the case owner, and rows that were refused."""

from __future__ import annotations

from typing import Any

import polars as pl

from transforms.changes.changed_cells import DATA_CHANGED
from transforms.model.frames import EVENTS
from transforms.model.wording import N_, phrase

STATUS, OWNER, QUARANTINED = "status", "owner", "quarantined"
NOBODY = N_("(nobody named)")
STATUS_CHANGED = N_("the pool status changed")
OWNER_CHANGED = N_("case owner {was} to {now}")
REFUSED = N_("quarantined: the earlier record is kept. Correct {place}")
REFUSED_WITH_MORE = N_("quarantined: the earlier record is kept. Correct {place} and {more} more")
TEXTS = (STATUS_CHANGED, OWNER_CHANGED, REFUSED_WITH_MORE, REFUSED)


def record_news(
    before: pl.DataFrame, after: pl.DataFrame, refused: pl.DataFrame, changes: pl.DataFrame
) -> pl.DataFrame:
    """News (EVENTS) of kind status, owner and quarantined, by kind and client.

    `before` and `after` are the typed Candidates rows of both nights as they were accepted, `refused` the quarantined cells
    of the day (source_sheet, cell, client_id, column as in the list of problems), `changes` the other changes of the
    night: who entered or left the pool has no status here.
    """
    both = after.join(before, on="client_id", suffix="_then", maintain_order="left")
    moved = changes.filter(pl.col("kind") == "pool").select("client_id")
    of_status = pl.col("pool_status").ne_missing(pl.col("pool_status_then"))
    of_owner = pl.col("case_owner").ne_missing(pl.col("case_owner_then"))
    was, now = (pl.col(name).fill_null(NOBODY) for name in ("case_owner_then", "case_owner"))
    parts = [
        _news(
            both.filter(of_status).join(moved, on="client_id", how="anti", maintain_order="left"),
            STATUS, "pool_status", pl.lit(STATUS_CHANGED), pl.col("pool_status_then"), pl.col("pool_status"),
        ),
        _news(both.filter(of_owner), OWNER, "case_owner", phrase(OWNER_CHANGED, was=was, now=now), was, now),
        _refused(refused.join(both, on="client_id", how="semi", maintain_order="left")),
    ]  # fmt: skip
    return pl.concat(parts).sort("kind", "client_id", maintain_order=True)


def _refused(cells: pl.DataFrame) -> pl.DataFrame:
    """One row a client with quarantined cells, with the place of the first; causes before whole rows."""
    is_cell = pl.col("column").fill_null("") != ""
    place = pl.when(pl.col("cell").fill_null("") != "").then("cell").otherwise("source_sheet")
    causes = cells.with_columns(is_cell.alias("is_cell"), place.alias("place")).filter(
        pl.col("is_cell") | ~pl.col("is_cell").any().over("client_id")
    )
    found = causes.group_by("client_id", maintain_order=True).agg(pl.col("place").first(), (pl.len() - 1).alias("more"))
    text = (
        pl.when(pl.col("more") > 0)
        .then(phrase(REFUSED_WITH_MORE, place=pl.col("place"), more=pl.col("more").cast(pl.String)))
        .otherwise(phrase(REFUSED, place=pl.col("place")))
    )
    return _news(found, QUARANTINED, "", text, pl.lit(None, pl.String), pl.lit(None, pl.String))


def _news(frame: pl.DataFrame, kind: str, what: str, text: pl.Expr, before: pl.Expr, after: pl.Expr) -> pl.DataFrame:
    values: dict[str, Any] = {
        "client_id": pl.col("client_id"), "kind": pl.lit(kind), "what": pl.lit(what), "reason": pl.lit(DATA_CHANGED),
        "before": before, "after": after, "text": text,
    }  # fmt: skip
    return frame.select(
        values.get(name, pl.lit(None)).cast(dtype).alias(name) for name, dtype in EVENTS.items()
    )  # fmt: skip
