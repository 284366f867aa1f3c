"""Reads the law from dated YAML, refuses what is not exactly as it should be, and resolves it for one day.

What schema.json beside it says of the shipped files, this holds an overlay to when it is loaded: keys, words and dates
by the readers here, shapes and words of its values by `laid` against the shipped parameter.
"""

from __future__ import annotations

import difflib
import hashlib
import itertools
import re
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self, TypeVar

import yaml

from transforms.model.wording import N_, _, whole_number

HERE = Path(__file__).parent
# The parameter whose first day is that of the law.
IN_FORCE = "system.in_force"
# Files beside the groups that are not groups of parameters.
NOT_GROUPS = frozenset({"sources.yaml", "programs.yaml"})
# Folders of rules that a process keeps as read.
FOLDERS_KEPT = 4

UNITS = frozenset(
    {"points", "level", "tier", "years", "months", "weeks", "hours", "days", "cad", "score", "codes", "switch", "count",
     "share", "text"}
)  # fmt: skip
SHAPES = frozenset({"value", "steps", "choices", "codes", "matrix", "levels"})
STATUSES = frozenset({"known", "carried", "unknown"})
CONFIDENCES = frozenset({"H", "M", "L"})
# What each value of a unit is; of all others a whole number.
WRITTEN: Mapping[str, tuple[type, ...]] = {
    "codes": (str,), "text": (str,), "switch": (bool,), "score": (int, float), "share": (int, float), "level": (int, float),
}  # fmt: skip
GROUP_KEYS = frozenset({"group", "title", "parameters"})
PARAMETER_KEYS = frozenset({"title", "unit", "shape", "input", "columns", "setting", "note", "first", "versions"})
VERSION_KEYS = frozenset(
    {"from", "status", "confidence", "published_on", "last_checked_on", "last_seen_on", "source", "note", "value"}
)
SOURCE_KEYS = frozenset({"title", "href", "note"})
CITATION_KEYS = frozenset({"key", "section"})

Item = TypeVar("Item")

LONGEST_SHOWN = 99
# Of a file that a person writes, in bytes.
LONGEST_FILE = 5_000_000
# The largest number that polars holds.
LARGEST_NUMBER = 2**63 - 1
DEEPEST = 64
MOST_VALUES = 1_000_000
# What no workbook can show.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


_UNKNOWN_TAG = re.compile("could not determine a constructor for the tag '(.*)'$")
STRAY_COLON = "mapping values are not allowed in this context"
NO_COLON = "could not find expected ':'"
# In a message of the loader, in every language: what stands before the fix.
FIX_BEHIND = "; "
# Of the settings: what a firm has set of what the law leaves open.
READINGS = "readings"


class RulesError(ValueError):
    """A rule file is not as it should be; the message names the file, the key and the fix.

    `where` is the place that the message begins with, `line` the line of the file, where it is known, and `reading` the
    setting that is wrong, where it is one. `is_placed`: the place has the line already.
    """

    def __init__(
        self, problem: str, line: int | None = None, *, where: str = "", reading: str = "", is_placed: bool = False
    ) -> None:
        super().__init__(placed(where, problem) if where else problem)
        self.problem = problem
        self.where = where
        self.line = getattr(where, "line", None) if line is None else line
        self.reading = reading
        self.is_placed = is_placed


def placed(where: str, text: str) -> str:
    """A text with the place that it is about before it."""
    return _("{place}: {text}").format(place=where, text=text)


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
    a value that is replaced from time to time was seen in force; None: it stands until it is changed. `line` is that of
    its value.
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
    line: int = 0


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
                raise RulesError(_("{name} has no value on {day}").format(name=name, day=self.as_of))
            found = self._in_force[name] = version
        return found

    def known(self, name: str) -> bool:
        """Is the value of this parameter known on this day?"""
        return self.version(name).status != "unknown"

    def __getitem__(self, name: str) -> Any:
        """The value in force; raises UnknownLaw where the law has one that is not known to us."""
        version = self.version(name)
        if version.status == "unknown":
            raise UnknownLaw(
                _("{name} is not known from {day}: {note}").format(name=name, day=version.starts_on, note=version.note)
            )
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
            raise RulesError(
                _("no parameter {name} in the rules{nearest}").format(
                    name=repr(name), nearest=nearest(name, self.parameters)
                )
            ) from None

    def with_reading(self, name: str, value: Any) -> Rules:
        """The same rules with one parameter that the law leaves open read otherwise; raises RulesError."""
        changed = _read_as(name, value, self.parameters)
        return replace(self, parameters={**self.parameters, name: changed}, version=f"{self.version}+{name}={value}")

    def law_of(self, as_of: date) -> Law:
        """The law of one day; raises RulesError before the first day of Express Entry."""
        if as_of < self.first_day:
            raise RulesError(
                _("Express Entry starts on {first}: there is no law of {day}").format(first=self.first_day, day=as_of)
            )
        return Law(as_of, self)

    def change_dates(self) -> list[date]:
        """Every day on which some value of the law starts, in order."""
        return sorted({version.starts_on for item in self.parameters.values() for version in item.versions})


