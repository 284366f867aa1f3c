"""Writes what is made from code: the pages of the reference, and the schemas of files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from flows.reference import record_page, reference_pages, schemas
from validation.intake import intake_page

DOCS = Path(__file__).parents[2] / "docs"


def law_page() -> str:
    """The page of the law as it is shipped."""
    from transforms.rules import load

    return reference_pages.law_page(load(()))


PAGES: dict[str, Callable[[], str]] = {
    "intake.md": intake_page.page,
    "reference/law.md": law_page,
    "reference/commands.md": reference_pages.commands_page,
    "reference/forecast-record.md": record_page.page,
}


# The backtest in the docs ends where the model was fixed.
PICTURES_UNTIL = date.fromisoformat("2026-08-07")


def pictures() -> dict[Path, str]:
    """The charts of the docs as SVG text by their files."""
    from flows import run_request
    from flows.forecasting import published
    from flows.main_run import run_law
    from reports.page import pictures as drawn
    from transforms.backtest import backtest, backtest_ahead

    rules = run_law.rules_of((), {})
    rounds = published.published(run_request.SHIPPED_ROUNDS)
    made = backtest.backtest(rounds, rules, end=PICTURES_UNTIL)
    ahead = backtest_ahead.backtest_ahead(rounds, rules, end=PICTURES_UNTIL)
    return {
        DOCS / "backtest.svg": drawn.backtest_picture(made, backtest.summary(made)),
        DOCS / "days-ahead.svg": drawn.days_ahead_picture(backtest_ahead.figures(ahead)),
    }


def main() -> None:
    """Writes the pages and the schemas."""
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8", newline="\n")
    for path, text in pictures().items():
        path.write_text(text, encoding="utf-8", newline="\n")
    schemas.write()


if __name__ == "__main__":
    main()
