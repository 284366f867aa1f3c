"""The technical page: what was run and on which law, the two sums, the rounds, the pool's scores, and the inputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC

from reports.report import bands, rounds
from reports.report.bands import Band
from reports.report.contents import ReportContents
from reports.report.rounds import INVITED, UNDETERMINED
from reports.sheets import stated
from reports.wording.words import rules_status_word, some
from reports.workbook.book import Book, Entry
from reports.workbook.chart import pool_chart
from reports.workbook.front_page import (
    BAND_LABEL,
    CENTRED,
    COUNT,
    DAY,
    HEADLINE,
    INDENTED,
    NOTE,
    STRONG_COUNT,
    STRONG_VALUE,
    TEXT,
    TIME,
    Writer,
)
from transforms.model.round_names import round_name
from transforms.model.wording import N_, _, whole_number
from transforms.rounds.rounds import RoundOutcome, competing, invited_on_record, would_have_met

TITLE = N_("About this run")
WIDTHS = (55, 17, 18, 13, 13, 11, 21, 13, 13, 13)
CHART_COLUMN = "E"
CHART_WIDTH = 16.2
CENTIMETRES_A_LINE = 0.529
MIN_CHART_LINES = 24
MAX_NAMED = 5


def add(book: Book, contents: ReportContents) -> None:
    """Adds the page: the run, its sums and counts, the rounds, the pool's scores with their chart, and the inputs."""
    title = _(TITLE)
    about = _("What was run and on which law, the sums of what came in, the rounds, the pool and the inputs")
    book.entries.append(Entry(title, len(contents.inputs), about))
    to = Writer(book.page(title, WIDTHS))
    to.across(title, HEADLINE)
    for note in contents.notes:
        to.across(f"{note[:1].upper()}{note[1:]}.", NOTE)
    top = to.row + 1
    _facts(to, contents)
    _sums(to, contents)
    _outcome(to, contents)
    pool = bands.of_pool(contents)
    if pool:
        to.row = max(to.row, top + MIN_CHART_LINES)
    lines = to.row - top
    _rounds(to, contents)
    _pool(to, contents, pool, top, lines)
    _inputs(to, contents)
    to.page.write()


def _facts(to: Writer, contents: ReportContents) -> None:
    to.section(_("What was run"))
    to.day(_("Day of the law and of every age, test and window"), contents.as_of)
    to.fact(_("Law"), rules_status_word(contents.rules_status), STRONG_VALUE)
    to.fact(_("Version of the rules"), contents.rules_version)
    if contents.rules_files:
        to.fact(_("Overlays of the shipped law"), "; ".join(contents.rules_files))
    to.fact(_("Rounds asked for"), some(contents.rounds_asked, MAX_NAMED) or _("the last published round of each kind"))
    to.fact(_("Inputs"), some([one.name for one in contents.inputs], MAX_NAMED))
    to.fact(_("Program"), f"drawline {contents.code_version}")


def _sums(to: Writer, contents: ReportContents) -> None:
    """The two sums of the intake: nothing that came in is lost."""
    counts = contents.counts
    to.section(_("Reconciliation"))
    to.count(_("Candidates in: scored and quarantined"), counts["candidates_in"], strong=True)
    to.count(_("scored"), counts["candidates_accepted"], to=_("Scores"))
    to.count(_("quarantined"), counts["candidates_quarantined"], to=_("Quarantine"))
    to.count(_("Detail rows in: used, held and quarantined"), counts["detail_rows_in"], strong=True)
    to.count(_("used"), counts["detail_rows_used"])
    to.count(_("held"), counts["detail_rows_held"], to=_("Held"))
    to.count(_("quarantined"), counts["detail_rows_quarantined"], to=_("Quarantine"))


def _outcome(to: Writer, contents: ReportContents) -> None:
    counts = contents.counts
    to.section(_("Outcome"))
    to.count(_("In the pool"), counts["in_pool"], strong=True)
    to.count(_("Undetermined whether in the pool"), counts["undetermined"], strong=True, to=_("Eligibility"))
    to.count(
        _("Invited by a round of the last {headline_months} months").format(headline_months=contents.headline_months),
        counts["invited"],
        strong=True,
        to=_("Invited"),
    )
    on_record = invited_on_record(contents.people, contents.as_of).height
    to.count(_("Invited on record (ita_issued_on)"), on_record, strong=True, to=_("Invited on record"))
    met = would_have_met(contents.outcomes)["client_id"].n_unique()
    to.count(_("Would have met the cut-off of another round"), met, strong=True, to=_("Would have met"))
    if contents.stated is not None:
        differing = contents.stated.filter(contents.stated["difference"] != 0).height
        label = _("Stated scores that differ from the computed ones, of {height}").format(height=contents.stated.height)
        to.count(label, differing, strong=True, to=_(stated.TITLE))
    to.count(_("Warnings"), contents.warnings.height, strong=True, to=_("Warnings"))


