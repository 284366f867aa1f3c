"""What holds of every reader, whatever the bytes: a good result, or the message that the contract promises."""

from __future__ import annotations

import datetime as dt
import io
import json
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from tests.campaigns.corpus.books import book, parts
from tests.campaigns.corpus.case import AS_OF
from tests.campaigns.corpus.overlays import PLAIN as OVERLAY
from tests.campaigns.corpus.people import COLUMNS, clients, csv, detail, table
from tests.campaigns.corpus.rounds_files import _drawn
from tests.campaigns.fuzzing import mutations
from transforms.model import wording

if TYPE_CHECKING:
    import polars as pl

    from transforms.rules.law import Law

MAX_SECONDS = 10
# What a message never holds: names of exceptions, of Python and of libraries.
FOREIGN = (
    "Error(",
    "Traceback",
    "panicked",
    "polars",
    "calamine",
    "PyYAML",
    "constructor",
    "NoneType",
    "object at 0x",
    "{}",
)
IN_BOTH = {"line ": ("line ", "ligne "), "round ": ("round ", "ronde ")}
MAP = """map: 1
columns: {Dossier: client_id, Geburtstag: date_of_birth, Passport until: documents.expires_on(kind=passport)}
derived:
  Name: {rule: full_name, order: family_first}
  Months abroad: {rule: months, column: foreign_work_years}
constants: {english_test: IELTS_GT, case_owner: "{sheet}"}
values: {marital_status: {S: single, D: divorced}}
dates: {date_of_birth: dmy, "*": ymd}
countries: iso
prefixes: {Spouse: spouse}
sheets:
  "*": candidates
  Fees: "-"
"""
PLAN = """title: Autumn
start: 2026-08-08
seed: 7
rounds:
  - {date: 2026-08-18, kind: CEC, size: 3, every_days: 14, times: 3}
  - {date: 2026-09-10, kind: CEC, cut_off: 500, tie_break: 2026-03-01T00:00:00Z}
arrivals:
  per_week: 6
answers:
  declined_share: 0.05
  declined_after_days: 20
  lapsed_share: 0.05
renewals:
  after_lapse_share: 0.5
  after_expiry_share: 0.7
  after_days: 3
withdrawals:
  share_a_year: 0.05
  clients:
    P-002: 2026-09-01
"""
SETTINGS = """name = "Sample Immigration"
inbox = "inbox"
history = "history"
reports = "reports"
rounds_timeout_seconds = 30
headline_months = 6
max_quarantined_share = 0.25
watch_criteria = false
language = "en"
split_by = "case_owner"
rules = ["values.yaml"]
[readings]
work.time.gap_days = 3
"crs.records.foreign_work_one_occupation" = false
"""


@dataclass(frozen=True)
class Property:
    """A reader with the files that it is given, and what has to hold of each."""

    name: str
    files: Callable[[], st.SearchStrategy[Any]]
    holds: Callable[[Any], None]


@contextmanager
def within_time() -> Iterator[None]:
    """Raises AssertionError for what takes longer than a file may."""
    started = time.process_time()
    yield
    seconds = time.process_time() - started
    assert seconds < MAX_SECONDS, f"took {seconds:.1f} s"


def is_a_message(text: str, *says: str) -> None:
    """Raises AssertionError where a text is no message for people that says where and what."""
    assert len(text) > 15, f"no message: {text!r}"
    for foreign in FOREIGN:
        assert foreign not in text, f"{foreign!r} in {text!r}"
    for place in says:
        assert place in text, f"{place!r} is not in {text!r}"


def _line() -> str:
    """The word that stands before the number of a line, in the language in use."""
    return IN_BOTH["line "][wording.current() == "fr"]


@cache
def _law() -> Law:
    from transforms.rules import load

    return load().law_of(AS_OF)


def read(name: str, data: bytes, mapping: Path | None = None) -> Any:
    """An input as the intake reads it; None where it is refused with a message."""
    from flows import run_request
    from flows.main_run import run_intake, run_state
    from validation.intake.intake import UnusableInputs

    with tempfile.TemporaryDirectory() as folder, within_time():
        path = Path(folder) / name
        path.write_bytes(data)
        run = run_state.Run(run_request.Request("fuzz", (path,), AS_OF, mapping=mapping))
        run.law = _law()
        try:
            run_intake.take_in(run)
        except UnusableInputs as refused:
            for one in refused.unusable:
                is_a_message(f"{one.problem} {one.fix}")
                assert one.fix, one.problem
            return None
    assert run.intake is not None
    counts = run.intake.counts
    assert counts["candidates_in"] == counts["candidates_accepted"] + counts["candidates_quarantined"], counts
    assert (
        counts["detail_rows_in"]
        == counts["detail_rows_used"] + counts["detail_rows_held"] + counts["detail_rows_quarantined"]
    ), counts
    for frame in (run.intake.quarantine, run.intake.warnings, run.intake.held):
        for row in frame.iter_rows(named=True):
            is_a_message(f"{row['problem']} {row['fix']}")
    assert run.intake.quarantine.filter(run.intake.quarantine["problem"] == "").is_empty()
    return run.intake


