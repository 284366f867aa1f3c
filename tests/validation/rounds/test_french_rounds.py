"""IRCC's French rounds file says what the English one says: kinds by number, months, thousands, encodings."""

from __future__ import annotations

import csv
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import sample_data
from transforms.model.wording import full_date, using
from validation.rounds import rounds_file, rounds_update
from validation.rounds.dates import day
from validation.rounds.names import known_kinds, language_of_name

SHIPPED = Path(sample_data.__file__).parent / "rounds.json"
NAMES = Path(__file__).parents[2] / "data" / "rounds_names_fr.csv"
PROGRAMS = {
    "Federal Skilled Worker": "Programme des travailleurs qualifiés (fédéral)",
    "Canadian Experience Class": "catégorie de l\u2019expérience canadienne",
    "Federal Skilled Trades": "Programme des travailleurs de métiers spécialisés (fédéral)",
    "Provincial Nominee": "Programme des candidats des provinces",
}


@pytest.fixture(scope="module")
def english() -> pl.DataFrame:
    return rounds_file.read(SHIPPED)


@pytest.fixture(scope="module")
def names() -> dict[str, str]:
    """The names of IRCC's French file by number of the round, as far as they were seen."""
    with NAMES.open(encoding="utf-8", newline="") as file:
        return {row["number"]: row["name"] for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def french(english: pl.DataFrame, names: dict[str, str]) -> str:
    """The shipped rounds as the French file writes them."""
    held = {row["number"]: row for row in english.iter_rows(named=True)}
    content = json.loads(SHIPPED.read_bytes())
    with using("fr"):
        for entry in content["rounds"]:
            row = held[entry["drawNumber"].lower()]
            entry["drawName"] = names.get(row["number"], "Nom qui n\u2019a pas été vu")
            entry["drawDateFull"] = full_date(row["date"])
            for key, value in (("drawDateTime", row["held_at"]), ("drawCutOff", row["tie_break"])):
                entry[key] = "" if value is None else f"{full_date(value)} à {value:%H:%M:%S} UTC"
            if row["distribution_as_of"] is not None:
                entry["drawDistributionAsOn"] = full_date(row["distribution_as_of"])
            named = [text for words, text in PROGRAMS.items() if words in entry.get("drawText2", "")]
            entry["drawText2"] = ", ".join(named)
            for key, value in entry.items():
                if key.startswith("dd") or key in {"drawSize", "drawCRS"}:
                    entry[key] = str(value).replace(",", " ")
    return json.dumps(content, ensure_ascii=False)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_french_file_holds_what_the_english_one_holds(encoding: str, french: str, english: pl.DataFrame) -> None:
    read = rounds_file.parsed(french.encode(encoding)).frame
    assert_frame_equal(read.drop("name"), english.drop("name"))
    assert (
        read.row(by_predicate=pl.col("number") == "3", named=True)["name"]
        == "Catégorie de l\u2019expérience canadienne"
    )


def test_every_french_name_gives_the_kind_of_its_round(english: pl.DataFrame, names: dict[str, str]) -> None:
    """By its words alone too: the next round has a number that is not known yet."""
    kinds = dict(english.select("number", "kind").iter_rows())
    wrong = {name for number, name in names.items() if rounds_file.kind_of_name(name) != kinds[number]}
    assert wrong == set()
    assert len(names) > 430


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Métiers des transports 2026-Version 3", "transport"), ("Métiers spécialisés 2026-Version 4", "trades"),
        ("Professions des STIM 2027-Version 1", "stem"), ("Recrues militaires qualifiées, 2027-Version 1", "military"),
        ("Chercheurs ayant de l\u2019expérience de travail au Canada 2026-Version 1", "researchers"),
        ("Gardiens de phare", "other"), ("Canadian Experience Class", "CEC"),
    ],
)  # fmt: skip
def test_kind_of_a_coming_round(name: str, kind: str) -> None:
    assert rounds_file.kind_of_name(name) == kind


def test_known_kinds_are_those_of_the_shipped_rounds(english: pl.DataFrame) -> None:
    assert known_kinds() == dict(english.select("number", "kind").iter_rows())


def test_the_french_file_corrects_nothing_of_the_english_one(french: str, english: pl.DataFrame) -> None:
    published = rounds_file.parsed(french.encode()).frame
    found = rounds_update.changes(english.head(440), published)
    assert found.corrected.is_empty()
    assert found.added["number"].to_list() == ["440", "441", "442", "443", "444"]
    assert rounds_update.changes(published, english).corrected.is_empty()


def test_a_corrected_name_of_the_same_language_is_a_correction(french: str) -> None:
    published = rounds_file.parsed(french.encode()).frame
    other = french.replace("Métiers des transports (Version 1)", "Métiers des transports (2023-1)")
    found = rounds_update.changes(rounds_file.parsed(other.encode()).frame, published)
    assert set(found.corrected["field"]) == {"name"}


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("General", "en"), ("Générale", "fr"), ("Programme des candidats des provinces", "fr"),
        ("Provincial Nominee Program", "en"), ("STEM occupations (Version 1)", "en"), ("Métiers (Version 1)", "fr"),
    ],
)  # fmt: skip
def test_language_of_a_name(name: str, language: str) -> None:
    assert language_of_name(name) == language


@pytest.mark.parametrize(
    ("text", "is_"),
    [
        ("21 janvier 2026", date(2026, 1, 21)), ("1 février 2015", date(2015, 2, 1)), ("1er mars 2024", date(2024, 3, 1)),
        ("30 avril 2026", date(2026, 4, 30)), ("4 mai 2020", date(2020, 5, 4)), ("24 juin 2026", date(2026, 6, 24)),
        ("9 juillet 2025", date(2025, 7, 9)), ("7 AOÛT 2026", date(2026, 8, 7)), ("2 sept. 2026", date(2026, 9, 2)),
        ("11 octobre 2025", date(2025, 10, 11)), ("5 novembre 2023", date(2023, 11, 5)), ("31 décembre 2019", date(2019, 12, 31)),
    ],
)  # fmt: skip
def test_french_days(text: str, is_: date) -> None:
    assert day(text, "drawDateFull") == is_


def test_french_moments() -> None:
    def read(text: str) -> datetime | None:
        return rounds_file.moment(text, date(2021, 10, 19))

    assert read("21 janvier 2026 à 12:37:42 UTC") == datetime(2026, 1, 21, 12, 37, 42, tzinfo=UTC)
    assert read("7 octobre à 16:38:21 UTC") == datetime(2021, 10, 7, 16, 38, 21, tzinfo=UTC)
    for wrong in ("31 juin 2026 à 10:00:00 UTC", "3 brumaire 2026 à 10:00:00 UTC"):
        with pytest.raises(ValueError, match="is not a time such as"):
            read(wrong)


@pytest.mark.parametrize("size", ["4 500", "4\u00a0500", "4\u202f500", "4,500", 4500])
def test_thousands_however_they_are_set_apart(size: Any, french: str) -> None:
    content = json.loads(french)
    content["rounds"][0]["drawSize"] = size
    assert rounds_file.parsed(json.dumps(content).encode()).frame["size"][-1] == 4500
