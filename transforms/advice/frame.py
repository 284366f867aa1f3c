"""The frame of the advice: one row a client and lever."""

from __future__ import annotations

import polars as pl

ADVICE: dict[str, pl.DataType] = {
    "client_id": pl.String(),
    "lever": pl.String(),
    "person": pl.String(),
    "detail": pl.String(),
    "effort": pl.Int16(),
    "crs_before": pl.Int16(),
    "crs_after": pl.Int16(),
    "gain": pl.Int16(),
    "lost_to_caps": pl.Int16(),
    "cap": pl.String(),
    "rank_before": pl.UInt32(),
    "rank_after": pl.UInt32(),
    "national_before": pl.UInt32(),
    "national_after": pl.UInt32(),
    "programs_gained": pl.String(),
    "categories_gained": pl.String(),
    "rounds_met": pl.List(pl.String()),
    "programs_made_certain": pl.String(),
    "categories_made_certain": pl.String(),
    "rounds_made_certain": pl.List(pl.String()),
    "programs_lost": pl.String(),
    "categories_lost": pl.String(),
    "eligible_before": pl.Boolean(),
    "eligible_after": pl.Boolean(),
}
# Between two keys of one cell, and between the parts of a detail.
AND, PART = "|", ":"
