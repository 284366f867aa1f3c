"""The package of a workbook: its parts by name, its sheets, and what it says of its dates and formulas."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from transforms.model.wording import _
from validation.files.unusable import Unusable

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MAIN_PART = "xl/workbook.xml"
STYLES, TEXTS = "xl/styles.xml", "xl/sharedstrings.xml"
PLAIN_DATE_FORMAT = b"14"
# Built-in formats of East Asian and Thai spreadsheets that show a date or a time (ISO/IEC 29500-1, 18.8.30).
NATIONAL_DATE_FORMATS = frozenset({*range(27, 37), *range(50, 59), *range(71, 82)})
TRUE = ("1", "true")
ONLY_SHEET = "Sheet1"
# Of a part that is read as a tree: the list of the sheets, and the links between parts.
MAXIMUM_TREE = 8 << 20
MAX_DIGITS = 20

_APOSTROPHES = re.compile(rb"""='([^'"<>]*)'""")
_TAG_WITH_APOSTROPHES = re.compile(rb"<[^<>']*+'[^<>]*+>")
_CELL_FORMATS = re.compile(rb"</?(?:\w+:)?cellXfs\b")
_FORMAT_ID = re.compile(rb'\bnumFmtId="([0-9]{1,3})"')
_OWN_FORMAT = re.compile(rb'<(?:\w+:)?numFmt\s[^<>]*?\bnumFmtId="([0-9]{1,9})"')

_TEXTS_TAG = re.compile(rb"<(?:\w+:)?sst\s[^<>]*>")
_NUMBER_OF_TEXTS = re.compile(rb"""\suniqueCount\s*=\s*["']?([0-9]+)["']?""")

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"


@dataclass(frozen=True)
class SheetPart:
    """One worksheet: its title as it stands in the workbook, the name of its part, and whether it is hidden."""

    title: str
    part: str
    is_hidden: bool


def quoted_alike(xml: bytes) -> bytes:
    """XML with its attributes between quotation marks, as nearly all programs write them."""
    return _TAG_WITH_APOSTROPHES.sub(lambda tag: _APOSTROPHES.sub(rb'="\1"', tag[0]), xml) if b"='" in xml else xml


def part_name(name: str) -> str:
    """The name of a part as names are compared: without regard to case, with / between folders (ECMA-376, part 2)."""
    return name.replace("\\", "/").lstrip("/").lower()


