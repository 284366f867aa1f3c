"""Empty cells that cost points while another cell suggests what they would say, and rows that prove nothing.

Each kind is a named condition in a table. What is at stake is found by scoring the clients concerned once more, with the
cell filled in as suggested, all in one pass; nobody else is scored again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from transforms.assessment import scores
from transforms.facts import family, jobs, work
from transforms.facts.education import RANKED
from transforms.facts.noc import Occupations
from transforms.model.calendar import MONTHS_IN_A_YEAR
from transforms.model.columns import PROVINCES
from transforms.model.vocabulary import PROGRAM_KEYS
from transforms.rules import Law, with_reading
from transforms.rules.lookup import day_of

SCHEMA = {
    "client_id": pl.String(),
    "sheet": pl.String(),
    "column": pl.String(),
    "place": pl.UInt32(),
    "tried": pl.String(),
    "suggested_by": pl.String(),
    "suggests": pl.String(),
    "crs_now": pl.Int16(),
    "crs_then": pl.Int16(),
    "programs": pl.String(),
}
FOUND_BY_SCORING = ("crs_now", "crs_then", "programs")
# So many trials are scored in one call, which bounds the memory that they take.
TRIALS_AT_ONCE = 100_000
# Between a client's id and the number of a trial in the id of a trial; no cell of an intake holds it.
BETWEEN = "\x1f"
POST_SECONDARY, TWO_YEARS, THREE_YEARS = (
    RANKED[RANKED.index(level) :] for level in ("one_year", "two_year", "three_year")
)
STUDIED = ("one_or_two_years", "three_years_or_more")
WORK_ROWS, EDUCATION_ROWS, LONG_STUDY_ROWS = "has_work_rows", "has_education_rows", "has_long_study_rows"
NOMINATED_ON, ASSESSED_ON = "document_nomination_on", "document_eca_on"
AT_LEAST = "family_size_at_least"
# Columns of the Candidates row, and of `_beside`, that a detail row is held against.
OF_CLIENT = (
    "canadian_work_noc", "primary_noc", "eca_issued_on", "spouse_eca_issued_on", ASSESSED_ON, f"spouse_{ASSESSED_ON}",
)  # fmt: skip


@dataclass(frozen=True)
class Suggestion:
    """One kind of empty cell of Candidates: where another cell (`by`) suggests what it would say, and what that is.

    `by` is a column of Candidates, or the key of another sheet. `when` and `tried` are expressions over the Candidates
    row with the columns that `_beside` adds from the other sheets.
    """

    column: str
    by: str
    when: pl.Expr
    tried: pl.Expr


@dataclass(frozen=True)
class Gap:
    """One kind of empty cell of a detail row that keeps the row from proving anything, and what is tried in its place.

    `when` and `tried` are expressions over the row, with columns of the client's Candidates row as `client_*`.
    """

    sheet: str
    column: str
    when: pl.Expr
    tried: pl.Expr


def _is(column: str, *values: str) -> pl.Expr:
    return pl.col(column).is_in(values).fill_null(value=False)


def _yes(column: str) -> pl.Expr:
    return pl.col(column).fill_null(value=False)


def _filled(column: str) -> pl.Expr:
    return pl.col(column).is_not_null()


def _reaches(column: str, least: float) -> pl.Expr:
    return (pl.col(column) >= least).fill_null(value=False)


# A country that is no other row's.
ELSEWHERE = "XX"
YES, SECONDARY = pl.lit(value=True), pl.lit("secondary")


# --- The tables of conditions


def suggestions(law: Law) -> list[Suggestion]:
    """The kinds of empty cells of Candidates, of one column the surest first."""
    return [
        *_of_education(""),
        *_of_education("spouse_"),
        *_of_work(law),
        *_of_trade(law),
        *_of_offer(law),
        *_of_family(),
    ]


def _of_education(prefix: str) -> Iterator[Suggestion]:
    level, country, study, issued, studied = (
        f"{prefix}{name}"
        for name in (
            "education_level",
            "education_country",
            "canadian_study",
            "eca_issued_on",
            "studied_in_canada_two_years",
        )
    )
    by_summary, in_canada = ~pl.col(f"{prefix}{EDUCATION_ROWS}"), _is(country, "CA")
    if not prefix:
        length = pl.when(_is(level, *THREE_YEARS)).then(pl.lit(STUDIED[1])).otherwise(pl.lit(STUDIED[0]))
        yield Suggestion(study, country, by_summary & in_canada & _is(level, *POST_SECONDARY), length)
        yield Suggestion(study, studied, by_summary & ~in_canada & _yes(studied), pl.lit(STUDIED[0]))
        yield Suggestion(country, study, by_summary & _is(study, *STUDIED), pl.lit("CA"))
        yield Suggestion(country, studied, by_summary & _yes(studied) & pl.col(issued).is_null(), pl.lit("CA"))
        yield Suggestion(issued, "documents", by_summary & ~in_canada & _filled(ASSESSED_ON), pl.col(ASSESSED_ON))
    for number, least in zip(STUDIED, ("one_year", "three_year"), strict=True):
        yield Suggestion(level, study, by_summary & _is(study, number), pl.lit(least))
    yield Suggestion(level, issued, by_summary & _filled(issued), SECONDARY)
    yield Suggestion(level, country, by_summary & _filled(country), SECONDARY)
    yield Suggestion(studied, country, by_summary & in_canada & _is(level, *TWO_YEARS), YES)
    yield Suggestion(studied, study, by_summary & _is(study, STUDIED[1]), YES)
    yield Suggestion(studied, "education", pl.col(f"{prefix}{LONG_STUDY_ROWS}"), YES)


def _of_work(law: Law) -> Iterator[Suggestion]:
    by_summary, by_spouse = ~pl.col(WORK_ROWS), ~pl.col(f"spouse_{WORK_ROWS}")
    months, year = "canadian_work_months_last_36", law["fsw.grid.adaptability_work_minimum_years"]
    canadian, foreign, primary = "canadian_work_years", "foreign_work_years", "primary_occupation_years"
    full_year, noc = pl.lit(float(year)), "canadian_work_noc"
    in_months = (pl.col(canadian) * MONTHS_IN_A_YEAR).clip(upper_bound=law["cec.window_months"]).cast(pl.Int32)
    together = pl.sum_horizontal(canadian, foreign)
    elsewhere = pl.col(primary) - pl.col(canadian).fill_null(0)
    yield Suggestion(
        canadian, months, by_summary & _reaches(months, law["cec.minimum_months"]),
        (pl.col(months) // MONTHS_IN_A_YEAR).cast(pl.Float64),
    )  # fmt: skip
    yield Suggestion(canadian, "worked_in_canada_one_year", by_summary & _yes("worked_in_canada_one_year"), full_year)
    yield Suggestion(canadian, noc, by_summary & _filled(noc), full_year)
    yield Suggestion(months, canadian, by_summary & _reaches(canadian, year), in_months)
    worked = _reaches(months, law["cec.minimum_months"]) | _reaches(canadian, year)
    yield Suggestion(noc, "primary_noc", by_summary & worked & _filled("primary_noc"), pl.col("primary_noc"))
    yield Suggestion("worked_in_canada_one_year", canadian, by_summary & _reaches(canadian, year), YES)
    yield Suggestion(foreign, primary, by_summary & (elsewhere > 0).fill_null(value=False), elsewhere)
    yield Suggestion("primary_noc", noc, by_summary & _reaches(primary, year) & _filled(noc), pl.col(noc))
    window = float(law["fsw.experience_window_years"])
    yield Suggestion(
        primary,
        "primary_noc",
        by_summary & _filled("primary_noc") & (together >= year),
        together.clip(upper_bound=window),
    )
    spouse, spouse_year = "spouse_canadian_work_years", "spouse_worked_in_canada_one_year"
    yield Suggestion(spouse, spouse_year, by_spouse & _yes(spouse_year), full_year)
    yield Suggestion(spouse_year, spouse, by_spouse & _reaches(spouse, year), YES)


def _of_trade(law: Law) -> Iterator[Suggestion]:
    by_summary, noc, years = ~pl.col(WORK_ROWS), "trade_noc", "trade_years_last_5"
    together = pl.sum_horizontal("canadian_work_years", "foreign_work_years")
    window = float(law["fst.window_years"])
    other = pl.coalesce("primary_noc", "canadian_work_noc")
    yield Suggestion(noc, years, by_summary & (pl.col(years) > 0).fill_null(value=False) & other.is_not_null(), other)
    yield Suggestion(years, noc, by_summary & _filled(noc) & (together > 0), together.clip(upper_bound=window))
    yield Suggestion("certificate_of_qualification", "certificate_noc", _filled("certificate_noc"), YES)
    yield Suggestion("certificate_of_qualification", noc, _filled(noc), YES)


def _of_offer(law: Law) -> Iterator[Suggestion]:
    offer = _filled("job_offer_noc") & _filled("job_offer_basis")
    ends = ~pl.col("job_offer_permanent").fill_null(value=True)
    least = pl.lit(float(law["crs.additional.job_offer_minimum_years"]))
    yield Suggestion("job_offer_years", "job_offer_permanent", offer & ends, least)
    residence = "country_of_residence"
    yield Suggestion("authorized_to_work_in_canada", residence, offer & _is(residence, "CA"), YES)


def _of_family() -> Iterator[Suggestion]:
    yield Suggestion("family_size", "settlement_funds_cad", _filled("settlement_funds_cad"), pl.col(AT_LEAST))
    yield Suggestion("sibling_in_canada", "relative_in_canada", _yes("relative_in_canada"), YES)
    yield Suggestion("provincial_nomination", "documents", _filled(NOMINATED_ON), pl.lit(PROVINCES[0]))


def gaps(law: Law) -> list[Gap]:
    """The kinds of empty cells of detail rows; where a country is empty, the job may have been in Canada or not."""
    in_canada = pl.col("country").is_null() | (pl.col("country") == "CA")
    named = pl.coalesce(pl.when(in_canada).then("client_canadian_work_noc"), "client_primary_noc")
    studied = pl.coalesce("in_canada", pl.col("country") == "CA").fill_null(value=False)
    counts = studied & pl.col("level").is_in(POST_SECONDARY) & pl.col("completed_on").is_not_null()
    elsewhere = (
        pl.when(pl.col("person") == "spouse")
        .then(pl.coalesce("client_spouse_eca_issued_on", f"client_spouse_{ASSESSED_ON}"))
        .otherwise(pl.coalesce("client_eca_issued_on", f"client_{ASSESSED_ON}"))
    )
    assessed_on = pl.coalesce("eca_issued_on", pl.when(~studied).then(elsewhere))
    credential = ["client_id", "person", "level", "completed_on"]
    is_repeated = ~studied & pl.col("country").is_not_null().any().over(credential)
    months = float(law["crs.records.canadian_study_minimum_months"])
    hours = float(law["work.time.hours_per_week"])
    return [
        Gap("work_history", "paid", YES, YES),
        Gap("work_history", "hours_per_week", YES, pl.lit(hours)),
        Gap("work_history", "country", YES, pl.col("client_country")),
        Gap("work_history", "authorized", in_canada, YES),
        Gap("work_history", "self_employed", in_canada, pl.lit(value=False)),
        Gap("work_history", "full_time_student", in_canada, pl.lit(value=False)),
        Gap("work_history", "noc", named.is_not_null(), named),
        Gap("education", "in_canada", studied, YES),
        Gap("education", "full_time_months_in_canada", counts, pl.lit(months)),
        Gap("education", "distance_share", counts, pl.lit(0.0)),
        # A credential was complete by the day of its assessment.
        Gap("education", "completed_on", assessed_on.is_not_null(), assessed_on),
        Gap("education", "eca_issued_on", ~studied & assessed_on.is_not_null(), assessed_on),
        Gap("education", "country", pl.col("completed_on").is_not_null() & is_repeated, pl.lit(ELSEWHERE)),
    ]


# --- What is at stake


def at_stake(sheets: Mapping[str, pl.DataFrame], settled: pl.DataFrame, law: Law) -> pl.DataFrame:
    """Every empty cell whose filling, as another cell suggests or in the client's favour, would give points or a program.

    Takes the typed sheets, and the facts settled from them, or these scored. Returns SCHEMA: client_id; sheet (key),
    column (of Candidates; of rows the columns with the number of their empty cells, `paid 2|noc 1`), place (UInt32: of
    the first such row on its sheet; empty for Candidates); of Candidates tried, suggested_by (column, or key of a sheet)
    and suggests (what that column says); crs_now and crs_then, programs (keys of those met then and not now, `|` between).
    """
    beside = _beside(sheets, law)
    trials = [*_of_cells(beside, law), *_of_rows(beside, sheets, law)]
    if not trials:
        return pl.DataFrame(schema=SCHEMA)
    shown = pl.DataFrame(schema={name: dtype for name, dtype in SCHEMA.items() if name not in FOUND_BY_SCORING})
    found = pl.concat([shown, *(trial.found for trial in trials)], how="diagonal_relaxed").with_row_index("trial")
    found = found.with_columns(trial_id().alias("pair"))
    answers = {"crs_then": "crs_total", **{f"{name}_then": f"{name}_eligible" for name in PROGRAM_KEYS}}
    then = pl.concat(
        scores.score(_sheets_of(part, sheets), law).select("client_id", **answers) for part in _parts(trials, found)
    )
    now = _now(found, sheets, settled, law)
    newly = [
        pl.when(pl.col(f"{name}_then").fill_null(value=False) & ~pl.col(f"{name}_now").fill_null(value=False)).then(
            pl.lit(name)
        )
        for name in PROGRAM_KEYS
    ]
    return (
        found.join(then, left_on="pair", right_on="client_id", how="left", maintain_order="left")
        .join(now, on="client_id", how="left", maintain_order="left")
        .with_columns(pl.concat_str(newly, separator="|", ignore_nulls=True).alias("programs"))
        .filter((pl.col("crs_then") > pl.col("crs_now")) | (pl.col("programs") != ""))
        .sort("crs_then", descending=True, maintain_order=True)
        .unique(["client_id", "sheet", "column"], keep="first", maintain_order=True)
        .sort("trial")
        .select(pl.col(name).cast(dtype) for name, dtype in SCHEMA.items())
    )


@dataclass(frozen=True)
class _Trial:
    """Clients with some of their cells filled in: what is reported of each (client_id and columns of SCHEMA), and the
    sheets that differ (typed frames by key), with the rows of these clients alone.
    """

    found: pl.DataFrame
    changed: Mapping[str, pl.DataFrame]


def trial_id() -> pl.Expr:
    """The client_id of a trial: the client's and the number of the trial."""
    return pl.concat_str("client_id", pl.col("trial").cast(pl.String), separator=BETWEEN)


