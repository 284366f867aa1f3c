"""What a component was read from, in words: one expression (String) a factor, for every client at once."""

from __future__ import annotations

from functools import reduce

import polars as pl

from transforms.assessment.facts import PARTNERED
from transforms.facts import high_wage as high_wage_
from transforms.facts import noc
from transforms.model.calendar import anniversary
from transforms.model.vocabulary import ABILITIES
from transforms.model.wording import DEFAULT, N_, _, current, named, phrase
from transforms.rules import Law
from transforms.rules.lookup import lowest_ability
from transforms.scoring import programs

# From this number on a French noun stands in the plural.
FRENCH_PLURAL_FROM = 2
TESTS = {
    "IELTS_GT": "IELTS General Training",
    "CELPIP_G": "CELPIP-General",
    "PTE_CORE": "PTE Core",
    "TEF_CANADA": "TEF Canada",
    "TEF_CANADA_OLD_SCALE": N_("TEF Canada (old scale)"),
    "TCF_CANADA": "TCF Canada",
}
LEVELS = {
    "none": N_("no credential that counts"),
    "secondary": N_("secondary school"),
    "one_year": N_("a one-year credential"),
    "two_year": N_("a two-year credential"),
    "three_year": N_("a credential of three years or longer"),
    "two_or_more": N_("two or more credentials, one of three years or longer"),
    "masters": N_("a master's degree"),
    "professional": N_("a professional degree"),
    "doctorate": N_("a doctoral degree"),
}
PROOFS = {
    "canadian": N_(", Canadian"),
    "assessed": N_(", assessed"),
    "not_known": N_(", day of the assessment not known"),
    "none": "",
}
STUDIES = {
    "none": N_("no eligible Canadian credential"),
    "one_or_two_years": N_("a Canadian credential of one or two years"),
    "three_years_or_more": N_("a Canadian credential of three years or longer, or a master's or above"),
}
ROUTES = {
    "lmia": N_("with a labour market assessment"),
    "lmia_work_permit": N_("from the employer of a permit with a labour market assessment"),
    "lmia_exempt_work_permit": N_("from the employer of a permit that needs no assessment"),
    "offer_only": N_("without assessment or permit"),
}
ADAPTABILITY = {
    "spouse_language": N_("language of the spouse"),
    "study": N_("study in Canada"),
    "spouse_study": N_("study of the spouse in Canada"),
    "work": N_("work in Canada"),
    "spouse_work": N_("work of the spouse in Canada"),
    "relative": N_("a relative in Canada"),
    "arranged_employment": N_("arranged employment"),
}
SINGLE_STEPS = {
    "certificate_of_qualification": N_("a certificate of qualification"),
    "is_nominated": N_("a provincial nomination"),
    "has_offer": N_("a qualifying job offer"),
    "has_offer.lowest": N_("a qualifying job offer in a high-wage occupation of the lowest level"),
    "has_offer.middle": N_("a qualifying job offer in a high-wage occupation of the middle level"),
    "has_offer.highest": N_("a qualifying job offer in a high-wage occupation of the highest level"),
    "studied_in_canada_two_years": N_("two academic years of study in Canada"),
    "worked_in_canada_one_year": N_("a year of full-time skilled work in Canada"),
    "spouse_studied_in_canada_two_years": N_("spouse: two academic years of study in Canada"),
    "spouse_worked_in_canada_one_year": N_("spouse: a year of full-time work in Canada"),
}


ABILITY_WORDS = {
    "listening": N_("listening"),
    "reading": N_("reading"),
    "writing": N_("writing"),
    "speaking": N_("speaking"),
}
MARITAL_STATUSES = {
    "single": N_("single"),
    "married": N_("married"),
    "common_law": N_("common-law"),
    "divorced": N_("divorced"),
    "separated": N_("separated"),
    "divorced_or_separated": N_("divorced or separated"),
    "widowed": N_("widowed"),
    "annulled": N_("annulled"),
}
NO_RESULT = {"english": N_("no valid result in English"), "french": N_("no valid result in French")}
NO_VALID_RESULT = {"english": N_("no valid English result"), "french": N_("no valid French result")}
LOWEST_ABILITY = {
    "english": N_("English: lowest ability CLB {level}"),
    "french": N_("French: lowest ability NCLC {level}"),
}
WORK_YEARS = {"canadian": N_("{years} of Canadian work"), "foreign": N_("{years} of foreign work")}
WAGE_LEVELS = {"lowest": N_("lowest"), "middle": N_("middle"), "highest": N_("highest")}
# Months in occupations of a level, or of it and those above.
WAGE_MONTHS = {
    "highest": N_("highest level {months} months"),
    "middle": N_("middle or higher level {months} months"),
    "lowest": N_("lowest or higher level {months} months"),
}


