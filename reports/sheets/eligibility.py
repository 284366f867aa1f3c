"""Who may enter the pool, by which program, and what stands in the way."""

from __future__ import annotations

from reports.report.contents import ReportContents
from reports.sheets.columns import people_columns
from reports.wording.kinds import kind_word
from reports.wording.words import (
    CATEGORY_LISTS,
    ELIGIBILITY,
    FSW_POINTS,
    POOL_STATUSES,
    PROGRAMS,
    listed,
    reasons_of,
    worded,
    yes_no,
)
from reports.workbook.book import Book, Column
from transforms.model.wording import N_, _
from transforms.scoring.reason_words import reasons_in_words

TITLE = N_("Eligibility")
ELIGIBLE, AGAINST = N_("Eligible"), N_("What is not met, or not known")
GRID, CATEGORIES = N_("Federal Skilled Worker: selection grid"), N_("Categories of rounds")


def add(book: Book, contents: ReportContents) -> None:
    """Adds the sheet: one row a scored client, in the order of the inputs."""
    people = contents.people.select(
        "client_id", "family_name", "given_name", "case_owner", worded("pool_status", POOL_STATUSES), yes_no("in_pool")
    )
    frame = contents.scores.with_columns(
        *(yes_no(name) for name in ELIGIBILITY),
        *(reasons_of(program).alias(program) for program in PROGRAMS),
        *(listed(name) for name in CATEGORY_LISTS),
    ).join(people, on="client_id", how="left", maintain_order="left")
    frame = frame.with_columns(reasons_in_words(frame[program]) for program in PROGRAMS)
    columns = [
        *people_columns(),
        Column("pool_status", _("Pool status"), "centred"),
        Column("in_pool", _("In the pool"), "centred"),
        *(Column(name, _(title), "centred", _(ELIGIBLE), width=15) for name, title in ELIGIBILITY.items()),
        *(
            Column(
                program,
                _("What stands against {program}").format(program=kind_word(program)),
                "long",
                _(AGAINST),
                width=58,
            )
            for program in PROGRAMS
        ),
        *(
            Column(name, _(title), "total" if name == "fsw_points" else "whole", _(GRID))
            for name, title in FSW_POINTS.items()
        ),
        *(Column(name, _(title), "long", _(CATEGORIES), width=28) for name, title in CATEGORY_LISTS.items()),
    ]
    about = _("FSW, CEC, FST and the pool for each client: yes, no or undetermined, with the reasons")
    book.table(
        _(TITLE),
        about,
        columns,
        frame,
        nothing=_("No client was scored."),
        frozen=3,
        key="eligibility",
        is_for_screen=True,
    )
