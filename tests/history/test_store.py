"""The history's tables: what is written comes back, days are replaced whole, and a purge leaves no trace."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import deltalake
import polars as pl
import pytest
from deltalake.table import TableAlterer
from polars.testing import assert_frame_equal

from flows import run_request
from flows.main_run import run_state
from history import store, tables
from history.store import History, HistoryError, as_records
from history.tables import (
    EVENTS,
    INPUT,
    INVITATIONS,
    PROBLEMS,
    RECORDS,
    ROUNDS_TABLE,
    RUNS,
    SCORES_TABLE,
    TABLES,
    Table,
)
from tests.history.conftest import FIRST, SECOND, THIRD, Sheets, accept, hashed, of
from transforms.assessment import scores
from transforms.model.columns import BY_KEY, STATED_CRS
from transforms.rounds.invitations import DECLINED
from validation.rounds import rounds_file
from validation.values.parse import schema_of

ANNE, BEN = "C-0001", "C-0003"


def some_value(dtype: pl.DataType, place: int) -> Any:
    """A value of a type, another one for each place."""
    if isinstance(dtype, pl.Struct):
        return {field.name: some_value(field.dtype, place) for field in dtype.fields}
    if isinstance(dtype, pl.List):
        return [some_value(dtype.inner, place)]
    if isinstance(dtype, pl.Datetime):
        return datetime(2026, 8, 1, 3, 30, place, tzinfo=UTC)
    values = {
        pl.Date(): FIRST,
        pl.String(): f"text {place} é",
        pl.Boolean(): bool(place % 2),
        pl.Float64(): place + 0.5,
    }
    return values.get(dtype, place)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_table_gives_back_what_was_written(table: Table, history: History) -> None:
    names = [name for name in table.schema if name != table.day]
    full = {name: [some_value(table.schema[name], place) for place in range(3)] + [None] for name in names}
    rows = pl.DataFrame({table.day: [FIRST] * 4, **full}, schema=table.schema)
    assert history.read(table).equals(table.empty())
    history.append(table, rows)
    assert_frame_equal(history.read(table), rows)
    assert history.read(table).schema == pl.Schema(table.schema)


def test_the_sample_comes_back_as_it_was_taken(history: History, sheets: Sheets, taken_in: run_state.Run) -> None:
    assert taken_in.scored is not None
    assert taken_in.law is not None
    accept(history, FIRST, of(sheets, *sheets["candidates"]["client_id"]), "1")
    stood = history.records_on(FIRST)
    assert list(stood) == list(sheets)
    for key, sheet in of(sheets, *sheets["candidates"]["client_id"]).items():
        assert_frame_equal(stood[key], sheet.sort("client_id", "source_row"))
    published = scores.published(taken_in.scored, taken_in.law).with_columns(above=pl.lit("CEC|PNP"))
    history.replace_day(SCORES_TABLE, FIRST, published)
    assert_frame_equal(history.on(SCORES_TABLE, FIRST).select(published.columns), published)
    rounds = rounds_file.read(run_request.SHIPPED_ROUNDS)
    history.replace(ROUNDS_TABLE, rounds.with_columns(seen_on=pl.lit(FIRST)))
    assert_frame_equal(store.as_rounds(history.rounds_on(FIRST)), rounds)


def day_of(place: int, *clients: str) -> pl.DataFrame:
    """A day's scores of some clients."""
    rows = [{"client_id": client, "crs_total": 400 + place} for client in clients]
    return pl.DataFrame(rows, schema={name: of for name, of in SCORES_TABLE.schema.items() if name != "as_of"})


def test_what_another_process_writes_or_spoils_is_seen_at_once(history: History) -> None:
    history.replace_day(SCORES_TABLE, FIRST, day_of(0, ANNE))
    assert history.days(SCORES_TABLE) == [FIRST]
    History(history.place).replace_day(SCORES_TABLE, SECOND, day_of(1, BEN))
    assert history.days(SCORES_TABLE) == [FIRST, SECOND]
    assert history.read(SCORES_TABLE)["client_id"].to_list() == [ANNE, BEN]
    assert history.folder is not None
    last = max((history.folder / SCORES_TABLE.name / "_delta_log").glob("*.json"))
    last.write_text("no log", encoding="utf-8")
    with pytest.raises(HistoryError, match="cannot be read"):
        history.read(SCORES_TABLE)


