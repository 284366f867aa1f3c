"""The headings of a row together: which sheets they speak of, and of two that are near to one column the nearer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache

from transforms.model.columns import CANDIDATES, DETAIL_SHEETS
from transforms.model.wording import _
from validation.mapping.matching import MAX_LENGTH, Match, match
from validation.mapping.readings import looked_up, readings_of
from validation.mapping.vocabulary import Entry, vocabulary

MIN_HEADINGS_OF_A_SHEET = 2
# Scores without a language stand on a list of clients too.
OF_A_CLIENT = {"date_of_birth", "marital_status"}
IN_A_LIST = {CANDIDATES.key: "language_tests"}


def match_row(texts: Sequence[str | None], sheet: str | None = None, *, without: str = "") -> list[Match]:
    """What each heading of a row stands for; of two that are equally near to a column neither is taken."""
    headings = [text or "" for text in texts]
    sheet = sheet or likely_sheet(headings, without=without)
    present = [key for key in present_sheets(headings, without=without) if key not in {sheet, IN_A_LIST.get(sheet)}]
    found = [match(heading, sheet, present, without=without) for heading in headings]
    return without_rivals(found)


def without_rivals(found: Sequence[Match]) -> list[Match]:
    """Matches of which none takes a column that a better heading has; of equally near ones none is taken."""
    best: dict[str, float] = {}
    for one in found:
        if one.how == "taken":
            best[one.named] = max(best.get(one.named, 0), one.score)
    nearest = Counter(one.named for one in found if one.how == "taken" and one.score == best[one.named])
    settled = []
    for one in found:
        if one.how == "taken" and one.score < best[one.named]:
            one = replace(
                one,
                how="proposed",
                why=_("{why} Another heading is nearer to {column}.").format(why=one.why, column=one.column),
            )
        elif one.how == "taken" and nearest[one.named] > 1:
            one = replace(
                one,
                how="proposed",
                why=_("{why} Another heading is as near to {column}.").format(why=one.why, column=one.column),
            )
        settled.append(one)
    return settled


def present_sheets(headings: Iterable[str], *, without: str = "") -> tuple[str, ...]:
    """The detail sheets of which some headings speak that stand side by side, those with most of them first."""
    votes, own = _votes(headings, without)
    present = [key for key in votes if key in own and votes[key] >= MIN_HEADINGS_OF_A_SHEET]
    return tuple(sorted(present, key=lambda key: -votes[key]))


def likely_sheet(headings: Iterable[str], *, without: str = "") -> str:
    """Candidates, unless hardly a heading is theirs alone and others speak of a detail sheet; then empty.

    A date of birth with a marital status is that of a client wherever it stands.
    """
    headings = list(headings)
    columns = [_columns_of(heading, without) for heading in headings]
    own = {entry.column for entries in columns for entry in entries if entry.sheet == CANDIDATES.key}
    if own >= OF_A_CLIENT:
        return CANDIDATES.key
    candidates_only = sum({entry.sheet for entry in entries} == {CANDIDATES.key} for entries in columns)
    if candidates_only >= MIN_HEADINGS_OF_A_SHEET or not present_sheets(headings, without=without):
        return CANDIDATES.key
    return ""


def _votes(headings: Iterable[str], without: str) -> tuple[Counter[str], set[str]]:
    """How many headings may be columns of each detail sheet, and the sheets that have one which is no other's."""
    details = [sheet.key for sheet in DETAIL_SHEETS]
    votes: Counter[str] = Counter()
    own: set[str] = set()
    for heading in headings:
        entries = _columns_of(heading, without)
        sheets = {entry.sheet for entry in entries}
        votes.update(key for key in details if key in sheets)
        # An employer stands in many a list of contacts.
        if len(sheets) == 1 and any(entry.column != "employer" for entry in entries):
            own |= sheets
    return votes, own


@lru_cache(maxsize=4096)
def _columns_of(heading: str, without: str) -> tuple[Entry, ...]:
    """The columns, of any sheet, whose synonym a heading is."""
    known = vocabulary(without)
    for reading in readings_of(heading[:MAX_LENGTH], known):
        entries = looked_up(reading, known)
        if found := [entry for entry in entries if entry.kind == "column"]:
            return tuple(entry for entry in found if reading.section in {"", entry.sheet})
    return ()
