"""Messages on a record or a sheet as a whole: the problem and the fix."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from transforms.model.columns import Column, Kind
from transforms.model.wording import N_, _, listing, n_
from validation.intake.problems import ProblemText


def disagreement(sheet: str, found: str) -> ProblemText:
    """That a summary column and the rows of a detail sheet do not say the same."""
    return _("The rows of {sheet} say otherwise: {found}.").format(sheet=sheet, found=found), _(
        "The rows decide; correct them, or this cell."
    )


def family_is_larger(stated: str, found: int) -> ProblemText:
    """That family_size is smaller than the persons on record."""
    return (
        _(
            "family_size is {stated}, but the record shows {found} persons: the client, the spouse or "
            "partner, and the dependent children of the sheet Dependants."
        ).format(stated=stated, found=found),
        _("{found} is used. Correct family_size, marital_status or the rows of Dependants.").format(found=found),
    )


def nomination_has_ended(province: str, ended_on: date) -> ProblemText:
    """That the nomination of the Documents sheet ended before the day scored, while the Candidates row states one."""
    return (
        _(
            "provincial_nomination is {province}, but the nomination on the sheet Documents ended on "
            "{ended_on}. Its points are counted."
        ).format(province=province, ended_on=ended_on),
        _("Add the new nomination to Documents, or empty provincial_nomination."),
    )


def unusable_lock_in(applied_on: str, reason: str, issued_on: date | None) -> ProblemText:
    """That nomination_applied_on cannot lock in the age of a child: the day is not possible, or nobody is nominated."""
    if reason == "after_the_day":
        return (
            _(
                "nomination_applied_on {applied_on} is after the day scored. It is not used, and the day on "
                "which a child's age is locked in is not known."
            ).format(applied_on=applied_on),
            _("Correct nomination_applied_on, or score a later day with --as-of."),
        )
    if reason == "after_the_issue":
        return (
            _(
                "nomination_applied_on {applied_on} is after the nomination on the sheet Documents was issued on"
                " {issued_on}. It is not used, and the day of issue is the latest possible day."
            ).format(applied_on=applied_on, issued_on=issued_on),
            _("Correct nomination_applied_on, or issued_on of the nomination."),
        )
    return (
        _("nomination_applied_on is {applied_on}, but no nomination is on record. The cell is not used.").format(
            applied_on=applied_on
        ),
        _("Enter provincial_nomination once the nomination is issued, or empty nomination_applied_on."),
    )


def empty_cell(column: Column, stake: Mapping[str, Any]) -> ProblemText:
    """That an empty cell of Candidates costs points, while another cell suggests what it would say."""
    by, gain = stake["suggested_by"], _gain(stake)
    parts = {
        "column": column.name,
        "by": by,
        "suggests": _as_written(stake["suggests"]),
        "tried": _as_written(stake["tried"]),
        "gain": gain,
    }
    if column.name == "family_size":
        problem = n_(
            "{column} is empty, though {by} says {suggests}, and {programs} is undetermined. With {tried} in it: {gain}.",
            "{column} is empty, though {by} says {suggests}, and {programs} are undetermined. With {tried} in it: {gain}.",
            len(_programs(stake)),
        ).format(**parts, programs=listing(_programs(stake)))
    else:
        problem = _(_EMPTY.get("education" if by == "education" else column.kind, _EMPTY_BESIDE)).format(**parts)
    fix = _FIX_OF_CELL.get((column.name, by)) or _FILL_IN.get(column.kind, _FILL)
    return problem, _(fix).format(column=column.name, values=", ".join(column.values))


# What suggests the cell: a row of Education, a row of Documents, else another cell of Candidates.
_EMPTY: Mapping[str, str] = {
    "education": N_(
        "{column} is empty, though Education has a row of two years or more in Canada. With {tried} in it: {gain}."
    ),
    "province": N_("{column} is empty, though Documents holds a nomination. With it: {gain}."),
    "date": N_("{column} is empty, though Documents holds an assessment. With {tried} in it: {gain}."),
}
_EMPTY_BESIDE = N_("{column} is empty, though {by} says {suggests}. With {tried} in it: {gain}.")
_FIX_OF_CELL = {
    ("family_size", "settlement_funds_cad"): N_("Write the number of persons in family_size, the client included."),
    ("certificate_of_qualification", "certificate_noc"): N_(
        "Write yes in certificate_of_qualification, or empty certificate_noc."
    ),
}
_FILL = N_("Fill in {column}.")
_FILL_IN: Mapping[Kind, str] = {
    "choice": N_("Fill in {column}: one of {values}."),
    "yes_no": N_("Write yes or no in {column}."),
    "number": N_("Write the number, 0 for none, in {column}."),
    "integer": N_("Write the number, 0 for none, in {column}."),
    "noc": N_("Write the code of the occupation in {column}."),
    "country": N_("Write the country in {column}."),
    "date": N_("Write the day in {column}."),
    "province": N_("Write the province or territory that nominated, or correct Documents: {column}."),
}


def _as_written(value: str) -> str:
    return {"true": "yes", "false": "no"}.get(value, value.removesuffix(".0"))


def _programs(stake: Mapping[str, Any]) -> list[str]:
    """The programs that a client would meet."""
    return [name.upper() for name in stake["programs"].split("|") if name]


def _gain(stake: Mapping[str, Any]) -> str:
    """What a client would have with cells filled in."""
    now, then = stake["crs_now"], stake["crs_then"]
    more = n_("{more} more CRS point ({then}, not {now})", "{more} more CRS points ({then}, not {now})", then - now)
    points = more.format(more=then - now, then=then, now=now) if then > now else ""
    met = _("{programs} met").format(programs=listing(_programs(stake))) if stake["programs"] else ""
    return listing(part for part in (points, met) if part)


def empty_rows(sheet: str, stake: Mapping[str, Any]) -> ProblemText:
    """That cells of a client's detail rows are empty which keep them from proving anything."""
    missing = [part.split(" ") for part in stake["column"].split("|")]
    return (
        _("Empty cells of the client's {sheet} prove nothing: {counts}. Filled in, they may give {gain}.").format(
            sheet=sheet, counts=_counts((name, int(rows)) for name, rows in missing), gain=_gain(stake)
        ),
        _("Fill in {columns} of the client's rows.").format(columns=", ".join(name for name, _rows in missing)),
    )


