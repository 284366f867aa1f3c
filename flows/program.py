"""The program itself, stage by stage, as plain functions; the command line and the Prefect flow both call these."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from flows import formats, stages
from flows.version import __version__
from transforms.model.addresses import ForeseenError
from transforms.model.wording import _
from validation.selection import EVERYBODY, Selection

if TYPE_CHECKING:
    from concurrent.futures import Future

    import polars as pl

    from flows.split import Part
    from reports.contents import ReportContents, SheetRead
    from transforms.coming import Coming
    from transforms.rounds import Round, RoundOutcome, Simulated
    from transforms.rules import Law, Rules
    from validation.intake import Intake
    from validation.mapping.map_folder import MapFile
    from validation.rules_of_dates import Limits
    from validation.sheet_use import SheetUse

OTTAWA = ZoneInfo("America/Toronto")
SHIPPED_ROUNDS = Path(__file__).parent.parent / "sample_data" / "rounds.json"
RECORD = "run.json"
# The headline counts the published rounds of so many months; a firm may set another number.
HEADLINE_MONTHS = 6
# A rounds file whose newest round is older than this is said to be old.
OLD_ROUNDS_DAYS = 14
OUTPUTS = ("report.xlsx", "scores.parquet", "quarantine.csv", RECORD)
SCORE_FORMATS = (".parquet", ".csv", ".xlsx")
# What a report shows of a client beside the scores.
PEOPLE = (
    "client_id", "family_name", "given_name", "case_owner", "profile_submitted_at", "pool_status", "in_pool",
    "ita_issued_on", "ita_round",
)  # fmt: skip
EXIT_DONE, EXIT_ERROR, EXIT_USAGE, EXIT_QUARANTINED, EXIT_UNUSABLE = range(5)
# Of `history verify`: files that no run recorded.
EXIT_UNRECORDED = EXIT_QUARANTINED
# As a shell reports a program that SIGTERM ended.
EXIT_TERMINATED = 128 + signal.SIGTERM


class UsageError(ForeseenError, ValueError):
    """Something that was asked for cannot be done as asked; the message says what would be right."""


class SurroundingsError(ForeseenError, RuntimeError):
    """Something around the program does not work; the message says what would help."""


class UnusableFile(ForeseenError, ValueError):
    """A file beside the inputs (rules, rounds, mapping) cannot be used; the message says why."""

    def __init__(self, message: str, file: Path | None = None) -> None:
        super().__init__(message)
        self.file = file


# Whose score a report explains.
EXPLAINED = NEAR, ALL = ("near", "all")


@dataclass(frozen=True)
class Request:
    """What a run was asked: files, day, rounds, where the outcome goes, and the name of the firm it is for.

    `split_by` is the column whose values get a report each, empty for none. `mapping` is the map of all inputs; without it each is read with the one in the folder `maps` that is for its headings. `password_file` has the passwords of protected workbooks. `encrypt_to` are the recipients for
    whom the outputs are encrypted, as flows.encryption reads them; without any they are as they are. `explain` is one of
    EXPLAINED.
    """

    run_id: str
    inputs: tuple[Path, ...]
    as_of: date
    out: Path | None = None
    rounds: tuple[str, ...] = ()
    rules: tuple[Path, ...] = ()
    rounds_file: Path = SHIPPED_ROUNDS
    mapping: Path | None = None
    skip_unusable: bool = False
    readings: Mapping[str, Any] = field(default_factory=dict)
    firm: str = ""
    headline_months: int = HEADLINE_MONTHS
    max_quarantined_share: float | None = None
    selection: Selection = EVERYBODY
    maps: Path | None = None
    language: str = "en"
    split_by: str = ""
    logo: Path | None = None
    client_pages: bool = False
    password_file: Path | None = None
    encrypt_to: tuple[str, ...] = ()
    explain: str = NEAR

    def saved(self) -> dict[str, Any]:
        """The request as plain values."""
        return {
            "run_id": self.run_id,
            "inputs": [str(path.resolve()) for path in self.inputs],
            "as_of": self.as_of.isoformat(),
            "out": None if self.out is None else str(self.out.resolve()),
            "rounds": list(self.rounds),
            "rules": [str(path.resolve()) for path in self.rules],
            "rounds_file": str(self.rounds_file.resolve()),
            "mapping": None if self.mapping is None else str(self.mapping.resolve()),
            "skip_unusable": self.skip_unusable,
            "readings": dict(self.readings),
            "firm": self.firm,
            "headline_months": self.headline_months,
            "max_quarantined_share": self.max_quarantined_share,
            "selection": self.selection.saved(),
            "maps": None if self.maps is None else str(self.maps.resolve()),
            "language": self.language,
            "split_by": self.split_by,
            "logo": None if self.logo is None else str(self.logo.resolve()),
            "client_pages": self.client_pages,
            "password_file": None if self.password_file is None else str(self.password_file.resolve()),
            "encrypt_to": list(self.encrypt_to),
            "explain": self.explain,
        }

    @classmethod
    def of(cls, saved: Mapping[str, Any]) -> Request:
        """The request from its plain values."""
        return cls(
            saved["run_id"],
            tuple(Path(path) for path in saved["inputs"]),
            date.fromisoformat(saved["as_of"]),
            None if saved["out"] is None else Path(saved["out"]),
            tuple(saved["rounds"]),
            tuple(Path(path) for path in saved["rules"]),
            Path(saved["rounds_file"]),
            None if saved["mapping"] is None else Path(saved["mapping"]),
            saved["skip_unusable"],
            saved["readings"],
            saved["firm"],
            saved["headline_months"],
            saved["max_quarantined_share"],
            Selection.of(saved["selection"]),
            None if saved["maps"] is None else Path(saved["maps"]),
            saved["language"],
            saved["split_by"],
            None if saved["logo"] is None else Path(saved["logo"]),
            saved["client_pages"],
            None if saved["password_file"] is None else Path(saved["password_file"]),
            tuple(saved["encrypt_to"]),
            saved["explain"],
        )


@dataclass
class Run:
    """One run as it goes on: what was asked, and what each stage made of it.

    `hashes` are the SHA-256 of the inputs that were read, by number, known even if the intake fails. `selected` are the
    rows of Candidates that are shown and written, `listed` how many there are; None: all of them. `stated` is the frame of
    transforms.stated.compared. `published` are the rounds of the request's file, `coming` what lies ahead of the clients,
    which is looked for beside the other stages. `in_pool` counts the clients of the whole list who are in the pool;
    `client_pages` are the workbooks of client pages by name, with how many each has.
    """

    request: Request
    rules: Rules | None = None
    law: Law | None = None
    intake: Intake | None = None
    hashes: dict[int, str] = field(default_factory=dict)
    scored: pl.DataFrame | None = None
    scored_before: pl.DataFrame | None = None
    outcomes: list[RoundOutcome] = field(default_factory=list)
    newest_round: Round | None = None
    timings: dict[str, float] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)
    sheet_names: list[str] = field(default_factory=list)
    corrections: list[str] = field(default_factory=list)
    corrections_of: dict[int, str] = field(default_factory=dict)
    parts: list[Part] = field(default_factory=list)
    corrections_notes: list[str] = field(default_factory=list)
    error: Exception | None = None
    selected: pl.DataFrame | None = None
    listed: int = 0
    stated: pl.DataFrame | None = None
    published: list[Round] = field(default_factory=list)
    coming: Future[Coming] | None = None
    advice: pl.DataFrame | None = None
    recent_rounds: int = 0
    in_pool: int = 0
    client_pages: dict[str, int] = field(default_factory=dict)

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Notes how long a stage took, in seconds."""
        started = time.perf_counter()
        with stages.stage(stage, lambda: stages.counts_of(stage, self)):
            yield
        self.timings[stage] = round(time.perf_counter() - started, 3)


