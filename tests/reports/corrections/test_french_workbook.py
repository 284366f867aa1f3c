"""A corrections workbook in French: no English in it, and it is sent in again whatever the language in use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from reports.corrections.front_sheet import GROUP_HEADINGS, LIST_HEADINGS
from reports.corrections.groups import kind_of
from tests.french import english_left
from tests.reports.corrections import mistakes
from tests.reports.corrections.checking import check
from tests.reports.corrections.mistakes import KEEP, Mistake
from transforms.model import wording
from transforms.model.columns import CODES, SHEETS
from transforms.model.correction_names import FRONT_TITLES, MESSAGE_HEADINGS, STATUS_HEADINGS
from transforms.model.wording import extract
from validation.mapping import cell_terms

FRENCH, ENGLISH = ("--lang", "fr"), ("--lang", "en")
ORANGE = "FFF2A65A"
STANDINGS = {"ok", "en quarantaine", "avertissement", "en attente"}
OF_CANDIDATES = tuple(
    one for one in mistakes.MISTAKES if one.sheet == "candidates" and one.right is not None and one.right != KEEP
)


@pytest.fixture(autouse=True)
def _english_afterwards() -> Iterator[None]:
    with wording.using("en"):
        yield


def _written(path: Path, monkeypatch: pytest.MonkeyPatch, wrong: tuple[Mistake, ...] = OF_CANDIDATES) -> Path:
    monkeypatch.setattr(mistakes, "MISTAKES", wrong)
    return mistakes.write(path)


def _corrected(book: Workbook) -> Workbook:
    """The workbook with what the firm knows, found by the numbers of the clients alone, and one row a client."""
    sheet = book["Candidates"]
    columns = {cell.value: cell.column for cell in sheet[1]}
    right = {mistakes.client_of(place): one for place, one in enumerate(mistakes.MISTAKES)}
    for row in range(2, sheet.max_row + 1):
        key = sheet.cell(row, columns["client_id"])
        if (one := right.get(key.value)) is not None:
            sheet.cell(row, columns[one.column]).value = one.right
        else:
            key.value = f"{key.value}-{row}"
    return book


def _texts(book: Workbook) -> Iterator[str]:
    """What people read in a corrections workbook that is not the firm's own: the front sheet, the two columns, comments."""
    front = book.worksheets[0]
    for cells in front.iter_rows(max_col=len(LIST_HEADINGS)):
        # Names of columns, and the values of the firm's cells, are the same in every language.
        yield from (cell.value for cell in (cells[0], *cells[2:-1]) if isinstance(cell.value, str))
    for sheet in book.worksheets[1:]:
        for cells in sheet.iter_cols():
            if cells[0].value in {STATUS_HEADINGS["fr"], MESSAGE_HEADINGS["fr"]}:
                yield from (str(cell.value) for cell in cells if cell.value)
            yield from (cell.comment.text for cell in cells if cell.comment is not None)


def _values(book: Workbook) -> set[str]:
    """The values of the firm's own cells, and the titles of its sheets."""
    found = {
        str(cell.value) for sheet in book for cells in sheet.iter_rows() for cell in cells if cell.value is not None
    }
    return found | set(book.sheetnames)


def test_a_french_workbook_holds_no_english(tmp_path: Path) -> None:
    path = mistakes.write(tmp_path / "firm.xlsx")
    found = check(path, out=tmp_path / "out", extra=FRENCH)
    texts = list(_texts(openpyxl.load_workbook(found.book)))
    assert len(texts) > len(mistakes.MISTAKES)
    # The French attestation of TEF and TCF says "ancien score".
    allowed = {*_values(openpyxl.load_workbook(path)), *(sheet.title for sheet in SHEETS), "ancien score"}
    assert english_left(texts, allowed=allowed) == []


