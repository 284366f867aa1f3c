"""What a spreadsheet program holds a column of the template to: its drop-down, bounds, prompt and message."""

from __future__ import annotations

from textwrap import shorten

from openpyxl.worksheet.datavalidation import DataValidation

from transforms.model.columns import CANDIDATES, SHEETS, Column, Sheet
from validation.template.words import Texts, list_of

# What Excel cuts off or refuses beyond.
MAX_TITLE, MAX_TEXT = 32, 255
DAYS = ("DATE(1900,1,1)", "DATE(2100,12,31)")
PAST_DAYS = ("DATE(1900,1,1)", "TODAY()")
CLIENTS = "list_clients"
LISTED = ("choice", "yes_no", "province", "country", "abilities")


def list_name(column: Column) -> str:
    """The defined name of the list of a column's drop-down: that of the first column with the same words and values."""
    same = (list_of(column), column.values)
    if column.kind != "choice":
        return f"list_{same[0]}"
    choices = (other for sheet in SHEETS for other in sheet.columns if other.kind == "choice")
    return "list_" + next(other.name for other in choices if (list_of(other), other.values) == same)


def bounds(column: Column, texts: Texts) -> dict[str, str]:
    """The bounds of a column's numbers, as texts to fill in."""
    ends = {"low": column.low, "high": column.high}
    return {name: texts.number(end) for name, end in ends.items() if end is not None}


def hint(column: Column, texts: Texts) -> str:
    """How a column is filled in; empty where its meaning says all."""
    return str(texts.part("hints")[column.kind]).format_map(bounds(column, texts))


def control(sheet: Sheet, column: Column, texts: Texts, first: int, last: int, letter: str) -> DataValidation:
    """The validation of the cells of a column from a row to a row, with its prompt and its message."""
    made = DataValidation(allow_blank=True, showInputMessage=True, sqref=f"{letter}{first}:{letter}{last}")
    text = texts.column(sheet, column.name)
    is_short = len(text.title) <= MAX_TITLE
    made.promptTitle = text.title if is_short else shorten(text.title, MAX_TITLE, placeholder="…")
    made.prompt = " ".join(part for part in (text.meaning, hint(column, texts)) if part)
    error = _restrict(made, sheet, column, f"{letter}{first}", f"${letter}${first}:${letter}${last}")
    if error:
        made.showErrorMessage = True
        made.errorTitle = texts.part("labels")["stop"]
        words = bounds(column, texts) | {"sheet": texts.sheet_title(CANDIDATES)}
        made.error = str(texts.part("errors")[error]).format_map(words)
    return made


def _restrict(made: DataValidation, sheet: Sheet, column: Column, cell: str, cells: str) -> str:
    """Sets what a validation allows; the key of its message, empty where all is allowed."""
    if column.name == "client_id":
        return _restrict_client(made, sheet, cell, cells)
    if column.kind in LISTED:
        made.type, made.formula1 = "list", list_name(column)
        return column.kind
    if column.kind in {"date", "date_time"}:
        is_birth = column.name.endswith("date_of_birth")
        made.type, made.operator = "date", "between"
        made.formula1, made.formula2 = PAST_DAYS if is_birth else DAYS
        return "birth" if is_birth else column.kind
    if column.kind in {"integer", "number"}:
        made.type, made.operator = "whole" if column.kind == "integer" else "decimal", "between"
        made.formula1, made.formula2 = f"{column.low:.10g}", f"{column.high:.10g}"
        return column.kind
    if column.kind == "noc":
        made.type = "custom"
        made.formula1 = f"AND(LEN({cell})>=4,LEN({cell})<=5,ISNUMBER(VALUE({cell})))"
        return column.kind
    return ""


def _restrict_client(made: DataValidation, sheet: Sheet, cell: str, cells: str) -> str:
    """Candidates: each number once. Elsewhere: a number of Candidates, with a warning for others."""
    if sheet is CANDIDATES:
        # Not COUNTIF, which takes 0012 for 12.
        made.type, made.formula1 = "custom", f"SUMPRODUCT(--EXACT({cells},{cell}))=1"
        return "doubled"
    made.type, made.formula1, made.errorStyle = "list", CLIENTS, "warning"
    return "no_such_client"
