"""A part of the client list: by client, by case owner, by what a column of Candidates says."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from transforms.model.columns import CANDIDATES, PROVINCES, SUBMITTED_LATEST, Column
from transforms.model.wording import _, listing

if TYPE_CHECKING:
    import polars as pl

    from validation.intake.intake import Intake

OWNER = "case_owner"
NAMES = ("family_name", "given_name")
# The place of a row, by which a client without a number of its own is known too.
PLACE = ("source_file", "source_sheet", "source_row")
CLOSE = 60
MAX_CLOSE, MAX_LISTED = 3, 10
FEW_WORDS = 3


class SelectionError(ValueError):
    """A part that was asked for cannot be selected; the message says what would be right."""


@dataclass(frozen=True)
class Selection:
    """Which clients are asked for: `clients` by number or name, `owners` by name, `where` by column and value.

    Of one kind, and of one column, any may hold; of several all must hold. Nothing asked means everybody.
    """

    clients: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    where: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.clients or self.owners or self.where)

    @property
    def words(self) -> str:
        """What is asked for, in a few words."""
        by_column: dict[str, list[str]] = {}
        for column, value in self.where:
            by_column.setdefault(column, []).append(value or _("empty"))
        parts = {_("client"): self.clients, _("owner"): self.owners} | by_column
        return ", ".join(f"{name} {_some(values)}" for name, values in parts.items() if values)

    def saved(self) -> dict[str, Any]:
        """The selection as plain values."""
        return {
            "clients": list(self.clients),
            "owners": list(self.owners),
            "where": [{"column": column, "value": value} for column, value in self.where],
        }

    @classmethod
    def of(cls, saved: Mapping[str, Any]) -> Selection:
        """The selection of which `saved` gave the plain values."""
        where = tuple((one["column"], one["value"]) for one in saved["where"])
        return cls(tuple(saved["clients"]), tuple(saved["owners"]), where)


EVERYBODY = Selection()


def _some(values: Sequence[str]) -> str:
    if len(values) <= FEW_WORDS:
        return listing(values, "or")
    listed = listing(values[:FEW_WORDS], "or")
    return _("{values} and {number} more").format(values=listed, number=len(values) - FEW_WORDS)


def selection_of(clients: Sequence[str], owners: Sequence[str], where: Sequence[str]) -> Selection:
    """A selection from what was written; raises SelectionError for a condition that no file could meet."""
    for name, values in (("--client", clients), ("--owner", owners)):
        if not all(value.strip() for value in values):
            raise SelectionError(_("{name} is empty; name what is meant, or leave the option out").format(name=name))
    return Selection(tuple(clients), tuple(owners), tuple(_condition(text) for text in where))


def _condition(text: str) -> tuple[str, str]:
    """The column and the value of COLUMN=VALUE; raises SelectionError."""
    name, sign, value = text.partition("=")
    if not sign:
        raise SelectionError(
            _("--where {text!r} has no =; write COLUMN=VALUE, such as pool_status=in_pool").format(text=text)
        )
    column = _column(name)
    _check_readable(column, value.strip())
    return column.name, value.strip()


def _column(name: str) -> Column:
    from validation.mapping.other_words import closest_column
    from validation.values.words import plain

    by_plain = {plain(one): one for one in CANDIDATES.names}
    if plain(name) in by_plain:
        return CANDIDATES.column(by_plain[plain(name)])
    close = closest_column(name, CANDIDATES.names)
    hint = (
        _("did you mean {close!r}?").format(close=close)
        if close
        else _("take a column of the sheet Candidates (docs/intake.md)")
    )
    raise SelectionError(
        _("--where names no column of Candidates: {name!r}; {hint}").format(name=name.strip(), hint=hint)
    )


def _check_readable(column: Column, value: str) -> None:
    from validation.checks import explain

    if not value or column.kind == "text":
        return
    choices = column.values or (PROVINCES if column.kind == "province" else ())
    read, _ = _read(column, value)
    if read is None or (choices and read not in choices):
        if column.kind == "province":
            problem, fix = (
                _("It is none of the choices of this column."),
                _("Write one of: {choices}.").format(choices=", ".join(choices)),
            )
        else:
            problem, fix = explain.unusable_value(column, value)
        raise SelectionError(f"--where {column.name}={value}: {problem} {fix}")


def _read(column: Column, value: str) -> tuple[Any, Any]:
    """A value as a cell of a column is read; of a day or a minute where a moment is meant, its first and last second."""
    import polars as pl

    from validation.values import parse, reading

    texts = {name: [value if name == column.name else None] for name in CANDIDATES.names}
    text = pl.DataFrame(texts, schema=dict.fromkeys(texts, pl.String))
    # Any code may be asked for; whether there is such a one is no question here.
    codes = {code for code in reading.codes_in(value) if column.kind == "noc"}
    understood = reading.understand(CANDIDATES, text, parse.typed(CANDIDATES, text), codes)
    read = understood.typed.row(0, named=True)
    found = read[column.name]
    return found, (read[SUBMITTED_LATEST] or found) if column.kind == "date_time" else found


# --- Which rows


def selected_rows(selection: Selection, intake: Intake) -> pl.DataFrame:
    """The rows of Candidates that are selected, taken or quarantined: client_id, source_file, source_sheet, source_row.

    Raises SelectionError where nobody is selected, or a name stands for several clients.
    """
    import polars as pl

    every = intake.candidates
    picked = pl.repeat(True, every.height, dtype=pl.Boolean, eager=True)
    if selection.clients:
        picked &= _any_of([_of_client(every, text) for text in selection.clients])
    if selection.owners:
        picked &= _any_of([_of_text(every, OWNER, "--owner", text) for text in selection.owners])
    by_column: dict[str, list[str]] = {}
    for name, value in selection.where:
        by_column.setdefault(name, []).append(value)
    for name, values in by_column.items():
        picked &= _any_of([_where(every, CANDIDATES.column(name), value) for value in values])
    if not picked.any():
        raise SelectionError(
            _("no client is selected by all of: {words}; ask for less at once").format(words=selection.words)
        )
    return every.filter(picked).select("client_id", *PLACE)


def _any_of(flags: Sequence[pl.Series]) -> pl.Series:
    first, *rest = flags
    for one in rest:
        first = first | one
    return first


def folded(text: pl.Expr) -> pl.Expr:
    """Texts without regard to case, accents and blanks."""
    from validation.values.parse import client_key

    plain = client_key(text).str.to_lowercase().str.normalize("NFKD")
    return plain.str.replace_all(r"[\p{M}\s]", "")


def _folded(text: str) -> str:
    import polars as pl

    found: str = pl.select(folded(pl.lit(text))).item()
    return found


def _of_client(every: pl.DataFrame, text: str) -> pl.Series:
    """The rows of a client, by number, else by the same number written otherwise, else by name."""
    import polars as pl

    from validation.values.parse import client_key

    wanted = _folded(text)
    exact = pl.select(client_key(pl.lit(text))).item()
    keys = every.select("client_id", key=folded(pl.col("client_id")), names=_names())
    tries: tuple[Callable[[], pl.Series], ...] = (
        lambda: keys["client_id"] == exact,
        lambda: keys["key"] == wanted,
        lambda: keys.select(pl.col("names").list.contains(wanted.replace(",", "")))["names"],
    )
    for found_by in tries:
        rows = found_by().fill_null(value=False)
        if rows.any():
            _check_single(every.filter(rows), text)
            return rows
    raise SelectionError(
        _("no client {text!r} in the inputs{nearest}").format(text=text, nearest=_closest_client(every, text))
    )


def _names() -> pl.Expr:
    """Every way in which a client's name may be written, folded: each part, and both in either order."""
    import polars as pl

    family, given = (folded(pl.col(name)).fill_null("").str.replace_all(",", "", literal=True) for name in NAMES)
    return pl.concat_list(family, given, given + family, family + given)


