"""What a reading of a workbook's cells as text loses or gets wrong, found in the XML of a sheet."""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from transforms.model.wording import _
from validation.files.package import quoted_alike
from validation.files.unusable import Unusable

# Stands before the text of a formula that has no stored result; a private-use character, in no client's text.
NO_RESULT = "\ue000"
# Stands before the name of a kind of content that is no text, such as bytes.
NO_TEXT = "\ue001"
# The errors that a spreadsheet shows in a cell; the reader of cells knows the first seven alone.
ERRORS = (
    "#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "#GETTING_DATA",
    "#FIELD!", "#BLOCKED!", "#CONNECT!", "#UNKNOWN!", "#BUSY!", "#EXTERNAL!", "#PYTHON!", "#TIMEOUT!", "#ERROR!",
)  # fmt: skip
KNOWN_TO_READER = 7
OTHER_ERROR = ERRORS[-1]
ALPHABET = 26
MAX_FORMULA_SHOWN = 60
MAX_TAG = 2_000

# The tag of a row or a cell with attributes, and the attributes in it.
_PLACED = re.compile(rb"<((?:\w+:)?(?:c|row))((?:\s++[\w:.-]++\s*+=\s*+(?:\"[^\"<]*+\"|'[^'<]*+'))++)\s*+(/?)>")
_ATTRIBUTE = re.compile(rb"([\w:.-]++)\s*+=\s*+(?:\"([^\"<]*+)\"|'([^'<]*+)')")
_ODD_TAG = re.compile(rb"<(?:\w+:)?(?:c|row)[\t\r\n]")
_NO_CONTENT = re.compile(rb"<!--|<!\[CDATA\[|<\?(?!xml\s)")
_ENDS = {b"<!--": b"-->", b"<![CDATA[": b"]]>", b"<?": b"?>"}
_ERROR = re.compile(rb't="e"')
_ODD_BOOLEAN = re.compile(rb't="b"(?![^<>]*>(?:<f>[^<]*</f>)?<v>[01]</v>)')
# A number of a shared text that is none: the reader of cells takes it for that of the first text.
_ODD_NUMBER = re.compile(
    rb't="s"(?!><v>[0-9]{1,10}<)(?=[^<>]*>(?:<(?:\w+:)?f[\s>/][^<]*(?:</(?:\w+:)?f>)?)?\s*<(?:\w+:)?v(?:\s[^<>]*)?>(?![0-9]{1,10}<)[^<])'
)
_BARE_TEXT = re.compile(
    rb't="inlineStr"(?=[^<>]*>\s*(?:<(?:\w+:)?(?:f|is)(?:\s[^<>]*)?(?:/>|>[^<]*</(?:\w+:)?(?:f|is)>)\s*)*<(?:\w+:)?v[\s>])'
)
# By type of cell: what programs store that do not calculate a formula.
_ZEROS = {b"n": re.compile(r"[+-]?0+(?:\.0*)?(?:[eE][+-]?[0-9]+)?"), b"b": re.compile(r"0|false", re.IGNORECASE)}
_FORMULA_TAG = re.compile(rb"<f[\s>/]")
_FORMULA_TAG_WITH_PREFIX = re.compile(rb"<\w+:f[\s>/]")
_CELL_TAG = re.compile(rb"<((?:\w+:)?c)(\s[^<>]*?)?(/?)>")
_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>([^<]+)<")
_HAS_VALUE = re.compile(rb"<(?:\w+:)?(?:v|is)[\s>/]")
_FORMULA = re.compile(rb"<(?:\w+:)?f(?:\s[^>]*)?>([^<]*)<")
_PLACE = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')
_TYPE = re.compile(rb'\bt="(\w+)"')
_HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row\s(?=[^<>]*\bhidden="(?:1|true)")[^<>]*?\br="([0-9]{1,7})"')
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^<>]*?\bref="([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})"')

Place = tuple[int, int]
Places = dict[Place, str]


