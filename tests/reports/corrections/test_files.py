"""Which file gets which corrections workbook: CSV and Parquet, hostile texts, several inputs, names, and none at all."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.main_run.corrections import names
from tests.reports.corrections.checking import AS_OF, check, parts

HEADER = "client_id,family_name,date_of_birth,marital_status,family_size"
HOSTILE = ("=1+1", "+CMD|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1+1", "_x000D_", "<b>&amp;</b>", "]]>", "\u202eabc")


def csv_file(path: Path, *rows: str, header: str = HEADER) -> Path:
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def test_a_csv_file_becomes_a_workbook_of_texts_that_can_be_sent_in(tmp_path: Path) -> None:
    source = csv_file(tmp_path / "list.csv", "0012,Sample,1990-05-17,single,1", '0013,Probe,1990-05-17,"maried",1')
    done = check(source, out=tmp_path / "out")
    sheet = openpyxl.load_workbook(done.book)["Candidates"]
    assert [[cell.value for cell in row][:6] for row in sheet.iter_rows()] == [
        [*HEADER.split(","), "drawline status"],
        ["0012", "Sample", "1990-05-17", "single", "1", "ok"],
        ["0013", "Probe", "1990-05-17", "maried", "1", "quarantined"],
    ]
    assert {sheet[f"A{row}"].number_format for row in (2, 3)} == {"@"}
    assert sheet["D3"].fill.fgColor.rgb == "FFF2A65A"
    assert [cell.font.b for cell in sheet["A"]] == [True, False, False]
    assert sheet.freeze_panes == "A2"
    widths = {letter: sheet.column_dimensions[letter].width for letter in "ABD"}
    assert widths["A"] < widths["B"] < widths["D"]
    sheet["D3"] = "married"
    sheet["D2"] = "single"
    book = sheet.parent
    book.save(tmp_path / "corrected.xlsx")
    again = check(tmp_path / "corrected.xlsx", out=tmp_path / "out")
    assert [column for _, column, _ in again.said] == ["spouse_accompanying", "spouse_is_canadian"]


def test_detail_rows_of_a_csv_file_can_be_sent_in_beside_the_candidates(tmp_path: Path) -> None:
    clients = csv_file(tmp_path / "clients.csv", "7,Sample,1990-05-17,single,1", "8,Probe,1990-05-17,maried,1")
    work = csv_file(
        tmp_path / "work_history.csv", "7,principal,21231,Sept 2019,40", "8,principal,21231,2019-09-01,40",
        header="client_id,person,noc,started_on,hours_per_week",
    )  # fmt: skip
    first = check(clients, work, out=tmp_path / "out")
    assert set(first.books) == {"clients-corrections.xlsx", "work_history-corrections.xlsx"}
    statuses = {
        name: [row[-2].value for row in openpyxl.load_workbook(path).worksheets[1].iter_rows(min_row=2)]
        for name, path in first.books.items()
    }
    assert statuses == {
        "clients-corrections.xlsx": ["quarantined", "quarantined"],
        "work_history-corrections.xlsx": ["quarantined", "held"],
    }
    again = check(*first.books.values(), out=tmp_path / "again")
    assert again.said == [
        (client, column, problem.replace(".csv", "-corrections.xlsx") if "FILE" not in problem else problem)
        for client, column, problem in first.said
    ]
    assert again.answer["counts"] == first.answer["counts"]


def test_a_parquet_file_becomes_a_workbook_that_reads_alike(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "client_id": ["1", "2"],
            "date_of_birth": [date(1990, 5, 17), date(2096, 5, 17)],
            "marital_status": ["single", "single"],
            "family_size": [1, None],
        }
    )
    frame.write_parquet(tmp_path / "list.parquet")
    first = check(tmp_path / "list.parquet", out=tmp_path / "out")
    sheet = openpyxl.load_workbook(first.book)["Candidates"]
    assert [sheet["E2"].value, sheet["E3"].value] == ["ok", "quarantined"]
    assert check(first.book, out=tmp_path / "out").said == first.said


def test_texts_that_would_be_formulas_stay_texts(tmp_path: Path) -> None:
    rows = {"client_id": [str(number) for number in range(len(HOSTILE))], "family_name": list(HOSTILE)}
    rows["date_of_birth"] = rows["marital_status"] = list(HOSTILE)
    pl.DataFrame(rows).write_csv(tmp_path / "list.csv")
    done = check(tmp_path / "list.csv", out=tmp_path / "out")
    book = openpyxl.load_workbook(done.book)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr", "n"}
    assert not [name for name, xml in parts(done.book).items() if b"<f>" in xml or b"<f " in xml]
    shown = [book["Candidates"][f"B{row}"].value for row in range(2, len(HOSTILE) + 2)]
    # The escape of an escape, which openpyxl does not resolve in texts of a cell's own.
    assert [str(text).replace("_x005F_", "_") for text in shown] == list(HOSTILE)
    assert check(done.book, out=tmp_path / "out").answer["counts"] == done.answer["counts"]


def test_a_csv_file_whose_rows_have_too_many_fields_is_a_list_alone(tmp_path: Path) -> None:
    source = csv_file(tmp_path / "list.csv", "1,Sample, Jr,1990-05-17,single,1", "2,Probe,1990-05-17,single,1")
    book = openpyxl.load_workbook(check(source, out=tmp_path / "out").book)
    assert book.sheetnames == ["drawline corrections"]
    texts = [cell.value for row in book.worksheets[0].iter_rows() for cell in row if cell.value]
    assert any(str(text).startswith("Rows of the file are divided into other cells than the header.") for text in texts)
    assert any(str(text).startswith("The row has more fields than the header") for text in texts)


def test_a_file_that_changed_while_it_was_checked_is_not_marked(tmp_path: Path) -> None:
    from flows import run_request
    from flows.main_run import corrections, run_intake, run_law, run_state

    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Candidates"
    sheet.append(HEADER.split(","))
    sheet.append(["1", "Sample", date(1990, 5, 17), "maried", 1])
    book.save(tmp_path / "list.xlsx")
    request = run_request.Request("run", (tmp_path / "list.xlsx",), date.fromisoformat(AS_OF), tmp_path)
    run = run_state.Run(request)
    run_law.open_law(run)
    run_intake.take_in(run)
    assert run.intake is not None
    sheet.append(["2", "Probe", date(1990, 5, 17), "single", 1])
    book.save(tmp_path / "list.xlsx")
    written, notes = corrections.write(run.intake, request, tmp_path)
    assert notes == ["list-corrections.xlsx is a list alone. The file has changed since it was read. Check it again."]
    assert openpyxl.load_workbook(written["list-corrections.xlsx"]).sheetnames == ["drawline corrections"]


def test_where_nothing_is_wrong_there_is_no_workbook_and_a_stale_one_goes(tmp_path: Path) -> None:
    source = csv_file(tmp_path / "list.csv", "1,Sample,1990-05-17,maried,1")
    assert check(source, out=tmp_path / "out").book.is_file()
    csv_file(source, "1,Sample,1990-05-17,single,1")
    done = check(source, out=tmp_path / "out")
    assert (done.code, done.books) == (0, {})
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["quarantine.csv"]


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        (["a.xlsx"], ["a-corrections.xlsx"]),
        (["a-corrections.xlsx"], ["a-corrections-2.xlsx"]),
        (["a-corrections-9.xlsx"], ["a-corrections-10.xlsx"]),
        (["x/a.csv", "y/A.xlsx"], ["a-corrections.xlsx", "A (2)-corrections.xlsx"]),
        (["a-corrections-part.xlsx"], ["a-corrections-2.xlsx"]),
        (["c (3).csv", "c.csv", "n/c.csv"],
         ["c (3)-corrections.xlsx", "c-corrections.xlsx", "c (4)-corrections.xlsx"]),
        (["c.csv", "n/c.csv", "C (2).csv"],
         ["c-corrections.xlsx", "c (3)-corrections.xlsx", "C (2)-corrections.xlsx"]),
        (["a.csv", "b/a.csv", "c/a.csv", "a (3).csv"],
         ["a-corrections.xlsx", "a (2)-corrections.xlsx", "a (4)-corrections.xlsx", "a (3)-corrections.xlsx"]),
        (["a-corrections.xlsx", "a.csv", "b/a-corrections.xlsx"],
         ["a-corrections-2.xlsx", "a-corrections.xlsx", "a (3)-corrections-2.xlsx"]),
    ],
)  # fmt: skip
def test_a_corrections_workbook_is_named_after_its_input(inputs: list[str], expected: list[str]) -> None:
    assert list(names([Path(name) for name in inputs]).values()) == expected


def test_two_inputs_of_one_name_get_their_own_marks(tmp_path: Path) -> None:
    for folder, status in (("a", "maried"), ("b", "single")):
        (tmp_path / folder).mkdir()
        csv_file(
            tmp_path / folder / "list.csv", f"{folder},Sample,1990-05-17,{status},1", f"{folder}2,Probe,1990-05-17,?,1"
        )
    done = check(tmp_path / "a" / "list.csv", tmp_path / "b" / "list.csv", out=tmp_path / "out")
    found = {
        name: [openpyxl.load_workbook(path)["Candidates"][f"F{row}"].value for row in (2, 3)]
        for name, path in done.books.items()
    }
    assert found == {
        "list-corrections.xlsx": ["quarantined", "quarantined"], "list (2)-corrections.xlsx": ["ok", "quarantined"],
    }  # fmt: skip


def test_a_corrections_workbook_is_never_written_over_an_input(tmp_path: Path) -> None:
    source = csv_file(tmp_path / "list.csv", "1,Sample,1990-05-17,maried,1")
    first = check(source, out=tmp_path).book
    before = first.read_bytes()
    second = check(first, out=tmp_path).book
    assert second.name == "list-corrections-2.xlsx"
    assert first.read_bytes() == before
    refused = CliRunner().invoke(app, ["check", str(first), str(second), "--out", str(tmp_path), "--as-of", AS_OF])
    assert refused.exit_code == 2
    assert "is read; write to another file" in refused.stderr


def test_a_run_lists_the_workbooks_with_their_hashes(tmp_path: Path) -> None:
    source = csv_file(tmp_path / "list.csv", "1,Sample,1990-05-17,maried,1", "2,Sample,1990-05-17,single,1")
    arguments = ["run", str(source), "--out", str(tmp_path / "out"), "--as-of", AS_OF, "--no-prefect", "--json"]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 3, done.output
    record = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    from flows.outputs.digests import sha256_of

    name = "list-corrections.xlsx"
    assert record["outputs"][name] == sha256_of(tmp_path / "out" / name)


def said_of(folder: Path, source: Path, *options: str) -> list[str]:
    """What `check --out` says in words."""
    arguments = ["check", str(source), "--out", str(folder), "--as-of", AS_OF, *options]
    return CliRunner().invoke(app, arguments).stdout.splitlines()


def test_no_workbook_is_lost_where_names_come_close(tmp_path: Path) -> None:
    (tmp_path / "n2").mkdir()
    sources = [
        csv_file(tmp_path / name, f"{number},Sample,1990-05-17,maried,1")
        for number, name in enumerate(("c (3).csv", "c.csv", "n2/c.csv"), start=1)
    ]
    done = check(*sources, out=tmp_path / "out")
    clients = {name: openpyxl.load_workbook(path)["Candidates"]["A2"].value for name, path in done.books.items()}
    assert clients == {"c (3)-corrections.xlsx": "1", "c-corrections.xlsx": "2", "c (4)-corrections.xlsx": "3"}


THREE = [f"C{number},Sample,1990-05-17,{status},1" for number, status in ((1, "maried"), (2, "single"), (3, "maried"))]


@pytest.mark.parametrize("client", ["C2", "C1"])
def test_a_part_of_the_list_leaves_the_workbook_of_the_whole_list(tmp_path: Path, client: str) -> None:
    source, out = csv_file(tmp_path / "c.csv", *THREE), tmp_path / "out"
    before = check(source, out=out).book.read_bytes()
    part = check(source, out=out, extra=("--client", client))
    assert (out / "c-corrections.xlsx").read_bytes() == before
    assert list(part.books) == ([] if client == "C2" else ["c-corrections-part.xlsx"])
    arguments = ["run", str(source), "--out", str(out), "--as-of", AS_OF, "--no-prefect", "--client", client]
    assert CliRunner().invoke(app, arguments).exit_code == (0 if client == "C2" else 3)
    assert (out / "c-corrections.xlsx").read_bytes() == before


def test_the_workbook_of_a_part_says_so_and_is_its_own(tmp_path: Path) -> None:
    source, out = csv_file(tmp_path / "c.csv", *THREE), tmp_path / "out"
    first = check(source, out=out, extra=("--client", "C1")).book
    front, sheet = openpyxl.load_workbook(first).worksheets
    assert front["A2"].value == "Part of the list: client C1. No other rows are marked."
    assert [sheet[f"F{row}"].value for row in (2, 3, 4)] == ["quarantined", None, None]
    other = check(source, out=out, extra=("--client", "C3"))
    assert list(other.books) == ["c-corrections-2-part.xlsx"]
    assert first.is_file()
    assert list(check(first, out=out).books) == ["c-corrections-2.xlsx"]


def corrected_by_hand(path: Path) -> bytes:
    """A workbook half corrected, as a spreadsheet program leaves it."""
    book = openpyxl.load_workbook(path)
    book["Candidates"]["D2"] = "married"
    book.save(path)
    return path.read_bytes()


def test_corrections_half_done_are_not_written_over(tmp_path: Path) -> None:
    source, out = csv_file(tmp_path / "c.csv", *THREE), tmp_path / "out"
    first = check(source, out=out).book
    before = corrected_by_hand(first)
    lines = said_of(out, source)
    assert first.read_bytes() == before
    assert f"to correct and send in again: {out / 'c-corrections-2.xlsx'}" in lines
    kept = "c-corrections.xlsx was kept: it was changed since it was written, or was written for something else."
    assert f"  {kept} Correct c-corrections-2.xlsx." in lines
    # That one is as it was written, so that the next check replaces it.
    assert list(check(source, out=out).books) == ["c-corrections-2.xlsx"]
    csv_file(source, *(row.replace("maried", "single") for row in THREE))
    assert f"  Nothing is wrong in c.csv. {kept}" in said_of(out, source)
    assert sorted(path.name for path in out.iterdir()) == ["c-corrections.xlsx", "quarantine.csv"]
    assert first.read_bytes() == before


@pytest.mark.parametrize("content", [b"mine", None], ids=["no workbook", "a workbook"])
@pytest.mark.parametrize("status", ["single", "maried"])
def test_a_file_of_the_firm_is_neither_removed_nor_replaced(tmp_path: Path, content: bytes | None, status: str) -> None:
    own = tmp_path / "c-corrections.xlsx"
    openpyxl.Workbook().save(own)
    if content:
        own.write_bytes(content)
    before = own.read_bytes()
    done = check(csv_file(tmp_path / "c.csv", f"1,Sample,1990-05-17,{status},1"), out=tmp_path)
    assert own.read_bytes() == before
    assert list(done.books) == ([] if status == "single" else ["c-corrections-2.xlsx"])


def test_a_workbook_of_another_file_of_that_name_stays(tmp_path: Path) -> None:
    for folder, status in (("a", "maried"), ("b", "single")):
        (tmp_path / folder).mkdir()
        csv_file(tmp_path / folder / "c.csv", f"1,Sample,1990-05-17,{status},1")
    first = check(tmp_path / "a" / "c.csv", out=tmp_path / "out").book
    before = first.read_bytes()
    assert check(tmp_path / "b" / "c.csv", out=tmp_path / "out").books == {}
    assert first.read_bytes() == before


def test_one_changed_byte_of_a_part_breaks_the_seal(tmp_path: Path) -> None:
    from reports.corrections.parts import package_of
    from reports.corrections.seal import identity_of, is_untouched

    source = csv_file(tmp_path / "c.csv", *THREE)
    book = check(source, out=tmp_path).book
    identity = identity_of(source, "")
    assert is_untouched(book, identity)
    assert not is_untouched(book, identity_of(tmp_path / "other.csv", ""))
    contents = parts(book)
    book.write_bytes(package_of(contents))
    assert is_untouched(book, identity)
    for name in contents:
        book.write_bytes(package_of(contents | {name: contents[name].replace(b"e", b"f", 1)}))
        assert not is_untouched(book, identity), name


def test_headings_below_a_title_stay_on_the_screen(tmp_path: Path) -> None:
    source = tmp_path / "c.csv"
    source.write_text(f"Clients of the office,,,,\n\n{HEADER}\n1,Sample,1990-05-17,maried,1\n", encoding="utf-8")
    sheet = openpyxl.load_workbook(check(source, out=tmp_path / "out").book)["Candidates"]
    heading = next(cell for cell in sheet["A"] if cell.value == "client_id")
    assert heading.font.b
    assert sheet.freeze_panes == f"A{heading.row + 1}"
    assert [cell.font.b for cell in sheet["A"]].count(True) == 1
