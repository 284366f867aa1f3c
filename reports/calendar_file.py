"""What lies ahead as a calendar that mail programs import: an all-day entry an event, in it no names.

An entry keeps its identity from night to night, so that a later file replaces what an earlier one brought and doubles
nothing. Its stamp is the day of the night, for no clock time may stand in what a night leaves.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from icalendar import Alarm, Calendar, Event

from reports.alert_contents import AlertContents
from reports.alert_lists import SOON, URGENT, day_to_look_at, in_calendar
from reports.text import fit
from transforms.model.wording import _, n_

# A name of our own, under which the identities of entries are made.
OURS = uuid.uuid5(uuid.NAMESPACE_DNS, "drawline.invalid")
ALARM_DAYS = (SOON, URGENT)
DAY = timedelta(days=1)


def write_calendar(path: Path, contents: AlertContents) -> None:
    """Writes the calendar; equal contents give equal bytes.

    Events that change nothing stay out, and birthdays that nobody can act on. An entry stands on the last day to act, or on the event's own where nothing is to
    be done. It takes no time of the day, is private, and belongs to the case owner as a category. What is to be done
    rings a month before, or where less is left, a week before.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//drawline//Express Entry deadlines//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", fit(_("{firm}: Express Entry").format(firm=contents.title)))
    alike = _alike(contents.as_of)
    for row in in_calendar(contents).iter_rows(named=True):
        calendar.add_component(_entry(row, contents.as_of, alike))
    path.write_bytes(calendar.to_ical())


def identity(client_id: str, kind: str, on: date, subject: str | None) -> str:
    """The identity of an entry: the same for the same client, kind, day and subject; it does not tell the client."""
    return f"{uuid.uuid5(OURS, repr((client_id, kind, on.isoformat(), subject or '')))}@drawline.invalid"


def _alike(as_of: date) -> Event:
    """What all entries of a night have in common, made once, for a calendar has more than a thousand of them."""
    entry = Event()
    entry.add("dtstamp", datetime.combine(as_of, time(), UTC))
    # What a later night tells of the same event replaces it.
    entry.add("sequence", as_of.toordinal())
    entry.add("transp", "TRANSPARENT")
    entry.add("class", "PRIVATE")
    return entry


def _entry(row: Mapping[str, Any], as_of: date, alike: Event) -> Event:
    is_to_do = row["to_do"] is not None
    day = day_to_look_at(row["on"], row["due_on"] if is_to_do else None, as_of)
    entry = Event()
    entry.update(alike)
    entry.add("uid", identity(row["client_id"], row["key"], row["on"], row["subject"]))
    entry.add("dtstart", day)
    entry.add("summary", fit(f"{row['client_id']}: {row['what']}{_points(row)}"))
    entry.add("description", fit("\n".join(_lines(row))))
    entry.add("categories", [fit(text) for text in (row["case_owner"], row["kind"]) if text])
    if is_to_do:
        ahead = next((days for days in ALARM_DAYS if day - days * DAY >= as_of), None)
        if ahead is not None:
            entry.add_component(_alarm(row, ahead))
    return entry


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


def _alarm(row: Mapping[str, Any], days: int) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add(
        "description",
        fit(_("{client}: {what}, in {days} days").format(client=row["client_id"], what=row["what"], days=days)),
    )
    alarm.add("trigger", -days * DAY)
    return alarm
