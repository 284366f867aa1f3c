"""What a night's alerts show, gathered by the flow and handed over as plain values and frames."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from reports.workbook.logo import Logo
from transforms.changes.changed_cells import CELLS
from transforms.outlook.law_changes import PROFILES, LawChange
from transforms.rounds.reach import CUT_OFFS


@dataclass(frozen=True)
class AlertContents:
    """Everything of one night that its alerts show; no clock time and no run id, so that equal nights give equal files.

    `compared_with` is the day that the news are news against; None: there was no night before. `rules_notes` says what
    of the law of the day is not known, `rules_due` of which values a newer one is due, `rounds_notes` what is to be said
    about the published rounds, all empty where all is well. `counts` are numbers of the night under words of their own. `people` has client_id, family_name,
    given_name and case_owner; `news` is a frame of transforms.changes.changes (CHANGES), with the rounds' news beside; `ahead` is the frame of transforms.outlook.ahead; `applications` and
    `documents` are those of transforms.outlook.application. `cut_offs` are those of transforms.rounds.reach, `cut_off_margin` by how
    many points a score may miss one that counts as within reach. `files` are the names of the source files that texts of
    the news may hold. `sheets_notes` names the sheets of the night's files that were not read. `firm` and `logo` are the firm's, where it has set them. `cells` are the changed cells
    of transforms.changes.changed_cells behind the news. `law_changes` and `profiles` are those of transforms.outlook.law_changes: the new
    law near the day, and the clients whose profile it asks to update. `by_case_owner` says whether each case owner gets a
    workbook of their own.
    """

    title: str
    as_of: date
    compared_with: date | None
    code_version: str
    rules_version: str
    rules_status: str
    rules_notes: Sequence[str]
    rounds_notes: Sequence[str]
    counts: Mapping[str, int]
    people: pl.DataFrame = field(repr=False)
    news: pl.DataFrame = field(repr=False)
    ahead: pl.DataFrame = field(repr=False)
    applications: pl.DataFrame = field(repr=False)
    documents: pl.DataFrame = field(repr=False)
    cut_offs: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=CUT_OFFS), repr=False)
    cut_off_margin: int = 0
    rules_due: Sequence[str] = ()
    files: Sequence[str] = field(default=(), repr=False)
    sheets_notes: Sequence[str] = field(default=(), repr=False)
    firm: str = ""
    logo: Logo | None = field(default=None, repr=False)
    cells: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=CELLS), repr=False)
    law_changes: Sequence[LawChange] = ()
    profiles: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=PROFILES), repr=False)
    by_case_owner: bool = False
