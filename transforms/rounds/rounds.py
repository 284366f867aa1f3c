"""Rounds of invitations: what is asked, who belongs to the round, and who of the pool it invites."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from transforms.model.calendar import moment, months_later
from transforms.model.vocabulary import OTTAWA
from transforms.model.wording import N_, _, number, whole_number
from transforms.rules import Law
from transforms.rules.lookup import done
from transforms.scoring import categories
from transforms.scoring.ranking import POOL_STATUSES, is_live_at, may_enter, places, submitted_latest

PROGRAMS = ("CEC", "FSW", "FST")
CATEGORIES = categories.KINDS
KINDS = ("general", "PNP", *PROGRAMS, *CATEGORIES)
# The bands in which the pool is published, lowest and highest score, without the subtotals.
POOL_BANDS = (
    (601, 1200), (501, 600), (491, 500), (481, 490), (471, 480), (461, 470), (451, 460), (441, 450), (431, 440),
    (421, 430), (411, 420), (401, 410), (351, 400), (301, 350), (0, 300),
)  # fmt: skip
# The published moment of a round and its published day contradict each other in ten rounds, by less than this.
MOMENT_SLACK = timedelta(days=1)
SECOND = timedelta(seconds=1)
# What IRCC said of single rounds, beside their values.
NOTICES = {
    "418": (
        N_(
            "IRCC stated that some candidates of this round were not invited, and that it reviews them (help"
            " centre, copy of 2026-06-10)"
        )
    ),
}
# No round ever came near it.
MAX_INVITATIONS = 1_000_000
PERCENT = 100
NOBODY = pl.lit(value=False)
_BY_FOLDED = {kind.lower(): kind for kind in KINDS}

_NUMBER = re.compile(r"\d+[ab]?")
_TO_SIMULATE = re.compile(r"(?P<nation>national:)?(?P<kind>[A-Za-z_]+):(?P<size>\d+)(?:@(?P<date>\d{4}-\d{2}-\d{2}))?")

CANDIDATES_SCHEMA = {
    "client_id": pl.String(),
    "crs_total": pl.Int16(),
    "profile_submitted_at": pl.Datetime("us", "UTC"),
    "rank": pl.Int32(),
    "outcome": pl.String(),
    "invited_as": pl.String(),
    "distance": pl.Int16(),
    "reason": pl.String(),
    "meets_cut_off": pl.Boolean(),
}


class RoundError(ValueError):
    """A round that is asked for cannot be read, is not there, or cannot be held."""


@dataclass(frozen=True)
class Round:
    """One published round: number, day, name and kind, cut-off, and what of invitations, tie-break and moment was published."""

    number: str
    date: date
    name: str
    kind: str
    size: int | None
    cut_off: int
    tie_break: datetime | None
    held_at: datetime | None = None

    @property
    def window(self) -> tuple[datetime, datetime]:
        """The first and the last second in UTC at which the round may have been held.

        The published moment where it lies on the published day in Ottawa. Else the day itself, with a moment that is
        less than MOMENT_SLACK off.
        """
        zone = ZoneInfo(OTTAWA)
        first = datetime.combine(self.date, time(), zone).astimezone(UTC)
        last = datetime.combine(self.date + timedelta(days=1), time(), zone).astimezone(UTC) - SECOND
        if self.held_at is None or not first - MOMENT_SLACK <= self.held_at <= last + MOMENT_SLACK:
            return first, last
        if first <= self.held_at <= last:
            return self.held_at, self.held_at
        return min(first, self.held_at), max(last, self.held_at)


@dataclass(frozen=True)
class Simulated:
    """A round to hold on the file's own pool, or on the modelled national one: kind, invitations, and the day if named."""

    question: str
    kind: str
    size: int
    date: date | None
    is_national: bool = False


