"""The application stage: the clock of each invitation and the test of IRPA 11.2, and the documents it needs."""

from __future__ import annotations

import polars as pl

from reports.alerts.alert_contents import AlertContents
from reports.sheets.columns import people_columns
from reports.wording.words import UNDETERMINED, kinds, yes_no
from reports.workbook.book import Book, Column
from transforms.model.wording import N_, _, named, phrase
from transforms.outlook.event_texts import event_texts

TITLE, DOCUMENTS = N_("Applications"), N_("Application documents")
CLOCK, TEST, PAPERS = N_("The clock"), N_("IRPA 11.2: still at or above the cut-off on the day"), N_("Documents")
# The order of the list: what must be corrected first.
STATUSES = {
    "missing": N_("missing"),
    "too_old": N_("too old on the day"),
    "expires_before": N_("expires before the day"),
    "undetermined": UNDETERMINED,
    "have": N_("have"),
}
OPEN = "undetermined"
STATES = {
    "planned": N_("planned"),
    "not_planned": N_("not planned"),
    "plan_has_passed": N_("plan has passed"),
    "planned_too_late": N_("planned too late"),
    "lapsed": N_("lapsed"),
    "applied": N_("applied"),
}
PEOPLE = {"principal": N_("principal"), "spouse": N_("spouse"), "child": N_("child")}


def add(book: Book, contents: AlertContents) -> None:
    """Adds one row an invitation, the nearest deadline first; those that were used come last."""
    frame = (
        contents.applications.with_columns(event_texts(contents.applications["why"]))
        .sort(pl.col("state") == "applied", "deadline", "client_id", nulls_last=True)
        .with_columns(
            pl.when(pl.col("state") != "applied").then("days_left").alias("days_left"),
            named(STATES, pl.col("state")).alias("state_words"),
            kinds("round_kind"),
            *(
                pl.when(pl.col("state") != "lapsed").then(yes_no(name)).alias(name)
                for name in ("score_holds", "criteria_hold", "holds")
            ),
        )
        .join(contents.people, on="client_id", how="left", maintain_order="left")
    )
    clock, test, papers = _(CLOCK), _(TEST), _(PAPERS)
    columns = [
        *people_columns(),
        Column("state_words", _("Status"), "status", clock, width=20),
        Column("deadline", _("Last day to apply"), "date", clock, width=12),
        Column("days_left", _("Days left"), "days", clock, width=9),
        Column("application_on", _("Assumed application date"), "date", clock, width=14),
        Column("decision_expected_on", _("Decision expected"), "date", clock, width=12),
        Column("holds", _("Still eligible?"), "status", test, width=15),
        Column("margin", _("Above the cut-off"), "margin", test),
        Column("why", _("What stands in the way, or is to be known"), "long", test, width=62),
        Column("score_on_application", _("Score on that day"), "total", test, width=11, on_paper=False),
        Column("score_at_invitation", _("Score when invited"), "whole", test, width=11, on_paper=False),
        Column("cut_off", _("Cut-off"), "whole", test, on_paper=False),
        Column("score_holds", _("Score at or above"), "status", test, width=15, on_paper=False),
        Column("criteria_hold", _("Criteria met"), "status", test, width=15, on_paper=False),
        *(
            Column(f"documents_{key}", _(words).capitalize(), "whole", papers, on_paper=False)
            for key, words in STATUSES.items()
        ),
        Column("ita_issued_on", _("Invited on"), "date", width=12, on_paper=False),
        Column("ita_round", _("Round"), "centred", on_paper=False),
        Column("round_kind", _("Kind of round"), "centred", widest=20, on_paper=False),
        Column("invited_as", _("Invited as"), "centred", on_paper=False),
        Column("planned_application_on", _("Planned for"), "date", width=12, on_paper=False),
    ]
    about = _("Each invitation with its last day, the test of IRPA 11.2, and when a decision may be expected")
    nothing = _("No client holds an invitation.")
    book.table(_(TITLE), about, columns, frame, nothing=nothing, frozen=2, key="applications")


def add_documents(book: Book, contents: AlertContents) -> None:
    """Adds the documents of the applications: what is missing or unfit first, then by client what is undetermined."""
    order = pl.col("status").cast(pl.Enum(list(STATUSES)))
    texts = contents.documents.with_columns(
        event_texts(contents.documents[name]) for name in ("what", "subject", "why")
    )  # fmt: skip
    frame = (
        pl.concat([texts.filter(pl.col("status") != OPEN), _open_by_client(texts)], how="diagonal")
        .sort(order, "needed_on", "client_id", maintain_order=True)
        .with_columns(
            named(STATUSES, pl.col("status")).alias("status"),
            named(PEOPLE, pl.col("person")).alias("person"),
            yes_no("needed"),
        )
        .join(contents.people, on="client_id", how="left", maintain_order="left")
    )
    columns = [
        *people_columns(),
        Column("what", _("Document"), widest=46),
        Column("person", _("Person"), "centred"),
        Column("subject", _("Which"), widest=30),
        Column("needed", _("Needed"), "centred", width=15),
        Column("status", _("Status"), "status", width=23),
        Column("issued_on", _("Issued on"), "date", width=12),
        Column("valid_until", _("Valid until"), "date", width=12),
        Column("needed_on", _("Needed on"), "date", width=12),
        Column("why", _("Why"), "long", width=62),
    ]
    about = _(
        "What each application needs, and whether it is valid on the day of the application: gaps first, the undetermined in "
        "one row a client"
    )
    nothing = _("No client waits to apply on an invitation.")
    book.table(_(DOCUMENTS), about, columns, frame, nothing=nothing, frozen=2, key="application_documents")


def _open_by_client(documents: pl.DataFrame) -> pl.DataFrame:
    """One row for the undetermined documents of a client and day: their names, each once, in `why`."""
    found = (
        documents.filter(pl.col("status") == OPEN)
        .group_by("client_id", "needed_on", maintain_order=True)
        .agg(
            pl.col("status").first(),
            pl.len().cast(pl.String).alias("number"),
            pl.col("what").unique(maintain_order=True).str.join("; ").alias("why"),
        )
    )
    return found.with_columns(phrase(_("documents: {number}"), number=pl.col("number")).alias("what")).drop("number")
