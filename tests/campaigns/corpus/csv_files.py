"""CSV files: marks between fields, quotation marks, encodings, line ends, rows of other lengths."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import Any

from tests.campaigns.corpus.case import Case, Content, check, read_as, refused
from tests.campaigns.corpus.people import COLUMNS, Client, clients, csv, detail, table, text

GROUP = "csv"
SAVE_AS = "Save it as 'CSV UTF-8 (comma delimited)'."
OWNER = COLUMNS.index("case_owner")
MANY = 20_000


def cases(seed: int) -> Iterator[Case]:
    """All cases of the group."""
    chance = random.Random(f"{GROUP} {seed}")
    people = clients(chance, 6)
    yield from _forms(people, chance)
    yield from _fields(people)
    yield from _lengths(people)
    yield from _refused(people)
    yield from _details(people, chance)


def _same(name: str, content: Content, people: Sequence[Client], *, sample: bool = False, **more: Any) -> Case:
    return read_as(GROUP, name, {"clients.csv": content}, people, sample=sample, **more)


def _forms(people: list[Client], chance: random.Random) -> Iterator[Case]:
    rows = table(people, COLUMNS)
    plain = csv(rows)
    for mark, name in ((",", "commas"), (";", "semicolons"), ("\t", "tabs")):
        yield _same(f"{name} between the fields", csv(rows, mark).encode(), people, sample=True)
        yield _same(f"{name}, with old line ends", csv(rows, mark, "\r").encode(), people)
        yield _same(f"{name}, with line ends of Windows", csv(rows, mark, "\r\n").encode(), people)
    yield _same("byte order mark", b"\xef\xbb\xbf" + plain.encode(), people)
    yield _same("no line end at the end", plain.rstrip("\n").encode(), people)
    yield _same("empty lines at the end", (plain + "\n\n \n").encode(), people)
    yield _same("empty lines between", plain.replace("\n", "\n\n").encode(), people)
    yield _same("rows of commas at the end", (plain + "," * 21 + "\n" + "," * 21 + "\n").encode(), people)
    yield _same("mixed line ends", plain.replace("\n", "\r\n", 3).encode(), people)
    yield _same("the mark named in the first line", ("sep=;\n" + csv(rows, ";")).encode(), people, sample=True)
    yield _same("end of file of DOS", plain.encode() + b"\x1a", people)
    for number, name in enumerate(("Côté", "Müller", "Désirée", "Øster")):
        some = [
            {**people[number], "family_name": name, "case_owner": "Ann"},
            *({**one, "family_name": "Roy", "case_owner": "Ann"} for one in people[4:]),
        ]
        yield _same(
            f"Windows-1252 with {name}", csv(table(some, COLUMNS)).encode("cp1252"), some, warned="Windows-1252"
        )
    yield _same(
        "all fields between quotation marks",
        "".join(",".join(f'"{text(value)}"' for value in row) + "\n" for row in rows).encode(),
        people,
    )
    yield _same(
        "blanks behind the commas of the headings",
        (plain.split("\n", 1)[0].replace(",", ", ") + "\n" + plain.split("\n", 1)[1]).encode(),
        people,
    )
    yield _same("title above the headings", ("Clients of Maple Ltd.\n\n" + plain).encode(), people)
    many = clients(chance, MANY)
    yield _same(f"{MANY} clients", lambda: csv(table(many, COLUMNS)).encode(), many)
    decimal = [[text(value).replace(".", ",") if isinstance(value, float) else value for value in row] for row in rows]
    yield _same("semicolons and decimal commas", csv(decimal, ";").encode(), people)


def _fields(people: list[Client]) -> Iterator[Case]:
    first, *others = people
    for name, owner in {
        "a comma in a field": "Desk 4, Ottawa", "a quotation mark in a field": 'the "Rock"', "a line break in a field": "Desk 4\nOttawa",
        "a line break of Windows in a field": "Desk 4\r\nOttawa", "a tab in a field": "Desk\t4", "a line separator of Unicode": "Desk\u20284",
        "a next line of Unicode": "Desk\u00854", "a private character": "Desk \ue123", "a long field": "long " * 6_500,
        "a field of marks": ",;,;,;", "a formula": '=HYPERLINK("http://example.org")', "an apostrophe": "'Ann", "a semicolon": "Ann; Bob",
        "a letter in two code points": "Desk e\u0301",
    }.items():  # fmt: skip
        row = {**first, "case_owner": owner}
        yield _same(name, csv(table([row, *others], COLUMNS)).encode(), [{**row, "case_owner": owner.strip()}, *others])
    for name, owner, says in (
        ("a form feed", "Desk\x0c4", "control characters"),
        ("a field of 200,000 characters", "long " * 40_000, "longer than 32,767 characters"),
    ):
        yield _same(
            name,
            csv(table([{**first, "case_owner": owner}, *others], COLUMNS)).encode(),
            others,
            listed={"Candidates!C2": says},
        )
    rows = table(people, COLUMNS)
    kept = [{**one, "client_id": f"00{number}"} for number, one in enumerate(people)]
    formulas = [rows[0], *([f'="00{number}"', *row[1:]] for number, row in enumerate(rows[1:]))]
    yield _same("texts as formulas", csv(formulas).encode(), kept)
    yield _same(
        "texts as bare formulas",
        "".join(",".join(text(value) for value in row) + "\n" for row in formulas).encode(),
        kept,
    )


def _lengths(people: list[Client]) -> Iterator[Case]:
    rows = table(people, COLUMNS)
    long = [*rows[:2], [*rows[2], "more"], *rows[3:]]
    yield _same(
        "a row with a field too many",
        csv(long).encode(),
        [people[0], *people[2:]],
        listed={"": "more fields"},
        sample=True,
    )
    unquoted = (
        csv(rows).replace(text(people[1]["case_owner"]), "Desk, 4", 1)
        if people[1]["case_owner"] != people[0]["case_owner"]
        else ""
    )
    if unquoted:
        yield _same(
            "a comma without quotation marks", unquoted.encode(), [people[0], *people[2:]], listed={"": "more fields"}
        )
    bare = [{name: value for name, value in one.items() if name != "sibling_in_canada"} for one in people]
    yield _same("rows that end early", csv([rows[0], *(row[:-1] for row in rows[1:])]).encode(), bare)
    yield _same("a comma at the end of each row", csv([rows[0], *([*row, None] for row in rows[1:])]).encode(), people)
    yield _same("a comma at the end of all rows", csv([[*row, None] for row in rows]).encode(), people)


def _refused(people: list[Client]) -> Iterator[Case]:
    rows = table(people, COLUMNS)
    plain = csv(rows)
    lines = plain.split("\n")

    def no(name: str, content: bytes, *says: str, sample: bool = False) -> Case:
        return check(GROUP, name, {"clients.csv": content}, refused("clients.csv", *says), sample=sample)

    yield no("UTF-16 of Windows", plain.encode("utf-16"), "UTF-16", SAVE_AS, sample=True)
    yield no("UTF-16 of the other order", b"\xfe\xff" + plain.encode("utf-16-be"), "UTF-16", SAVE_AS)
    yield no("UTF-32", plain.encode("utf-32"), SAVE_AS)
    yield no("old letters of DOS", plain.replace("Ann", "Désirée").encode("cp850", "replace"), SAVE_AS)
    yield no("letters of a Mac", plain.replace("Ann", "Désirée").encode("mac-roman", "replace"), SAVE_AS)
    yield no("zero bytes", plain.encode() + b"\0\0\0", "is not text", SAVE_AS)
    yield no("bars between the fields", csv(rows, "|").encode(), "divided by |", "Save it as CSV with commas.")
    yield no(
        "a quotation mark that is not closed",
        (plain + '"C-9,x\n').encode(),
        "quotation mark that is not closed",
        "Row 8",
        sample=True,
    )
    ditto = [lines[0], lines[1].replace(",", ',"', 1), lines[2], lines[3].replace(",", ',"', 1), *lines[4:]]
    yield no("a pair of stray quotation marks", "\n".join(ditto).encode(), "quotation mark")
    swallowed = csv(rows[:2]) + "\n".join(
        line.replace(",Ann,", ',",').replace(",Désirée,", ',",').replace(",Desk 4,", ',",') for line in lines[2:]
    )
    yield no("marks for the same as above", swallowed.encode(), "quotation mark")
    yield no("headings alone", (lines[0] + "\n").encode(), "The Candidates sheet is empty.", "Fill in one row a client")
    yield no("line ends alone", b"\n\n\n", "clients.csv")
    yield no("a byte order mark alone", b"\xef\xbb\xbf", "clients.csv")
    yield no("a text of words", b"Dear Ms. Roy,\n\nplease find enclosed the list of clients.\n", "client_id")
    yield no(
        "a column twice",
        (lines[0] + ",family_name\n" + "\n".join(line + ",x" for line in lines[1:-1])).encode(),
        "family_name",
        "twice",
    )
    yield no("no column of ids", "\n".join(line.split(",", 1)[1] for line in lines[:-1]).encode(), "client_id")
    yield no("zip of CSV files", b"PK\x03\x04" + plain.encode(), "It is named .csv but is a workbook.", "Name it .xlsx")
    yield no("Parquet", b"PAR1" + plain.encode(), "It is named .csv but is a Parquet file.", "Name it .parquet")


def _details(people: list[Client], chance: random.Random) -> Iterator[Case]:
    names = [name for name in COLUMNS if not name.startswith(("english", "family_size"))]
    plain = [{name: value for name, value in one.items() if name in names} for one in people]
    for key in ("language_tests", "education", "work_history", "documents", "dependants"):
        rows = [detail(key, one["client_id"], chance) for one in people[:3]]
        files = {"clients.csv": csv(table(plain, names)).encode(), f"{key}.csv": csv(table(rows)).encode()}
        yield read_as(GROUP, f"details in {key}.csv", files, plain, details={key: rows}, inputs=tuple(files))
        other = {
            "clients.csv": files["clients.csv"],
            f"list of {key.split('_', maxsplit=1)[0]}.csv": files[f"{key}.csv"],
        }
        yield check(GROUP, f"details of {key} under another name", other, refused("name the file" if key != "dependants" else "marital_status"),
                    inputs=tuple(other))  # fmt: skip