def _check_single(found: pl.DataFrame, text: str) -> None:
    """Raises SelectionError where a text stands for several clients."""
    several = found.unique("client_id", maintain_order=True)
    if several.height > 1:
        listed = [
            f"{row['client_id'] or _('without a client_id')} ({' '.join(row[name] or '' for name in reversed(NAMES)).strip()})"
            for row in several.head(MAX_LISTED).iter_rows(named=True)
        ]
        names = ", ".join(listed)
        if several.height > MAX_LISTED:
            names = _("{clients}, and {number} more").format(clients=names, number=several.height - MAX_LISTED)
        raise SelectionError(
            _("{text!r} stands for {number} clients: {clients}; name one by its client_id").format(
                text=text, number=several.height, clients=names
            )
        )


def _closest_client(every: pl.DataFrame, text: str) -> str:
    import polars as pl

    known = {_folded_key: name for name, _folded_key in _distinct(every, "client_id")}
    full = every.select(
        name=pl.concat_str(pl.col("given_name"), pl.col("family_name"), separator=" ", ignore_nulls=True)
    )
    known |= {key: name for name, key in _distinct(full, "name")}
    return _nearest(text, known)


def _distinct(frame: pl.DataFrame, column: str) -> list[tuple[str, str]]:
    """The distinct texts of a column, each with its folded form."""
    import polars as pl

    values = frame.select(column).drop_nulls().unique(maintain_order=True)
    return values.filter(pl.col(column) != "").with_columns(folded(pl.col(column)).alias("key")).rows()


