"""Whether a client is eligible for the pool with a lever: what opens, what becomes certain, what is lost, and in what order."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from tests.transforms.advice.by_hand import DAY, Row, advised, client, levels, lever, married
from tests.transforms.shared import all_rules
from transforms.advice import ADVICE, Nation, best, by_lever, helps, in_order, is_outside

SOFTWARE = "21231"
OF_CEC: Row = {"canadian_work_years": 1.0, "canadian_work_months_last_36": 12, "canadian_work_noc": SOFTWARE,
          "primary_noc": SOFTWARE}  # fmt: skip


def pair() -> Row:
    """A client of 46 in CEC with a spouse of 30 who has a better score and no work."""
    return married(
        **levels("english", 8), **levels("english", 9, prefix="spouse_"), **OF_CEC, date_of_birth=date(1980, 2, 1),
        spouse_date_of_birth=date(1996, 2, 1), spouse_education_level="masters", spouse_education_country="CA",
        spouse_foreign_work_years=0.0, spouse_canadian_work_years=0.0, family_size=2,
    )  # fmt: skip


def row(key: str, **cells: Any) -> Row:
    """A row of ADVICE of a client in the pool whom a lever gives nothing."""
    plain: Row = dict.fromkeys(ADVICE)
    plain |= {"client_id": "A", "lever": key, "effort": 1, "gain": 0, "eligible_before": True, "eligible_after": True}
    plain |= {name: "" for name, dtype in ADVICE.items() if dtype == pl.String() and plain[name] is None}
    plain |= {"rounds_met": [], "rounds_made_certain": []}
    return plain | cells


def frame(*rows: Row) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=ADVICE)


def test_a_gain_that_takes_the_client_out_of_the_pool_helps_nobody() -> None:
    # An occupation that no program takes, so that nothing of the spouse's work is open.
    job = {
        "client_id": "A", "person": "spouse", "noc": "65100", "country": "IN", "started_on": date(2022, 1, 1),
        "ended_on": date(2025, 12, 31), "hours_per_week": 40.0, "paid": True, "authorized": True, "self_employed": False,
        "full_time_student": False,
    }  # fmt: skip
    advice = advised(pair(), work_history=[job])
    found = lever(advice, "spouse_principal")
    assert found["gain"] > 0
    assert (found["eligible_before"], found["eligible_after"], found["rank_after"]) == (True, False, None)
    assert (found["programs_lost"], found["programs_gained"]) == ("CEC", "")
    assert "spouse_principal" not in set(best(advice, 20)["lever"])
    assert not advice.filter(pl.col("lever") == "spouse_principal").select(helps()).item()
    assert in_order(advice)["lever"][-1] == "spouse_principal"
    counted = by_lever(advice).filter(pl.col("lever") == "spouse_principal").row(0, named=True)
    assert (counted["gaining"], counted["outside"], counted["losing"], counted["largest"]) == (0, 1, 1, None)


def test_points_for_who_is_not_eligible_even_then_come_last() -> None:
    advice = advised(client(**levels("english", 7), primary_noc=SOFTWARE, trade_years_last_5=0.0))
    nomination, year = lever(advice, "nomination"), lever(advice, "canadian_year")
    assert (nomination["gain"], nomination["eligible_before"], nomination["eligible_after"]) == (600, False, False)
    assert year["eligible_after"] is True
    top = best(advice, 20)["lever"].to_list()
    assert top[0] == "canadian_year"
    assert advice.filter(is_outside())["lever"].to_list().count("nomination") == 1
    outside = top.index("nomination")
    assert set(top[outside:]) <= set(advice.filter(is_outside())["lever"])
    assert not advice.filter(pl.col("lever") == "nomination").select(helps()).item()


def test_levers_stand_in_the_order_of_what_the_client_could_be_then() -> None:
    levers = frame(
        row("nomination", gain=600, eligible_before=False, eligible_after=False),
        row("assessment", gain=50, eligible_before=False, eligible_after=None),
        row("certificate", eligible_before=False, programs_gained="FST"),
        row("foreign_year", gain=30, effort=6, eligible_before=False),
        row("canadian_year", rounds_met=["430"], effort=6),
        row("spouse_principal", gain=200, eligible_before=True, eligible_after=False),
    )
    assert in_order(levers)["lever"].to_list() == [
        "canadian_year", "foreign_year", "certificate", "assessment", "nomination", "spouse_principal",
    ]  # fmt: skip
    assert "spouse_principal" not in set(best(levers, 9)["lever"])


def test_what_was_undetermined_before_is_made_certain_and_not_opened() -> None:
    open_ = client(**levels("english", 7), **OF_CEC | {"canadian_work_months_last_36": None})
    found = lever(advised(open_), "canadian_year")
    assert (found["programs_gained"], found["programs_made_certain"]) == ("CEC|FSW", "CEC")
    shut = lever(advised(client(**levels("english", 7), primary_noc=SOFTWARE)), "canadian_year")
    assert "CEC" in shut["programs_gained"] and "CEC" not in shut["programs_made_certain"]
    counted = by_lever(frame(row("assessment", programs_gained="CEC", programs_made_certain="CEC"))).row(0, named=True)
    assert (counted["programs"], counted["certain"]) == (0, 1)


@pytest.mark.parametrize(
    "stated",
    [{"pool_status": "draft", "profile_submitted_at": None}, {"pool_status": "expired"}, {"canadian_work_years": 0.0}],
)
def test_nobody_outside_the_pool_has_a_modelled_national_place(stated: Row, rounds: pl.DataFrame) -> None:
    nation = Nation.of(rounds, all_rules(), DAY)
    inside = lever(advised(client(**levels("english", 8), **OF_CEC), nation=nation), "english_all")
    assert inside["national_after"] < inside["national_before"]
    work = {"canadian_work_months_last_36": 0} if "canadian_work_years" in stated else {}
    outside = lever(advised(client(**levels("english", 8), **OF_CEC | stated | work), nation=nation), "english_all")
    assert (outside["national_before"], outside["national_after"]) == (None, None)
    assert outside["crs_after"] > outside["crs_before"]
