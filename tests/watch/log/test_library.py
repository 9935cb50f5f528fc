"""What libraries log comes into the house's log, and nothing of it does harm."""

from __future__ import annotations

import logging
import sqlite3
import warnings

import pytest

from entrepot.app import create_app
from entrepot.base.acting import Actor, acting_as
from entrepot.base.version import VERSION
from entrepot.watch.listeners import listeners
from entrepot.watch.log.store import log_store

LOGGER = logging.getLogger("somebody.library")


@pytest.fixture
def put(house):
    """What is put into the log of a house that listens."""
    entries = []
    log_store(house).put = entries.append
    listeners(house)
    return entries


def test_a_librarys_line_comes_with_its_context(put):
    """Level, logger, text, fields, and whose request it was."""
    with acting_as(Actor(name="ada", kind="person", user_id=7, request_id="r1")):
        LOGGER.warning("%s of %d", "3", 4, extra={"rows": 3, "deep": {"a": (1, 2)}})

    (entry,) = put
    assert (entry.level, entry.logger) == ("WARNING", "somebody.library")
    assert (entry.message, entry.request_id, entry.user_id) == ("3 of 4", "r1", 7)
    assert entry.fields == {"rows": 3, "deep": {"a": [1, 2]}}


def test_an_error_comes_with_its_place(put):
    """The traceback and the kind of error."""
    try:
        raise ZeroDivisionError("by nothing")
    except ZeroDivisionError:
        LOGGER.exception("it broke")

    (entry,) = put
    assert (entry.level, entry.error_type) == ("ERROR", "ZeroDivisionError")
    assert entry.stack_trace.startswith("Traceback (most recent call last):\n")
    assert entry.stack_trace.endswith("ZeroDivisionError: by nothing\n")


@pytest.mark.parametrize(
    ("number", "level"),
    [(20, "INFO"), (25, "INFO"), (30, "WARNING"), (40, "ERROR"), (60, "CRITICAL")],
)
def test_odd_levels_are_the_next_lower(put, number, level):
    """Libraries may invent levels; the log has five."""
    LOGGER.log(number, "x")

    assert [entry.level for entry in put] == [level]


def test_what_is_below_log_level_is_left_out(put):
    """It is the level of all libraries."""
    LOGGER.debug("small")
    LOGGER.info("larger")

    assert [entry.message for entry in put] == ["larger"]


def test_steps_of_migrations_are_told_only_when_debugging(put):
    """A rehearsal on a copy says "Running downgrade"; warnings are told always."""
    alembic = logging.getLogger("alembic.runtime.migration")

    LOGGER.info("as it would have been")
    alembic.info("Running downgrade 0002 -> 0001")
    alembic.warning("something is odd")

    assert [entry.message for entry in put] == [
        "as it would have been",
        "something is odd",
    ]


def test_a_warning_of_pythons_is_a_line(put):
    """As `logging.captureWarnings` tells it."""
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(False)
        logging.captureWarnings(True)
        warnings.warn("old ways", DeprecationWarning, stacklevel=1)

    assert [entry.logger for entry in put] == ["py.warnings"]
    assert "DeprecationWarning: old ways" in put[0].message


def test_a_servers_own_access_line_is_dropped(put):
    """Ours tells more; its other lines stay."""
    server = logging.getLogger("werkzeug")

    server.info('::1 - - [x] "%s" %s %s', "GET / HTTP/1.1", "200", "-")
    server.info(" * Running on http://127.0.0.1:5000")

    assert [entry.message for entry in put] == [" * Running on http://127.0.0.1:5000"]


def test_a_logger_that_keeps_its_lines_is_heard_too(house):
    """gunicorn's does not tell the root."""
    server, entries = logging.getLogger("gunicorn.error"), []
    server.propagate = False
    log_store(house).put = entries.append
    try:
        listeners(house)
        server.error("Worker timed out")
        house.close()
        server.handlers.append(logging.NullHandler())
        server.error("again")
    finally:
        server.propagate = True
        server.handlers.clear()

    assert [entry.message for entry in entries] == ["Worker timed out"]


def record(text: str, *arguments: object) -> logging.LogRecord:
    """A line of a library on its way to the handlers."""
    return logging.LogRecord("odd", logging.ERROR, "odd.py", 7, text, arguments, None)


class Chatty:
    """Its text logs, and then breaks."""

    def __init__(self, handler: logging.Handler) -> None:
        self.handler = handler

    def __str__(self) -> str:
        self.handler.handle(record("from inside"))
        raise RuntimeError("no text")


def test_a_line_that_cannot_be_rendered_harms_nobody(put):
    """It is told that there was one; what logs while we listen goes round no circle."""
    there = logging.getLogger().handlers
    (ours,) = [h for h in there if type(h).__module__.startswith("entrepot.")]

    ours.handle(record("%s", Chatty(ours)))
    ours.handle(record("%d", "not a number"))

    lost = "a line that cannot be rendered, of odd.py:7"
    assert [entry.message for entry in put] == [lost, lost]


def test_a_long_line_is_cut_where_it_comes_in(put):
    """Nothing large waits in the queue."""
    LOGGER.error("x" * 1_000_000, extra={"much": "y" * 1_000_000})

    (entry,) = put
    assert entry.message == "x" * 10_000 + "…+990000"
    assert entry.fields == {"much": "y" * 2_000 + "…+998000", "release": VERSION}


def test_a_closed_house_leaves_logging_as_it_was(house):
    """Handlers, level and warnings."""
    root = logging.getLogger()
    before = (root.level, list(root.handlers), warnings.showwarning)
    listeners(house)
    during = (root.level, list(root.handlers), warnings.showwarning)

    house.close()

    assert during[0] == logging.INFO
    assert len(during[1]) == len(before[1]) + 1
    assert (root.level, list(root.handlers), warnings.showwarning) == before


def test_others_that_listen_hear_as_before(put, caplog):
    """As pytest's own does."""
    LOGGER.warning("both")

    assert [record.message for record in caplog.records] == ["both"]
    assert [entry.message for entry in put] == ["both"]


def test_a_requests_surroundings_reach_no_line(house, monkeypatch):
    """Servers copy the process's environment into them."""
    secret = "seven-grey-harbours"
    app = create_app(house)

    @app.get("/bug")
    def bug():
        from flask import request

        environ = request.environ
        LOGGER.error("asked: %s", environ, extra={"environ": environ, "asked": request})
        app.logger.error("broke in %r", dict(environ))
        raise ValueError(f"{environ}")

    app.test_client().get(
        "/bug?x=1", environ_base={"DB_PASSWORD": secret, "MY": secret}
    )
    store = log_store(house)
    store.flush()

    rows = sqlite3.connect(store.path).execute("SELECT * FROM logs").fetchall()
    assert len(rows) >= 3
    assert secret not in str(rows)
    assert "wsgi.url_scheme" not in str(rows)