class LinedMapping(dict[Hashable, Any]):
    """A mapping of a YAML text, with the line on which it begins and that of each of its keys."""

    line: int
    lines: dict[Hashable, int]


class LinedList(list[Any]):
    """A list of a YAML text, with the line on which it begins and that of each of its entries."""

    line: int
    lines: list[int]


class Where(str):
    """A place in a file as a message names it, with its line."""

    __slots__ = ("line",)
    line: int | None

    def __new__(cls, text: str, line: int | None = None) -> Self:
        made = super().__new__(cls, text)
        made.line = line
        return made


def line_of(container: Any, key: Any = None) -> int | None:
    """The line of a key or entry of what was read from YAML, else that of the whole; None where it is not known."""
    lines = getattr(container, "lines", None)
    found: int | None = None
    if isinstance(lines, dict):
        found = lines.get(key)
    elif isinstance(lines, list) and isinstance(key, int) and key < len(lines):
        found = lines[key]
    return getattr(container, "line", None) if found is None else found


def within(where: str, text: str, container: Any, key: Any = None) -> Where:
    """The place of a key or an entry inside another place."""
    line = line_of(container, key)
    return Where(f"{where}{text}", getattr(where, "line", None) if line is None else line)


def under(where: str, key: Any, container: Any) -> Where:
    """The place of a named part of a file."""
    return Where(placed(where, str(key)), within(where, "", container, key).line)


def _wrong(where: str, problem: str, line: int | None = None) -> RulesError:
    return RulesError(problem, line, where=where)


