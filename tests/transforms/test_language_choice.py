"""The results that a profile enters are those that serve the applicant best, one choice for everything."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from openpyxl import load_workbook

from flows.main_run import run_law
from tests import candidates
from tests.transforms.shared import law_of
from transforms.assessment import days, facts, language_choice, language_notes, scores
from transforms.explain import steps
from transforms.facts import language
from transforms.facts.noc import known_codes
from transforms.model.columns import CANDIDATES
from transforms.model.vocabulary import ABILITIES
from validation.intake import intake

DATA = Path(__file__).parent.parent / "data"
CASE_DAY = date(2026, 6, 15)
Sheets = Mapping[str, pl.DataFrame]


def read(*paths: Path, as_of: date = CASE_DAY) -> intake.Intake:
    ranges = run_law.score_ranges(law_of(as_of))
    return intake.read(paths, as_of=as_of, score_ranges=ranges, noc_codes=known_codes())


def taken(*paths: Path, as_of: date = CASE_DAY) -> Sheets:
    found = read(*paths, as_of=as_of)
    assert found.quarantine.is_empty()
    return found.sheets


def clients(rows: Mapping[str, dict[str, Any]], results: list[tuple[Any, ...]]) -> Sheets:
    """Single applicants with three years abroad and an assessed master's; results: client, person, language, test, day, four."""
    base = {
        "date_of_birth": date(1996, 3, 15), "marital_status": "single", "family_size": 1, "settlement_funds_cad": 60000.0,
        "education_level": "masters", "education_country": "IN", "eca_issued_on": date(2024, 1, 10),
        "foreign_work_years": 3.0, "primary_noc": "21232", "primary_occupation_years": 3.0,
    }  # fmt: skip
    names = ("client_id", "person", "language", "test", "test_date", "listening", "reading", "writing", "speaking")
    details = {"language_tests": [dict(zip(names, row, strict=True)) for row in results]}
    everybody = [{"client_id": client, **base, **row} for client, row in rows.items()]
    return candidates.typed(everybody, {sheet.key: details.get(sheet.key, []) for sheet in candidates.DETAIL_SHEETS})


def scored(sheets: Sheets, as_of: date = CASE_DAY) -> dict[str, dict[str, Any]]:
    found = scores.score(sheets, law_of(as_of))
    return {row["client_id"]: row for row in found.iter_rows(named=True)}


@pytest.fixture(scope="module")
def choice_cases() -> dict[str, dict[str, Any]]:
    return scored(taken(*sorted((DATA / "law" / "01_sitting_choice").glob("*.csv"))))


@pytest.mark.parametrize(
    ("client", "expected"),
    {
        "bl03": {"crs_total": 382},
        "bl04": {"crs_total": 358},
        "bl05": {"cec_eligible": True},
        "bl40": {"crs_total": 526, "crs_french": 50, "categories": "french"},
        "bl42": {"crs_total": 452, "fsw_points_adaptability": 0, "next_choice_total": 437},
        "bl44": {"crs_total": 464, "next_choice_total": 415},
        "bl45": {"crs_total": 381},
    }.items(),
)
def test_result_that_serves_best_is_used(
    choice_cases: dict[str, dict[str, Any]], client: str, expected: dict[str, Any]
) -> None:
    assert {name: choice_cases[client][name] for name in expected} == expected


@pytest.mark.parametrize("client", ["bl03", "bl04", "bl43"])
def test_older_result_meets_the_language_test_of_fsw(choice_cases: dict[str, dict[str, Any]], client: str) -> None:
    """The newer result fails CLB 7 in one ability; what remains is the pass mark of the grid."""
    reasons = choice_cases[client]["eligibility_reasons"].split("; ")
    assert [reason for reason in reasons if reason.startswith("FSW")] == [
        "FSW not met: 67 points on the selection grid"
    ]


