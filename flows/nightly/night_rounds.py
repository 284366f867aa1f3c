"""The rounds of a night: those published, those known on a day, and those newly seen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from flows import run_request
from flows.errors import UnusableFile, UsageError
from flows.nightly.night_state import DAY, NIGHTLY, Nights, completed
from flows.outputs import files
from transforms.model.addresses import without_credentials
from transforms.model.wording import _

if TYPE_CHECKING:
    import polars as pl

    from history.store import History
    from transforms.rounds.rounds import Round


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
            files.remove_leftovers(run.firm.own_rounds.parent)
        published = _checked(run, known, _fetched(run))
        run.rounds = rows if published is None else seen(rows, published, run.days)


def rounds_notes_of(history: History, day: date) -> list[str]:
    """What was to be said about the rounds when a night was last worked out."""
    import polars as pl

    rows = history.runs().filter((pl.col("as_of") == day) & (pl.col("kind") == NIGHTLY))
    found = [] if rows.is_empty() else rows["rounds_notes"].to_list()[-1] or []
    # An older drawline kept addresses whole.
    return [without_credentials(note) for note in found]


def _fetched(run: Nights) -> pl.DataFrame | None:
    """The rounds at the firm's address, kept in its rounds file too; None, with a note, where something is wrong."""
    from flows.firm import rounds_update
    from validation.rounds.download import DownloadError

    source = run.firm.rounds_address
    if not source:
        return None
    try:
        data = rounds_update.content_of(source, run.firm)
        done = rounds_update.update(source, data, run.firm.own_rounds, dry_run=run.request.dry_run)
    except (DownloadError, UnusableFile, UsageError) as error:
        text = error.why if isinstance(error, rounds_update.NotTaken) else str(error)
        _on_with_the_last(run, text)
        return None
    except OSError as error:
        text = _("the rounds file {file} cannot be written ({error})").format(
            file=run.firm.own_rounds, error=error.strerror
        )
        _on_with_the_last(run, text)
        return None
    return done.published.frame


def _checked(run: Nights, known: pl.DataFrame, fetched: pl.DataFrame | None) -> pl.DataFrame | None:
    """The rounds fetched, else those of the file in use, unless these are bad or fewer than are known."""
    from validation.rounds import rounds_file, rounds_update

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
        if path != run_request.SHIPPED_ROUNDS:
            _on_with_the_last(run, f"{path}: {error}")
        return None
    return published


def _on_with_the_last(run: Nights, why: str) -> None:
    note = _("{why}; the night goes on with the last good rounds").format(why=why)
    run.notes.append(note)
    run.rounds_notes.append(note)


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
    seen_again = pl.max_horizontal(pl.col("date"), pl.lit(run.days[0]))
    moved = rows.sort("seen_on", maintain_order=True).with_columns(
        pl.when(pl.col("seen_on") > done[-1]).then(seen_again).otherwise("seen_on").alias("seen_on")
    )
    return moved.unique(["number", "seen_on"], keep="last", maintain_order=True)


def known_rounds(run: Nights, day: date) -> list[Round]:
    """The rounds known on a day, oldest first."""
    from history.store import known_by
    from validation.rounds import rounds_file

    assert run.rounds is not None
    if run.known_of is not run.rounds:
        run.known_of, run.known = run.rounds, {}
    if day not in run.known:
        run.known[day] = tuple(rounds_file.rounds(known_by(run.rounds, day)))
    return list(run.known[day])


def last_known(run: Nights, day: date) -> list[Round]:
    """The last round of each kind that was known on a day."""
    from transforms.rounds import rounds as rounds_

    return rounds_.latest_of_each_kind(known_rounds(run, day), day)


def new_rounds(run: Nights, day: date) -> list[Round]:
    """The rounds that a night saw first, or saw corrected in what a round is held by, oldest first."""
    import polars as pl

    assert run.rounds is not None
    seen_today = set(run.rounds.filter(pl.col("seen_on") == day)["number"])
    before = {one.number: one for one in known_rounds(run, day - DAY)}
    return [one for one in known_rounds(run, day) if one.number in seen_today and before.get(one.number) != one]
