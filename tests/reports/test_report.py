"""The report says what the run found, the same numbers everywhere, whatever the run was."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest
from openpyxl.utils import get_column_letter
from reading_back import CLIENTS_2026, Saved, ran

from flows import run_request
from flows.main_run import run_contents
from flows.main_run.run_state import Run
from reports.report import report, rounds
from reports.report.contents import LeftOut, ReportContents
from reports.sheets.rules import COVERAGE, COVERED
from reports.wording.words import CRS_COMPONENTS, CRS_GROUPS, PROGRAMS
from reports.workbook import book
from transforms.assessment.scores import SCHEMA
from transforms.model.kind_words import kind_word
from transforms.rounds.rounds import Simulated, hold

SUMMARY, ABOUT = "Summary", "About this run"
SHEETS = [
    SUMMARY, "At or above", "Close", "To do", "Invited", "Invited on record", "Not invited", "Would have met", "What would raise the score", "Eligibility", "Scores", "Explanation",
    "Language results", "Quarantine", "Warnings", "Held", "Rounds", "Rules", "Method", ABOUT,
]  # fmt: skip
ROOT = Path(__file__).parent.parent.parent
Writer = Callable[[ReportContents], Saved]


def test_the_sheets_stand_in_order(report_2026: Saved) -> None:
    assert report_2026.book.sheetnames == SHEETS


def test_the_sums_and_counts_are_those_of_run_json(out_2026: Path, report_2026: Saved) -> None:
    counts = json.loads((out_2026 / "run.json").read_text(encoding="utf-8"))["counts"]
    shown = report_2026
    assert shown.beside("Candidates in: scored and quarantined", ABOUT) == [counts["candidates_in"]]
    assert shown.beside("scored", ABOUT) == [counts["candidates_accepted"]]
    assert shown.beside("quarantined", ABOUT) == [counts["candidates_quarantined"], counts["detail_rows_quarantined"]]
    assert shown.beside("Detail rows in: used, held and quarantined", ABOUT) == [counts["detail_rows_in"]]
    assert shown.beside("used", ABOUT) == [counts["detail_rows_used"]]
    assert shown.beside("held", ABOUT) == [counts["detail_rows_held"]]
    assert shown.beside("In the pool", ABOUT) == [counts["in_pool"]]
    assert shown.beside("Undetermined whether in the pool", ABOUT) == [counts["undetermined"]]
    assert shown.beside("Invited by a round of the last 6 months", ABOUT) == [counts["invited"]]
    assert shown.beside("Invited on record (ita_issued_on)", ABOUT) == [counts["invited_on_record"]]
    assert shown.beside("Would have met the cut-off of another round", ABOUT) == [counts["would_have_met_cut_off"]]


def test_the_sheets_hold_what_the_sums_say(out_2026: Path, report_2026: Saved) -> None:
    counts = json.loads((out_2026 / "run.json").read_text(encoding="utf-8"))["counts"]
    eligibility, quarantine = report_2026.table("Eligibility"), report_2026.table("Quarantine")
    assert len(report_2026.table("Scores")) == len(eligibility) == counts["candidates_accepted"]
    assert len(report_2026.table("Held")) == counts["detail_rows_held"]
    assert Counter(row["In the pool"] for row in eligibility)["yes"] == counts["in_pool"]
    assert Counter(row["In the pool"] for row in eligibility)["undetermined"] == counts["undetermined"]
    assert len({row["Client ID"] for row in report_2026.table("Invited")}) == counts["invited"]
    assert len(report_2026.table("Invited on record")) == counts["invited_on_record"] > 0
    assert (
        len({row["Client ID"] for row in report_2026.table("Would have met")}) == counts["would_have_met_cut_off"] > 0
    )
    rows = {(row["File"], row["Sheet"], row["Row"]) for row in quarantine}
    clients = {row for row in rows if row[1] == "Candidates"}
    assert len(clients) == counts["candidates_quarantined"]
    assert len(rows - clients) == counts["detail_rows_quarantined"]


def test_the_technical_page_lists_the_rounds_as_run_json_does(out_2026: Path, report_2026: Saved) -> None:
    held = json.loads((out_2026 / "run.json").read_text(encoding="utf-8"))["rounds"]
    rows = report_2026.rows(ABOUT)
    shown = {row[1]: row for row in rows if isinstance(row[3], datetime)}
    for one in held:
        row = shown[one["number"]]
        assert (row[2], row[3].date().isoformat()) == (kind_word(one["kind"]), one["date"])
        shown_counts = (row[8], 0) if one["is_recent"] else (0, row[7])
        assert (row[4], row[5]) == (one["size"], one["cut_off"])
        assert shown_counts == (one["invited"], 0 if one["is_recent"] else one["would_have_met_cut_off"])


def test_invited_is_said_of_recent_rounds_alone(out_2026: Path, report_2026: Saved) -> None:
    """Rounds of the last six months and of categories in force; the others stand on a sheet of their own."""
    held = json.loads((out_2026 / "run.json").read_text(encoding="utf-8"))["rounds"]
    recent = {one["number"] for one in held if one["is_recent"]}
    assert {one["number"] for one in held if one["date"] > "2026-02-07"} == recent
    assert {row["Round"] for row in report_2026.table("Invited")} <= recent
    assert {row["Round"] for row in report_2026.table("Not invited") if row["Outcome"] == "not invited"} <= recent
    met = report_2026.table("Would have met")
    assert {row["Round"] for row in met} - recent == {"159", "240", "293", "294", "367"}
    assert all(row["Above the cut-off"] >= 0 for row in met)
    for row in met:
        if row["Round"] in recent:
            assert row["Why the round did not take the client"].startswith("the profile was submitted after the round")


def test_the_first_page_tells_the_newest_round_and_who_is_out_of_the_pool(report_2026: Saved) -> None:
    lines = [row[0] for row in report_2026.rows(SUMMARY)]
    assert str(lines[1]).endswith("Newest: round 434, transport, 2026-08-07, on the day itself.")
    assert "500 candidates in = 458 scored + 42 quarantined." in lines
    assert any(str(line).startswith("10 profiles ended by 2026-08-07") for line in lines)


def test_the_inputs_stand_there_with_their_hashes(out_2026: Path, report_2026: Saved) -> None:
    inputs = json.loads((out_2026 / "run.json").read_text(encoding="utf-8"))["inputs"]
    shown = {row[0]: row for row in report_2026.rows(ABOUT)}
    for one in inputs:
        assert shown[Path(one["path"]).name][4] == one["sha256"]


def test_round_204_invites_in_rank_order_with_every_component(report_2021: Saved, line_2021: Run) -> None:
    invited = report_2021.table("Invited")
    assert len(invited) == rounds.how_many(line_2021.outcomes[0], rounds.INVITED) > 0
    assert [row["Rank"] for row in invited] == sorted(row["Rank"] for row in invited)
    for row in invited:
        assert row["CRS total"] >= 462
        assert row["CRS total"] - 462 == row["Above the cut-off"]
        assert sum(row[next(iter(titles.values()))] for titles in CRS_GROUPS.values()) == row["CRS total"]
    at_cut_off = [row for row in invited if row["CRS total"] == 462]
    assert at_cut_off
    assert max(row["Profile submitted (UTC)"] for row in at_cut_off) <= datetime(2021, 9, 11, 10, 55, 43)


def test_the_explanation_adds_up_to_the_score(report_2026: Saved) -> None:
    counted: Counter[str] = Counter()
    for row in report_2026.table("Explanation"):
        if row["Group"] != "FSW selection grid" and row["Points"] is not None:
            counted[row["Client ID"]] += row["Points"] - row["Lost to caps"]
    scores = {row["Client ID"]: row["CRS total"] for row in report_2026.table("Scores")}
    assert counted == {client: scores[client] for client in counted}


def test_who_is_invited_or_near_a_cut_off_is_explained(report_2026: Saved) -> None:
    explained = {row["Client ID"] for row in report_2026.table("Explanation")}
    near = {row["Client ID"] for title in ("At or above", "Close") for row in report_2026.table(title)}
    invited = {row["Client ID"] for row in report_2026.table("Invited")}
    would_have_met = {row["Client ID"] for row in report_2026.table("Would have met")}
    assert near
    assert explained == near | invited | would_have_met
    told = f"({len(explained)} of {len(report_2026.table('Scores'))} clients; "
    assert any(told in str(one.value) for one in report_2026.cells())


def test_everybody_is_explained_on_request_and_in_a_part_of_the_list(latest_2026: Run) -> None:
    nobody = pl.DataFrame(schema={"client_id": pl.String})
    assert latest_2026.scored is not None
    on_request = replace(latest_2026, request=replace(latest_2026.request, explain=run_request.ALL))
    part = replace(latest_2026, selected=latest_2026.scored.head(3))
    for run in (on_request, part):
        assert run_contents.explained(run, nobody).equals(latest_2026.scored)


def test_who_stated_another_score_is_explained(latest_2026: Run) -> None:
    assert latest_2026.scored is not None
    first, second = latest_2026.scored["client_id"].head(2)
    stated = pl.DataFrame({"client_id": [first, second], "difference": [3, 0]})
    nobody = pl.DataFrame(schema={"client_id": pl.String})
    own = replace(latest_2026, stated=stated, outcomes=[])
    assert run_contents.explained(own, nobody)["client_id"].to_list() == [first]


def test_the_explanation_names_rule_input_and_next_step(report_2026: Saved, latest_2026: Run) -> None:
    assert latest_2026.law is not None
    for row in report_2026.table("Explanation"):
        assert row["In force from"].date() == latest_2026.law.version(row["Rule"]).starts_on
        assert row["Input used"]
        assert row["Next step, or why there is none"]


def test_who_is_not_invited_stands_there_with_the_distance_nearest_first(report_2021: Saved) -> None:
    left = report_2021.table("Not invited")
    assert len(left) == 200
    assert [row["Rank"] for row in left] == sorted(row["Rank"] for row in left)
    for row in left:
        assert row["Distance to the cut-off"] == row["CRS total"] - row["Cut-off"] <= 0
        assert row["Outcome"] == "not invited"
        if row["Distance to the cut-off"] == 0:
            assert "after the tie-break 2021-09-11 10:55:43 UTC" in row["Reason, or what is not known"]


def test_who_cannot_be_told_stands_once_a_reason(report_2026: Saved, latest_2026: Run) -> None:
    untold = [row for row in report_2026.table("Not invited") if row["Outcome"] == "undetermined"]
    keys = [(row["Client ID"], row["Reason, or what is not known"]) for row in untold]
    assert len(keys) == len(set(keys))
    assert all(reason for _, reason in keys)
    expected = {
        client
        for one in latest_2026.outcomes
        if one.is_recent
        for client in one.candidates.filter(pl.col("outcome") == "undetermined")["client_id"]
    }
    assert {client for client, _ in keys} == expected
    assert latest_2026.scored is not None and latest_2026.law is not None
    trades = hold(Simulated("FST:5", "FST", 5, None), latest_2026.scored, latest_2026.law)
    of_one_program = rounds.undetermined(
        rounds.candidates(replace(run_contents.contents(latest_2026), outcomes=[trades]))
    )
    assert of_one_program.height
    for reason in of_one_program["reason"]:
        assert all(line.startswith("FST not known: ") for line in reason.split("\n"))
    assert (of_one_program["distance"] == of_one_program["crs_total"] - of_one_program["cut_off"]).all()


def test_no_reason_of_eligibility_is_lost(contents_2026: ReportContents, report_2026: Saved) -> None:
    given = contents_2026.scores["eligibility_reasons"].to_list()
    for reasons, row in zip(given, report_2026.table("Eligibility"), strict=True):
        shown = [
            f"{program} {line}"
            for program in PROGRAMS
            for line in (row[f"What stands against {program}"] or "").split("\n")
            if line
        ]
        assert "; ".join(shown) == reasons


def test_categories_are_told_in_plain_words(contents_2026: ReportContents, report_2026: Saved) -> None:
    given = contents_2026.scores["categories"].to_list()
    shown = [row["Categories"] for row in report_2026.table("Eligibility")]
    assert any("|" in keys for keys in given)
    assert shown == [", ".join(kind_word(key) for key in keys.split("|")) or None for keys in given]
    assert not [text for text in shown if text and ("_" in text or "|" in text)]


def test_who_is_invited_stands_there_with_the_class(report_2026: Saved) -> None:
    as_nominees = [row for row in report_2026.table("Invited") if row["Round"] == "431"]
    assert {row["Invited as"] for row in as_nominees} == {"PNP"}


def test_every_crs_component_of_the_contract_is_shown() -> None:
    assert set(CRS_COMPONENTS) == {name for name in SCHEMA if name.startswith("crs_")} - {"crs_total"}


def test_a_law_that_is_incomplete_stands_first(saved: Writer) -> None:
    whole = run_contents.contents(ran(CLIENTS_2026, as_of="2026-11-10"))
    contents = replace(
        whole,
        scores=whole.scores.head(9),
        people=whole.people.head(9),
        explanation=whole.explanation.head(99),
        outcomes=[],
    )
    shown = saved(contents)
    text = [row[0] for row in shown.rows(SUMMARY) if row[0]]
    assert text[2].startswith("Scores from 3 November 2026 are provisional: ")
    below = [row[0] for row in shown.rows("Rules")]
    first = below.index("What of the law is not published") + 2
    assert below[first : first + len(contents.rules_notes)] == contents.rules_notes
    assert any("--rules" in note for note in contents.rules_notes)
    first = shown.table("Scores")[0]
    assert "CRS total (incomplete law)" in first
    assert first["Job offer (not known)"] is None
    assert first["High wage (not known)"] is None
    assert [row["Status"] for row in shown.table("Rules")][:3] == ["unknown"] * 3


def test_a_complete_law_says_so(report_2026: Saved) -> None:
    assert report_2026.beside("Law", ABOUT) == ["complete"]
    assert "CRS total" in report_2026.table("Scores")[0]


def test_no_quarantined_rows_are_told_in_words(report_2021: Saved) -> None:
    assert (
        report_2021.rows("Quarantine")[1][0] == "No row is quarantined: every row could be read and agrees with itself."
    )
    assert report_2021.rows("Held")[1][0] == "No row is held."


def test_nobody_invited_and_an_empty_pool_still_make_a_book(few: ReportContents, saved: Writer) -> None:
    people = few.people.with_columns(in_pool=pl.lit(value=False))
    outcomes = [replace(one, candidates=one.candidates.clear()) for one in few.outcomes]
    shown = saved(replace(few, people=people, outcomes=outcomes))
    assert shown.rows("Invited")[2][0] == "Nobody was invited in these rounds."
    assert shown.rows("Not invited")[1][0] == "Everybody who was in a round was invited."
    assert "None of the clients is in the pool on 2021-09-14." in [row[0] for row in shown.rows(ABOUT)]
    assert not any(name.startswith("xl/charts/") for name in shown.xml())


def test_no_rounds_and_no_clients_still_make_a_book(few: ReportContents, saved: Writer) -> None:
    empty = replace(
        few, outcomes=[], scores=few.scores.clear(), people=few.people.clear(), explanation=few.explanation.clear(),
        coverage=few.coverage.clear(), readings=[],
    )  # fmt: skip
    shown = saved(empty)
    assert shown.rows("Invited")[2][0] == shown.rows("Not invited")[1][0] == "No round was held on the clients."
    assert shown.rows("Scores")[2][0] == "No client was scored."


def test_many_rounds_are_all_listed(few: ReportContents, saved: Writer) -> None:
    names = [str(number) for number in range(40)]
    outcomes = [replace(few.outcomes[0], number=name) for name in names]
    shown = saved(replace(few, outcomes=outcomes, rounds_asked=names))
    assert [row[1] for row in shown.rows(ABOUT) if row[0] == "Canadian Experience Class"] == names
    assert shown.beside("Rounds asked for", ABOUT) == ["0, 1, 2, 3, 4 and 35 more"]
    assert {row["Round"] for row in shown.table("Not invited")} == set(names)


def test_inputs_that_were_left_out_are_told(few: ReportContents, saved: Writer) -> None:
    shown = saved(replace(few, left_out=[LeftOut(2, "notes.xlsx", "It is not a workbook. Save it as .xlsx.")]))
    assert "1 file was left out: notes.xlsx. See the sheet About this run." in [row[0] for row in shown.rows(SUMMARY)]
    row = next(row for row in shown.rows(ABOUT) if row[0] == "notes.xlsx")
    assert row[1:5] == (2, "left out", None, "It is not a workbook. Save it as .xlsx.")


def test_rows_beyond_what_a_sheet_holds_are_told(
    few: ReportContents, saved: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(book, "MAX_ROWS", 10)
    rows = saved(few).rows("Scores")
    # Two rows of headers, four clients, the note, an empty row and the line for print; a note on links keeps the tenth.
    assert len(rows) == 9
    assert rows[-3][0] == f"{few.scores.height - 4} more rows do not fit on a sheet."
    assert rows[-1][0].startswith("This sheet is for the screen")


def test_the_same_run_gives_the_same_bytes(few: ReportContents, tmp_path: Path) -> None:
    for name in ("one.xlsx", "other.xlsx"):
        assert report.write_report(tmp_path / name, few) == SHEETS
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "other.xlsx").read_bytes()


def test_another_process_gives_the_same_bytes(tmp_path: Path) -> None:
    """Sets and hashes are in another order in every process."""
    code = (
        "import sys; sys.path.insert(0, 'tests/reports'); from pathlib import Path; from dataclasses import replace; from flows.main_run import run_contents;"
        "from reports.report import report; from reading_back import CLIENTS_2021, ran;"
        "made = run_contents.contents(ran(CLIENTS_2021, as_of='2021-09-14', rounds=('204',)));"
        "report.write_report(Path(sys.argv[1]), replace(made, rules_notes=['one', 'two', 'three', 'four'],"
        " scores=made.scores.head(5), people=made.people.head(5), explanation=made.explanation.head(5), rules=made.rules.head(5)))"
    )
    written = []
    for seed in ("1", "2"):
        path = tmp_path / f"{seed}.xlsx"
        subprocess.run(
            [sys.executable, "-c", code, str(path)], check=True, cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": seed}
        )
        written.append(path.read_bytes())
    assert written[0] == written[1]


def test_the_properties_carry_the_day_of_the_run_alone(report_2026: Saved) -> None:
    properties = report_2026.book.properties
    assert properties.created == properties.modified == datetime(2026, 8, 7)
    assert properties.creator == "drawline"


@pytest.mark.parametrize("title", [title for title in SHEETS if title not in {SUMMARY, "Method", "Rounds", ABOUT}])
def test_tables_keep_their_headers_in_sight_and_filter(report_2026: Saved, title: str) -> None:
    sheet = report_2026.book[title]
    (table,) = sheet.tables.values()
    head = int(table.ref.split(":")[0].lstrip("A"))
    assert sheet.freeze_panes.endswith(str(head + 1))
    assert table.autoFilter.ref == table.ref
    # Excel repairs a sheet whose own filter lies over that of a table.
    assert sheet.auto_filter.ref is None
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert not sheet.merged_cells.ranges
    headers = report_2026.rows(title)[head - 1]
    assert all(headers)
    assert len(set(headers)) == len(headers)
    assert not any("_" in header for header in headers)


def test_answers_that_leave_something_open_are_tinted(report_2026: Saved) -> None:
    tinted = {
        (str(area.sqref).split(":")[0].rstrip("0123456789"), rule.formula[0])
        for area, rules in report_2026.book["Eligibility"].conditional_formatting._cf_rules.items()
        for rule in rules
    }
    headers = report_2026.rows("Eligibility")[1]
    letter = get_column_letter(headers.index("FSW eligible") + 1)
    assert (letter, '"undetermined"') in tinted


def test_days_and_moments_are_days_and_moments(report_2026: Saved) -> None:
    rule = report_2026.table("Rules")[0]
    assert isinstance(rule["In force since"], datetime)
    moments = [row["Profile submitted (UTC)"] for row in report_2026.table("Invited")]
    assert all(isinstance(moment, datetime) for moment in moments)


def test_every_rule_leads_to_its_source(contents_2026: ReportContents, report_2026: Saved) -> None:
    sheet = report_2026.book["Rules"]
    column = [cell.value for cell in sheet[1]].index("Address") + 1
    addresses = contents_2026.rules["address"].to_list()
    cells = [sheet.cell(row, column) for row in range(2, len(addresses) + 2)]
    assert [cell.value for cell in cells] == addresses
    assert [cell.hyperlink.target for cell in cells] == addresses


def test_an_address_that_is_none_of_the_web_is_text(few: ReportContents, saved: Writer) -> None:
    rules = few.rules.head(2).with_columns(address=pl.Series(["file:///etc/passwd", "javascript:alert(1)"]))
    sheet = saved(replace(few, rules=rules)).book["Rules"]
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.hyperlink]


def test_what_is_covered_stands_below_the_rules(contents_2026: ReportContents, report_2026: Saved) -> None:
    rows = report_2026.rows("Rules")
    first = [row[0] for row in rows].index(COVERED)
    assert first > len(contents_2026.rules)
    assert rows[first - 1][0] is None
    assert [row[0] for row in rows[first : first + 2]] == [COVERED, "What"]
    shown = [tuple(value or "" for value in row[:6]) for row in rows[first + 2 : -2]]
    assert shown == contents_2026.coverage.select(*COVERAGE).rows()
    assert COVERED not in [row[0] for row in report_2026.rows("Method")]


def test_the_first_page_leads_to_the_sheets(report_2026: Saved) -> None:
    links = {
        cell.value: cell.hyperlink.location
        for row in report_2026.book[SUMMARY].iter_rows()
        for cell in row
        if cell.hyperlink
    }
    for title in SHEETS[1:]:
        assert links[title] == f"'{title}'!A1"


def test_the_day_of_the_run_is_a_day(report_2026: Saved) -> None:
    (day,) = report_2026.beside("Day of the law and of every age, test and window", ABOUT)
    assert day.date() == date(2026, 8, 7)


def test_a_reform_is_set_beside_the_law(tmp_path: Path, saved: Writer) -> None:
    run = ran(CLIENTS_2026, as_of="2026-08-07", rules=(reform(tmp_path),))
    made = run_contents.contents(run)
    assert made.comparison is not None
    few = made.comparison.filter(pl.col("difference") != 0).head(3)
    same = made.comparison.filter((pl.col("difference") == 0) & (pl.col("changed") == "")).head(2)
    assert (few.height, same.height) == (3, 2)
    shown = saved(replace(made, comparison=pl.concat([same, few]), explanation=made.explanation.head(3)))
    assert shown.book.sheetnames == [*SHEETS[:13], "Before and after", *SHEETS[13:]]
    for row in shown.table("Before and after"):
        assert row["Difference"] == row["Total after"] - row["Total before"] == -15
        assert row["Components that change"] == "Brother or sister in Canada 15 to 0"
        assert row["Eligible before"] == row["Eligible after"]
        assert row["Family name"]
    about = [value for row in shown.rows(SUMMARY) for value in row if str(value).startswith("Before: ")]
    assert about == ["Before: the shipped law of 2026-08-07. After: with the overlay made up (reform.yaml)"]
    assert shown.beside("Overlays of the shipped law", ABOUT) == ["made up (reform.yaml)"]
    assert "After: made up (reform.yaml)" in shown.rows("Before and after")[0]


def reform(folder: Path) -> Path:
    """A made-up reform that takes the points for a sibling away."""
    path = folder / "reform.yaml"
    path.write_text(
        "title: made up\n"
        "sources: {made-up: {title: Made up, href: 'https://example.org/made-up'}}\n"
        "parameters:\n"
        "  crs.additional.sibling:\n"
        "    versions:\n"
        "      - {from: 2026-01-01, status: known, confidence: L, last_checked_on: 2026-01-01,\n"
        "         source: {key: made-up, section: s. 1}, value: 0}\n",
        encoding="utf-8",
    )
    return path


def test_language_results_name_what_is_used_and_the_next_best_choice(saved: Writer) -> None:
    case = ROOT / "tests" / "data" / "law" / "01_sitting_choice"
    found = saved(run_contents.contents(ran(*sorted(case.glob("*.csv")), as_of="2026-06-15")))
    (row,) = (row for row in found.table("Language results") if row["Client ID"] == "bl44")
    assert row["English result"] == "IELTS GT of 2025-03-01: 9, 9, 9, 9"
    assert row["Next best: English result"] == "IELTS GT of 2025-06-20: 10, 10, 8, 10"
    assert (row["CRS total"], row["Next best: CRS total"], row["Difference"]) == (464, 415, -49)
    assert row["How it was settled"] == "as named"
