"""Workbooks that are protected with a password: opened in memory, so that no copy without protection is on a disk."""

from __future__ import annotations

import hashlib
import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from transforms.model.wording import _
from validation.files.unusable import NotRead, Unusable

if TYPE_CHECKING:
    from msoffcrypto.format.ooxml import OOXMLFile

OLE2 = bytes.fromhex("D0CF11E0A1B11AE1")
EXTRA = "passwords"
_PACKAGE, _INFO = "EncryptedPackage", "EncryptionInfo"
# The first records of an old .xls workbook: the beginning of its stream, and the one that states an encryption.
_XLS_BEGINS = b"\x09\x08\x10\x00\x00\x06\x05\x00"
_XLS_BEGIN_BYTES = 20
_XLS_ENCRYPTED = b"\x2f\x00"
MAX_INFO = 64 << 10
# Excel and LibreOffice repeat the hash of a password 100,000 times; a file that asks for more than this keeps a night busy.
MAX_REPEATS = 1_000_000
_AGILE = (4, 4)
_STANDARD = ((2, 2), (3, 2), (4, 2))
_AES_KEYS = (0x660E, 0x660F, 0x6610)


@dataclass(frozen=True)
class Passwords:
    """Passwords that are tried on a protected workbook, in order; none of them is in the text of this object."""

    texts: tuple[str, ...] = field(default=(), repr=False)

    def __len__(self) -> int:
        return len(self.texts)


NO_PASSWORDS = Passwords()


class NotOpened(NotRead):
    """A workbook that is protected with a password which is not known here; with another password it may be read."""


def is_protected(data: bytes) -> bool:
    """Is it a workbook that is encrypted with a password?"""
    return data.startswith(OLE2) and _PACKAGE.encode("utf-16-le") in data


def is_protected_xls(data: bytes) -> bool:
    """Is it a workbook in the old .xls format that is encrypted with a password?"""
    start = data.find(_XLS_BEGINS) if data.startswith(OLE2) else -1
    after = start + _XLS_BEGIN_BYTES
    return start >= 0 and data[after : after + len(_XLS_ENCRYPTED)] == _XLS_ENCRYPTED


def opened(data: bytes, passwords: Passwords) -> bytes:
    """The content of an input: of a workbook that is protected with a password the workbook within, else the same bytes.

    Raises NotOpened where none of the passwords opens it, and Unusable for an encryption that is not read and for a
    damaged file. No message holds a password or a part of the content.
    """
    if not is_protected(data):
        return data
    digest = hashlib.sha256(data).hexdigest()
    if not passwords:
        raise NotOpened(
            _("The workbook is password-protected."),
            _(
                "Write its password into a file, and name the file with --password-file or password_file of the settings; or "
                "save the workbook without a password."
            ),
            digest,
        )
    try:
        import msoffcrypto.format.ooxml  # noqa: F401 - is it there?
        import olefile  # noqa: F401 - is it there?
    except ImportError:
        raise NotOpened(
            _("The workbook is password-protected, and the package msoffcrypto-tool is not installed."),
            _("Install the extra {extra} of drawline, or save the workbook without a password.").format(extra=EXTRA),
            digest,
        ) from None
    # The package writes passwords and keys to its log.
    logging.getLogger("msoffcrypto").setLevel(logging.CRITICAL)
    with _damaged_unless_read(digest):
        _check_encryption(data, digest)
        for password in passwords.texts:
            content = _with_password(data, password)
            if content is not None:
                return content
    raise NotOpened(
        _("The workbook is password-protected, and no password that is given opens it ({number} tried).").format(
            number=len(passwords)
        ),
        _("Add its password as a line of the password file, or save the workbook without a password."),
        digest,
    )


@contextmanager
def _damaged_unless_read(digest: str) -> Iterator[None]:
    """Gives one message for all that the package raises on bytes that are not as they should be."""
    try:
        yield
    except Unusable:
        raise
    except Exception:  # noqa: BLE001 - the package has no exception of its own for damage, and its texts may quote bytes
        raise Unusable(
            _("The workbook is password-protected and damaged."),
            _("Copy it again, or open it with its password in a spreadsheet program and save it again."),
            digest,
        ) from None


def _check_encryption(data: bytes, digest: str) -> None:
    """Raises Unusable for an encryption that is not read, before anything of it is worked out."""
    import olefile

    with olefile.OleFileIO(io.BytesIO(data)) as container:
        if container.get_size(_INFO) > MAX_INFO:
            raise ValueError("the description of the encryption is too long")
        info = container.openstream(_INFO).read()
    version = (int.from_bytes(info[0:2], "little"), int.from_bytes(info[2:4], "little"))
    if version == _AGILE:
        is_known = _is_known_agile(info[8:])
    elif version in _STANDARD:
        # After the version and flags: the header's size, then its flags, a reserved number, and the cipher.
        is_known = int.from_bytes(info[20:24], "little") in _AES_KEYS
    else:
        is_known = False
    if not is_known:
        raise Unusable(
            _("The workbook is protected with an encryption that is not read here."),
            _("Open it in a spreadsheet program and save it as .xlsx with a password to open, or without one."),
            digest,
        )


def _is_known_agile(xml: bytes) -> bool:
    """Is it AES with a password, and no more repeats than a night can wait for? Raises what the parser raises."""
    from defusedxml.ElementTree import fromstring

    keys = [entry for entry in fromstring(xml, forbid_dtd=True).iter() if entry.tag.endswith("/password}encryptedKey")]
    return bool(keys) and all(_is_known_key(entry.attrib) for entry in keys)


def _is_known_key(attributes: dict[str, Any]) -> bool:
    return (
        attributes.get("cipherAlgorithm") == "AES"
        and attributes.get("cipherChaining") == "ChainingModeCBC"
        and 0 <= int(attributes.get("spinCount", "-1")) <= MAX_REPEATS
    )


def _with_password(data: bytes, password: str) -> bytes | None:
    """The workbook within, None where the password is another one."""
    from msoffcrypto.exceptions import InvalidKeyError
    from msoffcrypto.format.ooxml import OOXMLFile

    file: OOXMLFile = OOXMLFile(io.BytesIO(data))
    try:
        file.load_key(password=password, verify_password=True)
    except InvalidKeyError:
        return None
    content = io.BytesIO()
    # A changed byte is found here, as the agile encryption has a checksum; the standard one has none.
    file.decrypt(content, verify_integrity=file.type == "agile")
    return content.getvalue()
