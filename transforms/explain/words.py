"""What a component was read from, in words: one expression (String) a factor, for every client at once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce

import polars as pl

from transforms import high_wage as high_wage_
from transforms import noc, programs
from transforms.calendar import anniversary
from transforms.facts import PARTNERED
from transforms.lookup import ABILITIES, lowest_ability
from transforms.rules import Law

TESTS = {
    "IELTS_GT": "IELTS General Training",
    "CELPIP_G": "CELPIP-General",
    "PTE_CORE": "PTE Core",
    "TEF_CANADA": "TEF Canada",
    "TEF_CANADA_OLD_SCALE": "TEF Canada (old scale)",
    "TCF_CANADA": "TCF Canada",
}
LEVELS = {
    "none": "no credential that counts",
    "secondary": "secondary school",
    "one_year": "a one-year credential",
    "two_year": "a two-year credential",
    "three_year": "a credential of three years or longer",
    "two_or_more": "two or more credentials, one of three years or longer",
    "masters": "a master's degree",
    "professional": "a professional degree",
    "doctorate": "a doctoral degree",
}
PROOFS = {
    "canadian": ", Canadian",
    "assessed": ", assessed",
    "not_known": ", day of the assessment not known",
    "none": "",
}
STUDIES = {
    "none": "no eligible Canadian credential",
    "one_or_two_years": "a Canadian credential of one or two years",
    "three_years_or_more": "a Canadian credential of three years or longer, or a master's or above",
}
ROUTES = {
    "lmia": "with a labour market assessment",
    "lmia_work_permit": "from the employer of a permit with a labour market assessment",
    "lmia_exempt_work_permit": "from the employer of a permit that needs no assessment",
    "offer_only": "without assessment or permit",
}
ADAPTABILITY = {
    "spouse_language": "language of the spouse",
    "study": "study in Canada",
    "spouse_study": "study of the spouse in Canada",
    "work": "work in Canada",
    "spouse_work": "work of the spouse in Canada",
    "relative": "a relative in Canada",
    "arranged_employment": "arranged employment",
}
SINGLE_STEPS = {
    "certificate_of_qualification": "a certificate of qualification",
    "is_nominated": "a provincial nomination",
    "has_offer": "a qualifying job offer",
    "has_offer.lowest": "a qualifying job offer in a high-wage occupation of the lowest level",
    "has_offer.middle": "a qualifying job offer in a high-wage occupation of the middle level",
    "has_offer.highest": "a qualifying job offer in a high-wage occupation of the highest level",
    "studied_in_canada_two_years": "two academic years of study in Canada",
    "worked_in_canada_one_year": "a year of full-time skilled work in Canada",
    "spouse_studied_in_canada_two_years": "spouse: two academic years of study in Canada",
    "spouse_worked_in_canada_one_year": "spouse: a year of full-time work in Canada",
}


def joined(*parts: pl.Expr | str, separator: str = "") -> pl.Expr:
    """The parts that are there, as one text."""
    exprs = [pl.lit(part) if isinstance(part, str) else part for part in parts] or [pl.lit("")]
    return pl.concat_str(exprs, separator=separator, ignore_nulls=True)


def named(table: Mapping[str, str], key: pl.Expr) -> pl.Expr:
    """A key in words; a key that has none as itself."""
    return key.replace_strict(list(table), list(table.values()), default=key, return_dtype=pl.String)


def number(value: pl.Expr, decimals: int = 2) -> pl.Expr:
    """A number without needless zeros."""
    return value.cast(pl.Float64).round(decimals).cast(pl.String).str.strip_suffix(".0")


def years(value: pl.Expr) -> pl.Expr:
    """A number of years; empty where it is."""
    unit = pl.when(value == 1).then(pl.lit(" year")).otherwise(pl.lit(" years"))
    return pl.when(value.is_not_null()).then(joined(number(value), unit))


def grouped(value: pl.Expr) -> pl.Expr:
    """A whole number with its thousands set apart."""
    backwards = value.round(0).cast(pl.Int64).cast(pl.String).str.reverse()
    return backwards.str.replace_all("([0-9]{3})", "${1},").str.strip_suffix(",").str.reverse()


def yes_or_no(fact: str, yes: str, no: str, unknown: str = "not known") -> pl.Expr:
    """A fact told, or that it is not known."""
    told = pl.when(pl.col(fact)).then(pl.lit(yes)).when(~pl.col(fact)).then(pl.lit(no))
    return told.otherwise(pl.lit(unknown))


def grid(law: Law) -> pl.Expr:
    """Why the grid is the one it is (MI s. 1)."""
    status = pl.col("marital_status").str.replace_all("_", "-")
    return (
        pl.when("with_spouse")
        .then(joined(status, "; the spouse or partner comes along and is neither citizen nor permanent resident"))
        .when(~pl.col("marital_status").is_in(PARTNERED))
        .then(joined(status, "; no spouse or partner"))
        .when(pl.col("spouse_is_canadian").fill_null(value=False))
        .then(joined(status, "; the spouse or partner is a citizen or permanent resident of Canada"))
        .otherwise(joined(status, "; the spouse or partner stays behind"))
    )


def age(law: Law) -> pl.Expr:
    """Completed years, and the day of birth."""
    return joined(years(pl.col("age")), " old, born ", pl.col("date_of_birth").cast(pl.String))


def _education(prefix: str) -> pl.Expr:
    """The level that counts, its proof, and the level as stated where no valid assessment proves it."""
    level, stated = pl.col(f"{prefix}education").fill_null("none"), pl.col(f"{prefix}education_held")
    proof, assessed = pl.col(f"{prefix}education_proof"), pl.col(f"{prefix}education_assessed_on")
    return (
        pl.when(stated.is_null())
        .then(pl.lit("level not known"))
        .when(stated == level)
        .then(
            joined(
                named(LEVELS, level),
                pl.when(level != "none").then(named(PROOFS, proof)),
                pl.when(proof == "assessed").then(joined(" on ", assessed.cast(pl.String))),
            )
        )
        .otherwise(
            joined(
                named(LEVELS, level),
                "; without a valid assessment: ",
                named(LEVELS, stated),
                pl.when(assessed.is_not_null() & (proof == "none")).then(
                    joined(" (assessed on ", assessed.cast(pl.String), ")")
                ),
            )
        )
    )


def education(law: Law) -> pl.Expr:
    """The level of education that counts, with its proof."""
    return _education("")


def spouse_education(law: Law) -> pl.Expr:
    """The spouse's level of education, with its proof."""
    return _of_the_spouse(_education("spouse_"))


