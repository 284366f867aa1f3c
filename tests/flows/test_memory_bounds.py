"""Small files that would fill the memory: each is read or refused by a process that stays below a bound."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import polars as pl
import pytest

DATA = Path(__file__).parent.parent / "data"
INTAKE = DATA / "intake"
MAX_MIB = 1024
MAX_CPU_SECONDS = 60
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE_LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
HEADERS = ("client_id", "date_of_birth", "marital_status")
ROW = ("C-1", "1990-01-01", "single")
CSV = f"{','.join(HEADERS)}\n{','.join(ROW)}\n"
# Runs each command in a process of its own, and says its exit code, its peak of memory in KiB, and its output.
RUNNER = f"""
import json, os, resource, sys
import polars
from flows import cli
from flows.main_run import run_job
from validation.intake import intake
from validation.plans import pool_file
for name, arguments in json.load(sys.stdin).items():
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        os.dup2(writing, 1), os.dup2(writing, 2)
        resource.setrlimit(resource.RLIMIT_AS, (4 * {MAX_MIB} << 20,) * 2)
        resource.setrlimit(resource.RLIMIT_CPU, ({MAX_CPU_SECONDS},) * 2)
        try:
            cli.app(arguments)
        except SystemExit as done:
            sys.stdout.flush()
            os._exit(done.code or 0)
    os.close(writing)
    with os.fdopen(reading, errors="replace") as pipe:
        output = pipe.read()
    _, status, usage = os.wait4(child, 0)
    print(json.dumps([name, os.waitstatus_to_exitcode(status), usage.ru_maxrss, output]), flush=True)
