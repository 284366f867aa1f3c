"""Measures the forecast on past rounds, and writes what is shipped of it: python -m flows.forecasting.forecast_record."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl

# What is shipped is measured on these days: form and parameters of the model were chosen on earlier ones.
FIRST, LAST = date.fromisoformat("2024-01-01"), date.fromisoformat("2026-08-07")
# The year that is simulated in a row from the pool modelled for its first day.
YEAR = date.fromisoformat("2024-01-08"), date.fromisoformat("2025-01-08")


def measured(start: date = FIRST, end: date = LAST) -> dict[Path, pl.DataFrame]:
    """The record by its files, from the shipped rounds."""
    from flows import run_request
    from flows.forecasting import published
    from flows.main_run import run_law
    from transforms.backtest import backtest_chances
    from transforms.backtest import forecast_record as record

    rules, frame = run_law.rules_of((), {}), published.published(run_request.SHIPPED_ROUNDS)
    chances = backtest_chances.backtest_chances(frame, rules, start, end)
    return {
        record.ROUNDS: record.round_record(frame, rules, start, end),
        record.CHANCES: record.spanned(backtest_chances.figures(chances), start, end),
        record.RELIABILITY: record.spanned(backtest_chances.reliability(chances), start, end),
        record.SIMULATED: record.simulated_record(frame, rules, *YEAR),
    }


def main() -> None:
    """Writes the record."""
    for path, figures in measured().items():
        figures.write_csv(path)


if __name__ == "__main__":
    main()
