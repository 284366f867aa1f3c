"""The rows of one sheet, from all inputs, read, held against schema and rules, and told about cell by cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

from validation import explain, parse, rules_of_dates, rules_of_rows, schemas
from validation.columns import LANGUAGES, Column, Sheet
from validation.headers import ROW, FirmMapping, Table, mapped_values
from validation.problems import Problem, Source
from validation.rules_of_rows import BORN, HAS_EDUCATION_ROWS, MARITAL_STATUS, Rule, Terms

SOURCE = "source"
MOST_NAMED = 10
TOO_LONG = (
    "The row has more fields than the header: a text with the delimiter in it may lack its quotation marks.",
    "Put the text in quotation marks, or save the table as .xlsx.",
)
SWALLOWED = (
    "A cell in quotation marks seems to hold other cells or rows: a stray quotation mark may stand at its start.",
    "Delete the stray mark; where the text is meant so, save the table as .xlsx.",
)


@dataclass
class Examined:
    """The rows of one sheet in input order, fully equal rows once.

    `typed` is the typed frame, `text` the cells as they stand (String, null where empty), `origin` holds source (Int32,
    place in the list of sources) and source_row (Int32), all of the same height; `bad` are the rows (by place) that
    cannot be taken for their own sake.
    """

    sheet: Sheet
    typed: pl.DataFrame
    text: pl.DataFrame
    origin: pl.DataFrame
    bad: set[int] = field(default_factory=set)
    failed: dict[int, set[str]] = field(default_factory=dict)
    doubled: list[int] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    @cached_property
    def _whose(self) -> list[tuple[int, int, str | None]]:
        """Of each row its source, its row there, and its client."""
        return list(zip(self.origin[SOURCE], self.origin[ROW], self.typed["client_id"], strict=True))

    def problem(self, place: int, column: str, told: explain.Told) -> Problem:
        """What is told of a row, at one of its cells or (column empty) as a whole."""
        return Problem(*self._whose[place], column, self.text[column][place] if column else None, *told)

    def refuse(self, place: int, column: str, told: explain.Told) -> None:
        """Quarantines a row for what is wrong with one of its cells or (column empty) with the whole row."""
        self.bad.add(place)
        self.failed.setdefault(place, set()).add(column)
        self.problems.append(self.problem(place, column, told))

    def address(self, place: int, column: str, sources: Sequence[Source]) -> str:
        """Where a cell stands, for a sentence: file and cell."""
        source = sources[self.origin[SOURCE][place]]
        row = self.origin[ROW][place]
        return f"{source.file}, {source.cell(column, row) or f'{source.title} row {row}'}"


def examine(
    sheet: Sheet, tables: Mapping[int, Table], sources: Sequence[Source], terms: Terms, mapping: FirmMapping
) -> Examined:
    """Reads, validates and tells about the rows of a sheet; `tables` are those that hold it, by place of the source."""
    raw, origin = _together(sheet, tables)
    text = mapped_values(raw, mapping)
    typed = parse.typed(sheet, text)
    unread = parse.unreadable(text, typed)
    too_long = _flagged(origin, {place: table.too_long for place, table in tables.items()})
    swallowed = _flagged(origin, {place: table.swallowed for place, table in tables.items()})
    typed = _without_columns(sheet, typed, tables, origin)
    kept, equal = _equal_rows(sheet, typed, raw, unread, too_long | swallowed)
    files = pl.Series([source.file for source in sources], dtype=pl.String)
    titles = pl.Series([source.title for source in sources], dtype=pl.String)
    typed = typed.with_columns(
        files.gather(origin[SOURCE]).alias("source_file"),
        titles.gather(origin[SOURCE]).alias("source_sheet"),
        origin[ROW].alias("source_row"),
    )
    whole = Examined(sheet, typed, raw, origin)
    equal_warnings = [
        whole.problem(place, "", (
            f"The row says the same as {whole.address(first, 'client_id', sources)}.",
            "Counted once; delete one of the two.",
        ))
        for place, first in equal
    ]  # fmt: skip
    if equal:
        done = Examined(sheet, typed.filter(kept), raw.filter(kept), origin.filter(kept))
        unread = {name: flags.filter(kept) for name, flags in unread.items()}
        too_long, swallowed = too_long.filter(kept), swallowed.filter(kept)
    else:
        done = whole
    done.warnings += equal_warnings
    for place in too_long.arg_true():
        done.refuse(place, "", TOO_LONG)
    for place in swallowed.arg_true():
        done.refuse(place, "", SWALLOWED)
    _tell_unreadable(done, unread)
    _tell_failures(done, terms)
    done.warnings += _columns_not_given(done, tables)
    done.warnings += _cells_not_given(done, tables)
    return done


def _without_columns(
    sheet: Sheet, typed: pl.DataFrame, tables: Mapping[int, Table], origin: pl.DataFrame
) -> pl.DataFrame:
    """The typed rows, in which rows of a sheet without a column say what such a sheet is taken to say."""
    stated = {}
    for column in sheet.columns:
        if column.without_column is not None:
            places = [place for place, table in tables.items() if column.name not in table.letters]
            if places:
                stated[column.name] = origin[SOURCE].is_in(places), column.without_column
    return typed.with_columns(
        pl.when(is_without).then(value).otherwise(name).alias(name) for name, (is_without, value) in stated.items()
    )


def _columns_not_given(done: Examined, tables: Mapping[int, Table]) -> list[Problem]:
    """One note for each sheet of a file without columns for which something is taken."""
    notes = []
    for place, table in tables.items():
        rows = done.typed.filter(done.origin[SOURCE] == place)
        lacking = [
            column
            for column in done.sheet.columns
            if column.taken_as and column.name not in table.letters and _matters(column, rows)
        ]
        if lacking:
            words = explain.columns_not_given([column.name for column in lacking], [one.taken_as for one in lacking])
            notes.append(Problem(place, table.header_row, None, "", None, *words))
    return notes


def _cells_not_given(done: Examined, tables: Mapping[int, Table]) -> list[Problem]:
    """One note for each sheet of a file with rows that are good so far and have empty cells for which something is taken."""
    asked = [column for column in done.sheet.columns if column.empty_matters_for]
    if not asked:
        return []
    good = ~pl.int_range(done.typed.height, eager=True).is_in(list(done.bad))
    notes = []
    for place, table in tables.items():
        rows = done.typed.filter(good & (done.origin[SOURCE] == place))
        empty = {
            column: rows.filter(pl.col(column.name).is_null(), **dict(column.empty_matters_for)).height
            for column in asked
            if column.name in table.letters
        }
        lacking = {column: number for column, number in empty.items() if number}
        if lacking:
            first, *_ = lacking
            words = explain.cells_not_given(
                {column.name: number for column, number in lacking.items()}, [column.taken_as for column in lacking]
            )
            notes.append(Problem(place, table.header_row, None, first.name, None, *words))
    return notes


def _matters(column: Column, rows: pl.DataFrame) -> bool:
    if column.matters_for is None:
        return not rows.is_empty()
    name, value = column.matters_for
    return bool((rows[name] == value).any())


def _together(sheet: Sheet, tables: Mapping[int, Table]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The text rows of all tables one after the other with every column of the sheet; and where each row is from."""
    blank = pl.DataFrame(schema={**dict.fromkeys(sheet.names, pl.String), ROW: pl.Int32, SOURCE: pl.Int32})
    rows = pl.concat(
        [blank, *(table.rows.with_columns(pl.lit(place, pl.Int32).alias(SOURCE)) for place, table in tables.items())],
        how="diagonal",
    )
    return rows.select(sheet.names), rows.select(SOURCE, ROW)


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

    Rows are equal when they say the same in every column; what cannot be read is compared as it stands.
    """
    if not typed["client_id"].is_duplicated().any():
        return pl.repeat(True, typed.height, dtype=pl.Boolean, eager=True), []
    compared = typed.with_columns(
        too_long.alias("too_long"),
        *(pl.when(flags).then(raw[name]).alias(f"unread {name}") for name, flags in unread.items()),
    )
    repeated = compared.with_row_index("place").filter(pl.Series(compared.is_duplicated()))
    columns = [name for name in compared.columns if compared[name].null_count() < compared.height]
    first = repeated.select("place", pl.col("place").first().over(columns).alias("first"))
    further = first.filter(pl.col("place") != pl.col("first"))
    kept = ~pl.int_range(typed.height, eager=True).is_in(further["place"].to_list())
    return kept, further.rows()


def _tell_unreadable(done: Examined, unread: Mapping[str, pl.Series]) -> None:
    for name, flags in unread.items():
        column = done.sheet.column(name)
        told: dict[str, explain.Told] = {}
        for place in flags.arg_true():
            value = done.text[name][place]
            if value not in told:
                told[value] = explain.unreadable(column, value)
            done.refuse(place, name, told[value])


def _tell_failures(done: Examined, terms: Terms) -> None:
    """What pandera found: empty required cells and column rules first; a rule across columns is told only where all
    that it looks at could be read.
    """
    of_columns = rules_of_rows.of_columns(done.sheet, terms)
    across = rules_of_rows.refused(done.sheet, terms)
    found = schemas.failures(done.sheet, done.typed, [*of_columns, *across])
    places: dict[str, list[int]] = {}
    for place, column, check in found.iter_rows():
        if check == schemas.REQUIRED:
            if column not in done.failed.get(place, ()):
                done.refuse(place, column, (f"{column} is required, but empty.", "Fill it in."))
        elif check == schemas.DOUBLED:
            if done.typed["client_id"][place] is not None:
                done.doubled.append(place)
        else:
            places.setdefault(check, []).append(place)
    for rules in (of_columns, across):
        known_bad = {place: set(columns) for place, columns in done.failed.items()}
        for rule, place, told in _told(rules, places, done.typed, known_bad):
            done.refuse(place, rule.column, told)


def _told(
    rules: Iterable[Rule], places: Mapping[str, Sequence[int]], frame: pl.DataFrame, known_bad: Mapping[int, set[str]]
) -> Iterable[tuple[Rule, int, explain.Told]]:
    """Each breach of a rule with its words, but for rows where a column it looks at is known to be bad."""
    for rule in rules:
        looks_at = rule.looks_at
        told = [place for place in places.get(rule.name, ()) if not looks_at & known_bad.get(place, frozenset())]
        spoken_of = sorted({*looks_at, rule.column, "person"} & set(frame.columns))
        rows = frame.select(spoken_of)[told].iter_rows(named=True) if told else ()
        for place, row in zip(told, rows, strict=True):
            yield rule, place, rule.tell(row)


def _warn(done: Examined, frame: pl.DataFrame, rules: Sequence[Rule]) -> None:
    for rule, place, told in _told(rules, schemas.breaches(frame, rules), frame, done.failed):
        done.warnings.append(done.problem(place, rule.column, told))


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
    for rule, place, told in _told(refused, schemas.breaches(frame, refused), frame, done.failed):
        done.refuse(place, rule.column, told)
    _warn(done, frame, rules_of_rows.warned_beside_client(done.sheet, terms))


def tell_doubled(candidates: Examined, sources: Sequence[Source]) -> None:
    """Quarantines all rows that share a client_id, each naming the others."""
    sharing: dict[str, list[int]] = {}
    for place in sorted(candidates.doubled):
        sharing.setdefault(candidates.typed["client_id"][place], []).append(place)
    for places in sharing.values():
        addresses = {place: candidates.address(place, "client_id", sources) for place in places[: MOST_NAMED + 1]}
        for place in places:
            others = [address for other, address in addresses.items() if other != place][:MOST_NAMED]
            more = len(places) - 1 - len(others)
            named = "; ".join(others) + (f"; and {more} more" if more else "")
            candidates.refuse(place, "client_id", (
                f"The same client_id stands in other rows that do not say the same: {named}.",
                "Keep one row a client, or give each client an own client_id.",
            ))  # fmt: skip
