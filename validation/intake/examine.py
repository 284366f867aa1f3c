"""The rows of one sheet, from all inputs, read, checked against schema and rules, and reported cell by cell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import polars as pl

from transforms.model.columns import LANGUAGES, Sheet
from transforms.model.wording import N_, _
from validation.checks import explain, explain_dates, rules_of_dates, rules_of_rows, schemas
from validation.checks.rules_of_rows import BORN, HAS_EDUCATION_ROWS, MARITAL_STATUS, Rule, Terms
from validation.intake.examine_notes import SheetNote, cells_not_given, columns_not_given, readings_noted
from validation.intake.headers import ROW, Refusal, Table
from validation.intake.problems import FOUND, SOURCE, Problem, ProblemText, Source
from validation.values import dates, parse, reading

# The texts (String, trimmed) of a column of a source, by place of the source and our name of the column.
TextsOfColumn = Callable[[int, str], pl.Series]

MAX_NAMED = 10
# From more rows on those that are alike are looked for before they are put into words.
FEW = 100
TOO_LONG = (
    N_("The row has more fields than the header: a text with the delimiter in it may lack its quotation marks."),
    N_("Put the text in quotation marks, or save the table as .xlsx."),
)
SWALLOWED = (
    N_("A cell in quotation marks seems to hold other cells or rows: a stray quotation mark may stand at its start."),
    N_("Delete the stray mark; where the text is meant so, save the table as .xlsx."),
)


@dataclass
class Examined:
    """The rows of one sheet in input order, fully equal rows once.

    `typed` is the typed frame, `text` the cells as they stand (String, null where empty), `origin` holds source (Int32,
    place in the list of sources) and source_row (Int32), all of the same height; `bad` are the rows (by place) that
    cannot be taken for their own sake, `apart` those of them that are no client's, by the map. `notes` are warnings of
    whole sheets of files, `warnings` those of rows.
    """

    sheet: Sheet
    typed: pl.DataFrame
    text: pl.DataFrame
    origin: pl.DataFrame
    bad: set[int] = field(default_factory=set)
    failed: dict[int, set[str]] = field(default_factory=dict)
    apart: set[int] = field(default_factory=set)
    doubled: list[int] = field(default_factory=list)
    notes: list[SheetNote] = field(default_factory=list)
    problems: list[Problem | pl.DataFrame] = field(default_factory=list)
    warnings: list[Problem | pl.DataFrame] = field(default_factory=list)

    def problem(self, place: int, column: str, message: ProblemText) -> Problem:
        """The problem of a row, at one of its cells or (column empty) as a whole."""
        source, row = self.origin.row(place)
        value = self.text[column][place] if column else None
        return Problem(source, row, self.typed["client_id"][place], column, value, *map(_, message))

    def problems_at(self, places: pl.Series, column: str, problem: pl.Series, fix: pl.Series) -> pl.DataFrame:
        """The problems of many rows at one column or (empty) as a whole, each with its words, as a frame (FOUND)."""
        rows = self.origin[places]
        return pl.DataFrame(
            {
                SOURCE: rows[SOURCE],
                "row": rows[ROW],
                "client_id": self.typed["client_id"].gather(places),
                "column": pl.repeat(column, places.len(), dtype=pl.String, eager=True),
                "value": self.text[column].gather(places)
                if column
                else pl.repeat(None, places.len(), dtype=pl.String, eager=True),
                "problem": problem,
                "fix": fix,
                "letters": pl.repeat("", places.len(), dtype=pl.String, eager=True),
            },
            schema=FOUND,
        )

    def refuse(self, place: int, column: str, message: ProblemText) -> None:
        """Quarantines a row for what is wrong with one of its cells or (column empty) with the whole row."""
        self.bad.add(place)
        self.failed.setdefault(place, set()).add(column)
        self.problems.append(self.problem(place, column, message))

    def refuse_by_map(self, place: int, refusal: Refusal) -> None:
        """Quarantines a row for a cell that the map cannot read."""
        self.bad.add(place)
        if refusal.is_of_row:
            self.apart.add(place)
        self.failed.setdefault(place, set()).update(self.sheet.names if refusal.is_of_row else [refusal.column])
        source, row = self.origin.row(place)
        words = (refusal.value, _(refusal.problem), _(refusal.fix), refusal.letters)
        self.problems.append(Problem(source, row, self.typed["client_id"][place], refusal.column, *words))

    def address(self, place: int, column: str, sources: Sequence[Source]) -> str:
        """Where a cell stands, for a sentence: file and cell."""
        source = sources[self.origin[SOURCE][place]]
        row = self.origin[ROW][place]
        return (
            f"{source.file}, {source.cell(column, row) or _('{title} row {row}').format(title=source.title, row=row)}"
        )


def several(addresses: Sequence[str], more: int) -> str:
    """Addresses as a list that ends with how many more there are."""
    listed = "; ".join(addresses)
    return _("{addresses}; and {number} more").format(addresses=listed, number=more) if more else listed


def examine(
    sheet: Sheet,
    tables: Mapping[int, Table],
    sources: Sequence[Source],
    terms: Terms,
    texts_of: TextsOfColumn | None = None,
) -> Examined:
    """Reads, validates and tells about the rows of a sheet; `tables` are those that hold it, by place of the source.

    `texts_of` gives the texts of a column of a whole source, where the rows are a part of it.
    """
    text, raw, origin = _together(sheet, tables)
    typed = parse.typed(sheet, text, _given(sheet, tables))
    understood = reading.understand(sheet, text, typed, terms.noc_codes, as_of=terms.as_of)
    readable = _within_bounds(sheet, understood.typed)
    unread = parse.unreadable(understood.text, readable)
    too_long = _flagged(origin, {place: table.too_long for place, table in tables.items()})
    swallowed = _flagged(origin, {place: table.swallowed for place, table in tables.items()})
    refusals = _refusals(tables, origin)
    typed = _without_columns(sheet, readable, tables, origin)
    kept, equal = _equal_rows(sheet, typed, raw, unread | _refused(refusals, raw.height), too_long | swallowed)
    files = pl.Series([source.file for source in sources], dtype=pl.String)
    titles = pl.Series([source.title for source in sources], dtype=pl.String)
    typed = typed.with_columns(
        files.gather(origin[SOURCE]).alias("source_file"),
        titles.gather(origin[SOURCE]).alias("source_sheet"),
        origin[ROW].alias("source_row"),
    )
    whole = Examined(sheet, typed, raw, origin)
    equal_warnings = [
        whole.problem(
            place,
            "",
            (
                _("Its row of {sheet} says the same as {address}.").format(
                    sheet=sheet.title, address=whole.address(first, "client_id", sources)
                ),
                _("Counted once; delete one of the two."),
            ),
        )
        for place, first in equal
    ]
    if equal:
        done = Examined(sheet, typed.filter(kept), raw.filter(kept), origin.filter(kept))
        unread = {name: flags.filter(kept) for name, flags in unread.items()}
        too_long, swallowed = too_long.filter(kept), swallowed.filter(kept)
        places = {place: new for new, place in enumerate(kept.arg_true())}
        refusals = [(places[place], refusal) for place, refusal in refusals if place in places]
    else:
        done = whole
    done.warnings += equal_warnings
    done.notes += readings_noted(sheet, text, typed, origin, understood.readings)
    for place in too_long.arg_true():
        done.refuse(place, "", TOO_LONG)
    for place in swallowed.arg_true():
        done.refuse(place, "", SWALLOWED)
    for place, refusal in refusals:
        done.refuse_by_map(place, refusal)
    _tell_unreadable(done, unread, texts_of)
    _tell_failures(done, terms)
    done.notes += columns_not_given(done, tables)
    done.notes += cells_not_given(done, tables)
    return done


def _within_bounds(sheet: Sheet, typed: pl.DataFrame) -> pl.DataFrame:
    """The typed rows, in which numbers from which nothing is computed are empty where they are out of bounds."""
    return typed.with_columns(
        pl.when(pl.col(column.name).is_between(column.low, column.high)).then(column.name).alias(column.name)
        for column in sheet.columns
        if not column.is_computed_from and column.low is not None and column.high is not None
    )


def _without_columns(
    sheet: Sheet, typed: pl.DataFrame, tables: Mapping[int, Table], origin: pl.DataFrame
) -> pl.DataFrame:
    """The typed rows, in which rows of a sheet without a column say what such a sheet is taken to say."""
    stated = {}
    for column in sheet.columns:
        if column.without_column is not None:
            places = [place for place, table in tables.items() if column.name not in table.rows.columns]
            if places:
                stated[column.name] = origin[SOURCE].is_in(places), column.without_column
    return typed.with_columns(
        pl.when(is_without).then(value).otherwise(name).alias(name) for name, (is_without, value) in stated.items()
    )


def _together(sheet: Sheet, tables: Mapping[int, Table]) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """The text rows of all tables one after the other with every column of the sheet, the same with the cells as they
    stand in the files, and where each row is from.
    """
    blank = pl.DataFrame(schema={**dict.fromkeys(sheet.names, pl.String), ROW: pl.Int32, SOURCE: pl.Int32})

    def joined(parts: Iterable[pl.DataFrame]) -> pl.DataFrame:
        rows = (
            part.with_columns(pl.lit(place, pl.Int32).alias(SOURCE)) for place, part in zip(tables, parts, strict=True)
        )
        return pl.concat([blank, *rows], how="diagonal")

    text = joined(table.rows for table in tables.values())
    if all(table.stated is None for table in tables.values()):
        raw = text
    else:
        raw = joined(
            table.rows if table.stated is None else table.rows.with_columns(table.stated.get_columns())
            for table in tables.values()
        )
    return text.select(sheet.names), raw.select(sheet.names), text.select(SOURCE, ROW)


def _given(sheet: Sheet, tables: Mapping[int, Table]) -> dict[str, pl.Series]:
    """The values of all rows, by column, where each table that has the column has them of one dtype."""
    given = {}
    for name in sheet.names:
        own = [table for table in tables.values() if name in table.rows.columns]
        dtypes = {table.typed[name].dtype if name in table.typed else pl.String for table in own}
        if len(dtypes) == 1 and pl.String not in dtypes:
            [dtype] = dtypes
            given[name] = pl.concat(
                table.typed[name]
                if name in table.typed
                else pl.repeat(None, table.rows.height, dtype=dtype, eager=True)
                for table in tables.values()
            )
    return given


def _refusals(tables: Mapping[int, Table], origin: pl.DataFrame) -> list[tuple[int, Refusal]]:
    """The cells that a map cannot read, each with the place of its row."""
    refused = {(place, refusal.row) for place, table in tables.items() for refusal in table.refusals}
    if not refused:
        return []
    rows = zip(origin[SOURCE], origin[ROW], strict=True)
    places = {row: place for place, row in enumerate(rows) if row in refused}
    return [(places[place, refusal.row], refusal) for place, table in tables.items() for refusal in table.refusals]


def _refused(refusals: Sequence[tuple[int, Refusal]], height: int) -> dict[str, pl.Series]:
    """By column, in which rows the map cannot read the cell (Boolean)."""
    rows: dict[str, list[int]] = {}
    for place, refusal in refusals:
        rows.setdefault(refusal.column, []).append(place)
    everywhere = pl.int_range(height, eager=True)
    return {name: everywhere.is_in(places) for name, places in rows.items()}


def _flagged(origin: pl.DataFrame, rows: Mapping[int, Sequence[int]]) -> pl.Series:
    """Which rows (Boolean) are among those named of their source."""
    flags = pl.repeat(False, origin.height, dtype=pl.Boolean, eager=True)
    for place, named in rows.items():
        if named:
            flags = flags | ((origin[SOURCE] == place) & origin[ROW].is_in(list(named)))
    return flags


def _equal_rows(
    sheet: Sheet, typed: pl.DataFrame, raw: pl.DataFrame, unread: Mapping[str, pl.Series], too_long: pl.Series
) -> tuple[pl.Series, list[tuple[int, int]]]:
    """Which rows stay (Boolean), and of each further equal row its place and that of the first.

    Rows are equal when they say the same in every column; what cannot be read is compared as it stands. Rows without a
    client_id all stay: they may be of several clients whose names are not read.
    """
    has_id = typed["client_id"].is_not_null()
    if not typed["client_id"].drop_nulls().is_duplicated().any():
        return pl.repeat(True, typed.height, dtype=pl.Boolean, eager=True), []
    compared = typed.with_columns(
        too_long.alias("too_long"),
        *(pl.when(flags).then(raw[name]).alias(f"unread {name}") for name, flags in unread.items()),
    )
    repeated = compared.with_row_index("place").filter(compared.is_duplicated() & has_id)
    columns = [name for name in compared.columns if compared[name].null_count() < compared.height]
    first = repeated.select("place", pl.col("place").first().over(columns).alias("first"))
    further = first.filter(pl.col("place") != pl.col("first"))
    kept = ~pl.int_range(typed.height, eager=True).is_in(further["place"].to_list())
    return kept, further.rows()


def _tell_unreadable(done: Examined, unread: Mapping[str, pl.Series], texts_of: TextsOfColumn | None) -> None:
    for name, flags in unread.items():
        column = done.sheet.column(name)
        messages: dict[tuple[int, str], ProblemText] = {}
        orders: dict[int, Mapping[dates.Order, str]] = {}
        for place in flags.arg_true():
            if name in done.failed.get(place, ()):
                continue
            source, value = done.origin[SOURCE][place], done.text[name][place]
            if (source, value) not in messages:
                words = explain.unreadable(column, value)
                if column.kind in explain_dates.DATES:
                    if source not in orders:
                        own = (
                            done.text[name].filter(done.origin[SOURCE] == source)
                            if texts_of is None
                            else texts_of(source, name)
                        )
                        orders[source] = dates.settling_texts(own.unique(maintain_order=True))
                    words = explain_dates.with_settled_order(words, column, value, orders[source])
                messages[source, value] = words
            if not column.is_computed_from:
                done.warnings.append(done.problem(place, name, explain.passed_over(column, value)))
                continue
            done.refuse(place, name, messages[source, value])


def _tell_failures(done: Examined, terms: Terms) -> None:
    """What pandera found: empty required cells and column rules first; a rule across columns is reported only where all
    that it looks at could be read.
    """
    of_columns = rules_of_rows.of_columns(done.sheet, terms)
    across = rules_of_rows.refused(done.sheet, terms)
    found = schemas.failures(done.sheet, done.typed, [*of_columns, *across])
    is_of_schema = pl.col("check").is_in([schemas.REQUIRED, schemas.DOUBLED])
    by_rule = found.filter(~is_of_schema).group_by("check", maintain_order=True)
    places = {str(name): rows["index"] for (name,), rows in by_rule}
    for place, column, check in found.filter(is_of_schema).iter_rows():
        if check == schemas.REQUIRED:
            if column not in done.failed.get(place, ()):
                done.refuse(
                    place, column, (_("{column} is required, but empty.").format(column=column), _("Fill it in."))
                )
        elif done.typed["client_id"][place] is not None and place not in done.apart:
            done.doubled.append(place)
    for rules in (of_columns, across):
        known_bad = {place: set(columns) for place, columns in done.failed.items()}
        for breach in _broken(rules, places, done.typed, known_bad):
            _refuse(done, breach)


class _Breach(NamedTuple):
    """The rows (by place) that break a rule, and problem and fix of each (String)."""

    rule: Rule
    places: pl.Series
    problem: pl.Series
    fix: pl.Series


def _broken(
    rules: Iterable[Rule], places: Mapping[str, pl.Series], frame: pl.DataFrame, known_bad: Mapping[int, set[str]]
) -> Iterator[_Breach]:
    """Each rule that is broken with its words, but for rows where a column it looks at is known to be bad."""
    bad_by_column: dict[str, list[int]] = {}
    for place, columns in known_bad.items():
        for column in columns:
            bad_by_column.setdefault(column, []).append(place)
    for rule in rules:
        if rule.name not in places:
            continue
        broken = places[rule.name]
        passed_over = [place for column in rule.looks_at for place in bad_by_column.get(column, ())]
        if passed_over:
            broken = broken.filter(~broken.is_in(passed_over))
        if not broken.is_empty():
            yield _Breach(rule, broken, *_words(rule, frame.select(rule.spoken_of(frame.columns)), broken))


def _words(rule: Rule, frame: pl.DataFrame, places: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Problem and fix of each row that breaks a rule; rows with the same words are put into words once."""
    if not frame.columns:
        problem, fix = (pl.repeat(_(text), places.len(), dtype=pl.String, eager=True) for text in rule.tell({}))
        return problem, fix
    rows = frame[places]
    distinct = rows.unique(maintain_order=True) if rows.height > FEW else rows
    words = [tuple(map(_, rule.tell(row))) for row in distinct.iter_rows(named=True)]
    texts = pl.DataFrame(words, schema={"problem": pl.String, "fix": pl.String}, orient="row")
    if distinct.height < rows.height:
        numbered = distinct.with_row_index("words")
        at = rows.join(numbered, on=rows.columns, how="left", nulls_equal=True, maintain_order="left")["words"]
        texts = texts[at]
    return texts["problem"], texts["fix"]


