"""The cells to correct, by column and kind of problem."""

from __future__ import annotations

from reports.corrections.groups import Group
from reports.report.contents import ReportContents

QUARANTINED, WARNING = "quarantined", "warning"


def of_status(contents: ReportContents, status: str) -> list[Group]:
    """The groups of problems of one status, the largest first: QUARANTINED keeps rows out, WARNING does not."""
    return sorted((group for group in contents.problem_groups if group.standing == status), key=lambda one: -one.count)
