"""What the corpus and the files changed by chance have found, a test each."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.validation import raw_books
from transforms.model import wording
from transforms.rules.errors import RulesError
from transforms.rules.strict_yaml import read_yaml
from validation.files import readers
from validation.files.unusable import MappingError, Unusable
from validation.mapping import map_folder

TEXTS = ("client_id", "date_of_birth", "marital_status", "C-1", "1990-01-02", "single")


def _shared(cells: str) -> str:
    return f'<sheetData><row r="1">{cells}</row></sheetData>'


@pytest.mark.parametrize("number", [" 1 ", "-1", "1.5", "x", "1e0", "99999999999999999999"])
def test_a_shared_text_without_a_number_is_not_the_first_text(number: str, tmp_path: Path) -> None:
    sheet = _shared(f'<c r="A1" t="s"><v>{number}</v></c><c t="s" r="B1"><v>2</v></c>')
    path = raw_books.write(tmp_path / "book.xlsx", {"Candidates": sheet}, shared=TEXTS)
    book = readers.Workbook(path.read_bytes())
    with pytest.raises(Unusable, match="damaged"):
        book.grid(book.sheets[0])


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="A1" t="s"><v>3</v></c>',
        '<c t="s" s="1" r="A1"><v>3</v></c>',
        '<c r="A1" t="s"/><c r="B1" t="s"><v>3</v></c>',
    ],
)
def test_a_shared_text_with_a_number_is_read(cell: str, tmp_path: Path) -> None:
    path = raw_books.write(tmp_path / "book.xlsx", {"Candidates": _shared(cell)}, shared=TEXTS)
    book = readers.Workbook(path.read_bytes())
    assert "C-1" in book.grid(book.sheets[0]).cells.row(0)


@pytest.mark.parametrize("encoding", ["TF-8", "UTF-7", "shift_jis", "hex", "undefined", "idna"])
@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/_rels/workbook.xml.rels"])
def test_a_part_in_an_encoding_that_cannot_be_used_is_damaged(encoding: str, part: str, tmp_path: Path) -> None:
    sheet = _shared('<c r="A1" t="s"><v>0</v></c>')
    path = raw_books.write(tmp_path / "book.xlsx", {"Candidates": sheet}, shared=TEXTS)
    changed = io.BytesIO()
    with zipfile.ZipFile(path) as book, zipfile.ZipFile(changed, "w") as other:
        for one in book.namelist():
            head, end, rest = book.read(one).partition(b"?>")
            start = f'<?xml version="1.0" encoding="{encoding}"?>'.encode()
            other.writestr(one, start + (rest if end else head) if one == part else book.read(one))
    with pytest.raises(Unusable, match="damaged"):
        _first_grid(changed.getvalue())


def _first_grid(data: bytes) -> readers.Grid:
    book = readers.Workbook(data)
    return book.grid(book.sheets[0])


def test_an_amount_of_300_digits_is_asked_back(
    candidate: Callable[..., dict[str, object]], book: Callable[..., Path], take: Callable[..., object]
) -> None:
    taken = take(book([candidate(settlement_funds_cad=1e300), candidate("C-2")]))
    assert taken.quarantine["column"].to_list() == ["settlement_funds_cad"]  # type: ignore[attr-defined]
    assert taken.sheets["candidates"]["client_id"].to_list() == ["C-2"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("language", wording.LANGUAGES)
def test_numbers_of_any_size_are_written(language: str) -> None:
    with wording.using(language):
        for text in (wording.number(1e300), wording.whole_number(10**300), wording.decimal(1e300)):
            assert sum(sign.isdigit() for sign in text) >= 300


def test_the_mark_of_dos_at_the_end_is_no_row(take: Callable[..., object], tmp_path: Path) -> None:
    path = tmp_path / "clients.csv"
    path.write_bytes(b"client_id,date_of_birth,marital_status\r\nC-1,1990-01-02,single\r\n\x1a\x1a")
    taken = take(path)
    assert taken.quarantine.is_empty()  # type: ignore[attr-defined]
    assert taken.sheets["candidates"]["client_id"].to_list() == ["C-1"]  # type: ignore[attr-defined]


def test_the_line_of_a_map_is_named_in_french(tmp_path: Path) -> None:
    path = tmp_path / "map.yaml"
    path.write_text("columns:\n  A: client_idd\n", encoding="utf-8")
    with wording.using("fr"), pytest.raises(MappingError, match=r"map\.yaml\s*: ligne 2"):
        map_folder.read(path)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "a: 1\nb: !!python/name:os.system\n",
            "line 2: the tag 'tag:yaml.org,2002:python/name:os.system' is not known; take it out",
        ),
        (
            "a:\n  A:b\n  B: c\n",
            "line 3: a colon is in a place where none may be; put a blank behind the colon of the line above",
        ),
        ("a: {b: c", "line 1: "),
    ],
)
def test_yaml_that_cannot_be_read_has_a_line_of_the_file_and_a_fix(text: str, says: str) -> None:
    with pytest.raises(RulesError) as caught:
        read_yaml(text.encode(), "map.yaml")
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("written", "read"), [("2173.5", None), ("21231,9", None), ("21231.0", "21231"), ("NOC 21231.", "21231")]
)
def test_a_number_with_a_fraction_is_no_occupation(
    written: str,
    read: str | None,
    candidate: Callable[..., dict[str, object]],
    book: Callable[..., Path],
    take: Callable[..., object],
) -> None:
    taken = take(book([candidate(primary_noc=written)]))
    assert taken.sheets["candidates"]["primary_noc"].to_list() == ([] if read is None else [read])  # type: ignore[attr-defined]


def test_delimiters_within_a_quoted_note_are_no_columns() -> None:
    note = '"' + ", ".join(["word"] * 121) + '"'
    rows = [f"C-{number},{note}" for number in range(130_000)]
    grid = readers.csv_file("\n".join(["client_id,note", *rows]).encode(), "Candidates", len)
    assert grid.cells.width == 2
