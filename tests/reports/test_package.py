"""Workbooks packed without a clock, where there is no room for them."""

from __future__ import annotations

import errno
import gc
import os
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from reports.workbook.book import Book, Column

FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="no device that is always full")
def test_a_full_disk_is_told_once(tmp_path: Path) -> None:
    with Book("Full", date(2026, 8, 7), tmp_path) as book:
        for title in ("One", "Two"):
            book.table(title, "", [Column("a", "A")], pl.DataFrame({"a": [title]}), nothing="Nothing.")
        with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
            book.save(FULL)
    # What is left open would tell of it again here, which is an error of the test.
    del book
    gc.collect()
