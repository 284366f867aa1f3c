"""Stated CRS totals beside the computed ones, and which single difference explains where they part.

What is tried is the record as it is with one thing otherwise: counted by the engine itself, and never more than a
likely reason. A difference that several things explain has them all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from transforms.assessment import days, scores
from transforms.model.calendar import anniversary
from transforms.record_checks import empty_cells
from transforms.record_checks.stated_trials import Trial, trials
from transforms.rules import Law
from transforms.scoring import crs
from transforms.scoring.ranking import day_in_ottawa

MAX_REASONS = 3
# Of clients and trials together, tried in one pass.
MAX_ROWS = 100_000
# Of the law before a change, the last changes are tried.
MAX_LAWS = 3
REASON = {"code": pl.String(), "what": pl.String()}
SCHEMA = {
    "client_id": pl.String(),
    "stated": pl.Int32(),
    "computed": pl.Int16(),
    "difference": pl.Int32(),
    "reasons": pl.List(pl.Struct(REASON)),
}
# Of several reasons those of the most frequent mistakes come first.
ORDER = (
    "grid", "on_the_day", "earlier_law", "age", "expired", "not_assessed", "all_work", "left_out", "counted",
    "work_left_out", "work_years", "empty_cell", "one_occupation", "next_choice", "education", "language_level",
    "no_caps",
)  # fmt: skip
# Of laws that give the same total, the newest is the reason.
EARLIER = "earlier_law"
TOTALS = {"client_id": pl.String(), **REASON, "total": pl.Int16()}
WORK_AS_COUNTED = {
    "paid": True, "authorized": True, "self_employed": False, "full_time_student": False,
    "temporary_resident_status": True, "canadian_employer": True,
}  # fmt: skip


@dataclass(frozen=True)
class _Differing:
    """The clients whose totals differ: their typed sheets, their scores, and the law of the day."""

    sheets: Mapping[str, pl.DataFrame]
    scored: pl.DataFrame
    law: Law


def compared(sheets: Mapping[str, pl.DataFrame], scored: pl.DataFrame, law: Law) -> pl.DataFrame:
    """Every stated total beside the computed one, the largest difference first, those that agree last.

    Takes the typed sheets and the frame of `scores.score`. Returns SCHEMA: client_id, stated, computed, difference
    (stated less computed), and reasons: up to three single differences that give the stated total, the most frequent
    mistakes first, each a code and what it is about; none where the totals agree or nothing single explains it.
    """
    stated = scored.filter(pl.col("stated_crs").is_not_null())
    differing = stated.filter(pl.col("stated_crs") != pl.col("crs_total"))
    beside = stated.select(
        "client_id",
        pl.col("stated_crs").alias("stated"),
        pl.col("crs_total").alias("computed"),
        (pl.col("stated_crs") - pl.col("crs_total")).alias("difference"),
    )
    reasons = pl.DataFrame(schema={"client_id": pl.String, "reasons": SCHEMA["reasons"]})
    if not differing.is_empty():
        ids = differing.select("client_id")
        own = {key: frame.join(ids, on="client_id", how="semi", maintain_order="left") for key, frame in sheets.items()}
        reasons = _reasons(_Differing(own, differing, law))
    return (
        beside.join(reasons, on="client_id", how="left", maintain_order="left")
        .with_columns(pl.col("reasons").fill_null([]))
        .sort(pl.col("difference").abs(), descending=True, maintain_order=True)
        .select(pl.col(name).cast(dtype) for name, dtype in SCHEMA.items())
    )


def _reasons(of: _Differing) -> pl.DataFrame:
    """The single differences that give each client's stated total: client_id, reasons."""
    found = pl.concat([pl.DataFrame(schema=TOTALS), *_totals(of)])
    stated = of.scored.select("client_id", pl.col("stated_crs").alias("stated"))
    return (
        found.join(stated, on="client_id", maintain_order="left")
        .filter(pl.col("total") == pl.col("stated"))
        .filter((pl.col("code") != EARLIER) | pl.col("what").cum_count().over("client_id", "code").eq(1))
        .sort(pl.col("code").cast(pl.Enum(ORDER)), maintain_order=True)
        .group_by("client_id", maintain_order=True)
        .agg(pl.struct(list(REASON)).head(MAX_REASONS).alias("reasons"))
    )


def _totals(of: _Differing) -> Iterator[pl.DataFrame]:
    """The total of each client under each difference that is tried, as TOTALS."""
    for is_of_points in (False, True):
        yield from _tried(of, [trial for trial in trials(of.law) if trial.of_points == is_of_points])
    yield _on_other_days(of)
    yield from _under_earlier_law(of)
    yield _with_expired_results(of)
    yield _with_all_work(of)
    yield from _with_other_records(of)


