"""Who the made-up clients are: every trait dealt in the shares of the mix, so that the traits of one person fit."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from sample_data.mix import Mix, anyone, deal, mix_of, table

EDUCATIONS = ("secondary", "one_or_two_years", "three_years_or_more", "masters_or_professional", "doctorate")
# Age at the end of studies without a break, and how long a further credential takes in Canada.
DONE_AT = dict(zip(EDUCATIONS, (18, 20, 21, 23, 27), strict=True))
FURTHER_YEARS = {"": 0, "one_or_two_years": 2, "masters_or_professional": 2, "doctorate": 4}
NEEDED_RANK = {"none": 0, "one_or_two_years": 1, "three_years_or_more": 2}
MAX_YEARS = 9
YOUNGEST = 23
SERVED_FROM = 32
# The level of language from which French earns points and FSW is open, and below which CEC asks TEER 2 or 3.
HIGH_LEVEL = 7
# How likely nominees and French speakers are among the first to have been invited.
INVITED_EARLY = 0.95
# How likely those who worked in Canada still live there, as far as the shares of the countries allow.
STAYED = 0.96


@dataclass(frozen=True)
class Occupation:
    """An occupation: its code in the sample's NOC version, whether it is of TEER 2 or 3, whether it is a skilled trade,
    and the least education that goes with it.
    """

    noc: str
    is_below_degree: bool
    is_trade: bool
    least_education: str


@dataclass
class Person:
    """One made-up client by traits; `french` is `first`, `second` or empty, `level` the lowest CLB of the four."""

    age: int
    education: str = ""
    canadian_study: str = ""
    eca_is_old: bool = False
    canadian_years: int = 0
    foreign_years: int = 0
    level: int = 0
    french: str = ""
    english_test: str = ""
    french_test: str = ""
    tests_are_old: bool = False
    is_exempt: bool = False
    occupation: str = ""
    has_certificate: bool = False
    has_job_offer: bool = False
    is_recruit: bool = False
    residence: str = ""
    citizenship: str = ""
    intends_quebec: str = ""
    marital_status: str = ""
    spouse_accompanying: bool = False
    spouse_is_canadian: bool = False
    spouse_education: str = ""
    spouse_level: int = 0
    spouse_canadian_years: int = 0
    children: int = 0
    has_sibling: bool = False
    has_relative: bool = False
    settlement_funds: str = ""
    province: str = ""
    pool_status: str = ""
    profile_is_old: bool = False
    has_details: bool = False

    @property
    def is_partnered(self) -> bool:
        return self.marital_status in ("married", "common_law")

    @property
    def spouse_counts(self) -> bool:
        """Does the spouse come along, who is no Canadian?"""
        return self.is_partnered and self.spouse_accompanying and not self.spouse_is_canadian

    @property
    def first_education(self) -> str:
        """The level reached before any work and any further study in Canada."""
        if self.canadian_study == "three_years_or_more" and self.education in ("masters_or_professional", "doctorate"):
            return EDUCATIONS[EDUCATIONS.index(self.education) - 1]
        return self.education

    @property
    def further_study(self) -> str:
        """The credential taken in Canada after the first studies; empty where there is none, or it is the first."""
        if self.canadian_study in ("none", self.education):
            return ""
        return self.education if self.canadian_study == "three_years_or_more" else "one_or_two_years"

    @property
    def years_for_work(self) -> int:
        """The years of the last ten that age and studies leave for work."""
        since = self.age - DONE_AT[self.first_education] - 1
        return min(since, MAX_YEARS) - FURTHER_YEARS[self.further_study]


@cache
def occupations(sample: str) -> dict[str, Occupation]:
    """The occupations of a sample by their NOC 2021 code, which is how the mix names them."""
    shares = mix_of(sample)["occupation"]
    return {
        row["noc_2021"]: Occupation(
            noc=row["noc_2021"] if sample == "2026" else row["noc_2016"],
            is_below_degree=row["noc_2021"][1] in "23",
            is_trade=row["trade"] == "yes",
            least_education=row["least_education"],
        )
        for row in table("occupations.csv")
        if row["noc_2021"] in shares
    }


def cast(sample: str, size: int, rng: random.Random) -> list[Person]:
    """So many people, in no order; raises ValueError where the traits of the mix cannot be made to fit."""
    mix = mix_of(sample)
    people = [Person(age=0) for _ in range(size)]
    for person, ages in deal(people, mix["age"], rng):
        low, high = map(int, ages.split("-"))
        person.age = rng.randint(max(low, YOUNGEST), high)
    _deal_studies_and_work(people, mix, rng)
    _deal_languages(people, mix, rng)
    _deal_occupations(people, mix, rng, occupations(sample))
    _deal_countries(people, mix, rng)
    _deal_families(people, mix, rng)
    _deal_pool(people, mix, rng)
    rng.shuffle(people)
    for person, card in deal(people, mix["detail_rows"], rng):
        person.has_details = card == "yes"
    return people


def _deal_studies_and_work(people: list[Person], mix: Mix, rng: random.Random) -> None:
    """Where it can be, work in Canada leaves a year for work abroad."""
    for person, card in deal(people, mix["education"], rng, lambda one, card: DONE_AT[card] <= one.age):
        person.education = card
    for person, card in deal(people, mix["canadian_study"], rng, _can_study):
        person.canadian_study = card
    abroad = [person for person in people if person.canadian_study == "none"]
    for person, card in deal(abroad, mix["eca_age"], rng, _can_have_studied_long_ago):
        person.eca_is_old = card == "five_years_or_more"
    for person, card in deal(people, mix["canadian_work"], rng, _leaves(1), _leaves(0)):
        person.canadian_years = _years(card, person.years_for_work - 1, rng)
    for person, card in deal(people, mix["foreign_work"], rng, lambda one, card: _least(card) <= _years_left(one)):
        person.foreign_years = _years(card, _years_left(person), rng)


def _can_study(person: Person, card: str) -> bool:
    if EDUCATIONS.index(person.education) < NEEDED_RANK[card]:
        return False
    return card == "none" or Person(person.age, person.education, card).years_for_work >= 0


def _can_have_studied_long_ago(person: Person, card: str) -> bool:
    return card == "under_five_years" or (person.years_for_work > 6 and person.education != "secondary")


def _leaves(years: int) -> Callable[[Person, str], bool]:
    return lambda person, card: card == "none" or _least(card) + years <= person.years_for_work


def _years_left(person: Person) -> int:
    return max(person.years_for_work - person.canadian_years, 0)


def _least(card: str) -> int:
    return 0 if card == "none" else int(card.split("-", maxsplit=1)[0])


def _years(card: str, most: int, rng: random.Random) -> int:
    if card == "none":
        return 0
    low, high = map(int, card.split("-"))
    return rng.randint(low, max(low, min(high, most)))


def _deal_languages(people: list[Person], mix: Mix, rng: random.Random) -> None:
    """Who has no work in Canada needs the higher levels."""
    for person, card in deal(
        people, mix["first_language_clb"], rng, lambda one, card: one.canadian_years > 0 or int(card) >= HIGH_LEVEL
    ):
        person.level = int(card)
    for person, card in deal(
        people, mix["french_or_offer"], rng, lambda one, card: one.level >= HIGH_LEVEL or card != "french"
    ):
        person.has_job_offer = card == "job_offer"
        person.french = "second" if card == "french" else ""
    speakers = [person for person in people if person.french]
    for person, card in deal(speakers, mix["french_is_first_language"], rng):
        person.french = "first" if card == "yes" else "second"
    for person, card in deal(speakers, mix["french_test"], rng):
        person.french_test = card
    french_alone = [person for person in speakers if person.french == "first"]
    for person, card in deal(french_alone, mix["english_beside_french"], rng):
        person.english_test = "none" if card == "no" else ""
    for person, card in deal((one for one in people if one.english_test != "none"), mix["english_test"], rng):
        person.english_test = card
    for person, card in deal(people, mix["language_test_age"], rng):
        person.tests_are_old = card == "two_years_or_more"
    for person, card in deal(people, mix["language_exemption"], rng, _may_be_exempt):
        person.is_exempt = card == "yes"


def _may_be_exempt(person: Person, card: str) -> bool:
    return card == "no" or (person.english_test in ("IELTS_GT", "CELPIP_G") and not person.french)


def _deal_occupations(people: list[Person], mix: Mix, rng: random.Random, known: dict[str, Occupation]) -> None:
    def suits(person: Person, card: str) -> bool:
        learned = EDUCATIONS.index(person.education) >= EDUCATIONS.index(known[card].least_education)
        return learned and (person.level >= HIGH_LEVEL or known[card].is_below_degree)

    for person, card in deal(people, mix["occupation"], rng, suits):
        person.occupation = card
    trades = [person for person in people if known[person.occupation].is_trade]
    for person, card in deal(trades, mix["certificate_of_qualification"], rng):
        person.has_certificate = card == "yes"
    if "military" in mix:
        for person, card in deal(people, mix["military"], rng, lambda one, card: card == "no" or one.age > SERVED_FROM):
            person.is_recruit = card == "yes"


def _deal_countries(people: list[Person], mix: Mix, rng: random.Random) -> None:
    """Most who worked in Canada live there; those abroad mostly live at home."""
    rng.shuffle(people)
    for person in people:
        person.residence = "Canada" if person.canadian_years and rng.random() < STAYED else ""
    people.sort(key=lambda person: person.residence == "")
    for person, card in deal(
        people, mix["country_of_residence"], rng, lambda one, card: one.residence in ("", card), anyone
    ):
        person.residence = card
    people.sort(key=lambda person: (person.french == "", person.residence == "Canada"))
    for person, card in deal(people, mix["citizenship"], rng, _is_home, anyone):
        person.citizenship = card
    for speaks, variable in ((True, "other_country_of_french_speakers"), (False, "other_country")):
        others = [person for person in people if person.citizenship == "other" and bool(person.french) is speaks]
        for person, card in deal(others, mix[variable], rng):
            person.citizenship = card
    elsewhere = [person for person in people if person.residence == "other"]
    for person, card in deal(elsewhere, mix["other_residence"], rng):
        has_other_home = person.citizenship not in mix["country_of_residence"]
        person.residence = person.citizenship if has_other_home else card
    for person, card in deal(people, mix["intends_quebec"], rng):
        person.intends_quebec = card


def _is_home(person: Person, card: str) -> bool:
    return card == "other" if person.french else person.residence in ("Canada", card)


def _deal_families(people: list[Person], mix: Mix, rng: random.Random) -> None:
    rng.shuffle(people)
    for person, card in deal(people, mix["marital_status"], rng):
        person.marital_status = card
    couples = [person for person in people if person.is_partnered]
    for person, card in deal(couples, mix["spouse_accompanying"], rng):
        person.spouse_accompanying = card == "yes"
    for person, card in deal(couples, mix["spouse_is_canadian"], rng, _may_have_canadian_spouse):
        person.spouse_is_canadian = card == "yes"
    for person, card in deal(couples, mix["spouse_education"], rng):
        person.spouse_education = card
    for person, card in deal(couples, mix["spouse_language_clb"], rng):
        person.spouse_level = _least(card)
    for person, card in deal(couples, mix["spouse_canadian_work"], rng, _spouse_may_have_worked):
        person.spouse_canadian_years = _years(card, max(person.canadian_years, 1), rng)
    for person, card in deal(people, mix["children"], rng, lambda one, card: one.is_partnered or card in "01"):
        person.children = int(card)
    for person, card in deal(people, mix["sibling_in_canada"], rng):
        person.has_sibling = person.has_relative = card == "yes"
    for person, card in deal([one for one in people if not one.has_sibling], mix["relative_in_canada"], rng):
        person.has_relative = card == "yes"
    for person, card in deal(people, mix["settlement_funds"], rng):
        person.settlement_funds = card


def _may_have_canadian_spouse(person: Person, card: str) -> bool:
    return card == "no" or person.residence == "Canada" or not person.spouse_accompanying


def _spouse_may_have_worked(person: Person, card: str) -> bool:
    return card == "none" or person.residence == "Canada"


def _deal_pool(people: list[Person], mix: Mix, rng: random.Random) -> None:
    """Nominations, and how each profile stands; the most promising have been invited first."""
    rng.shuffle(people)
    nominees = [person for person, card in deal(people, mix["nominee"], rng, _may_be_nominated) if card == "yes"]
    for person, card in deal(nominees, mix["province"], rng):
        person.province = card
    promise = {id(person): _promise(person, rng) for person in people}
    people.sort(key=lambda person: -promise[id(person)])
    for person, card in deal(people, mix["pool_status"], rng, lambda one, card: card == "invited", anyone):
        person.pool_status = card
    for status, variable in (("invited", "after_invitation"), ("withdrawn", "after_leaving")):
        for person, card in deal([one for one in people if one.pool_status == status], mix[variable], rng):
            person.pool_status = card
    pool = [person for person in people if person.pool_status == "in_pool"]
    for person, card in deal(pool, mix["profile_age"], rng):
        person.profile_is_old = card == "one_year_or_more"


def _may_be_nominated(person: Person, card: str) -> bool:
    """Who is sure to be eligible: after work in Canada, or after work abroad with a degree and a high level."""
    by_work_abroad = person.foreign_years > 1 and person.level > 8 and EDUCATIONS.index(person.education) > 1
    return card == "no" or person.canadian_years > 0 or by_work_abroad


def _promise(person: Person, rng: random.Random) -> int:
    """How likely the person has been invited: a rough figure to sort by, not a score."""
    if (
        person.tests_are_old
        or person.eca_is_old
        or person.intends_quebec == "yes"
        or person.settlement_funds != "enough"
    ):
        return 0
    if person.province or (person.french and person.canadian_years):
        return 100 if rng.random() < INVITED_EARLY else 0
    if not person.canadian_years:
        return 0
    learned = 2 * EDUCATIONS.index(person.education) + 2 * (person.canadian_study != "none")
    worked = 2 * min(person.canadian_years, 3) + min(person.foreign_years, 3)
    spoken = {10: 13, 9: 12, 8: 4}.get(person.level, 0)
    return learned + worked + spoken - max(person.age - 29, 0) - 2 * person.spouse_counts + person.has_sibling
