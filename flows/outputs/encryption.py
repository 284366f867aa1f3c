"""Encryption of outputs in the age format: for whom, and with which keys."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.errors import SurroundingsError, UsageError
from transforms.model.wording import _

if TYPE_CHECKING:
    from types import ModuleType

EXTRA = "encrypt"
ENDING = ".age"
# Words in place of recipients: a passphrase of the environment, and no encryption.
PASSPHRASE, NONE = "passphrase", "none"
VARIABLE, FILE_VARIABLE = "DRAWLINE_PASSPHRASE", "DRAWLINE_PASSPHRASE_FILE"
KINDS = ("age1", "ssh-ed25519 ", "ssh-rsa ")
_SECRET = "AGE-SECRET-KEY-"  # noqa: S105 - how every secret key begins
_HEAD = b"age-encryption.org/v1\n"
_TOO_MUCH_WORK = "Excessive work parameter"
MAX_BYTES = 64 << 10


def is_place(named: str) -> bool:
    """Is it the name of a file with recipients, rather than a recipient or one of the words?"""
    return named not in (PASSPHRASE, NONE) and not named.startswith((*KINDS, _SECRET))


def recipients(named: Sequence[str]) -> tuple[str, ...]:
    """The recipients that are named, those of files taken in; the word `passphrase` alone, and nothing for `none`.

    A recipient is an age or SSH public key. Raises UsageError for what is none, for an unusable file and for a passphrase
    that is not set, SurroundingsError without the package pyrage. No message holds a secret key.
    """
    if not named or tuple(named) == (NONE,):
        return ()
    _pyrage()
    if PASSPHRASE in named or NONE in named:
        if len(named) > 1:
            raise UsageError(
                _("Name recipients, or {word}, not both.").format(word=PASSPHRASE if PASSPHRASE in named else NONE)
            )
        passphrase()
        return (PASSPHRASE,)
    found: list[str] = []
    for name in named:
        found += _of_file(Path(name)) if is_place(name) else [name]
    for text in found:
        _recipient(text)
    return tuple(dict.fromkeys(found))


def encrypted(data: bytes, to: Sequence[str]) -> bytes:
    """Data as an age file for recipients, as `recipients` gives them."""
    pyrage = _pyrage()
    if tuple(to) == (PASSPHRASE,):
        made: bytes = pyrage.passphrase.encrypt(data, passphrase())
    else:
        made = pyrage.encrypt(data, [_recipient(text) for text in to])
    return made


def decrypted(path: Path, identity: Path | None) -> bytes:
    """The content of an age file, opened with the keys of a file or else with the passphrase of the environment.

    Raises UsageError where they do not open it, with no part of a key in the message.
    """
    pyrage = _pyrage()
    data = path.read_bytes()
    if not data.startswith(_HEAD):
        raise UsageError(_("{file} is not encrypted in the age format.").format(file=path))
    keys = None if identity is None else _identities(identity)
    secret = passphrase() if identity is None else ""
    try:
        made: bytes = pyrage.passphrase.decrypt(data, secret) if keys is None else pyrage.decrypt(data, keys)
    except pyrage.DecryptError as error:
        # A passphrase costs work, measured against what the machine can do at the moment.
        if str(error).startswith(_TOO_MUCH_WORK):
            raise SurroundingsError(
                _("{file} asks for more work than the machine can do now. Try again when it is less busy.").format(
                    file=path
                )
            ) from None
        raise UsageError(
            _(
                "{file} does not open: it was encrypted for somebody else, or it is damaged. Check key or passphrase, or "
                "ask for the file again."
            ).format(file=path)
        ) from None
    return made


def passphrase() -> str:
    """The passphrase of the environment, or the first line of the file that it names; raises UsageError without one."""
    if text := os.environ.get(VARIABLE):
        return text
    named = os.environ.get(FILE_VARIABLE)
    if not named:
        raise UsageError(
            _("There is no passphrase. Set {file_variable} to a file with it, or {variable} to the passphrase.").format(
                file_variable=FILE_VARIABLE, variable=VARIABLE
            )
        )
    text = next((line for line in _lines(Path(named)) if line.strip()), "")
    if not text:
        raise UsageError(_("The passphrase file {file} is blank. Write the passphrase on one line.").format(file=named))
    return text


def _of_file(path: Path) -> list[str]:
    """The recipients of a file, a line each; lines that begin with # are comments."""
    found = [line.strip() for line in _lines(path) if line.strip() and not line.lstrip().startswith("#")]
    if not found:
        raise UsageError(_("{file} has no recipient. Write an age public key on a line.").format(file=path))
    return found


def _recipient(text: str) -> Any:
    """A recipient as the package takes it; raises UsageError without the text where it is a secret key."""
    pyrage = _pyrage()
    if text.startswith(_SECRET):
        raise UsageError(
            _(
                "A secret key is named as recipient. Name the public key, which begins with age1, and make a new key pair."
            )
        )
    try:
        return (
            pyrage.x25519.Recipient.from_str(text) if text.startswith("age1") else pyrage.ssh.Recipient.from_str(text)
        )
    except pyrage.RecipientError:
        raise UsageError(
            _("{recipient!r} is no recipient. Name an age public key, an SSH public key or a file of them.").format(
                recipient=text[:40]
            )
        ) from None


def _identities(path: Path) -> list[Any]:
    """The secret keys of a file of age or of one SSH key; raises UsageError."""
    pyrage = _pyrage()
    lines = _lines(path)
    try:
        if any(line.startswith("-----BEGIN") for line in lines[:1]):
            return [pyrage.ssh.Identity.from_buffer("\n".join([*lines, ""]).encode())]
        found = [pyrage.x25519.Identity.from_str(line.strip()) for line in lines if line.strip().startswith(_SECRET)]
    except pyrage.IdentityError:
        found = []
    if not found:
        raise UsageError(
            _("{file} holds no key that opens files. Name the file with the secret key (AGE-SECRET-KEY-…).").format(
                file=path
            )
        )
    return found


def _lines(path: Path) -> list[str]:
    """The lines of a small text file; raises UsageError without any of its content."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UsageError(_("{file} is too large for a file of keys.").format(file=path))
        return path.read_bytes().decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise UsageError(_("{file} is no text in UTF-8.").format(file=path)) from None
    except OSError as error:
        raise UsageError(
            _("{file} cannot be opened ({reason}).").format(file=path, reason=error.strerror or type(error).__name__)
        ) from None


def _pyrage() -> ModuleType:
    try:
        import pyrage
    except ImportError:
        raise SurroundingsError(
            _(
                "Encryption needs the package pyrage, which is not installed. Install the extra {extra} of drawline."
            ).format(extra=EXTRA)
        ) from None
    module: ModuleType = pyrage
    return module