def shown(value: Any) -> str:
    """A value as a message shows it, and not endless."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict | list):
        return _("a mapping") if isinstance(value, dict) else _("a list")
    text = repr(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


class _StrictLoader(yaml.CSafeLoader):
    """YAML by the C parser, with doubled keys refused, and with the lines of keys and entries."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> LinedMapping:
        if not isinstance(node, yaml.MappingNode):
            raise RulesError(_("a mapping is expected here"), node.start_mark.line + 1)
        mapping = LinedMapping()
        mapping.line, mapping.lines = node.start_mark.line + 1, {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            key = self.construct_object(key_node, deep=deep)
            if not isinstance(key_node, yaml.ScalarNode):
                raise RulesError(_("a mapping or a list stands where a key is expected; take the braces out"), line)
            if key in mapping:
                raise RulesError(_("the key {key} stands twice; keep one").format(key=shown(key)), line)
            mapping[key] = self.construct_object(value_node, deep=deep)
            mapping.lines[key] = line
        return mapping

    def construct_deep(self, node: yaml.MappingNode) -> LinedMapping:
        return self.construct_mapping(node, deep=True)

    def construct_list(self, node: yaml.SequenceNode) -> LinedList:
        made = LinedList(self.construct_sequence(node, deep=True))
        made.line, made.lines = node.start_mark.line + 1, [one.start_mark.line + 1 for one in node.value]
        return made

    def construct_scalar_strictly(self, node: yaml.ScalarNode) -> Any:
        """A number, a switch or a day; raises RulesError for one that there is not."""
        kind = node.tag.rpartition(":")[2]
        line = node.start_mark.line + 1
        try:
            value = getattr(self, f"construct_yaml_{kind}")(node)
        except (ValueError, TypeError, LookupError, AttributeError, OverflowError):
            text = (
                _("there is no such day or time as {value}; correct it")
                if kind == "timestamp"
                else _("there is no {kind} like {value}; correct it")
            )
            raise RulesError(text.format(kind=kind, value=shown(str(node.value))), line) from None
        if kind == "int" and abs(value) > LARGEST_NUMBER:
            text = _("the number {value} is too large; write the one that is meant")
            raise RulesError(text.format(value=shown(str(node.value))), line)
        return value


_StrictLoader.add_constructor("tag:yaml.org,2002:map", _StrictLoader.construct_deep)
_StrictLoader.add_constructor("tag:yaml.org,2002:seq", _StrictLoader.construct_list)
for _kind in ("int", "float", "bool", "timestamp"):
    _StrictLoader.add_constructor(f"tag:yaml.org,2002:{_kind}", _StrictLoader.construct_scalar_strictly)


class _TextLoader(_StrictLoader):
    """Every plain value as the text that stands there: ON is the text ON, and not a switch."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - as the parser declares it


def read_yaml(text: bytes, name: str, *, as_text: bool = False) -> Any:
    """The content of one YAML text that a person wrote; mappings and lists know their lines.

    With `as_text` every plain value is text. Raises RulesError naming the file and the line where it cannot be read,
    doubles a key, or would grow beyond measure.
    """
    return _read(text, name, _TextLoader if as_text else _StrictLoader, check=_check_size)


def _read(text: bytes, name: str, loader: type[_StrictLoader], *, check: Callable[[bytes], None] | None = None) -> Any:
    try:
        if check is not None:
            check(text)
        return yaml.load(text, Loader=loader)  # noqa: S506 - a CSafeLoader with doubled keys refused
    except RulesError as error:
        raise RulesError(str(error), error.line, where=_on_line(name, error.line or 1), is_placed=True) from None
    except yaml.YAMLError as error:
        lines, why = _why_unreadable(error, text)
        numbers = _(" or ").join(map(str, lines))
        where = _("{file}: not readable as YAML: line {line}").format(file=name, line=numbers)
        raise RulesError(why, lines[0], where=where, is_placed=True) from None


def _on_line(name: str, line: int) -> str:
    return _("{file}: line {line}").format(file=name, line=line)


def _check_size(text: bytes) -> None:
    """Raises RulesError for a text that is too long, too deep for the parser, or too large with its aliases written out."""
    if len(text) > LONGEST_FILE:
        raise RulesError(_("the file has more than {n} bytes; shorten it").format(n=whole_number(LONGEST_FILE)), 1)
    open_nodes: list[tuple[str | None, int]] = [(None, 0)]
    sizes: dict[str, int] = {}
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            open_nodes.append((event.anchor, 1))
            if len(open_nodes) > DEEPEST:
                raise RulesError(_("lists and mappings are nested too deeply; flatten them"), _line(event))
            continue
        if isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            anchor, size = open_nodes.pop()
        elif isinstance(event, yaml.ScalarEvent | yaml.AliasEvent):
            anchor, size = event.anchor, 1
            if isinstance(event, yaml.AliasEvent):
                anchor, size = None, sizes.get(event.anchor or "", 1)
        else:
            continue
        if anchor is not None:
            sizes[anchor] = size
        above, total = open_nodes[-1]
        open_nodes[-1] = above, total + size
        if total + size > MOST_VALUES:
            raise RulesError(_("the aliases stand for too many values; write out what is meant"), _line(event))


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _why_unreadable(error: yaml.YAMLError, text: bytes) -> tuple[list[int], str]:
    """The lines of which one is the mistake that keeps a YAML text from being read, and what to do, or the parser's words."""
    if isinstance(error, yaml.MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        if mark is None:
            return [1], str(error.problem)
        if (tab := _line_with_tab(text, mark.line)) is not None:
            return [tab + 1], _("a tab stands where only blanks may; indent the line with blanks, not with the TAB key")
        if error.problem == NO_COLON:
            first = error.context_mark.line if error.context_mark else mark.line
            lines = sorted({first + 1, mark.line + 1})
            return lines, _(
                "a colon with a blank behind it is missing; write it between the name and its value, as in `name: value`"
            )
        last = text.count(b"\n") + (not text.endswith(b"\n"))
        return [min(mark.line + 1, max(last, 1))], _why_not_parsed(error)
    place = getattr(error, "position", None)
    line = text[: place if isinstance(place, int) else 0].count(b"\n") + 1
    reason = getattr(error, "reason", "") or _("it is no text")
    return [line], _("{reason}; save it as UTF-8").format(reason=reason)


def _why_not_parsed(error: yaml.MarkedYAMLError) -> str:
    """What to do about what the parser does not understand, or its words."""
    if error.problem == STRAY_COLON:
        return _(
            "a colon is in a place where none may be; put a blank behind the colon of the line above, or this line's text between "
            "quotation marks"
        )
    if tag := _UNKNOWN_TAG.match(error.problem or ""):
        return _("the tag {tag} is not known; take it out").format(tag=shown(tag[1]))
    return ", ".join(part for part in (error.context, error.problem) if part)


def _line_with_tab(text: bytes, last: int) -> int | None:
    """The line (from 0) up to which a text is read whose indentation has a tab: the last one, or the one above it."""
    lines = text.split(b"\n")
    for place in (last, last - 1):
        if 0 <= place < len(lines):
            line = lines[place]
            if b"\t" in line[: len(line) - len(line.lstrip(b" \t"))] and line.strip():
                return place
    return None


@contextmanager
def _placing(name: str) -> Iterator[None]:
    """Puts the line behind the file's name where a message has none yet."""
    try:
        yield
    except RulesError as error:
        if error.is_placed or not error.where.startswith(name):
            raise
        line = error.line or 1
        inside = error.where.removeprefix(name).removeprefix(placed("", ""))
        where = _on_line(name, line)
        where = placed(where, inside) if inside else where
        raise RulesError(error.problem, line, where=where, is_placed=True) from None


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

    found_sources, shipped = _of_files(tuple(texts.items()))
    sources, parameters, laid_over = dict(found_sources), dict(shipped), []
    for path in overlays:
        text = path.read_bytes()
        version += "+" + hashlib.sha256(text).hexdigest()[:8]
        content = read_yaml(text, path.name)
        with _placing(path.name):
            _refuse_placeholders(content, path.name)
            version += _with_files(content, path)
            title, sources, parameters = overlaid(content, path.name, sources, parameters)
        laid_over.append(f"{title} ({path.name})")
    if overlays:
        from transforms.rules import laid

        laid.check(shipped, parameters)
    for name, value in readings.items():
        parameters[name] = _read_as(name, value, parameters)
        version += f"+{name}={value}"
    key = (version, tuple(laid_over))
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
    with _placing("sources.yaml"):
        sources = _sources(_read(by_name["sources.yaml"], "sources.yaml", _StrictLoader), "sources.yaml")
    groups = {name: _read(text, name, _StrictLoader) for name, text in texts if name not in NOT_GROUPS}
    first_day = _first_day(groups)
    parameters: dict[str, Parameter] = {}
    for name, content in groups.items():
        with _placing(name):
            for parameter in _group(content, name, sources, first_day):
                parameters[parameter.id] = parameter
    return MappingProxyType(sources), MappingProxyType(parameters)


def _refuse_placeholders(content: Any, name: str) -> None:
    """Raises RulesError for an overlay in which a value is still to be entered."""
    from transforms.rules.placeholders import PLACEHOLDER, places

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
    from transforms.rules import occupations

    digests = ""
    for entry in _versions_with_files(content):
        where = within(path.name, "", entry, occupations.KEY)
        table = path.parent / str(entry.pop(occupations.KEY))
        levels, wrong = occupations.read(table)
        if wrong:
            row = placed(_on_line(table.name, wrong[0].line), f"{wrong[0].problem} {wrong[0].fix}")
            raise _wrong(where, row)
        entry["value"] = levels
        if isinstance(entry, LinedMapping):
            entry.lines["value"] = where.line or 1
        digests += "+" + hashlib.sha256(table.read_bytes()).hexdigest()[:8]
    return digests


def _versions_with_files(content: Any) -> list[dict[Any, Any]]:
    """The versions of an overlay's list of high-wage occupations that name a table in place of a value."""
    from transforms.rules import occupations

    parameters = content.get("parameters") if isinstance(content, dict) else None
    entry = parameters.get(occupations.PARAMETER) if isinstance(parameters, dict) else None
    versions = entry.get("versions") if isinstance(entry, dict) else None
    return [
        version
        for version in (versions if isinstance(versions, list) else [])
        if isinstance(version, dict) and occupations.KEY in version and "value" not in version
    ]


def _read_as(name: str, value: Any, parameters: Mapping[str, Parameter]) -> Parameter:
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
    from transforms.rules import laid

    laid.check_reading(parameter, value)
    note = f"Set by the firm. {parameter.note}"
    versions = tuple(replace(version, value=value) for version in parameter.versions)
    return replace(parameter, note=note, versions=versions)


def nearest(name: object, names: Iterable[str]) -> str:
    """The end of a message that names the known name closest to an unknown one; empty where none is close."""
    close = difflib.get_close_matches(str(name), list(names), 1)
    return _("; did you mean {close!r}?").format(close=close[0]) if close else ""


def checked_keys(mapping: Any, allowed: Collection[str], needed: Iterable[str], where: str) -> dict[str, Any]:
    """A mapping as it is, if it has no key but those allowed and all those needed; else raises RulesError."""
    if not isinstance(mapping, dict):
        raise _wrong(where, _("a mapping is expected here, not {kind}").format(kind=type_of(mapping)))
    for key in mapping:
        if key not in allowed:
            near = nearest(key, allowed)
            text = _("unknown key {key}{nearest}") if near else _("unknown key {key}; take it out")
            problem = text.format(key=shown(key), nearest=near)
            raise _wrong(where, problem, line_of(mapping, key))
    for key in needed:
        if key not in mapping:
            raise _wrong(where, _("the key {key!r} is missing; enter it").format(key=key), line_of(mapping))
    return mapping


def type_of(value: Any) -> str:
    """What a value of YAML is, in the words of YAML."""
    for kind, word in ((dict, N_("mapping")), (list, N_("list"))):
        if isinstance(value, kind):
            return _(word)
    return _("nothing") if value is None else type(value).__name__


def _one_of(value: Any, allowed: frozenset[str], where: str) -> str:
    if not isinstance(value, str) or value not in allowed:
        near = nearest(value, allowed) if isinstance(value, str) else ""
        text = _("{value} is none of {known}{nearest}")
        raise _wrong(where, text.format(value=shown(value), known=", ".join(sorted(allowed)), nearest=near))
    return value


def _day(value: Any, where: str) -> date:
    if type(value) is not date:
        raise _wrong(where, _("{value} is not a date such as 2021-09-14").format(value=shown(value)))
    return value


def _words(value: Any, where: str) -> str:
    """A text that reports show."""
    if not isinstance(value, str) or _CONTROL.search(value):
        raise _wrong(where, _("{value} is not plain text; put what is meant in quotes").format(value=shown(value)))
    return value


def _sources(content: Any, name: str) -> dict[str, Source]:
    if not isinstance(content, dict):
        raise _wrong(name, _("a mapping of source keys is expected"))
    made = {}
    for key, entry in content.items():
        where = under(name, key, content)
        _words(key, where)
        entry = checked_keys(entry, SOURCE_KEYS, ("title", "href"), where)
        title, href = (_words(entry[part], within(where, f".{part}", entry, part)) for part in ("title", "href"))
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
    return _day(first, placed(f"{group}.yaml", f"{name}.first"))


def _group(content: Any, name: str, sources: Mapping[str, Source], first_day: date) -> list[Parameter]:
    content = checked_keys(content, GROUP_KEYS, ("group", "title", "parameters"), name)
    if not isinstance(content["parameters"], dict):
        raise _wrong(under(name, "parameters", content), _("a mapping of parameters is expected"))
    if f"{content['group']}.yaml" != name:
        text = _("group is {group!r}; the file must be named {group}.yaml")
        raise _wrong(name, text.format(group=content["group"]), line_of(content, "group"))
    entries = content["parameters"]
    return [
        _parameter(f"{content['group']}.{key}", entry, under(name, key, entries), sources, first_day)
        for key, entry in entries.items()
    ]


def _parameter(name: str, entry: Any, where: Where, sources: Mapping[str, Source], first_day: date) -> Parameter:
    entry = checked_keys(entry, PARAMETER_KEYS, ("title", "unit", "shape", "versions"), where)
    shape = _one_of(entry["shape"], SHAPES, within(where, ".shape", entry, "shape"))
    columns = tuple(entry.get("columns", ()))
    unit = _one_of(entry["unit"], UNITS, within(where, ".unit", entry, "unit"))
    versions = _versions(entry, unit, shape, columns, where, sources)
    first = _day(entry.get("first", first_day), within(where, ".first", entry, "first"))
    if versions[0].starts_on != first:
        raise _wrong(where, _("the first version must be from {day}, so that there is no gap").format(day=first))
    return Parameter(
        name, entry["title"], unit, shape, entry.get("input", ""), columns, bool(entry.get("setting", False)),
        entry.get("note", ""), versions,
    )  # fmt: skip


def _versions(
    parameter: Any, unit: str, shape: str, columns: tuple[str, ...], where: Where, sources: Mapping[str, Source]
) -> tuple[Version, ...]:
    entries = parameter["versions"]
    if not isinstance(entries, list) or not entries:
        raise _wrong(within(where, ".versions", parameter, "versions"), _("a list of dated versions is expected"))
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
            raise _wrong(where, text.format(after=after.starts_on, before=before.starts_on), after.line)
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

    starts_on = _day(entry["from"], place("from"))
    where = Where(from_day(where, starts_on), where.line)
    status = _one_of(entry["status"], STATUSES, place("status"))
    citation = checked_keys(entry["source"], CITATION_KEYS, ("key", "section"), place("source"))
    key = _words(citation["key"], place("source"))
    source = sources.get(key)
    if source is None:
        near = nearest(key, sources)
        text = _("no source {key!r}{nearest}") if near else _("no source {key!r}; add it under sources")
        raise _wrong(place("source"), text.format(key=key, nearest=near))
    if (status == "unknown") == ("value" in entry):
        raise _wrong(where, _("a value stands exactly where the status is not unknown; enter it, or take it out"))
    of_value = within(where, "", entry, "value")
    value = None if status == "unknown" else _READERS[shape](entry["value"], columns, of_value)
    _check_written(value, unit, of_value)
    published_on, last_seen_on = (
        None if entry.get(key) is None else _day(entry[key], place(key)) for key in ("published_on", "last_seen_on")
    )
    return Version(
        starts_on, None, status, _one_of(entry["confidence"], CONFIDENCES, place("confidence")),
        published_on,
        _day(entry["last_checked_on"], place("last_checked_on")), source,
        _words(citation["section"], place("source")), _words(entry.get("note", ""), place("note")), _plain(value),
        last_seen_on=last_seen_on, line=of_value.line or 0,
    )  # fmt: skip


def from_day(where: str, day: date) -> str:
    """The place of the version of a parameter that begins on a day."""
    return _("{place}, from {day}").format(place=where, day=day)


def _check_written(value: Any, unit: str, where: str) -> None:
    """Refuses a value that is not written as its unit is: points in quotes, a switch as a number."""
    kinds = WRITTEN.get(unit, (int,))
    for container, key, part in _plain_values(value):
        if part is not None and type(part) not in kinds:
            expected = _(" or ").join(kind.__name__ for kind in kinds)
            text = _("{value} is {kind}; {unit} are written as {expected}")
            problem = text.format(value=shown(part), kind=type(part).__name__, unit=unit, expected=expected)
            raise _wrong(within(where, "", container, key), problem)


def _plain(value: Any) -> Any:
    """A value without the lines of its parts."""
    if isinstance(value, dict):
        return {key: _plain(part) if isinstance(part, dict | list) else part for key, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) if isinstance(part, dict | list) else part for part in value]
    return value


def _plain_values(value: Any, container: Any = None, key: Any = None) -> Iterator[tuple[Any, Any, Any]]:
    """Each plain value of a value of any shape, with what it stands in and its key there."""
    if isinstance(value, dict | list | tuple):
        for inner, part in value.items() if isinstance(value, dict) else enumerate(value):
            if isinstance(part, dict | list | tuple):
                yield from _plain_values(part, value, inner)
            else:
                yield value, inner, part
    else:
        yield container, key, value


def _scalar(value: Any, _columns: tuple[str, ...], where: str) -> Any:
    if isinstance(value, dict | list) or value is None:
        raise _wrong(where, _("one plain value is expected"))
    return value


def _plain_entries(row: Any, where: str) -> None:
    """Refuses a list or a mapping where a row of a table has a plain value."""
    for key, value in row.items() if isinstance(row, dict) else enumerate(row):
        if isinstance(value, dict | list):
            text = _("one plain value is expected, not {value}")
            raise _wrong(within(where, "", row, key), text.format(value=shown(value)))


def _steps(value: Any, columns: tuple[str, ...], where: str) -> list[dict[str, Any]]:
    names = columns or ("value",)
    rows = _rows(value, ("at_least", *names), where)
    bounds = [_bound(row, "at_least", where) for row in rows]
    if bounds != sorted(set(bounds)):
        raise _wrong(where, _("at_least must rise from row to row"))
    return rows


def _rows(value: Any, names: tuple[str, ...], where: str) -> list[dict[str, Any]]:
    """The rows of a table, each with plain values under some names."""
    entries, known = _listed(value, where), frozenset(names)
    for number, row in enumerate(entries):
        if not isinstance(row, dict) or row.keys() != known:
            checked_keys(row, known, names, within(where, "", entries, number))
        _plain_entries(row, where)
    return entries


def _bound(row: Mapping[str, Any], key: str, where: str) -> float:
    value: Any = row[key]
    if type(value) not in {int, float} or not abs(value) < float("inf"):
        text = _("{key} {value} is not a number")
        raise _wrong(within(where, "", row, key), text.format(key=key, value=shown(value)))
    return value


def _choices(value: Any, columns: tuple[str, ...], where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _wrong(where, _("a mapping of choices is expected"))
    for key, entry in value.items():
        if not isinstance(key, str):
            text = _("the choice {key} must be text; put it in quotes")
            raise _wrong(where, text.format(key=shown(key)), line_of(value, key))
        if columns:
            if not isinstance(entry, dict) or list(entry) != list(columns):
                checked_keys(entry, frozenset(columns), columns, within(where, f".{key}", value, key))
            _plain_entries(entry, where)
        elif isinstance(entry, dict | list):
            raise _wrong(within(where, f".{key}", value, key), _("one plain value is expected"))
    return value


def _codes(value: Any, _columns: tuple[str, ...], where: str) -> tuple[str, ...]:
    codes = _listed(value, where)
    for number, code in enumerate(codes):
        if not isinstance(code, str):
            text = _("the code {code} must be text; put it in quotes")
            raise _wrong(within(where, "", codes, number), text.format(code=shown(code)))
    if len(set(codes)) != len(codes):
        raise _wrong(where, _("a code stands twice"))
    return tuple(codes)


def _matrix(value: Any, _columns: tuple[str, ...], where: str) -> list[list[int]]:
    rows = _listed(value, where)
    if not all(isinstance(row, list) and len(row) == len(rows) for row in rows):
        raise _wrong(where, _("a square matrix is expected"))
    for row in rows:
        _plain_entries(row, where)
    return rows


def _levels(value: Any, _columns: tuple[str, ...], where: str) -> list[dict[str, Any]]:
    rows = _rows(value, ("level", "listening", "reading", "writing", "speaking"), where)
    levels = [_bound(row, "level", where) for row in rows]
    if levels != sorted(set(levels), reverse=True):
        raise _wrong(where, _("the levels must fall from row to row"))
    return rows


def _listed(value: Any, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise _wrong(where, _("a list is expected"))
    return value


_READERS = {
    "value": _scalar,
    "steps": _steps,
    "choices": _choices,
    "codes": _codes,
    "matrix": _matrix,
    "levels": _levels,
}


def overlaid(
    content: Any, name: str, sources: dict[str, Source], parameters: dict[str, Parameter]
) -> tuple[str, dict[str, Source], dict[str, Parameter]]:
    """An overlay's title, and the rules with its dated values laid over them.

    A value holds until the overlay's or the law's next.
    """
    content = checked_keys(content, frozenset({"title", "sources", "parameters"}), ("title", "parameters"), name)
    title, place = content["title"], under(name, "title", content)
    if not isinstance(title, str) or not title.strip():
        raise _wrong(place, _("say in words what is laid over the law, such as a proposal; reports show it"))
    _words(title, place)
    entries = content["parameters"]
    if not isinstance(entries, dict):
        raise _wrong(under(name, "parameters", content), _("a mapping of parameters is expected"))
    sources = {**sources, **_sources(content.get("sources", {}), within(name, "", content, "sources"))}
    parameters = dict(parameters)
    for key, entry in entries.items():
        where = under(name, key, entries)
        if key not in parameters:
            text = _("no parameter {name} in the rules{nearest}")
            raise _wrong(name, text.format(name=shown(key), nearest=nearest(key, parameters)), where.line)
        parameter = parameters[key]
        entry = checked_keys(entry, frozenset({"versions"}), ("versions",), where)
        versions = _versions(entry, parameter.unit, parameter.shape, parameter.columns, where, sources)
        days = {version.starts_on for version in versions}
        kept = [version for version in parameter.versions if version.starts_on not in days]
        merged = [*kept, *(replace(version, file=name) for version in versions)]
        merged.sort(key=lambda version: version.starts_on)
        parameters[key] = replace(parameter, versions=_closed(merged, where))
    return title.strip(), sources, parameters
