"""Lines of a calendar, held against what icalendar reads from them and writes itself."""

from __future__ import annotations

from datetime import date

import icalendar
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reports.alerts import calendar_lines

TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")) | st.just("\n"), min_size=1, max_size=400)


def file_of(*lines: str) -> bytes:
    head = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//drawline//test//EN", "BEGIN:VEVENT", "UID:a")
    return calendar_lines.written((*head, "DTSTAMP:20260101T000000Z", *lines, "END:VEVENT", "END:VCALENDAR"))


def only_event(written: bytes) -> icalendar.Event:
    event = icalendar.Calendar.from_ical(written).walk("VEVENT")[0]
    assert isinstance(event, icalendar.Event)
    return event


@given(TEXTS)
@example("é" * 200)
@example("a,b;c\\d" * 60)
@example("x" * 63 + "\\" * 40)
def test_a_text_is_folded_into_lines_of_75_octets_and_read_again(value: str) -> None:
    escaped = calendar_lines.text(value)
    made = file_of(f"SUMMARY:{escaped}")
    lines = made.split(b"\r\n")
    assert all(len(line) <= calendar_lines.LINE_OCTETS for line in lines)
    assert all(line.decode() for line in lines[:-1])
    assert f"SUMMARY:{escaped}".encode() in made.replace(b"\r\n ", b"")
    if "\\" not in value:
        assert str(only_event(made)["summary"]) == value


@pytest.mark.parametrize("value", ["plain", "a, b; c", "two\nlines", "both\r\nends", "back\\slash", "é ü ñ — 漢字"])
def test_a_text_is_escaped_as_icalendar_does(value: str) -> None:
    event = icalendar.Event()
    event.add("summary", value)
    event.add("categories", [value, "b"])
    event.add("dtstart", date(2026, 3, 1))
    lines = event.to_ical().replace(b"\r\n ", b"").decode().split("\r\n")
    assert f"SUMMARY:{calendar_lines.text(value)}" in lines
    assert f"CATEGORIES:{calendar_lines.texts([value, 'b'])}" in lines
    assert f"DTSTART;VALUE=DATE:{calendar_lines.day(date(2026, 3, 1))}" in lines


def test_no_line_ends_after_a_backslash_that_escapes() -> None:
    for before in range(80):
        for line in file_of(f"SUMMARY:{'x' * before}\\n\\,").split(b"\r\n"):
            assert not line.endswith(b"\\")
