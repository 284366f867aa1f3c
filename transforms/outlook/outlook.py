"""What the engine says lies ahead of each client: the days to come on which a score, a program or a category is another.

The score of a client on a future day is the engine's own answer for that day, the records staying as they are. Looked
at are the days that are known to matter (birthdays, the end of a test's or an assessment's validity and of the profile's
life, what is dated ahead, changes of the law), each with the day before, and the first of each month; where two
neighbouring days of a client differ, every day between them is looked at too.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import polars as pl

from transforms.assessment.days import BatchScorer
from transforms.changes import changes
from transforms.changes.changes import STATED, TRUE, UNDECIDED
from transforms.explain.words import TESTS
from transforms.facts.education import assessments
from transforms.facts.language import sittings
from transforms.model.calendar import MONTHS_IN_A_YEAR, anniversary, months_later
from transforms.model.vocabulary import ENDED_STATUSES, PROGRAM_KEYS
from transforms.model.wording import N_, _, named, phrase
from transforms.outlook import ahead
from transforms.outlook.application import is_invited
from transforms.rules import Law, Rules
from transforms.scoring.ranking import day_in_ottawa, lives_until

DAY = timedelta(days=1)
# Of them a birthday between the invitation and the application takes nothing away (IRPA 11.2(2)).
INVITED = "invited"
# The kind of event of a step: where it takes something away, and where it gives.
KINDS = {
    "birthday": ("birthday", "birthday"),
    "test": ("test_expires", "test_counts"),
    "education": ("assessment_expires", "credential_counts"),
    "work": ("work_window", "work_year_reached"),
    "profile": ("profile_expires", "profile_begins"),
    "law": ("law_changes", "law_changes"),
}
WORDS = {
    "test_expires": N_("a language result expires"),
    "test_counts": N_("a language result begins to count"),
    "assessment_expires": N_("an assessment expires"),
    "credential_counts": N_("a credential begins to count"),
    "work_window": N_("work falls out of the years that are counted"),
    "work_year_reached": N_("a year of work is reached"),
    "profile_expires": N_("the profile ends"),
    "profile_begins": N_("the profile enters the pool"),
    "law_changes": N_("the law changes"),
}
# Before these there is something to be done.
ENDINGS = ("birthday", "test_expires", "assessment_expires", "profile_expires", "work_window")
RESTING = (
    "english_sitting_on", "french_sitting_on", "spouse_sitting_on", "education_assessed_on",
    "spouse_education_assessed_on", "is_live",
)  # fmt: skip
REPORTED = ("points", "programs", "categories", "in_pool")
# Of a known day: what of the event stands in codes.
CODES = ("person", "item", "detail", "since")


def upcoming_events(sheets: Mapping[str, pl.DataFrame], as_of: date, rules: Rules) -> pl.DataFrame:
    """The dated events of the coming twelve months and the score after each (frame `ahead.SCHEMA`), by day.

    Takes the typed sheets by key. A birthday, and the end of the profile, of the result or of the assessment on which
    the score of the day before rests, is reported even where it costs no point; all else where it changes the score, a
    program, a category or the place in the pool. Clients whose pool_status is one of ENDED_STATUSES have no event, nor here those
    who are invited: see transforms/outlook/outlook_invited.py.
    """
    over = pl.col("pool_status").is_in(ENDED_STATUSES).fill_null(value=False)
    candidates = sheets["candidates"].filter(~over & ~is_invited(as_of))
    return of_clients({**sheets, "candidates": candidates}, as_of, rules, months_later(as_of, MONTHS_IN_A_YEAR))


def of_clients(sheets: Mapping[str, pl.DataFrame], as_of: date, rules: Rules, until: date) -> pl.DataFrame:
    """The dated events of all clients of the typed sheets up to a day, as `upcoming_events` returns them."""
    candidates, law = sheets["candidates"], rules.law_of(as_of)
    known = _known_days(sheets, law, until)
    asked = BatchScorer(sheets, rules)
    scored = _watched(asked.scored_on(_days_to_look_at(sheets, known, rules, as_of, until)))
    days = pl.concat([scored, _watched(asked.scored_on(_between_those_that_differ(scored)))])
    spans = _neighbours(days)
    on_known = spans.join(known.select("client_id", until="on").unique(), on=["client_id", "until"])
    spans_known = pl.concat([spans.filter("differs"), on_known]).select("client_id", "since", "until").unique()
    events = _events(_steps(changes.states(asked, spans_known)), _of_their_own(known, days))
    return ahead.sorted_([ahead.of(_disregarded(events, candidates))])


# --- The days


def _known_days(sheets: Mapping[str, pl.DataFrame], law: Law, until: date) -> pl.DataFrame:
    """The days after that of the law that are known to matter: client_id, on, step (String), subject, what, and what it
    is that ends there: person, language, test_date, assessed_on.
    """
    found = pl.concat(
        [
            *_birthdays_and_profiles(sheets["candidates"], law, until),
            *_tests(sheets, law),
            *_credentials(sheets, law),
        ],
        how="diagonal",
    )
    return found.filter(pl.col("on").is_between(law.as_of + DAY, until)).unique(maintain_order=True)


def _birthdays_and_profiles(candidates: pl.DataFrame, law: Law, until: date) -> list[pl.DataFrame]:
    ends = lives_until(day_in_ottawa(pl.col("profile_submitted_at")), law)
    return [
        birthdays(candidates, law.as_of, until).with_columns(pl.lit("birthday").alias("step")),
        candidates.select(
            "client_id",
            ends.alias("on"),
            pl.lit("profile").alias("step"),
            phrase(
                _("the profile of {day} ends: a new one is needed"),
                day=day_in_ottawa(pl.col("profile_submitted_at")).cast(pl.String),
            ).alias("what"),
            day_in_ottawa(pl.col("profile_submitted_at")).alias("since"),
        ),
    ]


def birthdays(candidates: pl.DataFrame, as_of: date, until: date) -> pl.DataFrame:
    """The clients' birthdays in the years of two days: client_id, on (Date), what and item, the age (String)."""
    born = pl.col("date_of_birth")
    ages = pl.concat_list(year - born.dt.year() for year in range(as_of.year, until.year + 1))
    found = candidates.select("client_id", born, ages.alias("age")).explode("age", empty_as_null=False)
    return found.select(
        "client_id",
        anniversary(born, pl.col("age")).alias("on"),
        phrase(_("turns {age}"), age=pl.col("age").cast(pl.String)).alias("what"),
        pl.col("age").cast(pl.String).alias("item"),
    )


