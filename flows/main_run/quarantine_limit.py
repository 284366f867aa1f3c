"""The limit for bad files: above `max_quarantined_share` a file is not used, so that earlier results stay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flows.errors import UnusableFile
from transforms.model.wording import _, current, decimal

if TYPE_CHECKING:
    import polars as pl

    from flows.main_run.run_state import Run

KEY = "max_quarantined_share"
# Of the kinds of problems, the most frequent are named.
MAX_KINDS = 3


class TooManyQuarantined(UnusableFile):
    """More clients are quarantined than the settings allow.

    The text names cells with their problems; `without_values` is the same for the ledger: columns and cells alone.
    `quarantine` is the frame of problems.
    """

    def __init__(self, message: str, without_values: str, quarantine: pl.DataFrame) -> None:
        super().__init__(message)
        self.without_values = without_values
        self.quarantine = quarantine


def check(run: Run) -> None:
    """Raises TooManyQuarantined where the share of quarantined clients is above the request's limit."""
    assert run.intake is not None
    limit, counts = run.request.max_quarantined_share, run.intake.counts
    bad, every = counts["candidates_quarantined"], counts["candidates_in"]
    if limit is None or not every or bad / every <= limit:
        return
    quarantine = run.intake.quarantine
    found = _("{number} of {total} clients are quarantined ({share}), more than {key} allows ({limit}).").format(
        number=bad, total=every, share=_percent(bad / every), key=KEY, limit=_percent(limit)
    )
    first = _("{column} ({count}): {problem} {fix} First: {place}.")
    briefly = _("{column} {count} (first: {place})")
    files = " ".join(str(path) for path in run.request.inputs)
    kinds = _most_frequent(quarantine)
    raise TooManyQuarantined(
        "\n".join(
            (
                f"{found} {_('Nothing was written; earlier results stay.')}",
                *(
                    "  " + first.format(column=column, count=count, problem=problem, fix=fix, place=place)
                    for count, column, problem, fix, place in kinds
                ),
                _("Correct these first. For the whole list, run `drawline check {files} --out DIR`.").format(
                    files=files
                ),
            )
        ),
        f"{found} "
        + _("Most problems: {kinds}. Correct them; `drawline check` on the file lists all.").format(
            kinds=", ".join(
                briefly.format(column=column, count=count, place=place)
                for count, column, _problem, _fix, place in kinds
            )
        ),
        quarantine,
    )


def _percent(share: float) -> str:
    return f"{decimal(share * 100)}\u00a0%" if current() == "fr" else f"{round(share * 100, 1):g} %"


def _most_frequent(quarantine: pl.DataFrame) -> list[tuple[int, str, str, str, str]]:
    """The most frequent kinds of problems: how many, the column, and problem, fix and place of the first.

    A client who is quarantined for other rows is counted there.
    """
    from reports.corrections.groups import kind_of
    from transforms.model.columns import CODES
    from validation.intake.quarantine import is_for_other_rows

    kinds: dict[tuple[str, str], tuple[int, dict[str, Any]]] = {}
    for row in quarantine.iter_rows(named=True):
        if is_for_other_rows(row["problem"]):
            continue
        key = row["column"], kind_of(row["problem"], row["value"] or "", CODES)
        count, first = kinds.get(key, (0, row))
        kinds[key] = count + 1, first
    most = sorted(kinds.values(), key=lambda kind: -kind[0])[:MAX_KINDS]
    return [
        (
            count,
            first["column"] or _("the row"),
            first["problem"],
            first["fix"],
            f"{first['source_file']}, {_at(first)}",
        )
        for count, first in most
    ]


def _at(row: dict[str, Any]) -> str:
    from reports.corrections.groups import row_of

    return row["cell"] or row_of(row["source_sheet"], row["source_row"])
