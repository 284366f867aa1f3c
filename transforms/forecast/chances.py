"""Each client's chance of an invitation in the coming rounds, with the days on which points or documents run out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from transforms.assessment.days import scored_on
from transforms.forecast.forecast import HORIZONS
from transforms.forecast.futures import Path
from transforms.model.wording import N_, _, n_
from transforms.national_pool.national_pool import DAYS_A_YEAR, Floats
from transforms.rounds.rounds import belongs
from transforms.rules import Law, Rules
from transforms.scoring.ranking import day_in_ottawa, lives_until
from transforms.scoring.reason_words import reason_text

# Clients are scored again every so many days.
STEP_DAYS = 7
SCHEMA = {
    "client_id": pl.String(),
    **{f"p{days}": pl.Float64() for days in HORIZONS},
    "limited_by": pl.String(),
}
# Tie-breaks of so many days tell how old profiles are.
RECENT_DAYS = 2 * DAYS_A_YEAR
# What takes points away, by the component that falls.
LOSSES = {
    "crs_age": N_("a birthday"),
    "crs_first_language": N_("a language test that expires"),
    "crs_second_language": N_("a language test that expires"),
    "crs_french": N_("a language test that expires"),
    "crs_spouse_language": N_("the spouse's language test that expires"),
    "crs_education": N_("a credential assessment that expires"),
    "crs_spouse_education": N_("the spouse's credential assessment that expires"),
    "crs_canadian_work": N_("Canadian work that falls out of its window"),
    "foreign_work_years": N_("foreign work that falls out of its window"),
    "crs_nomination": N_("a nomination that is gone"),
}


@dataclass(frozen=True)
class ClientsByDay:
    """The clients on each day of a row of days, in the order of the candidates.

    `frames`: by day, client_id, in_pool, crs_total, LOSSES' components, and in_round_<kind> (Boolean, empty:
    undetermined) for each kind.
    """

    as_of: date
    days: list[date]
    frames: list[pl.DataFrame]
    submitted: pl.Series
    lives_until: list[date | None]

    @property
    def clients(self) -> list[str]:
        """The clients' ids."""
        return self.frames[0]["client_id"].to_list()


def clients_by_day(sheets: Mapping[str, pl.DataFrame], rules: Rules, as_of: date, kinds: Sequence[str]) -> ClientsByDay:
    """The clients of the typed sheets scored on as_of and every week from then on, to the end of the last horizon."""
    days = [as_of + timedelta(days=days) for days in range(0, max(HORIZONS) + 1, STEP_DAYS)]
    asked = pl.DataFrame({"as_of": days}).join(sheets["candidates"].select("client_id"), how="cross")
    scored = scored_on(sheets, asked, rules)
    frames = [standing_on(scored.filter(pl.col("as_of") == day), rules.law_of(day), kinds) for day in days]
    submitted = sheets["candidates"]["profile_submitted_at"]
    ends = lives_until(day_in_ottawa(pl.col("profile_submitted_at")), rules.law_of(as_of))
    return ClientsByDay(as_of, days, frames, submitted, submitted.to_frame().select(ends).to_series().to_list())


def standing_on(scored: pl.DataFrame, law: Law, kinds: Sequence[str]) -> pl.DataFrame:
    """What of the scored clients of a day their chances hang on; in_round_<kind>: in the pool, and of the kind."""
    return scored.select(
        "client_id", "in_pool", "is_nominated", "eligibility_reasons", "crs_total", "profile_submitted_at",
        *(pl.col(name).fill_null(0) for name in LOSSES),
        *((pl.col("in_pool") & belongs(kind, law)).alias(f"in_round_{kind}") for kind in kinds),
    )  # fmt: skip


def ages_of_ties(rounds: pl.DataFrame, until: date) -> Floats:
    """Ages (days) of the profiles at the tie-breaks of the last two years: how old profiles in the pool are, rising.

    Who ties at a cut-off is invited up to a moment that falls anywhere among their times, so that these moments, round
    by round, are a sample of them. With no tie-break at hand: every age up to a year alike.
    """
    held_on = pl.col("date")
    ages = (
        rounds.filter(held_on.is_between(until - timedelta(days=RECENT_DAYS), until))
        .select((held_on - pl.col("tie_break").dt.date()).dt.total_days().alias("age"))
        .drop_nulls()
        .filter(pl.col("age").is_between(0, DAYS_A_YEAR))["age"]
        .sort()
        .to_numpy()
        .astype(float)
    )
    return ages if len(ages) else np.linspace(0.0, DAYS_A_YEAR, DAYS_A_YEAR + 1)


def place_among_ties(submitted: pl.Series, as_of: date, ages: Floats) -> Floats:
    """Where each client stands among people of the same score: 0.5 the first of them, -0.5 the last (no profile: last)."""
    days = submitted.dt.date().fill_null(as_of)
    age = np.array([(as_of - day).days for day in days], dtype=float)
    return np.searchsorted(ages, age, side="right") / len(ages) - 0.5


