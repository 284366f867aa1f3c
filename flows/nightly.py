"""The night as plain functions: files from the inbox, rounds, scores, what changed, history and reports."""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows import inbox, program, rewriting, settings, taken_before
from flows.program import RECORD, SurroundingsError, UnusableFile, UsageError

if TYPE_CHECKING:
    import polars as pl

    from flows.inbox import Found, Taken
    from history.store import History
    from transforms.rounds import Round, RoundOutcome
    from transforms.rules import Law, Rules

NIGHTLY, RESCORE, LET_GO = "nightly", "rescore", "let_go"
LOCK = ".drawline.lock"
LONGEST_WAIT_SECONDS = 3600
MOST_DAYS_AHEAD = 366
DAY = timedelta(days=1)
# What a run that was killed may leave beside the firm's rounds file (flows.rounds_update.keep).
LEFT_BESIDE_ROUNDS = re.compile(r"\.[0-9a-f]{8}-")
LEFT_IN_REPORTS = ".drawline-*"


@dataclass(frozen=True)
class NightRequest:
    """What a night was asked: its day, the firm's settings file, and whether anything may be written."""

    as_of: date
    config: Path | None = None
    dry_run: bool = False
    wait: bool = True


@dataclass
class Night:
    """One night as it is worked out in memory, before anything of it is written."""

    as_of: date
    law: Law
    sheets: Mapping[str, pl.DataFrame]
    scored: pl.DataFrame
    scores: pl.DataFrame
    outcomes: list[RoundOutcome]
    last_rounds: dict[str, Round]
    invitations: pl.DataFrame
    events: pl.DataFrame
    inputs: list[dict[str, Any]]
    problems: pl.DataFrame
    records: pl.DataFrame
    counts: dict[str, int] = field(default_factory=dict)
    compared_with: date | None = None
    holders: pl.DataFrame | None = None


@dataclass
class Nights:
    """A run of the nightly job as it goes on: what was asked, what was found, and the nights that it worked out."""

    request: NightRequest
    run_id: str
    started_at: datetime
    firm: settings.Settings
    history: History
    rules: Rules | None = None
    days: list[date] = field(default_factory=list)
    is_latest: bool = True
    rounds: pl.DataFrame | None = None
    found: Found | None = None
    taken: Taken | None = None
    stood_before: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    nights: list[Night] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    rounds_notes: list[str] = field(default_factory=list)
    timings: dict[str, float] = field(default_factory=dict)
    error: Exception | None = None

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Notes how long a stage took, in seconds; of one that is gone through more than once, in all."""
        started = time.perf_counter()
        yield
        self.timings[stage] = round(self.timings.get(stage, 0) + time.perf_counter() - started, 3)


def begin(request: NightRequest) -> Nights:
    """A run for a request; raises UsageError where the settings do not name inbox, history and reports."""
    firm = settings.load(request.config)
    missing = [name for name in ("inbox", "history", "reports") if getattr(firm, name) is None]
    if missing:
        raise UsageError(
            f"the nightly job needs {', '.join(missing)} in {firm.file or settings.FILE}: the folders of the files that "
            'come in, of the history and of the reports, such as inbox = "inbox"'
        )
    return Nights(
        request, program.new_run_id(request.as_of), datetime.now(UTC), firm, history_of(firm)
    )  # fmt: skip


def history_of(firm: settings.Settings) -> History:
    """The firm's history; raises UsageError where the settings do not name one."""
    from history.store import History

    if firm.history is None:
        raise UsageError(f'no history is named: write where it lies into {settings.FILE}, such as history = "history"')
    return History(firm.history)


def lock_of(firm: settings.Settings) -> Path:
    """The file that a run holds while it writes: in the history's folder, or where that is an address, in the reports'."""
    folder = rewriting.folder_of(firm)
    if folder is None:
        raise UsageError(f"`reports` must be named in {settings.FILE} where `history` is an address")
    folder.mkdir(parents=True, exist_ok=True)
    return folder / LOCK


@contextmanager
def alone(firm: settings.Settings, *, wait: bool) -> Iterator[None]:
    """As the only run that writes to the firm's history; raises SurroundingsError where another one is at work.

    The lock goes with the process that holds it, however it ends.
    """
    from filelock import FileLock, Timeout

    try:
        lock = FileLock(lock_of(firm), timeout=LONGEST_WAIT_SECONDS if wait else 0)
        lock.acquire()
    except Timeout:
        waited = f" after {LONGEST_WAIT_SECONDS // 60} minutes" if wait else ""
        raise SurroundingsError(
            f"another run is still at work on the history {firm.history}{waited}; try again once it is done"
        ) from None
    try:
        yield
    finally:
        lock.release()


