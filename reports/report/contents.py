"""What a report shows, gathered by the flow and handed over as plain values and frames."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from reports.corrections.groups import Group
from reports.workbook.logo import Logo
from transforms.assessment.provisional import Provisional
from transforms.outlook.coming import Coming
from transforms.rounds.near import CLOSE_POINTS, NEAR
from transforms.rounds.reach import CUT_OFFS
from transforms.rounds.rounds import Round, RoundOutcome


@dataclass(frozen=True)
class Input:
    """One input of a run: its number from 1, file name, kind, SHA-256 and number of rows."""

    number: int
    name: str
    kind: str
    sha256: str
    rows: int


@dataclass(frozen=True)
class LeftOut:
    """One input that was left out because it cannot be used: its number, file name, and what is wrong with it."""

    number: int
    name: str
    problem: str


@dataclass(frozen=True)
class SheetRead:
    """One sheet of an input that holds rows: the input's number, the title, the intake sheet that it was read as (empty: not read), its
    rows (None: unknown), and what is to be known of it.
    """

    number: int
    title: str
    read_as: str
    rows: int | None
    note: str


@dataclass(frozen=True)
class ReportContents:
    """Everything of one run that its report shows; no clock time and no run id, so that equal runs give equal books.

    `scores` is the contract's frame; `people` has for the same clients client_id, family_name, given_name, case_owner,
    profile_submitted_at Datetime(UTC), pool_status, in_pool Boolean (empty: undetermined), ita_issued_on Date and ita_round. `quarantine`, `held`
    and `warnings` are problem frames of the intake. `rules` has one row a parameter in force: parameter, title,
    in_force_from Date, status, confidence (H, M, L), value, source, source_kind (official, secondary), section, address, last_checked_on Date, note.
    `explanation` is the frame of transforms.explain.explanations, a row a client and component.
    `language_choice` is the frame of transforms.assessment.language_choice.shown.
    `comparison` is the frame of transforms.changes.comparison.before_and_after; None: without an overlay.
    `readings` are pairs of a subject and how it is read; `coverage` has name, covers, status, verified_from,
    verified_to and note as text. `rules_notes` says what of the law of the day is not known; empty when complete.
    `rules_due` says of which values a newer one is due.
    `rules_files` names the overlays on the law: title and file of each overlay.
    `rounds_notes` says what is to be known of the published rounds, such as that newer ones could not be fetched.
    `stated` is the frame of transforms.record_checks.stated.compared; None: nobody has a stated score that is compared;
    `stated_quarantined` counts the stated scores of clients who are quarantined.
    `advice` is the frame of transforms.advice.advise; None: it was not made.
    `sheets` are the sheets of the inputs that hold rows, read or not.
    `notes` says how old the rounds are and who is not in the pool of the day; `headline_months`: of how many months rounds
    are recent. `firm` and `logo` are the firm's, where it has set them; `corrections` names the corrections workbook of
    each input that has one, by the number of the input. `rounds_notes` says what is to be known of the published rounds, such as that newer ones could not be fetched.
    `newest` is the last published round on or before the day; None: no rounds file was read.
    `near` is the frame of transforms.rounds.near; `coming` what lies ahead (None: nobody looked), `cut_offs` those of transforms.rounds.reach with
    `cut_off_margin`, the points by which a score may miss one that counts as within reach, and
    `is_coming_whole` whether the scores of later days were computed for it.
    `problem_groups` are the quarantined rows and the warnings by column and kind. `owners` has client_id, case_owner and the place of the Candidates row (source_file, source_sheet, source_row), of the quarantined clients too. `is_part_of_owner`: the
    report of one case owner beside the whole one.
    `provisional` says from when scores are provisional (None: the law is known), `provisional_notes` the details, and
    `titles_of_unknown` the titles of what is not known.
    """

    title: str
    as_of: date
    code_version: str
    rules_version: str
    rules_status: str
    rules_notes: Sequence[str]
    rules_files: Sequence[str]
    rounds_asked: Sequence[str]
    inputs: Sequence[Input]
    left_out: Sequence[LeftOut]
    counts: Mapping[str, int]
    scores: pl.DataFrame = field(repr=False)
    people: pl.DataFrame = field(repr=False)
    explanation: pl.DataFrame = field(repr=False)
    language_choice: pl.DataFrame = field(repr=False)
    outcomes: Sequence[RoundOutcome] = field(repr=False)
    quarantine: pl.DataFrame = field(repr=False)
    held: pl.DataFrame = field(repr=False)
    warnings: pl.DataFrame = field(repr=False)
    rules: pl.DataFrame = field(repr=False)
    readings: Sequence[tuple[str, str]] = field(repr=False)
    coverage: pl.DataFrame = field(repr=False)
    comparison: pl.DataFrame | None = field(default=None, repr=False)
    rounds_notes: Sequence[str] = ()
    rules_due: Sequence[str] = ()
    sheets: Sequence[SheetRead] = ()
    notes: Sequence[str] = ()
    headline_months: int = 0
    stated: pl.DataFrame | None = field(default=None, repr=False)
    stated_quarantined: int = 0
    newest: Round | None = None
    are_rounds_old: bool = False
    near: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=NEAR), repr=False)
    cut_offs: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=CUT_OFFS), repr=False)
    cut_off_margin: int = CLOSE_POINTS
    coming: Coming | None = field(default=None, repr=False)
    is_coming_whole: bool = True
    advice: pl.DataFrame | None = field(default=None, repr=False)
    firm: str = ""
    logo: Logo | None = field(default=None, repr=False)
    corrections: Mapping[int, str] = field(default_factory=dict)
    problem_groups: Sequence[Group] = field(default=(), repr=False)
    owners: pl.DataFrame | None = field(default=None, repr=False)
    is_part_of_owner: bool = False
    provisional: Provisional | None = None
    provisional_notes: Sequence[str] = ()
    titles_of_unknown: Mapping[str, str] = field(default_factory=dict)
