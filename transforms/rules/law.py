"""The law as typed values: sources, parameters with their versions, and the law of one day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from transforms.model.wording import _
from transforms.rules.errors import RulesError, UnknownLaw, nearest

# The parameter whose first day is that of the law.
IN_FORCE = "system.in_force"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value of the law was read: short key, title and address."""

    key: str
    title: str
    href: str


@dataclass(frozen=True, slots=True)
class Version:
    """One dated value of a parameter, with where it was read, how sure that is, and its last day (None: open).

    `file` is the name of the overlay that it stands in; empty in the shipped law. `last_seen_on` is the last day on which
    a value that is replaced from time to time was seen in force; None: it stands until it is changed. `line` is that of
    its value.
    """

    starts_on: date
    ends_on: date | None
    status: str
    confidence: str
    published_on: date | None
    last_checked_on: date
    source: Source
    section: str
    note: str
    value: Any
    file: str = ""
    last_seen_on: date | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Parameter:
    """One value of the law through time: what it is, its unit and shape, and its versions in order of date."""

    id: str
    title: str
    unit: str
    shape: str
    input: str
    columns: tuple[str, ...]
    setting: bool
    note: str
    versions: tuple[Version, ...]

    def on(self, day: date) -> Version | None:
        """The version in force on a day, or None before the first."""
        return next((version for version in reversed(self.versions) if version.starts_on <= day), None)


@dataclass(frozen=True)
class Law:
    """The law of one day: each parameter's version in force, read by the parameter's name.

    Its day is that of all rows, or (`by_row`) each row has its own in the column as_of, all of them days on which this
    law is the same.
    """

    as_of: date
    rules: Rules
    _in_force: dict[str, Version] = field(default_factory=dict, repr=False)
    by_row: bool = False

    def version(self, name: str) -> Version:
        """The version of a parameter in force; raises RulesError for a name that is not there."""
        found = self._in_force.get(name)
        if found is None:
            version = self.rules.parameter(name).on(self.as_of)
            if version is None:
                raise RulesError(_("{name} has no value on {day}").format(name=name, day=self.as_of))
            found = self._in_force[name] = version
        return found

    def known(self, name: str) -> bool:
        """Is the value of this parameter known on this day?"""
        return self.version(name).status != "unknown"

    def __getitem__(self, name: str) -> Any:
        """The value in force; raises UnknownLaw where the law has one that is not known to us."""
        version = self.version(name)
        if version.status == "unknown":
            raise UnknownLaw(
                _("{name} is not known from {day}: {note}").format(name=name, day=version.starts_on, note=version.note)
            )
        return version.value

    @cached_property
    def unknown(self) -> tuple[Parameter, ...]:
        """The parameters whose value on this day is not known."""
        return tuple(
            parameter
            for parameter in self.rules.parameters.values()
            if (version := parameter.on(self.as_of)) is not None and version.status == "unknown"
        )

    @cached_property
    def renewal_due(self) -> tuple[Parameter, ...]:
        """The parameters whose value on this day was last seen in force before it, so that a newer one is due."""
        return tuple(
            parameter
            for parameter in self.rules.parameters.values()
            if (version := parameter.on(self.as_of)) is not None
            and version.ends_on is None
            and version.last_seen_on is not None
            and version.last_seen_on < self.as_of
        )

    def status_of(self, name: str) -> str:
        """`known`, `carried` or `unknown`; in an incomplete law all from before the gap is only carried on.

        But for what is no law: how records are read, and the first day of it all.
        """
        version = self.version(name)
        gaps = [self.version(parameter.id).starts_on for parameter in self.unknown]
        is_law = name != IN_FORCE and not self.rules.parameter(name).setting
        if gaps and is_law and version.status == "known" and version.starts_on < min(gaps):
            return "carried"
        return version.status

    @property
    def status(self) -> str:
        """`incomplete` where a value of the law on this day is not known, else `complete`."""
        return "incomplete" if self.unknown else "complete"


@dataclass(frozen=True)
class Rules:
    """The whole law as loaded: parameters by name, sources by key, and a version made from the text itself.

    `overlay_titles` has for each overlay its title, with its file's name in brackets.
    """

    parameters: dict[str, Parameter]
    sources: dict[str, Source]
    version: str
    overlay_titles: tuple[str, ...] = ()

    @property
    def first_day(self) -> date:
        """The first day of Express Entry."""
        return self.parameters[IN_FORCE].versions[0].starts_on

    def parameter(self, name: str) -> Parameter:
        """One parameter; raises RulesError naming the nearest one for a name that is not there."""
        try:
            return self.parameters[name]
        except KeyError:
            raise RulesError(
                _("no parameter {name} in the rules{nearest}").format(
                    name=repr(name), nearest=nearest(name, self.parameters)
                )
            ) from None

    def law_of(self, as_of: date) -> Law:
        """The law of one day; raises RulesError before the first day of Express Entry."""
        if as_of < self.first_day:
            raise RulesError(
                _("Express Entry starts on {first}: there is no law of {day}").format(first=self.first_day, day=as_of)
            )
        return Law(as_of, self)

    def change_dates(self) -> list[date]:
        """Every day on which some value of the law starts, in order."""
        return sorted({version.starts_on for item in self.parameters.values() for version in item.versions})
