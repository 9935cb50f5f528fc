"""Processes count together; what the dead counted stays, and their files go."""

from __future__ import annotations

import errno
import fcntl
import os
import subprocess
import sys

import pytest
from tests.house.repository import ROOT

from entrepot.watch.metrics.folder import Folder
from entrepot.watch.metrics.keys import Key
from entrepot.watch.metrics.sheet import Sheet

COUNT = Key("count", "entrepot_events_total", ("Asked", "info")).write()
GAUGE = Key("gauge", "entrepot_threads").write()


@pytest.fixture
def folder(tmp_path):
    """An empty folder in which a server lives, so that nothing begins again at zero."""
    folder = Folder(tmp_path / "metrics")
    server = folder.join()
    yield folder
    os.close(server)


def write(sheet: Sheet, count: float, gauge: float) -> Sheet:
    """Put a count and a gauge onto a sheet."""
    for key, number in ((COUNT, count), (GAUGE, gauge)):
        sheet.numbers[sheet.place(key, 1)] = number
    return sheet


def leave_behind(folder: Folder, *counts: float) -> None:
    """Leave the sheets of processes that died."""
    sheets = [write(folder.new_sheet(), count, 1.0) for count in counts]
    for sheet in sheets:
        sheet.close()


def files(folder: Folder) -> list[str]:
    """Return the kinds of files that are there, but for what history goes by."""
    ours = (p for p in folder.path.iterdir() if p.name != "generation")
    return sorted(p.suffix or p.name for p in ours if not p.match("left-*"))


def test_the_living_are_added_up(folder):
    """Counts are one number, gauges one for each process."""
    own = write(folder.new_sheet(), 2.0, 10.0)
    other = write(folder.new_sheet(), 3.0, 20.0)

    found = folder.gather(own)

    assert found.counts == {COUNT: (5.0,)}
    assert found.gauges == [{GAUGE: (10.0,)}, {GAUGE: (20.0,)}]
    own.close()
    other.close()


def test_counts_of_the_dead_stay_and_their_gauges_go(folder):
    """However often it is asked; and of their sheets nothing is left."""
    leave_behind(folder, 1.0, 2.0, 4.0)
    own = write(folder.new_sheet(), 8.0, 10.0)

    found = [folder.gather(own) for _ in range(3)]

    assert [f.counts for f in found] == [{COUNT: (15.0,)}] * 3
    assert [f.gauges for f in found] == [[{GAUGE: (10.0,)}]] * 3
    assert files(folder) == [".json", ".server", ".sheet", "lock"]
    own.close()


@pytest.mark.fault
def test_a_thousand_dead_leave_a_handful_of_files(folder):
    """Whoever begins puts the dead before it together, scraped or not."""
    for _ in range(1_000):
        leave_behind(folder, 1.0)
    own = folder.new_sheet()

    assert files(folder) == [".json", ".server", ".sheet", "lock"]
    assert folder.gather(own).counts == {COUNT: (1_000.0,)}
    own.close()


def test_a_new_start_begins_at_zero(tmp_path):
    """What counted last week is over; a server that lives keeps it."""
    folder = Folder(tmp_path / "metrics")
    server = folder.join()
    leave_behind(folder, 5.0)
    kept = folder.new_sheet()
    assert folder.gather(kept).counts == {COUNT: (5.0,)}
    kept.close()
    os.close(server)

    again = folder.new_sheet()

    assert folder.gather(again).counts == {}
    assert files(folder) == [".sheet", "lock"]
    again.close()


def test_what_was_counted_last_is_left_for_history(tmp_path):
    """Until history has it: under the generation that it belongs to."""
    folder = Folder(tmp_path / "metrics")
    server = folder.join()
    leave_behind(folder, 5.0)
    leave_behind(folder, 2.0)
    before = folder.generation()
    os.close(server)

    own = folder.new_sheet()
    (left,) = folder.list_left()
    folder.remove_left([left.generation])

    assert (left.generation, left.rows) == (before, {COUNT: (7.0,)})
    assert folder.gather(own).generation not in ("", before)
    assert folder.list_left() == []
    own.close()


def test_a_process_id_that_is_used_again_is_another_process(folder):
    """The dead are known by their lock, which nobody inherits with the number."""
    leave_behind(folder, 5.0)
    own = write(folder.new_sheet(), 1.0, 1.0)
    mine = [path.name for path in folder.path.glob(f"{os.getpid()}-*.sheet")]

    assert len(mine) == 1
    assert folder.gather(own).counts == {COUNT: (6.0,)}
    own.close()


def test_histograms_are_added_up_number_by_number(folder):
    """Buckets and sum, of the living and the dead."""
    key = Key("count", "seconds", ("GET",), (0.1, 1.0))
    sheets = [folder.new_sheet() for _ in range(2)]
    for sheet, numbers in zip(sheets, [(1, 2, 3, 0.5), (10, 20, 30, 5)], strict=True):
        at = sheet.place(key.write(), key.width)
        for offset, number in enumerate(numbers):
            sheet.numbers[at + offset] = number
    sheets[0].close()

    assert folder.gather(sheets[1]).counts == {key.write(): (11.0, 22.0, 33.0, 5.5)}
    sheets[1].close()


