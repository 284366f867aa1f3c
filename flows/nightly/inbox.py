"""The firm's inbox: which files lie there settled, which of them are new, and what is taken from them."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.errors import UnusableFile, UsageError
from flows.main_run import quarantine_limit
from flows.main_run.input_files import LOCK_FILES
from flows.main_run.quarantine_limit import TooManyQuarantined
from flows.main_run.run_intake import compare_records, take_in
from flows.main_run.run_state import Run
from flows.outputs.digests import sha256_of
from flows.run_request import Request
from transforms.model import correction_names
from transforms.model.wording import _, n_

if TYPE_CHECKING:
    import polars as pl

    from transforms.rules import Rules
    from validation.intake.sheet_use import SheetUse

NANOSECONDS = 1_000_000_000
# What keeps a file from being read and is not its content: a share that fails, memory that is short, a program half updated.
NOT_THE_CONTENT = (OSError, MemoryError, ImportError)
# What an older drawline recorded as unusable though the content had not been read.
WAS_NOT_READ = r"^There is no such file|^It cannot be opened \(|an error of the program \((Memory|OS|Permission|IO)"


@dataclass(frozen=True)
class FileSnapshot:
    """A file as it was looked at: its size and the times of its last change in nanoseconds."""

    path: Path
    size: int
    changed_at: int
    touched_at: int

    @property
    def order(self) -> tuple[int, str]:
        """The earlier changed first; of files of one moment, by name."""
        return self.changed_at, self.path.name

    @property
    def last_changed(self) -> datetime:
        """When the content was changed last, as far as the file says."""
        return datetime.fromtimestamp(self.changed_at / NANOSECONDS, UTC)

    @property
    def last_touched(self) -> datetime:
        """When the file was changed, put there or renamed, whichever came last."""
        return max(self.last_changed, datetime.fromtimestamp(self.touched_at / NANOSECONDS, UTC))


@dataclass(frozen=True)
class InboxFile:
    """A settled file that is to be taken, or tried again: its name, its hash, and its size when the hash was taken."""

    path: Path = field(repr=False)
    sha256: str
    size: int = 0


@dataclass(frozen=True)
class Found:
    """What lies in the inbox: new files in the order in which they count, files still being written, known hashes, the
    files that were taken for good, with their hash, those that were found unusable and are as they were, and those that
    were excluded.
    """

    new: tuple[InboxFile, ...]
    waiting: tuple[Path, ...]
    known: frozenset[str]
    taken: tuple[tuple[FileSnapshot, str], ...] = ()
    unusable: tuple[InboxFile, ...] = ()
    excluded: tuple[Path, ...] = ()


@dataclass
class Taken:
    """What came of the new files of a night: the ledger's rows, the rows accepted, and the reports on the others.

    `inputs` are rows of history.tables.INPUT, `sheets` the typed frames by key (of two files the later), `problems` the
    columns of history.tables.PROBLEMS but as_of, `waiting` files that changed while they were read,
    `listed` who is in the Candidates rows of the files taken, quarantined or not (client_id, case_owner and place),
    `over_limit` the names of those with too many bad rows, which are unusable. What could not be read is in `inputs` as not_read, and new again for the next run.
    """

    inputs: list[dict[str, Any]]
    sheets: dict[str, pl.DataFrame]
    problems: pl.DataFrame
    notes: list[str]
    waiting: list[Path]
    over_limit: list[str] = field(default_factory=list)
    listed: pl.DataFrame | None = None


def look(inbox: Path) -> list[FileSnapshot]:
    """Every file that lies in the inbox itself, in order; lock files and hidden ones are passed over."""
    paths = (path for path in inbox.iterdir() if not path.name.startswith(LOCK_FILES))
    looks = [seen for path in paths if (seen := _look(path)) is not None]
    return sorted(looks, key=lambda one: one.order)


def _look(path: Path) -> FileSnapshot | None:
    try:
        if not path.is_file():
            return None
        found = path.stat()
    except FileNotFoundError:
        return None
    except OSError:
        # It is there and cannot be looked at: whoever reads it says why.
        return FileSnapshot(path, 0, 0, 0)
    return FileSnapshot(path, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


def present(inbox: Path) -> set[str]:
    """The hashes of the files that lie in the inbox."""
    return {digest for seen in look(inbox) if (digest := _sha256(seen.path))}


def is_quiet(seen: FileSnapshot, settle_seconds: int, now: int | None = None) -> bool:
    """Has a file been left alone for so long? A time in the future, as of another machine's clock, counts for nothing."""
    now = time.time_ns() if now is None else now
    last = max((at for at in (seen.changed_at, seen.touched_at) if at <= now), default=0)
    return now - last >= settle_seconds * NANOSECONDS


