"""The page on maps: every example is a map, and every part and rule is explained."""

from __future__ import annotations

import re
from pathlib import Path

import jsonschema
import pytest
import yaml

from transforms.rules.strict_yaml import read_yaml
from validation.mapping.grammar import PARTS, firm_map
from validation.mapping.map_schema import schema
from validation.mapping.rules import RULES

PAGE = (Path(__file__).parents[3] / "docs" / "map.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_is_a_map(example: str) -> None:
    firm_map(read_yaml(example.encode(), "map.yaml", as_text=True))
    jsonschema.Draft202012Validator(schema()).validate(yaml.safe_load(example))


def test_every_part_has_its_line_and_an_example() -> None:
    parts = PAGE[PAGE.index("## Every part on one page") :]
    assert re.findall(r"^\| `([a-z_]+)` \|", parts, re.MULTILINE) == list(PARTS)
    shown = {part for example in EXAMPLES for part in yaml.safe_load(example)}
    assert shown == set(PARTS) - {"map", "for_headings"}


def test_every_rule_has_its_line_with_its_options() -> None:
    rules = PAGE[PAGE.index("## Derive columns") : PAGE.index("## Give what")]
    lines = {name: line for line in rules.splitlines() if (name := line.removeprefix("| `").partition("`")[0]) in RULES}
    assert set(lines) == set(RULES)
    for name, rule in RULES.items():
        assert all(f"`{option}`" in lines[name] for option in rule.options), name
