"""The clients whom the overlays on the shipped law change, with their score under either law."""

from __future__ import annotations

from reports.report.contents import ReportContents
from reports.sheets.columns import people_columns
from reports.wording.words import yes_no
from reports.workbook.book import Below, Book, Column
from transforms.changes.comparison import changed_clients
from transforms.model.wording import N_, _, n_

TITLE = N_("Before and after")


def add(book: Book, contents: ReportContents) -> None:
    """Adds the sheet, where there is an overlay on the law: a row for each client who changes, the most changed first.

    All others are one line below.
    """
    if contents.comparison is None:
        return
    people = contents.people.select("client_id", "family_name", "given_name", "case_owner")
    changed = changed_clients(contents.comparison)
    frame = changed.with_columns(yes_no("before_pool_eligible"), yes_no("after_pool_eligible")).join(
        people, on="client_id", how="left", maintain_order="left"
    )
    overlays = "; ".join(contents.rules_files)
    totals, rank = _("CRS total"), _("Rank in the own pool")
    eligibility = _("Eligible for the pool, and by which classes")
    columns = [
        *people_columns(),
        Column("before_total", _("Total before"), "whole", totals),
        Column("after_total", _("Total after"), "total", totals),
        Column("difference", _("Difference"), "signed", totals),
        Column("changed", _("Components that change"), "long", _("After: {rules}").format(rules=overlays), width=60),
        Column("before_pool_eligible", _("Eligible before"), "centred", eligibility, width=15),
        Column("after_pool_eligible", _("Eligible after"), "centred", eligibility, width=15),
        Column("before_programs", _("Classes before"), group=eligibility),
        Column("after_programs", _("Classes after"), group=eligibility),
        Column("before_rank", _("Rank before"), "whole", rank),
        Column("after_rank", _("Rank after"), "whole", rank),
    ]
    about = _("Before: the shipped law of {day}. After: with the overlay {rules}").format(
        day=contents.as_of, rules=overlays
    )
    rest = contents.comparison.height - changed.height
    book.table(
        _(TITLE), about, columns, frame, nothing=_("No client changes."), frozen=3, key="before_and_after",
        below=[_unchanged(rest)] if rest else [],
    )  # fmt: skip


def _unchanged(rest: int) -> Below:
    """The line that counts the clients who do not change."""
    counted = n_(
        "{n} client has the same points, eligibility and classes under both. The rank alone may differ.",
        "{n} clients have the same points, eligibility and classes under both. The rank alone may differ.",
        rest,
    )
    return Below(_("Unchanged"), (_("Clients"),), ((counted.format(n=rest),),))
