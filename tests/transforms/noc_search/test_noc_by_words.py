"""Search of job titles by words, in English and French."""

from __future__ import annotations

import pytest

from transforms import noc_search
from transforms.facts.noc import concordance, noc_2016, noc_2021
from transforms.model.wording import using


def first(text: str) -> tuple[str, str]:
    """The code and the title that a search puts first."""
    found = noc_search.by_words(text)[0]
    return found.code, found.titles[0]


@pytest.mark.parametrize(
    ("text", "code", "title"),
    [
        ("software engineer", "21231", "Software engineer"),
        ("Engineer, SOFTWARE", "21231", "Software engineer"),
        ("software enginer", "21231", "Software engineer"),
        ("nurse aide", "33102", "Nurse aide"),
        ("nurse", "31301", "Nurse"),
        ("nurses", "31301", "Nurse"),
        ("truck driver", "73300", "Truck driver"),
        ("bus diver", "73301", "Bus driver"),
        ("wleder", "72106", "Welder"),
        ("acountant", "11100", "Accountant"),
        ("phisiotherapist", "31202", "Physiotherapist"),
        ("caleche driver", "64320", "Calèche driver"),
        ("ships cook", "63200", "Ship's cook"),
        ("RN", "31301", "Registered nurse (R.N.)"),
    ],
)
def test_title_is_found(text: str, code: str, title: str) -> None:
    assert first(text) == (code, title)


def test_title_that_is_the_words_stands_first() -> None:
    found = noc_search.by_words("nurse")[0]
    assert found.titles[0] == "Nurse"


@pytest.mark.parametrize(
    "text",
    ["asdf qwer", "blah blah", "the", "of the", "it", "de la", "et le les", "au", "the of it", "l'", "sous", "and/or"],
)
def test_nothing_sensible_is_nothing(text: str) -> None:
    for language in ("en", "fr"):
        with using(language):
            assert noc_search.by_words(text) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("book keeper", "12200"), ("bookkeeper", "12200"), ("book-keepers", "12200"), ("day care worker", "42202"),
        ("daycare worker", "42202"), ("x-ray technician", "32121"), ("xray technician", "32121"),
        ("Préposée aux bénéficiaires", "33102"), ("PREPOSES AUX BENEFICIAIRES", "33102"), ("camionneuses", "73300"),
        ("l'avocate", "41101"), ("manœuvre en construction", "75110"), ("manoeuvre en construction", "75110"),
        ("directeur d\u2019usine", "90010"), ("cuisiniere", "63200"),
    ],
)  # fmt: skip
def test_spelling_makes_no_difference(text: str, code: str) -> None:
    assert first(text)[0] == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("R.N.", "31301"), ("lpn", "32101"), ("hr manager", "10011"), ("it manager", "20012"), ("IT support", "22221"),
        ("CFO", "00012"), ("OT", "31203"), ("PAB", "33102"), ("conseillère RH", "11200"), ("MRI technologist", "32121"),
    ],
)  # fmt: skip
def test_abbreviation_is_understood(text: str, code: str) -> None:
    assert first(text)[0] == code


def test_both_languages_are_searched_and_the_one_in_use_comes_first() -> None:
    assert noc_search.by_words("chef")[0].language == "en"
    with using("fr"):
        assert noc_search.by_words("architecte")[0].language == "fr"
        assert noc_search.by_words("welder")[0].code == "72106"
    assert noc_search.by_words("soudeuse")[0].code == "72106"


def test_a_word_that_no_title_has_is_passed_over_where_another_is_known() -> None:
    assert noc_search.passed_over("java developer") == ["java"]
    assert noc_search.by_words("java developer") == noc_search.by_words("developer")
    assert noc_search.passed_over("truk driver") == []


def test_more_than_half_of_the_words_will_do() -> None:
    assert first("purple truck driver")[0] == "73300"


def test_title_of_noc_2016_leads_to_its_one_unit_group() -> None:
    old = next(
        title
        for code, title in noc_2016().titles.items()
        if len(concordance()[0][code]) == 1 and title not in noc_2021().titles.values()
    )
    code = next(code for code, title in noc_2016().titles.items() if title == old)
    assert concordance()[0][code][0] in [one.code for one in noc_search.by_words(old)]


def test_every_unit_group_is_found_by_its_own_title() -> None:
    for code, title in list(noc_2021().titles.items())[::20]:
        assert code in [one.code for one in noc_search.by_words(title)[:3]]