def _nearest(text: str, known: Mapping[str, str]) -> str:
    """The end of a message that names what comes closest; empty where nothing does."""
    from rapidfuzz import fuzz, process

    found = process.extract(_folded(text), list(known), scorer=fuzz.ratio, limit=MAX_CLOSE, score_cutoff=CLOSE)
    names = [repr(known[key]) for key, _score, _place in found]
    return _("; did you mean {names}?").format(names=listing(names, "or")) if names else ""


def _of_text(every: pl.DataFrame, column: str, option: str, text: str) -> pl.Series:
    """The rows in which a column says a text, without regard to case, accents and blanks."""
    import polars as pl

    rows = every.select(folded(pl.col(column)))[column].eq(_folded(text)).fill_null(value=False)
    if not rows.any():
        known = {key: name for name, key in _distinct(every, column)}
        raise SelectionError(
            _("no client has {option} {text!r}{nearest}").format(
                option=option, text=text, nearest=_nearest(text, known)
            )
        )
    return rows


def _where(every: pl.DataFrame, column: Column, value: str) -> pl.Series:
    """The rows in which a column of Candidates says a value; without a value, in which it is empty."""
    option = f"--where {column.name}="
    if value and column.kind == "text":
        return _of_text(every, column.name, option, value)
    says = every[column.name]
    first, last = _read(column, value) if value else (None, None)
    rows = says.is_null() if first is None else says == first if first == last else says.is_between(first, last)
    rows = rows.fill_null(value=False)
    if not rows.any():
        raise SelectionError(_("no client has {option}{value}").format(option=option, value=value or _("(empty)")))
    return rows


# --- What is left of an intake


def limited(intake: Intake, rows: pl.DataFrame) -> Intake:
    """An intake with the selected rows of Candidates alone (`selected_rows`), and what is of their clients.

    Its sums hold for the part. What belongs to no client (a header, an orphan of a detail sheet) is left out.
    """
    ids = rows["client_id"].drop_nulls().unique().to_list()
    kept = {key: frame["client_id"].is_in(ids) for key, frame in intake.sheets.items()}
    sheets = {key: frame.filter(kept[key]) for key, frame in intake.sheets.items()}
    others = intake.candidates.join(rows, on=list(PLACE), how="anti")
    quarantine, waiting, warnings = (
        frame.filter((frame["client_id"].is_in(ids) & ~_is_at(frame, others)) | _is_at(frame, rows))
        for frame in (intake.quarantine, intake.held, intake.warnings)
    )
    found = replace(
        intake,
        sheets=sheets,
        origins={key: frame.filter(kept[key]) for key, frame in intake.origins.items()},
        candidates=intake.candidates.join(rows, on=list(PLACE), how="semi", maintain_order="left"),
        quarantine=quarantine,
        held=waiting,
        warnings=warnings,
    )
    return replace(found, counts=_counts(found))


def _is_at(problems: pl.DataFrame, rows: pl.DataFrame) -> pl.Series:
    """Which problems stand at rows."""
    import polars as pl

    places = rows.select(PLACE).unique().with_columns(pl.lit(value=True).alias("is_at"))
    return problems.join(places, on=list(PLACE), how="left", maintain_order="left")["is_at"].fill_null(value=False)


def _counts(part: Intake) -> dict[str, int]:
    """The two sums of a part of an intake."""
    import polars as pl

    titles = {(one.file, one.title) for one in part.sources if one.sheet.key == CANDIDATES.key}
    of_clients = pl.DataFrame(list(titles), schema={"source_file": pl.String, "source_sheet": pl.String}, orient="row")
    bad = part.quarantine.join(of_clients, on=["source_file", "source_sheet"], how="anti").unique(PLACE).height
    accepted = part.sheets[CANDIDATES.key].height
    used = sum(frame.height for key, frame in part.sheets.items() if key != CANDIDATES.key)
    return {
        "candidates_in": part.candidates.height,
        "candidates_accepted": accepted,
        "candidates_quarantined": part.candidates.height - accepted,
        "detail_rows_in": used + part.held.height + bad,
        "detail_rows_used": used,
        "detail_rows_held": part.held.height,
        "detail_rows_quarantined": bad,
    }
