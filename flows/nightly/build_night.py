"""One night in memory: the records that stand, their scores, and what changed against the night before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from flows.nightly import inbox, night_invitations, night_rounds
from flows.nightly.night_state import DAY, Night, Nights, is_first_kept, kept
from transforms.model import frames

if TYPE_CHECKING:
    import polars as pl

    from transforms.rounds.rounds import Round, RoundOutcome


def build_night(run: Nights, day: date) -> Night:
    """One night: the records that stand, their scores, the rounds, and what changed against the night before."""
    import polars as pl

    from history.store import as_records
    from history.tables import PROBLEMS, RECORDS
    from transforms.assessment import scores
    from transforms.rounds import invitations
    from transforms.rounds import rounds as rounds_
    from validation.checks.published_scores import checked

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
            # Of a file that is tried again on the day that took it, its report of now.
            read = [one["sha256"] for one in run.taken.inputs if one["outcome"] == "taken"]
            problems = problems.filter(~pl.col("input_sha256").is_in(read))
            new = pl.concat([run.taken.problems, _replaced(run, day)])
            problems = pl.concat([problems, new.with_columns(pl.lit(day).alias("as_of")).select(list(PROBLEMS.schema))])
    with run.timed("scoring"):
        scored = scores.score(sheets, law)
    with run.timed("rounds_seen"):
        earlier = night_invitations.earlier_invitations(run, day)
        declined = run.history.declined_by(day, records)
        new = night_invitations.invited(run, night_invitations.Clients(law, sheets, scored), earlier, declined)
        held = invitations.invitation_holders(pl.concat([earlier, new]), sheets["candidates"], declined)
    with run.timed("holding_rounds"):
        known = night_rounds.known_rounds(run, day)
        placed = invitations.without_holders(scored, held, law)
        outcomes = []
        for one in rounds_.latest_of_each_kind(known, day):
            # A client invited by a round of this night is reported with that round alone.
            by_it = new.filter(pl.col("round") == one.number)
            others = held.join(by_it, on=["client_id", "round"], how="anti")
            pool = placed if others.height == held.height else invitations.without_holders(scored, others, law)
            outcomes.append(rounds_.hold(one, pool, law, months=run.firm.headline_months))
        published = checked(scores.published(placed, law), law)
        above = pl.when(~pl.col("client_id").is_in(held["client_id"].to_list())).then(
            invitations.above(outcomes, published)
        )
        published = published.with_columns(above.fill_null("").alias("above"))
    night = Night(
        day, law, records, sheets, inputs, problems, placed, published, outcomes, _by_kind(outcomes, known), new, held,
        pl.DataFrame(schema=frames.EVENTS),
    )  # fmt: skip
    night.listed = run.taken.listed if takes else None
    with run.timed("changes"):
        _compare(run, night, earlier, declined)
    night.counts = counts(night)
    return night


def _ledger_of(run: Nights, day: date) -> list[dict[str, Any]]:
    """The files of a night, those of this run too; one that could not be read is left out once it could be."""
    from history.store import EXCLUDED, NOT_READ

    assert run.taken is not None
    ledger = run.history.inputs()
    rows = ledger.filter(ledger["as_of"] == day).drop("as_of").to_dicts()
    rows += run.taken.inputs if day == run.request.as_of else []
    rows = [
        one for place, one in enumerate(rows) if one["outcome"] != NOT_READ or not _is_settled(one, rows[place + 1 :])
    ]
    # A file that was taken is one, whatever it is named.
    last = {(one["sha256"], "" if one["outcome"] == "taken" else one["name"]): one for one in rows}
    opened = {one["name"] for one in last.values() if one["sha256"]}
    return [one for one in last.values() if (one["sha256"] or one["name"] not in opened) and one["outcome"] != EXCLUDED]


def _is_settled(not_read: Mapping[str, Any], later: Sequence[Mapping[str, Any]]) -> bool:
    """Does a later row tell of a file that could not be read, by its content or its name?"""
    return any(one["name"] == not_read["name"] or one["sha256"] == not_read["sha256"] != "" for one in later)


def _replaced(run: Nights, day: date) -> pl.DataFrame:
    """A warning, and a note, where files of the inbox hold clients that new ones hold as well."""
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


def _compare(run: Nights, night: Night, earlier: pl.DataFrame, declined: pl.DataFrame) -> None:
    """Fills in every change against the night before with its reason; `earlier` the invitations before this night's,
    `declined` as transforms.rounds.invitations.DECLINED.
    """
    import polars as pl

    from history.tables import EVENTS
    from transforms.changes import changes
    from transforms.changes.changed_cells import cells_behind, with_cells
    from transforms.changes.record_news import record_news
    from transforms.rounds import invitations

    assert run.rules is not None
    night.files = _files_of(night.sheets)
    if is_first_kept(run.history, night.as_of):
        # The night that it was compared with is pruned: its report stays.
        night.events = run.history.on(EVENTS, night.as_of).select(list(frames.EVENTS))
        night.files |= set(run.history.inputs()["name"])
        return
    then, sheets, scores = _night_before(run, night.as_of)
    night.files |= _files_of(sheets)
    night.compared_with = None if scores.is_empty() else then
    by_then = declined.filter(pl.col("declined_on") <= then)
    invited = invitations.invitation_holders(earlier, sheets["candidates"], by_then)
    found = changes.between(
        changes.Night(then, as_invited(sheets, invited), scores),
        changes.Night(night.as_of, as_invited(night.sheets, night.holders), night.scores),
        run.rules,
    )
    lines = {one.kind: one for one in night_rounds.last_known(run, then)}, night.last_rounds
    crossed = invitations.crossings(scores, night.scores, lines, found, night.holders)
    clients = sheets["candidates"], night.sheets["candidates"]
    events = pl.concat(
        [
            invitations.events_of(invitations.net(earlier, night.invitations)),
            invitations.ended(earlier, night.invitations, clients, declined, then),
            invitations.by_rounds(found, night.invitations),
            crossed,
            record_news(*clients, night.problems.filter(pl.col("standing") == "quarantined"), found),
        ]
    )
    night.cells = cells_behind(events, sheets, night.sheets)
    night.events = with_cells(events, night.cells)


def _files_of(sheets: Mapping[str, pl.DataFrame]) -> set[str]:
    """The names of the files that records were read from."""
    return {name for frame in sheets.values() for name in frame["source_file"].unique().drop_nulls()}


def as_invited(sheets: Mapping[str, pl.DataFrame], invited: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Typed sheets with the invitations of holders in the Candidates rows."""
    from transforms.rounds import invitations

    return {**sheets, "candidates": invitations.with_invitations(sheets["candidates"], invited)}


