"""The advice in words: what a lever is, and what it would give. Information for the licensed professional (IRPA s. 91)."""

from __future__ import annotations

from functools import reduce

import polars as pl

from transforms.advice import AND, LEVERS, PART
from transforms.advice.levers import FRENCH_GOAL, LANGUAGES, SPOUSE_LANGUAGE, SPOUSE_START, ability_lever, all_lever
from transforms.model.vocabulary import ABILITIES
from transforms.model.wording import N_, _, named, phrase

ALL_ALIKE = {
    "english": N_("English at CLB {level} in all abilities"),
    "french": N_("French at NCLC {level} in all abilities"),
}
ONE_UP = {"english": N_("English one level up in all abilities"), "french": N_("French one level up in all abilities")}
ABILITY = {
    ("english", "listening"): N_("English listening at CLB {level}"),
    ("english", "reading"): N_("English reading at CLB {level}"),
    ("english", "writing"): N_("English writing at CLB {level}"),
    ("english", "speaking"): N_("English speaking at CLB {level}"),
    ("french", "listening"): N_("French listening at NCLC {level}"),
    ("french", "reading"): N_("French reading at NCLC {level}"),
    ("french", "writing"): N_("French writing at NCLC {level}"),
    ("french", "speaking"): N_("French speaking at NCLC {level}"),
}  # fmt: skip
SPOUSE_ALL = {
    "english": N_("English of the spouse at CLB {level} in all abilities"),
    "french": N_("French of the spouse at NCLC {level} in all abilities"),
}
CREDENTIALS = {
    "none": N_("no credential that counts"),
    "secondary": N_("secondary school"),
    "one_year": N_("one year"),
    "two_year": N_("two years"),
    "three_year": N_("three years or longer"),
    "two_or_more": N_("two or more credentials"),
    "masters": N_("master's degree"),
    "professional": N_("professional degree"),
    "doctorate": N_("doctoral degree"),
}
CATEGORIES = {
    "french": N_("French"),
    "healthcare": N_("health care"),
    "stem": N_("STEM"),
    "trades": N_("trades"),
    "transport": N_("transport"),
    "agriculture": N_("agriculture and agri-food"),
    "education": N_("education"),
    "physicians": N_("physicians"),
    "senior_managers": N_("senior managers"),
    "researchers": N_("researchers"),
    "military": N_("military recruits"),
}
# The shares of a score, as `cap` of ADVICE names them.
CAPS = {
    "second_language": N_("second official language"),
    "high_wage": N_("high-wage occupations"),
    "education": N_("education combinations"),
    "foreign_work": N_("foreign work combinations"),
    "certificate": N_("certificate of qualification"),
    "core": N_("core human capital"),
    "spouse": N_("spouse or partner"),
    "transferability": N_("skill transferability"),
    "additional": N_("additional points"),
    "total": N_("the whole score"),
}


