"""What a map may say, and the message for each mistake: its line, what is wrong, and the fix."""

from __future__ import annotations

import pytest

from transforms.rules.strict_yaml import read_yaml
from validation.files.unusable import MappingError
from validation.mapping.firm_map import NO_MAP, Derivation, DetailTarget, FirmMap, JoinedRows, SheetOptions
from validation.mapping.grammar import firm_map


def read(text: str) -> FirmMap:
    return firm_map(read_yaml(text.encode(), "map.yaml", as_text=True))


def test_every_part_is_read() -> None:
    found = read(
        """
map: 1
for_headings: [3f9c12ab]
sheets:
  "*": candidates
  Info: {holds: candidates, layout: key_value}
  "Tracker*": {holds: Candidates, headings: 3}
  Work: {holds: work_history, headings: [2, 3]}
  Fees: "-"
columns:
  Client No: client_id
  Passport Expiry: documents.expires_on(kind=passport)
  Child DOB: dependants.date_of_birth
  Case owner: candidates.case_owner
  Client Email: "-"
derived:
  Name: {rule: full_name, order: family_first}
  IELTS scores: {rule: scores, language: english, order: lrws}
constants: {english_test: IELTS_GT, case_owner: "{sheet}", marital_status: single}
values: {marital_status: {"Célib.": single, "?": }, intends_quebec: {NO: no}}
dates: {date_of_birth: dmy, "*": MDY}
countries: FIPS
prefixes: {Spouse: spouse, "Client's": principal}
rows: {joined_by: client_id, person: Relationship}
"""
    )
    assert found == FirmMap(
        columns={"clientno": "client_id", "caseowner": "case_owner"},
        targets={
            "passportexpiry": DetailTarget("documents", "expires_on", {"kind": "passport"}),
            "childdob": DetailTarget("dependants", "date_of_birth", {}),
        },
        not_ours=frozenset({"clientemail"}),
        derived={
            "name": Derivation("full_name", {"order": "family_first"}),
            "ieltsscores": Derivation("scores", {"language": "english", "order": "lrws"}),
        },
        constants={"english_test": "IELTS_GT", "case_owner": "{sheet}", "marital_status": "single"},
        values={"marital_status": {"célib.": "single", "?": ""}, "intends_quebec": {"no": "no"}},
        dates={"date_of_birth": "dmy", "*": "mdy"},
        countries="fips",
        prefixes={"spouse": "spouse", "clients": "principal"},
        rows=JoinedRows("client_id", "Relationship"),
        sheets={
            "*": SheetOptions("candidates"),
            "Info": SheetOptions("candidates", "key_value"),
            "Tracker*": SheetOptions("candidates", "rows", (3,)),
            "Work": SheetOptions("work_history", "rows", (2, 3)),
            "Fees": SheetOptions(None),
        },
        for_headings=("3f9c12ab",),
    )


def test_a_map_of_empty_parts_says_nothing() -> None:
    assert read("columns:\nvalues:\ndates:\n") == NO_MAP


@pytest.mark.parametrize(
    ("title", "holds"),
    [("tracker 2026", "work_history"), ("Tracker", "documents"), ("Info", "candidates"), ("  TRACKER ", "documents")],
)
def test_a_sheet_takes_the_closest_pattern_that_fits_its_title(title: str, holds: str) -> None:
    sheets = read('sheets: {"*": candidates, "tracker*": work_history, Tracker: documents}')
    options = sheets.options_of(title)
    assert options is not None
    assert options.holds == holds


def test_a_sheet_that_no_pattern_fits_has_no_options() -> None:
    assert read("sheets: {Info: candidates}").options_of("Fees") is None


