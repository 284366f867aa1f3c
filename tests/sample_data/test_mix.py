"""The made-up clients follow the shares of mix.csv."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date
from types import ModuleType

import pytest

from sample_data.cast import occupations
from sample_data.clients import Client, Row
from sample_data.generate import AS_OF_2021, AS_OF_2026
from sample_data.line_2021 import OnTheLine
from sample_data.mix import counts, mix_of, table

TOLERANCE = 2.5
YOUNGEST, OLDEST = 23, 49


def _age(row: Row, as_of: date) -> int:
    born = row["date_of_birth"]
    assert isinstance(born, date)
    had_birthday = (as_of.month, as_of.day) >= (born.month, born.day)
    return as_of.year - born.year - (not had_birthday)


def _age_band(row: Row, as_of: date) -> str:
    age = _age(row, as_of)
    return "20-29" if age < 30 else f"{age // 5 * 5}-{age // 5 * 5 + 4}"


def _education(row: Row, as_of: date) -> str:
    groups = {
        "one_year": "one_or_two_years", "two_year": "one_or_two_years", "three_year": "three_years_or_more",
        "two_or_more": "three_years_or_more", "masters": "masters_or_professional",
        "professional": "masters_or_professional",
    }  # fmt: skip
    level = str(row["education_level"])
    return groups.get(level, level)


def _work(column: str, most: int) -> Callable[[Row, date], str]:
    def band(row: Row, as_of: date) -> str:
        years = int(float(str(row[column])))
        return "none" if years < 1 else "1-2" if years < 3 else f"3-{most}"

    return band


def _plain(column: str, absent: str = "") -> Callable[[Row, date], str]:
    return lambda row, as_of: str(row.get(column) or absent)


def _citizenship(named: set[str]) -> Callable[[Row, date], str]:
    return lambda row, as_of: str(row["citizenship"]) if row["citizenship"] in named else "other"


def _lives_in_canada(row: Row, as_of: date) -> str:
    return "Canada" if row["country_of_residence"] == "Canada" else "abroad"


def _nominee(row: Row, as_of: date) -> str:
    return "yes" if row.get("provincial_nomination") else "no"


def _status(row: Row, as_of: date) -> str:
    status = row.get("pool_status") or ("in_pool" if row.get("profile_submitted_at") else "draft")
    return {"applied": "invited", "declined": "invited", "expired": "withdrawn"}.get(str(status), str(status))


def _french_or_offer(row: Row, as_of: date) -> str:
    return "french" if row.get("french_test") else "job_offer" if row.get("job_offer_noc") else "neither"


@pytest.mark.parametrize("sample", ["2026", "2021"])
def test_the_clients_follow_the_mix(
    sample: str, clients_2026: list[Client], clients_2021: list[tuple[Client, OnTheLine | None]]
) -> None:
    rows = [client.row for client in clients_2026] if sample == "2026" else [client.row for client, _ in clients_2021]
    as_of = AS_OF_2026 if sample == "2026" else AS_OF_2021
    mix = dict(mix_of(sample))
    mix["country_of_residence"] = {
        "Canada": mix["country_of_residence"]["Canada"], "abroad": 100 - mix["country_of_residence"]["Canada"],
    }  # fmt: skip
    mix["occupation"] = {occupations(sample)[noc].noc: share for noc, share in mix["occupation"].items()}
    readings: dict[str, Callable[[Row, date], str]] = {
        "age": _age_band,
        "education": _education,
        "canadian_work": _work("canadian_work_years", 5),
        "foreign_work": _work("foreign_work_years", 6),
        "canadian_study": _plain("canadian_study"),
        "french_or_offer": _french_or_offer,
        "sibling_in_canada": _plain("sibling_in_canada"),
        "country_of_residence": _lives_in_canada,
        "citizenship": _citizenship(set(mix["citizenship"])),
        "nominee": _nominee,
        "pool_status": _status,
        "occupation": _plain("primary_noc"),
        "marital_status": _plain("marital_status"),
        "english_test": _plain("english_test", absent="none"),
    }
    for variable, reading in readings.items():
        found = Counter(reading(row, as_of) for row in rows)
        for value, share in mix[variable].items():
            assert found[value] * 100 / len(rows) == pytest.approx(share, abs=TOLERANCE), (variable, value)


def test_levels_of_the_first_language_follow_the_mix(clients_2026: list[Client], oracle: ModuleType) -> None:
    def lowest(row: Row) -> int:
        stem = str(row.get("first_language") or "english")
        scores = [(ability, row.get(f"{stem}_{ability}")) for ability in oracle.ABILITIES]
        levels: list[int] = [
            oracle.level(row[f"{stem}_test"], ability, value) for ability, value in scores if value is not None
        ]
        return min(levels)

    found = Counter(str(lowest(client.row)) for client in clients_2026)
    for level, share in mix_of("2026")["first_language_clb"].items():
        assert found[level] / 5 == pytest.approx(share, abs=TOLERANCE), level


def test_shares_are_whole_and_sourced() -> None:
    sums: defaultdict[tuple[str, str], float] = defaultdict(float)
    for row in table("mix.csv"):
        sums[row["sample"], row["variable"]] += float(row["share"])
        assert row["source"]
        assert (row["source"] == "assumed") == (not row["year"]) == (not row["population"])
    assert all(total == pytest.approx(100) for total in sums.values()), sums


def test_counts_are_the_shares_of_any_size() -> None:
    assert counts({"a": 33.4, "b": 33.3, "c": 33.3}, 10) == {"a": 4, "b": 3, "c": 3}
    assert counts({"a": 99.5, "b": 0.5}, 3) == {"a": 3, "b": 0}


def test_work_and_study_fit_into_a_life(
    clients_2026: list[Client], clients_2021: list[tuple[Client, OnTheLine | None]]
) -> None:
    samples = ((list(clients_2026), AS_OF_2026), ([client for client, _ in clients_2021], AS_OF_2021))
    for clients, as_of in samples:
        for client in clients:
            age = _age(client.row, as_of)
            worked = float(str(client.row["canadian_work_years"])) + float(str(client.row["foreign_work_years"]))
            assert YOUNGEST <= age <= OLDEST
            assert worked <= min(age - 18, 10)
            if client.row.get("spouse_accompanying") is None:
                assert not any(name.startswith("spouse_") and value for name, value in client.row.items())
            assert all(value <= as_of for name, value in client.row.items()
                       if isinstance(value, date) and name != "planned_application_on")  # fmt: skip
