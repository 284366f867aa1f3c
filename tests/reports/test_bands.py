"""The pool in bands: every client of the pool counted once, and the cut-offs where they lie."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading_back import Saved

from reports.report import bands
from reports.report.contents import ReportContents


@pytest.mark.parametrize("run", ["contents_2021", "contents_2026"])
def test_the_bands_count_the_pool_and_the_invited(run: str, request: pytest.FixtureRequest) -> None:
    contents: ReportContents = request.getfixturevalue(run)
    found = bands.of_pool(contents)
    assert sum(band.all for band in found) == contents.counts["in_pool"]
    assert sum(band.invited for band in found) == contents.counts["invited"]
    assert len(found) <= bands.MAX_BANDS + 2


def test_every_score_stands_in_its_band(contents_2021: ReportContents) -> None:
    pool = contents_2021.people.filter("in_pool").join(contents_2021.scores, on="client_id")["crs_total"]
    for band in bands.of_pool(contents_2021):
        low, high = band.low if band.low is not None else -1, band.high if band.high is not None else 10_000
        assert band.all == pool.is_between(low, high).sum()


def test_the_cut_off_marks_its_band_and_parts_the_invited(contents_2021: ReportContents) -> None:
    found = bands.of_pool(contents_2021)
    (marked,) = [place for place, band in enumerate(found) if band.cut_offs]
    assert found[marked].label == f"CEC 462 ▸  {found[marked].low} to {found[marked].high}"
    assert found[marked].low <= 462 <= found[marked].high  # type: ignore[operator]
    assert not any(band.not_invited for band in found[:marked])
    assert not any(band.invited for band in found[marked + 1 :])


@settings(deadline=None, max_examples=50)
@given(st.lists(st.integers(0, 1200), min_size=1, max_size=60))
def test_any_pool_is_spread_over_a_few_bands(scores: list[int]) -> None:
    edges = bands._edges(pl.Series(scores, dtype=pl.Int16))
    assert 2 <= len(edges) <= bands.MAX_BANDS + 1
    assert edges == sorted(set(edges))
    assert {edge % bands.WIDTHS[0] for edge in edges} == {0}


def test_an_empty_pool_has_no_bands(contents_2021: ReportContents) -> None:
    nobody = contents_2021.people.with_columns(in_pool=pl.lit(None, dtype=pl.Boolean))
    assert bands.of_pool(replace(contents_2021, people=nobody)) == []


def test_the_chart_draws_the_table_of_bands(contents_2021: ReportContents, report_2021: Saved) -> None:
    xml = report_2021.xml()["xl/charts/chart1.xml"].decode()
    rows = [row[0] for row in report_2021.rows("About this run")]
    first = rows.index("Scores, and the cut-offs among them") + 2
    last = first + len(bands.of_pool(contents_2021)) - 1
    for column in "BCD":
        assert f"'About this run'!${column}${first}:${column}${last}" in xml
    assert "283 clients in the pool; CEC round 204, cut-off 462" in xml
    assert "CRS score" in xml
    assert "Clients in the pool" in xml
    assert xml.count('<delete val="0"') == 2
