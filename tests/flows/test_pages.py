"""Pages that are made from code say what the code says."""

from __future__ import annotations

from flows import pages
from transforms.scores import SCHEMA


def test_the_readme_tells_what_is_covered() -> None:
    text = pages.README.read_text(encoding="utf-8")
    assert text == pages.readme(text), "run `make docs`"
    assert text.count(pages.BEGIN) == text.count(pages.END) == 1


def test_the_contract_names_every_column_of_the_scores() -> None:
    contract = (pages.README.parent / "docs" / "contract.md").read_text(encoding="utf-8")
    families = {"english_clb": "english_clb_*", "french_nclc": "french_nclc_*", "spouse_clb": "spouse_clb_*"}
    for name in SCHEMA:
        named = families.get(name.rpartition("_")[0], name)
        assert f"`{named}`" in contract, name