def is_at_work(firm: settings.Settings) -> bool:
    """Does another run hold the firm's history?"""
    try:
        with alone(firm, wait=False):
            return False
    except SurroundingsError:
        return True


def run(request: NightRequest) -> Nights:
    """The whole job, without Prefect."""
    done = begin(request)
    if request.dry_run:
        work_out(done)
        return done
    with alone(done.firm, wait=request.wait):
        work_out(done)
    return done


def work_out(run: Nights) -> None:
    """All stages in order; each night is written before the next one is worked out, unless nothing may be written."""
    mend(run)
    open_night(run)
    take_rounds(run)
    take_files(run)
    for day in run.days:
        one_night(run, day)


def mend(run: Nights) -> None:
    """Writes the nights anew at which a run was broken off that wrote them again; the night that is asked does so itself."""
    from flows import past

    left = rewriting.left(run.firm)
    if left is None or left == rewriting.Rewriting(NIGHTLY, (run.request.as_of,)):
        return
    if run.request.dry_run:
        run.notes.append(f"a run that wrote {left.told} again is at work or was broken off; the night mends that first")
        return
    with run.timed("mend"):
        past.mend(run.firm)
    run.notes.append(f"a run that wrote {left.told} again had been broken off; that was mended first")


def one_night(run: Nights, day: date) -> Night:
    """Works a night out in memory, then writes it, unless nothing may be written."""
    night = worked_out(run, day)
    if not run.request.dry_run:
        write(run, night)
    run.nights.append(night)
    return night


# What is at hand: law, days, rounds, files.


def news(request: NightRequest) -> dict[str, int]:
    """How many settled files and how many rounds, new or corrected, no night has taken yet; nothing is written.

    A file that could not be used is new again once its content, its name, the mapping or the program is another one; one
    that cannot be opened waits for the night.
    """
    from history.tables import ROUNDS_TABLE

    run = begin(request)
    open_night(run)
    take_rounds(run)
    find_files(run)
    assert run.rounds is not None
    assert run.found is not None
    opened = [one for one in run.found.new if one.sha256]
    return {"files": len(opened), "rounds": run.rounds.height - run.history.read(ROUNDS_TABLE).height}


def open_night(run: Nights) -> None:
    """Loads the rules, looks at the ledger, and settles which nights are to be worked out.

    Raises UsageError, UnusableFile, and history.store.HistoryError.
    """
    with run.timed("open"):
        # Not before: the wait for another run is none of this one's time.
        run.started_at = datetime.now(UTC)
        inbox.folder(_named(run.firm.inbox))
        run.rules = rules_of(run.firm)
        program.law_of(run.rules, run.request.as_of)
        nights = kept(run.history)
        if nights and run.request.as_of < nights[0]:
            raise UsageError(f"the history begins with the night of {nights[0]}; ask for that or a later one")
        if run.request.as_of in nights and is_first_kept(run.history, run.request.as_of):
            raise UsageError(
                f"the night of {run.request.as_of} is the first that is kept, and what it was told against was let go; ask "
                "for a later one"
            )
        last = nights[-1] if nights else None
        _not_by_mistake(last, run.request.as_of)
        run.is_latest = last is None or run.request.as_of >= last
        run.days, passed_over = days_to_do(last, run.request.as_of, run.firm.catch_up_days)
        if passed_over:
            run.notes.append(
                f"{passed_over} nights since {last} were missed, more than the {run.firm.catch_up_days} that are caught "
                f"up (catch_up_days): those before {run.days[0]} have no scores"
            )
        if not run.is_latest:
            run.notes.append(
                f"the night of {run.request.as_of} is worked out again from what was known then; new files and rounds "
                f"are taken by nights from {last} on"
            )


def _not_by_mistake(last: date | None, as_of: date) -> None:
    """Raises UsageError for a night so far ahead that a slip is more likely: later nights alone take anything new."""
    if last is not None and as_of > program.today() and (as_of - last).days > MOST_DAYS_AHEAD:
        raise UsageError(
            f"the night of {as_of} lies ahead, and more than a year after the last one, {last}; mend the date"
        )


def _named(folder: Path | None) -> Path:
    assert folder is not None
    return folder


