"""The client pages of a run: what they show, gathered, and written as a workbook or as PDF files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows import run_request
from flows.errors import SurroundingsError
from flows.main_run import front, output_names, run_contents, run_law, run_rounds
from flows.main_run.run_state import Run
from flows.outputs import encrypted_outputs
from transforms.model.wording import _

if TYPE_CHECKING:
    import polars as pl

    from reports.letter.contents import LettersContents
    from transforms.outlook.coming import Coming

FORMATS = (".xlsx", ".pdf")
STEM = "client-page"
BOOK_STEM = "client-pages"
# Sheets of one workbook: Excel grows slow with more.
MAX_PAGES_A_BOOK = 500
# Futures drawn for the chances of a page, as many as `forecast` draws.
FUTURES = 5_000


def gather(run: Run, *, with_chances: bool = False) -> LettersContents:
    """What the pages of the scored clients of a run show; raises UsageError and UnusableFile."""
    from flows.firm import logos
    from reports.letter.contents import LettersContents
    from transforms.advice import ADVICE, Nation
    from transforms.advice.client_page import numbers, page_facts
    from transforms.assessment.provisional import law_of, provisional
    from transforms.rounds import reach

    assert run.scored is not None
    assert run.law is not None
    assert run.rules is not None
    as_of = run.request.as_of
    published = run.published or run_rounds.published_rounds(run.request)
    nation = Nation.of(_rounds_frame(run), run.rules, as_of)
    found = provisional(run.scored, run.rules, as_of)
    later = None if found is None else law_of(found, run.rules, as_of)
    assert run.intake is not None
    return LettersContents(
        title=run_request.title_of(run.request.firm),
        as_of=as_of,
        rules_version=run.law.rules.version,
        rules_status=run.law.status,
        facts=page_facts(run.scored, run.law),
        people=run.scored.select(run_contents.PEOPLE),
        law_numbers=numbers(run.law),
        in_pool=run.in_pool,
        national=_national(run.scored, nation),
        national_pool=None if nation is None else round(nation.people),
        advice=_empty(ADVICE) if run.advice is None else run.advice,
        coming=_coming(run),
        cut_offs=reach.cut_offs(run.scored, published, run.law, run.request.headline_months),
        is_coming_whole=run.coming is None or front.is_whole(run.intake.sheets["candidates"].height),
        chances=_chances(run) if with_chances else None,
        provisional=found,
        titles_of_unknown={} if later is None else {parameter.id: parameter.title for parameter in later.unknown},
        firm=run.request.firm,
        logo=logos.read(run.request.logo),
    )


def _rounds_frame(run: Run) -> pl.DataFrame:
    from flows.forecasting import published

    return published.published(run.request.rounds_file)


def _empty(schema: dict[str, pl.DataType]) -> pl.DataFrame:
    import polars as pl

    return pl.DataFrame(schema=schema)


def _national(scored: pl.DataFrame, nation: object) -> pl.DataFrame:
    """client_id and place in the modelled national pool (UInt32, empty: not modelled)."""
    import polars as pl

    from transforms.advice import Nation

    if not isinstance(nation, Nation):
        return _empty({"client_id": pl.String(), "place": pl.UInt32()})
    return scored.select("client_id", nation.place(scored["crs_total"]).alias("place"))


def _coming(run: Run) -> Coming:
    """What lies ahead of the scored clients: as the run looked for it, else looked for now, for these clients alone."""
    from transforms.outlook import coming

    assert run.scored is not None
    assert run.rules is not None
    if run.coming is not None:
        return front.of_clients(run.coming.result(), run.scored.select("client_id"))
    sheets = _own_sheets(run)
    return coming.coming(
        sheets, sheets["candidates"], run.rules, run.request.as_of, run_rounds.published_rounds(run.request)
    )


def _own_sheets(run: Run) -> dict[str, pl.DataFrame]:
    """The typed sheets of the scored clients."""
    assert run.intake is not None
    assert run.scored is not None
    own = run.scored.select("client_id")
    return {
        key: frame.join(own, on="client_id", how="semi", maintain_order="left")
        for key, frame in run.intake.sheets.items()
    }


def _chances(run: Run) -> pl.DataFrame | None:
    from flows.forecasting import forecasts

    return forecasts.forecast(run, (), FUTURES, 0, sheets=_own_sheets(run)).chances


def check_out(out: Path) -> None:
    """Raises UsageError for a name that is neither a workbook, a PDF file nor a folder, SurroundingsError without typst."""
    if out.is_dir() or out.suffix.lower() == ".pdf":
        from reports.letter import pdf

        if not pdf.is_there():
            raise SurroundingsError(
                _("PDF files need the package typst, which is not installed. Install the extra pdf of drawline, or name a "
                  "file that ends in .xlsx.")
            )  # fmt: skip
    else:
        output_names.ending(out, FORMATS)


def default_out(clients: Sequence[str]) -> Path:
    """The workbook that is written where --out names none: of one client by the id, else of all."""
    from reports.report.owners import safe_names

    name = safe_names(clients, STEM, ".xlsx")[clients[0]] if len(clients) == 1 else f"{BOOK_STEM}.xlsx"
    return Path(name)


def targets(run: Run, out: Path) -> list[Path]:
    """The files that the pages of a run's scored clients are written to: in a folder a PDF file each, by the id made safe."""
    from reports.report.owners import safe_names

    assert run.scored is not None
    if not out.is_dir():
        return [out]
    return [out / name for name in safe_names(run.scored["client_id"].to_list(), STEM, ".pdf").values()]