def test_a_day_is_replaced_and_the_others_stay(history: History) -> None:
    for place, day in enumerate((SECOND, FIRST, THIRD)):
        history.replace_day(SCORES_TABLE, day, day_of(place, ANNE, BEN))
    assert history.days(SCORES_TABLE) == [FIRST, SECOND, THIRD]
    assert history.read(SCORES_TABLE)["as_of"].is_sorted()
    assert history.replace_day(SCORES_TABLE, FIRST, day_of(9, BEN))
    found = history.read(SCORES_TABLE).select("as_of", "client_id", "crs_total").rows()
    assert found == [(FIRST, BEN, 409), (SECOND, ANNE, 400), (SECOND, BEN, 400), (THIRD, ANNE, 402), (THIRD, BEN, 402)]
    assert history.read(SCORES_TABLE, since=SECOND, until=SECOND).height == 2
    assert history.read(SCORES_TABLE, client_id=ANNE)["as_of"].to_list() == [SECOND, THIRD]
    assert history.replace_day(SCORES_TABLE, SECOND, day_of(0))
    assert history.days(SCORES_TABLE) == [FIRST, THIRD]


def files_of(history: History) -> dict[str, bytes]:
    folder = Path(history.place)
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_same_again_writes_nothing(history: History) -> None:
    history.replace_day(SCORES_TABLE, FIRST, day_of(1, ANNE))
    history.replace_day(EVENTS, FIRST, EVENTS.empty())
    history.replace(ROUNDS_TABLE, ROUNDS_TABLE.empty())
    before = files_of(history)
    assert not history.replace_day(SCORES_TABLE, FIRST, day_of(1, ANNE))
    assert not history.replace_day(EVENTS, FIRST, EVENTS.empty())
    assert not history.replace(ROUNDS_TABLE, ROUNDS_TABLE.empty())
    assert files_of(history) == before


def test_a_file_replaces_all_rows_of_its_clients_and_absence_deletes_nobody(history: History, sheets: Sheets) -> None:
    two = sheets["documents"]["client_id"].unique(maintain_order=True).to_list()[:2]
    one, other = two
    accept(history, FIRST, of(sheets, *two), "1")
    accept(history, SECOND, of(sheets, one, family_name="Later") | {"documents": sheets["documents"].clear()}, "2")
    now = history.records_on(THIRD)
    assert sorted(now["candidates"]["client_id"]) == sorted(two)
    names = dict(now["candidates"].select("client_id", "family_name").iter_rows())
    assert names[one] == "Later"
    assert names[other] != "Later"
    assert set(now["documents"]["client_id"]) == {other}
    assert set(history.records_on(FIRST)["documents"]["client_id"]) == set(two)
    assert history.records_on(FIRST - timedelta(days=1))["candidates"].is_empty()


def test_of_two_files_of_a_night_the_later_accepted_wins(history: History, sheets: Sheets) -> None:
    accept(history, FIRST, of(sheets, ANNE, BEN, family_name="One"), "1")
    accept(history, FIRST, of(sheets, BEN, file="b.xlsx", family_name="Two"), "2")
    rows = history.records_on(FIRST)["candidates"].select("client_id", "family_name", "source_file").rows()
    assert rows == [(ANNE, "One", "a.xlsx"), (BEN, "Two", "b.xlsx")]


def test_when_records_said_that_an_invitation_was_declined(history: History, sheets: Sheets) -> None:
    nothing = {"ita_round": None, "ita_issued_on": None}
    for day, file, status in ((FIRST, "1", "in_pool"), (SECOND, "2", "declined"), (THIRD, "3", "in_pool")):
        named = {"ita_round": "427", "ita_issued_on": FIRST} if day == SECOND else nothing
        accept(history, day, of(sheets, ANNE, BEN, pool_status=status, **named), file)
    assert history.declined_by(FIRST).schema == pl.Schema(DECLINED)
    assert history.declined_by(FIRST).is_empty()
    both = [(client, SECOND, FIRST, "427", True, False) for client in (ANNE, BEN)]
    assert history.declined_by(THIRD).rows() == both
    tonight = of(sheets, BEN, pool_status="declined", **nothing)
    rows = store.as_records(THIRD, hashed(tonight, "4"))
    assert history.declined_by(THIRD, rows).rows() == [*both, (BEN, THIRD, None, None, False, False)]
    accept(history, THIRD, of(sheets, ANNE, pool_status="declined", **nothing), "5", completed=False)
    assert history.declined_by(THIRD).rows() == both
    accept(history, THIRD, of(sheets, ANNE, pool_status="declined", **nothing), "6")
    assert history.declined_by(THIRD).rows() == [both[0], (ANNE, THIRD, None, None, True, False), both[1]]


def test_when_records_said_that_no_invitation_came(history: History, sheets: Sheets) -> None:
    """In the pool, a round and no day of an invitation; a day beside it is a record that contradicts itself."""
    for day, file, issued_on in ((FIRST, "1", FIRST), (SECOND, "2", None)):
        accept(history, day, of(sheets, ANNE, pool_status="in_pool", ita_round="427", ita_issued_on=issued_on), file)
    assert history.declined_by(SECOND).rows() == [(ANNE, SECOND, None, "427", True, True)]


