"""What documents and clocks foretell: papers that end, children who grow up, invitations that lapse."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import polars as pl

from transforms import ahead, education, family, language
from transforms.application import IF_LAPSED, WAITING, Stage, is_invited
from transforms.calendar import MONTHS_IN_A_YEAR, anniversary, months_later
from transforms.days import scored_on
from transforms.rules import Law, Rules

DAY = timedelta(days=1)
LEFT = "withdrawn"
LAPSED_AFTER = "the invitation of {} lapsed after {}"
# Documents that still count, by pool_status; of other clients all do. A child's age (IRPR 25.1), the nomination, results,
# assessments and police certificates are looked at on the day of the application (law document 4.6); funds once more for
# the visa.
STILL_COUNT = {
    "applied": ("passport", "work_permit", "medical", "funds_letter", "other"),
    "expired": ("passport", "work_permit", "other"),
}
# What is looked at on the day of the application and not later.
UP_TO_THE_APPLICATION = ("nomination_expires", "dependant_ages_out")
OWN_KIND = {
    "work_permit": "work_permit_expires", "passport": "passport_expires", "nomination": "nomination_expires",
}  # fmt: skip
NOT_LOCKED_IN = (
    "whether it stays a dependant is undetermined: enter nomination_applied_on, the day on which a nominee's child is locked "
    "in (IRPR 25.1(4))"
)
BETWEEN = ", "
WITHOUT = "\x1e"


def deadlines(sheets: Mapping[str, pl.DataFrame], stage: Stage, rules: Rules, as_of: date) -> pl.DataFrame:
    """The frame AHEAD of the coming 12 months: documents that expire, a child who reaches the age limit, the last day of
    an invitation, that it lapsed, and documents that will be too old on the day of the application.

    Takes the typed sheets and the application stage of the day. A client who withdrew has left and is passed over. Of
    one who applied, or whose file is at its end, no child's age is told, and only the documents that STILL_COUNT; while an
    invitation waits, neither a child's age nor the end of a nomination is told for after the last day to apply. The
    first day told of is as_of itself, the last the same day twelve months later; an invitation that lapsed is told of
    until the record says more.
    """
    staying = sheets["candidates"].filter(~(pl.col("pool_status") == LEFT).fill_null(value=False))
    own = {key: frame.join(staying, on="client_id", how="semi", maintain_order="left") for key, frame in sheets.items()}
    last = months_later(as_of, MONTHS_IN_A_YEAR)
    parts = [
        _expiring(own, rules, as_of, last),
        _growing_up(_with_lock_in(_of_who_may_still_apply(own), own, as_of), rules, as_of, last),
        _lapsing(stage.applications),
        _too_old(stage, as_of),
    ]
    coming = [ahead.of(part).filter(pl.col("on").is_between(as_of, last)) for part in parts]
    coming = [_before_the_deadline(part, stage.applications) for part in coming]
    return ahead.sorted_([*coming, ahead.of(_lapsed(stage.applications, own["candidates"], as_of))])


def _expiring(sheets: Mapping[str, pl.DataFrame], rules: Rules, as_of: date, last: date) -> pl.DataFrame:
    """The last day of validity of each document; of several of a kind, person and country that of the last to end.

    Documents of the kind `other` stand each for itself, for nothing tells them apart. One that is dated after as_of is
    not there yet. Test results and assessments of whom the records hold them are left to the engine, which tells of
    them by their own dates.
    """
    rows = sheets["documents"].filter(~(pl.col("issued_on") > as_of).fill_null(value=False))
    rows = _that_still_count(rows.filter(pl.col("expires_on").is_not_null()), sheets["candidates"])
    rows = rows.join(
        _told_by_engine(sheets, rules.law_of(as_of)),
        on=["client_id", "person", "kind"],
        how="anti",
        maintain_order="left",
    )
    alike = ["client_id", "person", "kind", "country"]
    newest = rows.group_by(alike, maintain_order=True).agg(pl.col("expires_on").max())
    other = pl.col("kind") == "other"
    ending = pl.concat([newest.filter(~other), rows.filter(other).select(newest.columns)])
    ending = ending.filter(pl.col("expires_on").is_between(as_of, last))
    words = pl.col("kind").str.replace_all("_", " ").replace("other", "document")
    country = pl.when(pl.col("country").is_not_null()).then(pl.format(" ({})", "country")).otherwise(pl.lit(""))
    whose = pl.when(pl.col("person") == "spouse").then(pl.lit(" of the spouse")).otherwise(pl.lit(""))
    spouse = pl.when(pl.col("person") == "spouse").then("person")
    events = ending.select(
        "client_id",
        pl.col("expires_on").alias("on"),
        pl.col("kind").replace_strict(OWN_KIND, default="document_expires").alias("kind"),
        pl.concat_str(pl.lit("last day of the "), words, country, whose).alias("what"),
        pl.col("expires_on").alias("act_by"),
        pl.concat_str("kind", "country", spouse, separator=BETWEEN, ignore_nulls=True).alias("subject"),
    )
    return _with_points(events, sheets, rules)


def _that_still_count(documents: pl.DataFrame, candidates: pl.DataFrame) -> pl.DataFrame:
    """The documents without those that count no more for their client."""
    for status, kinds in STILL_COUNT.items():
        ended = candidates.filter(pl.col("pool_status") == status)["client_id"].to_list()
        documents = documents.filter(~pl.col("client_id").is_in(ended) | pl.col("kind").is_in(kinds))
    return documents


def _of_who_may_still_apply(sheets: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """The dependants of clients whose application is not made yet."""
    ended = sheets["candidates"].filter(pl.col("pool_status").is_in(list(STILL_COUNT)))
    return sheets["dependants"].join(ended, on="client_id", how="anti", maintain_order="left")


def _with_lock_in(dependants: pl.DataFrame, sheets: Mapping[str, pl.DataFrame], as_of: date) -> pl.DataFrame:
    """The dependants with what is known of the day on which a nominee's child is locked in (see transforms.family)."""
    locked = family.lock_in(sheets["candidates"], sheets["documents"], pl.lit(as_of))
    return dependants.join(locked, on="client_id", how="left", maintain_order="left")


