"""A small part of the mutation campaign: what it changes, that a change is noticed, and what its verdict asks."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.campaigns.mutation import campaign
from tests.campaigns.mutation.campaign import CampaignError, Result
from tests.campaigns.mutation.mutants import ROOT, Parsed, sample

MODULE = "transforms/rounds/reach.py"
# Tries the first changes of the module with tests of something else, in a process that never ran a query.
UNNOTICED = f"""
from tests.campaigns.mutation import campaign, trial
trial.preload()
changes = campaign.changes_of(["{MODULE}"])[:2]
tests = {{"{MODULE}": ["tests/transforms/test_ahead.py"]}}
print(*[result.outcome for result in campaign.run(changes, tests, 2, print)])
"""


def answer(*arguments: str) -> str:
    """What Python prints for the arguments; it has to end with 0."""
    ended = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
        check=False, timeout=300,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def result(outcome: str, was: str = "a + b") -> Result:
    return Result("0", MODULE, "crossing", 1, was, "a - b", outcome, 1.0, "")


@pytest.mark.long
def test_mutants_of_a_module_are_noticed() -> None:
    said = answer("-m", "tests.campaigns.mutation", "--module", MODULE, "--sample", "3", "--workers", "2")
    assert "caught 100.0% of 3 mutants" in said


@pytest.mark.long
def test_a_mutant_that_the_tests_do_not_reach_survives() -> None:
    assert answer("-c", UNNOTICED).splitlines()[-1] == "passed passed"


def test_every_module_has_its_tests_and_every_listed_survivor_its_reason() -> None:
    assert set(campaign.bearing_tests()) == set(campaign.modules())
    known = campaign.known_survivors()
    texts = {module: (ROOT / module).read_text(encoding="utf-8") for module, *_ in known}
    for module, _, was, _ in known:
        for line in was.split(" / "):
            assert line in texts[module], f"{module} has no longer: {line}"


def test_each_change_differs_from_the_source_and_can_be_parsed() -> None:
    parsed = Parsed(MODULE)
    changes = list(parsed.changes())
    assert len({change.digest for change in changes}) == len(changes) > 100
    for change in changes:
        mutant = change.mutant()
        assert mutant.source != parsed.text
        assert mutant.was != mutant.becomes
        compile(mutant.source, MODULE, "exec", dont_inherit=True)


def test_a_sample_stays_the_same_where_changes_are_added() -> None:
    changes = list(Parsed(MODULE).changes())
    drawn = {change.digest for change in sample(changes, 20, "seed")}
    fewer = {change.digest for change in sample(changes[30:], 20, "seed")}
    assert drawn & {change.digest for change in changes[30:]} <= fewer
    assert drawn != {change.digest for change in sample(changes, 20, "another seed")}


@pytest.mark.parametrize(
    ("results", "passes"),
    [
        ([result("failed")], True),
        ([result("broken"), result("timeout")], True),
        ([], False),
        ([result("failed")] * 99 + [result("passed")], False),  # survives, and is not listed
        ([result("failed")] * 9 + [result("passed", "listed")], True),
        ([result("failed")] * 8 + [result("passed", "listed")], False),  # too few are caught
    ],
)
def test_the_verdict_asks_for_nine_of_ten_and_a_reason_for_the_rest(results: list[Result], passes: bool) -> None:
    known = {(MODULE, "crossing", "listed", "a - b"): "no input tells the two apart"}
    assert campaign.verdict(results, known).passes is passes


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda text: text.replace("    - transforms/scoring/crs.py\n", "", 1), "differ in transforms/scoring/crs.py"),
        (lambda text: text + text, "twice"),
        (lambda text: text.replace("test_ranking.py", "test_nothing.py"), "names no test files"),
    ],
)
def test_a_table_that_does_not_fit_the_code_is_refused(
    change: Callable[[str], str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = change(campaign.TESTS.read_text(encoding="utf-8"))
    monkeypatch.setattr(campaign, "TESTS", tmp_path / "table.yaml")
    campaign.TESTS.write_text(text, encoding="utf-8")
    with pytest.raises(CampaignError, match=message):
        campaign.bearing_tests()
