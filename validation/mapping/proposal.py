"""The proposal of a map for a file: what each heading stands for, in what order its days stand, and what must be asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import polars as pl

from transforms.model.columns import BY_KEY, CANDIDATES, EDUCATION, WORK_HISTORY, Column, Sheet
from transforms.model.wording import N_, _
from validation.intake.sheets import sheet_named
from validation.mapping import by_values, language_headings, sample, scores
from validation.mapping.constants import Constant, constants
from validation.mapping.file_headings import FileHeadings, SheetHeadings
from validation.mapping.firm_map import NO_MAP, Derivation, DetailTarget, FirmMap
from validation.mapping.heading_row import match_row
from validation.mapping.heading_words import bare
from validation.mapping.joined_rows import PRINCIPAL, SPOUSE, role_of
from validation.mapping.matching import Match
from validation.mapping.rules import gives
from validation.values import dates, reading, vocabulary
from validation.values.parse import unreadable_value
from validation.values.words import plain

NO_HEADINGS = N_("No row of headings is recognized. Name its row: drawline map FILE --headings ROW.")
MAX_VALUES = 40
MAX_DISTINCT = 2_000
# Of a heading that a person chose; it is nearer than any other.
CHOSEN_SCORE = 1_000.0
# Of a heading that an earlier map names; it is nearer than any but one that is chosen now.
MAPPED_SCORE = 999.0
# Sheets whose rows decide over the summary columns of a client: a row made of one heading would change a score.
DECIDING = frozenset({EDUCATION.key, WORK_HISTORY.key})
CHOSEN = ("choice", "yes_no", "country", "province")
NAMES_FAMILY_FIRST = ("last", "surname", "family", "nom")


class Value(NamedTuple):
    """A firm's own value of a column that cannot take it: the value, in how many cells it stands, which values of ours it
    may be, and why that is open.
    """

    theirs: str
    cells: int
    may_be: tuple[str, ...] = ()
    because: str = ""


@dataclass(frozen=True)
class Heading:
    """A heading of a file: its sheet, what it stands for, how many cells below it are filled, and what they look like.

    `order` is that of day and month in its cells, where these settle it; `is_order_open` where they do not, with the number
    of `open_cells` and one of them. `values` are those that its column cannot take. Only one that `is_read` stands active
    in the map; `instead` is the heading that is read in its place. `letters` are those of its column where no row of headings is recognized; its text may then be the
    value of a client.
    """

    sheet: str
    holds: str
    header: str
    match: Match
    count: int
    sample_format: str
    sample: str = field(default="", repr=False)
    order: str | None = None
    is_order_open: bool = False
    open_cells: int = 0
    open_sample: str = field(default="", repr=False)
    values: tuple[Value, ...] = field(default=(), repr=False)
    is_read: bool = False
    instead: str = ""
    letters: str = ""

    @property
    def shown(self) -> str:
        """Its text; where no row of headings is recognized, its place and shape."""
        return f"column {self.letters}, {sample.shape_of(self.header)}" if self.letters else self.header

    @property
    def column(self) -> Column | None:
        """The column of ours that its cells hold as they stand."""
        if self.match.how not in {"taken", "proposed"} or not self.match.column:
            return None
        return BY_KEY[self.match.sheet].column(self.match.column)


@dataclass(frozen=True)
class Proposal:
    """What is proposed for a file, or for several together: their sheets, headings and constants, the required columns that
    no heading gives, the heading that says whose row it is where a client has several, and the map that was there before.
    """

    name: str
    fingerprints: tuple[str, ...]
    sheets: tuple[SheetHeadings, ...]
    headings: tuple[Heading, ...]
    constants: tuple[Constant, ...]
    missing: tuple[str, ...]
    person: str = ""
    firm: FirmMap = field(default=NO_MAP, repr=False)

    @property
    def is_plain(self) -> bool:
        """Is every heading read without a map, or known not to be ours, and nothing missing or to be given as a constant?"""
        is_taken = all(one.match.how in {"taken", "not_ours"} for one in self.headings if one.header)
        return is_taken and not self.missing and not any(one.is_read for one in self.constants)

    @property
    def is_needed(self) -> bool:
        """Has a map more to say than what is read without one?"""
        asks = any(one.order or one.is_order_open or one.values for one in self.headings)
        return not self.is_plain or asks or bool(self.constants)

    def columns_as_json(self) -> list[dict[str, object]]:
        """The headings as plain values, without values of clients."""
        titles = {one.title: one.title if self._is_shown(one) else f"sheet {one.place}" for one in self.sheets}
        return [
            {
                "header": one.shown,
                "sheet": titles[one.sheet],
                "column": one.match.named or None,
                "how": one.match.how,
                "why": one.match.why,
                "count": one.count,
                "sample_format": one.sample_format,
            }
            for one in (*self.headings, *self._others())
        ]

    def _is_shown(self, sheet: SheetHeadings) -> bool:
        """May the title of a sheet stand in the output? One of several alike, and that of a form, may be a client's name."""
        if sheet_named(sheet.title) is not None:
            return True
        is_form = sheet.options is not None and sheet.options.layout == "key_value"
        return sheet.is_recognized and not sheet.is_file and not is_form and len(self.alike(sheet)) == 1

    def alike(self, sheet: SheetHeadings) -> list[SheetHeadings]:
        """The sheets of the layout of one, itself among them: those that hold the same in the same layout, or, of sheets
        that hold none of ours, those with the same headings or without recognized ones.
        """
        return [one for one in self.sheets if _layout(one) == _layout(sheet)]

    def _others(self) -> Iterator[Heading]:
        """The headings of sheets that hold none of ours."""
        for sheet in self.sheets:
            for name, text in zip(sheet.rows.columns, sheet.texts, strict=True) if sheet.holds is None else ():
                if text:
                    unknown = Match(text, "unknown", _("Its sheet seems to hold none of ours."))
                    found = heading_of(sheet.title, CANDIDATES, text, unknown, sheet.rows[name].drop_nulls())
                    yield found if sheet.is_recognized else replace(found, letters=name)


