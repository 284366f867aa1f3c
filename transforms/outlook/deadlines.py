"""Events of documents and clocks: papers that end, children who grow up, invitations that lapse, decisions that are due."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import polars as pl

from transforms.assessment.days import scored_on
from transforms.facts import education, family, language
from transforms.model import paper_names
from transforms.model.calendar import MONTHS_IN_A_YEAR, anniversary, months_later, same_day
from transforms.model.wording import _, phrase
from transforms.outlook import ahead
from transforms.outlook.application import WAITING, Stage, is_invited
from transforms.rules import Law, Rules
from transforms.rules.lookup import in_force_on

DAY = timedelta(days=1)
LEFT = "withdrawn"
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
BETWEEN = ", "
WITHOUT = "\x1e"


def deadlines(sheets: Mapping[str, pl.DataFrame], stage: Stage, rules: Rules, as_of: date) -> pl.DataFrame:
    """The frame AHEAD of the coming 12 months: documents that expire, a child who reaches the age limit, the last day of
    an invitation, that it lapsed, documents that will be too old on the day of the application, and the day by which a
    decision is expected.

    Takes the typed sheets and the application stage of the day. A client who withdrew has left and is passed over. Of
    one who applied, or whose file is at its end, no child's age is reported, and only the documents that STILL_COUNT; while
    an invitation waits, neither a child's age nor the end of a nomination after the last day to apply. The first day
    is as_of itself, the last the same day twelve months later; an invitation that lapsed is reported until the record
    says more.
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
    lapsed = _lapsed(stage.applications, own["candidates"], as_of)
    return ahead.sorted_([*coming, ahead.of(lapsed), ahead.of(_deciding(stage.applications, rules, as_of, last))])


def _expiring(sheets: Mapping[str, pl.DataFrame], rules: Rules, as_of: date, last: date) -> pl.DataFrame:
    """The last day of validity of each document; of several of a kind, person and country that of the last to end.

    Documents of the kind `other` stand each for itself, for nothing tells them apart. One that is dated after as_of is
    not there yet. Test results and assessments of clients whose records hold them are left to the engine, which tells of
    them by their own dates.
    """
    rows = sheets["documents"].filter(~(pl.col("issued_on") > as_of).fill_null(value=False))
    rows = _that_still_count(rows.filter(pl.col("expires_on").is_not_null()), sheets["candidates"])
    rows = rows.join(
        _of_engine(sheets, rules.law_of(as_of)),
        on=["client_id", "person", "kind"],
        how="anti",
        maintain_order="left",
    )
    alike = ["client_id", "person", "kind", "country"]
    newest = rows.group_by(alike, maintain_order=True).agg(pl.col("expires_on").max())
    other = pl.col("kind") == "other"
    ending = pl.concat([newest.filter(~other), rows.filter(other).select(newest.columns)])
    ending = ending.filter(pl.col("expires_on").is_between(as_of, last))
    spouse = pl.when(pl.col("person") == "spouse").then("person")
    events = ending.select(
        "client_id",
        pl.col("expires_on").alias("on"),
        pl.col("kind").replace_strict(OWN_KIND, default="document_expires").alias("kind"),
        phrase(
            _("last day of the {document}{country}{of_person}"),
            document=paper_names.document(pl.col("kind")),
            country=paper_names.in_brackets(pl.col("country")),
            of_person=paper_names.of_person(pl.col("person")),
        ).alias("what"),
        pl.col("expires_on").alias("act_by"),
        pl.concat_str("kind", "country", spouse, separator=BETWEEN, ignore_nulls=True).alias("subject"),
        "person",
        pl.col("kind").alias("item"),
        pl.col("country").alias("detail"),
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
    """The dependants with what is known of the day on which a nominee's child is locked in (see transforms.facts.family)."""
    locked = family.lock_in(sheets["candidates"], sheets["documents"], pl.lit(as_of))
    return dependants.join(locked, on="client_id", how="left", maintain_order="left")


def _before_the_deadline(events: pl.DataFrame, applications: pl.DataFrame) -> pl.DataFrame:
    """The events without what comes too late to touch an application that is made in time."""
    waiting = applications.filter(pl.col("state").is_in(WAITING)).select("client_id", "deadline")
    joined = events.join(waiting, on="client_id", how="left", maintain_order="left")
    too_late = pl.col("kind").is_in(UP_TO_THE_APPLICATION) & (pl.col("on") > pl.col("deadline"))
    return joined.filter(~too_late.fill_null(value=False)).select(events.columns)


def _of_engine(sheets: Mapping[str, pl.DataFrame], law: Law) -> pl.DataFrame:
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
    joined = (
        ending.join(kept.select("client_id", "as_of", points_before="crs_total"), on=["client_id", "as_of"])
        .with_columns(_without().alias("without"))
        .join(lost, left_on=["without", "as_of"], right_on=["client_id", "as_of"])
        .with_columns((pl.col("points_after") - pl.col("points_before")).alias("points"))
        .drop("as_of", "without")
    )
    return events.join(joined, on=["client_id", "on", "kind"], how="left", maintain_order="left")


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
                .then(pl.lit(_undetermined(version.value)))
                .otherwise(pl.lit(_no_dependant(version.value)))
                .alias("what"),
                (birthday - DAY).alias("act_by"),
                pl.format("child born {}", "date_of_birth").alias("subject"),
                pl.when(undetermined).then(pl.lit(ahead.LOCK_IN_UNKNOWN)).alias("state"),
                pl.lit("child").alias("person"),
                pl.lit(str(version.value)).alias("item"),
                pl.col("date_of_birth").alias("since"),
            )
        )
    return pl.concat(parts)


