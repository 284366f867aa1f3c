"""Addresses without what may hold a password or a token."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import parse_qsl, unquote, urlsplit

HIDDEN = "***"
_ADDRESS = re.compile(r"(?i)\b[a-z][a-z0-9+.-]*://\S+")
# The end of a sentence or of a quotation that follows an address is none of it.
_AFTER = re.compile(r"[.,;:!)\]}>'\"\u00bb\u201d\u2019\u2026]+$")
# The password of a log-in may hold a slash, and then has a colon before it.
_LOG_IN = re.compile(r"(?<=://)(?:[^/@]*(?:@[^/@]*)*@|[^/:@]+:.*@)")
_PARAMETERS = re.compile(r";[^/;?#=]+=[^/;?#]*")
_REST = re.compile(r"([?#]).+")
# Shorter parts of an address are no secret, and stand in other words.
_MIN_SECRET = 4


def without_credentials(text: str) -> str:
    """The text, with log-in, parameters, query and fragment of each address in it struck out.

    The same text again where no address has any; what is struck out is HIDDEN.
    """
    return _ADDRESS.sub(_struck, text)


def _struck(found: re.Match[str]) -> str:
    after = _AFTER.search(found[0])
    address, rest = (found[0][: after.start()], after[0]) if after else (found[0], "")
    address = _LOG_IN.sub(f"{HIDDEN}@", address, count=1)
    address = _REST.sub(rf"\g<1>{HIDDEN}", address, count=1)
    return _PARAMETERS.sub(f";{HIDDEN}", address) + rest


def without_secrets(text: str, addresses: Iterable[str]) -> str:
    """The text without credentials of any address, and without those of some addresses wherever they stand in it.

    A server may repeat the path that it was asked for.
    """
    text = without_credentials(text)
    secrets = {secret for address in addresses for secret in _secrets(address) if len(secret) >= _MIN_SECRET}
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return text


def _secrets(address: str) -> set[str]:
    """What of an address may be a secret, as it stands in it and as it is sent; nothing where it cannot be divided."""
    try:
        parts = urlsplit(address)
        pairs = parse_qsl(parts.query, keep_blank_values=True)
    except ValueError:
        return set()
    log_in = parts.netloc.rpartition("@")[0]
    name, _colon, password = log_in.partition(":")
    values = {log_in, password or name, parts.query, parts.fragment, *(value for _key, value in pairs)}
    return values | {unquote(value) for value in values}