def today() -> date:
    """Today in Ottawa."""
    return datetime.now(OTTAWA).date()


def code_version() -> str:
    """The version of the program."""
    return __version__


def new_run_id(as_of: date) -> str:
    """A new run's id: the day it scores, and eight random characters."""
    return f"{as_of.isoformat()}-{os.urandom(4).hex()}"


def open_law(run: Run) -> None:
    """Loads the rules and resolves them for the day; raises UsageError before Express Entry, UnusableFile for a
    bad overlay.
    """
    with run.timed("rules"):
        run.rules = rules_of(run.request.rules, run.request.readings)
        run.law = law_of(run.rules, run.request.as_of)


def rules_of(overlays: Sequence[Path], readings: Mapping[str, Any]) -> Rules:
    """The law with overlays and readings laid over it; raises UsageError for a file that is not there, UnusableFile for
    a bad one.
    """
    from transforms import high_wage
    from transforms.rules import RulesError, load

    for path in overlays:
        if not path.is_file():
            raise UsageError(_("no rules file at {path}").format(path=path))
    try:
        rules = load(overlays, readings=readings)
        high_wage.check(rules)
    except RulesError as error:
        raise UnusableFile(
            _("the rules cannot be used: {place}{error}").format(place=_place_of(readings, error.reading), error=error)
        ) from None
    return rules


