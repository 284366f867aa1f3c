"""Every lever of every client in one pass: the changed facts scored again by the engine, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from transforms.advice import caps, facts, languages, swap
from transforms.advice.base import Base, advised, base_of, best_first
from transforms.advice.frame import ADVICE, AND
from transforms.advice.levers import FRENCH_GOAL, KEYS, LEVERS, SPOUSE_LANGUAGE, WITHOUT_RESULT
from transforms.advice.places import FirmPool, Nation, order
from transforms.assessment import days, language_choice
from transforms.rounds import rounds
from transforms.rounds.rounds import Round
from transforms.rules import Law
from transforms.rules.lookup import done
from transforms.scoring import categories
from transforms.scoring.ranking import may_enter

# So many clients are scored with all their levers at once: about as many rows as fit into some hundred megabytes.
BATCH = 10_000
PROGRAMS = ("CEC", "FSW", "FST")
# The end of the names of what was, beside what would be.
BEFORE = "_before"
# Up to so many rows a plan costs more than it saves.
UNPLANNED = 2_000
# What is undetermined where something of the spouse is missing and what is on record gives no gain.
OF_A_GAIN = ("crs_after", "gain", "lost_to_caps", "cap", "rank_after", "national_after")


@dataclass(frozen=True, eq=False)
class Question:
    """What is asked of every batch: the law, the recent rounds, the firm's pool and the national one."""

    law: Law
    rounds: Sequence[Round]
    pool: FirmPool
    nation: Nation | None

    @cached_property
    def columns(self) -> list[pl.Expr]:
        """What is needed of a scored row."""
        members = [pl.col(f"{program.lower()}_eligible").alias(f"program_{program}") for program in PROGRAMS]
        met = [rounds.meets(one, self.law, ("profile_submitted_at",)).alias(f"met_{one.number}") for one in self.rounds]
        return [
            pl.col("crs_total"),
            pl.when(pl.col("in_pool")).then(order(self.law)).alias("order"),
            may_enter(self.law).alias("may_enter"),
            *members,
            *(pl.col(f"category_{kind}") for kind in categories.in_force(self.law)),
            *caps.taken(self.law),
            *met,
        ]


def advise(
    sheets: Mapping[str, pl.DataFrame],
    scored: pl.DataFrame,
    law: Law,
    recent: Sequence[Round] = (),
    nation: Nation | None = None,
    only: pl.Series | None = None,
) -> pl.DataFrame:
    """Every lever of the clients whose case has a round ahead (pool, draft or expired profile), as ADVICE says.

    Takes the typed sheets of the intake, what `scores.score` makes of them, the published rounds of the last months
    (`recent_rounds`), the modelled national pool, and the client_ids that are asked about (without them: all). Each lever changes facts of one client, all else unchanged, under the
    law of the day and as of that day; the language results entered are those that serve best afterwards. One row a client
    and lever that is open to the client, in the clients' order and that of LEVERS.

    gain: for the spouse as principal applicant what the record proves; empty where facts of the spouse are missing and
    nothing is proven (`detail` names the missing columns).
    ranks: of those in the pool alone, among the firm's clients and in the national pool. rounds_met: recent rounds for
    which the client would be eligible and whose line would take the client, and did not for sure before; *_gained likewise.
    *_made_certain: what of these was undetermined before. *_lost: what was met for sure and then is not. eligible_before,
    eligible_after: may the client enter the pool, whatever the state of the profile (empty: undetermined)?
    """
    parts = list(batches(sheets, scored, law, recent, nation, only))
    return pl.concat([pl.DataFrame(schema=ADVICE), *parts])


def batches(
    sheets: Mapping[str, pl.DataFrame],
    scored: pl.DataFrame,
    law: Law,
    recent: Sequence[Round] = (),
    nation: Nation | None = None,
    only: pl.Series | None = None,
) -> Iterator[pl.DataFrame]:
    """As `advise`, some thousand clients at a time."""
    question = Question(law, recent, FirmPool.of(scored, law), nation)
    clients = advised(scored if only is None else scored.filter(pl.col("client_id").is_in(only.implode())))
    for first in range(0, clients.height, BATCH):
        own = clients[first : first + BATCH]
        rows = sheets
        if own.height < scored.height:
            rows = {key: frame.join(own.select("client_id"), on="client_id", how="semi", maintain_order="left")
                    for key, frame in sheets.items()}  # fmt: skip
        yield _batch(rows, own, question)


