"""Limits hold over the workers of a real server, and let go when a caller leaves."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import sys
from contextlib import closing

import pytest

from entrepot.accounts import make_key
from entrepot.composition import build_house
from entrepot.migrations import ensure
from tests.house.repository import ROOT
from tests.serving.servers import SERVE, free_port, started, until

GUNICORN = (sys.executable, "-m", "gunicorn", "app:app", "--workers", "2")
EXPORT = "/api/data-products/shop:main/tables/item/export?format=csv"


@pytest.fixture
def shop(environ, tmp_path, migrated):
    """Variables of a house with 40 MB in a table, and one request at once."""
    with closing(sqlite3.connect(tmp_path / "shop.db")) as shop:
        shop.execute("CREATE TABLE item (id INTEGER PRIMARY KEY, text TEXT)")
        shop.executemany(
            "INSERT INTO item (text) VALUES (?)", [("x" * 1_000_000,)] * 40
        )
        shop.commit()
    return {
        **environ,
        "ENTREPOT_CONNECTIONS": f"shop={tmp_path / 'shop.db'}",
        "ENTREPOT_CONNECTIONS_ROOTS": str(tmp_path),
        "MAX_CONCURRENT_PER_IP": "1",
        "ENTREPOT_PERSON_RATE_LIMIT_PER_MINUTE_COUNT": "20",
        "RATE_LIMIT_PER_MINUTE": "20",
    }


@pytest.fixture
def key(shop):
    """The header that shows an API key: gunicorn lets nobody in without."""
    with closing(build_house(shop)) as house:
        ensure(house)
        return {"X-API-Key": make_key(house, name="probe", role="admin").secret}


@pytest.fixture(params=[SERVE, GUNICORN], ids=["granian", "gunicorn"])
def server(request, shop, key, tmp_path):
    """A server of two workers that answers."""
    folder = ROOT if "gunicorn" in request.param else tmp_path
    with started(request.param, free_port(), shop, folder) as server:
        until(server.answers)
        yield server


def begin_download(server, key) -> socket.socket:
    """Ask for the export and read no more than its beginning."""
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line.connect(("127.0.0.1", server.port))
    shown = "".join(f"{name}: {value}\r\n" for name, value in key.items())
    asked = f"GET {EXPORT} HTTP/1.1\r\nHost: localhost\r\n{shown}\r\n"
    line.sendall(asked.encode())
    assert b" 200 " in line.recv(1000)
    return line


def test_a_download_holds_its_place_until_the_caller_leaves(server, key):
    """Whichever worker is asked next refuses; with the connection the place is gone."""
    with closing(begin_download(server, key)):
        statuses = {server.get("/api/health")[0] for _ in range(10)}
        assert server.get("/health")[0] == 200

    assert statuses == {429}
    until(lambda: server.get("/api/health")[0] == 200)


def test_a_download_gives_its_place_back_at_its_end(server, key):
    """Read to the last byte, it leaves nothing taken."""
    assert server.get(EXPORT, seconds=60, headers=key)[0] == 200

    until(lambda: server.get("/api/health")[0] == 200, seconds=5)


def test_workers_count_together(server):
    """Of forty requests over both workers twenty are granted."""
    statuses = [server.get("/api/data/none")[0] for _ in range(40)]

    assert set(statuses) == {404, 429}
    assert 20 <= statuses.count(404) <= 22  # the bucket fills a little meanwhile


@pytest.mark.fault
def test_a_killed_worker_leaves_nothing_taken(shop, key, tmp_path):
    """What it was sending counts no more, though nobody gave the place back."""
    with started(SERVE, free_port(), shop, tmp_path) as server:
        server.wait_for_greeting()
        with closing(begin_download(server, key)):
            assert server.get("/api/health")[0] == 429
            for worker in server.family()[1:]:
                os.kill(worker, signal.SIGKILL)
            until(lambda: server.answers() and server.get("/api/health")[0] == 200)
