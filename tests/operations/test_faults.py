"""Our own database goes away under load, fills its disk, or cannot be written."""

from __future__ import annotations

import http.client
import json
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing, suppress

import pytest

from entrepot.accounts import add_user
from entrepot.composition import build_house
from entrepot.migrations import ensure
from tests.databases import KEY
from tests.house.repository import ROOT
from tests.running import run_alone
from tests.services import own_postgresql
from tests.serving.servers import free_port, started, surroundings, until

pytestmark = pytest.mark.fault

AWAY_SECONDS = 10
THREADS = 6
GUNICORN = (sys.executable, "-m", "gunicorn", "app:app", "--workers", "2")
GUNICORN += ("--threads", "4", "--config", str(ROOT / "gunicorn.conf.py"))
PASSWORD = "lantern herring copper 42"
UNLIMITED = {
    "RATE_LIMIT_PER_MINUTE": "0",
    "ENTREPOT_PERSON_RATE_LIMIT_PER_MINUTE_COUNT": "0",
    "MAX_CONCURRENT_PER_IP": "0",
}
SERVERS = {
    "granian": (sys.executable, "-m", "entrepot", "serve", "--workers", "2"),
    "gunicorn": (*GUNICORN, "--chdir", str(ROOT)),
}


class Load:
    """Threads that write names through the API and read them back, and note all."""

    def __init__(self, port: int, target: str = "sqlite:///x.db") -> None:
        self.port, self.target = port, target
        self.headers = {"Content-Type": "application/json"}
        self.ends = threading.Event()
        self.written: set[str] = set()
        self.unsure: set[str] = set()
        self.answers: list[tuple[float, int, dict[str, object]]] = []
        self.wrong: list[str] = []
        self.slowest = 0.0
        self._threads = [
            threading.Thread(target=self._run, args=(n,)) for n in range(THREADS)
        ]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ends.set()
        for thread in self._threads:
            thread.join(60)

    def sign_in(self) -> None:
        """Get an access token, which every question carries from now on."""
        body = {"email": "ada@example.com", "password": PASSWORD}
        status, document = self.ask("POST", "/api/auth/login", body)
        assert status == 200, document
        self.headers["Authorization"] = f"Bearer {document['data']['access_token']}"

    def count(self, status: int, since: float = 0.0) -> int:
        """Return how many answers of a status came since."""
        return sum(s == status and at >= since for at, s, _ in list(self.answers))

    def ask(self, method: str, path: str, body: object = None):
        """Ask once; note status and document."""
        began = time.monotonic()
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        with closing(line):
            text = None if body is None else json.dumps(body)
            line.request(method, path, text, self.headers)
            answer = line.getresponse()
            document = json.loads(answer.read())
        self.slowest = max(self.slowest, time.monotonic() - began)
        self.answers.append((time.monotonic(), answer.status, document))
        return answer.status, document

    def _run(self, number: int) -> None:
        step = 0
        while not self.ends.is_set():
            step += 1
            with suppress(OSError, http.client.HTTPException):
                self._write(f"n{number}-{step}")
                self._read(f"n{number}-{step}")
            self.ends.wait(0.05)

    def _write(self, name: str) -> None:
        body = {"name": name, "url": self.target, "test": False}
        status, document = self.ask("POST", "/api/connections", body)
        if status == 201:
            self.written.add(name)
        elif status == 503:
            self.unsure.add(name)  # a commit whose answer was lost may hold
        else:
            self.wrong.append(f"{status} {document}")

    def _read(self, name: str) -> None:
        status, document = self.ask("GET", f"/api/connections/{name}")
        is_right = {
            200: name in self.written | self.unsure,
            404: name not in self.written,
            503: True,
        }
        if not is_right.get(status):
            self.wrong.append(f"{name}: {status} {document}")


@pytest.fixture(scope="module")
def server():
    """A PostgreSQL that nobody else uses, with a database for each program."""
    with own_postgresql() as server:
        for name in SERVERS:
            server.run(f"CREATE DATABASE {name}")
        yield server


@pytest.mark.parametrize("program", SERVERS)
def test_a_database_that_is_away_for_ten_seconds(server, program, environ, tmp_path):
    """Answers are right or 503 with retry facts; after it all is well, none leaked."""
    user, password = server.admin_url.username, server.admin_url.password
    url = server.url(user, password, program)
    more = {"DATABASE_URL": url, "SECRET_KEY": KEY, "ENTREPOT_AUTH": "required"}
    more |= {"ENTREPOT_CONNECTIONS_ROOTS": str(tmp_path), **UNLIMITED}
    house = build_house({**environ, **more})
    ensure(house)
    add_user(house, email="ada@example.com", password=PASSWORD, role="admin")
    house.close()
    with started(SERVERS[program], free_port(), {**environ, **more}, tmp_path) as web:
        until(web.answers)
        load = Load(web.port, f"sqlite:///{tmp_path}/x.db")
        load.sign_in()
        with load:
            until(lambda: load.count(201) > 30)
            server.stop(signal.SIGINT)  # at once, but it keeps what it said it kept
            away_at = time.monotonic()
            until(lambda: load.count(503) > 5)
            until(lambda: time.monotonic() - away_at > AWAY_SECONDS)
            server.start()
            back_at = time.monotonic()
            until(lambda: load.count(201, since=back_at) > 30)
        _check_answers(load)
        _check_connections(server, program)
        assert web.process.poll() is None
    kept = server.run("SELECT name FROM connections_connection", program)
    assert load.written <= {name for (name,) in kept} <= load.written | load.unsure


