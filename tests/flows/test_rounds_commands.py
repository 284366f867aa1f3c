"""rounds list and rounds update through the command line, with real files and a real server on loopback."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

import sample_data
from flows import clock
from flows.cli import app
from flows.firm import rounds_update, settings
from flows.run_request import SHIPPED_ROUNDS
from tests.loopback import serving

SHIPPED = Path(sample_data.__file__).parent / "rounds.json"
OF_2023 = gzip.decompress((Path(__file__).parent.parent / "data" / "rounds_2023-01-17.json.gz").read_bytes())


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home and a current folder that hold nothing yet."""
    home, here = tmp_path / "home", tmp_path / "here"
    home.mkdir()
    here.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / ".config"))
    monkeypatch.setenv("APPDATA", str(home))
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.chdir(here)
    return home


@pytest.fixture
def drawline() -> Callable[..., Result]:
    """Runs a command line."""

    def run(*args: object) -> Result:
        return CliRunner().invoke(app, [str(arg) for arg in args])

    return run


def changed(change: Callable[[list[dict[str, Any]]], None]) -> bytes:
    """The shipped file with its list of rounds changed."""
    content = json.loads(SHIPPED.read_bytes())
    change(content["rounds"])
    return json.dumps(content).encode()


def with_one_more(rounds: list[dict[str, Any]]) -> None:
    rounds.insert(0, rounds[0] | {"drawNumber": "445", "drawDate": "2026-09-28", "drawDateFull": "September 28, 2026",
                                  "drawDateTime": "September 28, 2026 at 10:00:00 UTC"})  # fmt: skip


def and_one_corrected(rounds: list[dict[str, Any]]) -> None:
    with_one_more(rounds)
    next(one for one in rounds if one["drawNumber"] == "434")["drawSize"] = "350"


# rounds list


def test_list_is_one_round_a_line(drawline: Callable[..., Result]) -> None:
    lines = drawline("rounds", "list").stdout.splitlines()
    assert len(lines) == 446
    assert lines[0].split() == ["round", "date", "kind", "invited", "cut-off", "tie-break", "(UTC)", "name"]
    assert lines[-1].split("  ")[-1] == "Senior managers with Canadian Work Experience, 2026-Version 1"


def test_list_names_the_newest_round_beside_the_table(drawline: Callable[..., Result]) -> None:
    done = drawline("rounds", "list", "--kind", "FST")
    assert done.stderr == "drawline: the newest known round is 444 of 2026-09-16\n"


def test_list_by_kind_and_days(drawline: Callable[..., Result]) -> None:
    found = json.loads(
        drawline("rounds", "list", "--kind", "cec", "--from", "2021-08-01", "--to", "2021-09-14", "--json").stdout
    )
    assert [(one["number"], one["date"]) for one in found] == [
        ("200", "2021-08-05"),
        ("202", "2021-08-19"),
        ("204", "2021-09-14"),
    ]
    assert found[-1]["tie_break"] == "2021-09-11T10:55:43+00:00"
    assert found[-1]["distribution_as_of"] is None


def test_list_the_last(drawline: Callable[..., Result]) -> None:
    assert len(drawline("rounds", "list", "--last", "3").stdout.splitlines()) == 4


@pytest.mark.parametrize(
    ("args", "code", "told"),
    [
        (("--kind", "nobody"), 2, "no kind of round 'nobody'"),
        (("--from", "2021-13-01"), 2, "is not a day"),
        (("--rounds", "nowhere.json"), 2, "no rounds file at nowhere.json"),
        (("--config", "nowhere.toml"), 2, "no settings file at nowhere.toml"),
    ],
)
def test_list_asked_wrongly(args: tuple[str, ...], code: int, told: str, drawline: Callable[..., Result]) -> None:
    done = drawline("rounds", "list", *args)
    assert done.exit_code == code
    assert told in done.stderr


