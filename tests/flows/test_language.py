"""The language of a command: what was asked goes before the firm's settings, and these before the environment."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from flows.cli import app
from flows.commands import common
from flows.console import language
from flows.errors import UnusableFile, UsageError
from flows.orchestration import deployments
from flows.run_request import Request
from transforms.model import wording

FRENCH, ENGLISH, NEITHER = 'language = "fr"', 'language = "en"', 'name = "Firm"'


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A place without settings, and no language of the environment; afterwards English."""
    for name in ("DRAWLINE_LANG", "DRAWLINE_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    with wording.using("en"):
        yield


@pytest.mark.parametrize(
    ("asked", "firm", "environment", "expected"),
    [
        (None, NEITHER, None, "en"),
        (None, NEITHER, "fr", "fr"),
        (None, FRENCH, None, "fr"),
        (None, ENGLISH, "fr", "en"),
        ("en", FRENCH, "fr", "en"),
        ("fr", ENGLISH, "en", "fr"),
    ],
)
def test_the_first_that_says_a_language_decides(
    asked: str | None, firm: str, environment: str | None, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("drawline.toml").write_text(firm, encoding="utf-8")
    if environment:
        monkeypatch.setenv("DRAWLINE_LANG", environment)
    assert language.use(asked) == expected
    assert wording.current() == expected
    assert common.request_of([], None).language == expected


def test_a_request_keeps_its_language() -> None:
    with wording.using("fr"):
        request = common.request_of([], None)
    assert Request.of(json.loads(json.dumps(request.saved()))).language == "fr"


def test_an_unknown_language_of_the_environment_is_wrong_usage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DRAWLINE_LANG", "de")
    with pytest.raises(UsageError, match=r"DRAWLINE_LANG names the language .de.\. Use one of en, fr"):
        language.use(None)
    answer = CliRunner().invoke(app, ["noc", "nurse"])
    assert (answer.exit_code, answer.stdout) == (2, "")


def test_an_unknown_language_of_the_settings_names_the_line() -> None:
    Path("drawline.toml").write_text('name = "Firm"\nlanguage = "french"', encoding="utf-8")
    with pytest.raises(UnusableFile, match=r"drawline\.toml: line 2: language must be one of en, fr, not 'french'"):
        language.use(None)


def test_a_command_without_settings_passes_bad_ones_over() -> None:
    Path("drawline.toml").write_text("no settings", encoding="utf-8")
    assert CliRunner().invoke(app, ["noc", "nurse", "--limit", "1"]).exit_code == 0
    assert CliRunner().invoke(app, ["rounds", "list"]).exit_code == 4


def _leaves(command: Any) -> Iterator[Any]:
    found = getattr(command, "commands", None)
    if found is None:
        yield command
        return
    for one in found.values():
        yield from _leaves(one)


def test_every_command_has_the_option() -> None:
    for command in _leaves(typer.main.get_command(app)):
        options = [option for parameter in command.params for option in parameter.opts]
        assert options.count("--lang") == 1, command.name


def test_a_command_leaves_the_language_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    @common.handle_errors
    def command() -> None:
        seen.append(wording.current())

    asked: Any = command
    asked(lang="fr")
    assert seen == ["fr"]
    assert wording.current() == "en"


def test_the_settings_of_the_environment_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("firm").mkdir()
    Path("firm/settings.toml").write_text(FRENCH, encoding="utf-8")
    Path("drawline.toml").write_text(ENGLISH, encoding="utf-8")
    monkeypatch.setenv("DRAWLINE_CONFIG", "firm/settings.toml")
    assert language.use(None) == "fr"
    assert language.use(None, Path("drawline.toml")) == "en"
    monkeypatch.setenv("DRAWLINE_CONFIG", "firm/other.toml")
    with pytest.raises(UsageError, match=r"no settings file at firm/other\.toml"):
        language.use(None)


@pytest.mark.flow
def test_scheduled_runs_get_the_language_that_was_asked() -> None:
    assert all("language" not in one.parameters for one in deployments.deployments())
    assert [one.parameters["language"] for one in deployments.deployments(language="fr")] == ["fr"] * 3
