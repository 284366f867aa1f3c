"""Credentials of addresses are struck out, and nothing else."""

from __future__ import annotations

import pytest

from flows.errors import SurroundingsError, UnusableFile, UsageError
from history.store import HistoryError
from transforms.model.addresses import HIDDEN, without_credentials, without_secrets

KEPT = [
    "https://www.canada.ca/content/dam/ircc/documents/json/ee_rounds_123_en.json",
    "http://127.0.0.1:4200/api could not be fetched in 2 tries: the server answered 500",
    "https://host/a; what is held stays", "tcp://10.0.0.1:8786", "history/a@b?c#d", "C:\\firm\\rounds.json", "",
    "https://host/@name/x.json",
]  # fmt: skip
STRUCK = [
    ("https://me:hunter2@host/x.json", "https://***@host/x.json"),
    ("https://token@host/x.json", "https://***@host/x.json"),
    ("https://me:a@b@host/x", "https://***@host/x"),
    ("https://me:a/b?c#d@host/x", "https://***@host/x"),
    (
        "see https://host/x?token=abc, then HTTP://host/y#abc; go on",
        "see https://host/x?***, then HTTP://host/y#***; go on",
    ),
    ("https://host/x?token=abc#part: the answer", "https://host/x?***: the answer"),
    ("https://host/x;jsessionid=abc/y", "https://host/x;***/y"),
    ("s3://key:secret@bucket/history/scores", "s3://***@bucket/history/scores"),
    ("'tls://me:abc@host:8786' and (https://host/?abc)", "'tls://***@host:8786' and (https://host/?***)"),
]


@pytest.mark.parametrize("text", KEPT)
def test_a_text_without_credentials_stays(text: str) -> None:
    assert without_credentials(text) == text


@pytest.mark.parametrize(("text", "expected"), STRUCK)
def test_log_in_query_and_fragment_are_struck_out(text: str, expected: str) -> None:
    assert without_credentials(text) == expected
    assert without_credentials(expected) == expected


def test_what_a_server_repeats_is_struck_out_too() -> None:
    address = "https://me:hunter%2F22@host/x?token=abc%20def&a=1#part"
    text = "no such file /x?token=abc%20def&a=1 for hunter/22 or hunter%2F22 (abc def), a=1"
    found = without_secrets(text, [address, "http://user:word5@proxy:3128", "no address", "http://[broken?secret"])
    assert found == f"no such file /x?{HIDDEN} for {HIDDEN} or {HIDDEN} ({HIDDEN}), a=1"
    assert without_secrets("by word5", ["http://user:word5@proxy:3128"]) == f"by {HIDDEN}"


@pytest.mark.parametrize("kind", [UsageError, SurroundingsError, UnusableFile, HistoryError])
def test_a_foreseen_error_keeps_no_credentials(kind: type[Exception]) -> None:
    assert str(kind("no answer from https://me:hunter2@host/x?token=abc")) == "no answer from https://***@host/x?***"
