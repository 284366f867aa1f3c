"""Files of the inbox that an earlier run knew: what counts of one that is tried again, and which are put back or are
unusable still.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from transforms.model.wording import _, n_

if TYPE_CHECKING:
    import polars as pl

    from flows.nightly.inbox import FileSnapshot, InboxFile, Taken
    from history.store import History


def tried_again(files: Sequence[InboxFile], ledger: pl.DataFrame) -> list[InboxFile]:
    """Those of some files that a run took before, with rows in quarantine; `ledger` as History.inputs."""
    taken = set(ledger.filter(ledger["outcome"] == "taken")["sha256"])
    return [one for one in files if one.sha256 in taken]


def keep_what_counts(
    taken: Taken, again: Sequence[InboxFile], history: History, day: date, stood: Mapping[str, pl.DataFrame]
) -> None:
    """Of files that are tried again, keeps the clients whose rows are others than those that stand, and adds a note.

    A client in a file that was first taken after this one stays with that; one who is not on record though its
    rows were not in quarantine was purged, and stays out. `stood` are the records of the day before anything was taken.
    """
    import polars as pl

    read = {one["sha256"]: one["name"] for one in taken.inputs if one["outcome"] == "taken"}
    again = [one for one in again if read.get(one.sha256) == one.path.name]
    ledger = history.inputs().filter(pl.col("outcome") == "taken").unique("sha256", keep="first", maintain_order=True)
    places = dict(ledger.with_row_index("place").select("sha256", "place").iter_rows())
    accepted = history.accepted_by(day).select("client_id", pl.col("input_sha256").alias("then"))
    now, then = fingerprints(taken.sheets), fingerprints(stood)
    own = taken.sheets["candidates"].select("client_id", "input_sha256")
    beside = (
        own.filter(pl.col("input_sha256").is_in([one.sha256 for one in again]))
        .join(accepted, on="client_id", how="left")
        .join(now, on="client_id")
        .join(then, on="client_id", how="left", suffix="_then")
        .with_columns(
            _place("then", places).gt(_place("input_sha256", places)).fill_null(value=False).alias("is_newer"),
            pl.col("record").eq_missing(pl.col("record_then")).alias("is_same"),
            (pl.col("then").is_null() & ~pl.col("client_id").is_in(history.quarantined_in([*read]))).alias("is_purged"),
        )
    )
    stay = beside.filter(pl.col("is_newer") | pl.col("is_same") | pl.col("is_purged"))
    taken.sheets = {
        key: sheet.join(stay, on="client_id", how="anti", maintain_order="left") for key, sheet in taken.sheets.items()
    }
    for one in again:
        mine = beside.filter(pl.col("input_sha256") == one.sha256)
        changed = mine.join(stay, on="client_id", how="anti").height
        newer = mine.filter("is_newer").height
        text = _(
            "{file} was taken before and is tried again, since the mapping or the program is another: {changed} of its clients "
            "count again"
        )
        note = text.format(file=one.path.name, changed=changed)
        taken.notes.append(note + _("; newer rows of {n} stand and stay").format(n=newer) if newer else note)


def _place(column: str, places: Mapping[str, int]) -> pl.Expr:
    import polars as pl

    return pl.col(column).replace_strict(places, default=None, return_dtype=pl.Int64)


def reappeared(present: Sequence[tuple[FileSnapshot, str]], history: History, day: date) -> list[dict[str, Any]]:
    """Of files that were taken for good those that were put into the inbox since a newer file took their place, with what
    is to be reported on them, as rows of history.tables.INPUT; on each once.
    """
    import polars as pl

    from history.store import PUT_BACK
    from history.tables import INPUT

    ledger = history.inputs_by_time().with_row_index("place")
    taken = ledger.filter(pl.col("outcome") == "taken").unique("sha256", keep="last", maintain_order=True)
    times = dict(taken.select("sha256", "started_at").iter_rows())
    last_named = dict(ledger.select("name", "sha256").iter_rows())
    found: list[dict[str, Any]] = []
    for seen, digest in present:
        name = seen.path.name
        if not _came_after(times[digest], seen, digest, last_named):
            continue
        clients = pl.DataFrame({"client_id": history.clients_of(digest)}, schema={"client_id": pl.String})
        accepted = history.accepted_by(day).join(clients, on="client_id").filter(pl.col("input_sha256") != digest)
        newer = taken.filter(pl.col("sha256").is_in(accepted["input_sha256"].to_list())).sort("place")
        if newer.is_empty() or not _came_after(newer["started_at"][-1], seen, digest, last_named):
            continue
        reported = ledger.filter(
            pl.col("outcome") == PUT_BACK, pl.col("sha256") == digest, pl.col("name") == name,
            pl.col("place") > newer["place"][-1],
        )  # fmt: skip
        if reported.is_empty():
            night = taken.row(by_predicate=pl.col("sha256") == digest, named=True)["as_of"]
            text = n_(
                "It was taken already, on the night of {night}, and newer rows of one of its clients stand since; if this "
                "earlier version is to count, change a cell and save it again.",
                "It was taken already, on the night of {night}, and newer rows of {n} of its clients stand since; if this "
                "earlier version is to count, change a cell and save it again.",
                accepted.height,
            )
            problem = text.format(night=night, n=accepted.height)
            reported_now = {"sha256": digest, "name": name, "outcome": PUT_BACK, "problem": problem}
            found.append(dict.fromkeys(INPUT) | reported_now)
    return found


def still_unusable(files: Sequence[InboxFile], ledger: pl.DataFrame) -> list[str]:
    """The report on unusable files that lie unchanged in the inbox: since when, and why.

    `ledger` as History.inputs.
    """
    import polars as pl

    notes = []
    for one in files:
        rows = ledger.filter(
            pl.col("outcome") == "unusable", pl.col("sha256") == one.sha256, pl.col("name") == one.path.name
        )
        first, last = rows.row(0, named=True), rows.row(-1, named=True)
        notes.append(
            _("still left out, since the night of {night}: {file}: {problem}").format(
                night=first["as_of"], file=one.path.name, problem=last["problem"]
            )
        )
    return notes


def _came_after(moment: datetime, seen: FileSnapshot, digest: str, last_named: Mapping[str, str]) -> bool:
    """Was a file put where it lies after a moment?

    Of a name by which the ledger last knows another content it was, whatever its times say, for a backup puts a file back
    with the time that it had; and that a folder is moved to another disk is no news of the files that the ledger knows.
    """
    if seen.path.name not in last_named:
        return seen.last_touched > moment
    return last_named[seen.path.name] != digest or seen.last_changed > moment


def fingerprints(sheets: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Each client's rows of all sheets as one text, wherever they were read: client_id, record."""
    import polars as pl

    from transforms.model.columns import BY_KEY

    rows = [
        frame.select("client_id", (pl.lit(key) + pl.struct(BY_KEY[key].names).struct.json_encode()).alias("record"))
        for key, frame in sheets.items()
    ]
    return pl.concat(rows).group_by("client_id").agg(pl.col("record").sort().str.join("\n"))
