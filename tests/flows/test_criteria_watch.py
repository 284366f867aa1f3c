"""The nightly run looks at the official criteria page, over a real connection, and says when its text has changed."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import openpyxl
import pytest

from flows.errors import UnusableFile
from flows.nightly import criteria_watch
from flows.nightly.criteria_watch import FILE, NOTE_DAYS, Seen, compared, digest, notes
from tests.firm import DAY, MONDAY, TUESDAY, WEDNESDAY, Firm, clients
from tests.loopback import serving
from transforms.model.wording import using
from transforms.rules import load

PAGE = "<html><head><script>stamp = {stamp};</script></head><body><p>Criteria of {text}</p></body></html>"


class Site:
    """A page and rounds as a server has them now, and which paths were asked for."""

    def __init__(self) -> None:
        self.text, self.stamp, self.status = "spring", 0, 200
        self.asked: list[str] = []

    def handler(self) -> type[BaseHTTPRequestHandler]:
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                site.stamp += 1
                body = PAGE.format(stamp=site.stamp, text=site.text).encode()
                self.send_response(site.status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_args: object) -> None:
                return

        return Handler

    @property
    def looks(self) -> int:
        return self.asked.count("/criteria")


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
def address(site: Site) -> Iterator[str]:
    with serving(site.handler()) as found:
        yield found


def firm_of(folder: Path, address: str, more: str = "") -> Firm:
    """A firm that looks at the criteria page of a server, and finds no rounds there."""
    page = f'criteria_address = "{address}/criteria"\n'
    firm = Firm(folder, address=f"{address}/rounds", more=page + more)
    firm.publish(MONDAY)
    firm.drop("a.xlsx", clients(30, 31))
    return firm


def law_notes(firm: Firm, day: date) -> list[str]:
    """What the alerts of a night say of values of the law of which a newer one is due."""
    book = openpyxl.load_workbook(firm.reports / day.isoformat() / "alerts.xlsx", read_only=True)
    return [str(value) for sheet in book for row in sheet.iter_rows(values_only=True) for value in row if value
            and "criteria page" in str(value)]  # fmt: skip


def test_first_look_records_and_a_change_is_reported_once_it_is_seen(tmp_path: Path, site: Site, address: str) -> None:
    firm = firm_of(tmp_path, address)
    first = firm.night(MONDAY)
    state = json.loads((tmp_path / "history" / FILE).read_text(encoding="utf-8"))
    assert (state["address"], state["looked_on"], state["changed_on"]) == (f"{address}/criteria", "2026-07-20", None)
    assert (first.law_notes, law_notes(firm, MONDAY)) == ([], [])
    # The stamp in the script is another one each time, the text is not.
    assert firm.night(TUESDAY).law_notes == []
    site.text = "summer"
    (note,) = firm.night(WEDNESDAY).law_notes
    assert note.startswith(
        f"The official criteria page changed between 2026-07-21 and 2026-07-22: {address}/criteria. Compare it"
    )
    assert law_notes(firm, WEDNESDAY) == [note]
    assert firm.night(WEDNESDAY + DAY).law_notes == [note]
    assert site.looks == 4


@pytest.mark.parametrize("more", ["watch_criteria = false\n"])
def test_a_setting_turns_it_off(more: str, tmp_path: Path, site: Site, address: str) -> None:
    firm = firm_of(tmp_path, address, more)
    firm.night(MONDAY)
    assert (site.looks, (tmp_path / "history" / FILE).exists()) == (0, False)


def test_a_firm_that_fetches_no_rounds_does_not_look(tmp_path: Path, site: Site, address: str) -> None:
    firm = Firm(tmp_path, more=f'criteria_address = "{address}/criteria"\n')
    firm.publish(MONDAY)
    firm.drop("a.xlsx", clients(30))
    firm.night(MONDAY)
    assert site.looks == 0


def test_a_dry_run_and_an_earlier_night_do_not_look(tmp_path: Path, site: Site, address: str) -> None:
    firm = firm_of(tmp_path, address)
    firm.night(MONDAY, dry_run=True)
    assert site.looks == 0
    firm.night(MONDAY)
    firm.night(TUESDAY)
    assert site.looks == 2
    firm.night(MONDAY)
    assert site.looks == 2


def test_failure_is_one_line_and_ends_nothing(tmp_path: Path, site: Site, address: str) -> None:
    firm = firm_of(tmp_path, address)
    site.status = 500
    night = firm.night(MONDAY)
    assert [note for note in night.notes if "criteria page" in note and "\n" not in note] != []
    assert sum("criteria page" in note for note in night.notes) == 1
    assert (night.law_notes, len(night.nights)) == ([], 1)
    # A page that could not be read is neither gone nor changed.
    site.status = 200
    assert firm.night(TUESDAY).law_notes == []


def test_look_that_cannot_be_kept_is_not_a_page_that_was_not_read(
    tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(_place: Path, _seen: Seen) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(criteria_watch, "_write", refused)
    (note,) = (one for one in firm_of(tmp_path, address).night(MONDAY).notes if "criteria page" in one)
    assert note.startswith(
        "The look at the official criteria page was not kept in criteria-page.json: Permission denied."
    )


def test_a_change_stays_reported_while_the_page_cannot_be_read(tmp_path: Path, site: Site, address: str) -> None:
    firm = firm_of(tmp_path, address)
    firm.night(MONDAY)
    site.text = "summer"
    noted = firm.night(TUESDAY).law_notes
    site.status = 404
    assert firm.night(WEDNESDAY).law_notes == noted != []


def test_nobody_answering_costs_little_time(tmp_path: Path) -> None:
    firm = firm_of(tmp_path, "http://127.0.0.1:9")
    begun = time.monotonic()
    assert firm.night(MONDAY).nights
    assert time.monotonic() - begun < 60


def test_state_that_cannot_be_read_begins_anew(tmp_path: Path, address: str) -> None:
    firm = firm_of(tmp_path, address)
    firm.night(MONDAY)
    (tmp_path / "history" / FILE).write_text("{", encoding="utf-8")
    assert firm.night(TUESDAY).law_notes == []
    assert criteria_watch.read(tmp_path / "history" / FILE) is not None


# --- Without a connection


def test_address_is_that_of_a_source_of_the_rules() -> None:
    assert load().sources[criteria_watch.SOURCE].href.startswith("https://www.canada.ca/")


def test_another_address_is_a_first_look() -> None:
    before = Seen("https://example.org/a", "1", MONDAY)
    assert compared(before, "https://example.org/b", "2", TUESDAY) == Seen("https://example.org/b", "2", TUESDAY)
    assert compared(before, "https://example.org/a", "2", TUESDAY).changed_on == TUESDAY


def test_a_note_stands_for_some_days() -> None:
    seen = Seen("https://example.org", "2", TUESDAY, MONDAY, TUESDAY)
    assert len(notes(seen, TUESDAY + DAY * NOTE_DAYS)) == 1
    assert notes(seen, TUESDAY + DAY * (NOTE_DAYS + 1)) == []
    assert notes(seen, MONDAY) == []
    with using("fr"):
        assert notes(seen, TUESDAY)[0].startswith("La page officielle des critères a changé")


def test_digest_is_of_the_text_that_people_see() -> None:
    one = digest(b"<p>Age <b>30</b></p><script>a = 1</script><style>p {}</style>")
    assert one == digest(b"<div>\n Age   <i>30</i> <script>a = 2</script></div>")
    assert one != digest(b"<p>Age <b>31</b></p>")


def test_setting_that_is_no_switch_is_refused(tmp_path: Path) -> None:
    firm = Firm(tmp_path, more='watch_criteria = "no"\n')
    with pytest.raises(UnusableFile, match="watch_criteria must be true or false"):
        firm.night(MONDAY)
