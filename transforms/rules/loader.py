"""Reads the law from dated YAML, refuses what is not exactly as it should be, and resolves it for one day.

What schema.json beside it says of the shipped files, this holds an overlay to when it is loaded: keys, words and dates
by the readers here, shapes and words of its values by `laid` against the shipped parameter.
"""

from __future__ import annotations

import difflib
import hashlib
import itertools
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

import yaml

HERE = Path(__file__).parent
# The parameter whose first day is that of the law.
IN_FORCE = "system.in_force"
# Files beside the groups that are not groups of parameters.
NOT_GROUPS = frozenset({"sources.yaml", "programs.yaml"})

UNITS = frozenset(
    {"points", "level", "tier", "years", "months", "weeks", "hours", "days", "cad", "score", "codes", "switch", "count",
     "share", "text"}
)  # fmt: skip
SHAPES = frozenset({"value", "steps", "choices", "codes", "matrix", "levels"})
STATUSES = frozenset({"known", "carried", "unknown"})
CONFIDENCES = frozenset({"H", "M", "L"})
DATED_BY = frozenset({"as_of", "test_date"})
# What each value of a unit is; of all others a whole number.
WRITTEN: Mapping[str, tuple[type, ...]] = {
    "codes": (str,), "text": (str,), "switch": (bool,), "score": (int, float), "share": (int, float), "level": (int, float),
}  # fmt: skip
GROUP_KEYS = frozenset({"group", "title", "parameters"})
PARAMETER_KEYS = frozenset(
    {"title", "unit", "shape", "input", "columns", "setting", "note", "first", "dated_by", "versions"}
)
VERSION_KEYS = frozenset(
    {"from", "status", "confidence", "published_on", "last_checked_on", "last_seen_on", "source", "note", "value"}
)
SOURCE_KEYS = frozenset({"title", "href", "note"})
CITATION_KEYS = frozenset({"key", "section"})

Item = TypeVar("Item")


class RulesError(ValueError):
    """A rule file is not as it should be; the message names the file, the key and the mend."""


class UnknownLaw(LookupError):
    """The law has a value on this day, but it is not known to us."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value of the law was read: short key, title and address."""

    key: str
    title: str
    href: str


@dataclass(frozen=True, slots=True)
class Version:
    """One dated value of a parameter, with where it was read, how sure that is, and its last day (None: open).

    `file` is the name of the overlay that it stands in; empty in the shipped law. `last_seen_on` is the last day on which
    a value that is replaced from time to time was seen in force; None: it stands until it is changed.
    """

    starts_on: date
    ends_on: date | None
    status: str
    confidence: str
    published_on: date | None
    last_checked_on: date
    source: Source
    section: str
    note: str
    value: Any
    file: str = ""
    last_seen_on: date | None = None


@dataclass(frozen=True, slots=True)
class Parameter:
    """One value of the law through time: what it is, its unit and shape, and its versions in order of date."""

    id: str
    title: str
    unit: str
    shape: str
    input: str
    columns: tuple[str, ...]
    setting: bool
    note: str
    dated_by: str
    versions: tuple[Version, ...]

    def on(self, day: date) -> Version | None:
        """The version in force on a day, or None before the first."""
        return next((version for version in reversed(self.versions) if version.starts_on <= day), None)


