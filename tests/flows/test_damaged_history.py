"""Commands on a history with a damaged table: one message with exit code 1, no panic, and nothing is changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.commands.common import handle_errors
from flows.firm import settings as settings_
from flows.forecasting import weekly
from flows.main_run import run_state
from flows.orchestration import prefect_run
from history.audit import FILE, LOCK
from history.store import HistoryError
from history.tables import EVENTS, RECORDS, RUNS, SCORES_TABLE, Table
from tests.firm import MONDAY, TUESDAY, WEDNESDAY, Firm


class PanicException(BaseException):
    """As polars and deltalake raise it: no Exception."""


def cut_short(firm: Firm, table: Table) -> Path:
    """Cuts the last file of rows of a table."""
    path = Path(firm.history.address(table)) / max(firm.history.data_files(table))
    path.write_bytes(path.read_bytes()[:100])
    return path


def held(firm: Firm) -> dict[str, bytes]:
    """All that the history and the reports hold, but for the audit record."""
    folder = firm.folder
    found = (path for path in folder.rglob("*") if path.is_file() and path.name not in (FILE, LOCK, ".drawline.lock"))
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


COMMANDS: list[tuple[list[object], Table]] = [
    (["nightly", "--no-prefect", "--as-of", WEDNESDAY], EVENTS),
    (["nightly", "--no-prefect", "--as-of", WEDNESDAY], RECORDS),
    (["nightly", "--no-prefect", "--dry-run", "--as-of", WEDNESDAY], RUNS),
    (["history", "client", "C-0033"], SCORES_TABLE),
    (["history", "run"], RUNS),
    (["history", "diff", MONDAY, TUESDAY], SCORES_TABLE),
    (["history", "compact"], RUNS),
    (["history", "compact", "--keep-nights-since", TUESDAY], RUNS),
    (["history", "compact", "--keep-nights-since", MONDAY], RECORDS),
    (["history", "take-back", "--from", TUESDAY, "--yes"], RECORDS),
    (["history", "take-back", "--from", TUESDAY, "--yes"], EVENTS),
    (["history", "migrate"], EVENTS),
    (["rescore", "--from", TUESDAY, "--to", TUESDAY], EVENTS),
    (["purge", "--client", "C-0033", "--yes"], RUNS),
    (["purge", "--client", "C-0033", "--dry-run"], RUNS),
]


@pytest.mark.parametrize(("arguments", "table"), COMMANDS, ids=lambda one: getattr(one, "name", None))
def test_a_damaged_table_is_one_message_before_anything_is_changed(
    arguments: list[object], table: Table, invited: Firm, capfd: pytest.CaptureFixture[str]
) -> None:
    path = cut_short(invited, table)
    before = held(invited)
    done = CliRunner().invoke(app, [*(str(one) for one in arguments), "--config", str(invited.config)])
    assert done.exit_code == 1, done.output
    message = f"drawline: the table {table.name} in {invited.history.place} cannot be read (its file "
    assert done.stderr.splitlines()[-1].startswith(message)
    assert f"{path.name} has 100 of " in done.stderr
    assert "panicked" not in capfd.readouterr().err
    assert held(invited) == before


def test_a_weekly_forecast_on_a_damaged_table(invited: Firm) -> None:
    cut_short(invited, RECORDS)
    with pytest.raises(HistoryError, match=r"the table records in .* cannot be read"):
        weekly.forecast(settings_.load(invited.config), TUESDAY)


def panicking() -> None:
    raise PanicException("called `Result::unwrap()` on C-0033 Tremblay")


@pytest.mark.parametrize("context", [lambda: prefect_run.stage(run_state.Run(None)), prefect_run.report_locally])  # type: ignore[arg-type]
def test_a_panic_reaches_prefect_as_its_kind_alone(
    context: Callable[[], object], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(prefect_run.StageFailed, match=r"^LibraryPanic$") as caught, context():  # type: ignore[attr-defined]
        panicking()
    assert caught.value.__cause__ is None
    assert "Tremblay" not in capsys.readouterr().err


def test_a_panic_ends_a_command_with_a_message(capsys: pytest.CaptureFixture[str]) -> None:
    import typer

    with pytest.raises(typer.Exit) as caught:
        handle_errors(panicking)()
    assert caught.value.exit_code == 1
    said = capsys.readouterr().err
    assert said.startswith("drawline: an error of the program (LibraryPanic)")
    assert "Tremblay" not in said


def test_a_panic_while_rows_are_read_is_a_damaged_table(invited: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of damage that its size does not show."""
    monkeypatch.setattr(pl.LazyFrame, "collect", lambda _self: panicking())
    with pytest.raises(HistoryError, match=r"the table scores in .* cannot be read \(LibraryPanic\)"):
        invited.history.read(SCORES_TABLE)


@pytest.mark.parametrize("name", ["[Firm] clients", "Client%20Files", "back\\slash"])
def test_the_first_night_in_a_folder_that_tables_cannot_lie_in_names_it(name: str, tmp_path: Path) -> None:
    firm = Firm(tmp_path / name)
    done = CliRunner().invoke(app, ["nightly", "--no-prefect", "--as-of", str(MONDAY), "--config", str(firm.config)])
    assert done.exit_code == 2
    assert f"the folder {name!r} of the history" in done.stderr
    assert "rename the folder" in done.stderr
    assert not (firm.folder / "history").exists()


@pytest.mark.parametrize("name", ["year=2026", "Firm #1 (a*b?)"])
def test_nights_in_a_folder_with_signs_in_its_name(name: str, later: Firm, tmp_path: Path) -> None:
    later.folder.rename(tmp_path / name)
    firm = Firm(tmp_path / name)
    firm.night(TUESDAY)
    done = CliRunner().invoke(app, ["history", "client", "C-0033", "--config", str(firm.config)])
    assert done.exit_code == 0
    assert [str(day) in done.stdout for day in (MONDAY, TUESDAY)] == [True, True]