def test_list_of_a_bad_file(tmp_path: Path, drawline: Callable[..., Result]) -> None:
    bad = tmp_path / "rounds.json"
    bad.write_bytes(changed(lambda rounds: rounds[0].update(drawSize="many")))
    done = drawline("rounds", "list", "--rounds", bad)
    assert (done.exit_code, done.stdout) == (4, "")
    assert "round 444: drawSize 'many' is not a whole number such as 2,000" in done.stderr


@pytest.mark.parametrize("name", ["rounds_long_number.json", "rounds_5000_digits.json"])
def test_a_value_beyond_all_bounds_is_a_bad_file(name: str, tmp_path: Path, drawline: Callable[..., Result]) -> None:
    bad = Path(__file__).parent.parent / "data" / name
    listed = drawline("rounds", "list", "--rounds", bad)
    updated = drawline("rounds", "update", "--from", bad, "--to", tmp_path / "rounds.json")
    assert (listed.exit_code, updated.exit_code) == (4, 4)
    assert "2026-08-07" in listed.stderr or "round 434" in listed.stderr
    assert "what is held stays" in updated.stderr
    assert not (tmp_path / "rounds.json").exists()


# rounds update from a file


def test_update_says_what_is_new_and_keeps_the_one_before(tmp_path: Path, drawline: Callable[..., Result]) -> None:
    target, new = tmp_path / "firm" / "rounds.json", tmp_path / "new.json"
    assert drawline("rounds", "update", "--from", SHIPPED, "--to", target).exit_code == 0
    new.write_bytes(changed(and_one_corrected))
    done = drawline("rounds", "update", "--from", new, "--to", target)
    assert done.exit_code == 0
    assert "446 rounds; the newest is 445 of 2026-09-28" in done.stdout
    assert "added: round 445, 2026-09-28, senior_managers, 250 invited, cut-off 389" in done.stdout
    assert "corrected: round 434 size: 300 -> 350" in done.stdout
    assert target.read_bytes() == new.read_bytes()
    assert (target.parent / "rounds.json.previous").read_bytes() == SHIPPED.read_bytes()
    assert sorted(path.name for path in target.parent.iterdir()) == ["rounds.json", "rounds.json.previous"]


def test_update_as_json(tmp_path: Path, drawline: Callable[..., Result]) -> None:
    new, target = tmp_path / "new.json", tmp_path / "rounds.json"
    new.write_bytes(changed(and_one_corrected))
    found = json.loads(drawline("rounds", "update", "--from", new, "--to", target, "--json").stdout)
    assert [one["number"] for one in found["added"]] == ["445"]
    assert found["corrected"] == [{"number": "434", "field": "size", "held": "300", "published": "350"}]
    assert (found["rounds"], found["written"], found["to"]) == (446, True, str(target))


def test_update_without_writing(tmp_path: Path, drawline: Callable[..., Result]) -> None:
    new, target = tmp_path / "new.json", tmp_path / "firm" / "rounds.json"
    new.write_bytes(changed(with_one_more))
    done = drawline("rounds", "update", "--from", new, "--to", target, "--dry-run")
    assert done.exit_code == 0
    assert "added: round 445" in done.stdout
    assert not target.parent.exists()


def test_the_same_rounds_again_are_not_written(tmp_path: Path, drawline: Callable[..., Result]) -> None:
    target = tmp_path / "rounds.json"
    target.write_bytes(SHIPPED.read_bytes())
    done = drawline("rounds", "update", "--from", SHIPPED, "--to", target)
    assert "nothing is new" in done.stdout
    assert not (tmp_path / "rounds.json.previous").exists()


REFUSED = [
    (OF_2023, "it holds 238 rounds, fewer than the 445 that are held"),
    (b"<!DOCTYPE html>\n<html><body>Please wait</body></html>", "the rounds file is not JSON: line 1"),
    (SHIPPED.read_bytes()[:400_000], "the rounds file is not JSON"),
    (changed(lambda rounds: rounds[0].update(drawCRS="4700")), "round 444: drawCRS 4700 is no score"),
]


