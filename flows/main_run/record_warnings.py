"""The warnings that an intake gets once its clients are known: each step adds those of one subject."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from transforms.assessment import facts, high_wage_work, language_notes
from transforms.facts import education, family
from transforms.record_checks import empty_cells
from transforms.record_checks.disagreements import disagreements

if TYPE_CHECKING:
    import polars as pl

    from transforms.rules import Law
    from validation.intake.intake import Intake

# Adds the warnings of one subject to an intake.
Step = Callable[["Intake"], "Intake"]


def of_families(sheets: Mapping[str, pl.DataFrame], law: Law) -> Iterator[Step]:
    """The warnings on families, nominations and lock-in dates, of the typed sheets of accepted clients."""
    yield lambda intake: intake.with_understated_families(family.understated(sheets, law))
    yield lambda intake: intake.with_ended_nominations(family.ended_nominations(sheets, law))
    yield lambda intake: intake.with_unusable_lock_ins(family.unusable_lock_ins(sheets, law))


def of_records(sheets: Mapping[str, pl.DataFrame], scored: pl.DataFrame | None, law: Law) -> Iterator[Step]:
    """The warnings where summary columns and detail rows do not say the same, where rows repeat a credential, where empty
    cells cost points, and where points are in doubt; the last of scored clients alone.

    Points are at stake in open cases alone: not for a client whose application is made, or whose file is closed.
    """
    settled = facts.settle(sheets, law) if scored is None else scored
    open_cases = sheets["candidates"].filter(family.IS_OPEN).select("client_id")

    def of_open_cases(found: pl.DataFrame) -> pl.DataFrame:
        return found.join(open_cases, on="client_id", how="semi", maintain_order="left")

    stakes = of_open_cases(empty_cells.at_stake(sheets, settled, law))
    yield lambda intake: intake.with_disagreements(disagreements(sheets, settled, law))
    yield lambda intake: intake.with_repeated_credentials(education.repeated(sheets["education"]), stakes)
    yield lambda intake: intake.with_empty_cells(stakes)
    yield lambda intake: intake.with_empty_rows(stakes)
    yield lambda intake: intake.with_one_occupation(of_open_cases(empty_cells.in_one_occupation(sheets, settled, law)))
    if scored is not None:
        doubts = of_open_cases(high_wage_work.doubts(sheets["candidates"], scored))
        yield lambda intake: intake.with_doubts(doubts)
    yield lambda intake: intake.with_language_notes(of_open_cases(language_notes.notes(sheets, settled, law)))
