"""The headings of language tests in a list of clients together: whose language they are of, and which test."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from transforms.model.columns import CANDIDATES, LANGUAGE_TESTS, LANGUAGES, PERSONS
from transforms.model.vocabulary import ABILITIES
from transforms.model.wording import N_, _, listing
from validation.mapping.answers import read_as
from validation.mapping.firm_map import DetailTarget
from validation.mapping.heading_words import bare
from validation.mapping.matching import Match
from validation.mapping.named_tests import LEVELS, named_tests
from validation.mapping.vocabulary import vocabulary

RESULTS = ("test_date", *ABILITIES)
PRINCIPAL = PERSONS[0]

_OTHER_HEADINGS = {
    "english": N_("Other headings of the file say that it is English."),
    "french": N_("Other headings of the file say that it is French."),
}


class _Place(NamedTuple):
    """What a heading of a test holds: whose, in which language, and its test, its day or an ability."""

    person: str
    language: str
    what: str

    @property
    def column(self) -> str:
        prefix = "" if self.person == PRINCIPAL else f"{self.person}_"
        return f"{prefix}{self.language}_{self.what}"


_PLACES: Mapping[str, _Place] = {
    place.column: place
    for person in PERSONS
    for language in LANGUAGES
    for what in ("test", *RESULTS)
    if (place := _Place(person, language, what)).column in CANDIDATES.names
}


def settled(found: Sequence[Match], texts_of: Callable[[int], Sequence[str]]) -> list[Match]:
    """The matches of a list of clients, of which those of language tests are read together.

    `texts_of` gives the distinct texts below the heading at a place.
    """
    matches = _with_languages(found)
    matches = _with_rows_of_tests(matches)
    return _without_other_tests(matches, texts_of)


def _place_of(one: Match) -> _Place | None:
    is_ours = one.sheet == CANDIDATES.key and one.target is None and one.how in {"taken", "proposed"}
    return _PLACES.get(one.column) if is_ours else None


def _language_named(heading: str) -> str:
    """The language that a heading names, by its name or by one of its tests; empty where it names none or both."""
    known = vocabulary()
    words = {*known.words.tokens(heading), *bare(heading).split()}
    found = [name for name in LANGUAGES if words & known.scores.languages[name] or named_tests(heading, name)]
    return found[0] if len(found) == 1 else ""


# --- headings that name no language ----------------------------------------------------------------------------------


def _with_languages(found: Sequence[Match]) -> list[Match]:
    """Headings that name no language have that of the heading of a test before them, or else of the next one."""
    places = [_place_of(one) for one in found]
    named = {
        number: place
        for number, (one, place) in enumerate(zip(found, places, strict=True))
        if place is not None and _language_named(one.heading)
    }
    made = list(found)
    given = set(named.values())
    for number, place in enumerate(places):
        if place is None or number in named:
            continue
        near = _nearest(number, place.person, named)
        if not near:
            continue
        language = near
        if place._replace(language=language) in given:
            language = next((name for name in LANGUAGES if place._replace(language=name) not in given), "")
        if not language:
            continue
        wanted = place._replace(language=language)
        given.add(wanted)
        if wanted != place and wanted.column in CANDIDATES.names:
            why = _(_OTHER_HEADINGS[language])
            made[number] = replace(made[number], column=wanted.column, why=why)
    return made


def _nearest(number: int, person: str, named: Mapping[int, _Place]) -> str:
    """The language of the last heading before a place that names one, else of the first behind it."""
    own = [place for place in named if named[place].person == person]
    before = [place for place in own if place < number]
    behind = [place for place in own if place > number]
    return named[max(before)].language if before else named[min(behind)].language if behind else ""


# --- columns of several tests ----------------------------------------------------------------------------------------


def _with_rows_of_tests(found: Sequence[Match]) -> list[Match]:
    """Where headings name several tests of one language and person, each test makes rows of Language tests."""
    made = list(found)
    for (person, language), numbers in _results(found).items():
        tests = {number: named_tests(found[number].heading, language) for number in numbers}
        several = list(dict.fromkeys(test for named in tests.values() if len(named) == 1 for test in named))
        own = [test for test in several if test not in LEVELS]
        if len(several) < 2 or not own:
            continue
        for number, named in tests.items():
            made[number] = _of_test(made[number], named, own, person, language)
        for number, one in enumerate(found):
            if _place_of(one) == _Place(person, language, "test") and len(own) > 1:
                why = _("The headings of the scores name the test: {own}.").format(own=listing(own))
                made[number] = replace(one, how="proposed", is_open=True, why=why)
    return made


def _results(found: Sequence[Match]) -> dict[tuple[str, str], list[int]]:
    """The places of the headings of days and scores, by person and language."""
    results: dict[tuple[str, str], list[int]] = {}
    for number, one in enumerate(found):
        place = _place_of(one)
        if place is not None and place.what in RESULTS:
            results.setdefault((place.person, place.language), []).append(number)
    return results


def _of_test(one: Match, named: Sequence[str], own: Sequence[str], person: str, language: str) -> Match:
    """A heading of a day or a score among those of several tests."""
    place = _place_of(one)
    assert place is not None
    if len(named) != 1:
        why = _("It does not say which test it is of: {own}.").format(own=listing(own, "or"))
        return replace(one, how="proposed", is_open=True, why=why)
    if named[0] in LEVELS:
        why = _("It holds levels; the scores of {own} are read from other headings.").format(own=listing(own))
        return replace(one, how="proposed", is_open=True, why=why)
    if len(own) == 1:
        return one
    fixed = {"test": named[0], "language": language} | ({} if person == PRINCIPAL else {"person": person})
    target = DetailTarget(LANGUAGE_TESTS.key, place.what, fixed)
    why = _("The file has columns of {own}; each test makes a row of {title}.").format(
        own=listing(own), title=LANGUAGE_TESTS.title
    )
    return replace(one, how="proposed", is_open=one.is_open, sheet=target.sheet, column=target.column, target=target,
                   why=why)  # fmt: skip


# --- a test column that says otherwise -------------------------------------------------------------------------------


def _without_other_tests(found: Sequence[Match], texts_of: Callable[[int], Sequence[str]]) -> list[Match]:
    """Headings that name a test are asked where the column of the test says another one."""
    made = list(found)
    for test, number in _test_columns(found):
        column = CANDIDATES.column(test.column)
        said = list(dict.fromkeys(value for text in texts_of(number) if (value := read_as(column, text)) is not None))
        for result in _results(found).get((test.person, test.language), ()):
            named = named_tests(found[result].heading, test.language)
            other = [value for value in said if value not in named] if named else []
            if other:
                why = _("It names {named}, but {heading!r} says {other}.").format(
                    named=listing(named, "or"), heading=found[number].heading, other=listing(other)
                )
                why = f"{why} {_choice(named, found[number].heading, test)}"
                made[result] = replace(made[result], how="proposed", is_open=True, why=why)
    return made


def _test_columns(found: Sequence[Match]) -> Iterator[tuple[_Place, int]]:
    for number, one in enumerate(found):
        place = _place_of(one)
        if place is not None and place.what == "test" and not one.is_open:
            yield place, number


def _choice(named: Sequence[str], heading: str, test: _Place) -> str:
    if set(named) & set(LEVELS):
        return _(
            'If the cells are levels, read these lines, write "{heading}": "-" here, and {column}: {named} '
            "under constants."
        ).format(heading=heading, column=test.column, named=named[0])
    return _("Scores of another test need headings of their own.")
