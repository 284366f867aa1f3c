"""Which language results a profile enters: the applicant's choice, taken as it serves best (IRPR 75(2)(d), 79).

One choice a client and day, for everything: of each official language one valid result or none, which of the two is
first where the client named none, and one result of an accompanying spouse or partner.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache, reduce
from operator import mul

import polars as pl

from transforms.facts import language
from transforms.facts.language import SCORES
from transforms.model.calendar import anniversary
from transforms.model.vocabulary import ABILITIES, PROGRAM_KEYS
from transforms.rules import Law
from transforms.rules.lookup import day_of, done, once_a_day, once_a_law
from transforms.scoring import categories, crs, programs, ranking

MAX_COMBINATIONS = 64
# Of one person and language, where there are too many combinations.
MAX_RESULTS = 256
# The results of a choice: the client's in each language, the spouse's one, and the spouse's in the other language.
SLOTS = {"english": "english_clb", "french": "french_nclc", "spouse": "spouse_clb", "spouse_other": "spouse_second"}
CHOSEN = ("english", "french", "spouse")
ROLES = {"first_language": "english", "spouse_first_language": "spouse_english"}
# What stays of the choice of an earlier day, where the candidates carry it: the results by their keys, and the roles.
KEPT = tuple(f"kept_{name}" for name in (*CHOSEN, *ROLES))
NEXT_RESULTS = {
    f"next_{slot}_{part}": dtype
    for slot in CHOSEN
    for part, dtype in {"test": pl.String(), "on": pl.Date(), "levels": pl.String()}.items()
}
# What the facts say of the choice beside the results used.
ABOUT_THE_CHOICE: dict[str, pl.DataType] = {
    "language_choices": pl.Int64(),
    "language_choices_left_out": pl.Boolean(),
    "first_language_is_named": pl.Boolean(),
    "first_language_is_open": pl.Boolean(),
    "spouse_language_is_open": pl.Boolean(),
    "next_choice_total": pl.Int16(),
    "next_choice_eligible": pl.Boolean(),
    "next_first_language": pl.String(),
    **NEXT_RESULTS,
}
_OF_THE_NEXT = tuple(name for name in ABOUT_THE_CHOICE if name.startswith("next_"))
OF_A_CHOICE = (*ROLES, *SLOTS)
# By what the best combination is found, in this order.
MERITS = ("pool", "crs_total", "programs", "categories", "first_expiry", "latest_test")
# Ranks an undetermined eligibility between met (1) and not met (0).
UNDETERMINED = 0.5
NEVER = date.max


def with_language(people: pl.DataFrame, rows: pl.DataFrame, law: Law) -> pl.DataFrame:
    """The facts of the clients with the language results that serve each client best on the day.

    Takes the facts of `facts.settle` without those of language, one row a client, with the language columns of the
    typed candidates and maybe KEPT, and the typed Language tests rows. Returns the rows in their order with
    first_language and spouse_first_language (String); english_clb_*, french_nclc_*, spouse_clb_*, spouse_second_*,
    first_* and second_* by ability (Int16, empty without a valid result); the results used, for english, french and
    spouse: {whose}_sitting_test (String), {whose}_sitting_on (Date) and {whose}_sitting_{ability} (Float64, scores);
    and ABOUT_THE_CHOICE: the number of combinations, whether older results were left out of them, whether the client
    named a first language, whether none is named while there are records in both, and the next best combination with
    its crs_total and pool_eligible.

    The best combination has, in this order: eligibility for the pool (true, undetermined, false), the highest CRS
    total, the most programs, the most categories, the latest first expiry, the latest test.
    """
    recorded, found = _results(people, rows, law)
    chosen = _first_choice(people, recorded, found, law)
    other = people.drop(*ROLES, *KEPT, strict=False)
    several = _combinations(chosen, found)
    if several.is_empty():
        return other.with_columns(*_levels(chosen, found), *_about(chosen, found, several))
    ranked = _ranked(other, several, found, law)
    best = ranked.filter(pl.col("place") == 0).select("client", *OF_A_CHOICE)
    chosen = chosen.update(best, on="client", include_nulls=True)
    return other.with_columns(*_levels(chosen, found), *_about(chosen, found, ranked.filter(pl.col("place") == 1)))


def _results(people: pl.DataFrame, rows: pl.DataFrame, law: Law) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Every recorded result, and those of them that count on the day, with their slot and their number."""
    recorded = language.sittings(people, rows, law)
    valid = _without_what_is_not_kept(language.valid_of(recorded, people, law), people)
    return recorded, valid.with_columns(_slot().alias("slot")).with_row_index("result")


