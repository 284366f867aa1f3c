"""The application stage: the clock of each invitation and the test of IRPA 11.2, and the documents it needs."""

from __future__ import annotations

import polars as pl

from reports.alert_contents import AlertContents
from reports.book import Book, Column
from reports.sheets.columns import people_columns
from reports.words import spaced, told

TITLE, DOCUMENTS = "Applications", "Application documents"
CLOCK, TEST, PAPERS = "The clock", "IRPA 11.2: still at or above the cut-off on the day", "Documents"
# The order of the list: what must be mended first.
STATUSES = {
    "missing": "missing", "too_old": "too old on the day", "expires_before": "expires before the day",
    "cannot_be_told": "cannot be told", "have": "have",
}  # fmt: skip


def add(book: Book, contents: AlertContents) -> None:
    """Adds one row an invitation, the nearest deadline first; those that were used come last."""
    frame = (
        contents.applications.sort(pl.col("state") == "applied", "deadline", "client_id", nulls_last=True)
        .with_columns(
            pl.when(pl.col("state") != "applied").then("days_left").alias("days_left"),
            spaced("state"), spaced("round_kind"),
            *(
                pl.when(pl.col("state") != "lapsed").then(told(name)).alias(name)
                for name in ("score_holds", "criteria_hold", "holds")
            ),
        )
        .join(contents.people, on="client_id", how="left", maintain_order="left")
    )  # fmt: skip
    columns = [
        *people_columns(),
        Column("state", "How it stands", "status", CLOCK, width=20),
        Column("deadline", "Last day to apply", "date", CLOCK, width=12),
        Column("days_left", "Days left", "days", CLOCK, width=9),
        Column("application_on", "Day reckoned with", "date", CLOCK, width=12),
        Column("decision_expected_on", "Decision expected", "date", CLOCK, width=12),
        Column("holds", "Would hold", "status", TEST, width=15),
        Column("margin", "Above the cut-off", "signed", TEST),
        Column("score_on_application", "Score on that day", "total", TEST, width=11),
        Column("score_at_invitation", "Score when invited", "whole", TEST, width=11),
        Column("cut_off", "Cut-off", "whole", TEST),
        Column("score_holds", "Score holds", "status", TEST, width=15),
        Column("criteria_hold", "Criteria hold", "status", TEST, width=15),
        Column("why", "What stands in the way, or is to be known", "long", TEST, width=62),
        *(Column(f"documents_{key}", words.capitalize(), "whole", PAPERS) for key, words in STATUSES.items()),
        Column("ita_issued_on", "Invited on", "date", width=12),
        Column("ita_round", "Round", "told"),
        Column("round_kind", "Kind of round", "told", widest=20),
        Column("invited_as", "Invited as", "told"),
        Column("planned_application_on", "Planned for", "date", width=12),
    ]
    about = "Each invitation with its last day, the test of IRPA 11.2, and when a decision may be expected"
    book.table(TITLE, about, columns, frame, nothing="No client holds an invitation.", frozen=2)


def add_documents(book: Book, contents: AlertContents) -> None:
    """Adds one row a client and document, what must be mended first in each client."""
    order = pl.col("status").cast(pl.Enum(list(STATUSES)))
    clients = contents.documents["client_id"].unique(maintain_order=True).to_list()
    frame = (
        contents.documents.sort(
            pl.col("needed_on"), pl.col("client_id").cast(pl.Enum(clients)), order, maintain_order=True
        )
        .with_columns(pl.col("status").replace(STATUSES), spaced("person"), told("needed"))
        .join(contents.people, on="client_id", how="left", maintain_order="left")
    )
    columns = [
        *people_columns(),
        Column("what", "Document", widest=46),
        Column("person", "Of whom", "told"),
        Column("subject", "Which", widest=30),
        Column("needed", "Needed", "told", width=15),
        Column("status", "Status", "status", width=23),
        Column("issued_on", "Issued on", "date", width=12),
        Column("valid_until", "Serves until", "date", width=12),
        Column("needed_on", "Needed on", "date", width=12),
        Column("why", "Why", "long", width=62),
    ]
    about = "What each application needs, and whether it will serve on the day of the application"
    nothing = "No client waits to apply on an invitation."
    book.table(DOCUMENTS, about, columns, frame, nothing=nothing, frozen=2, one_wide=True)
