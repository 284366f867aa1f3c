"""Levers of clients written by hand: caps, choice of language, work, spouse, categories, ranks and rounds."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from tests.transforms.advice.by_hand import DAY, SUBMITTED, advised, client, levels, lever, married, sheets_of
from tests.transforms.shared import all_rules, law_of
from transforms import advice as advice_
from transforms.advice import ADVICE, Nation, best, by_lever, in_order
from transforms.advice.levers import FIRST_TEST, FIRST_TEST_HIGHER, NEW_LANGUAGE, OCCUPATION, PAPERS, SEVERAL_LEVELS
from transforms.assessment import scores
from transforms.rounds.rounds import Round

NURSE = "31301"
SOFTWARE = "21231"
# With English at CLB 8 or higher enough for the selection grid.
SKILLED = {
    "foreign_work_years": 6.0, "primary_occupation_years": 6.0, "primary_noc": SOFTWARE, "education_level": "masters",
}  # fmt: skip


def published(number: str, kind: str, cut_off: int, tie_break: datetime | None = None) -> Round:
    """A round of a week before the day."""
    on = DAY - timedelta(days=7)
    return Round(number, on, kind, kind, 500, cut_off, tie_break or datetime(2026, 7, 31, tzinfo=UTC))


# --- Caps


def test_a_gain_names_the_cap_that_took_the_rest() -> None:
    # 40 for the year, 13 for it with the degree; CLB 9 fills the block of foreign work, so its 25 are lost.
    one = client(**levels("english", 9), foreign_work_years=3.0, primary_noc=SOFTWARE, primary_occupation_years=3.0)
    row = lever(advised(one), "canadian_year")
    assert (row["gain"], row["lost_to_caps"], row["cap"]) == (53, 25, "foreign_work")


def test_a_lever_without_gain_names_the_cap_that_took_all() -> None:
    one = client(
        **levels("english", 9), canadian_work_years=2.0, canadian_work_months_last_36=24, canadian_work_noc=SOFTWARE,
        foreign_work_years=1.0, primary_noc=SOFTWARE, primary_occupation_years=1.0,
    )  # fmt: skip
    row = lever(advised(one), "foreign_year")
    assert (row["gain"], row["lost_to_caps"], row["cap"]) == (0, 0, None)
    row = lever(advised(one | {"foreign_work_years": 2.0}), "foreign_year")
    assert (row["gain"], row["lost_to_caps"], row["cap"]) == (0, 50, "foreign_work")


def test_a_nomination_stays_under_the_maximum_of_additional_points() -> None:
    row = lever(advised(client(**levels("english", 7), canadian_study="one_or_two_years")), "nomination")
    assert (row["gain"], row["lost_to_caps"], row["cap"]) == (585, 15, "additional")


# --- Language


def test_abilities_at_the_top_and_missing_results_give_no_row() -> None:
    found = advised(client(**levels("english", 10, 9, 9, 9)))
    keys = set(found["lever"])
    assert "english_listening" not in keys
    assert {"english_reading", "english_writing", "english_speaking", "english_all", "french_nclc_7"} <= keys
    assert not keys & {"french_listening", "french_all", "spouse_language", "spouse_principal"}
    assert lever(found, "english_all")["detail"] == "10"


def test_all_abilities_rise_by_a_level_each() -> None:
    row = lever(advised(client(**levels("english", 9, 8, 10, 7))), "english_all")
    assert row["detail"] == "10,9,10,8"


def test_a_level_under_4_rises_to_4() -> None:
    assert lever(advised(client(**levels("english", 0, 5, 5, 5))), "english_listening")["detail"] == "4"


def test_without_an_english_result_the_first_is_at_the_minimum_of_the_grid() -> None:
    row = lever(advised(client()), "english_all")
    assert (row["detail"], row["programs_gained"]) == ("7", "")
    assert row["gain"] > 0


def test_the_language_that_serves_best_comes_first_after_the_change() -> None:
    # English at CLB 4 in reading: French at NCLC 7 is then the better first language.
    row = lever(advised(client(**levels("english", 5, 4, 5, 5))), "french_nclc_7")
    named = lever(advised(client(**levels("english", 5, 4, 5, 5), first_language="english")), "french_nclc_7")
    assert row["gain"] > named["gain"]
    assert row["categories_gained"] == named["categories_gained"] == ""


def test_an_older_result_may_serve_better_beside_the_new_one() -> None:
    rows = [
        {"client_id": "A", "person": "principal", "language": "english", "test": "CLB", "test_date": date(2026, 1, 2),
         "listening": 9.0, "reading": 9.0, "writing": 9.0, "speaking": 6.0},
        {"client_id": "A", "person": "principal", "language": "english", "test": "CLB", "test_date": date(2026, 5, 2),
         "listening": 7.0, "reading": 7.0, "writing": 7.0, "speaking": 7.0},
    ]  # fmt: skip
    found = advised(client(), language_tests=rows)
    before = scores.score(sheets_of([client()], language_tests=rows), law_of(DAY)).row(0, named=True)
    used = [before[f"english_clb_{ability}"] for ability in ("listening", "reading", "writing", "speaking")]
    row = lever(found, "english_speaking")
    assert row["detail"] == str(used[3] + 1)
    assert row["crs_before"] == before["crs_total"]


def test_an_excused_ability_gives_no_row() -> None:
    one = client(**levels("english", 7), language_exempt_abilities="listening")
    one |= {"english_listening": None}
    assert "english_listening" not in set(advised(one)["lever"])


# --- Work


def test_another_canadian_year_opens_cec() -> None:
    one = client(**levels("english", 7), primary_noc=SOFTWARE)
    row = lever(advised(one), "canadian_year")
    assert row["detail"] == SOFTWARE
    assert "CEC" in row["programs_gained"].split("|")


def test_an_occupation_that_is_not_skilled_is_not_taken_on() -> None:
    row = lever(advised(client(**levels("english", 7), primary_noc="65100")), "canadian_year")
    assert row["detail"] == ""
    assert row["programs_gained"] == "CEC"


def test_a_year_in_jobs_on_record_counts_beside_them() -> None:
    job = {
        "client_id": "A", "person": "principal", "noc": SOFTWARE, "country": "CA", "started_on": DAY - timedelta(days=7 * 26),
        "ended_on": DAY - timedelta(days=1), "hours_per_week": 30.0, "paid": True, "authorized": True,
        "self_employed": False, "full_time_student": False,
    }  # fmt: skip
    found = advised(client(**levels("english", 9)), work_history=[job])
    earlier = job | {"started_on": DAY - timedelta(days=7 * 78)}
    longer = scores.score(sheets_of([client(**levels("english", 9))], work_history=[earlier]), law_of(DAY))
    assert lever(found, "canadian_year")["crs_after"] == longer["crs_total"].item()


def test_work_that_counts_fully_gives_no_row() -> None:
    one = client(
        **levels("english", 9), canadian_work_years=5.0, canadian_work_months_last_36=36, canadian_work_noc=SOFTWARE
    )
    assert "canadian_year" not in set(advised(one)["lever"])


# --- Credentials


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("secondary", "one_year"),
        ("one_year", "two_year"),
        ("two_year", "two_or_more"),
        ("three_year", "two_or_more"),
        ("two_or_more", "masters"),
        ("masters", "doctorate"),
        ("professional", "doctorate"),
    ],
)
def test_a_further_credential_leads_to_the_next_level(now: str, then: str) -> None:
    one = client(**levels("english", 7), education_level=now)
    row = lever(advised(one), "credential")
    after = scores.score(sheets_of([one | {"education_level": then}]), law_of(DAY))
    assert (row["detail"], row["crs_after"]) == (then, after["crs_total"].item())


def test_a_doctor_and_who_lacks_an_assessment_get_no_further_credential() -> None:
    assert "credential" not in set(advised(client(education_level="doctorate"))["lever"])
    unassessed = client(education_country="IN", eca_issued_on=date(2019, 1, 1))
    keys = set(advised(unassessed)["lever"])
    assert "assessment" in keys
    assert "credential" not in keys


def test_an_assessment_brings_the_points_of_the_credential() -> None:
    unassessed = client(**levels("english", 7), education_country="IN", eca_issued_on=date(2019, 1, 1))
    row = lever(advised(unassessed), "assessment")
    assert (row["detail"], row["effort"]) == ("three_year", PAPERS)
    assert row["crs_after"] == lever(advised(client(**levels("english", 7))), "credential")["crs_before"]


def test_a_certificate_is_for_a_trade() -> None:
    trade = client(**levels("english", 7), primary_noc="72200", primary_occupation_years=2.0)
    assert lever(advised(trade), "certificate")["gain"] == 50
    assert "certificate" not in set(advised(client(**levels("english", 7), primary_noc=SOFTWARE))["lever"])


# --- The spouse


def pair() -> dict[str, object]:
    """A client of 46 with a spouse of 30 who has the better record."""
    return married(
        **levels("english", 6),
        **levels("english", 9, prefix="spouse_"),
        date_of_birth=date(1980, 2, 1), spouse_date_of_birth=date(1996, 2, 1), spouse_education_level="masters",
        spouse_education_country="CA", spouse_foreign_work_years=3.0, spouse_canadian_work_years=1.0,
        spouse_canadian_study="three_years_or_more", spouse_primary_noc=SOFTWARE, family_size=2,
        provincial_nomination=None, job_offer_noc=SOFTWARE, job_offer_basis="lmia", foreign_work_years=1.0,
    )  # fmt: skip


def test_the_spouse_as_principal_is_scored_with_the_own_record() -> None:
    row = lever(advised(pair()), "spouse_principal")
    turned = married(
        **levels("english", 9), **levels("english", 6, prefix="spouse_"), date_of_birth=date(1996, 2, 1),
        spouse_date_of_birth=date(1980, 2, 1), education_level="masters", spouse_education_level="three_year",
        spouse_education_country="CA", foreign_work_years=3.0, canadian_work_years=1.0,
        canadian_study="three_years_or_more", primary_noc=SOFTWARE, family_size=2, spouse_foreign_work_years=1.0,
        spouse_canadian_work_years=0.0, canadian_work_months_last_36=None, primary_occupation_years=None,
    )  # fmt: skip
    after = scores.score(sheets_of([turned]), law_of(DAY))
    assert row["detail"] == ""
    assert row["crs_after"] == after["crs_total"].item()
    assert row["gain"] == row["crs_after"] - row["crs_before"] > 0


def test_without_the_spouses_date_of_birth_the_gain_is_undetermined() -> None:
    row = lever(advised(pair() | {"spouse_date_of_birth": None}), "spouse_principal")
    assert row["detail"] == "spouse_date_of_birth"
    assert [row[name] for name in ("crs_after", "gain", "lost_to_caps", "cap", "rank_after", "national_after")] == [
        None
    ] * 6
    assert row["crs_before"] is not None


def test_what_the_record_of_the_spouse_proves_is_a_gain_of_so_much_or_more() -> None:
    whole = lever(advised(pair()), "spouse_principal")
    row = lever(advised(pair() | {"spouse_foreign_work_years": None}), "spouse_principal")
    assert row["detail"] == "spouse_foreign_work_years"
    assert 0 < row["gain"] < whole["gain"]


def test_a_proven_loss_is_undetermined_while_something_is_missing() -> None:
    weak = pair() | {
        "date_of_birth": date(1996, 2, 1), **levels("english", 10), **levels("english", 5, prefix="spouse_"),
        "spouse_foreign_work_years": None,
    }  # fmt: skip
    assert lever(advised(weak), "spouse_principal")["gain"] is None


def test_rows_of_the_spouse_are_those_of_the_principal_then() -> None:
    job = {
        "client_id": "A", "person": "spouse", "noc": SOFTWARE, "country": "IN", "started_on": date(2022, 1, 1),
        "ended_on": date(2025, 12, 31), "hours_per_week": 40.0, "paid": True, "authorized": True, "self_employed": False,
        "full_time_student": False,
    }  # fmt: skip
    stated = pair() | {"spouse_canadian_work_years": 0.0}
    row = lever(advised(stated | {"spouse_foreign_work_years": None}, work_history=[job]), "spouse_principal")
    assert row["detail"] == ""
    assert row["gain"] == lever(advised(stated), "spouse_principal")["gain"]


def test_a_spouse_who_stays_behind_gives_no_row() -> None:
    keys = set(advised(pair() | {"spouse_accompanying": False})["lever"])
    assert not {key for key in keys if key.startswith("spouse_")}


@pytest.mark.parametrize(("now", "then"), [(4, 5), (5, 7), (6, 7), (7, 9), (8, 9)])
def test_the_spouses_test_is_one_step_of_the_table_up(now: int, then: int) -> None:
    one = married(**levels("english", 7), **levels("english", now, prefix="spouse_"))
    assert lever(advised(one), "spouse_language")["detail"] == f"english:{then}"


def test_a_result_on_record_makes_a_language_less_effort() -> None:
    one = married(**levels("english", 7), **levels("english", 5, prefix="spouse_"))
    found = advised(one)
    assert lever(found, "spouse_language")["effort"] == SEVERAL_LEVELS
    assert "spouse_language_start" not in found["lever"].to_list()
    assert lever(found, "french_nclc_7")["effort"] == NEW_LANGUAGE
    assert lever(advised(one | levels("french", 6)), "french_nclc_7")["effort"] == OCCUPATION


def test_a_year_of_canadian_work_of_the_spouse() -> None:
    gains = []
    for years in (0.0, 1.0, 2.0):
        row = lever(advised(married(**levels("english", 7), spouse_canadian_work_years=years)), "spouse_canadian_year")
        gains.append((row["gain"], row["person"]))
    # IRCC's table of the spouse: 1 year 5, 2 years 7, 3 years 8 points.
    assert gains == [(5, "spouse"), (2, "spouse"), (1, "spouse")]
    full = advised(married(**levels("english", 7), spouse_canadian_work_years=5.0))
    assert "spouse_canadian_year" not in full["lever"].to_list()


def test_a_spouse_without_a_test_or_at_the_top() -> None:
    row = lever(advised(married(**levels("english", 7))), "spouse_language")
    assert (row["detail"], row["gain"], row["person"]) == ("english:7", 12, "spouse")
    least = lever(advised(married(**levels("english", 7))), "spouse_language_start")
    assert (least["detail"], least["gain"], least["effort"], row["effort"]) == (
        "english:5", 4, FIRST_TEST, FIRST_TEST_HIGHER,
    )  # fmt: skip
    top = married(**levels("english", 7), **levels("english", 9, prefix="spouse_"))
    assert "spouse_language" not in set(advised(top)["lever"])


# --- Categories, ranks and rounds


def test_a_stated_occupation_opens_its_category() -> None:
    one = client(**levels("english", 9), **SKILLED | {"primary_noc": NURSE})
    row = lever(advised(one, rounds=[published("500", "healthcare", 400)]), "category")
    assert row["detail"].startswith(f"healthcare:{NURSE}:")
    assert (row["gain"], row["categories_gained"], row["rounds_met"]) == (0, "healthcare", ["500"])


def test_an_occupation_on_no_list_and_one_that_is_in_give_no_row() -> None:
    assert "category" not in set(advised(client(**levels("english", 9), primary_noc="11100"))["lever"])
    job = {
        "client_id": "A", "person": "principal", "noc": NURSE, "country": "IN", "started_on": date(2023, 1, 1),
        "ended_on": None, "hours_per_week": 40.0, "paid": True, "authorized": True, "self_employed": False,
        "full_time_student": False,
    }  # fmt: skip
    inside = client(**levels("english", 9), primary_noc=NURSE)
    assert "category" not in set(advised(inside, work_history=[job])["lever"])


def test_rounds_ask_for_eligibility_cut_off_and_tie_break() -> None:
    one = client(**levels("english", 8), **SKILLED)
    before = lever(advised(one), "english_all")["crs_before"]
    after = lever(advised(one), "english_all")["crs_after"]
    late = SUBMITTED - timedelta(seconds=1)
    held = [
        published("1", "FSW", after),
        published("2", "FSW", after + 1),
        published("3", "FSW", before),
        published("4", "CEC", after),
        published("5", "general", after, late),
        published("6", "french", after),
    ]
    found = advised(one, rounds=held)
    assert lever(found, "english_all")["rounds_met"] == ["1"]
    assert "4" in lever(found, "canadian_year")["rounds_met"]


def test_nominees_meet_rounds_for_nominees() -> None:
    one = client(**levels("english", 8), **SKILLED)
    found = advised(one, rounds=[published("7", "PNP", 700), published("8", "FSW", 700)])
    assert lever(found, "nomination")["rounds_met"] == ["7"]


def test_recent_rounds_are_those_of_the_months_before_the_day() -> None:
    rounds = [replace(published(str(n), "FSW", 400), date=DAY - timedelta(days=n)) for n in (200, 100, 1)]
    rounds.append(replace(published("0", "FSW", 400), date=DAY + timedelta(days=1)))
    assert [one.number for one in advice_.recent_rounds(rounds, law_of(DAY), 6)] == ["100", "1"]


def test_the_rank_after_is_that_of_the_list_with_the_changed_client() -> None:
    clients = [
        client(f"C{number}", **levels("english", 8 + number % 3), **SKILLED | {"education_level": level},
               profile_submitted_at=SUBMITTED + timedelta(hours=number * 7 % 5))
        for number, level in enumerate(("three_year", "masters", "two_year", "three_year", "masters", "two_or_more"))
    ]  # fmt: skip
    law, found = law_of(DAY), advised(*clients)
    ranks = dict(scores.score(sheets_of(clients), law).select("client_id", "rank").iter_rows())
    compared = 0
    for place, one in enumerate(clients):
        row = lever(found, "credential", one["client_id"])
        changed = [*clients[:place], one | {"education_level": row["detail"]}, *clients[place + 1 :]]
        after = scores.score(sheets_of(changed), law)["rank"][place]
        assert (row["rank_before"], row["rank_after"]) == (ranks[one["client_id"]], after)
        compared += row["rank_before"] != row["rank_after"]
    assert compared >= 2


def test_who_is_outside_the_pool_has_no_rank_before() -> None:
    row = lever(advised(client(**levels("english", 7), primary_noc=SOFTWARE)), "canadian_year")
    assert (row["rank_before"], row["rank_after"]) == (None, 1)
    draft = client(**levels("english", 7), primary_noc=SOFTWARE, pool_status="draft", profile_submitted_at=None)
    row = lever(advised(draft), "canadian_year")
    assert (row["rank_before"], row["rank_after"]) == (None, None)


@pytest.mark.parametrize("status", ["applied", "withdrawn", "invited"])
def test_a_case_without_a_round_ahead_gets_no_advice(status: str) -> None:
    assert advised(client(**levels("english", 7), pool_status=status)).is_empty()


def test_national_places_follow_the_distribution(rounds: pl.DataFrame) -> None:
    nation = Nation.of(rounds, all_rules(), DAY)
    assert nation is not None
    places = nation.place(pl.Series([300, 480, 481, 520, 600, 601, 1100, None], dtype=pl.Int16)).to_list()
    assert places[5:] == [None, None, None]
    assert places[:5] == sorted(places[:5], reverse=True)
    last = rounds.filter((pl.col("date") <= DAY) & pl.col("pool_total").is_not_null()).row(-1, named=True)
    assert 1 <= places[4] <= last["pool_601_1200"]
    assert places[4] < places[3] < places[4] + last["pool_501_600"]
    assert abs(places[0] - last["pool_total"] + last["pool_0_300"]) < last["pool_total"] / 20
    assert Nation.of(rounds, all_rules(), date(2015, 2, 1)) is None


def test_the_advice_carries_the_national_places(rounds: pl.DataFrame) -> None:
    nation = Nation.of(rounds, all_rules(), DAY)
    found = advised(client(**levels("english", 8), **SKILLED), nation=nation)
    row = lever(found, "english_all")
    assert row["national_after"] < row["national_before"]
    assert lever(found, "nomination")["national_after"] is None


# --- The frame


def test_the_frame_has_its_schema_with_and_without_clients() -> None:
    assert advised(client(**levels("english", 7))).schema == ADVICE
    assert advised().schema == ADVICE


def test_the_best_levers_are_of_different_subjects() -> None:
    one = married(**levels("english", 7), primary_noc=SOFTWARE, foreign_work_years=1.0, primary_occupation_years=1.0)
    found = advised(one, rounds=[published("9", "CEC", 300)])
    top = best(found, 3)
    assert top["place"].to_list() == [1, 2, 3]
    assert top["rounds_met"].list.len()[0] > 0
    assert len({key.partition("_")[0] for key in top["lever"]}) == 3
    ordered = in_order(found)
    assert ordered.height == found.height
    assert ordered["lever"][0] == top["lever"][0]


def test_each_lever_counts_the_clients_whom_it_helps() -> None:
    ones = [
        client("A", **levels("english", 8), **SKILLED),
        client("B", **levels("english", 10), **SKILLED),
        client("C", **levels("english", 9), **SKILLED),
    ]
    counted = by_lever(advised(*ones)).filter(pl.col("lever") == "english_listening").row(0, named=True)
    assert (counted["clients"], counted["gaining"], counted["undetermined"]) == (2, 2, 0)
    assert counted["largest"] >= counted["median"] > 0