def test_records_of_a_night_that_was_broken_off_do_not_count(history: History, sheets: Sheets) -> None:
    accept(history, FIRST, of(sheets, ANNE, family_name="One"), "1")
    accept(history, SECOND, of(sheets, ANNE, BEN, family_name="Broken off"), "2", completed=False)
    assert history.records_on(THIRD)["candidates"]["family_name"].to_list() == ["One"]
    tonight = store.as_records(SECOND, hashed(of(sheets, BEN, family_name="Two"), "3"))
    assert history.records_on(SECOND, tonight)["candidates"]["family_name"].to_list() == ["One", "Two"]


def test_a_second_run_of_a_day_that_was_broken_off_takes_nothing_away(history: History, sheets: Sheets) -> None:
    accept(history, FIRST, of(sheets, ANNE, family_name="One"), "1")
    accept(history, FIRST, of(sheets, ANNE, file="b.xlsx", family_name="Broken off"), "2", completed=False)
    assert history.records_on(FIRST)["candidates"]["family_name"].to_list() == ["One"]
    accept(history, FIRST, of(sheets, ANNE, file="b.xlsx", family_name="Two"), "2")
    assert history.records_on(FIRST)["candidates"]["family_name"].to_list() == ["Two"]


def test_the_rounds_known_on_a_day(history: History) -> None:
    rounds = rounds_file.read(run_request.SHIPPED_ROUNDS).tail(2)
    corrected = rounds.tail(1).with_columns(cut_off=pl.col("cut_off") + 1)
    rows = [rounds.with_columns(seen_on=pl.lit(FIRST)), corrected.with_columns(seen_on=pl.lit(THIRD))]
    history.replace(ROUNDS_TABLE, pl.concat(rows).select(*ROUNDS_TABLE.schema))
    assert_frame_equal(store.as_rounds(history.rounds_on(SECOND)), rounds)
    assert store.as_rounds(history.rounds_on(THIRD))["cut_off"].to_list() == [
        rounds["cut_off"][0],
        corrected["cut_off"][0],
    ]
    assert history.rounds_on(FIRST - timedelta(days=1)).is_empty()


def found_in(history: History, text: str) -> list[str]:
    return [name for name, data in files_of(history).items() if text.encode() in data]


def problem(client: str | None, file: str, value: str) -> dict[str, Any]:
    return {
        "standing": "quarantined",
        "client_id": client,
        "source_file": file,
        "value": value,
        "problem": f"({value})",
    }


def fill(history: History, sheets: Sheets, client: str) -> None:
    """A history that names a client wherever it can."""
    file = f"{client} and others.xlsx"
    for place, day in enumerate((FIRST, SECOND, THIRD)):
        accept(history, day, of(sheets, client, ANNE, BEN, file=file), f"sha{place}")
        rows = day_of(place, client, f"{client}0", ANNE).with_columns(source_file=pl.lit(file))
        history.replace_day(SCORES_TABLE, day, rows)
        told = [problem(client, file, "x"), problem(None, file, client), problem(ANNE, file, f"{client} {client}"),
                problem(f"{client}0", "b.xlsx", f"{client}0")]  # fmt: skip
        history.replace_day(PROBLEMS, day, pl.DataFrame(told, schema=PROBLEMS.schema))
        texts = [{"client_id": one, "text": f"sibling_in_canada: no → yes, {file} row 2"} for one in (client, ANNE)]
        history.replace_day(EVENTS, day, pl.DataFrame(texts, schema=EVENTS.schema))
    history.compact(timedelta(days=30))


def test_a_purge_leaves_no_trace_of_the_client_in_any_file(history: History, sheets: Sheets) -> None:
    """Not in the least and greatest values of the log, nor in a predicate of a commit, nor in an older version."""
    gone, longer = "C-0004", "C-00040"
    fill(history, sheets, gone)
    assert found_in(history, gone)
    assert not [name for name in found_in(history, gone) if "_delta_log" in name]
    removed = history.purge(gone)
    assert removed.keys() == {"records", "problems", "scores", "events", "runs"}
    assert (removed["scores"], removed["problems"], removed["events"], removed["runs"]) == (3, 3, 3, 0)
    # The one longer number is another client's.
    assert not [name for name, data in files_of(history).items() if gone.encode() in data.replace(longer.encode(), b"")]
    assert set(history.read(SCORES_TABLE)["client_id"]) == {longer, ANNE}
    stood = history.records_on(THIRD)
    assert stood["candidates"]["client_id"].to_list() == [ANNE, BEN]
    assert stood["candidates"]["source_file"].unique().to_list() == ["(purged)"]
    told = history.on(PROBLEMS, FIRST).select("client_id", "value").rows()
    assert told == [(None, "(purged)"), (ANNE, "(purged) (purged)"), (longer, longer)]
    assert history.inputs()["sha256"].to_list() == ["sha0", "sha1", "sha2"]
    assert history.purge(gone) == {}


