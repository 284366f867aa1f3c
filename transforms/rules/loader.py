"""Reads the law from dated YAML, refuses what is not exactly as it should be, and resolves it for one day.

What schema.json beside it says of the shipped files, this holds an overlay to when it is loaded: keys, words and dates
by the readers here, shapes and words of its values by `laid` against the shipped parameter.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from transforms.model.wording import _
from transforms.rules import laid, occupations
from transforms.rules.errors import RulesError, nearest, placed
from transforms.rules.law import IN_FORCE, Parameter, Rules, Source, Version
from transforms.rules.placeholders import PLACEHOLDER, places
from transforms.rules.readings import read_as
from transforms.rules.strict_yaml import (
    LinedMapping,
    StrictLoader,
    Where,
    checked_keys,
    chosen_of,
    day_at,
    from_day,
    line_of,
    on_line,
    placing,
    read_with,
    read_yaml,
    shown,
    text_at,
    under,
    within,
    wrong_at,
)
from transforms.rules.values import READERS, SHAPES, UNITS, check_written, plain

HERE = Path(__file__).parent
# Files beside the groups that are not groups of parameters.
NOT_GROUPS = frozenset({"sources.yaml", "programs.yaml"})
# Folders of rules that a process keeps as read.
FOLDERS_KEPT = 4
STATUSES = frozenset({"known", "carried", "unknown"})
CONFIDENCES = frozenset({"H", "M", "L"})
GROUP_KEYS = frozenset({"group", "title", "parameters"})
PARAMETER_KEYS = frozenset({"title", "unit", "shape", "input", "columns", "setting", "note", "first", "versions"})
VERSION_KEYS = frozenset(
    {"from", "status", "confidence", "published_on", "last_checked_on", "last_seen_on", "source", "note", "value"}
)
SOURCE_KEYS = frozenset({"title", "href", "note"})
CITATION_KEYS = frozenset({"key", "section"})


def load(
    overlays: Sequence[Path] = (), *, readings: Mapping[str, Any] = MappingProxyType({}), folder: Path = HERE
) -> Rules:
    """All rules of a folder, with each overlay's dated values added in order; raises RulesError.

    `readings` sets, by name, parameters that the law leaves open (`setting: true`), for all dates.
    """
    texts = {path.name: path.read_bytes() for path in sorted(folder.glob("*.yaml"))}
    digest = hashlib.sha256()
    for name, text in texts.items():
        digest.update(name.encode() + b"\0" + text)
    version = digest.hexdigest()[:12]

    found_sources, shipped = _of_files(tuple(texts.items()))
    sources, parameters, overlay_titles = dict(found_sources), dict(shipped), []
    for path in overlays:
        text = path.read_bytes()
        version += "+" + hashlib.sha256(text).hexdigest()[:8]
        content = read_yaml(text, path.name)
        with placing(path.name):
            _refuse_placeholders(content, path.name)
            version += _with_files(content, path)
            title, sources, parameters = overlaid(content, path.name, sources, parameters)
        overlay_titles.append(f"{title} ({path.name})")
    if overlays:
        laid.check(shipped, parameters)
    for name, value in readings.items():
        parameters[name] = read_as(name, value, parameters)
        version += f"+{name}={value}"
    key = (version, tuple(overlay_titles))
    if key not in _LOADED:
        if len(_LOADED) >= FOLDERS_KEPT:
            _LOADED.clear()
        _LOADED[key] = Rules(parameters, sources, *key)
    return _LOADED[key]


# Equal files give the same rules, so that what is made of them once is not made again for each night.
_LOADED: dict[tuple[str, tuple[str, ...]], Rules] = {}


@lru_cache(maxsize=FOLDERS_KEPT)
def _of_files(texts: tuple[tuple[str, bytes], ...]) -> tuple[Mapping[str, Source], Mapping[str, Parameter]]:
    """The sources and the parameters of a folder's files, given by name and content; read again where one has changed."""
    by_name = dict(texts)
    with placing("sources.yaml"):
        sources = _sources(read_with(by_name["sources.yaml"], "sources.yaml", StrictLoader), "sources.yaml")
    groups = {name: read_with(text, name, StrictLoader) for name, text in texts if name not in NOT_GROUPS}
    first_day = _first_day(groups)
    parameters: dict[str, Parameter] = {}
    for name, content in groups.items():
        with placing(name):
            for parameter in _group(content, name, sources, first_day):
                parameters[parameter.id] = parameter
    return MappingProxyType(sources), MappingProxyType(parameters)


