"""What Prefect's engine logs of an error: its kind alone, and no traceback; the command that it ends reports the error."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING

from flows.console.screen import unprotected

if TYPE_CHECKING:
    from prefect.logging.handlers import PrefectConsoleHandler

ENGINE_LOGGERS = ("prefect.flow_runs", "prefect.task_runs", "prefect.engine")
# What a log file holds: what drawline itself logs, and these of Prefect.
LOGGED = ("drawline", *ENGINE_LOGGERS, "prefect.runner")


class WithoutTraceback(logging.Filter):
    """Takes the traceback off a record, unless DRAWLINE_TRACEBACK asks for it."""

    def filter(self, record: logging.LogRecord) -> bool:
        if not os.environ.get("DRAWLINE_TRACEBACK"):
            record.exc_info = record.exc_text = None
        return True


class WithoutReported(logging.Filter):
    """Keeps an engine's lines about errors of some kinds off the console, where the command reports them itself."""

    def __init__(self, *kinds: type[Exception]) -> None:
        super().__init__()
        self.kinds = tuple(kind.__name__ for kind in kinds)

    def filter(self, record: logging.LogRecord) -> bool:
        if os.environ.get("DRAWLINE_TRACEBACK"):
            return True
        if not record.name.startswith(ENGINE_LOGGERS):
            return True
        message = record.getMessage()
        return "Retry" in message or not any(kind in message for kind in self.kinds)


class WithoutAddress(logging.Filter):
    """Keeps the address of a run's page off the console: a temporary server has no pages, and is gone after the run."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not _is_address(record)


def _is_address(record: logging.LogRecord) -> bool:
    """Does a line of the engine hold the address of a run's page?"""
    return record.name.startswith(ENGINE_LOGGERS) and record.getMessage().startswith("View at http")


class WithoutTexts(logging.Filter):
    """Lets through what drawline itself logs, and of Prefect the lines of its engine and runner, without a traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.exc_info = record.exc_text = None
        return record.name.startswith(LOGGED) and not _is_address(record)


def leave_errors_to_the_command(*kinds: type[Exception]) -> None:
    """Sets the filters for errors of some kinds; Prefect must have been imported, which sets its handlers up."""
    for name in ENGINE_LOGGERS:
        logger = logging.getLogger(name)
        if not any(isinstance(present, WithoutTraceback) for present in logger.filters):
            logger.addFilter(WithoutTraceback())
    for handler in _console_handlers():
        if not any(isinstance(present, WithoutReported) for present in handler.filters):
            handler.addFilter(WithoutReported(*kinds))


def hide_addresses_of_runs() -> None:
    """Sets the filter for runs on a temporary server."""
    for handler in _console_handlers():
        handler.addFilter(WithoutAddress())


def set_console_level(level: int) -> None:
    """Keeps lines below a level off the console."""
    for handler in _console_handlers():
        handler.setLevel(level)
        # Prefect's lines have colours of their own, and nothing from outside.
        handler.console.file = unprotected(handler.console.file)


def also_to(handler: logging.Handler) -> None:
    """Has the lines of Prefect's engine go to a handler too, without tracebacks and without the texts of errors."""
    if not any(isinstance(present, WithoutTexts) for present in handler.filters):
        handler.addFilter(WithoutTexts())
    logging.getLogger("prefect").addHandler(handler)


def _console_handlers() -> list[PrefectConsoleHandler]:
    from prefect.logging.handlers import PrefectConsoleHandler

    return [handler for handler in logging.getLogger().handlers if isinstance(handler, PrefectConsoleHandler)]
