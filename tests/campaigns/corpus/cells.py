"""Single cells: what each way to write a value means, what is asked back, and what is only noted."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from tests.campaigns.corpus.books import Dialect, Xml, book
from tests.campaigns.corpus.case import Case, read_as
from tests.campaigns.corpus.people import COLUMNS, Client, clients, table

GROUP = "cells"
BORN = date(1990, 12, 25)
# By column: what stands in a cell, and what it means.
READ: dict[str, dict[Any, Any]] = {
    "date_of_birth": {
        "1990-12-25": BORN, "25/12/1990": BORN, "12/25/1990": BORN, "1990/12/25": BORN, "25.12.1990": BORN, "25-Dec-1990": BORN,
        "Dec 25, 1990": BORN, "25 December 1990": BORN, "19901225": BORN, "1er décembre 1990": date(1990, 12, 1),
        "25 décembre 1990": BORN, " 1990-12-25 ": BORN, "\u200e1990-12-25": BORN, "1990-12-25 00:00:00": BORN, "05/05/1990": date(1990, 5, 5),
    },
    "marital_status": {
        "Single": "single", "SINGLE": "single", "Célibataire": "single", "divorcé": "divorced", " widowed\u00a0": "widowed",
        "Divorced / Separated": "divorced_or_separated", "veuve": "widowed", "Annulled Marriage": "annulled",
    },
    "sibling_in_canada": {
        "yes": True, "Y": True, "TRUE": True, "1": True, "oui": True, "✓": True, "no": False, "N": False, "false": False, "0": False,
        "Non": False, "☐": False, Xml('<c r="@" t="b"><v>0</v></c>'): False, Xml('<c r="@"><v>1</v></c>'): True, None: None,
    },
    "settlement_funds_cad": {
        "15000": 15000, "15,000": 15000, "CA$15,000.00": 15000, "13 757,50 $": 13757.5, "$ 15,000": 15000, "15 000": 15000,
        "15\u00a0000,25": 15000.25, "0": 0, Xml('<c r="@"><v>1.5E4</v></c>'): 15000, Xml('<c r="@" t="str"><f>1</f><v>15000</v></c>'): 15000,
    },
    "foreign_work_years": {
        "7,5": 7.5, "2.5": 2.5, "18 months": 1.5, "2 years 3 months": 2.25, "None or less than a year": 0, "1 year": 1,
        Xml('<c r="@"><v>2.4999999999999996</v></c>'): 2.5, "3 yrs": 3,
    },
    "citizenship": {
        "India": "IN", "IND": "IN", "in": "IN", "India (IN)": "IN", "Royaume-Uni": "GB", "Côte d\u2019Ivoire": "CI", "COTE D'IVOIRE": "CI",
        "Viet Nam": "VN", "Inde": "IN", "Hong Kong": "HK",
    },
    "primary_noc": {
        "21231": "21231", "NOC 21231 - Software engineers": "21231", "21231 (TEER 1)": "21231", "2173": "2173", "2173 (A)": "2173",
        "00012": "00012", Xml('<c r="@"><v>21231</v></c>'): "21231",
    },
    "english_listening": {"7.5": 7.5, "7,5": 7.5, "8.0": 8, Xml('<c r="@"><v>8.0</v></c>'): 8, " 9 ": 9},
    "family_size": {"3": 3, "3.0": 3, "3 persons": 3},
    "profile_submitted_at": {
        "2026-01-11T10:55:43Z": datetime(2026, 1, 11, 10, 55, 43, tzinfo=UTC), "2026-01-11 10:55:43": datetime(2026, 1, 11, 10, 55, 43, tzinfo=UTC),
        "2026-01-11T05:55:43-05:00": datetime(2026, 1, 11, 10, 55, 43, tzinfo=UTC),
    },
    "education_level": {"Master's degree": "masters", "PhD": "doctorate", "masters": "masters", "Doctorat": "doctorate"},
    "provincial_nomination": {"ON": "ON", "B.C.": "BC", "Saskatchewan": "SK", "ON - Ontario": "ON", "none": None, "-": None},
    "stated_crs": {"470": 470, "470 pts": 470, "CRS 470": 470, "470 points": 470},
    "family_name": {
        "=1+1": "=1+1", "@SUM(1)": "@SUM(1)", "+1": "+1", "-2": "-2", "NULL": "NULL", "nan": "nan", "True": "True", "  Côté  ": "Côté",
        "A & B <C>": "A & B <C>", 'the "Rock"': 'the "Rock"', "x" * 5000: "x" * 5000, "王小明": "王小明", "🙂": "🙂",
        "עברית": "עברית", "1e5": "1e5", "007": "007",
    },
}  # fmt: skip
# By column: what stands in a cell and is asked back, and a fragment of the problem or the fix.
ASKED: dict[str, dict[Any, str]] = {
    "date_of_birth": {
        "03/04/1990": "03/04/1990", "25/12/90": "", "33000": "", Xml('<c r="@"><v>33000</v></c>'): "", "1990-02-30": "", "soon": "",
        "n/a": "", None: "", Xml('<c r="@" t="e"><v>#N/A</v></c>'): "#N/A", Xml('<c r="@" t="e"><v>#SPILL!</v></c>'): "#SPILL!",
        Xml('<c r="@"><f>TODAY()</f></c>'): "formula", "1890-01-01": "", "25 thermidor 1990": "",
    },
    "marital_status": {"Unknown": "", "Other": "", "maried": "married", "7": "", None: "", Xml('<c r="@"><f>"single"</f></c>'): "formula"},
    "sibling_in_canada": {"x": "", "maybe": "", "2": "", "☒": "", "yes/no": ""},
    "settlement_funds_cad": {
        "15.000": "15", "US$ 20000": "", "€ 20 000": "", "-5": "", "about 15000": "", "15000+": "", "<1": "", Xml('<c r="@"><v>INF</v></c>'): "",
        Xml('<c r="@"><v>1E+300</v></c>'): "",
    },
    "foreign_work_years": {"1,500": "", "5+": "", "<1": "", "-1": "", "60": "", "3 or 4": "", Xml('<c r="@" s="1"><v>46149</v></c>'): ""},
    "citizenship": {"Mumbai, India": "", "Atlantis": "", "12": ""},
    "primary_noc": {"21231, 21232": "", "13": "", "99999": "", "2173.5": "", "software": ""},
    "english_listening": {"9.5": "9", "7.3": "", "-1": "", Xml('<c r="@" s="1"><v>46149</v></c>'): "", "8/9": ""},
    "family_size": {"0": "", "2.5": "", "many": "", "10000000000000000000000": ""},
    "profile_submitted_at": {"1926-01-11 10:55:43": "", "2026-13-01": "", "10:55": "", Xml('<c r="@" s="2"><v>0.5</v></c>'): "", "yesterday": ""},
    "education_level": {"Diploma": "", "Post-graduate diploma": "", "Secondary or less": "", "Master of Science (expected 2027)": ""},
    "provincial_nomination": {"TBD": "", "Ontario / Quebec": "", "Texas": "", "QC": ""},
}  # fmt: skip
# By column: what is taken as another word, with a note that names it.
NOTED: dict[str, dict[str, Any]] = {
    "english_test": {"IELTS": "IELTS_GT"},
    "citizenship": {"Indian": "IN"},
    "provincial_nomination": {"OINP": "ON"},
    "foreign_work_years": {"5 years or more": 5},
    "settlement_funds_cad": {"n/a": None, "TBD": None, "unknown": None, "inconnu": None, "à venir": None},
    "stated_crs": {"~470": None, "1300": None, "high": None},
}


def cases(seed: int) -> Iterator[Case]:
    """All cases of the group: a client whose cell is tried, between two others."""
    chance = random.Random(f"{GROUP} {seed}")
    before, tried, after = clients(chance, 3)
    for place, (column, ways) in enumerate(READ.items()):
        for number, (written, meant) in enumerate(ways.items()):
            row = _expected(tried, column, meant)
            yield read_as(GROUP, f"{column} as {_name(written)}", _file(before, tried, after, column, written), [before, row, after],
                          sample=number == 0 and place < 3)  # fmt: skip
    for place, (column, asked) in enumerate(ASKED.items()):
        for number, (written, says) in enumerate(asked.items()):
            names = _columns(column)
            cell = f"Candidates!{chr(ord('A') + names.index(column))}3"
            yield read_as(GROUP, f"{column} asked back at {_name(written)}", _file(before, tried, after, column, written), [before, after],
                          listed={cell: says}, sample=number == 0 and place < 3)  # fmt: skip
    yield read_as(GROUP, "a birth in the future", _file(before, tried, after, "date_of_birth", "2062-01-01"), [before, after],
                  listed={"Candidates!D3": "", "Candidates!L3": "before the birth", "Candidates!S3": "before the birth"})  # fmt: skip
    for column, noted in NOTED.items():
        for written, meant in noted.items():
            yield read_as(GROUP, f"{column} with a note at {written}", _file(before, tried, after, column, written),
                          [before, _expected(tried, column, meant), after], warned=written if column != "stated_crs" else "taken as empty")  # fmt: skip


def _columns(column: str) -> list[str]:
    return [*COLUMNS, *([] if column in COLUMNS else [column])]


def _expected(tried: Client, column: str, meant: Any) -> Client:
    """The client with the meant value, and what follows from it by definition."""
    return {**tried, column: meant}


def _file(before: Client, tried: Client, after: Client, column: str, written: Any) -> dict[str, bytes]:
    rows = table([before, {**tried, column: written}, after], _columns(column))
    return {"clients.xlsx": book(rows, Dialect())}


def _name(written: Any) -> str:
    text = written.text.replace('<c r="@"', "<c") if isinstance(written, Xml) else repr(written)
    return text if len(text) <= 60 else f"{text[:57]}…"
