"""The weekly forecast for the clients on record, and the watcher that starts a night where there is something new."""

from __future__ import annotations

import json
import logging
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from flows import errors
from flows.firm import settings
from flows.forecasting import weekly
from flows.nightly import night_state, nightly
from flows.orchestration import prefect_watch
from sample_data.generate import clients_2026
from tests.firm import Firm

DAY = date(2026, 8, 7)


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Firm:
    """A firm after its first night, with forty clients."""
    made = Firm(tmp_path_factory.mktemp("firm"), more='name = "Sample firm"\n')
    made.publish(DAY)
    made.drop("clients.xlsx", clients_2026()[:40])
    made.night(DAY)
    return made


@pytest.mark.slow
def test_the_forecast_of_a_week(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weekly, "FUTURES", 200)
    made = weekly.forecast(settings.load(firm.config), DAY)
    told = json.loads((made.folder / "forecast.json").read_text(encoding="utf-8"))
    on_record = set(firm.history.records_on(DAY)["candidates"]["client_id"])
    assert made.folder == firm.reports / "2026-08-07-forecast"
    assert {one["client_id"] for one in told["clients"]} <= on_record
    assert len(told["clients"]) == made.clients > 0
    book = openpyxl.load_workbook(made.folder / "forecast.xlsx")
    assert book.sheetnames == [
        "Forecast", "Rounds", "Clients", "By kind", "Steps", "Score for a chance", "Chance by score", "Charts",
        "Chart data", "Notes",
    ]  # fmt: skip
    shown = [row[3] for row in book["Rounds"].iter_rows(min_row=3, values_only=True)]
    assert shown == [round(one["p10"]) for one in sorted(told["rounds"], key=lambda one: one["date"])]
    before = {path.name: path.read_bytes() for path in made.folder.iterdir()}
    weekly.forecast(settings.load(firm.config), DAY)
    assert {path.name: path.read_bytes() for path in made.folder.iterdir()} == before


def test_a_forecast_needs_a_history() -> None:
    with pytest.raises(errors.UsageError, match="`history` and `reports`"):
        weekly.forecast(settings.Settings(), DAY)


def test_the_watcher_sees_what_no_night_took(firm: Firm) -> None:
    def news() -> nightly.News:
        return nightly.news(night_state.NightRequest(DAY, firm.config, dry_run=True))

    assert news() == nightly.News(0, 0)
    dropped = firm.drop("more.xlsx", clients_2026()[40:45])
    assert news() == nightly.News(1, 0)
    assert news() == nightly.News(1, 0), "looking takes nothing"
    (firm.inbox / "again.xlsx").write_bytes((firm.inbox / "clients.xlsx").read_bytes())
    assert news() == nightly.News(1, 0), "a file that was taken is known by its content"
    dropped.unlink()


def test_the_watcher_sees_a_new_round(tmp_path: Path) -> None:
    firm = Firm(tmp_path)
    firm.publish(date(2026, 7, 1))
    firm.drop("clients.xlsx", clients_2026()[:5])
    firm.night(DAY)
    firm.publish(DAY)
    found = nightly.news(night_state.NightRequest(DAY, firm.config, dry_run=True))
    assert found.files == 0
    assert found.rounds is not None
    assert found.rounds > 0


@pytest.mark.parametrize(
    ("news", "logged"),
    [
        (nightly.News(0, None, ("it could not be fetched",)), ["0 new files; whether there are new rounds is not known",
                                                               "rounds: it could not be fetched"]),
        (nightly.News(0, 0), ["0 new files, 0 new rounds"]),
    ],
)  # fmt: skip
def test_the_watch_reports_no_number_of_rounds_that_could_not_be_fetched(
    news: nightly.News, logged: list[str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(prefect_watch, "get_run_logger", lambda: logging.getLogger("watch"))
    monkeypatch.setattr(nightly, "news", lambda _: news)
    with caplog.at_level(logging.INFO, "watch"):
        assert prefect_watch.watch_flow.fn() == {"files": 0, "rounds": news.rounds}
    assert [one.message for one in caplog.records] == logged