def test_french_counts_first_where_the_english_result_has_expired(tmp_path: Path) -> None:
    """The file has the numbers out of 699, which are refused; with those of the old column the client is scored."""
    path, day = DATA / "files" / "expired_english_valid_french.xlsx", date(2025, 6, 20)
    refused = read(path, as_of=day).quarantine
    assert refused["cell"].to_list() == [f"Candidates!{letter}2" for letter in "UVWX"]
    assert set(refused["fix"]) == {"Enter the column Équivalence ancien score of the attestation."}
    book = load_workbook(path)
    for letter, score in zip("UVWX", (316, 263, 393, 393), strict=True):
        book["Candidates"][f"{letter}2"] = score
    book.save(tmp_path / "clients.xlsx")
    (client,) = scored(taken(tmp_path / "clients.xlsx", as_of=day), day).values()
    assert (client["crs_total"], client["first_language"], client["first_language_is_open"]) == (455, "french", True)


def test_named_first_language_is_obeyed() -> None:
    results = [
        (client, "principal", spoken, test, date(2025, 9, 1), *levels)
        for client in ("named", "open")
        for spoken, test, levels in (("english", "CELPIP_G", (7, 7, 7, 7)), ("french", "NCLC", (9, 9, 9, 9)))
    ]
    made = scored(clients({"named": {"first_language": "english"}, "open": {}}, results))
    assert (made["named"]["first_language"], made["named"]["language_choices"]) == ("english", 1)
    assert (made["open"]["first_language"], made["open"]["language_choices"]) == ("french", 2)
    assert made["open"]["next_choice_total"] == made["named"]["crs_total"] < made["open"]["crs_total"]
    assert made["open"]["next_first_language"] == "english"


@pytest.mark.parametrize(
    ("as_of", "used_on"),
    [(date(2027, 2, 28), date(2025, 3, 1)), (date(2027, 3, 1), date(2025, 6, 20))],
    ids=["the last day of the better result", "the day it is two years old"],
)
def test_next_result_takes_over_when_the_better_one_expires(as_of: date, used_on: date) -> None:
    results = [
        ("C-1", "principal", "english", "CELPIP_G", date(2025, 6, 20), 9, 9, 9, 6),
        ("C-1", "principal", "english", "CELPIP_G", date(2025, 3, 1), 8, 8, 8, 8),
    ]
    assert scored(clients({"C-1": {}}, results), as_of)["C-1"]["english_sitting_on"] == used_on


def test_equal_results_are_told_apart_by_their_expiry() -> None:
    results = [
        ("C-1", "principal", "english", "CELPIP_G", day, 8, 8, 8, 8) for day in (date(2025, 3, 1), date(2025, 6, 20))
    ]
    assert scored(clients({"C-1": {}}, results))["C-1"]["english_sitting_on"] == date(2025, 6, 20)


def test_more_than_64_combinations_leave_the_newest_results() -> None:
    """The older a result, the higher its listening: none is as good in all as a newer one."""
    results = [
        (
            "C-1",
            "principal",
            spoken,
            "CLB" if spoken == "english" else "NCLC",
            date(2025, 1, 10 - level),
            level,
            5,
            5,
            5,
        )
        for level in range(1, 10)
        for spoken in ("english", "french")
    ]
    made = scored(clients({"C-1": {}, "C-2": {}}, results))
    assert (made["C-1"]["language_choices"], made["C-1"]["language_choices_left_out"]) == (162, True)
    assert (made["C-2"]["language_choices"], made["C-2"]["language_choices_left_out"]) == (1, False)
    assert made["C-1"]["english_clb_listening"] == 7, "of 1 to 3 the newest serves as well; then 4 to 7 are the newest"


def test_results_that_another_betters_do_not_count_among_the_combinations() -> None:
    best = [("C-1", "principal", spoken, test, date(2025, 1, 9), 9, 9, 9, 9)
            for spoken, test in (("english", "CLB"), ("french", "NCLC"))]  # fmt: skip
    worse = [(*one[:4], date(2025, 1, day), 5, 5, 5, 5) for one in best for day in range(1, 9)]
    made = scored(clients({"C-1": {}}, [*worse, *best]))["C-1"]
    assert (made["language_choices"], made["language_choices_left_out"]) == (162, False)
    assert made["english_clb_listening"] == made["french_nclc_listening"] == 9


def test_nobody_and_clients_without_results_are_scored() -> None:
    assert scored(clients({}, [])) == {}
    made = scored(clients({"C-1": {}}, []))["C-1"]
    assert (made["first_language"], made["english_clb_listening"], made["crs_first_language"]) == ("english", None, 0)


