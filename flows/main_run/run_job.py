"""The main job in this process, without Prefect."""

from __future__ import annotations

from flows.main_run.run_intake import compare_records
from flows.main_run.run_outputs import write_outputs
from flows.main_run.run_rounds import hold_rounds
from flows.main_run.run_scoring import compare_stated, score, score_before
from flows.main_run.run_state import Run
from flows.run_request import Request


def run_all(request: Request, *, dry_run: bool = False) -> Run:
    """The main job in this process, without Prefect; a dry run leaves out what only the outputs need."""
    from flows.main_run import advice, front, selected

    done = Run(request)
    in_memory = (selected.read_in, score, hold_rounds, selected.limit, compare_stated)
    stages = (
        selected.read_in, front.begin, score, score_before, compare_records, hold_rounds, advice.find, selected.limit, compare_stated,
        write_outputs,
    )  # fmt: skip
    for stage in in_memory if dry_run else stages:
        stage(done)
    return done
