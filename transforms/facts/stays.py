"""Where people stayed, as far as their records tell: the countries that ask for a police certificate."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import polars as pl

from transforms.model.calendar import anniversary, same_day
from transforms.rules import Rules
from transforms.rules.lookup import in_force_on

CANADA = "CA"
WHOSE = ["client_id", "person"]
COUNTRY = [*WHOSE, "country"]
DAY = timedelta(days=1)


def countries(people: pl.DataFrame, sheets: Mapping[str, pl.DataFrame], rules: Rules) -> pl.DataFrame:
    """The countries but Canada in which people stayed or may have stayed, one row each, in the order of the people.

    Takes client_id, person, born, residence, citizenship and needed_on (Date), and the typed sheets. Returns client_id,
    person, country, is_long (true: a stay that asks for a police certificate; empty: cannot be long), lives_there
    (Boolean, empty: cannot be long) and left_on (Date, the day after the last such stay).

    A stay is long from so many months on, in a row or in total as the law of the day has it, within so many years
    before the day and since coming of age (law document 4.6). Work history and Education tell of stays; the residence
    and the citizenship of the applicant name a country, but not since when. A person without a known country has
    one row with an empty one. Records that go on are taken to go on to the day.
    """
    stays = _within(_stays(sheets).join(people.select(*WHOSE, "born", "needed_on"), on=WHOSE), rules)
    long = _long(_runs(stays), rules)
    named = people.filter(pl.col("person") == "principal")
    maybe = [
        named.select(*WHOSE, pl.col(column).alias("country")) for column in ("residence", "citizenship")
    ]  # fmt: skip
    known = pl.concat([*maybe, _stays(sheets).select(COUNTRY)]).filter(pl.col("country").is_not_null())
    nowhere = people.select(WHOSE).join(known, on=WHOSE, how="anti")
    nameless = _stays(sheets).filter(pl.col("country").is_null()).select(WHOSE)
    unknown = pl.concat([nowhere, nameless]).with_columns(pl.lit(None, pl.String).alias("country"))
    listed = pl.concat([known.filter(pl.col("country") != CANADA), unknown]).unique(COUNTRY)
    residence = pl.when(pl.col("residence").is_not_null()).then(pl.col("residence") == pl.col("country"))
    return (
        people.select(*WHOSE, "residence")
        .with_row_index("order")
        .join(listed, on=WHOSE)
        .join(long, on=COUNTRY, how="left")
        .sort("order", "country")
        .select(
            *COUNTRY,
            pl.when("is_long").then(pl.lit(value=True)).alias("is_long"),
            residence.otherwise(pl.when("goes_on").then(pl.lit(value=True))).alias("lives_there"),
            pl.when(~pl.col("goes_on")).then("left_on").alias("left_on"),
        )
    )


def _stays(sheets: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """What the records tell of stays: client_id, person, country, start, end (the day after the last; empty: goes on).

    Study that was not completed has no known end, and study at a distance is no stay: these only name the country.
    """
    work = sheets["work_history"].select(
        *WHOSE, "country", pl.col("started_on").alias("start"), (pl.col("ended_on") + DAY).alias("end"),
        pl.col("ended_on").is_null().alias("goes_on"),
    )  # fmt: skip
    at_school = (pl.col("distance_share").fill_null(0) < 1) & pl.col("completed_on").is_not_null()
    study = sheets["education"].select(
        *WHOSE,
        pl.when("in_canada").then(pl.lit(CANADA)).otherwise("country").alias("country"),
        pl.when(at_school).then("started_on").alias("start"),
        (pl.col("completed_on") + DAY).alias("end"),
        pl.lit(value=False).alias("goes_on"),
    )
    return pl.concat([work, study])


def _within(stays: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """The stays cut to the years that count; what goes on lasts to the day of the application."""
    day = pl.col("needed_on")
    years = in_force_on(rules.parameter("application.police_lookback_years"), day, pl.Int32())
    age = in_force_on(rules.parameter("application.police_minimum_age"), day, pl.Int32())
    since = pl.max_horizontal(anniversary(day, -years), anniversary(pl.col("born"), age))
    end = pl.when("goes_on").then(day).otherwise(pl.min_horizontal("end", day))
    return stays.with_columns(pl.max_horizontal("start", since).alias("from"), end.alias("end")).filter(
        pl.col("start").is_not_null() & (pl.col("from") < pl.col("end"))
    )


def _runs(stays: pl.DataFrame) -> pl.DataFrame:
    """Stays that overlap or follow each other without a day between as one."""
    ordered = stays.sort(*COUNTRY, "from")
    begins = (pl.col("from") > pl.col("end").cum_max().shift(1).over(COUNTRY)).fill_null(value=True)
    return (
        ordered.with_columns(begins.cum_sum().alias("run"))
        .group_by(*COUNTRY, "run", maintain_order=True)
        .agg(pl.col("from").min(), pl.col("end").max(), pl.col("goes_on").any(), pl.col("needed_on").first())
    )


def _long(runs: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Of each country: is the stay long, does it go on, and the day after the last stay that is long enough."""
    day = pl.col("needed_on")
    months = in_force_on(rules.parameter("application.police_stay_months"), day, pl.Int32())
    in_a_row = in_force_on(rules.parameter("application.police_stay_in_a_row"), day, pl.Boolean())
    total = (pl.col("end") - pl.col("from")).dt.total_days().sum().over(COUNTRY)
    enough = total >= (day - same_day(day, -months)).dt.total_days()
    long = pl.when(in_a_row).then(same_day(pl.col("from"), months) <= pl.col("end")).otherwise(enough)
    return (
        runs.with_columns(long.alias("is_long"))
        .group_by(COUNTRY, maintain_order=True)
        .agg(
            pl.col("is_long").any(),
            pl.col("goes_on").any(),
            pl.col("end").filter("is_long").max().alias("left_on"),
        )
    )