def every_choice(people: pl.DataFrame, rows: pl.DataFrame, law: Law) -> pl.DataFrame:
    """Every combination of results that each client may enter, one a row, in the clients' order.

    Takes what `with_language` takes. Returns client (UInt32, the row of `people`), CHOSEN (UInt32: the numbers of the
    results, empty: none), named_first_language (String) and the columns of the results as `with_language` names them.
    """
    recorded, found = _results(people, rows, law)
    chosen = _first_choice(people, recorded, found, law)
    several = _combinations(chosen, found)
    columns = ["client", *OF_A_CHOICE]
    one = chosen.select(columns)
    if not several.is_empty():
        one = one.join(several, on="client", how="anti", maintain_order="left")
        one = pl.concat([one, several.select(columns)]).sort("client", maintain_order=True)
    named = chosen.select("client", "named_first_language")
    return (
        one.select("client", *CHOSEN).with_columns(*_levels(one, found)).join(named, on="client", maintain_order="left")
    )


def result_key(test: pl.Expr, day: pl.Expr, scores: list[pl.Expr]) -> pl.Expr:
    """A text (String) that names a result by its test, day and scores; empty where there is none."""
    parts = [part.cast(pl.String).fill_null("") for part in (day, *scores)]
    return pl.when(test.is_not_null()).then(pl.concat_str(test, *parts, separator="|"))


def kept_from(scored: pl.DataFrame) -> pl.DataFrame:
    """The choice of scored clients, to be kept on a later day: client_id and KEPT (String)."""
    keys = [
        result_key(
            pl.col(f"{slot}_sitting_test"),
            pl.col(f"{slot}_sitting_on"),
            [pl.col(f"{slot}_sitting_{ability}") for ability in ABILITIES],
        ).alias(f"kept_{slot}")
        for slot in CHOSEN
    ]
    return scored.select("client_id", *keys, *(pl.col(role).alias(f"kept_{role}") for role in ROLES))


def _slot() -> pl.Expr:
    """The place of a result: english, french, spouse_english or spouse_french."""
    of_spouse = pl.concat_str(pl.lit("spouse_"), "language")
    return pl.when(pl.col("person") == "spouse").then(of_spouse).otherwise("language")


