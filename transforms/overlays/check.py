"""What an overlay still lacks and what is wrong in it, value by value, with the line and the fix."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

from transforms.facts import high_wage
from transforms.model.wording import _
from transforms.overlays.missing import Missing, missing
from transforms.rules import Law, Parameter, Rules, RulesError, laid
from transforms.rules import occupations as table_of_occupations
from transforms.rules.errors import placed
from transforms.rules.loader import overlaid
from transforms.rules.placeholders import PLACEHOLDER, Place, places
from transforms.rules.strict_yaml import FIX_BEHIND, LinedList, LinedMapping, line_of, read_yaml, type_of

# What stands for a value that is not there yet, or that is reported already.
DUMMIES: Mapping[str, Any] = MappingProxyType(
    {"confidence": "L", "published_on": date.max, "last_checked_on": date.max, "from": date.max}
)
MAX_PROBLEMS = len(DUMMIES) + 1
MISSING, WRONG, ABSENT = "missing", "wrong", "absent"
TITLE, SOURCES, PARAMETERS = "title", "sources", "parameters"


@dataclass(frozen=True)
class Finding:
    """One thing to do in an overlay: the kind, the parameter (empty: none), the line (None: none), problem and fix.

    Kinds: `missing` (a value is still `???`, or there is none for a day that needs it), `wrong` (it cannot be used), `absent` (the file has no such parameter).
    """

    kind: str
    parameter: str
    line: int | None
    problem: str
    fix: str


def findings(path: Path, law: Law) -> list[Finding]:
    """What a file lacks to complete the law from the begin of a gap to the day, and what is wrong, in the order of lines.

    `law` is the shipped law of the day. Raises OSError for a file that cannot be opened.
    """
    try:
        content = read_yaml(path.read_bytes(), path.name)
    except RulesError as error:
        return [_wrong("", error, path)]
    if not isinstance(content, dict):
        problem = _("The file is no overlay: it has no title, sources and parameters.")
        return [Finding(WRONG, "", 1, problem, _("Begin it with `drawline rules new FILE`."))]
    found = [*_of_head(content), *_of_sources(content, path, law)]
    entries = content.get(PARAMETERS)
    entries = entries if isinstance(entries, dict) else {}
    lacking = {item.id: item for item in missing(law)}
    for name in entries:
        found += _of_parameter(name, content, path, law, lacking.get(name))
    found.sort(key=lambda one: one.line or 0)
    return found + [_absent(item) for name, item in lacking.items() if name not in entries]


def _of_head(content: Mapping[str, Any]) -> Iterator[Finding]:
    for place in places({key: value for key, value in content.items() if key not in (SOURCES, PARAMETERS)}):
        yield _lacking("", Place(place.keys, line_of(content, place.keys[0]) or 1))


def _of_sources(content: dict[str, Any], path: Path, law: Law) -> Iterator[Finding]:
    """What is missing or wrong in the title and the sources."""
    sources = content.get(SOURCES) or {}
    for place in places(sources, (SOURCES,), line_of(content, SOURCES) or 1):
        yield _lacking("", place)
    head = {**content, SOURCES: _filled(sources)}
    if isinstance(content.get(PARAMETERS), dict):
        head[PARAMETERS] = {}
    if content.get(TITLE) == PLACEHOLDER:
        head[TITLE] = TITLE
    try:
        overlaid(_lined(head, content), path.name, law.rules.sources, law.rules.parameters)
    except RulesError as error:
        yield _wrong("", error, path)


def _of_parameter(name: Any, content: dict[str, Any], path: Path, law: Law, item: Missing | None) -> list[Finding]:
    """What is missing or wrong in the versions of one parameter; `item` is what the law lacks of it."""
    entries = content[PARAMETERS]
    entry = entries[name]
    lacking = list(places(entry, (), line_of(entries, name) or 1))
    found = [_lacking(str(name), place) for place in lacking]
    if name == table_of_occupations.PARAMETER:
        found += [*_of_tables(entry, path), *_of_codes(entry)]
    if any("value" in place.keys or "value_file" in place.keys for place in lacking):
        return found
    wrong: list[Finding] = []
    parameter: Parameter | None = None
    # Each version alone, so that one mistake hides none of another version; all of them for their order.
    versions = _versions(entry)
    for part in [*([one] for one in versions if len(versions) > 1), versions or None]:
        if part is versions and wrong:
            break
        whole = entry if part is None else _lined({**entry, "versions": _lined_list(part, entry["versions"])}, entry)
        parameter = _check_part(name, whole, content, path, law, wrong)
    if parameter is not None and not (found or wrong):
        found += _still_unknown(parameter, law, item, line_of(entries, name))
    return [*found, *wrong]


def _check_part(
    name: Any, entry: Any, content: dict[str, Any], path: Path, law: Law, wrong: list[Finding]
) -> Parameter | None:
    """Adds every problem of an entry to `wrong`; the parameter with the entry added, None where it cannot be used."""
    entries, filled = content[PARAMETERS], _with_dummies(name, entry)
    # Of a version, each key at most is wrong once.
    for _turn in range(MAX_PROBLEMS):
        single = {
            TITLE: TITLE,
            SOURCES: _filled(content.get(SOURCES) or {}),
            PARAMETERS: _lined({name: filled}, entries),
        }
        try:
            _title, sources, parameters = overlaid(single, path.name, law.rules.sources, law.rules.parameters)
            laid.check(law.rules.parameters, parameters)
            high_wage.check(Rules(parameters, sources, law.rules.version))
        except RulesError as error:
            found = _wrong(str(name), error, path)
            if found in wrong:
                return None
            wrong.append(found)
            repaired = _repaired(filled, error.line)
            if repaired is None:
                return None
            filled = repaired
        else:
            return parameters[name]
    return None


def _repaired(entry: Any, line: int | None) -> Any:
    """An entry with something in place of the day or the confidence at a line; None where no such value is there."""
    for number, version in enumerate(_versions(entry)):
        for key, dummy in DUMMIES.items():
            if key in version and line_of(version, key) == line and version[key] != dummy:
                return _with_key(entry, number, key)
        if line == line_of(version):
            lacking = next((key for key in DUMMIES if key not in version), None)
            if lacking is not None:
                return _with_key(entry, number, lacking)
    return None


def _with_key(entry: Any, number: int, key: str) -> Any:
    versions = [*entry["versions"]]
    versions[number] = _lined({**versions[number], key: DUMMIES[key]}, versions[number])
    return _lined({**entry, "versions": _lined_list(versions, entry["versions"])}, entry)


def _still_unknown(parameter: Parameter, law: Law, item: Missing | None, line: int | None) -> Iterator[Finding]:
    """What is left unknown from the begin of the gap to the day of the law, once the versions of the file are added."""
    first = law.as_of if item is None or item.starts_on is None else item.starts_on
    for version in parameter.versions:
        is_in = version.starts_on <= law.as_of and (version.ends_on is None or version.ends_on >= first)
        if version.status == "unknown" and is_in:
            since = max(version.starts_on, first)
            problem = _("The value is still unknown from {first}.").format(first=since)
            if version.ends_on is not None:
                text = _("The value is still unknown from {first} to {last}.")
                problem = text.format(first=since, last=version.ends_on)
            fix = _("Enter a known value from {day}.").format(day=since)
            yield Finding(MISSING, parameter.id, version.line if version.file else line, problem, fix)
    in_force = parameter.on(law.as_of)
    if item is not None and item.starts_on is None and in_force is not None:
        seen = in_force.last_seen_on
        if seen is not None and seen < law.as_of:
            problem = _("The newer value is not in force on {day}.").format(day=law.as_of)
            yield Finding(
                MISSING, parameter.id, line, problem, _("Enter a value from {day} or earlier.").format(day=law.as_of)
            )


def _of_tables(entry: Any, path: Path) -> Iterator[Finding]:
    """What is wrong in the tables of occupations that versions name."""
    key, name = table_of_occupations.KEY, table_of_occupations.PARAMETER
    for version in _versions(entry):
        if key not in version or version[key] == PLACEHOLDER:
            continue
        if not isinstance(version[key], str):
            problem = _("The name of a file is expected, not {kind}.").format(kind=type_of(version[key]))
            fix = _("Write the name of the CSV file with the occupations.")
            yield Finding(WRONG, name, line_of(version, key), problem, fix)
            continue
        table = path.parent / str(version[key])
        for wrong in table_of_occupations.read(table)[1]:
            problem = _("{file}, line {line}: {problem}").format(
                file=table.name, line=wrong.line, problem=wrong.problem
            )
            yield Finding(WRONG, name, line_of(version, key), problem, wrong.fix)


def _of_codes(entry: Any) -> Iterator[Finding]:
    """What is wrong with single occupations that are written into the file."""
    name = table_of_occupations.PARAMETER
    for version in _versions(entry):
        value = version.get("value")
        for code, level in value.items() if isinstance(value, dict) else ():
            if PLACEHOLDER in (code, level):
                continue
            wrong = table_of_occupations.wrong_pair(str(code), str(level))
            if not isinstance(code, str):
                wrong = (
                    _("The code {code} is no text.").format(code=code),
                    _('Put it in quotation marks: "{code}".').format(code=code),
                )
            if wrong is not None:
                yield Finding(WRONG, name, line_of(value, code), *wrong)


def _versions(entry: Any) -> list[dict[str, Any]]:
    versions = entry.get("versions") if isinstance(entry, dict) else None
    return [one for one in versions if isinstance(one, dict)] if isinstance(versions, list) else []


def _with_dummies(name: Any, entry: Any) -> Any:
    """An entry whose versions have something in place of `???` where they say what their value was read in."""
    if not isinstance(entry, dict) or not isinstance(entry.get("versions"), list):
        return entry
    versions = entry["versions"]
    filled = [_dummy(name, version) if isinstance(version, dict) else version for version in versions]
    return _lined({**entry, "versions": _lined_list(filled, versions)}, entry)


def _dummy(name: Any, version: dict[str, Any]) -> dict[str, Any]:
    """A version with something in place of each `???`, and of a table or wrong pairs, which are reported row by row."""
    made = dict(version)
    for key, dummy in DUMMIES.items():
        if made.get(key) == PLACEHOLDER:
            made[key] = dummy
    if isinstance(made.get("source"), dict):
        made["source"] = _lined(_filled(made["source"]), made["source"])
    if name == table_of_occupations.PARAMETER:
        if table_of_occupations.KEY in made and "value" not in made:
            del made[table_of_occupations.KEY]
            made["value"] = table_of_occupations.example()
        elif isinstance(made.get("value"), dict):
            made["value"] = table_of_occupations.example()
    return _lined(made, version)


def _filled(content: Any) -> Any:
    """The same with a text in place of each `???`."""
    if isinstance(content, dict):
        return _lined({key: _filled(value) for key, value in content.items()}, content)
    return "-" if content == PLACEHOLDER else content


def _lined(made: dict[str, Any], like: Any) -> dict[str, Any]:
    """A mapping that knows the lines of the one that it was made from."""
    mapping = LinedMapping(made)
    mapping.line, mapping.lines = getattr(like, "line", 1), dict(getattr(like, "lines", {}))
    return mapping  # type: ignore[return-value]


def _lined_list(made: list[Any], like: Any) -> list[Any]:
    entries = LinedList(made)
    entries.line, entries.lines = getattr(like, "line", 1), list(getattr(like, "lines", []))
    return entries


def _lacking(name: str, place: Place) -> Finding:
    """A value that is still `???`, named by the keys that lead to it."""
    # Of a file with one version, as a draft is, the version itself is no news.
    keys = place.keys[2:] if place.keys[:2] == ("versions", "1") else place.keys
    problem = _("{value} is still missing.").format(value=" → ".join(keys))
    return Finding(
        MISSING, name, place.line, problem, _("Enter it in the place of {placeholder}.").format(placeholder=PLACEHOLDER)
    )


def _absent(item: Missing) -> Finding:
    problem = _("The file has no value for it.")
    if item.starts_on is None:
        fix = _("Enter the newer value, or run `drawline rules new FILE` for a draft.")
    else:
        fix = _("Enter its value from {day}, or run `drawline rules new FILE` for a draft.").format(day=item.starts_on)
    return Finding(ABSENT, item.id, None, problem, fix)


def _wrong(name: str, error: RulesError, path: Path) -> Finding:
    """What the loader refuses, without the file, the line and the parameter, which stand beside it."""
    place, line = error.where, error.line
    for known in (_("{file}: line {line}").format(file=path.name, line=line), path.name):
        if place.startswith(known):
            place = place.removeprefix(known).removeprefix(placed("", ""))
    if name and place.startswith(f"{name},"):
        place = ""
    problem, _colon, fix = error.problem.partition(FIX_BEHIND)
    sentence = fix[:1].upper() + fix[1:] if fix else _("Correct the value.")
    return Finding(WRONG, name, line, _ended(placed(place, problem) if place else problem), _ended(sentence))


def _ended(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."
