"""Why a score is another one: what one day, a new law, corrected rules and new records do to it, each by itself.

Between two nights a client is scored again under states that differ in one thing alone, in the order of STEPS: the age
of the new day, then what counts of tests, of credentials, of work, then whether the profile still lives; then the law of
the new day, then the new records. What a step does to the score is the difference between two neighbouring states, so
the points of the steps always add up to the whole change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from transforms.assessment import days
from transforms.assessment.days import BatchScorer
from transforms.assessment.language_choice import ABOUT_THE_CHOICE
from transforms.assessment.scores import SCHEMA as SCORES
from transforms.explain.components import CRS, Component
from transforms.model.frames import EVENTS
from transforms.model.vocabulary import ABILITIES, PROGRAM_KEYS
from transforms.model.wording import N_, phrase
from transforms.rules import Rules
from transforms.scoring import categories

# States in their order; each differs from the one before in what it is named after.
DAY_STEPS = ("before", "birthday", "test", "education", "work", "profile", "law")
STEPS = ("stored", *DAY_STEPS, "data", "stored_later")
STEP = pl.Enum(STEPS)
# The reason of a step: where it takes points, a program or a place away, and where it gives one.
REASONS = {
    "before": ("rules_corrected", "rules_corrected"),
    "birthday": ("birthday", "birthday"),
    "test": ("test_expired", "test_counts"),
    "education": ("assessment_expired", "education_counts"),
    "work": ("work_year_lost", "work_year_reached"),
    "profile": ("profile_expired", "profile_submitted"),
    "law": ("law_changed", "law_changed"),
    "data": ("data_changed", "data_changed"),
    "stored_later": ("rules_corrected", "rules_corrected"),
}
PROGRAMS = (*PROGRAM_KEYS, "pool")
FLAGS = (*(f"{name}_eligible" for name in PROGRAMS), "in_pool")
STATED = ("crs_total", *FLAGS, "categories", "categories_unknown", *(component.column for component in CRS))
STATES = {
    "client_id": pl.String(),
    "until": pl.Date(),
    "step": STEP,
    **{name: SCORES.get(name, pl.Boolean()) for name in STATED},
}
# Values to compare: less is worse.
FALSE, UNDECIDED, TRUE = 0, 1, 2
WORDS = {FALSE: "false", UNDECIDED: "undetermined", TRUE: "true"}
# The texts of events; the history holds them in English, transforms.outlook.event_texts gives them in other languages.
NOT_KNOWN, A_PROGRAM = N_("not known"), N_("a program")
NEW_CLIENT, CLIENT_LEFT = N_("new: {points} points"), N_("no longer among the records; last {points} points")
POINTS_OF = N_("{component} {before} to {after}")
ENTERED_POOL, LEFT_POOL = N_("entered the pool"), N_("left the pool")
UNDETERMINED = N_("{what}: undetermined now")
OF_A_PROGRAM = (N_("{what} met"), N_("{what} no longer met"), UNDETERMINED)
OF_A_CATEGORY = (N_("{what} gained"), N_("{what} lost"), UNDETERMINED)
TEXTS = (NEW_CLIENT, CLIENT_LEFT, ENTERED_POOL, LEFT_POOL, *OF_A_PROGRAM, *OF_A_CATEGORY, POINTS_OF)
KINDS = ("client", "score", "eligibility", "pool", "category")

_LANGUAGE = (
    "first_language", "spouse_first_language",
    *(f"{stem}_{ability}" for stem in ("english_clb", "french_nclc", "spouse_clb", "spouse_second", "first", "second")
      for ability in ABILITIES),
    *(f"{whose}_sitting_{part}" for whose in ("english", "french", "spouse") for part in ("test", "on", *ABILITIES)),
    *ABOUT_THE_CHOICE,
)  # fmt: skip
_EDUCATION = tuple(
    f"{prefix}{fact}"
    for prefix in ("", "spouse_")
    for fact in (
        "education", "education_at_most", "education_held", "education_proof", "education_assessed_on", "canadian_study",
    )
)  # fmt: skip


@dataclass(frozen=True)
class Night:
    """One night: its day, the typed records that stood, and the published scores of it (columns of `scores.SCHEMA`).

    `is_stored`: the scores were published by an earlier run, and maybe under other rules.
    """

    as_of: date
    sheets: Mapping[str, pl.DataFrame]
    scores: pl.DataFrame
    is_stored: bool = False


def states(asked: BatchScorer, spans: pl.DataFrame) -> pl.DataFrame:
    """What the score of each client would be in each state of DAY_STEPS between two days, the records being the same.

    Takes the typed sheets and client_id, since, until (Date), each client and `until` once, and each client and
    `since` once. Returns client_id, until, step (Enum) and STATED (STATES); clients who are not among the candidates have no row.
    """
    parts = [pl.DataFrame(schema=STATES)]
    for law, own in days.by_law(spans.rename({"since": "as_of"}), asked.rules):
        known = own.join(
            asked.sheets["candidates"].select("client_id"), on="client_id", how="semi", maintain_order="left"
        )
        both = [known.select("client_id", as_of=day) for day in ("as_of", "until")]
        settled = asked.settled_on(pl.concat(both).unique(maintain_order=True), law)
        before, after = (_of_each(pairs, settled) for pairs in both)
        made, grown = [("before", before)], before
        for step, columns in _moved(before.columns):
            grown = grown.with_columns(after.select(columns).get_columns())
            made.append((step, grown))
        steps = pl.concat(
            frame.with_columns(known["client_id"], known["until"], pl.lit(step, dtype=STEP).alias("step"))
            for step, frame in made
        )
        parts.append(_stated(days.apply_law(steps, law)))
    parts.append(_stated(_under_the_new_law(asked, spans, pl.concat(parts))))
    return pl.concat(parts)


def _of_each(pairs: pl.DataFrame, settled: pl.DataFrame) -> pl.DataFrame:
    """The settled facts of pairs of a client and a day, in their order."""
    return pairs.select(days.pair_id()).join(settled, on="client_id", how="left", maintain_order="left")


def _under_the_new_law(asked: BatchScorer, spans: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """The last states: scored again where the law of the new day is another one, else as the states before them."""
    since, until = (days.law_since(pl.col(name), asked.rules) for name in ("since", "until"))
    other = spans.filter(since != until)
    last = found.filter(pl.col("step") == DAY_STEPS[-2]).join(other, on=["client_id", "until"], how="anti")
    if not other.is_empty():
        scored = asked.scored_on(other.select("client_id", as_of="until"))
        rescored = scored.with_columns(pl.col("as_of").alias("until"), pl.lit("law", dtype=STEP).alias("step"))
        last = pl.concat([last, _stated(rescored)])
    return last.with_columns(pl.lit("law", dtype=STEP).alias("step"))


def _moved(columns: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Which facts each step takes from the new day, by the columns of the facts."""
    language = [name for name in _LANGUAGE if name in columns]
    education = [name for name in _EDUCATION if name in columns]
    other = [name for name in columns if name not in {"client_id", "as_of", "age", *language, *education}]
    return [
        ("birthday", ["age"]),
        ("test", language),
        ("education", education),
        ("work", other),
        ("profile", ["as_of"]),
    ]