def _tests(sheets: Mapping[str, pl.DataFrame], law: Law) -> list[pl.DataFrame]:
    """The days on which a result begins to count, and on which it gets too old."""
    # The subject identifies an event in every language.
    subject = pl.col("test").replace(TESTS)
    # Where the record states levels alone, no test is named.
    result = phrase(_("{test} result"), test=pl.col("test"))
    test = pl.when(pl.col("test").is_in(list(TESTS))).then(named(TESTS, pl.col("test"))).otherwise(result)
    found = sittings(sheets["candidates"], sheets["language_tests"], law).select(
        "client_id", "person", "language", "test_date", pl.lit("test").alias("step"), subject.alias("subject"),
        pl.col("test").alias("item"), pl.col("language").alias("detail"), pl.col("test_date").alias("since"),
        test.alias("named"), pl.col("test_date").cast(pl.String).alias("day"),
    )  # fmt: skip
    ends = _of_the_person(_("{test} of {day} expires"), _("the spouse's {test} of {day} expires"))
    begins = _of_the_person(_("{test} of {day} begins to count"), _("the spouse's {test} of {day} begins to count"))
    too_old = anniversary(pl.col("test_date"), law["language.validity_years"])
    return [
        found.with_columns(too_old.alias("on"), ends.alias("what")).drop("named", "day"),
        found.select("client_id", "step", "subject", *CODES, begins.alias("what"), on="test_date"),
    ]


def _credentials(sheets: Mapping[str, pl.DataFrame], law: Law) -> list[pl.DataFrame]:
    """The days on which a credential or its assessment begins to count, and on which the assessment gets too old."""
    step = pl.lit("education").alias("step")
    issued = assessments(sheets["candidates"], sheets["education"]).rename({"eca_issued_on": "assessed_on"})
    too_old = anniversary(pl.col("assessed_on"), law["crs.records.eca_validity_years"])
    day = pl.col("assessed_on").cast(pl.String)
    what = (
        pl.when(pl.col("person") == "spouse")
        .then(phrase(_("the spouse's assessment of {day} expires"), day=day))
        .otherwise(phrase(_("the assessment of {day} expires"), day=day))
    )
    return [
        issued.with_columns(
            step,
            too_old.alias("on"),
            what.alias("what"),
            pl.lit("eca").alias("item"),
            pl.col("assessed_on").alias("since"),
        ),
        issued.select("client_id", step, on="assessed_on"),
        sheets["education"].select("client_id", step, on="completed_on"),
    ]