def _place_of(readings: Mapping[str, Any], name: str) -> str:
    """Where a setting of the law stands that cannot be used; empty for what is none."""
    from flows.settings import FILE, Readings

    if not name:
        return ""
    return readings.place_of(name) if isinstance(readings, Readings) else f"{FILE}: "


def law_of(rules: Rules, as_of: date) -> Law:
    """The law of a day; raises UsageError before Express Entry."""
    from transforms.rules import RulesError

    try:
        return rules.law_of(as_of)
    except RulesError as error:
        raise UsageError(str(error)) from None


def title_of(firm: str) -> str:
    """What the reports of a firm are headed by; of one that gave no name, the program's."""
    return firm or "drawline"


def versions(law: Law) -> dict[str, Any]:
    """The versions of the program and of the rules, and the state of the law, as every record of a run gives them."""
    return {"code_version": code_version(), "rules_version": law.rules.version, "rules_status": law.status}


def take_in(run: Run) -> None:
    """Reads and validates the inputs, with a warning for what the sheets of a client say against each other.

    Raises validation.intake.UnusableInputs, and UsageError for a password file that cannot be used.
    """
    from flows import passwords, record_warnings
    from transforms import noc_changes
    from transforms.noc import known_codes
    from validation import intake

    assert run.law is not None
    mapping, maps = maps_of(run.request)
    with run.timed("intake"):
        run.intake = intake.read(
            run.request.inputs,
            as_of=run.request.as_of,
            score_ranges=score_ranges(run.law),
            noc_codes=known_codes(),
            noc_changes=noc_changes.told(run.law),
            limits=limits(run.law),
            skip_unusable=run.request.skip_unusable,
            mapping=mapping,
            maps=maps,
            passwords=passwords.read(run.request.password_file),
            hashes=run.hashes,
            went_on=partial(stages.went_on, "intake"),
        )
        for add in record_warnings.of_families(run.intake.sheets, run.law):
            run.intake = add(run.intake)


def score_ranges(law: Law) -> dict[tuple[str, str], tuple[float, float, float]]:
    """Each test's and ability's lowest score, highest score and step."""
    ranges: dict[tuple[str, str], tuple[float, float, float]] = {}
    for key, entry in law["language.score_range"].items():
        test, ability = key.split(".")
        ranges[test, ability] = (float(entry["low"]), float(entry["high"]), float(entry["step"]))
    return ranges


def limits(law: Law) -> Limits:
    """What the law says of dates and of lengths of work, for the intake."""
    from validation.rules_of_dates import Limits

    window = law["crs.records.work_window_years"]
    own = ("canadian_work_years", "foreign_work_years", "spouse_canadian_work_years", "spouse_foreign_work_years")
    return Limits(
        law.rules.first_day,
        law["language.validity_years"],
        law["crs.records.eca_validity_years"],
        law["pool.profile_life_years"],
        {**dict.fromkeys(own, window), "primary_occupation_years": law["fsw.experience_window_years"]},
        [
            (version.starts_on, version.ends_on, version.value)
            for version in law.rules.parameter("rounds.ita_window_days").versions
        ],
    )


def read_mapping(path: Path) -> MapFile:
    """The firm's map, every value as the text that stands there.

    Raises UsageError where there is no such file, UnusableFile where it is not as it should be.
    """
    from validation.mapping import map_folder
    from validation.unusable import MappingError

    if not path.is_file():
        raise UsageError(_("no mapping file at {path}").format(path=path))
    try:
        return map_folder.read(path)
    except MappingError as error:
        raise UnusableFile(_("the mapping cannot be used: {error}").format(error=error), path) from None