def rules_of(firm: settings.Settings) -> Rules:
    """The law with the firm's own overlays and readings; raises UsageError and UnusableFile."""
    program.existing(firm.rules)
    return program.rules_of(firm.rules, firm.readings)


def completed(history: History) -> list[date]:
    """The nights that came to their end, in order."""
    runs = history.runs()
    return sorted(set(runs.filter(runs["kind"] == NIGHTLY)["as_of"]))


def kept(history: History) -> list[date]:
    """The completed nights whose scores and events are kept, in order; `history compact` lets earlier ones go."""
    runs = history.runs()
    bounds = runs.filter(runs["kind"] == LET_GO)["as_of"].to_list()
    return [day for day in completed(history) if day >= max(bounds, default=day)]


def is_first_kept(history: History, day: date) -> bool:
    """Is a night the first of those kept, with earlier ones let go?"""
    return kept(history)[:1] == [day] and completed(history)[0] < day


def days_to_do(last: date | None, as_of: date, most: int) -> tuple[list[date], int]:
    """The nights to work out, oldest first: those since the last and the one asked; and how many missed are too many."""
    if last is None or as_of <= last:
        return [as_of], 0
    days = [last + DAY * place for place in range(1, (as_of - last).days + 1)]
    return days[-(most + 1) :], max(len(days) - most - 1, 0)


def take_rounds(run: Nights) -> None:
    """The rounds that are published, with the night on which each was seen: the last good ones where that fails.

    Whatever is wrong with newer ones is noted, and ends nothing.
    """
    from history.store import as_rounds, known_by
    from history.tables import ROUNDS_TABLE

    with run.timed("rounds"):
        rows = run.history.read(ROUNDS_TABLE)
        if not run.is_latest:
            run.rounds_notes = rounds_notes_of(run.history, run.request.as_of)
            run.rounds = rows
            return
        known = as_rounds(known_by(rows, date.max))
        if not run.request.dry_run:
            _tidy_rounds(run.firm.own_rounds)
        published = _checked(run, known, _fetched(run))
        run.rounds = rows if published is None else seen(rows, published, run.days)


def rounds_notes_of(history: History, day: date) -> list[str]:
    """What was to be said about the rounds when a night was last worked out."""
    import polars as pl

    rows = history.runs().filter((pl.col("as_of") == day) & (pl.col("kind") == NIGHTLY))
    return [] if rows.is_empty() else list(rows["rounds_notes"].to_list()[-1] or [])


def _fetched(run: Nights) -> pl.DataFrame | None:
    """The rounds at the firm's address, kept in its rounds file too; None, with a note, where something is wrong."""
    from flows import rounds_update
    from validation.download import DownloadError

    source = run.firm.rounds_address
    if not source:
        return None
    try:
        data = rounds_update.content_of(source, run.firm)
        done = rounds_update.update(source, data, run.firm.own_rounds, dry_run=run.request.dry_run)
    except (DownloadError, UnusableFile, UsageError) as error:
        text = str(error).removesuffix("; what is held stays")
        _on_with_the_last(run, text)
        return None
    except OSError as error:
        text = f"the rounds file {run.firm.own_rounds} cannot be written ({error.strerror})"
        _on_with_the_last(run, text)
        return None
    return done.published.frame


def _checked(run: Nights, known: pl.DataFrame, fetched: pl.DataFrame | None) -> pl.DataFrame | None:
    """The rounds fetched, else those of the file in use, unless these are bad or fewer than are known."""
    from validation import rounds_file, rounds_update

    try:
        published = rounds_file.read(run.firm.rounds_file) if fetched is None else fetched
        if not known.is_empty():
            rounds_update.changes(known, published)
    except UsageError as error:
        if known.is_empty():
            raise
        _on_with_the_last(run, str(error))
        return None
    except rounds_file.RoundsFileError as error:
        path = run.firm.rounds_file
        if known.is_empty():
            raise UnusableFile(f"{path}: {error}") from None
        # The shipped rounds are older than those that a firm has had; that is no news.
        if path != program.SHIPPED_ROUNDS:
            _on_with_the_last(run, f"{path}: {error}")
        return None
    return published


def _on_with_the_last(run: Nights, why: str) -> None:
    note = f"{why}; the night goes on with the last good rounds"
    run.notes.append(note)
    run.rounds_notes.append(note)


