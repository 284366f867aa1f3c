"""Files as containers: what is no workbook, damaged packages, and unusual ones that are whole."""

from __future__ import annotations

import gzip
import io
import random
import struct
import zipfile
from collections.abc import Iterator, Mapping

from tests.campaigns.corpus.books import HEAD, MAIN, packed, parts
from tests.campaigns.corpus.case import WRONG_USAGE, Case, Content, check, read_as, refused
from tests.campaigns.corpus.people import COLUMNS, Client, clients, csv, table

GROUP = "containers"
DAMAGED = ("The workbook is damaged.", "Open it in a spreadsheet program and save it again.")
OLE2 = bytes.fromhex("D0CF11E0A1B11AE1")
WORKBOOK, SHEET, LINKS, TEXTS = (
    "xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml",
)  # fmt: skip


def cases(seed: int) -> Iterator[Case]:
    """All cases of the group."""
    chance = random.Random(f"{GROUP} {seed}")
    people = clients(chance, 3)
    good = parts({"Candidates": table(people, COLUMNS)})
    yield from _no_workbooks(good)
    yield from _damaged(good, chance)
    yield from _whole(good, people)
    yield from _names(good)


def _no(name: str, content: Content, *says: str, file: str = "clients.xlsx", sample: bool = False) -> Case:
    return check(GROUP, name, {file: content}, refused(*says), sample=sample)


