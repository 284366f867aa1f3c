"""The occupational classification to look things up in: noc."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.commands.common import AsJson, AsOf, answering, as_json_text, say

if TYPE_CHECKING:
    from transforms.rules import Law

WIDTH = 100
MOST_TITLES = 3
TITLES_OF_ONE = 12


@answering
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

    A code: five digits of NOC 2021, four of NOC 2016, fewer for all groups that begin so. Typing errors in titles are
    forgiven; titles are English. That nothing is found is an answer too: exit code 0, and an empty list with --json.
    """
    from flows import program
    from transforms import noc_search
    from transforms.rules import RulesError, load

    asked = " ".join(text).strip()
    if not any(sign.isalnum() for sign in asked):
        raise program.UsageError("give words of a job title (software engineer), or a code (21231, 2173, 212)")
    try:
        law = load().law_of(as_of or program.today())
    except RulesError as error:
        raise program.UsageError(str(error)) from None
    by_code = asked.isascii() and asked.isdigit()
    found = noc_search.by_code(asked, law) if by_code else noc_search.by_words(asked)
    sense = noc_search.Sense.of(law)
    groups = [sense.told(one) for one in found[:limit]]
    passed_over = [] if by_code else noc_search.passed_over(asked)
    if groups and passed_over:
        say(f"no job title has a word like {', '.join(map(repr, passed_over))}; looked for the other words alone")
    if as_json:
        answer = {"asked": asked, "as_of": law.as_of, "noc_version": law["noc.version"], "found": len(found)}
        print(as_json_text({**answer, "unit_groups": groups}))
    elif groups:
        _show(asked, groups, len(found), law)
    elif by_code:
        say(f"no unit group of NOC 2021 or NOC 2016 has the code {asked}, or one that begins so")
    else:
        say(f"no job title is like {asked!r}; titles are English: try fewer or other words")


def _show(asked: str, groups: list[dict[str, Any]], found: int, law: Law) -> None:
    """The unit groups as a table of at most 100 columns."""
    import shutil

    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from transforms.noc import noc_2016

    titles = TITLES_OF_ONE if len(groups) == 1 else MOST_TITLES
    table = Table(
        "NOC 2021", "TEER", "skilled", "categories", "NOC 2016", "unit group and job titles",
        box=None, padding=(0, 2, 1, 0), pad_edge=False, header_style="bold",
    )  # fmt: skip
    for group in groups:
        table.add_row(
            group["noc_2021"],
            str(group["teer"]),
            {True: "yes", False: "no", None: "differs"}[group["skilled"]],
            "\n".join(group["categories"]) or "-",
            "\n".join(f"{old['code']} {old['skill_level']}" for old in group["noc_2016"]),
            Text.assemble((group["title"], "bold"), *(f"\n{line}" for line in _lines(group, titles))),
        )
    screen = Console(highlight=False, width=min(shutil.get_terminal_size((WIDTH, 0)).columns, WIDTH))
    more = f", the best {len(groups)} of them (--limit shows more)" if found > len(groups) else ""
    old = noc_2016()
    if asked in old.titles:
        print(f"NOC 2016 {asked}, level {old.levels[asked]}: {old.titles[asked]}")
    print(f"{asked}: {found} unit group{'s' * (found != 1)}{more}; law of {law.as_of}, NOC {law['noc.version']}\n")
    with screen.capture() as drawn:
        screen.print(table)
    print("\n".join(line.rstrip() for line in drawn.get().splitlines()).rstrip())
    if any(group["categories"] for group in groups):
        print("\ncategories: on whose list the occupation is; each asks for work in it too")
    if any(group["skilled"] is None for group in groups):
        print("\ndiffers: of the NOC 2016 codes that it stands for some are skilled and some not")


def _lines(group: dict[str, Any], most: int) -> list[str]:
    """What stands under the title of a unit group: its change of eligibility, and some job titles."""
    change, titles = group["eligibility_change"], group["titles"]
    lines = []
    if change is not None:
        part = " in part" if change["in_part"] else ""
        lines.append(f"{'gained' if change['gained'] else 'lost'} eligibility{part} on {change['on']}")
    further = len(titles) - most
    if titles:
        lines.append("; ".join(titles[:most]) + (f"; and {further} more" if further > 0 else ""))
    return lines


def add_to(app: typer.Typer) -> None:
    """Adds these commands to the command line."""
    app.command()(noc)
