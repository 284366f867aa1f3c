"""Folders that cannot be written to: one message with exit code 1, and everything stays as it was."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from tests.campaigns.faults.trial import Trial, assert_refused, command, contents, read_only
from tests.firm import MONDAY, SOME, TUESDAY, Firm, before_its_first_night
from tests.flows.test_full_disk import COMMANDS

NIGHT = ("nightly", "--no-prefect", "--as-of", TUESDAY, "--ahead")
# Which commands need to write to which folder of a firm, and which do not.
REFUSED = {
    "history": (
        NIGHT,
        ("history", "compact", "--keep-days", "0"),
        ("rescore", "--from", MONDAY, "--to", MONDAY),
        ("purge", "--client", "C-0033", "--yes"),
    ),
    "reports": (NIGHT,),
}
DONE = {
    "history": (("history", "client", "C-0033"), ("history", "verify"), ("history", "run")),
    "reports": (("history", "compact", "--keep-days", "0"), ("history", "client", "C-0033")),
    "inbox": (NIGHT,),
}


def trials(folder: Path, _chance: random.Random, _number: int) -> Iterator[Trial]:
    """Each command that writes files, and each folder of a firm with the commands that use it."""
    for name, words in COMMANDS.items():
        yield Trial(f"{name} into a read-only folder", partial(outputs, words))
    before = after_monday(folder / "firm")
    for place, commands in REFUSED.items():
        for words in commands:
            yield Trial(f"{' '.join(map(str, words[:2]))}, {place} read-only", partial(refused, before, place, words))
    for place, commands in DONE.items():
        for words in commands:
            yield Trial(f"{' '.join(map(str, words[:2]))}, {place} read-only", partial(done, before, place, words))


def after_monday(folder: Path) -> Path:
    """A firm after one night, with a round that waits for the next one."""
    firm = before_its_first_night(folder, *SOME)
    firm.night(MONDAY)
    firm.publish(TUESDAY)
    return folder


def outputs(words: list[object], folder: Path) -> None:
    """A command whose folder of outputs cannot be written to."""
    (folder / "scores.csv").write_text("of before", encoding="utf-8")
    with read_only(folder):
        assert_refused(command(*(str(word).format(folder=folder) for word in words)), 1)
    assert contents(folder) == {"scores.csv": b"of before"}


def refused(before: Path, place: str, words: tuple[object, ...], folder: Path) -> None:
    """A command of a firm that has to write to a folder and cannot; a night started again is then done."""
    firm = copied(before, folder / "firm")
    tables, reports, nights = firm.tables(), contents(firm.reports), firm.history.runs().height
    with read_only(firm.folder / place):
        assert_refused(command(*words, "--config", firm.config), 1)
    assert firm.history.runs().height == nights
    assert all(frame.equals(tables[name]) for name, frame in firm.tables().items() if place == "history")
    assert contents(firm.reports) == reports
    assert command(*NIGHT, "--config", firm.config).code == 0
    assert command("history", "verify", "--config", firm.config).code == 0


def done(before: Path, place: str, words: tuple[object, ...], folder: Path) -> None:
    """A command of a firm that does not have to write to a folder that is read-only."""
    firm = copied(before, folder / "firm")
    held = contents(firm.folder / place)
    with read_only(firm.folder / place):
        answer = command(*words, "--config", firm.config)
    assert answer.code == 0, answer.err
    assert contents(firm.folder / place) == held


def copied(before: Path, to: Path) -> Firm:
    """A firm in another folder."""
    shutil.copytree(before, to)
    return Firm(to)
