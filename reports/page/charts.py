"""The charts of rounds, pool and clients, from the frames of reports.page.frames."""

from __future__ import annotations

from typing import Any

import altair as alt
import polars as pl

from reports.page.drawing import rows
from reports.page.frames import FLOW_WORDS, GROUP_WORDS
from reports.page.style import (
    BLUE,
    DARK,
    GREEN,
    GREY,
    GROUP_COLOURS,
    HEIGHT,
    ORANGE,
    PANEL_HEIGHT,
    SCORE_COLOURS,
    TEXT,
    VERMILION,
    Size,
)
from reports.wording.kinds import KIND_WORDS, kind_word
from transforms.model.wording import _, named

UTC = alt.Scale(type="utc", nice=False)
YEAR, MONTH = "%Y", "%b %Y"


def time_axis(form: str = MONTH, ticks: Any = 4) -> Any:
    """A time axis without a title."""
    return alt.Axis(format=form, tickCount=ticks, title=None, grid=False, labelOverlap=True)


def in_words(frame: pl.DataFrame) -> pl.DataFrame:
    """A frame with its kinds in people's words, in their order of the frame."""
    return frame.with_columns(named(KIND_WORDS, pl.col("kind")).alias("kind"))


def small(layers: Any, frame: pl.DataFrame, size: Size, *, columns: int | None = None) -> Any:
    """Small charts side by side, one a kind, each with a scale of scores of its own and all with one of time."""
    kinds = frame["kind"].unique(maintain_order=True).to_list()
    return layers.facet(
        facet=alt.Facet("kind:N", sort=kinds, title=None), columns=columns or size.columns, data=alt.Data(**rows(frame))
    ).resolve_scale(y="independent").resolve_axis(x="independent")  # fmt: skip


def cut_offs(frame: pl.DataFrame, size: Size) -> Any:
    """Each round as a dot at its day and cut-off, as large as its number of invitations; a small chart a kind."""
    x = alt.X("date:T", scale=UTC, axis=time_axis(YEAR, "year"))
    y = alt.Y("cut_off:Q", scale=alt.Scale(zero=False, padding=8), axis=alt.Axis(title=None, tickCount=4, format="d"))
    base = alt.Chart().encode(x=x, y=y).properties(width=size.panel, height=PANEL_HEIGHT)
    line = base.mark_line(color=GREY, strokeWidth=1)
    dots = base.mark_circle(color=BLUE, opacity=0.75).encode(
        size=alt.Size(
            "size:Q", scale=alt.Scale(type="sqrt", range=[12, 260]),
            legend=alt.Legend(title=_("invitations"), symbolType="circle", format=",d", orient="top", values=[500, 2000, 5000]),
        )
    )  # fmt: skip
    return small(alt.layer(line, dots), in_words(frame), size)


def invitations(frame: pl.DataFrame, size: Size) -> Any:
    """Invitations by year, stacked by group of kinds."""
    words = {key: _(text) for key, text in GROUP_WORDS.items()}
    order = {key: place for place, key in enumerate(GROUP_WORDS)}
    shown = frame.with_columns(
        named(GROUP_WORDS, pl.col("group")).alias("words"),
        pl.col("group").replace_strict(order, return_dtype=pl.Int8).alias("order"),
    )
    return (
        alt.Chart(alt.Data(**rows(shown)))
        .mark_bar(stroke="white", strokeWidth=0.5)
        .encode(
            x=alt.X("year:O", axis=alt.Axis(title=None, labelAngle=0, labelOverlap=True)),
            y=alt.Y("invited:Q", axis=alt.Axis(title=_("invitations"), format=",d", tickCount=5)),
            color=alt.Color(
                "words:N", sort=list(words.values()), legend=alt.Legend(columns=size.legend),
                scale=alt.Scale(domain=list(words.values()), range=list(GROUP_COLOURS)),
            ),
            order=alt.Order("order:Q"),
        )
        .properties(width=size.inner, height=HEIGHT)
    )  # fmt: skip


def distribution(frame: pl.DataFrame, size: Size) -> Any:
    """The newest distribution as bars, the one of a year before as dark marks."""
    now, before = _("newest"), _("a year before")
    shown = frame.with_columns(
        pl.format("{}-{}", "low", "high").alias("band"), pl.lit(now).alias("newest"), pl.lit(before).alias("earlier")
    )
    y = alt.Y("band:O", sort=shown["band"].reverse().to_list(), axis=alt.Axis(title=_("CRS score"), ticks=False))
    x_axis = alt.Axis(title=_("people in the pool"), format=",d", tickCount=5 if size.columns > 1 else 3)
    colour = alt.Scale(domain=[now, before], range=[BLUE, DARK])
    base = alt.Chart(alt.Data(**rows(shown)))
    bars = base.mark_bar().encode(x=alt.X("people:Q", axis=x_axis), y=y, color=alt.Color("newest:N", scale=colour))
    marks = base.mark_tick(thickness=3, size=16).encode(
        x=alt.X("before:Q", axis=x_axis), y=y, color=alt.Color("earlier:N", scale=colour)
    )
    return alt.layer(bars, marks).properties(width=size.inner - 24, height=360)


