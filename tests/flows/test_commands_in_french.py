"""What commands say of settings, overlays, unusable files, occupations, rounds and the history, with --lang fr."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from flows.cli import app
from tests.firm import MONDAY, TUESDAY, Firm, changed, clients
from tests.french import english_left
from transforms.facts import high_wage
from transforms.model import wording
from transforms.rules import load

# Texts of others: what a YAML or TOML parser says, official names of rounds, and the rows of a list of them.
OF_PARSERS = re.compile(r"TOML\xa0: .*|YAML\xa0: ligne [0-9 ou]*\xa0: .*")
# The titles of the law have a test of their own: every text of the catalogue is translated.
OF_THE_LAW = re.compile(
    "|".join(rf"\({title}\)|^  # {title}$" for title in (re.escape(one.title) for one in load().parameters.values()))
)
EVENT = " " * 12
HEAD = "title: Essai\nsources:\n  s:\n    title: S\n    href: https://example.org\nparameters:\n"
VERSION = "      - {{from: {day}, status: known, confidence: L, last_checked_on: 2026-10-31, source: {{key: s, section: '1'}}, value: {value}}}\n"


def said(*arguments: object, code: int | None = None) -> list[str]:
    """The lines of a command in French, standard output first."""
    done: Result = CliRunner().invoke(app, [*(str(one) for one in arguments), "--lang", "fr"])
    assert code is None or done.exit_code == code, done.output
    assert wording.current() == "en"
    return [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]


def english(lines: Iterable[str], *allowed: str) -> list[str]:
    return english_left((OF_THE_LAW.sub("", OF_PARSERS.sub("", line)) for line in lines), allowed=allowed)


def versions(parameter: str, *values: str, day: str = "2026-01-01") -> str:
    return f"{HEAD}  {parameter}:\n    versions:\n" + "".join(VERSION.format(day=day, value=one) for one in values)


SIBLING = "crs.additional.sibling"
SETTINGS = {
    "unknown key": 'inbx = "a"',
    "far from every key": 'zzzzzz = "a"',
    "no switch": 'watch_criteria = "yes"',
    "no column to split by": 'split_by = "zzz"',
    "no number": "rounds_tries = 0",
    "no share": "max_quarantined_share = 3",
    "no list of rules": 'rules = "a.yaml"',
    "an empty place": 'inbox = ""',
    "no text": "name = 3",
    "no language": 'language = "de"',
    "no TOML": "inbox = [",
    "readings that are no table": "readings = 3",
    "rounds that are not there": 'rounds = "zzz.json"',
}
OVERLAYS = {
    "no mapping": "- a\n",
    "a tab": "title: a\n\tb: c\n",
    "no colon": "title: a\nparameters\nb: c\n",
    "a key twice": "title: a\ntitle: b\nparameters: {}\n",
    "no such day": HEAD.replace("Essai", "2026-02-31") + "  {}\n",
    "an empty title": "title: ''\nparameters: {}\n",
    "an unknown key": "title: a\nparametres: {}\nparameters: {}\n",
    "an unknown parameter": versions("crs.additional.siblings", "40"),
    "no versions": f"{HEAD}  {SIBLING}: {{versions: []}}\n",
    "no source": versions(SIBLING, "40").replace("key: s", "key: t"),
    "a key is missing": versions(SIBLING, "40").replace("confidence: L, ", ""),
    "no date": versions(SIBLING, "40").replace("2026-10-31", "3"),
    "no status": versions(SIBLING, "40").replace("known", "knwn"),
    "unknown with a value": versions(SIBLING, "40").replace("known", "unknown"),
    "text in place of points": versions(SIBLING, "forty"),
    "a list in place of points": versions(SIBLING, "[40]"),
    "below zero": versions(SIBLING, "-1"),
    "above the total": versions(SIBLING, "1300"),
    "before the law": versions(SIBLING, "40", day="2001-01-01"),
    "two of a day": versions(SIBLING, "40", "41"),
    "a value is still to be entered": versions(SIBLING, '"???"'),
    "no code": versions("categories.stem.codes", "['00000']"),
    "a code twice": versions("categories.stem.codes", "['21231', '21231']"),
    "a code that is no text": versions("categories.stem.codes", "[21231]"),
    "no steps": versions("crs.core.age", "3"),
    "steps with a key too much": versions("crs.core.age", "[{at_least: 0, zz: 3}]"),
    "no level of occupations": versions("crs.additional.high_wage_occupations", "{'21231': hi}", day="2026-11-03"),
    "no first step": versions("crs.additional.high_wage_canadian_work", "[{at_least: 1, highest: 1, middle: 1, lowest: 1}]", day="2026-11-03"),
}  # fmt: skip


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("DRAWLINE_LANG", "DRAWLINE_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Firm:
    """Two nights in French: a round invites one client, and another one's record changes."""
    made = Firm(tmp_path_factory.mktemp("firm"), more='language = "fr"\n')
    with wording.using("fr"):
        made.publish(TUESDAY)
        made.drop("a.xlsx", [clients(37)[0], changed(clients(33)[0], sibling_in_canada="no")])
        made.night(MONDAY)
        made.drop("b.xlsx", [changed(clients(33)[0], sibling_in_canada="yes")])
        made.night(TUESDAY)
    return made