def test_choice_of_an_earlier_day_is_kept_while_its_result_counts() -> None:
    """On the second day the newer result would serve better, for the law of that day has it."""
    results = [
        ("C-1", "principal", "english", "CELPIP_G", date(2024, 7, 1), 8, 8, 8, 8),
        ("C-1", "principal", "english", "CELPIP_G", date(2026, 6, 20), 9, 9, 9, 9),
    ]
    sheets, rules = clients({"C-1": {}}, results), law_of(CASE_DAY).rules
    asked = {day: pl.DataFrame({"client_id": ["C-1"], "as_of": [day]}) for day in (
        CASE_DAY, date(2026, 6, 25), date(2026, 7, 1)
    )}  # fmt: skip
    kept = language_choice.kept_from(days.scored_on(sheets, asked[CASE_DAY], rules))

    def used_on(day: date, *, keep: bool) -> date:
        pairs = asked[day].join(kept, on="client_id") if keep else asked[day]
        return days.scored_on(sheets, pairs, rules)["english_sitting_on"].item()

    old, new = date(2024, 7, 1), date(2026, 6, 20)
    assert (used_on(date(2026, 6, 25), keep=False), used_on(date(2026, 6, 25), keep=True)) == (new, old)
    assert used_on(date(2026, 7, 1), keep=True) == new, "the kept result is two years old"


def test_french_result_of_an_earlier_day_is_kept_while_it_counts() -> None:
    old, new = date(2025, 7, 1), date(2026, 6, 20)
    results = [
        ("C-1", "principal", "english", "CELPIP_G", date(2025, 9, 1), 9, 9, 9, 9),
        ("C-1", "principal", "french", "NCLC", old, 6, 6, 6, 6),
        ("C-1", "principal", "french", "NCLC", new, 8, 8, 8, 8),
    ]
    sheets, rules = clients({"C-1": {}}, results), law_of(CASE_DAY).rules
    then = days.scored_on(sheets, pl.DataFrame({"client_id": ["C-1"], "as_of": [CASE_DAY]}), rules)
    later = pl.DataFrame({"client_id": ["C-1"], "as_of": [date(2026, 7, 1)]})
    free, kept = (
        days.scored_on(sheets, pairs, rules)["french_sitting_on"].item()
        for pairs in (later, later.join(language_choice.kept_from(then), on="client_id"))
    )
    assert (free, kept) == (new, old)


def test_language_without_a_result_at_the_invitation_stays_without_one() -> None:
    """A French result of after the invitation brings no points to the profile that was invited."""
    results = [
        ("C-1", "principal", "english", "CELPIP_G", date(2025, 9, 1), 9, 9, 9, 9),
        ("C-1", "principal", "french", "NCLC", date(2026, 6, 20), 8, 8, 8, 8),
    ]
    sheets, rules = clients({"C-1": {}}, results), law_of(CASE_DAY).rules
    then = days.scored_on(sheets, pl.DataFrame({"client_id": ["C-1"], "as_of": [CASE_DAY]}), rules)
    later = pl.DataFrame({"client_id": ["C-1"], "as_of": [date(2026, 7, 1)]})
    free, kept = (
        days.scored_on(sheets, pairs, rules)
        for pairs in (later, later.join(language_choice.kept_from(then), on="client_id"))
    )
    assert kept["crs_total"].item() == then["crs_total"].item() < free["crs_total"].item()
    assert kept["french_sitting_test"].item() is None


def test_thousands_of_results_under_one_client_are_settled_in_bounds() -> None:
    """A client_id filled down a whole sheet: 20,000 results of one client."""
    rng = candidates.random.Random(3)
    results = [
        ("C-1", "principal", "english", "CELPIP_G", date(2024, 7, 1) + timedelta(days=number % 700),
         *(rng.randint(3, 10) for _ in range(4)))
        for number in range(20_000)
    ]  # fmt: skip
    made = scored(clients({"C-1": {}}, results))["C-1"]
    assert (made["language_choices"], made["language_choices_left_out"]) == (20_000, True)


# --- Never worse than with any single result alone --------------------------------------------------------------------

