"""What a night leaves, in this order: its tables, the reports of the day, and its row in the ledger."""

from __future__ import annotations

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows import run_request
from flows.console import formats
from flows.main_run import run_contents, run_law, run_rounds
from flows.main_run.output_names import RECORD
from flows.nightly import inbox, night_rounds, pending_rebuild
from flows.nightly.night_state import NIGHTLY, Night, Nights, completed, named
from flows.outputs import digests
from transforms.model.wording import _, n_

if TYPE_CHECKING:
    import polars as pl

    from transforms.rules import Law


def write(run: Nights, night: Night) -> None:
    """Writes a night: the tables, then the reports of the day, then its row in the ledger, without which it never was.

    A completed night that is written again is marked until all is there.
    """
    is_again = night.as_of in completed(run.history)
    with pending_rebuild.marked(run.firm, NIGHTLY, [night.as_of]) if is_again else nullcontext():
        write_again(run, night)


def write_again(run: Nights, night: Night) -> None:
    """Writes a night that is new, or of which a mark says already that it is written again."""
    from history.tables import EVENTS, INVITATIONS, PROBLEMS, RECORDS, ROUNDS_TABLE, SCORES_TABLE

    assert run.rounds is not None
    with run.timed("history"):
        run.history.replace_day(RECORDS, night.as_of, night.records)
        run.history.replace_day(PROBLEMS, night.as_of, night.problems)
        # Before the rounds: of what these hold as seen, all invitations are there.
        run.history.replace_day(INVITATIONS, night.as_of, night.invitations)
        run.history.replace(ROUNDS_TABLE, run.rounds)
        run.history.replace_day(SCORES_TABLE, night.as_of, night.scores)
        run.history.replace_day(EVENTS, night.as_of, night.events)
    with run.timed("reports"):
        write_reports(run, night)
    add_run(run, NIGHTLY, night.as_of, night.law, night)


def reports_of(run: Nights, day: date) -> Path:
    """The folder of a night's reports."""
    return named(run.firm.reports) / day.isoformat()


def write_reports(run: Nights, night: Night) -> None:
    """The night's files, written beside and moved in together, run.json last; for recipients an encrypted archive alone."""
    from flows.main_run import front, split
    from flows.nightly import night_alerts
    from flows.outputs import encrypted_outputs, encryption

    out = reports_of(run, night.as_of)
    obsolete: list[Path] = []
    encrypt_to = encryption.recipients(run.firm.encrypt_to)
    with (
        encrypted_outputs.atomic_folder(out, encrypt_to, last=RECORD, obsolete=obsolete) as staged,
        ThreadPoolExecutor(1) as beside,
    ):
        before = split.earlier(out)
        # The engine looks ahead while what writes is loaded and the report is written.
        coming = beside.submit(night_alerts.contents, run, night)
        from reports.alerts import alerts
        from reports.report import report, tables

        night.advice = _advice(run, night)
        shown = contents(run, night)
        tables.write_scores(staged / "scores.parquet", shown.scores)
        tables.write_quarantine_csv(staged / "quarantine.csv", shown.quarantine)
        ahead = coming.result()
        report.write_report(staged / "report.xlsx", replace(shown, **front.of_night(run, night, ahead)))
        alerts.write_alerts(staged, ahead)
        taken = [path.name for path in staged.iterdir()]
        parts = split.of_night(night, taken) if run.firm.split_by else []
        for part, part_night in parts:
            own = replace(contents(run, part_night), **front.of_night(run, part_night, ahead))
            report.write_report(staged / part.name, own)
        outputs = {path.name: digests.sha256_of(path) for path in sorted(staged.iterdir())}
        record = json.dumps(
            {
                **manifest(run, night, outputs),
                "split": split.saved([part for part, _night in parts], run.firm.split_by),
            },
            indent=2,
        )
        (staged / RECORD).write_text(record + "\n", encoding="utf-8")
        obsolete += split.stale(out, before, outputs)


def _advice(run: Nights, night: Night) -> pl.DataFrame:
    """What would raise each score, on the rounds known on the day; the frame of transforms.advice."""
    from history.store import known_by
    from transforms import advice

    assert run.rounds is not None
    assert run.rules is not None
    with run.timed("advice"):
        recent = advice.recent_rounds(night_rounds.known_rounds(run, night.as_of), night.law, run.firm.headline_months)
        nation = advice.Nation.of(known_by(run.rounds, night.as_of), run.rules, night.as_of)
        return advice.advise(night.sheets, night.scored, night.law, recent, nation)