STEPS = ("write_bytes", "replace", "first unlink", "second unlink")


@pytest.mark.parametrize("step", STEPS)
def test_whoever_is_killed_while_adding_up_loses_and_doubles_nothing(
    folder, step, monkeypatch
):
    """At each step: before it the old state holds, after it the new one."""
    leave_behind(folder, 1.0)
    folder.gather(folder.new_sheet())
    leave_behind(folder, 2.0, 4.0)
    own = write(folder.new_sheet(), 8.0, 1.0)
    leave_behind(folder, 16.0, 32.0)
    die_at(step, monkeypatch)

    with pytest.raises(SystemExit):
        folder.gather(own)
    monkeypatch.undo()

    assert [folder.gather(own).counts for _ in range(2)] == [{COUNT: (63.0,)}] * 2
    own.close()


def die_at(step, monkeypatch):
    """Let this process die when it comes to a step."""
    name = step.split()[-1]
    place = os if name == "replace" else __import__("pathlib").Path
    real, left = getattr(place, name), [1 if step.startswith("second") else 0]

    def act(*given, **named):
        if not left[0]:
            raise SystemExit
        left[0] -= 1
        return real(*given, **named)

    monkeypatch.setattr(place, name, act)


@pytest.mark.fault
def test_processes_killed_while_adding_up_lose_and_double_nothing(folder):
    """`kill -9` at moments of chance, forty times: the count is what was counted."""
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from entrepot.watch.metrics.folder import Folder\n"
        "folder = Folder(Path(sys.argv[1]))\n"
        "own = folder.new_sheet()\n"
        "print(flush=True)\n"
        "while True: folder.gather(own)\n"
    )
    own = folder.new_sheet()
    for turn in range(40):
        child = subprocess.Popen(
            [sys.executable, "-c", program, str(folder.path)],
            env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
            stdout=subprocess.PIPE,
        )
        child.stdout.readline()
        for _ in range(turn % 8):
            leave_behind(folder, 1.0)
        child.kill()
        child.communicate()

    assert folder.gather(own).counts == {COUNT: (5.0 * 28,)}
    own.close()


def test_on_a_full_disk_the_dead_are_read_as_they_are(folder, monkeypatch):
    """They cannot be put together, and are counted once all the same."""
    leave_behind(folder, 1.0, 2.0)
    own = write(folder.new_sheet(), 4.0, 1.0)
    leave_behind(folder, 8.0)

    def refuse(*_given):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "replace", refuse)
    full = [folder.gather(own).counts for _ in range(2)]
    monkeypatch.undo()

    assert full == [{COUNT: (15.0,)}] * 2
    assert folder.gather(own).counts == {COUNT: (15.0,)}
    own.close()


def test_where_nothing_can_be_written_each_counts_alone(tmp_path):
    """The folder is a file: the process has its own numbers, and no error."""
    (tmp_path / "metrics").write_text("in the way")
    folder = Folder(tmp_path / "metrics")

    sheet = write(folder.new_sheet(), 3.0, 1.0)

    assert not sheet.is_shared
    assert folder.join() is None
    assert folder.gather(sheet).counts == {COUNT: (3.0,)}
    sheet.close()


def test_a_disk_without_room_is_found_before_it_kills(tmp_path, monkeypatch):
    """A sheet's room is taken at once: writing to a hole of a full disk is deadly."""
    folder = Folder(tmp_path / "metrics")

    def refuse(*_given):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", refuse)
    sheet = write(folder.new_sheet(), 3.0, 1.0)

    assert not sheet.is_shared
    assert files(folder) == ["lock"]
    sheet.close()


def test_a_file_system_without_locks_stops_nothing(tmp_path, monkeypatch):
    """Nobody can be told from the dead there, so each counts alone."""

    def refuse(*_given):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    folder = Folder(tmp_path / "metrics")
    sheet = write(folder.new_sheet(), 3.0, 1.0)

    assert not sheet.is_shared
    assert folder.gather(sheet).counts == {COUNT: (3.0,)}
    sheet.close()


def test_a_sheet_that_is_cut_off_is_read_as_far_as_it_goes(folder):
    """A broken file breaks no scrape."""
    leave_behind(folder, 1.0)
    (sheet,) = folder.path.glob("*.sheet")
    os.truncate(sheet, 60)
    (folder.path / "1-short.sheet").write_bytes(b"ent")
    (folder.path / "1-other.sheet").write_bytes(b"x" * 5000)
    own = folder.new_sheet()

    assert folder.gather(own).counts == {}
    own.close()


def test_a_child_does_not_keep_its_parents_lock(folder):
    """A process that forks and dies is dead, though its child lives on."""
    program = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from entrepot.watch.metrics.folder import Folder\n"
        "sheet = Folder(Path(sys.argv[1])).new_sheet()\n"
        "if os.fork() == 0:\n"
        "    print(flush=True)\n"
        "    sys.stdin.read()\n"
        "    os._exit(0)\n"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", program, str(folder.path)],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    child.stdout.readline()
    child.wait()
    own = folder.new_sheet()

    assert list(folder.path.glob("*.sheet")) == [own.path]
    child.communicate("")
    own.close()