@pytest.mark.parametrize(
    ("gone", "stays"),
    [
        ("C-1", ["C-1-A", "AC-1", "A-C-1", "C-10", "C-1.5", "C-1_b", "C-1 b", "ÉC-1", "C-1$1"]),
        ("C.1", ["C-1", "C.1.1"]),
        ("Roy", ["Roy Anne", "Leroy", "Roy Roy"]),
    ],
)
def test_a_purge_leaves_the_clients_whose_number_contains_the_one_that_goes(
    gone: str, stays: list[str], history: History
) -> None:
    text = "; ".join([gone, *stays, f"{gone}."])
    history.replace_day(SCORES_TABLE, FIRST, pl.concat(day_of(0, one) for one in [gone, *stays]))
    rows = [problem(one, f"{one}.xlsx", text) for one in stays]
    history.replace_day(PROBLEMS, FIRST, pl.DataFrame(rows, schema=PROBLEMS.schema))
    inputs = [{"sha256": one, "name": f"{one}.xlsx", "outcome": "unusable", "problem": text} for one in [gone, *stays]]
    history.append(RUNS, pl.DataFrame([{"as_of": FIRST, "inputs": inputs, "notes": [text]}], schema=RUNS.schema))
    history.purge(gone)
    left = "; ".join(["(purged)", *stays, "(purged)."])
    assert sorted(history.read(SCORES_TABLE)["client_id"]) == sorted(stays)
    told = history.read(PROBLEMS)
    assert told.select("client_id", "source_file", "value").rows() == [(one, f"{one}.xlsx", left) for one in stays]
    assert history.runs()["notes"].to_list() == [[left]]
    assert history.inputs()["name"].to_list() == ["(purged)", *(f"{one}.xlsx" for one in stays)]
    assert history.inputs()["problem"].unique().to_list() == [left]
    assert history.purge(gone) == {}


def test_a_purge_ends_what_a_broken_off_one_began(history: History, sheets: Sheets) -> None:
    fill(history, sheets, "C-0004")
    kept = history.read(SCORES_TABLE).filter(pl.col("client_id") != "C-0004")
    history.replace(SCORES_TABLE, kept.with_columns(source_file=pl.lit("a.xlsx")))
    assert [name for name in found_in(history, "C-0004") if name.startswith("scores")]
    assert "scores" not in history.purge("C-0004")
    assert [
        name for name in found_in(history, "C-0004") if "C-00040" not in files_of(history)[name].decode("latin-1")
    ] == []


def test_compacting_lets_go_of_old_versions_alone(history: History) -> None:
    for place in range(3):
        history.replace_day(SCORES_TABLE, FIRST, day_of(place, ANNE))
        history.append(
            RUNS,
            pl.DataFrame(
                [{"as_of": FIRST, "run_id": str(place), "started_at": datetime(2026, 8, 7, 3, place, tzinfo=UTC)}],
                schema=RUNS.schema,
            ),
        )
    orphan = Path(history.address(SCORES_TABLE)) / "as_of=2026-08-07" / "part-00000-broken-off.zstd.parquet"
    orphan.write_bytes(b"half written")
    assert history.compact(timedelta(days=30)).keys() == {"scores", "runs"}
    assert history.read(RUNS).height == 3
    removed = history.compact(timedelta(0))
    assert removed["scores"] >= 2
    assert removed["runs"] == 3
    assert not orphan.exists()
    assert history.read(SCORES_TABLE)["crs_total"].to_list() == [402]
    assert history.read(RUNS)["run_id"].to_list() == ["0", "1", "2"]


def test_the_ledger_stays_few_files(history: History) -> None:
    for place in range(store.MAX_FILES + 1):
        row = {"as_of": FIRST, "run_id": str(place), "started_at": datetime(2026, 8, 7, 3, place, tzinfo=UTC)}
        history.add_run(pl.DataFrame([row], schema=RUNS.schema))
        assert history.runs()["run_id"].to_list() == [str(one) for one in range(place + 1)]
    opened = history._opened(RUNS)
    assert opened is not None
    assert len(opened.file_uris()) == 2


OLD = Table("events", {"as_of": pl.Date(), "client_id": pl.String(), "sort": pl.String()}, "as_of", version=0)