def _before_the_deadline(events: pl.DataFrame, applications: pl.DataFrame) -> pl.DataFrame:
    """The events without what comes too late to touch an application that is made in time."""
    waiting = applications.filter(pl.col("state").is_in(WAITING)).select("client_id", "deadline")
    told = events.join(waiting, on="client_id", how="left", maintain_order="left")
    too_late = pl.col("kind").is_in(UP_TO_THE_APPLICATION) & (pl.col("on") > pl.col("deadline"))
    return told.filter(~too_late.fill_null(value=False)).select(events.columns)


def _told_by_engine(sheets: Mapping[str, pl.DataFrame], law: Law) -> pl.DataFrame:
    """Whose tests and assessments are on record with their dates: client_id, person, kind of document."""
    tests = language.sittings(sheets["candidates"], sheets["language_tests"], law).filter(
        pl.col("test_date").is_not_null()
    )
    assessed = education.assessments(sheets["candidates"], sheets["education"])
    return pl.concat(
        [
            frame.select("client_id", "person", pl.lit(kind).alias("kind"))
            for frame, kind in ((tests, "language_result"), (assessed, "eca"))
        ]
    ).unique()


def _with_points(events: pl.DataFrame, sheets: Mapping[str, pl.DataFrame], rules: Rules) -> pl.DataFrame:
    """The events with what a nomination that ends takes from the score: the client scored with and without it.

    Scored on the day after the last one; points are left empty where no nomination is stated, or the client is not live.
    """
    ending = events.filter(pl.col("kind") == "nomination_expires").select(
        "client_id", "on", "kind", (pl.col("on") + DAY).alias("as_of")
    )
    if ending.is_empty():
        return events
    ending = ending.unique(maintain_order=True)
    scored = scored_on(_twice(sheets, ending), pl.concat([ending, ending.with_columns(_without())]), rules)
    kept = scored.filter(pl.col("is_live") & pl.col("is_nominated"))
    lost = scored.select("client_id", "as_of", points_after="crs_total")
    told = (
        ending.join(kept.select("client_id", "as_of", points_before="crs_total"), on=["client_id", "as_of"])
        .with_columns(_without().alias("without"))
        .join(lost, left_on=["without", "as_of"], right_on=["client_id", "as_of"])
        .with_columns((pl.col("points_after") - pl.col("points_before")).alias("points"))
        .drop("as_of", "without")
    )
    return events.join(told, on=["client_id", "on", "kind"], how="left", maintain_order="left")