MISTAKES = {
    # map: (line, what the message says)
    "colums: {a: client_id}": (1, "'colums' is no part of a map. Did you mean columns?"),
    "columns: {}\nmap: 2": (2, "`map` is '2'. Write 1"),
    "for_headings: [ab, xyz]": (1, "'ab' is no fingerprint of headings"),
    "sheets: candidates": (1, '`sheets` needs names with what they stand for. Write it like `"*": candidates`.'),
    "sheets:\n  A: candidate": (2, "'A' holds 'candidate', which is none of our sheets. Did you mean candidates?"),
    "sheets:\n  A: clients of ours": (2, "Write one of: candidates, language_tests"),
    "sheets:\n  A: {holds: candidates, layot: rows}": (2, "'layot' is no option of a sheet. Did you mean layout?"),
    "sheets:\n  A: {holds: candidates, layout: across}": (2, "layout is 'across'. Write rows or key_value."),
    "sheets:\n  A: {layout: rows}": (2, "does not say what the sheet holds. Write holds: candidates."),
    "sheets:\n  A: {holds: candidates, headings: [2, 4]}": (2, "Write the row of the headings, like 3"),
    "sheets:\n  A: {holds: candidates, headings: 0}": (2, "Write the row of the headings, like 3"),
    "sheets:\n  A: {holds: candidates, headings: [1, 2, 3, 4]}": (2, "Write the row of the headings, like 3"),
    "sheets:\n  A: {holds: candidates, layout: key_value, headings: 2}": (2, "has no row of headings"),
    'sheets:\n  A: {holds: "-", headings: 2}': (2, 'is left out, so nothing else is said of it. Write "-" alone.'),
    "sheets:\n  A: candidates\n  a: documents": (3, "'a' is read like 'A' above it"),
    "columns:\n  A: clientid": (2, "'A' names 'clientid', which is none of our columns. Did you mean client_id?"),
    "columns:\n  A: DOB": (2, "Did you mean date_of_birth?"),
    "columns:\n  A: shoe size": (2, "Run drawline columns to list them."),
    "columns:\n  A:": (2, 'stands for nothing. Write one of our columns, or "-"'),
    "columns:\n  A: [client_id]": (2, "stands for a list"),
    "columns:\n  A b: client_id\n  a-B: family_name": (3, "'a-B' is read like 'A b' above it"),
    'columns: {" ": client_id}': (1, "is empty"),
    "columns:\n  A: documents.expires_on": (2, "needs kind. Write it like documents.expires_on(kind=passport)."),
    "columns:\n  A: documents.expires_on(kind=pasport)": (2, "kind is 'pasport'. It is none of the choices"),
    "columns:\n  A: documents.expires_on(person=wife, kind=passport)": (2, "person is 'wife'"),
    "columns:\n  A: document.expires_on(kind=passport)": (2, "Did you mean documents?"),
    "columns:\n  A: documents.expiry(kind=passport)": (2, "no column of Documents. Did you mean expires_on?"),
    "columns:\n  A: documents.expires_on(kind)": (2, "fixes nothing. Write it like kind=passport."),
    "columns:\n  A: documents.expires_on(kid=passport)": (2, "'kid' cannot be fixed there. Did you mean kind?"),
    "columns:\n  A: documents.expires_on(kind=passport, kind=eca)": (2, "kind is fixed twice. Keep one."),
    "columns:\n  A: documents.expires_on(kind=passport": (2, "cannot be read. Write it like documents.expires_on"),
    "columns:\n  A: candidates.family_name(person=spouse)": (2, "fixes columns of Candidates"),
    "columns:\n  A: work_history.noc": (2, "makes rows of Work history without started_on"),
    "derived:\n  A: full_name": (2, "needs a rule. Write it like {rule: full_name, order: given_first}."),
    "derived:\n  A: {rule: fullname}": (2, "'fullname', which is no rule. Did you mean full_name?"),
    "derived:\n  A: {rule: full_name, oder: x}": (2, "'oder' is no option of full_name. Did you mean order?"),
    "derived:\n  A: {rule: full_name, order: first}": (2, "order of full_name cannot be 'first'"),
    "derived:\n  A: {rule: age, order: x}": (2, "Delete it: age has no options."),
    "derived:\n  A: {rule: scores}": (2, "scores needs language. Write it like language: english."),
    "derived:\n  A: {rule: scores, language: english, order: LRWW}": (2, "cannot be 'LRWW'. Write it like LRWS."),
    "derived:\n  A: {rule: expiry, column: date_of_birth}": (2, "column of expiry cannot be 'date_of_birth'"),
    "derived:\n  A: {rule: months, column: family_size}": (2, "column of months cannot be 'family_size'"),
    "columns:\n  A: client_id\nderived:\n  a: {rule: age}": (4, "stands under `columns` and under `derived`"),
    "constants:\n  english_tst: CLB": (2, "names 'english_tst', which is none of our columns. Did you mean english_test?"),
    "constants:\n  english_test: IELTS-X": (2, "english_test is 'IELTS-X'. It is none of the choices"),
    "constants:\n  date_of_birth: 25/12/1990": (2, "date_of_birth is '25/12/1990'"),
    'constants:\n  case_owner: "{sheets}"': (2, "{sheets} stands for nothing. Did you mean {sheet}?"),
    "constants:\n  case_owner:": (2, "is empty. Write the value that every row gets"),
    "constants:\n  case_owner: [x]": (2, "is a list. Write one plain value."),
    "values:\n  marital: {s: single}": (2, "names 'marital', which is none of our columns"),
    "values:\n  marital_status: single": (2, "needs their values with ours"),
    "values:\n  marital_status:\n    s: singel": (3, "'s' is 'singel'. It is none of the choices"),
    "values:\n  marital_status:\n    S: single\n    s: married": (4, "'s' is read like 'S' above it"),
    "dates: dym": (1, "no order of day, month and year. Write dmy, mdy or ymd."),
    "dates:\n  date_of_brith: dmy": (2, "Did you mean date_of_birth?"),
    "dates:\n  marital_status: dmy": (2, "marital_status holds no dates"),
    "countries: gost": (1, "no list of country codes. Write iso or fips."),
    "prefixes:\n  Wife: wife": (2, "'Wife' stands for 'wife', which is no person. Write principal or spouse."),
    "rows: {joined_by: client_id}": (1, "needs person. Write the heading that says whose row it is."),
    "rows: {person: Relationship}": (1, "needs joined_by"),
    "rows: {joined_by: client no, person: R}": (1, "Did you mean client_id?"),
    "rows: {joined_by: client_id, persons: R}": (1, "'persons' is no option. Did you mean person?"),
    "values:\n  person: {Kid: child}": (2, "Write one of: principal, spouse."),
    "rows: {joined_by: client_id, person: R}\nvalues:\n  person: {Kid: kid}": (3, "Write one of: principal, spouse, child."),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), MISTAKES.items(), ids=[text.replace("\n", " ") for text in MISTAKES])
def test_a_mistake_names_its_line_and_its_fix(text: str, expected: tuple[int, str]) -> None:
    with pytest.raises(MappingError) as raised:
        read(text)
    line, words = expected
    assert words in str(raised.value)
    assert raised.value.line == line


@pytest.mark.parametrize("text", ["", "client_id", "- columns"])
def test_a_map_that_is_no_mapping_says_what_to_write(text: str) -> None:
    with pytest.raises(MappingError, match="Write"):
        read(text)
