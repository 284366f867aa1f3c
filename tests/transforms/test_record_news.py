"""News of a record that changes no score: the pool status, the case owner, and cells that were quarantined."""

from __future__ import annotations

import polars as pl

from transforms.changes.record_news import record_news
from transforms.model.frames import EVENTS
from transforms.model.wording import using
from transforms.outlook.event_texts import event_text

CLIENTS = {"client_id": pl.String, "pool_status": pl.String, "case_owner": pl.String}
CELLS = {"source_sheet": pl.String, "cell": pl.String, "client_id": pl.String, "column": pl.String}


def found(
    before: list[tuple[str, str, str | None]],
    after: list[tuple[str, str, str | None]],
    cells: list[tuple[str, str, str, str]] | None = None,
    in_pool: tuple[str, ...] = (),
) -> list[tuple[str, str, str]]:
    then, now = (pl.DataFrame(rows, schema=CLIENTS, orient="row") for rows in (before, after))
    changes = pl.DataFrame({"client_id": in_pool, "kind": ["pool"] * len(in_pool)}, schema_overrides=EVENTS)
    news = record_news(then, now, pl.DataFrame(cells or [], schema=CELLS, orient="row"), changes)
    assert dict(news.schema) == EVENTS
    return news.select("client_id", "kind", "text").rows()


def test_an_invited_client_who_withdraws_is_news() -> None:
    assert found(
        [("C-1", "invited", "A"), ("C-2", "invited", "A")], [("C-1", "withdrawn", "A"), ("C-2", "invited", "A")]
    ) == [("C-1", "status", "the pool status changed")]


def test_who_left_the_pool_is_reported_there() -> None:
    assert found([("C-1", "in_pool", "A")], [("C-1", "withdrawn", "A")], in_pool=("C-1",)) == []


def test_another_case_owner_is_news_with_both() -> None:
    assert found(
        [("C-1", "in_pool", "A"), ("C-2", "in_pool", None)], [("C-1", "in_pool", "B"), ("C-2", "in_pool", "B")]
    ) == [
        ("C-1", "owner", "case owner A to B"),
        ("C-2", "owner", "case owner (nobody named) to B"),
    ]


def test_refused_cells_of_clients_on_record_are_news_with_the_cause() -> None:
    same = [("C-1", "in_pool", "A"), ("C-2", "in_pool", "A")]
    cells = [
        ("Work history", "Work history!A7", "C-1", ""),
        ("Candidates", "Candidates!K12", "C-1", "date_of_birth"),
        ("Candidates", "Candidates!L12", "C-1", "education_level"),
        ("Candidates", "Candidates!A9", "C-2", ""),
        ("Candidates", "Candidates!A10", "C-3", "client_id"),
    ]
    assert found(same, same, cells) == [
        ("C-1", "quarantined", "quarantined: the earlier record is kept. Correct Candidates!K12 and 1 more"),
        ("C-2", "quarantined", "quarantined: the earlier record is kept. Correct Candidates!A9"),
    ]


def test_the_news_are_translated() -> None:
    with using("fr"):
        assert "responsable" in event_text("case owner (nobody named) to B")
        assert event_text("quarantined: the earlier record is kept. Correct Language tests!K12 and 1 more").endswith(
            "1 de plus"
        )
