"""The worker beside the server: when there is one, and that it goes with it."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from entrepot.base import ground_settings as ground
from entrepot.base.layers import load
from entrepot.serving import settings as knobs
from entrepot.serving.cli import wants_worker
from tests.databases import KEY
from tests.serving.servers import SERVE, free_port, is_alive, started, until


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({}, True),
        ({"ENTREPOT_SERVING_WORKER": "no"}, False),
        ({"ENTREPOT_ROOMS": "exports, jobs"}, True),
        ({"ENTREPOT_ROOMS": "catalogue"}, False),
    ],
)
def test_a_worker_is_there_where_jobs_can_be_asked_for(tmp_path, given, wanted):
    """Not for a server of the catalogue alone, and not where somebody says no."""
    declared = (*ground.SETTINGS, *knobs.SETTINGS)

    assert wants_worker(load(declared, given, tmp_path)) is wanted


WORKER = b"entrepot.serving.worker_process"


def workers(server):
    """Return the process ids of the workers below a server."""
    paths = {pid: Path(f"/proc/{pid}/cmdline") for pid in server.family()}
    return [pid for pid, path in paths.items() if WORKER in path.read_bytes()]


@pytest.mark.fault
def test_a_killed_worker_is_replaced_and_goes_with_the_server(environ, tmp_path):
    """The server does not notice; nothing is left in the end, and stderr tells why."""
    environ = {**environ, "SECRET_KEY": KEY}
    with started(SERVE, free_port(), environ, tmp_path) as server:
        server.wait_for_greeting()
        until(lambda: workers(server))
        (first,) = workers(server)
        os.kill(first, signal.SIGKILL)
        until(lambda: set(workers(server)) - {first})
        (second,) = workers(server)
        assert server.answers()
        code, _, said = server.end()

    assert (code, is_alive(second)) == (0, False)
    assert said == "the worker died (-9); again in 0.5 s\n"
