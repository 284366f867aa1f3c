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

from transforms.model.wording import N_, _
from validation.files import locked
from validation.files.locked import OLE2
from validation.files.package import Package, part_name
from validation.files.unusable import NotRead, Unusable

FileKind = Literal["xlsx", "csv", "parquet"]

KIBIBYTE, MEBIBYTE = 1 << 10, 1 << 20
MAXIMUM_FILE = 512 * MEBIBYTE
MAXIMUM_UNPACKED = 1024 * MEBIBYTE
# Of a sheet, or of the texts that sheets share.
MAXIMUM_XML = 256 * MEBIBYTE
MAXIMUM_PARTS = 5_000
# A real workbook's larger parts shrink 10 to 60 times; bombs start at some hundreds.
MAXIMUM_RATIO = 100
RATIO_COUNTS_FROM = 16 * MEBIBYTE
CHUNK = 4 * MEBIBYTE

ZIP = b"PK\x03\x04"
EMPTY_ZIP = b"PK\x05\x06"
PARQUET = b"PAR1"
ENCRYPTED_PARQUET = b"PARE"
UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
# Shares of zeros among the first and the second bytes of characters that tell UTF-16 without a mark.
FEW, MANY = 0.1, 0.5
UTF_8, WINDOWS_1252 = "UTF-8", "Windows-1252"
# What letters with accents of a Mac or of DOS become when they are read as Windows-1252, and the signs of no name.
_NO_UTF_8 = "\N{REPLACEMENT CHARACTER}"
_BEYOND_ASCII = re.compile(f"[^\x00-\x7f{_NO_UTF_8}]")
_UNLIKELY_IN_1252 = re.compile(
    "[\x80-\x9f\u0192\u201a\u201e\u2020\u2021\u02c6\u2030\u0160\u2039\u017d\u0161\u203a\u017e\xa1\xa4-\xa6\xac\xaf\xd7\xf7]"
)
# All that zipfile raises on a package whose bytes are not what they should be.
DAMAGED_ZIP = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, RuntimeError)
_DOCTYPE = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)

SAVE_AS_XLSX = N_("Open it in a spreadsheet program and save it as .xlsx.")


class NotUtf8(Unusable):
    """A text that is in another encoding than UTF-8."""


def read_bytes(path: Path) -> bytes:
    """The whole content of a file; raises Unusable if it is empty or too large, NotRead if it cannot be read now."""
    try:
        if path.is_dir():
            raise Unusable(_("It is a folder, not a file."), _("Name the files in it."))
        refuse_large_file(path)
        data = path.read_bytes()
    except FileNotFoundError:
        raise NotRead(_("There is no such file."), _("Check the name and the folder.")) from None
    except OSError as error:
        raise NotRead(
            _("It cannot be opened ({reason}).").format(reason=error.strerror or type(error).__name__),
            _("Close it elsewhere, or correct its permissions."),
        ) from None
    if not data:
        raise Unusable(_("The file is empty (0 bytes)."), _("Save or copy it again."), hashlib.sha256(data).hexdigest())
    return data


