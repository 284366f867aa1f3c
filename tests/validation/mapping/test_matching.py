"""Headings of firms to our columns: which are taken, which are proposed, and which never."""

from __future__ import annotations

import pytest

from validation.mapping.firm_map import Derivation
from validation.mapping.grammar import firm_map
from validation.mapping.heading_row import likely_sheet, match_row
from validation.mapping.matching import match
from validation.mapping.vocabulary import vocabulary

CANDIDATES = "candidates"


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("CLIENT_NO", "client_id"),
        ("Family Name (Surname)", "family_name"),
        ("firstName", "given_name"),
        ("D.O.B.", "date_of_birth"),
        ("Date of Birth* (DD/MM/YYYY)", "date_of_birth"),
        ("3. What is your current marital status?", "marital_status"),
        ("Principal Applicant \u2013 Date of Birth", "date_of_birth"),
        ("Spouse's D.O.B.", "spouse_date_of_birth"),
        ("Date of birth (spouse)", "spouse_date_of_birth"),
        ("Conjoint \u2013 Date de naissance", "spouse_date_of_birth"),
        ("IELTS - L", "english_listening"),
        ("English score — Writting", "english_writing"),
        ("TEF Canada CE", "french_reading"),
        ("Anglais \u2013 compréhension de l\u2019oral", "english_listening"),
        ("Français - compréhension de l'écrit", "french_reading"),
        ("When was your ECA issued?", "eca_issued_on"),
        ("Primry occuption NOC", "primary_noc"),
        ("Do you have any siblings in Canada?", "sibling_in_canada"),
        ("État civil", "marital_status"),
        ("N° de dossier", "client_id"),
        ("Canadian Exp (yrs)", "canadian_work_years"),
        ("Current CRS", "stated_crs"),
    ],
)
def test_usual_headings_are_taken(heading: str, column: str) -> None:
    found = match(heading, CANDIDATES)
    assert (found.how, found.column) == ("taken", column)


@pytest.mark.parametrize(
    "heading",
    [
        "Client Email", "Spouse\u2019s Family Name", "Passport number", "Country of birth", "Date of Marriage", "ECA Report number",
        "initial H-1B start", "Father's date of birth", "Sponsor date of birth", "Previous marital status", "Funds (USD)",
        "Nationality 2", "Target CRS", "CRS cut-off", "Number of years of education", "Language of correspondence",
        "Former spouse's date of birth", "Native language", "Express Entry number", "Job offer?", "No.", "Status", "Birth year",
        "Lead Status", "Study permit expiry", "Length of residence in Canada",
    ],
)  # fmt: skip
def test_headings_of_other_things_are_left_alone(heading: str) -> None:
    assert match(heading, CANDIDATES).how in {"not_ours", "unknown"}


@pytest.mark.parametrize(
    ("heading", "named", "why"),
    [
        (
            "What is your highest level of education completed so far?",
            "candidates.education_level",
            "holds the words of",
        ),
        ("PNP?", "candidates.provincial_nomination", "usual heading"),
        ("Listening", "candidates.english_listening", "English is the usual one"),
        ("Passport Expiry", "documents.expires_on(kind=passport)", "usual heading"),
        ("Spouse passport expiry date", "documents.expires_on(kind=passport, person=spouse)", "same as"),
        ("Child 1 DOB", "dependants.date_of_birth", "same as"),
    ],
)
def test_headings_that_leave_something_open_are_proposed(heading: str, named: str, why: str) -> None:
    found = match(heading, CANDIDATES)
    assert (found.how, found.named) == ("proposed", named)
    assert why in found.why