def recent_rounds(published: Sequence[Round], law: Law, months: int) -> list[Round]:
    """The published rounds of the last months up to the day, of a kind in force on it, oldest first."""
    return [one for one in published if one.kind in rounds.KINDS and rounds.is_recent(one, law, months)]


def _batch(sheets: Mapping[str, pl.DataFrame], clients: pl.DataFrame, question: Question) -> pl.DataFrame:
    law = question.law
    base = base_of(sheets, clients, law)
    after = _scored_again(sheets, base, question)
    before = clients.select(*question.columns, "rank")
    return _advice(clients, before[after["row"]], after, question)


def _scored_again(sheets: Mapping[str, pl.DataFrame], base: Base, question: Question) -> pl.DataFrame:
    """Every lever of every client, scored with the language results that then serve best: row, lever, detail and the
    columns of the question, in the order of clients and levers.
    """
    law, lazy = question.law, base.choices.lazy()
    variants = [*languages.tried(lazy, law), *facts.tried(lazy, law)]
    if base.clients["with_spouse"].any():
        variants.append(swap.tried(sheets, base.clients, law).lazy())
    changed = pl.concat(variants, how="diagonal")
    of_spouse = pl.when(pl.col("lever") == SPOUSE_LANGUAGE).then("spouse").otherwise("english")
    slot = pl.when(pl.col("lever") == FRENCH_GOAL).then("french").otherwise(of_spouse)
    is_first = pl.col("lever").is_in([*WITHOUT_RESULT]) & slot.is_null()
    first = pl.when(is_first).then(pl.col("lever").replace_strict(WITHOUT_RESULT, default=None, return_dtype=pl.Int16))
    changed = changed.with_columns(first.alias("effort_of_first"))
    place = pl.col("lever").replace_strict({key: place for place, key in enumerate(KEYS)}, return_dtype=pl.UInt8)
    scored = days.apply_law(changed, law).select(
        "row", "detail", "effort_of_first", place.alias("place"), *question.columns, *_merits(law)
    )
    made = done(scored) if base.choices.height <= UNPLANNED else scored.collect()
    whose = ["row", "place"]
    several = made.select(whose).is_duplicated()
    if several.any():
        made = pl.concat([made.filter(~several), best_first(made.filter(several), whose)])
    return made.sort(whose)


def _merits(law: Law) -> list[pl.Expr]:
    return [merit for merit in language_choice.merits_of(law) if merit.meta.output_name() != "crs_total"]


def _advice(clients: pl.DataFrame, before: pl.DataFrame, after: pl.DataFrame, question: Question) -> pl.DataFrame:
    """The rows of ADVICE from what was and what would be, row by row."""
    lost, cap = caps.lost(before, after)
    whose = clients.select("client_id")[after["row"]]
    gain = after["crs_total"] - before["crs_total"]
    known = gain.is_not_null()
    places = _places(before, after, question)
    made = whose.with_columns(
        after["place"].replace_strict(dict(enumerate(KEYS)), return_dtype=pl.String).alias("lever"),
        after["place"]
        .replace_strict([*range(len(LEVERS))], [one.person for one in LEVERS], return_dtype=pl.String)
        .alias("person"),
        after["detail"],
        _effort(after),
        before["crs_total"].alias("crs_before"),
        after["crs_total"].alias("crs_after"),
        gain.alias("gain"),
        lost.alias("lost_to_caps"),
        cap,
        *places,
        *_opened(before, after, question),
        before["may_enter"].alias("eligible_before"),
        after["may_enter"].alias("eligible_after"),
    )
    made = made.with_columns(pl.when(known).then(name).alias(name) for name in ("lost_to_caps", "cap"))
    is_open = (pl.col("lever") == "spouse_principal") & (pl.col("detail") != "") & (pl.col("gain") <= 0)
    made = made.with_columns(pl.when(~is_open.fill_null(value=False)).then(name).alias(name) for name in OF_A_GAIN)
    return made.select(pl.col(name).cast(dtype) for name, dtype in ADVICE.items()).filter(
        (pl.col("lever") != "category") | (pl.col("categories_gained") != "")
    )


