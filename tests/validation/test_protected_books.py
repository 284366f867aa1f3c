"""Password-protected workbooks: opened in memory, and a clear message for each that is not."""

from __future__ import annotations

import builtins
import logging
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests import protected_books
from tests.protected_books import PASSWORD
from validation.files import locked
from validation.files.locked import NotOpened, Passwords
from validation.files.unusable import Unusable
from validation.intake.intake import UnusableInputs

ROW = {"client_id": "C-1", "date_of_birth": "1990-01-02", "marital_status": "single"}
OLD_XLS = Path(__file__).parents[1] / "data" / "protected_libreoffice.xls"
BOTH = pytest.mark.parametrize("encrypt", [protected_books.agile, protected_books.standard])


@pytest.fixture
def plain(book: Callable[..., Path]) -> bytes:
    return book([ROW]).read_bytes()


@BOTH
def test_a_workbook_is_read_with_its_password(
    encrypt: Callable[[bytes], bytes], plain: bytes, tmp_path: Path, take: Callable[..., Any]
) -> None:
    path = tmp_path / "locked.xlsx"
    path.write_bytes(encrypt(plain))
    before = set(tmp_path.iterdir())
    taken = take(path, passwords=Passwords(("another", PASSWORD)))
    assert taken.candidates["client_id"].to_list() == ["C-1"]
    assert taken.inputs[0].kind == "xlsx"
    assert set(tmp_path.iterdir()) == before


@BOTH
@pytest.mark.parametrize(
    ("passwords", "said"), [((), "is password-protected. Write its password"), (("wrong", "x"), "(2 tried)")]
)
def test_no_password_and_a_wrong_one(
    encrypt: Callable[[bytes], bytes], plain: bytes, tmp_path: Path, take: Callable[..., Any],
    passwords: tuple[str, ...], said: str,
) -> None:  # fmt: skip
    path = tmp_path / "locked.xlsx"
    path.write_bytes(encrypt(plain))
    with pytest.raises(UnusableInputs) as caught:
        take(path, passwords=Passwords(passwords))
    assert said in str(caught.value)
    assert caught.value.unusable[0].is_not_read
    assert "wrong" not in str(caught.value)


def test_without_the_package(plain: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *args: Any, **kwargs: Any) -> Any:
        if name.startswith("msoffcrypto"):
            raise ImportError(name)
        return real(name, *args, **kwargs)

    data = protected_books.agile(plain)
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(NotOpened, match="Install the extra passwords"):
        locked.opened(data, Passwords((PASSWORD,)))


def test_an_old_workbook_with_a_password_names_its_way_out(tmp_path: Path, take: Callable[..., Any]) -> None:
    path = tmp_path / "clients.xls"
    path.write_bytes(OLD_XLS.read_bytes())
    with pytest.raises(
        UnusableInputs, match=r"password-protected workbook in the old \.xls format.* save it as \.xlsx"
    ):
        take(path, passwords=Passwords(("Sesame-42",)))


def changed(data: bytes, old: bytes, new: bytes) -> bytes:
    assert data.count(old) >= 1
    assert len(old) == len(new)
    return data.replace(old, new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'cipherAlgorithm="AES"', b'cipherAlgorithm="RC2"'),
        (b"ChainingModeCBC", b"ChainingModeCFB"),
        (b"\x04\x00\x04\x00\x40\x00\x00\x00", b"\x04\x00\x03\x00\x40\x00\x00\x00"),
    ],
)
def test_an_encryption_that_is_not_read(plain: bytes, old: bytes, new: bytes) -> None:
    data = changed(protected_books.agile(plain), old, new)
    with pytest.raises(Unusable, match=r"encryption that is not read here|damaged") as caught:
        locked.opened(data, Passwords((PASSWORD,)))
    assert not isinstance(caught.value, NotOpened)


def test_too_many_repeats_are_refused_at_once(plain: bytes) -> None:
    info = (
        b"\x04\x00\x04\x00\x40\x00\x00\x00"
        b'<encryption xmlns="http://schemas.microsoft.com/office/2006/encryption" '
        b'xmlns:p="http://schemas.microsoft.com/office/2006/keyEncryptor/password"><p:encryptedKey spinCount="9999999" '
        b'cipherAlgorithm="AES" cipherChaining="ChainingModeCBC"/></encryption>'
    )
    with pytest.raises(Unusable, match="encryption that is not read here"):
        locked.opened(protected_books.container(b"\0" * 64, info), Passwords((PASSWORD,)))


def test_entities_in_the_description_are_refused() -> None:
    bomb = b'\x04\x00\x04\x00\x40\x00\x00\x00<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'
    with pytest.raises(Unusable, match="damaged"):
        locked.opened(protected_books.container(b"\0" * 64, bomb), Passwords((PASSWORD,)))


def test_rc4_of_office_2007_is_not_read(plain: bytes) -> None:
    data = protected_books.standard(plain, algorithm=0x6801)
    with pytest.raises(Unusable, match="encryption that is not read here"):
        locked.opened(data, Passwords((PASSWORD,)))


def test_a_changed_byte_of_the_content_is_found(plain: bytes) -> None:
    data = bytearray(protected_books.agile(plain))
    at = data.rindex(plain_tail(data))
    data[at] ^= 1
    with pytest.raises(Unusable, match="damaged"):
        locked.opened(bytes(data), Passwords((PASSWORD,)))


def plain_tail(data: bytearray) -> bytes:
    """Some bytes in the middle of the encrypted content."""
    middle = len(data) // 2
    return bytes(data[middle : middle + 16])


def test_damaged_files_have_one_message(plain: bytes) -> None:
    whole = protected_books.agile(plain)
    chance = random.Random(7)
    passwords = Passwords(("x",))
    kinds = set()
    for _ in range(60):
        data = bytearray(whole[: chance.randrange(600, len(whole))] if chance.random() < 0.3 else whole)
        for _ in range(chance.randrange(1, 20)):
            data[chance.randrange(8, len(data))] = chance.randrange(256)
        try:
            locked.opened(bytes(data), passwords)
        except Unusable as error:
            kinds.add(error.problem)
    assert 1 <= len(kinds) <= 3


def test_no_password_reaches_a_log_or_a_text(plain: bytes, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    passwords = Passwords(("wrong one", PASSWORD))
    for encrypt in (protected_books.agile, protected_books.standard):
        data = encrypt(plain)
        caplog.clear()
        assert locked.opened(data, passwords) == plain
    assert PASSWORD not in caplog.text
    assert PASSWORD not in repr(passwords)
    assert PASSWORD not in str(passwords)


def test_other_inputs_are_as_they_are(plain: bytes) -> None:
    assert locked.opened(plain, Passwords((PASSWORD,))) is plain
    assert locked.opened(b"client_id\n", Passwords((PASSWORD,))) == b"client_id\n"
