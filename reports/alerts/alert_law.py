"""The changes of law near a day and what they ask of clients, in people's words."""

from __future__ import annotations

from datetime import date

import polars as pl

from reports.alerts.alert_contents import AlertContents
from transforms.model.wording import DEFAULT, N_, _, current, named
from transforms.outlook.law_changes import LawChange, Question

# The sheets of the intake, by key.
SHEETS = {"candidates": "Candidates", "work_history": "Work history"}
KNOWN, NOT_KNOWN = N_("known"), N_("not known")


def question_words(question: Question) -> str:
    """A question in the language in use."""
    return question.words.get(current()) or question.words[DEFAULT]


def profiles(contents: AlertContents) -> pl.DataFrame:
    """The clients whose profile must be updated (transforms.outlook.law_changes.PROFILES), in words: by day, question and client,
    with the names of the client and `status`, whether the new values are known.
    """
    changes = [change for change in contents.law_changes if change.question is not None]
    asked = pl.DataFrame(
        [
            (change.on, change.question.id, place, question_words(change.question), _status(change))
            for place, change in enumerate(changes)
            if change.question is not None
        ],
        schema={"on": pl.Date, "question": pl.String, "place": pl.Int32, "words": pl.String, "status": pl.String},
        orient="row",
    )
    return (
        contents.profiles.join(asked, on=["on", "question"], maintain_order="left")
        .sort("place", maintain_order=True)
        .with_columns(pl.col("words").alias("question"), named(SHEETS, pl.col("sheet")).alias("sheet"))
        .drop("words", "place")
        .join(contents.people, on="client_id", how="left", maintain_order="left")
    )


def law_rows(contents: AlertContents) -> list[tuple[str, date, str, int | None, str]]:
    """A row a change of law: what changes, its day, whether the values are known, how many clients it asks, the question.

    Without a question on file the number is not known.
    """
    counted = contents.profiles.group_by("on", "question").agg(pl.col("client_id").n_unique())
    asked = {(on, question): clients for on, question, clients in counted.iter_rows()}
    rows: list[tuple[str, date, str, int | None, str]] = []
    for change in contents.law_changes:
        question = change.question
        words = _("No question is on file: check by hand.") if question is None else question_words(question)
        clients = None if question is None else asked.get((change.on, question.id), 0)
        rows.append(("; ".join(change.titles), change.on, _status(change), clients, words))
    return rows


def _status(change: LawChange) -> str:
    return _(KNOWN) if change.is_known else _(NOT_KNOWN)
