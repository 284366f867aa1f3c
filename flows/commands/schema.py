"""The schemas of drawline's files: schema."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.commands.common import handle_errors

# As in flows.reference.schemas, which imports polars.
FILES = {
    "run": "flows/reference/run",
    "night": "flows/reference/night",
    "scores": "reports/report/scores",
    "alerts": "reports/alerts/alerts",
    "settings": "flows/firm/settings",
    "map": "validation/mapping/map",
    "error": "flows/reference/error",
}


@handle_errors
def schema(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help=f"One of {', '.join(FILES)}; without one: their names.")
    ] = None,
) -> None:
    """The JSON Schema of a file that drawline writes or reads.

    Of the scores it is a Table Schema.
    """
    from pathlib import Path

    from flows.errors import UsageError
    from transforms.model.wording import _

    if name is None:
        print("\n".join(FILES))
        return
    if name not in FILES:
        raise UsageError(
            _("There is no schema {name!r}. Name one of {known}.").format(name=name, known=", ".join(FILES))
        )
    path = Path(__file__).parents[2] / f"{FILES[name]}.schema.json"
    print(path.read_text(encoding="utf-8"), end="")


def add_to(app: typer.Typer) -> None:
    """Adds this command to the command line."""
    app.command()(schema)
