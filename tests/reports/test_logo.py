"""A firm's logo: read without being decoded, refused with a reason, and placed with its aspect kept."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from lxml import etree
from reading_back import Saved

from reports.report import report
from reports.report.contents import ReportContents
from reports.workbook.logo import MAX_BYTES, MAX_HEIGHT, MAX_PIXELS, MAX_WIDTH, LogoError, read_logo


def png(width: int, height: int, *, real: int = 2) -> bytes:
    """A grey PNG that says to be of some size; its pixels are those of a picture `real` pixels high and wide."""

    def part(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + b"\x99" * real for _row in range(real)))
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", pixels) + part(b"IEND", b"")


def jpeg(width: int, height: int) -> bytes:
    """The headers of a JPEG of some size, with an application part before them."""
    app = b"\xff\xe0" + struct.pack(">H", 16) + b"JFIF\0" + bytes(9)
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\0"
    return b"\xff\xd8" + app + frame + b"\xff\xda" + struct.pack(">H", 8) + b"\x01\x01\0\0\x3f\0" + b"\0\xff\xd9"


@pytest.mark.parametrize(("data", "kind"), [(png(300, 100), "png"), (jpeg(300, 100), "jpeg")])
def test_the_size_is_read_from_the_header(data: bytes, kind: str) -> None:
    logo = read_logo(data)
    assert (logo.format, logo.width, logo.height, logo.data) == (kind, 300, 100, data)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "neither a PNG nor a JPEG"),
        (b"GIF89a" + bytes(20), "neither a PNG nor a JPEG"),
        (b"<svg/>", "neither a PNG nor a JPEG"),
        (png(300, 100)[:-6], "damaged"),
        (png(300, 100)[:40], "damaged"),
        (png(300, 100).replace(b"IDAT", b"IDAX"), "damaged"),
        (b"\x89PNG\r\n\x1a\n", "damaged"),
        (b"\xff\xd8\xff", "damaged"),
        (jpeg(300, 100)[:-2], "damaged"),
        (jpeg(300, 100)[:30], "damaged"),
        (png(0, 100), "0 x 100 pixels"),
        (png(MAX_PIXELS + 1, 1), "4001 x 1 pixels"),
        (png(1, 2**31), "pixels"),
        (jpeg(1, 65_535), "1 x 65535 pixels"),
        (png(10, 10) + bytes(MAX_BYTES), "Save a smaller picture"),
    ],
)
def test_a_bad_picture_is_refused_with_the_reason(data: bytes, problem: str) -> None:
    with pytest.raises(LogoError, match=problem):
        read_logo(data)


@pytest.mark.parametrize("cut", range(0, len(jpeg(3, 2)), 3))
def test_a_picture_that_was_cut_anywhere_is_refused(cut: int) -> None:
    with pytest.raises(LogoError):
        read_logo(jpeg(3, 2)[:cut])


@pytest.mark.parametrize(("width", "height"), [(300, 100), (100, 300), (10, 10), (4_000, 40), (2_000, 2_000)])
def test_it_stands_on_the_first_page_with_its_aspect_kept(
    width: int, height: int, few: ReportContents, tmp_path: Path
) -> None:
    data = png(width, height)
    report.write_report(tmp_path / "report.xlsx", replace(few, firm="Maple & Birch", logo=read_logo(data)))
    with zipfile.ZipFile(tmp_path / "report.xlsx") as package:
        assert package.read("xl/media/image1.png") == data
        drawing = etree.fromstring(package.read("xl/drawings/drawing1.xml"))
    (anchor,) = (one.getparent() for one in drawing.iter("{*}pic"))
    extent = anchor.find("{*}ext")
    # In English Metric Units, 9,525 a pixel.
    shown = [int(extent.get(side)) / 9525 for side in ("cx", "cy")]
    assert shown[0] <= MAX_WIDTH
    assert shown[1] <= MAX_HEIGHT
    scale = min(1, MAX_WIDTH / width, MAX_HEIGHT / height)
    assert shown == pytest.approx([max(1, width * scale), max(1, height * scale)], abs=0.51)
    sheet = openpyxl.load_workbook(tmp_path / "report.xlsx")["Summary"]
    assert sheet.row_dimensions[1].height >= MAX_HEIGHT * 0.75


def test_the_properties_name_the_firm_and_what_the_book_is(
    few: ReportContents, saved: Callable[[ReportContents], Saved]
) -> None:
    made = saved(replace(few, firm="Maple & Birch"))
    properties = made.book.properties
    assert properties.subject == "Express Entry, report as of 2021-09-14"
    assert properties.keywords == f"as of 2021-09-14; rules {few.rules_version}; {few.rules_status}"
    assert b"<Company>Maple &amp; Birch</Company>" in made.xml()["docProps/app.xml"]
    assert b"Company" not in saved(few).xml()["docProps/app.xml"]


def test_equal_books_with_a_logo_have_equal_bytes(few: ReportContents, tmp_path: Path) -> None:
    contents = replace(few, logo=read_logo(png(30, 10)))
    for name in ("one.xlsx", "other.xlsx"):
        report.write_report(tmp_path / name, contents)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "other.xlsx").read_bytes()
