"""purge: names of files that held the client go, and what may be the client under another spelling is named."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from flows.firm import settings
from flows.nightly import audit as auditing
from history import audit
from history.purge import PURGED, Traces, names_client, near, struck_out
from history.store import History
from history.tables import PROBLEMS, RUNS, SCORES_TABLE
from tests.firm import MONDAY, TUESDAY, Firm, answer, call, changed, clients

CLIENT, OTHER = "C-0033", "C-0036"
FILE, QUARANTINED, FAILED = "Roy-Okafor, Zainab.xlsx", "zainab again.xlsx", "zainab roy-okafor.xlsx"
NEAR = ["c-0033", "C 0033", "C\u200b-0033", "C-\uff10\uff10\uff13\uff13"]


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Firm:
    """Two nights: a file named after a client, one with a bad row of the client, one unusable, and others' files."""
    made = Firm(tmp_path_factory.mktemp("firm"))
    made.publish(TUESDAY)
    person = [changed(one, family_name="Roy-Okafor", given_name="Zainab") for one in clients(33)]
    made.drop(FILE, [*person, *clients(30)])
    made.drop("office.xlsx", clients(31, 36))
    made.night(MONDAY)
    made.drop(QUARANTINED, [*(changed(one, date_of_birth="x") for one in person), *clients(37)])
    (made.inbox / FAILED).write_bytes(b"no workbook")
    made.night(TUESDAY)
    return made


def files_with(folder: Path, *texts: str) -> list[Path]:
    """The files in which any of some texts stands."""
    return [
        path for path in folder.rglob("*") if path.is_file() and any(one.encode() in path.read_bytes() for one in texts)
    ]


def test_names_of_files_that_held_the_client_go_and_a_dry_run_says_the_same(firm: Firm) -> None:
    folder = Path(firm.history.place)
    assert files_with(folder, FILE)
    planned = answer(firm, "purge", "--client", CLIENT, "--dry-run")
    assert sorted(planned["files"]) == sorted([FILE, QUARANTINED])
    assert files_with(folder, FILE)
    done = answer(firm, "purge", "--client", CLIENT, "--yes")
    assert done == planned | {"dry_run": False}
    # The third held nobody, and has the client's full name.
    assert files_with(folder, CLIENT, "Zainab", "zainab") == []
    names = [one["name"] for row in firm.table(RUNS)["inputs"].to_list() for one in row]
    assert sorted(set(names)) == [PURGED, "office.xlsx"]
    scores = firm.history.on(SCORES_TABLE, TUESDAY).select("client_id", "source_file").sort("client_id").rows()
    assert scores == [("C-0030", PURGED), ("C-0031", "office.xlsx"), ("C-0036", "office.xlsx"), ("C-0037", PURGED)]
    assert answer(firm, "purge", "--client", CLIENT, "--dry-run")["rows"] == {}


def test_the_next_night_takes_nothing_again_after_a_purge(firm: Firm) -> None:
    before = firm.history.on(SCORES_TABLE, TUESDAY)["client_id"].sort().to_list()
    firm.night(TUESDAY)
    assert firm.history.on(SCORES_TABLE, TUESDAY)["client_id"].sort().to_list() == before


def test_places_that_a_purge_does_not_reach_are_named(firm: Firm) -> None:
    book = openpyxl.Workbook()
    book.save(firm.inbox / "unrelated.xlsx")
    maps = firm.folder / "maps"
    maps.mkdir()
    (maps / "cases.yaml").write_text(f"# as of {OTHER}\n", encoding="utf-8")
    (maps / "none.yaml").write_text(f"# {OTHER}5\n", encoding="utf-8")
    done = answer(firm, "purge", "--client", OTHER, "--dry-run")
    places = [Path(one).relative_to(firm.folder.resolve()) for one in done["elsewhere"]]
    reports = [Path("reports") / day.isoformat() for day in (MONDAY, TUESDAY)]
    assert places == [Path("inbox/office.xlsx"), *reports, Path("maps/cases.yaml")]
    assert f"reports/{MONDAY}" in call(firm, "purge", "--client", OTHER, "--dry-run").stdout