RANK = {True: 2, None: 1, False: 0}
EVERYBODY = 3_000
TEST_DAY = date(2025, 3, 25)


def _several_results() -> dict[str, pl.DataFrame]:
    """Random clients whose language records are two or three results a language, for the spouse as well."""
    made = candidates.batch(11, EVERYBODY, TEST_DAY)
    given = candidates.Client
    rows = []
    for number, row in enumerate(made.candidates):
        drawn = given(candidates.random.Random(f"results {number}"), TEST_DAY)
        people = ("principal", "spouse") if row["marital_status"] in {"married", "common_law"} else ("principal",)
        for person, spoken in itertools.product(people, language.LANGUAGES):
            if person == "spouse" and drawn.chance(0.5):
                continue
            rows += [
                {"client_id": row["client_id"], "person": person, "language": spoken, **drawn.sitting(spoken)}
                for _ in range(2 + drawn.below(2))
            ]
    summary = [f"{prefix}{spoken}_test" for prefix in language.PEOPLE.values() for spoken in language.LANGUAGES]
    without_summary = [{**row, **dict.fromkeys(summary)} for row in made.candidates]
    return candidates.typed(without_summary, {**made.details, "language_tests": rows})


@pytest.mark.slow
def test_total_and_eligibility_are_never_worse_than_with_one_result_alone() -> None:
    """3,000 clients with two or three results a language, each held against every choice of one result a language."""
    sheets, law = _several_results(), law_of(TEST_DAY)
    best = scores.score(sheets, law).select("client_id", "pool_eligible", "crs_total", "language_choices")
    assert (best["language_choices"] > 1).mean() > 0.5
    rows = sheets["language_tests"].with_row_index("place")
    nth = rows.with_columns(pl.int_range(pl.len()).over("client_id", "person", "language").alias("nth"))
    worse = 0
    for english, french, spouse in itertools.product(range(3), repeat=3):
        wanted = (
            pl.when(pl.col("person") == "spouse").then(spouse)
            .when(pl.col("language") == "english").then(english)
            .otherwise(french)
        )  # fmt: skip
        kept = nth.filter(pl.col("nth") == wanted).drop("nth", "place")
        one = scores.score({**sheets, "language_tests": kept}, law).select(
            "client_id", pl.col("pool_eligible").alias("alone"), pl.col("crs_total").alias("total_alone")
        )
        both = best.join(one, on="client_id")
        rank, alone = (pl.col(name).cast(pl.Float32).fill_null(0.5) for name in ("pool_eligible", "alone"))
        worse += both.filter((rank < alone) | ((rank == alone) & (pl.col("crs_total") < pl.col("total_alone")))).height
    assert worse == 0
    assert sheets[CANDIDATES.key].height == EVERYBODY


# --- What is said of the choice ------------------------------------------------------------------------------------


def noted(sheets: Sheets) -> list[tuple[Any, ...]]:
    law = law_of(CASE_DAY)
    return language_notes.notes(sheets, facts.settle(sheets, law), law).rows()


def results_in_both(client: str, english: int, french: int, person: str = "principal") -> list[tuple[Any, ...]]:
    day = date(2025, 9, 1)
    return [
        (client, person, "english", "CELPIP_G", day, *[english] * 4),
        (client, person, "french", "NCLC", day, *[french] * 4),
    ]


def test_open_first_language_is_noted_with_the_one_taken() -> None:
    sheets = clients({"open": {}, "english alone": {}}, [
        *results_in_both("open", 7, 9), ("english alone", "principal", "english", "CLB", None, 9, 9, 9, 9)
    ])  # fmt: skip
    assert noted(sheets) == [("open", "first_language", "", "taken_as_first", "french", None, None)]


def test_named_language_that_serves_worse_is_noted_with_both_totals() -> None:
    rows: dict[str, dict[str, Any]] = {
        client: {"first_language": named, "sibling_in_canada": True}
        for client, named in (("worse", "english"), ("better", "french"))
    }
    sheets = clients(rows, [*results_in_both("worse", 8, 9), *results_in_both("better", 8, 9)])
    made = scored(sheets)
    ((client, column, value, note, taken_first, total, other),) = noted(sheets)
    assert (client, column, value, note, taken_first) == (
        "worse", "first_language", "english", "another_serves_better", "french",
    )  # fmt: skip
    assert (total, other) == (made["worse"]["crs_total"], made["better"]["crs_total"])


