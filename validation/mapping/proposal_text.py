"""A proposal as a map in YAML, with the reason of every line; and as a table for the screen."""

from __future__ import annotations

import json
import re
import textwrap
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from transforms.model.columns import CANDIDATES
from transforms.model.wording import N_, _, listing, n_
from validation.intake.sheets import sheet_named
from validation.mapping import earlier_map
from validation.mapping.file_headings import SheetHeadings
from validation.mapping.firm_map import SheetOptions
from validation.mapping.proposal import NO_HEADINGS, Heading, Proposal, name_order
from validation.mapping.sample import clipped
from validation.values.words import plain

WIDTH = 44
MAX_ASKED = 12
GAP = "  "
PLACE_OF_CELLS = 3
MIN_WIDTH, MIN_TEXT = 40, 8
HOW = {
    "taken": N_("taken"), "proposed": N_("proposed"), "derived": N_("proposed"), "not_ours": N_("not ours"),
    "unknown": N_("unknown"),
}  # fmt: skip

# Before the reason of a line of a map.
COMMENTS = {"taken": N_("taken"), "proposed": N_("proposed"), "derived": N_("derived")}
# What a column without values of its own takes.
KINDS = {
    "yes_no": N_("a yes/no"), "choice": N_("a choice"), "country": N_("a country"), "province": N_("a province"),
}  # fmt: skip


def map_text(
    proposal: Proposal,
    *,
    settled: Mapping[str, Mapping[str, Any]] | None = None,
    before: Mapping[str, Any] | None = None,
) -> str:
    """The map that is proposed, as YAML: what is proposed stands active with its reason, what must be asked is commented
    out.

    `settled` are answers by part of the map (dates, values, constants) and our column, which take the place of questions;
    `before` is the map that this one replaces, as it was read: what the files do not ask for is kept.
    """
    earlier = before or {}
    answers = settled or earlier_map.answers(earlier)
    sections = {
        "sheets": list(_sheets(proposal)),
        "columns": list(_columns(proposal)),
        "derived": list(_derived(proposal)),
        "constants": list(_constants(proposal, answers.get("constants", {}))),
        "dates": list(_dates(proposal, answers.get("dates", {}))),
        "values": list(_values(proposal, answers.get("values", {}))),
        "rows": list(_rows(proposal)),
        "prefixes": [],
    }
    headings = [one.header for one in proposal.headings]
    written = _read(_text(proposal, sections, earlier)) if earlier else {}
    for part in earlier_map.PARTS if earlier else ():
        sections[part] += [
            _line(text, _(earlier_map.KEPT), is_read=True)
            for text in earlier_map.lines(earlier, part, headings, written)
        ]
    return _text(proposal, sections, earlier)


def _read(text: str) -> Mapping[str, Any]:
    from transforms.rules.strict_yaml import read_yaml

    found: Mapping[str, Any] = read_yaml(text.encode(), "map", as_text=True)
    return found


def _text(proposal: Proposal, sections: Mapping[str, Sequence[str]], earlier: Mapping[str, Any]) -> str:
    marks = dict.fromkeys((*proposal.fingerprints, *earlier_map.marks(earlier)))
    parts = [
        _("# A map proposed by drawline. Read every line and correct it; lines with # are not read."),
        _("# Then check it: drawline check FILE --map FILE_OF_THIS_MAP"),
        "map: 1",
        f"for_headings: [{', '.join(map(quoted, marks))}]",
        *earlier_map.others(earlier),
    ]
    for part, lines in sections.items():
        if lines:
            is_active = any(not line.lstrip().startswith("#") for line in lines)
            parts += ["", f"{'' if is_active else '# '}{part}:", *lines]
    if proposal.missing:
        parts += ["", *(_("# Missing: {name}. No heading gives it.").format(name=name) for name in proposal.missing)]
    return "\n".join(parts) + "\n"


def quoted(text: str) -> str:
    """A text as YAML reads it back, whatever stands in it."""
    return json.dumps(text, ensure_ascii=False)


def _line(text: str, why: str, *, is_read: bool, indent: int = 2) -> str:
    said = f"{' ' * indent}{'' if is_read else '# '}{text}"
    return f"{said}  # {' '.join(why.split())}" if why else said


def _looks(one: Heading) -> str:
    if not one.sample_format:
        return _("no cell is filled")
    return n_("{number} cell like {sample}", "{number} cells like {sample}", one.count).format(
        number=one.count, sample=one.sample_format
    )


def _cells(number: int) -> str:
    return n_("{number} cell", "{number} cells", number).format(number=number)


