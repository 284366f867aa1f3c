"""What lies ahead: forecast, and the national pool."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.commands.common import (
    AsJson,
    AsOf,
    Config,
    MapFile,
    Quiet,
    RoundsFile,
    RulesFiles,
    SkipUnusable,
    handle_errors,
    request_of,
    say_newest_round,
    say_warnings,
)
from flows.commands.forecast_lines import tell_plans, tell_scores, tenths
from flows.console.answers import as_json_text, json_answer
from flows.console.links import linked
from flows.console.screen import show_drawn
from transforms.model.chance_words import percent
from transforms.model.wording import _, n_, whole_number

if TYPE_CHECKING:
    import polars as pl

    from flows.forecasting.forecasts import Forecast
    from flows.main_run.run_state import Run
    from flows.run_request import Request

MAX_LISTED = 40
# Characters on the screen.
NAME_WIDTH, OWNER_WIDTH, CHANCE_WIDTH, DAY_WIDTH = 26, 16, 8, 10
Pool = Annotated[list[Path] | None, typer.Option("--pool", metavar="INPUT", help="Clients, as for `run`; repeatable.")]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Of chance: the same seed gives the same answer.")]
Out = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="A table (.parquet or .csv).")]


@handle_errors
def forecast(
    rounds: Annotated[
        list[str] | None,
        typer.Option("--round", metavar="R", help="KIND, KIND:SIZE, KIND@DATE or KIND:SIZE@DATE; repeatable. "
                     "Default: the next of each kind held of late."),
    ] = None,
    pool: Pool = None,
    as_of: AsOf = None,
    rounds_file: RoundsFile = None,
    rules: RulesFiles = None,
    mapping: MapFile = None,
    config: Config = None,
    skip_unusable: SkipUnusable = False,
    plans: Annotated[
        list[Path] | None,
        typer.Option("--plan", metavar="PLAN.yaml", help="Rounds that are planned, compared with those drawn; repeatable."),
    ] = None,
    futures: Annotated[int, typer.Option("--futures", min=100, max=1_000_000, help="How many are drawn.")] = 5000,
    seed: Seed = 0,
    cluster: Annotated[
        str | None,
        typer.Option("--cluster", metavar="C", help="Draw futures on a Dask cluster: the address of its scheduler, or "
                     "local:N for N workers here. Default: cluster of drawline.toml, else in this process."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE.xlsx", help="A workbook: the rounds, and the clients by chance."),
    ] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:  # fmt: skip
    """What coming rounds will take, and each client's chance.

    The chance of an invitation in 30, 90 and 180 days.
    """
    from flows import errors, run_request
    from flows.console import progress, stages
    from flows.firm import settings
    from flows.forecasting import forecast_answer, forecast_details, forecasts
    from flows.main_run import output_names, run_counts, run_rounds
    from transforms.forecast.forecast import question

    run_rounds.check_rounds(rounds or (), question)
    output_names.ending(out, (".xlsx",))
    request = request_of(
        pool or [], as_of, rounds=rounds, rounds_file=rounds_file, rules=rules, mapping=mapping, config=config,
        skip_unusable=skip_unusable,
    )  # fmt: skip
    planned = forecast_details.read_plans(plans or [])
    if out is not None:
        run_request.keep_apart(request, [out])
        run_request.apart_from(plans or [], [out], "--out")
    run = opened(request)
    with progress.shown(quiet=quiet):
        if pool:
            _take_in(run)
        where = settings.load(config).cluster if cluster is None else cluster
        with stages.stage("forecast"):
            made = forecasts.forecast(run, run.request.rounds, futures, seed, where, plans=planned, has_details=True)
    if pool and not quiet:
        say_warnings(run)
    if out is not None:
        _write(made, run, out)
    if as_json:
        print(as_json_text(forecast_answer.forecast_json(made)))
    elif not quiet:
        _tell(made, run)
        if out is not None:
            show_drawn(_("workbook: {file}").format(file=linked(out)))
    raise typer.Exit(run_counts.exit_code(run) if pool else errors.EXIT_DONE)


def _write(made: Forecast, run: Run, out: Path) -> None:
    """Writes the workbook of a forecast, whole or not at all."""
    from flows.forecasting import forecast_answer, forecast_details, forecasts
    from flows.outputs import files
    from reports.forecast.forecast import write_forecast

    with files.atomic_file(out) as staged:
        notes = forecasts.law_notes(made, run)
        title = run.request.firm or "drawline"
        cut_offs = forecast_details.cut_offs_of_a_year(run, made)
        write_forecast(
            staged, forecast_answer.forecast_json(made), title, made.people, made.taken, notes, made.details, cut_offs
        )


def _tell(made: Forecast, run: Run) -> None:
    from flows.forecasting import forecast_answer, forecasts

    answer = forecast_answer.forecast_json(made)
    newest = answer["newest_round"]
    print(
        _("rounds known to {known_on}, the newest is {number} of {date}").format(
            known_on=answer["known_on"], number=newest["number"], date=newest["date"]
        )
    )
    print(_("as of {day}: cut-off with four in five chances from p10 to p90").format(day=answer["as_of"]))
    print(f"{_('round'):28}  {_('date'):10}  {_('invited'):>7}  {'p10':>6}  {'p50':>6}  {'p90':>6}  {_('mean'):>6}")
    for row in answer["rounds"]:
        parts = {"date": _("date"), "size": _("invited")}
        drawn = ", ".join(parts[one] for one in row["drawn"])
        shown = _("(drawn: {parts})").format(parts=drawn) if drawn else ""
        mark = _("law not known in full") if row["rules_status"] == "incomplete" else ""
        print(
            f"{row['round']:28}  {row['date']}  {whole_number(row['size']):>7}  {tenths(row['p10']):>6}  "
            f"{tenths(row['p50']):>6}  {tenths(row['p90']):>6}  {tenths(row['mean']):>6}"
            + "".join(f"  {one}" for one in (shown, mark) if one)
        )
    tell_scores(made)
    _tell_clients(made, answer["clients"], answer["taken"])
    tell_plans(made)
    for note in answer["notes"]:
        print(_("note: {note}").format(note=note))
    for note in forecasts.law_notes(made, run):
        print(_("law: {note}").format(note=note))


def _tell_clients(made: Forecast, chances: list[dict[str, Any]], taken: list[dict[str, Any]]) -> None:
    """The clients by chance, the best first; in place of the chances, whose invitation is to be checked."""
    if made.people is None:
        return
    from transforms.forecast.forecast import HORIZONS

    who = {row["client_id"]: row for row in made.people.iter_rows(named=True)}
    prospects = None if made.details is None else made.details.prospects
    rounds = {row["client_id"]: row["round"] for row in taken}
    days_of = {} if prospects is None else dict(prospects.clients.select("client_id", "median_day").iter_rows())

    days = [n_("{n} day", "{n} days", number).format(n=number) for number in HORIZONS]
    if taken:
        text = n_(
            "A held round takes {n} client by the score of the day: check that invitation first.",
            "Held rounds take {n} clients by the scores of the day: check their invitations first.",
            len(taken),
        )
        print("\n" + text.format(n=len(taken)))
    print(
        f"\n{_('client'):16}  {_('name'):{NAME_WIDTH}}  {_('case owner'):{OWNER_WIDTH}}  "
        + "  ".join([*(f"{one:>{CHANCE_WIDTH}}" for one in days), f"{_('even by'):{DAY_WIDTH}}"])
        + f"  {_('limited by')}"
    )
    width = len(HORIZONS) * (CHANCE_WIDTH + 2) + DAY_WIDTH
    for client in chances[:MAX_LISTED]:
        person = who[client["client_id"]]
        name = _shortened(", ".join(person[key] for key in ("family_name", "given_name") if person[key]), NAME_WIDTH)
        owner = _shortened(person["case_owner"] or "", OWNER_WIDTH)
        if client["client_id"] in rounds:
            shown = _("check the invitation (round {round})").format(round=rounds[client["client_id"]])
        else:
            shares = (client[f"p{number}"] for number in HORIZONS)
            cells = [f"{'-' if share is None else percent(share):>{CHANCE_WIDTH}}" for share in shares]
            shown = "  ".join([*cells, str(days_of.get(client["client_id"]) or "-")])
        print(
            f"{client['client_id']:16}  {name:{NAME_WIDTH}}  {owner:{OWNER_WIDTH}}  {shown:{width}}  {client['limited_by']}"
        )
    if len(chances) > MAX_LISTED:
        more = len(chances) - MAX_LISTED
        print(
            n_(
                "... and {n} more; --json and --out have all", "... and {n} more; --json and --out have all", more
            ).format(n=more)
        )


def _shortened(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1]}…"


@handle_errors
def national(
    pool: Pool = None,
    as_of: AsOf = None,
    out: Out = None,
    rounds_file: RoundsFile = None,
    rules: RulesFiles = None,
    mapping: MapFile = None,
    config: Config = None,
    skip_unusable: SkipUnusable = False,
    seed: Seed = 0,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """A modelled national pool of a day.

    As `simulate` takes it, and the rank of the firm's own clients in it.
    """
    from flows import errors, run_request
    from flows.console import progress, stages
    from flows.forecasting import modelled_nation
    from flows.main_run import output_names, run_counts, run_scoring
    from flows.outputs import files

    output_names.ending(out, (".parquet", ".csv"))
    request = request_of(
        pool or [], as_of, rounds_file=rounds_file, rules=rules, mapping=mapping, config=config,
        skip_unusable=skip_unusable,
    )  # fmt: skip
    if out is not None:
        run_request.keep_apart(request, [out])
    run = opened(request)
    with progress.shown(quiet=quiet):
        if pool:
            _take_in(run)
            run_scoring.score(run)
        with stages.stage("forecast"):
            nation = modelled_nation.national(run, seed)
    people, places = nation.people, nation.places
    if pool and not quiet:
        say_warnings(run)
    if not quiet:
        say_newest_round(run.request.rounds_file)
    if out is not None:
        with files.atomic_file(out) as staged:
            people.write_parquet(staged) if out.suffix.lower() == ".parquet" else people.write_csv(staged)
    if as_json:
        rows = [] if places is None else places.to_dicts()
        answer = {
            "as_of": run.request.as_of, "people": people.height, "groups": nation.groups.to_dicts(), "clients": rows,
            "notes": nation.notes,
        }  # fmt: skip
        print(json_answer("national", answer))
    elif not quiet:
        where = _(", in {file}").format(file=linked(out)) if out else ""
        n = people.height
        show_drawn(
            n_("{n} person on {day}", "{n} people on {day}", n).format(n=whole_number(n), day=run.request.as_of) + where
        )
        _tell_groups(nation.groups)
        _tell_places(places)
        for note in nation.notes:
            print(_("note: {note}").format(note=note))
    raise typer.Exit(run_counts.exit_code(run) if pool else errors.EXIT_DONE)


def _tell_groups(groups: pl.DataFrame) -> None:
    """How many people of each kind the modelled pool has, and how far that may be off."""
    print(f"{_('kind'):15}  {_('people'):>8}  {_('four in five')}")
    for row in groups.filter(groups["people"] > 0).iter_rows(named=True):
        off = _("off by up to a factor of {factor}").format(factor=tenths(row["factor"]))
        assumed = _("(no round shows it)") if row["is_assumed"] else ""
        print(f"{row['kind']:15}  {whole_number(row['people']):>8}  {off} {assumed}".rstrip())


def _tell_places(places: pl.DataFrame | None) -> None:
    """Where the clients stand in the modelled pool."""
    if places is None:
        return
    print(
        f"\n{_('client'):16}  {_('kind'):15}  {_('rank'):>8}  {_('four in five'):>18}  {_('out of'):>8}  {_('ahead of')}"
    )
    for row in places.head(MAX_LISTED).iter_rows(named=True):
        between = f"{whole_number(row['rank_low'])} - {whole_number(row['rank_high'])}"
        print(
            f"{row['client_id']:16}  {row['kind']:15}  {whole_number(row['rank']):>8}  {between:>18}  "
            f"{whole_number(row['of']):>8}  {tenths(row['percentile'])} %"
        )
    if places.height > MAX_LISTED:
        more = places.height - MAX_LISTED
        print(n_("... and {n} more; --json has all", "... and {n} more; --json has all", more).format(n=more))


def opened(request: Request) -> Run:
    """A run with its law open."""
    from flows.main_run import run_law, run_state

    run = run_state.Run(request)
    run_law.open_law(run)
    return run


def _take_in(run: Run) -> None:
    """Takes in the clients, and counts the warnings as `drawline check` does: before the clients are scored."""
    from flows.main_run import run_intake

    run_intake.take_in(run)
    run_intake.compare_records(run)


def add_to(app: typer.Typer) -> None:
    """Adds these commands to the command line."""
    for command in (forecast, national):
        app.command()(command)
