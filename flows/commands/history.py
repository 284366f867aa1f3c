"""The history: a client, a run, two nights; its upkeep; past nights scored again; and a client taken out of it."""

from __future__ import annotations

import sys
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.commands.common import AsJson, Config, DryRun, Quiet, day, handle_errors
from flows.commands.rebuild import rebuild
from flows.commands.take_back import take_back
from flows.commands.verify import verify
from flows.console.answers import as_json_text, json_answer, say
from flows.console.event_words import of_count, of_event, of_outcome
from transforms.model.wording import _

if TYPE_CHECKING:
    import polars as pl

    from flows.firm.settings import Settings
    from history.store import History

history_app = typer.Typer(help="Past scores, runs and differences; their upkeep.", no_args_is_help=True)

ClientId = Annotated[str, typer.Argument(metavar="ID", help="The client_id.")]
Day = Annotated[date, typer.Argument(metavar="DATE", parser=day, help="A night.")]
Client = Annotated[str, typer.Option("--client", metavar="ID", help="The client_id.")]
Since = Annotated[date, typer.Option("--from", metavar="DATE", parser=day, help="The first night.")]
Until = Annotated[date, typer.Option("--to", metavar="DATE", parser=day, help="The last night.")]
MAX_RUNS = 20


def _firm(config: Any) -> Settings:
    """The firm's settings; what is to be known before its history is read is said."""
    from flows.firm import settings
    from flows.nightly import pending_rebuild

    firm = settings.load(config)
    warning = pending_rebuild.warning(firm)
    if warning:
        say(_("note: {text}").format(text=warning))
    return firm


def _history(config: Any) -> History:
    from flows.nightly import night_state

    return night_state.history_of(_firm(config))


