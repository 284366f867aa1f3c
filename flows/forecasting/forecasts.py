"""The forecast of a run: the rounds that are asked about, the clients' chances, and what to know about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from flows.errors import UsageError
from flows.firm import rounds_update
from flows.forecasting.published import published
from flows.main_run import run_state
from transforms.model.kind_words import kind_word
from transforms.model.wording import _, n_

if TYPE_CHECKING:
    import polars as pl

    from transforms.forecast.forecast import Answer, Draw, Outlook
    from transforms.forecast.forecast_details import Details, ScoredClients
    from transforms.forecast.futures import Path as FuturePath
    from transforms.forecast.futures import Question
    from transforms.forecast.planned_rounds import RoundPlan

DECIMALS = 1
PEOPLE = ("client_id", "family_name", "given_name", "case_owner")
BY_CHANCE = ("p90", "p30", "p180")


@dataclass(frozen=True)
class Forecast:
    """What was forecast: the answers, the clients' chances where clients were given, and what to know about them.

    `chances` has the best chance first; `people` has client_id, family_name, given_name, case_owner and crs_total (Int16,
    of the day) of each client; `taken` the clients whom a held round takes, with no invitation on record (client_id,
    round, held_on). `newest` is the newest round that is known: number and date. `details` is what goes with the
    forecast, where it is asked for.
    """

    ahead: Outlook
    answers: list[Answer]
    chances: pl.DataFrame | None
    notes: list[str]
    newest: tuple[str, date]
    people: pl.DataFrame | None = None
    taken: pl.DataFrame | None = None
    details: Details | None = None

    @property
    def rules_status(self) -> str:
        """`incomplete` where any answer, or the time that the chances reach to, lies under law that is not known."""
        from datetime import timedelta

        from transforms.forecast.forecast import HORIZONS, status

        all_of_them = [one.rules_status for one in self.answers]
        if self.chances is not None:
            end = self.ahead.as_of + timedelta(days=max(HORIZONS))
            all_of_them.append(status(self.ahead, end.toordinal()))
        return "incomplete" if "incomplete" in all_of_them else "complete"


def forecast(
    run: run_state.Run,
    texts: Sequence[str],
    futures: int,
    seed: int,
    cluster: str = "",
    sheets: Mapping[str, pl.DataFrame] | None = None,
    plans: Sequence[RoundPlan] = (),
    *,
    has_details: bool = False,
) -> Forecast:
    """Forecasts the rounds that are asked about (none: the next of each kind held of late), and the clients' chances.

    Takes a run whose law is open; the clients, if there are any, are those of the typed sheets, else those taken in. With a cluster (see
    flows/orchestration/forecast_run.py) futures are drawn there, and are the same; clients stay here. Plans are compared with the rounds as
    drawn, among the details. Raises UsageError for a round or a plan that cannot be forecast.
    """
    from transforms.forecast import forecast as forecast_
    from transforms.forecast import planned_rounds
    from transforms.forecast.forecast_details import details as details_of
    from transforms.rounds.rounds import RoundError

    assert run.rules is not None
    if sheets is None and run.intake is not None:
        sheets = run.intake.sheets
    frame = published(run.request.rounds_file)
    as_of = run.request.as_of
    try:
        questions = [forecast_.question(text) for text in texts]
        fetched_on = rounds_update.fetched_on(run.request.rounds_file)
        ahead = forecast_.outlook(frame, run.rules, as_of, questions, seed, fetched_on)
        if not questions:
            running = [kind for kind, calendar in ahead.calendars.items() if calendar.is_running]
            questions = [forecast_.question(kind) for kind in running if ahead.known.ready(kind)]
            if not questions:
                raise UsageError(
                    _("By {day} too little was published to forecast any kind of round.").format(day=as_of)
                )
        draw = None
        if cluster:
            forecast_.check_all(ahead, questions)
            draw = _drawn_on(cluster, run, ahead, questions, futures, with_paths=sheets is not None or has_details)
        answers = forecast_.answers(ahead, questions, futures, draw)
        for plan in plans:
            planned_rounds.check_plan(plan, ahead)
    except RoundError as error:
        raise UsageError(str(error)) from None
    asked = list(dict.fromkeys([*(one.kind for one in questions), *(kind for plan in plans for kind in plan.kinds)]))
    paths: list[FuturePath] = []
    if sheets is not None or has_details:
        paths = forecast_.coming(ahead, questions, futures, draw)
    chances = people = taken = details = clients = None
    if sheets is not None:
        clients = _scored_clients(sheets, run, frame, [*asked, *(one.kind for one in paths)], ahead)
        chances, people = _chances(sheets, clients, asked, paths)
        taken = _taken(clients.scored, run, frame)
        clients = replace(clients, taken=frozenset(taken["client_id"]))
    if has_details:
        details = details_of(ahead, paths, asked, frame, clients, plans)
    newest = frame.filter(frame["date"] <= ahead.known_on).row(-1, named=True)
    notes = [*_notes(ahead, frame), *_record_notes(ahead, answers, with_chances=chances is not None)]
    return Forecast(
        ahead, answers, chances, notes, (newest["number"], newest["date"]), people, taken, details
    )  # fmt: skip


def _drawn_on(
    cluster: str, run: run_state.Run, ahead: Outlook, questions: Sequence[Question], futures: int, *, with_paths: bool
) -> Draw:
    """All blocks of the forecast, drawn on a cluster in one go."""
    from flows.orchestration import forecast_run
    from transforms.forecast import forecast as forecast_

    wanted = [block for one in questions for block in forecast_.blocks_of_question(ahead, one, questions, futures)]
    if with_paths:
        wanted += [block for made in forecast_.blocks_of_coming(ahead, questions, futures).values() for block in made]
    source = forecast_run.Source.of(
        run.request.rounds_file, ahead, forecast_.known_until(ahead.as_of, questions),
        rounds_update.fetched_on(run.request.rounds_file),
    )  # fmt: skip
    return forecast_run.drawn(cluster, source, wanted).__getitem__


def _scored_clients(
    sheets: Mapping[str, pl.DataFrame], run: run_state.Run, frame: pl.DataFrame, kinds: Sequence[str], ahead: Outlook
) -> ScoredClients:
    """The clients, scored on the day and every week from then on."""
    from transforms.assessment import scores
    from transforms.forecast import chances
    from transforms.forecast.forecast_details import ScoredClients

    assert run.rules is not None
    as_of = run.request.as_of
    law = run.rules.law_of(as_of)
    clients = chances.clients_by_day(sheets, run.rules, as_of, list(dict.fromkeys(kinds)))
    return ScoredClients(
        sheets, scores.score(sheets, law), clients, chances.ages_of_ties(frame, ahead.known_on), law
    )  # fmt: skip


def _chances(
    sheets: Mapping[str, pl.DataFrame], clients: ScoredClients, asked: list[str], paths: Sequence[FuturePath]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The clients' chances, the best first, and who they are."""
    from transforms.forecast import chances

    found = chances.chances(clients.by_day, paths, asked, clients.ages)
    totals = clients.by_day.frames[0].select("client_id", "crs_total")
    people = sheets["candidates"].select(*PEOPLE).join(totals, on="client_id", how="left", maintain_order="left")
    return found.sort(*BY_CHANCE, descending=True, nulls_last=True, maintain_order=True), people


