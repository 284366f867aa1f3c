"""A report for each case owner beside the whole one: which clients it shows, how its file is named, what is removed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.main_run import selected
from flows.main_run.output_names import RECORD
from flows.main_run.run_state import Run
from flows.nightly.night_state import Night
from flows.outputs.digests import sha256_of
from validation.intake.selection import OWNER, PLACE

if TYPE_CHECKING:
    import polars as pl

BY, STEM = "case_owner", "report"


@dataclass(frozen=True)
class Part:
    """The report of one case owner: the name of its file, the owner (empty: nobody), and how many clients it shows."""

    name: str
    owner: str
    clients: int

    def saved(self) -> dict[str, Any]:
        """The part as run.json lists it."""
        return {"name": self.name, BY: self.owner or None, "clients": self.clients}


def _by_owner(clients: pl.DataFrame, others: Iterable[str]) -> list[tuple[Part, pl.DataFrame]]:
    """The parts of a frame with case_owner, each with its rows; spellings that differ in case, accents and blanks are one.

    None of the files has the name of one of `others`.
    """
    import polars as pl

    from reports.report.owners import owner_files
    from transforms.model.owner_names import owner_key

    named = clients.with_columns(
        owner_key(pl.col(OWNER)).alias("key"), pl.col(OWNER).str.strip_chars().alias("spelling")
    )
    groups = {
        key: rows for (key,), rows in named.group_by("key", maintain_order=True)
    }  # fmt: skip
    owners = {key: rows["spelling"][0] if key else None for key, rows in groups.items()}
    files = owner_files(list(owners.values()), STEM, others)
    parts = [
        (Part(files[owners[key]], owners[key] or "", rows.height), rows.drop("key", "spelling"))
        for key, rows in groups.items()
    ]  # fmt: skip
    return sorted(parts, key=lambda part: part[0].name)


def of_run(run: Run, others: Iterable[str]) -> list[tuple[Part, Run]]:
    """The run of each case owner, as though it had selected the owner's clients; ranks and rounds stay those of all.

    Quarantined clients are there too, where their case owner can be read. Rows of clients who are on no Candidates row go
    to those without an owner.
    """
    assert run.intake is not None
    candidates = run.intake.candidates.select("client_id", OWNER, *PLACE)
    orphans = _of_nobody(run.intake.quarantine, candidates)
    return [
        (part, _limited(run, part.owner, rows.select("client_id", *PLACE)))
        for part, rows in _by_owner(_together(candidates, orphans), others)
    ]


def _of_nobody(problems: pl.DataFrame, listed: pl.DataFrame) -> pl.DataFrame:
    """The places of problems of clients, named or not, who are not listed: client_id, case_owner (empty) and PLACE."""
    import polars as pl

    rows = problems.join(listed, on=list(PLACE), how="anti", maintain_order="left")
    known = listed["client_id"].drop_nulls().unique().to_list()
    rows = rows.filter(pl.col("client_id").is_not_null() & ~pl.col("client_id").is_in(known))
    return rows.select("client_id", pl.lit(None, pl.String).alias(OWNER), *PLACE).unique(maintain_order=True)


def _together(first: pl.DataFrame, second: pl.DataFrame) -> pl.DataFrame:
    """Two frames of the same columns as one, in the dtypes of the first."""
    import polars as pl

    return pl.concat([first, second.cast(dict(first.schema))])  # type: ignore[arg-type]


def _limited(run: Run, owner: str, rows: pl.DataFrame) -> Run:
    assert run.intake is not None
    asked = run.request.selection
    of_owner = replace(asked, owners=(owner,)) if owner else replace(asked, where=(*asked.where, (OWNER, "")))
    part = replace(
        run, request=replace(run.request, selection=of_owner), selected=rows,
        listed=run.listed or run.intake.candidates.height,
    )  # fmt: skip
    selected.limit(part)
    if part.stated is not None:
        ids = rows["client_id"].drop_nulls().unique()
        part.stated = part.stated.filter(part.stated["client_id"].is_in(ids.implode()))
    return part


def of_night(night: Night, others: Iterable[str]) -> list[tuple[Part, Night]]:
    """The night of each case owner: the clients on record, and what is to be corrected of them.

    Clients who are quarantined that night and have no record yet are there by the case owner of their row; rows of clients
    who are on no Candidates row go to those without an owner.
    """
    import polars as pl

    recorded = night.sheets["candidates"].select("client_id", OWNER)
    at = [pl.lit(None, dtype).alias(name) for name, dtype in zip(PLACE, (pl.String, pl.String, pl.Int32), strict=True)]
    clients = recorded.with_columns(at)
    bad = night.problems.filter(pl.col("standing") == "quarantined")
    if night.listed is not None:
        listed = night.listed.select("client_id", OWNER, *PLACE)
        new = listed.join(bad, on=list(PLACE), how="semi", maintain_order="left")
        new = new.join(recorded, on="client_id", how="anti", maintain_order="left")
        clients = _together(clients, new)
    clients = _together(clients, _of_nobody(bad, clients))
    return [(part, _limited_night(night, rows)) for part, rows in _by_owner(clients, others)]


def _limited_night(night: Night, rows: pl.DataFrame) -> Night:
    import polars as pl

    ids = rows["client_id"].drop_nulls().implode()
    places = rows.filter(pl.col(PLACE[0]).is_not_null())

    def of(frame: pl.DataFrame) -> pl.DataFrame:
        return frame.filter(frame["client_id"].is_in(ids))

    part = replace(
        night,
        sheets={key: of(sheet) for key, sheet in night.sheets.items()},
        problems=night.problems.join(
            pl.concat([of(night.problems), night.problems.join(places, on=list(PLACE), how="semi")]).unique(),
            on=night.problems.columns,
            how="semi",
            nulls_equal=True,
            maintain_order="left",
        ),
        scored=of(night.scored),
        scores=of(night.scores),
        outcomes=[replace(one, candidates=of(one.candidates)) for one in night.outcomes],
        invitations=of(night.invitations),
        holders=of(night.holders),
        events=of(night.events),
        advice=None if night.advice is None else of(night.advice),
        near=None,
    )
    part.counts = _counts(part)
    return part


def _counts(part: Night) -> dict[str, int]:
    """The counts of a part of a night; what its files came to is counted by the problems of its clients."""
    from flows.nightly.build_night import counts
    from history.tables import INPUT_COUNTS

    quarantined = part.problems.filter(part.problems["standing"] == "quarantined")
    waiting_rows = part.problems.filter(part.problems["standing"] == "held").height
    made = counts(replace(part, inputs=[one | dict.fromkeys(INPUT_COUNTS, 0) for one in part.inputs]))
    bad = quarantined["client_id"].n_unique()
    return made | {
        "candidates_in": made["candidates_accepted"] + bad,
        "candidates_quarantined": bad,
        "detail_rows_in": made["detail_rows_used"] + waiting_rows,
        "detail_rows_held": waiting_rows,
    }


def earlier(out: Path) -> dict[str, str]:
    """The reports of case owners that the run before left in a folder, with their SHA-256; none where that is not known."""
    try:
        record = json.loads((out / RECORD).read_text(encoding="utf-8"))
        return {one["name"]: record["outputs"][one["name"]] for one in record["split"]["files"]}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def stale(out: Path, before: Mapping[str, str], written: Iterable[str]) -> list[Path]:
    """The files that the run before left and this one does not write, but for those that changed since."""
    kept, found = set(written), []
    for name, sha256 in before.items():
        path = out / name
        # A record that somebody has edited must not name a file elsewhere.
        if name in kept or Path(name).name != name or path.is_symlink() or not path.is_file():
            continue
        if sha256_of(path) == sha256:
            found.append(path)
    return found


def saved(parts: Iterable[Part], by: str) -> dict[str, Any] | None:
    """The parts as run.json lists them; None where the report is not split."""
    return {"by": by, "files": [part.saved() for part in parts]} if by else None
