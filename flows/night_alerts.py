"""What a night's alerts show: what is new, what lies ahead, and the application stage of who is invited."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from flows import program, readings

if TYPE_CHECKING:
    import polars as pl

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

UNTOLD = "Invited by what was published of the round and by this score; enter ita_issued_on and ita_round once it came."


def contents(run: Nights, night: Night) -> AlertContents:
    """The alerts of a night, as reports.alerts writes them."""
    from flows.night_made import as_invited
    from flows.night_rounds import known_rounds
    from reports.alert_contents import AlertContents
    from transforms import ahead, application, deadlines, outlook, outlook_invited
    from transforms.news import news

    assert run.rules is not None
    sheets = as_invited(night.sheets, night.holders)
    with ThreadPoolExecutor(1) as beside:
        engine = beside.submit(outlook.foretold, sheets, night.as_of, run.rules)
        stage = application.stage(sheets, run.rules, night.as_of, known_rounds(run, night.as_of))
        clocks = deadlines.deadlines(sheets, stage, run.rules, night.as_of)
        invited = outlook_invited.foretold(sheets, stage, night.as_of, run.rules)
        coming = ahead.sorted_([engine.result(), invited, clocks])
    return AlertContents(
        title=program.title_of(run.firm.name),
        as_of=night.as_of,
        compared_with=night.compared_with,
        **program.versions(night.law),
        rules_notes=readings.unknown_law(night.law),
        rounds_notes=run.rounds_notes,
        counts={words: night.counts[name] for words, name in COUNTED.items()},
        people=night.scored.select("client_id", "family_name", "given_name", "case_owner"),
        news=news(night.events, night.sheets["candidates"]),
        ahead=coming,
        applications=_with_those_untold(stage.applications, night.sheets["candidates"]),
        documents=stage.documents,
    )


def _with_those_untold(applications: pl.DataFrame, candidates: pl.DataFrame) -> pl.DataFrame:
    """The applications, saying of each invitation that the record does not tell of where it is known from."""
    import polars as pl

    untold = applications.join(candidates, on=["client_id", "ita_issued_on"], how="anti")["client_id"].to_list()
    said = pl.concat_str(pl.lit(UNTOLD), pl.col("why"), separator=" ", ignore_nulls=True).str.strip_chars_end()
    return applications.with_columns(
        pl.when(pl.col("client_id").is_in(untold)).then(said).otherwise("why").alias("why")
    )
