"""What waits for each case owner."""

from __future__ import annotations

import polars as pl

from reports.alerts.consequences import is_this_week
from reports.alerts.tasks import CLIENT
from reports.people import must_act, near_cutoffs
from reports.people.names import owner_text
from reports.people.to_correct import QUARANTINED, of_status
from reports.report.contents import ReportContents
from reports.report.owners import one_spelling
from transforms.rounds.near import SHORT

ROW = ("source_file", "source_sheet", "source_row")
COUNTED = ("clients", "in_pool", "at_or_above", "close", "week_firm", "week_client", "soon", "to_correct")


def by_owner(contents: ReportContents) -> pl.DataFrame:
    """One row a case owner by name: case_owner, and of clients how many there are, are in the pool, surely meet a cut-off,
    are close to one for which they are eligible; how many tasks are due within WEEK_DAYS by the firm and by the client, and
    within SOON_DAYS; and how many cells or rows keep rows out, without those that wait for other rows. Owners that differ in case, accents or blanks alone are one. Clients without an owner come last.
    """
    at, close = (
        near_cutoffs.sure(contents.near),
        contents.near.filter((pl.col("standing") == SHORT) & pl.col("is_eligible")),
    )
    parts = {
        "clients": contents.people,
        "in_pool": contents.people.filter("in_pool"),
        "at_or_above": at,
        "close": close,
    }
    tasks: dict[str, pl.DataFrame] = {}
    if contents.coming is not None:
        due = must_act.must_act(contents)
        week = due.filter(is_this_week())
        tasks["week_client"] = week.filter(pl.col("whose_turn") == CLIENT)
        tasks["week_firm"] = week.filter(pl.col("whose_turn") != CLIENT)
        tasks["soon"] = due.filter(pl.col("days_left") <= must_act.SOON_DAYS)
    named = contents.owners if contents.owners is not None else contents.people.select("client_id", "case_owner")
    named = named.with_columns(one_spelling(pl.col("case_owner")).alias("case_owner"))
    owners = named.filter(pl.col("client_id").is_not_null()).select("client_id", "case_owner")
    owners = owners.unique("client_id", keep="first", maintain_order=True)
    rows = _to_correct(contents).select(*ROW, "client_id")
    counted = [_counted(part.select("client_id").unique(), owners, name) for name, part in parts.items()]
    counted += [_counted(part.select("client_id"), owners, name) for name, part in tasks.items()]
    counted.append(_rows_of(rows, named, owners))
    together = pl.concat(counted, how="diagonal").group_by("case_owner").agg(pl.col(pl.UInt32).sum())
    missing = [pl.lit(None, pl.UInt32).alias(name) for name in COUNTED if name not in together.columns]
    return (
        together.with_columns(missing)
        .sort(pl.col("case_owner").is_null(), "case_owner")
        .with_columns(owner_text())
        .select("case_owner", *COUNTED)
    )


def _counted(clients: pl.DataFrame, owners: pl.DataFrame, name: str) -> pl.DataFrame:
    """How many of some clients each owner has: case_owner, and the number under a name."""
    known = clients.join(owners, on="client_id", how="left", maintain_order="left")
    return known.group_by("case_owner").agg(pl.len().alias(name))


def _rows_of(rows: pl.DataFrame, named: pl.DataFrame, owners: pl.DataFrame) -> pl.DataFrame:
    """How many cells or rows each owner has to correct: by the owner of the Candidates row itself, else by the client."""
    return _owned(rows, named, owners).group_by("case_owner").agg(pl.len().alias("to_correct"))


def _to_correct(contents: ReportContents) -> pl.DataFrame:
    """The quarantined problems of the groups that the first sheet counts: not those of rows that wait for other rows."""
    places = [place for group in of_status(contents, QUARANTINED) for place in group.rows]
    return contents.quarantine[sorted(places)] if places else contents.quarantine


def with_case_owner(problems: pl.DataFrame, contents: ReportContents) -> pl.DataFrame:
    """Problems with case_owner (String): that of the Candidates row itself, else of the client; empty where none is known."""
    named = contents.owners if contents.owners is not None else contents.people.select("client_id", "case_owner")
    owners = named.filter(pl.col("client_id").is_not_null()).select("client_id", "case_owner")
    return _owned(
        problems.drop("case_owner", strict=False),
        named,
        owners.unique("client_id", keep="first", maintain_order=True),
    ).select(*problems.drop("case_owner", strict=False).columns, "case_owner")


def _owned(rows: pl.DataFrame, named: pl.DataFrame, owners: pl.DataFrame) -> pl.DataFrame:
    """Rows with the case_owner of the Candidates row itself, else of the client."""
    known = rows.join(owners, on="client_id", how="left", maintain_order="left")
    if set(ROW) <= set(named.columns):
        own = named.filter(pl.col(ROW[0]).is_not_null()).select(*ROW, own="case_owner", is_there=True)
        joined = known.join(own.unique(ROW), on=list(ROW), how="left", maintain_order="left")
        known = joined.with_columns(pl.when("is_there").then("own").otherwise("case_owner").alias("case_owner"))
    return known
