"""The tasks of what somebody must act on: what is at stake, whose turn it is, and the words of what to do."""

from __future__ import annotations

from transforms.model.wording import N_

# The gravest first; with the words that people read.
CONSEQUENCES = {
    "invitation": N_("invitation"),
    "application": N_("application"),
    "lapsed": N_("invitation that lapsed"),
    "profile": N_("profile"),
    "score": N_("score or program"),
    "document": N_("document"),
    "birthday": N_("score at a birthday"),
    "decision": N_("decision of IRCC"),
}
CLIENT, FIRM, IRCC = "client", "firm", "ircc"
TURNS = {CLIENT: N_("Client"), FIRM: N_("Firm"), IRCC: N_("IRCC")}
OF_KIND = {
    "ita_deadline": "invitation",
    "ita_lapsed": "lapsed",
    "ita_doubtful": "invitation",
    "document_too_old": "application",
    "profile_expires": "profile",
    "passport_expires": "document",
    "work_permit_expires": "document",
    "document_expires": "document",
    "birthday": "birthday",
    "decision_expected": "decision",
}
OTHER = "score"
BIRTHDAY = "birthday"
PROFILE_ENDS = "profile_expires"
# The task of a kind of event, and of a kind in a state or of an item.
OTHER_TASK = "check"
TASKS = {
    "ita_deadline": "apply",
    "ita_deadline.planned": "apply_as_planned",
    "ita_deadline.plan_has_passed": "enter_application",
    "ita_deadline.planned_too_late": "plan_earlier",
    "ita_deadline.not_held": "decide_on_invitation",
    "ita_deadline.unrecorded": "confirm_invitation",
    "ita_lapsed": "enter_lapsed",
    "ita_lapsed.unrecorded": "confirm_lapsed",
    "ita_doubtful": "check_invitation",
    "document_too_old": "replace_document",
    "document_too_old.still_valid": "replace_or_apply",
    "passport_expires": "renew_passport",
    "work_permit_expires": "extend_work_permit",
    "nomination_expires": "extend_nomination",
    "document_expires": "renew_document",
    "document_expires.medical": "book_medical",
    "document_expires.police_certificate": "order_police_certificate",
    "document_expires.funds_letter": "renew_funds_letter",
    "document_expires.language_result": "book_language_test",
    "document_expires.eca": "order_assessment",
    "dependant_ages_out": "keep_child",
    "dependant_ages_out.lock_in_unknown": "enter_lock_in",
    "profile_expires": "submit_new_profile",
    "profile_expires.expired": "submit_profile_again",
    "test_expires": "book_test",
    "test_expires.expired": "replace_test",
    "test_expires.out_of_pool": "replace_test",
    "assessment_expires": "order_assessment",
    "assessment_expires.expired": "replace_assessment",
    "assessment_expires.out_of_pool": "replace_assessment",
    "work_window": "enter_later_work",
    "law_changes": "apply_before_law",
    "birthday": "keep_program",
    "decision_expected": "wait_for_decision",
    "decision_expected.overdue": "ask_for_decision",
}
# Where a birthday crosses a cut-off, and where something ends before the assumed day of an application that waits, which
# fails with it.
RAISE_SCORE, RAISE_SCORE_BY_ONE = "raise_score", "raise_score_by_one"
# The same of a score that is below the cut-off before the birthday already.
REACH_CUT_OFF = "reach_cut_off"
FOR_APPLICATION = {
    "passport_expires": "renew_for_application",
    "document_expires": "renew_for_application",
    "nomination_expires": "extend_or_apply",
    "test_expires": "book_test_or_apply",
    "assessment_expires": "order_assessment_or_apply",
    "dependant_ages_out": "apply_with_child",
}
# An invitation that nobody confirmed, where several rounds may have given it.
OF_SEVERAL_ROUNDS = {"confirm_invitation": "confirm_one_of_several", "confirm_lapsed": "confirm_lapsed_of_several"}
# What is too late to come without a gap, and a profile that other papers must go before.
WITH_A_GAP = {
    "book_test": "book_test_late",
    "order_assessment": "order_assessment_late",
    "book_language_test": "book_language_test_late",
}
AFTER_PAPERS = {"submit_profile_again": "submit_profile_after"}
PAPERS_MISSING = {
    "english": N_("a valid English result"),
    "french": N_("a valid French result"),
    "eca": N_("a valid credential assessment"),
}
# Whose turn each task is, and its words. {test}, {item}, {document}, {detail} and {person} may be empty.
TURN_OF = {
    "apply": FIRM,
    "apply_as_planned": FIRM,
    "enter_application": FIRM,
    "plan_earlier": FIRM,
    "decide_on_invitation": FIRM,
    "confirm_invitation": FIRM,
    "confirm_one_of_several": FIRM,
    "enter_lapsed": FIRM,
    "confirm_lapsed": FIRM,
    "confirm_lapsed_of_several": FIRM,
    "replace_document": CLIENT,
    "replace_or_apply": CLIENT,
    "renew_for_application": CLIENT,
    "book_test_or_apply": CLIENT,
    "order_assessment_or_apply": CLIENT,
    "extend_or_apply": FIRM,
    "renew_passport": CLIENT,
    "extend_work_permit": FIRM,
    "extend_nomination": FIRM,
    "renew_document": CLIENT,
    "book_medical": CLIENT,
    "order_police_certificate": CLIENT,
    "renew_funds_letter": CLIENT,
    "book_language_test": CLIENT,
    "keep_child": FIRM,
    "enter_lock_in": FIRM,
    "apply_with_child": FIRM,
    "submit_new_profile": FIRM,
    "book_test": CLIENT,
    "order_assessment": CLIENT,
    "book_test_late": CLIENT,
    "order_assessment_late": CLIENT,
    "book_language_test_late": CLIENT,
    "replace_test": CLIENT,
    "replace_assessment": CLIENT,
    "submit_profile_again": FIRM,
    "submit_profile_after": FIRM,
    "check_invitation": FIRM,
    "enter_later_work": FIRM,
    "apply_before_law": FIRM,
    "raise_score": CLIENT,
    "raise_score_by_one": CLIENT,
    "reach_cut_off": CLIENT,
    "keep_program": FIRM,
    "wait_for_decision": IRCC,
    "ask_for_decision": FIRM,
    "check": FIRM,
}
TO_DO = {
    "apply": N_("Submit the application for permanent residence by {act_by}."),
    "apply_as_planned": N_("Submit the application on {needed_on}, as planned. The last day is {act_by}."),
    "enter_application": N_(
        "Enter pool_status applied if the application planned for {needed_on} was submitted. If not, submit it by {act_by}."
    ),
    "plan_earlier": N_("Move the application from {needed_on} to a day up to {act_by}, the last day to apply."),
    "decide_on_invitation": N_(
        "Settle with the client by {act_by} whether to apply or decline. IRPA 11.2 would not be met on {needed_on}."
    ),
    "confirm_invitation": N_(
        "Check in the IRCC account whether round {item} invited the client. If so, enter ita_issued_on and ita_round, and apply "
        "by {act_by}. If not, enter in_pool and ita_round {item}, ita_issued_on empty."
    ),
    "confirm_one_of_several": N_(
        "Check in the IRCC account whether one of the rounds {rounds} invited the client. If so, enter ita_issued_on and "
        "ita_round, and apply by {act_by}. If none did, enter in_pool and ita_round {last}, ita_issued_on empty."
    ),
    "enter_lapsed": N_(
        "Enter in pool_status what became of the invitation of {since}. If nobody applied, submit a new profile."
    ),
    "confirm_lapsed": N_(
        "Check in the IRCC account whether round {item} of {since} invited the client. If so, enter ita_issued_on, ita_round and "
        "pool_status applied, or submit a new profile. If not, enter in_pool and ita_round {item}, ita_issued_on empty."
    ),
    "confirm_lapsed_of_several": N_(
        "Check in the IRCC account whether one of the rounds {rounds} invited the client. If so, enter ita_issued_on, ita_round "
        "and pool_status applied, or submit a new profile. If none did, enter in_pool and ita_round {last}, ita_issued_on empty."
    ),
    "replace_document": N_("Get a new {document}{detail}{person}, needed for the application on {needed_on}."),
    "replace_or_apply": N_(
        "Get a new {document}{detail}{person} for the application on {needed_on}, or apply by {act_by}."
    ),
    "renew_for_application": N_("Renew the {document}{detail}{person} by {act_by}, or apply by that day."),
    "book_test_or_apply": N_("Book {test}{person}, with a result by {act_by}, or apply by that day."),
    "order_assessment_or_apply": N_(
        "Order a new credential assessment (ECA){person}, to have it by {act_by}, or apply by that day."
    ),
    "extend_or_apply": N_("Apply by {act_by}, or ask the province to extend the nomination before that day."),
    "renew_passport": N_("Renew the passport{person} by {act_by}, and send the firm a copy."),
    "extend_work_permit": N_("Apply by {act_by} to extend the work permit{person}."),
    "extend_nomination": N_("Ask the province by {act_by} to extend the nomination."),
    "renew_document": N_("Renew the {document}{detail}{person} by {act_by}, and send the firm a copy."),
    "book_medical": N_(
        "Book a new medical examination{person}. The present one counts until {act_by}, and a new one takes about {lead} days."
    ),
    "order_police_certificate": N_(
        "Order a new police certificate{detail}{person}. The present one counts until {act_by}, and a new one takes about {lead} "
        "days."
    ),
    "renew_funds_letter": N_(
        "Ask the bank for a new letter on settlement funds. The present one counts until {act_by}, and a new one takes about "
        "{lead} days."
    ),
    "book_language_test": N_(
        "Book a new language test{person}. The present result counts until {act_by}, and a new one takes about {lead} days."
    ),
    "keep_child": N_("Plan how to apply by {act_by}, while the child born on {since} counts as a dependant."),
    "enter_lock_in": N_("Enter nomination_applied_on: it decides whether the child born on {since} stays a dependant."),
    "apply_with_child": N_("Apply by {act_by}, while the child born on {since} counts as a dependant."),
    "submit_new_profile": N_("Prepare a new profile, and submit it when this one ends on {on}."),
    "book_test": N_(
        "Book {test}{person}. The result of {since} counts until {act_by}, and a new one takes about {lead} days."
    ),
    "order_assessment": N_(
        "Order a new credential assessment (ECA){person}. The present one counts until {act_by}, and a new one takes about "
        "{lead} days."
    ),
    "book_test_late": N_(
        "Book {test}{person} now. The result of {since} counts until {act_by}. No valid result from {gap} to about {comes}."
    ),
    "order_assessment_late": N_(
        "Order a new credential assessment (ECA){person} now. The present one counts until {act_by}. No valid assessment from "
        "{gap} to about {comes}."
    ),
    "book_language_test_late": N_(
        "Book a new language test{person} now. The present result counts until {act_by}. No valid result from {gap} to about "
        "{comes}."
    ),
    "replace_test": N_(
        "Book {test}{person}. The result of {since} expired on {on}, and a new one takes about {lead} days."
    ),
    "replace_assessment": N_(
        "Order a new credential assessment (ECA){person}. The one of {since} expired on {on}, and a new one takes about {lead} "
        "days."
    ),
    "submit_profile_again": N_(
        "Submit a new profile, and enter profile_submitted_at. The profile of {since} ended on {on}."
    ),
    "submit_profile_after": N_(
        "Get {papers} first. Then submit a new profile, and enter profile_submitted_at. The profile of {since} ended on {on}."
    ),
    "check_invitation": N_(
        "Check the score and ita_round. The invitation of {since} is on record, and the score of that day is below the cut-off "
        "of round {item}."
    ),
    "enter_later_work": N_("Ask the client for later work, and enter it in Work history by {act_by}."),
    "apply_before_law": N_("Apply by {act_by}. The law of {on} takes a program away."),
    "raise_score": N_(
        "Gain {short} points before {on} to stay at the {round} cut-off of {cut_off}. Book a language test for a higher level, "
        "or ask a province for a nomination."
    ),
    "raise_score_by_one": N_(
        "Gain {short} point before {on} to stay at the {round} cut-off of {cut_off}. Book a language test for a higher level, "
        "or ask a province for a nomination."
    ),
    "reach_cut_off": N_(
        "The score is already below the {round} cut-off of {cut_off}. Points needed to reach it after the birthday on {on}: "
        "{short}. Book a language test for a higher level, or ask a province for a nomination."
    ),
    "keep_program": N_("Find out before {on} how to keep the program or category that the birthday takes."),
    "wait_for_decision": N_("Wait for the decision, expected by {on}."),
    "ask_for_decision": N_("Ask IRCC for the state of the application. A decision was expected by {on}."),
    "check": N_("Check by {act_by} what can still be done."),
}
# What shortens the time to apply on an invitation, by what ends; {on} is the last day of the invitation itself.
LIMIT_WORDS = {
    "language_result": N_(
        " The language test result counts until {act_by}. From then to {on}, apply only with a new result."
    ),
    "eca": N_(" The credential assessment counts until {act_by}. From then to {on}, apply only with a new one."),
    "nomination": N_(" The nomination ends on {act_by}. From then to {on}, apply only if the province extends it."),
    "dependant": N_(" A child counts as a dependant until {act_by}. The invitation itself ends on {on}."),
}