def first_is_english() -> pl.Expr:
    """Is English the first official language (Boolean)?"""
    return pl.col("first_language") == "english"


def _sitting(law: Law, whose: str, levels: str, scale: pl.Expr) -> pl.Expr:
    """The levels by ability with the scores they come from, the test, its day and its last day of validity."""
    test, day = pl.col(f"{whose}_sitting_test"), pl.col(f"{whose}_sitting_on")
    stated = ~test.is_in(list(TESTS))
    whole = ~test.is_in(["IELTS_GT"])
    least = min(row["at_least"] for row in law["crs.core.first_language"] if row["at_least"] > 0)
    abilities = []
    for ability in ABILITIES:
        level, score = pl.col(f"{levels}_{ability}"), pl.col(f"{whose}_sitting_{ability}")
        shown = pl.when(whole).then(number(score)).otherwise(score.round(1).cast(pl.String))
        told = (
            pl.when(level.is_null()).then(pl.lit("no result"))
            .when(level < least).then(pl.lit(f"under {least}"))
            .otherwise(level.cast(pl.String))
        )  # fmt: skip
        score_told = pl.when(score.is_null()).then(pl.lit("average of the others")).otherwise(shown)
        abilities.append(joined(ability, " ", told, pl.when(~stated).then(joined(" (", score_told, ")"))))
    last = anniversary(day, pl.lit(law["language.validity_years"])).dt.offset_by("-1d")
    origin = (
        pl.when(stated & day.is_null())
        .then(pl.lit("levels as stated, without a date"))
        .when(stated)
        .then(joined("levels as stated of ", day.cast(pl.String), ", valid to ", last.cast(pl.String)))
        .otherwise(joined(named(TESTS, test), " of ", day.cast(pl.String), ", valid to ", last.cast(pl.String)))
    )
    return joined(scale, " ", joined(*abilities, separator=", "), "; ", origin)