def _stated(scored: pl.DataFrame) -> pl.DataFrame:
    return scored.select("client_id", "until", "step", *STATED)


def between(before: Night, after: Night, rules: Rules) -> pl.DataFrame:
    """Every change of the score, of eligibility, of the place in the pool and of categories between two nights.

    Returns EVENTS: of kind score one row a reason, whose points add up to the change of the total; of the other kinds
    one row a change, with the last step that brought it. A client of one night alone is a row of kind client.
    """
    old, new = (_published(night.scores) for night in (before, after))
    pairs = old.join(new, on="client_id", suffix="_new").filter(
        pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name}_new")) for name in STATED)
    )
    moved = pairs.select("client_id").with_columns(since=pl.lit(before.as_of), until=pl.lit(after.as_of))
    known = moved.join(before.sheets["candidates"].select("client_id"), on="client_id", how="semi")
    ends = {"stored": old, "data": new}
    if after.is_stored and not moved.is_empty():
        rescored = days.scored_on(after.sheets, moved.select("client_id", as_of="until"), rules)
        ends |= {"data": rescored, "stored_later": new}
    found = [
        frame.join(moved, on="client_id", how="semi").with_columns(
            until=pl.lit(after.as_of), step=pl.lit(step, dtype=STEP)
        )
        for step, frame in ends.items()
    ]
    events = as_events(
        pl.concat([*(_stated(frame) for frame in found), states(BatchScorer(before.sheets, rules), known)])
    )
    return pl.concat([_clients(old, new), events.select(list(EVENTS))]).sort(
        pl.col("kind").cast(pl.Enum(KINDS)), "client_id", maintain_order=True
    )


