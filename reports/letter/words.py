"""The words of a client page: names of components, programs and tests, and the fixed lines. They state facts only."""

from __future__ import annotations

from transforms.model.wording import N_

TITLE = N_("Client page")
# For whom the page is, and what it is not.
PREPARED = N_("Prepared for the licensed professional in charge of the file.")
NO_ADVICE = N_(
    "This page is information for that professional. It is no immigration advice to the client (IRPA s. 91)."
)
MODELLED = N_("The national pool is modelled from the published distributions; its rank is an estimate.")

GROUPS = {
    "A": ("core", N_("Core human capital")),
    "B": ("spouse", N_("Spouse or partner")),
    "C": ("transferability", N_("Skill transferability")),
    "D": ("additional", N_("Additional points")),
}
COMPONENTS = {
    "A": {
        "crs_age": N_("age"),
        "crs_education": N_("education"),
        "crs_first_language": N_("first official language"),
        "crs_second_language": N_("second official language"),
        "crs_canadian_work": N_("Canadian work"),
    },
    "B": {
        "crs_spouse_education": N_("education"),
        "crs_spouse_language": N_("language"),
        "crs_spouse_canadian_work": N_("Canadian work"),
    },
    "C": {
        "crs_education_block": N_("education combinations"),
        "crs_foreign_work_block": N_("foreign work combinations"),
        "crs_certificate_block": N_("certificate of qualification"),
    },
    "D": {
        "crs_nomination": N_("provincial nomination"),
        "crs_job_offer": N_("job offer"),
        "crs_canadian_study": N_("study in Canada"),
        "crs_sibling": N_("brother or sister in Canada"),
        "crs_french": N_("French"),
        "crs_high_wage": N_("high-wage occupation"),
    },
}
PROGRAMS = {
    "FSW": N_("Federal Skilled Worker class"),
    "CEC": N_("Canadian Experience Class"),
    "FST": N_("Federal Skilled Trades class"),
}
ANSWERS = {"yes": N_("eligible"), "no": N_("not eligible"), "undetermined": N_("undetermined")}
# Each test of transforms.advice.client_page.TESTS; the numbers are those of the law of the day.
TESTS = {
    "primary_work": N_("continuous skilled work in the primary occupation ({fsw_years} year)"),
    "language": N_("CLB/NCLC {fsw_level} in every ability of the first language"),
    "credential": N_("a Canadian or an assessed foreign credential"),
    "funds": N_("settlement funds"),
    "outside_quebec": N_("the intention to live outside Quebec"),
    "pass_mark": N_("{pass_mark} points on the selection grid"),
    "canadian_months": N_("{cec_months} months of Canadian work in the last {cec_window_months}"),
    "skilled_work": N_("Canadian work in a skilled occupation"),
    "language_of_work": N_("the language level of the occupation"),
    "trade_years": N_("{fst_years} years in a skilled trade in the last {fst_window_years}"),
    "trade": N_("a trade that the class takes"),
    "language_of_trades": N_("the language level of the trades"),
    "certificate_or_offer": N_("a certificate of qualification, or an offer in the trade"),
}
POOL_STATUSES = {
    "draft": N_("draft"),
    "in_pool": N_("in the pool"),
    "invited": N_("invited to apply"),
    "declined": N_("declined, back in the pool"),
    "applied": N_("applied"),
    "withdrawn": N_("withdrawn"),
    "expired": N_("expired"),
}