def test_named_language_of_the_spouse_is_noted_likewise() -> None:
    couple = {"marital_status": "married", "spouse_accompanying": True, "spouse_is_canadian": False, "family_size": 2}
    rows = {"C-1": {**couple, "spouse_first_language": "english"}}
    english = [("C-1", "principal", "english", "CELPIP_G", date(2025, 9, 1), 9, 9, 9, 9)]
    ((_, column, _, note, taken_first, total, other),) = noted(
        clients(rows, [*english, *results_in_both("C-1", 4, 9, person="spouse")])
    )
    assert (column, note, taken_first, other - total) == (
        "spouse_first_language", "another_serves_better", "french", 20,
    )  # fmt: skip


def test_no_retake_is_proposed_that_the_file_already_holds(choice_cases: dict[str, dict[str, Any]]) -> None:
    """A step that names levels which another valid result on file reaches as a whole would be no step."""
    assert choice_cases
    sheets = taken(*sorted((DATA / "law" / "01_sitting_choice").glob("*.csv")))
    law = law_of(CASE_DAY)
    made = scores.score(sheets, law)
    pairs = steps.tried(made, law)
    raised = steps.raised(made, pairs, law).select("client_id", *(f"first_{ability}" for ability in ABILITIES))
    found = steps.steps(made, law).with_columns(raised.get_columns())
    offered = found.filter((pl.col("role") == "first") & (pl.col("d_crs_total") > 0))
    on_file = language.valid_results(sheets["candidates"], sheets["language_tests"], law).filter(
        (pl.col("person") == "principal") & (pl.col("language") == "english")
    )
    held = offered.join(on_file.select("client_id", *ABILITIES), on="client_id").filter(
        pl.all_horizontal(pl.col(ability) >= pl.col(f"first_{ability}") for ability in ABILITIES)
    )
    assert offered.height > 10
    assert held.is_empty()


def test_named_language_that_closes_the_pool_is_noted_as_such() -> None:
    """English at level 6 misses FSW; French at 7 meets it."""
    rows: dict[str, dict[str, Any]] = {"C-1": {"first_language": "english", "sibling_in_canada": True}}
    ((_, _, _, note, taken_first, total, other),) = noted(clients(rows, results_in_both("C-1", 6, 8)))
    assert (note, taken_first) == ("another_opens_the_pool", "french")
    assert other > total


def test_named_language_that_leaves_a_program_undetermined_is_noted_as_such() -> None:
    """Without the day of the assessment FSW is undetermined in English, and ruled out in French."""
    rows: dict[str, dict[str, Any]] = {"C-1": {
        "first_language": "french", "eca_issued_on": None, "trade_years_last_5": 0.0, "certificate_of_qualification": False,
        "canadian_work_months_last_36": 0,
    }}  # fmt: skip
    ((_, _, _, note, _, total, other),) = noted(clients(rows, results_in_both("C-1", 9, 5)))
    assert note == "another_may_open_the_pool"
    assert other > total


def test_open_language_of_the_spouse_is_noted_with_the_one_taken() -> None:
    couple = {"marital_status": "married", "spouse_accompanying": True, "spouse_is_canadian": False, "family_size": 2}
    english = [("C-1", "principal", "english", "CELPIP_G", date(2025, 9, 1), 9, 9, 9, 9)]
    found = noted(clients({"C-1": couple}, [*english, *results_in_both("C-1", 5, 9, person="spouse")]))
    assert found == [("C-1", "spouse_first_language", "", "taken_as_first", "french", None, None)]


def test_lower_language_that_serves_better_as_the_first_is_noted() -> None:
    """The first language gives as much at 4 as at 5, the second nothing below 5."""
    rows: dict[str, dict[str, Any]] = {"C-1": {"first_language": "english"}}
    ((_, _, _, note, taken_first, total, other),) = noted(clients(rows, results_in_both("C-1", 5, 4)))
    assert (note, taken_first) == ("another_serves_better", "french")
    assert other > total
