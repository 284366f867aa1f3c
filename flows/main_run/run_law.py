"""The law of a run: overlays and readings loaded, resolved for the day, and its bounds for the intake."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.errors import UnusableFile, UsageError
from flows.main_run.run_state import Run
from flows.version import __version__
from transforms.model.wording import _

if TYPE_CHECKING:
    from transforms.rules import Law, Rules
    from validation.checks.rules_of_dates import Limits


def code_version() -> str:
    """The version of the program."""
    return __version__


def open_law(run: Run) -> None:
    """Loads the rules and resolves them for the day; raises UsageError before Express Entry, UnusableFile for a
    bad overlay.
    """
    with run.timed("rules"):
        run.rules = rules_of(run.request.rules, run.request.readings)
        run.law = law_of(run.rules, run.request.as_of)


def rules_of(overlays: Sequence[Path], readings: Mapping[str, Any]) -> Rules:
    """The law with its overlays and readings; raises UsageError for a file that is not there, UnusableFile for
    a bad one.
    """
    from transforms.facts import high_wage
    from transforms.rules import RulesError, load

    for path in overlays:
        if not path.is_file():
            raise UsageError(_("no rules file at {path}").format(path=path))
    try:
        rules = load(overlays, readings=readings)
        high_wage.check(rules)
    except RulesError as error:
        raise UnusableFile(
            _("the rules cannot be used: {place}{error}").format(place=_place_of(readings, error.reading), error=error)
        ) from None
    return rules


def _place_of(readings: Mapping[str, Any], name: str) -> str:
    """Where a setting of the law stands that cannot be used; empty for what is none."""
    from flows.firm.settings import FILE, Readings

    if not name:
        return ""
    return readings.place_of(name) if isinstance(readings, Readings) else f"{FILE}: "


def law_of(rules: Rules, as_of: date) -> Law:
    """The law of a day; raises UsageError before Express Entry."""
    from transforms.rules import RulesError

    try:
        return rules.law_of(as_of)
    except RulesError as error:
        raise UsageError(str(error)) from None


def versions(law: Law) -> dict[str, Any]:
    """The versions of the program and of the rules, and the state of the law, as every record of a run gives them."""
    return {"code_version": code_version(), "rules_version": law.rules.version, "rules_status": law.status}


def score_ranges(law: Law) -> dict[tuple[str, str], tuple[float, float, float]]:
    """Each test's and ability's lowest score, highest score and step."""
    ranges: dict[tuple[str, str], tuple[float, float, float]] = {}
    for key, entry in law["language.score_range"].items():
        test, ability = key.split(".")
        ranges[test, ability] = (float(entry["low"]), float(entry["high"]), float(entry["step"]))
    return ranges


def limits(law: Law) -> Limits:
    """What the law says of dates and of lengths of work, for the intake."""
    from validation.checks.rules_of_dates import Limits

    window = law["crs.records.work_window_years"]
    own = ("canadian_work_years", "foreign_work_years", "spouse_canadian_work_years", "spouse_foreign_work_years")
    return Limits(
        law.rules.first_day,
        law["language.validity_years"],
        law["crs.records.eca_validity_years"],
        law["pool.profile_life_years"],
        {**dict.fromkeys(own, window), "primary_occupation_years": law["fsw.experience_window_years"]},
        [
            (version.starts_on, version.ends_on, version.value)
            for version in law.rules.parameter("rounds.ita_window_days").versions
        ],
    )
