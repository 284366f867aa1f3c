"""A client out of the rows of the history: the client's own rows, and names and numbers in all others."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from history.tables import EVENTS, PROBLEMS, RECORDS, RUNS, Table
from transforms.model.columns import CANDIDATES, SHEETS

PURGED = "(purged)"
# Around the place of a text that stays while others are struck out; no text of ours has it.
SET_ASIDE = "\ue000"
# A shorter name is a word of other texts.
_MIN_NAME, _MIN_TITLE = 2, 3
_BEFORE, _AFTER = r"(^|[^\p{L}\p{N}])", r"($|[^\p{L}\p{N}])"


@dataclass(frozen=True)
class Traces:
    """What names a client in the history beside the client's own rows.

    `near`: other numbers that differ in case, blanks, marks and signs alone. `others`: those in which this number stands as
    a word. `hashes` and `files`: the files that held the client, by content and by name; `other_files`: all other names.
    `sheets`: the titles of sheets that have rows of this client alone, and are none of ours. `people`: family name and given
    name, as they were on record.
    """

    client_id: str
    near: tuple[str, ...]
    others: tuple[str, ...]
    hashes: frozenset[str]
    files: tuple[str, ...]
    other_files: tuple[str, ...]
    sheets: tuple[str, ...]
    people: tuple[tuple[str, str], ...]


def traces(tables: Mapping[str, pl.DataFrame], client_id: str) -> Traces:
    """What names a client in the rows of all tables, by the tables' names."""
    own = {name: rows.filter(pl.col("client_id") == client_id) for name, rows in tables.items() if "client_id" in rows}
    numbers = {number for name in own for number in tables[name]["client_id"].drop_nulls().unique()} - {client_id}
    hashes = {
        digest for table in (RECORDS, PROBLEMS) for digest in own[table.name]["input_sha256"].drop_nulls().unique()
    }
    inputs = tables[RUNS.name].select(pl.col("inputs").explode()).drop_nulls().unnest("inputs").select("sha256", "name")
    own_names = set(inputs.filter(pl.col("sha256").is_in(hashes))["name"].drop_nulls())
    own_names |= {name for rows in own.values() for name in _source_files(rows)}
    known = {*inputs["name"].drop_nulls(), *(name for rows in tables.values() for name in _source_files(rows))}
    candidates = (
        own[RECORDS.name].filter(pl.col("sheet") == CANDIDATES.key).select(CANDIDATES.key).unnest(CANDIDATES.key)
    )
    people = candidates.select("family_name", "given_name").drop_nulls().unique().sort(pl.all()).rows()
    word = re.compile(_as_python(_number_word(client_id)))
    return Traces(
        client_id,
        tuple(sorted(near(client_id, numbers))),
        _longest_first(number for number in numbers if word.search(number)),
        frozenset(hashes),
        _longest_first(own_names - {PURGED}),
        _longest_first(known - own_names),
        _longest_first(_own_sheets(tables, client_id)),
        tuple(pair for pair in people if min(map(len, pair)) >= _MIN_NAME),
    )


def near(client_id: str, numbers: Iterable[str]) -> list[str]:
    """Those of some numbers that differ from a client's in case, accents, blanks, marks and signs alone."""
    return [number for number in numbers if number != client_id and _plain(number) == _plain(client_id)]


