"""Inputs that cannot be used: one clear message each, and none of them reaches a parser's traceback."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from validation.intake.intake import UnusableInputs

OLE2 = bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 504
HEADERS: list[object] = ["client_id", "date_of_birth", "marital_status"]
ROW: list[object] = ["C-1", "1990-01-02", "single"]
CSV = "client_id,date_of_birth,marital_status\nC-1,1990-01-02,single\n"


def repacked(path: Path, change: Callable[[str, bytes], bytes | None], **added: bytes) -> bytes:
    """A workbook's package with its parts changed (None: left out) and parts added."""
    out = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
        for name, content in added.items():
            new.writestr(name, content)
    return out.getvalue()


def told(take: Callable[..., Any], *paths: Path, **options: Any) -> UnusableInputs:
    with pytest.raises(UnusableInputs) as caught:
        take(*paths, **options)
    assert caught.value.__cause__ is None
    return caught.value


FILES = [
    ("notes.xlsx", b"just some text\n", "holds text"),
    ("notes.xlsx", b"\0\1\2\3", "something else"),
    ("notes.xlsx", b"PAR1....PAR1", "a Parquet file"),
    ("locked.xlsx", OLE2 + "EncryptedPackage".encode("utf-16-le"), "password-protected"),
    ("old.xlsx", OLE2 + "Workbook".encode("utf-16-le"), "old .xls format"),
    ("old.xls", OLE2 + "Workbook".encode("utf-16-le"), "old .xls format"),
    ("letter.xlsx", OLE2, "not a workbook"),
    ("empty.xlsx", b"", "empty"),
    ("empty.csv", b"", "empty"),
    ("cut.xlsx", b"PK\x03\x04 and no more", "damaged"),
    ("none.xlsx", b"PK\x05\x06" + b"\0" * 18, "holds no workbook"),
    ("book.xlsm", b"PK\x03\x04", ".xlsm file"),
    ("book.ods", b"PK\x03\x04", ".ods file"),
    ("clients.txt", CSV.encode(), "does not end in"),
    ("book.csv", b"PK\x03\x04", "is a workbook"),
    ("book.csv", b"PAR1....PAR1", "is a Parquet file"),
    ("utf16.csv", CSV.encode("utf-16"), "UTF-16"),
    ("mac.csv", (CSV + "C-2,1990-01-02,caf\xe9\n").encode("mac_roman"), "not in UTF-8 (first at line 3)"),
    ("nul.csv", CSV.encode() + b"\0", "not text"),
    ("bars.csv", CSV.replace(",", "|").encode(), "divided by |"),
    ("quote.csv", CSV.encode() + b'"C-2,1990-01-02,single\nC-3,1990-01-02,single\n', "Row 3"),
    ("prose.csv", b"nothing of ours\n1\n", "no header row"),
    ("only_header.csv", CSV.splitlines()[0].encode(), "Candidates sheet is empty"),
    ("blank.csv", b"\n\n,,\n", "Candidates sheet is empty"),
    ("education.csv", b"\n\n", "blank"),
    ("bad.parquet", b"PAR1 and then nothing PAR1", "damaged"),
    ("cut.parquet", b"PAR1 and then", "not a whole Parquet"),
    ("secret.parquet", b"PARE....PARE", "encrypted"),
]


