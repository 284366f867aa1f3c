"""A firm's logo as a picture on the first page: its bytes as they are, its size read from its header, scaled to fit."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from itertools import accumulate

from openpyxl.drawing.image import Image
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, OneCellAnchor
from openpyxl.drawing.xdr import XDRPositiveSize2D
from openpyxl.utils.units import pixels_to_EMU

from reports.workbook.cells import CellSheet
from transforms.model.wording import _, whole_number

MAX_BYTES = 2_000_000
MAX_PIXELS = 4_000
# Of the picture on the page, in pixels and points.
MAX_HEIGHT, MAX_WIDTH = 52, 260
ROOM_POINTS = 42.0
MARGIN = 2
# A character of a column's width, and a column's own margin, in pixels.
CHARACTER, COLUMN_MARGIN = 7, 5
_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
_SIZE_AND_TYPE, _CHECKSUM = 8, 4
# Markers of JPEG: those of a frame's header (without tables and arithmetic conditioning), those without a length, the end.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_BARE = frozenset({0x01, *range(0xD0, 0xD8)})
_SCAN, _END = 0xDA, b"\xff\xd9"


class LogoError(ValueError):
    """A picture cannot be used as a logo; the message gives the reason and the fix."""


@dataclass(frozen=True)
class Logo:
    """A picture: its bytes, its format (`png` or `jpeg`), and its width and height in pixels."""

    data: bytes = field(repr=False)
    format: str
    width: int
    height: int


def read_logo(data: bytes) -> Logo:
    """The logo of a file's content; nothing of it is decompressed. Raises LogoError."""
    if len(data) > MAX_BYTES:
        size = _("The file has {size} bytes, more than {most}. Save a smaller picture.")
        raise LogoError(size.format(size=whole_number(len(data)), most=whole_number(MAX_BYTES)))
    try:
        if data.startswith(_PNG):
            logo = Logo(data, "png", *_size_of_png(data))
        elif data.startswith(_JPEG):
            logo = Logo(data, "jpeg", *_size_of_jpeg(data))
        else:
            raise LogoError(_("The file is neither a PNG nor a JPEG picture. Save the logo as PNG."))
    except (IndexError, EOFError):
        raise LogoError(_("The picture is damaged. Save the logo again as PNG.")) from None
    if not (0 < logo.width <= MAX_PIXELS and 0 < logo.height <= MAX_PIXELS):
        size = _("The picture has {width} x {height} pixels, more than {most} in a direction. Save a smaller picture.")
        raise LogoError(size.format(width=logo.width, height=logo.height, most=MAX_PIXELS))
    return logo


def _size_of_png(data: bytes) -> tuple[int, int]:
    """Width and height; raises EOFError where a part is damaged or missing."""
    at, size = len(_PNG), (0, 0)
    while True:
        length, kind = int.from_bytes(data[at : at + 4]), data[at + 4 : at + _SIZE_AND_TYPE]
        end = at + _SIZE_AND_TYPE + length
        content, checksum = data[at + _SIZE_AND_TYPE : end], data[end : end + _CHECKSUM]
        if len(checksum) < _CHECKSUM or zlib.crc32(kind + content) != int.from_bytes(checksum):
            raise EOFError
        if kind == b"IHDR":
            size = int.from_bytes(content[:4]), int.from_bytes(content[4:8])
        if kind == b"IEND":
            return size
        at = end + _CHECKSUM


def _size_of_jpeg(data: bytes) -> tuple[int, int]:
    """Width and height; raises EOFError and IndexError where a part is damaged or missing."""
    at = 2
    while data[at] == 0xFF:
        marker = data[at + 1]
        if marker in _FRAMES and _END in data[at:]:
            return int.from_bytes(data[at + 7 : at + 9]), int.from_bytes(data[at + 5 : at + 7])
        if marker == _SCAN:
            break
        at += 2 if marker in _BARE else 2 + int.from_bytes(data[at + 2 : at + 4])
    raise EOFError


class _Picture(Image):  # type: ignore[misc]
    """A picture that openpyxl writes without a library that decodes it."""

    def __init__(self, logo: Logo, width: int, height: int) -> None:
        self.format, self.width, self.height = logo.format, width, height
        self._logo = logo

    def _data(self) -> bytes:
        return self._logo.data


def put_logo(sheet: CellSheet, logo: Logo, widths: tuple[float, ...]) -> None:
    """Puts the logo to the right end of a page's first rows, its aspect kept; `widths` are those of the columns."""
    scale = min(1.0, MAX_HEIGHT / logo.height, MAX_WIDTH / logo.width)
    width, height = max(1, round(logo.width * scale)), max(1, round(logo.height * scale))
    edges = [0, *accumulate(int(one * CHARACTER) + COLUMN_MARGIN for one in widths)]
    left = max(0, edges[-1] - width - MARGIN)
    column = max(place for place, edge in enumerate(edges) if edge <= left)
    corner = AnchorMarker(col=column, colOff=pixels_to_EMU(left - edges[column]), row=0, rowOff=pixels_to_EMU(MARGIN))
    picture = _Picture(logo, width, height)
    picture.anchor = OneCellAnchor(_from=corner, ext=XDRPositiveSize2D(pixels_to_EMU(width), pixels_to_EMU(height)))
    sheet.add_image(picture)