def test_files_that_cannot_be_read_may_name_the_client(tmp_path: Path) -> None:
    firm = Firm(tmp_path)
    firm.publish(MONDAY)
    firm.drop("a.xlsx", clients(33, 36))
    firm.night(MONDAY)
    # Not read by any night yet, or changed since.
    firm.drop("a.xlsx", [changed(one, given_name="Other") for one in clients(33)])
    (firm.inbox / "new.csv").write_text(f"client_id\n{CLIENT}\n", encoding="utf-16")
    (firm.inbox / f"letter {CLIENT}.pdf").touch()
    (firm.inbox / "protected.xlsx").write_bytes(b"no ZIP file")
    firm.drop("others.xlsx", clients(36))
    day = firm.reports / "2026-01-01"
    day.mkdir()
    for name in ("outputs.zip.age", "page.PDF", "run.json"):
        (day / name).touch()
    left = answer(firm, "purge", "--client", CLIENT, "--dry-run")
    base = firm.folder.resolve()
    assert [str(Path(one).relative_to(base)) for one in left["elsewhere"]] == [
        "inbox/a.xlsx", f"inbox/letter {CLIENT}.pdf", "inbox/new.csv", f"reports/{MONDAY}",
    ]  # fmt: skip
    assert [str(Path(one).relative_to(base)) for one in left["unreadable"]] == [
        "inbox/protected.xlsx", "reports/2026-01-01/outputs.zip.age", "reports/2026-01-01/page.PDF",
    ]  # fmt: skip
    assert "may name the client: " in call(firm, "purge", "--client", CLIENT, "--dry-run").stdout


def test_the_title_of_a_sheet_with_one_client_alone_goes(tmp_path: Path) -> None:
    firm = Firm(tmp_path)
    firm.publish(MONDAY)
    path = firm.drop("a.xlsx", clients(33))
    book = openpyxl.load_workbook(path)
    candidates = next(sheet for sheet in book.worksheets if sheet.title == "Candidates")
    candidates.title = "Zainab's form"
    book.save(path)
    firm.drop("b.xlsx", clients(36))
    firm.night(MONDAY)
    before = titles_of(firm)
    assert {"Candidates", "Zainab's form"} <= before
    firm.history.purge(CLIENT)
    assert titles_of(firm) == before - {"Zainab's form"} | {PURGED}


def titles_of(firm: Firm) -> set[str]:
    """The titles of the sheets of all files in the ledger."""
    files = [one for row in firm.table(RUNS)["inputs"].to_list() for one in row]
    return {sheet["title"] for one in files for sheet in one["sheets"]}


def day_of(*numbers: str) -> pl.DataFrame:
    rows = [{"as_of": MONDAY, "client_id": number} for number in numbers]
    return pl.DataFrame(rows, schema=SCORES_TABLE.schema)


def test_numbers_that_are_nearly_the_same_stay_and_are_named(tmp_path: Path) -> None:
    firm = Firm(tmp_path)
    firm.history.replace_day(SCORES_TABLE, MONDAY, day_of(CLIENT, *NEAR, "C-00331", OTHER))
    row = {"as_of": MONDAY, "client_id": "C_0033", "standing": "quarantined"}
    firm.history.replace_day(PROBLEMS, MONDAY, pl.DataFrame([row], schema=PROBLEMS.schema))
    done = answer(firm, "purge", "--client", CLIENT, "--dry-run")
    assert sorted(done["near"]) == sorted([*NEAR, "C_0033"])
    said = call(firm, "purge", "--client", CLIENT, "--yes").stdout
    assert all(repr(one) in said for one in NEAR)
    assert set(firm.history.read(SCORES_TABLE)["client_id"]) == {*NEAR, "C-00331", OTHER}
    # Who types a number in other letters learns which ones there are.
    assert "'c-0033'" in call(firm, "purge", "--client", "C-0033 ", "--dry-run").stdout


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_number_is_struck_out_of_names_in_any_spelling(form: str, tmp_path: Path) -> None:
    history = History(tmp_path / "history")
    client = unicodedata.normalize("NFC", "\u00c9-0033")
    history.replace_day(SCORES_TABLE, MONDAY, day_of(client, "\u00e9-0033-b"))
    name = unicodedata.normalize(form, "\u00c9-0033").lower()
    inputs = [
        {"sha256": str(place), "name": one, "outcome": "unusable", "problem": f"see {one}"}
        for place, one in enumerate([f"{name}.xlsx", f"my {client}.xlsx", "\u00e9-0033-b.xlsx", "x\u00c9-0033.xlsx"])
    ]
    history.append(RUNS, pl.DataFrame([{"as_of": MONDAY, "inputs": inputs, "notes": [f"{name}!"]}], schema=RUNS.schema))
    history.purge(client)
    assert history.inputs()["name"].to_list() == [PURGED, PURGED, "\u00e9-0033-b.xlsx", "x\u00c9-0033.xlsx"]
    assert history.runs()["notes"].to_list() == [[f"{PURGED}!"]]


