"""The occupational classification to look things up in: noc."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.commands.common import AsJson, AsOf, handle_errors
from flows.console.answers import json_answer, say
from transforms.model.wording import _, n_

if TYPE_CHECKING:
    from transforms.rules import Law

WIDTH = 100
MAX_TITLES = 3
TITLES_OF_ONE = 12


@handle_errors
def noc(
    text: Annotated[
        list[str], typer.Argument(metavar="TEXT_OR_CODE", help="Words of a job title, or a code or its first digits.")
    ],
    as_of: AsOf = None,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, help="At most so many unit groups.")] = 10,
    as_json: AsJson = False,
) -> None:
    """Occupations by title or code.

    TEER, old and new codes, skilled on the day, and categories.

    A code: five digits of NOC 2021, four of NOC 2016, fewer for all groups that begin so. Titles are searched in English
    and French, whichever language is in use. Typing errors, missing accents, plural and feminine forms, and abbreviations
    such as PSW or QA are understood. That nothing is found is an answer too: exit code 0, and an empty list with --json.
    """
    from flows import clock, errors
    from transforms import noc_search
    from transforms.rules import RulesError, load

    asked = " ".join(text).strip()
    if not any(sign.isalnum() for sign in asked):
        raise errors.UsageError(
            _("Nothing is asked. Give words of a job title (software engineer), or a code (21231, 2173, 212).")
        )
    try:
        law = load().law_of(as_of or clock.today())
    except RulesError as error:
        raise errors.UsageError(str(error)) from None
    by_code = asked.isascii() and asked.isdigit()
    found = noc_search.by_code(asked, law) if by_code else noc_search.by_words(asked)
    sense = noc_search.Sense.of(law)
    groups = [sense.described(one) for one in found[:limit]]
    passed_over = [] if by_code else noc_search.passed_over(asked)
    if groups and passed_over:
        words = ", ".join(f'"{word}"' for word in passed_over)
        say(_("No job title has a word like {words}. The search used the other words.").format(words=words))
    if as_json:
        answer = {"asked": asked, "as_of": law.as_of, "noc_version": law["noc.version"], "found": len(found)}
        print(json_answer("noc", {**answer, "unit_groups": groups}))
    elif groups:
        _show(asked, groups, len(found), law)
    elif by_code:
        say(_("No unit group of NOC 2021 or NOC 2016 has the code {code}. Check its digits.").format(code=asked))
    else:
        say(_('Nothing found: no job title is like "{text}". Try fewer or other words.').format(text=asked))


def _show(asked: str, groups: list[dict[str, Any]], found: int, law: Law) -> None:
    """The unit groups as a table of at most 100 columns."""
    import shutil

    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from flows.console.screen import show_drawn
    from transforms.facts.noc import noc_2016

    titles = TITLES_OF_ONE if len(groups) == 1 else MAX_TITLES
    table = Table(
        _("NOC 2021"), _("TEER"), _("skilled"), _("categories"), _("NOC 2016"), _("unit group and job titles"),
        box=None, padding=(0, 2, 1, 0), pad_edge=False, header_style="bold",
    )  # fmt: skip
    skilled = {True: _("yes"), False: _("no"), None: _("differs")}
    for group in groups:
        table.add_row(
            group["noc_2021"],
            str(group["teer"]),
            skilled[group["skilled"]],
            "\n".join(group["categories"]) or "-",
            "\n".join(f"{old['code']} {old['skill_level']}" for old in group["noc_2016"]),
            Text.assemble((group["title"], "bold"), *(f"\n{line}" for line in _lines(group, titles))),
        )
    screen = Console(highlight=False, width=min(shutil.get_terminal_size((WIDTH, 0)).columns, WIDTH))
    old = noc_2016()
    if asked in old.titles:
        print(
            _("NOC 2016 {code}, level {level}: {title}").format(
                code=asked, level=old.levels[asked], title=old.titles[asked]
            )
        )
    counted = n_("{text}: {n} unit group", "{text}: {n} unit groups", found).format(text=asked, n=found)
    if found > len(groups):
        counted += _(", the best {n} of them (--limit shows more)").format(n=len(groups))
    of_law = _("law of {day}, NOC {version}").format(day=law.as_of, version=law["noc.version"])
    print(f"{counted}; {of_law}\n")
    with screen.capture() as drawn:
        screen.print(table)
    show_drawn("\n".join(line.rstrip() for line in drawn.get().splitlines()).rstrip())
    if any(group["categories"] for group in groups):
        print("\n" + _("categories: lists that name the occupation. Each category also has conditions on the work."))
    if any(group["skilled"] is None for group in groups):
        print("\n" + _("differs: of the NOC 2016 codes of the unit group, some are skilled and some are not."))


def _lines(group: dict[str, Any], most: int) -> list[str]:
    """What stands under the title of a unit group: its change of eligibility, and some job titles."""
    change, titles = group["eligibility_change"], group["titles"]
    lines = []
    if change is not None:
        lines.append(_change(change).format(day=change["on"]))
    if group["found_as"] is not None:
        lines.append(_("found as: {title}").format(title=group["found_as"]))
    further = len(titles) - most
    if titles:
        more = "; " + n_("and {n} more", "and {n} more", further).format(n=further) if further > 0 else ""
        lines.append("; ".join(titles[:most]) + more)
    return lines


def _change(change: dict[str, Any]) -> str:
    """What happened to the eligibility of a unit group, with a place for the day."""
    texts = {
        (True, False): _("gained eligibility on {day}"),
        (True, True): _("gained eligibility in part on {day}"),
        (False, False): _("lost eligibility on {day}"),
        (False, True): _("lost eligibility in part on {day}"),
    }
    return texts[change["gained"], change["in_part"]]


def add_to(app: typer.Typer) -> None:
    """Adds these commands to the command line."""
    app.command()(noc)
