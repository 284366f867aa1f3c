"""The charts of the forecast and of its backtest."""

from __future__ import annotations

from typing import Any

import altair as alt
import polars as pl

from reports.page.charts import MONTH, UTC, YEAR, in_words, small, time_axis
from reports.page.drawing import rows
from reports.page.style import BLUE, DARK, GREY, HEIGHT, ORANGE, PALE_BLUE, PANEL_HEIGHT, SKY, Size
from reports.wording.kinds import kind_word
from transforms.forecast.forecast import HORIZONS
from transforms.model.wording import _, n_

SCORES = alt.Scale(zero=False, padding=6)
# Kinds with fewer rounds have no chart of their own in the backtest.
MIN_ROUNDS = 4
MAX_KINDS = 3


def scores_axis() -> Any:
    """An axis of scores without a title."""
    return alt.Axis(title=None, tickCount=4, format="d")


def fans(fan: pl.DataFrame, published: pl.DataFrame, size: Size) -> Any:
    """By kind the cut-offs of the last year as dots, and the fan of the forecast: half of all futures, and four in five.

    fan: FANS_SCHEMA; published: kind, date, cut_off.
    """
    kinds = fan["kind"].unique(maintain_order=True).to_list()
    published_before = published.filter(pl.col("kind").is_in(kinds)).select(
        "kind", pl.col("date").alias("day"), pl.col("cut_off").cast(pl.Float64).alias("published")
    )
    order = pl.col("kind").replace_strict(kinds, range(len(kinds)), return_dtype=pl.Int16)
    shown = in_words(pl.concat([fan, published_before], how="diagonal").sort(order, "day", maintain_order=True))
    base = alt.Chart().properties(width=size.panel, height=PANEL_HEIGHT)
    x = alt.X("day:T", scale=UTC, axis=time_axis(MONTH, 3))
    of_fan = base.transform_filter("isValid(datum.p50)")

    def band(low: str, high: str, colour: str) -> Any:
        y = alt.Y(f"{low}:Q", scale=SCORES, axis=scores_axis())
        return of_fan.mark_area(color=colour).encode(x=x, y=y, y2=f"{high}:Q")

    middle = of_fan.mark_line(color=DARK, strokeWidth=2, strokeDash=[5, 3]).encode(
        x=x, y=alt.Y("p50:Q", axis=scores_axis())
    )
    dots = (
        base.transform_filter("isValid(datum.published)")
        .mark_point(filled=True, color=DARK, size=28, opacity=1)
        .encode(x=x, y=alt.Y("published:Q", scale=SCORES, axis=scores_axis()))
    )
    return small(alt.layer(band("p10", "p90", PALE_BLUE), band("p25", "p75", SKY), middle, dots), shown, size)


def chances(by_score: pl.DataFrame, size: Size) -> Any:
    """By kind the chance of an invitation by score, a line for each number of days; by_score: CHANCES of score_chances."""
    kinds = by_score["kind"].unique(maintain_order=True).to_list()
    days = [n_("{n} day", "{n} days", number).format(n=number) for number in HORIZONS]
    words = dict(zip((f"p{number}" for number in HORIZONS), days, strict=True))
    shown = by_score.unpivot([*words], index=["kind", "score"], variable_name="within", value_name="chance")
    order = pl.col("kind").replace_strict(kinds, range(len(kinds)), return_dtype=pl.Int16)
    shown = in_words(shown.sort(order, "within", "score", maintain_order=True)).with_columns(
        pl.col("within").replace_strict(words)
    )
    line = (
        alt.Chart()
        .mark_line(strokeWidth=2)
        .encode(
            x=alt.X("score:Q", scale=SCORES, axis=scores_axis()),
            y=alt.Y("chance:Q", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(title=None, tickCount=3, format="%")),
            color=alt.Color(
                "within:N", sort=days, legend=alt.Legend(symbolType="stroke", symbolStrokeWidth=3),
                scale=alt.Scale(domain=days, range=[SKY, BLUE, DARK]),
            ),
            strokeDash=alt.StrokeDash("within:N", sort=days, legend=None, scale=alt.Scale(range=[[2, 2], [6, 3], [1, 0]])),
        )
        .properties(width=size.panel, height=PANEL_HEIGHT)
    )  # fmt: skip
    return small(line, shown, size).resolve_scale(x="independent", y="shared")


def by_days_ahead(figures: pl.DataFrame, size: Size) -> Any:
    """Mean error by days before the round, of the forecast and of the last cut-off; a small chart a kind.

    figures: FIGURES_SCHEMA of transforms.backtest.backtest_ahead; kinds with fewer than MIN_ROUNDS rounds are left out.
    """
    forecast, last = _("forecast"), _("last cut-off")
    counted = figures.filter(pl.col("rounds") >= MIN_ROUNDS)
    shown = counted.unpivot(
        ["error", "persistence"], index=["kind", "days_ahead"], variable_name="what", value_name="points"
    )
    shown = in_words_with_all(shown).with_columns(
        pl.col("what").replace_strict({"error": forecast, "persistence": last})
    )
    days = counted["days_ahead"].unique().sort().to_list()
    colour = alt.Color(
        "what:N", sort=[forecast, last], legend=alt.Legend(symbolType="stroke", symbolStrokeWidth=3),
        scale=alt.Scale(domain=[forecast, last], range=[BLUE, ORANGE]),
    )  # fmt: skip
    base = alt.Chart().encode(
        x=alt.X(
            "days_ahead:Q", scale=alt.Scale(nice=False), axis=alt.Axis(title=_("days before the round"), values=days[:1] + [
                day for day in days if day >= 14], grid=False),
        ),
        y=alt.Y("points:Q", axis=alt.Axis(title=_("points"), tickCount=4, format="d")),
        color=colour,
    ).properties(width=size.panel - 8, height=PANEL_HEIGHT)  # fmt: skip
    line = base.mark_line(strokeWidth=2).encode(
        strokeDash=alt.StrokeDash("what:N", sort=[forecast, last], legend=None, scale=alt.Scale(range=[[1, 0], [6, 3]]))
    )
    return small(alt.layer(line, base.mark_point(filled=True, size=36, opacity=1)), shown, size)


