"""The rounds of a run as tables: who was invited, who was not and by how much, and who is undetermined."""

from __future__ import annotations

import polars as pl

from reports.report.contents import ReportContents
from reports.wording.kinds import kind_word
from reports.wording.words import PROGRAMS, REASONS_BETWEEN, utc
from transforms.model.wording import N_, _, phrase
from transforms.rounds.rounds import CANDIDATES_SCHEMA, RoundOutcome
from transforms.rounds.rounds import would_have_met as would_meet

MAX_NAMED = 3
# Where nothing else is known to be missing.
WHETHER_IN_POOL = N_("whether the client is in the pool")
INVITED, NOT_INVITED, UNDETERMINED = "invited", "not_invited", "undetermined"


def label(outcome: RoundOutcome) -> str:
    """How a round is named: its published number, or how it was asked for."""
    return outcome.number or outcome.question


def kind(outcome: RoundOutcome) -> str:
    """The kind of a round in words."""
    return kind_word(outcome.kind)


def how_many(outcome: RoundOutcome, *outcomes: str) -> int:
    """How many of the firm's clients a round left with one of some outcomes."""
    return outcome.candidates.filter(pl.col("outcome").is_in(outcomes)).height


def recent(contents: ReportContents) -> list[RoundOutcome]:
    """The rounds that the headline counts."""
    return [one for one in contents.outcomes if one.is_recent]


def others(contents: ReportContents) -> list[RoundOutcome]:
    """The published rounds that the headline does not count."""
    return [one for one in contents.outcomes if not one.is_recent]


def none_held(contents: ReportContents) -> str:
    """What to say where the headline counts no round."""
    return (
        _("No recent round was held on the clients.") if contents.outcomes else _("No round was held on the clients.")
    )


def would_have_met(contents: ReportContents) -> pl.DataFrame:
    """The clients who would have met the cut-off of another round, round by round, with names and scores."""
    return _with_people(contents, [_of_round(one, would_meet([one]).drop("question")) for one in contents.outcomes])


def candidates(contents: ReportContents) -> pl.DataFrame:
    """The clients of the recent rounds, round by round in rank order, with names and scores.

    The columns of RoundOutcome.candidates, `round`, `kind`, `cut_off` Int16 (the round's), those of `people`, and the
    rest of `scores`; profile_submitted_at is Datetime without a zone, in UTC.
    """
    return _with_people(contents, [_of_round(one, one.candidates) for one in recent(contents)])


def _of_round(one: RoundOutcome, clients: pl.DataFrame) -> pl.DataFrame:
    return clients.with_columns(
        pl.lit(label(one)).alias("round"), pl.lit(kind(one)).alias("kind"), pl.lit(one.date).alias("held_on"),
        pl.lit(one.cut_off, dtype=pl.Int16).alias("cut_off"), pl.lit(one.kind).alias("program"),
    )  # fmt: skip


def _with_people(contents: ReportContents, frames: list[pl.DataFrame]) -> pl.DataFrame:
    made = pl.concat(frames) if frames else _none()
    people = contents.people.drop("profile_submitted_at")
    scores = contents.scores.drop("crs_total", "rank")
    return (
        made.with_columns(utc("profile_submitted_at"))
        .join(people, on="client_id", how="left", maintain_order="left")
        .join(scores, on="client_id", how="left", maintain_order="left")
    )


def _none() -> pl.DataFrame:
    texts = {name: pl.String() for name in ("round", "kind", "program")}
    held_on = {"held_on": pl.Date()}
    return pl.DataFrame(schema={**CANDIDATES_SCHEMA, **texts, **held_on, "cut_off": pl.Int16()})


def invited_in(made: pl.DataFrame) -> pl.DataFrame:
    """The clients invited in any round: client_id, and in `invited_in` the rounds' names."""
    invited = made.filter(pl.col("outcome") == INVITED)
    return invited.group_by("client_id", maintain_order=True).agg(
        pl.col("round").unique(maintain_order=True).str.join(", ").alias("invited_in")
    )


def undetermined(made: pl.DataFrame) -> pl.DataFrame:
    """The undetermined clients, one row a client and reason, the rounds it stands in the way of named together.

    Cut-off and distance are there where only one round is meant.
    """
    is_single = pl.len() == 1
    return (
        made.filter(pl.col("outcome") == UNDETERMINED)
        .with_columns(_what_is_not_known())
        .group_by("client_id", "reason", maintain_order=True)
        .agg(
            _named("round"),
            _named("kind"),
            pl.when(is_single).then(pl.col("cut_off").first()).alias("cut_off"),
            pl.when(is_single).then(pl.col("distance").first()).alias("distance"),
            pl.col("rank", "outcome", "crs_total", "profile_submitted_at").first(),
            pl.col("family_name", "given_name", "case_owner").first(),
        )
    )


def _named(column: str) -> pl.Expr:
    """The values of a group in one text, the first few by name."""
    values, more = pl.col(column), pl.len().cast(pl.Int64) - MAX_NAMED
    return (
        pl.when(more <= 0)
        .then(values.str.join(", "))
        .otherwise(
            phrase(_("{names} and {more} more"), names=values.head(MAX_NAMED).str.join(", "), more=more.cast(pl.String))
        )
        .alias(column)
    )


def _what_is_not_known() -> pl.Expr:
    """The reasons narrowed to what is not known, and in a round of one program to that program."""
    unknowns = _parts(pl.element().str.contains(" not known: ", literal=True))
    for program in PROGRAMS:
        mine = _parts(pl.element().str.starts_with(f"{program} not known: "))
        unknowns = pl.when(pl.col("program") == program).then(mine).otherwise(unknowns)
    why = pl.when(unknowns == "").then(pl.col("reason")).otherwise(unknowns)
    return why.replace("", WHETHER_IN_POOL).alias("reason")


def _parts(wanted: pl.Expr) -> pl.Expr:
    """The reasons that are wanted, one on each line."""
    return pl.col("reason").str.split(REASONS_BETWEEN).list.filter(wanted).list.join("\n")