def _tidy_rounds(target: Path) -> None:
    """Removes what an update of the rounds that was killed left beside the file."""
    if target.parent.is_dir():
        for path in target.parent.iterdir():
            name = LEFT_BESIDE_ROUNDS.sub("", path.name, count=1)
            if path.name != name and name.removesuffix(".previous") == target.name:
                path.unlink(missing_ok=True)


def seen(rows: pl.DataFrame, published: pl.DataFrame, days: Sequence[date]) -> pl.DataFrame:
    """The rounds table with newly published and corrected rounds added, each as seen by the first night that could.

    The very first night takes the earlier rounds as seen on their own day, so that only one of the day itself is new.
    Rounds of days after the last night are not there yet.
    """
    import polars as pl

    from history.store import as_rounds, known_by
    from history.tables import ROUNDS_TABLE

    last = known_by(rows, date.max)
    there = published.filter(pl.col("date") <= days[-1])
    new = there.join(as_rounds(last), on=list(there.columns), how="anti", nulls_equal=True, maintain_order="left")
    first = pl.col("date") if rows.is_empty() else pl.max_horizontal(pl.col("date"), pl.lit(days[0]))
    return pl.concat([rows, new.with_columns(first.alias("seen_on")).select(list(ROUNDS_TABLE.schema))])


def find_files(run: Nights) -> str:
    """Looks at the inbox; returns what files are tried with."""
    told = inbox.tried_with(run.firm.map, program.code_version())
    run.found = inbox.find(_named(run.firm.inbox), run.firm.inbox_settle_seconds, run.history.inputs(), told)
    return told


def take_files(run: Nights) -> None:
    """Reads and validates what is new in the inbox; an earlier night that is asked again takes nothing."""
    assert run.rules is not None
    with run.timed("intake"):
        told = find_files(run)
        assert run.found is not None
        new = run.found.new if run.is_latest else ()
        run.taken = inbox.take(new, run.request.as_of, run.rules, run.firm.map, told)
        if run.taken.inputs:
            run.stood_before = run.history.records_on(run.request.as_of)
            again = taken_before.tried_again(new, run.history.inputs())
            if again:
                day = run.request.as_of
                taken_before.keep_what_counts(run.taken, again, run.history, day, run.stood_before)
        if run.is_latest:
            run.taken.inputs += taken_before.put_back(run.found.taken, run.history, run.request.as_of)
        run.notes += run.taken.notes
        for one in run.taken.inputs:
            if one["outcome"] != "taken":
                run.notes.append(f"left out: {one['name']}: {one['problem']}")
        waiting = [path.name for path in (*run.found.waiting, *run.taken.waiting)]
        if waiting:
            run.notes.append(f"still being written, and left for the next run: {', '.join(sorted(waiting))}")


# One night in memory.


def worked_out(run: Nights, day: date) -> Night:
    """One night: the records that stand, their scores, the rounds, and what changed against the night before."""
    import polars as pl

    from history.store import as_records
    from history.tables import PROBLEMS, RECORDS
    from transforms import rounds as rounds_
    from transforms import scores

    assert run.rules is not None
    assert run.taken is not None
    law = run.rules.law_of(day)
    with run.timed("records"):
        takes = day == run.request.as_of and run.is_latest
        kept = run.history.vouched(run.history.on(RECORDS, day))
        records = as_records(day, run.taken.sheets, kept) if takes else kept
        sheets = run.history.records_on(day, records)
        problems = run.history.vouched(run.history.on(PROBLEMS, day), "as_of")
        inputs = _ledger_of(run, day)
        if takes:
            # Of a file that is tried again on the day that took it, what is told of it now.
            read = [one["sha256"] for one in run.taken.inputs if one["outcome"] == "taken"]
            problems = problems.filter(~pl.col("input_sha256").is_in(read))
            new = pl.concat([run.taken.problems, _replaced(run, day)])
            problems = pl.concat([problems, new.with_columns(pl.lit(day).alias("as_of")).select(list(PROBLEMS.schema))])
    with run.timed("scoring"):
        scored = scores.score(sheets, law)
    with run.timed("holding_rounds"):
        known = known_rounds(run, day)
        outcomes = [rounds_.hold(one, scored, law) for one in rounds_.latest_of_each_kind(known, day)]
    night = Night(
        day, law, sheets, scored, scores.published(scored, law), outcomes, _by_kind(outcomes, known),
        pl.DataFrame(), pl.DataFrame(), inputs, problems, records,
    )  # fmt: skip
    compare(run, night)
    night.counts = counts(night)
    return night


