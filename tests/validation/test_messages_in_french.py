"""Messages of the intake in French: no English is left, the same problems are found, and no language is kept over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from reports.corrections.groups import grouped
from tests.french import english_left
from tests.reports.corrections import mistakes
from tests.validation.test_plan_file import SLIPS
from tests.validation.test_unusable import FILES
from transforms.model import wording
from transforms.model.columns import CODES, SHEETS
from validation.checks.explain_records import TAKEN_AS
from validation.intake.intake import Intake, UnusableInputs
from validation.intake.quarantine import is_for_other_rows
from validation.plans import plan_file
from validation.plans.plan_file import PlanFileError
from validation.values import countries

Take = Callable[..., Intake]
# Messages of the reader of YAML and of the names of rounds, which are no messages of a plan's keys.
OF_OTHERS = ("stands twice", "not readable as YAML", "no kind of round")
MIN_TEXTS = 100


@pytest.fixture
def in_french() -> Iterator[None]:
    with wording.using("fr"):
        yield


def texts(taken: Intake) -> list[str]:
    frames = pl.concat([taken.quarantine, taken.warnings, taken.held])
    return [*frames["problem"], *frames["fix"]]


def values(taken: Intake) -> list[str]:
    return [*filter(None, pl.concat([taken.quarantine, taken.warnings, taken.held])["value"])]


def test_no_message_on_a_workbook_of_many_mistakes_is_english(tmp_path: Path, take: Take, in_french: None) -> None:
    taken = take(mistakes.write(tmp_path / "firm.xlsx"))
    assert len(set(texts(taken))) >= MIN_TEXTS
    assert english_left(texts(taken), allowed=values(taken)) == []
    assert english_left([str(use) for one in taken.inputs for use in one.uses]) == []


def test_the_same_problems_are_found_and_grouped_in_both_languages(tmp_path: Path, take: Take) -> None:
    path = mistakes.write(tmp_path / "firm.xlsx")
    english = take(path)
    with wording.using("fr"):
        french = take(path)
        other_rows = [is_for_other_rows(problem) for problem in french.quarantine["problem"]]
    again = take(path)
    for ours, theirs in ((english.quarantine, french.quarantine), (english.warnings, french.warnings)):
        cells = ["source_file", "source_sheet", "source_row", "cell", "client_id", "column", "value"]
        assert ours.select(cells).equals(theirs.select(cells))
        rows = [{group.rows for group in grouped(frame, "warning", CODES)} for frame in (ours, theirs)]
        assert rows[0] == rows[1]
    assert other_rows == [is_for_other_rows(problem) for problem in english.quarantine["problem"]]
    assert any(other_rows)
    assert again.quarantine.equals(english.quarantine)
    assert again.warnings.equals(english.warnings)


@pytest.mark.parametrize(("name", "content", "problem"), FILES, ids=[f"{name}: {said}" for name, _, said in FILES])
def test_no_message_on_an_unusable_file_is_english(
    tmp_path: Path, take: Take, in_french: None, name: str, content: bytes, problem: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UnusableInputs) as caught:
        take(path)
    assert english_left([str(caught.value), caught.value.unusable[0].problem, caught.value.unusable[0].fix]) == []


@pytest.mark.parametrize("text", [text for text, told in SLIPS if not any(one in told for one in OF_OTHERS)])
def test_no_message_on_a_plan_is_english(tmp_path: Path, in_french: None, text: str) -> None:
    path = tmp_path / "plan-a.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PlanFileError) as caught:
        plan_file.read(path)
    keys = {*plan_file.KEYS, *plan_file.ROUND_KEYS, "lapsed_share", "declined_share", "a mapping", "a list"}
    assert english_left([str(caught.value)], allowed=keys) == []


@pytest.mark.parametrize(
    ("column", "value", "read_as"),
    [
        ("citizenship", "Indien", "IN"), ("citizenship", "Allemande", "DE"), ("english_test", "IELTS", "IELTS_GT"),
        ("education_level", "docteur", "doctorate"), ("pool_status", "inconnu", None), ("first_language", "TBD", None),
    ],
)  # fmt: skip
def test_notes_on_words_are_french(
    take: Take, book: Callable[..., Path], candidate: Callable[..., Any], in_french: None, column: str, value: str,
    read_as: str | None,
) -> None:  # fmt: skip
    taken = take(book(candidates=[candidate(**{column: value})]))
    assert english_left(texts(taken), allowed=[value, "General Training", read_as or "draft"]) == []


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Allemagne", "DE"), ("Côte d\u2019Ivoire", "CI"), ("Corée du Sud", "KR"), ("Pays-Bas", "NL"), ("Émirats arabes unis", "AE"),
        ("Russie", "RU"), ("Viêt Nam", "VN"), ("Vietnam", "VN"), ("Iran", "IR"), ("République tchèque", "CZ"), ("Tchéquie", "CZ"),
        ("Congo-Kinshasa", "CD"), ("États-Unis", "US"), ("Royaume-Uni", "GB"), ("Turquie", "TR"), ("Macédoine du Nord", "MK"),
        ("Hong Kong", "HK"), ("Taïwan", "TW"), ("Syrie", "SY"), ("Moldavie", "MD"), ("Birmanie", "MM"), ("Biélorussie", "BY"),
    ],
)  # fmt: skip
def test_french_names_of_countries_are_read(name: str, code: str) -> None:
    assert countries.code_of(name) == code


def test_every_country_is_read_by_the_name_that_messages_give() -> None:
    import pycountry

    for language in wording.LANGUAGES:
        with wording.using(language):
            named = {country.alpha_2: countries.name_of(country.alpha_2) for country in pycountry.countries}
        wrong = {code: name for code, name in named.items() if countries.code_of(name) != code}
        assert wrong == {}


def test_what_a_sheet_without_a_column_is_taken_as_is_marked() -> None:
    assert {column.taken_as for sheet in SHEETS for column in sheet.columns if column.taken_as} == set(TAKEN_AS)


def test_a_rule_shows_numbers_in_the_language(
    take: Take, book: Callable[..., Path], candidate: Callable[..., Any]
) -> None:
    path = book(candidates=[candidate(canadian_work_years=12.5, date_of_birth=date(1990, 1, 2))])
    assert take(path).quarantine["problem"].to_list() == ["12.5 years of work are more than the last 10 years hold."]
    with wording.using("fr"):
        assert take(path).quarantine["problem"].to_list() == [
            "12,5 années de travail dépassent les 10 dernières années."
        ]
