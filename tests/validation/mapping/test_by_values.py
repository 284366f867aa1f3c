"""What the cells below a heading say that its words do not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.validation.mapping.test_named_tests import written
from tests.validation.mapping.test_proposal import heading, proposed, read_back
from validation.intake.intake import Intake
from validation.mapping import proposal_text

NAMED = ["Client ID", "DOB", "Marital"]
ADA = ["C-1", "1990-12-25", "Single"]
BEN = ["C-2", "1988-04-03", "Married"]


def with_column(path: Path, name: str, *cells: str) -> Path:
    return written(path / "export.csv", [*NAMED, name], [*ADA, cells[0]], [*BEN, cells[-1]])


@pytest.mark.parametrize("name", ["Status", "Situation", "Civil"])
def test_cells_of_marital_status_give_it_where_no_heading_does(tmp_path: Path, name: str) -> None:
    path = written(tmp_path / "export.csv", ["Client ID", "DOB", name], ADA, [*BEN[:2], "Common-law"])
    found = proposed(path)
    assert read_back(found).columns[name.lower()] == "marital_status"
    assert heading(found, name).match.why == "Every cell holds a marital status. No other heading gives marital_status."
    assert not found.missing


def test_other_words_below_a_status_give_no_marital_status(tmp_path: Path) -> None:
    path = written(tmp_path / "export.csv", ["Client ID", "DOB", "Status"], ADA, [*BEN[:2], "Submitted"])
    assert "candidates.marital_status" in proposed(path).missing


def test_a_status_beside_a_marital_status_is_not_ours(tmp_path: Path) -> None:
    assert heading(proposed(with_column(tmp_path, "Status", "Single", "Married")), "Status").match.how == "not_ours"


def test_days_below_the_name_of_an_assessment_are_its_days(tmp_path: Path) -> None:
    found = proposed(with_column(tmp_path, "ECA", "2025-03-03", "2024-04-04"))
    assert read_back(found).columns["eca"] == "eca_issued_on"
    assert "eca" not in read_back(proposed(with_column(tmp_path, "ECA", "WES", "2024-04-04"))).columns


def test_labelled_scores_below_the_name_of_a_language_are_read(tmp_path: Path, take: Callable[..., Intake]) -> None:
    path = with_column(tmp_path, "English", "IELTS: L8 R7.5 W7 S7", "CELPIP: L9 R9 W8 S8")
    firm = read_back(proposed(path))
    assert firm.derived["english"].options == {"language": "english"}
    clients = take(path, mapping=firm).candidates
    assert clients.sort("client_id").select("english_test", "english_listening", "english_speaking").rows() == [
        ("IELTS_GT", 8.0, 7.0), ("CELPIP_G", 9.0, 8.0),
    ]  # fmt: skip


def test_the_country_behind_a_city_is_read(tmp_path: Path, take: Callable[..., Intake]) -> None:
    path = with_column(tmp_path, "Where do you live now?", "Lagos, Nigeria", "Canada")
    found = proposed(path)
    firm = read_back(found)
    assert firm.derived["wheredoyoulivenow"].rule == "country"
    assert "Lagos" not in proposal_text.map_text(found)
    clients = take(path, mapping=firm).candidates
    assert clients.sort("client_id")["country_of_residence"].to_list() == ["NG", "CA"]


def test_countries_alone_need_no_rule(tmp_path: Path) -> None:
    found = proposed(with_column(tmp_path, "Country of residence", "Nigeria", "Korea, South"))
    assert read_back(found).columns["countryofresidence"] == "country_of_residence"


@pytest.mark.parametrize(
    ("rows", "is_key"),
    [([["K-17"], ["K-18"]], True), ([["K-17"], ["K-17"]], False), ([["5145550101"], ["5145550102"]], False), ([["red"], ["blue"]], False)],
)  # fmt: skip
def test_numbers_of_their_own_give_the_client(tmp_path: Path, rows: Sequence[Sequence[str]], is_key: bool) -> None:
    path = written(tmp_path / "export.csv", ["Label", "DOB", "Marital"], *([*one, *ADA[1:]] for one in rows))
    assert ("label" in read_back(proposed(path)).columns) is is_key


def test_days_that_may_be_of_birth_are_asked(tmp_path: Path) -> None:
    path = written(tmp_path / "export.csv", ["Client ID", "Naiss.", "Marital"], ADA, BEN)
    found = proposed(path)
    assert "naiss" not in read_back(found).columns
    assert '# "Naiss.": date_of_birth' in proposal_text.map_text(found)
