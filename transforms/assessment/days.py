"""Many clients on many days in one pass: what the outlook, a past night and a planned day ask of the engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import polars as pl

from transforms.assessment import facts
from transforms.rules import Law, Rules
from transforms.rules.lookup import Frame, done, once_a_law
from transforms.scoring import categories, crs, programs, ranking

# Between a client's id and the day in the id of a pair; no cell of an intake holds it.
BETWEEN = "\x1f"
# The columns of a frame with their dtypes, in order.
Columns = tuple[tuple[str, pl.DataType], ...]


def scored_on(sheets: Mapping[str, pl.DataFrame], days: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """The clients scored on days of their own, many in one pass: the columns of `scores.score` but rank, and as_of.

    Takes the typed sheets by key, and client_id (String) and as_of (Date) of what is asked, each pair once. A column
    `age_on` (Date) names another day on which the age is counted, `nominated_until` (Date) the last day of the
    nomination (empty: no end). One row a pair, in the order of `days`; a client who is not among the candidates has none.

    Raises RulesError for a day before Express Entry.
    """
    return BatchScorer(sheets, rules).scored_on(days)


class BatchScorer:
    """Typed sheets of which several things are asked: each pair of a client and a day is settled once under a law."""

    def __init__(self, sheets: Mapping[str, pl.DataFrame], rules: Rules) -> None:
        self.sheets = sheets
        self.rules = rules
        self._settled: dict[date, pl.DataFrame] = {}

    def scored_on(self, days: pl.DataFrame) -> pl.DataFrame:
        """As `scored_on`, of these sheets."""
        order = days.select("client_id", "as_of").with_row_index("order")
        parted = list(by_law(days, self.rules))
        if not parted:
            columns = tuple((key, tuple(frame.schema.items())) for key, frame in self.sheets.items())
            return _of_nobody(_first_law(self.rules), columns, tuple(days.schema.items()))
        # Under each law by itself, so two at a time.
        with ThreadPoolExecutor(2) as beside:
            parts = list(beside.map(lambda asked: self._scored(*asked), parted))
        return pl.concat(parts, how="diagonal").join(order, on=["client_id", "as_of"]).sort("order").drop("order")

    def _scored(self, law: Law, days: pl.DataFrame) -> pl.DataFrame:
        return _of_clients(apply_law(self.settled_on(days, law), law))

    def settled_on(self, days: pl.DataFrame, law: Law) -> pl.DataFrame:
        """The facts of clients on days of their own, under one law `by_row`; as `facts.settle`, with as_of, in no order.

        The client_id is that of the pair: the client's and the day.
        """
        since = max((change for change in self.rules.change_dates() if change <= law.as_of), default=law.as_of)
        known, asked = self._settled.get(since), days.with_columns(pair_id().alias("pair"))
        if known is None:
            self._settled[since] = self._settle(days, law)
            return self._settled[since]
        new = asked.join(known, left_on="pair", right_on="client_id", how="anti").drop("pair")
        if not new.is_empty():
            known = self._settled[since] = pl.concat([known, self._settle(new, law)])
        return known.join(asked, left_on="client_id", right_on="pair", how="semi")

    def _settle(self, days: pl.DataFrame, law: Law) -> pl.DataFrame:
        return facts.settle({key: _of_pairs(frame, days) for key, frame in self.sheets.items()}, law)


def _of_clients(found: pl.DataFrame) -> pl.DataFrame:
    """Scored pairs under the client's own id."""
    return found.with_columns(pl.col("client_id").str.split(BETWEEN).list.first())


@once_a_law
def _of_nobody(law: Law, sheets: tuple[tuple[str, Columns], ...], days: Columns) -> pl.DataFrame:
    """What `scored_on` gives where nothing is asked, from the columns of the sheets and of the days."""
    nobody = BatchScorer({key: pl.DataFrame(schema=dict(columns)) for key, columns in sheets}, law.rules)
    return _of_clients(apply_law(nobody.settled_on(pl.DataFrame(schema=dict(days)), law), law))


def _first_law(rules: Rules) -> Law:
    return replace(rules.law_of(rules.first_day), by_row=True)


def apply_law(settled: Frame, law: Law) -> Frame:
    """Facts scored under a law: CRS, eligibility, categories, is_live and in_pool, rank left out."""
    if isinstance(settled, pl.DataFrame):
        return done(apply_law(settled.lazy(), law))
    scored = programs.eligibility_of(crs.points_of(settled, law), law)
    return ranking.placed_in_pool(categories.membership(scored, law), law)


def _of_pairs(frame: pl.DataFrame, days: pl.DataFrame) -> pl.DataFrame:
    """A sheet's rows once for each day of their client, under the pair's id."""
    return days.join(frame, on="client_id", maintain_order="left_right").with_columns(pair_id())


def pair_id() -> pl.Expr:
    """The client_id of a pair of a client and a day: the client's and the day."""
    return pl.concat_str("client_id", pl.col("as_of").cast(pl.String), separator=BETWEEN).alias("client_id")


def law_since(day: pl.Expr, rules: Rules) -> pl.Expr:
    """The last change of the law on or before each day (Date): on days that share it the law is the same."""
    changes = pl.Series(rules.change_dates())
    return pl.lit(changes).gather(pl.lit(changes).search_sorted(day, side="right").cast(pl.Int64).sub(1).clip(0))


def by_law(days: pl.DataFrame, rules: Rules) -> Iterator[tuple[Law, pl.DataFrame]]:
    """What is asked of the days in as_of, parted by the law in force, which is `by_row`."""
    parted = days.with_columns(law_since(pl.col("as_of"), rules).alias("law_since")).partition_by(
        "law_since", maintain_order=True, include_key=False
    )
    for own in parted:
        yield replace(rules.law_of(own["as_of"][0]), by_row=True), own