def find(
    inbox: Path, settle_seconds: int, ledger: pl.DataFrame, tried_with: str, max_quarantined_share: float | None = None
) -> Found:
    """Looks at the inbox, and at every quiet file a second time once it is read.

    `ledger` is that of history.store.History.inputs: what was taken is known by its content, whatever it is named, and
    where rows of it are in quarantine by what it was tried with too; what was found unusable is known by content, name
    and what it was tried with. Files that are tried again come first, in the order in which they were taken. A content that
    no run knows is new under each of its names.
    """
    import polars as pl

    taken, again = _taken(ledger, tried_with)
    tried = {tried_with, limited(tried_with, max_quarantined_share)}
    is_unusable = (pl.col("outcome") == "unusable") & ~pl.col("problem").fill_null("").str.contains(WAS_NOT_READ)
    failed = set(ledger.filter(is_unusable).select("sha256", "name", "tried_with").rows())
    excluded_hashes = set(ledger.filter(pl.col("outcome") == "excluded")["sha256"])
    new, waiting, known, present, unusable, excluded = [], [], set(), [], [], []
    for seen in look(inbox):
        digest = _sha256(seen.path) if is_quiet(seen, settle_seconds) else None
        if digest is None or _look(seen.path) != seen:
            waiting.append(seen.path)
            continue
        known.add(digest)
        if digest in excluded_hashes:
            excluded.append(seen.path)
        elif digest in taken:
            present.append((seen, digest))
        elif digest and any((digest, seen.path.name, version) in failed for version in tried):
            unusable.append(InboxFile(seen.path, digest, seen.size))
        else:
            new.append(InboxFile(seen.path, digest, seen.size))
    new.sort(key=lambda one: again.index(one.sha256) if one.sha256 in again else len(again))
    return Found(tuple(new), tuple(waiting), frozenset(known), tuple(present), tuple(unusable), tuple(excluded))


def _taken(ledger: pl.DataFrame, tried_with: str) -> tuple[set[str], list[str]]:
    """The hashes of files that were taken for good, and of those that are to be tried again, the first taken first."""
    import polars as pl

    rows = ledger.filter(pl.col("outcome") == "taken").with_row_index("place")
    last = rows.unique("sha256", keep="last").join(
        rows.group_by("sha256").agg(pl.col("place").min().alias("first")), on="sha256"
    )
    has_bad_rows = pl.sum_horizontal("candidates_quarantined", "detail_rows_quarantined") > 0
    is_open = has_bad_rows & (pl.col("tried_with") != tried_with).fill_null(value=True)
    return set(last.filter(~is_open)["sha256"]), last.filter(is_open).sort("first")["sha256"].to_list()


def _sha256(path: Path) -> str | None:
    """A file's hash, in hexadecimal; empty text where it cannot be opened, None where it is gone."""
    try:
        return sha256_of(path)
    except FileNotFoundError:
        return None
    except OSError:
        return ""


def tried_with(mapping: Path | None, maps: Path | None, code_version: str) -> str:
    """What a file is tried with: the program's version and the content of the firm's map, else of those in its folder."""
    from validation.mapping import map_folder

    paths = map_folder.files(maps) if mapping is None else [mapping] if mapping.is_file() else []
    content = b"".join(path.read_bytes() for path in paths)
    return f"{code_version}+{hashlib.sha256(content).hexdigest()[:8]}"


def limited(tried_with: str, max_quarantined_share: float | None) -> str:
    """What a file is tried with that has too many bad rows: it is new again once the limit is another one."""
    return tried_with if max_quarantined_share is None else f"{tried_with}+{max_quarantined_share:g}"


