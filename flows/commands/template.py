"""What a firm begins with: template and columns."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.commands.common import AsJson, handle_errors
from flows.console.answers import as_json_text, json_answer, say
from transforms.model.wording import _, current

if TYPE_CHECKING:
    from transforms.model.columns import Sheet

WIDTH = 100


@handle_errors
def template(
    file: Annotated[Path, typer.Argument(metavar="FILE.xlsx", help="The workbook to write.")],
    rows: Annotated[
        int, typer.Option("--rows", metavar="N", min=1, max=100_000, help="Rows that are prepared on each sheet.")
    ] = 500,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a file that is there.")] = False,
) -> None:
    """An empty client list to fill in, as a workbook.

    With drop-downs, notes, an example row and instructions. `drawline check` reads it as it is filled in. A file that is there stays, unless --overwrite is given.
    """
    from flows import clock, errors
    from flows.outputs import files
    from validation.template.book import template as made

    if file.suffix.lower() != ".xlsx":
        raise errors.UsageError(
            _("{file} does not end in .xlsx. Give the template a name that does.").format(file=file)
        )
    if file.exists() and not overwrite:
        raise errors.UsageError(
            _("{file} is there already. Choose another name, or replace it with --overwrite.").format(file=file)
        )
    content = made(current(), rows=rows, made_on=clock.today())
    file.parent.mkdir(parents=True, exist_ok=True)
    with files.atomic_file(file) as staged:
        staged.write_bytes(content)
    say(_("wrote {file}; fill it in, then run: drawline check {file}").format(file=file))


@handle_errors
def columns(
    sheet: Annotated[
        str | None, typer.Option("--sheet", metavar="SHEET", help="The columns of one sheet alone.")
    ] = None,
    table_schema: Annotated[
        str | None, typer.Option("--table-schema", metavar="SHEET", help="The Table Schema of a sheet (JSON).")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Folder for the Table Schemas of all sheets.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """The columns that are read, and what each means.

    With type, choices, bounds and unit. --table-schema and --out give the same as Table Schemas, for programs that make or check such files.
    """
    from transforms.model.columns import SHEETS
    from validation.intake import table_schema as schemas

    asked = (_sheet(sheet),) if sheet else SHEETS
    if table_schema:
        print(as_json_text(schemas.table_schema(_sheet(table_schema))))
    if out is not None:
        _write_schemas(out, asked)
    elif as_json:
        print(json_answer("columns", schemas.described(asked)))
    elif not table_schema:
        _show(schemas.described(asked, current()))


def _sheet(name: str) -> Sheet:
    """The sheet of a name; raises UsageError."""
    from flows import errors
    from transforms.model.columns import SHEETS
    from validation.intake.sheets import sheet_named

    found = sheet_named(name)
    if found is None:
        raise errors.UsageError(
            _("There is no sheet {name!r}. Name one of {sheets}.").format(
                name=name, sheets=", ".join(known.key for known in SHEETS)
            )
        )
    return found


def _write_schemas(folder: Path, sheets: tuple[Sheet, ...]) -> None:
    from flows.outputs import files
    from validation.intake.table_schema import table_schema

    with files.atomic_folder(folder) as staged:
        for sheet in sheets:
            text = as_json_text(table_schema(sheet)) + "\n"
            (staged / f"{sheet.key}.schema.json").write_text(text, encoding="utf-8", newline="\n")
    say(
        _("wrote {sheets} to {folder}").format(
            sheets=", ".join(f"{sheet.key}.schema.json" for sheet in sheets), folder=folder
        )
    )


def _show(described: dict[str, Any]) -> None:
    """The columns as a table for people, sheet by sheet."""
    import shutil

    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from flows.console.screen import show_drawn

    screen = Console(highlight=False, width=min(shutil.get_terminal_size((WIDTH, 0)).columns, WIDTH))
    for place, sheet in enumerate(described["sheets"]):
        table = Table(
            _("column"), _("type"), _("meaning"), box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold"
        )
        for column in sheet["columns"]:
            table.add_row(Text(column["name"] + " *" * column["required"]), column["type"], Text(_meaning(column)))
        with screen.capture() as drawn:
            screen.print(table)
        print("\n" * (place > 0) + _("{sheet} (* required)").format(sheet=sheet["title"]) + "\n")
        show_drawn("\n".join(line.rstrip() for line in drawn.get().splitlines()).rstrip())


def _meaning(column: dict[str, Any]) -> str:
    """What a column means, with its choices, bounds and unit."""
    from validation.template.words import texts

    parts = [column["meaning"]]
    if column["choices"]:
        parts.append(_("One of: {choices}.").format(choices=", ".join(column["choices"])))
    if column["low"] is not None and column["high"] is not None:
        text = _("From {low} to {high} ({unit}).") if column["unit"] else _("From {low} to {high}.")
        low, high = (texts(current()).number(column[name]) for name in ("low", "high"))
        parts.append(text.format(low=low, high=high, unit=column["unit"]))
    elif column["unit"]:
        parts.append(_("Unit: {unit}.").format(unit=column["unit"]))
    return " ".join(parts)


def add_to(app: typer.Typer) -> None:
    """Adds these commands to the command line."""
    for command in (template, columns):
        app.command()(command)
