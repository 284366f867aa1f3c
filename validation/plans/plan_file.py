"""A plan of rounds as YAML: read strictly, every slip named with its key and the nearest right one."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from transforms.model.wording import _, whole_number
from transforms.model.wording import number as shown_number
from transforms.rounds.rounds import MAX_INVITATIONS, POOL_BANDS, Cutoff, RoundError, kind_of
from transforms.rules.errors import RulesError
from transforms.rules.strict_yaml import Where, line_of, read_yaml, shown, within
from transforms.simulation.plan import Plan, PlannedRound

KEYS = ("title", "start", "seed", "rounds", "arrivals", "answers", "renewals", "withdrawals")
ROUND_KEYS = ("date", "kind", "size", "cut_off", "tie_break", "every_days", "times")
ARRIVALS_KEYS = ("file", "per_week")
ANSWERS_KEYS = ("declined_share", "declined_after_days", "lapsed_share")
RENEWALS_KEYS = ("after_lapse_share", "after_expiry_share", "after_days")
WITHDRAWALS_KEYS = ("share_a_year", "clients")
# What the national pool's arrivals say beside who comes, by key of the plan.
WITH_NATIONAL = (("renewals", "after_expiry_share"), ("withdrawals", "share_a_year"))
NATIONAL = "national"
MAX_ROUNDS = 10_000
MAX_DAYS = 3_660
MAX_ARRIVALS = 1_000_000
DAYS_A_WEEK = 7
LAST_YEAR = 2100
MAX_TITLE_LENGTH = 1_000
HIGHEST = max(high for _, high in POOL_BANDS)

Made = TypeVar("Made")


class PlanFileError(ValueError):
    """A plan file cannot be used; the message names the place, the value and what would be right.

    `line` is the line of the file, where it is known.
    """

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


def read(path: Path) -> Plan:
    """The plan of a file; raises PlanFileError."""
    return read_with(path, _plan)


def read_with(path: Path, plan_of: Callable[[Any, str], Made]) -> Made:
    """What a function makes of the content and the name of a plan's file; raises PlanFileError with file and line."""
    try:
        content = read_yaml(path.read_bytes(), path.name)
    except OSError as error:
        raise PlanFileError(
            _("{file} cannot be opened: {reason}").format(file=path.name, reason=error.strerror)
        ) from None
    except RulesError as error:
        raise PlanFileError(str(error)) from None
    try:
        return plan_of(content, path.stem)
    except PlanFileError as error:
        raise PlanFileError(
            _("{file}: line {line}: {problem}").format(file=path.name, line=error.line or 1, problem=error),
            error.line or 1,
        ) from None


def wrong_at(where: str, text: str) -> PlanFileError:
    """An error at a place of the plan; `text` goes on where the place ends."""
    return PlanFileError(f"{where}{text}", getattr(where, "line", None))