def lever_text() -> pl.Expr:
    """What the lever of each row of ADVICE is, short and in the language in use (String): "English listening at CLB 9".

    Reads lever and detail.
    """
    lever, detail = pl.col("lever"), pl.col("detail")
    of_lever: dict[str, pl.Expr] = {}
    for language in LANGUAGES:
        for ability in ABILITIES:
            of_lever[ability_lever(language, ability)] = phrase(_(ABILITY[language, ability]), level=detail)
        of_lever[all_lever(language)] = (
            pl.when(detail.str.contains(",", literal=True))
            .then(pl.lit(_(ONE_UP[language])))
            .otherwise(phrase(_(ALL_ALIKE[language]), level=detail))
        )
    of_lever[FRENCH_GOAL] = phrase(_(ALL_ALIKE["french"]), level=detail)
    credential, parts = named(CREDENTIALS, detail), detail.str.split(PART)
    spoken, level = parts.list.get(0, null_on_oob=True), parts.list.get(1, null_on_oob=True)
    of_lever |= {
        "assessment": phrase(_("Assessment of the credential ({credential})"), credential=credential),
        "spouse_assessment": phrase(_("Assessment of the spouse's credential ({credential})"), credential=credential),
        "credential": phrase(_("A further credential ({credential})"), credential=credential),
        "spouse_study": phrase(_("A further credential of the spouse ({credential})"), credential=credential),
        "certificate": pl.lit(_("A certificate of qualification")),
        "canadian_year": pl.lit(_("Another year of Canadian work")),
        "foreign_year": pl.lit(_("Another year of foreign work")),
        "spouse_canadian_year": pl.lit(_("A year of Canadian work of the spouse")),
        "nomination": pl.lit(_("A provincial nomination")),
        **dict.fromkeys(
            (SPOUSE_LANGUAGE, SPOUSE_START),
            pl.when(spoken == "french")
            .then(phrase(_(SPOUSE_ALL["french"]), level=level))
            .otherwise(phrase(_(SPOUSE_ALL["english"]), level=level)),
        ),
        "spouse_principal": pl.lit(_("The spouse as principal applicant")),
        "category": phrase(_("Work that the category asks for ({category})"), category=keys_named(CATEGORIES, spoken)),
    }
    texts = [pl.when(lever == known_lever.key).then(of_lever[known_lever.key]) for known_lever in LEVERS]
    return pl.coalesce(texts)


def keys_named(table: dict[str, str], keys: pl.Expr) -> pl.Expr:
    """Keys with | between in the words of a table, a comma between them."""
    return reduce(
        lambda text, entry: text.str.replace(rf"(^|, ){entry[0]}(,|$)", f"${{1}}{_(entry[1])}${{2}}"),
        table.items(),
        keys.str.replace_all("|", ", ", literal=True),
    )


TITLES = {
    **{
        ability_lever(language, ability): text
        for (language, ability), text in {
            ("english", "listening"): N_("English listening, one level up"),
            ("english", "reading"): N_("English reading, one level up"),
            ("english", "writing"): N_("English writing, one level up"),
            ("english", "speaking"): N_("English speaking, one level up"),
            ("french", "listening"): N_("French listening, one level up"),
            ("french", "reading"): N_("French reading, one level up"),
            ("french", "writing"): N_("French writing, one level up"),
            ("french", "speaking"): N_("French speaking, one level up"),
        }.items()
    },
    all_lever("english"): N_("English, all abilities one level up, or a first test"),
    all_lever("french"): N_("French, all abilities one level up"),
    FRENCH_GOAL: N_("French at the level of the category"),
    "assessment": N_("Assessment of the credential"),
    "spouse_assessment": N_("Assessment of the spouse's credential"),
    "credential": N_("A further credential"),
    "spouse_study": N_("A further credential of the spouse"),
    "certificate": N_("A certificate of qualification"),
    "canadian_year": N_("Another year of Canadian work"),
    "foreign_year": N_("Another year of foreign work"),
    "spouse_canadian_year": N_("A year of Canadian work of the spouse"),
    "nomination": N_("A provincial nomination"),
    SPOUSE_LANGUAGE: N_("Language test of the spouse"),
    SPOUSE_START: N_("First language test of the spouse, at the lowest level that counts"),
    "spouse_principal": N_("The spouse as principal applicant"),
    "category": N_("Work that a category asks for"),
}
PERSONS = {"principal": N_("client"), "spouse": N_("spouse")}
MISSING = {
    "spouse_date_of_birth": N_("date of birth of the spouse"),
    "spouse_education_level": N_("education of the spouse"),
    "spouse_foreign_work_years": N_("foreign work of the spouse"),
    "spouse_canadian_work_years": N_("Canadian work of the spouse"),
}


