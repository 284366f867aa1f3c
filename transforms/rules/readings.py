"""Parameters that the law leaves open, read as a firm has set them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from transforms.model.wording import _
from transforms.rules import laid
from transforms.rules.errors import READINGS, RulesError, nearest
from transforms.rules.law import Parameter, Rules


def read_as(name: str, value: Any, parameters: Mapping[str, Parameter]) -> Parameter:
    """A parameter that the law leaves open, read as a firm has set it."""
    parameter = parameters.get(name)
    open_ones = [one.id for one in parameters.values() if one.setting]
    if parameter is None or not parameter.setting:
        text = _("{name} is not left open by the law{nearest}")
        problem = text.format(name=repr(name), nearest=nearest(name, open_ones))
        raise RulesError(problem, where=READINGS, reading=name)
    for version in parameter.versions:
        if type(value) is not type(version.value):
            text = _("{name} must be {kind}, as in {value}")
            problem = text.format(name=name, kind=type(version.value).__name__, value=repr(version.value))
            raise RulesError(problem, where=READINGS, reading=name)
    laid.check_reading(parameter, value)
    note = f"Set by the firm. {parameter.note}"
    versions = tuple(replace(version, value=value) for version in parameter.versions)
    return replace(parameter, note=note, versions=versions)


def with_reading(rules: Rules, name: str, value: Any) -> Rules:
    """The same rules with one parameter that the law leaves open read otherwise; raises RulesError."""
    changed = read_as(name, value, rules.parameters)
    return replace(rules, parameters={**rules.parameters, name: changed}, version=f"{rules.version}+{name}={value}")
