"""A Delta table whose files polars finds wherever the table lies."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from deltalake import DeltaTable

LOCAL = "file://"


class LocalFiles(DeltaTable):
    """A Delta table that names its files on disk as they are named there.

    deltalake (1.6) gives the path of a local table as in an address, with %20 for a blank, and polars (2.1) opens it as it
    stands.
    """

    def file_uris(self, *arguments: Any, **named: Any) -> list[str]:
        """The files of the table, those on disk by the path of the table as it is."""
        paths = super().file_uris(*arguments, **named)
        if not self.table_uri.startswith(LOCAL):
            return paths
        # On Windows the address of C:/a is file:///C:/a.
        root = self.table_uri.removeprefix(LOCAL).removeprefix("/")
        return [path.replace(root, unquote(root), 1) for path in paths]
