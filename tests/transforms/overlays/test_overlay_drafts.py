"""Drafts of overlays and their check: what is missing, what is wrong, by line, until the law of the day is complete."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from transforms.facts import high_wage
from transforms.model.wording import using
from transforms.overlays import Finding, Known, draft, findings, missing
from transforms.rules import Law, Rules, RulesError, load
from transforms.rules.placeholders import PLACEHOLDER

DAY = date(2026, 11, 30)
D = "crs.additional."
# Made-up values: no number of the law.
VALUES = {
    "highest": "3", "middle": "2", "lowest": "1", "at_least": "12", "each_more": "10",
    "published_on": "2026-11-02", "last_checked_on": "2026-11-29", "confidence": "L", "from": "2026-11-20",
    "title": "Made up", "href": "https://example.org/made-up", "value_file": "list.csv",
}  # fmt: skip
SINGLE = {f"{D}high_wage_window_years": "5", f"{D}high_wage_combination": "sum", f"{D}high_wage_maximum": "7"}
LIST = "NOC;Level\n21231;highest\n72106;Middle\n00012;lowest\n"


@pytest.fixture(scope="module")
def law(rules: Rules) -> Law:
    return rules.law_of(DAY)


@pytest.fixture
def written(law: Law, tmp_path: Path) -> Path:
    """A draft as `rules new` writes it."""
    path = tmp_path / "values.yaml"
    path.write_text(draft(missing(law), DAY, Known()), encoding="utf-8")
    return path


def fill(path: Path) -> None:
    """Enters a made-up value in every place of a draft, and writes the list of occupations beside it."""
    parameter, lines = "", []
    for line in path.read_text(encoding="utf-8").splitlines():
        if named := re.fullmatch(r"  ([a-z_.]+):", line):
            parameter = named[1]
        if PLACEHOLDER in line and not line.lstrip().startswith("#"):
            key = re.sub(r"[-\s]*\"?(\w+)?\"?:?.*", r"\1", line)
            value = SINGLE.get(parameter) if key == "value" else VALUES.get(key)
            if value is None:
                value = (
                    "lmia"
                    if parameter.endswith("routes") and key != "source"
                    else "100"
                    if "funds" in parameter
                    else "s. 1"
                )
            if "section" in line:
                value = "s. 1"
            line = line.replace(PLACEHOLDER, value)
        lines.append(line)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    (path.parent / "list.csv").write_text(LIST, encoding="utf-8")


def of_kind(found: list[Finding], kind: str) -> list[Finding]:
    return [one for one in found if one.kind == kind]


def change(path: Path, before: str, after: str, *, count: int = 1) -> int:
    """Changes a text in a file; the line of the first place."""
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, count), encoding="utf-8")
    return text[: text.index(before)].count("\n") + 1


# --- The draft


def test_draft_holds_every_value_that_the_law_of_the_day_lacks(written: Path, law: Law) -> None:
    found = findings(written, law)
    assert {one.kind for one in found} == {"missing"}
    assert {one.parameter for one in found} - {""} == {*high_wage.PARAMETERS, "funds.table"}
    lines = written.read_text(encoding="utf-8").splitlines()
    for one in found:
        assert one.line is not None
        assert PLACEHOLDER in lines[one.line - 1]
    places = [number for number, line in enumerate(lines, 1) if PLACEHOLDER in line and "#" not in line]
    assert sorted(one.line or 0 for one in found) == places


def test_draft_that_is_not_filled_is_refused_with_its_line(written: Path) -> None:
    with pytest.raises(RulesError, match=r"values\.yaml: line 14: a value is still missing\. Enter it"):
        load([written])


def test_filled_draft_completes_the_law(written: Path, law: Law) -> None:
    fill(written)
    assert findings(written, law) == []
    rules = load([written])
    high_wage.check(rules)
    complete = rules.law_of(DAY)
    assert complete.status == "complete"
    assert complete[f"{D}high_wage_occupations"] == {"21231": "highest", "72106": "middle", "00012": "lowest"}
    assert complete[f"{D}high_wage_canadian_work"][1] == {"at_least": 12, "highest": 3, "middle": 2, "lowest": 1}
    assert complete["funds.table"]["3"] == 100
    assert complete.renewal_due == ()


def test_occupations_and_source_that_are_known_are_written_in(law: Law, tmp_path: Path) -> None:
    known = Known(
        "The text", "https://example.org", "s. 9", date(2026, 11, 2), DAY, {"21231": "middle", "00012": "highest"}
    )
    path = tmp_path / "values.yaml"
    path.write_text(draft(missing(law), DAY, known), encoding="utf-8")
    text = path.read_text(encoding="utf-8")
    assert text.index('"00012": highest') < text.index('"21231": middle')
    left = {one.problem.split(" is still")[0] for one in findings(path, law)}
    assert not left & {"published_on", "last_checked_on", "source → section", "value_file"}


def test_draft_in_french(law: Law, tmp_path: Path) -> None:
    path = tmp_path / "valeurs.yaml"
    with using("fr"):
        path.write_text(draft(missing(law), DAY, Known()), encoding="utf-8")
        found = findings(path, law)
    assert "# Valeurs des règles" in path.read_text(encoding="utf-8")
    assert all(one.fix.startswith("Saisissez-la") for one in found)


def test_nothing_lacks_where_the_law_is_complete(rules: Rules) -> None:
    assert list(missing(rules.law_of(date(2026, 8, 7)))) == []


# --- What is wrong


@pytest.mark.parametrize(
    ("before", "after", "problem", "fix"),
    [
        ("        value: 7", "        value: seven", "'seven' is str", "Points are written as int."),
        ("value: sum", "value: both", "'both' is not one of higher, sum", "Correct the value."),
        ("          lowest: 1", "          lowest: -1", "-1 is below zero", "Points are 0 or more."),
        ("confidence: L", "confidence: sure", "'sure' is none of H, L, M", "Correct the value."),
        ("- lmia", "- lmai", "'lmai' is none of lmia", "Did you mean 'lmia'?"),
        ("published_on: 2026-11-02", "published_on: soon", "'soon' is not a date such as 2021-09-14", "Correct the value."),
    ],
)  # fmt: skip
def test_wrong_value_is_named_with_its_line_and_fix(
    before: str, after: str, problem: str, fix: str, written: Path, law: Law
) -> None:
    fill(written)
    line = change(written, before, after)
    (found,) = findings(written, law)
    assert found.kind == "wrong"
    assert problem in found.problem
    assert found.fix == fix
    # A value in a table is at the line of the table.
    assert found.line is not None and line - 4 <= found.line <= line


def test_every_wrong_parameter_is_found_at_once(written: Path, law: Law) -> None:
    fill(written)
    change(written, "value: sum", "value: both")
    change(written, "value: 7", "value: seven")
    change(written, "value: 5", f"value: {PLACEHOLDER}")
    found = findings(written, law)
    assert [one.kind for one in found] == ["missing", "wrong", "wrong"]


def test_parameter_that_is_not_in_the_file_is_absent(written: Path, law: Law) -> None:
    fill(written)
    text = written.read_text(encoding="utf-8")
    at = text.index("  crs.additional.high_wage_maximum:")
    end = text.index("  # Settlement funds", at)
    written.write_text(text[:at] + text[end:], encoding="utf-8")
    (found,) = findings(written, law)
    assert (found.kind, found.parameter, found.line) == ("absent", f"{D}high_wage_maximum", None)
    assert "2026-11-03" in found.fix


def test_unknown_parameter_and_unreadable_file_are_wrong(written: Path, law: Law) -> None:
    fill(written)
    line = change(written, "  crs.additional.high_wage_maximum:", "  crs.additional.high_wage_maximun:")
    wrong = of_kind(findings(written, law), "wrong")
    assert [(one.line, "did you mean" in one.fix.lower()) for one in wrong] == [(line, True)]
    written.write_text("title: [", encoding="utf-8")
    assert [one.kind for one in findings(written, law)] == ["wrong"]
    written.write_text("- a list", encoding="utf-8")
    assert [one.kind for one in findings(written, law)] == ["wrong"]


# --- The table of occupations


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ("noc,level\n21231,highest\n21239,middle\n", '"21239" is no unit group of NOC 2021'),
        ("noc,level\n2173,highest\n", '"2173" is a code of NOC 2016'),
        ("noc,level\n21231,top\n", '"top" is no level'),
        ("noc,level\n21231,\n", "The level is missing"),
        ("noc,level\n21231,highest\n21231,lowest\n", "21231 has two levels"),
        ("code,pay\n21231,highest\n", "no headings"),
        ("", "The file is empty"),
        ("noc,level\n", "no occupation"),
    ],
)
def test_wrong_row_of_the_table_is_named(table: str, problem: str, written: Path, law: Law) -> None:
    fill(written)
    (written.parent / "list.csv").write_text(table, encoding="utf-8")
    found = findings(written, law)
    assert any(problem in one.problem and one.fix for one in found)
    assert {(one.kind, one.parameter) for one in found} == {("wrong", f"{D}high_wage_occupations")}
    with pytest.raises(RulesError, match=r"list\.csv"):
        load([written])


@pytest.mark.parametrize(
    "table",
    [
        "NOC 2021 code,Title,Wage level\n21231,Software engineers,Highest\n12,Managers,low\n",
        "CNP;niveau\n21231;le plus élevé\n00012;inférieur\n",
        "\ufeffcode\tlevel\n21231\thigh\n\n00012\tlowest\n",
    ],
)
def test_headings_levels_and_signs_are_recognised(table: str, written: Path) -> None:
    fill(written)
    (written.parent / "list.csv").write_text(table, encoding="utf-8")
    value = load([written]).law_of(DAY)[f"{D}high_wage_occupations"]
    assert value == {"21231": "highest", "00012": "lowest"}


def test_changed_table_makes_other_rules(written: Path) -> None:
    fill(written)
    before = load([written]).version
    (written.parent / "list.csv").write_text(LIST.replace("Middle", "highest"), encoding="utf-8")
    assert load([written]).version != before


def test_missing_table_is_wrong(written: Path, law: Law) -> None:
    fill(written)
    (written.parent / "list.csv").unlink()
    (found,) = findings(written, law)
    assert found.kind == "wrong" and "cannot be opened" in found.problem


def test_single_wrong_codes_in_the_file_are_all_found(law: Law, tmp_path: Path) -> None:
    known = Known(
        "T", "https://example.org", "s. 9", DAY, DAY, {"21231": "middle", "00012": "highest", "72106": "lowest"}
    )
    path = tmp_path / "values.yaml"
    path.write_text(draft(missing(law), DAY, known), encoding="utf-8")
    first = change(path, '"21231": middle', '"21239": middle')
    second = change(path, '"72106": lowest', '"72106": low')
    wrong = of_kind(findings(path, law), "wrong")
    assert sorted(one.line or 0 for one in wrong) == sorted([first, second])


# --- Complete: of the law that results, not of the names in the file


UNKNOWN = (
    "      - from: {day}\n        status: unknown\n        confidence: L\n        last_checked_on: 2026-11-29\n"
    "        source: {{key: published, section: s. 1}}\n"
)


def emptied(path: Path, day: str) -> set[str]:
    """Makes every value of the factor unknown from a day; the names."""
    text = path.read_text(encoding="utf-8")
    names = set(high_wage.PARAMETERS)
    for name in names:
        begin = text.index(f"  {name}:\n    versions:\n") + len(f"  {name}:\n    versions:\n")
        end = min(at for at in (text.find(mark, begin) for mark in ("\n  crs.", "\n  #", "\n  funds.")) if at > 0)
        text = text[:begin] + UNKNOWN.format(day=day).rstrip("\n") + text[end:]
    path.write_text(text, encoding="utf-8")
    return names


@pytest.mark.parametrize("day", ["2026-11-03", "2031-01-01"])
def test_named_parameter_that_stays_unknown_is_missing(day: str, written: Path, law: Law) -> None:
    fill(written)
    names = emptied(written, day)
    found = findings(written, law)
    assert {(one.kind, one.parameter) for one in found} == {("missing", name) for name in names}
    assert all(one.line for one in found)
    assert {one.fix for one in found} == {"Enter a known value from 2026-11-03."}


@pytest.mark.parametrize(
    ("day", "problem"),
    [
        ("2026-11-10", "The value is still unknown from 2026-11-03 to 2026-11-09."),
        ("2030-01-01", "The value is still unknown from 2026-11-03 to 2029-12-31."),
    ],
)
def test_known_value_that_begins_after_the_gap_leaves_days_missing(
    day: str, problem: str, written: Path, law: Law
) -> None:
    fill(written)
    text = written.read_text(encoding="utf-8")
    at = text.index("from: 2026-11-03", text.index("high_wage_maximum:"))
    written.write_text(text[:at] + f"from: {day}" + text[at + len("from: 2026-11-03") :], encoding="utf-8")
    (found,) = findings(written, law)
    assert (found.kind, found.parameter, found.problem) == ("missing", f"{D}high_wage_maximum", problem)


def test_newer_value_that_begins_after_the_day_is_missing(written: Path, law: Law) -> None:
    fill(written)
    change(written, "from: 2026-11-20", "from: 2030-01-01")
    (found,) = findings(written, law)
    assert (found.kind, found.parameter) == ("missing", "funds.table")
    assert found.problem == "The newer value is not in force on 2026-11-30."


def test_value_that_a_file_makes_unknown_on_the_day_is_missing(written: Path, rules: Rules) -> None:
    fill(written)
    emptied(written, "2026-01-01")
    found = findings(written, rules.law_of(date(2026, 8, 7)))
    assert {(one.kind, one.parameter) for one in found} == {("missing", name) for name in high_wage.PARAMETERS}


# --- Every problem at once, and none that ends the check


@pytest.mark.parametrize("value", ["[1]", "{a: 1}", "", "5", "'\\0'", "2026-01-01"])
def test_value_of_another_kind_is_wrong_and_never_an_error(value: str, written: Path, law: Law) -> None:
    fill(written)
    whole = written.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(whole):
        if ":" in line and not line.lstrip().startswith("#"):
            changed = [*whole]
            changed[number] = f"{line.partition(':')[0]}: {value}"
            written.write_text("\n".join(changed) + "\n", encoding="utf-8")
            assert all(one.problem and one.fix for one in findings(written, law)), changed[number]


def test_list_as_the_name_of_a_table_is_wrong_at_its_line(written: Path, law: Law) -> None:
    fill(written)
    line = change(written, 'value_file: "list.csv"', "value_file: [1]")
    (found,) = findings(written, law)
    assert (found.kind, found.line, found.problem) == ("wrong", line, "The name of a file is expected, not list.")


def test_list_as_a_level_is_wrong_at_its_line(law: Law, tmp_path: Path) -> None:
    known = Known("T", "https://example.org", "s. 9", DAY, DAY, {"21231": "middle"})
    path = tmp_path / "values.yaml"
    path.write_text(draft(missing(law), DAY, known), encoding="utf-8")
    line = change(path, '"21231": middle', '"21231": [1]')
    assert [one.line for one in of_kind(findings(path, law), "wrong")] == [line]


def test_wrong_table_hides_nothing_else_of_its_parameter(written: Path, law: Law) -> None:
    fill(written)
    text = written.read_text(encoding="utf-8")
    at = text.index("confidence: L", text.index("high_wage_occupations:"))
    text = text[:at] + "confidence: sure" + text[at + len("confidence: L") :]
    at = text.index("last_checked_on: 2026-11-29", at)
    written.write_text(text[:at] + "last_checked_on: soon" + text[at + len("last_checked_on: 2026-11-29") :], "utf-8")
    (written.parent / "list.csv").write_text("noc,level\n21231,top\n2173,low\n", encoding="utf-8")
    problems = sorted(one.problem for one in findings(written, law))
    assert len(problems) == 4
    assert [any(part in one for one in problems) for part in ("top", "2173", "'sure'", "'soon'")] == [True] * 4


def test_missing_key_is_to_be_entered(written: Path, law: Law) -> None:
    fill(written)
    change(written, 'title: "Made up"', "")
    fixes = {one.problem.rstrip("."): one.fix for one in of_kind(findings(written, law), "wrong")}
    assert {fix for problem, fix in fixes.items() if "is missing" in problem} == {"Enter it."}