def maps_of(request: Request) -> tuple[MapFile | None, list[MapFile]]:
    """The map of all inputs of a request, else the maps of its folder; raises UsageError and UnusableFile."""
    from validation.mapping import map_folder

    if request.mapping is not None:
        return read_mapping(request.mapping), []
    return None, [read_mapping(path) for path in map_folder.files(request.maps)]


def score(run: Run) -> None:
    """Scores the accepted clients under the law of the day."""
    from transforms import scores

    assert run.intake is not None
    assert run.law is not None
    with run.timed("scoring"):
        run.scored = scores.score(run.intake.sheets, run.law)
        run.in_pool = run.scored.filter("in_pool").height


def score_before(run: Run) -> None:
    """Scores the accepted clients under the shipped law too, where --rules has laid something over it."""
    from transforms import scores
    from transforms.rules import load

    assert run.intake is not None
    if not run.request.rules:
        return
    with run.timed("scoring_before"):
        shipped = load(readings=run.request.readings).law_of(run.request.as_of)
        run.scored_before = scores.score(run.intake.sheets, shipped)


def compare_records(run: Run) -> None:
    """Adds to the warnings what the records of the clients say against each other (flows.record_warnings.of_records)."""
    from flows import record_warnings

    assert run.intake is not None
    assert run.law is not None
    with run.timed("records"):
        for add in record_warnings.of_records(run.intake.sheets, run.scored, run.law):
            run.intake = add(run.intake)


def compare_stated(run: Run) -> None:
    """Holds the scores that the firm states against the computed ones."""
    from transforms import stated

    assert run.intake is not None
    assert run.scored is not None
    assert run.law is not None
    with run.timed("stated"):
        run.stated = stated.compared(run.intake.sheets, run.scored, run.law)


def stated_of_quarantined(run: Run) -> int:
    """How many stated scores are of clients who are quarantined."""
    from validation.columns import STATED_CRS

    assert run.intake is not None
    assert run.stated is not None
    return run.intake.candidates[STATED_CRS].count() - run.stated.height


def check_rounds(questions: Iterable[str], read: Callable[[str], object]) -> None:
    """Raises UsageError for a --round whose words alone are wrong, before anything is read for it."""
    from transforms.rounds import RoundError

    try:
        for question in questions:
            read(question)
    except RoundError as error:
        raise UsageError(str(error)) from None


def published_rounds(request: Request) -> list[Round]:
    """The rounds of the request's file, the newest last; raises UnusableFile."""
    from validation import rounds_file

    try:
        return rounds_file.rounds(rounds_file.read(request.rounds_file))
    except rounds_file.RoundsFileError as error:
        raise UnusableFile(f"{request.rounds_file}: {error}", request.rounds_file) from None


def rounds_asked(request: Request, published: Sequence[Round]) -> list[tuple[str, Round | Simulated]]:
    """The rounds that a request asks for, each with its text, or the last of each kind; raises UsageError."""
    from transforms import rounds as rounds_

    try:
        if request.rounds:
            return [(text, rounds_.asked(text, published, request.as_of)) for text in request.rounds]
        return [(one.number, one) for one in rounds_.latest_of_each_kind(published, request.as_of)]
    except rounds_.RoundError as error:
        raise UsageError(str(error)) from None


def hold_rounds(run: Run) -> None:
    """Holds the rounds that were asked for, or the last of each kind; raises UsageError and UnusableFile."""
    from flows import outlook
    from transforms import rounds as rounds_

    assert run.scored is not None
    assert run.law is not None
    with run.timed("rounds"):
        published = published_rounds(run.request)
        run.newest_round = published[-1]
        what = rounds_asked(run.request, published)
        nation = None
        for text, one in what:
            if isinstance(one, rounds_.Simulated) and one.is_national:
                nation = outlook.nation_known(run, seed=0) if nation is None else nation
                competing, expected = outlook.competing_in(nation, one)
                run.outcomes.append(rounds_.hold_in_nation(one, competing, run.scored, run.law, expected))
            else:
                months = run.request.headline_months
                run.outcomes.append(rounds_.hold(one, run.scored, run.law, text, months=months))


def newest_line(one: Round) -> str:
    """Which round is the newest that is known."""
    return _("the newest known round is {number} of {date}").format(number=one.number, date=one.date)


def notes(run: Run) -> list[str]:
    """What to know before the rounds of a run are read: how old they are, and who is not in the pool of the day, and why."""
    assert run.scored is not None
    assert run.law is not None
    assert run.intake is not None
    return notes_on(run.newest_round, run.scored, run.law, run.intake.sheets["candidates"])


