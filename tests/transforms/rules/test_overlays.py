"""The shipped overlays load, are no law by themselves, and say what they are; made-up values complete the law."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import polars as pl
import pytest
import yaml

from flows.errors import UnusableFile
from flows.main_run import readings, run_intake, run_law, run_scoring
from flows.main_run.run_state import Run
from flows.run_request import Request
from tests.transforms.rules.shipped import HERE, ROOT
from transforms.facts import high_wage
from transforms.rules import Rules, RulesError, load

OVERLAYS = HERE / "overlays"
PROPOSAL, EXAMPLE = OVERLAYS / "reform-2026-proposal.yaml", OVERLAYS / "published-values-example.yaml"
FICTION = Path(__file__).parent / "fictional_values.yaml"
CLIENTS_2026 = ROOT / "sample_data" / "clients_2026.xlsx"
CONSULTATION = date(2026, 4, 23)


def ran(as_of: str, *rules: Path, is_compared: bool = True) -> Run:
    """A run to its scores, under the shipped law too where it `is_compared`."""
    done = Run(Request("a-run", (CLIENTS_2026,), date.fromisoformat(as_of), rules=rules))
    stages = (run_law.open_law, run_intake.take_in, run_scoring.score, run_scoring.score_before)
    for stage in stages if is_compared else stages[:-1]:
        stage(done)
    return done


@pytest.mark.parametrize("path", sorted(OVERLAYS.glob("*.yaml")), ids=lambda path: path.name)
def test_an_overlay_loads_and_is_no_law_by_itself(path: Path, rules: Rules) -> None:
    laid = load([path])
    assert laid.version.startswith(f"{rules.version}+")
    assert set(laid.parameters) == set(rules.parameters)
    assert not set(yaml.safe_load(path.read_bytes())["sources"]) & set(rules.sources)


def test_the_shipped_law_knows_nothing_of_the_proposal(rules: Rules) -> None:
    assert rules.law_of(date(2026, 8, 7))["crs.additional.sibling"] == 15
    assert not [source for source in rules.sources.values() if source.key.startswith("proposal")]


def test_the_proposal_is_marked_as_one_in_title_and_every_note() -> None:
    content = yaml.safe_load(PROPOSAL.read_bytes())
    assert "not law" in content["title"]
    versions = [version for entry in content["parameters"].values() for version in entry["versions"]]
    assert versions
    for version in versions:
        assert version["note"].startswith("Proposed, not law")
        assert (version["from"], version["confidence"]) == (CONSULTATION, "L")


def test_the_proposal_takes_the_points_away_from_its_day() -> None:
    run = ran("2026-08-07", PROPOSAL)
    assert run.scored is not None
    assert run.scored_before is not None
    for name in ("crs_french", "crs_sibling"):
        assert run.scored_before[name].sum() > 0
        assert run.scored[name].sum() == 0
    assert set(run.scored_before["crs_canadian_study"].drop_nulls()) == {0, 15, 30}
    assert set(run.scored["crs_canadian_study"].drop_nulls()) == {0, 30}
    assert run.scored_before["fst_eligible"].any()
    assert not run.scored["fst_eligible"].any()
    gained = run.scored["fsw_eligible"] & ~run.scored_before["fsw_eligible"]
    assert gained.any()
    before, after = (load(rules).law_of(date(2026, 4, 22)) for rules in ((), (PROPOSAL,)))
    assert before["crs.additional.french"] == after["crs.additional.french"] != {"lower": 0, "higher": 0}


def test_the_proposal_asks_for_clb_6_in_canadian_work() -> None:
    run = ran("2026-08-07", PROPOSAL)
    assert run.scored is not None
    assert run.scored_before is not None
    lowest = pl.min_horizontal(f"first_{ability}" for ability in ("listening", "reading", "writing", "speaking"))
    lost = run.scored_before.filter(run.scored_before["cec_eligible"] & ~run.scored["cec_eligible"])
    assert lost.height > 0
    assert lost.select(lowest.alias("lowest"))["lowest"].max() == 5


def test_the_example_holds_no_value() -> None:
    content = yaml.safe_load(EXAMPLE.read_bytes())
    assert (content["sources"], content["parameters"]) == ({}, {})
    assert load([EXAMPLE]).law_of(date(2026, 11, 10)).status == "incomplete"


def test_the_example_names_what_is_unknown(rules: Rules) -> None:
    law = rules.law_of(date(2026, 11, 10))
    text = EXAMPLE.read_text(encoding="utf-8")
    assert [parameter.id for parameter in law.unknown if f"#  {parameter.id}:" not in text] == []
    assert "drawline rules new" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_report_names_the_command_that_drafts_what_is_unknown(rules: Rules) -> None:
    law = rules.law_of(date(2026, 11, 10))
    assert [
        parameter.title for parameter in law.unknown if parameter.title not in "".join(readings.unknown_law(law))
    ] == []
    assert readings.unknown_law(law)[-1] == (
        "To enter published values, run `drawline rules new FILE`, write them with their source into the file, and give it "
        "with --rules FILE."
    )


def filled_in() -> str:
    """The example with something made up in the place of each word in capitals."""
    _, title, body = EXAMPLE.read_text(encoding="utf-8").partition("title: ")
    text = (title + body).replace("sources: {}", "sources:").replace("parameters: {}", "parameters:")
    text = re.sub(r"^#(?=  )", "", text, flags=re.MULTILINE)
    for code in ("31102", "21231", "11101"):
        text = text.replace('"CODE"', f'"{code}"', 1)
    text = text.replace("YYYY-MM-DD", "2026-11-23").replace("HIGHER-OR-SUM", "higher")
    return text.replace("MONTHS", "12").replace("YEARS", "3").replace("POINTS", "3")


def test_the_example_filled_in_completes_the_law(tmp_path: Path) -> None:
    path = tmp_path / "filled.yaml"
    path.write_text(filled_in(), encoding="utf-8")
    rules = load([path])
    high_wage.check(rules)
    law = rules.law_of(date(2026, 11, 10))
    assert law.status == "complete"
    assert law["crs.additional.high_wage_maximum"] == 3
    assert law["crs.additional.high_wage_occupations"] == {"31102": "highest", "21231": "middle", "11101": "lowest"}
    assert "offer_only" in law["crs.additional.job_offer_routes"]
    assert not re.search(r"[A-Z]{4,}", re.sub("TITLE.*|.*ADDRESS|.*SECTION.*|.*KNOW", "", path.read_text("utf-8")))


def test_made_up_values_complete_the_law_and_the_score() -> None:
    run = ran("2026-11-10", FICTION)
    assert run.law is not None
    assert run.scored is not None
    assert run.scored_before is not None
    assert run.law.status == "complete"
    assert readings.unknown_law(run.law) == []
    assert set(run.scored["crs_high_wage"]) >= {0, 10, 12, 20, 30}
    assert set(run.scored["crs_job_offer"]) == {0, 5}
    for name in ("crs_high_wage", "crs_job_offer"):
        assert run.scored[name].null_count() == 0
        assert run.scored_before[name].null_count() == run.scored_before.height
    groups = pl.sum_horizontal("crs_core", "crs_spouse", "crs_transferability", "crs_additional")
    assert run.scored.select((groups == pl.col("crs_total")).all()).item()


@pytest.mark.parametrize("left_out", high_wage.PARAMETERS)
def test_made_up_values_of_which_one_is_missing_leave_the_law_incomplete(left_out: str, tmp_path: Path) -> None:
    content = yaml.safe_load(FICTION.read_bytes())
    del content["parameters"][left_out]
    path = tmp_path / "partial.yaml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    run = ran("2026-11-10", path, is_compared=False)
    assert run.law is not None
    assert run.scored is not None
    assert (run.law.status, [one.id for one in run.law.unknown]) == ("incomplete", [left_out])
    for name in ("crs_high_wage", "crs_job_offer"):
        assert run.scored[name].null_count() == run.scored.height
    assert run.scored["crs_total"].null_count() == 0


def test_made_up_values_are_those_that_must_be_filled_in(rules: Rules) -> None:
    unknown = {parameter.id for parameter in rules.law_of(date(2026, 11, 10)).unknown}
    assert unknown == set(high_wage.PARAMETERS) == set(yaml.safe_load(FICTION.read_bytes())["parameters"])


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ('"21231": middle', '"21239": middle', "crs.additional.high_wage_occupations, from 2026-11-03: "
         "'21239' is not a unit group of NOC 2021; did you mean '2123"),
        ('"31102": highest', '"31103X": highest', "crs.additional.high_wage_occupations, from 2026-11-03: '31103X' is "
         "not a unit group of NOC 2021; did you mean '31103'?"),
        ('"31102": highest', '"31102": higest', "'higest' is not a level (highest, middle, lowest); did you mean "
         "'highest'?"),
        ("{highest: 26, middle: 16, lowest: 6}", "{highest: 26, middle: 16}", "crs.additional.high_wage_job_offer, from "
         "2026-11-03: 'lowest' is not among the levels named, and each must be"),
        ("{highest: 9, middle: 7, lowest: 5}", "{senior_managers: 9}", "crs.additional.job_offer, from 2026-11-03: "
         "'senior_managers' is not a kind of offer (highest, middle, lowest, senior_management, other); did you mean "
         "'senior_management'?"),
        ("value: sum", "value: both", "'both' is not one of higher, sum"),
        ("- {at_least: 0, highest: 0, middle: 0, lowest: 0}", "- {at_least: 6, highest: 0, middle: 0, lowest: 0}",
         "crs.additional.high_wage_canadian_work, from 2026-11-03: the first row must be at_least: 0"),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_counted_with_is_refused(right: str, wrong: str, message: str, tmp_path: Path) -> None:
    text = FICTION.read_text(encoding="utf-8")
    assert right in text
    path = tmp_path / "wrong.yaml"
    path.write_text(text.replace(right, wrong), encoding="utf-8")
    with pytest.raises(UnusableFile, match=rf"wrong\.yaml: line \d+: .*{re.escape(message)}"):
        ran("2026-11-10", path)


def test_an_overlay_without_a_title_in_words_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text("title:\nparameters: {}\n", encoding="utf-8")
    with pytest.raises(RulesError, match=r"wrong\.yaml: line 1: title: describe the overlay in words"):
        load([path])


def test_an_overlay_that_misspells_a_parameter_is_told_the_nearest(tmp_path: Path) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text(FICTION.read_text(encoding="utf-8").replace("wage_maximum:", "wage_maximun:"), encoding="utf-8")
    with pytest.raises(RulesError, match=r"did you mean 'crs\.additional\.high_wage_maximum'"):
        load([path])
