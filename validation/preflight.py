"""What is looked at in an input's bytes before any parser sees them: kind, size, encryption, bombs, macros."""

from __future__ import annotations

import hashlib
import io
import re
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Literal

from validation.package import Package, part_name
from validation.unusable import NotRead, Unusable

FileKind = Literal["xlsx", "csv", "parquet"]

MEBIBYTE = 1 << 20
MAXIMUM_FILE = 512 * MEBIBYTE
MAXIMUM_UNPACKED = 1024 * MEBIBYTE
MAXIMUM_PARTS = 5_000
# A real workbook's larger parts shrink 10 to 60 times; bombs start at some hundreds.
MAXIMUM_RATIO = 100
RATIO_COUNTS_FROM = 16 * MEBIBYTE
CHUNK = 4 * MEBIBYTE

ZIP = b"PK\x03\x04"
EMPTY_ZIP = b"PK\x05\x06"
OLE2 = bytes.fromhex("D0CF11E0A1B11AE1")
PARQUET = b"PAR1"
ENCRYPTED_PARQUET = b"PARE"
UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
# All that zipfile raises on a package whose bytes are not what they should be.
DAMAGED_ZIP = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, RuntimeError)
_DOCTYPE = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)

SAVE_AS_XLSX = "Open it in a spreadsheet program and save it as .xlsx."


def read_bytes(path: Path) -> bytes:
    """The whole content of a file; raises Unusable if it is empty or too large, NotRead if it cannot be read now."""
    try:
        if path.is_dir():
            raise Unusable("It is a folder, not a file.", "Name the files in it.")
        if path.stat().st_size > MAXIMUM_FILE:
            raise Unusable(
                f"It is larger than {MAXIMUM_FILE // MEBIBYTE} MiB.", "Divide it into several files; all may be given."
            )
        data = path.read_bytes()
    except FileNotFoundError:
        raise NotRead("There is no such file.", "Check the name and the folder.") from None
    except OSError as error:
        raise NotRead(
            f"It cannot be opened ({error.strerror or type(error).__name__}).",
            "Close it elsewhere, or mend its rights.",
        ) from None
    if not data:
        raise Unusable("The file is empty (0 bytes).", "Save or copy it again.", hashlib.sha256(data).hexdigest())
    return data


def kind_of(path: Path, data: bytes) -> FileKind:
    """The kind of an input, from its name, held against its first bytes; raises Unusable where they disagree."""
    extension = path.suffix.lower()
    if data.startswith(OLE2):
        raise _compound_file(data)
    if extension == ".xlsx":
        if data.startswith((ZIP, EMPTY_ZIP)):
            return "xlsx"
        found = "a Parquet file" if data.startswith(PARQUET) else "text" if _is_text(data) else "something else"
        raise Unusable(
            f"It is named .xlsx but is not a workbook: it holds {found}.",
            "Name a CSV file .csv; else open it in a spreadsheet program and save it as .xlsx.",
        )
    if extension == ".csv":
        if data.startswith((ZIP, PARQUET)):
            found, right = ("a workbook", ".xlsx") if data.startswith(ZIP) else ("a Parquet file", ".parquet")
            raise Unusable(f"It is named .csv but is {found}.", f"Name it {right}, or save it as CSV.")
        return "csv"
    if extension == ".parquet":
        if data.startswith(ENCRYPTED_PARQUET):
            raise Unusable("It is an encrypted Parquet file.", "Write it without encryption.")
        if not (data.startswith(PARQUET) and data.endswith(PARQUET)):
            raise Unusable("It is named .parquet but is not a whole Parquet file.", "Write or copy it again.")
        return "parquet"
    if extension in (".xlsm", ".xls", ".xlsb", ".ods", ".numbers"):
        raise Unusable(f"It is a {extension} file; only .xlsx, .csv and .parquet are read.", SAVE_AS_XLSX)
    raise Unusable(
        "Its name does not end in .xlsx, .csv or .parquet.", "Save it as one of these, or give the right file."
    )