def joined(*parts: pl.Expr | str, separator: str = "") -> pl.Expr:
    """The parts that are there, as one text."""
    exprs = [pl.lit(part) if isinstance(part, str) else part for part in parts] or [pl.lit("")]
    return pl.concat_str(exprs, separator=separator, ignore_nulls=True)


def filled(template: str, **parts: pl.Expr | str) -> pl.Expr:
    """A translated template with its places filled (String); a part that is empty leaves nothing in its place."""
    return phrase(
        template, **{name: part if isinstance(part, str) else part.fill_null("") for name, part in parts.items()}
    )


def number(value: pl.Expr, decimals: int = 2) -> pl.Expr:
    """A number without needless zeros, in the language in use."""
    shown = value.cast(pl.Float64).round(decimals).cast(pl.String).str.strip_suffix(".0")
    return _decimal(shown)


def years(value: pl.Expr) -> pl.Expr:
    """A number of years; empty where it is."""
    shown = number(value)
    of_years = phrase(_("{number} years"), number=shown)
    return pl.when(_takes_singular(value)).then(phrase(_("{number} year"), number=shown)).otherwise(of_years)


def _takes_singular(value: pl.Expr) -> pl.Expr:
    """Does a noun after a number stand in the singular: after 1, in French after all below 2?"""
    return value == 1 if current() == DEFAULT else value < FRENCH_PLURAL_FROM


def persons(size: pl.Expr) -> pl.Expr:
    """A number of persons."""
    shown = size.cast(pl.String)
    several = phrase(_("{number} persons"), number=shown)
    return pl.when(_takes_singular(size)).then(phrase(_("{number} person"), number=shown)).otherwise(several)


def _decimal(shown: pl.Expr) -> pl.Expr:
    return shown if current() == DEFAULT else shown.str.replace(".", ",", literal=True)


def on_scale(is_english: pl.Expr, level: pl.Expr) -> pl.Expr:
    """A level of English on the CLB, of French on the NCLC."""
    shown = level.cast(pl.String)
    return (
        pl.when(is_english)
        .then(filled(_("CLB {level}"), level=shown))
        .otherwise(filled(_("NCLC {level}"), level=shown))
    )


def grouped(value: pl.Expr) -> pl.Expr:
    """A whole number with its thousands set apart."""
    between = "," if current() == DEFAULT else "\u00a0"
    backwards = value.round(0).cast(pl.Int64).cast(pl.String).str.reverse()
    return backwards.str.replace_all("([0-9]{3})", f"${{1}}{between}").str.strip_suffix(between).str.reverse()


def yes_or_no(fact: str, yes: str, no: str, unknown: str = "") -> pl.Expr:
    """A fact in translated words, or that it is not known."""
    answer = pl.when(pl.col(fact)).then(pl.lit(yes)).when(~pl.col(fact)).then(pl.lit(no))
    return answer.otherwise(pl.lit(unknown or _("not known")))


def grid(law: Law) -> pl.Expr:
    """Why the grid is the one it is (MI s. 1)."""
    status = named(MARITAL_STATUSES, pl.col("marital_status"))
    comes = _("{status}; the spouse or partner comes along and is neither citizen nor permanent resident")
    canadian = _("{status}; the spouse or partner is a citizen or permanent resident of Canada")
    return (
        pl.when("with_spouse")
        .then(filled(comes, status=status))
        .when(~pl.col("marital_status").is_in(PARTNERED))
        .then(filled(_("{status}; no spouse or partner"), status=status))
        .when(pl.col("spouse_is_canadian").fill_null(value=False))
        .then(filled(canadian, status=status))
        .otherwise(filled(_("{status}; the spouse or partner stays behind"), status=status))
    )