def _of_the_person(of_the_client: str, of_the_spouse: str) -> pl.Expr:
    """One of two templates, by the person whose test it is."""
    own, other = (
        phrase(template, test=pl.col("named"), day=pl.col("day")) for template in (of_the_client, of_the_spouse)
    )
    return pl.when(pl.col("person") == "spouse").then(other).otherwise(own)


def _days_to_look_at(
    sheets: Mapping[str, pl.DataFrame], known: pl.DataFrame, rules: Rules, as_of: date, until: date
) -> pl.DataFrame:
    """The days of each client to score first: client_id, as_of. Only of who has Work history rows do the windows slide."""
    clients = sheets["candidates"].select("client_id")
    working = clients.join(sheets["work_history"], on="client_id", how="semi")
    firsts = [months_later(as_of.replace(day=1), number) for number in range(1, MONTHS_IN_A_YEAR + 1)]
    of_the_law = [day for change in rules.change_dates() for day in (change - DAY, change)]
    common = [day for day in {as_of, *of_the_law, until} if as_of <= day <= until]
    own = known.select("client_id", as_of="on")
    eves = own.with_columns(pl.col("as_of") - DAY)
    crossed = [
        whose.join(pl.DataFrame({"as_of": days}, schema={"as_of": pl.Date}), how="cross")
        for whose, days in ((clients, common), (working, firsts))
    ]
    return pl.concat([*crossed, own, eves]).unique(maintain_order=True)


def _watched(scored: pl.DataFrame) -> pl.DataFrame:
    """What is watched of a score, and what it rests on."""
    return scored.select("client_id", "as_of", *STATED, *RESTING)


def _neighbours(scored: pl.DataFrame) -> pl.DataFrame:
    """Each scored day of a client with the one before: client_id, since, until (Date), differs (Boolean)."""
    differs = pl.any_horizontal(
        pl.col(name).ne_missing(pl.col(name).shift(1).over("client_id")) for name in (*STATED, "is_live")
    )
    return (
        scored.sort("client_id", "as_of")
        .select(
            "client_id",
            pl.col("as_of").shift(1).over("client_id").alias("since"),
            pl.col("as_of").alias("until"),
            differs.alias("differs"),
        )
        .filter(pl.col("since").is_not_null())
    )


def _between_those_that_differ(scored: pl.DataFrame) -> pl.DataFrame:
    """Every day between two neighbouring ones that differ: client_id, as_of."""
    between = pl.date_ranges(pl.col("since") + DAY, pl.col("until") - DAY)
    return (
        _neighbours(scored)
        .filter("differs")
        .select("client_id", between.alias("as_of"))
        .explode("as_of", empty_as_null=False)
    )


# --- The events


def _steps(found: pl.DataFrame) -> pl.DataFrame:
    """What each step of a day leaves of what is REPORTED, before and after it; `changes`: anything of it (Boolean);
    `is_loss`: fewer points, or as many and a lower standing.
    """
    sorted_steps = found.sort("client_id", "until", "step").select(
        "client_id",
        pl.col("until").alias("on"),
        pl.col("step").cast(pl.String),
        pl.col("crs_total").alias("points_after"),
        _programs().alias("programs_after"),
        pl.col("categories").alias("categories_after"),
        pl.col("in_pool").alias("in_pool_after"),
        _standing().alias("standing"),
    )
    day = ["client_id", "on"]
    stepped = sorted_steps.with_columns(
        *(pl.col(f"{name}_after").shift(1).over(day).alias(f"{name}_before") for name in REPORTED),
        (pl.col("standing") - pl.col("standing").shift(1).over(day)).alias("rise"),
    ).filter(pl.col("step").is_in(list(KINDS)))
    points = pl.col("points_after") - pl.col("points_before")
    changed = pl.any_horizontal(pl.col(f"{name}_after").ne_missing(pl.col(f"{name}_before")) for name in REPORTED)
    return stepped.with_columns(
        points.alias("points"),
        changed.alias("changes"),
        ((points < 0) | ((points == 0) & (pl.col("rise") < 0))).alias("is_loss"),
    )


