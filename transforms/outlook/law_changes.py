"""Which clients have a profile that must be updated by hand after a dated change of law, and what must be answered.

The days come from the rules; what a change asks of a client's record stands as dated, sourced data in
transforms/rules/questions/profile.yaml. Where a value of the law is unknown the question stands all the same.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

import polars as pl

from transforms.facts.noc import noc_2016, noc_2021
from transforms.model.vocabulary import ENDED_STATUSES
from transforms.rules import Rules
from transforms.rules.loader import HERE
from transforms.rules.strict_yaml import read_yaml

FILE = "questions/profile.yaml"
FILLED, EMPTY, ANY, POSITIVE, NOC_2016 = "filled", "empty", "any", "positive", "noc_2016"
CONDITIONS = (FILLED, EMPTY, ANY, POSITIVE, NOC_2016)
PRINCIPAL = "principal"
# Whose profile is out of the pool: nothing of it is updated. Who is invited keeps the law of that day (IRPA 10.3(3)).
NOT_UPDATED = (*ENDED_STATUSES, "invited")
# How long after its first day a change is still reported, and how long before.
DAYS_AFTER, DAYS_BEFORE = 30, 90
BETWEEN = "; "

PROFILES: dict[str, pl.DataType] = {
    "client_id": pl.String(),
    "on": pl.Date(),
    "question": pl.String(),
    "sheet": pl.String(),
    "row": pl.Int64(),
    "to_fill": pl.String(),
    "to_check": pl.String(),
}


@dataclass(frozen=True)
class Concerned:
    """Rows of a sheet that a question concerns: those whose column meets a condition, of one person where `person` is set,
    of clients without own rows on the sheet `without_rows` where that is set; and the columns of the row that hold the
    answer.
    """

    sheet: str
    column: str
    condition: str
    person: str | None
    without_rows: str | None
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """What a change of law asks of a client's record: the parameters by name or pattern, from a day on; whom it concerns,
    with the cells that hold the answer; and where the change was read.
    """

    id: str
    starts_on: date
    parameters: tuple[str, ...]
    words: Mapping[str, str]
    clients: tuple[Concerned, ...]
    confidence: str
    source: str
    section: str

    @property
    def sheets(self) -> list[str]:
        """The sheets with rows that it concerns, in their order."""
        return list(dict.fromkeys(one.sheet for one in self.clients))


@dataclass(frozen=True)
class LawChange:
    """Parameters of the law that have another value from a day on, with the question that they ask; `question` is None
    where none is on file. `is_known`: are all of the new values known?
    """

    on: date
    question: Question | None
    parameters: tuple[str, ...]
    titles: tuple[str, ...]
    is_known: bool


@cache
def questions() -> tuple[Question, ...]:
    """The questions on file, in their order; raises RulesError for a file that cannot be read."""
    return tuple(_question(entry) for entry in read_yaml((HERE / FILE).read_bytes(), FILE))


def _question(entry: Mapping[str, Any]) -> Question:
    return Question(
        entry["id"],
        entry["from"],
        tuple(entry["parameters"]),
        dict(entry["question"]),
        tuple(
            Concerned(
                one["sheet"], one["column"], one["is"], one.get("person"), one.get("without_rows"), tuple(one["cells"])
            )
            for one in entry["clients"]
        ),
        entry["confidence"],
        entry["source"]["key"],
        entry["source"]["section"],
    )


def law_changes(
    rules: Rules, as_of: date, compared_with: date | None, asked: Sequence[Question] | None = None
) -> tuple[LawChange, ...]:
    """The changes of law near a day, by day: since the night before and at least since DAYS_AFTER days, and those to come
    within DAYS_BEFORE days. Parameters of one day and question stand together, those without a question last.
    """
    since = as_of - timedelta(days=DAYS_AFTER)
    first = since if compared_with is None else min(since, compared_with + timedelta(days=1))
    last = as_of + timedelta(days=DAYS_BEFORE)
    known = questions() if asked is None else asked
    found = []
    for day in rules.change_dates():
        if not first <= day <= last:
            continue
        left = _changed_on(rules, day)
        for question in known:
            mine = [name for name in left if question.starts_on <= day and _names(question, name)]
            if mine:
                found.append(_change(rules, day, question, mine))
        unasked = [name for name in left if not any(one.starts_on <= day and _names(one, name) for one in known)]
        if unasked:
            found.append(_change(rules, day, None, unasked))
    return tuple(found)


def _changed_on(rules: Rules, day: date) -> list[str]:
    """The parameters whose value on a day is another one than before; no first values, and no readings of the records."""
    return [
        name
        for name, parameter in rules.parameters.items()
        if not parameter.setting and any(version.starts_on == day for version in parameter.versions[1:])
    ]


def _names(question: Question, name: str) -> bool:
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in question.parameters)


def _change(rules: Rules, day: date, question: Question | None, names: Collection[str]) -> LawChange:
    parameters = [rules.parameter(name) for name in names]
    versions = [parameter.on(day) for parameter in parameters]
    is_known = all(version is not None and version.status != "unknown" for version in versions)
    return LawChange(day, question, tuple(names), tuple(one.title for one in parameters), is_known)


def profiles(sheets: Mapping[str, pl.DataFrame], changes: Sequence[LawChange]) -> pl.DataFrame:
    """The clients whose profile must be updated, as PROFILES: a row a change, client and row of a sheet that bears on it.

    Takes the typed sheets. Of the columns that hold the answer `to_fill` names those that are empty, `to_check` the others
    with their values, `; ` between. Clients who are invited, applied or left are passed over.
    """
    away = pl.col("pool_status").is_in(NOT_UPDATED).fill_null(value=False)
    staying = sheets["candidates"].filter(~away).select("client_id")
    parts = [pl.DataFrame(schema=PROFILES)]
    for change in changes:
        if change.question is None:
            continue
        for sheet in change.question.sheets:
            rows = sheets[sheet].join(staying, on="client_id", how="semi", maintain_order="left")
            concerned = [one for one in change.question.clients if one.sheet == sheet]
            met = [_meets(one, sheets).alias(f"_{place}") for place, one in enumerate(concerned)]
            columns = dict.fromkeys(name for one in concerned for name in one.cells)
            bears = {
                name: pl.any_horizontal(f"_{place}" for place, one in enumerate(concerned) if name in one.cells)
                for name in columns
            }
            to_fill = [pl.when(bears[name] & pl.col(name).is_null()).then(pl.lit(name)) for name in columns]
            to_check = [pl.when(bears[name]).then(pl.format("{}: {}", pl.lit(name), _shown(name))) for name in columns]
            parts.append(
                rows.with_columns(met)
                .filter(pl.any_horizontal(f"_{place}" for place in range(len(concerned))))
                .select(
                    "client_id",
                    pl.lit(change.on).alias("on"),
                    pl.lit(change.question.id).alias("question"),
                    pl.lit(sheet).alias("sheet"),
                    pl.col("source_row").cast(pl.Int64).alias("row"),
                    _listed(to_fill).alias("to_fill"),
                    _listed(to_check).alias("to_check"),
                )
            )
    return pl.concat(parts).sort("on", "client_id", maintain_order=True)


def _meets(one: Concerned, sheets: Mapping[str, pl.DataFrame]) -> pl.Expr:
    """Does a question concern a row? Boolean."""
    met = _holds(one)
    if one.person is not None:
        met &= pl.col("person") == one.person
    if one.without_rows is not None:
        rows = sheets[one.without_rows]
        own = rows.filter(pl.col("person") == PRINCIPAL)["client_id"].unique()
        met &= ~pl.col("client_id").is_in(own.implode())
    return met.fill_null(value=False)


def _holds(one: Concerned) -> pl.Expr:
    """Does the cell of a row meet the condition? An empty cell meets none but EMPTY and ANY."""
    cell = pl.col(one.column)
    if one.condition == ANY:
        return pl.lit(value=True)
    if one.condition == FILLED:
        return cell.is_not_null()
    if one.condition == EMPTY:
        return cell.is_null()
    if one.condition == POSITIVE:
        return cell > 0
    if one.condition == NOC_2016:
        return cell.cast(pl.String).is_in(sorted(noc_2016().titles.keys() - noc_2021().titles.keys()))
    return cell.cast(pl.String) == one.condition


def _shown(name: str) -> pl.Expr:
    """A cell as text; null where it is empty."""
    return pl.col(name).cast(pl.String).str.strip_suffix(".0")


def _listed(texts: Sequence[pl.Expr]) -> pl.Expr:
    """Those texts that are not null in one; null where none is."""
    together = pl.concat_str(texts, separator=BETWEEN, ignore_nulls=True)
    return pl.when(together != "").then(together)
