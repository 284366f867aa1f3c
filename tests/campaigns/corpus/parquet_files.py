"""Parquet files: types of columns, compression, row groups, and damaged ones."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.campaigns.corpus.case import AS_OF, Case, Content, check, read_as, refused
from tests.campaigns.corpus.people import COLUMNS, Client, clients, text

if TYPE_CHECKING:
    import polars as pl

GROUP = "parquet"
DAMAGED = ("The Parquet file is damaged.", "Write or copy it again.")
Change = Callable[["pl.DataFrame"], "pl.DataFrame"]


def cases(seed: int) -> Iterator[Case]:
    """All cases of the group."""
    chance = random.Random(f"{GROUP} {seed}")
    people = clients(chance, 6)
    yield from _forms(people)
    yield from _types(people)
    yield from _cells(people)
    yield from _refused(people)


def _frame(people: Sequence[Client]) -> pl.DataFrame:
    import polars as pl

    return pl.DataFrame([{name: one.get(name) for name in COLUMNS} for one in people], infer_schema_length=None)


def _written(people: Sequence[Client], change: Change = lambda frame: frame, **how: Any) -> Callable[[], bytes]:
    """The clients as a Parquet file, written when it is needed: the process that tries it computes nothing before."""

    def write() -> bytes:
        made = io.BytesIO()
        change(_frame(people)).write_parquet(made, **how)
        return made.getvalue()

    return write


def _same(name: str, content: Content, people: Sequence[Client], *, sample: bool = False, **more: Any) -> Case:
    return read_as(GROUP, name, {"clients.parquet": content}, people, sample=sample, **more)


def _forms(people: list[Client]) -> Iterator[Case]:
    for compression in ("uncompressed", "snappy", "gzip", "lz4", "zstd", "brotli"):
        yield _same(
            f"compressed by {compression}",
            _written(people, compression=compression),
            people,
            sample=compression == "zstd",
        )
    yield _same("row groups of two", _written(people, row_group_size=2), people)
    yield _same("without statistics", _written(people, statistics=False), people)
    yield _same("small pages", _written(people, data_page_size=64), people)
    yield _same(
        "columns in another order", _written(people, lambda frame: frame.select(reversed(frame.columns))), people
    )
    yield _same(
        "headings with blanks",
        _written(people, lambda frame: frame.rename(lambda name: name.replace("_", " ").title())),
        people,
    )
    yield _same(
        "columns of the firm's own",
        _written(people, lambda frame: frame.with_row_index("row number").with_columns(notes=None)),
        people,
    )


def _types(people: list[Client]) -> Iterator[Case]:
    import polars as pl

    def typed(name: str, change: Change, *, sample: bool = False, of: Sequence[Client] = people, **more: Any) -> Case:
        return _same(name, _written(of, change), of, sample=sample, **more)

    def as_type(column: str, dtype: Any) -> Change:
        return lambda frame: frame.with_columns(pl.col(column).cast(dtype))

    yield typed("all columns as text", lambda frame: pl.DataFrame([{name: text(value) or None for name, value in row.items()} for row in frame.to_dicts()],
                                                                  infer_schema_length=None), sample=True)  # fmt: skip
    for dtype in (
        pl.Int8,
        pl.Int16,
        pl.Int32,
        pl.UInt8,
        pl.UInt32,
        pl.UInt64,
        pl.Float32,
        pl.Float64,
        pl.Decimal(10, 2),
    ):
        yield typed(f"family_size as {dtype}", as_type("family_size", dtype))
    halves = [{**one, "settlement_funds_cad": number + 0.5} for number, one in enumerate(people, start=20_000)]
    for dtype in (pl.Float32, pl.Decimal(12, 1), pl.Decimal(30, 10)):
        yield typed(f"settlement_funds_cad as {dtype}", as_type("settlement_funds_cad", dtype), of=halves)
    for unit in ("ms", "us", "ns"):
        yield typed(f"moments in {unit}", as_type("profile_submitted_at", pl.Datetime(unit, "UTC")))
        yield typed(f"days as moments in {unit}", as_type("date_of_birth", pl.Datetime(unit)))
    yield typed(
        "moments of Vancouver",
        lambda frame: frame.with_columns(pl.col("profile_submitted_at").dt.convert_time_zone("America/Vancouver")),
    )
    yield typed(
        "moments without a zone",
        lambda frame: frame.with_columns(pl.col("profile_submitted_at").dt.replace_time_zone(None)),
    )
    for dtype in (pl.Categorical(), pl.Enum(["single", "divorced", "widowed"])):
        yield typed(f"marital_status as {type(dtype).__name__}", as_type("marital_status", dtype))
    yield typed("ids as bytes", as_type("client_id", pl.Binary))
    numbers = [{**one, "client_id": str(number)} for number, one in enumerate(people, start=2**53 + 1)]
    for dtype in (pl.Int64, pl.UInt64, pl.Int128):
        yield typed(f"ids as {dtype}", as_type("client_id", dtype), of=numbers)
    yield typed(
        "codes as numbers", as_type("primary_noc", pl.Int64), of=[{**one, "primary_noc": "21231"} for one in people]
    )
    yield typed("yes and no as numbers", as_type("sibling_in_canada", pl.Int8))
    yield typed(
        "yes and no as text",
        lambda frame: frame.with_columns(pl.col("sibling_in_canada").replace_strict({True: "Y", False: "N"})),
    )
    bare = [{name: value for name, value in one.items() if name != "sibling_in_canada"} for one in people]
    yield typed("a column of nulls", lambda frame: frame.with_columns(sibling_in_canada=pl.lit(None)), of=bare)


def _cells(people: list[Client]) -> Iterator[Case]:
    import polars as pl

    def asked(name: str, column: str, values: Sequence[Any], dtype: Any, **more: str) -> Case:
        """The value of the third client is asked back."""
        content = _written(people, lambda frame: frame.with_columns(pl.Series(column, values, dtype=dtype)))
        left = [{**one, column: value} for one, value in zip(people, values, strict=True)]
        cell = f"Candidates!{chr(ord('A') + COLUMNS.index(column))}4"
        return _same(
            name,
            content,
            [*left[:2], *left[3:]],
            listed={cell: "", **{f"Candidates!{at}": says for at, says in more.items()}},
        )

    plain = [float(one["settlement_funds_cad"]) for one in people]
    for name, value in (
        ("infinity", float("inf")),
        ("minus infinity", float("-inf")),
        ("below zero", -1.0),
        ("beyond every amount", 1e300),
    ):
        yield asked(f"funds of {name}", "settlement_funds_cad", [*plain[:2], value, *plain[3:]], pl.Float64)
    days = [one["date_of_birth"] for one in people]
    for name, day in (("of the year 1", date(1, 1, 1)), ("of the year 9999", date(9999, 12, 31))):
        before = {"L4": "before the birth", "S4": "before the birth"} if day > AS_OF else {}
        yield asked(f"birth {name}", "date_of_birth", [*days[:2], day, *days[3:]], pl.Date, **before)
    yield _same("funds that are not a number", _written(people, lambda frame: frame.with_columns(
        settlement_funds_cad=pl.when(pl.col("client_id") == "C-003").then(float("nan")).otherwise(pl.col("settlement_funds_cad")))),
        [*people[:2], *people[3:]], listed={"Candidates!H4": ""})  # fmt: skip

    def all_asked(name: str, column: str, change: Change, says: str = "") -> Case:
        """No value of the column can be read."""
        letters = chr(ord("A") + COLUMNS.index(column))
        listed = {f"Candidates!{letters}{row}": says for row in range(2, len(people) + 2)}
        return _same(name, _written(people, change), [], listed=listed)

    yield all_asked(
        "names as structs",
        "family_name",
        lambda frame: frame.with_columns(family_name=pl.struct(a=pl.lit("x"))),
        "not text",
    )
    yield all_asked(
        "names as lists of numbers",
        "family_name",
        lambda frame: frame.with_columns(family_name=pl.concat_list(pl.lit(1))),
        "no text",
    )
    yield all_asked(
        "ids as bytes that are no text",
        "client_id",
        lambda frame: frame.with_columns(client_id=pl.lit(b"\xff\xfe")),
        "",
    )
    yield all_asked(
        "times of day as births",
        "date_of_birth",
        lambda frame: frame.with_columns(date_of_birth=pl.lit(time(9, 30))),
        "",
    )
    yield all_asked(
        "lengths of time as births",
        "date_of_birth",
        lambda frame: frame.with_columns(date_of_birth=pl.lit(timedelta(days=9))),
        "",
    )
    yield all_asked(
        "numbers as births", "date_of_birth", lambda frame: frame.with_columns(date_of_birth=pl.lit(33_000)), ""
    )
    yield all_asked(
        "decimals as births",
        "date_of_birth",
        lambda frame: frame.with_columns(date_of_birth=pl.lit(Decimal("1.5"))),
        "",
    )
    yield all_asked("moments of another day as births", "date_of_birth",
                    lambda frame: frame.with_columns(date_of_birth=pl.lit(datetime(1990, 5, 17, 22, 30, tzinfo=UTC))), "")  # fmt: skip


def _refused(people: list[Client]) -> Iterator[Case]:
    whole = _written(people)

    def no(name: str, content: Content, *says: str, sample: bool = False) -> Case:
        return check(GROUP, name, {"clients.parquet": content}, refused("clients.parquet", *says), sample=sample)

    yield no(
        "cut off in the middle",
        lambda: whole()[:900],
        "is not a whole Parquet file",
        "Write or copy it again.",
        sample=True,
    )
    yield no("nothing between the marks", b"PAR1PAR1", *DAMAGED)
    yield no("zeros between the marks", b"PAR1" + bytes(500) + b"PAR1", *DAMAGED)
    yield no("a footer longer than the file", lambda: whole()[:-8] + b"\xff\xff\xff\x7fPAR1", *DAMAGED)
    yield no("a footer of noise", lambda: whole()[:-400] + random.Random(1).randbytes(392) + whole()[-8:], *DAMAGED)
    yield no(
        "pages of zeros",
        lambda: whole()[:4] + bytes(len(whole()) - 4 - _footer(whole())) + whole()[-_footer(whole()) :],
        *DAMAGED,
    )
    yield no("encrypted", b"PARE" + bytes(100) + b"PARE", "encrypted", "Write it without encryption.")
    yield no("CSV named .parquet", b"client_id,date_of_birth\nC-1,1990-01-01\n", "is not a whole Parquet file")
    yield no("no rows", _written(people, lambda frame: frame.clear()), "The Candidates sheet is empty.")
    yield no("no columns", _written(people, lambda frame: frame.select([])), "clients.parquet")
    yield no("without client_id", _written(people, lambda frame: frame.drop("client_id")), "client_id")
    yield no(
        "a heading twice but for its letters",
        _written(people, lambda frame: frame.with_columns(Family_Name=frame["family_name"])),
        "twice",
    )


def _footer(whole: bytes) -> int:
    """The length of the footer, with what says how long it is."""
    return int.from_bytes(whole[-8:-4], "little") + 8
