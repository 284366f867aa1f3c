"""The sheets of a forecast for who plans: chances by kind, steps, scores and chances, and plans compared."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from reports.wording.advice_words import lever_text
from reports.wording.words import kinds
from reports.workbook.book import Book, Column
from transforms.forecast.forecast import HORIZONS
from transforms.forecast.forecast_details import Details, PlanOutcome
from transforms.forecast.prospects import POINTS, Prospects, best_steps
from transforms.model.wording import _, n_

WHO = ("client_id", "family_name", "given_name", "case_owner", "crs_total")
P90 = f"p{HORIZONS[1]}"
P180 = f"p{HORIZONS[-1]}"


def who_columns(look: str = "client") -> list[Column]:
    """Who the client is, who looks after them, and the score."""
    return [
        Column("client_id", _("Client ID"), look, widest=18),
        Column("family_name", _("Family name"), widest=24),
        Column("given_name", _("Given name"), widest=24),
        Column("case_owner", _("Case owner"), widest=24),
        Column("crs_total", _("CRS total"), "total"),
    ]


def within(days: int) -> str:
    """So many days, as a header."""
    return n_("{n} day", "{n} days", days).format(n=days)


def chance_columns(group: str, prefix: str = "") -> list[Column]:
    """The chances within each horizon, under a group."""
    return [Column(f"{prefix}p{days}", within(days), "chance", group) for days in HORIZONS]


def prospect_columns() -> tuple[list[Column], list[Column]]:
    """What stands behind a client's chance, in the row of the client: what is printed, and what is for the screen."""
    more = _("Chance within {days} with more points").format(days=within(HORIZONS[1]))
    return [
        Column("median_day", _("Even chance by"), "date", width=12),
        Column("step", _("Change that raises the chance most"), "long", width=30),
        Column("step_p180", _("Chance then within {days}").format(days=within(HORIZONS[-1])), "chance"),
    ], [
        Column("points_for_half", _("Points missing for an even chance"), "whole", width=12, on_paper=False),
        *(Column(f"plus_{points}_{P90}", f"+{points}", "chance", more, on_paper=False) for points in POINTS),
    ]


def with_prospects(clients: pl.DataFrame, prospects: Prospects | None) -> pl.DataFrame:
    """The clients of a forecast with the columns of `prospect_columns`."""
    own = Prospects.empty() if prospects is None else prospects
    steps = best_steps(own.steps).select("client_id", lever_text().alias("step"), pl.col(P180).alias("step_p180"))
    more = own.clients.select(
        "client_id", "median_day", "points_for_half", *(f"plus_{points}_{P90}" for points in POINTS)
    )
    return clients.join(more, on="client_id", how="left", maintain_order="left").join(
        steps, on="client_id", how="left", maintain_order="left"
    )


def add_by_kind(book: Book, prospects: Prospects, people: pl.DataFrame) -> None:
    """Adds the sheet of chances by kind, the client with the best chance first."""
    order = prospects.clients.select("client_id", pl.col(P90).alias("best"), pl.col("p30").alias("next"))
    frame = (
        _named(prospects.by_kind, people)
        .join(order, on="client_id", how="left", maintain_order="left")
        .sort("best", "next", "client_id", P90, descending=[True, True, False, True], maintain_order=True)
        .with_columns(kinds("kind"))
    )
    columns = [
        *who_columns(),
        Column("kind", _("Kind of round")),
        *chance_columns(_("Chance of an invitation in a round of the kind within")),
        Column("median_day", _("Even chance by"), "date", width=12),
    ]
    book.table(
        _("By kind"), _("Each client's chance in the rounds of each kind to which the client belongs"), columns, frame,
        nothing=_("No client in the pool belongs to a kind of round that can be forecast."), frozen=2, key="by_kind",
    )  # fmt: skip


def add_steps(book: Book, prospects: Prospects, people: pl.DataFrame) -> None:
    """Adds the sheet of the changes that raise a chance: the client with the best chance first, then the largest rise."""
    now = prospects.clients.select(
        "client_id", pl.col(P180).alias("now"), pl.col(P90).alias("best"), pl.col("p30").alias("next")
    )
    frame = _named(prospects.steps, people).join(now, on="client_id", how="left", maintain_order="left")
    frame = frame.sort("best", "next", "client_id", descending=[True, True, False], maintain_order=True)
    frame = frame.with_columns(lever_text().alias("step"))
    columns = [
        *who_columns(),
        Column("step", _("What changes"), "long", width=36),
        Column("effort", _("Effort (1: least)"), "whole", width=9),
        Column("gain", _("Gain"), "signed", width=9),
        Column("now", _("Chance now within {days}").format(days=within(HORIZONS[-1])), "chance"),
        *chance_columns(_("Chance with the change within")),
    ]
    about = _("Each change that raises a client's chance by a percentage point or more, had it been made today")
    book.table(
        _("Steps"), about, columns, frame, nothing=_("No single change would raise a chance."), frozen=2, key="steps",
    )  # fmt: skip


