"""The advice over a run's clients: what would raise each score, as plain functions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows import errors, run_request
from flows.main_run import run_contents, run_counts, run_law, run_rounds
from flows.main_run.run_state import Run
from flows.outputs import encrypted_outputs

if TYPE_CHECKING:
    import polars as pl

FORMATS = (".xlsx", ".parquet", ".csv")


def find(run: Run) -> None:
    """Tries every lever on the scored clients, those selected alone where a part is; raises UnusableFile.

    Ranks are those of the whole list, so it comes before the list is limited.
    """
    from transforms import advice
    from validation.rounds import rounds_file

    assert run.scored is not None
    assert run.intake is not None
    assert run.law is not None
    with run.timed("advice"):
        try:
            frame = rounds_file.read(run.request.rounds_file)
        except rounds_file.RoundsFileError as error:
            raise errors.UnusableFile(f"{run.request.rounds_file}: {error}") from None
        published = rounds_file.rounds(frame)
        recent = advice.recent_rounds(published, run.law, run.request.headline_months)
        assert run.rules is not None
        nation = advice.Nation.of(frame, run.rules, run.request.as_of)
        only = None if run.selected is None else run.selected["client_id"].drop_nulls().unique()
        run.newest_round = published[-1]
        run.recent_rounds = len(recent)
        run.advice = advice.advise(run.intake.sheets, run.scored, run.law, recent, nation, only)


def write(run: Run, out: Path) -> None:
    """Writes the advice as a workbook, Parquet or CSV, by the ending of the file."""
    advice = _found(run)
    with encrypted_outputs.atomic_file(out, run.request.encrypt_to) as staged:
        if out.suffix.lower() == ".parquet":
            advice.write_parquet(staged)
        elif out.suffix.lower() == ".csv":
            from reports.workbook.text import inactive

            inactive(_flat(advice)).write_csv(staged)
        else:
            _write_book(run, staged)


def _write_book(run: Run, path: Path) -> None:
    from flows.firm import logos
    from flows.main_run import readings, selected
    from reports.report.advice_book import AdviceContents, write_advice

    assert run.law is not None
    assert run.scored is not None
    write_advice(
        path,
        AdviceContents(
            title=run_request.title_of(run.request.firm),
            as_of=run.request.as_of,
            rules_version=run.law.rules.version,
            rules_status=run.law.status,
            rules_notes=readings.unknown_law(run.law),
            notes=[*selected.notes(run), *run_rounds.notes(run)],
            recent=run.recent_rounds,
            months=run.request.headline_months,
            advice=_found(run),
            people=run.scored.select(run_contents.PEOPLE),
            firm=run.request.firm,
            logo=logos.read(run.request.logo),
        ),
    )


def as_json(run: Run, out: Path) -> dict[str, Any]:
    """The advice for programs: versions, counts, and every row of the frame."""
    from flows.main_run import selected

    assert run.law is not None
    return {
        "as_of": run.request.as_of.isoformat(),
        **run_law.versions(run.law),
        "counts": run_counts.counts(run),
        "newest_round": run_rounds.newest_round([] if run.newest_round is None else [run.newest_round]),
        "recent_rounds": run.recent_rounds,
        "selection": selected.saved(run),
        "out": str(out),
        "levers": _found(run).to_dicts(),
    }


def _found(run: Run) -> pl.DataFrame:
    assert run.advice is not None
    return run.advice


def _flat(advice: pl.DataFrame) -> pl.DataFrame:
    """The advice with the rounds of a row in one text, | between."""
    import polars.selectors as cs

    from transforms.advice import AND

    return advice.with_columns(cs.list().list.join(AND))