def pool(frame: pl.DataFrame, size: Size) -> Any:
    """The pool over time, stacked by score, the highest scores on top and darkest."""
    shown = frame.with_columns(pl.format("{}-{}", "low", "high").alias("band"))
    bands = shown.unique("low").sort("low")["band"].to_list()
    return (
        alt.Chart(alt.Data(**rows(shown)))
        .mark_area()
        .encode(
            x=alt.X("as_of:T", scale=UTC, axis=time_axis(YEAR, "year")),
            y=alt.Y("people:Q", axis=alt.Axis(title=_("people in the pool"), format=",d", tickCount=5)),
            color=alt.Color(
                "band:N", sort=bands, legend=alt.Legend(columns=size.legend, symbolStrokeWidth=0),
                scale=alt.Scale(domain=bands, range=list(SCORE_COLOURS[: len(bands)])),
            ),
            order=alt.Order("low:Q"),
        )
        .properties(width=size.inner, height=HEIGHT)
    )  # fmt: skip


def flow(frame: pl.DataFrame, size: Size) -> Any:
    """People a day who came (up) and who went (down); a bar is as wide as the time between two distributions."""
    words = [_(text) for text in FLOW_WORDS.values()]
    shown = frame.with_columns(named(FLOW_WORDS, pl.col("what")).alias("words"))
    return (
        alt.Chart(alt.Data(**rows(shown)))
        .mark_rect(stroke="white", strokeWidth=0.5)
        .encode(
            x=alt.X("first:T", scale=UTC, axis=time_axis(MONTH, 6 if size.columns > 1 else 3)), x2="last:T",
            y=alt.Y("from_:Q", axis=alt.Axis(title=_("people a day"), format=",d", tickCount=6)), y2="to:Q",
            color=alt.Color(
                "words:N", sort=words, legend=alt.Legend(columns=size.legend),
                scale=alt.Scale(domain=words, range=[GREEN, ORANGE, GREY]),
            ),
        )
        .properties(width=size.inner, height=HEIGHT)
    )  # fmt: skip


def clients(frame: pl.DataFrame, lines: pl.DataFrame, size: Size) -> Any:
    """Clients by score as bars, and below them on the same scale the newest cut-off of each kind."""
    inside, outside = _("in the pool"), _("not in the pool")
    shown = frame.unpivot(["in_pool", "others"], index=["low", "high"], variable_name="where", value_name="clients")
    shown = shown.with_columns(
        pl.col("where").replace_strict({"in_pool": inside, "others": outside}).alias("where"),
        (pl.col("high") + 1).alias("end"),
    )
    # Each bar begins where the one below it ends.
    shown = shown.with_columns((pl.col("clients").cum_sum().over("low", order_by="where")).alias("top"))
    shown = shown.with_columns((pl.col("top") - pl.col("clients")).alias("bottom"))
    scores = [*frame["low"], *(frame["high"] + 1), *lines["cut_off"]]
    domain = alt.Scale(domain=[min(scores, default=0) - 5, max(scores, default=1) + 5], nice=False)
    width = size.width - 150 if size.columns > 1 else size.width - 125
    x_axis = alt.Axis(title=_("CRS score"), format="d", tickCount=8 if size.columns > 1 else 4)
    bars = (
        alt.Chart(alt.Data(**rows(shown)))
        .mark_rect(stroke="white", strokeWidth=1)
        .encode(
            x=alt.X("low:Q", scale=domain, axis=x_axis), x2="end:Q",
            y=alt.Y("bottom:Q", axis=alt.Axis(title=_("clients"), format="d", tickMinStep=1)), y2="top:Q",
            color=alt.Color(
                "where:N", sort=[inside, outside], legend=alt.Legend(columns=size.legend),
                scale=alt.Scale(domain=[inside, outside], range=[BLUE, GREY]),
            ),
        )
        .properties(width=width, height=HEIGHT * 3 // 4)
    )  # fmt: skip
    data = lines.with_columns(pl.Series("kind", [kind_word(kind) for kind in lines["kind"]], dtype=pl.String))
    y = alt.Y("kind:N", sort=data["kind"].to_list(), axis=alt.Axis(title=_("newest cut-off"), grid=True, ticks=False))
    strip = alt.Chart(alt.Data(**rows(data))).encode(x=alt.X("cut_off:Q", scale=domain, axis=x_axis), y=y)
    marks = strip.mark_point(shape="diamond", filled=True, size=70, color=VERMILION, opacity=1)
    text = strip.mark_text(align="left", dx=8, color=TEXT, fontSize=12).encode(text=alt.Text("cut_off:Q", format="d"))
    return alt.vconcat(
        bars, alt.layer(marks, text).properties(width=width, height=max(22 * lines.height, 22)), spacing=12
    )