@pytest.mark.parametrize("what", SETTINGS)
def test_broken_settings(what: str) -> None:
    Path("drawline.toml").write_text(SETTINGS[what], encoding="utf-8")
    lines = said("rounds", "list", "--last", 1)
    assert lines[0].startswith("drawline: ")
    assert english(lines, "name") == []


@pytest.mark.parametrize("what", OVERLAYS)
def test_broken_overlays(what: str) -> None:
    Path("o.yaml").write_text(OVERLAYS[what], encoding="utf-8")
    checked = said("rules", "check", "o.yaml", "--as-of", "2026-07-20", "--quiet")
    assert checked
    with wording.using("fr"), pytest.raises(ValueError) as caught:  # noqa: PT011 - its text is the point
        high_wage.check(load([Path("o.yaml")]))
    assert english([*checked, str(caught.value)], "known", "unknown") == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("rules", "check", "none.yaml"),
        ("rules", "new", "there.yaml"),
        ("rules", "check", "there.yaml"),
        ("rounds", "list", "--kind", "zzz"),
        ("rounds", "list", "--rounds", "none.json"),
        ("rounds", "list", "--rounds", "there.yaml"),
        ("rounds", "update", "--from", "none.json", "--to", "r.json"),
        ("rounds", "update", "--from", "ftp://a/b", "--to", "r.json"),
        ("rounds", "update", "--from", "there.yaml", "--to", "r.json"),
        ("noc", "..."),
        ("noc", "99999"),
        ("noc", "qzxwv"),
        ("noc", "21231", "--as-of", "2001-01-01"),
        ("schema", "zzz"),
        ("check", "there.yaml"),
        ("check", "empty.csv"),
        ("check", "broken.xlsx"),
        ("history", "client", "C-1"),
        ("history", "run"),
        ("nightly", "--no-prefect"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_done(arguments: tuple[str, ...]) -> None:
    Path("there.yaml").write_text("title: [\n", encoding="utf-8")
    Path("empty.csv").write_bytes(b"")
    Path("broken.xlsx").write_bytes(b"PK no workbook")
    lines = said(*arguments)
    assert lines
    assert english(lines, "scores", "name") == []


@pytest.mark.parametrize("asked", ["21231", "2173", "infirmière"])
def test_occupations(asked: str) -> None:
    # A title of NOC 2016 is the official English one.
    lines = [line for line in said("noc", asked, "--as-of", "2026-07-20", code=0) if not line.startswith("CNP 2016 ")]
    assert english(lines) == []


def test_rounds() -> None:
    heads, row, *newest = said("rounds", "list", "--last", 1, code=0)
    assert english([heads]) == []
    assert "444" in row
    assert len(newest) == 1


def test_an_overlay_from_its_draft_to_its_check() -> None:
    made = said("rules", "new", "o.yaml", "--as-of", "2026-11-03", code=0)
    comments = [
        line for line in Path("o.yaml").read_text(encoding="utf-8").splitlines() if line.strip().startswith("#")
    ]
    checked = said("rules", "check", "o.yaml", "--as-of", "2026-11-03", code=3)
    assert english([*made, *comments, *checked], "check", "compare", "from", "points") == []


def test_the_policy_cases() -> None:
    line, *_due = said("selftest", code=0)
    assert "tous comme attendu" in line
    assert english([line]) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("history", "client", "C-0033", "--all"),
        ("history", "run"),
        ("history", "compact", "--dry-run"),
        ("history", "compact", "--dry-run", "--keep-nights-since", TUESDAY),
        ("history", "migrate", "--dry-run"),
        ("rescore", "--from", MONDAY, "--to", TUESDAY, "--dry-run"),
        ("purge", "--client", "C-0033", "--dry-run"),
        ("purge", "--client", "C-0033"),
        ("nightly", "--no-prefect", "--as-of", "2026-07-01"),
        ("nightly", "--no-prefect", "--as-of", "2036-07-01"),
    ],
    ids=lambda arguments: " ".join(map(str, arguments)),
)
def test_the_history(arguments: tuple[object, ...], firm: Firm) -> None:
    # Texts of events are stored, in the language of their night.
    lines = [line for line in said(*arguments, "--config", firm.config) if not line.startswith(EVENT)]
    assert lines
    assert english(lines, "scores", "events", "C-0033", "C-0037") == []


def test_a_run_of_the_history(firm: Firm) -> None:
    last = said("history", "run", "--config", firm.config, code=0)[-1].split()
    run_id = next(part for part in last if part.startswith(str(TUESDAY)) and part != str(TUESDAY))
    assert english(said("history", "run", run_id, "--config", firm.config, code=0)) == []
