"""A server that runs, in an empty folder with an empty home."""

from __future__ import annotations

import pytest

from tests.serving.servers import SERVE, free_port, started, until


@pytest.fixture
def server(environ, tmp_path):
    """`entrepot serve` on a free port, with two workers that answer."""
    with started(SERVE, free_port(), environ, tmp_path) as server:
        server.wait_for_greeting()
        until(lambda: len(server.family()) == 3)
        yield server
