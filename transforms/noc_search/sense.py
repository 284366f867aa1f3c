"""What the law of a day makes of the occupations that a search finds, and the unit groups of a code."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import polars as pl

from transforms.facts.noc import Occupations, concordance, noc_2016, noc_2021, noc_2021_french, uses_noc_2021
from transforms.facts.noc_changes import Change, changes
from transforms.model import wording
from transforms.noc_search.index import titles
from transforms.noc_search.search import Found
from transforms.noc_search.words import FRENCH
from transforms.rules import Law
from transforms.scoring import categories


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
    language = wording.current()
    by_group = job_titles(reached, language)
    return [Found(one, by_group.get(one, ()), language) for one in dict.fromkeys(reached)]


def job_titles(codes: Collection[str], language: str) -> dict[str, tuple[str, ...]]:
    """The job titles of unit groups in a language, by code, those first that Statistics Canada puts forward."""
    jobs = titles(language).filter(pl.col("is_job") & pl.col("code").is_in(list(codes)))
    found = jobs.sort("illustrative", descending=True, maintain_order=True).group_by("code", maintain_order=True)
    return {code: tuple(named) for code, named in found.agg("title").iter_rows()}


def title_of(code: str, language: str) -> str:
    """The title of a unit group of NOC 2021 in a language."""
    return noc_2021_french()[code] if language == FRENCH else noc_2021().titles[code]


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

    def described(self, found: Found) -> dict[str, Any]:
        """A unit group as plain values: both classifications, whether it is skilled on the day, and its categories.

        skilled is None where the old codes that it stands for differ; categories are those on whose list it is. Titles are
        those of the language in use; `found_as` is the title of another language that the search found, else None.
        """
        language = wording.current()
        is_own = found.language == language
        jobs = found.titles if is_own else job_titles([found.code], language).get(found.code, ())
        change = self.changes.get(found.code)
        return {
            "noc_2021": found.code,
            "title": title_of(found.code, language),
            "teer": int(noc_2021().levels[found.code]),
            "noc_2016": [
                {"code": code, "title": noc_2016().titles[code], "skill_level": noc_2016().levels[code]}
                for code in concordance()[1][found.code]
            ],
            "skilled": self.occupations.skilled.get(found.code),
            "eligibility_change": None if change is None else _change(change),
            "categories": list(categories.of_code(found.code, self.law)),
            "found_as": None if is_own else next(iter(found.titles), None),
            "titles": [title for title in jobs if title != title_of(found.code, language)],
        }


def _change(change: Change) -> dict[str, Any]:
    return {"on": change.day, "gained": change.gained, "in_part": change.in_part, "text": change.text}