def take(
    files: Sequence[InboxFile],
    as_of: date,
    rules: Rules,
    mapping: Path | None,
    maps: Path | None,
    tried_with: str,
    max_quarantined_share: float | None = None,
    password_file: Path | None = None,
) -> Taken:
    """Reads and validates each file by itself, in order; one that cannot be used is reported and passed over.

    `password_file` has the passwords of protected workbooks. Only the bytes that were read and have the file's hash are taken or found unusable. Of files with the same content
    the first that can be used is taken, and those after it are no news.
    """
    import polars as pl

    from history.store import NOT_READ, TAKEN
    from history.tables import PROBLEMS

    runs: list[tuple[InboxFile, Run]] = []
    inputs: list[dict[str, Any]] = []
    waiting: list[Path] = []
    over_limit: list[str] = []
    for one in files:
        if any(one.sha256 == earlier.sha256 for earlier, _run in runs):
            continue
        request = Request(
            "", (one.path,), as_of, mapping=mapping, maps=maps, max_quarantined_share=max_quarantined_share,
            password_file=password_file,
        )  # fmt: skip
        run = Run(request, rules, rules.law_of(as_of))
        outcome, problem, digest = _taken_in(run, one)
        is_over = isinstance(run.error, TooManyQuarantined)
        if outcome != NOT_READ and not one.sha256:
            outcome, problem = NOT_READ, _("It could not be opened when the inbox was looked at.")
        elif outcome != NOT_READ and digest != one.sha256:
            waiting.append(one.path)
            continue
        over_limit += [one.path.name] if is_over else []
        inputs.append(
            _input(one, run, outcome, problem, limited(tried_with, max_quarantined_share) if is_over else tried_with)
        )
        if outcome == TAKEN:
            runs.append((one, run))
    schema = {name: of for name, of in PROBLEMS.schema.items() if name != "as_of"}
    empty = pl.DataFrame(schema=schema)
    doubled, notes = _doubled(runs)
    notes = [*_maps_used(runs, mapping), *_without_maps(runs, mapping, maps), *notes]
    problems = [empty, *(_problems(one, run) for one, run in runs), doubled]
    listed = pl.concat(frame.select(list(schema)) for frame in problems)
    return Taken(inputs, _together(runs), listed, notes, waiting, over_limit, _listed(runs))


def _listed(runs: Sequence[tuple[InboxFile, Run]]) -> pl.DataFrame | None:
    """Who is in the Candidates rows of some files: client_id, case_owner, source_file, source_sheet and source_row."""
    import polars as pl

    columns = ("client_id", "case_owner", "source_file", "source_sheet", "source_row")
    frames = [run.intake.candidates.select(columns) for _one, run in runs if run.intake is not None]
    return pl.concat(frames) if frames else None


def _maps_used(runs: Iterable[tuple[InboxFile, Run]], mapping: Path | None) -> list[str]:
    """A note for each file that was read with a map of the folder: its name and hash."""
    used = [(one, run.intake.inputs[0].map) for one, run in runs if run.intake is not None and mapping is None]
    return [
        _("{file} is read with the map {map} ({sha256})").format(
            file=one.path.name, map=found.name, sha256=found.sha256[:8]
        )
        for one, found in used
        if found is not None
    ]


