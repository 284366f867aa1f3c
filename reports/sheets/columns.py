"""Columns that several sheets share."""

from __future__ import annotations

import polars as pl

from reports.report.contents import ReportContents
from reports.wording.words import CRS_GROUP_TOTALS, CRS_GROUPS
from reports.workbook.book import Column
from transforms.model.wording import _


def people_columns() -> list[Column]:
    """Who the client is and who looks after them."""
    return [
        Column("client_id", _("Client ID"), "client", widest=18),
        Column("family_name", _("Family name"), widest=24),
        Column("given_name", _("Given name"), widest=24),
        Column("case_owner", _("Case owner"), widest=24),
    ]


def crs_columns(scores: pl.DataFrame, *, on_paper: bool = True) -> list[Column]:
    """Every component of the CRS in the law's order, each group led by its total; what the law leaves unknown says so."""
    return [
        Column(
            name,
            _title(_(title), scores[name]),
            "total" if name in CRS_GROUP_TOTALS else "whole",
            _(group),
            on_paper=on_paper,
        )
        for group, titles in CRS_GROUPS.items()
        for name, title in titles.items()
    ]


def _title(title: str, points: pl.Series) -> str:
    unknown = points.len() > 0 and points.null_count() == points.len()
    return _("{title} (not known)").format(title=title) if unknown else title


def score_title(contents: ReportContents) -> str:
    """The header of the CRS total, which says so where the law of the day is incomplete."""
    return _("CRS total") if contents.rules_status == "complete" else _("CRS total (incomplete law)")
