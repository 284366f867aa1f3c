"""Cases of tests/data/law about programs, family and application: each folder's inputs and the answers of its README."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner, Result

from flows.cli import app
from tests.firm import Firm, alerts_of

CASES = Path(__file__).parents[1] / "data" / "law"
LOCK_IN, FUNDS, TRADE, PERMIT, FAMILY, NOMINATION = (
    "02_nominee_child_lock_in", "03_funds_on_the_application_day", "04_fst_offer_in_another_trade",
    "06_permit_stated_and_denied", "08_family_size_against_the_record", "09_nomination_ends_before_the_application",
)  # fmt: skip


def scored(case: str, as_of: str, folder: Path) -> tuple[Result, dict[str, dict[str, Any]]]:
    """The outcome of `drawline score` on a case's tables, and the scores by client."""
    inputs = sorted(str(path) for path in (CASES / case).glob("*.csv"))
    out = folder / "scores.parquet"
    done = CliRunner().invoke(app, ["score", *inputs, "--as-of", as_of, "--out", str(out)])
    return done, {row["client_id"]: row for row in pl.read_parquet(out).to_dicts()}


def alerts(case: str, day: date, folder: Path) -> dict[str, Any]:
    """The alerts of a night on a case's workbook and all shipped rounds."""
    firm = Firm(folder / "firm")
    firm.publish(date(2026, 8, 7))
    shutil.copy(CASES / case / "clients.xlsx", firm.inbox)
    firm.night(day)
    return alerts_of(firm, day)


@pytest.mark.parametrize(("client", "ages_out"), [("la03", False), ("la04", True)])
def test_a_nominees_child_is_locked_in_with_the_nomination(client: str, ages_out: bool, tmp_path: Path) -> None:
    told = alerts(LOCK_IN, date(2026, 7, 25), tmp_path)
    limits = {one["limited_by"] for one in told["act"] + told["ahead"] if one["client_id"] == client}
    assert ("dependant" in limits) == ages_out
    people = {one["person"] for one in told["application_documents"] if one["client_id"] == client}
    assert people == {"principal", "child"} - ({"child"} if ages_out else set())


@pytest.mark.parametrize(("client", "holds"), [("la01", False), ("la02", True)])
def test_funds_count_on_the_day_of_the_application(client: str, holds: bool, tmp_path: Path) -> None:
    told = alerts(FUNDS, date(2025, 7, 10), tmp_path)
    (found,) = (one for one in told["applications"] if one["client_id"] == client)
    assert (found["criteria_hold"], found["holds"]) == (holds, holds)
    assert ("funds of 15000 CAD, and 15263 CAD are asked for on 2025-07-25" in found["why"]) != holds


@pytest.mark.parametrize(("client", "met"), [("hf17", False), ("hf18", False), ("hf20", False), ("hf19", True)])
def test_a_trade_offer_must_be_in_the_trade_of_the_two_years(client: str, met: bool, tmp_path: Path) -> None:
    _, scores = scored(TRADE, "2026-06-15", tmp_path)
    assert scores[client]["fst_eligible"] is met
    reason = "FST not met: a certificate of qualification or an offer of a year in the trade"
    assert (reason in scores[client]["eligibility_reasons"]) != met


@pytest.mark.parametrize(("client", "as_of"), [("fw21", "2025-02-10"), ("hf21", "2026-06-15")])
def test_a_permit_stated_and_denied_is_quarantined(client: str, as_of: str, tmp_path: Path) -> None:
    done, scores = scored(PERMIT, as_of, tmp_path)
    assert done.exit_code == 3
    assert client not in scores
    told = [
        line for line in done.stderr.splitlines() if line.startswith("quarantined") and "job_offer_basis is" in line
    ]
    (line,) = told
    assert line.startswith("quarantined, 2 times")
    assert "lmia_exempt_work_permit, but authorized_to_work_in_canada is no" in line


@pytest.mark.parametrize(("client", "persons"), [("fw23", 3), ("fw24", 2)])
def test_the_record_decides_over_a_smaller_family_size(client: str, persons: int, tmp_path: Path) -> None:
    done, scores = scored(FAMILY, "2026-03-10", tmp_path)
    assert scores[client]["fsw_eligible"] is False
    inputs = sorted(str(path) for path in (CASES / FAMILY).glob("*.csv"))
    checked = CliRunner().invoke(app, ["check", *inputs, "--as-of", "2026-03-10", "--all"])
    assert checked.stdout.count(f"family_size is 1, but the record shows {persons} persons") == 1
    assert done.stderr.count("family_size is 1, but the record shows") == 1


@pytest.mark.parametrize("client", ["la16"])
def test_a_nomination_that_ends_before_the_application_fails_it(client: str, tmp_path: Path) -> None:
    told = alerts(NOMINATION, date(2026, 7, 25), tmp_path)
    (found,) = (one for one in told["applications"] if one["client_id"] == client)
    assert (found["score_holds"], found["criteria_hold"], found["holds"]) == (False, False, False)
    assert found["why"].startswith("the nomination ends on 2026-08-15, before the application on 2026-09-01: apply by")
    # 600 points less than on the day of the invitation.
    assert found["score_at_invitation"] - found["score_on_application"] == 600