@cache
def _people() -> list[dict[str, Any]]:
    return clients(random.Random(11), 4)


def _sheets() -> dict[str, list[list[Any]]]:
    chance = random.Random(12)
    people = [{name: value for name, value in one.items() if name != "family_size"} for one in _people()]
    rows = [detail("work_history", one["client_id"], chance) for one in people[:2]]
    return {"Candidates": table(people), "Work history": table(rows)}


def _rows(intake: Any) -> dict[str, dict[str, Any]]:
    """The accepted clients by id, with their values."""
    frame: pl.DataFrame = intake.sheets["candidates"]
    return {
        row["client_id"]: {name: value for name, value in row.items() if not name.startswith("source_")}
        for row in frame.to_dicts()
    }


@cache
def _of_good_book() -> tuple[dict[str, dict[str, Any]], list[dict[str, Any]]]:
    intake = read("clients.xlsx", book(_sheets()))
    return _rows(intake), intake.sheets["work_history"].to_dicts()


def turned_book(data: bytes) -> None:
    """A bit of a workbook is turned: it is refused, or every value is what it was, whatever part the bit is in."""
    intake = read("clients.xlsx", data)
    if intake is not None:
        rows, details = _of_good_book()
        assert _rows(intake) == rows, "clients are changed or missing"
        assert intake.sheets["work_history"].to_dicts() == details, "rows of work are changed or missing"


def any_book(data: bytes) -> None:
    """Whatever a workbook holds, it is read or refused with a message, and no row is lost."""
    read("clients.xlsx", data)


def changed_csv(data: bytes) -> None:
    """Whatever a CSV file holds, it is read or refused with a message, and no row is lost."""
    read("clients.csv", data)


def turned_csv(data: bytes) -> None:
    """A bit behind the headings is turned: clients of other lines are as they were, or asked back, and never gone unnamed."""
    good = _csv()
    intake = read("clients.csv", data)
    if intake is None:
        return
    changed = next((at for at in range(len(good)) if good[at] != data[at]), 0)
    number = good.count(b"\n", 0, changed)
    # A line end that is turned joins the line with the one below.
    touched = {number, number + 1} if good[changed : changed + 1] == b"\n" else {number}
    read_rows = _rows(intake)
    listed = {row["client_id"] for row in intake.quarantine.iter_rows(named=True)}
    for place, (client, row) in enumerate(_of_good_csv().items(), start=1):
        if place not in touched:
            assert client in read_rows or client in listed, f"{client} is gone"
            assert client not in read_rows or read_rows[client] == row, f"{client} is changed"


@cache
def _csv() -> bytes:
    return csv(table(_people(), COLUMNS)).encode()


@cache
def _of_good_csv() -> dict[str, dict[str, Any]]:
    return _rows(read("clients.csv", _csv()))


@cache
def _parquet() -> bytes:
    import polars as pl

    made = io.BytesIO()
    pl.DataFrame(
        [{name: one.get(name) for name in COLUMNS} for one in _people()], infer_schema_length=None
    ).write_parquet(made)
    return made.getvalue()


def any_parquet(data: bytes) -> None:
    """Whatever a Parquet file holds, it is read or refused with a message, and no row is lost."""
    read("clients.parquet", data)


def any_types(columns: Mapping[str, tuple[str, list[Any]]]) -> None:
    """Whatever the types of the columns, a Parquet file is read or refused with a message, and no row is lost."""
    import polars as pl

    frame = pl.DataFrame([{name: one.get(name) for name in COLUMNS} for one in _people()], infer_schema_length=None)
    frame = frame.with_columns(
        pl.Series(name, values, dtype=_types()[kind], strict=False) for name, (kind, values) in columns.items()
    )
    made = io.BytesIO()
    frame.write_parquet(made)
    read("clients.parquet", made.getvalue())


