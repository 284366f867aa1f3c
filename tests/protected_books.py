"""Workbooks with a password, made for tests by the ways that Office has used since 2007."""

from __future__ import annotations

import io
import os
import struct
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA1, Hash
from msoffcrypto.format.ooxml import OOXMLFile
from msoffcrypto.method.container.ecma376_encrypted import ECMA376Encrypted
from msoffcrypto.method.ecma376_standard import ECMA376Standard

PASSWORD = "Sésame-42 très long"  # noqa: S105 - of made-up workbooks
AES_128, SHA1_ID, KEY_BITS, AES_PROVIDER, SALT_BYTES, BLOCK = 0x660E, 0x8004, 128, 0x18, 16, 16
PROVIDER = "Microsoft Enhanced RSA and AES Cryptographic Provider\0".encode("utf-16-le")


def agile(content: bytes, password: str = PASSWORD) -> bytes:
    """As Office 2010 and later: AES-256 with a checksum."""
    made = io.BytesIO()
    OOXMLFile(io.BytesIO(content)).encrypt(password, made)
    return made.getvalue()


def standard(content: bytes, password: str = PASSWORD, algorithm: int = AES_128) -> bytes:
    """As Office 2007: AES-128 without a checksum."""
    salt, verifier = os.urandom(SALT_BYTES), os.urandom(BLOCK)
    key = ECMA376Standard.makekey_from_password(
        password, AES_128, SHA1_ID, AES_PROVIDER, KEY_BITS, SALT_BYTES, salt
    )  # fmt: skip
    digest = Hash(SHA1())  # noqa: S303 - what the format states
    digest.update(verifier)
    proof = digest.finalize()
    header = struct.pack("<IIIIIIII", 0x24, 0, algorithm, SHA1_ID, KEY_BITS, AES_PROVIDER, 0, 0) + PROVIDER
    info = struct.pack("<HHII", 3, 2, 0x24, len(header)) + header
    info += struct.pack("<I", SALT_BYTES) + salt + _aes(key, verifier)
    info += struct.pack("<I", len(proof)) + _aes(key, proof)
    return container(struct.pack("<Q", len(content)) + _aes(key, content), info)


def container(package: bytes, info: bytes) -> bytes:
    """An OLE2 file with both streams of an encrypted workbook."""
    made = io.BytesIO()
    ECMA376Encrypted(package, info).write_to(made)
    return made.getvalue()


def protected(path: Path, target: Path, password: str = PASSWORD) -> Path:
    """A copy of a workbook with a password."""
    target.write_bytes(agile(path.read_bytes(), password))
    return target


def _aes(key: bytes, data: bytes) -> bytes:
    cipher = Cipher(algorithms.AES(key), modes.ECB()).encryptor()  # noqa: S305 - what the format states
    return cipher.update(data + b"\0" * (-len(data) % BLOCK)) + cipher.finalize()