def in_words_with_all(frame: pl.DataFrame) -> pl.DataFrame:
    """A frame with its kinds in people's words, `all` too."""
    return in_words(frame).with_columns(pl.col("kind").replace({"all": _("all rounds")}))


def intervals(rounds: pl.DataFrame, by_kind: pl.DataFrame, size: Size) -> Any:
    """The kinds with most rounds over time: the interval of each forecast, its middle, and the published cut-off."""
    kinds = by_kind.filter(pl.col("kind") != "all").head(MAX_KINDS)["kind"].to_list()
    order = pl.col("kind").replace_strict(kinds, range(len(kinds)), return_dtype=pl.Int16)
    shown = in_words(rounds.filter(pl.col("kind").is_in(kinds)).sort(order, "date", maintain_order=True))
    # An interval that reaches far beyond all cut-offs would flatten the rest of its chart.
    low = pl.min_horizontal(pl.col("published").min().over("kind"), pl.col("p50").min().over("kind")) - 20
    high = pl.max_horizontal(pl.col("published").max().over("kind"), pl.col("p50").max().over("kind")) + 20
    shown = shown.with_columns(pl.col("p10").clip(low, high), pl.col("p90").clip(low, high))
    x = alt.X("date:T", scale=UTC, axis=time_axis(YEAR, "year"))
    base = alt.Chart().properties(width=size.inner, height=PANEL_HEIGHT * 3 // 2)
    interval = base.mark_bar(color=PALE_BLUE, width=6 if size.columns > 1 else 3).encode(
        x=x, y=alt.Y("p10:Q", scale=SCORES, axis=scores_axis()), y2="p90:Q"
    )
    middle = base.mark_tick(orient="horizontal", color=BLUE, thickness=2, width=8 if size.columns > 1 else 5).encode(
        x=x, y=alt.Y("p50:Q", scale=SCORES, axis=scores_axis())
    )
    dots = base.mark_point(filled=True, color=DARK, size=22, opacity=1).encode(
        x=x, y=alt.Y("published:Q", scale=SCORES, axis=scores_axis())
    )
    return small(alt.layer(interval, middle, dots), shown, size, columns=1)


def errors(by_kind: pl.DataFrame, size: Size) -> Any:
    """Mean absolute error by kind: the last cut-off in grey, the forecast in blue; by_kind: transforms.backtest.backtest.summary."""
    forecast, last = _("forecast"), _("last cut-off")
    counted = by_kind.filter((pl.col("rounds") >= MIN_ROUNDS) | (pl.col("kind") == "all"))
    names = [_("all rounds") if kind == "all" else kind_word(kind) for kind in counted["kind"]]
    counted = counted.with_columns(
        pl.Series("kind", [f"{name} ({rounds})" for name, rounds in zip(names, counted["rounds"], strict=True)])
    )
    order = counted["kind"].to_list()
    shown = counted.unpivot(["persistence", "error"], index="kind", variable_name="what", value_name="points")
    shown = shown.with_columns(pl.col("what").replace_strict({"persistence": last, "error": forecast}))
    y = alt.Y("kind:N", sort=order, axis=alt.Axis(title=None, ticks=False, labelLimit=0))
    x = alt.X("points:Q", axis=alt.Axis(title=_("points"), format="d", tickCount=4))
    offset = alt.YOffset("what:N", sort=[last, forecast])
    base = alt.Chart(alt.Data(**rows(shown))).encode(x=x, y=y, yOffset=offset)
    bars = base.mark_bar().encode(
        color=alt.Color("what:N", sort=[last, forecast], scale=alt.Scale(domain=[last, forecast], range=[GREY, BLUE]))
    )
    text = base.mark_text(align="left", dx=4, fontSize=12).encode(text=alt.Text("points:Q", format=".1f"))
    return alt.layer(bars, text).properties(width=size.inner - 100, height=HEIGHT)


def backtest(rounds: pl.DataFrame, by_kind: pl.DataFrame, size: Size) -> Any:
    """The backtest as one picture: errors by kind, and the cut-offs of the largest kinds within their intervals."""
    above = errors(by_kind, size).properties(title=_("Mean absolute error of the cut-off, by kind (rounds)"))
    below = intervals(rounds, by_kind, size).properties(
        title=_("Published cut-offs (dots), forecast (marks) with four in five chances (bars)")
    )
    return alt.vconcat(above, below, spacing=24).resolve_scale(color="independent")
