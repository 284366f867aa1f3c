"""What published rounds do to a firm's clients from one night to the next: whom they invite, and who crosses their line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl

from transforms.model.frames import EVENTS
from transforms.model.vocabulary import ENDED_STATUSES
from transforms.model.wording import N_, phrase
from transforms.rounds.rounds import Round, RoundOutcome
from transforms.rules import Law
from transforms.scoring.ranking import day_in_ottawa, placed_in_pool, ranked

INVITATIONS = {
    "client_id": pl.String(),
    "round": pl.String(),
    "kind": pl.String(),
    "held_on": pl.Date(),
    "crs_total": pl.Int16(),
    "cut_off": pl.Int16(),
    "invited_as": pl.String(),
    "standing": pl.String(),
}
INVITED, WITHDRAWN = "invited", "withdrawn"
# A record that says that an invitation was declined, or that none came (is_denied), what it names of one, and whether the
# one before it said no declined yet.
DECLINED = {
    "client_id": pl.String(),
    "declined_on": pl.Date(),
    "ita_issued_on": pl.Date(),
    "ita_round": pl.String(),
    "is_new": pl.Boolean(),
    "is_denied": pl.Boolean(),
}
# Of kind invited, invitation_withdrawn, invitation_ended, above_cutoff or below_cutoff; `what` is the round's number or its kind.
BETWEEN = "|"
OF_THE_ROUND, OF_THE_RECORD = "round", "data_changed"
# The texts of events; the history holds them in English, transforms.outlook.event_texts gives them in other languages.
INVITED_BY = N_("invited with {points} points by round {round} ({kind}) of {day}, cut-off {cut_off}")
WITHDRAWN_BY = N_("the invitation by round {round} ({kind}) of {day} is withdrawn: a round was corrected")
ENDED_BY = N_("the invitation by round {round} of {day} is over: {over}")
DECLINED_BY, NEWER_PROFILE = N_("declined by the record of {day}"), N_("a newer profile was submitted on {day}")
NONE_CAME = N_("none came by the record of {day}")
ABOVE = N_("above the line of round {round} ({kind}), cut-off {cut_off}, with {points} points")
NO_LONGER_ABOVE = N_("no longer above the line of round {round} ({kind}), cut-off {cut_off}, with {points} points")
BELOW_NEW = N_("below the cut-off {cut_off} of the new round {round} ({kind}), with {points} points")
TEXTS = (INVITED_BY, WITHDRAWN_BY, ENDED_BY, DECLINED_BY, NONE_CAME, NEWER_PROFILE, ABOVE, NO_LONGER_ABOVE, BELOW_NEW)
# Of several changes of one client in one night, those that say most about a line come first.
KINDS_BY_WEIGHT = ("category", "eligibility", "pool", "score")


def active_invitations(invitations: pl.DataFrame) -> pl.DataFrame:
    """The invitations (INVITATIONS, in the order of the nights) that no later correction of their round withdrew."""
    last = invitations.unique(["client_id", "round"], keep="last", maintain_order=True)
    return last.filter(pl.col("standing") == INVITED)


def invitation_holders(invitations: pl.DataFrame, candidates: pl.DataFrame, declined: pl.DataFrame) -> pl.DataFrame:
    """Who has been invited and is thereby out of the pool, though the record may not say so yet: client_id, and the
    round and held_on of the last invitation.

    `invitations` as INVITATIONS, `candidates` the typed Candidates rows of the day, `declined` as DECLINED, the records
    accepted by then that say declined or that no invitation came. An invitation is over once the profile is a newer one than the round, or a record
    accepted since says that it was declined, whatever later ones say (IRPA 10.1(6) and (7)). Such a record ends the one
    that it names by round or day; one that names none ends one of an earlier day where the record before said otherwise:
    what was copied from an earlier invitation ends no later one. A record that says that none came ends those of the round
    that it names and of earlier ones (`denies`).
    """
    last = _with_ends(invitations, candidates, declined).sort("held_on", maintain_order=True)
    own = last.unique("client_id", keep="last", maintain_order=True)
    return own.filter(pl.col("over").is_null()).select("client_id", "round", "held_on").sort("client_id")


def _with_ends(invitations: pl.DataFrame, candidates: pl.DataFrame, declined: pl.DataFrame) -> pl.DataFrame:
    """The standing invitations of the clients on record: client_id, round, held_on, and `over` (String), what ended it."""
    own = active_invitations(invitations).select("client_id", "round", "held_on").join(
        candidates.select("client_id", "profile_submitted_at"), on="client_id", maintain_order="left"
    )  # fmt: skip
    names_it = (pl.col("ita_round") == pl.col("round")) | (pl.col("ita_issued_on") >= pl.col("held_on"))
    names_another = (pl.col("ita_round") != pl.col("round")) | (pl.col("ita_issued_on") < pl.col("held_on"))
    declined_again = (
        pl.col("is_new") & ~names_another.fill_null(value=False) & (pl.col("declined_on") > pl.col("held_on"))
    )
    is_denied = pl.col("is_denied").fill_null(value=False)
    of_declined = ~is_denied & (names_it.fill_null(value=False) | declined_again)
    of_denied = is_denied & (_order("ita_round") >= _order("round")).fill_null(value=False)
    given_up = (
        own.join(declined, on="client_id")
        .filter((pl.col("declined_on") >= pl.col("held_on")) & (of_declined | of_denied))
        .sort("declined_on", maintain_order=True)
        .unique(["client_id", "round"], keep="first", maintain_order=True)
        .select(
            "client_id",
            "round",
            pl.when(is_denied)
            .then(phrase(NONE_CAME, day=pl.col("declined_on").cast(pl.String)))
            .otherwise(phrase(DECLINED_BY, day=pl.col("declined_on").cast(pl.String)))
            .alias("given_up"),
        )
    )
    submitted = day_in_ottawa(pl.col("profile_submitted_at"))
    newer = pl.when(submitted > pl.col("held_on")).then(phrase(NEWER_PROFILE, day=submitted.cast(pl.String)))
    return own.join(given_up, on=["client_id", "round"], how="left", maintain_order="left").select(
        "client_id", "round", "held_on", pl.coalesce("given_up", newer).alias("over")
    )


def denies() -> pl.Expr:
    """Does a Candidates row say that no invitation came, up to the round in ita_round? Boolean.

    The row is in the pool, names a round, and has no day of an invitation.
    """
    is_in_pool = pl.col("pool_status").fill_null("in_pool") == "in_pool"
    return is_in_pool & pl.col("ita_round").is_not_null() & pl.col("ita_issued_on").is_null()


def says_no_invitation(number: pl.Expr) -> pl.Expr:
    """Does a Candidates row without the day of an invitation deny one by a round, or say that it was declined? Boolean."""
    declined = (pl.col("pool_status") == "declined") & pl.col("ita_issued_on").is_null()
    is_denied = denies() & (_order("ita_round") >= _order(number))
    return (is_denied | (declined & (pl.col("ita_round") == number))).fill_null(value=False)


def _order(number: str | pl.Expr) -> pl.Expr:
    """The place of a round by its number, such as 408 or 91b; equal for the two rounds of one number."""
    text = pl.col(number) if isinstance(number, str) else number
    return text.str.extract(r"^(\d+)").cast(pl.Int32)


def with_invitations(candidates: pl.DataFrame, invited: pl.DataFrame) -> pl.DataFrame:
    """The typed Candidates rows with the invitations of holders, whether their records tell of them yet or not.

    `invited` as `invitation_holders` returns it. pool_status is invited, unless the record says that the client applied or left; where
    the record tells of none or of an earlier one alone, ita_issued_on and ita_round are those of the round; of one that it
    names the day or the round alone is filled in.
    """
    found = candidates.join(invited, on="client_id", how="left", maintain_order="left")
    of_an_earlier_one = (pl.col("ita_issued_on") < pl.col("held_on")) & pl.col("ita_round").ne_missing(pl.col("round"))
    unrecorded = pl.col("held_on").is_not_null() & (pl.col("ita_issued_on").is_null() | of_an_earlier_one)
    return found.with_columns(
        pl.when(unrecorded).then("held_on").otherwise("ita_issued_on").alias("ita_issued_on"),
        pl.when(unrecorded | _named_by_day_alone()).then("round").otherwise("ita_round").alias("ita_round"),
        _status_of_holders(pl.col("held_on").is_not_null()),
    ).select(candidates.columns)


def without_holders(scored: pl.DataFrame, invited: pl.DataFrame, law: Law) -> pl.DataFrame:
    """Scored clients with pool_status, is_live, in_pool and rank computed again: holders of an invitation are out of the pool."""
    is_held = pl.col("client_id").is_in(invited["client_id"].to_list())
    return ranked(placed_in_pool(scored.with_columns(_status_of_holders(is_held)), law), law)


def _named_by_day_alone() -> pl.Expr:
    """Does a record beside an invitation give its day, and no round?"""
    return pl.col("ita_round").is_null() & (pl.col("ita_issued_on") == pl.col("held_on"))


def _status_of_holders(is_held: pl.Expr) -> pl.Expr:
    is_over = pl.col("pool_status").is_in(ENDED_STATUSES).fill_null(value=False)
    return pl.when(is_held & ~is_over).then(pl.lit("invited")).otherwise("pool_status").alias("pool_status")


def invited(outcome: RoundOutcome, out_of_the_pool: pl.DataFrame) -> pl.DataFrame:
    """Whom a published round invites, as INVITATIONS: those of the outcome, but for the holders of an invitation."""
    return (
        outcome.candidates.filter(pl.col("outcome") == "invited")
        .join(out_of_the_pool, on="client_id", how="anti")
        .select(
            "client_id",
            pl.lit(outcome.number).alias("round"),
            pl.lit(outcome.kind).alias("kind"),
            pl.lit(outcome.date).alias("held_on"),
            "crs_total",
            pl.lit(outcome.cut_off).alias("cut_off"),
            "invited_as",
            pl.lit(INVITED).alias("standing"),
        )
        .select(pl.col(name).cast(dtype) for name, dtype in INVITATIONS.items())
    )


def confirmed(invitations: pl.DataFrame, candidates: pl.DataFrame) -> pl.DataFrame:
    """The standing invitations of which the clients' own records tell, by round or day: client_id, round, held_on.

    `candidates` the typed Candidates rows; one that says in_pool tells of none. What the record says came, no correction of
    a round withdraws.
    """
    tells = pl.col("pool_status").ne_missing(pl.lit("in_pool"))
    stated = candidates.filter(tells).select("client_id", "ita_round", "ita_issued_on")
    names_it = ((pl.col("ita_round") == pl.col("round")) | _named_by_day_alone()).fill_null(value=False)
    own = active_invitations(invitations).join(stated, on="client_id", maintain_order="left")
    return own.filter(names_it).select("client_id", "round", "held_on")


def net(earlier: pl.DataFrame, later: pl.DataFrame) -> pl.DataFrame:
    """Of the later invitations (INVITATIONS) the last of each client and round that changes what stood after the earlier."""
    stood = active_invitations(earlier).select("client_id", "round", stood=True)
    last = later.unique(["client_id", "round"], keep="last", maintain_order=True)
    beside = last.join(stood, on=["client_id", "round"], how="left", maintain_order="left")
    is_given = pl.col("standing") == INVITED
    return beside.filter(is_given == pl.col("stood").is_null()).drop("stood")


def withdrawn(outcome: RoundOutcome, before: pl.DataFrame, out_of_the_pool: pl.DataFrame) -> pl.DataFrame:
    """The invitations by a round that a correction withdraws, as INVITATIONS with the round's cut-off of today.

    `before` are the invitations by the round that stood; those who are still among its invited, and hold none of an
    earlier round, keep theirs.
    """
    still = outcome.candidates.filter(pl.col("outcome") == "invited").join(out_of_the_pool, on="client_id", how="anti")
    gone = before.join(still, on="client_id", how="anti", maintain_order="left")
    withdrawn_rows = gone.with_columns(pl.lit(outcome.cut_off).alias("cut_off"), pl.lit(WITHDRAWN).alias("standing"))
    return withdrawn_rows.select(pl.col(name).cast(dtype) for name, dtype in INVITATIONS.items())


def events_of(invitations: pl.DataFrame) -> pl.DataFrame:
    """One event of kind invited for each invitation, of kind invitation_withdrawn for each that a correction withdraws."""
    is_new = pl.col("standing") == INVITED
    return invitations.select(
        "client_id",
        pl.when(is_new).then(pl.lit("invited")).otherwise(pl.lit("invitation_withdrawn")).alias("kind"),
        pl.col("round").alias("what"),
        pl.lit(OF_THE_ROUND).alias("reason"),
        pl.lit(None).alias("points_before"),
        pl.col("crs_total").alias("points_after"),
        pl.lit(None).alias("points"),
        pl.lit(None).alias("before"),
        pl.col("invited_as").alias("after"),
        pl.when(is_new)
        .then(phrase(INVITED_BY, points=_text("crs_total"), cut_off=_text("cut_off"), **_round()))
        .otherwise(phrase(WITHDRAWN_BY, **_round()))
        .alias("text"),
    ).select(pl.col(name).cast(dtype) for name, dtype in EVENTS.items())


def _round() -> dict[str, pl.Expr]:
    return {"round": _text("round"), "kind": _text("kind"), "day": _text("held_on")}


def _text(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.String)


def ended(
    earlier: pl.DataFrame,
    new: pl.DataFrame,
    candidates: tuple[pl.DataFrame, pl.DataFrame],
    declined: pl.DataFrame,
    night_before: date,
) -> pl.DataFrame:
    """One event of kind invitation_ended for each invitation that stood the night before, or is new, and that is over now.

    `earlier` the invitations of the nights before, `new` those of the night, `candidates` the typed Candidates rows of
    both nights, `declined` as DECLINED.
    """
    then, now = candidates
    by_then = declined.filter(pl.col("declined_on") <= night_before)
    before = _with_ends(earlier, then, by_then).filter(pl.col("over").is_null()).select("client_id", "round")
    given = new.filter(pl.col("standing") == INVITED).select("client_id", "round")
    stood = pl.concat([before, given])
    over = _with_ends(pl.concat([earlier, new]), now, declined).filter(pl.col("over").is_not_null())
    return (
        over.join(stood, on=["client_id", "round"], how="semi", maintain_order="left")
        .with_columns(
            pl.lit("invitation_ended").alias("kind"),
            pl.col("round").alias("what"),
            pl.lit(OF_THE_RECORD).alias("reason"),
            phrase(ENDED_BY, round=_text("round"), day=_text("held_on"), over=_text("over")).alias("text"),
            *(pl.lit(None).alias(name) for name in ("points_before", "points_after", "points", "before", "after")),
        )
        .select(pl.col(name).cast(dtype) for name, dtype in EVENTS.items())
    )


def by_rounds(changes: pl.DataFrame, invitations: pl.DataFrame) -> pl.DataFrame:
    """Changes (EVENTS), with the reason round where an invitation given took a client out of the pool, or one withdrawn
    put a client into it; `invitations` those of the time between.
    """
    stands = (pl.col("standing").last().over("client_id", "round") == INVITED).any()
    counts = invitations.group_by("client_id").agg(
        pl.when(stands).then(pl.lit("left")).otherwise(pl.lit("entered")).alias("turn")
    )
    is_theirs = (pl.col("kind") == "pool") & (pl.col("reason") == OF_THE_RECORD) & (pl.col("what") == pl.col("turn"))
    reason = pl.when(is_theirs).then(pl.lit(OF_THE_ROUND)).otherwise("reason").alias("reason")
    return (
        changes.join(counts, on="client_id", how="left", maintain_order="left")
        .with_columns(reason)
        .select(changes.columns)
    )


def above(outcomes: Sequence[RoundOutcome], clients: pl.DataFrame) -> pl.Series:
    """Of each client the kinds whose round has a line that the client is above, `|` between (String, never null).

    `outcomes` is the last round of each kind held on the clients' scores, `clients` has client_id.
    """
    over = [
        clients["client_id"]
        .is_in(
            outcome.candidates.filter((pl.col("outcome") == "invited") | pl.col("meets_cut_off"))["client_id"].to_list()
        )
        .alias(outcome.kind)
        for outcome in sorted(outcomes, key=lambda one: one.kind)
    ]
    if not over:
        return pl.Series("above", [""] * clients.height, dtype=pl.String)
    kinds = pl.DataFrame(over).select(
        pl.concat_list(pl.when(pl.col(one.name)).then(pl.lit(one.name)) for one in over)
        .list.drop_nulls()
        .list.join(BETWEEN)
        .alias("above")
    )
    return kinds["above"]


def crossings(
    before: pl.DataFrame,
    after: pl.DataFrame,
    rounds: tuple[Mapping[str, Round], Mapping[str, Round]],
    changes: pl.DataFrame,
    out_of_the_pool: pl.DataFrame,
) -> pl.DataFrame:
    """Who came above or fell below the line of the last round of a kind between two nights, as EVENTS.

    `before` and `after` have client_id, crs_total and above, `rounds` the last round of each kind known on either
    night, `changes` is what transforms.changes.changes.between found. The reason is `round` where the client would have crossed
    with the score of the night before as well; else it is that of the client's own change. Holders of an invitation and
    who else is out of the pool, whom no round takes, cross no line.
    """
    sides = [
        _exploded(frame).join(out_of_the_pool, on="client_id", how="anti") for frame in (before, after)
    ]  # fmt: skip
    totals = before.select(
        "client_id", pl.col("rank").is_not_null().alias("was_in_pool"), points_before="crs_total"
    ).join(after.select("client_id", points_after="crs_total"), on="client_id", how="full", coalesce=True)
    crossed = pl.concat(
        [
            sides[1]
            .join(sides[0], on=["client_id", "what"], how="anti")
            .with_columns(pl.lit("above_cutoff").alias("kind")),
            sides[0]
            .join(sides[1], on=["client_id", "what"], how="anti")
            .with_columns(pl.lit("below_cutoff").alias("kind")),
        ]
    ).join(after.filter(pl.col("rank").is_not_null()), on="client_id", how="semi")
    texts = (
        crossed.join(totals, on="client_id", how="left")
        .join(_lines(rounds), on="what", how="left")
        .join(_own_reasons(changes), on=["client_id", "kind"], how="left")
    )
    up = pl.col("kind") == "above_cutoff"
    up_before = pl.col("was_in_pool") & (pl.col("points_before") >= pl.col("cut_off"))
    down_before = pl.col("points_before") < pl.col("cut_off")
    would_have = pl.when(up).then(up_before).otherwise(down_before)
    crossing = {
        "round": _text("round"), "kind": _text("what"), "cut_off": _text("cut_off"), "points": _text("points_after"),
    }  # fmt: skip
    of_the_round = pl.col("moved") & (would_have | pl.col("own").is_null()).fill_null(value=False)
    return (
        texts.with_columns(
            pl.when(of_the_round)
            .then(pl.lit(OF_THE_ROUND))
            .otherwise(pl.col("own").fill_null(OF_THE_RECORD))
            .alias("reason"),
            (pl.col("points_after") - pl.col("points_before")).alias("points"),
            pl.when(up).then(pl.lit("below")).otherwise(pl.lit("above")).alias("before"),
            pl.when(up).then(pl.lit("above")).otherwise(pl.lit("not above")).alias("after"),
            pl.when(up)
            .then(phrase(ABOVE, **crossing))
            .when(of_the_round)
            .then(phrase(BELOW_NEW, **crossing))
            .otherwise(phrase(NO_LONGER_ABOVE, **crossing))
            .alias("text"),
        )
        .select(pl.col(name).cast(dtype) for name, dtype in EVENTS.items())
        .sort("kind", "client_id", "what")
    )


def _exploded(frame: pl.DataFrame) -> pl.DataFrame:
    """One row a client and kind of round that the client is above."""
    return (
        frame.filter(pl.col("above") != "")
        .select("client_id", pl.col("above").str.split(BETWEEN).alias("what"))
        .explode("what")
    )


def _lines(rounds: tuple[Mapping[str, Round], Mapping[str, Round]]) -> pl.DataFrame:
    """The line of each kind on the later night, and whether it moved: what, round, cut_off, moved."""
    then, now = rounds
    rows = [(kind, one.number, one.cut_off, then.get(kind) != one) for kind, one in now.items()]
    schema = {"what": pl.String(), "round": pl.String(), "cut_off": pl.Int16(), "moved": pl.Boolean()}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _own_reasons(changes: pl.DataFrame) -> pl.DataFrame:
    """The reason of a client's own change that says most about a crossing up or down: client_id, kind, own."""
    weight = pl.col("kind").replace_strict(
        {kind: place for place, kind in enumerate(KINDS_BY_WEIGHT)}, default=None, return_dtype=pl.Int8
    )
    gained = pl.col("points").fill_null(0) if "points" in changes.columns else pl.lit(0)
    ordered = changes.with_columns(weight.alias("weight"), gained.alias("gained")).filter(
        pl.col("weight").is_not_null() & pl.col("reason").is_not_null()
    )
    sides = []
    for kind, falling in (("above_cutoff", True), ("below_cutoff", False)):
        first = ordered.sort("gained", "weight", descending=[falling, False], maintain_order=True)
        sides.append(
            first.group_by("client_id", maintain_order=True)
            .agg(pl.col("reason").first().alias("own"))
            .with_columns(pl.lit(kind).alias("kind"))
        )
    return pl.concat(sides)