def _plan(content: Any, name: str) -> Plan:
    content = known_keys(content, KEYS, _("the plan"))
    if "rounds" not in content:
        raise PlanFileError(
            _("the key `rounds` is missing; list the rounds, each with date, kind and size"), line_of(content)
        )
    rounds = _rounds(content["rounds"], within("`rounds`", "", content, "rounds"))
    lines, is_national = _lines(content), content.get("arrivals") == NATIONAL
    if is_national:
        content = _without_national(content)
    arrivals, answers, renewals, withdrawals = (
        known_keys({} if content.get(key) is None else content[key], keys, within(key, "", content, key))
        for key, keys in (
            ("arrivals", ARRIVALS_KEYS), ("answers", ANSWERS_KEYS), ("renewals", RENEWALS_KEYS),
            ("withdrawals", WITHDRAWALS_KEYS),
        )
    )  # fmt: skip
    declined, lapsed = _share(answers, "answers", "declined_share"), _share(answers, "answers", "lapsed_share")
    if declined + lapsed > 1:
        raise PlanFileError(
            _("answers: declined_share {declined} and lapsed_share {lapsed} are more than 1 together").format(
                declined=shown_number(declined), lapsed=shown_number(lapsed)
            ),
            line_of(answers, "lapsed_share"),
        )
    if declined and "declined_after_days" not in answers:
        raise PlanFileError(
            _("answers: declined_share needs declined_after_days, the days from invitation to decline"),
            line_of(answers, "declined_share"),
        )
    a_year = _share(withdrawals, "withdrawals", "share_a_year")
    if a_year == 1:
        raise PlanFileError(_("withdrawals.share_a_year must be below 1"), line_of(withdrawals, "share_a_year"))
    start = day_in(content.get("start", rounds[0].date), within("start", "", content, "start"))
    clients = {} if withdrawals.get("clients") is None else withdrawals["clients"]
    return Plan(
        title=title_in(content, name),
        start=start,
        rounds=rounds,
        seed=whole_in(content, _("the plan"), "seed", 0, least=0),
        arrivals_file=_text(arrivals, "arrivals", "file"),
        has_national_arrivals=is_national,
        arrivals_per_week=_per_week(arrivals, start, rounds[-1].date),
        declined_share=declined,
        declined_after_days=_days(answers, "answers", "declined_after_days"),
        lapsed_share=lapsed,
        renewed_after_lapse_share=_share(renewals, "renewals", "after_lapse_share"),
        renewed_after_expiry_share=1.0 if is_national else _share(renewals, "renewals", "after_expiry_share"),
        renewed_after_days=_days(renewals, "renewals", "after_days"),
        withdrawn_share_a_year=a_year,
        withdrawn_on=_days_by_person(clients, within("", "", withdrawals, "clients")),
        lines=lines,
    )


def _without_national(content: Mapping[str, Any]) -> dict[str, Any]:
    """The plan without `arrivals: national`; refuses what the national arrivals say already."""
    for part, key in WITH_NATIONAL:
        if isinstance(content.get(part), dict) and key in content[part]:
            raise PlanFileError(
                _("{part}.{key} does not go with `arrivals: national`, which counts who leaves; leave it out").format(
                    part=part, key=key
                ),
                line_of(content[part], key),
            )
    return {key: value for key, value in content.items() if key != "arrivals"}


def _lines(content: Any, stem: str = "") -> dict[str, int]:
    """The lines of the plan's keys, by dotted name; rounds have their own."""
    lines: dict[str, int] = {}
    for key, value in content.items():
        if (line := line_of(content, key)) is not None:
            lines[f"{stem}{key}"] = line
        if isinstance(value, dict):
            lines |= _lines(value, f"{stem}{key}.")
    return lines


def title_in(content: Mapping[str, Any], name: str) -> str:
    """The title of a plan, or the name of its file; raises PlanFileError."""
    title = content.get("title")
    text = name if title is None or title == "" else str(title)
    if isinstance(title, dict | list) or not text.isprintable() or len(text) > MAX_TITLE_LENGTH:
        raise PlanFileError(
            _("title {title} is not one line of up to {number} characters").format(
                title=shown(title), number=MAX_TITLE_LENGTH
            ),
            line_of(content, "title"),
        )
    return text


def _per_week(arrivals: Mapping[str, Any], start: date, end: date) -> float:
    """The arrivals a week, not more in all than a computer holds."""
    per_week = number_in(arrivals, "arrivals", "per_week")
    weeks = max((end - start).days, 0) / DAYS_A_WEEK
    if per_week * max(weeks, 1) > MAX_ARRIVALS:
        raise PlanFileError(
            _(
                "arrivals: per_week {per_week} are {people} people from {start} to {end}; give a number that"
                " makes {most} or fewer"
            ).format(
                per_week=whole_number(round(per_week)),
                people=whole_number(round(per_week * max(weeks, 1))),
                start=start,
                end=end,
                most=whole_number(MAX_ARRIVALS),
            ),
            line_of(arrivals, "per_week"),
        )
    return per_week