def _plain(number: str) -> str:
    """A number's letters and digits in one case and without accents; all but blanks and marks where it has none."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", number).casefold())
    letters = "".join(filter(str.isalnum, folded))
    return letters or "".join(sign for sign in folded if not sign.isspace() and unicodedata.category(sign) != "Cf")


def without_client(table: Table, rows: pl.DataFrame, found: Traces) -> pl.DataFrame:
    """A table's rows without a client: the client's own are gone, and others do not name the client (see `struck_out`)."""
    kept = rows.filter(~pl.col("client_id").eq_missing(pl.lit(found.client_id))) if "client_id" in rows else rows
    return struck_out(table, kept, found)


def struck_out(table: Table, rows: pl.DataFrame, found: Traces) -> pl.DataFrame:
    """A table's rows with all that names a client struck out of names of files, titles of sheets and texts.

    The name of a file that held the client goes as a whole, and so does one that has the client's number or full name.
    """
    strike = _Strike(found)
    if table is RUNS:
        sheets = pl.field("sheets").list.eval(
            pl.element().struct.with_fields(
                strike.title(pl.field("title")).alias("title"), strike.text(pl.field("reason")).alias("reason")
            )
        )
        inputs = pl.element().struct.with_fields(
            strike.name(pl.field("name")).alias("name"),
            strike.text(pl.field("problem")).alias("problem"),
            sheets.alias("sheets"),
        )
        return rows.with_columns(
            pl.col("inputs").list.eval(inputs),
            pl.col("notes").list.eval(strike.text(pl.element())),
            pl.col("rounds_notes").list.eval(strike.text(pl.element())),
        )
    if table is RECORDS:
        return rows.with_columns(
            pl.when(pl.col("sheet") == sheet.key)
            .then(pl.col(sheet.key).struct.with_fields(strike.name(pl.field("source_file")).alias("source_file")))
            .alias(sheet.key)
            for sheet in SHEETS
        )
    texts = {PROBLEMS.name: ("source_sheet", "cell", "value", "problem", "fix"), EVENTS.name: ("text",)}.get(
        table.name, ()
    )
    struck = [strike.text(pl.col(name)).alias(name) for name in texts]
    return rows.with_columns(
        *struck, *([strike.name(pl.col("source_file")).alias("source_file")] if "source_file" in rows else [])
    )


def names_client(names: Iterable[str], found: Traces) -> dict[str, bool]:
    """Whether a purge strikes a name of a file out as a whole, for each of some names."""
    known = list(dict.fromkeys(names))
    # Of a name that is no Unicode, the rest counts.
    rows = pl.DataFrame(
        {"name": [name.encode(errors="replace").decode() for name in known]}, schema={"name": pl.String}
    )
    return dict(zip(known, rows.select(_Strike(found).is_name(pl.col("name")))["name"], strict=True))


class _Strike:
    """Expressions that strike a client out."""

    def __init__(self, found: Traces) -> None:
        self._found = found
        self._number = _number_word(found.client_id)
        people = [f"(?i){_BEFORE}(?:{either}){_AFTER}" for either in map(_either_order, found.people)]
        self._words = [self._number, *people]
        self._parts = [[f"(?i){_BEFORE}{_either_forms(name)}{_AFTER}" for name in pair] for pair in found.people]
        titles = [title for title in found.sheets if len(title) >= _MIN_TITLE]
        file = "|".join(map(pl.escape_regex, [*found.files, *titles]))
        self._file = f"{_BEFORE}(?:{file}){_AFTER}" if file else None
        word = re.compile(_as_python(self._file)) if self._file else None
        aside = [name for name in found.other_files if word is not None and word.search(name)]
        self._aside = {text: f"{SET_ASIDE}{place}{SET_ASIDE}" for place, text in enumerate([*aside, *found.others])}

    def name(self, text: pl.Expr) -> pl.Expr:
        """The name of a file, whole or struck out as a whole."""
        return pl.when(self.is_name(text)).then(pl.lit(PURGED)).otherwise(text)

    def is_name(self, text: pl.Expr) -> pl.Expr:
        """Does the name of a file go: of one that held the client, or with the number or both names of the client in it?"""
        aside = self._set_aside(text)
        has_names = [pl.all_horizontal(aside.str.contains(part) for part in parts) for parts in self._parts]
        has_word = pl.any_horizontal(aside.str.contains(self._number), *has_names)
        return (text.is_in(self._found.files) | has_word).fill_null(value=False)

    def title(self, text: pl.Expr) -> pl.Expr:
        """The title of a sheet, struck out as a whole where it has rows of the client alone."""
        is_own = text.is_in(self._found.sheets).fill_null(value=False)
        return pl.when(is_own).then(pl.lit(PURGED)).otherwise(self.text(text))

    def text(self, text: pl.Expr) -> pl.Expr:
        """A text without what names the client."""
        text = self._set_aside(text)
        for word in (*([self._file] if self._file else ()), *self._words):
            text = _replaced(text, word, PURGED)
        for stays, place in self._aside.items():
            text = text.str.replace_all(place, stays, literal=True)
        return text

    def _set_aside(self, text: pl.Expr) -> pl.Expr:
        for stays, place in self._aside.items():
            text = _replaced(text, f"{_BEFORE}{_either_forms(stays)}{_AFTER}", place)
        return text


def _replaced(text: pl.Expr, word: str, by: str) -> pl.Expr:
    # Twice, for one that stands right behind another.
    for _time in range(2):
        text = text.str.replace_all(word, f"${{1}}{by.replace('$', '$$')}${{2}}")
    return text


def _number_word(client_id: str) -> str:
    """A client's number as a word, composed or not and with invisible marks; where it has a digit, in any case.

    A number of letters alone is a word in one case, such as a name, and none in another.
    """
    signs = r"\p{Cf}*".join(_either_form(sign) for sign in unicodedata.normalize("NFC", client_id))
    case = "(?i)" if any(map(str.isdigit, client_id)) else ""
    return f"{case}{_BEFORE}{signs}{_AFTER}"


def _either_form(sign: str) -> str:
    """A sign, composed or decomposed."""
    forms = dict.fromkeys((sign, unicodedata.normalize("NFD", sign)))
    return pl.escape_regex(sign) if len(forms) == 1 else f"(?:{'|'.join(map(pl.escape_regex, forms))})"


def _either_forms(text: str) -> str:
    """A text, each of its signs composed or decomposed."""
    return "".join(map(_either_form, unicodedata.normalize("NFC", text)))


def _either_order(pair: tuple[str, str]) -> str:
    """Family name and given name in either order, their letters composed or decomposed."""
    family, given = map(_either_forms, pair)
    between = r"[\s_,.\-]+"
    return f"{family}{between}{given}|{given}{between}{family}"


def _as_python(pattern: str) -> str:
    """A pattern of polars as one of Python, which has no classes of characters by property."""
    return pattern.replace(r"[^\p{L}\p{N}]", r"[\W_]").replace(
        r"\p{Cf}", "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
    )


def _source_files(rows: pl.DataFrame) -> Iterable[str]:
    """The names of the files that rows came from."""
    if "source_file" in rows:
        return rows["source_file"].drop_nulls().unique()
    keys = [sheet.key for sheet in SHEETS if sheet.key in rows]
    return {name for key in keys for name in rows[key].drop_nulls().struct.field("source_file").drop_nulls().unique()}


def _own_sheets(tables: Mapping[str, pl.DataFrame], client_id: str) -> set[str]:
    """The titles of sheets of which every row that is known is a client's, but for the titles of our own sheets."""
    parts = [tables[PROBLEMS.name].select("client_id", "source_sheet")]
    records = tables[RECORDS.name]
    for sheet in SHEETS:
        rows = records.filter(pl.col("sheet") == sheet.key)
        parts.append(rows.select("client_id", pl.col(sheet.key).struct.field("source_sheet")))
    rows = pl.concat(parts).drop_nulls("source_sheet")
    is_own = pl.col("client_id").eq_missing(pl.lit(client_id))
    found = rows.group_by("source_sheet").agg(is_own.all()).filter("client_id")["source_sheet"]
    return set(found) - {"", *(sheet.title for sheet in SHEETS)}


def _longest_first(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(texts, key=lambda one: (-len(one), one)))
