"""Workbooks packed without a clock, where there is no room for them."""

from __future__ import annotations

import errno
import gc
import os
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from reports import package

FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="no device that is always full")
def test_a_full_disk_is_told_once() -> None:
    book = Workbook(write_only=True)
    for title in ("One", "Two"):
        book.create_sheet(title).append([title])
    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
        package.save(book, FULL, title="Full", day=date(2026, 8, 7))
    del book
    # What is left open would tell of it again here, which is an error of the test.
    gc.collect()
