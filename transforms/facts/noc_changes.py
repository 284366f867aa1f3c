"""The change to NOC 2021: the occupation codes that lost or gained eligibility on its day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from transforms.facts.noc import Occupations, concordance, noc_2016, noc_2021, noc_2021_titles
from transforms.model.calendar import day_before
from transforms.model.wording import N_, _
from transforms.rules import Law, Rules

# By whether a code counts in its own classification: what is said of it before, or since, the day of the change.
BEFORE = {
    True: N_("{code} ({title}) counted as skilled work before {day}; in NOC 2021: {others}."),
    False: N_("{code} ({title}) did not count as skilled work before {day}; in NOC 2021: {others}."),
}
SINCE = {
    True: N_("{code} ({title}) has counted as skilled work since {day}; in NOC 2016: {others}."),
    False: N_("{code} ({title}) has not counted as skilled work since {day}; in NOC 2016: {others}."),
}
OTHER_NOW = {True: N_("{code} (counts)"), False: N_("{code} (does not count)")}
OTHER_THEN = {True: N_("{code} (counted)"), False: N_("{code} (did not count)")}
ON_THE_DAY = {
    True: N_("On {day} it counts; the row stands."),
    False: N_("On {day} it does not count; the row stands."),
}


@dataclass(frozen=True)
class Change:
    """A code that counts as skilled work in its own classification and not, or only in part, in the other.

    `gained`: it came to count, or else it ceased to; `in_part`: some of what it stands for in the other classification
    counts there as the code does here.
    """

    code: str
    day: date
    gained: bool
    in_part: bool
    text: str


def changes(rules: Rules) -> dict[str, Change]:
    """Every code of NOC 2016 and NOC 2021 whose eligibility changed with the classification, by code.

    A code is held against those of the other classification that the concordance names. Source: law document 2.4.
    """
    day = next(one.starts_on for one in rules.parameter("noc.version").versions if one.value == "2021")
    before, after = (rules.law_of(on)["noc.skilled_levels"] for on in (day_before(day), day))
    old, new = noc_2016(), noc_2021()
    titles = noc_2021_titles()
    counted = {code: level in before for code, level in old.levels.items()}
    counts = {code: level in after for code, level in new.levels.items()}
    forth, back = concordance()
    found: dict[str, Change] = {}
    for code, others in forth.items():
        differ = [counts[other] != counted[code] for other in others]
        if any(differ):
            now = ", ".join(_(OTHER_NOW[counts[other]]).format(code=other) for other in others)
            text = _(BEFORE[counted[code]]).format(code=code, title=old.titles[code], day=day, others=now)
            found[code] = Change(code, day, not counted[code], not all(differ), text)
    for code, others in back.items():
        differ = [counted[other] != counts[code] for other in others]
        if any(differ):
            then = ", ".join(_(OTHER_THEN[counted[other]]).format(code=other) for other in others)
            text = _(SINCE[counts[code]]).format(code=code, title=titles[code], day=day, others=then)
            found[code] = Change(code, day, counts[code], not all(differ), text)
    return found


def messages(law: Law) -> Mapping[str, tuple[str, str]]:
    """What a warning says of each changed code, and what that means on the day of the law."""
    skilled = Occupations(law).skilled

    def on_the_day(code: str) -> str:
        if code not in skilled:
            return _("On {day} that is undetermined by this code; write that of NOC {version}.").format(
                day=law.as_of, version=law["noc.version"]
            )
        return _(ON_THE_DAY[skilled[code]]).format(day=law.as_of)

    return {code: (change.text, on_the_day(code)) for code, change in changes(law.rules).items()}