def _layout(sheet: SheetHeadings) -> tuple[object, ...]:
    if sheet.holds is not None:
        return sheet.holds.key, sheet.options, sheet_named(sheet.title), sheet.is_file
    texts = frozenset(plain(text) for text in sheet.texts) if sheet.is_recognized else None
    return None, texts, sheet_named(sheet.title), sheet.is_file


def propose(file: FileHeadings, firm: FirmMap = NO_MAP) -> Proposal:
    """The proposal for a file; `firm` is a map that is there already."""
    settled = _settled(file.sheets)
    found = [heading for one in settled if one.holds is not None and one.texts for heading in _of_sheet(one, firm)]
    return _assembled(file.name, (file.fingerprint,), settled, found, firm)


def changed(proposal: Proposal, header: str, firm: FirmMap) -> Proposal:
    """The proposal with another meaning of a heading, wherever it stands, as a map says that has nothing else."""
    key = plain(header)
    found = []
    for one in proposal.headings:
        at = _sheet_of(proposal.sheets, one)
        mapped = None
        if plain(one.header) == key and at.holds is not None:
            said = by_map(one.header, at.holds, firm)
            unread = Match(one.header, "unknown", _("It is left unread."))
            mapped = replace(said, why=_("As answered."), score=CHOSEN_SCORE) if said else unread
        if mapped is None or at.holds is None:
            found.append(one)
        else:
            place = [plain(text) for text in at.texts].index(key)
            found.append(
                heading_of(one.sheet, at.holds, one.header, mapped, at.rows[at.rows.columns[place]].drop_nulls())
            )
    return _assembled(proposal.name, proposal.fingerprints, proposal.sheets, found, proposal.firm)


def _sheet_of(sheets: Sequence[SheetHeadings], heading: Heading) -> SheetHeadings:
    """The sheet of a heading; of several files some may bear one title."""
    return next(one for one in sheets if one.title == heading.sheet and heading.header in one.texts)


def confirmed(proposal: Proposal, header: str) -> Proposal:
    """The proposal with a heading read for what it is proposed, wherever it stands, though it leaves something open."""
    found = []
    for one in proposal.headings:
        agreed = replace(one.match, is_open=False)
        is_meant = plain(one.header) == plain(header)
        found.append(replace(one, match=agreed, is_read=_stands(agreed)) if is_meant else one)
    return _assembled(proposal.name, proposal.fingerprints, proposal.sheets, found, proposal.firm)


def together(proposals: Sequence[Proposal]) -> Proposal:
    """One proposal for several files that are read with one map."""
    if len(proposals) == 1:
        return proposals[0]
    return _assembled(
        " ".join(one.name for one in proposals),
        tuple(dict.fromkeys(mark for one in proposals for mark in one.fingerprints)),
        [sheet for one in proposals for sheet in one.sheets],
        [heading for one in proposals for heading in one.headings],
        proposals[0].firm,
    )


def _assembled(
    name: str, fingerprints: tuple[str, ...], sheets: Sequence[SheetHeadings], found: Sequence[Heading], firm: FirmMap
) -> Proposal:
    headings = tuple(_with_readers(found))
    read = {one.header: _given(one) for one in headings if one.is_read}
    given = {name for one in headings if one.is_read for name in _given(one)}
    return Proposal(
        name,
        fingerprints,
        tuple(sheets),
        headings,
        tuple(constants(read, [one.holds for one in sheets if one.holds])),
        tuple(_missing(sheets, given | {f"{CANDIDATES.key}.{name}" for name in firm.constants})),
        _person(sheets, headings),
        firm,
    )


