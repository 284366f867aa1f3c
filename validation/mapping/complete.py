"""A table completed by the map: values, dates and countries in our words, derived columns, constants, rows of other sheets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from transforms.model.columns import BY_KEY, Column, Sheet
from transforms.model.vocabulary import ABILITIES
from transforms.model.wording import N_, _
from validation.checks.rules_of_dates import Limits
from validation.intake.headers import MAX_CELLS_NAMED, ROW, Note, Refusal, Table
from validation.mapping import dates, derive
from validation.mapping.answers import Context, Derived
from validation.mapping.cell_terms import RuleSource
from validation.mapping.cells import chosen, coalesced, country_codes, emptied, kept, translated, without_unknown
from validation.mapping.firm_map import Derivation, DetailTarget, FirmMap
from validation.mapping.left_out import cut_listing
from validation.mapping.meanings import ASIDE, KEY_COLUMN, Aside
from validation.mapping.named_tests import contradictions
from validation.mapping.rules import gives
from validation.values import date_columns, vocabulary
from validation.values.dates import Order

EVERY_COLUMN = "*"
DATES = frozenset({"date", "date_time"})


def completed(table: Table, firm_map: FirmMap, *, file: str, limits: Limits | None) -> list[Table]:
    """A table in our words, and the tables of detail sheets whose cells stand in it, each in the order of their headings.

    `file` is the file's name without its ending, `limits` what the law says of dates. Raises ValueError without limits
    where the map takes a length of time off a date.
    """
    made = _Completing(table, firm_map, file, limits)
    made.translate()
    made.derive()
    made.add_constants()
    made.refuse_other_tests()
    return [made.table(), *made.details()]


@dataclass
class _Completing:
    """The columns of a table while a map is applied: the text of each, and the cells where those say otherwise."""

    of: Table
    firm_map: FirmMap
    file: str
    limits: Limits | None
    text: dict[str, pl.Series] = field(default_factory=dict)
    stated: dict[str, pl.Series] = field(default_factory=dict)
    letters: dict[str, str] = field(default_factory=dict)
    rows_of: dict[str, Mapping[int, int]] = field(default_factory=dict)
    columns_of: dict[str, Mapping[int, str]] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    rules: dict[str, RuleSource] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.letters = dict(self.of.letters)
        self.text = {name: self.of.rows[name] for name in self.of.letters}
        self.rows_of = {name: rows for name, rows in self.of.rows_of.items() if not name.startswith(ASIDE)}
        self.columns_of = {name: found for name, found in self.of.columns_of.items() if not name.startswith(ASIDE)}

    @property
    def sheet(self) -> Sheet:
        return self.of.sheet

    def place(self, name: str, table: Table, column: str) -> None:
        """Has the cells of a column where those of another column of a table are."""
        if column in table.rows_of:
            self.rows_of[name] = table.rows_of[column]
        if column in table.columns_of:
            self.columns_of[name] = table.columns_of[column]

    def table(self) -> Table:
        """The table of the sheet itself."""
        rows = pl.DataFrame([*(text.alias(name) for name, text in self.text.items()), self.of.rows[ROW]])
        stated = {
            name: cells for name, cells in self.stated.items() if not cells.equals(self.text[name], null_equal=True)
        }
        return replace(
            self.of,
            rows=rows,
            letters=self.letters,
            rows_of=self.rows_of,
            columns_of=self.columns_of,
            asides=(),
            stated=pl.DataFrame([cells.alias(name) for name, cells in stated.items()]) if stated else None,
            refusals=[*self.of.refusals, *self.refusals],
            notes=[*self.of.notes, *self.notes],
            rules=self.rules,
            typed={name: values for name, values in self.of.typed.items() if name not in self.stated},
        )

    # --- cells that say it in the firm's words -----------------------------------------------------------------------

    def translate(self) -> None:
        """Puts the values, dates and country codes of the columns that the file has into ours."""
        for name, letters in self.of.letters.items():
            cells = self.of.rows[name]
            text = self._in_our_words(self.sheet.column(name), cells, letters)
            if text is not cells:
                self.text[name], self.stated[name] = text, cells

    def _in_our_words(self, column: Column, cells: pl.Series, letters: str) -> pl.Series:
        """The cells of a column with the firm's values, dates and country codes in ours; a refused one is empty."""
        text, is_settled = translated(cells, self.firm_map.values.get(column.name, {}))
        wrong: dict[str, tuple[str, str]] = {}
        if column.kind in DATES:
            self._note_orders(column.name, cells, letters)
        if column.kind in DATES and (order := self._order_of(column.name)):
            read = dates.read(text, order)
            text, wrong = read.text, read.wrong
        elif column.kind == "country" and self.firm_map.countries == "fips":
            codes, wrong = country_codes(text)
            # What `values` gives is ours already.
            text = chosen(is_settled, text, codes)
        if wrong:
            bad = text.is_in(list(wrong)) & ~is_settled
            self._refuse(
                column.name, letters, bad, cells, [wrong.get(value or "", ("", "")) for value in text.filter(bad)]
            )
            text = emptied(text, bad)
        return text

    def _order_of(self, name: str) -> Order | None:
        return self.firm_map.dates.get(name) or self.firm_map.dates.get(EVERY_COLUMN)

    def _note_orders(self, name: str, cells: pl.Series, letters: str, aside: str = "") -> None:
        """Notes a column whose dates contradict one another; `aside` is the column that derives it, if one does."""
        rows_of, columns_of = self.of.rows_of.get(aside), self.of.columns_of.get(aside)
        rows, columns = rows_of or self.rows_of.get(name, {}), columns_of or self.columns_of.get(name, {})

        def addresses(places: Sequence[int]) -> list[str]:
            records = self.of.rows[ROW].gather(list(places))
            return [f"{columns.get(row, letters)}{rows.get(row, row)}" for row in records]

        for text, problem, fix in date_columns.contradictions(name, cells, self._order_of(name), addresses):
            self.notes.append(Note(self.of.header_row, name, text, problem, fix, letters))

    def _refuse(
        self, column: str, letters: str, bad: pl.Series, cells: pl.Series, why: Sequence[tuple[str, str]]
    ) -> None:
        rows = self.of.rows[ROW].filter(bad)
        for row, value, (problem, fix) in zip(rows, cells.filter(bad), why, strict=True):
            self.refusals.append(Refusal(row, column, letters, value or "", problem, fix))

    # --- columns from rules ------------------------------------------------------------------------------------------

    def derive(self) -> None:
        """Adds what the rules of the map give; a column that the file has keeps what its cells say."""
        derived = [(aside, aside.meaning) for aside in self.of.asides if isinstance(aside.meaning, Derivation)]
        # The size of a family needs the marital status, which another rule may give.
        for aside, derivation in sorted(derived, key=lambda one: one[1].rule == "family_size"):
            if derivation.rule == "age":
                self._note_age(aside)
                continue
            names = gives(derivation, self.sheet, aside.person)
            if names:
                self._derive(aside, derivation, names)

    def _derive(self, aside: Aside, derivation: Derivation, names: Sequence[str]) -> None:
        cells = self.of.rows[aside.name]
        columns = [self.sheet.column(name) for name in names]
        has_own = {name: self.text[name].is_not_null() for name in names if name in self.text}
        given = {name: translated(cells, self.firm_map.values.get(name, {})) for name in names}
        is_settled = given[names[0]][1]
        asked, wrong = dates.ReadDates(cells, {})
        if columns[0].kind in DATES:
            self._note_orders(names[0], cells, aside.letters, aside.name)
        if columns[0].kind in DATES and (order := self._order_of(names[0])):
            asked, wrong = dates.read(cells, order)
        is_asked = ~is_settled & cells.is_not_null()
        derived, problems, marks = self._found(aside, derivation, columns, asked, is_asked, wrong)
        for place, name in enumerate(names):
            text = chosen(given[name][1], given[name][0], derived[place])
            own = self.text.get(name)
            stated = self.stated.get(name, own)
            own_is_there = has_own.get(name)
            self.text[name] = text if own is None else coalesced(own, text)
            from_here = text.is_not_null() if own_is_there is None else text.is_not_null() & ~own_is_there
            shown = kept(cells, from_here | problems.is_not_null() if place == 0 else from_here)
            self.stated[name] = shown if stated is None else coalesced(stated, shown)
            if name not in self.letters:
                self.letters[name] = aside.letters
                self.rules[name] = RuleSource(aside.heading, derivation)
                self.place(name, self.of, aside.name)
        first = names[0]
        bad = problems.is_not_null()
        if first in has_own:
            bad &= ~has_own[first]
        if bad.any():
            why = [tuple(text.split("\0")) for text in problems.filter(bad)]
            self._refuse(first, aside.letters, bad, cells, why)
        self._note_names(aside, names, marks)

    def _found(
        self,
        aside: Aside,
        derivation: Derivation,
        columns: Sequence[Column],
        cells: pl.Series,
        is_asked: pl.Series,
        wrong: Mapping[str, tuple[str, str]],
    ) -> tuple[list[pl.Series], pl.Series, pl.Series]:
        """What a rule makes of the cells, each distinct one read once: a text for each column, the problem and fix (with
        NUL between) and the mark of each row.
        """
        context = Context(derivation.options, columns[0], self.limits, aside.heading, self.firm_map.countries)
        frame = cells.alias("cell").to_frame().with_columns(
            self.text["marital_status"].alias("beside")
            if derivation.rule == "family_size" and "marital_status" in self.text
            else pl.lit(None, pl.String).alias("beside")
        )  # fmt: skip
        distinct = frame.filter(is_asked).unique(maintain_order=True)
        answers = [
            Derived((), *wrong[cell]) if cell in wrong else _answer(derivation.rule, cell, beside, context)
            for cell, beside in distinct.iter_rows()
        ]
        answered = distinct.with_columns(
            *(
                pl.Series(f"text {place}", [_at(answer.texts, place) for answer in answers], dtype=pl.String)
                for place in range(len(columns))
            ),
            pl.Series(
                "problem", [f"{one.problem}\0{one.fix}" if one.problem else None for one in answers], dtype=pl.String
            ),
            pl.Series("mark", [answer.mark or None for answer in answers], dtype=pl.String),
        )
        joined = frame.with_columns(is_asked.alias("is_asked")).join(
            answered.with_columns(pl.lit(value=True).alias("is_asked")),
            on=["cell", "beside", "is_asked"], how="left", nulls_equal=True, maintain_order="left",
        )  # fmt: skip
        return [joined[f"text {place}"] for place in range(len(columns))], joined["problem"], joined["mark"]

    def _note_names(self, aside: Aside, names: Sequence[str], marks: pl.Series) -> None:
        rows = self.of.rows[ROW]
        for mark, problem in _MARKS.items():
            marked = rows.filter(marks == mark)
            if not marked.is_empty():
                named = cut_listing([f"{aside.letters}{row}" for row in marked], MAX_CELLS_NAMED)
                self.notes.append(
                    Note(marked[0], names[-1], "", f"{aside.heading!r}: {_(problem)} ({named}).", _(_NAMES_FIX))
                )

    def _note_age(self, aside: Aside) -> None:
        self.notes.append(
            Note(
                self.of.header_row, aside.heading, aside.heading,
                _("{heading!r} is not read. An age is no date of birth, and changes without the file.").format(heading=aside.heading),
                _("Add a column with the date of birth."), aside.letters,
            )
        )  # fmt: skip

    # --- constants ---------------------------------------------------------------------------------------------------

    def add_constants(self) -> None:
        """Adds the columns that the map gives as one value; one that the file has is noted instead."""
        for name, constant in self.firm_map.constants.items():
            if name not in self.sheet.names:
                continue
            if name in self.of.letters:
                self.notes.append(
                    Note(
                        self.of.header_row, name, name,
                        _("The map gives {name} as a constant, but the file has a column for it; the column is read.").format(name=name),
                        _('Delete {name} from `constants` of the map, or give its heading there as "-".').format(name=name),
                    )
                )  # fmt: skip
                continue
            value = constant.replace("{sheet}", self.of.title).replace("{file}", self.file)
            is_given = self._is_tested(name)
            filled = pl.select(pl.when(is_given).then(pl.lit(value, pl.String)).alias(name)).to_series()
            self.text[name] = coalesced(self.text[name], filled) if name in self.text else filled

    def _is_tested(self, name: str) -> pl.Series:
        """The rows that a constant is given: all, but of a language test those with a date or a score of it."""
        everywhere = pl.repeat(True, self.of.rows.height, dtype=pl.Boolean, eager=True)
        if not name.endswith("_test"):
            return everywhere
        stem = name.removesuffix("_test")
        own = [
            self.text[one]
            for one in (f"{stem}_test_date", *(f"{stem}_{ability}" for ability in ABILITIES))
            if one in self.text
        ]
        anywhere = ~everywhere
        for text in own:
            # A word for what is not known is no score and no date.
            anywhere |= without_unknown(text).is_not_null()
        return anywhere

    # --- headings that name another test -----------------------------------------------------------------------------

    def refuse_other_tests(self) -> None:
        """Refuses scores and days below a heading that names another test than the cell of the test does."""
        headings = {
            name: aside.heading
            for aside in self.of.asides
            if isinstance(aside.meaning, Derivation)
            for name in gives(aside.meaning, self.sheet, aside.person)
        }
        for name, bad, words in contradictions(self.sheet, self.text, headings | dict(self.of.headed)):
            cells = self.stated.get(name, self.text[name])
            self._refuse(name, self.letters.get(name, ""), bad, cells, words)
            self.stated[name], self.text[name] = cells, emptied(self.text[name], bad)

    # --- rows of other sheets ----------------------------------------------------------------------------------------

    def details(self) -> Iterator[Table]:
        """A table for each detail sheet and fixed values whose columns stand here; rows without a value are left out."""
        if KEY_COLUMN not in self.text:
            return
        for sheet, fixed, asides in _groups(self.of.asides):
            yield from self._detail(sheet, fixed, asides)

    def _detail(self, sheet: Sheet, fixed: Mapping[str, str], asides: Sequence[tuple[Aside, str]]) -> Iterator[Table]:
        part = _Completing(replace(self.of, sheet=sheet, letters={}, rows_of={}, columns_of={}, notes=(), refusals=()), self.firm_map,
                           self.file, self.limits)  # fmt: skip
        own = {KEY_COLUMN: self.text[KEY_COLUMN]}
        for aside, name in asides:
            cells = self.of.rows[aside.name]
            part.place(name, self.of, aside.name)
            own[name] = without_unknown(part._in_our_words(sheet.column(name), cells, aside.letters))
            part.stated[name] = cells
            part.letters[name] = aside.letters
        refused = {refusal.row for refusal in part.refusals}
        is_filled = self.of.rows[ROW].is_in(list(refused))
        for _aside, name in asides:
            is_filled |= own[name].is_not_null()
        if KEY_COLUMN in self.letters:
            part.letters[KEY_COLUMN] = self.letters[KEY_COLUMN]
            part.place(KEY_COLUMN, self.of, KEY_COLUMN)
        if KEY_COLUMN in self.stated:
            part.stated[KEY_COLUMN] = self.stated[KEY_COLUMN]
        constant = {
            name: pl.repeat(value, self.of.rows.height, dtype=pl.String, eager=True) for name, value in fixed.items()
        }
        part.text = own | constant
        made = part.table()
        if is_filled.any():
            yield replace(
                made,
                rows=made.rows.filter(is_filled),
                stated=None if made.stated is None else made.stated.filter(is_filled),
                unknown=(), too_long=(), swallowed=(), hidden=0, typed={},
            )  # fmt: skip


