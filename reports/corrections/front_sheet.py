"""The sheet in front of a corrections workbook: the problems grouped, then every wrong cell, each with a link to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from xml.sax.saxutils import quoteattr

from lxml import etree

from reports.corrections import seal
from reports.corrections.groups import Group, grouped, row_of
from reports.corrections.marks import QUARANTINED, STANDINGS, WARNING, FileMarks
from reports.corrections.parts import Parts
from reports.corrections.rows import letters_of
from reports.corrections.styles import FILLS
from reports.corrections.xml import name_of
from reports.workbook.book import MAX_ROWS
from reports.workbook.cells import MAX_LINKS, cell
from transforms.model.wording import N_, _

RECORD = "fill of "
# Styles with a line below, which goes on below empty cells.
RULED = ("text", "link", "count")
LINE_HEIGHT, MAX_LINES = 15, 20
WIDTHS = (24, 26, 16, 9, 58, 58, 22, 22)
GROUP_HEADINGS = (
    N_("Sheet"),
    N_("Column"),
    N_("Status"),
    N_("Count"),
    N_("What is wrong"),
    N_("What to do"),
    N_("First cell"),
    N_("Value there"),
)
LIST_HEADINGS = (
    N_("Cell"),
    N_("Column"),
    N_("Status"),
    N_("Row"),
    N_("What is wrong"),
    N_("What to do"),
    N_("Client ID"),
    N_("Value"),
)
RECORD_COLUMN = len(WIDTHS) + 1
HOW_TO = (
    N_(
        "Correct the coloured cells, save the workbook, and send it in again: this sheet and the two "
        "drawline columns are ignored."
    ),
    N_(
        "Orange rows are quarantined: they are not used until they are corrected. Blue cells are "
        "warnings: the row is used as it stands."
    ),
)


class _Page:
    """The rows of the sheet as they are made, and the links of its cells."""

    def __init__(self, styles: Mapping[str, int]) -> None:
        self.styles = styles
        self.rows: list[str] = []
        self.links: list[str] = []
        self.number = 0

    def add(self, cells: Sequence[tuple[object, str]], *, locations: Mapping[int, str] | None = None) -> None:
        """Adds a row of values with their styles; `locations` are the places to which cells (from 1) lead."""
        self.number += 1
        made = "".join(
            cell(f"{letters_of(column)}{self.number}", value, self.styles[style])
            for column, (value, style) in enumerate(cells, start=1)
            if value not in (None, "") or style in RULED
        )
        lines = max(
            (
                _lines(value, WIDTHS[place])
                for place, (value, style) in enumerate(cells[: len(WIDTHS)])
                if style == "text"
            ),
            default=1,
        )
        tall = f' ht="{LINE_HEIGHT * min(lines, MAX_LINES)}" customHeight="1"' if lines > 1 else ""
        self.rows.append(f'<row r="{self.number}"{tall}>{made}</row>')
        for column, location in (locations or {}).items():
            if location and len(self.links) < MAX_LINKS:
                place = f"{letters_of(column)}{self.number}"
                self.links.append(
                    f"<hyperlink ref={quoteattr(place)} location={quoteattr(location)} display={quoteattr(location)}/>"
                )

    def skip(self) -> None:
        self.number += 1


def _lines(value: object, width: int) -> int:
    """How many lines a wrapped text takes in a column."""
    return sum(1 + len(part) // width for part in str(value or "").split("\n"))


def xml(
    marks: FileMarks, styles: Mapping[str, int], namespace: str, records: Mapping[str, str], reason: str = ""
) -> bytes:
    """The XML of the sheet. `records` are the fills of coloured cells before, by address with the sheet's title.

    `reason` is why the file itself could not be edited; then no cell is linked.
    """
    page = _Page(styles)
    is_linked = not reason
    blanks: list[tuple[object, str]] = [(None, "title")] * (RECORD_COLUMN - 2)
    page.add(
        [
            (_("Corrections of {name}").format(name=marks.name), "title"),
            *blanks,
            (seal.opened(marks.identity), "note"),
        ]
    )
    for line in marks.lines:
        page.add([(line, "line")])
    for line in (reason,) if reason else map(_, HOW_TO):
        page.add([(line, "note")])
    page.skip()
    groups = [
        group
        for standing in (QUARANTINED, WARNING)
        for group in grouped(marks.problems.filter(marks.problems["standing"] == standing), standing, marks.codes)
    ]
    page.add([(_("Problems by column and kind"), "section")])
    page.add([(_(heading), "heading") for heading in GROUP_HEADINGS])
    for group in groups:
        page.add(_of_group(group), locations={7: _location(group.cell, group.sheet, group.row)} if is_linked else None)
    page.skip()
    page.add([(_("Every wrong cell"), "section")])
    page.add([(_(heading), "heading") for heading in LIST_HEADINGS])
    for row in marks.problems.iter_rows(named=True):
        if page.number >= MAX_ROWS:
            break
        record = records.get(row["cell"], "")
        cells = [
            (row["cell"] or row_of(row["source_sheet"], row["source_row"]), "link" if is_linked else "text"),
            (row["column"], "text"),
            (_(STANDINGS[row["standing"]]), f"{row['standing']} top"),
            (row["source_row"], "count"),
            (row["problem"], "text"),
            (row["fix"], "text"),
            (row["client_id"], "text"),
            (row["value"], "text"),
            (f"{RECORD}{row['cell']}: {record}" if record else None, "note"),
        ]
        page.add(
            cells,
            locations={1: _location(row["cell"], row["source_sheet"], row["source_row"])} if is_linked else None,
        )
    return _sheet(page, namespace)


def _of_group(group: Group) -> list[tuple[object, str]]:
    return [
        (group.sheet, "text"),
        (group.column, "text"),
        (_(STANDINGS[group.standing]), f"{group.standing} top"),
        (group.count, "count"),
        (group.problem, "text"),
        (group.fix, "text"),
        (group.place, "link"),
        (group.value, "text"),
    ]


def _location(address: str, sheet: str, row: int) -> str:
    """Where a link leads: to the cell, or to the row's first one."""
    quoted = "'" + sheet.replace("'", "''") + "'"
    return address or f"{quoted}!A{row}"