def notes_on(newest: Round | None, scored: pl.DataFrame, law: Law, records: pl.DataFrame) -> list[str]:
    """As `notes`, of scored clients with their records under the law of a day."""
    from flows.pool_notes import out_of_the_pool

    age = [] if newest is None else [_age_of_rounds(newest, law.as_of)]
    return age + out_of_the_pool(scored, law, records)


def newest_round(known: Sequence[Round]) -> dict[str, str] | None:
    """The newest of the known rounds, for programs."""
    return {"number": known[-1].number, "date": known[-1].date.isoformat()} if known else None


def _age_of_rounds(newest: Round, as_of: date) -> str:
    days = (as_of - newest.date).days
    if days <= OLD_ROUNDS_DAYS:
        return newest_line(newest)
    return _(
        "{newest}, {days} days before {day}; to take in the rounds held since, run `drawline rounds update`"
    ).format(newest=newest_line(newest), days=days, day=as_of)


def counts(run: Run) -> dict[str, int]:
    """The counts of a run: the intake's two sums, who is in the pool, who cannot be told, who is invited.

    `invited` counts the clients whom a recent round invites, `would_have_met_cut_off` those who meet the cut-off of
    another published round, `invited_on_record` those whose record has an invitation. `stated_scores` counts the scored
    clients with a stated score, `stated_scores_that_differ` those of them whose computed score is another one.
    """
    import polars as pl

    from transforms import rounds as rounds_

    assert run.intake is not None
    made = dict(run.intake.counts)
    if run.scored is not None:
        made["in_pool"] = run.scored.filter("in_pool").height
        made["cannot_be_told"] = run.scored.filter(pl.col("is_live") & pl.col("in_pool").is_null()).height
        made["invited"] = rounds_.invited_clients(run.outcomes).len()
        made["would_have_met_cut_off"] = rounds_.would_have_met(run.outcomes)["client_id"].n_unique()
        made["invited_on_record"] = rounds_.invited_on_record(run.scored, run.request.as_of).height
    if run.stated is not None:
        made["stated_scores"] = run.stated.height
        made["stated_scores_that_differ"] = run.stated.filter(pl.col("difference") != 0).height
    return made


def exit_code(run: Run) -> int:
    """0, or 3 where some rows were quarantined."""
    assert run.intake is not None
    return EXIT_DONE if run.intake.quarantine.is_empty() else EXIT_QUARANTINED


def write_outputs(run: Run) -> None:
    """Writes report, scores and quarantine beside the folder's files and moves them in together, run.json last.

    Files that a run does not make are not touched. For recipients there is an encrypted archive alone. Raises
    SurroundingsError where another run stays at its own outputs there.
    """
    from flows import encrypted_outputs, letters, split
    from reports import report, tables
    from transforms import scores

    assert run.request.out is not None
    assert run.scored is not None
    assert run.law is not None
    assert run.intake is not None
    obsolete: list[Path] = []
    encrypt_to = run.request.encrypt_to
    with encrypted_outputs.atomic_folder(run.request.out, encrypt_to, last=RECORD, obsolete=obsolete) as staged:
        before = split.earlier(run.request.out) | letters.earlier(run.request.out)
        with run.timed("corrections"):
            names = _stage_corrections(run, staged)
        with run.timed("report"):
            tables.write_scores(staged / "scores.parquet", scores.published(run.scored, run.law))
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
    from flows import split
    from reports import report

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
    from flows import corrections

    assert run.intake is not None
    written, run.corrections_notes = corrections.write(run.intake, run.request, folder)
    run.corrections = list(written)
    run.corrections_of = corrections.free_names(run.request, corrections.with_problems(run.intake))
    return run.corrections


def _stale(run: Run, written: Sequence[str]) -> list[Path]:
    """The corrections workbooks of these inputs that an earlier run left, and that nobody has changed since."""
    from flows import corrections

    assert run.intake is not None
    read = [one.number for one in run.intake.inputs]
    return corrections.stale(run.request, read, written)


def expected_corrections(run: Run) -> list[str]:
    """The names of the corrections workbooks that a run would write."""
    from flows import corrections

    assert run.intake is not None
    return list(corrections.free_names(run.request, corrections.with_problems(run.intake)).values())


