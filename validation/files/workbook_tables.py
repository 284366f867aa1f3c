"""The tables of a workbook: which of its sheets are read, as what, and why the others are not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from transforms.model.columns import CANDIDATES, Sheet
from transforms.model.wording import _, listing
from validation.files.package import SheetPart
from validation.files.readers import Grid, Workbook
from validation.files.unusable import Unusable
from validation.intake import headers, sheets
from validation.intake.headers import Table
from validation.intake.sheet_use import SheetUse, renamed_headings
from validation.mapping import shapes
from validation.mapping.firm_map import FirmMap


class Unread(NamedTuple):
    """A sheet that is not read though it comes close to one of ours."""

    title: str
    sheet: Sheet
    problem: str
    fix: str


def workbook_tables(book: Workbook, words: FirmMap, uses: list[SheetUse], unread: list[Unread]) -> list[Table]:
    """The tables of a workbook; adds to `uses` what became of each sheet with rows, to `unread` what seems to be ours.

    A sheet is read for its name, or for its headers where its name is none of ours. Hidden ones are read only where no
    sheet that is shown holds the same.
    """
    looked = [_looked(book, part, words) for part in book.sheets if not sheets.is_own_sheet(part.title)]
    tables: list[Table] = []
    for one in looked:
        own, shown = one.may_be, _shown_instead(one, looked, words)
        is_read = one.grid is not None and own is not None and shown is None and _is_read(one, looked)
        table = headers.table(one.grid, own, words) if is_read and one.grid is not None and own is not None else None
        if table is not None:
            tables.append(table)
        if table is not None and table.rows.height:
            uses.append(
                SheetUse(
                    one.part.title,
                    table.sheet.key,
                    table.rows.height,
                    table.hidden,
                    is_hidden=one.part.is_hidden,
                    left_out=tuple(table.left_out),
                    layout=table.layout,
                    renamed=renamed_headings(table),
                )
            )
        elif not is_read and one.rows != 0:
            holder = _holder(one, looked) if one.is_in_other_words else None
            use, seeming = _not_read(one, _rows_below_headers(one, words), shown, holder)
            uses.append(use)
            unread += seeming
    # A corrections workbook may be of a file with detail rows alone.
    is_part = len(looked) < len(book.sheets) and bool(tables)
    if not is_part and not any(one.may_be == CANDIDATES and one.grid is not None for one in looked):
        close = any(sheets.close_sheet(one.part.title) == CANDIDATES for one in looked)
        raise Unusable(
            (
                _("No sheet of the workbook is named Candidates (one is nearly so named).")
                if close
                else _("No sheet of the workbook is named Candidates.")
            )
            + _what_is_missing(looked, words),
            _(
                "Name the sheet that holds one row a client Candidates, and give it the headers of the intake; or let "
                "`drawline map FILE` propose a map."
            ),
        )
    if not is_part and not any(table.sheet.key == CANDIDATES.key for table in tables):
        raise no_candidates()
    return tables


def no_candidates() -> Unusable:
    """The error of an input with a Candidates sheet without rows."""
    return Unusable(_("The Candidates sheet is empty."), _("Fill in one row a client under the headers."))


@dataclass(frozen=True)
class _Looked:
    """A sheet of a workbook that was looked at: the intake sheet that its name says, those that its headers fit, and its
    cells, where one of these may be read.
    """

    part: SheetPart
    named: Sheet | None
    fits: Sequence[Sheet]
    grid: Grid | None
    rows: int | None
    has_clients: bool = False
    has_clients_in_other_words: bool = False
    error: Unusable | None = None
    is_left_out: bool = False
    is_in_other_words: bool = False

    @property
    def may_be(self) -> Sheet | None:
        """The intake sheet that it seems to hold."""
        return self.named or (self.fits[0] if len(self.fits) == 1 else None)


def _looked(book: Workbook, part: SheetPart, words: FirmMap) -> _Looked:
    """Reads a sheet and its headers; raises Unusable for one that bears the name of ours and is shown."""
    named = shapes.sheet_held(part.title, words)
    try:
        grid = book.grid(part)
        if shapes.is_left_out(part.title, words):
            return _Looked(part, None, (), None, sheets.rows_below_headers(grid, words), is_left_out=True)
        if named is None and sheets.is_page_of_template(grid):
            return _Looked(part, named, (), None, 0)
        grid, named = shapes.plain_shape(grid, words, part.title)
    except Unusable as error:
        if named and not part.is_hidden:
            raise
        return _Looked(part, named, (), None, None, error=error)
    fits = sheets.fitting_sheets(grid, words)
    is_in_other_words = not (named or fits)
    if is_in_other_words:
        fits = sheets.fitting_in_other_words(grid, words)
    has_clients = sheets.has_key_column(grid, words)
    if named or fits:
        return _Looked(part, named, fits, grid, grid.cells.height, has_clients, is_in_other_words=is_in_other_words)
    return _Looked(
        part,
        named,
        fits,
        None,
        sheets.rows_below_headers(grid, words),
        has_clients,
        sheets.has_key_in_other_words(grid),
    )


def _rows_below_headers(one: _Looked, words: FirmMap) -> int | None:
    """The rows of a sheet: those below its headers, where these are ours."""
    if one.grid is None or one.may_be is None:
        return one.rows if one.grid is None else sheets.rows_below_headers(one.grid, words)
    try:
        table = headers.table(one.grid, one.may_be, words)
    except Unusable:
        return sheets.rows_below_headers(one.grid, words)
    return 0 if table is None else table.rows.height


def _is_read(one: _Looked, looked: Sequence[_Looked]) -> bool:
    """Is a sheet read for what it seems to hold, if no other that is shown holds the same?

    A hidden one needs our name, or to be the only one with the candidates. One with headings in other words gives way to
    one with ours.
    """
    if one.is_in_other_words and _holder(one, looked) is not None:
        return False
    if not one.part.is_hidden or one.named:
        return True
    return one.may_be == CANDIDATES and not any(other.named == CANDIDATES for other in looked)


def _holder(one: _Looked, looked: Sequence[_Looked]) -> _Looked | None:
    """Another sheet that is read as the same by its name or by our own headings, for one in other words."""
    return next(
        (
            other
            for other in looked
            if other.may_be is not None and other.may_be == one.may_be and not other.is_in_other_words
        ),
        None,
    )


def _shown_instead(one: _Looked, looked: Sequence[_Looked], words: FirmMap) -> _Looked | None:
    """For a hidden sheet, one that is shown, holds rows and seems to hold the same."""
    if not one.part.is_hidden:
        return None
    return next(
        (
            other
            for other in looked
            if not other.part.is_hidden
            and other.may_be is not None
            and other.may_be == one.may_be
            and _rows_below_headers(other, words)
        ),
        None,
    )


def _not_read(
    one: _Looked, rows: int | None, shown: _Looked | None, holder: _Looked | None
) -> tuple[SheetUse, list[Unread]]:
    """What became of a sheet that is not read, and what to report of it where it seems to be one of ours."""
    close = sheets.close_sheet(one.part.title)
    sheet = one.may_be or close or CANDIDATES
    reason, fix, is_reported = _("Its headers are none of ours."), "", False
    if one.is_left_out:
        reason = _("The map leaves it out.")
    elif one.error is not None:
        reason, fix = one.error.problem, one.error.fix
        is_reported = close is not None
    elif shown is not None:
        reason = _("{sheet}, which is not hidden, is read as {title}.").format(
            sheet=shown.part.title, title=sheet.title
        )
        fix, is_reported = _("Delete it; to have it read, unhide it."), True
    elif holder is not None:
        reason = _("Its headings seem to be those of {title}, as which {sheet} is read.").format(
            title=sheet.title, sheet=holder.part.title
        )
        fix, is_reported = (
            _("To have it read too, name it under `sheets` of a map: {key}; else let it be.").format(key=sheet.key),
            True,
        )
    elif one.part.is_hidden and one.may_be is not None:
        reason = _("It seems to hold {title}.").format(title=sheet.title)
        fix, is_reported = _("Unhide it if it holds {title}; else delete it.").format(title=sheet.title), True
    elif len(one.fits) > 1:
        titles = listing(fit.title for fit in one.fits)
        reason, fix, is_reported = (
            _("Its headers fit {titles}.").format(titles=titles),
            _("Give it the name of the one that it holds."),
            True,
        )
    elif close is not None:
        reason = _("Its name is none of ours, and a required column is missing.")
        fix, is_reported = _("Name it {title} if it holds that; else let it be.").format(title=sheet.title), True
    elif one.has_clients:
        reason = _("It has a client_id, but its other headers fit none of our sheets.")
        fix, is_reported = _("Name it as the sheet that it holds, or head its columns as ours; else let it be."), True
    elif one.has_clients_in_other_words:
        reason = _(
            "It seems to name the clients in other words than client_id, and its headers fit none of our sheets."
        )
        fix, is_reported = _("Head its columns as ours, or name them in the mapping; else let it be."), True
    use = SheetUse(one.part.title, None, rows, is_hidden=one.part.is_hidden, reason=reason)
    problem = (
        _("The sheet is hidden and not read. {reason}") if one.part.is_hidden else _("The sheet is not read. {reason}")
    )
    problem = problem.format(reason=reason)
    return use, [Unread(one.part.title, sheet, problem, fix)] if is_reported else []


def _what_is_missing(looked: Sequence[_Looked], words: FirmMap) -> str:
    """Which sheet comes closest to the candidates, and what it lacks; empty where none has a client_id."""
    for one in looked:
        if one.has_clients and not one.named:
            return " " + _("Sheet {title} has a client_id, but lacks another required column.").format(
                title=one.part.title
            )
    return ""
