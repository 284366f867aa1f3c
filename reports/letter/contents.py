"""What the client pages show, gathered by the flow; and a page itself, as texts and numbers in the language in use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from reports.workbook.logo import Logo
from transforms.assessment.provisional import Provisional
from transforms.outlook.coming import Coming


@dataclass(frozen=True)
class LettersContents:
    """What the pages of some clients show; no clock time and no run id, so that equal runs give equal pages.

    `facts` is the frame of transforms.advice.client_page.page_facts, a row a page; `people` has for the same clients client_id,
    family_name, given_name, case_owner, pool_status, ita_issued_on and ita_round. `law_numbers` are those of
    transforms.advice.client_page.numbers. `in_pool` counts the firm's pool. `national` has client_id and place (UInt32, empty:
    not modelled), `national_pool` counts the people of the modelled national pool (None: none is published).
    `advice` is the frame ADVICE, `coming` what lies ahead, `cut_offs` those of transforms.rounds.reach; `is_coming_whole`: were
    the scores of later days computed? `chances` is the frame of transforms.forecast.chances (None: no forecast was asked for).
    `provisional` and `titles_of_unknown` say what of the law is not known.
    """

    title: str
    as_of: date
    rules_version: str
    rules_status: str
    facts: pl.DataFrame = field(repr=False)
    people: pl.DataFrame = field(repr=False)
    law_numbers: Mapping[str, int]
    in_pool: int
    national: pl.DataFrame = field(repr=False)
    national_pool: int | None
    advice: pl.DataFrame = field(repr=False)
    coming: Coming = field(repr=False)
    cut_offs: pl.DataFrame = field(repr=False)
    is_coming_whole: bool = True
    chances: pl.DataFrame | None = field(default=None, repr=False)
    provisional: Provisional | None = None
    titles_of_unknown: Mapping[str, str] = field(default_factory=dict)
    firm: str = ""
    logo: Logo | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Share:
    """A group of the score: its letter, title, points, maximum, and its components in one line."""

    letter: str
    title: str
    points: int
    maximum: int
    parts: str


@dataclass(frozen=True)
class Program:
    """A program: its name, the answer as a key (yes, no, undetermined) and in words, and the reason in one line."""

    name: str
    key: str
    answer: str
    reason: str


@dataclass(frozen=True)
class Step:
    """A change that would raise the score: what it is, what it would give, the score then, and what else it would open."""

    what: str
    gain: str
    total: str
    opens: str


@dataclass(frozen=True)
class Event:
    """A dated event ahead: its day, what happens, the last day to act and what is at stake; empty where nobody must act."""

    on: str
    what: str
    act_by: str
    stake: str


@dataclass(frozen=True)
class Letter:
    """A page: every text of it in the language in use. `facts` and `places` are pairs of a label and a value; `client_id` is
    as in the file, for the names of sheets and files alone.
    """

    client_id: str
    name: str
    facts: Sequence[tuple[str, str]]
    score: int
    score_note: str
    places: Sequence[tuple[str, str]]
    places_note: str
    shares: Sequence[Share]
    caps: Sequence[str]
    programs: Sequence[Program]
    categories: str
    steps: Sequence[Step]
    events: Sequence[Event]
    events_note: str
    law: str
