"""The documents that an application needs, each with whether it will serve on the day of the application.

Law document 4.6; values in transforms/rules/application.yaml, read as of the day of the application. A document is on
record where the Documents sheet has a row of its kind; the result of a test and an assessment, where scoring used them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import polars as pl

from transforms.assessment.facts import PARTNERED
from transforms.facts import family, stays
from transforms.model.calendar import anniversary, completed_years, same_day
from transforms.model.wording import N_, phrase
from transforms.rules import Rules
from transforms.rules.lookup import in_force_on

STATUSES = ("missing", "too_old", "expires_before", "undetermined", "have")
PEOPLE = ("principal", "spouse", "child")
# Every kind of document, in the order of the list, and what it is called.
WORDS = {
    "passport": N_("Passport"),
    "language_result": N_("Language test result"),
    "eca": N_("Educational credential assessment"),
    "funds_letter": N_("Proof of settlement funds"),
    "funds_exemption": N_("Letter that says why no proof of funds is needed"),
    "police_certificate": N_("Police certificate"),
    "medical": N_("Medical examination"),
    "nomination": N_("Provincial nomination"),
    "job_offer": N_("Job offer letter"),
    "certificate_of_qualification": N_("Certificate of qualification"),
    "work_proof": N_("Proof of work"),
    "study_proof": N_("Proof of study"),
    "civil_status": N_("Civil-status papers"),
    "birth_certificate": N_("Birth certificate"),
    "photos": N_("Photos"),
}

DOCUMENTS_NEEDED: dict[str, pl.DataType] = {
    "client_id": pl.String(),
    "person": pl.String(),
    "kind": pl.String(),
    "subject": pl.String(),
    "what": pl.String(),
    "needed": pl.Boolean(),
    "status": pl.String(),
    "issued_on": pl.Date(),
    "valid_until": pl.Date(),
    "needed_on": pl.Date(),
    "why": pl.String(),
}
ONE = ("client_id", "person", "kind", "subject")
# What the list reads from the client's facts on the day of the invitation, and on that of the application.
_SITTINGS = [f"{whose}_sitting_{what}" for whose in ("english", "french", "spouse") for what in ("test", "on")]
THEN = (
    *_SITTINGS, "with_spouse", "has_offer", "is_nominated", "canadian_work", "foreign_work", "spouse_canadian_work",
    "skilled_years",
    *(f"{prefix}education_{what}" for prefix in ("", "spouse_") for what in ("proof", "assessed_on", "held")),
)  # fmt: skip
LATER = (
    *_SITTINGS, "exempt_fsw", "exempt_fst", "cec_eligible",
    *(f"{prefix}education_{what}" for prefix in ("", "spouse_") for what in ("proof", "assessed_on")),
)  # fmt: skip
DAY = timedelta(days=1)
CANADA = "CA"
BETWEEN = "; "
NO_PLACE = N_("the records have no place for it")
NO_DOCUMENTS = N_("no document of the client is on record")
NOT_THERE = N_("not on the Documents sheet")
NO_DATES = N_("its date is not on record")
NO_END = N_("its last day is not on record")
OF_THE_HOME = N_("its date, or where the person lives, is not on record")
LOCKED_IN = N_(
    "whether the child is a dependant is undetermined: enter nomination_applied_on, the day on which its age was locked in "
    "(IRPR 25.1(4))"
)
OF_THE_STAY = N_("its date, where the person lives, or when the stay ended is not on record")

COMES = N_("whether the person comes along is not on record")
NO_RESULT = N_("no valid result is on record")
CREDENTIAL_UNKNOWN = N_("whether the credential is Canadian, and when it was assessed, is not on record")
EXEMPTION_UNKNOWN = N_("whether the class of the invitation or a job offer exempts from it is undetermined")
STAY_UNKNOWN = N_("the records do not tell whether the person stayed there long enough")
NAMELESS = N_("a certificate without its country is on record")
CHILD, CHILD_OF_SEVERAL = N_("child born {day}"), N_("child born {day}, no. {number}")
FIRST_LANGUAGE = N_("first language")
LANGUAGES = (N_("English"), N_("French"))
STATUSES_OF_PEOPLE = (
    N_("married"), N_("common law"), N_("divorced"), N_("separated"), N_("divorced or_separated"), N_("widowed"),
    N_("annulled"),
)  # fmt: skip
# Texts of `what`, `subject` and `why`; transforms.outlook.event_texts gives them in other languages.
TEXTS = (
    *WORDS.values(), NO_PLACE, NO_DOCUMENTS, NOT_THERE, NO_DATES, NO_END, OF_THE_HOME, LOCKED_IN, OF_THE_STAY, COMES,
    NO_RESULT, CREDENTIAL_UNKNOWN, EXEMPTION_UNKNOWN, STAY_UNKNOWN, NAMELESS, CHILD_OF_SEVERAL, CHILD, FIRST_LANGUAGE,
    *LANGUAGES, *STATUSES_OF_PEOPLE,
)  # fmt: skip


def needed(sheets: Mapping[str, pl.DataFrame], invited: pl.DataFrame, rules: Rules, as_of: date) -> pl.DataFrame:
    """The frame DOCUMENTS_NEEDED: a row a client and document, the clients in the order of `invited`.

    Takes the typed sheets and the invitations with application_on, invited_as, round_kind, then_* (THEN) and later_*
    (LATER). `person` is principal, spouse or child; `subject` tells documents of a kind apart (country, language, a
    child's birth); `needed` is empty where it is undetermined; `needed_on` is the day of the application, `valid_until`
    the last day on which the document serves (empty: no end, or not known); `status` is one of STATUSES and `why` says
    what is behind it.

    A client without any row on the Documents sheet is not said to lack something: it is undetermined. Documents dated
    after as_of are not there yet.
    """
    waiting = invited.filter(pl.col("application_on").is_not_null())
    if waiting.is_empty():
        return pl.DataFrame(schema=DOCUMENTS_NEEDED)
    people = _people(sheets, waiting, rules, as_of)
    documents = _documents(sheets["documents"], people, as_of)
    parts = [
        _passports(people, documents),
        _tests(people, rules),
        _assessments(people, rules),
        _funds(people, documents, rules, as_of),
        _police(people, documents, sheets, rules),
        _medicals(people, documents, rules),
        _nominations(people, documents),
        _without_a_place(people),
    ]
    return _in_order(pl.concat([_with_status(part) for part in parts], how="diagonal"), people)


def _people(
    sheets: Mapping[str, pl.DataFrame], invited: pl.DataFrame, rules: Rules, as_of: date
) -> pl.DataFrame:  # fmt: skip
    """A row each for the applicant, the spouse or partner, and each child who is a dependant or may be one.

    A spouse or partner who is a citizen or permanent resident needs no documents; one who stays behind is a family
    member all the same, but for the passport (`comes`). A child is a dependant (`is_family`; empty: undetermined) by its
    age on the day of the application, a nominee's by its age on that of the application for the nomination.
    """
    there = sheets["documents"].select("client_id").unique()
    base = invited.with_columns(
        pl.col("client_id").is_in(there["client_id"].implode()).alias("has_documents"),
        pl.col("application_on").alias("needed_on"),
        pl.lit(value=True).alias("is_family"),
    ).with_row_index("place")
    principal = base.with_columns(
        pl.lit("principal").alias("person"), pl.col("date_of_birth").alias("born"), pl.lit(value=True).alias("comes"),
        pl.col("country_of_residence").alias("residence"),
    )  # fmt: skip
    spouse = base.filter(
        pl.col("marital_status").is_in(PARTNERED) & ~pl.col("spouse_is_canadian").fill_null(value=False)
    ).with_columns(
        pl.lit("spouse").alias("person"), pl.col("spouse_date_of_birth").alias("born"),
        pl.col("spouse_accompanying").alias("comes"), pl.lit(None, pl.String).alias("residence"),
    )  # fmt: skip
    limit = in_force_on(rules.parameter("application.dependant_age_limit"), pl.col("needed_on"), pl.Int16())
    nominee = family.NOMINEE | (pl.col("invited_as") == "PNP").fill_null(value=False)
    locked = family.lock_in(invited, sheets["documents"], pl.lit(as_of), nominee)
    child = (
        sheets["dependants"]
        .select("client_id", pl.col("date_of_birth").alias("born"))
        .with_columns(pl.int_range(1, pl.len() + 1).over("client_id", "born").alias("number"))
        .join(base, on="client_id", maintain_order="left")
        .join(locked, on="client_id", how="left", maintain_order="left")
        .with_columns(family.is_dependant(pl.col("born"), pl.col("needed_on"), limit).alias("is_family"))
        .filter(pl.col("is_family").fill_null(value=True))
        .with_columns(
            pl.lit("child").alias("person"), pl.lit(None, pl.Boolean).alias("comes"),
            pl.lit(None, pl.String).alias("residence"),
        )
    )  # fmt: skip
    return pl.concat([principal, spouse, child], how="diagonal")


def _documents(rows: pl.DataFrame, people: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """The Documents rows that are there on as_of, of the people of the list, with the day they are needed on."""
    days = people.filter(pl.col("person") != "child").select("client_id", "person", "needed_on", "residence")
    there = rows.filter(~(pl.col("issued_on") > as_of).fill_null(value=False))
    return there.select("client_id", "person", "kind", "country", "issued_on", "expires_on").join(
        days, on=["client_id", "person"], maintain_order="left"
    )


def _of(
    people: pl.DataFrame, kind: str, *kept: str, subject: pl.Expr | None = None, needed: pl.Expr | None = None,
    why: str = "",
) -> pl.DataFrame:  # fmt: skip
    """A document of a kind for each of some people, with why it is not known whether it is needed.

    `kept` are columns of the people that stay; the subject of a child's documents is its birth.
    """
    born, number = pl.col("born").cast(pl.String), pl.col("number")
    of_several = phrase(CHILD_OF_SEVERAL, day=born, number=number.cast(pl.String))
    one = pl.when(number > 1).then(of_several).otherwise(phrase(CHILD, day=born))
    child = pl.when(pl.col("person") == "child").then(one)
    is_family = pl.col("is_family")
    return people.select(
        "client_id", "person", pl.lit(kind).alias("kind"),
        (child if subject is None else subject).cast(pl.String).alias("subject"),
        (is_family if needed is None else needed & is_family).alias("needed"),
        pl.when(is_family.is_null()).then(pl.lit(LOCKED_IN)).otherwise(pl.lit(why or None, pl.String)).alias("open"),
        "needed_on", "has_documents", *kept,
    )  # fmt: skip


def _with(
    wanted: pl.DataFrame, found: pl.DataFrame, undecided: str, *, on: tuple[str, ...] = ("client_id", "person")
) -> pl.DataFrame:  # fmt: skip
    """What is wanted beside the best document that is found for it, if any; `undecided` gives the reason where it is undetermined.

    Takes of the documents `old`, too old on the day they are needed, and `expired`, no longer valid by then (Boolean,
    empty: undetermined), and valid_until; the best is one that serves, and of these the one that serves longest.
    """
    keys = list(on)
    serves = ~(pl.col("old") | pl.col("expired"))
    best = (
        found.with_columns(pl.when(serves).then(0).when(~serves).then(2).otherwise(1).alias("preference"))
        .sort("preference", "valid_until", "issued_on", descending=[False, True, True], nulls_last=True)
        .unique(keys, keep="first", maintain_order=True)
        .select(*keys, "old", "expired", "issued_on", "valid_until", pl.lit(value=True).alias("there"))
    )
    return wanted.join(best, on=keys, how="left", maintain_order="left").with_columns(
        pl.coalesce("there", pl.when(pl.col("needed") & pl.col("has_documents")).then(pl.lit(value=False))).alias(
            "there"
        ),
        pl.when(pl.col("there"))
        .then(pl.when(pl.col("old").is_null() | pl.col("expired").is_null()).then(pl.lit(undecided)))
        .when(~pl.col("has_documents"))
        .then(pl.lit(NO_DOCUMENTS))
        .when(pl.col("needed"))
        .then(pl.lit(NOT_THERE))
        .alias("found"),
    )


def _by_expiry(documents: pl.DataFrame, kind: str) -> pl.DataFrame:
    """The documents of a kind that serve to the last day of their validity, which is not known where it is not stated."""
    return documents.filter(pl.col("kind") == kind).with_columns(
        pl.lit(value=False).alias("old"),
        (pl.col("expires_on") < pl.col("needed_on")).alias("expired"),
        pl.col("expires_on").alias("valid_until"),
    )


def _passports(people: pl.DataFrame, documents: pl.DataFrame) -> pl.DataFrame:
    """Of everybody who comes along."""
    come = people.filter(pl.col("comes").fill_null(value=True))
    wanted = _of(come, "passport", needed=pl.col("comes"), why=COMES)
    return _with(wanted, _by_expiry(documents, "passport"), NO_END)


def _nominations(people: pl.DataFrame, documents: pl.DataFrame) -> pl.DataFrame:
    nominees = people.filter(
        (pl.col("person") == "principal") & (pl.col("then_is_nominated") | (pl.col("invited_as") == "PNP"))
    )
    return _with(_of(nominees, "nomination"), _by_expiry(documents, "nomination"), NO_END)


def _tests(people: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """The sitting that scoring used on the day of the invitation or of the application: under two years old on the day."""
    principal = people.filter(pl.col("person") == "principal")
    spouse = people.filter((pl.col("person") == "spouse") & pl.col("then_with_spouse"))
    years = in_force_on(rules.parameter("language.validity_years"), pl.col("needed_on"), pl.Int32())
    parts = []
    for whose, those, subject in (
        ("english", principal, LANGUAGES[0]),
        ("french", principal, LANGUAGES[1]),
        ("spouse", spouse, FIRST_LANGUAGE),
    ):
        then, later = (pl.col(f"{when}_{whose}_sitting_test").is_not_null() for when in ("then", "later"))
        own = those.filter(then | later).with_columns(
            pl.coalesce(f"later_{whose}_sitting_on", f"then_{whose}_sitting_on").alias("issued_on"),
            later.alias("counts"),
        )
        parts.append(_of(own, "language_result", "issued_on", "counts", subject=pl.lit(subject)))
    dated = pl.col("issued_on").is_not_null()
    taken = pl.concat(parts).with_columns(
        pl.lit(value=True).alias("there"),
        pl.lit(value=False).alias("expired"),
        pl.when(~pl.col("counts")).then(pl.lit(value=True)).when(dated).then(pl.lit(value=False)).alias("old"),
        (anniversary(pl.col("issued_on"), years) - DAY).alias("valid_until"),
        pl.when(~dated).then(pl.lit(NO_DATES)).alias("found"),
    )
    without = principal.join(taken.filter(pl.col("person") == "principal"), on="client_id", how="anti")
    nothing = _of(without, "language_result").with_columns(pl.lit(NO_RESULT).alias("found"))
    return pl.concat([taken, nothing], how="diagonal")


def _assessments(people: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """The assessment behind the foreign credential that scoring used: under five years old on the day."""
    years = in_force_on(rules.parameter("crs.records.eca_validity_years"), pl.col("needed_on"), pl.Int32())
    parts = []
    for person, prefix in (("principal", ""), ("spouse", "spouse_")):
        own = people.filter((pl.col("person") == person) & (pl.col("then_with_spouse") | (not prefix)))
        then, later = (pl.col(f"{when}_{prefix}education_proof") for when in ("then", "later"))
        by_eca = (then == "assessed") | (later == "assessed")
        open_ = (then == "not_known").fill_null(value=False) & ~by_eca.fill_null(value=False)
        issued_on = pl.when(then == "assessed").then(f"then_{prefix}education_assessed_on")
        own = own.filter(by_eca | open_).with_columns(
            issued_on.otherwise(f"later_{prefix}education_assessed_on").alias("issued_on"),
            pl.when(by_eca).then(pl.lit(value=True)).alias("is_needed"),
        )
        why = CREDENTIAL_UNKNOWN
        parts.append(_of(own, "eca", "issued_on", needed=pl.col("is_needed"), why=why))
    there = pl.col("issued_on").is_not_null()
    return pl.concat(parts).with_columns(
        pl.when(there).then(pl.lit(value=True)).alias("there"),
        (anniversary(pl.col("issued_on"), years) <= pl.col("needed_on")).alias("old"),
        pl.lit(value=False).alias("expired"),
        (anniversary(pl.col("issued_on"), years) - DAY).alias("valid_until"),
    )


def _funds(people: pl.DataFrame, documents: pl.DataFrame, rules: Rules, as_of: date) -> pl.DataFrame:
    """Proof of funds, or the letter that says why none is needed (IRPR 76(1)(b), 87.2(5), law document 5)."""
    invited_as = pl.col("invited_as")
    fsw, fst = pl.col("later_exempt_fsw"), pl.col("later_exempt_fst")
    free = rules.law_of(as_of)["application.funds_exempt_classes"]
    # A nominee must meet a class too, and needs no funds where one without them is met.
    of_a_class = pl.any_horizontal(pl.col(f"later_{program.lower()}_eligible") for program in free)
    exempt = (
        pl.when(invited_as.is_in(list(free)))
        .then(pl.lit(value=True))
        .when(invited_as == "FSW")
        .then(fsw)
        .when(invited_as == "FST")
        .then(fst)
        .when(invited_as.is_not_null())
        .then(of_a_class | fsw | fst)
        .when(fsw & fst)
        .then(pl.lit(value=True))
    )
    principal = people.filter(pl.col("person") == "principal").with_columns(exempt.alias("exempt"))
    why = EXEMPTION_UNKNOWN
    wanted = _of(
        principal.filter(~pl.col("exempt").fill_null(value=False)), "funds_letter", needed=~pl.col("exempt"), why=why
    )
    letters = documents.filter(pl.col("kind") == "funds_letter").with_columns(
        pl.lit(value=False).alias("old"),
        (pl.col("expires_on") < pl.col("needed_on")).fill_null(value=False).alias("expired"),
        pl.col("expires_on").alias("valid_until"),
    )
    exempted = _of(principal.filter("exempt"), "funds_exemption").with_columns(found=pl.lit(NO_PLACE))
    return pl.concat([_with(wanted, letters, NO_END), exempted], how="diagonal")


def _medicals(people: pl.DataFrame, documents: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Of the applicant and all family members, where the law of the day asks for it with the application.

    A result serves for so many months; those in Canada may name an examination of so many years.
    """
    up_front = in_force_on(rules.parameter("application.medical_up_front"), pl.col("needed_on"), pl.Boolean())
    months = in_force_on(rules.parameter("application.medical_validity_months"), pl.col("needed_on"), pl.Int32())
    years = in_force_on(rules.parameter("application.medical_quotable_years"), pl.col("needed_on"), pl.Int32())
    issued_on, needed_on, expires_on = pl.col("issued_on"), pl.col("needed_on"), pl.col("expires_on")
    named_until = anniversary(issued_on, years) - DAY
    in_canada = pl.col("residence") == CANADA
    spent = pl.col("valid_until") < needed_on
    undecided = (in_canada.is_null() & (named_until >= needed_on)).fill_null(value=False)
    by_expiry = (pl.col("valid_until") == expires_on).fill_null(value=False)
    classified = (
        documents.filter(pl.col("kind") == "medical")
        .with_columns(
            pl.max_horizontal(
                pl.min_horizontal(same_day(issued_on, months) - DAY, expires_on), pl.when(in_canada).then(named_until)
            ).alias("valid_until")
        )
        .with_columns(
            pl.when(undecided & spent).then(None).otherwise(spent).alias("spent"), by_expiry.alias("by_expiry")
        )
        .with_columns(
            pl.when("by_expiry").then(pl.lit(value=False)).otherwise("spent").alias("old"),
            pl.when("by_expiry").then("spent").otherwise(pl.lit(value=False)).alias("expired"),
        )
    )
    return _with(_of(people.filter(up_front), "medical"), classified, OF_THE_HOME)


def _police(
    people: pl.DataFrame, documents: pl.DataFrame, sheets: Mapping[str, pl.DataFrame], rules: Rules
) -> pl.DataFrame:  # fmt: skip
    """Of everybody of age, for each country but Canada of a long stay (transforms.facts.stays).

    That of the country where the person lives must be young on the day; that of another must be from after the last
    such stay.
    """
    age = in_force_on(rules.parameter("application.police_minimum_age"), pl.col("needed_on"), pl.Int16())
    # Who is married counts as of age where the birth is not on record.
    of_age = (completed_years(pl.col("born"), pl.col("needed_on")) >= age).fill_null(value=True)
    adults = people.filter(of_age)
    countries = stays.countries(adults, sheets, rules)
    months = in_force_on(
        rules.parameter("application.police_certificate_validity_months"), pl.col("needed_on"), pl.Int32()
    )
    key = ["client_id", "person", "country"]
    by_age = same_day(pl.col("issued_on"), months) < pl.col("needed_on")
    by_stay = pl.col("issued_on") < pl.col("left_on")
    classified = (
        documents.filter(pl.col("kind") == "police_certificate")
        .join(countries.select(*key, "lives_there", "left_on"), on=key, how="left", maintain_order="left")
        .with_columns(by_age.alias("by_age"), by_stay.alias("by_stay"))
        .with_columns(
            pl.when(pl.col("lives_there"))
            .then("by_age")
            .when(~pl.col("lives_there"))
            .then("by_stay")
            .when(pl.col("by_age") == pl.col("by_stay"))
            .then("by_age")
            .alias("old"),
            (pl.col("expires_on") < pl.col("needed_on")).fill_null(value=False).alias("expired"),
            pl.min_horizontal(
                "expires_on", pl.when(pl.col("lives_there")).then(same_day(pl.col("issued_on"), months))
            ).alias("valid_until"),
            pl.col("country").alias("subject"),
        )
    )
    listed = countries.join(adults, on=["client_id", "person"], how="left", maintain_order="left")
    wanted = _of(
        listed, "police_certificate", subject=pl.col("country"), needed=pl.col("is_long"),
        why=STAY_UNKNOWN,
    )  # fmt: skip
    made = _with(wanted, classified, OF_THE_STAY, on=("client_id", "person", "subject"))
    # A certificate without a country may be the one that seems to be missing.
    nameless = pl.struct("client_id", "person").is_in(
        classified.filter(pl.col("country").is_null()).select(pl.struct("client_id", "person")).to_series().implode()
    )
    lost = nameless & ~pl.col("there").fill_null(value=True)
    return made.with_columns(
        pl.when(~lost).then("there").alias("there"),
        pl.when(lost).then(pl.lit(NAMELESS)).otherwise("found").alias("found"),
    )


def _without_a_place(people: pl.DataFrame) -> pl.DataFrame:
    """What the case needs by the records, and the Documents sheet cannot hold."""
    person = pl.col("person")
    own, spouse = person == "principal", (person == "spouse") & pl.col("then_with_spouse")
    worked = pl.sum_horizontal("then_canadian_work", "then_foreign_work", "then_skilled_years") > 0
    studied = {prefix: pl.col(f"then_{prefix}education_held") != "none" for prefix in ("", "spouse_")}
    parts = {
        "job_offer": own & pl.col("then_has_offer"),
        "certificate_of_qualification": own & pl.col("certificate_of_qualification"),
        "work_proof": (own & worked) | (spouse & (pl.col("then_spouse_canadian_work") > 0)),
        "study_proof": (own & studied[""]) | (spouse & studied["spouse_"]),
        "birth_certificate": person == "child",
        "photos": own,
    }
    made = [_of(people.filter(condition), kind) for kind, condition in parts.items()]
    papers = people.filter(own & (pl.col("marital_status") != "single"))
    made.append(_of(papers, "civil_status", subject=pl.col("marital_status").str.replace("_", " ")))
    return pl.concat(made).with_columns(pl.lit(NO_PLACE).alias("found"))


def _with_status(part: pl.DataFrame) -> pl.DataFrame:
    """A part of the list with its status, and why."""
    lacking = {
        "there": pl.Boolean(), "old": pl.Boolean(), "expired": pl.Boolean(), "issued_on": pl.Date(),
        "valid_until": pl.Date(), "found": pl.String(),
    }  # fmt: skip
    full = part.with_columns(
        pl.lit(None, dtype).alias(name) for name, dtype in lacking.items() if name not in part.columns
    )
    status = (
        pl.when(~pl.col("there"))
        .then(pl.lit("missing"))
        .when(pl.col("there") & pl.col("old"))
        .then(pl.lit("too_old"))
        .when(pl.col("there") & pl.col("expired"))
        .then(pl.lit("expires_before"))
        .when(pl.col("there") & ~(pl.col("old") | pl.col("expired")))
        .then(pl.lit("have"))
        .otherwise(pl.lit("undetermined"))
    )
    open_ = pl.when(pl.col("needed").is_null()).then("open")
    return full.select(
        *ONE, pl.col("kind").replace_strict(WORDS, return_dtype=pl.String).alias("what"), "needed",
        status.alias("status"), "issued_on", "valid_until", "needed_on",
        pl.concat_str(open_, "found", separator=BETWEEN, ignore_nulls=True).alias("why"),
    )  # fmt: skip


def _in_order(documents: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """The list in the order of the clients, their people, the kinds and the subjects."""
    places = people.select("client_id", "place").unique()
    kind = pl.col("kind").cast(pl.Enum(list(WORDS)))
    person = pl.col("person").cast(pl.Enum(PEOPLE))
    return (
        documents.join(places, on="client_id", how="left", maintain_order="left")
        .sort("place", person, kind, "subject", maintain_order=True)
        .select(pl.col(name).cast(dtype) for name, dtype in DOCUMENTS_NEEDED.items())
    )
