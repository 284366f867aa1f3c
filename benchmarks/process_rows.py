"""Rows of commands: intake, the sample, a night, the report, and how long a command takes to start."""

from __future__ import annotations

import os
import shutil
import subprocess
import zipfile
from datetime import date, timedelta
from pathlib import Path

import polars as pl

import sample_data
from benchmarks import client_files, pieces
from benchmarks.measuring import AS_INSTALLED, ROOT, Way, apart, drawline, here, python
from benchmarks.registry import Place, Prepared, row
from flows import errors, run_request
from flows.main_run import run_contents, run_job
from sample_data.generate import AS_OF_2026

SAMPLE = Path(sample_data.__file__).parent / "clients_2026.xlsx"
# The sample has bad rows.
DONE, QUARANTINED = errors.EXIT_DONE, errors.EXIT_QUARANTINED
FIRST_NIGHT, DAY = date(2025, 8, 8), timedelta(days=1)
EARLY, LATE = 10, 365
EARLY_IF_SMALL, LATE_IF_SMALL = 2, 3
DAYS_A_WEEK = 7
# Who is invited in a small report is as many as in a large one, of so many.
INVITED_OF_LARGE = 5 / 12
COMMANDS = {
    "--help": ["--help"],
    "noc": ["noc", "21231"],
    "rounds list": ["rounds", "list", "--last", "5"],
}
# Prints the modules of other packages that a command has loaded at its end, one a line, as they were loaded.
LOADED = """
import atexit, sys
from pathlib import Path
def show():
    root = str(Path({root!r})) + "/"
    venv = (sys.prefix, sys.base_prefix)
    names = [name for name, module in list(sys.modules.items())
             if "site-packages" in str(getattr(module, "__file__", None))]
    Path({to!r}).write_text("\\n".join(names))
atexit.register(show)
sys.argv = {argv!r}
from flows.cli import main
main()
"""
BARE = """
import importlib, sys, warnings
warnings.simplefilter("ignore")
for name in open({names!r}).read().split():
    try:
        importlib.import_module(name)
    except Exception:
        pass
"""


# --- Intake


def _check(path: Path, folder: Path) -> Way:
    words = drawline("check", path, "--as-of", AS_OF_2026, "--quiet")
    return apart(words, folder, environment={"HOME": str(folder)}, codes=(DONE, QUARANTINED))


@row("check-parquet", "`check` of Parquet", "6 s, 2 GB", unit="clients", full=1_000_000, small=2_000, rounds=1)
def check_parquet(size: int, place: Place) -> Prepared:
    """Clients in typed columns."""
    return Prepared({"check": _check(client_files.write_parquet(place.folder / "clients.parquet", size), place.folder)})


@row("check-csv", "`check` of CSV", "9 s, 2 GB", unit="clients", full=1_000_000, small=2_000, rounds=1)
def check_csv(size: int, place: Place) -> Prepared:
    """Clients as text."""
    return Prepared({"check": _check(client_files.write_csv(place.folder / "clients.csv", size), place.folder)})


@row("check-xlsx", "`check` of xlsx", "1.7 times fastexcel alone", unit="clients", full=100_000, small=500)
def check_xlsx(size: int, place: Place) -> Prepared:
    """A workbook, and the same read by the package alone."""
    path = client_files.write_xlsx(place.folder / pieces.BOOK, size)
    package_only = python("-m", "benchmarks.pieces", "fastexcel-alone", place.folder, AS_OF_2026)
    ways = {"check": _check(path, place.folder), "fastexcel alone": apart(package_only, place.folder)}
    return Prepared(ways, [("check", "fastexcel alone")])


@row("score-parquet", "`score` of Parquet", "60 s, 3 GB", unit="clients", full=5_000_000, small=2_000, rounds=1)
def score_parquet(size: int, place: Place) -> Prepared:
    """Clients in typed columns, their scores as Parquet."""
    path = client_files.write_parquet(place.folder / "clients.parquet", size)
    words = drawline("score", path, "--as-of", AS_OF_2026, "--out", place.folder / "scores.parquet", "--quiet")
    home = {"HOME": str(place.folder)}
    return Prepared({"score": apart(words, place.folder, environment=home, codes=(DONE, QUARANTINED))})