def migrated(rows: pl.DataFrame) -> pl.DataFrame:
    added = [pl.lit(None, dtype=of).alias(name) for name, of in EVENTS.schema.items() if name not in rows.columns]
    return rows.with_columns(pl.col("sort").alias("kind"), *(one for one in added if one.meta.output_name() != "kind"))


def break_off(*_: object, **__: object) -> None:
    raise OSError("broken off")


@pytest.mark.parametrize("broken_off", [False, True])
def test_an_older_schema_is_told_and_migrated(
    history: History, monkeypatch: pytest.MonkeyPatch, *, broken_off: bool
) -> None:
    old: pl.DataFrame = pl.DataFrame([(FIRST, ANNE, "score"), (SECOND, BEN, "pool")], schema=OLD.schema, orient="row")
    history.replace(OLD, old)
    with pytest.raises(HistoryError, match=r"table events has schema version 0, not 2; run `drawline history migrate`"):
        history.read(EVENTS)
    with pytest.raises(HistoryError, match="history migrate"):
        history.replace_day(EVENTS, FIRST, EVENTS.empty())
    monkeypatch.setattr(store, "MIGRATIONS", {("events", 0): migrated, ("events", 1): lambda rows: rows})
    assert history.migrate(dry_run=True) == ["events: schema version 0 to 2"]
    if broken_off:
        with monkeypatch.context() as patch:
            patch.setattr(TableAlterer, "set_table_description", break_off)
            with pytest.raises(HistoryError, match=r"events in .* cannot be written: broken off"):
                history.migrate()
    assert history.migrate() == ["events: schema version 0 to 2"]
    assert history.migrate() == []
    assert history.read(EVENTS).select("as_of", "client_id", "kind").rows() == [
        (FIRST, ANNE, "score"),
        (SECOND, BEN, "pool"),
    ]
    history.replace_day(EVENTS, FIRST, EVENTS.empty())
    assert history.read(EVENTS)["client_id"].to_list() == [BEN]


def test_records_of_before_spans_are_migrated_with_the_span_empty(history: History) -> None:
    """Version 1 of the records had no last second beside profile_submitted_at."""
    before = {
        name: pl.Struct([field for field in dtype.fields if field.name != "profile_submitted_latest"])
        if isinstance(dtype, pl.Struct)
        else dtype
        for name, dtype in RECORDS.schema.items()
    }
    at = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    row = {"accepted_on": FIRST, "client_id": ANNE, "sheet": "candidates",
           "candidates": {"client_id": ANNE, "profile_submitted_at": at}}  # fmt: skip
    test = {"accepted_on": FIRST, "client_id": ANNE, "sheet": "language_tests", "language_tests": {"client_id": ANNE}}
    history.replace(Table("records", before, "accepted_on", version=1), pl.DataFrame([row, test], schema=before))
    assert history.migrate() == [f"records: schema version 1 to {RECORDS.version}"]
    read = history.read(RECORDS).sort("sheet")
    assert read["candidates"].struct.field("profile_submitted_at").to_list() == [at, None]
    assert read["candidates"].struct.field("profile_submitted_latest").null_count() == 2
    assert read.select(pl.col("candidates").is_null(), pl.col("language_tests").is_null()).rows() == [
        (False, True), (True, False)
    ]  # fmt: skip


def test_records_of_before_get_the_columns_that_were_added(history: History, sheets: Sheets) -> None:
    added = ("temporary_resident_status", "canadian_employer")
    work = {name: of for name, of in schema_of(BY_KEY["work_history"]).items() if name not in added}
    before = replace(RECORDS, version=1, schema={**RECORDS.schema, "work_history": pl.Struct(work)})
    rows = as_records(FIRST, hashed(of(sheets, ANNE, BEN), "1"))
    history.replace(before, rows)
    with pytest.raises(HistoryError, match="history migrate"):
        history.read(RECORDS)
    assert history.migrate() == [f"records: schema version 1 to {RECORDS.version}"]
    assert_frame_equal(history.read(RECORDS), rows, check_row_order=False)
    accept(history, SECOND, of(sheets, ANNE), "2")
    assert history.records_on(SECOND)["work_history"].schema == pl.Schema(schema_of(BY_KEY["work_history"]))


def test_records_of_before_stated_scores_are_migrated_with_none(history: History, sheets: Sheets) -> None:
    known = {name: of for name, of in schema_of(BY_KEY["candidates"]).items() if name != STATED_CRS}
    before = replace(RECORDS, version=2, schema={**RECORDS.schema, "candidates": pl.Struct(known)})
    rows = as_records(FIRST, hashed(of(sheets, ANNE, BEN), "1"))
    history.replace(before, rows)
    assert history.migrate() == [f"records: schema version 2 to {RECORDS.version}"]
    assert_frame_equal(history.read(RECORDS), rows, check_row_order=False)
    accept(history, SECOND, of(sheets, ANNE), "2")
    assert history.records_on(SECOND)["candidates"].schema == pl.Schema(schema_of(BY_KEY["candidates"]))


