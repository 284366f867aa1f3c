"""Values that no heading of a file gives and a map can: the test that scores are of, whose rows they are, who looks after
them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from transforms.model.columns import CANDIDATES, LANGUAGES, PERSONS, Sheet
from transforms.model.wording import _
from validation.mapping.named_tests import named_tests


@dataclass(frozen=True)
class Constant:
    """A value that no heading gives: our column, the value, why, and whether it is proposed or must be asked."""

    column: str
    value: str
    why: str
    is_read: bool


def constants(read: Mapping[str, Collection[str]], sheets: Sequence[Sheet]) -> Iterator[Constant]:
    """The constants of a file by the headings that are read, each with the columns (sheet.column) that it gives, and by the
    intake sheets that its sheets hold.
    """
    given = {name for names in read.values() for name in names}
    for person in PERSONS:
        prefix = "" if person == PERSONS[0] else f"{person}_"
        for language in LANGUAGES:
            yield from _test(read, given, prefix, language)
    if any(sheet.has_required("person") and f"{sheet.key}.person" not in given for sheet in sheets):
        yield Constant("person", PERSONS[0], _("No heading says whose row it is."), is_read=True)
    if list(sheets).count(CANDIDATES) > 1 and f"{CANDIDATES.key}.case_owner" not in given:
        yield Constant("case_owner", "{sheet}", _("Several sheets hold clients; a title may name who looks after them."),
                       is_read=False)  # fmt: skip
    if f"{CANDIDATES.key}.client_id" not in given:
        why = _("No heading gives the client's number; where a file holds one client, its name may.")
        yield Constant("client_id", "{file}", why, is_read=False)


def _test(
    read: Mapping[str, Collection[str]], given: Collection[str], prefix: str, language: str
) -> Iterator[Constant]:
    """The test of a language whose scores are there, though nothing says which test they are of."""
    name = f"{prefix}{language}_test"
    stem = f"{CANDIDATES.key}.{prefix}{language}_"
    scores = [
        header
        for header, names in read.items()
        if any(
            name_read.startswith(stem) and "_test" not in name_read.removeprefix(f"{CANDIDATES.key}.")
            for name_read in names
        )
    ]
    if not scores or f"{CANDIDATES.key}.{name}" in given:
        return
    named = list(dict.fromkeys(test for header in scores for test in named_tests(header, language)))
    if len(named) == 1:
        yield Constant(
            name, named[0], _("Headings such as {scores!r} name the test.").format(scores=scores[0]), is_read=True
        )
    else:
        tests = CANDIDATES.column(name).values
        yield Constant(
            name,
            tests[0],
            _("No heading names the test; one of {tests}.").format(tests=", ".join(tests)),
            is_read=False,
        )