@cache
def _types() -> dict[str, Any]:
    import polars as pl

    return {
        "Int64": pl.Int64, "UInt64": pl.UInt64, "Int128": pl.Int128, "Float32": pl.Float32, "Float64": pl.Float64, "String": pl.String,
        "Boolean": pl.Boolean, "Date": pl.Date, "Datetime": pl.Datetime("us", "UTC"), "Nanoseconds": pl.Datetime("ns"), "Time": pl.Time,
        "Duration": pl.Duration("us"), "Binary": pl.Binary, "List": pl.List(pl.Int64), "Texts": pl.List(pl.String), "Null": pl.Null,
        "Categorical": pl.Categorical(), "Decimal": pl.Decimal(20, 3),
    }  # fmt: skip


@st.composite
def _columns(draw: st.DrawFn) -> dict[str, tuple[str, list[Any]]]:
    names = draw(st.lists(st.sampled_from(COLUMNS), min_size=1, max_size=4, unique=True))
    numbers = st.integers(-(2**62), 2**62)
    values: dict[str, st.SearchStrategy[Any]] = {
        "Float32": st.floats(width=32), "Float64": st.floats(), "String": st.text(max_size=12), "Boolean": st.booleans(),
        "Date": st.dates(), "Datetime": st.datetimes(), "Nanoseconds": st.datetimes(dt.datetime(1678, 1, 1), dt.datetime(2262, 1, 1)), "Time": st.times(),
        "Duration": st.timedeltas(), "Binary": st.binary(max_size=8), "List": st.lists(numbers, max_size=3),
        "Texts": st.lists(st.text(max_size=5), max_size=3), "Null": st.none(), "Categorical": st.text(max_size=5),
        "Decimal": st.decimals(-1e9, 1e9, places=3), "UInt64": st.integers(0, 2**63),
    }  # fmt: skip
    made = {}
    for name in names:
        kind = draw(st.sampled_from(sorted(_types())))
        of = values.get(kind, numbers)
        made[name] = (kind, draw(st.lists(st.none() | of, min_size=len(_people()), max_size=len(_people()))))
    return made


def any_overlay(text: str) -> None:
    """Whatever an overlay holds, the rules are loaded, or the message names file and line."""
    from flows import errors
    from flows.main_run import run_law

    with tempfile.TemporaryDirectory() as folder, within_time():
        path = Path(folder) / "values.yaml"
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        try:
            rules = run_law.rules_of((path,), {})
        except errors.UnusableFile as refused:
            is_a_message(str(refused), "values.yaml", _line())
            return
        points = rules.law_of(AS_OF)["crs.additional.sibling"]
        assert isinstance(points, int) and 0 <= points <= 1200, points


def any_map(text: str) -> None:
    """Whatever a map holds, it is read, and a file is read by it or refused with a message; or the message names file and line."""
    from flows import errors
    from flows.main_run import run_intake

    with tempfile.TemporaryDirectory() as folder, within_time():
        path = Path(folder) / "map.yaml"
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        try:
            run_intake.read_mapping(path)
        except errors.UnusableFile as refused:
            is_a_message(str(refused), "map.yaml", _line())
            return
        names = {
            "client_id": "Dossier",
            "date_of_birth": "Geburtstag",
            "foreign_work_years": "Months abroad",
            "family_name": "Name",
        }
        heads, *rows = table(_people(), COLUMNS)
        read("clients.csv", csv([[names.get(one, one) for one in heads], *rows]).encode(), path)


def any_plan(text: str) -> None:
    """Whatever a plan holds, its rounds are held on a pool, or the message names file and line."""
    from flows import errors, run_request
    from flows.forecasting import simulation

    with tempfile.TemporaryDirectory() as folder, within_time():
        path, pool = Path(folder) / "plan.yaml", Path(folder) / "pool.csv"
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        pool.write_bytes(_pool())
        try:
            plan = simulation.read_plan(path)
            inputs = simulation.with_arrivals((pool,), path, plan)
            done = simulation.prepare(run_request.Request("fuzz", inputs, AS_OF), path, plan)
            simulation.simulate(done)
        except errors.UsageError as refused:
            is_a_message(str(refused))
            return
        except errors.UnusableFile as refused:
            is_a_message(str(refused), ".yaml" if "plan.yaml" in str(refused) else "pool.csv")
            if "plan.yaml" in str(refused):
                is_a_message(str(refused), _line())
            return
        assert done.result is not None
        rounds = done.result.rounds
        assert rounds.height == len(plan.rounds)
        assert (rounds["pool_before"] - rounds["invited"] == rounds["pool_after"]).all()


