"""`entrepot config set|unset`, and what `explain` says of our own database."""

from __future__ import annotations

import json
import socket
import sqlite3
import time

import pytest
from click.testing import CliRunner

from entrepot.cli import entrepot


@pytest.fixture
def config(environ, tmp_path, monkeypatch):
    """Run the command with these arguments, input and variables."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments, send=None, **variables):
        env = {**environ, **variables}
        return CliRunner().invoke(entrepot, ["config", *arguments], input=send, env=env)

    return run


def told(config, name, **variables):
    """Return (value, layer) of one setting, as `explain` has it."""
    found = json.loads(config("explain", name, "--json", **variables).stdout)
    return found["value"], found["from"]


def test_a_setting_is_kept_and_forgotten(config):
    """Explain shows the layer; a variable is above it."""
    kept = config("set", "ENTREPOT_DOWNLOADS_COUNT", "4")
    there = told(config, "downloads_count")
    above = told(config, "downloads_count", ENTREPOT_DOWNLOADS_COUNT="6")
    gone = config("unset", "downloads_count")

    assert kept.stdout == "downloads_count is kept; it holds at the next start.\n"
    assert there == ("4", "configurations (downloads_count)")
    assert above == ("6", "environment (ENTREPOT_DOWNLOADS_COUNT)")
    assert gone.exit_code == 0
    assert told(config, "downloads_count") == ("8", "default")


def test_other_values_are_typed(config):
    """One that is there keeps its type; a new one says it."""
    changed = config("set", "sync.batch_size", "7", "--json")
    made = config("set", "a.b", "[1]", "--type", "json", "--json")
    wrong = [
        config("set", "sync.batch_size", "many"),
        config("set", "sync.batchsize", "7"),
        config("set", "a.c", "7", "--type", "number"),
        config("unset", "no.such"),
        config("unset", "sync.batch_size"),
        config("set", "PORT", "5001"),
    ]

    assert json.loads(changed.stdout)["value"] == 7
    assert json.loads(made.stdout)["value"] == [1]
    assert {type(ended.exception).__name__ for ended in wrong} == {
        "InvalidValue",
        "UnknownName",
        "NotThere",
        "Conflict",
    }


def test_a_secret_is_not_taken_from_the_command(config, environ):
    """It is asked for at a terminal, or piped in; and shown nowhere."""
    given = "far=postgresql://u:hunter2@127.0.0.1:1/d"
    refused = config("set", "ENTREPOT_CONNECTIONS", given)
    unasked = config("set", "ENTREPOT_CONNECTIONS")
    piped = config("set", "ENTREPOT_CONNECTIONS", "--stdin", send=f"{given}\n")

    assert "others on this machine could see" in str(refused.exception)
    assert "nobody can be asked here: use --stdin" in unasked.output
    assert (unasked.exit_code, piped.exit_code) == (2, 0)
    assert "hunter2" not in piped.output
    value, layer = told(config, "ENTREPOT_CONNECTIONS")
    assert "hunter2" not in value
    assert layer == "configurations (connections_given)"


@pytest.mark.parametrize("value", [["sqlite:///x.db"], ["--stdin"], []], ids=str)
@pytest.mark.parametrize("name", ["DATABASE_URL", "database_url", "SECRET_KEY"])
def test_what_cannot_be_kept_is_refused_at_once(config, name, value):
    """However it comes; nobody is told to pipe in what would be refused then."""
    refused = config("set", name, *value, send="sqlite:///x.db\n")

    said = f"{refused.exception} {refused.exception.hint}"
    assert said.endswith(
        " is read before our own database set it in the environment or in a file"
    )
    assert "x.db" not in said


def test_explain_makes_no_database(config, tmp_path):
    """Nor a folder for one, nor a secret key."""
    assert config("explain").exit_code == 0
    assert list(tmp_path.iterdir()) == []


def test_explain_tells_what_is_skipped(config, tmp_path):
    """A row that cannot hold is a warning, and no failure."""
    config("set", "ENTREPOT_DOWNLOADS_COUNT", "4")
    with sqlite3.connect(tmp_path / "home" / "entrepot.db") as connection:
        connection.execute(
            "UPDATE configurations SET value = 'x' WHERE category = 'settings'"
        )
    connection.close()

    ended = config("explain", "downloads_count")
    assert ended.exit_code == 0
    assert ended.stderr == (
        "Warning: downloads_count: ENTREPOT_DOWNLOADS_COUNT must be a whole number, "
        "not 'x'; it is skipped\n"
    )


@pytest.mark.parametrize("url", ["nonsense", "postgres://u:hunter2@127.0.0.1:1/d"])
def test_explain_needs_no_database(config, url):
    """One that cannot be used is a warning, without its password."""
    ended = config("explain", "PORT", DATABASE_URL=url)

    assert ended.exit_code == 0
    assert "our own database cannot be read now" in ended.stderr
    assert "hunter2" not in ended.output


def test_explain_does_not_wait_for_a_database_that_is_silent(config):
    """Two seconds at the most, and what it takes to start."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgres://u:x@127.0.0.1:{silent.getsockname()[1]}/d"
        began = time.monotonic()
        ended = config("explain", "PORT", DATABASE_URL=url)
        took = time.monotonic() - began

    assert "no answer within 2 s" in ended.stderr
    assert took < 15


def test_a_foreign_database_is_left_alone(config, tmp_path):
    """A file without our tables gives no layer, and stays as it is."""
    path = tmp_path / "other.db"
    sqlite3.connect(path).close()

    ended = config("explain", "PORT", DATABASE_URL=f"sqlite:///{path}")
    assert (ended.exit_code, ended.stderr) == (0, "")
