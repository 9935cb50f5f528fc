"""Lines are taken from anyone, and are in the file when somebody looks."""

from __future__ import annotations

import threading
import time

import pytest

from entrepot.composition import build_house
from entrepot.watch import log_store
from tests.serving.servers import until
from tests.watch.log.entries import NOON, line, numbered


def test_what_was_put_is_readable_after_a_flush(store, kept):
    """In the order it came."""
    for entry in numbered(2500):
        store.put(entry)

    assert store.flush()
    assert kept() == [(str(number),) for number in range(1, 2501)]
    assert store.counts().waiting == 0


def test_a_line_is_written_without_a_flush(store, kept):
    """The writer's thread writes what has waited a second."""
    store.put(line("alone"))

    until(lambda: store.counts().written == 1, 10)
    assert kept() == [("alone",)]


def test_the_writer_sleeps_and_wakes(store, kept):
    """An idle writer takes no time, and the next line wakes it."""
    store.put(line("before"))
    until(lambda: store._sleeps, 10)
    begun = time.thread_time(), time.process_time()
    threading.Event().wait(0.3)
    assert time.process_time() - begun[1] < 0.1
    store.put(line("after"))

    until(lambda: store.counts().written == 2, 10)
    assert kept() == [("before",), ("after",)]


def test_threads_lose_nothing(store, kept):
    """Each thread's lines stay in their order."""

    def put(name):
        for number in range(500):
            store.put(line(f"{name} {number}"))

    threads = [threading.Thread(target=put, args=(name,)) for name in "abcd"]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    store.flush()

    said = [message for (message,) in kept()]
    for name in "abcd":
        mine = [message for message in said if message.startswith(name)]
        assert mine == [f"{name} {number}" for number in range(500)]


def test_too_many_are_dropped_and_counted(environ, heard):
    """The oldest are kept, nobody waits, and the log tells how many are missing."""
    house = build_house(environ | {"ENTREPOT_WATCH_QUEUE_COUNT": "1000"})
    store = log_store(house)
    with store._lock:  # the writer is stuck
        for entry in numbered(1250):
            store.put(entry)
        assert not store.flush(0.01)
        assert store.counts().waiting == 1000

    assert store.flush()
    assert store.dropped == 250
    assert [event.sentence() for event in heard] == ["250 lines were lost"]
    house.close()


def test_what_is_prepared_is_shown_and_kept(store, kept):
    """What the steps return is written; what they raise is their own."""
    shown = []
    store.prepare = lambda entries: [
        e._replace(message=e.message + "!") for e in entries
    ]
    store.show = shown.extend
    store.put(line("a"))
    store.flush()
    store.show = lambda entries: 1 / 0
    store.put(line("b"))

    assert store.flush()
    assert [entry.message for entry in shown] == ["a!"]
    assert kept() == [("a!",), ("b!",)]


def test_a_line_that_cannot_be_prepared_takes_no_other_with_it(store, kept):
    """It is dropped and counted: unclean it must not be kept."""

    def prepare(entries):
        assert all(entry.message != "2" for entry in entries)
        return entries

    store.prepare = prepare
    for entry in numbered(3):
        store.put(entry)

    assert store.flush()
    assert (kept(), store.dropped) == ([("1",), ("3",)], 1)


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (line("\ud800 half"), "� half"),
        (line("x", user_id=2**70), "x"),
        (line("y", fields={"z": "\udfff"}), "y"),
        (line("z", at=1e30), "z"),
        (line("n", at=float("nan")), "n"),
        (line("no", error_type=ValueError), "no"),
    ],
)
def test_what_the_file_cannot_hold_stops_nothing(store, kept, entry, message):
    """It is kept as well as it can be, between its neighbours."""
    for each in (line("before"), entry, line("after")):
        store.put(each)

    assert store.flush()
    assert kept() == [("before",), (message,), ("after",)]


def test_samples_are_written_without_lines(store, kept):
    """A row comes once, however often it is told."""
    store.add_samples([(int(NOON), "pool", "{}", "p1", 3.0)] * 2)

    assert store.flush()
    assert kept("SELECT * FROM gauge_samples") == [(int(NOON), "pool", "{}", "p1", 3.0)]


def test_a_closed_log_has_written_everything(store, kept):
    """And a line that comes later opens it again."""
    store.put(line("last"))
    store.close()
    assert kept() == [("last",)]
    store.put(line("late"))

    assert store.flush()
    assert kept() == [("last",), ("late",)]
    store.close()


def test_a_line_that_finds_no_thread_waits_for_one(store, kept, monkeypatch):
    """Whoever logs while no thread is to be had goes on, and nothing is lost."""

    def refuse(_thread):
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", refuse)
        store.put(line("early"))
    store.put(line("late"))

    until(lambda: store.counts().written == 2, 10)
    assert kept() == [("early",), ("late",)]


def test_what_fails_beside_it_does_not_end_the_writer(store, kept, monkeypatch):
    """A clean-up that finds no thread, say."""

    def refuse():
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(store._retention, "clean_when_due", refuse)
    for number in range(1, 3):
        store.put(line(f"{number}"))
        until(lambda number=number: store.counts().written == number, 10)

    assert kept() == [("1",), ("2",)]


def test_long_lines_that_wait_are_bounded_in_size(environ):
    """What waits for a file that cannot be written takes a kilobyte a line at most."""
    house = build_house({**environ, "ENTREPOT_WATCH_QUEUE_COUNT": "1000"})
    store = log_store(house)
    store.path.mkdir(parents=True)  # nothing can be written there
    for _ in range(300):
        store.put(line("ab " * 3_000))

    assert not store.flush()
    counts = store.counts()
    assert (counts.waiting, counts.dropped) == (1_000_000 // 9_000, 300 - 111)
    house.close()