@dataclass(frozen=True)
class Law:
    """The law of one day: each parameter's version in force, read by the parameter's name.

    Its day is that of all rows, or (`by_row`) each row has its own in the column as_of, all of them days on which this
    law is the same.
    """

    as_of: date
    rules: Rules
    _in_force: dict[str, Version] = field(default_factory=dict, repr=False)
    by_row: bool = False

    def version(self, name: str) -> Version:
        """The version of a parameter in force; raises RulesError for a name that is not there."""
        found = self._in_force.get(name)
        if found is None:
            version = self.rules.parameter(name).on(self.as_of)
            if version is None:
                raise RulesError(f"{name} has no value on {self.as_of}")
            found = self._in_force[name] = version
        return found

    def known(self, name: str) -> bool:
        """Is the value of this parameter known on this day?"""
        return self.version(name).status != "unknown"

    def __getitem__(self, name: str) -> Any:
        """The value in force; raises UnknownLaw where the law has one that is not known to us."""
        version = self.version(name)
        if version.status == "unknown":
            raise UnknownLaw(f"{name} is not known from {version.starts_on}: {version.note}")
        return version.value

    @cached_property
    def unknown(self) -> tuple[Parameter, ...]:
        """The parameters whose value on this day is not known."""
        return tuple(
            parameter
            for parameter in self.rules.parameters.values()
            if (version := parameter.on(self.as_of)) is not None and version.status == "unknown"
        )

    @cached_property
    def renewal_due(self) -> tuple[Parameter, ...]:
        """The parameters whose value on this day was last seen in force before it, so that a newer one is due."""
        return tuple(
            parameter
            for parameter in self.rules.parameters.values()
            if (version := parameter.on(self.as_of)) is not None
            and version.ends_on is None
            and version.last_seen_on is not None
            and version.last_seen_on < self.as_of
        )

    def standing(self, name: str) -> str:
        """`known`, `carried` or `unknown`; in an incomplete law all from before the gap is only carried on.

        But for what is no law: how records are read, and the first day of it all.
        """
        version = self.version(name)
        gaps = [self.version(parameter.id).starts_on for parameter in self.unknown]
        is_law = name != IN_FORCE and not self.rules.parameter(name).setting
        if gaps and is_law and version.status == "known" and version.starts_on < min(gaps):
            return "carried"
        return version.status

    @property
    def status(self) -> str:
        """`incomplete` where a value of the law on this day is not known, else `complete`."""
        return "incomplete" if self.unknown else "complete"


@dataclass(frozen=True)
class Rules:
    """The whole law as loaded: parameters by name, sources by key, and a version made from the text itself.

    `laid_over` has for each overlay its title, with its file's name in brackets.
    """

    parameters: dict[str, Parameter]
    sources: dict[str, Source]
    version: str
    laid_over: tuple[str, ...] = ()

    @property
    def first_day(self) -> date:
        """The first day of Express Entry."""
        return self.parameters[IN_FORCE].versions[0].starts_on

    def parameter(self, name: str) -> Parameter:
        """One parameter; raises RulesError naming the nearest one for a name that is not there."""
        try:
            return self.parameters[name]
        except KeyError:
            raise RulesError(f"no parameter {name!r} in the rules{nearest(name, self.parameters)}") from None

    def with_reading(self, name: str, value: Any) -> Rules:
        """The same rules with one parameter that the law leaves open read otherwise; raises RulesError."""
        changed = _read_as(name, value, self.parameters)
        return replace(self, parameters={**self.parameters, name: changed}, version=f"{self.version}+{name}={value}")

    def law_of(self, as_of: date) -> Law:
        """The law of one day; raises RulesError before the first day of Express Entry."""
        if as_of < self.first_day:
            raise RulesError(f"Express Entry starts on {self.first_day}: there is no law of {as_of}")
        return Law(as_of, self)

    def change_dates(self) -> list[date]:
        """Every day on which some value of the law starts, in order."""
        return sorted({version.starts_on for item in self.parameters.values() for version in item.versions})


