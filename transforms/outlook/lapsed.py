"""What has ended already and is to be replaced now: results, assessments and profiles; and invitations that do not fit."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from transforms.assessment.facts import with_spouse
from transforms.facts.education import RANK, assessments
from transforms.facts.family import COUNTED
from transforms.facts.language import PEOPLE, sittings
from transforms.model.calendar import anniversary
from transforms.model.wording import N_, _, phrase
from transforms.outlook import ahead
from transforms.outlook.application import WAITING
from transforms.rules import Law
from transforms.scoring.ranking import day_in_ottawa, lives_until

WHOSE = ["client_id", "person"]
BETWEEN = ", "
BELOW = N_("{points} points by the records of that day, below the cut-off of {cut_off} of round {round}")


def with_lapsed(
    events: pl.DataFrame,
    sheets: Mapping[str, pl.DataFrame],
    scored: pl.DataFrame,
    applications: pl.DataFrame,
    law: Law,
) -> pl.DataFrame:
    """Events ahead (frame `ahead.SCHEMA`) with what ended by the day of the law, and that somebody has to replace.

    Takes the typed sheets, the clients as scored on the day, and the frame of transforms.outlook.application. Of clients in the pool or on the way to it: the newest result of each person and language, where
    none is valid; the newest assessment of each person, where the credentials count for less than what is held; the
    profile that ended, with what must come before a new one in `item`; each with the day on which it ended as `on`, and
    `ahead.OUT_OF_POOL` as the state of what of the client's own ended while the client is not in the pool, else
    `ahead.EXPIRED`. And invitations on record with a score, on their own day, below the cut-off of their round.
    """
    known = scored.select("client_id")
    is_counted = pl.col("pool_status").fill_null(COUNTED[0]).is_in(COUNTED)
    own = sheets["candidates"].filter(is_counted).join(known, on="client_id", how="semi", maintain_order="left")
    people = pl.concat(
        [
            own.select("client_id", person=pl.lit("principal")),
            own.filter(with_spouse()).select("client_id", person=pl.lit("spouse")),
        ]
    )
    papers = pl.concat([_tests(own, sheets, law), _assessments(own, sheets, scored, law)], how="diagonal")
    is_in = scored.select("client_id", pl.col("in_pool").alias("is_in"))
    ended = papers.join(people, on=WHOSE, how="semi", maintain_order="left").join(
        is_in, on="client_id", how="left", maintain_order="left"
    )
    is_out = (pl.col("person") == "principal") & ~pl.col("is_in").fill_null(value=True)
    ended = ended.with_columns(
        pl.when(is_out).then(pl.lit(ahead.OUT_OF_POOL)).otherwise(pl.lit(ahead.EXPIRED)).alias("state")
    )
    profiles = _profiles(own, ended, law)
    today = pl.lit(law.as_of, pl.Date).alias("act_by")
    made = pl.concat([ended, profiles, _doubtful(applications)], how="diagonal").with_columns(today)
    return ahead.sorted_([events, ahead.of(made.drop("is_in"))])


def _tests(own: pl.DataFrame, sheets: Mapping[str, pl.DataFrame], law: Law) -> pl.DataFrame:
    """The newest result of each person and language of which none is valid."""
    whose = [*WHOSE, "language"]
    rows = sheets["language_tests"].join(own, on="client_id", how="semi", maintain_order="left")
    ends = anniversary(pl.col("test_date"), law["language.validity_years"])
    found = sittings(own, rows, law).with_columns(ends.alias("on"))
    is_over = (pl.col("on") <= law.as_of).fill_null(value=False)
    valid = found.filter(~is_over).select(whose).unique()
    newest = found.filter(is_over).sort("on", "order").unique(whose, keep="last", maintain_order=True)
    return newest.join(valid, on=whose, how="anti", maintain_order="left").select(
        *WHOSE,
        "on",
        pl.lit("test_expires").alias("kind"),
        phrase(_("no valid result since {day}"), day=pl.col("on").cast(pl.String)).alias("what"),
        pl.format("{} {} expired", "person", "language").alias("subject"),
        pl.col("test").alias("item"),
        pl.col("language").alias("detail"),
        pl.col("test_date").alias("since"),
    )


def _assessments(own: pl.DataFrame, sheets: Mapping[str, pl.DataFrame], scored: pl.DataFrame, law: Law) -> pl.DataFrame:
    """The newest assessment of each person, where it ended and the credentials count for less than what is held."""
    rows = sheets["education"].join(own, on="client_id", how="semi", maintain_order="left")
    ends = anniversary(pl.col("eca_issued_on"), law["crs.records.eca_validity_years"])
    newest = assessments(own, rows).sort("eca_issued_on").unique(WHOSE, keep="last", maintain_order=True)

    def rank(name: str) -> pl.Expr:
        return pl.col(name).replace_strict(RANK, default=None, return_dtype=pl.Int16).fill_null(0)

    lacking = pl.concat(
        scored.filter(rank(f"{prefix}education_held") > rank(f"{prefix}education")).select(
            "client_id", pl.lit(person).alias("person")
        )
        for person, prefix in PEOPLE.items()
    )
    found = newest.with_columns(ends.alias("on")).filter(pl.col("on") <= law.as_of)
    return found.join(lacking, on=WHOSE, how="semi", maintain_order="left").select(
        *WHOSE,
        "on",
        pl.lit("assessment_expires").alias("kind"),
        phrase(_("no valid assessment since {day}"), day=pl.col("on").cast(pl.String)).alias("what"),
        pl.format("{} eca expired", "person").alias("subject"),
        pl.lit("eca").alias("item"),
        pl.col("eca_issued_on").alias("since"),
    )


def _profiles(own: pl.DataFrame, ended: pl.DataFrame, law: Law) -> pl.DataFrame:
    """The profiles that ended, though the record says nothing of it, and which papers of the client must come first."""
    submitted = day_in_ottawa(pl.col("profile_submitted_at"))
    missing = (
        ended.filter(pl.col("person") == "principal")
        .with_columns(pl.coalesce("detail", "item").alias("paper"))
        .group_by("client_id", maintain_order=True)
        .agg(pl.col("paper").unique(maintain_order=True).str.join(BETWEEN).alias("item"))
    )
    in_pool = pl.col("pool_status").fill_null("in_pool").is_in([one for one in COUNTED if one != "draft"])
    return (
        own.filter(in_pool)
        .with_columns(lives_until(submitted, law).alias("on"), submitted.alias("since"))
        .filter(pl.col("on") <= law.as_of)
        .join(missing, on="client_id", how="left", maintain_order="left")
        .select(
            "client_id",
            "on",
            pl.lit("profile_expires").alias("kind"),
            phrase(_("out of the pool since {day}"), day=pl.col("on").cast(pl.String)).alias("what"),
            pl.lit("expired").alias("subject"),
            "item",
            "since",
            pl.lit(ahead.EXPIRED).alias("state"),
        )
    )


def _doubtful(applications: pl.DataFrame) -> pl.DataFrame:
    """The invitations that wait for an application, and that by the records of their day the round would not have given."""
    below = pl.col("score_at_invitation") < pl.col("cut_off")
    return applications.filter(pl.col("state").is_in(WAITING) & below).select(
        "client_id",
        pl.col("ita_issued_on").alias("on"),
        pl.lit("ita_doubtful").alias("kind"),
        phrase(
            _(BELOW),
            points=pl.col("score_at_invitation").cast(pl.String), cut_off=pl.col("cut_off").cast(pl.String),
            round=pl.col("ita_round"),
        ).alias("what"),
        pl.format("round {}", "ita_round").alias("subject"),
        pl.col("ita_round").alias("item"),
        pl.col("ita_issued_on").alias("since"),
    )  # fmt: skip
