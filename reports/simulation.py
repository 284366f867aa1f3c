"""The workbook of a simulation: what was planned, the rounds with their lines, the invited, what is left, and charts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from reports.book import Book, Column, Page
from reports.cells import CellSheet
from reports.looks import DATE, INK, INVITED, LOOKS, MOMENT, MUTED, SECTION, Look, header_of
from reports.simulation_charts import Series, bars, lines
from transforms.rounds import POOL_BANDS
from transforms.simulation import FLOWS_IN, FLOWS_OUT, Simulation

# More rows than this are in the Parquet files beside the workbook.
MOST_SHOWN = 50_000
# Of a title in a footer.
LONGEST_TITLE = 120
HEADLINE = Look(size=20, bold=True, ink=INK, down="center")
SUBTITLE = Look(ink=MUTED)
LABEL = Look(ink=MUTED)
VALUE = Look(across="left", wrap=True)
COUNT = Look(rule=True, number="#,##0")
WHOLE = Look(rule=True, number="0")
TEXT = Look(rule=True, indent=1)
DAY = Look(rule=True, across="center", number=DATE)
TIME = Look(rule=True, across="center", number=MOMENT)
SUMMARY, DATA = "Summary", "Chart data"
SUMMARY_WIDTHS = (10, 13, 17, 12, 12, 12, 21, 13, 13, 60)
WIDTHS = {pl.Date: 12, pl.Datetime: 21}
CHART_LINES, CHART_WIDTH, CHART_HEIGHT = 18, 17.0, 8.8
# The chart of cut-offs starts at a multiple of so many points.
STEP = 50
RIGHT_CHART = "H"
WORDS = {
    "round": "Round", "date": "Day", "kind": "Kind", "size_asked": "Invitations asked", "invited": "Invited",
    "cut_off": "Cut-off", "tie_break": "Tie-break (UTC)", "pool_before": "In the pool before",
    "pool_after": "In the pool after", "competing": "In the round", "cannot_be_told": "Cannot be told",
    "arrived": "Arrived", "returned": "Declined and back", "renewed": "Back with a new profile",
    "became_eligible": "Became eligible", "expired": "Expired", "withdrawn": "Withdrawn",
    "no_longer_eligible": "No longer eligible", "rules_status": "Law", "notes": "Notes", "client_id": "Client",
    "profile": "Profile", "rank": "Rank", "crs_total": "CRS", "profile_submitted_at": "Profile submitted (UTC)",
    "invited_as": "Invited as",
}  # fmt: skip
GROUPS = {**dict.fromkeys(FLOWS_IN, "Came into the pool since the round before"),
          **dict.fromkeys(FLOWS_OUT, "Went out of it")}  # fmt: skip


def write_workbook(path: Path, done: Simulation, about: Sequence[tuple[str, str]]) -> list[str]:
    """Writes the workbook and gives the names of its sheets; `about` is what the simulation was, in pairs of words.

    Equal simulations give equal bytes.
    """
    plan = done.plan
    title = plan.title if len(plan.title) <= LONGEST_TITLE else plan.title[: LONGEST_TITLE - 1] + "…"
    footer = f"{title}, {plan.start} to {plan.end}, seed {plan.seed}"
    with Book(f"drawline: {plan.title}", plan.end, path.parent, footer) as book:
        summary = book.page(SUMMARY, SUMMARY_WIDTHS, INK)
        summary.sheet.sheet_view.tabSelected = True
        _table(book, "Rounds", "Every round: what was asked, its line, and the pool's way", done.rounds, "rounds", 3)
        _table(book, "Invited", "Each invitation, round by round in rank order", done.invited, "invited", 4, INVITED)
        _table(book, "Left", "Who is in the pool after the last round, in its order", done.left, "left", 1)
        _table(
            book,
            "Pool by score",
            "The pool at the start (round 0) and after each round, by score",
            _by_band(done),
            "bands",
            2,
        )
        data = book.page(DATA, (13, *[13] * (1 + len(_kinds(done))), 4, 12, 13, 13))
        _data(data, done)
        _fill(summary, book, data.sheet, done, about)
        book.save(path)
        return book.sheet_names


def _table(book: Book, title: str, about: str, frame: pl.DataFrame, file: str, frozen: int, tab: str = "") -> None:
    shown = _of_no_zone(frame.head(MOST_SHOWN))
    if frame.height > MOST_SHOWN:
        about += f"; the first {MOST_SHOWN:,} of {frame.height:,}, {file}.parquet has all"
    columns = [
        Column(name, WORDS.get(name, name), _look(dtype), GROUPS.get(name, ""), WIDTHS.get(dtype.base_type(), 0), 60)
        for name, dtype in shown.schema.items()
    ]
    book.table(title, about, columns, shown, nothing="There is nobody here.", frozen=frozen, tab=tab)


def _look(dtype: pl.DataType) -> str:
    return {pl.Date: "date", pl.Datetime: "moment", pl.String: "text"}.get(dtype.base_type(), "whole")


def _by_band(done: Simulation) -> pl.DataFrame:
    """A row a round, a column a band of scores, the highest first."""
    label = pl.format("{} to {}", "score_low", "score_high")
    return done.bands.with_columns(label.alias("band")).pivot("band", index=["round", "date"], values="people")


def _of_no_zone(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.selectors.datetime().dt.replace_time_zone(None))


def _kinds(done: Simulation) -> list[str]:
    return done.rounds["kind"].unique(maintain_order=True).to_list()


def _data(page: Page, done: Simulation) -> None:
    """What the charts are drawn from: by round the pool and the cut-off under its kind, and the bands."""
    kinds = _kinds(done)
    page.put_row(
        1, ["Round of", "In the pool", *(f"{kind} cut-off" for kind in kinds)], [header_of(TEXT)] * (2 + len(kinds))
    )
    page.set_height(1, 2)
    first_row = ["start", done.pool_at_start, *[None] * len(kinds)]
    rows = [
        [str(row["date"]), row["pool_after"], *(row["cut_off"] if kind == row["kind"] else None for kind in kinds)]
        for row in done.rounds.iter_rows(named=True)
    ]
    for number, row in enumerate([first_row, *rows], start=2):
        page.put_row(number, row, [TEXT, COUNT, *[WHOLE] * len(kinds)])
    column = 4 + len(kinds)
    for place, title in enumerate(("Scores", "At the start", "At the end")):
        page.put(1, column + place, title, header_of(TEXT))
    last = done.rounds.height
    people = {(row[0], row[1]): row[2] for row in done.bands.select("round", "score_low", "people").iter_rows()}
    for number, (low, high) in enumerate(reversed(POOL_BANDS), start=2):
        page.put(number, column, f"{low} to {high}", TEXT)
        page.put(number, column + 1, people[0, low], COUNT)
        page.put(number, column + 2, people[last, low], COUNT)
    page.write()


def _fill(page: Page, book: Book, data: CellSheet, done: Simulation, about: Sequence[tuple[str, str]]) -> None:
    """The first page: what was simulated, the charts, the rounds, and the sheets."""
    page.put_across(1, done.plan.title, HEADLINE)
    page.put_across(2, "A sequence of rounds of invitations on a pool", SUBTITLE)
    row = 4
    facts = [
        *about,
        ("In the pool", f"{done.pool_at_start:,} at the start, {done.left.height:,} at the end"),
        ("Invitations", f"{done.invited.height:,} in {done.rounds.height:,} rounds"),
    ]
    for label, value in facts:
        page.put(row, 1, label, LABEL)
        page.put(row, 2, value, replace(VALUE, wrap=False))
        row += 1
    row += 1
    _add_charts(page.sheet, data, done, row)
    row += 2 * CHART_LINES + 2
    page.put(row, 1, "Rounds", SECTION)
    row = _rounds(page, done, row + 1) + 1
    page.put(row, 1, "What is in this book", SECTION)
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
    page.put_row(row, (WORDS[name] for name in names), (header_of(look) for look in looks))
    page.set_height(row, 2)
    for place, values in enumerate(_of_no_zone(done.rounds).select(names).iter_rows(), start=row + 1):
        page.put_row(place, values, looks)
    return row + 1 + done.rounds.height


def _add_charts(sheet: CellSheet, data: CellSheet, done: Simulation, row: int) -> None:
    kinds, last = _kinds(done), done.rounds.height + 2
    column = 4 + len(kinds)
    cut_offs = [Series(kind, place, marked=True) for place, kind in enumerate(kinds, start=3)]
    lowest = done.rounds.select(pl.col("cut_off").min()).item() or 0
    pool = [Series("In the pool", 2)]
    bands = [Series("At the start", column + 1), Series("At the end", column + 2)]
    for chart, place in (
        (lines(data, "Cut-off of each round", cut_offs, 1, (3, last), lowest=lowest // STEP * STEP), f"A{row}"),
        (lines(data, "In the pool after each round", pool, 1, (2, last)), f"{RIGHT_CHART}{row}"),
        (bars(data, "The pool by score", bands, column, (2, 1 + len(POOL_BANDS))), f"A{row + CHART_LINES + 1}"),
    ):
        chart.width, chart.height = CHART_WIDTH, CHART_HEIGHT
        sheet.add_chart(chart, place)
