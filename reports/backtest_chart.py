"""The backtest as a picture (SVG): error by kind beside persistence, and the published lines within their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape

import polars as pl

WIDTH, MARGIN, PANEL, GAP = 960, 64, 150, 46
KINDS_DRAWN = 3
FEWEST_ROUNDS = 4
# Colours that are told apart by colour-blind readers too.
GREY, BLUE, BAND, INK = "#9a9a9a", "#0072b2", "#b9d7ea", "#222222"


def drawn(forecasts: pl.DataFrame, by_kind: pl.DataFrame) -> str:
    """The picture as SVG text, from the frames of transforms.backtest (`backtest` and `summary`)."""
    bars = by_kind.filter((pl.col("rounds") >= FEWEST_ROUNDS) | (pl.col("kind") == "all"))
    kinds = by_kind.filter(pl.col("kind") != "all").head(KINDS_DRAWN)["kind"].to_list()
    parts = [_bars(bars, MARGIN)]
    for place, kind in enumerate(kinds, start=1):
        parts.append(_lines(forecasts.filter(pl.col("kind") == kind), kind, MARGIN + place * (PANEL + GAP)))
    height = MARGIN + (len(kinds) + 1) * (PANEL + GAP)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" '
        f'font-size="12" fill="{INK}">\n<rect width="{WIDTH}" height="{height}" fill="white"/>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def _text(x: float, y: float, text: str, anchor: str = "start", weight: str = "normal") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-weight="{weight}">{escape(text)}</text>'


def _bars(by_kind: pl.DataFrame, top: float) -> str:
    """Mean absolute error by kind: grey persistence, blue the model."""
    highest = max(by_kind["persistence"].max(), by_kind["error"].max(), 1.0)  # type: ignore[type-var]
    step = (WIDTH - 2 * MARGIN) / by_kind.height
    title = "Mean absolute error of the cut-off, points: the kind's last cut-off (grey), the forecast (blue)"
    made = [_text(MARGIN, top - 12, title, weight="bold")]
    for place, row in enumerate(by_kind.iter_rows(named=True)):
        middle = MARGIN + (place + 0.5) * step
        for offset, name, colour in ((-0.3, "persistence", GREY), (0.02, "error", BLUE)):
            size = row[name] / highest * (PANEL - 34)
            x, y, width = middle + offset * step, top + PANEL - 18 - size, 0.28 * step
            made.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{size:.1f}" fill="{colour}"/>')
            made.append(_text(x + width / 2, y - 3, f"{row[name]:.1f}", "middle"))
        made.append(_text(middle, top + PANEL - 3, f"{row['kind']} ({row['rounds']})", "middle"))
    return "\n".join(made)


def _lines(rows: pl.DataFrame, kind: str, top: float) -> str:
    """One kind over time: the interval from p10 to p90 of each round as a bar, its middle, and the published cut-off."""
    shown = pl.concat([rows["published"].cast(pl.Float64), rows["p50"]])
    low, high = float(shown.min()) - 1, float(shown.max()) + 1  # type: ignore[arg-type]
    first, last = rows["date"].min(), rows["date"].max()
    assert isinstance(first, date)
    assert isinstance(last, date)
    days = max((last - first).days, 1)

    def x_of(day: date) -> float:
        return MARGIN + (day - first).days / days * (WIDTH - 2 * MARGIN)

    def y_of(score: float) -> float:
        return top + PANEL - 18 - (min(max(score, low), high) - low) / max(high - low, 1) * (PANEL - 34)

    made = [
        _text(MARGIN, top - 8, f"{kind}: published cut-offs (dots), forecast (dashes) with four in five chances (bars)",
              weight="bold")
    ]  # fmt: skip
    made += _scale((low, (low + high) / 2, high), y_of)
    for row in rows.iter_rows(named=True):
        x, bottom, upper = x_of(row["date"]), y_of(row["p10"]), y_of(row["p90"])
        tall = max(bottom - upper, 1)
        made.append(f'<rect x="{x - 4:.1f}" y="{upper:.1f}" width="8" height="{tall:.1f}" fill="{BAND}"/>')
        middle = y_of(row["p50"])
        made.append(f'<path d="M{x - 6:.1f} {middle:.1f}h12" stroke="{BLUE}" stroke-width="2"/>')
        made.append(f'<circle cx="{x:.1f}" cy="{y_of(row["published"]):.1f}" r="3" fill="{INK}"/>')
    made.append(_text(MARGIN, top + PANEL, str(first)))
    made.append(_text(WIDTH - MARGIN, top + PANEL, str(last), "end"))
    return "\n".join(made)


def _scale(scores: Sequence[float], y_of: object) -> list[str]:
    assert callable(y_of)
    made = []
    for score in scores:
        y = y_of(score)
        made.append(f'<path d="M{MARGIN} {y:.1f}H{WIDTH - MARGIN}" stroke="#dddddd"/>')
        made.append(_text(MARGIN - 6, y + 4, f"{score:.0f}", "end"))
    return made
