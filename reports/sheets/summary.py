"""The first page: what was run and on which law, that nothing was lost, the rounds, and the pool's scores."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC

from reports import bands, rounds
from reports.bands import Band
from reports.book import Book, Page
from reports.chart import pool_chart
from reports.contents import ReportContents
from reports.looks import CAUTION, CAUTION_INK, DATE, INK, LINK, MOMENT, MUTED, SECTION, Look, header_of
from reports.rounds import CANNOT_BE_TOLD, INVITED, NOT_INVITED
from transforms.rounds import RoundOutcome

TITLE = "Summary"
WIDTHS = (58, 13, 18, 13, 13, 11, 21, 13, 13, 13)
CHART_COLUMN = "E"
CHART_WIDTH = 16.2
CENTIMETRES_A_LINE = 0.529
LEAST_CHART_LINES = 24

HEADLINE = Look(size=20, bold=True, ink=INK, down="center")
SUBTITLE = Look(ink=MUTED)
WARNING = Look(size=13, bold=True, ink=CAUTION_INK, fill=CAUTION, down="center", indent=1)
WARNED = Look(ink=CAUTION_INK, fill=CAUTION, wrap=True, indent=1, down="top")
NOTE = Look(ink=MUTED, wrap=True, down="top")
LABEL = Look(ink=MUTED)
VALUE = Look(across="left")
STRONG_VALUE = Look(across="left", bold=True)
DAY_VALUE = Look(across="left", number=DATE)
NUMBER_VALUE = Look(across="left", number="0")
TEXT = Look(rule=True)
LINKED = Look(rule=True, ink=LINK, underlined=True)
TOLD = Look(rule=True, across="center")
DAY = Look(rule=True, across="center", number=DATE)
TIME = Look(rule=True, across="center", number=MOMENT)
COUNT = Look(rule=True, number="#,##0")
STRONG_COUNT = Look(rule=True, number="#,##0", bold=True)
INDENTED = Look(rule=True, indent=1)
BAND_LABEL = Look(rule=True, across="right")


@dataclass
class _Writer:
    """The page and the row that comes next."""

    page: Page
    row: int = 1

    def across(self, text: str, look: Look) -> None:
        self.page.put_across(self.row, text, look)
        self.row += 1

    def section(self, text: str) -> None:
        self.row += 1
        self.page.put(self.row, 1, text, SECTION)
        self.row += 1

    def table(self, titles: Sequence[str], looks: Sequence[Look], rows: Iterable[Sequence[object]]) -> None:
        """Headers and rows, from one edge of the page to the other where the last column is text."""
        headers = [header_of(look) for look in looks]
        rest = 0
        if not (looks[-1].number or looks[-1].across):
            rest = len(self.page.widths) - len(titles)
            headers = [*headers, *[replace(headers[-1], wrap=False)] * rest]
            headers[len(titles) - 1] = headers[-1]
        self.page.put_row(self.row, [*titles, *[""] * rest], headers)
        self.page.set_height(self.row, 2)
        self.row += 1
        for row in rows:
            self.page.put_row(self.row, [*row, *[""] * rest], [*looks, *[looks[-1]] * rest])
            self.row += 1

    def fact(self, label: str, value: object, look: Look = VALUE) -> None:
        self.page.put_row(self.row, (label, value), (LABEL, look))
        self.row += 1

    def count(self, label: str, count: int, *, strong: bool = False, to: str = "") -> None:
        look = LINKED if to else TEXT
        self.page.put(self.row, 1, label, replace(look, bold=strong, indent=0 if strong else 1), to=to)
        self.page.put(self.row, 2, count, STRONG_COUNT if strong else COUNT)
        self.row += 1


def fill(page: Page, book: Book, contents: ReportContents) -> None:
    """Fills the first page, once the other sheets are there to be listed."""
    to = _Writer(page)
    to.across(f"{contents.title}: Express Entry report as of {contents.as_of}", HEADLINE)
    to.across("The firm's clients scored, ranked, and put through rounds of invitations", SUBTITLE)
    _law_that_is_missing(to, contents)
    top = to.row + 1
    _facts(to, contents)
    _sums(to, contents)
    _outcome(to, contents)
    pool = bands.of_pool(contents)
    if pool:
        to.row = max(to.row, top + LEAST_CHART_LINES)
    lines = to.row - top
    _rounds(to, contents)
    if pool:
        _chart(to, contents, pool, top, lines)
    _book(to, book)
    _inputs(to, contents)
    page.write()


def _law_that_is_missing(to: _Writer, contents: ReportContents) -> None:
    """What of the law of the day is not known, before anything else."""
    if not contents.rules_notes:
        return
    to.row += 1
    to.across(f"The law of {contents.as_of} is incomplete: part of it is not known to this program", WARNING)
    for note in contents.rules_notes:
        to.across(note, WARNED)


def _facts(to: _Writer, contents: ReportContents) -> None:
    to.section("What was run")
    to.fact("Day of the law and of every age, test and window", contents.as_of, DAY_VALUE)
    to.fact("Law", contents.rules_status, STRONG_VALUE)
    to.fact("Version of the rules", contents.rules_version)
    if contents.rules_files:
        to.fact("Laid over the shipped law", ", ".join(contents.rules_files))
    asked = ", ".join(contents.rounds_asked) or "the last published round of each kind"
    to.fact("Rounds asked for", asked)
    to.fact("Inputs", len(contents.inputs), NUMBER_VALUE)
    to.fact("Program", f"drawline {contents.code_version}")


def _sums(to: _Writer, contents: ReportContents) -> None:
    """The two sums of the intake: nothing that came in is lost."""
    counts = contents.counts
    to.section("Nothing is lost")
    to.count("Candidates in: scored and quarantined", counts["candidates_in"], strong=True)
    to.count("scored", counts["candidates_accepted"], to="Scores")
    to.count("quarantined", counts["candidates_quarantined"], to="Quarantine")
    to.count("Detail rows in: used, held and quarantined", counts["detail_rows_in"], strong=True)
    to.count("used", counts["detail_rows_used"])
    to.count("held", counts["detail_rows_held"], to="Held")
    to.count("quarantined", counts["detail_rows_quarantined"], to="Quarantine")


def _outcome(to: _Writer, contents: ReportContents) -> None:
    counts = contents.counts
    to.section("Outcome")
    to.count("In the pool", counts["in_pool"], strong=True)
    to.count("Cannot be told whether in the pool", counts["cannot_be_told"], strong=True, to="Eligibility")
    to.count("Invited in at least one round", counts["invited"], strong=True, to="Invited")
    to.count("Warnings", contents.warnings.height, strong=True, to="Warnings")


def _rounds(to: _Writer, contents: ReportContents) -> None:
    to.section("Rounds")
    if not contents.outcomes:
        to.across("No round was held on the clients.", NOTE)
        return
    to.table(
        ("Name", "Round", "Kind", "Held on", "Invitations", "Cut-off", "Tie-break (UTC)", "Ours in the round",
         "Ours invited", "Ours, cannot be told"),
        (TEXT, TOLD, TOLD, DAY, COUNT, COUNT, TIME, COUNT, STRONG_COUNT, COUNT),
        (_round(one) for one in contents.outcomes),
    )  # fmt: skip
    for note in _notes(contents):
        to.across(note, NOTE)


def _round(one: RoundOutcome) -> tuple[object, ...]:
    tie_break = None if one.tie_break is None else one.tie_break.astimezone(UTC).replace(tzinfo=None)
    return (
        one.name, rounds.label(one), rounds.kind(one), one.date, one.size, one.cut_off, tie_break,
        rounds.how_many(one, INVITED, NOT_INVITED), rounds.how_many(one, INVITED),
        rounds.how_many(one, CANNOT_BE_TOLD),
    )  # fmt: skip


def _notes(contents: ReportContents) -> list[str]:
    """What is to be said about the rounds; for rounds that nobody asked for by name, once for all of other days."""
    if contents.rounds_asked:
        return list(dict.fromkeys(note for one in contents.outcomes for note in one.notes))
    others = [one for one in contents.outcomes if one.date != contents.as_of]
    if not others:
        return []
    return [
        f"The clients are scored as of {contents.as_of}. To see them as a round of another day would have, give its "
        f"number and its day, such as --round {others[0].number} --as-of {others[0].date}."
    ]


def _chart(to: _Writer, contents: ReportContents, pool: Sequence[Band], top: int, lines: int) -> None:
    """The table of the pool's scores by band, and beside the outcome the chart that is drawn from it."""
    to.section("Scores of the pool")
    header = to.row
    to.table(
        ("Scores, and the cut-offs among them", "Invited", "In a round, not invited", "In none of these rounds", "All"),
        (BAND_LABEL, COUNT, COUNT, COUNT, STRONG_COUNT),
        ((band.label, band.invited, band.not_invited, band.elsewhere, band.all) for band in pool),
    )
    sheet = to.page.sheet
    chart = pool_chart(
        sheet, title=_chart_title(contents), header=header, rows=len(pool), labels=1, series=2, width=CHART_WIDTH,
        height=lines * CENTIMETRES_A_LINE,
    )  # fmt: skip
    sheet.add_chart(chart, f"{CHART_COLUMN}{top}")


