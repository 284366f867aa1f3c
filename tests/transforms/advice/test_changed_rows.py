"""Every gain against the score of the client's rows, changed as an office would change them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
import pytest

from tests import candidates
from tests.transforms.advice import rows
from tests.transforms.shared import law_of
from transforms.advice import LEVERS, advise
from transforms.assessment import scores
from transforms.model.columns import DETAIL_SHEETS

CLIENTS = 200
DAYS = (date(2026, 8, 7), date(2021, 9, 14), date(2017, 8, 1))
PROGRAMS = ("CEC", "FSW", "FST")
# Which program a year of work opens hangs on where in the calendar it lies: tests with days of their own hold that.
BY_CALENDAR = ("canadian_year", "foreign_year")
# Of work in one occupation alone there is no other row than that of the work itself.
WITHOUT_ROWS = ("category",)


@dataclass(frozen=True)
class Both:
    """What the advice says of random clients, and what `score` says of their changed rows, row by row."""

    advice: pl.DataFrame
    scored: pl.DataFrame
    before: pl.DataFrame
    without_room: int


@pytest.fixture(scope="module", params=DAYS, ids=str)
def both(request: pytest.FixtureRequest) -> Both:
    day: date = request.param
    law, drawn = law_of(day), candidates.batch(7, CLIENTS, day)
    before = scores.score(drawn.frames, law)
    advice = advise(drawn.frames, before, law).filter(~pl.col("lever").is_in(WITHOUT_ROWS))
    stated = {row["client_id"]: row for row in drawn.candidates}
    known = {row["client_id"]: row for row in before.to_dicts()}
    changed: list[rows.Row] = []
    details: rows.Details = {sheet.key: [] for sheet in DETAIL_SHEETS}
    fits = []
    for number, one in enumerate(advice.iter_rows(named=True)):
        client = one["client_id"]
        try:
            row, own = rows.changed(
                stated[client], drawn.by_client[client], known[client], one["lever"], one["detail"], day
            )
        except rows.NoRoom:
            fits.append(False)
            continue
        fits.append(True)
        changed.append(row | {"client_id": str(number)})
        for key, added in own.items():
            details[key] += [each | {"client_id": str(number)} for each in added]
    kept = advice.filter(pl.Series(fits))
    scored = scores.score(candidates.typed(changed, details), law)
    order = kept.select("client_id").join(before, on="client_id", how="left", maintain_order="left")
    return Both(kept, scored, order, fits.count(False))


def test_every_lever_is_tried_on_random_clients(both: Both) -> None:
    tried = set(both.advice["lever"])
    assert {one.key for one in LEVERS} - set(WITHOUT_ROWS) - tried <= {"spouse_assessment"}
    assert both.without_room < both.advice.height / 100


def test_gains_equal_the_scores_of_the_changed_rows(both: Both) -> None:
    known = pl.col("gain").is_not_null()
    compared = both.advice.with_columns(both.scored["crs_total"].alias("scored")).filter(known)
    wrong = compared.filter(pl.col("crs_after") != pl.col("scored"))
    assert compared.height > 5 * CLIENTS
    assert wrong.select("client_id", "lever", "detail", "crs_before", "crs_after", "scored").to_dicts() == []
    assert (compared["gain"] == compared["crs_after"] - compared["crs_before"]).all()


def test_scores_before_are_those_of_the_clients(both: Both) -> None:
    assert both.advice["crs_before"].equals(both.before["crs_total"].alias("crs_before"))


def test_an_undetermined_gain_is_no_gain_that_the_rows_prove(both: Both) -> None:
    undetermined = both.advice.with_columns(both.scored["crs_total"].alias("scored")).filter(pl.col("gain").is_null())
    assert set(undetermined["lever"]) <= {"spouse_principal"}
    assert (undetermined["detail"] != "").all()
    assert not (undetermined["scored"] > undetermined["crs_before"]).any()


def test_programs_and_categories_equal_those_of_the_changed_rows(both: Both) -> None:
    expected = []
    for after, before in zip(both.scored.iter_rows(named=True), both.before.iter_rows(named=True), strict=True):
        row: dict[str, str] = {}
        for what, was, is_ in (
            ("programs", _programs(before), _programs(after)),
            ("categories", _categories(before), _categories(after)),
        ):
            gained = [key for key in is_ if is_[key] and not was[key]]
            row[f"{what}_gained"] = "|".join(gained)
            row[f"{what}_made_certain"] = "|".join(key for key in gained if was[key] is None)
            row[f"{what}_lost"] = "|".join(key for key in is_ if was[key] and is_[key] is False)
        expected.append(row)
    names = list(expected[0])
    found = both.advice.select("client_id", "lever", *names).with_columns(
        *(pl.Series(f"expected_{name}", [row[name] for row in expected]) for name in names)
    )
    wrong = found.filter(
        ~pl.col("lever").is_in(BY_CALENDAR),
        pl.any_horizontal(pl.col(name) != pl.col(f"expected_{name}") for name in names),
    )
    assert wrong.to_dicts() == []
    assert (both.advice["programs_made_certain"] != "").any() and (both.advice["programs_lost"] != "").any()


def _programs(scored: dict[str, Any]) -> dict[str, bool | None]:
    return {name: scored[f"{name.lower()}_eligible"] for name in PROGRAMS}


def _categories(scored: dict[str, Any]) -> dict[str, bool | None]:
    """The categories that a client is in, of which it is undetermined, and that the client is not in."""
    columns = [name for name in scored if name.startswith("category_")]
    return {name.removeprefix("category_"): scored[name] for name in columns}
