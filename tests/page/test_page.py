"""The page of charts: right numbers in its frames, no way to the network, and every chart drawn in a browser."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from reports.page import frames
from reports.page.contents import Outlook, PageContents
from reports.page.document import document
from transforms.forecast import fans, score_chances
from transforms.forecast.futures import Path as FuturePath
from transforms.model import wording
from transforms.national_pool.national_pool import MOVEMENTS_SCHEMA

BANDS = {"pool_0_300": 10, "pool_301_450": 40, "pool_451_500": 30, "pool_501_1200": 5}
ROUNDS = pl.DataFrame(
    [
        {"number": "1", "date": date(2020, 5, 1), "kind": "general", "size": 3000, "cut_off": 470,
         "distribution_as_of": None, "pool_total": None} | dict.fromkeys(BANDS),
        {"number": "2", "date": date(2025, 9, 1), "kind": "CEC", "size": 1000, "cut_off": 520,
         "distribution_as_of": date(2025, 8, 31), "pool_total": 85} | BANDS,
        {"number": "3", "date": date(2026, 9, 2), "kind": "FSW", "size": None, "cut_off": 480,
         "distribution_as_of": date(2026, 9, 1), "pool_total": 170} | {name: 2 * value for name, value in BANDS.items()},
        {"number": "4", "date": date(2026, 9, 3), "kind": "trades", "size": 500, "cut_off": 440,
         "distribution_as_of": None, "pool_total": None} | dict.fromkeys(BANDS),
    ],
    schema={"number": pl.String, "date": pl.Date, "kind": pl.String, "size": pl.Int32, "cut_off": pl.Int16,
            "distribution_as_of": pl.Date, "pool_total": pl.Int32} | dict.fromkeys(BANDS, pl.Int32),
)  # fmt: skip
MOVED = pl.DataFrame(
    [
        (date(2026, 8, 1), date(2026, 8, 11), 0, 300, 100.0, 20.0, 50.0, 10.0, 120.0, False),
        (date(2026, 8, 1), date(2026, 8, 11), 301, 450, 100.0, 30.0, 50.0, 10.0, 110.0, False),
        (date(2026, 8, 11), date(2026, 8, 12), 0, 300, 120.0, 0.0, 9.0, 1.0, 128.0, True),
        (date(2020, 8, 11), date(2020, 8, 12), 0, 300, 120.0, 0.0, 9.0, 1.0, 128.0, False),
    ],
    schema=MOVEMENTS_SCHEMA, orient="row",
)  # fmt: skip
DAY = date(2026, 9, 16)
CLIENTS = pl.DataFrame(
    {"crs_total": [479, 480, 499, 545, None], "in_pool": [True, True, None, False, True]},
    schema={"crs_total": pl.Int16, "in_pool": pl.Boolean},
)
CONTENTS = PageContents("Firm <b>&", DAY, "1.0", ROUNDS, MOVED, clients=CLIENTS)


def test_cut_offs_are_those_of_the_last_three_years() -> None:
    assert frames.cut_offs(ROUNDS, DAY)["number"].to_list() == ["2", "3", "4"]


def test_invitations_are_summed_by_year_and_group() -> None:
    assert frames.invitations(ROUNDS).rows() == [
        (2020, "general", 1, 3000),
        (2025, "CEC", 1, 1000),
        (2026, "trades_and_skilled", 1, 0),
        (2026, "categories", 1, 500),
    ]


def test_the_newest_distribution_stands_beside_that_of_a_year_before() -> None:
    found = frames.distribution(ROUNDS)
    assert found.select("low", "high", "people", "before").rows() == [
        (0, 300, 20, 10), (301, 450, 80, 40), (451, 500, 60, 30), (501, 1200, 10, 5),
    ]  # fmt: skip
    assert (found["as_of"][0], found["before_as_of"][0]) == (date(2026, 9, 1), date(2025, 8, 31))
    assert frames.distribution(ROUNDS.head(1)).is_empty()


def test_flow_is_people_a_day_with_the_invited_nearest_to_zero() -> None:
    found = frames.flow(MOVED, DAY).select("what", "people", "from_", "to").rows()
    assert found == [("arrived", 100.0, 0.0, 10.0), ("invited", 50.0, 0.0, -5.0), ("left", 20.0, -5.0, -7.0)]


def test_clients_are_counted_in_bands_of_twenty_with_the_empty_ones_between() -> None:
    assert frames.clients_by_band(CLIENTS).rows() == [
        (460, 479, 1, 0), (480, 499, 1, 1), (500, 519, 0, 0), (520, 539, 0, 0), (540, 559, 0, 1),
    ]  # fmt: skip
    assert frames.clients_by_band(CLIENTS.clear()).is_empty()


def test_a_fan_holds_the_newest_line_of_each_future() -> None:
    first, second = date(2026, 9, 20).toordinal(), date(2026, 9, 30).toordinal()
    path = FuturePath(
        "CEC", np.array([[first, second], [second, np.inf]], float), np.full((2, 2), 100.0),
        np.array([[510.0, 530.0], [505.0, np.nan]]),
    )  # fmt: skip
    newest = [fans.newest_lines(path, day, 520).tolist() for day in (first - 1, first, second)]
    assert newest == [[520.0, 520.0], [510.0, 520.0], [505.0, 530.0]]
    shown = fans.fans([path], {"CEC": 520}, DAY, date(2026, 9, 30))
    assert shown["day"].to_list() == [DAY, date(2026, 9, 23), date(2026, 9, 30)]
    assert shown["p50"].to_list() == [520.0, 515.0, 517.5]


@pytest.mark.parametrize("language", wording.LANGUAGES)
def test_the_page_asks_nothing_of_the_network_and_escapes_texts(language: str) -> None:
    with wording.using(language):
        text = document(CONTENTS)
        assert text == document(CONTENTS)
    assert "default-src 'none'" in text
    assert "<script" not in text
    assert "Firm &lt;b&gt;&amp;" in text
    addresses = set(re.findall(r"https?://[^\"'\s<]+", text))
    assert addresses <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert not re.search(r"(?:src|href)=\"(?!#|data:,)", text)
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    assert text.count("<svg") == text.count("<desc") == 2 * text.count("<section")


def test_chances_by_score_have_a_section_of_their_own() -> None:
    fan = pl.DataFrame([("CEC", DAY, *(500.0,) * 5)], schema=fans.FANS_SCHEMA, orient="row")
    by_score = pl.DataFrame(
        [("CEC", 520, 0.25, 0.5, 0.904), ("CEC", 510, 0.0, 0.1, 0.996)], schema=score_chances.CHANCES, orient="row"
    )
    outlook = Outlook(fan, pl.DataFrame(schema=fans.COMING_SCHEMA), by_score=by_score)
    text = document(replace(CONTENTS, outlook=outlook))
    section = text[text.index('id="chances"') :]
    assert re.findall(r"<td[^>]*>([^<]*)</td>", section)[:10] == [
        "CEC", "520", "25%", "50%", "90%", "CEC", "510", "under 1%", "10%", "over 99%",
    ]  # fmt: skip
    assert 'id="chances"' not in document(replace(CONTENTS, outlook=replace(outlook, by_score=None)))


def test_clients_are_left_out_unless_they_are_given() -> None:
    assert 'id="clients"' in document(CONTENTS)
    assert 'id="clients"' not in document(replace(CONTENTS, clients=None))


@pytest.mark.long
@pytest.mark.skipif(shutil.which("chromium") is None, reason="Chromium is not installed")
def test_chromium_draws_every_chart_and_logs_no_error(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(document(CONTENTS), encoding="utf-8")
    done = subprocess.run(
        [
            "chromium", "--headless=new", "--no-sandbox", f"--user-data-dir={tmp_path / 'profile'}", "--disable-gpu",
            "--host-resolver-rules=MAP * ~NOTFOUND", "--enable-logging=stderr", "--dump-dom", page.as_uri(),
        ],
        check=True, capture_output=True, text=True, timeout=240,
    )  # fmt: skip
    assert done.stdout.count("<svg") == 2 * done.stdout.count("<section") > 0
    assert "CONSOLE" not in done.stderr
