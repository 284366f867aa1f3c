"""The workbook of a simulation: what was planned, the rounds with their lines, the invited, what is left, and charts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl
from openpyxl.utils import get_column_letter

from reports.simulation.simulation_charts import Series, bars, lines
from reports.wording.kinds import kind_word
from reports.wording.words import RULES_STATUSES, kinds
from reports.workbook.book import Book, Column, Page
from reports.workbook.cells import CellSheet
from reports.workbook.looks import DATE, INK, INVITED, LOOKS, MOMENT, MUTED, SECTION, Look, header_of
from transforms.model.wording import N_, _, named, phrase, whole_number
from transforms.rounds.rounds import POOL_BANDS
from transforms.simulation.simulation import FLOWS_IN, FLOWS_OUT, INTERVAL, Simulation

# More rows than this are in the Parquet files beside the workbook.
MAX_SHOWN = 50_000
# Of a title in a footer.
MAX_TITLE_LENGTH = 120
HEADLINE = Look(size=20, bold=True, ink=INK, down="center")
SUBTITLE = Look(ink=MUTED)
LABEL = Look(ink=MUTED)
VALUE = Look(across="left", wrap=True)
COUNT = Look(rule=True, number="#,##0")
WHOLE = Look(rule=True, number="0")
TEXT = Look(rule=True, indent=1)
DAY = Look(rule=True, across="center", number=DATE)
TIME = Look(rule=True, across="center", number=MOMENT)
SUMMARY, DATA = N_("Summary"), N_("Chart data")
SUMMARY_WIDTHS = (10, 13, 17, 12, 12, 12, 21, 13, 13, 60)
WIDTHS = {pl.Date: 12, pl.Datetime: 21}
CHART_LINES, CHART_WIDTH, CHART_HEIGHT = 18, 17.0, 8.8
# The chart of cut-offs starts at a multiple of so many points.
STEP = 50
RIGHT_CHART = "H"
WORDS = {
    "round": N_("Round"), "date": N_("Day"), "kind": N_("Kind"), "size_asked": N_("Invitations asked"), "invited": N_("Invited"),
    "cut_off": N_("Cut-off"), "tie_break": N_("Tie-break (UTC)"), "pool_before": N_("In the pool before"),
    "pool_after": N_("In the pool after"), "competing": N_("In the round"), "undetermined": N_("Undetermined"),
    "arrived": N_("Arrived"), "returned": N_("Declined and back"), "renewed": N_("Back with a new profile"),
    "became_eligible": N_("Became eligible"), "expired": N_("Expired"), "withdrawn": N_("Withdrawn"),
    "no_longer_eligible": N_("No longer eligible"), "rules_status": N_("Law"), "notes": N_("Notes"), "client_id": N_("Client"),
    "profile": N_("Profile"), "rank": N_("Rank"), "crs_total": "CRS", "profile_submitted_at": N_("Profile submitted (UTC)"),
    "invited_as": N_("Invited as"), "cut_off_p10": N_("Cut-off from"), "cut_off_p90": N_("Cut-off to"),
}  # fmt: skip
GROUPS = {**dict.fromkeys(FLOWS_IN, N_("Came into the pool since the round before")),
          **dict.fromkeys(FLOWS_OUT, N_("Went out of it")),
          **dict.fromkeys(INTERVAL, N_("In at least four of five cases"))}  # fmt: skip


def write_workbook(path: Path, done: Simulation, about: Sequence[tuple[str, str]]) -> list[str]:
    """Writes the workbook and gives the names of its sheets; `about` is what the simulation was, in pairs of words.

    Equal simulations give equal bytes.
    """
    plan = done.plan
    title = plan.title if len(plan.title) <= MAX_TITLE_LENGTH else plan.title[: MAX_TITLE_LENGTH - 1] + "…"
    footer = _("{title}, {start} to {end}, seed {seed}").format(
        title=title, start=plan.start, end=plan.end, seed=plan.seed
    )
    with Book(f"drawline: {plan.title}", plan.end, path.parent, footer) as book:
        summary = book.page(_(SUMMARY), SUMMARY_WIDTHS, INK)
        summary.sheet.sheet_view.tabSelected = True
        _table(
            book, _("Rounds"), _("Every round: what was asked, its line, and the pool's way"), _rounds_shown(done),
            "rounds", 3,
        )  # fmt: skip
        _table(
            book, _("Invited"), _("Each invitation, round by round in rank order"), done.invited, "invited", 4, INVITED
        )
        _table(book, _("Left"), _("Who is in the pool after the last round, in its order"), done.left, "left", 1)
        _table(
            book,
            _("Pool by score"),
            _("The pool at the start (round 0) and after each round, by score"),
            _by_band(done),
            "bands",
            2,
        )
        data = book.page(_(DATA), (13, *[13] * (1 + len(_kinds(done))), 4, 12, 13, 13))
        _data(data, done)
        _fill(summary, book, data.sheet, done, about)
        book.save(path)
        return book.sheet_names


def _table(book: Book, title: str, about: str, frame: pl.DataFrame, file: str, frozen: int, tab: str = "") -> None:
    shown = _of_no_zone(frame.head(MAX_SHOWN))
    if frame.height > MAX_SHOWN:
        about += _("; the first {most_shown} of {height}, {file}.parquet has all").format(
            most_shown=whole_number(MAX_SHOWN), height=whole_number(frame.height), file=file
        )
    columns = [
        Column(
            name, _(WORDS.get(name, name)), _look(dtype), _(GROUPS.get(name, "")), WIDTHS.get(dtype.base_type(), 0), 60
        )
        for name, dtype in shown.schema.items()
    ]
    worded = shown.with_columns(kinds(name) for name in ("kind", "invited_as") if name in shown.columns)
    if "rules_status" in shown.columns:
        worded = worded.with_columns(named(RULES_STATUSES, pl.col("rules_status")))
    book.table(title, about, columns, worded, nothing=_("There is nobody here."), frozen=frozen, tab=tab, key=file)
    if file == "rounds":
        _name_cut_offs(book, title, columns, shown)


def _rounds_shown(done: Simulation) -> pl.DataFrame:
    """The rounds, without the intervals where none has one."""
    has_intervals = done.rounds[INTERVAL[0]].null_count() < done.rounds.height
    return done.rounds if has_intervals else done.rounds.drop(INTERVAL)


def _name_cut_offs(book: Book, title: str, columns: Sequence[Column], shown: pl.DataFrame) -> None:
    """Names the cut-off of the last round of each kind, as the report does."""
    letter = get_column_letter(shown.columns.index("cut_off") + 1)
    first = 3 if any(column.group for column in columns) else 2
    numbered = shown.select("kind", pl.int_range(first, pl.len() + first).alias("row"), "cut_off")
    for kind, row, _cut_off in numbered.drop_nulls("cut_off").unique("kind", keep="last", maintain_order=True).rows():
        book.name_cell(f"cut_off_{kind}", title, f"{letter}{row}")


def _look(dtype: pl.DataType) -> str:
    return {pl.Date: "date", pl.Datetime: "moment", pl.String: "text"}.get(dtype.base_type(), "whole")


def _by_band(done: Simulation) -> pl.DataFrame:
    """A row a round, a column a band of scores, the highest first."""
    label = phrase(
        _("{low} to {high}"), low=pl.col("score_low").cast(pl.String), high=pl.col("score_high").cast(pl.String)
    )
    return done.bands.with_columns(label.alias("band")).pivot("band", index=["round", "date"], values="people")


def _of_no_zone(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.selectors.datetime().dt.replace_time_zone(None))


def _kinds(done: Simulation) -> list[str]:
    return done.rounds["kind"].unique(maintain_order=True).to_list()


def _data(page: Page, done: Simulation) -> None:
    """What the charts are drawn from: by round the pool and the cut-off under its kind, and the bands."""
    kinds = _kinds(done)
    page.put_row(
        1,
        [_("Round of"), _("In the pool"), *(_("{kind} cut-off").format(kind=kind_word(kind)) for kind in kinds)],
        [header_of(TEXT)] * (2 + len(kinds)),
    )
    page.set_height(1, 2)
    first_row = [_("start"), done.pool_at_start, *[None] * len(kinds)]
    rows = [
        [str(row["date"]), row["pool_after"], *(row["cut_off"] if kind == row["kind"] else None for kind in kinds)]
        for row in done.rounds.iter_rows(named=True)
    ]
    for number, row in enumerate([first_row, *rows], start=2):
        page.put_row(number, row, [TEXT, COUNT, *[WHOLE] * len(kinds)])
    column = 4 + len(kinds)
    for place, title in enumerate((_("Scores"), _("At the start"), _("At the end"))):
        page.put(1, column + place, title, header_of(TEXT))
    last = done.rounds.height
    people = {(row[0], row[1]): row[2] for row in done.bands.select("round", "score_low", "people").iter_rows()}
    for number, (low, high) in enumerate(reversed(POOL_BANDS), start=2):
        page.put(number, column, _("{low} to {high}").format(low=low, high=high), TEXT)
        page.put(number, column + 1, people[0, low], COUNT)
        page.put(number, column + 2, people[last, low], COUNT)
    page.write()


def _fill(page: Page, book: Book, data: CellSheet, done: Simulation, about: Sequence[tuple[str, str]]) -> None:
    """The first page: what was simulated, the charts, the rounds, and the sheets."""
    page.put_across(1, done.plan.title, HEADLINE)
    page.put_across(2, _("A sequence of rounds of invitations on a pool"), SUBTITLE)
    row = 4
    facts = [
        *about,
        (
            _("In the pool"),
            _("{pool_at_start} at the start, {height} at the end").format(
                pool_at_start=whole_number(done.pool_at_start), height=whole_number(done.left.height)
            ),
        ),
        (
            _("Invitations"),
            _("{height} in {height2} rounds").format(
                height=whole_number(done.invited.height), height2=whole_number(done.rounds.height)
            ),
        ),
    ]
    for label, value in facts:
        page.put(row, 1, label, LABEL)
        page.put(row, 2, value, replace(VALUE, wrap=False))
        row += 1
    page.put_row(row, (_("Last day"), done.plan.end), (LABEL, replace(VALUE, number=DATE)))
    book.name_cell("as_of", _(SUMMARY), f"B{row}")
    row += 2
    _add_charts(page.sheet, data, done, row)
    row += 2 * CHART_LINES + 2
    page.put(row, 1, _("Rounds"), SECTION)
    row = _rounds(page, done, row + 1) + 1
    page.put(row, 1, _("What is in this book"), SECTION)
    for entry in book.entries:
        row += 1
        page.put(row, 1, entry.title, replace(LOOKS["link"], rule=True), to=entry.title)
        page.put(row, 2, entry.rows, COUNT)
        page.put(row, 3, entry.about, Look())
    page.write()


def _rounds(page: Page, done: Simulation, row: int) -> int:
    names = (
        "round",
        "date",
        "kind",
        "size_asked",
        "invited",
        "cut_off",
        "tie_break",
        "pool_before",
        "pool_after",
        "notes",
    )
    looks = (WHOLE, DAY, TEXT, COUNT, COUNT, WHOLE, TIME, COUNT, COUNT, TEXT)
    page.put_row(row, (_(WORDS[name]) for name in names), (header_of(look) for look in looks))
    page.set_height(row, 2)
    for place, values in enumerate(
        _of_no_zone(done.rounds).select(names).with_columns(kinds("kind")).iter_rows(), start=row + 1
    ):
        page.put_row(place, values, looks)
    return row + 1 + done.rounds.height


def _add_charts(sheet: CellSheet, data: CellSheet, done: Simulation, row: int) -> None:
    kinds, last = _kinds(done), done.rounds.height + 2
    column = 4 + len(kinds)
    cut_offs = [Series(kind_word(kind), place, marked=True) for place, kind in enumerate(kinds, start=3)]
    lowest = done.rounds.select(pl.col("cut_off").min()).item() or 0
    pool = [Series(_("In the pool"), 2)]
    bands = [Series(_("At the start"), column + 1), Series(_("At the end"), column + 2)]
    for chart, place in (
        (lines(data, _("Cut-off of each round"), cut_offs, 1, (3, last), lowest=lowest // STEP * STEP), f"A{row}"),
        (lines(data, _("In the pool after each round"), pool, 1, (2, last)), f"{RIGHT_CHART}{row}"),
        (bars(data, _("The pool by score"), bands, column, (2, 1 + len(POOL_BANDS))), f"A{row + CHART_LINES + 1}"),
    ):
        chart.width, chart.height = CHART_WIDTH, CHART_HEIGHT
        sheet.add_chart(chart, place)