def test_a_ledger_of_before_gets_the_sheets_of_files_as_unknown(history: History) -> None:
    inputs = pl.List(pl.Struct({name: of for name, of in INPUT.items() if name != "sheets"}))
    before = replace(RUNS, version=1, schema={**RUNS.schema, "inputs": inputs})
    rows = [{"as_of": FIRST, "inputs": [{"name": "a.xlsx", "outcome": "taken"}]}, {"as_of": SECOND, "inputs": []}]
    history.replace(before, pl.DataFrame(rows, schema=before.schema))
    assert history.migrate() == ["runs: schema version 1 to 3"]
    found = history.inputs()
    assert found.select("name", "outcome", "sheets").rows() == [("a.xlsx", "taken", None)]
    assert found.schema["sheets"] == INPUT["sheets"]


def test_problems_of_before_get_their_fix_under_its_new_name(history: History) -> None:
    names = [{"fix": "mend"}.get(name, name) for name in PROBLEMS.schema]
    before = replace(PROBLEMS, version=1, schema=dict(zip(names, PROBLEMS.schema.values(), strict=True)))
    row = {"as_of": FIRST, "standing": "warning", "client_id": ANNE, "problem": "It is empty.", "mend": "Fill it in."}
    history.replace(before, pl.DataFrame([row], schema=before.schema))
    with pytest.raises(
        HistoryError, match=r"table problems has schema version 1, not 2; run `drawline history migrate`"
    ):
        history.read(PROBLEMS)
    assert history.migrate() == ["problems: schema version 1 to 2"]
    assert history.read(PROBLEMS).select("client_id", "problem", "fix").rows() == [
        (ANNE, "It is empty.", "Fill it in.")
    ]


def test_events_of_before_get_the_kinds_and_words_of_today(history: History) -> None:
    corrected = "the invitation by round 427 (CEC) of 2026-07-21 is {}: a round was corrected"
    rows = [
        ("uninvited", None, None, corrected.format("taken back")),
        ("invitation_over", None, None, None),
        ("above_line", None, None, "above the cut-off of round 428"),
        ("below_line", None, None, None),
        ("eligibility", "true", "cannot be told", "FSW: cannot be told any more"),
        ("category", "cannot be told", "false", "french: not met"),
        ("score", "cannot be told apart", None, None),
    ]
    columns = ("kind", "before", "after", "text")
    before = replace(EVENTS, version=1)
    made = [{"as_of": FIRST, "client_id": ANNE} | dict(zip(columns, row, strict=True)) for row in rows]
    history.replace(before, pl.DataFrame(made, schema=EVENTS.schema))
    with pytest.raises(HistoryError, match=r"table events has schema version 1, not 2; run `drawline history migrate`"):
        history.read(EVENTS)
    assert history.migrate() == ["events: schema version 1 to 2"]
    assert history.read(EVENTS).select(columns).rows() == [
        ("invitation_withdrawn", None, None, corrected.format("withdrawn")),
        ("invitation_ended", None, None, None),
        ("above_cutoff", None, None, "above the cut-off of round 428"),
        ("below_cutoff", None, None, None),
        ("eligibility", "true", "undetermined", "FSW: undetermined now"),
        ("category", "undetermined", "false", "french: not met"),
        ("score", "cannot be told apart", None, None),
    ]


def test_a_ledger_of_before_gets_the_counts_and_stages_of_today(history: History) -> None:
    row = {
        "as_of": FIRST,
        "kind": "let_go",
        "counts": [{"count": "in_pool", "value": 3}, {"count": "cannot_be_told", "value": 2}],
        "timings": [{"stage": "mend", "seconds": 0.5}, {"stage": "score", "seconds": 1.0}],
    }
    history.replace(
        replace(RUNS, version=2), pl.DataFrame([row, {"as_of": SECOND, "kind": "taken_back"}], schema=RUNS.schema)
    )
    with pytest.raises(HistoryError, match=r"table runs has schema version 2, not 3; run `drawline history migrate`"):
        history.read(RUNS)
    assert history.migrate() == ["runs: schema version 2 to 3"]
    assert history.read(RUNS).select("kind", "counts", "timings").rows() == [
        ("pruned", [{"count": "in_pool", "value": 3}, {"count": "undetermined", "value": 2}],
         [{"stage": "recover", "seconds": 0.5}, {"stage": "score", "seconds": 1.0}]),
        ("withdrawn", None, None),
    ]  # fmt: skip


