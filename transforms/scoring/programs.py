"""Who may enter the pool: FSW with its selection grid, CEC and FST, each as met, not met or undetermined."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from operator import add, and_

import polars as pl

from transforms.facts.work import reaches
from transforms.model.vocabulary import ABILITIES
from transforms.model.wording import N_
from transforms.rules import Law
from transforms.rules.lookup import (
    Frame,
    all_abilities,
    at_most,
    capped,
    choice,
    lowest_ability,
    of_level,
    of_place,
    of_years,
    once_a_law,
    place,
    points,
)
from transforms.scoring.crs import employers, long_enough, permanent

ARRANGED = "fsw_points_arranged_employment"
FSW_FACTORS = (
    "fsw_points_education", "fsw_points_language", "fsw_points_second_language", "fsw_points_experience",
    "fsw_points_age", ARRANGED, "fsw_points_adaptability",
)  # fmt: skip
# Of which what is not known leaves more points possible than are proven.
POSSIBLE = tuple(
    f"fsw_points_{name}_at_most" for name in ("education", "experience", "arranged_employment", "adaptability")
)
# Columns that are there only while eligibility is found.
ITEM, FUNDS_ARE_ENOUGH = "adaptability: {}", "funds are enough"
NO_POINTS = pl.lit(0, dtype=pl.Int16)
# Of each proof of a credential: is the credential Canadian, or foreign with a valid assessment?
IS_PROVEN = {"canadian": True, "assessed": True, "none": False, "not_known": None}
# A test in the code of a client's reasons: met is 0.
BITS, UNMET, UNKNOWN = 2, 1, 2
BITS_OF_UINT32 = MAX_TESTS = 32

# The texts of eligibility_reasons; files hold them in English, transforms.scoring.reason_words gives them in other languages.
NOT_KNOWN, NOT_MET = N_("{program} not known: {test}"), N_("{program} not met: {test}")
OUTSIDE_QUEBEC = N_("intends to live outside Quebec")
PRIMARY_YEARS = N_("{years} continuous year in a skilled primary occupation")
FIRST_LANGUAGE = N_("CLB/NCLC {level} in every ability of the first language")
CREDENTIAL = N_("a Canadian credential, or a foreign one with a valid assessment")
FUNDS = N_("settlement funds for the size of the family")
GRID_POINTS = N_("{points} points on the selection grid")
CANADIAN_MONTHS = N_("{months} months of work in Canada in the last {window}")
SKILLED_WORK = N_("that work in a skilled occupation")
OCCUPATION_LANGUAGE = N_("the language level that the occupation asks")
TRADE_YEARS = N_("{years} years in a skilled trade in the last {window}")
TRADE_GROUPS = N_("a trade of the groups that the class takes")
TRADE_LANGUAGE = N_("the language level of the trades in every ability")
CERTIFICATE_OR_OFFER = N_("a certificate of qualification or an offer of a year in the trade")
# Without the program, as a list under the program's name shows them.
ALONE = (N_("not known: {test}"), N_("not met: {test}"))
REASONS = (NOT_KNOWN, NOT_MET, *ALONE)
TEST_WORDS = (
    OUTSIDE_QUEBEC, PRIMARY_YEARS, FIRST_LANGUAGE, CREDENTIAL, FUNDS, GRID_POINTS, CANADIAN_MONTHS, SKILLED_WORK,
    OCCUPATION_LANGUAGE, TRADE_YEARS, TRADE_GROUPS, TRADE_LANGUAGE, CERTIFICATE_OR_OFFER,
)  # fmt: skip


@dataclass(frozen=True)
class Test:
    """One test of a program: the words for it, and whether it is met (Boolean, empty: undetermined)."""

    words: str
    met: pl.Expr


def eligibility_of(facts: Frame, law: Law) -> Frame:
    """The facts with fsw_/cec_/fst_/pool_eligible (Boolean, empty: undetermined), the FSW points (Int16) and reasons.

    Source: IRPR 75 to 83, 87.1, 87.2 (law document, section 2).
    """
    items: list[pl.Expr] = _items(law)
    answers: list[pl.Expr] = _answers(law)
    return (
        facts.with_columns(items)
        .with_columns(_fsw_grid(law))
        .with_columns(_points_of_grid())
        .with_columns(answers)
        .with_columns(_outcomes(law))
        .with_columns(_of_the_pool())
        .drop([column.meta.output_name() for column in (*items, *answers)], *POSSIBLE)
    )


@once_a_law
def _items(law: Law) -> list[pl.Expr]:
    """What several tests and factors ask for, each by itself: the items of adaptability, and the funds."""
    return [
        *(met.alias(ITEM.format(name)) for name, met in adaptability_items(law).items()),
        _enough_funds(law).alias(FUNDS_ARE_ENOUGH),
    ]


@cache
def _points_of_grid() -> list[pl.Expr]:
    """The points of all factors of the grid: the most that is possible, and what is proven."""
    at_most = reduce(
        add, (pl.col(f"{name}_at_most" if f"{name}_at_most" in POSSIBLE else name) for name in FSW_FACTORS)
    )
    proven = reduce(add, (pl.col(name) for name in FSW_FACTORS))
    return [at_most.alias("fsw_points_at_most"), proven.alias("fsw_points")]


@cache
def _of_the_pool() -> pl.Expr:
    """Is any program met?"""
    return (pl.col("fsw_eligible") | pl.col("cec_eligible") | pl.col("fst_eligible")).alias("pool_eligible")


@once_a_law
def _answers(law: Law) -> list[pl.Expr]:
    """Whether each test of each program is met, by program and words."""
    return [test.met.alias(f"{name}: {test.words}") for name, program in _tests(law).items() for test in program]


@once_a_law
def _outcomes(law: Law) -> list[pl.Expr]:
    """The eligibility for each program and the reasons, from `_answers`."""
    tests = {
        name: [Test(test.words, pl.col(f"{name}: {test.words}")) for test in program]
        for name, program in _tests(law).items()
    }
    eligible = [
        reduce(and_, (test.met for test in program)).alias(f"{name.lower()}_eligible")
        for name, program in tests.items()
    ]
    return [*eligible, _reasons(tests).alias("eligibility_reasons")]


def _tests(law: Law) -> dict[str, list[Test]]:
    funds = pl.col(FUNDS_ARE_ENOUGH)
    return {"FSW": fsw_tests(law, funds), "CEC": cec_tests(law), "FST": fst_tests(law, funds)}


def _reasons(tests: Mapping[str, Sequence[Test]]) -> pl.Expr:
    """The tests not met or not known, as one text; empty text where all are met. Each distinct text is made once."""
    answers = [
        (test.met, NOT_MET.format(program=name, test=test.words), NOT_KNOWN.format(program=name, test=test.words))
        for name, program in tests.items()
        for test in program
    ]
    if len(answers) > MAX_TESTS:
        raise ValueError(f"{len(answers)} tests are more than the {MAX_TESTS} that a code holds")
    dtype = pl.UInt32 if BITS * len(answers) <= BITS_OF_UINT32 else pl.UInt64

    def bits(answer: int, at: int) -> pl.Expr:
        return pl.lit(answer << BITS * at, dtype=dtype)

    code = reduce(
        add,
        (
            pl.when(met.is_null()).then(bits(UNKNOWN, at)).when(~met).then(bits(UNMET, at)).otherwise(bits(0, at))
            for at, (met, _not_met, _not_known) in enumerate(answers)
        ),
    )
    words = [(not_met, not_known) for _met, not_met, not_known in answers]

    @cache
    def text(code: int) -> str:
        of_code = ((code >> BITS * at) % 2**BITS for at in range(len(words)))
        return "; ".join(own[answer - UNMET] for own, answer in zip(words, of_code, strict=True) if answer)

    def in_words(codes: pl.Series) -> pl.Series:
        distinct = codes.unique()
        texts = pl.Series([text(one) for one in distinct], dtype=pl.String)
        # Of no codes, polars would give numbers.
        return codes.replace_strict(distinct, texts, return_dtype=pl.String) if len(codes) else texts

    return code.map_batches(in_words, return_dtype=pl.String)


def outside_quebec() -> Test:
    """The intention to live outside Quebec, which every federal program asks."""
    return Test(OUTSIDE_QUEBEC, ~pl.col("intends_quebec"))


def fsw_tests(law: Law, funds: pl.Expr | None = None) -> list[Test]:
    """The Federal Skilled Worker class: the gate of IRPR 75 and 76 and the pass mark of the grid."""
    years, minimum = law["fsw.minimum_experience_years"], law["fsw.minimum_language"]
    return [
        Test(
            PRIMARY_YEARS.format(years=years),
            reaches(pl.col("primary_years"), pl.col("primary_years_at_most"), years) & pl.col("primary_is_skilled"),
        ),
        Test(FIRST_LANGUAGE.format(level=minimum), all_abilities("first", minimum)),
        Test(CREDENTIAL, credential_is_proven()),
        Test(FUNDS, _funds(law, exempt_from_funds("FSW", law), funds)),
        outside_quebec(),
        Test(GRID_POINTS.format(points=law["fsw.pass_mark"]), _passes(law)),
    ]


def cec_tests(law: Law) -> list[Test]:
    """The Canadian Experience Class of IRPR 87.1."""
    months, window = law["cec.minimum_months"], law["cec.window_months"]
    enough = reaches(pl.col("cec_months"), pl.col("cec_months_at_most"), months)
    return [
        Test(CANADIAN_MONTHS.format(months=months, window=window), enough),
        Test(SKILLED_WORK, pl.col("cec_is_skilled")),
        Test(OCCUPATION_LANGUAGE, _cec_language(law)),
        outside_quebec(),
    ]


def _cec_language(law: Law) -> pl.Expr:
    """The minimum in every ability, by the level of the occupation; without one, determined where every level agrees."""
    second = pl.when(_second_counts(law["cec.language_in_either"])).then(lowest_ability("second")).otherwise(0)
    lowest = pl.max_horizontal(lowest_ability("first"), second)
    asked = [level for level in law["cec.minimum_language"].values() if level is not None]
    by_occupation = lowest >= pl.col("cec_minimum_language")
    return (
        pl.when(lowest >= max(asked))
        .then(pl.lit(value=True))
        .when(lowest < min(asked))
        .then(pl.lit(value=False))
        .otherwise(by_occupation)
    )


def _second_counts(either: bool) -> pl.Expr:
    """May the second official language meet what the first does not? Only beside a valid result in the first."""
    return pl.any_horizontal(pl.col(f"first_{ability}").is_not_null() for ability in ABILITIES) & either


def fst_tests(law: Law, funds: pl.Expr | None = None) -> list[Test]:
    """The Federal Skilled Trades class of IRPR 87.2."""
    years, window = law["fst.minimum_years"], law["fst.window_years"]
    language = _spoken_for_fst("first", law) | (
        _second_counts(law["fst.language_in_either"]) & _spoken_for_fst("second", law)
    )
    offer = _trade_offer(law, law["fst.job_offer_routes"])
    return [
        Test(
            TRADE_YEARS.format(years=years, window=window),
            reaches(pl.col("trade_years"), pl.col("trade_years_at_most"), years),
        ),
        Test(TRADE_GROUPS, pl.col("is_trade")),
        Test(TRADE_LANGUAGE, language),
        Test(CERTIFICATE_OR_OFFER, certificate_in_the_trade() | offer),
        Test(FUNDS, _funds(law, exempt_from_funds("FST", law), funds)),
        outside_quebec(),
    ]


def _spoken_for_fst(role: str, law: Law) -> pl.Expr:
    minimum = law["fst.minimum_language"]
    return pl.all_horizontal(pl.col(f"{role}_{ability}").fill_null(0) >= minimum[ability] for ability in ABILITIES)


def certificate_in_the_trade() -> pl.Expr:
    """Is there a certificate of qualification in the trade specified in the application (IRPR 87.2(3)(d)(i))?

    One whose trade is not stated is taken as one in it. Boolean, empty: undetermined.
    """
    in_trade = pl.col("certificate_in_trade") | pl.col("certificate_noc").is_null()
    return pl.col("certificate_of_qualification") & in_trade


def _trade_offer(law: Law, routes: Sequence[str]) -> pl.Expr:
    """Is there an offer by one of some routes in the trade specified in the application (IRPR 87.2(3)(d)(ii) to (v))?"""
    return (
        pl.col("has_offer")
        & pl.col("job_offer_basis").is_in(routes).fill_null(value=False)
        & employers(law["fst.job_offer_maximum_employers"])
        & long_enough(law["fst.job_offer_minimum_years"])
        & pl.col("offer_is_trade")
        & pl.col("offer_in_trade")
    )


def _arranged_employment(law: Law, routes: Sequence[str]) -> pl.Expr:
    """Arranged employment of IRPR 82 by one of some routes: one employer, skilled, long enough."""
    lasting = (
        permanent()
        if law["fsw.arranged_employment_must_be_permanent"]
        else long_enough(law["fsw.arranged_employment_minimum_years"])
    )
    return (
        pl.col("has_offer")
        & pl.col("job_offer_basis").is_in(routes).fill_null(value=False)
        & employers(1)
        & lasting
        & pl.col("offer_is_skilled")
    )


def credential_is_proven() -> pl.Expr:
    """Is the highest credential Canadian, or foreign with a valid assessment? Boolean, empty: undetermined."""
    proof = pl.col("education_proof")
    proven = pl.lit(pl.Series(list(IS_PROVEN.values()), dtype=pl.Boolean)).gather(place(IS_PROVEN, proof))
    return pl.when(pl.col("education").is_not_null()).then(proven)


def funds_needed(law: Law, of: str = "family_size") -> pl.Expr:
    """The settlement funds in Canadian dollars (Int64) that the table asks of the family; empty where its size is.

    `of` names the column of the size: `family_size_at_least` gives what is asked in any case, for the table only rises.
    """
    table = law["funds.table"]
    largest = max(int(size) for size in table if size != "each_more")
    by_size = pl.lit(pl.Series([None, *(table[str(size)] for size in range(1, largest + 1))], dtype=pl.Int64))
    size, more = pl.col(of), pl.col(of) - largest
    above = pl.when(more > 0).then(more.cast(pl.Int64) * table.get("each_more", 0)).otherwise(0)
    return by_size.gather(at_most(size, largest)) + above


def exempt_from_funds(program: str, law: Law) -> pl.Expr:
    """Does a qualifying offer, with leave to work in Canada, exempt from FSW's or FST's funds (IRPR 76(1)(b), 87.2(5))?

    Boolean, empty: undetermined.
    """
    if not law["funds.exempt_when_offer_and_authorized"]:
        return pl.lit(value=False)
    offer = {"FSW": _arranged_employment, "FST": _trade_offer}[program]
    return offer(law, law[f"{program.lower()}.funds_exempt_routes"]) & _may_work_in_canada()


def _funds(law: Law, exempt: pl.Expr, enough: pl.Expr | None) -> pl.Expr:
    """Funds that are enough (Boolean, where it is found already), or an exemption from them."""
    return exempt | (_enough_funds(law) if enough is None else enough)


def _enough_funds(law: Law) -> pl.Expr:
    """Funds of at least the table's amount; empty: undetermined.

    Where the size of the family is not known, funds that are too low for the persons on record are not met.
    """
    funds = pl.col("settlement_funds_cad")
    too_low = funds < funds_needed(law, "family_size_at_least")
    return pl.when(too_low).then(pl.lit(value=False)).otherwise(funds >= funds_needed(law))


def _may_work_in_canada() -> pl.Expr:
    """May the client work in Canada now? So it is taken where an offer rests on a work permit, unless stated otherwise."""
    on_a_permit = pl.col("job_offer_basis").is_in(["lmia_work_permit", "lmia_exempt_work_permit"])
    return pl.col("authorized_to_work_in_canada").fill_null(pl.when(on_a_permit).then(pl.lit(value=True)))


@once_a_law
def _fsw_grid(law: Law) -> list[pl.Expr]:
    """The 67-point grid: the points that the record proves, and POSSIBLE, the most that it leaves possible."""
    grid = "fsw.grid."
    education, age = law[grid + "education"], law[grid + "age"]
    language = reduce(
        add, (of_level(law[grid + "first_language"], pl.col(f"first_{ability}").fill_null(0)) for ability in ABILITIES)
    )
    second = all_abilities("second", law[grid + "second_language_minimum"])
    experience = law[grid + "experience"]
    arranged = pl.col(ITEM.format("arranged_employment"))
    proven = {
        "fsw_points_education": of_place(education, place(education, pl.col("education"), "none")),
        "fsw_points_language": language,
        "fsw_points_second_language": _worth(second, law[grid + "second_language"]),
        "fsw_points_experience": of_years(experience, pl.col("skilled_years")),
        "fsw_points_age": of_level(age, pl.col("age")),
        ARRANGED: _worth(arranged.fill_null(value=False), law[grid + "arranged_employment"]),
        "fsw_points_adaptability": _adaptability(law, unknown_as=False),
    }
    possible = {
        "fsw_points_education": choice(education, pl.col("education_at_most")).fill_null(max(education.values())),
        "fsw_points_experience": of_years(experience, pl.col("skilled_years_at_most")),
        ARRANGED: _worth(arranged.fill_null(value=True), law[grid + "arranged_employment"]),
        "fsw_points_adaptability": _adaptability(law, unknown_as=True),
    }
    return [
        *(value.alias(name) for name, value in proven.items()),
        *(value.alias(f"{name}_at_most") for name, value in possible.items()),
    ]


def _passes(law: Law) -> pl.Expr:
    """Is the pass mark reached? Empty where it hangs on what is not known."""
    mark = law["fsw.pass_mark"]
    return (
        pl.when(pl.col("fsw_points") >= mark)
        .then(pl.lit(value=True))
        .when(pl.col("fsw_points_at_most") < mark)
        .then(pl.lit(value=False))
    )


def adaptability_items(law: Law) -> dict[str, pl.Expr]:
    """The items of adaptability of IRPR 83, by name: is each met (Boolean, empty: undetermined)?"""
    spouse = pl.col("with_spouse")
    minimum = law["fsw.grid.adaptability_spouse_language_minimum"]
    return {
        "spouse_language": spouse & (all_abilities("spouse_clb", minimum) | all_abilities("spouse_second", minimum)),
        "study": pl.col("studied_in_canada_two_years"),
        "spouse_study": spouse & pl.col("spouse_studied_in_canada_two_years"),
        "work": pl.col("worked_in_canada_one_year"),
        "spouse_work": spouse & pl.col("spouse_worked_in_canada_one_year"),
        "relative": pl.when("sibling_in_canada").then(pl.lit(value=True)).otherwise("relative_in_canada"),
        "arranged_employment": _arranged_employment(law, law["fsw.arranged_employment_routes"]),
    }


def _adaptability(law: Law, *, unknown_as: bool) -> pl.Expr:
    """The items of adaptability that are met, capped; an item not known counts as met."""
    name = "fsw.grid.adaptability_"
    items = {item: pl.col(ITEM.format(item)).fill_null(value=unknown_as) for item in adaptability_items(law)}
    total = reduce(add, (_worth(met, law[name + item]) for item, met in items.items()))
    return capped(total, law[name + "maximum"])


def _worth(met: pl.Expr, worth: int) -> pl.Expr:
    return pl.when(met).then(points(worth)).otherwise(NO_POINTS)