def _refuse(done: Examined, breach: _Breach) -> None:
    for place, *words in zip(breach.places, breach.problem, breach.fix, strict=True):
        done.refuse(place, breach.rule.column, (words[0], words[1]))


def _warn(done: Examined, frame: pl.DataFrame, rules: Sequence[Rule]) -> None:
    for breach in _broken(rules, schemas.breaches(frame, rules), frame, done.failed):
        done.warnings.append(done.problems_at(breach.places, breach.rule.column, breach.problem, breach.fix))


def warn_of_clients(candidates: Examined, education: Examined, tests: Examined, terms: Terms) -> None:
    """Reports what is implausible about Candidates rows, which stand."""
    rows = {HAS_EDUCATION_ROWS: education.typed} | {
        rules_of_dates.HAS_ROWS.format(language): tests.typed.filter(pl.col("language") == language)
        for language in LANGUAGES
    }
    frame = candidates.typed.with_columns(
        pl.col("client_id").is_in(own["client_id"].drop_nulls().unique().to_list()).fill_null(value=False).alias(name)
        for name, person, own in (
            (f"{prefix}{has_rows}", person, theirs.filter(pl.col("person") == person))
            for has_rows, theirs in rows.items()
            for prefix, person in (("", "principal"), ("spouse_", "spouse"))
        )
    )
    _warn(candidates, frame, rules_of_rows.warned(candidates.sheet, terms))