def _taken(scored: pl.DataFrame, run: run_state.Run, frame: pl.DataFrame) -> pl.DataFrame:
    """The clients whom the newest recent round takes by the scores of the day, with no later invitation on record."""
    from transforms.outlook.unconfirmed import taken
    from transforms.rounds.near import near
    from transforms.rounds.rounds import hold, latest_of_each_kind
    from validation.rounds import rounds_file

    assert run.rules is not None
    as_of = run.request.as_of
    law = run.rules.law_of(as_of)
    latest = latest_of_each_kind(rounds_file.rounds(frame), as_of)
    outcomes = [hold(one, scored, law, months=run.request.headline_months) for one in latest]
    found = taken(near(outcomes, scored, law, 0), [one.number for one in latest])
    return found.sort("held_on", descending=True, maintain_order=True).unique(
        "client_id", keep="first", maintain_order=True
    )


def _reach(made: Forecast) -> date:
    """The last day that the forecast reaches to: of its rounds, and of the chances where there are any."""
    from datetime import timedelta

    from transforms.forecast.forecast import HORIZONS

    days = [one.question.date or one.middle_date for one in made.answers]
    if made.chances is not None:
        days.append(made.ahead.as_of + timedelta(days=max(HORIZONS)))
    return max(days)


def _wider(made: Forecast) -> list[str]:
    """A sentence on each change of the CRS that makes intervals wider: of kinds not held since, or ahead of all kinds."""
    known, known_on, end = made.ahead.known, made.ahead.known_on, _reach(made)
    changes = {kind: known.next_change(kind) for kind in made.ahead.calendars}
    coming = min((one for one in changes.values() if one is not None and known_on < one <= end), default=None)
    moved = known.moved
    if moved is None:
        return []
    points = round(moved.points)
    sentences = []
    for change in sorted({one for one in changes.values() if one is not None and one <= known_on}):
        kinds = [kind for kind in _forecast_kinds(made) if changes.get(kind) == change]
        if kinds:
            sentences.append(
                n_(
                    "No round of {kinds} was held since the CRS changed on {change}: a spread of {points} point is added "
                    "to such cut-offs.",
                    "No round of {kinds} was held since the CRS changed on {change}: a spread of {points} points is added "
                    "to such cut-offs.",
                    points,
                ).format(kinds=", ".join(kind_word(kind) for kind in kinds), change=change, points=points)
            )
    if coming is not None:
        sentences.append(
            n_(
                "A spread of {points} point is added to cut-offs from {change} on.",
                "A spread of {points} points is added to cut-offs from {change} on.",
                points,
            ).format(change=coming, points=points)
        )
    if sentences:
        sentences.append(
            _("By so much round {round} missed its forecast after the change of {before}.").format(
                round=moved.round, before=moved.change
            )
        )
    return [" ".join(sentences)] if sentences else []


