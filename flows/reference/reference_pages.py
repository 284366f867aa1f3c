"""The pages of the reference that are made from code: the parameters of the law, and the commands with their options."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typer.core import TyperCommand

    from transforms.rules.law import Parameter, Rules

MADE = "This page is made from {source} (`make docs`); a test holds the two together."
LAW_OPENING = """\
# The law: coverage and parameters

{made}

## What is covered

{coverage}

## How to read the parameters

Each number of the law is a parameter with dated values. A value is in force from its first day to the day before the next.
The values themselves stand in `transforms/rules/`, and those of a day on the sheet Rules of a report. Names in bold are
settings: what the law leaves open, which a firm sets under `[readings]` in `drawline.toml`.

| word | means |
| --- | --- |
| known | the value was read |
| carried | an earlier value, carried on and not confirmed |
| unknown | the law has changed, and the value was not found |
| H, M, L | how sure the reading is: high, medium, low |
"""
COMMANDS_OPENING = """\
# Commands and options

{made}

What they do is on [What you may rely on](../contract.md#commands). Every command takes `--help`.
"""


def coverage_table() -> str:
    """What of the law is covered since when, as a Markdown table (transforms/rules/programs.yaml)."""
    from flows.main_run import readings

    rows = [
        f"| {row['name']} | {row['status']} | {row['verified_from'] or ''} | {row['verified_to'] or ''} | {_cell(row['note'])} |"
        for row in readings.coverage().iter_rows(named=True)
    ]
    return "\n".join(["| what | status | checked from | to | note |", "| --- | --- | --- | --- | --- |", *rows])


def law_page(rules: Rules) -> str:
    """The page of the law: what is covered; first days, status, confidence and source of every value of its parameters."""
    parts = [LAW_OPENING.format(made=MADE.format(source="`transforms/rules/*.yaml`"), coverage=coverage_table())]
    by_group = sorted(rules.parameters.values(), key=lambda one: (_group(one), one.id))
    for group, parameters in groupby(by_group, key=_group):
        rows = [row for parameter in parameters for row in _values(parameter)]
        head = "| parameter | from | status | sure | source |\n| --- | --- | --- | --- | --- |"
        parts.append("\n".join([f"## {group}\n", head, *rows, ""]))
    sources = [f"| {key} | [{one.title}]({one.href}) |" for key, one in sorted(rules.sources.items())]
    parts.append("\n".join(["## Sources\n", "| key | title |", "| --- | --- |", *sources, ""]))
    return "\n".join(parts)


def _group(parameter: Parameter) -> str:
    return parameter.id.split(".")[0]


def _values(parameter: Parameter) -> Iterator[str]:
    name = f"**`{parameter.id}`**" if parameter.setting else f"`{parameter.id}`"
    titled = f"{name}: {_cell(parameter.title)}"
    for number, version in enumerate(parameter.versions):
        shown = titled if number == 0 else f"`{parameter.id}`"
        source = _cell(f"{version.source.key}, {version.section}" if version.section else version.source.key)
        yield f"| {shown} | {version.starts_on} | {version.status} | {version.confidence} | {source} |"


def commands_page() -> str:
    """The page of the commands: usage, first sentence, and every option with its help text."""
    import typer
    from typer.core import TyperGroup

    from flows.cli import app

    root = typer.main.get_command(app)
    assert isinstance(root, TyperGroup)
    parts = [COMMANDS_OPENING.format(made=MADE.format(source="the command line"))]
    parts += [_command(path, command) for path, command in _commands(root, "drawline")]
    return "\n".join(parts)


def _commands(command: Any, path: str) -> Iterator[tuple[str, TyperCommand]]:
    from typer.core import TyperGroup

    if not isinstance(command, TyperGroup):
        yield path, command
        return
    for name, inner in command.commands.items():
        yield from _commands(inner, f"{path} {name}")


def _command(path: str, command: TyperCommand) -> str:
    arguments, options = [], []
    for one in command.params:
        text = _cell(getattr(one, "help", None) or "")
        if one.param_type_name == "argument":
            name = one.metavar or (one.name or "").upper()
            arguments.append(f"| `{name}` | {text} |")
        else:
            options.append(f"| `{', '.join([*one.opts, *one.secondary_opts])}` | {text} |")
    lines = [f"## {path}\n", " ".join((command.help or "").split()), ""]
    return "\n".join([*lines, "| argument or option | says |", "| --- | --- |", *arguments, *options, ""])


def _cell(text: str) -> str:
    """A text for a cell of a Markdown table, on one line."""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")