def refuse_large_file(path: Path) -> None:
    """Raises Unusable for a file with more bytes than are read."""
    if path.stat().st_size > MAXIMUM_FILE:
        raise Unusable(
            _("It is larger than {size} MiB.").format(size=MAXIMUM_FILE // MEBIBYTE),
            _("Divide it into several files; all may be given."),
        )


def kind_of(path: Path, data: bytes) -> FileKind:
    """The kind of an input, from its name, held against its first bytes; raises Unusable where they disagree."""
    extension = path.suffix.lower()
    if data.startswith(OLE2):
        raise _compound_file(data)
    if extension == ".xlsx":
        if data.startswith((ZIP, EMPTY_ZIP)):
            return "xlsx"
        raise Unusable(
            _("It is named .xlsx but is not a workbook: it holds a Parquet file.")
            if data.startswith(PARQUET)
            else _("It is named .xlsx but is not a workbook: it holds text.")
            if _is_text(data)
            else _("It is named .xlsx but is not a workbook: it holds something else."),
            _("Name a CSV file .csv; else open it in a spreadsheet program and save it as .xlsx."),
        )
    if extension == ".csv":
        if data.startswith((ZIP, PARQUET)):
            problem, ending = (
                (_("It is named .csv but is a workbook."), ".xlsx")
                if data.startswith(ZIP)
                else (_("It is named .csv but is a Parquet file."), ".parquet")
            )
            raise Unusable(problem, _("Name it {ending}, or save it as CSV.").format(ending=ending))
        return "csv"
    if extension == ".parquet":
        if data.startswith(ENCRYPTED_PARQUET):
            raise Unusable(_("It is an encrypted Parquet file."), _("Write it without encryption."))
        if not (data.startswith(PARQUET) and data.endswith(PARQUET)):
            raise Unusable(_("It is named .parquet but is not a whole Parquet file."), _("Write or copy it again."))
        return "parquet"
    if extension in (".xlsm", ".xls", ".xlsb", ".ods", ".numbers"):
        raise Unusable(
            _("It is a {extension} file; only .xlsx, .csv and .parquet are read.").format(extension=extension),
            _(SAVE_AS_XLSX),
        )
    raise Unusable(
        _("Its name does not end in .xlsx, .csv or .parquet."), _("Save it as one of these, or give the right file.")
    )


def _compound_file(data: bytes) -> Unusable:
    """What an OLE2 file is: a workbook locked with a password, an old .xls, or something else."""
    if locked.is_protected(data):
        return Unusable(
            _("The workbook is password-protected."), _("Save it without a password to open, then try again.")
        )
    if locked.is_protected_xls(data):
        return Unusable(
            _("It is a password-protected workbook in the old .xls format, whose encryption is not read."),
            _("Open it with its password in a spreadsheet program and save it as .xlsx; it may keep the password."),
        )
    if any(name.encode("utf-16-le") in data for name in ("Workbook", "Book")):
        return Unusable(_("It is a workbook in the old .xls format."), _(SAVE_AS_XLSX))
    return Unusable(_("It is a file of another program in an old Office format, not a workbook."), _(SAVE_AS_XLSX))


def _is_text(data: bytes) -> bool:
    return b"\0" not in data[:CHUNK]


def csv_text(data: bytes) -> tuple[str, str]:
    """The text of a CSV file and its encoding: UTF-8, or Windows-1252 as Excel saves CSV in Canada.

    Raises Unusable for another encoding, and where the characters may be those of another one.
    """
    try:
        return check_text(data), UTF_8
    except NotUtf8:
        try:
            text = data.decode(WINDOWS_1252)
        except UnicodeDecodeError:
            text = ""
        if not text or _UNLIKELY_IN_1252.search(text) or _is_damaged_utf_8(data):
            raise
        return text, WINDOWS_1252


def _is_damaged_utf_8(data: bytes) -> bool:
    """Are there more characters of several bytes in UTF-8 than bytes that are none?"""
    text = data.decode("utf-8", errors="replace")
    return len(_BEYOND_ASCII.findall(text)) > text.count(_NO_UTF_8)


def check_text(data: bytes) -> str:
    """The text of a CSV file in UTF-8, with or without a byte order mark; raises Unusable for another encoding."""
    save_as = _("Save it as 'CSV UTF-8 (comma delimited)'.")
    if data.startswith(UTF_16_MARKS) or _seems_utf_16(data):
        raise Unusable(_("The text is in UTF-16, not in UTF-8."), save_as)
    if b"\0" in data:
        raise Unusable(_("It is named .csv but is not text."), save_as)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise NotUtf8(
            _("The text is not in UTF-8 (first at line {line}); it may be in Windows-1252.").format(line=line), save_as
        ) from None


def _seems_utf_16(data: bytes) -> bool:
    """Is every other byte of the beginning zero, as in text in UTF-16 without a byte order mark?"""
    first, second = data[:KIBIBYTE:2], data[1:KIBIBYTE:2]
    shares = sorted(part.count(0) / max(len(part), 1) for part in (first, second))
    return shares[0] < FEW and shares[1] > MANY


def check_workbook(data: bytes) -> zipfile.ZipFile:
    """A workbook's package, with every part unpacked once and held against its stated size and checksum.

    Raises Unusable for what is damaged, encrypted, a bomb, holds macros or declares entities.
    """
    damaged = Unusable(_("The workbook is damaged."), _("Open it in a spreadsheet program and save it again."))
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
    except DAMAGED_ZIP:
        raise damaged from None
    parts = package.infolist()
    names = {part_name(part.filename) for part in parts}
    if len(parts) > MAXIMUM_PARTS or len(names) < len(parts):
        raise Unusable(_("The workbook's package has too many or doubled parts."), _(SAVE_AS_XLSX))
    if any(part.flag_bits & 1 for part in parts):
        raise Unusable(
            _("The workbook is password-protected."), _("Save it without a password to open, then try again.")
        )
    if any(part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in parts):
        raise damaged
    if any(name.endswith("vbaproject.bin") for name in names):
        raise Unusable(_("The workbook holds macros."), _("Save it as .xlsx, without macros."))
    _refuse_bombs(parts, len(data))
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
        return Unusable(_("It is a binary workbook (.xlsb)."), _(SAVE_AS_XLSX))
    if "content.xml" in names:
        return Unusable(_("It is an OpenDocument file."), _(SAVE_AS_XLSX))
    return Unusable(_("It is named .xlsx but holds no workbook."), _(SAVE_AS_XLSX))


def _refuse_bombs(parts: list[zipfile.ZipInfo], packed: int) -> None:
    """Raises Unusable where the parts are larger, all or one of them, than a workbook's are."""
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MAXIMUM_UNPACKED or _swells(unpacked, packed) or any(map(_part_swells, parts)):
        raise Unusable(
            _("Unpacked, the workbook is suspiciously large for its size (a 'zip bomb')."),
            _("Open it in a spreadsheet program, delete what is not needed, and save it again, or save it as CSV."),
        )
    if any(_is_xml(part) and part.file_size > MAXIMUM_XML for part in parts):
        raise Unusable(
            _("A sheet of the workbook is larger than {size} MiB when it is unpacked.").format(
                size=MAXIMUM_XML // MEBIBYTE
            ),
            _("Divide it into several files; all may be given."),
        )


def _part_swells(part: zipfile.ZipInfo) -> bool:
    return _swells(part.file_size, part.compress_size)


def _swells(unpacked: int, packed: int) -> bool:
    return unpacked > RATIO_COUNTS_FROM and unpacked > MAXIMUM_RATIO * max(packed, 1)


def _is_xml(part: zipfile.ZipInfo) -> bool:
    return part_name(part.filename).endswith((".xml", ".rels", ".vml"))


def _unpack(package: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Unpacks one part in pieces: the stated size bounds it, and the checksum shows where that was not the true one."""
    with package.open(part) as stream:
        first = stream.read(CHUNK)
        if _is_xml(part) and _DOCTYPE.search(first[:CHUNK]):
            raise Unusable(_("The workbook declares XML entities, which none needs."), _(SAVE_AS_XLSX))
        while stream.read(CHUNK):
            pass
