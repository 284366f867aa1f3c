"""The workbook of a forecast: what coming rounds will take, and each client's chance of an invitation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
from openpyxl.utils import get_column_letter

from reports.forecast import forecast_sheets as sheets
from reports.forecast.forecast_charts import add_fans
from reports.workbook.book import Book, Column
from reports.workbook.front_page import HEADLINE, NOTE, SUBTITLE, Writer
from reports.workbook.looks import INK, INVITED, Look
from transforms.forecast.forecast import HORIZONS
from transforms.forecast.forecast_details import Details
from transforms.model.kind_words import kind_word
from transforms.model.wording import N_, _, full_date, phrase

ROUNDS = {
    "round": pl.String, "date": pl.Date, "size": pl.Int64, "p10": pl.Int64, "p50": pl.Int64,
    "p90": pl.Int64, "mean": pl.Int64, "drawn": pl.String, "law": pl.String,
}  # fmt: skip
PEOPLE = {
    "client_id": pl.String, "family_name": pl.String, "given_name": pl.String, "case_owner": pl.String,
    "crs_total": pl.Int16,
}  # fmt: skip
CHANCES = {"client_id": pl.String, "p30": pl.Float64, "p90": pl.Float64, "p180": pl.Float64, "limited_by": pl.String}
CHANCE_COLUMNS = ("p30", "p90", "p180")
TAKEN = {"client_id": pl.String, "round": pl.String, "held_on": pl.Date}
TITLE = N_("Forecast")
WIDTHS = (54, 12, 20, 20, 20, 20)
TEXT, MEAN = Look(rule=True, indent=1), Look(rule=True, number="0.0")
ABOUT = (
    N_("Low, middle and high are cut-offs. Four in five drawn futures lie from low to high."),
    N_("A chance is the share of the drawn futures in which a round invites the client within so many days."),
    N_("Clients whom a held round takes have no chance here: the invitation may be there already."),
    N_("A forecast is no promise. The minister decides on the day, the kind and the size of each round."),
)
# What is drawn where a question leaves it open, and the state of the law.
DRAWN = {"date": N_("day"), "size": N_("number of invitations")}
LAW = {"complete": N_("complete"), "incomplete": N_("incomplete")}


def write_forecast(
    path: Path,
    answer: Mapping[str, Any],
    title: str,
    people: pl.DataFrame | None = None,
    taken: pl.DataFrame | None = None,
    law_notes: Sequence[str] = (),
    details: Details | None = None,
    cut_offs: pl.DataFrame | None = None,
) -> list[str]:
    """Writes the workbook of a forecast as `forecast --json` gives it; returns the names of its sheets.

    `people` has client_id, family_name, given_name, case_owner (String) and crs_total (Int16); `taken` as TAKEN the clients
    whom a round that was held takes, with no invitation on record; `law_notes` say what of the law is not known. With
    `details` come the sheets for who plans, and charts beside the published `cut_offs` (kind, date, cut_off) of the year
    before. Equal forecasts give equal bytes.
    """
    day: date = answer["as_of"]
    rounds, clients = _rounds(answer), _clients(answer, people, taken)
    clients = sheets.with_prospects(clients, None if details is None else details.prospects)
    footer = _("{title}, forecast as of {day}, known to {known_on}").format(
        title=title, day=day, known_on=answer["known_on"]
    )
    with Book(title, day, path.parent, footer, hub="clients") as book:
        front = book.page(_(TITLE), WIDTHS, INK)
        front.sheet.sheet_view.tabSelected = True
        book.table(
            _("Rounds"),
            _("The next round of each kind, by day: its cut-off with four in five chances from low to high"),
            _round_columns(), rounds, nothing=_("No round can be forecast."), frozen=1, tab=INK, key="rounds",
        )  # fmt: skip
        if not rounds.is_empty():
            # One day for all rows, which begin below the groups and the headers; its cell is that of the first.
            book.name_cell("as_of", _("Rounds"), f"{get_column_letter(len(ROUNDS) + 1)}3")
        book.table(
            _("Clients"),
            _("Each client's chance, the best first, with the date by which points or documents run out taken into account"),
            _client_columns(), clients, nothing=_("There are no clients."), frozen=2, tab=INVITED, key="clients",
        )  # fmt: skip
        if details is not None:
            _add_details(book, details, people, cut_offs)
        of_plans = [] if details is None else [
            f"{one.title}: {note}" for one in details.plans for note in one.notes
        ]  # fmt: skip
        notes = [*answer["notes"], *of_plans, *law_notes]
        book.table(
            _("Notes"), _("What to know about these numbers"), (Column("note", _("Note"), "long", width=120),),
            pl.DataFrame({"note": notes}, schema={"note": pl.String}), nothing=_("Nothing to note."), key="notes",
        )  # fmt: skip
        _fill(Writer(front), book, title, answer, clients, law_notes, details)
        book.save(path)
        return book.sheet_names


def _fill(
    to: Writer, book: Book, title: str, answer: Mapping[str, Any], clients: pl.DataFrame, law_notes: Sequence[str],
    details: Details | None,
) -> None:  # fmt: skip
    """The first page: what the forecast is of, how to read it, counts, and the sheets."""
    to.across(_("Forecast of the coming rounds"), HEADLINE)
    to.across(f"{title} · {full_date(answer['as_of'])}", SUBTITLE)
    if law_notes and answer["rules_status"] == "incomplete":
        to.warnings(
            _("The law of the coming rounds is incomplete: part of it is not known to this program"), law_notes[:1]
        )
        if len(law_notes) > 1:
            to.more(len(law_notes) - 1, _("Notes"))
    to.section(_("How to read it"))
    for text in ABOUT:
        to.across(_(text), NOTE)
    for note in answer["notes"]:
        to.across(note, NOTE)
    to.section(_("Counts"))
    to.count(_("Rounds forecast"), len(answer["rounds"]), to=_("Rounds"))
    to.count(_("Clients with a chance"), clients[CHANCE_COLUMNS[-1]].count(), to=_("Clients"))
    to.count(_("Clients whom a held round takes: check the invitation"), clients["check"].count(), to=_("Clients"))
    if details is not None and details.plans and details.plans[0].clients is not None:
        to.section(_("Clients invited, mean of the futures"))
        headers = (_("Plan"), *(sheets.within(days) for days in HORIZONS))
        rows = (
            (sheets.plan_title(one), *(round(one.expected()[name], 1) for name in CHANCE_COLUMNS))
            for one in details.plans
        )
        to.table(headers, (TEXT, *[MEAN] * len(HORIZONS)), rows)
    to.sheets(book)
    to.page.write()


def _add_details(
    book: Book, details: Details, people: pl.DataFrame | None, cut_offs: pl.DataFrame | None
) -> None:  # fmt: skip
    """The sheets for who plans, and the charts."""
    who = pl.DataFrame(schema=PEOPLE) if people is None else people
    if details.prospects is not None:
        sheets.add_by_kind(book, details.prospects, who)
        sheets.add_steps(book, details.prospects, who)
    sheets.add_scores(book, details)
    if details.plans:
        sheets.add_plans(book, details.plans, who)
    if cut_offs is not None:
        add_fans(book, details.fans, cut_offs)


def _rounds(answer: Mapping[str, Any]) -> pl.DataFrame:
    rows = [
        {
            **{name: row[name] for name in ROUNDS if name in row},
            "round": kind_word(row["kind"]),
            "size": int(row["size"]),
            **{name: round(row[name]) for name in ("p10", "p50", "p90", "mean")},
            "drawn": ", ".join(_(DRAWN[one]) for one in row["drawn"]),
            "law": _(LAW[row["rules_status"]]),
        }
        for row in answer["rounds"]
    ]
    by_day = pl.DataFrame(rows, schema=ROUNDS).sort("date", "round", maintain_order=True)
    return by_day.with_columns(pl.lit(answer["as_of"], pl.Date).alias("as_of"))


def _clients(answer: Mapping[str, Any], people: pl.DataFrame | None, taken: pl.DataFrame | None) -> pl.DataFrame:
    """The clients in the order of the forecast, with who they are; whom a held round takes come first, without chances."""
    found = pl.DataFrame(answer["clients"], schema=CHANCES)
    who = pl.DataFrame(schema=PEOPLE) if people is None else people.select(*PEOPLE)
    check = (pl.DataFrame(schema=TAKEN) if taken is None else taken).select(
        "client_id",
        phrase(
            _("Round {round} of {held_on} takes this client. Check whether the invitation came."),
            round=pl.col("round"), held_on=pl.col("held_on").cast(pl.String),
        ).alias("check"),
    )  # fmt: skip
    known = found.join(check, on="client_id", how="left", maintain_order="left").with_columns(
        pl.when(pl.col("check").is_null()).then(name).alias(name) for name in CHANCE_COLUMNS
    )
    return known.join(who, on="client_id", how="left", maintain_order="left").sort(
        pl.col("check").is_null(), maintain_order=True
    )


def _round_columns() -> tuple[Column, ...]:
    cut_off = _("Cut-off")
    return (
        Column("round", _("Round")),
        Column("date", _("Day"), "date", width=12),
        Column("size", _("Invitations"), "whole"),
        Column("p10", _("Low (1 in 10 below)"), "whole", cut_off),
        Column("p50", _("Middle"), "whole", cut_off),
        Column("p90", _("High (1 in 10 above)"), "whole", cut_off),
        Column("mean", _("Mean"), "whole", cut_off),
        Column("drawn", _("Not published yet: drawn")),
        Column("law", _("Law")),
        Column("as_of", _("As of"), "date", width=12),
    )


def _client_columns() -> tuple[Column, ...]:
    on_paper, on_screen = sheets.prospect_columns()
    return (
        *sheets.who_columns("text"),
        *sheets.chance_columns(_("Chance of an invitation within")),
        *on_paper,
        Column("check", _("Check"), "long", width=38),
        Column("limited_by", _("Limited by"), "long", width=40),
        *on_screen,
    )