def _tried(of: _Differing, listed: list[Trial]) -> Iterator[pl.DataFrame]:
    """The trials of facts, or of points, as many at once as fit."""
    at_once = max(MAX_ROWS // of.scored.height, 1)
    for start in range(0, len(listed), at_once):
        made = pl.concat(
            trial.of(of.scored).with_columns(code=pl.lit(trial.code), what=pl.lit(trial.what))
            for trial in listed[start : start + at_once]
        )
        again = _of_changed_points if listed[0].of_points else crs.points_of
        yield again(made, of.law).select(*list(TOTALS)[:-1], total="crs_total")


def _of_changed_points(made: pl.DataFrame, law: Law) -> pl.DataFrame:
    """The totals of changed components; skill transferability without caps keeps what was put in its place."""
    uncut = made.select("crs_transferability", is_uncut=pl.col("code") == "no_caps")
    summed = crs.totals_of(made, law)
    if not uncut["is_uncut"].any():
        return summed
    more = pl.when(uncut["is_uncut"]).then(uncut["crs_transferability"] - pl.col("crs_transferability")).otherwise(0)
    return summed.with_columns((pl.col("crs_total") + more).cast(pl.Int16).alias("crs_total"))


def _on_other_days(of: _Differing) -> pl.DataFrame:
    """The totals of the days on which the profile was submitted and the invitation came."""
    law = of.law
    candidates = of.sheets["candidates"]
    dated = pl.concat(
        candidates.select("client_id", as_of=day, what=pl.lit(what))
        for what, day in (
            ("profile", day_in_ottawa(pl.col("profile_submitted_at"))),
            ("invitation", pl.col("ita_issued_on")),
        )
    ).filter((pl.col("as_of") < law.as_of) & (pl.col("as_of") >= law.rules.first_day))
    if dated.is_empty():
        return pl.DataFrame(schema=TOTALS)
    pairs = dated.select("client_id", "as_of").unique(maintain_order=True)
    scored = days.scored_on(of.sheets, pairs, law.rules).select("client_id", "as_of", total="crs_total")
    return _as_totals(
        dated.join(scored, on=["client_id", "as_of"], maintain_order="left").with_columns(
            pl.format("{} {}", "what", "as_of").alias("what"), code=pl.lit("on_the_day")
        )
    )


def _under_earlier_law(of: _Differing) -> Iterator[pl.DataFrame]:
    """The totals of the same facts under the law before the last changes of the CRS."""
    for changed_on, title in earlier_changes(of.law).items():
        before = of.law.rules.law_of(changed_on - timedelta(days=1))
        yield _as_totals(
            crs.points_of(of.scored, before).select(
                "client_id", code=pl.lit(EARLIER), what=pl.lit(f"{changed_on} {title}"),
                total="crs_total",
            )
        )  # fmt: skip


def earlier_changes(law: Law) -> dict[date, str]:
    """The last days up to the day on which a value of the CRS changed, the newest first, each with what changed first."""
    changes = {
        version.starts_on: parameter.title
        for parameter in reversed(law.rules.parameters.values())
        for version in parameter.versions[1:]
        if parameter.id.startswith("crs.") and version.starts_on <= law.as_of
    }
    return dict(sorted(changes.items(), reverse=True)[:MAX_LAWS])


def _with_expired_results(of: _Differing) -> pl.DataFrame:
    """The totals where expired language results still count."""
    years = of.law["language.validity_years"]
    own = _renewed(of.sheets["candidates"], [name for name in of.sheets["candidates"].columns if name.endswith("_test_date")],
                   years, of.law)  # fmt: skip
    tests = _renewed(of.sheets["language_tests"], ["test_date"], years, of.law)
    changed = {**of.sheets, "candidates": own, "language_tests": tests}
    return _rescored(of, changed, "expired", "crs_first_language")


def _renewed(frame: pl.DataFrame, columns: list[str], years: int, law: Law) -> pl.DataFrame:
    """Days so long ago that they count no longer, moved to the day."""
    return frame.with_columns(
        pl.when(anniversary(pl.col(name), years) <= law.as_of).then(pl.lit(law.as_of)).otherwise(name).alias(name)
        for name in columns
    )


def _with_all_work(of: _Differing) -> pl.DataFrame:
    """The totals where all work on record counts: self-employed, as a student, unauthorized and unpaid work too."""
    rows = of.sheets["work_history"].with_columns(pl.lit(value).alias(name) for name, value in WORK_AS_COUNTED.items())
    return _rescored(of, {**of.sheets, "work_history": rows}, "all_work", "crs_canadian_work")


def _rescored(of: _Differing, changed: Mapping[str, pl.DataFrame], code: str, what: str) -> pl.DataFrame:
    """The totals of the clients whose rows are others in changed sheets."""
    ids = pl.concat(
        changed[key].filter(pl.Series(_is_other(changed[key], frame), dtype=pl.Boolean)).select("client_id")
        for key, frame in of.sheets.items()
    ).unique()
    if ids.is_empty():
        return pl.DataFrame(schema=TOTALS)
    own = {key: frame.join(ids, on="client_id", how="semi", maintain_order="left") for key, frame in changed.items()}
    again = scores.score(own, of.law)
    return _as_totals(again.select("client_id", code=pl.lit(code), what=pl.lit(what), total="crs_total"))


def _is_other(one: pl.DataFrame, other: pl.DataFrame) -> pl.Series:
    """In which rows do two frames of one shape differ?"""
    differs = pl.repeat(False, one.height, dtype=pl.Boolean, eager=True)
    for name in one.columns:
        differs = differs | one[name].ne_missing(other[name])
    return differs


def _with_other_records(of: _Differing) -> Iterator[pl.DataFrame]:
    """The totals with an empty cell filled in as another suggests, with foreign work in one occupation alone, and with
    the next best choice of language results.
    """
    stakes = empty_cells.at_stake(of.sheets, of.scored, of.law)
    yield _as_totals(
        stakes.select("client_id", code=pl.lit("empty_cell"),
                      what=pl.format("{}:{}", "sheet", "column"), total="crs_then")
    )  # fmt: skip
    in_one_occupation = empty_cells.in_one_occupation(of.sheets, of.scored, of.law)
    yield _as_totals(
        in_one_occupation.select("client_id", code=pl.lit("one_occupation"),
                     what=pl.lit("crs_foreign_work_block"), total="crs_then")
    )  # fmt: skip
    yield _as_totals(
        of.scored.filter(pl.col("next_choice_total").is_not_null()).select(
            "client_id", code=pl.lit("next_choice"), what=pl.lit("crs_first_language"),
            total="next_choice_total",
        )
    )  # fmt: skip


def _as_totals(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(pl.col(name).cast(dtype) for name, dtype in TOTALS.items())
