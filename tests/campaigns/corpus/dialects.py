"""Workbooks as different programs write them: the same clients, other XML."""

from __future__ import annotations

import io
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import openpyxl

from tests.campaigns.corpus.books import LINKS, MAIN, PLAIN, Dialect, Xml, book, packed, parts, serial
from tests.campaigns.corpus.case import Case, read_as
from tests.campaigns.corpus.people import COLUMNS, Client, clients, table

GROUP = "dialects"
# Formats of days that programs and people give their cells: built-in numbers, and codes of their own.
BUILT_IN = (15, 16, 17, 22, 27, 31, 57)
CODES = (
    "dd/mm/yyyy", "yyyy\\-mm\\-dd;@", "[$-1009]d\\-mmm\\-yy;@", "d mmmm yyyy", "[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy",
    "[$-40C]d\\ mmmm\\ yyyy;@", "[Red]dd.mm.yy", "yyyy/m/d h:mm", '"born "yyyy-mm-dd', "[$-411]ge.m.d",
)  # fmt: skip
STRICT = {
    MAIN: "http://purl.oclc.org/ooxml/spreadsheetml/main",
    LINKS: "http://purl.oclc.org/ooxml/officeDocument/relationships",
}


def cases(seed: int) -> Iterator[Case]:
    """All cases of the group."""
    chance = random.Random(f"{GROUP} {seed}")
    people = clients(chance, 4)
    rows = table(people, COLUMNS)

    def same(name: str, content: bytes, *, sample: bool = False) -> Case:
        return read_as(GROUP, name, {"clients.xlsx": content}, people, sample=sample)

    for name, dialect in _of_sheets().items():
        yield same(name, book(rows, dialect), sample=name in {"prefix of the namespace", "no addresses"})
    for name, dialect in _of_texts().items():
        yield same(name, book(rows, dialect))
    for number in BUILT_IN:
        yield same(f"days in the built-in format {number}", book(rows, Dialect(day_format=number)))
    for place, code in enumerate(CODES):
        yield same(f"days as {code}", book(rows, Dialect(day_format=164 + place, formats={164 + place: code})))
    yield same("days counted from 1904", book(rows, Dialect(from_1904=True)), sample=True)
    yield same("texts in the cells", book(rows, Dialect(shared=False)))
    yield same("strict form of the standard", _strict(rows))
    yield same("written by openpyxl", _openpyxl(rows))
    yield same(
        "byte order mark in each part",
        packed({name: b"\xef\xbb\xbf" + part for name, part in parts({"Candidates": rows}).items()}),
    )
    for name, changed in _cells(rows).items():
        yield same(name, book(changed), sample=name == "days in ISO text")
    yield from _hidden(chance)


