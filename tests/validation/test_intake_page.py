"""The page on the intake says what the column definitions say."""

from __future__ import annotations

from validation.intake.intake_page import PAGE, page


def test_the_page_is_made_from_the_columns() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make docs`"
