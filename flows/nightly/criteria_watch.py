"""The official page of the criteria: whether its text has changed since the last nightly run that saw it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

from transforms.model.addresses import without_credentials
from transforms.model.wording import _

if TYPE_CHECKING:
    from flows.nightly.night_state import Nights

# The source of the rules whose address is the page: the current text of the Ministerial Instructions.
SOURCE = "MI-cur"
# In the folder of the history: the page as it was last seen. A history in an object store has no such file and no watch.
FILE = "criteria-page.json"
TIMEOUT_SECONDS = 5
MAX_BYTES = 5_000_000
# For how many days after a change the reports say so.
NOTE_DAYS = 7
HIDDEN_PARTS = frozenset({"script", "style", "noscript", "template"})


@dataclass(frozen=True)
class Seen:
    """The page as a nightly run saw it: address without credentials, SHA-256 of its text, and the day of the last look.

    `changed_since` and `changed_on` are the looks before and after its last change; None: no change was seen.
    """

    address: str
    sha256: str
    looked_on: date
    changed_since: date | None = None
    changed_on: date | None = None


def look(run: Nights) -> None:
    """Looks at the page once and notes a change for the reports; what fails is one line of the run's notes, no more.

    No look: for an earlier day or a dry run, where the firm has turned it off (`watch_criteria`) or fetches no rounds, and
    for a history in an object store.
    """
    from validation.rounds import download

    place = state_file(run)
    if place is None or run.request.dry_run or not run.is_latest or run.rules is None:
        return
    address = run.firm.criteria_address or run.rules.sources[SOURCE].href
    before = read(place)
    now: Seen | None
    try:
        data = download.fetch(address, timeout=TIMEOUT_SECONDS, tries=1, most_bytes=MAX_BYTES)
    except OSError as error:
        run.notes.append(_("The official criteria page was not read: {error}.").format(error=_plain(error)))
        now = before
    else:
        now = compared(before, without_credentials(address), digest(data), run.request.as_of)
        _keep(place, now, run.notes)
    if now is not None and now.address == without_credentials(address):
        run.law_notes = notes(now, run.request.as_of)


def state_file(run: Nights) -> Path | None:
    """Where the page as last seen is kept; None where the firm does not watch it."""
    is_folder = isinstance(run.firm.history, Path)
    if not (is_folder and run.firm.watch_criteria and run.firm.rounds_address):
        return None
    return Path(run.history.place) / FILE


def compared(before: Seen | None, address: str, sha256: str, day: date) -> Seen:
    """The page as seen now, beside how it was last seen; a first look at an address only records."""
    if before is None or before.address != address:
        return Seen(address, sha256, day)
    if before.sha256 == sha256:
        return Seen(address, sha256, day, before.changed_since, before.changed_on)
    return Seen(address, sha256, day, before.looked_on, day)


def notes(seen: Seen, day: date) -> list[str]:
    """What the reports of a day say of the page; empty where it has not changed of late."""
    if seen.changed_on is None or not seen.changed_on <= day <= seen.changed_on + timedelta(days=NOTE_DAYS):
        return []
    text = _(
        "The official criteria page changed between {before} and {after}: {address}. Compare it with the sheet Rules. Enter "
        "new values in an overlay, and check it with `drawline rules check`."
    )
    return [text.format(before=seen.changed_since, after=seen.changed_on, address=seen.address)]


def digest(data: bytes) -> str:
    """The SHA-256 of the visible text of a page: scripts, tags and blanks make no difference."""
    parser = _Text()
    parser.feed(data.decode("utf-8", errors="replace"))
    parser.close()
    text = " ".join(" ".join(parser.parts).split())
    return hashlib.sha256(text.encode()).hexdigest()


class _Text(HTMLParser):
    """The texts of a page that people see."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - as the parser calls it
        self._hidden += tag in HIDDEN_PARTS

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in HIDDEN_PARTS and self._hidden > 0

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data)


def read(place: Path) -> Seen | None:
    """The page as last seen; None where no look was kept, or none that can be read."""
    try:
        return _seen(json.loads(place.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _seen(kept: Mapping[str, Any]) -> Seen:
    days = {key: kept[key] and date.fromisoformat(kept[key]) for key in ("looked_on", "changed_since", "changed_on")}
    return Seen(without_credentials(str(kept["address"])), str(kept["sha256"]), **days)


def _keep(place: Path, seen: Seen, notes_of_run: list[str]) -> None:
    """Keeps the look for the next one; what fails is one line of the run's notes."""
    try:
        _write(place, seen)
    except OSError as error:
        text = _("The look at the official criteria page was not kept in {file}: {error}. Make the folder writable.")
        notes_of_run.append(text.format(file=place.name, error=error.strerror or _plain(error)))


def _write(place: Path, seen: Seen) -> None:
    from flows.outputs import files

    place.parent.mkdir(parents=True, exist_ok=True)
    with files.atomic_file(place) as staged:
        staged.write_text(json.dumps(asdict(seen), default=str, indent=2) + "\n", encoding="utf-8")


def _plain(error: OSError) -> str:
    """Why a look failed, on one line."""
    return " ".join(str(error).split()).rstrip(".")