def _programs() -> pl.Expr:
    """The classes that are met, `|` between, and with a question mark the undetermined ones."""
    named_ = []
    for name in PROGRAM_KEYS:
        met = pl.col(f"{name}_eligible")
        named_.append(pl.when(met).then(pl.lit(name.upper())).when(met.is_null()).then(pl.lit(f"{name.upper()}?")))
    return pl.concat_str(named_, separator="|", ignore_nulls=True)


def _standing() -> pl.Expr:
    """How much is open to the client beside the score, as one number to compare."""
    flags = [pl.col(flag).cast(pl.Int32).mul(TRUE).fill_null(UNDECIDED) for flag in changes.FLAGS]
    of_categories = [pl.col(name).str.extract_all("[a-z_]+").list.len().cast(pl.Int32)
                     for name in ("categories", "categories_unknown")]  # fmt: skip
    return pl.sum_horizontal(*flags, of_categories[0] * TRUE, of_categories[1] * UNDECIDED)


def _of_their_own(known: pl.DataFrame, days: pl.DataFrame) -> pl.DataFrame:
    """The known days with `is_own`: it is reported whatever it changes, for the day before rests on what ends there."""
    is_spouse, is_english = pl.col("person") == "spouse", pl.col("language") == "english"
    sitting = (
        pl.when(is_spouse)
        .then("spouse_sitting_on")
        .when(is_english)
        .then("english_sitting_on")
        .otherwise("french_sitting_on")
    )
    assessed = pl.when(is_spouse).then("spouse_education_assessed_on").otherwise("education_assessed_on")
    ends = (
        (pl.col("step") == "birthday")
        | ((pl.col("step") == "profile") & pl.col("is_live"))
        | (pl.col("test_date") == sitting)
        | (pl.col("assessed_on") == assessed)
    )
    eves = days.select("client_id", pl.col("as_of") + DAY, *RESTING)
    return known.join(eves, left_on=["client_id", "on"], right_on=["client_id", "as_of"], how="left").with_columns(
        ends.fill_null(value=False).alias("is_own")
    )


def _events(steps: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """The steps to report, in words: by the known day that brings them, else by their kind."""
    day = ["client_id", "on", "step"]
    first = known.sort("is_own", "what", descending=[True, False], nulls_last=True).unique(day, keep="first")
    named = steps.join(first.select(*day, "subject", "what", "is_own", *CODES), on=day, how="left").with_columns(
        pl.col("is_own").fill_null(value=False)
    )
    words = {kind: _(text) for kind, text in WORDS.items()}
    loses = pl.col("is_loss") | (pl.col("is_own") & ~pl.col("changes"))
    losing, gaining = (
        pl.col("step").replace_strict({step: kinds[place] for step, kinds in KINDS.items()}) for place in (0, 1)
    )
    return (
        named.filter(pl.col("changes") | pl.col("is_own"))
        .with_columns(pl.when(loses).then(losing).otherwise(gaining).alias("kind"))
        .with_columns(
            pl.coalesce("what", pl.col("kind").replace_strict(words, default=None, return_dtype=pl.String)).alias(
                "what"
            ),
            pl.when(pl.col("kind").is_in(ENDINGS)).then(pl.col("on") - DAY).alias("act_by"),
            *(
                _where_touched(f"{name}_{end}", name)
                for name in ("programs", "categories")
                for end in ("before", "after")
            ),
        )
    )


def _disregarded(events: pl.DataFrame, candidates: pl.DataFrame) -> pl.DataFrame:
    """The events, with nothing to be done about the birthdays of those who are invited."""
    invited = candidates.filter(pl.col("pool_status") == INVITED)["client_id"].to_list()
    disregarded = pl.col("client_id").is_in(invited) & (pl.col("kind") == "birthday")
    return events.with_columns(pl.when(~disregarded).then("act_by").alias("act_by"))


def _where_touched(column: str, name: str) -> pl.Expr:
    return pl.when(pl.col(f"{name}_before").ne_missing(pl.col(f"{name}_after"))).then(column).alias(column)
