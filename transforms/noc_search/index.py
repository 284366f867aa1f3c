"""The titles of NOC 2021 in one language, taken apart into weighted words; `build` makes the files that are read here."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import polars as pl

from transforms.facts.noc import FOLDER, noc_2021, noc_2021_french
from transforms.noc_search.words import FRENCH, STEMS, STOP_WORDS, words_of

# Of people who work in a unit group, as powers of ten.
FEWEST, MOST = 3, 6


@dataclass(frozen=True)
class Index:
    """Titles of one language and their words.

    entries: entry UInt32, title, code String, illustrative Int8, is_job Boolean, cost Float32 (of all its words).
    words: entry UInt32, slot UInt8 (words of one slot are forms of one word, as in waiter/waitress), word UInt32 (the
    place in the vocabulary), cost Float32 (of a word that was not asked for). vocabulary: the stems, in order. weights:
    of each stem its place and what it is worth, more where fewer titles hold it. groups: code, size UInt32 (titles),
    people Float64 (how many work in it, 0 to 1 by order of magnitude).
    """

    language: str
    entries: pl.DataFrame
    words: pl.DataFrame
    vocabulary: tuple[str, ...]
    weights: Mapping[str, tuple[int, float]]
    groups: pl.DataFrame

    def weight(self, stem: str) -> float | None:
        """What a stem is worth; None where no title has it."""
        return self.weights[stem][1] if stem in self.weights else None


@cache
def index(language: str) -> Index:
    """The job titles of NOC 2021 in a language, with the titles of the unit groups (in English of NOC 2016 too)."""
    read = titles(language)
    words = read.select("entry", slot="slots", word="words", cost="costs").filter(pl.col("word").list.len() > 0)
    stems = pl.read_parquet(FOLDER / f"noc2021_words_{language}.parquet")
    vocabulary = tuple(stems["word"])
    return Index(
        language,
        read.drop("slots", "words", "costs"),
        words.explode("slot", "word", "cost"),
        vocabulary,
        dict(zip(vocabulary, enumerate(stems["weight"]), strict=True)),
        read.group_by("code").agg(size=pl.len()).join(_people(), on="code", how="left").fill_null(0.0),
    )


@cache
def titles(language: str) -> pl.DataFrame:
    """The titles of a language, those of unit groups after the job titles: the columns of entries, and lists of words."""
    return pl.read_parquet(FOLDER / f"noc2021_titles_{language}.parquet").with_row_index("entry")


@cache
def _people() -> pl.DataFrame:
    """The order of magnitude of the people who work in a unit group: code, people (0 to 1); not every group has one."""
    read = pl.read_csv(FOLDER / "noc2021_employment_2023.csv", schema_overrides={"code": pl.String()})
    magnitude = pl.col("employment_2023").log10()
    return read.select("code", people=((magnitude - FEWEST) / (MOST - FEWEST)).clip(0, 1))


@cache
def group_words(code: str, language: str) -> frozenset[str]:
    """The stems of the title of a unit group."""
    title = noc_2021_french()[code] if language == FRENCH else noc_2021().titles[code]
    return frozenset(STEMS[language](word) for word in words_of(title))


@dataclass(frozen=True)
class Meaning:
    """What an abbreviation or an everyday word stands for, in words; `is_same` for an abbreviation."""

    words: tuple[str, ...]
    is_same: bool


@cache
def meanings(language: str) -> Mapping[tuple[str, ...], tuple[Meaning, ...]]:
    """What people write and what the titles say instead, by the folded words of a language."""
    found: dict[tuple[str, ...], list[Meaning]] = defaultdict(list)
    stem = STEMS[language]
    with (FOLDER / "search_words.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["language"] == language:
                written = words_of(row["word"])
                key = tuple(stem(word) for word in written if len(written) == 1 or word not in STOP_WORDS[language])
                for meaning in row["meaning"].split("|"):
                    found[key].append(Meaning(tuple(words_of(meaning)), row["kind"] == "abbreviation"))
    return {key: tuple(several) for key, several in found.items()}


@cache
def abbreviated_stop_words(language: str) -> frozenset[str]:
    """The stop words that are abbreviations of a language as well."""
    return frozenset(key[0] for key in meanings(language) if len(key) == 1) & STOP_WORDS[language]