def _compound_file(data: bytes) -> Unusable:
    """What an OLE2 file is: a workbook locked with a password, an old .xls, or something else."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        return Unusable("The workbook is password-protected.", "Save it without a password to open, then try again.")
    if any(name.encode("utf-16-le") in data for name in ("Workbook", "Book")):
        return Unusable("It is a workbook in the old .xls format.", SAVE_AS_XLSX)
    return Unusable("It is a file of another program in an old Office format, not a workbook.", SAVE_AS_XLSX)


def _is_text(data: bytes) -> bool:
    return b"\0" not in data[:CHUNK]


def check_text(data: bytes) -> str:
    """The text of a CSV file in UTF-8, with or without a byte order mark; raises Unusable for another encoding."""
    save_as = "Save it as 'CSV UTF-8 (comma delimited)'."
    if data.startswith(UTF_16_MARKS):
        raise Unusable("The text is in UTF-16, not in UTF-8.", save_as)
    if b"\0" in data:
        raise Unusable("It is named .csv but is not text.", save_as)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unusable(
            f"The text is not in UTF-8 (first at line {line}); it may be in Windows-1252.", save_as
        ) from None


def check_workbook(data: bytes) -> zipfile.ZipFile:
    """A workbook's package, with every part unpacked once and held against its stated size and checksum.

    Raises Unusable for what is damaged, encrypted, a bomb, holds macros or declares entities.
    """
    damaged = Unusable("The workbook is damaged.", "Open it in a spreadsheet program and save it again.")
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
    except DAMAGED_ZIP:
        raise damaged from None
    parts = package.infolist()
    names = {part_name(part.filename) for part in parts}
    if len(parts) > MAXIMUM_PARTS or len(names) < len(parts):
        raise Unusable("The workbook's package has too many or doubled parts.", SAVE_AS_XLSX)
    if any(part.flag_bits & 1 for part in parts):
        raise Unusable("The workbook is password-protected.", "Save it without a password to open, then try again.")
    if any(part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in parts):
        raise damaged
    if any(name.endswith("vbaproject.bin") for name in names):
        raise Unusable("The workbook holds macros.", "Save it as .xlsx, without macros.")
    if sum(part.file_size for part in parts) > MAXIMUM_UNPACKED or any(_swells(part) for part in parts):
        raise Unusable(
            "Unpacked, the workbook is suspiciously large for its size (a 'zip bomb').",
            "Open it in a spreadsheet program, delete what is not needed, and save it again, or save it as CSV.",
        )
    try:
        for part in parts:
            _unpack(package, part)
    except DAMAGED_ZIP:
        raise damaged from None
    opened = Package(package)
    if opened.main_part.lower().endswith(".bin") or not opened.is_workbook:
        raise _other_package(names)
    return package


def _other_package(names: set[str]) -> Unusable:
    if any(name.endswith("/workbook.bin") for name in names):
        return Unusable("It is a binary workbook (.xlsb).", SAVE_AS_XLSX)
    if "content.xml" in names:
        return Unusable("It is an OpenDocument file.", SAVE_AS_XLSX)
    return Unusable("It is named .xlsx but holds no workbook.", SAVE_AS_XLSX)


def _swells(part: zipfile.ZipInfo) -> bool:
    return part.file_size > RATIO_COUNTS_FROM and part.file_size > MAXIMUM_RATIO * max(part.compress_size, 1)


def _unpack(package: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Unpacks one part in pieces: the stated size bounds it, and the checksum shows where that was not the true one."""
    with package.open(part) as stream:
        first = stream.read(CHUNK)
        if part_name(part.filename).endswith((".xml", ".rels", ".vml")) and _DOCTYPE.search(first[:CHUNK]):
            raise Unusable("The workbook declares XML entities, which none needs.", SAVE_AS_XLSX)
        while stream.read(CHUNK):
            pass
