"""What would raise the score: the best levers of each client, and in a workbook of their own all levers."""

from __future__ import annotations

import polars as pl

from reports.report.contents import ReportContents
from reports.sheets.columns import people_columns
from reports.wording.advice_words import CAPS, PERSONS, TITLES, gain_text, lever_text, opens_text
from reports.workbook.book import Book, Column
from transforms.advice import LEVERS, best, by_lever, in_order, opens_anything
from transforms.model.wording import N_, _, named

TITLE = N_("What would raise the score")
BEST, PRINTED = 3, 2
UNDETERMINED = "undetermined"
ANSWERS = {"true": N_("yes"), "false": N_("no"), UNDETERMINED: N_("undetermined")}
PEOPLE = ("client_id", "family_name", "given_name", "case_owner")


def add(book: Book, contents: ReportContents) -> None:
    """Adds the sheet of a report: one row a client whom a lever helps."""
    if contents.advice is None:
        return
    add_by_client(book, contents.advice, contents.people, _(TITLE), is_for_screen=True)


def add_by_client(
    book: Book, advice: pl.DataFrame, people: pl.DataFrame, title: str, *, is_for_screen: bool = False
) -> None:
    """Adds a sheet with the best levers of each client, in the order of the score."""
    # What is only proven, and gives no points, raises no score.
    frame = by_client(advice.filter((pl.col("gain").fill_null(1) > 0) | opens_anything()), people)
    groups = (_("Best"), _("Second"), _("Third"))
    columns = [*people_columns(), Column("crs_before", _("CRS total now"), "total", width=9)]
    for place, group in enumerate(groups, start=1):
        # Two are legible on a page.
        on_paper = place <= PRINTED
        columns += [
            Column(f"step_{place}", _("What changes"), "long", group, width=28, on_paper=on_paper),
            Column(f"gain_{place}", _("Gain"), "signed", group, width=9, on_paper=on_paper),
            Column(f"opens_{place}", _("What it would open or take"), "long", group, width=31, on_paper=on_paper),
        ]
    about = _(
        "What would give each client points, a program, a category or a recent round, three at most; the third is not printed"
    )
    book.table(
        title, about, columns, frame, nothing=_("No single change would raise a score."), key="advice", frozen=2,
        is_for_screen=is_for_screen,
    )  # fmt: skip


def by_client(advice: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """One row a client whom a lever helps: first whom it takes into a recent round, then who gains points, and of these the
    highest score first. People's columns, crs_before and of each of the best
    levers step_, gain_ and opens_{place}.
    """
    worded = best(advice, BEST).select(
        "client_id", "place", "crs_before", lever_text().alias("step"), "gain", opens_text().alias("opens"),
        (pl.col("rounds_met").list.len() > 0).alias("meets"),
    )  # fmt: skip
    scores = worded.group_by("client_id", maintain_order=True).agg(
        pl.col("crs_before").first(), pl.col("meets").any(), (pl.col("gain") > 0).any().alias("gains")
    )
    frame = people.select(PEOPLE).join(scores, on="client_id", maintain_order="left")
    for place in range(1, BEST + 1):
        own = worded.filter(pl.col("place") == place).select(
            "client_id", *(pl.col(name).alias(f"{name}_{place}") for name in ("step", "gain", "opens"))
        )
        frame = frame.join(own, on="client_id", how="left", maintain_order="left")
    order = ("meets", "gains", "crs_before")
    return frame.sort(order, descending=True, nulls_last=True, maintain_order=True).drop("meets", "gains")


def add_all(book: Book, advice: pl.DataFrame, people: pl.DataFrame) -> None:
    """Adds the sheet of all levers, those of a client together, the best first."""
    frame = in_order(advice).join(people.select(PEOPLE), on="client_id", how="left", maintain_order="left")
    frame = frame.with_columns(
        lever_text().alias("step"),
        gain_text().alias("gives"),
        opens_text().alias("opens"),
        named(PERSONS, pl.col("person")).alias("person"),
        named(CAPS, pl.col("cap")).alias("cap"),
        named(ANSWERS, pl.col("eligible_after").cast(pl.String).fill_null(UNDETERMINED)).alias("eligible"),
        pl.col("rounds_met").list.join(", ").alias("rounds"),
    )
    columns = [
        *people_columns(),
        Column("step", _("What changes"), "long", width=38),
        Column("person", _("Person"), "centred", width=10),
        Column("effort", _("Effort (1: least)"), "whole", width=9),
        Column("gives", _("What it would give"), "long", width=30),
        Column("crs_before", _("CRS total now"), "total", width=11),
        Column("crs_after", _("CRS total then"), "whole", width=11),
        Column("gain", _("Gain"), "signed", width=9),
        Column("lost_to_caps", _("Lost to caps"), "whole", width=9),
        Column("cap", _("Maximum that took most"), "long", width=22),
        Column("rank_before", _("Rank in the firm's pool now"), "whole", width=11),
        Column("rank_after", _("Rank in the firm's pool then"), "whole", width=11),
        Column("national_before", _("Modelled national rank now"), "whole", width=12),
        Column("national_after", _("Modelled national rank then"), "whole", width=12),
        Column("eligible", _("Eligible for the pool then"), "centred", width=13),
        Column("opens", _("What it would open or take"), "long", width=40),
        Column("rounds", _("Recent rounds that it would have met"), "long", width=34),
    ]
    about = _("Every change that is open to a client, scored again, with what it would give")
    book.table(
        _("All levers"),
        about,
        columns,
        frame,
        nothing=_("No change is open to these clients."),
        key="advice_all",
        is_for_screen=True,
        frozen=2,
    )


def add_by_lever(book: Book, advice: pl.DataFrame) -> None:
    """Adds the sheet that counts the clients whom each lever helps."""
    reasons = {one.key: one.reason for one in LEVERS}
    frame = by_lever(advice).with_columns(
        named(TITLES, pl.col("lever")).alias("title"), named(reasons, pl.col("lever")).alias("reason")
    )
    columns = [
        Column("title", _("What changes"), width=44),
        Column("clients", _("Clients to whom it is open"), "whole", width=12),
        Column("gaining", _("Clients who would gain"), "whole", width=12),
        Column("outside", _("Clients not eligible even then"), "whole", width=14),
        Column("median", _("Median gain"), "whole", width=10),
        Column("largest", _("Largest gain"), "whole", width=10),
        Column("undetermined", _("Clients undetermined"), "whole", width=14),
        Column("programs", _("Clients to whom it opens a program"), "whole", width=14),
        Column("categories", _("Clients to whom it opens a category"), "whole", width=14),
        Column("rounds", _("Clients who would have met a recent round"), "whole", width=16),
        Column("certain", _("Clients for whom it makes one certain"), "whole", width=14),
        Column("losing", _("Clients who would lose a program or category"), "whole", width=16),
        Column("effort", _("Effort (1: least)"), "whole", width=9),
        Column("reason", _("Effort, why"), "long", width=44),
    ]
    about = _("How many clients each change would help, and how much")
    book.table(
        _("By lever"),
        about,
        columns,
        frame,
        nothing=_("No change is open to these clients."),
        key="advice_by_lever",
        frozen=1,
    )