def _refuse_placeholders(content: Any, name: str) -> None:
    """Raises RulesError for an overlay in which a value is still to be entered."""
    first = next(places(content), None)
    if first is not None:
        text = _(
            "a value is still missing. Enter it in the place of {placeholder}, or put # before the lines of its parameter. "
            "`drawline rules check {file}` lists all of them."
        )
        raise RulesError(text.format(placeholder=PLACEHOLDER, file=name), first.line, where=name)


def _with_files(content: Any, path: Path) -> str:
    """Puts the table that a version of an overlay names with `value_file` in the place of its value.

    Gives what the version of the rules has to say of these tables. Raises RulesError for a table with a wrong row.
    """
    digests = ""
    for entry in _versions_with_files(content):
        where = within(path.name, "", entry, occupations.KEY)
        table = path.parent / str(entry.pop(occupations.KEY))
        levels, wrong = occupations.read(table)
        if wrong:
            row = placed(on_line(table.name, wrong[0].line), f"{wrong[0].problem} {wrong[0].fix}")
            raise wrong_at(where, row)
        entry["value"] = levels
        if isinstance(entry, LinedMapping):
            entry.lines["value"] = where.line or 1
        digests += "+" + hashlib.sha256(table.read_bytes()).hexdigest()[:8]
    return digests


def _versions_with_files(content: Any) -> list[dict[Any, Any]]:
    """The versions of an overlay's list of high-wage occupations that name a table in place of a value."""
    parameters = content.get("parameters") if isinstance(content, dict) else None
    entry = parameters.get(occupations.PARAMETER) if isinstance(parameters, dict) else None
    versions = entry.get("versions") if isinstance(entry, dict) else None
    return [
        version
        for version in (versions if isinstance(versions, list) else [])
        if isinstance(version, dict) and occupations.KEY in version and "value" not in version
    ]


def _sources(content: Any, name: str) -> dict[str, Source]:
    if not isinstance(content, dict):
        raise wrong_at(name, _("a mapping of source keys is expected"))
    made = {}
    for key, entry in content.items():
        where = under(name, key, content)
        text_at(key, where)
        entry = checked_keys(entry, SOURCE_KEYS, ("title", "href"), where)
        title, href = (text_at(entry[part], within(where, f".{part}", entry, part)) for part in ("title", "href"))
        made[key] = Source(key, title, href)
    return made


def _first_day(groups: Mapping[str, Any]) -> date:
    """The first day of the law, as the parameter in_force of system.yaml states it."""
    group, _dot, name = IN_FORCE.rpartition(".")
    try:
        first = groups[f"{group}.yaml"]["parameters"][name]["first"]
    except (KeyError, TypeError):
        text = _("the parameter {name!r} must state the first day of the law")
        raise RulesError(text.format(name=name), where=f"{group}.yaml") from None
    return day_at(first, placed(f"{group}.yaml", f"{name}.first"))


def _group(content: Any, name: str, sources: Mapping[str, Source], first_day: date) -> list[Parameter]:
    content = checked_keys(content, GROUP_KEYS, ("group", "title", "parameters"), name)
    if not isinstance(content["parameters"], dict):
        raise wrong_at(under(name, "parameters", content), _("a mapping of parameters is expected"))
    if f"{content['group']}.yaml" != name:
        text = _("group is {group!r}; the file must be named {group}.yaml")
        raise wrong_at(name, text.format(group=content["group"]), line_of(content, "group"))
    entries = content["parameters"]
    return [
        _parameter(f"{content['group']}.{key}", entry, under(name, key, entries), sources, first_day)
        for key, entry in entries.items()
    ]


def _parameter(name: str, entry: Any, where: Where, sources: Mapping[str, Source], first_day: date) -> Parameter:
    entry = checked_keys(entry, PARAMETER_KEYS, ("title", "unit", "shape", "versions"), where)
    shape = chosen_of(entry["shape"], SHAPES, within(where, ".shape", entry, "shape"))
    columns = tuple(entry.get("columns", ()))
    unit = chosen_of(entry["unit"], UNITS, within(where, ".unit", entry, "unit"))
    versions = _versions(entry, unit, shape, columns, where, sources)
    first = day_at(entry.get("first", first_day), within(where, ".first", entry, "first"))
    if versions[0].starts_on != first:
        raise wrong_at(where, _("the first version must be from {day}, so that there is no gap").format(day=first))
    return Parameter(
        name, entry["title"], unit, shape, entry.get("input", ""), columns, bool(entry.get("setting", False)),
        entry.get("note", ""), versions,
    )  # fmt: skip


