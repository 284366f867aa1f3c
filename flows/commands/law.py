"""The law at work on one client, and on the cases shipped with it: explain, selftest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from flows.commands.common import (
    AsJson,
    AsOf,
    Clients,
    Config,
    Inputs,
    MapFile,
    Owners,
    Quiet,
    RulesFiles,
    Where,
    handle_errors,
    part_of,
    problem_line,
    request_of,
)
from flows.console.answers import as_json_text, json_answer, say
from transforms.model.wording import _

if TYPE_CHECKING:
    from flows.main_run.run_state import Run


@handle_errors
def explain(
    inputs: Inputs,
    clients: Clients = None,
    owners: Owners = None,
    where: Where = None,
    as_of: AsOf = None,
    rules: RulesFiles = None,
    mapping: MapFile = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Why a client has their points, and what would raise them.

    Every component: input used, rule, date and source, points, caps, and the next step up.
    """
    from flows import errors
    from flows.console import progress
    from flows.main_run import run_counts, run_intake, run_law, run_scoring, run_state, selected
    from reports.report import explanation
    from transforms import explain as explain_

    selection = part_of(clients, owners, where)
    if not selection:
        raise errors.UsageError(
            _("nobody is named; name a client with --client, or a part of the list with --owner or --where")
        )
    done = run_state.Run(request_of(inputs, as_of, rules=rules, mapping=mapping, config=config, selection=selection))
    read = (run_law.open_law, run_intake.take_in, selected.find)
    with progress.shown(quiet=as_json):
        for stage in (*read, run_scoring.score, selected.limit, run_intake.compare_records, run_scoring.compare_stated):
            stage(done)
    assert done.scored is not None
    assert done.law is not None
    assert done.intake is not None
    answers = []
    for number in range(done.scored.height):
        mine = done.scored[number]
        warnings = done.intake.warnings.filter(done.intake.warnings["client_id"] == mine["client_id"].item())
        beside = {"stated": _stated(done, mine["client_id"].item()), "warnings": warnings.to_dicts(), "quarantine": []}
        answers.append(explain_.explained(mine, done.law) | beside)
    if as_json:
        is_single = len(selection.clients) == 1 and not (selection.owners or selection.where)
        print(as_json_text(answers[0] if is_single and answers else [*answers, *_quarantined(done)]))
    elif answers:
        print("\n\n".join(explanation.as_text(answer) for answer in answers))
        for row in done.intake.warnings.iter_rows(named=True):
            say(_("warning: {problem}").format(problem=problem_line(row)))
    for row in done.intake.quarantine.iter_rows(named=True):
        say(_("quarantined: {problem}").format(problem=problem_line(row)))
    raise typer.Exit(run_counts.exit_code(done))


def _quarantined(done: Run) -> list[dict[str, Any]]:
    """The clients who are not scored, each with the problems of their rows; a row without a client_id by itself."""
    from transforms.explain.answer import FORMAT, VERSION

    assert done.intake is not None
    as_of = done.request.as_of.isoformat()
    clients: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in done.intake.quarantine.to_dicts():
        place = row["source_file"], row["source_sheet"], row["source_row"]
        clients.setdefault((row["client_id"],) if row["client_id"] else place, []).append(row)
    return [
        {"format": FORMAT, "version": VERSION, "client_id": rows[0]["client_id"], "as_of": as_of, "quarantine": rows}
        for rows in clients.values()
    ]


def _stated(done: Run, client: str) -> dict[str, Any] | None:
    """A client's stated score beside the computed one, with what may explain a difference; None where none is stated."""
    from reports.wording import stated_words

    assert done.stated is not None
    for row in done.stated.filter(done.stated["client_id"] == client).iter_rows(named=True):
        reasons = [{**one, "words": stated_words.reason(one)} for one in row["reasons"]]
        return {"points": row["stated"], "difference": row["difference"], "reasons": reasons}
    return None


@handle_errors
def selftest(as_json: AsJson = False, quiet: Quiet = False) -> None:
    """The law's policy cases, each put to the program.

    Lists those that the program answers otherwise.
    """
    from dataclasses import asdict

    from flows import clock, errors
    from flows.main_run import readings
    from flows.reference import selftest as selftest_
    from transforms.assessment import policy_cases
    from transforms.rules import load

    with selftest_.helpers() as (pool, number):
        rules = load()
        cases = policy_cases.read(rules.sources)
        found = selftest_.run_in_parts(cases, rules, pool, number)
    days = len({case.as_of for case in cases})
    due = readings.renewal_due(rules.law_of(clock.today()))
    if as_json:
        answer = {"cases": len(cases), "days": days, "rules_version": rules.version, "rules_due": due}
        print(json_answer("selftest", {**answer, "failures": [asdict(one) for one in found]}))
    else:
        for one in found:
            print(one.line())
        if not quiet:
            wrong = len({(one.file, one.case) for one in found})
            outcome = _("{n} answered otherwise").format(n=wrong) if wrong else _("all as expected")
            text = _("{n} policy cases on {days} days under law {version}: {outcome}")
            print(text.format(n=len(cases), days=days, version=rules.version, outcome=outcome))
            for note in due:
                say(_("law: {note}").format(note=note))
    raise typer.Exit(errors.EXIT_ERROR if found else errors.EXIT_DONE)


def add_to(app: typer.Typer) -> None:
    """Adds these commands to the command line."""
    for command in (explain, selftest):
        app.command()(command)
