"""A plan of rounds as YAML: read strictly, every slip named with its key and the nearest right one."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from transforms.plan import Plan, PlannedRound
from transforms.rounds import POOL_BANDS, Line, RoundError, kind_of
from transforms.rules.loader import RulesError, read_yaml

KEYS = ("title", "start", "seed", "rounds", "arrivals", "answers", "renewals", "withdrawals")
ROUND_KEYS = ("date", "kind", "size", "cut_off", "tie_break", "every_days", "times")
ARRIVALS_KEYS = ("file", "per_week")
ANSWERS_KEYS = ("declined_share", "declined_after_days", "lapsed_share")
RENEWALS_KEYS = ("after_lapse_share", "after_expiry_share", "after_days")
WITHDRAWALS_KEYS = ("share_a_year", "clients")
MOST_ROUNDS = 10_000
MOST_DAYS = 3_660
HIGHEST = max(high for _, high in POOL_BANDS)


class PlanFileError(ValueError):
    """A plan file cannot be used; the message names the place, the value and what would be right."""


def read(path: Path) -> Plan:
    """The plan of a file; raises PlanFileError."""
    try:
        content = read_yaml(path.read_bytes(), path.name)
    except OSError as error:
        raise PlanFileError(f"{path.name} cannot be opened: {error.strerror}") from None
    except RulesError as error:
        raise PlanFileError(str(error)) from None
    try:
        return _plan(content, path.stem)
    except PlanFileError as error:
        raise PlanFileError(f"{path.name}: {error}") from None


def _plan(content: Any, name: str) -> Plan:
    content = _keys(content, KEYS, "the plan")
    if "rounds" not in content:
        raise PlanFileError("the key `rounds` is missing; list the rounds, each with date, kind and size")
    rounds = _rounds(content["rounds"])
    arrivals, answers, renewals, withdrawals = (
        _keys(content.get(key) or {}, keys, key)
        for key, keys in (
            ("arrivals", ARRIVALS_KEYS), ("answers", ANSWERS_KEYS), ("renewals", RENEWALS_KEYS),
            ("withdrawals", WITHDRAWALS_KEYS),
        )
    )  # fmt: skip
    declined, lapsed = _share(answers, "answers", "declined_share"), _share(answers, "answers", "lapsed_share")
    if declined + lapsed > 1:
        raise PlanFileError(
            f"answers: declined_share {declined:g} and lapsed_share {lapsed:g} are more than 1 together"
        )
    if declined and "declined_after_days" not in answers:
        raise PlanFileError("answers: declined_share needs declined_after_days, the days from invitation to decline")
    a_year = _share(withdrawals, "withdrawals", "share_a_year")
    if a_year == 1:
        raise PlanFileError("withdrawals.share_a_year must be below 1")
    return Plan(
        title=str(content.get("title") or name),
        start=_day(content.get("start", rounds[0].date), "start"),
        rounds=rounds,
        seed=_whole(content, "the plan", "seed", 0, least=0),
        arrivals_file=_text(arrivals, "arrivals", "file"),
        arrivals_per_week=_number(arrivals, "arrivals", "per_week"),
        declined_share=declined,
        declined_after_days=_whole(answers, "answers", "declined_after_days", 1),
        lapsed_share=lapsed,
        renewed_after_lapse_share=_share(renewals, "renewals", "after_lapse_share"),
        renewed_after_expiry_share=_share(renewals, "renewals", "after_expiry_share"),
        renewed_after_days=_whole(renewals, "renewals", "after_days", 1),
        withdrawn_share_a_year=a_year,
        withdrawn_on=_days_by_person(withdrawals.get("clients") or {}),
    )


def _rounds(entries: Any) -> tuple[PlannedRound, ...]:
    """The rounds in the order of their days; of one day, in the order of the file."""
    if not isinstance(entries, list) or not entries:
        raise PlanFileError("`rounds` must be a list with at least one round")
    found: list[PlannedRound] = []
    for number, entry in enumerate(entries, start=1):
        found += _held(entry, f"rounds, entry {number}")
        if len(found) > MOST_ROUNDS:
            raise PlanFileError(f"rounds, entry {number}: more than {MOST_ROUNDS:,} rounds in all; a plan holds fewer")
    found.sort(key=lambda one: one.date)
    if (found[-1].date - found[0].date).days > MOST_DAYS:
        raise PlanFileError(
            f"the rounds reach from {found[0].date} to {found[-1].date}; a plan holds ten years at most"
        )
    return tuple(found)


def _held(entry: Any, where: str) -> list[PlannedRound]:
    entry = _keys(entry, ROUND_KEYS, where)
    for key in ("date", "kind"):
        if key not in entry:
            raise PlanFileError(f"{where}: the key `{key}` is missing")
    if ("size" in entry) == ("cut_off" in entry):
        raise PlanFileError(f"{where}: give either `size`, the number of invitations, or `cut_off`")
    if "tie_break" in entry and "cut_off" not in entry:
        raise PlanFileError(f"{where}: `tie_break` goes with `cut_off`, not with `size`")
    if ("every_days" in entry) != ("times" in entry):
        raise PlanFileError(f"{where}: `every_days` and `times` go together")
    first, kind = _day(entry["date"], f"{where}: date"), _kind(entry["kind"], where)
    every, times = _whole(entry, where, "every_days", 1), _whole(entry, where, "times", 1)
    if times > MOST_ROUNDS or every * times > MOST_DAYS:
        raise PlanFileError(
            f"{where}: {times} rounds, one every {every} days, reach over ten years; a plan holds fewer"
        )
    size, line = None, None
    if "size" in entry:
        size = _whole(entry, where, "size", 1)
    else:
        cut_off = _whole(entry, where, "cut_off", 0, least=0)
        if cut_off > HIGHEST:
            raise PlanFileError(f"{where}: cut_off {cut_off} is no score; scores are 0 to {HIGHEST:,}")
        line = Line(cut_off, _moment(entry.get("tie_break"), f"{where}: tie_break"))
    return [PlannedRound(first + timedelta(days=every * number), kind, size, line) for number in range(times)]


def _kind(value: Any, where: str) -> str:
    try:
        return kind_of(str(value))
    except RoundError as error:
        raise PlanFileError(f"{where}: {error}") from None


def _keys(value: Any, known: Iterable[str], where: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise PlanFileError(f"{where} must be a mapping of keys to values")
    for key in value:
        if key not in known:
            close = difflib.get_close_matches(str(key), list(known), 1)
            hint = f"did you mean {close[0]!r}?" if close else f"the keys are {', '.join(known)}"
            raise PlanFileError(f"{where}: unknown key {key!r}; {hint}")
    return value


def _day(value: Any, where: str) -> date:
    if type(value) is not date:
        raise PlanFileError(f"{where} {value!r} is not a date such as 2026-09-01")
    return value


def _moment(value: Any, where: str) -> datetime | None:
    if value is None:
        return None
    if not isinstance(value, datetime):
        raise PlanFileError(f"{where} {value!r} is not a time such as 2026-08-31T10:55:43Z")
    in_utc = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    return in_utc.replace(microsecond=0)


def _whole(entry: Mapping[str, Any], where: str, key: str, default: int, *, least: int = 1) -> int:
    value = entry.get(key, default)
    if type(value) is not int or value < least:
        raise PlanFileError(f"{where}: {key} {value!r} is not a whole number from {least}")
    return value


def _number(entry: Mapping[str, Any], where: str, key: str) -> float:
    value = entry.get(key, 0)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
        raise PlanFileError(f"{where}: {key} {value!r} is not a number from 0")
    return float(value)


def _share(entry: Mapping[str, Any], where: str, key: str) -> float:
    value = _number(entry, where, key)
    if value > 1:
        raise PlanFileError(f"{where}: {key} {value:g} is a share; give a number from 0 to 1, such as 0.05")
    return value


def _text(entry: Mapping[str, Any], where: str, key: str) -> str:
    value = entry.get(key, "")
    if not isinstance(value, str):
        raise PlanFileError(f"{where}: {key} {value!r} is not the name of a file")
    return value


def _days_by_person(value: Any) -> dict[str, date]:
    if not isinstance(value, dict):
        raise PlanFileError("withdrawals.clients must name each client with a day, such as C-0012: 2026-09-01")
    return {str(client): _day(day, f"withdrawals.clients: {client}") for client, day in value.items()}