def output_names(request: Request) -> tuple[str, ...]:
    """Every file that a run may write: the outputs, the client pages, and a corrections workbook for each input."""
    from flows import corrections, letters

    pages = letters.book_names(1) if request.client_pages else ()
    return (*OUTPUTS, *pages, *corrections.names(request.inputs, is_part=bool(request.selection)).values())


def run_all(request: Request, *, dry_run: bool = False) -> Run:
    """The main job in this process, without Prefect; a dry run leaves out what only the outputs need."""
    from flows import advice, front, selected

    done = Run(request)
    in_memory = (selected.read_in, score, hold_rounds, selected.limit, compare_stated)
    stages = (
        selected.read_in, front.begin, score, score_before, compare_records, hold_rounds, advice.find, selected.limit, compare_stated,
        write_outputs,
    )  # fmt: skip
    for stage in in_memory if dry_run else stages:
        stage(done)
    return done


def write_scores(run: Run, path: Path) -> None:
    """Writes the scores alone to one file (.parquet, .csv or .xlsx), whole or not at all; raises UsageError."""
    from flows import encrypted_outputs
    from reports import tables
    from transforms import scores

    assert run.scored is not None
    assert run.law is not None
    try:
        with encrypted_outputs.atomic_file(path, run.request.encrypt_to) as staged:
            tables.write_scores(staged, scores.published(run.scored, run.law))
    except tables.TooManyRows as error:
        raise UsageError(str(error)) from None


def write_check(run: Run, folder: Path) -> None:
    """Writes quarantine.csv and the corrections workbooks to a folder, all of them or none."""
    from flows import files
    from reports import tables

    assert run.intake is not None
    obsolete: list[Path] = []
    with files.atomic_folder(folder, last="quarantine.csv", obsolete=obsolete) as staged:
        names = _stage_corrections(run, staged)
        tables.write_quarantine_csv(staged / "quarantine.csv", run.intake.quarantine)
        obsolete += _stale(run, names)


def manifest(run: Run, outputs: Mapping[str, str]) -> dict[str, Any]:
    """run.json: inputs with hashes, versions, counts, rounds, timings, and the hashes of the outputs."""
    from flows import selected, split
    from transforms import rounds as rounds_

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


def sheets_read(inputs: Iterable[tuple[int, Iterable[SheetUse]]]) -> list[SheetRead]:
    """What the report shows of the sheets of inputs, each with its number and what became of its sheets."""
    from reports.contents import SheetRead
    from validation.columns import BY_KEY

    return [
        SheetRead(number, use.title, "" if use.read_as is None else BY_KEY[use.read_as].title, use.rows, use.note)
        for number, uses in inputs
        for use in uses
    ]


def contents(run: Run) -> ReportContents:
    """What the report shows of a run."""
    from flows import front, logos, pool_notes, readings, selected
    from reports.contents import Input, LeftOut, ReportContents
    from transforms import language_choice, scores
    from transforms.comparison import before_and_after
    from transforms.explain import explanations

    assert run.scored is not None
    assert run.law is not None
    assert run.intake is not None
    of_front = front.of_run(run)
    return ReportContents(
        title=title_of(run.request.firm),
        as_of=run.request.as_of,
        **versions(run.law),
        rules_notes=readings.unknown_law(run.law),
        rules_due=readings.renewal_due(run.law),
        rules_files=run.law.rules.laid_over,
        rounds_asked=run.request.rounds,
        inputs=[
            Input(one.number, one.path.name, one.kind, one.sha256, sum(one.sheets.values()))
            for one in run.intake.inputs
        ],
        left_out=[LeftOut(one.number, one.path.name, f"{one.problem} {one.mend}") for one in run.intake.unusable],
        sheets=sheets_read((one.number, one.uses) for one in run.intake.inputs),
        counts=counts(run),
        scores=scores.published(run.scored, run.law),
        people=run.scored.select(PEOPLE),
        explanation=explanations(explained(run, of_front["near"]), run.law),
        language_choice=language_choice.shown(run.scored),
        outcomes=run.outcomes,
        quarantine=run.intake.quarantine,
        held=run.intake.held,
        warnings=run.intake.warnings,
        rules=readings.rules_in_force(run.law),
        readings=readings.stated(run.law),
        coverage=readings.coverage(),
        notes=[*selected.notes(run), *pool_notes.out_of_the_pool(run.scored, run.law, run.intake.sheets["candidates"])],
        headline_months=run.request.headline_months,
        comparison=None if run.scored_before is None else before_and_after(run.scored_before, run.scored),
        stated=None if run.stated is None or run.stated.is_empty() else run.stated,
        stated_quarantined=0 if run.stated is None else stated_of_quarantined(run),
        advice=run.advice,
        firm=run.request.firm,
        logo=logos.read(run.request.logo),
        corrections=run.corrections_of,
        **of_front,
    )