def _chart_title(contents: ReportContents) -> str:
    """What the chart shows; where it is a single round, with its cut-off."""
    pool = f"{contents.counts['in_pool']:,} clients in the pool"
    if len(contents.outcomes) != 1:
        return f"{pool}, and the cut-offs"
    one = contents.outcomes[0]
    cut_off = "nobody to invite" if one.cut_off is None else f"cut-off {one.cut_off}"
    return f"{pool}; {rounds.kind(one)} round {rounds.label(one)}, {cut_off}"


def _book(to: _Writer, book: Book) -> None:
    to.section("What is in this book")
    first = to.row + 1
    rows = ((entry.title, entry.rows, entry.about) for entry in book.entries)
    to.table(("Sheet", "Rows", "What it shows"), (LINKED, COUNT, INDENTED), rows)
    for row, entry in enumerate(book.entries, start=first):
        to.page.put(row, 1, entry.title, LINKED, to=entry.title)


def _inputs(to: _Writer, contents: ReportContents) -> None:
    to.section("Inputs")
    read = [(one.name, one.number, one.kind, one.rows, one.sha256) for one in contents.inputs]
    left = [(one.name, one.number, "left out", None, one.problem) for one in contents.left_out]
    looks = (TEXT, replace(TOLD, number="0"), TOLD, COUNT, INDENTED)
    to.table(("File", "Number", "Kind", "Rows", "SHA-256, or why it was left out"), looks, [*read, *left])