def _beside(sheets: Mapping[str, pl.DataFrame], law: Law) -> pl.DataFrame:
    """The candidates with columns from the other sheets: who has rows, who studied long in Canada by them, the days of
    documents that are valid on the day, and the least size of the family.
    """
    candidates, education, work = (sheets[key] for key in ("candidates", "education", "work_history"))
    long = education.filter(
        pl.col("in_canada") & pl.col("level").is_in(TWO_YEARS) & (pl.col("completed_on") <= day_of(law))
    )
    valid = sheets["documents"].filter(
        (pl.col("issued_on") <= day_of(law)).fill_null(value=True)
        & (pl.col("expires_on") >= day_of(law)).fill_null(value=True)
    )
    dated = {
        name: valid.filter((pl.col("kind") == kind) & (pl.col("person") == person))
        .group_by("client_id")
        .agg(pl.col("issued_on").max().alias(name))
        for name, kind, person in (
            (NOMINATED_ON, "nomination", "principal"),
            (ASSESSED_ON, "eca", "principal"),
            (f"spouse_{ASSESSED_ON}", "eca", "spouse"),
        )
    }
    dated[AT_LEAST] = family.settled(sheets, law).select("client_id", AT_LEAST)
    flagged = candidates.with_columns(
        pl.col("client_id").is_in(rows.filter(pl.col("person") == person)["client_id"].implode()).alias(prefix + name)
        for name, rows in ((WORK_ROWS, work), (EDUCATION_ROWS, education), (LONG_STUDY_ROWS, long))
        for person, prefix in (("principal", ""), ("spouse", "spouse_"))
    )
    for frame in dated.values():
        flagged = flagged.join(frame, on="client_id", how="left", maintain_order="left")
    return flagged


