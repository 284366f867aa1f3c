"""Two rows a client: the spouse's row gives the spouse_ columns of the client's, and nothing is lost in silence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from validation.intake.intake import UnusableInputs
from validation.mapping.firm_map import FirmMap
from validation.mapping.grammar import firm_map

HEADERS: list[object] = [
    "client_id", "Relationship", "family_name", "date_of_birth", "marital_status", "spouse_accompanying", "education_level",
    "english_test", "english_test_date", "english_listening", "english_reading", "english_writing", "english_speaking",
]  # fmt: skip
TEST = ["IELTS_GT", "2025-12-01"]


def principal(client_id: object, word: object = "Principal applicant", **changes: object) -> list[object]:
    row = [client_id, word, "Sample", "1990-01-02", "married", "yes", "secondary", *TEST, 8, 7.5, 7, 7]
    return changed(row, changes)


def spouse(client_id: object, word: object = "Spouse", **changes: object) -> list[object]:
    row = [client_id, word, "Sample", "1992-03-04", "married", None, "secondary", *TEST, 6, 6.5, 6, 5.5]
    return changed(row, changes)


def changed(row: list[object], changes: dict[str, object]) -> list[object]:
    return [changes.get(str(name), cell) for name, cell in zip(HEADERS, row, strict=True)]


def two_rows(**parts: Any) -> FirmMap:
    return firm_map({"rows": {"joined_by": "client_id", "person": "Relationship"}, **parts})


@pytest.fixture
def take_rows(cells_book: Callable[..., Path], take: Callable[..., Any]) -> Callable[..., Any]:
    def made(*rows: list[object], **parts: Any) -> Any:
        return take(cells_book({"Candidates": [HEADERS, *rows]}), mapping=two_rows(**parts))

    return made


def adds_up(taken: Any) -> bool:
    counts = taken.counts
    return bool(counts["candidates_in"] == counts["candidates_accepted"] + counts["candidates_quarantined"])


def listed(taken: Any) -> list[tuple[str, str, str]]:
    rows: list[tuple[str, str, str]] = taken.quarantine.select("cell", "client_id", "column").rows()
    return rows


def test_the_row_of_the_spouse_gives_the_columns_of_the_spouse(take_rows: Callable[..., Any]) -> None:
    taken = take_rows(
        principal("C-1"), spouse("C-1"), principal("C-2", marital_status="single", spouse_accompanying=None)
    )
    assert taken.quarantine.is_empty()
    first, second = taken.sheets["candidates"].rows(named=True)
    assert (first["client_id"], first["english_reading"], first["spouse_english_reading"]) == ("C-1", 7.5, 6.5)
    assert (str(first["date_of_birth"]), str(first["spouse_date_of_birth"])) == ("1990-01-02", "1992-03-04")
    assert (first["spouse_education_level"], first["spouse_english_test"]) == ("secondary", "IELTS_GT")
    assert (second["client_id"], second["spouse_english_test"]) == ("C-2", None)
    assert taken.inputs[0].uses[0].rows == 2
    assert taken.counts["candidates_in"] == 2
    assert taken.warnings.filter(taken.warnings["problem"].str.contains("Relationship")).is_empty()


WORDS = ["Spouse", "Wife", "husband", "Conjoint de fait", "Spouse / common-law partner", "Accompanying spouse", "Époux"]


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("other", ["Principal", "PA", "Main applicant", None])
def test_the_words_of_both_persons(take_rows: Callable[..., Any], word: str, other: str | None) -> None:
    taken = take_rows(spouse("C-1", word), principal("C-1", other))
    assert taken.sheets["candidates"]["spouse_english_listening"].to_list() == [6]


def test_a_firms_own_word_for_the_spouse_is_mapped(take_rows: Callable[..., Any]) -> None:
    taken = take_rows(
        principal("C-1", "P1"), spouse("C-1", "P2"), values={"person": {"P1": "principal", "P2": "spouse"}}
    )
    assert taken.sheets["candidates"]["spouse_english_listening"].to_list() == [6]


def test_a_firms_own_word_for_a_child_is_mapped(take_rows: Callable[..., Any]) -> None:
    taken = take_rows(principal("C-1"), spouse("C-1", "Kid"), values={"person": {"Kid": "child"}})
    assert taken.inputs[0].uses[0].note == "Row 3 'Kid' is no client: it is the row of a child."
    assert taken.sheets["candidates"]["spouse_english_listening"].to_list() == [None]


def test_a_wrong_cell_of_the_spouse_is_named_where_it_stands(take_rows: Callable[..., Any]) -> None:
    taken = take_rows(principal("C-1"), principal("C-2"), spouse("C-2"), spouse("C-1", english_reading="good"))
    assert listed(taken) == [("Candidates!K5", "C-1", "spouse_english_reading")]
    assert taken.quarantine["value"].to_list() == ["good"]
    assert taken.sheets["candidates"]["client_id"].to_list() == ["C-2"]
    assert adds_up(taken)


def test_the_dates_of_the_spouse_are_read_in_the_order_of_the_map(take_rows: Callable[..., Any]) -> None:
    taken = take_rows(
        principal("C-1", date_of_birth="02/01/1990"), spouse("C-1", date_of_birth="04/03/1992"),
        principal("C-2", date_of_birth="02/01/1990"), spouse("C-2", date_of_birth="04/33/1992"),
        dates={"date_of_birth": "dmy"},
    )  # fmt: skip
    assert taken.sheets["candidates"]["spouse_date_of_birth"].cast(str).to_list() == ["1992-03-04"]
    assert listed(taken) == [("Candidates!D5", "C-2", "spouse_date_of_birth")]
    assert taken.quarantine["value"].to_list() == ["04/33/1992"]


def test_a_spouse_without_a_client_is_quarantined_at_the_key(take_rows: Callable[..., Any]) -> None:
    taken = take_rows(principal("C-1"), spouse("C-1"), spouse("C-9", english_reading="good"), spouse(None))
    assert listed(taken) == [("Candidates!A4", "C-9", "client_id"), ("Candidates!A5", "", "client_id")]
    assert taken.quarantine["problem"].to_list() == [
        "No row of a principal applicant has the client_id of this row of a spouse.",
        "The row of a spouse has no client_id.",
    ]
    assert adds_up(taken)
    assert taken.counts["candidates_in"] == 3


def test_two_spouses_of_a_client_are_quarantined(take_rows: Callable[..., Any]) -> None:
    taken = take_rows(principal("C-1"), spouse("C-1"), spouse("C-1", english_reading=9))
    assert {cell for cell, _, _ in listed(taken)} == {"Candidates!A2", "Candidates!A3", "Candidates!A4"}
    assert "Several rows of a spouse have this client_id." in taken.quarantine["problem"].to_list()
    assert taken.sheets["candidates"].is_empty()
    assert adds_up(taken)


def test_two_clients_of_one_number_are_quarantined_as_ever(take_rows: Callable[..., Any]) -> None:
    taken = take_rows(principal("C-1"), principal("C-1", english_reading=9), spouse("C-1"))
    assert [cell for cell, _, _ in listed(taken)] == ["Candidates!A2", "Candidates!A3"]
    assert adds_up(taken)


def test_another_word_is_asked_back(take_rows: Callable[..., Any]) -> None:
    taken = take_rows(principal("C-1"), spouse("C-1", "Cousin"))
    problems = taken.quarantine["problem"].to_list()
    assert "'Cousin' under 'Relationship' names neither the principal applicant nor the spouse." in problems
    assert adds_up(taken)


def test_the_row_of_a_child_is_named_as_left_out(take_rows: Callable[..., Any]) -> None:
    taken = take_rows(principal("C-1"), spouse("C-1"), spouse("C-1", "Daughter", date_of_birth="2015-01-02"))
    assert taken.inputs[0].uses[0].note == "Row 4 'Daughter' is no client: it is the row of a child."
    assert taken.counts["candidates_accepted"] == 1


def test_columns_that_the_spouse_has_not_are_noted_once(
    cells_book: Callable[..., Path], take: Callable[..., Any]
) -> None:
    rows = [
        [*row, funds]
        for row, funds in (
            (HEADERS, "settlement_funds_cad"), (principal("C-1"), 20_000), (spouse("C-1"), 5_000),
            (principal("C-2"), 20_000), (spouse("C-2"), 6_000),
        )
    ]  # fmt: skip
    taken = take(cells_book({"Candidates": rows}), mapping=two_rows())
    notes = taken.warnings.filter(taken.warnings["problem"].str.contains("Rows of spouses"))
    assert notes.select("cell", "value").rows() == [("Candidates!N3", "5000")]
    assert "settlement_funds_cad" in notes["problem"][0]


def test_what_the_client_s_own_row_says_of_the_spouse_counts_first(
    cells_book: Callable[..., Path], take: Callable[..., Any]
) -> None:
    own = "spouse_education_level"
    rows = [
        [*HEADERS, own], [*principal("C-1"), "masters"], [*spouse("C-1"), None],
        [*principal("C-2"), None], [*spouse("C-2", education_level="wrong"), None],
    ]  # fmt: skip
    taken = take(cells_book({"Candidates": rows}), mapping=two_rows())
    assert taken.sheets["candidates"].select("client_id", own).rows() == [("C-1", "masters")]
    assert listed(taken) == [("Candidates!G5", "C-2", own)]


def test_rows_are_not_joined_without_the_columns_that_the_map_names(
    cells_book: Callable[..., Path], take: Callable[..., Any]
) -> None:
    path = cells_book(
        {"Candidates": [["client_id", "date_of_birth", "marital_status"], ["C-1", "1990-01-02", "single"]]}
    )
    with pytest.raises(UnusableInputs, match="the map joins two rows a client, but no column is headed Relationship"):
        take(path, mapping=two_rows())


def test_documents_of_the_spouses_row_are_the_spouses(
    cells_book: Callable[..., Path], take: Callable[..., Any]
) -> None:
    rows = [
        [*HEADERS, "Passport expiry"], [*principal("C-1"), "2030-01-01"], [*spouse("C-1"), "2031-01-01"],
    ]  # fmt: skip
    taken = take(
        cells_book({"Candidates": rows}),
        mapping=two_rows(columns={"Passport expiry": "documents.expires_on(kind=passport)"}),
    )
    assert taken.sheets["documents"].select("person", "source_row").rows() == [("principal", 2), ("spouse", 3)]


@pytest.mark.parametrize("dates", ["mdy", {"date_of_birth": "mdy"}])
def test_a_refused_cell_of_the_only_spouse_is_quarantined(take_rows: Callable[..., Any], dates: Any) -> None:
    taken = take_rows(
        principal("C-1"), spouse("C-1", date_of_birth="31/02/1991"), principal("C-2", marital_status="single",
        spouse_accompanying=None), dates=dates,
    )  # fmt: skip
    assert listed(taken) == [("Candidates!D3", "C-1", "spouse_date_of_birth")]
    assert taken.quarantine["value"].to_list() == ["31/02/1991"]
    assert taken.sheets["candidates"]["client_id"].to_list() == ["C-2"]
    assert adds_up(taken)


def test_refused_scores_of_the_only_spouse_are_quarantined(
    cells_book: Callable[..., Path], take: Callable[..., Any]
) -> None:
    rows: list[list[object]] = [
        ["client_id", "Relationship", "date_of_birth", "marital_status", "spouse_accompanying", "IELTS scores",
         "english_test", "english_test_date"],
        ["C-1", "Principal", "1990-01-02", "married", "yes", "8/7.5/7/7", *TEST],
        ["C-1", "Spouse", "1992-03-04", "married", None, "8 8 8", *TEST],
    ]  # fmt: skip
    derived = {"IELTS scores": {"rule": "scores", "language": "english", "order": "LRWS"}}
    taken = take(cells_book({"Candidates": rows}), mapping=two_rows(derived=derived))
    assert [cell for cell, _, _ in listed(taken)] == ["Candidates!F3"]
    assert taken.quarantine["value"].to_list() == ["8 8 8"]
    assert taken.quarantine["column"][0].startswith("spouse_english_")


def test_a_refused_cell_for_which_the_spouse_has_no_column_is_quarantined_at_its_own_cell(
    cells_book: Callable[..., Path], take: Callable[..., Any]
) -> None:
    rows: list[list[object]] = [
        [*HEADERS, "profile_submitted_at", "spouse_education_level"],
        [*principal("C-1"), "01/31/2026", None],
        [*spouse("C-1"), "31/02/2026", None],
    ]
    taken = take(cells_book({"Candidates": rows}), mapping=two_rows(dates={"profile_submitted_at": "mdy"}))
    assert ("Candidates!N3", "C-1", "profile_submitted_at") in listed(taken)
    assert adds_up(taken)


def test_a_refused_cell_stands_where_it_is_though_the_client_s_row_says_it_too(
    cells_book: Callable[..., Path], take: Callable[..., Any]
) -> None:
    rows: list[list[object]] = [
        [*HEADERS, "spouse_date_of_birth"],
        [*principal("C-1"), "03/04/1992"],
        [*spouse("C-1", date_of_birth="31/02/1991"), None],
    ]
    taken = take(cells_book({"Candidates": rows}), mapping=two_rows(dates="mdy"))
    assert listed(taken) == [("Candidates!D3", "C-1", "spouse_date_of_birth")]


def test_a_constant_goes_to_the_spouse_and_a_note_names_none(
    cells_book: Callable[..., Path], take: Callable[..., Any]
) -> None:
    place = HEADERS.index("english_test")
    rows = [row[:place] + row[place + 1 :] for row in (HEADERS, principal("C-1"), spouse("C-1"))]
    constants = {"english_test": "IELTS_GT", "pool_status": "in_pool", "case_owner": "{sheet}"}
    taken = take(cells_book({"Candidates": rows}), mapping=two_rows(constants=constants))
    [row] = taken.sheets["candidates"].rows(named=True)
    assert (row["english_test"], row["spouse_english_test"], row["spouse_english_reading"]) == (
        "IELTS_GT",
        "IELTS_GT",
        6.5,
    )
    assert taken.warnings.filter(taken.warnings["problem"].str.contains("Rows of spouses")).is_empty()


PASSPORT = "Passport expiry"
DOCUMENTS = {"columns": {PASSPORT: "documents.expires_on(kind=passport)"}, "dates": {"expires_on": "mdy"}}


def test_documents_of_a_childs_row_are_nobodys(cells_book: Callable[..., Path], take: Callable[..., Any]) -> None:
    rows: list[list[object]] = [
        [*HEADERS, PASSPORT, "Child DOB"],
        [*principal("C-1"), "2030-01-01", None],
        [*spouse("C-1"), "2031-01-01", None],
        [*spouse("C-1", "Son", date_of_birth="2015-01-02"), "2032-01-01", "2015-01-02"],
        [*spouse("C-1", "Daughter"), "31/02/2032", None],
    ]
    columns = {**DOCUMENTS["columns"], "Child DOB": "dependants.date_of_birth"}
    taken = take(cells_book({"Candidates": rows}), mapping=two_rows(**{**DOCUMENTS, "columns": columns}))
    assert taken.quarantine.is_empty()
    assert taken.sheets["documents"].select("person", "source_row").rows() == [("principal", 2), ("spouse", 3)]
    assert [str(day) for day in taken.sheets["dependants"]["date_of_birth"]] == ["2015-01-02"]


def test_another_word_leaves_the_client_and_takes_its_documents_along(
    cells_book: Callable[..., Path], take: Callable[..., Any]
) -> None:
    rows: list[list[object]] = [
        [*HEADERS, PASSPORT],
        [*principal("C-1"), "2030-01-01"],
        [*spouse("C-1", "Cousin", english_reading="good"), "31/02/2032"],
        [*spouse("C-1", "Godmother"), "2033-01-01"],
    ]
    taken = take(cells_book({"Candidates": rows}), mapping=two_rows(**DOCUMENTS))
    assert listed(taken) == [("Candidates!A3", "C-1", "client_id"), ("Candidates!A4", "C-1", "client_id")]
    assert taken.quarantine["problem"].to_list() == [
        "'Cousin' under 'Relationship' names neither the principal applicant nor the spouse.",
        "'Godmother' under 'Relationship' names neither the principal applicant nor the spouse.",
    ]
    assert taken.sheets["candidates"]["client_id"].to_list() == ["C-1"]
    assert taken.sheets["documents"].select("person", "source_row").rows() == [("principal", 2)]
    assert taken.held.is_empty()
    assert adds_up(taken)


def test_a_client_with_two_spouses_is_asked_which(take_rows: Callable[..., Any]) -> None:
    taken = take_rows(principal("C-1"), spouse("C-1"), spouse("C-1", english_reading=9), principal("C-2"))
    assert taken.quarantine.select("cell", "problem").rows() == [
        ("Candidates!A2", "Several rows of a spouse have the client_id of this client (A3, A4)."),
        ("Candidates!A3", "Several rows of a spouse have this client_id."),
        ("Candidates!A4", "Several rows of a spouse have this client_id."),
    ]
    assert taken.sheets["candidates"]["client_id"].to_list() == ["C-2"]


def test_rows_joined_by_another_column_give_the_spouse_to_the_client(
    cells_book: Callable[..., Path], take: Callable[..., Any]
) -> None:
    rows: list[list[object]] = [
        [*HEADERS, "case_owner", PASSPORT],
        [*principal("C-1"), "Case 7", "2030-01-01"],
        [*spouse("S-1"), "Case 7", "2031-01-01"],
        [*spouse("S-2", "Son"), "Case 7", "2032-01-01"],
    ]
    rule = {"joined_by": "case_owner", "person": "Relationship"}
    taken = take(cells_book({"Candidates": rows}), mapping=firm_map({"rows": rule, **DOCUMENTS}))
    assert taken.quarantine.is_empty()
    assert taken.sheets["documents"].select("client_id", "person").rows() == [("C-1", "principal"), ("C-1", "spouse")]


def test_a_stray_mark_in_a_spouses_or_childs_row_is_quarantined(tmp_path: Path, take: Callable[..., Any]) -> None:
    path = tmp_path / "clients.csv"
    named = ["client_id", "Relationship", "date_of_birth", "marital_status", "spouse_accompanying"]
    lines = [
        ",".join(named), "C-1,Principal,1990-01-02,married,yes", "C-1,Spouse,1992-03-04,,,extra",
        "C-2,Principal,1990-01-02,married,yes", "C-2,Son,2015-03-04,,,extra",
    ]  # fmt: skip
    path.write_text("\n".join(lines) + "\n")
    taken = take(path, mapping=two_rows())
    assert taken.quarantine.select("client_id", "cell").rows() == [("C-1", "Candidates!A3"), ("C-2", "Candidates!A5")]
    assert taken.sheets["candidates"]["client_id"].to_list() == ["C-2"]
    assert adds_up(taken)


def test_a_form_with_a_column_for_each_person(cells_book: Callable[..., Path], take: Callable[..., Any]) -> None:
    form: list[list[object]] = [
        ["client_id", "C-1", "C-1"],
        ["Relationship", "Principal", "Spouse"],
        ["Date of birth", "1990-01-02", "1992-03-04"],
        ["Marital status", "married", "married"],
        ["spouse accompanying", "yes", None],
        ["Education level", "masters", "unheard of"],
    ]
    taken = take(cells_book({"Info": form}), mapping=two_rows())
    assert listed(taken) == [("Info!C6", "C-1", "spouse_education_level")]