def _taken_in(run: Run, file: InboxFile) -> tuple[str, str | None, str | None]:
    """What came of the one input of a run: taken, unusable or not_read, why not taken, and the hash of the bytes read.

    Of a file that is too large nothing is read: its hash is that of the look at the inbox, if it was too large then.
    """
    from history.store import NOT_READ, TAKEN, UNUSABLE
    from validation.files.preflight import MAXIMUM_FILE
    from validation.intake.intake import MappingError, UnusableInputs

    try:
        take_in(run)
        quarantine_limit.check(run)
        compare_records(run)
    except UnusableInputs as error:
        why = " ".join(f"{one.problem} {one.fix}" for one in error.unusable)
        found = error.unusable[0]
        digest = found.sha256 or (file.sha256 if file.size > MAXIMUM_FILE else None)
        return (NOT_READ, why, None) if found.is_not_read or digest is None else (UNUSABLE, why, digest)
    except TooManyQuarantined as error:
        assert run.intake is not None
        run.error = error
        return UNUSABLE, error.without_values, run.intake.inputs[0].sha256
    except (UnusableFile, UsageError, MappingError):
        raise
    except NOT_THE_CONTENT as error:
        run.intake = None
        reason = (error.strerror if isinstance(error, OSError) else "") or type(error).__name__
        return NOT_READ, _("It cannot be read now ({reason}).").format(reason=reason), None
    except Exception as error:  # noqa: BLE001 - one file that breaks the program must not keep the night from the others
        run.intake = None
        why = _("It cannot be read: an error of the program ({name}). Save it again, or leave it out.").format(
            name=type(error).__name__
        )
        digest = run.hashes.get(1)
        return (NOT_READ, why, None) if digest is None else (UNUSABLE, why, digest)
    assert run.intake is not None
    return TAKEN, None, run.intake.inputs[0].sha256


def _input(one: InboxFile, run: Run, outcome: str, problem: str | None, tried_with: str) -> dict[str, Any]:
    from history.store import TAKEN
    from history.tables import INPUT

    row = dict.fromkeys(INPUT) | {
        "sha256": one.sha256,
        "name": one.path.name,
        "tried_with": tried_with,
        "outcome": outcome,
    }
    if outcome != TAKEN:
        return row | {"problem": problem}
    assert run.intake is not None
    found = run.intake.inputs[0]
    sheets = [use.recorded() for use in found.uses]
    return row | {"kind": found.kind, "rows": sum(found.sheets.values()), **run.intake.counts, "sheets": sheets}


def uses_of(row: Mapping[str, Any]) -> list[SheetUse]:
    """What became of the sheets of a file, a row of history.tables.INPUT; nothing where an older drawline took it."""
    from validation.intake.sheet_use import SheetUse

    return [SheetUse.of(saved) for saved in row["sheets"] or ()]


def notable_sheets(rows: Iterable[Mapping[str, Any]], *, unread: bool = False) -> list[str]:
    """A line for each sheet of some files that was not simply read, or with `unread` that was not read at all.

    `rows` are those of history.tables.INPUT.
    """
    return [
        use.line(row["name"])
        for row in rows
        for use in uses_of(row)
        if use.is_notable and (use.read_as is None or not unread)
    ]


def _problems(one: InboxFile, run: Run) -> pl.DataFrame:
    import polars as pl

    from validation.intake.problems import FRAME

    assert run.intake is not None
    frames = {"quarantined": run.intake.quarantine, "held": run.intake.held, "warning": run.intake.warnings}
    return pl.concat(
        frame.select(list(FRAME)).with_columns(
            pl.lit(one.sha256).alias("input_sha256"), pl.lit(standing).alias("standing")
        )
        for standing, frame in frames.items()
    )


def _together(runs: Iterable[tuple[InboxFile, Run]]) -> dict[str, pl.DataFrame]:
    """The accepted rows of all files; a client of several has those of the last, with its hash as `input_sha256`."""
    import polars as pl

    from transforms.model.columns import SHEETS
    from validation.values.parse import schema_of

    sheets = {sheet.key: pl.DataFrame(schema={**schema_of(sheet), "input_sha256": pl.String()}) for sheet in SHEETS}
    for one, run in runs:
        assert run.intake is not None
        own = run.intake.sheets["candidates"].select("client_id")
        for key, frame in run.intake.sheets.items():
            later = frame.with_columns(pl.lit(one.sha256).alias("input_sha256")).select(sheets[key].columns)
            sheets[key] = pl.concat([sheets[key].join(own, on="client_id", how="anti"), later])
    return sheets


