"""Two writers at once, at moments drawn by chance: of one folder, of one file, and of one history."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import polars as pl

from tests.campaigns.faults.read_only import NIGHT, after_monday, copied
from tests.campaigns.faults.trial import Trial, command
from tests.campaigns.load import AT_WORK
from tests.firm import MONDAY, TUESDAY, assert_same
from tests.flows.test_whole_outputs import SAMPLE, WRITER, is_whole, names
from tests.processes import drawline, environment

AS_OF = ("--as-of", "2026-08-07")
CLIENTS = ("C-0004", "C-0033")
# The second one begins within this time of the first one.
MAX_DELAY_SECONDS = 1.5
# What runs beside a nightly run that waits; done alone or refused, it changes nothing of the tables.
BESIDE: dict[str, tuple[object, ...]] = {
    "nightly": (*NIGHT, "--no-wait"),
    "nightly, waiting": NIGHT,
    "compact": ("history", "compact", "--keep-days", "0"),
    "rescore": ("rescore", "--from", MONDAY, "--to", MONDAY),
}


def trials(folder: Path, chance: random.Random, number: int) -> Iterator[Trial]:
    """As many of the plain writers, and of the commands a part of that."""
    for place in range(number):
        yield Trial(f"one folder, {place}", partial(one_folder, chance.random() * 0.3))
    for place in range(max(1, number // 5)):
        yield Trial(f"score into one file, {place}", partial(one_file, chance.random() * MAX_DELAY_SECONDS))
        yield Trial(f"run into one --out, {place}", partial(one_out, chance.random() * MAX_DELAY_SECONDS))
    before = after_monday(folder / "firm")
    single = copied(before, folder / "single")
    single.night(TUESDAY)
    tables = single.tables()
    for place in range(max(len(BESIDE), number // 2)):
        name = list(BESIDE)[place % len(BESIDE)]
        delay = (chance.random() - 0.5) * 2 * MAX_DELAY_SECONDS
        yield Trial(f"one history, {name}, {place}", partial(one_history, before, tables, name, delay))


def both(commands: Sequence[Sequence[str]], delay: float, folder: Path) -> list[tuple[int, str]]:
    """Two processes, the second one some seconds after the first one; how each ended and what it said."""
    surroundings = environment(folder / "home", POLARS_MAX_THREADS="1")
    (folder / "home").mkdir()
    running = []
    for place, words in enumerate(commands):
        time.sleep(delay * place)
        running.append(
            subprocess.Popen(
                words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=surroundings, cwd=folder
            )
        )
    said = [one.communicate()[0] for one in running]
    assert not any("Traceback" in text for text in said), said
    return [(one.returncode, text) for one, text in zip(running, said, strict=True)]


def one_folder(delay: float, folder: Path) -> None:
    """Two plain writers of outputs with a record."""
    out = folder / "out"
    ended = both([[sys.executable, "-c", WRITER, str(out), text, "-1"] for text in ("one", "two")], delay, folder)
    assert [code for code, _ in ended] == [0, 0], ended
    assert is_whole(out)
    found = {(out / name).read_text(encoding="utf-8").split()[1] for name in ("a.txt", "b.txt")}
    assert found == {json.loads((out / "run.json").read_text(encoding="utf-8"))["text"]}
    assert names(out) == ["a.txt", "b.txt", "run.json"]


def one_file(delay: float, folder: Path) -> None:
    """Two `score` of different clients into one file: it is what one of them writes alone."""
    out = folder / "out"
    out.mkdir()
    words = [("score", SAMPLE, *AS_OF, "--client", client, "--out") for client in CLIENTS]
    ended = both([drawline(*one, out / "scores.csv") for one in words], delay, folder)
    assert [code for code, _ in ended] == [0, 0], ended
    alone = []
    for place, one in enumerate(words):
        path = folder / f"alone-{place}.csv"
        assert command(*one, path).code == 0
        alone.append(path.read_bytes())
    assert (out / "scores.csv").read_bytes() in alone
    assert alone[0] != alone[1]
    assert names(out) == ["scores.csv"]


def one_out(delay: float, folder: Path) -> None:
    """Two `run` of different clients into one folder: the files are those of its run.json."""
    out = folder / "out"
    words = [("run", SAMPLE, *AS_OF, "--no-prefect", "--client", client, "--out", out) for client in CLIENTS]
    ended = both([drawline(*one) for one in words], delay, folder)
    assert [code for code, _ in ended] == [0, 0], ended
    assert is_whole(out)
    assert not [name for name in names(out) if name.startswith(".")]
    recorded = json.loads((out / "run.json").read_text(encoding="utf-8"))["outputs"]
    assert {*recorded, "run.json"} == set(names(out))


def one_history(before: Path, tables: dict[str, pl.DataFrame], name: str, delay: float, folder: Path) -> None:
    """A nightly run that waits beside another command: each is done or says that another run is at work."""
    firm = copied(before, folder / "firm")
    words = [drawline(*one, "--config", firm.config) for one in (NIGHT, BESIDE[name])]
    ended = both(words if delay >= 0 else words[::-1], abs(delay), folder)
    (waits, said), (other, text) = ended if delay >= 0 else ended[::-1]
    assert waits == 0, said
    assert other == 0 or (other == 1 and AT_WORK in text), f"{name} ended with {other}: {text}"
    assert_same(firm.tables(), tables)
    verified = command("history", "verify", "--config", firm.config)
    assert verified.code == 0, verified.out + verified.err