def _forecast_kinds(made: Forecast) -> list[str]:
    """The kinds whose cut-offs are forecast: those that are asked about, those of plans, and for clients all that go on."""
    found = [one.question.kind for one in made.answers]
    if made.details is not None:
        found += made.details.fans["kind"].to_list()
        found += [kind for plan in made.details.plans for kind in plan.rounds["kind"]]
    if made.chances is not None:
        found += [
            kind
            for kind, calendar in made.ahead.calendars.items()
            if calendar.is_running and made.ahead.known.ready(kind)
        ]
    return list(dict.fromkeys(found))


def law_notes(made: Forecast, run: run_state.Run) -> list[str]:
    """One line about a change of law that the rounds or the chances reach, and what it does; none where there is none."""
    if made.rules_status != "incomplete":
        return _wider(made)
    assert run.rules is not None
    last = max(_reach(made), *(answer.question.date or answer.middle_date for answer in made.answers))
    law = run.rules.law_of(last)
    unknown = [law.version(parameter.id).starts_on for parameter in law.unknown]
    said = _("Part of the law is not known from {starts_on}; rounds and scores are taken to go on as before.").format(
        starts_on=min(unknown, default=last)
    )
    return [" ".join([said, *_wider(made), _("`drawline rules new FILE` drafts what is missing.")])]


def _record_notes(ahead: Outlook, answers: Sequence[Answer], *, with_chances: bool) -> list[str]:
    """How far answers such as these were off on past rounds, a note a row of the record, and one for the chances."""
    from transforms.backtest import forecast_record as record

    by_row: dict[tuple[tuple[str, Any], ...], list[Question]] = {}
    for one in answers:
        by_row.setdefault(tuple(_record(ahead, one).items()), []).append(one.question)
    found = [
        record.note_of(replace(asked[0], text=", ".join(one.text for one in asked)), dict(row))
        for row, asked in by_row.items()
    ]
    return [*found, record.chances_note()] if with_chances else found


def _record(ahead: Outlook, one: Answer) -> dict[str, Any]:
    """The row of the record that applies to an answer."""
    from transforms.backtest import forecast_record

    day = one.question.date or one.middle_date
    change = ahead.known.next_change(one.question.kind)
    return forecast_record.row_of(one.question, ahead.known_on, is_past_change=change is not None and day >= change)


def _notes(ahead: Outlook, frame: pl.DataFrame) -> list[str]:
    found = []
    if (ahead.as_of - ahead.known_on).days > 1:
        found.append(
            _(
                "rounds are known to {known_on}; those from there to {as_of} are drawn, not known: "
                "`drawline rounds update` brings the file up to date"
            ).format(known_on=ahead.known_on, as_of=ahead.as_of)
        )
    if frame["date"].max() > ahead.known_on:  # type: ignore[operator]
        found.append(_("only what was published by {day} is used").format(day=ahead.known_on))
    return found
