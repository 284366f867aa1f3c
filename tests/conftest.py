"""For all tests: no deadline of its own for a drawn example, and no settings of whoever runs them."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# Several processes share the cores, so each takes one; it is read when polars is first loaded, here and in commands.
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("POLARS_MAX_THREADS", "1")

# A command sets the same bound for itself (flows.cli): what it makes has few cycles to look for.
gc.set_threshold(100_000)

# Timings never decide a test: a busy machine is no error.
settings.register_profile("drawline", deadline=None)
settings.load_profile("drawline")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks tests that start Prefect as long, before markers select what runs."""
    for item in items:
        if item.get_closest_marker("flow"):
            item.add_marker(pytest.mark.long)


@pytest.fixture(autouse=True, scope="session")
def _nobodys_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The user's own rounds file and requests stay out of the tests."""
    home: Path = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME"):
            patch.setenv(name, str(home))
        # A server that Prefect starts for a test sends nothing to anybody.
        patch.setenv("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
        patch.setenv("DO_NOT_TRACK", "1")
        yield
