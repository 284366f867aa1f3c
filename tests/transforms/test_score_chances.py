"""Scores and chances of a kind: the share of the futures whose lowest line a score reaches, and back."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl

from transforms.forecast.forecast import HORIZONS, Outlook, coming
from transforms.forecast.futures import Path
from transforms.forecast.score_chances import LEVELS, MAX_ROWS, chances_by_score, lowest_lines, scores_by_chance

DAY = date(2026, 8, 7)
TODAY = DAY.toordinal()
# Four futures: lines 510, then 500; 520; none in time; none at all.
FOUR = Path(
    "CEC",
    np.array([[10, 20, 200, np.inf], [60, np.inf, np.inf, np.inf]]) + TODAY,
    np.full((2, 4), 100.0),
    np.array([[510.0, 520.0, 400.0, np.nan], [500.0, np.nan, np.nan, np.nan]]),
)


def test_only_rounds_within_the_days_count_and_the_lowest_line_decides() -> None:
    assert lowest_lines(FOUR, DAY, 30).tolist() == [510.0, 520.0, np.inf, np.inf]
    assert lowest_lines(FOUR, DAY, 90).tolist() == [500.0, 520.0, np.inf, np.inf]
    assert lowest_lines(FOUR, DAY + timedelta(days=10), 90).tolist() == [500.0, 520.0, np.inf, np.inf]


def test_a_chance_is_the_share_of_futures_whose_line_the_score_reaches() -> None:
    made = {row[1]: row[2:] for row in chances_by_score([FOUR], DAY).iter_rows()}
    assert made[500] == (0.0, 0.25, 0.25)
    assert made[510] == (0.25, 0.25, 0.25)
    assert made[520] == (0.5, 0.5, 0.5)
    assert max(made) == 520


def test_the_score_for_a_chance_is_the_lowest_whole_one_and_empty_where_none_has_it() -> None:
    made = {row[1]: row[2:] for row in scores_by_chance([FOUR], DAY).iter_rows()}
    assert made[0.25] == (510, 500, 500)
    assert made[0.5] == (520, 520, 520)
    assert made[0.75] == (None, None, None)


def test_both_tables_agree_on_drawn_rounds(ahead: Outlook) -> None:
    paths = coming(ahead, [], 300)
    by_score, by_chance = chances_by_score(paths, ahead.as_of), scores_by_chance(paths, ahead.as_of)
    assert by_score.group_by("kind").len()["len"].max() <= MAX_ROWS + 1
    assert by_score["kind"].unique(maintain_order=True).to_list() == [one.kind for one in paths]
    for (kind,), own in by_score.group_by("kind", maintain_order=True):
        assert own["score"].is_sorted(descending=True)
        for days in HORIZONS:
            assert own[f"p{days}"].is_sorted(descending=True)
            needed = by_chance.filter(pl.col("kind") == kind)[f"score_{days}"].to_list()
            for score, share in own.select("score", f"p{days}").iter_rows():
                for level, least in zip(LEVELS, needed, strict=True):
                    assert (share >= level) == (least is not None and score >= least)


def test_a_kind_of_which_no_round_is_held_has_no_row() -> None:
    never = Path("CEC", np.full((1, 4), np.inf), np.ones((1, 4)), np.full((1, 4), np.nan))
    assert chances_by_score([never], DAY).is_empty()
    assert scores_by_chance([never], DAY)["score_180"].null_count() == len(LEVELS)