def _published(scores: pl.DataFrame) -> pl.DataFrame:
    """Published scores with in_pool, as the rank tells it."""
    return scores.with_columns(pl.col("rank").is_not_null().alias("in_pool"))


def _clients(old: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    came = new.join(old, on="client_id", how="anti").select("client_id", what=pl.lit("added"), points_after="crs_total")
    went = old.join(new, on="client_id", how="anti").select("client_id", what=pl.lit("left"), points_before="crs_total")
    empty = pl.DataFrame(schema=EVENTS)
    return pl.concat([empty, came, went], how="diagonal").with_columns(
        pl.lit("client").alias("kind"),
        pl.lit("data_changed").alias("reason"),
        pl.when(pl.col("what") == "added")
        .then(phrase(NEW_CLIENT, points=pl.col("points_after").cast(pl.String)))
        .otherwise(phrase(CLIENT_LEFT, points=pl.col("points_before").cast(pl.String)))
        .alias("text"),
    )


def as_events(found: pl.DataFrame) -> pl.DataFrame:
    """States as changes: the columns of EVENTS and until, by client, until and the order of the steps.

    Takes client_id, until, step and STATED as `states` returns them.
    """
    ordered = found.with_columns(pl.col("in_pool").fill_null(value=False)).sort("client_id", "until", "step")
    rows = [_scores(ordered)]
    rows += [_program(ordered, name) for name in PROGRAMS]
    rows.append(_place(ordered))
    rows += [_membership(ordered, kind) for kind in categories.KINDS]
    return pl.concat(rows).sort("client_id", "until", maintain_order=True)


def _before(name: str) -> pl.Expr:
    return pl.col(name).shift(1).over("client_id", "until")


def _scores(ordered: pl.DataFrame) -> pl.DataFrame:
    """The steps at which the total is another."""
    parts = pl.concat_list(_component(component) for component in CRS).list.drop_nulls().list.join("; ")
    points = pl.col("crs_total") - _before("crs_total")
    return (
        ordered.with_columns(
            parts.alias("text"), _before("crs_total").alias("points_before"), points.alias("points")
        )
        .filter(pl.col("points") != 0)
        .select(
            "client_id", "until", pl.lit("score").alias("kind"), pl.lit("crs_total").alias("what"),
            reason(pl.col("points") < 0).alias("reason"), "points_before", pl.col("crs_total").alias("points_after"),
            "points", *_nothing("before", "after"), "text",
        )
    )  # fmt: skip


def _component(component: Component) -> pl.Expr:
    """A component that the step changed, in words; empty where it did not."""
    one, other = _before(component.column), pl.col(component.column)
    points = [value.cast(pl.String).fill_null(NOT_KNOWN) for value in (one, other)]
    return pl.when(one.ne_missing(other)).then(
        phrase(POINTS_OF, component=component.title, before=points[0], after=points[1])
    )


def reason(is_loss: pl.Expr) -> pl.Expr:
    """The reason that a step stands for, by whether it takes something away."""
    step = pl.col("step").cast(pl.String)
    lost, gained = (
        step.replace_strict({name: reasons[place] for name, reasons in REASONS.items()}, default=None)
        for place in (0, 1)
    )
    return pl.when(is_loss).then(lost).otherwise(gained)


def _nothing(*names: str) -> list[pl.Expr]:
    return [pl.lit(None, dtype=EVENTS[name]).alias(name) for name in names]


def _program(ordered: pl.DataFrame, name: str) -> pl.DataFrame:
    """A program (or `pool`: any of them) that is met in the last state and not in the first, or the other way."""
    title = A_PROGRAM if name == "pool" else name.upper()
    turned = _turned(ordered, pl.col(f"{name}_eligible").cast(pl.Int8) * TRUE)
    return _events(turned, "eligibility", pl.lit(name), _text(title, *OF_A_PROGRAM))


def _place(ordered: pl.DataFrame) -> pl.DataFrame:
    """Who is in the pool in the last state and not in the first, or the other way."""
    what = pl.when("is_loss").then(pl.lit("left")).otherwise(pl.lit("entered"))
    return _events(
        _turned(ordered, pl.col("in_pool").cast(pl.Int8) * TRUE),
        "pool",
        what,
        pl.when("is_loss").then(pl.lit(LEFT_POOL)).otherwise(pl.lit(ENTERED_POOL)),
    )


def _events(turned: pl.DataFrame, kind: str, what: pl.Expr, text: pl.Expr) -> pl.DataFrame:
    return turned.select(
        "client_id", "until", pl.lit(kind).alias("kind"), what.alias("what"), "reason",
        *_nothing("points_before", "points_after", "points"), "before", "after", text.alias("text"),
    )  # fmt: skip


def _text(title: str, gained: str, lost: str, open_: str) -> pl.Expr:
    return (
        pl.when(pl.col("after") == WORDS[TRUE])
        .then(pl.lit(gained.format(what=title)))
        .when(pl.col("after") == WORDS[FALSE])
        .then(pl.lit(lost.format(what=title)))
        .otherwise(pl.lit(open_.format(what=title)))
    )


def _membership(ordered: pl.DataFrame, kind: str) -> pl.DataFrame:
    """A category whose member the client is in the last state and not in the first, or the other way."""
    member, unknown = (pl.col(name).str.split("|").list.contains(kind) for name in ("categories", "categories_unknown"))
    value = pl.when(member).then(TRUE).when(unknown).then(UNDECIDED).otherwise(FALSE).cast(pl.Int8)
    return _events(_turned(ordered, value), "category", pl.lit(kind), _text(kind, *OF_A_CATEGORY))


def _turned(ordered: pl.DataFrame, value: pl.Expr) -> pl.DataFrame:
    """Who has another value in the last state than in the first: client_id, until, the reason of the step that brought
    it, is_loss (Boolean), before and after in WORDS.
    """
    own = ["client_id", "until"]
    now, former, before, after = (pl.col(name) for name in ("now", "former", "before", "after"))
    return (
        ordered.select(*own, "step", value.fill_null(UNDECIDED).alias("now"))
        .with_columns(
            now.shift(1).over(own).alias("former"),
            now.first().over(own).alias("before"),
            now.last().over(own).alias("after"),
        )
        .filter((before != after) & (now != former) & (now == after))
        .group_by(own, maintain_order=True)
        .last()
        .with_columns((after < before).alias("is_loss"))
        .with_columns(
            reason(pl.col("is_loss")).alias("reason"),
            *(column.replace_strict(WORDS, return_dtype=pl.String) for column in (before, after)),
        )
    )