def _sheet(page: _Page, namespace: str) -> bytes:
    widths = (
        "".join(
            f'<col min="{place}" max="{place}" width="{width}" customWidth="1"/>'
            for place, width in enumerate(WIDTHS, start=1)
        )
        + f'<col min="{RECORD_COLUMN}" max="{RECORD_COLUMN}" width="9" hidden="1" customWidth="1"/>'
    )
    links = f"<hyperlinks>{''.join(page.links)}</hyperlinks>" if page.links else ""
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<worksheet xmlns="{namespace}"><sheetPr><tabColor rgb="{FILLS[QUARANTINED]}"/><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<dimension ref="A1:{letters_of(RECORD_COLUMN)}{page.number}"/>'
        '<sheetViews><sheetView showGridLines="0" tabSelected="1" workbookViewId="0"/></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="15"/><cols>{widths}</cols><sheetData>{"".join(page.rows)}</sheetData>{links}'
        '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.6" header="0.3" footer="0.3"/>'
        '<pageSetup orientation="landscape" fitToHeight="0"/></worksheet>'
    ).encode()


def records_in(parts: Parts, part: str, texts_part: str) -> dict[str, str]:
    """The fills that an earlier sheet in front keeps of cells before they were coloured, by address."""
    root = parts.xml(part)
    numbers: list[int] = []
    texts: list[str] = []
    for found in root.iter():
        if name_of(found) == "c":
            if found.get("t") == "s":
                value = next((inner.text for inner in found if name_of(inner) == "v"), None)
                if value and value.strip().isdigit():
                    numbers.append(int(value))
            else:
                texts.append("".join(inner.text or "" for inner in found.iter() if name_of(inner) in ("t", "v")))
    if numbers and texts_part in parts:
        texts += _shared(parts.xml(texts_part), set(numbers))
    kept = (text.removeprefix(RECORD).partition(": ") for text in texts if text.startswith(RECORD))
    return {address: fill for address, _, fill in kept}


def _shared(root: etree._Element, numbers: set[int]) -> Iterable[str]:
    for number, entry in enumerate(entry for entry in root if name_of(entry) == "si"):
        if number in numbers:
            yield "".join(inner.text or "" for inner in entry.iter() if name_of(inner) == "t")
