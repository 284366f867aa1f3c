"""What a night's alerts show: what is new, what lies ahead, and the application stage of who is invited."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from flows import run_request
from flows.firm import logos
from flows.main_run import readings, run_law
from flows.nightly import inbox
from flows.nightly.night_state import near_of
from transforms.model.wording import N_, _

if TYPE_CHECKING:
    from flows.nightly.night_state import Night, Nights
    from reports.alerts.alert_contents import AlertContents

COUNTED: Mapping[str, str] = {
    N_("Clients scored"): "candidates_accepted",
    N_("In the pool"): "in_pool",
    N_("Undetermined whether in the pool"): "undetermined",
    N_("Quarantined"): "candidates_quarantined",
    N_("Files taken"): "files_taken",
    N_("Files left out as unusable"): "files_unusable",
}


def contents(run: Nights, night: Night) -> AlertContents:
    """The alerts of a night, as reports.alerts.alerts writes them."""
    import polars as pl

    from flows.nightly.build_night import as_invited
    from flows.nightly.night_rounds import known_rounds
    from reports.alerts.alert_contents import AlertContents
    from transforms.changes.changed_cells import CELLS
    from transforms.outlook import law_changes
    from transforms.outlook.coming import coming
    from transforms.outlook.lapsed import with_lapsed
    from transforms.outlook.news import news
    from transforms.outlook.unconfirmed import with_unconfirmed
    from transforms.rounds import reach

    assert run.rules is not None
    recorded = night.sheets["candidates"]
    sheets = as_invited(night.sheets, night.holders)
    known = known_rounds(run, night.as_of)
    found = coming(sheets, recorded, run.rules, night.as_of, known)
    close = near_of(night)
    events = with_unconfirmed(found.events, close, known, run.rules, night.as_of)
    law = law_changes.law_changes(run.rules, night.as_of, night.compared_with)
    return AlertContents(
        title=run_request.title_of(run.firm.name),
        as_of=night.as_of,
        compared_with=night.compared_with,
        **run_law.versions(night.law),
        rules_notes=readings.unknown_law(night.law),
        rules_due=[*run.law_notes, *readings.renewal_due(night.law)],
        rounds_notes=run.rounds_notes,
        counts={_(words): night.counts[name] for words, name in COUNTED.items()},
        people=night.scored.select("client_id", "family_name", "given_name", "case_owner"),
        news=news(night.events, sheets["candidates"], found.applications, night.as_of),
        ahead=with_lapsed(events, sheets, night.scored, found.applications, night.law),
        applications=found.applications,
        documents=found.documents,
        cut_offs=reach.cut_offs(night.scored, known, night.law, run.firm.alerts_cut_off_months),
        cut_off_margin=run.firm.alerts_cut_off_margin,
        files=sorted(night.files),
        sheets_notes=inbox.notable_sheets(night.inputs, unread=True),
        firm=run.firm.name,
        logo=logos.read(run.firm.logo),
        cells=pl.DataFrame(schema=CELLS) if night.cells is None else night.cells,
        law_changes=law,
        profiles=law_changes.profiles(sheets, law),
        by_case_owner=run.firm.split_by == "case_owner",
    )