def age(law: Law) -> pl.Expr:
    """Completed years, and the day of birth."""
    return filled(_("{years} old, born {day}"), years=years(pl.col("age")), day=pl.col("date_of_birth").cast(pl.String))


def _education(prefix: str) -> pl.Expr:
    """The level that counts, its proof, and the level as stated where no valid assessment proves it."""
    level, stated = pl.col(f"{prefix}education").fill_null("none"), pl.col(f"{prefix}education_held")
    proof, assessed = pl.col(f"{prefix}education_proof"), pl.col(f"{prefix}education_assessed_on")
    return (
        pl.when(stated.is_null())
        .then(pl.lit(_("level not known")))
        .when(stated == level)
        .then(
            joined(
                named(LEVELS, level),
                pl.when(level != "none").then(named(PROOFS, proof)),
                pl.when(proof == "assessed").then(filled(_(" on {day}"), day=assessed.cast(pl.String))),
            )
        )
        .otherwise(
            filled(
                _("{level}; without a valid assessment: {stated}{assessed}"),
                level=named(LEVELS, level),
                stated=named(LEVELS, stated),
                assessed=pl.when(assessed.is_not_null() & (proof == "none")).then(
                    filled(_(" (assessed on {day})"), day=assessed.cast(pl.String))
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
        shown = pl.when(whole).then(number(score)).otherwise(_decimal(score.round(1).cast(pl.String)))
        text = (
            pl.when(level.is_null()).then(pl.lit(_("no result")))
            .when(level < least).then(pl.lit(_("under {level}").format(level=least)))
            .otherwise(level.cast(pl.String))
        )  # fmt: skip
        score_text = pl.when(score.is_null()).then(pl.lit(_("average of the others"))).otherwise(shown)
        abilities.append(
            joined(_(ABILITY_WORDS[ability]), " ", text, pl.when(~stated).then(joined(" (", score_text, ")")))
        )
    last = anniversary(day, pl.lit(law["language.validity_years"])).dt.offset_by("-1d")
    origin = (
        pl.when(stated & day.is_null())
        .then(pl.lit(_("levels as stated, without a date")))
        .when(stated)
        .then(
            filled(_("levels as stated of {day}, valid to {last}"), day=day.cast(pl.String), last=last.cast(pl.String))
        )
        .otherwise(
            filled(
                _("{test} of {day}, valid to {last}"),
                test=named(TESTS, test),
                day=day.cast(pl.String),
                last=last.cast(pl.String),
            )
        )
    )
    return joined(scale, " ", joined(*abilities, separator=", "), "; ", origin)


def shared(law: Law) -> list[pl.Expr]:
    """The texts that several factors share, as columns: text_english, text_french, text_spouse, text_offer (String)."""
    scale = pl.when(pl.col("spouse_first_language") == "english").then(pl.lit(_("English, CLB:")))
    spouse = _sitting(law, "spouse", "spouse_clb", scale.otherwise(pl.lit(_("French, NCLC:"))))
    sittings = {
        "english": (_sitting(law, "english", "english_clb", pl.lit(_("English, CLB:"))), _no_result("english")),
        "french": (_sitting(law, "french", "french_nclc", pl.lit(_("French, NCLC:"))), _no_result("french")),
        "spouse": (spouse, pl.lit(_("no valid result of the spouse"))),
    }
    return [
        *(
            pl.when(pl.col(f"{whose}_sitting_test").is_not_null()).then(text).otherwise(none).alias(f"text_{whose}")
            for whose, (text, none) in sittings.items()
        ),
        _offer().alias("text_offer"),
    ]


def _no_result(whose: str) -> pl.Expr:
    """That there is no valid result, and which one of the summary columns does not count."""
    expired = filled(_("; that of {day} does not count"), day=pl.col(f"{whose}_test_date").cast(pl.String))
    return joined(_(NO_RESULT[whose]), pl.when(pl.col(f"{whose}_test_date").is_not_null()).then(expired))


def first_language(law: Law) -> pl.Expr:
    """The sitting of the first official language, or that there is none."""
    return pl.when(first_is_english()).then("text_english").otherwise("text_french")


def second_language(law: Law) -> pl.Expr:
    """The sitting of the second official language, or that there is none."""
    return pl.when(first_is_english()).then("text_french").otherwise("text_english")


def spouse_language(law: Law) -> pl.Expr:
    """The sitting of the spouse's first official language, or that there is none."""
    return _of_the_spouse(pl.col("text_spouse"))


def _of_the_spouse(text: pl.Expr) -> pl.Expr:
    return pl.when("with_spouse").then(text).otherwise(pl.lit(_("no accompanying spouse or partner in this grid")))


def _work(fact: str, window: int) -> pl.Expr:
    """Whole years that count, and the exact ones where they are more."""
    exact = pl.col(fact)
    return (
        pl.when(exact.is_null())
        .then(pl.lit(_("not known")))
        .otherwise(
            filled(
                _("{years}{exact} within {window} years"),
                years=years(exact.floor()),
                exact=pl.when(exact.floor() != exact).then(
                    filled(_(" ({number}, rounded down)"), number=number(exact))
                ),
                window=str(window),
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
    level = lowest_ability("first")
    shown = pl.when(level > 0).then(on_scale(first_is_english(), level)).otherwise(pl.lit(_("none")))
    return filled(_("lowest ability {level}"), level=shown)


def _whole_years(kind: str) -> pl.Expr:
    text = years(pl.col(f"{kind}_work_years")).fill_null(_("years not known"))
    return filled(_(WORK_YEARS[kind]), years=text)


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
        _("certificate held"),
        _("no certificate"),
        _("whether there is a certificate is not known"),
    )


def certificate(law: Law) -> pl.Expr:
    """Whether there is a certificate, and the language beside it."""
    return joined(certificate_held(), pl.when("certificate_of_qualification").then(joined("; ", lowest_level())))


def nomination(law: Law) -> pl.Expr:
    """Who nominated."""
    return (
        pl.when("is_nominated")
        .then(filled(_("nominated by {province}"), province=pl.col("provincial_nomination")))
        .otherwise(pl.lit(_("no nomination")))
    )


def job_offer(law: Law) -> pl.Expr:
    """The offer as stated."""
    return pl.col("text_offer")


def _offer() -> pl.Expr:
    code = pl.col("job_offer_noc")
    titles = {**noc.noc_2016().titles, **noc.noc_2021_titles()}
    title = code.replace_strict(titles, default=None, return_dtype=pl.String)
    occupation = filled(_("NOC {code}{title}"), code=code, title=pl.when(title.is_not_null()).then(joined(" ", title)))
    length = (
        pl.when(pl.col("job_offer_permanent").fill_null(value=False))
        .then(pl.lit(_(", without an end")))
        .when(pl.col("job_offer_years").is_not_null())
        .then(filled(_(", for {years}"), years=years(pl.col("job_offer_years"))))
        .otherwise(pl.lit(_(", length not known")))
    )
    stated = joined(
        occupation, ", ", named(ROUTES, pl.col("job_offer_basis")), length,
        pl.when(~pl.col("offer_is_skilled")).then(pl.lit(_(", not a skilled occupation"))),
    )  # fmt: skip
    return pl.when("has_offer").then(stated).otherwise(pl.lit(_("no job offer")))


def canadian_study(law: Law) -> pl.Expr:
    """The highest eligible Canadian credential."""
    return named(STUDIES, pl.col("canadian_study")).fill_null(_("not known"))


def sibling(law: Law) -> pl.Expr:
    """Whether there is a brother or sister in Canada."""
    return yes_or_no("sibling_in_canada", _("brother or sister in Canada"), _("no brother or sister in Canada"))


def french(law: Law) -> pl.Expr:
    """The lowest ability of each language, against which the two minima are held."""

    def lowest(stem: str, language: str) -> pl.Expr:
        level = lowest_ability(stem)
        absent = pl.all_horizontal(pl.col(f"{stem}_{ability}").is_null() for ability in ABILITIES)
        return (
            pl.when(absent)
            .then(pl.lit(_(NO_VALID_RESULT[language])))
            .otherwise(filled(_(LOWEST_ABILITY[language]), level=level.cast(pl.String)))
        )

    return joined(lowest("french_nclc", "french"), "; ", lowest("english_clb", "english"))


def job_offer_and_level(law: Law) -> pl.Expr:
    """The offer as stated, and whether its occupation is a high-wage one."""
    if not high_wage_.is_there(law):
        return pl.col("text_offer")
    return joined(pl.col("text_offer"), pl.when("has_offer").then(joined(", ", _level_of_offer())))


def _level_of_offer() -> pl.Expr:
    level, at_most = pl.col("offer_high_wage"), pl.col("offer_high_wage_at_most")
    return (
        pl.when(level.is_not_null() & (level == at_most))
        .then(filled(_("a high-wage occupation of the {level} level"), level=named(WAGE_LEVELS, level)))
        .when(at_most.is_null())
        .then(pl.lit(_("not a high-wage occupation")))
        .otherwise(pl.lit(_("undetermined whether it is a high-wage occupation, or of which level")))
    )


def high_wage(law: Law) -> pl.Expr:
    """The months of Canadian work in high-wage occupations by level, and the level of the offer."""
    if not high_wage_.is_known(law):
        return pl.lit(_("listed occupations of the Canadian work or of a job offer"))
    if not high_wage_.is_there(law):
        return pl.lit(_("no such factor"))
    window = law["crs.additional.high_wage_window_years"]
    text = joined(*(_months_of(level) for level in high_wage_.LEVELS), separator=", ")
    lowest = high_wage_.MONTHS[-1]
    nothing_stated = pl.col(f"{lowest}_at_most").is_null() & (pl.col(lowest) == 0)
    not_known, none = pl.lit(_("not known")), pl.lit(_("none"))
    return filled(
        _("Canadian work in high-wage occupations within {years}: {months}; offer: {offer}"),
        years=years(pl.lit(window)),
        months=pl.when(nothing_stated).then(not_known).when(text == "").then(none).otherwise(text),
        offer=pl.when("has_offer").then(_level_of_offer()).otherwise(none),
    )


def _months_of(level: str) -> pl.Expr:
    """The months of a level or a higher one, with what else is possible; empty where there are none."""
    least, most = pl.col(f"high_wage_{level}"), pl.col(f"high_wage_{level}_at_most")
    return pl.when((least > 0) | ~(most == 0).fill_null(value=False)).then(
        joined(
            filled(_(WAGE_MONTHS[level]), months=number(least)),
            pl.when(most > least).then(filled(_(" (at most {number} as far as is known)"), number=number(most))),
            pl.when(most.is_null()).then(pl.lit(_(" (how many more: undetermined)"))),
        )
    )


def fsw_experience(law: Law) -> pl.Expr:
    """Years of skilled work, and how many more are possible as far as is known."""
    window = law["fsw.experience_window_years"]
    least, most = pl.col("skilled_years"), pl.col("skilled_years_at_most")
    return (
        pl.when(least.is_null())
        .then(pl.lit(_("not known")))
        .otherwise(
            filled(
                _("{years} of skilled work within {window} years{more}"),
                years=years(least),
                window=str(window),
                more=pl.when(most > least).then(
                    filled(_(", at most {number} as far as is known"), number=number(most))
                ),
            )
        )
    )


def fsw_adaptability(law: Law) -> pl.Expr:
    """The items that are met with their points, and those that are not known."""
    items = programs.adaptability_items(law)
    met = joined(
        *(
            pl.when(is_met).then(pl.lit(f"{_(ADAPTABILITY[item])} {law[f'fsw.grid.adaptability_{item}']}"))
            for item, is_met in items.items()
        ),
        separator=", ",
    )
    unknown = joined(
        *(pl.when(is_met.is_null()).then(pl.lit(_(ADAPTABILITY[item]))) for item, is_met in items.items()),
        separator=", ",
    )
    text = pl.when(met == "").then(pl.lit(_("no item met"))).otherwise(met)
    return joined(text, pl.when(unknown != "").then(filled(_("; not known: {items}"), items=unknown)))


def adaptability_before_cap(law: Law) -> pl.Expr:
    """The points of the adaptability items that are met (Int16), before their cap."""
    worth = [
        pl.when(is_met).then(pl.lit(law[f"fsw.grid.adaptability_{item}"], dtype=pl.Int16)).otherwise(0)
        for item, is_met in programs.adaptability_items(law).items()
    ]
    return reduce(lambda one, other: one + other, worth)
