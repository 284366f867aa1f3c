"""Stored English texts are given in French by the templates they were made from."""

from __future__ import annotations

import polars as pl
import pytest

from transforms.model import wording
from transforms.outlook.event_texts import event_text
from transforms.scoring.reason_words import reason_text, reasons_in_words


@pytest.mark.parametrize(
    ("english", "french"),
    [
        ("FSW not met: 67 points on the selection grid", "PTQF, non rempli : 67 points dans la grille de sélection"),
        (
            "CEC not known: 12 months of work in Canada in the last 36; FST not met: intends to live outside Quebec",
            "CEC, inconnu : 12 mois de travail au Canada au cours des 36 derniers; PTMS, non rempli : intention de vivre "
            "hors du Québec",
        ),
        ("a firm's own words", "a firm's own words"),
    ],
)
def test_reasons_are_given_in_french(english: str, french: str) -> None:
    assert reason_text(english) == english
    with wording.using("fr"):
        assert reason_text(english) == french


@pytest.mark.parametrize(
    ("english", "french"),
    [
        ("Age 110 to 105; Education not known to 120", "Âge\u00a0: de 110 à 105; Études\u00a0: de inconnu à 120"),
        ("a program no longer met", "un programme : n\u2019est plus rempli"),
        ("senior_managers gained", "cadres supérieurs : acquis"),
        ("no longer among the records; last 431 points", "n\u2019est plus dans les dossiers; dernière note 431 points"),
        (
            "the invitation by round 431 of 2026-08-04 is over: declined by the record of 2026-08-06",
            "l\u2019invitation par la ronde 431 du 2026-08-04 a pris fin : refusée selon le dossier du 2026-08-06",
        ),
        ("child born 2010-02-03, no. 2", "enfant né le 2010-02-03, no 2"),
    ],
)
def test_texts_of_events_are_given_in_french(english: str, french: str) -> None:
    assert event_text(english) == english
    with wording.using("fr"):
        assert event_text(english) == french


def test_a_column_of_reasons_keeps_what_is_empty() -> None:
    texts = pl.Series("reason", [None, "", "not met: intends to live outside Quebec"])
    with wording.using("fr"):
        assert reasons_in_words(texts).to_list() == [None, "", "non rempli : intention de vivre hors du Québec"]
