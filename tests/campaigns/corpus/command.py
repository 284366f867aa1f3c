"""One command of the program, as a terminal would start it, in this process; or its reading alone."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.campaigns.corpus.case import AS_OF, Answer

if TYPE_CHECKING:
    from transforms.rules.law import Rules


def answered(words: Sequence[str], folder: Path) -> Answer:
    """What a command answers, and the sheets that it reads; what it prints goes to the files .out and .err of the folder.

    Raises what the command raises: a user would see a traceback.
    """
    from flows.cli import app
    from validation.intake import intake

    seen: list[intake.Intake] = []
    read = intake.read

    def observed(*args: Any, **more: Any) -> intake.Intake:
        seen.append(read(*args, **more))
        return seen[-1]

    intake.read = observed
    try:
        app(args=list(words), prog_name="drawline")
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    finally:
        intake.read = read
    sys.stdout.flush()
    sys.stderr.flush()
    out, err = ((folder / name).read_text(encoding="utf-8", errors="replace") for name in (".out", ".err"))
    return Answer(folder, code, out, err, seen[-1].sheets if seen else None)


def read(inputs: Sequence[str], mapping: str, folder: Path) -> Answer:
    """What `check` reads of some files, without the scoring by which it warns of more: a sixth of its time.

    Raises what the reading raises.
    """
    from flows import run_request
    from flows.main_run import run_counts, run_intake, run_state

    paths = tuple(folder / name for name in inputs)
    run = run_state.Run(run_request.Request("corpus", paths, AS_OF, mapping=folder / mapping if mapping else None))
    run.rules = _rules()
    run.law = run.rules.law_of(AS_OF)
    run_intake.take_in(run)
    assert run.intake is not None
    listed = {"quarantine": run.intake.quarantine.to_dicts(), "warnings": run.intake.warnings.to_dicts()}
    return Answer(folder, run_counts.exit_code(run), json.dumps(listed), "", run.intake.sheets)


@cache
def _rules() -> Rules:
    """The shipped law, which all readings share."""
    from transforms.rules import load

    return load()
