"""The first page: what was run and on which law, that nothing was lost, the rounds, and the pool's scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC

from reports import bands, rounds
from reports.bands import Band
from reports.book import Book, Page
from reports.chart import pool_chart
from reports.contents import ReportContents
from reports.front_page import (
    BAND_LABEL,
    COUNT,
    DAY,
    HEADLINE,
    INDENTED,
    NOTE,
    STRONG_COUNT,
    STRONG_VALUE,
    SUBTITLE,
    TEXT,
    TIME,
    TOLD,
    Writer,
)
from reports.rounds import CANNOT_BE_TOLD, INVITED
from reports.words import some
from transforms.rounds import RoundOutcome, competing, invited_on_record, would_have_met

TITLE = "Summary"
WIDTHS = (55, 17, 18, 13, 13, 11, 21, 13, 13, 13)
CHART_COLUMN = "E"
CHART_WIDTH = 16.2
CENTIMETRES_A_LINE = 0.529
LEAST_CHART_LINES = 24
MOST_NAMED = 5


def fill(page: Page, book: Book, contents: ReportContents) -> None:
    """Fills the first page, once the other sheets are there to be listed."""
    to = Writer(page)
    to.across(f"{contents.title}: Express Entry report as of {contents.as_of}", HEADLINE)
    to.across("The firm's clients scored, ranked, and put through rounds of invitations", SUBTITLE)
    to.unknown_law(contents.as_of, contents.rules_notes)
    to.renewal_due(contents.rules_due)
    to.warnings("About the published rounds", contents.rounds_notes)
    for note in contents.notes:
        to.across(f"{note[:1].upper()}{note[1:]}.", NOTE)
    top = to.row + 1
    _facts(to, contents)
    _sums(to, contents)
    _outcome(to, contents)
    pool = bands.of_pool(contents)
    if pool:
        to.row = max(to.row, top + LEAST_CHART_LINES)
    lines = to.row - top
    _rounds(to, contents)
    _pool(to, contents, pool, top, lines)
    to.sheets(book)
    _inputs(to, contents)
    page.write()


def _facts(to: Writer, contents: ReportContents) -> None:
    to.section("What was run")
    to.day("Day of the law and of every age, test and window", contents.as_of)
    to.fact("Law", contents.rules_status, STRONG_VALUE)
    to.fact("Version of the rules", contents.rules_version)
    if contents.rules_files:
        to.fact("Laid over the shipped law", "; ".join(contents.rules_files))
    to.fact("Rounds asked for", some(contents.rounds_asked, MOST_NAMED) or "the last published round of each kind")
    to.fact("Inputs", some([one.name for one in contents.inputs], MOST_NAMED))
    to.fact("Program", f"drawline {contents.code_version}")


def _sums(to: Writer, contents: ReportContents) -> None:
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


def _outcome(to: Writer, contents: ReportContents) -> None:
    counts = contents.counts
    to.section("Outcome")
    to.count("In the pool", counts["in_pool"], strong=True)
    to.count("Cannot be told whether in the pool", counts["cannot_be_told"], strong=True, to="Eligibility")
    to.count(
        f"Invited by a round of the last {contents.headline_months} months",
        counts["invited"],
        strong=True,
        to="Invited",
    )
    on_record = invited_on_record(contents.people, contents.as_of).height
    to.count("Invited on record (ita_issued_on)", on_record, strong=True, to="Invited on record")
    met = would_have_met(contents.outcomes)["client_id"].n_unique()
    to.count("Would have met the cut-off of another round", met, strong=True, to="Would have met")
    to.count("Warnings", contents.warnings.height, strong=True, to="Warnings")


def _rounds(to: Writer, contents: ReportContents) -> None:
    to.section("Rounds")
    if not contents.outcomes:
        to.across("No round was held on the clients.", NOTE)
        return
    recent, others = rounds.recent(contents), rounds.others(contents)
    if recent:
        to.table(
            ("Name", "Round", "Kind", "Held on", "Invitations", "Cut-off", "Tie-break (UTC)", "Ours in the round",
             "Ours invited", "Ours, cannot be told"),
            (TEXT, TOLD, TOLD, DAY, COUNT, COUNT, TIME, COUNT, STRONG_COUNT, COUNT),
            (
                (*_terms(one), competing(one), rounds.how_many(one, INVITED), rounds.how_many(one, CANNOT_BE_TOLD))
                for one in recent
            ),
        )  # fmt: skip
    if others:
        to.section(
            f"Other rounds: older than {contents.headline_months} months, later than the day, or of a category not in force"
        )
        to.table(
            ("Name", "Round", "Kind", "Held on", "Invitations", "Cut-off", "Tie-break (UTC)",
             "Clients at or above"),
            (TEXT, TOLD, TOLD, DAY, COUNT, COUNT, TIME, COUNT),
            ((*_terms(one), would_have_met([one]).height) for one in others),
        )  # fmt: skip
    for note in _notes(contents):
        to.across(note, NOTE)


def _terms(one: RoundOutcome) -> tuple[object, ...]:
    tie_break = None if one.tie_break is None else one.tie_break.astimezone(UTC).replace(tzinfo=None)
    return one.name, rounds.label(one), rounds.kind(one), one.date, one.size, one.cut_off, tie_break


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


def _pool(to: Writer, contents: ReportContents, pool: Sequence[Band], top: int, lines: int) -> None:
    """The table of the pool's scores by band, and beside the outcome the chart that is drawn from it."""
    to.section("Scores of the pool")
    if not pool:
        to.across(f"None of the clients is in the pool on {contents.as_of}.", NOTE)
        return
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
    recent = rounds.recent(contents)
    if len(recent) != 1:
        return f"{pool}, and the cut-offs"
    one = recent[0]
    cut_off = "nobody to invite" if one.cut_off is None else f"cut-off {one.cut_off}"
    return f"{pool}; {rounds.kind(one)} round {rounds.label(one)}, {cut_off}"


def _inputs(to: Writer, contents: ReportContents) -> None:
    to.section("Inputs")
    read = [(one.name, one.number, one.kind, one.rows, one.sha256) for one in contents.inputs]
    left = [(one.name, one.number, "left out", None, one.problem) for one in contents.left_out]
    looks = (TEXT, replace(TOLD, number="0"), TOLD, COUNT, INDENTED)
    to.table(("File", "Number", "Kind", "Rows", "SHA-256, or why it was left out"), looks, [*read, *left])
    if contents.sheets:
        to.section("Sheets of the inputs")
        sheets = [(one.title, one.number, one.read_as or "not read", one.rows, one.note) for one in contents.sheets]
        to.table(("Sheet", "Number of the file", "Read as", "Rows", "What to know of it"), looks, sheets)
