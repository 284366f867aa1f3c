"""Codes that stand in files, in the history and in JSON: a firm's own programs compare them, so that none may change."""

from __future__ import annotations

import pytest

from transforms.facts import high_wage, work
from transforms.model.vocabulary import ABILITIES
from transforms.outlook import ahead, application, checklist, news, unconfirmed
from transforms.rounds import invitations, near, rounds
from transforms.scoring import ranking


@pytest.mark.parametrize(
    ("codes", "written"),
    [
        (ABILITIES, "listening reading writing speaking"),
        (rounds.PROGRAMS, "CEC FSW FST"),
        (rounds.KINDS[:2], "general PNP"),
        (ranking.POOL_STATUSES, "in_pool declined"),
        (
            (near.MET, near.ON_RECORD, near.AFTER_TIE_BREAK, near.UNDETERMINED, near.SHORT),
            "met on_record after_tie_break undetermined short",
        ),
        ((invitations.INVITED, invitations.WITHDRAWN), "invited withdrawn"),
        ((invitations.OF_THE_ROUND, invitations.OF_THE_RECORD), "round data_changed"),
        (
            ahead.ENGINE_KINDS,
            "birthday test_expires assessment_expires profile_expires work_year_reached work_window profile_begins "
            "law_changes test_counts credential_counts",
        ),
        (
            ahead.DEADLINE_KINDS,
            "work_permit_expires passport_expires nomination_expires document_expires dependant_ages_out ita_deadline "
            "ita_lapsed ita_doubtful document_too_old decision_expected",
        ),
        (
            ahead.STATES,
            "unrecorded not_held lapsed planned not_planned plan_has_passed planned_too_late held undetermined disregarded "
            "lock_in_unknown still_valid too_old due overdue expired out_of_pool",
        ),
        (application.STATES, "planned not_planned plan_has_passed planned_too_late lapsed applied"),
        (checklist.STATUSES, "missing too_old expires_before undetermined have"),
        (checklist.PEOPLE, "principal spouse child"),
        (news.TAKEN_BY_AGE, "score eligibility"),
        (high_wage.COMBINATIONS, "higher sum"),
        (
            work.YEARS,
            "canadian_work foreign_work spouse_canadian_work primary_years trade_years skilled_years",
        ),
    ],
)
def test_codes_are_those_that_files_hold(codes: tuple[str, ...], written: str) -> None:
    assert list(codes) == written.split()


def test_kinds_of_events_that_a_module_picks_are_kinds_of_events() -> None:
    assert {*unconfirmed.OF_THE_POOL, *unconfirmed.OF_THE_SCORE, unconfirmed.OPEN, unconfirmed.CLOSED} <= {*ahead.KINDS}
