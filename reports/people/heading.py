"""The lines over the first sheet: which rounds are counted, what came in, and what of the law is provisional."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reports.report import rounds
from reports.report.contents import ReportContents
from reports.wording.kinds import kind_word
from reports.wording.words import some
from transforms.model.wording import N_, _, full_date, n_, whole_number

# Names in one line.
MAX_NAMED = 5
# What is not known, in a few words, by the beginning of the parameter's id.
UNKNOWN_WORDS = {
    "crs.additional.high_wage": N_("high-wage occupations"),
    "crs.additional.job_offer": N_("job offers"),
}


def rounds_line(contents: ReportContents) -> str:
    """Which rounds are counted, and how old the newest known one is."""
    counted = rounds.recent(contents)
    if not counted:
        line = _("No round is counted.")
    elif contents.rounds_asked:
        line = _("Counted: the rounds that were asked for ({kinds}).").format(kinds=_kinds(contents))
    else:
        line = n_(
            "Counted: the last round of each kind within {months} month ({kinds}).",
            "Counted: the last round of each kind within {months} months ({kinds}).",
            contents.headline_months,
        ).format(months=contents.headline_months, kinds=_kinds(contents))
    newest = contents.newest
    if newest is None:
        return line
    days = (contents.as_of - newest.date).days
    age = n_("{days} day before", "{days} days before", days).format(days=days) if days else _("on the day itself")
    return (
        line
        + " "
        + _("Newest: round {number}, {kind}, {day}, {age}.").format(
            number=newest.number, kind=kind_word(newest.kind), day=newest.date, age=age
        )
    )


def _kinds(contents: ReportContents) -> str:
    return ", ".join(dict.fromkeys(kind_word(one.kind) for one in rounds.recent(contents)))


def sum_line(contents: ReportContents) -> str:
    """The sum of the candidates: scored and quarantined."""
    counts = contents.counts
    return _("{all} candidates in = {scored} scored + {quarantined} quarantined.").format(
        all=whole_number(counts["candidates_in"]),
        scored=whole_number(counts["candidates_accepted"]),
        quarantined=whole_number(counts["candidates_quarantined"]),
    )


def law_line(contents: ReportContents) -> str:
    """From which day scores are provisional, why, and how many clients that touches; empty where the law is known."""
    found = contents.provisional
    if found is None:
        return ""
    what = _(" and ").join(unknown_words(found.parameters, contents.titles_of_unknown))
    day = full_date(found.since)
    if found.only_work_and_offers:
        touched = n_(
            "{number} client with Canadian work or a job offer.",
            "{number} clients with Canadian work or a job offer.",
            found.clients,
        )
    else:
        touched = n_("{number} client whose file is open.", "{number} clients whose file is open.", found.clients)
    line = _("Scores from {day} are provisional: the points of {what} are not published; {touched}").format(
        day=day, what=what, touched=touched.format(number=whole_number(found.clients))
    )
    if not found.undetermined:
        return line
    more = n_(
        "Of {number} more client it is undetermined.",
        "Of {number} more clients it is undetermined.",
        found.undetermined,
    )
    return f"{line} {more.format(number=whole_number(found.undetermined))}"


def unknown_words(parameters: Sequence[str], titles: Mapping[str, str]) -> list[str]:
    """What is not known, in a few words, each once: by UNKNOWN_WORDS, else by the title of the parameter."""
    found = []
    for name in parameters:
        words = next((_(words) for start, words in UNKNOWN_WORDS.items() if name.startswith(start)), None)
        found.append(words or titles.get(name, name))
    return list(dict.fromkeys(found))


def renewal_line(contents: ReportContents) -> str:
    """Of how many values of the law a newer one is due; empty where none is."""
    due = len(contents.rules_due)
    if not due:
        return ""
    return n_(
        "A newer value of {number} table of the law is due. Compare it on the sheet {sheet}.",
        "Newer values of {number} tables of the law are due. Compare them on the sheet {sheet}.",
        due,
    ).format(number=due, sheet=_("Rules"))


def old_rounds_line(contents: ReportContents) -> str:
    """That the rounds are old, and what to run; empty where they are not."""
    if not contents.are_rounds_old:
        return ""
    return _("The rounds are old. Run `drawline rounds update` to take in newer ones.")


def left_out_line(contents: ReportContents) -> str:
    """Which files were left out as unusable; empty where none was."""
    names = [one.name for one in contents.left_out]
    if not names:
        return ""
    return n_(
        "{number} file was left out: {names}. See the sheet {sheet}.",
        "{number} files were left out: {names}. See the sheet {sheet}.",
        len(names),
    ).format(number=len(names), names=some(names, MAX_NAMED), sheet=_("About this run"))


def unread_line(contents: ReportContents) -> str:
    """Which sheets with rows were not read; empty where all were."""
    names = [one.title for one in contents.sheets if not one.read_as]
    if not names:
        return ""
    return n_(
        "{number} sheet with rows was not read: {names}. See the sheet {sheet}.",
        "{number} sheets with rows were not read: {names}. See the sheet {sheet}.",
        len(names),
    ).format(number=len(names), names=some(names, MAX_NAMED), sheet=_("About this run"))
