"""The pools that a plan of rounds may run on: a firm's clients, scored again on every day, or people with a score."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

import polars as pl

from transforms.assessment import scores
from transforms.model.columns import SUBMITTED_LATEST
from transforms.model.vocabulary import OTTAWA
from transforms.model.wording import _
from transforms.rules import Law
from transforms.rules.lookup import by_grid, step
from transforms.scoring.ranking import POOL_STATUSES, day_in_ottawa, lives_until, may_enter
from transforms.simulation.plan import Plan, PlanError

PEOPLE_SCHEMA = {
    "client_id": pl.String(),
    "profile_submitted_at": pl.Datetime("us", "UTC"),
    "pool_status": pl.String(),
}
# What a pool of scored people may have beside client_id, crs_total and profile_submitted_at.
FLAGS = ("is_nominated", "cec_eligible", "fsw_eligible", "fst_eligible", "pool_eligible")
DAYS_A_WEEK, SECONDS_A_DAY = 7, 86_400
OLDEST = 150


class Pool(Protocol):
    """People with profiles, one row each in the order of client_id, and what they are worth on a day."""

    @property
    def people(self) -> pl.DataFrame:
        """client_id (filled, each once), profile_submitted_at, pool_status; as PEOPLE_SCHEMA."""

    def scored(self, law: Law) -> pl.DataFrame:
        """The same rows as of the law's day: crs_total, may_enter, and what `rounds.belongs` asks for."""


class ClientPool:
    """A firm's clients, from the typed sheets of the intake (by sheet key), scored by the engine on every day."""

    def __init__(self, sheets: Mapping[str, pl.DataFrame]) -> None:
        self.sheets = {**sheets, "candidates": sheets["candidates"].sort("client_id")}
        self._last: tuple[date, pl.DataFrame] | None = None

    @property
    def people(self) -> pl.DataFrame:
        return self.sheets["candidates"].select(*PEOPLE_SCHEMA)

    def scored(self, law: Law) -> pl.DataFrame:
        if self._last is None or self._last[0] != law.as_of:
            found = scores.score(self.sheets, law).with_columns(may_enter(law).alias("may_enter"))
            self._last = (law.as_of, found)
        return self._last[1]

    def joined_by(self, arrivals: pl.DataFrame) -> ClientPool:
        """The pool with copies of clients as arrivals, as `arrivals` draws them."""
        return ClientPool({key: _with_copies(sheet, arrivals) for key, sheet in self.sheets.items()})


class ScoredPool:
    """People with a score as of a day, who keep it but for their birthdays.

    `frame` has client_id, crs_total and profile_submitted_at, and may have pool_status, the Boolean FLAGS,
    category_<kind> (Boolean), leaves_on (Date: no longer eligible from then on), and date_of_birth with with_spouse
    (Boolean), by which the points for age move. Without a column, nobody is nominated, everybody meets a program, and
    which one is undetermined. `law` is that of the day on which they were scored.
    """

    def __init__(self, frame: pl.DataFrame, law: Law) -> None:
        unsaid = {
            "pool_status": pl.lit(None, dtype=pl.String),
            "scored_on": pl.lit(law.as_of),
            **dict.fromkeys(FLAGS, pl.lit(None, dtype=pl.Boolean)),
            "pool_eligible": pl.lit(value=True),
        }
        frame = frame.with_columns(value.alias(name) for name, value in unsaid.items() if name not in frame.columns)
        self.law = law
        self.frame = frame.with_columns(pl.col("is_nominated").fill_null(value=False)).sort("client_id")
        self.people = self.frame.select(*PEOPLE_SCHEMA)
        self._points: dict[date, tuple[pl.Series, pl.Series]] = {}
        self._fixed = self.frame.with_columns(pl.col("pool_eligible").alias("may_enter"))
        if "date_of_birth" in frame.columns:
            born = _as_number(pl.col("date_of_birth"))
            scored_on = _as_number(pl.col("scored_on"))
            self._fixed = self._fixed.with_columns(
                born.alias("born"),
                (pl.col("crs_total") - self._age_points(_years(born, scored_on), law)).alias("but_for_age"),
            )

    def scored(self, law: Law) -> pl.DataFrame:
        made = []
        if "leaves_on" in self.frame.columns:
            stays = (pl.col("leaves_on") > law.as_of).fill_null(value=True)
            made += [(pl.col("pool_eligible") & stays).alias(name) for name in ("may_enter", "pool_eligible")]
        if "date_of_birth" in self.frame.columns:
            age = _years(pl.col("born"), _as_number(pl.lit(law.as_of)))
            made.append((pl.col("but_for_age") + self._age_points(age, law)).alias("crs_total"))
        return self._fixed.with_columns(made) if made else self._fixed

    def joined_by(self, arrivals: pl.DataFrame) -> ScoredPool:
        """The pool with copies of people as arrivals, as `arrivals` draws them."""
        return ScoredPool(_with_copies(self.frame, arrivals), self.law)

    def _age_points(self, age: pl.Expr, law: Law) -> pl.Expr:
        """The points for an age (Int16) in the grid of the row, from a table of every age."""
        version = law.version("crs.core.age")
        if version.starts_on not in self._points:
            ages = pl.DataFrame({"age": range(OLDEST + 1)}, schema={"age": pl.Int16})
            by_age = ages.select(with_=step(version.value, pl.col("age"), "with_spouse"),
                                 without=step(version.value, pl.col("age"), "without_spouse"))  # fmt: skip
            self._points[version.starts_on] = (by_age["with_"], by_age["without"])
        with_spouse, without = self._points[version.starts_on]
        at = age.clip(0, OLDEST)
        return by_grid(pl.lit(with_spouse).gather(at), pl.lit(without).gather(at)).fill_null(0)