def test_a_purge_that_was_broken_off_still_finds_the_names(
    firm: Firm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import shutil

    # Names in the audit record are struck out by the command.
    shutil.copytree(firm.history.place, tmp_path / "history", ignore=shutil.ignore_patterns(audit.FILE))
    history = History(tmp_path / "history")
    write = History._write
    for after in range(1, 20):
        left = after

        def broken(self: History, *arguments: Any, **named: Any) -> None:
            nonlocal left
            left -= 1
            if not left:
                raise KeyboardInterrupt
            write(self, *arguments, **named)

        with monkeypatch.context() as patch:
            patch.setattr(History, "_write", broken)
            try:
                history.purge(OTHER)
            except KeyboardInterrupt:
                continue
        break
    assert after > 3
    assert files_with(tmp_path / "history", OTHER, "office.xlsx") == []


@pytest.mark.parametrize(
    ("one", "other", "is_near"),
    [
        ("C-0033", "c-0033", True), ("C-0033", "C0033", True), ("C-0033", " C-0033", True),
        ("C-0033", "C-\u200d0033", True), ("\u00c9-1", "E\u0301-1", True), ("C-0033", "C-33", False),
        ("C-0033", "C-0034", False), ("--", "-", False), ("- -", "--", True), ("C-0033", "C-0033", False),
    ],
)  # fmt: skip
def test_which_numbers_are_near(one: str, other: str, *, is_near: bool) -> None:
    assert near(one, [other]) == ([other] if is_near else [])


@pytest.mark.parametrize("given", ["NFC", "NFD"])
@pytest.mark.parametrize("on_disk", ["NFC", "NFD"])
def test_names_in_any_form_of_unicode_go(given: str, on_disk: str, tmp_path: Path) -> None:
    """Names of files from macOS have decomposed letters; the ledger and the audit record use one condition."""
    found = Traces(
        "\u00c9-0033",
        (),
        ("\u00c9-0033-b",),
        frozenset(),
        (),
        (),
        (),
        ((unicodedata.normalize(given, "C\u00f4t\u00e9"), "\u00c9ric"),),
    )
    going = [
        "C\u00f4t\u00e9_\u00c9ric.xlsx",
        "c\u00f4t\u00e9, \u00e9ric (2).xlsx",
        "\u00c9ric for C\u00f4t\u00e9.xlsx",
        "my \u00c9-0033.xlsx",
    ]
    staying = ["C\u00f4t\u00e9.xlsx", "\u00c9ric C\u00f4t\u00e9s.xlsx", "\u00c9-0033-b.xlsx", "\udce9.xlsx"]
    names = [unicodedata.normalize(on_disk, name) for name in (*going, *staying)]
    assert names_client(names, found) == dict(zip(names, [True] * 4 + [False] * 4, strict=True))
    rows = [{"as_of": MONDAY, "inputs": [{"name": name} for name in names[:-1]], "notes": [names[0]]}]
    struck = struck_out(RUNS, pl.DataFrame(rows, schema=RUNS.schema), found)
    assert [one["name"] for one in struck["inputs"][0]] == [PURGED] * 4 + names[4:-1]
    assert struck["notes"].to_list() == [[f"{PURGED}.xlsx"]]
    firm = Firm(tmp_path)
    firm.history.append(RUNS, pl.DataFrame([{"as_of": MONDAY}], schema=RUNS.schema))
    inputs = [{"name": name, "sha256": str(place)} for place, name in enumerate(names)]
    audit.append(Path(firm.history.place) / audit.FILE, lambda _record: {"inputs": inputs})
    assert auditing.redact(settings.load(firm.config), found, firm.history) == 4
    kept = audit.read(Path(firm.history.place) / audit.FILE).entries[0]["inputs"]
    assert [one["name"] for one in kept] == [PURGED] * 4 + names[4:]