class Merge(NamedTuple):
    """Cells shown as one: rows from 1, columns from 0, first and last."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int


@dataclass(frozen=True)
class Lost:
    """Cells that a reading as text loses or gets wrong.

    `texts` are what they say: an error cell its error (`#N/A`), a formula without a stored result its text after
    NO_RESULT. `zeros` are formulas with the stored result 0 or FALSE, `cut` the places in the XML of cells that would end the
    reading of the whole sheet.
    """

    texts: Places
    zeros: tuple[Place, ...]
    cut: tuple[tuple[int, int], ...]


def letters_of(column: int) -> str:
    """The letters of a column counted from 0: 0 is A, 26 is AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, ALPHABET)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_of(letters: str) -> int:
    """The column of some letters, counted from 0."""
    column = 0
    for letter in letters:
        column = column * ALPHABET + ord(letter) - ord("A") + 1
    return column - 1


def plain_xml(xml: bytes) -> bytes:
    """A sheet's XML as nearly all programs write it.

    Without comments and notes to programs, with plain text for CDATA, with attributes between quotation marks, and with the
    place of rows and cells as their first attribute.
    """
    if b"<!" in xml or xml.find(b"<?", 1) >= 0:
        xml = b"".join(_content(xml))
    if b" r='" in xml:
        xml = quoted_alike(xml)
    return xml if _is_placed_first(xml) else _PLACED.sub(_placed_first, xml)


def _is_placed_first(xml: bytes) -> bool:
    """Is the place the first attribute of all rows and cells that have attributes?"""
    start = max(xml.find(b"sheetData"), 0)
    if any(xml.find(mark, start) >= 0 for mark in (b"\t", b"\r", b"\n")) and _ODD_TAG.search(xml):
        return False
    tags = (b"<c", b"<row", *(tag for tag in (b":c", b":row") if tag in xml))
    return all(xml.count(b"%s " % tag) == xml.count(b'%s r="' % tag) for tag in tags)


def _placed_first(tag: re.Match[bytes]) -> bytes:
    """The tag of a row or a cell with its place first, and its attributes between quotation marks."""
    attributes = [
        (name, quoted if quoted or not bare else bare.replace(b'"', b"&quot;"))
        for name, quoted, bare in _ATTRIBUTE.findall(tag[2])
    ]
    attributes.sort(key=lambda attribute: attribute[0] != b"r")
    written = b"".join(b' %s="%s"' % (name, value.replace(b">", b"&gt;")) for name, value in attributes)
    return b"<%s%s%s>" % (tag[1], written, tag[3])


def _content(xml: bytes) -> Iterator[bytes]:
    """The XML in pieces, without comments and notes to programs, and with plain text for CDATA."""
    last = 0
    while found := _NO_CONTENT.search(xml, last):
        end = xml.find(_ENDS[found[0]], found.end())
        if end < 0:
            raise Unusable(_("The workbook is damaged."), _("Open it in a spreadsheet program and save it again."))
        yield xml[last : found.start()]
        if found[0] == b"<![CDATA[":
            yield html.escape(_decoded(xml[found.end() : end]), quote=False).encode()
        last = end + len(_ENDS[found[0]])
    yield xml[last:]


def lost_cells(xml: bytes, *, with_zeros: bool = False) -> Lost:
    """Looks for what a reading as text loses; for formulas with the stored result 0 or FALSE only where that is asked.

    Raises Unusable for a cell whose shared text has no number.
    """
    if _ODD_NUMBER.search(xml):
        raise Unusable(_("The workbook is damaged."), _("Open it in a spreadsheet program and save it again."))
    texts: Places = {}
    cut = _errors(xml, texts)
    _odd_values(xml, texts)
    zeros = []
    for tag in (_FORMULA_TAG, *((_FORMULA_TAG_WITH_PREFIX,) if b":f" in xml else ())):
        for cell in _cells_at(xml, tag):
            found = _TYPE.search(cell.attributes)
            kind = found[1] if found else b"n"
            if _is_without_result(cell, kind):
                texts[_place(cell)] = f"{NO_RESULT}={_text(_FORMULA, cell.content)[:MAX_FORMULA_SHOWN]}"
            elif with_zeros and kind in _ZEROS and _ZEROS[kind].fullmatch(_text(_VALUE, cell.content).strip()):
                zeros.append(_place(cell))
    return Lost(texts, tuple(zeros), cut)