def _twice(sheets: Mapping[str, pl.DataFrame], clients: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The clients' rows, and once more under another id, where they have no nomination."""
    made = {}
    for key, frame in sheets.items():
        own = frame.join(clients, on="client_id", how="semi", maintain_order="left")
        again = own.with_columns(_without())
        if "provincial_nomination" in frame.columns:
            again = again.with_columns(pl.lit(None, pl.String).alias("provincial_nomination"))
        made[key] = pl.concat([own, again])
    return made


def _without() -> pl.Expr:
    """The id of a client without the nomination; no cell of an intake holds what it ends in."""
    return pl.col("client_id") + WITHOUT


def _growing_up(dependants: pl.DataFrame, rules: Rules, as_of: date, last: date) -> pl.DataFrame:
    """The birthday on which a child is no dependant any more, by the age limit of that day; what is to be done with the
    child in the family is to be done on the day before.

    A birthday after the lock-in of a nominee's child takes nothing away, and is left out; where that day is not on record,
    the event says so.
    """
    locked_by = pl.col("locked_in_by")
    undetermined = pl.col("is_locked_in").fill_null(value=False) & pl.col("locked_in_on").is_null()
    parts = []
    for version in rules.parameter("application.dependant_age_limit").versions:
        birthday = anniversary(pl.col("date_of_birth"), version.value)
        until = version.ends_on or last
        counts = birthday.is_between(max(as_of, version.starts_on), min(last, until))
        parts.append(
            dependants.filter(counts & ~(birthday > locked_by).fill_null(value=False)).select(
                "client_id",
                birthday.alias("on"),
                pl.lit("dependant_ages_out").alias("kind"),
                pl.when(undetermined)
                .then(pl.lit(f"a child turns {version.value}, and {NOT_LOCKED_IN}"))
                .otherwise(pl.lit(f"a child turns {version.value}, and is no dependant unless for a medical reason"))
                .alias("what"),
                (birthday - DAY).alias("act_by"),
                pl.format("child born {}", "date_of_birth").alias("subject"),
            )
        )
    return pl.concat(parts)


def _lapsing(applications: pl.DataFrame) -> pl.DataFrame:
    """The last day to apply on an invitation that waits for its application."""
    waiting = applications.filter(pl.col("state") != "applied")
    planned = pl.when(pl.col("state").is_in(["planned", "planned_too_late"])).then(
        pl.format(", planned for {}", "planned_application_on")
    )
    falls = pl.when(~pl.col("holds")).then(pl.format("; IRPA 11.2 would not be met on {}", "application_on"))
    return waiting.select(
        "client_id",
        pl.col("deadline").alias("on"),
        pl.lit("ita_deadline").alias("kind"),
        pl.concat_str(
            pl.format("last day to apply: invited on {}", "ita_issued_on"),
            planned,
            falls,
            ignore_nulls=True,
        ).alias("what"),
        pl.col("deadline").alias("act_by"),
        pl.format("round {}", "ita_round").alias("subject"),
    )  # fmt: skip


def _lapsed(applications: pl.DataFrame, candidates: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """That an invitation lapsed, and with it its profile (IRPA 10.1(6)), told on the first day after its last one."""
    invited = candidates.filter(is_invited(as_of))
    lapsed = applications.filter(pl.col("state") == "lapsed").join(invited, on="client_id", how="semi")
    return lapsed.select(
        "client_id",
        (pl.col("deadline") + DAY).alias("on"),
        pl.lit("ita_lapsed").alias("kind"),
        pl.format(f"{LAPSED_AFTER}: {IF_LAPSED}", "ita_issued_on", "deadline").alias("what"),
        pl.lit(as_of).alias("act_by"),
        pl.format("round {}", "ita_round").alias("subject"),
    )  # fmt: skip


def _too_old(stage: Stage, as_of: date) -> pl.DataFrame:
    """What would be too old on the day of the application, told on that day: the same event every night.

    Until it gets too old one may apply with it; after that it must be renewed by the day of the application.
    """
    valid_until, needed_on = pl.col("valid_until"), pl.col("needed_on")
    return stage.documents.filter(pl.col("status") == "too_old").select(
        "client_id",
        needed_on.alias("on"),
        pl.lit("document_too_old").alias("kind"),
        pl.concat_str(
            pl.col("what").str.to_lowercase(),
            pl.when(pl.col("subject").is_not_null()).then(pl.format(" ({})", "subject")).otherwise(pl.lit("")),
            pl.when(pl.col("person") != "principal").then(pl.format(" of the {}", "person")).otherwise(pl.lit("")),
            pl.format(" of {}", "issued_on"),
            pl.lit(" would be too old on the day of the application"),
            pl.when(valid_until.is_not_null())
            .then(pl.format("; it serves to {}", valid_until))
            .otherwise(pl.lit("")),
        ).alias("what"),
        pl.when(valid_until >= as_of).then(valid_until).otherwise(needed_on).alias("act_by"),
        pl.concat_str(
            "kind", "subject", pl.when(pl.col("person") != "principal").then("person"), separator=BETWEEN,
            ignore_nulls=True,
        ).alias("subject"),
    )  # fmt: skip