def _rounds(to: Writer, contents: ReportContents) -> None:
    to.section(_("Rounds"))
    if not contents.outcomes:
        to.across(_("No round was held on the clients."), NOTE)
        return
    recent, others = rounds.recent(contents), rounds.others(contents)
    if recent:
        to.table(
            (_("Name"), _("Round"), _("Kind"), _("Held on"), _("Invitations"), _("Cut-off"), _("Tie-break (UTC)"), _("Our clients in the round"),
             _("Our clients invited"), _("Our clients undetermined")),
            (TEXT, CENTRED, CENTRED, DAY, COUNT, COUNT, TIME, COUNT, STRONG_COUNT, COUNT),
            (
                (*_terms(one), competing(one), rounds.how_many(one, INVITED), rounds.how_many(one, UNDETERMINED))
                for one in recent
            ),
        )  # fmt: skip
    if others:
        to.section(
            _(
                "Other rounds: older than {headline_months} months, later than the day, or of a category not in force"
            ).format(headline_months=contents.headline_months)
        )
        to.table(
            (_("Name"), _("Round"), _("Kind"), _("Held on"), _("Invitations"), _("Cut-off"), _("Tie-break (UTC)"),
             _("Clients at or above")),
            (TEXT, CENTRED, CENTRED, DAY, COUNT, COUNT, TIME, COUNT),
            ((*_terms(one), would_have_met([one]).height) for one in others),
        )  # fmt: skip
    for note in _notes(contents):
        to.across(note, NOTE)


def _terms(one: RoundOutcome) -> tuple[object, ...]:
    tie_break = None if one.tie_break is None else one.tie_break.astimezone(UTC).replace(tzinfo=None)
    return (
        round_name(one.name, one.kind),
        rounds.label(one),
        rounds.kind(one),
        one.date,
        one.size,
        one.cut_off,
        tie_break,
    )


def _notes(contents: ReportContents) -> list[str]:
    """What is to be said about the rounds; for rounds that nobody asked for by name, once for all of other days."""
    if contents.rounds_asked:
        return list(dict.fromkeys(note for one in contents.outcomes for note in one.notes))
    others = [one for one in contents.outcomes if one.date != contents.as_of]
    if not others:
        return []
    return [
        _(
            "The clients are scored as of {as_of}. To see them as a round of another day would have, give its number and its day, such as --round {number} --as-of {date}."
        ).format(as_of=contents.as_of, number=others[0].number, date=others[0].date)
    ]


def _pool(to: Writer, contents: ReportContents, pool: Sequence[Band], top: int, lines: int) -> None:
    """The table of the pool's scores by band, and beside the outcome the chart that is drawn from it."""
    to.section(_("Scores of the pool"))
    if not pool:
        to.across(_("None of the clients is in the pool on {as_of}.").format(as_of=contents.as_of), NOTE)
        return
    header = to.row
    to.table(
        (
            _("Scores, and the cut-offs among them"),
            _("Invited"),
            _("In a round, not invited"),
            _("In none of these rounds"),
            _("All"),
        ),
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
    pool = _("{in_pool} clients in the pool").format(in_pool=whole_number(contents.counts["in_pool"]))
    recent = rounds.recent(contents)
    if len(recent) != 1:
        return _("{pool}, and the cut-offs").format(pool=pool)
    one = recent[0]
    cut_off = _("nobody to invite") if one.cut_off is None else _("cut-off {cut_off}").format(cut_off=one.cut_off)
    return _("{pool}; {kind} round {label}, {cut_off}").format(
        pool=pool, kind=rounds.kind(one), label=rounds.label(one), cut_off=cut_off
    )


def _inputs(to: Writer, contents: ReportContents) -> None:
    to.section(_("Inputs"))
    read = [(one.name, one.number, one.kind, one.rows, one.sha256) for one in contents.inputs]
    left = [(one.name, one.number, _("left out"), None, one.problem) for one in contents.left_out]
    looks = (TEXT, replace(CENTRED, number="0"), CENTRED, COUNT, INDENTED)
    to.table(
        (_("File"), _("Number"), _("Kind"), _("Rows"), _("SHA-256, or why it was left out")), looks, [*read, *left]
    )
    if contents.sheets:
        to.section(_("Sheets of the inputs"))
        sheets = [(one.title, one.number, one.read_as or _("not read"), one.rows, one.note) for one in contents.sheets]
        to.table((_("Sheet"), _("Number of the file"), _("Read as"), _("Rows"), _("What to know of it")), looks, sheets)
