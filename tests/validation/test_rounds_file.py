"""The published rounds: every field of every round, both shapes of the file, and bad files told by place."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from pandera.errors import SchemaErrors
from polars.testing import assert_frame_equal

import sample_data
from transforms.model import wording
from transforms.rounds.rounds import KINDS
from validation.rounds import rounds_file, table
from validation.rounds.rounds_file import RoundsFileError

DATA = Path(__file__).parent.parent / "data"
SHIPPED = Path(sample_data.__file__).parent / "rounds.json"
Entry = dict[str, Any]


@pytest.fixture(scope="module")
def published() -> rounds_file.Published:
    """The shipped file as read."""
    return rounds_file.opened(SHIPPED)


@pytest.fixture(scope="module")
def of_2023() -> rounds_file.Published:
    """The file of January 2023 as read."""
    return rounds_file.parsed(gzip.decompress((DATA / "rounds_2023-01-17.json.gz").read_bytes()))


@pytest.fixture(scope="module")
def expected() -> pl.DataFrame:
    """Another reading of the same rounds, as text."""
    return pl.read_csv(DATA / "rounds_expected.csv", infer_schema=False)


def as_text(frame: pl.DataFrame) -> pl.DataFrame:
    """A rounds frame with every cell as plain text, moments as in the expected values."""
    moments = pl.selectors.datetime()
    return frame.with_columns(moments.dt.strftime("%Y-%m-%dT%H:%M:%SZ")).cast(pl.String)


@pytest.mark.parametrize("column", [name for name in rounds_file.SCHEMA if name != "programs"])
def test_all_445_rounds_field_by_field(column: str, published: rounds_file.Published, expected: pl.DataFrame) -> None:
    assert published.frame.height == 445
    both = pl.DataFrame(
        {"number": expected["number"], "read": as_text(published.frame)[column], "is": expected[column]}
    )
    assert both.filter(pl.col("read").ne_missing(pl.col("is"))).rows() == []


def test_programs_and_kinds_of_all_rounds(published: rounds_file.Published, expected: pl.DataFrame) -> None:
    assert set(published.frame["kind"]) <= set(KINDS)
    read, is_ = ([set((text or "").split("|")) for text in frame["programs"]] for frame in (published.frame, expected))
    assert read == is_


def test_what_is_odd_in_the_shipped_file(published: rounds_file.Published) -> None:
    told = [warning.split(":")[0] for warning in published.warnings]
    assert told == ["round 104", "round 108", "round 146", "round 148", "round 247", "round 357"]
    assert "dd3 55,867 is not the sum of dd4, dd5, dd6, dd7, dd8, 55,687" in published.warnings[4]
    assert "July 12, 2025" in published.warnings[5] and "2025-07-22" in published.warnings[5]


def test_the_file_of_2023(of_2023: rounds_file.Published, published: rounds_file.Published) -> None:
    """Day-first in round 237, no space after a comma in 221, 234, 235: the same values as later published."""
    assert of_2023.frame.height == 238
    assert_frame_equal(of_2023.frame, published.frame.head(238))
    assert [warning for warning in of_2023.warnings if warning not in published.warnings] == [
        "round 237: drawDate '11-01-2023' is not a date such as 2021-09-14; 2023-01-11 is read from drawDateFull"
    ]


def test_91_is_two_rounds(published: rounds_file.Published) -> None:
    rows = published.frame.filter(pl.col("number").str.starts_with("91")).select("number", "kind", "size").rows()
    assert rows == [("91a", "FST", 500), ("91b", "PNP", 200)]
    assert published.frame["number"].to_list()[90:93] == ["91a", "91b", "92"]


@pytest.mark.parametrize("number", ["213", "223", "224", "226", "227"])
def test_zeros_and_a_placeholder_date_are_no_distribution(number: str, published: rounds_file.Published) -> None:
    row = published.frame.row(by_predicate=pl.col("number") == number, named=True)
    assert row["distribution_as_of"] is None and row["pool_total"] is None and row["pool_501_600"] is None


MOMENTS = [
    ("September 11, 2021 at 10:55:43 UTC", datetime(2021, 9, 11, 10, 55, 43)),
    ("September 11, 2021, at 10:55:43 UTC", datetime(2021, 9, 11, 10, 55, 43)),
    ("September 11, 2021 10:55:43 UTC", datetime(2021, 9, 11, 10, 55, 43)),
    ("September 11,2021 10:55:43 UTC", datetime(2021, 9, 11, 10, 55, 43)),
    ("September 11 2021 at 10:55:43 UTC", datetime(2021, 9, 11, 10, 55, 43)),
    ("September 11. 2021 at 10:55:43 UTC", datetime(2021, 9, 11, 10, 55, 43)),
    ("September 11, 2021 at10:55:43 UTC", datetime(2021, 9, 11, 10, 55, 43)),
    ("September 11, 2021 at  10:55:43 UTC", datetime(2021, 9, 11, 10, 55, 43)),
    ("September 11, 2021  at 10:55:43 UTC ", datetime(2021, 9, 11, 10, 55, 43)),
    (" September 11, 2021 at 10:55:43 UTC", datetime(2021, 9, 11, 10, 55, 43)),
    ("September 11, 2021 at 10:55:43", datetime(2021, 9, 11, 10, 55, 43)),
    ("September 11, 2021 at 2021-09-11 10:55:43 UTC", datetime(2021, 9, 11, 10, 55, 43)),
    ("September 3rd 2021 at 10:55:43 UTC", datetime(2021, 9, 3, 10, 55, 43)),
    ("September 2, 2021 at 8:05:03 UTC", datetime(2021, 9, 2, 8, 5, 3)),
    ("Sep. 11, 2021 at 10:55:43 UTC", datetime(2021, 9, 11, 10, 55, 43)),
    ("September 11, 2021 at 04:22:17 AM UTC", datetime(2021, 9, 11, 4, 22, 17)),
    ("September 11, 2021 at 20:19:59 PM UTC", datetime(2021, 9, 11, 20, 19, 59)),
    ("September 11, 2021 at 08:19:59 PM UTC", datetime(2021, 9, 11, 20, 19, 59)),
    ("September 11, 2021 at 12:19:59 AM UTC", datetime(2021, 9, 11, 0, 19, 59)),
    ("September 11, 2021 at 12:19:59 PM UTC", datetime(2021, 9, 11, 12, 19, 59)),
    ("2021-09-11T10:55:43Z", datetime(2021, 9, 11, 10, 55, 43)),
    ("September 11 at 10:55:43 UTC", datetime(2021, 9, 11, 10, 55, 43)),
    ("September 15 at 10:55:43 UTC", datetime(2020, 9, 15, 10, 55, 43)),
    ("", None),
    ("N/A", None),
]


@pytest.mark.parametrize(("text", "is_"), MOMENTS)
def test_spellings_of_a_moment(text: str, is_: datetime | None) -> None:
    read = rounds_file.moment(text.strip(), date(2021, 9, 14))
    assert read == (None if is_ is None else is_.replace(tzinfo=UTC))


@pytest.mark.parametrize("text", ["soon", "September 11, 2021", "Smarch 11, 2021 at 10:55:43", "June 31, 2021 at 10:55:43",
                                  "September 11, 2021 at 25:00:00 UTC", "February 29 at 10:55:43 UTC"])  # fmt: skip
def test_moments_that_cannot_be_read(text: str) -> None:
    with pytest.raises(ValueError, match="is not a time such as September 11, 2021 at 10:55:43 UTC"):
        rounds_file.moment(text, date(2021, 9, 14))


@pytest.fixture
def changed() -> Callable[..., bytes]:
    """The shipped file with fields of one round changed (None: taken out), as bytes."""

    def made(number: str, **fields: Any) -> bytes:
        content = json.loads(SHIPPED.read_bytes())
        entry = next(one for one in content["rounds"] if one["drawNumber"] == number)
        for key, value in fields.items():
            if value is None:
                entry.pop(key)
            else:
                entry[key] = value
        return json.dumps(content).encode()

    return made


BAD_VALUES: list[tuple[Entry, str]] = [
    ({"drawSize": "two thousand"}, "round 204: drawSize 'two thousand' is not a whole number such as 2,000"),
    ({"drawSize": "0"}, "round 204: drawSize 0 is no number of invitations; a round has at least one"),
    ({"drawSize": "99999999999999999999"}, "round 204: drawSize '99999999999999999999' is not a whole number"),
    ({"drawSize": "-5"}, "round 204: drawSize '-5' is not a whole number"),
    ({"drawCRS": None}, "round 204: drawCRS is empty; a round has its cut-off"),
    ({"drawCRS": "1201"}, "round 204: drawCRS 1201 is no score; scores are 0 to 1,200"),
    ({"drawCRS": "462.5"}, "round 204: drawCRS '462.5' is not a whole number"),
    (
        {"drawDate": "14/09/2021", "drawDateFull": ""},
        "round 204: drawDate '14/09/2021' is not a date such as 2021-09-14",
    ),
    ({"drawDate": "2021-09-31"}, "round 204: drawDate '2021-09-31' is not a date such as September 14, 2021"),
    ({"drawDate": "2020-09-14"}, "round 204: drawDate 2020-09-14 is before the day of the round before it"),
    ({"drawCutOff": "some day"}, "round 204: drawCutOff 'some day' is not a time such as"),
    ({"drawNumber": "205"}, "round 205: drawNumber 205 stands twice; keep one entry a round"),
    ({"drawNumber": "204 b"}, "drawNumber '204 b' is not a number such as 204 or 91a"),
    # Values beyond all bounds: of memory, of Python's integers, of UTF-8, of the calendar.
    (
        {"drawNumber": "99999999999999"},
        "the round of 2021-09-14: drawNumber '99999999999999' is not a number such as 204 or 91a",
    ),
    ({"drawNumber": 20260807100820}, "the round of 2021-09-14: drawNumber '20260807100820' is not a number"),
    ({"drawNumber": "٢٠٤"}, "the round of 2021-09-14: drawNumber '٢٠٤' is not a number such as 204 or 91a"),
    ({"drawNumber": "\ud800"}, r"drawNumber '\ud800' holds what is no character of a text"),
    (
        {"drawName": "French \ud83d speakers"},
        r"round 204: drawName 'French \ud83d speakers' holds what is no character",
    ),
    ({"drawName": "French\x00"}, r"round 204: drawName 'French\x00' holds what is no character"),
    ({"drawText2": "\udfff"}, r"round 204: drawText2 '\udfff' holds what is no character"),
    ({"drawDate": "0001-01-01"}, "round 204: drawDate '0001-01-01' is in the year 1; the years 2000 to 2100 can be"),
    ({"drawDate": "9999-12-31"}, "round 204: drawDate '9999-12-31' is in the year 9999"),
    (
        {"drawCutOff": "January 1, 0001 at 00:00:01 UTC"},
        "round 204: drawCutOff 'January 1, 0001 at 00:00:01 UTC' is in",
    ),
    ({"drawDateTime": "9999-12-31 23:59:59"}, "round 204: drawDateTime '9999-12-31 23:59:59' is in the year 9999"),
    ({"drawCRS": float("inf")}, "round 204: drawCRS 'Infinity' is not a whole number"),
]


@pytest.mark.parametrize(("fields", "told"), BAD_VALUES)
def test_bad_values_name_round_field_value_and_mend(fields: Entry, told: str, changed: Callable[..., bytes]) -> None:
    with pytest.raises(RoundsFileError) as caught:
        rounds_file.parsed(changed("204", **fields))
    assert told in str(caught.value)


EMPTY = ["drawSize", "drawCutOff", "drawDateTime", "drawDateFull", "drawText2", "drawDistributionAsOn", "dd18"]


@pytest.mark.parametrize("field", EMPTY)
@pytest.mark.parametrize("value", ["", None])
def test_a_field_that_is_not_published_is_unknown(field: str, value: str | None, changed: Callable[..., bytes]) -> None:
    columns = {"drawSize": "size", "drawCutOff": "tie_break", "drawDateTime": "held_at", "drawText2": "programs",
               "dd18": "pool_total"}  # fmt: skip
    read = rounds_file.parsed(changed("434", **{field: value}))
    row = read.frame.row(by_predicate=pl.col("number") == "434", named=True)
    assert (row["number"], row["date"], row["cut_off"]) == ("434", date(2026, 8, 7), 470)
    assert field not in columns or row[columns[field]] is None
    assert [one.size for one in rounds_file.rounds(read.frame) if one.number == "434"] == [row["size"]]


def test_rounds_435_to_444_are_as_far_as_they_were_published(published: rounds_file.Published) -> None:
    """Moment and programs were not in the copy, and of the pool the distribution of the last one alone."""
    new = published.frame.tail(10)
    assert new["number"].to_list() == [str(number) for number in range(435, 445)]
    assert new["held_at"].null_count() == new["programs"].null_count() == 10
    assert new["tie_break"].null_count() == new["size"].null_count() == 0
    assert new["pool_total"].to_list() == [None] * 9 + [226_793]


def test_numbers_without_holes() -> None:
    content = json.loads(SHIPPED.read_bytes())
    content["rounds"] = [one for one in content["rounds"] if one["drawNumber"] not in {"91a", "300"}]
    with pytest.raises(RoundsFileError, match="drawNumber: the rounds 300, 91a are missing in between"):
        rounds_file.parsed(json.dumps(content).encode())


def test_holes_are_counted_and_not_walked() -> None:
    """Between two numbers of a file of few rounds as many as the bounds allow: each would cost memory."""
    content = json.loads(SHIPPED.read_bytes())
    content["rounds"][0]["drawNumber"] = "99999"
    with pytest.raises(RoundsFileError, match=r"the rounds 444, 445, 446 and 99552 more are missing in between$"):
        rounds_file.parsed(json.dumps(content).encode())


@pytest.mark.parametrize(
    ("name", "told"),
    [
        (
            "rounds_long_number.json",
            "the round of 2026-08-07: drawNumber '20260807100820' is not a number such as 204 or",
        ),
        (
            "rounds_5000_digits.json",
            f"round 434: drawSize '{'9' * 40}' and 4,960 characters more is not a whole number",
        ),
    ],
)
def test_a_value_beyond_all_bounds_names_its_round(name: str, told: str) -> None:
    with pytest.raises(RoundsFileError) as caught:
        rounds_file.read(DATA / name)
    assert told in str(caught.value)


def test_a_file_beyond_all_bounds_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds_file, "MAX_BYTES", 1000)
    with pytest.raises(RoundsFileError, match="larger than 1,000 bytes"):
        rounds_file.read(SHIPPED)


def test_many_problems_are_counted() -> None:
    content = json.loads(SHIPPED.read_bytes())
    for entry in content["rounds"]:
        entry["drawSize"] = "?"
    with pytest.raises(RoundsFileError, match=r"round 444: .*; round 443: .*; round 442: .*; and 442 more$"):
        rounds_file.parsed(json.dumps(content).encode())


FILES = [
    (b"<!DOCTYPE html><html>Service unavailable</html>", "not JSON: line 1"),
    (b'{"rounds": [', "not JSON: line 1"),
    (b"\xff\xfe{", "not UTF-8"),
    (b"[1, 2]", "an object with a list `rounds`"),
    (b'{"rounds": []}', "an object with a list `rounds`"),
    (b'{"rounds": {"drawNumber": "1"}}', "an object with a list `rounds`"),
    (b'{"rounds": ["1"]}', "an entry of `rounds` is no object"),
    (b'{"rounds": [{}]}', "drawNumber '' is not a number such as 204 or 91a"),
    (b"[" * 100_000, "not JSON|nested too deeply"),
]


@pytest.mark.parametrize(("data", "told"), FILES)
def test_files_that_are_no_rounds(data: bytes, told: str, tmp_path: Path) -> None:
    path = tmp_path / "rounds.json"
    path.write_bytes(data)
    with pytest.raises(RoundsFileError, match=told):
        rounds_file.read(path)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(RoundsFileError, match="cannot be opened: No such file"):
        rounds_file.read(tmp_path / "rounds.json")


def test_a_tie_break_after_the_round_counts_as_not_published(changed: Callable[..., bytes]) -> None:
    """As IRCC published round 335 at first, a year late."""
    read = rounds_file.parsed(changed("335", drawCutOff="November 14, 2025 at 02:52:14 UTC"))
    assert read.frame.row(by_predicate=pl.col("number") == "335", named=True)["tie_break"] is None
    assert any("round 335: drawCutOff 'November 14, 2025 at 02:52:14 UTC' is after" in one for one in read.warnings)


def test_a_band_that_is_far_off_is_refused(changed: Callable[..., bytes]) -> None:
    with pytest.raises(RoundsFileError, match=r"round 434: dd3 73,099 is not the sum of dd4, .*; one of them is wrong"):
        rounds_file.parsed(changed("434", dd4="22,939"))


def test_a_name_of_no_known_kind_is_stated(changed: Callable[..., bytes]) -> None:
    read = rounds_file.parsed(changed("444", drawName="Lighthouse keepers"))
    assert read.frame["kind"][-1] == rounds_file.OTHER_KIND
    assert any("round 444: drawName 'Lighthouse keepers' names no kind" in one for one in read.warnings)


def test_numbers_plain_rather_than_as_text(changed: Callable[..., bytes], published: rounds_file.Published) -> None:
    read = rounds_file.parsed(changed("204", drawSize=2000, drawCRS=462))
    assert_frame_equal(read.frame, published.frame)


def test_the_order_of_the_file_does_not_matter(published: rounds_file.Published) -> None:
    content = json.loads(SHIPPED.read_bytes())
    content["rounds"].sort(key=lambda one: one["drawCRS"])
    assert_frame_equal(rounds_file.parsed(json.dumps(content).encode()).frame, published.frame)


def test_the_schema_stands_alone(published: rounds_file.Published) -> None:
    """A frame with a value that reading would have caught does not pass the schema either."""
    wide = published.frame.cast({pl.Int16: pl.Int64, pl.Int32: pl.Int64})
    rounds_file.schema().validate(wide, lazy=True)
    bad = wide.with_columns(
        pl.when(pl.col("number") == "204")
        .then(pl.datetime(2022, 1, 1, time_zone="UTC"))
        .otherwise("tie_break")
        .alias("tie_break")
    )
    with pytest.raises(SchemaErrors, match="is after the round"):
        rounds_file.schema().validate(bad, lazy=True)


UNSOUND: dict[str, Callable[[pl.DataFrame], pl.DataFrame]] = {
    "as read": lambda frame: frame,
    "twice": lambda frame: pl.concat([frame, frame.tail(1)]),
    "out of order": lambda frame: frame.reverse(),
    "nobody": lambda frame: frame.with_columns(size=pl.lit(0, dtype=pl.Int64)),
    "no size": lambda frame: frame.with_columns(size=pl.lit(None, dtype=pl.Int64)),
    "no score": lambda frame: frame.with_columns(cut_off=pl.lit(table.HIGHEST + 1, dtype=pl.Int64)),
    "no cut-off": lambda frame: frame.with_columns(cut_off=pl.lit(None, dtype=pl.Int64)),
    "another kind": lambda frame: frame.with_columns(kind=pl.lit("lottery")),
    "no kind": lambda frame: frame.with_columns(kind=pl.lit(None, dtype=pl.String)),
    "tie-break after": lambda frame: frame.with_columns(tie_break=pl.col("tie_break").dt.offset_by("30y")),
    "without a column": lambda frame: frame.drop("programs"),
    "columns in another order": lambda frame: frame.select(reversed(frame.columns)),
    "narrow": lambda frame: frame.cast({pl.Int64: pl.Int32}),
}


@pytest.mark.parametrize("name", list(UNSOUND))
def test_a_frame_is_sound_where_it_meets_the_schema(name: str, published: rounds_file.Published) -> None:
    frame = UNSOUND[name](published.frame.cast({pl.Int16: pl.Int64, pl.Int32: pl.Int64}))
    try:
        rounds_file.schema().validate(frame, lazy=True)
        meets_it = True
    except SchemaErrors:
        meets_it = False
    assert table.is_sound(frame) is meets_it
    assert meets_it is (name in {"as read", "no size"})


def test_a_file_read_before_is_the_same_in_each_language() -> None:
    data = SHIPPED.read_bytes()
    english = rounds_file.parsed(data)
    with wording.using("fr"):
        french = rounds_file.parsed(data)
    assert rounds_file.parsed(data) is english
    assert french.frame.equals(english.frame)
    assert french.warnings[0].startswith("ronde ") and english.warnings[0].startswith("round ")
    changed = json.loads(data)
    changed["rounds"] = changed["rounds"][1:]
    assert rounds_file.parsed(json.dumps(changed).encode()).frame.height == english.frame.height - 1