def shared(law: Law) -> list[pl.Expr]:
    """The texts that several factors share, as columns: told_english, told_french, told_spouse, told_offer (String)."""
    scale = pl.when(pl.col("spouse_first_language") == "english").then(pl.lit("English, CLB:"))
    spouse = _sitting(law, "spouse", "spouse_clb", scale.otherwise(pl.lit("French, NCLC:")))
    sittings = {
        "english": (_sitting(law, "english", "english_clb", pl.lit("English, CLB:")), _no_result("english", "English")),
        "french": (_sitting(law, "french", "french_nclc", pl.lit("French, NCLC:")), _no_result("french", "French")),
        "spouse": (spouse, pl.lit("no valid result of the spouse")),
    }
    return [
        *(
            pl.when(pl.col(f"{whose}_sitting_test").is_not_null()).then(told).otherwise(none).alias(f"told_{whose}")
            for whose, (told, none) in sittings.items()
        ),
        _offer().alias("told_offer"),
    ]


def _no_result(whose: str, language: str) -> pl.Expr:
    """That there is no valid result, and which one of the summary columns does not count."""
    past = joined("; that of ", pl.col(f"{whose}_test_date").cast(pl.String), " does not count")
    return joined(f"no valid result in {language}", pl.when(pl.col(f"{whose}_test_date").is_not_null()).then(past))


def first_language(law: Law) -> pl.Expr:
    """The sitting of the first official language, or that there is none."""
    return pl.when(first_is_english()).then("told_english").otherwise("told_french")


def second_language(law: Law) -> pl.Expr:
    """The sitting of the second official language, or that there is none."""
    return pl.when(first_is_english()).then("told_french").otherwise("told_english")


def spouse_language(law: Law) -> pl.Expr:
    """The sitting of the spouse's first official language, or that there is none."""
    return _of_the_spouse(pl.col("told_spouse"))


def _of_the_spouse(told: pl.Expr) -> pl.Expr:
    return pl.when("with_spouse").then(told).otherwise(pl.lit("no accompanying spouse or partner in this grid"))


def _work(fact: str, window: int) -> pl.Expr:
    """Whole years that count, and the exact ones where they are more."""
    exact = pl.col(fact)
    return (
        pl.when(exact.is_null())
        .then(pl.lit("not known"))
        .otherwise(
            joined(
                years(exact.floor()),
                pl.when(exact.floor() != exact).then(joined(" (", number(exact), ", rounded down)")),
                f" within {window} years",
            )
        )
    )


def canadian_work(law: Law) -> pl.Expr:
    """Years of Canadian work that count."""
    return _work("canadian_work", law["crs.records.work_window_years"])


def foreign_work(law: Law) -> pl.Expr:
    """Years of foreign work that count."""
    return _work("foreign_work", law["crs.records.work_window_years"])


def spouse_canadian_work(law: Law) -> pl.Expr:
    """Years of the spouse's Canadian work that count."""
    return _of_the_spouse(_work("spouse_canadian_work", law["crs.records.work_window_years"]))


def lowest_level() -> pl.Expr:
    """The first language's lowest ability."""
    scale = pl.when(first_is_english()).then(pl.lit("CLB ")).otherwise(pl.lit("NCLC "))
    level = lowest_ability("first")
    return joined(
        "lowest ability ", pl.when(level > 0).then(joined(scale, level.cast(pl.String))).otherwise(pl.lit("none"))
    )


