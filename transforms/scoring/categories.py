"""The categories of category-based selection: who is in which on a day, and for whom that is undetermined."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import compress, product
from operator import add

import polars as pl

from transforms.facts.jobs import Record
from transforms.facts.noc import Occupations
from transforms.facts.work import months_in, reaches
from transforms.model.calendar import MONTHS_IN_A_YEAR
from transforms.model.wording import N_
from transforms.rules import Law
from transforms.rules.lookup import Frame, all_abilities, once_a_law
from transforms.scoring.programs import credential_is_proven

# Those that ask for work in listed occupations.
BY_OCCUPATION = (
    "healthcare", "stem", "trades", "transport", "agriculture", "education", "physicians", "senior_managers",
    "researchers",
)  # fmt: skip
KINDS = ("french", *BY_OCCUPATION, "military")
NO_MONTHS = pl.lit(None, dtype=pl.Int64)

# Texts of eligibility_reasons as in transforms.scoring.programs; of work by whether it is continuous and only in Canada.
MILITARY_NOT_KNOWN = N_(
    "{kind} not known: service abroad, the offer of the Canadian Armed Forces, or the credential's assessment"
)
WORK_NOT_KNOWN = {
    (False, False): N_(
        "{kind} not known: {months} months of work in one of its occupations in the last {window} years (Work history "
        "would tell)"
    ),
    (False, True): N_(
        "{kind} not known: {months} months of work in Canada in one of its occupations in the last {window} years (Work "
        "history would tell)"
    ),
    (True, False): N_(
        "{kind} not known: {months} continuous months of work in one of its occupations in the last {window} years (Work "
        "history would tell)"
    ),
    (True, True): N_(
        "{kind} not known: {months} continuous months of work in Canada in one of its occupations in the last {window} "
        "years (Work history would tell)"
    ),
}
REASONS = (MILITARY_NOT_KNOWN, *WORK_NOT_KNOWN.values())


@dataclass(frozen=True)
class WorkRule:
    """What a category by occupation asks for: months of work in one of its codes within the last years."""

    codes: tuple[str, ...]
    minimum_months: int
    must_be_continuous: bool
    window_years: int
    only_in_canada: bool

    @classmethod
    def of(cls, kind: str, law: Law) -> WorkRule:
        """The rule of a category on the day."""
        return cls(*(law[f"categories.{kind}.{name}"] for name in cls.__dataclass_fields__))


def in_force(law: Law) -> tuple[str, ...]:
    """The categories that there are on the day."""
    return tuple(kind for kind in KINDS if law[f"categories.{kind}.in_force"])


def of_code(code: str, law: Law) -> tuple[str, ...]:
    """The categories of the day on whose list a NOC 2021 code is."""
    return tuple(kind for kind in in_force(law) if kind != "french" and code in law[f"categories.{kind}.codes"])


def settled(record: Record) -> pl.DataFrame:
    """One row a client, in the candidates' order: what the categories of the day ask for and records settle.

    Returns client_id; for each category by occupation work_in_<kind> (Boolean, empty: undetermined), is the work
    that it asks for there; offer_is_military (Boolean), is the job offer in an occupation of the armed forces. Where
    there are Work history rows of the client they decide, else the summary columns do.
    """
    rules, summary, outcome = _by_work(record.law)
    if not rules:
        return record.clients.select("client_id")
    counted = pl.concat([months_in(record, rules), record.clients.select("job_offer_noc", *summary)], how="horizontal")
    return counted.select("client_id", *outcome)


@once_a_law
def _by_work(law: Law) -> tuple[dict[str, WorkRule], list[pl.Expr], list[pl.Expr]]:
    """The rules of the categories by occupation, their months by the summary columns, and what comes of both."""
    occupations, there = Occupations(law), in_force(law)
    rules = {kind: WorkRule.of(kind, law) for kind in there if kind in BY_OCCUPATION}
    summary = [months for kind, rule in rules.items() for months in by_summary(kind, rule, law, occupations)]
    settled = [_enough(kind, rule.minimum_months).alias(f"work_in_{kind}") for kind, rule in rules.items()]
    if "military" in there:
        codes = law["categories.military.codes"]
        settled.append(occupations.is_listed(codes, pl.col("job_offer_noc")).alias("offer_is_military"))
    return rules, summary, settled


def _enough(kind: str, needed: int) -> pl.Expr:
    """Is the work of a category there? Boolean, empty where what is proven is too little and what is possible is not."""
    proven, possible = (pl.coalesce(f"{kind}{end}", f"summary_{kind}{end}") for end in ("", "_at_most"))
    return reaches(proven, possible, needed)


def by_summary(kind: str, rule: WorkRule, law: Law, occupations: Occupations) -> list[pl.Expr]:
    """The months of work in one listed occupation by the summary columns: summary_<kind>, summary_<kind>_at_most.

    They do not say when the years in the primary occupation were, so these prove as much as must reach into the window;
    work in Canada is proven by the months in the occupation named for most of it, but no run of it. Where every
    occupation named is off the list, none is possible. Float64.
    """
    primary = occupations.is_listed(rule.codes, pl.col("primary_noc"))
    in_canada = occupations.is_listed(rule.codes, pl.col("canadian_work_noc"))
    return [
        _least_months(rule, law, primary, in_canada).cast(pl.Float64).alias(f"summary_{kind}"),
        _most_months(rule, law, primary, in_canada).cast(pl.Float64).alias(f"summary_{kind}_at_most"),
    ]


def _least_months(rule: WorkRule, law: Law, primary: pl.Expr, in_canada: pl.Expr) -> pl.Expr:
    """The months that the summary proves; 0 where none."""
    in_primary = pl.col("primary_occupation_years") - (law["crs.records.work_window_years"] - rule.window_years)
    is_within = rule.window_years * MONTHS_IN_A_YEAR >= law["cec.window_months"]
    recent = pl.col("canadian_work_months_last_36") if is_within else NO_MONTHS
    in_named = recent * law["categories.records.share_of_named_occupation"]
    return pl.max_horizontal(
        pl.lit(0.0),
        pl.when(primary & (not rule.only_in_canada)).then(in_primary * MONTHS_IN_A_YEAR),
        pl.when(in_canada & (not rule.must_be_continuous)).then(in_named),
    )


def _most_months(rule: WorkRule, law: Law, primary: pl.Expr, in_canada: pl.Expr) -> pl.Expr:
    """The months that the summary leaves possible; empty where it sets no bound."""
    names_all = law["categories.records.summary_names_every_occupation"]
    is_bound = rule.window_years * MONTHS_IN_A_YEAR <= law["cec.window_months"]
    recent = pl.col("canadian_work_months_last_36") if is_bound else NO_MONTHS
    of_canada = pl.min_horizontal(recent, pl.col("canadian_work_years") * MONTHS_IN_A_YEAR)
    most_in_canada = pl.when(~in_canada & names_all).then(0).otherwise(of_canada)
    if rule.only_in_canada:
        return most_in_canada
    in_all = (pl.col("canadian_work_years") + pl.col("foreign_work_years")) * MONTHS_IN_A_YEAR
    return pl.when(~primary & names_all).then(most_in_canada).otherwise(in_all)


def membership(scored: Frame, law: Law) -> Frame:
    """The clients with category_<kind> for all KINDS, and the keys as text: categories, categories_unknown.

    category_<kind> (Boolean, empty: undetermined) is false for a category that there is not on the day, and for who
    meets no program. Takes pool_eligible, the levels of French, work_in_<kind>, and what military service asks.
    """
    return scored.with_columns(_members(law)).with_columns(_as_text(law))


@once_a_law
def _members(law: Law) -> list[pl.Expr]:
    """Whether the client is in each category."""
    there = in_force(law)
    members = {
        kind: pl.col("pool_eligible") & _meets(kind, law) if kind in there else pl.lit(value=False) for kind in KINDS
    }
    return [member.alias(f"category_{kind}") for kind, member in members.items()]


@once_a_law
def _as_text(law: Law) -> list[pl.Expr]:
    """The keys of the categories of the client, and of those that may be."""
    there = in_force(law)
    return [
        _keys(there, lambda member: member).alias("categories"),
        _keys(there, lambda member: member.is_null()).alias("categories_unknown"),
    ]


def _meets(kind: str, law: Law) -> pl.Expr:
    """Is what the category asks for there, eligibility for a program apart?"""
    if kind == "french":
        return all_abilities("french_nclc", law["categories.french.minimum_nclc"])
    if kind == "military":
        return _serves(law)
    return pl.col(f"work_in_{kind}")


def _serves(law: Law) -> pl.Expr:
    """Service abroad, an offer of the Canadian Armed Forces, and a credential that is Canadian or assessed."""
    name = "categories.military."
    credential = pl.col("education").is_in(law[name + "education"]) & credential_is_proven()
    service = pl.col("foreign_military_years") >= law[name + "minimum_service_years"]
    return service & _offered(law[name + "minimum_offer_years"]) & credential


def _offered(years: float) -> pl.Expr:
    """Do the Canadian Armed Forces offer so many years? Where they are not stated, the job offer decides."""
    lasting = pl.col("job_offer_permanent") | (pl.col("job_offer_years") >= years)
    return pl.coalesce(pl.col("caf_offer_years") >= years, pl.col("has_offer") & pl.col("offer_is_military") & lasting)


def _keys(kinds: Sequence[str], holds: Callable[[pl.Expr], pl.Expr]) -> pl.Expr:
    """The keys of the categories for whose membership something holds, `|` between; empty text if of none."""
    if not kinds:
        return pl.lit("")
    place = reduce(
        add,
        (pl.when(holds(pl.col(f"category_{kind}"))).then(1 << bit).otherwise(0) for bit, kind in enumerate(kinds)),
    )
    texts = ["|".join(compress(kinds, members[::-1])) for members in product((False, True), repeat=len(kinds))]
    return pl.lit(pl.Series(texts)).gather(place)


def not_known(kind: str, law: Law) -> str:
    """What would tell whether a client is in a category of the day, in the words of eligibility_reasons."""
    if kind == "military":
        return MILITARY_NOT_KNOWN.format(kind=kind)
    rule = WorkRule.of(kind, law)
    template = WORK_NOT_KNOWN[rule.must_be_continuous, rule.only_in_canada]
    return template.format(kind=kind, months=rule.minimum_months, window=rule.window_years)
