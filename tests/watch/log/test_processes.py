"""Processes that log: forked, ended, killed, and many on one file."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest

from tests.house.repository import ROOT
from tests.serving.servers import free_port, started, surroundings, until

pytestmark = pytest.mark.fault

HEAD = """
import multiprocessing, os, signal, sys, time
from entrepot.composition import build_house
from entrepot.watch import log_store
from entrepot.watch.spec import Entry

house = build_house()

def put(*messages):
    for message in messages:
        log_store(house).put(Entry(time.time(), "INFO", "test", str(message)))

"""
GUNICORN = (sys.executable, "-m", "gunicorn", "app:app", "--workers", "2")
GUNICORN += ("--threads", "4", "--config", str(ROOT / "gunicorn.conf.py"))
SERVERS = {
    "granian": (sys.executable, "-m", "entrepot", "serve", "--workers", "2"),
    "gunicorn": (*GUNICORN, "--chdir", str(ROOT)),
}


@pytest.fixture
def kept(environ):
    """A function that asks the log's file and returns rows."""
    path = Path(environ["LOG_DB_PATH"])

    def ask(sql="SELECT message FROM logs ORDER BY id", *values):
        if not path.exists():
            return []
        with closing(sqlite3.connect(path)) as connection:
            if not connection.execute("SELECT 1 FROM sqlite_schema").fetchone():
                return []  # its tables are being made
            return connection.execute(sql, values).fetchall()

    return ask


@pytest.fixture
def start(environ, tmp_path):
    """A function that starts Python code; it is gone when the test ends."""
    children = []

    def run(code, *arguments):
        child = subprocess.Popen(
            [sys.executable, "-c", HEAD + code, *arguments],
            env=surroundings(environ),
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        children.append(child)
        return child

    yield run
    for child in children:
        child.kill()
        child.communicate()


def said(child):
    """Wait for a process; return what it said, which must be no error."""
    out, err = child.communicate(timeout=60)
    assert (child.returncode, err) == (0, "")
    return out


def test_a_process_that_ends_has_written_everything(start, kept):
    """Without being asked."""
    said(start("put(*range(300))"))

    assert kept() == [(str(n),) for n in range(300)]


def test_a_process_that_is_terminated_has_written_everything(start, kept):
    """And whoever waits for it sees that it was the signal."""
    child = start("put('last')\nprint('put', flush=True)\ntime.sleep(60)")
    assert child.stdout.readline() == "put\n"
    child.send_signal(signal.SIGTERM)

    assert child.wait(20) == -signal.SIGTERM
    assert kept() == [("last",)]


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_children_write_everything(start, kept, tmp_path, method):
    """They end without Python's own end, whichever way they were made."""
    code = f"""
def work(number):
    put(*(f"{{number}} {{n}}" for n in range(50)))

if __name__ == "__main__":
    put("parent")
    context = multiprocessing.get_context({method!r})
    children = [context.Process(target=work, args=(n,)) for n in range(3)]
    [child.start() for child in children]
    [child.join() for child in children]
"""
    (tmp_path / "work.py").write_text(HEAD + code)
    said(start("import runpy; runpy.run_path('work.py', run_name='__main__')"))

    expected = sorted(f"{number} {n}" for number in range(3) for n in range(50))
    assert sorted(m for (m,) in kept()) == [*expected, "parent"]


def test_a_fork_doubles_and_loses_nothing(start, kept):
    """While lines come without end, ten children log, each its own, and so do we."""
    code = """
import threading
ends = threading.Event()
count = 0

def run():
    global count
    while not ends.is_set():
        put(f"parent {count}")
        count += 1
        time.sleep(0.0001)

thread = threading.Thread(target=run)
thread.start()
for number in range(10):
    time.sleep(0.15)
    pid = os.fork()
    if pid == 0:
        put(*(f"child {number} {n}" for n in range(20)))
        done = log_store(house).flush()
        os._exit(0 if done else 1)
    assert os.waitpid(pid, 0)[1] == 0
ends.set()
thread.join()
print(count)
"""
    count = int(said(start(code)))

    messages = [message for (message,) in kept()]
    theirs = [f"child {number} {n}" for number in range(10) for n in range(20)]
    assert sorted(m for m in messages if m[0] == "c") == sorted(theirs)
    assert [m for m in messages if m[0] == "p"] == [f"parent {n}" for n in range(count)]


def test_a_killed_process_loses_less_than_one_batch(start, kept):
    """What came a second and a half before is in the file."""
    code = """
number = 0
while True:
    put(f"{number} {time.time()}")
    number += 1
    if number == 3000:
        print("go", flush=True)
    time.sleep(0.001)
"""
    child = start(code)
    assert child.stdout.readline() == "go\n"
    ((before,),) = kept("SELECT count(*) FROM logs")
    child.kill()
    child.wait(20)

    lines = [message.split()[0] for (message,) in kept()]
    assert lines == [str(n) for n in range(len(lines))]
    assert len(lines) >= before > 0
    assert kept("PRAGMA integrity_check") == [("ok",)]


def test_four_processes_share_one_file(start, kept):
    """25,000 lines each: none is missing, and the numbers have no gap."""
    code = """
for n in range(25_000):
    put(f"{sys.argv[1]} {n}")
    if n % 1000 == 999:
        time.sleep(0.02)
while log_store(house).counts().waiting:
    time.sleep(0.05)
print(log_store(house).dropped)
"""
    children = [start(code, name) for name in "abcd"]
    assert [said(child) for child in children] == ["0\n"] * 4

    assert kept("SELECT count(*), min(id), max(id) FROM logs") == [
        (100_000, 1, 100_000)
    ]
    assert kept("SELECT sum(lines) FROM log_minutes") == [(100_000,)]
    for name in "abcd":
        mine = kept(
            "SELECT message FROM logs WHERE message GLOB ? ORDER BY id", f"{name} *"
        )
        assert mine == [(f"{name} {n}",) for n in range(25_000)]


@pytest.mark.parametrize("program", SERVERS)
def test_the_last_request_before_the_end_is_in_the_log(
    program, environ, tmp_path, kept
):
    """A server that is told to stop writes what its workers still have."""
    more = {"ENTREPOT_AUTH": "open"} if program == "granian" else {}
    with started(
        SERVERS[program], free_port(), {**environ, **more}, tmp_path
    ) as server:
        until(server.answers)
        url = f"http://127.0.0.1:{server.port}/api/auth/login"
        body = json.dumps({"email": "nobody@example.com", "password": "x"}).encode()
        asked = urllib.request.Request(url, body, {"Content-Type": "application/json"})
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(asked, timeout=60)
        refused.value.close()
        server.end()

    events = kept("SELECT message FROM logs WHERE logger = 'entrepot.accounts'")
    failed = "A sign-in failed: unknown address, wrong password, or not active"
    assert events[-1:] == [(failed,)]
