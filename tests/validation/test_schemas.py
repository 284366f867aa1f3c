"""The pandera schemas stand alone, and agree with what the intake quarantines."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pandera.errors
import polars as pl
import pycountry
import pytest

from transforms.model.columns import CANDIDATES, PROVINCE_NAMES, PROVINCES, PROVINCES_WITHOUT_PROGRAM, SHEETS
from validation.checks import rules_of_rows, schemas
from validation.checks.rules_of_rows import Terms
from validation.values import parse


def test_accepted_frames_pass_their_schemas(
    take: Callable[..., Any], book: Callable[..., Path], candidate: Any, detail: Any, terms: Terms
) -> None:
    keys = [sheet.key for sheet in SHEETS[1:]]
    clients = [candidate("C-1"), candidate("C-2", family_size=99), candidate("C-3")]
    details = {key: [detail(key, client) for client in ("C-1", "C-2", "C-3")] for key in keys}
    taken = take(book(clients, **details))
    assert taken.counts["candidates_accepted"] == 2
    for sheet in SHEETS:
        schemas.schema(sheet, terms).validate(taken.sheets[sheet.key], lazy=True)


def candidates(rows: int, **columns: list[Any]) -> pl.DataFrame:
    """A typed frame of rows that keep all rules, with some columns changed."""
    values = {
        "client_id": [str(number) for number in range(rows)],
        "date_of_birth": [date(1990, 1, 2)] * rows,
        "marital_status": ["single"] * rows,
        "source_file": ["clients.csv"] * rows,
        "source_sheet": ["Candidates"] * rows,
        "source_row": list(range(2, rows + 2)),
    } | columns
    schema = parse.schema_of(CANDIDATES)
    return pl.DataFrame({name: values.get(name, [None] * rows) for name in schema}, schema=schema)


@pytest.mark.parametrize(
    "changed",
    [
        {"family_size": [1, 99]},
        {"marital_status": ["single", "engaged"]},
        {"marital_status": ["single", "married"]},
        {"client_id": ["1", "1"]},
        {"client_id": ["1", None]},
        {"primary_noc": ["21231", "99999"]},
    ],
)
def test_a_bad_value_raises(terms: Terms, changed: dict[str, list[Any]]) -> None:
    schema = schemas.schema(CANDIDATES, terms)
    schema.validate(candidates(2), lazy=True)
    with pytest.raises(pandera.errors.SchemaErrors):
        schema.validate(candidates(2, **changed), lazy=True)


def test_a_wrong_structure_raises(terms: Terms) -> None:
    schema = schemas.schema(CANDIDATES, terms)
    frame = candidates(2)
    for wrong in (
        frame.drop("family_name"),
        frame.with_columns(more=pl.lit(1)),
        frame.with_columns(pl.col("family_size").cast(pl.String)),
    ):
        with pytest.raises(pandera.errors.SchemaErrors):
            schema.validate(wrong, lazy=True)
        with pytest.raises(RuntimeError, match="structure"):
            schemas.failures(CANDIDATES, wrong, [])


def test_one_pass_finds_what_the_whole_schema_finds(terms: Terms) -> None:
    frame = candidates(
        4,
        client_id=["1", "1", None, "4"],
        marital_status=["single", "married", "engaged", None],
        family_size=[0, 1, 2, 99],
        pool_status=["in_pool", "draft", "gone", None],
        english_test=["CLB", "IELTS_GT", None, "CLB"],
        english_reading=[7, 7.25, 8, 13],
    )
    rules = [*rules_of_rows.of_columns(CANDIDATES, terms), *rules_of_rows.refused(CANDIDATES, terms)]
    with pytest.raises(pandera.errors.SchemaErrors) as caught:
        schemas.schema(CANDIDATES, terms).validate(frame, lazy=True)
    whole = caught.value.failure_cases.select("index", "column", "check")
    assert set(schemas.failures(CANDIDATES, frame, rules).rows()) == set(whole.rows())
    assert whole.height == 13


def test_it_validates_even_where_validation_is_switched_off(terms: Terms, monkeypatch: pytest.MonkeyPatch) -> None:
    from pandera.config import CONFIG

    monkeypatch.setattr(CONFIG, "validation_enabled", False)
    rules = rules_of_rows.of_columns(CANDIDATES, terms)
    assert schemas.failures(CANDIDATES, candidates(2, family_size=[1, 99]), rules).height == 1


def test_no_value_comes_along_with_an_error(
    take: Callable[..., Any], book: Callable[..., Path], candidate: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError("inside")

    monkeypatch.setattr(rules_of_rows.Rule, "tell", fail)
    with pytest.raises(RuntimeError) as caught:
        take(book([candidate(marital_status="Unmistakable")]))
    assert caught.value.__context__ is None


def test_provinces_are_those_of_iso_3166() -> None:
    published = {
        one.code.removeprefix("CA-"): unicodedata.normalize("NFKD", one.name).encode("ascii", "ignore").decode()
        for one in pycountry.subdivisions.get(country_code="CA")
    }
    assert published == PROVINCE_NAMES
    assert set(PROVINCE_NAMES) == {*PROVINCES, *PROVINCES_WITHOUT_PROGRAM}
