"""Our own database."""

import threading

import pytest
from sqlalchemy import text


def test_a_reader_does_not_wait_for_a_writer(house):
    """While one session holds the write lock, another still reads."""
    with house.store.session() as writer:
        writer.execute(text("create table t (n integer)"))
    with house.store.session() as writer:
        writer.execute(text("insert into t values (1)"))
        with house.store.read_session() as reader:
            assert reader.scalar(text("select count(*) from t")) == 0

    with house.store.read_session() as reader:
        assert reader.scalar(text("select count(*) from t")) == 1


def test_a_failed_block_leaves_nothing(house):
    """A session rolls back when its block fails."""
    with house.store.session() as session:
        session.execute(text("create table t (n integer)"))

    def fail() -> None:
        with house.store.session() as session:
            session.execute(text("insert into t values (1)"))
            raise KeyError

    with pytest.raises(KeyError):
        fail()

    with house.store.read_session() as reader:
        assert reader.scalar(text("select count(*) from t")) == 0


def test_writers_queue_up(house):
    """Ten threads that each read and then write lose no update."""
    with house.store.session() as session:
        session.execute(text("create table t (n integer)"))
        session.execute(text("insert into t values (0)"))

    def count() -> None:
        with house.store.session() as session:
            n = session.scalar(text("select n from t"))
            session.execute(text("update t set n = :n"), {"n": n + 1})

    threads = [threading.Thread(target=count) for _ in range(10)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    with house.store.read_session() as reader:
        assert reader.scalar(text("select n from t")) == 10
