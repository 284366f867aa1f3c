"""Exports of firms that have never seen drawline come in with the proposed map and at most three lines by hand."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.commands.common import request_of
from flows.main_run import run_intake, run_law, run_state
from tests.exports.firms import EXPORTS
from tests.exports.layout import ByHand, Export
from tests.exports.people import AS_OF
from tests.exports.trial import Trial, bring_in, by_hand, different, edited, own_file

MAX_LINES = 3
MIN_CLIENTS, MAX_CLIENTS = 12, 40


@dataclass(frozen=True)
class Outcome:
    """An export, its trial, and the scores of the same clients in our columns."""

    export: Export
    trial: Trial
    expected: pl.DataFrame
    own: Path


def run(arguments: Sequence[str]) -> tuple[int, str]:
    done = CliRunner().invoke(app, list(arguments))
    return done.exit_code, done.output


def intake_of(inputs: Sequence[Path], mapping: Path | None = None) -> dict[str, pl.DataFrame]:
    """The typed sheets of what is taken in."""
    done = run_state.Run(request_of(list(inputs), AS_OF, mapping=mapping))
    run_law.open_law(done)
    run_intake.take_in(done)
    assert done.intake is not None
    return done.intake.sheets


@pytest.fixture(scope="module", params=EXPORTS)
def outcome(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    export = EXPORTS[request.param]()
    folder = tmp_path_factory.mktemp(export.key)
    own = own_file(export, folder / "own")
    code, output = run(["score", str(own), "--as-of", AS_OF.isoformat(), "--out", str(folder / "own.parquet")])
    assert code == 0, output
    return Outcome(export, bring_in(export, folder, run), pl.read_parquet(folder / "own.parquet"), own)


def test_first_check_shows_what_each_heading_is_and_writes_a_map(outcome: Outcome) -> None:
    first = outcome.trial.steps[0]
    assert first.exit_code in (0, 3, 4), first.output
    assert "an error of the program" not in first.output
    assert re.search(r"\d+ taken, \d+ proposed, \d+ not ours, \d+ unknown, \d+ missing", first.output)
    assert "proposed map: " in first.output


def test_map_needs_at_most_three_lines_by_hand(outcome: Outcome) -> None:
    assert len(outcome.trial.by_hand) <= MAX_LINES
    assert len(outcome.trial.by_hand) == len(outcome.export.by_hand), "a line by hand that the map had already"
    assert all(line.reason for line in outcome.export.by_hand)


def test_only_clients_who_are_asked_about_are_quarantined_with_the_map(outcome: Outcome) -> None:
    for step in outcome.trial.steps[1:]:
        assert step.exit_code == (3 if outcome.export.asked else 0), step.output
    with outcome.trial.quarantine.open(encoding="utf-8", newline="") as file:
        found = {row["client_id"]: row["column"] for row in csv.DictReader(file)}
    assert found == outcome.export.asked


def test_every_client_has_the_scores_of_our_own_columns(outcome: Outcome) -> None:
    assert different(outcome.expected, pl.read_parquet(outcome.trial.scores)) == []


def test_every_value_is_read_as_in_our_own_columns(outcome: Outcome) -> None:
    expected = intake_of([outcome.own])
    found = intake_of(outcome.trial.inputs, outcome.trial.map_file)
    assert {key: different(expected[key], frame) for key, frame in found.items()} == {key: [] for key in found}


# The exports themselves


@pytest.mark.parametrize("key", EXPORTS)
def test_an_export_is_the_same_each_time(key: str) -> None:
    first, second = EXPORTS[key](), EXPORTS[key]()
    assert first.clients == second.clients
    assert MIN_CLIENTS <= len(first.clients) <= MAX_CLIENTS
    texts = [{name: content for name, content in one.files.items() if name.endswith(".csv")} for one in (first, second)]
    assert texts[0] == texts[1]


def test_lines_by_hand_go_where_a_person_writes_them() -> None:
    proposed = 'map: 1\ncolumns:\n  "Client: No": client_id\n  Name: "-"\ncountries: iso\n'
    lines = [
        ByHand("columns", "Name: family_name", "reason"),
        ByHand("columns", "DOB: date_of_birth", "reason"),
        ByHand("", "countries: fips", "reason"),
        ByHand("constants", 'case_owner: "{sheet}"', "reason"),
    ]
    changed = edited(proposed, lines)
    assert changed == (
        'map: 1\ncolumns:\n  DOB: date_of_birth\n  "Client: No": client_id\n  Name: family_name\n'
        'countries: fips\nconstants: {case_owner: "{sheet}"}\n'
    )
    assert len(by_hand(proposed, changed)) == len(lines)
