"""Long calls that somebody ends."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from entrepot.base.acting import Actor, acting_as, current
from entrepot.base.sqlite_copy import open_file
from entrepot.base.stoppable import read_stoppable, run_stoppable

ENDLESS = """
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n
"""


class EnoughError(Exception):
    """Somebody had enough."""


def enough() -> None:
    """Let nothing go on."""
    raise EnoughError


def test_what_is_let_go_on_returns_its_value():
    """It acts for whoever called, though in another thread."""
    actor = Actor(name="ann@example.com", kind="person")
    with acting_as(actor):
        found = run_stoppable(current, check=lambda: None, stop=lambda: None)

    assert found == actor


def test_what_fails_fails_here():
    """With its own error."""
    with pytest.raises(ZeroDivisionError):
        run_stoppable(lambda: 1 // 0, check=lambda: None, stop=lambda: None)


def test_a_statement_is_stopped(tmp_path):
    """One that would never end; its connection is there for the next one."""
    with closing(open_file(tmp_path / "any.db")) as connection:
        with pytest.raises(EnoughError):
            run_stoppable(
                lambda: connection.execute(ENDLESS).fetchall(),
                check=enough,
                stop=connection.interrupt,
            )

        assert connection.execute("SELECT 1").fetchall() == [(1,)]


def test_a_statement_that_is_interrupted_by_others_fails(tmp_path):
    """Nobody here had enough: the error is SQLite's."""
    with (
        closing(open_file(tmp_path / "any.db")) as connection,
        pytest.raises(sqlite3.OperationalError, match="interrupted"),
    ):
        run_stoppable(
            lambda: connection.execute(ENDLESS).fetchall(),
            check=connection.interrupt,
            stop=enough,
        )


def started(code: str) -> subprocess.Popen[str]:
    """Return a program that runs."""
    command = [sys.executable, "-c", code]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)


def test_a_program_is_waited_for():
    """What it said of its errors is returned."""
    with started("import sys; sys.exit('no such table')") as program:
        said = read_stoppable(program, lambda: None)

    assert (program.returncode, said) == (1, "no such table\n")


def test_a_program_is_killed():
    """One that would wait for input for ever."""
    with (
        started("import time; time.sleep(600)") as program,
        pytest.raises(EnoughError),
    ):
        read_stoppable(program, enough)

    assert program.returncode == -9
