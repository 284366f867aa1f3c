"""Makes the files that the search reads from the lists of titles: `python -m transforms.noc_search.build`.

From noc2021_titles.csv.gz and noc2021_titles_fr.csv.gz come, for each language, the titles with their words as numbers, and
the words with what each is worth. Made again when the lists or the ways to take titles apart change.
"""

from __future__ import annotations

import polars as pl

from transforms.facts.noc import FOLDER, concordance, noc_2016, noc_2021, noc_2021_french
from transforms.noc_search.index import abbreviated_stop_words
from transforms.noc_search.words import ENGLISH, FRENCH, STEMS, STOP_WORDS

# What a word of a title that was not asked for costs, by where it stands: in the title proper; after a dash, where the
# title says in which field; in brackets, where it repeats or excepts.
IN_TITLE, AFTER_DASH, IN_BRACKETS = 1.0, 0.15, 0.0
COMPRESSION_LEVEL = 19
_TITLES = {ENGLISH: "noc2021_titles.csv.gz", FRENCH: "noc2021_titles_fr.csv.gz"}


def tables(language: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The titles and the words of a language, as the two files of it hold them.

    titles: title, code String, illustrative Int8, is_job Boolean, cost Float32, words List(UInt32), slots List(UInt8),
    costs List(Float32). words: word String, weight Float64.
    """
    entries = _entries(language).with_row_index("entry")
    words = _words(entries, language)
    # The rarer a word, the more it says; the root keeps the rarest from outweighing all others.
    weighed = words.group_by("word").agg(weight=(pl.lit(entries.height + 1) / pl.len()).log().sqrt()).sort("word")
    numbered = weighed.with_row_index("number")
    words = words.join(numbered, on="word", maintain_order="left").with_columns(
        cost=(pl.col("cost") * pl.col("weight")).cast(pl.Float32),
        slot=pl.col("slot").rank("dense").over("entry").cast(pl.UInt8),
    )
    lists = words.group_by("entry", maintain_order=True).agg(
        words="number", slots="slot", costs="cost", cost=pl.col("cost").filter(pl.col("slot").is_first_distinct()).sum()
    )
    return (
        entries.join(lists, on="entry", how="left", maintain_order="left").with_columns(
            pl.col("cost").fill_null(0), pl.col("words", "slots", "costs").fill_null([])
        ).select("title", "code", "illustrative", "is_job", "cost", "words", "slots", "costs"),
        weighed,
    )  # fmt: skip


def _entries(language: str) -> pl.DataFrame:
    """The titles of a language: title, code, illustrative (Int8), is_job; those of unit groups after the job titles."""
    schema = {"title": pl.String(), "code": pl.String(), "illustrative": pl.Int8()}
    path = FOLDER / _TITLES[language]
    if language == ENGLISH:
        jobs = pl.read_csv(path, schema_overrides=schema).select(*schema)
        old = [(noc_2016().titles[code], new, 0) for code, (new, *others) in concordance()[0].items() if not others]
        groups = [*((title, code, 0) for code, title in noc_2021().titles.items()), *old]
    else:
        read = pl.read_csv(path, schema_overrides={"code": pl.String()})
        jobs = read.select(title="title_fr", code="code", illustrative=pl.lit(0, pl.Int8))
        groups = [(title, code, 0) for code, title in noc_2021_french().items()]
    further = pl.DataFrame(groups, schema=schema, orient="row")
    return pl.concat(
        [jobs.with_columns(is_job=pl.lit(value=True)), further.with_columns(is_job=pl.lit(value=False))]
    ).unique(["title", "code"], keep="first", maintain_order=True)


def _words(entries: pl.DataFrame, language: str) -> pl.DataFrame:
    """The words of titles in their order, stop words aside: entry, slot, word (its stem), cost (by its place)."""
    folded = (
        pl.col("title").str.to_lowercase().str.replace_all("[\u2019\u02bc`]", "'").str.replace_all("œ", "oe")
        .str.normalize("NFKD").str.replace_all(r"[\p{M}.]", "")
        .str.replace_all(r"\b(?:[cdjlmnst]|qu|lorsqu|puisqu)'", " ").str.replace_all("'", "")
    )  # fmt: skip
    token = pl.col("token")
    parts = entries.select("entry", text=folded).with_columns(
        pl.col("text").str.replace_all(r"\([^)]*\)", "").str.split_exact(" - ", 1).struct.rename_fields(["title", "field"])
        .alias("parts"),
        pl.col("text").str.extract_all(r"\([^)]*\)").list.join(" ").alias("brackets"),
    ).unnest("parts")  # fmt: skip
    # A slash without blanks joins forms of one word.
    found = pl.concat(
        parts.select("entry", token=pl.col(part).str.extract_all(r"/?[\p{L}\p{N}]+"), cost=pl.lit(cost))
        .filter(token.list.len() > 0)
        .explode("token")
        for part, cost in (("title", IN_TITLE), ("field", AFTER_DASH), ("brackets", IN_BRACKETS))
    ).with_columns(slot=(~token.str.starts_with("/")).cum_sum(), token=token.str.strip_prefix("/"))
    different = found["token"].unique()
    left_out = STOP_WORDS[language] - abbreviated_stop_words(language)
    stems = pl.DataFrame(
        {"token": different, "word": [None if word in left_out else STEMS[language](word) for word in different]}
    )
    return (
        found.join(stems.drop_nulls(), on="token", maintain_order="left")
        .unique(["entry", "word"], keep="first", maintain_order=True)
        .select("entry", "slot", "word", "cost")
    )


def main() -> None:
    """Writes the files of both languages."""
    for language in (ENGLISH, FRENCH):
        for name, table in zip(("titles", "words"), tables(language), strict=True):
            path = FOLDER / f"noc2021_{name}_{language}.parquet"
            table.write_parquet(path, compression="zstd", compression_level=COMPRESSION_LEVEL)


if __name__ == "__main__":
    main()
