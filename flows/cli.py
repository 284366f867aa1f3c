"""The command line; imports what a command needs only once it runs, so that --help stays quick."""

from __future__ import annotations

import gc
import signal
import sys
from types import FrameType
from typing import Annotated

import typer

from flows.commands import (
    advise,
    backtest,
    client_letter,
    decrypt,
    forecast,
    history,
    law,
    main_job,
    nightly,
    noc,
    page,
    replay,
    rounds,
    rules,
    schema,
    score,
    simulate,
    template,
)
from flows.commands import map as own_maps
from flows.commands.common import stdout_closed
from flows.console import screen, stop_signals
from flows.console.answers import say
from transforms.model.wording import _

app = typer.Typer(
    help="Scores, ranks and reports Canadian Express Entry clients: spreadsheets in, who would be invited out.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for room in (
    template,
    schema,
    main_job,
    score,
    advise,
    client_letter,
    own_maps,
    law,
    noc,
    rules,
    rounds,
    simulate,
    forecast,
    replay,
    backtest,
    page,
    nightly,
    history,
    decrypt,
):
    room.add_to(app)


@app.callback(invoke_without_command=True)
def _version(
    version: Annotated[bool, typer.Option("--version", "-V", help="The version of the program.")] = False,
) -> None:
    if version:
        from flows.main_run.run_law import code_version

        print(code_version())
        raise typer.Exit


# A command makes few cycles and ends; looking for them after every 700 new objects costs a tenth of its time, and once
# more among all of them at its end another tenth.
OBJECTS_BETWEEN_COLLECTIONS = 100_000


def _terminate(_signal: int, _frame: FrameType | None) -> None:
    """Ends the command as an error would: what it was about to write is removed, what it started is stopped."""
    from flows.errors import EXIT_TERMINATED

    # A second signal does not wait for that.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    say(_("drawline: stopped by SIGTERM"))
    raise SystemExit(EXIT_TERMINATED)


def main() -> None:
    """The console script."""
    signal.signal(signal.SIGTERM, _terminate)
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    try:
        with screen.protected(), stop_signals.between_steps():
            app()
    finally:
        gc.freeze()
        if stdout_closed():
            sys.exit(1)


if __name__ == "__main__":
    main()
