"""What an occupation code means under the classification of a day: NOC 2016 skill levels, NOC 2021 TEER."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from transforms.model.wording import DEFAULT, current
from transforms.rules import Law
from transforms.rules.lookup import once_a_law

FOLDER = Path(__file__).parent.parent / "rules" / "noc"


@dataclass(frozen=True)
class Classification:
    """The unit groups of one NOC version: title and skill level (NOC 2016: 0, A to D; NOC 2021: TEER 0 to 5) by code."""

    titles: dict[str, str]
    levels: dict[str, str]


def _rows(name: str) -> Iterable[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


@cache
def noc_2016() -> Classification:
    """NOC 2016 version 1.3 (Statistics Canada): 500 unit groups of four digits."""
    rows = list(_rows("noc2016.csv"))
    return Classification(
        {row["code"]: row["title"] for row in rows}, {row["code"]: row["skill_level"] for row in rows}
    )


@cache
def noc_2021() -> Classification:
    """NOC 2021 version 1.0 (Statistics Canada): 516 unit groups of five digits."""
    rows = list(_rows("noc2021.csv"))
    return Classification({row["code"]: row["title"] for row in rows}, {row["code"]: row["teer"] for row in rows})


@cache
def noc_2021_french() -> dict[str, str]:
    """The titles of the 516 unit groups of NOC 2021 version 1.0 in French (Statistics Canada), by code."""
    return {row["code"]: row["title_fr"] for row in _rows("noc2021_fr.csv")}


def noc_2021_titles() -> Mapping[str, str]:
    """The titles of the unit groups of NOC 2021 in the language in use, by code."""
    return noc_2021().titles if current() == DEFAULT else noc_2021_french()


@cache
def concordance() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """The official concordance both ways: NOC 2016 code to its NOC 2021 codes, and back."""
    forth: dict[str, list[str]] = {}
    back: dict[str, list[str]] = {}
    for row in _rows("noc2016_to_2021.csv"):
        forth.setdefault(row["noc2016"], []).append(row["noc2021"])
        back.setdefault(row["noc2021"], []).append(row["noc2016"])
    return ({code: tuple(found) for code, found in forth.items()}, {code: tuple(found) for code, found in back.items()})


@cache
def known_codes() -> frozenset[str]:
    """Every unit group code of NOC 2016 and NOC 2021."""
    return frozenset(noc_2016().titles) | frozenset(noc_2021().titles)


CODE = pl.Enum(sorted(known_codes()))
# The same for casts, made once: a cast to the type itself takes all its thousand codes along each time.
AS_CODE = CODE.to_dtype_expr()


def uses_noc_2021(law: Law) -> bool:
    """Are occupations of this law classified by NOC 2021? Before 2017-10-24 the NOC 2016 table serves for NOC 2011."""
    return str(law["noc.version"]) == "2021"


def in_force(law: Law) -> Classification:
    """The classification that the law of a day uses."""
    return _classification(in_noc_2021=uses_noc_2021(law))


def _classification(*, in_noc_2021: bool) -> Classification:
    return noc_2021() if in_noc_2021 else noc_2016()


@cache
def targets(*, in_noc_2021: bool) -> dict[str, tuple[str, ...]]:
    """Each known code with the codes it stands for in one classification: itself, or by the concordance."""
    forth, back = concordance()
    if in_noc_2021:
        return {**forth, **{code: (code,) for code in noc_2021().titles}}
    return {**back, **{code: (code,) for code in noc_2016().titles}}


@cache
def meanings(*, in_noc_2021: bool) -> pl.DataFrame:
    """The occupations of one classification that each known code may stand for: noc, occupation (Enum of codes), is_sure.

    A code that stands for one occupation has one row, which is sure (Boolean); any other has a row for each that it may
    stand for, and a sure one for itself.
    """
    rows = []
    for code, reached in targets(in_noc_2021=in_noc_2021).items():
        if len(reached) > 1:
            rows.append((code, code, True))
        rows += [(code, occupation, len(reached) == 1) for occupation in reached]
    return pl.DataFrame(rows, schema={"noc": CODE, "occupation": CODE, "is_sure": pl.Boolean}, orient="row")


@cache
def listed(codes: frozenset[str], *, in_noc_2021: bool) -> dict[str, bool]:
    """Of each known code whose targets all are on a list of one classification, or all are not: whether they are."""
    found = {
        code: {target in codes for target in reached} for code, reached in targets(in_noc_2021=in_noc_2021).items()
    }
    return {code: on_list.pop() for code, on_list in found.items() if len(on_list) == 1}


@cache
def _listed(codes: frozenset[str], *, in_noc_2021: bool) -> pl.Expr:
    return _answers(listed(codes, in_noc_2021=in_noc_2021), pl.Boolean())


@cache
def _possible(among: frozenset[str], *, in_noc_2021: bool) -> pl.Expr:
    """Some occupations of one classification, and the codes that may stand for several of them alone."""
    several = targets(in_noc_2021=in_noc_2021).items()
    within = among.union(code for code, reached in several if len(reached) > 1 and among.issuperset(reached))
    return _answers({code: code in within for code in known_codes()}, pl.Boolean())


@cache
def _asked(minimum: frozenset[tuple[str, int]], *, in_noc_2021: bool) -> pl.Expr:
    """Each code whose targets agree on the CLB that their levels ask (`minimum`), those that ask for none aside."""
    by_level, levels = dict(minimum), _classification(in_noc_2021=in_noc_2021).levels
    asked = {code: by_level.get(level) for code, level in levels.items()}
    found = {
        code: {asked[target] for target in reached} - {None}
        for code, reached in targets(in_noc_2021=in_noc_2021).items()
    }
    return _answers({code: clb.pop() for code, clb in found.items() if len(clb) == 1}, pl.Int16())


@cache
def _reached(*, in_noc_2021: bool) -> pl.Expr:
    """The places in CODE of the occupations of one classification that each known code may stand for (List)."""
    place = {code: number for number, code in enumerate(CODE.categories)}
    reached = targets(in_noc_2021=in_noc_2021)
    return pl.lit(
        pl.Series(
            [[place[target] for target in reached.get(code, ())] for code in CODE.categories], dtype=pl.List(pl.UInt32)
        )
    )


def _answers(table: Mapping[str, Any], dtype: pl.DataType) -> pl.Expr:
    """What a table says of each known code, in the order of CODE; empty for those that it lacks."""
    return pl.lit(pl.Series([table.get(code) for code in CODE.categories], dtype=dtype))


def _of(answers: pl.Expr, code: pl.Expr) -> pl.Expr:
    """The answer for each code; empty for one that is not known."""
    return answers.gather(code.cast(AS_CODE, strict=False).to_physical())


def starts_with_any(code: str, prefixes: Iterable[str]) -> bool:
    """Does a code belong to one of the groups that the prefixes name?"""
    return code.startswith(tuple(prefixes))


@once_a_law
def _groups(law: Law) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """The codes of skilled occupations, of senior management, and of the trades."""
    levels, skilled = in_force(law).levels, set(law["noc.skilled_levels"])
    senior = law["crs.additional.job_offer_senior_management_groups"]
    trades, excluded = law["fst.trade_groups"], law["fst.trade_groups_excluded"]
    trade_levels = set(law["fst.skilled_levels"])
    return (
        frozenset(code for code, level in levels.items() if level in skilled),
        frozenset(code for code in levels if starts_with_any(code, senior)),
        frozenset(
            code
            for code, level in levels.items()
            if starts_with_any(code, trades) and not starts_with_any(code, excluded) and level in trade_levels
        ),
    )


class Occupations:
    """What each code means under one law; a code whose targets differ in what is asked has no answer."""

    def __init__(self, law: Law) -> None:
        self.law = law
        self._in_noc_2021 = uses_noc_2021(law)
        self.skilled_codes, self._senior_codes, self.trade_codes = _groups(law)

    @property
    def skilled(self) -> dict[str, bool]:
        """Whether the occupation of a known code is skilled, without the codes for which this is undetermined."""
        return listed(self.skilled_codes, in_noc_2021=self._in_noc_2021)

    @property
    def meanings(self) -> pl.DataFrame:
        """The occupations of the classification of the day that each known code may stand for (see `meanings`)."""
        return meanings(in_noc_2021=self._in_noc_2021)

    def is_skilled(self, code: pl.Expr) -> pl.Expr:
        """Is the occupation of level 0, A or B (NOC 2016) or TEER 0 to 3 (NOC 2021)? Boolean, empty: undetermined."""
        return self.is_listed(self.skilled_codes, code)

    def is_senior_management(self, code: pl.Expr) -> pl.Expr:
        """Is the occupation of major group 00? Boolean, empty: undetermined."""
        return self.is_listed(self._senior_codes, code)

    def is_trade(self, code: pl.Expr) -> pl.Expr:
        """Is the occupation one of the skilled trades of IRPR 87.2? Boolean, empty: undetermined."""
        return self.is_listed(self.trade_codes, code)

    def is_physician(self, code: pl.Expr) -> pl.Expr:
        """Is the occupation one of the physicians' (law document 0, V6a)? Boolean, empty: undetermined."""
        return self.is_listed(self.law["crs.records.physicians_nocs"], code)

    def minimum_cec_language(self, code: pl.Expr) -> pl.Expr:
        """The CLB that the Canadian Experience Class asks of the occupation (Int16), empty: undetermined."""
        minimum = frozenset(self.law["cec.minimum_language"].items())
        return _of(_asked(minimum, in_noc_2021=self._in_noc_2021), code)

    def is_same(self, one: pl.Expr, other: pl.Expr) -> pl.Expr:
        """Do two codes name the same occupation, a unit group of the classification of the day? Boolean.

        Equal codes do. Empty: not known where one is empty, and undetermined where the concordance leaves it open.
        """
        answers = _reached(in_noc_2021=self._in_noc_2021)
        reached, others = _of(answers, one), _of(answers, other)
        alike = reached.list.set_intersection(others).list.len() > 0
        is_single = (reached.list.len() == 1) & (others.list.len() == 1)
        same = one.cast(pl.String) == other.cast(pl.String)
        return pl.when(same | (alike & is_single)).then(pl.lit(value=True)).when(~alike).then(pl.lit(value=False))

    def is_listed(self, codes: Collection[str], code: pl.Expr) -> pl.Expr:
        """Is the occupation one of a list of the classification of the day? Boolean, empty: undetermined."""
        return _of(_listed(frozenset(codes), in_noc_2021=self._in_noc_2021), code)

    def may_be_listed(self, codes: Collection[str], occupation: pl.Expr) -> pl.Expr:
        """Is it one of a list, or a code that may stand for several of the list alone? Boolean; empty: no occupation."""
        return _of(_possible(frozenset(codes), in_noc_2021=self._in_noc_2021), occupation)