def explained(run: Run, near: pl.DataFrame) -> pl.DataFrame:
    """The scored clients whose score the report explains: all where that is asked, or where the report is of a part.

    Else those whom a round invites or would have, those `near` names, and those whose stated score is another one.
    """
    import polars as pl

    from transforms import rounds as rounds_

    assert run.scored is not None
    if run.request.explain == ALL or run.selected is not None:
        return run.scored
    concerned = [near.select("client_id"), rounds_.would_have_met(run.outcomes).select("client_id")]
    concerned += [one.candidates.filter(pl.col("outcome") == "invited").select("client_id") for one in run.outcomes]
    if run.stated is not None:
        concerned.append(run.stated.filter(pl.col("difference") != 0).select("client_id"))
    return run.scored.join(pl.concat(concerned), on="client_id", how="semi", maintain_order="left")


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sha256_if_readable(path: Path) -> str | None:
    """The SHA-256 of a file, in hexadecimal; None for one that cannot be read."""
    try:
        return sha256_of(path)
    except OSError:
        return None


def samples() -> dict[str, dict[str, Any]]:
    """The shipped sample workbooks by file name, each with the day it is meant for."""
    folder = Path(__file__).parent.parent / "sample_data"
    found: dict[str, dict[str, Any]] = json.loads((folder / "samples.json").read_text(encoding="utf-8"))
    return {str(folder / name): entry for name, entry in found.items()}


def existing(paths: Sequence[Path]) -> tuple[Path, ...]:
    """The inputs as given; raises UsageError naming the first that is not there."""
    for path in paths:
        if path.is_dir():
            raise UsageError(_("{path} is a folder; name the files in it").format(path=path))
        if not path.is_file():
            raise UsageError(_("no file at {path}").format(path=path))
    return tuple(paths)


def keep_apart(request: Request, targets: Iterable[Path]) -> None:
    """Raises UsageError where something would be written over a file that is read, or in no folder."""
    apart_from(files_read(request), targets, "--out")


def files_read(request: Request) -> list[Path]:
    """Every file that a request reads: inputs, rules, rounds, maps, logo and password file."""
    from validation.mapping import map_folder

    one_each = (path for path in (request.mapping, request.logo, request.password_file) if path is not None)
    return [*request.inputs, *request.rules, request.rounds_file, *one_each, *map_folder.files(request.maps)]


def apart_from(read: Iterable[Path], targets: Iterable[Path], option: str) -> None:
    """Raises UsageError where a target of an option is one of the files that are read, a folder, or in no folder."""
    known = {path.resolve() for path in read}
    for target in targets:
        if target.resolve() in known:
            raise UsageError(_("{target} is read; write to another file").format(target=target))
        if target.is_dir():
            text = _("{option} names a folder, a file is needed: {target}")
            raise UsageError(text.format(option=option, target=target))
        if not target.parent.is_dir():
            text = _("{option}: there is no folder {parent}")
            raise UsageError(text.format(option=option, parent=target.parent))


def no_file(out: Path) -> None:
    """Raises UsageError where a folder for outputs is a file, or lies in one."""
    if out.exists() and not out.is_dir():
        raise UsageError(_("--out names a file, a folder is needed: {out}").format(out=out))
    is_file = next((folder for folder in out.parents if folder.exists() and not folder.is_dir()), None)
    if is_file is not None:
        raise UsageError(
            _("--out names a folder within {file}, which is a file; name another folder").format(file=is_file)
        )


def output_folder(request: Request, names: Iterable[str]) -> None:
    """Raises UsageError where the folder of the outputs is a file, or an output would be written over an input."""
    out = request.out
    if out is None:
        return
    no_file(out)
    if out.is_dir():
        keep_apart(request, (out / name for name in names))