def _counts(rows: Iterable[tuple[str, int]]) -> str:
    """Columns with the number of rows of each."""
    return ", ".join(
        n_("{name} in {number} row", "{name} in {number} rows", number).format(name=name, number=number)
        for name, number in rows
    )


def several_occupations(now: int, then: int) -> ProblemText:
    """That foreign work in several occupations counts, which the official tool does not ask for."""
    return (
        _(
            "The CRS total is {now} with foreign work in all occupations, and {then} with the best single "
            "one. The instructions allow several occupations. The official tool asks for one."
        ).format(now=now, then=then),
        _(
            "Check which years the profile declares. For the strict reading, set "
            "crs.records.foreign_work_one_occupation = true."
        ),
    )


def repeated_credential(address: str) -> ProblemText:
    """That an Education row has the same level, country and day of completion as another one of the person."""
    return (
        _(
            "The row is the same credential as {address}: level, country and completion day are equal. They "
            "count as one, with the valid assessment that serves best."
        ).format(address=address),
        _(
            "Delete the row of the older assessment, or correct level, country or completed_on if they are "
            "two credentials."
        ),
    )


def nameless_credential(address: str, stake: Mapping[str, Any] | None) -> ProblemText:
    """That an Education row without a country may repeat another one of the person; and what a further one would give."""
    problem = _(
        "The row has the level and completion day of {address}, and its country is empty. It proves no further credential."
    ).format(address=address)
    if stake is not None:
        problem = _("{problem} With another country: {gain}.").format(problem=problem, gain=_gain(stake))
    return problem, _("Enter the country.")