def write(run: Run, contents: LettersContents, out: Path) -> list[Path]:
    """Writes the pages: a workbook with a sheet each, a PDF file with a page each, or into a folder a PDF file each.

    Gives the files, for recipients the encrypted ones. All of them are there whole or none is.
    """
    from reports.letter import book, pdf
    from reports.letter.letter import letters

    made, paths, encrypt_to = letters(contents), targets(run, out), run.request.encrypt_to
    if out.is_dir():
        archive = encrypted_outputs.LETTERS_ARCHIVE
        with encrypted_outputs.atomic_folder(out, encrypt_to, archive=archive) as folder:
            for page, path in zip(made, paths, strict=True):
                pdf.write_pdf(folder / path.name, contents, [page])
        return [out / archive] if encrypt_to else paths
    with encrypted_outputs.atomic_file(out, encrypt_to) as staged:
        if out.suffix.lower() == ".xlsx":
            book.write_letters(staged, contents, made)
        else:
            pdf.write_pdf(staged, contents, made)
    return [encrypted_outputs.target(path, encrypt_to) for path in paths]


def as_json(run: Run, files: Sequence[Path], *, dry_run: bool) -> dict[str, Any]:
    """What was written, for programs: versions, the files, and who has a page."""
    from flows.main_run import selected

    assert run.law is not None
    assert run.scored is not None
    return {
        "as_of": run.request.as_of.isoformat(),
        **run_law.versions(run.law),
        "selection": selected.saved(run),
        "clients": run.scored["client_id"].to_list(),
        "files": [] if dry_run else [str(file) for file in files],
    }


def stage_books(run: Run, folder: Path) -> None:
    """Writes the workbooks of client pages of a whole run into a folder; raises UsageError where one is an input."""
    from reports.letter import book
    from reports.letter.letter import letters

    assert run.request.out is not None
    contents = gather(run)
    made = letters(contents)
    names = book_names(len(made))
    run_request.keep_apart(run.request, (run.request.out / name for name in names))
    run.client_pages = {}
    for number, name in enumerate(names):
        part = made[number * MAX_PAGES_A_BOOK : (number + 1) * MAX_PAGES_A_BOOK]
        book.write_letters(folder / name, contents, part)
        run.client_pages[name] = len(part)


def earlier(out: Path) -> dict[str, str]:
    """The workbooks of client pages that the run before left in a folder, with their SHA-256; none where that is not known."""
    try:
        outputs = json.loads((out / output_names.RECORD).read_text(encoding="utf-8"))["outputs"]
        return {name: sha256 for name, sha256 in outputs.items() if is_book(name)}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def book_names(clients: int) -> list[str]:
    """The names of the workbooks for so many clients, none for nobody."""
    books = -(-clients // MAX_PAGES_A_BOOK)
    return [f"{BOOK_STEM}.xlsx" if number == 1 else f"{BOOK_STEM}-{number}.xlsx" for number in range(1, books + 1)]


def is_book(name: str) -> bool:
    """Is it the name of such a workbook?"""
    stem, ending = Path(name).stem, Path(name).suffix
    number = stem.removeprefix(f"{BOOK_STEM}-")
    return ending == ".xlsx" and (stem == BOOK_STEM or (stem != number and number.isdecimal()))
