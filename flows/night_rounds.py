"""The rounds of a night: those published, those known on a day, and whom the ones newly seen invite."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from flows import program
from flows.night_state import DAY, NIGHTLY, Nights, completed
from flows.program import UnusableFile, UsageError

if TYPE_CHECKING:
    import polars as pl

    from history.store import History
    from transforms.rounds import Round
    from transforms.rules import Law

# What a run that was killed may leave beside the firm's rounds file (flows.rounds_update.keep).
LEFT_BESIDE_ROUNDS = re.compile(r"\.[0-9a-f]{8}-")


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
        rows = _as_seen(run, rows)
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
    new = new.with_columns(first.alias("seen_on")).select(list(ROUNDS_TABLE.schema))
    # Of a round that is corrected on the day that saw it, what it is now.
    return pl.concat([rows.join(new, on=["number", "seen_on"], how="anti", maintain_order="left"), new])


def _as_seen(run: Nights, rows: pl.DataFrame) -> pl.DataFrame:
    """The rounds table; what only a night that was broken off has seen, the first of this run's nights sees."""
    import polars as pl

    done = completed(run.history)
    if not done:
        return rows
    anew = pl.max_horizontal(pl.col("date"), pl.lit(run.days[0]))
    return rows.with_columns(pl.when(pl.col("seen_on") > done[-1]).then(anew).otherwise("seen_on").alias("seen_on"))


def known_rounds(run: Nights, day: date) -> list[Round]:
    """The rounds known on a day, oldest first."""
    from history.store import known_by
    from validation import rounds_file

    assert run.rounds is not None
    return rounds_file.rounds(known_by(run.rounds, day))


def last_known(run: Nights, day: date) -> list[Round]:
    """The last round of each kind that was known on a day."""
    from transforms import rounds as rounds_

    return rounds_.latest_of_each_kind(known_rounds(run, day), day)


def new_rounds(run: Nights, day: date) -> list[Round]:
    """The rounds that a night saw first, or saw corrected in what a round is held by, oldest first."""
    import polars as pl

    assert run.rounds is not None
    seen_today = set(run.rounds.filter(pl.col("seen_on") == day)["number"])
    before = {one.number: one for one in known_rounds(run, day - DAY)}
    return [one for one in known_rounds(run, day) if one.number in seen_today and before.get(one.number) != one]


def earlier_invitations(run: Nights, day: date) -> pl.DataFrame:
    """The invitations of completed nights before a day, and of those that this run worked out."""
    import polars as pl

    from history.tables import INVITATIONS

    found = invitations_by(run.history, day - DAY)
    mine = [night for night in run.nights if night.as_of < day]
    found = found.filter(~pl.col("as_of").is_in([night.as_of for night in mine]))
    columns = [name for name in INVITATIONS.schema if name != "as_of"]
    return pl.concat([found.select(columns), *(night.invitations.select(columns) for night in mine)])


def invitations_by(history: History, day: date) -> pl.DataFrame:
    """The rows of the invitations table of completed nights up to a day, in their order."""
    import polars as pl

    from history.tables import INVITATIONS

    return history.read(INVITATIONS, until=day).filter(pl.col("as_of").is_in(completed(history)))


def holders_on(history: History, day: date, candidates: pl.DataFrame) -> pl.DataFrame:
    """Who of the typed Candidates rows of a day holds an invitation by then, as transforms.invitations.holders."""
    from transforms import invitations

    return invitations.holders(invitations_by(history, day), candidates, history.declined_by(day))


@dataclass(frozen=True)
class Clients:
    """The clients of a night as its records tell of them: the typed sheets, and their scores under the law of the day."""

    law: Law
    sheets: Mapping[str, pl.DataFrame]
    scored: pl.DataFrame


def invited(run: Nights, clients: Clients, earlier: pl.DataFrame, declined_by_now: pl.DataFrame) -> pl.DataFrame:
    """Whom the rounds that this night saw first invite, each held on the records and under the law of its own day.

    What a completed run of the same night has told of a round stands, whatever files and rules came since. A correction
    may give an invitation that would have kept its client out of later rounds, or take such a one back: of these clients
    the later rounds are held again; but where the client's record tells of an invitation, that is what came.
    """
    import polars as pl

    from transforms import invitations, scores
    from transforms import rounds as rounds_
    from transforms.invitations import INVITATIONS

    assert run.rules is not None
    day = clients.law.as_of
    told, new = _told_before(run, day)
    earlier, found = pl.concat([earlier, told]), pl.DataFrame(schema=INVITATIONS)
    came = invitations.confirmed(earlier, clients.sheets["candidates"])
    known = known_rounds(run, day)
    first = next((place for place, one in enumerate(known) if one.number in new), len(known))
    for place, one in enumerate(known[first:], first):
        all_of_them = one.number in new
        if not all_of_them and found.is_empty():
            continue
        if one.date == day:
            sheets, law, declined = clients.sheets, clients.law, declined_by_now
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
        scored = clients.scored if sheets is clients.sheets else scores.score(sheets, law)
        outcome = rounds_.hold(one, scored, law)
        # It invites anew only whom it did not before, and takes back what was given in error.
        later = came.filter(pl.col("held_on") >= one.date)
        not_anew = pl.concat([out, *(frame.select("client_id") for frame in (by_it, later))])
        in_doubt = by_it.join(came, on=["client_id", "round"], how="anti", maintain_order="left")
        found = pl.concat(
            [found, invitations.invited(outcome, not_anew), invitations.withdrawn(outcome, in_doubt, out)]
        )
    return pl.concat([told, found])


def _told_before(run: Nights, day: date) -> tuple[pl.DataFrame, set[str]]:
    """The invitations that a completed run of a night told of, and the numbers of the rounds that are to be held.

    Where a round that it saw is another one by now, all that the night saw are held again.
    """
    import polars as pl

    from history.tables import INVITATIONS, ROUNDS_TABLE

    columns = [name for name in INVITATIONS.schema if name != "as_of"]
    to_hold = {one.number for one in new_rounds(run, day)}
    if day not in completed(run.history):
        return INVITATIONS.empty().select(columns), to_hold
    assert run.rounds is not None
    seen, stored = (rows.filter(pl.col("seen_on") == day) for rows in (run.rounds, run.history.on(ROUNDS_TABLE, day)))
    if not stored.join(seen, on=list(seen.columns), how="anti", nulls_equal=True).is_empty():
        return INVITATIONS.empty().select(columns), to_hold
    known = stored["number"].to_list()
    told = run.history.on(INVITATIONS, day).select(columns)
    # A run that was broken off may have written some of rounds that it had not come to write down.
    numbers = [one.number for one in known_rounds(run, day) if one.number not in to_hold - set(known)]
    return told.filter(pl.col("round").is_in(numbers)), to_hold - set(known)


def _of(clients: pl.DataFrame, frame: pl.DataFrame) -> pl.DataFrame:
    """The rows of these clients."""
    return frame.join(clients, on="client_id", how="semi", maintain_order="left")
