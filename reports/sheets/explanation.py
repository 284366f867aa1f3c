"""Why each client has the score they have: component by component, with the rule, the caps and the next step."""

from __future__ import annotations

import polars as pl

from reports.book import Book, Column
from reports.contents import ReportContents
from reports.sheets.columns import people_columns
from reports.words import CRS_GROUPS

TITLE = "Explanation"
GROUPS = {group[0]: group.split(" (")[0] for group in CRS_GROUPS} | {"FSW": "FSW selection grid"}


def add(book: Book, contents: ReportContents) -> None:
    """Adds the sheet: one row a client and component, the clients in the order of the inputs."""
    people = contents.people.select("client_id", "family_name", "given_name")
    frame = contents.explanation.with_columns(pl.col("group").replace(GROUPS)).join(
        people, on="client_id", how="left", maintain_order="left"
    )
    columns = [
        *people_columns()[:3],
        Column("group", "Group", widest=28),
        Column("title", "Component", widest=32),
        Column("input", "Input used", "long", width=60),
        Column("points", "Points", "total"),
        Column("maximum", "Maximum", "whole"),
        Column("eaten_by_caps", "Eaten by caps", "whole"),
        Column("next_step", "Next step, or why there is none", "long", width=60),
        Column("next_step_points", "Points of that step in total", "signed"),
        Column("rule", "Rule", widest=50),
        Column("in_force_from", "In force from", "date", width=12),
    ]
    about = "Each component of each client: the input used, the points, what caps ate, the next step and the rule"
    book.table(TITLE, about, columns, frame, nothing="No client was scored.", frozen=3)
