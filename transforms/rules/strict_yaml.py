"""YAML read strictly: no doubled key, no value of another type than it looks like, every mapping with its lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, Self

import yaml

from transforms.model.wording import N_, _, whole_number
from transforms.rules.errors import RulesError, nearest, placed

MAX_SHOWN_LENGTH = 99
# Of a file that a person writes, in bytes.
MAX_FILE_SIZE = 5_000_000
# The largest number that polars holds.
LARGEST_NUMBER = 2**63 - 1
DEEPEST = 64
MAX_VALUES = 1_000_000
# What no workbook can show.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_UNKNOWN_TAG = re.compile("could not determine a constructor for the tag '(.*)'$")
STRAY_COLON = "mapping values are not allowed in this context"
NO_COLON = "could not find expected ':'"
# In a message of the loader, in every language: what stands before the fix.
FIX_BEHIND = "; "


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


def wrong_at(where: str, problem: str, line: int | None = None) -> RulesError:
    """The error of a place, and of a line of it."""
    return RulesError(problem, line, where=where)


def shown(value: Any) -> str:
    """A value as a message shows it, and not endless."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict | list):
        return _("a mapping") if isinstance(value, dict) else _("a list")
    text = repr(value)
    return text if len(text) <= MAX_SHOWN_LENGTH else f"{text[:MAX_SHOWN_LENGTH]}…"


class StrictLoader(yaml.CSafeLoader):
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


StrictLoader.add_constructor("tag:yaml.org,2002:map", StrictLoader.construct_deep)


StrictLoader.add_constructor("tag:yaml.org,2002:seq", StrictLoader.construct_list)


for _kind in ("int", "float", "bool", "timestamp"):
    StrictLoader.add_constructor(f"tag:yaml.org,2002:{_kind}", StrictLoader.construct_scalar_strictly)


class _TextLoader(StrictLoader):
    """Every plain value as the text that stands there: ON is the text ON, and not a switch."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - as the parser declares it


def read_yaml(text: bytes, name: str, *, as_text: bool = False) -> Any:
    """The content of one YAML text that a person wrote; mappings and lists know their lines.

    With `as_text` every plain value is text. Raises RulesError naming the file and the line where it cannot be read,
    doubles a key, or would grow beyond measure.
    """
    return read_with(text, name, _TextLoader if as_text else StrictLoader, check=_check_size)


def read_with(
    text: bytes, name: str, loader: type[StrictLoader], *, check: Callable[[bytes], None] | None = None
) -> Any:
    """The content of a YAML text as a loader reads it; raises RulesError."""
    try:
        if check is not None:
            check(text)
        return yaml.load(text, Loader=loader)  # noqa: S506 - a CSafeLoader with doubled keys refused
    except RulesError as error:
        raise RulesError(str(error), error.line, where=on_line(name, error.line or 1), is_placed=True) from None
    except yaml.YAMLError as error:
        lines, why = _why_unreadable(error, text)
        numbers = _(" or ").join(map(str, lines))
        where = _("{file}: not readable as YAML: line {line}").format(file=name, line=numbers)
        raise RulesError(why, lines[0], where=where, is_placed=True) from None


def on_line(name: str, line: int) -> str:
    """The place of a line of a file, in words."""
    return _("{file}: line {line}").format(file=name, line=line)


def _check_size(text: bytes) -> None:
    """Raises RulesError for a text that is too long, too deep for the parser, or too large with its aliases written out."""
    if len(text) > MAX_FILE_SIZE:
        raise RulesError(_("the file has more than {n} bytes; shorten it").format(n=whole_number(MAX_FILE_SIZE)), 1)
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
        if total + size > MAX_VALUES:
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
def placing(name: str) -> Iterator[None]:
    """Puts the line behind the file's name where a message has none yet."""
    try:
        yield
    except RulesError as error:
        if error.is_placed or not error.where.startswith(name):
            raise
        line = error.line or 1
        inside = error.where.removeprefix(name).removeprefix(placed("", ""))
        where = on_line(name, line)
        where = placed(where, inside) if inside else where
        raise RulesError(error.problem, line, where=where, is_placed=True) from None


def checked_keys(mapping: Any, allowed: Collection[str], needed: Iterable[str], where: str) -> dict[str, Any]:
    """A mapping as it is, if it has no key but those allowed and all those needed; else raises RulesError."""
    if not isinstance(mapping, dict):
        raise wrong_at(where, _("a mapping is expected here, not {kind}").format(kind=type_of(mapping)))
    for key in mapping:
        if key not in allowed:
            near = nearest(key, allowed)
            text = _("unknown key {key}{nearest}") if near else _("unknown key {key}; take it out")
            problem = text.format(key=shown(key), nearest=near)
            raise wrong_at(where, problem, line_of(mapping, key))
    for key in needed:
        if key not in mapping:
            raise wrong_at(where, _("the key {key!r} is missing; enter it").format(key=key), line_of(mapping))
    return mapping


def type_of(value: Any) -> str:
    """What a value of YAML is, in the words of YAML."""
    for kind, word in ((dict, N_("mapping")), (list, N_("list"))):
        if isinstance(value, kind):
            return _(word)
    return _("nothing") if value is None else type(value).__name__


def chosen_of(value: Any, allowed: frozenset[str], where: str) -> str:
    """A text that is among those allowed; raises RulesError for another."""
    if not isinstance(value, str) or value not in allowed:
        near = nearest(value, allowed) if isinstance(value, str) else ""
        text = _("{value} is none of {known}{nearest}")
        raise wrong_at(where, text.format(value=shown(value), known=", ".join(sorted(allowed)), nearest=near))
    return value


def day_at(value: Any, where: str) -> date:
    """A day; raises RulesError for a value that is none."""
    if type(value) is not date:
        raise wrong_at(where, _("{value} is not a date such as 2021-09-14").format(value=shown(value)))
    return value


def text_at(value: Any, where: str) -> str:
    """A text that reports show."""
    if not isinstance(value, str) or _CONTROL.search(value):
        raise wrong_at(where, _("{value} is not plain text; put what is meant in quotes").format(value=shown(value)))
    return value


def from_day(where: str, day: date) -> str:
    """The place of the version of a parameter that begins on a day."""
    return _("{place}, from {day}").format(place=where, day=day)