def _check_answers(load: Load) -> None:
    assert load.wrong == []
    refused = [document for _, status, document in load.answers if status == 503]
    assert {d["code"] for d in refused} == {"database-connection-error"}
    assert all(d["retryable"] and d["retry_count"] == 0 for d in refused)
    assert all(str(d["last_attempt"]).endswith("Z") for d in refused)
    assert load.slowest < 25


def _check_connections(server, database: str) -> None:
    """No more than two pools, and nothing left inside a transaction."""
    asked = "SELECT state FROM pg_stat_activity WHERE application_name = 'entrepot' "
    asked += f"AND datname = '{database}'"

    def states() -> list[str]:
        return [str(state) for (state,) in server.run(asked)]

    until(lambda: set(states()) <= {"idle"})
    assert len(states()) <= 2 * 10


HEAD = """
import os, resource, sqlite3, subprocess, sys
from entrepot.app import create_app

client = create_app(is_open=True).test_client()
house = client.application.extensions["house"]

def add(name, size=10):
    body = {"name": name, "url": "sqlite:///x.db", "test": False}
    body["description"] = "d" * size
    answer = client.post("/api/connections", json=body)
    document = answer.json
    return answer.status_code, document.get("code"), document.get("error")
"""


def test_a_full_disk_is_told_and_forgotten(environ, tmp_path):
    """On a small disk a write is refused in clear words; with room it works again."""
    disk = tmp_path / "disk"
    disk.mkdir()
    code = """
print(add("first")[0])
with open("disk/filler", "wb", 0) as file:
    try:
        while True:
            file.write(b"x" * 512)
    except OSError:
        pass
tried = [add(f"n{n}", 1900) for n in range(40)]
print(*next(t for t in tried if t[0] != 201), sep="; ")
print({t[0] for t in tried} <= {201, 503}, client.get("/api/connections").status_code)
os.truncate("disk/filler", 0)
print(add("last")[0])
"""
    lines = run_alone(
        HEAD + code,
        surroundings({**environ, "ENTREPOT_HOME": str(disk)}),
        tmp_path,
        before=f"mount -t tmpfs -o size=2m none {disk}",
    )

    full = "our own database will not do it: its disk is full"
    assert lines == ["201", f"503; database-unusable; {full}", "True 200", "201"]


def test_a_limit_on_file_size_is_told(environ, tmp_path):
    """Where the system lets files grow no more, it is the disk that fails."""
    code = """
print(add("first")[0])
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, resource.RLIM_INFINITY))
tried = [add(f"n{n}", 1900) for n in range(200)]
print(*next(t for t in tried if t[0] != 201), sep="; ")
print({t[0] for t in tried} <= {201, 503})
resource.setrlimit(resource.RLIMIT_FSIZE, (-1, -1))
print(add("last")[0])
"""
    lines = run_alone(HEAD + code, surroundings(environ), tmp_path)

    fails = "our own database will not do it: its disk fails"
    assert lines == ["201", f"503; database-unusable; {fails}", "True", "201"]


def test_a_file_that_may_only_be_read_is_told(environ, tmp_path):
    """Reading goes on, writing is refused in clear words, and health is degraded."""
    path = f"{environ['ENTREPOT_HOME']}/entrepot.db"
    code = f"""
from entrepot.operations.health.status import check_health

holds = "import sqlite3; c = sqlite3.connect({path!r}); "
holds += "c.execute('SELECT 1 FROM users').fetchone(); print(1, flush=True); input()"
pipes = dict(stdin=subprocess.PIPE, stdout=subprocess.PIPE)
keep = subprocess.Popen([sys.executable, "-c", holds], **pipes)  # keeps the log there
keep.stdout.readline()
subprocess.run(["mount", "--bind", "{path}", "{path}"], check=True)
subprocess.run(["mount", "-o", "remount,bind,ro", "{path}"], check=True)
house.store.replace_pool()
print(client.get("/api/connections").status_code)
print(*add("first"), sep="; ")
found = check_health(house, force=True)
print(found.status, found.message, sep="; ")
keep.communicate(b"end")
"""
    lines = run_alone(HEAD + code, surroundings(environ), tmp_path)

    refused = "our own database will not do it: it can only be read"
    assert lines == [
        "200",
        f"503; database-unusable; {refused}",
        "degraded; SQLite can be read, but not written",
    ]


def test_a_file_that_another_process_holds(environ, tmp_path):
    """A write answers 503 after the patience that is set, and works when free."""
    environ = {**environ, "ENTREPOT_DATABASE_WRITE_WAIT_SECONDS": "5"}
    with started(SERVERS["granian"], free_port(), environ, tmp_path) as web:
        until(web.answers)
        load = Load(web.port)
        path = f"{environ['ENTREPOT_HOME']}/entrepot.db"
        body = {"name": "shop", "url": "sqlite:///x.db", "test": False}
        holder = subprocess.Popen(
            [
                sys.executable,
                "-c",
                f"import sqlite3, signal; c = sqlite3.connect({path!r}, "
                "isolation_level=None); c.execute('BEGIN EXCLUSIVE'); "
                "print('held', flush=True); signal.pause()",
            ],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        status, document = load.ask("POST", "/api/connections", body)
        read, _ = load.ask("GET", "/api/connections")
        holder.send_signal(signal.SIGKILL)
        holder.wait(10)
        holder.stdout.close()
        assert load.ask("POST", "/api/connections", body)[0] == 201

    assert (status, read) == (503, 200)
    assert document["error"] == "our own database cannot be used now: Database locked"
    assert load.slowest > 4.5
    with closing(sqlite3.connect(path)) as mine:
        assert mine.execute("SELECT name FROM connections_connection").fetchall()
