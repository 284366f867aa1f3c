"""The shipped files: made from their seeds, byte for byte, and what they hold."""

from __future__ import annotations

import csv
import json
import re
import zipfile
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from sample_data import generate
from sample_data.workbook import columns_of
from transforms import rules
from transforms.model.columns import SHEETS

BOOKS = (generate.FILE_2026, generate.FILE_2021)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """All files made twice, the second time for comparison."""
    folders = [tmp_path_factory.mktemp("one"), tmp_path_factory.mktemp("other")]
    for folder in folders:
        generate.generate(folder)
    return folders


def test_two_generations_are_the_same_bytes(made: list[Path]) -> None:
    one, other = ({path.name: path.read_bytes() for path in folder.iterdir()} for folder in made)
    assert one == other


def test_shipped_files_are_those_of_the_seeds(made: list[Path], shipped: Path) -> None:
    for path in made[0].iterdir():
        if path.suffix == ".xlsx":
            # Part by part: how well a part is compressed is a matter of the machine's zlib.
            assert _parts(path) == _parts(shipped / path.name), path.name
        else:
            assert path.read_bytes() == (shipped / path.name).read_bytes(), path.name


def _parts(path: Path) -> list[tuple[str, tuple[int, ...], bytes]]:
    with zipfile.ZipFile(path) as package:
        return [(part.filename, part.date_time, package.read(part)) for part in package.infolist()]


@pytest.mark.parametrize("name", BOOKS)
def test_sheets_and_headers_are_those_of_the_intake(name: str, shipped: Path) -> None:
    book = openpyxl.load_workbook(shipped / name)
    assert book.sheetnames == [sheet.title for sheet in SHEETS]
    for sheet in SHEETS:
        page = book[sheet.title]
        assert [cell.value for cell in page[1]] == [column.name for column in columns_of(sheet)]
        assert page.freeze_panes == "A2" and page["A1"].font.bold
        assert page.max_row > 2


@pytest.mark.parametrize(("name", "clients"), [(generate.FILE_2026, 501), (generate.FILE_2021, 500)])
def test_five_hundred_plainly_made_up_clients(name: str, clients: int, shipped: Path) -> None:
    page = openpyxl.load_workbook(shipped / name)["Candidates"]
    rows = list(page.iter_rows(min_row=2, max_col=4, values_only=True))
    assert len(rows) == clients
    for client_id, family_name, given_name, case_owner in rows:
        assert client_id is None or re.fullmatch(r"C-\d{4}", str(client_id))
        assert re.fullmatch(r"Sample-\d{4}", str(family_name)) and given_name == "Client"
        assert re.fullmatch(r"Desk [A-D]", str(case_owner))
    assert len({row[1] for row in rows}) == 500


def test_cells_of_good_rows_have_the_type_of_their_column(shipped: Path) -> None:
    noc_2016 = _codes("noc2016.csv")
    book = openpyxl.load_workbook(shipped / generate.FILE_2021)
    for sheet in SHEETS:
        for cells in book[sheet.title].iter_rows(min_row=2):
            for column, cell in zip(columns_of(sheet), cells, strict=True):
                if cell.value is None:
                    continue
                if column.kind == "date":
                    assert isinstance(cell.value, datetime) and cell.number_format == "yyyy-mm-dd", cell.coordinate
                elif column.kind == "date_time":
                    assert re.fullmatch(r"202[01]-\d\d-\d\dT\d\d:\d\d:\d\dZ", cell.value), cell.coordinate
                elif column.kind == "noc":
                    assert cell.value in noc_2016 and cell.number_format == "@", cell.coordinate
                elif column.kind in ("number", "integer"):
                    assert isinstance(cell.value, int | float), cell.coordinate


def _codes(name: str) -> set[str]:
    folder = Path(rules.__file__).parent / "noc"
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return {row["code"] for row in csv.DictReader(file)}


def test_samples_are_described(shipped: Path) -> None:
    samples = json.loads((shipped / "samples.json").read_text(encoding="utf-8"))
    assert list(samples) == list(BOOKS)
    assert [entry["as_of"] for entry in samples.values()] == ["2026-08-07", "2021-09-14"]
    assert all(entry["clients"] == 500 and entry["seed"] and entry["about"] for entry in samples.values())


def test_the_published_rounds_are_complete(shipped: Path) -> None:
    rounds = json.loads((shipped / "rounds.json").read_text(encoding="utf-8"))["rounds"]
    assert len(rounds) == 445
    assert rounds[0]["drawNumber"] == "444"