@dataclass(frozen=True)
class Cutoff:
    """Where a round stops: the lowest score invited, and the tie-break if equal scores are ordered by time."""

    cut_off: int
    tie_break: datetime | None

    @property
    def above(self) -> pl.Expr:
        """Is the score above the cut-off?"""
        return pl.col("crs_total") > self.cut_off

    @property
    def at_cut_off(self) -> pl.Expr:
        """Is the score the cut-off?"""
        return pl.col("crs_total") == self.cut_off

    def invites(self, latest: pl.Expr | None = None) -> pl.Expr:
        """Above the cut-off, or at it with a profile submitted at or before the tie-break (law document 4.2)?

        Boolean, empty: undetermined. `latest` is the last second at which the profile may have been submitted, where
        profile_submitted_at is the first one.
        """
        if self.tie_break is None:
            return self.above | self.at_cut_off
        first = pl.col("profile_submitted_at")
        last = first if latest is None else latest
        tie_break = moment(self.tie_break)
        in_time = pl.when(last <= tie_break).then(True).when(first > tie_break).then(False)
        return self.above | (self.at_cut_off & in_time)


@dataclass(frozen=True)
class RoundOutcome:
    """A round held on the clients: its terms, and each client in the pool who competes or is undetermined.

    `candidates` has client_id, crs_total Int16, profile_submitted_at, rank Int32 (place among those who compete),
    outcome (invited, not_invited, undetermined), invited_as (of the invited: the class, PNP of nominees, empty where
    it is undetermined), distance Int16 (crs_total less the cut-off), reason, and meets_cut_off (Boolean, empty:
    undetermined): does the client, as of the day of the scores, meet kind, cut-off and tie-break, in the pool at the
    moment of the round or not? `window` is that moment as far as it was published: its first and its last second.
    `is_recent`: the round counts in the headline (see `is_recent`). `interval`, of a round on the modelled national pool:
    with four in five chances the cut-off lies between these scores.
    """

    question: str
    kind: str
    number: str | None
    name: str
    date: date
    size: int | None
    cut_off: int | None
    tie_break: datetime | None
    candidates: pl.DataFrame
    notes: list[str] = field(default_factory=list)
    window: tuple[datetime, datetime] | None = None
    is_recent: bool = True
    interval: tuple[float, float] | None = None

    @property
    def held_at(self) -> datetime | None:
        """The moment of the round, where it was published."""
        return self.window[0] if self.window is not None and self.window[0] == self.window[1] else None


def is_recent(one: Round, law: Law, months: int) -> bool:
    """Is a published round one of the last months up to the law's day, and of a kind that may be held on it?"""
    in_time = one.date <= law.as_of < months_later(one.date, months)
    return in_time and (one.kind not in CATEGORIES or one.kind in categories.in_force(law))


def competing(outcome: RoundOutcome) -> int:
    """How many of the firm's clients were in a round, in the pool at its moment, and are not undetermined."""
    frame = outcome.candidates
    return frame.filter(pl.col("rank").is_not_null() & (pl.col("outcome") != "undetermined")).height


def invited_clients(outcomes: Sequence[RoundOutcome]) -> pl.Series:
    """The clients whom any recent round invites, each once."""
    frames = [one.candidates.filter(pl.col("outcome") == "invited")["client_id"] for one in outcomes if one.is_recent]
    return pl.concat([pl.Series("client_id", dtype=pl.String), *frames]).unique(maintain_order=True)


def would_have_met(outcomes: Sequence[RoundOutcome]) -> pl.DataFrame:
    """The clients who would have met the cut-off of published rounds that are not recent, or at which they had no profile.

    The columns of RoundOutcome.candidates with `question` before them, round by round in the order of the scores.
    """
    frames = []
    for one in outcomes:
        meets = pl.col("meets_cut_off").fill_null(value=False)
        meeting = one.candidates.filter(meets & (pl.col("outcome") != "invited") if one.is_recent else meets)
        if one.number is not None:
            frames.append(meeting.select(pl.lit(one.question).alias("question"), *CANDIDATES_SCHEMA))
    return pl.concat([pl.DataFrame(schema={"question": pl.String(), **CANDIDATES_SCHEMA}), *frames])


