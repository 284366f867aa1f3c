"""The page from its contents: each section with its text, chart and table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import Any

import polars as pl

from reports.page import charts, forecast_charts, frames
from reports.page.contents import Backtest, Outlook, PageContents
from reports.page.drawing import both
from reports.page.html import Section, Table, page
from reports.wording.kinds import kind_word
from transforms.backtest import backtest_ahead
from transforms.forecast.forecast import HORIZONS
from transforms.model.chance_words import percent
from transforms.model.wording import _, decimal, full_date, n_, named, whole_number

Drawn = Callable[[Any], Any]
PAST_DAYS = 365


def document(contents: PageContents) -> str:
    """The page as HTML text in the language in use: the same bytes for equal contents."""
    number, held_on = contents.newest
    meta = [
        _("As of {day}. Newest published round: {number} of {held_on}.").format(
            day=full_date(contents.as_of), number=number, held_on=full_date(held_on)
        )
    ]
    made = [_cut_offs(contents), _invitations(contents)]
    if not frames.distribution(contents.rounds).is_empty():
        made += [_distribution(contents), _pool(contents), _flow(contents)]
    if contents.outlook is not None and not contents.outlook.fans.is_empty():
        made.append(_fans(contents, contents.outlook))
        if contents.outlook.by_score is not None and not contents.outlook.by_score.is_empty():
            made.append(_chances(contents, contents.outlook.by_score))
    if contents.backtest is not None and not contents.backtest.rounds.is_empty():
        made += [_ahead(contents.backtest), _backtest(contents.backtest)]
    if contents.clients is not None:
        made.append(_clients(contents, contents.clients))
    notes = [] if contents.outlook is None else contents.outlook.notes
    footer = _(
        "Made by drawline {version}. The page holds everything it shows; it fetches nothing from the network."
    ).format(version=contents.code_version)
    return page(contents.title, meta, notes, made, footer)


def _section(key: str, title: str, text: str, drawn: Drawn, source: str, table: Table, note: str = "") -> Section:
    return Section(key, title, text, both(key, title, text, drawn), source, table, note)


def _rows(frame: pl.DataFrame) -> list[list[str]]:
    """The rows of a frame as texts in the language in use."""
    return [[_text(value) for value in row] for row in frame.iter_rows()]


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int):
        return whole_number(value)
    return decimal(value) if isinstance(value, float) else str(value)


def _with_kinds(frame: pl.DataFrame) -> pl.DataFrame:
    words = [_("all rounds") if kind == "all" else kind_word(kind) for kind in frame["kind"]]
    return frame.with_columns(pl.Series("kind", words, dtype=pl.String))


def _ircc(days: Iterable[date | None] = ()) -> str:
    """Where published numbers are from, with their days."""
    known = [full_date(day) for day in days if day is not None]
    text = _("Source: rounds of invitations as published by IRCC.")
    return f"{text} {_('Data of {days}.').format(days=', '.join(known))}" if known else text


def _cut_offs(contents: PageContents) -> Section:
    frame = frames.cut_offs(contents.rounds, contents.as_of)
    shown = _with_kinds(frame.sort("date", descending=True, maintain_order=True))
    shown = shown.with_columns(pl.col("date").cast(pl.String), pl.col("cut_off").cast(pl.Int64))
    return _section(
        "cut-offs",
        _("Cut-offs by kind of round"),
        _(
            "Each dot is a round: its height is the cut-off, its area the number of invitations. Each kind has a scale of "
            "scores of its own. Shown are the last three years."
        ),
        lambda size: charts.cut_offs(frame, size),
        _ircc([contents.newest[1]]),
        Table(
            (_("round"), _("date"), _("kind"), _("invitations"), _("cut-off")), _rows(shown.select(
                "number", "date", "kind", "size", "cut_off")), 3,
        ),
    )  # fmt: skip


def _invitations(contents: PageContents) -> Section:
    frame = frames.invitations(contents.rounds)
    shown = frame.select(
        pl.col("year").cast(pl.String), named(frames.GROUP_WORDS, pl.col("group")), "rounds", "invited"
    ).reverse()
    return _section(
        "invitations",
        _("Invitations by year"),
        _(
            "Each bar is a year; its colours are the kinds of rounds. The last bar holds the rounds of its year up to the "
            "newest one. A round whose number of invitations was not published counts none."
        ),
        lambda size: charts.invitations(frame, size),
        _ircc([contents.newest[1]]),
        Table((_("year"), _("kind"), _("rounds"), _("invitations")), _rows(shown), 2),
    )


def _distribution(contents: PageContents) -> Section:
    frame = frames.distribution(contents.rounds)
    shown = frame.reverse().select(pl.format("{}-{}", "low", "high"), "people", "before")
    return _section(
        "distribution",
        _("The pool by score"),
        _(
            "Each bar counts the people in the pool within a range of scores on the newest published day. The dark mark is "
            "the number a year before. The ranges are those that IRCC publishes and differ in width."
        ),
        lambda size: charts.distribution(frame, size),
        _ircc([frame["as_of"][0], frame["before_as_of"][0]]),
        Table((_("CRS score"), _("newest"), _("a year before")), _rows(shown)),
    )


def _pool(contents: PageContents) -> Section:
    frame = frames.pool(contents.rounds)
    table = (
        frame.with_columns(pl.format("{}-{}", "low", "high").alias("band"))
        .pivot("band", index="as_of", values="people")
        .reverse()
        .with_columns(pl.col("as_of").cast(pl.String))
    )
    return _section(
        "pool",
        _("The pool over time"),
        _(
            "The height is the number of people in the pool, by score, on each published day. The darker the colour, the "
            "higher the score. Between two published days the chart draws a straight line."
        ),
        lambda size: charts.pool(frame, size),
        _ircc([frame["as_of"][-1]]),
        Table((_("date"), *table.columns[1:]), _rows(table)),
    )


def _flow(contents: PageContents) -> Section:
    frame = frames.flow(contents.movements, contents.as_of)
    table = frame.sort("first", descending=True, maintain_order=True).select(
        pl.col("first").cast(pl.String), pl.col("last").cast(pl.String), named(frames.FLOW_WORDS, pl.col("what")),
        pl.col("people").round().cast(pl.Int64),
    )  # fmt: skip
    return _section(
        "flow",
        _("People who come to the pool and leave it"),
        _(
            "Above zero are people who arrived, below zero those who were invited or left, for each day between two "
            "published days. A bar is as wide as the time between them. Left are profiles whose year ran out, as "
            "estimated; arrived is what remains. Times across a change of the CRS are left out."
        ),
        lambda size: charts.flow(frame, size),
        _("Computed by drawline from the rounds and distributions that IRCC publishes."),
        Table((_("from"), _("to"), _("what"), _("people")), _rows(table), 3),
    )


def _fans(contents: PageContents, outlook: Outlook) -> Section:
    since = contents.rounds.filter(pl.col("date") > contents.newest[1] - timedelta(days=PAST_DAYS))
    shown = _with_kinds(outlook.coming).select(
        "kind", pl.col("date").cast(pl.String), "size", pl.col("p10", "p50", "p90").round(0).cast(pl.Int64)
    )
    unknown = _(
        "Part of these months lies under law that is not known in full. The forecast assumes that rounds go on as before."
    )
    return _section(
        "forecast",
        _("Forecast of the cut-offs"),
        _(
            "Dots are published cut-offs of the last year. The fan shows the newest cut-off of each coming day: the dashed "
            "line is the middle, the dark area holds half of all futures, the light area four in five. The table has the "
            "next round of each kind."
        ),
        lambda size: forecast_charts.fans(outlook.fans, since, size),
        _("Computed by drawline from what was published up to {day}.").format(day=full_date(contents.newest[1])),
        Table((_("kind"), _("date"), _("invitations"), "p10", "p50", "p90"), _rows(shown), 2),
        "" if outlook.is_law_known else unknown,
    )


def _chances(contents: PageContents, by_score: pl.DataFrame) -> Section:
    shown = _with_kinds(by_score).with_columns(pl.col(f"p{days}").map_elements(percent, pl.String) for days in HORIZONS)
    within = [n_("within {n} day", "within {n} days", days).format(n=days) for days in HORIZONS]
    return _section(
        "chances",
        _("Chance of an invitation by score"),
        _(
            "Each line is the chance of somebody of the kind whose score stays as it is. It stays below 100 % where perhaps "
            "no round of the kind is held."
        ),
        lambda size: forecast_charts.chances(by_score, size),
        _("Computed by drawline from what was published up to {day}.").format(day=full_date(contents.newest[1])),
        Table((_("kind"), _("CRS score"), *within), _rows(shown)),
    )


def _ahead(backtest: Backtest) -> Section:
    figures = backtest_ahead.figures(backtest.ahead)
    shown = _with_kinds(figures).select(
        "kind",
        pl.col("days_ahead").cast(pl.Int64),
        "rounds",
        "error",
        "persistence",
        (pl.col("covered") * 100).round(0),
    )
    return _section(
        "days-ahead",
        _("How far the forecast may be trusted, by days ahead"),
        _(
            "Each past round was forecast again so many days before it, from what was published by then, given its kind, "
            "day and number of invitations. The line shows by how many points the forecast missed on average. The dashed "
            "line shows the miss of the last known cut-off. Lower is better."
        ),
        lambda size: forecast_charts.by_days_ahead(figures, size),
        _span(backtest.ahead),
        Table(
            (_("kind"), _("days ahead"), _("rounds"), _("miss of the forecast, points"), _("miss of the last cut-off, points"),
             _("within four in five, %")), _rows(shown),
        ),
    )  # fmt: skip


def _backtest(backtest: Backtest) -> Section:
    shown = _with_kinds(backtest.rounds.sort("date", descending=True, maintain_order=True)).select(
        "round", pl.col("date").cast(pl.String), "kind", pl.col("published").cast(pl.Int64), "p10", "p50", "p90"
    )
    return _section(
        "backtest",
        _("The forecast against what happened"),
        _(
            "The upper chart compares the miss of the forecast with that of the last cut-off, by kind. The lower charts "
            "show each round: the published cut-off as a dot, the middle of the forecast as a mark, and as a bar the range "
            "that holds four in five futures. Bars that reach far beyond the cut-offs are shortened."
        ),
        lambda size: forecast_charts.backtest(backtest.rounds, backtest.by_kind, size),
        _span(backtest.rounds),
        Table((_("round"), _("date"), _("kind"), _("published"), "p10", "p50", "p90"), _rows(shown), 3),
    )


def _span(rounds: pl.DataFrame) -> str:
    days = rounds["date"]
    if not isinstance(first := days.min(), date) or not isinstance(last := days.max(), date):
        return ""
    return _("Computed by drawline from {n} rounds from {first} to {last}.").format(
        n=rounds["round"].n_unique(), first=full_date(first), last=full_date(last)
    )


def _clients(contents: PageContents, clients: pl.DataFrame) -> Section:
    frame, lines = frames.clients_by_band(clients), frames.latest_cut_offs(contents.rounds)
    shown: Sequence[Sequence[str]] = _rows(
        frame.reverse().select(pl.format("{}-{}", "low", "high"), "in_pool", "others")
    )
    return _section(
        "clients",
        _("The firm's clients by score"),
        _(
            "Each bar counts the firm's clients within 20 points. Below it, on the same scale, stands the newest cut-off of "
            "each kind of round. A score at or above a cut-off meets it only where the client belongs to that kind."
        ),
        lambda size: charts.clients(frame, lines, size),
        _("Computed by drawline from the firm's files, as counts only, as of {day}.").format(
            day=full_date(contents.as_of)
        ),
        Table((_("CRS score"), _("in the pool"), _("not in the pool")), shown),
    )