def _of_cells(beside: pl.DataFrame, law: Law) -> Iterator[_Trial]:
    """A trial for each kind of empty cell of Candidates that some client has."""
    kinds = suggestions(law)
    hits = beside.select(
        (kind.when & pl.col(kind.column).is_null()).alias(str(number)) for number, kind in enumerate(kinds)
    )
    taken: dict[str, pl.Series] = {}
    schema = {name: beside.schema[name] for name in beside.columns}
    for number, kind in enumerate(kinds):
        hit = hits[str(number)]
        if kind.column in taken:
            hit &= ~taken[kind.column]
        if not hit.any():
            continue
        taken[kind.column] = hit | taken[kind.column] if kind.column in taken else hit
        own = beside.filter(hit).with_columns(kind.tried.cast(schema[kind.column]).alias(kind.column))
        shown = own.select(
            "client_id",
            pl.lit("candidates").alias("sheet"),
            pl.lit(kind.column).alias("column"),
            pl.col(kind.column).cast(pl.String).alias("tried"),
            pl.lit(kind.by).alias("suggested_by"),
            (pl.col(kind.by).cast(pl.String) if kind.by in own.columns else pl.lit("")).alias("suggests"),
        )
        yield _Trial(shown, {"candidates": own})


def _of_rows(beside: pl.DataFrame, sheets: Mapping[str, pl.DataFrame], law: Law) -> Iterator[_Trial]:
    """A trial for each sheet with rows that prove nothing, and for each side of the border that a job may be of."""
    kinds = gaps(law)
    for key in ("work_history", "education"):
        own = [kind for kind in kinds if kind.sheet == key]
        rows = sheets[key]
        if all(rows[kind.column].null_count() == 0 for kind in own):
            continue
        asked = rows.with_row_index("place").join(
            beside.select(
                "client_id",
                *(pl.col(name).alias(f"client_{name}") for name in OF_CLIENT),
                pl.lit("CA").alias("client_country"),
            ),
            on="client_id", how="left", maintain_order="left",
        )  # fmt: skip
        missing = asked.with_columns(
            (kind.when & pl.col(kind.column).is_null()).fill_null(value=False).alias(f"no_{kind.column}")
            for kind in own
        )
        lacking = missing.filter(pl.any_horizontal(f"no_{kind.column}" for kind in own))
        if lacking.is_empty():
            continue
        clients = lacking.group_by("client_id", maintain_order=True).agg(
            pl.col("place").first(), *(pl.col(f"no_{kind.column}").sum() for kind in own)
        )
        listed = [
            pl.when(pl.col(f"no_{kind.column}") > 0).then(pl.format(f"{kind.column} {{}}", f"no_{kind.column}"))
            for kind in own
        ]
        shown = clients.select(
            "client_id",
            pl.lit(key).alias("sheet"),
            pl.concat_str(listed, separator="|", ignore_nulls=True).alias("column"),
            "place",
        )
        theirs = missing.join(clients.select("client_id"), on="client_id", how="semi", maintain_order="left")
        yield _Trial(shown, {key: _filled_in(theirs, own, rows.columns)})
        if key == "work_history" and lacking["no_country"].any():
            somewhere = clients.filter(pl.col("no_country") > 0).select("client_id")
            abroad = theirs.join(somewhere, on="client_id", how="semi", maintain_order="left").with_columns(
                pl.lit(ELSEWHERE).alias("client_country")
            )
            yield _Trial(
                shown.join(somewhere, on="client_id", how="semi", maintain_order="left"),
                {key: _filled_in(abroad, own, rows.columns)},
            )