def _whole_years(kind: str) -> pl.Expr:
    told = years(pl.col(f"{kind}_work_years")).fill_null("years not known")
    return joined(told, f" of {kind.replace('canadian', 'Canadian')} work")


def _level_name() -> pl.Expr:
    return named(LEVELS, pl.col("education").fill_null("none"))


def education_and_language(law: Law) -> pl.Expr:
    """Both sides of the combination."""
    return joined(_level_name(), "; ", lowest_level())


def education_and_canadian_work(law: Law) -> pl.Expr:
    """Both sides of the combination."""
    return joined(_level_name(), "; ", _whole_years("canadian"))


def foreign_work_and_language(law: Law) -> pl.Expr:
    """Both sides of the combination."""
    return joined(_whole_years("foreign"), "; ", lowest_level())


def foreign_and_canadian_work(law: Law) -> pl.Expr:
    """Both sides of the combination."""
    return joined(_whole_years("foreign"), "; ", _whole_years("canadian"))


def certificate_held() -> pl.Expr:
    """Whether there is a certificate of qualification."""
    return yes_or_no(
        "certificate_of_qualification",
        "certificate held",
        "no certificate",
        "whether there is a certificate is not known",
    )


def certificate(law: Law) -> pl.Expr:
    """Whether there is a certificate, and the language beside it."""
    return joined(certificate_held(), pl.when("certificate_of_qualification").then(joined("; ", lowest_level())))


def nomination(law: Law) -> pl.Expr:
    """Who nominated."""
    return (
        pl.when("is_nominated")
        .then(joined("nominated by ", pl.col("provincial_nomination")))
        .otherwise(pl.lit("no nomination"))
    )


def job_offer(law: Law) -> pl.Expr:
    """The offer as stated."""
    return pl.col("told_offer")


def _offer() -> pl.Expr:
    code = pl.col("job_offer_noc")
    titles = noc.noc_2016().titles | noc.noc_2021().titles
    title = code.replace_strict(titles, default=None, return_dtype=pl.String)
    occupation = joined("NOC ", code, pl.when(title.is_not_null()).then(joined(" ", title)))
    length = (
        pl.when(pl.col("job_offer_permanent").fill_null(value=False))
        .then(pl.lit(", without an end"))
        .when(pl.col("job_offer_years").is_not_null())
        .then(joined(", for ", years(pl.col("job_offer_years"))))
        .otherwise(pl.lit(", length not known"))
    )
    stated = joined(
        occupation, ", ", named(ROUTES, pl.col("job_offer_basis")), length,
        pl.when(~pl.col("offer_is_skilled")).then(pl.lit(", not a skilled occupation")),
    )  # fmt: skip
    return pl.when("has_offer").then(stated).otherwise(pl.lit("no job offer"))


def canadian_study(law: Law) -> pl.Expr:
    """The highest eligible Canadian credential."""
    return named(STUDIES, pl.col("canadian_study")).fill_null("not known")


def sibling(law: Law) -> pl.Expr:
    """Whether there is a brother or sister in Canada."""
    return yes_or_no("sibling_in_canada", "brother or sister in Canada", "no brother or sister in Canada")


def french(law: Law) -> pl.Expr:
    """The lowest ability of each language, against which the two minima are held."""

    def lowest(stem: str, scale: str, language: str) -> pl.Expr:
        level = lowest_ability(stem)
        absent = pl.all_horizontal(pl.col(f"{stem}_{ability}").is_null() for ability in ABILITIES)
        return (
            pl.when(absent)
            .then(pl.lit(f"no valid {language} result"))
            .otherwise(joined(f"{language}: lowest ability {scale} ", level.cast(pl.String)))
        )

    return joined(lowest("french_nclc", "NCLC", "French"), "; ", lowest("english_clb", "CLB", "English"))


