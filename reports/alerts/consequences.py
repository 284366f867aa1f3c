"""What is at stake in what somebody must act on, whose turn it is, and what to do about it.

`with_consequences` decides, on codes alone; `to_do_texts`, `consequence_words` and `turn_words` say it in the language in use.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import cache, partial
from itertools import repeat

import polars as pl

from reports.alerts.invitation_limits import with_limits
from reports.alerts.lead_times import due_on, lead_days
from reports.alerts.tasks import (
    AFTER_PAPERS,
    BIRTHDAY,
    CONSEQUENCES,
    FOR_APPLICATION,
    LIMIT_WORDS,
    OF_KIND,
    OF_SEVERAL_ROUNDS,
    OTHER,
    OTHER_TASK,
    PAPERS_MISSING,
    PROFILE_ENDS,
    RAISE_SCORE,
    RAISE_SCORE_BY_ONE,
    REACH_CUT_OFF,
    TASKS,
    TO_DO,
    TURN_OF,
    TURNS,
    WITH_A_GAP,
)
from transforms.explain.words import TESTS
from transforms.model import paper_names
from transforms.model.kind_words import KIND_WORDS
from transforms.model.wording import _, country_name, current, named, phrase, using
from transforms.model.wording.phrases import PLACE, filled
from transforms.outlook import ahead
from transforms.outlook.application import WAITING
from transforms.rounds.reach import crossing

# Of so many days is what is to be done this week.
WEEK_DAYS = 7
# The columns that are added to the frame AHEAD.
JUDGED: dict[str, pl.DataType] = {
    "due_on": pl.Date(),
    "days_left": pl.Int32(),
    "consequence": pl.String(),
    "whose_turn": pl.String(),
    "task": pl.String(),
    "cut_off_kind": pl.String(),
    "cut_off": pl.Int16(),
    "points_short": pl.Int16(),
    "limited_by": pl.String(),
}


def with_consequences(
    events: pl.DataFrame, applications: pl.DataFrame, cut_offs: pl.DataFrame, margin: int, as_of: date
) -> pl.DataFrame:
    """Events ahead (frame `ahead.SCHEMA`) with what JUDGED names, in the same order.

    `applications` is the frame of transforms.outlook.application, `cut_offs` that of transforms.rounds.reach, `margin` by how many points a
    score may miss a cut-off that counts as within reach. `due_on` is the day by which to act: the planned or the last day,
    earlier where a paper takes time (reports.alerts.lead_times). `days_left` counts to it, or to the event's own day where there
    is nothing to do. `consequence` (CONSEQUENCES), `whose_turn` (TURNS) and `task` (TO_DO) are set where somebody must and
    can still act; `cut_off_kind`, `cut_off` and `points_short` where a birthday takes the client below a cut-off within
    reach, or further below it.

    An invitation and what ends before its application are one row: `act_by` of the last day to apply is the first day on
    which a result, an assessment, a nomination or a child's age still counts, and `limited_by` names it.
    """
    crossed = crossing(events.filter(pl.col("kind") == BIRTHDAY), cut_offs, margin).rename({"kind": "cut_off_kind"})
    is_birthday = pl.col("kind") == BIRTHDAY
    joined = events.join(_waiting(events, applications), on="client_id", how="left", maintain_order="left").join(
        crossed, on=["client_id", "on"], how="left", maintain_order="left"
    )
    of_birthdays = (pl.when(is_birthday).then(name).alias(name) for name in ("cut_off_kind", "cut_off", "points_short"))
    acts = _must_act(as_of)
    classified = joined.with_columns(of_birthdays).with_columns(
        pl.when(acts).then(_consequence()).alias("consequence"), pl.when(acts).then(_task()).alias("task")
    )
    today = pl.lit(as_of, pl.Date)
    return (
        with_limits(classified)
        .with_columns(pl.when(pl.col("task").is_not_null()).then(due_on(today)).alias("due_on"))
        .with_columns(
            (pl.coalesce("due_on", "act_by", "on") - today).dt.total_days().cast(pl.Int32).alias("days_left"),
            pl.col("task").replace_strict(TURN_OF, default=None, return_dtype=pl.String).alias("whose_turn"),
        )
        .select(*events.columns, *(pl.col(name).cast(dtype) for name, dtype in JUDGED.items()))
    )


def _waiting(events: pl.DataFrame, applications: pl.DataFrame) -> pl.DataFrame:
    """The day of the application that waits (client_id, application_on); of an invitation that is not confirmed yet, the last
    day to apply.
    """
    of_record = applications.filter(pl.col("state").is_in(WAITING)).select("client_id", "application_on")
    unrecorded = events.filter((pl.col("kind") == "ita_deadline") & (pl.col("state") == ahead.UNRECORDED))
    together = pl.concat([of_record, unrecorded.select("client_id", application_on="on")])
    return together.unique("client_id", keep="first", maintain_order=True)


def matters() -> pl.Expr:
    """Does an event change anything: the score, a program, a category, or what only people can tell (points empty)? The
    end of a profile always does, for a new one is to be made.
    """
    return (pl.col("points").fill_null(1) != 0) | _loses_or_gains() | (pl.col("kind") == PROFILE_ENDS)


def is_no_matter_of_age() -> pl.Expr:
    """Is an event with JUDGED no birthday, or one that takes a client below a cut-off within reach, further below it, or out
    of a program or category?
    """
    return (pl.col("kind") != BIRTHDAY) | pl.col("cut_off").is_not_null() | _loses_or_gains()


def _loses_or_gains() -> pl.Expr:
    """Is a program or a category another one after the event?"""
    return pl.any_horizontal(
        pl.col(f"{what}_{when}").is_not_null() for what in ("programs", "categories") for when in ("before", "after")
    )


def _must_act(as_of: date) -> pl.Expr:
    """Can somebody still do something about an event that takes something away?"""
    gain = (pl.col("points") > 0).fill_null(value=False)
    in_time = (pl.col("act_by") >= as_of).fill_null(value=False)
    return in_time & matters() & ~gain & is_no_matter_of_age()


def _fails() -> pl.Expr:
    """Does a paper that counts today end before the assumed day of the application that waits?"""
    ends = pl.col("kind").is_in(list(FOR_APPLICATION)) & (pl.col("on") <= pl.col("application_on"))
    has_ended = pl.col("state").is_in([ahead.EXPIRED, ahead.OUT_OF_POOL])
    return ends.fill_null(value=False) & ~has_ended.fill_null(value=False)


def _consequence() -> pl.Expr:
    of_kind = pl.col("kind").replace_strict(OF_KIND, default=OTHER, return_dtype=pl.String)
    is_out = (pl.col("state") == ahead.OUT_OF_POOL).fill_null(value=False)
    return pl.when(_fails()).then(pl.lit("application")).when(is_out).then(pl.lit("profile")).otherwise(of_kind)


def _task() -> pl.Expr:
    kind = pl.col("kind")
    keys = [pl.concat_str(kind, part, separator=".") for part in ("state", "item")]
    special = [key.replace_strict(TASKS, default=None, return_dtype=pl.String) for key in keys]
    general = kind.replace_strict(TASKS, default=OTHER_TASK, return_dtype=pl.String)
    is_undetermined = (pl.col("state") == ahead.LOCK_IN_UNKNOWN).fill_null(value=False)
    return (
        pl.when(_fails() & ~is_undetermined)
        .then(kind.replace_strict(FOR_APPLICATION, default=None, return_dtype=pl.String))
        .when((kind == BIRTHDAY) & pl.col("cut_off").is_not_null())
        .then(
            pl.when(pl.col("points_before") >= pl.col("cut_off"))
            .then(pl.lit(RAISE_SCORE))
            .otherwise(pl.lit(REACH_CUT_OFF))
        )
        .otherwise(pl.coalesce(*special, general))
    )


def by_consequence(classified: pl.DataFrame, days: int | None = None) -> pl.DataFrame:
    """What somebody must act on: first what is due within WEEK_DAYS; in both parts the gravest consequence first, then the
    nearest day to act; of one day what costs most points first. With `days`, only what is due within so many.
    """
    act = classified.filter(pl.col("consequence").is_not_null())
    due = act if days is None else act.filter(pl.col("days_left") <= days)
    return due.sort(
        ~is_this_week(), rank(), "due_on", "act_by", pl.col("points").fill_null(0), "client_id", "kind", "subject",
        maintain_order=True,
    )  # fmt: skip


def is_this_week() -> pl.Expr:
    """Is something with JUDGED to be done within WEEK_DAYS?"""
    return pl.col("consequence").is_not_null() & (pl.col("days_left") <= WEEK_DAYS)


def rank() -> pl.Expr:
    """The place of a consequence, the gravest first."""
    keys = list(CONSEQUENCES)
    return pl.col("consequence").replace_strict(keys, list(range(len(keys))), default=None, return_dtype=pl.Int32)


def to_do_texts(events: pl.DataFrame) -> pl.Series:
    """What to do about events with JUDGED, in the imperative and in the language in use (String `to_do`); empty where nobody
    must act.

    Only the parts that the tasks at hand name are computed, each once.
    """
    marked = events.select(_wording().alias("wording"), "limited_by")
    templates = {key: _(TO_DO[key]) for key in marked["wording"].unique() if key in TO_DO}
    limits = {key: _(LIMIT_WORDS[key]) for key in marked["limited_by"].unique() if key in LIMIT_WORDS}
    places = {place for text in (*templates.values(), *limits.values()) for place in PLACE.findall(text)}
    parts = events.select(_PARTS[name]().fill_null("").alias(name) for name in sorted(places))
    rows = parts.iter_rows(named=True) if places else repeat({}, events.height)
    texts = [
        filled(templates[wording], row) + filled(limits.get(limit, ""), row) if wording in templates else None
        for (wording, limit), row in zip(marked.iter_rows(), rows, strict=True)
    ]
    return pl.Series("to_do", texts, pl.String)


def _wording() -> pl.Expr:
    """The key of TO_DO that says a task (String): of who is a point short it is in the singular, of several rounds in the
    plural.
    """
    task = pl.col("task")
    return (
        pl.when((task == RAISE_SCORE) & (pl.col("points_short") == 1))
        .then(pl.lit(RAISE_SCORE_BY_ONE))
        .when(pl.col("detail").is_not_null() & task.is_in([*OF_SEVERAL_ROUNDS]))
        .then(task.replace(OF_SEVERAL_ROUNDS))
        .when(pl.col("item").is_not_null() & task.is_in([*AFTER_PAPERS]))
        .then(task.replace(AFTER_PAPERS))
        .when(_comes() > _day_after())
        .then(task.replace(WITH_A_GAP))
        .otherwise(task)
    )


def _day_after() -> pl.Expr:
    """The day after the last day to act (Date)."""
    return pl.col("act_by") + pl.duration(days=1)


def _document() -> pl.Expr:
    """The document that an event is about, in words (String)."""
    kind = pl.col("kind")
    return paper_names.document(
        pl.when(kind == "passport_expires")
        .then(pl.lit("passport"))
        .when(kind == "nomination_expires")
        .then(pl.lit("nomination"))
        .when(kind == "test_expires")
        .then(pl.lit("language_result"))
        .when(kind == "assessment_expires")
        .then(pl.lit("eca"))
        .otherwise(pl.coalesce("item", pl.lit("other")))
    )


def _comes() -> pl.Expr:
    """The day on which a paper comes that is ordered today (Date)."""
    today = pl.col("due_on") - pl.duration(days=pl.col("days_left"))
    return today + pl.duration(days=lead_days())


def _test() -> pl.Expr:
    """A new test by its name; where the record has levels alone, any that is approved (String)."""
    item = pl.col("item")
    return (
        pl.when(item == "CLB")
        .then(pl.lit(_("an approved English test")))
        .when(item == "NCLC")
        .then(pl.lit(_("an approved French test")))
        .otherwise(phrase(_("a new {test} test"), test=named(TESTS, item)))
    )


def _papers() -> pl.Expr:
    """The papers that are missing, in words (String)."""
    words = {key: _(text) for key, text in PAPERS_MISSING.items()}
    named_ = pl.col("item")
    for key, text in words.items():
        named_ = named_.str.replace(key, text, literal=True)
    return _listed(named_)


def _listed(parts: pl.Expr) -> pl.Expr:
    """Parts with commas between, and a word before the last (String)."""
    return parts.str.replace(r", ([^,]+)$", f"{_(' and ')}${{1}}")


def _as_text(name: str) -> pl.Expr:
    """A column as text (String)."""
    return pl.col(name).cast(pl.String)


def _detail() -> pl.Expr:
    """A country or a language in words, in brackets (String)."""
    words = {**_countries(current()), **{key: _(text) for key, text in paper_names.LANGUAGES.items()}}
    detail = pl.col("detail")
    return paper_names.in_brackets(detail.replace_strict(words, default=detail, return_dtype=pl.String))


@cache
def _countries(language: str) -> Mapping[str, str]:
    """The names of the countries in a language, by code."""
    import pycountry

    with using(language):
        return {one.alpha_2: country_name(one.alpha_2) or one.alpha_2 for one in pycountry.countries}


# What the places of TO_DO and LIMIT_WORDS stand for.
_PARTS: Mapping[str, Callable[[], pl.Expr]] = {
    **{name: partial(_as_text, name) for name in ("act_by", "on", "since", "needed_on", "cut_off")},
    "person": lambda: paper_names.of_person(pl.col("person")),
    "document": _document,
    "detail": _detail,
    "rounds": lambda: _listed(pl.col("detail")),
    "last": lambda: pl.col("detail").str.extract(r"([^ ,]+)$"),
    "test": _test,
    "gap": lambda: _day_after().cast(pl.String),
    "comes": lambda: _comes().cast(pl.String),
    "papers": _papers,
    "item": lambda: pl.col("item"),
    "short": partial(_as_text, "points_short"),
    "lead": lambda: lead_days().cast(pl.String),
    "round": lambda: named(KIND_WORDS, pl.col("cut_off_kind")),
}


def consequence_words() -> pl.Expr:
    """What is at stake, in words (String)."""
    return named(CONSEQUENCES, pl.col("consequence"))


def turn_words() -> pl.Expr:
    """Whose turn it is, in words (String)."""
    return named(TURNS, pl.col("whose_turn"))