def _no_workbooks(good: Mapping[str, bytes]) -> Iterator[Case]:
    text = csv([["client_id"], ["C-1"]]).encode()
    is_text = ("It is named .xlsx but is not a workbook: it holds text.", "Name a CSV file .csv")
    is_other = ("It is named .xlsx but is not a workbook: it holds something else.",)
    yield _no("empty file", b"", "The file is empty (0 bytes).", "Save or copy it again.", sample=True)
    yield _no("text named .xlsx", text, *is_text)
    yield _no("HTML table named .xlsx", b"<html><table><tr><td>client_id</td></tr></table></html>", *is_text)
    yield _no("PDF named .xlsx", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n\x00", *is_other)
    yield _no("image named .xlsx", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", *is_other)
    yield _no("gzip named .xlsx", gzip.compress(text * 9, mtime=0), *is_other)
    yield _no("Parquet named .xlsx", b"PAR1" + b"\0" * 40 + b"PAR1", "it holds a Parquet file")
    yield _no("zip without parts", packed({}), "is named .xlsx")
    yield _no("zip of a folder of files", packed({"clients.csv": text}), "holds no workbook")
    yield _no("workbook with a password", OLE2 + "EncryptedPackage".encode("utf-16-le") * 3, "password-protected",
              sample=True)  # fmt: skip
    yield _no("old .xls format", OLE2 + "Workbook".encode("utf-16-le") * 3, "old .xls format", "save it as .xlsx")
    yield _no("other old Office file", OLE2 + b"\0" * 600, "another program")
    yield _no(
        "document of a text program",
        packed({**_renamed(good, "word"), "word/document.xml": b"<w/>"}),
        "holds no workbook",
    )
    yield _no("OpenDocument", packed({"mimetype": b"x", "content.xml": b"<x/>"}), "OpenDocument", "save it as .xlsx")
    yield _no("binary workbook", packed({"xl/workbook.bin": b"\0"}), "binary workbook (.xlsb)")
    yield _no("workbook with macros", packed({**good, "xl/vbaProject.bin": b"\0"}), "macros", "without macros")
    for ending in (".xlsm", ".xls", ".ods", ".xlsb", ".numbers"):
        yield _no(f"name ends in {ending}", packed(good), f"It is a {ending} file", file=f"clients{ending}")
    yield _no("name without an ending", packed(good), "does not end in .xlsx, .csv or .parquet", file="clients")
    yield _no(
        "workbook named .csv", packed(good), "It is named .csv but is a workbook.", "Name it .xlsx", file="clients.csv"
    )
    yield check(GROUP, "folder with the name of a workbook", {"clients.xlsx/": b""},
                refused("There is no .xlsx, .csv or .parquet file in the folder", code=WRONG_USAGE), inputs=["clients.xlsx"])  # fmt: skip


def _renamed(good: Mapping[str, bytes], folder: str) -> dict[str, bytes]:
    return {name.replace("xl/", f"{folder}/"): part for name, part in good.items() if name != WORKBOOK}


def _damaged(good: Mapping[str, bytes], chance: random.Random) -> Iterator[Case]:
    whole = packed(good)
    for share in (0.03, 0.3, 0.6, 0.9):
        yield _no(f"cut off at {share:.0%}", whole[: int(len(whole) * share)], *DAMAGED, sample=share == 0.6)
    yield _no("last byte is missing", whole[:-1], *DAMAGED)
    yield _no("contents are zeros after the head", whole[:400] + bytes(len(whole) - 400), *DAMAGED)
    place = whole.index(good_start(whole, SHEET)) + 200
    for number in range(3):
        at = place + chance.randrange(100)
        yield _no(f"bit {number} of the sheet is turned", _turned(whole, at), *DAMAGED)
    yield _no("checksum is another", _changed_in_directory(whole, SHEET, 16), *DAMAGED)
    yield _no("stated size is another", _changed_in_directory(whole, SHEET, 24), *DAMAGED)
    yield _no("compression is unknown", _changed_in_directory(whole, SHEET, 10), *DAMAGED)
    yield _no("a part is encrypted", _changed_in_directory(whole, SHEET, 8, 1), "password-protected")
    for part in (WORKBOOK, SHEET, LINKS, TEXTS):
        left = {name: content for name, content in good.items() if name != part}
        says = ("holds no workbook",) if part == WORKBOOK else DAMAGED
        yield _no(f"without {part}", packed(left), *says)
    for part in (WORKBOOK, SHEET, LINKS, TEXTS, "xl/styles.xml"):
        cut = {**good, part: good[part][: len(good[part]) * 2 // 3]}
        yield _no(f"XML of {part} ends early", packed(cut), *DAMAGED)
        yield _no(f"{part} is empty", packed({**good, part: b""}), "workbook")
    for number in (" 1 ", "-1", "1.5", "x", "99999999999999999999"):
        odd = good[SHEET].replace(b't="s"><v>5</v>', f't="s"><v>{number}</v>'.encode())
        yield _no(f"a shared text of number {number!r}", packed({**good, SHEET: odd}), *DAMAGED)
    yield _no("parts of one name", _doubled(good), "too many or doubled parts")
    yield _no(
        "parts of names that differ in case", packed({**good, SHEET.upper(): good[SHEET]}), "too many or doubled parts"
    )
    yield _no(
        "6,000 parts",
        lambda: packed({**good, **{f"x/{number}.xml": b"<x/>" for number in range(6000)}}),
        "too many or doubled parts",
    )
    entities = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    yield _no(
        "entities that swell",
        packed({**good, SHEET: entities + good[SHEET].split(b"?>", 1)[1]}),
        "declares XML entities",
        sample=True,
    )
    yield _no("entity of a file outside", packed({**good, WORKBOOK: b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>' + good[WORKBOOK].split(b"?>", 1)[1]}),
              "declares XML entities")  # fmt: skip
    yield _no(
        "bomb of 300 MiB",
        lambda: packed({**good, SHEET: good[SHEET] + b" " * (300 << 20)}),
        "suspiciously large",
        "save it as CSV",
    )
    yield _no("bomb of 1 GiB that hides its size", lambda: _hidden_bomb(good), "The workbook")
    yield _no(
        "sheet index in the shared texts beyond them",
        packed({**good, TEXTS: f'{HEAD}<sst xmlns="{MAIN}"><si><t>x</t></si></sst>'.encode()}),
        *DAMAGED,
    )


def _whole(good: Mapping[str, bytes], people: list[Client]) -> Iterator[Case]:
    def whole(name: str, content: Content, *, sample: bool = False) -> Case:
        return read_as(GROUP, name, {"clients.xlsx": content}, people, sample=sample)

    yield whole("plain package", packed(good), sample=True)
    yield whole("parts are not compressed", packed(good, zipfile.ZIP_STORED))
    yield whole("parts in another order", packed(dict(reversed(list(good.items())))))
    yield whole("package with a comment", _with_comment(good))
    yield whole("written as a stream", _streamed(good), sample=True)
    yield whole("folders have entries of their own", packed({"xl/": b"", "xl/worksheets/": b"", **good}))
    yield whole("parts of other programs", packed({**good, "docProps/thumbnail.jpeg": b"\xff\xd8", "customXml/item1.xml": b"<x/>",
                                                   "xl/printerSettings/printerSettings1.bin": bytes(500)}))  # fmt: skip
    yield whole("names with backslashes", packed({name.replace("/", "\\"): part for name, part in good.items()}))
    yield whole(
        "names in capital letters",
        packed({(name.upper() if name.startswith("xl/") else name): part for name, part in good.items()}),
    )
    yield whole("path that leads out of the package", packed({**good, "../../outside.xml": b"<x/>"}))
    absolute = good[LINKS].replace(b'Target="', b'Target="/xl/')
    yield whole("links from the root", packed({**good, LINKS: absolute}))
    moved = {
        name.replace(WORKBOOK, "xl/workbook2.xml").replace("workbook.xml.rels", "workbook2.xml.rels"): part
        for name, part in good.items()
    }
    moved["_rels/.rels"] = moved["_rels/.rels"].replace(b"workbook.xml", b"workbook2.xml")
    yield whole("main part of another name", packed(moved))
    yield whole(
        "without types of the parts",
        packed({name: part for name, part in good.items() if name != "[Content_Types].xml"}),
    )
    yield whole("bytes behind the package", packed(good) + b"\0" * 20)


def _names(good: Mapping[str, bytes]) -> Iterator[Case]:
    """Names of files: what a message names has to be the name."""
    whole = packed({**good, SHEET: b""})
    for name in (
        "list of clients (2).xlsx",
        "Liste d\u2019été Éric.xlsx",
        "名簿.xlsx",
        "a%20b [old] {1}.xlsx",
        "-clients.xlsx",
        "CLIENTS.XLSX",
    ):
        yield check(
            GROUP,
            f"damaged file named {name}",
            {name: whole},
            refused(f"{name}: The workbook is damaged."),
            inputs=[f"./{name}"],
        )


def good_start(whole: bytes, name: str) -> bytes:
    """The local header of a part, up to its name."""
    with zipfile.ZipFile(io.BytesIO(whole)) as package:
        at = package.getinfo(name).header_offset
    return whole[at : at + 30 + len(name)]


def _turned(whole: bytes, at: int) -> bytes:
    return whole[:at] + bytes([whole[at] ^ 0x10]) + whole[at + 1 :]


def _changed_in_directory(whole: bytes, name: str, offset: int, to: int = 99) -> bytes:
    """The package with a field of a part's entry in the directory changed; offsets as in the format of zip files."""
    at = whole.rindex(name.encode()) - 46 + offset
    return whole[:at] + bytes([to]) + whole[at + 1 :]


def _doubled(good: Mapping[str, bytes]) -> bytes:
    """A package with two sheets of one name; zipfile refuses to write them, so the second is renamed afterwards."""
    other = SHEET.replace("sheet1", "sheet9")
    return packed({**good, other: good[SHEET]}).replace(other.encode(), SHEET.encode())


def _hidden_bomb(good: Mapping[str, bytes]) -> bytes:
    whole = bytearray(packed({**good, SHEET: good[SHEET] + b" " * (200 << 20)}))
    at = whole.rindex(SHEET.encode()) - 46 + 24
    whole[at : at + 4] = struct.pack("<I", 5000)
    return bytes(whole)


def _with_comment(good: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO(packed(good))
    with zipfile.ZipFile(made, "a") as package:
        package.comment = b"made by an archive program"
    return made.getvalue()


def _streamed(good: Mapping[str, bytes]) -> bytes:
    """The package as a web service writes it, which cannot go back to fill in sizes."""

    class Stream(io.RawIOBase):
        def __init__(self) -> None:
            self.made = b""

        def writable(self) -> bool:
            return True

        def write(self, data: Buffer) -> int:  # type: ignore[override]
            self.made += bytes(data)
            return len(bytes(data))

    stream = Stream()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in good.items():
            package.writestr(zipfile.ZipInfo(name, (2026, 5, 1, 9, 0, 0)), part)
    return stream.made


Buffer = bytes | bytearray | memoryview
