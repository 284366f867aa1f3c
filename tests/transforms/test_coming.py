"""All that lies ahead of the clients together, with what is to be entered of an unrecorded invitation."""

from __future__ import annotations

import polars as pl
from invited import AS_OF, CEC_ROUND, INVITED_ON, client, sheets

from transforms.outlook.coming import coming
from transforms.rounds import invitations
from transforms.rules import Rules


def test_an_unrecorded_invitation_says_what_to_enter_in_applications_and_events(rules: Rules) -> None:
    record = sheets(client(ita_issued_on=None, ita_round=None, planned_application_on=None, pool_status="in_pool"))
    held = pl.DataFrame({"client_id": ["A"], "round": ["428"], "held_on": [INVITED_ON]})
    candidates = invitations.with_invitations(record["candidates"], held)
    found = coming({**record, "candidates": candidates}, record["candidates"], rules, AS_OF, [CEC_ROUND])
    to_enter = "if it came, enter ita_issued_on and ita_round; "
    assert to_enter in found.applications["why"].item()
    (deadline,) = found.events.filter(pl.col("kind") == "ita_deadline")["what"]
    assert to_enter in deadline
    assert not found.documents.is_empty()
