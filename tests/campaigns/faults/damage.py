"""Damage of the files of a history's tables, drawn by chance: `history verify` names the file, no command panics."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from tests.campaigns.faults.read_only import after_monday, copied
from tests.campaigns.faults.trial import Trial, assert_refused, command
from tests.firm import TUESDAY, WEDNESDAY, Firm
from tests.flows.test_history_verify import files_of_tables

Change = Callable[[bytes, random.Random], bytes]


def _flipped(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]


def _overwritten(data: bytes, chance: random.Random) -> bytes:
    at, size = chance.randrange(len(data)), chance.choice((1, 16, 512))
    return data[:at] + chance.randbytes(size) + data[at + size :]


def _zeroed(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + bytes(len(data) - at)


CHANGES: dict[str, Change] = {
    "a bit flipped": _flipped,
    "bytes overwritten": _overwritten,
    "the end zeroed": _zeroed,
    "cut short": lambda data, chance: data[: chance.randrange(len(data))],
    "emptied": lambda _data, _chance: b"",
    "longer": lambda data, chance: data + chance.randbytes(chance.choice((1, 100))),
}


def trials(folder: Path, chance: random.Random, number: int) -> Iterator[Trial]:
    """Each change by turns of a file drawn by chance, and now and then a file that is removed."""
    before = after_monday(folder / "firm")
    Firm(before).night(TUESDAY)
    kinds = [*CHANGES, "removed"]
    for place in range(number):
        kind = kinds[place % len(kinds)]
        yield Trial(f"{kind}, {place}", partial(damaged, before, kind, chance.randrange(1 << 32)))


def damaged(before: Path, kind: str, seed: int, folder: Path) -> None:
    """One file of a history is damaged in a way, and later put back."""
    chance = random.Random(seed)
    firm = copied(before, folder / "firm")
    path = chance.choice(sorted(files_of_tables(firm)))
    data = path.read_bytes()
    name = path.relative_to(firm.history.place).as_posix()
    if kind == "removed":
        path.unlink()
    else:
        changed = CHANGES[kind](data, chance)
        while changed == data:
            changed = CHANGES[kind](data, chance)
        path.write_bytes(changed)
    answer = command("history", "verify", "--json", "--config", firm.config)
    assert answer.code == 1, f"{name}, {kind}: verify ends with {answer.code}"
    found = json.loads(answer.out)
    assert name in [*(one["file"] for one in found["damaged"]), *found["missing"]], f"{name}, {kind}: not named"
    for words in (("nightly", "--dry-run", "--as-of", WEDNESDAY), ("history", "run"), ("history", "client", "C-0033")):
        done = command(*words, "--config", firm.config)
        if done.code:
            # A client whose rows cannot be found any more is wrong usage, which names the nearest number.
            assert_refused(done, 1, 2)
    path.write_bytes(data)
    answer = command("history", "verify", "--config", firm.config)
    assert answer.code == 0, f"{name}, {kind}, put back: {answer.out}"
