"""The tests of each program for each client: met, not met or not known, on what, and what would meet or settle it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from transforms.explain import words
from transforms.model.vocabulary import ABILITIES
from transforms.model.wording import N_, _
from transforms.rules import Law
from transforms.scoring import programs
from transforms.scoring.reason_words import reason_text

TITLES = {
    "FSW": N_("Federal Skilled Worker class"),
    "CEC": N_("Canadian Experience Class"),
    "FST": N_("Federal Skilled Trades class"),
}
# The intake's column from which a fact is settled, for the facts without which a test may be undetermined.
SETTLED_FROM = {
    "primary_years": N_("primary_occupation_years or the Work history"),
    "primary_is_skilled": "primary_noc",
    "education": "education_level",
    "family_size": "family_size",
    "settlement_funds_cad": "settlement_funds_cad",
    "cec_months": N_("canadian_work_months_last_36 or the Work history"),
    "cec_is_skilled": "canadian_work_noc",
    "cec_minimum_language": "canadian_work_noc",
    "trade_years": N_("trade_years_last_5 or the Work history"),
    "is_trade": "trade_noc",
    "certificate_of_qualification": "certificate_of_qualification",
    "authorized_to_work_in_canada": "authorized_to_work_in_canada",
    "offer_is_skilled": "job_offer_noc",
    "offer_is_trade": "job_offer_noc",
}
OF_AN_OFFER = frozenset({"authorized_to_work_in_canada", "offer_is_skilled", "offer_is_trade"})
OF_THE_GRID = (
    "studied_in_canada_two_years", "worked_in_canada_one_year", "spouse_studied_in_canada_two_years",
    "spouse_worked_in_canada_one_year", "relative_in_canada", "sibling_in_canada",
)  # fmt: skip
PROGRAM_TESTS: Mapping[str, Callable[[Law], list[programs.Test]]] = {
    "FSW": programs.fsw_tests,
    "CEC": programs.cec_tests,
    "FST": programs.fst_tests,
}


@dataclass(frozen=True)
class Reading:
    """How a test that reads a certain fact is described: its rule by program, its input, and what would meet it."""

    fact: str
    rules: Mapping[str, str]
    said: Callable[[Law, str], pl.Expr]
    fix: Callable[[Law, str], pl.Expr]


def program_tests(scored: pl.DataFrame, law: Law) -> pl.DataFrame:
    """Every test of every program for every scored client, in the programs' order.

    Returns client_id, program (`FSW`, `CEC`, `FST`), test (String), met (Boolean, empty: undetermined), input
    (String), fix (String: what would meet it or make it known; empty where it is met), rule (String, may be empty).
    """
    worded = scored.with_row_index("row").with_columns(*words.shared(law))
    described = [
        _described(worded, law, program, test).with_columns(pl.lit(place).alias("place"))
        for program, tests in PROGRAM_TESTS.items()
        for place, test in enumerate(tests(law))
    ]
    order = pl.col("program").replace_strict(list(TITLES), list(range(len(TITLES))), return_dtype=pl.Int16)
    return pl.concat(described).sort("row", order, "place").drop("row", "place")


def _described(worded: pl.DataFrame, law: Law, program: str, test: programs.Test) -> pl.DataFrame:
    facts = test.met.meta.root_names()
    reading = next((reading for reading in READINGS if reading.fact in facts), None)
    asked = reason_text(test.words)
    nothing, as_asked = pl.lit(None, dtype=pl.String), pl.lit(asked)
    fix = as_asked if reading is None else pl.coalesce(reading.fix(law, program).replace("", None), as_asked)
    return worded.select(
        "row",
        "client_id",
        pl.lit(program).alias("program"),
        pl.lit(asked).alias("test"),
        test.met.alias("met"),
        (nothing if reading is None else reading.said(law, program)).alias("input"),
        pl.when(~test.met).then(fix).when(test.met.is_null()).then(_missing(facts)).alias("fix"),
        pl.lit(None if reading is None else reading.rules.get(program), dtype=pl.String).alias("rule"),
    )


def _missing(facts: list[str]) -> pl.Expr:
    """The intake's columns that are empty and without which a test is undetermined."""
    empty = {
        SETTLED_FROM[fact]: _not_stated(fact, facts)
        & (pl.col("has_offer") if fact in OF_AN_OFFER else pl.lit(value=True))
        for fact in facts
        if fact in SETTLED_FROM
    }
    if "certificate_in_trade" in facts:
        certified, offered = (
            pl.col(name).is_not_null() & pl.col(fact).is_null()
            for name, fact in (("certificate_noc", "certificate_in_trade"), ("job_offer_noc", "offer_in_trade"))
        )
        empty[N_("trade_noc or the Work history")] = certified | offered
    if "education_proof" in facts:
        empty["eca_issued_on"] = pl.col("education_proof") == "not_known"
    if "fsw_points" in facts:
        empty |= {fact: pl.col(fact).is_null() for fact in OF_THE_GRID}
        empty[N_("canadian_work_years or foreign_work_years")] = pl.col("skilled_years_at_most") > pl.col(
            "skilled_years"
        )
        empty["education_level"] = pl.col("education").is_null()
    columns = words.joined(
        *(pl.when(is_empty).then(pl.lit(_(name))) for name, is_empty in empty.items()), separator=", "
    )
    missing = pl.when(columns == "").then(pl.lit(_("more"))).otherwise(columns)
    return words.filled(_("undetermined without {columns}"), columns=missing)