@cache
def _pool() -> bytes:
    chance = random.Random(13)
    rows = [
        [
            "client_id",
            "crs_total",
            "profile_submitted_at",
            "cec_eligible",
            "fsw_eligible",
            "is_nominated",
            "date_of_birth",
            "with_spouse",
        ]
    ]
    rows += [[f"P-{number:03d}", chance.randrange(300, 600), f"2026-0{chance.randrange(1, 8)}-1{number % 10}T10:00:{number:02d}Z", "yes", "no", "no",
              f"19{chance.randrange(70, 99)}-03-04", "no"] for number in range(30)]  # fmt: skip
    return csv(rows).encode()


def any_pool(data: bytes) -> None:
    """Whatever a pool of people holds, it is read, or the message names the file."""
    from validation.plans import pool_file

    with tempfile.TemporaryDirectory() as folder, within_time():
        path = Path(folder) / "pool.csv"
        path.write_bytes(data)
        pool_file.is_scored(path)
        try:
            people = pool_file.read(path, ["CEC"])
        except pool_file.PoolFileError as refused:
            is_a_message(str(refused), "pool.csv")
            return
        assert people["crs_total"].is_between(0, 1200).all()
        assert people["client_id"].is_unique().all()


def any_settings(text: str) -> None:
    """Whatever the settings hold, they are read, and the law with them; or the message names file and line."""
    from flows import errors
    from flows.firm import settings
    from flows.main_run import run_law

    with tempfile.TemporaryDirectory() as folder, within_time():
        path = Path(folder) / "drawline.toml"
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        try:
            found = settings.load(path)
            run_law.rules_of((), found.readings)
        except errors.UnusableFile as refused:
            is_a_message(str(refused), "drawline.toml", _line())
            return
        assert found.headline_months > 0


def any_rounds(data: bytes) -> None:
    """Whatever the rounds file holds, its rounds are read, or the message names what is wrong."""
    from validation.rounds import rounds_file

    with within_time():
        try:
            published = rounds_file.parsed(data)
        except rounds_file.RoundsFileError as refused:
            is_a_message(str(refused))
            return
    found = rounds_file.rounds(published.frame)
    assert len(found) == published.frame.height > 0
    for text in published.warnings:
        is_a_message(text, IN_BOTH["round "][wording.current() == "fr"])


@st.composite
def _rounds(draw: st.DrawFn) -> bytes:
    """The rounds with some fields of any kind of value, or the text changed."""
    entries, _ = _drawn(random.Random(14))
    if draw(st.booleans()):
        return draw(mutations.bytes_of(json.dumps({"rounds": entries}).encode()))
    odd = st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=30), st.lists(st.integers(), max_size=2), st.sampled_from(mutations.ODD),
        st.dates().map(str), st.datetimes().map(lambda one: f"{one:%B %d, %Y at %H:%M:%S} UTC"), st.just("9" * 5000),
    )  # fmt: skip
    for _ in range(draw(st.integers(1, 3))):
        entry = draw(st.sampled_from(entries))
        key = draw(st.sampled_from([*sorted(entry), "drawDateTime", "drawText2", "dd1", "dd18"]))
        entry[key] = draw(odd)
    return json.dumps({"rounds": entries}).encode()


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


PROPERTIES = (
    Property("workbook, a bit turned", lambda: mutations.turned(book(_sheets())), turned_book),
    Property("workbook, bytes", lambda: mutations.bytes_of(book(_sheets())), any_book),
    Property("workbook, parts", lambda: mutations.package_of(parts(_sheets())), any_book),
    Property("CSV, a bit turned", lambda: mutations.turned(_csv()[_csv().index(b"\n") + 1 :]).map(lambda rest: _csv()[: _csv().index(b"\n") + 1] + rest), turned_csv),
    Property("CSV, bytes", lambda: mutations.bytes_of(_csv()), changed_csv),
    Property("CSV, text", lambda: mutations.text_of(_csv().decode()).map(_encoded), changed_csv),
    Property("Parquet, bytes", lambda: mutations.bytes_of(_parquet()), any_parquet),
    Property("Parquet, types", _columns, any_types),
    Property("overlay", lambda: mutations.text_of(OVERLAY), any_overlay),
    Property("map", lambda: mutations.text_of(MAP), any_map),
    Property("plan", lambda: mutations.text_of(PLAN), any_plan),
    Property("pool", lambda: st.one_of(mutations.bytes_of(_pool()), mutations.text_of(_pool().decode()).map(_encoded)), any_pool),
    Property("settings", lambda: mutations.text_of(SETTINGS), any_settings),
    Property("rounds", _rounds, any_rounds),
)  # fmt: skip