"""


def text(cell: str, value: str) -> str:
    return f'<c r="{cell}" t="inlineStr"><is><t>{value}</t></is></c>'


def rows(*more: str) -> str:
    """A client under headers, and more rows given as XML."""
    made = "".join(
        f'<row r="{number}">{"".join(text(f"{letter}{number}", value) for letter, value in zip("ABC", row, strict=True))}</row>'
        for number, row in enumerate((HEADERS, ROW), start=1)
    )
    return f"<sheetData>{made}{''.join(more)}</sheetData>"


def book(
    path: Path, sheet: str, *, entries: int = 1, texts: str = "", parts: Mapping[str, bytes] | None = None
) -> Path:
    """A workbook of one sheet, which the list of sheets may name several times."""
    named = "".join(f'<sheet name="S{number}" sheetId="{number + 1}" r:id="rId1"/>' for number in range(1, entries))
    links = f'<Relationship Id="rId1" Type="{LINKS}/worksheet" Target="worksheets/sheet1.xml"/>'
    links += f'<Relationship Id="rId2" Type="{LINKS}/sharedStrings" Target="sharedStrings.xml"/>' if texts else ""
    start = f'<Relationship Id="rId1" Type="{LINKS}/officeDocument" Target="xl/workbook.xml"/>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("_rels/.rels", f'<Relationships xmlns="{PACKAGE_LINKS}">{start}</Relationships>')
        package.writestr(
            "xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{PACKAGE_LINKS}">{links}</Relationships>'
        )
        package.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets><sheet name="Candidates" sheetId="1" r:id="rId1"/>{named}'
            "</sheets></workbook>",
        )
        package.writestr("xl/worksheets/sheet1.xml", f'<worksheet xmlns="{MAIN}">{sheet}</worksheet>')
        if texts:
            package.writestr("xl/sharedStrings.xml", texts)
        for name, content in (parts or {}).items():
            package.writestr(name, content)
    return path


def shared(content: str, stated: str = "") -> str:
    return f'<sst xmlns="{MAIN}"{stated}><si><t>{content}</t></si></sst>'


def numbered(xml: str) -> str:
    """A sheet whose rows do not state their numbers."""
    return xml.replace('<row r="1">', "<row>").replace('<row r="2">', "<row>")


def long_texts(path: Path) -> Path:
    cells = "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(3, 3_003))
    return book(path, rows(cells), texts=shared("abcdefghij" * 50_000))


def wide_parquet(path: Path) -> Path:
    height = 1_000_000
    frame = pl.DataFrame({name: [value] for name, value in zip(HEADERS, ROW, strict=True)})
    empty = [pl.lit(None, dtype=pl.String).alias(f"x{place}") for place in range(60)]
    frame.select(pl.all().repeat_by(height).explode()).with_columns(empty).write_parquet(path)
    return path


def long_parquet(path: Path) -> Path:
    frame = pl.DataFrame(
        {**{name: [value] for name, value in zip(HEADERS, ROW, strict=True)}, "family_name": ["y" * 100_000]}
    )
    frame.select(pl.all().repeat_by(10_000).explode()).write_parquet(path)
    return path


def scored_parquet(path: Path) -> Path:
    frame = pl.DataFrame({"client_id": ["C-1"], "crs_total": [450], "profile_submitted_at": ["2026-08-01T10:00:00Z"]})
    empty = [pl.lit(None, dtype=pl.String).alias(f"x{place}") for place in range(20)]
    frame.select(pl.all().repeat_by(1_000_000).explode()).with_columns(empty).write_parquet(path)
    return path


def written(content: str) -> Callable[[Path], Path]:
    def write(path: Path) -> Path:
        path.write_text(content, encoding="utf-8")
        return path

    return write


class Case(NamedTuple):
    """A file by its name, how it is made, the command that reads it, the exit code, and what is said."""

    name: str
    make: Callable[[Path], Path]
    code: int
    says: str
    command: tuple[str, ...] = ("check", "{file}", "--as-of", "2026-06-20")


SIMULATED = ("simulate", str(INTAKE / "pool.csv"), "--plan", "{file}", "--out", "{folder}/out")
ROUND = "rounds: [{date: 2026-08-18, kind: general, size: 1}]\n"
ALIASES = "a: &a [x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n"
    for before, name in zip("abcdefghij", "bcdefghijk", strict=True)
)
CASES = {
    "a blank cell far off": Case("b.xlsx", lambda path: INTAKE / "stray_blank.xlsx", 0, "1 good"),
    "a text in the last cell": Case(
        "b.xlsx", lambda path: book(path, rows(f'<row r="1048576">{text("XFD1048576", "x")}</row>')), 4, "XFD1048576"
    ),
    "a cell beyond the last column": Case(
        "b.xlsx", lambda path: book(path, rows(f'<row r="3">{text("AAAAA3", "x")}</row>')), 4, "'AAAAA3'"
    ),
    "a row of ten digits": Case(
        "b.xlsx",
        lambda path: book(path, rows(f'<row r="4294967290">{text("C4294967290", "x")}</row>')),
        4,
        "'4294967290'",
    ),
    "a far cell in lower case": Case(
        "b.xlsx", lambda path: book(path, rows(f'<row r="1048576">{text("ax1048576", "x")}</row>')), 4, "'ax1048576'"
    ),
    "a far cell in a row without number": Case(
        "b.xlsx", lambda path: book(path, numbered(rows(f"<row>{text('AX1048576', 'x')}</row>"))), 4, "AX1048576"
    ),
    "a far cell in a near row": Case(
        "b.xlsx", lambda path: book(path, rows(f'<row r="3">{text("AX1048576", "x")}</row>')), 4, "AX1048576"
    ),
    "a far cell with blanks in its tag": Case(
        "b.xlsx",
        lambda path: book(path, rows('<row r = "3"><c t="n" r =\n"AX1048576"><v>1</v></c></row>')),
        4,
        "AX1048576",
    ),
    "very many cells without a place": Case(
        "b.xlsx", lambda path: book(path, rows(f"<row>{'<c><v>1</v></c>' * 100_000}</row>")), 4, "reaches as far as"
    ),
    "few cells in very many rows": Case(
        "b.xlsx",
        lambda path: book(
            path, rows(*(f'<row r="{row}"><c r="{"AZ"[row % 2]}{row}"><v>1</v></c></row>' for row in range(3, 400_000)))
        ),
        4,
        "Z399999",
    ),
    "a false dimension": Case(
        "b.xlsx", lambda path: book(path, '<dimension ref="A1:ZZZZ99999999"/>' + rows()), 0, "1 good"
    ),
    "all cells merged": Case(
        "b.xlsx",
        lambda path: book(path, rows() + '<mergeCells><mergeCell ref="A2:XFD1048576"/></mergeCells>'),
        0,
        "1 good",
    ),
    "a false number of texts": Case(
        "b.xlsx",
        lambda path: book(
            path, rows('<row r="3"><c r="A3" t="s"><v>0</v></c></row>'), texts=shared("x", ' uniqueCount="4294967295"')
        ),
        3,
        "date_of_birth is required",
    ),
    "one long text in many cells": Case("b.xlsx", long_texts, 4, "longer than 256 MiB in all"),
    "one long text": Case(
        "b.xlsx",
        lambda path: book(
            path, rows('<row r="3"><c r="A3" t="s"><v>0</v></c></row>'), texts=shared("abcdefghi," * 1_000_000)
        ),
        3,
        "longer than 32,767 characters",
    ),
    "very many sheets": Case("b.xlsx", lambda path: book(path, rows(), entries=100_000), 4, "The workbook is damaged"),
    "a bomb of many parts": Case(
        "b.xlsx",
        lambda path: book(path, rows(), parts={f"xl/media/{place}.xml": b" " * (8 << 20) for place in range(8)}),
        4,
        "zip bomb",
    ),
    "a very wide CSV file": Case(
        "c.csv", written(CSV.replace("\n", "," * 1_000_000 + "\n", 1)), 4, "2 rows and 1,000,003 columns"
    ),
    "a wide CSV file with many short rows": Case(
        "c.csv",
        written(CSV.replace("\n", "," * 10_000 + "\n", 1) + ",".join(ROW) + "\n" * 100_000),
        4,
        "10,003 columns, which is more than is read",
    ),
    "a wide Parquet file": Case("c.parquet", wide_parquet, 4, "1,000,000 rows and 63 columns"),
    "one long text in a Parquet file": Case("c.parquet", long_parquet, 4, "longer than 256 MiB in all"),
    "a wide Parquet file of a pool": Case(
        "pool.parquet",
        scored_parquet,
        4,
        "1,000,000 rows and 23 columns",
        ("simulate", "{file}", "--plan", str(INTAKE / "plan.yaml"), "--out", "{folder}/out"),
    ),
    "a plan of very many arrivals a week": Case(
        "p.yaml", lambda path: INTAKE / "plan_per_week.yaml", 4, "per_week 100,000,000", SIMULATED
    ),
    "a plan of arrivals over many weeks": Case(
        "p.yaml",
        written(
            "rounds: [{date: 2099-08-18, kind: general, size: 1}]\nstart: 2016-01-01\narrivals: {per_week: 9000}\n"
        ),
        4,
        "39,272,143 people",
        SIMULATED,
    ),
    "a plan of very many rounds": Case(
        "p.yaml",
        written("rounds: [{date: 2026-08-18, kind: general, size: 1, every_days: 1, times: 1000000000}]\n"),
        4,
        "line 1: ",
        SIMULATED,
    ),
    "a plan of nested aliases": Case("p.yaml", written(ALIASES + ROUND), 4, "too many values", SIMULATED),
    "a plan of very deep lists": Case("p.yaml", written("rounds: " + "[" * 500_000), 4, "too deeply", SIMULATED),
    "a map of nested aliases": Case(
        "m.yaml",
        written(ALIASES),
        4,
        "too many values",
        ("check", str(INTAKE / "good.csv"), "--map", "{file}"),
    ),
    "a long number of a round": Case(
        "r.json",
        lambda path: DATA / "rounds_long_number.json",
        4,
        "'20260807100820'",
        ("rounds", "list", "--rounds", "{file}"),
    ),
    "very deep lists in a rounds file": Case(
        "r.json", written("[" * 5_000_000), 4, "nested too deeply", ("rounds", "list", "--rounds", "{file}")
    ),
    "very many lists in a rounds file": Case(
        "r.json",
        written('{"rounds": [' + "[]," * 4_000_000 + "[]]}"),
        4,
        "rounds",
        ("rounds", "list", "--rounds", "{file}"),
    ),
}


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[int, int, str]]:
    """By case the exit code, the peak of memory in MiB, and the output."""
    asked = {}
    for name, case in CASES.items():
        folder = tmp_path_factory.mktemp("bomb")
        file = case.make(folder / case.name)
        asked[name] = [word.format(file=file, folder=folder) for word in case.command]
    done = subprocess.run(
        [sys.executable, "-c", RUNNER], input=json.dumps(asked), capture_output=True, text=True, check=True
    )
    found = [json.loads(line) for line in done.stdout.splitlines()]
    return {name: (code, kibibytes >> 10, output) for name, code, kibibytes, output in found}


@pytest.mark.parametrize("name", CASES)
def test_a_small_file_never_fills_the_memory(answers: dict[str, tuple[int, int, str]], name: str) -> None:
    code, mebibytes, output = answers[name]
    assert code == CASES[name].code, output
    assert CASES[name].says in " ".join(output.split())
    assert "Traceback" not in output
    assert "error of the program" not in output
    assert mebibytes < MAX_MIB
