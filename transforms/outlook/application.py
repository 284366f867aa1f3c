"""The application stage: for each invitation the deadline, the test of IRPA 11.2, and when a decision may be expected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from transforms.assessment import language_choice
from transforms.assessment.days import by_law, law_since, scored_on
from transforms.facts import family
from transforms.model.calendar import same_day
from transforms.model.wording import N_, phrase
from transforms.outlook import checklist
from transforms.rounds.rounds import CATEGORIES, PROGRAMS, Round, invited_as
from transforms.rules import Law, Rules
from transforms.rules.lookup import in_force_on, once_a_law
from transforms.scoring.programs import exempt_from_funds, funds_needed

# What says that an invitation was declined, or its owner left; who holds one by the rounds is invited, whatever the record says.
OVER = ("in_pool", "declined", "withdrawn", "expired")
PASSED = N_("the last day to apply has passed")
# Texts of `why`; transforms.outlook.event_texts gives them in other languages.
LAPSED = N_(
    "the last day to apply has passed: a new profile is needed; if it was declined or used, correct pool_status"
)
NO_DAY = N_("the day of the application is not on record")
NO_ROUND = N_("ita_round is empty, so that the cut-off is not known")
UNKNOWN_ROUND = N_("round {round} is not among the published rounds")
NOMINATION_ENDED = N_("the nomination ended on {day}: add the new nomination to Documents")
NOMINATION_ENDS = N_(
    "the nomination ends on {day}, before the application on {applied}: apply by that day, or add a new nomination to "
    "Documents"
)
LAW_NOT_KNOWN = N_("part of the law of the invitation's day is not known")
BELOW_THEN = N_(
    "by the records the score was {points} on the day of the invitation already, below the cut-off {cut_off}"
)
BELOW_LATER = N_("CRS {points} would be below the cut-off {cut_off}")
CRITERIA_THEN = N_("by the records the criteria were not met on the day of the invitation either")
NO_NOMINATION = N_("provincial_nomination is empty: no nomination is on record")
OTHER_DAY = N_("round {round} was held on {day}, not on the day of the invitation")
AFTER_TIE_BREAK = N_("at the cut-off itself the profile is later than the round's tie-break")
SHORT_OF_FUNDS = N_("funds of {held} CAD, and {asked} CAD are asked for on {day}")
CATEGORY_NOT_MET = N_("the category {kind} is not met or undetermined")
REST_NOT_KNOWN = N_("what else the round asks for is not known")
WHY = (
    LAPSED, PASSED, NO_DAY, NO_ROUND, UNKNOWN_ROUND, NOMINATION_ENDED, NOMINATION_ENDS, LAW_NOT_KNOWN, BELOW_THEN,
    BELOW_LATER, CRITERIA_THEN, NO_NOMINATION, OTHER_DAY, AFTER_TIE_BREAK, SHORT_OF_FUNDS, CATEGORY_NOT_MET,
    REST_NOT_KNOWN,
)  # fmt: skip
# Between reasons.
BETWEEN = "; "
# States of an invitation that waits for its application.
WAITING = ("planned", "not_planned", "plan_has_passed", "planned_too_late")
STATES = (*WAITING, "lapsed", "applied")

APPLICATIONS: dict[str, pl.DataType] = {
    "client_id": pl.String(),
    "state": pl.String(),
    "ita_issued_on": pl.Date(),
    "ita_round": pl.String(),
    "round_kind": pl.String(),
    "invited_as": pl.String(),
    "deadline": pl.Date(),
    "days_left": pl.Int32(),
    "planned_application_on": pl.Date(),
    "application_on": pl.Date(),
    "cut_off": pl.Int16(),
    "score_at_invitation": pl.Int16(),
    "score_on_application": pl.Int16(),
    "margin": pl.Int16(),
    "score_holds": pl.Boolean(),
    "criteria_hold": pl.Boolean(),
    "holds": pl.Boolean(),
    "why": pl.String(),
    "decision_expected_on": pl.Date(),
    **{f"documents_{status}": pl.Int32() for status in checklist.STATUSES},
}
ROUNDS = {
    "ita_round": pl.String(), "round_on": pl.Date(), "round_kind": pl.String(), "cut_off": pl.Int16(),
    "tie_break": pl.Datetime("us", "UTC"),
}  # fmt: skip
# The parameter that names what of the law is read on the day of the application, whatever the day of the invitation.
OF_THE_APPLICATION = "application.counted_on_the_application"
FUNDS = {"exempt_fsw": pl.Boolean(), "exempt_fst": pl.Boolean(), "funds_needed": pl.Int64()}
# What is read from the client's scores on the day of the invitation, and on that of the application.
THEN = ("crs_total", "invited_as", "criteria", *checklist.THEN)
LATER = ("crs_total", "criteria", "eligibility_reasons", "pool_eligible", "funds_needed", *checklist.LATER)


@dataclass(frozen=True)
class Stage:
    """The application stage of one day: APPLICATIONS, one row an invitation, and DOCUMENTS_NEEDED, one row a document.

    `applications` has of each client with an invitation that is not over: state (STATES), ita_issued_on, ita_round,
    round_kind, invited_as (PNP or a class), deadline (Date, the last day to apply), days_left to it (Int32),
    planned_application_on, application_on (the assumed day; empty where it lapsed), cut_off, score_at_invitation,
    score_on_application and margin (Int16), score_holds, criteria_hold and holds (Boolean: IRPA 11.2; empty:
    undetermined), why (String), decision_expected_on (Date), and the number of documents by status (Int32).
    `documents` is the frame of transforms.outlook.checklist, without the invitations that lapsed or were used.
    """

    applications: pl.DataFrame
    documents: pl.DataFrame


def stage(sheets: Mapping[str, pl.DataFrame], rules: Rules, as_of: date, published: Sequence[Round]) -> Stage:
    """The application stage of the typed sheets on a day, with the published rounds for their cut-offs."""
    invited = _invitations(sheets["candidates"], rules, as_of, published)
    if invited.is_empty():
        return Stage(pl.DataFrame(schema=APPLICATIONS), pl.DataFrame(schema=checklist.DOCUMENTS_NEEDED))
    own = {key: frame.join(invited, on="client_id", how="semi", maintain_order="left") for key, frame in sheets.items()}
    ending = family.nominations(sheets["documents"], pl.lit(as_of)).select(
        "client_id", nominated_until="nomination_ends_on"
    )
    nominated = invited.join(ending, on="client_id", how="left", maintain_order="left")
    tested = _tested(_with_scores(own, nominated, rules), as_of)
    documents = checklist.needed(own, tested.filter(pl.col("state").is_in(WAITING)), rules, as_of)
    counted = tested.join(_counted(documents), on="client_id", how="left", maintain_order="left")
    return Stage(counted.select(pl.col(name).cast(dtype) for name, dtype in APPLICATIONS.items()), documents)


def is_invited(as_of: date) -> pl.Expr:
    """Does the record of a client say invited, by an invitation of that day or an earlier one?"""
    invited = (pl.col("pool_status") == "invited") & (pl.col("ita_issued_on") <= as_of)
    return invited.fill_null(value=False)


def _invitations(
    candidates: pl.DataFrame, rules: Rules, as_of: date, published: Sequence[Round]
) -> pl.DataFrame:  # fmt: skip
    """The candidates with an invitation that is not over, its clocks and its round.

    The window is that of the law on the day of the invitation, and its first day the next one (law document 4.3). The
    day of the application is the planned one; where none is planned, or that day has passed without an application,
    the deadline; of an invitation that lapsed, none. Months to the decision are those of the law on that day.
    """
    window = in_force_on(rules.parameter("rounds.ita_window_days"), pl.col("ita_issued_on"), pl.Int64())
    standard = in_force_on(rules.parameter("application.service_standard_months"), pl.col("application_on"), pl.Int64())
    applied = (pl.col("pool_status") == "applied").fill_null(value=False)
    planned, deadline = pl.col("planned_application_on"), pl.col("deadline")
    usable = planned.is_not_null() & (planned >= pl.col("ita_issued_on"))
    return (
        candidates.filter(
            (pl.col("ita_issued_on") <= as_of) & ~pl.col("pool_status").is_in(OVER).fill_null(value=False)
        )
        .with_columns((pl.col("ita_issued_on") + pl.duration(days=window)).alias("deadline"))
        .with_columns(
            (deadline - as_of).dt.total_days().alias("days_left"),
            pl.when(applied)
            .then(pl.lit("applied"))
            .when(deadline < as_of)
            .then(pl.lit("lapsed"))
            .when(~usable)
            .then(pl.lit("not_planned"))
            .when(planned < as_of)
            .then(pl.lit("plan_has_passed"))
            .when(planned > deadline)
            .then(pl.lit("planned_too_late"))
            .otherwise(pl.lit("planned"))
            .alias("state"),
            pl.when(usable & (applied | ((planned >= as_of) & (deadline >= as_of))))
            .then(planned)
            .when(~applied & (deadline >= as_of))
            .then(deadline)
            .alias("application_on"),
        )
        .with_columns(same_day(pl.col("application_on"), standard).alias("decision_expected_on"))
        .join(_table(published), on="ita_round", how="left", maintain_order="left")
    )


def _table(published: Sequence[Round]) -> pl.DataFrame:
    rows = [(one.number, one.date, one.kind, one.cut_off, one.tie_break) for one in published]
    return pl.DataFrame(rows, schema=ROUNDS, orient="row").unique("ita_round", keep="last")


def _with_scores(sheets: Mapping[str, pl.DataFrame], invited: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """The invitations with what the engine says of both days (then_*, later_*), each under the law of the invitation.

    What the regulations count on the day of the application stands by the law of that day (see `_up_to`). The age is that
    of the day of the invitation: the birthday after it is forgiven (IRPA 11.2(2)(a)). A nomination counts up to its last
    day. `law_is_known` says whether all of the law of the invitation is; an invitation from before the first day of
    Express Entry has no scores.
    """
    parts = []
    for law, own in by_law_of_invitation(invited, rules):
        scored = _scored(sheets, own, law)
        then = _on(scored, own, "ita_issued_on").with_columns(_class(law)).with_columns(_criteria())
        later = _on(scored, own, "application_on").join(
            then.select("client_id", "invited_as"), on="client_id", maintain_order="left"
        )
        parts.append(
            own.join(_named(then, THEN, "then_"), on="client_id", how="left", maintain_order="left")
            .join(
                _named(_with_funds(later.with_columns(_criteria()), law.rules), LATER, "later_"),
                on="client_id",
                how="left",
                maintain_order="left",
            )
            .with_columns(pl.lit(law.status == "complete").alias("law_is_known"))
        )
    return invited.select("client_id").join(pl.concat(parts), on="client_id", maintain_order="left")


def by_law_of_invitation(invited: pl.DataFrame, rules: Rules) -> Iterator[tuple[Law, pl.DataFrame]]:
    """The invitations parted by the law in force on their days; the law knows no later one, but for what is read on the
    day of the application (see `_up_to`).

    An invitation keeps the rules of its own day (IRPA 10.3(3), law document 0).
    """
    first = invited.select(law_since(pl.col("ita_issued_on"), rules)).to_series()
    for day in first.unique().sort():
        yield _up_to(rules.law_of(day)).law_of(day), invited.filter(first == day)


@once_a_law
def _up_to(law: Law) -> Rules:
    """The rules without what starts after the law of a day, but for the parameters that OF_THE_APPLICATION names.

    What Ministerial Instructions set (score, categories) stays as on the day of the invitation; the regulations name the
    day of the application, for settlement funds first of all (IRPR 76(1)(b)(i), 77; law document 10).
    """
    named = law.rules.parameter(OF_THE_APPLICATION).on(law.as_of)
    open_ = tuple(f"{one}." for one in named.value) if named is not None else ()
    kept = {
        name: one
        if f"{name}.".startswith(open_)
        else replace(one, versions=tuple(version for version in one.versions if version.starts_on <= law.as_of))
        for name, one in law.rules.parameters.items()
    }
    return replace(law.rules, parameters=kept)


def _scored(sheets: Mapping[str, pl.DataFrame], invited: pl.DataFrame, law: Law) -> pl.DataFrame:
    """The clients scored on the days of the invitation and of the application, at the age on the first.

    On the second day the choice of language results of the first stays, as far as its results count still.
    """
    days = invited.filter(pl.col("ita_issued_on") >= law.rules.first_day).select(
        "client_id", "application_on", "nominated_until", pl.col("ita_issued_on").alias("as_of"),
        pl.col("ita_issued_on").alias("age_on"),
    )  # fmt: skip
    then = scored_on(sheets, days.drop("application_on"), law.rules)
    later = days.filter(pl.col("application_on") > pl.col("age_on")).with_columns(
        pl.col("application_on").alias("as_of")
    )
    if later.is_empty():
        return then
    kept = language_choice.kept_from(then)
    again = later.drop("application_on").join(kept, on="client_id", how="left", maintain_order="left")
    return pl.concat([then, scored_on(sheets, again, law.rules)], how="diagonal")


def _on(scored: pl.DataFrame, invited: pl.DataFrame, day: str) -> pl.DataFrame:
    """The clients as scored on the day in a column, with the kind of the round."""
    own = invited.select("client_id", "round_kind", pl.col(day).alias("as_of"))
    return scored.join(own, on=["client_id", "as_of"], maintain_order="left")


def _named(scored: pl.DataFrame, names: Sequence[str], prefix: str) -> pl.DataFrame:
    return scored.select("client_id", *(pl.col(name).alias(f"{prefix}{name}") for name in names))


def _class(law: Law) -> pl.Expr:
    """`invited_as`: the class under which the client is invited in a round of the kind in `round_kind`."""
    of_kind: pl.Expr = pl.when(pl.col("round_kind").is_not_null()).then(invited_as("general", law))
    for kind in ("PNP", *PROGRAMS):
        of_kind = pl.when(pl.col("round_kind") == kind).then(invited_as(kind, law)).otherwise(of_kind)
    return of_kind.alias("invited_as")


def _criteria() -> pl.Expr:
    """`criteria`: are the entry criteria of the class, and the category of the round, met (IRPA 11.2(1))?

    Where the class is undetermined, those of any class; where the round cannot be, empty, unless they are not met.
    """
    eligible = (
        pl.when(pl.col("invited_as") == "PNP")
        .then(pl.col("pool_eligible") & pl.col("is_nominated"))
        .otherwise("pool_eligible")
    )
    for program in PROGRAMS:
        mine = pl.col(f"{program.lower()}_eligible")
        eligible = pl.when(pl.col("invited_as") == program).then(mine).otherwise(eligible)
    belongs: pl.Expr = pl.when(pl.col("round_kind").is_not_null()).then(pl.lit(value=True))
    for kind in CATEGORIES:
        belongs = pl.when(pl.col("round_kind") == kind).then(pl.col(f"category_{kind}")).otherwise(belongs)
    return (eligible & belongs).alias("criteria")


def _with_funds(later: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """The clients on the day of the application with exempt_fsw, exempt_fst (Boolean) and funds_needed (Int64).

    Each by the law of that day.
    """
    found = [pl.DataFrame(schema={"client_id": pl.String, **FUNDS})]
    for law, own in by_law(later.filter(pl.col("as_of").is_not_null()), rules):
        exempt = (exempt_from_funds(program, law).alias(f"exempt_{program.lower()}") for program in ("FSW", "FST"))
        found.append(own.select("client_id", *exempt, funds_needed(law).alias("funds_needed")))
    return later.join(pl.concat(found), on="client_id", how="left", maintain_order="left")


def _tested(waiting: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """The test of IRPA 11.2: at or above the round's cut-off on the day of the application, and the criteria still met.

    Where the records fall short on the day of the invitation already, they are not those that it was given on: what they
    fail later is undetermined. A nominee whose nomination ends before the application does not meet the criteria in any
    case.
    """
    nomination_ends = (pl.col("then_invited_as") == "PNP") & (pl.col("nominated_until") < pl.col("application_on"))
    enough = pl.col("later_crs_total") >= pl.col("cut_off")
    enough_then = pl.col("then_crs_total") >= pl.col("cut_off")
    return waiting.with_columns(
        pl.col("then_invited_as").alias("invited_as"),
        pl.col("then_crs_total").alias("score_at_invitation"),
        pl.col("later_crs_total").alias("score_on_application"),
        (pl.col("later_crs_total") - pl.col("cut_off")).alias("margin"),
        pl.when(pl.col("law_is_known") & (enough | enough_then)).then(enough).alias("score_holds"),
        pl.when(nomination_ends)
        .then(pl.lit(value=False))
        .when(pl.col("later_criteria") | pl.col("then_criteria").fill_null(value=True))
        .then("later_criteria")
        .alias("criteria_hold"),
    ).with_columns((pl.col("score_holds") & pl.col("criteria_hold")).alias("holds"), _why(as_of).alias("why"))


def _why(as_of: date) -> pl.Expr:
    """What is behind the answer on a day, in words; what stands in the way first."""
    lapsed = pl.col("state") == "lapsed"
    against = [
        pl.when(pl.col("application_on").is_null()).then(pl.lit(NO_DAY)),
        pl.when(pl.col("ita_round").is_null())
        .then(pl.lit(NO_ROUND))
        .when(pl.col("cut_off").is_null())
        .then(phrase(UNKNOWN_ROUND, round=_text("ita_round"))),
        pl.when((pl.col("nominated_until") < pl.col("application_on")) & (pl.col("nominated_until") < as_of))
        .then(phrase(NOMINATION_ENDED, day=_text("nominated_until")))
        .when(pl.col("nominated_until") < pl.col("application_on"))
        .then(
            phrase(NOMINATION_ENDS, day=_text("nominated_until"), applied=_text("application_on"))
        ),
        pl.when(~pl.col("law_is_known")).then(pl.lit(LAW_NOT_KNOWN)),
        pl.when(pl.col("score_holds").is_null() & (pl.col("then_crs_total") < pl.col("cut_off"))).then(
            phrase(BELOW_THEN, points=_text("then_crs_total"), cut_off=_text("cut_off"))
        ),
        pl.when(~pl.col("score_holds")).then(
            phrase(BELOW_LATER, points=_text("later_crs_total"), cut_off=_text("cut_off"))
        ),
        pl.when(~pl.col("then_criteria") & ~pl.col("later_criteria")).then(
            pl.lit(CRITERIA_THEN)
        ),
        pl.when(~pl.col("criteria_hold") | (pl.col("criteria_hold").is_null() & pl.col("later_crs_total").is_not_null()))
        .then(_unmet()),
        pl.when(
            (pl.col("invited_as") == "PNP") & ~pl.col("later_criteria") & pl.col("provincial_nomination").is_null()
        ).then(pl.lit(NO_NOMINATION)),
        _short_of_funds(),
        pl.when(pl.col("round_on") != pl.col("ita_issued_on")).then(
            phrase(OTHER_DAY, round=_text("ita_round"), day=_text("round_on"))
        ),
        pl.when(
            (pl.col("later_crs_total") == pl.col("cut_off")) & (pl.col("profile_submitted_at") > pl.col("tie_break"))
        ).then(pl.lit(AFTER_TIE_BREAK)),
    ]  # fmt: skip
    reasons = pl.concat_str(against, separator=BETWEEN, ignore_nulls=True)
    return pl.when(lapsed).then(pl.lit(LAPSED)).otherwise(reasons)


def _text(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.String)


def _short_of_funds() -> pl.Expr:
    """By how much the settlement funds of one who is invited to FSW or FST are too low on the day of the application."""
    exempt = pl.when(pl.col("invited_as") == "FSW").then("later_exempt_fsw").otherwise("later_exempt_fst")
    funds, asked = pl.col("settlement_funds_cad"), pl.col("later_funds_needed")
    short = pl.col("invited_as").is_in(["FSW", "FST"]) & ~exempt & (funds < asked)
    return pl.when(short).then(
        phrase(
            SHORT_OF_FUNDS,
            held=funds.cast(pl.Int64).cast(pl.String),
            asked=asked.cast(pl.String),
            day=_text("application_on"),
        )
    )


def _unmet() -> pl.Expr:
    """The tests that are not met or not known, of the class or, where these are met, of the category."""
    category = phrase(CATEGORY_NOT_MET, kind=pl.col("round_kind").str.replace_all("_", " "))
    reasons = pl.col("later_eligibility_reasons")
    of_class = reasons
    for program in PROGRAMS:
        own = reasons.str.split(BETWEEN).list.filter(pl.element().str.starts_with(program)).list.join(BETWEEN)
        of_class = pl.when(pl.col("then_invited_as") == program).then(own).otherwise(of_class)
    # A nominee needs one class alone; where one is met, the nomination is what is missing.
    in_a_class = (pl.col("then_invited_as") == "PNP") & pl.col("later_pool_eligible")
    of_class = pl.when(in_a_class.fill_null(value=False)).then(pl.lit("")).otherwise(of_class)
    return (
        pl.when(of_class != "")
        .then(of_class)
        .when(pl.col("round_kind").is_in(CATEGORIES))
        .then(category)
        .when(pl.col("round_kind").is_null())
        .then(pl.lit(REST_NOT_KNOWN))
    )


def _counted(documents: pl.DataFrame) -> pl.DataFrame:
    """How many documents of each client have each status (Int32)."""
    return documents.group_by("client_id").agg(
        (pl.col("status") == status).sum().cast(pl.Int32).alias(f"documents_{status}") for status in checklist.STATUSES
    )
