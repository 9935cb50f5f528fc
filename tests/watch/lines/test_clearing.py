"""The log is emptied whole, or not at all."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from tests.watch.lines.conftest import entry

from entrepot.base.errors import Unavailable
from entrepot.base.events import listen
from entrepot.watch.events import LogCleared
from entrepot.watch.lines import service
from entrepot.watch.log.store import log_store
from entrepot.watch.spec import Wanted

TABLES = ("logs", "log_minutes", "request_minutes", "request_sums", "request_curves")


def lines_of(count):
    """Lines of answered requests."""
    answered = {"endpoint": "e", "status_code": 200, "duration_ms": 1.0}
    return [
        entry(10 * n, message=f"crate {n} " + "x" * 200, **answered)
        for n in range(count)
    ]


def rows(house):
    """How many rows each table has."""
    with closing(sqlite3.connect(log_store(house).path)) as connection:
        return [
            connection.execute(f"SELECT count(*) FROM {t}").fetchone()[0]
            for t in TABLES
        ]


def test_everything_goes_and_the_room_comes_back(house, fill):
    """Words, minutes and requests as well; numbers go on where they were."""
    fill(lines_of(2000))
    full = service.log_size(house).size_bytes
    assert 0 not in rows(house)

    assert service.clear(house) == 2000
    assert rows(house) == [0, 0, 0, 0, 0]
    assert service.log_size(house).size_bytes < full / 5
    assert service.list_lines(house, Wanted(q="crate"), limit=9).lines == []
    assert fill([entry(message="crate again")]) == 2001
    assert service.list_lines(house, Wanted(q="crate"), limit=9).total == 1


class Busy(sqlite3.Connection):
    """Others write just when the room is to be given back."""

    def execute(self, sql, *values):
        """Do what is asked, but for that."""
        if sql == "VACUUM":
            raise sqlite3.OperationalError("database is locked")
        return super().execute(sql, *values)


def test_what_went_is_told_although_the_room_stays(house, fill, monkeypatch):
    """The next clean-up gives it back; nobody is told that nothing went."""
    fill(lines_of(3))

    def connect(*where, **how):
        return real(*where, **how, factory=Busy)

    real = sqlite3.connect
    monkeypatch.setattr("entrepot.watch.log.file.sqlite3.connect", connect)

    assert service.clear(house) == 3
    assert rows(house) == [0, 0, 0, 0, 0]


def test_what_cannot_be_recorded_does_not_happen(house, fill):
    """Every line stays."""
    fill(lines_of(3))

    def refuse(event):
        if isinstance(event, LogCleared):
            raise Unavailable("the trail cannot be written")

    stop = listen(refuse)
    with pytest.raises(Unavailable, match="the trail"):
        service.clear(house)
    stop()
    assert rows(house) == [3, 1, 1, 0, 0]
    assert service.list_lines(house, Wanted(q="crate"), limit=9).total == 3
    assert service.clear(house) == 3


def test_a_log_that_is_not_there_is_empty_already(house):
    """It is made, and that is recorded too."""
    assert service.clear(house) == 0
    assert service.clear(house) == 0