# --- The sample


def bare_imports(arguments: list[str], folder: Path, name: str) -> Way:
    """A process that imports the same modules of other packages as a command does, and nothing else."""
    names = folder / f"{name}.modules"
    code = LOADED.format(root=str(ROOT), to=str(names), argv=["drawline", *arguments])
    subprocess.run(
        [str(word) for word in python("-c", code)], check=False, cwd=folder, capture_output=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(folder), **AS_INSTALLED},
    )  # fmt: skip
    return apart(python("-c", BARE.format(names=str(names))), folder)


@row("score-sample", "`score` of the sample", "1.3 times bare imports", unit="clients", full=500, small=20, rounds=5)
def score_sample(size: int, place: Place) -> Prepared:
    """The sample as CSV and as a workbook, and the imports of each alone."""
    sources = {"csv": client_files.write_csv(place.folder / "clients.csv", size), "xlsx": SAMPLE}
    ways: dict[str, Way] = {}
    home = {"HOME": str(place.folder)}
    for kind, source in sources.items():
        out = place.folder / "scores.parquet"
        words = ["score", str(source), "--as-of", str(AS_OF_2026), "--out", str(out), "--quiet"]
        ways[kind] = apart(drawline(*words), place.folder, environment=home, codes=(DONE, QUARANTINED))
        ways[f"imports of {kind}"] = bare_imports(words, place.folder, kind)
    return Prepared(ways, [(kind, f"imports of {kind}") for kind in sources])


@row(
    "run-sample", "`run` of the sample: without Prefect, on a running server, on one of its own", "1.5 / 2.2 / 6 s",
    unit="clients", full=500, small=500, rounds=2,
)  # fmt: skip
def run_sample(_size: int, place: Place) -> Prepared:
    """The main job with its report; a server of its own is started once before it counts."""
    from tests.processes import environment, free_port, prefect_server

    port = free_port()
    surroundings = environment(place.folder)
    place.until_done.enter_context(prefect_server(port, surroundings, place.folder / "server"))
    words = ["run", SAMPLE, "--as-of", AS_OF_2026, "--out", place.folder / "out", "--quiet"]
    codes = (QUARANTINED,)
    on_server = {**surroundings, "PREFECT_API_URL": f"http://127.0.0.1:{port}/api"}
    own = {**surroundings, "PREFECT_HOME": str(place.folder / "own")}
    ways = {
        "--no-prefect": apart(drawline(*words, "--no-prefect"), place.folder, environment=surroundings, codes=codes),
        "running server": apart(drawline(*words), place.folder, environment=on_server, codes=codes),
        "embedded server": apart(drawline(*words), place.folder, environment=own, codes=codes),
    }
    if place.is_full:
        ways["embedded server"]()
    return Prepared(ways, [("running server", "--no-prefect"), ("embedded server", "--no-prefect")])


# --- A night


@row(
    "night", "A night in a process of its own, early and late in a history", "1.5 s; the late one at most 1.2 times the early",
    unit="clients", full=500, small=20, rounds=2,
)  # fmt: skip
def night(size: int, place: Place) -> Prepared:
    """A night in which all clients come again, in a history of some nights and of a year."""
    from tests.firm import Firm, clients

    early, late = (EARLY, LATE) if place.is_full else (EARLY_IF_SMALL, LATE_IF_SMALL)
    firm, ways = Firm(place.folder / "firm"), {}
    firm.drop("all.xlsx", clients(*range(1, size + 1)))
    for number in range(1, late + 1):
        day = FIRST_NIGHT + number * DAY
        firm.publish(day - DAY)
        if number in {early, late}:
            ways[f"night {number}"] = _night(firm.folder, place.folder / f"before-{number}", day)
        if number < late:
            firm.night(day)
    return Prepared(ways, [(f"night {late}", f"night {early}")])


