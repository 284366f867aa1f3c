"""Schemas of frames that cross rooms."""

from __future__ import annotations

import polars as pl

# What happened to a client between two nights: one row an event, with its reason, and points where it has some.
EVENTS = {
    "client_id": pl.String(),
    "kind": pl.String(),
    "what": pl.String(),
    "reason": pl.String(),
    "points_before": pl.Int16(),
    "points_after": pl.Int16(),
    "points": pl.Int16(),
    "before": pl.String(),
    "after": pl.String(),
    "text": pl.String(),
}
