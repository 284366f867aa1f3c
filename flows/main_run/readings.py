"""The law of a run as people read it: the rules in force, what is unknown or carried, coverage, and stated defaults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from transforms.model.wording import N_, _

if TYPE_CHECKING:
    import polars as pl

    from transforms.rules import Law, Version

MAX_VALUE_LENGTH = 2000
# How a standing is put to people, where its own word says too little.
STANDINGS = {"carried": N_("carried, not confirmed"), "unknown": N_("unknown"), "known": N_("known")}
# Addresses under which the Government of Canada publishes the law and its own pages; all others report it.
OFFICIAL_HOSTS = ("canada.ca", "gc.ca")
OFFICIAL, SECONDARY = "official", "secondary"
RENEWAL_DUE = N_("known, a newer one is due")


def unknown_law(law: Law) -> list[str]:
    """What of the law of the day is not known, what is carried on, and how to enter it; empty when complete."""
    if law.status == "complete":
        return []
    notes = [
        _("Not known from {starts_on}: {title}. {note}").format(
            starts_on=law.version(parameter.id).starts_on,
            title=_(parameter.title),
            note=_(law.version(parameter.id).note),
        )
        for parameter in law.unknown
    ]
    return [
        *notes,
        _(
            "All other tables are carried on from before that day, not confirmed; Canadian work experience first of all. "
            "A total is the sum of what is there: neither a floor nor a ceiling."
        ),
        _(
            "To enter published values, run `drawline rules new FILE`, write them with their source into the file, and give "
            "it with --rules FILE."
        ),
    ]


def renewal_due(law: Law) -> list[str]:
    """What of the law of the day was last seen in force before it, and how to enter a newer value; empty where nothing."""
    return [
        _(
            "{title}: the value of {starts_on} was last seen in force on {last_seen_on}, and a newer one is due. Compare it with the official page, and enter a newer one with --rules FILE."
        ).format(title=_(parameter.title), starts_on=version.starts_on, last_seen_on=version.last_seen_on)
        for parameter in law.renewal_due
        for version in (law.version(parameter.id),)
    ]


def rules_in_force(law: Law) -> pl.DataFrame:
    """One row a parameter: what stands on the day, since when, how sure, and where it was read."""
    import polars as pl

    rows = []
    for parameter in law.rules.parameters.values():
        version = parameter.on(law.as_of)
        if version is not None:
            rows.append(_row(parameter.id, _(parameter.title), version, law))
    return pl.DataFrame(rows)


def _row(name: str, title: str, version: Version, law: Law) -> dict[str, Any]:
    status = law.status_of(name)
    is_due = status == "known" and name in {parameter.id for parameter in law.renewal_due}
    return {
        "parameter": name,
        "title": title,
        "in_force_from": version.starts_on,
        "standing": status,
        "status": _(RENEWAL_DUE if is_due else STANDINGS.get(status, status)),
        "confidence": version.confidence,
        "value": shown(version.value),
        "source": version.source.title,
        "source_kind": kind_of_source(version.source.href),
        "section": version.section,
        "address": version.source.href,
        "last_checked_on": version.last_checked_on,
        "note": _(version.note),
    }


def kind_of_source(address: str) -> str:
    """OFFICIAL for an address of the Government of Canada, else SECONDARY."""
    host = urlsplit(address).hostname or ""
    return OFFICIAL if any(host == own or host.endswith(f".{own}") for own in OFFICIAL_HOSTS) else SECONDARY


def shown(value: Any) -> str:
    """A value of the law as text: tables as `key: entry/entry; …` with the names of the entries after them."""
    if value is None:
        return ""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        text = _table({next(iter(row.values())): dict(list(row.items())[1:]) for row in value}, next(iter(value[0])))
    elif isinstance(value, dict):
        text = _table(value, "")
    elif isinstance(value, list | tuple):
        text = ", ".join(shown(part) if not isinstance(part, list) else "/".join(map(str, part)) for part in value)
    elif isinstance(value, bool):
        text = _("yes") if value else _("no")
    else:
        text = str(value)
    return text if len(text) <= MAX_VALUE_LENGTH else text[: MAX_VALUE_LENGTH - 1] + "…"


def _table(rows: dict[Any, Any], key: str) -> str:
    text = "; ".join(
        f"{name}: " + ("/".join(shown(part) for part in entry.values()) if isinstance(entry, dict) else shown(entry))
        for name, entry in rows.items()
    )
    first = next(iter(rows.values()), None)
    names = "/".join(first) if isinstance(first, dict) and len(first) > 1 else ""
    legend = ": ".join(part for part in (key, names) if part).replace("_", " ")
    return f"{text} ({legend})" if legend else text


def stated(law: Law) -> list[tuple[str, str]]:
    """How records are read where they or the law leave a choice: the method sheet."""
    settings = [
        (_(parameter.title), f"{shown(law.version(parameter.id).value)}. {_(parameter.note)}")
        for parameter in law.rules.parameters.values()
        if parameter.setting and parameter.on(law.as_of) is not None
    ]
    return [*((_(subject), _(text)) for subject, text in DEFAULTS), *settings]


DEFAULTS: list[tuple[str, str]] = [
    (N_("Day"), N_("Every fact is counted on the day of the run; what is dated later does not exist yet.")),
    (N_("Empty cells"), N_("Empty means not known, never no; a missing nomination, job offer or invitation means none.")),
    (N_("Quebec"), N_("intends_quebec empty: the client intends to live outside Quebec.")),
    (N_("Job Bank"), N_("job_bank_registered empty: registered. It matters only while registration is needed.")),
    (N_("Spouse"), N_("spouse_is_canadian empty: the spouse is neither citizen nor permanent resident of Canada.")),
    (N_("Points"), N_("Points are those that the record proves; eligibility is left empty where only unknowns stand in the way.")),
    (N_("Language"), N_("Of several valid sittings of one language one is taken whole; abilities are never combined.")),
    (N_("Education"), N_("The summary level is the level as assessed; without the day of the assessment its points stand. Rows of "
     "equal level, country and completion day are one credential with several assessments.")),
    (N_("Work"), N_("Work history rows decide where a person has any, else the summary columns. 52 weeks of 30 hours are a year, "
     "and so is a full-time job from a date to the day before its anniversary; unknown hours, pay or permission prove nothing.")),
    (N_("Family"), N_("For settlement funds the client, a spouse or partner and each child on record who is a dependant count; a "
     "larger family_size stands, a smaller one does not. A nominee's child is locked in on the day of the application for "
     "the nomination.")),
    (N_("Trade"), N_("The offer or the certificate of FST is in the trade of trade_noc, or in one of which the Work history has the "
     "years; a certificate with an empty certificate_noc is taken as one in it.")),
    (N_("Canadian work"), N_("temporary_resident_status empty: as authorized. canadian_employer empty: yes. CEC and the CRS ask for both, FSW "
     "and FST for the authorization alone. A work sheet without the column paid is taken as paid throughout.")),
    (N_("Job offer"), N_("An offer without years or permanence is taken to be long enough.")),
    (N_("In the pool"), N_("Status in_pool or declined, profile less than a year old on the day, eligible for a program.")),
]  # fmt: skip


def coverage() -> pl.DataFrame:
    """What of the law is covered, and since when (transforms/rules/programs.yaml)."""
    import polars as pl

    from transforms.rules.loader import HERE
    from transforms.rules.strict_yaml import read_yaml

    entries = read_yaml((HERE / "programs.yaml").read_bytes(), "programs.yaml")
    columns = ("name", "covers", "status", "verified_from", "verified_to", "note")
    return pl.DataFrame([{column: _(_text(entry.get(column))) for column in columns} for entry in entries])


def _text(value: Any) -> str:
    return "" if value is None else str(value)
