"""Whole clients only: what is quarantined, what is held, what counts once, and that both sums hold."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.model.columns import BY_KEY, SHEETS
from validation.checks import rules_of_rows, schemas
from validation.checks.rules_of_rows import Terms
from validation.intake import intake
from validation.intake.intake import Intake


def test_rows_that_share_a_client_id_name_the_others(
    take: Callable[..., Any], book: Callable[..., Path], candidate: Any, detail: Any
) -> None:
    first = book([candidate(1001), candidate("C-2")], dependants=[detail("dependants", "1001")])
    second = book([candidate("1001", family_name="Other"), candidate("C-3")], name="more.xlsx")
    taken = take(first, second)
    assert taken.quarantine.select("source_file", "cell", "client_id").rows() == [
        ("clients.xlsx", "Candidates!A2", "1001"), ("more.xlsx", "Candidates!A2", "1001"),
    ]  # fmt: skip
    assert "more.xlsx, Candidates!A2" in taken.quarantine["problem"][0]
    assert "clients.xlsx, Candidates!A2" in taken.quarantine["problem"][1]
    assert taken.sheets["candidates"]["client_id"].to_list() == ["C-2", "C-3"]
    assert taken.held["client_id"].to_list() == ["1001"]


def test_very_many_rows_of_one_client_id_name_ten(
    take: Callable[..., Any], book: Callable[..., Path], candidate: Any
) -> None:
    taken = take(book([candidate("C-1", family_name=f"Sample {number}") for number in range(50)]))
    assert taken.counts["candidates_quarantined"] == 50
    assert taken.quarantine["problem"][20].endswith("and 39 more.")


def test_equal_rows_count_once_with_a_warning(
    take: Callable[..., Any], book: Callable[..., Path], tmp_path: Path, candidate: Any, detail: Any
) -> None:
    path = book([candidate(), candidate()], work_history=[detail("work_history")] * 3)
    taken = take(path)
    assert taken.quarantine.is_empty()
    assert (taken.counts["candidates_in"], taken.counts["detail_rows_in"]) == (1, 1)
    assert taken.warnings["source_row"].to_list() == [3, 3, 4]
    assert taken.warnings["problem"].to_list() == [
        "Its row of Candidates says the same as clients.xlsx, Candidates!A2.",
        *["Its row of Work history says the same as clients.xlsx, 'Work history'!A2."] * 2,
    ]
    again = take(path, path)
    assert again.counts == taken.counts
    assert again.sheets["candidates"].equals(taken.sheets["candidates"])


def test_rows_without_a_client_id_are_never_one(
    take: Callable[..., Any], book: Callable[..., Path], candidate: Any, detail: Any
) -> None:
    rows = [candidate(None), candidate(None), candidate("C-1"), candidate("C-1")]
    taken = take(book(rows, work_history=[detail("work_history", None)] * 2))
    assert (taken.counts["candidates_in"], taken.counts["candidates_quarantined"]) == (3, 2)
    assert taken.quarantine["source_row"].to_list() == [2, 3, 2, 3]
    assert taken.warnings["source_row"].to_list() == [5]


def test_equal_rows_in_other_words_and_files(take: Callable[..., Any], tmp_path: Path) -> None:
    header = "client_id,date_of_birth,marital_status,intends_quebec\n"
    (tmp_path / "a.csv").write_text(f"{header}7,1990-01-02,single,no\n")
    (tmp_path / "b.csv").write_text(f"{header}7.0,1990-01-02 00:00:00,Single,N\n")
    assert take(tmp_path / "a.csv", tmp_path / "b.csv").counts["candidates_accepted"] == 1


def test_equal_bad_rows_are_one_bad_row(take: Callable[..., Any], book: Callable[..., Path], candidate: Any) -> None:
    taken = take(book([candidate(family_size="7,5"), candidate(family_size="7,5"), candidate(family_size="75,")]))
    # What cannot be read is compared as it stands: two rows say the same, the third another thing.
    assert taken.counts["candidates_in"] == taken.counts["candidates_quarantined"] == 2
    assert taken.quarantine["column"].to_list() == ["client_id", "family_size"] * 2


def test_a_client_with_a_bad_detail_row_is_quarantined_whole(
    take: Callable[..., Any], book: Callable[..., Path], candidate: Any, detail: Any
) -> None:
    path = book(
        [candidate("C-1"), candidate("C-2")],
        language_tests=[detail("language_tests", "C-1"), detail("language_tests", "C-2")],
        work_history=[detail("work_history", "C-1", noc="99999"), detail("work_history", "C-1", noc="2173")],
    )
    taken = take(path)
    assert taken.quarantine.select("source_sheet", "cell").rows() == [
        ("Candidates", ""), ("Work history", "'Work history'!C2"),
    ]  # fmt: skip
    assert "'Work history'!C2" in taken.quarantine["problem"][0]
    assert taken.held.select("source_sheet", "source_row", "client_id").rows() == [
        ("Language tests", 2, "C-1"), ("Work history", 3, "C-1"),
    ]  # fmt: skip
    assert taken.counts == {
        "candidates_in": 2, "candidates_accepted": 1, "candidates_quarantined": 1,
        "detail_rows_in": 4, "detail_rows_used": 1, "detail_rows_held": 2, "detail_rows_quarantined": 1,
    }  # fmt: skip
    assert taken.sheets["work_history"].is_empty()


def test_orphans(take: Callable[..., Any], book: Callable[..., Path], candidate: Any, detail: Any) -> None:
    path = book([candidate("C-1")], dependants=[detail("dependants", "c-1"), detail("dependants", None)])
    taken = take(path)
    assert taken.quarantine["cell"].to_list() == ["Dependants!A2", "Dependants!A3"]
    assert "Did you mean C-1?" in taken.quarantine["fix"][0]
    assert taken.counts["candidates_accepted"] == 1
    assert taken.counts["detail_rows_quarantined"] == 2


def test_details_of_a_bad_candidate_are_held_not_orphans(
    take: Callable[..., Any], book: Callable[..., Path], candidate: Any, detail: Any
) -> None:
    taken = take(book([candidate(family_size=99)], dependants=[detail("dependants")]))
    assert taken.quarantine.height == 1
    assert taken.held["source_sheet"].to_list() == ["Dependants"]


def test_the_order_is_that_of_the_inputs(
    take: Callable[..., Any], book: Callable[..., Path], candidate: Any, detail: Any
) -> None:
    first = book(
        [candidate("Z"), candidate("A", family_size=0, marital_status="?")], dependants=[detail("dependants", "Y")]
    )
    second = book([candidate("B", family_size=0)], name="a.xlsx")
    taken = take(first, second)
    assert taken.quarantine.select("source_file", "source_sheet", "source_row", "column").rows() == [
        ("clients.xlsx", "Candidates", 3, "marital_status"), ("clients.xlsx", "Candidates", 3, "family_size"),
        ("clients.xlsx", "Dependants", 2, "client_id"), ("a.xlsx", "Candidates", 2, "family_size"),
    ]  # fmt: skip
    assert take(first, second).quarantine.equals(taken.quarantine)


# --- Properties over random mixes of good, bad, equal and orphan rows

IDS = st.sampled_from(["1", "2", "3", "4", "5", " 5", ""])
CANDIDATES = st.lists(
    st.tuples(
        IDS, st.sampled_from(["1990-01-02", "03/04/1990", ""]), st.sampled_from(["single", "married", "?"]),
        st.sampled_from(["", "yes"]), st.sampled_from(["", "0", "2"]),
    ),
    min_size=1, max_size=8,
)  # fmt: skip
LANGUAGE_TESTS = st.lists(
    st.tuples(
        IDS, st.sampled_from(["principal", "spouse", "cousin"]), st.just("english"),
        st.sampled_from(["CLB", "IELTS_GT", "NCLC"]), st.sampled_from(["2025-01-02", ""]),
        st.sampled_from(["7", "7.25"]),
    ),
    max_size=8,
)  # fmt: skip
DEPENDANTS = st.lists(st.tuples(IDS, st.sampled_from(["2015-01-02", "1850-01-02"])), max_size=5)
TERMS = Terms(
    date(2026, 6, 1),
    {
        (test, ability): (0, 12, 1)
        for test in ("CLB", "IELTS_GT")
        for ability in ("listening", "reading", "writing", "speaking")
    },
    frozenset({"21231"}),
)


def taken_from(folder: Path, tables: dict[str, tuple[str, list[tuple[str, ...]]]]) -> Intake:
    paths = []
    for name, (header, rows) in tables.items():
        path = folder / f"{name}.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([header.split(","), *rows])
        paths.append(path)
    return intake.read(paths, as_of=TERMS.as_of, score_ranges=TERMS.score_ranges, noc_codes=TERMS.noc_codes)


@settings(deadline=None, max_examples=40)
@given(CANDIDATES, CANDIDATES, LANGUAGE_TESTS, DEPENDANTS)
def test_both_sums_hold_always(
    one: list[tuple[str, ...]],
    other: list[tuple[str, ...]],
    tests: list[tuple[str, ...]],
    dependants: list[tuple[str, ...]],
) -> None:
    header = "client_id,date_of_birth,marital_status,spouse_accompanying,family_size"
    with tempfile.TemporaryDirectory() as folder:
        taken = taken_from(
            Path(folder),
            {
                "clients": (header, one),
                "more": (header, other),
                "language_tests": ("client_id,person,language,test,test_date,listening", tests),
                "dependants": ("client_id,date_of_birth", dependants),
            },
        )
    counts = taken.counts

    def distinct(*lists: list[tuple[str, ...]]) -> int:
        stripped = [tuple(value.strip() for value in row) for rows in lists for row in rows if any(row)]
        return len({row for row in stripped if row[0]}) + sum(not row[0] for row in stripped)

    details = {"language_tests": tests, "dependants": dependants}
    assert counts["candidates_in"] == distinct(one, other)
    assert counts["candidates_in"] == counts["candidates_accepted"] + counts["candidates_quarantined"]
    assert counts["detail_rows_in"] == sum(map(distinct, details.values()))
    assert counts["detail_rows_in"] == (
        counts["detail_rows_used"] + counts["detail_rows_held"] + counts["detail_rows_quarantined"]
    )
    # What is counted is what is there to be seen.
    places = pl.struct("source_file", "source_row")
    is_candidate = pl.col("source_sheet") == "Candidates"
    assert taken.sheets["candidates"].height == counts["candidates_accepted"]
    assert taken.quarantine.filter(is_candidate).select(places).n_unique() == counts["candidates_quarantined"]
    assert taken.quarantine.filter(~is_candidate).select(places).n_unique() == counts["detail_rows_quarantined"]
    assert taken.held.select(places).n_unique() == taken.held.height == counts["detail_rows_held"]
    assert sum(taken.sheets[key].height for key in details) == counts["detail_rows_used"]
    # No client passes on half a record.
    passed = set(taken.sheets["candidates"]["client_id"])
    assert len(passed) == counts["candidates_accepted"]
    for key in details:
        assert set(taken.sheets[key]["client_id"]) <= passed
    assert not passed & (set(taken.quarantine["client_id"]) | set(taken.held["client_id"]))
    # And the schemas agree on what passed.
    for sheet in SHEETS:
        rules = [*rules_of_rows.of_columns(sheet, TERMS), *rules_of_rows.refused(sheet, TERMS)]
        schemas.schema_with(sheet, []).validate(taken.sheets[sheet.key], lazy=True)
        assert schemas.breaches(taken.sheets[sheet.key], rules) == {}
    assert set(BY_KEY) == set(taken.sheets)
