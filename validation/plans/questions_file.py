"""Past questions to the forecast as YAML: read strictly, every slip named with its file and line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from transforms.forecast.forecast import question
from transforms.forecast.futures import Question
from transforms.model.wording import _
from transforms.rounds.rounds import RoundError
from transforms.rules.strict_yaml import Where, line_of, shown, within
from validation.plans.plan_file import PlanFileError, day_in, known_keys, read_with, wrong_at

KEYS = ("as_of", "round")


@dataclass(frozen=True)
class PastQuestion:
    """A round that is asked about as on a day; `place` names file, line and entry."""

    as_of: date
    question: Question
    place: str


def read(path: Path) -> list[PastQuestion]:
    """The questions of a file, one at least; raises PlanFileError."""
    return read_with(path, lambda content, _stem: _questions(content, path.name))


def _questions(content: Any, name: str) -> list[PastQuestion]:
    entries = content.get("questions") if isinstance(content, dict) else None
    if not isinstance(entries, list) or not entries:
        raise PlanFileError(
            _("the file holds no questions; list each under `questions:` as {example}").format(
                example="{as_of: 2026-02-16, round: CEC}"
            ),
            line_of(content, "questions"),
        )
    return [
        _one(entry, within(_("questions, entry {number}").format(number=number), "", entries, number - 1), name)
        for number, entry in enumerate(entries, start=1)
    ]


def _one(entry: Any, where: Where, name: str) -> PastQuestion:
    entry = known_keys(entry, KEYS, where)
    for key in KEYS:
        if key not in entry:
            raise wrong_at(where, _(": the key `{key}` is missing").format(key=key))
    as_of = day_in(entry["as_of"], within(where, ": as_of", entry, "as_of"))
    place = within(where, ": round", entry, "round")
    text = entry["round"]
    if not isinstance(text, str):
        raise wrong_at(place, _(" {value} is not a text such as {example}").format(value=shown(text), example="CEC"))
    try:
        asked = question(text)
    except RoundError as error:
        raise wrong_at(place, f": {error}") from None
    return PastQuestion(
        as_of, asked, _("{file}: line {line}: {problem}").format(file=name, line=where.line or 1, problem=where)
    )
