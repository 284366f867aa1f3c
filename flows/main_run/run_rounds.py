"""The rounds of a run: which are asked for, what is published, and whom they invite."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from flows.errors import UnusableFile, UsageError
from flows.main_run.run_state import Run
from flows.run_request import Request
from transforms.model.wording import _

if TYPE_CHECKING:
    import polars as pl

    from transforms.rounds.rounds import Round, Simulated
    from transforms.rules import Law

# A rounds file whose newest round is older than this is said to be old.
OLD_ROUNDS_DAYS = 14


def check_rounds(questions: Iterable[str], read: Callable[[str], object]) -> None:
    """Raises UsageError for a --round whose words alone are wrong, before anything is read for it."""
    from transforms.rounds.rounds import RoundError

    try:
        for question in questions:
            read(question)
    except RoundError as error:
        raise UsageError(str(error)) from None


def published_rounds(request: Request) -> list[Round]:
    """The rounds of the request's file, the newest last; raises UnusableFile."""
    from validation.rounds import rounds_file

    try:
        return rounds_file.rounds(rounds_file.read(request.rounds_file))
    except rounds_file.RoundsFileError as error:
        raise UnusableFile(f"{request.rounds_file}: {error}", request.rounds_file) from None


def rounds_asked(request: Request, published: Sequence[Round]) -> list[tuple[str, Round | Simulated]]:
    """The rounds that a request asks for, each with its text, or the last of each kind; raises UsageError."""
    from transforms.rounds import rounds as rounds_

    try:
        if request.rounds:
            return [(text, rounds_.asked(text, published, request.as_of)) for text in request.rounds]
        return [(one.number, one) for one in rounds_.latest_of_each_kind(published, request.as_of)]
    except rounds_.RoundError as error:
        raise UsageError(str(error)) from None


def hold_rounds(run: Run) -> None:
    """Holds the rounds that were asked for, or the last of each kind; raises UsageError and UnusableFile."""
    from flows.forecasting import modelled_nation
    from transforms.rounds import rounds as rounds_

    assert run.scored is not None
    assert run.law is not None
    with run.timed("rounds"):
        published = published_rounds(run.request)
        run.newest_round = published[-1]
        what = rounds_asked(run.request, published)
        nation = None
        for text, one in what:
            if isinstance(one, rounds_.Simulated) and one.is_national:
                nation = modelled_nation.nation_known(run, seed=0) if nation is None else nation
                competing, expected = modelled_nation.competing_in(nation, one)
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
    from flows.main_run.pool_notes import out_of_the_pool

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