def _not_stated(fact: str, facts: Sequence[str]) -> pl.Expr:
    """Is a fact not known, or not as far as what it may be at most?"""
    at_most = f"{fact}_at_most"
    unknown = pl.col(fact).is_null()
    return unknown | (pl.col(at_most) > pl.col(fact)).fill_null(value=True) if at_most in facts else unknown


def _dollars(amount: pl.Expr) -> pl.Expr:
    return words.filled(_("{amount} CAD"), amount=words.grouped(amount))


def _funds(law: Law, program: str) -> pl.Expr:
    funds, needed = pl.col("settlement_funds_cad"), programs.funds_needed(law)
    amount = pl.when(funds.is_null()).then(pl.lit(_("amount not known"))).otherwise(_dollars(funds))
    sized = words.filled(
        _("{amount} asked for {persons}"), amount=_dollars(needed), persons=words.persons(pl.col("family_size"))
    )
    at_least = _dollars(programs.funds_needed(law, "family_size_at_least"))
    unsized = words.filled(_("size of the family not known, at least {amount} asked for"), amount=at_least)
    asked = pl.when(needed.is_null()).then(unsized).otherwise(sized)
    short = (funds >= needed).fill_null(value=False).not_() & pl.col("has_offer")
    exempt = pl.when(short).then(pl.lit(_("; a qualifying job offer exempts who may work in Canada")))
    return words.joined(amount, "; ", asked, exempt if law["funds.exempt_when_offer_and_authorized"] else "")


def _more_funds(law: Law, program: str) -> pl.Expr:
    needed = pl.coalesce(programs.funds_needed(law), programs.funds_needed(law, "family_size_at_least"))
    return words.filled(_("{amount} more"), amount=_dollars(needed - pl.col("settlement_funds_cad")))


def _points(law: Law, program: str) -> pl.Expr:
    least, most = pl.col("fsw_points"), pl.col("fsw_points_at_most")
    possible = pl.when(most > least).then(
        words.filled(_(", at most {number} as far as is known"), number=most.cast(pl.String))
    )
    return words.filled(_("{points} points{possible}"), points=least.cast(pl.String), possible=possible)


def _more_points(law: Law, program: str) -> pl.Expr:
    return words.filled(_("{points} points more"), points=(law["fsw.pass_mark"] - pl.col("fsw_points")).cast(pl.String))


def _credential(law: Law, program: str) -> pl.Expr:
    return words.education(law)


def _assessment(law: Law, program: str) -> pl.Expr:
    stated = pl.col("education_held").fill_null("none")
    return (
        pl.when(stated != "none")
        .then(pl.lit(_("a valid assessment of what is stated")))
        .otherwise(pl.lit(_("a Canadian credential, or a foreign one with its assessment")))
    )


def _years_more(fact: str, needed: str) -> Callable[[Law, str], pl.Expr]:
    def more(law: Law, program: str) -> pl.Expr:
        short = law[needed] - pl.col(fact).fill_null(0)
        return pl.when(short > 0).then(words.filled(_("{years} more"), years=words.years(short)))

    return more


def _primary(law: Law, program: str) -> pl.Expr:
    skilled = words.yes_or_no(
        "primary_is_skilled", _("a skilled occupation"), _("not a skilled occupation"), _("occupation not known")
    )
    return words.joined(_year_count("primary_years"), "; ", skilled)


def _more_primary(law: Law, program: str) -> pl.Expr:
    more = _years_more("primary_years", "fsw.minimum_experience_years")(law, program)
    occupation = pl.when(~pl.col("primary_is_skilled")).then(pl.lit(_("a skilled primary occupation")))
    return words.joined(more, occupation, separator="; ")


def _year_count(fact: str) -> pl.Expr:
    return words.years(pl.col(fact)).fill_null(_("years not known"))