def _doubled(runs: Sequence[tuple[InboxFile, Run]]) -> tuple[pl.DataFrame, list[str]]:
    """A warning for each client who stands in an earlier file of the night too, and a note for each pair of files."""
    import polars as pl

    from history.tables import PROBLEMS
    from validation.intake import problems

    rows: list[dict[str, Any]] = []
    notes: list[str] = []
    earlier: dict[str, str] = {}
    for one, run in runs:
        assert run.intake is not None
        own = run.intake.sheets["candidates"].select("client_id", "source_sheet", "source_row")
        again: dict[str, int] = {}
        for client, sheet, row in own.iter_rows():
            if client in earlier:
                again[earlier[client]] = again.get(earlier[client], 0) + 1
                rows.append(
                    {
                        "input_sha256": one.sha256, "standing": "warning", "source_file": one.path.name,
                        "source_sheet": sheet, "source_row": row, "cell": "", "client_id": client,
                        "column": "client_id", "value": problems.shown(client),
                        "problem": _("The client stands in {earlier} too; this file, the later one, counts.").format(earlier=earlier[client]),
                        "fix": _("Keep each client in one file."),
                    }
                )  # fmt: skip
            earlier[client] = one.path.name
        notes += [
            _corrected(count, one.path.name, name)
            if _is_corrections_of(one.path.name, name)
            else later_counts(count, one.path.name, name)
            for name, count in again.items()
        ]
    return pl.DataFrame(rows, schema={name: of for name, of in PROBLEMS.schema.items() if name != "as_of"}), notes


def _is_corrections_of(later: str, earlier: str) -> bool:
    """Is a file, by its name, the corrections workbook of another, or one with a later number?"""
    (stem, number), (other, before) = (correction_names.split(Path(name).stem) for name in (later, earlier))
    return stem.casefold() == other.casefold() and number > before


def _corrected(count: int, later: str, earlier: str) -> str:
    """A note on a file and its corrections workbook that were taken the same night."""
    return n_(
        "{later} is the corrections workbook of {earlier} and stands for it: {number} client is in both files, and the "
        "counts of the files have it twice; take {earlier} out of the inbox",
        "{later} is the corrections workbook of {earlier} and stands for it: {number} clients are in both files, and the "
        "counts of the files have them twice; take {earlier} out of the inbox",
        count,
    ).format(number=count, later=later, earlier=earlier)


def _without_maps(runs: Iterable[tuple[InboxFile, Run]], mapping: Path | None, maps: Path | None) -> list[str]:
    """A note for each file with headings that are not known, where the folder of maps has none."""
    from validation.mapping import map_folder

    if mapping is not None or map_folder.files(maps):
        return []
    return [
        _(
            "{file} has headings that are not read, and the folder of maps has no map; to make one: `drawline map FILE "
            "--save NAME`"
        ).format(file=one.path.name)
        for one, run in runs
        if run.intake is not None and any(found.has_unread_headings for found in run.intake.inputs)
    ]


def later_counts(count: int, later: str, earlier: str) -> str:
    """A note on two files that hold the same clients."""
    return n_(
        "{number} client of {later} stands in {earlier} too; {later}, the later one, counts",
        "{number} clients of {later} stand in {earlier} too; {later}, the later one, counts",
        count,
    ).format(number=count, later=later, earlier=earlier)


def replaced(taken: pl.DataFrame, stood: pl.DataFrame, names: Mapping[str, str]) -> pl.DataFrame:
    """A warning for each pair of a new file and an older one, still in the inbox, that was the last to tell of its clients.

    `taken` and `stood` have client_id and input_sha256, `names` gives the names by the hashes of the files that lie in
    the inbox. Columns as history.tables.PROBLEMS but as_of.
    """
    import polars as pl

    from history.tables import PROBLEMS
    from transforms.model.columns import CANDIDATES

    now, then = (frame.select("client_id", "input_sha256") for frame in (taken, stood))
    pairs = now.join(then, on="client_id", suffix="_then").group_by("input_sha256", "input_sha256_then").len()
    rows = [
        {
            "input_sha256": later, "standing": "warning", "source_file": names[later],
            "source_sheet": CANDIDATES.title, "cell": "", "column": "client_id", "value": "",
            "problem": later_counts(count, names[later], names[earlier]) + ".",
            "fix": _("Keep each client in one file, and take replaced files out of the inbox."),
        }
        for later, earlier, count in pairs.sort("input_sha256", "input_sha256_then").iter_rows()
        if later != earlier and earlier in names and later in names
    ]  # fmt: skip
    return pl.DataFrame(rows, schema={name: of for name, of in PROBLEMS.schema.items() if name != "as_of"})
