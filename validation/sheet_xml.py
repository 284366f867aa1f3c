"""What a text reading of a workbook does not tell: error cells, formulas without a stored result, and far-off cells."""

from __future__ import annotations

import html
import posixpath
import re
import zipfile
from typing import TYPE_CHECKING

from validation.unusable import Unusable

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

# Stands before the text of a formula that has no stored result; a private-use character, in no client's text.
NO_RESULT = "\ue000"
MAXIMUM_CELLS = 60_000_000
ALPHABET = 26
LONGEST_FORMULA = 60

_ERROR_CELL = re.compile(rb'<(?:\w+:)?c\s([^>]*?\bt="e"(?:[^>]*[^>/])?)>(.*?)</(?:\w+:)?c>', re.DOTALL)
_FORMULA_CELL = re.compile(rb"<(?:\w+:)?c(\s[^>]*)?>\s*(<(?:\w+:)?f[\s>/].*?)</(?:\w+:)?c>", re.DOTALL)
_FORMULA_MARKS = (b"<f>", b"<f ", b":f>", b":f ")
_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>([^<]+)<")
_FORMULA = re.compile(rb"<(?:\w+:)?f(?:\s[^>]*)?>([^<]*)<")
_TEXT_RESULT = b't="str"'
_PLACE = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')
_ROW = re.compile(rb'row\b[^>]*?\sr="([0-9]+)"')
_BEYOND_ZZ = re.compile(rb' r="([A-Z]{3}[0-9]+)"')
_APOSTROPHES = re.compile(rb"""='([^'"<>]*)'""")


def quoted_alike(xml: bytes) -> bytes:
    """A sheet's XML with its attributes between quotation marks, as nearly all programs write them."""
    return _APOSTROPHES.sub(rb'="\1"', xml) if b" r='" in xml else xml


Places = dict[tuple[int, int], str]


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


def parts_by_title(package: zipfile.ZipFile) -> dict[str, str]:
    """The package part of each worksheet, by the sheet's title as it stands in the workbook."""
    targets = {
        _attribute(entry, "Id"): _attribute(entry, "Target")
        for entry in _xml(package, "xl/_rels/workbook.xml.rels").iter()
        if entry.tag.endswith("}Relationship")
    }
    titles = {}
    for sheet in _xml(package, "xl/workbook.xml").iter():
        if sheet.tag.endswith("}sheet"):
            part = posixpath.normpath(posixpath.join("/xl", targets.get(_attribute(sheet, "id"), ""))).lstrip("/")
            titles[_attribute(sheet, "name")] = part
    return titles


def _xml(package: zipfile.ZipFile, part: str) -> Element:
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root: Element = fromstring(package.read(part))
    except (KeyError, ParseError, DefusedXmlException):
        raise Unusable("The workbook is damaged.", "Open it in a spreadsheet program and save it again.") from None
    return root


def _attribute(entry: Element, name: str) -> str:
    """An attribute by its name without the namespace."""
    return next((value for key, value in entry.attrib.items() if key.rpartition("}")[2] == name), "")


def lost_cells(xml: bytes) -> Places:
    """Cells that a text reading takes for empty though they are not: (row from 1, column from 0) → text.

    An error cell gives its error (`#N/A`), a formula without a stored result its text after NO_RESULT.
    """
    lost: Places = {}
    if b't="e"' in xml:
        for attributes, content in _ERROR_CELL.findall(xml):
            lost[_place(attributes)] = _text(_VALUE, content) or "#ERROR!"
    if any(mark in xml for mark in _FORMULA_MARKS):
        for attributes, content in _FORMULA_CELL.findall(xml):
            if not _VALUE.search(content) and _TEXT_RESULT not in attributes:
                lost[_place(attributes)] = f"{NO_RESULT}={_text(_FORMULA, content)[:LONGEST_FORMULA]}"
    return lost


def _text(pattern: re.Pattern[bytes], content: bytes) -> str:
    found = pattern.search(content)
    return html.unescape(found[1].decode("utf-8", "replace")) if found else ""


def _place(attributes: bytes) -> tuple[int, int]:
    found = _PLACE.search(attributes)
    if not found:
        raise Unusable(
            "The workbook holds an error or a formula without result in a cell whose place it does not state.",
            "Open it in a spreadsheet program and save it again.",
        )
    return int(found[2]), column_of(found[1].decode())


def check_extent(xml: bytes, title: str) -> None:
    """Raises Unusable where far-off cells would make a sheet of few values a giant in memory."""
    rows = max(map(int, _ROW.findall(xml)), default=1)
    blocks = MAXIMUM_CELLS // (rows * ALPHABET)
    far = _BEYOND_ZZ.search(xml)
    if not far and blocks <= ALPHABET:
        far = re.search(rb' r="([%c-Z][A-Z][0-9]+)"' % (ord("A") + max(blocks, 1) - 1), xml)
    if far:
        raise Unusable(
            f"Sheet {title} has {rows} rows and reaches as far as cell {far[1].decode()}.",
            "Delete the rows below and the columns right of the table and save it again, or save it as CSV.",
        )
