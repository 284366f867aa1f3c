"""The styles of a workbook, to which those of the marks are added at the end, so that no other is renumbered."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from reports.corrections.parts import Parts
from reports.corrections.xml import (
    MAIN,
    CannotEditError,
    child,
    children,
    insert_in_order,
    name_of,
    namespace_of,
    new,
    parse,
    written,
)
from reports.workbook.looks import FONT, INK, LINK, MUTED, PAPER, RULE

ORDER = (
    "numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "tableStyles", "colors",
    "extLst",
)  # fmt: skip
CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
RESERVED_FILLS = ("none", "gray125")
TEXT_FORMAT = "49"
MAX_RECORD = 2_000
# Orange and blue differ for every kind of colour vision, and in brightness besides.
FILLS = {"quarantined": "FFF2A65A", "warning": "FFBFDDF2", "held": "FFE1E1E1"}
_PLAIN = (
    f'<styleSheet xmlns="{MAIN}"><fonts count="1"><font><sz val="11"/><name val="{FONT}"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
).encode()


@dataclass
class Styles:
    """The styles part of a package; what is added is written by `save`."""

    parts: Parts
    part: str
    root: etree._Element
    _marked: dict[tuple[int, str], int] = field(default_factory=dict)
    _restored: dict[tuple[int, str], int] = field(default_factory=dict)
    _records: dict[int, str] = field(default_factory=dict)

    @classmethod
    def of(cls, parts: Parts) -> Styles:
        """The styles of a package, which are made where there are none."""
        link = parts.linked(parts.main_part, "styles")
        if link is not None and link.target in parts:
            return cls(parts, link.target, parts.xml(link.target))
        name = parts.free_name("xl/drawlineStyles{}.xml")
        parts.put(name, _PLAIN)
        parts.declare(name, CONTENT_TYPE)
        parts.add_link(parts.main_part, "styles", name)
        return cls(parts, name, parse(_PLAIN, name))

    def save(self) -> None:
        """Puts the styles back into the package."""
        self.parts.put(self.part, written(self.root))

    def marked(self, style: int, mark: str) -> int:
        """The number of a style like another one, but filled with the colour of a mark."""
        if (style, mark) not in self._marked:
            xf = copy.deepcopy(self._xf(style))
            xf.set("fillId", str(self._fill(FILLS[mark])))
            xf.set("applyFill", "1")
            self._marked[style, mark] = self._added_xf(xf)
        return self._marked[style, mark]

    def is_marked(self) -> dict[int, str]:
        """The styles that are filled with the colour of a mark, each with its mark."""
        marks = {colour: mark for mark, colour in FILLS.items()}
        of_fill: dict[str, str] = {}
        for number, fill in enumerate(self._section("fills")):
            colour = fill.find(f".//{{{namespace_of(fill)}}}fgColor")
            if colour is not None and colour.get("rgb", "").upper() in marks:
                of_fill[str(number)] = marks[colour.get("rgb", "").upper()]
        xfs = children(self._section("cellXfs"), "xf")
        return {place: of_fill[xf.get("fillId", "")] for place, xf in enumerate(xfs) if xf.get("fillId", "") in of_fill}

    def record(self, style: int) -> str:
        """The fill of a style as a text, so that it can be restored; empty where there is none."""
        if style not in self._records:
            self._records[style] = self._record(style)
        return self._records[style]

    def _record(self, style: int) -> str:
        xf, fills = self._xf(style), self._section("fills")
        number = int(xf.get("fillId", "0"))
        if not 0 < number < len(fills):
            return ""
        text = etree.tostring(fills[number], encoding="unicode", with_tail=False)
        return text if len(text) <= MAX_RECORD else ""

    def restored(self, style: int, record: str) -> int:
        """The number of a style like a marked one, with the fill that a record states, or none."""
        if (style, record) not in self._restored:
            self._restored[style, record] = self._with_fill(style, record)
        return self._restored[style, record]

    def _with_fill(self, style: int, record: str) -> int:
        xf = copy.deepcopy(self._xf(style))
        fill = _fill_of(record, namespace_of(self.root))
        xf.set("fillId", "0" if fill is None else str(self._same_or_added("fills", fill)))
        known = [_without_apply(other) for other in children(self._section("cellXfs"), "xf")]
        if (plain := _without_apply(xf)) in known:
            return known.index(plain)
        if fill is None:
            xf.attrib.pop("applyFill", None)
        return self._added_xf(xf)

    def added(
        self, *, bold: bool = False, ink: str = "", fill: str = "", size: int = 11, wrap: bool = False,
        underlined: bool = False, top: bool = False, across: str = "", number_format: str = TEXT_FORMAT,
        is_ruled: bool = False,
    ) -> int:  # fmt: skip
        """The number of a style of texts of our own."""
        font = new(self.root, "font")
        if bold:
            font.append(new(font, "b"))
        if underlined:
            font.append(new(font, "u"))
        font.append(new(font, "sz", val=str(size)))
        if ink:
            font.append(new(font, "color", rgb=f"FF{ink}"))
        font.append(new(font, "name", val=FONT))
        xf = new(
            self.root, "xf", numFmtId=number_format, fontId=str(self._same_or_added("fonts", font)),
            fillId=str(self._fill(fill) if fill else 0), borderId=str(self._rule() if is_ruled else 0), xfId="0",
            applyNumberFormat="1", applyFont="1",
        )  # fmt: skip
        if is_ruled:
            xf.set("applyBorder", "1")
        if fill:
            xf.set("applyFill", "1")
        if wrap or top:
            xf.set("applyAlignment", "1")
            alignment = new(xf, "alignment", vertical="top" if top else "center")
            if wrap:
                alignment.set("wrapText", "1")
            if across:
                alignment.set("horizontal", across)
            xf.append(alignment)
        return self._same_or_added("cellXfs", xf)

    def _xf(self, style: int) -> etree._Element:
        xfs = children(self._section("cellXfs"), "xf")
        if not xfs:
            xf = new(self.root, "xf", numFmtId="0", fontId="0", fillId="0", borderId="0")
            self._added("cellXfs", xf)
            return xf
        return xfs[style if style < len(xfs) else 0]

    def _added_xf(self, xf: etree._Element) -> int:
        return self._same_or_added("cellXfs", xf)

    def _fill(self, colour: str) -> int:
        fill = new(self.root, "fill")
        pattern = new(fill, "patternFill", patternType="solid")
        pattern.append(new(pattern, "fgColor", rgb=colour))
        pattern.append(new(pattern, "bgColor", indexed="64"))
        fill.append(pattern)
        return self._same_or_added("fills", fill)

    def _rule(self) -> int:
        """The number of a border of a thin line below."""
        border = new(self.root, "border")
        border.extend(new(border, side) for side in ("left", "right", "top"))
        bottom = new(border, "bottom", style="thin")
        bottom.append(new(bottom, "color", rgb=f"FF{RULE}"))
        border.append(bottom)
        border.append(new(border, "diagonal"))
        return self._same_or_added("borders", border)

    def _same_or_added(self, section: str, element: etree._Element) -> int:
        known = [_canonical(other) for other in self._section(section) if name_of(other)]
        own = _canonical(element)
        return known.index(own) if own in known else self._added(section, element)

    def _added(self, section: str, element: etree._Element) -> int:
        entries = self._section(section)
        number = sum(1 for entry in entries if name_of(entry))
        entries.append(element)
        entries.set("count", str(number + 1))
        return number

    def _section(self, name: str) -> etree._Element:
        found = child(self.root, name)
        if found is None:
            found = new(self.root, name)
            insert_in_order(self.root, found, ORDER)
        if name == "fills":
            for pattern in RESERVED_FILLS[len(found) :]:
                fill = new(found, "fill")
                fill.append(new(fill, "patternFill", patternType=pattern))
                found.append(fill)
                found.set("count", str(len(found)))
        if name == "borders" and not len(found):
            border = new(found, "border")
            border.extend(new(border, side) for side in ("left", "right", "top", "bottom", "diagonal"))
            found.append(border)
            found.set("count", "1")
        return found


def _canonical(element: etree._Element) -> tuple[object, ...]:
    """An element as it is compared: without regard to prefixes, to the order of its attributes, and to blanks between tags."""
    inner = tuple(_canonical(other) for other in element if name_of(other))
    return element.tag, tuple(sorted(element.attrib.items())), (element.text or "").strip(), inner


def _without_apply(xf: etree._Element) -> tuple[object, ...]:
    plain = copy.deepcopy(xf)
    plain.attrib.pop("applyFill", None)
    return _canonical(plain)


def _fill_of(record: str, namespace: str) -> etree._Element | None:
    """The fill that a record states; None for what is none."""
    if not record or len(record) > MAX_RECORD:
        return None
    try:
        found = parse(record.encode(), "fill")
    except CannotEditError:
        return None
    return found if name_of(found) == "fill" and namespace_of(found) == namespace else None


def of_marks(styles: Styles) -> Mapping[str, int]:
    """The styles of the two columns and of the sheet in front, by name."""
    return {
        "heading": styles.added(bold=True, ink=PAPER, fill=f"FF{INK}", wrap=True),
        "title": styles.added(bold=True, ink=INK, size=14),
        "section": styles.added(bold=True, ink=INK, size=12),
        "line": styles.added(),
        "note": styles.added(ink=MUTED),
        "text": styles.added(top=True, wrap=True, is_ruled=True),
        "link": styles.added(top=True, ink=LINK, underlined=True, is_ruled=True),
        "count": styles.added(top=True, across="center", number_format="1", is_ruled=True),
        "ok": styles.added(ink=MUTED),
        "message": styles.added(),
        **{mark: styles.added(fill=colour, bold=mark == "quarantined") for mark, colour in FILLS.items()},
        **{f"{mark} top": styles.added(fill=colour, top=True, is_ruled=True) for mark, colour in FILLS.items()},
    }