def _months(law: Law, program: str) -> pl.Expr:
    months = pl.col("cec_months")
    return (
        pl.when(months.is_not_null())
        .then(words.filled(_("{number} months"), number=words.number(months)))
        .otherwise(pl.lit(_("months not known")))
    )


def _more_months(law: Law, program: str) -> pl.Expr:
    short = law["cec.minimum_months"] - pl.col("cec_months").fill_null(0)
    return words.filled(_("{number} months more"), number=words.number(short))


def _minimum(law: Law, program: str, ability: str) -> pl.Expr:
    """The level that a program asks of an ability."""
    if program == "CEC":
        asked = [level for level in law["cec.minimum_language"].values() if level is not None]
        return pl.col("cec_minimum_language").fill_null(min(asked))
    minimum = law[f"{program.lower()}.minimum_language"]
    return pl.lit(minimum[ability] if isinstance(minimum, Mapping) else minimum, dtype=pl.Int16)


def _language(law: Law, program: str) -> pl.Expr:
    english, french = pl.lit(_("English, CLB:")), pl.lit(_("French, NCLC:"))
    scale = pl.when(words.first_is_english()).then(english).otherwise(french)
    levels = [
        words.joined(f"{_(words.ABILITY_WORDS[ability])} ", pl.col(f"first_{ability}").fill_null(0).cast(pl.String))
        for ability in ABILITIES
    ]
    absent = pl.all_horizontal(pl.col(f"first_{ability}").is_null() for ability in ABILITIES)
    return (
        pl.when(absent)
        .then(words.first_language(law))
        .otherwise(words.joined(scale, " ", words.joined(*levels, separator=", ")))
    )


def _higher_language(law: Law, program: str) -> pl.Expr:
    short = []
    for ability in ABILITIES:
        needed = _minimum(law, program, ability)
        lacking = words.joined(f"{_(words.ABILITY_WORDS[ability])} ", needed.cast(pl.String))
        short.append(pl.when(pl.col(f"first_{ability}").fill_null(0) < needed).then(lacking))
    levels = words.joined(*short, separator=", ")
    return words.on_scale(words.first_is_english(), levels)


def _nothing(law: Law, program: str) -> pl.Expr:
    """Nothing to say: the answer to the test is the input."""
    return pl.lit(None, dtype=pl.String)


def _said(text: str) -> Callable[[Law, str], pl.Expr]:
    return lambda law, program: pl.lit(_(text))


def _certificate(law: Law, program: str) -> pl.Expr:
    certified = pl.col("certificate_of_qualification") & pl.col("certificate_noc").is_not_null()
    certificate = words.joined(words.certificate_held(), _in_trade("certificate_in_trade", certified))
    offered = pl.col("has_offer") & pl.col("offer_is_trade")
    return words.joined(certificate, "; ", words.job_offer(law), _in_trade("offer_in_trade", offered))


def _in_trade(fact: str, is_there: pl.Expr) -> pl.Expr:
    """What is to be said of a certificate or an offer that is not, or may not be, in the trade of the application."""
    said = words.yes_or_no(fact, "", _(", in another trade"), _(", in a trade that may be another one"))
    return pl.when(is_there).then(said)


# The first reading whose fact a test reads tells it.
READINGS = (
    Reading("settlement_funds_cad", {"FSW": "funds.table", "FST": "funds.table"}, _funds, _more_funds),
    Reading("fsw_points", {"FSW": "fsw.pass_mark"}, _points, _more_points),
    Reading("education_proof", {"FSW": "crs.records.eca_validity_years"}, _credential, _assessment),
    Reading("primary_years", {"FSW": "fsw.minimum_experience_years"}, _primary, _more_primary),
    Reading("cec_months", {"CEC": "cec.minimum_months"}, _months, _more_months),
    Reading(
        "first_listening",
        {"FSW": "fsw.minimum_language", "CEC": "cec.minimum_language", "FST": "fst.minimum_language"},
        _language,
        _higher_language,
    ),
    Reading("cec_is_skilled", {"CEC": "noc.skilled_levels"}, _nothing, _said(N_("that work in a skilled occupation"))),
    Reading(
        "trade_years",
        {"FST": "fst.minimum_years"},
        lambda law, program: _year_count("trade_years"),
        _years_more("trade_years", "fst.minimum_years"),
    ),
    Reading("is_trade", {"FST": "fst.trade_groups"}, _nothing, _said(N_("work in a trade of these groups"))),
    Reading(
        "certificate_of_qualification",
        {"FST": "fst.job_offer_routes"},
        _certificate,
        _said(N_("a certificate of qualification, or an offer of a year in the trade")),
    ),
    Reading("intends_quebec", {}, _nothing, _said(N_("the intention to live outside Quebec"))),
)