@pytest.mark.parametrize(
    ("heading", "rule", "fills"),
    [
        ("Client Name", "full_name", "candidates.given_name + candidates.family_name"),
        ("IELTS Expiry", "expiry", "candidates.english_test_date"),
        ("Spouse IELTS expiry", "expiry", "candidates.spouse_english_test_date"),
        ("ITA deadline", "ita_deadline", "candidates.ita_issued_on"),
        ("# of dependent children", "family_size", "candidates.family_size"),
        ("Foreign experience (months)", "months", "candidates.foreign_work_years"),
        ("Age", "age", ""),
    ],
)
def test_headings_from_which_columns_are_derived(heading: str, rule: str, fills: str) -> None:
    found = match(heading, CANDIDATES)
    assert found.derivation is not None
    assert (found.how, found.derivation.rule, found.named) == ("derived", rule, fills)


def test_an_age_is_refused_with_the_reason() -> None:
    assert match("Age", CANDIDATES).why == "An age is not read: it is no date of birth."


def test_our_own_name_wins_over_another_word_for_it() -> None:
    own, other = match_row(["Client ID", "File number"], CANDIDATES)
    assert (own.how, other.how) == ("taken", "proposed")
    assert "nearer" in other.why


def test_of_two_equally_near_headings_neither_is_taken() -> None:
    found = match_row(["Client No", "File number", "DOB"], CANDIDATES)
    assert [one.how for one in found] == ["proposed", "proposed", "taken"]


def test_a_yes_or_no_question_is_no_heading_of_a_province() -> None:
    assert match("Do you have a provincial nomination?", CANDIDATES).how in {"not_ours", "unknown"}


def test_the_section_before_a_dash_names_the_sheet() -> None:
    found = match_row(["Education \u2013 Start Date", "Education \u2013 End Date", "Employment \u2013 Start Date"])
    assert [one.named for one in found] == ["education.started_on", "education.completed_on", "work_history.started_on"]


def test_headings_of_a_detail_sheet_are_taken_on_it() -> None:
    headings = ["Client No", "Applicant", "Test Type", "Exam Date", "L", "R", "W", "S"]
    found = match_row(headings, "language_tests")
    assert {one.how for one in found} == {"taken"}
    assert [one.column for one in found] == [
        "client_id", "person", "test", "test_date", "listening", "reading", "writing", "speaking",
    ]  # fmt: skip


def test_four_scores_of_the_spouse_are_derived_for_the_spouse() -> None:
    found = match("Spouse IELTS Scores", CANDIDATES)
    assert found.derivation == Derivation("scores", {"language": "english", "person": "spouse"})
    assert found.fills[0] == "candidates.spouse_english_listening"


def test_months_in_all_of_canada_are_not_those_of_three_years() -> None:
    found = match("Total Canadian Experience (Months)", CANDIDATES)
    assert found.derivation == Derivation("months", {"column": "canadian_work_years"})


def test_a_map_takes_every_rule_that_headings_propose() -> None:
    rules = {
        entry.derivation.rule: entry.derivation
        for found in vocabulary().entries.values()
        for entry in found
        if entry.derivation
    }
    content = {"derived": {rule: {"rule": rule, **derivation.options} for rule, derivation in rules.items()}}
    assert {key: one.rule for key, one in firm_map(content).derived.items()} == {
        rule.replace("_", ""): rule for rule in rules
    }


@pytest.mark.parametrize(
    ("heading", "column"),
    [("Spouse IELTS S", "spouse_english_speaking"), ("Spouse IELTS L", "spouse_english_listening"),
     ("Spouse's IELTS S", "spouse_english_speaking"), ("Partner TEF S", "spouse_french_speaking")],
)  # fmt: skip
def test_single_letters_of_the_spouse_are_abilities(heading: str, column: str) -> None:
    found = match(heading, CANDIDATES)
    assert (found.how, found.column) == ("taken", column)


@pytest.mark.parametrize(
    "heading",
    ["Proof of funds (US$)", "Funds US$", "Settlement funds [EUR]", "Savings in rupees", "Proof of funds ($US)", "Funds (€)",
     "Liquid assets (INR lakhs)", "Fonds disponibles (dollars américains)"],
)  # fmt: skip
def test_funds_in_another_currency_are_not_read(heading: str) -> None:
    found = match(heading, CANDIDATES)
    assert found.how == "unknown"
    assert "It names another currency" in found.why


