"""The law at work on one client, and on the cases shipped with it: explain, selftest."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Annotated

import typer

from flows.commands.common import (
    AsJson,
    AsOf,
    Config,
    Inputs,
    MapFile,
    Quiet,
    RulesFiles,
    answering,
    as_json_text,
    problem_line,
    request_of,
    say,
)


@answering
def explain(
    inputs: Inputs,
    client: Annotated[str, typer.Option("--client", metavar="ID", help="The client's client_id.")],
    as_of: AsOf = None,
    rules: RulesFiles = None,
    mapping: MapFile = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Why a client has their points, and what would raise them.

    Every component: input used, rule, date and source, points, caps, and the next step up.
    """
    import polars as pl

    from flows import program
    from reports import explanation
    from transforms import explain as explain_

    done = program.Run(request_of(inputs, as_of, rules=rules, mapping=mapping, config=config))
    for stage in (program.open_law, program.take_in, program.score):
        stage(done)
    assert done.scored is not None
    assert done.law is not None
    assert done.intake is not None
    mine = done.scored.filter(pl.col("client_id") == client)
    if mine.is_empty():
        bad = done.intake.quarantine.filter(pl.col("client_id") == client)
        if not bad.is_empty():
            for row in bad.iter_rows(named=True):
                say(f"quarantined: {problem_line(row)}")
            raise typer.Exit(program.EXIT_QUARANTINED)
        known = [*done.scored["client_id"], *done.intake.quarantine["client_id"].drop_nulls()]
        raise program.UsageError(f"no client {client!r} in the inputs{_closest(client, known)}")
    program.compare_records(done)
    warnings = done.intake.warnings.filter(pl.col("client_id") == client).to_dicts()
    answer = explain_.explained(mine, done.law)
    if as_json:
        print(as_json_text({**answer, "warnings": warnings}))
        return
    print(explanation.as_text(answer))
    for row in warnings:
        say(f"warning: {problem_line(row)}")


def _closest(client: str, known: Iterable[str]) -> str:
    """The end of a message that names the client whose id an unknown one comes closest to; empty where none is close."""
    plain = {"".join(one.split()).casefold(): one for one in known}
    close = get_close_matches("".join(client.split()).casefold(), plain, 1)
    return f"; did you mean {plain[close[0]]!r}?" if close else ""


@answering
def selftest(as_json: AsJson = False, quiet: Quiet = False) -> None:
    """The policy cases shipped with the law, each put to the program.

    Lists those that the program answers otherwise.
    """
    from dataclasses import asdict

    from flows import program, readings
    from flows import selftest as selftest_
    from transforms import policy_cases
    from transforms.rules import load

    with selftest_.helpers() as (pool, number):
        rules = load()
        cases = policy_cases.read(rules.sources)
        found = selftest_.run_in_parts(cases, rules, pool, number)
    days = len({case.as_of for case in cases})
    due = readings.renewal_due(rules.law_of(program.today()))
    if as_json:
        told = {"cases": len(cases), "days": days, "rules_version": rules.version, "rules_due": due}
        print(as_json_text({**told, "failures": [asdict(one) for one in found]}))
    else:
        for one in found:
            print(one.line())
        if not quiet:
            wrong = len({(one.file, one.case) for one in found})
            outcome = f"{wrong} answered otherwise" if wrong else "all as expected"
            print(f"{len(cases)} policy cases on {days} days under law {rules.version}: {outcome}")
            for note in due:
                say(f"law: {note}")
    raise typer.Exit(program.EXIT_ERROR if found else program.EXIT_DONE)


def add_to(app: typer.Typer) -> None:
    """Adds these commands to the command line."""
    for command in (explain, selftest):
        app.command()(command)
