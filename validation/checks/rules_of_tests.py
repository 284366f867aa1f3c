"""Rules on the results of language tests, on Candidates and on a sheet of their own."""

from __future__ import annotations

import polars as pl

from transforms.model.columns import LEVEL_SCALES
from transforms.model.vocabulary import ABILITIES
from transforms.model.wording import N_, _, number
from validation.checks.rules import Ranges, Row, Rule, Terms, empty, filled
from validation.intake.problems import ProblemText, place

ON_A_STEP = 1e-6
TEF = ("TEF_CANADA", "TEF_CANADA_OLD_SCALE")
ABILITY = {
    "listening": N_("listening"),
    "reading": N_("reading"),
    "writing": N_("writing"),
    "speaking": N_("speaking"),
}


def result_refused(stem: str, terms: Terms) -> list[Rule]:
    """A test without its date, and each ability off its test's scale."""
    test, day = f"{stem}test", f"{stem}test_date"
    return [
        Rule(
            f"{test}_has_a_date",
            day,
            pl.col(test).is_not_null() & ~pl.col(test).is_in(LEVEL_SCALES) & empty(day),
            (
                _("{test} is given without the day of the test.").format(test=place(test)),
                _("Write the day as it stands on the result."),
            ),
        ),
        *(_on_scale(f"{stem}{ability}", ability, test, terms.score_ranges) for ability in ABILITIES),
    ]


def _on_scale(column: str, ability: str, test: str, ranges: Ranges) -> Rule:
    scales = {named: scale for (named, of), scale in ranges.items() if of == ability}
    score = pl.col(column)

    def of_the_test(part: int) -> pl.Expr:
        """Lowest score (0), highest score (1) or step (2) of the row's own test."""
        values = [scale[part] for scale in scales.values()]
        return pl.col(test).replace_strict(list(scales), values, default=None, return_dtype=pl.Float64)

    steps = (score - of_the_test(0)) / of_the_test(2)
    wrong = ~score.is_between(of_the_test(0), of_the_test(1)) | ((steps - steps.round()).abs() > ON_A_STEP)

    def tell(row: Row) -> ProblemText:
        low, high, step = scales[row[test]]
        if row[test] in TEF and row[column] > high:
            return (
                _("{score} is above the highest {ability} score of TEF Canada in Express Entry, {high}.").format(
                    score=number(row[column]), ability=_(ABILITY[ability]), high=number(high)
                ),
                _("Enter the column Équivalence ancien score of the attestation."),
            )
        problem = (
            _("{score} is no {ability} score of {test}, which goes from {low} to {high} in whole numbers.")
            if step == 1
            else _("{score} is no {ability} score of {test}, which goes from {low} to {high} in steps of {step}.")
        )
        return (
            problem.format(
                score=number(row[column]),
                ability=_(ABILITY[ability]),
                test=row[test],
                low=number(low),
                high=number(high),
                step=number(step),
            ),
            _("Write the {ability} score as it stands on the result, or correct {test}.").format(
                ability=_(ABILITY[ability]), test=test
            ),
        )

    return Rule(f"{column}_on_scale", column, wrong, tell)


def result_warned(stem: str, exempt: str = "") -> list[Rule]:
    """Levels without a date, and abilities without a result (unless excused in the column `exempt`)."""
    test, day = f"{stem}test", f"{stem}test_date"

    def lacks(ability: str) -> pl.Expr:
        is_empty = empty(f"{stem}{ability}")
        if not exempt:
            return is_empty
        return is_empty & ~pl.col(exempt).str.contains(ability, literal=True).fill_null(value=False)

    def tell(row: Row) -> ProblemText:
        excused = (row[exempt] or "") if exempt else ""
        lacking = [name for name in ABILITIES if row[f"{stem}{name}"] is None and name not in excused]
        return (
            _("{test} has no result for {lacking}.").format(
                test=row[test], lacking=", ".join(_(ABILITY[name]) for name in lacking)
            ),
            _("An ability without a result earns no points and meets no level; write all four."),
        )

    return [
        Rule(
            f"{test}_levels_have_a_date",
            day,
            pl.col(test).is_in(LEVEL_SCALES) & empty(day),
            (
                _("{test} levels are given without the day of the test.").format(test=place(test)),
                _("They stand, and their age is not checked; write the day of the test."),
            ),
        ),
        Rule(
            f"{test}_covers_all_abilities",
            test,
            pl.col(test).is_not_null() & pl.any_horizontal(map(lacks, ABILITIES)),
            tell,
        ),
    ]


def date_has_a_test(stem: str) -> Rule:
    """The rule that the day of a test stands beside a test."""
    test, day = f"{stem}test", f"{stem}test_date"
    scores = (f"{stem}{ability}" for ability in ABILITIES)
    return Rule(
        f"{day}_has_a_test",
        test,
        empty(test) & pl.col(day).is_not_null() & ~filled(*scores),
        (
            _("The day of a test is given, but neither the test nor its scores."),
            _("It is passed over; write the test and its scores."),
        ),
    )
