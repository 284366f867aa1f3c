"""A nightly run reports what it refused of a client, another pool status and another case owner."""

from __future__ import annotations

from tests.firm import MONDAY, TUESDAY, Firm, alerts_of, changed, clients


def test_refused_rows_and_other_owners_are_news_of_the_next_night(firm: Firm) -> None:
    firm.night(MONDAY)
    thirty, thirty_one, thirty_three = clients(30, 31, 33)
    firm.drop(
        "b.xlsx",
        [
            changed(thirty, date_of_birth="1999-99-99"),
            changed(thirty_one, case_owner="Another desk"),
            changed(thirty_three, pool_status="withdrawn"),
        ],
    )
    firm.night(TUESDAY)
    news = {(one["client_id"], one["kind"]): one for one in alerts_of(firm, TUESDAY)["news"]}
    assert news["C-0030", "quarantined"]["what"].startswith(
        "quarantined: the earlier record is kept. Correct Candidates!"
    )
    assert news["C-0031", "owner"]["after"] == "Another desk"
    assert ("C-0033", "pool") in news or ("C-0033", "status") in news
    assert ("C-0031", "quarantined") not in news