def contents(run: Nights, night: Night) -> Any:
    """What the report shows of a night."""
    import polars as pl

    from flows.firm import logos
    from flows.main_run import pool_notes, readings
    from reports.report.contents import Input, LeftOut, ReportContents
    from transforms.assessment import language_choice
    from transforms.assessment.scores import SCHEMA
    from transforms.explain import explanations
    from validation.intake.problems import FRAME

    numbered = list(enumerate(night.inputs, start=1))
    concerned = night.events["client_id"].unique().to_list()
    problems = {
        standing: night.problems.filter(pl.col("standing") == standing).select(list(FRAME))
        for standing in ("quarantined", "held", "warning")
    }
    return ReportContents(
        title=run_request.title_of(run.firm.name),
        as_of=night.as_of,
        **run_law.versions(night.law),
        rules_notes=readings.unknown_law(night.law),
        rules_due=[*run.law_notes, *readings.renewal_due(night.law)],
        rules_files=night.law.rules.overlay_titles,
        rounds_asked=(),
        inputs=[
            Input(number, one["name"], one["kind"], one["sha256"], one["rows"])
            for number, one in numbered
            if one["outcome"] == "taken"
        ],
        left_out=[
            LeftOut(number, one["name"], one["problem"]) for number, one in numbered if one["outcome"] != "taken"
        ],
        sheets=run_contents.sheets_read((number, inbox.uses_of(one)) for number, one in numbered),
        counts=night.counts,
        language_choice=language_choice.shown(night.scored),
        scores=night.scores.select(list(SCHEMA)),
        people=night.scored.select(run_contents.PEOPLE),
        # Of the others it is what it was; `drawline explain` tells it of any client.
        explanation=explanations(night.scored.filter(pl.col("client_id").is_in(concerned)), night.law),
        outcomes=night.outcomes,
        quarantine=problems["quarantined"],
        held=problems["held"],
        warnings=problems["warning"],
        rules=readings.rules_in_force(night.law),
        readings=readings.stated(night.law),
        coverage=readings.coverage(),
        # Reports on files are on sheets of their own.
        rounds_notes=run.rounds_notes,
        notes=[
            *pool_notes.out_of_the_pool(night.scored, night.law, night.sheets["candidates"]),
            *_out_by_earlier_runs(night),
        ],
        headline_months=run.firm.headline_months,
        advice=night.advice,
        firm=run.firm.name,
        logo=logos.read(run.firm.logo),
    )


def _out_by_earlier_runs(night: Night) -> list[str]:
    """That clients hold an invitation which the record does not have: why a report of the file alone counts more."""
    import polars as pl

    unrecorded = night.sheets["candidates"].filter(pl.col("ita_issued_on").is_null() & pl.col("ita_round").is_null())
    count = unrecorded.join(night.holders, on="client_id", how="semi").height
    if not count:
        return []
    text = n_(
        "{count} client was invited in a nightly run, and the file has no invitation. A report of the file alone counts this "
        "client in the pool",
        "{count} clients were invited in nightly runs, and the file has no invitation. A report of the file alone counts these "
        "clients in the pool",
        count,
    )
    return [text.format(count=count)]


def _notes_of(run: Nights, night: Night) -> list[str]:
    """What the ledger says of a night: of a missed one, that it was caught up."""
    if night.as_of == run.request.as_of:
        return run.notes
    return [_("This night was missed and is caught up by that of {day}.").format(day=run.request.as_of)]


def manifest(run: Nights, night: Night, outputs: Mapping[str, str]) -> dict[str, Any]:
    """run.json of a night."""
    answer = {
        "run_id": run.run_id,
        "as_of": night.as_of.isoformat(),
        **run_law.versions(night.law),
        "rules_unknown": [parameter.id for parameter in night.law.unknown],
        "inputs": [
            {"number": number, **one, "sheets": one["sheets"] or []} for number, one in enumerate(night.inputs, start=1)
        ],
        "counts": night.counts,
        "rounds": [
            {
                "number": one.number,
                "kind": one.kind,
                "date": one.date.isoformat(),
                "cut_off": one.cut_off,
                "is_recent": one.is_recent,
            }
            for one in night.outcomes
        ],
        "newest_round": run_rounds.newest_round(night_rounds.known_rounds(run, night.as_of)),
        "notes": _notes_of(run, night),
        "timings_seconds": run.timings,
        "outputs": dict(outputs),
    }
    return formats.headed("night", answer)


def add_run(run: Nights, kind: str, day: date, law: Law, night: Night | None = None) -> None:
    """One row in the ledger; with it the run has happened."""
    run.history.add_run(ledger_row(run, kind, day, law, night))
    run.timed_since, run.timings = datetime.now(UTC), {}


def ledger_row(run: Nights, kind: str, day: date, law: Law, night: Night | None = None) -> pl.DataFrame:
    """A run as a row of history.tables.RUNS."""
    import polars as pl

    from history.tables import RUNS

    assert run.rounds is not None
    assert run.taken is not None or night is None
    takes = night is not None and day == run.request.as_of
    row = {
        "as_of": day,
        "run_id": run.run_id,
        "kind": kind,
        "started_at": run.started_at,
        "seconds": round((datetime.now(UTC) - (run.timed_since or run.started_at)).total_seconds(), 3),
        **run_law.versions(law),
        "rounds_known": run.rounds.filter(pl.col("seen_on") <= day)["number"].n_unique(),
        "inputs": run.taken.inputs if takes and run.taken is not None else [],
        "counts": [{"count": name, "value": value} for name, value in (night.counts if night else {}).items()],
        "timings": [{"stage": name, "seconds": value} for name, value in run.timings.items()],
        "notes": run.notes if night is None else _notes_of(run, night),
        "rounds_notes": run.rounds_notes,
    }
    return pl.DataFrame([row], schema=RUNS.schema)
