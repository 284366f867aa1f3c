"""A workbook with many kinds of mistakes, corrected by a script that does only what the messages say: nothing is left."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from reports.corrections.groups import kind_of
from tests.reports.corrections import mistakes
from tests.reports.corrections.checking import AS_OF, check
from tests.reports.corrections.correcting import Corrector, Known
from transforms.model.columns import CODES

MIN_KINDS = 60


def known() -> dict[str, Known]:
    """What the firm knows of each client."""
    found = {}
    for place, mistake in enumerate(mistakes.MISTAKES):
        client = mistakes.client_of(place)
        value = client if mistake.right == mistakes.KEEP else mistake.right
        found[mistake.value if mistake.column == "client_id" else client] = Known(mistake.column, value)
    return found


def test_a_workbook_of_sixty_kinds_of_mistakes_is_corrected_by_its_messages(tmp_path: Path) -> None:
    assert date.fromisoformat(AS_OF) < date(2026, 12, 1)
    first = check(mistakes.write(tmp_path / "firm.xlsx"), out=tmp_path / "out")
    rows = [*first.answer["quarantine"], *first.answer["warnings"]]
    kinds = {(row["column"], kind_of(row["problem"], row["value"] or "", CODES)) for row in rows}
    assert len(kinds) >= MIN_KINDS
    assert len({kind for _, kind in kinds}) >= MIN_KINDS
    clients = {row["client_id"] for row in rows}
    lost = [mistake for place, mistake in enumerate(mistakes.MISTAKES)
            if mistake.right != mistakes.KEEP and mistakes.client_of(place) not in clients]  # fmt: skip
    assert lost == []
    corrector = Corrector(first.book, known())
    corrector.correct(tmp_path / "corrected.xlsx")
    assert corrector.not_followed == []
    again = check(tmp_path / "corrected.xlsx", out=tmp_path / "out")
    assert again.said == []
    assert again.books == {}
    assert again.answer["counts"]["candidates_quarantined"] == 0


@pytest.mark.parametrize(
    ("problem", "value", "kind"),
    [
        ("7,5 is not written as a plain number.", "7,5", "… is not written as a plain number."),
        ("03/04/1990 is ambiguous: it may be 3 April 1990 or 4 March 1990.", "03/04/1990", "… is ambiguous: it may be …."),
        (
            "Other rows of this client cannot be taken: a.xlsx, 'Work history'!C2; b.csv, Documents!F3; and 4 more.", "",
            "Other rows of this client cannot be taken:….",
        ),
        ("IELTS_GT has no result for speaking.", "IELTS_GT", "… has no result for …."),
    ],
)  # fmt: skip
def test_a_kind_of_problem_leaves_out_what_is_of_one_row(problem: str, value: str, kind: str) -> None:
    assert kind_of(problem, value, CODES) == kind
