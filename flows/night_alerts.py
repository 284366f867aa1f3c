"""What a night's alerts show: what is new, what lies ahead, and the application stage of who is invited."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from flows import program, readings

if TYPE_CHECKING:
    from flows.nightly import Night, Nights
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
    from flows.nightly import known_rounds
    from reports.alert_contents import AlertContents
    from transforms import ahead, application, deadlines, outlook

    assert run.rules is not None
    stage = application.stage(night.sheets, run.rules, night.as_of, known_rounds(run, night.as_of))
    coming = ahead.sorted_(
        [
            outlook.foretold(night.sheets, night.as_of, run.rules),
            deadlines.deadlines(night.sheets, stage, run.rules, night.as_of),
        ]
    )
    return AlertContents(
        title=f"{run.firm.name} · drawline" if run.firm.name else "drawline",
        as_of=night.as_of,
        compared_with=night.compared_with,
        code_version=program.code_version(),
        rules_version=night.law.rules.version,
        rules_status=night.law.status,
        rules_notes=readings.unknown_law(night.law),
        rounds_notes=run.rounds_notes,
        counts={words: night.counts[name] for words, name in COUNTED.items()},
        people=night.scored.select("client_id", "family_name", "given_name", "case_owner"),
        news=night.events,
        ahead=coming,
        applications=stage.applications,
        documents=stage.documents,
    )
