"""The export of a firm that works in French."""

from __future__ import annotations

from sample_data.clients import Row
from tests.exports import words
from tests.exports.layout import Export, as_csv, cells, headings, known, other, ours
from tests.exports.people import is_plain, people, together

AFRICA = ("Algeria", "Cameroon", "Morocco", "Nigeria", "Tunisia")


def _is_francophone(row: Row) -> bool:
    """A result of a French test rather than levels alone, and a profile; the export says nothing of invitations."""
    has_french = row.get("french_test") in ("TEF_CANADA", "TCF_CANADA")
    return has_french and row.get("english_test") != "CLB" and row.get("profile_submitted_at") is not None


def french_excel() -> Export:
    """A CSV file of Excel with French settings: semicolons, decimal commas, Windows-1252, French words."""
    rows = together(
        "D-{:03d}",
        people(105, 9, "{}", _is_francophone),
        people(130, 7, "{}", lambda row: is_plain(row) and row["citizenship"] in AFRICA),
    )
    fields = [
        ours("N° de dossier", "client_id"),
        ours("Nom de famille", "family_name"),
        ours("Prénom", "given_name"),
        other("Courriel", "client@cabinet.example"),
        ours("Conseiller responsable", "case_owner"),
        ours("Date de naissance", "date_of_birth", words.day_first),
        ours("Pays de citoyenneté", "citizenship", words.word(words.IN_FRENCH)),
        ours("Pays de résidence", "country_of_residence", words.word(words.IN_FRENCH)),
        ours("État matrimonial", "marital_status", words.word(words.MARRIED_IN_FRENCH)),
        ours("Conjoint accompagnant", "spouse_accompanying", words.oui, "s.o."),
        ours("Taille de la famille", "family_size"),
        ours("Fonds d'établissement ($ CA)", "settlement_funds_cad", words.dollars_in_french, "inconnu"),
        ours("Niveau de scolarité", "education_level", words.word(words.LEVELS_IN_FRENCH)),
        ours("Pays des études", "education_country", words.word(words.IN_FRENCH)),
        ours("Date de l'EDE", "eca_issued_on", words.day_first),
        ours("Test de français", "french_test", words.word(words.FRENCH_TESTS)),
        ours("Date du test de français", "french_test_date", words.day_first),
        ours("Français - compréhension de l'oral", "french_listening"),
        ours("Français - compréhension de l'écrit", "french_reading"),
        ours("Français - expression écrite", "french_writing"),
        ours("Français - expression orale", "french_speaking"),
        ours("Test d'anglais", "english_test", words.word(words.TESTS)),
        ours("Date du test d'anglais", "english_test_date", words.day_in_french),
        ours("Anglais - compréhension de l'oral", "english_listening", words.comma),
        ours("Anglais - compréhension de l'écrit", "english_reading", words.comma),
        ours("Anglais - expression écrite", "english_writing", words.comma),
        ours("Anglais - expression orale", "english_speaking", words.comma),
        ours("Expérience de travail au Canada (années)", "canadian_work_years", words.comma),
        ours("Expérience de travail à l'étranger (années)", "foreign_work_years", words.comma),
        ours("Mois de travail au Canada (3 dernières années)", "canadian_work_months_last_36"),
        ours("Code CNP", "primary_noc"),
        ours("Frère ou sœur au Canada", "sibling_in_canada", words.oui),
        ours("Profil soumis le", "profile_submitted_at", words.day_first),
    ]
    table = [headings(fields), *(cells(fields, row) for row in rows)]
    return Export(
        "french_excel",
        "French Excel CSV: cp1252, semicolons, decimal commas, French headings and words, 3 avril 2025",
        {"dossiers.csv": as_csv(table, delimiter=";", encoding="cp1252")},
        known(rows, fields),
    )