def _night_before(run: Nights, day: date) -> tuple[date, Mapping[str, pl.DataFrame], pl.DataFrame]:
    """Day, records and published scores of the last completed night before a day; without rows before the first."""
    from history.tables import SCORES_TABLE

    done = [night for night in run.nights if night.as_of < day]
    if done:
        return done[-1].as_of, done[-1].sheets, done[-1].scores
    earlier = [one for one in kept(run.history) if one < day]
    if not earlier:
        nobody = {key: sheet.clear() for key, sheet in run.history.records_on(day).items()}
        return day - DAY, nobody, SCORES_TABLE.empty()
    last = earlier[-1]
    return last, run.history.records_on(last), run.history.on(SCORES_TABLE, last)


def counts(night: Night) -> dict[str, int]:
    """The counts of a night: who is scored, in the pool, invited and changed, and what its files came to.

    Candidates in = scored + quarantined, detail rows in = used + held + quarantined, those on record counted too.
    """
    import polars as pl

    from history.tables import INPUT_COUNTS

    files = {name: sum(one.get(name) or 0 for one in night.inputs) for name in INPUT_COUNTS}
    details = sum(sheet.height for key, sheet in night.sheets.items() if key != "candidates")
    bad, waiting_rows = files["detail_rows_quarantined"], files["detail_rows_held"]
    kinds = dict(night.events.group_by("kind").len().iter_rows())
    return {
        "candidates_in": night.scores.height + files["candidates_quarantined"],
        "candidates_accepted": night.scores.height,
        "candidates_quarantined": files["candidates_quarantined"],
        "detail_rows_in": details + waiting_rows + bad,
        "detail_rows_used": details,
        "detail_rows_held": waiting_rows,
        "detail_rows_quarantined": bad,
        "in_pool": night.scored.filter("in_pool").height,
        "undetermined": night.scored.filter(pl.col("is_live") & pl.col("in_pool").is_null()).height,
        "invited": kinds.get("invited", 0),
        "events": night.events.height,
        "files_taken": sum(one["outcome"] == "taken" for one in night.inputs),
        "files_unusable": sum(one["outcome"] == "unusable" for one in night.inputs),
        "candidates_in_files": files["candidates_in"],
        "candidates_accepted_from_files": files["candidates_accepted"],
    }
