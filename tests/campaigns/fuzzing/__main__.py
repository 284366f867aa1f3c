"""Files that chance has changed, for every reader: `python -m tests.campaigns.fuzzing`.

Good files with bits turned, parts swapped or missing, and values of every kind where none belongs. Each reader gives a good
result or the message that the contract promises: never another exception, never a hang, never a value changed without a word.
Lost is the smallest file that shows otherwise. The seed decides which files; without one they are other files each time.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import sys
import tempfile
import traceback
from collections.abc import Sequence
from functools import partial
from pathlib import Path

# Its threads do not outlive the fork of each trial.
os.environ.setdefault("POLARS_MAX_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from tests.campaigns.corpus import child
from tests.campaigns.fuzzing import properties, trial

EXAMPLES = 1500
# Of a whole property, whose files one process reads.
SECONDS = 3600
ROOM = 3000


def _found(one: properties.Property, examples: int, number: int, counts: Path) -> list[str]:
    """What does not hold of a property, and the number of files in `counts`."""
    try:
        made = trial.tried(one, examples, number)
    except Exception as error:  # noqa: BLE001 - what a reader must never raise is what is looked for
        return [_shown(each) for each in getattr(error, "exceptions", (error,))]
    counts.write_text(json.dumps(made), encoding="utf-8")
    return []


def _shown(error: Exception) -> str:
    """What does not hold, the file that shows it, and where it was found."""
    notes = "\n".join(getattr(error, "__notes__", ()))
    place = "".join(traceback.format_tb(error.__traceback__)[-3:])
    return f"{type(error).__name__}: {error}"[:1200] + f"\n{notes[:1500]}\n{place}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Tries each property, prints the table; 1 where anything was lost."""
    asked = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    asked.add_argument("--seed", type=int, default=None)
    asked.add_argument("--examples", type=int, default=EXAMPLES, help="files a property")
    asked.add_argument("--property", default="", help="only properties whose name holds this")
    options = asked.parse_args(arguments)
    number = secrets.randbits(32) if options.seed is None else options.seed
    child.PROCESSOR_SECONDS = child.CLOCK_SECONDS = SECONDS
    chosen = [one for one in properties.PROPERTIES if options.property in one.name]
    print(f"{'reader':<24}{'tried':>8}{'held':>8}{'lost':>6}{'s a file':>10}{'most, MiB':>11}")
    lost = tried = 0
    with tempfile.TemporaryDirectory() as made:
        for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "HOME"):
            os.environ[name] = made
        for one in chosen:
            folder = Path(tempfile.mkdtemp(dir=made))
            [measured] = child.tried(
                [child.Trial(folder, partial(_found, one, options.examples, number, folder / "count"))], folder
            )
            # A file that takes too long is found by the property itself.
            faults = [fault for fault in measured.faults if not (fault.startswith("took") and fault.endswith(" s"))]
            count = (
                json.loads((folder / "count").read_text(encoding="utf-8"))
                if (folder / "count").exists()
                else options.examples
            )
            tried, lost = tried + count, lost + bool(faults)
            print(
                f"{one.name:<24}{count:>8}{count - bool(faults):>8}{bool(faults):>6}{measured.seconds / count:>10.3f}{measured.mebibytes:>11.0f}",
                flush=True,
            )
            for fault in faults:
                print(f"lost: {one.name}: {fault[:ROOM]}", flush=True)
    print(f"{'all':<24}{tried:>8}{tried - lost:>8}{lost:>6}")
    print(f"seed {number}")
    return int(bool(lost))


if __name__ == "__main__":
    sys.exit(main())
