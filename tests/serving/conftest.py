"""A server that runs, in an empty folder with an empty home."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.databases import write_schema
from tests.serving.servers import SERVE, free_port, started, until


@pytest.fixture
def server(environ, tmp_path):
    """`entrepot serve` on a free port: two processes that answer, none for jobs."""
    environ = {**environ, "ENTREPOT_SERVING_WORKER": "no"}
    with started(SERVE, free_port(), environ, tmp_path) as server:
        server.wait_for_greeting()
        until(lambda: len(server.family()) == 3)
        yield server


@pytest.fixture
def migrated(environ, sqlite_template):
    """See to it that the home has its schema: the start has only to serve."""
    write_schema(Path(environ["ENTREPOT_HOME"]), sqlite_template)