def _commented(one: Heading, why: str) -> str:
    """How a heading is read, why, and what its cells look like."""
    return _("{how}: {why}").format(how=_(COMMENTS[one.match.how]), why=f"{why} {_looks(one)}")


def _each(proposal: Proposal, kinds: Sequence[str]) -> Iterator[Heading]:
    """The headings of some kinds, those of one text in several sheets once."""
    seen: set[str] = set()
    for one in sorted(proposal.headings, key=lambda one: not one.is_read):
        key = plain(one.header)
        if one.match.how in kinds and key and key not in seen:
            seen.add(key)
            yield one


def _columns(proposal: Proposal) -> Iterator[str]:
    for one in _each(proposal, ("taken", "proposed")):
        if one.instead:
            continue
        named = one.match.column if one.match.target is None else one.match.named
        yield _line(
            f"{quoted(one.header)}: {named}",
            _commented(one, one.match.why),
            is_read=one.is_read,
        )
    for one in _each(proposal, ("derived", "taken", "proposed")):
        if one.instead:
            yield _line(
                f'{quoted(one.header)}: "-"',
                _("{instead!r} is read instead.").format(instead=one.instead),
                is_read=True,
            )
    ours = {plain(one.header) for one in _each(proposal, ("taken", "proposed", "derived"))}
    for one in _each(proposal, ("not_ours",)):
        if one.match.is_said and plain(one.header) not in ours:
            yield _line(f'{quoted(one.header)}: "-"', f"{one.match.why} {_looks(one)}", is_read=True)
    for one in _each(proposal, ("unknown",)):
        if one.letters:
            continue
        yield _line(f'{quoted(one.header)}: "-"', f"{one.match.why} {_looks(one)}", is_read=False)


def _derived(proposal: Proposal) -> Iterator[str]:
    for one in _each(proposal, ("derived",)):
        derivation = one.match.derivation
        assert derivation is not None
        options = {"rule": derivation.rule, **derivation.options}
        asked = ""
        if derivation.rule == "full_name":
            options.setdefault("order", name_order(one.header))
            asked = " " + _('"Family, Given" is seen by its comma.')
        text = ", ".join(f"{key}: {value}" for key, value in options.items())
        yield _line(
            f"{quoted(one.header)}: {{{text}}}",
            _commented(one, f"{one.match.why}{asked}"),
            is_read=one.is_read,
        )
        if derivation.rule == "scores" and one.is_read and "order" not in options and not _is_labelled(one):
            with_order = f"{text}, order: LRWS"
            yield _line(
                f"{quoted(one.header)}: {{{with_order}}}",
                _("Where the four scores have no letters: put this in place of the line above, in their order."),
                is_read=False,
            )


def _is_labelled(one: Heading) -> bool:
    return bool(re.search(r"[A-Za-z]", one.sample_format))


def _sheets(proposal: Proposal) -> Iterator[str]:
    """What each sheet holds, but for those of which the title says so: those of clients that are alike by a pattern, since
    their titles may be names of clients.
    """
    if any(not one.is_recognized and one.holds is not None for one in proposal.sheets):
        yield _line('"*": {holds: candidates, headings: ROW}', _(NO_HEADINGS), is_read=False)
    alike = max(
        (proposal.alike(one) for one in proposal.sheets if one.holds is CANDIDATES and _is_to_be_named(one)),
        key=len,
        default=[],
    )
    if alike:
        options = alike[0].options
        count = n_("{number} sheet with clients.", "{number} sheets with clients.", len(alike))
        yield _line(f'"*": {_options(options, CANDIDATES.key)}', count.format(number=len(alike)), is_read=True)
    said: set[str] = set()
    for one in proposal.sheets:
        # The next file of a system has another name, its sheets have not.
        title = "*" if one.is_file and len(proposal.fingerprints) == 1 else one.title
        if any(one is other for other in alike) or title.casefold() in said:
            continue
        is_plain = (
            one.options is None and (sheet_named(one.title) or (CANDIDATES if one.is_file else None)) is one.holds
        )
        # A sheet without headings is not read anyway, and its title may be the name of a client.
        is_one_of_many = one.holds is None and len(proposal.alike(one)) > 1
        if not one.is_recognized or is_one_of_many or (one.holds is not None and is_plain):
            continue
        holds = '"-"' if one.holds is None else _options(one.options, one.holds.key)
        why = (
            _("Its headings are those of {title}.").format(title=one.holds.title)
            if one.holds
            else _("Its headings are none of ours.")
        )
        said.add(title.casefold())
        yield _line(f"{quoted(title)}: {holds}", why, is_read=True)


