"""Lines in the file: their columns, their words, their counts."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from entrepot.watch.log.file import add_entries, open_to_write, opened_to_read
from entrepot.watch.log.rows import mark_of
from entrepot.watch.log.schema import OF_REQUEST
from tests.watch.log.entries import NOON, line, numbered, request


@pytest.fixture
def file(tmp_path):
    """An empty log, open."""
    with closing(open_to_write(tmp_path / "x" / "log.db")) as connection:
        yield connection


def rows(connection, sql, *values):
    """Return what a question finds."""
    return connection.execute(sql, values).fetchall()


def test_a_line_keeps_what_it_was_told_with(file, tmp_path):
    """Each in its column; the moment in UTC to the millisecond."""
    told = request(
        at=NOON + 0.25,
        request_id="r1",
        trace_id="t1",
        user_id=7,
        actor="ada",
        job_id="j1",
        ip_address="10.0.0.1",
        error_type="TimeoutError",
        stack_trace="Traceback",
        fields={"rows": 3},
    )

    assert add_entries(file, [told]) == 1
    with opened_to_read(tmp_path / "x" / "log.db") as reading:
        found = dict(reading.execute("SELECT * FROM logs").fetchone())
    assert found == {
        "id": 1,
        "timestamp": "2027-01-15T12:00:00.250Z",
        "level": "INFO",
        "logger": "entrepot.access",
        "message": "GET /api/products 200",
        "created_at": "2027-01-15 12:00:00",
        "request_id": "r1",
        "trace_id": "t1",
        "user_id": 7,
        "actor": "ada",
        "job_id": "j1",
        "ip_address": "10.0.0.1",
        "endpoint": "get_products",
        "method": "GET",
        "status_code": 200,
        "duration_ms": 2.5,
        "error_type": "TimeoutError",
        "stack_trace": "Traceback",
        "custom_fields": '{"rows":3}',
    }


def test_a_method_that_the_message_lacks_is_a_fact(file):
    """The column is read off the message of an answered request."""
    add_entries(file, [line("hello", method="GET"), request()])

    assert rows(file, "SELECT method, custom_fields FROM logs ORDER BY id") == [
        (None, '{"method":"GET"}'),
        ("GET", None),
    ]


def test_lines_of_every_kind_keep_their_order(file):
    """Numbers follow each other, whatever columns a line needs."""
    kinds = [line("a"), request(), line("b", actor="ada"), line("c"), line("d")]
    add_entries(file, kinds * 30)

    found = rows(file, "SELECT id, message FROM logs ORDER BY id")
    assert found == list(enumerate((e.message for e in kinds * 30), start=1))


def test_what_others_insert_has_a_time(file):
    """The documented columns are real, and `created_at` has its default."""
    file.execute(
        "INSERT INTO logs (timestamp, level, logger, message) "
        "VALUES ('t', 'l', 'n', 'm')"
    )

    assert rows(
        file, "SELECT abs(unixepoch() - unixepoch(created_at)) < 60 FROM logs"
    ) == [(1,)]


def test_words_are_found(file):
    """By their beginnings, and without their accents."""
    add_entries(file, [line("export finished"), line("Entrepôt begins"), line("x")])

    sql = "SELECT rowid FROM logs_words WHERE logs_words MATCH ?"
    assert rows(file, sql, "fin*") == [(1,)]
    assert rows(file, sql, "entrepot") == [(2,)]


def test_a_request_is_found_in_its_batches(file):
    """The batches that have its mark hold all its lines, and few others do."""
    for begin in range(0, 30, 10):
        add_entries(file, [line("x", request_id=f"r{begin + n}") for n in range(10)])
    add_entries(file, [line("again", request_id="r13")])

    sql = "SELECT first_id, last_id FROM log_batches WHERE instr(requests, ?)"
    assert rows(file, sql, mark_of("r13")) == [(11, 20), (31, 31)]
    asked = {"request_id": "r13", "request_mark": mark_of("r13")}
    found = file.execute(f"SELECT id FROM logs WHERE {OF_REQUEST}", asked).fetchall()
    assert found == [(14,), (31,)]


def test_minutes_count_lines(file):
    """By level, with the first and last number; two batches add up."""
    add_entries(file, [line("a"), line("b", level="ERROR"), line("c")])
    add_entries(file, [line("d"), line("e", at=NOON + 60)])

    minute = int(NOON // 60)
    assert rows(file, "SELECT * FROM log_minutes ORDER BY minute, level") == [
        (minute, "ERROR", "entrepot.test", 1, 2, 2),
        (minute, "INFO", "entrepot.test", 3, 1, 4),
        (minute + 1, "INFO", "entrepot.test", 1, 5, 5),
    ]


def test_requests_are_counted_by_how_long_they_took(file):
    """One row a minute, endpoint, status and bin; lines of no request do not count."""
    add_entries(file, [request(ms=10.0), request(ms=10.25), line("x")])
    add_entries(file, [request(ms=10.125), request(ms=500, status=500)])

    sql = "SELECT endpoint, status, requests, total_ms, fastest_ms, slowest_ms "
    assert rows(file, sql + "FROM request_minutes ORDER BY status") == [
        ("get_products", 200, 3, 30.375, 10.0, 10.25),
        ("get_products", 500, 1, 500.0, 500.0, 500.0),
    ]


@pytest.mark.parametrize("columns", ["", ", duration_ms REAL"])
def test_a_documented_table_gets_what_it_lacks(tmp_path, columns):
    """Its lines stay, are counted and found; other tables are left alone."""
    path = tmp_path / "app_logs.db"
    with closing(sqlite3.connect(path)) as theirs:
        theirs.execute(
            "CREATE TABLE logs (id INTEGER PRIMARY KEY AUTOINCREMENT, "
            "timestamp TEXT NOT NULL, level TEXT NOT NULL, logger TEXT NOT NULL, "
            "message TEXT NOT NULL, "
            f"created_at DATETIME DEFAULT CURRENT_TIMESTAMP{columns})"
        )
        theirs.execute("CREATE TABLE application_logs (x)")
        theirs.execute("INSERT INTO application_logs VALUES ('old')")
        theirs.execute(
            "INSERT INTO logs (timestamp, level, logger, message) "
            "VALUES ('2027-01-15T12:00:01', 'INFO', 'app', 'from before')"
        )
        theirs.commit()

    with closing(open_to_write(path)) as connection:
        add_entries(connection, [request()])
        assert rows(connection, "SELECT id, message, method FROM logs") == [
            (1, "from before", None),
            (2, "GET /api/products 200", "GET"),
        ]
        sql = "SELECT rowid FROM logs_words WHERE logs_words MATCH 'before'"
        assert rows(connection, sql) == [(1,)]
        assert rows(connection, "SELECT * FROM log_minutes") == [
            (int(NOON // 60), "INFO", "app", 1, 1, 1),
            (int(NOON // 60), "INFO", "entrepot.access", 1, 2, 2),
        ]
        assert rows(connection, "SELECT * FROM application_logs") == [("old",)]


def test_a_batch_happens_or_not(file):
    """What fails in the middle leaves nothing behind."""
    add_entries(file, numbered(3))
    with pytest.raises(UnicodeEncodeError):
        add_entries(file, [*numbered(50), line("\ud800")])

    assert rows(file, "SELECT count(*) FROM logs") == [(3,)]
    assert add_entries(file, [line("next")]) == 4


def test_the_file_is_its_owners_alone(file, tmp_path):
    """It tells who did what from where; what stands beside it holds lines, too."""
    add_entries(file, numbered(1))

    modes = {f.name: f.stat().st_mode & 0o777 for f in (tmp_path / "x").iterdir()}
    names = ("log.db", "log.db-shm", "log.db-wal")
    assert modes == dict.fromkeys(names, 0o600)
