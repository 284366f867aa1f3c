"""The list of high-wage occupations from a table that people keep: a CSV file with a code and a level in each row."""

from __future__ import annotations

import csv
import io
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from transforms.model.wording import _
from transforms.rules.laid import closest_code, unit_groups

PARAMETER = "crs.additional.high_wage_occupations"
# The key of a version that names the table, in place of a value.
KEY = "value_file"
LEVELS = ("highest", "middle", "lowest")
NOC_VERSION = "2021"
CODE_DIGITS, OLD_DIGITS = 5, 4
MAX_FILE_SIZE = 5_000_000
# Headings and levels as people write them, folded.
CODE_HEADINGS = frozenset(
    {
        "noc",
        "noc code",
        "noc 2021",
        "noc 2021 code",
        "code",
        "occupation code",
        "cnp",
        "code cnp",
        "cnp 2021",
        "code de la cnp",
    }
)
LEVEL_HEADINGS = frozenset({"level", "wage level", "niveau", "niveau de salaire", "palier"})
WRITTEN_LEVELS = {
    "highest": "highest", "high": "highest", "le plus eleve": "highest", "plus eleve": "highest", "superieur": "highest",
    "eleve": "highest",
    "middle": "middle", "medium": "middle", "moyen": "middle", "intermediaire": "middle",
    "lowest": "lowest", "low": "lowest", "le plus bas": "lowest", "plus bas": "lowest", "inferieur": "lowest", "bas": "lowest",
}  # fmt: skip


@dataclass(frozen=True)
class Wrong:
    """What is wrong with a row of the table, what to do, and its line (1: the headings)."""

    line: int
    problem: str
    fix: str


def read(path: Path) -> tuple[dict[str, str], list[Wrong]]:
    """The level (`highest`, `middle`, `lowest`) of each unit group of NOC 2021 in a CSV file, and what is wrong with rows.

    Commas, semicolons and tabs divide; the headings are recognised in English and French, and other columns are left out.
    """
    try:
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        problem = _("The file cannot be opened ({error}).").format(error=reason)
        return {}, [Wrong(1, problem, _("Name a CSV file that is there."))]
    if len(data) > MAX_FILE_SIZE:
        return {}, [Wrong(1, _("The file is too large for a list of occupations."), _("Name another file."))]
    rows = list(_rows(_text(data)))
    if not rows:
        return {}, [Wrong(1, _("The file is empty."), _("Write a row for each occupation."))]
    headings = [_folded(heading) for heading in rows[0][1]]
    code_at, level_at = (
        next((place for place, heading in enumerate(headings) if heading in known), None)
        for known in (CODE_HEADINGS, LEVEL_HEADINGS)
    )
    if code_at is None or level_at is None:
        problem = _("The first row has no headings `noc` and `level`.")
        return {}, [Wrong(rows[0][0], problem, _("Write both headings above the codes and the levels."))]
    return _levels(rows[1:], code_at, level_at)


def _levels(rows: list[tuple[int, list[str]]], code_at: int, level_at: int) -> tuple[dict[str, str], list[Wrong]]:
    found: dict[str, str] = {}
    wrong: list[Wrong] = []
    known = unit_groups(NOC_VERSION)
    for line, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        written, level = ((cells[at] if at < len(cells) else "").strip() for at in (code_at, level_at))
        code = written.zfill(CODE_DIGITS) if written.isdigit() and written.zfill(CODE_DIGITS) in known else written
        problem = _wrong_code(written, code, known) or _wrong_level(level)
        if problem is not None:
            wrong.append(Wrong(line, *problem))
            continue
        level = WRITTEN_LEVELS[_folded(level)]
        if code in found and found[code] != level:
            problem_text = _("{code} has two levels, {one} and {other}.").format(
                code=code, one=found[code], other=level
            )
            wrong.append(Wrong(line, problem_text, _("Keep one row.")))
        found.setdefault(code, level)
    if not found and not wrong:
        wrong.append(Wrong(1, _("The file has no occupation."), _("Write a row for each occupation.")))
    return found, wrong


def example() -> dict[str, str]:
    """One unit group with a level, in place of a table whose rows are reported one by one."""
    return {next(iter(unit_groups(NOC_VERSION))): LEVELS[0]}


def wrong_pair(code: str, level: str) -> tuple[str, str] | None:
    """What is wrong with an occupation and its level as an overlay writes them, and the fix; None where nothing is."""
    known = unit_groups(NOC_VERSION)
    if code in known and level in LEVELS:
        return None
    return _wrong_code(code, code, known) or (
        _('"{level}" is no level.').format(level=level),
        _("Write one of {levels}.").format(levels=", ".join(LEVELS)),
    )


def _wrong_code(written: str, code: str, known: dict[str, str]) -> tuple[str, str] | None:
    """What is wrong with a code, and the fix; None for a unit group of NOC 2021."""
    if code in known:
        return None
    if len(written) == OLD_DIGITS and written in unit_groups("2016"):
        problem = _('"{code}" is a code of NOC 2016.').format(code=written)
        return problem, _("Write the code of NOC 2021 (see `drawline noc {code}`).").format(code=written)
    near = closest_code(written, known)
    problem = _('"{code}" is no unit group of NOC 2021.').format(code=written)
    if near:
        return problem, _("Correct the code; {near} is the nearest.").format(near=near)
    return problem, _("Correct the code.")


def _wrong_level(level: str) -> tuple[str, str] | None:
    if _folded(level) in WRITTEN_LEVELS:
        return None
    problem = _('"{level}" is no level.').format(level=level) if level else _("The level is missing.")
    return problem, _("Write one of {levels}.").format(levels=", ".join(LEVELS))


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _rows(text: str) -> list[tuple[int, list[str]]]:
    """The rows with their line; the sign that divides is the most frequent one in the first line with text."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    sign = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign)
    return [(reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells)]


def _folded(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.strip().lower().replace("_", " "))
    return " ".join("".join(sign for sign in letters if not unicodedata.combining(sign)).split())
