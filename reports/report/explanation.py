"""One client's explanation as plain text of 100 columns, for a terminal or for paper; sources as numbered notes."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from reports.wording.kinds import kind_word
from reports.wording.stated_words import NOTHING_SINGLE
from reports.wording.words import GRIDS, LANGUAGES, NO, UNDETERMINED, YES, rules_status_word
from transforms.explain.answer import AT_MAXIMUM, OUT_OF_POWER
from transforms.explain.words import ABILITY_WORDS
from transforms.model.wording import N_, _, listing, n_, whole_number

WIDTH = 100
INDENT = 3
TITLE = 29
POINTS = 11
APART = 2
TEXT = INDENT + TITLE + POINTS + 2
ANSWERS = {True: YES, False: NO, None: UNDETERMINED}
STANDINGS = {True: N_("met"), False: N_("not met"), None: N_("not known")}
# Reasons for which nothing is said: the line itself shows them.
PLAIN_REASONS = (AT_MAXIMUM, OUT_OF_POWER)
CONFIDENCE = N_(
    "H: the legal text, or sources that agree. M: one good source. L: check before relying on it. Rules without a last "
    "day are in force until further notice."
)

CARRIED = N_("carried: carried on from before the day from which not all of the law is known, not confirmed.")

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
    until = _(" to {to}").format(to=rule["to"]) if rule["to"] else ""
    remark = {"carried": _(", carried"), "unknown": _(", value not known")}.get(rule["status"], "")
    return _("{title}: {section}; from {day}{until}, {confidence}{standing}").format(
        title=rule["title"],
        section=rule["section"],
        day=rule["from"],
        until=until,
        confidence=rule["confidence"],
        standing=remark,
    )


def as_text(answer: Answer) -> str:
    """The answer of `explained` as text without colour codes, in lines of at most 100 columns but for addresses."""
    notes = Notes()
    parts = [
        _head(answer),
        *(_group(group, notes) for group in answer["groups"]),
        _raises(answer),
        _selection_grid(answer["selection_grid"], notes),
        *(_program(program, notes) for program in answer["programs"]),
        [
            _ruled(_("Notes"), _("where each rule was read, and since when it is in force")),
            *notes.lines(),
            *_wrapped(_(CONFIDENCE), " ", 1),
            *(_wrapped(_(CARRIED), " ", 1) if notes.has_carried else []),
        ],
    ]
    return "\n\n".join("\n".join(lines) for lines in parts if lines)


def _head(answer: Answer) -> list[str]:
    total = answer["total"]
    known = "" if total["complete"] else _(" as far as known")
    score = _("CRS {points} of {maximum}{known} on {as_of}").format(
        points=whole_number(total["points"]), maximum=whole_number(total["maximum"]), known=known, as_of=answer["as_of"]
    )
    grid = answer["grid"]
    programs = ", ".join(
        f"{kind_word(program['key'])} {_(ANSWERS[program['eligible']])}" for program in answer["programs"]
    )
    ahead = [_ahead(answer["coming_loss"]), *(_running_out(one) for one in answer["running_out"])]
    lines = [_apart(_("Client {client_id}").format(client_id=answer["client_id"]), score), "=" * WIDTH]
    lines += _entry(_("Grid"), f"{_(GRIDS[grid['name']])}{_(': ')}{grid['why']}")
    lines += _entry(_("Eligible"), programs)
    lines += _entry(_("Results"), *_results(answer["language_choice"]))
    stated = answer.get("stated")
    lines += _entry(_("Stated"), *_stated(stated)) if stated else []
    lines += _entry(
        _("Law"),
        _("{rules_status}, rules {rules_version}").format(
            rules_status=rules_status_word(answer["rules_status"]), rules_version=answer["rules_version"]
        ),
    )
    lines += _entry(_("Ahead"), *ahead)
    if answer["unknown"]:
        lines += _entry(
            _("Not known"),
            *(
                _("{title}, from {day}: {note}").format(title=one["title"], day=one["from"], note=one["note"])
                for one in answer["unknown"]
            ),
        )
        lines += _entry("", total["note"])
    return lines


def _stated(stated: Answer) -> list[str]:
    """The score as the firm or the client states it, and what may explain that it is another one."""
    difference = stated["difference"]
    if not difference:
        return [_("{points}, as computed").format(points=whole_number(stated["points"]))]
    above, below = _("{points}, {apart} above the computed score"), _("{points}, {apart} below the computed score")
    head = (above if difference > 0 else below).format(
        points=whole_number(stated["points"]), apart=_points(abs(difference))
    )
    return [head, *([one["words"] for one in stated["reasons"]] or [_(NOTHING_SINGLE)])]


def _results(choice: Answer) -> list[str]:
    """The language results used, and what the next best choice of those on file would give."""
    if not choice["results"]:
        return [_("no valid language result")]
    how = (
        _("as named")
        if choice["is_named"]
        else _("not named; it serves best")
        if choice["next_best"]
        else _("not named")
    )
    used = ", ".join(_result(one) for one in choice["results"])
    texts = [
        _("{used}; {language} first ({how})").format(
            used=used, language=_(LANGUAGES[choice["first_language"]]), how=how
        )
    ]
    after = choice["next_best"]
    if after is not None:
        other = ", ".join(_result(one) for one in after["results"])
        eligible = {True: "", False: _(", not eligible for the pool"), None: _(", eligibility undetermined")}
        texts.append(
            _(
                "Best of {combinations} combinations. Next best: {other}; {language} first: CRS {total} ({difference:+}){eligible}"
            ).format(
                combinations=choice["combinations"],
                other=other,
                language=_(LANGUAGES[after["first_language"]]),
                total=after["total"],
                difference=after["difference"],
                eligible=eligible[after["pool_eligible"]],
            )
        )
    if choice["older_results_left_out"]:
        texts.append(_("There are too many results to try every combination; only the newest are used."))
    return texts


def _result(one: Answer) -> str:
    levels = one["levels"] if isinstance(one["levels"], str) else ", ".join(_level(level) for level in one["levels"])
    day = "" if one["on"] is None else _(" of {on}").format(on=one["on"])
    of_spouse, own = _("spouse's {test}{day} ({levels})"), "{test}{day} ({levels})"
    return (of_spouse if one["result"] == "spouse" else own).format(test=one["test"], day=day, levels=levels)


def _level(level: int | None) -> str:
    return _("none") if level is None else str(level)


def _ahead(loss: Answer | None, of: str = "total") -> str:
    """The birthday that costs points, of the total or of `fsw_points`."""
    if loss is None:
        return _("no birthday costs points any more")
    return _("turning {age} on {on}, in {days} days, costs {points}").format(
        age=loss["age"], on=loss["on"], days=loss["days"], points=_points(-loss[of])
    )


def _points(number: int) -> str:
    return n_("{number} point", "{number} points", number).format(number=number)


def _running_out(one: Answer) -> str:
    return _("{what} of {of} counts no longer from {on}, in {days} days").format(
        what=one["what"], of=one["of"], on=one["on"], days=one["days"]
    )


def _entry(name: str, *texts: str) -> list[str]:
    """A line of the head, with its name before the first text."""
    leads = (name, *("",) * len(texts))
    return [line for lead, text in zip(leads, texts, strict=False) for line in _wrapped(text, f"{lead:<11}", 11)]


def _group(group: Answer, notes: Notes) -> list[str]:
    points = _("{points} of {maximum}").format(points=group["points"], maximum=group["maximum"])
    lines = [_ruled(f"{group['key']}  {group['title']}", points)]
    if not any(part["maximum"] or part["maximum"] is None for part in group["components"]):
        return [*lines, f"{'':<{INDENT}}{group['components'][0]['no_next_step']}"]
    for part in group["components"]:
        lines += _component(part, notes)
        for cap in (*group["blocks"], group):
            if cap["lost_to_cap"] and cap["holds"][-1] == part["name"]:
                lines += _line(
                    "",
                    str(-cap["lost_to_cap"]),
                    _("cap of {maximum} on {title}").format(maximum=cap["maximum"], title=cap["title"].lower()),
                    "",
                )
    return lines


def _component(part: Answer, notes: Notes) -> list[str]:
    rules = (part["rule"], *part["other_rules"])
    since = f"{part['rule']['from']} {notes.cite(rules)}"
    points = (
        _("not known")
        if part["points"] is None
        else _("{points} of {maximum}").format(points=part["points"], maximum=part["maximum"])
    )
    lines = _line(part["title"], points, part["input"]["words"], since)
    if part["points"] is not None and part["before_caps"] > part["points"]:
        lines += _under(
            _("{before_caps} before the cap of {maximum}").format(
                before_caps=part["before_caps"], maximum=part["maximum"]
            ),
            "",
        )
    if part["coming_loss"] is not None:
        lines += _under(_ahead(part["coming_loss"], "fsw_points" if part["name"].startswith("fsw_") else "total"), "")
    elif part["next_step"] is not None:
        lines += _under(part["next_step"]["text"], _("next: "))
    elif part["no_next_step"] not in [_(reason) for reason in PLAIN_REASONS]:
        lines += _under(part["no_next_step"], "")
    return lines


def _raises(answer: Answer) -> list[str]:
    """What would raise the total, each step alone, the most points first."""
    if not answer["steps"]:
        return []
    lines = [_ruled(_("What would raise the total"), _("each alone, scored again, all else as it is"))]
    titles = {part["name"]: part["title"] for group in answer["groups"] for part in group["components"]}
    for step in _alike(answer["steps"]):
        effects = [f"{titles[name]} {points:+}" for name, points in step["effects"].items() if name in titles]
        if step["lost_to_caps"]:
            effects.append(_("caps {points:+}").format(points=-step["lost_to_caps"]))
        opened = (
            [_("opens {programs}").format(programs=", ".join(kind_word(one) for one in step["makes_eligible"]))]
            if step["makes_eligible"]
            else []
        )
        several = [", ".join(effects)] if len(effects) > 1 else []
        beside = f": {'; '.join([*several, *opened])}" if several or opened else ""
        lines += _wrapped(f"{step['words']}{beside}", f"{step['total']:>+{INDENT + 4}}  ", INDENT + 6)
    return lines


def _alike(steps: Sequence[Answer]) -> list[Answer]:
    """The steps with those in one line that do the same by one ability or another."""
    together: dict[str, list[Answer]] = {}
    for step in steps:
        alike = step["words"].replace(f" {_ability(step)} ", " {} ")
        together.setdefault(
            f"{alike} {step['total']} {step['makes_eligible']}",
            [],
        ).append(step)
    return [_one_of(group) for group in together.values()]


def _one_of(steps: Sequence[Answer]) -> Answer:
    """Several steps in one: their abilities listed."""
    if len(steps) == 1:
        return steps[0]
    alike = steps[0]["words"].replace(f" {_ability(steps[0])} ", f" {listing((_ability(one) for one in steps), 'or')} ")
    return {**steps[0], "words": alike}


def _ability(step: Answer) -> str:
    """The ability that a step raises in the language in use; `None` where it raises none alone."""
    return _(ABILITY_WORDS[step["ability"]]) if step["ability"] in ABILITY_WORDS else str(step["ability"])


def _selection_grid(grid: Answer, notes: Notes) -> list[str]:
    missing = _(", {missing} missing").format(missing=grid["missing"]) if grid["missing"] else ""
    points = _("{points} of {maximum}, pass mark {pass_mark}{missing} {cite}").format(
        points=grid["points"],
        maximum=grid["maximum"],
        pass_mark=grid["pass_mark"],
        missing=missing,
        cite=notes.cite([grid["rule"]]),
    )
    lines = [_ruled(grid["title"], points)]
    for part in grid["components"]:
        lines += _component(part, notes)
    return lines


def _program(program: Answer, notes: Notes) -> list[str]:
    lines = [
        _ruled(
            program["title"],
            {True: _("eligible"), False: _("not eligible"), None: _(UNDETERMINED)}[program["eligible"]],
        )
    ]
    # Two places between the longest word and the test.
    widest = max(len(_(word)) for word in STANDINGS.values()) + APART
    for test in program["tests"]:
        rules = [] if test["rule"] is None else [test["rule"]]
        since = f"{rules[0]['from']} {notes.cite(rules)}" if rules else ""
        lines += _beside(test["test"], f"{'':<{INDENT}}{_(STANDINGS[test['met']]):<{widest}}", since)
        needed = _("needed: {what}").format(what=test["fix"]) if test["met"] is False else test["fix"]
        for said in (test["input"], needed):
            lines += _wrapped(said, " " * (INDENT + widest), INDENT + widest) if said else []
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
