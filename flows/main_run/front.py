"""What the first sheet of a report names: who is near a cut-off, what lies ahead, what to correct, what is provisional."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flows.main_run import readings, run_rounds
from flows.nightly.night_state import near_of
from transforms.model.wording import _

if TYPE_CHECKING:
    from datetime import date

    import polars as pl

    from flows.main_run.run_state import Run
    from flows.nightly.night_state import Night, Nights
    from reports.alerts.alert_contents import AlertContents
    from transforms.outlook.coming import Coming
    from transforms.rounds.rounds import Round
    from transforms.rules import Law, Rules

# So many clients more, and a plain run looks for deadlines alone: the scores of later days would keep it waiting.
MAX_CLIENTS_AHEAD = 3_000


def begin(run: Run) -> None:
    """Starts to look ahead of the clients, beside the stages that follow."""
    assert run.intake is not None
    assert run.rules is not None
    run.published = run_rounds.published_rounds(run.request)
    beside = ThreadPoolExecutor(1)
    run.coming = beside.submit(_look, run.intake.sheets, run.rules, run.request.as_of, run.published)
    beside.shutdown(wait=False)


def is_whole(clients: int) -> bool:
    """Does a plain run compute the scores of later days for so many clients?"""
    return clients <= MAX_CLIENTS_AHEAD


def _look(sheets: Mapping[str, pl.DataFrame], rules: Rules, as_of: date, published: Sequence[Round]) -> Coming:
    """What lies ahead of the clients; of a long list the deadlines alone."""
    from transforms.outlook import application, coming, deadlines

    if is_whole(sheets["candidates"].height):
        return coming.coming(sheets, sheets["candidates"], rules, as_of, published)
    stage = application.stage(sheets, rules, as_of, published)
    clocks = deadlines.deadlines(sheets, stage, rules, as_of)
    return coming.Coming(clocks, stage.applications, stage.documents)


def of_run(run: Run) -> dict[str, Any]:
    """The fields of ReportContents for the first sheet of a plain run."""
    from transforms.model.columns import CODES
    from transforms.outlook.lapsed import with_lapsed
    from transforms.outlook.unconfirmed import with_unconfirmed
    from transforms.rounds import reach
    from transforms.rounds.near import CLOSE_POINTS, near

    assert run.intake is not None
    assert run.scored is not None
    assert run.law is not None
    if run.coming is None:
        begin(run)
    assert run.coming is not None
    assert run.rules is not None
    close = near(run.outcomes, run.scored, run.law, CLOSE_POINTS)
    day = of_day(run.scored, close, run.published, run.law, run.rules)
    coming = of_clients(run.coming.result(), run.scored.select("client_id"))
    events = with_unconfirmed(coming.events, day["near"], run.published, run.rules, run.request.as_of)
    events = with_lapsed(events, run.intake.sheets, run.scored, coming.applications, run.law)
    return {
        **day,
        "coming": replace(coming, events=events),
        "cut_offs": reach.cut_offs(run.scored, run.published, run.law, run.request.headline_months),
        "is_coming_whole": is_whole(run.intake.sheets["candidates"].height),
        "problem_groups": groups_of({"quarantined": run.intake.quarantine, "warning": run.intake.warnings}, CODES),
        "owners": owners_of(run),
    }


def of_night(run: Nights, night: Night, alerts: AlertContents) -> dict[str, Any]:
    """The fields of ReportContents for the first sheet of a night, with what its alerts know of the days to come."""
    from flows.nightly.night_rounds import known_rounds
    from transforms.model.columns import CODES
    from transforms.outlook.coming import Coming

    own = night.scored.select("client_id")
    standings = ("quarantined", "warning")
    problems = {name: night.problems.filter(night.problems["standing"] == name) for name in standings}
    return {
        **of_day(night.scored, near_of(night), known_rounds(run, night.as_of), night.law, run.rules),
        "coming": of_clients(Coming(alerts.ahead, alerts.applications, alerts.documents), own),
        "cut_offs": alerts.cut_offs,
        "cut_off_margin": alerts.cut_off_margin,
        "problem_groups": groups_of(problems, CODES),
        # Of records alone: a night that is run again takes no files, and leaves the same report.
        "owners": night.sheets["candidates"].select("client_id", "case_owner"),
    }


def of_day(
    scored: pl.DataFrame, near: pl.DataFrame, published: Sequence[Round], law: Law, rules: Rules | None
) -> dict[str, Any]:
    """The fields that scores, rounds and the law of a day give, in a plain run and in a nightly one."""
    from transforms.assessment.provisional import law_of, provisional

    assert rules is not None
    found = provisional(scored, rules, law.as_of)
    newest = _newest(published, law.as_of)
    made: dict[str, Any] = {
        "near": near,
        "newest": newest,
        "are_rounds_old": newest is not None and (law.as_of - newest.date).days > run_rounds.OLD_ROUNDS_DAYS,
        "provisional": found,
    }
    if found is not None:
        later = law_of(found, rules, law.as_of)
        made["provisional_notes"] = readings.unknown_law(later)
        made["titles_of_unknown"] = {parameter.id: _(parameter.title) for parameter in later.unknown}
    return made


def groups_of(frames: Mapping[str, pl.DataFrame], codes: frozenset[str]) -> list[Any]:
    """The causes of the problems of each standing by column and kind; what only follows from another row stays out."""
    from reports.corrections.groups import grouped
    from validation.intake.quarantine import is_for_other_rows

    found = [group for standing, frame in frames.items() for group in grouped(frame, standing, codes)]
    return [group for group in found if not is_for_other_rows(group.problem)]


def owners_of(run: Run) -> pl.DataFrame:
    """client_id, case_owner and place (source_file, source_sheet, source_row) of the Candidates rows, the quarantined too."""
    import polars as pl

    assert run.intake is not None
    place = ("source_file", "source_sheet", "source_row")
    return run.intake.candidates.select(pl.col("client_id", "case_owner").cast(pl.String), *place)


def of_clients(found: Coming, clients: pl.DataFrame) -> Coming:
    """What lies ahead of some clients (client_id) alone."""
    from transforms.outlook.coming import Coming

    frames = (found.events, found.applications, found.documents)
    return Coming(*(frame.join(clients, on="client_id", how="semi", maintain_order="left") for frame in frames))


def _newest(published: Sequence[Round], as_of: date) -> Round | None:
    return next((one for one in reversed(published) if one.date <= as_of), None)