def _ledger_of(run: Nights, day: date) -> list[dict[str, Any]]:
    """The files of a night, those of this run too; one that could not be opened is let go once it could be."""
    assert run.taken is not None
    ledger = run.history.inputs()
    rows = ledger.filter(ledger["as_of"] == day).drop("as_of").to_dicts()
    rows += run.taken.inputs if day == run.request.as_of else []
    # A file that was taken is one, whatever it is named.
    last = {(one["sha256"], "" if one["outcome"] == "taken" else one["name"]): one for one in rows}
    opened = {one["name"] for one in last.values() if one["sha256"]}
    return [one for one in last.values() if one["sha256"] or one["name"] not in opened]


def _replaced(run: Nights, day: date) -> pl.DataFrame:
    """A warning, and a note, where files of the inbox tell of clients of whom new ones tell as well."""
    import polars as pl

    assert run.taken is not None
    assert run.found is not None
    if run.taken.sheets["candidates"].is_empty():
        return run.taken.problems.clear()
    ledger = run.history.inputs().filter(pl.col("sha256").is_in(list(run.found.known)))
    names = dict(ledger.select("sha256", "name").iter_rows()) | {one.sha256: one.path.name for one in run.found.new}
    found = inbox.replaced(run.taken.sheets["candidates"], run.history.accepted_by(day), names)
    run.notes += [text.removesuffix(".") for text in found["problem"]]
    return found.select(run.taken.problems.columns)


def _by_kind(outcomes: Sequence[RoundOutcome], known: Sequence[Round]) -> dict[str, Round]:
    by_number = {one.number: one for one in known}
    return {one.kind: by_number[one.number] for one in outcomes if one.number is not None}


def known_rounds(run: Nights, day: date) -> list[Round]:
    """The rounds known on a day, oldest first."""
    from history.store import known_by
    from validation import rounds_file

    assert run.rounds is not None
    return rounds_file.rounds(known_by(run.rounds, day))


def compare(run: Nights, night: Night) -> None:
    """Fills in whom newly seen rounds invite, the lines that each client is above, and every change with its reason."""
    import polars as pl

    from history.tables import EVENTS
    from transforms import changes, invitations

    assert run.rules is not None
    with run.timed("rounds_seen"):
        earlier = _earlier_invitations(run, night.as_of)
        declined = run.history.declined_by(night.as_of, night.records)
        night.invitations = _invited(run, night, earlier, declined)
        standing = pl.concat([earlier, night.invitations.select(earlier.columns)])
        night.holders = invitations.holders(standing, night.sheets["candidates"], declined)
    with run.timed("changes"):
        night.scores = night.scores.with_columns(invitations.above(night.outcomes, night.scores))
        if is_first_kept(run.history, night.as_of):
            # What it was told against was let go: what was told stays.
            night.events = run.history.on(EVENTS, night.as_of).select(list(invitations.EVENTS))
            return
        before = _night_before(run, night.as_of)
        night.compared_with = None if before.scores.is_empty() else before.as_of
        after = changes.Night(night.as_of, night.sheets, night.scores)
        found = changes.between(before, after, run.rules)
        then = {one.kind: one for one in last_known(run, before.as_of)}
        crossed = invitations.crossings(before.scores, night.scores, (then, night.last_rounds), found, night.holders)
        events = [invitations.events_of(night.invitations), found, crossed]
        night.events = pl.concat(frame.select(list(invitations.EVENTS)) for frame in events)


def last_known(run: Nights, day: date) -> list[Round]:
    """The last round of each kind that was known on a day."""
    from transforms import rounds as rounds_

    return rounds_.latest_of_each_kind(known_rounds(run, day), day)


def _night_before(run: Nights, day: date) -> Any:
    """The last completed night before a day as transforms.changes.Night: as it was published; empty before the first."""
    from history.tables import SCORES_TABLE
    from transforms.changes import Night as Compared

    done = [night for night in run.nights if night.as_of < day]
    if done:
        return Compared(done[-1].as_of, done[-1].sheets, done[-1].scores)
    earlier = [one for one in kept(run.history) if one < day]
    if not earlier:
        nobody = {key: sheet.clear() for key, sheet in run.history.records_on(day).items()}
        return Compared(day - DAY, nobody, SCORES_TABLE.empty())
    last = earlier[-1]
    return Compared(last, run.history.records_on(last), run.history.on(SCORES_TABLE, last))


