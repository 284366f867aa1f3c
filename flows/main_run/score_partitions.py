"""Scores of a client list that is larger than memory: a partition of the clients at a time, and the rank at the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from flows.console import stages
from flows.errors import UsageError
from flows.main_run import quarantine_limit, record_warnings, run_intake, run_law
from flows.main_run.run_state import Run
from flows.outputs import digests, files
from flows.run_request import Request
from reports.report import tables
from transforms.assessment import scores
from transforms.facts import noc_changes
from transforms.facts.noc import known_codes
from transforms.model.columns import CANDIDATES
from transforms.model.wording import _
from transforms.scoring import ranking
from validation.checks.published_scores import checked
from validation.checks.rules_of_rows import Terms
from validation.files.sheet_extent import MAXIMUM_CELLS
from validation.intake.intake import no_candidates_in
from validation.partitions.division import divided
from validation.partitions.parts import STEP, Collected, parts
from validation.partitions.plain_files import NotPlainError, plain_file

if TYPE_CHECKING:
    from transforms.rules import Law
    from validation.intake.intake import Intake
    from validation.partitions.division import Division
    from validation.partitions.plain_files import PlainFile

# From so many rows of Parquet files on, clients are scored in partitions.
MIN_ROWS = 500_000
MAX_PARTITIONS = 500
FORMATS = (".parquet", ".csv")
# What counting and ranking need of the clients of all partitions.
KEPT = (
    "is_live", "in_pool", "pool_status", "ita_issued_on", "crs_total", "profile_submitted_at", "profile_submitted_latest",
)  # fmt: skip


def division(run: Run, out: Path, asked: int | None) -> tuple[Division | None, str]:
    """The clients of a run in partitions: as many as are asked for, else as many as they need; the law is opened.

    Without partitions, where the clients are few or cannot be read so, the text says why; it is empty where they are few.
    Raises UsageError where partitions are asked for and cannot be made, UnusableFile.
    """
    rows = _parquet_rows(run.request) if asked is None else None
    if asked is None and (rows is None or rows < MIN_ROWS):
        return None, ""
    try:
        _check(run.request, out)
        return _divided(run, asked), ""
    except NotPlainError as error:
        if error.is_unusable:
            # The intake as a whole reports all inputs that cannot be used.
            return None, ""
        if asked is None:
            return None, _("The clients are scored in memory, not in partitions. {reason}").format(reason=error)
        raise _not_in_partitions(error, is_asked=True) from None


def score(run: Run, found: Division, out: Path, *, is_dry: bool = False, is_asked: bool = True) -> None:
    """Reads, examines and scores a partition at a time, ranks all clients, and writes the scores, whole or not at all.

    The run then has the sums and problems of the whole list without its rows, and of the scores those columns that count
    (KEPT) and the rank, in the order of the partitions. `is_asked`: with --partitions. Raises UsageError, UnusableFile and TooManyQuarantined.
    """
    assert run.law is not None
    collected = Collected()
    kept: list[pl.DataFrame] = []
    written: list[Path] = []
    with ExitStack() as stack, run.timed("scoring"):
        staged = None if is_dry else stack.enter_context(files.atomic_file(out))
        try:
            for number, part in enumerate(parts(found, _terms(run), collected), start=1):
                whole, scored = _scored(part, run.law)
                collected.add(whole)
                kept.append(scored.select(name for name in KEPT if name in scored.columns))
                if staged is not None:
                    written.append(staged.with_name(f"part-{number:05}.arrow"))
                    _write_part(written[-1], scored, run.law)
                stages.went_on("scoring", number, found.number)
        except NotPlainError as error:
            raise _not_in_partitions(error, is_asked=is_asked) from None
        run.intake = collected.intake([file.opened.file for file in found.files])
        quarantine_limit.check(run)
        run.scored = ranking.ranked(pl.concat(kept), run.law)
        run.in_pool = run.scored.filter("in_pool").height
        if staged is not None:
            _add_ranks(written, run.scored["rank"])
            tables.write_scores_of_parts(staged, written)


def _not_in_partitions(error: Exception, *, is_asked: bool) -> UsageError:
    text = (
        _("The clients cannot be scored in partitions. {reason} Leave --partitions out, or correct this.")
        if is_asked
        else _("The clients cannot be scored in partitions. {reason} Correct this.")
    )
    return UsageError(text.format(reason=error))


def _check(request: Request, out: Path) -> None:
    """Raises NotPlainError where what was asked cannot be done in partitions."""
    reason = next(_reasons(request, out), None)
    if reason is not None:
        raise NotPlainError(reason)


def _reasons(request: Request, out: Path) -> Iterator[str]:
    """Why what was asked cannot be done in partitions."""
    if out.suffix.lower() not in FORMATS:
        yield _("A workbook is written as a whole. Name a .parquet or .csv file with --out.")
    if request.mapping is not None:
        yield _("A map is applied to whole files.")
    if request.selection:
        yield _("A part of the list is selected from the whole list.")
    if request.encrypt_to:
        yield _("Encrypted scores are written as a whole.")


def _parquet_rows(request: Request) -> int | None:
    """How many rows the inputs have, by what Parquet files say of themselves; None where one is of another kind."""
    if any(path.suffix.lower() != ".parquet" for path in request.inputs):
        return None

    try:
        return sum(
            pl.scan_parquet(path, glob=False, hive_partitioning=False).select(pl.len()).collect().item()
            for path in request.inputs
        )
    except (pl.exceptions.PolarsError, OSError):
        return None


def _divided(run: Run, asked: int | None) -> Division:
    """The inputs of a run in partitions; raises NotPlainError, UnusableFile and UnusableInputs."""
    run_law.open_law(run)
    with run.timed("intake"):
        plain = _plain_files(run)
        if not any(file.key == CANDIDATES.key for file in plain):
            raise no_candidates_in(file.opened.file for file in plain)
        needed = _needed(plain)
        if max(needed, asked or 1) > MAX_PARTITIONS:
            text = _("The files have more cells than are read in {number} partitions.")
            raise NotPlainError(text.format(number=MAX_PARTITIONS))
        return divided(plain, asked or needed)


def _needed(plain: list[PlainFile]) -> int:
    """How many partitions hold no more cells each than a file that is read as a whole may have."""
    cells = sum(file.cells for file in plain)
    return -(-cells // MAXIMUM_CELLS)


def _plain_files(run: Run) -> list[PlainFile]:
    assert run.law is not None
    _none, maps = run_intake.maps_of(run.request)
    limits = run_law.limits(run.law)
    plain = []
    for number, path in enumerate(run.request.inputs, start=1):
        digest = run.hashes[number] = digests.sha256_of(path)
        try:
            plain.append(plain_file(number, path, digest, maps, limits))
        except NotPlainError as error:
            raise NotPlainError(f"{path.name}: {error}", is_unusable=error.is_unusable) from None
    return plain


def _terms(run: Run) -> Terms:
    """What the law of a run says to the intake."""
    assert run.law is not None
    law = run.law
    return Terms(
        run.request.as_of, run_law.score_ranges(law), known_codes(), noc_changes.messages(law), run_law.limits(law)
    )


def _scored(part: Intake, law: Law) -> tuple[Intake, pl.DataFrame]:
    """A partition with all its warnings, each with its step, and its scored clients."""
    sheets = part.sheets
    scored = scores.score(sheets, law)
    part = replace(part, warnings=part.warnings.with_columns(pl.lit(0).alias(STEP)))
    adding = (*record_warnings.of_families(sheets, law), *record_warnings.of_records(sheets, scored, law))
    for step, add in enumerate(adding, start=1):
        part = add(part)
        part = replace(part, warnings=part.warnings.with_columns(pl.col(STEP).fill_null(step)))
    return part, scored


def _write_part(path: Path, scored: pl.DataFrame, law: Law) -> None:
    checked(scores.published(scored, law), law).write_ipc(path, compression="lz4")


def _add_ranks(paths: list[Path], ranks: pl.Series) -> None:
    """Puts the ranks among all clients in place of those among the clients of a part; they are in the order of the parts."""
    begins = 0
    for path in paths:
        part = pl.read_ipc(path)
        part.with_columns(ranks.slice(begins, part.height).alias("rank")).write_ipc(path, compression="lz4")
        begins += part.height
