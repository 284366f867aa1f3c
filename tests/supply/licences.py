"""The licences of the packages that drawline runs with: `make licences`.

What is listed is the lock of the main job, and of the extras what is installed. A licence is the SPDX expression that a
package states; of one that states it in words, the expression in licences.yaml.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

import yaml
from license_expression import LicenseSymbol, get_spdx_licensing
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = Path(__file__).parents[2]
LOCK = PROJECT / "requirements" / "run.txt"
STATED = Path(__file__).with_suffix(".yaml")
# What asks for more than to keep a notice: the source of the package, or of changed files, has to be on offer.
COPYLEFT = ("AGPL-", "GPL-", "LGPL-", "MPL-", "EPL-", "CDDL-", "EUPL-")
_PINNED = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)


def _is_copyleft(expression: Any) -> bool:
    if isinstance(expression, LicenseSymbol):
        return str(expression.key).startswith(COPYLEFT)
    parts = [_is_copyleft(part) for part in expression.args]
    return all(parts) if expression.operator.strip() == "OR" else any(parts)


class UnknownLicence(ValueError):
    """A package whose licence is neither stated by it nor in licences.yaml."""


@dataclass(frozen=True)
class Package:
    """A package with its version in the lock or as installed, and its licence as an SPDX expression."""

    name: str
    version: str
    licence: str

    @property
    def is_copyleft(self) -> bool:
        """Does every choice that the licence leaves ask for more than to keep a notice?"""
        return _is_copyleft(get_spdx_licensing().parse(self.licence))


def locked() -> list[tuple[str, str]]:
    """Names and versions of the lock of the main job, in order; a package may have two, for two versions of Python."""
    return [(canonicalize_name(name), version) for name, version in _PINNED.findall(LOCK.read_text(encoding="utf-8"))]


def extras() -> list[tuple[str, str]]:
    """Names and versions of what the extras add to the lock, as far as it is installed."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    known = {name for name, _version in locked()}
    found: dict[str, str] = {}
    todo = [text for texts in project["optional-dependencies"].values() for text in texts]
    while todo:
        requirement = Requirement(todo.pop())
        name = canonicalize_name(requirement.name)
        installed = _installed(name)
        if name in known or name in found or installed is None:
            continue
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
            continue
        found[name] = installed.version
        todo += [text for text in installed.requires or () if "extra ==" not in text]
    return sorted(found.items())


def packages() -> list[Package]:
    """Every package with its licence; raises UnknownLicence."""
    stated = _stated()
    return [Package(name, version, licence_of(name, stated)) for name, version in (*locked(), *extras())]


def licence_of(name: str, stated: dict[str, str] | None = None) -> str:
    """The SPDX expression of a package: of licences.yaml, else as the installed package states it; raises UnknownLicence."""
    own = (_stated() if stated is None else stated).get(name)
    installed = _installed(name)
    found = own or (installed.metadata["License-Expression"] if installed is not None else None)
    if not found:
        raise UnknownLicence(f"{name} states no SPDX licence. Read its licence, and add it to {STATED.name}.")
    # Raises for what is no expression, and for names that SPDX does not know.
    return str(get_spdx_licensing().parse(found, validate=True))


def _stated() -> dict[str, str]:
    content: dict[str, str] = yaml.safe_load(STATED.read_text(encoding="utf-8"))
    return content


def _installed(name: str) -> Distribution | None:
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


def lines(found: Iterable[Package]) -> Iterator[str]:
    """A line a package: name, version, licence, and a mark where it is copyleft."""
    for one in found:
        yield f"{one.name:28} {one.version:16} {one.licence}{'  (copyleft)' if one.is_copyleft else ''}"


def main() -> int:
    """Lists the licences; 1 where one is unknown."""
    try:
        found = packages()
    except UnknownLicence as error:
        print(error, file=sys.stderr)
        return 1
    print("\n".join(lines(found)))
    print(f"{len(found)} packages, {sum(one.is_copyleft for one in found)} copyleft")
    return 0


if __name__ == "__main__":
    sys.exit(main())
