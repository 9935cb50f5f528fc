"""Exports in a child process: what ends it, and that nothing of it stays."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from entrepot.base import errors
from entrepot.composition import build_house
from entrepot.exports import cancel_export, list_receipts, run_export
from entrepot.exports.errors import ExportCrashed, ExportKilled, ExportStopped
from entrepot.exports.events import ExportBroke, ExportCancelled

MANY = 60_000


def children():
    """Return the process ids of the exports that run for us; servers do not count."""
    tasks = Path("/proc/self/task").iterdir()
    pids = [pid for t in tasks for pid in (t / "children").read_text().split()]
    return [int(pid) for pid in pids if b"entrepot.exports.child" in command(pid)]


def command(pid):
    """Return a process's command line; nothing if it has just gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def alive(pid):
    """Tell whether a process runs; one that is only not waited for does not."""
    try:
        return (
            Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
        )
    except FileNotFoundError:
        return False


def gone_within(seconds, pid):
    """Wait for a process to end; tell whether it did."""
    until = time.monotonic() + seconds
    while alive(pid) and time.monotonic() < until:
        time.sleep(0.02)
    return not alive(pid)


def nothing_left(house):
    """Tell that no file, no temporary folder and no child is left."""
    folder = house.home / "exports"
    return not list(folder.iterdir()) and not children()


@pytest.fixture
def hasty(environ, house):
    """The same house with limits of a second."""
    environ |= {
        "ENTREPOT_EXPORTS_LIMIT_SECONDS": "1",
        "ENTREPOT_EXPORTS_INLINE_SECONDS": "1",
    }
    hasty = build_house(environ)
    yield hasty
    hasty.close()


@contextmanager
def largest_file(size_bytes):
    """Let no file of ours grow over a size, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize(
    ("act", "kind", "detail"),
    [
        ("kill", ExportKilled, "the process that wrote the file was ended by SIGKILL"),
        ("exit", ExportCrashed, "the process that wrote the file ended with code 3"),
        ("break", ExportCrashed, "the process that wrote the file ended with code 1"),
    ],
)
def test_a_child_that_dies_leaves_nothing(house, drill, heard, act, kind, detail):
    """Killed, gone or broken: an error that says so, a receipt, and no file."""
    source = drill(rows=MANY, at=30_000, act=act, where="child")
    with pytest.raises(kind) as caught:
        run_export(house, source, format="toy")

    assert caught.value.detail == detail
    assert nothing_left(house)
    assert [(r.status, r.error) for r in list_receipts(house)] == [
        ("failed", kind.code())
    ]
    assert isinstance(heard[-1], ExportBroke)


def test_an_error_crosses_as_it_is(house, drill):
    """The child's error has the class, words, hint and facts it had there."""
    source = drill(rows=MANY, at=30_000, act="refuse", where="child")
    with pytest.raises(errors.UnknownName) as caught:
        run_export(house, source, format="toy")

    expected = errors.UnknownName("column", "nmae", ["n", "name"])
    assert vars(caught.value) == vars(expected)
    assert caught.value.args == expected.args
    assert nothing_left(house)


def test_a_hanging_child_is_killed_at_the_limit(hasty, drill):
    """Past the time limit the child is gone and the error names the setting."""
    source = drill(rows=MANY, at=1000, act="hang", estimated_rows=MANY)
    with pytest.raises(errors.TimedOut) as caught:
        run_export(hasty, source, format="toy")

    assert caught.value.detail == "the export took longer than 1 s"
    assert "ENTREPOT_EXPORTS_LIMIT_SECONDS" in caught.value.hint
    assert nothing_left(hasty)


def test_a_slow_source_moves_to_a_child(environ, house, drill, tmp_path):
    """What takes its time here begins again where it can be killed."""
    impatient = build_house(environ | {"ENTREPOT_EXPORTS_INLINE_SECONDS": "1"})
    log = tmp_path / "log"
    source = drill(rows=2000, at=1000, act="expire", where="here", log=str(log))
    finished = run_export(impatient, source, format="toy")
    impatient.close()

    assert [line.split()[1] for line in log.read_text().splitlines()] == [
        "False",
        "True",
    ]
    assert finished.receipt.rows == 2000


