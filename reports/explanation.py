"""One client's explanation as plain text of 100 columns, for a terminal or for paper; sources as numbered notes."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

WIDTH = 100
INDENT = 3
TITLE = 29
POINTS = 11
STANDING = 11
TEXT = INDENT + TITLE + POINTS + 2
GRIDS = {"with_spouse": "with spouse", "without_spouse": "without spouse"}
ANSWERS = {True: "yes", False: "no", None: "cannot be told"}
STANDINGS = {True: "met", False: "not met", None: "not known"}
# Reasons for which nothing is said: the line itself shows them.
PLAIN_REASONS = frozenset({"the maximum already", "not in the client's power"})
CONFIDENCE = (
    "H: the legal text, or sources that agree. M: one good source. L: check before relying on it. Rules without a last "
    "day are in force until further notice."
)

CARRIED = "carried: carried on from before the day from which not all of the law is known, not confirmed."

Answer = Mapping[str, Any]


class Notes:
    """The sources as numbered notes, each with the rules that were read there, in the order in which they are cited."""

    def __init__(self) -> None:
        self._rules: dict[tuple[str, str], dict[str, Answer]] = {}

    def cite(self, rules: Iterable[Answer]) -> str:
        """The numbers of the notes of some rules, in brackets."""
        numbers = []
        for rule in rules:
            source = (rule["source"], rule["address"])
            self._rules.setdefault(source, {})[rule["id"]] = rule
            numbers.append(list(self._rules).index(source) + 1)
        return f"[{','.join(str(number) for number in dict.fromkeys(numbers))}]" if numbers else ""

    @property
    def has_carried(self) -> bool:
        """Is any of the rules only carried on?"""
        return any(rule["status"] == "carried" for rules in self._rules.values() for rule in rules.values())

    def lines(self) -> Iterator[str]:
        """Every note: its source, its address, and the rules read there with their dates."""
        for number, ((title, address), rules) in enumerate(self._rules.items(), start=1):
            yield from _wrapped(title, f"{f'[{number}]':>5} ", 6)
            yield f"      {address}"
            for rule in rules.values():
                yield from _wrapped(_cited(rule), "      - ", 8)


def _cited(rule: Answer) -> str:
    until = f" to {rule['to']}" if rule["to"] else ""
    standing = {"carried": ", carried", "unknown": ", value not known"}.get(rule["status"], "")
    return f"{rule['title']}: {rule['section']}; from {rule['from']}{until}, {rule['confidence']}{standing}"


def as_text(told: Answer) -> str:
    """The answer of `explained` as text without colour codes, in lines of at most 100 columns but for addresses."""
    notes = Notes()
    parts = [
        _head(told),
        *(_group(group, notes) for group in told["groups"]),
        _raises(told),
        _selection_grid(told["selection_grid"], notes),
        *(_program(program, notes) for program in told["programs"]),
        [
            _ruled("Notes", "where each rule was read, and since when it is in force"),
            *notes.lines(),
            *_wrapped(CONFIDENCE, " ", 1),
            *(_wrapped(CARRIED, " ", 1) if notes.has_carried else []),
        ],
    ]
    return "\n\n".join("\n".join(lines) for lines in parts if lines)


def _head(told: Answer) -> list[str]:
    total = told["total"]
    known = "" if total["complete"] else " as far as known"
    score = f"CRS {total['points']:,} of {total['maximum']:,}{known} on {told['as_of']}"
    grid = told["grid"]
    programs = ", ".join(f"{program['key']} {ANSWERS[program['eligible']]}" for program in told["programs"])
    ahead = [_ahead(told["coming_loss"]), *(_running_out(one) for one in told["running_out"])]
    lines = [_apart(f"Client {told['client_id']}", score), "=" * WIDTH]
    lines += _entry("Grid", f"{GRIDS[grid['name']]}: {grid['why']}")
    lines += _entry("Eligible", programs)
    lines += _entry("Results", *_results(told["language_choice"]))
    lines += _entry("Law", f"{told['rules_status']}, rules {told['rules_version']}")
    lines += _entry("Ahead", *ahead)
    if told["unknown"]:
        lines += _entry("Not known", *(f"{one['title']}, from {one['from']}: {one['note']}" for one in told["unknown"]))
        lines += _entry("", total["note"])
    return lines


def _results(choice: Answer) -> list[str]:
    """The language results used, and what the next best choice of those on file would give."""
    if not choice["results"]:
        return ["no valid language result"]
    how = "as named" if choice["is_named"] else "not named; it serves best" if choice["next_best"] else "not named"
    used = ", ".join(_result(one) for one in choice["results"])
    texts = [f"{used}; {choice['first_language'].capitalize()} first ({how})"]
    after = choice["next_best"]
    if after is not None:
        other = ", ".join(_result(one) for one in after["results"])
        eligible = {True: "", False: ", not eligible for the pool", None: ", eligibility undetermined"}
        texts.append(
            f"Best of {choice['combinations']} combinations. Next best: {other}; {after['first_language'].capitalize()} first: "
            f"CRS {after['total']} ({after['difference']:+}){eligible[after['pool_eligible']]}"
        )
    if choice["older_results_left_out"]:
        texts.append("There are too many results to try every combination; only the newest are used.")
    return texts


def _result(one: Answer) -> str:
    levels = one["levels"] if isinstance(one["levels"], str) else ", ".join(_level(level) for level in one["levels"])
    day = "" if one["on"] is None else f" of {one['on']}"
    whose = "spouse's " if one["result"] == "spouse" else ""
    return f"{whose}{one['test']}{day} ({levels})"


def _level(level: int | None) -> str:
    return "none" if level is None else str(level)


def _ahead(loss: Answer | None, of: str = "total") -> str:
    """The birthday that costs points, of the total or of `fsw_points`."""
    if loss is None:
        return "no birthday costs points any more"
    return f"turning {loss['age']} on {loss['on']}, in {loss['days']} days, costs {_points(-loss[of])}"


def _points(number: int) -> str:
    return f"{number} point" if number == 1 else f"{number} points"


def _running_out(one: Answer) -> str:
    return f"{one['what']} of {one['of']} counts no longer from {one['on']}, in {one['days']} days"


def _entry(name: str, *texts: str) -> list[str]:
    """A line of the head, with its name before the first text."""
    leads = (name, *("",) * len(texts))
    return [line for lead, text in zip(leads, texts, strict=False) for line in _wrapped(text, f"{lead:<11}", 11)]


def _group(group: Answer, notes: Notes) -> list[str]:
    points = f"{group['points']} of {group['maximum']}"
    lines = [_ruled(f"{group['key']}  {group['title']}", points)]
    if not any(part["maximum"] or part["maximum"] is None for part in group["components"]):
        return [*lines, f"{'':<{INDENT}}{group['components'][0]['no_next_step']}"]
    for part in group["components"]:
        lines += _component(part, notes)
        for cap in (*group["blocks"], group):
            if cap["eaten_by_cap"] and cap["holds"][-1] == part["name"]:
                lines += _line("", str(-cap["eaten_by_cap"]), f"cap of {cap['maximum']} on {cap['title'].lower()}", "")
    return lines


def _component(part: Answer, notes: Notes) -> list[str]:
    rules = (part["rule"], *part["other_rules"])
    since = f"{part['rule']['from']} {notes.cite(rules)}"
    points = "not known" if part["points"] is None else f"{part['points']} of {part['maximum']}"
    lines = _line(part["title"], points, part["input"]["words"], since)
    if part["points"] is not None and part["before_caps"] > part["points"]:
        lines += _under(f"{part['before_caps']} before the cap of {part['maximum']}", "")
    if part["coming_loss"] is not None:
        lines += _under(_ahead(part["coming_loss"], "fsw_points" if part["name"].startswith("fsw_") else "total"), "")
    elif part["next_step"] is not None:
        lines += _under(part["next_step"]["text"], "next: ")
    elif part["no_next_step"] not in PLAIN_REASONS:
        lines += _under(part["no_next_step"], "")
    return lines


def _raises(told: Answer) -> list[str]:
    """What would raise the total, each step alone, the most points first."""
    if not told["steps"]:
        return []
    lines = [_ruled("What would raise the total", "each alone, scored anew, all else as it is")]
    titles = {part["name"]: part["title"] for group in told["groups"] for part in group["components"]}
    for step in _alike(told["steps"]):
        effects = [f"{titles[name]} {points:+}" for name, points in step["effects"].items() if name in titles]
        if step["eaten_by_caps"]:
            effects.append(f"caps {-step['eaten_by_caps']:+}")
        opened = [f"opens {', '.join(step['makes_eligible'])}"] if step["makes_eligible"] else []
        several = [", ".join(effects)] if len(effects) > 1 else []
        beside = f": {'; '.join([*several, *opened])}" if several or opened else ""
        lines += _wrapped(f"{step['words']}{beside}", f"{step['total']:>+{INDENT + 4}}  ", INDENT + 6)
    return lines


def _alike(steps: Sequence[Answer]) -> list[Answer]:
    """The steps with those in one line that do the same by one ability or another."""
    together: dict[str, list[Answer]] = {}
    for step in steps:
        alike = step["words"].replace(f" {step['ability']} ", " {} ")
        together.setdefault(f"{alike} {step['total']} {step['makes_eligible']}", []).append(step)
    return [_one_of(group) for group in together.values()]


def _one_of(steps: Sequence[Answer]) -> Answer:
    """Several steps in one: their abilities listed."""
    if len(steps) == 1:
        return steps[0]
    *most, last = (step["ability"] for step in steps)
    alike = steps[0]["words"].replace(f" {steps[0]['ability']} ", f" {', '.join(most)} or {last} ")
    return {**steps[0], "words": alike}


def _selection_grid(grid: Answer, notes: Notes) -> list[str]:
    missing = f", {grid['missing']} missing" if grid["missing"] else ""
    points = (
        f"{grid['points']} of {grid['maximum']}, pass mark {grid['pass_mark']}{missing} {notes.cite([grid['rule']])}"
    )
    lines = [_ruled(grid["title"], points)]
    for part in grid["components"]:
        lines += _component(part, notes)
    return lines


def _program(program: Answer, notes: Notes) -> list[str]:
    lines = [
        _ruled(program["title"], {True: "eligible", False: "not eligible", None: "cannot be told"}[program["eligible"]])
    ]
    for test in program["tests"]:
        rules = [] if test["rule"] is None else [test["rule"]]
        since = f"{rules[0]['from']} {notes.cite(rules)}" if rules else ""
        lines += _beside(test["test"], f"{'':<{INDENT}}{STANDINGS[test['met']]:<{STANDING}}", since)
        needed = f"needed: {test['mend']}" if test["met"] is False else test["mend"]
        for said in (test["input"], needed):
            lines += _wrapped(said, " " * (INDENT + STANDING), INDENT + STANDING) if said else []
    return lines


def _ruled(left: str, right: str) -> str:
    """A heading with a line under it."""
    return f"{_apart(left, right)}\n{'-' * WIDTH}"


def _apart(left: str, right: str) -> str:
    return f"{left}{right:>{WIDTH - len(left)}}"


def _line(title: str, points: str, text: str, since: str) -> list[str]:
    """A line of the table: title, points, text, and since when with its notes."""
    return _beside(text, f"{'':<{INDENT}}{title:<{TITLE}}{points:>{POINTS}}  ", since)


def _under(text: str, lead: str) -> list[str]:
    """A line under the text column, to the right edge."""
    return list(_wrapped(text, f"{'':<{TEXT}}{lead}", TEXT + len(lead)))


def _beside(text: str, lead: str, right: str) -> list[str]:
    """A text in lines with something at the right edge of the first; the others run on to the edge."""
    first, *rest = _wrapped(text, lead, len(lead), WIDTH - len(right) - 2 if right else WIDTH)
    following = _wrapped(" ".join(line.strip() for line in rest), " " * len(lead), len(lead)) if rest else []
    return [f"{first}{right:>{WIDTH - len(first)}}".rstrip(), *following]


def _wrapped(text: str, lead: str, hang: int, width: int = WIDTH) -> list[str]:
    """A text in lines, the first with its lead, the others under it."""
    return textwrap.wrap(
        text, width, initial_indent=lead, subsequent_indent=" " * hang, break_long_words=False, break_on_hyphens=False
    ) or [lead.rstrip()]
