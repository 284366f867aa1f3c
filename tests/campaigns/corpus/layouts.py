"""Sheets as people lay them out: headings, titles, totals, several sheets, details, ids that come again."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.campaigns.corpus.books import Dialect, Xml, book
from tests.campaigns.corpus.case import DONE, Case, Expected, Listed, Values, Warned, check, read_as, refused
from tests.campaigns.corpus.people import COLUMNS, Client, clients, detail, table

GROUP = "layouts"
DETAILS = {
    "language_tests": "Language tests", "education": "Education", "work_history": "Work history", "documents": "Documents",
    "dependants": "Dependants",
}  # fmt: skip
Table = list[list[Any]]


def cases(seed: int) -> Iterator[Case]:
    """All cases of the group."""
    chance = random.Random(f"{GROUP} {seed}")
    people = clients(chance, 5)
    yield from _headings(people)
    yield from _around(people)
    yield from _sheets(people, chance)
    yield from _details(people, chance)
    yield from _ids(people)
    yield from _refused(people)


def _same(
    name: str, content: Mapping[str, Table] | Table, people: Sequence[Client], *, sample: bool = False, **more: Any
) -> Case:
    return read_as(GROUP, name, {"clients.xlsx": book(content)}, people, sample=sample, **more)


def _headings(people: list[Client]) -> Iterator[Case]:
    names, *rows = table(people, COLUMNS)

    def under(name: str, change: Any, *, sample: bool = False) -> Case:
        return _same(name, [[change(one) for one in names], *rows], people, sample=sample)

    yield under("headings in capitals", str.upper)
    yield under("headings with blanks", lambda one: one.replace("_", " ").title(), sample=True)
    yield under("headings with line breaks", lambda one: one.replace("_", "\n"))
    yield under("headings with points and colons", lambda one: one.replace("_", ". ") + ":")
    yield under("headings between blanks", lambda one: f"  {one}\u00a0")
    yield under("headings without marks", lambda one: one.replace("_", ""))
    yield under("headings of other kinds of letters", lambda one: one.replace("a", "\uff41"))
    order = list(range(len(names)))
    random.Random(3).shuffle(order)
    yield _same("columns in another order", [[row[place] for place in order] for row in (names, *rows)], people)
    yield _same(
        "empty columns between", [[value for one in row for value in (one, None)] for row in (names, *rows)], people
    )
    yield _same("columns from C on", [[None, None, *row] for row in (names, *rows)], people)
    notes = ["Notes", "e-mail", "Fee paid", "Passport number"]
    yield _same(
        "columns of the firm's own",
        [[*names, *notes], *([*row, "call", "a@b.ca", 500, "X123"] for row in rows)],
        people,
    )
    yield _same(
        "200 columns of the firm's own",
        [[*names, *(f"own {one}" for one in range(200))], *([*row, *["x"] * 200] for row in rows)],
        people,
    )


def _around(people: list[Client]) -> Iterator[Case]:
    names, *rows = table(people, COLUMNS)
    title: Table = [["Clients of Maple Immigration Ltd."], ["as of 1 May 2026"], []]
    yield _same("title above the headings", [*title, names, *rows], people, sample=True)
    for above in (1, 10, 24):
        yield _same(f"{above} empty rows above the headings", [*[[] for _ in range(above)], names, *rows], people)
    yield _same("empty rows between clients", [names, *(one for row in rows for one in (row, [], []))], people)
    yield _same("total below the clients", [names, *rows, ["Total", None, len(rows)]], people, sample=True)
    yield _same(
        "remarks below the clients",
        [names, *rows, [], ["* urgent"], ["Page 1 of 1"], ["Printed on 2026-05-01"]],
        people,
    )
    yield _same("headings again in the middle", [names, *rows[:2], names, *rows[2:]], people)
    yield _same("blanks in cells far off", [names, *rows, *[[] for _ in range(40_000)], [*[None] * 700, " "]], people)
    yield _same("blanks in cells below", [names, *rows, *[[" ", "", "\u00a0"] for _ in range(500)]], people)
    merged = Dialect(
        sheet=lambda xml: xml.replace(
            "</sheetData>", '</sheetData><mergeCells count="1"><mergeCell ref="A1:D1"/></mergeCells>'
        )
    )
    yield read_as(GROUP, "merged title", {"clients.xlsx": book([["Clients"], names, *rows], merged)}, people)
    hidden = Dialect(sheet=lambda xml: xml.replace('<row r="3"', '<row hidden="1" r="3"'))
    yield read_as(
        GROUP, "a hidden row is a client all the same", {"clients.xlsx": book([names, *rows], hidden)}, people
    )


def _sheets(people: list[Client], chance: random.Random) -> Iterator[Case]:
    whole = table(people, COLUMNS)
    for title in ("candidates", "CANDIDATES ", "Candi-dates", "Sheet1", "Clients 2026", "Ann\u2019s clients"):
        yield _same(f"sheet named {title}", {title: whole}, people)
    some = {"Ann": table(people[:2], COLUMNS), "Desk 4": table(people[2:], COLUMNS)}
    yield _same("a sheet for each case owner", some, people, sample=True)
    yield _same(
        "a pivot table beside the clients",
        {"Candidates": whole, "Summary": [["Row Labels", "Count"], ["single", 3]]},
        people,
    )
    yield _same("an empty sheet beside the clients", {"Sheet1": [], "Candidates": whole}, people)
    two = clients(chance, 3, first=50)
    files = {"a.xlsx": book(whole), "b.xlsx": book(table(two, COLUMNS))}
    yield read_as(GROUP, "two workbooks", files, [*people, *two], inputs=["a.xlsx", "b.xlsx"])
    hidden = Dialect(states={"Candidates": "hidden"})
    files = {
        "clients.xlsx": book({"Candidates": table(people[:1], COLUMNS), "Clients": table(people, COLUMNS)}, hidden)
    }
    yield read_as(GROUP, "an older hidden copy", files, people, warned="hidden")


def _details(people: list[Client], chance: random.Random) -> Iterator[Case]:
    plain = [{name: value for name, value in one.items() if not name.startswith("english")} for one in people]
    rows = {
        key: [detail(key, one["client_id"], chance) for one in people for _ in range(1 + (key == "dependants"))]
        for key in DETAILS
    }
    for client, family in zip(plain, range(3, 8), strict=True):
        client["family_size"] = family
    sheets = {"Candidates": table(plain), **{DETAILS[key]: table(own) for key, own in rows.items()}}
    yield _same("all sheets of the intake", sheets, plain, details=rows, sample=True)
    for key, title in DETAILS.items():
        own = {"Candidates": table(plain), title: table(rows[key])}
        yield _same(f"{title} beside the clients", own, plain, details={key: rows[key]})
        stray = detail(key, "C-999", chance)
        stray_sheets = {"Candidates": table(plain), title: table([*rows[key], stray])}
        place = f"'{title}'" if " " in title else title
        listed = {f"{place}!A{len(rows[key]) + 2}": "No row on Candidates has this client_id"}
        yield _same(f"{title} with a row of nobody", stray_sheets, plain, details={key: rows[key]}, listed=listed)
    files = {"clients.xlsx": book(table(plain)), "work.xlsx": book({"Employment": table(rows["work_history"])})}
    yield check(GROUP, "details in a workbook of their own", files, refused("work.xlsx: No sheet of the workbook is named Candidates"),
                inputs=["clients.xlsx", "work.xlsx"])  # fmt: skip
    bad = [dict(row) for row in rows["language_tests"]]
    bad[2]["listening"] = 7000
    held = {"language_tests": [row for row in rows["language_tests"] if row["client_id"] != people[2]["client_id"]]}
    yield _same("a bad test holds its client back", {"Candidates": table(plain), "Language tests": table(bad)},
                [one for one in plain if one["client_id"] != people[2]["client_id"]], details=held,
                listed={"'Language tests'!F4": "7000", "": "Other rows of this client"})  # fmt: skip


def _ids(people: list[Client]) -> Iterator[Case]:
    names, *rows = table(people, COLUMNS)
    changed = [*rows[1][:5], "divorced" if rows[1][5] != "divorced" else "single", *rows[1][6:]]
    yield _same("a client twice with other values", [names, *rows, changed], [people[0], *people[2:]],
                listed={"Candidates!A3": "Candidates!A7", "Candidates!A7": "Candidates!A3"}, sample=True)  # fmt: skip
    yield _same("a client twice with equal values", [names, *rows, rows[1]], people, warned="row")
    for name, twin in {
        "with an invisible mark": "\u200eC-002",
        "with a no-break blank": "C-002\u00a0",
        "with a zero-width blank": "C-\u200b002",
        "with blanks": "  C-002 ",
    }.items():
        yield _same(f"an id {name} is the same id", [names, *rows, [twin, *changed[1:]]], [people[0], *people[2:]],
                    listed={"Candidates!A3": "Candidates!A7", "Candidates!A7": "Candidates!A3"})  # fmt: skip
    yield _same(
        "a client without an id", [names, *rows, [None, *rows[0][1:]]], people, listed={"Candidates!A7": "client_id"}
    )
    for kept in (
        "0012",
        "007",
        "=1+1",
        "@home",
        "+1",
        "-5",
        "12/34",
        "1e5",
        "NULL",
        "None",
        "nan",
        "TRUE",
        "É-1",
        "id with blanks",
        "x" * 300,
    ):
        one = {**people[0], "client_id": kept}
        yield _same(f"the id {kept[:20]} stays", table([one, *people[1:]], COLUMNS), [one, *people[1:]])
    number = {**people[0], "client_id": "4711"}
    yield _same(
        "a number as id",
        table([{**number, "client_id": Xml('<c r="@"><v>4711</v></c>')}, *people[1:]], COLUMNS),
        [number, *people[1:]],
    )
    long = {**people[0], "client_id": "12345678901"}
    yield _same(
        "a long number as id",
        table([{**long, "client_id": Xml('<c r="@"><v>12345678901</v></c>')}, *people[1:]], COLUMNS),
        [long, *people[1:]],
    )


def _refused(people: list[Client]) -> Iterator[Case]:
    whole = table(people, COLUMNS)
    names, *rows = whole

    def no(name: str, content: Mapping[str, Table] | Table, *says: str) -> Case:
        return check(GROUP, name, {"clients.xlsx": book(content)}, refused("clients.xlsx", *says))

    for needed in ("client_id", "date_of_birth", "marital_status"):
        place = names.index(needed)
        yield no(f"without {needed}", [[value for at, value in enumerate(row) if at != place] for row in whole], needed)
    yield no("a column twice", [[*names, "family_name"], *([*row, "x"] for row in rows)], "family_name", "twice")
    yield no("headings below row 25", [*[[] for _ in range(30)], *whole], "25 rows")
    yield no("headings alone", [names], "The Candidates sheet is empty.", "Fill in one row a client")
    yield no("nothing at all", {"Candidates": []}, "The Candidates sheet is empty.")
    yield no(
        "no sheet of ours", {"Fees": [["Invoice", "Amount"], [1, 2]]}, "No sheet of the workbook is named Candidates"
    )
    yield no(
        "a cell far off",
        [*whole, *[[] for _ in range(300_000)], [*[None] * 2000, "x"]],
        "reaches as far as cell",
        "Delete the rows below",
    )
    wide = {"Candidates": [[*names], *([*row] for row in rows)], "Candidates 2": [[*names], *rows]}
    yield check(GROUP, "the same clients on two sheets", {"clients.xlsx": book(wide)},
                Expected(DONE, (), (Values(people), Listed({}), Warned("Counted once"))))  # fmt: skip
