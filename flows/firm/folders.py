"""The folders that the settings name for the nightly job: whether they can be what they are named for."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

from flows.errors import UsageError
from flows.firm.settings import FILE, Settings
from transforms.model.wording import _

NEEDED = ("inbox", "history", "reports")


def check(firm: Settings) -> None:
    """Raises UsageError where a folder of the nightly job is not named, is a file, is another one's too, or lies within a
    table of the history.
    """
    from history.tables import BY_NAME

    file = firm.file or FILE
    missing = [name for name in NEEDED if getattr(firm, name) is None]
    if missing:
        text = _(
            "the nightly job needs {names} in {file}: the folders of the files that come in, of the history and of the "
            'reports, such as inbox = "inbox"'
        )
        raise UsageError(text.format(names=", ".join(missing), file=file))
    # A history at an address is no folder.
    folders = {name: place.resolve() for name in NEEDED if isinstance(place := getattr(firm, name), Path)}
    for name, folder in folders.items():
        is_file = next((one for one in (folder, *folder.parents) if one.exists() and not one.is_dir()), None)
        if is_file is not None:
            text = _("{file}: {name} must name a folder, and {place} is a file; name another one")
            raise UsageError(text.format(file=file, name=name, place=is_file))
    for (name, folder), (other, same) in combinations(folders.items(), 2):
        if folder == same:
            text = _("{file}: {name} and {other} name the same folder, {folder}; name one for each")
            raise UsageError(text.format(file=file, name=name, other=other, folder=folder))
    tables = {folders["history"] / table for table in BY_NAME} if "history" in folders else set()
    for name, folder in folders.items():
        if tables & {folder, *folder.parents}:
            text = _(
                "{file}: {name} names {folder}, within a table of the history, where whatever is not the table's is "
                "removed; name a folder outside"
            )
            raise UsageError(text.format(file=file, name=name, folder=folder))


def inbox_of(firm: Settings) -> Path:
    """The inbox; raises UsageError where it is not there, as a disk that is not connected."""
    assert firm.inbox is not None
    if not firm.inbox.is_dir():
        text = _("the inbox {folder} is no folder; make it, or correct `inbox` in {file}")
        raise UsageError(text.format(folder=firm.inbox, file=firm.file or FILE))
    return firm.inbox