def _filled_in(rows: pl.DataFrame, kinds: Sequence[Gap], columns: Sequence[str]) -> pl.DataFrame:
    return rows.with_columns(
        pl.when(f"no_{kind.column}").then(kind.tried).otherwise(kind.column).alias(kind.column) for kind in kinds
    ).select(columns)


def _parts(trials: Sequence[_Trial], found: pl.DataFrame) -> Iterator[list[tuple[_Trial, pl.DataFrame]]]:
    """The trials with the clients of each (client_id and pair), in parts that are scored at once."""
    part: list[tuple[_Trial, pl.DataFrame]] = []
    start = room = 0
    for trial in trials:
        pairs = found.slice(start, trial.found.height).select("client_id", "pair")
        start += trial.found.height
        for piece in pairs.iter_slices(TRIALS_AT_ONCE):
            if part and piece.height > room:
                yield part
                part = []
            room = (room if part else TRIALS_AT_ONCE) - piece.height
            part.append((trial, piece))
    yield part


def _sheets_of(
    part: Sequence[tuple[_Trial, pl.DataFrame]], sheets: Mapping[str, pl.DataFrame]
) -> dict[str, pl.DataFrame]:
    """The sheets of a part of the trials together, each client under the id of the trial."""
    made: dict[str, list[pl.DataFrame]] = {key: [] for key in sheets}
    for trial, pairs in part:
        for key, frame in sheets.items():
            changed = trial.changed.get(key, frame).select(frame.columns)
            made[key].append(
                pairs.join(changed, on="client_id", maintain_order="left_right")
                .with_columns(pl.col("pair").alias("client_id"))
                .select(frame.columns)
            )
    return {key: pl.concat(frames) for key, frames in made.items()}


