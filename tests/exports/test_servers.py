"""Downloads under the real servers: broken sources, and clients that read slowly."""

from __future__ import annotations

import http.client
import json
import os
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
from tests.ports import free_port

from entrepot.accounts import make_key
from entrepot.composition import build_house
from entrepot.connections import add_connection
from entrepot.migrations import ensure

pytestmark = pytest.mark.fault

ROOT = Path(__file__).parents[2]
PARTS = Path(__file__).parent / "parts"
SERVERS = {
    "granian": ["entrepot", "serve", "--workers", "1"],
    "gunicorn": ["gunicorn", "app:app", "--workers", "1"],
}
PAGE_BYTES = 4096


class Server:
    """A server on loopback; its log is shown when a test fails."""

    def __init__(self, home, port, process, key):
        self.home, self.port, self.process = home, port, process
        self.key = {"X-API-Key": key}  # gunicorn lets nobody in without

    def connect(self):
        """Open a connection."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def get(self, path):
        """Return status, headers and body."""
        with closing(self.connect()) as connection:
            connection.request("GET", path, headers=self.key)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()

    def kept(self):
        """Return the files of exports, temporary ones too."""
        return [p for p in (self.home / "exports").rglob("*") if p.is_file()]


def until(is_so, seconds=30):
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def torn(path):
    """Make a SQLite table of 100,000 rows whose pages are garbage after 60 %."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"PRAGMA page_size={PAGE_BYTES}")
        connection.execute("create table stock (id integer primary key, name text)")
        rows = ((n, f"row {n}".ljust(40)) for n in range(100_000))
        connection.executemany("insert into stock values (?, ?)", rows)
    with path.open("r+b") as file:
        pages = path.stat().st_size // PAGE_BYTES
        file.seek(pages * 6 // 10 * PAGE_BYTES)
        file.write(b"\xff" * PAGE_BYTES * 20)
    return path


@pytest.fixture(scope="module", params=SERVERS)
def server(request, tmp_path_factory):
    """Each of the servers, with the connections `depot` (a drill) and `torn`."""
    folder = tmp_path_factory.mktemp(request.param)
    environ = {"ENTREPOT_HOME": str(folder), "CONFIG_DIR": str(folder / "none")}
    environ["ENTREPOT_CONNECTIONS_ROOTS"] = str(folder)
    environ["LOG_DB_PATH"] = str(folder / "logs" / "app_logs.db")
    with closing(build_house(environ)) as house:
        ensure(house)
        add_connection(house, name="depot", url="drill://here/x", test=False)
        url = f"sqlite:///{torn(folder / 'torn.db')}"
        add_connection(house, name="torn", url=url, test=False)
        key = make_key(house, name="drill", role="admin").secret
    with serve(SERVERS[request.param], folder, environ, key) as server:
        yield server


@contextmanager
def serve(command, folder, environ, key):
    """Run a server until the block ends; it must not have written a traceback."""
    port = free_port()
    paths = os.pathsep.join([str(PARTS), str(ROOT / "src"), *filter(None, sys.path)])
    environ = {**os.environ, **environ, "PYTHONPATH": paths, "PORT": str(port)}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", *command], cwd=ROOT, env=environ, stderr=log
        )
    server = Server(folder, port, process, key)
    try:
        until(lambda: answers(server))
        yield server
    finally:
        process.terminate()
        process.wait(20)


def answers(server):
    """Tell whether the server is up."""
    try:
        return server.get("/health")[0] == 200
    except OSError:
        return False


HERE = {"rows": 5000, "at": 3000, "act": "vanish"}
CHILD = {"rows": 100_000, "at": 60_000, "act": "vanish"}
KILLED = {"rows": 100_000, "at": 60_000, "act": "kill", "where": "child"}


