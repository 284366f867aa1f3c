"""Writes the pages that are made from code: the intake's columns, and the README's table of what is covered."""

from __future__ import annotations

from pathlib import Path

from flows import readings
from validation import intake_page

README = Path(__file__).parent.parent / "README.md"
BEGIN, END = "<!-- coverage: made by `make docs` -->", "<!-- end of coverage -->"


def coverage_table() -> str:
    """What of the law is covered since when, as a Markdown table (transforms/rules/programs.yaml)."""
    rows = [
        f"| {row['name']} | {row['status']} | {row['verified_from'] or ''} | {row['verified_to'] or ''} | {row['note']} |"
        for row in readings.coverage().iter_rows(named=True)
    ]
    return "\n".join(["| what | status | checked from | to | note |", "| --- | --- | --- | --- | --- |", *rows])


def readme(text: str) -> str:
    """The README with its table of coverage as of now."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{coverage_table()}\n\n{END}{after}"


def main() -> None:
    """Writes the pages."""
    intake_page.PAGE.write_text(intake_page.page(), encoding="utf-8", newline="\n")
    README.write_text(readme(README.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
