"""Search of the occupational classification: job titles and unit groups by words, typing errors forgiven, or by code."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import polars as pl
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from transforms import categories
from transforms.noc import FOLDER, Occupations, concordance, noc_2016, noc_2021, uses_noc_2021
from transforms.noc_changes import Change, changes
from transforms.rules import Law

# What a word of a title is worth to a word that was asked for: the same, one that begins with it (by the share of it
# that was typed), one that is alike but for typing errors (by how much alike). Below GOOD for all words together, typing
# errors are looked for.
SAME, BEGINNING, ALIKE, GOOD = 1.0, 0.95, 0.9, 0.72
# How near a title comes is measured from 0 to 100; more for one that begins with what was asked for, and for a unit group
# by the share of its titles that were found.
FOR_BEGINNING, FOR_SHARE = 10, 60
SHORTEST_BEGINNING = 3
LEAST_ALIKE = 0.8
# A word of so many letters may have one error, whatever its share; a letter left out is as good as a beginning.
SHORT = range(3, 6)
LEAST_SHARE_OF_WORDS = 0.5
PASSED_OVER = ("a", "an", "and", "for", "in", "of", "or", "the", "to")


@dataclass(frozen=True)
class Found:
    """A unit group of NOC 2021 that was found, with the titles that were, the best first."""

    code: str
    titles: tuple[str, ...]


@dataclass(frozen=True)
class _Index:
    """Titles (entry, title, code, illustrative, is_job), their words in order (entry, word), and every word once."""

    entries: pl.DataFrame
    words: pl.DataFrame
    vocabulary: tuple[str, ...]


@cache
def _index() -> _Index:
    """The 27,935 job titles of NOC 2021 and the titles of the unit groups of both classifications."""
    schema = {"title": pl.String(), "code": pl.String(), "illustrative": pl.Int8()}
    jobs = pl.read_csv(FOLDER / "noc2021_titles.csv", schema_overrides=schema).select(*schema)
    old = [(noc_2016().titles[code], new, 0) for code, (new, *others) in concordance()[0].items() if not others]
    groups = [(title, code, 0) for code, title in noc_2021().titles.items()]
    further = pl.DataFrame([*groups, *old], schema=schema, orient="row")
    entries = pl.concat(
        [jobs.with_columns(is_job=pl.lit(value=True)), further.with_columns(is_job=pl.lit(value=False))]
    ).unique(["title", "code"], keep="first", maintain_order=True)
    entries = entries.with_row_index("entry")
    words = _words_of(entries)
    return _Index(entries, words, tuple(words["word"].unique().sort()))


def _words_of(entries: pl.DataFrame) -> pl.DataFrame:
    """The words of titles, in order: entry, word; without accents, signs, capitals, plurals and the smallest words."""
    word = pl.col("word")
    plural = (word.str.len_chars() > SHORTEST_BEGINNING) & word.str.ends_with("s") & ~word.str.ends_with("ss")
    return (
        entries.select(
            "entry",
            pl.col("title").str.to_lowercase().str.normalize("NFKD").str.replace_all(r"[\p{M}'\x{2019}.]", "")
            .str.extract_all(r"[\p{L}\p{N}]+").alias("word"),
        )
        .explode("word")
        .filter(~word.is_in(PASSED_OVER))
        .with_columns(pl.when(plural).then(word.str.head(-1)).otherwise(word).alias("word"))
    )  # fmt: skip


def by_words(text: str) -> list[Found]:
    """The unit groups whose job titles, or own titles in either classification, hold the words of a text.

    The best first: with a title that is the text, then by how near the titles come, those that begin with the text
    before others. The order of the words does not matter, nor a plural, nor signs. Where the words are not to be found
    together, each is taken for the words most like it too. More than half of them must be there, those aside that no
    title has anything like.
    """
    index = _index()
    asked = [word for word in _asked(text) if _is_known(word)]
    hits = _hits(asked, index, forgiving=False)
    if _best(hits) < (len(asked), len(asked) * GOOD):
        hits = max(_hits(asked, index, forgiving=True), hits, key=_best)
    return [Found(code, tuple(titles)) for code, titles in _ordered(hits, " ".join(asked), index).iter_rows()]


def passed_over(text: str) -> list[str]:
    """The words of a text that no title has anything like, so that the others alone are looked for."""
    return [word for word in _asked(text) if not _is_known(word)]


def _asked(text: str) -> list[str]:
    """The words of a text, as those of titles are taken."""
    words: list[str] = _words_of(pl.DataFrame({"entry": [0], "title": [text]}))["word"].drop_nulls().to_list()
    return words


def _is_known(word: str) -> bool:
    return bool(_alike(word, _index().vocabulary, forgiving=True))


def _ordered(hits: pl.DataFrame, plain: str, index: _Index) -> pl.DataFrame:
    """The unit groups of some entries, the best first: code, title (a list, the best first)."""
    words = index.words.join(hits, on="entry", how="semi", maintain_order="left")
    plain_titles = words.group_by("entry", maintain_order=True).agg(pl.col("word").str.join(" ").alias("plain"))
    hits = hits.join(plain_titles, on="entry", maintain_order="left")
    begins = pl.col("plain").str.starts_with(f"{plain} ")
    likeness = pl.Series([fuzz.token_sort_ratio(plain, title) for title in hits["plain"]], dtype=pl.Float64)
    near = likeness + begins.cast(pl.Float64) * FOR_BEGINNING
    titles_of_group = index.entries.group_by("code").agg(pl.len().alias("of"))
    return (
        hits.with_columns((pl.col("plain") == plain).alias("is_it"), near.alias("near"))
        .sort("is_it", "worth", "near", "illustrative", "entry", descending=[True, True, True, True, False])
        .join(titles_of_group, on="code", maintain_order="left")
        .group_by("code", maintain_order=True)
        .agg(
            pl.col("title").unique(maintain_order=True),
            pl.col("is_it", "worth", "near").max(),
            (pl.len() / pl.col("of").first()).alias("share"),
        )
        .sort(
            "is_it", "worth", pl.col("near") + pl.col("share") * FOR_SHARE,
            descending=True, maintain_order=True,
        )
        .select("code", "title")
    )  # fmt: skip


def _best(hits: pl.DataFrame) -> tuple[int, float]:
    """How many words the best entries hold, and what these are worth."""
    held, worth = hits.select("held", "worth").max().row(0)
    return (held or 0, worth or 0.0)


def _hits(asked: list[str], index: _Index, *, forgiving: bool) -> pl.DataFrame:
    """The entries that hold the most of some words, with `held` (how many) and `worth` (Float64, the sum)."""
    alike = [
        (place, word, worth)
        for place, one in enumerate(asked)
        for word, worth in _alike(one, index.vocabulary, forgiving=forgiving).items()
    ]
    schema = {"place": pl.Int32, "word": pl.String, "worth": pl.Float64}
    held = (
        pl.DataFrame(alike, schema=schema, orient="row")
        .join(index.words, on="word")
        .group_by("entry", "place")
        .agg(pl.col("worth").max())
        .group_by("entry")
        .agg(pl.len().alias("held"), pl.col("worth").sum().round(2))
        .filter((pl.col("held") == pl.col("held").max()) & (pl.col("held") > len(asked) * LEAST_SHARE_OF_WORDS))
    )
    return index.entries.join(held, on="entry", maintain_order="left")


def _alike(one: str, vocabulary: tuple[str, ...], *, forgiving: bool) -> dict[str, float]:
    """The words of titles that a word may mean, each with what it is worth."""
    found = {}
    if forgiving:
        near = process.extract(one, vocabulary, scorer=OSA.normalized_similarity, score_cutoff=LEAST_ALIKE, limit=None)
        found = {word: ALIKE * likeness for word, likeness, _ in near}
        if len(one) in SHORT:
            found |= _with_one_error(one, vocabulary)
    if len(one) >= SHORTEST_BEGINNING:
        found |= {word: BEGINNING * len(one) / len(word) for word in vocabulary if word.startswith(one)}
    return found | {word: SAME for word in vocabulary if word == one}


def _with_one_error(one: str, vocabulary: tuple[str, ...]) -> dict[str, float]:
    """The words that a short word is but for one letter, each with what it is worth."""
    near = process.extract(one, vocabulary, scorer=OSA.distance, score_cutoff=1, limit=None)
    return {
        word: BEGINNING * len(one) / len(word)
        if len(word) > len(one)
        else ALIKE * OSA.normalized_similarity(one, word) ** 2
        for word, _, _ in near
    }


def by_code(code: str, law: Law) -> list[Found]:
    """The unit groups that a code of digits names, each with its job titles.

    Five digits name one of NOC 2021; four one of NOC 2016, by the concordance, or where there is none a minor group;
    fewer the groups that begin so, in the classification of the day.
    """
    forth, _ = concordance()
    if code in forth:
        reached = list(forth[code])
    elif uses_noc_2021(law) or code in noc_2021().titles:
        reached = [new for new in noc_2021().titles if new.startswith(code)]
    else:
        reached = [new for old, found in forth.items() if old.startswith(code) for new in found]
    jobs = _index().entries.filter(pl.col("is_job") & pl.col("code").is_in(reached))
    titles = jobs.sort("illustrative", "entry", descending=[True, False])
    by_group = dict(titles.group_by("code", maintain_order=True).agg("title").iter_rows())
    return [Found(one, tuple(by_group[one])) for one in dict.fromkeys(reached)]


@dataclass(frozen=True)
class Sense:
    """What the law of a day makes of occupations, for the answers of a search."""

    law: Law
    occupations: Occupations
    changes: dict[str, Change]

    @classmethod
    def of(cls, law: Law) -> Sense:
        """The sense of the law of a day."""
        return cls(law, Occupations(law), changes(law.rules))

    def told(self, found: Found) -> dict[str, Any]:
        """A unit group as plain values: both classifications, whether it is skilled on the day, and its categories.

        skilled is None where the old codes that it stands for differ; categories are those on whose list it is.
        """
        change = self.changes.get(found.code)
        return {
            "noc_2021": found.code,
            "title": noc_2021().titles[found.code],
            "teer": int(noc_2021().levels[found.code]),
            "noc_2016": [
                {"code": code, "title": noc_2016().titles[code], "skill_level": noc_2016().levels[code]}
                for code in concordance()[1][found.code]
            ],
            "skilled": self.occupations.skilled.get(found.code),
            "eligibility_change": None if change is None else _change(change),
            "categories": list(categories.of_code(found.code, self.law)),
            "titles": [title for title in found.titles if title != noc_2021().titles[found.code]],
        }


def _change(change: Change) -> dict[str, Any]:
    return {"on": change.day, "gained": change.gained, "in_part": change.in_part, "text": change.text}