# What columns say of themselves, marked here since they import nothing.
TAKEN_AS = (
    N_("every job as paid"),
    N_("authorized work in Canada as done with temporary resident status"),
    N_("every employer in Canada as Canadian"),
)


def columns_not_given(names: list[str], taken_as: list[str]) -> ProblemText:
    """That a sheet of a file lacks columns, and as what its rows are taken."""
    problem = n_(
        "The sheet has no column {names}. Taken for all its rows: {taken_as}.",
        "The sheet has no columns {names}. Taken for all its rows: {taken_as}.",
        len(names),
    )
    fix = n_(
        "Add the column, with no where a row is otherwise.",
        "Add the columns, with no where a row is otherwise.",
        len(names),
    )
    return problem.format(names=listing(names), taken_as="; ".join(map(_, taken_as))), fix


def cells_not_given(numbers: Mapping[str, int], taken_as: list[str]) -> ProblemText:
    """That cells of rows of work in Canada are empty, and as what these rows are taken."""
    return (
        _("Cells of authorized work in Canada are empty: {counts}. Taken for these rows: {taken_as}.").format(
            counts=_counts(numbers.items()), taken_as="; ".join(map(_, taken_as))
        ),
        _("Enter no in {columns} where a row is otherwise, and yes elsewhere.").format(columns=listing(numbers)),
    )


def high_wage_doubt(column: str, proven: int, possible: int) -> ProblemText:
    """That the record leaves more points for high-wage occupations possible than it proves."""
    problem = _(
        "{proven} points for a high-wage occupation and the job offer are proven, {possible} are possible."
    ).format(proven=proven, possible=possible)
    if column == "job_offer_noc":
        return problem, _("Write the code of NOC 2021 that the offer names.")
    return problem, _("Fill in Work history: occupation, days, hours, pay and permission of each job in Canada.")


_LANGUAGES = {"english": N_("English"), "french": N_("French")}
_BETTER = {
    ("another_opens_the_pool", False): N_(
        "With {language} as the first official language a program is met that is not met now, and the CRS total is "
        "{other_total}, not {total}."
    ),
    ("another_may_open_the_pool", False): N_(
        "With {language} as the first official language no program is ruled out any more, and the CRS total is "
        "{other_total}, not {total}."
    ),
    ("another_serves_better", False): N_(
        "With {language} as the first official language the CRS total is {other_total}, not {total}."
    ),
    ("another_opens_the_pool", True): N_(
        "With {language} as the spouse's first official language a program is met that is not met now, and the CRS total is "
        "{other_total}, not {total}."
    ),
    ("another_may_open_the_pool", True): N_(
        "With {language} as the spouse's first official language no program is ruled out any more, and the CRS total is "
        "{other_total}, not {total}."
    ),
    ("another_serves_better", True): N_(
        "With {language} as the spouse's first official language the CRS total is {other_total}, not {total}."
    ),
}


def language_note(
    column: str, note: str, language: str | None, total: int | None, other_total: int | None
) -> ProblemText:
    """What was chosen of the language results, or what would serve better than what is named."""
    parts = {
        "column": column,
        "language": _(_LANGUAGES.get(str(language), "")),
        "other_total": other_total,
        "total": total,
    }
    is_spouse = column.startswith("spouse")
    if note == "taken_as_first":
        problem = (
            _(
                "{column} is empty. {language} is taken as the spouse's first official language: of the results on file it "
                "serves best."
            )
            if is_spouse
            else _(
                "{column} is empty. {language} is taken as the first official language: of the results on file it serves "
                "best."
            )
        )
        fix = _("Enter {language}, or the language that the profile names.")
        return problem.format(**parts), fix.format(language=language)
    if (note, is_spouse) in _BETTER:
        return _(_BETTER[note, is_spouse]).format(**parts), _("Enter {language} if the profile can be changed.").format(
            language=language
        )
    return (
        _("There are too many language results to try every combination. Only the newest are used."),
        _("Delete the results that the profile will not use."),
    )
