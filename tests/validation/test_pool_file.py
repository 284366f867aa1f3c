"""Files of people who are scored already: both formats, what is needed for which rounds, and slips by row."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import sample_data
from validation.plans import pool_file
from validation.plans.pool_file import PoolFileError

CSV = """client_id,crs_total,profile_submitted_at,is_nominated,cec_eligible,categories,date_of_birth,with_spouse,note
P1,480,2026-05-01T09:30:00Z,no,yes,french|stem,1990-02-28,no,a
P2,450,2026-05-01 09:30:01,No,,,1985-12-01,yes,b
P3,1050,,yes,false,trades,,no,c
"""


def written(folder: Path, text: str, name: str = "pool.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_csv_file(tmp_path: Path) -> None:
    found = pool_file.read(written(tmp_path, CSV), ["CEC", "PNP", "french", "general"])
    assert "note" not in found.columns
    assert found.select("client_id", "crs_total", "is_nominated", "cec_eligible").rows() == [
        ("P1", 480, False, True), ("P2", 450, False, None), ("P3", 1050, True, False)
    ]  # fmt: skip
    assert found["profile_submitted_at"].to_list() == [
        datetime(2026, 5, 1, 9, 30, tzinfo=UTC), datetime(2026, 5, 1, 9, 30, 1, tzinfo=UTC), None
    ]  # fmt: skip
    assert found["date_of_birth"].to_list() == [date(1990, 2, 28), date(1985, 12, 1), None]
    assert found.select("category_french", "category_stem", "category_trades").rows() == [
        (True, True, False), (False, False, False), (False, False, True)
    ]  # fmt: skip
    assert found.schema["crs_total"] == pl.Int16


def test_a_parquet_file_is_the_same(tmp_path: Path) -> None:
    csv = written(tmp_path, CSV)
    found = pool_file.read(csv, ["CEC"])
    found.with_columns(
        pl.col("profile_submitted_at").dt.cast_time_unit("ns") + pl.duration(milliseconds=5),
        pl.col("crs_total").cast(pl.Int64),
    ).write_parquet(tmp_path / "pool.parquet")
    assert_frame_equal(pool_file.read(tmp_path / "pool.parquet", ["CEC"]), found)


def test_what_holds_scored_people(tmp_path: Path) -> None:
    assert pool_file.is_scored(written(tmp_path, CSV))
    pl.read_csv(tmp_path / "pool.csv").write_parquet(tmp_path / "pool.parquet")
    assert pool_file.is_scored(tmp_path / "pool.parquet")
    assert not pool_file.is_scored(written(tmp_path, "client_id,date_of_birth,marital_status,crs_total\n", "c.csv"))
    assert not pool_file.is_scored(written(tmp_path, "client_id,date_of_birth\n", "d.csv"))
    assert not pool_file.is_scored(Path(sample_data.__file__).parent / "clients_2026.xlsx")
    assert not pool_file.is_scored(tmp_path / "nowhere.csv")
    assert not pool_file.is_scored(written(tmp_path, "", "empty.csv"))


MISSING = [
    ("client_id,crs_total\nP1,400\n", ["general"], "no column profile_submitted_at, which is needed for every pool"),
    ("client_id,crs_total,profile_submitted_at\nP1,400,\n", ["CEC"], "no column cec_eligible, which is needed for rounds of kind CEC"),
    ("client_id,crs_total,profile_submitted_at\nP1,400,\n", ["PNP"], "no column is_nominated"),
    ("client_id,crs_total,profile_submitted_at\nP1,400,\n", ["stem"], "no column categories"),
    ("client_id,crs_total,profile_submitted_at,date_of_birth\nP1,400,,\n", ["general"], "no column with_spouse, which is needed for birthdays"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "kinds", "told"), MISSING)
def test_columns_that_are_needed(text: str, kinds: list[str], told: str, tmp_path: Path) -> None:
    with pytest.raises(PoolFileError, match=told):
        pool_file.read(written(tmp_path, text), kinds)


SLIPS = [
    ("P1,480", "P1,4eighty", "crs_total, row 2: '4eighty' is not a whole number"),
    ("P1,480", "P1,1201", "crs_total, row 2: 1201 is no score; scores are 0 to 1,200"),
    ("P1,480", "P1,", "crs_total, row 2: is empty; every row needs it"),
    ("P2,", "P1,", "client_id, row 2: 'P1' stands twice; keep one row each"),
    ("P2,", ",", "client_id, row 3: is empty"),
    ("2026-05-01T09:30:00Z", "May 1", "profile_submitted_at, row 2: 'May 1' is not a time in UTC such as"),
    ("1990-02-28", "1990-02-30", "date_of_birth, row 2: '1990-02-30' is not a date such as 1990-01-31"),
    ("No,,", "perhaps,,", "is_nominated, row 3: 'perhaps' is not yes or no"),
]


@pytest.mark.parametrize(("right", "wrong", "told"), SLIPS)
def test_slips_are_named_by_row(right: str, wrong: str, told: str, tmp_path: Path) -> None:
    assert right in CSV
    with pytest.raises(PoolFileError) as caught:
        pool_file.read(written(tmp_path, CSV.replace(right, wrong)), ["CEC"])
    assert f"pool.csv: {told}" in str(caught.value)


def test_a_status_that_is_none(tmp_path: Path) -> None:
    text = "client_id,crs_total,profile_submitted_at,pool_status\nP1,400,,asleep\n"
    with pytest.raises(PoolFileError, match="pool_status, row 2: 'asleep' is none of in_pool, draft"):
        pool_file.read(written(tmp_path, text), ["general"])


def test_a_file_that_is_no_table(tmp_path: Path) -> None:
    with pytest.raises(PoolFileError, match=r"pool.parquet: The Parquet file is damaged\."):
        pool_file.read(written(tmp_path, "not parquet", "pool.parquet"), ["general"])


@pytest.mark.parametrize("place", [4, 40, -40, -12])
def test_a_damaged_parquet_file_is_one_message(place: int, tmp_path: Path) -> None:
    path = tmp_path / "pool.parquet"
    pl.read_csv(CSV.encode()).write_parquet(path)
    data = bytearray(path.read_bytes())
    data[place : place + 4] = b"\xff\xff\xff\xff"
    path.write_bytes(data)
    pool_file.is_scored(path)
    with suppress(PoolFileError):
        pool_file.read(path, ["general"])


CASES = Path(__file__).parent.parent / "data" / "intake"


@pytest.mark.parametrize("name", ["pool.csv", "pool_semicolons.csv"])
def test_a_pool_is_read_as_the_intake_reads_csv(name: str) -> None:
    assert pool_file.is_scored(CASES / name)
    found = pool_file.read(CASES / name, ["general"])
    assert found["client_id"].to_list() == [f"P-{place}" for place in range(6)]
    assert found["crs_total"].to_list() == [450 + place for place in range(6)]


REFUSED = [
    ("pool_stray_marks.csv", "In row 3 of the CSV file, one cell in quotation marks holds 4 lines"),
    ("pool_cp1252.csv", "The text is not in UTF-8 .first at line 2.; it may be in Windows-1252"),
]


@pytest.mark.parametrize(("name", "problem"), REFUSED)
def test_a_pool_that_would_lose_people_is_refused(name: str, problem: str) -> None:
    assert pool_file.is_scored(CASES / name)
    with pytest.raises(PoolFileError, match=f"{name}: {problem}"):
        pool_file.read(CASES / name, ["general"])


HEADERS = [
    "client_id, crs_total, profile_submitted_at\nP1,480,\n",
    "Client ID\tCRS total\tProfile submitted at\nP1\t480\t\n",
    "Our pool\n\nclient_id,crs_total,profile_submitted_at\n\nP1,480,\n",
    '"client_id","crs_total","profile_submitted_at"\n="P1",480,\n',
]


@pytest.mark.parametrize("text", HEADERS)
def test_headers_of_a_pool_by_any_spelling(text: str, tmp_path: Path) -> None:
    path = written(tmp_path, text)
    assert pool_file.is_scored(path)
    assert pool_file.read(path, ["general"])["client_id"].to_list() == ["P1"]


ROWS = [
    ("P1,480,\nP2,470,,x\n", "Row 3: The row has more fields than the header"),
    ("P1,480,\nP2,4x0,\n", "crs_total, row 3: '4x0' is not a whole number"),
    ("1.2E+11,480,\n", "client_id, row 2: A spreadsheet shortened the client_id"),
    ("P1,480,\n\u200eP1,470,\n", "client_id, row 2: 'P1' stands twice"),
    ('P1,480,\nP2,"470,\n', "Row 3 of the CSV file has a quotation mark that is not closed"),
]


@pytest.mark.parametrize(("rows", "problem"), ROWS)
def test_rows_of_a_pool_that_cannot_be_taken(rows: str, problem: str, tmp_path: Path) -> None:
    with pytest.raises(PoolFileError) as caught:
        pool_file.read(written(tmp_path, f"client_id,crs_total,profile_submitted_at\n{rows}"), ["general"])
    assert f"pool.csv: {problem}" in str(caught.value)