def _versions(
    parameter: Any, unit: str, shape: str, columns: tuple[str, ...], where: Where, sources: Mapping[str, Source]
) -> tuple[Version, ...]:
    entries = parameter["versions"]
    if not isinstance(entries, list) or not entries:
        raise wrong_at(within(where, ".versions", parameter, "versions"), _("a list of dated versions is expected"))
    made = [
        _version(entry, unit, shape, columns, within(where, "", entries, number), number + 1, sources)
        for number, entry in enumerate(entries)
    ]
    return _closed(made, where)


def _closed(versions: list[Version], where: str) -> tuple[Version, ...]:
    """The versions in order, each ending the day before the next; a day that two of them start on is an error."""
    for before, after in itertools.pairwise(versions):
        if after.starts_on <= before.starts_on:
            text = _("the version from {after} overlaps the one from {before}; order them by date, one a day")
            raise wrong_at(where, text.format(after=after.starts_on, before=before.starts_on), after.line)
    ends: list[date | None] = [after.starts_on - timedelta(days=1) for after in versions[1:]]
    return tuple(replace(item, ends_on=end) for item, end in zip(versions, [*ends, None], strict=True))


def _version(
    entry: Any,
    unit: str,
    shape: str,
    columns: tuple[str, ...],
    where: Where,
    number: int,
    sources: Mapping[str, Source],
) -> Version:
    needed = ("from", "status", "confidence", "last_checked_on", "source")
    of_version = Where(_("{place}, version {number}").format(place=where, number=number), line_of(entry) or where.line)
    entry = checked_keys(entry, VERSION_KEYS, needed, of_version)

    def place(key: str) -> Where:
        return within(where, f".{key}", entry, key)

    starts_on = day_at(entry["from"], place("from"))
    where = Where(from_day(where, starts_on), where.line)
    status = chosen_of(entry["status"], STATUSES, place("status"))
    citation = checked_keys(entry["source"], CITATION_KEYS, ("key", "section"), place("source"))
    key = text_at(citation["key"], place("source"))
    source = sources.get(key)
    if source is None:
        near = nearest(key, sources)
        text = _("no source {key!r}{nearest}") if near else _("no source {key!r}; add it under sources")
        raise wrong_at(place("source"), text.format(key=key, nearest=near))
    if (status == "unknown") == ("value" in entry):
        raise wrong_at(where, _("a value stands exactly where the status is not unknown; enter it, or take it out"))
    of_value = within(where, "", entry, "value")
    value = None if status == "unknown" else READERS[shape](entry["value"], columns, of_value)
    check_written(value, unit, of_value)
    published_on, last_seen_on = (
        None if entry.get(key) is None else day_at(entry[key], place(key)) for key in ("published_on", "last_seen_on")
    )
    return Version(
        starts_on, None, status, chosen_of(entry["confidence"], CONFIDENCES, place("confidence")),
        published_on,
        day_at(entry["last_checked_on"], place("last_checked_on")), source,
        text_at(citation["section"], place("source")), text_at(entry.get("note", ""), place("note")), plain(value),
        last_seen_on=last_seen_on, line=of_value.line or 0,
    )  # fmt: skip


def overlaid(
    content: Any, name: str, sources: dict[str, Source], parameters: dict[str, Parameter]
) -> tuple[str, dict[str, Source], dict[str, Parameter]]:
    """An overlay's title, and the rules with its dated values added.

    A value holds until the overlay's or the law's next.
    """
    content = checked_keys(content, frozenset({"title", "sources", "parameters"}), ("title", "parameters"), name)
    title, place = content["title"], under(name, "title", content)
    if not isinstance(title, str) or not title.strip():
        raise wrong_at(place, _("describe the overlay in words, such as a proposal; reports show it"))
    text_at(title, place)
    entries = content["parameters"]
    if not isinstance(entries, dict):
        raise wrong_at(under(name, "parameters", content), _("a mapping of parameters is expected"))
    sources = {**sources, **_sources(content.get("sources", {}), within(name, "", content, "sources"))}
    parameters = dict(parameters)
    for key, entry in entries.items():
        where = under(name, key, entries)
        if key not in parameters:
            text = _("no parameter {name} in the rules{nearest}")
            raise wrong_at(name, text.format(name=shown(key), nearest=nearest(key, parameters)), where.line)
        parameter = parameters[key]
        entry = checked_keys(entry, frozenset({"versions"}), ("versions",), where)
        versions = _versions(entry, parameter.unit, parameter.shape, parameter.columns, where, sources)
        days = {version.starts_on for version in versions}
        kept = [version for version in parameter.versions if version.starts_on not in days]
        merged = [*kept, *(replace(version, file=name) for version in versions)]
        merged.sort(key=lambda version: version.starts_on)
        parameters[key] = replace(parameter, versions=_closed(merged, where))
    return title.strip(), sources, parameters
