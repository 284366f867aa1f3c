"""A report in French: no text of the catalogue and no English word is left in it, and its colours follow its words."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from reading_back import CLIENTS_2026, Saved, ran

from flows.main_run import run_contents
from reports.report import report
from tests.french import english_left
from transforms.facts.noc import noc_2016
from transforms.model import wording
from transforms.model.columns import CODES, SHEETS

RULES = "Règles"
# Of the rules, what is shown in French; sources, sections and notes stay as they are published.
IN_FRENCH = ("De quoi il s\u2019agit", "État", "Confiance", "Nature de la source")
# What the intake is written in: titles of sheets and values of columns.
VOCABULARY = CODES | {sheet.title for sheet in SHEETS}


@pytest.fixture(scope="module")
def french(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Saved]:
    """The report of the sample of 2026 in French."""
    path = tmp_path_factory.mktemp("french") / "report.xlsx"
    with wording.using("fr"):
        report.write_report(path, run_contents.contents(ran(CLIENTS_2026, as_of="2026-08-07")))
        yield Saved(path)


def _texts(saved: Saved) -> list[str]:
    cells = (cell for cell in saved.cells() if cell.parent.title != RULES)
    return [cell.value for cell in cells if isinstance(cell.value, str) and cell.value not in VOCABULARY]


def test_no_sheet_has_english_left(french: Saved) -> None:
    texts = [*french.book.sheetnames, *_texts(french)]
    assert english_left(texts, allowed=noc_2016().titles.values()) == []


def test_the_rules_have_french_titles_and_statuses(french: Saved) -> None:
    head, *rows = french.rows(RULES)
    places = [head.index(title) for title in IN_FRENCH if title in head]
    assert len(places) >= len(IN_FRENCH) - 1
    texts = [row[place] for row in rows for place in places if isinstance(row[place], str)]
    assert english_left(texts[:200]) == []


def test_english_would_be_found(french: Saved) -> None:
    assert english_left([*_texts(french), "Rank in the pool"]) == ["msgid: Rank in the pool"]


def test_undetermined_answers_are_tinted_in_french(french: Saved) -> None:
    sheet = french.book["Admissibilité"]
    formulas = {formula for rules in sheet.conditional_formatting for rule in rules.rules for formula in rule.formula}
    assert '"indéterminé"' in formulas