def _rounds(entries: Any, where: Where) -> tuple[PlannedRound, ...]:
    """The rounds in the order of their days; of one day, in the order of the file."""
    if not isinstance(entries, list) or not entries:
        raise wrong_at(where, _(" must be a list with at least one round"))
    found: list[PlannedRound] = []
    for number, entry in enumerate(entries):
        place = within(_("rounds, entry {number}").format(number=number + 1), "", entries, number)
        found += _held(entry, place)
        if len(found) > MAX_ROUNDS:
            raise wrong_at(
                place,
                _(": more than {number} rounds in all; a plan holds fewer").format(number=whole_number(MAX_ROUNDS)),
            )
    found.sort(key=lambda one: one.date)
    if (found[-1].date - found[0].date).days > MAX_DAYS:
        raise PlanFileError(
            _("the rounds reach from {first} to {last}; a plan holds ten years at most").format(
                first=found[0].date, last=found[-1].date
            ),
            found[-1].file_line,
        )
    return tuple(found)


def _held(entry: Any, where: Where) -> list[PlannedRound]:
    entry = known_keys(entry, ROUND_KEYS, where)
    for key in ("date", "kind"):
        if key not in entry:
            raise wrong_at(where, _(": the key `{key}` is missing").format(key=key))
    if ("size" in entry) == ("cut_off" in entry):
        raise wrong_at(where, _(": give either `size`, the number of invitations, or `cut_off`"))
    if "tie_break" in entry and "cut_off" not in entry:
        raise PlanFileError(
            _("{where}: `tie_break` goes with `cut_off`, not with `size`").format(where=where),
            line_of(entry, "tie_break"),
        )
    if ("every_days" in entry) != ("times" in entry):
        raise wrong_at(where, _(": `every_days` and `times` go together"))
    first = day_in(entry["date"], within(where, ": date", entry, "date"))
    kind = kind_in(entry["kind"], within(where, "", entry, "kind"))
    every, times = whole_in(entry, where, "every_days", 1), whole_in(entry, where, "times", 1)
    if times > MAX_ROUNDS or every * times > MAX_DAYS:
        raise PlanFileError(
            _("{where}: {times} rounds, one every {every} days, reach over ten years; a plan holds fewer").format(
                where=where, times=times, every=every
            ),
            line_of(entry, "times"),
        )
    size, line = None, None
    if "size" in entry:
        size = size_in(entry, where)
    else:
        cut_off = whole_in(entry, where, "cut_off", 0, least=0)
        if cut_off > HIGHEST:
            raise PlanFileError(
                _("{where}: cut_off {cut_off} is no score; scores are 0 to {highest}").format(
                    where=where, cut_off=cut_off, highest=whole_number(HIGHEST)
                ),
                line_of(entry, "cut_off"),
            )
        line = Cutoff(cut_off, _moment(entry.get("tie_break"), within(where, ": tie_break", entry, "tie_break")))
    days = (first + timedelta(days=every * number) for number in range(times))
    return [PlannedRound(day, kind, size, line, file_line=where.line) for day in days]


def kind_in(value: Any, where: Where) -> str:
    """The kind of round that a value names; raises PlanFileError."""
    try:
        return kind_of(value if isinstance(value, str) else shown(value))
    except RoundError as error:
        raise wrong_at(where, f": {error}") from None


def known_keys(value: Any, known: Iterable[str], where: str) -> Mapping[str, Any]:
    """A mapping with no keys but the known ones; raises PlanFileError."""
    if not isinstance(value, dict):
        raise wrong_at(where, _(" must be a mapping of keys to values"))
    for key in value:
        if key not in known:
            close = difflib.get_close_matches(str(key), list(known), 1)
            hint = (
                _("did you mean {close!r}?").format(close=close[0])
                if close
                else _("the keys are {keys}").format(keys=", ".join(known))
            )
            raise PlanFileError(
                _("{where}: unknown key {key}; {hint}").format(where=where, key=shown(key), hint=hint),
                line_of(value, key),
            )
    return value


