"""Two rows a client as one: the spouse's row gives the spouse_ columns of the row of the principal applicant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from transforms.model.columns import CANDIDATES, LANGUAGE_TESTS
from transforms.model.wording import _
from validation.files.unusable import Unusable
from validation.intake.headers import MAX_CELLS_NAMED, ROW, Note, Refusal, Table
from validation.mapping.firm_map import CHILD, FirmMap, JoinedRows
from validation.mapping.left_out import LeftOut, cut_listing
from validation.mapping.meanings import KEY_COLUMN
from validation.values import vocabulary
from validation.values.parse import client_key
from validation.values.words import plain_words, value_key

PRINCIPAL, SPOUSE, OTHER = "principal", "spouse", "other"
PERSON = LANGUAGE_TESTS.column("person")
PREFIX = "spouse_"
CLIENT_OF_SPOUSE = "client_of_spouse"
JOINED = "joined"
ROLE = "role"
# Columns of the spouse's row that say what the client's row says too, or who the spouse is.
NO_LOSS = frozenset({"client_id", "family_name", "given_name", "case_owner", "marital_status"})
_WORDS: Mapping[str, frozenset[str]] = {
    PRINCIPAL: frozenset({"principal", "main", "primary applicant", "main client", "applicant 1", "requerant principal",
                          "demandeur principal", "demandeur", "requerant", "primary", "person 1"}),
    SPOUSE: frozenset({"spouse", "spouse partner", "spouse or partner", "spouse common law partner", "common law",
                       "spouse or common law partner", "accompanying spouse", "dependent spouse", "dependant spouse",
                       "applicant 2", "co applicant", "coapplicant", "secondary applicant", "conjoint de fait",
                       "conjointe de fait", "person 2", "epoux ou conjoint", "conjoint ou epoux"}),
    CHILD: frozenset({"child", "children", "son", "daughter", "dependent child", "dependant child", "dependent", "dependant",
                      "step child", "stepchild", "adopted child", "enfant", "enfant a charge", "fils", "fille", "child 1",
                      "child 2", "child 3", "child 4", "child 5"}),
}  # fmt: skip


def joined(table: Table, firm: FirmMap, details: Sequence[Table] = ()) -> tuple[Table, list[Table]]:
    """A table of clients with the spouses' rows joined to those of the principal applicants, as the map says; and the
    tables of its detail rows, in which those of spouses' rows are the spouses'.

    The table's texts are in our words. Raises Unusable where the columns that the map joins by are not there.
    """
    rule = firm.rows
    if rule is None or table.sheet.key != CANDIDATES.key:
        return table, list(details)
    if table.persons is None or rule.joined_by not in table.rows.columns:
        missing = rule.person if table.persons is None else rule.joined_by
        raise Unusable(
            _("On sheet {title} the map joins two rows a client, but no column is headed {missing}.").format(
                title=table.title, missing=missing
            ),
            _("Correct `rows` in the map, or take it out."),
        )
    made = _Joining.of(table, rule, firm.values.get("person", {}))
    apart = [made.detail(detail) for detail in details]
    return made.table(), [detail for detail in apart if detail.rows.height]


def role_of(text: str | None, values: Mapping[str, str]) -> str:
    """Whose row it is by a firm's word: principal, spouse, child, or other. An empty cell is the principal applicant's."""
    if text is None:
        return PRINCIPAL
    ours = values.get(value_key(text), text)
    words = plain_words(ours)
    meant = vocabulary.meaning(PERSON, ours)
    known = meant.value if meant else words
    if known in {PRINCIPAL, SPOUSE}:
        return known
    return next((role for role, own in _WORDS.items() if words in own), OTHER)


@dataclass(frozen=True)
class _Joining:
    """The rows of a table (our columns, source_row, the key `joined` and the `role` of each), and which belong together:
    `pairs` are by the row of a spouse that of the principal applicant. `clients` are by the row of a spouse or child the
    client's number, where that is not what the rows are joined by. `problems` are by row why the row is no part of a
    client, `unclear` by the row of a principal applicant the rows of its several spouses.
    """

    of_table: Table
    rule: JoinedRows
    rows: pl.DataFrame
    persons: Mapping[int, str | None]
    keys: Mapping[int, str | None]
    pairs: Mapping[int, int]
    clients: Mapping[int, str]
    problems: Mapping[int, tuple[str, str]]
    unclear: Mapping[int, Sequence[int]]

    @classmethod
    def of(cls, table: Table, rule: JoinedRows, values: Mapping[str, str]) -> _Joining:
        from validation.intake.examine import SWALLOWED, TOO_LONG

        assert table.persons is not None
        texts = table.persons["person"]
        roles = {text: role_of(text, values) for text in texts.unique()}
        persons = table.persons.select(
            ROW, texts.replace_strict(list(roles), list(roles.values()), return_dtype=pl.String).alias(ROLE), "person"
        )
        rows = table.rows.join(persons, on=ROW, how="left", maintain_order="left").with_columns(
            client_key(pl.col(rule.joined_by)).alias(JOINED)
        )
        first = rows.filter(pl.col(ROLE) == PRINCIPAL, pl.col(JOINED).is_not_null()).unique(
            JOINED, keep="first", maintain_order=True
        )
        spouses = rows.filter(pl.col(ROLE) == SPOUSE).join(
            first.select(JOINED, pl.col(ROW).alias(CLIENT_OF_SPOUSE)), on=JOINED, how="left", maintain_order="left"
        )
        several = spouses.filter(pl.col(JOINED).is_not_null(), pl.struct(JOINED).is_duplicated())[ROW].to_list()
        single = spouses.filter(pl.col(CLIENT_OF_SPOUSE).is_not_null(), ~pl.col(ROW).is_in(several))
        problems = dict(_problems(spouses, set(several), rule.joined_by))
        for row, text in rows.filter(pl.col(ROLE) == OTHER).select(ROW, "person").iter_rows():
            problems[row] = (
                _("{text!r} under {person!r} names neither the principal applicant nor the spouse.").format(
                    text=text, person=rule.person
                ),
                _("Correct it, or map it under `values: {person: …}` to principal, spouse or child."),
            )
        children = set(rows.filter(pl.col(ROLE) == CHILD)[ROW])
        problems |= {row: TOO_LONG for row in table.too_long if row in children}
        problems |= {row: SWALLOWED for row in table.swallowed if row in children}
        unclear: dict[int, list[int]] = {}
        for row, client in spouses.select(ROW, CLIENT_OF_SPOUSE).iter_rows():
            if client is not None and row in several:
                unclear.setdefault(client, []).append(row)
        return cls(
            table,
            rule,
            rows,
            dict(rows.select(ROW, "person").iter_rows()),
            dict(rows.select(ROW, rule.joined_by).iter_rows()),
            dict(single.select(ROW, CLIENT_OF_SPOUSE).iter_rows()),
            {} if rule.joined_by == KEY_COLUMN else _clients(rows, first),
            problems,
            unclear,
        )

    def rows_of_role(self, role: str) -> list[int]:
        return self.rows.filter(pl.col(ROLE) == role)[ROW].to_list()

    def detail(self, detail: Table) -> Table:
        """A table of detail rows in which those of spouses' rows are the spouses'.

        Those of children's rows are no client's, but for the children themselves; those of rows that are no part of a
        client are left to these.
        """
        rows = detail.rows
        without = set(self.problems)
        if "person" in rows.columns:
            without |= set(self.rows_of_role(CHILD))
            is_of_spouse = pl.col(ROW).is_in(self.rows_of_role(SPOUSE)) & (pl.col("person") == PRINCIPAL)
            rows = rows.with_columns(pl.when(is_of_spouse).then(pl.lit(SPOUSE)).otherwise("person").alias("person"))
        if self.clients:
            theirs = pl.col(ROW).replace_strict(
                list(self.clients), list(self.clients.values()), default=None, return_dtype=pl.String
            )
            rows = rows.with_columns(pl.coalesce(theirs, KEY_COLUMN).alias(KEY_COLUMN))
        is_kept = ~rows[ROW].is_in(list(without))
        return replace(
            detail,
            rows=rows.filter(is_kept),
            stated=None if detail.stated is None else detail.stated.filter(is_kept),
            refusals=[one for one in detail.refusals if one.row not in without],
        )

    def table(self) -> Table:
        """The table with one row a client."""
        table = self.of_table
        moved = {
            name: f"{PREFIX}{name}" for name in table.sheet.names
            if f"{PREFIX}{name}" in table.sheet.names and name in table.rows.columns
        }  # fmt: skip
        spouses = self.rows.filter(pl.col(ROW).is_in(list(self.pairs)))
        refused = {one.column for one in table.refusals if one.row in self.pairs}
        moved = {name: theirs for name, theirs in moved.items() if name in refused or spouses[name].count()}
        children = [row for row in self.rows_of_role(CHILD) if row not in self.problems]
        gone = [*self.pairs, *children]
        rows = self._with_moved(table.rows, moved)
        stated = table.stated
        if stated is not None:
            whole = table.rows.with_columns(stated.get_columns())
            filled = self._with_moved(whole, moved)
            names = [
                *stated.columns,
                *(theirs for name, theirs in moved.items() if name in stated.columns or theirs in stated.columns),
            ]
            stated = filled.filter(~pl.col(ROW).is_in(gone)).select(list(dict.fromkeys(names)))
        return replace(
            table,
            rows=rows.filter(~pl.col(ROW).is_in(gone)),
            stated=stated,
            # A constant has no heading.
            letters={theirs: table.letters[name] for name, theirs in moved.items() if name in table.letters}
            | dict(table.letters),
            rules={theirs: table.rules[name] for name, theirs in moved.items() if name in table.rules}
            | dict(table.rules),
            rows_of=dict(table.rows_of) | {theirs: self._rows_of(name, theirs) for name, theirs in moved.items()},
            columns_of=dict(table.columns_of)
            | {theirs: self._columns_of(name, theirs) for name, theirs in moved.items()},
            too_long=[row for row in table.too_long if row not in self.pairs and row not in self.problems],
            swallowed=[row for row in table.swallowed if row not in self.pairs and row not in self.problems],
            refusals=[*self._refusals(moved), *self._own_refusals(), *self._refusals_of_clients()],
            notes=[*table.notes, *self._notes(spouses, moved)],
            left_out=[*table.left_out, *(LeftOut(row, self.persons[row] or "", "child") for row in children)],
        )

    def _with_moved(self, rows: pl.DataFrame, moved: Mapping[str, str]) -> pl.DataFrame:
        """Rows with the cells of spouses in the row of their client, where that says nothing itself."""
        pairs = pl.DataFrame(
            {ROW: list(self.pairs.values()), CLIENT_OF_SPOUSE: list(self.pairs)},
            schema=dict.fromkeys((ROW, CLIENT_OF_SPOUSE), pl.Int32),
        )
        theirs = rows.select(
            pl.col(ROW).alias(CLIENT_OF_SPOUSE), *(pl.col(name).alias(own) for name, own in moved.items())
        )
        cells = pairs.join(theirs, on=CLIENT_OF_SPOUSE, how="left").drop(CLIENT_OF_SPOUSE)
        given = rows.join(cells, on=ROW, how="left", maintain_order="left", suffix=" of spouse")
        return rows.with_columns(
            pl.coalesce(rows[own], given[f"{own} of spouse"]).alias(own) if own in rows.columns else given[own]
            for own in moved.values()
        )

    def _moved_rows(self, theirs: str) -> Iterator[tuple[int, int]]:
        """The rows of clients into which the cell of a column came from the spouse's row, and that row."""
        own = self.of_table.rows
        if theirs in own.columns:
            taken = set(own.filter(pl.col(theirs).is_not_null())[ROW])
            yield from ((client, spouse) for spouse, client in self.pairs.items() if client not in taken)
        else:
            yield from ((client, spouse) for spouse, client in self.pairs.items())

    def _rows_of(self, name: str, theirs: str) -> dict[int, int]:
        before = self.of_table.rows_of
        spouses = before.get(name, {})
        return dict(before.get(theirs, {})) | {
            client: spouses.get(row, row) for client, row in self._moved_rows(theirs)
        }

    def _columns_of(self, name: str, theirs: str) -> dict[int, str]:
        letters = self.of_table.letters
        spouses = self.of_table.columns_of.get(name, {})
        own = dict(self.of_table.columns_of.get(theirs, {}))
        for client, row in self._moved_rows(theirs):
            if row in spouses:
                own[client] = spouses[row]
            elif theirs in letters and name in letters:
                own[client] = letters[name]
        return own

    def _cell(self, column: str, row: int, letters: str) -> str:
        """The cell of a row (`H17`), by the letters of its column; empty without these."""
        found = self.of_table.columns_of.get(column, {}).get(row) or letters
        return f"{found}{self.of_table.rows_of.get(column, {}).get(row, row)}" if found else ""

    def _refusals(self, moved: Mapping[str, str]) -> Iterator[Refusal]:
        """The cells that the map cannot read; those of spouses are refused in the row of their client, where they stand."""
        gone = set(self.rows_of_role(CHILD)) | set(self.problems)
        for one in self.of_table.refusals:
            if one.row in self.pairs:
                cell = self._cell(one.column, one.row, one.letters)
                yield one._replace(row=self.pairs[one.row], column=moved.get(one.column, one.column), letters=cell)
            elif one.row not in gone:
                yield one

    def _own_refusals(self) -> Iterator[Refusal]:
        """The rows that are no part of a client."""
        for row, (problem, fix) in self.problems.items():
            yield self._refusal(row, row, problem, fix)._replace(is_of_row=True)

    def _refusals_of_clients(self) -> Iterator[Refusal]:
        """The clients whose spouse is not clear, and those whose spouse's row seems to be cut wrongly."""
        from validation.intake.examine import SWALLOWED, TOO_LONG

        key = self.rule.joined_by
        for row, spouses in self.unclear.items():
            cells = [self._cell(key, one, self.of_table.letters.get(key, "")) or str(one) for one in spouses]
            named = cut_listing(cells, MAX_CELLS_NAMED)
            yield self._refusal(
                row,
                row,
                _("Several rows of a spouse have the {key} of this client ({named}).").format(key=key, named=named),
                _("Keep one row of a spouse a client."),
            )
        for rows, words in ((self.of_table.too_long, TOO_LONG), (self.of_table.swallowed, SWALLOWED)):
            for row in rows:
                if row in self.pairs:
                    yield self._refusal(self.pairs[row], row, *words)

    def _refusal(self, client: int, row: int, problem: str, fix: str) -> Refusal:
        """A refusal of a client's row at the key of a row."""
        key = self.rule.joined_by
        cell = self._cell(key, row, self.of_table.letters.get(key, ""))
        return Refusal(client, key, cell, self.keys[row] or "", problem, fix)

    def _notes(self, spouses: pl.DataFrame, moved: Mapping[str, str]) -> Iterator[Note]:
        """One note on the columns of spouses' rows for which there is none of the spouse."""
        others = [
            name for name in self.of_table.sheet.names
            if name in self.of_table.letters and name in spouses.columns and name not in moved and not name.startswith(PREFIX) and name not in NO_LOSS
            and spouses[name].count()
        ]  # fmt: skip
        if others:
            row = spouses.filter(pl.col(others[0]).is_not_null())[ROW][0]
            yield Note(
                row, others[0], spouses.filter(pl.col(ROW) == row)[others[0]][0],
                _("Rows of spouses hold {others}, for which the spouse has no column; they are not read.").format(others=", ".join(others)),
                _("Enter them in the client's row if they are the client's; else leave them."),
            )  # fmt: skip


