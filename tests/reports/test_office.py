"""A report in LibreOffice: how many pages it is printed on, and what is left of tables and names when it is saved again."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import openpyxl
import pytest
from reading_back import CLIENTS_2026, Saved

from flows import clock, run_request
from flows.main_run import run_job
from flows.run_request import Request
from reports.workbook.excel_tables import PREFIX

TOOLS = ("soffice", "pdfinfo", "pdftotext")
pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(
        not all(map(shutil.which, TOOLS)), reason="LibreOffice or the tools for PDF files are not installed"
    ),
]
MAX_PAGES = 40
FOR_SCREEN = {
    "Would have met",
    "What would raise the score",
    "Scores",
    "Eligibility",
    "Explanation",
    "Language results",
    "Rules",
    "Warnings",
}
FOOTER = re.compile(r"\S  +(.+?)  +\d+ / \d+$")


def converted(path: Path, kind: str, folder: Path) -> Path:
    """A workbook as LibreOffice saves it in another format."""
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to", kind]
    subprocess.run([*command, "--outdir", str(folder), str(path)], check=True, capture_output=True, timeout=300)
    return folder / f"{path.stem}.{kind}"


def pages_of(pdf: Path) -> Counter[str]:
    """How many pages each sheet has, by the title in its footer."""
    text = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True, text=True).stdout
    lasts = [page.strip().splitlines()[-1] for page in text.split("\f") if page.strip()]
    found = [FOOTER.search(last) for last in lasts]
    return Counter(one[1].strip() for one in found if one)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a whole run of the sample of 2026: 500 clients, 458 of them scored."""
    out = tmp_path_factory.mktemp("whole")
    day = run_request.samples()[str(CLIENTS_2026)]["as_of"]
    run_job.run_all(Request.of({**Request("a-run", (CLIENTS_2026,), clock.today(), out).saved(), "as_of": day}))
    return out / "report.xlsx"


def test_the_report_is_printed_on_forty_pages_at_most(whole: Path, tmp_path: Path) -> None:
    pdf = converted(whole, "pdf", tmp_path)
    said = subprocess.run(["pdfinfo", str(pdf)], check=True, capture_output=True, text=True).stdout
    pages = pages_of(pdf)
    assert int(re.search(r"Pages: +(\d+)", said)[1]) == pages.total()  # type: ignore[index]
    assert pages.total() <= MAX_PAGES
    assert set(pages) == set(openpyxl.load_workbook(whole).sheetnames)
    assert {title: pages[title] for title in FOR_SCREEN} == dict.fromkeys(FOR_SCREEN, 1)


def test_tables_names_and_links_are_there_when_it_is_saved_again(report_2026: Saved, tmp_path: Path) -> None:
    again = Saved(converted(report_2026.path, "xlsx", tmp_path))
    for sheet in report_2026.book:
        other = again.book[sheet.title]
        assert {table.name: table.ref for table in other.tables.values()} == {
            table.name: table.ref for table in sheet.tables.values()
        }
        assert all(name.startswith(PREFIX) for name in other.tables)
    names = [
        {name: one.attr_text.replace("'", "") for name, one in book.defined_names.items()}
        for book in (report_2026.book, again.book)
    ]
    assert names[0] == names[1]
    for title in ("Invited", "Scores"):
        found = [
            [one.hyperlink.location for row in book[title].iter_rows() for one in row if one.hyperlink]
            for book in (report_2026.book, again.book)
        ]
        assert len(found[0]) == len(found[1]) > 0
