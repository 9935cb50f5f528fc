"""Traces of processes that are killed, that fork, and whose disk is full."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from tests.running import run_alone
from tests.serving.servers import surroundings, until

pytestmark = pytest.mark.fault

HEAD = """
import os, signal, sys, time
from entrepot.base import spans
from entrepot.composition import build_house
from entrepot.watch.traces.store import trace, trace_store

house = build_house()
trace(house)

def work(name, **asked):
    with spans.part("job", name, **asked) as part:
        spans.add("statement", "", time.perf_counter(), sql="SELECT 1")
    return part

"""


@pytest.fixture
def kept(environ):
    """A function that asks the traces' file and returns rows."""
    path = Path(environ["LOG_DB_PATH"]).with_name("traces.db")

    def ask(sql="SELECT name FROM parts ORDER BY id"):
        if not path.exists():
            return []
        with closing(sqlite3.connect(path)) as connection:
            if not connection.execute("SELECT 1 FROM sqlite_schema").fetchone():
                return []  # its tables are being made
            return connection.execute(sql).fetchall()

    return ask


@pytest.fixture
def run(environ, tmp_path):
    """A function that starts Python code; it is gone when the test ends."""
    children = []

    def start(code):
        child = subprocess.Popen(
            [sys.executable, "-c", HEAD + code],
            env=surroundings(environ),
            cwd=tmp_path,
            stdout=subprocess.DEVNULL,
        )
        children.append(child)
        return child

    yield start
    for child in children:
        child.kill()
        child.wait()


def test_a_killed_process_loses_its_last_batch_at_the_most(run, kept):
    """What came a while before is in the file, which is whole."""
    child = run("for n in range(50): work(f'{n}')\nwhile True: time.sleep(1)")
    until(lambda: len(kept()) == 50)

    child.send_signal(signal.SIGKILL)

    assert child.wait(120) == -signal.SIGKILL
    assert kept("PRAGMA integrity_check") == [("ok",)]
    assert kept() == [(f"{n}",) for n in range(50)]


def test_a_process_that_ends_writes_what_it_has(run, kept):
    """Without anybody asking for it."""
    assert run("work('last')").wait(120) == 0

    assert kept() == [("last",)]


def test_a_fork_writes_its_own_and_nothing_twice(run, kept):
    """Below the step of its parent that made it."""
    child = run(
        "with spans.part('request', 'ask') as part:\n"
        "    asked_by = spans.traceparent()\n"
        "    if not os.fork():\n"
        "        work('child', traceparent=asked_by)\n"
        "        trace_store(house).end()\n"
        "        os._exit(0)\n"
        "    os.wait()\n"
    )

    assert child.wait(120) == 0
    found = "SELECT kind, caller_id IS NOT NULL FROM parts ORDER BY kind"
    assert kept(found) == [("job", 1), ("request", 0)]
    assert kept("SELECT count(DISTINCT trace_id) FROM parts") == [(1,)]
    same = "SELECT count(*) FROM parts a JOIN parts b ON a.caller_id = b.span_id"
    assert kept(same) == [(1,)]


DISK = """
from entrepot.app import create_app
from entrepot.base import events
from entrepot.base.checks import health
from entrepot.watch.traces import service
from entrepot.watch.traces.spec import WantedRequests

told = []

def tell(event):
    name = type(event).__name__
    if name.startswith("Traces"):
        told.append(name)

events.listen(tell)
client = create_app(house, is_open=True).test_client()
store = trace_store(house)

def asked():
    told = {"User-Agent": "a b " * 400}
    return {client.get("/api/jobs", headers=told).status_code for _ in range(100)}

def state():
    return health(house, at_most_seconds=0)["trace_store"]

print(asked(), store.flush(), state())
with open("disk/filler", "wb", 0) as file:
    try:
        while True:
            file.write(b"x" * 4096)
    except OSError:
        pass
full = [(asked(), store.flush(is_last=True)) for _ in range(10)]
print({code for codes, _ in full for code in codes}, full[-1][1], state())
os.truncate("disk/filler", 0)
print(store.flush(is_last=True), store.counts().waiting, state(), told)
page = service.list_requests(house, WantedRequests(endpoint="jobs_api.list_some"))
print(len(page.requests), page.older is not None)
"""


def test_a_full_disk_fails_no_request(environ, tmp_path):
    """They are answered, the traces wait, and come when there is room."""
    disk = tmp_path / "disk"
    disk.mkdir()
    variables = {
        "ENTREPOT_WATCH_TRACES_DB_PATH": str(disk / "traces.db"),
        "ENTREPOT_WATCH_TRACES_SAMPLED_PERCENT": "100",
        "RATE_LIMIT_PER_MINUTE": "0",
        "ENTREPOT_PERSON_RATE_LIMIT_PER_MINUTE_COUNT": "0",
    }
    before = f"mount -t tmpfs -o size=4m none {disk}"

    lines = run_alone(
        HEAD + DISK, surroundings({**environ, **variables}), tmp_path, before
    )

    assert lines == [
        "{200} True healthy",
        "{200} False degraded",
        "True 0 healthy ['TracesLost', 'TracesFound']",
        "50 True",
    ]