@pytest.mark.parametrize("held", [True, False])
@pytest.mark.parametrize(("data", "told"), REFUSED)
def test_a_bad_update_is_refused_and_what_is_held_stays(
    data: bytes, told: str, *, held: bool, tmp_path: Path, drawline: Callable[..., Result]
) -> None:
    """With no file of the firm's own yet, the shipped rounds are what is held."""
    target, new = tmp_path / "rounds.json", tmp_path / "new.json"
    new.write_bytes(data)
    if held:
        target.write_bytes(SHIPPED.read_bytes())
    done = drawline("rounds", "update", "--from", new, "--to", target)
    assert (done.exit_code, done.stdout) == (4, "")
    assert told in done.stderr and "what is held stays" in done.stderr
    assert target.exists() is held
    assert not held or target.read_bytes() == SHIPPED.read_bytes()
    assert [path.name for path in tmp_path.glob("*rounds.json*")] == (["rounds.json"] if held else [])


def test_a_held_file_that_is_bad_is_replaced(tmp_path: Path, drawline: Callable[..., Result]) -> None:
    target = tmp_path / "rounds.json"
    target.write_bytes(b"half a fi")
    done = drawline("rounds", "update", "--from", SHIPPED, "--to", target)
    assert done.exit_code == 0
    assert "the rounds file that was held could not be read" in done.stderr
    assert target.read_bytes() == SHIPPED.read_bytes()


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("--from", "nowhere.json"), "no rounds file at nowhere.json"),
        (("--from", "ftp://127.0.0.1/rounds.json"), "takes a file, or an http or https address"),
        (("--from", SHIPPED, "--to", "/"), "--to names a folder"),
    ],
)
def test_update_asked_wrongly(args: tuple[object, ...], told: str, drawline: Callable[..., Result]) -> None:
    done = drawline("rounds", "update", *args)
    assert done.exit_code == 2
    assert told in done.stderr


# rounds update from an address


class Handler(BaseHTTPRequestHandler):
    """Serves what the test has laid at a path: a status and a body, of which less may be sent than announced."""

    pages: dict[str, tuple[int, bytes, int]]

    def do_GET(self) -> None:
        status, body, announced = self.pages[self.path]
        self.send_response(status)
        self.send_header("Content-Length", str(announced))
        self.end_headers()
        if status == 200:
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
        pass


@pytest.fixture
def server() -> Iterator[str]:
    """The address of a server on loopback with the rounds, good and bad; drawline.toml here points to it."""
    shipped, more = SHIPPED.read_bytes(), changed(with_one_more)
    html = b"<html>Service interruption</html>"
    Handler.pages = {
        "/rounds.json": (200, more, len(more)),
        "/broken": (500, b"", 0),
        "/cut-off": (200, shipped[:300_000], len(shipped)),
        "/shrunken": (200, OF_2023, len(OF_2023)),
        "/html": (200, html, len(html)),
        "/slow": (200, b"", len(shipped)),
    }
    with serving(Handler) as address:
        yield address


def set_firm(**values: object) -> None:
    """Writes drawline.toml here."""
    lines = [f"{key} = {json.dumps(value)}\n" for key, value in values.items()]
    Path(settings.FILE).write_text("".join(lines), encoding="utf-8")


def test_update_from_the_address_that_is_set(server: str, drawline: Callable[..., Result]) -> None:
    """Into the user's own folder, from which every command then reads."""
    set_firm(rounds_address=f"{server}/rounds.json", rounds_tries=1)
    done = drawline("rounds", "update")
    assert done.exit_code == 0
    assert settings.load().own_rounds.read_bytes() == Handler.pages["/rounds.json"][1]
    assert settings.load().rounds_file == settings.load().own_rounds
    assert "2026-09-28" in drawline("rounds", "list", "--last", "1").stdout