@pytest.mark.parametrize(
    "heading", ["Proof of funds (CA$)", "Funds ($ CAD)", "Settlement funds (C$)", "Funds (in Canadian dollars)"]
)
def test_funds_in_canadian_dollars_are_taken(heading: str) -> None:
    assert (match(heading, CANDIDATES).how, match(heading, CANDIDATES).column) == ("taken", "settlement_funds_cad")


@pytest.mark.parametrize(
    "heading",
    ["IELTS Date (booked)", "IELTS Date booked", "Mock IELTS L", "IELTS L (practice)", "IELTS L (required)", "IELTS R estimated",
     "Canadian work experience (part-time)", "Proof of funds (required)", "ECA date (tentative)"],
)  # fmt: skip
def test_words_that_leave_a_heading_open_are_asked(heading: str) -> None:
    found = match(heading, CANDIDATES)
    assert (found.how, found.is_open) == ("proposed", True)


@pytest.mark.parametrize(
    "heading", ["IELTS Date (planned)", "Previous IELTS L", "Target IELTS L", "IELTS L (old)", "IELTS W (expected)"]
)
def test_scores_and_days_that_do_not_count_are_never_active(heading: str) -> None:
    found = match(heading, CANDIDATES)
    assert found.how in {"unknown", "not_ours"} or found.is_open


def test_a_degree_of_a_list_of_clients_is_the_level_of_education() -> None:
    headings = ["Name", "Client ID", "Birthdate", "Relationship Status", "Degree", "ECA Issued"]
    degree, eca = match_row(headings, CANDIDATES)[-2:]
    assert (degree.how, degree.named, degree.is_open) == ("proposed", "candidates.education_level", False)
    assert (eca.how, eca.named) == ("taken", "candidates.eca_issued_on")


@pytest.mark.parametrize(
    "headings",
    [
        ["Client ID", "DOB", "Marital", "Degree", "ECA Issued"],
        ["Client ID", "DOB", "Marital", "Employer", "Job title", "Hours per week", "NOC", "Start date", "End date", "Country of work"],
    ],
)  # fmt: skip
def test_a_date_of_birth_and_a_marital_status_are_those_of_clients(headings: list[str]) -> None:
    assert likely_sheet(headings) == CANDIDATES


@pytest.mark.parametrize(
    "heading",
    [
        "Canadian experience months", "Work experience in Canada (months)", "Months worked in Canada", "CEC months",
        "Expérience au Canada (mois)", "Mois de travail au Canada", "CANADIAN_WORK_MONTHS",
        "Months worked in Canada (last 10 years)",
    ],
)  # fmt: skip
def test_months_in_canada_of_an_unnamed_window_are_asked_for(heading: str) -> None:
    found = match(heading, CANDIDATES)
    assert (found.how, found.column, found.is_open) == ("proposed", "canadian_work_months_last_36", True)
    assert "those of the last three years" in found.why


@pytest.mark.parametrize(
    "heading",
    [
        "Canadian work months last 36", "Canadian experience months (last 36 months)", "Months worked in Canada (last 3 years)",
        "Work experience in Canada in the last 3 years (months)", "Mois de travail au Canada (36 derniers mois)",
    ],
)  # fmt: skip
def test_months_in_canada_of_the_last_three_years_are_taken(heading: str) -> None:
    found = match(heading, CANDIDATES)
    assert (found.how, found.column) == ("taken", "canadian_work_months_last_36")


@pytest.mark.parametrize(
    ("heading", "how"),
    [("Trade experience (years)", "proposed"), ("Trade experience (last 10 years)", "proposed"),
     ("Trade experience (months)", "derived")],
)  # fmt: skip
def test_experience_in_a_trade_of_an_unnamed_window_is_asked_for(heading: str, how: str) -> None:
    found = match(heading, CANDIDATES)
    assert (found.how, found.named, found.is_open) == (how, "candidates.trade_years_last_5", True)


