"""A server that runs, in an empty folder with an empty home."""

from __future__ import annotations

import pytest

from tests.serving.servers import SERVE, free_port, started, until


@pytest.fixture
def server(environ, tmp_path):
    """`entrepot serve` on a free port, with its first answer given."""
    with started(SERVE, free_port(), environ, tmp_path) as server:
        until(server.answers)
        yield server