def _now(found: pl.DataFrame, sheets: Mapping[str, pl.DataFrame], settled: pl.DataFrame, law: Law) -> pl.DataFrame:
    """What the clients concerned have now; those of facts that are not scored yet are scored."""
    clients = found.select("client_id").unique(maintain_order=True)
    scored = settled if "crs_total" in settled.columns else scores.score(_sheets_with(clients, sheets), law)
    return scored.select(
        "client_id", crs_now="crs_total", **{f"{name}_now": f"{name}_eligible" for name in PROGRAM_KEYS}
    )


def _sheets_with(clients: pl.DataFrame, sheets: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """The sheets' rows of some clients alone."""
    return {
        key: frame.join(clients, on="client_id", how="semi", maintain_order="left") for key, frame in sheets.items()
    }


# --- Foreign work in one occupation

ONE_OCCUPATION = "crs.records.foreign_work_one_occupation"


def in_one_occupation(sheets: Mapping[str, pl.DataFrame], settled: pl.DataFrame, law: Law) -> pl.DataFrame:
    """The clients whose CRS total is lower where foreign work counts in the best single occupation alone.

    Takes what `at_stake` does. Returns client_id, crs_now and crs_then (Int16); none where a firm's reading counts one
    occupation alone. The official tool asks for years in only one occupation, the instructions allow several.
    """
    nobody = pl.DataFrame(schema={"client_id": pl.String, "crs_now": pl.Int16, "crs_then": pl.Int16})
    if law[ONE_OCCUPATION]:
        return nobody
    abroad = sheets["work_history"].filter((pl.col("person") == "principal") & (pl.col("country") != "CA"))
    several = abroad.group_by("client_id").agg(pl.col("noc").n_unique() > 1).filter("noc").select("client_id")
    if several.is_empty():
        return nobody
    strict = with_reading(law.rules, ONE_OCCUPATION, value=True).law_of(law.as_of)
    own = _sheets_with(several, sheets)
    record = jobs.record_of(own["candidates"], own["work_history"], strict, Occupations(strict))
    in_one = work.settled(record).select("client_id", in_one="foreign_work")
    fewer = (
        settled.select("client_id", "foreign_work")
        .join(in_one, on="client_id", maintain_order="left")
        .filter(pl.col("in_one").floor() < pl.col("foreign_work").floor())
        .select("client_id")
    )
    if fewer.is_empty():
        return nobody
    then = scores.score(_sheets_with(fewer, own), strict).select("client_id", crs_then="crs_total")
    now = _now(fewer, sheets, settled, law).select("client_id", "crs_now")
    both = now.join(then, on="client_id", how="left", maintain_order="left")
    return both.filter(pl.col("crs_then") < pl.col("crs_now"))