def _settled(sheets: Sequence[SheetHeadings]) -> list[SheetHeadings]:
    """The sheets with what they hold: where one bears our name, no other holds the same; a file of one sheet holds the
    clients.
    """
    named = {one.holds.key for one in sheets if one.is_named and one.holds is not None}
    settled = [
        replace(one, holds=None) if not one.is_named and one.holds is not None and one.holds.key in named else one
        for one in sheets
    ]
    if not any(one.holds is not None for one in settled):
        settled = [replace(one, holds=CANDIDATES) if len(settled) == 1 else one for one in settled]
    return settled


def _of_sheet(one: SheetHeadings, firm: FirmMap) -> Iterator[Heading]:
    assert one.holds is not None
    matches = match_row(one.texts, one.holds.key)

    def texts_of(place: int) -> list[str]:
        return one.rows.to_series(place).drop_nulls().unique(maintain_order=True).head(MAX_DISTINCT).to_list()

    if one.holds is CANDIDATES:
        matches = language_headings.settled(matches, texts_of)
    matches = by_values.settled(
        matches, one.holds, texts_of, lambda place: one.rows.to_series(place).drop_nulls().to_list()
    )
    for letters, text, found in zip(one.rows.columns, one.texts, matches, strict=True):
        cells = one.rows[letters].drop_nulls()
        if not text and cells.is_empty():
            continue
        mapped = by_map(text, one.holds, firm)
        if one.is_recognized or mapped is not None:
            yield heading_of(one.title, one.holds, text, _with_order_of_scores(mapped or found), cells)
        else:
            unknown = Match(text, "unknown", _(NO_HEADINGS))
            yield replace(heading_of(one.title, one.holds, text, unknown, cells), letters=letters)


def _with_order_of_scores(found: Match) -> Match:
    """What a heading stands for, with the order of four scores where it names that."""
    rule = found.derivation
    order = scores.order_in(found.heading) if rule is not None and rule.rule == "scores" else ""
    if rule is None or not order or "order" in rule.options:
        return found
    return replace(found, derivation=Derivation(rule.rule, {**rule.options, "order": order}))


def by_map(text: str, sheet: Sheet, firm: FirmMap) -> Match | None:
    """What a map says of a heading."""
    key = plain(text)
    if not key:
        return None
    why = _("The map says so.")
    score = MAPPED_SCORE
    if (ours := firm.columns.get(key)) is not None and ours in sheet.names:
        return Match(text, "taken", why, score, sheet.key, ours, is_said=True)
    if (target := firm.targets.get(key)) is not None:
        return Match(text, "taken", why, score, target.sheet, target.column, target, is_said=True)
    if (derivation := firm.derived.get(key)) is not None:
        return Match(text, "derived", why, score, derivation=derivation, fills=_fills(derivation), is_said=True)
    return Match(text, "not_ours", why, is_said=True) if key in firm.not_ours else None


def _fills(derivation: Derivation) -> tuple[str, ...]:
    return tuple(f"{CANDIDATES.key}.{name}" for name in gives(derivation, CANDIDATES))


def heading_of(title: str, holds: Sheet, text: str, found: Match, cells: pl.Series) -> Heading:
    """A heading with what its cells say: how many, their shape, the order of their days, and values that are not ours."""
    counts = (
        cells.alias("text").value_counts(sort=True).sort("count", "text", descending=[True, False]).head(MAX_DISTINCT)
    )
    made = Heading(
        title,
        holds.key,
        text,
        found,
        cells.len(),
        sample.usual_shape(counts),
        sample.clipped(counts["text"][0]) if counts.height else "",
        is_read=_stands(found),
    )
    column = made.column
    if (column is not None and column.kind in {"date", "date_time"}) or _is_of_days(found):
        return _with_order(made, counts)
    if column is not None and column.kind in CHOSEN:
        return replace(made, values=_foreign_values(column, counts))
    return made


def _stands(found: Match) -> bool:
    """Does what a heading stands for stand active in the map, rather than to be asked?"""
    if found.how not in {"taken", "proposed", "derived"} or found.is_open:
        return False
    if found.is_said and found.score == MAPPED_SCORE:
        return True
    if found.derivation is not None:
        return found.derivation.rule not in {"pool_status", "marital_status"}
    return found.target is None or not (_lacks(found.target) or found.target.sheet in DECIDING)


def _lacks(target: DetailTarget) -> list[str]:
    """The required columns that a row of a detail sheet made from one heading leaves empty."""
    given = {"client_id", "person", target.column, *target.fixed}
    return [column.name for column in BY_KEY[target.sheet].columns if column.required and column.name not in given]