def test_a_cancelled_export_ends(house, drill, heard):
    """A cancel from anywhere kills the child; the receipt says cancelled."""

    def cancel(rows):
        cancel_export(house, list_receipts(house)[0].id)

    source = drill(rows=MANY, at=1000, act="hang", estimated_rows=MANY)
    with pytest.raises(ExportStopped, match="somebody cancelled"):
        run_export(house, source, format="toy", progress=cancel)

    assert nothing_left(house)
    assert list_receipts(house)[0].status == "cancelled"
    assert isinstance(heard[-1], ExportCancelled)


def test_an_export_nobody_waits_for_ends(house, drill):
    """When the one who asked has left, the child is killed."""
    source = drill(rows=MANY, at=1000, act="hang", estimated_rows=MANY)
    with pytest.raises(ExportStopped, match="has left"):
        run_export(
            house,
            source,
            format="toy",
            is_wanted=lambda: False,
        )

    assert nothing_left(house)
    assert list_receipts(house)[0].status == "cancelled"


def test_an_interrupt_leaves_nothing(house, drill, tmp_path):
    """Ctrl-C in the middle: no child, no file, none beside its name."""

    def interrupt(rows):
        raise KeyboardInterrupt

    source, to = drill(rows=MANY, estimated_rows=MANY), tmp_path / "out" / "x.toy"
    with pytest.raises(KeyboardInterrupt):
        run_export(
            house,
            source,
            format="toy",
            progress=interrupt,
            to=to,
        )

    assert nothing_left(house)
    assert list(to.parent.iterdir()) == []
    assert list_receipts(house)[0].status == "cancelled"


def test_a_password_is_in_no_argument_and_no_environment(house, drill):
    """While the child runs, nobody can read the password from the process table."""
    seen = []

    def look(rows):
        for pid in children():
            folder = Path(f"/proc/{pid}")
            seen.append((folder / "cmdline").read_bytes())
            seen.append((folder / "environ").read_bytes())

    source = drill(rows=MANY, estimated_rows=MANY)
    run_export(house, source, format="toy", progress=look)

    assert any(b"entrepot.exports.child" in text for text in seen)
    assert not any(b"p4ss" in text for text in seen)


@pytest.mark.parametrize("estimated_rows", [0, MANY])
@pytest.mark.parametrize("format", ["toy", "uniform"])
def test_a_full_disk_is_a_limit_and_leaves_nothing(
    house, drill, format, estimated_rows
):
    """No room for the file, here or in a child: `TooMuch`, and the room is free."""
    source = drill(rows=30_000, pad=40, mixed=True, estimated_rows=estimated_rows)
    assert run_export(house, source, format=format).receipt.size_bytes > 1_000_000

    with largest_file(1_000_000), pytest.raises(errors.TooMuch) as caught:
        run_export(house, source, format=format)

    assert caught.value.detail.endswith(" is full")
    assert len(list((house.home / "exports").iterdir())) == 1
    assert not children()


PARENT = """
import os, sys
from entrepot.composition import build_house
from entrepot.connections import Statement, StatementSource, Target, open_target
from entrepot.exports import run_export
from entrepot.migrations import ensure

target = Target(name="depot", dialect="drill", url="drill://here")
sql = '{"rows": 60000, "at": 1000, "act": "hang"}'
source = StatementSource(
    target=target,
    statement=Statement(sql=sql),
    title="x",
    database=open_target(target),
    estimated_rows=60000,
)
house = build_house()
ensure(house)

def tell(rows):
    if rows:
        tasks = f"/proc/self/task/{os.getpid()}/children"
        print(open(tasks).read(), flush=True)

run_export(house, source, format="toy", progress=tell)
"""


@pytest.mark.fault
def test_a_child_does_not_outlive_its_parent(environ):
    """`kill -9` of the process that exports ends the child as well."""
    environ = {**os.environ, **environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", PARENT]
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE) as parent:
        child = int(parent.stdout.readline())
        assert alive(child)
        parent.kill()

    assert gone_within(5, child)