def chances(by_day: ClientsByDay, paths: Sequence[Path], asked: Sequence[str], ages: Floats) -> pl.DataFrame:
    """The chance of each client who belongs to a kind that is asked about; columns as SCHEMA.

    Any round counts whose kind the client belongs to on the day: above its line, or at it and early enough. Scores and
    belonging are those of the week of the round; a profile is out once its life ends. p30, p90, p180: share of the
    futures with an invitation within so many days; empty where it is undetermined whether the client belongs.
    """
    at_tie = place_among_ties(by_day.submitted, by_day.as_of, ages)
    reach = {one.kind: _reach(by_day, one.kind, at_tie) for one in paths}
    weeks = {one.kind: weeks_of(by_day, one) for one in paths}
    belonging = by_day.frames[0].select(f"in_round_{kind}" for kind in asked)
    rows = []
    for place, client in enumerate(by_day.clients):
        belongs_to_any = belonging.row(place)
        if True in belongs_to_any:
            first = _first_invitation(by_day, place, paths, reach, weeks)
            shares = [float((first <= by_day.as_of.toordinal() + days).mean()) for days in HORIZONS]
            rows.append((client, *shares, limited_by(by_day, place)))
        elif None in belongs_to_any and by_day.frames[0]["in_pool"][place] is not False:
            rows.append(
                (
                    client,
                    *(None,) * len(HORIZONS),
                    _("undetermined: {reason}").format(reason=_unknown(by_day, place)),
                )
            )
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _unknown(by_day: ClientsByDay, place: int) -> str:
    reasons = (by_day.frames[0]["eligibility_reasons"][place] or "").split("; ")
    return "; ".join(reason_text(one) for one in reasons if "not known" in one) or _("what decides it is not known")


def _reach(by_day: ClientsByDay, kind: str, at_tie: Floats) -> Floats:
    """The score with its place among ties, clients by weeks; minus infinity where the client does not belong."""
    return np.stack(
        [
            np.where(
                frame[f"in_round_{kind}"].fill_null(value=False).to_numpy(),
                frame["crs_total"].to_numpy() + at_tie,
                -np.inf,
            )
            for frame in by_day.frames
        ],
        axis=1,
    )


def weeks_of(by_day: ClientsByDay, one: Path) -> np.ndarray:
    """The week of each round by future (rounds by futures); rounds that are none fall in the last."""
    since = np.where(np.isfinite(one.day), one.day - by_day.as_of.toordinal(), 0)
    return np.clip(since // STEP_DAYS, 0, len(by_day.days) - 1).astype(int)


def _first_invitation(
    by_day: ClientsByDay,
    place: int,
    paths: Sequence[Path],
    reach: Mapping[str, Floats],
    weeks: Mapping[str, np.ndarray],
) -> Floats:
    """The day of the first invitation by future (ordinals; infinite: none)."""
    today, ends = by_day.as_of.toordinal(), by_day.lives_until[place]
    last = np.inf if ends is None else ends.toordinal()
    first = np.full(paths[0].day.shape[1], np.inf) if paths else np.full(1, np.inf)
    for one in paths:
        mine = reach[one.kind][place]
        if not len(one.day) or mine.max() < np.nanmin(one.line):
            continue
        invited = (mine[weeks[one.kind]] >= one.line) & (one.day > today) & (one.day < last)
        first = np.minimum(first, np.where(invited, one.day, np.inf).min(axis=0))
    return first


def limited_by(by_day: ClientsByDay, place: int) -> str:
    """What stands in the client's way within the longest horizon, and by when; empty if nothing does."""
    found = []
    first = by_day.frames[0].row(place, named=True)
    if first["is_nominated"]:
        found.append(_("a nominee is invited in rounds for nominees, or for all"))
    ends = by_day.lives_until[place]
    if ends is not None and ends <= by_day.days[-1]:
        found.append(_("the profile expires on {day}").format(day=ends))
    before = first
    for day, frame in zip(by_day.days[1:], by_day.frames[1:], strict=True):
        if ends is not None and day >= ends:
            break
        now = frame.row(place, named=True)
        lost = _(" and ").join(dict.fromkeys(_(words) for name, words in LOSSES.items() if now[name] < before[name]))
        if before["in_pool"] and not now["in_pool"]:
            lost = lost or _("what the programs ask for and is no longer met")
            found.append(_("{lost} by {day} (out of the pool)").format(lost=lost, day=day))
            break
        if lost and now["crs_total"] < before["crs_total"]:
            points = now["crs_total"] - before["crs_total"]
            found.append(
                n_("{lost} by {day} ({points} point)", "{lost} by {day} ({points} points)", abs(points)).format(
                    lost=lost, day=day, points=points
                )
            )
        before = now
    return "; ".join(found)
