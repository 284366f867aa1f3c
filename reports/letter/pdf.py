"""The client pages as a PDF file, a page of Letter paper each, set by typst within this process."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from reports.letter import words
from reports.letter.contents import Letter, LettersContents
from reports.workbook.text import fit
from transforms.model.wording import _, current, full_date, whole_number

TEMPLATE = Path(__file__).parent / "client_page.typ"


def is_there() -> bool:
    """Is typst installed?"""
    return find_spec("typst") is not None


def write_pdf(path: Path, contents: LettersContents, pages: Sequence[Letter]) -> None:
    """Writes the pages; equal pages give equal bytes where the fonts are the same.

    The texts reach the template as values, never as its code. No file holds them but the PDF itself.
    """
    import typst

    # The template reads the logo as a file beside it.
    with TemporaryDirectory(dir=path.parent) as folder:
        main = Path(folder) / TEMPLATE.name
        main.write_bytes(TEMPLATE.read_bytes())
        if contents.logo is not None:
            (Path(folder) / "logo").write_bytes(contents.logo.data)
        made = typst.compile(
            main, format="pdf", sys_inputs={"data": json.dumps(_data(contents, pages))},
            timestamp=datetime(contents.as_of.year, contents.as_of.month, contents.as_of.day, tzinfo=UTC),
        )  # fmt: skip
    path.write_bytes(made)


def _data(contents: LettersContents, pages: Sequence[Letter]) -> dict[str, Any]:
    """What the template shows, as plain values: texts, numbers, lists and mappings."""
    labels = {
        "title": _(words.TITLE),
        "as_of": full_date(contents.as_of),
        "rules": _("Rules {version}").format(version=contents.rules_version),
        "score": _("CRS score"),
        "shares": _("Where the points come from"),
        "share_heads": [_("Group"), _("Points"), _("Maximum"), _("Components")],
        "programs": _("Programs and categories"),
        "categories": _("Categories"),
        "steps": _("Changes with the most effect"),
        "step_heads": [_("Change, all else as it is"), _("Gain"), _("Score then"), _("What it would open")],
        "events": _("Dates to watch"),
        "event_heads": [_("Day"), _("What happens"), _("Last day to act"), _("At stake")],
        "law": _("Law and use of this page"),
        "foot": f"{_(words.PREPARED)} {_(words.NO_ADVICE)}",
    }
    logo = None if contents.logo is None else contents.logo.format.replace("jpeg", "jpg")
    return {
        "language": current(),
        "firm": fit(contents.firm),
        "heading": fit(contents.title),
        "logo": logo,
        "is_provisional": contents.provisional is not None,
        "labels": labels,
        "pages": [asdict(one) | {"score": whole_number(one.score)} for one in pages],
    }
