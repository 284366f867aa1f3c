"""Two laws beside each other: a made-up reform changes what it says, and nothing else."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from flows.main_run import run_intake, run_law, run_scoring
from flows.main_run.run_state import Run
from flows.run_request import Request
from transforms.assessment.scores import SCHEMA
from transforms.changes.comparison import before_and_after, changed_clients

CLIENTS_2026 = Path(__file__).parent.parent.parent / "sample_data" / "clients_2026.xlsx"
REFORM = """\
title: made up
sources: {made-up: {title: Made up, href: 'https://example.org/made-up'}}
parameters:
  crs.additional.sibling:
    versions:
      - {from: 2026-01-01, status: known, confidence: L, last_checked_on: 2026-01-01,
         source: {key: made-up, section: s. 1}, value: 20}
  cec.minimum_months:
    versions:
      - {from: 2026-01-01, status: known, confidence: L, last_checked_on: 2026-01-01,
         source: {key: made-up, section: s. 2}, value: 30}
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    path = tmp_path_factory.mktemp("reform") / "reform.yaml"
    path.write_text(REFORM, encoding="utf-8")
    done = Run(Request("a-run", (CLIENTS_2026,), date(2026, 8, 7), rules=(path,)))
    for stage in (run_law.open_law, run_intake.take_in, run_scoring.score, run_scoring.score_before):
        stage(done)
    return done


@pytest.fixture(scope="module")
def compared(run: Run) -> pl.DataFrame:
    assert run.scored_before is not None
    assert run.scored is not None
    return before_and_after(run.scored_before, run.scored)


def test_what_changes_is_named_with_its_points(run: Run, compared: pl.DataFrame) -> None:
    assert run.scored is not None
    has_sibling = run.scored["crs_sibling"].fill_null(0) > 0
    assert 0 < has_sibling.sum() < compared.height
    changed = compared.filter(has_sibling)
    assert set(changed["changed"]) == {"Brother or sister in Canada 15 to 20"}
    nominated = run.scored.filter(has_sibling)["crs_nomination"] > 0
    assert set(changed.filter(~nominated)["difference"]) == {5}
    assert set(changed.filter(nominated)["difference"]) <= {0}
    same = compared.filter(~has_sibling)
    assert set(same["changed"]) == {""}
    assert set(same["difference"]) == {0}


def test_classes_and_ranks_stand_under_either_law(run: Run, compared: pl.DataFrame) -> None:
    assert run.scored_before is not None
    assert run.scored is not None
    lost = compared.filter(pl.col("before_programs") != pl.col("after_programs"))
    assert lost.height > 0
    for row in lost.iter_rows(named=True):
        assert set(row["before_programs"].split(", ")) - set(row["after_programs"].split(", ")) == {"CEC"}
    for law, scored in (("before", run.scored_before), ("after", run.scored)):
        assert compared[f"{law}_rank"].equals(scored["rank"].cast(SCHEMA["rank"]), null_equal=True)
        assert compared[f"{law}_total"].equals(scored["crs_total"])
    assert compared["client_id"].to_list() == run.scored["client_id"].to_list()


def test_points_that_become_known_are_a_change(run: Run) -> None:
    assert run.scored is not None
    unknown = run.scored.with_columns(pl.lit(None, pl.Int16).alias("crs_high_wage"))
    assert set(before_and_after(unknown, run.scored)["changed"]) == {"High-wage occupation not known to 0"}


def test_changed_clients_come_by_the_size_of_their_difference(compared: pl.DataFrame) -> None:
    shown = changed_clients(compared)
    assert 0 < shown.height < compared.height
    sizes = shown["difference"].abs().to_list()
    assert sizes == sorted(sizes, reverse=True)
    left_out = compared.join(shown, on="client_id", how="anti")
    assert set(left_out["difference"]) == {0}
    assert set(left_out["changed"]) == {""}
    assert left_out["before_programs"].equals(left_out["after_programs"].rename("before_programs"))
    # A class that is lost changes a client whose points stay.
    assert shown.filter(pl.col("difference") == 0)["before_programs"].len() > 0


def test_difference_that_is_not_known_stands_last(compared: pl.DataFrame) -> None:
    unknown = compared.with_columns(
        pl.when(pl.col("client_id") == compared["client_id"][0]).then(None).otherwise("difference").alias("difference"),
        pl.when(pl.col("client_id") == compared["client_id"][0])
        .then(pl.lit("made up"))
        .otherwise("changed")
        .alias("changed"),
    )
    assert changed_clients(unknown)["client_id"][-1] == compared["client_id"][0]


def test_a_rank_alone_is_no_change(compared: pl.DataFrame) -> None:
    same = changed_clients(compared.with_columns(before_rank=pl.lit(1, pl.Int32), after_rank=pl.lit(2, pl.Int32)))
    assert same.height == changed_clients(compared).height


def test_without_an_overlay_there_is_nothing_to_compare(run: Run) -> None:
    plain = Run(Request("a-run", (CLIENTS_2026,), date(2026, 8, 7)), intake=run.intake)
    run_scoring.score_before(plain)
    assert plain.scored_before is None
