"""The page of the forecast's record on past rounds, made from the figures that are shipped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

OPENING = """\
# How far the forecast was off

This page is made from `transforms/backtest/forecast_record_*.csv` (`make docs`); a test holds the two together, and another measures
a sample of the figures again. `python -m flows.forecasting.forecast_record` measures all of them, on the rounds from {first} to {last}.
Each answer of `drawline forecast` names the row that applies to it. What the figures mean stands in [the
forecast](../forecast.md#backtest).

Errors, widths and CRPS are points. In brackets: where 19 in 20 bootstraps of the rounds fall. A kind with fewer than
{fewest} rounds has the row of all kinds.
"""
ROUNDS = """\
## {form}

{meaning}

| kind | days ahead | asked | rounds | persistence | error | ratio | within four in five | width | CRPS |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
"""
MEANINGS = {
    "KIND:SIZE@DATE": 'A round whose kind, size and day are known, asked so many days before it. The row "7 to 90" is all of '
    "these distances together.",
    "KIND@DATE": "A round whose kind and day are known, and whose size is drawn.",
    "KIND:SIZE": "The next round of a kind with a known size, asked every 14 days.",
    "KIND": "The next round of a kind, asked every 14 days: what `drawline forecast` without `--round` answers, and the weekly "
    "forecast.",
}  # fmt: skip
CHANCES = """\
## Chances of an invitation

Asked every 14 days for clients of one kind, with scores from 60 points below its last cut-off to 60 above. Log score and
Brier score: less is better. Climatology is the share of earlier fortnights on which such a score would have been invited.

| kind | days | asked | invited | log score | climatology | Brier | climatology | off by |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
"""
RELIABILITY = """\
## Reliability of chances

Of all clients who were given such a chance, so many were invited.

| days | chance | asked | mean chance | invited |
| ---: | ---: | ---: | ---: | ---: |
"""


def page() -> str:
    """The page of the record."""
    from transforms.backtest import forecast_record as record
    from transforms.backtest.backtest_asked import FORMS

    rounds = record.shipped_rounds()
    first = rounds.row(0, named=True)
    parts = [OPENING.format(first=first["first"], last=first["last"], fewest=record.MIN_ROUNDS)]
    for form in FORMS:
        rows = [row for row in rounds.to_dicts() if row["form"] == form and row["rounds"] >= record.MIN_ROUNDS]
        parts.append(ROUNDS.format(form=form, meaning=MEANINGS[form]) + _lines(_rounds(rows)))
    kinds = {row["kind"] for row in rounds.to_dicts() if row["rounds"] >= record.MIN_ROUNDS}
    chances = [row for row in record.shipped_chances().to_dicts() if row["kind"] in kinds]
    parts += [CHANCES + _lines(_chances(chances)), RELIABILITY + _lines(_bins(record.shipped_reliability().to_dicts()))]
    return "\n".join(parts)


def _lines(rows: Iterator[Sequence[str]]) -> str:
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _rounds(rows: list[dict[str, Any]]) -> Iterator[Sequence[str]]:
    for row in rows:
        days = "" if row["form"] in {"KIND", "KIND:SIZE"} else "7 to 90"
        yield (
            row["kind"], days if row["days_ahead"] is None else str(row["days_ahead"]), str(row["asked"]), str(row["rounds"]),
            f"{row['persistence']:.1f}", f"{row['error']:.1f}",
            "" if row["ratio"] is None else f"{row['ratio']:.2f} [{row['ratio_low']:.2f} to {row['ratio_high']:.2f}]",
            f"{row['covered']:.0%} [{row['covered_low']:.0%} to {row['covered_high']:.0%}]", f"{row['width']:.0f}",
            f"{row['crps']:.1f}",
        )  # fmt: skip


def _chances(rows: list[dict[str, Any]]) -> Iterator[Sequence[str]]:
    for row in rows:
        yield (
            row["kind"], str(row["days"]), str(row["asked"]), f"{row['happened']:.0%}",
            f"{row['log_score']:.2f} [{row['log_score_low']:.2f} to {row['log_score_high']:.2f}]",
            f"{row['climatology_log_score']:.2f}", f"{row['brier']:.3f}", f"{row['climatology_brier']:.3f}",
            f"{row['off']:.0%}",
        )  # fmt: skip


def _bins(rows: list[dict[str, Any]]) -> Iterator[Sequence[str]]:
    for row in rows:
        yield (
            str(row["days"]), f"{row['low']:.1%} to {row['high']:.1%}", str(row["asked"]), f"{row['chance']:.1%}",
            f"{row['happened']:.1%}",
        )  # fmt: skip
