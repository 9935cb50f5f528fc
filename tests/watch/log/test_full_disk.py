"""The disk of the log is full, or may only be read."""

from __future__ import annotations

import pytest

from tests.running import run_alone
from tests.serving.servers import surroundings

pytestmark = pytest.mark.fault

HEAD = """
import os, resource, sqlite3, subprocess, sys, time
from entrepot.app import create_app
from entrepot.base import events
from entrepot.base.checks import health
from entrepot.watch import log_store
from entrepot.watch.spec import Entry

told = []

def hear(event):
    if type(event).__module__ == "entrepot.watch.events":
        told.append(event)

events.listen(hear)
client = create_app(is_open=True).test_client()
house = client.application.extensions["house"]
store = log_store(house)

def put(first, last, size=500):
    for n in range(first, last):
        store.put(Entry(time.time(), "INFO", "test", f"{n} " + "x" * size))
    return store.flush()

def checks():
    return health(house, at_most_seconds=0)["log_store"]

def wait():
    end = time.monotonic() + 30
    while store.counts().waiting and time.monotonic() < end:
        time.sleep(0.1)

def report():
    store.flush()
    reading = sqlite3.connect(store.path)
    ask = lambda sql: reading.execute(sql).fetchall()
    mine = "FROM logs WHERE logger = 'test'"
    first = ask(f"SELECT CAST(substr(message, 1, 6) AS INTEGER) {mine} ORDER BY id")
    numbers = [n for (n,) in first]
    print(numbers == list(range(len(numbers))), len(numbers) + store.dropped)
    lost = ask("SELECT message FROM logs WHERE message LIKE '%were lost'")
    print(lost == [(f"The log can be written again: {store.dropped} lines were lost",)])
    print(ask("PRAGMA integrity_check"))
    print([type(event).__name__ for event in told])
"""
DONE = ["True", "[('ok',)]", "['LogLost', 'LogFound']"]


def test_a_full_disk_stops_no_request(environ, tmp_path):
    """Lines wait, too many are dropped; with room they are written, and it is told."""
    disk = tmp_path / "disk"
    disk.mkdir()
    code = """
print(put(0, 100), checks())
with open("disk/filler", "wb", 0) as file:
    try:
        while True:
            file.write(b"x" * 4096)
    except OSError:
        pass
full = [put(100 + n * 500, 600 + n * 500) for n in range(10)]
print(any(full[1:]), checks(), client.get("/api/connections").status_code)
print(store.dropped > 0, store.counts().waiting <= 2000)
os.truncate("disk/filler", 0)
wait()
report()
print(checks(), told[0].why)
"""
    variables = {
        "LOG_DB_PATH": str(disk / "log.db"),
        "ENTREPOT_WATCH_QUEUE_COUNT": "1000",
    }
    before = f"mount -t tmpfs -o size=6m none {disk}"
    lines = run_alone(
        HEAD + code, surroundings({**environ, **variables}), tmp_path, before
    )

    assert lines == [
        "True healthy",
        "False degraded 200",
        "True True",
        "True 5101",  # the request has a line, too
        *DONE,
        "healthy its disk is full",
    ]


def test_a_limit_on_file_size_stops_no_request(environ, tmp_path):
    """Where the system lets files grow no more, lines wait until it does."""
    code = """
print(put(0, 100), checks())
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, resource.RLIM_INFINITY))
print([put(100 + n * 500, 600 + n * 500) for n in range(4)][1:])
print(checks(), client.get("/api/connections").status_code)
resource.setrlimit(resource.RLIMIT_FSIZE, (-1, -1))
wait()
report()
print(store.dropped, told[0].why)
"""
    lines = run_alone(HEAD + code, surroundings(environ), tmp_path)

    assert lines == [
        "True healthy",
        "[False, False, False]",
        "degraded 200",
        "True 2100",
        *DONE,
        "0 its disk fails",
    ]


def test_a_folder_that_may_only_be_read_stops_no_request(environ, tmp_path):
    """Lines wait until it may be written."""
    folder = tmp_path / "log"
    folder.mkdir()
    code = f"""
print(put(0, 3), checks())
print(client.get("/api/connections").status_code)
subprocess.run(["mount", "-o", "remount,rw", "{folder}"], check=True)
wait()
report()
print(store.dropped, told[0].why)
"""
    more = {"LOG_DB_PATH": str(folder / "log.db")}
    before = f"mount -t tmpfs -o size=9m,ro none {folder}"
    given = surroundings({**environ, **more})
    lines = run_alone(HEAD + code, given, tmp_path, before)

    assert lines == [
        "False degraded",
        "200",
        "True 3",
        *DONE,
        "0 Database file cannot be opened",
    ]