def _no_dependant(age: int) -> str:
    return _("a child turns {age}, and is no dependant unless for a medical reason").format(age=age)


def _undetermined(age: int) -> str:
    return _(
        "a child turns {age}, and whether it stays a dependant is undetermined: enter nomination_applied_on, the day on "
        "which a nominee's child is locked in (IRPR 25.1(4))"
    ).format(age=age)


def _lapsing(applications: pl.DataFrame) -> pl.DataFrame:
    """The last day to apply on an invitation that waits for its application."""
    waiting = applications.filter(pl.col("state") != "applied")
    state, has_plan = pl.col("state"), pl.col("state").is_in(["planned", "planned_too_late"])
    planned = phrase(_(", planned for {day}"), day=_day("planned_application_on"))
    falls = phrase(_("; IRPA 11.2 would not be met on {day}"), day=_day("application_on"))
    plan = pl.when(has_plan | (state == "plan_has_passed")).then("planned_application_on")
    return waiting.select(
        "client_id",
        pl.col("deadline").alias("on"),
        pl.lit("ita_deadline").alias("kind"),
        pl.concat_str(
            phrase(_("last day to apply: invited on {day}"), day=_day("ita_issued_on")),
            pl.when(has_plan).then(planned),
            pl.when(~pl.col("holds")).then(falls),
            ignore_nulls=True,
        ).alias("what"),
        pl.col("deadline").alias("act_by"),
        pl.format("round {}", "ita_round").alias("subject"),
        pl.when(~pl.col("holds")).then(pl.lit(ahead.NOT_HELD)).otherwise(state).alias("state"),
        pl.col("ita_round").alias("item"),
        pl.col("ita_issued_on").alias("since"),
        pl.when(pl.col("holds").fill_null(value=True)).then(plan).otherwise("application_on").alias("needed_on"),
    )


