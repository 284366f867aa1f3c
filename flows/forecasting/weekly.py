"""The weekly forecast for the clients on record: plain functions, which the command line and the Prefect flow call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from flows import errors, run_request
from flows.console.answers import as_json_text
from flows.firm.settings import FILE, Settings
from flows.main_run import run_law, run_state
from flows.nightly import audit, build_night, night_invitations, night_state
from flows.outputs import encrypted_outputs, encryption
from transforms.model.wording import _

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
    if firm.history is None or firm.reports is None:
        raise errors.UsageError(_("the weekly forecast needs `history` and `reports` in {file}").format(file=FILE))
    with audit.recorded(firm, "weekly-forecast", as_of=as_of, has_changed=False) as recording:
        return _forecast(firm, firm.reports, as_of, recording)


def _forecast(firm: Settings, reports: Path, as_of: date, recording: audit.Recording | None) -> Made:
    from flows.forecasting import forecast_answer, forecast_details, forecasts
    from reports.forecast.forecast import write_forecast

    request = run_request.Request(
        run_request.new_run_id(as_of), (), as_of, rules=firm.rules, rounds_file=firm.rounds_file, readings=firm.readings
    )
    run = run_state.Run(request)
    run_law.open_law(run)
    if recording is not None and run.rules is not None:
        recording.run_id, recording.rules_version = request.run_id, run.rules.version
    history = night_state.history_of(firm)
    sheets = history.records_on(as_of)
    invited = night_invitations.holders_on(history, as_of, sheets["candidates"])
    sheets = build_night.as_invited(sheets, invited)
    made = forecasts.forecast(run, (), FUTURES, seed=0, cluster=firm.cluster, sheets=sheets, has_details=True)
    answer = forecast_answer.forecast_json(made)
    folder = reports / f"{as_of.isoformat()}-forecast"
    encrypt_to = encryption.recipients(firm.encrypt_to)
    with encrypted_outputs.atomic_folder(folder, encrypt_to, last=DATA) as staged:
        title = firm.name or "drawline"
        notes = forecasts.law_notes(made, run)
        cut_offs = forecast_details.cut_offs_of_a_year(run, made)
        write_forecast(staged / WORKBOOK, answer, title, made.people, made.taken, notes, made.details, cut_offs)
        (staged / DATA).write_text(as_json_text(answer) + "\n", encoding="utf-8")
    return Made(folder, len(answer["rounds"]), len(answer["clients"]), answer["rules_status"])