def _earlier_invitations(run: Nights, day: date) -> pl.DataFrame:
    """The invitations of completed nights before a day, and of those that this run worked out."""
    import polars as pl

    from history.tables import INVITATIONS

    found = run.history.read(INVITATIONS, until=day - DAY)
    found = found.filter(pl.col("as_of").is_in(completed(run.history)))
    mine = [night for night in run.nights if night.as_of < day]
    found = found.filter(~pl.col("as_of").is_in([night.as_of for night in mine]))
    columns = [name for name in INVITATIONS.schema if name != "as_of"]
    return pl.concat([found.select(columns), *(night.invitations.select(columns) for night in mine)])


def _invited(run: Nights, night: Night, earlier: pl.DataFrame, declined_by_now: pl.DataFrame) -> pl.DataFrame:
    """Whom the rounds that this night saw first invite, each held on the records and under the law of its own day.

    A correction may give an invitation that would have kept its client out of later rounds, or take such a one back: of
    these clients the later rounds are held again.
    """
    import polars as pl

    from transforms import invitations, scores
    from transforms import rounds as rounds_
    from transforms.invitations import INVITATIONS

    assert run.rules is not None
    found = pl.DataFrame(schema=INVITATIONS)
    known, new = known_rounds(run, night.as_of), {one.number for one in new_rounds(run, night.as_of)}
    first = next((place for place, one in enumerate(known) if one.number in new), len(known))
    for place, one in enumerate(known[first:], first):
        all_of_them = one.number in new
        if not all_of_them and found.is_empty():
            continue
        if one.date == night.as_of:
            sheets, law, declined = night.sheets, night.law, declined_by_now
        else:
            sheets, law = run.history.records_on(one.date), run.rules.law_of(one.date)
            declined = declined_by_now.filter(pl.col("declined_on") <= one.date)
        standing = invitations.standing(pl.concat([earlier, found]))
        by_it = standing.filter(pl.col("round") == one.number)
        if not all_of_them:
            sheets, by_it = {key: _of(found, sheet) for key, sheet in sheets.items()}, _of(found, by_it)
        if sheets["candidates"].is_empty():
            continue
        before = standing.filter(pl.col("round").is_in([other.number for other in known[:place]]))
        out = invitations.holders(before, sheets["candidates"], declined).select("client_id")
        scored = night.scored if sheets is night.sheets else scores.score(sheets, law)
        outcome = rounds_.hold(one, scored, law)
        # It invites anew only whom it did not before, and takes back what was given in error.
        not_anew = pl.concat([out, by_it.select("client_id")])
        found = pl.concat([found, invitations.invited(outcome, not_anew), invitations.withdrawn(outcome, by_it, out)])
    return found


def _of(clients: pl.DataFrame, frame: pl.DataFrame) -> pl.DataFrame:
    """The rows of these clients."""
    return frame.join(clients, on="client_id", how="semi", maintain_order="left")


def new_rounds(run: Nights, day: date) -> list[Round]:
    """The rounds that a night saw first, or saw corrected in what a round is held by, oldest first."""
    import polars as pl

    assert run.rounds is not None
    seen_today = set(run.rounds.filter(pl.col("seen_on") == day)["number"])
    before = {one.number: one for one in known_rounds(run, day - DAY)}
    return [one for one in known_rounds(run, day) if one.number in seen_today and before.get(one.number) != one]


def counts(night: Night) -> dict[str, int]:
    """The counts of a night: who is scored, in the pool, invited and changed, and what its files came to.

    Candidates in = scored + quarantined, detail rows in = used + held + quarantined, those on record counted too.
    """
    import polars as pl

    from history.tables import INPUT_COUNTS

    files = {name: sum(one.get(name) or 0 for one in night.inputs) for name in INPUT_COUNTS}
    details = sum(sheet.height for key, sheet in night.sheets.items() if key != "candidates")
    bad, held = files["detail_rows_quarantined"], files["detail_rows_held"]
    kinds = dict(night.events.group_by("kind").len().iter_rows())
    return {
        "candidates_in": night.scores.height + files["candidates_quarantined"],
        "candidates_accepted": night.scores.height,
        "candidates_quarantined": files["candidates_quarantined"],
        "detail_rows_in": details + held + bad,
        "detail_rows_used": details,
        "detail_rows_held": held,
        "detail_rows_quarantined": bad,
        "in_pool": night.scored.filter("in_pool").height,
        "cannot_be_told": night.scored.filter(pl.col("is_live") & pl.col("in_pool").is_null()).height,
        "invited": kinds.get("invited", 0),
        "events": night.events.height,
        "files_taken": sum(one["outcome"] == "taken" for one in night.inputs),
        "files_unusable": sum(one["outcome"] == "unusable" for one in night.inputs),
        "candidates_in_files": files["candidates_in"],
        "candidates_accepted_from_files": files["candidates_accepted"],
    }


