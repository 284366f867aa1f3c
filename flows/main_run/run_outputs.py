"""The outputs of a run: written together or not at all, run.json last."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from flows.console import formats
from flows.errors import UsageError
from flows.main_run import run_scoring
from flows.main_run.output_names import OUTPUTS, RECORD
from flows.main_run.run_contents import contents
from flows.main_run.run_counts import counts
from flows.main_run.run_law import versions
from flows.main_run.run_rounds import newest_round, notes
from flows.main_run.run_state import Run
from flows.outputs.digests import sha256_of
from flows.run_request import Request, keep_apart


def write_outputs(run: Run) -> None:
    """Writes report, scores and quarantine beside the folder's files and moves them in together, run.json last.

    Files that a run does not make are not touched. For recipients there is an encrypted archive alone. Raises
    SurroundingsError where another run stays at its own outputs there.
    """
    from flows.main_run import letters, split
    from flows.outputs import encrypted_outputs
    from reports.report import report, tables

    assert run.request.out is not None
    assert run.intake is not None
    obsolete: list[Path] = []
    encrypt_to = run.request.encrypt_to
    with encrypted_outputs.atomic_folder(run.request.out, encrypt_to, last=RECORD, obsolete=obsolete) as staged:
        before = split.earlier(run.request.out) | letters.earlier(run.request.out)
        with run.timed("corrections"):
            names = _stage_corrections(run, staged)
        with run.timed("report"):
            tables.write_scores(staged / "scores.parquet", run_scoring.published(run))
            tables.write_quarantine_csv(staged / "quarantine.csv", run.intake.quarantine)
            run.sheet_names = report.write_report(staged / "report.xlsx", contents(run))
            _stage_parts(run, staged)
        if run.request.client_pages:
            with run.timed("client_pages"):
                letters.stage_books(run, staged)
        made = (*OUTPUTS, *(part.name for part in run.parts), *run.client_pages, *names)
        run.outputs = {name: sha256_of(staged / name) for name in made if name != RECORD}
        record = json.dumps(manifest(run, run.outputs), indent=2)
        (staged / RECORD).write_text(record + "\n", encoding="utf-8")
        obsolete += [*_stale(run, names), *split.stale(run.request.out, before, run.outputs)]


def _stage_parts(run: Run, folder: Path) -> None:
    """Writes the report of each case owner into a folder, where the run is split."""
    from flows.main_run import split
    from reports.report import report

    assert run.request.out is not None
    run.parts = []
    if not run.request.split_by:
        return
    parts = split.of_run(run, (*OUTPUTS, *run.corrections))
    keep_apart(run.request, (run.request.out / part.name for part, _part_run in parts))
    for part, part_run in parts:
        report.write_report(folder / part.name, replace(contents(part_run), is_part_of_owner=True))
        run.parts.append(part)


def _stage_corrections(run: Run, folder: Path) -> list[str]:
    """Writes the corrections workbooks into a folder; their names."""
    from flows.main_run import corrections

    assert run.intake is not None
    written, run.corrections_notes = corrections.write(run.intake, run.request, folder)
    run.corrections = list(written)
    run.corrections_of = corrections.free_names(run.request, corrections.with_problems(run.intake))
    return run.corrections


def _stale(run: Run, written: Sequence[str]) -> list[Path]:
    """The corrections workbooks of these inputs that an earlier run left, and that nobody has changed since."""
    from flows.main_run import corrections

    assert run.intake is not None
    read = [one.number for one in run.intake.inputs]
    return corrections.stale(run.request, read, written)


def expected_corrections(run: Run) -> list[str]:
    """The names of the corrections workbooks that a run would write."""
    from flows.main_run import corrections

    assert run.intake is not None
    return list(corrections.free_names(run.request, corrections.with_problems(run.intake)).values())


def output_names(request: Request) -> tuple[str, ...]:
    """Every file that a run may write: the outputs, the client pages, and a corrections workbook for each input."""
    from flows.main_run import corrections, letters

    pages = letters.book_names(1) if request.client_pages else ()
    return (*OUTPUTS, *pages, *corrections.names(request.inputs, is_part=bool(request.selection)).values())


def write_scores(run: Run, path: Path) -> None:
    """Writes the scores alone to one file (.parquet, .csv or .xlsx), whole or not at all; raises UsageError."""
    from flows.outputs import encrypted_outputs
    from reports.report import tables

    try:
        with encrypted_outputs.atomic_file(path, run.request.encrypt_to) as staged:
            tables.write_scores(staged, run_scoring.published(run))
    except tables.TooManyRows as error:
        raise UsageError(str(error)) from None


def write_check(run: Run, folder: Path) -> None:
    """Writes quarantine.csv and the corrections workbooks to a folder, all of them or none."""
    from flows.outputs import files
    from reports.report import tables

    assert run.intake is not None
    obsolete: list[Path] = []
    with files.atomic_folder(folder, last="quarantine.csv", obsolete=obsolete) as staged:
        names = _stage_corrections(run, staged)
        tables.write_quarantine_csv(staged / "quarantine.csv", run.intake.quarantine)
        obsolete += _stale(run, names)


def manifest(run: Run, outputs: Mapping[str, str]) -> dict[str, Any]:
    """run.json: inputs with hashes, versions, counts, rounds, timings, and the hashes of the outputs."""
    from flows.main_run import selected, split
    from transforms.rounds import rounds as rounds_

    assert run.law is not None
    assert run.intake is not None
    answer = {
        "run_id": run.request.run_id,
        "as_of": run.request.as_of.isoformat(),
        **versions(run.law),
        "rules_unknown": [parameter.id for parameter in run.law.unknown],
        "inputs": [one.saved() for one in run.intake.inputs],
        "unusable": [{"number": one.number, "path": str(one.path), "problem": one.problem}
                     for one in run.intake.unusable],
        "counts": counts(run),
        "newest_round": newest_round([] if run.newest_round is None else [run.newest_round]),
        "notes": [*selected.notes(run), *notes(run)],
        "selection": selected.saved(run),
        "rounds": [
            {
                "question": one.question,
                "number": one.number,
                "kind": one.kind,
                "date": one.date.isoformat(),
                "size": one.size,
                "cut_off": one.cut_off,
                "tie_break": None if one.tie_break is None else one.tie_break.isoformat(),
                "interval": None if one.interval is None else [round(bound, 1) for bound in one.interval],
                "held_at": None if one.held_at is None else one.held_at.isoformat(),
                "is_recent": one.is_recent,
                "invited": one.candidates.filter(one.candidates["outcome"] == "invited").height if one.is_recent else 0,
                "would_have_met_cut_off": rounds_.would_have_met([one]).height,
                "notes": one.notes,
            }
            for one in run.outcomes
        ],
        "split": split.saved(run.parts, run.request.split_by),
        "client_pages": (
            [{"name": name, "pages": pages} for name, pages in run.client_pages.items()]
            if run.request.client_pages
            else None
        ),
        "explain": run.request.explain,
        "timings_seconds": run.timings,
        "outputs": dict(outputs),
    }  # fmt: skip
    return formats.headed("run", answer)
