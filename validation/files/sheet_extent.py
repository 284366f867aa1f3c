"""How far the cells of a sheet reach and how much text they hold: what would fill the memory is refused before it is read."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Collection

from transforms.model.wording import _, whole_number
from validation.files.preflight import MEBIBYTE
from validation.files.sheet_xml import ALPHABET, column_of, letters_of
from validation.files.unusable import Unusable

# The last row and column of a spreadsheet, counted from 1.
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
MAXIMUM_CELLS = 15_000_000
# Of the texts of all cells of a sheet together.
MAXIMUM_TEXT = 256 * MEBIBYTE
# What a sheet of few values may take in memory: so many cells, or so many for each cell that holds something.
ROOM_FOR_ALL = 4_000_000
ROOM_A_CELL = 10
SCATTERED_ROWS = 1_000
COLUMNS_TO_ZZ = ALPHABET + ALPHABET**2
MAX_ROW_DIGITS = 7
MAX_SHOWN = 20

_ROW = re.compile(rb'<row r="([0-9]{1,7})"')
_ROW_WITH_PREFIX = re.compile(rb'<\w+:row r="([0-9]{1,7})"')
_ROW_TAG_WITH_PREFIX = re.compile(rb"<\w+:row[\s>/]")
# Each begins with a text of its own, which is far quicker to look for than a choice of two.
_NO_PLACES = (re.compile(rb'c r="(?![A-Z]{1,3}[0-9]{1,7}")([^"]*+)'), re.compile(rb'row r="(?![0-9]{1,7}")([^"]*+)'))
_TAG_BEFORE = re.compile(rb"<(?:\w+:)?\Z")
_PLACE = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')
_PLACED_CELL = re.compile(rb'<(?:\w+:)?c r="([A-Z]{1,3})([0-9]{1,7})"')
_CELL_TAG = re.compile(rb"<(?:\w+:)?c[\s>/]")
_END_OF_ROW = re.compile(rb"</(?:\w+:)?row>")
_BEYOND_ZZ = re.compile(rb'c r="[A-Z]{3}[0-9]')
_TYPE = re.compile(rb'\bt="(\w+)"')
_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>([^<]+)<")
_FORMULA = re.compile(rb"<(?:\w+:)?f(?:\s[^>]*)?>([^<]*)<")
_CELL = re.compile(rb"<((?:\w+:)?c)((?:\s[^<>]*?)?)(?:/>|>([^<]*+(?:<(?!/?(?:\w+:)?c[\s>/])[^<]*+)*+)</\1>)")
_TEXT_OF = re.compile(rb"<(?:\w+:)?t(?:\s[^>]*)?>([^<]*)<")
_SHARED_TEXT = re.compile(
    rb"<(?:\w+:)?si(?:\s[^<>]*?)?(?:/>|>([^<]*+(?:<(?!/?(?:\w+:)?si[\s>/])[^<]*+)*+)</(?:\w+:)?si>)"
)
_SHARED = b't="s"'
_REFERENCE = re.compile(
    rb't="s"[^<>]*>(?:\s*<(?:\w+:)?f(?:\s[^<>]*)?(?:/>|>[^<]*</(?:\w+:)?f>))?\s*<(?:\w+:)?v>\s*([0-9]{1,9})'
)


def fitted(xml: bytes, title: str, shared_texts: Callable[[], bytes]) -> bytes:
    """The plain XML of a sheet, without its blank cells where far-off ones would make a sheet of few values a giant.

    `shared_texts` gives the XML of the texts that cells share. Raises Unusable where filled cells stand so far off, or a
    cell stands where a spreadsheet has none.
    """
    _refuse_no_places(xml)
    numbers = _ROW.findall(xml) + (_ROW_WITH_PREFIX.findall(xml) if b":row" in xml else [])
    unnumbered = xml.count(b"<row") + len(_ROW_TAG_WITH_PREFIX.findall(xml) if b":row" in xml else ()) - len(numbers)
    beside = _cells_without_place(xml)
    rows = _last_row(xml, max(map(int, numbers), default=1) + max(unnumbered, 0))
    is_wide = beside > COLUMNS_TO_ZZ or _BEYOND_ZZ.search(xml) is not None
    if rows * COLUMNS_TO_ZZ <= ROOM_FOR_ALL and not is_wide:
        return xml
    filled = xml.count(b"</c>") or xml.count(b":c>")
    room = min(MAXIMUM_CELLS, max(ROOM_FOR_ALL, ROOM_A_CELL * filled))
    if rows <= 2 * len(numbers) + SCATTERED_ROWS and not beside and not _is_beyond(xml, rows, room, is_wide=is_wide):
        return xml
    kept = _without_blanks(xml, _blank_texts(shared_texts()))
    last_row, last_column, far = 1, 0, ""
    for found in _PLACED_CELL.finditer(kept):
        column = column_of(found[1].decode())
        last_row = max(last_row, int(found[2]))
        if column >= last_column:
            last_column, far = column, f"{found[1].decode()}{found[2].decode()}"
    if beside:
        last_row, last_column = max(last_row, rows), last_column + beside
        far = f"{letters_of(last_column)}{last_row}"
    if last_row * (last_column + 1) > room or last_row > LAST_ROW or last_column >= LAST_COLUMN:
        raise Unusable(
            _("Sheet {title} has {last_row} rows and reaches as far as cell {far}.").format(
                title=title, last_row=last_row, far=far
            ),
            _("Delete the rows below and the columns right of the table and save it again, or save it as CSV."),
        )
    return kept


def refuse_long_texts(xml: bytes, title: str, shared_texts: Callable[[], bytes]) -> None:
    """Raises Unusable where the texts that cells share make too long a text, each written out in every cell."""
    cells = xml.count(_SHARED)
    if not cells or len(shared := shared_texts()) * cells <= MAXIMUM_TEXT:
        return
    lengths = [len(found[1] or b"") for found in _SHARED_TEXT.finditer(shared)]
    if max(lengths, default=0) * cells <= MAXIMUM_TEXT:
        return
    total = 0
    for found in _REFERENCE.finditer(xml):
        number = int(found[1])
        total += lengths[number] if number < len(lengths) else 0
    if total > MAXIMUM_TEXT:
        raise Unusable(
            _("The texts of sheet {title} are longer than {size} MiB in all.").format(
                title=title, size=MAXIMUM_TEXT // MEBIBYTE
            ),
            _("Shorten them, or divide the sheet into several files; all may be given."),
        )


def refuse_more(cells: int) -> None:
    """Raises Unusable where the sheets of one workbook hold more cells in all than are read."""
    if cells > MAXIMUM_CELLS:
        raise Unusable(
            _("The sheets of the workbook have more than {number} cells in all.").format(
                number=whole_number(MAXIMUM_CELLS)
            ),
            _("Divide it into several files; all may be given."),
        )


def _refuse_no_places(xml: bytes) -> None:
    """Raises Unusable for a row or a cell whose stated place no spreadsheet has."""
    wrong = [
        found
        for pattern in _NO_PLACES
        for found in pattern.finditer(xml)
        if _TAG_BEFORE.search(xml, max(found.start() - MAX_SHOWN, 0), found.start())
    ]
    if wrong:
        first = min(wrong, key=lambda found: found.start())
        raise Unusable(
            _("The workbook states a place that no spreadsheet has: {place!r}.").format(
                place=first[1][:MAX_SHOWN].decode("utf-8", "replace")
            ),
            _("Open it in a spreadsheet program and save it again."),
        )


def _last_row(xml: bytes, rows: int) -> int:
    """The last row that a cell states, where it is beyond those of the tags of rows; else that."""
    digits = str(rows)
    if len(digits) > MAX_ROW_DIGITS:
        return rows
    more = [rf"[0-9]{{{len(digits) + 1},{MAX_ROW_DIGITS}}}"] if len(digits) < MAX_ROW_DIGITS else []
    more += [
        f"{digits[:place]}[{int(digit) + 1}-9]" + "[0-9]" * (len(digits) - place - 1)
        for place, digit in enumerate(digits)
        if digit != "9"
    ]
    if not more or not re.search(rf'c r="[A-Z]{{1,3}}(?:{"|".join(more)})"'.encode(), xml):
        return rows
    return max(rows, *(int(found[2]) for found in _PLACED_CELL.finditer(xml)))


def _cells_without_place(xml: bytes) -> int:
    """The most cells of a row that do not state their place; 0 where all do."""
    has_prefix = b":c" in xml and (b":c " in xml or b":c>" in xml or b":c/" in xml)
    if not has_prefix and xml.count(b"<c ") + xml.count(b"<c>") + xml.count(b"<c/") == xml.count(b'<c r="'):
        return 0
    start, most = 0, 0
    for end in (*(found.start() for found in _END_OF_ROW.finditer(xml)), len(xml)):
        placed = sum(1 for _found in _PLACED_CELL.finditer(xml, start, end))
        most = max(most, sum(1 for _found in _CELL_TAG.finditer(xml, start, end)) - placed)
        start = end
    return most


def _is_beyond(xml: bytes, rows: int, room: int, *, is_wide: bool) -> bool:
    """Does a cell stand in a column that, with so many rows, leaves the room?"""
    blocks = room // (rows * ALPHABET)
    if is_wide:
        return True
    if not blocks:
        return rows * max(column_of(found[1].decode()) + 1 for found in _PLACED_CELL.finditer(xml)) > room
    if blocks > ALPHABET:
        return False
    return bool(re.search(rb' r="([%c-Z][A-Z][0-9]+)"' % (ord("A") + blocks - 1), xml))


def _without_blanks(xml: bytes, blank_texts: Collection[bytes]) -> bytes:
    """The XML without cells that state their place and hold nothing but blanks."""

    def kept(found: re.Match[bytes]) -> bytes:
        _, attributes, content = found.groups()
        return b"" if _PLACE.search(attributes) and _is_blank(attributes, content or b"", blank_texts) else found[0]

    return _CELL.sub(kept, xml)


def _is_blank(attributes: bytes, content: bytes, blank_texts: Collection[bytes]) -> bool:
    if b"<" not in content:
        return True
    if _FORMULA.search(content):
        return False
    kind = _TYPE.search(attributes)
    if kind and kind[1] == b"s":
        value = _VALUE.search(content)
        return value is not None and value[1].strip() in blank_texts
    return not _text_of(content)


def _text_of(content: bytes) -> str:
    texts = [*_TEXT_OF.findall(content), *_VALUE.findall(content)]
    return html.unescape("".join(text.decode("utf-8", "replace") for text in texts)).strip()


def _blank_texts(shared: bytes) -> frozenset[bytes]:
    """The numbers of the shared texts that are blank."""
    return frozenset(
        str(place).encode()
        for place, found in enumerate(_SHARED_TEXT.finditer(shared))
        if not _text_of(found[1] or b"")
    )
