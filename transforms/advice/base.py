"""The clients that levers are tried on: each with every choice of language results, and what is on record of their work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from transforms.assessment import days, language_choice
from transforms.assessment.language_choice import CHOSEN, MERITS, ROLES
from transforms.facts.noc import Occupations
from transforms.rules import Law
from transforms.rules.lookup import day_of

# Whose score can still matter for a round.
ADVISED = ("in_pool", "declined", "draft", "expired")
# Where an occupation stands on the Candidates sheet, the one that decides first.
OCCUPATIONS = ("primary_noc", "canadian_work_noc", "trade_noc")
# What the base adds to the facts.
STATED = ("has_rows", "stated_noc", "occupation", *(f"stated_{name}" for name in OCCUPATIONS))


@dataclass(frozen=True, eq=False)
class Base:
    """Some clients, one row each, and their combinations.

    `clients`: rows of the scored frame. `choices`: the facts of each with each combination of language results that may be
    entered, as the columns of the scored frame, with row (UInt32, the row of `clients`), STATED, named_first_language,
    the numbers of the results (english, french, spouse) and used_english, used_french, used_spouse, those that serve best.
    """

    clients: pl.DataFrame
    choices: pl.DataFrame


def advised(scored: pl.DataFrame) -> pl.DataFrame:
    """The scored clients whose case still has a round ahead."""
    return scored.filter(pl.col("pool_status").is_in(ADVISED))


def base_of(sheets: Mapping[str, pl.DataFrame], clients: pl.DataFrame, law: Law) -> Base:
    """The base of some scored clients, whose rows on the typed sheets are among those given."""
    candidates = clients.select("client_id").join(
        sheets["candidates"], on="client_id", how="left", maintain_order="left"
    )
    people = clients.with_columns(*(candidates[role] for role in ROLES))
    choices = language_choice.every_choice(people, sheets["language_tests"], law).rename({"client": "row"})
    columns = [name for name in choices.columns if name in clients.columns]
    stated = _stated(candidates, sheets["work_history"], law)
    facts = pl.concat([clients.drop(columns), stated], how="horizontal")[choices["row"]]
    expanded = pl.concat([choices, facts], how="horizontal")
    return Base(clients, expanded.join(_used(expanded, law), on="row", how="left", maintain_order="left"))


def _used(expanded: pl.DataFrame, law: Law) -> pl.DataFrame:
    """The numbers of the results of the combination of each client that serves best: row, used_{slot}."""
    results = expanded.select("row", *(pl.col(slot).alias(f"used_{slot}") for slot in CHOSEN))
    several = expanded["row"].is_duplicated()
    if not several.any():
        return results
    own = expanded.filter(several)
    merits = days.apply_law(own.lazy(), law).select("row", *CHOSEN, *language_choice.merits_of(law)).collect()
    best = best_first(merits, ["row"]).select("row", *(pl.col(slot).alias(f"used_{slot}") for slot in CHOSEN))
    return pl.concat([results.filter(~several), best])


def best_first(merits: pl.DataFrame, whose: list[str]) -> pl.DataFrame:
    """Of rows that share the columns of `whose` the one with the best of MERITS."""
    ordered = merits.sort(
        *whose, *MERITS, descending=[*(False for _ in whose), *(True for _ in MERITS)], nulls_last=True,
        maintain_order=True,
    )  # fmt: skip
    return ordered.unique(whose, keep="first", maintain_order=True)


def _stated(candidates: pl.DataFrame, rows: pl.DataFrame, law: Law) -> pl.DataFrame:
    """What is on record of the work of each candidate, in their order: STATED.

    `stated_noc` is the occupation on record, by the columns and then the newest job; `occupation` the first of them that
    is skilled for sure (both String, empty: none).
    """
    own = rows.filter(pl.col("person") == "principal")
    jobs = (
        own.drop_nulls("noc")
        .sort(pl.col("ended_on").fill_null(day_of(law)), "started_on", maintain_order=True)
        .group_by("client_id", maintain_order=True)
        .agg(pl.col("noc").last().cast(pl.String).alias("newest_job"))
    )
    is_skilled = Occupations(law).is_skilled
    primary, canadian, trade = (pl.col(name).cast(pl.String) for name in OCCUPATIONS)
    stated = (primary, canadian, pl.col("newest_job"), trade)
    skilled = [pl.when(is_skilled(noc)).then(noc) for noc in stated]
    return candidates.join(jobs, on="client_id", how="left", maintain_order="left").select(
        pl.col("client_id").is_in(own["client_id"].implode()).alias("has_rows"),
        pl.coalesce(stated).alias("stated_noc"),
        pl.coalesce(skilled).alias("occupation"),
        *(pl.col(name).cast(pl.String).alias(f"stated_{name}") for name in OCCUPATIONS),
    )