def _effort(after: pl.DataFrame) -> pl.Series:
    """The effort of each lever; of a language without a result on record that of a first test, or of a new language."""
    of_lever = pl.col("place").replace_strict(
        [*range(len(LEVERS))], [one.effort for one in LEVERS], return_dtype=pl.Int16
    )
    return after.select(pl.coalesce("effort_of_first", of_lever).alias("effort")).to_series()


def _places(before: pl.DataFrame, after: pl.DataFrame, question: Question) -> list[pl.Series]:
    """The places in both pools, before and after; nobody outside the pool has one."""
    nation = question.nation
    nowhere = pl.repeat(None, after.height, dtype=pl.UInt32, eager=True)
    return [
        before["rank"].cast(pl.UInt32).alias("rank_before"),
        question.pool.place(after["order"], before["order"]).alias("rank_after"),
        (nowhere if nation is None else nation.place(_of_pool(before))).alias("national_before"),
        (nowhere if nation is None else nation.place(_of_pool(after))).alias("national_after"),
    ]


def _of_pool(scored: pl.DataFrame) -> pl.Series:
    """The scores of those in the pool; empty for the others."""
    return scored.select(pl.when(pl.col("order").is_not_null()).then("crs_total")).to_series()


def _opened(before: pl.DataFrame, after: pl.DataFrame, question: Question) -> list[pl.Series]:
    """What of programs, categories and rounds is gained, made certain and lost, row by row."""
    of_programs = {f"program_{program}": program for program in PROGRAMS}
    of_categories = {f"category_{kind}": kind for kind in categories.in_force(question.law)}
    of_rounds = {f"met_{one.number}": one.number for one in question.rounds}
    names = [*of_programs, *of_categories, *of_rounds]
    both = after.select(names).with_columns(before.select(pl.col(names).name.suffix(BEFORE)))
    gained, certain = keys(of_rounds, is_gained), keys(of_rounds, is_made_certain)
    return both.select(
        *changes("programs", of_programs),
        *changes("categories", of_categories),
        _listed(gained).alias("rounds_met"),
        _listed(certain).alias("rounds_made_certain"),
    ).get_columns()


def is_gained(name: str) -> pl.Expr:
    """Is something true after, and was it not for sure before?"""
    return pl.col(name).fill_null(value=False) & ~pl.col(name + BEFORE).fill_null(value=False)


def is_made_certain(name: str) -> pl.Expr:
    """Is something true after, and was it undetermined before?"""
    return pl.col(name).fill_null(value=False) & pl.col(name + BEFORE).is_null()


def is_lost(name: str) -> pl.Expr:
    """Was something true before, and is it false after?"""
    return pl.col(name + BEFORE).fill_null(value=False) & ~pl.col(name).fill_null(value=True)


def keys(of: Mapping[str, str], holds: Callable[[str], pl.Expr]) -> pl.Expr:
    """The keys of the columns of which something holds, AND between (String)."""
    if not of:
        return pl.lit("")
    parts = [pl.when(holds(name)).then(pl.lit(key)) for name, key in of.items()]
    return pl.concat_str(parts, separator=AND, ignore_nulls=True)


def changes(what: str, of: Mapping[str, str]) -> list[pl.Expr]:
    """The keys of what is gained, made certain and lost, under the names of ADVICE."""
    return [
        keys(of, is_gained).alias(f"{what}_gained"),
        keys(of, is_made_certain).alias(f"{what}_made_certain"),
        keys(of, is_lost).alias(f"{what}_lost"),
    ]


def _listed(text: pl.Expr) -> pl.Expr:
    """Keys with AND between as a list (List of String)."""
    nothing = pl.lit([], dtype=pl.List(pl.String))
    return pl.when(text == "").then(nothing).otherwise(text.str.split(AND))