def test_a_version_that_no_migration_leads_on_from_is_told_before_anything_is_written(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    history.replace(replace(RUNS, version=0), RUNS.empty())
    history.replace(OLD, OLD.empty())
    before = files_of(history)
    monkeypatch.setattr(store, "MIGRATIONS", {("events", 0): migrated, ("events", 1): lambda rows: rows})
    for dry_run in (True, False):
        with pytest.raises(
            HistoryError, match=r"the table runs in .* has schema version 0, and no migration leads on from version 0"
        ):
            history.migrate(dry_run=dry_run)
    assert files_of(history) == before


def test_a_newer_schema_is_stated(history: History) -> None:
    history.replace(replace(EVENTS, version=3), EVENTS.empty())
    with pytest.raises(HistoryError, match=r"table events has schema version 3, not 2; use a newer drawline"):
        history.read(EVENTS)


def test_a_table_that_cannot_be_read_is_stated(history: History) -> None:
    history.replace_day(SCORES_TABLE, FIRST, day_of(1, ANNE))
    log = Path(history.address(SCORES_TABLE)) / "_delta_log" / "00000000000000000000.json"
    log.write_text("{not json", encoding="utf-8")
    with pytest.raises(HistoryError, match=r"the table scores in .* cannot be read"):
        history.read(SCORES_TABLE)


def test_a_table_whose_log_is_gone_is_told_and_not_begun_anew(history: History) -> None:
    history.replace_day(SCORES_TABLE, FIRST, day_of(1, ANNE))
    shutil.rmtree(Path(history.address(SCORES_TABLE)) / "_delta_log")
    before = files_of(history)
    told = r"the table scores in .* has lost its log, the folder _delta_log: .* put back a copy of the folder"
    with pytest.raises(HistoryError, match=told):
        history.read(SCORES_TABLE)
    with pytest.raises(HistoryError, match=told):
        history.replace_day(SCORES_TABLE, FIRST, day_of(2, BEN))
    assert files_of(history) == before


def completed_night(history: History, sheets: Sheets, *, is_whole: bool) -> None:
    """A history after a night; one that an older drawline wrote is not whole, for it made no table without a row."""
    accept(history, FIRST, of(sheets, "C-0001"), "a")
    history.replace_day(SCORES_TABLE, FIRST, day_of(1, "C-0001"))
    history.replace_day(EVENTS, FIRST, EVENTS.empty().clear(1).with_columns(client_id=pl.lit("C-0001")))
    history.replace_day(INVITATIONS, FIRST, INVITATIONS.empty().clear(1).with_columns(client_id=pl.lit("C-0001")))
    history.replace_day(PROBLEMS, FIRST, PROBLEMS.empty().clear(1).with_columns(client_id=pl.lit("C-0001")))
    history.replace(ROUNDS_TABLE, ROUNDS_TABLE.empty().clear(1))
    named = ("candidates_accepted", "candidates_quarantined", "invited", "events")
    counts = [{"count": name, "value": 1} for name in named]
    row = {"as_of": FIRST, "run_id": "r", "kind": "nightly", "rounds_known": 1, "counts": counts, "inputs": []}
    rows = pl.DataFrame([row], schema=RUNS.schema)
    if is_whole:
        history.add_run(rows)
    else:
        history.append(RUNS, rows)


def removed(folder: Path) -> None:
    shutil.rmtree(folder)


def emptied(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()


def without_log_and_rows(folder: Path) -> None:
    emptied(folder)
    (folder / "as_of=2026-08-07").mkdir()


@pytest.mark.parametrize("lose", [removed, emptied, without_log_and_rows])
@pytest.mark.parametrize("is_whole", [True, False])
@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_table_that_is_lost_is_not_begun_again(
    table: Table, is_whole: bool, lose: Callable[[Path], None], history: History, sheets: Sheets
) -> None:
    completed_night(history, sheets, is_whole=is_whole)
    lose(Path(history.address(table)))
    again = History(history.place)
    for attempt in (again.read, again.scan, again.days, lambda one: again.replace(one, one.empty())):
        message = rf"the table {table.name}(, the ledger of all nights,)? is missing in .*put back a copy"
        with pytest.raises(HistoryError, match=message):
            attempt(table)
    assert not (Path(history.address(table)) / "_delta_log").exists()


def test_every_table_is_there_after_a_night_with_or_without_rows(history: History, sheets: Sheets) -> None:
    accept(history, FIRST, of(sheets, "C-0001"), "a")
    assert history.read(INVITATIONS).is_empty()
    assert not Path(history.address(INVITATIONS)).exists()
    history.add_run(RUNS.empty())
    assert {path.name for path in Path(history.place).iterdir()} == {table.name for table in TABLES}
    # What writes the whole ledger again keeps that.
    history.void(FIRST, RUNS.empty())
    shutil.rmtree(history.address(INVITATIONS))
    with pytest.raises(HistoryError, match="invitations is missing"):
        history.read(INVITATIONS)


def test_a_table_that_no_night_wrote_may_be_missing(history: History, sheets: Sheets) -> None:
    """As after the nights of an older drawline, which made no table without a row."""
    accept(history, FIRST, of(sheets, "C-0001"), "a")
    for table in (PROBLEMS, INVITATIONS, EVENTS, ROUNDS_TABLE):
        assert history.read(table).is_empty()


def test_a_first_write_that_is_broken_off_leaves_a_table_that_can_be_written(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(deltalake, "write_deltalake", break_off)
        with pytest.raises(HistoryError, match="cannot be written: broken off"):
            history.replace_day(SCORES_TABLE, FIRST, day_of(1, ANNE))
    # Rows that the log does not know yet.
    orphan = Path(history.address(SCORES_TABLE)) / "as_of=2026-08-07" / "part-00000-broken-off.zstd.parquet"
    orphan.parent.mkdir()
    orphan.write_bytes(b"half written")
    assert history.read(SCORES_TABLE).is_empty()
    history.replace_day(SCORES_TABLE, FIRST, day_of(1, ANNE))
    assert history.on(SCORES_TABLE, FIRST)["client_id"].to_list() == [ANNE]


def test_a_file_of_a_table_that_is_gone_is_stated(history: History) -> None:
    history.replace_day(SCORES_TABLE, FIRST, day_of(1, ANNE))
    next(Path(history.address(SCORES_TABLE)).rglob("*.parquet")).unlink()
    with pytest.raises(HistoryError, match=r"the table scores in .* cannot be read"):
        history.read(SCORES_TABLE)


def test_an_address_serves_as_well_as_a_folder(tmp_path: Path) -> None:
    history = History(f"file://{tmp_path / 'history'}")
    history.replace_day(SCORES_TABLE, FIRST, day_of(1, ANNE))
    history.replace_day(SCORES_TABLE, FIRST, day_of(2, BEN))
    assert history.on(SCORES_TABLE, FIRST)["client_id"].to_list() == [BEN]
    assert history.days(SCORES_TABLE) == [FIRST]


@pytest.mark.parametrize("name", ["two words", "Büro", "a%b", "c#1"])
def test_a_folder_of_any_name_serves(name: str, tmp_path: Path) -> None:
    history = History(tmp_path / name)
    for day in (FIRST, SECOND):
        history.replace_day(SCORES_TABLE, day, day_of(1, ANNE))
    history.compact()
    history.replace_day(SCORES_TABLE, FIRST, day_of(2, BEN))
    assert history.on(SCORES_TABLE, FIRST)["client_id"].to_list() == [BEN]
    assert history.purge(ANNE) == {SCORES_TABLE.name: 1}
    assert history.read(SCORES_TABLE)["client_id"].to_list() == [BEN]


WRITER = """
import sys
from datetime import date, timedelta
from history.store import History
from history.tables import SCORES_TABLE
import polars as pl
history, day = History(sys.argv[1]), date(2026, 8, 7)
names = [name for name in SCORES_TABLE.schema if name != "as_of"]
print("ready", flush=True)
for place in range(10_000):
    rows = pl.DataFrame([{"client_id": f"C-{one}", "crs_total": place} for one in range(2_000)],
                        schema={name: SCORES_TABLE.schema[name] for name in names})
    history.replace_day(SCORES_TABLE, day, rows)
"""


def test_a_write_that_is_killed_is_seen_whole_or_not_at_all(history: History) -> None:
    chance = random.Random(5)
    seen = set()
    for _ in range(4):
        command = [sys.executable, "-c", WRITER, history.place]
        with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]) as writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            time.sleep(0.1 + chance.random() * 0.3)
            os.kill(writer.pid, signal.SIGKILL)
        rows = history.on(SCORES_TABLE, FIRST)
        if not rows.is_empty():
            assert (rows.height, rows["crs_total"].n_unique()) == (2_000, 1)
            seen.add(rows["crs_total"][0])
    assert seen
    assert history.compact(timedelta(0)).keys() == {"scores", "runs"}
    assert history.on(SCORES_TABLE, FIRST).height == 2_000


def test_the_tables_by_name() -> None:
    by_name: Mapping[str, Table] = tables.BY_NAME
    assert [by_name[table.name] for table in TABLES] == list(TABLES)
    assert all(table.day in table.schema for table in TABLES)
    assert date(2026, 8, 7) == FIRST
    assert RECORDS.by_day