def _clients(rows: pl.DataFrame, first: pl.DataFrame) -> dict[int, str]:
    """By the row of a spouse or child the number of the client to whom it belongs."""
    apart = rows.filter(pl.col(ROLE).is_in([SPOUSE, CHILD])).select(ROW, JOINED)
    owned = apart.join(first.select(JOINED, KEY_COLUMN), on=JOINED).drop_nulls(KEY_COLUMN)
    return dict(owned.select(ROW, KEY_COLUMN).iter_rows())


def _problems(spouses: pl.DataFrame, several: set[int], key: str) -> Iterator[tuple[int, tuple[str, str]]]:
    """By the row of a spouse why it belongs to no client."""
    for row, text, client in spouses.select(ROW, JOINED, CLIENT_OF_SPOUSE).iter_rows():
        if text is None:
            yield (
                row,
                (
                    _("The row of a spouse has no {key}.").format(key=key),
                    _("Enter the {key} of the client's row.").format(key=key),
                ),
            )
        elif client is None:
            yield (
                row,
                (
                    _("No row of a principal applicant has the {key} of this row of a spouse.").format(key=key),
                    _("Correct the {key}, or add the client's row.").format(key=key),
                ),
            )
        elif row in several:
            yield (
                row,
                (
                    _("Several rows of a spouse have this {key}.").format(key=key),
                    _("Keep one row of a spouse a client."),
                ),
            )
