"""A map that takes the place of an earlier one: what was answered stands, and is the start of every question."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from flows.commands import map_session
from tests.flows.test_map_command import BEN, HEADINGS, drawline, export, folder, tracker
from transforms.rules.strict_yaml import read_yaml
from validation.mapping import file_headings, map_folder
from validation.mapping.proposal import propose

__all__ = ["folder", "tracker"]

MARITAL = ["F-1", "03/04/1990", "Partner", "x"]
HEADINGS_OF_MARITAL = ["File No", "D.O.B.", "Marital", "Odd words"]


class Session:
    """The questions of a session with its map at the end, the answers in the order of the questions."""

    def __init__(self, path: Path, before: Path | None, *answers: str) -> None:
        self.questions: list[str] = []
        given: Iterator[str] = iter(answers)

        def ask(question: str, options: Sequence[str]) -> str:
            self.questions.append(question.strip())
            return next(given)

        earlier = None if before is None else map_folder.read(before)
        content = None if earlier is None else earlier.content
        found = file_headings.of_file(path, path.read_bytes())
        proposal = propose(found) if earlier is None else propose(found, earlier.firm)
        proposal, extra = map_session.asked(proposal, ask, content)
        self.text = map_session.text_of(proposal, extra, content)

    def content(self) -> Any:
        return read_yaml(self.text.encode(), "map.yaml", as_text=True)

    def kept(self, path: Path) -> Path:
        path.write_text(self.text, encoding="utf-8")
        return path


def test_a_heading_that_is_not_ours_is_no_unknown_heading_any_more(folder: Path, tracker: Path) -> None:
    text = Session(tracker, None, "", "", "", "-").text
    assert '"Shoe size": "-"  # As answered.' in text
    (folder / "m.yaml").write_text(text, encoding="utf-8")
    plain = drawline("check", tracker, "--as-of", "2026-06-01")
    assert "'Shoe size'" in plain.stderr + plain.stdout
    done = drawline("check", tracker, "--as-of", "2026-06-01", "--map", "m.yaml")
    assert "'Shoe size'" not in done.stderr + done.stdout


def test_enter_keeps_every_answer_of_the_map_before(folder: Path) -> None:
    path = export(folder / "a.csv", MARITAL, headings=HEADINGS_OF_MARITAL)
    first = Session(path, None, "-", "dmy", "common_law")
    again = Session(path, first.kept(folder / "m.yaml"), "", "", "")
    assert again.questions == [
        "[not ours]",
        "dmy, mdy or ymd? [dmy]",
        'common_law, single; type "empty" for no value, Enter for common_law',
    ]
    assert again.content() == first.content()


def test_another_answer_takes_the_place_of_the_one_before(folder: Path) -> None:
    path = export(folder / "a.csv", MARITAL, headings=HEADINGS_OF_MARITAL)
    first = Session(path, None, "-", "dmy", "common_law")
    content = Session(path, first.kept(folder / "m.yaml"), "case_owner", "mdy", "empty").content()
    assert content["columns"]["Odd words"] == "case_owner"
    assert content["dates"] == {"date_of_birth": "mdy"}
    assert content["values"] == {"marital_status": {"Partner": ""}}


def test_a_column_of_the_map_before_goes_to_the_heading_that_is_chosen_now(folder: Path) -> None:
    path = export(folder / "a.csv", [*MARITAL, "y"], headings=[*HEADINGS_OF_MARITAL, "Other words"])
    first = Session(path, None, "case_owner", "", "dmy", "common_law").kept(folder / "m.yaml")
    content = Session(path, first, "", "case_owner", "", "").content()
    assert content["columns"]["Other words"] == "case_owner"
    assert content["columns"]["Odd words"] == "-"


EARLIER = """\
map: 1
for_headings: [3f9c12ab]
countries: fips
sheets:
  "Clients 20*": candidates
columns:
  "Shoe size": case_owner
  "Of another export": trade_noc
derived:
  "Trade months": {rule: months, column: trade_years_last_5}
prefixes:
  "His or her": spouse
constants:
  english_test: CELPIP_G
dates:
  "*": mdy
  eca_issued_on: dmy
values:
  pool_status: {"On file": draft}
  marital_status: {"Partner": common_law}
"""


def test_replace_keeps_what_the_file_does_not_ask_for(folder: Path, tracker: Path) -> None:
    (folder / "maps").mkdir()
    path = folder / "maps" / "system.yaml"
    path.write_text(EARLIER, encoding="utf-8")
    done = drawline("map", tracker, "--save", "system", "--replace")
    assert done.exit_code == 0, done.stderr
    found: Any = read_yaml(path.read_bytes(), "map.yaml", as_text=True)
    earlier: Any = read_yaml(EARLIER.encode(), "map.yaml", as_text=True)
    assert found["for_headings"][-1] == "3f9c12ab"
    assert len(found["for_headings"]) == 2
    for part in ("sheets", "columns", "prefixes", "constants", "values"):
        assert earlier[part].items() <= found[part].items(), part
    assert found["derived"]["Trade months"] == earlier["derived"]["Trade months"]
    assert found["countries"] == "fips"
    assert (found["dates"]["*"], found["dates"]["eca_issued_on"]) == ("mdy", "dmy")
    assert drawline("check", tracker, "--as-of", "2026-06-01").exit_code in {0, 3}


def test_the_map_is_for_the_headings_before_and_for_those_of_now(folder: Path, tracker: Path) -> None:
    drawline("map", tracker, "--save", "system")
    later = export(folder / "later.csv", BEN, headings=[*HEADINGS[:-1], "Hat size"])
    drawline("map", later, "--save", "system", "--replace")
    for file in (tracker, later):
        assert "system.yaml" in drawline("check", file, "--as-of", "2026-06-01", "--json").stdout


def test_a_map_that_cannot_be_read_is_replaced_with_a_message(folder: Path, tracker: Path) -> None:
    (folder / "maps").mkdir()
    (folder / "maps" / "system.yaml").write_text("map: 1\nfor_headings: [\n", encoding="utf-8")
    done = drawline("map", tracker, "--save", "system", "--replace")
    assert done.exit_code == 0
    assert "cannot be read, so its answers are not kept" in done.stderr


def test_the_prompt_of_a_value_names_the_key_that_skips(folder: Path) -> None:
    path = export(folder / "a.csv", MARITAL, headings=HEADINGS_OF_MARITAL)
    assert Session(path, None, "", "", "").questions[-1].endswith('type "empty" for no value, Enter to skip')


WORK = ["File No", "D.O.B.", "Marital", "Canadian work experience (months)"]
WORKER = ["F-1", "25/12/1990", "single", "24"]


@pytest.mark.parametrize(("answer", "is_years"), [("", True), ("y", True), ("n", False)])
def test_months_in_canada_may_give_the_years_that_the_score_needs(
    folder: Path, capsys: pytest.CaptureFixture[str], answer: str, *, is_years: bool
) -> None:
    path = export(folder / "a.csv", WORKER, headings=WORK)
    done = Session(path, None, "y", answer)
    assert "The score needs years of work in Canada" in capsys.readouterr().err
    rule = {"rule": "months", "column": "canadian_work_years"}
    assert (done.content().get("derived") or {}).get(WORK[-1]) == (rule if is_years else None)
    assert ((done.content()["columns"]).get(WORK[-1]) == "canadian_work_months_last_36") != is_years


def test_months_in_canada_are_not_asked_for_again_beside_years(folder: Path) -> None:
    path = export(folder / "a.csv", [*WORKER, "2"], headings=[*WORK, "canadian_work_years"])
    assert len(Session(path, None, "y").questions) == 1
