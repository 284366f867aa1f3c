"""How records are read where they or the law leave a choice."""

from __future__ import annotations

from reports.report.contents import ReportContents
from reports.workbook.book import Book, Entry, lines_of
from reports.workbook.looks import PROSE, SECTION, header_of
from transforms.model.wording import N_, _

TITLE = N_("Method")
WIDTHS = (44, 120)


def add(book: Book, contents: ReportContents) -> None:
    """Adds the page: a row a reading."""
    book.entries.append(
        Entry(_(TITLE), len(contents.readings), _("How records are read where they or the law leave a choice"))
    )
    page = book.page(_(TITLE), WIDTHS)
    page.put(1, 1, _("How records are read"), SECTION)
    page.put_row(2, (_("Subject"), _("How it is read")), [header_of(PROSE)] * 2)
    for number, reading in enumerate(contents.readings, start=3):
        page.put_row(number, reading, [PROSE] * 2)
        page.set_height(number, max(lines_of(text, width) for text, width in zip(reading, WIDTHS, strict=True)))
    if contents.readings:
        book.table_on_page(page, "method", (_("Subject"), _("How it is read")), 2, len(contents.readings) + 2)
    page.write()
