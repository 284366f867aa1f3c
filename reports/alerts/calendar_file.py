"""What lies ahead as a calendar that mail programs import: an all-day entry an event, in it no names.

An entry keeps its identity from night to night, so that a later file replaces what an earlier one brought and doubles
nothing. Its stamp is the day of the night, for no clock time may stand in what a night leaves.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from reports.alerts.alert_contents import AlertContents
from reports.alerts.alert_lists import SOON, URGENT, day_to_look_at, in_calendar
from reports.alerts.calendar_lines import day, text, texts, written
from reports.workbook.text import fit
from transforms.model.wording import _, n_

# A name of our own, under which the identities of entries are made.
OURS = uuid.uuid5(uuid.NAMESPACE_DNS, "drawline.invalid")
ALARM_DAYS = (SOON, URGENT)
DAY = timedelta(days=1)


def write_calendar(path: Path, contents: AlertContents) -> None:
    """Writes the calendar; equal contents give equal bytes.

    Events that change nothing stay out, and birthdays that nobody can act on. An entry stands on the last day to act, or
    on the event's own where nothing is to be done. It takes no time of the day, is private, and belongs to the case owner
    as a category. What is to be done rings a month before, or where less is left, a week before.
    """
    path.write_bytes(written(_calendar(contents)))


def _calendar(contents: AlertContents) -> Iterator[str]:
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//drawline//Express Entry deadlines//EN")
    yield from ("CALSCALE:GREGORIAN", "METHOD:PUBLISH")
    yield f"X-WR-CALNAME:{text(fit(_('{firm}: Express Entry').format(firm=contents.title)))}"
    for row in in_calendar(contents).iter_rows(named=True):
        yield from _entry(row, contents.as_of)
    yield "END:VCALENDAR"


def identity(client_id: str, kind: str, on: date, subject: str | None) -> str:
    """The identity of an entry: the same for the same client, kind, day and subject; it does not tell the client."""
    return f"{uuid.uuid5(OURS, repr((client_id, kind, on.isoformat(), subject or '')))}@drawline.invalid"


def _entry(row: Mapping[str, Any], as_of: date) -> Iterator[str]:
    is_to_do = row["to_do"] is not None
    on = day_to_look_at(row["on"], row["due_on"] if is_to_do else None, as_of)
    yield "BEGIN:VEVENT"
    summary = f"{row['client_id']}: {row['what']}{_points(row)}"
    yield f"SUMMARY:{text(fit(summary))}"
    yield f"DTSTART;VALUE=DATE:{day(on)}"
    yield f"DTSTAMP:{day(as_of)}T000000Z"
    yield f"UID:{identity(row['client_id'], row['key'], row['on'], row['subject'])}"
    # What a later night tells of the same event replaces it.
    yield f"SEQUENCE:{as_of.toordinal()}"
    yield f"CATEGORIES:{texts(fit(name) for name in (row['case_owner'], row['kind']) if name)}"
    yield "CLASS:PRIVATE"
    description = "\n".join(_lines(row))
    yield f"DESCRIPTION:{text(fit(description))}"
    yield "TRANSP:TRANSPARENT"
    if is_to_do:
        ahead = next((days for days in ALARM_DAYS if on - days * DAY >= as_of), None)
        if ahead is not None:
            yield from _alarm(row, ahead)
    yield "END:VEVENT"


def _points(row: Mapping[str, Any]) -> str:
    points = row["points"]
    return n_(" ({points} point)", " ({points} points)", abs(points)).format(points=f"{points:+d}") if points else ""


def _lines(row: Mapping[str, Any]) -> list[str]:
    """What the entry says when it is opened."""
    lines = [_("On {day}: {what}.").format(day=row["on"], what=row["what"])]
    if row["to_do"] is not None:
        if row["act_by"] != row["on"]:
            lines.append(_("Last day to act: {day}.").format(day=row["act_by"]))
        lines.append(row["to_do"])
        lines.append(_("Whose turn: {who}.").format(who=row["whose_turn"]))
    if row["points"]:
        lines.append(
            _("CRS {before} before, {after} after.").format(before=row["points_before"], after=row["points_after"])
        )
    if row["programs"]:
        lines.append(_("Programs: {change}.").format(change=row["programs"]))
    if row["categories"]:
        lines.append(_("Categories: {change}.").format(change=row["categories"]))
    if row["case_owner"]:
        lines.append(_("Case owner: {name}.").format(name=row["case_owner"]))
    return lines


def _alarm(row: Mapping[str, Any], days: int) -> Iterator[str]:
    shown = _("{client}: {what}, in {days} days").format(client=row["client_id"], what=row["what"], days=days)
    yield from ("BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{text(fit(shown))}", f"TRIGGER:-P{days}D", "END:VALARM")
