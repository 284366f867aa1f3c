"""Numbers of forecast and national on the screen, in the language in use."""

from __future__ import annotations

import polars as pl
import pytest

from flows.commands import forecast
from flows.commands.forecast_lines import tenths
from flows.run_request import title_of
from transforms.model.chance_words import percent
from transforms.model.wording import using


def test_places_are_written_as_the_language_writes_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    places = pl.DataFrame({"client_id": ["A"], "kind": ["CEC"], "rank": [12345], "of": [234567], "percentile": [94.5],
                           "rank_low": [10000], "rank_high": [15000]})  # fmt: skip
    forecast._tell_places(places)
    assert "12,345" in (english := capsys.readouterr().out) and "94.5 %" in english
    with using("fr"):
        forecast._tell_places(places)
    french = capsys.readouterr().out
    assert "12\u00a0345" in french and "94,5 %" in french


def test_shares_and_tenths_are_written_as_the_language_writes_them() -> None:
    assert (percent(0.954), tenths(512.0)) == ("95%", "512.0")
    with using("fr"):
        assert (percent(0.954), tenths(512.0)) == ("95\u00a0%", "512,0")


def test_a_chance_is_never_shown_as_none_at_all() -> None:
    assert [percent(chance) for chance in (0.0, 0.0099, 0.01)] == ["under 1%", "under 1%", "1%"]
    with using("fr"):
        assert percent(0.0) == "< 1\u00a0%"


def test_a_chance_is_never_shown_as_certain() -> None:
    assert [percent(chance) for chance in (0.99, 0.996, 1.0)] == ["99%", "over 99%", "over 99%"]
    with using("fr"):
        assert percent(0.996) == "> 99\u00a0%"


def test_title_of_a_firms_reports_is_its_name() -> None:
    assert (title_of("Maple"), title_of("")) == ("Maple", "drawline")