class _StrictLoader(yaml.CSafeLoader):
    """YAML by the C parser, with doubled keys refused."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        mapping: dict[Hashable, Any] = {}
        for key_node, value_node in node.value:
            key = self.construct_object(key_node, deep=deep)
            if key in mapping:
                raise RulesError(f"line {key_node.start_mark.line + 1}: the key {key!r} stands twice; keep one")
            mapping[key] = self.construct_object(value_node, deep=deep)
        return mapping

    def construct_deep(self, node: yaml.MappingNode) -> dict[Hashable, Any]:
        return self.construct_mapping(node, deep=True)


_StrictLoader.add_constructor("tag:yaml.org,2002:map", _StrictLoader.construct_deep)


def read_yaml(text: bytes, name: str) -> Any:
    """The content of one YAML text; raises RulesError naming the file where it cannot be read or doubles a key."""
    try:
        return yaml.load(text, Loader=_StrictLoader)  # noqa: S506 - a CSafeLoader with doubled keys refused
    except RulesError as error:
        raise RulesError(f"{name}: {error}") from None
    except yaml.YAMLError as error:
        raise RulesError(f"{name}: not readable as YAML: {error}") from None


def load(
    overlays: Sequence[Path] = (), *, readings: Mapping[str, Any] = MappingProxyType({}), folder: Path = HERE
) -> Rules:
    """All rules of a folder, with each overlay's dated values laid over them in order; raises RulesError.

    `readings` sets, by name, parameters that the law leaves open (`setting: true`), for all dates.
    """
    texts = {path.name: path.read_bytes() for path in sorted(folder.glob("*.yaml"))}
    digest = hashlib.sha256()
    for name, text in texts.items():
        digest.update(name.encode() + b"\0" + text)
    version = digest.hexdigest()[:12]

    sources = _sources(read_yaml(texts["sources.yaml"], "sources.yaml"), "sources.yaml")
    groups = {name: read_yaml(text, name) for name, text in texts.items() if name not in NOT_GROUPS}
    first_day = _first_day(groups)
    parameters: dict[str, Parameter] = {}
    for name, content in groups.items():
        for parameter in _group(content, name, sources, first_day):
            parameters[parameter.id] = parameter
    shipped, laid_over = dict(parameters), []
    for path in overlays:
        text = path.read_bytes()
        version += "+" + hashlib.sha256(text).hexdigest()[:8]
        title, sources, parameters = _overlaid(read_yaml(text, path.name), path.name, sources, parameters)
        laid_over.append(f"{title} ({path.name})")
    if overlays:
        from transforms.rules import laid

        laid.check(shipped, parameters)
    for name, value in readings.items():
        parameters[name] = _read_as(name, value, parameters)
        version += f"+{name}={value}"
    return Rules(parameters, sources, version, tuple(laid_over))


def _read_as(name: str, value: Any, parameters: Mapping[str, Parameter]) -> Parameter:
    """A parameter that the law leaves open, read as a firm has set it."""
    parameter = parameters.get(name)
    open_ones = [one.id for one in parameters.values() if one.setting]
    if parameter is None or not parameter.setting:
        raise RulesError(f"readings: {name!r} is not left open by the law{nearest(name, open_ones)}")
    for version in parameter.versions:
        if type(value) is not type(version.value):
            raise RulesError(f"readings: {name} must be {type(version.value).__name__}, as in {version.value!r}")
    note = f"Set by the firm. {parameter.note}"
    versions = tuple(replace(version, value=value) for version in parameter.versions)
    return replace(parameter, note=note, versions=versions)


def nearest(name: object, names: Iterable[str]) -> str:
    """The end of a message that names the known name closest to an unknown one; empty where none is close."""
    close = difflib.get_close_matches(str(name), list(names), 1)
    return f"; did you mean {close[0]!r}?" if close else ""


def checked_keys(mapping: Any, allowed: Collection[str], needed: Iterable[str], where: str) -> dict[str, Any]:
    """A mapping as it is, if it has no key but those allowed and all those needed; else raises RulesError."""
    if not isinstance(mapping, dict):
        raise RulesError(f"{where}: a mapping is expected here, not {type(mapping).__name__}")
    for key in mapping:
        if key not in allowed:
            raise RulesError(f"{where}: unknown key {key!r}{nearest(key, allowed)}")
    for key in needed:
        if key not in mapping:
            raise RulesError(f"{where}: the key {key!r} is missing")
    return mapping


def _one_of(value: Any, allowed: frozenset[str], where: str) -> str:
    if value not in allowed:
        raise RulesError(f"{where}: {value!r} is none of {', '.join(sorted(allowed))}{nearest(value, allowed)}")
    return str(value)


def _day(value: Any, where: str) -> date:
    if type(value) is not date:
        raise RulesError(f"{where}: {value!r} is not a date such as 2021-09-14")
    return value


def _sources(content: Any, name: str) -> dict[str, Source]:
    if not isinstance(content, dict):
        raise RulesError(f"{name}: a mapping of source keys is expected")
    made = {}
    for key, entry in content.items():
        entry = checked_keys(entry, SOURCE_KEYS, ("title", "href"), f"{name}: {key}")
        made[key] = Source(key, entry["title"], entry["href"])
    return made


def _first_day(groups: Mapping[str, Any]) -> date:
    """The first day of the law, as the parameter in_force of system.yaml states it."""
    group, _, name = IN_FORCE.rpartition(".")
    try:
        first = groups[f"{group}.yaml"]["parameters"][name]["first"]
    except (KeyError, TypeError):
        raise RulesError(f"{group}.yaml: the parameter {name!r} must state the first day of the law") from None
    return _day(first, f"{group}.yaml: {name}.first")


def _group(content: Any, name: str, sources: Mapping[str, Source], first_day: date) -> list[Parameter]:
    content = checked_keys(content, GROUP_KEYS, ("group", "title", "parameters"), name)
    if not isinstance(content["parameters"], dict):
        raise RulesError(f"{name}: parameters: a mapping of parameters is expected")
    if f"{content['group']}.yaml" != name:
        raise RulesError(f"{name}: group is {content['group']!r}; the file must be named {content['group']}.yaml")
    return [
        _parameter(f"{content['group']}.{key}", entry, f"{name}: {key}", sources, first_day)
        for key, entry in content["parameters"].items()
    ]


def _parameter(name: str, entry: Any, where: str, sources: Mapping[str, Source], first_day: date) -> Parameter:
    entry = checked_keys(entry, PARAMETER_KEYS, ("title", "unit", "shape", "versions"), where)
    shape = _one_of(entry["shape"], SHAPES, f"{where}.shape")
    columns = tuple(entry.get("columns", ()))
    unit = _one_of(entry["unit"], UNITS, f"{where}.unit")
    versions = _versions(entry["versions"], unit, shape, columns, where, sources)
    first = _day(entry.get("first", first_day), f"{where}.first")
    if versions[0].starts_on != first:
        raise RulesError(f"{where}: the first version must be from {first}, so that there is no gap")
    return Parameter(
        name, entry["title"], unit, shape, entry.get("input", ""), columns, bool(entry.get("setting", False)),
        entry.get("note", ""), _one_of(entry.get("dated_by", "as_of"), DATED_BY, f"{where}.dated_by"), versions,
    )  # fmt: skip


def _versions(
    entries: Any, unit: str, shape: str, columns: tuple[str, ...], where: str, sources: Mapping[str, Source]
) -> tuple[Version, ...]:
    if not isinstance(entries, list) or not entries:
        raise RulesError(f"{where}.versions: a list of dated versions is expected")
    made = [
        _version(entry, unit, shape, columns, where, number, sources) for number, entry in enumerate(entries, start=1)
    ]
    return _closed(made, where)


def _closed(versions: list[Version], where: str) -> tuple[Version, ...]:
    """The versions in order, each ending the day before the next; a day that two of them start on is an error."""
    for before, after in itertools.pairwise(versions):
        if after.starts_on <= before.starts_on:
            raise RulesError(
                f"{where}: the version from {after.starts_on} overlaps the one from {before.starts_on}; "
                "order them by date, one a day"
            )
    ends: list[date | None] = [after.starts_on - timedelta(days=1) for after in versions[1:]]
    return tuple(replace(item, ends_on=end) for item, end in zip(versions, [*ends, None], strict=True))


def _version(
    entry: Any, unit: str, shape: str, columns: tuple[str, ...], where: str, number: int, sources: Mapping[str, Source]
) -> Version:
    needed = ("from", "status", "confidence", "last_checked_on", "source")
    entry = checked_keys(entry, VERSION_KEYS, needed, f"{where}, version {number}")
    starts_on = _day(entry["from"], f"{where}.from")
    where = f"{where}, from {starts_on}"
    status = _one_of(entry["status"], STATUSES, f"{where}.status")
    citation = checked_keys(entry["source"], CITATION_KEYS, ("key", "section"), f"{where}.source")
    source = sources.get(citation["key"])
    if source is None:
        raise RulesError(f"{where}.source: no source {citation['key']!r}{nearest(citation['key'], sources)}")
    if (status == "unknown") == ("value" in entry):
        raise RulesError(f"{where}: a value stands exactly where the status is not unknown")
    value = None if status == "unknown" else _READERS[shape](entry["value"], columns, where)
    _check_written(value, unit, where)
    published_on, last_seen_on = (
        None if entry.get(key) is None else _day(entry[key], f"{where}.{key}")
        for key in ("published_on", "last_seen_on")
    )
    return Version(
        starts_on, None, status, _one_of(entry["confidence"], CONFIDENCES, f"{where}.confidence"),
        published_on,
        _day(entry["last_checked_on"], f"{where}.last_checked_on"), source, citation["section"],
        entry.get("note", ""), value, last_seen_on=last_seen_on,
    )  # fmt: skip


def _check_written(value: Any, unit: str, where: str) -> None:
    """Refuses a value that is not written as its unit is: points in quotes, a switch as a number."""
    if isinstance(value, dict | list | tuple):
        for part in value.values() if isinstance(value, dict) else value:
            _check_written(part, unit, where)
    elif value is not None and type(value) not in WRITTEN.get(unit, (int,)):
        expected = " or ".join(kind.__name__ for kind in WRITTEN.get(unit, (int,)))
        raise RulesError(f"{where}: {value!r} is {type(value).__name__}; {unit} are written as {expected}")


def _scalar(value: Any, _columns: tuple[str, ...], where: str) -> Any:
    if isinstance(value, dict | list) or value is None:
        raise RulesError(f"{where}: one plain value is expected")
    return value


def _steps(value: Any, columns: tuple[str, ...], where: str) -> list[dict[str, Any]]:
    names = columns or ("value",)
    rows = [
        checked_keys(row, frozenset({"at_least", *names}), ("at_least", *names), where) for row in _listed(value, where)
    ]
    bounds = [row["at_least"] for row in rows]
    if bounds != sorted(set(bounds)):
        raise RulesError(f"{where}: at_least must rise from row to row")
    return rows


def _choices(value: Any, columns: tuple[str, ...], where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise RulesError(f"{where}: a mapping of choices is expected")
    for key, entry in value.items():
        if not isinstance(key, str):
            raise RulesError(f"{where}: the choice {key!r} must be text; put it in quotes")
        if columns:
            checked_keys(entry, frozenset(columns), columns, f"{where}.{key}")
        elif isinstance(entry, dict | list):
            raise RulesError(f"{where}.{key}: one plain value is expected")
    return value


def _codes(value: Any, _columns: tuple[str, ...], where: str) -> tuple[str, ...]:
    codes = _listed(value, where)
    for code in codes:
        if not isinstance(code, str):
            raise RulesError(f"{where}: the code {code!r} must be text; put it in quotes")
    if len(set(codes)) != len(codes):
        raise RulesError(f"{where}: a code stands twice")
    return tuple(codes)


def _matrix(value: Any, _columns: tuple[str, ...], where: str) -> list[list[int]]:
    rows = _listed(value, where)
    if not all(isinstance(row, list) and len(row) == len(rows) for row in rows):
        raise RulesError(f"{where}: a square matrix is expected")
    return rows


def _levels(value: Any, _columns: tuple[str, ...], where: str) -> list[dict[str, Any]]:
    names = ("level", "listening", "reading", "writing", "speaking")
    rows = [checked_keys(row, frozenset(names), names, where) for row in _listed(value, where)]
    levels = [row["level"] for row in rows]
    if levels != sorted(set(levels), reverse=True):
        raise RulesError(f"{where}: the levels must fall from row to row")
    return rows


def _listed(value: Any, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise RulesError(f"{where}: a list is expected")
    return value


_READERS = {
    "value": _scalar,
    "steps": _steps,
    "choices": _choices,
    "codes": _codes,
    "matrix": _matrix,
    "levels": _levels,
}


def _overlaid(
    content: Any, name: str, sources: dict[str, Source], parameters: dict[str, Parameter]
) -> tuple[str, dict[str, Source], dict[str, Parameter]]:
    """An overlay's title, and the rules with its dated values laid over them.

    A value holds until the overlay's or the law's next.
    """
    content = checked_keys(content, frozenset({"title", "sources", "parameters"}), ("title", "parameters"), name)
    title = content["title"]
    if not isinstance(title, str) or not title.strip():
        raise RulesError(f"{name}: title: say in words what is laid over the law, such as a proposal; reports show it")
    if not isinstance(content["parameters"], dict):
        raise RulesError(f"{name}: parameters: a mapping of parameters is expected")
    sources = {**sources, **_sources(content.get("sources", {}), name)}
    parameters = dict(parameters)
    for key, entry in content["parameters"].items():
        if key not in parameters:
            raise RulesError(f"{name}: no parameter {key!r} in the rules{nearest(key, parameters)}")
        parameter = parameters[key]
        entry = checked_keys(entry, frozenset({"versions"}), ("versions",), f"{name}: {key}")
        versions = _versions(
            entry["versions"], parameter.unit, parameter.shape, parameter.columns, f"{name}: {key}", sources
        )
        days = {version.starts_on for version in versions}
        kept = [version for version in parameter.versions if version.starts_on not in days]
        merged = [*kept, *(replace(version, file=name) for version in versions)]
        merged.sort(key=lambda version: version.starts_on)
        parameters[key] = replace(parameter, versions=_closed(merged, f"{name}: {key}"))
    return title.strip(), sources, parameters