def _is_to_be_named(one: SheetHeadings) -> bool:
    """Must a map say what a sheet holds, since its title does not?"""
    return one.holds is not None and not one.is_file and sheet_named(one.title) is None and one.is_recognized


def _options(options: SheetOptions | None, holds: str) -> str:
    if options is None or (options.layout == "rows" and not options.headings):
        return holds
    if options.layout != "rows":
        return f"{{holds: {holds}, layout: {options.layout}}}"
    rows = options.headings
    said = rows[0] if len(rows) == 1 else f"[{', '.join(map(str, rows))}]"
    return f"{{holds: {holds}, headings: {said}}}"


def _constants(proposal: Proposal, settled: Mapping[str, str]) -> Iterator[str]:
    for one in proposal.constants:
        if one.column in settled:
            yield _line(f"{one.column}: {quoted(settled[one.column])}", _("as answered"), is_read=True)
            continue
        yield _line(f"{one.column}: {quoted(one.value)}", one.why, is_read=one.is_read)
    asked = {one.column for one in proposal.constants}
    for name, value in settled.items():
        if name not in asked:
            yield _line(f"{name}: {quoted(value)}", _(earlier_map.KEPT), is_read=True)


def _dates(proposal: Proposal, settled: Mapping[str, str]) -> Iterator[str]:
    said: set[str] = set()
    for one in proposal.headings:
        if not one.is_read or not (one.order or one.is_order_open):
            continue
        for name in filled_columns(one):
            if name in said:
                continue
            said.add(name)
            if name in settled:
                yield _line(
                    f"{name}: {settled[name]}", _("{header}: as answered").format(header=one.header), is_read=True
                )
            elif one.order:
                yield _line(
                    f"{name}: {one.order}",
                    _("{header}: one reading fits every cell.").format(header=one.header),
                    is_read=True,
                )
            else:
                usual = usual_order(proposal)
                both = (
                    _("{heading}: each of {cells} can be read both ways;")
                    if one.open_cells == one.count
                    else _("{heading}: {number} of {cells} can be read both ways;")
                ).format(heading=one.header, number=one.open_cells, cells=_cells(one.count))
                others = _("other columns of the file are {order}.").format(order=usual) if usual else _("dmy or mdy.")
                why = f"{both} {others}"
                yield _line(f"{name}: {usual or 'dmy'}", why, is_read=bool(usual))
    for name in settled:
        if name not in said:
            yield _line(f"{quoted(name) if name == '*' else name}: {settled[name]}", _(earlier_map.KEPT), is_read=True)


def usual_order(proposal: Proposal) -> str:
    """The order that other columns of the file have, where they agree."""
    orders = {one.order for one in proposal.headings if one.order}
    return orders.pop() or "" if len(orders) == 1 else ""


def filled_columns(one: Heading) -> list[str]:
    """The names of the columns that a heading gives, whatever their sheet."""
    full = one.match.fills or ((one.match.named,) if one.match.column else ())
    return list(dict.fromkeys(name.split("(")[0].split(".")[-1] for name in full))