# What is written, and in which order.


def write(run: Nights, night: Night) -> None:
    """Writes a night: the tables, then the reports of the day, then its row in the ledger, without which it never was.

    A completed night that is written again is marked until all is there.
    """
    is_again = night.as_of in completed(run.history)
    with rewriting.marked(run.firm, NIGHTLY, [night.as_of]) if is_again else nullcontext():
        _write(run, night)


def _write(run: Nights, night: Night) -> None:
    from history.tables import EVENTS, INVITATIONS, PROBLEMS, RECORDS, ROUNDS_TABLE, SCORES_TABLE

    assert run.rounds is not None
    with run.timed("history"):
        run.history.replace_day(RECORDS, night.as_of, night.records)
        run.history.replace_day(PROBLEMS, night.as_of, night.problems)
        run.history.replace(ROUNDS_TABLE, run.rounds)
        run.history.replace_day(SCORES_TABLE, night.as_of, night.scores)
        run.history.replace_day(INVITATIONS, night.as_of, night.invitations)
        run.history.replace_day(EVENTS, night.as_of, night.events)
    with run.timed("reports"):
        write_reports(run, night)
    add_run(run, NIGHTLY, night.as_of, night.law, night)


def reports_of(run: Nights, day: date) -> Path:
    """The folder of a night's reports."""
    return _named(run.firm.reports) / day.isoformat()


def write_reports(run: Nights, night: Night) -> None:
    """The night's files, written beside and moved in, run.json last."""
    from flows import night_alerts
    from reports import alerts, report, tables

    out = reports_of(run, night.as_of)
    if out.is_dir():
        for left in out.glob(LEFT_IN_REPORTS):
            shutil.rmtree(left, ignore_errors=True)
    with program.whole_folder(out, last=RECORD) as staged, ThreadPoolExecutor(1) as beside:
        # The engine looks ahead while the report is written.
        coming = beside.submit(night_alerts.contents, run, night)
        shown = contents(run, night)
        tables.write_scores(staged / "scores.parquet", shown.scores)
        tables.write_quarantine_csv(staged / "quarantine.csv", shown.quarantine)
        report.write_report(staged / "report.xlsx", shown)
        alerts.write_alerts(staged, coming.result())
        outputs = {path.name: program.sha256_of(path) for path in sorted(staged.iterdir())}
        record = json.dumps(manifest(run, night, outputs), indent=2)
        (staged / RECORD).write_text(record + "\n", encoding="utf-8")


def contents(run: Nights, night: Night) -> Any:
    """What the report shows of a night."""
    import polars as pl

    from flows import readings
    from reports.contents import Input, LeftOut, ReportContents
    from transforms.explain import explanations
    from transforms.scores import SCHEMA
    from validation.problems import FRAME

    numbered = list(enumerate(night.inputs, start=1))
    concerned = night.events["client_id"].unique().to_list()
    told = {
        standing: night.problems.filter(pl.col("standing") == standing).select(list(FRAME))
        for standing in ("quarantined", "held", "warning")
    }
    return ReportContents(
        title=program.title_of(run.firm.name),
        as_of=night.as_of,
        **program.versions(night.law),
        rules_notes=readings.unknown_law(night.law),
        rules_files=night.law.rules.laid_over,
        rounds_asked=(),
        inputs=[
            Input(number, one["name"], one["kind"], one["sha256"], one["rows"])
            for number, one in numbered
            if one["outcome"] == "taken"
        ],
        left_out=[
            LeftOut(number, one["name"], one["problem"]) for number, one in numbered if one["outcome"] != "taken"
        ],
        counts=night.counts,
        scores=night.scores.select(list(SCHEMA)),
        people=night.scored.select(
            "client_id", "family_name", "given_name", "case_owner", "profile_submitted_at", "pool_status", "in_pool"
        ),
        # Of the others it is what it was; `drawline explain` tells it of any client.
        explanation=explanations(night.scored.filter(pl.col("client_id").is_in(concerned)), night.law),
        outcomes=night.outcomes,
        quarantine=told["quarantined"],
        held=told["held"],
        warnings=told["warning"],
        rules=readings.rules_in_force(night.law),
        readings=readings.stated(night.law),
        coverage=readings.coverage(),
        # What is told of files stands on sheets of its own.
        rounds_notes=run.rounds_notes,
    )


