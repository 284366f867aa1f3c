"""What goes with a forecast: the plans that are compared with it, as files, and its tables for programs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.errors import UnusableFile, UsageError
from flows.main_run.run_state import Run
from transforms.model.wording import _

if TYPE_CHECKING:
    import polars as pl

    from flows.forecasting.forecasts import Forecast
    from transforms.forecast.forecast_details import Details
    from transforms.forecast.planned_rounds import RoundPlan

DECIMALS, CHANCE_DECIMALS = 1, 4
# Of published cut-offs beside a fan.
DAYS_BEFORE = 365


def read_plans(paths: Sequence[Path]) -> list[RoundPlan]:
    """The plans of some files; raises UsageError for a file that is not there, UnusableFile for one that cannot be used."""
    from validation.plans import forecast_plan_file
    from validation.plans.plan_file import PlanFileError

    found = []
    for path in paths:
        if not path.is_file():
            raise UsageError(_("no plan at {path}").format(path=path))
        try:
            found.append(forecast_plan_file.read(path))
        except PlanFileError as error:
            raise UnusableFile(str(error), path) from None
    return found


def cut_offs_of_a_year(run: Run, made: Forecast) -> pl.DataFrame:
    """The published cut-offs of the year before the day up to which rounds are known: kind, date and cut_off."""
    from datetime import timedelta

    import polars as pl

    from flows.forecasting.published import published

    known_on = made.ahead.known_on
    recent = pl.col("date").is_between(known_on - timedelta(days=DAYS_BEFORE), known_on)
    return published(run.request.rounds_file).filter(recent).select("kind", "date", "cut_off")


def as_json(details: Details) -> dict[str, Any]:
    """What goes with a forecast for programs: tables by score and chance, fans, the clients' prospects, and plans."""
    prospects = details.prospects
    tables = {} if prospects is None else {
        "prospects": prospects.clients, "chances_by_kind": prospects.by_kind, "steps": prospects.steps,
    }  # fmt: skip
    return {
        "chances_by_score": rows(details.by_score),
        "scores_by_chance": rows(details.by_chance),
        "fans": rows(details.fans, DECIMALS),
        **{
            name: [] if name not in tables else rows(tables[name]) for name in ("prospects", "chances_by_kind", "steps")
        },
        "plans": [
            {
                "title": one.title,
                "rounds": rows(one.rounds, DECIMALS),
                "expected": {name: round(number, DECIMALS) for name, number in one.expected().items()},
                "clients": [] if one.clients is None else rows(one.clients),
                "notes": list(one.notes),
            }
            for one in details.plans
        ],
    }


def rows(frame: pl.DataFrame, decimals: int = CHANCE_DECIMALS) -> list[dict[str, Any]]:
    """The rows of a frame for programs, with so many decimals."""
    return [
        {name: round(value, decimals) if isinstance(value, float) else value for name, value in row.items()}
        for row in frame.iter_rows(named=True)
    ]
