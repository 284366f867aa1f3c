"""The folders of the nightly job are looked at before anything is made."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.errors import UsageError
from flows.nightly import nightly
from flows.nightly.night_state import NightRequest

DAY = date(2026, 7, 20)


def settings(folder: Path, **folders: str) -> Path:
    """A firm's settings and its inbox, with some folders named otherwise."""
    (folder / "inbox").mkdir()
    (folder / "a file").touch()
    named = {"inbox": "inbox", "history": "history", "reports": "reports", **folders}
    path = folder / "drawline.toml"
    path.write_text("".join(f'{name} = "{place}"\n' for name, place in named.items()), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("folders", "says"),
    [
        ({"inbox": "a file"}, "inbox must name a folder, and .*a file is a file; name another one"),
        ({"history": "a file"}, "history must name a folder"),
        ({"reports": "a file/of/2026"}, "reports must name a folder, and .*a file is a file"),
        ({"reports": "inbox"}, "inbox and reports name the same folder"),
        ({"reports": "./history/../inbox/"}, "inbox and reports name the same folder"),
        ({"history": "inbox"}, "inbox and history name the same folder"),
        ({"history": "reports"}, "history and reports name the same folder, .*; name one for each"),
        ({"reports": "history/records/reports"}, "reports names .*, within a table of the history"),
    ],
)
def test_folders_that_cannot_be_what_they_are_named_for_are_told(
    tmp_path: Path, folders: dict[str, str], says: str
) -> None:
    config = settings(tmp_path, **folders)
    with pytest.raises(UsageError, match=rf"drawline\.toml: {says}"):
        nightly.begin(NightRequest(DAY, config))


@pytest.mark.parametrize(
    "folders",
    [{"reports": "."}, {"reports": "inbox/reports"}, {"history": "s3://firm/history"}, {"history": "inbox/h"}],
)
def test_a_folder_within_another_serves(tmp_path: Path, folders: dict[str, str]) -> None:
    nightly.begin(NightRequest(DAY, settings(tmp_path, **folders)))


@pytest.mark.parametrize("more", [["--no-prefect"], ["--dry-run"], ["--no-prefect", "--no-wait"]])
def test_a_wrong_inbox_makes_no_folder(tmp_path: Path, more: list[str]) -> None:
    config = settings(tmp_path, inbox="inbx")
    done = CliRunner().invoke(app, ["nightly", "--as-of", str(DAY), "--config", str(config), *more])
    assert (done.exit_code, "inbx is no folder; make it, or correct `inbox` in" in done.stderr) == (2, True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a file", "drawline.toml", "inbox"]