def job_offer_and_level(law: Law) -> pl.Expr:
    """The offer as stated, and whether its occupation is a high-wage one."""
    if not high_wage_.is_there(law):
        return pl.col("told_offer")
    return joined(pl.col("told_offer"), pl.when("has_offer").then(joined(", ", _level_of_offer())))


def _level_of_offer() -> pl.Expr:
    level, at_most = pl.col("offer_high_wage"), pl.col("offer_high_wage_at_most")
    return (
        pl.when(level.is_not_null() & (level == at_most))
        .then(joined("a high-wage occupation of the ", level, " level"))
        .when(at_most.is_null())
        .then(pl.lit("not a high-wage occupation"))
        .otherwise(pl.lit("of which it cannot be told whether it is a high-wage occupation, or of which level"))
    )


def high_wage(law: Law) -> pl.Expr:
    """The months of Canadian work in high-wage occupations by level, and the level of the offer."""
    if not high_wage_.is_known(law):
        return pl.lit("listed occupations of the Canadian work or of a job offer")
    if not high_wage_.is_there(law):
        return pl.lit("no such factor")
    window = law["crs.additional.high_wage_window_years"]
    told = joined(*(_months_of(level) for level in high_wage_.LEVELS), separator=", ")
    lowest = high_wage_.MONTHS[-1]
    nothing_told = pl.col(f"{lowest}_at_most").is_null() & (pl.col(lowest) == 0)
    return joined(
        "Canadian work in high-wage occupations within ",
        years(pl.lit(window)),
        ": ",
        pl.when(nothing_told).then(pl.lit("not known")).when(told == "").then(pl.lit("none")).otherwise(told),
        "; offer: ",
        pl.when("has_offer").then(_level_of_offer()).otherwise(pl.lit("none")),
    )


def _months_of(level: str) -> pl.Expr:
    """The months of a level or a higher one, with what else is possible; empty where there are none."""
    least, most = pl.col(f"high_wage_{level}"), pl.col(f"high_wage_{level}_at_most")
    name = level if level == high_wage_.LEVELS[0] else f"{level} or higher"
    return pl.when((least > 0) | ~(most == 0).fill_null(value=False)).then(
        joined(
            f"{name} level ",
            number(least),
            " months",
            pl.when(most > least).then(joined(" (at most ", number(most), " as far as is known)")),
            pl.when(most.is_null()).then(pl.lit(" (how many more cannot be told)")),
        )
    )


def fsw_experience(law: Law) -> pl.Expr:
    """Years of skilled work, and how many more are possible as far as is known."""
    window = law["fsw.experience_window_years"]
    least, most = pl.col("skilled_years"), pl.col("skilled_years_at_most")
    return (
        pl.when(least.is_null())
        .then(pl.lit("not known"))
        .otherwise(
            joined(
                years(least),
                f" of skilled work within {window} years",
                pl.when(most > least).then(joined(", at most ", number(most), " as far as is known")),
            )
        )
    )


def fsw_adaptability(law: Law) -> pl.Expr:
    """The items that are met with their points, and those that are not known."""
    items = programs.adaptability_items(law)
    met = joined(
        *(
            pl.when(is_met).then(pl.lit(f"{ADAPTABILITY[item]} {law[f'fsw.grid.adaptability_{item}']}"))
            for item, is_met in items.items()
        ),
        separator=", ",
    )
    unknown = joined(
        *(pl.when(is_met.is_null()).then(pl.lit(ADAPTABILITY[item])) for item, is_met in items.items()),
        separator=", ",
    )
    told = pl.when(met == "").then(pl.lit("no item met")).otherwise(met)
    return joined(told, pl.when(unknown != "").then(joined("; not known: ", unknown)))


def adaptability_before_cap(law: Law) -> pl.Expr:
    """The points of the adaptability items that are met (Int16), before their cap."""
    worth = [
        pl.when(is_met).then(pl.lit(law[f"fsw.grid.adaptability_{item}"], dtype=pl.Int16)).otherwise(0)
        for item, is_met in programs.adaptability_items(law).items()
    ]
    return reduce(lambda one, other: one + other, worth)
