"""Pages that are made from code say what the code says."""

from __future__ import annotations

import pytest

from flows.reference import pages
from transforms.assessment.scores import SCHEMA


@pytest.mark.parametrize("name", pages.PAGES)
def test_a_page_says_what_the_code_says(name: str) -> None:
    assert (pages.DOCS / name).read_text(encoding="utf-8") == pages.PAGES[name](), "run `make docs`"


def test_the_page_of_commands_has_every_option_of_a_command() -> None:
    text = (pages.DOCS / "reference" / "commands.md").read_text(encoding="utf-8")
    of_score = text.partition("## drawline score\n")[2].partition("\n## ")[0]
    assert all(f"`{option}`" in of_score for option in ("INPUT", "--out", "--as-of", "--rules", "--lang"))


def test_the_contract_names_every_column_of_the_scores() -> None:
    contract = (pages.DOCS / "contract.md").read_text(encoding="utf-8")
    families = {"english_clb": "english_clb_*", "french_nclc": "french_nclc_*", "spouse_clb": "spouse_clb_*"}
    for name in SCHEMA:
        named = families.get(name.rpartition("_")[0], name)
        assert f"`{named}`" in contract, name
