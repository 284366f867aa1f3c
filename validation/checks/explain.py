"""Why a cell cannot be read or taken, and what would be right: both readings of what is ambiguous are named."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping

from transforms.model.columns import ENGLISH_TESTS, FRENCH_TESTS, PROVINCES, Column, Kind
from transforms.model.vocabulary import ABILITIES
from transforms.model.wording import N_, _, listing, n_, whole_number
from transforms.model.wording import number as shown_number
from validation.checks.explain_dates import DATES, formatted_as_date, not_a_date, not_a_moment
from validation.files.sheet_xml import NO_RESULT, NO_TEXT
from validation.intake.problems import ProblemText
from validation.values import countries, numbers, vocabulary
from validation.values.parse import ERROR_CELL, ID_AS_DAY, ID_IN_POWERS, MAX_TEXT_LENGTH
from validation.values.vocabulary import EMPTY_MEANS, or_empty

NOC_2016_DIGITS = 4
NOC_2021_DIGITS = 5
# Of full-time work, as the law counts a year.
HOURS_A_YEAR = 1_560
_CONTENTS = {
    "(Binary)": N_("The cell holds bytes, not text."),
    "(Struct)": N_("The cell holds a record, not text."),
    "(Duration)": N_("The cell holds a length of time, not text."),
}
_NO_TEXT = N_("The cell holds what is no text, not text.")
_WHOLE = re.compile(r"[+-]?[0-9]+(\.0*)?")
# A date or a time as a spreadsheet's own cell is read: 2026-05-07 00:00:00, or 09:00:00.
_FORMATTED = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})?[T ]?([0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.[0-9]+)?")
PROVINCE = Column("provincial_nomination", "province", "")


def unreadable(column: Column, value: str) -> ProblemText:
    """What is wrong with a cell that could not be read, and what would be right: only what means the same."""
    if value.startswith(NO_RESULT):
        return (
            _("The cell holds a formula whose result is not stored in the file."),
            _("Open the file in a spreadsheet program and save it, or write the value itself."),
        )
    if value.startswith(NO_TEXT):
        return (
            _(_CONTENTS.get(value[len(NO_TEXT) :], _NO_TEXT)),
            _("Write the column as text, numbers or dates."),
        )
    if re.fullmatch(ERROR_CELL.strip("^$"), value):
        return _("The cell shows the error {value}.").format(value=value), _(
            "Correct the formula or write the value{or_empty}"
        ).format(or_empty=or_empty(column))
    return _of_any_kind(column, value) or _BY_KIND[column.kind](column, value)


def _of_any_kind(column: Column, value: str) -> ProblemText | None:
    """Name what any column refuses: invisible characters, a word for what is not known, the format of a date or time."""
    if column.kind == "text":
        return None
    marks = dict.fromkeys(f"U+{ord(letter):04X}" for letter in value if unicodedata.category(letter) == "Cf")
    if marks:
        return _("The cell holds an invisible character ({marks}).").format(marks=", ".join(marks)), _(
            "Type the value again by hand."
        )
    if vocabulary.is_not_known(value):
        return _("The cell holds a word or a sign for what is not known."), _instead_of_not_known(column)
    timed = _FORMATTED.fullmatch(value)
    if timed and column.kind not in DATES:
        return formatted_as_date(column, timed[1], timed[2] or "")
    return None


def _instead_of_not_known(column: Column) -> str:
    """What to write for a word that says not known: nothing only where an empty cell gives no other answer."""
    if column.required:
        return _("Write the value; it is required.")
    if not vocabulary.empty_means(column):
        return _("Leave the cell empty.")
    if column.values:
        return _("Write one of: {values}{or_empty}").format(values=", ".join(column.values), or_empty=or_empty(column))
    fix = _("Write yes or no{or_empty}") if column.kind == "yes_no" else _("Write the value{or_empty}")
    return fix.format(or_empty=or_empty(column))


def read_as(value: str, cells: int, said: str, fix: str) -> ProblemText:
    """That a word which is wider than our values is read as one of them, or as an empty cell."""
    problem = n_("{value} in {cells} cell is {said}.", "{value} in {cells} cells is {said}.", cells)
    return problem.format(value=value, cells=whole_number(cells), said=said.removesuffix(".")), fix


def passed_over(column: Column, value: str) -> ProblemText:
    """That a number from which nothing is computed cannot be read, or is out of bounds, and is taken as empty."""
    problem, fix = unreadable(column, value)
    if _WHOLE.fullmatch(value) and column.low is not None and column.high is not None:
        problem = _("{value} is not between {low} and {high}.").format(
            value=value, low=shown_number(column.low), high=shown_number(column.high)
        )
        fix = _("Write a number from {low} to {high}{or_empty}").format(
            low=shown_number(column.low), high=shown_number(column.high), or_empty=or_empty(column)
        )
    return _("{problem} The cell is taken as empty; the client is scored without it.").format(problem=problem), fix


def _text(column: Column, value: str) -> ProblemText:
    if len(value) > MAX_TEXT_LENGTH:
        return _("The text is longer than {most} characters.").format(most=whole_number(MAX_TEXT_LENGTH)), _(
            "Shorten it."
        )
    if re.fullmatch(ID_AS_DAY, value.strip()):
        return (
            _("A spreadsheet turned the client_id into a date."),
            _("Format the column as text and type the client_id again."),
        )
    if re.fullmatch(ID_IN_POWERS, value.strip()):
        return (
            _("A spreadsheet shortened the client_id to {value}, and its last digits are lost.").format(value=value),
            _("Format the column as text and type the client_id again."),
        )
    return _("The text holds control characters that no workbook can show."), _("Type it again.")


def _yes_no(column: Column, value: str) -> ProblemText:
    fix = _("Write yes or no{or_empty}").format(or_empty=or_empty(column))
    if vocabulary.is_a_cross(value):
        return _("{value} may mark a yes or a no.").format(value=value), fix
    return _("It is neither yes nor no."), fix


def _number(column: Column, value: str) -> ProblemText:
    if value.lower().lstrip("+-") in {"nan", "inf", "infinity"}:
        return _("{value} is not a number that can be counted with.").format(value=value), _(
            "Write the number{or_empty}"
        ).format(or_empty=or_empty(column))
    found = numbers.meaning(column, value)
    if found.problem:
        return found.problem, f"{found.fix}{or_empty(column)}"
    if column.name.endswith("_years") and any(float(one) >= HOURS_A_YEAR / 2 for one in found.readings):
        return _("{value} looks like hours of work, and the column takes years.").format(value=value), _(
            "Write the years; {hours} hours are one year."
        ).format(hours=whole_number(HOURS_A_YEAR))
    if len(found.readings) > 1:
        either = listing(found.readings, "or")
        return _("{value} is ambiguous: it may be {either}.").format(value=value, either=either), _(
            "Write {either}."
        ).format(either=either)
    if found.readings:
        return _("{value} is {read_as}, which the column does not take.").format(
            value=value, read_as=found.readings[0]
        ), _("Write a number{or_empty}").format(or_empty=or_empty(column))
    return _("It is not a number."), _("Write a number{or_empty}").format(or_empty=or_empty(column))


def _integer(column: Column, value: str) -> ProblemText:
    if re.fullmatch(r"[+-]?[0-9]*\.[0-9]+", value):
        return _("{value} is not a whole number.").format(value=value), _("Write a whole number.")
    if re.fullmatch(r"[+-]?[0-9]+", value):
        return _("{value} is too large.").format(value=value), _("Write the number that is meant.")
    found = numbers.meaning(column, value).readings
    if len(found) == 1:
        return _("{value} is {read_as}, and not a whole number.").format(value=value, read_as=found[0]), _(
            "Write a whole number."
        )
    return _number(column, value)


def _abilities(column: Column, value: str) -> ProblemText:
    return (
        _("It is not a list of abilities."),
        _("Write those that are excused, comma between, of: {abilities}; leave it empty where none is.").format(
            abilities=", ".join(ABILITIES)
        ),
    )


def _round(column: Column, value: str) -> ProblemText:
    return _("It is not the number of a round."), _("Write the number alone, like 204 or 91a.")


def _kept(column: Column, value: str) -> ProblemText:
    """Never asked: these kinds keep what they cannot read for the schema to find, or have a word of their own."""
    return _("It cannot be read."), _("Write the value again; {empty_means}.").format(empty_means=_(EMPTY_MEANS))


def _country(column: Column, value: str) -> ProblemText:
    """A text that names no country, or one of several."""
    codes = vocabulary.countries_of_word(value)
    if codes:
        either = listing((f"{countries.name_of(code)} ({code})" for code in codes), "or")
        return _("{value} may be of {either}.").format(value=value, either=either), _("Write {codes}.").format(
            codes=listing(codes, "or")
        )
    return (
        _("No country is known by this ISO 3166 code or name."),
        _("Write an ISO 3166 code (IN) or the English name (India)."),
    )


_BY_KIND: Mapping[Kind, Callable[[Column, str], ProblemText]] = {
    "text": _text,
    "date": not_a_date,
    "date_time": not_a_moment,
    "yes_no": _yes_no,
    "integer": _integer,
    "number": _number,
    "choice": _kept,
    "noc": _kept,
    "country": _country,
    "province": _kept,
    "abilities": _abilities,
    "round": _round,
}


def unusable_value(column: Column, value: str) -> ProblemText:
    """Why a column can never take a value, for a map that would put it there."""
    if column.kind == "choice":
        return not_a_choice(column, value)
    return not_a_province(value) if column.kind == "province" else unreadable(column, value)


_OF_OTHER_LANGUAGE = (
    (
        ENGLISH_TESTS,
        N_("{value} is an English test."),
        N_("Move it to the English columns, or write one of: {values}."),
    ),
    (
        FRENCH_TESTS,
        N_("{value} is a French test."),
        N_("Move it to the French columns, or write one of: {values}."),
    ),
)


def not_a_choice(column: Column, value: str) -> ProblemText:
    """A value that is none of a column's choices; another choice is proposed only for a word that means the same."""
    for tests, problem, fix in _OF_OTHER_LANGUAGE:
        if value in tests and value not in column.values:
            return _(problem).format(value=value), _(fix).format(values=", ".join(column.values))
    common = _of_any_kind(column, value)
    if common:
        return common
    if vocabulary.is_test_not_counted(column, value):
        return (
            _("Express Entry does not count {test}.").format(test=value.replace("_", " ")),
            _("Empty the cell and its scores, or enter a result of one of: {values}.").format(
                values=", ".join(column.values)
            ),
        )
    question = vocabulary.question(column, value)
    if question and len(question.may_be) == 1:
        [value] = question.may_be
        return (
            _("It may be {value}. {because}").format(value=value, because=question.because),
            _("Write {value} where it is finished, else the value that holds today.").format(value=value),
        )
    if question:
        return (
            _("It may be {may_be}. {because}").format(may_be=listing(question.may_be, "or"), because=question.because),
            _("Write the one that is meant{or_empty}").format(or_empty=or_empty(column)),
        )
    return _("It is none of the choices of this column."), _("Write one of: {values}.").format(
        values=", ".join(column.values)
    )