class Package:
    """A workbook's parts by name. Raises Unusable where what they say of each other is damaged."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._parts = {part_name(part.filename): part for part in archive.infolist()}

    def __contains__(self, name: str) -> bool:
        return part_name(name) in self._parts

    def read(self, name: str) -> bytes:
        """The content of a part; raises KeyError where there is none."""
        return self._archive.read(self._parts[part_name(name)])

    @cached_property
    def main_part(self) -> str:
        """The name of the part that is the workbook."""
        if "_rels/.rels" in self:
            for kind, target in self._links("").values():
                if kind.endswith("/officeDocument"):
                    return target
        return MAIN_PART

    @property
    def is_workbook(self) -> bool:
        """Is the main part there, and is it a workbook rather than a text or a presentation?"""
        return self.main_part in self and self._workbook.tag.rpartition("}")[2] == "workbook"

    @cached_property
    def sheets(self) -> tuple[SheetPart, ...]:
        """The worksheets in the order of the workbook; sheets that are a chart or a dialog are passed over."""
        links = self._links(self.main_part)
        found: list[SheetPart] = []
        parts: set[str] = set()
        for entry in self._workbook.iter():
            if entry.tag.rpartition("}")[2] == "sheet":
                kind, target = links.get(_attribute(entry, "id"), ("", ""))
                if kind.endswith("/worksheet") or not kind:
                    if part_name(target) in parts:
                        raise _damaged()
                    parts.add(part_name(target))
                    state = _attribute(entry, "state").lower()
                    found.append(SheetPart(_attribute(entry, "name"), target, state.endswith("hidden")))
        return tuple(found)

    @cached_property
    def is_recalculated(self) -> bool:
        """Does the workbook ask to be calculated when it is opened, so that stored results are not reliable?"""
        return any(
            entry.tag.rpartition("}")[2] == "calcPr" and _attribute(entry, "fullCalcOnLoad").lower() in TRUE
            for entry in self._workbook.iter()
        )

    @cached_property
    def is_odd(self) -> bool:
        """Does the package stand otherwise than the reader of cells expects it?

        Its parts under other names, days counted from 1904, cells in a national date format, or a false number of texts.
        """
        names = {MAIN_PART, *(sheet.part for sheet in self.sheets if sheet.part in self)}
        linked = {target for kind, target in self._links(self.main_part).values() if kind.endswith(_BESIDE)}
        exact = {part.filename for part in self._parts.values()}
        return (
            self.main_part != MAIN_PART
            or any(self._parts[part_name(name)].filename != name for name in names)
            or any("\\" in name for name in exact)
            or not {part_name(name) for name in linked} <= {STYLES, TEXTS}
            or sum(_is_properties(entry) for entry in self._workbook.iter()) > 1
            or self._counts_from_1904
            or self._styles != self._styles_as_written
            or self._texts != self._texts_as_written
        )

    def with_sheet(self, xml: bytes) -> bytes:
        """A plain workbook of one worksheet, named ONLY_SHEET, with the texts and formats of this one."""
        made = io.BytesIO()
        beside = [(name, kind, content) for name, kind, content in self._beside() if content is not None]
        links = [("worksheet", "worksheets/sheet1.xml"), *((kind, name) for name, kind, _ in beside)]
        with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as new:
            new.writestr("[Content_Types].xml", _content_types([kind for _, kind, _ in beside]))
            new.writestr("_rels/.rels", _links_xml([("officeDocument", MAIN_PART)]))
            new.writestr(MAIN_PART, _workbook_xml(counts_from_1904=self._counts_from_1904))
            new.writestr("xl/_rels/workbook.xml.rels", _links_xml(links))
            new.writestr("xl/worksheets/sheet1.xml", xml)
            for name, _, content in beside:
                new.writestr(f"xl/{name}", content)
        return made.getvalue()

    def texts(self) -> bytes:
        """The XML of the texts that cells of all sheets share; empty where there are none."""
        return self._texts or b""

    def _beside(self) -> list[tuple[str, str, bytes | None]]:
        return [
            ("styles.xml", "styles", self._styles),
            ("sharedStrings.xml", "sharedStrings", self._texts),
        ]

    @cached_property
    def _workbook(self) -> Element:
        return self._xml(self.main_part)

    @cached_property
    def _counts_from_1904(self) -> bool:
        own = [entry for entry in self._workbook if _is_properties(entry)]
        return any(_attribute(entry, "date1904").lower() in TRUE for entry in own)

    @cached_property
    def _styles_as_written(self) -> bytes | None:
        return self._linked_part("/styles", STYLES)

    @cached_property
    def _styles(self) -> bytes | None:
        return None if self._styles_as_written is None else _with_plain_dates(self._styles_as_written)

    @cached_property
    def _texts_as_written(self) -> bytes | None:
        return self._linked_part("/sharedStrings", TEXTS)

    @cached_property
    def _texts(self) -> bytes | None:
        """The texts that cells share, without a stated number that is more than there are: memory is set aside for so many."""
        written = self._texts_as_written
        tag = _TEXTS_TAG.search(written) if written else None
        stated = _NUMBER_OF_TEXTS.search(tag[0]) if tag else None
        if (
            not written
            or not tag
            or not stated
            or int(stated[1][:MAX_DIGITS]) <= written.count(b"si>") + written.count(b"si/>")
        ):
            return written
        return written[: tag.start()] + _NUMBER_OF_TEXTS.sub(b"", tag[0]) + written[tag.end() :]

    def _linked_part(self, kind_ends: str, otherwise: str) -> bytes | None:
        """The part that the workbook links to as being of a kind, else the one of the usual name."""
        linked = [target for kind, target in self._links(self.main_part).values() if kind.endswith(kind_ends)]
        return next((self.read(name) for name in [*linked, otherwise] if name in self), None)

    def _links(self, part: str) -> dict[str, tuple[str, str]]:
        """The links of a part (of the package itself: empty name) by id: their kind, and the part they lead to."""
        folder, name = posixpath.split(part)
        found = {}
        for entry in self._xml(posixpath.join(folder, "_rels", f"{name}.rels")).iter():
            if entry.tag.rpartition("}")[2] == "Relationship":
                target = _attribute(entry, "Target").replace("\\", "/")
                whole = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
                found[_attribute(entry, "Id")] = (_attribute(entry, "Type"), whole)
        return found

    def _xml(self, part: str) -> Element:
        from xml.etree.ElementTree import ParseError

        from defusedxml.ElementTree import fromstring

        try:
            xml = self.read(part)
            if len(xml) > MAXIMUM_TREE:
                raise _damaged()
            root: Element = fromstring(xml)
        # Also for an encoding that Python lacks (LookupError) or cannot use (ValueError).
        except (LookupError, ParseError, ValueError):
            raise _damaged() from None
        return root


def _damaged() -> Unusable:
    return Unusable(_("The workbook is damaged."), _("Open it in a spreadsheet program and save it again."))


_BESIDE = ("/styles", "/sharedStrings")


def _attribute(entry: Element, name: str) -> str:
    """An attribute by its name without the namespace."""
    return next((value for key, value in entry.attrib.items() if key.rpartition("}")[2] == name), "")


def _is_properties(entry: Element) -> bool:
    return entry.tag.rpartition("}")[2] == "workbookPr"


def _with_plain_dates(styles: bytes) -> bytes:
    """The styles with the built-in date formats of other countries as a plain date, where they are no own format."""
    styles_alike = quoted_alike(styles)
    own = {int(number) for number in _OWN_FORMAT.findall(styles_alike)}
    national = NATIONAL_DATE_FORMATS - own

    def plain(found: re.Match[bytes]) -> bytes:
        return b'numFmtId="' + PLAIN_DATE_FORMAT + b'"' if int(found[1]) in national else found[0]

    borders = [found.start() for found in _CELL_FORMATS.finditer(styles_alike)]
    start, end = (borders[0], borders[-1]) if borders else (0, 0)
    changed = styles_alike[:start] + _FORMAT_ID.sub(plain, styles_alike[start:end]) + styles_alike[end:]
    return styles if changed == styles_alike else changed


def _content_types(beside: list[str]) -> str:
    parts = [("xl/workbook.xml", "sheet.main"), ("xl/worksheets/sheet1.xml", "worksheet")]
    parts += [(f"xl/{kind}.xml", kind) for kind in beside]
    entries = "".join(f'<Override PartName="/{name}" ContentType="{_SHEET_TYPE}.{kind}+xml"/>' for name, kind in parts)
    default = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    return f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">{default}{entries}</Types>'


def _links_xml(links: list[tuple[str, str]]) -> str:
    entries = "".join(
        f'<Relationship Id="rId{place}" Type="{_LINKS}/{kind}" Target="{target}"/>'
        for place, (kind, target) in enumerate(links, start=1)
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{entries}</Relationships>'


def _workbook_xml(*, counts_from_1904: bool) -> str:
    properties = '<workbookPr date1904="1"/>' if counts_from_1904 else "<workbookPr/>"
    sheets = f'<sheets><sheet name="{ONLY_SHEET}" sheetId="1" r:id="rId1"/></sheets>'
    return f'{_HEAD}<workbook xmlns="{_SHEETS}" xmlns:r="{_LINKS}">{properties}{sheets}</workbook>'
