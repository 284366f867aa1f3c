"""Tables that are cut short, empty or of another version: one message, and nothing is changed before it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

from history import store
from history.places import problem_of
from history.store import History, HistoryError
from history.tables import EVENTS, RUNS, SCORES_TABLE, TABLES, Table
from tests.history.conftest import FIRST, SECOND, THIRD, Sheets, accept, of
from tests.history.test_store import ANNE, BEN, completed_night, day_of, files_of, fill


def filled(folder: Path, sheets: Sheets) -> History:
    """A history with rows in every table, of two nights."""
    history = History(folder)
    fill(history, sheets, ANNE)
    completed_night(history, sheets, is_whole=True)
    accept(history, SECOND, of(sheets, "C-0003"), "b")
    history.replace_day(SCORES_TABLE, SECOND, day_of(1, BEN))
    return history


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, sheets: Sheets) -> Path:
    folder = tmp_path_factory.mktemp("filled") / "history"
    filled(folder, sheets)
    return folder


@pytest.fixture
def whole(made: Path, tmp_path: Path) -> History:
    shutil.copytree(made, tmp_path / "history")
    return History(tmp_path / "history")


def data_file(history: History, table: Table) -> Path:
    """A file of rows that the table counts."""
    name = max(history.data_files(table))
    return Path(history.address(table)) / name


@pytest.mark.parametrize("share", [0.0, 0.98])
@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_file_of_rows_that_is_cut_short_is_named_without_a_panic(
    table: Table, share: float, whole: History, capfd: pytest.CaptureFixture[str]
) -> None:
    path = data_file(whole, table)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(HistoryError, match=rf"the table {table.name} in .* cannot be read \(its file .*{path.name}"):
        whole.read(table)
    with pytest.raises(HistoryError, match=path.name):
        whole.check(rows=False)
    assert "panicked" not in capfd.readouterr().err


@pytest.mark.parametrize("share", [0.0, 0.5])
@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_log_that_is_cut_short_is_an_error_of_the_table(table: Table, share: float, whole: History) -> None:
    path = max((Path(whole.address(table)) / "_delta_log").glob("*.json"))
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(HistoryError, match=rf"the table {table.name} in .* cannot be read"):
        whole.check(rows=False)


def rows_overwritten(history: History, table: Table) -> None:
    """Damages the rows of a file and leaves its size as it was."""
    path = data_file(history, table)
    data = bytearray(path.read_bytes())
    data[4 : len(data) // 2] = bytes(len(data) // 2 - 4)
    path.write_bytes(data)


def newer(history: History, table: Table) -> None:
    """Gives a table the schema version of a newer drawline."""
    history._there(table).alter.set_table_description(f"drawline {table.name}, schema version 99")  # type: ignore[union-attr]


def cut_short(history: History, table: Table) -> None:
    path = data_file(history, table)
    path.write_bytes(path.read_bytes()[:100])


CHANGES: dict[str, Callable[[History], object]] = {
    "purge": lambda history: history.purge(ANNE),
    "compact": lambda history: history.compact(timedelta(0)),
    "prune": lambda history: history.prune(SECOND),
    "take back": lambda history: history.withdraw(FIRST),
}


@pytest.mark.parametrize("damage", [rows_overwritten, cut_short, newer])
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("table", [EVENTS, RUNS], ids=lambda table: table.name)
def test_nothing_is_changed_where_a_table_is_bad(
    table: Table, change: Callable[[History], object], damage: Callable[[History, Table], None], whole: History
) -> None:
    damage(whole, table)
    before = files_of(whole)
    with pytest.raises(HistoryError, match=f"table {table.name} "):
        change(whole)
    assert files_of(whole) == before


@pytest.mark.parametrize("damage", [rows_overwritten, cut_short, newer])
def test_nothing_is_migrated_where_a_table_is_bad(
    damage: Callable[[History, Table], None], whole: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The table of the older version comes before the bad one."""
    monkeypatch.setattr(store, "TABLES", [replace(SCORES_TABLE, version=2), *TABLES])
    monkeypatch.setattr(store, "MIGRATIONS", {("scores", 1): lambda rows: rows})
    damage(whole, RUNS)
    before = files_of(whole)
    with pytest.raises(HistoryError, match="table runs "):
        whole.migrate()
    assert files_of(whole) == before


def test_a_newer_table_is_no_table_of_today(history: History) -> None:
    history.replace(replace(EVENTS, version=3), EVENTS.empty())
    with pytest.raises(HistoryError, match=r"table events has schema version 3, not 2; use a newer drawline"):
        history.migrate()


NAMES = ("year=2026", "as_of=2020-01-01", "two words", "a*b?", "{a}", "c#1", "a%b", 'a"b', "<a>", "a;b&c", "Büro", "人")


@pytest.mark.parametrize("name", NAMES)
def test_a_history_works_in_a_folder_of_this_name(name: str, tmp_path: Path) -> None:
    history = History(tmp_path / name)
    assert problem_of(tmp_path / name) is None
    for place, day in enumerate((FIRST, SECOND, THIRD)):
        history.replace_day(SCORES_TABLE, day, day_of(place, ANNE))
    history.replace_day(SCORES_TABLE, SECOND, day_of(5, BEN))
    history.compact(timedelta(0))
    assert history.days(SCORES_TABLE) == [FIRST, SECOND, THIRD]
    rows = history.read(SCORES_TABLE, since=SECOND).select("as_of", "client_id", "crs_total").rows()
    assert rows == [(SECOND, BEN, 405), (THIRD, ANNE, 402)]
    assert history.read(SCORES_TABLE, client_id=ANNE)["as_of"].to_list() == [FIRST, THIRD]
    assert history.purge(ANNE) == {SCORES_TABLE.name: 2}
    assert history.read(SCORES_TABLE)["client_id"].to_list() == [BEN]


@pytest.mark.parametrize("name", ["[Firm]", "a]b", "a^b", "a|b", "Client%20Files", "back\\slash", "a\nb", "a\tb"])
def test_a_folder_that_the_tables_cannot_lie_in_is_named_with_the_fix(name: str, tmp_path: Path) -> None:
    said = problem_of(tmp_path / name / "history")
    assert said is not None
    assert repr(name) in said
    assert "rename the folder, or name another one as `history`" in said


def test_a_link_to_such_a_folder_is_refused_too(tmp_path: Path) -> None:
    (tmp_path / "[a]").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "[a]")
    assert problem_of(tmp_path / "link" / "history") is not None


def test_files_of_other_days_are_not_read(whole: History) -> None:
    """A look at one night does without the files of the others: what is wrong with one of those does not stop it."""
    name = next(name for name in whole.data_files(SCORES_TABLE) if f"as_of={FIRST}" in name)
    path = Path(whole.address(SCORES_TABLE)) / name
    path.write_bytes(b"")
    assert whole.on(SCORES_TABLE, SECOND)["client_id"].to_list() == [BEN]
    with pytest.raises(HistoryError, match="scores"):
        whole.on(SCORES_TABLE, FIRST)


def test_columns_of_rows_keep_their_types(whole: History) -> None:
    for table in TABLES:
        assert whole.read(table).schema == pl.Schema(table.schema)
