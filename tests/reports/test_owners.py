"""A file for each case owner: names that every system takes, no two alike, and equal for equal owners."""

from __future__ import annotations

import pytest

from reports.report.owners import owner_files


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        ("Desk A", "alerts-Desk A.xlsx"),
        ("Zoé Lefèvre", "alerts-Zoé Lefèvre.xlsx"),
        ('a/b\\c:d*e?f"g<h>i|j', "alerts-a b c d e f g h i j.xlsx"),
        ("../../etc/passwd", "alerts-etc passwd.xlsx"),
        ("CON", "alerts-CON.xlsx"),
        ("Desk.", "alerts-Desk.xlsx"),
        ("tab\there\x00", "alerts-tab here.xlsx"),
        ("???", "alerts-owner.xlsx"),
        ("x" * 200, f"alerts-{'x' * 50}.xlsx"),
        (None, "alerts-no-owner.xlsx"),
        ("  ", "alerts-no-owner.xlsx"),
    ],
)
def test_a_name_is_safe_on_every_system(owner: str | None, name: str) -> None:
    assert owner_files([owner], "alerts") == {owner: name}


def test_no_two_owners_share_a_file_where_case_does_not_count() -> None:
    owners = ["desk a", "Desk A", "DESK A", "Desk/A", "no-owner", None]
    found = owner_files(owners, "report")
    assert found.keys() == set(owners)
    folded = [name.casefold() for name in found.values()]
    assert len(set(folded)) == len(owners)
    assert found[None] == "report-no-owner.xlsx"


def test_the_order_and_repeats_of_owners_do_not_matter() -> None:
    assert owner_files(["b", "a", "B", "a"], "s") == owner_files(["B", "b", "a"], "s")