def _lapsed(applications: pl.DataFrame, candidates: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """That an invitation lapsed, and with it its profile (IRPA 10.1(6)), reported on the first day after its last one."""
    invited = candidates.filter(is_invited(as_of))
    lapsed = applications.filter(pl.col("state") == "lapsed").join(invited, on="client_id", how="semi")
    return lapsed.select(
        "client_id",
        (pl.col("deadline") + DAY).alias("on"),
        pl.lit("ita_lapsed").alias("kind"),
        phrase(
            _("{lapsed}: a new profile is needed; if it was declined or used, correct pool_status"),
            lapsed=lapsed_after(),
        ).alias("what"),
        pl.lit(as_of).alias("act_by"),
        pl.format("round {}", "ita_round").alias("subject"),
        pl.lit(ahead.LAPSED).alias("state"),
        pl.col("ita_round").alias("item"),
        pl.col("ita_issued_on").alias("since"),
    )


def lapsed_after() -> pl.Expr:
    """That the invitation of ita_issued_on lapsed after its deadline, in words (String)."""
    return phrase(
        _("the invitation of {issued_on} lapsed after {deadline}"),
        issued_on=_day("ita_issued_on"),
        deadline=_day("deadline"),
    )


def _deciding(applications: pl.DataFrame, rules: Rules, as_of: date, last: date) -> pl.DataFrame:
    """The day by which a decision on an application is expected; once it has passed, the event is reported every night.

    Where the day of the application is not on record, it was the last day to apply at the latest.
    """
    standard = in_force_on(rules.parameter("application.service_standard_months"), pl.col("deadline"), pl.Int64())
    expected = pl.coalesce("decision_expected_on", same_day(pl.col("deadline"), standard))
    unknown = phrase(
        _("decision expected: applied by {day} at the latest; enter the day in planned_application_on"),
        day=_day("deadline"),
    )
    waiting = applications.filter((pl.col("state") == "applied") & (expected <= last))
    return waiting.select(
        "client_id",
        expected.alias("on"),
        pl.lit("decision_expected").alias("kind"),
        pl.coalesce(phrase(_("decision expected: applied on {day}"), day=_day("application_on")), unknown).alias(
            "what"
        ),
        pl.max_horizontal(expected, pl.lit(as_of)).alias("act_by"),
        pl.format("round {}", "ita_round").alias("subject"),
        pl.when(expected < as_of).then(pl.lit(ahead.OVERDUE)).otherwise(pl.lit(ahead.DUE)).alias("state"),
        pl.col("ita_round").alias("item"),
        pl.col("application_on").alias("since"),
    )


def _too_old(stage: Stage, as_of: date) -> pl.DataFrame:
    """What would be too old on the day of the application, reported on that day: the same event every night.

    Until it gets too old one may apply with it; after that it must be renewed by the day of the application.
    """
    valid_until, needed_on = pl.col("valid_until"), pl.col("needed_on")
    # A country as it is, a language as its key.
    is_language = pl.col("kind") == "language_result"
    detail = pl.when(is_language).then(pl.col("subject").str.to_lowercase()).otherwise("subject")
    return stage.documents.filter(pl.col("status") == "too_old").select(
        "client_id",
        needed_on.alias("on"),
        pl.lit("document_too_old").alias("kind"),
        pl.concat_str(
            phrase(
                _("{document}{detail}{of_person} of {day} would be too old on the day of the application"),
                document=paper_names.document(pl.col("kind")),
                detail=paper_names.in_brackets(paper_names.language(detail)),
                of_person=paper_names.of_person(pl.col("person")),
                day=_day("issued_on"),
            ),
            phrase(_("; it is valid until {day}"), day=_day("valid_until")),
            ignore_nulls=True,
        ).alias("what"),
        pl.when(valid_until >= as_of).then(valid_until).otherwise(needed_on).alias("act_by"),
        pl.concat_str(
            "kind", "subject", pl.when(pl.col("person") != "principal").then("person"), separator=BETWEEN,
            ignore_nulls=True,
        ).alias("subject"),
        pl.when(valid_until >= as_of)
        .then(pl.lit(ahead.STILL_VALID))
        .otherwise(pl.lit(ahead.TOO_OLD))
        .alias("state"),
        "person",
        pl.col("kind").alias("item"),
        detail.alias("detail"),
        pl.col("issued_on").alias("since"),
        "needed_on",
    )  # fmt: skip


def _day(name: str) -> pl.Expr:
    """A day as ISO text, to be put into a sentence."""
    return pl.col(name).cast(pl.String)
