"""The other side of encrypted outputs: open a file that was encrypted for one's own key."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.commands.common import Quiet, handle_errors
from transforms.model.wording import _


@handle_errors
def decrypt(
    file: Annotated[Path, typer.Argument(metavar="FILE.age", help="An encrypted output.")],
    identity: Annotated[
        Path | None,
        typer.Option("--identity", metavar="FILE", help="The file with your secret key (age or SSH); without it the "
                     "passphrase of DRAWLINE_PASSPHRASE_FILE or DRAWLINE_PASSPHRASE."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="The file to write; default: the name without .age.")
    ] = None,
    quiet: Quiet = False,
) -> None:  # fmt: skip
    """Opens an output that was encrypted for you.

    The result is readable by you alone. A file that is there already is never replaced.
    """
    from flows import errors, run_request
    from flows.outputs import encryption, files

    run_request.existing([path for path in (file, identity) if path is not None])
    if out is None and file.suffix != encryption.ENDING:
        raise errors.UsageError(
            _("{file} does not end in {ending}. Name the file to write with --out.").format(
                file=file, ending=encryption.ENDING
            )
        )
    target = file.with_suffix("") if out is None else out
    run_request.apart_from([file], [target], "--out")
    if target.exists():
        raise errors.UsageError(_("{file} is there already. Name another file with --out.").format(file=target))
    content = encryption.decrypted(file, identity)
    with files.atomic_file(target) as staged:
        staged.touch(mode=0o600)
        staged.write_bytes(content)
    if not quiet:
        print(_("decrypted: {file}").format(file=target))


def add_to(app: typer.Typer) -> None:
    """Adds this command to the command line."""
    app.command()(decrypt)
