"""What happens to people's profiles as days go by: expiry, withdrawal, decline, lapse, and a new profile."""

from __future__ import annotations

import math
import random
from datetime import date, timedelta

import polars as pl

from transforms.model.wording import _
from transforms.rules import Law
from transforms.scoring.ranking import POOL_STATUSES, day_in_ottawa, lives_until
from transforms.simulation.plan import Plan, PlanError

STATUS = pl.Enum(["in_pool", "draft", "invited", "applied", "declined", "withdrawn", "expired", "lapsed"])
# What happens to a profile next, if nothing else does before.
NEXT = pl.Enum(["expires", "withdraws", "returns", "lapses", "renews"])
DAYS_A_YEAR = 365.25
LATEST_YEARS = 100


class Profiles:
    """Every person's profile, one row a person in the order given, on the last day that was advanced to.

    `frame` has status (STATUS), profile_submitted_at, profile (Int16: the how manieth of the person), since and until
    (Date: the day of Ottawa on which it was submitted, and the first on which it lives no more), withdraws_on (Date),
    and what happens next: next (NEXT) and next_on (Date), empty for nothing.
    """

    def __init__(self, plan: Plan, people: pl.DataFrame, law: Law) -> None:
        """The profiles of people (client_id, profile_submitted_at, pool_status) at the start of a plan."""
        named = list(plan.withdrawn_on)
        unknown = [name for name in named if name not in people["client_id"]]
        if unknown:
            raise PlanError(
                _("withdrawals.clients names {client}, who is not in the pool").format(client=repr(unknown[0])),
                plan.lines.get(f"withdrawals.clients.{unknown[0]}"),
            )
        self.plan, self.law = plan, law
        self.rng = random.Random(f"{plan.seed}: profiles")
        submitted = pl.col("profile_submitted_at")
        stated = (
            pl.when(submitted.is_null() & pl.col("pool_status").fill_null("in_pool").is_in(POOL_STATUSES))
            .then(pl.lit("draft"))
            .otherwise(pl.col("pool_status").fill_null("in_pool"))
        )
        listed = pl.col("client_id").replace_strict(
            named, list(plan.withdrawn_on.values()), default=None, return_dtype=pl.Date
        )
        profiles = (
            people.select(stated.cast(STATUS).alias("status"), submitted, listed.alias("listed"))
            .with_columns(pl.lit(1, dtype=pl.Int16).alias("profile"), day_in_ottawa(submitted).alias("since"))
            .with_columns(lives_until(pl.col("since"), law).alias("until"))
        )
        first_day = pl.max_horizontal("since", pl.lit(plan.start))
        drawn = (
            self._with_draws(profiles, plan.withdrawn_share_a_year)
            .select(pl.coalesce("listed", self._withdrawal(first_day)))
            .to_series()
        )
        ended = is_open() & (pl.col("until") <= plan.start)
        self.frame = _with_next(
            profiles.drop("listed").with_columns(
                drawn.alias("withdraws_on"), pl.when(ended).then(_status("expired")).otherwise("status").alias("status")
            ),
            pl.lit(plan.start),
        )

    def advance(self, day: date) -> None:
        """Lets all happen that happens up to a day."""
        while not (due := (self.frame["next_on"] <= day).arg_true()).is_empty():
            for part in self.frame[due].with_columns(due.alias("row")).partition_by("next", maintain_order=True):
                self._put(part["row"], self._happened(part))

    def invite(self, rows: pl.Series, law: Law) -> None:
        """Invites the persons of some rows; they decline in time, or never answer, or apply and are gone.

        An invitation lapses on the day after the last of its days (law document 4.3).
        """
        declines = pl.col("draw") < self.plan.declined_share
        lapses = pl.col("draw") < self.plan.declined_share + self.plan.lapsed_share
        declined_on = law.as_of + timedelta(days=self.plan.declined_after_days)
        lapsed_on = law.as_of + timedelta(days=law["rounds.ita_window_days"] + 1)
        share = self.plan.declined_share + self.plan.lapsed_share
        invited = self._with_draws(pl.DataFrame({"row": rows}), share).select(
            _status("invited").alias("status"),
            pl.when(declines).then(_next("returns")).when(lapses).then(_next("lapses")).alias("next"),
            pl.when(declines).then(pl.lit(declined_on)).when(lapses).then(pl.lit(lapsed_on)).alias("next_on"),
        )
        self._put(rows, invited)

    def _with_draws(self, frame: pl.DataFrame, share: float) -> pl.DataFrame:
        """The rows, each with a number drawn from 0 up to 1, `draw`; where no share hangs on it, always 1."""
        if not share:
            return frame.with_columns(pl.lit(1.0).alias("draw"))
        return frame.with_columns(pl.Series("draw", [self.rng.random() for _ in range(frame.height)], dtype=pl.Float64))

    def _happened(self, due: pl.DataFrame) -> pl.DataFrame:
        """Profiles to which the same happens, after it has (law document 4.3)."""
        match due["next"][0]:
            case "expires":
                return self._ended(due, "expired", self.plan.renewed_after_expiry_share)
            case "lapses":
                return self._ended(due, "lapsed", self.plan.renewed_after_lapse_share)
            case "withdraws":
                return self._ended(due, "withdrawn", 0)
            case "returns":
                return _with_next(due.with_columns(_status("declined").alias("status")), pl.col("next_on"))
            case _:
                return self._renewed(due)

    def _ended(self, due: pl.DataFrame, status: str, renewed_share: float) -> pl.DataFrame:
        """Profiles at their end, for some of whose owners a new one is to come."""
        renews = pl.col("draw") < renewed_share
        renewed_on = pl.col("next_on") + pl.duration(days=self.plan.renewed_after_days)
        return self._with_draws(due, renewed_share).select(
            _status(status).alias("status"),
            pl.when(renews).then(_next("renews")).alias("next"),
            pl.when(renews).then(renewed_on).cast(pl.Date).alias("next_on"),
        )

    def _renewed(self, due: pl.DataFrame) -> pl.DataFrame:
        """New profiles with a time of their own: the new day, at the old one's time of day."""
        submitted = pl.col("next_on").dt.combine(pl.col("profile_submitted_at").dt.time()).dt.replace_time_zone("UTC")
        renewed = (
            self._with_draws(due, self.plan.withdrawn_share_a_year)
            .with_columns(
                _status("in_pool").alias("status"),
                submitted.alias("profile_submitted_at"),
                (pl.col("profile") + 1).cast(pl.Int16).alias("profile"),
            )
            .with_columns(day_in_ottawa(pl.col("profile_submitted_at")).alias("since"))
            .with_columns(
                lives_until(pl.col("since"), self.law).alias("until"),
                self._withdrawal(pl.col("since")).alias("withdraws_on"),
            )
        )
        return _with_next(renewed, pl.col("next_on"))

    def _withdrawal(self, since: pl.Expr) -> pl.Expr:
        """The day on which chance withdraws a profile (Date, empty: never), the same share of those left every year."""
        share = self.plan.withdrawn_share_a_year
        if not share:
            return pl.lit(None, dtype=pl.Date)
        years = ((1 - pl.col("draw")).log() / math.log1p(-share)).clip(0, LATEST_YEARS)
        return (since + pl.duration(days=1 + (years * DAYS_A_YEAR).floor().cast(pl.Int64))).cast(pl.Date)

    def _put(self, rows: pl.Series, values: pl.DataFrame) -> None:
        """Sets columns of some rows."""
        self.frame = self.frame.with_columns(
            self.frame[name].clone().scatter(rows, values[name])
            for name in self.frame.columns
            if name in values.columns
        )


def _with_next(profiles: pl.DataFrame, not_before: pl.Expr) -> pl.DataFrame:
    """Profiles with what happens next to those in the pool: withdrawal or expiry, whichever comes first."""
    withdraws = (pl.col("withdraws_on") < pl.col("until")).fill_null(value=False)
    ends_on = pl.when(withdraws).then("withdraws_on").otherwise("until")
    return profiles.with_columns(
        pl.when(is_open()).then(pl.when(withdraws).then(_next("withdraws")).otherwise(_next("expires"))).alias("next"),
        pl.when(is_open()).then(pl.max_horizontal(ends_on, not_before)).cast(pl.Date).alias("next_on"),
    )


def is_open() -> pl.Expr:
    """Does a profile's status (STATUS) make it one of the pool?"""
    return pl.col("status").is_in(POOL_STATUSES)


def _status(name: str) -> pl.Expr:
    return pl.lit(name, dtype=STATUS)


def _next(name: str) -> pl.Expr:
    return pl.lit(name, dtype=NEXT)
