"""What several sheets of one report show is computed once a report and language."""

from __future__ import annotations

from dataclasses import dataclass, replace

from reports.report.computed_once import computed_once
from transforms.model import wording

asked: list[str] = []


@dataclass(frozen=True)
class Contents:
    """Contents of one report."""

    title: str


@computed_once
def shown(contents: Contents) -> list[str]:
    """A new list each time that it is computed."""
    asked.append(contents.title)
    return [contents.title, wording.current()]


def test_a_result_is_kept_with_its_contents_in_each_language() -> None:
    asked.clear()
    contents = Contents("A")
    assert shown(contents) is shown(contents)
    with wording.using("fr"):
        assert shown(contents) is shown(contents)
        assert shown(contents) == ["A", "fr"]
    assert shown(contents) == ["A", "en"]
    assert asked == ["A", "A"]


def test_contents_with_another_field_are_computed_again() -> None:
    contents = Contents("A")
    assert shown(contents) == ["A", "en"]
    assert shown(replace(contents, title="B")) == ["B", "en"]
    assert replace(contents) == contents
