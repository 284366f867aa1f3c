"""What a person writes wrongly into map, rules, plan or settings ends in one message that names file and line."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner, Result

import sample_data
from flows.cli import app
from tests.firm import MONDAY, Firm
from transforms.rules import Rules, load
from transforms.rules.loader import HERE

CASES = Path(__file__).parents[1] / "data" / "intake"
CLIENTS = CASES / "ours.csv"
HEAD = 'title: T\nsources: {s: {title: T, href: "https://example.com"}}\nparameters:\n'
ROUND = "rounds: [{date: 2026-08-18, kind: general, size: 1}]\n"


def version(parameter: str, value: str, **changes: str) -> str:
    """An overlay of one value, in which parts of its version are others."""
    parts = {
        "from": "2026-01-01", "status": "known", "confidence": "L", "last_checked_on": "2026-08-01",
        "source": '{key: s, section: "1"}', "value": value,
    } | changes  # fmt: skip
    entry = ", ".join(f"{name}: {part}" for name, part in parts.items() if part)
    return f"{HEAD}  {parameter}:\n    versions: [{{{entry}}}]\n"


SIBLING = "crs.additional.sibling"
WORK = "crs.core.canadian_work"
MAPS = {
    "a column that is not ours": "columns: {Client No: client_idd}",
    "a mapping as a key": "columns: {{Client No: client_id}}",
    "a list as a key": "columns:\n  ? [a, b]\n  : client_id",
    "a list for a column": "columns: {Client No: [client_id]}",
    "a key twice": "columns:\n  A: client_id\n  A: family_name",
    "two headers that read alike": "columns:\n  Client No: client_id\n  client-no: family_name",
    "a header of blanks": 'columns: {" ": client_id}',
    "columns as a list": "columns: [Client No]",
    "an unknown part": "colums: {Client No: client_id}",
    "a text": "client_id",
    "a list": "- columns",
    "nothing": "",
    "no end": "columns: {Client No: client_id",
    "a tab": "columns:\n\tClient No: client_id",
    "two documents": "columns: {}\n---\nvalues: {}",
    "an alias of nothing": "columns: *x",
    "a tag of nobody": "columns: !!python/object:x {}",
    "a value that is no choice": "values: {marital_status: {single: singel}}",
    "values of no column": "values: {marital: {s: single}}",
    "values as a list": "values: {marital_status: [single]}",
    "a list as a value": "values: {marital_status: {s: [single]}}",
    "neither yes nor no": "values: {intends_quebec: {oui: ja}}",
    "no province": "values: {provincial_nomination: {Ontario: Onttario}}",
    "no number": "values: {family_size: {three: drei}}",
    "two values that read alike": "values: {marital_status: {S: single, s: separated}}",
    "bytes that are no text": b"columns: {\xff\xfe: client_id}",
    "very deep lists": "columns: " + "[" * 60_000,
    "aliases without end": "a: &a [x, x]\n" + "".join(f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n"
                                                      for a, b in zip("abcdefghij", "bcdefghijk", strict=True)),
}  # fmt: skip
RULES = {
    "a day that there is not": version(SIBLING, "20", **{"from": "2026-02-30"}),
    "a month that there is not": version(SIBLING, "20", last_checked_on="2026-13-01"),
    "an hour that there is not": version(SIBLING, "20", published_on="2026-01-01T25:00:00Z"),
    "a day in words": version(SIBLING, "20", **{"from": "soon"}),
    "a status in a list": version(SIBLING, "20", status="[known]"),
    "a source in a list": version(SIBLING, "20", source='{key: [s], section: "1"}'),
    "an unknown source": version(SIBLING, "20", source='{key: t, section: "1"}'),
    "a section in a list": version(SIBLING, "20", source="{key: s, section: [1]}"),
    "a note in a mapping": version(SIBLING, "20", note="{a: b}"),
    "a huge value": version(SIBLING, "99999999999"),
    "a value of 25 digits": version(SIBLING, "9" * 25),
    "a value of 5,000 digits": version(SIBLING, "9" * 5_000),
    "more points than there are": version(SIBLING, "1201"),
    "a value in quotes": version(SIBLING, '"20"'),
    "a value in a list": version(SIBLING, "[20]"),
    "no value": version(SIBLING, ""),
    "no number": version("fst.language_in_either", "12"),
    "a bound in words": version(WORK, "[{at_least: 0, with_spouse: 1, without_spouse: 1}, "
                                      "{at_least: zero, with_spouse: 1, without_spouse: 1}]"),
    "a bound without end": version(WORK, "[{at_least: 0, with_spouse: 1, without_spouse: 1}, "
                                         "{at_least: .inf, with_spouse: 1, without_spouse: 1}]"),
    "points in a mapping": version(WORK, "[{at_least: 0, with_spouse: {a: 1}, without_spouse: 1}]"),
    "a row that is no row": version(WORK, "[0]"),
    "no rows": version("crs.additional.high_wage_canadian_work", "[]", **{"from": "2026-11-03"}),
    "a window of 3,000 years": version("crs.records.work_window_years", "3000"),
    "a share above the whole": version("categories.records.share_of_named_occupation", "7.5"),
    "a parameter that there is not": version("crs.additional.siblings", "20"),
    "a list of parameters": "title: T\nparameters: [a]",
    "a title in a list": "title: [T]\nparameters: {}",
    "no title": "parameters: {}",
    "a source without a title": 'title: T\nsources: {s: {href: "x"}}\nparameters: {}',
    "sources in a list": "title: T\nsources: [s]\nparameters: {}",
    "versions in a mapping": f"{HEAD}  {SIBLING}:\n    versions: {{a: 1}}",
    "a version as text": f"{HEAD}  {SIBLING}:\n    versions: [known]",
    "no versions": f"{HEAD}  {SIBLING}: {{}}",
    "a key of braces": f"{HEAD}  {{{{x}}}}: 1",
    "a bad number": version(SIBLING, "!!int twenty"),
    "a text": "known",
    "nothing": "",
}  # fmt: skip
PLANS = {
    "a day that there is not": "rounds: [{date: 2026-02-30, kind: general, size: 1}]",
    "an hour that there is not": "rounds: [{date: 2026-08-18, kind: CEC, cut_off: 500, tie_break: 2026-08-01T25:00:00Z}]",
    "a size of 20 digits": f"rounds: [{{date: 2026-08-18, kind: general, size: {'9' * 20}}}]",
    "a size beyond every pool": "rounds: [{date: 2026-08-18, kind: general, size: 99999999}]",
    "a kind in a list": "rounds: [{date: 2026-08-18, kind: [CEC], size: 1}]",
    "a round past the last year": "rounds: [{date: 9999-12-20, kind: general, size: 1, every_days: 14, times: 3}]",
    "a moment before the first year": "rounds: [{date: 2026-08-18, kind: CEC, cut_off: 1, tie_break: 0001-01-01T00:00:00+12:00}]",
    "very many arrivals": f"{ROUND}start: 2026-08-08\narrivals: {{per_week: 100000000}}",
    "days without end": f"{ROUND}renewals: {{after_days: 99999999}}",
    "days of a decline without end": f"{ROUND}answers: {{declined_after_days: 99999999999}}",
    "a title in a list": f"title: [T]\n{ROUND}",
    "a title with a line break": f'title: "a\\nb"\n{ROUND}',
    "a title of 2,000 characters": f"title: {'T' * 2_000}\n{ROUND}",
    "a file name with a null": f'{ROUND}arrivals: {{file: "a\\0b"}}',
    "arrivals as no": f"{ROUND}arrivals: no",
    "a day of a client that there is not": f"{ROUND}withdrawals: {{clients: {{C-1: 2026-02-31}}}}",
    "a client who is not there": f"{ROUND}withdrawals: {{clients: {{C-9: 2026-08-18}}}}",
    "a start after the round": f"{ROUND}start: 2026-09-01",
    "a day before the law": "rounds: [{date: 2014-08-18, kind: general, size: 1}]",
    "a category before it was": "rounds: [{date: 2022-08-18, kind: stem, size: 1}]",
    "a key of braces": "rounds: [{{date: 2026-08-18}}]",
    "a number that is none": f"{ROUND}seed: !!float ten",
    "a switch that is none": f"{ROUND}seed: !!bool ten",
    "a merge": f"{ROUND}<<: x",
    "nothing": "",
}  # fmt: skip
SETTINGS = {
    "an unknown key": 'naem = "x"',
    "a number below zero": "[readings]\nwork.time.gap_days = -3",
    "a number below zero in a table": 'name = "x"\n\n[readings.work.time]\ngap_days = -3',
    "days of a century": "readings.work.time.gap_days = 99999999",
    "days as text": '[readings]\nwork.time.gap_days = "3"',
    "days as a list": "[readings]\nwork.time.gap_days = [3]",
    "a law that is not open": '[readings]\n"crs.core.age" = 1',
    "an empty inbox": 'inbox = ""',
    "an empty map": 'name = "Firm"\nmap = " "',
    "an empty file of rules": 'rules = [""]',
    "a path with a null": 'history = "a\\u0000b"',
    "rules as text": 'rules = "x.yaml"',
    "a name in a list": "name = [1]",
    "no seconds": "rounds_timeout_seconds = 0",
    "seconds of 20 digits": f"rounds_timeout_seconds = {'9' * 20}",
    "a number of 5,000 digits": f"rounds_tries = {'9' * 5_000}",
    "days below zero": "catch_up_days = -1",
    "readings as a number": "readings = 1",
    "no end of a text": 'name = "x',
    "no end of a list": 'name = "x"\nrules = [',
    "a key twice": 'name = "a"\nname = "b"',
    "a day that there is not": "name = 2026-02-30",
    "bytes that are no text": b'name = "\xe9"',
    "UTF-16": 'name = "x"'.encode("utf-16"),
    "very deep lists": "rules = " + "[" * 60_000,
}  # fmt: skip
MISTAKES = [
    pytest.param(kind, text, id=f"{kind}: {what}")
    for kind, mistakes in (("map", MAPS), ("rules", RULES), ("plan", PLANS), ("settings", SETTINGS))
    for what, text in mistakes.items()
]
NAMES = {"map": "map.yaml", "rules": "rules.yaml", "plan": "plan.yaml", "settings": "drawline.toml"}


def ran(kind: str, folder: Path, content: str | bytes, clients: Path = CLIENTS) -> Result:
    """The command that reads a file of a kind."""
    path = folder / NAMES[kind]
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    scored = ["score", clients, "--as-of", "2026-11-10", "--out", folder / "scores.parquet"]
    commands: dict[str, Sequence[object]] = {
        "map": [*scored, "--map", path],
        "rules": [*scored, "--rules", path],
        "plan": ["simulate", clients, "--plan", path, "--out", folder / "out"],
        "settings": [*scored, "--config", path],
    }
    return CliRunner().invoke(app, [str(part) for part in commands[kind]])


@pytest.mark.parametrize(("kind", "content"), MISTAKES)
def test_a_mistake_ends_in_one_message_with_file_and_line(kind: str, content: str | bytes, tmp_path: Path) -> None:
    done = ran(kind, tmp_path, content)
    assert done.exit_code == 4, done.output
    assert re.search(
        rf"{re.escape(NAMES[kind])}: (not readable as YAML: )?line [1-9][0-9]*( or [1-9][0-9]*)?: ", done.stderr
    ), done.stderr
    assert "error of the program" not in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert len(done.stderr) < 700


@pytest.mark.parametrize("path", sorted(CASES.glob("*_*.yaml")), ids=lambda path: path.name)
def test_each_case_of_the_field_ends_with_its_message(path: Path, tmp_path: Path) -> None:
    done = ran(
        path.name.partition("_")[0], tmp_path, path.read_bytes(), CASES / "good.csv" if "map" in path.name else CLIENTS
    )
    if path.name == "plan_long_title.yaml":
        assert done.exit_code == 0, done.output
    else:
        assert done.exit_code == 4, done.output
        assert re.search(r"\.yaml: line [1-9]: ", done.stderr)


def test_the_line_is_that_of_the_mistake(tmp_path: Path) -> None:
    done = ran("settings", tmp_path, 'name = "Firm"\n\n[readings]\n# days\nwork.time.gap_days = -3\n')
    assert "drawline.toml: line 5: readings: work.time.gap_days: -3 is below zero" in done.stderr
    done = ran("rules", tmp_path, version(WORK, "[\n      {at_least: 0, with_spouse: 1, without_spouse: 1},\n      7]"))
    assert (
        "rules.yaml: line 7: crs.core.canadian_work, from 2026-01-01: a mapping is expected here, not int"
        in done.stderr
    )
    done = ran(
        "plan",
        tmp_path,
        "title: T\nrounds:\n- {date: 2026-08-18, kind: CEC, size: 1}\n- {date: 2026-08-19, kind: CEC, size: 0}\n",
    )
    assert "plan.yaml: line 4: rounds, entry 2: size 0 is not a whole number from 1" in done.stderr
    done = ran("map", tmp_path, "columns:\n  A: client_id\nvalues:\n  marital_status:\n    m: married\n    s: singel\n")
    assert "map.yaml: line 6: `values`: marital_status: 's' is 'singel'." in done.stderr


def test_settings_of_a_windows_editor_are_read(tmp_path: Path) -> None:
    done = ran("settings", tmp_path, (CASES / "bom.toml").read_bytes())
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize("command", ["check", "explain", "score"])
def test_a_bad_map_ends_every_command_that_reads_it(command: str, tmp_path: Path) -> None:
    rest = {"check": [], "explain": ["--client", "C-1"], "score": ["--out", str(tmp_path / "x.csv")]}[command]
    done = CliRunner().invoke(app, [command, str(CASES / "good.csv"), "--map", str(CASES / "map_typo.yaml"), *rest])
    assert done.exit_code == 4
    assert "map_typo.yaml: line 1: `columns`: 'Client No' names 'client_idd'" in done.stderr
    assert "Did you mean client_id?" in done.stderr


def test_a_bad_map_ends_the_night_with_its_message(tmp_path: Path) -> None:
    bad = CASES / "map_typo.yaml"
    firm = Firm(tmp_path, more=f"map = '{bad}'\n")
    firm.publish(MONDAY)
    (firm.inbox / "clients.csv").write_bytes((CASES / "good.csv").read_bytes())
    done = CliRunner().invoke(
        app, ["nightly", "--no-prefect", "--ahead", "--as-of", str(MONDAY), "--config", str(firm.config)]
    )
    assert done.exit_code == 4, done.output
    assert "map_typo.yaml: line 1: " in done.stderr
    assert "Did you mean client_id?" in done.stderr
    assert firm.history.inputs().is_empty()


def test_a_map_is_read_as_the_text_that_stands_there(tmp_path: Path) -> None:
    (tmp_path / "clients.csv").write_text(
        "client_id,date_of_birth,marital_status,provincial_nomination,intends_quebec,sibling_in_canada\n"
        "C-1,1990-01-01,single,Ontario,NO,ON\nC-2,1990-01-01,single,NULL,Y,\n",
        encoding="utf-8",
    )
    text = (
        "values:\n  provincial_nomination: {Ontario: ON, NULL: }\n  intends_quebec: {NO: N, Y: Y}\n"
        "  sibling_in_canada: {ON: YES}\n"
    )
    done = ran("map", tmp_path, text, tmp_path / "clients.csv")
    assert done.exit_code == 0, done.output


MUTATED = {
    "map": "columns:\n  Client No: client_id\n  Birth: date_of_birth\nvalues:\n  marital_status:\n    M: married\n    S: single\n",
    "plan": (Path(sample_data.__file__).parent / "plan_2026.yaml").read_text(encoding="utf-8").replace("C-0012", "C-1"),
    "rules": (HERE / "overlays" / "reform-2026-proposal.yaml").read_text(encoding="utf-8"),
    "tables": "",
    "settings": 'name = "Firm"\nrounds_tries = 3\ncatch_up_days = 5\n\n[readings]\nwork.time.gap_days = 3\nfst.language_in_either = true\n',
}
SPOILERS = (
    "[]",
    "{}",
    "~",
    "-1",
    "1e999",
    "x",
    '"',
    "2026-02-30",
    "9" * 30,
    "{{a}}",
    "true",
    ": :",
    "\u2028",
    "*a",
    "&a",
    "!!int x",
)


def spoilt(text: str, chance: random.Random) -> str:
    """A good file in which a line is gone, doubled, moved, or holds something else."""
    lines = text.splitlines()
    for _ in range(chance.randint(1, 2)):
        place = chance.randrange(len(lines))
        what = chance.randrange(6)
        if what == 0:
            lines.pop(place)
        elif what == 1:
            lines.insert(place, lines[place])
        elif what == 2:
            lines[place] = "  " + lines[place]
        elif what == 3:
            lines[place] = re.sub(r"(: |= ).*", lambda found: found[1] + chance.choice(SPOILERS), lines[place])
        elif what == 4:
            cut = chance.randrange(len(lines[place]) + 1)
            lines[place] = lines[place][:cut] + chance.choice(SPOILERS) + lines[place][cut + 1 :]
        else:
            other = chance.randrange(len(lines))
            lines[place], lines[other] = lines[other], lines[place]
        if not lines:
            lines = [""]
    return "\n".join(lines) + "\n"


def table(rules: Rules, chance: random.Random) -> str:
    """An overlay that says again what the law says of one parameter."""
    parameter = chance.choice([one for one in rules.parameters.values() if one.versions[-1].status == "known"])
    last = parameter.versions[-1]
    entry = {
        "from": last.starts_on, "status": "known", "confidence": "L", "last_checked_on": last.last_checked_on,
        "source": {"key": last.source.key, "section": "1"},
        "value": list(last.value) if isinstance(last.value, tuple) else last.value,
    }  # fmt: skip
    return yaml.safe_dump({"title": "T", "parameters": {parameter.id: {"versions": [entry]}}}, sort_keys=False)


def ran_spoilt(kind: str, rules: Rules, chance: random.Random, folder: Path) -> tuple[str, Result]:
    """A good file that is spoilt, and what came of it."""
    pool = folder / "pool.csv"
    pool.write_text(
        "client_id,date_of_birth,marital_status,profile_submitted_at\nC-1,1990-01-01,single,2026-08-01T10:00:00Z\n",
        encoding="utf-8",
    )
    text = spoilt(MUTATED[kind] or table(rules, chance), chance)
    return text, ran("rules" if kind == "tables" else kind, folder, text, pool)


@pytest.mark.parametrize("kind", MUTATED)
def test_a_spoilt_file_is_never_an_error_of_the_program(kind: str, tmp_path: Path) -> None:
    rules, chance = load(), random.Random(f"spoilt {kind}")
    for _ in range(20):
        text, done = ran_spoilt(kind, rules, chance, tmp_path)
        assert done.exit_code in {0, 4}, f"{text}\n{done.output}"
        assert done.exit_code == 0 or re.search(r": line [1-9][0-9]*( or [1-9][0-9]*)?: ", done.stderr), done.stderr