@pytest.mark.parametrize(
    ("heading", "column"),
    [("CRS diff", "stated_crs"), ("IELTS reading (2019)", "english_reading"), ("Nationality card", "citizenship"),
     ("IELTS scores (2019)", "english_listening"), ("Passport expiry (2019)", "expires_on")],
)  # fmt: skip
def test_words_that_may_say_more_leave_a_heading_open(heading: str, column: str) -> None:
    found = match(heading, CANDIDATES)
    assert found.how in {"proposed", "derived"}
    assert column in found.named
    assert found.is_open
    assert "say more" in found.why


def test_a_second_nationality_is_not_the_citizenship() -> None:
    assert match("2nd nationality", CANDIDATES).how == "not_ours"


@pytest.mark.parametrize("heading", ["Passport Expiry", "Child 1 DOB", "Listening", "ITA received"])
def test_usual_headings_that_are_proposed_are_not_open(heading: str) -> None:
    assert not match(heading, CANDIDATES).is_open


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("How many years of skilled work in Canada?", "canadian_work_years"),
        ("How much money do you have (CAD)?", "settlement_funds_cad"),
        ("Yrs foreign", "foreign_work_years"),
        ("Yrs Canadian", "canadian_work_years"),
        ("Foreign Years", "foreign_work_years"),
        ("Canadian Years", "canadian_work_years"),
        ("Exp. outside Canada", "foreign_work_years"),
        ("Prov. Nomination", "provincial_nomination"),
        ("Nb de personnes dans la famille", "family_size"),
        ("Spouse accompanying to Canada", "spouse_accompanying"),
        ("EE submitted on", "profile_submitted_at"),
        ("Which French exam did you take?", "french_test"),
        ("Dans quel pays habitez-vous ?", "country_of_residence"),
        ("Nombre d'années d'expérience à l'étranger", "foreign_work_years"),
        ("Votre conjoint vous accompagnera-t-il au Canada ?", "spouse_accompanying"),
        ("Plus haut diplôme obtenu", "education_level"),
        ("ÉDE délivrée le", "eca_issued_on"),
        ("Pointage Entrée express", "stated_crs"),
        ("IELTS (GT) Listening", "english_listening"),
        ("IELTS L (out of 9)", "english_listening"),
        ("English test (type)", "english_test"),
    ],
)
def test_headings_of_trackers_and_forms_are_taken(heading: str, column: str) -> None:
    found = match(heading, CANDIDATES)
    assert (found.how, found.column) == ("taken", column)


def test_a_submission_that_may_be_a_yes_is_proposed() -> None:
    found = match("EE Submitted", CANDIDATES)
    assert (found.how, found.column, found.is_open) == ("proposed", "profile_submitted_at", False)


@pytest.mark.parametrize(
    "heading",
    [
        "When does your current status / permit expire? (exact date, not an estimate)",
        "Passport expiry date, not an estimate",
        "Date d'expiration du passeport, pas une estimation",
    ],
)
def test_a_word_that_a_heading_denies_is_no_doubt(heading: str) -> None:
    found = match(heading, CANDIDATES)
    assert found.named.startswith("documents.expires_on(kind=")
    assert "It says" not in found.why


@pytest.mark.parametrize(
    ("heading", "counts"),
    [
        ("IELTS L (estimate)", "result"),
        ("IELTS L (estimate, not a mock)", "result"),
        ("Passport expiry (estimate)", "value"),
    ],
)
def test_a_doubt_speaks_of_what_the_column_holds(heading: str, counts: str) -> None:
    assert f"It says 'estimate', so it may not be the {counts} that counts." in match(heading, CANDIDATES).why


@pytest.mark.parametrize("heading", ["IELTS L (not required)", "IELTS date (not booked)", "CRS (no official estimate)"])
def test_what_is_not_there_is_no_denied_doubt(heading: str) -> None:
    found = match(heading, CANDIDATES)
    assert found.how in {"unknown", "not_ours"} or found.is_open
