"""The exit code of nightly runs."""

from __future__ import annotations

from flows import errors
from flows.nightly.night_state import Nights


def exit_code(run: Nights) -> int:
    """0, or 3 where rows of the files that were taken are quarantined, or too many of a file that was not."""
    assert run.taken is not None
    bad = bool(run.taken.over_limit) or any(
        one.get(f"{rows}_quarantined") for one in run.taken.inputs for rows in ("candidates", "detail_rows")
    )
    return errors.EXIT_QUARANTINED if bad else errors.EXIT_DONE