def invited_on_record(clients: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """The clients whose record has an invitation of the day or before (ita_issued_on), unless it says in_pool."""
    says_otherwise = pl.col("pool_status").eq_missing(pl.lit("in_pool"))
    return clients.filter((pl.col("ita_issued_on") <= as_of) & ~says_otherwise)


def kind_of(text: str) -> str:
    """A kind of round by its name in any case; raises RoundError naming the kinds."""
    try:
        return _BY_FOLDED[text.lower()]
    except KeyError:
        raise RoundError(
            _("no kind of round {text!r}; the kinds are {kinds}").format(text=text, kinds=", ".join(KINDS))
        ) from None


def size_of(digits: str, question: str) -> int:
    """The size of a round as written in a question; raises RoundError for none or too many invitations."""
    significant = digits.lstrip("0")
    if not significant:
        raise RoundError(_("{question!r}: a round needs at least one invitation").format(question=question))
    if len(significant) > len(str(MAX_INVITATIONS)) or int(significant) > MAX_INVITATIONS:
        raise RoundError(
            _("{question!r}: a round has at most {number} invitations").format(
                question=question, number=whole_number(MAX_INVITATIONS)
            )
        )
    return int(significant)


def day_of(text: str | None, question: str) -> date | None:
    """The day named in a question, if one is; raises RoundError for one that the calendar has not."""
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        raise RoundError(
            _("{question!r}: {text} is no day of the calendar").format(question=question, text=text)
        ) from None


def read(question: str) -> Simulated | None:
    """A --round as far as its words alone tell: the round to hold, or None for a published one.

    Raises RoundError for what is neither. `KIND:N` is held on the own pool, `national:KIND:N` on the modelled national
    one.
    """
    if question.startswith("latest:"):
        kind_of(question.removeprefix("latest:"))
        return None
    if question == "latest" or _NUMBER.fullmatch(question):
        return None
    simulated = _TO_SIMULATE.fullmatch(question)
    if simulated is None:
        raise RoundError(
            _(
                "{question!r} is no round; give a number (204), latest, latest:KIND, KIND:N such as CEC:20, or "
                "national:KIND:N"
            ).format(question=question)
        )
    kind, size = kind_of(simulated["kind"]), size_of(simulated["size"], question)
    return Simulated(question, kind, size, day_of(simulated["date"], question), simulated["nation"] is not None)


def asked(question: str, published: Sequence[Round], as_of: date) -> Round | Simulated:
    """What a --round means: `204`, `latest`, `latest:KIND` (on or before as_of), or a round to hold; raises RoundError."""
    simulated = read(question)
    if simulated is not None:
        return simulated
    if question.startswith("latest"):
        kind = None if question == "latest" else kind_of(question.removeprefix("latest:"))
        before = [one for one in published if one.date <= as_of and kind in (None, one.kind)]
        if not before:
            raise RoundError(
                _("no published round of kind {kind} on or before {day}").format(kind=kind, day=as_of)
                if kind
                else _("no published round on or before {day}").format(day=as_of)
            )
        return before[-1]
    for one in published:
        if one.number == question:
            return one
    raise RoundError(
        _("no published round {question}; the file holds {first} to {last}").format(
            question=question, first=published[0].number, last=published[-1].number
        )
    )


def latest_of_each_kind(published: Sequence[Round], as_of: date) -> list[Round]:
    """The last published round of each kind on or before a day, newest first."""
    last = {one.kind: one for one in published if one.date <= as_of and one.kind in KINDS}
    return sorted(last.values(), key=published.index, reverse=True)


def hold(
    what: Round | Simulated, scored: pl.DataFrame, law: Law, question: str | None = None, *, months: int | None = None
) -> RoundOutcome:
    """A round held on the scored clients; a round of another day gets a note that names the --as-of to use.

    `months`: published rounds of so many months are recent ones; without it, all are.
    """
    if isinstance(what, Round):
        published = _by_cut_off(what, scored, law, question or what.number)
        return published if months is None else replace(published, is_recent=is_recent(what, law, months))
    return _by_size(what, scored, law)


@dataclass(frozen=True)
class Expected:
    """What is known of a cut-off beforehand: with four in five chances it lies from `low` to `high` (scores).

    `assumed_share`: the share of the pool that is assumed of the kind, where no round shows it.
    """

    low: float
    high: float
    assumed_share: float | None = None


def hold_in_nation(
    what: Simulated, competing: pl.DataFrame, scored: pl.DataFrame, law: Law, expected: Expected | None = None
) -> RoundOutcome:
    """A round held on the people of the modelled national pool who compete in it, and the clients by its line."""
    line = line_of(competing, what.size, law)
    competitors = _competitors(what.kind, scored, law)
    invites = NOBODY if line is None else line.invites(submitted_latest(scored.columns))
    clients = _candidates(competitors, line, invites)
    notes = [
        _("{question}: the line is that of a modelled national pool of {as_of}, not a published one").format(
            question=what.question, as_of=law.as_of
        )
    ]
    if line is None:
        notes.append(
            _("{question}: what was published by {as_of} shows nobody of kind {kind}").format(
                question=what.question, as_of=law.as_of, kind=what.kind
            )
        )
    elif competing.height < what.size:
        notes.append(
            _("{question}: the modelled pool has {people} people of kind {kind}").format(
                question=what.question, people=competing.height, kind=what.kind
            )
        )
    interval = None
    if line is not None and expected is not None:
        interval = (min(expected.low, float(line.cut_off)), max(expected.high, float(line.cut_off)))
        notes.append(
            _("{question}: with four in five chances the cut-off lies from {low} to {high}").format(
                question=what.question, low=round(interval[0]), high=round(interval[1])
            )
        )
    if expected is not None and expected.assumed_share is not None:
        notes.append(
            _(
                "{question}: no round of kind {kind} was held since the pool is published; that {percent} % of the pool"
                " belong to it is an assumption"
            ).format(question=what.question, kind=what.kind, percent=number(round(PERCENT * expected.assumed_share, 1)))
        )
    if what.date is not None and what.date != law.as_of:
        notes.append(
            _("{question}: the clients are scored as of {as_of}; use --as-of {held_on}").format(
                question=what.question, as_of=law.as_of, held_on=what.date
            )
        )
    return RoundOutcome(
        what.question, what.kind, None,
        _("{kind}, {size} invitations in the modelled national pool").format(kind=what.kind, size=what.size), law.as_of,
        what.size, None if line is None else line.cut_off, None if line is None else line.tie_break, clients, notes,
        interval=interval,
    )  # fmt: skip


def belongs(kind: str, law: Law) -> pl.Expr:
    """Does a client belong to the round's grouping? Boolean, empty: undetermined (law document 4.1, IRPA 10.1)."""
    nominated = pl.col("is_nominated")
    if kind == "general":
        return pl.col("pool_eligible")
    if kind == "PNP":
        return nominated
    member: pl.Expr = pl.lit(None, dtype=pl.Boolean)
    if kind in PROGRAMS:
        member = pl.col(f"{kind.lower()}_eligible")
    elif kind in CATEGORIES:
        member = pl.col(f"category_{kind}")
    return member & ~nominated if law["rounds.nominees_only_as_nominees"] else member


def invited_as(kind: str, law: Law) -> pl.Expr:
    """The class under which a client of the round would be invited: PNP, or a program (empty: undetermined).

    In a round for one class it is that; else a nominee's is PNP, and others' the first in the order of the classes for
    which they are eligible (IRPA 10.1(1.1), law document 2).
    """
    if kind == "PNP" or kind in PROGRAMS:
        return pl.lit(kind)
    first: pl.Expr = pl.lit(None, dtype=pl.String)
    for program in reversed(law["rounds.class_order"]):
        eligible = pl.col(f"{program.lower()}_eligible")
        first = pl.when(eligible).then(pl.lit(program)).when(~eligible).then(first)
    if law["rounds.nominees_only_as_nominees"]:
        return pl.when("is_nominated").then(pl.lit("PNP")).otherwise(first)
    return first


def _undecided(kind: str, law: Law) -> pl.Expr:
    """Why it is undetermined whether a client belongs to the round, in words for people."""
    if kind not in categories.in_force(law) or kind == "french":
        return pl.col("eligibility_reasons")
    return (
        pl.when("pool_eligible").then(pl.lit(categories.not_known(kind, law))).otherwise(pl.col("eligibility_reasons"))
    )


def line_of(competing: pl.DataFrame, size: int, law: Law) -> Cutoff | None:
    """The line that so many invitations draw through those who compete; None where nobody does.

    Takes crs_total and profile_submitted_at, both filled. Equals at the last place are all invited: those with the
    score of the last, and once equal scores are ordered by time, those of its second as well.
    """
    if competing.is_empty():
        return None
    last = min(size, competing.height) - 1
    cut_off = competing["crs_total"].sort(descending=True)[last]
    if not law["rounds.tie_break"]:
        return Cutoff(cut_off, None)
    line = Cutoff(cut_off, None)
    above = int(competing.select(line.above.sum()).item())
    return Cutoff(
        cut_off, competing.filter(line.at_cut_off)["profile_submitted_at"].sort(nulls_last=True)[last - above]
    )


def _competitors(kind: str, scored: pl.DataFrame, law: Law, one: Round | None = None) -> pl.DataFrame:
    """The clients of a round's grouping, or undetermined ones, in the pool on the day or at the round.

    Beside their columns: `belongs` and `was_there` (Boolean, empty: undetermined), is the client of the grouping, and
    was the profile there at the round; `competes` (Boolean), both; `rank`, the place among those who compete;
    `invited_as`, the class if they are invited; `undecided`, why it is undetermined whether they belong; `absent`, why
    the profile was not there or why that is undetermined.
    """
    member = may_enter(law) & belongs(kind, law)
    there, absent = (pl.lit(value=True), pl.lit("")) if one is None else _presence(one, law, scored.columns)
    live = pl.col("is_live")
    if one is not None and one.date == law.as_of:
        live = live | (pl.col("pool_status").is_in(POOL_STATUSES) & there.fill_null(value=True))
    return done(
        scored.lazy()
        .filter(live)
        .with_columns(member.alias("belongs"), there.alias("was_there"), absent.alias("absent"))
        .filter(pl.col("belongs").fill_null(value=True))
        .with_columns((pl.col("belongs") & pl.col("was_there")).fill_null(value=False).alias("competes"))
        .with_columns(
            places(law, pl.col("competes")).alias("rank"),
            invited_as(kind, law).alias("invited_as"),
            _undecided(kind, law).alias("undecided"),
        )
    )


def _presence(one: Round, law: Law, columns: Sequence[str]) -> tuple[pl.Expr, pl.Expr]:
    """Did a profile live at a published round (Boolean, empty: undetermined), and why not or why that is undetermined."""
    first, last = one.window
    there = is_live_at(one.window, law, columns)
    if first == last:
        moment = _("the round of {moment}").format(moment=_shown(first))
        open_ = _("profile_submitted_at does not tell whether the profile was in the pool at {moment}").format(
            moment=moment
        )
    else:
        moment = _("the round of {held_on}").format(held_on=one.date)
        open_ = _(
            "the moment of {moment} was not published, and the profile was submitted or ended on that day"
        ).format(moment=moment)
    why = (
        pl.when(pl.col("profile_submitted_at").is_null())
        .then(
            pl.lit(
                _(
                    "profile_submitted_at is empty: whether the profile was in the pool at {moment} is undetermined"
                ).format(moment=moment)
            )
        )
        .when(there.is_null())
        .then(pl.lit(open_))
        .when(pl.col("profile_submitted_at") > last)
        .then(pl.lit(_("the profile was submitted after {moment}").format(moment=moment)))
        .otherwise(pl.lit(_("the profile ended before {moment}").format(moment=moment)))
    )
    return there, why


def _candidates(clients: pl.DataFrame, line: Cutoff | None, invites: pl.Expr, unpublished: str = "") -> pl.DataFrame:
    """The clients of a round as CANDIDATES_SCHEMA says.

    `invites` (Boolean, empty: undetermined): does the line take them? `unpublished` says why it is empty for all who are
    at the cut-off; without it, profile_submitted_at is not exact enough.
    """
    nowhere = pl.lit(None, dtype=pl.Int16)
    late = NOBODY if line is None else line.at_cut_off
    tie_break = None if line is None else line.tie_break
    unequal = unpublished or _(
        "at the cut-off, and profile_submitted_at does not tell whether before the tie-break {tie_break}"
    ).format(tie_break=_shown(tie_break))
    taken = pl.col("takes")
    known = pl.col("belongs").is_not_null()
    out = ~pl.col("was_there") | (known & ~taken)
    invited = pl.col("competes") & taken
    outcome = (
        pl.when(invited.fill_null(value=False)).then(pl.lit("invited"))
        .when(out.fill_null(value=False)).then(pl.lit("not_invited"))
        .otherwise(pl.lit("undetermined"))
    )  # fmt: skip
    reason = (
        pl.when((~pl.col("was_there")).fill_null(value=False)).then(pl.col("absent"))
        .when(~known).then(pl.col("undecided"))
        .when((~taken & late).fill_null(value=False))
        .then(pl.lit(_("at the cut-off, but submitted after the tie-break {tie_break}").format(tie_break=_shown(tie_break))))
        .when((~taken).fill_null(value=False)).then(pl.lit(_("below the cut-off")))
        .when(pl.col("was_there").is_null()).then(pl.col("absent"))
        .when(taken.is_null()).then(pl.lit(unequal))
        .otherwise(pl.lit(""))
    )  # fmt: skip
    return done(
        clients.lazy()
        .with_columns(invites.alias("takes"))
        .with_columns(
            outcome.alias("outcome"),
            reason.alias("reason"),
            (pl.col("crs_total") - (nowhere if line is None else line.cut_off)).alias("distance"),
            pl.when(invited).then("invited_as").alias("invited_as"),
            (pl.col("is_live") & pl.col("belongs") & taken).alias("meets_cut_off"),
        )
        .sort(
            "competes", "rank", "crs_total", descending=[True, False, True], nulls_last=True, maintain_order=True
        )
        .select(pl.col(name).cast(dtype) for name, dtype in CANDIDATES_SCHEMA.items())
    )  # fmt: skip


def _by_cut_off(one: Round, scored: pl.DataFrame, law: Law, question: str) -> RoundOutcome:
    """A published round: its cut-off and tie-break on the clients of its grouping who had a profile at its moment.

    Where the tie-break existed but was not published, who is at the cut-off is undetermined.
    """
    line = Cutoff(one.cut_off, one.tie_break)
    notes = []
    invites, unpublished = _invites(one, law, scored.columns), ""
    if _lacks_tie_break(one, law):
        unpublished = _("at the cut-off, and the tie-break of this round was not published")
        notes.append(
            _(
                "round {number}: no tie-break was published; whether those at the cut-off are invited is undetermined"
            ).format(number=one.number)
        )
    if one.number in NOTICES:
        notes.append(_("round {number}: {notice}").format(number=one.number, notice=_(NOTICES[one.number])))
    if one.kind not in KINDS:
        notes.append(
            _("round {number}: {name!r} is no kind of round that is known; everybody is undetermined").format(
                number=one.number, name=one.name
            )
        )
    if one.date != law.as_of:
        notes.append(
            _(
                "round {number} was held on {held_on}, the clients are scored as of {as_of}; use --as-of "
                "{held_on} to see the clients as that round would have"
            ).format(number=one.number, held_on=one.date, as_of=law.as_of)
        )
    clients = _candidates(_competitors(one.kind, scored, law, one), line, invites, unpublished)
    return RoundOutcome(
        question, one.kind, one.number, one.name, one.date, one.size, one.cut_off, one.tie_break, clients, notes,
        one.window,
    )  # fmt: skip


def _lacks_tie_break(one: Round, law: Law) -> bool:
    """Had the round a tie-break that was not published?"""
    return one.tie_break is None and bool(law.rules.law_of(one.date)["rounds.tie_break"])


def _invites(one: Round, law: Law, columns: Sequence[str]) -> pl.Expr:
    """Does the line of a published round take a client? Boolean, empty: undetermined."""
    line = Cutoff(one.cut_off, one.tie_break)
    if _lacks_tie_break(one, law):
        return pl.when(~line.at_cut_off).then(line.above)
    return line.invites(submitted_latest(columns))


def meets(one: Round, law: Law, columns: Sequence[str]) -> pl.Expr:
    """Does a client meet kind, cut-off and tie-break of a published round, with a profile or without? Boolean, empty:
    undetermined.
    """
    return may_enter(law) & belongs(one.kind, law) & _invites(one, law, columns)


def _by_size(what: Simulated, scored: pl.DataFrame, law: Law) -> RoundOutcome:
    """A round of a size on the file's own pool; its size is the number that it invites."""
    competitors = _competitors(what.kind, scored, law)
    line, invites = _own_line(competitors, what.size, law)
    clients = _candidates(competitors, line, invites)
    invited = clients.filter(pl.col("outcome") == "invited").height
    competing = int(competitors["competes"].sum())
    at_last_place = clients.filter((pl.col("outcome") == "undetermined") & pl.col("rank").is_not_null()).height
    notes = []
    if what.kind in CATEGORIES and what.kind not in categories.in_force(law):
        notes.append(
            _("{question}: there is no category {kind} on {as_of}").format(
                question=what.question, kind=what.kind, as_of=law.as_of
            )
        )
    if competing < what.size:
        notes.append(
            _("{question}: {competing} of {size} invitations found a client in the file's pool").format(
                question=what.question, competing=competing, size=what.size
            )
        )
    if invited > what.size:
        note = (
            _("{question}: {invited} are invited, since those at the last place are equal in score and second")
            if law["rounds.tie_break"]
            else _("{question}: {invited} are invited, since those at the last place are equal in score")
        )
        notes.append(note.format(question=what.question, invited=invited))
    if at_last_place:
        notes.append(
            _(
                "{question}: {number} at the last place are undetermined; enter their "
                "profile_submitted_at to the second"
            ).format(question=what.question, number=at_last_place)
        )
    if what.date is not None and what.date != law.as_of:
        notes.append(
            _("{question}: the clients are scored as of {as_of}; use --as-of {held_on}").format(
                question=what.question, as_of=law.as_of, held_on=what.date
            )
        )
    return RoundOutcome(
        what.question, what.kind, None,
        _("{kind}, top {size} of the file's own pool").format(kind=what.kind, size=what.size), law.as_of, invited,
        None if line is None else line.cut_off, None if line is None else line.tie_break, clients, notes,
    )  # fmt: skip


def _own_line(competitors: pl.DataFrame, size: int, law: Law) -> tuple[Cutoff | None, pl.Expr]:
    """The line that so many invitations draw through the file's own pool, and whom it takes (empty: undetermined).

    Where the moments of profiles at the cut-off overlap, so that nobody knows who of them comes first, the line has no
    tie-break, and those are undetermined who are before the last place in one order and after it in another.
    """
    competing = competitors.filter("competes")
    line = line_of(competing, size, law)
    if line is None:
        return None, NOBODY
    first = pl.col("profile_submitted_at").dt.epoch("us").fill_null(pl.Int64.min())
    last = submitted_latest(competing.columns).dt.epoch("us").fill_null(pl.Int64.max())
    tied = competing.filter(line.at_cut_off).select(first.alias("first"), last.alias("last"))
    if not law["rounds.tie_break"] or (tied["first"] == tied["last"]).all():
        return line, line.invites()
    left = min(size, competing.height) - int(competing.select(line.above.sum()).item())
    if left >= tied.height:
        return Cutoff(line.cut_off, None), line.above | line.at_cut_off
    # Who may be before the client, but for the client; and who surely is.
    may_be = pl.lit(tied["first"].sort()).search_sorted(last, side="left").cast(pl.Int64) - (first < last).cast(
        pl.Int64
    )
    surely = pl.lit(tied["last"].sort()).search_sorted(first, side="left").cast(pl.Int64)
    in_order = pl.when(may_be < left).then(True).when(surely >= left).then(False)
    earliest, latest = tied["first"].sort()[left - 1], tied["last"].sort()[left - 1]
    tie_break = line.tie_break if earliest == latest else None
    return Cutoff(line.cut_off, tie_break), line.above | (line.at_cut_off & in_order)


def _shown(moment: datetime | None) -> str:
    return "" if moment is None else moment.strftime("%Y-%m-%d %H:%M:%S UTC")
