"""The weekly forecast for the clients on record: plain functions, which the command line and the Prefect flow call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from flows import night_invitations, night_made, night_state, program
from flows.commands.common import as_json_text
from flows.settings import FILE, Settings

FUTURES = 5000
WORKBOOK, DATA = "forecast.xlsx", "forecast.json"


@dataclass(frozen=True)
class Made:
    """A forecast as it was written: its folder, how many rounds and clients it speaks of, and the state of the law."""

    folder: Path
    rounds: int
    clients: int
    rules_status: str


def forecast(firm: Settings, as_of: date) -> Made:
    """Forecasts the next round of each kind, and the chances of the clients in the pool, into the firm's reports folder.

    Writes forecast.xlsx and forecast.json to `<reports>/<day>-forecast`; the same day and records give the same files.
    Raises UsageError where history or reports are not set, or too little is published.
    """
    from flows import outlook
    from reports.forecast import write_forecast

    if firm.history is None or firm.reports is None:
        raise program.UsageError(f"the weekly forecast needs `history` and `reports` in {FILE}")
    request = program.Request(
        program.new_run_id(as_of), (), as_of, rules=firm.rules, rounds_file=firm.rounds_file, readings=firm.readings
    )
    run = program.Run(request)
    program.open_law(run)
    history = night_state.history_of(firm)
    sheets = history.records_on(as_of)
    held = night_invitations.holders_on(history, as_of, sheets["candidates"])
    sheets = night_made.as_invited(sheets, held)
    made = outlook.forecast(run, (), FUTURES, seed=0, cluster=firm.cluster, sheets=sheets)
    told = outlook.forecast_json(made)
    folder = firm.reports / f"{as_of.isoformat()}-forecast"
    with program.whole_folder(folder, last=DATA) as staged:
        write_forecast(staged / WORKBOOK, told, firm.name or "drawline")
        (staged / DATA).write_text(as_json_text(told) + "\n", encoding="utf-8")
    return Made(folder, len(told["rounds"]), len(told["clients"]), told["rules_status"])
