"""Every process may die at any moment: the server comes back, or nothing is left."""

from __future__ import annotations

import os
import signal
import socket
from contextlib import suppress

import pytest

from tests.serving.servers import is_alive, until

pytestmark = pytest.mark.fault


def test_a_killed_worker_is_replaced(server):
    """The other worker goes on answering, and soon there are two again."""
    main, first, second = server.family()

    os.kill(first, signal.SIGKILL)

    until(lambda: len(server.family()) == 3 and first not in server.family())
    assert {main, second} < set(server.family())
    until(server.answers)


def test_workers_that_die_again_and_again_come_back(server):
    """Where the server itself gives up, the supervisor starts it again."""
    main = server.family()[0]

    def kill_workers() -> bool:
        for pid in server.family()[1:]:
            with suppress(ProcessLookupError):  # it died with the server meanwhile
                os.kill(pid, signal.SIGKILL)
        return not is_alive(main)

    until(kill_workers)

    until(server.answers)
    assert main not in server.family()
    assert "the server died" in server.end()[2]


def test_a_killed_server_comes_back(server):
    """Its workers go with it, new ones come, and the port stays ours."""
    family = server.family()

    os.kill(family[0], signal.SIGKILL)

    until(lambda: not any(map(is_alive, family)))
    until(server.answers)
    assert set(server.family()).isdisjoint(family)


def test_nothing_outlives_a_killed_supervisor(server):
    """`kill -9` of the command leaves no process and a free port."""
    family = server.family()
    assert len(family) == 3

    os.kill(server.process.pid, signal.SIGKILL)

    until(lambda: not any(map(is_alive, family)), seconds=10)
    assert not server.answers()


def test_a_request_that_is_under_way_does_not_stop_the_stop(server):
    """A client that never ends its request is not waited for."""
    with socket.create_connection(("127.0.0.1", server.port)) as line:
        line.sendall(b"POST /api/nothing HTTP/1.1\r\nHost: localhost\r\n")
        line.sendall(b"Content-Length: 1000\r\n\r\nhalf")

        code, _, _ = server.end(signal.SIGINT)

    assert code == 0
