"""Events become lines, with all that is known of whoever acts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pytest

from entrepot.base.acting import Actor, acting_as
from entrepot.base.events import Event, Level, RequestAnswered, emit
from entrepot.base.version import VERSION
from entrepot.composition import build_house
from entrepot.watch.listeners import listeners
from entrepot.watch.log.store import log_store
from entrepot.web.events import RequestBroke

ADA = Actor(
    name="ada@example.com",
    kind="person",
    user_id=7,
    address="192.0.2.7",
    request_id="00f067aa0ba902b7",
    trace_id="00f067aa0ba902b7".zfill(32),
    job_id="job-1",
    endpoint="get_products",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost(Event):
    """Something was lost. And more of it."""

    level: ClassVar[Level] = "critical"

    rows: int
    where: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseFailed(Event):
    """The database does not answer."""

    level: ClassVar[Level] = "error"

    why: str

    def sentence(self) -> str:
        return f"Database error: {self.why}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute(Event):
    """It cannot be told."""

    def sentence(self) -> str:
        raise RuntimeError("no words")


@dataclass(frozen=True, slots=True, kw_only=True)
class Small(Event):
    """Something small."""

    level: ClassVar[Level] = "debug"


@pytest.fixture
def put(house):
    """What is put into the log of a house that listens."""
    entries = []
    store = log_store(house)
    store.put = entries.append
    for listener in listeners(house):
        house.hear(listener)
    return entries


def answered(**more) -> RequestAnswered:
    """An answer as the hook tells of it."""
    facts = {
        "method": "GET",
        "path": "/api/products",
        "protocol": "HTTP/1.1",
        "endpoint": "get_products",
        "status": 200,
        "seconds": 0.0031,
        "size_bytes": 12,
    }
    return RequestAnswered(**facts | more)


def test_an_event_is_a_line_with_its_context(put):
    """Sentence, facts, and who did it where."""
    with acting_as(ADA):
        emit(Lost(rows=3))

    (entry,) = put
    assert entry._asdict() | {"at": 0} == {
        "at": 0,
        "level": "CRITICAL",
        "logger": "tests.watch",
        "message": "Something was lost. And more of it",
        "request_id": "00f067aa0ba902b7",
        "trace_id": "",
        "user_id": 7,
        "actor": "ada@example.com",
        "job_id": "job-1",
        "ip_address": "192.0.2.7",
        "endpoint": "",
        "method": "",
        "status_code": None,
        "duration_ms": None,
        "error_type": "",
        "stack_trace": "",
        "fields": {"rows": 3, "endpoint": "get_products", "release": VERSION},
    }


def test_an_event_knows_its_own_words(put):
    """The documents tell people to search for them."""
    emit(DatabaseFailed(why="connection timeout"))

    assert [(e.level, e.message) for e in put] == [
        ("ERROR", "Database error: connection timeout")
    ]


def test_an_answer_is_an_access_line(put):
    """With what there is to search and to count by."""
    with acting_as(ADA):
        emit(answered())

    (entry,) = put
    assert (entry.level, entry.logger) == ("INFO", "entrepot.access")
    assert entry.message == "GET /api/products 200"
    assert (entry.endpoint, entry.method) == ("get_products", "GET")
    assert (entry.status_code, entry.duration_ms) == (200, 3.1)
    assert (entry.request_id, entry.user_id) == ("00f067aa0ba902b7", 7)
    assert entry.fields == {"size_bytes": 12}


@pytest.mark.parametrize(
    ("told", "level"),
    [
        ({}, "INFO"),
        ({"status": 404}, "INFO"),
        ({"status": 500}, "WARNING"),
        ({"status": 503, "is_quiet": True}, "WARNING"),
        ({"seconds": 1.0}, "WARNING"),
        ({"seconds": 0.999}, "INFO"),
    ],
)
def test_what_broke_or_was_slow_is_a_warning(put, told, level):
    """From LOG_SLOW_REQUEST_THRESHOLD on."""
    emit(answered(**told))

    assert [entry.level for entry in put] == [level]


def test_what_is_below_the_level_is_left_out(put):
    """LOG_LEVEL is INFO: nothing that is for debugging is kept."""
    emit(Small())
    emit(answered(is_quiet=True))
    emit(answered())

    assert [entry.level for entry in put] == ["INFO"]


def test_at_debug_everything_is_kept(environ):
    """Polls and small things, too."""
    house, put = build_house({**environ, "LOG_LEVEL": "DEBUG"}), []
    log_store(house).put = put.append
    for listener in listeners(house):
        house.hear(listener)

    emit(Small())
    emit(answered(is_quiet=True))
    house.close()

    assert [entry.level for entry in put] == ["DEBUG", "DEBUG"]


def test_a_trace_of_somebody_elses_is_kept(put):
    """Our own follows from the request's id."""
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    with acting_as(Actor(name="x", kind="person", request_id="r", trace_id=trace)):
        emit(answered())
        emit(Lost(rows=1))

    assert [entry.trace_id for entry in put] == [trace, trace]


def test_a_fault_has_its_place_and_its_kind(put):
    """The traceback is no field, and the id stands once."""
    with acting_as(ADA):
        emit(
            RequestBroke(
                request_id=ADA.request_id,
                method="GET",
                path="/x",
                error_type="ValueError",
                traceback="Traceback …\nValueError: x\n",
            )
        )

    (entry,) = put
    assert (entry.level, entry.error_type) == ("ERROR", "ValueError")
    assert entry.stack_trace == "Traceback …\nValueError: x\n"
    assert entry.fields == {
        "method": "GET",
        "path": "/x",
        "endpoint": "get_products",
        "release": VERSION,
    }


def test_what_cannot_be_told_breaks_nothing(put):
    """The act goes on, and the log says that there was something."""
    emit(Mute())

    assert [(e.level, e.message, e.error_type) for e in put] == [
        ("ERROR", "Mute happened, and cannot be told", "RuntimeError")
    ]


def test_a_closed_house_hears_nothing(house, put):
    """Its log is over."""
    emit(Lost(rows=1))
    house.close()
    emit(Lost(rows=2))

    assert [entry.fields for entry in put] == [{"rows": 1, "release": VERSION}]
