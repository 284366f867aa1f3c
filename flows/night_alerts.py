"""What a night's alerts show: what is new, what lies ahead, and the application stage of who is invited."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from flows import inbox, program, readings

if TYPE_CHECKING:
    from flows.night_state import Night, Nights
    from reports.alert_contents import AlertContents

COUNTED: Mapping[str, str] = {
    "Clients scored": "candidates_accepted",
    "In the pool": "in_pool",
    "Cannot be told whether in the pool": "cannot_be_told",
    "Quarantined": "candidates_quarantined",
    "Files taken": "files_taken",
    "Files left out as unusable": "files_unusable",
}


def contents(run: Nights, night: Night) -> AlertContents:
    """The alerts of a night, as reports.alerts writes them."""
    from flows.night_made import as_invited
    from flows.night_rounds import known_rounds
    from reports.alert_contents import AlertContents
    from transforms import ahead, application, deadlines, outlook, outlook_invited, reach, untold
    from transforms.news import news

    assert run.rules is not None
    recorded = night.sheets["candidates"]
    sheets = as_invited(night.sheets, night.holders)
    with ThreadPoolExecutor(1) as beside:
        engine = beside.submit(outlook.foretold, sheets, night.as_of, run.rules)
        stage = application.stage(sheets, run.rules, night.as_of, known_rounds(run, night.as_of))
        clocks = deadlines.deadlines(sheets, stage, run.rules, night.as_of)
        clocks = untold.in_deadlines(clocks, stage.applications, recorded)
        invited = outlook_invited.foretold(sheets, stage, night.as_of, run.rules)
        coming = ahead.sorted_([engine.result(), invited, clocks])
    return AlertContents(
        title=program.title_of(run.firm.name),
        as_of=night.as_of,
        compared_with=night.compared_with,
        **program.versions(night.law),
        rules_notes=readings.unknown_law(night.law),
        rules_due=readings.renewal_due(night.law),
        rounds_notes=run.rounds_notes,
        counts={words: night.counts[name] for words, name in COUNTED.items()},
        people=night.scored.select("client_id", "family_name", "given_name", "case_owner"),
        news=news(night.events, sheets["candidates"], stage.applications, night.as_of),
        ahead=coming,
        applications=untold.in_applications(stage.applications, recorded),
        documents=stage.documents,
        cut_offs=reach.cut_offs(
            night.scored, known_rounds(run, night.as_of), night.law, run.firm.alerts_cut_off_months
        ),
        cut_off_margin=run.firm.alerts_cut_off_margin,
        files=sorted(night.files),
        sheets_notes=inbox.notable_sheets(night.inputs, unread=True),
    )