@history_app.command("client")
@handle_errors
def history_client(
    client_id: ClientId,
    every: Annotated[bool, typer.Option("--all", help="Every night, also where nothing changed.")] = False,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """A client's scores over time, and every change with its reason."""
    from flows.maintenance import query

    found = query.client(_history(config), client_id)
    if as_json:
        print(
            json_answer(
                "history-client",
                {
                    "client_id": client_id,
                    "scores": found.scores.to_dicts(),
                    "events": found.events.to_dicts(),
                    "invitations": found.invitations.to_dicts(),
                },
            )
        )
        return
    events: dict[date, list[dict[str, Any]]] = {}
    for row in query.events(found).iter_rows(named=True):
        events.setdefault(row["as_of"], []).append(row)
    scores = {row["as_of"]: row for row in found.scores.iter_rows(named=True)}
    for night in sorted({*scores, *events}) if every else query.nights_with_changes(found):
        print(f"{night}  {_score(scores.get(night))}")
        for event in events.get(night, ()):
            print(f"            {_event(event)}")


def _score(row: dict[str, Any] | None) -> str:
    """A client's score of a night in one line."""
    if row is None:
        return _("no score is kept of this night")
    programs = [name for name in ("fsw", "cec", "fst") if row[f"{name}_eligible"]]
    rank = "" if row["rank"] is None else f", {_('rank {rank}').format(rank=row['rank'])}"
    met = ", ".join(name.upper() for name in programs) or _("no program")
    return f"{row['crs_total']:>4}  {met}{rank}{_kinds(row)}"


def _kinds(row: dict[str, Any]) -> str:
    categories = f"; {row['categories'].replace('|', ', ')}" if row["categories"] else ""
    return categories + (
        "; " + _("above the last line of {kinds}").format(kinds=row["above"].replace("|", ", ")) if row["above"] else ""
    )


def _event(row: dict[str, Any]) -> str:
    points = "" if row["points"] is None or row["kind"] != "score" else f" {row['points']:+d}"
    reason = f" ({of_event(row['reason'])})" if row["reason"] else ""
    from transforms.outlook.event_texts import event_text

    return f"{of_event(row['kind'])}{points}{reason}: {event_text(row['text'])}"


@history_app.command("run")
@handle_errors
def history_run(
    run_id: Annotated[str | None, typer.Argument(metavar="ID", help="The run; without one, the last runs.")] = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """A run, or the last runs.

    What it took, under which law, its counts, timings and notes.
    """
    from flows.maintenance import query

    found = query.runs(_history(config), run_id)
    if as_json:
        print(as_json_text(found.to_dicts()))
        return
    for row in found.tail(MAX_RUNS).iter_rows(named=True):
        print(
            f"{row['as_of']}  {row['kind']:<10}  {row['run_id']}  {row['started_at']:%Y-%m-%d %H:%M:%S} UTC, {row['seconds']:g} s"
        )
        if run_id is not None:
            _tell_run(row)


def _tell_run(row: dict[str, Any]) -> None:
    print(
        "  "
        + _("drawline {code_version}, rules {rules_version} ({rules_status}), {rounds_known} rounds known").format(
            code_version=row["code_version"],
            rules_version=row["rules_version"],
            rules_status=row["rules_status"],
            rounds_known=row["rounds_known"],
        )
    )
    for one in row["inputs"]:
        print(
            f"  {of_outcome(one['outcome'])}: {one['name']} ({one['sha256'][:8]})"
            f"{' ' + one['problem'] if one['problem'] else ''}"
        )
    for one in row["counts"]:
        print(f"  {of_count(one['count'])}: {one['value']}")
    for note in row["notes"]:
        print("  " + _("note: {text}").format(text=note))


@history_app.command("diff")
@handle_errors
def history_diff(first: Day, second: Day, config: Config = None, as_json: AsJson = False) -> None:
    """Every change between two nights, with its reason."""
    from flows.maintenance import query

    found = query.difference(_firm(config), first, second)
    if as_json:
        print(as_json_text(found.to_dicts()))
        return
    for row in found.sort("client_id", maintain_order=True).iter_rows(named=True):
        print(f"{row['client_id']}  {_event(row)}")
    if found.is_empty():
        print(_("nothing changed"))


@history_app.command("compact")
@handle_errors
def history_compact(
    keep_days: Annotated[
        int, typer.Option("--keep-days", metavar="N", min=0, help="Keep older versions of the tables for N days.")
    ] = 30,
    since: Annotated[
        date | None,
        typer.Option(
            "--keep-nights-since",
            metavar="DATE",
            parser=day,
            help="Keep the scores, events and problems of nights from this one on; without it, of all.",
        ),
    ] = None,
    config: Config = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    dry_run: DryRun = False,
) -> None:
    """Puts small files together and removes old versions.

    What broken-off writes left goes with them, and the nights before a day where one is named.
    """
    from contextlib import nullcontext

    from flows.firm import settings
    from flows.maintenance import retention
    from flows.nightly import audit, night_state
    from flows.nightly.exclusive_run import exclusive_run

    firm = settings.load(config)
    kept = night_state.history_of(firm)
    with (
        nullcontext() if dry_run else exclusive_run(firm, wait=True),
        audit.recorded(firm, "compact", as_of=since, is_dry=dry_run),
    ):
        gone = retention.PrunedNights(0, {}) if since is None else retention.prune(firm, since, dry_run=dry_run)
        removed = kept.compact(timedelta(days=keep_days), dry_run=dry_run)
    if as_json:
        answer = {"removed_files": removed, "nights": gone.nights, "removed_rows": gone.rows, "dry_run": dry_run}
        print(json_answer("compact", answer))
    elif not quiet:
        if since is not None:
            nights = (
                _("nights before {day} would be pruned: {nights}")
                if dry_run
                else _("nights before {day} pruned: {nights}")
            )
            rows = [_("{count} rows of {table}").format(count=count, table=table) for table, count in gone.rows.items()]
            print(nights.format(day=since, nights=", ".join([str(gone.nights), *rows])))
        files = _("{number} files would be removed") if dry_run else _("{number} files removed")
        print(files.format(number=sum(removed.values())))


@history_app.command("migrate")
@handle_errors
def history_migrate(config: Config = None, as_json: AsJson = False, dry_run: DryRun = False) -> None:
    """Brings tables that an older drawline wrote to today's schema."""
    from flows.firm import settings
    from flows.nightly import audit, night_state
    from flows.nightly.exclusive_run import exclusive_run

    firm = settings.load(config)
    kept = night_state.history_of(firm)
    with exclusive_run(firm, wait=True), audit.recorded(firm, "migrate", is_dry=dry_run):
        done = kept.migrate(dry_run=dry_run)
    if as_json:
        print(json_answer("migrate", {"migrated": done, "dry_run": dry_run}))
        return
    for line in done:
        print(_("would be migrated: {line}").format(line=line) if dry_run else line)
    if not done:
        print(_("all tables have today's schema"))


@handle_errors
def rescore(
    since: Since, until: Until, config: Config = None, as_json: AsJson = False, dry_run: DryRun = False
) -> None:
    """Past nights again under today's rules.

    Their scores and events are replaced.
    """
    from contextlib import nullcontext

    from flows.firm import settings
    from flows.maintenance import rescore, rescored_nights
    from flows.nightly import audit, night_state
    from flows.nightly.exclusive_run import exclusive_run
    from history.tables import SCORES_TABLE

    firm = settings.load(config)
    with (
        nullcontext() if dry_run else exclusive_run(firm, wait=True),
        audit.recorded(firm, "rescore", as_of=until, is_dry=dry_run) as recording,
    ):
        stored = night_state.history_of(firm).read(SCORES_TABLE, since=since, until=until)
        done = rescore.rescore(firm, since, until, dry_run=dry_run)
        if recording is not None and done.rules is not None:
            recording.run_id, recording.rules_version = done.run_id, done.rules.version
    by_night: dict[date, pl.DataFrame] = {night: stored.filter(stored["as_of"] == night) for night in done.days}
    changed = rescored_nights.rescored(done, by_night)
    if as_json:
        print(json_answer("rescore", {"nights": changed, "notes": done.notes, "dry_run": dry_run}))
        return
    for row in changed:
        print(
            _("{as_of}: {changed} of {clients} clients have another total, {points:+d} points in all").format(
                as_of=row["as_of"], changed=row["changed"], clients=row["clients"], points=row["points"]
            )
        )
    for note in done.notes[1:]:
        say(_("note: {text}").format(text=note))
    if dry_run:
        print(_("nothing was written"))


@handle_errors
def purge(
    client: Client,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask; needed without a terminal.")] = False,
    config: Config = None,
    as_json: AsJson = False,
    dry_run: DryRun = False,
) -> None:
    """Takes a client out of the history for good.

    Out of every table, and of every older version of it.
    """
    from flows import errors
    from flows.firm import settings
    from flows.maintenance import purged
    from flows.nightly import audit, night_state
    from flows.nightly.exclusive_run import exclusive_run

    firm = settings.load(config)
    kept = night_state.history_of(firm)
    if not (yes or dry_run):
        if not sys.stdin.isatty():
            raise errors.UsageError(
                _("purge takes {client} out of the history for good; say --yes, or look with --dry-run").format(
                    client=client
                )
            )
        typer.confirm(_("Take {client} out of the history for good?").format(client=client), abort=True)
    with exclusive_run(firm, wait=True), audit.recorded(firm, "purge", is_dry=dry_run):
        found = kept.traces_of(client)
        if not dry_run:
            # Before the rows go that say which files held the client.
            audit.redact(firm, found, kept)
        gone = kept.purge(client, dry_run=dry_run)
    left = purged.elsewhere(firm, client, found.hashes)
    if as_json:
        answer = {
            "client_id": client,
            "rows": gone,
            "files": found.files,
            "near": found.near,
            "elsewhere": left.naming,
            "unreadable": left.unreadable,
            "dry_run": dry_run,
        }
        print(json_answer("purge", answer))
        return
    text = _("{rows} would go") if dry_run else _("{rows} gone")
    rows = ", ".join(_("{count} rows of {table}").format(count=count, table=table) for table, count in gone.items())
    print(text.format(rows=rows) if gone else _("no row names this client"))
    if found.files:
        text = (
            _("names of files that held the client, which would be struck out: {files}")
            if dry_run
            else _("names of files that held the client, struck out: {files}")
        )
        print(text.format(files=", ".join(found.files)))
    if found.near:
        print(
            _("Numbers that are nearly the same stay: {numbers}. Purge each that is the same client.").format(
                numbers=", ".join(map(repr, found.near))
            )
        )
    if left.naming:
        print(
            _("The client is still named in: {places}. Delete or redact these.").format(
                places=", ".join(map(str, left.naming))
            )
        )
    if left.unreadable:
        print(
            _("These cannot be read here and may name the client: {files}. Check each.").format(
                files=", ".join(map(str, left.unreadable))
            )
        )
    say(
        _("the history alone is purged: the inbox and the reports still hold what they held; a workbook "
"with this client brings it back once its content is another")
    )  # fmt: skip


def add_to(app: typer.Typer) -> None:
    """Adds these commands to the command line."""
    history_app.command("rebuild")(rebuild)
    history_app.command("take-back")(take_back)
    history_app.command("verify")(verify)
    app.add_typer(history_app, name="history")
    app.command()(rescore)
    app.command()(purge)