def _night(firm: Path, kept: Path, day: date) -> Way:
    """A night of a firm as it is now, each time from the same history."""
    shutil.copytree(firm, kept)
    work = kept.with_name(f"{kept.name}-work")

    def begin() -> None:
        shutil.rmtree(work, ignore_errors=True)
        shutil.copytree(kept, work)

    words = ["nightly", "--config", work / "drawline.toml", "--as-of", day, "--ahead", "--no-prefect", "--quiet"]
    return apart(drawline(*words), kept, before=begin, environment={"HOME": str(kept)}, codes=(DONE, QUARANTINED))


# --- The report


def _report(size: int, invited: int, place: Place) -> Prepared:
    """The report of clients, so many of them like the sample's invited, written again and again."""
    from reports.report import report

    path = place.folder / "clients.csv"
    client_files.write_csv(path, size, _mix(size, invited, place.folder))
    request = run_request.Request("benchmark", (path,), AS_OF_2026, place.folder / "out")
    done = run_job.run_all(request)
    taken = {client for one in done.outcomes for client in _invited(one.candidates)}
    book = place.folder / "report.xlsx"

    def write() -> None:
        report.write_report(book, run_contents.contents(done))

    write()
    with zipfile.ZipFile(book) as file:
        names = [name for name in file.namelist() if name.startswith("xl/worksheets/sheet")]
        cells = sum(file.read(name).count(b"<c ") for name in names)
    notes = [f"{len(taken)} clients invited", f"{cells} cells", f"{book.stat().st_size / 1e6:.1f} MB"]
    return Prepared(
        {"contents and workbook": here(write)}, notes=notes, counts={"contents and workbook": cells}, counted="cells"
    )


def _mix(size: int, invited: int, folder: Path) -> pl.DataFrame:
    """Clients of the sample without details as text: of `size` rows so many are of those whom a round invites."""
    clients = client_files.sample()
    path = folder / "sample.csv"
    clients.write_csv(path)
    done = run_job.run_all(run_request.Request("benchmark", (path,), AS_OF_2026, folder / "sample"), dry_run=True)
    taken = pl.Series([client for one in done.outcomes for client in _invited(one.candidates)], dtype=pl.String)
    is_taken = clients["client_id"].is_in(taken.implode())
    rich, others = clients.filter(is_taken), clients.filter(~is_taken)
    parts = [(rich, invited), (others, size - invited)]
    return pl.concat([rows[pl.int_range(count, eager=True) % rows.height] for rows, count in parts if count])


def _invited(candidates: pl.DataFrame) -> list[str]:
    return candidates.filter(pl.col("outcome") == "invited")["client_id"].to_list()


@row(
    "report",
    "Report of clients who are all invited, contents included",
    "1.2 M cells/s",
    unit="clients",
    full=5_000,
    small=40,
)
def report_of_invited(size: int, place: Place) -> Prepared:
    """A report of clients whom a round invites."""
    return _report(size, size, place)


@row(
    "report-many", "Report of many clients, five in twelve of them invited", "contents in 8 s, a file of 40 MB",
    unit="clients", full=120_000, small=60, rounds=1,
)  # fmt: skip
def report_of_many(size: int, place: Place) -> Prepared:
    """A report of many invited clients."""
    return _report(size, int(size * INVITED_OF_LARGE), place)


# --- Commands that only look something up


@row(
    "start",
    "Commands that look something up",
    "0.1 s for `--help`, 0.3 s for the others",
    unit="commands",
    full=1,
    small=1,
    rounds=5,
)
def start(_size: int, place: Place) -> Prepared:
    """Commands beside an interpreter that does nothing, and beside the import of polars."""
    home = {"HOME": str(place.folder)}
    ways = {name: apart(drawline(*words), place.folder, environment=home) for name, words in COMMANDS.items()}
    ways["python -c pass"] = apart(python("-c", "pass"), place.folder)
    ways["import polars"] = apart(python("-c", "import polars"), place.folder)
    return Prepared(ways, [(name, "import polars") for name in COMMANDS])
