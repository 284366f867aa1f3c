"""Search of the titles of NOC 2021 by words, in English and French at once."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from transforms.model import wording
from transforms.noc_search.index import Index, group_words, index, meanings
from transforms.noc_search.query import Wording, alike, asked_words, wordings
from transforms.noc_search.words import ENGLISH, EVERY_STOP_WORD, FRENCH, STEMS

# A title is as good as the share of what was asked that it holds, times this share and the rest by how much of the title
# was asked for.
FOR_ASKED = 0.6
# Below, typing errors are looked for in every word.
GOOD = 0.75
# A title must hold so much of what was asked, and nearly as much as the best title does.
MIN_SHARE_HELD, NEAR_BEST = 0.5, 0.9
# Between titles as good: more for a title that Statistics Canada puts forward, for a unit group whose own title holds the
# words, for one that holds more such titles among its own, and for one in which more people work.
FOR_ILLUSTRATIVE, FOR_GROUP_TITLE, FOR_SHARE, FOR_PEOPLE, FOR_LANGUAGE = 0.02, 0.06, 0.06, 0.06, 0.01
LANGUAGES = (ENGLISH, FRENCH)


@dataclass(frozen=True)
class Found:
    """A unit group of NOC 2021 that was found, with the titles that were, the best first, and their language."""

    code: str
    titles: tuple[str, ...]
    language: str = ENGLISH


def by_words(text: str) -> list[Found]:
    """The unit groups whose titles hold the words of a text, in English or French, the best first.

    The order of words does not matter, nor plural, gender, accents, hyphens or blanks within a word. Abbreviations and
    everyday words are read as `search_words.csv` says. Words that no title has anything like are set aside, and so are
    words that say nothing of an occupation; nothing is found where no other is left. Where a word is not to be found with
    the others, it is taken for the words most like it. Titles of the language in use come first where both are as good.
    """
    words = asked_words(text)
    asked = [word for word in words if any(_is_known(word, language) for language in LANGUAGES)]
    # Beside a word that is none, a likeness is chance.
    if len(asked) < len(words) and not any(_is_written(word, language) for word in asked for language in LANGUAGES):
        return []
    hits = pl.concat([_titles(asked, index(language)) for language in LANGUAGES])
    if hits.is_empty():
        return []
    share = pl.col("held")
    hits = hits.filter((share >= MIN_SHARE_HELD) & (share >= share.max() * NEAR_BEST))
    groups = (
        hits.sort("score", "illustrative", "entry", descending=[True, True, False])
        .group_by("code", "language", maintain_order=True)
        .agg("title", pl.col("score").max(), share=pl.len() / pl.col("size").first(), led=pl.col("led").max(),
             people=pl.col("people").first())
        .with_columns(
            rank=pl.col("score") + FOR_SHARE * pl.col("share") + FOR_GROUP_TITLE * pl.col("led")
            + FOR_PEOPLE * pl.col("people")
            + FOR_LANGUAGE * (pl.col("language") == wording.current())
        )
        .sort("rank", descending=True, maintain_order=True)
        .unique("code", keep="first", maintain_order=True)
    )  # fmt: skip
    return [
        Found(code, tuple(titles), language)
        for code, titles, language in groups.select("code", "title", "language").iter_rows()
    ]


def passed_over(text: str) -> list[str]:
    """The words of a text that no title of either language has anything like, so that the others alone are looked for."""
    return [word for word in asked_words(text) if not any(_is_known(word, language) for language in LANGUAGES)]


def _is_known(word: str, language: str) -> bool:
    ways = wordings([word], language)
    return any(all(alike(stem, index(language), forgiving=False) for stem in way.stems) for way in ways)


def _is_written(word: str, language: str) -> bool:
    """Does a title, or what people write instead, hold the word itself? One that says nothing does not count."""
    stem = STEMS[language](word)
    return word not in EVERY_STOP_WORD and (stem in index(language).weights or (stem,) in meanings(language))


def _titles(asked: list[str], titles: Index) -> pl.DataFrame:
    """The titles of a language that hold words that were asked for, once each: entry, title, code, held, score, ….

    `held` is the share of what was asked that the title holds, `score` how well both agree (both from 0 to 1), `led`
    the share of what was asked that the title of the unit group holds.
    """
    ways = wordings(asked, titles.language)
    hits = _best([_hits(way, titles, forgiving=False) for way in ways])
    best: float = hits.select(pl.col("held").max().fill_null(0)).item()
    if best < GOOD:
        hits = _best([hits, *(_hits(way, titles, forgiving=True) for way in ways)])
    led = {code: max(_led(way, titles, code) for way in ways) for code in hits["code"].unique()}
    return hits.join(titles.groups, on="code", maintain_order="left").with_columns(
        language=pl.lit(titles.language),
        led=pl.col("code").replace_strict(list(led), list(led.values()), default=0.0, return_dtype=pl.Float64),
    )


def _best(found: list[pl.DataFrame]) -> pl.DataFrame:
    """The best reading of each title."""
    return (
        pl.concat(found)
        .sort("score", descending=True, maintain_order=True)
        .unique("entry", keep="first", maintain_order=True)
    )


def _hits(way: Wording, titles: Index, *, forgiving: bool) -> pl.DataFrame:
    """The titles that hold stems of a wording: the columns of entries, held, score."""
    rows = []
    weights = []
    unheld = max(weight for _, weight in titles.weights.values())
    for place, stem in enumerate(way.stems):
        near = alike(stem, titles, forgiving=forgiving)
        weights.append(titles.weight(stem) or min((titles.weights[word][1] for word in near), default=unheld))
        rows += [(place, titles.weights[word][0], worth, weights[-1]) for word, worth in near.items()]
    schema = {"place": pl.Int32, "word": pl.UInt32, "worth": pl.Float64, "weight": pl.Float64}
    matched = titles.words.join(pl.DataFrame(rows, schema=schema, orient="row"), on="word")
    shares = matched.group_by("entry", "place").agg((pl.col("worth") * pl.col("weight")).max().alias("held"))
    covered = matched.group_by("entry", "slot").agg((pl.col("worth") * pl.col("cost")).max().alias("covered"))
    of = sum(weights) or 1.0
    share = pl.col("covered") / pl.col("cost").cast(pl.Float64)
    return (
        titles.entries.join(shares.group_by("entry").agg(pl.col("held").sum() / of), on="entry", maintain_order="left")
        .join(covered.group_by("entry").agg(pl.col("covered").sum()), on="entry", maintain_order="left")
        .with_columns(
            pl.col("held") * way.worth,
            score=way.worth * pl.col("held") * (FOR_ASKED + (1 - FOR_ASKED) * share.fill_nan(0).clip(0, 1))
            + FOR_ILLUSTRATIVE * pl.col("illustrative"),
        )
        .drop("cost", "covered")
    )


def _led(way: Wording, titles: Index, code: str) -> float:
    """The share of a wording that the title of a unit group holds."""
    words = group_words(code, titles.language)
    of = sum(titles.weight(stem) or 0.0 for stem in way.stems)
    return way.worth * sum(titles.weight(stem) or 0.0 for stem in way.stems if stem in words) / of if of else 0.0