def day_in(value: Any, where: str) -> date:
    """The day that a value is; raises PlanFileError."""
    if type(value) is not date:
        raise wrong_at(where, _(" {value} is not a date such as 2026-09-01").format(value=shown(value)))
    if value.year > LAST_YEAR:
        raise wrong_at(
            where,
            _(" {value} is no day of a plan; give one up to the year {year}").format(value=value, year=LAST_YEAR),
        )
    return value


def _moment(value: Any, where: str) -> datetime | None:
    if value is None:
        return None
    if not isinstance(value, datetime):
        raise wrong_at(where, _(" {value} is not a time such as 2026-08-31T10:55:43Z").format(value=shown(value)))
    try:
        in_utc = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except OverflowError:
        raise wrong_at(
            where, _(" {value} is not a time such as 2026-08-31T10:55:43Z").format(value=shown(value))
        ) from None
    return in_utc.replace(microsecond=0)


def size_in(entry: dict[str, Any], where: Where) -> int:
    """The invitations of a round, as many as a round may have; raises PlanFileError."""
    size = whole_in(entry, where, "size", 1)
    if size > MAX_INVITATIONS:
        raise PlanFileError(
            _("{where}: size {size} is more than a round has; give {most} or less").format(
                where=where, size=whole_number(size), most=whole_number(MAX_INVITATIONS)
            ),
            line_of(entry, "size"),
        )
    return size


def whole_in(entry: Mapping[str, Any], where: str, key: str, default: int, *, least: int = 1) -> int:
    """The whole number of a key; raises PlanFileError."""
    value = entry.get(key, default)
    if type(value) is not int or value < least:
        raise PlanFileError(
            _("{where}: {key} {value} is not a whole number from {least}").format(
                where=where, key=key, value=shown(value), least=least
            ),
            line_of(entry, key),
        )
    return value


def _days(entry: Mapping[str, Any], where: str, key: str) -> int:
    """A number of days, 1 where it is not given, and not beyond the longest plan."""
    days = whole_in(entry, where, key, 1)
    if days > MAX_DAYS:
        raise PlanFileError(
            _("{where}: {key} {days} is beyond every plan; give {most} or less").format(
                where=where, key=key, days=whole_number(days), most=whole_number(MAX_DAYS)
            ),
            line_of(entry, key),
        )
    return days


def number_in(entry: Mapping[str, Any], where: str, key: str) -> float:
    """The number from 0 up of a key; raises PlanFileError."""
    value = entry.get(key, 0)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
        raise PlanFileError(
            _("{where}: {key} {value} is not a number from 0").format(where=where, key=key, value=shown(value)),
            line_of(entry, key),
        )
    return float(value)


def _share(entry: Mapping[str, Any], where: str, key: str) -> float:
    value = number_in(entry, where, key)
    if value > 1:
        raise PlanFileError(
            _("{where}: {key} {value} is a share; give a number from 0 to 1, such as 0.05").format(
                where=where, key=key, value=shown_number(value)
            ),
            line_of(entry, key),
        )
    return value


def _text(entry: Mapping[str, Any], where: str, key: str) -> str:
    value = entry.get(key, "")
    if not isinstance(value, str) or not value.isprintable():
        raise PlanFileError(
            _("{where}: {key} {value} is not the name of a file").format(where=where, key=key, value=shown(value)),
            line_of(entry, key),
        )
    return value


def _days_by_person(value: Any, where: Where) -> dict[str, date]:
    if not isinstance(value, dict):
        raise PlanFileError(
            _("withdrawals.clients must name each client with a day, such as C-0012: 2026-09-01"), where.line
        )
    return {
        str(client): day_in(day, within("", f"withdrawals.clients: {client}", value, client))
        for client, day in value.items()
    }
