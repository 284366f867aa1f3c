"""A table of the law that was last seen in force before the day: said wherever the state of the law is shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows import run_request
from flows.cli import app
from flows.main_run import readings, run_contents, run_intake, run_law, run_scoring, run_state
from tests.transforms.shared import all_rules, law_of

LAST_SEEN = date(2026, 10, 3)
AFTER = date(2026, 10, 4)
SAMPLE = next(iter(run_request.samples()))
DUE = (
    "Settlement funds by size of the family: the value of 2025-07-07 was last seen in force on 2026-10-03, and a newer "
    "one is due. Compare it with the official page, and enter a newer one with --rules FILE."
)
NEWER = """
title: The table of 2026
parameters:
  funds.table:
    versions:
      - {from: 2026-07-06, status: known, confidence: M, last_checked_on: 2026-10-04, source: {key: IRPR, section: made up},
         value: {"1": 16001, "2": 20001, "3": 24001, "4": 29001, "5": 33001, "6": 37001, "7": 41001, each_more: 4201}}
"""


@pytest.mark.parametrize(
    ("day", "due"), [(date(2025, 7, 6), []), (date(2026, 10, 2), []), (LAST_SEEN, []), (AFTER, [DUE])]
)
def test_a_newer_table_of_funds_is_due_from_the_day_after_it_was_last_seen(day: date, due: list[str]) -> None:
    law = law_of(day)
    assert readings.renewal_due(law) == due
    frame = readings.rules_in_force(law)
    status = frame.filter(frame["parameter"] == "funds.table")["status"].item()
    assert status == ("known, a newer one is due" if due else "known")


def test_a_newer_table_that_a_firm_enters_ends_the_warning(tmp_path: Path) -> None:
    path = tmp_path / "funds.yaml"
    path.write_text(NEWER, encoding="utf-8")
    assert readings.renewal_due(run_law.rules_of([path], {}).law_of(AFTER)) == []


def test_the_coverage_says_until_when_the_table_was_seen() -> None:
    rows = {row["name"]: row for row in readings.coverage().iter_rows(named=True)}
    assert rows["Settlement funds"]["verified_to"] == LAST_SEEN.isoformat()
    assert "a newer one is due" in rows["Settlement funds"]["note"]


def test_score_says_it_on_standard_error(tmp_path: Path) -> None:
    for day, said in ((LAST_SEEN, False), (AFTER, True)):
        done = CliRunner().invoke(app, ["score", SAMPLE, "--as-of", f"{day}", "--out", str(tmp_path / "scores.csv")])
        assert (f"law: {DUE}" in done.stderr) is said


def test_the_report_says_it_on_its_first_page() -> None:
    run = run_state.Run(run_request.Request("a-run", (Path(SAMPLE),), AFTER))
    for stage in (run_law.open_law, run_intake.take_in, run_scoring.score):
        stage(run)
    assert run_contents.contents(run).rules_due == [DUE]
    run.law = replace(all_rules().law_of(LAST_SEEN))
    assert run_contents.contents(run).rules_due == []