def _of_sheets() -> dict[str, Dialect]:
    """Ways to write the XML of a sheet."""

    def by(pattern: str, to: str) -> Dialect:
        return Dialect(sheet=lambda xml: re.sub(pattern, to, xml))

    def prefixed(xml: str) -> str:
        xml = re.sub(r"<(/?)(?!\?)(\w)", r"<\1x:\2", xml)
        return xml.replace(f'xmlns="{MAIN}"', f'xmlns:x="{MAIN}"')

    around = '<sheetFormatPr defaultRowHeight="15"/><cols><col min="1" max="30" width="12" hidden="1"/></cols>'
    behind = (
        '<autoFilter ref="A1:V5"/><conditionalFormatting sqref="A2:V5"><cfRule type="expression" priority="1">'
        '<formula>$A2=""</formula></cfRule></conditionalFormatting><dataValidations count="1"><dataValidation type="list" '
        'sqref="F2:F99"><formula1>"single,married"</formula1></dataValidation></dataValidations>'
        '<pageMargins left="1" right="1" top="1" bottom="1" header="1" footer="1"/>'
    )
    return {
        "prefix of the namespace": Dialect(sheet=prefixed),
        "no addresses": by(r' r="[A-Z0-9]+"', ""),
        "no addresses of rows": by(r'<row r="\d+"', "<row"),
        "apostrophes around attributes": by(r'="([^"]*)"', r"='\1'"),
        "line breaks between the tags": by(r"><", ">\n  <"),
        "no declaration": by(r"^<\?xml[^>]*\?>", ""),
        "dimension of one cell": by("<sheetData>", '<dimension ref="A1"/><sheetData>'),
        "dimension of a whole sheet": by("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>'),
        "spans and heights of rows": by(r"<row ", '<row spans="1:22" ht="15" customHeight="1" '),
        "type before the address": by(r'<c r="([A-Z]+\d+)" t="s"', r'<c t="s" r="\1"'),
        "numbers with an exponent": by(r"<c r=(\S+)><v>(\d+)\.5</v>", r"<c r=\1><v>\g<2>5E-1</v>"),
        "comments": by("<row", "<!-- <c r='A1'><v>1</v></c> --><row"),
        "notes to programs": by("<sheetData>", "<?program keep?><sheetData>"),
        "empty cells with formats": by("</row>", '<c r="ZZ1" s="1"/></row>'),
        "views, filters and rules around the cells": Dialect(
            sheet=lambda xml: xml.replace("<sheetData>", f"{around}<sheetData>").replace(
                "</sheetData>", f"</sheetData>{behind}"
            )
        ),
        "attributes of later versions": by(
            "<worksheet ",
            '<worksheet xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac" x14ac:dyDescent="0.25" ',
        ),
        "an element of later versions at the end": by(
            "</worksheet>",
            '<extLst><ext uri="{1}"><y:a xmlns:y="urn:y"><y:c r="A2"><y:v>9</y:v></y:c></y:a></ext></extLst></worksheet>',
        ),
    }


def _of_texts() -> dict[str, Dialect]:
    """Ways to write the texts that cells share."""

    def by(pattern: str, to: str) -> Dialect:
        return Dialect(texts=lambda xml: re.sub(pattern, to, xml))

    text = r'<si><t xml:space="preserve">(\w)([^<]*)</t></si>'
    return {
        "formatted runs of letters": by(
            text, r'<si><r><rPr><b/><sz val="11"/></rPr><t>\1</t></r><r><t xml:space="preserve">\2</t></r></si>'
        ),
        "readings of Japanese words": by(
            text, r'<si><t>\1\2</t><rPh sb="0" eb="1"><t>reading</t></rPh><phoneticPr fontId="1"/></si>'
        ),
        "letters as numbers": Dialect(texts=lambda xml: re.sub(r"[^\x00-\x7f]", lambda one: f"&#{ord(one[0])};", xml)),
        "counts of texts that are wrong": by("<sst ", '<sst count="1" uniqueCount="99999" '),
        "texts with line breaks between the tags": by("><", ">\n<"),
        "blanks around texts": by(text, r'<si><t xml:space="preserve">  \1\2 </t></si>'),
        "no-break blanks around texts": by(text, '<si><t xml:space="preserve">\u00a0\\1\\2\u00a0</t></si>'),
    }


def _cells(rows: list[list[Any]]) -> dict[str, list[list[Any]]]:
    """Ways to write single cells; the table by its name."""

    def changed(change: Any) -> list[list[Any]]:
        return [rows[0], *([change(value) for value in row] for row in rows[1:])]

    def iso(value: Any) -> Any:
        if isinstance(value, datetime):
            return Xml(f'<c r="@" s="2" t="d"><v>{value:%Y-%m-%dT%H:%M:%S}</v></c>')
        return Xml(f'<c r="@" s="1" t="d"><v>{value.isoformat()}</v></c>') if isinstance(value, date) else value

    def as_formula(value: Any) -> Any:
        if isinstance(value, bool):
            return Xml(f'<c r="@" t="b"><f>1=1</f><v>{int(value)}</v></c>')
        if isinstance(value, int | float):
            return Xml(f'<c r="@"><f>{value}*1</f><v>{value}</v></c>')
        if isinstance(value, date):
            return Xml(f'<c r="@" s="{1 + isinstance(value, datetime)}"><f>TODAY()</f><v>{serial(value)}</v></c>')
        return Xml(f'<c r="@" t="str"><f>T("x")</f><v>{value}</v></c>')

    def with_fraction(value: Any) -> Any:
        is_number = isinstance(value, float) and value < 10
        return Xml(f'<c r="@"><v>{value + 2e-15!r}</v></c>') if is_number else value

    return {
        "days in ISO text": changed(iso),
        "formulas with their results": changed(as_formula),
        "yes and no as switches": changed(lambda value: Xml(f'<c r="@" t="b"><v>{int(value)}</v></c>') if isinstance(value, bool) else value),
        "switches in words": changed(lambda value: Xml(f'<c r="@" t="b"><v>{str(value).lower()}</v></c>') if isinstance(value, bool) else value),
        "texts as CDATA": changed(lambda value: Xml(f'<c r="@" t="inlineStr"><is><t><![CDATA[{value}]]></t></is></c>') if isinstance(value, str) else value),
        "numbers with the last digit of a calculation": changed(with_fraction),
        "numbers as texts": changed(lambda value: str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value),
    }  # fmt: skip


def _hidden(chance: random.Random) -> Iterator[Case]:
    """A sheet for programs beside that of the clients."""
    people: list[Client] = clients(chance, 2)
    sheets = {"Lists": [["single"], ["married"]], "Candidates": table(people, COLUMNS)}
    for state in ("hidden", "veryHidden"):
        dialect = replace(PLAIN, states={"Lists": state})
        yield read_as(GROUP, f"a list of choices that is {state}", {"clients.xlsx": book(sheets, dialect)}, people)


def _strict(rows: list[list[Any]]) -> bytes:
    content = parts({"Candidates": rows})
    for old, new in STRICT.items():
        content = {name: part.replace(old.encode(), new.encode()) for name, part in content.items()}
    return packed(content)


def _openpyxl(rows: list[list[Any]]) -> bytes:
    made = openpyxl.Workbook()
    assert made.active is not None
    made.active.title = "Candidates"
    for row in rows:
        made.active.append(
            [
                value.replace(tzinfo=None)
                if isinstance(value, datetime)
                else ("yes" if value else "no")
                if isinstance(value, bool)
                else value
                for value in row
            ]
        )
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()