def test_a_fetch_notes_its_day_and_another_file_has_none(server: str, drawline: Callable[..., Result]) -> None:
    set_firm(rounds_address=f"{server}/rounds.json", rounds_tries=1)
    own = settings.load().own_rounds
    assert drawline("rounds", "update", "--dry-run").exit_code == 0
    assert rounds_update.fetched_on(own) is None
    assert drawline("rounds", "update").exit_code == 0
    assert rounds_update.fetched_on(own) == clock.today()
    # Nothing is new, and yet the file is as fresh as the fetch.
    note = own.with_name(f"{own.name}{rounds_update.FETCHED}")
    note.write_text(note.read_text(encoding="utf-8").replace(str(clock.today()), "2026-09-30"), encoding="utf-8")
    assert rounds_update.fetched_on(own) == date(2026, 9, 30)
    assert drawline("rounds", "update").exit_code == 0
    assert rounds_update.fetched_on(own) == clock.today()
    own.write_bytes(SHIPPED.read_bytes())
    assert rounds_update.fetched_on(own) is None


def test_a_file_that_was_fetched_lately_is_not_stale(server: str, drawline: Callable[..., Result]) -> None:
    set_firm(rounds_address=f"{server}/rounds.json", rounds_tries=1)
    asked = ("forecast", "--round", "CEC", "--futures", "300", "--json", "--as-of", clock.today())
    assert drawline("rounds", "update").exit_code == 0
    made = json.loads(drawline(*asked).stdout)
    assert made["known_on"] == str(clock.today())
    assert [note for note in made["notes"] if "rounds update" in note] == []
    own = settings.load().own_rounds
    own.with_name(f"{own.name}{rounds_update.FETCHED}").unlink()
    made = json.loads(drawline(*asked).stdout)
    assert made["known_on"] == "2026-09-28"
    assert "rounds update" in made["notes"][0]


ADDRESSES = [
    ("/broken", 1, "the server answered 500"),
    ("/cut-off", 1, "the answer broke off after 300,000 of 702,617 bytes"),
    ("/shrunken", 4, "it holds 238 rounds, fewer than the 445 that are held"),
    ("/html", 4, "the rounds file is not JSON"),
]


@pytest.mark.parametrize(("path", "code", "told"), ADDRESSES)
def test_an_address_that_fails(
    path: str, code: int, told: str, server: str, tmp_path: Path, drawline: Callable[..., Result]
) -> None:
    target = tmp_path / "rounds.json"
    target.write_bytes(SHIPPED.read_bytes())
    set_firm(rounds_tries=1)
    done = drawline("rounds", "update", "--from", server + path, "--to", target)
    assert (done.exit_code, done.stdout) == (code, "")
    assert told in done.stderr and "what is held stays" in done.stderr
    assert target.read_bytes() == SHIPPED.read_bytes()


# drawline.toml


def test_without_a_file_of_the_firm_the_shipped_rounds_are_read() -> None:
    assert settings.load().rounds_file == SHIPPED_ROUNDS
    assert settings.load().rounds_address.startswith("https://www.canada.ca/")


def test_the_rounds_file_of_drawline_toml(tmp_path: Path, drawline: Callable[..., Result]) -> None:
    set_firm(rounds="office/rounds.json")
    assert "fetch it with `drawline rounds update`" in drawline("rounds", "list").stderr
    assert drawline("rounds", "update", "--from", SHIPPED).exit_code == 0
    assert Path("office/rounds.json").read_bytes() == SHIPPED.read_bytes()
    assert drawline("rounds", "list", "--config", "drawline.toml", "--last", "1").exit_code == 0


BAD_SETTINGS = [
    ('round = "x.json"', "unknown key 'round'; did you mean 'rounds'?"),
    ("rounds_tries = 0", "rounds_tries must be a whole number from 1"),
    ("rounds_tries = true", "rounds_tries must be a whole number from 1"),
    ('rounds_timeout_seconds = "5"', "rounds_timeout_seconds must be a whole number from 1"),
]


@pytest.mark.parametrize(("text", "told"), BAD_SETTINGS)
def test_bad_settings(text: str, told: str, drawline: Callable[..., Result]) -> None:
    Path(settings.FILE).write_text(text, encoding="utf-8")
    done = drawline("rounds", "list")
    assert done.exit_code == 4
    assert told in done.stderr
