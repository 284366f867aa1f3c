"""The errors that drawline foresees, each with the exit code of the contract."""

from __future__ import annotations

from typing import ClassVar

from transforms.model.addresses import without_credentials

EXIT_DONE, EXIT_ERROR, EXIT_USAGE, EXIT_QUARANTINED, EXIT_UNUSABLE = range(5)


class DrawlineError(Exception):
    """What the program foresees and reports to people: its message is kept without the credentials of addresses."""

    exit_code: ClassVar[int] = EXIT_ERROR

    def __init__(self, message: str = "") -> None:
        super().__init__(without_credentials(message))

    @property
    def lines(self) -> list[str]:
        """What a command says of it, a line each."""
        return [str(self)]
