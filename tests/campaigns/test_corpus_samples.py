"""A part of the corpus, and a few files that chance has changed for every reader; always the same ones."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.campaigns.corpus import __main__ as corpus
from tests.campaigns.corpus.case import FOREIGN, Answer, Case, Expected, Values, faults
from tests.campaigns.fuzzing import trial
from tests.campaigns.fuzzing.properties import PROPERTIES, Property

ROOT = Path(__file__).parents[2]
EXAMPLES = 12
NEEDED = 250


@pytest.mark.long
@pytest.mark.skipif(not hasattr(os, "fork"), reason="each file is tried in a forked process")
def test_a_sample_of_the_corpus_is_answered_as_expected() -> None:
    words = [sys.executable, "-m", "tests.campaigns.corpus", "--sample"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert "lost:" not in done.stdout


def test_the_corpus_has_many_files_of_each_group() -> None:
    cases = corpus.corpus(corpus.SEED)
    assert len(cases) >= NEEDED
    groups = {case.group for case in cases}
    assert len(groups) == len(corpus.GROUPS)
    assert {case.group for case in cases if case.sample} == groups


@pytest.mark.long
@pytest.mark.parametrize("one", PROPERTIES, ids=lambda one: one.name)
def test_files_changed_by_chance_are_read_or_refused(one: Property) -> None:
    assert trial.tried(one, EXAMPLES, None) > 0


def _answer(**changes: object) -> Answer:
    return Answer(**{"folder": Path(), "code": 0, "out": "", "err": "", **changes})  # type: ignore[arg-type]


def _case(expected: Expected) -> Case:
    return Case("containers", "a file", {}, (), expected)


@pytest.mark.parametrize("text", FOREIGN)
def test_a_traceback_is_a_loss(text: str) -> None:
    assert faults(_case(Expected(0)), _answer(err=f"{text}\n"))


def test_another_exit_code_and_another_message_are_losses() -> None:
    assert faults(_case(Expected(4)), _answer(code=0))
    assert faults(_case(Expected(4, ("line 3",))), _answer(code=4, err="line 2"))
    assert not faults(_case(Expected(4, ("line 3",))), _answer(code=4, err="line 3"))


def test_a_changed_value_and_a_missing_client_are_losses() -> None:
    import polars as pl

    def read(**values: object) -> Answer:
        return _answer(sheets={"candidates": pl.DataFrame([values])})

    look = Values([{"client_id": "C-1", "family_name": "Roy"}])
    assert look(read(client_id="C-1", family_name="Roy", source_row=2)) == []
    assert look(read(client_id="C-1", family_name="Ray")) == ["candidates, C-1: family_name is 'Ray', not 'Roy'"]
    assert look(read(client_id="C-1", family_name=None)) == ["candidates, C-1: family_name is None, not 'Roy'"]
    assert look(read(client_id="C-1", family_name="Roy", case_owner="Ann"))
    assert look(_answer(sheets={"candidates": pl.DataFrame({"client_id": []})}))


BOUNDED = """
import os, sys, time
from pathlib import Path
from tests.campaigns.corpus import child
child.MAX_SECONDS, child.PROCESSOR_SECONDS, child.CLOCK_SECONDS = 0.5, 1, 3
def spins():
    while True: pass
def swells():
    x = bytearray(1200 << 20)
    return []
folder = Path(sys.argv[1])
trials = [lambda: [], spins, lambda: ["a fault"], swells, lambda: time.sleep(60), lambda: os._exit(7), lambda: 1 / 0, lambda: []]
for one in child.tried([child.Trial(folder, run) for run in trials], folder):
    print("; ".join(one.faults) or "held", flush=True)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="each file is tried in a forked process")
def test_a_file_that_hangs_swells_or_ends_the_process_is_a_loss(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", BOUNDED, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    held, spins, fault, swells, sleeps, leaves, raises, last = done.stdout.splitlines()
    assert (held, last, fault) == ("held", "held", "a fault")
    assert "ended by signal" in spins
    assert "MiB" in swells
    assert "SIGKILL" in sleeps
    assert "code 7" in leaves
    assert "ZeroDivisionError" in raises
