"""Outputs as they are, or encrypted: then what is not encrypted is in memory alone, never in a file with a name.

A file gets `.age` behind its name. The outputs of a folder go into one ZIP archive, so that none of their names, which may
be those of people, is readable either.
"""

from __future__ import annotations

import io
import os
import tempfile
import zipfile
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path, PosixPath

from flows.outputs import encryption, files, full_disk

ARCHIVE = f"outputs.zip{encryption.ENDING}"
# Client pages may be in the folder of a run, whose archive they do not replace.
LETTERS_ARCHIVE = f"letters.zip{encryption.ENDING}"
# Where Linux keeps files in memory; the parts of a workbook that is being written are there without a name.
_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of the run's own is made in it
_DESCRIPTORS = Path(f"/proc/{os.getpid()}/fd")

_OWNER_ALONE = 0o600


def target(path: Path, encrypt_to: Sequence[str]) -> Path:
    """The file that an output is written to: the same, or with .age behind it."""
    return path.with_name(path.name + encryption.ENDING) if encrypt_to else path


@contextmanager
def atomic_file(path: Path, encrypt_to: Sequence[str]) -> Iterator[Path]:
    """As files.atomic_file; for recipients only the encrypted file is written, and a plain one of the name removed.

    Without recipients an encrypted one of the name is removed: it is that of an earlier run.
    """
    if not encrypt_to:
        with files.atomic_file(path) as staged:
            yield staged
        encrypted = path.with_name(path.name + encryption.ENDING)
        if _is_file(encrypted):
            encrypted.unlink()
        return
    with files.atomic_file(target(path, encrypt_to)) as place, _private_folder(path.parent) as folder:
        staged = folder / f"output{path.suffix}"
        yield staged
        place.write_bytes(encryption.encrypted(staged.read_bytes(), encrypt_to))
    if _is_file(path):
        path.unlink()


@contextmanager
def atomic_folder(
    out: Path,
    encrypt_to: Sequence[str],
    *,
    last: str | None = None,
    obsolete: Sequence[Path] = (),
    archive: str = ARCHIVE,
) -> Iterator[Path]:
    """As files.atomic_folder; for recipients only an encrypted archive is written, and plain files of the names removed.

    Without recipients the archive of an earlier run is removed, where a record `last` shows that all outputs are replaced.
    """
    gone: list[Path] = []
    if not encrypt_to:
        with files.atomic_folder(out, last=last, obsolete=gone) as staged:
            yield staged
            gone += obsolete
            if last is not None and _is_file(out / archive):
                gone.append(out / archive)
        return
    with files.atomic_folder(out, last=archive, obsolete=gone) as place, _private_folder(out) as folder:
        yield folder
        names = sorted(path.name for path in folder.iterdir())
        (place / archive).write_bytes(encryption.encrypted(_archive(folder, names), encrypt_to))
        gone += [*obsolete, *(out / name for name in names if _is_file(out / name))]


def _is_file(path: Path) -> bool:
    """Is there a file that a run without recipients, or with them, would have replaced?"""
    return path.is_file() and not path.is_symlink()


def _archive(folder: Path, names: Sequence[str]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        for name in names:
            entry = zipfile.ZipInfo(name)
            entry.external_attr = _OWNER_ALONE << 16
            package.writestr(entry, (folder / name).read_bytes(), zipfile.ZIP_DEFLATED)
    return made.getvalue()


class _File(PosixPath):
    """A link to memory, whose own name says nothing; `name` is the name of the output."""

    output: str | None = None

    @property
    def name(self) -> str:
        """The name of the output."""
        return self.output or super().name


class _InMemory(PosixPath):
    """A folder whose files have their content in memory, which is gone with the process, however it ends."""

    stack: ExitStack
    made: dict[str, _File]

    def __truediv__(self, name: str | os.PathLike[str]) -> _File:  # type: ignore[override]
        """The path of a file in it, made empty where it is not there yet: a link to memory that has no name itself.

        The link keeps the ending of the name, as writers look at it, and nothing else, as names may be those of clients.
        """
        output = os.fspath(name)
        if output not in self.made:
            descriptor = os.memfd_create("drawline", os.MFD_CLOEXEC)
            self.stack.callback(os.close, descriptor)
            link = _File(f"{self}/{len(self.made):06}{Path(output).suffix}")
            link.symlink_to(_DESCRIPTORS / str(descriptor))
            link.output = output
            self.made[output] = link
        return self.made[output]

    def iterdir(self) -> Generator[Path, None, None]:  # type: ignore[override]
        """The files that were made in it, by the names of the outputs."""
        yield from (file for _output, file in sorted(self.made.items()) if file.is_symlink())


@contextmanager
def _private_folder(out: Path) -> Iterator[Path]:
    """A folder of the owner alone for what is not encrypted: in memory on Linux, else one that is removed at the end.

    What killed processes left of such folders is removed. Raises FullDisk, which names the disk of the outputs or that of
    the folder.
    """
    in_memory = hasattr(os, "memfd_create") and _DESCRIPTORS.is_dir()
    is_there = in_memory and os.access(_MEMORY, os.W_OK | os.X_OK)
    place = _MEMORY if is_there else Path(tempfile.gettempdir())
    files.remove_leftovers(place)
    with full_disk.naming(out, place), files.hidden_folder(place) as name, ExitStack() as stack:
        if not in_memory:
            yield name
            return
        folder = _InMemory(name)
        folder.stack, folder.made = stack, {}
        yield folder
