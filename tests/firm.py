"""A firm for tests: a folder with settings, inbox, rounds, history and reports, whose nights pass as they are asked for."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from copy import deepcopy
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
from click.testing import Result
from typer.testing import CliRunner

from flows.cli import app
from flows.main_run.output_names import RECORD
from flows.nightly import night_state, nightly
from flows.run_request import SHIPPED_ROUNDS
from history.store import History
from history.tables import EVENTS, RUNS, TABLES, Table
from sample_data.bad_rows import rows_by_sheet
from sample_data.clients import Client, Value
from sample_data.generate import clients_2026
from sample_data.workbook import write_workbook

DAY = timedelta(days=1)
# Round 428 of 2026-07-21 (CEC, cut-off 516) invites C-0037, who has 518 points.
MONDAY, TUESDAY, WEDNESDAY = date(2026, 7, 20), date(2026, 7, 21), date(2026, 7, 22)
CLIENT, ROUND = "C-0037", "428"
SOME = (30, 31, 33, 36, 37)
SETTINGS = """
inbox = "inbox"
history = "history"
reports = "reports"
rounds = "rounds.json"
rounds_address = "{address}"
rounds_timeout_seconds = 1
rounds_tries = 2
inbox_settle_seconds = {settle}
catch_up_days = {catch_up}
"""


class Firm:
    """A firm in a folder of its own."""

    def __init__(self, folder: Path, *, address: str = "", settle: int = 0, catch_up: int = 31, more: str = "") -> None:
        self.folder = folder
        self.inbox = folder / "inbox"
        self.reports = folder / "reports"
        self.config = folder / "drawline.toml"
        self.history = History(folder / "history")
        self.inbox.mkdir(parents=True, exist_ok=True)
        # Tests reach loopback alone; those of the look at the criteria page name its address.
        watch = "" if "criteria" in more else "watch_criteria = false\n"
        text = SETTINGS.format(address=address, settle=settle, catch_up=catch_up) + watch + more
        self.config.write_text(text, encoding="utf-8")

    def drop(self, name: str, clients: Iterable[Client], *, title: str = "Clients") -> Path:
        """Puts a workbook into the inbox."""
        path = self.inbox / name
        write_workbook(path, rows_by_sheet(list(clients)), title=title, made_on=date(2026, 8, 7))
        return path

    def publish(self, until: date, *, change: dict[str, dict[str, str]] | None = None) -> None:
        """The rounds up to a day as the firm's rounds file, with some fields of some rounds changed."""
        (self.folder / "rounds.json").write_bytes(rounds_until(until, change=change))

    def night(self, day: date, *, dry_run: bool = False) -> night_state.Nights:
        """A night, without Prefect, wherever today is."""
        return nightly.run(night_state.NightRequest(day, self.config, dry_run, wait=False, ahead=True))

    def table(self, table: Table) -> pl.DataFrame:
        return self.history.read(table)

    def tables(self) -> dict[str, pl.DataFrame]:
        """All that the history holds but its ledger, in an order that tells nothing of how it was written."""
        return {table.name: in_order(self.table(table)) for table in TABLES if table is not RUNS}

    def bytes_held(self) -> int:
        """How large the history is."""
        return sum(path.stat().st_size for path in Path(self.history.place).rglob("*") if path.is_file())

    def files(self) -> dict[str, bytes]:
        """All that lies in the folder of the reports, but for run.json, which tells of the run."""
        found = sorted(path for path in self.reports.rglob("*") if path.is_file() and path.name != RECORD)
        return {str(path.relative_to(self.reports)): path.read_bytes() for path in found}


def before_its_first_night(folder: Path, *numbers: int) -> Firm:
    """A firm in a folder, with the rounds up to MONDAY and a workbook of some of the sample's clients."""
    made = Firm(folder)
    made.publish(MONDAY)
    made.drop("a.xlsx", clients(*numbers))
    return made


def in_order(frame: pl.DataFrame) -> pl.DataFrame:
    """A frame in an order that its rows alone decide."""
    return frame.sort(pl.struct(frame.columns).struct.json_encode())


def rounds_until(until: date, *, change: dict[str, dict[str, str]] | None = None) -> bytes:
    """The shipped rounds up to a day in IRCC's own form, with some fields of some rounds changed."""
    content = json.loads(SHIPPED_ROUNDS.read_bytes())
    there = [one for one in content["rounds"] if one["drawDate"] <= until.isoformat()]
    content["rounds"] = [one | (change or {}).get(one["drawNumber"], {}) for one in there]
    return json.dumps(content).encode()


_MADE: list[Client] = []


def clients(*numbers: int) -> list[Client]:
    """Clients of the sample by their number, as their office first wrote them down."""
    if not _MADE:
        _MADE.extend(clients_2026())
    return [deepcopy(_MADE[number - 1]) for number in numbers]


def changed(client: Client, **cells: Value) -> Client:
    """A client with other cells on the Candidates sheet."""
    made = deepcopy(client)
    made.row.update(cells)
    return made


def assert_same(one: dict[str, pl.DataFrame], other: dict[str, pl.DataFrame]) -> None:
    """Fails with the name of the table that differs."""
    assert one.keys() == other.keys()
    different = [name for name, frame in one.items() if not frame.equals(other[name])]
    assert not different, f"the tables {different} differ"


def names_of(run: night_state.Nights) -> Sequence[str]:
    """The files that a run took or found unusable."""
    assert run.taken is not None
    return [f"{one['name']}: {one['outcome']}" for one in run.taken.inputs]


def events(firm: Firm, day: date) -> list[tuple[str, str, str]]:
    """The events of a night: client, kind, reason."""
    rows = firm.history.on(EVENTS, day).select("client_id", "kind", "reason")
    return sorted((client, kind, reason or "") for client, kind, reason in rows.iter_rows())


def alerts_of(firm: Firm, day: date) -> dict[str, Any]:
    """The alerts of a night."""
    told: dict[str, Any] = json.loads((firm.reports / day.isoformat() / "alerts.json").read_text(encoding="utf-8"))
    return told


def call(firm: Firm, *arguments: object) -> Result:
    """The outcome of a command with a firm's settings."""
    return CliRunner().invoke(app, [*(str(one) for one in arguments), "--config", str(firm.config)])


def answer(firm: Firm, *arguments: object) -> Any:
    """The JSON that a command with a firm's settings answers with."""
    done = call(firm, *arguments, "--json")
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)
