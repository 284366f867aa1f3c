"""The scores of a run, of today's law and of the shipped one, and the stated scores beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.main_run.run_state import Run

if TYPE_CHECKING:
    import polars as pl


def score(run: Run) -> None:
    """Scores the accepted clients under the law of the day."""
    from transforms.assessment import scores

    assert run.intake is not None
    assert run.law is not None
    with run.timed("scoring"):
        run.scored = scores.score(run.intake.sheets, run.law)
        run.in_pool = run.scored.filter("in_pool").height


def published(run: Run) -> pl.DataFrame:
    """The contract's scores of a run, held against their schema (transforms.assessment.scores.SCHEMA)."""
    from transforms.assessment import scores
    from validation.checks.published_scores import checked

    assert run.scored is not None
    assert run.law is not None
    return checked(scores.published(run.scored, run.law), run.law)


def score_before(run: Run) -> None:
    """Scores the accepted clients under the shipped law too, where --rules has laid something over it."""
    from transforms.assessment import scores
    from transforms.rules import load

    assert run.intake is not None
    if not run.request.rules:
        return
    with run.timed("scoring_before"):
        shipped = load(readings=run.request.readings).law_of(run.request.as_of)
        run.scored_before = scores.score(run.intake.sheets, shipped)


def compare_stated(run: Run) -> None:
    """Holds the scores that the firm states against the computed ones."""
    from transforms.record_checks import stated

    assert run.intake is not None
    assert run.scored is not None
    assert run.law is not None
    with run.timed("stated"):
        run.stated = stated.compared(run.intake.sheets, run.scored, run.law)


def stated_of_quarantined(run: Run) -> int:
    """How many stated scores are of clients who are quarantined."""
    from transforms.model.columns import STATED_CRS

    assert run.intake is not None
    assert run.stated is not None
    return run.intake.candidates[STATED_CRS].count() - run.stated.height
