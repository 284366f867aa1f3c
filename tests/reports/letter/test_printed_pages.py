"""Each page is one page, as a workbook and as PDF, whatever the names; equal contents give equal bytes."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from reports.letter import book, pdf
from reports.letter.contents import Letter, LettersContents
from reports.letter.letter import letters
from reports.workbook.logo import read_logo
from transforms.model import wording

Made = Callable[..., LettersContents]
TOOLS = ("soffice", "pdfinfo", "pdftotext")
needs_tools = pytest.mark.skipif(not all(map(shutil.which, TOOLS)), reason="LibreOffice or the PDF tools are missing")
needs_typst = pytest.mark.skipif(
    not pdf.is_there() or not shutil.which("pdftotext"), reason="typst or the PDF tools are missing"
)
HOSTILE = (
    "=1+1", "*bold* _it_ #let x = 1", "$x^2$ `raw` @ref <label> // no \\ #panic()", "\u0645\u062d\u0645\u062f \u0639\u0644\u064a", "\u05d3\u05d5\u05d3 \u202e\u05dc\u05d5\u05d9",
    '#image("/etc/passwd")', "W" * 90, "Nguyễn " * 12, "<b>&amp;</b>",
)  # fmt: skip


def _part(kind: bytes, content: bytes) -> bytes:
    return len(content).to_bytes(4) + kind + content + zlib.crc32(kind + content).to_bytes(4)


# A dark pixel.
PNG = b"\x89PNG\r\n\x1a\n" + b"".join(
    (
        _part(b"IHDR", b"\0\0\0\1\0\0\0\1\x08\0\0\0\0"),
        _part(b"IDAT", zlib.compress(b"\0\x40")),
        _part(b"IEND", b""),
    )
)


def hostile(contents_of: Made) -> LettersContents:
    clients = [
        {"client_id": f"{number}={name}"[:60], "family_name": name, "given_name": name, "case_owner": name,
         "profile_submitted_at": f"2026-01-11T10:55:{number:02}Z"}
        for number, name in enumerate(HOSTILE)
    ]  # fmt: skip
    return contents_of(*clients)


def overfull(pages: list[Letter]) -> list[Letter]:
    """The pages with every list as long as it may be, and its texts at their longest."""
    long = "Une phrase qui prend toute la place que le texte le plus long de la page peut prendre. " * 2
    return [
        replace(
            one,
            programs=[replace(program, reason=long) for program in one.programs],
            caps=[long] * 4,
            steps=[replace(one.steps[0], what=long[:90], gain="+600", total="1,100", opens=long)] * 3,
            events=[replace(one.events[0], what=long[:120], act_by="2026-09-01", stake="note ou programme")] * 6,
            events_note=long,
            law=long,
        )
        for one in pages
    ]


def text_of(path: Path) -> str:
    return subprocess.run(["pdftotext", "-layout", str(path), "-"], check=True, capture_output=True, text=True).stdout


def pages_of(path: Path) -> int:
    said = subprocess.run(["pdfinfo", str(path)], check=True, capture_output=True, text=True).stdout
    assert "612 x 792 pts (letter)" in said
    found = re.search(r"Pages: +(\d+)", said)
    assert found
    return int(found[1])


@pytest.mark.long
@needs_tools
@pytest.mark.parametrize("language", wording.LANGUAGES)
def test_each_sheet_is_printed_on_one_letter_page(language: str, contents_of: Made, tmp_path: Path) -> None:
    with wording.using(language):
        contents = hostile(contents_of)
        pages = letters(contents)
        book.write_letters(tmp_path / "pages.xlsx", contents, [*pages, *overfull(pages[:2])])
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to", "pdf"]
    subprocess.run(
        [*command, "--outdir", str(tmp_path), str(tmp_path / "pages.xlsx")],
        check=True,
        capture_output=True,
        timeout=300,
    )
    assert pages_of(tmp_path / "pages.pdf") == len(HOSTILE) + 2
    assert "###" not in text_of(tmp_path / "pages.pdf")


@needs_typst
@pytest.mark.parametrize("language", wording.LANGUAGES)
def test_each_client_is_one_page_of_the_pdf(language: str, contents_of: Made, tmp_path: Path) -> None:
    with wording.using(language):
        contents = hostile(contents_of)
        pages = letters(contents)
        pdf.write_pdf(tmp_path / "pages.pdf", contents, pages)
        pdf.write_pdf(tmp_path / "full.pdf", contents, overfull(pages[:1]))
        foot = wording._("Prepared for the licensed professional in charge of the file.")
    assert pages_of(tmp_path / "pages.pdf") == len(HOSTILE)
    assert pages_of(tmp_path / "full.pdf") == 1
    # What stands last on a page is there: nothing is cut off.
    assert text_of(tmp_path / "pages.pdf").count(foot) == len(HOSTILE)
    assert foot in text_of(tmp_path / "full.pdf")


@needs_typst
def test_markup_in_a_name_is_shown_as_it_is(contents_of: Made, tmp_path: Path) -> None:
    contents = hostile(contents_of)
    pdf.write_pdf(tmp_path / "pages.pdf", contents, letters(contents))
    text = text_of(tmp_path / "pages.pdf")
    assert "*bold* _it_ #let x = 1" in text
    assert '#image("/etc/passwd")' in text


def test_no_cell_is_a_formula(contents_of: Made, tmp_path: Path) -> None:
    contents = hostile(contents_of)
    path = tmp_path / "pages.xlsx"
    titles = book.write_letters(path, contents, letters(contents))
    sheets = openpyxl.load_workbook(path)
    assert sheets.sheetnames == titles
    assert len({title.casefold() for title in titles}) == len(HOSTILE)
    cells = [cell for sheet in sheets for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert any(cell.value == "=1+1, =1+1" for cell in cells)
    with zipfile.ZipFile(path) as package:
        assert not [name for name in package.namelist() if b"<f>" in package.read(name)]


def test_a_sheet_is_set_up_for_one_page_of_letter_paper(contents_of: Made, tmp_path: Path) -> None:
    contents = contents_of({})
    book.write_letters(tmp_path / "pages.xlsx", contents, letters(contents))
    (sheet,) = openpyxl.load_workbook(tmp_path / "pages.xlsx")
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("portrait", 1)
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 1)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage


@pytest.mark.parametrize("ending", ["xlsx", pytest.param("pdf", marks=needs_typst)])
def test_equal_contents_give_equal_bytes(ending: str, contents_of: Made, tmp_path: Path) -> None:
    contents = replace(contents_of({}), firm="Maple & Söhne *Immigration*", logo=read_logo(PNG))
    write = pdf.write_pdf if ending == "pdf" else book.write_letters
    for name in ("one", "two"):
        write(tmp_path / f"{name}.{ending}", contents, letters(contents))
    assert (tmp_path / f"one.{ending}").read_bytes() == (tmp_path / f"two.{ending}").read_bytes()


@needs_typst
def test_the_firm_stands_on_the_page_and_no_file_of_the_texts_is_left(
    contents_of: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    contents = replace(contents_of({}), firm="Maple & Söhne *Immigration*", logo=read_logo(PNG))
    pdf.write_pdf(tmp_path / "page.pdf", contents, letters(contents))
    assert "Maple & Söhne *Immigration*" in text_of(tmp_path / "page.pdf")
    assert list(folder.iterdir()) == []
