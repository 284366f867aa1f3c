"""The pages as texts: what is known of each client, said in the language in use, short enough for one page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from reports.letter import events, words
from reports.letter.contents import Letter, LettersContents, Program, Share, Step
from reports.letter.shown import shown
from reports.people.heading import unknown_words
from reports.people.names import with_names
from reports.wording.advice_words import CAPS, CATEGORIES, lever_text, opens_text
from reports.wording.kinds import kind_word
from transforms.advice import best
from transforms.advice.client_page import TESTS
from transforms.forecast.forecast import HORIZONS
from transforms.model.wording import N_, _, full_date, listing, n_, whole_number

TOUCHED = {
    True: N_("The client has Canadian work or a job offer on record."),
    False: N_("The client has neither Canadian work nor a job offer on record."),
    None: N_("Whether the client has Canadian work or a job offer is undetermined."),
}
MAX_STEPS, MAX_CUT_OFFS, MAX_CAPS = 3, 4, 4
# Characters of what a file may hold at any length.
MAX_NAME, MAX_OWNER, MAX_ID, MAX_OPENS = 70, 50, 40, 110
# Of a modelled rank so many digits are shown.
SHOWN_DIGITS = 3
PERCENT = 100
Row = Mapping[str, Any]


def letters(contents: LettersContents) -> list[Letter]:
    """The pages, one a row of `facts` in its order."""
    people = _by_client(with_names(contents.people, contents.people))
    places = {row["client_id"]: row["place"] for row in contents.national.iter_rows(named=True)}
    chances = None if contents.chances is None else _by_client(contents.chances)
    lines = _grouped(contents.cut_offs)
    tried, steps = set(contents.advice["client_id"]), _grouped(_best_steps(contents.advice))
    ahead, more = events.by_client(contents)
    made = []
    for row in contents.facts.iter_rows(named=True):
        client = row["client_id"]
        person = people[client]
        where = _places(row, contents, places.get(client), lines.get(client, []))
        if chances is not None:
            where.append((_("Chance of an invitation"), _chance(chances.get(client))))
        made.append(
            Letter(
                client_id=client,
                name=shown(person["name"], MAX_NAME),
                facts=_facts(row, person),
                score=row["crs_total"],
                score_note=_score_note(row),
                places=where,
                places_note=_(words.MODELLED) if _has_national(row, contents) else "",
                shares=_shares(row),
                caps=_caps(row),
                programs=[_program(row, program, contents.law_numbers) for program in TESTS],
                categories=_categories(row),
                steps=_steps(steps.get(client, []), is_tried=client in tried),
                events=ahead.get(client, []),
                events_note=events.note(contents, more.get(client, 0), is_empty=client not in ahead),
                law=_law(row, contents),
            )
        )
    return made


def _by_client(frame: pl.DataFrame) -> dict[str, Row]:
    return {row["client_id"]: row for row in frame.iter_rows(named=True)}


def _grouped(frame: pl.DataFrame) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in frame.iter_rows(named=True):
        found.setdefault(row["client_id"], []).append(row)
    return found


def _facts(row: Row, person: Row) -> list[tuple[str, str]]:
    status = person["pool_status"]
    facts = [
        (_("Client"), shown(row["client_id"], MAX_ID)),
        (_("Case owner"), shown(person["case_owner"], MAX_OWNER)),
        (_("Pool status"), _(words.POOL_STATUSES.get(status or "", status or "undetermined"))),
    ]
    if person["ita_issued_on"] is not None:
        of_round = person["ita_round"]
        text = _("{day}, round {round}") if of_round else "{day}"
        facts.append((_("Invited on record"), text.format(day=person["ita_issued_on"], round=of_round)))
    return facts


def _score_note(row: Row) -> str:
    grid = _("with a spouse or partner") if row["with_spouse"] else _("without a spouse or partner")
    return _("of {maximum} points, {grid}").format(maximum=whole_number(row["maximum_total"]), grid=grid)


def _places(row: Row, contents: LettersContents, place: int | None, lines: Sequence[Row]) -> list[tuple[str, str]]:
    """The rank in both pools, and the last cut-offs of the rounds for which the client is eligible."""
    found = [(_("Rank in the firm's pool"), _own_rank(row, contents.in_pool))]
    if contents.national_pool is not None and _has_national(row, contents):
        found.append((_("Rank in the modelled national pool"), _national(row, place, contents.national_pool)))
    if lines:
        texts = [_cut_off(row["crs_total"], line) for line in lines[:MAX_CUT_OFFS]]
        found.append((_("Last cut-offs"), " · ".join(texts)))
    return found


def _has_national(row: Row, contents: LettersContents) -> bool:
    return contents.national_pool is not None and bool(row["in_pool"])


def _own_rank(row: Row, in_pool: int) -> str:
    if row["rank"] is not None:
        return _("{rank} of {number}").format(rank=whole_number(row["rank"]), number=whole_number(in_pool))
    if row["in_pool"] is None and row["is_live"]:
        return _("undetermined: eligibility is open")
    return _("none: outside the pool on this day")


def _national(row: Row, place: int | None, people: int) -> str:
    if place is None:
        return _("not modelled among nominees") if row["is_nominated"] else _("not modelled for this score")
    return _("about {rank} of {number}").format(
        rank=whole_number(_rounded(place)), number=whole_number(_rounded(people))
    )


def _rounded(number: int) -> int:
    return round(number, min(0, SHOWN_DIGITS - len(str(number))))


def _cut_off(score: int, line: Row) -> str:
    margin = score - line["cut_off"]
    text = _("{kind} {round}: {cut_off} ({margin})")
    return text.format(
        kind=kind_word(line["kind"]), round=line["round"], cut_off=line["cut_off"], margin=_signed(margin)
    )


def _signed(points: int) -> str:
    """Points with their sign; a real minus, which is as wide as a plus."""
    return f"+{points}" if points > 0 else f"\u2212{-points}" if points < 0 else "0"


def _chance(row: Row | None) -> str:
    if row is None:
        return _("none: in no round that was forecast")
    if row[f"p{HORIZONS[0]}"] is None:
        return _("undetermined")
    texts = [
        n_("{share}% within {days} day", "{share}% within {days} days", days).format(
            share=_share(row[f"p{days}"]), days=days
        )
        for days in HORIZONS
    ]
    return ", ".join(texts)


def _share(chance: float) -> str:
    rounded = round(chance * PERCENT)
    if chance * PERCENT < 1:
        return "<1"
    return ">99" if rounded == PERCENT and chance < 1 else str(rounded)


def _shares(row: Row) -> list[Share]:
    made = []
    for letter, (key, title) in words.GROUPS.items():
        components = words.COMPONENTS[letter].items()
        parts = [
            f"{_(name)} {'?' if row[column] is None else row[column]}"
            for column, name in components
            if row[column] != 0
        ]
        nothing = _("no points") if row[f"maximum_{key}"] else _("without a spouse or partner")
        made.append(Share(letter, _(title), row[f"crs_{key}"], row[f"maximum_{key}"], ", ".join(parts) or nothing))
    return made


def _caps(row: Row) -> list[str]:
    """What each cap took, the largest loss first."""
    took = sorted((-row[f"taken_{cap}"], place, cap) for place, cap in enumerate(CAPS) if row[f"taken_{cap}"] > 0)
    found = []
    for less, _place, cap in took[:MAX_CAPS]:
        text = n_(
            "{cap}: {before} points, but the maximum is {maximum}; {lost} point is lost.",
            "{cap}: {before} points, but the maximum is {maximum}; {lost} points are lost.",
            -less,
        )
        name = _(CAPS[cap])
        found.append(
            text.format(
                cap=name[:1].upper() + name[1:], before=row[f"before_{cap}"], maximum=row[f"maximum_{cap}"], lost=-less
            )
        )
    return found or [_("No points are lost to a maximum.")]


def _program(row: Row, program: str, numbers: Mapping[str, int]) -> Program:
    eligible = row[f"{program.lower()}_eligible"]
    key = "undetermined" if eligible is None else "yes" if eligible else "no"
    reason = _("All conditions are met.")
    if key != "yes":
        names = row[f"{'not_met' if key == 'no' else 'unknown'}_{program}"]
        tests = "; ".join(_(words.TESTS[name]).format(**numbers) for name in names)
        reason = (_("Not met: {tests}.") if key == "no" else _("Not known: {tests}.")).format(tests=tests)
    if program == "FSW" and row["fsw_points"] is not None:
        grid = _("{points} points on the grid, pass mark {mark}.")
        reason = f"{reason} {grid.format(points=row['fsw_points'], mark=numbers['pass_mark'])}"
    return Program(_(words.PROGRAMS[program]), key, _(words.ANSWERS[key]), reason)


def _categories(row: Row) -> str:
    sure, unknown = (
        [_(CATEGORIES[key]) for key in (row[name] or "").split("|") if key]
        for name in ("categories", "categories_unknown")
    )
    text = listing(sure) if sure else _("none")
    if not unknown:
        return text
    return _("{categories} (undetermined: {unknown})").format(categories=text, unknown=listing(unknown))


def _best_steps(advice: pl.DataFrame) -> pl.DataFrame:
    return best(advice, MAX_STEPS).with_columns(lever_text().alias("what"), opens_text().alias("opens"))


def _steps(rows: Sequence[Row], *, is_tried: bool) -> list[Step]:
    if not rows:
        why = _("No single change would help.")
        return [Step(why if is_tried else _("No change was tried: no round is ahead of this file."), "", "", "")]
    return [
        Step(
            what=row["what"],
            gain=_("undetermined") if row["gain"] is None else _signed(row["gain"]),
            total="" if row["crs_after"] is None else whole_number(row["crs_after"]),
            opens=shown(row["opens"] or "", MAX_OPENS),
        )
        for row in rows
    ]


def _law(row: Row, contents: LettersContents) -> str:
    """One sentence on what of the law is provisional, and whether that can touch this client."""
    found = contents.provisional
    if found is None:
        return _("The law of the coming 12 months is known: rules {version}.").format(version=contents.rules_version)
    what = listing(unknown_words(found.parameters, contents.titles_of_unknown))
    day = full_date(found.since)
    if found.since <= contents.as_of:
        text = _("This score is provisional: since {day} the points of {what} are not published.")
    else:
        text = _("Scores from {day} are provisional: the points of {what} are not published.")
    if found.only_work_and_offers:
        text = f"{text} {_(TOUCHED[row['is_touched']])}"
    return text.format(day=day, what=what)
