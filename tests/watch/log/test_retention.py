"""Old lines go, at the right time, with everything that was counted of them."""

from __future__ import annotations

import time
from contextlib import closing
from threading import Event

import pytest

from entrepot.base.cleanups import CLEANUPS
from entrepot.composition import build_house
from entrepot.operations.cleanup import list_cleanups
from entrepot.watch.log.file import add_entries, open_to_write
from entrepot.watch.log.forgetting import Limits, forget, give_back
from entrepot.watch.log.retention import Retention
from tests.watch.log.entries import DAY, NOON, line, numbered, request

LIMITS = Limits(now=NOON, days=2, debug_hours=12, size_bytes=2_000_000_000)


@pytest.fixture
def file(tmp_path):
    """An empty log, open."""
    with closing(open_to_write(tmp_path / "log.db")) as connection:
        yield connection


def messages(file):
    """Return what the lines say."""
    return [m for (m,) in file.execute("SELECT message FROM logs ORDER BY id")]


def clean(file, limits=LIMITS):
    """Forget what is old; return how many went."""
    return forget(file, limits, Event())


def test_old_lines_go_with_their_traces(file):
    """Words, minutes, marks: nothing of them is left, and the others stay whole."""
    old, young = NOON - 2.1 * DAY, NOON - 1.9 * DAY
    add_entries(file, [line(f"ancient {n}", at=old, request_id="r1") for n in range(9)])
    add_entries(file, [line("recent", at=young, request_id="r2"), line("now")])

    assert clean(file) == 9
    assert messages(file) == ["recent", "now"]
    minutes = [
        (int(young // 60), "INFO", "entrepot.test", 1, 10, 10),
        (int(NOON // 60), "INFO", "entrepot.test", 1, 11, 11),
    ]
    assert file.execute("SELECT * FROM log_minutes").fetchall() == minutes
    words = "SELECT rowid FROM logs_words WHERE logs_words MATCH 'ancient OR recent'"
    assert file.execute(words).fetchall() == [(10,)]
    assert file.execute("SELECT first_id FROM log_batches").fetchall() == [(10,)]
    file.execute("INSERT INTO logs_words (logs_words) VALUES ('integrity-check')")


def test_numbers_go_on_after_everything_went(file):
    """Whoever follows the log by its numbers stays right."""
    add_entries(file, numbered(5, at=NOON - 9 * DAY))

    assert clean(file) == 5
    assert add_entries(file, [line("new")]) == 6


def test_debug_lines_go_earlier(file):
    """What is left of their minute is counted anew."""
    half = NOON - DAY / 2 - 60
    lines = [line("d1", at=half, level="DEBUG"), line("i1", at=half)]
    add_entries(file, [*lines, line("d2", level="DEBUG"), line("i2")])

    assert clean(file) == 1
    assert messages(file) == ["i1", "d2", "i2"]
    counted = "SELECT level, lines FROM log_minutes ORDER BY minute, level"
    expected = [("INFO", 1), ("DEBUG", 1), ("INFO", 1)]
    assert file.execute(counted).fetchall() == expected


def test_a_line_of_the_future_keeps_its_place(file):
    """A clock that ran ahead makes no line of today old, nor lasts its own."""
    add_entries(file, [line("old", at=NOON - 3 * DAY)])
    add_entries(file, [line("ahead", at=NOON + 400 * DAY)])
    add_entries(file, [line("today")])

    assert clean(file) == 2
    assert messages(file) == ["today"]
    assert clean(file, Limits(now=NOON, days=2, debug_hours=12, size_bytes=10**9)) == 0


def test_a_clock_that_goes_back_makes_no_line_old(file):
    """Lines that bear a moment long ago stay as long as those before them."""
    add_entries(file, [line("before", at=NOON - 60)])
    add_entries(file, [line("back", at=NOON - 30 * DAY)])
    add_entries(file, [line("right again")])

    assert clean(file) == 0
    assert messages(file) == ["before", "back", "right again"]


def test_lines_of_the_future_alone_stay(file):
    """They are the newest there are; the old ones before them go."""
    add_entries(file, [line("old", at=NOON - 3 * DAY), line("ahead", at=NOON + DAY)])

    assert clean(file) == 1
    assert messages(file) == ["ahead"]


def test_a_file_that_is_too_large_loses_its_oldest(file):
    """It is brought below the limit, and the room is given back to the disk."""
    for begin in range(0, 6000, 1000):
        add_entries(file, [line(f"{begin + n} " + "x" * 500) for n in range(1000)])
    limits = Limits(now=NOON, days=2, debug_hours=12, size_bytes=2_000_000)

    gone = clean(file, limits)
    give_back(file, Event())
    pages = file.execute("PRAGMA page_count").fetchone()[0]
    assert messages(file)[0].startswith(f"{gone} ")
    assert 0.7 * 2_000_000 < pages * 8192 < 2_000_000
    assert file.execute("PRAGMA freelist_count").fetchone() == (0,)


def test_samples_and_requests_stay_for_two_weeks(file):
    """They are few, and the dashboard looks further back than the log."""
    for days in (15, 13):
        at = NOON - days * DAY
        add_entries(file, [request(at=at)], [(int(at), "pool", "{}", "p", 1.0)])

    assert clean(file) == 2
    kept = [(int((NOON - 13 * DAY) // 60),)]
    assert file.execute("SELECT minute FROM request_minutes").fetchall() == kept
    assert file.execute("SELECT at / 60 FROM gauge_samples").fetchall() == kept


def test_one_process_of_all_cleans_up(house, tmp_path):
    """Once in an interval; a claim that lies ahead of the clock does not count."""
    path = tmp_path / "log.db"
    one, other = (Retention(path, house.settings) for _ in range(2))
    with closing(open_to_write(path)) as file:
        add_entries(file, numbered(3, at=NOON - 5 * DAY))
        cleaned = one.clean(NOON)
        assert cleaned is not None
        assert cleaned.lines == 3
        add_entries(file, numbered(3, at=NOON - 5 * DAY))
        assert other.clean(NOON + 5 * 3600) is None
        assert len(messages(file)) == 3

        assert other.clean(NOON + 7 * 3600) is not None
        assert messages(file) == []
        assert one.clean(NOON - 30 * DAY) is not None


def test_a_file_that_grew_too_large_does_not_wait(environ, tmp_path, monkeypatch):
    """Not for the next clean-up: it is looked at every minute, by all processes."""
    path = tmp_path / "log.db"
    house = build_house({**environ, "LOG_MAX_DB_SIZE_MB": "16"})
    retention = Retention(path, house.settings)
    with closing(open_to_write(path)) as file:
        assert retention.clean(NOON) is not None
        for n in range(0, 6000, 1000):
            add_entries(file, [line(f"{n} " + "xy " * 1500) for _ in range(1000)])
        large = path.stat().st_size
        assert large > 16_000_000

        assert retention.clean(NOON + 59) is None
        later = time.monotonic() + 61
        monkeypatch.setattr("time.monotonic", lambda: later)
        monkeypatch.setattr(retention, "_now", lambda: NOON + 61)
        monkeypatch.setattr(retention, "_due_at", later + 3600)
        retention.clean_when_due()
        retention._thread.join(30)

    assert path.stat().st_size < large / 2


def test_it_is_looked_at_soon_after_the_start(house, tmp_path):
    """In a minute: whoever ends before leaves it to others."""
    retention = Retention(tmp_path / "log.db", house.settings)

    assert 55 < retention.seconds_until_due() <= 60
    retention.clean_when_due()
    assert not (tmp_path / "log.db").exists()


def test_a_command_cleans_up_as_well(house, store, kept):
    """By the name people give; counting first changes nothing."""
    add = [line("old", at=time.time() - 40 * DAY), line("new", at=time.time())]
    for entry in add:
        store.put(entry)
    clean_up = list_cleanups()["log-file"].run

    assert clean_up(house, 30, True) == 1
    assert store.flush()
    assert kept() == [("old",), ("new",)]
    assert clean_up(house, 30, False) == 1
    assert kept() == [("new",)]


def test_without_a_file_there_is_nothing_to_clean(environ):
    """And none is made."""
    house = build_house(environ)
    assert CLEANUPS["log-file"].run(house, 30, False) == 0
    house.close()