_MARKS = {
    derive.ONE_WORD: N_("names of one word are taken as family names"),
    derive.SEVERAL_WORDS: N_("of names of three words and more one word is taken as the family name"),
}
_NAMES_FIX = N_("Names change no score; where they matter, give them in two columns or write Family, Given.")


def _answer(rule: str, cell: str, beside: str | None, context: Context) -> Derived:
    """What a rule makes of a cell; a word for what is not known is left to the column, as if it stood there."""
    if rule not in {"full_name", "country"} and vocabulary.is_not_known(cell):
        return Derived((cell,))
    if rule == "family_size":
        return derive.family_size(cell, context, marital_status=beside)
    return derive.RULES[rule](cell, context)


def _at(texts: Sequence[str | None], place: int) -> str | None:
    return texts[place] if place < len(texts) else None


def _groups(asides: Iterable[Aside]) -> list[tuple[Sheet, dict[str, str], list[tuple[Aside, str]]]]:
    """The headings that make rows of other sheets, by sheet and fixed values; a column named again begins another row."""
    groups: list[tuple[Sheet, dict[str, str], list[tuple[Aside, str]]]] = []
    latest: dict[tuple[object, ...], list[tuple[Aside, str]]] = {}
    for aside in asides:
        target = aside.meaning
        if not isinstance(target, DetailTarget):
            continue
        sheet = BY_KEY[target.sheet]
        person = {"person": aside.person} if "person" in sheet.names else {}
        fixed = {**person, **target.fixed}
        key = (sheet.key, *sorted(fixed.items()))
        if key not in latest or any(name == target.column for _, name in latest[key]):
            latest[key] = []
            groups.append((sheet, fixed, latest[key]))
        latest[key].append((aside, target.column))
    return groups