def _is_of_days(found: Match) -> bool:
    return found.derivation is not None and found.derivation.rule in {"expiry", "ita_deadline"}


def _with_order(made: Heading, counts: pl.DataFrame) -> Heading:
    texts = counts["text"].to_list()
    order = dates.settled_order(texts)
    both = {text: count for text, count in counts.iter_rows() if len(dates.possible_orders(text)) > 1}
    if order is not None or not both:
        return replace(made, order=order if order != "ymd" else None)
    return replace(
        made, is_order_open=True, open_cells=sum(both.values()), open_sample=sample.clipped(next(iter(both)))
    )


def _foreign_values(column: Column, counts: pl.DataFrame) -> tuple[Value, ...]:
    """The values of a column that it cannot take, the most frequent first."""
    found = []
    for text, cells in counts.head(MAX_VALUES).iter_rows():
        if unreadable_value(column, text) and reading.read(column, text, ()) is None:
            asked = vocabulary.question(column, text)
            found.append(Value(text, cells, asked.may_be, asked.because) if asked else Value(text, cells))
    return tuple(found)


def _with_readers(found: Sequence[Heading]) -> Iterator[Heading]:
    """The headings, of which for each column of a sheet the nearest alone, then the fullest, is read."""
    best: dict[tuple[str, str], Heading] = {}
    for one in found:
        for name in _given(one):
            at = (one.sheet, name)
            if one.is_read and (at not in best or _nearness(one) > _nearness(best[at])):
                best[at] = one
    for one in found:
        winners = [best.get((one.sheet, name), one).header for name in _given(one)]
        losing = [header for header in winners if plain(header) != plain(one.header)]
        if one.is_read and losing and _is_as_near(one, best):
            why = _("{why} {losing!r} is as near and is read. Say which of the two is.").format(
                why=one.match.why, losing=losing[0]
            )
            yield replace(one, is_read=False, match=replace(one.match, why=why))
        elif one.is_read and losing:
            why = _("{why} {losing!r} is read instead.").format(why=one.match.why, losing=losing[0])
            yield replace(one, is_read=False, instead=losing[0], match=replace(one.match, why=why))
        else:
            yield one


def _is_as_near(one: Heading, best: Mapping[tuple[str, str], Heading]) -> bool:
    """Is a heading with filled cells as near to its columns as those that are read?"""
    winners = [best[one.sheet, name] for name in _given(one) if (one.sheet, name) in best]
    return bool(one.count and winners) and all(_nearness(one)[:-1] == _nearness(other)[:-1] for other in winners)


def _nearness(one: Heading) -> tuple[bool, bool, bool, float, int]:
    return one.match.score >= CHOSEN_SCORE, one.match.is_said, one.match.how == "taken", one.match.score, one.count


def _given(one: Heading) -> tuple[str, ...]:
    """The columns of its own sheet that a heading gives, as sheet.column; of a row elsewhere all that it says."""
    if one.match.fills:
        return one.match.fills
    return (one.match.named,) if one.match.column else ()


def _missing(sheets: Sequence[SheetHeadings], given: set[str]) -> Iterator[str]:
    """The required columns that no heading gives, of the clients and of every other sheet that is there."""
    keys = dict.fromkeys([CANDIDATES.key, *(one.holds.key for one in sheets if one.holds is not None)])
    for key in keys:
        for column in BY_KEY[key].columns:
            if column.required and f"{key}.{column.name}" not in given:
                yield f"{key}.{column.name}"


def _person(sheets: Sequence[SheetHeadings], headings: Sequence[Heading]) -> str:
    """The heading that says whose row it is, where a list of clients has rows of principal applicants and of spouses of the
    same numbers; empty where there is none.
    """
    for one in sheets:
        keys = [
            heading.header
            for heading in headings
            if heading.sheet == one.title and heading.is_read and _is_key(heading) and heading.header in one.texts
        ]
        if one.holds is not CANDIDATES or not keys or not one.is_recognized:
            continue
        numbers = one.rows[one.rows.columns[one.texts.index(keys[0])]].drop_nulls()
        if not numbers.is_duplicated().any():
            continue
        for column, text in zip(one.rows.columns, one.texts, strict=True):
            roles = {role_of(value, {}) for value in one.rows[column].drop_nulls().unique().head(MAX_VALUES)}
            if text and {PRINCIPAL, SPOUSE} <= roles:
                return text
    return ""


def _is_key(one: Heading) -> bool:
    return one.match.named == f"{CANDIDATES.key}.client_id"


def name_order(header: str) -> str:
    """The order in which a full name stands, by its heading: with the family name first where that is named first."""
    words = bare(header).split()
    return (
        "family_first"
        if len(words) > 1 and words[0] in NAMES_FAMILY_FIRST and words[1:2] != ["complet"]
        else "given_first"
    )