def _notes_of(run: Nights, night: Night) -> list[str]:
    """What the ledger says of a night: of a missed one, that it was caught up."""
    if night.as_of == run.request.as_of:
        return run.notes
    return [f"This night was missed and is caught up by that of {run.request.as_of}."]


def manifest(run: Nights, night: Night, outputs: Mapping[str, str]) -> dict[str, Any]:
    """run.json of a night."""
    return {
        "run_id": run.run_id,
        "as_of": night.as_of.isoformat(),
        **program.versions(night.law),
        "rules_unknown": [parameter.id for parameter in night.law.unknown],
        "inputs": [{"number": number, **one} for number, one in enumerate(night.inputs, start=1)],
        "counts": night.counts,
        "rounds": [
            {"number": one.number, "kind": one.kind, "date": one.date.isoformat(), "cut_off": one.cut_off}
            for one in night.outcomes
        ],
        "notes": _notes_of(run, night),
        "timings_seconds": run.timings,
        "outputs": dict(outputs),
    }


def add_run(run: Nights, kind: str, day: date, law: Law, night: Night | None = None) -> None:
    """One row in the ledger; with it the run has happened."""
    import polars as pl

    from history.tables import RUNS

    assert run.rounds is not None
    assert run.taken is not None or night is None
    takes = night is not None and day == run.request.as_of
    row = {
        "as_of": day,
        "run_id": run.run_id,
        "kind": kind,
        "started_at": run.started_at,
        "seconds": round((datetime.now(UTC) - run.started_at).total_seconds(), 3),
        **program.versions(law),
        "rounds_known": run.rounds.filter(pl.col("seen_on") <= day)["number"].n_unique(),
        "inputs": run.taken.inputs if takes and run.taken is not None else [],
        "counts": [{"count": name, "value": value} for name, value in (night.counts if night else {}).items()],
        "timings": [{"stage": name, "seconds": value} for name, value in run.timings.items()],
        "notes": run.notes if night is None else _notes_of(run, night),
        "rounds_notes": run.rounds_notes,
    }
    run.history.add_run(pl.DataFrame([row], schema=RUNS.schema))


def exit_code(run: Nights) -> int:
    """0, or 3 where rows of the files that were taken are quarantined."""
    assert run.taken is not None
    bad = any(one.get(f"{rows}_quarantined") for one in run.taken.inputs for rows in ("candidates", "detail_rows"))
    return program.EXIT_QUARANTINED if bad else program.EXIT_DONE


def summary(run: Nights) -> dict[str, Any]:
    """What a run did, or would do, for programs: the nights with their counts, and each kind of event by reason."""
    assert run.taken is not None
    return {
        "run_id": run.run_id,
        "as_of": run.request.as_of,
        "dry_run": run.request.dry_run,
        "files": [
            {name: one.get(name) for name in ("name", "sha256", "outcome", "problem")} for one in run.taken.inputs
        ],
        "clients": client_changes(run),
        "nights": [
            {
                "as_of": night.as_of,
                "rules_status": night.law.status,
                "counts": night.counts,
                "events": event_counts(night.events),
                "reports": None if run.request.dry_run else str(reports_of(run, night.as_of)),
            }
            for night in run.nights
        ],
        "notes": run.notes,
    }


def event_counts(events: pl.DataFrame) -> list[dict[str, Any]]:
    """How many events of each kind and reason."""
    import polars as pl

    return (
        events.group_by("kind", "reason").agg(pl.len().alias("events"), pl.col("points").sum()).sort("kind", "reason")
    ).to_dicts()


def client_changes(run: Nights) -> dict[str, int]:
    """How many of the clients in the files that were taken are new, changed, or as they were."""
    import polars as pl

    assert run.taken is not None
    if not run.stood_before:
        return {"new": 0, "changed": 0, "as_before": 0}
    now, then = (taken_before.fingerprints(sheets) for sheets in (run.taken.sheets, run.stood_before))
    beside = now.join(then, on="client_id", how="left", suffix="_then")
    new = beside.filter(pl.col("record_then").is_null()).height
    same = beside.filter(pl.col("record") == pl.col("record_then")).height
    return {"new": new, "changed": beside.height - new - same, "as_before": same}