def add_scores(book: Book, details: Details) -> None:
    """Adds the sheets of scores and chances by kind."""
    columns = [
        Column("kind", _("Kind of round")),
        Column("chance", _("Chance"), "chance"),
        *(Column(f"score_{days}", within(days), "whole", _("Score that has it within")) for days in HORIZONS),
    ]
    book.table(
        _("Score for a chance"), _("The lowest score that has a chance, by kind; empty where no score has it"), columns,
        details.by_chance.with_columns(kinds("kind")), nothing=_("No round can be forecast."), frozen=2,
        key="scores_by_chance",
    )  # fmt: skip
    columns = [
        Column("kind", _("Kind of round")),
        Column("score", _("CRS score"), "total"),
        *chance_columns(_("Chance of an invitation within")),
    ]
    book.table(
        _("Chance by score"), _("The chance of somebody of the kind whose score stays as it is"), columns,
        details.by_score.with_columns(kinds("kind")), nothing=_("No round can be forecast."), frozen=2,
        key="chances_by_score",
    )  # fmt: skip


def plan_title(outcome: PlanOutcome) -> str:
    """The title of a plan, or what the rounds without a plan are called."""
    return outcome.title or _("As drawn")


def add_plans(book: Book, plans: Sequence[PlanOutcome], people: pl.DataFrame) -> None:
    """Adds the sheets that compare plans: the rounds of each kind, and each client's chance."""
    titles = _titles(plans)
    by_plan = [one.rounds.with_columns(pl.lit(title).alias("plan")) for title, one in zip(titles, plans, strict=True)]
    columns = [
        Column("plan", _("Plan"), widest=40),
        Column("kind", _("Kind of round")),
        Column("rounds", _("Rounds"), "number", _("Mean of the futures")),
        Column("invitations", _("Invitations"), "whole", _("Mean of the futures")),
        *(
            Column(name, title, "whole", _("Newest cut-off at the end"))
            for name, title in (("p10", _("Low (1 in 10 below)")), ("p50", _("Middle")), ("p90", _("High (1 in 10 above)")))
        ),
    ]  # fmt: skip
    days = within(HORIZONS[-1])
    book.table(
        _("Plans"), _("The rounds of each kind within {days}, plan by plan").format(days=days), columns,
        pl.concat(by_plan).with_columns(kinds("kind")), nothing=_("No round can be forecast."), frozen=2, key="plans",
    )  # fmt: skip
    if any(one.clients is None for one in plans):
        return
    frame = _by_plan(plans)
    columns = who_columns()
    for place, title in enumerate(titles):
        columns += [
            *(Column(f"{name}_{place}", within(number), "chance", title)
              for name, number in ((P90, HORIZONS[1]), (P180, HORIZONS[-1]))),
            Column(f"median_day_{place}", _("Even chance by"), "date", title, width=12),
        ]  # fmt: skip
    book.table(
        _("Clients by plan"), _("Each client's chance under each plan"), columns, _named(frame, people),
        nothing=_("There are no clients."), frozen=2, key="clients_by_plan",
    )  # fmt: skip


def _titles(plans: Sequence[PlanOutcome]) -> list[str]:
    """The titles of plans, each another."""
    found: list[str] = []
    for one in plans:
        title, number = plan_title(one), 1
        while title in found:
            number += 1
            title = f"{plan_title(one)} ({number})"
        found.append(title)
    return found


def _by_plan(plans: Sequence[PlanOutcome]) -> pl.DataFrame:
    """One row a client, the best chance under the rounds as drawn first, with the chances of each plan by its place."""
    frame = pl.DataFrame({"client_id": []}, schema={"client_id": pl.String})
    for place, one in enumerate(plans):
        assert one.clients is not None
        own = one.clients.select(
            "client_id", *(pl.col(name).alias(f"{name}_{place}") for name in (P90, P180, "median_day"))
        )
        frame = own if place == 0 else frame.join(own, on="client_id", how="left", maintain_order="left")
    return frame.sort(f"{P90}_0", f"{P180}_0", descending=True, nulls_last=True, maintain_order=True)


def _named(frame: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """A frame of clients with who they are."""
    return frame.join(people.select(*WHO), on="client_id", how="left", maintain_order="left")
