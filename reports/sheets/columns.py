"""Columns that several sheets share."""

from __future__ import annotations

import polars as pl

from reports.book import Column
from reports.contents import ReportContents
from reports.words import CRS_GROUP_TOTALS, CRS_GROUPS


def people_columns() -> list[Column]:
    """Who the client is and who looks after them."""
    return [
        Column("client_id", "Client ID", widest=18),
        Column("family_name", "Family name", widest=24),
        Column("given_name", "Given name", widest=24),
        Column("case_owner", "Case owner", widest=24),
    ]


def crs_columns(scores: pl.DataFrame) -> list[Column]:
    """Every component of the CRS in the law's order, each group led by its total; what the law leaves unknown says so."""
    return [
        Column(name, _title(title, scores[name]), "total" if name in CRS_GROUP_TOTALS else "whole", group)
        for group, titles in CRS_GROUPS.items()
        for name, title in titles.items()
    ]


def _title(title: str, points: pl.Series) -> str:
    unknown = points.len() > 0 and points.null_count() == points.len()
    return f"{title} (not known)" if unknown else title


def score_title(contents: ReportContents) -> str:
    """The header of the CRS total, which says so where the law of the day is incomplete."""
    return "CRS total" if contents.rules_status == "complete" else "CRS total (incomplete law)"
