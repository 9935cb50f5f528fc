"""Exports as jobs in a real worker: killed, cancelled, and sources that die."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from zipfile import ZipFile

import pyarrow as pa
import pytest
from tests.exports.test_child import alive, command

from entrepot.connections import add_connection
from entrepot.exports import (
    Asker,
    ExportRequest,
    cancel_export,
    create_export,
    get_export,
    get_file,
)
from entrepot.exports.counting import count_rows
from entrepot.exports.spools import SpoolFacts, note_facts, spool_path
from entrepot.exports.wanted import Source, Split

ROWS = 1_000_000
PATIENCE_SECONDS = 300.0

pytestmark = pytest.mark.fault


def until(asked):
    """Wait until something holds; return it."""
    ends = time.monotonic() + PATIENCE_SECONDS
    while not (found := asked()):
        assert time.monotonic() < ends, "it never came"
        threading.Event().wait(0.05)
    return found


@pytest.fixture
def start(house, environ, tmp_path):
    """Start workers of the house's home; all are gone at the end."""
    workers = []
    environ = {**os.environ, **environ, "PYTHONPATH": os.pathsep.join(sys.path)}

    def start():
        line = [sys.executable, "-m", "entrepot", "worker"]
        workers.append(subprocess.Popen(line, env=environ, cwd=tmp_path))
        return workers[-1]

    yield start
    for worker in workers:
        worker.kill()
        worker.wait()


@pytest.fixture
def shop(house):
    """Register a file with a table of many rows."""
    path = house.home / "shop.db"
    with closing(sqlite3.connect(path)) as writer, writer:
        writer.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY, note TEXT)")
        writer.execute(
            "INSERT INTO orders WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL"
            f" SELECT i + 1 FROM n WHERE i < {ROWS})"
            " SELECT i, 'a note of the order ' || i FROM n"
        )
    add_connection(house, name="shop", url=f"sqlite:///{path}")


@pytest.fixture
def ask(house):
    """Ask for an export as a job."""

    def ask(format, **source):
        request = ExportRequest(source=Source(**source), format=format, wait=False)
        return create_export(house, request, Asker(name="ada"))

    return ask


def exporters():
    """Return the process ids of all exports that run on this machine for tests."""
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit() and b"entrepot.exports.child" in command(name):
            found.append(int(name))
    return found


def child_of(worker):
    """Return the export that a worker runs, once there is one."""
    for pid in exporters():
        if _parent(pid) == worker.pid:
            return pid
    return None


def _parent(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return int(file.read().rpartition(")")[2].split()[1])
    except OSError:  # it ended meanwhile
        return 0


def test_a_killed_worker_is_followed_by_a_whole_file(house, shop, ask, start):
    """`kill -9` in the middle: another attempt makes the file, exact and once."""
    seen = ask("xlsx", connection="shop", table="orders")
    worker = start()
    child = until(lambda: child_of(worker))
    until(lambda: get_export(house, seen.id).rows)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    until(lambda: not alive(child))
    assert get_export(house, seen.id).status == "running"
    start()
    done = until(lambda: ended(house, seen.id))

    assert (done.status, done.attempts, done.rows) == ("completed", 2, ROWS)
    file = get_file(house, seen.id)
    body = file.path.read_bytes()
    assert hashlib.sha256(body).hexdigest() == done.receipt.sha256
    assert count_rows(file.path, "xlsx", {}) == ROWS
    assert [p.name for p in file.path.parent.iterdir()] == [done.file_name]


def test_a_source_that_dies_leaves_a_reason_and_no_file(house, ask, start):
    """At 60 % the source breaks for good: failed, with its words, and no file."""
    add_connection(house, name="depot", url="drill://here/", test=False)
    plan = {"rows": 100_000, "at": 60_000, "act": "refuse"}
    seen = ask("toy", connection="depot", query=json.dumps(plan))
    start()
    done = until(lambda: ended(house, seen.id))

    assert (done.status, done.error, done.receipt) == ("failed", "unknown-name", None)
    assert done.error_detail.startswith("there is no column named 'nmae'")
    assert not (house.home / "exports" / seen.id).exists()


def test_a_cancel_ends_the_work_soon(house, ask, start):
    """The child is gone, the export says cancelled, nothing is left."""
    add_connection(house, name="depot", url="drill://here/", test=False)
    plan = {"rows": 100_000, "at": 10_000, "act": "hang"}
    seen = ask("toy", connection="depot", query=json.dumps(plan))
    worker = start()
    child = until(lambda: child_of(worker))
    asked_at = time.monotonic()
    cancel_export(house, seen.id)
    done = until(lambda: ended(house, seen.id))
    until(lambda: not alive(child))

    assert time.monotonic() - asked_at < 6
    assert (done.status, done.error) == ("cancelled", "export-stopped")
    assert not (house.home / "exports" / seen.id).exists()


def ended(house, id):
    """Return an export that is over."""
    seen = get_export(house, id)
    return seen if seen.status not in ("queued", "running") else None


def test_files_that_were_whole_are_not_written_again(house, sent, start):
    """`kill -9` among the files of what was sent: the next attempt goes on there."""
    seen = create_export(house, sent(rows=60, in_each=10), Asker(name="ada"))
    worker = start()
    until(lambda: len(whole_files(house, seen.id)) >= 2)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    left = whole_files(house, seen.id)
    start()
    done = until(lambda: ended(house, seen.id))
    file = get_file(house, seen.id)

    assert (done.status, done.attempts, done.rows) == ("completed", 2, 60)
    assert done.receipt.measures["files_reused"] == len(left)
    assert [part.rows for part in done.receipt.files] == [10] * 6
    with ZipFile(file.path) as archive:
        texts = [archive.read(name).decode() for name in archive.namelist()]
    assert "".join(texts) == "".join(
        "n\n" + "".join(f"{n}\n" for n in range(first, first + 10))
        for first in range(0, 60, 10)
    )
    assert [p.name for p in file.path.parent.iterdir()] == [done.file_name]


@pytest.fixture
def sent(house):
    """Ask for files of numbers that were sent; each takes a while to write."""

    def make(rows, in_each):
        path = spool_path(house, "numbers-1")
        path.parent.mkdir(parents=True)
        batch = pa.record_batch({"n": pa.array(range(rows))})
        with pa.ipc.new_stream(str(path), batch.schema) as writer:
            writer.write_batch(batch)
        note_facts(path, SpoolFacts(rows=rows, sha256="0" * 64))
        return ExportRequest(
            source=Source(spool="numbers-1"),
            format="toy",
            options={"seconds": 1.0},
            split=Split(rows=in_each),
            wait=False,
        )

    return make


def whole_files(house, id):
    """Return the files that are whole, of an archive that is not."""
    return sorted((house.home / "exports" / id).glob("parts-*/part-*.json"))