def test_titles_headings_and_statuses_are_french(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = check(_written(tmp_path / "firm.xlsx", monkeypatch), out=tmp_path / "out", extra=FRENCH)
    book = openpyxl.load_workbook(found.book)
    assert book.sheetnames[0] == "Corrections drawline"
    first = {cell.value for cells in book.worksheets[0].iter_rows() for cell in cells}
    with wording.using("fr"):
        assert {wording._(heading) for heading in (*GROUP_HEADINGS, *LIST_HEADINGS)} <= first
    assert not {"What is wrong", "Every wrong cell", "quarantined"} & first
    sheet = book["Candidates"]
    headings = [cell.value for cell in sheet[1]]
    assert headings[-2:] == ["Statut drawline", "Message drawline"]
    assert {row[len(headings) - 2].value for row in sheet.iter_rows(min_row=2)} <= STANDINGS


@pytest.mark.parametrize("again", [FRENCH, ENGLISH])
def test_a_corrected_french_workbook_is_sent_in_again(
    again: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = check(_written(tmp_path / "firm.xlsx", monkeypatch), out=tmp_path / "out", extra=FRENCH)
    assert len(found.answer["quarantine"]) > len(OF_CANDIDATES) // 2
    _corrected(openpyxl.load_workbook(found.book)).save(tmp_path / "corrected.xlsx")
    done = check(tmp_path / "corrected.xlsx", out=tmp_path / "out", extra=again)
    assert done.said == []
    assert done.answer["counts"]["candidates_accepted"] == len(OF_CANDIDATES) + 4


@pytest.mark.parametrize(("first", "second"), [("fr", "en"), ("en", "fr")])
def test_marks_of_one_language_go_where_those_of_the_other_come(
    first: str, second: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = _written(tmp_path / "firm.xlsx", monkeypatch)
    before = check(source, out=tmp_path / "out", extra=("--lang", first))
    after = check(before.book, out=tmp_path / "again", extra=("--lang", second))
    assert {(row["client_id"], row["cell"]) for row in before.answer["quarantine"]} == {
        (row["client_id"], row["cell"]) for row in after.answer["quarantine"]
    }
    book = openpyxl.load_workbook(after.book)
    assert book.sheetnames[0] == FRONT_TITLES[second]
    assert FRONT_TITLES[first] not in book.sheetnames
    own = [cell.value for cell in openpyxl.load_workbook(source)["Candidates"][1]]
    assert [cell.value for cell in book["Candidates"][1]] == [*own, STATUS_HEADINGS[second], MESSAGE_HEADINGS[second]]
    comments: list[Any] = [cell.comment for cells in book["Candidates"].iter_rows() for cell in cells if cell.comment]
    assert comments
    assert all(comment.text.count("drawline:") == 1 for comment in comments)


@pytest.mark.parametrize(
    ("problem", "value", "kind"),
    [
        ("03/04/1990 est ambigu : ce peut être 3 avril 1990 ou 1er mars 1990.", "03/04/1990", "… est ambigu : ce peut être …."),
        ("12\u00a0500 dépasse 9\u00a0999.", "", "… dépasse …."),
        ("Les lignes 3 et 4 de « Langues » sont doubles.", "", "Les lignes … de … sont doubles."),
        ("Voir Candidates, ligne 84.", "", "….")
    ],
)  # fmt: skip
def test_a_kind_of_problem_in_french_leaves_out_what_is_of_one_row(problem: str, value: str, kind: str) -> None:
    assert kind_of(problem, value, CODES) == kind


def test_fixes_that_are_reworded_for_rules_begin_alike_in_french() -> None:
    """`cell_terms` knows a fix that asks for a value, or corrects one, by its first word in each language."""
    french = {
        text: string
        for text, string in extract.read("fr", "validation").items()
        if isinstance(text, str) and isinstance(string, str) and string
    }
    for kinds in (cell_terms.WRITES, cell_terms.CORRECTS):
        other = [
            text for key, text in french.items() if key.startswith(kinds["en"]) and not text.startswith(kinds["fr"])
        ]
        assert other == []
