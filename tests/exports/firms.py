"""All exports by their key, and their files: `python -m tests.exports.firms --out DIR`."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.exports import case_systems, couples, forms, french, packed, trackers
from tests.exports.layout import Export

EXPORTS: Mapping[str, Callable[[], Export]] = {
    made.__name__: made
    for made in (
        case_systems.case_management, trackers.tracker, trackers.owner_sheets, case_systems.online_sheet,
        french.french_excel, packed.codes_with_text, packed.scores_in_one_cell, packed.months_and_ages,
        couples.two_rows_a_client, couples.spouse_by_prefix, packed.expiries, case_systems.fips_codes,
        forms.key_value_books, trackers.two_heading_rows, forms.tool_words, trackers.board, forms.questionnaire,
        case_systems.database,
    )
}  # fmt: skip


def main() -> None:
    """Writes the files of every export to a folder of its own."""
    parser = argparse.ArgumentParser(prog="python -m tests.exports.firms", description="Make the synthetic exports.")
    parser.add_argument("--out", metavar="DIR", type=Path, required=True, help="folder to write to")
    folder = parser.parse_args().out
    for key, make in EXPORTS.items():
        export = make()
        export.write(folder / key)
        print(f"{key}: {len(export.clients)} clients, {len(export.files)} files; {export.about}")


if __name__ == "__main__":
    main()
