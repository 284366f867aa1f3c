"""Maps of a firm's own headings and values: what they make of a file, and what is refused with its line."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from tests.campaigns.corpus.case import Case, check, read_as, refused
from tests.campaigns.corpus.people import COLUMNS, Client, clients, csv, table, text

GROUP = "maps"
# Text of the map, its line, and what the message says.
BAD: dict[str, tuple[str, int, str]] = {
    "an unknown part": ("colums: {a: client_id}", 1, "'colums' is no part of a map. Did you mean columns?"),
    "a column that there is not": ("columns:\n  Client No: client_idd", 2, "Did you mean client_id?"),
    "a column in other words": ("columns:\n  A: DOB", 2, "Did you mean date_of_birth?"),
    "a heading for nothing": ("columns:\n  A:", 2, "stands for nothing"),
    "a heading twice": ("columns:\n  A: client_id\n  A: family_name", 3, "stands twice; keep one"),
    "two headings that are read alike": ("columns:\n  A b: client_id\n  a-B: family_name", 3, "is read like 'A b' above it"),
    "an empty map": ("", 1, "The map is empty. Write `columns:`"),
    "a list": ("- columns", 1, "The map is a list of parts, not"),
    "a word": ("columns", 1, "The map is a list of parts, not"),
    "braces within braces": ("columns: {{Client No: client_id}}", 1, "braces"),
    "a list as a key": ("columns: {[a]: client_id}", 1, ""),
    "a value that is no choice": ("values:\n  marital_status: {single: singel}", 2, "none of the choices of this column"),
    "values of no column": ("values:\n  marital: {a: single}", 2, "Did you mean marital_status?"),
    "values in a list": ("values:\n  marital_status: [single]", 2, "needs their values with ours"),
    "an order that there is not": ("dates: ddmmyy", 1, "Write dmy, mdy or ymd"),
    "an order of no dates": ("dates: {client_id: dmy}", 1, "holds no dates"),
    "countries of nowhere": ("countries: un", 1, "Write iso or fips"),
    "a constant that is no choice": ("constants:\n  english_test: TOEFL", 2, "english_test"),
    "a constant of nothing": ("constants:\n  english_test:", 2, "Write the value that every row gets"),
    "a placeholder that there is not": ('constants:\n  case_owner: "{owner}"', 2, "stands for nothing"),
    "a prefix of nobody": ("prefixes: {Child: child}", 1, "is no person"),
    "a rule that there is not": ("derived:\n  Name: {rule: fullname}", 2, "full_name"),
    "a rule without its option": ("derived:\n  Exp: {rule: expiry}", 2, "column"),
    "a sheet of nothing": ("sheets:\n  A: candidate", 2, "Did you mean candidates?"),
    "a heading row of 0": ("sheets:\n  A: {holds: candidates, headings: 0}", 2, "Write the row of the headings"),
    "a heading row of words": ("sheets:\n  A: {holds: candidates, headings: first}", 2, "Write the row of the headings"),
    "a heading row of 30 digits": ("sheets:\n  A: {holds: candidates, headings: " + "9" * 30 + "}", 2, "Write the row of the headings"),
    "rows without a person": ("rows: {joined_by: client_id}", 1, "needs person"),
    "a newer version": ("map: 2", 1, "Write 1"),
    "a tab before a key": ("columns:\n\tA: client_id", 2, "a tab stands where only blanks may"),
    "a colon without a blank": ("columns:\n  A:client_id\n  B: family_name", 3, "put a blank behind the colon of the line above"),
    "a brace that is not closed": ("columns: {A: client_id", 1, ""),
    "lists within lists": ("columns: " + "[" * 200 + "]" * 200, 1, "nested too deeply"),
    "an alias of nothing": ("columns: *a", 1, ""),
    "aliases that swell": (
        "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [{','.join([f'*{chr(97 + n)}'] * 10)}]\n" for n in range(8)), 6,
        "the aliases stand for too many values",
    ),
    "an object of Python": ("columns: !!python/object/apply:os.system [echo]", 1, ""),
    "a tag of binary data": ("columns: !!binary x", 1, ""),
    "two documents": ("columns: {A: client_id}\n---\ncolumns: {}", 2, ""),
    "a fingerprint that is none": ("for_headings: [zz]", 1, "is no fingerprint of headings"),
}  # fmt: skip


def cases(seed: int) -> Iterator[Case]:
    """All cases of the group."""
    chance = random.Random(f"{GROUP} {seed}")
    people = clients(chance, 4)
    yield from _good(people)
    plain = csv(table(people, COLUMNS)).encode()
    for place, (name, (content, line, says)) in enumerate(BAD.items()):
        yield check(GROUP, name, {"clients.csv": plain, "map.yaml": content.encode()}, refused("map.yaml", f"line {line}", says),
                    more=("--map", "map.yaml"), sample=place in {1, 4})  # fmt: skip
    for name, content, says in (("zero bytes", b"\0" * 40, ""),
                                ("bytes that are no text", b"columns: {A: \xff\xfe}", "save it as UTF-8"),
                                ("6 MB", b"# " + b"x" * 6_000_000, "more than 5,000,000 bytes")):  # fmt: skip
        yield check(
            GROUP,
            name,
            {"clients.csv": plain, "map.yaml": content},
            refused("map.yaml", says),
            more=("--map", "map.yaml"),
        )
    yield check(
        GROUP,
        "a map that is not there",
        {"clients.csv": plain},
        refused("map.yaml", code=2),
        more=("--map", "map.yaml"),
    )


def _good(people: list[Client]) -> Iterator[Case]:
    rows = table(people, COLUMNS)

    def mapped(
        name: str,
        firm_map: str,
        change: Callable[[list[list[Any]]], list[list[Any]]],
        *,
        sample: bool = False,
        **more: Any,
    ) -> Case:
        files = {"clients.csv": csv(change(rows)).encode(), "map.yaml": firm_map.encode()}
        return read_as(GROUP, name, files, people, mapping="map.yaml", sample=sample, **more)

    def headed(names: dict[str, str]) -> Callable[[list[list[Any]]], list[list[Any]]]:
        return lambda rows: [[names.get(name, name) for name in rows[0]], *rows[1:]]

    def written(column: str, how: Callable[[Any], str]) -> Callable[[list[list[Any]]], list[list[Any]]]:
        place = COLUMNS.index(column)
        return lambda rows: [rows[0], *([*row[:place], how(row[place]), *row[place + 1 :]] for row in rows[1:])]

    own = {
        "client_id": "Dossier",
        "date_of_birth": "Geburtstag",
        "marital_status": "Zivilstand",
        "family_name": "Nachname",
    }
    lines = "".join(f"  {heading}: {column}\n" for column, heading in own.items())
    yield mapped("headings of the firm's own", f"columns:\n{lines}", headed(own), sample=True)
    yield mapped("a map with line ends of Windows", f"columns:\r\n{lines}".replace("\n", "\r\n"), headed(own))
    yield mapped("a map with a byte order mark", f"\ufeffcolumns:\n{lines}", headed(own))
    yield mapped("a map with comments", f"# map of the firm\ncolumns:  # headings\n{lines}# end\n", headed(own))
    for order, form in (("dmy", "%d/%m/%Y"), ("mdy", "%m/%d/%Y"), ("ymd", "%Y/%m/%d")):
        yield mapped(
            f"dates in the order {order}",
            f"dates: {{date_of_birth: {order}}}",
            written("date_of_birth", lambda day, form=form: f"{day:{form}}"),
        )
    words = {"single": "S", "divorced": "D", "widowed": "W"}
    yield mapped(
        "values of the firm's own",
        "values: {marital_status: {S: single, D: divorced, W: widowed}}",
        written("marital_status", words.get),
    )
    yield mapped(
        "ON and NO are words",
        "values: {sibling_in_canada: {ON: yes, NO: no}}",
        written("sibling_in_canada", lambda has: "ON" if has else "NO"),
    )
    months = [{**one, "foreign_work_years": years} for one, years in zip(people, (1, 2.5, 0, 4), strict=True)]
    place = COLUMNS.index("foreign_work_years")
    in_months = [[*row[:place], int(row[place] * 12), *row[place + 1 :]] for row in table(months, COLUMNS)[1:]]
    names = headed({"foreign_work_years": "Months abroad"})(table(months, COLUMNS))[0]
    files = {
        "clients.csv": csv([names, *in_months]).encode(),
        "map.yaml": b"derived: {Months abroad: {rule: months, column: foreign_work_years}}",
    }
    yield read_as(GROUP, "months as years", files, months, mapping="map.yaml")
    constant = [{**one, "case_owner": "clients"} for one in people]
    place = COLUMNS.index("case_owner")
    without = [[*row[:place], *row[place + 1 :]] for row in rows]
    files = {"clients.csv": csv(without).encode(), "map.yaml": b'constants: {case_owner: "{file}"}'}
    yield read_as(GROUP, "the name of the file as owner", files, constant, mapping="map.yaml")
    passports = [{"client_id": one["client_id"], "person": "principal", "kind": "passport", "expires_on": date(2030, 1, number)}
                 for number, one in enumerate(people, start=1)]  # fmt: skip
    files = {
        "clients.csv": csv([[*rows[0], "Passport until"], *([*row, text(one["expires_on"])] for row, one in zip(rows[1:], passports, strict=True))]).encode(),
        "map.yaml": b"columns: {Passport until: documents.expires_on(kind=passport)}",
    }  # fmt: skip
    yield read_as(
        GROUP, "a column as rows of another sheet", files, people, details={"documents": passports}, mapping="map.yaml"
    )
    yield mapped(
        "a column that is not ours",
        'columns: {sibling: "-"}',
        lambda rows: [[*rows[0], "sibling"], *([*row, "x"] for row in rows[1:])],
    )