def beside_clients(done: Examined, clients: pl.DataFrame, terms: Terms) -> None:
    """Holds detail rows against their client's row, and tells what is implausible about rows that stand.

    `clients` are the typed candidates that are good so far.
    """
    if done.typed.is_empty():
        return
    _warn(done, done.typed, rules_of_rows.warned(done.sheet, terms))
    known = clients.select(
        "client_id", pl.col("date_of_birth").alias("principal_born"), pl.col("spouse_date_of_birth"), MARITAL_STATUS,
        "pool_status", "profile_submitted_at", "spouse_accompanying", "spouse_is_canadian",
    )  # fmt: skip
    person = pl.col("person") if "person" in done.sheet.names else pl.lit("principal")
    born = pl.when(person == "spouse").then("spouse_date_of_birth").when(person == "principal").then("principal_born")
    own = done.typed.drop("date_of_birth", strict=False)
    frame = own.join(known, on="client_id", how="left", maintain_order="left").with_columns(born.alias(BORN))
    refused = rules_of_rows.refused_beside_client(done.sheet)
    for breach in _broken(refused, schemas.breaches(frame, refused), frame, done.failed):
        _refuse(done, breach)
    _warn(done, frame, rules_of_rows.warned_beside_client(done.sheet, terms))


def tell_doubled(candidates: Examined, sources: Sequence[Source]) -> None:
    """Quarantines all rows that share a client_id, each naming the others."""
    sharing: dict[str, list[int]] = {}
    for place in sorted(candidates.doubled):
        sharing.setdefault(candidates.typed["client_id"][place], []).append(place)
    for places in (places for places in sharing.values() if len(places) > 1):
        addresses = {place: candidates.address(place, "client_id", sources) for place in places[: MAX_NAMED + 1]}
        for place in places:
            others = [address for other, address in addresses.items() if other != place][:MAX_NAMED]
            more = len(places) - 1 - len(others)
            named = several(others, more)
            candidates.refuse(
                place,
                "client_id",
                (
                    _("The same client_id stands in other rows that do not say the same: {rows}.").format(rows=named),
                    _("Keep one row a client, or give each client an own client_id."),
                ),
            )