def _without_what_is_not_kept(found: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """The results without those that the kept choice leaves out; `is_kept` marks those of it.

    Where a kept result counts no longer, all others of its language are open again, and where none of the client's does,
    all are. A language without a kept result stays without one while the other is kept.
    """
    if KEPT[0] not in people.columns:
        return found
    own = result_key(pl.col("test"), pl.col("test_date"), [pl.col(score) for score in SCORES.values()])
    of_principal = pl.when(pl.col("language") == "english").then("kept_english").otherwise("kept_french")
    kept = pl.when(pl.col("person") == "spouse").then("kept_spouse").otherwise(of_principal)
    marked = found.join(people.select("client_id", *KEPT), on="client_id", how="left", maintain_order="left")
    marked = marked.with_columns((own == kept).fill_null(value=False).alias("is_kept"))
    stands = pl.col("is_kept").any().over("client_id", "person", "language")
    none_was_kept = (pl.col("person") == "principal") & of_principal.is_null()
    closed = none_was_kept & pl.col("is_kept").any().over("client_id", "person")
    return marked.filter(pl.col("is_kept") | (~stands & ~closed)).drop(KEPT)


def _first_choice(people: pl.DataFrame, recorded: pl.DataFrame, found: pl.DataFrame, law: Law) -> pl.DataFrame:
    """One combination of each client, right where there is no other: client (UInt32, the row), client_id, with_spouse,
    OF_A_CHOICE (roles as String, slots as the rows of `found`), the named roles (`named_*`), whether each is open
    (`*_is_open`), and whether there are records in both languages (`both_recorded`).
    """
    fronts = _fronts(found)
    clients = people.select("client_id", "with_spouse", *(pl.col(role).alias(f"named_{role}") for role in ROLES))
    if "is_kept" in found.columns:
        clients = _with_kept_roles(clients, people, found)
    for_each = fronts.lazy().group_by("client_id").agg(_front_of_each())
    given = recorded.lazy().filter(_is_up_to_the_day(law)).group_by("client_id").agg(_recorded_languages())
    known = clients.lazy()
    for of_clients in (for_each, given):
        known = known.join(of_clients, on="client_id", how="left", maintain_order="left")
    return done(known.with_row_index("client").with_columns(_roles()).select(_columns_of_first_choice()))


@cache
def _front_of_each() -> list[pl.Expr]:
    """The result in front of each slot of a client."""
    return [
        pl.col("result").filter(pl.col("slot") == slot).first().alias(f"front_{slot}")
        for slot in ("english", "french", "spouse_english", "spouse_french")
    ]


@cache
def _roles() -> list[pl.Expr]:
    return [_role("first_language", ""), _role("spouse_first_language", "spouse_")]


@cache
def _columns_of_first_choice() -> list[pl.Expr]:
    """The columns of a first choice, from the roles, what is named and the results in front."""
    is_english = pl.col("spouse_first_language") == "english"
    open_ = {
        role: pl.col(f"named_{role}").is_null()
        & pl.col(f"front_{prefix}english").is_not_null()
        & pl.col(f"front_{prefix}french").is_not_null()
        for role, prefix in zip(ROLES, ("", "spouse_"), strict=True)
    }
    return [
        pl.col("client", "client_id", "with_spouse", *ROLES),
        pl.col("front_english").alias("english"),
        pl.col("front_french").alias("french"),
        pl.when(is_english).then("front_spouse_english").otherwise("front_spouse_french").alias("spouse"),
        pl.when(is_english).then("front_spouse_french").otherwise("front_spouse_english").alias("spouse_other"),
        pl.col("front_spouse_english", "front_spouse_french"),
        *(is_open.alias(f"{role}_is_open") for role, is_open in open_.items()),
        (pl.col("named_first_language").is_null() & pl.col("both_first_language").fill_null(value=False)).alias(
            "both_recorded"
        ),
        *(pl.col(f"named_{role}") for role in ROLES),
    ]


def _role(role: str, prefix: str) -> pl.Expr:
    """The first language of a person: as named, else that of the valid results, else that of the records, else English."""
    english, french = (pl.col(f"front_{prefix}{spoken}").is_not_null() for spoken in language.LANGUAGES)
    by_results = pl.when(english).then(pl.lit("english")).when(french).then(pl.lit("french"))
    return pl.coalesce(f"named_{role}", by_results, f"given_{role}", pl.lit("english")).alias(role)


def _with_kept_roles(clients: pl.DataFrame, people: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """The clients with each kept role as if named, where the kept result that has it still counts."""
    roles = people.select("client_id", *(pl.col(f"kept_{role}") for role in ROLES))
    stands = found.filter("is_kept").join(roles, on="client_id", how="left")
    for person, role in zip(language.PEOPLE, ROLES, strict=True):
        mine = stands.filter((pl.col("person") == person) & (pl.col("language") == pl.col(f"kept_{role}")))
        kept = mine.select("client_id", pl.col("language").alias("kept")).unique("client_id")
        clients = (
            clients.join(kept, on="client_id", how="left", maintain_order="left")
            .with_columns(pl.coalesce(f"named_{role}", "kept").alias(f"named_{role}"))
            .drop("kept")
        )
    return clients


@once_a_day
def _is_up_to_the_day(law: Law) -> pl.Expr:
    """Is a recorded result of the day or before it, or of a day that is not on record?"""
    return pl.col("test_date").is_null() | (pl.col("test_date") <= day_of(law))


@cache
def _recorded_languages() -> list[pl.Expr]:
    """Of a client's records by role: given_ (String, French where all of the person are French) and both_ (Boolean)."""
    found = []
    for person, role in zip(language.PEOPLE, ROLES, strict=True):
        own = pl.col("person") == person
        is_french = (pl.col("language") == "french").filter(own)
        given = pl.when(is_french.all()).then(pl.lit("french")).otherwise(pl.lit("english"))
        found += [
            pl.when(own.any()).then(given).alias(f"given_{role}"),
            pl.when(own.any()).then(is_french.any() & ~is_french.all()).alias(f"both_{role}"),
        ]
    return found


def _fronts(found: pl.DataFrame) -> pl.DataFrame:
    """One result (its row in `found`) of each client and slot: of several the one with the highest lowest ability, as the
    adaptability of the spouse's other language asks (IRPR 83(1)(a)); then the newest.
    """
    own = ["client_id", "slot"]
    if not found.select(own).is_duplicated().any():
        return found.select(*own, "result")
    lowest = pl.min_horizontal(pl.col(ability).fill_null(0) for ability in ABILITIES)
    return (
        found.with_columns(lowest.alias("lowest"))
        .sort(*own, "lowest", "test_date", "result", descending=[False, False, True, True, False], nulls_last=True)
        .unique(own, keep="first", maintain_order=True)
        .select(*own, "result")
    )


def _combinations(chosen: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """Every combination of the clients who have more than one, one a row: client and OF_A_CHOICE, with `choices` (Int64)
    and `left_out` (Boolean: there are more than MAX_COMBINATIONS, so older results are left out).
    """
    placed = found.select("client_id", "result", "person", "language", "test_date", *ABILITIES, "slot")
    twice = placed.filter(placed.select("client_id", "slot").is_duplicated())
    doubled = twice.join(chosen.select("client_id", "with_spouse", "named_spouse_first_language"), on="client_id")
    matters = (pl.col("person") == "principal") | (
        pl.col("with_spouse")
        & (pl.col("language") == pl.coalesce("named_spouse_first_language", "language"))
    )  # fmt: skip
    of_results = doubled.filter(matters)["client_id"].unique().implode()
    is_open = pl.col("first_language_is_open") | (pl.col("with_spouse") & pl.col("spouse_first_language_is_open"))
    mine = chosen.filter(is_open | pl.col("client_id").is_in(of_results))
    if mine.is_empty():
        return pl.DataFrame(schema={"client": pl.UInt32})
    options = _options(mine, placed)
    lists = ("first_language", "english", "french", "spouse")
    made = options.select("client", *lists, "choices", "left_out", "front_spouse_english", "front_spouse_french")
    for name in lists:
        made = made.explode(name)
    spoken = pl.lit(found["language"]).gather(pl.col("spouse"))
    made = made.join(mine.select("client", "spouse_first_language"), on="client", maintain_order="left").with_columns(
        pl.coalesce(spoken, "spouse_first_language").alias("spouse_first_language")
    )
    is_english = pl.col("spouse_first_language") == "english"
    other = pl.when(is_english).then("front_spouse_french").otherwise("front_spouse_english")
    return made.select("client", *ROLES, *CHOSEN, other.alias("spouse_other"), "choices", "left_out")


def _options(mine: pl.DataFrame, placed: pl.DataFrame) -> pl.DataFrame:
    """The options of each client as lists, the newest results first: first_language, english, french and spouse.

    Where they make more than MAX_COMBINATIONS, results that another one of their slot equals or betters in every ability
    and in expiry are left out, for they change nothing; if that is not enough, the oldest (`left_out`).
    """
    options = _lists(mine, placed)
    many = options.filter(pl.col("choices") > MAX_COMBINATIONS)
    if many.is_empty():
        return options
    own = mine.join(many.select("client"), on="client", how="semi", maintain_order="left")
    theirs = placed.join(own.select("client_id"), on="client_id", how="semi", maintain_order="left")
    distinct = _newest_of_each(theirs)
    crowded = distinct.filter(pl.col("place") >= MAX_RESULTS)["client_id"].unique().implode()
    serving = _undominated(distinct.filter(pl.col("place") < MAX_RESULTS).drop("place"))
    fewer = _lists(own, serving)
    allowed = fewer.select("client_id", _newest_allowed().alias("allowed"))
    kind = pl.when(pl.col("person") == "spouse").then(pl.lit("spouse")).otherwise("language")
    newest = (
        serving.join(allowed, on="client_id", how="left", maintain_order="left")
        .sort("test_date", "result", descending=[True, False], nulls_last=True)
        .filter(pl.int_range(pl.len()).over("client_id", kind) < pl.col("allowed"))
    )
    cut = _lists(own, newest).with_columns(many["choices"], left_out=fewer["choices"] > MAX_COMBINATIONS)
    cut = cut.with_columns(pl.col("left_out") | pl.col("client_id").is_in(crowded))
    return pl.concat([options.filter(pl.col("choices") <= MAX_COMBINATIONS), cut]).sort("client")


def _lists(mine: pl.DataFrame, placed: pl.DataFrame) -> pl.DataFrame:
    """The options of clients as lists, with their number (`choices`, Int64) and `left_out` (false)."""
    newest = placed.join(mine.select("client_id"), on="client_id", how="semi").sort(
        "test_date", "result", descending=[True, False], nulls_last=True
    )
    options = mine
    for slot in ("english", "french", "spouse_english", "spouse_french"):
        results = newest.filter(pl.col("slot") == slot).group_by("client_id", maintain_order=True).agg("result")
        options = options.join(
            results.rename({"result": f"all_{slot}"}), on="client_id", how="left", maintain_order="left"
        )
    nothing = pl.concat_list(pl.lit(None, dtype=pl.UInt32))
    either = [
        pl.coalesce(f"all_spouse_{spoken}", pl.lit([], dtype=pl.List(pl.UInt32))) for spoken in language.LANGUAGES
    ]
    both_of_spouse = pl.concat_list(either)
    of_spouse = (
        pl.when(~pl.col("with_spouse"))
        .then(pl.concat_list("spouse"))
        .when("spouse_first_language_is_open")
        .then(both_of_spouse)
        .when(pl.col("spouse_first_language") == "english")
        .then("all_spouse_english")
        .otherwise("all_spouse_french")
    )
    both = pl.concat_list(pl.lit("english"), pl.lit("french"))
    return options.with_columns(
        pl.when("first_language_is_open")
        .then(both)
        .otherwise(pl.concat_list("first_language"))
        .alias("first_language"),
        *(pl.coalesce(f"all_{slot}", nothing).alias(slot) for slot in ("english", "french")),
        pl.coalesce(of_spouse, nothing).alias("spouse"),
    ).with_columns(_number_of_combinations().alias("choices"), pl.lit(value=False).alias("left_out"))


def _number_of_combinations(newest: int | None = None) -> pl.Expr:
    lengths = [pl.col(slot).list.len().cast(pl.Int64) for slot in CHOSEN]
    if newest is not None:
        lengths = [length.clip(upper_bound=newest) for length in lengths]
    return reduce(mul, lengths, pl.col("first_language").list.len().cast(pl.Int64))


def _newest_allowed() -> pl.Expr:
    """How many of the newest results of each kind MAX_COMBINATIONS allow."""
    return pl.max_horizontal(
        pl.when(_number_of_combinations(newest) <= MAX_COMBINATIONS).then(newest)
        for newest in range(1, MAX_COMBINATIONS + 1)
    )


def _undominated(placed: pl.DataFrame) -> pl.DataFrame:
    """The results but for those that another one of the same client and slot equals or betters in all."""
    pairs = placed.join(placed, on=["client_id", "slot"], suffix="_other").filter(
        pl.col("result") != pl.col("result_other")
    )
    levels = [(pl.col(ability).fill_null(-1), pl.col(f"{ability}_other").fill_null(-1)) for ability in ABILITIES]
    day, other_day = pl.col("test_date"), pl.col("test_date_other")
    as_good = pl.all_horizontal(other >= own for own, other in levels) & (
        (other_day >= day).fill_null(day.is_null() & other_day.is_null())
    )
    equal = pl.all_horizontal(other == own for own, other in levels) & day.eq_missing(other_day)
    worse = pairs.filter(as_good & (~equal | (pl.col("result_other") < pl.col("result"))))
    return placed.join(worse.select("result"), on="result", how="anti", maintain_order="left")


def _newest_of_each(placed: pl.DataFrame) -> pl.DataFrame:
    """The newest result of each client, slot and set of levels, with its `place` in its slot from the newest, from 0."""
    own = ["client_id", "slot"]
    newest = placed.sort("test_date", "result", descending=[True, False], nulls_last=True)
    distinct = newest.with_columns(pl.col("test_date").is_null().alias("is_undated")).unique(
        [*own, *ABILITIES, "is_undated"], keep="first", maintain_order=True
    )
    return distinct.drop("is_undated").with_columns(pl.int_range(pl.len()).over(own).alias("place"))


def _ranked(people: pl.DataFrame, several: pl.DataFrame, found: pl.DataFrame, law: Law) -> pl.DataFrame:
    """The combinations with `place` (UInt32, 0: the best of the client), crs_total and pool_eligible."""
    facts = people[several["client"]].with_columns(*_levels(several, found)).lazy()
    scored = categories.membership(programs.eligibility_of(crs.points_of(facts, law), law), law)
    merits = done(scored.select(*merits_of(law), "pool_eligible"))
    known = pl.concat([several, merits], how="horizontal")
    best_first = known.sort(
        "client", *MERITS, descending=[False, *(True for _ in MERITS)], nulls_last=True, maintain_order=True
    )
    return best_first.with_columns(pl.int_range(pl.len(), dtype=pl.UInt32).over("client").alias("place"))


@once_a_law
def merits_of(law: Law) -> list[pl.Expr]:
    """MERITS of a scored combination, the first that differs decides; the higher is the better."""
    days = [pl.col(f"{slot}_sitting_on") for slot in CHOSEN]
    expiries = [anniversary(day, pl.lit(law["language.validity_years"])) for day in days]
    programs_met = [pl.col(f"{program}_eligible").cast(pl.Int32).fill_null(0) for program in PROGRAM_KEYS]
    in_categories = [pl.col(f"category_{kind}").cast(pl.Int32).fill_null(0) for kind in categories.KINDS]
    merits = [
        ranking.may_enter(law).cast(pl.Float32).fill_null(UNDETERMINED),
        pl.col("crs_total"),
        pl.sum_horizontal(programs_met),
        pl.sum_horizontal(in_categories),
        pl.min_horizontal(expiries).fill_null(NEVER),
        pl.max_horizontal(days),
    ]
    return [merit.alias(name) for merit, name in zip(merits, MERITS, strict=True)]


def _levels(chosen: pl.DataFrame, found: pl.DataFrame) -> Iterator[pl.Series]:
    """The columns of the results of a choice, in the order of its rows."""
    rows = {slot: pl.lit(chosen[slot]) for slot in SLOTS}
    results = found.select(
        *(
            pl.col(ability).gather(rows[slot]).alias(f"{stem}_{ability}")
            for slot, stem in SLOTS.items()
            for ability in ABILITIES
        ),
        *(
            pl.col(name).gather(rows[slot]).alias(f"{slot}_sitting_{part}")
            for slot in CHOSEN
            for name, part in (("test", "test"), ("test_date", "on"), *((SCORES[named], named) for named in ABILITIES))
        ),
    )
    yield from chosen.select(*ROLES).get_columns()
    yield from results.get_columns()
    yield from results.select(chosen["first_language"], *results.columns).select(_by_role()).get_columns()


@cache
def _by_role() -> list[pl.Expr]:
    """The levels of the first and the second language, from those by language."""
    english_first = pl.col("first_language") == "english"
    return [
        pl.when(is_english)
        .then(f"english_clb_{ability}")
        .otherwise(f"french_nclc_{ability}")
        .alias(f"{role}_{ability}")
        for role, is_english in (("first", english_first), ("second", ~english_first))
        for ability in ABILITIES
    ]


def _about(chosen: pl.DataFrame, found: pl.DataFrame, after: pl.DataFrame) -> list[pl.Series]:
    """ABOUT_THE_CHOICE of each client; `after` has the next best combination of each who has several."""
    if after.is_empty():
        about = chosen.select(
            pl.lit(1, dtype=pl.Int64).alias("language_choices"),
            pl.lit(value=False).alias("language_choices_left_out"),
            *_named(),
            *(pl.lit(None, dtype=ABOUT_THE_CHOICE[name]).alias(name) for name in _OF_THE_NEXT),
        )
        return about.get_columns()
    results = []
    for slot in CHOSEN:
        rows = after[slot]
        levels = [found[ability].gather(rows).cast(pl.String).fill_null("none").alias(ability) for ability in ABILITIES]
        shown = pl.DataFrame(levels).select(pl.concat_str(ABILITIES, separator=", ")).to_series()
        is_there = rows.is_not_null()
        results += [
            found["test"].gather(rows).alias(f"next_{slot}_test"),
            found["test_date"].gather(rows).alias(f"next_{slot}_on"),
            shown.zip_with(is_there, pl.Series([None], dtype=pl.String)).alias(f"next_{slot}_levels"),
        ]
    beside = after.select(
        "client",
        pl.col("choices").alias("language_choices"),
        pl.col("left_out").alias("language_choices_left_out"),
        pl.col("crs_total").alias("next_choice_total"),
        pl.col("pool_eligible").alias("next_choice_eligible"),
        pl.col("first_language").alias("next_first_language"),
    ).with_columns(*results)
    about = chosen.select("client", *_named()).join(beside, on="client", how="left", maintain_order="left")
    return about.select(
        pl.col("language_choices").fill_null(1),
        pl.col("language_choices_left_out").fill_null(value=False),
        *(name for name in ABOUT_THE_CHOICE if name not in {"language_choices", "language_choices_left_out"}),
    ).get_columns()


def _named() -> list[pl.Expr]:
    return [
        pl.col("named_first_language").is_not_null().alias("first_language_is_named"),
        pl.col("both_recorded").alias("first_language_is_open"),
        (pl.col("with_spouse") & pl.col("spouse_first_language_is_open")).alias("spouse_language_is_open"),
    ]


def shown(scored: pl.DataFrame) -> pl.DataFrame:
    """The choice of each scored client: client_id, first_language, how (`named`, `chosen`, `only`, `none`), the results
    used and those of the next best choice ({slot}_test, {slot}_on Date, {slot}_levels as text; next_ before it),
    crs_total and next_total (Int16), difference (Int16) and choices (Int64).
    """
    valid = [pl.col(f"{slot}_sitting_test").is_not_null() for slot in ("english", "french")]
    how = (
        pl.when("first_language_is_named")
        .then(pl.lit("named"))
        .when(pl.all_horizontal(valid))
        .then(pl.lit("chosen"))
        .when(pl.any_horizontal(valid))
        .then(pl.lit("only"))
        .otherwise(pl.lit("none"))
    )
    used = [
        column
        for slot in CHOSEN
        for column in (
            pl.col(f"{slot}_sitting_test").alias(f"{slot}_test"),
            pl.col(f"{slot}_sitting_on").alias(f"{slot}_on"),
            pl.concat_str(
                (pl.col(f"{SLOTS[slot]}_{ability}").cast(pl.String).fill_null("none") for ability in ABILITIES),
                separator=", ",
            ).alias(f"{slot}_levels"),
        )
    ]
    return scored.select(
        "client_id",
        "first_language",
        how.alias("how"),
        *used,
        "crs_total",
        pl.col("language_choices").alias("choices"),
        "next_first_language",
        *NEXT_RESULTS,
        pl.col("next_choice_total").alias("next_total"),
        (pl.col("next_choice_total") - pl.col("crs_total")).alias("difference"),
    )
