"""Every dated value says where it was read, how sure that is, and when somebody last looked."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.transforms.rules.shipped import GROUPS, plain
from transforms.assessment import policy_cases
from transforms.rules import Rules

SOURCES: dict[str, dict[str, str]] = plain("sources.yaml")


def versions_of(content: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{key}, from {version['from']}", version)
        for key, parameter in content["parameters"].items()
        for version in parameter["versions"]
    ]


@pytest.mark.parametrize("name", GROUPS)
def test_every_dated_value_has_a_source_with_title_address_and_section(name: str, files: dict[str, Any]) -> None:
    for where, version in versions_of(files[name]):
        source = SOURCES[version["source"]["key"]]
        assert source["title"].strip(), where
        assert source["href"].startswith("https://"), where
        assert version["source"]["section"].strip(), where


@pytest.mark.parametrize("name", GROUPS)
def test_every_dated_value_has_a_confidence_and_the_day_it_was_last_checked(name: str, files: dict[str, Any]) -> None:
    for where, version in versions_of(files[name]):
        assert version["confidence"] in ("H", "M", "L"), where
        assert version["last_checked_on"] >= date(2026, 1, 1), where
        assert version.get("published_on", date.min) <= version["last_checked_on"], where


@pytest.mark.parametrize("name", GROUPS)
def test_what_is_not_sure_or_not_known_is_explained(name: str, files: dict[str, Any]) -> None:
    for key, parameter in files[name]["parameters"].items():
        for version in parameter["versions"]:
            if version["confidence"] == "L" or version["status"] != "known":
                assert version.get("note") or parameter.get("note"), f"{key}, from {version['from']}"


def test_every_source_is_cited(files: dict[str, Any], rules: Rules) -> None:
    by_values = {version["source"]["key"] for content in files.values() for _, version in versions_of(content)}
    by_cases = {
        plain(f"cases/{path.parent.name}/{path.name}")["source"]["key"] for path in policy_cases.CASES.glob("*/*.yaml")
    }
    assert set(SOURCES) == by_values | by_cases


def test_no_address_stands_twice() -> None:
    addresses = [source["href"] for source in SOURCES.values()]
    assert len(set(addresses)) == len(addresses)


def test_what_the_loader_gives_is_what_the_files_say(files: dict[str, Any], rules: Rules) -> None:
    for content in files.values():
        for key, parameter in content["parameters"].items():
            loaded = rules.parameter(f"{content['group']}.{key}")
            for told, version in zip(parameter["versions"], loaded.versions, strict=True):
                source = SOURCES[told["source"]["key"]]
                assert (version.source.title, version.source.href) == (source["title"], source["href"])
                assert (version.section, version.confidence) == (told["source"]["section"], told["confidence"])
