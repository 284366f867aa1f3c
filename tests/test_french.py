"""The finder of English in French texts finds what is English, and lets pass what any language holds."""

from __future__ import annotations

import pytest

from tests.french import english_left


@pytest.mark.parametrize(
    "text",
    [
        "The cell is empty.",
        "Écrivez the value.",
        "La cellule shows an error of Excel.",
        "Fill it in.",
    ],
)
def test_english_is_found(text: str) -> None:
    assert len(english_left([text])) == 1


@pytest.mark.parametrize(
    "text",
    [
        "La cellule est vide.",
        "Écrivez yes ou no dans certificate_of_qualification.",
        "Écrivez l\u2019une des valeurs suivantes : never_married, married ou common_law.",
        "La colonne « Date of birth » de clients-of-the-firm.xlsx n\u2019est pas lue.",
        "La feuille Work history n\u2019est pas lue. Ouvrez `drawline map FILE` ou utilisez --as-of.",
        "Les lignes sont dans 'Sheet of clients'!C2.",
    ],
)
def test_values_columns_and_files_are_no_english(text: str) -> None:
    assert english_left([text]) == []


def test_names_can_be_allowed() -> None:
    assert english_left(["Le client Will Of est accepté."]) != []
    assert english_left(["Le client Will Of est accepté."], allowed=["Will Of"]) == []
