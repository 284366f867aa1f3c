"""Panics of compiled libraries (polars, deltalake): Python gets them as exceptions that are no Exception."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

# Each library has a class of its own under this name.
NAME = "PanicException"


class LibraryPanic(RuntimeError):
    """A compiled library stopped in the middle of its work; the text of the panic, which may hold a value, is left out."""


def is_panic(error: BaseException) -> bool:
    """Is an exception the panic of a compiled library?"""
    return type(error).__name__ == NAME and not isinstance(error, Exception)


@contextmanager
def panics_as_errors() -> Iterator[None]:
    """Raises LibraryPanic where a compiled library panics, so that what handles an Exception handles it."""
    try:
        yield
    except BaseException as error:
        if is_panic(error):
            raise LibraryPanic(NAME) from None
        raise