def _values(proposal: Proposal, settled: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    asked: dict[str, list[Heading]] = {}
    for one in proposal.headings:
        if one.is_read and one.values and one.column is not None:
            asked.setdefault(one.column.name, []).append(one)
    for name, headings in asked.items():
        column = headings[0].column
        assert column is not None
        values = list(dict.fromkeys(value for one in headings for value in one.values))
        takes = _("one of {values}").format(values=", ".join(column.values)) if column.values else _(KINDS[column.kind])
        answers = settled.get(name, {})
        yield _line(f"{name}:", _("{takes}; an empty text empties the cell").format(takes=takes), is_read=bool(answers))
        for value in values[:MAX_ASKED]:
            cells = _cells(value.cells)
            may_be = f"{listing(value.may_be, 'or')}? {value.because} " if value.may_be else ""
            ours = answers.get(value.theirs, next(iter(value.may_be), ""))
            why = _("as answered; {cells}").format(cells=cells) if value.theirs in answers else f"{may_be}{cells}"
            yield _line(f"{quoted(value.theirs)}: {quoted(ours)}", why, is_read=value.theirs in answers, indent=4)
        yield from _other_values(answers, {value.theirs for value in values[:MAX_ASKED]})
    for name, answers in settled.items():
        if answers and name not in asked:
            yield _line(f"{name}:", "", is_read=True)
            yield from _other_values(answers, ())


def _other_values(answers: Mapping[str, str], written: Collection[str]) -> Iterator[str]:
    """The values that are settled though they stand in no cell that is asked for."""
    for theirs, ours in answers.items():
        if theirs not in written:
            yield _line(f"{quoted(theirs)}: {quoted(ours)}", _(earlier_map.KEPT), is_read=True, indent=4)


def _rows(proposal: Proposal) -> Iterator[str]:
    if proposal.person:
        yield _line("joined_by: client_id", _("Several rows have one client number."), is_read=True)
        yield _line(f"person: {quoted(proposal.person)}", _("It says whose row it is."), is_read=True)


def table_lines(proposal: Proposal, width: int | None = None) -> list[str]:
    """The coverage of a file for the screen: every heading, what it stands for and why, with a sample value.

    Where it is wider than the screen, texts are cut and the reason stands below its row.
    """
    rows: list[tuple[str, ...]] = []
    order = list(dict.fromkeys(HOW.values()))
    groups: dict[tuple[str, str, str], list[Heading]] = {}
    for one in proposal.headings:
        groups.setdefault((plain(one.header), HOW[one.match.how], one.match.named), []).append(one)
    sheets = list(dict.fromkeys(one.sheet for one in proposal.headings))
    for alike in sorted(groups.values(), key=lambda alike: order.index(HOW[alike[0].match.how])):
        one = max(alike, key=lambda one: one.count)
        header = one.shown or _("(no heading)")
        shown = f"{one.sheet}: {header}" if len(alike) == 1 and len(sheets) > 1 else header
        named = _short(one.match.named) or ("-" if one.match.how in {"not_ours", "unknown"} else _("not read"))
        rows.append(
            (_(HOW[one.match.how]), clipped_to(shown, WIDTH), clipped_to(named, WIDTH), str(sum(heading.count for heading in alike)),
             clipped(one.sample), one.match.why if one.match.how in {"proposed", "derived"} else "")
        )  # fmt: skip
    rows += [(_("missing"), "", _short(name), "", "", _("No heading gives it.")) for name in proposal.missing]
    heads = ("", _("heading"), _("our column"), _("cells"), _("for example"), _("why"))
    widths = _widths([heads, *rows])
    if width is None or sum(widths) + len(GAP) * (len(widths) - 1) <= width:
        return [_row(row, widths) for row in [heads, *rows]]
    widths = _narrowed(_widths([row[:-1] for row in [heads, *rows]]), width)
    lines = [_row(heads[:-1], widths)]
    indent = " " * (widths[0] + len(GAP))
    for *cells, why in rows:
        lines.append(_row([clipped_to(text, most) for text, most in zip(cells, widths, strict=True)], widths))
        lines += textwrap.wrap(why, max(width, MIN_WIDTH), initial_indent=indent, subsequent_indent=indent)
    return lines


def _widths(rows: Sequence[Sequence[str]]) -> list[int]:
    return [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]


def _row(texts: Sequence[str], widths: Sequence[int]) -> str:
    return GAP.join(
        text.rjust(width) if place == PLACE_OF_CELLS else text.ljust(width)
        for place, (text, width) in enumerate(zip(texts, widths, strict=True))
    ).rstrip()


def _narrowed(widths: Sequence[int], width: int) -> list[int]:
    """Widths of columns that fit a screen: the widest of the texts are narrowed first, none below a few letters."""
    narrowed = list(widths)
    texts = [place for place in range(1, len(widths)) if place != PLACE_OF_CELLS]
    while sum(narrowed) + len(GAP) * (len(narrowed) - 1) > width:
        widest = max(texts, key=lambda place: narrowed[place])
        if narrowed[widest] <= MIN_TEXT:
            break
        narrowed[widest] -= 1
    return narrowed


def totals(proposal: Proposal) -> str:
    """How many headings are taken, proposed, not ours and unknown, and how many columns are missing."""
    found = Counter(HOW[one.match.how] for one in proposal.headings)
    taken, proposed, not_ours, unknown, missing = (
        *(found[HOW[how]] for how in ("taken", "proposed", "not_ours", "unknown")), len(proposal.missing),
    )  # fmt: skip
    return ", ".join((
        n_("{number} taken", "{number} taken", taken).format(number=taken),
        n_("{number} proposed", "{number} proposed", proposed).format(number=proposed),
        n_("{number} not ours", "{number} not ours", not_ours).format(number=not_ours),
        n_("{number} unknown", "{number} unknown", unknown).format(number=unknown),
        n_("{number} missing", "{number} missing", missing).format(number=missing),
    ))  # fmt: skip


def _short(named: str) -> str:
    """Our columns without the name of the sheet of the clients."""
    return named.replace(f"{CANDIDATES.key}.", "")


def clipped_to(text: str, width: int) -> str:
    """A text of so many characters at most."""
    text = " ".join(text.split())
    return text if len(text) <= width else f"{text[: width - 1]}…"