@pytest.fixture(autouse=True, scope="module")
def registries():
    """Let this process register a drill, too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(PARTS))
        from entrepot.connections import DIALECTS

        DIALECTS.look_again()
        yield
    DIALECTS.look_again()


@pytest.mark.parametrize("format", ["csv", "json", "ndjson", "xlsx", "parquet"])
@pytest.mark.parametrize(
    ("connection", "table", "code"),
    [
        ("depot", json.dumps(HERE), "unavailable"),
        ("depot", json.dumps(CHILD), "unavailable"),
        ("depot", json.dumps(KILLED), "export-killed"),
        ("torn", "stock", None),
    ],
    ids=["here", "in a child", "killed child", "torn file"],
)
def test_a_source_that_breaks_gives_a_problem_and_no_file(
    server, connection, table, code, format
):
    """At 60 % of the rows: an error answer, no attachment, nothing in the home."""
    address = f"/api/data-products/{connection}:main/tables/{quote(table, safe='')}"
    before = server.kept()
    status, headers, body = server.get(f"{address}/export?format={format}")
    problem = json.loads(body)

    assert status == problem["status"] >= 500
    assert code in (None, problem["code"])
    assert headers["Content-Type"] == "application/problem+json"
    assert headers["Content-Disposition"] is None
    assert server.kept() == before


def slow_reader(server, path, stop, statuses):
    """Read an answer at 10 kB/s until told to stop."""
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", server.port))
        shown = "".join(f"{name}: {value}\r\n" for name, value in server.key.items())
        request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{shown}\r\n"
        connection.sendall(request.encode())
        statuses.append(int(connection.recv(1024).split()[1]))
        while not stop.wait(0.1) and connection.recv(1024):
            pass


@contextmanager
def slow_readers(server, path, count):
    """Have so many slow clients at once; give their statuses."""
    stop, statuses = threading.Event(), []
    threads = [
        threading.Thread(target=slow_reader, args=(server, path, stop, statuses))
        for _ in range(count)
    ]
    for thread in threads:
        thread.start()
    try:
        until(lambda: len(statuses) == count)
        yield statuses
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def timed(server, paths):
    """Ask one after the other; return the seconds of each answer, sorted."""
    taken = []
    for path in paths:
        begun = time.perf_counter()
        assert server.get(path)[0] == 200
        taken.append(time.perf_counter() - begun)
    return sorted(taken)


def memory_bytes(pid):
    """Return the resident memory of a process and of those it started."""
    own = Path(f"/proc/{pid}/statm").read_text().split()[1]
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return int(own) * 4096 + sum(map(memory_bytes, children))


@pytest.fixture
def large(server):
    """The address of a kept file of 30 MB."""
    plan = quote(json.dumps({"rows": 60_000, "pad": 500}), safe="")
    address = f"/api/data-products/depot:main/tables/{plan}/export?format=csv"
    status, headers, body = server.get(address)
    assert status == 200
    assert len(body) == int(headers["Content-Length"]) > 30_000_000
    return f"/api/exports/{headers['X-Export-Id']}/download"


def test_slow_clients_do_not_slow_the_pages(server, large):
    """Twenty at 10 kB/s: eight are served, the rest told so; pages answer at once.

    The file is never whole in memory, and places are free again when they leave.
    """
    pages = ["/", "/health", "/api/exports?limit=5", "/api/data-products"] * 50
    timed(server, pages[:8])
    before = memory_bytes(server.process.pid)
    with slow_readers(server, large, 20) as statuses:
        taken = timed(server, pages)
        grown = memory_bytes(server.process.pid) - before

    assert sorted(statuses) == [200] * 8 + [429] * 12
    # Who reads 30 MB at this pace takes most of an hour, and so would who waits.
    assert taken[len(taken) * 99 // 100] < 20
    assert grown < 120_000_000  # eight whole files would be 240 MB
    until(lambda: server.get(large)[0] == 200)


def test_an_export_ends_when_its_client_leaves(server):
    """Where the server shows its connection, nobody waits means nobody works.

    Granian shows none: there the time limit, or a cancel, ends the export.
    """
    plan = quote(json.dumps({"rows": 60_000, "at": 59_000, "act": "hang"}), safe="")
    address = f"/api/data-products/depot:main/tables/{plan}/export?format=csv"

    def latest():
        found = json.loads(server.get("/api/exports?limit=1")[2])["data"]
        return found[0] if found else {"status": "", "rows": None}

    with closing(server.connect()) as connection:
        connection.request("GET", address, headers=server.key)
        until(lambda: latest()["status"] == "running" and latest()["rows"])
        running = latest()
    if "gunicorn" not in server.process.args:
        cancel(server, running["id"])
    until(lambda: latest()["status"] == "cancelled")

    assert latest()["id"] == running["id"]
    until(lambda: running["id"] not in "".join(map(str, server.kept())))
    until(lambda: not any(map(is_export, family(server))))


def cancel(server, id):
    """Ask the server to end an export."""
    with closing(server.connect()) as connection:
        connection.request("POST", f"/api/exports/{id}/cancel", headers=server.key)
        assert connection.getresponse().status == 200


def family(server):
    """Return the process ids of the server and everything below it."""
    found = [server.process.pid]
    for pid in found:
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            found += map(int, task.read_text().split())
    return found


def is_export(pid):
    """Tell whether a process is an export's child."""
    try:
        return b"entrepot.exports.child" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return False
