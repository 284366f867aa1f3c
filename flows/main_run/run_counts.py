"""The counts, notes and exit code of a run."""

from __future__ import annotations

from flows.errors import EXIT_DONE, EXIT_QUARANTINED
from flows.main_run.run_state import Run


def counts(run: Run) -> dict[str, int]:
    """The counts of a run: the intake's two sums, who is in the pool, who is undetermined, who is invited.

    `invited` counts the clients whom a recent round invites, `would_have_met_cut_off` those who meet the cut-off of
    another published round, `invited_on_record` those whose record has an invitation. `stated_scores` counts the scored
    clients with a stated score, `stated_scores_that_differ` those of them whose computed score is another one.
    """
    import polars as pl

    from transforms.rounds import rounds as rounds_

    assert run.intake is not None
    made = dict(run.intake.counts)
    if run.scored is not None:
        made["in_pool"] = run.scored.filter("in_pool").height
        made["undetermined"] = run.scored.filter(pl.col("is_live") & pl.col("in_pool").is_null()).height
        made["invited"] = rounds_.invited_clients(run.outcomes).len()
        made["would_have_met_cut_off"] = rounds_.would_have_met(run.outcomes)["client_id"].n_unique()
        made["invited_on_record"] = rounds_.invited_on_record(run.scored, run.request.as_of).height
    if run.stated is not None:
        made["stated_scores"] = run.stated.height
        made["stated_scores_that_differ"] = run.stated.filter(pl.col("difference") != 0).height
    return made


def exit_code(run: Run) -> int:
    """0, or 3 where some rows were quarantined."""
    assert run.intake is not None
    return EXIT_DONE if run.intake.quarantine.is_empty() else EXIT_QUARANTINED