def _errors(xml: bytes, texts: Places) -> tuple[tuple[int, int], ...]:
    """Adds the errors to what cells say; gives the places in the XML of those that the reader of cells does not know."""
    cut = []
    for cell in _cells_at(xml, _ERROR):
        error = _text(_VALUE, cell.content)
        texts[_place(cell)] = error if error in ERRORS else OTHER_ERROR
        if error not in ERRORS[:KNOWN_TO_READER]:
            cut.append((cell.start, cell.end))
    return tuple(cut)


def _odd_values(xml: bytes, texts: Places) -> None:
    """Adds what cells of yes and no and of text say that hold their value in an unusual way."""
    if xml.count(b't="b"') != xml.count(b't="b"><v>0</v>') + xml.count(b't="b"><v>1</v>'):
        for cell in _cells_at(xml, _ODD_BOOLEAN):
            value = _text(_VALUE, cell.content).strip().lower()
            if value:
                texts[_place(cell)] = {"0": "false", "1": "true"}.get(value, value)
    if xml.count(b't="inlineStr"') != xml.count(b"<is><t"):
        for cell in _cells_at(xml, _BARE_TEXT):
            texts[_place(cell)] = _text(_VALUE, cell.content)


def without(xml: bytes, spans: Collection[tuple[int, int]]) -> bytes:
    """The XML without some places of it, in order."""
    view = memoryview(xml)
    kept, last = [], 0
    for start, end in spans:
        kept.append(view[last:start])
        last = end
    return b"".join([*kept, view[last:]])


def merges(xml: bytes) -> tuple[Merge, ...]:
    """The cells of a sheet that are shown as one."""
    end = xml.rfind(b"sheetData>")
    return tuple(
        Merge(int(top), int(bottom), column_of(left.decode()), column_of(right.decode()))
        for left, top, right, bottom in _MERGED.findall(xml, max(end, 0))
    )


def hidden_rows(xml: bytes) -> tuple[int, ...]:
    """The rows of a sheet that are hidden, by a filter or by hand."""
    start = xml.find(b"sheetData>")
    if xml.find(b'hidden="', max(start, 0)) < 0:
        return ()
    return tuple(map(int, _HIDDEN_ROW.findall(xml, max(start, 0))))


class _Cell(NamedTuple):
    """A cell in the XML: from where to where, its attributes, and what stands between its tags."""

    start: int
    end: int
    attributes: bytes
    content: bytes


def _cells_at(xml: bytes, mark: re.Pattern[bytes]) -> Iterator[_Cell]:
    """The cells in whose first tag, or right behind it, a mark stands."""
    for found in mark.finditer(xml):
        start = xml.rfind(b"<", max(found.start() - MAX_TAG, 0), found.start())
        tag = _CELL_TAG.match(xml, start) if start >= 0 else None
        if tag is None:
            continue
        if tag[3]:
            yield _Cell(start, tag.end(), tag[2] or b"", b"")
            continue
        closing = b"</" + tag[1] + b">"
        end = xml.find(closing, tag.end())
        if end < 0:
            return
        yield _Cell(start, end + len(closing), tag[2] or b"", xml[tag.end() : end])


def _is_without_result(cell: _Cell, kind: bytes) -> bool:
    """Has a formula no stored result? An empty text is one, where the cell is said to hold text."""
    if kind == b"e":
        return False
    if kind in (b"str", b"inlineStr", b"s"):
        return not _HAS_VALUE.search(cell.content)
    return not _VALUE.search(cell.content)


def _text(pattern: re.Pattern[bytes], content: bytes) -> str:
    found = pattern.search(content)
    return html.unescape(_decoded(found[1])) if found else ""


def _decoded(text: bytes) -> str:
    return text.decode("utf-8", "replace")


def _place(cell: _Cell) -> Place:
    found = _PLACE.search(cell.attributes)
    if not found:
        raise Unusable(
            _("The workbook holds an error or a formula without result in a cell whose place it does not state."),
            _("Open it in a spreadsheet program and save it again."),
        )
    return int(found[2]), column_of(found[1].decode())