def not_a_province(value: str) -> ProblemText:
    """A value that is no code of a province or territory."""
    common = _of_any_kind(PROVINCE, value)
    if common:
        return common
    return (
        _("It is no code of a province or territory."),
        _("Write one of: {provinces}; an empty cell means none.").format(provinces=", ".join(PROVINCES)),
    )


def unknown_noc(column: Column, value: str, known: Collection[str]) -> ProblemText:
    """A code that is in neither classification, or that lost its leading zeros on the way; no other code is proposed."""
    common = _of_any_kind(column, value)
    if common:
        return common
    if value.isascii() and value.isdigit() and len(value) < NOC_2021_DIGITS:
        padded = [value.zfill(NOC_2016_DIGITS), value.zfill(NOC_2021_DIGITS)]
        restored = [code for code in dict.fromkeys(padded) if code in known and code != value]
        if restored:
            return (
                _("{value} is no code of NOC 2016 or NOC 2021; its leading zeros seem to be lost.").format(value=value),
                _("Format the cell as text and write {codes}.").format(codes=listing(map(_edition, restored), "or")),
            )
    inside = [code for code in re.findall(r"(?<![0-9])[0-9]{4,5}(?![0-9])", value) if code in known]
    if len(set(inside)) > 1:
        codes = list(dict.fromkeys(inside))
        return _("The cell holds several codes: {codes}.").format(codes=", ".join(codes)), _(
            "Write one of them: {codes}."
        ).format(codes=listing(codes, "or"))
    word = vocabulary.not_held(value) if column.name in vocabulary.HELD_CODES else ""
    if inside and word:
        return (
            _("The cell holds {code} and says {word!r}.").format(code=inside[0], word=word),
            _("Write {code} alone if it holds today{or_empty}").format(code=inside[0], or_empty=or_empty(column)),
        )
    if inside:
        return (
            _("The cell holds {code} and another number.").format(code=inside[0]),
            _("Write {code} if it is meant, or the other code.").format(code=inside[0]),
        )
    return (
        _("It is no code of NOC 2016 (4 digits) or NOC 2021 (5 digits)."),
        _("Look the code up with drawline noc{or_empty}").format(or_empty=or_empty(column)),
    )


def _edition(code: str) -> str:
    edition = _("{code} (NOC 2016)") if len(code) == NOC_2016_DIGITS else _("{code} (NOC 2021)")
    return edition.format(code=code)
