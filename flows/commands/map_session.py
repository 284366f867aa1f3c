"""A proposal settled with a person at a terminal: heading by heading, then days, values and what no heading gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.console.answers import say
from transforms.model.printable import printable
from transforms.model.wording import N_, _

if TYPE_CHECKING:
    from validation.mapping.proposal import Heading, Proposal

Ask = Callable[[str, Sequence[str]], str]
ORDERS = ("dmy", "mdy", "ymd")
HELP = N_(
    "Enter: as in brackets; y: as proposed; a column: that one; -: not ours; s: skip; ?: this help; "
    "q: leave the rest as it is.\nColumns are completed by TAB, and the nearest name counts: birth "
    "is date_of_birth.\nA rule is an answer too: full_name, months foreign_work_years, scores LRWS, "
    "expiry english_test_date, family_size."
)
MAX_VALUES = 12
MONTHS_IN_CANADA = "candidates.canadian_work_months_last_36"
YEARS_IN_CANADA = "candidates.canadian_work_years"


class Left(Exception):
    """The person leaves the rest as it is proposed."""


@dataclass
class Answers:
    """What is settled beside the headings: orders of days and values by our column, and constants."""

    dates: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)


def at_terminal() -> Ask:
    """Asks at the terminal, with completion of the answers that a question names."""
    options: list[str] = []
    try:
        import readline
    except ImportError:  # Windows has none
        pass
    else:

        def complete(text: str, state: int) -> str | None:
            found = [one for one in options if one.startswith(text)]
            return found[state] if state < len(found) else None

        readline.set_completer(complete)
        readline.set_completer_delims("")
        readline.parse_and_bind("tab: complete")

    def ask(question: str, answers: Sequence[str]) -> str:
        options[:] = answers
        try:
            return input(printable(question)).strip()
        except EOFError:
            print()
            raise Left from None

    return ask


def asked(proposal: Proposal, ask: Ask, before: Mapping[str, Any] | None = None) -> tuple[Proposal, Answers]:
    """The proposal as a person settles it, and the answers beside the headings; of those of a map that was there before
    (as it was read) each stays where it is not answered otherwise.
    """
    from validation.mapping import earlier_map

    said = earlier_map.answers(before or {})
    answers = Answers(said["dates"], said["values"], said["constants"])
    say(_(HELP))
    try:
        for header in _open_headings(proposal):
            proposal = _heading(proposal, header, ask)
        proposal = _years_of_work(proposal, ask)
        for name in proposal.missing:
            proposal = _missing(proposal, name, ask)
        _dates(proposal, ask, answers)
        _values(proposal, ask, answers)
        _constants(proposal, ask, answers)
    except Left:
        say(_("The rest stays as proposed."))
    return proposal, answers


def _open_headings(proposal: Proposal) -> list[str]:
    """The headings that are neither taken nor known not to be ours, and those that only an earlier map settles, each once."""
    return list(dict.fromkeys(one.header for one in proposal.headings if one.header and _is_open(one)))


def _is_open(one: Heading) -> bool:
    from validation.mapping.matching import match

    if not one.match.is_said or one.match.how in {"derived", "unknown"}:
        return one.match.how in {"proposed", "derived", "unknown"}
    matched = match(one.header, one.holds)
    return matched.how not in {"taken", "not_ours"} or (matched.how, matched.named) != (one.match.how, one.match.named)


def _of(proposal: Proposal, header: str) -> Heading:
    return max((one for one in proposal.headings if one.header == header), key=lambda one: one.count)


def _heading(proposal: Proposal, header: str, ask: Ask) -> Proposal:
    """Asks what a heading stands for."""
    from validation.mapping import proposal as proposals

    one = _of(proposal, header)
    unnamed = _("an age, which is not read") if one.match.derivation else _("nothing known")
    stands = one.match.named or (_("not ours") if one.match.how == "not_ours" else unnamed)
    text = (
        _("{heading!r} ({count} filled, such as {sample}): {meaning}. {why}")
        if one.sample
        else _("{heading!r} (no cell is filled): {meaning}. {why}")
    )
    said = text.format(heading=header, count=one.count, sample=one.sample, meaning=stands, why=one.match.why)
    say(f"\n{said}")
    names = _columns(one.holds)
    usual = _("accept") if one.is_read else _("not ours") if one.match.how == "not_ours" else _("skip")
    while True:
        answer = ask(f"  [{usual}] ", [*names, "y", "-", "s", "q", "?"])
        is_kept = not one.is_read and one.match.how != "not_ours"
        if not answer or (answer.casefold() in {"s", "skip", _("skip")} and is_kept):
            return proposal
        if answer == "?":
            say(_(HELP))
        elif answer.casefold() in {"y", "yes", _("yes")} and one.match.named:
            return _chosen(proposal, proposals.confirmed(proposal, header), header)
        elif answer.casefold() in {"q", "quit"}:
            raise Left
        elif answer.casefold() in {"s", "skip", _("skip")}:
            return _with(proposal, header, None)
        elif (found := _answered(proposal, header, answer, one.holds)) is not None:
            return _chosen(proposal, found, header)


def _years_of_work(proposal: Proposal, ask: Ask) -> Proposal:
    """Asks whether months of work in Canada are to give the years that the score counts, where nothing else does."""
    read = [one for one in proposal.headings if one.is_read]
    months = [one.header for one in read if one.match.named == MONTHS_IN_CANADA]
    if not months or any(YEARS_IN_CANADA in (one.match.named, *one.match.fills) for one in read):
        return proposal
    years = _short(YEARS_IN_CANADA)
    said = _(
        "The score needs years of work in Canada, and no heading gives {years}. {heading!r} is read as {months} alone, which "
        "serves the Canadian Experience Class. A heading gives one of the two."
    ).format(years=years, heading=months[0], months=_short(MONTHS_IN_CANADA))
    say(f"\n{said}")
    question = _("read it as `months {years}` instead? y or n [y]").format(years=years)
    while (answer := ask(f"  {question} ", ["y", "n"]).casefold()) not in {
        "",
        "y",
        "yes",
        _("yes"),
        "n",
        "no",
        _("no"),
    }:
        pass
    if answer in {"n", "no", _("no")}:
        return proposal
    return _chosen(proposal, _with(proposal, months[0], {"rule": "months", "column": years}), months[0])


def _chosen(before: Proposal, after: Proposal, header: str) -> Proposal:
    """Says for what a heading is read now, and which heading it displaces."""
    one = _of(after, header)
    if one.match.how == "not_ours":
        say(f"  = {_('not ours')}")
    elif one.is_read:
        say(f"  = {_short(one.match.named)}")
    elif one.instead:
        said = _("{heading!r} is read as {column} already.").format(heading=one.instead, column=_short(one.match.named))
        say(f"  {said}")
    was_read = {(heading.sheet, heading.header) for heading in before.headings if heading.is_read}
    for heading in after.headings:
        if heading.header != header and not heading.is_read and (heading.sheet, heading.header) in was_read:
            said = _("{heading!r} is not read as {column} any more.").format(
                heading=heading.header, column=_short(heading.match.named)
            )
            say(f"  {said}")
    return after


def _short(named: str) -> str:
    return named.replace("candidates.", "")


def _columns(holds: str) -> tuple[str, ...]:
    from transforms.model.columns import BY_KEY

    return BY_KEY[holds].names


def _answered(proposal: Proposal, header: str, answer: str, holds: str) -> Proposal | None:
    """The proposal with the rule or column that an answer names, or nearly names; None where it names none."""
    from transforms.model.columns import BY_KEY
    from validation.files.unusable import MappingError
    from validation.mapping import typed_rules
    from validation.mapping.other_words import closest_column
    from validation.values.words import plain

    names = _columns(holds)
    rule = None if plain(answer) in map(plain, names) else typed_rules.rule_of(answer, header)
    if rule is None and answer != "-" and "." not in answer:
        own = {plain(name): name for name in names}
        starting = [name for name in names if name.startswith(answer.casefold())]
        answer = (
            own.get(plain(answer))
            or closest_column(answer, names, BY_KEY[holds])
            or next((name for name in starting if len(starting) == 1), answer)
        )
    try:
        return _with(proposal, header, rule or answer)
    except MappingError as error:
        say(f"  {error}")
        return None


def _with(proposal: Proposal, header: str, answer: str | Mapping[str, str] | None) -> Proposal:
    """The proposal with another meaning of a heading, a column or a rule, None for none; raises MappingError for others."""
    from validation.mapping import proposal as proposals
    from validation.mapping.firm_map import NO_MAP
    from validation.mapping.grammar import firm_map

    part = "columns" if isinstance(answer, str) else "derived"
    firm = NO_MAP if answer is None else firm_map({part: {header: answer}})
    return proposals.changed(proposal, header, firm)


def _missing(proposal: Proposal, name: str, ask: Ask) -> Proposal:
    """Asks which heading gives a required column."""
    if name not in proposal.missing:
        return proposal
    sheet, column = name.split(".")
    headers = [one.header for one in proposal.headings if one.holds == sheet and one.header and not one.is_read]
    headers = list(dict.fromkeys(headers))
    if not headers:
        return proposal
    said = _("{column} is required, and no heading gives it. The headings that are not read: {headings}")
    say(f"\n{said.format(column=column, headings=', '.join(headers))}")
    question = _("which heading is {column}? [none]").format(column=column)
    answer = ask(f"  {question} ", headers)
    wanted = {header.casefold(): header for header in headers}.get(answer.casefold()) if answer else None
    return proposal if wanted is None else _chosen(proposal, _with(proposal, wanted, column), wanted)


def _dates(proposal: Proposal, ask: Ask, answers: Answers) -> None:
    from validation.mapping.proposal_text import filled_columns, usual_order

    before, done = dict(answers.dates), set[str]()
    for one in proposal.headings:
        for name in filled_columns(one) if one.is_read and one.is_order_open else ():
            if name not in done:
                done.add(name)
                usual = before.get(name) or before.get("*") or usual_order(proposal)
                said = _(
                    "{heading!r}: day and month of {number} of its {count} cells can be read both ways, as in {sample}."
                ).format(heading=one.header, number=one.open_cells, count=one.count, sample=one.open_sample)
                say(f"\n{said}")
                question = _("dmy, mdy or ymd? [{default}]").format(default=usual or _("skip"))
                answer = ask(f"  {question} ", ORDERS).casefold() or usual
                if answer in ORDERS:
                    answers.dates[name] = answer


def _values(proposal: Proposal, ask: Ask, answers: Answers) -> None:
    from validation.values import reading
    from validation.values.parse import unreadable_value
    from validation.values.words import value_key

    done = set[tuple[str, str]]()
    for one in proposal.headings:
        column = one.column
        if not one.is_read or column is None:
            continue
        for value in one.values[:MAX_VALUES]:
            known = answers.values.setdefault(column.name, {})
            if (column.name, value.theirs) in done:
                continue
            done.add((column.name, value.theirs))
            usual = next((theirs for theirs in known if value_key(theirs) == value_key(value.theirs)), None)
            said = _("{column}: {value!r} in {number} cells is none of its values.").format(
                column=column.name, value=value.theirs, number=value.cells
            )
            say(f"\n{said} {value.because}".rstrip())
            options = value.may_be or column.values
            question = (
                _('{options}; type "empty" for no value, Enter to skip').format(
                    options=", ".join(options) or _("a value")
                )
                if usual is None
                else _('{options}; type "empty" for no value, Enter for {usual}').format(
                    options=", ".join(options) or _("a value"), usual=known[usual] or _("empty")
                )
            )
            while answer := ask(f"  {question} ", [*options, _("empty")]):
                ours = "" if answer in {"empty", _("empty")} else answer
                if not ours or not unreadable_value(column, ours) or reading.read(column, ours, ()) is not None:
                    known[usual or value.theirs] = ours
                    break
                _say_no_value(answer, column.name)


def _constants(proposal: Proposal, ask: Ask, answers: Answers) -> None:
    from transforms.model.columns import CANDIDATES

    for one in proposal.constants:
        if one.is_read or one.column not in CANDIDATES.names:
            continue
        column = CANDIDATES.column(one.column)
        say(f"\n{one.column}: {one.why}")
        options = column.values or (one.value,)
        usual = answers.constants.get(one.column) or _("skip")
        while answer := ask(f"  {', '.join(options)}? [{usual}] ", options):
            if not column.values or answer in column.values:
                answers.constants[one.column] = answer
                break
            _say_no_value(answer, one.column)


def _say_no_value(answer: str, column: str) -> None:
    said = _("{answer!r} is no value of {column}.").format(answer=answer, column=column)
    say(f"  {said}")


def text_of(proposal: Proposal, answers: Answers, before: Mapping[str, Any] | None = None) -> str:
    """The map as settled, in YAML, with what the map before has besides."""
    from validation.mapping import proposal_text

    return proposal_text.map_text(proposal, settled=_settled(answers), before=before)


def _settled(answers: Answers) -> Mapping[str, Mapping[str, Any]]:
    values = {name: found for name, found in answers.values.items() if found}
    return {"dates": answers.dates, "values": values, "constants": answers.constants}


def still_missing(proposal: Proposal, answers: Answers) -> list[str]:
    """The required columns that neither a heading nor an answer gives."""
    return [_short(name) for name in proposal.missing if _short(name) not in answers.constants]


def name_to_keep(folder: Path) -> str:
    """Asks under which name the map is kept; empty: it is printed."""
    try:
        return input("\n" + _("Name to keep it under in {folder} [print it]:").format(folder=folder) + " ").strip()
    except EOFError:
        print()
        return ""
