"""drawline noc, as a user and a program see it."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner, Result

from flows.cli import app
from transforms.model.wording import using

DAY = ("--as-of", "2026-08-07")


def asked(*words: str) -> Result:
    return CliRunner().invoke(app, ["noc", *words])


def test_table_of_a_title_with_a_typing_error() -> None:
    answer = asked("software enginer", *DAY)
    assert answer.exit_code == 0
    lines = answer.stdout.splitlines()
    assert lines[0] == "software enginer: 2 unit groups; law of 2026-08-07, NOC 2021"
    assert " ".join(lines[2].split()) == "NOC 2021 TEER skilled categories NOC 2016 unit group and job titles"
    assert " ".join(lines[4].split()) == "21231 1 yes - 2173 A Software engineers and designers"
    assert max(len(line) for line in lines) <= 100
    assert not any(line != line.rstrip() for line in lines)


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("truk driver", "73300"), ("nurce", "31301"), ("cheff", "62200"), ("cok", "63200"), ("registered nurce", "31301"),
        ("xyzzy software engineer", "21231"),
    ],
)  # fmt: skip
def test_one_error_in_a_short_word_and_a_word_that_is_none_are_forgiven(words: str, first: str) -> None:
    answer = asked(words, "--json", "--limit", "1", *DAY)
    assert [group["noc_2021"] for group in json.loads(answer.stdout)["unit_groups"]] == [first]
    told = 'No job title has a word like "xyzzy". The search used the other words.\n'
    assert answer.stderr == (told if "xyzzy" in words else "")


def test_words_need_no_quotation_marks() -> None:
    assert asked("nurse", "aide", *DAY).stdout == asked("nurse aide", *DAY).stdout


def test_table_names_categories_and_a_change_of_eligibility() -> None:
    answer = asked("33102", *DAY).stdout
    assert "healthcare" in answer
    assert "gained eligibility on 2022-11-16" in answer
    assert "Each category also has conditions on the work." in answer


def test_old_code_is_named_with_what_it_became() -> None:
    answer = asked("2173", *DAY).stdout
    assert answer.startswith("NOC 2016 2173, level A: Software engineers and designers\n")
    assert "21211" in answer
    assert "21231" in answer


def test_before_noc_2021_what_differs_is_said_to() -> None:
    answer = asked("33100", "--as-of", "2022-11-15").stdout
    assert "differs" in answer
    assert "NOC 2016" in answer.splitlines()[0]


def test_limit_says_what_is_left_out() -> None:
    answer = asked("manager", "--limit", "2", *DAY).stdout
    assert "the best 2 of them (--limit shows more)" in answer.splitlines()[0]
    assert json.loads(asked("manager", "--limit", "2", "--json", *DAY).stdout)["found"] > 2


def test_json() -> None:
    answer = json.loads(asked("truck driver", "--json", "--limit", "1", *DAY).stdout)
    assert {key: answer[key] for key in ("asked", "as_of", "noc_version")} == {
        "asked": "truck driver", "as_of": "2026-08-07", "noc_version": "2021",
    }  # fmt: skip
    (group,) = answer["unit_groups"]
    assert (group["noc_2021"], group["teer"], group["skilled"]) == ("73300", 3, True)
    assert group["eligibility_change"]["on"] == "2022-11-16"


def test_nothing_found_is_an_answer() -> None:
    for words in ("qwerty uiop", "of the"):
        answer = asked(words, *DAY)
        assert (answer.exit_code, answer.stdout) == (0, "")
        assert answer.stderr == f'Nothing found: no job title is like "{words}". Try fewer or other words.\n'
        assert json.loads(asked(words, "--json", *DAY).stdout)["unit_groups"] == []
    wrong = asked("99999", *DAY)
    assert wrong.stderr == "No unit group of NOC 2021 or NOC 2016 has the code 99999. Check its digits.\n"


def test_french_title_is_found_and_named_beside_the_english_ones() -> None:
    (group,) = json.loads(asked("camionneuse", "--json", "--limit", "1", *DAY).stdout)["unit_groups"]
    assert (group["noc_2021"], group["title"]) == ("73300", "Transport truck drivers")
    assert group["found_as"] == "Camionneur/camionneuse"
    assert "found as: Camionneur/camionneuse" in asked("camionneuse", *DAY).stdout


def test_table_in_french() -> None:
    with using("fr"):
        lines = asked("infirmiere auxiliaire", *DAY).stdout.splitlines()
        nothing = asked("de la", *DAY).stderr
    assert lines[0].startswith("infirmiere auxiliaire\u00a0: ")
    assert any("FEER" in line for line in lines[1:4])
    first = next(line for line in lines if line.startswith("32101"))
    assert "Infirmiers" in first
    assert nothing.startswith("Aucun résultat")


def test_what_asks_nothing_is_wrong_usage() -> None:
    assert asked("...").exit_code == 2
    assert asked("nurse", "--as-of", "2014-12-31").exit_code == 2
    assert asked("nurse", "--limit", "0").exit_code == 2
