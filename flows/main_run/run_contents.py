"""What the report of a run shows, gathered."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flows.main_run.run_counts import counts
from flows.main_run.run_law import versions
from flows.main_run.run_scoring import stated_of_quarantined
from flows.main_run.run_state import Run
from flows.run_request import ALL, title_of

if TYPE_CHECKING:
    import polars as pl

    from reports.report.contents import ReportContents, SheetRead
    from validation.intake.sheet_use import SheetUse

# What a report shows of a client beside the scores.
PEOPLE = (
    "client_id", "family_name", "given_name", "case_owner", "profile_submitted_at", "pool_status", "in_pool",
    "ita_issued_on", "ita_round",
)  # fmt: skip


def sheets_read(inputs: Iterable[tuple[int, Iterable[SheetUse]]]) -> list[SheetRead]:
    """What the report shows of the sheets of inputs, each with its number and what became of its sheets."""
    from reports.report.contents import SheetRead
    from transforms.model.columns import BY_KEY

    return [
        SheetRead(number, use.title, "" if use.read_as is None else BY_KEY[use.read_as].title, use.rows, use.note)
        for number, uses in inputs
        for use in uses
    ]


def contents(run: Run) -> ReportContents:
    """What the report shows of a run."""
    from flows.firm import logos
    from flows.main_run import front, pool_notes, readings, selected
    from reports.report.contents import Input, LeftOut, ReportContents
    from transforms.assessment import language_choice, scores
    from transforms.changes.comparison import before_and_after
    from transforms.explain import explanations

    assert run.scored is not None
    assert run.law is not None
    assert run.intake is not None
    of_front = front.of_run(run)
    return ReportContents(
        title=title_of(run.request.firm),
        as_of=run.request.as_of,
        **versions(run.law),
        rules_notes=readings.unknown_law(run.law),
        rules_due=readings.renewal_due(run.law),
        rules_files=run.law.rules.overlay_titles,
        rounds_asked=run.request.rounds,
        inputs=[
            Input(one.number, one.path.name, one.kind, one.sha256, sum(one.sheets.values()))
            for one in run.intake.inputs
        ],
        left_out=[LeftOut(one.number, one.path.name, f"{one.problem} {one.fix}") for one in run.intake.unusable],
        sheets=sheets_read((one.number, one.uses) for one in run.intake.inputs),
        counts=counts(run),
        scores=scores.published(run.scored, run.law),
        people=run.scored.select(PEOPLE),
        explanation=explanations(explained(run, of_front["near"]), run.law),
        language_choice=language_choice.shown(run.scored),
        outcomes=run.outcomes,
        quarantine=run.intake.quarantine,
        held=run.intake.held,
        warnings=run.intake.warnings,
        rules=readings.rules_in_force(run.law),
        readings=readings.stated(run.law),
        coverage=readings.coverage(),
        notes=[*selected.notes(run), *pool_notes.out_of_the_pool(run.scored, run.law, run.intake.sheets["candidates"])],
        headline_months=run.request.headline_months,
        comparison=None if run.scored_before is None else before_and_after(run.scored_before, run.scored),
        stated=None if run.stated is None or run.stated.is_empty() else run.stated,
        stated_quarantined=0 if run.stated is None else stated_of_quarantined(run),
        advice=run.advice,
        firm=run.request.firm,
        logo=logos.read(run.request.logo),
        corrections=run.corrections_of,
        **of_front,
    )


def explained(run: Run, near: pl.DataFrame) -> pl.DataFrame:
    """The scored clients whose score the report explains: all where that is asked, or where the report is of a part.

    Else those whom a round invites or would have, those `near` names, and those whose stated score is another one.
    """
    import polars as pl

    from transforms.rounds import rounds as rounds_

    assert run.scored is not None
    if run.request.explain == ALL or run.selected is not None:
        return run.scored
    concerned = [near.select("client_id"), rounds_.would_have_met(run.outcomes).select("client_id")]
    concerned += [one.candidates.filter(pl.col("outcome") == "invited").select("client_id") for one in run.outcomes]
    if run.stated is not None:
        concerned.append(run.stated.filter(pl.col("difference") != 0).select("client_id"))
    return run.scored.join(pl.concat(concerned), on="client_id", how="semi", maintain_order="left")