def gain_text() -> pl.Expr:
    """What a lever would give (String): "would give +12", of the spouse as principal applicant as far as it is known."""
    gain, detail = pl.col("gain"), pl.col("detail")
    gives = phrase(_("would give {points}"), points=pl.format("+{}", gain))
    missing = keys_named(MISSING, detail)
    is_partly_known = (pl.col("lever") == "spouse_principal") & (detail != "")
    return (
        pl.when(is_partly_known & gain.is_null())
        .then(phrase(_("undetermined; not on record: {columns}"), columns=missing))
        .when(is_partly_known & (gain > 0))
        .then(
            phrase(
                _("would give {points} or more; not on record: {columns}"),
                points=pl.format("+{}", gain),
                columns=missing,
            )
        )
        .when(gain > 0)
        .then(gives)
        .when(gain < 0)
        .then(phrase(_("would lose {points}"), points=(-gain).cast(pl.String)))
        .when(pl.col("cap").is_not_null())
        .then(phrase(_("no points: the maximum of {cap} is reached"), cap=named(CAPS, pl.col("cap"))))
        .otherwise(pl.lit(_("no points")))
    )


def opens_text() -> pl.Expr:
    """What else a lever would do (String): whether the client is outside the pool then, which programs and categories are
    lost and opened, which recent rounds it would meet, and what of these is undetermined today and certain then; of the
    spouse as principal applicant also what is not on record.
    """
    met = _opened_rounds()
    number = met.list.len()
    several = phrase(
        _("would have met {number} recent rounds, the last {round}"),
        number=number.cast(pl.String),
        round=met.list.last(),
    )
    missing = pl.when((pl.col("lever") == "spouse_principal") & (pl.col("detail") != "")).then(
        phrase(_("not on record: {columns}"), columns=keys_named(MISSING, pl.col("detail")))
    )
    return pl.concat_str(
        _eligibility(),
        _where(_programs(pl.col("programs_lost")), _("no longer eligible for {what}")),
        _where(keys_named(CATEGORIES, pl.col("categories_lost")), _("no longer in the category {what}")),
        _where(_programs(_opened("programs")), _("eligible for {what}")),
        _where(keys_named(CATEGORIES, _opened("categories")), _("in the category {what}")),
        pl.when(number == 1)
        .then(phrase(_("would have met round {round}"), round=met.list.last()))
        .when(number > 1)
        .then(several),
        _where(_certain(), _("undetermined now, certain then: {what}")),
        missing,
        separator="; ",
        ignore_nulls=True,
    )


def _eligibility() -> pl.Expr:
    """That the client is outside the pool then, or may be; empty where the client is in it."""
    was, then = pl.col("eligible_before"), pl.col("eligible_after")
    return (
        pl.when(~then & was.fill_null(value=True))
        .then(pl.lit(_("takes the client out of the pool")))
        .when(~then)
        .then(pl.lit(_("not eligible for a program even then")))
        .when(then.is_null() & pl.col("gain").is_not_null())
        .then(pl.lit(_("eligibility for a program undetermined then")))
    )


def _where(what: pl.Expr, text: str) -> pl.Expr:
    """A sentence about something, empty where there is nothing."""
    return pl.when(what != "").then(phrase(text, what=what))


def _programs(keys: pl.Expr) -> pl.Expr:
    return keys.str.replace_all(AND, ", ", literal=True)


def _opened(what: str) -> pl.Expr:
    """The keys of what a lever gains, without those that were undetermined before (String)."""
    gained, certain = (pl.col(f"{what}_{how}").str.split(AND) for how in ("gained", "made_certain"))
    return gained.list.set_difference(certain).list.join(AND)


def _opened_rounds() -> pl.Expr:
    """The rounds that a lever would have met, without those of which that was undetermined before."""
    return pl.col("rounds_met").list.set_difference("rounds_made_certain")


def _certain() -> pl.Expr:
    """Programs, categories and rounds that are undetermined before and certain with a lever (String)."""
    rounds = pl.col("rounds_made_certain").list
    parts = [
        _programs(pl.col("programs_made_certain")),
        keys_named(CATEGORIES, pl.col("categories_made_certain")),
        pl.when(rounds.len() > 0).then(phrase(_("round {round}"), round=rounds.join(", "))),
    ]
    return pl.concat_str([pl.when(part != "").then(part) for part in parts], separator=", ", ignore_nulls=True)