@pytest.mark.parametrize(("name", "content", "problem"), FILES, ids=[f"{name}: {said}" for name, _, said in FILES])
def test_a_file_that_is_not_what_its_name_says(
    tmp_path: Path, take: Callable[..., Any], name: str, content: bytes, problem: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    found = told(take, path).unusable
    assert [one.number for one in found] == [1]
    assert problem in found[0].problem
    assert found[0].fix
    assert found[0].path == path


def test_a_missing_file_and_a_folder(tmp_path: Path, take: Callable[..., Any]) -> None:
    found = told(take, tmp_path / "gone.xlsx", tmp_path).unusable
    assert "no such file" in found[0].problem
    assert "folder" in found[1].problem


SHEETS: list[tuple[dict[str, list[list[object]]], str]] = [
    ({"Clients": [HEADERS[:2], ROW[:2]]}, "No sheet of the workbook is named Candidates."),
    ({"Clients": [HEADERS[:2], ROW[:2]]}, "Sheet Clients has a client_id, but lacks another required column."),
    ({"Candidate": [HEADERS[:2], ROW[:2]]}, "one is nearly so named"),
    ({"Candidates": []}, "Candidates sheet is empty"),
    ({"Candidates": [HEADERS]}, "Candidates sheet is empty"),
    ({"Candidates": [HEADERS, [None, " ", ""]]}, "Candidates sheet is empty"),
    ({"Candidates": [["client_id", "marital_status"], ["C-1", "single"]]}, "missing: date_of_birth"),
    ({"Candidates": [HEADERS[1:], ROW[1:]]}, "missing: client_id"),
    ({"Candidates": [[*HEADERS, "Client ID"], [*ROW, "x"]]}, "client_id (in A1 and D1)"),
    ({"Candidates": [["x", "y"], ["1", "2"]]}, "no header row"),
    ({"Candidates": [HEADERS, ROW], "Education": [["client_id", "level"], ["C-1", "masters"]]}, "missing: person"),
    ({"Candidates": [HEADERS, ROW], "Education": [["some text"]]}, "On Education no header row"),
]


@pytest.mark.parametrize(("sheets", "problem"), SHEETS, ids=[problem for _, problem in SHEETS])
def test_a_workbook_whose_sheets_cannot_be_used(
    cells_book: Callable[..., Path], take: Callable[..., Any], sheets: dict[str, list[list[object]]], problem: str
) -> None:
    assert problem in told(take, cells_book(sheets)).unusable[0].problem


def test_blank_detail_sheets_are_let_be(cells_book: Callable[..., Path], take: Callable[..., Any]) -> None:
    taken = take(cells_book({"Candidates": [HEADERS, ROW], "Education": [], "Documents": [[None, "  "]]}))
    assert taken.counts["candidates_accepted"] == 1


def plain_book(cells_book: Callable[..., Path]) -> Path:
    return cells_book({"Candidates": [HEADERS, ROW]})


def test_macros(cells_book: Callable[..., Path], take: Callable[..., Any]) -> None:
    path = plain_book(cells_book)
    path.write_bytes(repacked(path, lambda _, content: content, **{"xl/vbaProject.bin": b"x"}))
    assert "macros" in told(take, path).unusable[0].problem


def test_a_bomb(cells_book: Callable[..., Path], take: Callable[..., Any]) -> None:
    path = plain_book(cells_book)
    path.write_bytes(repacked(path, lambda _, content: content, **{"xl/media/x.xml": b" " * (20 << 20)}))
    assert "zip bomb" in told(take, path).unusable[0].problem


def test_a_bomb_that_lies_about_its_size(cells_book: Callable[..., Path], take: Callable[..., Any]) -> None:
    path = plain_book(cells_book)
    data = bytearray(repacked(path, lambda _, content: content, **{"xl/media/x.xml": b" " * (20 << 20)}))
    for mark, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = data.rfind(mark)
        struct.pack_into("<I", data, at + offset, 10)
    path.write_bytes(data)
    assert "damaged" in told(take, path).unusable[0].problem


def test_an_encrypted_part(cells_book: Callable[..., Path], take: Callable[..., Any]) -> None:
    path = plain_book(cells_book)
    data = bytearray(path.read_bytes())
    data[data.find(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    assert "password-protected" in told(take, path).unusable[0].problem


def test_declared_entities(cells_book: Callable[..., Path], take: Callable[..., Any]) -> None:
    path = plain_book(cells_book)
    entity = b'<!DOCTYPE x [<!ENTITY a "b">]>'
    path.write_bytes(repacked(path, lambda name, content: entity + content if name.endswith("sheet1.xml") else content))
    assert "entities" in told(take, path).unusable[0].problem


def test_a_binary_workbook_and_a_part_that_is_gone(cells_book: Callable[..., Path], take: Callable[..., Any]) -> None:
    path = plain_book(cells_book)
    whole = path.read_bytes()
    path.write_bytes(
        repacked(path, lambda name, content: None if name == "xl/workbook.xml" else content, **{"xl/workbook.bin": b""})
    )
    assert "binary workbook" in told(take, path).unusable[0].problem
    path.write_bytes(whole)
    path.write_bytes(repacked(path, lambda name, content: None if name.endswith("sheet1.xml") else content))
    assert "damaged" in told(take, path).unusable[0].problem


@pytest.mark.parametrize(("far", "cell"), [("XFD1048576", "XFD1048576"), ("CZ1048576", "CZ1048576")])
def test_far_off_cells(cells_book: Callable[..., Path], take: Callable[..., Any], far: str, cell: str) -> None:
    path = plain_book(cells_book)
    row = f'<row r="1048576"><c r="{far}"><v>1</v></c></row></sheetData>'.encode()
    path.write_bytes(repacked(path, lambda _, content: content.replace(b"</sheetData>", row)))
    assert f"reaches as far as cell {cell}" in told(take, path).unusable[0].problem


def test_a_parquet_file_without_our_columns(tmp_path: Path, take: Callable[..., Any]) -> None:
    path = tmp_path / "clients.parquet"
    pl.DataFrame({"a": [1]}).write_parquet(path)
    assert "no header row" in told(take, path).unusable[0].problem


def test_a_detail_file_under_another_name(tmp_path: Path, take: Callable[..., Any]) -> None:
    path = tmp_path / "degrees.csv"
    path.write_text("client_id,person,level\nC-1,principal,masters\n")
    assert "name the file education.csv" in told(take, path).unusable[0].fix


def test_details_without_any_candidates(tmp_path: Path, take: Callable[..., Any]) -> None:
    path = tmp_path / "Education.csv"
    path.write_text("client_id,person,level\nC-1,principal,masters\n")
    assert "No input holds the Candidates" in told(take, path).unusable[0].problem


def test_all_inputs_are_looked_at_first(tmp_path: Path, take: Callable[..., Any]) -> None:
    good, bad, worse = tmp_path / "good.csv", tmp_path / "secret name.xlsx", tmp_path / "worse.csv"
    good.write_text(CSV)
    bad.write_text("text")
    worse.write_bytes(b"\xff\xfe")
    error = told(take, bad, good, worse)
    assert [one.number for one in error.unusable] == [1, 3]
    assert str(error) == "\n".join(str(one) for one in error.unusable)
    assert "secret" not in str(error)
    assert "secret" not in repr(error.unusable)
    assert str(error.unusable[0]).startswith(f"Input 1 ({(error.unusable[0].sha256 or '')[:8]}): ")


def test_skip_unusable(tmp_path: Path, take: Callable[..., Any]) -> None:
    good, bad, details = tmp_path / "good.csv", tmp_path / "bad.xlsx", tmp_path / "work_history.csv"
    good.write_text(CSV)
    bad.write_text("text")
    details.write_bytes(b"\xff\xfe")
    taken = take(bad, good, skip_unusable=True)
    assert [one.number for one in taken.unusable] == [1]
    assert [one.number for one in taken.inputs] == [2]
    assert taken.counts["candidates_accepted"] == 1
    assert take(good).unusable == ()
    told(take, bad, skip_unusable=True)
    # Without a detail file its clients would be scored on half a record.
    assert [one.number for one in told(take, good, details, skip_unusable=True).unusable] == [2]
