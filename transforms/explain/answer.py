"""The explanation itself: one row a client and component, and one client's whole answer as plain values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from transforms.explain import eligibility, step_texts, words
from transforms.explain import steps as steps_
from transforms.explain.components import (
    BLOCKS,
    BY_COLUMN,
    COMPONENTS,
    CRS,
    FSW,
    GROUPS,
    SELECTION_GRID,
    TOTAL,
    Cap,
    Component,
    cap_of,
    most,
    rule_of,
)
from transforms.facts.language import LANGUAGES, TABLES
from transforms.model.calendar import years_later
from transforms.model.columns import SUBMITTED_LATEST
from transforms.model.vocabulary import ABILITIES, PROGRAM_KEYS
from transforms.model.wording import N_, _
from transforms.rules import Law
from transforms.rules.lookup import step
from transforms.scoring.crs import sum_of

FORMAT, VERSION = "drawline.explain.v2", 2
EXPLANATIONS: dict[str, pl.DataType] = {
    "client_id": pl.String(),
    "group": pl.String(),
    "component": pl.String(),
    "title": pl.String(),
    "points": pl.Int16(),
    "maximum": pl.Int16(),
    "before_caps": pl.Int16(),
    "lost_to_caps": pl.Int16(),
    "counted": pl.Int16(),
    "input": pl.String(),
    "rule": pl.String(),
    "in_force_from": pl.Date(),
    "next_step": pl.String(),
    "next_step_points": pl.Int16(),
}
INCOMPLETE = N_(
    "The sum of what is known: neither a floor nor a ceiling. Of the law of this day not all is known; the other "
    "tables are carried on from before, not confirmed."
)
OUT_OF_POWER = N_("outside the client's control")
AT_MAXIMUM = N_("the maximum already")

Answer = dict[str, Any]


def explanations(scored: pl.DataFrame, law: Law) -> pl.DataFrame:
    """Every component of every scored client, in the clients' order and in that of the CRS.

    Takes the frame that `scores.score` returns. Returns client_id; group (`A` to `D`, `FSW`), component (the
    contract's column) and title (String); points, the maximum possible, the points before every cap, what caps ate of
    them and what is counted (Int16, empty: not known); the input in words; the rule that holds the points (its id) and
    since when it is in force (Date); next_step, in words with its effects, or why there is none; next_step_points
    (Int16), its effect on crs_total, for `FSW` on fsw_points. What is counted in A to D sums to crs_total.
    """
    if scored.is_empty():
        return pl.DataFrame(schema=EXPLANATIONS)
    return _explained(_counted(scored, law), law, steps_.steps(scored, law)).select(list(EXPLANATIONS))


def _explained(counted: pl.DataFrame, law: Law, found: pl.DataFrame) -> pl.DataFrame:
    explained = _components(counted, law)
    for part in (step_texts.next_steps(found), step_texts.blocked(found)):
        explained = explained.join(part, on=["row", "component"], how="left", maintain_order="left")
    return explained.sort("row", "place").with_columns(pl.coalesce("next_step", _why_none(law)).alias("next_step"))


def _why_none(law: Law) -> pl.Expr:
    """Why a component has no next step."""
    out_of_power = [component.column for component in COMPONENTS if not component.in_power]
    return (
        pl.when(pl.col("maximum").is_null() | pl.col("points").is_null())
        .then(pl.lit(_("not known: the law of this day was not found")))
        .when((pl.col("group") == "B") & (pl.col("maximum") == 0))
        .then(pl.lit(_("counts only with an accompanying spouse or partner")))
        .when(pl.col("maximum") == 0)
        .then(pl.lit(_("no points under the law of this day")))
        .when(pl.col("component").is_in(out_of_power))
        .then(pl.lit(_(OUT_OF_POWER)))
        .when(pl.col("points") == pl.col("maximum"))
        .then(pl.lit(_(AT_MAXIMUM)))
        .when(pl.col("blocked").fill_null(value=False))
        .then(pl.lit(_("more here would not raise the total: a cap takes it")))
        .otherwise(pl.lit(_("no single step raises it")))
    )


def _components(counted: pl.DataFrame, law: Law) -> pl.DataFrame:
    said = {component.said: component.said(law).alias(f"said_{component.said.__name__}") for component in COMPONENTS}
    worded = counted.with_columns(*said.values())
    points = pl.concat(_points(worded, law, component) for component in COMPONENTS)
    return points.join(_constants(law), on="component", how="left", maintain_order="left")


def _constants(law: Law) -> pl.DataFrame:
    """What is the same for every client: a component's place, group and title, its rule and since when that holds."""
    return pl.DataFrame(
        {
            "component": component.column,
            "place": place,
            "group": component.group,
            "title": _(component.title),
            "rule": component.rules[0],
            "in_force_from": law.version(component.rules[0]).starts_on,
        }
        for place, component in enumerate(COMPONENTS)
    )


def _points(worded: pl.DataFrame, law: Law, component: Component) -> pl.DataFrame:
    before = pl.col(component.before_cap or component.column).cast(pl.Int16)
    kept = pl.col(f"counted_{component.column}" if component in CRS else component.column)
    return worded.select(
        "row",
        "client_id",
        pl.lit(component.column).alias("component"),
        pl.col(component.column).alias("points"),
        most(component, law).alias("maximum"),
        before.alias("before_caps"),
        (before - kept).alias("lost_to_caps"),
        pl.when(before.is_not_null()).then(kept).alias("counted"),
        pl.col(f"said_{component.said.__name__}").alias("input"),
    )


def _counted(scored: pl.DataFrame, law: Law) -> pl.DataFrame:
    """The scored clients with `row` (UInt32), `counted_{component}` (Int16), what each CRS component adds to the total,
    the points before own caps (Int16), and the shared words.

    A cap eats from the components that come last in the order of the CRS: own caps first, then blocks, groups, total.
    """
    table = law["crs.core.second_language"]
    second = sum_of(step(table, pl.col(f"second_{ability}").fill_null(0)) for ability in ABILITIES)
    made = scored.with_row_index("row").with_columns(
        second.alias("second_language_before_cap"),
        words.adaptability_before_cap(law).alias("adaptability_before_cap"),
        *(pl.col(component.column).fill_null(0).alias(f"counted_{component.column}") for component in CRS),
        *words.shared(law),
    )
    for cap in (*BLOCKS, *GROUPS, TOTAL):
        made = made.with_columns(_first_come([f"counted_{part.column}" for part in under(cap)], cap_of(cap, law)))
    return made


def under(cap: Cap) -> list[Component]:
    """The components that a cap holds together."""
    return [part for part in CRS if cap.key in {part.block, part.group, TOTAL.key} or cap is TOTAL]


def _first_come(columns: Sequence[str], cap: pl.Expr) -> Iterator[pl.Expr]:
    """What each of some columns still counts under a maximum of their sum, first come first counted."""
    before = pl.lit(0, dtype=pl.Int16)
    for column in columns:
        through = before + pl.col(column)
        yield (_at_most(through, cap) - _at_most(before, cap)).alias(column)
        before = through


def _at_most(points: pl.Expr, cap: pl.Expr) -> pl.Expr:
    return pl.when(points > cap).then(cap).otherwise(points)


def explained(mine: pl.DataFrame, law: Law) -> Answer:
    """One client's whole answer as plain values (texts, numbers, lists, mappings; days as ISO text), ready for JSON.

    Takes one row of the frame that `scores.score` returns. `format` names the version of the keys.
    """
    found = steps_.steps(mine, law).with_columns(step_texts.said().alias("said"))
    counted = _counted(mine, law)
    explained = {row["component"]: row for row in _explained(counted, law, found).iter_rows(named=True)}
    capped = counted.row(0, named=True)
    parts = {name: _part(BY_COLUMN[name], explained[name], capped, found, law) for name in explained}
    return {
        "format": FORMAT,
        "version": VERSION,
        "client_id": capped["client_id"],
        "as_of": law.as_of.isoformat(),
        "rules_version": law.rules.version,
        "rules_status": law.status,
        "unknown": _unknown(law),
        "grid": {
            "name": "with_spouse" if capped["with_spouse"] else "without_spouse",
            "why": mine.select(words.grid(law)).item(),
        },
        "total": _total(mine, capped, law),
        "language_choice": _language_choice(capped),
        "groups": [_group(group, mine, capped, parts, law) for group in GROUPS],
        "steps": _steps(found),
        "coming_loss": _coming_loss(found, law),
        "running_out": _running_out(capped, law),
        "selection_grid": _selection_grid(capped, parts, law),
        "programs": _programs(mine, capped, law),
        "pool": {
            "eligible": capped["pool_eligible"],
            "in_pool": capped["in_pool"],
            "place": capped["rank"],
            "profile_submitted_at": _plain(capped["profile_submitted_at"]),
            "profile_submitted_latest": _plain(capped.get(SUBMITTED_LATEST)),
        },
    }


def _unknown(law: Law) -> list[Answer]:
    versions = ((parameter, law.version(parameter.id)) for parameter in law.unknown)
    return [
        {
            "id": parameter.id,
            "title": _(parameter.title),
            "from": version.starts_on.isoformat(),
            "note": _(version.note),
        }
        for parameter, version in versions
    ]


def _language_choice(facts: Mapping[str, Any]) -> Answer:
    """The results used, how the first language was settled, and what the next best choice would give."""
    slots = {"english": "english_clb", "french": "french_nclc", "spouse": "spouse_clb"}
    results = [
        {
            "result": slot,
            "test": facts[f"{slot}_sitting_test"],
            "on": _plain(facts[f"{slot}_sitting_on"]),
            "levels": [facts[f"{stem}_{ability}"] for ability in ABILITIES],
        }
        for slot, stem in slots.items()
        if facts[f"{slot}_sitting_test"] is not None
    ]
    return {
        "first_language": facts["first_language"],
        "is_named": facts["first_language_is_named"],
        "results": results,
        "combinations": facts["language_choices"],
        "older_results_left_out": facts["language_choices_left_out"],
        "next_best": _next_choice(facts, list(slots)),
    }


def _next_choice(facts: Mapping[str, Any], slots: Sequence[str]) -> Answer | None:
    if facts["next_choice_total"] is None:
        return None
    return {
        "first_language": facts["next_first_language"],
        "results": [
            {
                "result": slot,
                "test": facts[f"next_{slot}_test"],
                "on": _plain(facts[f"next_{slot}_on"]),
                "levels": facts[f"next_{slot}_levels"],
            }
            for slot in slots
            if facts[f"next_{slot}_test"] is not None
        ],
        "total": facts["next_choice_total"],
        "difference": facts["next_choice_total"] - facts[TOTAL.column],
        "pool_eligible": facts["next_choice_eligible"],
    }


def _total(mine: pl.DataFrame, capped: Mapping[str, Any], law: Law) -> Answer:
    before = sum(capped[group.column] for group in GROUPS)
    return {
        "name": TOTAL.column,
        "points": capped[TOTAL.column],
        "maximum": mine.select(cap_of(TOTAL, law)).item(),
        "before_cap": before,
        "lost_to_cap": before - capped[TOTAL.column],
        "complete": law.status == "complete",
        "note": None if law.status == "complete" else _(INCOMPLETE),
        "rule": rule_of(TOTAL.rule, law),
    }


def _group(group: Cap, mine: pl.DataFrame, capped: Mapping[str, Any], parts: Mapping[str, Answer], law: Law) -> Answer:
    inside = under(group)
    blocks = [_sum(block, under(block), mine, capped, law) for block in BLOCKS if under(block)[0] in inside]
    whole = _sum(group, inside, mine, capped, law)
    if blocks:
        whole["before_cap"] = sum(block["points"] for block in blocks)
        whole["lost_to_cap"] = whole["before_cap"] - whole["points"]
    return whole | {"blocks": blocks, "components": [parts[part.column] for part in inside]}


def _sum(cap: Cap, inside: Sequence[Component], mine: pl.DataFrame, capped: Mapping[str, Any], law: Law) -> Answer:
    """A capped sum: of a block the points before the component's own cap, which here is the block's."""
    columns = [part.before_cap if part.block else part.column for part in inside]
    before = sum(capped[column or part.column] or 0 for column, part in zip(columns, inside, strict=True))
    return {
        "key": cap.key,
        "name": cap.column,
        "title": _(cap.title),
        "points": capped[cap.column],
        "maximum": mine.select(cap_of(cap, law)).item(),
        "before_cap": before,
        "lost_to_cap": before - capped[cap.column],
        "rule": rule_of(cap.rule, law),
        "holds": [part.column for part in inside],
    }


def _part(
    component: Component, row: Mapping[str, Any], facts: Mapping[str, Any], found: pl.DataFrame, law: Law
) -> Answer:
    step_ = None if row["variant"] is None else found.row(by_predicate=pl.col("variant") == row["variant"], named=True)
    rules = [rule_of(name, law) for name in component.rules]
    inputs = _inputs(component, facts)
    loss = _loss(step_, law) if component.column in step_texts.AGES and step_ is not None else None
    return {
        "name": component.column,
        "title": _(component.title),
        "points": row["points"],
        "maximum": row["maximum"],
        "before_caps": row["before_caps"],
        "lost_to_caps": row["lost_to_caps"],
        "counted": row["counted"],
        "input": {"words": row["input"], "values": {name: _plain(value) for name, value in inputs.items()}},
        "rule": rules[0],
        "other_rules": rules[1:] + _tables(inputs, law),
        "coming_loss": loss,
        "next_step": None
        if step_ is None or loss is not None
        else _step(step_) | {"here": step_[f"d_{component.column}"], "text": row["next_step"]},
        "no_next_step": _(OUT_OF_POWER) if loss is not None else row["next_step"] if step_ is None else None,
    }


def _inputs(component: Component, facts: Mapping[str, Any]) -> Answer:
    """The facts that the component was read from; `{first}` and `{second}` are the official languages."""
    first = facts["first_language"]
    second = next(language for language in LANGUAGES if language != first)
    return {name: facts.get(name) for name in (fact.format(first=first, second=second) for fact in component.inputs)}


def _tables(inputs: Answer, law: Law) -> list[Answer]:
    """The table by which each sitting among the inputs was read."""
    return [
        rule_of(TABLES[test], law)
        for fact, test in inputs.items()
        if fact.endswith("_sitting_test") and test is not None
    ]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _step(row: Mapping[str, Any]) -> Answer:
    return {
        "key": f"{row['ladder']}:{row['rung']:g}",
        "kind": row["kind"],
        "words": row["said"],
        "ability": row["ability"],
        "total": row["d_crs_total"],
        "fsw_points": row["d_fsw_points"],
        "effects": {part.column: row[f"d_{part.column}"] for part in COMPONENTS if row[f"d_{part.column}"]},
        "lost_to_caps": row["d_caps"],
        "makes_eligible": [name.upper() for name in PROGRAM_KEYS if row[f"gains_{name}"]],
    }


def _steps(found: pl.DataFrame) -> list[Answer]:
    """What would raise the total or open a program, the most points first."""
    return [_step(row) for row in step_texts.worth_reporting(found).iter_rows(named=True)]


def _coming_loss(found: pl.DataFrame, law: Law) -> Answer | None:
    """The next birthday that costs points of the total; none where no birthday does."""
    birthdays = found.filter((pl.col("ladder") == "birthday.crs") & (pl.col("d_crs_total") < 0))
    return None if birthdays.is_empty() else _loss(birthdays.row(0, named=True), law)


def _running_out(facts: Mapping[str, Any], law: Law) -> list[Answer]:
    """The results and assessments that count now, with the first day on which each counts no longer, the next first."""
    results = {"english": _("English result"), "french": _("French result"), "spouse": _("spouse's language result")}
    days = {what: (facts[f"{whose}_sitting_on"], "language.validity_years") for whose, what in results.items()}
    assessments = {"": _("assessment of the credential"), "spouse_": _("assessment of the spouse's credential")}
    for prefix, what in assessments.items():
        if facts[f"{prefix}education_proof"] == "assessed":
            days[what] = (facts[f"{prefix}education_assessed_on"], "crs.records.eca_validity_years")
    ends = [(years_later(of, law[validity]), of, what) for what, (of, validity) in days.items() if of is not None]
    return [
        {"what": what, "of": of.isoformat(), "on": on.isoformat(), "days": (on - law.as_of).days}
        for on, of, what in sorted(ends)
    ]


def _loss(row: Mapping[str, Any], law: Law) -> Answer:
    """A birthday that costs points: the age, the day, how many days away, and what it costs."""
    return {
        "what": "birthday",
        "age": int(row["rung"]),
        "on": row["on"].isoformat(),
        "days": (row["on"] - law.as_of).days,
        "total": row["d_crs_total"],
        "fsw_points": row["d_fsw_points"],
    }


def _selection_grid(facts: Mapping[str, Any], parts: Mapping[str, Answer], law: Law) -> Answer:
    components = [parts[part.column] for part in FSW]
    mark, points = law[SELECTION_GRID.rule], facts[SELECTION_GRID.column]
    return {
        "key": SELECTION_GRID.key,
        "name": SELECTION_GRID.column,
        "title": _(SELECTION_GRID.title),
        "points": points,
        "possible": facts["fsw_points_at_most"],
        "maximum": sum(part["maximum"] for part in components),
        "pass_mark": mark,
        "missing": max(mark - points, 0),
        "rule": rule_of(SELECTION_GRID.rule, law),
        "components": components,
    }


def _programs(mine: pl.DataFrame, facts: Mapping[str, Any], law: Law) -> list[Answer]:
    tests = (
        eligibility.program_tests(mine, law).drop("client_id").partition_by("program", as_dict=True, include_key=False)
    )
    return [
        {
            "key": key,
            "title": _(title),
            "eligible": facts[f"{key.lower()}_eligible"],
            "tests": [
                test | {"rule": None if test["rule"] is None else rule_of(test["rule"], law)}
                for test in tests[key,].iter_rows(named=True)
            ],
        }
        for key, title in eligibility.TITLES.items()
    ]