def _as_number(day: pl.Expr) -> pl.Expr:
    """A day as one number, 20260807, by which whole years are a difference (Int32)."""
    return day.dt.year() * 10_000 + day.dt.month().cast(pl.Int32) * 100 + day.dt.day()


def _years(born: pl.Expr, on: pl.Expr) -> pl.Expr:
    """Whole years between two days as numbers; who was born on 29 February has the birthday on 1 March."""
    return (on - born) // 10_000


def arrivals(people: pl.DataFrame, plan: Plan, law: Law) -> pl.DataFrame:
    """The arrivals that a plan draws from its start to its last round, each the copy of someone in the pool at the start.

    Returns client_id (whose copy), new_id, submitted (Datetime), days (Int32: how much later than the original, by
    which every date of the copy is later, so that a copy is at its arrival as the original was). Raises PlanError
    where nobody is in the pool to draw from.
    """
    days = (plan.end - plan.start).days
    number = round(plan.arrivals_per_week * days / DAYS_A_WEEK)
    schema = {
        "client_id": pl.String(),
        "new_id": pl.String(),
        "submitted": pl.Datetime("us", "UTC"),
        "days": pl.Int32(),
    }
    if not number:
        return pl.DataFrame(schema=schema)
    since = day_in_ottawa(pl.col("profile_submitted_at"))
    live = people.filter(
        pl.col("pool_status").fill_null("in_pool").is_in(POOL_STATUSES),
        since <= plan.start,
        lives_until(since, law) > plan.start,
    )
    if live.is_empty():
        raise PlanError(
            _("arrivals.per_week draws from the pool of {start}, and nobody is in it").format(start=plan.start),
            plan.lines.get("arrivals.per_week"),
        )
    rng = random.Random(f"{plan.seed}: arrivals")
    seconds = pl.Series([int(rng.random() * days * SECONDS_A_DAY) for _ in range(number)], dtype=pl.Int64)
    drawn = live[pl.Series([int(rng.random() * live.height) for _ in range(number)], dtype=pl.UInt32)]
    midnight = datetime.combine(plan.start + timedelta(days=1), time(), ZoneInfo(OTTAWA)).astimezone(UTC)
    submitted = pl.lit(midnight, dtype=schema["submitted"]) + pl.duration(seconds=pl.lit(seconds))
    names = pl.int_range(1, number + 1).cast(pl.String).str.zfill(len(str(number)))
    return drawn.select(
        "client_id",
        pl.format(f"arrival-{plan.start}-{{}}", names).alias("new_id"),
        submitted.alias("submitted"),
        (submitted.dt.date() - pl.col("profile_submitted_at").dt.date())
        .dt.total_days().cast(pl.Int32).alias("days"),
    )  # fmt: skip


def _with_copies(sheet: pl.DataFrame, drawn: pl.DataFrame) -> pl.DataFrame:
    """The rows of a sheet, and those of the originals again as the copies', with every date so many days later."""
    copies = sheet.join(drawn, on="client_id", how="inner", maintain_order="right").with_columns(
        pl.selectors.date() + pl.duration(days="days"), pl.col("new_id").alias("client_id")
    )
    if "profile_submitted_at" in sheet.columns:
        copies = copies.with_columns(
            pl.col("submitted").alias("profile_submitted_at"), pl.lit("in_pool").alias("pool_status"),
            pl.lit(None).alias(SUBMITTED_LATEST),
        )  # fmt: skip
    return pl.concat([sheet, copies.select(pl.col(name).cast(dtype) for name, dtype in sheet.schema.items())])
