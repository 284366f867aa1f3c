"""The page as HTML text: charts as SVG, no script, and a policy under which the browser fetches nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from reports.workbook.looks import INK, MUTED, RULE
from transforms.model.wording import _, current

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
STYLE = f"""
:root {{ color-scheme: light; }}
* {{ box-sizing: border-box; }}
body {{ margin: 0 auto; padding: 24px 20px 40px; max-width: 1000px; background: #fff; color: #222;
  font: 16px/1.5 Arial, Helvetica, "Liberation Sans", sans-serif; overflow-wrap: break-word; }}
h1 {{ font-size: 28px; line-height: 1.2; margin: 0 0 4px; color: #{INK}; }}
h2 {{ font-size: 20px; line-height: 1.3; margin: 0 0 6px; color: #{INK}; }}
p {{ margin: 0 0 10px; max-width: 75ch; }}
.meta, figcaption, footer {{ color: #{MUTED}; font-size: 14px; }}
.note {{ border-left: 4px solid #E69F00; padding: 4px 12px; }}
nav ul {{ padding: 0; margin: 12px 0 0; list-style: none; display: flex; flex-wrap: wrap; gap: 4px 18px; font-size: 15px; }}
a {{ color: #0B5A8F; }}
section {{ border-top: 1px solid #{RULE}; margin-top: 28px; padding-top: 20px; }}
figure {{ margin: 12px 0; }}
svg {{ display: block; width: 100%; height: auto; }}
.narrow {{ display: none; }}
.scroll {{ overflow-x: auto; max-height: 420px; overflow-y: auto; }}
summary {{ cursor: pointer; color: #0B5A8F; font-size: 15px; padding: 4px 0; }}
table {{ border-collapse: collapse; font-size: 14px; font-variant-numeric: tabular-nums; }}
th, td {{ padding: 3px 10px; text-align: left; border-bottom: 1px solid #{RULE}; white-space: nowrap; }}
th.n, td.n {{ text-align: right; }}
@media (max-width: 720px) {{
  body {{ padding: 16px 14px 32px; }}
  h1 {{ font-size: 24px; }}
  .wide {{ display: none; }}
  .narrow {{ display: block; max-width: 420px; }}
}}
@media print {{
  @page {{ size: letter; margin: 16mm 14mm; }}
  body {{ padding: 0; max-width: none; font-size: 11pt; }}
  nav, details {{ display: none; }}
  .wide {{ display: block; }}
  .narrow {{ display: none; }}
  section {{ break-inside: avoid; margin-top: 14px; padding-top: 12px; }}
  figure, svg {{ break-inside: avoid; }}
  svg {{ max-height: 205mm; }}
}}
"""


@dataclass(frozen=True)
class Table:
    """A table of numbers: headings, and rows of text; the first `texts` columns are text, the others numbers."""

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    texts: int = 1


@dataclass(frozen=True)
class Section:
    """A part of the page: key, title, what one sees, the chart by size of screen, where the data is from, the numbers."""

    key: str
    title: str
    text: str
    charts: dict[str, str]
    source: str
    table: Table
    note: str = ""


def page(title: str, meta: Sequence[str], notes: Sequence[str], sections: Sequence[Section], footer: str) -> str:
    """The whole page; texts are escaped, charts are SVG already."""
    links = "".join(f'<li><a href="#{one.key}">{escape(one.title)}</a></li>' for one in sections)
    parts = [
        "<!DOCTYPE html>",
        f'<html lang="{current()}-CA"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="referrer" content="no-referrer">',
        # Without an icon a browser asks the server for one.
        '<link rel="icon" href="data:,">',
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body>",
        f"<header><h1>{escape(title)}</h1>",
        *(f'<p class="meta">{escape(line)}</p>' for line in meta),
        *(f'<p class="note">{escape(line)}</p>' for line in notes),
        f'<nav aria-label="{escape(_("Contents"))}"><ul>{links}</ul></nav></header><main>',
        *(section(one) for one in sections),
        f"</main><footer><p>{escape(footer)}</p></footer></body></html>",
    ]
    return "\n".join(parts) + "\n"


def section(one: Section) -> str:
    """A part of the page as HTML."""
    note = f'<p class="note">{escape(one.note)}</p>' if one.note else ""
    charts = "".join(f'<div class="{size}">{svg}</div>' for size, svg in one.charts.items())
    return (
        f'<section id="{one.key}"><h2>{escape(one.title)}</h2><p>{escape(one.text)}</p>{note}'
        f"<figure>{charts}<figcaption>{escape(one.source)}</figcaption></figure>"
        f"<details><summary>{escape(_('The numbers'))}</summary>{table(one.table)}</details></section>"
    )


def table(one: Table) -> str:
    """A table as HTML."""

    def cells(tag: str, values: Sequence[str]) -> str:
        made = []
        for place, value in enumerate(values):
            kind = "" if place < one.texts else ' class="n"'
            scope = ' scope="col"' if tag == "th" else ""
            made.append(f"<{tag}{kind}{scope}>{escape(value)}</{tag}>")
        return f"<tr>{''.join(made)}</tr>"

    body = "\n".join(cells("td", row) for row in one.rows)
    return (
        f'<div class="scroll" tabindex="0"><table><thead>{cells("th", one.headings)}</thead>'
        f"<tbody>{body}</tbody></table></div>"
    )
